// SPDX-License-Identifier: GPL-2.0-only
/*
 * Storage of tasks: user space by descriptors of tasks, programs by the task, and
 * nothing is left of a task that is gone.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "../unit/unit.h"
#include "kit.h"

#define NR_CHILDREN 300

/* Two integers, of four and of eight bytes. */
static int load_types(void)
{
	struct {
		__u16 magic;
		__u8 version, flags;
		__u32 header, type_off, type_len, str_off, str_len;
		__u32 types[8];
		char strings[12];
	} btf = {
		.magic = 0xeb9f, .version = 1, .header = 24,
		.type_len = sizeof(btf.types), .str_off = sizeof(btf.types),
		.str_len = sizeof(btf.strings),
		.types = { 1, 1 << 24, 4, 32, 3, 1 << 24, 8, 64 },
		.strings = "\0k\0value",
	};
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = kit_ptr(&btf);
	attr.btf_size = sizeof(btf);
	return xbpf_sys(XBPF_BTF_LOAD, &attr, sizeof(attr));
}

static int create(void)
{
	union xbpf_attr attr;
	int btf = load_types(), map;

	ok(btf >= 0, "types");
	memset(&attr, 0, sizeof(attr));
	attr.map_type = XBPF_MAP_TYPE_TASK_STORAGE;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.map_flags = XBPF_F_NO_PREALLOC;
	attr.btf_fd = btf;
	attr.btf_key_type_id = 1;
	attr.btf_value_type_id = 2;
	map = xbpf_sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
	close(btf);
	return map;
}

/* One more in the current task's value, which is made; what it is then. */
static int load_counter(int map)
{
	const struct xbpf_insn insns[] = {
		CALL(get_current_task_btf), MOV_REG(2, 0),
		LOAD_MAP(1, map), MOV_IMM(3, 0), MOV_IMM(4, 1),
		CALL(task_storage_get),
		JUMP_IMM(XBPF_JEQ, 0, 0, 4),
		LOAD(XBPF_DW, 1, 0, 0), ADD_IMM(1, 1), STORE(XBPF_DW, 0, 1, 0),
		LOAD(XBPF_DW, 0, 0, 0),
		EXIT,
	};

	return kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, insns, sizeof(insns));
}

static int run(int prog)
{
	union xbpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	err = xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr));
	return err ? err : (int)attr.test.retval;
}

static int delete(int map, __u32 key)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = kit_ptr(&key);
	return xbpf_sys(XBPF_MAP_DELETE_ELEM, &attr, sizeof(attr));
}

static int update(int map, __u32 key, __u64 value, __u64 flags)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = kit_ptr(&key);
	attr.value = kit_ptr(&value);
	attr.flags = flags;
	return xbpf_sys(XBPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

static void test_self(int map, int prog)
{
	int self = syscall(SYS_pidfd_open, getpid(), 0);

	ok(self >= 0, "a descriptor of this task");
	is(kit_counter(map, self), -ENOENT, "nothing is stored");
	is(delete(map, self), -ENOENT, "nothing to delete");
	is(run(prog), 1, "a program makes it");
	is(run(prog), 2, "and finds it");
	is(kit_counter(map, self), 2, "user space sees it");
	is(update(map, self, 9, XBPF_NOEXIST), -EEXIST, "NOEXIST");
	is(update(map, self, 9, 4), -EINVAL, "an unknown flag");
	is(update(map, self, 9, XBPF_EXIST), 0, "EXIST");
	is(run(prog), 10, "the program sees the update");
	is(delete(map, self), 0, "delete");
	is(run(prog), 1, "it begins anew");
	is(kit_counter(map, map), -EBADF, "a map is no task");
	is(kit_counter(map, 0), -EBADF, "nor is standard input");
	is(kit_counter(map, 99), -EBADF, "nor is nothing");
	close(self);
}

/* A child that runs the program: the value it found, plus one. */
static pid_t start(int prog)
{
	pid_t pid = fork();

	if (!pid)
		_exit(run(prog));
	return pid;
}

/* Memory of tasks is used again: a value that stayed would be found by another. */
static void test_gone(int map, int prog)
{
	int i, status, wrong = 0, child;
	pid_t pid = start(prog);

	child = syscall(SYS_pidfd_open, pid, 0);
	waitid(P_PID, pid, NULL, WEXITED | WNOWAIT);
	is(kit_counter(map, child), 1, "one that has ended and waits has it");
	waitpid(pid, &status, 0);
	is(kit_counter(map, child), -ENOENT, "one that is gone has nothing");
	is(update(map, child, 1, 0), -ENOENT, "and gets nothing");
	close(child);
	for (i = 0; i < NR_CHILDREN; i++) {
		pid = start(prog);
		waitpid(pid, &status, 0);
		wrong += !WIFEXITED(status) || WEXITSTATUS(status) != 1;
	}
	is(wrong, 0, "%d tasks begin with nothing", NR_CHILDREN);
}

int main(void)
{
	int map = create(), prog;

	ok(map >= 0, "a storage of tasks");
	prog = load_counter(map);
	ok(prog >= 0, "a program");
	if (prog < 0)
		diag("%s", kit_log);
	test_self(map, prog);
	test_gone(map, prog);
	close(map);
	is(run(prog), 2, "the program keeps the map");
	close(prog);
	return unit_done();
}
