// SPDX-License-Identifier: GPL-2.0-only
/*
 * Elements of maps, one at a time, for user space.
 *
 * Knows how keys and values are copied, which flags and which descriptor allow
 * what, and that user space and programs do not meet on one CPU: what changes a
 * map holds xbpf_run_block(), so that no program of this CPU waits for a lock
 * that its own interruption holds. Maps of objects are map_ptr.c's.
 */
#include <linux/poll.h>
#include "device.h"

/* ---- rules ---- */

static int is_percpu_flagged(u64 flags)
{
	return !!(flags & (XBPF_F_CPU | XBPF_F_ALL_CPUS));
}

int xbpf_map_op_flags(const struct xbpf_map *map, u64 flags, u32 allowed)
{
	if ((u32)flags & ~allowed)
		return -EINVAL;
	if (flags & XBPF_F_LOCK && !xbpf_map_has(map, XBPF_FIELD_SPIN_LOCK))
		return -EINVAL;
	if (!(flags & XBPF_F_CPU) && flags >> 32)
		return -EINVAL;
	if (!is_percpu_flagged(flags))
		return 0;
	if (!map->ops->percpu)
		return -EINVAL;
	if ((flags & XBPF_F_CPU) && (flags & XBPF_F_ALL_CPUS))
		return -EINVAL;
	if ((flags & XBPF_F_CPU) && flags >> 32 >= num_possible_cpus())
		return -ERANGE;
	return 0;
}

u64 xbpf_map_value_size(const struct xbpf_map *map, u64 flags)
{
	if (is_percpu_flagged(flags))
		return map->value_size;
	return xbpf_map_user_value_size(map);
}

static int is_queue(const struct xbpf_map *map)
{
	return map->type == XBPF_MAP_TYPE_QUEUE ||
	       map->type == XBPF_MAP_TYPE_STACK;
}

/* Without keys to walk or remove: queues say so otherwise than filters. */
static int no_keys(const struct xbpf_map *map)
{
	if (map->ops->asks)
		return -EOPNOTSUPP;
	return is_queue(map) ? -EINVAL : -ENOTSUPP;
}

static void *copy_key(const struct xbpf_map *map, u64 uptr)
{
	if (map->key_size)
		return vmemdup_user(u64_to_user_ptr(uptr), map->key_size);
	return uptr ? ERR_PTR(-EINVAL) : NULL;
}

static void *value_alloc(const struct xbpf_map *map, u64 flags)
{
	return kvzalloc(xbpf_map_value_size(map, flags),
			GFP_USER | __GFP_NOWARN | __GFP_ACCOUNT);
}

/* What a look-up begins with: room for a value, or the value in question. */
static void *lookup_value(const struct xbpf_map *map,
			  const union xbpf_attr *attr)
{
	void *value;

	if (map->ops->asks)
		return vmemdup_user(u64_to_user_ptr(attr->value),
				    map->value_size);
	value = value_alloc(map, attr->flags);
	return value ?: ERR_PTR(-ENOMEM);
}

/* ---- operations on kernel memory ---- */

static int lookup_plain(struct xbpf_map *map, const void *key, void *value,
			u64 flags)
{
	const void *found;

	if (!map->ops->lookup)
		return -ENOTSUPP;
	found = map->ops->lookup(map, key);
	if (IS_ERR(found))
		return PTR_ERR(found);
	if (!found)
		return -ENOENT;
	if (flags & XBPF_F_LOCK)
		xbpf_value_copy_out_locked(map, value, found);
	else
		xbpf_value_copy_out(map, value, found);
	return 0;
}

int xbpf_map_elem_lookup(struct xbpf_map *map, const void *key, void *value,
			 u64 flags)
{
	int err;

	if (map->ops->holds != XBPF_MAP_HOLDS_BYTES)
		return xbpf_map_ptr_lookup(map, key, value);
	if (xbpf_map_is_of_tasks(map))
		return xbpf_map_task_lookup(map, key, value, flags);
	xbpf_run_block();
	rcu_read_lock();
	if (map->ops->peek)
		err = map->ops->peek(map, value);
	else if (map->ops->lookup_copy)
		err = map->ops->lookup_copy(map, key, value, flags);
	else
		err = lookup_plain(map, key, value, flags);
	rcu_read_unlock();
	xbpf_run_unblock();
	return err;
}

static int update_plain(struct xbpf_map *map, const void *key,
			const void *value, u64 flags)
{
	if (map->ops->push)
		return map->ops->push(map, value, flags);
	if (map->ops->update_copy)
		return map->ops->update_copy(map, key, value, flags);
	if (map->ops->update)
		return map->ops->update(map, key, value, flags);
	return -ENOTSUPP;
}

int xbpf_map_elem_update(struct xbpf_map_obj *map, struct file *file,
			 const void *key, const void *value, u64 flags)
{
	int err;

	if (map->map->ops->holds != XBPF_MAP_HOLDS_BYTES)
		return xbpf_map_ptr_update(map, file, key, value, flags);
	if (xbpf_map_is_of_tasks(map->map))
		return xbpf_map_task_update(map->map, key, value, flags);
	if (xbpf_map_is_of_targets(map->map))
		return xbpf_map_target_update(map, key, value, flags);
	if (map->map->ops->prepare)
		map->map->ops->prepare(map->map);
	xbpf_run_block();
	rcu_read_lock();
	err = update_plain(map->map, key, value, flags);
	rcu_read_unlock();
	xbpf_run_unblock();
	return err;
}

int xbpf_map_elem_delete(struct xbpf_map_obj *obj, const void *key)
{
	struct xbpf_map *map = obj->map;
	int err;

	if (map->ops->holds != XBPF_MAP_HOLDS_BYTES)
		return xbpf_map_ptr_delete(obj, key);
	if (xbpf_map_is_of_tasks(map))
		return xbpf_map_task_delete(map, key);
	if (xbpf_map_is_of_targets(map))
		return xbpf_map_target_delete(obj, key);
	if (!map->ops->remove)
		return no_keys(map);
	xbpf_run_block();
	rcu_read_lock();
	err = map->ops->remove(map, key);
	rcu_read_unlock();
	xbpf_run_unblock();
	return err;
}

int xbpf_map_elem_next(struct xbpf_map *map, const void *key, void *next)
{
	int err;

	if (!map->ops->get_next_key)
		return no_keys(map);
	rcu_read_lock();
	err = map->ops->get_next_key(map, key, next);
	rcu_read_unlock();
	return err;
}

static int elem_take(struct xbpf_map *map, const void *key, void *value,
		     u64 flags)
{
	int err = -ENOTSUPP;

	xbpf_run_block();
	rcu_read_lock();
	if (map->ops->pop)
		err = map->ops->pop(map, value);
	else if (map->ops->lookup_and_delete)
		err = map->ops->lookup_and_delete(map, key, value, flags);
	rcu_read_unlock();
	xbpf_run_unblock();
	return err;
}

/* ---- the commands, once the map is known and may be used ---- */

static int cmd_lookup(struct xbpf_map *map, const union xbpf_attr *attr)
{
	void *key, *value;
	int err;

	err = xbpf_map_op_flags(map, attr->flags, XBPF_F_LOCK | XBPF_F_CPU);
	if (err)
		return err;
	key = copy_key(map, attr->key);
	if (IS_ERR(key))
		return PTR_ERR(key);
	value = lookup_value(map, attr);
	if (IS_ERR(value)) {
		err = PTR_ERR(value);
		goto free_key;
	}
	err = xbpf_map_elem_lookup(map, key, value, attr->flags);
	if (!err && copy_to_user(u64_to_user_ptr(attr->value), value,
				 xbpf_map_value_size(map, attr->flags)))
		err = -EFAULT;
	kvfree(value);
free_key:
	kvfree(key);
	return err;
}

static int cmd_update(struct xbpf_map_obj *obj, struct file *file,
		      const union xbpf_attr *attr)
{
	struct xbpf_map *map = obj->map;
	void *key, *value;
	int err;

	err = xbpf_map_op_flags(map, attr->flags, ~0);
	if (err)
		return err;
	key = copy_key(map, attr->key);
	if (IS_ERR(key))
		return PTR_ERR(key);
	value = vmemdup_user(u64_to_user_ptr(attr->value),
			     xbpf_map_value_size(map, attr->flags));
	if (IS_ERR(value)) {
		err = PTR_ERR(value);
		goto free_key;
	}
	err = xbpf_map_elem_update(obj, file, key, value, attr->flags);
	kvfree(value);
free_key:
	kvfree(key);
	return err;
}

static int cmd_delete(struct xbpf_map_obj *map, const union xbpf_attr *attr)
{
	void *key = copy_key(map->map, attr->key);
	int err;

	if (IS_ERR(key))
		return PTR_ERR(key);
	err = xbpf_map_elem_delete(map, key);
	kvfree(key);
	return err;
}

static int cmd_next_key(struct xbpf_map *map, const union xbpf_attr *attr)
{
	void *key = NULL, *next;
	int err;

	if (attr->key) {
		key = copy_key(map, attr->key);
		if (IS_ERR(key))
			return PTR_ERR(key);
	}
	err = -ENOMEM;
	next = kvzalloc(map->key_size, GFP_USER | __GFP_ACCOUNT);
	if (!next)
		goto free_key;
	err = xbpf_map_elem_next(map, key, next);
	if (!err && copy_to_user(u64_to_user_ptr(attr->next_key), next,
				 map->key_size))
		err = -EFAULT;
	kvfree(next);
free_key:
	kvfree(key);
	return err;
}

static int cmd_take(struct xbpf_map *map, const union xbpf_attr *attr)
{
	void *key, *value;
	int err;

	if (attr->flags && !xbpf_map_has(map, XBPF_FIELD_SPIN_LOCK))
		return -EINVAL;
	key = copy_key(map, attr->key);
	if (IS_ERR(key))
		return PTR_ERR(key);
	err = -ENOMEM;
	value = value_alloc(map, 0);
	if (!value)
		goto free_key;
	err = elem_take(map, key, value, attr->flags);
	if (!err && copy_to_user(u64_to_user_ptr(attr->value), value,
				 xbpf_map_value_size(map, 0)))
		err = -EFAULT;
	kvfree(value);
free_key:
	kvfree(key);
	return err;
}

/* ---- from a descriptor to a map ---- */

/* Counts a writer, unless the map is being frozen: then it waits for the outcome. */
static void writer_enter(struct xbpf_map_obj *map)
{
	for (;;) {
		atomic_inc(&map->map->writers);
		smp_mb__after_atomic();	/* pairs with map_freeze() */
		if (!READ_ONCE(map->freezing))
			return;
		atomic_dec(&map->map->writers);
		mutex_lock(&map->freeze_lock);
		mutex_unlock(&map->freeze_lock);
	}
}

int xbpf_map_use(struct xbpf_map_use *use, int fd, fmode_t mode)
{
	use->file = xbpf_obj_fget(fd, XBPF_OBJ_MAP);
	if (IS_ERR(use->file))
		return PTR_ERR(use->file);
	use->obj = xbpf_to_map_obj(xbpf_obj_from_file(use->file));
	use->mode = mode;
	if (mode & FMODE_WRITE)
		writer_enter(use->obj);
	if ((xbpf_map_mode(use->file, use->obj->map) & mode) == mode)
		return 0;
	return -EPERM;
}

void xbpf_map_unuse(struct xbpf_map_use *use)
{
	if (IS_ERR(use->file))
		return;
	if (use->mode & FMODE_WRITE)
		atomic_dec(&use->obj->map->writers);
	fput(use->file);
}

int xbpf_cmd_map_lookup(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size)
{
	struct xbpf_map_use use;
	int err = xbpf_map_use(&use, attr->map_fd, FMODE_READ);

	if (!err)
		err = cmd_lookup(use.obj->map, attr);
	xbpf_map_unuse(&use);
	return err;
}

int xbpf_cmd_map_update(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size)
{
	struct xbpf_map_use use;
	int err = xbpf_map_use(&use, attr->map_fd, FMODE_WRITE);

	if (!err)
		err = cmd_update(use.obj, use.file, attr);
	xbpf_map_unuse(&use);
	return err;
}

int xbpf_cmd_map_delete(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size)
{
	struct xbpf_map_use use;
	int err = xbpf_map_use(&use, attr->map_fd, FMODE_WRITE);

	if (!err)
		err = cmd_delete(use.obj, attr);
	xbpf_map_unuse(&use);
	return err;
}

int xbpf_cmd_map_next_key(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			  u32 size)
{
	struct xbpf_map_use use;
	int err = xbpf_map_use(&use, attr->map_fd, FMODE_READ);

	if (!err)
		err = cmd_next_key(use.obj->map, attr);
	xbpf_map_unuse(&use);
	return err;
}

int xbpf_cmd_map_take(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		      u32 size)
{
	struct xbpf_map_use use;
	int err;

	if (attr->flags & ~(u64)XBPF_F_LOCK)
		return -EINVAL;
	err = xbpf_map_use(&use, attr->map_fd, FMODE_READ | FMODE_WRITE);
	if (!err)
		err = cmd_take(use.obj->map, attr);
	xbpf_map_unuse(&use);
	return err;
}
