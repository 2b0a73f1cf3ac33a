// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module comes and goes 50 times, is not let go while anything lives,
 * interprets programs when there is no room for machine code, saying so once, and
 * takes the kernel's types out of a file that is named if they are this kernel's.
 */
#include <stdlib.h>
#include <bpf/btf.h>
#include "door.h"

static char module[4096];

static int insert(const char *params)
{
	int fd = open(module, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, params, 0) ? -errno : 0;
	close(fd);
	return err;
}

/* Descriptors of the device hold the module: ours is closed first. */
static int delete(void)
{
	int fd = xbpf_device_fd();

	if (fd >= 0)
		close(fd);
	return syscall(SYS_delete_module, "xbpf", O_NONBLOCK) ? -errno : 0;
}

/* Freeing takes a moment, which XBPF_INFO waits for. */
static int settle_and_delete(void)
{
	struct xbpf_info info;

	memset(&info, 0, sizeof(info));
	xbpf_sys(XBPF_INFO, &info, sizeof(info));
	return delete();
}

static int use_it(void)
{
	int map = kit_counters(), prog, link;

	prog = kit_load_counter(XBPF_PROG_TYPE_RAW_TRACEPOINT, map, 0);
	link = kit_raw_tracepoint(prog, "task_rename");
	close(prog);
	close(map);
	if (link < 0)
		return link;
	close(link);
	return 0;
}

static void come_and_go(void)
{
	int i, err = 0;

	for (i = 0; i < 50 && !err; i++) {
		err = insert("");
		if (!err)
			err = use_it();
		if (!err)
			err = settle_and_delete();
	}
	is(err, 0, "loaded, used and unloaded 50 times");
}

static void held(void)
{
	int map, prog, link;

	is(insert(""), 0, "loaded");
	map = kit_counters();
	is(delete(), -EAGAIN, "not unloaded while a map lives");
	prog = kit_load_counter(XBPF_PROG_TYPE_RAW_TRACEPOINT, map, 0);
	close(map);
	is(delete(), -EAGAIN, "nor while a program");
	link = kit_raw_tracepoint(prog, "task_rename");
	close(prog);
	is(delete(), -EAGAIN, "nor while a link");
	close(link);
	is(settle_and_delete(), 0, "unloaded when nothing lives");
}

/* Lines of the kernel log that have @text. */
static int said(const char *text)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC), count = 0;
	char line[8192];
	ssize_t len;

	while ((len = read(fd, line, sizeof(line) - 1)) > 0 ||
	       (len < 0 && errno == EPIPE)) {
		line[len > 0 ? len : 0] = '\0';
		count += !!strstr(line, text);
	}
	close(fd);
	return count;
}

static int runs(int prog)
{
	union xbpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	err = xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr));
	return err < 0 ? err : (int)attr.test.retval;
}

static void full(void)
{
	enum { NR = 200 };
	struct xbpf_prog_stats stats = {};
	struct xbpf_prog_info last = {};
	struct xbpf_info info = {};
	int progs[NR], i, good = 0;
	int before = said("no room for machine code");

	is(insert("arena_kb=4"), 0, "loaded with little room");
	for (i = 0; i < NR; i++) {
		progs[i] = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, door_insns,
				    sizeof(door_insns));
		good += runs(progs[i]) == 7;
	}
	is(good, NR, "all programs are loaded and run");
	xbpf_sys(XBPF_INFO, &info, sizeof(info));
	ok(info.nr_jited, "some as machine code");
	ok(info.nr_interpreted, "the others interpreted");
	is(info.nr_jited + info.nr_interpreted, NR, "each in one way");
	is(info.arena_full, info.nr_interpreted, "for want of room");
	is(said("no room for machine code") - before, 1, "which is said once");
	kit_info(progs[NR - 1], &last, sizeof(last));
	is(last.jited_prog_len, 0, "the last has no machine code");
	stats.id = last.id;
	is(xbpf_sys(XBPF_PROG_STATS, &stats, sizeof(stats)), 0, "its counters");
	is(stats.flags, XBPF_PROG_STATS_ARENA_FULL, "say why");
	is(stats.runs, 1, "and that it ran");
	for (i = 0; i < NR; i++)
		close(progs[i]);
	is(settle_and_delete(), 0, "unloaded");
}

static void switched_off(void)
{
	struct xbpf_prog_info info = {};
	int prog;

	is(insert("jit=0"), 0, "loaded without the JIT");
	prog = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, door_insns,
			sizeof(door_insns));
	is(runs(prog), 7, "a program runs");
	kit_info(prog, &info, sizeof(info));
	is(info.jited_prog_len, 0, "interpreted");
	close(prog);
	is(settle_and_delete(), 0, "unloaded");
}

#define TYPES	"/root/xbpf-types"

/* The kernel's types with a task that is @more bytes larger: 0, or -1. */
static int write_types(unsigned int more)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int id = btf__find_by_name_kind(btf, "task_struct", BTF_KIND_STRUCT);
	int fd = open(TYPES, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	const void *data;
	__u32 size = 0;
	ssize_t n = -1;

	if (id > 0 && fd >= 0) {
		((struct btf_type *)btf__type_by_id(btf, id))->size += more;
		data = btf__raw_data(btf, &size);
		n = write(fd, data, size);
	}
	close(fd);
	btf__free(btf);
	return size && n == (ssize_t)size ? 0 : -1;
}

/* Whether there is an object of types: the kernel's is the first. */
static int has_types(void)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	return xbpf_sys(XBPF_BTF_GET_NEXT_ID, &attr, sizeof(attr));
}

static void types_of_file(void)
{
	int before = said("not of this kernel");

	is(write_types(0), 0, "the kernel's types in a file");
	is(insert("btf=" TYPES), 0, "loaded with the file's name");
	is(has_types(), 0, "there are types");
	is(settle_and_delete(), 0, "unloaded");
	is(write_types(8), 0, "those of another kernel");
	is(insert("btf=" TYPES), 0, "loaded with them");
	is(has_types(), -ENOENT, "there are none");
	ok(said("not of this kernel") > before, "and the log says why");
	is(settle_and_delete(), 0, "unloaded");
	is(insert("btf=/etc/hostname"), 0, "loaded with a file of something else");
	is(has_types(), -ENOENT, "there are none");
	is(settle_and_delete(), 0, "unloaded");
	unlink(TYPES);
}

/* build/selftests/kernel/cmd_module -> build/kmod-KERNEL/xbpf.ko */
static void find_module(const char *self)
{
	const char *kernel = getenv("VM_KERNEL"), *build = getenv("BUILD");
	const char *end = strstr(self, "/selftests/kernel/");
	int len = end ? end - self : 0;

	if (build)
		snprintf(module, sizeof(module), "%s/kmod-%s/xbpf.ko", build,
			 kernel ? kernel : "");
	else
		snprintf(module, sizeof(module), "%.*s/kmod-%s/xbpf.ko", len,
			 self, kernel ? kernel : "");
}

/* Without its debug information the module is read in a tenth of the time. */
static void strip_module(void)
{
	char command[sizeof(module) + 64];

	snprintf(command, sizeof(command), "strip -g -o /tmp/xbpf.ko '%s'",
		 module);
	if (!system(command))
		strcpy(module, "/tmp/xbpf.ko");
}

int main(int argc, char **argv)
{
	find_module(argc ? argv[0] : "");
	if (access(module, R_OK) || settle_and_delete()) {
		printf("1..0 # SKIP no module to load, or it is in use\n");
		return 4;
	}
	strip_module();
	come_and_go();
	held();
	full();
	switched_off();
	types_of_file();
	is(insert("test_kfuncs=1"), 0, "loaded for the tests to come");
	return unit_done();
}
