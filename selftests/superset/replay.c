// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay [--host] [--reasons] [--repeat] FILE...: load each program of recordings, alone.
 *
 * Through the bpf(2) of whoever answers it: the kernel, xbpf for `xbpf exec replay`,
 * or, with --host, the core library in this process. A line of tab-separated values
 * a program, in the order of the head line. Maps and types are made when the
 * first program needs them. Nothing is attached or run.
 *
 * With --reasons a program that is refused is loaded once more, for the log's words;
 * with --repeat what is accepted is loaded thrice, and the shortest time counts. Times:
 * of PROG_LOAD, and of the verifier alone, where the answer has it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "host/bpf_inproc.h"
#include "recording.h"

#define LOG_SIZE	(16u << 20)
#define LOG_STATS	4
#define TIME_LIMIT	300	/* seconds a file, in the slowest guest */

static int in_process, want_reasons, times = 1;

/* All calls of a file, and what became of those that give descriptors. */
static struct {
	const char *name;
	struct recorded_call *calls;
	__u32 nr, room;
	int *fds;		/* by handle: 0 as yet not made, -errno */
	__u32 nr_handles;
} rec;

/**
 * struct result - what became of one PROG_LOAD
 * @why: of a program that is refused
 */
struct result {
	int err;
	unsigned int processed, total_states, peak_states;
	unsigned long long ns, verify_ns, peak_bytes;
	char why[240];
};

static struct result result;
static char log_text[LOG_SIZE];

/* ---- logs ---- */

static int is_insn_line(const char *line)
{
	const char *end = line + strspn(line, "0123456789");

	return end > line && !strncmp(end, ": (", 3);
}

static int is_noise(const char *line)
{
	return *line == '\n' || *line == '\0' || *line == ';' || *line == ' ' ||
	       (*line >= '0' && *line <= '9') || !strncmp(line, "from ", 5) ||
	       !strncmp(line, "processed ", 10) || !strncmp(line, "func#", 5) ||
	       !strncmp(line, "last_idx", 8) || !strncmp(line, "regs=", 5) ||
	       !strncmp(line, "parent ", 7) || !strncmp(line, "caller", 6) ||
	       !strncmp(line, "callee", 6) || !strncmp(line, "mark_precise", 12);
}

/* The words behind the last instruction that was looked at. */
static void find_reason(const char *log)
{
	const char *line, *next, *reason = NULL;

	for (line = log; *line; line = next) {
		next = strchrnul(line, '\n');
		next += *next == '\n';
		if (is_insn_line(line))
			reason = NULL;
		else if (!reason && !is_noise(line))
			reason = line;
	}
	if (reason)
		snprintf(result.why, sizeof(result.why), "%.*s",
			 (int)strcspn(reason, "\n\t"), reason);
}

static void find_stats(const char *log)
{
	const char *at = strstr(log, "processed "), *peak;
	const char *time = strstr(log, "verification time ");

	if (time)
		result.verify_ns = strtoull(time + strlen("verification time "), NULL, 10) *
				   1000;
	if (!at)
		return;
	result.processed = strtoul(at + strlen("processed "), NULL, 10);
	peak = strstr(at, "total_states ");
	if (peak)
		sscanf(peak, "total_states %u peak_states %u",
		       &result.total_states, &result.peak_states);
}

/* ---- system calls ---- */

static int on_load(const struct xbpf_inproc_load *load)
{
	result.processed = load->visited;
	result.total_states = load->states;
	result.peak_states = load->peak_states;
	result.peak_bytes = load->peak_bytes;
	result.verify_ns = load->ns;
	if (load->err)
		find_reason(load->log);
	return load->err;
}

static int call_bpf(int cmd, union xbpf_attr *attr, size_t size)
{
	long ret;

	if (in_process)
		return xbpf_inproc_bpf(cmd, attr, size);
	ret = syscall(SYS_bpf, cmd, attr, size);
	return ret < 0 ? -errno : ret;
}

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* ---- what programs need ---- */

static int make(__u32 handle);

/* Descriptors of a call, of which one may be missing. */
struct wants {
	int err;
	__u32 handle;
};

static void handle_to_fd(void *ctx, __u32 *fd)
{
	struct wants *wants = ctx;
	int got = *fd ? make(*fd) : 0;

	if (got < 0 && !wants->err) {
		wants->err = got;
		wants->handle = *fd;
	}
	*fd = got < 0 ? -1 : got;
}

static struct recorded_call *call_of(__u32 handle)
{
	__u32 i;

	for (i = 0; i < rec.nr; i++)
		if (rec.calls[i].head.handle == handle)
			return &rec.calls[i];
	return NULL;
}

static void fill_map(const struct recorded_call *create, int fd)
{
	union xbpf_attr attr;
	__u32 i;

	for (i = 0; i < rec.nr; i++) {
		const struct recorded_call *call = &rec.calls[i];

		if (call->head.cmd != XBPF_MAP_UPDATE_ELEM &&
		    call->head.cmd != XBPF_MAP_FREEZE)
			continue;
		if (call->attr.map_fd != create->head.handle)
			continue;
		attr = call->attr;
		attr.map_fd = fd;
		call_bpf(call->head.cmd, &attr, call->head.attr_size);
	}
}

static int make_map(struct recorded_call *call, const struct wants *wants)
{
	int fd = wants->err;

	if (!fd)
		fd = call_bpf(XBPF_MAP_CREATE, &call->attr, call->head.attr_size);
	/* As libbpf does: types only describe. */
	if (fd < 0 && call->attr.btf_fd && !call->attr.btf_vmlinux_value_type_id) {
		call->attr.btf_fd = 0;
		call->attr.btf_key_type_id = 0;
		call->attr.btf_value_type_id = 0;
		fd = call_bpf(XBPF_MAP_CREATE, &call->attr, call->head.attr_size);
	}
	if (fd >= 0)
		fill_map(call, fd);
	return fd;
}

/* The descriptor of a handle, made when it is asked for first. */
static int make(__u32 handle)
{
	struct recorded_call *call;
	struct wants wants = { };

	if (handle > rec.nr_handles)
		return -EBADF;
	if (rec.fds[handle])
		return rec.fds[handle];
	rec.fds[handle] = -EBADF;
	call = call_of(handle);
	if (!call || call->head.cmd == XBPF_PROG_LOAD)
		return -EBADF;
	recorded_call_each_fd(call, handle_to_fd, &wants);
	if (call->head.cmd == XBPF_MAP_CREATE)
		rec.fds[handle] = make_map(call, &wants);
	else if (!wants.err)
		rec.fds[handle] = call_bpf(call->head.cmd, &call->attr,
					   call->head.attr_size);
	return rec.fds[handle];
}

static void describe_missing(const struct wants *wants)
{
	const struct recorded_call *call = call_of(wants->handle);

	if (call && call->head.cmd == XBPF_MAP_CREATE)
		snprintf(result.why, sizeof(result.why), "no map of type %u: %s",
			 call->attr.map_type, strerror(-wants->err));
	else
		snprintf(result.why, sizeof(result.why), "no %s: %s",
			 call && call->head.cmd == XBPF_BTF_LOAD ? "BTF" : "program",
			 strerror(-wants->err));
}

/* ---- programs ---- */

static int load(struct recorded_call *call, __u32 level)
{
	union xbpf_attr attr = call->attr;

	log_text[0] = '\0';
	attr.log_level = level;
	attr.log_buf = (unsigned long)log_text;
	attr.log_size = sizeof(log_text);
	return call_bpf(XBPF_PROG_LOAD, &attr, call->head.attr_size);
}

static int timed_load(struct recorded_call *call)
{
	unsigned long long start = now_ns();
	int fd = load(call, LOG_STATS);

	result.ns = now_ns() - start;
	if (!in_process)
		find_stats(log_text);
	return fd;
}

static void run_load(struct recorded_call *call)
{
	struct result best;
	int i, fd = timed_load(call);

	for (i = 1, best = result; fd >= 0 && i < times; i++) {
		close(fd);
		fd = timed_load(call);
		if (result.ns < best.ns)
			best.ns = result.ns;
		if (result.verify_ns < best.verify_ns)
			best.verify_ns = result.verify_ns;
	}
	result.ns = best.ns;
	result.verify_ns = best.verify_ns;
	result.err = fd < 0 ? -fd : 0;
	if (fd >= 0)
		rec.fds[call->head.handle] = fd;
	else if (want_reasons && !in_process && load(call, 1) != -ENOSPC)
		find_reason(log_text);
	if (fd < 0 && !result.why[0])
		snprintf(result.why, sizeof(result.why), "%s", strerror(-fd));
}

static void print_result(const struct recorded_call *call)
{
	printf("%s\t%s\t%s\t%u\t%u\t%u\t%d\t%u\t%u\t%u\t%llu\t%llu\t%llu\t%s\n",
	       rec.name,
	       call->head.program, call->head.section, call->attr.prog_type,
	       call->attr.expected_attach_type, call->attr.insn_cnt, result.err,
	       result.processed, result.total_states, result.peak_states, result.ns,
	       result.verify_ns, result.peak_bytes, result.why);
	fflush(stdout);
}

static void try_program(struct recorded_call *call)
{
	struct wants wants = { };

	memset(&result, 0, sizeof(result));
	if (call->head.cmd == RECORDED_UNLOADABLE) {
		result.err = -1;
		snprintf(result.why, sizeof(result.why), "the loader gives up");
		print_result(call);
		return;
	}
	recorded_call_each_fd(call, handle_to_fd, &wants);
	if (wants.err) {
		result.err = -wants.err;
		describe_missing(&wants);
	} else {
		run_load(call);
	}
	print_result(call);
}

/* ---- files ---- */

static int read_calls(const char *path)
{
	FILE *file = fopen(path, "re");
	int ret;

	if (!file)
		return -1;
	for (;;) {
		if (rec.nr == rec.room) {
			rec.room = rec.room * 2 + 64;
			rec.calls = realloc(rec.calls, rec.room * sizeof(*rec.calls));
			if (!rec.calls)
				abort();
		}
		ret = recorded_call_read(&rec.calls[rec.nr], file);
		if (ret <= 0)
			break;
		if (rec.calls[rec.nr].head.handle > rec.nr_handles)
			rec.nr_handles = rec.calls[rec.nr].head.handle;
		rec.nr++;
	}
	fclose(file);
	rec.fds = calloc(rec.nr_handles + 1, sizeof(*rec.fds));
	return ret || !rec.fds ? -1 : 0;
}

static void name_file(const char *path)
{
	static char name[128];
	const char *base = strrchr(path, '/');

	snprintf(name, sizeof(name), "%s", base ? base + 1 : path);
	if (strrchr(name, '.'))
		*strrchr(name, '.') = '\0';
	rec.name = name;
}

static int replay(const char *path)
{
	__u32 i;

	alarm(TIME_LIMIT);
	name_file(path);
	if (read_calls(path)) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		return 1;
	}
	for (i = 0; i < rec.nr; i++)
		if (rec.calls[i].head.cmd == XBPF_PROG_LOAD ||
		    rec.calls[i].head.cmd == RECORDED_UNLOADABLE)
			try_program(&rec.calls[i]);
	return 0;
}

/* A process a file: descriptors end with it, and what goes wrong stays in it. */
static int replay_apart(const char *path)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child)
		exit(replay(path));
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 1;
	if (WIFSIGNALED(status))
		fprintf(stderr, "replay: %s: %s\n", path, strsignal(WTERMSIG(status)));
	return status != 0;
}

int main(int argc, char **argv)
{
	struct rlimit files = { 65536, 65536 };
	int i, ret = 0;

	setrlimit(RLIMIT_NOFILE, &files);
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		in_process |= !strcmp(argv[i], "--host");
		want_reasons |= !strcmp(argv[i], "--reasons");
		if (!strcmp(argv[i], "--repeat"))
			times = 3;
	}
	if (in_process)
		xbpf_inproc_set_hook(on_load, 0);
	printf("object\tprogram\tsection\ttype\tattach\tinsns\terrno\tprocessed\t"
	       "states\tpeak_states\tns\tverify_ns\tpeak_bytes\twhy\n");
	for (; i < argc; i++)
		ret |= replay_apart(argv[i]);
	return ret;
}
