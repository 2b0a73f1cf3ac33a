#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh: stock tools on xbpf, on a running kernel, with a workload beside them.
#
# Run as root where xbpf.ko is loaded or can be loaded; `make demo` runs it in a guest
# of each kernel. It shows what the tools print, checks it, and checks two things more:
# that the kernel's own bpf() was not called by any of them, and that nothing is left
# in xbpf when they have ended, so that the module can be unloaded.
#
# Environment: BUILD, the build directory (default: build beside the checkout's
# Makefile); MODULE, the xbpf.ko to load when none is loaded.

top=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${BUILD:-$top/build}
MODULE=${MODULE:-$BUILD/kmod-${VM_KERNEL:-$(uname -r)}/xbpf.ko}
PATH=$BUILD/bin:$BUILD/demo:$PATH
tracing=/sys/kernel/tracing
bpf_calls=$tracing/events/syscalls/sys_enter_bpf
work=$(mktemp -d)
passed=0 failed=0
busy='' tracer=''

cleanup() {
	kill $busy $tracer 2> /dev/null
	echo '!hist:keys=common_pid.execname' > $bpf_calls/trigger
	rm -rf "$work"
} 2> /dev/null
trap cleanup EXIT

heading() {
	printf '\n=== %s\n' "$*"
}

indent() {
	sed 's/^/    /'
}

# verdict STATUS WHAT
verdict() {
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		echo "ok: $2"
	else
		failed=$((failed + 1))
		echo "NOT OK: $2"
	fi
}

# expect WHAT FILE REGEX: a line of the file matches.
expect() {
	grep -qE -- "$3" "$2"
	verdict $? "$1"
}

# A workload with names that can be recognised, over and over.
workload() {
	while :; do
		cat /etc/hostname
		dd if=/dev/zero of=/dev/null bs=64 count=2000
	done > /dev/null 2>&1
}

workload_begin() {
	workload &
	busy=$!
}

workload_end() {
	kill $busy
	wait $busy 2> /dev/null
	busy=''
}

# wait_line FILE REGEX SECONDS: until the file has such a line or the tracer ended.
wait_line() {
	local end=$((SECONDS + $3))

	until grep -qE "$2" "$1"; do
		if ! kill -0 "$tracer" 2> /dev/null || [ $SECONDS -gt $end ]; then
			return 1
		fi
		sleep 0.2
	done
}

show_command() {
	local arg

	printf '    #'
	for arg; do
		case $arg in
		*[!A-Za-z0-9_./:-]*) printf " '%s'" "$arg" ;;
		*) printf ' %s' "$arg" ;;
		esac
	done
	printf '\n'
}

# trace_begin NAME COMMAND...: start a tracer, wait until it says that it is attached.
trace_begin() {
	local name=$1

	shift
	show_command "$@"
	: > "$work/$name"
	"$@" > "$work/$name" 2> "$work/$name.err" &
	tracer=$!
	wait_line "$work/$name" '^(Attaching|tracing)' 90
	verdict $? "$name: attached"
}

# ended SECONDS: whether the tracer ends in that time.
ended() {
	local end=$((SECONDS + $1))

	while kill -0 "$tracer" 2> /dev/null; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# Control-C. bpftrace misses it when it comes between two waits: then again, but not
# while it prints its maps.
interrupt() {
	local try

	for try in 1 2 3 4; do
		[ "$try" = 1 ] || echo "    # control-C, once more"
		kill -INT "$tracer" 2> /dev/null
		ended 20 && return
	done
	kill -KILL "$tracer"
}

# trace_end NAME LINES: end the tracer, then show the first lines it printed.
trace_end() {
	local status

	interrupt
	wait "$tracer"
	status=$?
	tracer=''
	head -n "$2" "$work/$1" | indent
	if [ "$(wc -l < "$work/$1")" -gt "$2" ]; then
		echo "    ..."
	fi
	head -n 20 "$work/$1.err" | indent
	[ $status = 0 ]
	verdict $? "$1: ended with status $status"
}

# The hits that the histogram trigger on sys_enter_bpf has seen.
kernel_bpf_calls() {
	sed -n 's/^ *Hits: //p' $bpf_calls/hist
}

kernel_bpf_watch() {
	echo 'hist:keys=common_pid.execname' > $bpf_calls/trigger
}

kernel_bpf_reset() {
	echo 'hist:keys=common_pid.execname:clear' >> $bpf_calls/trigger
}

kernel_bpf_count() {
	kernel_bpf_watch
	bpftool prog show > /dev/null 2>&1
	[ "$(kernel_bpf_calls)" -gt 0 ]
	verdict $? "a call of the kernel's own bpf() is noticed (baseline: $(kernel_bpf_calls))"
	kernel_bpf_reset
	[ "$(kernel_bpf_calls)" = 0 ]
	verdict $? "the count begins at 0"
}

# Without CONFIG_BPF_SYSCALL, system call 321 is nobody's.
has_bpf() {
	[ -e $bpf_calls ]
}

setup() {
	heading "xbpf on Linux $(uname -r)"
	if [ "$(id -u)" != 0 ]; then
		echo "demo.sh: must be root" >&2
		exit 1
	fi
	mountpoint -q $tracing || mount -t tracefs tracefs $tracing
	if [ ! -e /sys/module/xbpf ]; then
		echo "    # insmod $MODULE"
		insmod "$MODULE" || exit 1
	fi
	xbpf version | indent
	verdict "${PIPESTATUS[0]}" "the module answers"

	if has_bpf; then
		kernel_bpf_count
	else
		bpftool prog show > "$work/without" 2>&1
		expect "the kernel has no bpf() of its own" "$work/without" \
			'Function not implemented'
	fi
}

# first_map TYPE: id of a map of this type.
first_map() {
	xbpf map list -j | python3 -c '
import json, sys
ids = [m["id"] for m in json.load(sys.stdin) if m["type"] == sys.argv[1]]
print(ids[0] if ids else 0)' "$1"
}

# What others see while a tracer runs.
look() {
	heading "meanwhile: bpftool and xbpf look at it"
	xbpf exec -- bpftool prog show > "$work/progs" 2>&1
	indent < "$work/progs"
	expect "bpftool lists a tracepoint program" "$work/progs" '^[0-9]+: tracepoint'
	xbpf exec -- bpftool map dump id "$(first_map percpu_hash)" > "$work/map" 2>&1
	head -n 12 "$work/map" | indent
	expect "bpftool dumps the map" "$work/map" '^Found [1-9][0-9]* element|"key"|^key'
	xbpf stat > "$work/stat" 2>&1
	indent < "$work/stat"
	expect "the program ran" "$work/stat" 'tracepoint +\S+ +\S+ +[1-9]'
	xbpf link | head -n 8 | indent
}

demo_tracepoint() {
	heading "system calls by process: a tracepoint"
	trace_begin tracepoint xbpf exec -- bpftrace -e \
		'tracepoint:raw_syscalls:sys_enter { @[pid, comm] = count(); }'
	workload_begin
	sleep 4
	look
	workload_end
	heading "... and what bpftrace had counted"
	trace_end tracepoint 12
	expect "dd is among them" "$work/tracepoint" '^@\[[0-9]+, dd\]: [0-9]+'
	expect "cat is among them" "$work/tracepoint" '^@\[[0-9]+, cat\]: [0-9]+'
}

# The workload begins when the probes are set and ends before they are removed: some
# emulators do not stand a kprobe that comes and goes under a busy function.
# observe NAME LINES COMMAND...
observe() {
	local name=$1 lines=$2

	shift 2
	trace_begin "$name" "$@"
	workload_begin
	sleep 4
	workload_end
	trace_end "$name" "$lines"
}

demo_kprobe() {
	heading "files opened: a kprobe"
	observe kprobe 6 xbpf exec -- bpftrace -e \
		'kprobe:do_sys_openat2 { printf("%s %s\n", comm, str(arg1)); }'
	expect "cat opened files" "$work/kprobe" '^cat '

	# bpftrace takes arg1 of a kprobe for a kernel address, unless it is told.
	heading "the same, with the string read from user space"
	observe string 10 xbpf exec -- bpftrace -e \
		'kprobe:do_sys_openat2 { printf("%s %s\n", comm, str(uptr(arg1))); }'
	expect "cat opened /etc/hostname" "$work/string" '^cat /etc/hostname$'
}

demo_kretprobe() {
	heading "latency of vfs_read: a kprobe and a kretprobe"
	observe kretprobe 20 xbpf exec -- bpftrace -e \
		'kprobe:vfs_read { @s[tid] = nsecs; } '\
'kretprobe:vfs_read /@s[tid]/ { @ns = hist(nsecs - @s[tid]); delete(@s[tid]); }'
	expect "a histogram came out" "$work/kretprobe" '^@ns:'
	expect "it is not empty" "$work/kretprobe" '^\[.*\) +[1-9][0-9]* \|@+'
}

demo_opens() {
	heading "a loader of our own on libbpf: kprobe, hash, ring buffer"
	observe opens 10 xbpf exec -- opens 60
	tail -n 8 "$work/opens" | indent
	expect "the ring buffer has cat's file" "$work/opens" '^ *[0-9]+ cat +/etc/hostname$'
	expect "the hash has cat's count" "$work/opens" '^ *[0-9]+ cat +[0-9]+$'
}

demo_raw() {
	heading "a program by hand, on the bare ioctls"
	raw > "$work/raw" 2>&1
	verdict $? "raw ended with status 0"
	indent < "$work/raw"
	expect "it counted" "$work/raw" 'were made here, [0-9]{4,} were counted'
}

# nothing_left KIND: no object of this kind; freeing may take a moment.
nothing_left() {
	local end=$((SECONDS + 5))

	while [ "$(xbpf "$1" list -j)" != '[]' ] && [ $SECONDS -lt $end ]; do
		sleep 0.5
	done
	[ "$(xbpf "$1" list -j)" = '[]' ]
	verdict $? "no $1 is left"
	xbpf "$1" list > "$work/left" 2>&1
	indent < "$work/left"
}

finish() {
	local calls

	heading "afterwards"
	if has_bpf; then
		calls=$(kernel_bpf_calls)
		[ "$calls" = 0 ]
		verdict $? "the kernel's own bpf() was called $calls times"
		[ "$calls" = 0 ] || grep common_pid $bpf_calls/hist | indent
	fi
	nothing_left prog
	nothing_left map
	nothing_left link
	echo "    # rmmod xbpf"
	rmmod xbpf
	verdict $? "the module could be unloaded"
	[ ! -e /sys/module/xbpf ]
	verdict $? "the module is gone"
}

setup
demo_tracepoint
demo_kprobe
demo_kretprobe
demo_opens
demo_raw
finish
printf '\n%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
