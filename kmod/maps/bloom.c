// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bloom filters: says of a value that it was never pushed, or that it may have been.
 *
 * Bits are only ever set: no locks, and no update is ever lost, NMI included.
 */
#include "maps/htab.h"

#define DEFAULT_HASHES	5
#define MAX_HASHES	15

/*
 * struct bloom - a filter
 * @mask: number of bits, a power of two, less one
 * @nr_hashes: bits that each value sets
 */
struct bloom {
	struct xbpf_map map;
	u64 seed;
	u32 mask;
	u32 nr_hashes;
	unsigned long bits[];
};

static struct bloom *bloom_of(const struct xbpf_map *map)
{
	return container_of(map, struct bloom, map);
}

static u32 nr_hashes(const union xbpf_attr *attr)
{
	return attr->map_extra ?: DEFAULT_HASHES;
}

/*
 * entries * hashes / ln 2 bits make errors rarest; 7 / 5 is near enough. Their
 * number fits 32 bits, or is the most that does.
 */
static u32 bits_mask(const union xbpf_attr *attr)
{
	u64 bits = (u64)attr->max_entries * nr_hashes(attr) * 7 / 5;

	if (bits > 1ULL << 31)
		return U32_MAX;
	return roundup_pow_of_two(max_t(u64, bits, BITS_PER_LONG)) - 1;
}

static u64 bytes_of(u32 mask)
{
	return ((u64)mask + 1) / 8;
}

static int bloom_check(const union xbpf_attr *attr)
{
	if (attr->key_size || !attr->value_size || !attr->max_entries ||
	    xbpf_map_check_flags(attr, xbpf_bloom_filter_ops.flags) ||
	    attr->map_extra > MAX_HASHES)
		return -EINVAL;
	return attr->value_size > KMALLOC_MAX_SIZE ? -E2BIG : 0;
}

static struct xbpf_map *bloom_alloc(const union xbpf_attr *attr)
{
	u32 mask = bits_mask(attr);
	struct bloom *b;

	b = kvzalloc_node(sizeof(*b) + bytes_of(mask), XBPF_GFP,
			  xbpf_map_attr_node(attr));
	if (!b)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&b->map, attr, &xbpf_bloom_filter_ops);
	b->mask = mask;
	b->nr_hashes = nr_hashes(attr);
	if (!(attr->map_flags & XBPF_F_ZERO_SEED))
		b->seed = get_random_u64();
	return &b->map;
}

static void bloom_free(struct xbpf_map *map)
{
	kvfree(bloom_of(map));
}

static u32 bit_of(const struct bloom *b, const void *value, u32 i)
{
	return xbpf_htab_hash_bytes(value, b->map.value_size, b->seed + i) &
	       b->mask;
}

static long bloom_push(struct xbpf_map *map, const void *value, u64 flags)
{
	struct bloom *b = bloom_of(map);
	u32 i;

	if (flags != XBPF_ANY)
		return -EINVAL;
	for (i = 0; i < b->nr_hashes; i++)
		set_bit(bit_of(b, value, i), b->bits);
	return 0;
}

/* 0: may have been pushed; -ENOENT: was not. */
static long bloom_peek(struct xbpf_map *map, void *value)
{
	struct bloom *b = bloom_of(map);
	u32 i;

	for (i = 0; i < b->nr_hashes; i++)
		if (!test_bit(bit_of(b, value, i), b->bits))
			return -ENOENT;
	return 0;
}

static u64 bloom_usage(const struct xbpf_map *map)
{
	return sizeof(struct bloom) + bytes_of(bloom_of(map)->mask);
}

const struct xbpf_map_ops xbpf_bloom_filter_ops = {
	.name = "bloom_filter",
	.flags = XBPF_F_NUMA_NODE | XBPF_F_ZERO_SEED | XBPF_ACCESS_FLAGS,
	.asks = 1,
	.alloc_check = bloom_check,
	.alloc = bloom_alloc,
	.free = bloom_free,
	.push = bloom_push,
	.peek = bloom_peek,
	.mem_usage = bloom_usage,
};
