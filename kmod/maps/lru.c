// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which element an LRU map gives up. Each use stores the map's epoch, a byte that
 * advances 32 times while the map is filled once, as the element's age. An
 * insert into a full map looks at a few buckets, one behind the other from where
 * the last insert stopped, and takes the element that was unused for longest.
 *
 * Ages are written without a lock and only tell what to give up, so that a lost
 * one does no harm.
 */
#include "maps/htab.h"

/* Buckets looked at: about this many times four elements. */
#define SAMPLE_BUCKETS	3
/* If all that was seen is younger than this, as many buckets. */
#define YOUNG		8
#define SAMPLE_YOUNG	12U
/* Samples before the caller shall try again with its next insert. */
#define SAMPLES		8

/*
 * struct victim - the oldest element of a sample
 * @b: its bucket, NULL: none found
 * @idx: its number
 * @age: epochs since its last use
 */
struct victim {
	struct xbpf_bucket *b;
	u32 idx;
	int age;
};

static void consider(struct victim *v, struct xbpf_bucket *b, u32 idx, int age)
{
	if (age <= v->age)
		return;
	v->b = b;
	v->idx = idx;
	v->age = age;
}

/* Without branches, of which half would be guessed wrongly. */
static void look_at_slots(struct xbpf_bucket *b, u8 epoch, struct victim *v)
{
	u64 tags = READ_ONCE(b->tags);
	u32 oldest = 0, this, idx;
	int slot;

	for (slot = 0; slot < XBPF_BUCKET_SLOTS; slot++, tags >>= 8) {
		this = (u8)(epoch - READ_ONCE(b->age[slot])) + 1;
		this = (this << 3 | slot) & -(u32)!!(u8)tags;
		oldest = max(oldest, this);
	}
	idx = smp_load_acquire(&b->slot[oldest & 7]);
	if (oldest && idx)
		consider(v, b, idx, (oldest >> 3) - 1);
}

static void look_at(struct xbpf_htab *h, struct xbpf_bucket *b,
		    struct victim *v)
{
	u8 epoch = READ_ONCE(h->epoch);
	struct xbpf_elem *e;
	u32 idx;

	look_at_slots(b, epoch, v);
	for (idx = smp_load_acquire(&b->overflow); idx;
	     idx = smp_load_acquire(&e->chain)) {
		e = xbpf_pool_elem(&h->pool, idx);
		consider(v, b, idx, (u8)(epoch - READ_ONCE(e->age)));
	}
}

/* Under the lock of @b: where @idx is, if it is there still. */
static int find_idx(struct xbpf_htab *h, struct xbpf_bucket *b, u32 idx,
		    struct xbpf_htab_pos *pos)
{
	pos->idx = idx;
	pos->e = xbpf_pool_elem(&h->pool, idx);
	for (pos->slot = 0; pos->slot < XBPF_BUCKET_SLOTS; pos->slot++)
		if (b->slot[pos->slot] == idx)
			return 1;
	pos->slot = -1;
	for (pos->link = &b->overflow; *pos->link;
	     pos->link = &xbpf_pool_elem(&h->pool, *pos->link)->chain)
		if (*pos->link == idx)
			return 1;
	return 0;
}

static int take_locked(struct xbpf_htab *h, const struct victim *v)
{
	struct xbpf_htab_pos pos;

	if (!find_idx(h, v->b, v->idx, &pos))
		return 0;
	xbpf_htab_unlink(h, v->b, &pos);
	return 1;
}

/* Interrupts are off already, by the lock of @held; another one is only tried. */
static int take(struct xbpf_htab *h, const struct victim *v,
		struct xbpf_bucket *held)
{
	int taken;

	if (v->b == held) {
		taken = take_locked(h, v);
	} else {
		if (!raw_spin_trylock(&v->b->lock))
			return 0;
		taken = take_locked(h, v);
		raw_spin_unlock(&v->b->lock);
	}
	if (!taken)
		return 0;
	xbpf_htab_retire(h, v->idx);
	return 1;
}

void xbpf_lru_count_insert(struct xbpf_htab *h)
{
	u8 epoch = (u32)atomic_inc_return(&h->hand) >> h->epoch_shift;

	if (READ_ONCE(h->epoch) != epoch)
		WRITE_ONCE(h->epoch, epoch);
}

static int look_further(const struct xbpf_htab *h, const struct victim *v,
			u32 looked)
{
	if (looked < SAMPLE_BUCKETS)
		return 1;
	if (v->age < YOUNG && looked < min(SAMPLE_YOUNG, h->nr_buckets))
		return 1;
	return !v->b && looked < h->nr_buckets;
}

int xbpf_lru_evict(struct xbpf_htab *h, struct xbpf_bucket *held)
{
	u32 nr = (u32)atomic_read(&h->hand) * SAMPLE_BUCKETS % h->nr_buckets;
	struct victim v;
	u32 i, n;

	for (n = 0; n < SAMPLES; n++) {
		v = (struct victim){ .age = -1 };
		for (i = 0; look_further(h, &v, i); i++) {
			look_at(h, &h->buckets[nr], &v);
			nr = nr + 1 < h->nr_buckets ? nr + 1 : 0;
		}
		if (v.b && take(h, &v, held))
			return 1;
	}
	return 0;
}

void xbpf_lru_give_up(struct xbpf_htab *h)
{
	unsigned long flags;

	local_irq_save(flags);
	xbpf_lru_evict(h, NULL);
	local_irq_restore(flags);
}
