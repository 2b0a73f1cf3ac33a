// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynptrs: reading and writing the memory that one describes.
 *
 * The verifier has proved that it is one, not what it describes: offsets and
 * lengths are checked here. Those of ring buffers are made in maps/.
 */
#include "vm/vm.h"
#include "vm/packet.h"

static struct xbpf_dynptr_mem *dynptr_arg(u64 arg)
{
	return (struct xbpf_dynptr_mem *)(unsigned long)arg;
}

static int check_range(const struct xbpf_dynptr_mem *d, u32 off, u32 len)
{
	return len > d->size || off > d->size - len ? -E2BIG : 0;
}

static u64 addr(const void *p)
{
	return (unsigned long)p;
}

/* @len bytes at @off, which were checked; NULL: the packet has become shorter. */
static char *bytes_at(const struct xbpf_dynptr_mem *d, u32 off, u32 len)
{
	const struct xbpf_packet *pkt;

	if (d->kind != XBPF_DYNPTR_SKB && d->kind != XBPF_DYNPTR_XDP)
		return d->data + d->off + off;
	pkt = d->kind == XBPF_DYNPTR_SKB ? &((struct xbpf_skb *)d->data)->pkt :
	      &((struct xbpf_xdp *)d->data)->pkt;
	return (char *)xbpf_packet_at(pkt, d->off + off, len);
}

/* ---- making one ---- */

u64 xbpf_helper_dynptr_from_mem(u64 data, u64 size, u64 flags, u64 ptr, u64 r5)
{
	struct xbpf_dynptr_mem *d = dynptr_arg(ptr);

	*d = (struct xbpf_dynptr_mem){ .kind = XBPF_DYNPTR_LOCAL };
	if ((u32)size > XBPF_DYNPTR_MAX_SIZE)
		return -E2BIG;
	if (flags)
		return -EINVAL;
	d->data = (char *)(unsigned long)data;
	d->size = size;
	return 0;
}

static u64 from_packet(u64 ctx, u64 flags, u64 ptr, struct xbpf_dynptr_mem made)
{
	struct xbpf_dynptr_mem *d = dynptr_arg(ptr);

	*d = (struct xbpf_dynptr_mem){ .kind = made.kind };
	if (flags)
		return -EINVAL;
	*d = made;
	d->data = (char *)(unsigned long)ctx;
	return 0;
}

u64 xbpf_kfunc_bpf_dynptr_from_skb(u64 ctx, u64 flags, u64 ptr, u64 r4, u64 r5)
{
	const struct xbpf_skb *skb = (void *)(unsigned long)ctx;

	return from_packet(ctx, flags, ptr, (struct xbpf_dynptr_mem){
		.size = skb->pkt.len, .kind = XBPF_DYNPTR_SKB });
}

/* The verifier turns the former into this for programs that change no packet. */
u64 xbpf_kfunc_bpf_dynptr_from_skb_rdonly(u64 ctx, u64 flags, u64 ptr, u64 r4,
					  u64 r5)
{
	const struct xbpf_skb *skb = (void *)(unsigned long)ctx;

	return from_packet(ctx, flags, ptr, (struct xbpf_dynptr_mem){
		.size = skb->pkt.len, .kind = XBPF_DYNPTR_SKB, .rdonly = 1 });
}

u64 xbpf_kfunc_bpf_dynptr_from_xdp(u64 ctx, u64 flags, u64 ptr, u64 r4, u64 r5)
{
	const struct xbpf_xdp *xdp = (void *)(unsigned long)ctx;

	return from_packet(ctx, flags, ptr, (struct xbpf_dynptr_mem){
		.size = xdp->pkt.len, .kind = XBPF_DYNPTR_XDP });
}

u64 xbpf_kfunc_bpf_dynptr_clone(u64 src, u64 dst, u64 r3, u64 r4, u64 r5)
{
	const struct xbpf_dynptr_mem *d = dynptr_arg(src);

	*dynptr_arg(dst) = *d;
	return d->data ? 0 : -EINVAL;
}

/* ---- its bytes ---- */

u64 xbpf_helper_dynptr_read(u64 dst, u64 len, u64 src, u64 off, u64 flags)
{
	const struct xbpf_dynptr_mem *d = dynptr_arg(src);
	const char *from;
	int err;

	if (!d->data || flags)
		return -EINVAL;
	err = check_range(d, off, len);
	if (err)
		return err;
	from = bytes_at(d, off, len);
	if (!from)
		return -EINVAL;
	memmove((void *)(unsigned long)dst, from, (u32)len);
	return 0;
}

u64 xbpf_helper_dynptr_write(u64 dst, u64 off, u64 src, u64 len, u64 flags)
{
	const struct xbpf_dynptr_mem *d = dynptr_arg(dst);
	char *to;
	int err;

	if (!d->data || d->rdonly)
		return -EINVAL;
	err = check_range(d, off, len);
	if (err)
		return err;
	if (d->kind == XBPF_DYNPTR_SKB)
		return xbpf_helper_skb_store_bytes(addr(d->data),
						   d->off + (u32)off, src, len,
						   flags);
	to = flags ? NULL : bytes_at(d, off, len);
	if (!to)
		return -EINVAL;
	memmove(to, (void *)(unsigned long)src, (u32)len);
	return 0;
}

u64 xbpf_helper_dynptr_data(u64 ptr, u64 off, u64 len, u64 r4, u64 r5)
{
	const struct xbpf_dynptr_mem *d = dynptr_arg(ptr);

	if (!d->data || d->rdonly || check_range(d, off, len))
		return 0;
	/* Of packets by slices: these end when the packet moves. */
	if (d->kind == XBPF_DYNPTR_SKB || d->kind == XBPF_DYNPTR_XDP)
		return 0;
	return addr(bytes_at(d, off, len));
}

/* Packets are in one piece here: the caller's buffer is never needed. */
u64 xbpf_kfunc_bpf_dynptr_slice(u64 ptr, u64 off, u64 buffer, u64 len, u64 r5)
{
	const struct xbpf_dynptr_mem *d = dynptr_arg(ptr);

	if (!d->data || check_range(d, off, len))
		return 0;
	return addr(bytes_at(d, off, len));
}

u64 xbpf_kfunc_bpf_dynptr_slice_rdwr(u64 ptr, u64 off, u64 buffer, u64 len,
				     u64 r5)
{
	if (dynptr_arg(ptr)->rdonly)
		return 0;
	return xbpf_kfunc_bpf_dynptr_slice(ptr, off, buffer, len, 0);
}

/* ---- itself ---- */

u64 xbpf_kfunc_bpf_dynptr_adjust(u64 ptr, u64 start, u64 end, u64 r4, u64 r5)
{
	struct xbpf_dynptr_mem *d = dynptr_arg(ptr);
	u32 from = start, to = end;

	if (!d->data || from > to)
		return -EINVAL;
	if (to > d->size)
		return -ERANGE;
	d->off += from;
	d->size = to - from;
	return 0;
}

u64 xbpf_kfunc_bpf_dynptr_is_null(u64 ptr, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return !dynptr_arg(ptr)->data;
}

u64 xbpf_kfunc_bpf_dynptr_is_rdonly(u64 ptr, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return dynptr_arg(ptr)->data && dynptr_arg(ptr)->rdonly;
}

u64 xbpf_kfunc_bpf_dynptr_size(u64 ptr, u64 r2, u64 r3, u64 r4, u64 r5)
{
	const struct xbpf_dynptr_mem *d = dynptr_arg(ptr);

	return d->data ? d->size : (u32)-EINVAL;
}
