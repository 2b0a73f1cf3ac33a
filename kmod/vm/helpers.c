// SPDX-License-Identifier: GPL-2.0-only
/*
 * The helper table as data, and the helpers that need no host: control and
 * text. Maps' helpers are in maps/, the rest with each host.
 */
#include "vm/vm.h"

/* Sets of program types that helpers.def names. */
#define PROG(type)	(1ULL << XBPF_PROG_TYPE_##type)
#define PROGS_ALL	(~0ULL)
#define PROGS_PROBES	(PROG(KPROBE) | PROG(TRACING))
#define PROGS_FUNCTIONS	PROG(TRACING)
#define PROGS_SAMPLES	PROG(PERF_EVENT)
#define PROGS_TRACING							\
	(PROGS_PROBES | PROG(TRACEPOINT) | PROG(PERF_EVENT) |		\
	 PROG(RAW_TRACEPOINT) | PROG(RAW_TRACEPOINT_WRITABLE))
/* The same, and those that user space runs: no event interrupts anything. */
#define PROGS_EVENTFUL	(PROGS_TRACING | PROG(SYSCALL))
/* Not out of an NMI, which may have come in the middle of a clock's update. */
#define PROGS_CALM	(~(PROGS_TRACING | PROG(SYSCALL)))

#define PROGS_CGROUP	PROG(CGROUP_SKB)

#define PROGS_TC	(PROG(SCHED_CLS) | PROG(SCHED_ACT))
#define PROGS_XDP	PROG(XDP)
#define PROGS_TC_XDP	(PROGS_TC | PROGS_XDP)
#define PROGS_SK	(PROGS_TC | PROG(CGROUP_SKB))
#define PROGS_FINDERS	(PROGS_SK | PROGS_XDP)
#define PROGS_SKB	(PROGS_SK | PROG(SOCKET_FILTER))
/* Those whose programs may cast sockets. */
#define PROGS_CASTS	(PROGS_SKB | PROGS_XDP | PROG(TRACING))
#define PROGS_EVENTS	(PROGS_TRACING | PROGS_SKB | PROGS_XDP)

/* Sets of map types that helpers.def names. */
#define MAP(type)	(1ULL << XBPF_MAP_TYPE_##type)
#define MAPS_ANY	0
#define MAPS_UPDATE							\
	(MAP(HASH) | MAP(ARRAY) | MAP(PERCPU_HASH) | MAP(PERCPU_ARRAY) | \
	 MAP(LRU_HASH) | MAP(LRU_PERCPU_HASH) | MAP(LPM_TRIE))
#define MAPS_LOOKUP							\
	(MAPS_UPDATE | MAP(ARRAY_OF_MAPS) | MAP(HASH_OF_MAPS) |		\
	 MAP(DEVMAP) | MAP(DEVMAP_HASH) | MAP(XSKMAP))
#define MAPS_TARGETS							\
	(MAP(DEVMAP) | MAP(DEVMAP_HASH) | MAP(CPUMAP) | MAP(XSKMAP))
#define MAPS_PERCPU							\
	(MAP(PERCPU_HASH) | MAP(PERCPU_ARRAY) | MAP(LRU_PERCPU_HASH))
#define MAPS_FOR_EACH							\
	(MAP(HASH) | MAP(ARRAY) | MAP(PERCPU_HASH) | MAP(PERCPU_ARRAY) | \
	 MAP(LRU_HASH) | MAP(LRU_PERCPU_HASH))
#define MAPS_QUEUES	(MAP(QUEUE) | MAP(STACK))
#define MAPS_SETS	(MAPS_QUEUES | MAP(BLOOM_FILTER))
#define MAPS_CGROUP							\
	(MAP(CGROUP_STORAGE) | MAP(PERCPU_CGROUP_STORAGE))
#define MAPS_CGROUPS	MAP(CGROUP_ARRAY)
#define MAPS_TASKS	MAP(TASK_STORAGE)
#define MAPS_PROGS	MAP(PROG_ARRAY)
#define MAPS_RINGBUF	MAP(RINGBUF)
#define MAPS_USER_RINGBUF	MAP(USER_RINGBUF)
#define MAPS_PERF	MAP(PERF_EVENT_ARRAY)
#define MAPS_STACKS	MAP(STACK_TRACE)

#define ROW(n, func, r, a, b, c, d, e, progs, maps, f)			\
	[XBPF_FUNC_##n] = {						\
		.name = #n, .fn = (func),				\
		.prog_types = PROGS_##progs, .map_types = MAPS_##maps,	\
		.ret = XBPF_RET_##r,					\
		.arg = { XBPF_ARG_##a, XBPF_ARG_##b, XBPF_ARG_##c,	\
			 XBPF_ARG_##d, XBPF_ARG_##e },			\
		.flags = (f),						\
	},

static const struct xbpf_helper helpers[__XBPF_FUNC_MAX_ID] = {
#define XBPF_HELPER(n, ...)	ROW(n, xbpf_helper_##n, __VA_ARGS__)
#define XBPF_HELPER_OP(n, ...)	ROW(n, NULL, __VA_ARGS__)
#include "vm/helpers.def"
};

const struct xbpf_helper *xbpf_helper_get(u32 id)
{
	if (id >= ARRAY_SIZE(helpers) || !helpers[id].name)
		return NULL;
	return &helpers[id];
}

/* ---- control ---- */

u64 xbpf_helper_loop(u64 nr, u64 callback, u64 ctx, u64 flags, u64 r5)
{
	const struct xbpf_callback *cb = (void *)(unsigned long)callback;
	u32 i;

	if (flags)
		return -EINVAL;
	if ((u32)nr > XBPF_MAX_LOOPS)
		return -E2BIG;
	for (i = 0; i < (u32)nr; i++)
		if (xbpf_callback_call(cb, i, ctx, 0, 0, 0))
			return i + 1;
	return i;
}

/* ---- text ---- */

#define STRTOX_BASE_MASK	0x1f
#define STRTOX_MAX		64

/* A parsed number; @used characters belong to it, blanks and sign included. */
struct number {
	u64 value;
	int negative;
	u32 used;
};

static int is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static u32 digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : U32_MAX;
}

/* Finds the base of 0x.., 0.. and the rest, and steps over "0x". */
static u32 guess_base(u32 base, const char *s, u32 *pos, u32 len)
{
	const char *p = s + *pos;
	u32 left = len - *pos;
	int hex = left > 2 && p[0] == '0' && (p[1] | 0x20) == 'x' &&
		  digit_of(p[2]) < 16;

	if (!base)
		base = hex ? 16 : *p == '0' ? 8 : 10;
	if (base == 16 && hex)
		*pos += 2;
	return base;
}

static int parse_digits(const char *s, u32 pos, u32 len, u32 base,
			struct number *n)
{
	u32 first = pos, digit;
	int overflow = 0;

	for (n->value = 0; pos < len; pos++) {
		digit = digit_of(s[pos]);
		if (digit >= base)
			break;
		overflow |= check_mul_overflow(n->value, (u64)base, &n->value);
		overflow |= check_add_overflow(n->value, (u64)digit, &n->value);
	}
	n->used = pos;
	if (pos == first)
		return -EINVAL;
	return overflow ? -ERANGE : 0;
}

static int parse_number(const char *s, u64 size, u64 flags, struct number *n)
{
	u32 base = flags & STRTOX_BASE_MASK;
	u64 pos = 0, len = size;
	u32 rel = 0;
	int err;

	if (!size || flags & ~(u64)STRTOX_BASE_MASK)
		return -EINVAL;
	if (base && base != 8 && base != 10 && base != 16)
		return -EINVAL;
	while (pos < len && is_blank(s[pos]))
		pos++;
	n->negative = pos < len && s[pos] == '-';
	pos += n->negative;
	if (pos == len)
		return -EINVAL;
	len = min(len - pos, (u64)STRTOX_MAX - 1);
	base = guess_base(base, s + pos, &rel, len);
	err = parse_digits(s + pos, rel, len, base, n);
	n->used += pos;
	return err;
}

u64 xbpf_helper_strtol(u64 buf, u64 size, u64 flags, u64 res, u64 r5)
{
	struct number n = {};
	int err = parse_number((void *)(unsigned long)buf, size, flags, &n);

	if (err)
		return err;
	if (n.value > (u64)S64_MAX + n.negative)
		return -ERANGE;
	*(u64 *)(unsigned long)res = n.negative ? -n.value : n.value;
	return n.used;
}

u64 xbpf_helper_strtoul(u64 buf, u64 size, u64 flags, u64 res, u64 r5)
{
	struct number n = {};
	int err = parse_number((void *)(unsigned long)buf, size, flags, &n);

	if (err)
		return err;
	if (n.negative)
		return -EINVAL;
	*(u64 *)(unsigned long)res = n.value;
	return n.used;
}

/* The first text ends at its size, the second, which the verifier knows, at a NUL. */
u64 xbpf_helper_strncmp(u64 s1, u64 size, u64 s2, u64 r4, u64 r5)
{
	const u8 *a = (void *)(unsigned long)s1, *b = (void *)(unsigned long)s2;
	u32 i;

	for (i = 0; i < (u32)size; i++)
		if (a[i] != b[i] || !a[i])
			return a[i] < b[i] ? -1 : a[i] > b[i];
	return 0;
}
