// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps of maps, tries and filters through the map commands: each call gets the
 * errno of bpf(2); and a program finds what user space has put into a map.
 */
#include "door.h"

#define K(k) .key = kit_ptr(k)
#define V(v) .value = kit_ptr(v)
#define OUTER(t, k) .map_type = (t), .key_size = (k), .value_size = 4, \
		    .max_entries = 2
#define ARRAYS	XBPF_MAP_TYPE_ARRAY_OF_MAPS
#define HASHES	XBPF_MAP_TYPE_HASH_OF_MAPS
#define LPM	XBPF_MAP_TYPE_LPM_TRIE
#define BLOOM	XBPF_MAP_TYPE_BLOOM_FILTER

static int create(struct door *d, union xbpf_attr attr)
{
	return d->sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
}

#define CREATE(d, ...) create(d, (union xbpf_attr){ __VA_ARGS__ })

static void create_outer(struct door *d)
{
	int array = CREATE(d, OUTER(ARRAYS, 4), .inner_map_fd = d->hash);

	TRY(0, SAME, MAP_CREATE, "array of hashes", OUTER(ARRAYS, 4),
	    .inner_map_fd = d->hash);
	TRY(0, SAME, MAP_CREATE, "hash of arrays", OUTER(HASHES, 8),
	    .inner_map_fd = d->array);
	TRY(-EBADF, SAME, MAP_CREATE, "array of nothing", OUTER(ARRAYS, 4),
	    .inner_map_fd = BAD_FD);
	TRY(-EINVAL, SAME, MAP_CREATE, "array of programs' descriptors",
	    OUTER(ARRAYS, 4), .inner_map_fd = d->prog);
	TRY(-EINVAL, SAME, MAP_CREATE, "three deep", OUTER(ARRAYS, 4),
	    .inner_map_fd = array);
	TRY(-ENOTSUPP, SAME, MAP_CREATE, "array of program arrays",
	    OUTER(ARRAYS, 4), .inner_map_fd = d->progs);
	TRY(-EINVAL, SAME, MAP_CREATE, "hash of maps, 8 byte value",
	    .map_type = HASHES, .key_size = 4, .value_size = 8,
	    .max_entries = 2, .inner_map_fd = d->hash);
	TRY(-EINVAL, SAME, MAP_CREATE, "read-only to programs",
	    OUTER(ARRAYS, 4), .inner_map_fd = d->hash,
	    .map_flags = XBPF_F_RDONLY_PROG);
	close(array);
}

static void outer_elements(struct door *d, __u32 type)
{
	int outer = CREATE(d, OUTER(type, 4), .inner_map_fd = d->hash);
	__u32 key = 1, far = 7, hash = d->hash, array = d->array, bad = BAD_FD;
	__u32 prog = d->prog, id;

	TRY(-EBADF, SAME, MAP_UPDATE_ELEM, "no map", .map_fd = outer, K(&key),
	    V(&bad));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "a program", .map_fd = outer,
	    K(&key), V(&prog));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "a map of another kind",
	    .map_fd = outer, K(&key), V(&array));
	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "nothing there", .map_fd = outer,
	    K(&key), V(&id));
	TRY(-ENOENT, SAME, MAP_DELETE_ELEM, "nothing to delete",
	    .map_fd = outer, K(&key));
	TRY(0, SAME, MAP_UPDATE_ELEM, "a map", .map_fd = outer, K(&key),
	    V(&hash));
	TRY(0, SAME, MAP_LOOKUP_ELEM, "its id", .map_fd = outer, K(&key),
	    V(&id));
	if (type == HASHES) {
		TRY(-EEXIST, SAME, MAP_UPDATE_ELEM, "NOEXIST", .map_fd = outer,
		    K(&key), V(&hash), .flags = XBPF_NOEXIST);
		TRY(-ENOENT, SAME, MAP_UPDATE_ELEM, "EXIST", .map_fd = outer,
		    K(&far), V(&hash), .flags = XBPF_EXIST);
	} else {
		TRY(-E2BIG, SAME, MAP_UPDATE_ELEM, "index 7", .map_fd = outer,
		    K(&far), V(&hash));
		TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "EXIST", .map_fd = outer,
		    K(&key), V(&hash), .flags = XBPF_EXIST);
	}
	TRY(0, SAME, MAP_GET_NEXT_KEY, "first key", .map_fd = outer,
	    .next_key = kit_ptr(&id));
	TRY(0, SAME, MAP_DELETE_ELEM, "delete", .map_fd = outer, K(&key));
	close(outer);
}

static void tries(struct door *d)
{
	struct { __u32 len; __u8 bytes[4]; } key = { 8, { 10 } }, wide = { 33 },
		host = { 32, { 10, 1, 2, 3 } }, next;
	__u64 value = 5;
	int trie = CREATE(d, .map_type = LPM, .key_size = 8, .value_size = 8,
			  .max_entries = 1, .map_flags = XBPF_F_NO_PREALLOC);

	TRY(-EINVAL, SAME, MAP_CREATE, "trie, preallocated", .map_type = LPM,
	    .key_size = 8, .value_size = 8, .max_entries = 1);
	TRY(-EINVAL, SAME, MAP_CREATE, "trie, no bits", .map_type = LPM,
	    .key_size = 4, .value_size = 8, .max_entries = 1,
	    .map_flags = XBPF_F_NO_PREALLOC);
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "33 bits", .map_fd = trie,
	    K(&wide), V(&value));
	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "empty trie", .map_fd = trie,
	    K(&host), V(&value));
	TRY(0, SAME, MAP_UPDATE_ELEM, "a prefix", .map_fd = trie, K(&key),
	    V(&value));
	TRY(-ENOSPC, SAME, MAP_UPDATE_ELEM, "no room", .map_fd = trie,
	    K(&host), V(&value));
	TRY(0, SAME, MAP_LOOKUP_ELEM, "found by a longer one", .map_fd = trie,
	    K(&host), V(&value));
	TRY(0, SAME, MAP_GET_NEXT_KEY, "first prefix", .map_fd = trie,
	    .next_key = kit_ptr(&next));
	TRY(-ENOENT, SAME, MAP_GET_NEXT_KEY, "no second", .map_fd = trie,
	    K(&key), .next_key = kit_ptr(&next));
	TRY(-ENOENT, SAME, MAP_DELETE_ELEM, "another prefix", .map_fd = trie,
	    K(&host));
	TRY(0, SAME, MAP_DELETE_ELEM, "the prefix", .map_fd = trie, K(&key));
	close(trie);
}

static void filters(struct door *d)
{
	__u64 value = 5, other = 6;
	int filter = CREATE(d, .map_type = BLOOM, .value_size = 8,
			    .max_entries = 100, .map_extra = 3);

	TRY(-EINVAL, SAME, MAP_CREATE, "filter with a key", .map_type = BLOOM,
	    .key_size = 4, .value_size = 8, .max_entries = 1);
	TRY(-EINVAL, SAME, MAP_CREATE, "filter of 16 hashes",
	    .map_type = BLOOM, .value_size = 8, .max_entries = 1,
	    .map_extra = 16);
	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "never pushed", .map_fd = filter,
	    V(&value));
	TRY(0, SAME, MAP_UPDATE_ELEM, "push", .map_fd = filter, V(&value));
	TRY(0, SAME, MAP_LOOKUP_ELEM, "pushed", .map_fd = filter, V(&value));
	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "another value", .map_fd = filter,
	    V(&other));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "push, EXIST", .map_fd = filter,
	    V(&value), .flags = XBPF_EXIST);
	TRY(-EOPNOTSUPP, SAME, MAP_DELETE_ELEM, "nothing is deleted",
	    .map_fd = filter);
	TRY(-EOPNOTSUPP, SAME, MAP_GET_NEXT_KEY, "there are no keys",
	    .map_fd = filter, .next_key = kit_ptr(&other));
	close(filter);
}

/* Counts in element 0 of the map at index 1 of @outer. */
static int load_inner_counter(int outer)
{
	const struct xbpf_insn insns[] = {
		STORE_IMM(XBPF_W, 10, 1, -4),
		MOV_REG(2, 10), ADD_IMM(2, -4),
		LOAD_MAP(1, outer),
		CALL(map_lookup_elem),
		JUMP_IMM(XBPF_JEQ, 0, 0, 8),
		MOV_REG(1, 0),
		STORE_IMM(XBPF_W, 10, 0, -4),
		MOV_REG(2, 10), ADD_IMM(2, -4),
		CALL(map_lookup_elem),
		JUMP_IMM(XBPF_JEQ, 0, 0, 2),
		MOV_IMM(6, 1),
		ATOMIC_ADD(0, 6),
		MOV_IMM(0, 0), EXIT,
	};

	return kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, insns, sizeof(insns));
}

static int run(int prog)
{
	union xbpf_attr attr = { .test.prog_fd = prog };

	return xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr));
}

/* The map inside lives as long as it is there, and is gone afterwards. */
static void test_program(__u32 type)
{
	union xbpf_attr attr = { OUTER(type, 4) };
	int inner = kit_counters(), second = kit_counters(), outer, prog;
	__u32 key = 1;

	attr.inner_map_fd = inner;
	outer = xbpf_sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
	prog = load_inner_counter(outer);
	ok(prog >= 0, "type %u: program loads", type);
	if (prog < 0)
		printf("# %s\n", kit_log);
	is(run(prog), 0, "type %u: runs on an empty map", type);
	is(kit_update(outer, &key, &inner), 0, "type %u: put", type);
	is(run(prog), 0, "type %u: runs", type);
	is(kit_counter(inner, 0), 1, "type %u: counted in the map inside", type);
	is(kit_update(outer, &key, &second), 0, "type %u: put another", type);
	close(second);
	is(run(prog), 0, "type %u: the map lives without descriptor", type);
	is(kit_counter(inner, 0), 1, "type %u: the first rests", type);
	close(prog);
	close(outer);
	close(inner);
}

static void all(struct door *d)
{
	create_outer(d);
	outer_elements(d, ARRAYS);
	outer_elements(d, HASHES);
	tries(d);
	filters(d);
	door_close(d);
}

int main(void)
{
	struct door d;
	int fds;

	if (!door_open(&d, 0))
		all(&d);
	xbpf_device_fd();
	fds = count_fds();
	is(door_open(&d, 1), 0, "objects for the calls can be made");
	all(&d);
	test_program(ARRAYS);
	test_program(HASHES);
	is(count_fds(), fds, "no descriptor is left");
	return unit_done();
}
