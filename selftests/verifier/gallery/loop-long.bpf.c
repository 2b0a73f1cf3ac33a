/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A loop of too many rounds
 *
 * A million instructions are looked at, each round anew.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 n = 1;

	while (n != 12) {
		n = n * 1103515245 + 12345;
		asm volatile("" : "+r"(n));
	}
	return 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 n = 1, i;

	for (i = 0; n != 12 && i < 1000; i++) {
		n = n * 1103515245 + 12345;
		asm volatile("" : "+r"(n));
	}
	return 0;
}
