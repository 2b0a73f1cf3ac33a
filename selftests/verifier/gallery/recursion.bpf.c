/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A function that calls itself
 */
#include "gallery.h"

static __noinline int sum(int n)
{
	return n < 1 ? n : n + sum(n / 2) + sum(n / 3);
}

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	return sum(ctx->rdi);
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	int i, n = 0;

	for (i = 0; i < 10; i++)
		n += i;
	return n;
}
