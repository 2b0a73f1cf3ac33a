/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A size that may be negative
 *
 * The helper would take -1 for a very large size.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	char text[64];
	long size = ctx->rsi;

	if (size > 64)
		return 0;
	return bpf_probe_read_user(text, size, (void *)ctx->rdi);
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	char text[64];
	long size = ctx->rsi;

	if (size < 0 || size > 64)
		return 0;
	return bpf_probe_read_user(text, size, (void *)ctx->rdi);
}
