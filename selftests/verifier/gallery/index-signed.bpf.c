/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An index that may be negative
 *
 * A test against the upper end leaves all negative numbers.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);
	long i = ctx->rdi;

	if (!s || i >= NR_SLOTS || i < -100)
		return 0;
	return s->slot[i];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);
	unsigned long i = ctx->rdi;

	if (!s || i >= NR_SLOTS)
		return 0;
	return s->slot[i];
}
