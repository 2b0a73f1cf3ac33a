// SPDX-License-Identifier: GPL-2.0-only
/*
 * Out of memory in the life of a map of every type: the Nth allocation fails, for
 * every N, in creation, in every operation and in what works behind them; then all
 * allocations fail from some operation on.
 *
 * An operation that fails does so with -ENOMEM, is counted, and changes nothing; one
 * that succeeds does what it always does. A type without a row fails the test.
 */
#include "maps/htab.h"
#include "maps/targets.h"
#include "vm/vm.h"
#include "unit/map_test.h"

#define T(type)		XBPF_MAP_TYPE_##type
#define F(flag)		XBPF_F_##flag
#define KEYS		600
#define NR_TYPES	64

/*
 * struct life - one map, and what should be in it
 * @there: number of the value of each key, 0: none
 * @order: of queues: values, from @first on
 * @refused: operations that failed for want of memory
 * @wrong: operations that did what they should not
 */
struct life {
	struct xbpf_map *map;
	struct xbpf_map *example;
	u32 there[KEYS];
	u32 order[KEYS];
	u32 first, nr;
	u32 refused, wrong;
	u32 turn;
	u32 met;
};

struct row {
	u32 type, key, value, entries, flags;
	void (*live)(struct life *l);
};

static void wrong(struct life *l, const char *what, long n)
{
	if (!l->wrong++)
		diag("%s: %s: %ld", l->map->ops->name, what, n);
}

/* 1: done. 0: no memory, and that was so. */
static int went_well(struct life *l, long err, const char *what)
{
	if (!err)
		return 1;
	l->refused += err == -ENOMEM;
	if (err != -ENOMEM || !xbpf_host_alloc_failed())
		wrong(l, what, err);
	return 0;
}

/* ---- keys and values by number ---- */

/* Prefixes are longer than the number: no two are the same. */
static void *key_of(const struct life *l, u32 nr, void *key)
{
	u32 at = 0;

	memset(key, 0, l->map->key_size);
	if (l->map->type == T(LPM_TRIE)) {
		*(u32 *)key = 8 * (l->map->key_size - sizeof(u32));
		at = sizeof(u32);
	}
	memcpy((char *)key + at, &nr, sizeof(nr));
	return key;
}

static u32 number_of(const struct life *l, const void *key)
{
	u32 nr, at = l->map->type == T(LPM_TRIE) ? sizeof(u32) : 0;

	memcpy(&nr, (const char *)key + at, sizeof(nr));
	return nr;
}

/* As user space has it: all CPUs' values of a per-CPU type. */
static void *value_of(const struct life *l, u32 nr, u32 *value)
{
	u64 size = xbpf_map_user_value_size(l->map), i;

	for (i = 0; i < size / sizeof(u32); i++)
		value[i] = nr;
	return value;
}

static long update(struct life *l, u32 key, u32 nr, u64 flags)
{
	const struct xbpf_map_ops *ops = l->map->ops;
	u32 value[64];
	char name[64];
	long err;

	if (ops->prepare)
		ops->prepare(l->map);
	key_of(l, key, name);
	value_of(l, nr, value);
	rcu_read_lock();
	err = ops->update_copy ? ops->update_copy(l->map, name, value, flags) :
				 ops->update(l->map, name, value, flags);
	rcu_read_unlock();
	return err;
}

static int read_value(struct life *l, u32 key, u32 *value)
{
	const struct xbpf_map_ops *ops = l->map->ops;
	char name[64];
	void *found;
	int err = 0;

	key_of(l, key, name);
	rcu_read_lock();
	if (ops->lookup_copy) {
		err = ops->lookup_copy(l->map, name, value, 0);
	} else {
		found = ops->lookup(l->map, name);
		err = found ? 0 : -ENOENT;
		if (found)
			memcpy(value, found, l->map->value_size);
	}
	rcu_read_unlock();
	return err;
}

static int is_array(const struct life *l)
{
	return l->map->type == T(ARRAY) || l->map->type == T(PERCPU_ARRAY);
}

/* Each key is there with its value, or is not there. */
static void compare(struct life *l)
{
	u32 want[64], value[64], key;
	u64 size = xbpf_map_user_value_size(l->map);
	int err;

	for (key = 0; key < KEYS; key++) {
		err = read_value(l, key, value);
		if (!l->there[key] && !is_array(l)) {
			if (err != -ENOENT)
				wrong(l, "a key that should not be there", key);
			continue;
		}
		if (err || memcmp(value_of(l, l->there[key], want), value, size))
			wrong(l, "another value", key);
	}
}

/* ---- elements by key ---- */

static void put_all(struct life *l, u64 flags)
{
	u32 key;

	for (key = 0; key < KEYS; key++)
		if (went_well(l, update(l, key, ++l->turn, flags), "update"))
			l->there[key] = l->turn;
}

/* Those that are not there yet: what had no memory is tried again. */
static void put_missing(struct life *l)
{
	u32 key;

	for (key = 0; key < KEYS; key++)
		if (!l->there[key] &&
		    went_well(l, update(l, key, ++l->turn, XBPF_NOEXIST), "add"))
			l->there[key] = l->turn;
}

static void remove_some(struct life *l, u32 step)
{
	u32 key, value[64];
	char name[64];
	long err;

	for (key = 0; key < KEYS && l->map->ops->remove; key += step) {
		key_of(l, key, name);
		rcu_read_lock();
		err = l->map->ops->lookup_and_delete && key % 2 ?
			l->map->ops->lookup_and_delete(l->map, name, value, 0) :
			l->map->ops->remove(l->map, name);
		rcu_read_unlock();
		if (is_array(l) ? err != -EINVAL :
				  err != (l->there[key] ? 0 : -ENOENT))
			wrong(l, "removal", err);
		if (!is_array(l))
			l->there[key] = 0;
	}
}

static u32 count(const struct life *l)
{
	u32 key, n = 0;

	for (key = 0; key < KEYS; key++)
		n += is_array(l) || l->there[key];
	return n;
}

static void walk(struct life *l)
{
	char key[64], next[64];
	u32 n = 0;
	int err;

	for (err = map_next(l->map, NULL, next); !err && n <= KEYS; n++) {
		memcpy(key, next, l->map->key_size);
		err = map_next(l->map, key, next);
	}
	/* A trie keeps its way down in memory of its own, as Linux's does. */
	if (err == -ENOMEM && l->map->type == T(LPM_TRIE) &&
	    xbpf_host_alloc_failed())
		return;
	if (err != -ENOENT || n != count(l))
		wrong(l, "a walk by keys meets", n);
}

static u64 met(u64 map, u64 key, u64 value, u64 ctx, u64 unused)
{
	((struct life *)(unsigned long)ctx)->met++;
	return 0;
}

static void for_each(struct life *l)
{
	const struct xbpf_callback cb = { .native = met };
	long n;

	if (!l->map->ops->for_each)
		return;
	l->met = 0;
	rcu_read_lock();
	n = l->map->ops->for_each(l->map, &cb, (unsigned long)l);
	rcu_read_unlock();
	if (n != count(l) || l->met != n)
		wrong(l, "for_each meets", n);
}

/* The batch commands, which take the elements out. */
static void take_buckets(struct life *l)
{
	static char keys[KEYS * 64], values[KEYS * 256];
	u32 bucket, nr, i, n = 0, want = count(l);
	int err = 0;

	if (!l->map->ops->bucket_copy)
		return;
	for (bucket = 0; err != -ENOENT; bucket++) {
		rcu_read_lock();
		err = l->map->ops->bucket_copy(l->map, bucket, keys, values,
					       KEYS, &nr, 1);
		rcu_read_unlock();
		for (i = 0; !err && i < nr; i++, n++)
			l->there[number_of(l, keys + i * l->map->key_size)] = 0;
	}
	if (n != want || count(l))
		wrong(l, "batches took", n);
}

static void live_elements(struct life *l)
{
	put_all(l, XBPF_ANY);
	put_all(l, XBPF_ANY);
	compare(l);
	remove_some(l, 3);
	if (!is_array(l))
		put_missing(l);
	compare(l);
	walk(l);
	for_each(l);
	take_buckets(l);
	if (!is_array(l))
		put_missing(l);
	compare(l);
	if ((u64)atomic64_read(&l->map->failed) != l->refused)
		wrong(l, "failures counted", atomic64_read(&l->map->failed));
}

/* What is evicted is for the map to say; an insert never fails. */
static void live_lru(struct life *l)
{
	u32 key, value[64];

	for (key = 0; key < 4 * KEYS; key++) {
		if (update(l, key, key + 1, XBPF_ANY))
			wrong(l, "insert", key);
		if (read_value(l, key, value) || value[0] != key + 1)
			wrong(l, "what was inserted last is gone", key);
	}
	if (atomic_read(&xbpf_htab_of(l->map)->count) > KEYS)
		wrong(l, "more than its entries",
		      atomic_read(&xbpf_htab_of(l->map)->count));
}

/* ---- objects ---- */

static void *object_of(struct life *l, u32 key)
{
	return key % 2 ? l->map : l->example;
}

static void put_object(struct life *l, u32 key, void *object)
{
	void *old = NULL, *was = l->there[key] ? object_of(l, key) : NULL;
	char name[64];
	long err;

	if (l->map->ops->prepare)
		l->map->ops->prepare(l->map);
	err = l->map->ops->swap_ptr(l->map, key_of(l, key, name), object, 0,
				    &old);
	if (!object && !was && err == -ENOENT)
		return;
	if (!went_well(l, err, "an object"))
		return;
	if (old != was)
		wrong(l, "another object comes out", key);
	l->there[key] = !!object;
}

static void live_objects(struct life *l)
{
	u32 key, round;
	char name[64];
	void *found;

	for (round = 0; round < 4; round++)
		for (key = 0; key < KEYS; key++)
			put_object(l, key, round % 2 && key % 3 ? NULL :
					   object_of(l, key));
	for (key = 0; key < KEYS; key++) {
		rcu_read_lock();
		found = l->map->ops->read_ptr(l->map, key_of(l, key, name));
		rcu_read_unlock();
		if (found != (l->there[key] ? object_of(l, key) : NULL))
			wrong(l, "another object", key);
	}
	/* As the device does before the last reference goes. */
	for (key = 0; key < KEYS; key++)
		put_object(l, key, NULL);
}

static void live_maps(struct life *l)
{
	if (went_well(l, xbpf_map_set_inner(l->map, l->example), "inner"))
		live_objects(l);
}

/* ---- queues, filters, rings, stacks ---- */

static void live_queue(struct life *l)
{
	u32 i, value[64], *want;

	for (i = 0; i < KEYS; i++)
		if (went_well(l, l->map->ops->push(l->map, value_of(l, i, value),
						   0), "push"))
			l->order[l->nr++] = i;
	while (l->first < l->nr) {
		want = l->map->type == T(STACK) ? &l->order[--l->nr] :
						  &l->order[l->first++];
		if (l->map->ops->peek(l->map, value) || value[0] != *want ||
		    l->map->ops->pop(l->map, value) || value[0] != *want)
			wrong(l, "another value comes out", *want);
	}
	if (l->map->ops->pop(l->map, value) != -ENOENT)
		wrong(l, "not empty", 0);
}

static void live_filter(struct life *l)
{
	u32 i, value[64];

	for (i = 0; i < KEYS; i++)
		if (l->map->ops->push(l->map, value_of(l, i, value), 0) ||
		    l->map->ops->peek(l->map, value))
			wrong(l, "not in the filter", i);
}

static void live_ring(struct life *l)
{
	u32 i;

	for (i = 0; i < KEYS; i++)
		if (xbpf_ringbuf_output(l->map, &i, sizeof(i), 0))
			wrong(l, "no record", i);
}

static u64 count_sample(u64 dynptr, u64 ctx, u64 r3, u64 r4, u64 r5)
{
	return ++*(u32 *)(unsigned long)ctx == KEYS;
}

/* Empty records, as many as there are. */
static void live_user_ring(struct life *l)
{
	u64 *end = page_address(l->map->ops->mmap_page(l->map, 1));
	const struct xbpf_callback cb = { .native = count_sample };
	u32 n = 0;

	*end = 8 * KEYS;
	if (xbpf_helper_user_ringbuf_drain((unsigned long)l->map,
					   (unsigned long)&cb,
					   (unsigned long)&n, 0, 0) != KEYS ||
	    n != KEYS)
		wrong(l, "samples", n);
}

/* The same stack has one id, as long as it is there. */
static void live_stacks(struct life *l)
{
	u64 ips[8] = { 0 };
	u32 i;
	int id;

	for (i = 0; i < 2 * KEYS; i++) {
		ips[i % ARRAY_SIZE(ips)]++;
		rcu_read_lock();
		id = xbpf_stackmap_insert(l->map, ips, ARRAY_SIZE(ips), 0);
		if (id >= 0 && id != xbpf_stackmap_insert(l->map, ips,
						ARRAY_SIZE(ips), 0))
			wrong(l, "another id", id);
		rcu_read_unlock();
		if (id < 0 && id != -EEXIST)
			went_well(l, id, "stack");
	}
}

static void live_storage(struct life *l)
{
	xbpf_cgroup_storage_begin(l->map);
	if (*(u32 *)xbpf_cgroup_storage_value(l->map))
		wrong(l, "storage is not zero", 0);
}

/* The one task that is known here. */
static void live_task(struct life *l)
{
	u64 task = xbpf_helper_get_current_task_btf(0, 0, 0, 0, 0);
	u32 value[4] = { 0 }, *found;
	int there;

	while (++value[0] < KEYS) {
		xbpf_task_storage_prepare(l->map);
		rcu_read_lock();
		there = went_well(l, xbpf_task_storage_update(l->map, task, value, 0),
				  "update");
		found = xbpf_task_storage_find(l->map, task);
		if (!found != !there || (found && *found != value[0]))
			wrong(l, "another value", value[0]);
		if (xbpf_task_storage_delete(l->map, task) != (there ? 0 : -ENOENT))
			wrong(l, "removal", value[0]);
		rcu_read_unlock();
	}
}

/* Devices by number: each entry is what was set last. */
static void live_targets(struct life *l)
{
	struct xbpf_target t, old, *found;
	u32 key, turn;

	for (turn = 0; turn < 2; turn++) {
		for (key = 0; key < l->map->max_entries; key++) {
			t = (struct xbpf_target){ .what = ++l->turn };
			xbpf_targets_prepare(l->map);
			rcu_read_lock();
			if (went_well(l, xbpf_targets_set(l->map, key, &t, &old),
				      "set")) {
				if (old.what != l->there[key])
					wrong(l, "another entry goes", key);
				l->there[key] = l->turn;
			}
			found = xbpf_targets_lookup(l->map, &key);
			if ((found ? found->what : 0) != l->there[key])
				wrong(l, "another entry", key);
			rcu_read_unlock();
		}
	}
	for (key = 0; key < l->map->max_entries; key++) {
		rcu_read_lock();
		if (xbpf_targets_set(l->map, key, NULL, &old) !=
		    (l->there[key] ? 0 : -ENOENT) || old.what != l->there[key])
			wrong(l, "removal", key);
		rcu_read_unlock();
	}
}

/* It stays empty. */
static void live_nothing(struct life *l)
{
	u32 key = 0;

	if (l->map->ops->lookup(l->map, &key))
		wrong(l, "something is there", 0);
}

static const struct row rows[] = {
	{ T(HASH), 8, 16, KEYS, 0, live_elements },
	{ T(HASH), 8, 8, KEYS, 0, live_elements },
	{ T(HASH), 8, 24, 4 * KEYS, F(NO_PREALLOC), live_elements },
	{ T(ARRAY), 4, 12, KEYS, 0, live_elements },
	{ T(ARRAY), 4, 16, KEYS, F(MMAPABLE), live_elements },
	{ T(PROG_ARRAY), 4, 4, KEYS, 0, live_objects },
	{ T(PERF_EVENT_ARRAY), 4, 4, KEYS, 0, live_objects },
	{ T(PERCPU_HASH), 8, 16, KEYS, 0, live_elements },
	{ T(PERCPU_HASH), 8, 8, 4 * KEYS, F(NO_PREALLOC), live_elements },
	{ T(PERCPU_ARRAY), 4, 16, KEYS, 0, live_elements },
	{ T(STACK_TRACE), 4, 64, 4 * KEYS, 0, live_stacks },
	{ T(CGROUP_ARRAY), 4, 4, KEYS, 0, live_objects },
	{ T(LRU_HASH), 8, 16, KEYS, 0, live_lru },
	{ T(LRU_HASH), 8, 16, KEYS, F(NO_COMMON_LRU), live_lru },
	{ T(LRU_PERCPU_HASH), 8, 16, KEYS, 0, live_lru },
	{ T(CGROUP_STORAGE), 16, 8, 0, 0, live_storage },
	{ T(PERCPU_CGROUP_STORAGE), 16, 8, 0, 0, live_storage },
	{ T(LPM_TRIE), 12, 16, KEYS, F(NO_PREALLOC), live_elements },
	{ T(BLOOM_FILTER), 0, 8, KEYS, 0, live_filter },
	{ T(ARRAY_OF_MAPS), 4, 4, KEYS, 0, live_maps },
	{ T(HASH_OF_MAPS), 8, 4, KEYS, 0, live_maps },
	{ T(QUEUE), 0, 16, KEYS, 0, live_queue },
	{ T(STACK), 0, 16, KEYS, 0, live_queue },
	{ T(RINGBUF), 0, 0, 16384, 0, live_ring },
	{ T(USER_RINGBUF), 0, 0, 16384, 0, live_user_ring },
	{ T(DEVMAP), 4, 8, KEYS, 0, live_targets },
	{ T(DEVMAP_HASH), 4, 4, KEYS, 0, live_targets },
	{ T(CPUMAP), 4, 8, XBPF_HOST_NR_CPUS, 0, live_targets },
	{ T(XSKMAP), 4, 4, KEYS, 0, live_nothing },
	{ T(TASK_STORAGE), 4, 16, 0, F(NO_PREALLOC), live_task },
};

/* ---- the sweeps ---- */

static int begin(const struct row *row, struct life *l)
{
	union xbpf_attr attr = {
		.map_type = row->type, .key_size = row->key,
		.value_size = row->value, .max_entries = row->entries,
		.map_flags = row->flags,
		.btf_key_type_id = row->type == T(TASK_STORAGE),
		.btf_value_type_id = row->type == T(TASK_STORAGE),
	};

	l->map = xbpf_map_alloc(&attr);
	return PTR_ERR_OR_ZERO(l->map);
}

/* A life in which allocation @nth fails, 0: none. Wrongs; *@more: it did. */
static u32 live_once(const struct row *row, struct xbpf_map *example, long nth,
		     int *more)
{
	struct life l = { .example = example };
	long live = xbpf_host_alloc_live();
	int err;

	xbpf_host_alloc_fail(nth);
	err = begin(row, &l);
	if (!err)
		row->live(&l);
	else
		l.wrong = err != -ENOMEM || !xbpf_host_alloc_failed();
	*more = xbpf_host_alloc_failed();
	xbpf_host_alloc_fail(0);
	if (!err)
		xbpf_map_free(l.map);
	synchronize_rcu();
	l.wrong += xbpf_host_alloc_live() != live;
	if (l.wrong)
		diag("allocation %ld: %u wrong, error %d, %ld left", nth,
		     l.wrong, err, xbpf_host_alloc_live() - live);
	return l.wrong;
}

/* Nothing can be had once the map is there; then all is well again. */
static u32 live_poor(const struct row *row, struct xbpf_map *example)
{
	struct life l = { .example = example };
	long live = xbpf_host_alloc_live();

	l.wrong = begin(row, &l) != 0;
	if (l.wrong)
		return l.wrong;
	xbpf_host_alloc_fail(-1);
	row->live(&l);
	xbpf_host_alloc_fail(0);
	if (row->live == live_elements)
		live_elements(&l);
	xbpf_map_free(l.map);
	synchronize_rcu();
	return l.wrong + (xbpf_host_alloc_live() != live);
}

static void test_row(const struct row *row, struct xbpf_map *example)
{
	const char *name = xbpf_map_type_get(row->type)->name;
	u32 nth, bad = 0;
	int more;

	bad = live_once(row, example, 0, &more);
	is(bad, 0, "%s: with memory", name);
	for (nth = 1, more = 1; more && !bad; nth++)
		bad = live_once(row, example, nth, &more);
	is(bad, 0, "%s: any of %u allocations may fail", name, nth - 2);
	is(live_poor(row, example), 0, "%s: no memory at all, then some", name);
}

static void test_all_types(void)
{
	u32 type, i, missing = 0;

	for (type = 0; type < NR_TYPES; type++) {
		if (!xbpf_map_type_get(type))
			continue;
		for (i = 0; i < ARRAY_SIZE(rows) && rows[i].type != type; i++)
			;
		if (i < ARRAY_SIZE(rows))
			continue;
		diag("%s: no row", xbpf_map_type_get(type)->name);
		missing++;
	}
	is(missing, 0, "each type has a row");
}

int main(void)
{
	struct xbpf_map *example = new_map(HASH, 8, 8, 16, 0);
	u32 i;

	test_all_types();
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		test_row(&rows[i], example);
	xbpf_map_free(example);
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
