/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One table of calls, two doors: /dev/xbpf, and the kernel's own bpf(2) where it
 * has one. Each call has the errno that the newest bpf(2) gives; the kernel beside
 * us is asked too, and what it says otherwise is accepted only where the row says
 * why.
 */
#ifndef XBPF_DOOR_H
#define XBPF_DOOR_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <xbpf/libxbpf.h>
#include "../unit/unit.h"
#include "kit.h"

#ifndef ENOTSUPP
#define ENOTSUPP 524
#endif

/* A row begins with a call that is right and then says what is not. */
#pragma GCC diagnostic ignored "-Woverride-init"
#pragma GCC diagnostic ignored "-Woverride-init-side-effects"

#define BAD_PTR	((__u64)0x10)	/* an address where nothing is */
#define BAD_FD	9999

struct door {
	int is_xbpf;
	int (*sys)(int cmd, void *attr, size_t size);
	/* objects of this door; null is a descriptor of /dev/null */
	int hash, array, percpu, ring, progs, queue, prog, btf, null;
	int array_ro, array_wo, frozen;
};

/* Why a kernel may give another errno than the newest one. */
enum differs {
	SAME,
	OLDER,		/* the rule came with a later kernel */
	TOKENS,		/* there are no tokens here, hence no file is one */
	OURS,		/* a type or command that we do not have yet */
};

static inline int sys_kernel(int cmd, void *attr, size_t size)
{
	int ret = syscall(SYS_bpf, cmd, attr, size);

	return ret < 0 ? -errno : ret;
}

static inline int sys_xbpf(int cmd, void *attr, size_t size)
{
	return xbpf_sys(cmd, attr, size);
}

static inline int door_map(struct door *d, __u32 type, __u32 key, __u32 value,
			   __u32 flags)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key;
	attr.value_size = value;
	attr.max_entries = type == XBPF_MAP_TYPE_RINGBUF ? 4096 : 8;
	attr.map_flags = flags;
	return d->sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
}

static const struct xbpf_insn door_insns[] = { MOV_IMM(0, 7), EXIT };

static inline int door_prog(struct door *d)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = XBPF_PROG_TYPE_RAW_TRACEPOINT;
	attr.insns = kit_ptr(door_insns);
	attr.insn_cnt = 2;
	attr.license = kit_ptr("GPL");
	return d->sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
}

/* Type 1 is "int", type 2 "struct s { int a; int b; }". */
static const struct {
	struct xbpf_btf_header hdr;
	__u32 types[13];
	char strings[12];
} door_types = {
	.hdr = {
		.magic = XBPF_BTF_MAGIC, .version = XBPF_BTF_VERSION,
		.hdr_len = sizeof(struct xbpf_btf_header),
		.type_len = 13 * 4, .str_off = 13 * 4, .str_len = 11,
	},
	.types = {
		1, 1 << 24, 4, 1 << 24 | 32,
		5, 4 << 24 | 2, 8, 7, 1, 0, 9, 1, 32,
	},
	.strings = "\0int\0s\0a\0b",
};
#define DOOR_TYPES_SIZE	87

static inline int door_btf(struct door *d)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = kit_ptr(&door_types);
	attr.btf_size = DOOR_TYPES_SIZE;
	return d->sys(XBPF_BTF_LOAD, &attr, sizeof(attr));
}

static inline int door_open(struct door *d, int is_xbpf)
{
	union xbpf_attr attr;

	memset(d, 0, sizeof(*d));
	d->is_xbpf = is_xbpf;
	d->sys = is_xbpf ? sys_xbpf : sys_kernel;
	d->hash = door_map(d, XBPF_MAP_TYPE_HASH, 4, 8, 0);
	if (d->hash < 0)
		return d->hash;
	d->array = door_map(d, XBPF_MAP_TYPE_ARRAY, 4, 8, 0);
	d->array_ro = door_map(d, XBPF_MAP_TYPE_ARRAY, 4, 8, XBPF_F_RDONLY);
	d->array_wo = door_map(d, XBPF_MAP_TYPE_ARRAY, 4, 8, XBPF_F_WRONLY);
	d->frozen = door_map(d, XBPF_MAP_TYPE_ARRAY, 4, 8, XBPF_F_MMAPABLE);
	d->percpu = door_map(d, XBPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 0);
	d->ring = door_map(d, XBPF_MAP_TYPE_RINGBUF, 0, 0, 0);
	d->progs = door_map(d, XBPF_MAP_TYPE_PROG_ARRAY, 4, 4, 0);
	d->queue = door_map(d, XBPF_MAP_TYPE_QUEUE, 0, 8, 0);
	d->prog = door_prog(d);
	d->btf = door_btf(d);
	d->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = d->frozen;
	return d->sys(XBPF_MAP_FREEZE, &attr, sizeof(attr));
}

static inline void door_close(struct door *d)
{
	int fds[] = {
		d->hash, d->array, d->array_ro, d->array_wo, d->frozen,
		d->percpu, d->ring, d->progs, d->queue, d->prog, d->btf,
		d->null,
	};
	unsigned int i;

	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/*
 * Two programs stay on sys_enter, so that the kernel does not patch its own code
 * for each that comes and goes beside them: emulators that translate on several
 * threads may run the breakpoint of a patch after it is gone, forever.
 */
static inline void hold_sys_enter(int links[2])
{
	int i, prog;

	for (i = 0; i < 2; i++) {
		prog = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, door_insns,
				sizeof(door_insns));
		links[i] = kit_raw_tracepoint(prog, "sys_enter");
		close(prog);
	}
	ok(links[0] >= 0 && links[1] >= 0, "two programs stay on sys_enter");
}

static inline void release_sys_enter(const int links[2])
{
	close(links[0]);
	close(links[1]);
}

static inline int gives_fd(int cmd)
{
	switch (cmd) {
	case XBPF_MAP_CREATE:
	case XBPF_PROG_LOAD:
	case XBPF_BTF_LOAD:
	case XBPF_PROG_GET_FD_BY_ID:
	case XBPF_MAP_GET_FD_BY_ID:
	case XBPF_BTF_GET_FD_BY_ID:
	case XBPF_LINK_GET_FD_BY_ID:
	case XBPF_RAW_TRACEPOINT_OPEN:
	case XBPF_LINK_CREATE:
	case XBPF_ENABLE_STATS:
		return 1;
	}
	return 0;
}

/* Descriptors that are open. */
static inline int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static inline int call_once(struct door *d, int cmd, const union xbpf_attr *attr,
			    size_t size)
{
	union xbpf_attr copy = *attr;
	int got = d->sys(cmd, &copy, size);

	if (got < 0 || !gives_fd(cmd))
		return got;
	close(got);
	return 0;
}

/*
 * Makes the call and compares; a descriptor that comes out is closed. A call that
 * changes nothing is made XBPF_REPEAT times, for whoever looks for leaks.
 */
static inline void door_try(struct door *d, int want, enum differs differs,
			    int cmd, const union xbpf_attr *attr, size_t size,
			    const char *what)
{
	const char *repeat = getenv("XBPF_REPEAT");
	int times = repeat && d->is_xbpf && (want || gives_fd(cmd)) ?
		    atoi(repeat) : 1;
	clock_t start = clock();
	int got;

	do
		got = call_once(d, cmd, attr, size);
	while (--times > 0 && clock() - start < CLOCKS_PER_SEC / 4);
	if (d->is_xbpf)
		is(got, want, "%s", what);
	else if (got != want && differs == SAME)
		is(got, want, "the kernel's own bpf(2): %s", what);
	else if (got != want)
		diag("the kernel's own bpf(2): %s: %d, not %d", what, got, want);
}

/* TRY(want, why a kernel may differ, command, size, fields of the attribute...) */
#define TRY_SIZE(want, differs, cmd, size, what, ...)			\
	do {								\
		union xbpf_attr attr_;					\
		memset(&attr_, 0, sizeof(attr_));			\
		attr_ = (union xbpf_attr) { __VA_ARGS__ };		\
		door_try(d, want, differs, XBPF_##cmd, &attr_, size,	\
			 #cmd ": " what);				\
	} while (0)
#define TRY(want, differs, cmd, what, ...)				\
	TRY_SIZE(want, differs, cmd, sizeof(union xbpf_attr), what, __VA_ARGS__)

#endif
