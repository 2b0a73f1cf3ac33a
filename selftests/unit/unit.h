/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A test program in TAP: ok() and is() print a line each, unit_done() the plan.
 *
 *	int main(void)
 *	{
 *		ok(2 > 1, "numbers are ordered");
 *		is(f(3), 9, "f squares");
 *		return unit_done();
 *	}
 *
 * For one source file a program; the state is static.
 */
#ifndef XBPF_UNIT_H
#define XBPF_UNIT_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unit_count;
static int unit_failures;

/* A comment line. */
__attribute__((format(printf, 1, 2), unused))
static void diag(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	printf("# ");
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
}

__attribute__((format(printf, 4, 5), unused))
static int unit_ok(int good, const char *file, int line, const char *fmt, ...)
{
	va_list args;

	unit_count++;
	unit_failures += !good;
	va_start(args, fmt);
	printf("%sok %d - ", good ? "" : "not ", unit_count);
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
	if (!good)
		diag("at %s:%d", file, line);
	return good;
}

__attribute__((format(printf, 6, 7), unused))
static int unit_is(long long got, long long want, const char *expr,
		   const char *file, int line, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (unit_ok(got == want, file, line, "%s", text))
		return 1;
	diag("%s is %lld (%#llx), not %lld (%#llx)", expr, got, got, want, want);
	return 0;
}

__attribute__((unused))
static int unit_is_str(const char *got, const char *want, const char *file,
		       int line, const char *text)
{
	if (unit_ok(!strcmp(got, want), file, line, "%s", text))
		return 1;
	diag(" got: %s", got);
	diag("want: %s", want);
	return 0;
}

/* One test; the text is a format. Each gives 1 if the test passed. */
#define ok(cond, ...)							\
	unit_ok(!!(cond), __FILE__, __LINE__, __VA_ARGS__)
#define is(got, want, ...)						\
	unit_is((long long)(got), (long long)(want), #got,		\
		__FILE__, __LINE__, __VA_ARGS__)
#define is_str(got, want, text)						\
	unit_is_str(got, want, __FILE__, __LINE__, text)
#define skip(reason, text)						\
	printf("ok %d - %s # SKIP %s\n", ++unit_count, text, reason)

/* The plan, at the end; the exit status. */
__attribute__((unused))
static int unit_done(void)
{
	printf("1..%d\n", unit_count);
	return unit_failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
