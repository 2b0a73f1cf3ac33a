/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tail call while a record is held
 *
 * The program does not come back.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return 0;
	bpf_tail_call(ctx, &programs, 1);
	bpf_ringbuf_discard(e, 0);
	return 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return 0;
	bpf_ringbuf_discard(e, 0);
	bpf_tail_call(ctx, &programs, 1);
	return 0;
}
