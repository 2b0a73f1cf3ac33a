// SPDX-License-Identifier: GPL-2.0-only
/*
 * Four threads on one map of each type. Each thread changes keys of its own, so that
 * it knows what is there; it looks at everybody's, where a value must belong to its
 * key. What has no keys is counted: nothing is lost, nothing comes twice.
 *
 * It is at its best under the thread sanitizer: make stress. An argument is the
 * seconds to go on for; a type without a row fails the test.
 */
#include <pthread.h>
#include <time.h>
#include "maps/targets.h"
#include "unit/map_test.h"
#include "vm/vm.h"

#define T(type)		XBPF_MAP_TYPE_##type
#define F(flag)		XBPF_F_##flag
#define THREADS		4
#define KEYS		256
#define OPS		4000
#define NR_TYPES	64
#define WORDS		(2 * XBPF_HOST_NR_CPUS)

/*
 * struct worker - a thread and what it knows
 * @there: of its own keys the last value, 0: none
 * @in, @out: sums of what it put in and took out
 * @objects: lock of whoever changes objects, as the device has one
 */
struct worker {
	struct xbpf_map *map;
	pthread_mutex_t *objects;
	u32 who;
	u64 seed;
	u64 there[KEYS];
	u64 in, out;
	u64 wrong;
};

struct row {
	u32 type, key, value, entries, flags;
	void (*step)(struct worker *w, u32 nr);
	u64 (*finish)(struct worker *w);
};

/* A value tells its key. */
static u64 value_of(u32 key, u32 nr)
{
	return (u64)(nr + 1) << 32 | key;
}

static void *key_of(const struct worker *w, u32 nr, u32 *key)
{
	memset(key, 0, 16);
	if (w->map->type != T(LPM_TRIE)) {
		key[0] = nr;
		return key;
	}
	key[0] = 32;
	key[1] = nr;
	return key;
}

static u32 own_key(struct worker *w)
{
	return chance(&w->seed) % (KEYS / THREADS) * THREADS + w->who;
}

static long update(struct worker *w, u32 nr, u64 value)
{
	const struct xbpf_map_ops *ops = w->map->ops;
	u64 values[WORDS];
	u32 key[4], i;
	long err;

	for (i = 0; i < WORDS; i++)
		values[i] = value;
	if (ops->prepare)
		ops->prepare(w->map);
	key_of(w, nr, key);
	rcu_read_lock();
	err = ops->update_copy ? ops->update_copy(w->map, key, values, 0) :
				 ops->update(w->map, key, values, 0);
	rcu_read_unlock();
	return err;
}

/* The first word of the value, 0: none; all CPUs' are the same in the end. */
static u64 look(struct worker *w, u32 nr)
{
	u64 values[WORDS] = { 0 }, *v;
	u32 key[4];

	key_of(w, nr, key);
	rcu_read_lock();
	if (w->map->ops->lookup_copy) {
		w->map->ops->lookup_copy(w->map, key, values, 0);
	} else {
		v = w->map->ops->lookup(w->map, key);
		values[0] = v ? READ_ONCE(*v) : 0;
	}
	rcu_read_unlock();
	return values[0];
}

static void take_away(struct worker *w, u32 nr)
{
	u32 key[4];
	long err;

	if (!w->map->ops->remove)
		return;
	err = map_remove(w->map, key_of(w, nr, key));
	if (err == -EINVAL)	/* an array's stay */
		return;
	w->wrong += err != (w->there[nr] ? 0 : -ENOENT);
	w->there[nr] = 0;
}

static void step_elements(struct worker *w, u32 nr)
{
	u32 own = own_key(w), any = chance(&w->seed) % KEYS;
	u64 seen;

	switch (chance(&w->seed) % 4) {
	case 0 ... 1:
		w->there[own] = value_of(own, nr);
		w->wrong += update(w, own, w->there[own]) != 0;
		break;
	case 2:
		take_away(w, own);
		break;
	default:
		seen = look(w, any);
		w->wrong += seen && (u32)seen != any;
		w->wrong += look(w, own) != w->there[own];
	}
}

static u64 finish_elements(struct worker *w)
{
	u32 key;
	u64 bad = 0;

	for (key = w->who; key < KEYS; key += THREADS)
		bad += look(w, key) != w->there[key];
	return bad;
}

/* What is evicted is for the map to say; an insert never fails. */
static void step_lru(struct worker *w, u32 nr)
{
	u32 own = own_key(w), any = chance(&w->seed) % KEYS;
	u64 seen;

	w->there[own] = value_of(own, nr);
	w->wrong += update(w, own, w->there[own]) != 0;
	seen = look(w, own);
	w->wrong += seen && seen != w->there[own];
	seen = look(w, any);
	w->wrong += seen && (u32)seen != any;
}

static u64 finish_lru(struct worker *w)
{
	u64 bad = 0, seen;
	u32 key, next, n = 0;
	int err;

	for (key = w->who; key < KEYS; key += THREADS) {
		seen = look(w, key);
		bad += seen && seen != w->there[key];
	}
	for (err = map_next(w->map, NULL, &next); !err && n <= KEYS; n++) {
		key = next;
		err = map_next(w->map, &key, &next);
	}
	return bad + (n > w->map->max_entries + THREADS);
}

/* Objects of key k are addresses k and k + KEYS of this. */
static char objects[2 * KEYS];

static void step_objects(struct worker *w, u32 nr)
{
	u32 own = own_key(w), any = chance(&w->seed) % KEYS, key[4];
	char *object = nr % 3 ? &objects[own + nr % 2 * KEYS] : NULL;
	void *old = NULL;
	char *found;
	long err;

	if (w->map->ops->prepare)
		w->map->ops->prepare(w->map);
	pthread_mutex_lock(w->objects);
	err = w->map->ops->swap_ptr(w->map, key_of(w, own, key), object, 0,
				    &old);
	pthread_mutex_unlock(w->objects);
	w->wrong += err && !(err == -ENOENT && !object && !w->there[own]);
	w->wrong += (unsigned long)old != w->there[own];
	w->there[own] = (unsigned long)object;
	rcu_read_lock();
	found = w->map->ops->read_ptr(w->map, key_of(w, any, key));
	rcu_read_unlock();
	w->wrong += found && (found - objects) % KEYS != any;
}

static u64 finish_objects(struct worker *w)
{
	u32 nr, key[4];
	void *old;
	u64 bad = 0;

	for (nr = w->who; nr < KEYS; nr += THREADS) {
		key_of(w, nr, key);
		bad += (unsigned long)w->map->ops->read_ptr(w->map, key) !=
		       w->there[nr];
		w->map->ops->swap_ptr(w->map, key, NULL, 0, &old);
	}
	return bad;
}

static void step_queue(struct worker *w, u32 nr)
{
	u64 value = value_of(w->who, nr);

	if (!w->map->ops->push(w->map, &value, 0))
		w->in += value;
	if (chance(&w->seed) % 2 && !w->map->ops->pop(w->map, &value))
		w->out += value;
}

/* The first to come takes what is left. */
static u64 finish_queue(struct worker *w)
{
	u64 value;

	while (!w->map->ops->pop(w->map, &value))
		w->out += value;
	return 0;
}

static void step_filter(struct worker *w, u32 nr)
{
	u64 value = value_of(own_key(w), nr);

	w->wrong += w->map->ops->push(w->map, &value, 0) != 0;
	w->wrong += w->map->ops->peek(w->map, &value) != 0;
}

static void step_ring(struct worker *w, u32 nr)
{
	u64 value = value_of(w->who, nr);

	if (!xbpf_ringbuf_output(w->map, &value, sizeof(value), 0))
		w->in += value;
}

static u64 finish_ring(struct worker *w)
{
	u64 *cons = page_address(w->map->ops->mmap_page(w->map, 0)), bad = 0;
	u64 *prod = page_address(w->map->ops->mmap_page(w->map, 1));
	char *data;

	for (; *cons < *prod; *cons += 16) {
		data = page_address(w->map->ops->mmap_page(w->map, 2 +
			(*cons & (w->map->max_entries - 1)) / PAGE_SIZE));
		data += *cons % PAGE_SIZE;
		bad += *(u32 *)data != sizeof(u64);
		w->out += *(u64 *)(data + 8);
	}
	return bad;
}

static u64 add_sample(u64 dynptr, u64 ctx, u64 r3, u64 r4, u64 r5)
{
	u64 value;

	xbpf_helper_dynptr_read((unsigned long)&value, sizeof(value), dynptr, 0, 0);
	((struct worker *)(unsigned long)ctx)->out += value;
	return 0;
}

static void drain(struct worker *w)
{
	const struct xbpf_callback cb = { .native = add_sample };
	long n = xbpf_helper_user_ringbuf_drain((unsigned long)w->map,
						(unsigned long)&cb,
						(unsigned long)w, 0, 0);

	w->wrong += n < 0 && n != -EBUSY;
}

/* One thread writes, the others drain. */
static void step_user_ring(struct worker *w, u32 nr)
{
	u64 *end, *begin, value = value_of(w->who, nr);
	char *at;

	if (w->who)
		return drain(w);
	begin = page_address(w->map->ops->mmap_page(w->map, 0));
	end = page_address(w->map->ops->mmap_page(w->map, 1));
	if (*end + 16 - smp_load_acquire(begin) > w->map->max_entries)
		return drain(w);
	at = page_address(w->map->ops->mmap_page(w->map, 2 +
		(*end & (w->map->max_entries - 1)) / PAGE_SIZE));
	at += *end % PAGE_SIZE;
	*(u64 *)(at + 8) = value;
	*(u32 *)at = sizeof(value);
	smp_store_release(end, *end + 16);
	w->in += value;
}

static u64 finish_user_ring(struct worker *w)
{
	drain(w);
	return 0;
}

static void step_stacks(struct worker *w, u32 nr)
{
	u64 ips[2] = { own_key(w) + 1, 7 }, value[8] = { 0 };
	u32 key;
	int id;

	rcu_read_lock();
	id = xbpf_stackmap_insert(w->map, ips, 2, 0);
	w->wrong += id < 0 && id != -EEXIST;
	rcu_read_unlock();
	key = chance(&w->seed) % KEYS;
	rcu_read_lock();
	if (!w->map->ops->lookup_copy(w->map, &key, value, 0))
		w->wrong += !value[0] || value[0] > KEYS || value[1] != 7;
	rcu_read_unlock();
	if (nr % 8 == 0)
		map_remove(w->map, &key);
}

static void step_storage(struct worker *w, u32 nr)
{
	u64 *value = xbpf_cgroup_storage_value(w->map);

	xbpf_cgroup_storage_begin(w->map);
	w->wrong += *value != 0;
	*value = nr + 1;
	w->wrong += *(u64 *)xbpf_cgroup_storage_value(w->map) != nr + 1;
}

/* All have the one task that is known here. */
static void step_task(struct worker *w, u32 nr)
{
	u64 task = xbpf_helper_get_current_task_btf(0, 0, 0, 0, 0);
	u64 value = value_of(KEYS, nr), *found;

	xbpf_task_storage_prepare(w->map);
	rcu_read_lock();
	w->wrong += xbpf_task_storage_update(w->map, task, &value, 0) != 0;
	found = xbpf_task_storage_find(w->map, task);
	w->wrong += found && (u32)READ_ONCE(*found) != KEYS;
	if (nr % 3 == 0)
		xbpf_task_storage_delete(w->map, task);
	rcu_read_unlock();
}

/* Entries of key k are k + 1 and k + 1 + KEYS. */
static void step_targets(struct worker *w, u32 nr)
{
	u32 own = own_key(w), any = chance(&w->seed) % KEYS;
	struct xbpf_target t = { .what = own + 1 + nr % 2 * KEYS }, old, *found;
	u64 want = nr % 3 ? t.what : 0;
	long err;

	xbpf_targets_prepare(w->map);
	pthread_mutex_lock(w->objects);
	rcu_read_lock();
	err = xbpf_targets_set(w->map, own, want ? &t : NULL, &old);
	rcu_read_unlock();
	pthread_mutex_unlock(w->objects);
	w->wrong += err && !(err == -ENOENT && !want && !w->there[own]);
	w->wrong += old.what != w->there[own];
	w->there[own] = want;
	rcu_read_lock();
	found = xbpf_targets_lookup(w->map, &any);
	w->wrong += found && (READ_ONCE(found->what) - 1) % KEYS != any;
	rcu_read_unlock();
}

/* Each has a CPU of its own. */
static void step_cpus(struct worker *w, u32 nr)
{
	struct xbpf_target t = { .what = nr + 1 }, old, *found;

	xbpf_targets_prepare(w->map);
	rcu_read_lock();
	w->wrong += xbpf_targets_set(w->map, w->who, &t, &old) != 0;
	w->wrong += old.what != nr;
	found = xbpf_targets_lookup(w->map, &w->who);
	w->wrong += !found || found->what != nr + 1;
	rcu_read_unlock();
}

static void step_nothing(struct worker *w, u32 nr)
{
	w->wrong += !!w->map->ops->lookup(w->map, &nr);
}

static const struct row rows[] = {
	{ T(HASH), 4, 8, KEYS, 0, step_elements, finish_elements },
	{ T(HASH), 4, 16, KEYS, 0, step_elements, finish_elements },
	{ T(HASH), 4, 16, KEYS, F(NO_PREALLOC), step_elements, finish_elements },
	{ T(ARRAY), 4, 8, KEYS, 0, step_elements, finish_elements },
	{ T(PROG_ARRAY), 4, 4, KEYS, 0, step_objects, finish_objects },
	{ T(PERF_EVENT_ARRAY), 4, 4, KEYS, 0, step_objects, finish_objects },
	{ T(PERCPU_HASH), 4, 8, KEYS, 0, step_elements, finish_elements },
	{ T(PERCPU_ARRAY), 4, 8, KEYS, 0, step_elements, finish_elements },
	{ T(STACK_TRACE), 4, 64, KEYS, 0, step_stacks },
	{ T(CGROUP_ARRAY), 4, 4, KEYS, 0, step_objects, finish_objects },
	{ T(LRU_HASH), 4, 8, KEYS / 4, 0, step_lru, finish_lru },
	{ T(LRU_HASH), 4, 16, KEYS / 4, F(NO_COMMON_LRU), step_lru, finish_lru },
	{ T(LRU_PERCPU_HASH), 4, 8, KEYS / 4, 0, step_lru, finish_lru },
	{ T(CGROUP_STORAGE), 16, 8, 0, 0, step_storage },
	{ T(PERCPU_CGROUP_STORAGE), 16, 8, 0, 0, step_storage },
	{ T(LPM_TRIE), 8, 8, KEYS, F(NO_PREALLOC), step_elements,
	  finish_elements },
	{ T(BLOOM_FILTER), 0, 8, KEYS, 0, step_filter },
	{ T(ARRAY_OF_MAPS), 4, 4, KEYS, 0, step_objects, finish_objects },
	{ T(HASH_OF_MAPS), 4, 4, KEYS, 0, step_objects, finish_objects },
	{ T(QUEUE), 0, 8, KEYS, 0, step_queue, finish_queue },
	{ T(STACK), 0, 8, KEYS, 0, step_queue, finish_queue },
	{ T(RINGBUF), 0, 0, 65536, 0, step_ring, finish_ring },
	{ T(USER_RINGBUF), 0, 0, 4096, 0, step_user_ring, finish_user_ring },
	{ T(DEVMAP), 4, 8, KEYS, 0, step_targets },
	{ T(DEVMAP_HASH), 4, 8, KEYS, 0, step_targets },
	{ T(CPUMAP), 4, 8, THREADS, 0, step_cpus },
	{ T(XSKMAP), 4, 4, KEYS, 0, step_nothing },
	{ T(TASK_STORAGE), 4, 8, 0, F(NO_PREALLOC), step_task },
};

/* ---- threads ---- */

static const struct row *now;

static void *work(void *arg)
{
	struct worker *w = arg;
	u32 nr;

	xbpf_host_set_cpu(w->who % XBPF_HOST_NR_CPUS);
	for (nr = 0; nr < OPS; nr++)
		now->step(w, nr);
	return NULL;
}

static u64 run_threads(struct worker *w)
{
	pthread_t threads[THREADS];
	u64 wrong = 0, in = 0, out = 0;
	u32 i;

	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, &w[i]);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < THREADS; i++) {
		wrong += w[i].wrong + (now->finish ? now->finish(&w[i]) : 0);
		in += w[i].in;
		out += w[i].out;
	}
	return wrong + (in != out);
}

static u64 test_row(const struct row *row, u32 round)
{
	static struct worker w[THREADS];
	pthread_mutex_t objects = PTHREAD_MUTEX_INITIALIZER;
	struct xbpf_map *map = new_map(row->type, row->key, row->value,
				       row->entries, row->flags);
	u64 wrong;
	u32 i;

	now = row;
	for (i = 0; i < THREADS; i++) {
		memset(&w[i], 0, sizeof(w[i]));
		w[i].map = map;
		w[i].objects = &objects;
		w[i].who = i;
		w[i].seed = 4711 + 100 * round + i;
	}
	wrong = run_threads(w);
	xbpf_map_free(map);
	return wrong;
}

static u32 types_without_row(void)
{
	u32 type, i, missing = 0;

	for (type = 0; type < NR_TYPES; type++) {
		for (i = 0; i < ARRAY_SIZE(rows) && rows[i].type != type; i++)
			;
		missing += i == ARRAY_SIZE(rows) && xbpf_map_type_get(type);
	}
	return missing;
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 0);
	u64 wrong[ARRAY_SIZE(rows)] = { 0 };
	long live = xbpf_host_alloc_live();
	u32 i, round = 0;

	do {
		for (i = 0; i < ARRAY_SIZE(rows); i++)
			wrong[i] += test_row(&rows[i], round);
		round++;
	} while (time(NULL) < end);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		is(wrong[i], 0, "%s, %u entries: as the model says",
		   xbpf_map_type_get(rows[i].type)->name, rows[i].entries);
	diag("%u rounds of %u threads, %u operations each", round, THREADS, OPS);
	is(types_without_row(), 0, "each type has a row");
	is(xbpf_host_alloc_live(), live, "nothing left");
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
