#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Wrong calls leave nothing in the kernel's memory: each is made many times over, and
# neither a slab cache nor vmalloc's memory grows by as much.

top=$(cd "$(dirname "$0")/../.." && pwd)
tests=${BUILD:-$top/build}/selftests/kernel
repeat=400

count=0 failures=0

if [ ! -c /dev/xbpf ]; then
	echo "1..0 # SKIP no /dev/xbpf"
	exit 4
fi

# Objects in use of each cache, without those that wait for their CPU.
slabs() {
	for shrink in /sys/kernel/slab/*/shrink; do
		echo 1 > "$shrink"
	done 2> /dev/null
	# Name, objects, growth that means nothing: what CPUs keep for themselves.
	awk '/^kmalloc|^radix|^filp|^vmap_area/ { print $1, $2, 5 * $5 }' /proc/slabinfo
	awk '/^VmallocUsed|^Percpu/ { print $1, $2, 4096 }' /proc/meminfo
}

settle() {
	"$tests/cmd_life" > /dev/null		# XBPF_INFO waits for what is being freed
	sleep 1
}

# What grew in one round of a test.
growth() {
	before=$(slabs)
	XBPF_REPEAT=$repeat "$tests/$1" > /dev/null
	settle
	awk '
		NR == FNR { had[$1] = $2; next }
		$2 - had[$1] > $3 { print "# " $1, had[$1], "->", $2 }
	' <(echo "$before") <(slabs)
}

# Caches fill up at first; what leaks grows in every round.
for name in cmd_map cmd_objects cmd_prog cmd_elem; do
	for _ in 1 2 3 4 5 6; do
		grown=$(growth $name)
		[ -n "$grown" ] || break
	done
	count=$((count + 1))
	if [ -z "$grown" ]; then
		echo "ok $count - memory after $name"
	else
		failures=$((failures + 1))
		echo "not ok $count - memory after $name"
		echo "$grown"
	fi
done
echo "1..$count"
[ $failures = 0 ]
