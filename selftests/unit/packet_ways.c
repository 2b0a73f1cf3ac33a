// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: where they go, what they are wrapped in, what is written on them.
 */
#include "vm/map.h"
#include "vm/packet.h"
#include "host/raw.h"
#include "host/test_run.h"
#include "unit/unit.h"

#define ADDR(p)	((unsigned long)(p))
#define LOOPBACK	1
#define NOWHERE		77

/* An IPv4 header whose sum is right, of a sender that understands congestion. */
static const u8 frame4[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00,
	0x45, 0x02, 0x00, 0x14, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xb8, 0xbe,
	0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7,
};

static u8 memory[1024];
static struct xbpf_skb skb;

static u64 new_skb(u16 protocol)
{
	memset(&skb, 0, sizeof(skb));
	memset(memory, 0, sizeof(memory));
	memcpy(memory + 256, frame4, sizeof(frame4));
	skb.pkt = (struct xbpf_packet){
		.buf = memory, .size = sizeof(memory), .data = 256,
		.len = 64, .linear = 64, .mac = 256, .net = 270,
	};
	skb.abi.protocol = protocol;
	skb.abi.ifindex = LOOPBACK;
	xbpf_skb_sync(&skb);
	return ADDR(&skb);
}

static u16 header_sum(void)
{
	u32 sum = 0, i;

	for (i = 270; i < 290; i += 2)
		sum += memory[i] << 8 | memory[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	return ~(sum + (sum >> 16));
}

static void test_marks(void)
{
	const u16 ip = 0x0008, ip6 = 0xdd86;
	u64 ctx = new_skb(ip);

	is(header_sum(), 0, "the header's sum is right");
	is(xbpf_helper_skb_ecn_set_ce(ctx, 0, 0, 0, 0), 1, "congestion is marked");
	ok(memory[271] == 3 && !header_sum(), "and the sum is right again");
	is(xbpf_helper_skb_ecn_set_ce(ctx, 0, 0, 0, 0), 1, "it stays marked");
	ok(memory[271] == 3 && !header_sum(), "and right");
	memory[271] = 0;
	is(xbpf_helper_skb_ecn_set_ce(ctx, 0, 0, 0, 0), 0,
	   "not for who does not understand");
	skb.pkt.linear = 33;
	memory[271] = 2;
	is(xbpf_helper_skb_ecn_set_ce(ctx, 0, 0, 0, 0), 0, "half a header is none");
	ctx = new_skb(ip6);
	memory[271] = 0x20;
	is(xbpf_helper_skb_ecn_set_ce(ctx, 0, 0, 0, 0), 1, "the same of IPv6");
	is(memory[271], 0x30, "has other bits");
	is(xbpf_helper_skb_set_tstamp(ctx, 5, XBPF_SKB_CLOCK_TAI, 0, 0), 0, "a time");
	ok(skb.abi.tstamp == 5 && skb.abi.tstamp_type == XBPF_SKB_CLOCK_TAI,
	   "and its clock");
	is(xbpf_helper_skb_set_tstamp(ctx, 0, XBPF_SKB_CLOCK_MONOTONIC, 0, 0),
	   (u64)-EINVAL, "a delivery has a time");
	is(xbpf_helper_skb_set_tstamp(ctx, 5, 3, 0, 0), (u64)-EINVAL, "such a clock");
	new_skb(0x0608);
	is(xbpf_helper_skb_set_tstamp(ctx, 5, 0, 0, 0), (u64)-EOPNOTSUPP,
	   "of IP packets only");
}

static u64 set_key(const struct xbpf_tunnel_key *key, u64 flags)
{
	return xbpf_helper_skb_set_tunnel_key(ADDR(&skb), ADDR(key), sizeof(*key),
					      flags, 0);
}

static u64 get_key(struct xbpf_tunnel_key *key, u64 flags)
{
	memset(key, 0xee, sizeof(*key));
	return xbpf_helper_skb_get_tunnel_key(ADDR(&skb), ADDR(key), sizeof(*key),
					      flags, 0);
}

static void test_tunnel(void)
{
	struct xbpf_tunnel_key key = {
		.tunnel_id = 9, .remote_ipv4 = 1, .local_ipv4 = 2, .tunnel_ttl = 3,
	}, got;
	u64 ctx = new_skb(8);

	is(get_key(&got, 0), (u64)-EINVAL, "a packet that nothing wraps");
	is(got.tunnel_id, 0, "has no key");
	is(set_key(&key, XBPF_F_DONT_FRAGMENT), 0, "a key");
	is(get_key(&got, XBPF_F_TUNINFO_FLAGS), 0, "is there");
	ok(got.tunnel_id == 9 && got.tunnel_ttl == 3 && got.remote_ipv4 == 2 &&
	   got.local_ipv4 == 1, "seen from the other end");
	is(got.tunnel_flags, cpu_to_be16(0x2105), "with its flags");
	is(get_key(&got, XBPF_F_TUNINFO_IPV6), (u64)-EPROTO, "not of IPv6");
	is(get_key(&got, 1 << 9), (u64)-EINVAL, "no such flag");
	is(set_key(&key, 1 << 9), (u64)-EINVAL, "to set either");
	key.tunnel_label = 1;
	is(set_key(&key, 0), (u64)-EINVAL, "labels are IPv6's");
	key.tunnel_label = ~0U;
	is(set_key(&key, XBPF_F_TUNINFO_IPV6), 0, "of which it is one");
	is(get_key(&got, XBPF_F_TUNINFO_IPV6), 0, "now");
	is(got.tunnel_label, 0xfffff, "with a label of twenty bits");
	is(xbpf_helper_skb_get_tunnel_key(ctx, ADDR(&got),
					  offsetof(struct xbpf_tunnel_key,
						   remote_ipv6[1]),
					  XBPF_F_TUNINFO_IPV6, 0), (u64)-EINVAL,
	   "the oldest programs have no room for it");
	is(xbpf_helper_skb_set_tunnel_key(ctx, ADDR(&key), 13, 0, 0), (u64)-EINVAL,
	   "an odd size");
}

static void test_options(void)
{
	u8 opt[256] = { 1, 2, 3, 4 }, got[8];
	const struct xbpf_tunnel_key key = { .tunnel_id = 9 };
	u64 ctx = new_skb(8);

	is(xbpf_helper_skb_set_tunnel_opt(ctx, ADDR(opt), 4, 0, 0), (u64)-EINVAL,
	   "options come after a key");
	set_key(&key, 0);
	is(xbpf_helper_skb_get_tunnel_opt(ctx, ADDR(got), 8, 0, 0), (u64)-ENOENT,
	   "and are not there before they are set");
	is(xbpf_helper_skb_set_tunnel_opt(ctx, ADDR(opt), 3, 0, 0), (u64)-EINVAL,
	   "in whole words");
	is(xbpf_helper_skb_set_tunnel_opt(ctx, ADDR(opt), 256, 0, 0), (u64)-ENOMEM,
	   "not so many");
	is(xbpf_helper_skb_set_tunnel_opt(ctx, ADDR(opt), 4, 0, 0), 0, "options");
	memset(got, 0xee, sizeof(got));
	is(xbpf_helper_skb_get_tunnel_opt(ctx, ADDR(got), 8, 0, 0), 4, "come back");
	ok(!memcmp(got, opt, 4) && !got[4] && !got[7], "with zeroes behind them");
	is(xbpf_helper_skb_get_tunnel_opt(ctx, ADDR(got), 3, 0, 0), (u64)-ENOMEM,
	   "into their room");
	set_key(&key, 0);
	is(xbpf_helper_skb_get_tunnel_opt(ctx, ADDR(got), 8, 0, 0), (u64)-ENOENT,
	   "and go with their key");
}

static void test_ways(void)
{
	const u64 shot = 2;
	u64 ctx = new_skb(8);

	is(xbpf_helper_redirect_peer(LOOPBACK, 0, 0, 0, 0), XBPF_TCX_REDIRECT,
	   "to a peer");
	is(xbpf_helper_redirect_peer(LOOPBACK, 1, 0, 0, 0), shot, "without flags");
	is(xbpf_helper_redirect_neigh(LOOPBACK, 0, 0, 0, 0), XBPF_TCX_REDIRECT,
	   "to a neighbour");
	is(xbpf_helper_redirect_neigh(LOOPBACK, ctx, 19, 0, 0), shot,
	   "who has a whole address");
	is(xbpf_helper_clone_redirect(ctx, NOWHERE, 0, 0, 0), (u64)-EINVAL,
	   "a copy goes to a device");
	is(xbpf_helper_clone_redirect(ctx, LOOPBACK, 2, 0, 0), (u64)-EINVAL,
	   "in or out");
	is(xbpf_helper_clone_redirect(ctx, LOOPBACK, 0, 0, 0), (u64)-ENETDOWN,
	   "which is up");
	skb.abi.gso_size = 100;
	is(xbpf_helper_clone_redirect(ctx, LOOPBACK, 0, 0, 0), (u64)-EBADMSG,
	   "not in segments");
	skb.abi.gso_size = 0;
	skb.pkt.len = 0;
	is(xbpf_helper_clone_redirect(ctx, LOOPBACK, 0, 0, 0), (u64)-ERANGE,
	   "not of nothing");
	is(xbpf_helper_sk_assign(ctx, 0, 1, 0, 0), (u64)-EINVAL, "no flag");
	is(xbpf_helper_sk_assign(ctx, 0, 0, 0, 0), (u64)-EOPNOTSUPP,
	   "a test run is no ingress");
	is(xbpf_helper_skb_get_xfrm_state(ctx, 0, ADDR(memory), 4, 0), (u64)-EINVAL,
	   "nothing was decrypted");
}

static u64 mtu(u32 ifindex, u32 *len, s32 diff, u64 flags)
{
	return xbpf_helper_check_mtu(ADDR(&skb), ifindex, ADDR(len), diff, flags);
}

static void test_mtu(void)
{
	u32 len = 0;

	new_skb(8);
	is(mtu(0, &len, 0, 0), XBPF_MTU_CHK_RET_SUCCESS, "the packet fits");
	is(len, 65536, "of so much");
	is(mtu(LOOPBACK, &len, 1, 0), XBPF_MTU_CHK_RET_FRAG_NEEDED,
	   "a byte more than that does not");
	is(mtu(LOOPBACK, &len, 0, 0), XBPF_MTU_CHK_RET_SUCCESS, "that does");
	is(mtu(NOWHERE, &len, 0, 0), (u64)-ENODEV, "there is no such device");
	is(mtu(0, &len, 0, 2), (u64)-EINVAL, "nor such a flag");
	is(mtu(0, &len, 0, XBPF_MTU_CHK_SEGS), (u64)-EINVAL,
	   "segments are the packet's own");
	skb.abi.gso_size = 100;
	is(mtu(0, &len, 1, 0), XBPF_MTU_CHK_RET_SUCCESS, "and are cut to fit");
}

static u64 fib(struct xbpf_fib_lookup *p, u64 flags)
{
	return xbpf_helper_fib_lookup(ADDR(&skb), ADDR(p), sizeof(*p), flags, 0);
}

static void test_routes(void)
{
	struct xbpf_fib_lookup p = { .family = 2, .ifindex = NOWHERE };

	new_skb(8);
	is(fib(&p, 0), (u64)-ENODEV, "from no device");
	p.ifindex = LOOPBACK;
	is(fib(&p, 0), XBPF_FIB_LKUP_RET_FWD_DISABLED, "this one does not forward");
	is(fib(&p, 1 << 9), (u64)-EINVAL, "no such flag");
	p.family = 3;
	is(fib(&p, 0), (u64)-EAFNOSUPPORT, "no such family");
	is(xbpf_helper_fib_lookup(ADDR(&skb), ADDR(&p), sizeof(p) - 1, 0, 0),
	   (u64)-EINVAL, "half a question");
}

static void test_groups(void)
{
	struct xbpf_map map = { .max_entries = 2 };
	struct xbpf_socket s = {};
	u64 ctx = new_skb(8);

	is(xbpf_helper_skb_under_cgroup(ctx, ADDR(&map), 0, 0, 0), (u64)-ENOENT,
	   "no socket is in no group");
	xbpf_socket_init(&s);
	skb.abi.sk = &s.abi;
	is(xbpf_helper_skb_under_cgroup(ctx, ADDR(&map), 1, 0, 0), (u64)-EAGAIN,
	   "an entry that nobody set");
	is(xbpf_helper_skb_under_cgroup(ctx, ADDR(&map), 2, 0, 0), (u64)-E2BIG,
	   "one that is none");
}

int main(void)
{
	test_marks();
	test_tunnel();
	test_options();
	test_ways();
	test_mtu();
	test_routes();
	test_groups();
	return unit_done();
}
