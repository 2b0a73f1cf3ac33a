// SPDX-License-Identifier: GPL-2.0-only
/*
 * Storage of tasks: a value for each task that a program asked for, gone with the
 * task.
 *
 * A hash table by the task's address does the work, with what it promises for any
 * context. Which tasks live, and when one goes, the host knows: it calls
 * xbpf_task_storage_delete() before the address can be another task's. User space
 * names a task by a descriptor, which the device turns into the address.
 */
#include "maps/maps.h"
#include "vm/vm.h"

/* Tasks with storage in one map at once. */
#define MAX_TASKS	(1U << 16)
#define VALUE_MAX	(U16_MAX - 256U)

static struct xbpf_task_storage *storage_of(const struct xbpf_map *map)
{
	return container_of(map, struct xbpf_task_storage, map);
}

static int storage_check(const union xbpf_attr *attr)
{
	if (!(attr->map_flags & XBPF_F_NO_PREALLOC) || attr->max_entries ||
	    attr->key_size != sizeof(int) || !attr->value_size ||
	    xbpf_map_check_flags(attr, xbpf_task_storage_ops.flags) ||
	    !attr->btf_key_type_id || !attr->btf_value_type_id)
		return -EINVAL;
	return attr->value_size > VALUE_MAX ? -E2BIG : 0;
}

static struct xbpf_map *tasks_alloc(const union xbpf_attr *attr)
{
	const union xbpf_attr tasks = {
		.map_type = XBPF_MAP_TYPE_HASH, .key_size = sizeof(u64),
		.value_size = attr->value_size, .max_entries = MAX_TASKS,
		.map_flags = XBPF_F_NO_PREALLOC,
	};

	return xbpf_hash_ops.alloc(&tasks);
}

static struct xbpf_map *storage_alloc(const union xbpf_attr *attr)
{
	struct xbpf_task_storage *s = kvzalloc(sizeof(*s), XBPF_GFP);
	int err = -ENOMEM;

	if (!s)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&s->map, attr, &xbpf_task_storage_ops);
	s->zero = kvzalloc(attr->value_size, XBPF_GFP);
	if (!s->zero)
		goto free;
	s->tasks = tasks_alloc(attr);
	if (IS_ERR(s->tasks)) {
		err = PTR_ERR(s->tasks);
		goto free_zero;
	}
	err = xbpf_task_storage_begin(s);
	if (!err)
		return &s->map;
	s->tasks->ops->free(s->tasks);
free_zero:
	kvfree(s->zero);
free:
	kvfree(s);
	return ERR_PTR(err);
}

static void storage_free(struct xbpf_map *map)
{
	struct xbpf_task_storage *s = storage_of(map);

	xbpf_task_storage_end(s);
	s->tasks->ops->free(s->tasks);
	kvfree(s->zero);
	kvfree(s);
}

static u64 storage_usage(const struct xbpf_map *map)
{
	const struct xbpf_task_storage *s = storage_of(map);

	return sizeof(*s) + map->value_size + s->tasks->ops->mem_usage(s->tasks);
}

void *xbpf_task_storage_find(struct xbpf_map *map, u64 task)
{
	struct xbpf_map *tasks = storage_of(map)->tasks;

	return tasks->ops->lookup(tasks, &task);
}

void xbpf_task_storage_prepare(struct xbpf_map *map)
{
	struct xbpf_map *tasks = storage_of(map)->tasks;

	tasks->ops->prepare(tasks);
}

long xbpf_task_storage_update(struct xbpf_map *map, u64 task, const void *value,
			      u64 flags)
{
	struct xbpf_map *tasks = storage_of(map)->tasks;
	long err;

	/* Of the values: known when the map is made, after its alloc(). */
	if (READ_ONCE(tasks->fields) != map->fields)
		WRITE_ONCE(tasks->fields, map->fields);
	err = tasks->ops->update(tasks, &task, value, flags);
	return xbpf_map_count_failure(map, err);
}

long xbpf_task_storage_delete(struct xbpf_map *map, u64 task)
{
	struct xbpf_map *tasks = storage_of(map)->tasks;

	return tasks->ops->remove(tasks, &task);
}

const struct xbpf_map_ops xbpf_task_storage_ops = {
	.name = "task_storage",
	.flags = XBPF_F_NO_PREALLOC,
	.alloc_check = storage_check,
	.alloc = storage_alloc,
	.free = storage_free,
	.mem_usage = storage_usage,
};

/* ---- helpers ---- */

/*
 * A task that is alive now is alive until this section of RCU has ended, and its
 * end comes after that: what is made for it here will be freed.
 */
u64 xbpf_helper_task_storage_get(u64 map_ptr, u64 task, u64 value, u64 flags,
				 u64 r5)
{
	struct xbpf_map *map = (struct xbpf_map *)(unsigned long)map_ptr;
	const void *first = (const void *)(unsigned long)value;
	void *found;

	if (flags & ~(u64)XBPF_LOCAL_STORAGE_GET_F_CREATE)
		return 0;
	found = xbpf_task_storage_find(map, task);
	if (!found && flags && xbpf_task_is_alive(task)) {
		xbpf_task_storage_update(map, task,
					 first ?: storage_of(map)->zero,
					 XBPF_NOEXIST);
		found = xbpf_task_storage_find(map, task);
	}
	return (unsigned long)found;
}

u64 xbpf_helper_task_storage_delete(u64 map_ptr, u64 task, u64 r3, u64 r4, u64 r5)
{
	return xbpf_task_storage_delete((struct xbpf_map *)(unsigned long)map_ptr,
					task);
}
