/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A value that is smaller than the type it is read as
 *
 * The size of a value is the map's, whatever the pointer's type says.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	return s ? *(__u64 *)&s->slot[NR_SLOTS - 1] : 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	return s ? *(__u64 *)&s->slot[NR_SLOTS - 2] : 0;
}
