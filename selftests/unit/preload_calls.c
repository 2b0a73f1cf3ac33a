// SPDX-License-Identifier: GPL-2.0-only
/*
 * libxbpf-preload.so, without a device: what it passes on, what it answers, and
 * that it keeps out of the way of the program's own descriptors.
 *
 * The program starts itself again under the library. /dev/null stands in for a
 * device that can be opened but is not xbpf.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <dirent.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/perf_event.h>
#include <linux/xbpf.h>
#include "unit.h"

static long bpf(int cmd, const void *attr, unsigned int size)
{
	return syscall(SYS_bpf, cmd, attr, size);
}

/* The errno of a call that must fail, 0 when it does not */
static int failure_of(long ret)
{
	return ret == -1 ? errno : 0;
}

/* What @call writes to stderr */
static void stderr_of(void (*call)(void), char *text, size_t size)
{
	int saved = dup(STDERR_FILENO);
	int pipes[2];
	ssize_t len;

	if (pipe(pipes))
		abort();
	dup2(pipes[1], STDERR_FILENO);
	close(pipes[1]);
	call();
	dup2(saved, STDERR_FILENO);
	close(saved);
	len = read(pipes[0], text, size - 1);
	text[len > 0 ? len : 0] = '\0';
	close(pipes[0]);
}

static void test_six_arguments(void)
{
	char name[] = "/tmp/xbpf-preload-XXXXXX";
	int fd = mkstemp(name);
	char *page;

	unlink(name);
	if (pwrite(fd, "two", 3, 4096) != 3)
		abort();
	page = (char *)syscall(SYS_mmap, NULL, 4096L, (long)PROT_READ,
			       (long)MAP_PRIVATE, (long)fd, 4096L);
	ok(page != MAP_FAILED && !memcmp(page, "two", 3),
	   "all six arguments reach the kernel");
	munmap(page, 4096);
	close(fd);
}

static void test_results(void)
{
	errno = 0;
	is(syscall(SYS_getpid), getpid(), "a result is passed back");
	is(errno, 0, "errno stays as it was");
	is(failure_of(syscall(SYS_close, -1)), EBADF, "an error is in errno");
	is(failure_of(syscall(100000)), ENOSYS, "so is that of no system call");
}

static void test_fork(void)
{
	int status;
	long pid = syscall(SYS_clone, (long)SIGCHLD, 0L, 0L, 0L, 0L);

	if (!pid)
		_exit(42);
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 42,
	   "a call that returns twice works");
}

static void call_twice(void)
{
	union xbpf_attr attr = { .map_type = 1 };

	bpf(XBPF_MAP_CREATE, &attr, sizeof(attr));
	bpf(XBPF_MAP_CREATE, &attr, sizeof(attr));
}

static void test_no_device(void)
{
	union xbpf_attr attr = { .map_type = 1 };
	char text[1024];
	char *line;

	setenv("XBPF_DEVICE", "/dev/no-such-device", 1);
	stderr_of(call_twice, text, sizeof(text));
	line = strstr(text, "xbpf: /dev/no-such-device: ");
	ok(line && strstr(line, "insmod"), "it says what is missing");
	ok(line && !strstr(line + 1, "xbpf: "), "it says so once");
	is(failure_of(bpf(XBPF_MAP_CREATE, &attr, sizeof(attr))), ENOSYS,
	   "bpf() is not there without a device");
}

static void test_not_ours(void)
{
	union xbpf_attr attr = { .map_type = 1 };

	setenv("XBPF_DEVICE", "/dev/null", 1);
	is(failure_of(bpf(XBPF_MAP_CREATE, &attr, sizeof(attr))), ENOSYS,
	   "a device that is not xbpf is no bpf()");
	is(failure_of(bpf(XBPF_MAP_CREATE, &attr, XBPF_IOC_MAX_SIZE + 1)),
	   E2BIG, "a size beyond the ioctl's");
	is(failure_of(bpf(-1, &attr, sizeof(attr))), EINVAL,
	   "a negative command");
	is(failure_of(bpf(XBPF_INFO, &attr, sizeof(attr))), EINVAL,
	   "own commands are not for bpf()");
	is(failure_of(bpf(XBPF_COMMON_ATTRS, &attr, sizeof(attr))), EINVAL,
	   "a command beyond the ioctl's");
}

static void test_perf(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE };

	is(failure_of(syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0L)),
	   ENOSYS, "perf_event_open goes to the device too");
	is(failure_of(syscall(SYS_perf_event_open, NULL, -1, 0, -1, 0L)),
	   EFAULT, "no attributes");
	is(failure_of(syscall(SYS_perf_event_open, (void *)8, -1, 0, -1, 0L)),
	   EFAULT, "attributes at a bad address");
}

static int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* Ours: it lies high, where nobody else has one */
static int null_fd(void)
{
	struct stat null, st;
	int fd;

	stat("/dev/null", &null);
	for (fd = 512; fd < 1024; fd++)
		if (!fstat(fd, &st) && st.st_rdev == null.st_rdev)
			break;
	return fd < 1024 ? fd : -1;
}

/* The program closes our descriptor and gives its number to a file of its own */
static void test_descriptor(void)
{
	union xbpf_attr attr = { .map_type = 1 };
	int own = open("/dev/zero", O_RDONLY);
	int fd = null_fd();
	struct stat zero, st;

	ok(fd > 0, "the descriptor is out of the way (%d)", fd);
	ok(fcntl(fd, F_GETFD) & FD_CLOEXEC, "it is not inherited over exec");
	dup2(own, fd);
	is(failure_of(bpf(XBPF_MAP_CREATE, &attr, sizeof(attr))), ENOSYS,
	   "its number was taken: the device is opened again");
	fstat(own, &zero);
	ok(!fstat(fd, &st) && st.st_rdev == zero.st_rdev,
	   "the program's file is left alone");
	close(fd);
	close(own);
	close(null_fd());
	is(failure_of(bpf(XBPF_MAP_CREATE, &attr, sizeof(attr))), ENOSYS,
	   "it was closed: the device is opened again");
	close(null_fd());
}

static void *hammer(void *start)
{
	union xbpf_attr attr = { .map_type = 1 };
	intptr_t wrong = 0;
	int i;

	pthread_barrier_wait(start);
	for (i = 0; i < 500; i++)
		wrong += failure_of(bpf(XBPF_MAP_CREATE, &attr,
					sizeof(attr))) != ENOSYS;
	return (void *)wrong;
}

static void test_threads(void)
{
	pthread_barrier_t start;
	pthread_t threads[8];
	int before = open_files();
	intptr_t wrong = 0;
	void *ret;
	int i;

	pthread_barrier_init(&start, NULL, 8);
	for (i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, hammer, &start);
	for (i = 0; i < 8; i++) {
		pthread_join(threads[i], &ret);
		wrong += (intptr_t)ret;
	}
	is(wrong, 0, "eight threads get right answers");
	is(open_files(), before + 1, "they opened the device once");
}

static void call_traced(void)
{
	union xbpf_attr attr = { .map_type = XBPF_MAP_TYPE_HASH,
				 .key_size = 4, .map_name = "m" };
	struct perf_event_attr event = { .type = PERF_TYPE_TRACEPOINT,
					 .config = 7 };

	bpf(XBPF_MAP_CREATE, &attr, sizeof(attr));
	bpf(XBPF_MAP_CREATE, (void *)8, sizeof(attr));
	syscall(SYS_perf_event_open, &event, -1, 1, -1, 0L);
}

static void test_trace(void)
{
	char text[2048];

	stderr_of(call_traced, text, sizeof(text));
	ok(strstr(text, "MAP_CREATE map_type=hash key_size=4 value_size=0 "
		  "max_entries=0 map_name=\"m\" = -ENOSYS\n"),
	   "a call is decoded");
	ok(strstr(text, "MAP_CREATE attr=0x8 = -"),
	   "so is one with a bad pointer");
	ok(strstr(text, "PERF_EVENT_OPEN type=2 config=0x7 period=0 pid=-1 "
		  "cpu=1 = -ENOSYS\n"), "so is an event");
	diag("%s", text);
}

static void child(const char *what)
{
	if (!strcmp(what, "trace")) {
		test_trace();
		return;
	}
	test_six_arguments();
	test_results();
	test_fork();
	test_no_device();
	test_not_ours();
	test_perf();
	test_descriptor();
	test_threads();
}

/* The library is in the build directory, three or four levels above us */
static int library_find(const char *self, char *path)
{
	static const char *const places[] = {
		"../../../lib", "../../../../lib", "../../lib",
	};
	char try[PATH_MAX + 64];
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(try, sizeof(try), "%s/%s/libxbpf-preload.so", self,
			 places[i]);
		if (realpath(try, path))
			return 0;
	}
	return -1;
}

/* Runs the tests of @what under the library; their lines count as ours */
static void run_under(const char *self, const char *what, const char *trace)
{
	char line[512], command[PATH_MAX + 16];
	FILE *out;

	setenv("XBPF_TRACE", trace, 1);
	snprintf(command, sizeof(command), "exec '%s' %s", self, what);
	out = popen(command, "r");
	while (out && fgets(line, sizeof(line), out)) {
		int good = !strncmp(line, "ok ", 3);
		const char *dash = strstr(line, " - ");

		line[strcspn(line, "\n")] = '\0';
		if (dash && (good || !strncmp(line, "not ok ", 7)))
			ok(good, "%s", dash + 3);
		else if (line[0] == '#' && !good)
			printf("%s\n", line);
	}
	is(out ? pclose(out) : -1, 0, "%s: ended well", what);
}

int main(int argc, char **argv)
{
	char self[PATH_MAX], dir[PATH_MAX], library[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (argc > 1) {
		setvbuf(stdout, NULL, _IOLBF, 0);
		child(argv[1]);
		return unit_done();
	}
	self[len > 0 ? len : 0] = '\0';
	strcpy(dir, self);
	*strrchr(dir, '/') = '\0';
	if (library_find(dir, library)) {
		skip("libxbpf-preload.so is not built", "preload");
		return unit_done();
	}
	setenv("LD_PRELOAD", library, 1);
	/* The sanitizer wants to be first; here it need not be */
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
	run_under(self, "calls", "0");
	run_under(self, "trace", "1");
	return unit_done();
}
