// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays with a value for each CPU. Values of neighbours share an allocation of
 * per-CPU memory, as many as fit well.
 *
 * Programs see their own CPU's value, user space sees all.
 */
#include "maps/maps.h"

/* A group of values: what the per-CPU allocator likes to give. */
#define GROUP_BYTES	4096U

/*
 * struct percpu_array - a per-CPU array map
 * @stride: bytes from one value to the next
 * @shift: log2 of the values in a group
 * @groups: per-CPU memory, by index >> @shift
 */
struct percpu_array {
	struct xbpf_map map;
	u32 stride;
	u32 shift;
	u32 nr_groups;
	char __percpu *groups[];
};

static struct percpu_array *array_of(const struct xbpf_map *map)
{
	return container_of(map, struct percpu_array, map);
}

static int array_check(const union xbpf_attr *attr)
{
	int err = xbpf_map_check_flags(attr, xbpf_percpu_array_ops.flags);

	if (err || xbpf_map_attr_node(attr) != NUMA_NO_NODE)
		return -EINVAL;
	err = xbpf_array_check(attr);
	if (err)
		return err;
	return round_up((u64)attr->value_size, 8) > XBPF_PERCPU_VALUE_MAX ?
	       -E2BIG : 0;
}

static void array_free(struct xbpf_map *map)
{
	struct percpu_array *a = array_of(map);
	u32 i;

	for (i = 0; i < a->nr_groups; i++) {
		free_percpu(a->groups[i]);
		cond_resched();
	}
	kvfree(a);
}

static int alloc_groups(struct percpu_array *a)
{
	size_t size = (size_t)a->stride << a->shift;
	u32 i;

	for (i = 0; i < a->nr_groups; i++) {
		a->groups[i] = __alloc_percpu_gfp(size, 8, XBPF_GFP_PERCPU);
		if (!a->groups[i])
			return -ENOMEM;
		cond_resched();
	}
	return 0;
}

static struct xbpf_map *array_alloc(const union xbpf_attr *attr)
{
	u32 stride = round_up(attr->value_size, 8), shift, groups;
	struct percpu_array *a;

	shift = stride < GROUP_BYTES ? ilog2(GROUP_BYTES / stride) : 0;
	shift = min_t(u32, shift, order_base_2(attr->max_entries));
	groups = ((u64)attr->max_entries + (1U << shift) - 1) >> shift;
	a = kvzalloc(struct_size(a, groups, groups), XBPF_GFP);
	if (!a)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&a->map, attr, &xbpf_percpu_array_ops);
	a->stride = stride;
	a->shift = shift;
	a->nr_groups = groups;
	if (!alloc_groups(a))
		return &a->map;
	array_free(&a->map);
	return ERR_PTR(-ENOMEM);
}

static char __percpu *array_at(const struct percpu_array *a, u32 index)
{
	u32 nr = index & ((1U << a->shift) - 1);

	return a->groups[index >> a->shift] + (size_t)nr * a->stride;
}

static void *array_lookup(struct xbpf_map *map, const void *key)
{
	u32 index = xbpf_key_index(key);

	if (unlikely(index >= map->max_entries))
		return NULL;
	return raw_cpu_ptr(array_at(array_of(map), index));
}

static void *array_lookup_percpu(struct xbpf_map *map, const void *key, u32 cpu)
{
	u32 index = xbpf_key_index(key);

	if (index >= map->max_entries || cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return NULL;
	return per_cpu_ptr(array_at(array_of(map), index), cpu);
}

static long check_update(const struct xbpf_map *map, u32 index, u64 flags)
{
	if (unlikely(flags > XBPF_EXIST))
		return -EINVAL;
	if (unlikely(index >= map->max_entries))
		return -E2BIG;
	return unlikely(flags == XBPF_NOEXIST) ? -EEXIST : 0;
}

static long array_update(struct xbpf_map *map, const void *key,
			 const void *value, u64 flags)
{
	u32 index = xbpf_key_index(key);
	long err = check_update(map, index, flags);

	if (!err)
		xbpf_value_store(raw_cpu_ptr(array_at(array_of(map), index)),
				 value, map->value_size);
	return err;
}

static int array_update_copy(struct xbpf_map *map, const void *key,
			     const void *value, u64 flags)
{
	u32 index = xbpf_key_index(key);
	u64 plain;
	long err = xbpf_percpu_check_write(flags, &plain) ?:
		   check_update(map, index, plain);

	if (!err)
		xbpf_percpu_write(array_at(array_of(map), index), value,
				  map->value_size, flags);
	return err;
}

static int array_lookup_copy(struct xbpf_map *map, const void *key, void *value,
			     u64 flags)
{
	u32 index = xbpf_key_index(key);

	if (xbpf_percpu_check_read(flags))
		return -EINVAL;
	if (index >= map->max_entries)
		return -ENOENT;
	xbpf_percpu_read(value, array_at(array_of(map), index), map->value_size,
			 flags);
	return 0;
}

static long array_remove(struct xbpf_map *map, const void *key)
{
	return -EINVAL;
}

static u64 array_usage(const struct xbpf_map *map)
{
	const struct percpu_array *a = array_of(map);
	u64 group = ((u64)a->stride << a->shift) * num_possible_cpus();

	return struct_size(a, groups, a->nr_groups) + group * a->nr_groups;
}

const struct xbpf_map_ops xbpf_percpu_array_ops = {
	.name = "percpu_array",
	.percpu = 1,
	.flags = XBPF_F_NUMA_NODE | XBPF_ACCESS_FLAGS,
	.alloc_check = array_check,
	.alloc = array_alloc,
	.free = array_free,
	.lookup = array_lookup,
	.update = array_update,
	.remove = array_remove,
	.get_next_key = xbpf_array_next_key,
	.lookup_percpu = array_lookup_percpu,
	.lookup_copy = array_lookup_copy,
	.update_copy = array_update_copy,
	.for_each = xbpf_array_for_each,
	.mem_usage = array_usage,
};
