// SPDX-License-Identifier: GPL-2.0-only
/*
 * One program as text for people: a line, and for a refusal the report with excerpts
 * of the source, in colour if that is wanted.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "verifier/report.h"
#include "verify_print.h"

#define MAX_LINE	1000

enum color { PLAIN, RED, GREEN, CYAN, FAINT, BOLD, NR_COLORS };

static const char *colors[NR_COLORS] = { "", "", "", "", "", "" };

/* The place that was printed last: the same is not printed twice. */
static struct xbpf_report_source shown;

void verify_use_color(void)
{
	static const char *const codes[NR_COLORS] = {
		"\033[0m", "\033[1;31m", "\033[32m", "\033[36m", "\033[2m",
		"\033[1m",
	};

	memcpy(colors, codes, sizeof(colors));
}

/* Names and lines come from a file: they do not get at the terminal. */
static void put_clean(const char *text)
{
	for (; *text; text++)
		putchar(iscntrl((unsigned char)*text) && *text != '\t' ? '?' :
			*text);
}

static void put(enum color color, const char *text)
{
	if (color != PLAIN)
		printf("%s", colors[color]);
	put_clean(text);
	if (color != PLAIN)
		printf("%s", colors[PLAIN]);
}

const char *verify_verdict(const struct verify_result *r)
{
	return r->load->err ? "refused" : "accepted";
}

/* Each line of @text by itself, indented. */
static void print_lines(enum color color, const char *text)
{
	const char *end;
	char line[MAX_LINE];

	for (; *text; text = end + (*end == '\n')) {
		end = strchrnul(text, '\n');
		snprintf(line, sizeof(line), "%.*s", (int)(end - text), text);
		printf("    ");
		put(color, line);
		putchar('\n');
	}
}

/* ---- source ---- */

static void print_source_line(unsigned int number, const char *text,
			      enum color color)
{
	printf("    %s%6u |%s ", colors[FAINT], number, colors[PLAIN]);
	put(color, text);
	printf("\n");
}

/* Under the column: tabs stay tabs, so that it stands below it. */
static void print_caret(const char *text, unsigned int column)
{
	unsigned int i;

	printf("    %s       |%s ", colors[FAINT], colors[PLAIN]);
	for (i = 0; i + 1 < column && text[i]; i++)
		putchar(text[i] == '\t' ? '\t' : ' ');
	put(RED, "^");
	printf("\n");
}

/* The line with those around it and a caret, or what BTF has of it. */
static void print_excerpt(const char *object, const struct xbpf_report_source *s)
{
	char text[MAX_LINE];
	unsigned int line;

	if (!s->file)
		return;
	shown = *s;
	if (!verify_source_line(object, s, s->line, text, sizeof(text))) {
		print_source_line(s->line, s->text, BOLD);
		return;
	}
	for (line = s->line > 2 ? s->line - 2 : 1; line < s->line + 2; line++) {
		if (!verify_source_line(object, s, line, text, sizeof(text)))
			return;
		print_source_line(line, text, line == s->line ? BOLD : PLAIN);
		if (line == s->line && s->column)
			print_caret(text, s->column);
	}
}

static void print_source(const struct xbpf_report_source *s)
{
	if (!s->file || (shown.file && shown.line == s->line &&
			 !strcmp(shown.file, s->file)))
		return;
	shown = *s;
	print_source_line(s->line, s->text, PLAIN);
}

/* ---- the report ---- */

static void print_part(const char *name, const char *text)
{
	printf("    ");
	put(CYAN, name);
	if (*text)
		putchar(' ');
	put(PLAIN, text);
	putchar('\n');
}

static void print_insn(unsigned int insn, const char *text)
{
	printf("    %s       |   %u: %s%s", colors[FAINT], insn, text,
	       colors[PLAIN]);
}

static void print_item(const struct xbpf_report_item *item)
{
	print_source(&item->source);
	print_insn(item->insn, item->insn_text);
	printf(": ");
	put(item->lost ? RED : PLAIN, item->text);
	if (item->times > 1)
		printf(" (%u times)", item->times);
	if (item->lost)
		put(RED, "  <--");
	printf("\n");
}

static void print_list(const char *name, const struct xbpf_report_list *list)
{
	unsigned int i;

	if (!list->nr)
		return;
	print_part(name, list->skipped ? "(the last steps)" : "");
	memset(&shown, 0, sizeof(shown));
	for (i = 0; i < list->nr; i++)
		print_item(&list->item[i]);
}

static void print_place(const char *object, const struct xbpf_report *r)
{
	const struct xbpf_report_source *s = &r->source;

	if (r->insn == XBPF_REPORT_NONE)
		return;
	printf("    ");
	put(CYAN, "where:");
	putchar(' ');
	put(PLAIN, r->function);
	if (r->function[0])
		printf("(), ");
	if (s->file) {
		put(PLAIN, strncmp(s->file, "./", 2) ? s->file : s->file + 2);
		printf(":%u:%u, ", s->line, s->column);
	}
	printf("insn %u\n", r->insn);
	print_excerpt(object, s);
	print_insn(r->insn, r->insn_text);
	printf("\n");
}

static void print_report(const char *object, const struct xbpf_report *r)
{
	print_lines(RED, r->phrase);
	if (r->cause[0])
		print_part("why:", r->cause);
	if (r->lost[0])
		print_part("lost:", r->lost);
	print_place(object, r);
	print_list("made by:", &r->made);
	print_list("path:", &r->path);
	if (r->hint) {
		printf("    ");
		put(GREEN, "hint:");
		printf(" %s\n", r->hint);
	}
}

void verify_print_text(const struct verify_result *r)
{
	const struct xbpf_inproc_load *load = r->load;

	printf("%s%-8s%s %-32s %6u insns %8u visited %10.1f us %8llu KiB  %s",
	       colors[load->err ? RED : GREEN], verify_verdict(r),
	       colors[PLAIN], r->program, load->nr_insns, load->visited,
	       load->ns / 1e3,
	       (unsigned long long)(load->peak_bytes + 1023) / 1024,
	       r->section);
	if (load->err)
		printf(": %s", strerror(-load->err));
	printf("\n");
	if (load->err && load->report && !r->show_log)
		print_report(r->file, load->report);
	else if (load->err || r->show_log)
		print_lines(PLAIN, load->log);
}
