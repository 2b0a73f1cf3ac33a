// SPDX-License-Identifier: GPL-2.0-only
/*
 * Storage of a program in a control group, one for all CPUs or one for each.
 *
 * Storages come with the attachment of a program to a group. Nothing attaches to
 * groups here, so user space finds none; what is left are test runs, each of
 * which has a storage of its own, zero when it begins. Runs do not sleep: one a
 * CPU is enough, for both types.
 */
#include "maps/maps.h"

struct cgroup_storage {
	struct xbpf_map map;
	char __percpu *values;
};

static struct cgroup_storage *storage_of(const struct xbpf_map *map)
{
	return container_of(map, struct cgroup_storage, map);
}

static int check(const union xbpf_attr *attr, const struct xbpf_map_ops *ops)
{
	if (attr->key_size != sizeof(struct xbpf_cgroup_storage_key) &&
	    attr->key_size != sizeof(u64))
		return -EINVAL;
	if (!attr->value_size || attr->max_entries ||
	    xbpf_map_check_flags(attr, ops->flags))
		return -EINVAL;
	return attr->value_size > XBPF_PERCPU_VALUE_MAX ? -E2BIG : 0;
}

static struct xbpf_map *alloc(const union xbpf_attr *attr,
			      const struct xbpf_map_ops *ops)
{
	struct cgroup_storage *s;

	s = kvzalloc_node(sizeof(*s), XBPF_GFP, xbpf_map_attr_node(attr));
	if (!s)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&s->map, attr, ops);
	s->values = __alloc_percpu_gfp(round_up(attr->value_size, 8), 8,
				       XBPF_GFP_PERCPU);
	if (s->values)
		return &s->map;
	kvfree(s);
	return ERR_PTR(-ENOMEM);
}

static void storage_free(struct xbpf_map *map)
{
	free_percpu(storage_of(map)->values);
	kvfree(storage_of(map));
}

/* No group has one. */
static void *no_value(struct xbpf_map *map, const void *key)
{
	return NULL;
}

static long no_update(struct xbpf_map *map, const void *key, const void *value,
		      u64 flags)
{
	return flags & ~(u64)(XBPF_F_LOCK | XBPF_EXIST) ? -EINVAL : -ENOENT;
}

static int no_key(struct xbpf_map *map, const void *key, void *next)
{
	return -ENOENT;
}

static u64 storage_usage(const struct xbpf_map *map)
{
	return sizeof(struct cgroup_storage) +
	       (u64)round_up(map->value_size, 8) * num_possible_cpus();
}

/**
 * xbpf_cgroup_storage_begin - a run begins: its storage is zero
 * @map: of one of the two types
 *
 * Context: preemption off; the program runs on this CPU next.
 */
void xbpf_cgroup_storage_begin(struct xbpf_map *map)
{
	memset(raw_cpu_ptr(storage_of(map)->values), 0, map->value_size);
}

/* The storage of the run that this CPU is in. */
void *xbpf_cgroup_storage_value(struct xbpf_map *map)
{
	return raw_cpu_ptr(storage_of(map)->values);
}

static int shared_check(const union xbpf_attr *attr)
{
	return check(attr, &xbpf_cgroup_storage_ops);
}

static struct xbpf_map *shared_alloc(const union xbpf_attr *attr)
{
	return alloc(attr, &xbpf_cgroup_storage_ops);
}

const struct xbpf_map_ops xbpf_cgroup_storage_ops = {
	.name = "cgroup_storage",
	.flags = XBPF_F_NUMA_NODE | XBPF_ACCESS_FLAGS,
	.alloc_check = shared_check,
	.alloc = shared_alloc,
	.free = storage_free,
	.lookup = no_value,
	.update = no_update,
	.get_next_key = no_key,
	.mem_usage = storage_usage,
};

static int percpu_check(const union xbpf_attr *attr)
{
	return check(attr, &xbpf_percpu_cgroup_storage_ops);
}

static struct xbpf_map *percpu_alloc(const union xbpf_attr *attr)
{
	return alloc(attr, &xbpf_percpu_cgroup_storage_ops);
}

const struct xbpf_map_ops xbpf_percpu_cgroup_storage_ops = {
	.name = "percpu_cgroup_storage",
	.percpu = 1,
	.flags = XBPF_F_NUMA_NODE | XBPF_ACCESS_FLAGS,
	.alloc_check = percpu_check,
	.alloc = percpu_alloc,
	.free = storage_free,
	.lookup = no_value,
	.update = no_update,
	.get_next_key = no_key,
	.mem_usage = storage_usage,
};
