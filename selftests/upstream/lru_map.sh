#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Upstream's test_lru_map, test by test.
exec selftests/upstream/guest lru_map
