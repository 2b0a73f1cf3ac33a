#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xbpf-insn keeps the plugin protocol of ISA-conformance suites, and gives an answer
# or a message whatever the program is.

top=$(cd "$(dirname "$0")/../.." && pwd)
tool=${XBPF_INSN:-${BUILD:-$top/build}/bin/xbpf-insn}
out=$(mktemp -d)
count=0 failures=0

ok() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failures=$((failures + 1))
		echo "not ok $count - $2"
		sed 's/^/# /' "$out/out" "$out/err"
	fi
}

# run PROGRAM [ARGUMENT...]
run() {
	local program=$1

	shift
	echo "$program" | "$tool" "$@" > "$out/out" 2> "$out/err"
	status=$?
}

# gives NUMBER WHAT PROGRAM [ARGUMENT...]: on both machines
gives() {
	local number=$1 what=$2 machine

	shift 2
	for machine in --interp --jit; do
		run "$@" $machine
		[ "$status $(cat "$out/out")" = "0 $number" ] && [ ! -s "$out/err" ]
		ok $? "$what $machine"
	done
}

# refuses PATTERN WHAT PROGRAM [ARGUMENT...]
refuses() {
	local pattern=$1 what=$2

	shift 2
	run "$@"
	[ "$status" = 1 ] && [ ! -s "$out/out" ] && grep -q "$pattern" "$out/err"
	ok $? "$what"
}

exit_='95 00 00 00 00 00 00 00'
r0_is_42="b7 00 00 00 2a 00 00 00 $exit_"

echo "TAP version 13"
gives 2a "a number" "$r0_is_42"
gives ffffffffffffffff "all 64 bits" "b7 00 00 00 ff ff ff ff $exit_"
gives 2a "blanks do not matter" "b70000002a000000${exit_// /}"
gives bb "R1 points to the memory" "71 10 01 00 00 00 00 00 $exit_" "aa bb"
gives 3 "R2 is its length" "bf 20 00 00 00 00 00 00 $exit_" "aa bb cc"
gives 0 "no memory" "bf 20 00 00 00 00 00 00 $exit_" ""
gives 2a "an empty option is none" "$r0_is_42" "" ""
gives 7 "a local call" \
	"85 10 00 00 01 00 00 00 $exit_ b7 00 00 00 07 00 00 00 $exit_"
gives 0 "division by zero" "b7 00 00 00 05 00 00 00 37 00 00 00 00 00 00 00 $exit_"

run "" --program "$r0_is_42"
[ "$status $(cat "$out/out")" = "0 2a" ]
ok $? "a program as an argument"
run "$r0_is_42" --disasm
[ "$(head -1 "$out/out")" = "0: (b7) r0 = 42" ]
ok $? "a disassembly"
run "" --help
[ "$status" = 0 ] && grep -q '^usage' "$out/out"
ok $? "help"

refuses "usage" "an unknown option" "$r0_is_42" --nonsense
refuses "too many" "too many arguments" "$r0_is_42" aa bb
refuses "empty" "no program" ""
refuses "hexadecimal" "no bytes" "x7 00"
refuses "hexadecimal" "half a byte" "b"
refuses "hexadecimal" "bad memory" "$r0_is_42" "0g"
refuses "multiple" "half an instruction" "b7 00"
refuses "unknown opcode" "an unknown opcode" "ff 00 00 00 00 00 00 00 $exit_"
refuses "reserved" "a reserved field" "95 00 00 00 01 00 00 00"
refuses "register" "R11" "b7 0b 00 00 00 00 00 00 $exit_"
refuses "R10" "writing R10" "b7 0a 00 00 00 00 00 00 $exit_"
refuses "no such operation" "an unknown atomic" "db 01 00 00 02 00 00 00 $exit_"
refuses "over the end" "no end" "b7 00 00 00 00 00 00 00"
refuses "nowhere" "a jump out" "05 00 05 00 00 00 00 00 $exit_"
refuses "nowhere" "a jump into the front" "15 00 fe ff 00 00 00 00 $exit_"
refuses "nowhere" "a jump into a constant" \
	"05 00 01 00 00 00 00 00 18 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 $exit_"
refuses "second half" "half a constant" "$exit_ 18 00 00 00 01 00 00 00"
refuses "loader" "a map" "18 11 00 00 01 00 00 00 00 00 00 00 00 00 00 00 $exit_"
refuses "loader" "a helper with a map" "85 00 00 00 01 00 00 00 $exit_"
refuses "no helper" "no such helper" "85 00 00 00 ff ff 00 00 $exit_"
refuses "kernel" "a kernel function" "85 20 00 00 01 00 00 00 $exit_"
refuses "deep" "endless recursion" "85 10 00 00 01 00 00 00 $exit_ 85 10 00 00 ff ff ff ff $exit_"
for machine in --interp --jit; do
	refuses "Segmentation" "a bad address $machine" \
		"b7 01 00 00 08 00 00 00 79 10 00 00 00 00 00 00 $exit_" $machine
done

# Bytes of chance: an answer or a message, never a crash.
crashes=0
for i in $(seq 100); do
	run "$(head -c $((i % 40 * 8)) /dev/urandom | od -An -v -tx1)" --interp
	[ "$status" -gt 1 ] && crashes=$((crashes + 1))
done
[ "$crashes" = 0 ]
ok $? "bytes of chance"

rm -r "$out"
echo "1..$count"
[ "$failures" = 0 ]
