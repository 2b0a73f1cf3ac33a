/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pointer that is moved before its null check
 *
 * NULL plus 4 is not NULL: the check would say nothing.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	__u32 *slot = bpf_map_lookup_elem(&slots, &key);

	slot += ctx->rdi & 7;
	asm volatile("" : "+r"(slot));	/* keep the order */
	return slot ? *slot : 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	__u32 *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	slot += ctx->rdi & 7;
	return *slot;
}
