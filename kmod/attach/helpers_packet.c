// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers of tracing programs that send bytes of the kernel's packets to a perf
 * buffer.
 *
 * Where the program runs nobody may have filled the packet in yet, or somebody has
 * given it back already: nothing of it is followed without care, and what cannot be
 * read is refused or arrives as zeros. Lists of packets are not walked: bytes that
 * lie in one are refused.
 */
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/uaccess.h>
#include <net/xdp.h>
#include "attach/attach.h"

/*
 * struct packet - the bytes of one
 * @linear: its first @linear_len bytes
 * @shared: the pages with the rest
 */
struct packet {
	const void *linear;
	u32 linear_len;
	struct skb_shared_info shared;
};

/* Pages of @shared, which lies at @at if there are any. */
static int load_shared(struct packet *p, const void *at)
{
	if (copy_from_kernel_nofault(&p->shared, at, sizeof(p->shared)))
		return -EFAULT;
	return p->shared.nr_frags > MAX_SKB_FRAGS ? -EFAULT : 0;
}

static u64 bytes_of(const struct packet *p)
{
	u64 len = p->linear_len;
	u32 i;

	for (i = 0; i < p->shared.nr_frags; i++)
		len += skb_frag_size(&p->shared.frags[i]);
	return len;
}

static int load_skb(struct packet *p, const struct sk_buff *at)
{
	struct sk_buff skb;

	if (copy_from_kernel_nofault(&skb, at, sizeof(skb)) ||
	    skb.data_len > skb.len)
		return -EFAULT;
	p->linear = skb.data;
	p->linear_len = skb.len - skb.data_len;
	p->shared.nr_frags = 0;
	return skb.data_len ? load_shared(p, skb_shinfo(&skb)) : 0;
}

static int load_xdp(struct packet *p, const struct xdp_buff *at)
{
	struct xdp_buff xdp;

	if (copy_from_kernel_nofault(&xdp, at, sizeof(xdp)) ||
	    xdp.data > xdp.data_end || xdp.data_end - xdp.data > U16_MAX * 16)
		return -EFAULT;
	p->linear = xdp.data;
	p->linear_len = xdp.data_end - xdp.data;
	p->shared.nr_frags = 0;
	return xdp_buff_has_frags(&xdp) ?
		load_shared(p, xdp_get_shared_info_from_buff(&xdp)) : 0;
}

static const void *frag_address(const skb_frag_t *frag)
{
	struct page *page = skb_frag_page(frag);

	return page ? page_address(page) + skb_frag_off(frag) : NULL;
}

/* What piece holds byte @*off; @*off is then from its begin, @*len to its end. */
static const void *find_piece(const struct packet *p, u32 *off, u32 *len)
{
	const skb_frag_t *frag;
	u32 i;

	*len = p->linear_len;
	if (*off < *len)
		return p->linear;
	for (i = 0; i < p->shared.nr_frags; i++) {
		*off -= *len;
		frag = &p->shared.frags[i];
		*len = skb_frag_size(frag);
		if (*off < *len)
			return frag_address(frag);
	}
	return NULL;
}

/* struct xbpf_ring_raw: @copy */
static void copy_packet(const void *packet, u32 off, void *to, u32 len)
{
	const void *piece;
	u32 at, n;

	for (; len; len -= n, off += n, to += n) {
		at = off;
		piece = find_piece(packet, &at, &n);
		if (!piece)
			break;
		n = min(n - at, len);
		if (copy_from_kernel_nofault(to, piece + at, n))
			memset(to, 0, n);
	}
	memset(to, 0, len);
}

static u64 output(const struct packet *p, u64 map, u64 flags, u64 data, u64 size)
{
	const struct xbpf_ring_raw raw = {
		.data = (const void *)data, .size = size,
		.more = (flags & XBPF_F_CTXLEN_MASK) >> 32,
		.copy = copy_packet, .from = p,
	};

	if (raw.more > bytes_of(p))
		return -EFAULT;
	return xbpf_perf_output((struct xbpf_map *)map,
				flags & XBPF_F_INDEX_MASK, &raw);
}

static int flags_known(u64 flags)
{
	return !(flags & ~(u64)(XBPF_F_CTXLEN_MASK | XBPF_F_INDEX_MASK));
}

u64 xbpf_helper_skb_output(u64 skb, u64 map, u64 flags, u64 data, u64 size)
{
	struct packet p;

	if (!flags_known(flags))
		return -EINVAL;
	if (load_skb(&p, (const struct sk_buff *)skb))
		return -EFAULT;
	return output(&p, map, flags, data, size);
}

u64 xbpf_helper_xdp_output(u64 xdp, u64 map, u64 flags, u64 data, u64 size)
{
	struct packet p;

	if (!flags_known(flags))
		return -EINVAL;
	if (load_xdp(&p, (const struct xdp_buff *)xdp))
		return -EFAULT;
	return output(&p, map, flags, data, size);
}
