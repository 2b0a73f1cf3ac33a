/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A helper that this type of program does not have
 *
 * Each type of program has its own set.
 */
#include "gallery.h"

SEC("socket")
int wrong(struct __sk_buff *ctx)
{
	return bpf_get_stackid(ctx, &slots, 0);
}

SEC("socket")
int right(struct __sk_buff *ctx)
{
	return bpf_ktime_get_ns() & 1;
}
