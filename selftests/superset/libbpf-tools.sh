#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Of the programs inside Debian's libbpf-tools, is what the kernel accepts accepted?
exec selftests/superset/verdicts --tap libbpf-tools
