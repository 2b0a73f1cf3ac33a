// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring buffer: layout, order, room, wake-ups; several producers against one
 * consumer that is honest, or writes whatever it likes to its position.
 */
#include <pthread.h>
#include <sched.h>
#include "vm/vm.h"
#include "maps/maps.h"
#include "unit/map_test.h"

#define BUSY		XBPF_RINGBUF_BUSY_BIT
#define DISCARD		XBPF_RINGBUF_DISCARD_BIT
#define HDR		XBPF_RINGBUF_HDR_SZ

/* ---- the ring as user space sees it: through its pages ---- */

static struct xbpf_map *new_ring(u32 size)
{
	return new_map(XBPF_MAP_TYPE_RINGBUF, 0, 0, size, 0);
}

static u64 *position(struct xbpf_map *map, unsigned long pgoff)
{
	return page_address(map->ops->mmap_page(map, pgoff));
}

static u64 *consumer(struct xbpf_map *map)
{
	return position(map, 0);
}

static u64 producer(struct xbpf_map *map)
{
	return smp_load_acquire(position(map, 1));
}

/* Where position @pos of the data is; 8 bytes from here are in one page. */
static void *data_at(struct xbpf_map *map, u64 pos)
{
	u64 off = pos & (map->max_entries - 1);

	return page_address(map->ops->mmap_page(map, 2 + off / PAGE_SIZE)) +
	       off % PAGE_SIZE;
}

static u64 whole(u32 len)
{
	return round_up((len & ~(BUSY | DISCARD)) + HDR, 8);
}

/* The oldest record: its header, or BUSY if there is none or it is not ready. */
static u32 peek(struct xbpf_map *map)
{
	u64 pos = *consumer(map);

	if (pos >= producer(map))
		return BUSY;
	return smp_load_acquire((u32 *)data_at(map, pos));
}

static void consume(struct xbpf_map *map)
{
	u64 pos = *consumer(map);

	smp_store_release(consumer(map), pos + whole(peek(map)));
}

/* ---- one thread ---- */

static void test_layout(void)
{
	struct xbpf_map *map = new_ring(8192);
	u64 *sample, *raw;

	is(map->ops->poll(map), 0, "an empty ring is not readable");
	sample = xbpf_ringbuf_reserve(map, 24);
	sample[0] = 0x1122;
	raw = data_at(map, 0);
	is(producer(map), 32, "a reserved record moves the producers' position");
	is((u32)raw[0], 24 | BUSY, "its header says busy and its length");
	is(map->ops->poll(map), EPOLLIN | EPOLLRDNORM, "the ring is readable");
	xbpf_ringbuf_commit(sample, 0, 0);
	is((u32)raw[0], 24, "committed");
	is(raw[1], 0x1122, "with the data behind the header");
	sample = xbpf_ringbuf_reserve(map, 3);
	xbpf_ringbuf_commit(sample, 0, DISCARD);
	is((u32)raw[4], 3 | DISCARD, "discarded");
	is(producer(map), 48, "records are padded to 8");
	is(xbpf_ringbuf_query(map, XBPF_RB_AVAIL_DATA), 48, "query: data");
	is(xbpf_ringbuf_query(map, XBPF_RB_RING_SIZE), 8192, "query: size");
	consume(map);
	is(xbpf_ringbuf_query(map, XBPF_RB_CONS_POS), 32, "query: consumer");
	is(xbpf_ringbuf_query(map, XBPF_RB_PROD_POS), 48, "query: producers");
	is(xbpf_ringbuf_query(map, 99), 0, "query: unknown");
	ok(map->ops->mmap_page(map, 2) == map->ops->mmap_page(map, 4),
	   "data pages come twice");
	ok(IS_ERR(map->ops->mmap_page(map, 6)), "no page behind them");
	is(map->ops->mmap_check(map, 0, 1, 1), 0, "consumer page is writable");
	is(map->ops->mmap_check(map, 0, 2, 1), -EPERM, "the next is not");
	is(map->ops->mmap_check(map, 1, 5, 0), 0, "the rest can be read");
	is(map->ops->mmap_check(map, 1, 6, 0), -EINVAL, "but not more");
	is(map->ops->mmap_check(map, ~0UL, 2, 0), -EINVAL, "nor a wrap");
	xbpf_map_free(map);
}

static void test_wakeups(void)
{
	struct xbpf_map *map = new_ring(4096);
	void *a, *b;

	xbpf_ringbuf_output(map, "x", 1, 0);
	is(map->waitq->wakeups, 1, "the first record wakes");
	xbpf_ringbuf_output(map, "x", 1, 0);
	is(map->waitq->wakeups, 1, "the next does not: the consumer is behind");
	xbpf_ringbuf_output(map, "x", 1, XBPF_RB_FORCE_WAKEUP);
	is(map->waitq->wakeups, 2, "unless forced");
	consume(map), consume(map), consume(map);
	xbpf_ringbuf_output(map, "x", 1, XBPF_RB_NO_WAKEUP);
	is(map->waitq->wakeups, 2, "no wake-up if not wanted");
	consume(map);
	a = xbpf_ringbuf_reserve(map, 8);
	b = xbpf_ringbuf_reserve(map, 8);
	xbpf_ringbuf_commit(b, 0, 0);
	is(map->waitq->wakeups, 2, "a record behind a busy one does not wake");
	xbpf_ringbuf_commit(a, 0, 0);
	is(map->waitq->wakeups, 3, "the busy one does");
	is(xbpf_ringbuf_output(map, "x", 1, 4), -EINVAL, "unknown flag");
	xbpf_map_free(map);
}

static void test_room(void)
{
	struct xbpf_map *map = new_ring(4096);
	u32 n = 0;

	ok(!xbpf_ringbuf_reserve(map, 4096), "more than the ring");
	ok(!xbpf_ringbuf_reserve(map, 4096 - HDR), "as much as the ring");
	ok(!xbpf_ringbuf_reserve(map, U32_MAX), "as much as there is");
	ok(!xbpf_ringbuf_reserve(map, ~0ULL), "more than that");
	while (!xbpf_ringbuf_output(map, "01234567", 8, 0))
		n++;
	is(n, 4096 / 16 - 1, "all but one place can be filled");
	is(xbpf_ringbuf_output(map, "", 0, 0), 0, "the rest takes an empty one");
	is(xbpf_ringbuf_output(map, "", 0, 0), -EAGAIN, "then nothing");
	ok(atomic64_read(&map->failed) >= 2, "what did not fit is counted");
	consume(map);
	is(xbpf_ringbuf_output(map, "01234567", 8, 0), 0,
	   "room again when something was read");
	xbpf_map_free(map);
}

/* Records of all lengths, round and round. */
static void test_wrap(void)
{
	struct xbpf_map *map = new_ring(4096);
	u32 i, j, len, bad = 0;
	u64 seed = 42;
	u8 *p;

	for (i = 0; i < 20000; i++) {
		len = chance(&seed) % 1000;
		p = xbpf_ringbuf_reserve(map, len);
		if (!p) {
			bad++;
			break;
		}
		memset(p, i, len);
		xbpf_ringbuf_commit(p, 0, 0);
		bad += peek(map) != len;
		for (j = 0; j < len; j++)
			bad += *(u8 *)data_at(map, *consumer(map) + HDR + j) !=
			       (u8)i;
		consume(map);
	}
	is(bad, 0, "%u records of any length, %llu rounds", i,
	   producer(map) / 4096);
	xbpf_map_free(map);
}

/* A position that user space invents never frees a record that is busy. */
static void test_hostile_positions(void)
{
	static const u64 lies[] = { 0, 1, 8, 15, 4095, 4096, 4097, 8192,
				    1ULL << 32, 1ULL << 63, ~0ULL, ~7ULL };
	struct xbpf_map *map = new_ring(4096);
	u64 seed = 7, *held, *p;
	u32 i, bad = 0, got = 0;

	held = xbpf_ringbuf_reserve(map, 1024);
	memset(held, 0x5a, 1024);
	for (i = 0; i < 20000; i++) {
		*consumer(map) = i & 1 ? lies[chance(&seed) % ARRAY_SIZE(lies)] :
					 producer(map) - chance(&seed) % 64;
		p = xbpf_ringbuf_reserve(map, chance(&seed) % 512);
		if (!p)
			continue;
		got++;
		bad += p >= held && p < held + 128;
		xbpf_ringbuf_commit(p, 0, 0);
	}
	bad += !!memchr_inv(held, 0x5a, 1024);
	ok(got && !bad, "a busy record is never given away: %u others", got);
	xbpf_ringbuf_commit(held, 0, 0);
	*consumer(map) = producer(map);
	is(xbpf_ringbuf_output(map, "x", 1, 0), 0, "and the ring works on");
	xbpf_map_free(map);
}

static void test_helpers(void)
{
	struct xbpf_map *map = new_ring(4096);
	u64 m = (unsigned long)map, p;

	ok(!xbpf_helper_ringbuf_reserve(m, 8, 1, 0, 0), "reserve takes no flags");
	p = xbpf_helper_ringbuf_reserve(m, 8, 0, 0, 0);
	ok(p, "reserve");
	xbpf_helper_ringbuf_submit(p, 0, 0, 0, 0);
	is(peek(map), 8, "submit");
	consume(map);
	p = xbpf_helper_ringbuf_reserve(m, 8, 0, 0, 0);
	xbpf_helper_ringbuf_discard(p, 0, 0, 0, 0);
	is(peek(map), 8 | DISCARD, "discard");
	is(xbpf_helper_ringbuf_output(m, p, 8, 0, 0), 0, "output");
	is(xbpf_helper_ringbuf_query(m, XBPF_RB_AVAIL_DATA, 0, 0, 0), 32,
	   "query");
	xbpf_map_free(map);
}

/* ---- threads ---- */

#define PRODUCERS	4

struct message {
	u32 who;
	u32 len;
	u64 nr;
	u64 body[30];
};

/*
 * @sent: committed; @full: refused; @spoilt: somebody else wrote into our record
 */
struct producer {
	struct xbpf_map *map;
	u32 who;
	u32 count;
	u64 sent, full, spoilt;
};

static int running;

static void fill(struct message *msg, u32 who, u64 nr, u32 words)
{
	u32 i;

	/* A producer that is late may read here what was a header once. */
	WRITE_ONCE(msg->who, who);
	WRITE_ONCE(msg->len, words);
	WRITE_ONCE(msg->nr, nr);
	for (i = 0; i < words; i++)
		WRITE_ONCE(msg->body[i], nr * 31 + who);
}

static int is_whole(const struct message *msg)
{
	u32 i;

	for (i = 0; i < msg->len && i < ARRAY_SIZE(msg->body); i++)
		if (READ_ONCE(msg->body[i]) != msg->nr * 31 + msg->who)
			return 0;
	return i == msg->len;
}

static void *produce(void *arg)
{
	struct producer *p = arg;
	u64 seed = p->who + 1;
	struct message *msg;
	u32 words;

	xbpf_host_set_cpu(p->who % XBPF_HOST_NR_CPUS);
	while (p->sent < p->count && READ_ONCE(running)) {
		words = chance(&seed) % 30;
		msg = xbpf_ringbuf_reserve(p->map, 16 + words * 8);
		if (!msg) {
			p->full++;
			sched_yield();
			continue;
		}
		fill(msg, p->who, p->sent, words);
		if (!(chance(&seed) % 64))
			sched_yield();
		p->spoilt += !is_whole(msg) || msg->who != p->who;
		xbpf_ringbuf_commit(msg, 0, 0);
		p->sent++;
	}
	return NULL;
}

static void copy_record(struct xbpf_map *map, u64 pos, void *to, u32 len)
{
	u32 i;

	for (i = 0; i < len; i += 8)
		memcpy(to + i, data_at(map, pos + HDR + i), 8);
}

/* @next: the number that each producer's next message must have */
struct reader {
	struct xbpf_map *map;
	u64 next[PRODUCERS];
	u64 wrong, read, lost_wakeups;
};

static void read_one(struct reader *r)
{
	struct message msg;
	u32 len = peek(r->map);

	if (len < 16 || len > sizeof(msg)) {
		r->wrong++;
		consume(r->map);
		return;
	}
	copy_record(r->map, *consumer(r->map), &msg, len);
	if (msg.who >= PRODUCERS || msg.len != (len - 16) / 8 ||
	    !is_whole(&msg) || msg.nr != r->next[msg.who])
		r->wrong++;
	else
		r->next[msg.who]++;
	r->read++;
	consume(r->map);
}

/* Sleeps as epoll does: nothing to read, then a wake-up; 0 if none came. */
static int wait_for_wakeup(struct reader *r, unsigned long before)
{
	u64 start = ktime_get_ns();

	while (READ_ONCE(r->map->waitq->wakeups) == before) {
		if (ktime_get_ns() - start > 3 * NSEC_PER_SEC)
			return 0;
		sched_yield();
	}
	return 1;
}

static void read_all(struct reader *r, u64 count)
{
	unsigned long before;

	while (r->read < count && !r->wrong) {
		before = READ_ONCE(r->map->waitq->wakeups);
		smp_mb();
		while (r->read < count && !r->wrong && !(peek(r->map) & BUSY))
			read_one(r);
		smp_mb();
		if (r->read >= count || !(peek(r->map) & BUSY))
			continue;
		if (!wait_for_wakeup(r, before)) {
			r->lost_wakeups++;
			return;
		}
	}
}

static void start(struct producer *p, pthread_t *threads, struct xbpf_map *map,
		  u32 count)
{
	u32 i;

	running = 1;
	for (i = 0; i < PRODUCERS; i++) {
		p[i] = (struct producer){ .map = map, .who = i, .count = count };
		pthread_create(&threads[i], NULL, produce, &p[i]);
	}
}

static u64 finish(struct producer *p, pthread_t *threads, u64 *sent)
{
	u64 spoilt = 0;
	u32 i;

	*sent = 0;
	for (i = 0; i < PRODUCERS; i++) {
		pthread_join(threads[i], NULL);
		spoilt += p[i].spoilt;
		*sent += p[i].sent;
	}
	return spoilt;
}

static void test_producers(u32 size, u32 count)
{
	struct reader r = { .map = new_ring(size) };
	struct producer p[PRODUCERS];
	pthread_t threads[PRODUCERS];
	u64 sent;

	start(p, threads, r.map, count);
	read_all(&r, (u64)count * PRODUCERS);
	WRITE_ONCE(running, 0);
	is(finish(p, threads, &sent), 0, "%u bytes: no record is shared", size);
	is(r.wrong, 0, "%u bytes: each producer's records in order", size);
	is(r.lost_wakeups, 0, "%u bytes: nobody sleeps on", size);
	is(r.read, sent, "%u bytes: all that was sent", size);
	xbpf_map_free(r.map);
}

static void test_hostile_reader(u32 rounds)
{
	struct xbpf_map *map = new_ring(8192);
	struct producer p[PRODUCERS];
	pthread_t threads[PRODUCERS];
	u64 sent, seed = 99;
	u32 i;

	start(p, threads, map, U32_MAX);
	for (i = 0; i < rounds; i++) {
		WRITE_ONCE(*consumer(map), i % 4 ? producer(map) :
						   chance(&seed));
		if (!(i % 64))
			sched_yield();
	}
	WRITE_ONCE(running, 0);
	is(finish(p, threads, &sent), 0, "hostile reader: no record is shared");
	diag("%llu records sent meanwhile", sent);
	smp_store_release(consumer(map), producer(map));
	is(xbpf_ringbuf_output(map, "x", 1, 0), 0, "and the ring works on");
	xbpf_map_free(map);
}

int main(void)
{
	long live = xbpf_host_alloc_live();

	test_layout();
	test_wakeups();
	test_room();
	test_wrap();
	test_hostile_positions();
	test_helpers();
	test_producers(4096, 10000);
	test_producers(65536, 30000);
	test_hostile_reader(300000);
	is(xbpf_host_alloc_live(), live, "nothing left");
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
