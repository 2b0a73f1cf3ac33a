/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A helper that gets too few arguments
 *
 * Here a declaration lacks an argument. The same is said of a variable that has no
 * value on some path.
 */
#include "gallery.h"

static void *(*lookup)(void *map) = (void *)BPF_FUNC_map_lookup_elem;

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	return lookup(&slots) != 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&slots, &key) != 0;
}
