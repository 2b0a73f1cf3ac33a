// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stack traces by id, the id being the hash of the frames. A bucket holds one
 * trace; a second one of the same hash bits is refused or takes its place.
 *
 * Traces are elements of a pool, so that a big map costs what is in it. Knows
 * nothing of how a stack is walked.
 */
#include "maps/maps.h"

#define MAX_FRAMES	127
#define EAGER_BYTES	(256UL << 10)

/*
 * struct stackmap - a stack trace map
 * @mask: buckets, a power of 2, less 1
 * @buckets: number of the element, 0: none
 */
struct stackmap {
	struct xbpf_map map;
	struct xbpf_pool pool;
	u32 mask;
	u32 *buckets;
};

/*
 * struct trace - data of an element
 * @nr: frames
 */
struct trace {
	u64 nr;
	u64 ips[];
};

static struct stackmap *stackmap_of(const struct xbpf_map *map)
{
	return container_of(map, struct stackmap, map);
}

static int stackmap_check(const union xbpf_attr *attr)
{
	u32 frame = attr->map_flags & XBPF_F_STACK_BUILD_ID ?
		    sizeof(struct xbpf_stack_build_id) : sizeof(u64);

	if (attr->map_flags & ~xbpf_stack_trace_ops.flags)
		return -EINVAL;
	if (!attr->max_entries || attr->key_size != 4 || attr->value_size < 8 ||
	    attr->value_size % frame || attr->value_size / frame > MAX_FRAMES)
		return -EINVAL;
	return attr->max_entries > 1U << 31 ? -E2BIG : 0;
}

static int alloc_buckets(struct stackmap *s)
{
	u64 n = roundup_pow_of_two((u64)s->map.max_entries);

	s->mask = n - 1;
	s->buckets = kvzalloc_node(array_size(n, sizeof(*s->buckets)), XBPF_GFP,
				   s->map.numa_node);
	return s->buckets ? 0 : -ENOMEM;
}

static struct xbpf_map *stackmap_alloc(const union xbpf_attr *attr)
{
	struct xbpf_pool_spec spec = {
		.elem_size = sizeof(struct trace) + attr->value_size,
		.capacity = attr->max_entries,
		.eager = EAGER_BYTES,
		.node = xbpf_map_attr_node(attr),
	};
	struct stackmap *s = kvzalloc_node(sizeof(*s), XBPF_GFP, spec.node);

	if (!s)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&s->map, attr, &xbpf_stack_trace_ops);
	if (alloc_buckets(s))
		goto free_map;
	spec.capacity = s->mask + 1;
	if (xbpf_pool_init(&s->pool, &spec))
		goto free_buckets;
	return &s->map;

free_buckets:
	kvfree(s->buckets);
free_map:
	kvfree(s);
	return ERR_PTR(-ENOMEM);
}

static void stackmap_free(struct xbpf_map *map)
{
	struct stackmap *s = stackmap_of(map);

	xbpf_pool_destroy(&s->pool);
	kvfree(s->buckets);
	kvfree(s);
}

static struct trace *trace_at(const struct stackmap *s, u32 idx)
{
	return (struct trace *)xbpf_pool_elem(&s->pool, idx)->data;
}

static int trace_equal(const struct stackmap *s, u32 idx, const u64 *ips,
		       u32 nr)
{
	const struct trace *t = trace_at(s, idx);

	return t->nr == nr && !memcmp(t->ips, ips, nr * sizeof(*ips));
}

static u32 trace_new(struct stackmap *s, u32 hash, const u64 *ips, u32 nr)
{
	u32 idx = xbpf_pool_get(&s->pool);
	struct xbpf_elem *e;
	struct trace *t;

	if (!idx)
		return 0;
	e = xbpf_pool_elem(&s->pool, idx);
	t = trace_at(s, idx);
	e->hash = hash;
	t->nr = nr;
	memcpy(t->ips, ips, nr * sizeof(*ips));
	memset(t->ips + nr, 0, s->map.value_size - nr * sizeof(*ips));
	xbpf_elem_publish(e);
	return idx;
}

/**
 * xbpf_stackmap_insert - the id of a stack trace
 * @map: of type stack trace, without XBPF_F_STACK_BUILD_ID
 * @ips: frames, the innermost first
 * @nr: how many; what does not fit into a value is dropped
 * @flags: XBPF_F_FAST_STACK_CMP: an equal hash is an equal trace;
 *	XBPF_F_REUSE_STACKID: take the place of another trace
 *
 * Context: any, under RCU.
 * Return: the id; -EEXIST its place is taken by another trace; -ENOMEM.
 */
int xbpf_stackmap_insert(struct xbpf_map *map, const u64 *ips, u32 nr,
			 u64 flags)
{
	struct stackmap *s = stackmap_of(map);
	u32 hash, id, old, new;

	nr = min_t(u32, nr, map->value_size / sizeof(*ips));
	if (!nr)
		return -EFAULT;
	hash = jhash2((const u32 *)ips, nr * 2, 0);
	id = hash & s->mask;
	old = smp_load_acquire(&s->buckets[id]);
	if (old && xbpf_pool_elem(&s->pool, old)->hash == hash &&
	    (flags & XBPF_F_FAST_STACK_CMP || trace_equal(s, old, ips, nr)))
		return id;
	if (old && !(flags & XBPF_F_REUSE_STACKID)) {
		atomic64_inc(&map->failed);
		return -EEXIST;
	}
	new = trace_new(s, hash, ips, nr);
	if (!new)
		return xbpf_map_count_failure(map, -ENOMEM);
	old = xchg(&s->buckets[id], new);
	if (old)
		xbpf_pool_retire(&s->pool, old);
	return id;
}

static u32 stackmap_get(const struct stackmap *s, u32 id)
{
	return id <= s->mask ? smp_load_acquire(&s->buckets[id]) : 0;
}

static int stackmap_copy(struct stackmap *s, u32 idx, void *value)
{
	struct xbpf_elem *e = xbpf_pool_elem(&s->pool, idx);
	u16 gen = xbpf_elem_read_begin(e);

	memcpy(value, trace_at(s, idx)->ips, s->map.value_size);
	return xbpf_elem_read_retry(e, gen) ? -ENOENT : 0;
}

static int stackmap_lookup_copy(struct xbpf_map *map, const void *key,
				void *value, u64 flags)
{
	struct stackmap *s = stackmap_of(map);
	u32 idx = stackmap_get(s, xbpf_key_index(key));

	if (flags)
		return -EINVAL;
	return idx ? stackmap_copy(s, idx, value) : -ENOENT;
}

static u32 stackmap_take(struct stackmap *s, u32 id)
{
	return id <= s->mask ? xchg(&s->buckets[id], 0) : 0;
}

static long stackmap_remove(struct xbpf_map *map, const void *key)
{
	struct stackmap *s = stackmap_of(map);
	u32 idx = stackmap_take(s, xbpf_key_index(key));

	if (!idx)
		return -ENOENT;
	xbpf_pool_retire(&s->pool, idx);
	return 0;
}

static int stackmap_lookup_and_delete(struct xbpf_map *map, const void *key,
				      void *value, u64 flags)
{
	struct stackmap *s = stackmap_of(map);
	u32 idx;

	if (flags)
		return -EINVAL;
	idx = stackmap_take(s, xbpf_key_index(key));
	if (!idx)
		return -ENOENT;
	memcpy(value, trace_at(s, idx)->ips, map->value_size);
	xbpf_pool_retire(&s->pool, idx);
	return 0;
}

static long stackmap_update(struct xbpf_map *map, const void *key,
			    const void *value, u64 flags)
{
	return -EINVAL;
}

static int stackmap_next_key(struct xbpf_map *map, const void *key, void *next)
{
	struct stackmap *s = stackmap_of(map);
	u64 id = 0;

	if (key && stackmap_get(s, xbpf_key_index(key)))
		id = (u64)xbpf_key_index(key) + 1;
	while (id <= s->mask && !READ_ONCE(s->buckets[id]))
		id++;
	if (id > s->mask)
		return -ENOENT;
	*(u32 *)next = id;
	return 0;
}

static u64 stackmap_usage(const struct xbpf_map *map)
{
	const struct stackmap *s = stackmap_of(map);

	return sizeof(*s) + ((u64)s->mask + 1) * sizeof(*s->buckets) +
	       xbpf_pool_usage(&s->pool);
}

const struct xbpf_map_ops xbpf_stack_trace_ops = {
	.name = "stack_trace",
	.flags = XBPF_F_NUMA_NODE | XBPF_F_RDONLY | XBPF_F_WRONLY |
		 XBPF_F_STACK_BUILD_ID,
	.alloc_check = stackmap_check,
	.alloc = stackmap_alloc,
	.free = stackmap_free,
	.update = stackmap_update,
	.remove = stackmap_remove,
	.get_next_key = stackmap_next_key,
	.lookup_copy = stackmap_lookup_copy,
	.lookup_and_delete = stackmap_lookup_and_delete,
	.mem_usage = stackmap_usage,
};
