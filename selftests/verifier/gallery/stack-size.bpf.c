/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * More stack than there is
 *
 * Functions that call each other share 512 bytes.
 */
#include "gallery.h"

static __noinline int use(volatile char *p)
{
	volatile char more[BIG];

	more[p[0] & 255] = 1;
	return more[0];
}

static __noinline int use_less(volatile char *p)
{
	volatile char more[16];

	more[p[0] & 15] = 1;
	return more[0];
}

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	volatile char text[BIG];

	text[0] = ctx->rdi;
	return use(text);
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	volatile char text[BIG];

	text[0] = ctx->rdi;
	return use_less(text);
}
