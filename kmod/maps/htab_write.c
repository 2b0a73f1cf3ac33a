// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writers of the hash table: update and removal, each under its bucket's lock.
 *
 * Elements for values that are replaced as a whole are taken and filled before the
 * lock, old ones are retired after it. Knows nothing of how an LRU map chooses its victim.
 */
#include "maps/htab.h"

/* ---- places in a bucket; under its lock ---- */

static int elem_is(const struct xbpf_htab *h, const struct xbpf_elem *e,
		   const void *key, u32 hash)
{
	return e->hash == hash &&
	       xbpf_htab_key_equal(e->data, key, h->map.key_size);
}

static int find_in_slots(struct xbpf_htab *h, struct xbpf_bucket *b,
			 const void *key, u32 hash, struct xbpf_htab_pos *pos)
{
	u64 m = xbpf_tags_match(b->tags, xbpf_htab_tag(hash));

	for (; m; m &= m - 1) {
		pos->slot = __ffs64(m) >> 3;
		pos->idx = b->slot[pos->slot];
		if (!pos->idx)
			continue;
		pos->e = xbpf_pool_elem(&h->pool, pos->idx);
		if (elem_is(h, pos->e, key, hash))
			return 1;
	}
	return 0;
}

static void find_in_list(struct xbpf_htab *h, struct xbpf_bucket *b,
			 const void *key, u32 hash, struct xbpf_htab_pos *pos)
{
	pos->slot = -1;
	for (pos->link = &b->overflow; *pos->link; pos->link = &pos->e->chain) {
		pos->idx = *pos->link;
		pos->e = xbpf_pool_elem(&h->pool, pos->idx);
		if (elem_is(h, pos->e, key, hash))
			return;
	}
	pos->idx = 0;
}

static void find_pos(struct xbpf_htab *h, struct xbpf_bucket *b,
		     const void *key, u32 hash, struct xbpf_htab_pos *pos)
{
	if (!find_in_slots(h, b, key, hash, pos))
		find_in_list(h, b, key, hash, pos);
}

static u64 tag_at(u8 tag, int slot)
{
	return (u64)tag << slot * 8;
}

/* Readers find the element from here on. */
static void link_new(struct xbpf_htab *h, struct xbpf_bucket *b, u32 idx)
{
	struct xbpf_elem *e = xbpf_pool_elem(&h->pool, idx);
	u64 unused = xbpf_tags_match(b->tags, 0);
	int slot;

	if (!unused) {
		e->age = READ_ONCE(h->epoch);
		WRITE_ONCE(e->chain, b->overflow);
		smp_store_release(&b->overflow, idx);
		return;
	}
	slot = __ffs64(unused) >> 3;
	WRITE_ONCE(b->age[slot], READ_ONCE(h->epoch));
	/* Pairs with the dependent load of whoever has read the number. */
	smp_store_release(&b->slot[slot], idx);
	smp_store_release(&b->tags,
			  b->tags | tag_at(xbpf_htab_tag(e->hash), slot));
}

static void link_instead(struct xbpf_htab *h, struct xbpf_bucket *b,
			 const struct xbpf_htab_pos *pos, u32 idx)
{
	struct xbpf_elem *e = xbpf_pool_elem(&h->pool, idx);

	if (pos->slot >= 0) {
		WRITE_ONCE(b->age[pos->slot], READ_ONCE(h->epoch));
		smp_store_release(&b->slot[pos->slot], idx);
		return;
	}
	e->age = READ_ONCE(h->epoch);
	WRITE_ONCE(e->chain, pos->e->chain);
	smp_store_release(pos->link, idx);
}

/*
 * Counted first: who sees that the element is gone finds room for another one.
 * It keeps its ->chain: a reader may stand on it.
 */
void xbpf_htab_unlink(struct xbpf_htab *h, struct xbpf_bucket *b,
		      const struct xbpf_htab_pos *pos)
{
	atomic_dec(&h->count);
	smp_mb__after_atomic();
	if (pos->slot < 0) {
		WRITE_ONCE(*pos->link, pos->e->chain);
		return;
	}
	WRITE_ONCE(b->tags, b->tags & ~tag_at(0xff, pos->slot));
	WRITE_ONCE(b->slot[pos->slot], 0);
}

void xbpf_htab_retire(struct xbpf_htab *h, u32 idx)
{
	struct xbpf_elem *e = xbpf_pool_elem(&h->pool, idx);

	if (h->map.fields)
		xbpf_value_release(&h->map, xbpf_htab_value(h, e),
				   XBPF_FIELDS_OWNING);
	xbpf_pool_retire(&h->pool, idx);
}

void xbpf_htab_release_all(struct xbpf_map *map, u32 kinds)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	u32 nr = READ_ONCE(h->pool.nr_chunks) << h->pool.shift, idx;

	for (idx = 1; idx <= nr; idx++) {
		xbpf_value_release(map, xbpf_htab_value(h,
				xbpf_pool_elem(&h->pool, idx)), kinds);
		cond_resched();
	}
}

/* ---- values ---- */

/*
 * struct update - one update on its way
 * @spare: a filled element that is not in the table yet, 0: none
 * @cpus: whose values user space writes: XBPF_F_CPU, XBPF_F_ALL_CPUS
 * @old: an element that was replaced, 0: none
 */
struct update {
	const void *key;
	const void *value;
	u64 flags;
	u64 cpus;
	enum xbpf_htab_writer writer;
	u32 hash;
	u32 spare;
	u32 old;
};

static void write_new_percpu(const struct xbpf_htab *h, struct xbpf_elem *e,
			     const void *value)
{
	void __percpu *pptr = xbpf_htab_pptr(h, e);
	int cpu, this_cpu = raw_smp_processor_id();

	for_each_possible_cpu(cpu)
		if (cpu == this_cpu)
			memcpy(per_cpu_ptr(pptr, cpu), value, h->map.value_size);
		else
			memset(per_cpu_ptr(pptr, cpu), 0, h->map.value_size);
}

static void write_new_user(const struct xbpf_htab *h, struct xbpf_elem *e,
			   const void *value, u64 flags)
{
	void __percpu *pptr = xbpf_htab_pptr(h, e);
	int cpu;

	if (flags & XBPF_F_CPU)
		for_each_possible_cpu(cpu)
			memset(per_cpu_ptr(pptr, cpu), 0, h->map.value_size);
	xbpf_percpu_write(pptr, value, h->map.value_size, flags);
}

static void write_new(const struct xbpf_htab *h, struct xbpf_elem *e,
		      const struct update *u)
{
	if (u->writer == XBPF_HTAB_PLAIN)
		xbpf_value_copy_around(&h->map, xbpf_htab_value(h, e), u->value);
	else if (u->writer == XBPF_HTAB_THIS_CPU)
		write_new_percpu(h, e, u->value);
	else
		write_new_user(h, e, u->value, u->cpus);
}

static void write_over(const struct xbpf_htab *h, struct xbpf_elem *e,
		       const struct update *u)
{
	u32 size = h->map.value_size;

	if (u->writer == XBPF_HTAB_PLAIN)
		xbpf_value_store(xbpf_htab_value(h, e), u->value, size);
	else if (u->writer == XBPF_HTAB_THIS_CPU)
		xbpf_value_store(raw_cpu_ptr(xbpf_htab_pptr(h, e)), u->value,
				 size);
	else
		xbpf_percpu_write(xbpf_htab_pptr(h, e), u->value, size, u->cpus);
}

void xbpf_htab_copy_value(const struct xbpf_htab *h, struct xbpf_elem *e,
			  void *value, u64 flags)
{
	if (h->flags & XBPF_HTAB_PERCPU)
		xbpf_percpu_read(value, xbpf_htab_pptr(h, e), h->map.value_size,
				 flags);
	else if (flags & XBPF_F_LOCK)
		xbpf_value_copy_out_locked(&h->map, value, xbpf_htab_value(h, e));
	else
		xbpf_value_copy_out(&h->map, value, xbpf_htab_value(h, e));
}

/* ---- update ---- */

/* Values that are written where they are need an element for new keys only. */
static int writes_in_place(const struct xbpf_htab *h)
{
	if (h->map.fields)
		return 0;
	return h->flags & (XBPF_HTAB_WORD | XBPF_HTAB_PERCPU);
}

static int take_spare(struct xbpf_htab *h, struct update *u)
{
	u32 size = h->map.key_size, pad = round_up(size, 8) - size;
	struct xbpf_elem *e;

	u->spare = xbpf_pool_get(&h->pool);
	if (unlikely(!u->spare && h->flags & XBPF_HTAB_LRU)) {
		/* No memory: what was evicted will do, if it must be. */
		xbpf_lru_give_up(h);
		u->spare = xbpf_pool_get(&h->pool);
	}
	if (!u->spare)
		return -ENOMEM;
	e = xbpf_pool_elem(&h->pool, u->spare);
	if (h->map.fields)	/* by a late reader of its last life */
		xbpf_value_release(&h->map, xbpf_htab_value(h, e),
				   XBPF_FIELDS_OWNING);
	WRITE_ONCE(e->hash, u->hash);
	memcpy(e->data, u->key, size);
	memset(e->data + size, 0, pad);
	write_new(h, e, u);
	xbpf_elem_publish(e);
	return 0;
}

/* Room for one more: counted, or for LRU maps made. */
static int reserve_room(struct xbpf_htab *h, struct xbpf_bucket *b)
{
	int count = atomic_inc_return(&h->count);

	if (h->flags & XBPF_HTAB_LRU)
		xbpf_lru_count_insert(h);
	if (likely((u32)count <= h->map.max_entries))
		return 0;
	if (!(h->flags & XBPF_HTAB_LRU)) {
		atomic_dec(&h->count);
		return -E2BIG;
	}
	/* What cannot be evicted now, since others hold the locks, is made up for
	 * by the next: an insert never fails for it. */
	if (xbpf_lru_evict(h, b) && (u32)count > h->map.max_entries + 1)
		xbpf_lru_evict(h, b);
	return 0;
}

static int update_found(struct xbpf_htab *h, struct xbpf_bucket *b,
			const struct xbpf_htab_pos *pos, struct update *u)
{
	if (u->flags & XBPF_NOEXIST)
		return -EEXIST;
	if (u->flags & XBPF_F_LOCK) {
		xbpf_value_copy_locked(&h->map, xbpf_htab_value(h, pos->e),
				       u->value);
		return 0;
	}
	if (writes_in_place(h)) {
		write_over(h, pos->e, u);
		if (pos->slot >= 0)
			WRITE_ONCE(b->age[pos->slot], READ_ONCE(h->epoch));
		return 0;
	}
	link_instead(h, b, pos, u->spare);
	u->old = pos->idx;
	u->spare = 0;
	return 0;
}

/* -EAGAIN: an element is needed, and interrupts have to be on to get one. */
static int update_locked(struct xbpf_htab *h, struct xbpf_bucket *b,
			 struct update *u)
{
	struct xbpf_htab_pos pos;
	int err;

	find_pos(h, b, u->key, u->hash, &pos);
	if (pos.idx)
		return update_found(h, b, &pos, u);
	if (u->flags & XBPF_EXIST)
		return -ENOENT;
	if (!u->spare && take_spare(h, u))
		return -EAGAIN;
	err = reserve_room(h, b);
	if (err)
		return err;
	link_new(h, b, u->spare);
	u->spare = 0;
	return 0;
}

static int update_bucket(struct xbpf_htab *h, struct update *u)
{
	struct xbpf_bucket *b = xbpf_htab_bucket(h, u->hash);
	unsigned long flags;
	int err;

	if (!xbpf_map_lock(&b->lock, &flags))
		return -EBUSY;
	err = update_locked(h, b, u);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return err;
}

static int update_attempts(struct xbpf_htab *h, struct update *u)
{
	int err = 0;

	if (!writes_in_place(h))
		err = take_spare(h, u);
	if (!err)
		err = update_bucket(h, u);
	if (err != -EAGAIN)
		return err;
	err = take_spare(h, u);
	return err ?: update_bucket(h, u);
}

long xbpf_htab_update(struct xbpf_htab *h, const void *key, const void *value,
		      u64 flags, enum xbpf_htab_writer writer)
{
	struct update u = {
		.key = key, .value = value, .flags = flags, .writer = writer,
	};
	int err;

	if (writer == XBPF_HTAB_USER) {
		if (xbpf_percpu_check_write(flags, &u.flags))
			return -EINVAL;
		u.cpus = flags;
	}
	if (unlikely(u.flags > XBPF_EXIST &&
		     xbpf_value_flags_check(&h->map, u.flags)))
		return -EINVAL;
	u.hash = xbpf_htab_hash(key, h->map.key_size, h->seed);
	err = update_attempts(h, &u);
	if (u.spare)
		xbpf_pool_put(&h->pool, u.spare);
	if (u.old)
		xbpf_htab_retire(h, u.old);
	return likely(!err) ? 0 : xbpf_map_count_failure(&h->map, err);
}

/* ---- removal ---- */

long xbpf_htab_remove(struct xbpf_htab *h, const void *key, void *value,
		      u64 flags)
{
	u32 hash = xbpf_htab_hash(key, h->map.key_size, h->seed);
	struct xbpf_bucket *b = xbpf_htab_bucket(h, hash);
	struct xbpf_htab_pos pos;
	unsigned long irq;

	if (!xbpf_map_lock(&b->lock, &irq))
		return xbpf_map_count_failure(&h->map, -EBUSY);
	find_pos(h, b, key, hash, &pos);
	if (pos.idx) {
		xbpf_htab_unlink(h, b, &pos);
		if (value)
			xbpf_htab_copy_value(h, pos.e, value, flags);
	}
	raw_spin_unlock_irqrestore(&b->lock, irq);
	if (!pos.idx)
		return -ENOENT;
	xbpf_htab_retire(h, pos.idx);
	return 0;
}
