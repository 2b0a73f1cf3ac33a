/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets, and the contexts that programs on packets run with.
 *
 * A packet is one block of memory: room in front, metadata, the packet itself,
 * room behind. Of the packet the first part can be addressed by programs; the
 * rest, as in buffers of several pieces, is reached by helpers alone.
 *
 * Programs see struct __sk_buff and struct xdp_md as the ABI has them. What they
 * run with begins with that structure, so that loads and stores are what they
 * seem to be; the addresses, which do not fit the ABI's 32 bits, stand behind it,
 * and the verifier leads loads of them there (XBPF_FACT_CTX_ADDR).
 */
#ifndef XBPF_VM_PACKET_H
#define XBPF_VM_PACKET_H

#include "vm/vm.h"

#define XBPF_ETH_HLEN		14
#define XBPF_PACKET_HEADROOM	256
#define XBPF_PACKET_MAX		65535

/* An XDP buffer: a page with its own room at the end, and more pages. */
#define XBPF_XDP_PAGE		4096
#define XBPF_XDP_TAILROOM	320
#define XBPF_XDP_FRAME		40
#define XBPF_XDP_MAX_FRAGS	17

/**
 * struct xbpf_packet - memory of a packet
 * @buf: @size bytes; the owner's
 * @data: offset of the packet
 * @len: its bytes
 * @linear: so many of them can be addressed
 * @meta: bytes of metadata, directly before @data
 * @mac: offset in @buf of the link header
 * @net: of the network header
 */
struct xbpf_packet {
	u8 *buf;
	u32 size;
	u32 data;
	u32 len;
	u32 linear;
	u32 meta;
	u32 mac, net;
};

/**
 * struct xbpf_tunnel - what a packet is to be wrapped in
 * @family: of the addresses; 0: in nothing
 * @bits: as programs see them in tunnel_flags, in host order
 * @opt_len: bytes of @opt
 * @key: as the program gave it
 * @opt: what it gave for the device's own header
 */
struct xbpf_tunnel {
	u16 family;
	u16 bits;
	u32 opt_len;
	struct xbpf_tunnel_key key;
	u8 opt[255];
};

/**
 * struct xbpf_skb - what programs on socket buffers run with
 * @abi: filled by whoever runs the program, but for the fields that say what
 *	the packet is: those are xbpf_skb_sync()'s; sk is an address of
 *	struct xbpf_socket or NULL. The program writes what its type may write.
 * @data: address; by xbpf_skb_sync(), as the next two
 * @data_meta: address
 * @data_end: address
 * @pkt: the packet; helpers change it
 * @tunnel: the same
 */
struct xbpf_skb {
	struct xbpf_sk_buff abi;
	u64 data, data_meta, data_end;
	struct xbpf_packet pkt;
	struct xbpf_tunnel tunnel;
};

/**
 * struct xbpf_xdp - the same of XDP programs
 * @abi: ingress_ifindex, rx_queue_index, egress_ifindex by the runner
 * @data: address; by xbpf_xdp_sync(), as the next two
 * @data_meta: address
 * @data_end: address
 * @pkt: the packet; helpers change it
 */
struct xbpf_xdp {
	struct xbpf_xdp_md abi;
	u64 data, data_meta, data_end;
	struct xbpf_packet pkt;
};

/**
 * struct xbpf_socket - a socket as programs see it: as it was when it was found
 * @to_abi: offset of @abi, which is behind it; by xbpf_socket_init()
 * @abi: what pointers of kinds COMMON and FULL point to
 * @to_tcp: the same of @tcp
 * @tcp: what pointers of kind TCP point to
 * @sk: the kernel's socket, with a reference; NULL: there is none
 * @cookie: a number that no other socket of test runs has
 * @is_full: it is more than a request or a remainder
 * @is_tcp: @tcp is filled
 * @is_listening: it accepts connections
 * @refs: references that the program holds
 * @next: in the list of its run
 */
struct xbpf_socket {
	u64 to_abi;
	struct xbpf_sock abi;
	u64 to_tcp;
	struct xbpf_tcp_sock tcp;
	void *sk;
	u64 cookie;
	u8 is_full;
	u8 is_tcp;
	u8 is_listening;
	u32 refs;
	struct xbpf_socket *next;
};

static inline void xbpf_socket_init(struct xbpf_socket *s)
{
	s->to_abi = offsetof(struct xbpf_socket, abi);
	s->to_tcp = offsetof(struct xbpf_socket, tcp);
}

/* The socket of a program's pointer, of whatever kind. */
static inline struct xbpf_socket *xbpf_socket_of(u64 pointer)
{
	const u64 *before = (void *)(unsigned long)(pointer - sizeof(u64));

	return (void *)(unsigned long)(pointer - *before);
}

/* By each host: all sockets of the program that runs now, newest first. */
struct xbpf_socket **xbpf_run_sockets(void);

/*
 * The socket that a pointer of a program is about: of ours, or to the object of the
 * kernel behind one. NULL: to an object that the program had otherwise.
 */
struct xbpf_socket *xbpf_socket_find(u64 pointer);

/* What redirect gives to a program of @type; a test run ends with it. */
u64 xbpf_redirect_verdict(u32 type, u64 flags);

/**
 * struct xbpf_net_device - what helpers ask of an interface
 * @mtu: largest network packet
 * @link_len: bytes of its link header
 * @forwards4: packets of IPv4 that come there are routed
 * @forwards6: of IPv6
 */
struct xbpf_net_device {
	u32 mtu;
	u32 link_len;
	int forwards4, forwards6;
};

/* By each host: of the network that the caller of the test run sees. */

/* 0 or -ENODEV. */
int xbpf_net_device(u32 ifindex, struct xbpf_net_device *dev);
/* A copy of the packet to the device, which exists: what Linux's redirect gives. */
long xbpf_net_send(const struct xbpf_skb *skb, u32 ifindex, u64 flags);
/* The route of @params: enum XBPF_FIB_LKUP_RET_*; @check_size: tot_len must fit. */
int xbpf_net_route(struct xbpf_fib_lookup *params, u32 flags, int check_size);
/* Type of the program that runs now. */
u32 xbpf_net_prog_type(void);

/* The packet changed: what the context says of it follows. */
void xbpf_skb_sync(struct xbpf_skb *skb);
void xbpf_xdp_sync(struct xbpf_xdp *xdp);

/* @len bytes at @off of the packet, linear or not; NULL: not all are there. */
static inline u8 *xbpf_packet_at(const struct xbpf_packet *pkt, u32 off, u32 len)
{
	if ((u64)off + len > pkt->len)
		return NULL;
	return pkt->buf + pkt->data + off;
}

/**
 * xbpf_packet_load - ld_abs and ld_ind
 * @skb: struct xbpf_skb *
 * @off: from the start of the packet; far below 0: from a header (SKF_*_OFF)
 * @size: 1, 2 or 4
 *
 * Return: the number, out of network byte order; negative: it is outside.
 */
s64 xbpf_packet_load(const void *skb, s32 off, u32 size);

#endif
