/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A size that nobody checks
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	char text[64];
	__u32 size = ctx->rsi;

	return bpf_probe_read_user(text, size, (void *)ctx->rdi);
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	char text[64];
	__u32 size = ctx->rsi;

	return bpf_probe_read_user(text, size & 63, (void *)ctx->rdi);
}
