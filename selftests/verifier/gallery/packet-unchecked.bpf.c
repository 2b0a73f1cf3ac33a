/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet that may be too short
 *
 * A packet has at least no byte. What a comparison with data_end proves is as many bytes
 * as it is about.
 */
#include "gallery.h"
#include <linux/if_ether.h>

SEC("xdp")
int wrong(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)eth > end)
		return XDP_DROP;
	return eth->h_proto ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int right(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > end)
		return XDP_DROP;
	return eth->h_proto ? XDP_PASS : XDP_DROP;
}
