// SPDX-License-Identifier: GPL-2.0-only
/*
 * struct page, vmap() and vmalloc_user(): pages of one memory file, so that a
 * page can be mapped at several addresses, as a ring buffer wants it.
 *
 * Knows nothing of user mappings: there is no other address space here.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>
#include "os.h"

#define NR_PAGES	(1UL << 19)	/* 2 GiB, of which only used pages exist */

struct page {
	int used;
};

/*
 * A mapping made by vmap() or vmalloc_user().
 * @owned: its pages go with it
 */
struct area {
	struct list_head node;
	char *addr;
	unsigned long count;
	int owned;
	struct page *pages[];
};

/* All under @lock, which is also held to set the file up. */
static DEFINE_MUTEX(lock);
static LIST_HEAD(areas);
static struct page pages[NR_PAGES];
static unsigned long next_page;
static char *direct_map;
static int file = -1;

static int open_file(void)
{
	if (file >= 0)
		return 0;
	file = memfd_create("xbpf-pages", MFD_CLOEXEC);
	if (file < 0 || ftruncate(file, NR_PAGES * PAGE_SIZE))
		return -ENOMEM;
	direct_map = mmap(NULL, NR_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_NORESERVE, file, 0);
	return direct_map == MAP_FAILED ? -ENOMEM : 0;
}

static struct page *find_free_page(void)
{
	unsigned long i, n;

	for (i = 0; i < NR_PAGES; i++) {
		n = (next_page + i) % NR_PAGES;
		if (pages[n].used)
			continue;
		pages[n].used = 1;
		next_page = n + 1;
		return &pages[n];
	}
	return NULL;
}

struct page *alloc_page(gfp_t flags)
{
	struct page *page = NULL;

	if (xbpf_host_alloc_enter())
		return NULL;
	mutex_lock(&lock);
	if (!open_file())
		page = find_free_page();
	mutex_unlock(&lock);
	if (!page)
		xbpf_host_alloc_leave();
	else if (flags & __GFP_ZERO)
		memset(page_address(page), 0, PAGE_SIZE);
	return page;
}

void __free_page(struct page *page)
{
	unsigned long pos = (page - pages) * PAGE_SIZE;

	BUG_ON(!page->used);
	/* Frees the memory; a stale mapping then reads zeroes. */
	if (madvise(direct_map + pos, PAGE_SIZE, MADV_REMOVE))
		memset(direct_map + pos, 0, PAGE_SIZE);
	mutex_lock(&lock);
	page->used = 0;
	mutex_unlock(&lock);
	xbpf_host_alloc_leave();
}

void *page_address(const struct page *page)
{
	return direct_map + (page - pages) * PAGE_SIZE;
}

struct page *virt_to_page(const void *addr)
{
	return &pages[((char *)addr - direct_map) / PAGE_SIZE];
}

static int map_page(char *addr, const struct page *page, int prot)
{
	void *p = mmap(addr, PAGE_SIZE, prot, MAP_SHARED | MAP_FIXED, file,
		       (page - pages) * PAGE_SIZE);

	return p == MAP_FAILED ? -ENOMEM : 0;
}

static int area_map(struct area *area, int prot)
{
	unsigned long i;

	area->addr = mmap(NULL, area->count * PAGE_SIZE, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (area->addr == MAP_FAILED)
		return -ENOMEM;
	for (i = 0; i < area->count; i++)
		if (map_page(area->addr + i * PAGE_SIZE, area->pages[i], prot))
			goto unmap;
	return 0;

unmap:
	munmap(area->addr, area->count * PAGE_SIZE);
	return -ENOMEM;
}

static struct area *area_alloc(unsigned long count)
{
	struct area *area = kvzalloc(struct_size(area, pages, count),
				     GFP_KERNEL);

	if (area)
		area->count = count;
	return area;
}

static void *area_publish(struct area *area)
{
	mutex_lock(&lock);
	list_add(&area->node, &areas);
	mutex_unlock(&lock);
	return area->addr;
}

/* The area around @addr, taken off the list if @take says so. */
static struct area *area_find(const void *addr, int take)
{
	struct area *area, *found = NULL;
	const char *a = addr;

	mutex_lock(&lock);
	list_for_each_entry(area, &areas, node) {
		if (a < area->addr || a >= area->addr + area->count * PAGE_SIZE)
			continue;
		found = area;
		break;
	}
	if (found && take)
		list_del(&found->node);
	mutex_unlock(&lock);
	return found;
}

static void area_free_pages(struct area *area)
{
	unsigned long i;

	for (i = 0; i < area->count; i++)
		if (area->pages[i])
			__free_page(area->pages[i]);
}

void *vmap(struct page **from, unsigned int count, unsigned long flags,
	   pgprot_t prot)
{
	struct area *area = area_alloc(count);

	if (!area)
		return NULL;
	memcpy(area->pages, from, count * sizeof(*from));
	if (area_map(area, prot == PAGE_KERNEL_RO ? PROT_READ :
						    PROT_READ | PROT_WRITE)) {
		kfree(area);
		return NULL;
	}
	return area_publish(area);
}

static void area_unmap(struct area *area)
{
	munmap(area->addr, area->count * PAGE_SIZE);
	if (area->owned)
		area_free_pages(area);
	kfree(area);
}

void vunmap(const void *addr)
{
	struct area *area = area_find(addr, 1);

	BUG_ON(!area || area->owned);
	area_unmap(area);
}

void *vmalloc_user(unsigned long size)
{
	unsigned long i, count = PFN_UP(size);
	struct area *area;

	if (!size || size > NR_PAGES * PAGE_SIZE)
		return NULL;
	area = area_alloc(count);
	if (!area)
		return NULL;
	area->owned = 1;
	for (i = 0; i < count; i++) {
		area->pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!area->pages[i])
			goto free;
	}
	if (area_map(area, PROT_READ | PROT_WRITE))
		goto free;
	return area_publish(area);

free:
	area_free_pages(area);
	kfree(area);
	return NULL;
}

struct page *vmalloc_to_page(const void *addr)
{
	struct area *area = area_find(addr, 0);

	if (!area)
		return NULL;
	return area->pages[((char *)addr - area->addr) / PAGE_SIZE];
}

int xbpf_host_vfree_user(const void *addr)
{
	struct area *area = area_find(addr, 0);

	if (!area || !area->owned)
		return 0;
	area_unmap(area_find(addr, 1));
	return 1;
}
