// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers about where the current task belongs: control groups, the map of them,
 * namespaces; and texts that programs make.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "../unit/unit.h"
#include "kit.h"

#define ROOT	"/tmp/xbpf-cgroup"
#define GROUP	ROOT "/one"

/* r0 of a program which this task runs. */
static long long run(const struct xbpf_insn *insns, size_t size)
{
	union xbpf_attr attr;
	int prog = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, insns, size), err;

	if (prog < 0) {
		diag("%s", kit_log);
		return prog;
	}
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	err = xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr));
	close(prog);
	return err ? err : (__s32)attr.test.retval;
}

#define RUN(...) \
	run((const struct xbpf_insn[]){ __VA_ARGS__ }, \
	    sizeof((const struct xbpf_insn[]){ __VA_ARGS__ }))
#define UNDER(map, index) \
	RUN(LOAD_MAP(1, (map)), MOV_IMM(2, (index)), \
	    CALL(current_task_under_cgroup), EXIT)

static void move_to(const char *group)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	file = fopen(path, "w");
	if (!file || fprintf(file, "%d", getpid()) < 0)
		diag("%s: %s", path, strerror(errno));
	if (file)
		fclose(file);
}

static int delete(int map, __u32 key)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = kit_ptr(&key);
	return xbpf_sys(XBPF_MAP_DELETE_ELEM, &attr, sizeof(attr));
}

static void test_errors(int map)
{
	__u32 key = 0, far = 2;
	int group = open(GROUP, O_RDONLY | O_DIRECTORY);
	int file = open("/proc/self/stat", O_RDONLY);

	ok(group >= 0, "a control group");
	is(kit_update(map, &key, &file), -EBADF, "a file is no control group");
	is(kit_update(map, &far, &group), -E2BIG, "index 2 of 2");
	is(kit_counter(map, 0), -524, "user space does not look up");
	is(delete(map, 0), -ENOENT, "nothing to delete");
	is(UNDER(map, 0), -EAGAIN, "nothing to ask for");
	is(UNDER(map, 2), -E2BIG, "beyond the map");
	is(kit_update(map, &key, &group), 0, "put");
	is(kit_update(map, &key, &group), 0, "put again");
	close(group);
	close(file);
}

static void test_groups(void)
{
	int map = kit_map(XBPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 2);
	struct stat st = { 0 };

	ok(map >= 0, "a map of control groups");
	test_errors(map);
	is(UNDER(map, 0), 0, "not in the group");
	move_to(GROUP);
	is(UNDER(map, 0), 1, "in the group");
	stat(GROUP, &st);
	is(RUN(CALL(get_current_cgroup_id), EXIT), (int)st.st_ino,
	   "get_current_cgroup_id");
	is(RUN(MOV_IMM(1, 1), CALL(get_current_ancestor_cgroup_id), EXIT),
	   (int)st.st_ino, "ancestor at its own level");
	is(RUN(MOV_IMM(1, 2), CALL(get_current_ancestor_cgroup_id), EXIT), 0,
	   "no ancestor at a deeper one");
	is(RUN(MOV_IMM(1, -1), CALL(get_current_ancestor_cgroup_id), EXIT), 0,
	   "nor at a level of -1");
	stat(ROOT, &st);
	is(RUN(MOV_IMM(1, 0), CALL(get_current_ancestor_cgroup_id), EXIT),
	   (int)st.st_ino, "the root's");
	move_to(ROOT);
	is(rmdir(GROUP), 0, "the group goes");
	is(UNDER(map, 0), 0, "which the map still has");
	is(delete(map, 0), 0, "until it is deleted");
	is(UNDER(map, 0), -EAGAIN, "then it is gone");
	close(map);
}

/* What get_ns_current_pid_tgid() says of @dev and @ino: pid, or its error. */
static long long ns_pid(__u64 dev, __u64 ino)
{
	return RUN(MOV_IMM(1, (int)dev),
		   { .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = 2,
		     .imm = (__s32)ino }, { .imm = (__s32)(ino >> 32) },
		   MOV_REG(3, 10), ADD_IMM(3, -8), MOV_IMM(4, 8),
		   CALL(get_ns_current_pid_tgid),
		   JUMP_IMM(XBPF_JNE, 0, 0, 1), LOAD(XBPF_W, 0, 10, -8), EXIT);
}

static void test_namespace(void)
{
	struct stat st = { 0 };

	stat("/proc/self/ns/pid", &st);
	is(ns_pid(st.st_dev, st.st_ino), getpid(), "pid in its namespace");
	is(ns_pid(st.st_dev + 1, st.st_ino), -EINVAL, "another device");
	is(ns_pid(st.st_dev, st.st_ino - 1), -EINVAL, "another namespace");
}

/* An array of one frozen value that programs only read. */
static int constant(const void *bytes, __u32 size)
{
	union xbpf_attr attr = {
		.map_type = XBPF_MAP_TYPE_ARRAY, .key_size = 4,
		.value_size = size, .max_entries = 1,
		.map_flags = XBPF_F_RDONLY_PROG,
	};
	int map = xbpf_sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
	__u32 key = 0;

	kit_update(map, &key, bytes);
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	xbpf_sys(XBPF_MAP_FREEZE, &attr, sizeof(attr));
	return map;
}

#define LOAD_VALUE(d, fd) \
	{ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = (d), \
	  .src_reg = XBPF_PSEUDO_MAP_VALUE, .imm = (fd) }, { .code = 0 }

/* First four characters of @fmt with one argument. */
static long long text_of(const char *fmt, long long arg)
{
	char bytes[16] = "";
	int map;

	strcpy(bytes, fmt);
	map = constant(bytes, sizeof(bytes));
	arg = RUN({ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = 1,
		    .imm = (__s32)arg }, { .imm = (__s32)(arg >> 32) },
		  STORE(XBPF_DW, 10, 1, -8),
		  MOV_REG(1, 10), ADD_IMM(1, -16), MOV_IMM(2, 8),
		  LOAD_VALUE(3, map),
		  MOV_REG(4, 10), ADD_IMM(4, -8), MOV_IMM(5, 8),
		  CALL(snprintf), LOAD(XBPF_W, 0, 10, -16), EXIT);
	close(map);
	return arg;
}

static void test_texts(void)
{
	__u32 word;

	memcpy(&word, "-7|", 4);
	is(text_of("%d|", -7), word, "snprintf: a number");
	memcpy(&word, "user", 4);
	is(text_of("%pus", (long)"user"), word, "snprintf: a user's string");
	memcpy(&word, "0.0.", 4);
	is(text_of("%pI4", 8), word, "snprintf: an address behind no pointer");
}

int main(void)
{
	mkdir(ROOT, 0700);
	if (mount("none", ROOT, "cgroup2", 0, NULL) || mkdir(GROUP, 0700))
		diag("cgroup2: %s", strerror(errno));
	test_groups();
	test_namespace();
	test_texts();
	umount(ROOT);
	return unit_done();
}
