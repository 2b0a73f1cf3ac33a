// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers of programs on socket buffers: bytes of the packet, room in it, and what
 * its context says of it.
 */
#include "vm/packet.h"

#define MAX_OFF		0xffff
#define MAX_ROOM	0xfff
#define MTU		65535	/* of the loopback device, about */
#define IP_HLEN		20
#define IP6_HLEN	40
#define VLAN_HLEN	4

#define ETH_P_IP	0x0800
#define ETH_P_IPV6	0x86dd
#define ETH_P_8021Q	0x8100
#define ETH_P_8021AD	0x88a8

static struct xbpf_skb *skb_of(u64 ctx)
{
	return (void *)(unsigned long)ctx;
}

static void *pointer(u64 addr)
{
	return (void *)(unsigned long)addr;
}

static u16 net16(u16 value)
{
	return (__force u16)cpu_to_be16(value);
}

/* ---- bytes ---- */

u64 xbpf_helper_skb_load_bytes(u64 ctx, u64 off, u64 to, u64 len, u64 r5)
{
	const u8 *at = xbpf_packet_at(&skb_of(ctx)->pkt, (u32)off, (u32)len);

	if (!at) {
		memset(pointer(to), 0, (u32)len);
		return -EFAULT;
	}
	memcpy(pointer(to), at, (u32)len);
	return 0;
}

u64 xbpf_helper_skb_load_bytes_relative(u64 ctx, u64 off, u64 to, u64 len,
					u64 header)
{
	const struct xbpf_packet *pkt = &skb_of(ctx)->pkt;
	u64 at = (u32)off + (u64)(header == XBPF_HDR_START_MAC ? pkt->mac :
						 pkt->net);

	if ((u32)off > MAX_OFF || header > XBPF_HDR_START_NET ||
	    at + (u32)len > (u64)pkt->data + pkt->linear) {
		memset(pointer(to), 0, (u32)len);
		return -EFAULT;
	}
	memcpy(pointer(to), pkt->buf + at, (u32)len);
	return 0;
}

u64 xbpf_helper_skb_store_bytes(u64 ctx, u64 off, u64 from, u64 len, u64 flags)
{
	struct xbpf_skb *skb = skb_of(ctx);
	u8 *at = xbpf_packet_at(&skb->pkt, (u32)off, (u32)len);

	if (flags & ~(u64)(XBPF_F_RECOMPUTE_CSUM | XBPF_F_INVALIDATE_HASH))
		return -EINVAL;
	if (!at)
		return -EFAULT;
	memmove(at, pointer(from), (u32)len);
	if (flags & XBPF_F_INVALIDATE_HASH)
		skb->abi.hash = 0;
	return 0;
}

/* Makes @len bytes addressable, 0: what is. */
u64 xbpf_helper_skb_pull_data(u64 ctx, u64 len, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);

	if ((u32)len > skb->pkt.len)
		return -ENOMEM;
	skb->pkt.linear = max(skb->pkt.linear, (u32)len);
	xbpf_skb_sync(skb);
	return 0;
}

/* ---- room ---- */

/* @len empty bytes behind the first @off; headers move to the front. */
static int push(struct xbpf_skb *skb, u32 off, u32 len)
{
	struct xbpf_packet *pkt = &skb->pkt;
	u8 *data;

	if (len > pkt->data - pkt->meta || off > pkt->linear)
		return -ENOMEM;
	pkt->data -= len;
	data = pkt->buf + pkt->data;
	memmove(data, data + len, off);
	memset(data + off, 0, len);
	pkt->mac -= len;
	pkt->net -= len;
	pkt->len += len;
	pkt->linear += len;
	pkt->meta = 0;
	return 0;
}

/* The reverse. */
static int pop(struct xbpf_skb *skb, u32 off, u32 len)
{
	struct xbpf_packet *pkt = &skb->pkt;
	u8 *data = pkt->buf + pkt->data;

	if (off + len > pkt->linear)
		return -ENOMEM;
	memmove(data + len, data, off);
	pkt->data += len;
	pkt->mac += len;
	pkt->net += len;
	pkt->len -= len;
	pkt->linear -= len;
	pkt->meta = 0;
	return 0;
}

static u32 link_len(const struct xbpf_skb *skb)
{
	return skb->pkt.net - skb->pkt.mac;
}

/* Where the network header is in what programs see; it may be before it. */
static s64 net_offset(const struct xbpf_skb *skb)
{
	return (s64)skb->pkt.net - skb->pkt.data;
}

static u32 net_base_len(const struct xbpf_skb *skb)
{
	return skb->abi.protocol == net16(ETH_P_IP) ? IP_HLEN : IP6_HLEN;
}

static int is_ip(const struct xbpf_skb *skb)
{
	return skb->abi.protocol == net16(ETH_P_IP) ||
	       skb->abi.protocol == net16(ETH_P_IPV6);
}

#define ROOM_FLAGS							\
	(XBPF_F_ADJ_ROOM_FIXED_GSO | XBPF_F_ADJ_ROOM_NO_CSUM_RESET |	\
	 XBPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | XBPF_F_ADJ_ROOM_ENCAP_L3_IPV6 | \
	 XBPF_F_ADJ_ROOM_ENCAP_L4_GRE | XBPF_F_ADJ_ROOM_ENCAP_L4_UDP |	\
	 XBPF_F_ADJ_ROOM_ENCAP_L2_ETH | XBPF_F_ADJ_ROOM_DECAP_L3_IPV4 |	\
	 XBPF_F_ADJ_ROOM_DECAP_L3_IPV6 |				\
	 XBPF_F_ADJ_ROOM_ENCAP_L2(XBPF_ADJ_ROOM_ENCAP_L2_MASK))

static int check_room(const struct xbpf_skb *skb, s32 diff, u64 flags)
{
	const u64 encap3 = XBPF_F_ADJ_ROOM_ENCAP_L3_IPV4 |
			   XBPF_F_ADJ_ROOM_ENCAP_L3_IPV6;
	const u64 encap4 = XBPF_F_ADJ_ROOM_ENCAP_L4_GRE |
			   XBPF_F_ADJ_ROOM_ENCAP_L4_UDP;
	s64 left = skb->pkt.len - net_offset(skb);

	if (flags & ~(u64)ROOM_FLAGS || (flags & encap3) == encap3 ||
	    (flags & encap4) == encap4)
		return -EINVAL;
	if (diff > MAX_ROOM || diff < -MAX_ROOM)
		return -EFAULT;
	if (!is_ip(skb))
		return -ENOTSUPP;
	if (diff < 0 && (-diff >= left || left + diff < net_base_len(skb)))
		return -ENOTSUPP;
	return diff > 0 && skb->pkt.len + diff > MTU ? -ENOTSUPP : 0;
}

static void set_outer(struct xbpf_skb *skb, u64 flags)
{
	if (flags & (XBPF_F_ADJ_ROOM_ENCAP_L3_IPV4 |
		     XBPF_F_ADJ_ROOM_DECAP_L3_IPV4))
		skb->abi.protocol = net16(ETH_P_IP);
	if (flags & (XBPF_F_ADJ_ROOM_ENCAP_L3_IPV6 |
		     XBPF_F_ADJ_ROOM_DECAP_L3_IPV6))
		skb->abi.protocol = net16(ETH_P_IPV6);
}

u64 xbpf_helper_skb_adjust_room(u64 ctx, u64 len_diff, u64 mode, u64 flags,
				u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);
	s32 diff = len_diff;
	u32 off = link_len(skb);
	int err = check_room(skb, diff, flags);

	if (err)
		return err;
	if ((u32)mode > XBPF_ADJ_ROOM_MAC)
		return -ENOTSUPP;
	if ((u32)mode == XBPF_ADJ_ROOM_NET)
		off += net_base_len(skb);
	err = diff < 0 ? pop(skb, off, -diff) : push(skb, off, diff);
	if (err)
		return err;
	set_outer(skb, flags);
	xbpf_skb_sync(skb);
	return 0;
}

u64 xbpf_helper_skb_change_proto(u64 ctx, u64 proto, u64 flags, u64 r4, u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);
	int err;

	if (flags)
		return -EINVAL;
	if (!is_ip(skb) || (u16)proto == skb->abi.protocol ||
	    ((u16)proto != net16(ETH_P_IP) && (u16)proto != net16(ETH_P_IPV6)))
		return -ENOTSUPP;
	if ((u16)proto == net16(ETH_P_IPV6))
		err = push(skb, link_len(skb), IP6_HLEN - IP_HLEN);
	else
		err = pop(skb, link_len(skb), IP6_HLEN - IP_HLEN);
	if (err)
		return err;
	skb->abi.protocol = (u16)proto;
	skb->abi.hash = 0;
	xbpf_skb_sync(skb);
	return 0;
}

u64 xbpf_helper_skb_change_tail(u64 ctx, u64 new_len, u64 flags, u64 r4, u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);
	struct xbpf_packet *pkt = &skb->pkt;
	u32 len = new_len;

	if (flags || len > MTU || len < max(net_offset(skb), 0LL))
		return -EINVAL;
	if ((u64)pkt->data + len > pkt->size)
		return -ENOMEM;
	if (len > pkt->len)
		memset(pkt->buf + pkt->data + pkt->len, 0, len - pkt->len);
	pkt->len = len;
	pkt->linear = len;
	xbpf_skb_sync(skb);
	return 0;
}

/* Room in front, for a link header. */
u64 xbpf_helper_skb_change_head(u64 ctx, u64 head_room, u64 flags, u64 r4, u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);
	u32 net = skb->pkt.net;
	int err;

	if (flags || (u32)head_room > MTU - skb->pkt.len)
		return -EINVAL;
	err = push(skb, 0, head_room);
	if (err)
		return err;
	skb->pkt.mac = skb->pkt.data;
	skb->pkt.net = net;
	xbpf_skb_sync(skb);
	return 0;
}

/* ---- VLAN tags: the outermost is beside the packet ---- */

/* Puts the tag into the packet, behind the link addresses. */
static int push_tag(struct xbpf_skb *skb)
{
	u16 tag[2] = { skb->abi.vlan_proto, net16(skb->abi.vlan_tci) };
	u32 net = skb->pkt.net;
	int err = push(skb, 12, VLAN_HLEN);

	if (err)
		return err;
	memcpy(skb->pkt.buf + skb->pkt.mac + 12, tag, sizeof(tag));
	skb->pkt.net = net - VLAN_HLEN;
	skb->abi.protocol = skb->abi.vlan_proto;
	return 0;
}

static int is_tag(u16 proto)
{
	return proto == net16(ETH_P_8021Q) || proto == net16(ETH_P_8021AD);
}

static void set_tag(struct xbpf_skb *skb, u32 present, u16 proto, u16 tci)
{
	skb->abi.vlan_present = present;
	skb->abi.vlan_proto = proto;
	skb->abi.vlan_tci = tci;
}

u64 xbpf_helper_skb_vlan_push(u64 ctx, u64 proto, u64 tci, u64 r4, u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);
	u16 tag = is_tag(proto) ? (u16)proto : net16(ETH_P_8021Q);
	int err = skb->abi.vlan_present ? push_tag(skb) : 0;

	if (err)
		return err;
	set_tag(skb, 1, tag, tci);
	xbpf_skb_sync(skb);
	return 0;
}

/* Takes the packet's tag out of it. */
static int pop_tag(struct xbpf_skb *skb, u16 *tag)
{
	struct xbpf_packet *pkt = &skb->pkt;
	int err;

	if (pkt->linear < XBPF_ETH_HLEN + VLAN_HLEN)
		return -ENOMEM;
	memcpy(tag, pkt->buf + pkt->mac + 12, VLAN_HLEN);
	err = pop(skb, 12, VLAN_HLEN);
	if (err)
		return err;
	pkt->net = pkt->mac + XBPF_ETH_HLEN;
	memcpy(&skb->abi.protocol, pkt->buf + pkt->mac + 12, sizeof(u16));
	return 0;
}

u64 xbpf_helper_skb_vlan_pop(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);
	u16 tag[2];
	int err;

	if (!skb->abi.vlan_present) {
		if (!is_tag(skb->abi.protocol))
			return 0;
		err = pop_tag(skb, tag);
		if (err)
			return err;
	}
	set_tag(skb, 0, 0, 0);
	if (is_tag(skb->abi.protocol)) {
		err = pop_tag(skb, tag);
		if (err)
			return err;
		set_tag(skb, 1, tag[0], net16(tag[1]));
	}
	xbpf_skb_sync(skb);
	return 0;
}

/* ---- what the context says ---- */

u64 xbpf_helper_skb_change_type(u64 ctx, u64 type, u64 r3, u64 r4, u64 r5)
{
	const u32 otherhost = 3;

	if ((u32)type > otherhost || skb_of(ctx)->abi.pkt_type > otherhost)
		return -EINVAL;
	skb_of(ctx)->abi.pkt_type = type;
	return 0;
}

/* Of the flow: addresses, protocol and ports; 0 means none. */
u64 xbpf_helper_get_hash_recalc(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);
	const struct xbpf_packet *pkt = &skb->pkt;
	u32 v4 = skb->abi.protocol == net16(ETH_P_IP);
	u64 end = (u64)pkt->data + pkt->linear, at = pkt->net + (v4 ? 12 : 8);
	u32 size = v4 ? 12 : 36;

	if (skb->abi.hash)
		return skb->abi.hash;
	if (is_ip(skb) && at + size <= end)
		skb->abi.hash = jhash(pkt->buf + at, size,
				      pkt->buf[pkt->net + (v4 ? 9 : 6)]) ?: 1;
	return skb->abi.hash;
}

u64 xbpf_helper_set_hash_invalid(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	skb_of(ctx)->abi.hash = 0;
	return 0;
}

u64 xbpf_helper_set_hash(u64 ctx, u64 hash, u64 r3, u64 r4, u64 r5)
{
	skb_of(ctx)->abi.hash = hash;
	return 0;
}

/* The packets of a test run have taken no route. */
u64 xbpf_helper_get_route_realm(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

/* Nor were they decrypted on their way. */
u64 xbpf_helper_skb_get_xfrm_state(u64 ctx, u64 index, u64 to, u64 size, u64 flags)
{
	memset(pointer(to), 0, (u32)size);
	return -EINVAL;
}

u64 xbpf_helper_skb_set_tstamp(u64 ctx, u64 tstamp, u64 type, u64 r4, u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);

	if (!is_ip(skb))
		return -EOPNOTSUPP;
	if ((u32)type > XBPF_SKB_CLOCK_TAI ||
	    ((u32)type != XBPF_SKB_CLOCK_REALTIME && !tstamp))
		return -EINVAL;
	skb->abi.tstamp = tstamp;
	skb->abi.tstamp_type = type;
	return 0;
}

/* ---- congestion ---- */

#define ECN_MASK	3	/* in the octet of IPv4 */
#define ECN_SHIFT6	4	/* the same two bits in the second one of IPv6 */

static u32 set_ce4(u8 *ip)
{
	u32 ecn = ip[1] & ECN_MASK, sum;

	if (!ecn)
		return 0;
	/* Words of the header grow by ce - ecn, so the sum's complement shrinks. */
	sum = (ip[10] << 8 | ip[11]) + 0xffff - (ECN_MASK - ecn);
	sum = (sum & 0xffff) + (sum >> 16);
	ip[10] = sum >> 8;
	ip[11] = sum;
	ip[1] |= ECN_MASK;
	return 1;
}

static u32 set_ce6(u8 *ip)
{
	if (!(ip[1] >> ECN_SHIFT6 & ECN_MASK))
		return 0;
	ip[1] |= ECN_MASK << ECN_SHIFT6;
	return 1;
}

/* Says to the receiver that the path is congested, if the sender understands. */
u64 xbpf_helper_skb_ecn_set_ce(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_skb *skb = skb_of(ctx);
	const struct xbpf_packet *pkt = &skb->pkt;
	u8 *ip = pkt->buf + pkt->net;

	if (!is_ip(skb) || pkt->net + net_base_len(skb) >
			   (u64)pkt->data + pkt->linear)
		return 0;
	return net_base_len(skb) == IP_HLEN ? set_ce4(ip) : set_ce6(ip);
}
