// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text out of a program's format: trace_printk.
 *
 * A conversion is taken apart here and given to snprintf() one at a time with
 * its argument as a full word, so that no argument list has to be built.
 */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include "attach/attach.h"
#include "compat/compat.h"

#define TEXT_SIZE	1024
#define SPEC_SIZE	24

struct text_buffers {
	int nest;
	char text[XBPF_RUN_LEVELS][TEXT_SIZE];
};

/* Too large for the per-CPU data that a module may bring along. */
static struct text_buffers __percpu *buffers;

/*
 * struct format - a format being printed
 * @end: behind the last character
 * @args: not yet used up to @args_end
 */
struct format {
	const char *at, *end;
	const u64 *args, *args_end;
	char *out;
	size_t room;
};

static void put(struct format *f, const char *text, size_t len)
{
	len = min(len, f->room - 1);
	memcpy(f->out, text, len);
	f->out += len;
	f->room -= len;
}

static char peek(const struct format *f)
{
	return f->at < f->end ? *f->at : '\0';
}

/* A number: flags and width are kept, the length becomes that of a word. */
static int put_number(struct format *f, char *spec, size_t len, char conv,
		      unsigned int longs)
{
	char text[96];
	u64 value = *f->args++;

	if (!longs)
		value = conv == 'd' || conv == 'i' ? (s64)(s32)value : (u32)value;
	snprintf(spec + len, SPEC_SIZE - len, "ll%c", conv);
	put(f, text, min_t(size_t, sizeof(text) - 1,
			   snprintf(text, sizeof(text), spec, value)));
	return 0;
}

static int put_string(struct format *f, char side)
{
	char text[128];
	u64 src = *f->args++;
	long len;

	len = side == 'k' ? xbpf_read_string_kernel(text, sizeof(text), src) :
	      side == 'u' ? xbpf_read_string_user(text, sizeof(text), src) :
			    xbpf_read_string(text, sizeof(text), src);
	if (len > 0)
		put(f, text, len - 1);
	return 0;
}

/* %p and its forms: %pks and %pus are strings, the others addresses. */
static int put_pointer(struct format *f)
{
	char text[64], side = peek(f);

	if (side == 'k' || side == 'u') {
		f->at++;
		if (peek(f) != 's')
			return -EINVAL;
		f->at++;
		return put_string(f, side);
	}
	if (side == 'K' || side == 'x')
		f->at++;
	else if (isalnum(side))
		return -EINVAL;
	put(f, text, scnprintf(text, sizeof(text), side == 'x' ? "%px" : "%p",
			       (void *)(unsigned long)*f->args++));
	return 0;
}

/* Behind the '%': flags, width, length, conversion. */
static int put_conversion(struct format *f)
{
	char spec[SPEC_SIZE] = "%", conv;
	unsigned int longs = 0;
	size_t len = 1;

	if (peek(f) == '%') {
		put(f, f->at++, 1);
		return 0;
	}
	while (strchr("0+- #", peek(f)) && peek(f) && len < 4)
		spec[len++] = *f->at++;
	while (isdigit(peek(f)) && len < 7)
		spec[len++] = *f->at++;
	for (; peek(f) == 'l' && longs < 2; f->at++)
		longs++;
	conv = peek(f);
	f->at++;
	if (conv && f->args == f->args_end)
		return -EINVAL;
	if (conv == 's' && !longs)
		return put_string(f, 0);
	if (conv == 'p' && !longs)
		return put_pointer(f);
	if (!conv || !strchr("diuxX", conv))
		return -EINVAL;
	return put_number(f, spec, len, conv, longs);
}

int xbpf_format(char *out, size_t room, const char *fmt, u32 fmt_size,
		const u64 *args, u32 nr_args)
{
	struct format f = {
		.at = fmt, .end = fmt + strnlen(fmt, fmt_size),
		.args = args, .args_end = args + nr_args,
		.out = out, .room = room,
	};
	int err;

	if (f.end == fmt + fmt_size)	/* no NUL */
		return -EINVAL;
	while (f.at < f.end) {
		if (*f.at != '%') {
			if (!isprint(*f.at) && !isspace(*f.at))
				return -EINVAL;
			put(&f, f.at++, 1);
			continue;
		}
		f.at++;
		err = put_conversion(&f);
		if (err)
			return err;
	}
	*f.out = '\0';
	return f.out - out;
}

/* Its name is what the trace shows before the text, as tools know it. */
static noinline void bpf_trace_printk(const char *text)
{
	__trace_printk(_THIS_IP_, "%s", text);
}

/* The trace's own buffers come with the first program that prints. */
void xbpf_helper_prepare(u32 id)
{
	if (id == XBPF_FUNC_trace_printk)
		trace_printk_init_buffers();
}

u64 xbpf_helper_trace_printk(u64 fmt, u64 fmt_size, u64 a1, u64 a2, u64 a3)
{
	const u64 args[] = { a1, a2, a3 };
	int nest = this_cpu_inc_return(buffers->nest);
	int ret = -EBUSY;
	char *text;

	if (nest <= XBPF_RUN_LEVELS) {
		text = this_cpu_ptr(buffers)->text[nest - 1];
		ret = xbpf_format(text, TEXT_SIZE, (const char *)fmt, fmt_size,
				  args, ARRAY_SIZE(args));
		if (ret > 0 && text[ret - 1] == '\n')	/* the trace ends lines */
			text[ret - 1] = '\0';
		if (ret >= 0)
			bpf_trace_printk(text);
	}
	this_cpu_dec(buffers->nest);
	return ret;
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
