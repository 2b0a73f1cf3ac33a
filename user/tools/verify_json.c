// SPDX-License-Identifier: GPL-2.0-only
/*
 * One program as a JSON object on a line, for other programs.
 *
 * What is not known is absent. Names of files and lines are bytes of unknown encoding:
 * those that are not ASCII are given as if they were Latin-1, so that the line is
 * always valid.
 */
#include <stdio.h>
#include <string.h>
#include "verifier/report.h"
#include "verify_print.h"

static int nr_members;

static void put_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c == '\n')
			printf("\\n");
		else if (c == '\t')
			printf("\\t");
		else if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void name(const char *name)
{
	printf("%s\"%s\":", nr_members++ ? "," : "", name);
}

static void open_object(void)
{
	putchar('{');
	nr_members = 0;
}

static void close_object(void)
{
	putchar('}');
	nr_members = 1;
}

static void string(const char *key, const char *text)
{
	if (!text || !*text)
		return;
	name(key);
	put_string(text);
}

static void number(const char *key, unsigned long long n)
{
	name(key);
	printf("%llu", n);
}

static void source(const struct xbpf_report_source *s)
{
	if (!s->file)
		return;
	name("source");
	open_object();
	string("file", s->file);
	number("line", s->line);
	number("column", s->column);
	string("text", s->text);
	close_object();
}

static void list(const char *key, const struct xbpf_report_list *list)
{
	unsigned int i;

	if (!list->nr)
		return;
	name(key);
	for (i = 0; i < list->nr; i++) {
		const struct xbpf_report_item *item = &list->item[i];

		putchar(i ? ',' : '[');
		open_object();
		number("insn", item->insn);
		string("insn_text", item->insn_text);
		string("result", item->text);
		number("times", item->times);
		if (item->lost)
			number("lost", 1);
		source(&item->source);
		close_object();
	}
	putchar(']');
}

static void report(const struct xbpf_report *r)
{
	char reg[16];

	name("report");
	open_object();
	string("phrase", r->phrase);
	string("why", r->cause);
	string("lost", r->lost);
	string("function", r->function);
	if (r->insn != XBPF_REPORT_NONE)
		number("insn", r->insn);
	string("insn_text", r->insn_text);
	source(&r->source);
	snprintf(reg, sizeof(reg), "R%d", r->reg);
	if (r->reg >= 0 && r->value[0]) {
		string("register", reg);
		string("value", r->value);
	}
	list("made", &r->made);
	list("path", &r->path);
	string("hint", r->hint);
	close_object();
}

void verify_print_json(const struct verify_result *r)
{
	const struct xbpf_inproc_load *load = r->load;

	open_object();
	string("file", r->file);
	string("object", r->object);
	string("program", r->program);
	string("section", r->section);
	string("verdict", verify_verdict(r));
	number("errno", -load->err);
	number("insns", load->nr_insns);
	number("visited", load->visited);
	number("states", load->states);
	number("peak_states", load->peak_states);
	number("ns", load->ns);
	number("peak_bytes", load->peak_bytes);
	if (load->err && load->report)
		report(load->report);
	if (r->show_log || (load->err && !load->report))
		string("log", load->log);
	close_object();
	putchar('\n');
}
