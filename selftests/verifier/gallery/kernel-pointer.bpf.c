/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An address of the kernel that is followed
 *
 * An address that was read from the context or from a map is a number like any other.
 */
#include "gallery.h"

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	int *p = (int *)ctx->rdi;

	return *p;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	int *p = (int *)ctx->rdi, n = 0;

	bpf_probe_read_kernel(&n, sizeof(n), p);
	return n;
}
