/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What xbpf-verify prints of one program: as text, a line of a table, or JSON.
 */
#ifndef XBPF_TOOLS_VERIFY_PRINT_H
#define XBPF_TOOLS_VERIFY_PRINT_H

#include "host/bpf_inproc.h"

/**
 * struct verify_result - one program
 * @file: that it was found in
 * @object: which object of the file
 * @program: @section: its names
 * @load: what became of it
 * @show_log: the whole log, not the report alone
 */
struct verify_result {
	const char *file;
	const char *object;
	const char *program;
	const char *section;
	const struct xbpf_inproc_load *load;
	int show_log;
};

/* verify_text.c */
void verify_print_text(const struct verify_result *r);
void verify_use_color(void);
const char *verify_verdict(const struct verify_result *r);

/* verify_json.c: an object, a line each */
void verify_print_json(const struct verify_result *r);

/* verify_source.c: lines of source files */
struct xbpf_report_source;

/**
 * verify_source_line - a line of a file, as the report's source says
 * @object: path of the object file, beside which the source may lie
 * @source: file and line; @line may be another line of the file than its own
 * @buf: of @size bytes, gets the line without its end
 *
 * Return: 1; 0 when there is no such file or line, or when the line that @source is
 * about is not what the compiler saw.
 */
int verify_source_line(const char *object, const struct xbpf_report_source *source,
		       unsigned int line, char *buf, unsigned int size);

#endif
