#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xbpf exec in a guest with the module: exit statuses, signals, the environment, what is
# refused, the trace of calls, and that none of them reaches the kernel's own bpf().

top=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${BUILD:-$top/build}
PATH=$BUILD/bin:$PATH
hist=/sys/kernel/tracing/events/syscalls/sys_enter_bpf
work=$(mktemp -d)
count=0 failures=0

# is GOT WANTED WHAT
is() {
	count=$((count + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $count - $3"
	else
		failures=$((failures + 1))
		echo "not ok $count - $3"
		echo "# '$1', not '$2'"
	fi
}

if [ ! -c /dev/xbpf ]; then
	echo "1..0 # SKIP no /dev/xbpf"
	exit 4
fi

xbpf exec -- sh -c 'exit 7'
is $? 7 "an exit status passes through"
xbpf exec true
is $? 0 "-- is not necessary"
xbpf exec -- sh -c 'kill -TERM $$' 2> /dev/null
is $? 143 "so does a signal"
xbpf exec -- sh -c 'kill -KILL $$' 2> /dev/null
is $? 137 "so does one that cannot be caught"
is "$(echo word | xbpf exec -- cat)" word "standard input and output are the command's"
is "$(xbpf exec -- sh -c 'echo $#' sh --trace -- x)" 3 "options behind the command are its own"

xbpf exec -- no-such-command 2> /dev/null
is $? 127 "a command that does not exist"
xbpf exec -- /no/such/command 2> /dev/null
is $? 127 "a path that does not exist"
echo text > "$work/text"
xbpf exec -- "$work/text" 2> /dev/null
is $? 126 "a file that is not executable"
xbpf exec 2> /dev/null
is $? 2 "no command"
XBPF_DEVICE=/dev/none xbpf exec -- true 2> /dev/null
is $? 1 "no device"

echo 'int main(void) { return 0; }' > "$work/still.c"
if gcc -static -o "$work/still" "$work/still.c" 2> /dev/null; then
	xbpf exec -- "$work/still" 2> "$work/err"
	is $? 126 "a static program is refused"
	grep -q 'statically linked' "$work/err"
	is $? 0 "and told why"
fi

is "$(xbpf exec -- sh -c 'basename "$LD_PRELOAD"')" libxbpf-preload.so "the library is preloaded"
is "$(LD_PRELOAD=libm.so.6 xbpf exec -- sh -c 'echo "${LD_PRELOAD%%:*}"')" libm.so.6 \
	"behind what was preloaded before"
is "$(xbpf exec -- xbpf exec -- sh -c 'echo "$LD_PRELOAD"' | tr : '\n' | wc -l)" 1 \
	"it is preloaded once"

echo 'hist:keys=common_pid.execname' > $hist/trigger
bpftool prog show > /dev/null 2>&1
is "$(sed -n 's/^ *Hits: //p' $hist/hist | grep -c '^[1-9]')" 1 "the kernel's bpf() is counted"
echo 'hist:keys=common_pid.execname:clear' >> $hist/trigger
xbpf exec -- bpftool prog show > /dev/null
is $? 0 "bpftool lists programs"
xbpf exec -- bpftool map show > /dev/null
is $? 0 "bpftool lists maps"
xbpf exec -- bpftool link show > /dev/null
is $? 0 "bpftool lists links"
is "$(sed -n 's/^ *Hits: //p' $hist/hist)" 0 "the kernel's bpf() was not called"
echo '!hist:keys=common_pid.execname' > $hist/trigger

xbpf exec --trace -- bpftool prog show 2>&1 |
	grep -q '^xbpf\[[0-9]*\] PROG_GET_NEXT_ID start_id=0 = '
is $? 0 "--trace prints calls"
XBPF_TRACE=1 xbpf exec -- bpftool map show 2>&1 | grep -q '^xbpf\[[0-9]*\] MAP_GET_NEXT_ID '
is $? 0 "so does XBPF_TRACE=1"
is "$(XBPF_TRACE=0 xbpf exec -- bpftool map show 2>&1 | grep -c '^xbpf')" 0 "XBPF_TRACE=0 does not"

xbpf doctor > "$work/doctor"
is $? 0 "doctor finds nothing missing here"
grep missing "$work/doctor" | grep -v ' 0 missing$' | sed 's/^/# /'
xbpf -j doctor | python3 -m json.tool > /dev/null
is $? 0 "doctor as JSON"
xbpf version | grep -q '^module [0-9]'
is $? 0 "version has the module's"
rm -rf "$work"

echo "1..$count"
[ $failures = 0 ]
