// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays and hashes of maps: the second look-up of a program goes to a map that
 * the first one found.
 *
 * Holds pointers for the device, which owns the references and drops them after
 * a grace period: what a program has found lives until it ends. What the maps
 * inside must be like is inner.c's.
 */
#include "maps/htab.h"

/* The program's view of a slot: the map itself, not where its address is. */
static void *array_lookup(struct xbpf_map *map, const void *key)
{
	return map->ops->read_ptr(map, key);
}

static int array_check(const union xbpf_attr *attr)
{
	return xbpf_ptr_array_check(attr, &xbpf_array_of_maps_ops);
}

static struct xbpf_map *array_alloc(const union xbpf_attr *attr)
{
	return xbpf_ptr_array_alloc(attr, &xbpf_array_of_maps_ops);
}

const struct xbpf_map_ops xbpf_array_of_maps_ops = {
	.name = "array_of_maps",
	.holds = XBPF_MAP_HOLDS_MAPS,
	.flags = XBPF_F_NUMA_NODE | XBPF_F_RDONLY | XBPF_F_WRONLY,
	.alloc_check = array_check,
	.alloc = array_alloc,
	.free = xbpf_ptr_array_free,
	.lookup = array_lookup,
	.get_next_key = xbpf_array_next_key,
	.swap_ptr = xbpf_ptr_array_swap,
	.read_ptr = xbpf_ptr_array_read,
	.mem_usage = xbpf_ptr_array_usage,
};

/* ---- hashes ---- */

/* User space names descriptors; an element holds an address. */
static int hash_check(const union xbpf_attr *attr)
{
	if (attr->value_size != sizeof(u32) ||
	    attr->map_flags & (XBPF_F_RDONLY_PROG | XBPF_F_WRONLY_PROG))
		return -EINVAL;
	return xbpf_htab_check(attr, 0);
}

static struct xbpf_map *hash_alloc(const union xbpf_attr *attr)
{
	union xbpf_attr wide = *attr;

	wide.value_size = sizeof(void *);
	return xbpf_htab_alloc(&wide, &xbpf_hash_of_maps_ops, 0);
}

static void *hash_read_ptr(struct xbpf_map *map, const void *key)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_elem *e = xbpf_htab_find(h, key);

	return e ? READ_ONCE(*(void **)xbpf_htab_value(h, e)) : NULL;
}

/* The device lets one writer at a time in: what is read here stays. */
static int hash_swap_ptr(struct xbpf_map *map, const void *key, void *ptr,
			 u64 flags, void **old)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	long err;

	rcu_read_lock();
	*old = hash_read_ptr(map, key);
	err = ptr ? xbpf_htab_update(h, key, &ptr, flags, XBPF_HTAB_PLAIN) :
		    xbpf_htab_remove(h, key, NULL, 0);
	rcu_read_unlock();
	if (err)
		*old = NULL;
	return err;
}

const struct xbpf_map_ops xbpf_hash_of_maps_ops = {
	.name = "hash_of_maps",
	.holds = XBPF_MAP_HOLDS_MAPS,
	.flags = XBPF_F_NO_PREALLOC | XBPF_F_NUMA_NODE | XBPF_F_ZERO_SEED |
		 XBPF_F_RDONLY | XBPF_F_WRONLY,
	.alloc_check = hash_check,
	.alloc = hash_alloc,
	.free = xbpf_htab_free,
	.lookup = hash_read_ptr,
	.prepare = xbpf_htab_prepare,
	.get_next_key = xbpf_htab_next_key,
	.swap_ptr = hash_swap_ptr,
	.read_ptr = hash_read_ptr,
	.mem_usage = xbpf_htab_usage,
};
