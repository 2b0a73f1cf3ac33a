#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Of the programs that bpftrace's packaged tools load, is what the kernel accepts accepted?
exec selftests/superset/verdicts --tap bpftrace
