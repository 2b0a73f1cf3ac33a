// SPDX-License-Identifier: GPL-2.0-only
/*
 * Elements of one size for a map, from any context, NMI included.
 *
 * Elements live in chunks that are never given back before the map goes, and are
 * named by number. All lists are stacks whose head holds the number on top and a
 * count of changes in one word, so that one compare-and-exchange pops without a
 * lock. Each CPU has a stack of free elements, filled by whole batches from a
 * common one. What leaves the map is kept on its CPU until a grace period has
 * passed, so that no reader sees an element in its next life; only when memory
 * for that is used up, an element is used again at once, and its generation is
 * odd meanwhile. Chunks are added from an irq_work (atomically, little) and a
 * work queue (much), when few batches are left.
 *
 * Knows nothing of keys, buckets and values but where per-CPU ones hang.
 */
#include "maps/maps.h"

/* A chunk: small enough to be had from an interrupt. */
#define CHUNK_BYTES	(16UL << 10)
#define CHUNK_ELEMS	256U
#define CHUNK_MIN_ELEMS	64U
/* Batches that are kept when a map has all it wants: small ones, then one. */
#define FEW_BATCHES	4
#define CHUNK_PERCPU	(4UL << 10)
/* What one run of the work queue adds at most. */
#define GROW_BYTES	(4UL << 20)
/* Elements beyond the capacity, for those that wait for readers. */
#define SPARE_BYTES	(64UL << 20)
#define SPARE_CHUNKS	2048U

enum {
	POOL_GRACE,		/* a grace period is on its way */
	POOL_CLOSED,		/* the map goes */
};

/*
 * struct xbpf_pool_cpu - lists of one CPU; changed by any CPU
 * @free: elements for use
 * @fresh: retired since the last grace period began
 * @waiting: retired before it
 * @hungry: @irq shall add a chunk
 */
struct xbpf_pool_cpu {
	u64 free;
	u64 fresh;
	u64 waiting;
	u32 hungry;
	struct xbpf_pool *pool;
	struct irq_work irq;
} ____cacheline_aligned;

/* ---- stacks: number in the low half, count of changes in the high half ---- */

static u64 head_next(u64 old, u32 idx)
{
	return ((old >> 32) + 1) << 32 | idx;
}

static u32 stack_pop(const struct xbpf_pool *pool, u64 *head)
{
	u64 old = smp_load_acquire(head);
	u32 next;

	do {
		if (!(u32)old)
			return 0;
		next = READ_ONCE(xbpf_pool_elem(pool, (u32)old)->link);
	} while (!try_cmpxchg(head, &old, head_next(old, next)));
	return (u32)old;
}

static void stack_push(const struct xbpf_pool *pool, u64 *head, u32 idx)
{
	struct xbpf_elem *e = xbpf_pool_elem(pool, idx);
	u64 old = READ_ONCE(*head);

	do {
		WRITE_ONCE(e->link, (u32)old);
	} while (!try_cmpxchg(head, &old, head_next(old, idx)));
}

/* Makes @head, if it is empty, the list that begins with @idx. */
static int stack_fill(u64 *head, u32 idx)
{
	u64 old = READ_ONCE(*head);

	return !(u32)old && try_cmpxchg(head, &old, head_next(old, idx));
}

static u32 stack_take_all(u64 *head)
{
	u64 old = READ_ONCE(*head);

	while ((u32)old && !try_cmpxchg(head, &old, head_next(old, 0)))
		;
	return (u32)old;
}

/* ---- batches: lists of free elements, themselves linked by ->chain ---- */

static void batch_push(struct xbpf_pool *pool, u32 idx)
{
	struct xbpf_elem *e = xbpf_pool_elem(pool, idx);
	u64 old = READ_ONCE(pool->batches);

	do {
		WRITE_ONCE(e->chain, (u32)old);
	} while (!try_cmpxchg(&pool->batches, &old, head_next(old, idx)));
	atomic_inc(&pool->nr_batches);
}

static u32 batch_pop(struct xbpf_pool *pool)
{
	u64 old = smp_load_acquire(&pool->batches);
	u32 next;

	do {
		if (!(u32)old)
			return 0;
		next = READ_ONCE(xbpf_pool_elem(pool, (u32)old)->chain);
	} while (!try_cmpxchg(&pool->batches, &old, head_next(old, next)));
	atomic_dec(&pool->nr_batches);
	return (u32)old;
}

static u32 chunk_elems(const struct xbpf_pool *pool)
{
	return 1U << pool->shift;
}

/* Cuts a list into batches of at most a chunk. */
static void batch_push_list(struct xbpf_pool *pool, u32 idx)
{
	u32 first = idx, n = 0, next;
	struct xbpf_elem *e;

	for (; idx; idx = next) {
		e = xbpf_pool_elem(pool, idx);
		next = e->link;
		if (++n < chunk_elems(pool) && next)
			continue;
		WRITE_ONCE(e->link, 0);
		batch_push(pool, first);
		first = next;
		n = 0;
	}
}

/* ---- growth ---- */

static size_t chunk_bytes(const struct xbpf_pool *pool)
{
	return (size_t)pool->elem_size << pool->shift;
}

/* Batches that there should be: for what comes before more can be had. */
static int pool_reserve(const struct xbpf_pool *pool, u32 chunks)
{
	int few = chunk_bytes(pool) > CHUNK_BYTES ? 1 : FEW_BATCHES;

	return chunks < pool->want_chunks ? max_t(int, few, chunks / 4) : few;
}

static int pool_is_low(const struct xbpf_pool *pool)
{
	u32 chunks = READ_ONCE(pool->nr_chunks);

	return chunks < pool->max_chunks &&
	       atomic_read(&pool->nr_batches) < pool_reserve(pool, chunks);
}

/*
 * A chunk that is not of the pool yet.
 * @percpu: per-CPU memory of its elements, or NULL
 */
struct chunk {
	char *elems;
	char __percpu *percpu;
};

static void chunk_free(const struct chunk *c)
{
	free_percpu(c->percpu);
	kvfree(c->elems);
}

static int chunk_alloc_percpu(const struct xbpf_pool *pool, struct chunk *c,
			      gfp_t gfp)
{
	u32 i, size = round_up(pool->percpu_size, 8);
	struct xbpf_elem *e;

	if (!size)
		return 0;
	if (gfp == XBPF_GFP)
		gfp = XBPF_GFP_PERCPU;
	c->percpu = __alloc_percpu_gfp((size_t)size << pool->shift, 8, gfp);
	if (!c->percpu)
		return -ENOMEM;
	for (i = 0; i < chunk_elems(pool); i++) {
		e = (void *)(c->elems + (size_t)i * pool->elem_size);
		*(void __percpu **)(e->data + pool->percpu_off) =
			c->percpu + (size_t)i * size;
	}
	return 0;
}

static int chunk_alloc(const struct xbpf_pool *pool, struct chunk *c, gfp_t gfp)
{
	size_t size = chunk_bytes(pool);

	*c = (struct chunk){ .elems = NULL };
	/* Interrupts do not get what needs many pages in a row. */
	if (gfp == XBPF_GFP || size <= CHUNK_BYTES)
		c->elems = kvzalloc_node(size, gfp, pool->node);
	if (!c->elems)
		return -ENOMEM;
	if (!chunk_alloc_percpu(pool, c, gfp))
		return 0;
	chunk_free(c);
	return -ENOMEM;
}

/* The next place in the tables; not for NMIs. */
static int chunk_publish(struct xbpf_pool *pool, const struct chunk *c, u32 *nr)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&pool->lock, flags);
	*nr = pool->nr_chunks;
	if (*nr < pool->max_chunks) {
		pool->chunks[*nr] = c->elems;
		if (pool->percpu)
			pool->percpu[*nr] = c->percpu;
		WRITE_ONCE(pool->nr_chunks, *nr + 1);
	}
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return *nr < pool->max_chunks ? 0 : -ENOSPC;
}

static int pool_grow(struct xbpf_pool *pool, gfp_t gfp)
{
	u32 nr, idx, last;
	struct chunk c;
	int err;

	err = chunk_alloc(pool, &c, gfp);
	if (err)
		return err;
	err = chunk_publish(pool, &c, &nr);
	if (err) {
		chunk_free(&c);
		return err;
	}
	idx = (nr << pool->shift) + 1;
	for (last = idx + chunk_elems(pool) - 1; last > idx; last--)
		xbpf_pool_elem(pool, last - 1)->link = last;
	batch_push(pool, idx);
	return 0;
}

static void pool_work(struct work_struct *work)
{
	struct xbpf_pool *pool = container_of(work, struct xbpf_pool, work);
	u32 had = READ_ONCE(pool->nr_chunks), n;

	/* Doubles what there is, in steps that do not hurt anybody. */
	n = min_t(u64, had, GROW_BYTES / chunk_bytes(pool) + 1);
	while (n-- && pool_is_low(pool)) {
		if (test_bit(POOL_CLOSED, &pool->state) ||
		    pool_grow(pool, XBPF_GFP))
			return;
		cond_resched();
	}
}

/* ---- elements that wait for readers ---- */

static int pool_has_fresh(const struct xbpf_pool *pool)
{
	int cpu;

	for_each_possible_cpu(cpu)
		if ((u32)READ_ONCE(per_cpu_ptr(pool->cpus, cpu)->fresh))
			return 1;
	return 0;
}

static void pool_grace_over(struct rcu_head *rcu)
{
	struct xbpf_pool *pool = container_of(rcu, struct xbpf_pool, rcu);
	int cpu;

	for_each_possible_cpu(cpu)
		batch_push_list(pool,
			stack_take_all(&per_cpu_ptr(pool->cpus, cpu)->waiting));
	clear_bit(POOL_GRACE, &pool->state);
	/* Pairs with xbpf_pool_retire(): it pushes, then looks at the bit. */
	smp_mb__after_atomic();
	if (pool_has_fresh(pool) && !test_bit(POOL_CLOSED, &pool->state))
		irq_work_queue(&raw_cpu_ptr(pool->cpus)->irq);
}

static int pool_begin_waiting(struct xbpf_pool *pool)
{
	struct xbpf_pool_cpu *c;
	int cpu, any = 0;
	u32 idx;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(pool->cpus, cpu);
		idx = stack_take_all(&c->fresh);
		/* Empty since the last grace period, and only we fill it. */
		if (idx)
			any |= stack_fill(&c->waiting, idx);
	}
	return any;
}

static void pool_begin_grace(struct xbpf_pool *pool)
{
	while (pool_has_fresh(pool)) {
		if (test_and_set_bit(POOL_GRACE, &pool->state))
			return;
		if (pool_begin_waiting(pool)) {
			call_rcu(&pool->rcu, pool_grace_over);
			return;
		}
		clear_bit(POOL_GRACE, &pool->state);
		smp_mb__after_atomic();
	}
}

static void pool_irq_work(struct irq_work *irq)
{
	struct xbpf_pool_cpu *c = container_of(irq, struct xbpf_pool_cpu, irq);
	struct xbpf_pool *pool = c->pool;

	if (test_bit(POOL_CLOSED, &pool->state))
		return;
	if (xchg(&c->hungry, 0)) {
		pool_grow(pool, GFP_NOWAIT | __GFP_NOWARN);
		queue_work(system_unbound_wq, &pool->work);
	}
	pool_begin_grace(pool);
}

/* ---- for the maps ---- */

static void pool_ask_for_more(struct xbpf_pool *pool)
{
	struct xbpf_pool_cpu *c = raw_cpu_ptr(pool->cpus);

	WRITE_ONCE(c->hungry, 1);
	irq_work_queue(&c->irq);
}

static u32 pool_get_batch(struct xbpf_pool *pool)
{
	u32 idx = batch_pop(pool), rest;

	if (pool_is_low(pool)) {
		pool_ask_for_more(pool);
		/* With interrupts on, that has been done by now. */
		if (!idx)
			idx = batch_pop(pool);
	}
	if (!idx)
		return 0;
	rest = xbpf_pool_elem(pool, idx)->link;
	if (rest && !stack_fill(&raw_cpu_ptr(pool->cpus)->free, rest))
		batch_push(pool, rest);
	return idx;
}

static u32 pool_steal(struct xbpf_pool *pool)
{
	int cpu;
	u32 idx;

	for_each_possible_cpu(cpu) {
		idx = stack_pop(pool, &per_cpu_ptr(pool->cpus, cpu)->free);
		if (idx)
			return idx;
	}
	return 0;
}

/* The last resort: an element that readers may still look at. */
static u32 pool_recycle(struct xbpf_pool *pool)
{
	struct xbpf_pool_cpu *c;
	struct xbpf_elem *e;
	u32 idx = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(pool->cpus, cpu);
		idx = stack_pop(pool, &c->waiting) ?: stack_pop(pool, &c->fresh);
		if (idx)
			break;
	}
	if (!idx)
		return 0;
	e = xbpf_pool_elem(pool, idx);
	WRITE_ONCE(e->gen, e->gen + 1);
	/* Pairs with xbpf_elem_read_retry(). */
	smp_wmb();
	atomic_inc(&pool->recycled);
	return idx;
}

u32 xbpf_pool_get(struct xbpf_pool *pool)
{
	u32 idx = stack_pop(pool, &raw_cpu_ptr(pool->cpus)->free);

	if (likely(idx))
		return idx;
	return pool_get_batch(pool) ?: pool_steal(pool) ?: pool_recycle(pool);
}

void xbpf_pool_put(struct xbpf_pool *pool, u32 idx)
{
	struct xbpf_elem *e = xbpf_pool_elem(pool, idx);

	if (unlikely(e->gen & 1)) {
		xbpf_elem_publish(e);
		xbpf_pool_retire(pool, idx);
		return;
	}
	stack_push(pool, &raw_cpu_ptr(pool->cpus)->free, idx);
}

void xbpf_pool_retire(struct xbpf_pool *pool, u32 idx)
{
	struct xbpf_pool_cpu *c = raw_cpu_ptr(pool->cpus);

	stack_push(pool, &c->fresh, idx);
	if (!test_bit(POOL_GRACE, &pool->state))
		irq_work_queue(&c->irq);
}

void xbpf_pool_prepare(struct xbpf_pool *pool)
{
	while (pool_is_low(pool) && !pool_grow(pool, XBPF_GFP))
		;
}

/* ---- life ---- */

static u32 fit_shift(const struct xbpf_pool_spec *spec, u64 size)
{
	u64 n = min_t(u64, CHUNK_ELEMS, CHUNK_BYTES / size);

	if (spec->percpu_size)
		n = min_t(u64, n, CHUNK_PERCPU / round_up(spec->percpu_size, 8));
	n = min_t(u64, n, max_t(u64, spec->capacity, CHUNK_MIN_ELEMS));
	return n > 1 ? ilog2(n) : 0;
}

static void pool_size(struct xbpf_pool *pool, const struct xbpf_pool_spec *spec)
{
	u64 per = (u64)pool->elem_size +
		  (u64)round_up(spec->percpu_size, 8) * num_possible_cpus();
	u64 chunks = DIV_ROUND_UP((u64)spec->capacity, 1U << pool->shift);
	u64 spare = clamp_t(u64, SPARE_BYTES / (per << pool->shift), 1,
			    SPARE_CHUNKS);

	/* Each CPU may sit on a batch, and some are kept. */
	pool->want_chunks = min_t(u64, chunks + pool_reserve(pool, U32_MAX),
				  U32_MAX >> pool->shift);
	pool->max_chunks = min_t(u64, chunks + spare + 2 * num_possible_cpus(),
				 U32_MAX >> pool->shift);
}

static int pool_alloc_tables(struct xbpf_pool *pool)
{
	pool->chunks = kvzalloc_node(array_size(pool->max_chunks,
						sizeof(*pool->chunks)),
				     XBPF_GFP, pool->node);
	pool->cpus = alloc_percpu_gfp(struct xbpf_pool_cpu, XBPF_GFP_PERCPU);
	if (!pool->chunks || !pool->cpus)
		return -ENOMEM;
	if (!pool->percpu_size)
		return 0;
	pool->percpu = kvzalloc_node(array_size(pool->max_chunks,
						sizeof(*pool->percpu)),
				     XBPF_GFP, pool->node);
	return pool->percpu ? 0 : -ENOMEM;
}

static void pool_init_cpus(struct xbpf_pool *pool)
{
	struct xbpf_pool_cpu *c;
	int cpu;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(pool->cpus, cpu);
		c->pool = pool;
		init_irq_work(&c->irq, pool_irq_work);
	}
}

static void pool_free(struct xbpf_pool *pool)
{
	u32 i;

	for (i = 0; i < pool->nr_chunks; i++) {
		if (pool->percpu)
			free_percpu(pool->percpu[i]);
		kvfree(pool->chunks[i]);
	}
	kvfree(pool->percpu);
	kvfree(pool->chunks);
	free_percpu(pool->cpus);
}

/**
 * xbpf_pool_init - a pool with its first elements
 * @pool: zeroed memory
 * @spec: sizes
 *
 * Return: 0 or -ENOMEM, with nothing to destroy.
 */
int xbpf_pool_init(struct xbpf_pool *pool, const struct xbpf_pool_spec *spec)
{
	u64 size = round_up(sizeof(struct xbpf_elem) + spec->elem_size, 8);
	int err;

	if (size > U32_MAX)
		return -ENOMEM;
	pool->elem_size = size;
	pool->percpu_size = spec->percpu_size;
	pool->percpu_off = spec->percpu_off;
	pool->node = spec->node;
	pool->shift = fit_shift(spec, size);
	pool_size(pool, spec);
	raw_spin_lock_init(&pool->lock);
	INIT_WORK(&pool->work, pool_work);
	err = pool_alloc_tables(pool);
	if (!err)
		pool_init_cpus(pool);
	while (!err) {
		err = pool_grow(pool, XBPF_GFP);
		if (pool->nr_chunks >= pool->want_chunks ||
		    pool->nr_chunks * chunk_bytes(pool) >= spec->eager)
			break;
		cond_resched();
	}
	if (err)
		pool_free(pool);
	return err;
}

static void pool_stop(struct xbpf_pool *pool)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu_ptr(pool->cpus, cpu)->irq);
	cancel_work_sync(&pool->work);
}

void xbpf_pool_destroy(struct xbpf_pool *pool)
{
	set_bit(POOL_CLOSED, &pool->state);
	pool_stop(pool);
	/* A callback that began before the pool was closed may queue once more. */
	rcu_barrier();
	pool_stop(pool);
	pool_free(pool);
}

u64 xbpf_pool_usage(const struct xbpf_pool *pool)
{
	u64 chunk = chunk_bytes(pool);

	chunk += ((u64)round_up(pool->percpu_size, 8) << pool->shift) *
		 num_possible_cpus();
	return chunk * READ_ONCE(pool->nr_chunks) +
	       (u64)pool->max_chunks * sizeof(*pool->chunks) +
	       num_possible_cpus() * sizeof(struct xbpf_pool_cpu);
}
