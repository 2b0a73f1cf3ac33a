// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the element and batch commands do when they do something.
 */
#include <stdlib.h>
#include "door.h"

#define NR 1000

static struct door d;
static __u32 keys[NR + 64];
static __u64 values[NR + 64];

static int elem(int cmd, int fd, const void *key, void *value, __u64 flags)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = kit_ptr(key);
	attr.value = kit_ptr(value);
	attr.flags = flags;
	return xbpf_sys(cmd, &attr, sizeof(attr));
}

static int map_of(__u32 type, __u32 value_size)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = 4;
	attr.value_size = value_size;
	attr.max_entries = NR;
	return xbpf_sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
}

static void hash_elements(void)
{
	int map = map_of(XBPF_MAP_TYPE_HASH, 8), i, seen = 0, good = 0;
	__u64 value, sum = 0;
	__u32 key, next;

	for (i = 0; i < NR; i++) {
		key = i * 7;
		value = i;
		good += !elem(XBPF_MAP_UPDATE_ELEM, map, &key, &value,
			      XBPF_NOEXIST);
	}
	is(good, NR, "a hash is filled");
	key = NR * 7;
	is(elem(XBPF_MAP_UPDATE_ELEM, map, &key, &value, 0), -E2BIG,
	   "and is full then");
	key = 7;
	is(elem(XBPF_MAP_UPDATE_ELEM, map, &key, &value, XBPF_NOEXIST),
	   -EEXIST, "what is there is there");
	is(elem(XBPF_MAP_LOOKUP_ELEM, map, &key, &value, 0), 0, "and found");
	is(value, 1, "with its value");
	is(elem(XBPF_MAP_LOOKUP_AND_DELETE_ELEM, map, &key, &value, 0), 0,
	   "it is taken out");
	is(elem(XBPF_MAP_LOOKUP_ELEM, map, &key, &value, 0), -ENOENT,
	   "and is away");
	for (i = elem(XBPF_MAP_GET_NEXT_KEY, map, NULL, &next, 0); !i;
	     i = elem(XBPF_MAP_GET_NEXT_KEY, map, &key, &next, 0)) {
		key = next;
		seen++;
		sum += key;
	}
	is(i, -ENOENT, "the walk ends");
	is(seen, NR - 1, "and has seen all");
	is(sum, 7ULL * NR * (NR - 1) / 2 - 7, "each of them once");
	close(map);
}

static void percpu_elements(__u32 type, const char *name)
{
	int map = map_of(type, 4), cpus = 0, i;
	__u64 all[256];
	__u32 key = 5, one = 11;

	memset(all, 0x55, sizeof(all));
	for (i = 0; i < 256; i++)
		all[i] = 100 + i;
	is(elem(XBPF_MAP_UPDATE_ELEM, map, &key, all, 0), 0,
	   "%s: all CPUs are set", name);
	memset(all, 0xff, sizeof(all));
	is(elem(XBPF_MAP_LOOKUP_ELEM, map, &key, all, 0), 0, "and read");
	while (cpus < 256 && all[cpus] == 100 + (__u64)cpus)
		cpus++;
	ok(cpus >= 1 && all[cpus] == ~0ULL, "%d of them, no more", cpus);
	is(elem(XBPF_MAP_UPDATE_ELEM, map, &key, &one,
		XBPF_F_CPU | (__u64)(cpus - 1) << 32), 0, "the last alone");
	is(elem(XBPF_MAP_LOOKUP_ELEM, map, &key, all, 0), 0, "all are read");
	is(all[cpus - 1], 11, "the last is as set");
	ok(cpus == 1 || all[0] == 100, "the first as before");
	one = 12;
	is(elem(XBPF_MAP_UPDATE_ELEM, map, &key, &one, XBPF_F_ALL_CPUS), 0,
	   "one value for all");
	one = 0;
	is(elem(XBPF_MAP_LOOKUP_ELEM, map, &key, &one, XBPF_F_CPU), 0,
	   "the first alone is read");
	is(one, 12, "and as set");
	close(map);
}

static void queues(__u32 type, const char *name, int first)
{
	union xbpf_attr attr;
	__u64 value;
	int map, i;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.value_size = 8;
	attr.max_entries = 3;
	map = xbpf_sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
	for (i = 1; i <= 3; i++) {
		value = i;
		is(elem(XBPF_MAP_UPDATE_ELEM, map, NULL, &value, 0), 0,
		   "%s: %d goes in", name, i);
	}
	is(elem(XBPF_MAP_UPDATE_ELEM, map, NULL, &value, 0), -E2BIG,
	   "a fourth does not");
	is(elem(XBPF_MAP_LOOKUP_ELEM, map, NULL, &value, 0), 0, "looked at");
	is(value, first, "the right one");
	is(elem(XBPF_MAP_LOOKUP_AND_DELETE_ELEM, map, NULL, &value, 0), 0,
	   "taken");
	is(value, first, "it is the same");
	close(map);
}

static int batch(int cmd, int map, const void *in, void *out, __u32 *count,
		 void *values_)
{
	union xbpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.batch.map_fd = map;
	attr.batch.in_batch = kit_ptr(in);
	attr.batch.out_batch = kit_ptr(out);
	attr.batch.keys = kit_ptr(keys);
	attr.batch.values = kit_ptr(values_);
	attr.batch.count = *count;
	err = xbpf_sys(cmd, &attr, sizeof(attr));
	*count = attr.batch.count;
	return err;
}

static int fill(int map)
{
	__u32 count = NR, i;

	for (i = 0; i < NR; i++) {
		keys[i] = i;
		values[i] = 3 * i;
	}
	return batch(XBPF_MAP_UPDATE_BATCH, map, NULL, NULL, &count, values) ?:
	       (int)count;
}

/* Walks in steps of @step; how many elements came, -1 if one was wrong. */
static int walk(int cmd, int map, __u32 step, int *err)
{
	static unsigned char seen[NR];
	__u32 cursor[4] = { 0, ~0U, ~0U, ~0U }, count, i;
	int total = 0, begun = 0;

	memset(seen, 0, sizeof(seen));
	do {
		count = step;
		*err = batch(cmd, map, begun ? cursor : NULL, cursor, &count,
			     values);
		begun = 1;
		if (*err && *err != -ENOENT)
			break;
		for (i = 0; i < count; i++) {
			if (keys[i] >= NR || seen[keys[i]]++ ||
			    values[i] != 3ULL * keys[i])
				return -1;
			total++;
		}
		if (cursor[1] != ~0U)	/* a cursor is four bytes */
			return -2;
	} while (!*err);
	return total;
}

static void hash_batches(void)
{
	int map = map_of(XBPF_MAP_TYPE_HASH, 8), err;
	__u32 count, i;

	is(fill(map), NR, "a hash is filled at once");
	is(walk(XBPF_MAP_LOOKUP_BATCH, map, NR, &err), NR, "read at once");
	is(err, -ENOENT, "to its end");
	is(walk(XBPF_MAP_LOOKUP_BATCH, map, 64, &err), NR, "and in steps");
	is(err, -ENOENT, "to its end");
	walk(XBPF_MAP_LOOKUP_BATCH, map, 1, &err);
	is(err, -ENOSPC, "a step can be too small for a bucket");
	for (i = 0; i < 10; i++)
		keys[i] = i < 5 ? i : NR + i;
	count = 10;
	is(batch(XBPF_MAP_DELETE_BATCH, map, NULL, NULL, &count, NULL),
	   -ENOENT, "five are deleted, the sixth is not there");
	is(count, 5, "so they are counted");
	is(walk(XBPF_MAP_LOOKUP_AND_DELETE_BATCH, map, 100, &err), NR - 5,
	   "the rest is taken");
	is(err, -ENOENT, "to its end");
	is(walk(XBPF_MAP_LOOKUP_BATCH, map, 100, &err), 0, "none is left");
	is(fill(map), NR, "it can be filled again");
	close(map);
}

static void array_batches(void)
{
	int map = map_of(XBPF_MAP_TYPE_ARRAY, 8), err;
	__u32 count = 2;

	is(fill(map), NR, "an array is filled at once");
	is(walk(XBPF_MAP_LOOKUP_BATCH, map, NR + 1, &err), NR, "read at once");
	is(err, -ENOENT, "to its end");
	is(walk(XBPF_MAP_LOOKUP_BATCH, map, 1, &err), NR, "and one by one");
	keys[0] = 1;
	keys[1] = NR;
	is(batch(XBPF_MAP_UPDATE_BATCH, map, NULL, NULL, &count, values),
	   -E2BIG, "one element, then one that is not there");
	is(count, 1, "so it is counted");
	close(map);
}

int main(void)
{
	d.is_xbpf = 1;
	d.sys = sys_xbpf;
	hash_elements();
	percpu_elements(XBPF_MAP_TYPE_PERCPU_ARRAY, "per-CPU array");
	percpu_elements(XBPF_MAP_TYPE_PERCPU_HASH, "per-CPU hash");
	queues(XBPF_MAP_TYPE_QUEUE, "queue", 1);
	queues(XBPF_MAP_TYPE_STACK, "stack", 3);
	hash_batches();
	array_batches();
	return unit_done();
}
