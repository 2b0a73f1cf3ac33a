// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands as ioctls of the device.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <xbpf/libxbpf.h>

int xbpf_sys_on(int fd, int cmd, void *attr, size_t size)
{
	int saved = errno;
	int ret;

	if (cmd < 0 || cmd >= 1 << _IOC_NRBITS)
		return -EINVAL;
	if (size > XBPF_IOC_MAX_SIZE)
		return -E2BIG;
	ret = ioctl(fd, XBPF_IOC(cmd, size), attr);
	if (ret < 0)
		ret = -errno;
	errno = saved;
	return ret;
}

int xbpf_sys(int cmd, void *attr, size_t size)
{
	int saved = errno;
	int fd = xbpf_device_fd();

	errno = saved;
	return fd < 0 ? fd : xbpf_sys_on(fd, cmd, attr, size);
}

int xbpf_info_read(struct xbpf_info *info)
{
	memset(info, 0, sizeof(*info));
	return xbpf_sys(XBPF_INFO, info, sizeof(*info));
}

int xbpf_prog_stats_read(__u32 id, struct xbpf_prog_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->id = id;
	return xbpf_sys(XBPF_PROG_STATS, stats, sizeof(*stats));
}
