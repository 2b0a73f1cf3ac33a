// SPDX-License-Identifier: GPL-2.0-only
/*
 * LRU maps: an insert always finds a place, what is used stays; hits on a Zipf
 * trace are compared with exact LRU and with chance.
 */
#include <math.h>
#include "maps/htab.h"
#include "unit/map_test.h"

static u64 seed = 0x1717;

static void test_capacity(u32 type, u32 entries, u32 flags)
{
	struct xbpf_map *map = new_map(type, 4, 8, entries, flags);
	struct xbpf_htab *h = xbpf_htab_of(map);
	u64 value[XBPF_HOST_NR_CPUS] = { 0 };
	u32 key, next, failed = 0, missing = 0, over = 0, count = 0;

	for (key = 0; key < 20 * entries; key++) {
		failed += !!map_update(map, &key, value, 0);
		missing += !map->ops->lookup(map, &key);
		over += atomic_read(&h->count) > map->max_entries;
	}
	while (!map_next(map, count ? &key : NULL, &next) && count <= key) {
		key = next;
		count++;
	}
	is(failed, 0, "%s of %u: no insert fails", map->ops->name, entries);
	is(missing, 0, "%s of %u: what was inserted is there", map->ops->name,
	   entries);
	is(over, 0, "%s of %u: never more than that", map->ops->name, entries);
	is(count, atomic_read(&h->count), "%s of %u: all counted", map->ops->name,
	   entries);
	ok(count > map->max_entries - map->max_entries / 8 - 1,
	   "%s of %u: full: %u", map->ops->name, entries, count);
	xbpf_map_free(map);
}

/* Keys that programs use stay; what user space looks at does not count as used. */
static void test_use(void)
{
	struct xbpf_map *map = new_map(LRU_HASH, 4, 8, 1000, 0);
	u64 value = 0;
	u32 key, hot, lost = 0, looked = 0;

	for (key = 0; key < 200; key++)
		map_update(map, &key, &value, 0);
	for (; key < 20000; key++) {
		map_update(map, &key, &value, 0);
		for (hot = 0; hot < 100; hot += 1 + (key & 7))
			map->ops->lookup(map, &hot);
		for (hot = 100; hot < 200; hot += 1 + (key & 7))
			map->ops->lookup_copy(map, &hot, &value, 0);
	}
	for (hot = 0; hot < 100; hot++)
		lost += !map->ops->lookup(map, &hot);
	for (hot = 100; hot < 200; hot++)
		looked += !!map->ops->lookup(map, &hot);
	is(lost, 0, "what programs use stays");
	is(looked, 0, "what user space looks at goes");
	xbpf_map_free(map);
}

/* A map that memory ran out for is a smaller one. */
static void test_out_of_memory(void)
{
	struct xbpf_map *map = new_map(LRU_HASH, 4, 100, 200000, 0);
	char value[100] = { 0 };
	u32 key, failed = 0, missing = 0;

	xbpf_host_alloc_fail(-1);
	for (key = 0; key < 100000; key++) {
		failed += !!map_update(map, &key, value, 0);
		missing += !map->ops->lookup(map, &key);
	}
	xbpf_host_alloc_fail(0);
	is(failed, 0, "no insert fails for want of memory");
	is(missing, 0, "what was inserted is there");
	xbpf_map_free(map);
}

/* ---- accuracy ---- */

#define UNIVERSE	20000
#define CACHE		2000
#define TRACE		400000

/* Exact LRU: a doubly linked list over key numbers; 0 is its head. */
struct exact {
	u32 next[UNIVERSE + 1];
	u32 prev[UNIVERSE + 1];
	u8 in[UNIVERSE + 1];
	u32 count;
};

static void exact_unlink(struct exact *x, u32 k)
{
	x->next[x->prev[k]] = x->next[k];
	x->prev[x->next[k]] = x->prev[k];
}

static int exact_access(struct exact *x, u32 k)
{
	int hit = x->in[k];
	u32 old = x->prev[0];

	if (hit)
		exact_unlink(x, k);
	else if (x->count == CACHE)
		exact_unlink(x, old), x->in[old] = 0;
	else
		x->count++;
	x->next[k] = x->next[0];
	x->prev[k] = 0;
	x->prev[x->next[0]] = k;
	x->next[0] = k;
	x->in[k] = 1;
	return hit;
}

static int map_access(struct xbpf_map *map, u32 k)
{
	u64 value = k;
	int hit;

	rcu_read_lock();
	hit = !!map->ops->lookup(map, &k);
	if (!hit)
		map->ops->update(map, &k, &value, 0);
	rcu_read_unlock();
	return hit;
}

/* Random replacement: what an aimless choice would give. */
static int random_access(u32 *cache, u32 *place, u32 k)
{
	u32 n = place[k];

	if (n && cache[n] == k)
		return 1;
	n = 1 + chance(&seed) % CACHE;
	cache[n] = k;
	place[k] = n;
	return 0;
}

static u32 zipf(const double *sums)
{
	double u = (chance(&seed) >> 11) * 0x1p-53 * sums[UNIVERSE];
	u32 lo = 1, hi = UNIVERSE, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (sums[mid] < u)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void test_zipf(double skew)
{
	static double sums[UNIVERSE + 1];
	struct xbpf_map *map = new_map(LRU_HASH, 4, 8, CACHE, 0);
	struct exact *x = calloc(1, sizeof(*x));
	u32 *cache = calloc(CACHE + 1, 4), *place = calloc(UNIVERSE + 1, 4);
	u32 i, k, hits[3] = { 0 };

	for (i = 1; i <= UNIVERSE; i++)
		sums[i] = sums[i - 1] + pow(i, -skew);
	for (i = 0; i < TRACE; i++) {
		k = zipf(sums);
		hits[0] += exact_access(x, k);
		hits[1] += map_access(map, k);
		hits[2] += random_access(cache, place, k);
	}
	diag("Zipf %.2f, %u of %u keys: hits exact LRU %.2f %%, map %.2f %%, random %.2f %%",
	     skew, CACHE, UNIVERSE, 100.0 * hits[0] / TRACE,
	     100.0 * hits[1] / TRACE, 100.0 * hits[2] / TRACE);
	ok(hits[1] > hits[0] - TRACE / 100,
	   "within 1 %% of exact LRU at skew %.2f", skew);
	free(x);
	free(cache);
	free(place);
	xbpf_map_free(map);
}

int main(void)
{
	test_capacity(LRU_HASH, 1, 0);
	test_capacity(LRU_HASH, 2, 0);
	test_capacity(LRU_HASH, 7, 0);
	test_capacity(LRU_HASH, 1000, 0);
	test_capacity(LRU_HASH, 1000, XBPF_F_NO_COMMON_LRU);
	test_capacity(XBPF_MAP_TYPE_LRU_PERCPU_HASH, 100, 0);
	test_use();
	test_out_of_memory();
	test_zipf(0.8);
	test_zipf(1.0);
	test_zipf(1.2);
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
