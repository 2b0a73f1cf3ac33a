/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A loop that may never end
 *
 * Nothing that the verifier knows of changes from one round to the next.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	while (bpf_get_prandom_u32())
		;
	return 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	int i;

	for (i = 0; i < 100; i++)
		if (!bpf_get_prandom_u32())
			break;
	return 0;
}
