// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash table by buckets, for the batch commands: a bucket is copied, or taken
 * out, under its lock, and so as it was at one moment.
 */
#include "maps/htab.h"

/* Calls @fn for each element, @nr counts them; @fn may unlink what it is given. */
static u32 for_each_elem(struct xbpf_htab *h, struct xbpf_bucket *b,
			 void (*fn)(struct xbpf_htab *h, struct xbpf_bucket *b,
				    const struct xbpf_htab_pos *pos, void *arg),
			 void *arg)
{
	struct xbpf_htab_pos pos;
	u32 nr = 0, next;

	for (pos.slot = 0; pos.slot < XBPF_BUCKET_SLOTS; pos.slot++) {
		pos.idx = b->slot[pos.slot];
		if (!pos.idx)
			continue;
		pos.e = xbpf_pool_elem(&h->pool, pos.idx);
		nr++;
		if (fn)
			fn(h, b, &pos, arg);
	}
	pos.slot = -1;
	for (pos.link = &b->overflow; *pos.link;) {
		pos.idx = *pos.link;
		pos.e = xbpf_pool_elem(&h->pool, pos.idx);
		next = pos.e->chain;
		nr++;
		if (fn)
			fn(h, b, &pos, arg);
		if (*pos.link != next)		/* it is still there */
			pos.link = &pos.e->chain;
	}
	return nr;
}

struct copy {
	char *key, *value;
	u32 key_size, value_size;
};

static void copy_elem(struct xbpf_htab *h, struct xbpf_bucket *b,
		      const struct xbpf_htab_pos *pos, void *arg)
{
	struct copy *c = arg;

	memcpy(c->key, pos->e->data, c->key_size);
	xbpf_htab_copy_value(h, pos->e, c->value, 0);
	c->key += c->key_size;
	c->value += c->value_size;
}

static void take_elem(struct xbpf_htab *h, struct xbpf_bucket *b,
		      const struct xbpf_htab_pos *pos, void *arg)
{
	copy_elem(h, b, pos, arg);
	xbpf_htab_unlink(h, b, pos);
	xbpf_htab_retire(h, pos->idx);
}

int xbpf_htab_bucket_copy(struct xbpf_map *map, u32 bucket, void *keys,
			  void *values, u32 room, u32 *nr, int take)
{
	struct copy c = {
		.key = keys, .value = values, .key_size = map->key_size,
		.value_size = xbpf_map_user_value_size(map),
	};
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_bucket *b;
	unsigned long flags;
	int err = -ENOSPC;

	if (bucket >= h->nr_buckets)
		return -ENOENT;
	b = &h->buckets[bucket];
	if (!xbpf_map_lock(&b->lock, &flags))
		return -EBUSY;
	*nr = for_each_elem(h, b, NULL, NULL);
	if (*nr <= room) {
		for_each_elem(h, b, take ? take_elem : copy_elem, &c);
		err = 0;
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return err;
}
