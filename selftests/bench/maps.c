// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an operation on a map costs, natively on the host: nanoseconds each, and
 * cycles of the time stamp counter. Best of several rounds.
 *
 * The twin's per-CPU pointers are slower than the kernel's, interrupts are not
 * switched off, grace periods end at once: to compare with itself.
 */
#include <x86intrin.h>
#include "vm/vm.h"
#include "maps/maps.h"

#define ROUNDS	7
#define OPS	200000
#define READER	100	/* operations before a grace period may end */

/**
 * struct bench - a row of the table
 * @value, @entries: of the map; @filled: keys that are in it before
 * @op: operation number @i
 */
struct bench {
	const char *text;
	u32 type, key, value, entries, filled;
	void (*op)(struct xbpf_map *map, u32 i);
};

static u64 keys[OPS][8];
static u64 sink;

static void lookup(struct xbpf_map *map, u32 i)
{
	u64 *v = map->ops->lookup(map, keys[i]);

	sink += v ? *v : 0;
}

static void update(struct xbpf_map *map, u32 i)
{
	u64 value[8] = { i };

	map->ops->update(map, keys[i], value, XBPF_ANY);
}

static void insert_delete(struct xbpf_map *map, u32 i)
{
	u64 value[8] = { i };

	map->ops->update(map, keys[i], value, XBPF_ANY);
	map->ops->remove(map, keys[i]);
}

static void push_pop(struct xbpf_map *map, u32 i)
{
	u64 value[8] = { i };

	map->ops->push(map, value, 0);
	map->ops->pop(map, value);
}

static void ring_submit(struct xbpf_map *map, u32 i)
{
	u64 *sample = xbpf_ringbuf_reserve(map, 16);

	if (!sample) {
		u64 *pos = page_address(map->ops->mmap_page(map, 0));

		*pos = xbpf_ringbuf_query(map, XBPF_RB_PROD_POS);
		return;
	}
	sample[0] = i;
	xbpf_ringbuf_commit(sample, 0, 0);
}

static void stack_id(struct xbpf_map *map, u32 i)
{
	sink += xbpf_stackmap_insert(map, keys[i & 1023], 8,
				     XBPF_F_FAST_STACK_CMP);
}

#define T(t) XBPF_MAP_TYPE_##t

static const struct bench benches[] = {
	{ "hash u32, lookup, 1k", T(HASH), 4, 8, 1024, 1024, lookup },
	{ "hash u32, lookup, 100k", T(HASH), 4, 8, 100000, 100000, lookup },
	{ "hash u32, lookup, miss", T(HASH), 4, 8, 1024, 0, lookup },
	{ "hash u64, lookup, 1k", T(HASH), 8, 8, 1024, 1024, lookup },
	{ "hash 64 B, lookup, 1k", T(HASH), 64, 8, 1024, 1024, lookup },
	{ "hash u32, update u64, 1k", T(HASH), 4, 8, 1024, 1024, update },
	{ "hash u32, update 64 B, 1k", T(HASH), 4, 64, 1024, 1024, update },
	{ "hash u32, insert + delete", T(HASH), 4, 8, 1024, 0, insert_delete },
	{ "per-CPU hash, lookup, 1k", T(PERCPU_HASH), 4, 8, 1024, 1024, lookup },
	{ "per-CPU hash, update, 1k", T(PERCPU_HASH), 4, 8, 1024, 1024, update },
	{ "LRU u32, lookup, 1k", T(LRU_HASH), 4, 8, 1024, 1024, lookup },
	{ "LRU u32, update, 1k", T(LRU_HASH), 4, 8, 1024, 1024, update },
	{ "LRU u32, update, evicting", T(LRU_HASH), 4, 8, 1024, OPS, update },
	{ "array, lookup", T(ARRAY), 4, 8, OPS, 0, lookup },
	{ "array, update", T(ARRAY), 4, 8, OPS, 0, update },
	{ "per-CPU array, lookup", T(PERCPU_ARRAY), 4, 8, OPS, 0, lookup },
	{ "queue, push + pop", T(QUEUE), 0, 8, 1024, 0, push_pop },
	{ "ring, reserve + submit 16 B", T(RINGBUF), 0, 0, 1 << 20, 0,
	  ring_submit },
	{ "stack id, 8 frames, known", T(STACK_TRACE), 4, 64, 4096, 0,
	  stack_id },
};

static struct xbpf_map *make_map(const struct bench *b)
{
	union xbpf_attr attr = {
		.map_type = b->type, .key_size = b->key,
		.value_size = b->value, .max_entries = b->entries,
	};
	struct xbpf_map *map = xbpf_map_alloc(&attr);
	u32 i;

	if (IS_ERR(map))
		exit(EXIT_FAILURE);
	for (i = 0; i < OPS; i++)
		keys[i][0] = b->filled ? i % b->filled : i;
	for (i = 0; i < min(b->filled, b->entries); i++)
		update(map, i);
	return map;
}

static void run_reader(const struct bench *b, struct xbpf_map *map, u32 i)
{
	u32 end = i + READER;

	rcu_read_lock();
	for (; i < end; i++)
		b->op(map, i);
	rcu_read_unlock();
}

static void run(const struct bench *b)
{
	u64 best = ~0ULL, cycles = ~0ULL, start, tsc;
	struct xbpf_map *map = make_map(b);
	u32 round, i;

	for (round = 0; round < ROUNDS; round++) {
		start = ktime_get_ns();
		tsc = __rdtsc();
		for (i = 0; i < OPS; i += READER)
			run_reader(b, map, i);
		cycles = min(cycles, (u64)__rdtsc() - tsc);
		best = min(best, ktime_get_ns() - start);
	}
	printf("%-32s %8.1f ns %8.1f cycles\n", b->text, (double)best / OPS,
	       (double)cycles / OPS);
	xbpf_map_free(map);
}

int main(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(benches); i++)
		run(&benches[i]);
	return sink == 1;
}
