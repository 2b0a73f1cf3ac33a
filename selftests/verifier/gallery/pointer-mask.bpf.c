/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An address that is masked
 *
 * Addresses can be moved, by plus and minus, and that is all.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	if (!s)
		return 0;
	s = (struct slots *)((unsigned long)s & ~63UL);
	return s->slot[0];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	if (!s)
		return 0;
	return s->slot[ctx->rdi & 7];
}
