// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf_event_open(2) on the device.
 *
 * The kernel numbers the kprobe and uprobe PMUs at boot and tells the numbers
 * in sysfs only; the module is told here what a number means.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <linux/perf_event.h>
#include <xbpf/libxbpf.h>

#define PMU_DIR "/sys/bus/event_source/devices/"

/* type: -1 unknown as yet, -2 no such PMU */
static struct pmu {
	const char *path;
	int source;
	int type;
} pmus[] = {
	{ PMU_DIR "kprobe/type", XBPF_PERF_SOURCE_KPROBE, -1 },
	{ PMU_DIR "uprobe/type", XBPF_PERF_SOURCE_UPROBE, -1 },
};

#define NR_PMUS (sizeof(pmus) / sizeof(pmus[0]))

/* No stdio here: this may run in a signal handler */
static int read_number(const char *path)
{
	char buf[16];
	ssize_t len, i;
	int fd, val = 0;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -2;
	len = read(fd, buf, sizeof(buf));
	close(fd);
	for (i = 0; i < len && i < 9 && buf[i] >= '0' && buf[i] <= '9'; i++)
		val = val * 10 + buf[i] - '0';
	return i > 0 ? val : -2;
}

static int pmu_type(struct pmu *pmu)
{
	int type = __atomic_load_n(&pmu->type, __ATOMIC_RELAXED);

	if (type == -1) {
		type = read_number(pmu->path);
		__atomic_store_n(&pmu->type, type, __ATOMIC_RELAXED);
	}
	return type;
}

int xbpf_perf_source_find(__u32 type)
{
	int saved = errno;
	int source = XBPF_PERF_SOURCE_TYPE;
	size_t i;

	for (i = 0; type >= PERF_TYPE_MAX && i < NR_PMUS; i++)
		if (type == (__u32)pmu_type(&pmus[i]))
			source = pmus[i].source;
	errno = saved;
	return source;
}

int xbpf_perf_event_open(const struct perf_event_attr *attr, pid_t pid,
			 int cpu, int group_fd, unsigned long flags)
{
	struct xbpf_perf_open open = {
		.attr = (__u64)(unsigned long)attr,
		.pid = pid,
		.cpu = cpu,
		.group_fd = group_fd,
		.flags = flags,
	};

	if (!attr)
		return -EFAULT;
	open.attr_size = attr->size ? attr->size : PERF_ATTR_SIZE_VER0;
	open.source = xbpf_perf_source_find(attr->type);
	return xbpf_sys(XBPF_PERF_EVENT_OPEN, &open, sizeof(open));
}
