// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why a program was refused: the report.
 *
 * Made once, from the phrase, the state and the path, when a program is refused and
 * somebody reads the log. Decides nothing, and nothing that it says is relied on.
 * What causes are in words is explain_cause.c, where values come from slice.c, how it
 * looks explain_text.c.
 */
#include "verifier/explain_cause.h"

/* ---- where and what, by the phrase ---- */

static const char *last_line(const char *text)
{
	const char *line = text, *next;

	while ((next = strchr(line, '\n')) && next[1])
		line = next + 1;
	return line;
}

static int number_after(const char *text, const char *word, u32 *number)
{
	const char *at = strstr(text, word);
	u32 n = 0;

	if (!at)
		return 0;
	at += strlen(word);
	if (*at < '0' || *at > '9')
		return 0;
	while (*at >= '0' && *at <= '9')
		n = 10 * n + *at++ - '0';
	*number = n;
	return 1;
}

/* The passes before the walk have no instruction of their own: the phrase has. */
static u32 find_insn(const struct xbpf_venv *env, const char *phrase)
{
	u32 insn = env->insn;

	if (!env->st)
		number_after(phrase, "insn ", &insn);
	return insn < env->len ? insn : XBPF_REPORT_NONE;
}

/* A helper's memory: the argument of the type that the phrase names. */
static int find_memory_arg(const struct xbpf_venv *env, const char *phrase)
{
	static const struct {
		const char *word;
		u8 type;
	} words[] = {
		{ "map value", T_MAP_VALUE }, { "map key", T_MAP_KEY },
		{ "memory", T_MEM }, { "packet", T_PACKET },
	};
	u32 i, r;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		for (r = XBPF_REG_1; r <= XBPF_REG_5; r++)
			if (strstr(phrase, words[i].word) &&
			    state_regs(env->st)[r].type == words[i].type)
				return r;
	return -1;
}

static int reg_of_insn(const struct xbpf_venv *env, const char *phrase)
{
	const struct xbpf_insn *insn = env_insn(env);

	switch (env_op(env, env->insn)->kind) {
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		return insn->src_reg;
	case XBPF_KIND_CALL:
		return find_memory_arg(env, phrase);
	case XBPF_KIND_EXIT:
		return XBPF_REG_0;
	case XBPF_KIND_JA:
	case XBPF_KIND_MAY_GOTO:
		return -1;
	default:
		return insn->dst_reg;
	}
}

/* Who lacks something: the register that the phrase names, or the obvious one. */
static int find_reg(const struct xbpf_venv *env, const char *phrase)
{
	u32 reg;

	if (!env->st || env->insn >= env->len)
		return -1;
	if ((number_after(last_line(phrase), "R", &reg) ||
	     number_after(last_line(phrase), "register R", &reg)) &&
	    reg < NR_REGS)
		return reg;
	return reg_of_insn(env, phrase);
}

/* ---- lists ---- */

/* Half an LD_IMM64 at the end of a program that was refused for it. */
static void print_insn(const struct xbpf_venv *env, char *buf, size_t size,
		       u32 insn)
{
	const struct xbpf_insn *at = &env->prog->insns[insn];

	if (insn + 1 < env->len || at->code != (XBPF_LD | XBPF_IMM | XBPF_DW))
		xbpf_insn_print(buf, size, at);
}

static struct xbpf_report_item *add_item(const struct xbpf_venv *env,
					 struct xbpf_report_list *list, u32 insn)
{
	struct xbpf_report_item *item = &list->item[list->nr++];

	item->insn = insn;
	item->times = 1;
	print_insn(env, item->insn_text, sizeof(item->insn_text), insn);
	xbpf_line_find(env, insn, &item->source);
	return item;
}

static void step_text(struct xbpf_venv *env, char *buf, size_t size,
		      const struct xbpf_trace_entry *e)
{
	int n = 0;

	switch (e->kind) {
	case TRACE_JUMP:
		n = scnprintf(buf, size, "%s: R%u is now ",
			      e->next == e->insn + 1 ? "not taken" : "taken",
			      e->reg);
		break;
	case TRACE_FORGOT:
		n = scnprintf(buf, size, "paths meet: R%u becomes ", e->reg);
		break;
	case TRACE_CALL:
		scnprintf(buf, size, "is called with it");
		return;
	case TRACE_STORE:
		n = scnprintf(buf, size, "fp-%u = ", 8 * (e->slot + 1));
		break;
	case TRACE_HELPER:
		if (e->gone) {
			scnprintf(buf, size, "releases it");
			return;
		}
		if (xbpf_calls_helper(env, e->insn, XBPF_FUNC_spin_lock)) {
			scnprintf(buf, size, "takes the lock");
			return;
		}
		if (e->slot != NO_LOC)
			n = scnprintf(buf, size, "writes to the stack; ");
		fallthrough;
	default:
		n += scnprintf(buf + n, size - n, "R%u = ", e->reg);
	}
	xbpf_reg_words(env, buf + n, size - n, &e->val);
}

/* Oldest first, as the program ran. */
static void list_made(struct explain *x)
{
	struct xbpf_report_list *list = &x->report->made;
	struct xbpf_report_item *item;
	u32 i;

	list->skipped = x->slice.more;
	for (i = x->slice.nr; i-- && list->nr < XBPF_REPORT_ITEMS; ) {
		const struct xbpf_slice_step *step = &x->slice.step[i];

		item = add_item(x->env, list, step->entry->insn);
		item->times = step->times;
		item->lost = step == x->culprit;
		step_text(x->env, item->text, sizeof(item->text), step->entry);
	}
}

static int in_slice(const struct explain *x, const struct xbpf_trace_entry *e)
{
	u32 i;

	for (i = 0; i < x->slice.nr; i++)
		if (x->slice.step[i].entry->insn == e->insn)
			return 1;
	return 0;
}

static int same_way(const struct xbpf_trace_entry *a,
		    const struct xbpf_trace_entry *b)
{
	return a->insn == b->insn && a->next == b->next;
}

/* Who called the function that the refusal is in, outermost first. */
static void list_calls(struct explain *x)
{
	const struct xbpf_state *st = x->env->st;
	struct xbpf_report_item *item;
	u32 f;

	for (f = 1; f < st->nr_frames; f++) {
		item = add_item(x->env, &x->report->path, st->frame[f]->callsite);
		scnprintf(item->text, sizeof(item->text), "%s %s()",
			  st->frame[f]->callback ? "calls back" : "calls",
			  xbpf_line_function(x->env, x->env->sub[st->frame[f]->subprog].start));
	}
}

/* The last branches before the refusal; rounds of a loop count as one. */
static void list_path(struct explain *x)
{
	const struct xbpf_trace_entry *e, *last[XBPF_PATH_MAX];
	u32 times[XBPF_PATH_MAX], nr = 0, i, pos = xbpf_trace_len(x->env);
	struct xbpf_report_item *item;

	while (pos--) {
		e = xbpf_trace_at(x->env->trace, pos);
		if (!e) {
			x->report->path.skipped += pos + 1;
			break;
		}
		if (e->kind != TRACE_JUMP || !e->forked || in_slice(x, e))
			continue;
		for (i = 0; i < nr && !same_way(last[i], e); i++)
			;
		if (i < nr) {
			times[i]++;
		} else if (nr == XBPF_PATH_MAX) {
			x->report->path.skipped++;
		} else {
			times[nr] = 1;
			last[nr++] = e;
		}
	}
	while (nr--) {
		item = add_item(x->env, &x->report->path, last[nr]->insn);
		item->times = times[nr];
		scnprintf(item->text, sizeof(item->text), "%s",
			  last[nr]->next == last[nr]->insn + 1 ? "not taken" :
			  "taken");
	}
}

/* ---- the report ---- */

static void explain_place(struct explain *x)
{
	struct xbpf_report *r = x->report;

	if (r->insn == XBPF_REPORT_NONE)
		return;
	print_insn(x->env, r->insn_text, sizeof(r->insn_text), r->insn);
	xbpf_line_find(x->env, r->insn, &r->source);
	scnprintf(r->function, sizeof(r->function), "%s",
		  xbpf_line_function(x->env, r->insn));
}

static void explain_path(struct explain *x)
{
	struct xbpf_venv *env = x->env;

	if (x->report->reg >= 0) {
		x->reg = state_regs(env->st)[x->report->reg];
		xbpf_reg_words(env, x->report->value, sizeof(x->report->value),
			       &x->reg);
	}
	xbpf_cause_find(x);
	list_made(x);
	list_calls(x);
	list_path(x);
}

/* Somebody reads, and the phrase is what the log ends with. */
static int is_wanted(const struct xbpf_venv *env)
{
	return xbpf_log_wanted(env->log) && env->log->level & LOG_INSNS &&
	       env->why_len && env->why_end == env->log->pos;
}

/**
 * xbpf_explain - make the report of a refusal
 * @env: env->report is made anew; with env->st and a trace it tells of the path
 * @err: of the refusal
 *
 * Without memory, or without a phrase, there is no report.
 */
void xbpf_explain(struct xbpf_venv *env, int err)
{
	struct explain *x;

	xbpf_explain_free(env);
	if (!is_wanted(env) || err == -ENOMEM || err == -EINTR)
		return;
	x = kvzalloc(sizeof(*x), GFP_KERNEL_ACCOUNT);
	env->report = kvzalloc(sizeof(*env->report), GFP_KERNEL_ACCOUNT);
	if (x && env->report) {
		x->env = env;
		x->report = env->report;
		x->report->err = err;
		memcpy(x->report->phrase, env->why, env->why_len + 1);
		x->report->insn = find_insn(env, env->why);
		x->report->reg = find_reg(env, env->why);
		x->row = xbpf_explain_row_find(env->why);
		x->report->hint = x->row ? x->row->hint : NULL;
		explain_place(x);
		if (env->trace && env->st)
			explain_path(x);
	}
	kvfree(x);
}

void xbpf_explain_free(struct xbpf_venv *env)
{
	kvfree(env->report);
	env->report = NULL;
}
