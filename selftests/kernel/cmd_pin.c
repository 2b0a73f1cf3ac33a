// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pins: what has a name lives on without a descriptor, mounted or not, and ends
 * with its name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include "../unit/unit.h"
#include "kit.h"

#define CALLS	50
#define DIR_	"/tmp/pins"

static int pin_flags(int fd, const char *path, __u32 flags, int dir)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.pathname = kit_ptr(path);
	attr.bpf_fd = fd;
	attr.file_flags = flags;
	attr.path_fd = dir;
	return xbpf_sys(XBPF_OBJ_PIN, &attr, sizeof(attr));
}

static int pin(int fd, const char *path)
{
	return pin_flags(fd, path, 0, 0);
}

static int get_flags(const char *path, __u32 flags, int dir)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.pathname = kit_ptr(path);
	attr.file_flags = flags;
	attr.path_fd = dir;
	return xbpf_sys(XBPF_OBJ_GET, &attr, sizeof(attr));
}

static int get(const char *path)
{
	return get_flags(path, 0, 0);
}

static int users(void)
{
	FILE *file = fopen("/sys/module/xbpf/refcnt", "r");
	int n = -1;

	if (file && fscanf(file, "%d", &n) != 1)
		n = -1;
	if (file)
		fclose(file);
	return n;
}

static int settles(int want)
{
	int i;

	for (i = 0; i < 100 && users() != want; i++)
		usleep(100000);
	return users();
}

static void getppid_often(void)
{
	int i;

	for (i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
}

static void test_map(void)
{
	int map = kit_counters(), again, key = 3;
	__u64 value = 77;
	struct stat st;

	is(pin(map, DIR_ "/map"), 0, "map: pinned");
	is(pin(map, DIR_ "/map"), -EEXIST, "map: the name is taken");
	is(pin(map, DIR_ "/map2"), 0, "map: under two names");
	is(stat(DIR_ "/map", &st), 0, "map: there is a file");
	is(st.st_mode & 0777, 0600, "map: with a mode");
	kit_update(map, &key, &value);
	close(map);
	again = get(DIR_ "/map");
	is(kit_counter(again, 3), 77, "map: as it was");
	close(again);
	again = get_flags(DIR_ "/map", XBPF_F_RDONLY, 0);
	is(kit_counter(again, 3), 77, "map: to be read");
	is(kit_update(again, &key, &value), -EPERM, "map: and not written");
	close(again);
	is(open(DIR_ "/map", O_RDONLY) < 0 ? errno : 0, EIO, "map: no file to read");
	is(rename(DIR_ "/map2", DIR_ "/map3"), 0, "map: renamed");
	is(unlink(DIR_ "/map"), 0, "map: one name less");
	again = get(DIR_ "/map3");
	is(kit_counter(again, 3), 77, "map: by the other name");
	close(again);
	unlink(DIR_ "/map3");
	is(get(DIR_ "/map3"), -ENOENT, "map: gone");
}

/* The file system is not mounted for a while. */
static void test_link(int counters)
{
	int prog = kit_load_counter(XBPF_PROG_TYPE_KPROBE, counters, 0);
	int event = kit_open_kprobe("__x64_sys_getppid", 0, 0);
	int link = kit_link(prog, event, 0), again;
	long long count;

	ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
	is(pin(link, DIR_ "/link"), 0, "link: pinned");
	is(pin(prog, DIR_ "/prog"), 0, "program: pinned");
	close(link);
	close(event);
	close(prog);
	is(umount(DIR_), 0, "unmounted");
	getppid_often();
	count = kit_counter(counters, 0);
	ok(count >= CALLS, "link: lives on: %lld", count);
	is(mount("xbpf", DIR_, "xbpf", 0, NULL), 0, "mounted again");
	again = get(DIR_ "/link");
	ok(again >= 0, "link: is still there: %d", again);
	close(again);
	is(get_flags(DIR_ "/link", XBPF_F_RDONLY, 0), -EINVAL,
	   "link: not to be read only");
	again = get(DIR_ "/prog");
	ok(again >= 0, "program: is still there: %d", again);
	close(again);
	unlink(DIR_ "/prog");
	unlink(DIR_ "/link");
	usleep(500000);
	count = kit_counter(counters, 0);
	getppid_often();
	is(kit_counter(counters, 0), count, "link: ends with its name");
}

static void test_directories(int map)
{
	struct statfs fs;
	int dir, map_again;

	is(statfs(DIR_, &fs), 0, "statfs");
	is(fs.f_type, 0xcafe4a11, "the number of bpffs");
	is(mkdir(DIR_ "/sub", 0755), 0, "mkdir");
	is(pin(map, DIR_ "/sub/map"), 0, "pinned in a directory");
	is(rmdir(DIR_ "/sub") < 0 ? errno : 0, ENOTEMPTY, "which is not empty");
	dir = open(DIR_ "/sub", O_RDONLY | O_DIRECTORY);
	is(pin_flags(map, "too", XBPF_F_PATH_FD, dir), 0, "pinned below a descriptor");
	map_again = get_flags("too", XBPF_F_PATH_FD, dir);
	ok(map_again >= 0, "got below a descriptor: %d", map_again);
	close(map_again);
	close(dir);
	unlink(DIR_ "/sub/map");
	unlink(DIR_ "/sub/too");
	is(rmdir(DIR_ "/sub"), 0, "rmdir");
}

static void test_refusals(int map)
{
	int null = open("/dev/null", O_RDWR);

	is(pin(map, "/tmp/elsewhere"), -EPERM, "refused: outside");
	is(pin(map, DIR_ "/a.b"), -EPERM, "refused: a dot in the name");
	is(pin(map, DIR_ "/no/such"), -ENOENT, "refused: no directory");
	is(pin(map, (char *)8), -EFAULT, "refused: name at a bad address");
	is(pin(null, DIR_ "/null"), -EINVAL, "refused: no object");
	is(pin(9999, DIR_ "/none"), -EBADF, "refused: no descriptor");
	is(pin_flags(map, DIR_ "/x", 1, 0), -EINVAL, "refused: flags");
	is(pin_flags(map, DIR_ "/x", 0, 5), -EINVAL, "refused: a directory unasked");
	is(pin_flags(map, "x", XBPF_F_PATH_FD, 9999), -EBADF,
	   "refused: no such directory");
	is(get("/etc/hostname"), -EACCES, "refused: no pin");
	is(get(DIR_), -EACCES, "refused: a directory");
	is(get_flags(DIR_ "/x", 1, 0), -EINVAL, "refused: flags to get with");
	is(get_flags(DIR_ "/x", XBPF_F_RDONLY | XBPF_F_WRONLY, 0), -EINVAL,
	   "refused: neither to read nor to write");
	is(get((char *)8), -EFAULT, "refused: name to get at a bad address");
	is(link(DIR_ "/x", DIR_ "/y") < 0 ? errno : 0, ENOENT, "refused: no link");
	is(open(DIR_ "/file", O_CREAT | O_RDWR, 0600) < 0 ? errno : 0, EACCES,
	   "refused: ordinary files");
	close(null);
}

int main(void)
{
	int before, counters;

	close(kit_counters());		/* from here on the device is open */
	usleep(500000);
	before = users();
	mkdir(DIR_, 0755);
	is(mount("xbpf", DIR_, "xbpf", 0, NULL), 0, "mounted");
	counters = kit_counters();
	test_map();
	test_link(counters);
	test_directories(counters);
	test_refusals(counters);
	close(counters);
	is(umount(DIR_), 0, "unmounted for good");
	is(settles(before), before, "nothing holds the module");
	return unit_done();
}
