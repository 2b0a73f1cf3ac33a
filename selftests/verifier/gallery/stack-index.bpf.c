/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An index into an array on the stack that nobody checks
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	volatile __u32 seen[4] = {};

	seen[ctx->rdi] = 1;
	return seen[0];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	volatile __u32 seen[4] = {};

	seen[ctx->rdi & 3] = 1;
	return seen[0];
}
