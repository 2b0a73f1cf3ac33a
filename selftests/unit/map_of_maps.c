// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps of maps: what may be in one, and that pointers come out as they went in;
 * and storages of control groups, which only runs have.
 */
#include "maps/maps.h"
#include "unit/map_test.h"

#define ARRAY_OF_MAPS	XBPF_MAP_TYPE_ARRAY_OF_MAPS
#define HASH_OF_MAPS	XBPF_MAP_TYPE_HASH_OF_MAPS

static struct xbpf_map *new_outer(u32 type, u32 key, struct xbpf_map *inner)
{
	struct xbpf_map *outer = new_map(type, key, 4, 4, 0);

	is(xbpf_map_set_inner(outer, inner), 0, "%s of %s", outer->ops->name,
	   inner->ops->name);
	return outer;
}

static void test_create(void)
{
	union xbpf_attr attr = {
		.map_type = HASH_OF_MAPS, .key_size = 4, .value_size = 8,
		.max_entries = 4,
	};

	is(PTR_ERR(xbpf_map_alloc(&attr)), -EINVAL, "hash: 8 byte value");
	attr.map_type = ARRAY_OF_MAPS;
	is(PTR_ERR(xbpf_map_alloc(&attr)), -EINVAL, "array: 8 byte value");
	attr.value_size = 4;
	attr.key_size = 8;
	is(PTR_ERR(xbpf_map_alloc(&attr)), -EINVAL, "array: 8 byte key");
	attr.key_size = 4;
	attr.map_flags = XBPF_F_RDONLY_PROG;
	is(PTR_ERR(xbpf_map_alloc(&attr)), -EINVAL, "array: RDONLY_PROG");
	attr.map_type = HASH_OF_MAPS;
	is(PTR_ERR(xbpf_map_alloc(&attr)), -EINVAL, "hash: RDONLY_PROG");
}

static void test_inner(void)
{
	struct xbpf_map *hash = new_map(HASH, 4, 8, 4, 0);
	struct xbpf_map *progs = new_map(XBPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 0);
	struct xbpf_map *outer = new_outer(ARRAY_OF_MAPS, 4, hash);
	struct xbpf_map *deep = new_map(HASH_OF_MAPS, 4, 4, 4, 0);

	is(xbpf_map_set_inner(deep, outer), -EINVAL, "no deeper");
	is(xbpf_map_set_inner(deep, progs), -ENOTSUPP, "no programs");
	xbpf_map_free(deep);
	xbpf_map_free(outer);
	xbpf_map_free(progs);
	xbpf_map_free(hash);
}

static void test_fits(u32 type, u32 key, u32 value, u32 entries, u32 flags,
		      int fits, const char *what)
{
	struct xbpf_map *like = new_map(ARRAY, 4, 8, 4, 0);
	struct xbpf_map *outer = new_map(ARRAY_OF_MAPS, 4, 4, 4, 0);
	struct xbpf_map *map = new_map(type, key, value, entries, flags);

	xbpf_map_set_inner(outer, like);
	is(xbpf_map_inner_fits(outer, map), fits, "%s", what);
	xbpf_map_free(map);
	xbpf_map_free(outer);
	xbpf_map_free(like);
}

static void test_free_length(void)
{
	struct xbpf_map *like = new_map(ARRAY, 4, 8, 4, XBPF_F_INNER_MAP);
	struct xbpf_map *longer = new_map(ARRAY, 4, 8, 9, XBPF_F_INNER_MAP);
	struct xbpf_map *outer = new_map(ARRAY_OF_MAPS, 4, 4, 4, 0);

	xbpf_map_set_inner(outer, like);
	ok(xbpf_map_inner_fits(outer, longer), "INNER_MAP: any length");
	xbpf_map_free(outer);
	xbpf_map_free(longer);
	xbpf_map_free(like);
}

static void test_pointers(u32 type, u32 key_size)
{
	struct xbpf_map *a = new_map(HASH, 4, 8, 4, 0);
	struct xbpf_map *b = new_map(HASH, 4, 8, 4, 0);
	struct xbpf_map *outer = new_outer(type, key_size, a);
	const char *name = outer->ops->name;
	u64 key = 3, none = 2;
	void *old;

	ok(!outer->ops->lookup(outer, &key), "%s: empty", name);
	is(outer->ops->swap_ptr(outer, &key, a, 0, &old), 0, "%s: put", name);
	ok(!old, "%s: nothing was there", name);
	ok(outer->ops->lookup(outer, &key) == a, "%s: found", name);
	is(outer->ops->swap_ptr(outer, &key, b, 0, &old), 0, "%s: swap", name);
	ok(old == a, "%s: the first comes out", name);
	ok(outer->ops->lookup(outer, &key) == b, "%s: the second", name);
	is(outer->ops->swap_ptr(outer, &none, NULL, 0, &old), -ENOENT,
	   "%s: nothing to remove", name);
	is(outer->ops->swap_ptr(outer, &key, NULL, 0, &old), 0, "%s: remove",
	   name);
	ok(old == b, "%s: the second comes out", name);
	ok(!outer->ops->lookup(outer, &key), "%s: empty again", name);
	xbpf_map_free(outer);
	xbpf_map_free(b);
	xbpf_map_free(a);
}

static void test_hash_flags(void)
{
	struct xbpf_map *a = new_map(HASH, 4, 8, 4, 0);
	struct xbpf_map *outer = new_outer(HASH_OF_MAPS, 4, a);
	u32 key = 1, n;
	void *old;

	is(outer->ops->swap_ptr(outer, &key, a, XBPF_EXIST, &old), -ENOENT,
	   "EXIST without");
	is(outer->ops->swap_ptr(outer, &key, a, XBPF_NOEXIST, &old), 0,
	   "NOEXIST without");
	is(outer->ops->swap_ptr(outer, &key, a, XBPF_NOEXIST, &old), -EEXIST,
	   "NOEXIST with");
	ok(!old, "nothing comes out of what failed");
	for (n = 2; n < 5; n++)
		is(outer->ops->swap_ptr(outer, &n, a, 0, &old), 0, "key %u", n);
	is(outer->ops->swap_ptr(outer, &n, a, 0, &old), -E2BIG, "full");
	xbpf_map_free(outer);
	xbpf_map_free(a);
}

/* ---- storages of control groups ---- */

static void test_storage(u32 type, u32 key, u32 value, u32 entries, long err,
			 const char *what)
{
	union xbpf_attr attr = {
		.map_type = type, .key_size = key, .value_size = value,
		.max_entries = entries,
	};
	struct xbpf_map *map = xbpf_map_alloc(&attr);

	is(PTR_ERR_OR_ZERO(map), err, "storage: %s", what);
	if (!IS_ERR(map))
		xbpf_map_free(map);
}

static void test_storage_run(u32 type)
{
	struct xbpf_map *map = new_map(type, 16, 64, 0, 0);
	u8 key[16] = { 1 }, *value;

	ok(!map->ops->lookup(map, key), "%s: no group has one",
	   map->ops->name);
	is(map_update(map, key, key, 0), -ENOENT, "%s: nor gets one",
	   map->ops->name);
	preempt_disable();
	xbpf_cgroup_storage_begin(map);
	value = xbpf_cgroup_storage_value(map);
	value[63] = 5;
	is(value[0], 0, "%s: begins with zero", map->ops->name);
	xbpf_cgroup_storage_begin(map);
	is(value[63], 0, "%s: and so does the next run", map->ops->name);
	preempt_enable();
	xbpf_map_free(map);
}

int main(void)
{
	size_t live = xbpf_host_alloc_live();

	test_create();
	test_inner();
	test_fits(ARRAY, 4, 8, 4, 0, 1, "the same");
	test_fits(ARRAY, 4, 8, 5, 0, 0, "a longer array");
	test_fits(ARRAY, 4, 4, 4, 0, 0, "other values");
	test_fits(HASH, 4, 8, 4, 0, 0, "another type");
	test_fits(ARRAY, 4, 8, 4, XBPF_F_MMAPABLE, 0, "other flags");
	test_free_length();
	test_pointers(ARRAY_OF_MAPS, 4);
	test_pointers(HASH_OF_MAPS, 8);
	test_hash_flags();
	test_storage(XBPF_MAP_TYPE_CGROUP_STORAGE, 16, 64, 0, 0, "by group and type");
	test_storage(XBPF_MAP_TYPE_CGROUP_STORAGE, 8, 64, 0, 0, "by group");
	test_storage(XBPF_MAP_TYPE_CGROUP_STORAGE, 4, 64, 0, -EINVAL, "bad key");
	test_storage(XBPF_MAP_TYPE_CGROUP_STORAGE, 8, 64, 1, -EINVAL, "entries");
	test_storage(XBPF_MAP_TYPE_CGROUP_STORAGE, 8, 1 << 16, 0, -E2BIG, "large");
	test_storage_run(XBPF_MAP_TYPE_CGROUP_STORAGE);
	test_storage_run(XBPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
	is(xbpf_host_alloc_live(), live, "nothing left");
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
