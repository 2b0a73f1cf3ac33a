/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A check that is before the arithmetic
 *
 * The test bounds the number that it sees, not what is made of it later.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);
	unsigned long i = ctx->rdi;

	if (!s || i >= NR_SLOTS)
		return 0;
	i = i * 2 + 1;
	return s->slot[i];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);
	unsigned long i = ctx->rdi * 2 + 1;

	if (!s || i >= NR_SLOTS)
		return 0;
	return s->slot[i];
}
