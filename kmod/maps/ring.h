/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two kinds of ring buffers share: their pages. Private to maps/.
 */
#ifndef XBPF_MAPS_RING_H
#define XBPF_MAPS_RING_H

#include "maps/maps.h"

/**
 * struct xbpf_ring - begins on a page; the pages of positions and data follow it
 * @map: what user space sees
 * @waitq: of whoever waits for the programs' side
 * @work: wakes @waitq
 * @mask: bytes of data, a power of 2, less 1
 * @pages: all of them, @nr_pages
 * @nr_pages: the data's are counted once
 * @ready: ringbuf.c; freed with the ring
 * @consumer: position, in a page of its own
 * @producer: the same
 * @data: twice in a row
 * @busy: user_ringbuf.c: a program drains it now
 * @reserved: ringbuf.c: where the next record begins
 * @pending: ringbuf.c: no record before it is busy
 */
struct xbpf_ring {
	struct xbpf_map map;
	wait_queue_head_t waitq;
	struct irq_work work;
	u64 mask;
	struct page **pages;
	u64 nr_pages;
	unsigned long *ready;
	u64 *consumer;
	u64 *producer;
	char *data;
	atomic_t busy;
	u64 reserved ____cacheline_aligned;
	u64 pending ____cacheline_aligned;
};

static inline struct xbpf_ring *xbpf_ring_of(const struct xbpf_map *map)
{
	return container_of(map, struct xbpf_ring, map);
}

static inline u64 xbpf_ring_avail(const struct xbpf_ring *r)
{
	u64 cons = smp_load_acquire(r->consumer);

	return smp_load_acquire(r->producer) - cons;
}

/* ring.c */
int xbpf_ring_check(const union xbpf_attr *attr, const struct xbpf_map_ops *ops);
struct xbpf_map *xbpf_ring_alloc(const union xbpf_attr *attr,
				 const struct xbpf_map_ops *ops);
void xbpf_ring_free(struct xbpf_map *map);
struct page *xbpf_ring_mmap_page(struct xbpf_map *map, unsigned long pgoff);
/* Are there such pages? 0 or -EINVAL. */
int xbpf_ring_mmap_range(struct xbpf_map *map, unsigned long pgoff,
			 unsigned long pages);
u64 xbpf_ring_usage(const struct xbpf_map *map);
/* There are no elements. */
int xbpf_ring_lookup(struct xbpf_map *map, const void *key, void *value,
		     u64 flags);
long xbpf_ring_update(struct xbpf_map *map, const void *key, const void *value,
		      u64 flags);
long xbpf_ring_remove(struct xbpf_map *map, const void *key);
int xbpf_ring_next_key(struct xbpf_map *map, const void *key, void *next);

#endif
