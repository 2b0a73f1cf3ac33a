// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text for the trace: trace_printk and trace_vprintk. What a format means is in
 * vm/format.c.
 */
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include "attach/attach.h"
#include "compat/compat.h"

#define TEXT_SIZE	1024

struct text_buffers {
	int nest;
	char text[XBPF_RUN_LEVELS][TEXT_SIZE];
};

/* Too large for the per-CPU data that a module may bring along. */
static struct text_buffers __percpu *buffers;

int xbpf_format_address(char *text, size_t size, char kind, u64 value)
{
	char spec[] = { '%', 'p', kind, '\0' };

	if (kind == 'B' || kind == 's' || kind == 'S' || kind == 'x')
		return scnprintf(text, size, spec, (void *)(unsigned long)value);
	return scnprintf(text, size, "%p", (void *)(unsigned long)value);
}

/* Its name is what the trace shows before the text, as tools know it. */
static noinline void bpf_trace_printk(const char *text)
{
	__trace_printk(_THIS_IP_, "%s", text);
}

/* The trace's own buffers come with the first program that prints. */
void xbpf_printk_prepare(void)
{
	trace_printk_init_buffers();
}

/* A buffer of this CPU; programs nest no deeper than there are levels. */
static char *text_get(void)
{
	int nest = this_cpu_inc_return(buffers->nest);

	if (nest <= XBPF_RUN_LEVELS)
		return this_cpu_ptr(buffers)->text[nest - 1];
	this_cpu_dec(buffers->nest);
	return NULL;
}

/* Traces what was formatted, unless that failed, and gives the buffer back. */
static int trace_and_put(char *text, int len)
{
	int last = min(len, TEXT_SIZE - 1) - 1;

	if (last >= 0 && text[last] == '\n')	/* the trace ends lines */
		text[last] = '\0';
	if (len >= 0)
		bpf_trace_printk(text);
	this_cpu_dec(buffers->nest);
	return len;
}

u64 xbpf_helper_trace_printk(u64 fmt, u64 fmt_size, u64 a1, u64 a2, u64 a3)
{
	const u64 args[] = { a1, a2, a3 };
	char *text = text_get();

	if (!text)
		return -EBUSY;
	return trace_and_put(text, xbpf_format(text, TEXT_SIZE,
					       (const char *)fmt, fmt_size,
					       args, ARRAY_SIZE(args)));
}

u64 xbpf_helper_trace_vprintk(u64 fmt, u64 fmt_size, u64 data, u64 data_len,
			      u64 r5)
{
	char *text = text_get();

	if (!text)
		return -EBUSY;
	return trace_and_put(text, xbpf_format_data(text, TEXT_SIZE,
						    (const char *)fmt, fmt_size,
						    data, data_len));
}

int xbpf_printk_init(void)
{
	buffers = alloc_percpu(struct text_buffers);
	return buffers ? 0 : -ENOMEM;
}

void xbpf_printk_exit(void)
{
	free_percpu(buffers);
}
