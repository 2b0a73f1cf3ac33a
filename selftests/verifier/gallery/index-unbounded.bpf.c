/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An index that nobody checks
 *
 * What comes from a context, from a map or from user space may be any number.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1, i = ctx->rdi;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	return s ? s->slot[i] : 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1, i = ctx->rdi;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	return s && i < NR_SLOTS ? s->slot[i] : 0;
}
