/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The context at a variable offset
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	return ((unsigned long *)ctx)[ctx->rdi & 7];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	unsigned long first = ctx->rdi, second = ctx->rsi;

	return first & 1 ? first : second;
}
