// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line of text, built without stdio and written with one write().
 *
 * What does not fit is cut off.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "preload.h"

static void put(struct text *text, char c)
{
	/* One byte is kept for the end of the line */
	if (text->len < sizeof(text->buf) - 1)
		text->buf[text->len++] = c;
}

void text_string(struct text *text, const char *string)
{
	while (*string)
		put(text, *string++);
}

void text_quoted(struct text *text, const char *string, size_t max)
{
	size_t i;

	put(text, '"');
	for (i = 0; i < max && string[i]; i++)
		put(text, string[i] < ' ' || string[i] > '~' ? '?' : string[i]);
	put(text, '"');
}

static void number(struct text *text, unsigned long long value, unsigned base)
{
	char digits[24];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (n)
		put(text, digits[--n]);
}

void text_unsigned(struct text *text, unsigned long long value)
{
	number(text, value, 10);
}

void text_decimal(struct text *text, long long value)
{
	unsigned long long magnitude = value;

	if (value < 0) {
		put(text, '-');
		magnitude = -magnitude;
	}
	number(text, magnitude, 10);
}

void text_hex(struct text *text, unsigned long long value)
{
	text_string(text, "0x");
	number(text, value, 16);
}

/* " = 3" or " = -EINVAL" */
void text_result(struct text *text, long result)
{
	const char *name = result < 0 ? strerrorname_np(-result) : NULL;

	text_string(text, " = ");
	if (name) {
		put(text, '-');
		text_string(text, name);
	} else {
		text_decimal(text, result);
	}
}

void text_write(struct text *text)
{
	int saved = errno;
	ssize_t ret;

	text->buf[text->len] = '\n';
	ret = write(STDERR_FILENO, text->buf, text->len + 1);
	(void)ret;
	errno = saved;
}
