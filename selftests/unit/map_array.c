// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays, per-CPU arrays, arrays of objects, queues, stacks and stack traces:
 * each against what bpf(2) says of it, some against a model.
 */
#include "maps/maps.h"
#include "unit/map_test.h"

#define CPUS	XBPF_HOST_NR_CPUS

static u64 seed = 0xa77a;

static u32 *at(u32 n)
{
	static u32 keys[16];
	static u32 next;
	u32 *key = &keys[next++ % ARRAY_SIZE(keys)];

	*key = n;
	return key;
}

/* ---- arrays ---- */

/* What user space and programs are told, for both kinds. */
static void test_array_errors(u32 type)
{
	struct xbpf_map *map = new_map(type, 4, 8, 10, 0);
	const char *name = map->ops->name;
	u64 value[CPUS] = { 5 };
	u32 key;

	is(map_update(map, at(0), value, 0), 0, "%s: update", name);
	is(map_update(map, at(9), value, XBPF_EXIST), 0, "%s: EXIST", name);
	is(map_update(map, at(9), value, XBPF_NOEXIST), -EEXIST, "%s: NOEXIST",
	   name);
	is(map_update(map, at(9), value, 3), -EINVAL, "%s: bad flags", name);
	is(map_update(map, at(9), value, XBPF_F_LOCK), -EINVAL,
	   "%s: lock that is not there", name);
	is(map_update(map, at(10), value, 0), -E2BIG, "%s: behind the end", name);
	is(map_update(map, at(U32_MAX), value, 0), -E2BIG, "%s: last index", name);
	ok(!map->ops->lookup(map, at(10)), "%s: no value there", name);
	is(map_remove(map, at(0)), -EINVAL, "%s: nothing is removed", name);
	is(map_next(map, NULL, &key), 0, "%s: first key", name);
	is(key, 0, "%s: is 0", name);
	is(map_next(map, at(3), &key), 0, "%s: next of 3", name);
	is(key, 4, "%s: is 4", name);
	is(map_next(map, at(9), &key), -ENOENT, "%s: none behind 9", name);
	is(map_next(map, at(77), &key), 0, "%s: next of no key", name);
	is(key, 0, "%s: is the first", name);
	xbpf_map_free(map);
}

/* Neighbours do not touch each other, whatever the value's size. */
static void test_array_values(u32 value_size, u32 entries, u32 flags)
{
	struct xbpf_map *map = new_map(ARRAY, 4, value_size, entries, flags);
	u8 *model = calloc(entries, value_size), *value = malloc(value_size);
	u32 i, n, bad = 0;

	for (i = 0; i < 5000; i++) {
		n = chance(&seed) % entries;
		memset(value, chance(&seed) >> 32, value_size);
		bad += !!map_update(map, &n, value, 0);
		memcpy(model + n * value_size, value, value_size);
		n = chance(&seed) % entries;
		bad += !!memcmp(map->ops->lookup(map, &n), model + n * value_size,
				value_size);
	}
	is(bad, 0, "array: %u values of %u bytes, flags %#x", entries,
	   value_size, flags);
	free(model);
	free(value);
	xbpf_map_free(map);
}

static void test_array_addresses(void)
{
	struct xbpf_map *one = new_map(ARRAY, 4, 100, 1, 0);
	struct xbpf_map *two = new_map(ARRAY, 4, 100, 2, 0);
	u64 addr;

	is(one->ops->direct_value(one, &addr, 99), 0, "address of one value");
	ok(addr == (unsigned long)one->ops->lookup(one, at(0)) + 99,
	   "with an offset");
	is(one->ops->direct_value(one, &addr, 100), -EINVAL, "behind its end");
	is(two->ops->direct_value(two, &addr, 0), -ENOTSUPP, "of two values");
	is(one->ops->mmap_check(one, 0, 1, 0), -EINVAL, "no mapping");
	ok(IS_ERR(one->ops->mmap_page(one, 0)), "nor a page");
	xbpf_map_free(one);
	xbpf_map_free(two);
}

static void test_array_mmap(void)
{
	struct xbpf_map *map = new_map(ARRAY, 4, 4000, 5, XBPF_F_MMAPABLE);
	u64 value[500] = { 0x1234 };
	char *page;

	is(map->ops->mmap_check(map, 0, 5, 1), 0, "five pages can be mapped");
	is(map->ops->mmap_check(map, 0, 6, 0), -EINVAL, "six cannot");
	is(map->ops->mmap_check(map, 5, 1, 0), -EINVAL, "nor the sixth");
	is(map->ops->mmap_check(map, ~0UL, 2, 0), -EINVAL, "nor a wrap");
	ok(IS_ERR(map->ops->mmap_page(map, 5)), "there is none");
	map_update(map, at(2), value, 0);
	page = page_address(map->ops->mmap_page(map, 1));
	is(*(u64 *)(page + 8000 - 4096), 0x1234, "the pages are the values");
	ok(IS_ALIGNED((unsigned long)map->ops->lookup(map, at(0)), PAGE_SIZE),
	   "which begin with a page");
	xbpf_map_free(map);
}

static void test_percpu_array(u32 size)
{
	struct xbpf_map *map = new_map(PERCPU_ARRAY, 4, size, 50, 0);
	u32 stride = round_up(size, 8), i, cpu, bad = 0, n;
	u8 *user = malloc(stride * CPUS), *value = malloc(size);

	for (i = 0; i < 2000; i++) {
		n = chance(&seed) % 50;
		for (cpu = 0; cpu < CPUS; cpu++)
			memset(user + cpu * stride, n + cpu, size);
		bad += !!map->ops->update_copy(map, &n, user, 0);
		cpu = chance(&seed) % CPUS;
		xbpf_host_set_cpu(cpu);
		memset(value, 0xee, size);
		bad += !!map_update(map, &n, value, 0);
		bad += !!memcmp(map->ops->lookup(map, &n), value, size);
		memset(user, 0, stride * CPUS);
		bad += !!map->ops->lookup_copy(map, &n, user, 0);
		for (cpu = 0; cpu < CPUS; cpu++)
			bad += !!memchr_inv(user + cpu * stride,
					    cpu == xbpf_host_cpu() ? 0xee :
					    (u8)(n + cpu), size);
		cpu = (xbpf_host_cpu() + 1) % CPUS;
		bad += !!memchr_inv(map->ops->lookup_percpu(map, &n, cpu),
				    (u8)(n + cpu), size);
	}
	is(bad, 0, "per-CPU array of %u bytes", size);
	ok(!map->ops->lookup_percpu(map, at(0), CPUS), "no such CPU");
	is(map->ops->lookup_copy(map, at(50), user, 0), -ENOENT, "no such key");
	xbpf_host_set_cpu(0);
	free(user);
	free(value);
	xbpf_map_free(map);
}

/* ---- objects ---- */

static void test_objects(u32 type)
{
	struct xbpf_map *map = new_map(type, 4, 4, 3, 0);
	const struct xbpf_map_ops *ops = map->ops;
	int a, b;
	void *old;

	is(ops->swap_ptr(map, at(1), &a, 0, &old), 0, "%s: put", ops->name);
	ok(!old, "%s: nothing was there", ops->name);
	is(ops->swap_ptr(map, at(1), &b, 0, &old), 0, "%s: replace", ops->name);
	ok(old == &a, "%s: the old one comes back", ops->name);
	ok(ops->read_ptr(map, at(1)) == &b, "%s: the new one is there", ops->name);
	ok(!ops->read_ptr(map, at(3)), "%s: none behind the end", ops->name);
	is(ops->swap_ptr(map, at(3), &a, 0, &old), -E2BIG, "%s: nor a place",
	   ops->name);
	is(ops->swap_ptr(map, at(1), &a, XBPF_NOEXIST, &old), -EINVAL,
	   "%s: no flags", ops->name);
	is(ops->swap_ptr(map, at(1), NULL, 0, &old), 0, "%s: remove", ops->name);
	ok(old == &b, "%s: it comes back", ops->name);
	is(ops->swap_ptr(map, at(1), NULL, 0, &old), -ENOENT,
	   "%s: nothing to remove", ops->name);
	xbpf_map_free(map);
}

/* ---- queues and stacks ---- */

#define PLACES	7

/* A model: the values in order of their age. */
struct list_model {
	u64 values[PLACES];
	u32 count;
};

static void drop_oldest(struct list_model *m)
{
	memmove(m->values, m->values + 1, --m->count * sizeof(u64));
}

static int push_once(struct xbpf_map *map, struct list_model *m)
{
	u64 value = chance(&seed), flags = chance(&seed) % 4;
	long want = 0;

	if (flags == XBPF_NOEXIST || flags > XBPF_EXIST)
		want = -EINVAL;
	else if (m->count == PLACES && flags != XBPF_EXIST)
		want = -E2BIG;
	else if (m->count == PLACES)
		drop_oldest(m);
	if (!want)
		m->values[m->count++] = value;
	return map->ops->push(map, &value, flags) != want;
}

static int get_once(struct xbpf_map *map, struct list_model *m, int take)
{
	int lifo = map->type == XBPF_MAP_TYPE_STACK;
	u64 got = 1, want = 0;
	long err;

	err = take ? map->ops->pop(map, &got) : map->ops->peek(map, &got);
	if (!m->count)
		return err != -ENOENT || got;
	want = m->values[lifo ? m->count - 1 : 0];
	if (take && lifo)
		m->count--;
	else if (take)
		drop_oldest(m);
	return err || got != want;
}

static void test_list(u32 type)
{
	struct xbpf_map *map = new_map(type, 0, 8, PLACES, 0);
	struct list_model m = { .count = 0 };
	u32 i, bad = 0, next;

	for (i = 0; i < 20000; i++)
		bad += chance(&seed) % 5 < 3 ? push_once(map, &m) :
		       get_once(map, &m, chance(&seed) & 1);
	is(bad, 0, "%s as the model", map->ops->name);
	is(map->ops->update(map, NULL, &seed, 0), -EINVAL, "no update");
	is(map->ops->remove(map, NULL), -EINVAL, "no removal");
	is(map_next(map, NULL, &next), -EINVAL, "no keys");
	xbpf_map_free(map);
}

/* ---- stack traces ---- */

#define FAST	XBPF_F_FAST_STACK_CMP
#define REUSE	XBPF_F_REUSE_STACKID

static int insert(struct xbpf_map *map, const u64 *ips, u32 nr, u64 flags)
{
	int id;

	rcu_read_lock();
	id = xbpf_stackmap_insert(map, ips, nr, flags);
	rcu_read_unlock();
	return id;
}

/* Frames whose hash takes the place of @id, but is another one. */
static void find_rival(struct xbpf_map *map, int id, u64 *ips)
{
	do {
		ips[0]++;
	} while ((jhash2((u32 *)ips, 6, 0) & (map->max_entries - 1)) != id);
}

static void test_stack_trace(void)
{
	struct xbpf_map *map = new_map(XBPF_MAP_TYPE_STACK_TRACE, 4, 80, 64, 0);
	u64 ips[12] = { 1, 2, 3 }, rival[3] = { 5, 6, 7 }, value[10];
	int id = insert(map, ips, 3, 0);
	u32 key;

	ok(id >= 0 && id < 64, "a trace has an id");
	is(insert(map, ips, 3, 0), id, "the same, always");
	is(insert(map, ips, 3, FAST), id, "compared by hash as well");
	is(map->ops->lookup_copy(map, &id, value, 0), 0, "look-up");
	ok(!memcmp(value, ips, 24) && !memchr_inv(value + 3, 0, 56),
	   "frames, then zeroes");
	find_rival(map, id, rival);
	is(insert(map, rival, 3, 0), -EEXIST, "another one in its place");
	is(insert(map, rival, 3, REUSE), id, "unless it may");
	map->ops->lookup_copy(map, &id, value, 0);
	is(value[0], rival[0], "then it is there");
	is(map_next(map, NULL, &key), 0, "first key");
	is(key, id, "is the id");
	is(map_next(map, &key, &key), -ENOENT, "the only one");
	is(map_update(map, &id, value, 0), -EINVAL, "no update");
	is(map_remove(map, &id), 0, "removal");
	is(map_remove(map, &id), -ENOENT, "once");
	is(map->ops->lookup_copy(map, &id, value, 0), -ENOENT, "gone");
	is(map->ops->lookup_copy(map, at(64), value, 0), -ENOENT, "no such id");
	id = insert(map, ips, 12, 0);
	ok(id >= 0, "more frames than fit");
	is(map->ops->lookup_and_delete(map, &id, value, 0), 0, "taken out");
	is(value[2], 3, "with its frames");
	is(insert(map, ips, 0, 0), -EFAULT, "no frames");
	xbpf_map_free(map);
}

/* A million traces of 1016 bytes cost what is in them. */
static void test_many_traces(void)
{
	struct xbpf_map *map = new_map(XBPF_MAP_TYPE_STACK_TRACE, 4, 1016,
				       1 << 20, 0);
	u64 ips[127] = { 0 }, value[127];
	u32 i, got = 0, bad = 0;
	int id;

	diag("1M traces, empty: %llu KB", map->ops->mem_usage(map) >> 10);
	ok(map->ops->mem_usage(map) < 16 << 20, "1M traces, empty");
	for (i = 0; i < 20000; i++) {
		ips[0] = i + 1;
		id = insert(map, ips, 127, 0);
		if (id < 0) {
			bad += id != -EEXIST;
			continue;
		}
		got++;
		bad += map->ops->lookup_copy(map, &id, value, 0) ||
		       value[0] != i + 1;
	}
	ok(got > 19000 && !bad, "%u of 20000 traces have a place", got);
	for (i = 0; i < 100000; i++) {
		ips[0] = i % 7 + 1;
		ips[1] = i;
		bad += insert(map, ips, 100, REUSE) < 0;
	}
	is(bad, 0, "100000 more in others' places");
	diag("in use: %llu MB", map->ops->mem_usage(map) >> 20);
	xbpf_map_free(map);
}

int main(void)
{
	long live = xbpf_host_alloc_live();

	test_array_errors(ARRAY);
	test_array_errors(PERCPU_ARRAY);
	test_array_values(1, 100, 0);
	test_array_values(3, 1000, 0);
	test_array_values(8, 4 << 20, 0);
	test_array_values(100, 100, XBPF_F_MMAPABLE);
	test_array_values(7720, 20, 0);
	test_array_addresses();
	test_array_mmap();
	test_percpu_array(1);
	test_percpu_array(8);
	test_percpu_array(100);
	test_percpu_array(16400);
	test_objects(XBPF_MAP_TYPE_PROG_ARRAY);
	test_objects(XBPF_MAP_TYPE_PERF_EVENT_ARRAY);
	test_objects(XBPF_MAP_TYPE_CGROUP_ARRAY);
	test_list(XBPF_MAP_TYPE_QUEUE);
	test_list(XBPF_MAP_TYPE_STACK);
	test_stack_trace();
	test_many_traces();
	is(xbpf_host_alloc_live(), live, "nothing left");
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
