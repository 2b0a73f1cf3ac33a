// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wrong calls of the map commands: each gets the errno of bpf(2).
 */
#include "door.h"

static __u32 key;
static __u64 value, other[64];

#define K .key = kit_ptr(&key)
#define V .value = kit_ptr(&value)

static void create_sizes(struct door *d)
{
	TRY(0, SAME, MAP_CREATE, "a hash", .map_type = 1, .key_size = 4,
	    .value_size = 8, .max_entries = 8);
	TRY(-EINVAL, SAME, MAP_CREATE, "type 0", .map_type = 0, .key_size = 4,
	    .value_size = 8, .max_entries = 8);
	TRY(-EINVAL, SAME, MAP_CREATE, "unknown type", .map_type = 1000,
	    .key_size = 4, .value_size = 8, .max_entries = 8);
	TRY(-EINVAL, SAME, MAP_CREATE, "type -1", .map_type = -1,
	    .key_size = 4, .value_size = 8, .max_entries = 8);
	TRY(-EINVAL, SAME, MAP_CREATE, "hash without entries", .map_type = 1,
	    .key_size = 4, .value_size = 8);
	TRY(-EINVAL, SAME, MAP_CREATE, "hash without key", .map_type = 1,
	    .value_size = 8, .max_entries = 8);
	TRY(-EINVAL, SAME, MAP_CREATE, "hash without value", .map_type = 1,
	    .key_size = 4, .max_entries = 8);
	TRY(-E2BIG, SAME, MAP_CREATE, "hash with a key of 2 GB", .map_type = 1,
	    .key_size = 1U << 31, .value_size = 8, .max_entries = 8);
	TRY(-E2BIG, SAME, MAP_CREATE, "hash with a value of 4 GB",
	    .map_type = 1, .key_size = 4, .value_size = ~0U, .max_entries = 8);
	TRY(-E2BIG, SAME, MAP_CREATE, "hash with 2^32 - 1 entries",
	    .map_type = 1, .key_size = 4, .value_size = 8, .max_entries = ~0U);
	TRY(-EINVAL, SAME, MAP_CREATE, "array with a key of 8 bytes",
	    .map_type = 2, .key_size = 8, .value_size = 8, .max_entries = 8);
	TRY(-EINVAL, SAME, MAP_CREATE, "array without entries", .map_type = 2,
	    .key_size = 4, .value_size = 8);
	TRY(-E2BIG, SAME, MAP_CREATE, "array with a value of 2 GB",
	    .map_type = 2, .key_size = 4, .value_size = 1U << 31,
	    .max_entries = 1);
	TRY(-ENOMEM, SAME, MAP_CREATE, "array of 2^31 entries of 1 MB",
	    .map_type = 2, .key_size = 4, .value_size = 1 << 20,
	    .max_entries = 1U << 31);
	TRY(-E2BIG, SAME, MAP_CREATE, "per-CPU array with a value of 64 KB",
	    .map_type = 6, .key_size = 4, .value_size = 1 << 16,
	    .max_entries = 1);
	TRY(-EINVAL, SAME, MAP_CREATE, "ring with a key", .map_type = 27,
	    .key_size = 4, .max_entries = 4096);
	TRY(-EINVAL, SAME, MAP_CREATE, "ring of 4097 bytes", .map_type = 27,
	    .max_entries = 4097);
	TRY(-EINVAL, SAME, MAP_CREATE, "ring of 2048 bytes", .map_type = 27,
	    .max_entries = 2048);
	TRY(-EINVAL, SAME, MAP_CREATE, "program array with a value of 8 bytes",
	    .map_type = 3, .key_size = 4, .value_size = 8, .max_entries = 8);
	TRY(-EINVAL, SAME, MAP_CREATE, "stack traces with a value of 12 bytes",
	    .map_type = 7, .key_size = 4, .value_size = 12, .max_entries = 8);
	TRY(-EINVAL, SAME, MAP_CREATE, "queue with a key", .map_type = 22,
	    .key_size = 4, .value_size = 8, .max_entries = 8);
}

#define HASH .map_type = 1, .key_size = 4, .value_size = 8, .max_entries = 8
#define ARRAY .map_type = 2, .key_size = 4, .value_size = 8, .max_entries = 8

static void create_fields(struct door *d)
{
	TRY(-EINVAL, SAME, MAP_CREATE, "unknown flag", HASH,
	    .map_flags = 1U << 31);
	TRY(-EINVAL, SAME, MAP_CREATE, "read-only and write-only", HASH,
	    .map_flags = XBPF_F_RDONLY | XBPF_F_WRONLY);
	TRY(-EINVAL, SAME, MAP_CREATE, "the same for programs", HASH,
	    .map_flags = XBPF_F_RDONLY_PROG | XBPF_F_WRONLY_PROG);
	TRY(-EINVAL, SAME, MAP_CREATE, "a hash to be mapped", HASH,
	    .map_flags = XBPF_F_MMAPABLE);
	TRY(-EINVAL, SAME, MAP_CREATE, "array without preallocation", ARRAY,
	    .map_flags = XBPF_F_NO_PREALLOC);
	TRY(-EINVAL, SAME, MAP_CREATE, "node 4000", HASH,
	    .map_flags = XBPF_F_NUMA_NODE, .numa_node = 4000);
	TRY(0, SAME, MAP_CREATE, "a name", HASH, .map_name = "a_Name.0");
	TRY(0, SAME, MAP_CREATE, "a name and more behind its end", HASH,
	    .map_name = { 'a', 0, ' ', '-' });
	TRY(-EINVAL, SAME, MAP_CREATE, "a name with a space", HASH,
	    .map_name = "a b");
	TRY(-EINVAL, SAME, MAP_CREATE, "a name of 16 characters", HASH,
	    .map_name = { 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a',
			  'a', 'a', 'a', 'a', 'a', 'a' });
	TRY(-EINVAL, SAME, MAP_CREATE, "key type without value type", HASH,
	    .btf_fd = d->btf, .btf_key_type_id = 1);
	TRY(-EBADF, SAME, MAP_CREATE, "types of no descriptor", HASH,
	    .btf_fd = BAD_FD, .btf_key_type_id = 1, .btf_value_type_id = 2);
	TRY(-EINVAL, SAME, MAP_CREATE, "types of a program", HASH,
	    .btf_fd = d->prog, .btf_key_type_id = 1, .btf_value_type_id = 2);
	TRY(0, SAME, MAP_CREATE, "types that fit", HASH, .btf_fd = d->btf,
	    .btf_key_type_id = 1, .btf_value_type_id = 2);
	TRY(0, SAME, MAP_CREATE, "types of an array", ARRAY, .btf_fd = d->btf,
	    .btf_key_type_id = 1, .btf_value_type_id = 2);
	TRY(-EINVAL, SAME, MAP_CREATE, "types that do not fit", HASH,
	    .btf_fd = d->btf, .btf_key_type_id = 2, .btf_value_type_id = 2);
	TRY(-EINVAL, SAME, MAP_CREATE, "types that do not exist", HASH,
	    .btf_fd = d->btf, .btf_key_type_id = 1, .btf_value_type_id = 9);
	TRY(-EINVAL, SAME, MAP_CREATE, "no key type", HASH, .btf_fd = d->btf,
	    .btf_value_type_id = 2);
	TRY(-EINVAL, SAME, MAP_CREATE, "a type of the kernel", HASH,
	    .btf_vmlinux_value_type_id = 1);
	TRY(-EINVAL, SAME, MAP_CREATE, "map_extra", HASH, .map_extra = 1);
	TRY(-EINVAL, OLDER, MAP_CREATE, "hash of a program, no size", HASH,
	    .excl_prog_hash = kit_ptr(other));
	TRY(-EBADF, OLDER, MAP_CREATE, "token of no descriptor", HASH,
	    .map_flags = XBPF_F_TOKEN_FD, .map_token_fd = BAD_FD);
}

static void elements(struct door *d)
{
	__u32 beyond = 1000;

	TRY(-EBADF, SAME, MAP_LOOKUP_ELEM, "no descriptor", .map_fd = BAD_FD,
	    K, V);
	TRY(-EBADF, SAME, MAP_LOOKUP_ELEM, "descriptor -1", .map_fd = -1, K, V);
	TRY(-EINVAL, SAME, MAP_LOOKUP_ELEM, "/dev/null", .map_fd = d->null,
	    K, V);
	TRY(-EINVAL, SAME, MAP_LOOKUP_ELEM, "a program", .map_fd = d->prog,
	    K, V);
	TRY(-EFAULT, SAME, MAP_LOOKUP_ELEM, "bad key", .map_fd = d->hash,
	    .key = BAD_PTR, V);
	TRY(-EFAULT, SAME, MAP_LOOKUP_ELEM, "key at 0", .map_fd = d->hash, V);
	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "not there", .map_fd = d->hash,
	    K, V);
	TRY(-EFAULT, SAME, MAP_LOOKUP_ELEM, "bad value", .map_fd = d->array,
	    K, .value = BAD_PTR);
	TRY(-EINVAL, SAME, MAP_LOOKUP_ELEM, "unknown flag", .map_fd = d->hash,
	    K, V, .flags = 32);
	TRY(-EINVAL, SAME, MAP_LOOKUP_ELEM, "a lock that is not there",
	    .map_fd = d->hash, K, V, .flags = XBPF_F_LOCK);
	TRY(-EINVAL, SAME, MAP_LOOKUP_ELEM, "a CPU of one value",
	    .map_fd = d->hash, K, V, .flags = XBPF_F_CPU);
	TRY(-ERANGE, OLDER, MAP_LOOKUP_ELEM, "a CPU that does not exist",
	    .map_fd = d->percpu, K, V, .flags = XBPF_F_CPU | 4096ULL << 32);
	TRY(0, OLDER, MAP_LOOKUP_ELEM, "CPU 1's value", .map_fd = d->percpu,
	    K, V, .flags = XBPF_F_CPU | 1ULL << 32);
	TRY(-EINVAL, SAME, MAP_LOOKUP_ELEM, "all CPUs at once",
	    .map_fd = d->percpu, K, V, .flags = XBPF_F_ALL_CPUS);
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "one CPU and all",
	    .map_fd = d->percpu, K, V, .flags = XBPF_F_CPU | XBPF_F_ALL_CPUS);
	TRY(0, OLDER, MAP_UPDATE_ELEM, "all CPUs' values",
	    .map_fd = d->percpu, K, V, .flags = XBPF_F_ALL_CPUS);
	TRY(-EPERM, SAME, MAP_LOOKUP_ELEM, "write-only", .map_fd = d->array_wo,
	    K, V);
	TRY(-ENOTSUPP, SAME, MAP_LOOKUP_ELEM, "a ring", .map_fd = d->ring, V);
	TRY(-EINVAL, SAME, MAP_LOOKUP_ELEM, "a queue with a key",
	    .map_fd = d->queue, K, V);
	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "an empty queue",
	    .map_fd = d->queue, V);
	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "no program there",
	    .map_fd = d->progs, K, V);

	TRY(-EFAULT, SAME, MAP_UPDATE_ELEM, "bad key", .map_fd = d->hash,
	    .key = BAD_PTR, V);
	TRY(-EFAULT, SAME, MAP_UPDATE_ELEM, "bad value", .map_fd = d->hash,
	    K, .value = BAD_PTR);
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "NOEXIST and EXIST",
	    .map_fd = d->hash, K, V, .flags = 3);
	TRY(-ENOENT, SAME, MAP_UPDATE_ELEM, "EXIST", .map_fd = d->hash, K, V,
	    .flags = XBPF_EXIST);
	TRY(-EEXIST, SAME, MAP_UPDATE_ELEM, "NOEXIST", .map_fd = d->array,
	    K, V, .flags = XBPF_NOEXIST);
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "unknown flag", .map_fd = d->hash,
	    K, V, .flags = 1ULL << 40);
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "a lock that is not there",
	    .map_fd = d->hash, K, V, .flags = XBPF_F_LOCK);
	TRY(-E2BIG, SAME, MAP_UPDATE_ELEM, "index 1000", .map_fd = d->array,
	    .key = kit_ptr(&beyond), V);
	TRY(-EPERM, SAME, MAP_UPDATE_ELEM, "read-only", .map_fd = d->array_ro,
	    K, V);
	TRY(-EPERM, SAME, MAP_UPDATE_ELEM, "frozen", .map_fd = d->frozen, K, V);
	TRY(-ENOTSUPP, SAME, MAP_UPDATE_ELEM, "a ring", .map_fd = d->ring, V);
}

static void objects(struct door *d)
{
	__u32 eight = 8, bad = BAD_FD, hash = d->hash, prog = d->prog;

	TRY(-EBADF, SAME, MAP_UPDATE_ELEM, "no program", .map_fd = d->progs,
	    K, .value = kit_ptr(&bad));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "a map as program",
	    .map_fd = d->progs, K, .value = kit_ptr(&hash));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "a program, NOEXIST",
	    .map_fd = d->progs, K, .value = kit_ptr(&prog),
	    .flags = XBPF_NOEXIST);
	TRY(-E2BIG, SAME, MAP_UPDATE_ELEM, "a program at index 8",
	    .map_fd = d->progs, .key = kit_ptr(&eight),
	    .value = kit_ptr(&prog));
	TRY(-ENOENT, SAME, MAP_DELETE_ELEM, "no program", .map_fd = d->progs, K);
	TRY(0, SAME, MAP_UPDATE_ELEM, "a program", .map_fd = d->progs, K,
	    .value = kit_ptr(&prog));
	TRY(0, SAME, MAP_LOOKUP_ELEM, "its id", .map_fd = d->progs, K, V);
	TRY(0, SAME, MAP_DELETE_ELEM, "the program", .map_fd = d->progs, K);
	TRY(-E2BIG, SAME, MAP_DELETE_ELEM, "a program at index 8",
	    .map_fd = d->progs, .key = kit_ptr(&eight));
}

static void others(struct door *d)
{
	TRY(-EBADF, SAME, MAP_DELETE_ELEM, "no descriptor", .map_fd = BAD_FD, K);
	TRY(-EINVAL, SAME, MAP_DELETE_ELEM, "a value", .map_fd = d->hash, K, V);
	TRY(-ENOENT, SAME, MAP_DELETE_ELEM, "not there", .map_fd = d->hash, K);
	TRY(-EINVAL, SAME, MAP_DELETE_ELEM, "of an array", .map_fd = d->array,
	    K);
	TRY(-EPERM, SAME, MAP_DELETE_ELEM, "frozen", .map_fd = d->frozen, K);
	TRY(-EFAULT, SAME, MAP_DELETE_ELEM, "bad key", .map_fd = d->hash,
	    .key = BAD_PTR);
	TRY(-EINVAL, SAME, MAP_DELETE_ELEM, "of a queue", .map_fd = d->queue);

	TRY(-ENOENT, SAME, MAP_GET_NEXT_KEY, "of an empty hash",
	    .map_fd = d->hash, .next_key = kit_ptr(other));
	TRY(0, SAME, MAP_GET_NEXT_KEY, "the first of an array",
	    .map_fd = d->array, .next_key = kit_ptr(other));
	TRY(-EFAULT, SAME, MAP_GET_NEXT_KEY, "bad next", .map_fd = d->array,
	    .next_key = BAD_PTR);
	TRY(-EFAULT, SAME, MAP_GET_NEXT_KEY, "bad key", .map_fd = d->array,
	    .key = BAD_PTR, .next_key = kit_ptr(other));
	TRY(-EINVAL, SAME, MAP_GET_NEXT_KEY, "flags", .map_fd = d->array,
	    .next_key = kit_ptr(other), .flags = 1);
	TRY(-EPERM, SAME, MAP_GET_NEXT_KEY, "write-only",
	    .map_fd = d->array_wo, .next_key = kit_ptr(other));
	TRY(-EINVAL, SAME, MAP_GET_NEXT_KEY, "of a queue", .map_fd = d->queue,
	    .next_key = kit_ptr(other));
	TRY(-ENOTSUPP, SAME, MAP_GET_NEXT_KEY, "of a ring", .map_fd = d->ring,
	    .next_key = kit_ptr(other));

	TRY(-ENOTSUPP, SAME, MAP_LOOKUP_AND_DELETE_ELEM, "of an array",
	    .map_fd = d->array, K, V);
	TRY(-ENOENT, SAME, MAP_LOOKUP_AND_DELETE_ELEM, "not there",
	    .map_fd = d->hash, K, V);
	TRY(-EINVAL, SAME, MAP_LOOKUP_AND_DELETE_ELEM, "flags",
	    .map_fd = d->hash, K, V, .flags = 1);
	TRY(-ENOENT, SAME, MAP_LOOKUP_AND_DELETE_ELEM, "an empty queue",
	    .map_fd = d->queue, V);
	TRY(-EPERM, SAME, MAP_LOOKUP_AND_DELETE_ELEM, "read-only",
	    .map_fd = d->array_ro, K, V);

	TRY(-EBADF, SAME, MAP_FREEZE, "no descriptor", .map_fd = BAD_FD);
	TRY(-EINVAL, SAME, MAP_FREEZE, "a program", .map_fd = d->prog);
	TRY(-EPERM, OLDER, MAP_FREEZE, "again", .map_fd = d->frozen);
	TRY(-EPERM, OLDER, MAP_FREEZE, "read-only", .map_fd = d->array_ro);
	TRY(-EINVAL, SAME, MAP_FREEZE, "a key", .map_fd = d->array, K);
}

static void batches(struct door *d)
{
	__u32 keys[8], out[8];

	memset(keys, 0xff, sizeof(keys));
	TRY(-EBADF, SAME, MAP_LOOKUP_BATCH, "no descriptor",
	    .batch = { .map_fd = BAD_FD, .count = 1 });
	TRY(-EINVAL, SAME, MAP_LOOKUP_BATCH, "a program",
	    .batch = { .map_fd = d->prog, .count = 1 });
	TRY(0, SAME, MAP_LOOKUP_BATCH, "of nothing",
	    .batch = { .map_fd = d->hash });
	TRY(-EINVAL, SAME, MAP_LOOKUP_BATCH, "flags of a hash",
	    .batch = { .map_fd = d->hash, .count = 1, .flags = 1 });
	TRY(-EINVAL, SAME, MAP_LOOKUP_BATCH, "flags of elements",
	    .batch = { .map_fd = d->hash, .count = 1, .elem_flags = 1 });
	TRY(-ENOENT, SAME, MAP_LOOKUP_BATCH, "of an empty hash",
	    .batch = { .map_fd = d->hash, .count = 8, .keys = kit_ptr(keys),
		       .values = kit_ptr(other), .out_batch = kit_ptr(out) });
	TRY(-EFAULT, SAME, MAP_LOOKUP_BATCH, "bad cursor out",
	    .batch = { .map_fd = d->hash, .count = 8, .keys = kit_ptr(keys),
		       .values = kit_ptr(other), .out_batch = BAD_PTR });
	TRY(-EFAULT, SAME, MAP_LOOKUP_BATCH, "bad cursor in",
	    .batch = { .map_fd = d->hash, .count = 8, .keys = kit_ptr(keys),
		       .values = kit_ptr(other), .in_batch = BAD_PTR });
	TRY(-EFAULT, SAME, MAP_LOOKUP_BATCH, "bad keys of an array",
	    .batch = { .map_fd = d->array, .count = 8, .keys = BAD_PTR,
		       .values = kit_ptr(other), .out_batch = kit_ptr(out) });
	TRY(-ENOTSUPP, SAME, MAP_LOOKUP_BATCH, "of a ring",
	    .batch = { .map_fd = d->ring, .count = 1 });
	TRY(-ENOTSUPP, SAME, MAP_LOOKUP_AND_DELETE_BATCH, "of an array",
	    .batch = { .map_fd = d->array, .count = 1 });
	TRY(-ENOTSUPP, SAME, MAP_DELETE_BATCH, "of an array",
	    .batch = { .map_fd = d->array, .count = 1 });
	TRY(-EPERM, SAME, MAP_UPDATE_BATCH, "frozen",
	    .batch = { .map_fd = d->frozen, .count = 1 });
	TRY(-EFAULT, SAME, MAP_UPDATE_BATCH, "bad keys",
	    .batch = { .map_fd = d->hash, .count = 1, .keys = BAD_PTR,
		       .values = kit_ptr(other) });
	TRY(-ENOENT, SAME, MAP_DELETE_BATCH, "not there",
	    .batch = { .map_fd = d->hash, .count = 1, .keys = kit_ptr(keys) });
	TRY(-EFAULT, SAME, MAP_DELETE_BATCH, "bad keys",
	    .batch = { .map_fd = d->hash, .count = 1, .keys = BAD_PTR });
	TRY(-E2BIG, SAME, MAP_UPDATE_BATCH, "index 2^32 - 1",
	    .batch = { .map_fd = d->array, .count = 1, .keys = kit_ptr(keys),
		       .values = kit_ptr(other) });
}

static void all(struct door *d)
{
	create_sizes(d);
	create_fields(d);
	elements(d);
	objects(d);
	others(d);
	batches(d);
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
	is(count_fds(), fds, "no descriptor is left");
	return unit_done();
}
