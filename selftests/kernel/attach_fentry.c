// SPDX-License-Identifier: GPL-2.0-only
/*
 * fentry, fexit and fmod_ret: arguments in registers and on the stack, results,
 * results that are made up, functions that are left while somebody sleeps in them.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <bpf/btf.h>
#include "../unit/unit.h"
#include "kit.h"

#define CALLS	300
#define COOKIE	0x1122334455667788ULL
#define RSH_IMM(d, i) \
	{ .code = XBPF_ALU64 | XBPF_RSH | XBPF_K, .dst_reg = (d), .imm = (i) }

static int counters;
static struct btf *types;

static int load(__u32 when, const char *func, const struct xbpf_insn *insns,
		size_t size)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = XBPF_PROG_TYPE_TRACING;
	attr.expected_attach_type = when;
	attr.attach_btf_id = btf__find_by_name_kind(types, func, BTF_KIND_FUNC);
	attr.insns = kit_ptr(insns);
	attr.insn_cnt = size / sizeof(*insns);
	attr.license = kit_ptr("GPL");
	attr.log_level = 1;
	attr.log_buf = kit_ptr(kit_log);
	attr.log_size = sizeof(kit_log);
	return xbpf_sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
}

/* Adds word @word of the context, or 1, to counter @key, in this process. */
static int load_word(__u32 when, const char *func, int word, __u32 key)
{
	struct xbpf_insn insns[] = {
		MOV_IMM(6, 1),
		CALL(get_current_pid_tgid),
		RSH_IMM(0, 32),
		JUMP_IMM(XBPF_JNE, 0, getpid(), 8),
		COUNT(counters, key),
		MOV_IMM(0, 0),
		EXIT,
	};

	if (word >= 0)
		insns[0] = (struct xbpf_insn)LOAD(XBPF_DW, 6, 1, word * 8);
	return load(when, func, insns, sizeof(insns));
}

/* Returns @value in this process. */
static int load_value(const char *func, int value)
{
	const struct xbpf_insn insns[] = {
		CALL(get_current_pid_tgid),
		RSH_IMM(0, 32),
		MOV_REG(6, 0),
		MOV_IMM(0, 0),
		JUMP_IMM(XBPF_JNE, 6, getpid(), 1),
		MOV_IMM(0, value),
		EXIT,
	};

	return load(XBPF_MODIFY_RETURN, func, insns, sizeof(insns));
}

static int link_by(int prog, __u32 when, __u64 cookie)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = prog;
	attr.link_create.attach_type = when;
	attr.link_create.tracing.cookie = cookie;
	return xbpf_sys(XBPF_LINK_CREATE, &attr, sizeof(attr));
}

static long long counted(__u32 key)
{
	long long value = kit_counter(counters, key);
	__u64 nothing = 0;

	kit_update(counters, &key, &nothing);
	return value;
}

static void getpgid_often(void)
{
	int i;

	for (i = 0; i < CALLS; i++)
		syscall(SYS_getpgid, 0);
}

static void test_counts(__u32 when, const char *what)
{
	int prog = load_word(when, "__x64_sys_getpgid", -1, 0);
	int link = kit_raw_tracepoint(prog, NULL);

	ok(prog >= 0 && link >= 0, "%s: program %d, link %d", what, prog, link);
	if (prog < 0)
		diag("%s", kit_log);
	is(kit_raw_tracepoint(prog, NULL), -EBUSY, "%s: twice", what);
	getpgid_often();
	is(counted(0), CALLS, "%s: each call", what);
	close(link);
	getpgid_often();
	is(counted(0), 0, "%s: none when closed", what);
	link = link_by(prog, when, 0);
	ok(link >= 0, "%s: again, by LINK_CREATE: %d", what, link);
	getpgid_often();
	is(counted(0), CALLS, "%s: each call, again", what);
	close(link);
	close(prog);
}

/* do_futex() has seven arguments, none of which a wake looks at behind the third. */
static void test_arguments(void)
{
	static const int words[] = { 1, 2, 5, 6, 6, 7 };
	static int word;
	int progs[6], links[6], i;

	for (i = 0; i < 6; i++) {
		progs[i] = load_word(i < 4 ? XBPF_TRACE_FENTRY : XBPF_TRACE_FEXIT,
				     "do_futex", words[i], i);
		links[i] = kit_raw_tracepoint(progs[i], NULL);
		ok(links[i] >= 0, "arguments: word %d: program %d, link %d",
		   words[i], progs[i], links[i]);
	}
	is(syscall(SYS_futex, &word, FUTEX_WAKE, 31, 0x1000, 51, 61), 0,
	   "arguments: the call itself");
	is((int)counted(0), FUTEX_WAKE, "arguments: the second");
	is((int)counted(1), 31, "arguments: the third");
	is((int)counted(2), 0x1000, "arguments: the sixth");
	is((int)counted(3), 61, "arguments: the seventh, on the stack");
	is((int)counted(4), 61, "arguments: the seventh, at the return");
	is(counted(5), 0, "arguments: the result");
	is(syscall(SYS_futex, &word, 127, 31, 0x1000, 51, 61) < 0 ? errno : 0,
	   ENOSYS, "result: the call itself fails as ever");
	is(counted(5), -ENOSYS, "result: an error");
	for (i = 0; i < 6; i++) {
		close(links[i]);
		close(progs[i]);
		counted(i);
	}
	is(syscall(SYS_futex, &word, FUTEX_WAKE, 31, 0x1000, 51, 61), 0,
	   "arguments: the call, traced no more");
	is(counted(3), 0, "arguments: nobody counts");
}

static int offset_of(const char *name, const char *member)
{
	const struct btf_type *t = btf__type_by_id(types,
		btf__find_by_name_kind(types, name, BTF_KIND_STRUCT));
	int i, nr = btf_vlen(t);

	for (i = 0; i < nr; i++)
		if (!strcmp(btf__name_by_offset(types, btf_members(t)[i].name_off),
			    member))
			return btf_member_bit_offset(t, i) / 8;
	return -1;
}

/* The path of a file that a descriptor is taken away from. */
static void test_path(void)
{
	int path = offset_of("file", "f_path"), file = open("/tmp", O_RDONLY);
	const struct xbpf_insn insns[] = {
		STORE_IMM(XBPF_DW, 10, 0, -64), MOV_REG(7, 1),
		CALL(get_current_pid_tgid), RSH_IMM(0, 32),
		JUMP_IMM(XBPF_JNE, 0, getpid(), 24),
		LOAD(XBPF_DW, 1, 7, 0), ADD_IMM(1, path),
		MOV_REG(2, 10), ADD_IMM(2, -64),
		MOV_IMM(3, 32), CALL(d_path), MOV_REG(6, 0),
		COUNT(counters, 0),
		LOAD(XBPF_DW, 6, 10, -64),
		COUNT(counters, 1),
		MOV_IMM(0, 0),
		EXIT,
	};
	union { char text[8]; long long word; } want = { "/tmp" };
	int prog = load(XBPF_TRACE_FENTRY, "filp_close", insns, sizeof(insns));
	int link = kit_raw_tracepoint(prog, NULL);

	ok(link >= 0, "path: program %d, link %d: %s", prog, link, kit_log);
	is(dup2(link, file), file, "path: the descriptor is another's now");
	is(counted(0), 5, "path: its length, the NUL with it");
	is(counted(1), want.word, "path: it is /tmp");
	close(file);
	close(link);
	close(prog);
	counted(0);
	counted(1);
	is(load(XBPF_TRACE_FENTRY, "do_futex", insns, sizeof(insns)), -EINVAL,
	   "path: not at other functions");
	ok(strstr(kit_log, "not allowed in probe"), "path: the log says so");
}

/* Many on one function: first those before it, each kind in its order. */
static void test_together(void)
{
	int before = load_word(XBPF_TRACE_FENTRY, "__x64_sys_getpgid", -1, 0);
	int behind = load_word(XBPF_TRACE_FEXIT, "__x64_sys_getpgid", 1, 1);
	int modify = load_value("__x64_sys_getpgid", 4242);
	int links[3], group = getpgid(0);

	links[0] = kit_raw_tracepoint(behind, NULL);
	links[1] = kit_raw_tracepoint(before, NULL);
	getpgid_often();
	is(counted(0), CALLS, "together: fentry");
	is(counted(1), (long long)CALLS * group, "together: fexit: the result");
	links[2] = kit_raw_tracepoint(modify, NULL);
	ok(modify >= 0 && links[2] >= 0, "fmod_ret: program %d, link %d",
	   modify, links[2]);
	is(syscall(SYS_getpgid, 0), 4242, "fmod_ret: a result that is made up");
	is(counted(0), 1, "fmod_ret: fentry runs all the same");
	is(counted(1), 4242, "fmod_ret: fexit sees the result");
	close(links[1]);
	is(syscall(SYS_getpgid, 0), 4242, "fmod_ret: without fentry");
	close(links[2]);
	ok(syscall(SYS_getpgid, 0) != 4242, "fmod_ret: detached");
	close(links[0]);
	close(before);
	close(behind);
	close(modify);
}

static void test_cookie_and_ip(void)
{
	const struct xbpf_insn insns[] = {
		MOV_REG(7, 1),
		CALL(get_attach_cookie),
		MOV_REG(6, 0),
		COUNT(counters, 0),
		MOV_IMM(0, 0),
		EXIT,
	};
	int prog = load(XBPF_TRACE_FEXIT, "__x64_sys_getpgid", insns,
			sizeof(insns));
	int link = link_by(prog, XBPF_TRACE_FEXIT, COOKIE);
	struct xbpf_link_info info;

	ok(prog >= 0 && link >= 0, "cookie: program %d, link %d", prog, link);
	syscall(SYS_getpgid, 0);
	is(counted(0), COOKIE, "cookie: given");
	memset(&info, 0, sizeof(info));
	is(kit_info(link, &info, sizeof(info)), 0, "info: given");
	is(info.type, XBPF_LINK_TYPE_TRACING, "info: type");
	is(info.tracing.attach_type, XBPF_TRACE_FEXIT, "info: attach type");
	is(info.tracing.target_obj_id, 1, "info: of the kernel");
	is(info.tracing.target_btf_id,
	   btf__find_by_name_kind(types, "__x64_sys_getpgid", BTF_KIND_FUNC),
	   "info: the function");
	is(info.tracing.cookie, COOKIE, "info: cookie");
	close(link);
	close(prog);
}

static int module_users(void)
{
	FILE *file = fopen("/sys/module/xbpf/refcnt", "r");
	int users = -1;

	if (file && fscanf(file, "%d", &users) != 1)
		users = -1;
	if (file)
		fclose(file);
	return users;
}

/* Until the module has as many users as @want, for ten seconds. */
static int module_settles(int want)
{
	int i;

	for (i = 0; i < 100 && module_users() != want; i++)
		usleep(100000);
	return module_users();
}

/* A task sleeps in the function while the program behind it goes. */
static void test_sleeper(int users)
{
	int prog, link, status;
	pid_t child;

	prog = load_word(XBPF_TRACE_FEXIT, "__x64_sys_nanosleep", -1, 0);
	link = kit_raw_tracepoint(prog, NULL);
	ok(prog >= 0 && link >= 0, "sleeper: program %d, link %d", prog, link);
	child = fork();
	if (!child) {
		syscall(SYS_nanosleep, &(struct timespec){ .tv_sec = 1000 }, NULL);
		_exit(1);
	}
	usleep(1000000);
	close(link);
	close(prog);
	usleep(1500000);
	ok(module_users() > users, "sleeper: the module cannot go");
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status), "sleeper: comes back through the trampoline");
	is(module_settles(users), users, "sleeper: the module can go again");
}

static void test_refusals(void)
{
	const struct xbpf_insn insns[] = { MOV_IMM(0, 0), EXIT };
	int prog = load(XBPF_TRACE_FEXIT, "do_exit", insns, sizeof(insns));
	int lock = load(XBPF_TRACE_FENTRY, "__rcu_read_lock", insns, sizeof(insns));
	int notrace = load(XBPF_TRACE_FENTRY, "rcu_nmi_exit", insns, sizeof(insns));
	int good = load(XBPF_TRACE_FENTRY, "__x64_sys_getpgid", insns, sizeof(insns));
	union xbpf_attr attr;

	ok(prog < 0 || kit_raw_tracepoint(prog, NULL) == -EINVAL,
	   "refused: behind what never returns");
	ok(lock < 0 || kit_raw_tracepoint(lock, NULL) == -EINVAL,
	   "refused: what programs go through");
	ok(notrace < 0 || kit_raw_tracepoint(notrace, NULL) < 0,
	   "refused: what may not be traced");
	is(link_by(good, XBPF_TRACE_FEXIT, 0), -EINVAL, "refused: another type");
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = good;
	attr.link_create.attach_type = XBPF_TRACE_FENTRY;
	attr.link_create.tracing.target_btf_id = 5;
	is(xbpf_sys(XBPF_LINK_CREATE, &attr, sizeof(attr)), -EINVAL,
	   "refused: another target");
	is(kit_raw_tracepoint(good, "sys_enter"), -EINVAL, "refused: a name");
	close(prog);
	close(lock);
	close(notrace);
	close(good);
}

/* Attach and detach while the function is called all the time. */
static void test_races(void)
{
	int i, prog, link, fails = 0, status;
	pid_t child = fork();

	if (!child)
		for (;;)
			syscall(SYS_getpgid, 0);
	for (i = 0; i < 10; i++) {
		prog = load_word(i % 2 ? XBPF_TRACE_FEXIT : XBPF_TRACE_FENTRY,
				 "__x64_sys_getpgid", -1, 0);
		link = kit_raw_tracepoint(prog, NULL);
		fails += link < 0;
		getpgid_often();
		close(link);
		close(prog);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	is(fails, 0, "races: attached ten times");
	is(counted(0), 10 * CALLS, "races: each call of this process");
}

int main(void)
{
	int users;

	types = btf__load_vmlinux_btf();
	counters = kit_counters();
	ok(types && counters >= 0, "types, and a map to count in");
	users = module_users();
	test_counts(XBPF_TRACE_FENTRY, "fentry");
	test_counts(XBPF_TRACE_FEXIT, "fexit");
	test_arguments();
	test_path();
	test_together();
	test_cookie_and_ip();
	test_refusals();
	test_races();
	is(module_settles(users), users, "functions are let go of");
	test_sleeper(users);
	btf__free(types);
	return unit_done();
}
