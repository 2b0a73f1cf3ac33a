// SPDX-License-Identifier: GPL-2.0-only
/*
 * What MAP_CREATE says to types, sizes, flags and names; memory that runs out
 * while a map is made.
 */
#include "os.h"
#include "vm/map.h"
#include "unit/unit.h"

struct attr_case {
	const char *text;
	u32 type, key, value, entries, flags, node;
	u64 extra;
	int want;
};

#define T(t)	XBPF_MAP_TYPE_##t
#define F(f)	XBPF_F_##f
#define PG	4096

static const struct attr_case cases[] = {
	{ "hash", T(HASH), 4, 8, 10, 0, 0, 0, 0 },
	{ "hash, no preallocation", T(HASH), 4, 8, 10, F(NO_PREALLOC), 0, 0, 0 },
	{ "hash, access flags", T(HASH), 4, 8, 10, F(RDONLY) | F(RDONLY_PROG),
	  0, 0, 0 },
	{ "hash, node 0", T(HASH), 4, 8, 10, F(NUMA_NODE), 0, 0, 0 },
	{ "hash, node 7", T(HASH), 4, 8, 10, F(NUMA_NODE), 7, 0, -EINVAL },
	{ "node without the flag", T(HASH), 4, 8, 10, 0, 7, 0, 0 },
	{ "hash, no entries", T(HASH), 4, 8, 0, 0, 0, 0, -EINVAL },
	{ "hash, no key", T(HASH), 0, 8, 10, 0, 0, 0, -EINVAL },
	{ "hash, no value", T(HASH), 4, 0, 10, 0, 0, 0, -EINVAL },
	{ "hash, key of 512", T(HASH), 512, 8, 10, 0, 0, 0, 0 },
	{ "hash, value too big", T(HASH), 4, 4 << 20, 10, 0, 0, 0, -E2BIG },
	{ "hash, key too big", T(HASH), 4 << 20, 4, 10, 0, 0, 0, -E2BIG },
	{ "hash, sizes that overflow", T(HASH), U32_MAX, U32_MAX, 10, 0, 0, 0,
	  -E2BIG },
	{ "hash, 2^31 + 1 entries", T(HASH), 4, 4, (1U << 31) + 1, 0, 0, 0,
	  -E2BIG },
	{ "hash, 2^31 entries", T(HASH), 4, 4, 1U << 31, 0, 0, 0, -ENOMEM },
	{ "hash, mmapable", T(HASH), 4, 8, 10, F(MMAPABLE), 0, 0, -EINVAL },
	{ "hash, unknown flag", T(HASH), 4, 8, 10, 1U << 30, 0, 0, -EINVAL },
	{ "hash, read and write only", T(HASH), 4, 8, 10, F(RDONLY) | F(WRONLY),
	  0, 0, -EINVAL },
	{ "hash, neither for programs", T(HASH), 4, 8, 10,
	  F(RDONLY_PROG) | F(WRONLY_PROG), 0, 0, -EINVAL },
	{ "hash, lists per CPU", T(HASH), 4, 8, 10, F(NO_COMMON_LRU), 0, 0,
	  -EINVAL },
	{ "hash, map_extra", T(HASH), 4, 8, 10, 0, 0, 1, -EINVAL },
	{ "per-CPU hash", T(PERCPU_HASH), 4, 8, 10, 0, 0, 0, 0 },
	{ "per-CPU hash, value of 32 KiB", T(PERCPU_HASH), 4, 32 << 10, 2, 0, 0,
	  0, 0 },
	{ "per-CPU hash, value too big", T(PERCPU_HASH), 4, (32 << 10) + 1, 2, 0,
	  0, 0, -E2BIG },
	{ "per-CPU hash, on a node", T(PERCPU_HASH), 4, 8, 10, F(NUMA_NODE), 0,
	  0, -EINVAL },
	{ "LRU", T(LRU_HASH), 4, 8, 10, 0, 0, 0, 0 },
	{ "LRU, lists per CPU", T(LRU_HASH), 4, 8, 10, F(NO_COMMON_LRU), 0, 0, 0 },
	{ "LRU, no preallocation", T(LRU_HASH), 4, 8, 10, F(NO_PREALLOC), 0, 0,
	  -ENOTSUPP },
	{ "LRU per-CPU", T(LRU_PERCPU_HASH), 4, 8, 10, 0, 0, 0, 0 },
	{ "array", T(ARRAY), 4, 8, 10, 0, 0, 0, 0 },
	{ "array, mmapable", T(ARRAY), 4, 8, 10, F(MMAPABLE), 0, 0, 0 },
	{ "array, inner map", T(ARRAY), 4, 8, 10, F(INNER_MAP), 0, 0, 0 },
	{ "array, key of 8", T(ARRAY), 8, 8, 10, 0, 0, 0, -EINVAL },
	{ "array, no value", T(ARRAY), 4, 0, 10, 0, 0, 0, -EINVAL },
	{ "array, no entries", T(ARRAY), 4, 8, 0, 0, 0, 0, -EINVAL },
	{ "array, no preallocation", T(ARRAY), 4, 8, 10, F(NO_PREALLOC), 0, 0,
	  -EINVAL },
	{ "array, preserve", T(ARRAY), 4, 8, 10, F(PRESERVE_ELEMS), 0, 0,
	  -EINVAL },
	{ "array, huge value", T(ARRAY), 4, INT_MAX + 1U, 1, 0, 0, 0, -E2BIG },
	{ "array, more than memory", T(ARRAY), 4, INT_MAX, U32_MAX, 0, 0, 0,
	  -ENOMEM },
	{ "per-CPU array", T(PERCPU_ARRAY), 4, 8, 10, 0, 0, 0, 0 },
	{ "per-CPU array, value of 16400", T(PERCPU_ARRAY), 4, 16400, 1, 0, 0, 0,
	  0 },
	{ "per-CPU array, value too big", T(PERCPU_ARRAY), 4, 32769, 1, 0, 0, 0,
	  -E2BIG },
	{ "per-CPU array, mmapable", T(PERCPU_ARRAY), 4, 8, 1, F(MMAPABLE), 0, 0,
	  -EINVAL },
	{ "per-CPU array, on a node", T(PERCPU_ARRAY), 4, 8, 1, F(NUMA_NODE), 0,
	  0, -EINVAL },
	{ "prog array", T(PROG_ARRAY), 4, 4, 10, 0, 0, 0, 0 },
	{ "prog array, value of 8", T(PROG_ARRAY), 4, 8, 10, 0, 0, 0, -EINVAL },
	{ "prog array, read only", T(PROG_ARRAY), 4, 4, 10, F(RDONLY_PROG), 0, 0,
	  -EINVAL },
	{ "prog array, preserve", T(PROG_ARRAY), 4, 4, 10, F(PRESERVE_ELEMS), 0,
	  0, -EINVAL },
	{ "perf event array", T(PERF_EVENT_ARRAY), 4, 4, 4, 0, 0, 0, 0 },
	{ "perf event array, preserve", T(PERF_EVENT_ARRAY), 4, 4, 4,
	  F(PRESERVE_ELEMS), 0, 0, 0 },
	{ "cgroup array", T(CGROUP_ARRAY), 4, 4, 1, 0, 0, 0, 0 },
	{ "cgroup array, value of 8", T(CGROUP_ARRAY), 4, 8, 1, 0, 0, 0,
	  -EINVAL },
	{ "stack trace", T(STACK_TRACE), 4, 1016, 10, 0, 0, 0, 0 },
	{ "stack trace, 128 frames", T(STACK_TRACE), 4, 1024, 10, 0, 0, 0,
	  -EINVAL },
	{ "stack trace, half a frame", T(STACK_TRACE), 4, 12, 10, 0, 0, 0,
	  -EINVAL },
	{ "stack trace, key of 8", T(STACK_TRACE), 8, 80, 10, 0, 0, 0, -EINVAL },
	{ "stack trace, build ids", T(STACK_TRACE), 4, 64, 10,
	  F(STACK_BUILD_ID), 0, 0, 0 },
	{ "stack trace, half a build id", T(STACK_TRACE), 4, 48, 10,
	  F(STACK_BUILD_ID), 0, 0, -EINVAL },
	{ "stack trace, read-only programs", T(STACK_TRACE), 4, 80, 10,
	  F(RDONLY_PROG), 0, 0, -EINVAL },
	{ "queue", T(QUEUE), 0, 8, 10, 0, 0, 0, 0 },
	{ "queue with a key", T(QUEUE), 4, 8, 10, 0, 0, 0, -EINVAL },
	{ "queue, no value", T(QUEUE), 0, 0, 10, 0, 0, 0, -EINVAL },
	{ "queue, huge value", T(QUEUE), 0, (4 << 20) + 1, 1, 0, 0, 0, -E2BIG },
	{ "queue, more than memory", T(QUEUE), 0, 4 << 20, U32_MAX, 0, 0, 0,
	  -ENOMEM },
	{ "stack", T(STACK), 0, 8, 10, 0, 0, 0, 0 },
	{ "ring", T(RINGBUF), 0, 0, PG, 0, 0, 0, 0 },
	{ "ring, not a power of 2", T(RINGBUF), 0, 0, 3 * PG, 0, 0, 0, -EINVAL },
	{ "ring, less than a page", T(RINGBUF), 0, 0, 2048, 0, 0, 0, -EINVAL },
	{ "ring, no size", T(RINGBUF), 0, 0, 0, 0, 0, 0, -EINVAL },
	{ "ring with a key", T(RINGBUF), 4, 0, PG, 0, 0, 0, -EINVAL },
	{ "ring with a value", T(RINGBUF), 0, 4, PG, 0, 0, 0, -EINVAL },
	{ "ring, read only", T(RINGBUF), 0, 0, PG, F(RDONLY), 0, 0, -EINVAL },
	{ "no such type", 0, 4, 8, 10, 0, 0, 0, -EINVAL },
	{ "type of the future", 4711, 4, 8, 10, 0, 0, 0, -EINVAL },
};

static union xbpf_attr attr_of(const struct attr_case *c)
{
	union xbpf_attr attr = {
		.map_type = c->type, .key_size = c->key,
		.value_size = c->value, .max_entries = c->entries,
		.map_flags = c->flags, .numa_node = c->node,
		.map_extra = c->extra, .map_name = "a.map_1",
	};

	return attr;
}

/* 0 or the error of making a map, which goes away again. */
static long try_alloc(const union xbpf_attr *attr)
{
	struct xbpf_map *map = xbpf_map_alloc(attr);

	if (IS_ERR(map))
		return PTR_ERR(map);
	xbpf_map_free(map);
	return 0;
}

static void test_attrs(void)
{
	union xbpf_attr attr;
	long live;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		attr = attr_of(&cases[i]);
		live = xbpf_host_alloc_live();
		is(try_alloc(&attr), cases[i].want, "%s", cases[i].text);
		if (xbpf_host_alloc_live() != live)
			ok(0, "%s: leaks", cases[i].text);
	}
}

static void test_names(void)
{
	static const struct {
		char name[XBPF_OBJ_NAME_LEN];
		int want;
	} names[] = {
		{ "", 0 }, { "a_B.9", 0 }, { "fifteen_letters", 0 },
		{ "sixteen__letters", -EINVAL }, { "a-b", -EINVAL },
		{ "a b", -EINVAL }, { "a\0b", -EINVAL }, { "\xe4", -EINVAL },
	};
	union xbpf_attr attr = attr_of(&cases[0]);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		memcpy(attr.map_name, names[i].name, XBPF_OBJ_NAME_LEN);
		is(try_alloc(&attr), names[i].want, "name '%.16s'",
		   names[i].name);
	}
}

/* Each allocation of each type fails in turn: -ENOMEM and nothing left. */
static void test_out_of_memory(void)
{
	unsigned long nth, tried = 0;
	union xbpf_attr attr;
	long live, err;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (cases[i].want)
			continue;
		attr = attr_of(&cases[i]);
		live = xbpf_host_alloc_live();
		for (nth = 1;; nth++, tried++) {
			xbpf_host_alloc_fail(nth);
			err = try_alloc(&attr);
			if (!xbpf_host_alloc_failed())
				break;
			if (err != -ENOMEM || xbpf_host_alloc_live() != live)
				break;
		}
		xbpf_host_alloc_fail(0);
		ok(!err && xbpf_host_alloc_live() == live,
		   "%s: out of memory at any point", cases[i].text);
	}
	diag("%lu allocations failed", tried);
}

static void test_generic_fields(void)
{
	const struct attr_case c = {
		"", T(LRU_HASH), 4, 8, 10, F(NO_COMMON_LRU), 0, 0, 0
	};
	union xbpf_attr attr = attr_of(&c);
	struct xbpf_map *map = xbpf_map_alloc(&attr);

	ok(map->type == T(LRU_HASH) && map->key_size == 4 &&
	   map->value_size == 8 && map->map_flags == F(NO_COMMON_LRU),
	   "the generic part is filled");
	is_str(map->name, "a.map_1", "the name too");
	is(map->max_entries, 12, "lists per CPU round entries up to the CPUs");
	is(map->numa_node, NUMA_NO_NODE, "no node");
	ok(map->ops->mem_usage(map) > 0, "memory in use is known");
	xbpf_map_free(map);
}

int main(void)
{
	test_attrs();
	test_names();
	test_generic_fields();
	test_out_of_memory();
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
