// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of map types, and what creating a map checks for all of them.
 *
 * Knows no single type, no descriptors and no capabilities.
 */
#include "maps/maps.h"

static const struct xbpf_map_ops *const map_types[] = {
#define XBPF_MAP_ROW(type, name) [type] = &xbpf_##name##_ops,
	XBPF_MAP_TYPES(XBPF_MAP_ROW)
#undef XBPF_MAP_ROW
};

const struct xbpf_map_ops *xbpf_map_type_get(u32 type)
{
	return type < ARRAY_SIZE(map_types) ? map_types[type] : NULL;
}

void xbpf_map_init(struct xbpf_map *map, const union xbpf_attr *attr,
		   const struct xbpf_map_ops *ops)
{
	map->ops = ops;
	map->type = attr->map_type;
	map->key_size = attr->key_size;
	map->value_size = attr->value_size;
	map->max_entries = attr->max_entries;
	map->map_flags = attr->map_flags;
	map->map_extra = attr->map_extra;
	map->numa_node = xbpf_map_attr_node(attr);
	memcpy(map->name, attr->map_name, sizeof(map->name));
}

long xbpf_map_count_failure(struct xbpf_map *map, long err)
{
	if (err == -E2BIG || err == -ENOMEM || err == -EBUSY || err == -EAGAIN)
		atomic64_inc(&map->failed);
	return err;
}

static int name_char_ok(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* Letters, digits, '_' and '.', ended by a NUL with nothing behind it. */
static int name_ok(const char *name)
{
	u32 i = 0;

	while (i < XBPF_OBJ_NAME_LEN && name_char_ok(name[i]))
		i++;
	return i < XBPF_OBJ_NAME_LEN &&
	       !memchr_inv(name + i, 0, XBPF_OBJ_NAME_LEN - i);
}

static int check_generic(const union xbpf_attr *attr)
{
	const u32 neither = XBPF_F_RDONLY | XBPF_F_WRONLY;
	int node = xbpf_map_attr_node(attr);

	if ((attr->map_extra && attr->map_type != XBPF_MAP_TYPE_BLOOM_FILTER) ||
	    (attr->map_flags & neither) == neither)
		return -EINVAL;
	if (node != NUMA_NO_NODE &&
	    ((unsigned int)node >= MAX_NUMNODES || !node_online(node)))
		return -EINVAL;
	return name_ok(attr->map_name) ? 0 : -EINVAL;
}

/**
 * xbpf_map_alloc - a new map, as MAP_CREATE describes it
 * @attr: copy of the user's attributes
 *
 * Context: process, sleeps.
 * Return: the map, or ERR_PTR of -EINVAL, -E2BIG, -ENOMEM, -ENOTSUPP.
 */
struct xbpf_map *xbpf_map_alloc(const union xbpf_attr *attr)
{
	const struct xbpf_map_ops *ops = xbpf_map_type_get(attr->map_type);
	int err;

	if (!ops)
		return ERR_PTR(-EINVAL);
	err = check_generic(attr);
	if (!err)
		err = ops->alloc_check(attr);
	return err ? ERR_PTR(err) : ops->alloc(attr);
}

/**
 * xbpf_map_free - the last reference is gone, a grace period has passed
 * @map: to free
 *
 * Context: process, sleeps.
 */
void xbpf_map_free(struct xbpf_map *map)
{
	struct xbpf_map_fields *fields = map->fields;

	if (fields && map->ops->release_all)
		map->ops->release_all(map, XBPF_FIELDS_OWNING);
	if (map->inner)
		kfree(map->inner->fields);
	kfree(map->inner);
	map->ops->free(map);
	kfree(fields);
}

void xbpf_percpu_read(void *user, void __percpu *pptr, u32 size, u64 flags)
{
	u32 stride = round_up(size, 8);
	int cpu;

	if (flags & XBPF_F_CPU) {
		xbpf_value_load(user, per_cpu_ptr(pptr, flags >> 32), size);
		return;
	}
	for_each_possible_cpu(cpu) {
		xbpf_value_load(user, per_cpu_ptr(pptr, cpu), size);
		memset((char *)user + size, 0, stride - size);
		user = (char *)user + stride;
	}
}

void xbpf_percpu_write(void __percpu *pptr, const void *user, u32 size,
		       u64 flags)
{
	u32 stride = flags & XBPF_F_ALL_CPUS ? 0 : round_up(size, 8);
	int cpu;

	if (flags & XBPF_F_CPU) {
		xbpf_value_store(per_cpu_ptr(pptr, flags >> 32), user, size);
		return;
	}
	for_each_possible_cpu(cpu) {
		xbpf_value_store(per_cpu_ptr(pptr, cpu), user, size);
		user = (const char *)user + stride;
	}
}
