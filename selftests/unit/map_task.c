// SPDX-License-Identifier: GPL-2.0-only
/*
 * Storage of tasks: attributes, and the helpers for the one task that there is.
 */
#include "maps/maps.h"
#include "unit/map_test.h"
#include "vm/vm.h"

static struct xbpf_map *create(u32 key, u32 value, u32 entries, u32 flags, u32 btf)
{
	union xbpf_attr attr = {
		.map_type = XBPF_MAP_TYPE_TASK_STORAGE, .key_size = key,
		.value_size = value, .max_entries = entries,
		.map_flags = flags, .btf_key_type_id = btf,
		.btf_value_type_id = btf,
	};

	return xbpf_map_alloc(&attr);
}

static void test_errors(void)
{
	const u32 lazy = XBPF_F_NO_PREALLOC;

	is(PTR_ERR(create(4, 8, 0, 0, 1)), -EINVAL, "preallocated");
	is(PTR_ERR(create(8, 8, 0, lazy, 1)), -EINVAL, "a key of eight bytes");
	is(PTR_ERR(create(4, 0, 0, lazy, 1)), -EINVAL, "no value");
	is(PTR_ERR(create(4, 8, 1, lazy, 1)), -EINVAL, "a number of entries");
	is(PTR_ERR(create(4, 8, 0, lazy, 0)), -EINVAL, "no types");
	is(PTR_ERR(create(4, 8, 0, lazy | XBPF_F_MMAPABLE, 1)), -EINVAL,
	   "mmapable");
	is(PTR_ERR(create(4, 1 << 16, 0, lazy, 1)), -E2BIG, "a large value");
}

static u64 *get(struct xbpf_map *map, u64 task, const u64 *value, u64 flags)
{
	return (u64 *)(unsigned long)
		xbpf_helper_task_storage_get((unsigned long)map, task,
					     (unsigned long)value, flags, 0);
}

static void test_values(void)
{
	struct xbpf_map *map = create(4, 16, 0, XBPF_F_NO_PREALLOC, 1);
	u64 task = xbpf_helper_get_current_task_btf(0, 0, 0, 0, 0);
	const u64 first[2] = { 5, 6 };
	u64 *value;

	ok(!IS_ERR(map), "a storage");
	ok(!get(map, task, NULL, 0), "nothing is there");
	ok(!get(map, task, NULL, 2), "an unknown flag");
	ok(!get(map, task + 8, NULL, 1), "not for what is no live task");
	value = get(map, task, NULL, 1);
	ok(value && !value[0] && !value[1], "created: zeros");
	if (value)
		value[0] = 7;
	ok(get(map, task, first, 1) == value && value[0] == 7,
	   "what is there stays");
	is(xbpf_helper_task_storage_delete((unsigned long)map, task, 0, 0, 0),
	   0, "deleted");
	is(xbpf_helper_task_storage_delete((unsigned long)map, task, 0, 0, 0),
	   (u64)-ENOENT, "deleted once");
	value = get(map, task, first, 1);
	ok(value && value[0] == 5 && value[1] == 6, "created with a value");
	is(xbpf_task_storage_update(map, task, first, XBPF_NOEXIST), -EEXIST,
	   "an update that finds one");
	ok(map->ops->mem_usage(map) > 16, "memory in use");
	xbpf_map_free(map);
}

int main(void)
{
	test_errors();
	test_values();
	return unit_done();
}
