/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * More bytes than the buffer has
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	if (!s)
		return 0;
	return bpf_probe_read_user(&s->slot[1], sizeof(*s), (void *)ctx->rdi);
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct slots *s = bpf_map_lookup_elem(&slots, &key);

	if (!s)
		return 0;
	return bpf_probe_read_user(s, sizeof(*s), (void *)ctx->rdi);
}
