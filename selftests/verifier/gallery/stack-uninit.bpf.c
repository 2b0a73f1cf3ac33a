/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A key with a hole that was not written
 *
 * options: --unprivileged
 *
 * The map compares all bytes of a key, those between the members too. Loaders without
 * CAP_PERFMON may not show such bytes to others.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	struct key key;
	__u64 *count;

	key.cpu = 1;
	key.pid = 2;
	count = bpf_map_lookup_elem(&counts, &key);
	return count ? *count : 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	struct key key;
	__u64 *count;

	__builtin_memset(&key, 0, sizeof(key));
	key.cpu = 1;
	key.pid = 2;
	count = bpf_map_lookup_elem(&counts, &key);
	return count ? *count : 0;
}
