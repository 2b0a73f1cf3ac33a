// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one symbol that is interposed: libc's syscall(), on x86-64.
 *
 * bpf(2) and perf_event_open(2) have no wrapper in libc, so every library
 * comes through here.  All other numbers are passed on to the kernel exactly
 * as libc does it: six arguments, no stack frame of our own (a system call may
 * return on another stack), errno from the result.
 */
#include <asm/unistd.h>
#include "preload.h"

long syscall(long nr, ...);

#define STRING(x) #x
#define NUMBER(x) STRING(x)

__attribute__((naked)) long syscall(long nr __attribute__((unused)), ...)
{
	__asm__("endbr64\n\t"
		"cmpq $" NUMBER(__NR_bpf) ", %rdi\n\t"
		"je xbpf_preload_bpf\n\t"
		"cmpq $" NUMBER(__NR_perf_event_open) ", %rdi\n\t"
		"je xbpf_preload_perf\n\t"
		"movq %rdi, %rax\n\t"
		"movq %rsi, %rdi\n\t"
		"movq %rdx, %rsi\n\t"
		"movq %rcx, %rdx\n\t"
		"movq %r8, %r10\n\t"
		"movq %r9, %r8\n\t"
		"movq 8(%rsp), %r9\n\t"
		"syscall\n\t"
		"cmpq $-4095, %rax\n\t"
		"jae 1f\n\t"
		"ret\n"
		"1:\n\t"
		"movq %rax, %rdi\n\t"
		"jmp xbpf_preload_fail");
}
