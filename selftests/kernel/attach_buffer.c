// SPDX-License-Identifier: GPL-2.0-only
/*
 * The perf buffer: each record arrives once and whole, or is counted as lost;
 * whatever a reader writes into the shared page harms only the reader.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "../unit/unit.h"
#include "kit.h"

#define PAGES	8
#define PAGE	4096
#define SIZE	(PAGES * PAGE)

struct record {
	struct perf_event_header header;
	__u32 size;
	__u64 value;
	__u32 pad;
} __attribute__((packed));

static struct perf_event_mmap_page *page;
static char *data;
static int events_map, counters;

static int open_buffer(__u64 sample_type, int cpu)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_BPF_OUTPUT;
	attr.sample_type = sample_type;
	attr.sample_period = 1;
	attr.wakeup_events = 1;
	return kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, cpu);
}

/* Sends the number of its run; counts in 1 what was refused for want of room. */
static int load_sender(void)
{
	const struct xbpf_insn insns[] = {
		MOV_REG(9, 1),
		STORE_IMM(XBPF_W, 10, 0, -4),
		MOV_REG(2, 10), ADD_IMM(2, -4),
		LOAD_MAP(1, counters),
		CALL(map_lookup_elem),
		JUMP_IMM(XBPF_JEQ, 0, 0, 22),
		LOAD(XBPF_DW, 6, 0, 0),
		ADD_IMM(6, 1),
		STORE(XBPF_DW, 0, 6, 0),
		STORE(XBPF_DW, 10, 6, -16),
		MOV_REG(1, 9),
		LOAD_MAP(2, events_map),
		{ .code = XBPF_ALU | XBPF_MOV | XBPF_K, .dst_reg = 3, .imm = -1 },
		MOV_REG(4, 10), ADD_IMM(4, -16),
		MOV_IMM(5, 8),
		CALL(perf_event_output),
		JUMP_IMM(XBPF_JNE, 0, -ENOSPC, 9),
		MOV_IMM(6, 1),
		COUNT(counters, 1),
		MOV_IMM(0, 0),
		EXIT,
	};

	return kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, insns, sizeof(insns));
}

static void ring_copy(void *to, __u64 pos, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		((char *)to)[i] = data[(pos + i) % SIZE];
}

/* Reads everything: number of samples; *lost grows; *bad counts wrong records. */
static long drain(__u64 *next, __u64 *lost, long *bad)
{
	__u64 head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	__u64 tail = page->data_tail, lost_here;
	struct record rec;
	long n = 0;

	while (tail < head) {
		ring_copy(&rec, tail, sizeof(rec));
		if (rec.header.type == PERF_RECORD_LOST) {
			ring_copy(&lost_here, tail + 16, sizeof(lost_here));
			*lost += lost_here;
			*next += lost_here;
		} else {
			*bad += rec.header.type != PERF_RECORD_SAMPLE ||
				rec.size != 12 || rec.value != *next;
			(*next)++;
			n++;
		}
		if (!rec.header.size) {
			(*bad)++;
			break;
		}
		tail += rec.header.size;
	}
	__atomic_store_n(&page->data_tail, tail, __ATOMIC_RELEASE);
	return n;
}

static void run(int prog, int times)
{
	union xbpf_attr attr;
	__u64 args[2] = {};

	while (times--) {
		memset(&attr, 0, sizeof(attr));
		attr.test.prog_fd = prog;
		attr.test.ctx_in = kit_ptr(args);
		attr.test.ctx_size_in = sizeof(args);
		if (xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr)))
			diag("TEST_RUN failed");
	}
}

static void test_records(int prog, int event)
{
	struct pollfd pfd = { .fd = event, .events = POLLIN };
	__u64 next = 1, lost = 0;
	long bad = 0, total = 0;
	int i;

	is(poll(&pfd, 1, 0), 0, "nothing to read at first");
	for (i = 0; i < 50; i++) {
		run(prog, 60);
		if (!i)
			is(poll(&pfd, 1, 1000), 1, "a record wakes the reader");
		total += drain(&next, &lost, &bad);
	}
	is(total, 3000, "each record arrived");
	is(bad, 0, "each whole and in order");
	is(lost, 0, "none lost");
	run(prog, 3000);
	total = drain(&next, &lost, &bad);
	run(prog, 1);
	total += drain(&next, &lost, &bad);
	is(total + lost, 3001, "too many: %ld read, %llu reported lost", total,
	   (unsigned long long)lost);
	ok(lost > 0 && !bad, "order kept");
	is(kit_counter(counters, 1), lost, "the helper said so each time");
}

static void test_hostile(int prog, int event)
{
	const __u64 tails[] = { ~0ULL, 1, 1ULL << 63, SIZE + 1, 12345678901ULL };
	__u64 head;
	size_t i;

	for (i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		page->data_tail = tails[i];
		page->data_head = tails[i] ^ 0x5555;
		page->data_size = tails[i];
		page->data_offset = tails[i];
		run(prog, 100);
	}
	head = page->data_tail = page->data_head;
	run(prog, 5);
	ok(page->data_head <= head + SIZE * 2, "alive after a hostile reader");
	is(munmap(page, SIZE + PAGE), 0, "unmap");
	run(prog, 10);
	close(event);
}

static void test_mmap_refusals(void)
{
	int event = open_buffer(PERF_SAMPLE_RAW, 0);

	ok(mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0) ==
	   MAP_FAILED && errno == EINVAL, "mmap: not 1 + 2^n pages");
	ok(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0) ==
	   MAP_FAILED && errno == EINVAL, "mmap: no data pages");
	ok(mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, event, 0) ==
	   MAP_FAILED && errno == EINVAL, "mmap: private");
	ok(mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, event, PAGE) ==
	   MAP_FAILED && errno == EINVAL, "mmap: not at 0");
	close(event);
	is(open_buffer(PERF_SAMPLE_CALLCHAIN, 0), -EOPNOTSUPP,
	   "open: parts of records that are not offered");
}

/* A reader that cannot move the tail: old records go, but none is too large. */
static void test_larger_than_ring(void)
{
	int big = kit_map(XBPF_MAP_TYPE_ARRAY, 4, 8 * PAGE, 1);
	int event = open_buffer(PERF_SAMPLE_RAW, 0), prog;
	const struct xbpf_insn insns[] = {
		MOV_REG(9, 1),
		STORE_IMM(XBPF_W, 10, 0, -4),
		MOV_REG(2, 10), ADD_IMM(2, -4),
		LOAD_MAP(1, big),
		CALL(map_lookup_elem),
		JUMP_IMM(XBPF_JEQ, 0, 0, 17),
		MOV_REG(4, 0),
		MOV_REG(1, 9),
		LOAD_MAP(2, events_map),
		{ .code = XBPF_ALU | XBPF_MOV | XBPF_K, .dst_reg = 3, .imm = -1 },
		MOV_IMM(5, 8 * PAGE),
		CALL(perf_event_output),
		JUMP_IMM(XBPF_JNE, 0, -ENOSPC, 9),
		MOV_IMM(6, 1),
		COUNT(counters, 2),
		MOV_IMM(0, 0),
		EXIT,
	};
	__u32 key = 0;
	void *ring;

	ring = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, event, 0);
	ok(ring != MAP_FAILED, "mmap: to read only");
	is(kit_update(events_map, &key, &event), 0, "into the map");
	prog = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, insns, sizeof(insns));
	if (!ok(prog >= 0, "program %d", prog))
		diag("%s", kit_log);
	run(prog, 3);
	is(kit_counter(counters, 2), 3, "a record larger than the ring");
	munmap(ring, 2 * PAGE);
	close(prog);
	close(event);
	close(big);
}

int main(void)
{
	int event, prog;
	cpu_set_t cpus;
	__u32 key = 0;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	counters = kit_counters();
	events_map = kit_map(XBPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 64);
	event = open_buffer(PERF_SAMPLE_RAW, 0);
	prog = load_sender();
	if (!ok(counters >= 0 && events_map >= 0 && event >= 0 && prog >= 0,
		"maps %d %d, event %d, program %d", counters, events_map, event,
		prog)) {
		diag("%s", kit_log);
		return unit_done();
	}
	page = mmap(NULL, SIZE + PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0);
	if (!ok(page != MAP_FAILED, "mmap"))
		return unit_done();
	data = (char *)page + PAGE;
	is(page->data_offset, PAGE, "data_offset");
	is(page->data_size, SIZE, "data_size");
	is(kit_update(events_map, &key, &event), 0, "into the map");
	test_records(prog, event);
	test_hostile(prog, event);
	test_mmap_refusals();
	test_larger_than_ring();
	return unit_done();
}
