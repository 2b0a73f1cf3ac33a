/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A check of memory that is read again
 *
 * Between the test and the use another CPU may write: the second read may give any
 * number. The compiler reads twice what is volatile, or what it has no register for.
 */
#include "gallery.h"

volatile unsigned long position;

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	if (!s || position >= NR_SLOTS)
		return 0;
	return s->slot[position];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);
	unsigned long i = position;

	if (!s || i >= NR_SLOTS)
		return 0;
	return s->slot[i];
}
