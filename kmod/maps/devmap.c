// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps of network devices, as an array and as a hash. Which devices there are, the
 * device of xbpf knows: it makes the entries, and takes out those of devices that
 * go. No entry keeps a device.
 */
#include "maps/targets.h"

#define MAX_HASH	(1U << 31)

static int array_check(const union xbpf_attr *attr)
{
	return xbpf_targets_check(attr, xbpf_devmap_ops.flags);
}

/* What a program finds is not for it to write. */
static struct xbpf_map *devmap_alloc(const union xbpf_attr *attr,
				     const struct xbpf_map_ops *ops)
{
	union xbpf_attr rdonly = *attr;

	rdonly.map_flags |= XBPF_F_RDONLY_PROG;
	return xbpf_targets_alloc(&rdonly, ops);
}

static struct xbpf_map *array_alloc(const union xbpf_attr *attr)
{
	return devmap_alloc(attr, &xbpf_devmap_ops);
}

const struct xbpf_map_ops xbpf_devmap_ops = {
	.name = "devmap",
	.flags = XBPF_F_NUMA_NODE | XBPF_F_RDONLY | XBPF_F_WRONLY,
	.alloc_check = array_check,
	.alloc = array_alloc,
	.free = xbpf_targets_free,
	.lookup = xbpf_targets_lookup,
	.prepare = xbpf_targets_prepare,
	.get_next_key = xbpf_array_next_key,
	.mem_usage = xbpf_targets_usage,
};

/* ---- as a hash ---- */

static int hash_check(const union xbpf_attr *attr)
{
	int err = xbpf_targets_check(attr, xbpf_devmap_hash_ops.flags);

	return err ?: attr->max_entries > MAX_HASH ? -EINVAL : 0;
}

static struct xbpf_map *hash_alloc(const union xbpf_attr *attr)
{
	return devmap_alloc(attr, &xbpf_devmap_hash_ops);
}

static int hash_next_key(struct xbpf_map *map, const void *key, void *next)
{
	return xbpf_targets_next(map, key, next);
}

const struct xbpf_map_ops xbpf_devmap_hash_ops = {
	.name = "devmap_hash",
	.flags = XBPF_F_NUMA_NODE | XBPF_F_RDONLY | XBPF_F_WRONLY,
	.alloc_check = hash_check,
	.alloc = hash_alloc,
	.free = xbpf_targets_free,
	.lookup = xbpf_targets_lookup,
	.prepare = xbpf_targets_prepare,
	.get_next_key = hash_next_key,
	.mem_usage = xbpf_targets_usage,
};
