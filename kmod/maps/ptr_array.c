// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays of objects: programs to call in the tail, perf events to write to,
 * control groups to ask for. Arrays of maps share it (map_of_maps.c).
 *
 * Holds pointers for the device, which owns the references and turns descriptors
 * into pointers. Knows nothing of what the objects are.
 */
#include "maps/maps.h"

struct ptr_array {
	struct xbpf_map map;
	void *ptrs[];
};

static struct ptr_array *array_of(const struct xbpf_map *map)
{
	return container_of(map, struct ptr_array, map);
}

/* User space sees descriptors; programs cannot be kept from either direction. */
int xbpf_ptr_array_check(const union xbpf_attr *attr,
			 const struct xbpf_map_ops *ops)
{
	if (attr->value_size != sizeof(u32) ||
	    xbpf_map_check_flags(attr, ops->flags))
		return -EINVAL;
	return xbpf_array_check(attr);
}

struct xbpf_map *xbpf_ptr_array_alloc(const union xbpf_attr *attr,
				      const struct xbpf_map_ops *ops)
{
	struct ptr_array *a;

	a = kvzalloc_node(struct_size(a, ptrs, attr->max_entries), XBPF_GFP,
			  xbpf_map_attr_node(attr));
	if (!a)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&a->map, attr, ops);
	return &a->map;
}

void xbpf_ptr_array_free(struct xbpf_map *map)
{
	kvfree(array_of(map));
}

int xbpf_ptr_array_swap(struct xbpf_map *map, const void *key, void *ptr,
			u64 flags, void **old)
{
	u32 index = xbpf_key_index(key);

	*old = NULL;
	if (flags)
		return -EINVAL;
	if (index >= map->max_entries)
		return -E2BIG;
	*old = xchg(&array_of(map)->ptrs[index], ptr);
	return ptr || *old ? 0 : -ENOENT;
}

void *xbpf_ptr_array_read(struct xbpf_map *map, const void *key)
{
	u32 index = xbpf_key_index(key);

	if (unlikely(index >= map->max_entries))
		return NULL;
	return READ_ONCE(array_of(map)->ptrs[index]);
}

u64 xbpf_ptr_array_usage(const struct xbpf_map *map)
{
	const struct ptr_array *a = array_of(map);

	return struct_size(a, ptrs, map->max_entries);
}

/* ---- programs ---- */

static int prog_check(const union xbpf_attr *attr)
{
	return xbpf_ptr_array_check(attr, &xbpf_prog_array_ops);
}

static struct xbpf_map *prog_alloc(const union xbpf_attr *attr)
{
	return xbpf_ptr_array_alloc(attr, &xbpf_prog_array_ops);
}

const struct xbpf_map_ops xbpf_prog_array_ops = {
	.name = "prog_array",
	.holds = XBPF_MAP_HOLDS_PROGS,
	.flags = XBPF_F_NUMA_NODE | XBPF_F_RDONLY | XBPF_F_WRONLY,
	.alloc_check = prog_check,
	.alloc = prog_alloc,
	.free = xbpf_ptr_array_free,
	.get_next_key = xbpf_array_next_key,
	.swap_ptr = xbpf_ptr_array_swap,
	.read_ptr = xbpf_ptr_array_read,
	.mem_usage = xbpf_ptr_array_usage,
};

/* ---- perf events ---- */

static int perf_check(const union xbpf_attr *attr)
{
	return xbpf_ptr_array_check(attr, &xbpf_perf_event_array_ops);
}

static struct xbpf_map *perf_alloc(const union xbpf_attr *attr)
{
	return xbpf_ptr_array_alloc(attr, &xbpf_perf_event_array_ops);
}

const struct xbpf_map_ops xbpf_perf_event_array_ops = {
	.name = "perf_event_array",
	.holds = XBPF_MAP_HOLDS_PERF,
	.flags = XBPF_F_NUMA_NODE | XBPF_F_RDONLY | XBPF_F_WRONLY |
		 XBPF_F_PRESERVE_ELEMS,
	.alloc_check = perf_check,
	.alloc = perf_alloc,
	.free = xbpf_ptr_array_free,
	.get_next_key = xbpf_array_next_key,
	.swap_ptr = xbpf_ptr_array_swap,
	.read_ptr = xbpf_ptr_array_read,
	.mem_usage = xbpf_ptr_array_usage,
};

/* ---- control groups ---- */

static int cgroup_check(const union xbpf_attr *attr)
{
	return xbpf_ptr_array_check(attr, &xbpf_cgroup_array_ops);
}

static struct xbpf_map *cgroup_alloc(const union xbpf_attr *attr)
{
	return xbpf_ptr_array_alloc(attr, &xbpf_cgroup_array_ops);
}

const struct xbpf_map_ops xbpf_cgroup_array_ops = {
	.name = "cgroup_array",
	.holds = XBPF_MAP_HOLDS_CGROUPS,
	.flags = XBPF_F_NUMA_NODE | XBPF_F_RDONLY | XBPF_F_WRONLY,
	.alloc_check = cgroup_check,
	.alloc = cgroup_alloc,
	.free = xbpf_ptr_array_free,
	.get_next_key = xbpf_array_next_key,
	.swap_ptr = xbpf_ptr_array_swap,
	.read_ptr = xbpf_ptr_array_read,
	.mem_usage = xbpf_ptr_array_usage,
};
