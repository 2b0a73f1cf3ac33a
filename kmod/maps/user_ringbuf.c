// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring buffer from user space to programs: user space writes records and the
 * producers' position, one program at a time drains them.
 *
 * Nothing that user space can write is believed: positions and headers are read
 * once, checked, and not read again. The consumer's position is in a page that
 * user space can only read; it is a multiple of 8 and grows by what was checked.
 * A record lies in the data, which is mapped twice in a row and for as long as the
 * map is there: whatever its header says, a program reads pages of this map. What
 * is in them may change while it does.
 */
#include "maps/ring.h"
#include "vm/vm.h"

/* A call ends after so many, whatever user space writes meanwhile. */
#define MAX_SAMPLES	(128 * 1024)

static int ring_check(const union xbpf_attr *attr)
{
	return xbpf_ring_check(attr, &xbpf_user_ringbuf_ops);
}

static struct xbpf_map *ring_alloc(const union xbpf_attr *attr)
{
	return xbpf_ring_alloc(attr, &xbpf_user_ringbuf_ops);
}

/* User space writes all but the consumer's position. */
static int ring_mmap_check(struct xbpf_map *map, unsigned long pgoff,
			   unsigned long pages, int write)
{
	if (write && !pgoff)
		return -EPERM;
	return xbpf_ring_mmap_range(map, pgoff, pages);
}

static u32 ring_poll(struct xbpf_map *map)
{
	const struct xbpf_ring *r = xbpf_ring_of(map);

	return xbpf_ring_avail(r) <= r->mask ?
	       (__force u32)(EPOLLOUT | EPOLLWRNORM) : 0;
}

const struct xbpf_map_ops xbpf_user_ringbuf_ops = {
	.name = "user_ringbuf",
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
	.mem_usage = xbpf_ring_usage,
};

/* ---- draining ---- */

/**
 * struct sample - the oldest record, as its header was when it was read
 * @data: behind the header
 * @len: bytes
 * @next: position behind it
 */
struct sample {
	char *data;
	u32 len;
	u64 next;
};

/* 0; -ENODATA: none, or not yet whole; -EAGAIN: to be skipped; else: spoilt. */
static int sample_read(const struct xbpf_ring *r, struct sample *s)
{
	u64 end = smp_load_acquire(r->producer), pos = *r->consumer;
	u64 size;
	u32 len;

	if (end % 8)
		return -EINVAL;
	if (pos >= end)
		return -ENODATA;
	s->data = r->data + (pos & r->mask);
	len = smp_load_acquire((u32 *)s->data);
	s->len = len & ~(XBPF_RINGBUF_BUSY_BIT | XBPF_RINGBUF_DISCARD_BIT);
	s->data += XBPF_RINGBUF_HDR_SZ;
	size = round_up((u64)s->len + XBPF_RINGBUF_HDR_SZ, 8);
	s->next = pos + size;
	if (size > end - pos)
		return -EINVAL;
	if (size > r->mask + 1 || s->len > XBPF_DYNPTR_MAX_SIZE)
		return -E2BIG;
	if (len & XBPF_RINGBUF_DISCARD_BIT)
		return -EAGAIN;
	return len & XBPF_RINGBUF_BUSY_BIT ? -ENODATA : 0;
}

/* What the callback says: 1 ends it. */
static int sample_give(const struct sample *s, const struct xbpf_callback *cb,
		       u64 ctx)
{
	struct xbpf_dynptr_mem dynptr = {
		.data = s->data, .size = s->len, .kind = XBPF_DYNPTR_LOCAL,
	};

	return xbpf_callback_call(cb, (unsigned long)&dynptr, ctx, 0, 0, 0) != 0;
}

/* How many were given, or -errno; *@met counts what was skipped, too. */
static long drain(struct xbpf_ring *r, const struct xbpf_callback *cb, u64 ctx,
		  u32 *met)
{
	struct sample s;
	long given = 0;
	int err, stop = 0;

	for (*met = 0; *met < MAX_SAMPLES && !stop; ++*met) {
		err = sample_read(r, &s);
		if (err == -ENODATA)
			break;
		if (err && err != -EAGAIN)
			return err;
		if (!err) {
			stop = sample_give(&s, cb, ctx);
			given++;
		}
		smp_store_release(r->consumer, s.next);
	}
	return given;
}

u64 xbpf_helper_user_ringbuf_drain(u64 map, u64 callback, u64 ctx, u64 flags,
				   u64 r5)
{
	struct xbpf_ring *r = xbpf_ring_of((void *)(unsigned long)map);
	const struct xbpf_callback *cb = (void *)(unsigned long)callback;
	long given;
	u32 met;

	if (flags & ~(u64)(XBPF_RB_NO_WAKEUP | XBPF_RB_FORCE_WAKEUP))
		return -EINVAL;
	/* A callback of this ring, too, finds it busy. */
	if (atomic_cmpxchg(&r->busy, 0, 1))
		return -EBUSY;
	given = drain(r, cb, ctx, &met);
	atomic_set_release(&r->busy, 0);
	if (flags & XBPF_RB_FORCE_WAKEUP ||
	    (met && !(flags & XBPF_RB_NO_WAKEUP)))
		irq_work_queue(&r->work);
	return given;
}
