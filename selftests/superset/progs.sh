#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Of the programs of upstream's selftests, is what the kernel accepts accepted?
exec selftests/superset/verdicts --tap progs
