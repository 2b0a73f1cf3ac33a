// SPDX-License-Identifier: GPL-2.0-only
/*
 * raw: a program by hand, on nothing but the ioctls of the device.
 *
 * No library, no compiler for BPF: a few instructions that count system calls
 * by CPU in an array, attached to the raw tracepoint sys_enter.  Everything
 * that is needed is in <linux/xbpf.h>.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/xbpf.h>

#define NR_CPUS		64
#define NR_CALLS	1000

static int device;

static int call(int cmd, union xbpf_attr *attr)
{
	return ioctl(device, XBPF_IOC(cmd, sizeof(*attr)), attr);
}

static __u64 address(const void *pointer)
{
	return (__u64)(unsigned long)pointer;
}

static int fail(const char *what)
{
	fprintf(stderr, "raw: %s: %s\n", what, strerror(errno));
	return 1;
}

static int map_create(void)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = XBPF_MAP_TYPE_ARRAY;
	attr.key_size = sizeof(__u32);
	attr.value_size = sizeof(__u64);
	attr.max_entries = NR_CPUS;
	strcpy(attr.map_name, "raw_counts");
	return call(XBPF_MAP_CREATE, &attr);
}

static int prog_load(int map)
{
	const struct xbpf_insn insns[] = {
		/* *(u32 *)(r10 - 4) = get_smp_processor_id() */
		{ .code = XBPF_JMP | XBPF_CALL,
		  .imm = XBPF_FUNC_get_smp_processor_id },
		{ .code = XBPF_STX | XBPF_MEM | XBPF_W, .dst_reg = 10,
		  .src_reg = 0, .off = -4 },
		/* r0 = map_lookup_elem(map, r10 - 4) */
		{ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = 1,
		  .src_reg = XBPF_PSEUDO_MAP_FD, .imm = map },
		{ .code = 0 },
		{ .code = XBPF_ALU64 | XBPF_MOV | XBPF_X, .dst_reg = 2,
		  .src_reg = 10 },
		{ .code = XBPF_ALU64 | XBPF_ADD | XBPF_K, .dst_reg = 2,
		  .imm = -4 },
		{ .code = XBPF_JMP | XBPF_CALL,
		  .imm = XBPF_FUNC_map_lookup_elem },
		/* if (r0) lock *(u64 *)r0 += 1 */
		{ .code = XBPF_JMP | XBPF_JEQ | XBPF_K, .dst_reg = 0,
		  .off = 2, .imm = 0 },
		{ .code = XBPF_ALU64 | XBPF_MOV | XBPF_K, .dst_reg = 1,
		  .imm = 1 },
		{ .code = XBPF_STX | XBPF_ATOMIC | XBPF_DW, .dst_reg = 0,
		  .src_reg = 1, .imm = XBPF_ADD },
		/* return 0 */
		{ .code = XBPF_ALU64 | XBPF_MOV | XBPF_K, .dst_reg = 0,
		  .imm = 0 },
		{ .code = XBPF_JMP | XBPF_EXIT },
	};
	static char log[8192];
	union xbpf_attr attr;
	int prog;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = XBPF_PROG_TYPE_RAW_TRACEPOINT;
	attr.insns = address(insns);
	attr.insn_cnt = sizeof(insns) / sizeof(*insns);
	attr.license = address("GPL");
	attr.log_buf = address(log);
	attr.log_size = sizeof(log);
	attr.log_level = 1;
	strcpy(attr.prog_name, "raw_count");
	prog = call(XBPF_PROG_LOAD, &attr);
	if (prog < 0)
		fputs(log, stderr);
	return prog;
}

static int attach(int prog)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = address("sys_enter");
	attr.raw_tracepoint.prog_fd = prog;
	return call(XBPF_RAW_TRACEPOINT_OPEN, &attr);
}

static int map_read(int map, __u32 key, __u64 *value)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = address(&key);
	attr.value = address(value);
	return call(XBPF_MAP_LOOKUP_ELEM, &attr);
}

static int report(int map)
{
	__u64 count, sum = 0;
	__u32 cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		if (map_read(map, cpu, &count))
			return fail("read the map");
		if (count)
			printf("cpu %u: %llu system calls\n", cpu,
			       (unsigned long long)count);
		sum += count;
	}
	printf("%d were made here, %llu were counted\n", NR_CALLS,
	       (unsigned long long)sum);
	return sum < NR_CALLS;
}

int main(void)
{
	const char *path = getenv("XBPF_DEVICE");
	int map, prog, link, i;

	device = open(path ? path : XBPF_DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0)
		return fail("open the device");
	map = map_create();
	if (map < 0)
		return fail("create the map");
	prog = prog_load(map);
	if (prog < 0)
		return fail("load the program");
	link = attach(prog);
	if (link < 0)
		return fail("attach the program");
	for (i = 0; i < NR_CALLS; i++)
		syscall(SYS_getppid);
	close(link);
	return report(map);
}
