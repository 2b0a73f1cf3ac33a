// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash table: life, look-up, iteration. Writers are in htab_write.c.
 *
 * Knows no flags of updates and nothing of which element an LRU map gives up.
 */
#include "maps/htab.h"

/* Elements a bucket holds on average when the map is full. */
#define BUCKET_LOAD	4
/* Preallocated maps begin with this much, the rest follows as they fill. */
#define EAGER_BYTES	(4UL << 20)
/* A reader that met recycled elements this often gives up: the key is not there. */
#define FIND_TRIES	64

/* ---- hashing and comparing keys of any size ---- */

static u64 load_word(const void *p)
{
	u64 word;

	memcpy(&word, p, 8);
	return word;
}

/* The last @size < 8 bytes of a key. */
static u64 load_tail(const u8 *p, u32 size)
{
	u64 word = 0;

	memcpy(&word, p, size);
	return word;
}

u32 xbpf_htab_hash_bytes(const void *key, u32 size, u64 seed)
{
	u64 h = seed ^ size * 0xd6e8feb86659fd93ULL;
	const u8 *p = key;
	u64 a, b;

	for (; size >= 16; size -= 16, p += 16)
		h = xbpf_hash_fold(load_word(p) ^ h,
				   load_word(p + 8) ^ 0xa0761d6478bd642fULL);
	if (size >= 8) {
		a = load_word(p);
		b = load_tail(p + 8, size - 8);
	} else {
		a = load_tail(p, size);
		b = 0;
	}
	h = xbpf_hash_fold(a ^ h, b ^ 0xe7037ed1a0b428dbULL);
	return xbpf_hash_word(h, seed);
}

int xbpf_htab_key_equal_bytes(const void *a, const void *b, u32 size)
{
	const u8 *pa = a, *pb = b;

	for (; size >= 8; size -= 8, pa += 8, pb += 8)
		if (load_word(pa) != load_word(pb))
			return 0;
	return !size || load_tail(pa, size) == load_tail(pb, size);
}

/* ---- look-up ---- */

enum match {
	MATCH_NO,
	MATCH_YES,
	MATCH_RETRY,	/* read while the element was rewritten */
};

static __always_inline enum match match_elem(const struct xbpf_elem *e,
					     const void *key, u32 size,
					     u32 *chain)
{
	u16 gen = xbpf_elem_read_begin(e);
	int equal = xbpf_htab_key_equal(e->data, key, size);

	if (chain)
		*chain = smp_load_acquire(&e->chain);
	if (xbpf_elem_read_retry(e, gen))
		return MATCH_RETRY;
	return equal ? MATCH_YES : MATCH_NO;
}

/* One pass over the bucket: MATCH_RETRY means that nothing is known. */
static noinline enum match find_overflow(struct xbpf_htab *h,
					 const struct xbpf_bucket *b,
					 const void *key,
					 struct xbpf_elem **found)
{
	u32 idx = smp_load_acquire(&b->overflow), next;
	struct xbpf_elem *e;
	enum match m;

	for (; idx; idx = next) {
		e = xbpf_pool_elem(&h->pool, idx);
		m = match_elem(e, key, h->map.key_size, &next);
		if (m == MATCH_NO)
			continue;
		*found = e;
		return m;
	}
	return MATCH_NO;
}

static __always_inline void use_slot(struct xbpf_htab *h, struct xbpf_bucket *b,
				     int slot)
{
	u8 epoch = READ_ONCE(h->epoch);

	if (READ_ONCE(b->age[slot]) != epoch)
		WRITE_ONCE(b->age[slot], epoch);
}

static __always_inline enum match find_slot(struct xbpf_htab *h,
					    struct xbpf_bucket *b,
					    const void *key, u32 size, u8 tag,
					    int use, struct xbpf_elem **found)
{
	u64 m = xbpf_tags_match(smp_load_acquire(&b->tags), tag);
	struct xbpf_elem *e;
	enum match match;
	u32 idx;
	int slot;

	for (; m; m &= m - 1) {
		slot = __ffs64(m) >> 3;
		idx = smp_load_acquire(&b->slot[slot]);
		if (!idx)
			continue;
		e = xbpf_pool_elem(&h->pool, idx);
		match = match_elem(e, key, size, NULL);
		if (match == MATCH_NO)
			continue;
		if (use)
			use_slot(h, b, slot);
		*found = e;
		return match;
	}
	return MATCH_NO;
}

static __always_inline struct xbpf_elem *
find_sized(struct xbpf_htab *h, const void *key, u32 size, int use)
{
	u32 hash = xbpf_htab_hash(key, size, h->seed);
	struct xbpf_bucket *b = xbpf_htab_bucket(h, hash);
	struct xbpf_elem *e = NULL;
	int tries = FIND_TRIES;
	enum match m;

	do {
		m = find_slot(h, b, key, size, xbpf_htab_tag(hash), use, &e);
		if (likely(m == MATCH_YES))
			return e;
		if (m == MATCH_NO && !smp_load_acquire(&b->overflow))
			return NULL;
		if (m == MATCH_NO)
			m = find_overflow(h, b, key, &e);
		if (m == MATCH_YES) {
			if (use)
				WRITE_ONCE(e->age, READ_ONCE(h->epoch));
			return e;
		}
	} while (m == MATCH_RETRY && --tries);
	return NULL;
}

static __always_inline struct xbpf_elem *find(struct xbpf_htab *h,
					      const void *key, int use)
{
	u32 size = h->map.key_size;

	if (size == 4)
		return find_sized(h, key, 4, use);
	if (size == 8)
		return find_sized(h, key, 8, use);
	return find_sized(h, key, size, use);
}

struct xbpf_elem *xbpf_htab_find(struct xbpf_htab *h, const void *key)
{
	return find(h, key, 0);
}

struct xbpf_elem *xbpf_htab_find_use(struct xbpf_htab *h, const void *key)
{
	return find(h, key, 1);
}

/* ---- iteration: slots, then the overflow list, bucket by bucket ---- */

/* Copies the key unless the element is being rewritten. */
static int copy_key(struct xbpf_htab *h, u32 idx, void *next)
{
	struct xbpf_elem *e = xbpf_pool_elem(&h->pool, idx);
	u16 gen = xbpf_elem_read_begin(e);

	memcpy(next, e->data, h->map.key_size);
	return !xbpf_elem_read_retry(e, gen);
}

static int first_from_chain(struct xbpf_htab *h, u32 idx, void *next)
{
	for (; idx;
	     idx = smp_load_acquire(&xbpf_pool_elem(&h->pool, idx)->chain))
		if (copy_key(h, idx, next))
			return 1;
	return 0;
}

static int first_from_slot(struct xbpf_htab *h, const struct xbpf_bucket *b,
			   int slot, void *next)
{
	u32 idx;

	for (; slot < XBPF_BUCKET_SLOTS; slot++) {
		idx = smp_load_acquire(&b->slot[slot]);
		if (idx && copy_key(h, idx, next))
			return 1;
	}
	return first_from_chain(h, smp_load_acquire(&b->overflow), next);
}

static int first_from_bucket(struct xbpf_htab *h, u32 nr, void *next)
{
	const struct xbpf_bucket *b;

	for (; nr < h->nr_buckets; nr++) {
		b = &h->buckets[nr];
		if ((READ_ONCE(b->tags) || smp_load_acquire(&b->overflow)) &&
		    first_from_slot(h, b, 0, next))
			return 0;
	}
	return -ENOENT;
}

static int slot_of(const struct xbpf_htab *h, const struct xbpf_bucket *b,
		   const struct xbpf_elem *e)
{
	int slot;
	u32 idx;

	for (slot = 0; slot < XBPF_BUCKET_SLOTS; slot++) {
		idx = smp_load_acquire(&b->slot[slot]);
		if (idx && xbpf_pool_elem(&h->pool, idx) == e)
			return slot;
	}
	return -1;
}

int xbpf_htab_next_key(struct xbpf_map *map, const void *key, void *next)
{
	struct xbpf_htab *h = xbpf_htab_of(map);
	struct xbpf_bucket *b;
	struct xbpf_elem *e;
	int slot;

	e = key ? xbpf_htab_find(h, key) : NULL;
	if (!e)
		return first_from_bucket(h, 0, next);
	b = xbpf_htab_bucket(h, xbpf_htab_hash(key, map->key_size, h->seed));
	slot = slot_of(h, b, e);
	if (slot >= 0 ? first_from_slot(h, b, slot + 1, next) :
			first_from_chain(h, smp_load_acquire(&e->chain), next))
		return 0;
	return first_from_bucket(h, b - h->buckets + 1, next);
}

/* ---- life ---- */

int xbpf_htab_check(const union xbpf_attr *attr, u32 flags)
{
	u32 known = XBPF_F_NO_PREALLOC | XBPF_F_NO_COMMON_LRU |
		    XBPF_F_NUMA_NODE | XBPF_F_ZERO_SEED | XBPF_ACCESS_FLAGS;
	int lru = flags & XBPF_HTAB_LRU, percpu = flags & XBPF_HTAB_PERCPU;
	int own_lists = attr->map_flags & XBPF_F_NO_COMMON_LRU;

	if (xbpf_map_check_flags(attr, known) || (!lru && own_lists))
		return -EINVAL;
	if (lru && attr->map_flags & XBPF_F_NO_PREALLOC)
		return -ENOTSUPP;
	if (attr->map_flags & XBPF_F_NUMA_NODE && (percpu || own_lists) &&
	    xbpf_map_attr_node(attr) != NUMA_NO_NODE)
		return -EINVAL;
	if (!attr->max_entries || !attr->key_size || !attr->value_size)
		return -EINVAL;
	if ((u64)attr->key_size + attr->value_size >=
	    KMALLOC_MAX_SIZE - sizeof(struct xbpf_elem))
		return -E2BIG;
	if (percpu && round_up((u64)attr->value_size, 8) > XBPF_PERCPU_VALUE_MAX)
		return -E2BIG;
	return attr->max_entries > 1U << 31 ? -E2BIG : 0;
}

static int alloc_buckets(struct xbpf_htab *h)
{
	u32 i;

	h->nr_buckets = DIV_ROUND_UP(h->map.max_entries, BUCKET_LOAD);
	h->buckets = kvmalloc_node(array_size(h->nr_buckets,
					      sizeof(*h->buckets)),
				   XBPF_GFP | __GFP_ZERO, h->map.numa_node);
	if (!h->buckets)
		return -ENOMEM;
	for (i = 0; i < h->nr_buckets; i++) {
		raw_spin_lock_init(&h->buckets[i].lock);
		if (!(i % 65536))
			cond_resched();
	}
	return 0;
}

static int alloc_pool(struct xbpf_htab *h)
{
	int percpu = h->flags & XBPF_HTAB_PERCPU;
	struct xbpf_pool_spec spec = {
		.elem_size = (u64)h->value_off +
			     (percpu ? sizeof(void *) : h->map.value_size),
		.percpu_size = percpu ? h->map.value_size : 0,
		.percpu_off = h->value_off,
		.capacity = h->map.max_entries,
		.eager = h->map.map_flags & XBPF_F_NO_PREALLOC ? 0 : EAGER_BYTES,
		.node = h->map.numa_node,
	};

	return xbpf_pool_init(&h->pool, &spec);
}

/* Each CPU's own list would get the same share. */
static void round_entries(struct xbpf_map *map)
{
	u32 cpus = num_possible_cpus();
	u64 n = roundup((u64)map->max_entries, cpus);

	if (!(map->map_flags & XBPF_F_NO_COMMON_LRU))
		return;
	map->max_entries = n > U32_MAX ? rounddown(map->max_entries, cpus) : n;
}

static void init_sizes(struct xbpf_htab *h, u32 flags)
{
	struct xbpf_map *map = &h->map;

	round_entries(map);
	h->flags = flags;
	if (!(flags & XBPF_HTAB_PERCPU) && xbpf_value_is_word(map->value_size))
		h->flags |= XBPF_HTAB_WORD;
	h->value_off = round_up(map->key_size, 8);
	h->epoch_shift = max(0, (int)ilog2(map->max_entries) - 5);
	if (!(map->map_flags & XBPF_F_ZERO_SEED))
		h->seed = get_random_u64();
}

struct xbpf_map *xbpf_htab_alloc(const union xbpf_attr *attr,
				 const struct xbpf_map_ops *ops, u32 flags)
{
	struct xbpf_htab *h;

	h = kvzalloc_node(sizeof(*h), XBPF_GFP, xbpf_map_attr_node(attr));
	if (!h)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&h->map, attr, ops);
	init_sizes(h, flags);
	if (alloc_buckets(h))
		goto free_map;
	if (alloc_pool(h))
		goto free_buckets;
	return &h->map;

free_buckets:
	kvfree(h->buckets);
free_map:
	kvfree(h);
	return ERR_PTR(-ENOMEM);
}

void xbpf_htab_free(struct xbpf_map *map)
{
	struct xbpf_htab *h = xbpf_htab_of(map);

	xbpf_pool_destroy(&h->pool);
	kvfree(h->buckets);
	kvfree(h);
}

void xbpf_htab_prepare(struct xbpf_map *map)
{
	xbpf_pool_prepare(&xbpf_htab_of(map)->pool);
}

u64 xbpf_htab_usage(const struct xbpf_map *map)
{
	const struct xbpf_htab *h = xbpf_htab_of(map);

	return sizeof(*h) + (u64)h->nr_buckets * sizeof(*h->buckets) +
	       xbpf_pool_usage(&h->pool);
}
