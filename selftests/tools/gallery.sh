#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The gallery of mistakes: each has its report, and the documentation shows these.

exec "$(dirname "$0")/../../scripts/gallery"
