// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps for redirect_map(): where packets may go, by a number.
 *
 * A hash table does the work, with what it promises for any context: a program
 * that found an entry keeps it until its section of RCU ends, whoever changes the
 * map. Only user space changes it, one at a time. A test run ends with the verdict
 * that a packet goes elsewhere; none is sent.
 */
#include "maps/targets.h"
#include "vm/packet.h"
#include "vm/vm.h"

/* An array of more would have no room on any machine: so bpf(2) says, too. */
#define MAX_ENTRIES	(1U << 31)

/* A number, or a number and a program. */
int xbpf_targets_check(const union xbpf_attr *attr, u32 flags)
{
	if (!attr->max_entries || attr->key_size != sizeof(u32) ||
	    (attr->value_size != sizeof(u32) && attr->value_size != 2 * sizeof(u32)) ||
	    attr->map_flags & ~flags)
		return -EINVAL;
	return 0;
}

struct xbpf_map *xbpf_targets_alloc(const union xbpf_attr *attr,
				    const struct xbpf_map_ops *ops)
{
	const union xbpf_attr by_key = {
		.map_type = XBPF_MAP_TYPE_HASH, .key_size = sizeof(u32),
		.value_size = sizeof(struct xbpf_target),
		.max_entries = attr->max_entries, .numa_node = attr->numa_node,
		.map_flags = XBPF_F_NO_PREALLOC |
			     (attr->map_flags & XBPF_F_NUMA_NODE),
	};
	struct xbpf_targets *t;
	int err;

	if (attr->max_entries > MAX_ENTRIES)
		return ERR_PTR(-ENOMEM);
	t = kvzalloc(sizeof(*t), XBPF_GFP);
	if (!t)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&t->map, attr, ops);
	t->by_key = xbpf_hash_ops.alloc(&by_key);
	if (IS_ERR(t->by_key)) {
		err = PTR_ERR(t->by_key);
		goto free;
	}
	err = xbpf_targets_watch(t);
	if (!err)
		return &t->map;
	t->by_key->ops->free(t->by_key);
free:
	kvfree(t);
	return ERR_PTR(err);
}

void xbpf_targets_free(struct xbpf_map *map)
{
	struct xbpf_targets *t = xbpf_targets_of(map);

	xbpf_targets_unwatch(t);
	t->by_key->ops->free(t->by_key);
	kvfree(t);
}

void *xbpf_targets_lookup(struct xbpf_map *map, const void *key)
{
	struct xbpf_map *by_key = xbpf_targets_of(map)->by_key;

	return by_key->ops->lookup(by_key, key);
}

void xbpf_targets_prepare(struct xbpf_map *map)
{
	struct xbpf_map *by_key = xbpf_targets_of(map)->by_key;

	by_key->ops->prepare(by_key);
}

long xbpf_targets_set(struct xbpf_map *map, u32 key, const struct xbpf_target *t,
		      struct xbpf_target *old)
{
	struct xbpf_map *by_key = xbpf_targets_of(map)->by_key;
	const struct xbpf_target *was = by_key->ops->lookup(by_key, &key);
	long err;

	*old = was ? *was : (struct xbpf_target){ 0 };
	err = t ? by_key->ops->update(by_key, &key, t, XBPF_ANY) :
		  by_key->ops->remove(by_key, &key);
	if (err)
		*old = (struct xbpf_target){ 0 };
	return xbpf_map_count_failure(map, err);
}

int xbpf_targets_next(struct xbpf_map *map, const u32 *key, u32 *next)
{
	struct xbpf_map *by_key = xbpf_targets_of(map)->by_key;

	return by_key->ops->get_next_key(by_key, key, next);
}

u64 xbpf_targets_usage(const struct xbpf_map *map)
{
	const struct xbpf_targets *t = xbpf_targets_of(map);

	return sizeof(*t) + t->by_key->ops->mem_usage(t->by_key);
}

/* ---- the helper ---- */

static int is_of_devices(const struct xbpf_map *map)
{
	return map->type == XBPF_MAP_TYPE_DEVMAP ||
	       map->type == XBPF_MAP_TYPE_DEVMAP_HASH;
}

/* What it gives when nothing is there is in the lower two bits. */
u64 xbpf_helper_redirect_map(u64 map_ptr, u64 key, u64 flags, u64 r4, u64 r5)
{
	const u64 to_all = XBPF_F_BROADCAST | XBPF_F_EXCLUDE_INGRESS;
	struct xbpf_map *map = (void *)(unsigned long)map_ptr;
	u64 known = XBPF_XDP_TX | (is_of_devices(map) ? to_all : 0);
	u32 index = key;

	if (flags & ~known)
		return XBPF_XDP_ABORTED;
	if (flags & XBPF_F_BROADCAST || map->ops->lookup(map, &index))
		return XBPF_XDP_REDIRECT;
	return flags & XBPF_XDP_TX;
}
