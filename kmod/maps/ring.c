// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pages of ring buffers, with Linux's layout: a page with the consumer's
 * position, a page with the producers' position, the data. In the kernel and in
 * user space the data is mapped twice in a row, so that no record is cut.
 *
 * Knows nothing of records, nor of who writes which page.
 */
#include "maps/ring.h"

#define RING_PAGES	PFN_UP(sizeof(struct xbpf_ring))
#define POS_PAGES	2

static void ring_wake(struct irq_work *work)
{
	wake_up_all(&container_of(work, struct xbpf_ring, work)->waitq);
}

/* ---- life ---- */

int xbpf_ring_check(const union xbpf_attr *attr, const struct xbpf_map_ops *ops)
{
	if (attr->map_flags & ~ops->flags || attr->key_size ||
	    attr->value_size || !is_power_of_2(attr->max_entries) ||
	    !PAGE_ALIGNED(attr->max_entries))
		return -EINVAL;
	return 0;
}

/* All pages in a row, those of the data twice. */
static struct xbpf_ring *map_pages(struct page **pages, u64 nr_pages, u64 nr_data)
{
	struct page **twice;
	struct xbpf_ring *r;

	twice = kvmalloc_array(nr_pages + nr_data, sizeof(*twice), XBPF_GFP);
	if (!twice)
		return NULL;
	memcpy(twice, pages, nr_pages * sizeof(*twice));
	memcpy(twice + nr_pages, pages + nr_pages - nr_data,
	       nr_data * sizeof(*twice));
	r = vmap(twice, nr_pages + nr_data, VM_MAP, PAGE_KERNEL);
	kvfree(twice);
	return r;
}

static void ring_init(struct xbpf_ring *r, const union xbpf_attr *attr,
		      const struct xbpf_map_ops *ops)
{
	xbpf_map_init(&r->map, attr, ops);
	init_waitqueue_head(&r->waitq);
	init_irq_work(&r->work, ring_wake);
	r->map.waitq = &r->waitq;
	r->mask = attr->max_entries - 1;
	r->consumer = (u64 *)((char *)r + RING_PAGES * PAGE_SIZE);
	r->producer = (u64 *)((char *)r->consumer + PAGE_SIZE);
	r->data = (char *)r->producer + PAGE_SIZE;
}

/* Its pages are zeroed: whatever is not set here is 0. */
struct xbpf_map *xbpf_ring_alloc(const union xbpf_attr *attr,
				 const struct xbpf_map_ops *ops)
{
	u64 nr_data = attr->max_entries >> PAGE_SHIFT;
	u64 nr_pages = RING_PAGES + POS_PAGES + nr_data;
	struct page **pages;
	struct xbpf_ring *r;

	pages = xbpf_pages_alloc(nr_pages, xbpf_map_attr_node(attr));
	if (!pages)
		return ERR_PTR(-ENOMEM);
	r = map_pages(pages, nr_pages, nr_data);
	if (!r) {
		xbpf_pages_free(pages, nr_pages);
		return ERR_PTR(-ENOMEM);
	}
	ring_init(r, attr, ops);
	r->pages = pages;
	r->nr_pages = nr_pages;
	return &r->map;
}

void xbpf_ring_free(struct xbpf_map *map)
{
	struct xbpf_ring *r = xbpf_ring_of(map);
	struct page **pages = r->pages;
	u64 nr_pages = r->nr_pages;

	irq_work_sync(&r->work);
	kvfree(r->ready);
	vunmap(r);
	xbpf_pages_free(pages, nr_pages);
}

/* ---- what the device asks for ---- */

struct page *xbpf_ring_mmap_page(struct xbpf_map *map, unsigned long pgoff)
{
	struct xbpf_ring *r = xbpf_ring_of(map);
	u64 nr_data = (r->mask + 1) >> PAGE_SHIFT;

	if (pgoff >= POS_PAGES + 2 * nr_data)
		return ERR_PTR(-EINVAL);
	if (pgoff >= POS_PAGES + nr_data)
		pgoff -= nr_data;
	return r->pages[RING_PAGES + pgoff];
}

int xbpf_ring_mmap_range(struct xbpf_map *map, unsigned long pgoff,
			 unsigned long pages)
{
	u64 have = POS_PAGES +
		   2 * ((xbpf_ring_of(map)->mask + 1) >> PAGE_SHIFT);

	return pgoff > have || pages > have - pgoff ? -EINVAL : 0;
}

u64 xbpf_ring_usage(const struct xbpf_map *map)
{
	return xbpf_ring_of(map)->nr_pages * PAGE_SIZE;
}

/* ---- elements: there are none ---- */

int xbpf_ring_lookup(struct xbpf_map *map, const void *key, void *value,
		     u64 flags)
{
	return -ENOTSUPP;
}

long xbpf_ring_update(struct xbpf_map *map, const void *key, const void *value,
		      u64 flags)
{
	return -ENOTSUPP;
}

long xbpf_ring_remove(struct xbpf_map *map, const void *key)
{
	return -ENOTSUPP;
}

int xbpf_ring_next_key(struct xbpf_map *map, const void *key, void *next)
{
	return -ENOTSUPP;
}
