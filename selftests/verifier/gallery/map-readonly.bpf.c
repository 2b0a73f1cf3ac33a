/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Constant data that is written
 *
 * What is const in the source is a map that is read only.
 */
#include "gallery.h"

const volatile int limit = 5;
volatile int count;

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	*(volatile int *)&limit = ctx->rdi;
	return limit;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	count = ctx->rdi;
	return count;
}
