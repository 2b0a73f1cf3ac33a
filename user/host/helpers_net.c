// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs ask of the network, in this process: there is the loopback device,
 * which is down, and no route, no socket, no class and no group.
 */
#include "vm/packet.h"
#include "host/test_run.h"

#define LOOPBACK_MTU	65536

int xbpf_net_device(u32 ifindex, struct xbpf_net_device *dev)
{
	*dev = (struct xbpf_net_device){
		.mtu = LOOPBACK_MTU, .link_len = XBPF_ETH_HLEN,
	};
	return ifindex == 1 ? 0 : -ENODEV;
}

/* A device that is down drops what it receives and refuses what it shall send. */
long xbpf_net_send(const struct xbpf_skb *skb, u32 ifindex, u64 flags)
{
	const long dropped = 1;

	return flags & XBPF_F_INGRESS ? dropped : -ENETDOWN;
}

int xbpf_net_route(struct xbpf_fib_lookup *params, u32 flags, int check_size)
{
	return XBPF_FIB_LKUP_RET_NOT_FWDED;
}

u64 xbpf_helper_redirect(u64 ifindex, u64 flags, u64 r3, u64 r4, u64 r5)
{
	return xbpf_redirect_verdict(xbpf_net_prog_type(), flags);
}

/* ---- nothing is there, or found ---- */

#define NOTHING(name, result)						\
u64 xbpf_helper_##name(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)		\
{									\
	return result;							\
}

NOTHING(get_cgroup_classid, 0)
NOTHING(skb_cgroup_classid, 0)
NOTHING(skb_cgroup_id, 0)
NOTHING(skb_ancestor_cgroup_id, 0)
NOTHING(sk_cgroup_id, 0)
NOTHING(sk_ancestor_cgroup_id, 0)
NOTHING(get_netns_cookie, 0)

NOTHING(sk_lookup_tcp, 0)
NOTHING(sk_lookup_udp, 0)
NOTHING(skc_lookup_tcp, 0)
NOTHING(sk_release, 0)
NOTHING(skc_to_tcp6_sock, 0)
NOTHING(skc_to_tcp_sock, 0)
NOTHING(skc_to_tcp_timewait_sock, 0)
NOTHING(skc_to_tcp_request_sock, 0)
NOTHING(skc_to_udp6_sock, 0)
NOTHING(skc_to_unix_sock, 0)

/* As by a kernel without SYN cookies: their secrets are the kernel's. */
NOTHING(tcp_gen_syncookie, -EOPNOTSUPP)
NOTHING(tcp_check_syncookie, -ENOTSUPP)
NOTHING(tcp_raw_gen_syncookie_ipv4, -EPROTONOSUPPORT)
NOTHING(tcp_raw_gen_syncookie_ipv6, -EPROTONOSUPPORT)
NOTHING(tcp_raw_check_syncookie_ipv4, -EPROTONOSUPPORT)
NOTHING(tcp_raw_check_syncookie_ipv6, -EPROTONOSUPPORT)
