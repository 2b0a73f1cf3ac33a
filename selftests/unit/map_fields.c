// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values with special fields: copies go around them, the lock excludes, timers
 * fire with their key and end with their element; and callbacks for each element.
 */
#include <pthread.h>
#include "map_test.h"
#include "vm/vm.h"

struct value {
	u32 lock;
	u32 a;
	u64 timer[2];
	u64 b;
};

static struct xbpf_map *fields_map(u32 type)
{
	struct xbpf_map *map = new_map(type, 4, sizeof(struct value), 8, 0);
	struct xbpf_map_fields *f = kzalloc(sizeof(*f), GFP_KERNEL);

	f->mask = XBPF_FIELD_BIT(SPIN_LOCK) | XBPF_FIELD_BIT(TIMER);
	f->field[f->nr++] = (struct xbpf_field){
		.off = 0, .size = 4, .kind = XBPF_FIELD_SPIN_LOCK };
	f->field[f->nr++] = (struct xbpf_field){
		.off = 8, .size = 16, .kind = XBPF_FIELD_TIMER };
	map->fields = f;
	return map;
}

static struct value *find(struct xbpf_map *map, u32 key)
{
	return map->ops->lookup(map, &key);
}

static void set(struct xbpf_map *map, u32 key, u32 a, u64 flags)
{
	struct value v = { .lock = ~0U, .a = a, .timer = { ~0ULL, ~0ULL },
			   .b = a };

	is(map_update(map, &key, &v, flags), 0, "update of %u", key);
}

/* ---- copies ---- */

static void test_copies(u32 type, const char *name)
{
	struct xbpf_map *map = fields_map(type);
	struct value out;
	u32 key = 1;

	set(map, 1, 5, 0);
	is(find(map, 1)->lock, 0, "%s: a lock is not written", name);
	is(find(map, 1)->timer[0], 0, "%s: nor a timer", name);
	is(find(map, 1)->a + find(map, 1)->b, 10, "%s: the rest is", name);
	set(map, 1, 6, XBPF_F_LOCK);
	is(find(map, 1)->b, 6, "%s: under the lock", name);
	is((u16)find(map, 1)->lock, find(map, 1)->lock >> 16,
	   "%s: which is free again", name);
	xbpf_value_copy_out_locked(map, &out, find(map, 1));
	is(out.lock, 0, "%s: user space reads no lock", name);
	is(out.a, 6, "%s: but the rest", name);
	is(map_update(map, &key, &out, 8), -EINVAL, "%s: an unknown flag", name);
	xbpf_map_free(map);
	map = new_map(type, 4, sizeof(struct value), 8, 0);
	is(map_update(map, &key, &out, XBPF_F_LOCK), -EINVAL,
	   "%s: there is no lock", name);
	xbpf_map_free(map);
}

/* ---- objects ---- */

struct owner {
	u64 n;
	u64 object;
};

static struct xbpf_map *owners_map(u32 type, u32 flags)
{
	struct xbpf_map *map = new_map(type, 4, sizeof(struct owner), 8, flags);
	struct xbpf_map_fields *f = kzalloc(sizeof(*f), GFP_KERNEL);

	f->mask = XBPF_FIELD_BIT(KPTR_REF);
	f->field[f->nr++] = (struct xbpf_field){
		.off = 8, .size = 8, .kind = XBPF_FIELD_KPTR_REF,
		.object = XBPF_OBJECT_prog_test_ref_kfunc };
	map->fields = f;
	return map;
}

/* How many references to the object of the tests there are, beside its own. */
static int held(void)
{
	u64 p = xbpf_kfunc_bpf_kfunc_call_test_acquire(0, 0, 0, 0, 0);
	int n = *(int *)(p + 24) - 2;

	xbpf_kfunc_bpf_kfunc_call_test_release(p, 0, 0, 0, 0);
	return n;
}

static u64 put(struct xbpf_map *map, u32 key)
{
	struct owner *o = map->ops->lookup(map, &key);

	return xbpf_helper_kptr_xchg((unsigned long)&o->object,
		xbpf_kfunc_bpf_kfunc_call_test_acquire(0, 0, 0, 0, 0), 0, 0, 0);
}

static void test_objects(u32 type, u32 flags, const char *name)
{
	struct xbpf_map *map = owners_map(type, flags);
	struct owner v = { 1, ~0ULL }, out;
	u32 key;

	for (key = 0; key < 3; key++)
		is(map_update(map, &key, &v, 0), 0, "%s: an update", name);
	is(held(), 0, "%s: is no reference", name);
	is(put(map, 0), 0, "%s: nothing was there", name);
	put(map, 1);
	put(map, 2);
	is(held(), 3, "%s: values hold objects", name);
	key = 0;
	xbpf_value_copy_out(map, &out, map->ops->lookup(map, &key));
	is(out.object, 0, "%s: user space sees no address", name);
	map_update(map, &key, &v, 0);
	is(held(), 2, "%s: a new value does not", name);
	key = 1;
	if (type != ARRAY)
		map->ops->remove(map, &key);
	is(held(), type == ARRAY ? 2 : 1, "%s: nor one that is gone", name);
	if (map->ops->release_all)
		map->ops->release_all(map, XBPF_FIELD_BIT(TIMER));
	is(held(), type == ARRAY ? 2 : 1, "%s: timers are not objects", name);
	xbpf_map_free(map);
	is(held(), 0, "%s: a map that goes holds none", name);
}

/* ---- the lock ---- */

#define ROUNDS	100000

static struct value shared;

static void *count(void *arg)
{
	u32 i;

	for (i = 0; i < ROUNDS; i++) {
		xbpf_helper_spin_lock((unsigned long)&shared.lock, 0, 0, 0, 0);
		shared.b++;
		xbpf_helper_spin_unlock((unsigned long)&shared.lock, 0, 0, 0, 0);
	}
	return NULL;
}

static void test_lock(void)
{
	pthread_t thread[2];
	u32 i;

	for (i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, count, NULL);
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	is(shared.b, 2 * ROUNDS, "two threads, one at a time");
}

/* ---- timers ---- */

static u64 fired, last_key;

static u64 on_timer(u64 map, u64 key, u64 value, u64 r4, u64 r5)
{
	fired++;
	last_key = *(u32 *)(unsigned long)key;
	((struct value *)(unsigned long)value)->b = 77;
	is(xbpf_helper_timer_cancel((unsigned long)((struct value *)
			(unsigned long)value)->timer, 0, 0, 0, 0), -EDEADLK,
	   "a callback cannot cancel itself");
	return 0;
}

static struct xbpf_callback callback = { .native = on_timer };

static u64 timer(struct xbpf_map *map, u32 key)
{
	return (unsigned long)find(map, key)->timer;
}

static void arm(struct xbpf_map *map, u32 key, u64 ns)
{
	u64 t = timer(map, key);

	is(xbpf_helper_timer_start(t, ns, 0, 0, 0), -EINVAL, "no timer yet");
	is(xbpf_helper_timer_init(t, (unsigned long)map, 9, 0, 0), -EINVAL,
	   "no such clock");
	is(xbpf_helper_timer_init(t, (unsigned long)map, 1, 0, 0), 0, "init");
	is(xbpf_helper_timer_init(t, (unsigned long)map, 1, 0, 0), -EBUSY,
	   "once");
	is(xbpf_helper_timer_start(t, ns, 0, 0, 0), -EINVAL, "no callback yet");
	is(xbpf_helper_timer_set_callback(t, (unsigned long)&callback, 0, 0, 0),
	   0, "callback");
	is(xbpf_helper_timer_start(t, ns, 4, 0, 0), -EINVAL, "no such flag");
	is(xbpf_helper_timer_start(t, ns, 0, 0, 0), 0, "start");
}

static void test_timers(u32 type, const char *name)
{
	struct xbpf_map *map = fields_map(type);
	static u64 now;
	u32 key = 3;

	fired = 0;
	set(map, 2, 0, 0);
	set(map, 3, 0, 0);
	arm(map, 2, 100);
	arm(map, 3, 200);
	is(xbpf_host_timers_run(now += 150, 9), 1, "%s: one is due", name);
	is(last_key, 2, "%s: it has its key", name);
	is(find(map, 2)->b, 77, "%s: and its value", name);
	is(xbpf_helper_timer_cancel(timer(map, 3), 0, 0, 0, 0), 1,
	   "%s: it was active", name);
	is(xbpf_helper_timer_start(timer(map, 3), 1, 0, 0, 0), -EINVAL,
	   "%s: what is cancelled has no callback", name);
	is(xbpf_helper_timer_set_callback(timer(map, 3),
					  (unsigned long)&callback, 0, 0, 0),
	   0, "%s: callback", name);
	is(xbpf_helper_timer_start(timer(map, 3), 1, 0, 0, 0), 0, "start");
	if (type == ARRAY)
		set(map, 3, 0, 0);
	else
		is(map_remove(map, &key), 0, "removed");
	is(xbpf_host_timers_run(now += 1000, 9), 0,
	   "%s: it goes with its element", name);
	set(map, 2, 0, XBPF_ANY);
	is(xbpf_helper_timer_cancel(timer(map, 2), 0, 0, 0, 0), -EINVAL,
	   "%s: and with its value", name);
	arm(map, 2, 100);
	xbpf_map_free(map);
	is(xbpf_host_timers_run(now += 1000, 9), 0,
	   "%s: and with its map", name);
}

/* ---- for each ---- */

static u64 sum, calls, stop_at;

static u64 on_element(u64 map, u64 key, u64 value, u64 ctx, u64 r5)
{
	sum += *(u32 *)(unsigned long)key * *(u64 *)(unsigned long)value + ctx;
	return ++calls == stop_at;
}

static struct xbpf_callback each = { .native = on_element };

static u64 for_each(struct xbpf_map *map, u64 flags)
{
	u64 n;

	sum = calls = 0;
	rcu_read_lock();
	n = xbpf_helper_for_each_map_elem((unsigned long)map,
					  (unsigned long)&each, 1000, flags, 0);
	rcu_read_unlock();
	return n;
}

static void test_for_each(u32 type, u32 entries, const char *name)
{
	struct xbpf_map *map = new_map(type, 4, 8, entries, 0);
	u64 value, want = 0;
	u32 key;

	for (key = 0; key < entries; key++) {
		value = key + 1;
		want += key * value + 1000;
		map_update(map, &key, &value, 0);
	}
	stop_at = 0;
	is(for_each(map, 0), entries, "%s: all elements", name);
	is(sum, want, "%s: with their keys and values", name);
	stop_at = 2;
	is(for_each(map, 0), 2, "%s: until it says no", name);
	is(for_each(map, 1), -EINVAL, "%s: there are no flags", name);
	xbpf_map_free(map);
}

int main(void)
{
	test_copies(ARRAY, "array");
	test_copies(HASH, "hash");
	test_objects(ARRAY, 0, "array");
	test_objects(HASH, 0, "hash");
	test_objects(HASH, XBPF_F_NO_PREALLOC, "hash");
	test_objects(LRU_HASH, 0, "lru");
	test_lock();
	test_timers(ARRAY, "array");
	test_timers(HASH, "hash");
	test_for_each(ARRAY, 10, "array");
	test_for_each(PERCPU_ARRAY, 10, "percpu array");
	test_for_each(HASH, 300, "hash");
	test_for_each(PERCPU_HASH, 50, "percpu hash");
	test_for_each(LRU_HASH, 100, "lru");
	return unit_done();
}
