// SPDX-License-Identifier: GPL-2.0-only
/*
 * uprobes of this very program, alone and many on a link: each call counts once,
 * in whom it was asked for, until the detach.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include "../unit/unit.h"
#include "kit.h"

#define CALLS	200
#define COOKIE	0x1122334455667788ULL

static int counters;
static unsigned short semaphore = 0x100;	/* in a file, not in .bss */
static const char self[] = "/proc/self/exe";

__attribute__((noinline, noclone)) static long probed(long n)
{
	__asm__ volatile("" : "+r"(n));
	return n * 3;
}

__attribute__((noinline, noclone)) static long probed_too(long n)
{
	__asm__ volatile("" : "+r"(n));
	return n * 5;
}

static void call_often(void)
{
	long i;

	for (i = 0; i < CALLS; i++) {
		probed(i);
		probed_too(i);
	}
}

/* Of an address in this process: where it is in its file. */
static unsigned long file_offset(const volatile void *p)
{
	unsigned long addr = (unsigned long)p, begin, end, offset, found = 0;
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];

	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %*s %lx", &begin, &end, &offset) == 3 &&
		    addr >= begin && addr < end)
			found = addr - begin + offset;
	fclose(maps);
	return found;
}

static int open_uprobe(const char *path, unsigned long offset, __u64 config,
		       int pid)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.config = config;
	attr.config1 = kit_ptr(path);
	attr.config2 = offset;
	return kit_open(&attr, XBPF_PERF_SOURCE_UPROBE, pid, pid < 0 ? 0 : -1);
}

/* Adds what r0 is after @call to counter @key. */
static int load_sum(const struct xbpf_insn *call, size_t nr, __u32 key)
{
	const struct xbpf_insn sum[] = {
		MOV_REG(6, 0), COUNT(counters, key), MOV_IMM(0, 0), EXIT,
	};
	struct xbpf_insn insns[32];

	memcpy(insns, call, nr * sizeof(*call));
	memcpy(insns + nr, sum, sizeof(sum));
	return kit_load(XBPF_PROG_TYPE_KPROBE, insns,
			nr * sizeof(*call) + sizeof(sum));
}

static void zero(__u32 key)
{
	__u64 nothing = 0;

	kit_update(counters, &key, &nothing);
}

static long long counted(__u32 key)
{
	long long value = kit_counter(counters, key);

	zero(key);
	return value;
}

/* ---- alone ---- */

static void test_events(__u64 config, const char *what)
{
	int prog = kit_load_counter(XBPF_PROG_TYPE_KPROBE, counters, 0);
	int event = open_uprobe(self, file_offset(probed), config, -1);

	zero(0);
	ok(prog >= 0 && event >= 0, "%s: program %d, event %d", what, prog, event);
	is(ioctl(event, PERF_EVENT_IOC_SET_BPF, prog), 0, "%s: SET_BPF", what);
	ioctl(event, PERF_EVENT_IOC_DISABLE, 0);
	call_often();
	is(counted(0), 0, "%s: none while disabled", what);
	is(ioctl(event, PERF_EVENT_IOC_ENABLE, 0), 0, "%s: ENABLE", what);
	call_often();
	is(counted(0), CALLS, "%s: each call", what);
	close(event);
	call_often();
	is(counted(0), 0, "%s: none when closed", what);
	close(prog);
}

static void test_context(void)
{
	const struct xbpf_insn arg[] = { LOAD(XBPF_DW, 0, 1, 14 * 8) };
	const struct xbpf_insn ret[] = { LOAD(XBPF_DW, 0, 1, 10 * 8) };
	const struct xbpf_insn ip[] = { CALL(get_func_ip) };
	const struct xbpf_insn cookie[] = { CALL(get_attach_cookie) };
	int progs[] = {
		load_sum(arg, 1, 0), load_sum(ret, 1, 1), load_sum(ip, 1, 2),
		load_sum(cookie, 1, 3), load_sum(ip, 1, 4),
	};
	int events[5], links[5], i;

	for (i = 0; i < 5; i++) {
		events[i] = open_uprobe(self, file_offset(probed),
					i == 1 || i == 4, -1);
		links[i] = kit_link(progs[i], events[i], COOKIE);
		ioctl(events[i], PERF_EVENT_IOC_ENABLE, 0);
		zero(i);
		ok(progs[i] >= 0 && links[i] >= 0, "context: program %d", i);
	}
	probed(14);
	is(counted(0), 14, "context: the argument");
	is(counted(1), 42, "context: the result");
	is(counted(2), (long)probed, "context: get_func_ip");
	is(counted(3), COOKIE, "context: get_attach_cookie");
	is(counted(4), (long)probed, "context: get_func_ip at the return");
	for (i = 0; i < 5; i++) {
		close(links[i]);
		close(events[i]);
		close(progs[i]);
	}
}

static void test_info(void)
{
	int prog = kit_load_counter(XBPF_PROG_TYPE_KPROBE, counters, 0);
	int event = open_uprobe(self, file_offset(probed), 1, -1);
	int link = kit_link(prog, event, COOKIE);
	struct xbpf_link_info info;
	char name[64] = "";

	memset(&info, 0, sizeof(info));
	info.perf_event.uprobe.file_name = kit_ptr(name);
	info.perf_event.uprobe.name_len = sizeof(name);
	is(kit_info(link, &info, sizeof(info)), 0, "info: given");
	is(info.type, XBPF_LINK_TYPE_PERF_EVENT, "info: the link's type");
	is(info.perf_event.type, XBPF_PERF_EVENT_URETPROBE, "info: uretprobe");
	is(info.perf_event.uprobe.offset, (long)file_offset(probed), "info: offset");
	ok(!strcmp(name, self), "info: the file's name: %s", name);
	is(info.perf_event.uprobe.cookie, COOKIE, "info: cookie");
	close(link);
	close(event);
	close(prog);
}

/* In which processes: everybody's, this one's, not a child's. */
static void test_task(void)
{
	int prog = kit_load_counter(XBPF_PROG_TYPE_KPROBE, counters, 0);
	int event = open_uprobe(self, file_offset(probed), 0, getpid());
	int status;

	zero(0);
	is(ioctl(event, PERF_EVENT_IOC_SET_BPF, prog), 0, "task: SET_BPF");
	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	if (!fork()) {
		call_often();
		_exit(0);
	}
	wait(&status);
	is(status, 0, "task: a child lives through the breakpoints it inherits");
	is(counted(0), 0, "task: none in the child");
	call_often();
	is(counted(0), CALLS, "task: each call of this process");
	close(event);
	is(open_uprobe(self, file_offset(probed), 0, 999999), -ESRCH,
	   "task: no such process");
	close(prog);
}

static void test_semaphore(void)
{
	__u64 config = (__u64)file_offset(&semaphore) << 32;
	int first = open_uprobe(self, file_offset(probed), config, -1);
	int second = open_uprobe(self, file_offset(probed), config, -1);

	ok(first >= 0 && second >= 0, "semaphore: events %d, %d", first, second);
	ok(*(volatile unsigned short *)&semaphore > 0x100,
	   "semaphore: raised to %#x", semaphore);
	close(first);
	close(second);
	is(*(volatile unsigned short *)&semaphore, 0x100, "semaphore: as before");
}

static void test_refusals(void)
{
	unsigned long offset = file_offset(probed);

	is(open_uprobe("/no/such/file", offset, 0, -1), -ENOENT, "no such file");
	is(open_uprobe("/proc", offset, 0, -1), -EINVAL, "a directory");
	is(open_uprobe(NULL, offset, 0, -1), -EINVAL, "no name");
	is(open_uprobe("", offset, 0, -1), -EINVAL, "an empty name");
	is(open_uprobe((char *)8, offset, 0, -1), -EFAULT, "name at a bad address");
	is(open_uprobe(self, offset, 2, -1), -EINVAL, "unknown bit of config");
	is(open_uprobe(self, 1UL << 40, 0, -1), -EINVAL, "behind the end");
	is(open_uprobe(self, -1UL, 0, -1), -EINVAL, "a negative offset");
	is(open_uprobe(self, offset, 0x1234567ULL << 32, -1), -EINVAL,
	   "a counter that is not aligned");
}

/* ---- many ---- */

static union xbpf_attr multi_attr(int prog, const __u64 *offsets,
				  const __u64 *cookies, __u32 count, __u32 flags)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = prog;
	attr.link_create.attach_type = XBPF_TRACE_UPROBE_MULTI;
	attr.link_create.uprobe_multi.path = kit_ptr(self);
	attr.link_create.uprobe_multi.offsets = kit_ptr(offsets);
	attr.link_create.uprobe_multi.cookies = kit_ptr(cookies);
	attr.link_create.uprobe_multi.cnt = count;
	attr.link_create.uprobe_multi.flags = flags;
	return attr;
}

static int create(union xbpf_attr attr)
{
	return xbpf_sys(XBPF_LINK_CREATE, &attr, sizeof(attr));
}

static int load_multi(const struct xbpf_insn *insns, size_t size)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = XBPF_PROG_TYPE_KPROBE;
	attr.expected_attach_type = XBPF_TRACE_UPROBE_MULTI;
	attr.insns = kit_ptr(insns);
	attr.insn_cnt = size / sizeof(*insns);
	attr.license = kit_ptr("GPL");
	return xbpf_sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
}

static void multi_info(int link, const __u64 *offsets)
{
	struct xbpf_link_info info;
	__u64 got[2] = { 0 };
	char path[512] = "";

	memset(&info, 0, sizeof(info));
	info.uprobe_multi.offsets = kit_ptr(got);
	info.uprobe_multi.count = 2;
	info.uprobe_multi.path = kit_ptr(path);
	info.uprobe_multi.path_size = sizeof(path);
	is(kit_info(link, &info, sizeof(info)), 0, "multi: info");
	ok(got[0] == offsets[0] && got[1] == offsets[1], "multi: info: offsets");
	ok(strstr(path, "attach_uprobe") != NULL, "multi: info: path %s", path);
	is(info.uprobe_multi.count, 2, "multi: info: how many");
	info.uprobe_multi.count = 1;
	is(kit_info(link, &info, sizeof(info)), -ENOSPC, "multi: info: no room");
	info.uprobe_multi.count = 0;
	is(kit_info(link, &info, sizeof(info)), -EINVAL, "multi: info: no count");
}

static void test_multi(__u32 flags)
{
	const struct xbpf_insn insns[] = {
		CALL(get_attach_cookie), MOV_REG(6, 0), COUNT(counters, 0),
		MOV_IMM(0, 0), EXIT,
	};
	const __u64 offsets[] = { file_offset(probed), file_offset(probed_too) };
	const __u64 cookies[] = { 1, 1000 };
	int prog = load_multi(insns, sizeof(insns));
	int link = create(multi_attr(prog, offsets, cookies, 2, flags));

	zero(0);
	ok(prog >= 0 && link >= 0, "multi: program %d, link %d", prog, link);
	call_often();
	is(counted(0), CALLS * 1001, "multi: each call with its cookie");
	multi_info(link, offsets);
	close(link);
	call_often();
	is(counted(0), 0, "multi: none when closed");
	close(prog);
}

#define REFUSED(want, what, field, value)				\
	do {								\
		union xbpf_attr bad_ = good;				\
		bad_.link_create.field = (value);			\
		is(create(bad_), want, "multi: " what);			\
	} while (0)

static void test_multi_refusals(void)
{
	const struct xbpf_insn insns[] = { MOV_IMM(0, 0), EXIT };
	const __u64 offsets[] = { file_offset(probed), 1ULL << 40 };
	const __u64 negative[] = { -1ULL };
	int prog = load_multi(insns, sizeof(insns));
	int other = kit_load_counter(XBPF_PROG_TYPE_KPROBE, counters, 0);
	union xbpf_attr good = multi_attr(prog, offsets, NULL, 1, 0);
	int link = create(good);

	ok(link >= 0, "multi: the call that the others are made of: %d", link);
	close(link);
	REFUSED(-EINVAL, "a program for something else", prog_fd, other);
	REFUSED(-EINVAL, "flags of links", flags, 1);
	REFUSED(-EINVAL, "unknown flags", uprobe_multi.flags, 2);
	REFUSED(-EINVAL, "no path", uprobe_multi.path, 0);
	REFUSED(-EFAULT, "a path at a bad address", uprobe_multi.path, 8);
	REFUSED(-ENOENT, "no such file", uprobe_multi.path, kit_ptr("/no/such"));
	REFUSED(-EBADF, "a directory", uprobe_multi.path, kit_ptr("/proc"));
	REFUSED(-EINVAL, "no offsets", uprobe_multi.offsets, 0);
	REFUSED(-EFAULT, "offsets at a bad address", uprobe_multi.offsets, 8);
	REFUSED(-EFAULT, "cookies at a bad address", uprobe_multi.cookies, 8);
	REFUSED(-EINVAL, "none", uprobe_multi.cnt, 0);
	REFUSED(-E2BIG, "too many", uprobe_multi.cnt, (1 << 20) + 1);
	REFUSED(-EINVAL, "the second behind the end", uprobe_multi.cnt, 2);
	REFUSED(-EINVAL, "a negative offset", uprobe_multi.offsets,
		kit_ptr(negative));
	REFUSED(-ESRCH, "no such process", uprobe_multi.pid, 999999);
	REFUSED(-EINVAL, "a negative pid", uprobe_multi.pid, -1);
	REFUSED(-EINVAL, "an ordinary link", attach_type, XBPF_PERF_EVENT);
	zero(0);
	call_often();
	is(counted(0), 0, "multi: nothing is left of what was refused");
	close(prog);
	close(other);
}

int main(void)
{
	counters = kit_counters();
	test_events(0, "uprobe");
	test_events(1, "uretprobe");
	test_context();
	test_info();
	test_task();
	test_semaphore();
	test_refusals();
	test_multi(0);
	test_multi(XBPF_F_UPROBE_MULTI_RETURN);
	test_multi_refusals();
	return unit_done();
}
