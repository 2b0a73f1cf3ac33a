/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A field that the context does not have
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	return ((unsigned long *)ctx)[40];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	return ((unsigned long *)ctx)[14];
}
