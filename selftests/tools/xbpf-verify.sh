#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# xbpf-verify on objects that clang makes: verdicts, reasons, formats, exit status.

top=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${BUILD:-$top/build}
PATH=$BUILD/bin:$PATH
source=$top/selftests/verifier/objects
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
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

# has WHAT REGEX: in the last output.
has() {
	grep -qE -- "$2" "$tmp/out"
	is $? 0 "$1"
}

verify() {
	xbpf-verify "$@" > "$tmp/out" 2>&1
	status=$?
}

# compile NAME: $tmp/NAME.o out of $source/NAME.c, or standard input for -
compile() {
	clang -g -O2 -target bpf -D__TARGET_ARCH_x86 \
		-I/usr/include/x86_64-linux-gnu -c "$1" -o "$2"
}

if ! command -v clang > /dev/null; then
	echo "1..0 # SKIP no clang"
	exit 4
fi
compile "$source/good.bpf.c" "$tmp/good.o" || exit 1
compile "$source/bad.bpf.c" "$tmp/bad.o" || exit 1

# Types of a kernel that never was, to relocate against.
cat > "$tmp/types.c" << END
struct mm_struct { char pad[40]; unsigned long total_vm; };
struct task_struct { char pad[1234]; short more; int pid; struct mm_struct *mm; };
struct mm_struct mm;
struct task_struct task;
END
compile "$tmp/types.c" "$tmp/types.o" || exit 1
llvm-objcopy --dump-section ".BTF=$tmp/types.btf" "$tmp/types.o" || exit 1

verify --help
is $status 0 "help is no error"
has "it tells the options" "--btf FILE"
verify
is $status 2 "no file"
verify --nonsense x
is $status 2 "an option that does not exist"
verify "$tmp/none.o"
is $status 2 "a file that does not exist"
verify "$tmp/types.c"
is $status 2 "a file that is no object"
verify "$tmp"
is $status 2 "a directory"
has "is said to be one" "Is a directory"
head -c 700 "$tmp/good.o" > "$tmp/cut.o"
verify "$tmp/cut.o"
is $status 2 "half an object"

verify --btf "$tmp/types.btf" "$tmp/good.o"
is $status 0 "good programs are accepted"
has "all of them" "^5 accepted, 0 refused"
verify --btf "$tmp/types.btf" -p stream -v -l 2 "$tmp/good.o"
has "one program alone" "^1 accepted, 0 refused"
has "with its log" "processed [0-9]+ insns"
has "relocated to the types that were given" "1236"

verify "$tmp/bad.o"
is $status 1 "bad programs are refused"
has "one of them is not bad" "^1 accepted, 5 refused"
has "the null check" "invalid mem access 'map_value_or_null'"
has "the bound" "max value is outside of the allowed memory range"
has "the sign" "min value is negative"
has "the pointer from the kernel" "invalid mem access 'scalar'"
has "the context" "invalid bpf_context access"

has "where it is in the source" "no_null_check\(\), .*bad.bpf.c:23:9, insn 7"
has "the lines around it" "^ +22 \| *$"
has "what helps" "hint: test the pointer before it is used"
! grep -q "processed" "$tmp/out"
is $? 0 "no log beside the report"
verify -v "$tmp/bad.o"
has "but with -v" "^    processed [0-9]+ insns"

verify --color=always "$tmp/bad.o"
has "colour" $'\033\\[1;31mrefused'
verify "$tmp/bad.o"
! grep -q $'\033' "$tmp/out"
is $? 0 "none where there is no terminal"
script -qec "xbpf-verify $tmp/bad.o" /dev/null < /dev/null > "$tmp/out" 2>&1
has "colour on a terminal" $'\033\\[1;31mrefused'
NO_COLOR=1 script -qec "xbpf-verify $tmp/bad.o" /dev/null < /dev/null > "$tmp/out" 2>&1
! grep -q $'\033' "$tmp/out"
is $? 0 "unless NO_COLOR is set"
verify --color=often "$tmp/bad.o"
is $status 2 "a colour that does not exist"

verify --json "$tmp/bad.o"
is $status 1 "the same for programs"
is "$(python3 -c '
import json, sys
for line in open(sys.argv[1]):
    p = json.loads(line)
    r = p.get("report", {})
    print(p["program"], p["verdict"], p["errno"], r.get("insn"),
          r.get("source", {}).get("line"), r.get("register"), len(r.get("made", [])))
' "$tmp/out" 2>&1)" "\
no_null_check refused 13 7 23 R0 1
one_too_far refused 13 13 35 R0 6
signed_index refused 13 15 47 R0 7
kernel_pointer refused 13 1 53 R1 1
context_write refused 13 1 59 R1 0
fine accepted 0 None None None 0" "with all there is to say"

verify -l 3 "$tmp/bad.o"
is $status 2 "a log level that does not exist"
verify --btf "$tmp/none.btf" "$tmp/good.o"
is $status 2 "types that do not exist"
has "it tells which" "none.btf: No such file"
verify --btf "$tmp/types.c" "$tmp/good.o"
is $status 1 "types that are none: nothing can be relocated"
verify -p nothing "$tmp/bad.o"
is $status 2 "a program that does not exist"
has "it tells which" "nothing: no program has this name"
verify -p one_too_far "$tmp/bad.o"
is $status 1 "one of them"
has "and no other" "^0 accepted, 1 refused"

verify --csv "$tmp/bad.o"
is $status 1 "the same as a table"
is "$(grep -c . "$tmp/out")" 7 "a line each, and a head"
is "$(awk -F, 'NF != 12' "$tmp/out")" "" "of twelve columns"
has "a verdict with its number" "^[^,]*,bad.o,kernel_pointer,kprobe/d,refused,13,"

cat "$(command -v bash)" "$tmp/bad.o" "$tmp/good.o" > "$tmp/program"
verify --btf "$tmp/types.btf" --csv "$tmp/program"
is $status 1 "objects inside of an executable"
is "$(grep -c ,accepted, "$tmp/out")" 6 "are all found"

echo "1..$count"
exit $((failures > 0))
