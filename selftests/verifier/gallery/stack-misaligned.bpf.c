/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A misaligned access to the stack
 *
 * On the stack each access is aligned to its size.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	volatile char text[16] __attribute__((aligned(8))) = {};

	volatile char *p = text + 1;

	asm volatile("" : "+r"(p));	/* hide it from the compiler */
	*(volatile __u64 *)p = ctx->rdi;
	return text[1];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	volatile char text[16] __attribute__((aligned(8))) = {};

	*(volatile __u64 *)(text + 8) = ctx->rdi;
	return text[8];
}
