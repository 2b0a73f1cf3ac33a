/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A null check of another pointer
 *
 * Each lookup has a result of its own, even of the same key.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s;

	if (!bpf_map_lookup_elem(&slots, &key))
		return 0;
	s = bpf_map_lookup_elem(&slots, &key);
	return s->slot[0];
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	if (!s)
		return 0;
	return s->slot[0];
}
