// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring buffer: records of any size from any context to one consumer in user
 * space, with Linux's layout: a page with the consumer's position, which user
 * space writes; a page with the producers' position and the data, which it reads;
 * the data mapped twice in a row, so that no record is cut.
 *
 * Producers take no lock. Positions are counts of bytes that only grow:
 *
 *	pending <= *producer <= reserved, reserved - pending < size
 *
 * @reserved is moved by compare-and-exchange and gives a producer its record.
 * *producer tells the consumer which headers are valid. The right to move it over
 * the record it stands at is a token, and there is one: the record's producer
 * has it, until it finds that *producer is not there yet; then it lays the token
 * down as a bit in @ready. Whoever clears that bit holds the token, moves
 * *producer and looks for the next one. A producer that lays down a token looks
 * at *producer afterwards, a holder that moves *producer looks for a token
 * afterwards, with a full barrier each: one of them sees the other, nothing stays
 * behind. Nobody waits for anybody.
 *
 * The consumer's position is not to be trusted. A record is not given away again
 * before it was committed: @pending, which user space cannot write, stands at the
 * oldest one that was not. So a hostile consumer spoils only what it reads.
 *
 * Knows nothing of mappings and descriptors.
 */
#include "maps/ring.h"

#define MAX_RECORD	(U32_MAX / 4)
/* Records that @pending passes beyond the need of the moment. */
#define PENDING_AHEAD	16

/*
 * struct record - header of a record, in the data pages
 * @len: bytes behind the header, XBPF_RINGBUF_BUSY_BIT, XBPF_RINGBUF_DISCARD_BIT
 * @pgoff: pages from struct xbpf_ring to this one
 */
struct record {
	u32 len;
	u32 pgoff;
};

static struct record *record_at(const struct xbpf_ring *r, u64 pos)
{
	return (struct record *)(r->data + (pos & r->mask));
}

static u64 record_size(u32 len)
{
	len &= ~(XBPF_RINGBUF_BUSY_BIT | XBPF_RINGBUF_DISCARD_BIT);
	return round_up((u64)len + sizeof(struct record), 8);
}

static unsigned long ready_bit(const struct xbpf_ring *r, u64 pos)
{
	return (pos & r->mask) >> 3;
}

/* ---- waking the consumer ---- */

/* It sleeps, if at all, where it has read up to. */
static int consumer_is_at(const struct xbpf_ring *r, u64 offset)
{
	return (smp_load_acquire(r->consumer) & r->mask) == offset;
}

/* ---- moving the producers' position ---- */

/* A record that was committed before it could be seen could not wake anybody. */
static void wake_if_committed(struct xbpf_ring *r, u64 pos)
{
	if (READ_ONCE(record_at(r, pos)->len) & XBPF_RINGBUF_BUSY_BIT)
		return;
	if (consumer_is_at(r, pos & r->mask))
		irq_work_queue(&r->work);
}

static noinline void pass_ready(struct xbpf_ring *r)
{
	u64 pos;

	for (;;) {
		pos = READ_ONCE(*r->producer);
		if (!test_bit(ready_bit(r, pos), r->ready) ||
		    !test_and_clear_bit(ready_bit(r, pos), r->ready))
			return;
		if (READ_ONCE(*r->producer) != pos) {
			/* The token of a record one or more rounds later. */
			test_and_set_bit(ready_bit(r, pos), r->ready);
			continue;
		}
		xchg(r->producer,
		     pos + record_size(READ_ONCE(record_at(r, pos)->len)));
		wake_if_committed(r, pos);
	}
}

/* The header at @pos is written; the record ends at @end. */
static void show_record(struct xbpf_ring *r, u64 pos, u64 end)
{
	if (likely(READ_ONCE(*r->producer) == pos)) {
		xchg(r->producer, end);
		if (likely(READ_ONCE(r->reserved) == end))
			return;
	} else {
		test_and_set_bit(ready_bit(r, pos), r->ready);
	}
	pass_ready(r);
}

/* ---- room ---- */

/*
 * Moves @pending until a record may end at @end, if that can be. The records that
 * are read on the way are whole as long as @pending is where it was, and if it is
 * not, the exchange fails.
 */
static noinline int move_pending(struct xbpf_ring *r, u64 end)
{
	u64 old = smp_load_acquire(&r->pending), pos = old;
	u64 visible = smp_load_acquire(r->producer);
	int ahead = PENDING_AHEAD;
	u32 len;

	while (pos < visible && (end - pos > r->mask || ahead--)) {
		len = smp_load_acquire(&record_at(r, pos)->len);
		if (len & XBPF_RINGBUF_BUSY_BIT)
			break;
		pos += record_size(len);
	}
	if (pos != old)
		cmpxchg(&r->pending, old, pos);
	return end - READ_ONCE(r->pending) <= r->mask;
}

static int has_room(struct xbpf_ring *r, u64 end)
{
	if (end - smp_load_acquire(r->consumer) > r->mask ||
	    end - READ_ONCE(*r->producer) > r->mask)
		return 0;
	return likely(end - smp_load_acquire(&r->pending) <= r->mask) ||
	       move_pending(r, end);
}

/* ---- behind the helpers ---- */

/**
 * xbpf_ringbuf_reserve - memory of a new record
 * @map: the ring
 * @size: bytes
 *
 * Context: any.
 * Return: @size bytes, to be given to xbpf_ringbuf_commit(); NULL: no room.
 */
void *xbpf_ringbuf_reserve(struct xbpf_map *map, u64 size)
{
	struct xbpf_ring *r = xbpf_ring_of(map);
	struct record *rec;
	u64 pos, end;

	if (unlikely(size > MAX_RECORD || record_size(size) > r->mask + 1))
		return NULL;
	pos = READ_ONCE(r->reserved);
	do {
		end = pos + record_size(size);
		if (unlikely(!has_room(r, end))) {
			atomic64_inc(&map->failed);
			return NULL;
		}
	} while (!try_cmpxchg(&r->reserved, &pos, end));
	rec = record_at(r, pos);
	rec->pgoff = ((char *)rec - (char *)r) >> PAGE_SHIFT;
	smp_store_release(&rec->len, (u32)size | XBPF_RINGBUF_BUSY_BIT);
	show_record(r, pos, end);
	return rec + 1;
}

static struct xbpf_ring *ring_of_record(const struct record *rec)
{
	unsigned long page = (unsigned long)rec & PAGE_MASK;

	return (struct xbpf_ring *)(page - ((unsigned long)rec->pgoff << PAGE_SHIFT));
}

/**
 * xbpf_ringbuf_commit - hand a record to the consumer
 * @sample: from xbpf_ringbuf_reserve()
 * @flags: XBPF_RB_NO_WAKEUP, XBPF_RB_FORCE_WAKEUP, 0: wake if it waits for this
 * @discard: XBPF_RINGBUF_DISCARD_BIT: the consumer skips it; or 0
 *
 * Context: any.
 */
void xbpf_ringbuf_commit(void *sample, u64 flags, u32 discard)
{
	struct record *rec = (struct record *)sample - 1;
	struct xbpf_ring *r = ring_of_record(rec);
	u32 len = (rec->len & ~XBPF_RINGBUF_BUSY_BIT) | discard;

	/* A full barrier: the consumer goes to sleep after it has looked at len. */
	xchg(&rec->len, len);
	if (flags & XBPF_RB_FORCE_WAKEUP)
		irq_work_queue(&r->work);
	else if (!(flags & XBPF_RB_NO_WAKEUP) &&
		 consumer_is_at(r, (char *)rec - r->data))
		irq_work_queue(&r->work);
}

long xbpf_ringbuf_output(struct xbpf_map *map, const void *data, u64 size,
			 u64 flags)
{
	void *sample;

	if (unlikely(flags & ~(XBPF_RB_NO_WAKEUP | XBPF_RB_FORCE_WAKEUP)))
		return -EINVAL;
	sample = xbpf_ringbuf_reserve(map, size);
	if (!sample)
		return -EAGAIN;
	memcpy(sample, data, size);
	xbpf_ringbuf_commit(sample, flags, 0);
	return 0;
}

u64 xbpf_ringbuf_query(struct xbpf_map *map, u64 what)
{
	struct xbpf_ring *r = xbpf_ring_of(map);

	switch (what) {
	case XBPF_RB_AVAIL_DATA:
		return xbpf_ring_avail(r);
	case XBPF_RB_RING_SIZE:
		return r->mask + 1;
	case XBPF_RB_CONS_POS:
		return smp_load_acquire(r->consumer);
	case XBPF_RB_PROD_POS:
		return smp_load_acquire(r->producer);
	default:
		return 0;
	}
}

/* ---- life ---- */

static int ring_check(const union xbpf_attr *attr)
{
	return xbpf_ring_check(attr, &xbpf_ringbuf_ops);
}

static struct xbpf_map *ring_alloc(const union xbpf_attr *attr)
{
	size_t longs = BITS_TO_LONGS((u64)attr->max_entries / 8);
	unsigned long *ready = kvzalloc(longs * sizeof(long), XBPF_GFP);
	struct xbpf_map *map;

	if (!ready)
		return ERR_PTR(-ENOMEM);
	map = xbpf_ring_alloc(attr, &xbpf_ringbuf_ops);
	if (IS_ERR(map))
		kvfree(ready);
	else
		xbpf_ring_of(map)->ready = ready;
	return map;
}

/* ---- what the device asks for ---- */

/* User space writes nothing but the consumer's position. */
static int ring_mmap_check(struct xbpf_map *map, unsigned long pgoff,
			   unsigned long pages, int write)
{
	if (write && (pgoff || pages != 1))
		return -EPERM;
	return xbpf_ring_mmap_range(map, pgoff, pages);
}

static u32 ring_poll(struct xbpf_map *map)
{
	return xbpf_ring_avail(xbpf_ring_of(map)) ?
	       (__force u32)(EPOLLIN | EPOLLRDNORM) : 0;
}

static u64 ring_usage(const struct xbpf_map *map)
{
	return xbpf_ring_usage(map) + map->max_entries / 64;
}

const struct xbpf_map_ops xbpf_ringbuf_ops = {
	.name = "ringbuf",
	.flags = XBPF_F_NUMA_NODE,
	.alloc_check = ring_check,
	.alloc = ring_alloc,
	.free = xbpf_ring_free,
	.update = xbpf_ring_update,
	.remove = xbpf_ring_remove,
	.get_next_key = xbpf_ring_next_key,
	.lookup_copy = xbpf_ring_lookup,
	.mmap_page = xbpf_ring_mmap_page,
	.mmap_check = ring_mmap_check,
	.poll = ring_poll,
	.mem_usage = ring_usage,
};
