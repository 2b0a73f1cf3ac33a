/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of libxbpf-preload.so.
 *
 *   syscall.c  the symbol that is interposed, and the way on for other numbers
 *   calls.c    bpf and perf_event_open, as calls of the device
 *   trace.c    a line for each such call, when XBPF_TRACE asks for it
 *   peek.c     reading the caller's memory without trusting its pointers
 *   text.c     building a line without stdio
 *
 * Nothing here allocates, locks or uses stdio: a program may make these calls
 * in a signal handler or between fork and exec.
 */
#ifndef XBPF_PRELOAD_H
#define XBPF_PRELOAD_H

#include <stddef.h>
#include <sys/types.h>
#include <linux/perf_event.h>
#include <linux/xbpf.h>

#pragma GCC visibility push(hidden)

/* calls.c; entered from syscall.c by a jump, hence the number in front */
long xbpf_preload_bpf(long nr, int cmd, void *attr, unsigned int size);
long xbpf_preload_perf(long nr, const struct perf_event_attr *attr, int pid,
		       int cpu, int group_fd, unsigned long flags);
long xbpf_preload_fail(long error);

/* peek.c */
long xbpf_peek(void *dst, const void *src, size_t size);
long xbpf_peek_string(char *dst, __u64 src, size_t size);

/* text.c */
struct text {
	size_t len;
	char buf[512];
};

void text_string(struct text *text, const char *string);
void text_quoted(struct text *text, const char *string, size_t max);
void text_decimal(struct text *text, long long value);
void text_unsigned(struct text *text, unsigned long long value);
void text_hex(struct text *text, unsigned long long value);
void text_result(struct text *text, long result);
void text_write(struct text *text);

/* trace.c */
struct trace {
	struct text text;
	int cmd;
	void *attr;
	size_t size;
};

int trace_wanted(void);
void trace_bpf_begin(struct trace *trace, int cmd, void *attr, size_t size);
void trace_bpf_end(struct trace *trace, long result);
void trace_perf(const struct perf_event_attr *attr,
		const struct xbpf_perf_open *open, long result);

#pragma GCC visibility pop

#endif /* XBPF_PRELOAD_H */
