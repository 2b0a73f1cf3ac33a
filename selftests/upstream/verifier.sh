#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Upstream's test_verifier: in a guest through the module, else in a process.
where=--san
[ -z "$VM_KERNEL" ] || where=--guest
exec selftests/upstream/verifier --tap $where
