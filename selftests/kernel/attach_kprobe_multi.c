// SPDX-License-Identifier: GPL-2.0-only
/*
 * kprobe.multi and kprobe.session: many functions on one link, by name and by
 * address, with a cookie each.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include "../unit/unit.h"
#include "kit.h"

#define CALLS	100

static int counters;
static const char *const names[] = { "__x64_sys_getpgid", "__x64_sys_getsid" };
static const __u64 cookies[] = { 1, 1000 };
static __u64 addrs[2];

static void call_often(void)
{
	int i;

	for (i = 0; i < CALLS; i++) {
		syscall(SYS_getpgid, 0);
		syscall(SYS_getsid, 0);
	}
}

static long long counted(void)
{
	long long value = kit_counter(counters, 0);
	__u64 nothing = 0;
	__u32 key = 0;

	kit_update(counters, &key, &nothing);
	return value;
}

static __u64 address_of(const char *name)
{
	char line[256], symbol[128];
	unsigned long long addr, found = 0;
	FILE *file = fopen("/proc/kallsyms", "r");

	while (!found && fgets(line, sizeof(line), file))
		if (sscanf(line, "%llx %*c %127s", &addr, symbol) == 2 &&
		    !strcmp(symbol, name))
			found = addr;
	fclose(file);
	return found;
}

static int load(__u32 type, const struct xbpf_insn *insns, size_t size)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = XBPF_PROG_TYPE_KPROBE;
	attr.expected_attach_type = type;
	attr.insns = kit_ptr(insns);
	attr.insn_cnt = size / sizeof(*insns);
	attr.license = kit_ptr("GPL");
	return xbpf_sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
}

/* Adds r0 of @call, in this process, to the counter; returns @ret. */
static int load_sum(__u32 type, struct xbpf_insn call, int ret)
{
	const struct xbpf_insn insns[] = {
		MOV_REG(7, 1),
		CALL(get_current_pid_tgid),
		{ .code = XBPF_ALU64 | XBPF_RSH | XBPF_K, .dst_reg = 0, .imm = 32 },
		JUMP_IMM(XBPF_JNE, 0, getpid(), 11),
		MOV_REG(1, 7),
		call,
		MOV_REG(6, 0),
		COUNT(counters, 0),
		MOV_IMM(0, ret),
		EXIT,
	};

	return load(type, insns, sizeof(insns));
}

static const struct xbpf_insn cookie_call = CALL(get_attach_cookie);
static const struct xbpf_insn ip_call = CALL(get_func_ip);

static union xbpf_attr link_attr(int prog, __u32 type, __u32 flags)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = prog;
	attr.link_create.attach_type = type;
	attr.link_create.kprobe_multi.cnt = 2;
	attr.link_create.kprobe_multi.flags = flags;
	attr.link_create.kprobe_multi.cookies = kit_ptr(cookies);
	return attr;
}

static int create(union xbpf_attr attr)
{
	return xbpf_sys(XBPF_LINK_CREATE, &attr, sizeof(attr));
}

static int link_names(int prog, __u32 type, __u32 flags)
{
	union xbpf_attr attr = link_attr(prog, type, flags);

	attr.link_create.kprobe_multi.syms = kit_ptr(names);
	return create(attr);
}

static int link_addrs(int prog, __u32 type, __u32 flags)
{
	union xbpf_attr attr = link_attr(prog, type, flags);

	attr.link_create.kprobe_multi.addrs = kit_ptr(addrs);
	return create(attr);
}

static void test_link(int prog, int link, long long want, const char *what)
{
	ok(prog >= 0 && link >= 0, "%s: program %d, link %d", what, prog, link);
	call_often();
	is(counted(), want, "%s: each call with its cookie", what);
	close(link);
	call_often();
	is(counted(), 0, "%s: none when closed", what);
}

static void test_multi(__u32 flags, const char *what)
{
	int prog = load_sum(XBPF_TRACE_KPROBE_MULTI, cookie_call, 0);
	int ip = load_sum(XBPF_TRACE_KPROBE_MULTI, ip_call, 0), link;

	test_link(prog, link_names(prog, XBPF_TRACE_KPROBE_MULTI, flags),
		  CALLS * 1001, what);
	test_link(prog, link_addrs(prog, XBPF_TRACE_KPROBE_MULTI, flags),
		  CALLS * 1001, what);
	link = link_names(ip, XBPF_TRACE_KPROBE_MULTI, flags);
	syscall(SYS_getsid, 0);
	is(counted(), (long long)addrs[1], "%s: get_func_ip", what);
	close(link);
	close(ip);
	close(prog);
}

/* Twice each call, once when the first run says that it is enough. */
static void test_session(void)
{
	int both = load_sum(XBPF_TRACE_KPROBE_SESSION, cookie_call, 0);
	int entry = load_sum(XBPF_TRACE_KPROBE_SESSION, cookie_call, 1);

	test_link(both, link_names(both, XBPF_TRACE_KPROBE_SESSION, 0),
		  2 * CALLS * 1001, "session");
	test_link(entry, link_addrs(entry, XBPF_TRACE_KPROBE_SESSION, 0),
		  CALLS * 1001, "session: entries alone");
	is(link_names(both, XBPF_TRACE_KPROBE_SESSION, 1), -EINVAL,
	   "session: of returns");
	is(link_names(both, XBPF_TRACE_KPROBE_MULTI, 0), -EINVAL,
	   "session: on another kind of link");
	close(both);
	close(entry);
}

static int is_one_of(__u64 addr)
{
	return addr == addrs[0] || addr == addrs[1];
}

static void test_info(void)
{
	int prog = load_sum(XBPF_TRACE_KPROBE_MULTI, cookie_call, 0);
	int link = link_names(prog, XBPF_TRACE_KPROBE_MULTI, 0);
	struct xbpf_link_info info;
	__u64 got[2] = { 0 };

	memset(&info, 0, sizeof(info));
	info.kprobe_multi.addrs = kit_ptr(got);
	info.kprobe_multi.count = 2;
	is(kit_info(link, &info, sizeof(info)), 0, "info: given");
	is(info.type, XBPF_LINK_TYPE_KPROBE_MULTI, "info: type");
	is(info.kprobe_multi.count, 2, "info: how many");
	ok(is_one_of(got[0]) && is_one_of(got[1]) && got[0] != got[1],
	   "info: where: %llx, %llx", got[0], got[1]);
	info.kprobe_multi.count = 1;
	is(kit_info(link, &info, sizeof(info)), -ENOSPC, "info: no room");
	info.kprobe_multi.count = 0;
	is(kit_info(link, &info, sizeof(info)), -EINVAL, "info: no count");
	info.kprobe_multi.addrs = 8;
	info.kprobe_multi.count = 2;
	is(kit_info(link, &info, sizeof(info)), -EFAULT, "info: a bad address");
	close(link);
	close(prog);
}

#define REFUSED(want, what, field, value)				\
	do {								\
		union xbpf_attr bad_ = good;				\
		bad_.link_create.field = (value);			\
		is(create(bad_), want, "refused: " what);		\
	} while (0)

static void test_refusals(void)
{
	int prog = load_sum(XBPF_TRACE_KPROBE_MULTI, cookie_call, 0);
	int other = load_sum(XBPF_TRACE_UPROBE_MULTI, cookie_call, 0);
	static const char *const none[] = { "__x64_sys_getpgid", "no_such_func" };
	static const __u64 wild[] = { 0xffffffff81000000ULL - 64, 0x1000 };
	union xbpf_attr good = link_attr(prog, XBPF_TRACE_KPROBE_MULTI, 0);
	int link;

	good.link_create.kprobe_multi.syms = kit_ptr(names);
	link = create(good);
	ok(link >= 0, "refused: the call that the others are made of: %d", link);
	close(link);
	REFUSED(-EINVAL, "a program for something else", prog_fd, other);
	REFUSED(-EINVAL, "flags of links", flags, 1);
	REFUSED(-EINVAL, "unknown flags", kprobe_multi.flags, 2);
	REFUSED(-EINVAL, "none", kprobe_multi.cnt, 0);
	REFUSED(-E2BIG, "too many", kprobe_multi.cnt, (1 << 20) + 1);
	REFUSED(-EINVAL, "names and addresses", kprobe_multi.addrs, kit_ptr(addrs));
	REFUSED(-ESRCH, "no such function", kprobe_multi.syms, kit_ptr(none));
	REFUSED(-EFAULT, "names at a bad address", kprobe_multi.syms, 8);
	REFUSED(-EFAULT, "cookies at a bad address", kprobe_multi.cookies, 8);
	good.link_create.kprobe_multi.syms = 0;
	REFUSED(-EINVAL, "neither names nor addresses", kprobe_multi.addrs, 0);
	REFUSED(-EINVAL, "addresses of no function", kprobe_multi.addrs,
		kit_ptr(wild));
	REFUSED(-EFAULT, "addresses at a bad address", kprobe_multi.addrs, 8);
	call_often();
	is(counted(), 0, "refused: nothing is left of it");
	close(prog);
	close(other);
}

/* bpftrace 0.17 loads some programs so, and means such a link. */
static void test_plain(void)
{
	int prog = load_sum(0, cookie_call, 0);

	test_link(prog, link_names(prog, XBPF_TRACE_KPROBE_MULTI, 0),
		  CALLS * 1001, "a program for any kprobe");
	close(prog);
}

int main(void)
{
	counters = kit_counters();
	addrs[0] = address_of(names[0]);
	addrs[1] = address_of(names[1]);
	ok(addrs[0] && addrs[1], "two functions");
	test_multi(0, "entries");
	test_multi(XBPF_F_KPROBE_MULTI_RETURN, "returns");
	test_session();
	test_info();
	test_plain();
	test_refusals();
	return unit_done();
}
