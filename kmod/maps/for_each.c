// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf_for_each_map_elem(): a callback of the program for each element of a map.
 *
 * The callback may change the map that is walked. Elements stay where they are
 * until a grace period has passed, so that pointers to them stay good; which of
 * them are met is anybody's guess then, and only their number is certain.
 */
#include "maps/htab.h"
#include "vm/vm.h"

static u64 call(struct xbpf_map *map, const struct xbpf_callback *cb,
		const void *key, void *value, u64 ctx)
{
	return xbpf_callback_call(cb, (unsigned long)map, (unsigned long)key,
				  (unsigned long)value, ctx, 0);
}

long xbpf_array_for_each(struct xbpf_map *map, const struct xbpf_callback *cb,
			 u64 ctx)
{
	u32 index;

	for (index = 0; index < map->max_entries; index++) {
		u32 key = index;

		if (call(map, cb, &key, map->ops->lookup(map, &index), ctx))
			return index + 1;
	}
	return index;
}

/*
 * struct walk - one walk of a hash table
 * @left: calls that may still be made
 * @done: calls that were made
 */
struct walk {
	struct xbpf_htab *h;
	const struct xbpf_callback *cb;
	u64 ctx;
	u32 left;
	u32 done;
};

/* Nonzero: no more. */
static u64 visit(struct walk *w, struct xbpf_elem *e)
{
	struct xbpf_htab *h = w->h;
	void *value = h->flags & XBPF_HTAB_PERCPU ?
		raw_cpu_ptr(xbpf_htab_pptr(h, e)) : xbpf_htab_value(h, e);

	if (!w->left)
		return 1;
	w->left--;
	w->done++;
	return call(&h->map, w->cb, e->data, value, w->ctx);
}

static u64 walk_bucket(struct walk *w, const struct xbpf_bucket *b)
{
	struct xbpf_elem *e;
	u64 stop = 0;
	u32 slot, idx;

	for (slot = 0; !stop && slot < XBPF_BUCKET_SLOTS; slot++) {
		idx = smp_load_acquire(&b->slot[slot]);
		if (idx)
			stop = visit(w, xbpf_pool_elem(&w->h->pool, idx));
	}
	for (idx = smp_load_acquire(&b->overflow); !stop && idx;
	     idx = smp_load_acquire(&e->chain)) {
		e = xbpf_pool_elem(&w->h->pool, idx);
		stop = visit(w, e);
	}
	return stop;
}

long xbpf_htab_for_each(struct xbpf_map *map, const struct xbpf_callback *cb,
			u64 ctx)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct walk w = {
		.h = h, .cb = cb, .ctx = ctx, .left = map->max_entries,
	};
	u32 i;

	for (i = 0; i < h->nr_buckets; i++)
		if (walk_bucket(&w, &h->buckets[i]))
			break;
	return w.done;
}

u64 xbpf_helper_for_each_map_elem(u64 map, u64 callback, u64 ctx, u64 flags,
				  u64 r5)
{
	struct xbpf_map *m = (struct xbpf_map *)(unsigned long)map;

	if (flags || !m->ops->for_each)
		return -EINVAL;
	return m->ops->for_each(m, (void *)(unsigned long)callback, ctx);
}
