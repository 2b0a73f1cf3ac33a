#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Upstream's test_lpm_map, test by test.
exec selftests/upstream/guest lpm_map
