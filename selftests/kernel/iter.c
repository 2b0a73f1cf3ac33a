// SPDX-License-Identifier: GPL-2.0-only
/*
 * Iterators as links, as files and as pins: which objects they show, to whom, and
 * what becomes of output that does not fit.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "iter.skel.h"
#include "../unit/unit.h"

#define PINS	"/run/iter-pins"

static char text[4 << 20];

/* All that a file gives, by reads of @step bytes; its length or -errno. */
static long drain_by(int fd, size_t step)
{
	size_t len = 0;
	ssize_t n;

	while (len + step < sizeof(text)) {
		n = read(fd, text + len, step);
		if (n < 0)
			return -errno;
		if (!n)
			break;
		len += n;
	}
	text[len] = '\0';
	return len;
}

static long drain(int fd)
{
	return drain_by(fd, 4096);
}

static struct bpf_link *make_over(struct bpf_program *prog,
				  union bpf_iter_link_info *over)
{
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = over,
		    .link_info_len = over ? sizeof(*over) : 0);
	struct bpf_link *link = bpf_program__attach_iter(prog, &opts);

	return link;
}

/* The text of an iterator of its own over the program. */
static long show_over(struct bpf_program *prog, union bpf_iter_link_info *over)
{
	struct bpf_link *link = make_over(prog, over);
	long len = -EINVAL;
	int fd;

	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd >= 0) {
		len = drain(fd);
		close(fd);
	}
	bpf_link__destroy(link);
	return len;
}

static long show(struct bpf_program *prog)
{
	return show_over(prog, NULL);
}

static int has_line(const char *fmt, ...)
{
	char line[256];
	const char *at;
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	for (at = text; (at = strstr(at, line)); at++)
		if (at == text || at[-1] == '\n')
			return 1;
	diag("no line '%s' in:", line);
	diag("%.400s", text);
	return 0;
}

static int lines(void)
{
	const char *at = text;
	int n = 0;

	while ((at = strchr(at, '\n'))) {
		at++;
		n++;
	}
	return n;
}

static void *waits(void *pipe)
{
	char c;

	return (void *)(long)read(*(int *)pipe, &c, 1);
}

static void test_tasks(struct iter_bpf *s)
{
	union bpf_iter_link_info over = { 0 };
	int pipes[2], all, number, seq, last = -1, ordered = 1;
	const char *at;
	pthread_t thread;
	long len;

	len = show(s->progs.tasks);
	ok(len > 0, "tasks are shown (%ld bytes)", len);
	all = lines();
	for (at = text; sscanf(at, "%d %*d %d\n", &seq, &number) == 2;
	     at = strchr(at, '\n') + 1) {
		ordered &= number > last;
		last = number;
	}
	ok(ordered, "in the order of their numbers");
	ok(strstr(text, "\n0 ") == NULL && strstr(text, " 1 1\n"),
	   "the first process is among them");
	ok(strstr(text, "end "), "the end is told");
	is(strtol(strstr(text, "end ") + 4, NULL, 10), all - 1,
	   "with the number of objects");
	is(pipe(pipes), 0, "a pipe for a thread");
	pthread_create(&thread, NULL, waits, &pipes[0]);
	over.task.pid = getpid();
	show_over(s->progs.tasks, &over);
	is(lines(), 3, "a process: its two threads, and the end");
	over.task.pid = 0;
	over.task.tid = getpid();
	show_over(s->progs.tasks, &over);
	is(lines(), 2, "one thread, and the end");
	has_line("0 %d %d\n", getpid(), getpid());
	over.task.tid = 0;
	over.task.pid_fd = syscall(SYS_pidfd_open, getpid(), 0);
	is(show_over(s->progs.tasks, &over) > 0, 1, "by a pidfd");
	is(lines(), 3, "the same process");
	close(over.task.pid_fd);
	over.task.pid_fd = pipes[0];
	is(show_over(s->progs.tasks, &over), -EBADF, "what is no pidfd");
	over.task.pid = 1;
	is(show_over(s->progs.tasks, &over), -EINVAL, "two choices at once");
	is(write(pipes[1], "x", 1), 1, "the thread is told");
	pthread_join(thread, NULL);
	close(pipes[0]);
	close(pipes[1]);
}

/* Objects that come and go between two reads of a byte each. */
static void test_changes(struct iter_bpf *s)
{
	struct bpf_link *link = make_over(s->progs.tasks, NULL);
	int fd = bpf_iter_create(bpf_link__fd(link)), i;
	pid_t child = fork();
	char c;

	if (!child) {
		pause();
		_exit(0);
	}
	for (i = 0; i < 8; i++)
		is(read(fd, &c, 1), 1, "byte %d", i);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ok(drain_by(fd, 1) > 0, "read by single bytes, with a task gone");
	ok(strstr(text, "end "), "to the end");
	is(read(fd, &c, 1), 0, "where it stays");
	is(lseek(fd, 0, SEEK_SET), -1, "there is no way back");
	is(pread(fd, &c, 1, 0), -1, "nor aside");
	close(fd);
	bpf_link__destroy(link);
}

static void test_output(struct iter_bpf *s)
{
	struct bpf_link *link = make_over(s->progs.task_again, NULL);
	int fd = bpf_iter_create(bpf_link__fd(link));

	s->bss->again = 1;
	is(drain(fd), -EAGAIN, "a program wants its object again");
	ok(drain(fd) > 0 && strstr(text, "end "), "and gets it");
	close(fd);
	bpf_link__destroy(link);
	s->bss->pages = 7;
	is(show(s->progs.task_long), 7 * 4096 + 4, "much for one object");
	s->bss->pages = 90;
	is(show(s->progs.task_long), 90 * 4096 + 4, "more than the first buffer");
	is(strcmp(text + 90 * 4096, "end\n"), 0, "and none of it twice");
}

static void test_files(struct iter_bpf *s)
{
	union bpf_iter_link_info over = { .task.pid = getpid() };
	int fd = open("/etc/hostname", O_RDONLY);
	struct stat st;

	fstat(fd, &st);
	show_over(s->progs.files, &over);
	ok(has_line("%d %d %lu\n", getpid(), fd, (unsigned long)st.st_ino),
	   "an open file of ours");
	close(fd);
	show_over(s->progs.files, &over);
	ok(lines() > 3, "the others are still there");
	ok(show(s->progs.files) > 0 && has_line("1 "), "those of all processes");
}

static void test_mappings(struct iter_bpf *s)
{
	union bpf_iter_link_info over = { .task.pid = getpid() };
	unsigned long from, to, here = (unsigned long)text;
	const char *at;
	int found = 0;

	ok(show_over(s->progs.mappings, &over) > 0, "our mappings");
	for (at = text; sscanf(at, "%*d %lx-%lx\n", &from, &to) == 2;
	     at = strchr(at, '\n') + 1)
		found += from <= here && here < to;
	is(found, 1, "one has what this is read into");
}

static void test_objects(struct iter_bpf *s)
{
	struct bpf_prog_info prog = { 0 };
	struct bpf_map_info map = { 0 };
	struct bpf_link *link;
	unsigned int len = sizeof(prog);
	int fd;

	bpf_obj_get_info_by_fd(bpf_program__fd(s->progs.progs), &prog, &len);
	len = sizeof(map);
	bpf_obj_get_info_by_fd(bpf_map__fd(s->maps.bss), &map, &len);
	show(s->progs.maps);
	ok(has_line("%u %s %d %u\n", map.id, map.name, map.type, map.max_entries),
	   "a map of ours");
	show(s->progs.progs);
	ok(has_line("%u progs %d bpf_iter_bpf_prog\n", prog.id, prog.type),
	   "a program of ours");
	memset(&prog, 0, sizeof(prog));
	len = sizeof(prog);
	bpf_obj_get_info_by_fd(bpf_program__fd(s->progs.links), &prog, &len);
	link = make_over(s->progs.links, NULL);
	fd = bpf_iter_create(bpf_link__fd(link));
	drain(fd);
	ok(lines() == 1 && strstr(text, " "), "one link, that which shows it");
	is(strtol(strchr(text, ' '), NULL, 10), prog.id, "and its program");
	close(fd);
	bpf_link__destroy(link);
}

static void test_link(struct iter_bpf *s)
{
	struct bpf_link *link = make_over(s->progs.tasks, NULL);
	LIBBPF_OPTS(bpf_link_update_opts, opts, .flags = BPF_F_REPLACE,
		    .old_prog_fd = bpf_program__fd(s->progs.others));
	int fd = bpf_link__fd(link), iter = bpf_iter_create(fd), new;
	struct bpf_link_info info = { 0 };
	unsigned int len = sizeof(info);
	char name[16] = "";

	info.iter.target_name = (unsigned long)name;
	info.iter.target_name_len = sizeof(name);
	is(bpf_obj_get_info_by_fd(fd, &info, &len), 0, "info");
	is(info.type, BPF_LINK_TYPE_ITER, "of a link to an iterator");
	is(strcmp(name, "task"), 0, "over tasks");
	new = bpf_program__fd(s->progs.files);
	is(bpf_link_update(fd, new, NULL), -EINVAL, "of another target");
	new = bpf_program__fd(s->progs.others);
	is(bpf_link_update(fd, new, &opts), -EPERM, "instead of another");
	is(bpf_link_update(fd, new, NULL), 0, "another program");
	drain(iter);
	ok(strstr(text, "end "), "who reads already sees the old one");
	close(iter);
	iter = bpf_iter_create(fd);
	drain(iter);
	is(strcmp(text, "others\n"), 0, "who comes later, the new one");
	bpf_link__destroy(link);
	is(bpf_iter_create(fd), -EBADF, "the link is gone");
	close(iter);
}

static void test_pin(struct iter_bpf *s)
{
	struct bpf_link *link = make_over(s->progs.others, NULL);
	struct stat st;
	int fd;

	mkdir(PINS, 0700);
	is(mount("xbpf", PINS, "xbpf", 0, NULL), 0, "a place for pins");
	is(bpf_link__pin(link, PINS "/tasks"), 0, "a pin");
	bpf_link__destroy(link);
	fd = open(PINS "/tasks", O_RDONLY);
	ok(fd >= 0, "is opened");
	fstat(fd, &st);
	ok(S_ISREG(st.st_mode), "as a file");
	drain(fd);
	is(strcmp(text, "others\n"), 0, "and read");
	close(fd);
	is(open(PINS "/tasks", O_WRONLY), -1, "not written");
	fd = open(PINS "/tasks", O_RDONLY);
	unlink(PINS "/tasks");
	umount2(PINS, MNT_DETACH);
	drain(fd);
	is(strcmp(text, "others\n"), 0, "what is open outlives its name");
	close(fd);
	rmdir(PINS);
}

/* Readers and writers of the link at once. */
static void *reads(void *link)
{
	int i, fd;

	for (i = 0; i < 200; i++) {
		fd = bpf_iter_create(*(int *)link);
		if (fd < 0)
			return (void *)1;
		while (read(fd, &(char [64]){ 0 }, 64) > 0)
			;
		close(fd);
	}
	return NULL;
}

static void test_race(struct iter_bpf *s)
{
	struct bpf_link *link = make_over(s->progs.tasks, NULL);
	int fd = bpf_link__fd(link), i, failed = 0;
	pthread_t threads[2];
	void *bad, *worse;

	for (i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, reads, &fd);
	for (i = 0; i < 300; i++)
		failed += bpf_link_update(fd, bpf_program__fd(i & 1 ?
			  s->progs.tasks : s->progs.others), NULL) != 0;
	pthread_join(threads[0], &bad);
	pthread_join(threads[1], &worse);
	is(failed, 0, "a link is updated");
	ok(!bad && !worse, "while it is read");
	bpf_link__destroy(link);
}

int main(int argc, char **argv)
{
	struct iter_bpf *s;

	if (!getenv("LD_PRELOAD")) {
		if (access("/dev/xbpf", F_OK))
			return !!printf("1..0 # SKIP no /dev/xbpf\n") * 4;
		execlp("xbpf", "xbpf", "exec", "--", argv[0], NULL);
		perror("xbpf");
		return 1;
	}
	s = iter_bpf__open_and_load();
	if (!s)
		return !printf("Bail out! the programs cannot be loaded\n");
	test_tasks(s);
	test_changes(s);
	test_output(s);
	test_files(s);
	test_mappings(s);
	test_objects(s);
	test_link(s);
	test_pin(s);
	test_race(s);
	iter_bpf__destroy(s);
	return unit_done();
}
