// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that ask the kernel: what they say about this process is what this
 * process knows of itself.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include "../unit/unit.h"
#include "kit.h"

#define COOKIE 0x123456789abcdefULL

static int counters;

/* Stores r0 of @call, made once in a kprobe of getppid, in element 0. */
static long long value_of(const struct xbpf_insn *call, size_t nr, int config)
{
	struct xbpf_insn insns[64];
	const struct xbpf_insn keep[] = {
		MOV_REG(6, 0),
		STORE_IMM(XBPF_W, 10, 0, -4),
		MOV_REG(2, 10), ADD_IMM(2, -4),
		LOAD_MAP(1, counters),
		CALL(map_lookup_elem),
		JUMP_IMM(XBPF_JEQ, 0, 0, 1),
		STORE(XBPF_DW, 0, 6, 0),
		MOV_IMM(0, 0),
		EXIT,
	};
	__u64 zero = 0;
	__u32 key = 0;
	int prog, event, link;

	memcpy(insns, call, nr * sizeof(*call));
	memcpy(insns + nr, keep, sizeof(keep));
	prog = kit_load(XBPF_PROG_TYPE_KPROBE, insns,
			nr * sizeof(*call) + sizeof(keep));
	if (prog < 0) {
		diag("%s", kit_log);
		return prog;
	}
	event = kit_open_kprobe("__x64_sys_getppid", 0, config);
	link = kit_link(prog, event, COOKIE);
	kit_update(counters, &key, &zero);
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	syscall(SYS_getppid);
	close(link);
	close(event);
	close(prog);
	return kit_counter(counters, 0);
}

#define VALUE_OF(...) \
	value_of((const struct xbpf_insn[]){ __VA_ARGS__ }, \
		 sizeof((const struct xbpf_insn[]){ __VA_ARGS__ }) / \
		 sizeof(struct xbpf_insn), 0)

static unsigned long long now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void test_identity(void)
{
	is(VALUE_OF(CALL(get_current_pid_tgid)),
	   (unsigned long long)getpid() << 32 | getpid(), "get_current_pid_tgid");
	is(VALUE_OF(CALL(get_current_uid_gid)),
	   (unsigned long long)getgid() << 32 | getuid(), "get_current_uid_gid");
	ok(VALUE_OF(CALL(get_current_task)) < 0, "get_current_task: an address");
	ok(VALUE_OF(CALL(get_smp_processor_id)) >= 0, "get_smp_processor_id");
	ok(VALUE_OF(CALL(get_current_cgroup_id)) > 0, "get_current_cgroup_id");
	ok(VALUE_OF(CALL(get_prandom_u32)) != VALUE_OF(CALL(get_prandom_u32)),
	   "get_prandom_u32: two differ");
}

static void test_time(void)
{
	unsigned long long before = now(CLOCK_MONOTONIC), value;

	value = VALUE_OF(CALL(ktime_get_ns));
	ok(value >= before && value <= now(CLOCK_MONOTONIC), "ktime_get_ns");
	before = now(CLOCK_BOOTTIME);
	value = VALUE_OF(CALL(ktime_get_boot_ns));
	ok(value >= before && value <= now(CLOCK_BOOTTIME), "ktime_get_boot_ns");
}

static void test_event(void)
{
	ok(VALUE_OF(CALL(get_func_ip)) < 0, "get_func_ip: an address");
	is(VALUE_OF(CALL(get_attach_cookie)), (long long)COOKIE, "get_attach_cookie");
}

/* Reads 8 bytes at @address by @helper: its value, or the helper's error. */
static long long read_by(__u32 helper, __u64 address)
{
	return VALUE_OF({ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = 3,
			  .imm = (__s32)address },
			{ .imm = (__s32)(address >> 32) },
			MOV_REG(1, 10), ADD_IMM(1, -16), MOV_IMM(2, 8),
			{ .code = XBPF_JMP | XBPF_CALL, .imm = (__s32)helper },
			JUMP_IMM(XBPF_JNE, 0, 0, 1),
			LOAD(XBPF_DW, 0, 10, -16));
}

static void test_probe_read(void)
{
	static __u64 word = 0x1122334455667788ULL;

	is(read_by(XBPF_FUNC_probe_read_user, kit_ptr(&word)), word,
	   "probe_read_user");
	is(read_by(XBPF_FUNC_probe_read, kit_ptr(&word)), word,
	   "probe_read of a user address");
	is(read_by(XBPF_FUNC_probe_read_user, 8), -EFAULT,
	   "probe_read_user: nothing there");
	is(read_by(XBPF_FUNC_probe_read_kernel, kit_ptr(&word)), -ERANGE,
	   "probe_read_kernel: refuses a user address");
	is(read_by(XBPF_FUNC_probe_read_kernel, 0xffffffffdeadbeefULL) < 0, 1,
	   "probe_read_kernel: nothing there");
	is(read_by(XBPF_FUNC_probe_read_kernel, 0x8000000000000000ULL) < 0, 1,
	   "probe_read_kernel: no address at all");
}

/* First 8 bytes of what a string helper reads at @text, with its result in the
 * other element.
 */
static long long string_at(const char *text, int size)
{
	__u64 address = kit_ptr(text);

	return VALUE_OF({ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = 3,
			  .imm = (__s32)address },
			{ .imm = (__s32)(address >> 32) },
			STORE_IMM(XBPF_DW, 10, -1, -16),
			MOV_REG(1, 10), ADD_IMM(1, -16), MOV_IMM(2, size),
			CALL(probe_read_user_str),
			JUMP_IMM(XBPF_JSLT, 0, 0, 1),
			LOAD(XBPF_DW, 0, 10, -16));
}

static void test_strings(void)
{
	char name[16] = "kit-helper", comm[8];
	__u64 word;

	is(string_at("abc", 8), (long long)0xffffffff00636261ULL,
	   "probe_read_user_str: up to the NUL and no further");
	is(string_at("abcdefgh", 4), (long long)0xffffffff00636261ULL,
	   "probe_read_user_str: cut with a NUL");
	is(string_at((char *)8, 8), -EFAULT, "probe_read_user_str: nothing there");
	prctl(PR_SET_NAME, name);
	word = VALUE_OF(MOV_REG(1, 10), ADD_IMM(1, -16), MOV_IMM(2, 8),
			CALL(get_current_comm), LOAD(XBPF_DW, 0, 10, -16));
	memcpy(comm, &word, sizeof(comm));
	ok(!memcmp(comm, "kit-hel", 8), "get_current_comm: cut with a NUL");
}

static void test_stacks(void)
{
	ok(VALUE_OF(MOV_REG(8, 1), STORE_IMM(XBPF_DW, 10, 0, -64),
		    MOV_REG(2, 10), ADD_IMM(2, -64), MOV_IMM(3, 32),
		    STORE_IMM(XBPF_DW, 10, 0, -56), STORE_IMM(XBPF_DW, 10, 0, -48),
		    STORE_IMM(XBPF_DW, 10, 0, -40), MOV_IMM(4, 0),
		    CALL(get_stack)) >= 16, "get_stack: of the kernel");
	ok(VALUE_OF(MOV_REG(2, 10), ADD_IMM(2, -64), MOV_IMM(3, 32),
		    STORE_IMM(XBPF_DW, 10, 0, -64),
		    STORE_IMM(XBPF_DW, 10, 0, -56), STORE_IMM(XBPF_DW, 10, 0, -48),
		    STORE_IMM(XBPF_DW, 10, 0, -40), MOV_IMM(4, XBPF_F_USER_STACK),
		    CALL(get_stack)) >= 8, "get_stack: of the task");
}

int main(void)
{
	counters = kit_counters();
	ok(counters >= 0, "a map to store in");
	test_identity();
	test_time();
	test_event();
	test_probe_read();
	test_strings();
	test_stacks();
	return unit_done();
}
