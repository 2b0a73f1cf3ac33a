// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values that are not mere bytes: copying them around their special fields, and
 * giving back what the fields hold when an element goes.
 *
 * A lock word is never written here, not even when an element is used again: a
 * late reader of the old element may hold it.
 */
#include "maps/maps.h"
#include "vm/vm.h"

/* Runs of plain bytes between the fields go to @dst, words of them at once. */
void xbpf_value_copy_around(const struct xbpf_map *map, void *dst,
			    const void *src)
{
	const struct xbpf_map_fields *fields = map->fields;
	u32 at = 0, i;

	for (i = 0; fields && i < fields->nr; i++) {
		const struct xbpf_field *f = &fields->field[i];

		xbpf_value_load(dst + at, src + at, f->off - at);
		at = f->off + f->size;
	}
	xbpf_value_load(dst + at, src + at, map->value_size - at);
}

void xbpf_value_copy_out(const struct xbpf_map *map, void *dst, const void *src)
{
	const struct xbpf_map_fields *fields = map->fields;
	u32 i;

	xbpf_value_copy_around(map, dst, src);
	for (i = 0; fields && i < fields->nr; i++)
		memset(dst + fields->field[i].off, 0, fields->field[i].size);
}

static u32 *lock_of(const struct xbpf_map *map, const void *value)
{
	const struct xbpf_field *f = xbpf_field_of(map->fields,
						   XBPF_FIELD_SPIN_LOCK);

	return (u32 *)((char *)value + f->off);
}

void xbpf_value_copy_locked(const struct xbpf_map *map, void *dst,
			    const void *src)
{
	unsigned long flags;

	local_irq_save(flags);
	xbpf_value_lock(lock_of(map, dst));
	xbpf_value_copy_around(map, dst, src);
	xbpf_value_unlock(lock_of(map, dst));
	local_irq_restore(flags);
}

void xbpf_value_copy_out_locked(const struct xbpf_map *map, void *dst,
				const void *src)
{
	unsigned long flags;

	local_irq_save(flags);
	xbpf_value_lock(lock_of(map, src));
	xbpf_value_copy_out(map, dst, src);
	xbpf_value_unlock(lock_of(map, src));
	local_irq_restore(flags);
}

long xbpf_value_flags_check(const struct xbpf_map *map, u64 flags)
{
	if (unlikely((flags & ~(u64)XBPF_F_LOCK) > XBPF_EXIST))
		return -EINVAL;
	if (flags & XBPF_F_LOCK && !xbpf_map_has(map, XBPF_FIELD_SPIN_LOCK))
		return -EINVAL;
	return 0;
}

static void release_field(const struct xbpf_field *f, void *at)
{
	u64 ptr;

	switch (f->kind) {
	case XBPF_FIELD_TIMER:
		xbpf_timer_release(at);
		return;
	case XBPF_FIELD_KPTR_REF:
		ptr = xchg((u64 *)at, 0);
		if (ptr)
			xbpf_object_put(f->object, ptr);
		return;
	}
}

void xbpf_value_release(struct xbpf_map *map, void *value, u32 kinds)
{
	const struct xbpf_map_fields *fields = map->fields;
	u32 i;

	for (i = 0; fields && i < fields->nr; i++)
		if (kinds >> fields->field[i].kind & 1)
			release_field(&fields->field[i],
				      value + fields->field[i].off);
}

const void *xbpf_value_key(struct xbpf_map *map, const void *value, u32 *index)
{
	const u32 first = 0;
	const char *base;

	if (map->type != XBPF_MAP_TYPE_ARRAY)	/* a hash: the key is before it */
		return value - round_up(map->key_size, 8);
	base = map->ops->lookup(map, &first);
	*index = ((const char *)value - base) / round_up(map->value_size, 8);
	return index;
}
