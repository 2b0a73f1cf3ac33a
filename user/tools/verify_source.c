// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of source files that BTF names. A file that has changed since it was
 * compiled is as good as none.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include "verifier/report.h"
#include "verify_print.h"

#define MAX_PATH	4096

/* The file as it was named, beside the object, or there by its last name. */
static FILE *open_source(const char *object, const char *name)
{
	const char *slash = strrchr(object, '/'), *base = strrchr(name, '/');
	int len = slash ? slash - object + 1 : 0;
	char path[MAX_PATH];
	FILE *file = fopen(name, "re");

	if (!file && name[0] != '/') {
		snprintf(path, sizeof(path), "%.*s%s", len, object, name);
		file = fopen(path, "re");
	}
	if (!file && base) {
		snprintf(path, sizeof(path), "%.*s%s", len, object, base + 1);
		file = fopen(path, "re");
	}
	return file;
}

static int read_line(FILE *file, unsigned int line, char *buf, unsigned int size)
{
	unsigned int i;

	rewind(file);
	for (i = 0; i < line; i++)
		if (!fgets(buf, size, file))
			return 0;
	buf[strcspn(buf, "\n")] = '\0';
	return line > 0;
}

static int is_unchanged(FILE *file, const struct xbpf_report_source *source,
			char *buf, unsigned int size)
{
	return read_line(file, source->line, buf, size) &&
	       !strcmp(buf + strspn(buf, " \t"), source->text);
}

int verify_source_line(const char *object, const struct xbpf_report_source *source,
		       unsigned int line, char *buf, unsigned int size)
{
	FILE *file = open_source(object, source->file);
	int found;

	if (!file)
		return 0;
	found = is_unchanged(file, source, buf, size) &&
		read_line(file, line, buf, size);
	fclose(file);
	return found;
}
