// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash maps, LRU ones too, with a value for each CPU: programs see their own
 * CPU's, user space sees all.
 *
 * Knows only which operations they have; the table is in htab.c.
 */
#include "maps/htab.h"

static int hash_check(const union xbpf_attr *attr)
{
	return xbpf_htab_check(attr, XBPF_HTAB_PERCPU);
}

static struct xbpf_map *hash_alloc(const union xbpf_attr *attr)
{
	return xbpf_htab_alloc(attr, &xbpf_percpu_hash_ops, XBPF_HTAB_PERCPU);
}

static void *hash_lookup(struct xbpf_map *map, const void *key)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_elem *e = xbpf_htab_find(h, key);

	return e ? raw_cpu_ptr(xbpf_htab_pptr(h, e)) : NULL;
}

static void *hash_lookup_percpu(struct xbpf_map *map, const void *key, u32 cpu)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_elem *e;

	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return NULL;
	e = xbpf_htab_find(h, key);
	return e ? per_cpu_ptr(xbpf_htab_pptr(h, e), cpu) : NULL;
}

static long hash_update(struct xbpf_map *map, const void *key,
			const void *value, u64 flags)
{
	return xbpf_htab_update(xbpf_htab_of(map), key, value, flags,
				XBPF_HTAB_THIS_CPU);
}

static int hash_update_copy(struct xbpf_map *map, const void *key,
			    const void *value, u64 flags)
{
	return xbpf_htab_update(xbpf_htab_of(map), key, value, flags,
				XBPF_HTAB_USER);
}

static int hash_lookup_copy(struct xbpf_map *map, const void *key, void *value,
			    u64 flags)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_elem *e = xbpf_htab_find(h, key);

	if (xbpf_percpu_check_read(flags))
		return -EINVAL;
	if (!e)
		return -ENOENT;
	xbpf_htab_copy_value(h, e, value, flags);
	return 0;
}

static long hash_remove(struct xbpf_map *map, const void *key)
{
	return xbpf_htab_remove(xbpf_htab_of(map), key, NULL, 0);
}

static int hash_lookup_and_delete(struct xbpf_map *map, const void *key,
				  void *value, u64 flags)
{
	if (flags)
		return -EINVAL;
	return xbpf_htab_remove(xbpf_htab_of(map), key, value, 0);
}

const struct xbpf_map_ops xbpf_percpu_hash_ops = {
	.name = "percpu_hash",
	.percpu = 1,
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
	.lookup_percpu = hash_lookup_percpu,
	.lookup_copy = hash_lookup_copy,
	.update_copy = hash_update_copy,
	.lookup_and_delete = hash_lookup_and_delete,
	.bucket_copy = xbpf_htab_bucket_copy,
	.for_each = xbpf_htab_for_each,
	.mem_usage = xbpf_htab_usage,
};

/* ---- LRU ---- */

static int lru_check(const union xbpf_attr *attr)
{
	return xbpf_htab_check(attr, XBPF_HTAB_LRU | XBPF_HTAB_PERCPU);
}

static struct xbpf_map *lru_alloc(const union xbpf_attr *attr)
{
	return xbpf_htab_alloc(attr, &xbpf_lru_percpu_hash_ops,
			       XBPF_HTAB_LRU | XBPF_HTAB_PERCPU);
}

static void *lru_lookup(struct xbpf_map *map, const void *key)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_elem *e = xbpf_htab_find_use(h, key);

	return e ? raw_cpu_ptr(xbpf_htab_pptr(h, e)) : NULL;
}

const struct xbpf_map_ops xbpf_lru_percpu_hash_ops = {
	.name = "lru_percpu_hash",
	.percpu = 1,
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
	.lookup_percpu = hash_lookup_percpu,
	.lookup_copy = hash_lookup_copy,
	.update_copy = hash_update_copy,
	.lookup_and_delete = hash_lookup_and_delete,
	.bucket_copy = xbpf_htab_bucket_copy,
	.for_each = xbpf_htab_for_each,
	.mem_usage = xbpf_htab_usage,
};
