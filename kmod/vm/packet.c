// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: what their contexts say of them, and loads from them.
 */
#include "vm/packet.h"

/* Offsets of ld_abs that are not from the start of the packet. */
#define NET_OFF	(-0x100000)
#define LL_OFF	(-0x200000)

static u64 address(const struct xbpf_packet *pkt, u32 off)
{
	return (unsigned long)pkt->buf + off;
}

void xbpf_skb_sync(struct xbpf_skb *skb)
{
	const struct xbpf_packet *pkt = &skb->pkt;

	skb->abi.len = pkt->len;
	skb->data = address(pkt, pkt->data);
	skb->data_end = address(pkt, pkt->data + pkt->linear);
	skb->data_meta = address(pkt, pkt->data - pkt->meta);
}

void xbpf_xdp_sync(struct xbpf_xdp *xdp)
{
	const struct xbpf_packet *pkt = &xdp->pkt;

	xdp->data = address(pkt, pkt->data);
	xdp->data_end = address(pkt, pkt->data + pkt->linear);
	xdp->data_meta = address(pkt, pkt->data - pkt->meta);
}

/* Where the load is in the buffer. */
static s64 load_position(const struct xbpf_packet *pkt, s32 off)
{
	if (off >= 0)
		return (s64)pkt->data + off;
	if (off >= NET_OFF)
		return (s64)pkt->net + off - NET_OFF;
	if (off >= LL_OFF)
		return (s64)pkt->mac + off - LL_OFF;
	return -1;
}

s64 xbpf_packet_load(const void *ctx, s32 off, u32 size)
{
	const struct xbpf_packet *pkt = &((const struct xbpf_skb *)ctx)->pkt;
	s64 at = load_position(pkt, off);
	u64 value = 0;
	u32 i;

	if (at < 0 || at + size > pkt->data + pkt->len)
		return -EFAULT;
	for (i = 0; i < size; i++)
		value = value << 8 | pkt->buf[at + i];
	return value;
}
