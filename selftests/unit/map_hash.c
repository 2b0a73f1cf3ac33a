// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash maps against a model: random operations on maps of several shapes, after
 * each of which map and model agree; flags, capacity, iteration, huge maps.
 */
#include "maps/htab.h"
#include "unit/map_test.h"

#define MAX_KEYS	600
#define MAX_KEY		512
#define CPUS		XBPF_HOST_NR_CPUS

static u64 seed = 0x5eed;

struct shape {
	const char *text;
	u32 type, key, value, entries, flags, keys, ops;
	int one_bucket;		/* all keys belong to the same one; no seed */
};

static const struct shape shapes[] = {
	{ "u32 -> u64", HASH, 4, 8, 256, 0, 300, 20000 },
	{ "u64 -> u64", HASH, 8, 8, 256, 0, 300, 20000 },
	{ "u32 -> u32, lazy", HASH, 4, 4, 256, XBPF_F_NO_PREALLOC, 300, 20000 },
	{ "u32 -> 16 bytes", HASH, 4, 16, 256, 0, 300, 20000 },
	{ "1 -> 1 byte", HASH, 1, 1, 100, 0, 200, 20000 },
	{ "3 -> 3 bytes", HASH, 3, 3, 100, 0, 200, 20000 },
	{ "64 -> 100 bytes", HASH, 64, 100, 256, 0, 300, 10000 },
	{ "192 -> 8 bytes", HASH, 192, 8, 256, 0, 300, 10000 },
	{ "512 -> 7720 bytes", HASH, 512, 7720, 50, 0, 60, 3000 },
	{ "one entry", HASH, 4, 8, 1, 0, 4, 3000 },
	{ "crowded: no seed", HASH, 4, 12, 600, XBPF_F_ZERO_SEED, 600, 30000 },
	{ "one bucket: u32 -> u64", HASH, 4, 8, 256, XBPF_F_ZERO_SEED, 40, 20000,
	  1 },
	{ "one bucket: u64 -> 24", HASH, 8, 24, 256, XBPF_F_ZERO_SEED, 40, 20000,
	  1 },
	{ "per CPU: u32 -> u64", PERCPU_HASH, 4, 8, 256, 0, 300, 20000 },
	{ "per CPU: 5 -> 5 bytes", PERCPU_HASH, 5, 5, 256, 0, 300, 10000 },
	{ "per CPU: u64 -> 16400", PERCPU_HASH, 8, 16400, 10, 0, 16, 1000 },
};

/*
 * The model: key number n is in the map with the values of each CPU, or is not.
 */
struct model {
	const struct shape *s;
	struct xbpf_map *map;
	u8 (*keys)[MAX_KEY];
	u8 *present;
	u8 *values;
	u32 count;
	u32 wrong;
	u32 user_size;
	u8 *buf;
};

static u8 *model_value(struct model *m, u32 n, int cpu)
{
	return m->values + ((size_t)n * CPUS + cpu) * m->s->value;
}

static int is_percpu(const struct model *m)
{
	return m->s->type == PERCPU_HASH;
}

static void wrong(struct model *m, const char *what, u32 n)
{
	if (!m->wrong++)
		diag("%s: %s, key %u", m->s->text, what, n);
}

static void random_bytes(u8 *p, u32 size)
{
	while (size--)
		*p++ = chance(&seed) >> 24;
}

/* Counts @n up to the next number whose key is in bucket 0. */
static void next_of_bucket(const struct model *m, u64 *n)
{
	const struct xbpf_htab *h = xbpf_htab_of(m->map);

	do {
		(*n)++;
	} while (xbpf_htab_bucket(h, xbpf_htab_hash(n, m->s->key, 0)) !=
		 h->buckets);
}

static void make_keys(struct model *m)
{
	u64 n = 0;
	u32 i;

	for (i = 0; m->s->one_bucket && i < m->s->keys; i++) {
		next_of_bucket(m, &n);
		memcpy(m->keys[i], &n, sizeof(n));
	}
	if (m->s->one_bucket)
		return;

	for (i = 0; i < m->s->keys; i++) {
		memset(m->keys[i], 'k', MAX_KEY);
		memcpy(m->keys[i], &i, min_t(u32, 4, m->s->key));
		/* Differ at the end only, sometimes. */
		if (m->s->key > 8 && i & 1)
			memcpy(m->keys[i] + m->s->key - 4, &i, 4);
	}
}

/* What an update shall answer. */
static long expect_update(const struct model *m, u32 n, u64 flags)
{
	if (flags > XBPF_EXIST)
		return -EINVAL;
	if (m->present[n])
		return flags == XBPF_NOEXIST ? -EEXIST : 0;
	if (flags == XBPF_EXIST)
		return -ENOENT;
	return m->count < m->s->entries ? 0 : -E2BIG;
}

static void model_update(struct model *m, u32 n, int all)
{
	u32 stride = round_up(m->s->value, 8);
	int cpu;

	for (cpu = 0; cpu < CPUS; cpu++) {
		if (all)
			memcpy(model_value(m, n, cpu), m->buf + cpu * stride,
			       m->s->value);
		else if (cpu == xbpf_host_cpu() || !is_percpu(m))
			memcpy(model_value(m, n, cpu), m->buf, m->s->value);
		else if (!m->present[n])
			memset(model_value(m, n, cpu), 0, m->s->value);
	}
	m->count += !m->present[n];
	m->present[n] = 1;
}

static void do_update(struct model *m, u32 n)
{
	static const u64 flags[] = { 0, 0, 0, XBPF_NOEXIST, XBPF_EXIST, 3, 4 };
	u64 f = flags[chance(&seed) % ARRAY_SIZE(flags)];
	int all = is_percpu(m) && chance(&seed) & 1;
	long want = expect_update(m, n, f), got;

	random_bytes(m->buf, all ? m->user_size : m->s->value);
	rcu_read_lock();
	got = all ? m->map->ops->update_copy(m->map, m->keys[n], m->buf, f) :
		    m->map->ops->update(m->map, m->keys[n], m->buf, f);
	rcu_read_unlock();
	if (got != want)
		wrong(m, "update", n);
	if (!want)
		model_update(m, n, all);
}

static void do_remove(struct model *m, u32 n)
{
	if (map_remove(m->map, m->keys[n]) != (m->present[n] ? 0 : -ENOENT))
		wrong(m, "remove", n);
	m->count -= m->present[n];
	m->present[n] = 0;
}

static void check_user_value(struct model *m, u32 n)
{
	u32 stride = round_up(m->s->value, 8);
	int cpu;

	if (!is_percpu(m)) {
		if (memcmp(m->buf, model_value(m, n, 0), m->s->value))
			wrong(m, "value taken out", n);
		return;
	}
	for (cpu = 0; cpu < CPUS; cpu++)
		if (memcmp(m->buf + cpu * stride, model_value(m, n, cpu),
			   m->s->value))
			wrong(m, "value of a CPU", n);
}

static void do_take(struct model *m, u32 n)
{
	int got;

	rcu_read_lock();
	got = m->map->ops->lookup_and_delete(m->map, m->keys[n], m->buf, 0);
	rcu_read_unlock();
	if (got != (m->present[n] ? 0 : -ENOENT))
		wrong(m, "look-up and removal", n);
	if (m->present[n])
		check_user_value(m, n);
	m->count -= m->present[n];
	m->present[n] = 0;
}

static void do_lookup(struct model *m, u32 n)
{
	void *value;
	int got;

	rcu_read_lock();
	value = m->map->ops->lookup(m->map, m->keys[n]);
	if (!value != !m->present[n])
		wrong(m, "look-up", n);
	else if (value && memcmp(value, model_value(m, n, xbpf_host_cpu()),
				 m->s->value))
		wrong(m, "value", n);
	if (is_percpu(m)) {
		got = m->map->ops->lookup_copy(m->map, m->keys[n], m->buf, 0);
		if (got != (m->present[n] ? 0 : -ENOENT))
			wrong(m, "copying look-up", n);
		else if (!got)
			check_user_value(m, n);
	}
	rcu_read_unlock();
}

static u32 key_number(struct model *m, const u8 *key)
{
	u32 i;

	for (i = 0; i < m->s->keys; i++)
		if (!memcmp(m->keys[i], key, m->s->key))
			return i;
	return U32_MAX;
}

/* Every key once, none that is not there. */
static void check_iteration(struct model *m)
{
	u8 key[MAX_KEY], next[MAX_KEY], seen[MAX_KEYS] = { 0 };
	u32 n, count = 0;
	int err;

	for (err = map_next(m->map, NULL, next); !err;
	     err = map_next(m->map, key, next)) {
		n = key_number(m, next);
		if (n >= m->s->keys || !m->present[n] || seen[n]++)
			wrong(m, "iteration", n);
		if (++count > MAX_KEYS)
			break;
		memcpy(key, next, m->s->key);
	}
	if (err != -ENOENT || count != m->count)
		wrong(m, "number of keys", count);
}

static void do_op(struct model *m)
{
	u32 n = chance(&seed) % m->s->keys;

	xbpf_host_set_cpu(chance(&seed) % CPUS);
	switch (chance(&seed) % 8) {
	case 0 ... 3:
		do_update(m, n);
		break;
	case 4:
		do_remove(m, n);
		break;
	case 5:
		do_take(m, n);
		break;
	default:
		do_lookup(m, n);
	}
}

static void model_init(struct model *m, const struct shape *s)
{
	*m = (struct model){ .s = s };
	m->map = new_map(s->type, s->key, s->value, s->entries, s->flags);
	m->keys = calloc(s->keys, sizeof(*m->keys));
	m->present = calloc(s->keys, 1);
	m->values = calloc((size_t)s->keys * CPUS, s->value);
	m->user_size = xbpf_map_user_value_size(m->map);
	m->buf = malloc(m->user_size);
	make_keys(m);
}

static void model_exit(struct model *m)
{
	xbpf_map_free(m->map);
	free(m->keys);
	free(m->present);
	free(m->values);
	free(m->buf);
}

static void test_shape(const struct shape *s)
{
	long live = xbpf_host_alloc_live();
	struct model m;
	u32 i;

	model_init(&m, s);
	for (i = 0; i < s->ops && !m.wrong; i++) {
		do_op(&m);
		if (i % 1024 == 1023)
			check_iteration(&m);
	}
	check_iteration(&m);
	is(m.wrong, 0, "%s: %u operations as the model", s->text, i);
	model_exit(&m);
	xbpf_host_set_cpu(0);
	is(xbpf_host_alloc_live(), live, "%s: nothing left", s->text);
}

/* Elements that readers may see are not used again, as long as there are others. */
static void test_readers(void)
{
	struct xbpf_map *map = new_map(HASH, 4, 16, 8, 0);
	u64 value[2] = { 1, 1 }, *seen;
	u32 key = 1, other = 2, i;

	map_update(map, &key, value, 0);
	rcu_read_lock();
	seen = map->ops->lookup(map, &key);
	for (i = 0; i < 20000; i++) {
		value[0] = value[1] = i + 2;
		map->ops->update(map, &key, value, 0);
		map->ops->update(map, &other, value, 0);
		map->ops->remove(map, &other);
	}
	ok(seen[0] == 1 && seen[1] == 1, "a reader keeps what it has found");
	seen = map->ops->lookup(map, &key);
	is(seen[0], 20001, "and finds what is new");
	rcu_read_unlock();
	xbpf_map_free(map);
}

/* A key that was removed while iterating leads to the first one. */
static void test_next_of_removed(void)
{
	struct xbpf_map *map = new_map(HASH, 4, 8, 8, 0);
	u32 key, first, next;
	u64 value = 0;

	is(map_next(map, NULL, &next), -ENOENT, "no first key in an empty map");
	key = 1;
	is(map_next(map, &key, &next), -ENOENT, "nor one behind it");
	for (key = 1; key < 5; key++)
		map_update(map, &key, &value, 0);
	map_next(map, NULL, &first);
	map_next(map, &first, &next);
	map_remove(map, &next);
	key = next;
	is(map_next(map, &key, &next), 0, "next of a removed key");
	is(next, first, "is the first");
	xbpf_map_free(map);
}

/* Held by whom the NMI interrupted, a bucket's lock makes an update fail. */
static void test_nmi(void)
{
	struct xbpf_map *map = new_map(HASH, 4, 8, 8, 0);
	struct xbpf_htab *h;
	u32 key = 1, i;
	u64 value = 7;

	xbpf_host_set_nmi(1);
	is(map_update(map, &key, &value, 0), 0, "update in an NMI");
	is(map_remove(map, &key), 0, "removal in an NMI");
	is(atomic64_read(&map->failed), 0, "nothing failed");
	h = xbpf_htab_of(map);
	for (i = 0; i < h->nr_buckets; i++)
		raw_spin_lock(&h->buckets[i].lock);
	is(map_update(map, &key, &value, 0), -EBUSY, "update of who was locked");
	is(map_remove(map, &key), -EBUSY, "removal likewise");
	ok(!map->ops->lookup(map, &key), "look-ups need no lock");
	is(atomic64_read(&map->failed), 2, "failures are counted");
	for (i = 0; i < h->nr_buckets; i++)
		raw_spin_unlock(&h->buckets[i].lock);
	xbpf_host_set_nmi(0);
	is(map_update(map, &key, &value, 0), 0, "and nothing is lost by them");
	xbpf_map_free(map);
}

/* No memory, and a reader that does not end: elements are used again early, but a
 * look-up finds what it was asked for. */
static void test_recycling(void)
{
	struct xbpf_map *map = new_map(HASH, 4, 16, 64, 0);
	u32 i, key, bad = 0, failed = 0;
	u64 value[2], *found;

	xbpf_host_alloc_fail(-1);
	rcu_read_lock();
	for (i = 0; i < 50000; i++) {
		key = chance(&seed) % 64;
		value[0] = value[1] = key;
		failed += !!map->ops->update(map, &key, value, 0);
		key = chance(&seed) % 64;
		found = map->ops->lookup(map, &key);
		bad += found && (found[0] != key || found[1] != key);
		if (i % 3 == 0)
			map->ops->remove(map, &key);
	}
	rcu_read_unlock();
	xbpf_host_alloc_fail(0);
	is(failed, 0, "updates go on without memory");
	is(bad, 0, "and look-ups find the right key");
	ok(atomic_read(&xbpf_htab_of(map)->pool.recycled) > 0,
	   "although elements were used again early");
	xbpf_map_free(map);
}

/* All elements by buckets, copied and then taken. */
static u32 walk_buckets(struct xbpf_map *map, int take, u64 *sum)
{
	u32 keys[64], nr, bucket, count = 0, i;
	u64 values[64];
	int err;

	*sum = 0;
	for (bucket = 0;; bucket++, count += nr) {
		err = map->ops->bucket_copy(map, bucket, keys, values, 64, &nr,
					    take);
		if (err)
			break;
		for (i = 0; i < nr; i++)
			*sum += values[i] == keys[i] * 3ULL ? values[i] : 0;
	}
	is(err, -ENOENT, "buckets end");
	return count;
}

static void test_buckets(void)
{
	struct xbpf_map *map = new_map(HASH, 4, 8, 600, XBPF_F_ZERO_SEED);
	u64 value, sum, want = 0;
	u32 key, next, nr, room = 0;

	for (key = 0; key < 600; key++) {
		value = key * 3;
		want += value;
		map_update(map, &key, &value, 0);
	}
	is(map->ops->bucket_copy(map, 0, &room, &room, 0, &nr, 1), -ENOSPC,
	   "a bucket and no room");
	ok(nr > 0 && nr < 64, "it says how much it wants");
	is(walk_buckets(map, 0, &sum), 600, "copied: all there is");
	is(sum, want, "with its values");
	is(walk_buckets(map, 1, &sum), 600, "taken: all there is");
	is(sum, want, "with its values");
	is(map_next(map, NULL, &next), -ENOENT, "nothing is left");
	is(map_update(map, &key, &value, 0), 0, "there is room again");
	xbpf_map_free(map);
}

static void test_one_cpu(u32 type)
{
	struct xbpf_map *map = new_map(type, 4, 8, 8, 0);
	u64 cpu2 = 2ULL << 32 | XBPF_F_CPU, value = 7, all[CPUS], one;
	const struct xbpf_map_ops *ops = map->ops;
	u32 key = 3;

	is(ops->update_copy(map, &key, &value, cpu2), 0, "%s: one CPU",
	   ops->name);
	ops->lookup_copy(map, &key, all, 0);
	ok(all[2] == 7 && !all[0] && !all[1] && !all[3], "%s: only that one",
	   ops->name);
	is(ops->lookup_copy(map, &key, &one, cpu2), 0, "%s: read it", ops->name);
	is(one, 7, "%s: it is there", ops->name);
	is(ops->update_copy(map, &key, &value, XBPF_F_ALL_CPUS), 0,
	   "%s: one value for all", ops->name);
	ops->lookup_copy(map, &key, all, 0);
	ok(all[0] == 7 && all[3] == 7, "%s: all have it", ops->name);
	is(ops->update_copy(map, &key, &value, cpu2 | XBPF_F_ALL_CPUS), -EINVAL,
	   "%s: not both", ops->name);
	is(ops->update_copy(map, &key, &value, 99ULL << 32 | XBPF_F_CPU), -EINVAL,
	   "%s: no such CPU", ops->name);
	is(ops->update_copy(map, &key, &value, 1ULL << 32), -EINVAL,
	   "%s: a CPU without the flag", ops->name);
	is(ops->update_copy(map, &key, &value, cpu2 | XBPF_NOEXIST), -EEXIST,
	   "%s: other flags count", ops->name);
	xbpf_map_free(map);
}

static void test_full(void)
{
	struct xbpf_map *map = new_map(HASH, 4, 16, 1000, 0);
	u64 value[2] = { 0 };
	u32 key, failed = 0;

	for (key = 0; key < 1000; key++)
		failed += !!map_update(map, &key, value, 0);
	is(failed, 0, "a map holds what it was made for");
	is(map_update(map, &key, value, 0), -E2BIG, "and no more");
	is(atomic64_read(&map->failed), 1, "which is counted");
	key = 5;
	is(map_update(map, &key, value, 0), 0, "what is there can be changed");
	for (failed = 0, key = 0; key < 200000; key++)
		failed += !!map_update(map, &(u32){ key % 1000 }, value, 0);
	is(failed, 0, "as often as one likes");
	xbpf_map_free(map);
}

/* Maps of tools: four million entries cost little until they are used. */
static void test_huge(void)
{
	struct xbpf_map *map = new_map(HASH, 4, 8, 4 << 20, 0);
	u64 value = 1, used = map->ops->mem_usage(map), *found;
	u32 key, failed = 0;

	diag("4M entries, empty: %llu MB", used >> 20);
	ok(used < 80ULL << 20, "4M entries, empty");
	for (key = 0; key < 300000; key++)
		failed += !!map_update(map, &key, &value, 0);
	is(failed, 0, "300k entries");
	for (failed = 0, key = 0; key < 300000; key++) {
		found = map->ops->lookup(map, &key);
		failed += !found;
	}
	is(failed, 0, "all of them found");
	diag("300k of 4M entries: %llu MB", map->ops->mem_usage(map) >> 20);
	xbpf_map_free(map);
}

/* Growing fails now and then: -ENOMEM at worst, never a wrong map. */
static void test_out_of_memory(void)
{
	struct xbpf_map *map = new_map(HASH, 4, 100, 20000, XBPF_F_NO_PREALLOC);
	u32 key, failed = 0, other = 0, lost = 0;
	char value[100] = { 0 };
	long err;

	rcu_read_lock();
	for (key = 0; key < 10000; key++) {
		xbpf_host_alloc_fail(-1);
		err = map->ops->update(map, &key, value, 0);
		failed += err == -ENOMEM;
		other += err && err != -ENOMEM;
		lost += !err && !map->ops->lookup(map, &key);
	}
	rcu_read_unlock();
	xbpf_host_alloc_fail(0);
	ok(failed && !other && !lost, "growth that fails: %u times -ENOMEM",
	   failed);
	is(atomic64_read(&map->failed), failed, "all counted");
	map->ops->prepare(map);
	is(map_update(map, &key, value, 0), 0, "user space makes room first");
	xbpf_map_free(map);
}

int main(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		test_shape(&shapes[i]);
	test_readers();
	test_next_of_removed();
	test_nmi();
	test_recycling();
	test_buckets();
	test_one_cpu(PERCPU_HASH);
	test_one_cpu(PERCPU_ARRAY);
	test_full();
	test_huge();
	test_out_of_memory();
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
