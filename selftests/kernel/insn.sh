#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The programs of selftests/insn on the module's two machines.

top=$(cd "$(dirname "$0")/../.." && pwd)
run=${BUILD:-$top/build}/host-san/selftests/insn/run

if [ ! -c /dev/xbpf ] || [ ! -x "$run" ]; then
	echo "1..0 # SKIP no /dev/xbpf or no $run"
	exit 4
fi
cd "$top" && exec "$run" device-interp device-jit
