// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs on packets may do with their context: one row per field.
 *
 * Knows the fields of struct __sk_buff, struct xdp_md, struct bpf_sock; does not
 * know where their content comes from.
 */
#include "vm/packet.h"

/* Sets of program types. */
#define F	1		/* socket_filter */
#define C	2		/* sched_cls, sched_act */
#define G	4		/* cgroup_skb */

/* Sets of sizes: the size itself, in bytes. */
#define NARROW	(1 | 2 | 4)	/* the field or an aligned part of it */
#define ANY	(1 | 2 | 4 | 8)

/**
 * struct field - neighbouring fields that obey one rule
 * @off: first byte
 * @end: the byte behind it
 * @read: types that may load it
 * @read_size: in these sizes
 * @write: types that may store it
 * @write_size: in these sizes
 * @kind: enum xbpf_ctx_kind of what a load gives
 * @addr: of addresses: where the run-time context has them
 */
struct field {
	u16 off, end;
	u8 read, read_size;
	u8 write, write_size;
	u8 kind;
	u16 addr;
};

#define SKB(first, last, r, rs, w, ws, ...)				\
	{ offsetof(struct xbpf_sk_buff, first),				\
	  offsetofend(struct xbpf_sk_buff, last), r, rs, w, ws, __VA_ARGS__ }

/* flow_keys and the padding have no row: nobody may touch them. */
static const struct field skb_fields[] = {
	SKB(len, pkt_type, F | C | G, NARROW, 0, 0),
	SKB(mark, mark, F | C | G, NARROW, C | G, 4),
	SKB(queue_mapping, queue_mapping, F | C | G, NARROW, C, 4),
	SKB(protocol, vlan_proto, F | C | G, NARROW, 0, 0),
	SKB(priority, priority, F | C | G, NARROW, C | G, 4),
	SKB(ingress_ifindex, ifindex, F | C | G, NARROW, 0, 0),
	SKB(tc_index, tc_index, F | C | G, NARROW, C, 4),
	SKB(cb, cb, F | C | G, ANY, F | C | G, ANY),
	SKB(hash, hash, F | C | G, NARROW, 0, 0),
	SKB(tc_classid, tc_classid, C, NARROW, C, 4),
	SKB(data, data, C | G, 4, 0, 0, XBPF_CTX_PACKET,
	    offsetof(struct xbpf_skb, data)),
	SKB(data_end, data_end, C | G, 4, 0, 0, XBPF_CTX_PACKET_END,
	    offsetof(struct xbpf_skb, data_end)),
	SKB(napi_id, napi_id, F | C | G, NARROW, 0, 0),
	SKB(family, family, G, NARROW, 0, 0),
	SKB(remote_ip4, local_ip6, G, 4, 0, 0),
	SKB(remote_port, local_port, G, NARROW, 0, 0),
	SKB(data_meta, data_meta, C, 4, 0, 0, XBPF_CTX_PACKET_META,
	    offsetof(struct xbpf_skb, data_meta)),
	SKB(tstamp, tstamp, C | G, 8, C | G, 8),
	SKB(wire_len, wire_len, C, NARROW, 0, 0),
	SKB(gso_segs, gso_segs, F | C | G, NARROW, 0, 0),
	SKB(sk, sk, F | C | G, 8, 0, 0, XBPF_CTX_SOCKET),
	SKB(gso_size, gso_size, F | C | G, NARROW, 0, 0),
	SKB(tstamp_type, tstamp_type, C, 1, 0, 0),
	SKB(hwtstamp, hwtstamp, C | G, 8, 0, 0),
};

static const struct field *find_field(const struct field *fields, u32 nr,
				      const struct xbpf_ctx_access *a)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (a->off >= fields[i].off && a->off < fields[i].end)
			return &fields[i];
	return NULL;
}

static int judge(const struct field *field, u8 type, struct xbpf_ctx_access *a)
{
	u8 types, sizes;

	if (!field)
		return XBPF_CTX_DENIED;
	types = a->write ? field->write : field->read;
	sizes = a->write ? field->write_size : field->read_size;
	if (!(types & type) || !(sizes & a->size) || a->off % a->size ||
	    a->off + a->size > field->end)
		return XBPF_CTX_DENIED;
	a->addr_off = field->addr;
	if (field->kind == XBPF_CTX_SOCKET) {
		a->btf_id = XBPF_SOCK_COMMON;
		a->or_null = 1;
	}
	return field->kind;
}

static u8 skb_type(u32 type)
{
	if (type == XBPF_PROG_TYPE_SOCKET_FILTER)
		return F;
	return type == XBPF_PROG_TYPE_CGROUP_SKB ? G : C;
}

int xbpf_ctx_skb(const struct xbpf_prog *prog, struct xbpf_ctx_access *a)
{
	return judge(find_field(skb_fields, ARRAY_SIZE(skb_fields), a),
		     skb_type(prog->type), a);
}

/* ---- XDP ---- */

#define X	1		/* every program */
#define M	2		/* those behind a device map */

#define XDP(first, last, r, ...)					\
	{ offsetof(struct xbpf_xdp_md, first),				\
	  offsetofend(struct xbpf_xdp_md, last), r, 4, 0, 0, __VA_ARGS__ }

static const struct field xdp_fields[] = {
	XDP(data, data, X | M, XBPF_CTX_PACKET, offsetof(struct xbpf_xdp, data)),
	XDP(data_end, data_end, X | M, XBPF_CTX_PACKET_END,
	    offsetof(struct xbpf_xdp, data_end)),
	XDP(data_meta, data_meta, X | M, XBPF_CTX_PACKET_META,
	    offsetof(struct xbpf_xdp, data_meta)),
	XDP(ingress_ifindex, rx_queue_index, X | M, XBPF_CTX_SCALAR),
	XDP(egress_ifindex, egress_ifindex, M, XBPF_CTX_SCALAR),
};

int xbpf_ctx_xdp(const struct xbpf_prog *prog, struct xbpf_ctx_access *a)
{
	return judge(find_field(xdp_fields, ARRAY_SIZE(xdp_fields), a),
		     prog->expected_attach_type == XBPF_XDP_DEVMAP ? M : X, a);
}

/* ---- sockets ---- */

#define KIND(k)	(1 << XBPF_SOCK_##k)
#define BOTH	(KIND(COMMON) | KIND(FULL))

#define SOCK(first, last, kinds, sizes)					\
	{ offsetof(struct xbpf_sock, first),				\
	  offsetofend(struct xbpf_sock, last), kinds, sizes }
#define TCP(first, last, sizes)						\
	{ offsetof(struct xbpf_tcp_sock, first),			\
	  offsetofend(struct xbpf_tcp_sock, last), KIND(TCP), sizes }

static const struct field sock_fields[] = {
	SOCK(bound_dev_if, bound_dev_if, BOTH, 4),
	SOCK(family, family, BOTH, NARROW),
	SOCK(type, protocol, KIND(FULL), NARROW),
	SOCK(mark, priority, KIND(FULL), 4),
	SOCK(src_ip4, src_port, BOTH, NARROW),
	/* A number of 16 bits, and of 32 for programs that know no better. */
	{ offsetof(struct xbpf_sock, dst_port),
	  offsetof(struct xbpf_sock, dst_port) + 1, BOTH, NARROW },
	{ offsetof(struct xbpf_sock, dst_port) + 1,
	  offsetofend(struct xbpf_sock, dst_port), BOTH, 1 },
	SOCK(dst_ip4, state, BOTH, NARROW),
	SOCK(rx_queue_mapping, rx_queue_mapping, BOTH, NARROW),
};

static const struct field tcp_fields[] = {
	TCP(snd_cwnd, sacked_out, 4),
	TCP(bytes_received, bytes_acked, 8),
	TCP(dsack_dups, icsk_retransmits, 4),
};

int xbpf_ctx_sock(enum xbpf_sock_kind kind, u32 off, u32 size)
{
	struct xbpf_ctx_access a = { .off = off, .size = size };
	const struct field *field;

	if (kind == XBPF_SOCK_XDP)
		return !off && size == sizeof(u32);
	if (kind == XBPF_SOCK_TCP)
		field = find_field(tcp_fields, ARRAY_SIZE(tcp_fields), &a);
	else
		field = find_field(sock_fields, ARRAY_SIZE(sock_fields), &a);
	return field && field->read >> kind & 1 && field->read_size & size &&
	       !(off % size);
}
