// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs read of events that count, and what tracing programs send of the
 * kernel's packets.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <bpf/btf.h>
#include "../unit/unit.h"
#include "kit.h"

#define PAGE		4096
#define RING		(32 * PAGE)
#define PRESERVE	XBPF_F_PRESERVE_ELEMS
#define MARK		0x1234

/* As programs store it. */
struct result {
	long long err;
	struct xbpf_perf_event_value value;
};

static int events, results;

static int open_clock(__u64 config, int pid, int cpu, int flags)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr), .type = PERF_TYPE_SOFTWARE,
		.config = config, .disabled = flags & 1,
		.inherit = flags >> 1 & 1,
	};

	return kit_open(&attr, XBPF_PERF_SOURCE_TYPE, pid, cpu);
}

/* Stores a struct result of entry @flags. */
static int load_reader(__u32 flags, int size)
{
	const struct xbpf_insn insns[] = {
		STORE_IMM(XBPF_W, 10, 0, -36),
		LOAD_MAP(1, events),
		{ .code = XBPF_ALU | XBPF_MOV | XBPF_K, .dst_reg = 2,
		  .imm = flags },
		MOV_REG(3, 10), ADD_IMM(3, -24),
		MOV_IMM(4, size),
		STORE_IMM(XBPF_DW, 10, 7, -24),
		STORE_IMM(XBPF_DW, 10, 7, -16),
		STORE_IMM(XBPF_DW, 10, 7, -8),
		CALL(perf_event_read_value),
		STORE(XBPF_DW, 10, 0, -32),
		LOAD_MAP(1, results),
		MOV_REG(2, 10), ADD_IMM(2, -36),
		MOV_REG(3, 10), ADD_IMM(3, -32),
		MOV_IMM(4, 0),
		CALL(map_update_elem),
		LOAD_MAP(1, events),
		{ .code = XBPF_ALU | XBPF_MOV | XBPF_K, .dst_reg = 2,
		  .imm = flags },
		CALL(perf_event_read),
		STORE(XBPF_DW, 10, 0, -32),
		STORE_IMM(XBPF_W, 10, 1, -36),
		LOAD_MAP(1, results),
		MOV_REG(2, 10), ADD_IMM(2, -36),
		MOV_REG(3, 10), ADD_IMM(3, -32),
		MOV_IMM(4, 0),
		CALL(map_update_elem),
		MOV_IMM(0, 0),
		EXIT,
	};
	int prog = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, insns, sizeof(insns));

	if (prog < 0)
		diag("%s", kit_log);
	return prog;
}

static struct result result_of(__u32 key)
{
	union xbpf_attr attr;
	struct result r = {};

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = results;
	attr.key = kit_ptr(&key);
	attr.value = kit_ptr(&r);
	xbpf_sys(XBPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
	return r;
}

static struct result read_by(int prog)
{
	union xbpf_attr attr;
	__u64 args[2] = {};

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.ctx_in = kit_ptr(args);
	attr.test.ctx_size_in = sizeof(args);
	if (xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr)))
		diag("TEST_RUN failed");
	return result_of(0);
}

static int put(__u32 key, int event)
{
	return kit_update(events, &key, &event);
}

static void spin(long ms)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	do
		clock_gettime(CLOCK_MONOTONIC, &b);
	while ((b.tv_sec - a.tv_sec) * 1000 +
	       (b.tv_nsec - a.tv_nsec) / 1000000 < ms);
}

/* @event counts nanoseconds: those of a time are between @low and no end. */
static void test_clock(int event, int prog, const char *what)
{
	struct result a, b, c;

	is(put(0, event), 0, "%s: into the map", what);
	a = read_by(prog);
	spin(50);
	b = read_by(prog);
	is(a.err | b.err, 0, "%s: read", what);
	ok(b.value.counter - a.value.counter >= 40000000 &&
	   b.value.counter - a.value.counter < 30000000000ULL,
	   "%s: counted %llu", what,
	   (unsigned long long)(b.value.counter - a.value.counter));
	ok(b.value.enabled - a.value.enabled >= 40000000 &&
	   b.value.enabled - a.value.enabled < 30000000000ULL &&
	   b.value.running <= b.value.enabled &&
	   b.value.running - a.value.running >= 40000000,
	   "%s: enabled %llu, running %llu", what,
	   (unsigned long long)(b.value.enabled - a.value.enabled),
	   (unsigned long long)(b.value.running - a.value.running));
	ok(result_of(1).err >= (long long)b.value.counter,
	   "%s: the count alone", what);
	ioctl(event, PERF_EVENT_IOC_DISABLE, 0);
	b = read_by(prog);
	spin(20);
	c = read_by(prog);
	ok(!c.err && !memcmp(&b, &c, sizeof(b)), "%s: stands still when off",
	   what);
}

static void test_clocks(void)
{
	int prog = load_reader(0, sizeof(struct xbpf_perf_event_value));
	int task = open_clock(PERF_COUNT_SW_TASK_CLOCK, 0, -1, 0);
	int cpu = open_clock(PERF_COUNT_SW_CPU_CLOCK, -1, 0, 0);

	ok(prog >= 0 && task >= 0 && cpu >= 0, "program %d, events %d %d", prog,
	   task, cpu);
	test_clock(task, prog, "task-clock");
	test_clock(cpu, prog, "cpu-clock");
	close(prog);
	close(task);
	close(cpu);
}

static void is_refused(int prog, long long err, const char *what)
{
	const struct result zero = { .err = err };
	struct result r = read_by(prog);

	ok(!memcmp(&r, &zero, sizeof(r)), "%s: %lld, and zeros", what, r.err);
	close(prog);
}

static void test_refusals(void)
{
	const int size = sizeof(struct xbpf_perf_event_value);
	int other = open_clock(PERF_COUNT_SW_TASK_CLOCK, 1, -1, 0);
	int children = open_clock(PERF_COUNT_SW_TASK_CLOCK, 0, -1, 2);
	int cpu1 = open_clock(PERF_COUNT_SW_CPU_CLOCK, -1, 1, 0);
	struct perf_event_attr attr = {
		.size = sizeof(attr), .type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT, .sample_type = PERF_SAMPLE_RAW,
	};
	int ring = kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, 0);
	int probe = kit_open_kprobe("__x64_sys_getppid", 0, 0);

	is(put(1, other), 0, "another task's clock");
	is_refused(load_reader(1, size), -EINVAL, "another task");
	is(put(1, ring), 0, "a buffer");
	is_refused(load_reader(1, size), -EOPNOTSUPP, "a buffer counts nothing");
	if (cpu1 >= 0 && !put(1, cpu1))
		is_refused(load_reader(1, size), -EINVAL, "another CPU");
	is_refused(load_reader(3, size), -ENOENT, "nothing there");
	is_refused(load_reader(64, size), -E2BIG, "behind the end");
	ok(read_by(load_reader(0, size - 8)).err == -EINVAL, "two numbers");
	is(put(1, children), -EOPNOTSUPP, "children count elsewhere");
	is(put(1, probe), -EINVAL, "a probe counts nothing");
	close(other);
	close(children);
	close(cpu1);
	close(ring);
	close(probe);
}

/* What keeps its entries keeps no event that has a program, which may keep it. */
static void test_cycle(void)
{
	int prog = kit_load_counter(XBPF_PROG_TYPE_PERF_EVENT, results, 0);
	int with = open_clock(PERF_COUNT_SW_CPU_CLOCK, -1, 0, 1);
	int without = open_clock(PERF_COUNT_SW_CPU_CLOCK, -1, 0, 1);
	union xbpf_attr attr;
	__u32 key = 0;
	int map;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = XBPF_MAP_TYPE_PERF_EVENT_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = 2;
	attr.map_flags = PRESERVE;
	map = xbpf_sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
	is(ioctl(with, PERF_EVENT_IOC_SET_BPF, prog), 0, "cycle: a program");
	is(kit_update(map, &key, &with), -EBUSY, "cycle: then the map");
	is(kit_update(map, &key, &without), 0, "cycle: the map");
	ok(ioctl(without, PERF_EVENT_IOC_SET_BPF, prog) == -1 && errno == EBUSY,
	   "cycle: then a program");
	close(map);
	close(with);
	close(without);
	close(prog);
}

/* A sampling event's own count: not below the periods that have passed. */
static void test_own(void)
{
	const struct xbpf_insn insns[] = {
		MOV_REG(2, 10), ADD_IMM(2, -24),
		MOV_IMM(3, 24),
		CALL(perf_prog_read_value),
		STORE(XBPF_DW, 10, 0, -32),
		STORE_IMM(XBPF_W, 10, 2, -36),
		LOAD_MAP(1, results),
		MOV_REG(2, 10), ADD_IMM(2, -36),
		MOV_REG(3, 10), ADD_IMM(3, -32),
		MOV_IMM(4, 0),
		CALL(map_update_elem),
		MOV_IMM(0, 0),
		EXIT,
	};
	struct perf_event_attr attr = {
		.size = sizeof(attr), .type = PERF_TYPE_SOFTWARE, .disabled = 1,
		.config = PERF_COUNT_SW_CPU_CLOCK, .sample_period = 1000000,
	};
	int prog = kit_load(XBPF_PROG_TYPE_PERF_EVENT, insns, sizeof(insns));
	int event = kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, 0), i;
	struct result r;

	is(ioctl(event, PERF_EVENT_IOC_SET_BPF, prog), 0, "own: SET_BPF");
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	for (i = 0; i < 100 && result_of(2).value.counter < 5000000; i++)
		spin(10);
	ioctl(event, PERF_EVENT_IOC_DISABLE, 0);
	r = result_of(2);
	ok(!r.err && r.value.counter >= 5000000 && r.value.running > 0 &&
	   r.value.running <= r.value.enabled, "own: %lld, %llu of %llu", r.err,
	   (unsigned long long)r.value.counter,
	   (unsigned long long)r.value.running);
	close(event);
	close(prog);
}

/* ---- packets ---- */

/* Sends a mark and @more bytes of each packet that this process has consumed. */
static int load_sender(struct btf *types, __u32 more, __u32 bad)
{
	const struct xbpf_insn insns[] = {
		MOV_REG(9, 1),
		CALL(get_current_pid_tgid),
		{ .code = XBPF_ALU64 | XBPF_RSH | XBPF_K, .imm = 32 },
		JUMP_IMM(XBPF_JNE, 0, getpid(), 20),
		STORE_IMM(XBPF_DW, 10, MARK, -8),
		LOAD(XBPF_DW, 1, 9, 0),
		LOAD_MAP(2, events),
		MOV_IMM(3, more),
		{ .code = XBPF_ALU64 | XBPF_LSH | XBPF_K, .dst_reg = 3, .imm = 32 },
		{ .code = XBPF_ALU64 | XBPF_OR | XBPF_K, .dst_reg = 3, .imm = bad },
		MOV_REG(4, 10), ADD_IMM(4, -8),
		MOV_IMM(5, 8),
		CALL(skb_output),
		STORE(XBPF_DW, 10, 0, -32),
		STORE_IMM(XBPF_W, 10, 3, -36),
		STORE_IMM(XBPF_DW, 10, 0, -24),
		STORE_IMM(XBPF_DW, 10, 0, -16),
		LOAD_MAP(1, results),
		MOV_REG(2, 10), ADD_IMM(2, -36),
		MOV_REG(3, 10), ADD_IMM(3, -32),
		MOV_IMM(4, 0),
		CALL(map_update_elem),
		MOV_IMM(0, 0),
		EXIT,
	};
	struct xbpf_insn fixed[sizeof(insns) / sizeof(*insns)];
	union xbpf_attr attr;

	memcpy(fixed, insns, sizeof(insns));
	fixed[3].off = sizeof(insns) / sizeof(*insns) - 2 - 4;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = XBPF_PROG_TYPE_TRACING;
	attr.expected_attach_type = XBPF_TRACE_FENTRY;
	attr.attach_btf_id = btf__find_by_name_kind(types, "consume_skb",
						    BTF_KIND_FUNC);
	attr.insns = kit_ptr(fixed);
	attr.insn_cnt = sizeof(insns) / sizeof(*insns);
	attr.license = kit_ptr("GPL");
	attr.log_level = 1;
	attr.log_buf = kit_ptr(kit_log);
	attr.log_size = sizeof(kit_log);
	return xbpf_sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
}

static unsigned char sent[40000], got[40000];

/* One packet of @size bytes through a socket, with the program attached. */
static long long pass(struct btf *types, size_t size, __u32 more, __u32 bad)
{
	int prog = load_sender(types, more, bad);
	int link = kit_raw_tracepoint(prog, NULL);
	int pair[2];
	size_t i;

	if (!ok(prog >= 0 && link >= 0, "packet: program %d, link %d", prog, link))
		diag("%s", kit_log);
	for (i = 0; i < size; i++)
		sent[i] = i * 7 + i / 251;
	socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
	is(send(pair[0], sent, size, 0), size, "packet: sent");
	is(recv(pair[1], got, sizeof(got), 0), size, "packet: received");
	close(link);
	close(prog);
	close(pair[0]);
	close(pair[1]);
	return result_of(3).err;
}

/* Is there a sample with the mark and the first @more bytes that were sent? */
static int arrived(struct perf_event_mmap_page *page, __u32 more)
{
	const unsigned char *data = (unsigned char *)page + PAGE;
	const struct perf_event_header *header;
	__u64 at, mark;

	for (at = 0; at < page->data_head; at += header->size) {
		header = (const void *)(data + at);
		memcpy(&mark, data + at + 12, sizeof(mark));
		if (header->type == PERF_RECORD_SAMPLE && mark == MARK &&
		    header->size >= 20 + more &&
		    !memcmp(data + at + 20, sent, more))
			return 1;
		if (!header->size)
			break;
	}
	return 0;
}

static void test_packets(void)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr), .type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT, .sample_period = 1,
		.sample_type = PERF_SAMPLE_RAW,
	};
	struct btf *types = btf__load_vmlinux_btf();
	int ring = kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, 0);
	struct perf_event_mmap_page *page;

	page = mmap(NULL, RING + PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ring, 0);
	if (!ok(types && page != MAP_FAILED, "packet: types and a buffer"))
		return;
	is(put(0, ring), 0, "packet: into the map");
	is(pass(types, 100, 100, 0), 0, "packet: whole");
	ok(arrived(page, 100), "packet: whole: it arrived");
	is(pass(types, 40000, 39000, 0), 0, "packet: in pages");
	ok(arrived(page, 39000), "packet: in pages: it arrived");
	is(pass(types, 100, 101, 0), -EFAULT, "packet: more than there is");
	is(pass(types, 100, 1, 32), -E2BIG, "packet: no such buffer");
	is(pass(types, 100, 1 << 20, 0), -EINVAL, "packet: unknown flags");
	munmap(page, RING + PAGE);
	close(ring);
	btf__free(types);
}

int main(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	events = kit_map(XBPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 16);
	results = kit_map(XBPF_MAP_TYPE_ARRAY, 4, sizeof(struct result), 16);
	ok(events >= 0 && results >= 0, "maps %d %d", events, results);
	test_clocks();
	test_refusals();
	test_cycle();
	test_own();
	test_packets();
	return unit_done();
}
