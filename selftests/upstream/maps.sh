#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Upstream's test_maps, test by test.
exec selftests/upstream/guest maps
