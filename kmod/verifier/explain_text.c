// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report in the log: after upstream's phrase, at most MAX_LINES lines.
 *
 * Tools look for phrases near the log's end, libbpf within ten lines of it: where they
 * do, the report is short.
 */
#include "verifier/explain.h"

#define MAX_LINES	40

/* A report being printed: how many lines are left, which source was shown last. */
struct out {
	struct xbpf_venv *env;
	u32 left;
	const struct xbpf_report_source *shown;
};

static __printf(2, 3) void line(struct out *o, const char *fmt, ...)
{
	char text[2 * XBPF_REPORT_TEXT + 64], *at;
	va_list args;

	if (!o->left)
		return;
	o->left--;
	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* Source is text of the loader's: it may not make more lines. */
	for (at = text; (at = strchr(at, '\n')); )
		*at = ' ';
	xbpf_verify_log(o->env, "%s\n", text);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int same_source(const struct xbpf_report_source *a,
		       const struct xbpf_report_source *b)
{
	return a && b->file && a->line == b->line && !strcmp(a->file, b->file);
}

static void print_source(struct out *o, const struct xbpf_report_source *s)
{
	if (!s->file || same_source(o->shown, s))
		return;
	line(o, "  %5u | %s", s->line, s->text);
	o->shown = s;
}

static void print_item(struct out *o, const struct xbpf_report_item *item)
{
	char times[32] = "";

	print_source(o, &item->source);
	if (item->times > 1)
		scnprintf(times, sizeof(times), " (%u times)", item->times);
	line(o, "        |   %u: %s: %s%s%s", item->insn, item->insn_text,
	     item->text, times, item->lost ? "  <--" : "");
}

static void print_list(struct out *o, const char *title,
		       const struct xbpf_report_list *list)
{
	u32 i;

	if (!list->nr)
		return;
	line(o, "%s%s", title, list->skipped ? " (the last steps)" : "");
	o->shown = NULL;
	for (i = 0; i < list->nr; i++)
		print_item(o, &list->item[i]);
}

static void print_place(struct out *o, const struct xbpf_report *r)
{
	if (r->insn == XBPF_REPORT_NONE)
		return;
	if (r->source.file)
		line(o, "where: %s%s%s:%u, insn %u", r->function,
		     r->function[0] ? "(), " : "", base_name(r->source.file),
		     r->source.line, r->insn);
	else
		line(o, "where: insn %u", r->insn);
	o->shown = NULL;
	print_source(o, &r->source);
	line(o, "        |   %u: %s", r->insn, r->insn_text);
}

/* These phrases are looked for in the log's last ten lines. */
static int must_be_short(const struct xbpf_report *r)
{
	return !strncmp(r->phrase, "invalid func ", 13) ||
	       !strncmp(r->phrase, "unknown func ", 13);
}

/**
 * xbpf_report_log - print env->report
 * @env: the verification
 */
void xbpf_report_log(struct xbpf_venv *env)
{
	const struct xbpf_report *r = env->report;
	struct out o = { .env = env, .left = MAX_LINES };

	if (must_be_short(r))
		o.left = 5;
	/* Kept for the hint, whatever else there is. */
	o.left--;
	if (r->cause[0])
		line(&o, "why: %s", r->cause);
	if (r->lost[0])
		line(&o, "lost: %s", r->lost);
	print_place(&o, r);
	print_list(&o, "made by:", &r->made);
	print_list(&o, "path:", &r->path);
	o.left++;
	if (r->hint)
		line(&o, "hint: %s", r->hint);
}
