// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands between an upstream program and the kernel when it runs on the host:
 * bpf(2) is answered in this process by the core library, capabilities are there,
 * and the kernel's types are those of the file $XBPF_VMLINUX_BTF.
 *
 * Linked with the upstream program, whose calls of the C library end here. Knows
 * nothing of the program.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>
#include "host/bpf_inproc.h"
#include "host/raw_syscall.h"

#define VMLINUX_BTF	"/sys/kernel/btf/vmlinux"
#define UNPRIV_SYSCTL	"/proc/sys/kernel/unprivileged_bpf_disabled"

int capget(cap_user_header_t header, cap_user_data_t data);
int capset(cap_user_header_t header, const cap_user_data_t data);

long syscall(long nr, ...)
{
	va_list args;
	long a[6], ret;
	int i;

	va_start(args, nr);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (nr == SYS_bpf)
		ret = xbpf_inproc_bpf(a[0], (void *)a[1], a[2]);
	else if (nr == SYS_perf_event_open)
		ret = -ENOSYS;
	else
		ret = raw_syscall(nr, a);
	if (ret >= 0 || ret < -4095)
		return ret;
	errno = -ret;
	return -1;
}

static unsigned long long visited, states;	/* by all loads */

static int note_cost(const struct xbpf_inproc_load *load)
{
	visited += load->visited;
	states += load->peak_states;
	return load->err;
}

/* What a program printed before it crashed is worth reading. */
static void __attribute__((constructor)) begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	xbpf_inproc_set_hook(note_cost, 0);
}

static void __attribute__((destructor)) end(void)
{
	printf("cost: %llu visited, %llu states\n", visited, states);
}

/* Nothing here asks for capabilities, so that nobody needs any. */
int capget(cap_user_header_t header, cap_user_data_t data)
{
	memset(data, 0xff, 2 * sizeof(*data));
	return 0;
}

int capset(cap_user_header_t header, const cap_user_data_t data)
{
	return 0;
}

/* The kernel that is played is closed to users without privileges. */
static FILE *sysctl_open(void)
{
	FILE *file = tmpfile();

	if (file) {
		fputs("2\n", file);
		rewind(file);
	}
	return file;
}

FILE *fopen(const char *path, const char *mode)
{
	FILE *(*next)(const char *path, const char *mode);

	if (!strcmp(path, UNPRIV_SYSCTL))
		return sysctl_open();
	if (!strcmp(path, VMLINUX_BTF))
		path = getenv("XBPF_VMLINUX_BTF") ?: path;
	next = (FILE *(*)(const char *, const char *))dlsym(RTLD_NEXT, "fopen");
	return next(path, mode);
}

/* The same, for those who are built for large files. */
FILE *fopen64(const char *path, const char *mode)
{
	return fopen(path, mode);
}

int faccessat(int dir, const char *path, int mode, int flags)
{
	int (*next)(int dir, const char *path, int mode, int flags);

	if (!strcmp(path, VMLINUX_BTF))
		path = getenv("XBPF_VMLINUX_BTF") ?: path;
	next = (int (*)(int, const char *, int, int))dlsym(RTLD_NEXT, "faccessat");
	return next(dir, path, mode, flags);
}
