// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc() and its relatives on malloc(), counted, with a failure on demand.
 *
 * What is freed wrongly, twice or not at all is for the address sanitizer.
 */
#include "os.h"

static atomic_long_t live;
static atomic_long_t count;
static atomic_long_t fail_in;
static int failed;

long xbpf_host_alloc_live(void)
{
	return atomic_long_read(&live);
}

unsigned long xbpf_host_alloc_count(void)
{
	return atomic_long_read(&count);
}

void xbpf_host_alloc_fail(unsigned long nth)
{
	failed = 0;
	atomic_long_set(&fail_in, nth);
}

int xbpf_host_alloc_failed(void)
{
	return failed;
}

int xbpf_host_alloc_enter(void)
{
	long nth = atomic_long_read(&fail_in);

	atomic_long_inc(&count);
	if (nth < 0 || (nth && atomic_long_dec_and_test(&fail_in))) {
		failed = 1;
		return -ENOMEM;
	}
	atomic_long_inc(&live);
	return 0;
}

void xbpf_host_alloc_leave(void)
{
	atomic_long_dec(&live);
}

/* Nothing in the core may ask for more than this. */
#define HOST_MAX_ALLOC	(16UL << 30)

/* What is as big as a cache line begins with one, as the kernel's does. */
static void *host_malloc(size_t size)
{
	void *p;

	if (size < L1_CACHE_BYTES)
		return malloc(size);
	return posix_memalign(&p, L1_CACHE_BYTES, size) ? NULL : p;
}

static void *host_alloc(size_t size, gfp_t flags)
{
	void *p;

	if (size > HOST_MAX_ALLOC || xbpf_host_alloc_enter())
		return NULL;
	p = host_malloc(size ?: 1);
	if (!p)
		xbpf_host_alloc_leave();
	else if (flags & __GFP_ZERO)
		memset(p, 0, size);
	return p;
}

void *kmalloc(size_t size, gfp_t flags)
{
	return size > KMALLOC_MAX_SIZE ? NULL : host_alloc(size, flags);
}

void *kvmalloc(size_t size, gfp_t flags)
{
	return size > INT_MAX ? NULL : host_alloc(size, flags);
}

void *vmalloc(unsigned long size)
{
	return size ? host_alloc(size, 0) : NULL;
}

void kfree(const void *p)
{
	if (!p)
		return;
	xbpf_host_alloc_leave();
	free((void *)p);
}

void vfree(const void *p)
{
	if (p && !xbpf_host_vfree_user(p))
		kfree(p);
}

void kvfree(const void *p)
{
	vfree(p);
}

void *krealloc(const void *p, size_t size, gfp_t flags)
{
	void *q;

	if (!p)
		return kmalloc(size, flags);
	if (size > KMALLOC_MAX_SIZE || xbpf_host_alloc_enter())
		return NULL;
	q = realloc((void *)p, size ?: 1);
	xbpf_host_alloc_leave();
	return q;
}

void *kmemdup(const void *src, size_t len, gfp_t flags)
{
	void *p = kmalloc(len, flags);

	return p ? memcpy(p, src, len) : NULL;
}

char *kmemdup_nul(const char *s, size_t len, gfp_t flags)
{
	char *p = kmalloc(len + 1, flags);

	if (!p)
		return NULL;
	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *kstrdup(const char *s, gfp_t flags)
{
	return s ? kmemdup_nul(s, strlen(s), flags) : NULL;
}

char *kasprintf(gfp_t flags, const char *fmt, ...)
{
	va_list args;
	char *p;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	p = kmalloc(len + 1, flags);
	if (!p)
		return NULL;
	va_start(args, fmt);
	vsnprintf(p, len + 1, fmt, args);
	va_end(args);
	return p;
}
