// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match: keys are a length in bits and that many bits.
 *
 * A binary trie with path compression. Each node has a prefix that extends its
 * parent's; glue nodes hold no value, they only part two others. Writers hold the
 * map's lock; readers take none. A node that leaves the trie keeps its children
 * until its readers are gone, or else its generation tells.
 */
#include "maps/maps.h"

#define DATA_MAX	256
#define BITS_OF(bytes)	((bytes) * 8)
#define READ_TRIES	16

/*
 * struct lpm - a trie
 * @root: number of a node, 0: none
 * @count: nodes with a value
 * @bits: longest prefix
 * @value_off: of the value, from the start of the node
 */
struct lpm {
	struct xbpf_map map;
	u32 root;
	u32 count;
	u32 bits;
	u32 value_off;
	raw_spinlock_t lock;
	struct xbpf_pool pool;
};

/*
 * struct node - in an element's data; all but @glue and @child are constant
 * while readers may see it
 */
struct node {
	u32 prefixlen;
	u32 glue;
	u32 child[2];
	u8 bytes[];
};

/* As user space and programs have it. */
struct prefix {
	u32 prefixlen;
	u8 bytes[];
};

static struct lpm *lpm_of(const struct xbpf_map *map)
{
	return container_of(map, struct lpm, map);
}

static struct node *node_at(const struct lpm *t, u32 idx)
{
	return (struct node *)xbpf_pool_elem(&t->pool, idx)->data;
}

static void *value_of(const struct lpm *t, struct node *n)
{
	return (u8 *)n + t->value_off;
}

static u32 bit_of(const u8 *bytes, u32 bit)
{
	return bytes[bit / 8] >> (7 - bit % 8) & 1;
}

/* Bits in which the two agree from the start, at most @max. */
static u32 common_bits(const u8 *a, const u8 *b, u32 max)
{
	u32 i, same;

	for (i = 0; BITS_OF(i) < max; i++) {
		if (a[i] == b[i])
			continue;
		same = BITS_OF(i) + 8 - fls(a[i] ^ b[i]);
		return min(same, max);
	}
	return max;
}

static u32 match(const struct node *n, const struct prefix *key)
{
	return common_bits(n->bytes, key->bytes,
			   min(n->prefixlen, key->prefixlen));
}

/* ---- readers ---- */

struct found {
	struct xbpf_elem *elem;
	u16 gen;
};

/* One way down; 0 when a node was used again meanwhile. */
static int descend(const struct lpm *t, const struct prefix *key,
		   struct found *best)
{
	u32 idx = smp_load_acquire(&t->root), steps;
	struct xbpf_elem *e;
	struct node *n;
	u32 same, next;
	u16 gen;

	best->elem = NULL;
	for (steps = 0; idx && steps <= t->bits; steps++) {
		e = xbpf_pool_elem(&t->pool, idx);
		gen = xbpf_elem_read_begin(e);
		n = (struct node *)e->data;
		/* A node in its next life may say anything: stay in bounds. */
		if (READ_ONCE(n->prefixlen) > t->bits)
			return 0;
		same = match(n, key);
		next = same < n->prefixlen || same == t->bits ? 0 :
			smp_load_acquire(&n->child[bit_of(key->bytes,
							  n->prefixlen)]);
		if (same == n->prefixlen && !READ_ONCE(n->glue))
			*best = (struct found){ e, gen };
		if (xbpf_elem_read_retry(e, gen))
			return 0;
		idx = next;
	}
	return 1;
}

static void *lpm_lookup(struct xbpf_map *map, const void *arg)
{
	struct lpm *t = lpm_of(map);
	const struct prefix *key = arg;
	struct found best;
	int tries;

	if (key->prefixlen > t->bits)
		return NULL;
	for (tries = 0; tries < READ_TRIES; tries++) {
		if (!descend(t, key, &best))
			continue;
		if (!best.elem)
			return NULL;
		if (!xbpf_elem_read_retry(best.elem, best.gen))
			return value_of(t, (struct node *)best.elem->data);
	}
	return NULL;
}

/* ---- writers ---- */

/* A node of our own, with a prefix but nothing else; 0 without memory. */
static u32 node_new(struct lpm *t, const u8 *bytes, u32 prefixlen)
{
	u32 idx = xbpf_pool_get(&t->pool);
	struct node *n;

	if (!idx)
		return 0;
	n = node_at(t, idx);
	memset(n, 0, sizeof(*n));
	n->prefixlen = prefixlen;
	memcpy(n->bytes, bytes, t->bits / 8);
	return idx;
}

static void node_publish(struct lpm *t, u32 *link, u32 idx)
{
	xbpf_elem_publish(xbpf_pool_elem(&t->pool, idx));
	smp_store_release(link, idx);
}

/*
 * struct place - where a key belongs
 * @link: what leads to @idx
 * @idx: the first node on the way that does not lead further, 0: the end
 * @same: bits that it and the key have in common
 * @parent: of @idx, with what leads to it
 */
struct place {
	u32 *link;
	u32 idx;
	u32 same;
	u32 parent;
	u32 *parent_link;
};

static struct place find_place(struct lpm *t, const struct prefix *key)
{
	struct place p = { .link = &t->root };
	struct node *n;

	while ((p.idx = *p.link)) {
		n = node_at(t, p.idx);
		p.same = match(n, key);
		if (p.same != n->prefixlen || n->prefixlen == key->prefixlen)
			break;
		p.parent = p.idx;
		p.parent_link = p.link;
		p.link = &n->child[bit_of(key->bytes, n->prefixlen)];
	}
	return p;
}

static int is_exact(const struct lpm *t, const struct place *p,
		    const struct prefix *key)
{
	const struct node *n;

	if (!p->idx)
		return 0;
	n = node_at(t, p->idx);
	return n->prefixlen == key->prefixlen && p->same == key->prefixlen &&
	       !n->glue;
}

static int check_update(const struct lpm *t, const struct place *p,
			const struct prefix *key, u64 flags)
{
	int exact = is_exact(t, p, key);

	if (exact && flags == XBPF_NOEXIST)
		return -EEXIST;
	if (!exact && flags == XBPF_EXIST)
		return -ENOENT;
	return !exact && t->count >= t->map.max_entries ? -ENOSPC : 0;
}

/* @idx and the node at @p become children of a new node without a value. */
static int link_glue(struct lpm *t, const struct place *p, u32 idx)
{
	struct node *old = node_at(t, p->idx), *n = node_at(t, idx), *glue;
	u32 at = node_new(t, n->bytes, p->same), right;

	if (!at)
		return -ENOMEM;
	glue = node_at(t, at);
	glue->glue = 1;
	right = bit_of(n->bytes, p->same);
	glue->child[right] = idx;
	glue->child[!right] = p->idx;
	WARN_ON_ONCE(bit_of(old->bytes, p->same) == right);
	xbpf_elem_publish(xbpf_pool_elem(&t->pool, idx));
	node_publish(t, p->link, at);
	return 0;
}

/* Puts the new node @idx where its key belongs. */
static int link_node(struct lpm *t, const struct place *p, u32 idx)
{
	struct node *n = node_at(t, idx), *old;

	if (!p->idx) {
		node_publish(t, p->link, idx);
		return 0;
	}
	old = node_at(t, p->idx);
	if (p->same == old->prefixlen) {	/* and of the key: instead of it */
		memcpy(n->child, old->child, sizeof(n->child));
		node_publish(t, p->link, idx);
		xbpf_pool_retire(&t->pool, p->idx);
		return 0;
	}
	if (p->same < n->prefixlen)
		return link_glue(t, p, idx);
	n->child[bit_of(old->bytes, p->same)] = p->idx;
	node_publish(t, p->link, idx);
	return 0;
}

static int update_locked(struct lpm *t, const struct prefix *key,
			 const void *value, u64 flags)
{
	struct place p = find_place(t, key);
	int exact = is_exact(t, &p, key), err;
	u32 idx;

	err = check_update(t, &p, key, flags);
	if (err)
		return err;
	idx = node_new(t, key->bytes, key->prefixlen);
	if (!idx)
		return -ENOMEM;
	memcpy(value_of(t, node_at(t, idx)), value, t->map.value_size);
	err = link_node(t, &p, idx);
	if (err)
		xbpf_pool_put(&t->pool, idx);
	else
		t->count += !exact;
	return err;
}

static long lpm_update(struct xbpf_map *map, const void *key, const void *value,
		       u64 flags)
{
	struct lpm *t = lpm_of(map);
	unsigned long irq;
	int err;

	if (flags > XBPF_EXIST ||
	    ((const struct prefix *)key)->prefixlen > t->bits)
		return -EINVAL;
	if (!xbpf_map_lock(&t->lock, &irq))
		return xbpf_map_count_failure(map, -EBUSY);
	err = update_locked(t, key, value, flags);
	raw_spin_unlock_irqrestore(&t->lock, irq);
	return xbpf_map_count_failure(map, err);
}

/* The node at @p, which has a child at most, goes; so does glue that is left over. */
static void unlink_node(struct lpm *t, const struct place *p)
{
	struct node *n = node_at(t, p->idx), *parent;
	u32 child = n->child[0] ?: n->child[1];

	parent = p->parent ? node_at(t, p->parent) : NULL;
	if (!child && parent && parent->glue) {
		child = parent->child[p->link == &parent->child[0]];
		smp_store_release(p->parent_link, child);
		xbpf_pool_retire(&t->pool, p->parent);
	} else {
		smp_store_release(p->link, child);
	}
	xbpf_pool_retire(&t->pool, p->idx);
}

static int remove_locked(struct lpm *t, const struct prefix *key)
{
	struct place p = find_place(t, key);
	struct node *n;

	if (!is_exact(t, &p, key))
		return -ENOENT;
	n = node_at(t, p.idx);
	t->count--;
	if (n->child[0] && n->child[1])
		WRITE_ONCE(n->glue, 1);
	else
		unlink_node(t, &p);
	return 0;
}

static long lpm_remove(struct xbpf_map *map, const void *key)
{
	struct lpm *t = lpm_of(map);
	unsigned long irq;
	int err;

	if (((const struct prefix *)key)->prefixlen > t->bits)
		return -EINVAL;
	if (!xbpf_map_lock(&t->lock, &irq))
		return xbpf_map_count_failure(map, -EBUSY);
	err = remove_locked(t, key);
	raw_spin_unlock_irqrestore(&t->lock, irq);
	return err;
}

/* ---- iteration: children before their parent, so the longest first ---- */

/* The nodes from the root to a leaf, the innermost last. */
struct way {
	u32 nr;
	u32 max;
	u32 *idx;
};

static void to_leaf(const struct lpm *t, struct way *w, u32 idx)
{
	const struct node *n;

	while (idx && w->nr < w->max) {
		w->idx[w->nr++] = idx;
		n = node_at(t, idx);
		idx = n->child[0] ?: n->child[1];
	}
}

/* Goes to the node of @key; 0 if there is none. */
static int to_key(const struct lpm *t, struct way *w, const struct prefix *key)
{
	const struct node *n;
	u32 idx = t->root;

	while (idx && w->nr < w->max) {
		n = node_at(t, idx);
		w->idx[w->nr++] = idx;
		if (match(n, key) != n->prefixlen)
			return 0;
		if (n->prefixlen == key->prefixlen)
			return !n->glue;
		idx = n->child[bit_of(key->bytes, n->prefixlen)];
	}
	return 0;
}

/* From a node to the one that comes after it. */
static void to_next(const struct lpm *t, struct way *w)
{
	u32 idx = w->idx[--w->nr];
	const struct node *parent;

	if (!w->nr)
		return;
	parent = node_at(t, w->idx[w->nr - 1]);
	if (parent->child[0] == idx && parent->child[1])
		to_leaf(t, w, parent->child[1]);
}

static int next_locked(const struct lpm *t, struct way *w,
		       const struct prefix *key, struct prefix *next)
{
	const struct node *n;

	if (key && key->prefixlen <= t->bits && to_key(t, w, key)) {
		to_next(t, w);
	} else {
		w->nr = 0;
		to_leaf(t, w, t->root);
	}
	while (w->nr && node_at(t, w->idx[w->nr - 1])->glue)
		to_next(t, w);
	if (!w->nr)
		return -ENOENT;
	n = node_at(t, w->idx[w->nr - 1]);
	next->prefixlen = n->prefixlen;
	memcpy(next->bytes, n->bytes, t->bits / 8);
	return 0;
}

/* Only for user space; the lock keeps the trie as it is. */
static int lpm_next_key(struct xbpf_map *map, const void *key, void *next)
{
	struct lpm *t = lpm_of(map);
	struct way w = { .max = t->bits + 1 };
	unsigned long irq;
	int err;

	w.idx = kmalloc_array(w.max, sizeof(*w.idx), GFP_ATOMIC | __GFP_NOWARN);
	if (!w.idx)
		return -ENOMEM;
	raw_spin_lock_irqsave(&t->lock, irq);
	err = next_locked(t, &w, key, next);
	raw_spin_unlock_irqrestore(&t->lock, irq);
	kfree(w.idx);
	return err;
}

/* ---- life ---- */

static int lpm_check(const union xbpf_attr *attr)
{
	const u32 head = sizeof(struct prefix);

	if (!attr->max_entries || !(attr->map_flags & XBPF_F_NO_PREALLOC) ||
	    xbpf_map_check_flags(attr, xbpf_lpm_trie_ops.flags))
		return -EINVAL;
	if (attr->key_size <= head || attr->key_size > head + DATA_MAX)
		return -EINVAL;
	if (!attr->value_size || attr->value_size > KMALLOC_MAX_SIZE -
	    DATA_MAX - sizeof(struct node) - sizeof(struct xbpf_elem))
		return -EINVAL;
	return 0;
}

static struct xbpf_map *lpm_alloc(const union xbpf_attr *attr)
{
	u32 bytes = attr->key_size - sizeof(struct prefix);
	struct xbpf_pool_spec spec = {
		/* For each value there may be a node without one. */
		.capacity = min(2ULL * attr->max_entries, 1ULL << 31),
		.node = xbpf_map_attr_node(attr),
	};
	struct lpm *t;
	int err;

	t = kvzalloc_node(sizeof(*t), XBPF_GFP, xbpf_map_attr_node(attr));
	if (!t)
		return ERR_PTR(-ENOMEM);
	xbpf_map_init(&t->map, attr, &xbpf_lpm_trie_ops);
	raw_spin_lock_init(&t->lock);
	t->bits = BITS_OF(bytes);
	t->value_off = round_up(sizeof(struct node) + bytes, 8);
	spec.elem_size = (u64)t->value_off + attr->value_size;
	err = xbpf_pool_init(&t->pool, &spec);
	if (!err)
		return &t->map;
	kvfree(t);
	return ERR_PTR(err);
}

static void lpm_free(struct xbpf_map *map)
{
	struct lpm *t = lpm_of(map);

	xbpf_pool_destroy(&t->pool);
	kvfree(t);
}

static void lpm_prepare(struct xbpf_map *map)
{
	xbpf_pool_prepare(&lpm_of(map)->pool);
}

static u64 lpm_usage(const struct xbpf_map *map)
{
	return sizeof(struct lpm) + xbpf_pool_usage(&lpm_of(map)->pool);
}

const struct xbpf_map_ops xbpf_lpm_trie_ops = {
	.name = "lpm_trie",
	.flags = XBPF_F_NO_PREALLOC | XBPF_F_NUMA_NODE | XBPF_ACCESS_FLAGS,
	.alloc_check = lpm_check,
	.alloc = lpm_alloc,
	.free = lpm_free,
	.lookup = lpm_lookup,
	.update = lpm_update,
	.prepare = lpm_prepare,
	.remove = lpm_remove,
	.get_next_key = lpm_next_key,
	.mem_usage = lpm_usage,
};
