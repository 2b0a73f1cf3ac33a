/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libxbpf: a thin C API over /dev/xbpf.
 *
 * It knows how to reach the device and how to spell a call as an ioctl.  It
 * knows nothing of ELF files, maps' contents or program types: for loading
 * objects use libbpf under `xbpf exec`.
 *
 * Every function returns a value >= 0, or a negative errno.  All of them may
 * be called from several threads and after fork(); none of them allocates.
 */
#ifndef XBPF_LIBXBPF_H
#define XBPF_LIBXBPF_H

#include <stddef.h>
#include <sys/types.h>
#include <linux/xbpf.h>

#ifdef __cplusplus
extern "C" {
#endif

struct perf_event_attr;

/**
 * xbpf_device_path - path of the device
 *
 * Return: what the environment variable XBPF_DEVICE says, or "/dev/xbpf".
 */
const char *xbpf_device_path(void);

/**
 * xbpf_device_fd - descriptor of the device, for the whole process
 *
 * Opens the device at the first call.  The descriptor is close-on-exec and
 * lies high, out of the way of programs that count theirs.  When somebody has
 * closed or replaced it, the device is opened again.
 *
 * Return: a descriptor that must not be closed, or the errno of open(2).
 */
int xbpf_device_fd(void);

/**
 * xbpf_sys - bpf(2) on the device
 * @cmd: enum xbpf_cmd or enum xbpf_own_cmd
 * @attr: the argument of the command; read and written
 * @size: its size in bytes
 *
 * Return: result of the command; -EINVAL for a @cmd and -E2BIG for a @size
 * that an ioctl cannot carry.
 */
int xbpf_sys(int cmd, void *attr, size_t size);

/**
 * xbpf_sys_on - the same, by who has just called xbpf_device_fd()
 * @fd: what that returned
 * @cmd: enum xbpf_cmd or enum xbpf_own_cmd
 * @attr: the argument of the command; read and written
 * @size: its size in bytes
 *
 * Return: as xbpf_sys().
 */
int xbpf_sys_on(int fd, int cmd, void *attr, size_t size);

/**
 * xbpf_perf_source_find - what a perf_event_attr.type means to the module
 * @type: the type
 *
 * Return: enum xbpf_perf_source.
 */
int xbpf_perf_source_find(__u32 type);

/**
 * xbpf_perf_event_open - perf_event_open(2) on the device
 * @attr: as perf_event_open(2); its size may be 0 for the oldest layout
 * @pid: as perf_event_open(2)
 * @cpu: as perf_event_open(2)
 * @group_fd: -1
 * @flags: 0 or PERF_FLAG_FD_CLOEXEC
 *
 * Return: a descriptor.
 */
int xbpf_perf_event_open(const struct perf_event_attr *attr, pid_t pid,
			 int cpu, int group_fd, unsigned long flags);

/**
 * xbpf_info_read - what the module is and holds
 * @info: filled in
 *
 * Return: 0.
 */
int xbpf_info_read(struct xbpf_info *info);

/**
 * xbpf_prog_stats_read - counters of a program
 * @id: id of the program
 * @stats: filled in
 *
 * Return: 0.
 */
int xbpf_prog_stats_read(__u32 id, struct xbpf_prog_stats *stats);

#ifdef __cplusplus
}
#endif

#endif /* XBPF_LIBXBPF_H */
