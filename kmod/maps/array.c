// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays: values in one block, side by side, for ever there. Such that user space
 * may map are made of single pages. Also the checks that all arrays share.
 *
 * Knows nothing of frozen maps and of who maps what: the device does.
 */
#include "maps/maps.h"

/*
 * struct array - an array map
 * @stride: bytes from one value to the next
 * @values: all of them
 * @pages: of @values, if user space may map them
 */
struct array {
	struct xbpf_map map;
	u32 stride;
	char *values;
	struct page **pages;
};

static struct array *array_of(const struct xbpf_map *map)
{
	return container_of(map, struct array, map);
}

int xbpf_array_check(const union xbpf_attr *attr)
{
	if (!attr->max_entries || attr->key_size != 4 || !attr->value_size)
		return -EINVAL;
	return attr->value_size > INT_MAX ? -E2BIG : 0;
}

static int array_check(const union xbpf_attr *attr)
{
	int err = xbpf_map_check_flags(attr, xbpf_array_ops.flags);

	return err ?: xbpf_array_check(attr);
}

static u64 array_bytes(const struct array *a)
{
	return (u64)a->map.max_entries * a->stride;
}

static int array_is_mmapable(const struct xbpf_map *map)
{
	return map->map_flags & XBPF_F_MMAPABLE;
}

static unsigned long array_pages(const struct array *a)
{
	return PAGE_ALIGN(array_bytes(a)) >> PAGE_SHIFT;
}

static int alloc_pages_of(struct array *a)
{
	unsigned long nr = array_pages(a);

	a->pages = xbpf_pages_alloc(nr, a->map.numa_node);
	if (!a->pages)
		return -ENOMEM;
	a->values = vmap(a->pages, nr, VM_MAP, PAGE_KERNEL);
	if (a->values)
		return 0;
	xbpf_pages_free(a->pages, nr);
	return -ENOMEM;
}

static int alloc_values(struct array *a)
{
	if (array_is_mmapable(&a->map))
		return alloc_pages_of(a);
	a->values = kvzalloc_node(array_bytes(a), XBPF_GFP, a->map.numa_node);
	return a->values ? 0 : -ENOMEM;
}

static struct xbpf_map *array_alloc(const union xbpf_attr *attr)
{
	struct array *a = kvzalloc(sizeof(*a), XBPF_GFP);

	if (!a)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&a->map, attr, &xbpf_array_ops);
	a->stride = round_up(attr->value_size, 8);
	if (!alloc_values(a))
		return &a->map;
	kvfree(a);
	return ERR_PTR(-ENOMEM);
}

static void array_free(struct xbpf_map *map)
{
	struct array *a = array_of(map);

	if (a->pages) {
		vunmap(a->values);
		xbpf_pages_free(a->pages, array_pages(a));
	} else {
		kvfree(a->values);
	}
	kvfree(a);
}

static void *array_at(const struct array *a, u32 index)
{
	return a->values + (size_t)index * a->stride;
}

static void *array_lookup(struct xbpf_map *map, const void *key)
{
	u32 index = xbpf_key_index(key);

	if (unlikely(index >= map->max_entries))
		return NULL;
	return array_at(array_of(map), index);
}

static long array_update(struct xbpf_map *map, const void *key,
			 const void *value, u64 flags)
{
	u32 index = xbpf_key_index(key);
	void *old;

	if (unlikely(flags > XBPF_EXIST && xbpf_value_flags_check(map, flags)))
		return -EINVAL;
	if (unlikely(index >= map->max_entries))
		return -E2BIG;
	if (unlikely(flags & XBPF_NOEXIST))
		return -EEXIST;
	old = array_at(array_of(map), index);
	if (flags & XBPF_F_LOCK)
		xbpf_value_copy_locked(map, old, value);
	else if (map->fields)
		xbpf_value_copy_around(map, old, value);
	else
		xbpf_value_store(old, value, map->value_size);
	if (map->fields)
		xbpf_value_release(map, old, XBPF_FIELDS_OWNING);
	return 0;
}

static void array_release_all(struct xbpf_map *map, u32 kinds)
{
	u32 i;

	for (i = 0; i < map->max_entries; i++) {
		xbpf_value_release(map, array_at(array_of(map), i), kinds);
		cond_resched();
	}
}

static long array_remove(struct xbpf_map *map, const void *key)
{
	return -EINVAL;
}

int xbpf_array_next_key(struct xbpf_map *map, const void *key, void *next)
{
	u32 index = key ? xbpf_key_index(key) : U32_MAX;

	if (index == map->max_entries - 1)
		return -ENOENT;
	*(u32 *)next = index >= map->max_entries ? 0 : index + 1;
	return 0;
}

static int array_direct_value(const struct xbpf_map *map, u64 *addr, u32 off)
{
	if (map->max_entries != 1)
		return -ENOTSUPP;
	if (off >= map->value_size)
		return -EINVAL;
	*addr = (unsigned long)array_of(map)->values + off;
	return 0;
}

static struct page *array_mmap_page(struct xbpf_map *map, unsigned long pgoff)
{
	struct array *a = array_of(map);

	if (!a->pages || pgoff >= array_pages(a))
		return ERR_PTR(-EINVAL);
	return a->pages[pgoff];
}

static int array_mmap_check(struct xbpf_map *map, unsigned long pgoff,
			    unsigned long pages, int write)
{
	unsigned long have = array_pages(array_of(map));

	if (!array_is_mmapable(map) || pgoff > have || pages > have - pgoff)
		return -EINVAL;
	return 0;
}

static u64 array_usage(const struct xbpf_map *map)
{
	u64 bytes = array_bytes(array_of(map));

	if (array_is_mmapable(map))
		bytes = PAGE_ALIGN(bytes);
	return sizeof(struct array) + bytes;
}

const struct xbpf_map_ops xbpf_array_ops = {
	.name = "array",
	.flags = XBPF_F_NUMA_NODE | XBPF_F_MMAPABLE | XBPF_F_INNER_MAP |
		 XBPF_ACCESS_FLAGS,
	.alloc_check = array_check,
	.alloc = array_alloc,
	.free = array_free,
	.lookup = array_lookup,
	.update = array_update,
	.remove = array_remove,
	.get_next_key = xbpf_array_next_key,
	.direct_value = array_direct_value,
	.mmap_page = array_mmap_page,
	.mmap_check = array_mmap_check,
	.release_all = array_release_all,
	.for_each = xbpf_array_for_each,
	.mem_usage = array_usage,
};
