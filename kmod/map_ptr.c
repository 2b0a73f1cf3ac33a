// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps whose values are objects: a descriptor goes in, an id comes out.
 *
 * Knows who holds which reference. The map itself keeps pointers (ops->swap_ptr);
 * the reference of each is held here on its behalf, and dropped after a grace
 * period, which is what xbpf_obj_put() does.
 *
 * An entry of a perf event array belongs to the open file of the map through
 * which it came, and goes when that file is closed: @files remembers it.
 */
#include <linux/cgroup.h>
#include "device.h"

/*
 * A tail call gives a program the buffer of whatever tracepoint its caller is on,
 * and nobody would compare its size.
 */
static int prog_fits(struct xbpf_map *map, const struct xbpf_prog *prog)
{
	return prog->max_tp_access ? -EINVAL : xbpf_map_prog_fits(map, prog);
}

static struct xbpf_obj *prog_from_fd(struct xbpf_map *map, int fd)
{
	struct xbpf_obj *obj = xbpf_obj_from_fd(fd, XBPF_OBJ_PROG);
	int err;

	if (IS_ERR(obj))
		return obj;
	err = prog_fits(map, xbpf_to_prog_obj(obj)->prog);
	if (!err)
		return obj;
	xbpf_obj_put(obj);
	return ERR_PTR(err);
}

static struct xbpf_obj *perf_from_fd(struct xbpf_map *map, int fd)
{
	struct xbpf_obj *obj = xbpf_obj_from_fd(fd, XBPF_OBJ_PERF);
	int err;

	if (IS_ERR(obj))	/* bpf(2) knows one errno for all of them */
		return ERR_PTR(-EBADF);
	err = xbpf_perf_array_ok(map, obj);
	if (!err)
		return obj;
	xbpf_obj_put(obj);
	return ERR_PTR(err);
}

static struct xbpf_obj *map_from_fd(struct xbpf_map *map, int fd)
{
	struct xbpf_obj *obj = xbpf_obj_from_fd(fd, XBPF_OBJ_MAP);

	if (IS_ERR(obj) || xbpf_map_inner_fits(map, xbpf_to_map_obj(obj)->map))
		return obj;
	xbpf_obj_put(obj);
	return ERR_PTR(-EINVAL);
}

/* What the map stores for an object: what programs run and look into. */
static void *ptr_of(const struct xbpf_map *map, struct xbpf_obj *obj)
{
	if (IS_ERR(obj))
		return obj;
	if (map->ops->holds == XBPF_MAP_HOLDS_PROGS)
		return xbpf_to_prog_obj(obj)->prog;
	if (map->ops->holds == XBPF_MAP_HOLDS_MAPS)
		return xbpf_to_map_obj(obj)->map;
	return obj;
}

static struct xbpf_obj *obj_of(const struct xbpf_map *map, void *ptr)
{
	if (ptr && map->ops->holds == XBPF_MAP_HOLDS_PROGS)
		return &xbpf_prog_obj_of(ptr)->obj;
	if (ptr && map->ops->holds == XBPF_MAP_HOLDS_MAPS)
		return &xbpf_map_obj_of(ptr)->obj;
	return ptr;
}

static int is_array(const struct xbpf_map *map)
{
	return map->type != XBPF_MAP_TYPE_HASH_OF_MAPS;
}

/* With a reference, which put_ptr() drops. */
static void *ptr_from_fd(struct xbpf_map *map, int fd)
{
	switch (map->ops->holds) {
	case XBPF_MAP_HOLDS_PROGS:
		return ptr_of(map, prog_from_fd(map, fd));
	case XBPF_MAP_HOLDS_PERF:
		return ptr_of(map, perf_from_fd(map, fd));
	case XBPF_MAP_HOLDS_MAPS:
		return ptr_of(map, map_from_fd(map, fd));
	case XBPF_MAP_HOLDS_CGROUPS:
		return cgroup_get_from_fd(fd);
	}
	return ERR_PTR(-ENOTSUPP);
}

/* Both kinds of object live until a grace period has passed. */
static void put_ptr(const struct xbpf_map *map, void *ptr)
{
	if (map->ops->holds == XBPF_MAP_HOLDS_CGROUPS)
		cgroup_put(ptr);
	else
		xbpf_obj_put(obj_of(map, ptr));
}

/* Swaps and remembers through which file the entry came. Under ptr_lock. */
static int swap_noted(struct xbpf_map_obj *map, const void *key, void *ptr,
		      struct file *file, u64 flags, void **old)
{
	struct xbpf_map *m = map->map;
	void *before = NULL;
	u32 index;
	int err;

	if (m->ops->holds != XBPF_MAP_HOLDS_PERF)
		return m->ops->swap_ptr(m, key, ptr, flags, old);
	index = *(const u32 *)key;
	if (file) {
		before = xa_store(&map->files, index, file, GFP_KERNEL_ACCOUNT);
		if (xa_is_err(before))
			return xa_err(before);
	}
	err = m->ops->swap_ptr(m, key, ptr, flags, old);
	if (err && before)	/* the slot exists: needs no memory */
		xa_store(&map->files, index, before, GFP_KERNEL_ACCOUNT);
	else if (!file == !err)
		xa_erase(&map->files, index);
	return err;
}

/* Puts @ptr, whose reference it takes over on 0, or nothing at @key. */
static int swap_ptr(struct xbpf_map_obj *map, const void *key, void *ptr,
		    struct file *file, u64 flags)
{
	void *old = NULL;
	int err;

	mutex_lock(&map->ptr_lock);
	err = swap_noted(map, key, ptr, file, flags, &old);
	mutex_unlock(&map->ptr_lock);
	if (old)
		put_ptr(map->map, old);
	if (!err && !ptr && !old)
		err = -ENOENT;
	return err;
}

int xbpf_map_ptr_update(struct xbpf_map_obj *map, struct file *file,
			const void *key, const void *value, u64 flags)
{
	void *ptr;
	int err;

	if (flags > (is_array(map->map) ? XBPF_ANY : XBPF_EXIST))
		return -EINVAL;
	if (is_array(map->map) && *(const u32 *)key >= map->map->max_entries)
		return -E2BIG;
	ptr = ptr_from_fd(map->map, *(const int *)value);
	if (IS_ERR(ptr))
		return PTR_ERR(ptr);
	if (map->map->ops->prepare)
		map->map->ops->prepare(map->map);
	err = swap_ptr(map, key, ptr, file, flags);
	if (err)
		put_ptr(map->map, ptr);
	return err;
}

int xbpf_map_ptr_delete(struct xbpf_map_obj *map, const void *key)
{
	if (is_array(map->map) && *(const u32 *)key >= map->map->max_entries)
		return -E2BIG;
	return swap_ptr(map, key, NULL, NULL, XBPF_ANY);
}

int xbpf_map_ptr_lookup(struct xbpf_map *map, const void *key, u32 *id)
{
	void *ptr;
	int err = 0;

	if (map->ops->holds != XBPF_MAP_HOLDS_PROGS &&
	    map->ops->holds != XBPF_MAP_HOLDS_MAPS)
		return -ENOTSUPP;
	rcu_read_lock();
	ptr = map->ops->read_ptr(map, key);
	if (ptr)
		*id = READ_ONCE(obj_of(map, ptr)->id);
	else
		err = -ENOENT;
	rcu_read_unlock();
	return err;
}

static int first_key(struct xbpf_map *map, void *key)
{
	int err;

	rcu_read_lock();
	err = map->ops->get_next_key(map, NULL, key);
	rcu_read_unlock();
	return err;
}

void xbpf_map_ptr_clear(struct xbpf_map_obj *map)
{
	u32 i;

	if (!map->map->ops->swap_ptr)
		return;
	if (!is_array(map->map)) {
		while (map->key && !first_key(map->map, map->key)) {
			swap_ptr(map, map->key, NULL, NULL, XBPF_ANY);
			cond_resched();
		}
		return;
	}
	for (i = 0; i < map->map->max_entries; i++) {
		swap_ptr(map, &i, NULL, NULL, XBPF_ANY);
		cond_resched();
	}
}

void xbpf_map_ptr_file_closed(struct xbpf_map_obj *map, struct file *file)
{
	unsigned long index;
	void *entry;

	if (map->map->map_flags & XBPF_F_PRESERVE_ELEMS)
		return;
	xa_for_each(&map->files, index, entry) {
		u32 key = index;

		if (entry == file)
			swap_ptr(map, &key, NULL, NULL, XBPF_ANY);
	}
}
