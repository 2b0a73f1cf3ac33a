#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module explains refusals as xbpf-verify does: programs of the gallery, loaded by
# bpftool and libbpf, which print the log of what was refused.

top=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${BUILD:-$top/build}
PATH=$BUILD/bin:$PATH:/usr/sbin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0 failures=0

# is GOT WANTED WHAT
is() {
	count=$((count + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $count - $3"
	else
		failures=$((failures + 1))
		echo "not ok $count - $3"
		diff <(echo "$2") <(echo "$1") | sed 's/^/# /'
	fi
}

if [ ! -c /dev/xbpf ]; then
	echo "1..0 # SKIP no /dev/xbpf"
	exit 4
fi

# From the log on standard input: the report, and the phrase before it.
report() {
	sed -n '/^\(why\|where\): /,/^hint: /p'
}

for name in null-check index-read-twice record-leaked loop-endless helper-gpl stack-size; do
	if ! (cd "$top/selftests/verifier/gallery" &&
	      clang-14 -g -O2 -target bpf "-I/usr/include/$(uname -m)-linux-gnu" \
		-fdebug-compilation-dir=. -c "$name.bpf.c" -o "$work/$name.o"); then
		is "no object" "$name.o" "$name compiles"
		continue
	fi
	xbpf exec -- bpftool prog load "$work/$name.o" "/sys/fs/bpf/$name" \
		> "$work/out" 2>&1
	is $? 255 "$name is refused"
	xbpf-verify -v -p wrong "$work/$name.o" | sed 's/^    //' > "$work/host"
	is "$(report < "$work/out")" "$(report < "$work/host")" "$name: the same report"
	grep -q "^processed [0-9]* insns" "$work/out"
	is $? 0 "$name: and the last line behind it"
	grep -q "^hint: " "$work/out"
	is $? 0 "$name: with a hint"
	grep -q "^; .* @ $name.bpf.c:[0-9]" "$work/out"
	is $? 0 "$name: its source is in the log"
done

echo "1..$count"
[ "$failures" = 0 ]
