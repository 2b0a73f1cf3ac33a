// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksums of the Internet: sums of 16-bit words in ones' complement, of memory
 * and in packets.
 */
#include "vm/packet.h"

#define MANGLED_0	0xffff

static u32 csum_add(u32 a, u32 b)
{
	u32 sum = a + b;

	return sum + (sum < b);
}

static u16 csum_to_16(u32 sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	return sum + (sum >> 16);
}

static u32 csum_of(const u8 *data, u32 size, u32 sum)
{
	u32 i, word;

	for (i = 0; i < size; i += sizeof(word)) {
		memcpy(&word, data + i, sizeof(word));
		sum = csum_add(sum, word);
	}
	return sum;
}

u64 xbpf_helper_csum_diff(u64 from, u64 from_size, u64 to, u64 to_size,
			  u64 seed)
{
	u32 sum = seed;

	if ((from_size | to_size) % sizeof(u32))
		return -EINVAL;
	sum = csum_of((void *)(unsigned long)to, to_size, sum);
	if (from_size)
		sum = csum_add(sum, ~csum_of((void *)(unsigned long)from,
					     from_size, 0));
	return csum_to_16(sum);
}

/* What replaces @from by @to, in a field of @size bytes; 0: @to is a difference. */
static int difference(u64 from, u64 to, u32 size, u32 *diff)
{
	switch (size) {
	case 0:
		*diff = to;
		return from ? -EINVAL : 0;
	case 2:
		*diff = csum_add((u16)~from, (u16)to);
		return 0;
	case 4:
		*diff = csum_add(~(u32)from, to);
		return 0;
	default:
		return -EINVAL;
	}
}

static int replace(struct xbpf_skb *skb, u64 off, u32 diff, u64 flags)
{
	u8 *at = xbpf_packet_at(&skb->pkt, off, sizeof(u16));
	u16 sum;

	if (!at)
		return -EFAULT;
	memcpy(&sum, at, sizeof(sum));
	if (flags & XBPF_F_MARK_MANGLED_0 && !(flags & XBPF_F_MARK_ENFORCE) &&
	    !sum)
		return 0;
	sum = ~csum_to_16(csum_add(diff, (u16)~sum));
	if (flags & XBPF_F_MARK_MANGLED_0 && !sum)
		sum = MANGLED_0;
	memcpy(at, &sum, sizeof(sum));
	return 0;
}

static u64 csum_replace(u64 ctx, u64 off, u64 from, u64 to, u64 flags)
{
	struct xbpf_skb *skb = (void *)(unsigned long)ctx;
	u32 diff;
	int err;

	if ((u32)off > 0xffff || off & 1)
		return -EFAULT;
	err = difference(from, to, flags & XBPF_F_HDR_FIELD_MASK, &diff);
	return err ?: replace(skb, (u32)off, diff, flags);
}

u64 xbpf_helper_l3_csum_replace(u64 ctx, u64 off, u64 from, u64 to, u64 flags)
{
	if (flags & ~(u64)XBPF_F_HDR_FIELD_MASK)
		return -EINVAL;
	return csum_replace(ctx, off, from, to, flags);
}

/* The packets have no sum of a device, so that a pseudo header is like the rest. */
u64 xbpf_helper_l4_csum_replace(u64 ctx, u64 off, u64 from, u64 to, u64 flags)
{
	const u64 known = XBPF_F_HDR_FIELD_MASK | XBPF_F_PSEUDO_HDR |
			  XBPF_F_MARK_MANGLED_0 | XBPF_F_MARK_ENFORCE |
			  XBPF_F_IPV6;

	if (flags & ~known)
		return -EINVAL;
	return csum_replace(ctx, off, from, to, flags);
}

/* There is no sum of a device that could be changed. */
u64 xbpf_helper_csum_update(u64 ctx, u64 csum, u64 r3, u64 r4, u64 r5)
{
	return -ENOTSUPP;
}

u64 xbpf_helper_csum_level(u64 ctx, u64 level, u64 r3, u64 r4, u64 r5)
{
	if (level == XBPF_CSUM_LEVEL_QUERY)
		return -EACCES;
	return level > XBPF_CSUM_LEVEL_RESET ? -EINVAL : 0;
}
