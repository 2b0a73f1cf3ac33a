// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads .data files. They are made of sections:
 *
 *	-- asm			a program (verifier/asm.h has the syntax); it stands
 *				until the next one; memory is empty again
 *	-- raw			a program in hexadecimal, the same
 *	-- mem			lines "u8|u16|u32|u64 NUMBER..."
 *	-- packet		the same: it is a packet
 *	-- device skip WHY	the program cannot be run by the module
 *	-- result		R0; ends a test of the program and the memory so far
 *
 * A line that begins with "#" is a comment.
 */
#include <stdio.h>
#include "host/raw.h"
#include "../verifier/asm.h"
#include "insn_test.h"

#define MAX_TEXT	65536

/**
 * struct reader - a file that is being read
 * @test: what the sections so far say
 * @tests: those that are complete, @count of them
 * @section: title of the present section
 * @body: its lines
 */
struct reader {
	struct test test;
	struct test *tests;
	int count;
	char section[96];
	char body[MAX_TEXT];
};

static int read_asm(struct reader *r)
{
	int len = asm_program(r->body, r->test.insns, TEST_MAX_INSNS);

	r->test.len = len;
	return len > 0 ? 0 : -1;
}

static int read_raw(struct reader *r)
{
	u8 *bytes = NULL;
	long size = xbpf_raw_parse_hex(r->body, &bytes);

	if (size <= 0 || size % 8 || size > (long)sizeof(r->test.insns))
		size = 0;
	memcpy(r->test.insns, bytes, size);
	r->test.len = size / 8;
	free(bytes);
	return size ? 0 : -1;
}

static int add_number(struct test *test, u64 value, u32 bytes)
{
	if (test->size + bytes > TEST_MAX_MEMORY)
		return -1;
	memcpy(test->memory + test->size, &value, bytes);
	test->size += bytes;
	return 0;
}

static int read_mem(struct reader *r)
{
	char *word, *rest, *save;
	u32 bytes = 0;
	u64 value;
	int err = 0;

	r->test.size = 0;
	r->test.packet = r->section[0] == 'p';
	for (word = strtok_r(r->body, " \t\n", &save); word && !err;
	     word = strtok_r(NULL, " \t\n", &save)) {
		if (*word == 'u') {
			bytes = atoi(word + 1) / 8;
			continue;
		}
		value = strtoull(word, &rest, 0);
		err = *rest || !bytes ? -1 : add_number(&r->test, value, bytes);
	}
	return err;
}

static int read_result(struct reader *r)
{
	struct test *more;
	char *rest;

	r->test.result = strtoull(r->body, &rest, 0);
	if (rest == r->body || !r->test.len)
		return -1;
	more = realloc(r->tests, (r->count + 1) * sizeof(*more));
	if (!more)
		return -1;
	r->tests = more;
	r->tests[r->count++] = r->test;
	return 0;
}

static void new_program(struct reader *r)
{
	r->test.len = 0;
	r->test.size = 0;
	r->test.packet = 0;
	r->test.no_device[0] = '\0';
}

static int end_section(struct reader *r)
{
	if (!strcmp(r->section, "asm") || !strcmp(r->section, "raw")) {
		new_program(r);
		return r->section[0] == 'a' ? read_asm(r) : read_raw(r);
	}
	if (!strcmp(r->section, "mem") || !strcmp(r->section, "packet"))
		return read_mem(r);
	if (!strcmp(r->section, "result"))
		return read_result(r);
	if (!strncmp(r->section, "device skip ", 12)) {
		strscpy(r->test.no_device, r->section + 12,
			sizeof(r->test.no_device));
		return 0;
	}
	return r->section[0] ? -1 : 0;
}

static int read_line(struct reader *r, const char *line)
{
	size_t used = strlen(r->body);
	int err;

	if (line[0] == '#')
		return 0;
	if (strncmp(line, "-- ", 3)) {
		scnprintf(r->body + used, sizeof(r->body) - used, "%s", line);
		return 0;
	}
	err = end_section(r);
	strscpy(r->section, line + 3, sizeof(r->section));
	r->section[strcspn(r->section, "\n")] = '\0';
	r->body[0] = '\0';
	return err;
}

static int read_lines(struct reader *r, const char *path, FILE *file)
{
	int err = 0, number = 0;
	char line[512];

	for (; !err && fgets(line, sizeof(line), file); number++)
		err = read_line(r, line);
	if (!err)
		err = end_section(r);
	if (err)
		fprintf(stderr, "%s:%d: section before this is bad\n", path,
			number);
	return err;
}

int data_read(const char *path, struct test **tests)
{
	struct reader *r = calloc(1, sizeof(*r));
	FILE *file = fopen(path, "r");
	int count = -1;

	if (r && file && !read_lines(r, path, file))
		count = r->count;
	if (count >= 0)
		*tests = r->tests;
	else if (r)
		free(r->tests);
	if (file)
		fclose(file);
	free(r);
	return count;
}
