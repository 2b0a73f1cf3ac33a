// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rest of the kernel's names: text, sorting, hashing, chance, time, bits.
 */
#define _GNU_SOURCE
#include <sys/random.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "os.h"

static atomic_long_t warnings;

int xbpf_host_warn(const char *what, const char *file, int line)
{
	atomic_long_inc(&warnings);
	fprintf(stderr, "WARNING: %s:%d: %s\n", file, line, what);
	return 1;
}

void xbpf_host_bug(const char *what, const char *file, int line)
{
	fprintf(stderr, "BUG: %s:%d: %s\n", file, line, what);
	abort();
}

unsigned long xbpf_host_warnings(void)
{
	return atomic_long_read(&warnings);
}

/* ---- text ---- */

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int n = vsnprintf(buf, size, fmt, args);

	if (!size)
		return 0;
	return (size_t)n < size ? n : (int)size - 1;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}

ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t len = strnlen(src, size);

	if (!size)
		return -E2BIG;
	if (len == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(dst, src, len + 1);
	return len;
}

void *memchr_inv(const void *start, int c, size_t bytes)
{
	const u8 *p = start;
	size_t i;

	for (i = 0; i < bytes; i++)
		if (p[i] != (u8)c)
			return (void *)(p + i);
	return NULL;
}

static int end_of_number(const char *s, const char *end)
{
	if (end == s)
		return -EINVAL;
	if (*end == '\n')
		end++;
	return *end ? -EINVAL : 0;
}

int kstrtou64(const char *s, unsigned int base, u64 *res)
{
	char *end;
	u64 v;

	errno = 0;
	v = strtoull(s, &end, base);
	if (*s == '-' || end_of_number(s, end))
		return -EINVAL;
	if (errno == ERANGE)
		return -ERANGE;
	*res = v;
	return 0;
}

int kstrtos64(const char *s, unsigned int base, s64 *res)
{
	char *end;
	s64 v;

	errno = 0;
	v = strtoll(s, &end, base);
	if (end_of_number(s, end))
		return -EINVAL;
	if (errno == ERANGE)
		return -ERANGE;
	*res = v;
	return 0;
}

/* ---- sorting, hashing, chance ---- */

void sort(void *base, size_t num, size_t size, cmp_func_t cmp,
	  swap_func_t swap_func)
{
	(void)swap_func;
	if (num)
		qsort(base, num, size, cmp);
}

/* Not the kernel's numbers; nothing may depend on them. */
static u32 mix(u32 h, u32 k)
{
	h ^= rol32(k * 0xcc9e2d51u, 15) * 0x1b873593u;
	return rol32(h, 13) * 5 + 0xe6546b64u;
}

static u32 finish(u32 h)
{
	h = (h ^ h >> 16) * 0x85ebca6bu;
	h = (h ^ h >> 13) * 0xc2b2ae35u;
	return h ^ h >> 16;
}

u32 jhash(const void *key, u32 length, u32 initval)
{
	u32 i, h = JHASH_INITVAL + length + initval;
	const u8 *k = key;

	for (i = 0; i < length; i++)
		h = mix(h, k[i]);
	return finish(h);
}

u32 jhash2(const u32 *k, u32 length, u32 initval)
{
	u32 i, h = JHASH_INITVAL + length * 4 + initval;

	for (i = 0; i < length; i++)
		h = mix(h, k[i]);
	return finish(h);
}

u32 jhash_1word(u32 a, u32 initval)
{
	return jhash2(&a, 1, initval);
}

u32 jhash_2words(u32 a, u32 b, u32 initval)
{
	u32 k[2] = { a, b };

	return jhash2(k, 2, initval);
}

u64 get_random_u64(void)
{
	u64 v = 0;

	if (getrandom(&v, sizeof(v), 0) != sizeof(v))
		abort();
	return v;
}

u32 get_random_u32(void)
{
	return get_random_u64();
}

u32 get_random_u32_below(u32 ceil)
{
	return (u64)get_random_u32() * ceil >> 32;
}

/* ---- time ---- */

static u64 read_clock(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

u64 ktime_get_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

u64 ktime_get_mono_fast_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

u64 ktime_get_boot_fast_ns(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

u64 ktime_get_tai_fast_ns(void)
{
	return read_clock(CLOCK_TAI);
}

u64 ktime_get_coarse_ns(void)
{
	return read_clock(CLOCK_MONOTONIC_COARSE);
}

/* ---- memory that may not be there ---- */

long copy_from_kernel_nofault(void *dst, const void *src, size_t size)
{
	struct iovec to = { dst, size }, from = { (void *)src, size };

	if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)size)
		return 0;
	return -EFAULT;
}

long copy_to_kernel_nofault(void *dst, const void *src, size_t size)
{
	struct iovec to = { dst, size }, from = { (void *)src, size };

	if (process_vm_writev(getpid(), &from, 1, &to, 1, 0) == (ssize_t)size)
		return 0;
	return -EFAULT;
}

/* ---- bits ---- */

static unsigned long find_bit(const unsigned long *addr, unsigned long size,
			      unsigned long from, unsigned long invert)
{
	unsigned long word, start = from;

	while (start < size) {
		word = (addr[start / BITS_PER_LONG] ^ invert) &
		       ~0UL << (start % BITS_PER_LONG);
		start = round_down(start, (unsigned long)BITS_PER_LONG);
		if (word)
			return min(start + __ffs(word), size);
		start += BITS_PER_LONG;
	}
	return size;
}

unsigned long find_next_bit(const unsigned long *addr, unsigned long size,
			    unsigned long from)
{
	return find_bit(addr, size, from, 0);
}

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long from)
{
	return find_bit(addr, size, from, ~0UL);
}
