// SPDX-License-Identifier: GPL-2.0-only
/*
 * Routes: the kernel's tables, asked as a packet that is forwarded would ask them.
 *
 * Not known: of several next hops with one route, which one the flow takes (IPv4:
 * the first is told); other tables of IPv4 than the main one; sizes that a path was
 * found to have.
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <net/arp.h>
#include <net/flow.h>
#include <net/inet_dscp.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ipv6_stubs.h>
#include <net/ndisc.h>
#include <net/net_namespace.h>
#include "vm/packet.h"
#include "attach/attach.h"

#define RET(name)	XBPF_FIB_LKUP_RET_##name

static struct net *our_net(void)
{
	return current->nsproxy->net_ns;
}

/* The link addresses of the next hop, if its neighbour is known. */
static int set_link(struct xbpf_fib_lookup *p, const struct net_device *dev,
		    const struct neighbour *neigh, u32 flags)
{
	if (!(flags & XBPF_FIB_LOOKUP_SKIP_NEIGH)) {
		if (!neigh || !(READ_ONCE(neigh->nud_state) & NUD_VALID))
			return RET(NO_NEIGH);
		memcpy(p->dmac, neigh->ha, sizeof(p->dmac));
		memcpy(p->smac, dev->dev_addr, sizeof(p->smac));
	}
	p->h_vlan_TCI = 0;
	p->h_vlan_proto = 0;
	return RET(SUCCESS);
}

static int too_long(struct xbpf_fib_lookup *p, u32 mtu, int check_size)
{
	if (!check_size)
		return 0;
	if (p->tot_len > mtu) {
		p->mtu_result = mtu;
		return 1;
	}
	return 0;
}

/* ---- IPv4 ---- */

static void set_flow4(struct flowi4 *flow, const struct xbpf_fib_lookup *p, u32 flags)
{
	*flow = (struct flowi4){
		.flowi4_iif = p->ifindex, .flowi4_tos = p->tos & INET_DSCP_MASK,
		.flowi4_scope = RT_SCOPE_UNIVERSE, .flowi4_proto = p->l4_protocol,
		.daddr = p->ipv4_dst, .saddr = p->ipv4_src,
		.fl4_sport = p->sport, .fl4_dport = p->dport,
		.flowi4_uid = sock_net_uid(our_net(), NULL),
	};
	if (flags & XBPF_FIB_LOOKUP_OUTPUT) {
		flow->flowi4_iif = LOOPBACK_IFINDEX;
		flow->flowi4_oif = p->ifindex;
	}
	if (flags & XBPF_FIB_LOOKUP_MARK && !(flags & XBPF_FIB_LOOKUP_DIRECT))
		flow->flowi4_mark = p->mark;
}

static int ask4(struct xbpf_fib_lookup *p, u32 flags, struct fib_result *res)
{
	struct net *net = our_net();
	struct fib_table *table;
	struct flowi4 flow;
	u32 id = RT_TABLE_MAIN;

	set_flow4(&flow, p, flags);
	if (!(flags & XBPF_FIB_LOOKUP_DIRECT))
		return fib_lookup(net, &flow, res, FIB_LOOKUP_NOREF);
	if (flags & XBPF_FIB_LOOKUP_TBID) {
		id = p->tbid;
		p->tbid = 0;
	}
	table = id == RT_TABLE_MAIN ? rcu_dereference(net->ipv4.fib_main) : NULL;
	return table ? fib_table_lookup(table, &flow, res, FIB_LOOKUP_NOREF) :
		       -ENETUNREACH;
}

static int refusal4(int err)
{
	switch (err) {
	case -EINVAL:
		return RET(BLACKHOLE);
	case -EHOSTUNREACH:
		return RET(UNREACHABLE);
	case -EACCES:
		return RET(PROHIBIT);
	default:
		return RET(NOT_FWDED);
	}
}

static u32 mtu4(const struct fib_result *res)
{
	return res->fi->fib_mtu ?: READ_ONCE(res->nhc->nhc_dev->mtu);
}

/* What the route prefers, or else what its device has. */
static __be32 source4(const struct fib_result *res)
{
	__be32 to = res->nhc->nhc_gw_family == AF_INET ? res->nhc->nhc_gw.ipv4 : 0;

	return res->fi->fib_prefsrc ?:
	       inet_select_addr(res->nhc->nhc_dev, to, res->fi->fib_scope);
}

/* A next hop of IPv6 may serve, too. */
static const struct neighbour *set_hop4(struct xbpf_fib_lookup *p,
					const struct fib_nh_common *nhc)
{
	if (nhc->nhc_gw_family == AF_INET6) {
		p->family = AF_INET6;
		memcpy(p->ipv6_dst, &nhc->nhc_gw.ipv6, sizeof(p->ipv6_dst));
		return __ipv6_neigh_lookup_noref_stub(nhc->nhc_dev, p->ipv6_dst);
	}
	if (nhc->nhc_gw_family)
		p->ipv4_dst = nhc->nhc_gw.ipv4;
	return __ipv4_neigh_lookup_noref(nhc->nhc_dev, (__force u32)p->ipv4_dst);
}

static int route4(struct xbpf_fib_lookup *p, u32 flags, int check_size)
{
	const struct neighbour *neigh;
	struct fib_result res = {};
	u32 mtu;
	int err = ask4(p, flags, &res);

	if (err)
		return refusal4(err);
	if (res.type != RTN_UNICAST)
		return RET(NOT_FWDED);
	mtu = mtu4(&res);
	if (too_long(p, mtu, check_size))
		return RET(FRAG_NEEDED);
	if (res.nhc->nhc_lwtstate)
		return RET(UNSUPP_LWT);
	p->rt_metric = res.fi->fib_priority;
	p->ifindex = res.nhc->nhc_dev->ifindex;
	if (flags & XBPF_FIB_LOOKUP_SRC)
		p->ipv4_src = source4(&res);
	neigh = set_hop4(p, res.nhc);
	err = set_link(p, res.nhc->nhc_dev, neigh, flags);
	if (!err && check_size)
		p->mtu_result = mtu;
	return err;
}

/* ---- IPv6 ---- */

static void set_flow6(struct flowi6 *flow, const struct xbpf_fib_lookup *p, u32 flags)
{
	*flow = (struct flowi6){
		.flowi6_iif = p->ifindex, .flowlabel = p->flowinfo,
		.flowi6_proto = p->l4_protocol,
		.fl6_sport = p->sport, .fl6_dport = p->dport,
		.flowi6_uid = sock_net_uid(our_net(), NULL),
	};
	memcpy(&flow->daddr, p->ipv6_dst, sizeof(flow->daddr));
	memcpy(&flow->saddr, p->ipv6_src, sizeof(flow->saddr));
	if (flags & XBPF_FIB_LOOKUP_OUTPUT) {
		flow->flowi6_iif = LOOPBACK_IFINDEX;
		flow->flowi6_oif = p->ifindex;
	}
	if (flags & XBPF_FIB_LOOKUP_MARK && !(flags & XBPF_FIB_LOOKUP_DIRECT))
		flow->flowi6_mark = p->mark;
}

static int ask6(struct xbpf_fib_lookup *p, u32 flags, struct flowi6 *flow,
		struct fib6_result *res)
{
	int strict = flags & XBPF_FIB_LOOKUP_OUTPUT ? 0 : RT6_LOOKUP_F_HAS_SADDR;
	struct fib6_table *table;
	u32 id = RT_TABLE_MAIN;
	int oif = p->ifindex, err;

	set_flow6(flow, p, flags);
	if (flags & XBPF_FIB_LOOKUP_DIRECT) {
		if (flags & XBPF_FIB_LOOKUP_TBID) {
			id = p->tbid;
			p->tbid = 0;
		}
		table = ipv6_stub->fib6_get_table(our_net(), id);
		err = table ? ipv6_stub->fib6_table_lookup(our_net(), table, oif,
						flow, res, strict) : -ENETUNREACH;
	} else {
		err = ipv6_stub->fib6_lookup(our_net(), oif, flow, res, strict);
	}
	if (err || IS_ERR_OR_NULL(res->f6i) ||
	    res->f6i == our_net()->ipv6.fib6_null_entry)
		return -ENETUNREACH;
	ipv6_stub->fib6_select_path(our_net(), res, flow, flow->flowi6_oif,
				    flow->flowi6_oif != 0, NULL, strict);
	return 0;
}

static int refusal6(u8 type)
{
	switch (type) {
	case RTN_UNICAST:
		return 0;
	case RTN_BLACKHOLE:
		return RET(BLACKHOLE);
	case RTN_UNREACHABLE:
		return RET(UNREACHABLE);
	case RTN_PROHIBIT:
		return RET(PROHIBIT);
	default:
		return RET(NOT_FWDED);
	}
}

/* The source that the route prefers; 0 if it has none, and so we know none. */
static int set_source6(struct xbpf_fib_lookup *p, const struct fib6_result *res)
{
	if (!res->f6i->fib6_prefsrc.plen)
		return 0;
	memcpy(p->ipv6_src, &res->f6i->fib6_prefsrc.addr, sizeof(p->ipv6_src));
	return 1;
}

static int finish6(struct xbpf_fib_lookup *p, u32 flags, int check_size,
		   const struct fib6_result *res)
{
	const struct net_device *dev = res->nh->fib_nh_dev;
	struct in6_addr to, from;
	u32 mtu;
	int err;

	memcpy(&to, p->ipv6_dst, sizeof(to));
	memcpy(&from, p->ipv6_src, sizeof(from));
	mtu = ipv6_stub->ip6_mtu_from_fib6(res, &to, &from);
	if (too_long(p, mtu, check_size))
		return RET(FRAG_NEEDED);
	if (res->nh->fib_nh_lws)
		return RET(UNSUPP_LWT);
	if (res->nh->fib_nh_gw_family)
		memcpy(p->ipv6_dst, &res->nh->fib_nh_gw6, sizeof(p->ipv6_dst));
	p->rt_metric = res->f6i->fib6_metric;
	p->ifindex = dev->ifindex;
	if (flags & XBPF_FIB_LOOKUP_SRC && !set_source6(p, res))
		return RET(NO_SRC_ADDR);
	err = set_link(p, dev, __ipv6_neigh_lookup_noref_stub(res->nh->fib_nh_dev,
							      p->ipv6_dst), flags);
	if (!err && check_size)
		p->mtu_result = mtu;
	return err;
}

static int route6(struct xbpf_fib_lookup *p, u32 flags, int check_size)
{
	struct fib6_result res = {};
	struct flowi6 flow;
	int err;

	if (rt6_need_strict((struct in6_addr *)p->ipv6_dst) ||
	    rt6_need_strict((struct in6_addr *)p->ipv6_src))
		return RET(NOT_FWDED);
	if (ask6(p, flags, &flow, &res))
		return RET(NOT_FWDED);
	err = refusal6(res.fib6_type);
	return err ?: finish6(p, flags, check_size, &res);
}

int xbpf_net_route(struct xbpf_fib_lookup *p, u32 flags, int check_size)
{
	int ret;

	rcu_read_lock();
	ret = IS_ENABLED(CONFIG_IPV6) && p->family == AF_INET6 ?
		route6(p, flags, check_size) : route4(p, flags, check_size);
	rcu_read_unlock();
	return ret;
}
