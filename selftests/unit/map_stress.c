// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that update, remove, look up and iterate over one map at once. Every
 * value says which key it belongs to: a reader must never see another's, nor half
 * of one. At the end the map is whole.
 */
#include <pthread.h>
#include "maps/htab.h"
#include "unit/map_test.h"

#define THREADS		4
#define KEYS		2000

struct value {
	u64 key;
	u64 nr;
	u64 check;
};

/*
 * @torn: values that do not belong together; @foreign: of another key;
 * @failed: updates that should not have failed
 */
struct worker {
	struct xbpf_map *map;
	u32 who, ops, keys;
	u64 seed;
	u64 torn, foreign, failed, found;
	s64 added;
};

static u64 check_of(const struct value *v)
{
	return (v->key ^ v->nr) * 0x9e3779b97f4a7c15ULL;
}

static void look(struct worker *w, u32 key)
{
	struct value *v, copy;

	rcu_read_lock();
	v = w->map->ops->lookup(w->map, &key);
	if (v) {
		copy = *v;
		w->found++;
		w->torn += copy.check != check_of(&copy);
		w->foreign += copy.key != key;
	}
	rcu_read_unlock();
}

static void change(struct worker *w, u32 key, u32 nr)
{
	struct value v = { .key = key, .nr = nr };
	u64 flags = nr % 3 ? XBPF_ANY : XBPF_NOEXIST;
	long err;

	v.check = check_of(&v);
	err = map_update(w->map, &key, &v, flags);
	if (flags == XBPF_NOEXIST && !err)
		w->added++;
	w->failed += err && err != -EEXIST;
}

static void walk(struct worker *w)
{
	u32 key, next, n = 0;

	if (map_next(w->map, NULL, &next))
		return;
	do {
		key = next;
		w->foreign += key >= w->keys;
	} while (n++ < 50 && !map_next(w->map, &key, &next));
}

static void *work(void *arg)
{
	struct worker *w = arg;
	u32 i, key;

	xbpf_host_set_cpu(w->who % XBPF_HOST_NR_CPUS);
	for (i = 0; i < w->ops; i++) {
		key = chance(&w->seed) % w->keys;
		switch (chance(&w->seed) % 8) {
		case 0 ... 2:
			change(w, key, i);
			break;
		case 3 ... 4:
			map_remove(w->map, &key);
			break;
		case 5 ... 6:
			look(w, key);
			break;
		default:
			if (i % 64)
				look(w, key);
			else
				walk(w);
		}
	}
	return NULL;
}

/* Keys that are found by walking, each of which has to be found by its name. */
static u32 count_keys(struct xbpf_map *map)
{
	u32 key, next, n = 0;
	int err;

	for (err = map_next(map, NULL, &next); !err && n <= KEYS;
	     err = map_next(map, &key, &next)) {
		key = next;
		n += !!map->ops->lookup(map, &key);
	}
	return n;
}

static void test_threads(u32 type, u32 entries, u32 flags, u32 keys, u32 ops)
{
	struct xbpf_map *map = new_map(type, 4, sizeof(struct value), entries,
				       flags);
	struct worker w[THREADS], sum = { .map = map };
	pthread_t threads[THREADS];
	struct xbpf_htab *h = xbpf_htab_of(map);
	u32 i;

	for (i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .map = map, .who = i, .ops = ops,
					.keys = keys, .seed = 77 + i };
		pthread_create(&threads[i], NULL, work, &w[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum.torn += w[i].torn;
		sum.foreign += w[i].foreign;
		sum.failed += w[i].failed;
		sum.found += w[i].found;
	}
	diag("%s, %u keys: %llu found, %d elements used again early",
	     map->ops->name, keys, sum.found, atomic_read(&h->pool.recycled));
	is(sum.torn, 0, "no half value is seen");
	is(sum.foreign, 0, "no other key's value");
	is(sum.failed, 0, "no update fails");
	is(count_keys(map), atomic_read(&h->count), "the map is whole");
	xbpf_map_free(map);
}

/* One word, changed where it is: the sum of what threads added is not lost. */
struct adder {
	struct xbpf_map *map;
	u32 who, ops;
};

static void *add(void *arg)
{
	struct adder *a = arg;
	u64 zero = 0, *v;
	u32 i, key;

	xbpf_host_set_cpu(a->who % XBPF_HOST_NR_CPUS);
	for (i = 0; i < a->ops; i++) {
		key = i % 64;
		rcu_read_lock();
		v = a->map->ops->lookup(a->map, &key);
		if (!v) {
			a->map->ops->update(a->map, &key, &zero, XBPF_NOEXIST);
			v = a->map->ops->lookup(a->map, &key);
		}
		if (a->map->ops->percpu)
			*v += 1;
		else
			__atomic_fetch_add(v, 1, __ATOMIC_RELAXED);
		rcu_read_unlock();
	}
	return NULL;
}

static u64 sum_of(struct xbpf_map *map)
{
	u64 values[XBPF_HOST_NR_CPUS], sum = 0, *v;
	u32 key, cpu;

	for (key = 0; key < 64; key++) {
		if (!map->ops->percpu) {
			v = map->ops->lookup(map, &key);
			sum += *v;
			continue;
		}
		map->ops->lookup_copy(map, &key, values, 0);
		for (cpu = 0; cpu < XBPF_HOST_NR_CPUS; cpu++)
			sum += values[cpu];
	}
	return sum;
}

static void test_counting(u32 type, u32 ops)
{
	struct xbpf_map *map = new_map(type, 4, 8, 64, 0);
	struct adder a[THREADS];
	pthread_t threads[THREADS];
	u32 i;

	for (i = 0; i < THREADS; i++) {
		a[i] = (struct adder){ .map = map, .who = i, .ops = ops };
		pthread_create(&threads[i], NULL, add, &a[i]);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	is(sum_of(map), (u64)THREADS * ops, "%s: nothing is lost in counting",
	   map->ops->name);
	xbpf_map_free(map);
}

int main(void)
{
	long live = xbpf_host_alloc_live();

	test_threads(HASH, KEYS, 0, KEYS, 60000);
	test_threads(HASH, KEYS, XBPF_F_NO_PREALLOC, KEYS, 60000);
	test_threads(HASH, 8, 0, 8, 60000);
	test_threads(LRU_HASH, 200, 0, KEYS, 60000);
	test_threads(LRU_HASH, 4, 0, 50, 60000);
	test_counting(HASH, 50000);
	test_counting(PERCPU_HASH, 50000);
	is(xbpf_host_alloc_live(), live, "nothing left");
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
