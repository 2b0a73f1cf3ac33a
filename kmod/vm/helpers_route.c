// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that say where packets go: verdicts of redirect, sizes that fit a device,
 * routes.
 *
 * Knows the rules of the ABI. What devices and routes there are, the host knows.
 */
#include "vm/packet.h"

#define AF_IP	2
#define AF_IP6	10
#define SHOT	2

/* ---- verdicts: test runs end with them, nothing is sent ---- */

u64 xbpf_redirect_verdict(u32 type, u64 flags)
{
	if (type == XBPF_PROG_TYPE_XDP)
		return flags ? XBPF_XDP_ABORTED : XBPF_XDP_REDIRECT;
	return flags & ~(u64)XBPF_F_INGRESS ? SHOT : XBPF_TCX_REDIRECT;
}

u64 xbpf_helper_redirect_peer(u64 ifindex, u64 flags, u64 r3, u64 r4, u64 r5)
{
	return flags ? SHOT : XBPF_TCX_REDIRECT;
}

u64 xbpf_helper_redirect_neigh(u64 ifindex, u64 params, u64 len, u64 flags, u64 r5)
{
	if (flags || (len && len < sizeof(struct xbpf_redir_neigh)))
		return SHOT;
	return XBPF_TCX_REDIRECT;
}

/* The copy is sent indeed, as by Linux in a test run. */
u64 xbpf_helper_clone_redirect(u64 ctx, u64 ifindex, u64 flags, u64 r4, u64 r5)
{
	const struct xbpf_skb *skb = (void *)(unsigned long)ctx;
	struct xbpf_net_device dev;

	if (flags & ~(u64)XBPF_F_INGRESS)
		return -EINVAL;
	if (skb->abi.gso_size)
		return -EBADMSG;
	if (xbpf_net_device(ifindex, &dev))
		return -EINVAL;
	if (!skb->pkt.len || skb->pkt.mac >= skb->pkt.net)
		return -ERANGE;
	return xbpf_net_send(skb, ifindex, flags);
}

/* ---- sizes ---- */

/**
 * struct mtu_check - one question
 * @len: of the packet, link header included
 * @ifindex: of the device
 * @segments: it is sent in pieces
 */
struct mtu_check {
	u32 len;
	u32 ifindex;
	u32 segments;
};

/* With a length at @at it is that of a network packet, not of this one. */
static u64 check_mtu(const struct mtu_check *c, u64 at, s32 diff)
{
	struct xbpf_net_device dev;
	s64 len = c->len;
	u32 given;
	int err = xbpf_net_device(c->ifindex, &dev);

	if (err)
		return err;
	memcpy(&given, (void *)(unsigned long)at, sizeof(given));
	if (given)
		len = (s64)given + dev.link_len;
	memcpy((void *)(unsigned long)at, &dev.mtu, sizeof(dev.mtu));
	if (len + diff <= (s64)dev.mtu + dev.link_len || c->segments)
		return XBPF_MTU_CHK_RET_SUCCESS;
	return XBPF_MTU_CHK_RET_FRAG_NEEDED;
}

/* A test run's packet has no transport header by which segments are measured. */
static u64 check_mtu_skb(const struct xbpf_skb *skb, u32 ifindex, u64 at, s32 diff,
			 u64 flags)
{
	struct mtu_check c = {
		.len = skb->pkt.len, .segments = skb->abi.gso_size,
		.ifindex = ifindex ?: skb->abi.ifindex,
	};
	u32 given;
	u64 ret;

	memcpy(&given, (void *)(unsigned long)at, sizeof(given));
	if (flags & ~(u64)XBPF_MTU_CHK_SEGS)
		return -EINVAL;
	if (flags && (diff || given))
		return -EINVAL;
	if (!flags || !c.segments)
		return check_mtu(&c, at, diff);
	c.segments = 0;
	ret = check_mtu(&c, at, diff);
	if (ret != XBPF_MTU_CHK_RET_FRAG_NEEDED)
		return ret;
	memcpy((void *)(unsigned long)at, &given, sizeof(given));
	return -EINVAL;
}

u64 xbpf_helper_check_mtu(u64 ctx, u64 ifindex, u64 at, u64 diff, u64 flags)
{
	const struct xbpf_xdp *xdp = (void *)(unsigned long)ctx;
	struct mtu_check c = { .ifindex = ifindex };

	if (xbpf_net_prog_type() != XBPF_PROG_TYPE_XDP)
		return check_mtu_skb((void *)(unsigned long)ctx, ifindex, at,
				     diff, flags);
	if (flags)
		return -EINVAL;
	c.len = xdp->pkt.linear;
	c.ifindex = c.ifindex ?: xdp->abi.ingress_ifindex;
	return check_mtu(&c, at, diff);
}

/* ---- routes ---- */

#define FIB_FLAGS							\
	(XBPF_FIB_LOOKUP_DIRECT | XBPF_FIB_LOOKUP_OUTPUT |		\
	 XBPF_FIB_LOOKUP_SKIP_NEIGH | XBPF_FIB_LOOKUP_TBID |		\
	 XBPF_FIB_LOOKUP_SRC | XBPF_FIB_LOOKUP_MARK)

static int fib_lookup(struct xbpf_fib_lookup *params, u32 flags, int check_size)
{
	struct xbpf_net_device dev;
	int v6 = params->family == AF_IP6;

	if (flags & ~(u32)FIB_FLAGS)
		return -EINVAL;
	if (params->family != AF_IP && !v6)
		return -EAFNOSUPPORT;
	if (xbpf_net_device(params->ifindex, &dev))
		return -ENODEV;
	if (!(v6 ? dev.forwards6 : dev.forwards4))
		return XBPF_FIB_LKUP_RET_FWD_DISABLED;
	return xbpf_net_route(params, flags, check_size);
}

/* Without a length, the packet itself must fit the device that was found. */
static int fib_lookup_skb(const struct xbpf_skb *skb,
			  struct xbpf_fib_lookup *params, u32 flags)
{
	int given = params->tot_len != 0;
	int ret = fib_lookup(params, flags, given);
	struct xbpf_net_device dev;

	if (ret != XBPF_FIB_LKUP_RET_SUCCESS || given)
		return ret;
	if (xbpf_net_device(params->ifindex, &dev))
		return -ENODEV;
	params->mtu_result = dev.mtu;
	return skb->pkt.len > dev.mtu + dev.link_len && !skb->abi.gso_size ?
		XBPF_FIB_LKUP_RET_FRAG_NEEDED : ret;
}

u64 xbpf_helper_fib_lookup(u64 ctx, u64 params, u64 len, u64 flags, u64 r5)
{
	struct xbpf_fib_lookup p;
	int ret;

	if ((s32)len < (s32)sizeof(p))
		return -EINVAL;
	memcpy(&p, (void *)(unsigned long)params, sizeof(p));
	if (xbpf_net_prog_type() == XBPF_PROG_TYPE_XDP)
		ret = fib_lookup(&p, flags, 1);
	else
		ret = fib_lookup_skb((void *)(unsigned long)ctx, &p, flags);
	memcpy((void *)(unsigned long)params, &p, sizeof(p));
	return ret;
}
