#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the harness see what it must see? Guests of each kernel, without the module,
# that end in each of the ways that boot tells apart.

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/var/tmp}/xbpf-check.XXXXXX")
trap 'rm -rf "$work"' EXIT
export NO_XBPF=1 MEM=1G
unset CMD OUT TIMEOUT VERBOSE
count=0 failed=0

# ok STATUS WHAT FILE...
ok() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
		return
	fi
	failed=1
	tail -n 15 "${@:3}" | sed 's/^/# /'
	echo "not ok $count - $2"
}

# start NAME BOOT-ARGUMENT...: a guest in the background.
start() {
	local name=$1

	shift
	{
		"$here/boot" "$@" > "$work/$name.out" 2> "$work/$name.err"
		echo $? > "$work/$name.status"
	} &
}

# ends NAME STATUS
ends() {
	[ "$(cat "$work/$1.status")" = "$2" ]
	ok $? "$1: status $2" "$work/$1.status" "$work/$1.err"
}

# says NAME CHANNEL REGEX
says() {
	grep -qE -- "$3" "$work/$1.$2"
	ok $? "$1: $2 says $3" "$work/$1.$2"
}

check_kernel() {
	local k=$1

	start "$k-status" -k "$k" -o "$work/$k" \
		'uname -r; echo words >&2; seq 200000 > $VM_OUT/seq; exit 3'
	start "$k-crash" -k "$k" 'echo before; echo c > /proc/sysrq-trigger; echo after'
	wait
	start "$k-log" -k "$k" 'echo "WARNING: CPU: 0 PID: 1 at a test" > /dev/kmsg'
	start "$k-limit" -k "$k" -t 5 'echo before; sleep 1000'
	wait

	ends "$k-status" 3
	says "$k-status" out "^$k[.]"
	says "$k-status" err '^words$'
	[ "$(wc -l < "$work/$k-status.out") $(wc -l < "$work/$k-status.err")" = "1 1" ]
	ok $? "$k-status: nothing else is said" "$work/$k-status.out" "$work/$k-status.err"
	seq 200000 | cmp -s - "$work/$k/seq"
	ok $? "$k-status: a file comes out" "$work/$k-status.err"
	ends "$k-crash" 71
	says "$k-crash" out '^before$'
	says "$k-crash" err 'sysrq triggered crash'
	ends "$k-log" 70
	says "$k-log" err 'at a test'
	ends "$k-limit" 124
	says "$k-limit" err 'sleep 1000'
}

echo "TAP version 13"
for kernel in $(awk '!/^#/ && NF { print $1 }' "$here/kernels.txt"); do
	check_kernel "$kernel"
done
echo "1..$count"
exit $failed
