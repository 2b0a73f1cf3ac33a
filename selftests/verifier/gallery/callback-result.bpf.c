/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A callback that returns what it must not
 *
 * 1 ends the loop, 0 goes on.
 */
#include "gallery.h"

static int two(__u32 i, void *data)
{
	return 2;
}

static int one(__u32 i, void *data)
{
	return 1;
}

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	return bpf_loop(10, two, 0, 0);
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	return bpf_loop(10, one, 0, 0);
}
