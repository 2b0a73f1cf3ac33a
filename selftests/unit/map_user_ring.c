// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring buffer from user space: what programs are given of what user space
 * wrote, whatever that was; results of the helper; wake-ups.
 */
#include "vm/vm.h"
#include "maps/maps.h"
#include "unit/map_test.h"

#define BUSY		XBPF_RINGBUF_BUSY_BIT
#define DISCARD		XBPF_RINGBUF_DISCARD_BIT
#define SIZE		8192
#define MAX_SAMPLES	(128 * 1024)

/*
 * struct run - one call of the helper
 * @given: calls of the callback; @bytes: of all samples
 * @stop_at: the callback stops after so many
 * @wrong: samples outside of the ring's data, and bytes that are not readable
 * @endless: the callback writes one more record
 * @nested: result of a call within the callback
 */
struct run {
	struct xbpf_map *map;
	u32 given, stop_at;
	u64 bytes, wrong;
	u64 first;
	int endless;
	long nested;
};

static u64 *position(struct xbpf_map *map, unsigned long pgoff)
{
	return page_address(map->ops->mmap_page(map, pgoff));
}

static u64 consumer(struct xbpf_map *map)
{
	return *position(map, 0);
}

static u64 *producer(struct xbpf_map *map)
{
	return position(map, 1);
}

static u32 *header(struct xbpf_map *map, u64 pos)
{
	u64 off = pos & (map->max_entries - 1);

	return page_address(map->ops->mmap_page(map, 2 + off / PAGE_SIZE)) +
	       off % PAGE_SIZE;
}

/* As an honest producer writes it; records of these tests do not wrap. */
static void put(struct xbpf_map *map, u32 header_word, u64 value)
{
	u64 pos = *producer(map);
	u32 len = header_word & ~(BUSY | DISCARD);

	if (len >= 8)
		memcpy(header(map, pos) + 2, &value, sizeof(value));
	*header(map, pos) = header_word;
	*producer(map) = pos + round_up(len + 8, 8);
}

static u64 sample(u64 dynptr, u64 ctx, u64 r3, u64 r4, u64 r5)
{
	struct run *run = (void *)(unsigned long)ctx;
	u32 size = xbpf_kfunc_bpf_dynptr_size(dynptr, 0, 0, 0, 0);
	const volatile u8 *data;

	data = (void *)(unsigned long)xbpf_helper_dynptr_data(dynptr, 0, size,
							      0, 0);
	if (!data)
		run->wrong++;
	else if (size >= 8 && !run->given)
		run->first = *(const u64 *)data;
	if (data && size)	/* both ends are there */
		run->wrong += data[0] + data[size - 1] > 510;
	run->given++;
	run->bytes += size;
	if (run->endless)
		put(run->map, 0, 0);
	return run->given == run->stop_at;
}

static long drain(struct run *run, struct xbpf_map *map, u64 flags)
{
	const struct xbpf_callback cb = { .native = sample };
	u32 stop_at = run->stop_at;
	int endless = run->endless;

	*run = (struct run){ .map = map, .stop_at = stop_at,
			     .endless = endless };
	return xbpf_helper_user_ringbuf_drain((unsigned long)map,
					      (unsigned long)&cb,
					      (unsigned long)run, flags, 0);
}

static struct xbpf_map *new_ring(void)
{
	return new_map(XBPF_MAP_TYPE_USER_RINGBUF, 0, 0, SIZE, 0);
}

static void test_honest(void)
{
	struct xbpf_map *map = new_ring();
	struct run run = { 0 };

	is(drain(&run, map, 0), 0, "nothing in an empty ring");
	put(map, 8, 0x1122);
	put(map, 24, 0);
	put(map, 3 | DISCARD, 0);
	put(map, 0, 0);
	is(drain(&run, map, 0), 3, "what was discarded does not count");
	is(run.given, 3, "nor is it given");
	is(run.bytes, 32, "of their sizes");
	is(run.first, 0x1122, "in their order");
	is(consumer(map), *producer(map), "all of them are consumed");
	put(map, 8, 1);
	put(map, 8 | BUSY, 2);
	put(map, 8, 3);
	is(drain(&run, map, 0), 1, "up to one that is busy");
	*header(map, consumer(map)) = 8;
	run.stop_at = 1;
	is(drain(&run, map, 0), 1, "up to where the callback stops");
	is(run.first, 2, "which is the one that was busy");
	run.stop_at = 0;
	is(drain(&run, map, 0), 1, "and the rest");
	is(drain(&run, map, 4), -EINVAL, "an unknown flag");
	xbpf_map_free(map);
}

static u64 nest(u64 dynptr, u64 ctx, u64 r3, u64 r4, u64 r5)
{
	struct run *run = (void *)(unsigned long)ctx, inner = { 0 };

	run->nested = drain(&inner, run->map, 0);
	return 0;
}

static void test_nested(void)
{
	const struct xbpf_callback cb = { .native = nest };
	struct xbpf_map *map = new_ring();
	struct run run = { .map = map };

	put(map, 8, 1);
	is(xbpf_helper_user_ringbuf_drain((unsigned long)map, (unsigned long)&cb,
					  (unsigned long)&run, 0, 0), 1,
	   "a call within a callback");
	is(run.nested, -EBUSY, "finds the ring busy");
	is(drain(&run, map, 0), 0, "which it is not afterwards");
	xbpf_map_free(map);
}

static void test_wakeups(void)
{
	struct xbpf_map *map = new_ring();
	struct run run = { 0 };

	is(map->ops->poll(map), EPOLLOUT | EPOLLWRNORM, "an empty ring has room");
	*producer(map) = SIZE;
	is(map->ops->poll(map), 0, "a full one has not");
	*producer(map) = 0;
	drain(&run, map, 0);
	is(map->waitq->wakeups, 0, "nothing was drained: nobody is woken");
	drain(&run, map, XBPF_RB_FORCE_WAKEUP);
	is(map->waitq->wakeups, 1, "unless forced");
	put(map, 8, 1);
	drain(&run, map, 0);
	is(map->waitq->wakeups, 2, "there is room");
	put(map, 8 | DISCARD, 1);
	drain(&run, map, 0);
	is(map->waitq->wakeups, 3, "of what was discarded, too");
	put(map, 8, 1);
	drain(&run, map, XBPF_RB_NO_WAKEUP);
	is(map->waitq->wakeups, 3, "not if not wanted");
	xbpf_map_free(map);
}

/* A header at the consumer's position, and the producers' so far behind it. */
static long drain_word(struct run *run, struct xbpf_map *map, u32 word, u64 ahead)
{
	*producer(map) = consumer(map) + ahead;
	*header(map, consumer(map)) = word;
	return drain(run, map, 0);
}

static void test_spoilt(void)
{
	struct xbpf_map *map = new_ring();
	struct run run = { 0 };

	is(drain_word(&run, map, 0, 4), -EINVAL, "a position that is no multiple of 8");
	is(drain_word(&run, map, 16, 16), -EINVAL, "a record behind the position");
	is(drain_word(&run, map, ~0U, 64), -EINVAL, "the largest header");
	is(drain_word(&run, map, SIZE, 1 << 20), -E2BIG, "a record of the ring's size");
	is(drain_word(&run, map, 1 << 24, 1 << 30), -E2BIG, "more than a dynptr has");
	is(drain_word(&run, map, DISCARD | (1 << 20), ~7ULL), -E2BIG,
	   "discarded, but too large");
	is(drain_word(&run, map, 8 | BUSY | DISCARD, 16), 0,
	   "discarded goes before busy");
	is(run.given, 0, "nothing was given");
	is(consumer(map), 16, "one was skipped");
	is(drain_word(&run, map, SIZE - 8, SIZE), 1, "one may fill the ring");
	is(run.bytes, SIZE - 8, "and is whole, wherever it begins");
	xbpf_map_free(map);
}

/* Whatever is written anywhere: the call ends, and what it gives is in the ring. */
static void test_hostile(void)
{
	struct xbpf_map *map = new_ring();
	u64 seed = 99, before, given = 0, bad = 0;
	struct run run = { 0 };
	u32 i, j;

	for (i = 0; i < 20000; i++) {
		for (j = 0; j < 16; j++)
			*header(map, chance(&seed) % SIZE & ~7ULL) =
				chance(&seed) >> chance(&seed) % 64;
		before = consumer(map);
		*producer(map) = i % 4 ? before + chance(&seed) % (2 * SIZE) :
					 chance(&seed);
		if (i % 2)
			*producer(map) &= ~7ULL;
		drain(&run, map, 0);
		given += run.given;
		bad += run.wrong + (consumer(map) % 8 != 0) +
		       (consumer(map) < before);
	}
	ok(given && !bad, "%llu samples out of chance: %llu wrong", given, bad);
	xbpf_map_free(map);
}

static void test_endless(void)
{
	struct xbpf_map *map = new_ring();
	struct run run = { .endless = 1 };

	put(map, 0, 0);
	is(drain(&run, map, 0), MAX_SAMPLES, "a producer that never ends is left");
	xbpf_map_free(map);
}

static void test_pages(void)
{
	struct xbpf_map *map = new_ring();

	is(map->ops->mmap_check(map, 0, 1, 0), 0, "the consumer's page is readable");
	is(map->ops->mmap_check(map, 0, 1, 1), -EPERM, "and not writable");
	is(map->ops->mmap_check(map, 0, 6, 1), -EPERM, "nor with the others");
	is(map->ops->mmap_check(map, 1, 5, 1), 0, "the rest is writable");
	is(map->ops->mmap_check(map, 1, 6, 1), -EINVAL, "but not more");
	ok(map->ops->mmap_page(map, 2) == map->ops->mmap_page(map, 4),
	   "data pages come twice");
	is(map->ops->lookup_copy(map, NULL, NULL, 0), -ENOTSUPP, "no look-up");
	is(map->ops->update(map, NULL, NULL, 0), -ENOTSUPP, "no update");
	is(map->ops->remove(map, NULL), -ENOTSUPP, "no removal");
	is(map->ops->get_next_key(map, NULL, NULL), -ENOTSUPP, "no keys");
	xbpf_map_free(map);
}

int main(void)
{
	test_honest();
	test_nested();
	test_wakeups();
	test_spoilt();
	test_hostile();
	test_endless();
	test_pages();
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
