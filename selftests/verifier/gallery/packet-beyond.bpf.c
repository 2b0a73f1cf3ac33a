/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A second header behind the one that was checked
 *
 * Each header needs a comparison of its own, or one of the last for all.
 */
#include "gallery.h"
#include <linux/if_ether.h>
#include <linux/ip.h>

SEC("xdp")
int wrong(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(eth + 1) > end)
		return XDP_DROP;
	return ip->protocol ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int right(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > end)
		return XDP_DROP;
	return ip->protocol ? XDP_PASS : XDP_DROP;
}
