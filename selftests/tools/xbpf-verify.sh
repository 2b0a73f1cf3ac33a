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
head -c 700 "$tmp/good.o" > "$tmp/cut.o"
verify "$tmp/cut.o"
is $status 2 "half an object"

verify --btf "$tmp/types.btf" "$tmp/good.o"
is $status 0 "good programs are accepted"
has "all of them" "^4 accepted, 0 refused"
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

verify --csv "$tmp/bad.o"
is $status 1 "the same as a table"
is "$(grep -c . "$tmp/out")" 7 "a line each, and a head"
is "$(awk -F, 'NF != 12' "$tmp/out")" "" "of twelve columns"
has "a verdict with its number" "^[^,]*,bad.o,kernel_pointer,kprobe/d,refused,13,"

cat "$(command -v bash)" "$tmp/bad.o" "$tmp/good.o" > "$tmp/program"
verify --btf "$tmp/types.btf" --csv "$tmp/program"
is $status 1 "objects inside of an executable"
is "$(grep -c ,accepted, "$tmp/out")" 5 "are all found"

echo "1..$count"
exit $((failures > 0))
