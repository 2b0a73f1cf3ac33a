// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps of AF_XDP sockets. They stay empty: nothing that is exported tells when
 * such a socket is closed, and a reference of ours would keep its device. Programs
 * find no socket and go on as with an empty map of Linux.
 */
#include "maps/maps.h"

struct xskmap {
	struct xbpf_map map;
};

static int xskmap_check(const union xbpf_attr *attr)
{
	if (!attr->max_entries || attr->key_size != sizeof(u32) ||
	    attr->value_size != sizeof(u32) ||
	    attr->map_flags & ~xbpf_xskmap_ops.flags)
		return -EINVAL;
	return 0;
}

static struct xbpf_map *xskmap_alloc(const union xbpf_attr *attr)
{
	struct xskmap *m = kvzalloc(sizeof(*m), XBPF_GFP);

	if (!m)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&m->map, attr, &xbpf_xskmap_ops);
	return &m->map;
}

static void xskmap_free(struct xbpf_map *map)
{
	kvfree(container_of(map, struct xskmap, map));
}

static void *xskmap_lookup(struct xbpf_map *map, const void *key)
{
	return NULL;
}

/* User space never reads sockets. */
static int xskmap_lookup_copy(struct xbpf_map *map, const void *key, void *value,
			      u64 flags)
{
	return -EOPNOTSUPP;
}

static u64 xskmap_usage(const struct xbpf_map *map)
{
	return sizeof(struct xskmap);
}

const struct xbpf_map_ops xbpf_xskmap_ops = {
	.name = "xskmap",
	.flags = XBPF_F_NUMA_NODE | XBPF_F_RDONLY | XBPF_F_WRONLY,
	.alloc_check = xskmap_check,
	.alloc = xskmap_alloc,
	.free = xskmap_free,
	.lookup = xskmap_lookup,
	.get_next_key = xbpf_array_next_key,
	.lookup_copy = xskmap_lookup_copy,
	.mem_usage = xskmap_usage,
};
