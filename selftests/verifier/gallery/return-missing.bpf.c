/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A program that returns nothing
 *
 * R0 is the return value, and every path sets it.
 */
#include "gallery.h"

volatile unsigned long runs;

SEC("kprobe/f")
void wrong(struct pt_regs *ctx)
{
	runs++;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	runs++;
	return 0;
}
