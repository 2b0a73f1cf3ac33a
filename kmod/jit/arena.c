// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocator over the executable region that the host provides.
 *
 * A bitmap of chunks, first fit. What is not allocated is filled with INT3.
 * Knows neither how the region is written to nor what is written.
 */
#include "jit/jit.h"

#define CHUNK		64
/* Where in its first chunk a program may begin, if there is room. */
#define ALIGNMENT	16
#define INT3		0xcc

/* For all of the arena. */
static DEFINE_MUTEX(lock);

/**
 * struct arena - the one region
 * @used: a bit for each chunk
 * @nr: chunks
 * @nr_used: those allocated
 */
static struct arena {
	unsigned long *used;
	u32 nr;
	u32 nr_used;
} arena;

static u8 *chunk_address(u32 chunk)
{
	return (u8 *)xbpf_text_base() + (size_t)chunk * CHUNK;
}

int xbpf_arena_init(void)
{
	int err;

	arena.nr = xbpf_text_size() / CHUNK;
	arena.nr_used = 0;
	arena.used = bitmap_zalloc(arena.nr, GFP_KERNEL);
	if (!arena.used)
		return -ENOMEM;
	err = xbpf_text_fill(xbpf_text_base(), INT3, xbpf_text_size());
	if (err)
		xbpf_arena_exit();
	return err;
}

void xbpf_arena_exit(void)
{
	WARN_ON(arena.nr_used);
	bitmap_free(arena.used);
	arena.used = NULL;
	arena.nr = 0;
}

static void mark(u32 first, u32 count, int used)
{
	u32 i;

	for (i = first; i < first + count; i++) {
		if (used)
			__set_bit(i, arena.used);
		else
			__clear_bit(i, arena.used);
	}
	arena.nr_used += used ? count : -count;
}

/* First of @count free chunks in a row, arena.nr if there is no such place. */
static u32 find(u32 count)
{
	u32 first = 0, next;

	while (first < arena.nr) {
		first = find_next_zero_bit(arena.used, arena.nr, first);
		next = find_next_bit(arena.used, arena.nr, first);
		if (next - first >= count)
			return first;
		first = next;
	}
	return arena.nr;
}

static u32 chunks_of(u32 offset, u32 len)
{
	return DIV_ROUND_UP((u64)offset % CHUNK + len, CHUNK);
}

/* Makes addresses harder to guess; takes no room that was not lost anyhow. */
static u32 random_gap(u32 slack)
{
	return get_random_u32() % (slack / ALIGNMENT + 1) * ALIGNMENT;
}

void *xbpf_arena_alloc(u32 len)
{
	u32 count = chunks_of(0, len), first;
	void *addr = NULL;

	mutex_lock(&lock);
	first = find(count);
	if (len && first < arena.nr) {
		mark(first, count, 1);
		addr = chunk_address(first) + random_gap(count * CHUNK - len);
	}
	mutex_unlock(&lock);
	return addr;
}

int xbpf_arena_write(void *dst, const void *src, u32 len)
{
	return xbpf_text_write(dst, src, len);
}

void xbpf_arena_free(void *addr, u32 len)
{
	u32 offset = (u8 *)addr - chunk_address(0);
	u32 count = chunks_of(offset, len);
	u32 first = offset / CHUNK;

	/* Should this fail for want of memory, old code stays, out of use. */
	xbpf_text_fill(chunk_address(first), INT3, count * CHUNK);
	mutex_lock(&lock);
	mark(first, count, 0);
	mutex_unlock(&lock);
}

void xbpf_arena_usage(u64 *used, u64 *total)
{
	mutex_lock(&lock);
	*used = (u64)arena.nr_used * CHUNK;
	*total = (u64)arena.nr * CHUNK;
	mutex_unlock(&lock);
}
