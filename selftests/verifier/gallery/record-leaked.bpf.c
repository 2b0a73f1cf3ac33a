/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record that is reserved and kept
 *
 * Each path out of the program submits or discards it, the one after an error too.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return 0;
	e->pid = bpf_get_current_pid_tgid();
	if (bpf_get_current_comm(e->comm, sizeof(e->comm)))
		return 0;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return 0;
	e->pid = bpf_get_current_pid_tgid();
	if (bpf_get_current_comm(e->comm, sizeof(e->comm)))
		bpf_ringbuf_discard(e, 0);
	else
		bpf_ringbuf_submit(e, 0);
	return 0;
}
