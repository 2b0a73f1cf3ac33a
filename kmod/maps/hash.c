// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash maps and LRU hash maps with one value a key.
 *
 * Knows only which operations they have; the table is in htab.c.
 */
#include "maps/htab.h"

static int hash_check(const union xbpf_attr *attr)
{
	return xbpf_htab_check(attr, 0);
}

static struct xbpf_map *hash_alloc(const union xbpf_attr *attr)
{
	return xbpf_htab_alloc(attr, &xbpf_hash_ops, 0);
}

static void *hash_lookup(struct xbpf_map *map, const void *key)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_elem *e = xbpf_htab_find(h, key);

	return e ? xbpf_htab_value(h, e) : NULL;
}

static long hash_update(struct xbpf_map *map, const void *key,
			const void *value, u64 flags)
{
	return xbpf_htab_update(xbpf_htab_of(map), key, value, flags,
				XBPF_HTAB_PLAIN);
}

static long hash_remove(struct xbpf_map *map, const void *key)
{
	return xbpf_htab_remove(xbpf_htab_of(map), key, NULL, 0);
}

static int hash_lookup_and_delete(struct xbpf_map *map, const void *key,
				  void *value, u64 flags)
{
	if (xbpf_value_flags_check(map, flags) || flags & ~(u64)XBPF_F_LOCK)
		return -EINVAL;
	return xbpf_htab_remove(xbpf_htab_of(map), key, value, flags);
}

const struct xbpf_map_ops xbpf_hash_ops = {
	.name = "hash",
	.flags = XBPF_F_NO_PREALLOC | XBPF_F_NUMA_NODE | XBPF_F_ZERO_SEED |
		 XBPF_ACCESS_FLAGS,
	.alloc_check = hash_check,
	.alloc = hash_alloc,
	.free = xbpf_htab_free,
	.lookup = hash_lookup,
	.update = hash_update,
	.prepare = xbpf_htab_prepare,
	.remove = hash_remove,
	.get_next_key = xbpf_htab_next_key,
	.lookup_and_delete = hash_lookup_and_delete,
	.bucket_copy = xbpf_htab_bucket_copy,
	.release_all = xbpf_htab_release_all,
	.for_each = xbpf_htab_for_each,
	.mem_usage = xbpf_htab_usage,
};

/* ---- LRU ---- */

static int lru_check(const union xbpf_attr *attr)
{
	return xbpf_htab_check(attr, XBPF_HTAB_LRU);
}

static struct xbpf_map *lru_alloc(const union xbpf_attr *attr)
{
	return xbpf_htab_alloc(attr, &xbpf_lru_hash_ops, XBPF_HTAB_LRU);
}

static void *lru_lookup(struct xbpf_map *map, const void *key)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_elem *e = xbpf_htab_find_use(h, key);

	return e ? xbpf_htab_value(h, e) : NULL;
}

/* User space looks without using. */
static int lru_lookup_copy(struct xbpf_map *map, const void *key, void *value,
			   u64 flags)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_elem *e = xbpf_htab_find(h, key);

	if (flags)
		return -EINVAL;
	if (!e)
		return -ENOENT;
	xbpf_htab_copy_value(h, e, value, 0);
	return 0;
}

const struct xbpf_map_ops xbpf_lru_hash_ops = {
	.name = "lru_hash",
	.flags = XBPF_F_NO_COMMON_LRU | XBPF_F_NUMA_NODE | XBPF_F_ZERO_SEED |
		 XBPF_ACCESS_FLAGS,
	.alloc_check = lru_check,
	.alloc = lru_alloc,
	.free = xbpf_htab_free,
	.lookup = lru_lookup,
	.update = hash_update,
	.prepare = xbpf_htab_prepare,
	.remove = hash_remove,
	.get_next_key = xbpf_htab_next_key,
	.lookup_copy = lru_lookup_copy,
	.lookup_and_delete = hash_lookup_and_delete,
	.bucket_copy = xbpf_htab_bucket_copy,
	.release_all = xbpf_htab_release_all,
	.for_each = xbpf_htab_for_each,
	.mem_usage = xbpf_htab_usage,
};
