/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hash table behind all hash maps. A bucket is one cache line: eight one-byte
 * tags that are compared as one word, the numbers of eight elements, their ages,
 * and the head of a list for what does not fit.
 *
 * Readers take no lock. An element is filled before its number is stored, its
 * number before its tag; its key does not change before all readers are gone, or
 * else its generation tells.
 */
#ifndef XBPF_HTAB_H
#define XBPF_HTAB_H

#include "maps/maps.h"

#define XBPF_BUCKET_SLOTS	8

/**
 * struct xbpf_bucket - all fields are written under @lock, but for @age
 * @tags: one byte a slot, 0: free
 * @slot: element numbers
 * @age: epoch of the last use; by readers, without a lock; LRU only
 * @overflow: first element of a list linked by ->chain
 */
struct xbpf_bucket {
	u64 tags;
	u32 slot[XBPF_BUCKET_SLOTS];
	u8 age[XBPF_BUCKET_SLOTS];
	u32 overflow;
	raw_spinlock_t lock;
} ____cacheline_aligned;

enum xbpf_htab_flags {
	XBPF_HTAB_LRU		= 1 << 0,
	XBPF_HTAB_PERCPU	= 1 << 1,
	XBPF_HTAB_WORD		= 1 << 2,	/* values are written in place */
};

/**
 * struct xbpf_htab - a hash map of any kind
 * @nr_buckets: fixed
 * @flags: enum xbpf_htab_flags
 * @value_off: of the value, or the pointer to it, in an element's data
 * @epoch: of LRU maps: what a use stores as age; advances as elements come
 * @epoch_shift: inserts per epoch, as a power of 2
 * @count: elements in the table
 * @hand: of LRU maps: inserts so far, and so where to look for the next victim
 */
struct xbpf_htab {
	struct xbpf_map map;
	struct xbpf_bucket *buckets;
	u64 seed;
	u32 nr_buckets;
	u32 value_off;
	u8 flags;
	u8 epoch;
	u8 epoch_shift;
	struct xbpf_pool pool;
	atomic_t count ____cacheline_aligned;
	atomic_t hand;
};

/**
 * struct xbpf_htab_pos - where an element is; valid under the bucket's lock
 * @idx: its number, 0: not found
 * @slot: in the bucket, -1: in the overflow list
 * @link: of the list, what leads to it
 */
struct xbpf_htab_pos {
	u32 idx;
	int slot;
	u32 *link;
	struct xbpf_elem *e;
};

static inline struct xbpf_htab *xbpf_htab_of(const struct xbpf_map *map)
{
	return container_of(map, struct xbpf_htab, map);
}

static __always_inline void *xbpf_htab_value(const struct xbpf_htab *h,
					     struct xbpf_elem *e)
{
	return e->data + h->value_off;
}

static inline void __percpu *xbpf_htab_pptr(const struct xbpf_htab *h,
					    struct xbpf_elem *e)
{
	return *(void __percpu **)(e->data + h->value_off);
}

static __always_inline struct xbpf_bucket *
xbpf_htab_bucket(const struct xbpf_htab *h, u32 hash)
{
	return &h->buckets[(u64)hash * h->nr_buckets >> 32];
}

/* ---- htab.c ---- */

int xbpf_htab_check(const union xbpf_attr *attr, u32 flags);
struct xbpf_map *xbpf_htab_alloc(const union xbpf_attr *attr,
				 const struct xbpf_map_ops *ops, u32 flags);
void xbpf_htab_free(struct xbpf_map *map);
void xbpf_htab_prepare(struct xbpf_map *map);
int xbpf_htab_next_key(struct xbpf_map *map, const void *key, void *next);
u64 xbpf_htab_usage(const struct xbpf_map *map);

/* The element of @key or NULL; lock-free. */
struct xbpf_elem *xbpf_htab_find(struct xbpf_htab *h, const void *key);
/* The same, and it counts as a use of an LRU map's element. */
struct xbpf_elem *xbpf_htab_find_use(struct xbpf_htab *h, const void *key);

/* ---- htab_write.c ---- */

/* Who writes a value, and so which CPUs' values. */
enum xbpf_htab_writer {
	XBPF_HTAB_PLAIN,
	XBPF_HTAB_THIS_CPU,
	XBPF_HTAB_USER,		/* all CPUs', or as the flags say */
};

long xbpf_htab_update(struct xbpf_htab *h, const void *key, const void *value,
		      u64 flags, enum xbpf_htab_writer writer);
/* Unlinks @key; its value as user space sees it goes to @value, unless NULL. */
long xbpf_htab_remove(struct xbpf_htab *h, const void *key, void *value,
		      u64 flags);
void xbpf_htab_unlink(struct xbpf_htab *h, struct xbpf_bucket *b,
		      const struct xbpf_htab_pos *pos);
/* What was unlinked is used again when its readers are gone. */
void xbpf_htab_retire(struct xbpf_htab *h, u32 idx);
void xbpf_htab_release_all(struct xbpf_map *map, u32 kinds);
void xbpf_htab_copy_value(const struct xbpf_htab *h, struct xbpf_elem *e,
			  void *value, u64 flags);

/* ---- htab_batch.c ---- */

int xbpf_htab_bucket_copy(struct xbpf_map *map, u32 bucket, void *keys,
			  void *values, u32 room, u32 *nr, int take);

/* ---- lru.c ---- */

/* One more element comes; time passes. */
void xbpf_lru_count_insert(struct xbpf_htab *h);
/* Takes one element out of the table; the lock of @held is held by the caller.
 * 0 if none could be taken now. */
int xbpf_lru_evict(struct xbpf_htab *h, struct xbpf_bucket *held);
/* The same for who holds no lock. */
void xbpf_lru_give_up(struct xbpf_htab *h);

/* ---- hashing: htab.c, and for inlining ---- */

u32 xbpf_htab_hash_bytes(const void *key, u32 size, u64 seed);

static __always_inline u64 xbpf_hash_fold(u64 a, u64 b)
{
	unsigned __int128 p = (unsigned __int128)a * b;

	return (u64)p ^ (u64)(p >> 64);
}

static __always_inline u32 xbpf_hash_word(u64 word, u64 seed)
{
	u64 h = xbpf_hash_fold(word ^ seed, 0x9e3779b97f4a7c15ULL);

	return h ^ h >> 32;
}

static __always_inline u32 xbpf_htab_hash(const void *key, u32 size, u64 seed)
{
	u64 word;
	u32 half;

	if (size == 4) {
		memcpy(&half, key, 4);
		return xbpf_hash_word(half, seed);
	}
	if (size == 8) {
		memcpy(&word, key, 8);
		return xbpf_hash_word(word, seed);
	}
	return xbpf_htab_hash_bytes(key, size, seed);
}

/* ---- comparing keys; @size is a constant where it matters ---- */

int xbpf_htab_key_equal_bytes(const void *a, const void *b, u32 size);

static __always_inline int xbpf_htab_key_equal(const void *a, const void *b,
					       u32 size)
{
	u64 wa, wb;
	u32 ha, hb;

	if (size == 4) {
		memcpy(&ha, a, 4);
		memcpy(&hb, b, 4);
		return ha == hb;
	}
	if (size == 8) {
		memcpy(&wa, a, 8);
		memcpy(&wb, b, 8);
		return wa == wb;
	}
	return xbpf_htab_key_equal_bytes(a, b, size);
}

/* ---- tags ---- */

#define XBPF_TAG_ONES	0x0101010101010101ULL
#define XBPF_TAG_TOPS	0x8080808080808080ULL

static __always_inline u8 xbpf_htab_tag(u32 hash)
{
	return (u8)hash ?: 1;
}

/* Top bit of each byte that may be equal; never misses one. */
static __always_inline u64 xbpf_tags_match(u64 tags, u8 tag)
{
	u64 x = tags ^ tag * XBPF_TAG_ONES;

	return (x - XBPF_TAG_ONES) & ~x & XBPF_TAG_TOPS;
}

#endif
