// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU memory: one region of address space a CPU, at a fixed distance from
 * each other. Pointers that alloc_percpu() gives are those of CPU 0; the
 * section of DEFINE_PER_CPU() is CPU 0's instance of the static variables.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include "os.h"

#define REGION		(1UL << 30)
#define RED_ZONE	16UL

extern char __start_xbpf_percpu[] __weak;
extern char __stop_xbpf_percpu[] __weak;

/* Every chunk ever made; a free one keeps its size and is used again. */
struct chunk {
	struct list_head node;
	char *base;
	size_t size;
};

static DEFINE_MUTEX(lock);
static LIST_HEAD(used);
static LIST_HEAD(unused);
static char *regions;
static size_t top;
static char *statics[XBPF_HOST_NR_CPUS];

static size_t static_size(void)
{
	return __stop_xbpf_percpu - __start_xbpf_percpu;
}

static int is_static(const char *p)
{
	return p >= __start_xbpf_percpu && p < __stop_xbpf_percpu;
}

/* Before main(): the variables have their initial values still. */
__attribute__((constructor)) static void percpu_init(void)
{
	int cpu;

	statics[0] = __start_xbpf_percpu;
	for (cpu = 1; static_size() && cpu < XBPF_HOST_NR_CPUS; cpu++) {
		statics[cpu] = aligned_alloc(64, round_up(static_size(), 64));
		BUG_ON(!statics[cpu]);
		memcpy(statics[cpu], __start_xbpf_percpu, static_size());
	}
	regions = mmap(NULL, REGION * XBPF_HOST_NR_CPUS, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	BUG_ON(regions == MAP_FAILED);
}

void *xbpf_host_percpu_ptr(const void *base, int cpu)
{
	const char *p = base;

	if (is_static(p))
		return statics[cpu] + (p - __start_xbpf_percpu);
	return (char *)p + cpu * REGION;
}

static struct chunk *find_unused(size_t size)
{
	struct chunk *c;

	list_for_each_entry(c, &unused, node)
		if (c->size == size)
			return c;
	return NULL;
}

static struct chunk *new_chunk(size_t size)
{
	struct chunk *c;

	if (top + size > REGION)
		return NULL;
	c = malloc(sizeof(*c));
	if (!c)
		return NULL;
	c->base = regions + top;
	c->size = size;
	top += size;
	INIT_LIST_HEAD(&c->node);
	return c;
}

static void chunk_open(struct chunk *c, size_t size)
{
	char *p;
	int cpu;

	for_each_possible_cpu(cpu) {
		p = c->base + cpu * REGION;
		ASAN_POISON_MEMORY_REGION(p, c->size);
		ASAN_UNPOISON_MEMORY_REGION(p, size);
		memset(p, 0, size);
	}
}

static void chunk_close(struct chunk *c)
{
	int cpu;

	for_each_possible_cpu(cpu)
		ASAN_POISON_MEMORY_REGION(c->base + cpu * REGION, c->size);
}

void *xbpf_host_percpu_alloc(size_t size, size_t align)
{
	size_t whole = round_up(size + RED_ZONE, max(align, (size_t)64));
	struct chunk *c;

	if (align > PAGE_SIZE || size > REGION || xbpf_host_alloc_enter())
		return NULL;
	mutex_lock(&lock);
	c = find_unused(whole) ?: new_chunk(whole);
	if (c)
		list_move(&c->node, &used);
	mutex_unlock(&lock);
	if (!c) {
		xbpf_host_alloc_leave();
		return NULL;
	}
	chunk_open(c, size);
	return c->base;
}

void xbpf_host_percpu_free(void *base)
{
	struct chunk *c;

	if (!base)
		return;
	mutex_lock(&lock);
	list_for_each_entry(c, &used, node)
		if (c->base == base)
			break;
	BUG_ON(&c->node == &used);
	list_move(&c->node, &unused);
	chunk_close(c);
	mutex_unlock(&lock);
	xbpf_host_alloc_leave();
}
