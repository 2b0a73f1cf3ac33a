// SPDX-License-Identifier: GPL-2.0-only
/*
 * What helpers ask of the network that the caller of a test run sees: devices, what
 * is sent to them, groups and namespaces.
 */
#include <linux/cgroup.h>
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/skbuff.h>
#include <net/addrconf.h>
#include <net/cls_cgroup.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include "vm/packet.h"
#include "attach/attach.h"

u32 xbpf_net_prog_type(void)
{
	return xbpf_run_current()->prog->type;
}

/* ---- devices ---- */

static int forwards6(const struct net_device *dev)
{
	const struct inet6_dev *idev;

	if (!IS_ENABLED(CONFIG_IPV6))
		return 0;
	idev = __in6_dev_get_safely(dev);
	return idev && READ_ONCE(idev->cnf.forwarding);
}

int xbpf_net_device(u32 ifindex, struct xbpf_net_device *out)
{
	const struct net_device *dev;
	struct in_device *in_dev;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(current->nsproxy->net_ns, ifindex);
	if (!dev) {
		rcu_read_unlock();
		return -ENODEV;
	}
	in_dev = __in_dev_get_rcu(dev);
	*out = (struct xbpf_net_device){
		.mtu = READ_ONCE(dev->mtu), .link_len = dev->hard_header_len,
		.forwards4 = in_dev && IN_DEV_FORWARD(in_dev),
		.forwards6 = forwards6(dev),
	};
	rcu_read_unlock();
	return 0;
}

static struct sk_buff *copy_packet(const struct xbpf_skb *from,
				   struct net_device *dev)
{
	const struct xbpf_packet *pkt = &from->pkt;
	struct sk_buff *skb;

	skb = alloc_skb(LL_MAX_HEADER + pkt->len, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER);
	skb_put_data(skb, pkt->buf + pkt->data, pkt->len);
	skb->dev = dev;
	skb->protocol = (__force __be16)from->abi.protocol;
	skb->mark = from->abi.mark;
	skb->priority = from->abi.priority;
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, (int)pkt->net - (int)pkt->data);
	return skb;
}

/* Classifiers have the link header, which some devices do not want. */
static long send_to(struct sk_buff *skb, struct net_device *dev, u64 flags)
{
	if (!dev_is_mac_header_xmit(dev)) {
		if (skb->len <= skb_network_offset(skb)) {
			kfree_skb(skb);
			return -ERANGE;
		}
		skb_pull(skb, skb_network_offset(skb));
		skb_reset_mac_header(skb);
	}
	return flags & XBPF_F_INGRESS ? dev_forward_skb(dev, skb) :
					dev_queue_xmit(skb);
}

long xbpf_net_send(const struct xbpf_skb *from, u32 ifindex, u64 flags)
{
	struct net_device *dev;
	struct sk_buff *skb;
	long ret = -EINVAL;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(current->nsproxy->net_ns, ifindex);
	if (dev) {
		skb = copy_packet(from, dev);
		ret = skb ? send_to(skb, dev, flags) : -ENOMEM;
	}
	rcu_read_unlock();
	return ret;
}

u64 xbpf_helper_redirect(u64 ifindex, u64 flags, u64 r3, u64 r4, u64 r5)
{
	return xbpf_redirect_verdict(xbpf_net_prog_type(), flags);
}

/* ---- namespaces: without a packet, that of the machine ---- */

u64 xbpf_helper_get_netns_cookie(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ctx ? current->nsproxy->net_ns->net_cookie : init_net.net_cookie;
}

/* ---- groups: sockets of test runs are in those of whoever runs them ---- */

u64 xbpf_helper_get_cgroup_classid(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	if (!IS_ENABLED(CONFIG_CGROUP_NET_CLASSID))
		return 0;
	return task_cls_classid(current);
}

u64 xbpf_helper_skb_cgroup_classid(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	const struct xbpf_skb *skb = (void *)(unsigned long)ctx;

	return skb->abi.sk ? xbpf_helper_get_cgroup_classid(ctx, 0, 0, 0, 0) : 0;
}

/* @level below the root; negative: the group itself. Under RCU. */
static u64 group_id(const struct xbpf_socket *s, s32 level)
{
	struct cgroup *group;

	if (!s || !s->is_full)
		return 0;
	group = s->sk ? sock_cgroup_ptr(&((struct sock *)s->sk)->sk_cgrp_data) :
			task_dfl_cgroup(current);
	if (level >= 0)
		group = cgroup_ancestor(group, level);
	return group ? cgroup_id(group) : 0;
}

static const struct xbpf_socket *socket_of_packet(u64 ctx)
{
	const struct xbpf_skb *skb = (void *)(unsigned long)ctx;

	return skb->abi.sk ? xbpf_socket_of((unsigned long)skb->abi.sk) : NULL;
}

u64 xbpf_helper_skb_cgroup_id(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return group_id(socket_of_packet(ctx), -1);
}

u64 xbpf_helper_skb_ancestor_cgroup_id(u64 ctx, u64 level, u64 r3, u64 r4, u64 r5)
{
	return (s32)level < 0 ? 0 : group_id(socket_of_packet(ctx), level);
}

u64 xbpf_helper_sk_cgroup_id(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return group_id(xbpf_socket_find(sk), -1);
}

u64 xbpf_helper_sk_ancestor_cgroup_id(u64 sk, u64 level, u64 r3, u64 r4, u64 r5)
{
	return (s32)level < 0 ? 0 : group_id(xbpf_socket_find(sk), level);
}
