/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system call itself, for programs that take the place of the C library's
 * syscall() and still need some of them.
 */
#ifndef XBPF_HOST_RAW_SYSCALL_H
#define XBPF_HOST_RAW_SYSCALL_H

/* Six arguments in @a; what the kernel returns, -errno included. */
static inline long raw_syscall(long nr, const long *a)
{
	register long r10 asm("r10") = a[3];
	register long r8 asm("r8") = a[4];
	register long r9 asm("r9") = a[5];
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10),
		       "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return ret;
}

#endif
