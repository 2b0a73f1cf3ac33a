#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The command xbpf where there is no device: arguments, help, JSON, what it refuses.

top=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${BUILD:-$top/build}
PATH=$BUILD/bin:$PATH
export XBPF_DEVICE=/dev/no-such-device
count=0 failures=0

# is STATUS WANTED WHAT
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

# status WANTED WHAT COMMAND...: by its exit status.
status() {
	local wanted=$1 what=$2

	shift 2
	"$@" > /dev/null 2>&1
	is $? "$wanted" "$what"
}

# says REGEX WHAT COMMAND...: by what it prints, on either channel.
says() {
	local regex=$1 what=$2

	shift 2
	"$@" 2>&1 | grep -qE -- "$regex"
	is $? 0 "$what"
}

# json WHAT COMMAND...: one JSON value, whatever the exit status.
json() {
	local what=$1

	shift
	"$@" 2> /dev/null | python3 -m json.tool > /dev/null
	is $? 0 "$what"
}

status 2 "no command" xbpf
status 2 "a command that does not exist" xbpf nonsense
status 2 "an option that does not exist" xbpf --nonsense
status 2 "an option that the command does not have" xbpf prog --nonsense
status 2 "an argument too many" xbpf doctor now
status 2 "id without a number" xbpf prog id
status 2 "an id that is no number" xbpf map id x
status 2 "an id that is 0" xbpf stat id 0
status 2 "exec without a command" xbpf exec --
status 2 "exec with an option that does not exist" xbpf exec --nonsense ls
status 2 "help of a command that does not exist" xbpf help nonsense
says 'see .xbpf help prog' "a usage error names the help" xbpf prog what ever

status 0 "--help" xbpf --help
status 0 "help" xbpf help
for command in exec doctor stat prog map link version help; do
	status 0 "$command --help" xbpf $command --help
	status 0 "help $command" xbpf help $command
	says "^Usage: xbpf .*$command" "$command -h prints its usage" xbpf $command -h
done
says '^  exec ' "help lists the commands" xbpf help
status 0 "--version" xbpf --version
says '^xbpf [0-9]+\.[0-9]+' "version prints one" xbpf version
json "version as JSON" xbpf version --json

json "doctor as JSON" xbpf -j doctor
json "doctor, indented" xbpf -p doctor
says 'module' "doctor looks for the module" xbpf doctor
says '^[0-9]+ ok, [0-9]+ to note, [0-9]+ missing$' "doctor sums up" xbpf doctor
[ -e /sys/module/xbpf ] || status 1 "doctor without the module" xbpf doctor

for command in prog map link stat "exec -- true"; do
	# shellcheck disable=SC2086
	status 1 "$command without a device" xbpf $command
done
says 'insmod xbpf.ko' "it says what to do" xbpf prog
json "an error as JSON" xbpf prog list -j
says '"error"' "named error" xbpf prog list -j
XBPF_DEVICE=/dev/null json "a wrong device as JSON" xbpf map -p
XBPF_DEVICE=/dev/null says 'not a device of xbpf' "a wrong device" xbpf exec -- true

echo "1..$count"
[ $failures = 0 ]
