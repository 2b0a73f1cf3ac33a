// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) and perf_event_open(2), as calls of the device.
 *
 * No call is ever handed to the kernel's own bpf() or perf_event_open(): what
 * the device cannot do fails, with the errno that a kernel without it gives.
 */
#include <errno.h>
#include <string.h>
#include <xbpf/libxbpf.h>
#include "preload.h"

static int complained;

/* Says once in a process's life why nothing will work */
static void complain(const char *why, const char *what_to_do)
{
	struct text text = { 0 };

	if (__atomic_exchange_n(&complained, 1, __ATOMIC_RELAXED))
		return;
	text_string(&text, "xbpf: ");
	text_string(&text, xbpf_device_path());
	text_string(&text, why);
	text_string(&text, what_to_do);
	text_write(&text);
}

/*
 * When the device itself is the trouble, the caller gets what a kernel without
 * BPF, or without the right to it, would answer.
 */
static long device_error(int error)
{
	switch (error) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		complain(": no such device",
			 "; load the module: modprobe xbpf, or insmod xbpf.ko");
		return -ENOSYS;
	case EACCES:
	case EPERM:
		complain(": permission denied", "; run as root");
		return -EPERM;
	default:
		complain(": cannot be opened", "");
		return -error;
	}
}

/* A descriptor: that it still is the device is seen once for each call. */
static long device(void)
{
	int saved = errno;
	int fd = xbpf_device_fd();

	errno = saved;
	return fd < 0 ? device_error(-fd) : fd;
}

/* No command answers ENOTTY: what does is not our device */
static long command(int cmd, void *attr, unsigned int size)
{
	long fd = device(), ret;

	if (fd < 0)
		return fd;
	if (cmd < 0 || cmd >= XBPF_CMD_OWN)
		return -EINVAL;
	ret = xbpf_sys_on(fd, cmd, attr, size);
	if (ret != -ENOTTY)
		return ret;
	complain(": is not a device of xbpf", "");
	return -ENOSYS;
}

long xbpf_preload_fail(long error)
{
	errno = -error;
	return -1;
}

static long finish(long ret)
{
	return ret < 0 ? xbpf_preload_fail(ret) : ret;
}

long xbpf_preload_bpf(long nr, int cmd, void *attr, unsigned int size)
{
	struct trace trace;
	long ret;

	(void)nr;
	if (trace_wanted())
		trace_bpf_begin(&trace, cmd, attr, size);
	ret = command(cmd, attr, size);
	if (trace_wanted())
		trace_bpf_end(&trace, ret);
	return finish(ret);
}

static long perf_open(const struct perf_event_attr *attr,
		      struct xbpf_perf_open *open)
{
	struct perf_event_attr first;
	long fd, ret;

	memset(&first, 0, sizeof(first));
	ret = xbpf_peek(&first, attr, PERF_ATTR_SIZE_VER0);
	if (ret)
		return ret;
	open->attr = (__u64)(unsigned long)attr;
	open->attr_size = first.size ? first.size : PERF_ATTR_SIZE_VER0;
	open->source = xbpf_perf_source_find(first.type);
	fd = device();
	if (fd < 0)
		return fd;
	ret = xbpf_sys_on(fd, XBPF_PERF_EVENT_OPEN, open, sizeof(*open));
	return ret == -ENOTTY ? -ENOSYS : ret;
}

long xbpf_preload_perf(long nr, const struct perf_event_attr *attr, int pid,
		       int cpu, int group_fd, unsigned long flags)
{
	struct xbpf_perf_open open = {
		.pid = pid,
		.cpu = cpu,
		.group_fd = group_fd,
		.flags = flags,
	};
	long ret;

	(void)nr;
	ret = perf_open(attr, &open);
	if (trace_wanted())
		trace_perf(attr, &open, ret);
	return finish(ret);
}
