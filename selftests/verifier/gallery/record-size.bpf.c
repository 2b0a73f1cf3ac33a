/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record whose size is a variable
 *
 * The verifier must know how large it is.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	char *e = bpf_ringbuf_reserve(&events, ctx->rdi & 63, 0);

	if (e)
		bpf_ringbuf_discard(e, 0);
	return 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	char *e = bpf_ringbuf_reserve(&events, 64, 0);

	if (e)
		bpf_ringbuf_discard(e, 0);
	return 0;
}
