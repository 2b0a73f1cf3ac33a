// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues (first in, first out) and stacks (last in, first out), one lock each.
 *
 * Knows no keys.
 */
#include "maps/maps.h"

/*
 * struct queue - a ring of values; all fields below @lock are under it
 * @size: places, one more than values, so that full and empty differ
 * @head: place of the next push
 * @tail: oldest value
 */
struct queue {
	struct xbpf_map map;
	raw_spinlock_t lock;
	u32 head;
	u32 tail;
	u32 size;
	char values[] __aligned(8);
};

static struct queue *queue_of(const struct xbpf_map *map)
{
	return container_of(map, struct queue, map);
}

static int queue_check(const union xbpf_attr *attr)
{
	if (!attr->max_entries || attr->key_size || !attr->value_size ||
	    xbpf_map_check_flags(attr, xbpf_queue_ops.flags))
		return -EINVAL;
	return attr->value_size > KMALLOC_MAX_SIZE ? -E2BIG : 0;
}

static struct xbpf_map *alloc(const union xbpf_attr *attr,
			      const struct xbpf_map_ops *ops)
{
	u64 bytes = ((u64)attr->max_entries + 1) * attr->value_size;
	struct queue *q;

	q = kvzalloc_node(size_add(sizeof(*q), bytes), XBPF_GFP,
			  xbpf_map_attr_node(attr));
	if (!q)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&q->map, attr, ops);
	raw_spin_lock_init(&q->lock);
	q->size = attr->max_entries + 1;
	return &q->map;
}

static struct xbpf_map *queue_alloc(const union xbpf_attr *attr)
{
	return alloc(attr, &xbpf_queue_ops);
}

static struct xbpf_map *stack_alloc(const union xbpf_attr *attr)
{
	return alloc(attr, &xbpf_stack_ops);
}

static void queue_free(struct xbpf_map *map)
{
	kvfree(queue_of(map));
}

static char *queue_at(struct queue *q, u32 place)
{
	return q->values + (size_t)place * q->map.value_size;
}

static u32 queue_next(const struct queue *q, u32 place)
{
	return place + 1 < q->size ? place + 1 : 0;
}

static u32 queue_prev(const struct queue *q, u32 place)
{
	return (place ?: q->size) - 1;
}

static long queue_push(struct xbpf_map *map, const void *value, u64 flags)
{
	struct queue *q = queue_of(map);
	unsigned long irq;
	long err = 0;

	if (flags & XBPF_NOEXIST || flags > XBPF_EXIST)
		return -EINVAL;
	if (!xbpf_map_lock(&q->lock, &irq))
		return xbpf_map_count_failure(map, -EBUSY);
	if (queue_next(q, q->head) == q->tail) {
		if (flags & XBPF_EXIST)
			q->tail = queue_next(q, q->tail);
		else
			err = -E2BIG;
	}
	if (!err) {
		memcpy(queue_at(q, q->head), value, map->value_size);
		q->head = queue_next(q, q->head);
	}
	raw_spin_unlock_irqrestore(&q->lock, irq);
	return err ? xbpf_map_count_failure(map, err) : 0;
}

enum queue_end {
	QUEUE_OLDEST,
	QUEUE_NEWEST,
};

enum queue_how {
	QUEUE_KEEP,
	QUEUE_TAKE,
};

static void queue_read(struct queue *q, void *value, enum queue_end end,
		       enum queue_how how)
{
	u32 newest = queue_prev(q, q->head);

	memcpy(value, queue_at(q, end == QUEUE_OLDEST ? q->tail : newest),
	       q->map.value_size);
	if (how == QUEUE_KEEP)
		return;
	if (end == QUEUE_OLDEST)
		q->tail = queue_next(q, q->tail);
	else
		q->head = newest;
}

static long queue_get(struct xbpf_map *map, void *value, enum queue_end end,
		      enum queue_how how)
{
	struct queue *q = queue_of(map);
	unsigned long irq;
	long err = 0;

	if (!xbpf_map_lock(&q->lock, &irq))
		return xbpf_map_count_failure(map, -EBUSY);
	if (q->head == q->tail) {
		memset(value, 0, map->value_size);
		err = -ENOENT;
	} else {
		queue_read(q, value, end, how);
	}
	raw_spin_unlock_irqrestore(&q->lock, irq);
	return err;
}

static long queue_pop(struct xbpf_map *map, void *value)
{
	return queue_get(map, value, QUEUE_OLDEST, QUEUE_TAKE);
}

static long queue_peek(struct xbpf_map *map, void *value)
{
	return queue_get(map, value, QUEUE_OLDEST, QUEUE_KEEP);
}

static long stack_pop(struct xbpf_map *map, void *value)
{
	return queue_get(map, value, QUEUE_NEWEST, QUEUE_TAKE);
}

static long stack_peek(struct xbpf_map *map, void *value)
{
	return queue_get(map, value, QUEUE_NEWEST, QUEUE_KEEP);
}

/* User space pushes by an update without a key, reads by a look-up without one. */
static long queue_update(struct xbpf_map *map, const void *key,
			 const void *value, u64 flags)
{
	return -EINVAL;
}

static long queue_remove(struct xbpf_map *map, const void *key)
{
	return -EINVAL;
}

static int queue_next_key(struct xbpf_map *map, const void *key, void *next)
{
	return -EINVAL;
}

static u64 queue_usage(const struct xbpf_map *map)
{
	return sizeof(struct queue) +
	       ((u64)map->max_entries + 1) * map->value_size;
}

const struct xbpf_map_ops xbpf_queue_ops = {
	.name = "queue",
	.flags = XBPF_F_NUMA_NODE | XBPF_ACCESS_FLAGS,
	.alloc_check = queue_check,
	.alloc = queue_alloc,
	.free = queue_free,
	.update = queue_update,
	.remove = queue_remove,
	.get_next_key = queue_next_key,
	.push = queue_push,
	.pop = queue_pop,
	.peek = queue_peek,
	.mem_usage = queue_usage,
};

const struct xbpf_map_ops xbpf_stack_ops = {
	.name = "stack",
	.flags = XBPF_F_NUMA_NODE | XBPF_ACCESS_FLAGS,
	.alloc_check = queue_check,
	.alloc = stack_alloc,
	.free = queue_free,
	.update = queue_update,
	.remove = queue_remove,
	.get_next_key = queue_next_key,
	.push = queue_push,
	.pop = stack_pop,
	.peek = stack_peek,
	.mem_usage = queue_usage,
};
