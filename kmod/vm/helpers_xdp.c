// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers of XDP programs: bytes of the buffer, its ends.
 */
#include "vm/packet.h"

#define MAX_META	255

static struct xbpf_xdp *xdp_of(u64 ctx)
{
	return (void *)(unsigned long)ctx;
}

u64 xbpf_helper_xdp_get_buff_len(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return xdp_of(ctx)->pkt.len;
}

static u8 *bytes(struct xbpf_xdp *xdp, u32 off, u32 len, int *err)
{
	u8 *at = NULL;

	*err = -EFAULT;
	if (off <= 0xffff && len <= 0xffff) {
		at = xbpf_packet_at(&xdp->pkt, off, len);
		*err = at ? 0 : -EINVAL;
	}
	return at;
}

u64 xbpf_helper_xdp_load_bytes(u64 ctx, u64 off, u64 buf, u64 len, u64 r5)
{
	int err;
	const u8 *at = bytes(xdp_of(ctx), off, len, &err);

	if (at)
		memcpy((void *)(unsigned long)buf, at, len);
	else
		memset((void *)(unsigned long)buf, 0, len);
	return err;
}

u64 xbpf_helper_xdp_store_bytes(u64 ctx, u64 off, u64 buf, u64 len, u64 r5)
{
	int err;
	u8 *at = bytes(xdp_of(ctx), off, len, &err);

	if (at)
		memmove(at, (void *)(unsigned long)buf, len);
	return err;
}

/* Metadata moves along. */
u64 xbpf_helper_xdp_adjust_head(u64 ctx, u64 offset, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_xdp *xdp = xdp_of(ctx);
	struct xbpf_packet *pkt = &xdp->pkt;
	s64 data = (s64)pkt->data + (s32)offset;

	if (data < (s64)XBPF_XDP_FRAME + pkt->meta ||
	    data > (s64)pkt->data + pkt->linear - XBPF_ETH_HLEN)
		return -EINVAL;
	memmove(pkt->buf + data - pkt->meta, pkt->buf + pkt->data - pkt->meta,
		pkt->meta);
	pkt->data = data;
	pkt->len -= (s32)offset;
	pkt->linear -= (s32)offset;
	xbpf_xdp_sync(xdp);
	return 0;
}

u64 xbpf_helper_xdp_adjust_meta(u64 ctx, u64 offset, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_xdp *xdp = xdp_of(ctx);
	struct xbpf_packet *pkt = &xdp->pkt;
	s64 meta = (s64)pkt->meta - (s32)offset;

	if (meta < 0 || meta > (s64)pkt->data - XBPF_XDP_FRAME)
		return -EINVAL;
	if (meta % sizeof(u32) || meta > MAX_META)
		return -EACCES;
	pkt->meta = meta;
	xbpf_xdp_sync(xdp);
	return 0;
}

/* Room behind the packet: in its page, or in the last one that it has. */
static u32 tailroom(const struct xbpf_packet *pkt)
{
	u32 more = pkt->len - pkt->linear;

	if (!more)
		return XBPF_XDP_PAGE - XBPF_XDP_TAILROOM - pkt->data -
		       pkt->linear;
	return round_up(more, (u32)XBPF_XDP_PAGE) - more;
}

u64 xbpf_helper_xdp_adjust_tail(u64 ctx, u64 offset, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_xdp *xdp = xdp_of(ctx);
	struct xbpf_packet *pkt = &xdp->pkt;
	int was_linear = pkt->len == pkt->linear;
	s64 len = (s64)pkt->len + (s32)offset;

	if (len < XBPF_ETH_HLEN ||
	    ((s32)offset > 0 && (s32)offset > tailroom(pkt)))
		return -EINVAL;
	if (pkt->data + len > pkt->size)
		return -EINVAL;
	if (len > pkt->len)
		memset(pkt->buf + pkt->data + pkt->len, 0, len - pkt->len);
	pkt->len = len;
	if (was_linear || pkt->linear > len)
		pkt->linear = len;
	xbpf_xdp_sync(xdp);
	return 0;
}
