/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A helper for GPL programs only
 *
 * What the licence section of the object says counts.
 */
#define LICENSE "Proprietary"
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	return bpf_get_current_task() & 1;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	return bpf_get_current_pid_tgid() & 1;
}
