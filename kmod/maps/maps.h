/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the map types share: locks that NMIs may try, the element pool, the hash
 * table. Private to maps/.
 */
#ifndef XBPF_MAPS_H
#define XBPF_MAPS_H

#include "os.h"
#include "vm/map.h"

/* Largest value of a per-CPU type: what one unit of the per-CPU allocator holds. */
#define XBPF_PERCPU_VALUE_MAX	(32U << 10)

/* Fails rather than kills for the sake of a map. */
#define XBPF_GFP	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)
/* The same for per-CPU memory, whose allocator knows only some flags. */
#define XBPF_GFP_PERCPU	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_NORETRY)

/* Flags that name who may read and write; every type but rings takes them. */
#define XBPF_ACCESS_FLAGS	(XBPF_F_RDONLY | XBPF_F_WRONLY |	\
				 XBPF_F_RDONLY_PROG | XBPF_F_WRONLY_PROG)

/* ---- table.c ---- */

/* Fills the generic part from @attr; the types call it first in ->alloc. */
void xbpf_map_init(struct xbpf_map *map, const union xbpf_attr *attr,
		   const struct xbpf_map_ops *ops);
/* -E* of a failed update, counted when it was for want of room or of a lock. */
long xbpf_map_count_failure(struct xbpf_map *map, long err);

/* -EINVAL when a program could neither read nor write, or @flags are unknown. */
static inline int xbpf_map_check_flags(const union xbpf_attr *attr, u32 known)
{
	const u32 neither = XBPF_F_RDONLY_PROG | XBPF_F_WRONLY_PROG;

	if (attr->map_flags & ~known || (attr->map_flags & neither) == neither)
		return -EINVAL;
	return 0;
}

static inline int xbpf_map_attr_node(const union xbpf_attr *attr)
{
	return attr->map_flags & XBPF_F_NUMA_NODE ? (int)attr->numa_node :
						    NUMA_NO_NODE;
}

/* ---- locks ---- */

/* In an NMI the holder may be whom we interrupted: spin this often, then fail. */
#define XBPF_NMI_SPINS	128

/**
 * xbpf_map_lock - take a lock of a map from any context
 *
 * Outside of NMIs it always succeeds: programs of one level do not nest on a CPU
 * and interrupts are off, so the holder is another CPU and lets go soon.
 *
 * Return: 1 with the lock held and interrupts off, else 0.
 */
static inline int xbpf_map_lock(raw_spinlock_t *lock, unsigned long *flags)
{
	int spins;

	if (likely(!in_nmi())) {
		raw_spin_lock_irqsave(lock, *flags);
		return 1;
	}
	for (spins = 0; spins < XBPF_NMI_SPINS; spins++) {
		if (raw_spin_trylock_irqsave(lock, *flags))
			return 1;
		cpu_relax();
	}
	return 0;
}

/* ---- values ---- */

/* Values of one machine word are never seen half written. */
static inline int xbpf_value_is_word(u32 size)
{
	return size <= 8 && is_power_of_2(size);
}

static __always_inline void xbpf_value_store(void *dst, const void *src,
					     u32 size)
{
	if (size == 8 && IS_ALIGNED((unsigned long)src, 8))
		WRITE_ONCE(*(u64 *)dst, *(const u64 *)src);
	else if (size == 4 && IS_ALIGNED((unsigned long)src, 4))
		WRITE_ONCE(*(u32 *)dst, *(const u32 *)src);
	else
		memcpy(dst, src, size);
}

/* The other way: out of a value that may be stored to meanwhile. */
static __always_inline void xbpf_value_load(void *dst, const void *src,
					    u32 size)
{
	u64 word;
	u32 half;

	if (size == 8 && IS_ALIGNED((unsigned long)src, 8)) {
		word = READ_ONCE(*(const u64 *)src);
		memcpy(dst, &word, 8);
	} else if (size == 4 && IS_ALIGNED((unsigned long)src, 4)) {
		half = READ_ONCE(*(const u32 *)src);
		memcpy(dst, &half, 4);
	} else {
		memcpy(dst, src, size);
	}
}

/* All CPUs' values of one element, from or to the user's layout; by XBPF_F_CPU one
 * CPU's, whose number is in the upper half of @flags, by XBPF_F_ALL_CPUS one value
 * for all. */
void xbpf_percpu_read(void *user, void __percpu *pptr, u32 size, u64 flags);
void xbpf_percpu_write(void __percpu *pptr, const void *user, u32 size,
		       u64 flags);

/* Of a look-up by user space: 0 or -EINVAL. */
static inline int xbpf_percpu_check_read(u64 flags)
{
	if (flags & XBPF_F_CPU)
		return (u32)flags == XBPF_F_CPU && cpu_possible(flags >> 32) ?
		       0 : -EINVAL;
	return flags ? -EINVAL : 0;
}

/* Of an update by user space: 0 or -EINVAL; *@plain is left of @flags. */
static inline int xbpf_percpu_check_write(u64 flags, u64 *plain)
{
	const u32 which = XBPF_F_CPU | XBPF_F_ALL_CPUS;

	*plain = (u32)flags & ~which;
	if ((flags & which) == which)
		return -EINVAL;
	if (flags & XBPF_F_CPU)
		return cpu_possible(flags >> 32) ? 0 : -EINVAL;
	return flags >> 32 ? -EINVAL : 0;
}

/* ---- pool.c: elements ---- */

/**
 * struct xbpf_elem - head of every element of a pool
 * @hash: of the key; whoever fills the element, before it is published
 * @chain: next in the bucket's overflow list; between batches while free
 * @link: next in a list of the pool
 * @gen: odd while an element is rewritten that readers may still see
 * @age: of LRU elements outside of a bucket's slots
 * @data: key, padded to 8, then the value or a pointer to per-CPU values
 */
struct xbpf_elem {
	u32 hash;
	u32 chain;
	u32 link;
	u16 gen;
	u8 age;
	u8 unused;
	u8 data[];
} __aligned(8);

struct xbpf_pool_cpu;

/**
 * struct xbpf_pool - elements of one size, from any context, by number
 * @elem_size: bytes, head included
 * @shift: log2 of the elements in a chunk
 * @nr_chunks: filled so far, never taken back before the map goes; under @lock
 * @want_chunks: to be filled by and by, as the map's capacity asks for it
 * @max_chunks: with room for elements that wait for readers
 * @chunks: memory of elements, by number >> @shift
 * @percpu: per-CPU memory of each chunk, NULL if the type has none
 * @percpu_size: bytes of one element's per-CPU value, 0 if none
 * @percpu_off: of the pointer to it in the element's data
 * @cpus: free elements and those whose readers may still be there, per CPU
 * @batches: stack of chains of free elements; @nr_batches counts them
 * @recycled: elements that were used again before their readers were gone
 * @state: bits of pool.c
 * @lock: of the tables of chunks; not for NMIs
 * @work: adds chunks while it may sleep
 * @rcu: of the grace period on its way
 */
struct xbpf_pool {
	u32 elem_size;
	u32 shift;
	void **chunks;
	struct xbpf_pool_cpu __percpu *cpus;
	u32 nr_chunks;
	u32 want_chunks;
	u32 max_chunks;
	u32 percpu_size;
	u32 percpu_off;
	int node;
	void __percpu **percpu;
	u64 batches ____cacheline_aligned;
	atomic_t nr_batches;
	atomic_t recycled;
	unsigned long state;
	raw_spinlock_t lock;
	struct work_struct work;
	struct rcu_head rcu;
};

/**
 * struct xbpf_pool_spec - what a pool shall be
 * @elem_size: bytes of an element's data
 * @percpu_size, @percpu_off: as in struct xbpf_pool
 * @capacity: elements that are in use at once at most
 * @eager: bytes to allocate at once (at least one chunk is)
 * @node: NUMA node or NUMA_NO_NODE
 */
struct xbpf_pool_spec {
	u64 elem_size;
	u32 percpu_size;
	u32 percpu_off;
	u32 capacity;
	size_t eager;
	int node;
};

int xbpf_pool_init(struct xbpf_pool *pool, const struct xbpf_pool_spec *spec);
/* No user is left and a grace period has passed. Sleeps. */
void xbpf_pool_destroy(struct xbpf_pool *pool);
/* Number of an element of our own, 0 if there is none. Any context. */
u32 xbpf_pool_get(struct xbpf_pool *pool);
/* Gives back what was not published. */
void xbpf_pool_put(struct xbpf_pool *pool, u32 idx);
/* Gives back what readers may still see: used again after a grace period. */
void xbpf_pool_retire(struct xbpf_pool *pool, u32 idx);
/* Fills up while it may sleep, so that the next xbpf_pool_get() finds one. */
void xbpf_pool_prepare(struct xbpf_pool *pool);
u64 xbpf_pool_usage(const struct xbpf_pool *pool);

static __always_inline struct xbpf_elem *
xbpf_pool_elem(const struct xbpf_pool *pool, u32 idx)
{
	u32 n = idx - 1;
	char *chunk = pool->chunks[n >> pool->shift];

	n &= (1U << pool->shift) - 1;
	return (struct xbpf_elem *)(chunk + (size_t)n * pool->elem_size);
}

/* The element may be filled now: readers that came too early know it is not theirs. */
static inline void xbpf_elem_publish(struct xbpf_elem *e)
{
	if (unlikely(e->gen & 1))
		smp_store_release(&e->gen, (u16)(e->gen + 1));
}

static __always_inline u16 xbpf_elem_read_begin(const struct xbpf_elem *e)
{
	return smp_load_acquire(&e->gen);
}

/* Nonzero if what was read since may be of two lives of the element. */
static __always_inline int xbpf_elem_read_retry(const struct xbpf_elem *e,
						u16 gen)
{
	smp_rmb();
	return unlikely(gen & 1 || READ_ONCE(e->gen) != gen);
}

/* ---- task_storage.c ---- */

/**
 * struct xbpf_task_storage - values of tasks
 * @map: what user space sees
 * @tasks: hash table of the values by the task's address
 * @zero: a value of zeros
 * @node: of the host, which tells when a task goes
 */
struct xbpf_task_storage {
	struct xbpf_map map;
	struct xbpf_map *tasks;
	void *zero;
	struct list_head node;
};

/* By each host: from now on it deletes what belongs to a task that goes; 0 or
 * -errno. Until now; no call is in progress afterwards. Both sleep. */
int xbpf_task_storage_begin(struct xbpf_task_storage *s);
void xbpf_task_storage_end(struct xbpf_task_storage *s);
/* By each host: under RCU, of an object that is a task. */
int xbpf_task_is_alive(u64 task);

/* ---- pages.c: memory that can be mapped to user space ---- */

/* @nr zeroed pages, or NULL. */
struct page **xbpf_pages_alloc(u64 nr, int node);
void xbpf_pages_free(struct page **pages, u64 nr);

/* ---- one row for each map type: XBPF_MAP_TYPE_*, ops ---- */

#define XBPF_MAP_TYPES(row)						\
	row(XBPF_MAP_TYPE_HASH, hash)					\
	row(XBPF_MAP_TYPE_ARRAY, array)					\
	row(XBPF_MAP_TYPE_PROG_ARRAY, prog_array)			\
	row(XBPF_MAP_TYPE_PERF_EVENT_ARRAY, perf_event_array)		\
	row(XBPF_MAP_TYPE_PERCPU_HASH, percpu_hash)			\
	row(XBPF_MAP_TYPE_PERCPU_ARRAY, percpu_array)			\
	row(XBPF_MAP_TYPE_STACK_TRACE, stack_trace)			\
	row(XBPF_MAP_TYPE_CGROUP_ARRAY, cgroup_array)			\
	row(XBPF_MAP_TYPE_LRU_HASH, lru_hash)				\
	row(XBPF_MAP_TYPE_LRU_PERCPU_HASH, lru_percpu_hash)		\
	row(XBPF_MAP_TYPE_CGROUP_STORAGE, cgroup_storage)		\
	row(XBPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, percpu_cgroup_storage)	\
	row(XBPF_MAP_TYPE_LPM_TRIE, lpm_trie)				\
	row(XBPF_MAP_TYPE_BLOOM_FILTER, bloom_filter)			\
	row(XBPF_MAP_TYPE_ARRAY_OF_MAPS, array_of_maps)			\
	row(XBPF_MAP_TYPE_HASH_OF_MAPS, hash_of_maps)			\
	row(XBPF_MAP_TYPE_QUEUE, queue)					\
	row(XBPF_MAP_TYPE_STACK, stack)					\
	row(XBPF_MAP_TYPE_RINGBUF, ringbuf)				\
	row(XBPF_MAP_TYPE_TASK_STORAGE, task_storage)			\
	row(XBPF_MAP_TYPE_USER_RINGBUF, user_ringbuf)			\
	row(XBPF_MAP_TYPE_DEVMAP, devmap)				\
	row(XBPF_MAP_TYPE_DEVMAP_HASH, devmap_hash)			\
	row(XBPF_MAP_TYPE_CPUMAP, cpumap)				\
	row(XBPF_MAP_TYPE_XSKMAP, xskmap)

#define XBPF_MAP_OPS(type, name) extern const struct xbpf_map_ops xbpf_##name##_ops;
XBPF_MAP_TYPES(XBPF_MAP_OPS)
#undef XBPF_MAP_OPS

/* array.c: shared by the arrays */
int xbpf_array_check(const union xbpf_attr *attr);
int xbpf_array_next_key(struct xbpf_map *map, const void *key, void *next);

/* ptr_array.c: arrays of objects, by the ops of their type */
int xbpf_ptr_array_check(const union xbpf_attr *attr,
			 const struct xbpf_map_ops *ops);
struct xbpf_map *xbpf_ptr_array_alloc(const union xbpf_attr *attr,
				      const struct xbpf_map_ops *ops);
void xbpf_ptr_array_free(struct xbpf_map *map);
int xbpf_ptr_array_swap(struct xbpf_map *map, const void *key, void *ptr,
			u64 flags, void **old);
void *xbpf_ptr_array_read(struct xbpf_map *map, const void *key);
u64 xbpf_ptr_array_usage(const struct xbpf_map *map);

/* cgroup_storage.c: behind the helper */
void *xbpf_cgroup_storage_value(struct xbpf_map *map);
/* for_each.c: of the arrays, of the hash tables */
long xbpf_array_for_each(struct xbpf_map *map, const struct xbpf_callback *cb,
			 u64 ctx);
long xbpf_htab_for_each(struct xbpf_map *map, const struct xbpf_callback *cb,
			u64 ctx);

/* ringbuf.c: behind the helpers */
void *xbpf_ringbuf_reserve(struct xbpf_map *map, u64 size);
void xbpf_ringbuf_commit(void *sample, u64 flags, u32 discard);
long xbpf_ringbuf_output(struct xbpf_map *map, const void *data, u64 size,
			 u64 flags);
u64 xbpf_ringbuf_query(struct xbpf_map *map, u64 what);

/* The key of an array. Programs may have it at any address. */
static inline u32 xbpf_key_index(const void *key)
{
	u32 index;

	memcpy(&index, key, sizeof(index));
	return index;
}

#endif
