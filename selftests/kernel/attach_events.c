// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every event source: its events arrive, with the context they promise, as many
 * as there were, and none after the detach.
 */
#include <errno.h>
#include <stdio.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "../unit/unit.h"
#include "kit.h"

#define CALLS 500

static int counters;

static void getppid_often(void)
{
	int i;

	for (i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
}

/* A program that adds 1 to counter @key when the word at @off of the context is
 * this process or system call @want.
 */
static int load_if(__u32 type, int off, int want, __u32 key)
{
	const struct xbpf_insn insns[] = {
		LOAD(XBPF_DW, 7, 1, off),
		JUMP_IMM(XBPF_JNE, 7, want, 9),
		MOV_IMM(6, 1),
		COUNT(counters, key),
		MOV_IMM(0, 0),
		EXIT,
	};

	return kit_load(type, insns, sizeof(insns));
}

/* The same, when the event happens in this process. */
static int load_mine(__u32 type, __u32 key)
{
	const struct xbpf_insn insns[] = {
		CALL(get_current_pid_tgid),
		{ .code = XBPF_ALU64 | XBPF_RSH | XBPF_K, .dst_reg = 0, .imm = 32 },
		JUMP_IMM(XBPF_JNE, 0, getpid(), 9),
		MOV_IMM(6, 1),
		COUNT(counters, key),
		MOV_IMM(0, 0),
		EXIT,
	};

	return kit_load(type, insns, sizeof(insns));
}

static void zero(__u32 key)
{
	__u64 nothing = 0;

	kit_update(counters, &key, &nothing);
}

static void test_kprobe(__u64 config, const char *what)
{
	int prog = load_mine(XBPF_PROG_TYPE_KPROBE, 0);
	int event = kit_open_kprobe("__x64_sys_getppid", 0, config);

	zero(0);
	ok(prog >= 0 && event >= 0, "%s: program %d, event %d", what, prog, event);
	is(ioctl(event, PERF_EVENT_IOC_SET_BPF, prog), 0, "%s: SET_BPF", what);
	is(ioctl(event, PERF_EVENT_IOC_ENABLE, 0), 0, "%s: ENABLE", what);
	getppid_often();
	is(kit_counter(counters, 0), CALLS, "%s: each call counted", what);
	is(ioctl(event, PERF_EVENT_IOC_DISABLE, 0), 0, "%s: DISABLE", what);
	getppid_often();
	is(kit_counter(counters, 0), CALLS, "%s: none when disabled", what);
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	getppid_often();
	is(kit_counter(counters, 0), 2 * CALLS, "%s: enabled again", what);
	is(ioctl(event, PERF_EVENT_IOC_SET_BPF, prog) < 0 ? errno : 0, EEXIST,
	   "%s: one program an event", what);
	close(event);
	getppid_often();
	is(kit_counter(counters, 0), 2 * CALLS, "%s: none when closed", what);
	close(prog);
}

/* Off the entry a probe is a breakpoint, which runs like an NMI. */
static void test_kprobe_inside(void)
{
	int prog = load_mine(XBPF_PROG_TYPE_KPROBE, 0);
	int event = -EINVAL, off;

	zero(0);
	for (off = 5; off < 24 && event < 0; off++)
		event = kit_open_kprobe("__x64_sys_getppid", off, 0);
	ok(event >= 0, "kprobe: inside a function, at +%d", off - 1);
	ioctl(event, PERF_EVENT_IOC_SET_BPF, prog);
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	getppid_often();
	is(kit_counter(counters, 0), CALLS, "kprobe: inside, each call counted");
	close(event);
	close(prog);
}

static void test_kprobe_refusals(void)
{
	char longest[600];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	is(kit_open_kprobe("no_such_function_here", 0, 0), -ENOENT,
	   "kprobe: no such function");
	is(kit_open_kprobe("do_int3", 0, 0) < 0, 1, "kprobe: may not be probed");
	is(kit_open_kprobe("__x64_sys_getppid", 0, 2), -EINVAL,
	   "kprobe: unknown bit of config");
	is(kit_open_kprobe(longest, 0, 0), -E2BIG, "kprobe: name too long");
	is(kit_open_kprobe((char *)8, 0, 0), -EFAULT, "kprobe: name at a bad address");
	is(kit_open_kprobe(NULL, 0, 0) < 0, 1, "kprobe: address 0");
	is(kit_open_kprobe(NULL, 0x1000, 0) < 0, 1, "kprobe: a user address");
}

static void test_tracepoint(void)
{
	int prog = load_if(XBPF_PROG_TYPE_TRACEPOINT, 8, SYS_getppid, 1);
	int event = kit_open_tracepoint("raw_syscalls/sys_enter");
	int link = kit_link(prog, event, 0);

	zero(1);
	ok(prog >= 0 && event >= 0 && link >= 0,
	   "tracepoint: program %d, event %d, link %d", prog, event, link);
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	getppid_often();
	ok(kit_counter(counters, 1) >= CALLS, "tracepoint: the record's number");
	close(link);
	close(event);
	zero(1);
	getppid_often();
	is(kit_counter(counters, 1), 0, "tracepoint: none when closed");
	is(kit_open_tracepoint("no/such_event"), -EINVAL, "tracepoint: no such id");
	close(prog);
}

static void test_syscall_events(void)
{
	int enter = load_mine(XBPF_PROG_TYPE_TRACEPOINT, 2);
	int leave = load_mine(XBPF_PROG_TYPE_TRACEPOINT, 3);
	int e1 = kit_open_tracepoint("syscalls/sys_enter_getppid");
	int e2 = kit_open_tracepoint("syscalls/sys_exit_getppid");

	zero(2);
	zero(3);
	ok(e1 >= 0 && e2 >= 0, "syscall events: opened");
	is(ioctl(e1, PERF_EVENT_IOC_SET_BPF, enter), 0, "sys_enter_: SET_BPF");
	is(ioctl(e2, PERF_EVENT_IOC_SET_BPF, leave), 0, "sys_exit_: SET_BPF");
	ioctl(e1, PERF_EVENT_IOC_ENABLE, 0);
	ioctl(e2, PERF_EVENT_IOC_ENABLE, 0);
	getppid_often();
	is(kit_counter(counters, 2), CALLS, "sys_enter_: each call, no other");
	is(kit_counter(counters, 3), CALLS, "sys_exit_: each call, no other");
	close(e1);
	close(e2);
	close(enter);
	close(leave);
}

/* sched_switch comes with interrupts off, out of the scheduler. */
static void test_sched_switch(void)
{
	int prog = kit_load_counter(XBPF_PROG_TYPE_TRACEPOINT, counters, 4);
	int event = kit_open_tracepoint("sched/sched_switch");
	int i;

	zero(4);
	is(ioctl(event, PERF_EVENT_IOC_SET_BPF, prog), 0, "sched_switch: SET_BPF");
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	for (i = 0; i < 20; i++)
		usleep(1000);
	ok(kit_counter(counters, 4) >= 20, "sched_switch: %lld events",
	   kit_counter(counters, 4));
	close(event);
	close(prog);
}

static void test_raw_tracepoint(void)
{
	int prog = load_if(XBPF_PROG_TYPE_RAW_TRACEPOINT, 8, SYS_getppid, 5);
	int link = kit_raw_tracepoint(prog, "sys_enter");

	zero(5);
	ok(prog >= 0 && link >= 0, "raw tracepoint: program %d, link %d", prog, link);
	getppid_often();
	ok(kit_counter(counters, 5) >= CALLS, "raw tracepoint: the second argument");
	close(link);
	zero(5);
	getppid_often();
	is(kit_counter(counters, 5), 0, "raw tracepoint: none when closed");
	is(kit_raw_tracepoint(prog, "no_such_point"), -ENOENT,
	   "raw tracepoint: no such name");
	close(prog);
}

static int users_of(const char *module)
{
	char path[64];
	FILE *file;
	int users = -1;

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", module);
	file = fopen(path, "r");
	if (file && fscanf(file, "%d", &users) != 1)
		users = -1;
	if (file)
		fclose(file);
	return users;
}

/* The guest's files come through 9pnet, a module: it stays while it is traced. */
static void test_module_tracepoint(void)
{
	int prog = kit_load_counter(XBPF_PROG_TYPE_RAW_TRACEPOINT, counters, 5);
	int before = users_of("9pnet");
	int link = kit_raw_tracepoint(prog, "9p_client_req");
	char path[64];
	int i;

	zero(5);
	ok(prog >= 0 && link >= 0, "raw tracepoint of a module: %d", link);
	is(users_of("9pnet"), before + 1, "raw tracepoint of a module: it is held");
	for (i = 0; i < 100 && !kit_counter(counters, 5); i++) {
		snprintf(path, sizeof(path), "/usr/no/such/%d", i);
		unlink(path);
		usleep(1000);
	}
	ok(kit_counter(counters, 5) > 0, "raw tracepoint of a module: %lld events",
	   kit_counter(counters, 5));
	close(link);
	for (i = 0; i < 50 && users_of("9pnet") != before; i++)
		usleep(100000);
	is(users_of("9pnet"), before, "raw tracepoint of a module: let go");
	close(prog);
}

static void test_module_kprobe(void)
{
	int prog = kit_load_counter(XBPF_PROG_TYPE_KPROBE, counters, 5);
	int event = kit_open_kprobe("p9_client_stat", 0, 0);
	int by_module = kit_open_kprobe("9pnet:p9_client_stat", 0, 0);

	ok(event >= 0, "kprobe: in a module: %d", event);
	ok(by_module >= 0, "kprobe: in a module, by the module's name: %d", by_module);
	close(event);
	close(by_module);
	close(prog);
}

static int open_clock(int pid, int cpu)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_CPU_CLOCK;
	attr.sample_period = 1000000;
	return kit_open(&attr, XBPF_PERF_SOURCE_TYPE, pid, cpu);
}

static void test_clock(void)
{
	int prog = kit_load_counter(XBPF_PROG_TYPE_PERF_EVENT, counters, 6);
	int event = open_clock(-1, 0);
	volatile long spin;

	zero(6);
	ok(prog >= 0 && event >= 0, "cpu-clock: program %d, event %d", prog, event);
	is(ioctl(event, PERF_EVENT_IOC_SET_BPF, prog), 0, "cpu-clock: SET_BPF");
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	usleep(200000);
	for (spin = 0; spin < 100000000 && kit_counter(counters, 6) < 10; spin++)
		;
	ok(kit_counter(counters, 6) >= 10, "cpu-clock: %lld ticks",
	   kit_counter(counters, 6));
	close(event);
	is(open_clock(-1, -1), -EINVAL, "cpu-clock: any task on any CPU");
	is(open_clock(-1, 100000), -EINVAL, "cpu-clock: no such CPU");
	is(open_clock(999999, -1), -ESRCH, "cpu-clock: no such task");
	close(prog);
}

/* No CPU of a guest records branches: samples have none, and the program is told. */
static void test_branches(void)
{
	const struct xbpf_insn insns[] = {
		MOV_IMM(6, 1), MOV_IMM(2, 0), MOV_IMM(3, 0),
		MOV_IMM(4, XBPF_F_GET_BRANCH_RECORDS_SIZE),
		CALL(read_branch_records),
		JUMP_IMM(XBPF_JNE, 0, -ENOENT, 8),
		COUNT(counters, 7),
		MOV_IMM(0, 0), EXIT,
	};
	struct perf_event_attr attr = {
		.size = sizeof(attr), .type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK, .sample_period = 1000000,
		.sample_type = PERF_SAMPLE_BRANCH_STACK,
	};
	int prog = kit_load(XBPF_PROG_TYPE_PERF_EVENT, insns, sizeof(insns));
	int event = open_clock(-1, 0), i;

	zero(7);
	is(ioctl(event, PERF_EVENT_IOC_SET_BPF, prog), 0, "branches: SET_BPF");
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	for (i = 0; i < 100 && !kit_counter(counters, 7); i++)
		usleep(20000);
	ok(kit_counter(counters, 7) > 0, "branches: there are none");
	close(event);
	close(prog);
	is(kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, 0), -EINVAL,
	   "branches: of no kind");
	attr.branch_sample_type = 1ULL << 63;
	is(kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, 0), -EINVAL,
	   "branches: of an unknown kind");
	attr.branch_sample_type = PERF_SAMPLE_BRANCH_ANY;
	is(kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, 0), -EOPNOTSUPP,
	   "branches: a clock has none");
}

static void test_many(void)
{
	int progs[20], events[20], one, more[3], i;
	long long sum = 0;

	for (i = 0; i < 20; i++) {
		progs[i] = load_mine(XBPF_PROG_TYPE_KPROBE, i % 8);
		events[i] = kit_open_kprobe("__x64_sys_getppid", 0, 0);
		ioctl(events[i], PERF_EVENT_IOC_SET_BPF, progs[i]);
	}
	for (i = 0; i < 8; i++)
		zero(i);
	getppid_often();
	for (i = 0; i < 8; i++)
		sum += kit_counter(counters, i);
	is(sum, 20LL * CALLS, "20 programs on one event");
	for (i = 0; i < 20; i++) {
		close(events[i]);
		close(progs[i]);
	}
	one = load_mine(XBPF_PROG_TYPE_KPROBE, 9);
	more[0] = kit_open_kprobe("__x64_sys_getppid", 0, 0);
	more[1] = kit_open_kprobe("__x64_sys_getppid", 0, 1);
	more[2] = kit_open_kprobe("__x64_sys_getuid", 0, 0);
	for (i = 0; i < 3; i++)
		ioctl(more[i], PERF_EVENT_IOC_SET_BPF, one);
	zero(9);
	getppid_often();
	syscall(SYS_getuid);
	is(kit_counter(counters, 9), 2 * CALLS + 1, "one program on 3 events");
	for (i = 0; i < 3; i++)
		close(more[i]);
	close(one);
}

int main(void)
{
	counters = kit_counters();
	ok(counters >= 0, "a map to count in");
	test_kprobe(0, "kprobe");
	test_kprobe(1, "kretprobe");
	test_kprobe_inside();
	test_kprobe_refusals();
	test_tracepoint();
	test_syscall_events();
	test_sched_switch();
	test_raw_tracepoint();
	test_module_tracepoint();
	test_module_kprobe();
	test_clock();
	test_branches();
	test_many();
	return unit_done();
}
