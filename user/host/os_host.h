/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The userspace twin of the kernel headers that kmod/os.h names.
 *
 * Same names, same meaning, so that the pure core builds unchanged; what a test
 * wants to steer (current CPU, NMI, failing allocations, deferred grace periods)
 * is at the end under xbpf_host_*. Knows nothing of BPF.
 */
#ifndef XBPF_OS_HOST_H
#define XBPF_OS_HOST_H

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/types.h>
#include <linux/types.h>
#include <asm/ptrace.h>

/* ---- types ---- */

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
typedef s64 ktime_t;
typedef unsigned int gfp_t;
typedef unsigned int fmode_t;
typedef int pgprot_t;

#define U8_MAX		((u8)~0U)
#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define U64_MAX		((u64)~0ULL)
#define S8_MAX		((s8)(U8_MAX >> 1))
#define S8_MIN		((s8)(-S8_MAX - 1))
#define S16_MAX		((s16)(U16_MAX >> 1))
#define S16_MIN		((s16)(-S16_MAX - 1))
#define S32_MAX		((s32)(U32_MAX >> 1))
#define S32_MIN		((s32)(-S32_MAX - 1))
#define S64_MAX		((s64)(U64_MAX >> 1))
#define S64_MIN		((s64)(-S64_MAX - 1))

#ifndef ENOTSUPP
#define ENOTSUPP	524
#endif

/* ---- attributes ---- */

#define __user
#define __rcu
#define __percpu
#define __iomem
#define __force
#define __kernel
#define __read_mostly
#define __ro_after_init
#define __init
#define __exit
#define __acquires(x)
#define __releases(x)
#define __must_hold(x)
#define __must_check	__attribute__((warn_unused_result))
#define __maybe_unused	__attribute__((unused))
#define __always_unused	__attribute__((unused))
#undef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#define noinline	__attribute__((noinline))
#define __noreturn	__attribute__((noreturn))
#define __cold		__attribute__((cold))
#define __pure		__attribute__((pure))
#undef __packed
#define __packed	__attribute__((packed))
#undef __aligned
#define __aligned(x)	__attribute__((aligned(x)))
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define __weak		__attribute__((weak))
#define fallthrough	__attribute__((fallthrough))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define L1_CACHE_BYTES	64
#define SMP_CACHE_BYTES	L1_CACHE_BYTES
#define ____cacheline_aligned			__aligned(L1_CACHE_BYTES)
#define ____cacheline_aligned_in_smp		__aligned(L1_CACHE_BYTES)
#define __cacheline_aligned			__aligned(L1_CACHE_BYTES)
#define IS_ENABLED(option)	0
#define typeof			__typeof__

/* ---- compile-time and run-time checks ---- */

#ifndef static_assert
#define static_assert _Static_assert
#endif
#define BUILD_BUG_ON(c)		_Static_assert(!(c), "BUILD_BUG_ON: " #c)
#define BUILD_BUG_ON_MSG(c, m)	_Static_assert(!(c), m)

int xbpf_host_warn(const char *what, const char *file, int line);
__noreturn void xbpf_host_bug(const char *what, const char *file, int line);

#define WARN_ON(c)							\
	(unlikely(!!(c)) ? xbpf_host_warn(#c, __FILE__, __LINE__) : 0)
#define WARN_ON_ONCE(c)		WARN_ON(c)
#define WARN(c, ...)		WARN_ON(c)
#define WARN_ONCE(c, ...)	WARN_ON(c)
#define BUG_ON(c)							\
	do {								\
		if (unlikely(c))					\
			xbpf_host_bug(#c, __FILE__, __LINE__);		\
	} while (0)
#define BUG()			xbpf_host_bug("BUG", __FILE__, __LINE__)

/* ---- arithmetic ---- */

#define min(a, b)							\
	({ __auto_type _a = (a); __auto_type _b = (b); _a < _b ? _a : _b; })
#define max(a, b)							\
	({ __auto_type _a = (a); __auto_type _b = (b); _a > _b ? _a : _b; })
#define min3(a, b, c)		min(min(a, b), c)
#define max3(a, b, c)		max(max(a, b), c)
#define min_t(t, a, b)		min((t)(a), (t)(b))
#define max_t(t, a, b)		max((t)(a), (t)(b))
#define clamp(v, lo, hi)	min(max(v, lo), hi)
#define clamp_t(t, v, lo, hi)	min_t(t, max_t(t, v, lo), hi)
#define swap(a, b)							\
	do {								\
		typeof(a) _t = (a);					\
		(a) = (b);						\
		(b) = _t;						\
	} while (0)
#define abs(x)			({ __auto_type _x = (x); _x < 0 ? -_x : _x; })

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define sizeof_field(t, m)	sizeof(((t *)0)->m)
#define offsetofend(t, m)	(offsetof(t, m) + sizeof_field(t, m))
#define container_of(p, t, m)						\
	((t *)((char *)(p) - offsetof(t, m)))
#define __stringify_1(x...)	#x
#define __stringify(x...)	__stringify_1(x)
#define __UNIQUE_ID(p)		p##__LINE__

#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define roundup(x, y)		(DIV_ROUND_UP(x, y) * (y))
#define rounddown(x, y)		((x) / (y) * (y))
#define __round_mask(x, y)	((typeof(x))((y) - 1))
#define round_up(x, y)		((((x) - 1) | __round_mask(x, y)) + 1)
#define round_down(x, y)	((x) & ~__round_mask(x, y))
#define ALIGN(x, a)		(((x) + ((typeof(x))(a) - 1)) & ~((typeof(x))(a) - 1))
#define ALIGN_DOWN(x, a)	((x) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a)	(((x) & ((typeof(x))(a) - 1)) == 0)
#define PTR_ALIGN(p, a)		((typeof(p))ALIGN((unsigned long)(p), (a)))

#define check_add_overflow(a, b, d)	__builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d)	__builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d)	__builtin_mul_overflow(a, b, d)

static inline size_t size_mul(size_t a, size_t b)
{
	size_t r;

	return __builtin_mul_overflow(a, b, &r) ? SIZE_MAX : r;
}

static inline size_t size_add(size_t a, size_t b)
{
	size_t r;

	return __builtin_add_overflow(a, b, &r) ? SIZE_MAX : r;
}

#define array_size(a, b)	size_mul(a, b)
#define array3_size(a, b, c)	size_mul(size_mul(a, b), c)
#define flex_array_size(p, m, n)					\
	size_mul(n, sizeof(*(p)->m))
#define struct_size(p, m, n)						\
	size_add(sizeof(*(p)), flex_array_size(p, m, n))

#define BITS_PER_BYTE		8
#define BITS_PER_LONG		64
#define BITS_PER_LONG_LONG	64
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK(h, l)							\
	((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define GENMASK_ULL(h, l)						\
	((~0ULL << (l)) & (~0ULL >> (63 - (h))))
#define BITS_TO_LONGS(n)	DIV_ROUND_UP(n, BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static inline unsigned long __ffs(unsigned long x)
{
	return __builtin_ctzl(x);
}

static inline unsigned long __fls(unsigned long x)
{
	return 63 - __builtin_clzl(x);
}

static inline unsigned long __ffs64(u64 x)
{
	return __builtin_ctzll(x);
}

static inline unsigned long ffz(unsigned long x)
{
	return __builtin_ctzl(~x);
}

static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

static inline unsigned long __roundup_pow_of_two(unsigned long n)
{
	return 1UL << fls64(n - 1);
}

#define hweight8(x)		((unsigned int)__builtin_popcount((u8)(x)))
#define hweight32(x)		((unsigned int)__builtin_popcount(x))
#define hweight64(x)		((unsigned long)__builtin_popcountll(x))
#define hweight_long(x)		hweight64(x)
#define ilog2(n)		(fls64(n) - 1)
#define order_base_2(n)		((n) > 1 ? fls64((n) - 1) : 0)
#define roundup_pow_of_two(n)	__roundup_pow_of_two(n)
#define rounddown_pow_of_two(n)	(1UL << ilog2(n))

static inline u32 rol32(u32 w, unsigned int n)
{
	return (w << (n & 31)) | (w >> (-n & 31));
}

static inline u32 ror32(u32 w, unsigned int n)
{
	return (w >> (n & 31)) | (w << (-n & 31));
}

static inline u64 rol64(u64 w, unsigned int n)
{
	return (w << (n & 63)) | (w >> (-n & 63));
}

static inline u64 ror64(u64 w, unsigned int n)
{
	return (w >> (n & 63)) | (w << (-n & 63));
}

static inline s32 sign_extend32(u32 v, int bit)
{
	return (s32)(v << (31 - bit)) >> (31 - bit);
}

static inline s64 sign_extend64(u64 v, int bit)
{
	return (s64)(v << (63 - bit)) >> (63 - bit);
}

#define upper_32_bits(n)	((u32)((u64)(n) >> 32))
#define lower_32_bits(n)	((u32)(n))
#define swab16(x)		__builtin_bswap16(x)
#define swab32(x)		__builtin_bswap32(x)
#define swab64(x)		__builtin_bswap64(x)
#define cpu_to_le16(x)		((u16)(x))
#define cpu_to_le32(x)		((u32)(x))
#define cpu_to_le64(x)		((u64)(x))
#define le16_to_cpu(x)		((u16)(x))
#define le32_to_cpu(x)		((u32)(x))
#define le64_to_cpu(x)		((u64)(x))
#define cpu_to_be16(x)		swab16(x)
#define cpu_to_be32(x)		swab32(x)
#define cpu_to_be64(x)		swab64(x)
#define be16_to_cpu(x)		swab16(x)
#define be32_to_cpu(x)		swab32(x)
#define be64_to_cpu(x)		swab64(x)

static inline u64 div64_u64(u64 a, u64 b)
{
	return a / b;
}

static inline u64 div_u64(u64 a, u32 b)
{
	return a / b;
}

static inline s64 div64_s64(s64 a, s64 b)
{
	return a / b;
}

static inline u64 div64_u64_rem(u64 a, u64 b, u64 *rem)
{
	*rem = a % b;
	return a / b;
}

static inline u64 div_u64_rem(u64 a, u32 b, u32 *rem)
{
	*rem = a % b;
	return a / b;
}

/* ---- error pointers ---- */

#define MAX_ERRNO	4095
#define IS_ERR_VALUE(x)	unlikely((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE(ptr);
}

static inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}

static inline void *ERR_CAST(const void *ptr)
{
	return (void *)ptr;
}

static inline int PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

/* ---- text ---- */

__printf(3, 4) int scnprintf(char *buf, size_t size, const char *fmt, ...);
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args);
ssize_t strscpy(char *dst, const char *src, size_t size);
void *memchr_inv(const void *start, int c, size_t bytes);
int kstrtou64(const char *s, unsigned int base, u64 *res);
int kstrtos64(const char *s, unsigned int base, s64 *res);

#define pr_err(fmt, ...)	fprintf(stderr, "xbpf: " fmt, ##__VA_ARGS__)
#define pr_warn(fmt, ...)	pr_err(fmt, ##__VA_ARGS__)
#define pr_warn_once(fmt, ...)	pr_err(fmt, ##__VA_ARGS__)
#define pr_warn_ratelimited(fmt, ...) pr_err(fmt, ##__VA_ARGS__)
#define pr_info(fmt, ...)	pr_err(fmt, ##__VA_ARGS__)
#define pr_info_once(fmt, ...)	pr_err(fmt, ##__VA_ARGS__)
#define pr_debug(fmt, ...)						\
	do {								\
		if (0)							\
			pr_err(fmt, ##__VA_ARGS__);			\
	} while (0)

/* ---- sorting, hashing, chance ---- */

typedef int (*cmp_func_t)(const void *a, const void *b);
typedef void (*swap_func_t)(void *a, void *b, int size);

void sort(void *base, size_t num, size_t size, cmp_func_t cmp,
	  swap_func_t swap_func);

#define JHASH_INITVAL		0xdeadbeef

u32 jhash(const void *key, u32 length, u32 initval);
u32 jhash2(const u32 *k, u32 length, u32 initval);
u32 jhash_1word(u32 a, u32 initval);
u32 jhash_2words(u32 a, u32 b, u32 initval);
u32 get_random_u32(void);
u64 get_random_u64(void);
u32 get_random_u32_below(u32 ceil);

static inline u32 hash_32(u32 val, unsigned int bits)
{
	return val * 0x61c88647u >> (32 - bits);
}

/* ---- time, tasks ---- */

#define NSEC_PER_SEC	1000000000L
#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_USEC	1000L

u64 ktime_get_ns(void);
/* timer.c: timers of map values that are due at @until are called; how many */
u32 xbpf_host_timers_run(u64 until, u32 most);
u64 ktime_get_mono_fast_ns(void);
u64 ktime_get_boot_fast_ns(void);
u64 ktime_get_tai_fast_ns(void);
u64 ktime_get_coarse_ns(void);

struct task_struct;
#define current			((struct task_struct *)NULL)
#define fatal_signal_pending(t)	((void)(t), 0)
#define signal_pending(t)	((void)(t), 0)
#define cond_resched()		((void)0)
#define need_resched()		0
#define might_sleep()		((void)0)

/* The caller's memory is this process's own. */
#define u64_to_user_ptr(x)	((void *)(unsigned long)(x))
#define put_user(value, to)	(*(to) = (value), 0)

static inline unsigned long copy_from_user(void *to, const void *from,
					   unsigned long size)
{
	memcpy(to, from, size);
	return 0;
}

static inline unsigned long copy_to_user(void *to, const void *from,
					 unsigned long size)
{
	memcpy(to, from, size);
	return 0;
}

long copy_from_kernel_nofault(void *dst, const void *src, size_t size);
long copy_to_kernel_nofault(void *dst, const void *src, size_t size);

#include "host/os_list.h"
#include "host/os_sync.h"
#include "host/os_mm.h"
#include "host/os_work.h"

/* ---- bitmaps ---- */

static inline void __set_bit(unsigned long nr, unsigned long *addr)
{
	addr[nr / BITS_PER_LONG] |= 1UL << (nr % BITS_PER_LONG);
}

static inline void __clear_bit(unsigned long nr, unsigned long *addr)
{
	addr[nr / BITS_PER_LONG] &= ~(1UL << (nr % BITS_PER_LONG));
}

static inline bool test_bit(unsigned long nr, const unsigned long *addr)
{
	return READ_ONCE(addr[nr / BITS_PER_LONG]) >> (nr % BITS_PER_LONG) & 1;
}

static inline bool __test_and_set_bit(unsigned long nr, unsigned long *addr)
{
	bool old = test_bit(nr, addr);

	__set_bit(nr, addr);
	return old;
}

static inline bool __test_and_clear_bit(unsigned long nr, unsigned long *addr)
{
	bool old = test_bit(nr, addr);

	__clear_bit(nr, addr);
	return old;
}

static inline void set_bit(unsigned long nr, unsigned long *addr)
{
	__atomic_fetch_or(&addr[nr / BITS_PER_LONG],
			  1UL << (nr % BITS_PER_LONG), __ATOMIC_SEQ_CST);
}

static inline void clear_bit(unsigned long nr, unsigned long *addr)
{
	__atomic_fetch_and(&addr[nr / BITS_PER_LONG],
			   ~(1UL << (nr % BITS_PER_LONG)), __ATOMIC_SEQ_CST);
}

static inline bool test_and_set_bit(unsigned long nr, unsigned long *addr)
{
	unsigned long bit = 1UL << (nr % BITS_PER_LONG);

	return __atomic_fetch_or(&addr[nr / BITS_PER_LONG], bit,
				 __ATOMIC_SEQ_CST) & bit;
}

static inline bool test_and_clear_bit(unsigned long nr, unsigned long *addr)
{
	unsigned long bit = 1UL << (nr % BITS_PER_LONG);

	return __atomic_fetch_and(&addr[nr / BITS_PER_LONG], ~bit,
				  __ATOMIC_SEQ_CST) & bit;
}

unsigned long find_next_bit(const unsigned long *addr, unsigned long size,
			    unsigned long from);
unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long from);

#define find_first_bit(a, n)		find_next_bit(a, n, 0)
#define find_first_zero_bit(a, n)	find_next_zero_bit(a, n, 0)
#define for_each_set_bit(bit, addr, size)				\
	for ((bit) = find_next_bit(addr, size, 0); (bit) < (size);	\
	     (bit) = find_next_bit(addr, size, (bit) + 1))

static inline void bitmap_zero(unsigned long *dst, unsigned int nbits)
{
	memset(dst, 0, BITS_TO_LONGS(nbits) * sizeof(long));
}

static inline void bitmap_copy(unsigned long *dst, const unsigned long *src,
			       unsigned int nbits)
{
	memcpy(dst, src, BITS_TO_LONGS(nbits) * sizeof(long));
}

static inline unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)
{
	return kcalloc(BITS_TO_LONGS(nbits), sizeof(long), flags);
}

static inline void bitmap_free(const unsigned long *bitmap)
{
	kfree(bitmap);
}

/* ---- what tests steer ---- */

/* The calling thread's CPU, 0 .. nr_cpu_ids - 1. */
void xbpf_host_set_cpu(int cpu);
/* What in_nmi() answers in the calling thread. */
void xbpf_host_set_nmi(int on);
/* WARN_ON()s so far. */
unsigned long xbpf_host_warnings(void);

#endif
