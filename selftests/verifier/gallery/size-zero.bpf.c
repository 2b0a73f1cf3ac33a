/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A size that may be 0
 *
 * Some helpers want at least a byte.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	char text[64];
	unsigned long size = ctx->rsi;

	if (size > 64)
		return 0;
	return bpf_get_current_comm(text, size);
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	char text[64];
	unsigned long size = ctx->rsi;

	if (!size || size > 64)
		return 0;
	return bpf_get_current_comm(text, size);
}
