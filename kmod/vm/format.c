// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text out of a program's format: trace_printk, trace_vprintk, snprintf.
 *
 * A conversion is taken apart here and its argument printed as a full word, so
 * that no argument list has to be built. What an address means (a string, a
 * symbol) is each host's business.
 */
#include "vm/vm.h"

#define SPEC_SIZE	24
#define MAX_WIDTH	64	/* wider fields are of that width */

/*
 * struct format - a format being printed
 * @end: behind the last character
 * @args: not yet used up to @args_end; NULL: the format is only looked at
 * @room: bytes left of @out, that of the NUL included
 * @total: characters so far, those without room included
 */
struct format {
	const char *at, *end;
	const u64 *args;
	u32 left;
	char *out;
	size_t room;
	size_t total;
};

/* What stands between the '%' and the conversion. */
struct spec {
	char text[SPEC_SIZE];
	size_t len;
	u32 width;
	u8 left;
	u8 longs;
};

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int is_alnum(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static int is_text(char c)
{
	return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r');
}

static void put(struct format *f, const char *text, size_t len)
{
	size_t fits = f->room ? min(len, f->room - 1) : 0;

	f->total += len;
	if (!fits)
		return;
	memcpy(f->out, text, fits);
	f->out += fits;
	f->room -= fits;
}

static void put_padded(struct format *f, const struct spec *s, const char *text,
		       size_t len)
{
	size_t pad = s->width > len ? s->width - len : 0;

	if (s->left)
		put(f, text, len);
	for (; pad; pad--)
		put(f, " ", 1);
	if (!s->left)
		put(f, text, len);
}

static char peek(const struct format *f)
{
	return f->at < f->end ? *f->at : '\0';
}

/* 0 with the argument, or -EINVAL when there is none. */
static int take_arg(struct format *f, u64 *value)
{
	*value = 0;
	if (!f->left)
		return -EINVAL;
	f->left--;
	if (f->args)
		*value = *f->args++;
	return 0;
}

/* A number: flags and width are kept, the length becomes that of a word. */
static int put_number(struct format *f, struct spec *s, char conv)
{
	char text[96];
	u64 value;
	int len, err = take_arg(f, &value);

	if (err || !f->args)
		return err;
	if (!s->longs)
		value = conv == 'd' || conv == 'i' ? (s64)(s32)value : (u32)value;
	snprintf(s->text + s->len, SPEC_SIZE - s->len, "ll%c", conv);
	len = snprintf(text, sizeof(text), s->text, (unsigned long long)value);
	put(f, text, min_t(size_t, sizeof(text) - 1, len));
	return 0;
}

static int put_char(struct format *f, const struct spec *s)
{
	u64 value;
	int err = take_arg(f, &value);
	char c = value;

	if (!err && f->args)
		put_padded(f, s, &c, 1);
	return err;
}

static int put_string(struct format *f, const struct spec *s, char side)
{
	char text[128];
	u64 src;
	long len = 0;
	int err = take_arg(f, &src);

	if (err || !f->args)
		return err;
	len = side == 'k' ? xbpf_read_string_kernel(text, sizeof(text), src) :
	      side == 'u' ? xbpf_read_string_user(text, sizeof(text), src) :
			    xbpf_read_string(text, sizeof(text), src);
	put_padded(f, s, text, len > 0 ? len - 1 : 0);
	return 0;
}

/* ---- %p and its forms ---- */

static int print_ipv4(char *text, size_t size, char side, const u8 *a)
{
	return snprintf(text, size, side == 'I' ? "%u.%u.%u.%u" :
			"%03u.%03u.%03u.%03u", a[0], a[1], a[2], a[3]);
}

/* Eight groups, as %pi6 and %pI6 are: the latter with colons, none left out. */
static int print_ipv6(char *text, size_t size, char side, const u8 *a)
{
	int i, len = 0;

	for (i = 0; i < 8; i++)
		len += snprintf(text + len, size - len, "%s%02x%02x",
				i && side == 'I' ? ":" : "", a[2 * i],
				a[2 * i + 1]);
	return len;
}

/* %pi4, %pI4, %pi6, %pI6: of the bytes that are there. */
static int put_ip(struct format *f, const struct spec *s, char side)
{
	char text[48], family = f->at + 1 < f->end ? f->at[1] : '\0';
	u8 bytes[16] = {};
	u64 src;
	int len, err;

	if (family != '4' && family != '6')
		return -EINVAL;
	f->at += 2;
	err = take_arg(f, &src);
	if (err || !f->args)
		return err;
	if (copy_from_kernel_nofault(bytes, (void *)(unsigned long)src,
				     family == '4' ? 4 : 16))
		memset(bytes, 0, sizeof(bytes));
	/* %pi4 has leading zeros, %pI4 has none. */
	len = family == '4' ? print_ipv4(text, sizeof(text), side, bytes) :
			      print_ipv6(text, sizeof(text), side, bytes);
	put_padded(f, s, text, len);
	return 0;
}

static int put_address(struct format *f, const struct spec *s, char kind)
{
	char text[128];
	u64 value;
	int err = take_arg(f, &value);

	if (!err && f->args)
		put_padded(f, s, text, xbpf_format_address(text, sizeof(text),
							   kind, value));
	return err;
}

/* %pks and %pus are strings, %ps, %pS and %pB symbols, the others addresses. */
static int put_pointer(struct format *f, const struct spec *s)
{
	char kind = peek(f);

	if (kind == 'k' || kind == 'u') {
		f->at++;
		if (peek(f) != 's')
			return -EINVAL;
		f->at++;
		return put_string(f, s, kind);
	}
	if (kind == 'i' || kind == 'I')
		return put_ip(f, s, kind);
	if (!is_alnum(kind))
		return put_address(f, s, '\0');
	if (!strchr("KxsSB", kind))
		return -EINVAL;
	f->at++;
	return put_address(f, s, kind);
}

/* ---- the format ---- */

static void take_spec(struct format *f, struct spec *s)
{
	*s = (struct spec){ .text = "%", .len = 1 };
	while (peek(f) && strchr("0+- #", peek(f))) {
		s->left |= peek(f) == '-';
		if (s->len < 6)
			s->text[s->len++] = peek(f);
		f->at++;
	}
	for (; is_digit(peek(f)); f->at++)
		s->width = min_t(u32, 10 * s->width + peek(f) - '0', MAX_WIDTH);
	if (s->width)
		s->len += snprintf(s->text + s->len, SPEC_SIZE - s->len, "%u",
				   s->width);
	for (; peek(f) == 'l' && s->longs < 2; f->at++)
		s->longs++;
}

/* Behind the '%': flags, width, length, conversion. */
static int put_conversion(struct format *f)
{
	struct spec s;
	char conv;

	if (peek(f) == '%') {
		put(f, f->at++, 1);
		return 0;
	}
	take_spec(f, &s);
	conv = peek(f);
	f->at++;
	if (conv == 's' && !s.longs)
		return put_string(f, &s, 0);
	if (conv == 'p' && !s.longs)
		return put_pointer(f, &s);
	if (conv == 'c' && !s.longs)
		return put_char(f, &s);
	if (!conv || !strchr("diuxX", conv))
		return -EINVAL;
	return put_number(f, &s, conv);
}

/**
 * xbpf_format - the text of a format with its arguments
 * @out: gets it with a NUL, cut to @room bytes; may be NULL when @room is 0
 * @room: of @out
 * @fmt: of the program, up to a NUL
 * @fmt_size: bytes that may be looked at
 * @args: a word each; NULL: nothing is printed, the format is only checked
 * @nr_args: how many the format may use
 *
 * Return: length of the whole text without its NUL; -EINVAL: the format is none,
 * or asks for more than there is.
 */
int xbpf_format(char *out, size_t room, const char *fmt, u32 fmt_size,
		const u64 *args, u32 nr_args)
{
	struct format f = {
		.at = fmt, .end = fmt + strnlen(fmt, fmt_size),
		.args = args, .left = nr_args,
		.out = out, .room = room,
	};
	int err;

	if (f.end == fmt + fmt_size)	/* no NUL */
		return -EINVAL;
	while (f.at < f.end) {
		if (*f.at != '%') {
			if (!is_text(*f.at))
				return -EINVAL;
			put(&f, f.at++, 1);
			continue;
		}
		f.at++;
		err = put_conversion(&f);
		if (err)
			return err;
	}
	if (f.room)
		*f.out = '\0';
	return f.total;
}

/* ---- helpers ---- */

/* Words behind @data, or -EINVAL. */
static int check_data(u64 data, u64 len)
{
	if (len % sizeof(u64) || len > XBPF_FORMAT_ARGS * sizeof(u64) ||
	    (len && !data))
		return -EINVAL;
	return len / sizeof(u64);
}

int xbpf_format_data(char *out, size_t room, const char *fmt, u32 fmt_size,
		     u64 data, u64 data_len)
{
	u64 args[XBPF_FORMAT_ARGS];
	int nr = check_data(data, (u32)data_len);

	if (nr < 0)
		return nr;
	/* The program's own memory: it may lie at any address. */
	if (nr)
		memcpy(args, (void *)(unsigned long)data, nr * sizeof(u64));
	return xbpf_format(out, room, fmt, fmt_size, args, nr);
}

u64 xbpf_helper_snprintf(u64 str, u64 str_size, u64 fmt, u64 data, u64 data_len)
{
	/* The verifier has seen the NUL. */
	int len = xbpf_format_data((char *)(unsigned long)str, (u32)str_size,
				   (const char *)(unsigned long)fmt, U32_MAX,
				   data, data_len);

	return len < 0 ? len : len + 1;
}
