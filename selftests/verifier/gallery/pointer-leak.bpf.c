/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An address in a map, by a loader without CAP_PERFMON
 *
 * options: --unprivileged
 *
 * Who reads the map would learn where things are in the kernel.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	if (s)
		*(void **)s = ctx;
	return 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	if (s)
		*(unsigned long *)s = ctx->rdi;
	return 0;
}
