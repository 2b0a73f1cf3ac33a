/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A map lookup without a null check
 *
 * A lookup gives NULL when there is no such element, and for the verifier there may
 * always be none, in arrays too.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	return s->slot[0];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	return s ? s->slot[0] : 0;
}
