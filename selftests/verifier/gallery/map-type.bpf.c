/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A map of the wrong type for the helper
 *
 * A ring buffer has no elements.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;

	return bpf_map_lookup_elem(&events, &key) != 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;

	return bpf_map_lookup_elem(&slots, &key) != 0;
}
