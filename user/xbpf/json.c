// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON on stdout: one value, compact or indented.
 *
 * A name is NULL within an array.  The caller keeps begin and end in pairs.
 */
#include <stdio.h>
#include "xbpf.h"

static int depth;
/* Whether a value stands before the next one, by depth */
static int filled[16];

static void indent(void)
{
	int i;

	if (!options.pretty)
		return;
	putchar('\n');
	for (i = 0; i < depth; i++)
		fputs("    ", stdout);
}

static void quoted(const char *string)
{
	const unsigned char *s = (const unsigned char *)string;

	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if (*s < ' ')
			printf("\\u%04x", *s);
		else
			putchar(*s);
	}
	putchar('"');
}

static void element(const char *name)
{
	if (filled[depth])
		putchar(',');
	filled[depth] = 1;
	if (depth)
		indent();
	if (!name)
		return;
	quoted(name);
	fputs(options.pretty ? ": " : ":", stdout);
}

static void begin(const char *name, char bracket)
{
	element(name);
	putchar(bracket);
	filled[++depth] = 0;
}

static void end(char bracket)
{
	if (filled[depth--])
		indent();
	putchar(bracket);
}

void json_object_begin(const char *name)
{
	begin(name, '{');
}

void json_object_end(void)
{
	end('}');
}

void json_array_begin(const char *name)
{
	begin(name, '[');
}

void json_array_end(void)
{
	end(']');
}

void json_string(const char *name, const char *value)
{
	element(name);
	quoted(value);
}

void json_number(const char *name, unsigned long long value)
{
	element(name);
	printf("%llu", value);
}

void json_bool(const char *name, int value)
{
	element(name);
	fputs(value ? "true" : "false", stdout);
}

/* Ends the value, unless it stands in another; one more may follow on a new line */
void json_finish(void)
{
	if (depth)
		return;
	filled[0] = 0;
	putchar('\n');
}
