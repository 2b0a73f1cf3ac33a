// SPDX-License-Identifier: GPL-2.0-only
/*
 * The recorder: every bpf(2) and perf_event_open(2) of a loader ends here, succeeds,
 * and is written to $SUPERSET_OUT (recording.h). Nothing reaches the kernel: no
 * map, program, probe or event is ever made, so that loaders can be run anywhere.
 *
 * It is linked into record-objects and preloaded into bpftrace and BCC's tools.
 * Descriptors that are given are empty files, told apart by their inode: loaders
 * duplicate and close them as they like. With $SUPERSET_TOOL set, a process that
 * has loaded programs and begins to wait for events has loaded all, and ends.
 *
 * $SUPERSET_RELEASE and $SUPERSET_VERSION are what uname(2) says: loaders find the
 * headers, types and options of a kernel by them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "record.h"
#include "host/raw_syscall.h"

#define MAX_HANDLES	16384
#define RING_ROOM	(64L << 20)	/* what may be mapped of a descriptor */

/* What a descriptor stands for. The handle is the index. */
static struct handle {
	ino_t inode;
	__u32 cmd;
	__u32 map_type, key_size, value_size, max_entries, map_flags;
} handles[MAX_HANDLES];

static __u32 nr_handles, nr_attached;

/* ---- the kernel that we are instead of ---- */

static __u32 find_handle(int fd)
{
	struct stat st;
	__u32 i;

	if (fstat(fd, &st))
		return 0;
	for (i = nr_handles; i; i--)
		if (handles[i].inode == st.st_ino)
			return i;
	return 0;
}

static int new_descriptor(struct handle handle)
{
	int fd = memfd_create("superset", MFD_CLOEXEC);
	struct stat st;

	if (fd < 0 || nr_handles + 1 == MAX_HANDLES || fstat(fd, &st) ||
	    ftruncate(fd, RING_ROOM)) {
		if (fd >= 0)
			close(fd);
		return -EMFILE;
	}
	handle.inode = st.st_ino;
	handles[++nr_handles] = handle;
	return fd;
}

/* ---- the recording ---- */

static int out_fd(void)
{
	static int fd = -1;
	const char *path = getenv("SUPERSET_OUT");

	if (fd < 0 && path)
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return fd;
}

static void fd_to_handle(void *ctx, __u32 *fd)
{
	*fd = *fd ? find_handle(*fd) : 0;
}

static void record(struct recorded_call *call, __u32 handle)
{
	call->head.handle = handle;
	recorded_call_each_fd(call, fd_to_handle, NULL);
	if (recorded_call_write(call, out_fd()))
		abort();
	recorded_call_free(call);
}

static void record_plain(__u32 cmd, const void *attr, size_t size, __u32 handle)
{
	const union xbpf_attr *update = attr;
	const struct handle *map = &handles[0];
	struct recorded_call call;

	if (cmd == XBPF_MAP_UPDATE_ELEM)
		map = &handles[find_handle(update->map_fd)];
	if (recorded_call_copy(&call, cmd, attr, size, map->key_size, map->value_size))
		abort();
	record(&call, handle);
}

__attribute__((weak))
int superset_name(const union xbpf_attr *attr, struct recorded_head *head)
{
	static unsigned int number;

	snprintf(head->program, sizeof(head->program), "%.16s#%u", attr->prog_name,
		 ++number);
	return 0;
}

static long prog_load(const union xbpf_attr *attr, size_t size)
{
	int fd = new_descriptor((struct handle) { .cmd = XBPF_PROG_LOAD });
	struct recorded_call call;

	if (fd < 0)
		return fd;
	if (recorded_call_copy(&call, XBPF_PROG_LOAD, attr, size, 0, 0))
		abort();
	if (superset_name(attr, &call.head)) {
		recorded_call_free(&call);
		return fd;
	}
	record(&call, find_handle(fd));
	return fd;
}

void superset_unloadable(__u32 prog_type, const struct recorded_head *names)
{
	struct recorded_call call = {
		.head = *names,
		.attr.prog_type = prog_type,
	};

	call.head.cmd = RECORDED_UNLOADABLE;
	call.head.attr_size = sizeof(call.attr);
	record(&call, 0);
}

/* ---- commands ---- */

static long map_create(const union xbpf_attr *attr, size_t size)
{
	int fd = new_descriptor((struct handle) {
		.cmd = XBPF_MAP_CREATE,
		.map_type = attr->map_type,
		.key_size = attr->key_size,
		.value_size = attr->value_size,
		.max_entries = attr->max_entries,
		.map_flags = attr->map_flags,
	});

	if (fd >= 0)
		record_plain(XBPF_MAP_CREATE, attr, size, find_handle(fd));
	return fd;
}

/* Constants are in arrays; nothing else that is stored bears on a verdict. */
static long map_update(const union xbpf_attr *attr, size_t size)
{
	if (handles[find_handle(attr->map_fd)].map_type == XBPF_MAP_TYPE_ARRAY)
		record_plain(XBPF_MAP_UPDATE_ELEM, attr, size, 0);
	return 0;
}

static long map_lookup(const union xbpf_attr *attr)
{
	const struct handle *map = &handles[find_handle(attr->map_fd)];

	if (map->map_type != XBPF_MAP_TYPE_ARRAY)
		return -ENOENT;
	memset((void *)(unsigned long)attr->value, 0, map->value_size);
	return 0;
}

static long get_info(const union xbpf_attr *attr)
{
	const struct handle *h = &handles[find_handle(attr->info.bpf_fd)];
	struct xbpf_map_info info = {
		.type = h->map_type,
		.id = h - handles,
		.key_size = h->key_size,
		.value_size = h->value_size,
		.max_entries = h->max_entries,
		.map_flags = h->map_flags,
	};
	size_t size = attr->info.info_len;
	void *out = (void *)(unsigned long)attr->info.info;

	memset(out, 0, size);
	if (h->cmd == XBPF_MAP_CREATE)
		memcpy(out, &info, size < sizeof(info) ? size : sizeof(info));
	return 0;
}

static long simple_descriptor(int cmd)
{
	return new_descriptor((struct handle) { .cmd = cmd });
}

static long btf_load(const union xbpf_attr *attr, size_t size)
{
	int fd = simple_descriptor(XBPF_BTF_LOAD);

	if (fd >= 0)
		record_plain(XBPF_BTF_LOAD, attr, size, find_handle(fd));
	return fd;
}

static long answer(int cmd, const union xbpf_attr *attr, size_t size)
{
	switch (cmd) {
	case XBPF_MAP_CREATE:
		return map_create(attr, size);
	case XBPF_MAP_UPDATE_ELEM:
		return map_update(attr, size);
	case XBPF_MAP_LOOKUP_ELEM:
		return map_lookup(attr);
	case XBPF_MAP_FREEZE:
		record_plain(cmd, attr, size, 0);
		return 0;
	case XBPF_PROG_LOAD:
		return prog_load(attr, size);
	case XBPF_BTF_LOAD:
		return btf_load(attr, size);
	case XBPF_OBJ_GET_INFO_BY_FD:
		return get_info(attr);
	case XBPF_RAW_TRACEPOINT_OPEN:
	case XBPF_LINK_CREATE:
		nr_attached++;
		return simple_descriptor(cmd);
	case XBPF_PROG_BIND_MAP:
	case XBPF_OBJ_PIN:
	case XBPF_PROG_ATTACH:
	case XBPF_PROG_DETACH:
	case XBPF_MAP_DELETE_ELEM:
		return 0;
	default:
		return -ENOENT;
	}
}

/* ---- interposed ---- */

static long finish(long ret)
{
	if (ret >= 0 || ret < -4095)
		return ret;
	errno = -ret;
	return -1;
}

long syscall(long nr, ...)
{
	union xbpf_attr attr = { };
	va_list args;
	long a[6];
	int i;

	va_start(args, nr);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (nr == SYS_bpf) {
		memcpy(&attr, (void *)a[1], (size_t)a[2] < sizeof(attr) ?
		       (size_t)a[2] : sizeof(attr));
		return finish(answer(a[0], &attr, a[2]));
	}
	if (nr == SYS_perf_event_open) {
		nr_attached++;
		return finish(simple_descriptor(-1));
	}
	return finish(raw_syscall(nr, a));
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (find_handle(fd))
		return 0;
	return finish(raw_syscall(SYS_ioctl, (long[6]) { fd, request, (long)arg }));
}

int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
{
	if (find_handle(fd))
		return 0;
	return finish(raw_syscall(SYS_epoll_ctl,
				  (long[6]) { epfd, op, fd, (long)event }));
}

/* ---- waiting: a tool that does has nothing more to load ---- */

static void waiting(void)
{
	if (nr_attached && getenv("SUPERSET_TOOL"))
		_exit(0);
}

int epoll_wait(int epfd, struct epoll_event *events, int max, int timeout)
{
	waiting();
	return finish(raw_syscall(SYS_epoll_wait,
				  (long[6]) { epfd, (long)events, max, timeout }));
}

int poll(struct pollfd *fds, nfds_t nr, int timeout)
{
	waiting();
	return finish(raw_syscall(SYS_poll, (long[6]) { (long)fds, nr, timeout }));
}

int select(int nr, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
{
	waiting();
	return finish(raw_syscall(SYS_select, (long[6]) { nr, (long)in, (long)out,
							  (long)except, (long)timeout }));
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted,
		    struct timespec *left)
{
	waiting();
	return -raw_syscall(SYS_clock_nanosleep,
			    (long[6]) { clock, flags, (long)wanted, (long)left });
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
	waiting();
	return finish(raw_syscall(SYS_nanosleep, (long[6]) { (long)wanted, (long)left }));
}

unsigned int sleep(unsigned int seconds)
{
	struct timespec wanted = { .tv_sec = seconds };

	return nanosleep(&wanted, NULL) ? 1 : 0;
}

int pause(void)
{
	waiting();
	return finish(raw_syscall(SYS_pause, (long[6]) { }));
}

int uname(struct utsname *name)
{
	const char *release = getenv("SUPERSET_RELEASE");
	const char *version = getenv("SUPERSET_VERSION");
	long ret = raw_syscall(SYS_uname, (long[6]) { (long)name });

	if (!ret && release)
		snprintf(name->release, sizeof(name->release), "%s", release);
	if (!ret && version)
		snprintf(name->version, sizeof(name->version), "%s", version);
	return finish(ret);
}
