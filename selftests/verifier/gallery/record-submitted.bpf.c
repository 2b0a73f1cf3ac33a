/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record that is used after it was submitted
 *
 * It is the reader's from then on.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return 0;
	e->pid = bpf_get_current_pid_tgid();
	bpf_ringbuf_submit(e, 0);
	return e->pid;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	__u32 pid = bpf_get_current_pid_tgid();

	if (!e)
		return 0;
	e->pid = pid;
	bpf_ringbuf_submit(e, 0);
	return pid;
}
