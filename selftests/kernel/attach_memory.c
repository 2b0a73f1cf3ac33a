// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers on the memory, the stack and the registers of a task: of the one that
 * runs the program, and that is this process.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include "../unit/unit.h"
#include "kit.h"

static __u32 prog_flags;

static int load(__u32 type, const struct xbpf_insn *insns, size_t size)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = kit_ptr(insns);
	attr.insn_cnt = size / sizeof(*insns);
	attr.license = kit_ptr("GPL");
	attr.prog_flags = prog_flags;
	attr.log_level = 1;
	attr.log_buf = kit_ptr(kit_log);
	attr.log_size = sizeof(kit_log);
	return xbpf_sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
}

/* r0 of a program which this task runs. */
static int run(__u32 type, const struct xbpf_insn *insns, size_t size)
{
	union xbpf_attr attr;
	int prog = load(type, insns, size), err;

	if (prog < 0) {
		diag("%s", kit_log);
		return prog;
	}
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	err = xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr));
	close(prog);
	return err ? err : (int)attr.test.retval;
}

#define RUN_AS(type, ...) \
	run(type, (const struct xbpf_insn[]){ __VA_ARGS__ }, \
	    sizeof((const struct xbpf_insn[]){ __VA_ARGS__ }))
#define RUN(...) RUN_AS(XBPF_PROG_TYPE_RAW_TRACEPOINT, __VA_ARGS__)
#define LOAD_WORD(d, v) \
	{ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = (d), \
	  .imm = (__s32)(__u64)(v) }, { .imm = (__s32)((__u64)(v) >> 32) }
#define LOAD_FUNC(d, distance) \
	{ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = (d), \
	  .src_reg = XBPF_PSEUDO_FUNC, .imm = (distance) }, { .code = 0 }

/* The result of find_vma, 100 more when the callback was called. */
static int find_vma(__u64 address, int flags)
{
	return RUN(STORE_IMM(XBPF_DW, 10, 0, -8),
		   CALL(get_current_task_btf), MOV_REG(1, 0),
		   LOAD_WORD(2, address),
		   LOAD_FUNC(3, 8),
		   MOV_REG(4, 10), ADD_IMM(4, -8),
		   MOV_IMM(5, flags),
		   CALL(find_vma),
		   LOAD(XBPF_DW, 1, 10, -8),
		   { .code = XBPF_ALU64 | XBPF_ADD | XBPF_X, .dst_reg = 0,
		     .src_reg = 1 },
		   EXIT,
		   STORE_IMM(XBPF_DW, 3, 100, 0), MOV_IMM(0, 0), EXIT);
}

static void test_find_vma(void)
{
	static int here;

	is(find_vma(kit_ptr(&here), 0), 100, "find_vma: a variable's");
	is(find_vma(16, 0), -ENOENT, "find_vma: none at 16");
	is(find_vma(kit_ptr(&here), 1), -EINVAL, "find_vma: a flag");
	is(find_vma(kit_ptr(&here), 0), 100, "find_vma: again");
}

/* get_task_stack of the current task, 64 bytes. */
static int stack_of(int flags)
{
	return RUN(CALL(get_current_task_btf), MOV_REG(1, 0),
		   MOV_REG(2, 10), ADD_IMM(2, -64), MOV_IMM(3, 64),
		   MOV_IMM(4, flags), CALL(get_task_stack), EXIT);
}

static void test_task(void)
{
	ok(stack_of(0) >= 16, "get_task_stack: of the kernel");
	ok(stack_of(XBPF_F_USER_STACK) >= 8, "get_task_stack: of the process");
	is(stack_of(1 << 20), -EINVAL, "get_task_stack: an unknown flag");
	ok(RUN(CALL(get_current_task_btf), MOV_REG(1, 0), CALL(task_pt_regs),
	       LOAD(XBPF_W, 0, 0, 128), EXIT) != 0, "task_pt_regs: user ip");
}

static int write_to(__u64 address)
{
	return RUN(STORE_IMM(XBPF_DW, 10, 77, -8),
		   LOAD_WORD(1, address), MOV_REG(2, 10), ADD_IMM(2, -8),
		   MOV_IMM(3, 8), CALL(probe_write_user), EXIT);
}

static int copy_from(__u64 address)
{
	return RUN_AS(XBPF_PROG_TYPE_SYSCALL,
		      LOAD_WORD(3, address), MOV_REG(1, 10), ADD_IMM(1, -8),
		      MOV_IMM(2, 8), CALL(copy_from_user),
		      JUMP_IMM(XBPF_JNE, 0, 0, 1), LOAD(XBPF_DW, 0, 10, -8),
		      EXIT);
}

static int copy_from_task(__u64 address, int flags)
{
	return RUN_AS(XBPF_PROG_TYPE_SYSCALL,
		      CALL(get_current_task_btf), MOV_REG(4, 0),
		      LOAD_WORD(3, address), MOV_REG(1, 10), ADD_IMM(1, -8),
		      MOV_IMM(2, 8), MOV_IMM(5, flags), CALL(copy_from_user_task),
		      JUMP_IMM(XBPF_JNE, 0, 0, 1), LOAD(XBPF_DW, 0, 10, -8),
		      EXIT);
}

static void test_memory(void)
{
	static volatile __u64 word = 5;

	is(write_to(kit_ptr((void *)&word)), 0, "probe_write_user");
	is(word, 77, "is written");
	is(write_to(8), -EFAULT, "probe_write_user: nothing there");
	is(write_to(0xffffffff81000000ULL), -EFAULT,
	   "probe_write_user: not to the kernel");
	prog_flags = XBPF_F_SLEEPABLE;
	is(copy_from(kit_ptr((void *)&word)), 77, "copy_from_user");
	is(copy_from(8), -EFAULT, "copy_from_user: nothing there");
	is(copy_from_task(kit_ptr((void *)&word), 0), 77, "copy_from_user_task");
	is(copy_from_task(8, 0), -EFAULT, "copy_from_user_task: nothing there");
	is(copy_from_task(kit_ptr((void *)&word), 1), -EINVAL,
	   "copy_from_user_task: a flag");
	prog_flags = 0;
}

int main(void)
{
	test_find_vma();
	test_task();
	test_memory();
	return unit_done();
}
