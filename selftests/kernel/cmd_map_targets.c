// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps for redirect_map() through the map commands: each call gets the errno of
 * bpf(2). Programs in them are found by id, a device that goes is taken out, and a
 * test run ends with the verdict that the packet goes there.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "door.h"

#define K(k) .key = kit_ptr(k)
#define V(v) .value = kit_ptr(v)
#define DEVMAP	XBPF_MAP_TYPE_DEVMAP
#define HASH	XBPF_MAP_TYPE_DEVMAP_HASH
#define CPUMAP	XBPF_MAP_TYPE_CPUMAP
#define XSKMAP	XBPF_MAP_TYPE_XSKMAP
#define LO	1	/* the number of the first device */

struct value {
	__u32 what;
	__u32 prog;
};

static int create(struct door *d, __u32 type, __u32 key, __u32 value,
		  __u32 entries, __u32 flags)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key;
	attr.value_size = value;
	attr.max_entries = entries;
	attr.map_flags = flags;
	return d->sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
}

static int load(struct door *d, __u32 attach)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = XBPF_PROG_TYPE_XDP;
	attr.expected_attach_type = attach;
	attr.insns = kit_ptr(door_insns);
	attr.insn_cnt = 2;
	attr.license = kit_ptr("GPL");
	return d->sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
}

#define SIZES(t, k, v, n) .map_type = (t), .key_size = (k), .value_size = (v), \
			  .max_entries = (n)

static void creating(struct door *d, __u32 type)
{
	TRY(0, SAME, MAP_CREATE, "plain", SIZES(type, 4, 4, 2));
	TRY(type == XSKMAP ? -EINVAL : 0, SAME, MAP_CREATE,
	    "room for a program", SIZES(type, 4, 8, 2));
	TRY(-EINVAL, SAME, MAP_CREATE, "8 byte key", SIZES(type, 8, 4, 2));
	TRY(-EINVAL, SAME, MAP_CREATE, "6 byte value", SIZES(type, 4, 6, 2));
	TRY(-EINVAL, SAME, MAP_CREATE, "12 byte value", SIZES(type, 4, 12, 2));
	TRY(-EINVAL, SAME, MAP_CREATE, "no entries", SIZES(type, 4, 4, 0));
	TRY(-EINVAL, SAME, MAP_CREATE, "read-only to programs",
	    SIZES(type, 4, 4, 2), .map_flags = XBPF_F_RDONLY_PROG);
	TRY(type == CPUMAP ? -EINVAL : 0, SAME, MAP_CREATE, "read-only",
	    SIZES(type, 4, 4, 2), .map_flags = XBPF_F_RDONLY);
	TRY(type == CPUMAP ? -E2BIG : 0, SAME, MAP_CREATE, "a lot",
	    SIZES(type, 4, 4, 20000));
}

/* What arrays of all kinds say. */
static void slots(struct door *d, __u32 type, struct value right)
{
	int map = create(d, type, 4, 8, 2, 0);
	__u32 key = 1, far = 7, next;
	struct value none = { 0 }, odd = { right.what, BAD_FD };

	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "nothing there", .map_fd = map,
	    K(&key), V(&next));
	TRY(0, SAME, MAP_UPDATE_ELEM, "right", .map_fd = map, K(&key), V(&right));
	TRY(0, SAME, MAP_LOOKUP_ELEM, "it", .map_fd = map, K(&key), V(&odd));
	TRY(-E2BIG, SAME, MAP_UPDATE_ELEM, "far", .map_fd = map, K(&far),
	    V(&right));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "flag", .map_fd = map, K(&key),
	    V(&right), .flags = 3);
	TRY(-EEXIST, SAME, MAP_UPDATE_ELEM, "new", .map_fd = map, K(&key),
	    V(&right), .flags = XBPF_NOEXIST);
	TRY(0, SAME, MAP_UPDATE_ELEM, "old", .map_fd = map, K(&key), V(&right),
	    .flags = XBPF_EXIST);
	TRY(0, SAME, MAP_UPDATE_ELEM, "none", .map_fd = map, K(&key), V(&none));
	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "none there", .map_fd = map,
	    K(&key), V(&odd));
	TRY(-ENOENT, SAME, MAP_LOOKUP_ELEM, "far", .map_fd = map, K(&far),
	    V(&odd));
	TRY(0, SAME, MAP_DELETE_ELEM, "none", .map_fd = map, K(&key));
	TRY(-EINVAL, SAME, MAP_DELETE_ELEM, "far", .map_fd = map, K(&far));
	TRY(-ENOENT, SAME, MAP_GET_NEXT_KEY, "the last", .map_fd = map, K(&key),
	    .next_key = kit_ptr(&next));
	TRY(0, SAME, MAP_GET_NEXT_KEY, "the first", .map_fd = map, K(&far),
	    .next_key = kit_ptr(&next));
	close(map);
}

static void devices(struct door *d)
{
	int map = create(d, DEVMAP, 4, 8, 2, 0), prog = load(d, XBPF_XDP_DEVMAP);
	int wrong = load(d, XBPF_XDP_CPUMAP);
	__u32 key = 1;
	struct value v;

	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "no device", .map_fd = map, K(&key),
	    V(&((struct value){ 77777, 0 })));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "a program without device",
	    .map_fd = map, K(&key), V(&((struct value){ 0, prog })));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "no program", .map_fd = map, K(&key),
	    V(&((struct value){ LO, BAD_FD })));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "a program of another type",
	    .map_fd = map, K(&key), V(&((struct value){ LO, d->prog })));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "a program of CPUs", .map_fd = map,
	    K(&key), V(&((struct value){ LO, wrong })));
	TRY(0, SAME, MAP_UPDATE_ELEM, "its program", .map_fd = map, K(&key),
	    V(&((struct value){ LO, prog })));
	TRY(0, SAME, MAP_LOOKUP_ELEM, "it", .map_fd = map, K(&key), V(&v));
	ok(v.what == LO && v.prog, "with the program's id");
	TRY(-ENOTSUPP, SAME, MAP_LOOKUP_BATCH, "batch", .batch.map_fd = map,
	    .batch.count = 1);
	close(map);
	close(prog);
	close(wrong);
}

static void hash(struct door *d)
{
	int map = create(d, HASH, 4, 4, 1, 0);
	__u32 key = 1000, other = 1001, lo = LO, none = 0, v = 0;

	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "none", .map_fd = map, K(&key),
	    V(&none));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "flag", .map_fd = map, K(&key),
	    V(&lo), .flags = 3);
	TRY(-ENOENT, SAME, MAP_GET_NEXT_KEY, "empty", .map_fd = map, K(&key),
	    .next_key = kit_ptr(&v));
	TRY(0, SAME, MAP_UPDATE_ELEM, "right", .map_fd = map, K(&key), V(&lo));
	TRY(-EEXIST, SAME, MAP_UPDATE_ELEM, "new", .map_fd = map, K(&key), V(&lo),
	    .flags = XBPF_NOEXIST);
	TRY(-E2BIG, SAME, MAP_UPDATE_ELEM, "full", .map_fd = map, K(&other),
	    V(&lo));
	TRY(0, SAME, MAP_LOOKUP_ELEM, "it", .map_fd = map, K(&key), V(&v));
	is(v, LO, "its number");
	TRY(0, SAME, MAP_DELETE_ELEM, "it", .map_fd = map, K(&key));
	TRY(-ENOENT, SAME, MAP_DELETE_ELEM, "again", .map_fd = map, K(&key));
	close(map);
}

static void cpus(struct door *d)
{
	int map = create(d, CPUMAP, 4, 8, 64, 0), prog = load(d, XBPF_XDP_CPUMAP);
	__u32 key = 0, absent = 63;

	TRY(-EOVERFLOW, SAME, MAP_UPDATE_ELEM, "a queue too long", .map_fd = map,
	    K(&key), V(&((struct value){ 16385, 0 })));
	TRY(-ENODEV, SAME, MAP_UPDATE_ELEM, "no CPU", .map_fd = map, K(&absent),
	    V(&((struct value){ 16, 0 })));
	TRY(-ENOMEM, SAME, MAP_UPDATE_ELEM, "no program", .map_fd = map, K(&key),
	    V(&((struct value){ 16, BAD_FD })));
	TRY(0, SAME, MAP_UPDATE_ELEM, "its program", .map_fd = map, K(&key),
	    V(&((struct value){ 16, prog })));
	TRY(0, SAME, MAP_DELETE_ELEM, "it", .map_fd = map, K(&key));
	close(map);
	close(prog);
}

static void sockets(struct door *d)
{
	int map = create(d, XSKMAP, 4, 4, 2, 0);
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	__u32 key = 1, far = 7, bad = BAD_FD, file = d->null, sock = udp, v;

	TRY(-EOPNOTSUPP, SAME, MAP_UPDATE_ELEM, "of another family",
	    .map_fd = map, K(&key), V(&sock));
	TRY(-EBADF, SAME, MAP_UPDATE_ELEM, "nothing", .map_fd = map, K(&key),
	    V(&bad));
	TRY(-ENOTSOCK, SAME, MAP_UPDATE_ELEM, "a file", .map_fd = map, K(&key),
	    V(&file));
	TRY(-E2BIG, SAME, MAP_UPDATE_ELEM, "far", .map_fd = map, K(&far),
	    V(&sock));
	TRY(-EINVAL, SAME, MAP_UPDATE_ELEM, "flag", .map_fd = map, K(&key),
	    V(&sock), .flags = 3);
	TRY(-EOPNOTSUPP, SAME, MAP_LOOKUP_ELEM, "user space", .map_fd = map,
	    K(&key), V(&v));
	TRY(0, SAME, MAP_DELETE_ELEM, "none", .map_fd = map, K(&key));
	TRY(-EINVAL, SAME, MAP_DELETE_ELEM, "far", .map_fd = map, K(&far));
	close(udp);
	close(map);
}

/* ---- xbpf alone ---- */

static int update(int map, __u32 key, struct value v)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = kit_ptr(&key);
	attr.value = kit_ptr(&v);
	return xbpf_sys(XBPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

static int look(int map, __u32 key, struct value *v)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = kit_ptr(&key);
	attr.value = kit_ptr(v);
	return xbpf_sys(XBPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
}

/* A packet to entry 1, or on its way. */
static int run(int map)
{
	const struct xbpf_insn insns[] = {
		LOAD_MAP(1, map), MOV_IMM(2, 1), MOV_IMM(3, XBPF_XDP_PASS),
		CALL(redirect_map), EXIT,
	};
	static char packet[64];
	union xbpf_attr attr;
	int prog = kit_load(XBPF_PROG_TYPE_XDP, insns, sizeof(insns)), err;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = kit_ptr(packet);
	attr.test.data_size_in = sizeof(packet);
	err = xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr));
	close(prog);
	return prog < 0 ? prog : err ?: (int)attr.test.retval;
}

/* A network namespace of its own, whose first device goes with it. */
static int put_device_of_child(int map)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(unshare(CLONE_NEWNET) ? 2 :
		      !!update(map, 1, (struct value){ LO, 0 }));
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Namespaces go by and by. */
static int is_gone(int map)
{
	struct value v;
	int i, err = 0;

	for (i = 0; i < 300 && !err; i++) {
		err = look(map, 1, &v);
		usleep(100000);
	}
	return err == -ENOENT;
}

static void device_goes(struct door *d, __u32 type)
{
	int map = create(d, type, 4, 8, 4, 0);
	struct value v = { 0 };

	is(run(map), XBPF_XDP_PASS, "type %u: nothing is there", type);
	is(update(map, 1, (struct value){ LO, 0 }), 0, "a device");
	is(run(map), XBPF_XDP_REDIRECT, "a packet goes there");
	is(update(map, 2, (struct value){ LO, 0 }), 0, "it may be there twice");
	is(put_device_of_child(map), 0, "one of another namespace");
	ok(is_gone(map), "is in the map no more when it goes");
	is(look(map, 2, &v), 0, "the other is");
	is(run(map), XBPF_XDP_PASS, "no packet goes there");
	close(map);
}

static void all(struct door *d)
{
	creating(d, DEVMAP);
	creating(d, HASH);
	creating(d, CPUMAP);
	creating(d, XSKMAP);
	slots(d, DEVMAP, (struct value){ LO, 0 });
	devices(d);
	hash(d);
	cpus(d);
	sockets(d);
}

int main(void)
{
	struct door d;

	if (!door_open(&d, 0)) {
		all(&d);
		door_close(&d);
	}
	is(door_open(&d, 1), 0, "objects for the calls can be made");
	all(&d);
	device_goes(&d, DEVMAP);
	device_goes(&d, HASH);
	door_close(&d);
	return unit_done();
}
