/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of maps share: making a map, chance that can be repeated.
 */
#ifndef XBPF_MAP_TEST_H
#define XBPF_MAP_TEST_H

#include "os.h"
#include "vm/map.h"
#include "unit/unit.h"

#define HASH		XBPF_MAP_TYPE_HASH
#define ARRAY		XBPF_MAP_TYPE_ARRAY
#define PERCPU_HASH	XBPF_MAP_TYPE_PERCPU_HASH
#define PERCPU_ARRAY	XBPF_MAP_TYPE_PERCPU_ARRAY
#define LRU_HASH	XBPF_MAP_TYPE_LRU_HASH

__attribute__((unused))
static struct xbpf_map *new_map(u32 type, u32 key, u32 value, u32 entries,
				u32 flags)
{
	union xbpf_attr attr = {
		.map_type = type, .key_size = key, .value_size = value,
		.max_entries = entries, .map_flags = flags,
		/* This one must have types. */
		.btf_key_type_id = type == XBPF_MAP_TYPE_TASK_STORAGE,
		.btf_value_type_id = type == XBPF_MAP_TYPE_TASK_STORAGE,
	};
	struct xbpf_map *map = xbpf_map_alloc(&attr);

	if (IS_ERR(map)) {
		printf("Bail out! no map of type %u: %ld\n", type, PTR_ERR(map));
		exit(EXIT_FAILURE);
	}
	return map;
}

/* xorshift: the same in every run for the same seed. */
__attribute__((unused))
static u64 chance(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Each call is a reader of its own, as a system call is. */
__attribute__((unused))
static long map_update(struct xbpf_map *map, const void *key, const void *value,
		       u64 flags)
{
	long err;

	rcu_read_lock();
	err = map->ops->update(map, key, value, flags);
	rcu_read_unlock();
	return err;
}

__attribute__((unused))
static long map_remove(struct xbpf_map *map, const void *key)
{
	long err;

	rcu_read_lock();
	err = map->ops->remove(map, key);
	rcu_read_unlock();
	return err;
}

__attribute__((unused))
static int map_next(struct xbpf_map *map, const void *key, void *next)
{
	int err;

	rcu_read_lock();
	err = map->ops->get_next_key(map, key, next);
	rcu_read_unlock();
	return err;
}

#endif
