// SPDX-License-Identifier: GPL-2.0-only
/*
 * Single pages for maps that user space may map.
 */
#include "maps/maps.h"

void xbpf_pages_free(struct page **pages, u64 nr)
{
	while (nr--)
		__free_page(pages[nr]);
	kvfree(pages);
}

struct page **xbpf_pages_alloc(u64 nr, int node)
{
	struct page **pages;
	u64 i;

	pages = kvmalloc_node(array_size(nr, sizeof(*pages)), XBPF_GFP, node);
	if (!pages)
		return NULL;
	for (i = 0; i < nr; i++) {
		pages[i] = alloc_pages_node(node, XBPF_GFP | __GFP_ZERO, 0);
		if (!pages[i]) {
			xbpf_pages_free(pages, i);
			return NULL;
		}
		cond_resched();
	}
	return pages;
}
