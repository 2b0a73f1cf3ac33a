// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what: each command with each capability that it asks for, and
 * without, through a descriptor of the device that somebody mightier opened.
 */
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "door.h"

static char license[] = "GPL";

static void keep_caps(__u64 caps)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = caps, .permitted = caps },
		{ .effective = caps >> 32, .permitted = caps >> 32 },
	};

	if (syscall(SYS_capset, &header, data))
		diag("capset: %s", strerror(errno));
}

static int map_of(struct door *d, __u32 type)
{
	return door_map(d, type, 4, type == XBPF_MAP_TYPE_STACK_TRACE ? 8 : 8,
			0);
}

static int load(struct door *d, __u32 type)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = kit_ptr(door_insns);
	attr.insn_cnt = 2;
	attr.license = kit_ptr(license);
	return d->sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
}

static int next_id(struct door *d, int cmd)
{
	union xbpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	err = d->sys(cmd, &attr, sizeof(attr));
	return err == -ENOENT ? 0 : err;
}

static int by_id(struct door *d, int cmd)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	return d->sys(cmd, &attr, sizeof(attr));
}

static int query(struct door *d)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.query.target_fd = BAD_FD;
	return d->sys(XBPF_PROG_QUERY, &attr, sizeof(attr));
}

static int stats(struct door *d)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	return d->sys(XBPF_ENABLE_STATS, &attr, sizeof(attr));
}

/* Maps and programs at hand may be used by whoever has their descriptor. */
static void by_descriptor(struct door *d, const char *who)
{
	struct xbpf_prog_info info = { .xlated_prog_len = 64 };
	struct xbpf_insn insns[8];
	union xbpf_attr attr;
	__u64 value = 1;
	__u32 key = 1;

	is(kit_update(d->hash, &key, &value), 0, "%s: update", who);
	is(kit_counter(d->hash, 1), 1, "%s: look-up", who);
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = d->prog;
	is(d->sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr)), 0, "%s: test run",
	   who);
	info.xlated_prog_insns = kit_ptr(insns);
	is(kit_info(d->prog, &info, sizeof(info)), 0, "%s: information", who);
	is(info.xlated_prog_len, 0, "%s: but no code", who);
}

/* -EPERM of every command that asks for something. */
static void nobody(struct door *d)
{
	int cmds[] = {
		XBPF_PROG_GET_NEXT_ID, XBPF_MAP_GET_NEXT_ID,
		XBPF_LINK_GET_NEXT_ID, XBPF_BTF_GET_NEXT_ID,
	};
	int fds[] = {
		XBPF_PROG_GET_FD_BY_ID, XBPF_MAP_GET_FD_BY_ID,
		XBPF_LINK_GET_FD_BY_ID, XBPF_BTF_GET_FD_BY_ID,
	};
	struct xbpf_perf_open open = { .group_fd = -1, .cpu = 0, .pid = -1 };
	struct xbpf_prog_stats prog = { .id = 1 };
	int i;

	keep_caps(0);
	is(map_of(d, XBPF_MAP_TYPE_HASH), -EPERM, "nobody: a hash");
	is(map_of(d, XBPF_MAP_TYPE_ARRAY), -EPERM, "nobody: an array");
	is(load(d, XBPF_PROG_TYPE_SOCKET_FILTER), -EPERM, "nobody: a filter");
	is(load(d, XBPF_PROG_TYPE_KPROBE), -EPERM, "nobody: a kprobe");
	is(load(d, 1000), -EPERM, "nobody: an unknown type");
	is(door_btf(d), -EPERM, "nobody: types");
	for (i = 0; i < 4; i++) {
		is(next_id(d, cmds[i]), -EPERM, "nobody: ids, command %d",
		   cmds[i]);
		is(by_id(d, fds[i]), -EPERM, "nobody: by id, command %d",
		   fds[i]);
	}
	is(query(d), -EPERM, "nobody: query");
	is(stats(d), -EPERM, "nobody: statistics");
	is(d->sys(XBPF_PROG_STATS, &prog, sizeof(prog)), -EPERM,
	   "nobody: counters of a program");
	ok(d->sys(XBPF_PERF_EVENT_OPEN, &open, sizeof(open)) < 0,
	   "nobody: an event");
	by_descriptor(d, "nobody");
}

static void cap_bpf(struct door *d)
{
	keep_caps(1ULL << CAP_BPF);
	ok(map_of(d, XBPF_MAP_TYPE_HASH) >= 0, "CAP_BPF: a hash");
	ok(map_of(d, XBPF_MAP_TYPE_STACK_TRACE) >= 0, "CAP_BPF: stack traces");
	ok(door_btf(d) >= 0, "CAP_BPF: types");
	is(load(d, XBPF_PROG_TYPE_KPROBE), -EPERM, "CAP_BPF: a kprobe");
	is(load(d, XBPF_PROG_TYPE_XDP), -EPERM, "CAP_BPF: XDP");
	is(next_id(d, XBPF_PROG_GET_NEXT_ID), -EPERM, "CAP_BPF: ids");
	is(stats(d), -EPERM, "CAP_BPF: statistics");
}

static void cap_perfmon(struct door *d)
{
	keep_caps(1ULL << CAP_BPF | 1ULL << CAP_PERFMON);
	ok(load(d, XBPF_PROG_TYPE_KPROBE) >= 0, "CAP_PERFMON: a kprobe");
	ok(load(d, XBPF_PROG_TYPE_RAW_TRACEPOINT) >= 0,
	   "CAP_PERFMON: a raw tracepoint");
	is(load(d, XBPF_PROG_TYPE_XDP), -EPERM, "CAP_PERFMON: XDP");
	is(load(d, XBPF_PROG_TYPE_EXT), -EPERM, "CAP_PERFMON: an extension");
	keep_caps(1ULL << CAP_PERFMON);
	is(load(d, XBPF_PROG_TYPE_KPROBE), -EPERM,
	   "CAP_PERFMON alone: a kprobe");
}

static void cap_net_admin(struct door *d)
{
	keep_caps(1ULL << CAP_NET_ADMIN);
	is(query(d), -EBADF, "CAP_NET_ADMIN: query");
	is(map_of(d, XBPF_MAP_TYPE_HASH), -EPERM, "CAP_NET_ADMIN: a hash");
}

static void cap_sys_admin(struct door *d)
{
	keep_caps(1ULL << CAP_SYS_ADMIN);
	ok(map_of(d, XBPF_MAP_TYPE_HASH) >= 0, "CAP_SYS_ADMIN: a hash");
	ok(load(d, XBPF_PROG_TYPE_KPROBE) >= 0, "CAP_SYS_ADMIN: a kprobe");
	is(next_id(d, XBPF_PROG_GET_NEXT_ID), 0, "CAP_SYS_ADMIN: ids");
	is(by_id(d, XBPF_MAP_GET_FD_BY_ID), -ENOENT, "CAP_SYS_ADMIN: by id");
	ok(stats(d) >= 0, "CAP_SYS_ADMIN: statistics");
	is(query(d), -EBADF, "CAP_SYS_ADMIN: query");
}

/* In a child: capabilities do not come back. */
static void as(struct door *d, void (*fn)(struct door *d))
{
	int status, count;
	int pipes[2];
	pid_t pid;

	if (pipe(pipes))
		return;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		fn(d);
		fflush(stdout);
		count = unit_count << 8 | (unit_failures > 255 ? 255 :
					   unit_failures);
		_exit(write(pipes[1], &count, sizeof(count)) != sizeof(count));
	}
	close(pipes[1]);
	if (read(pipes[0], &count, sizeof(count)) == sizeof(count)) {
		unit_count = count >> 8;
		unit_failures = count & 255;
	}
	close(pipes[0]);
	waitpid(pid, &status, 0);
	is(status, 0, "the child ended well");
}

int main(void)
{
	struct stat st;
	struct door d;

	is(door_open(&d, 1), 0, "objects for the calls can be made");
	is(fstat(xbpf_device_fd(), &st), 0, "the device");
	is(st.st_mode & 0777, 0600, "is root's alone");
	as(&d, nobody);
	as(&d, cap_bpf);
	as(&d, cap_perfmon);
	as(&d, cap_net_admin);
	as(&d, cap_sys_admin);
	door_close(&d);
	return unit_done();
}
