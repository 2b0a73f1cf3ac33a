// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an event costs: the same program on the same hook, through /dev/xbpf and
 * through the kernel's own bpf(2), in one run.
 *
 * Under -icount one nanosecond of the guest's clock is one executed instruction.
 * A row's figure is the time of a system call with the hook less the time of one
 * without it. Rows: the hook and the program; columns: the kernel's, ours, ratio.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include "kernel/kit.h"

#define CALLS	20000
#define ROUNDS	5

struct door {
	const char *name;
	int (*sys)(int cmd, void *attr, size_t size);
	int (*open)(const struct perf_event_attr *attr, pid_t pid, int cpu,
		    int group_fd, unsigned long flags);
};

static int kernel_sys(int cmd, void *attr, size_t size)
{
	int ret = syscall(SYS_bpf, cmd, attr, size);

	return ret < 0 ? -errno : ret;
}

static int kernel_open(const struct perf_event_attr *attr, pid_t pid, int cpu,
		       int group_fd, unsigned long flags)
{
	int ret = syscall(SYS_perf_event_open, attr, pid, cpu, group_fd, flags);

	return ret < 0 ? -errno : ret;
}

static const struct door doors[2] = {
	{ "kernel", kernel_sys, kernel_open },
	{ "xbpf", xbpf_sys, xbpf_perf_event_open },
};

/* ---- programs ---- */

struct program {
	const char *name;
	__u32 map_type;		/* 0: none */
	const struct xbpf_insn *insns;
	size_t nr;
};

#define LOOKUP_AND_ADD				\
	STORE_IMM(XBPF_W, 10, 0, -4),		\
	MOV_REG(2, 10), ADD_IMM(2, -4),		\
	LOAD_MAP(1, 0),				\
	CALL(map_lookup_elem),			\
	JUMP_IMM(XBPF_JEQ, 0, 0, 3),		\
	LOAD(XBPF_DW, 1, 0, 0),			\
	ADD_IMM(1, 1),				\
	STORE(XBPF_DW, 0, 1, 0),		\
	MOV_IMM(0, 0),				\
	EXIT

static const struct xbpf_insn empty[] = { MOV_IMM(0, 0), EXIT };
static const struct xbpf_insn count[] = { LOOKUP_AND_ADD };
static const struct xbpf_insn update[] = {
	CALL(get_current_pid_tgid),
	STORE(XBPF_DW, 10, 0, -8),
	CALL(ktime_get_ns),
	STORE(XBPF_DW, 10, 0, -16),
	MOV_REG(2, 10), ADD_IMM(2, -8),
	MOV_REG(3, 10), ADD_IMM(3, -16),
	MOV_IMM(4, 0),
	LOAD_MAP(1, 0),
	CALL(map_update_elem),
	MOV_IMM(0, 0),
	EXIT,
};

#define PROGRAM(name, map, insns) \
	{ name, map, insns, sizeof(insns) / sizeof(*(insns)) }

static const struct program programs[] = {
	PROGRAM("empty", 0, empty),
	PROGRAM("per-CPU array counter", XBPF_MAP_TYPE_PERCPU_ARRAY, count),
	PROGRAM("hash counter", XBPF_MAP_TYPE_HASH, count),
	PROGRAM("hash update of time by task", XBPF_MAP_TYPE_HASH, update),
};

static int map_create(const struct door *door, const struct program *p)
{
	union xbpf_attr attr;
	__u64 value[64] = {};
	__u32 key = 0;
	int map;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = p->map_type;
	attr.key_size = p->insns == update ? 8 : 4;
	attr.value_size = 8;
	attr.max_entries = 1024;
	map = door->sys(XBPF_MAP_CREATE, &attr, 72);
	if (map < 0 || p->insns == update)
		return map;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = kit_ptr(&key);
	attr.value = kit_ptr(value);
	door->sys(XBPF_MAP_UPDATE_ELEM, &attr, 32);
	return map;
}

static int prog_load(const struct door *door, const struct program *p,
		     __u32 type, int *map)
{
	struct xbpf_insn insns[32];
	union xbpf_attr attr;
	size_t i;

	*map = p->map_type ? map_create(door, p) : -1;
	memcpy(insns, p->insns, p->nr * sizeof(*insns));
	for (i = 0; i < p->nr; i++)
		if (insns[i].src_reg == XBPF_PSEUDO_MAP_FD &&
		    insns[i].code == (XBPF_LD | XBPF_IMM | XBPF_DW))
			insns[i].imm = *map;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = kit_ptr(insns);
	attr.insn_cnt = p->nr;
	attr.license = kit_ptr("GPL");
	return door->sys(XBPF_PROG_LOAD, &attr, 72);
}

/* ---- hooks ---- */

struct hook {
	const char *name;
	__u32 prog_type;
	int (*attach)(const struct door *door, int prog);
};

static int number_in(const char *path)
{
	FILE *file = fopen(path, "r");
	int n = -ENOENT;

	if (!file || fscanf(file, "%d", &n) != 1)
		n = -ENOENT;
	if (file)
		fclose(file);
	return n;
}

static int event_attach(const struct door *door, int prog,
			struct perf_event_attr *attr)
{
	int fd;

	attr->size = sizeof(*attr);
	fd = door->open(attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd >= 0 && (ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog) ||
			ioctl(fd, PERF_EVENT_IOC_ENABLE, 0)))
		return -errno;
	return fd;
}

static int attach_probe(const struct door *door, int prog, int ret)
{
	struct perf_event_attr attr = {
		.type = number_in("/sys/bus/event_source/devices/kprobe/type"),
		.config = ret,
		.config1 = kit_ptr("__x64_sys_getppid"),
	};

	return event_attach(door, prog, &attr);
}

static int attach_kprobe(const struct door *door, int prog)
{
	return attach_probe(door, prog, 0);
}

static int attach_kretprobe(const struct door *door, int prog)
{
	return attach_probe(door, prog, 1);
}

static int attach_event(const struct door *door, int prog, const char *name)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT };
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/id", name);
	attr.config = number_in(path);
	return event_attach(door, prog, &attr);
}

static int attach_tracepoint(const struct door *door, int prog)
{
	return attach_event(door, prog, "raw_syscalls/sys_enter");
}

static int attach_syscall(const struct door *door, int prog)
{
	return attach_event(door, prog, "syscalls/sys_enter_getppid");
}

static int attach_raw(const struct door *door, int prog)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = kit_ptr("sys_enter");
	attr.raw_tracepoint.prog_fd = prog;
	return door->sys(XBPF_RAW_TRACEPOINT_OPEN, &attr, 16);
}

static const struct hook hooks[] = {
	{ "kprobe", XBPF_PROG_TYPE_KPROBE, attach_kprobe },
	{ "kretprobe", XBPF_PROG_TYPE_KPROBE, attach_kretprobe },
	{ "raw_syscalls", XBPF_PROG_TYPE_TRACEPOINT, attach_tracepoint },
	{ "sys_enter_*", XBPF_PROG_TYPE_TRACEPOINT, attach_syscall },
	{ "raw tracepoint", XBPF_PROG_TYPE_RAW_TRACEPOINT, attach_raw },
};

/* ---- measuring ---- */

static double round_ns(void)
{
	struct timespec a, b;
	int i;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / CALLS;
}

/* The least of some rounds: interrupts only ever add. */
static double call_ns(void)
{
	double best = round_ns(), ns;
	int i;

	for (i = 1; i < ROUNDS; i++) {
		ns = round_ns();
		if (ns < best)
			best = ns;
	}
	return best;
}

/* Nanoseconds that the hook adds to a call; negative errno if it cannot be. */
static double event_ns(const struct door *door, const struct hook *hook,
		       const struct program *p)
{
	int map, prog = prog_load(door, p, hook->prog_type, &map);
	double ns = prog;
	int fd;

	if (prog >= 0) {
		fd = hook->attach(door, prog);
		ns = fd < 0 ? fd : call_ns();
		if (fd >= 0)
			close(fd);
		close(prog);
	}
	if (map >= 0)
		close(map);
	return ns < 0 ? ns : ns - call_ns();
}

static void print_row(const struct hook *hook, const struct program *p, int json)
{
	double kernel = event_ns(&doors[0], hook, p);
	double ours = event_ns(&doors[1], hook, p);

	if (json)
		printf("{\"bench\":\"event\",\"hook\":\"%s\",\"program\":\"%s\","
		       "\"kernel_ns\":%.1f,\"xbpf_ns\":%.1f,\"ratio\":%.3f}\n",
		       hook->name, p->name, kernel, ours, ours / kernel);
	else
		printf("%-16s %-30s %10.1f %10.1f %8.2f\n", hook->name, p->name,
		       kernel, ours, ours / kernel);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	int json = 0, c;
	cpu_set_t cpus;
	size_t h, p;

	while ((c = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		if (c != 'j') {
			fprintf(c == 'h' ? stdout : stderr,
				"Usage: events [--json]\n"
				"ns a program adds to an event: the kernel's, xbpf's, ratio\n");
			return c == 'h' ? 0 : 2;
		}
		json = 1;
	}
	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	if (!json)
		printf("%-16s %-30s %10s %10s %8s\n", "hook", "program",
		       "kernel ns", "xbpf ns", "ratio");
	for (h = 0; h < sizeof(hooks) / sizeof(*hooks); h++)
		for (p = 0; p < sizeof(programs) / sizeof(*programs); p++)
			print_row(&hooks[h], &programs[p], json);
	return 0;
}
