/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory under the kernel's names: kmalloc and relatives, pages that can be
 * mapped more than once. Every allocation is counted and can be made to fail.
 * Included by os_host.h only.
 */
#ifndef XBPF_OS_MM_H
#define XBPF_OS_MM_H

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x)	ALIGN(x, PAGE_SIZE)
#define PAGE_ALIGNED(x)	IS_ALIGNED((unsigned long)(x), PAGE_SIZE)
#define PFN_UP(x)	(((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PAGE_KERNEL	0
#define PAGE_KERNEL_RO	1
#define VM_MAP		0x4
#define VM_USERMAP	0x8
#define KMALLOC_MAX_SIZE (4UL << 20)

#define GFP_KERNEL		0x01u
#define GFP_ATOMIC		0x02u
#define GFP_NOWAIT		0x04u
#define GFP_USER		0x08u
#define GFP_KERNEL_ACCOUNT	0x10u
#define __GFP_ZERO		0x20u
#define __GFP_NOWARN		0x40u
#define __GFP_NORETRY		0x80u
#define __GFP_RETRY_MAYFAIL	0x100u
#define __GFP_ACCOUNT		0x200u
#define __GFP_NOFAIL		0x400u

/* alloc.c */
void *kmalloc(size_t size, gfp_t flags);
void *krealloc(const void *p, size_t size, gfp_t flags);
void kfree(const void *p);
char *kstrdup(const char *s, gfp_t flags);
void *kmemdup(const void *src, size_t len, gfp_t flags);
char *kmemdup_nul(const char *s, size_t len, gfp_t flags);
__printf(2, 3) char *kasprintf(gfp_t flags, const char *fmt, ...);

static inline void *kzalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags | __GFP_ZERO);
}

static inline void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	return kmalloc(array_size(n, size), flags);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	return kzalloc(array_size(n, size), flags);
}

static inline void *krealloc_array(void *p, size_t n, size_t size, gfp_t flags)
{
	return krealloc(p, array_size(n, size), flags);
}

/* As in the kernel, kmalloc() refuses what kvmalloc() and vmalloc() give. */
void *kvmalloc(size_t size, gfp_t flags);
void kvfree(const void *p);
void *vmalloc(unsigned long size);
void vfree(const void *p);

static inline void *kvzalloc(size_t size, gfp_t flags)
{
	return kvmalloc(size, flags | __GFP_ZERO);
}

static inline void *kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
	return kvmalloc(array_size(n, size), flags);
}

static inline void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	return kvzalloc(array_size(n, size), flags);
}

static inline void *vzalloc(unsigned long size)
{
	return kvzalloc(size, GFP_KERNEL);
}

#define kmalloc_node(s, f, n)		((void)(n), kmalloc(s, f))
#define kzalloc_node(s, f, n)		((void)(n), kzalloc(s, f))
#define kcalloc_node(c, s, f, n)	((void)(n), kcalloc(c, s, f))
#define kvmalloc_node(s, f, n)		((void)(n), kvmalloc(s, f))
#define kvzalloc_node(s, f, n)		((void)(n), kvzalloc(s, f))
#define vmalloc_node(s, n)		((void)(n), vmalloc(s))
#define vzalloc_node(s, n)		((void)(n), vzalloc(s))
#define kfree_sensitive(p)		kfree(p)

/* page.c */
struct page;

struct page *alloc_page(gfp_t flags);
void __free_page(struct page *page);
void *page_address(const struct page *page);
struct page *virt_to_page(const void *addr);
void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   pgprot_t prot);
void vunmap(const void *addr);
/* Page-aligned, zeroed, made of pages that vmalloc_to_page() finds. */
void *vmalloc_user(unsigned long size);
struct page *vmalloc_to_page(const void *addr);
/* For vfree(): gives back what vmalloc_user() made; 0 if it was not that. */
int xbpf_host_vfree_user(const void *addr);

#define alloc_page_node(n, f)		((void)(n), alloc_page(f))
#define alloc_pages_node(n, f, o)					\
	((void)(n), BUILD_BUG_ON_ZERO_ORDER(o), alloc_page(f))
#define BUILD_BUG_ON_ZERO_ORDER(o)	((void)sizeof(char[1 - 2 * !!(o)]))

/* Memory that an allocator of the host manages itself, for the sanitizer. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n)		((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n)	((void)(p), (void)(n))
#endif

/* ---- steering ---- */

/* Allocations that are not freed yet; their number since start. */
long xbpf_host_alloc_live(void);
unsigned long xbpf_host_alloc_count(void);
/* Makes the @nth allocation from now on fail, once; 0 switches it off,
 * -1 makes all fail. */
void xbpf_host_alloc_fail(unsigned long nth);
/* 1 if the failure asked for has happened. */
int xbpf_host_alloc_failed(void);
/* For allocators of the host: counts one; nonzero if it has to fail. */
int xbpf_host_alloc_enter(void);
void xbpf_host_alloc_leave(void);

#endif
