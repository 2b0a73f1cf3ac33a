// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps that programs and user space change at once: a program that runs at every
 * system call, and as a breakpoint would, against threads that use the same maps
 * by commands. No value is seen half, no record of the ring is lost.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include "../unit/unit.h"
#include "kit.h"

#define KEYS		256
#define RING_SIZE	65536
#define SECONDS		4
#define NR_COUNT	8	/* instructions of COUNT() */

enum {
	FAILED,		/* updates of the hash that failed */
	TORN,		/* values whose halves differ */
	SENT,		/* records given to the ring */
	DROPPED,	/* records that had no room */
	RUNS,
	LOST,		/* updates of the LRU map that failed */
};

#define AND_IMM(d, i) \
	{ .code = XBPF_ALU64 | XBPF_AND | XBPF_K, .dst_reg = (d), .imm = (i) }
#define MUL_IMM(d, i) \
	{ .code = XBPF_ALU64 | XBPF_MUL | XBPF_K, .dst_reg = (d), .imm = (i) }
#define JUMP_REG(op, d, s, o) \
	{ .code = XBPF_JMP | (op) | XBPF_X, .dst_reg = (d), .src_reg = (s), .off = (o) }
#define JUMP(o) \
	{ .code = XBPF_JMP | XBPF_JA, .off = (o) }

/* Calls with key r10 - 8 and value r10 - 32 of @map: 8 instructions. */
#define UPDATE(map)					\
	LOAD_MAP(1, (map)),				\
	MOV_REG(2, 10), ADD_IMM(2, -8),			\
	MOV_REG(3, 10), ADD_IMM(3, -32),		\
	MOV_IMM(4, 0),					\
	CALL(map_update_elem)
#define FIND(map, helper)				\
	LOAD_MAP(1, (map)),				\
	MOV_REG(2, 10), ADD_IMM(2, -8),			\
	CALL(helper)
#define NR_UPDATE	8
#define NR_FIND		5

#define MAX_INSIDE	10

static int counters, hash, lru, ring;
static int inside[2 * MAX_INSIDE], nr_inside;
static volatile int running;

static int load_program(__u32 type)
{
	const struct xbpf_insn insns[] = {
		MOV_IMM(6, 1),
		COUNT(counters, RUNS),
		CALL(get_prandom_u32),
		AND_IMM(0, KEYS - 1),
		MOV_REG(7, 0),
		STORE(XBPF_W, 10, 7, -8),
		STORE(XBPF_DW, 10, 7, -32),
		STORE(XBPF_DW, 10, 7, -24),
		/* The hash: replace. */
		UPDATE(hash),
		JUMP_IMM(XBPF_JEQ, 0, 0, NR_COUNT),
		COUNT(counters, FAILED),
		/* And look, both halves. */
		FIND(hash, map_lookup_elem),
		JUMP_IMM(XBPF_JEQ, 0, 0, 3 + NR_COUNT),
		LOAD(XBPF_DW, 8, 0, 0),
		LOAD(XBPF_DW, 9, 0, 8),
		JUMP_REG(XBPF_JEQ, 8, 9, NR_COUNT),
		COUNT(counters, TORN),
		/* Remove a quarter of what is inserted. */
		MOV_REG(8, 7),
		AND_IMM(8, 3),
		JUMP_IMM(XBPF_JNE, 8, 0, NR_FIND),
		FIND(hash, map_delete_elem),
		/* The LRU map: look, insert if it is not there. */
		FIND(lru, map_lookup_elem),
		JUMP_IMM(XBPF_JNE, 0, 0, NR_UPDATE + 1 + NR_COUNT),
		UPDATE(lru),
		JUMP_IMM(XBPF_JEQ, 0, 0, NR_COUNT),
		COUNT(counters, LOST),
		/* The ring: a key and three times the key. */
		LOAD_MAP(1, ring),
		MOV_IMM(2, 16),
		MOV_IMM(3, 0),
		CALL(ringbuf_reserve),
		JUMP_IMM(XBPF_JNE, 0, 0, NR_COUNT + 1),
		COUNT(counters, DROPPED),
		JUMP(7 + NR_COUNT),
		STORE(XBPF_DW, 0, 7, 0),
		MUL_IMM(7, 3),
		STORE(XBPF_DW, 0, 7, 8),
		MOV_REG(1, 0),
		MOV_IMM(2, 0),
		CALL(ringbuf_submit),
		COUNT(counters, SENT),
		JUMP(0),
		MOV_IMM(0, 0),
		EXIT,
	};

	return kit_load(type, insns, sizeof(insns));
}

/* ---- user space ---- */

struct value {
	__u64 a, b;
};

/* @wrong: answers that cannot be; @torn: values whose halves differ */
struct user {
	unsigned int seed;
	unsigned long ops, wrong, torn;
};

static int elem(int cmd, int map, void *key, void *value)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = kit_ptr(key);
	attr.value = kit_ptr(value);
	return xbpf_sys(cmd, &attr, sizeof(attr));
}

static void look(struct user *u, int map, __u32 key)
{
	struct value value = { 0, 0 };
	int err = elem(XBPF_MAP_LOOKUP_ELEM, map, &key, &value);

	if (err)
		u->wrong += err != -ENOENT;
	else
		u->torn += value.a != value.b || value.a != key;
}

static void user_op(struct user *u, int map)
{
	__u32 key = rand_r(&u->seed) % KEYS;
	struct value value = { key, key };
	int err = 0;

	switch (rand_r(&u->seed) % 4) {
	case 0:
		err = elem(XBPF_MAP_UPDATE_ELEM, map, &key, &value);
		break;
	case 1:
		err = elem(XBPF_MAP_DELETE_ELEM, map, &key, NULL);
		break;
	case 2:
		err = elem(XBPF_MAP_GET_NEXT_KEY, map, &key, &key);
		u->wrong += !err && key >= KEYS;
		break;
	default:
		look(u, map, key);
	}
	u->wrong += err && err != -ENOENT;
	u->ops++;
}

static void *user_thread(void *arg)
{
	struct user *u = arg;

	while (running)
		user_op(u, u->ops & 1 ? hash : lru);
	return NULL;
}

/* ---- the ring's reader ---- */

struct reader {
	volatile __u64 *consumer;
	const volatile __u64 *producer;
	const char *data;
	int epoll;
	unsigned long read, wrong;
};

static int reader_init(struct reader *r)
{
	struct epoll_event event = { .events = EPOLLIN };
	char *rest;

	r->consumer = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
			   0);
	rest = mmap(NULL, 4096 + 2 * RING_SIZE, PROT_READ, MAP_SHARED, ring,
		    4096);
	if (r->consumer == MAP_FAILED || rest == MAP_FAILED)
		return -errno;
	r->producer = (void *)rest;
	r->data = rest + 4096;
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	return epoll_ctl(r->epoll, EPOLL_CTL_ADD, ring, &event) ? -errno : 0;
}

static void read_records(struct reader *r)
{
	__u64 pos = *r->consumer, end;
	const __u64 *body;
	__u32 len;

	end = __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);
	while (pos < end) {
		body = (const __u64 *)(r->data + (pos & (RING_SIZE - 1)));
		len = __atomic_load_n((const __u32 *)body, __ATOMIC_ACQUIRE);
		if (len & XBPF_RINGBUF_BUSY_BIT)
			break;
		r->wrong += len != 16 || body[1] >= KEYS ||
			    body[2] != body[1] * 3;
		r->read++;
		pos += 24;
		__atomic_store_n(r->consumer, pos, __ATOMIC_RELEASE);
	}
}

static void *reader_thread(void *arg)
{
	struct reader *r = arg;
	struct epoll_event event;

	while (running)
		if (epoll_wait(r->epoll, &event, 1, 100) > 0)
			read_records(r);
	return NULL;
}

/* ---- the test ---- */

static int make_maps(void)
{
	counters = kit_counters();
	hash = kit_map(XBPF_MAP_TYPE_HASH, 4, sizeof(struct value), KEYS);
	lru = kit_map(XBPF_MAP_TYPE_LRU_HASH, 4, sizeof(struct value), KEYS / 4);
	ring = kit_map(XBPF_MAP_TYPE_RINGBUF, 0, 0, RING_SIZE);
	return counters >= 0 && hash >= 0 && lru >= 0 && ring >= 0;
}

/* A breakpoint inside of a function that nobody calls often but us. */
static int attach_breakpoint(int prog)
{
	int event = -EINVAL, off;

	for (off = 5; off < 24 && event < 0; off++)
		event = kit_open_kprobe("__x64_sys_getppid", off, 0);
	if (event < 0 || ioctl(event, PERF_EVENT_IOC_SET_BPF, prog) ||
	    ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
		return -EINVAL;
	return event;
}

/* Breakpoints inside of the maps themselves, while they hold a lock too. */
static int attach_inside(int prog, const char *function)
{
	int event, off, nr = 0;

	/* Most offsets are inside of an instruction and refused. */
	for (off = 40; off < 400 && nr < MAX_INSIDE; off++) {
		event = kit_open_kprobe(function, off, 0);
		if (event < 0)
			continue;
		if (ioctl(event, PERF_EVENT_IOC_SET_BPF, prog) ||
		    ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
			close(event);
		else
			inside[nr_inside++] = event, nr++, off += 16;
	}
	return nr;
}

static void run_for(int seconds)
{
	time_t end = time(NULL) + seconds;

	while (time(NULL) < end)
		syscall(SYS_getppid);
}

static void run_threads(struct user *users, int nr, struct reader *r)
{
	pthread_t threads[4], reader;
	int i;

	running = 1;
	pthread_create(&reader, NULL, reader_thread, r);
	for (i = 0; i < nr; i++)
		pthread_create(&threads[i], NULL, user_thread, &users[i]);
	run_for(SECONDS);
	running = 0;
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	pthread_join(reader, NULL);
}

static void check(const struct user *users, int nr, struct reader *r)
{
	unsigned long ops = 0, wrong = 0, torn = 0;
	int i;

	for (i = 0; i < nr; i++) {
		ops += users[i].ops;
		wrong += users[i].wrong;
		torn += users[i].torn;
	}
	read_records(r);
	diag("%lld runs, %lu commands, %lu records read, %lld had no room",
	     kit_counter(counters, RUNS), ops, r->read,
	     kit_counter(counters, DROPPED));
	ok(kit_counter(counters, RUNS) > 100, "the program ran");
	is(wrong, 0, "user space gets no answer that cannot be");
	is(torn, 0, "nor half a value, nor another key's");
	is(kit_counter(counters, TORN), 0, "nor does the program");
	is(r->wrong, 0, "records are whole");
	is(r->read, kit_counter(counters, SENT), "all that were sent are read");
	diag("locked out as a breakpoint: %lld of hash, %lld of LRU",
	     kit_counter(counters, FAILED), kit_counter(counters, LOST));
	ok(kit_counter(counters, FAILED) * 20 <= kit_counter(counters, RUNS),
	   "hardly an update fails");
}

int main(void)
{
	struct user users[2] = { { .seed = 1 }, { .seed = 2 } };
	int raw, probe, link, event;
	struct reader r = { 0 };

	if (!ok(make_maps(), "maps"))
		return unit_done();
	raw = load_program(XBPF_PROG_TYPE_RAW_TRACEPOINT);
	if (!ok(raw >= 0, "a program: %d", raw))
		diag("%s", kit_log);
	probe = load_program(XBPF_PROG_TYPE_KPROBE);
	is(reader_init(&r), 0, "the ring is mapped and polled");
	link = kit_raw_tracepoint(raw, "sys_enter");
	event = attach_breakpoint(probe);
	ok(link >= 0 && event >= 0, "attached: %d, %d", link, event);
	attach_inside(probe, "xbpf_htab_remove");
	attach_inside(probe, "update_bucket");
	diag("%d breakpoints inside of the maps", nr_inside);
	run_threads(users, 2, &r);
	while (nr_inside)
		close(inside[--nr_inside]);
	close(event);
	close(link);
	check(users, 2, &r);
	return unit_done();
}
