// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of source, by line_info of PROG_LOAD: whose records were checked, and are
 * in order.
 */
#include "btf/btf.h"
#include "verifier/explain.h"

/* The last record at or before @insn. */
static const struct xbpf_line_info *find(const struct xbpf_venv *env, u32 insn)
{
	const struct xbpf_line_info *info = env->opts->line_info;
	u32 low = 0, high = env->opts->nr_line_info;

	if (!env->opts->btf || !info || !high || info[0].insn_off > insn)
		return NULL;
	while (high - low > 1) {
		u32 mid = low + (high - low) / 2;

		if (info[mid].insn_off <= insn)
			low = mid;
		else
			high = mid;
	}
	return &info[low];
}

static const char *trim(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

/**
 * xbpf_line_find - the line of source that an instruction comes from
 * @env: the verification
 * @insn: the instruction
 * @source: filled; all zero when it is not known
 */
void xbpf_line_find(const struct xbpf_venv *env, u32 insn,
		    struct xbpf_report_source *source)
{
	const struct xbpf_line_info *info = find(env, insn);
	const struct xbpf_btf *btf = env->opts->btf;
	const char *file, *text;

	memset(source, 0, sizeof(*source));
	if (!info)
		return;
	file = xbpf_btf_string(btf, info->file_name_off);
	text = xbpf_btf_string(btf, info->line_off);
	/* Line 0 is the compiler's own. */
	if (!file || !text || !XBPF_LINE_INFO_LINE_NUM(info->line_col))
		return;
	source->file = file;
	source->text = trim(text);
	source->line = XBPF_LINE_INFO_LINE_NUM(info->line_col);
	source->column = XBPF_LINE_INFO_LINE_COL(info->line_col);
}

static int same_line(const struct xbpf_line_info *a,
		     const struct xbpf_line_info *b)
{
	return a && a->file_name_off == b->file_name_off &&
	       XBPF_LINE_INFO_LINE_NUM(a->line_col) ==
	       XBPF_LINE_INFO_LINE_NUM(b->line_col);
}

/* "; text @ file.c:12" before the first instruction of a line. */
void xbpf_line_log(struct xbpf_venv *env)
{
	const struct xbpf_line_info *info = find(env, env->insn);
	struct xbpf_report_source source;
	const char *base;

	if (!info || same_line(env->line, info))
		return;
	env->line = info;
	xbpf_line_find(env, env->insn, &source);
	if (!source.file)
		return;
	base = strrchr(source.file, '/');
	xbpf_verify_log(env, "; %s @ %s:%u\n", source.text,
			base ? base + 1 : source.file, source.line);
}

/* Name of the function that @insn is in, "" when it is not known. */
const char *xbpf_line_function(const struct xbpf_venv *env, u32 insn)
{
	const struct xbpf_func_info *info = env->opts->func_info;
	const struct xbpf_btf_type *type = NULL;
	u32 i;

	for (i = 0; env->opts->btf && i < env->opts->nr_func_info; i++) {
		if (info[i].insn_off > insn)
			break;
		type = xbpf_btf_type(env->opts->btf, info[i].type_id);
	}
	return type ? xbpf_btf_type_name(env->opts->btf, type) : "";
}
