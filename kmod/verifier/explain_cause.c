// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which value lacks what, and where that was lost: one function for each need.
 *
 * Knows what checks need (explain.def says which needs what) and looks for the step
 * of the slice that brought a value without it.
 */
#include "verifier/explain_cause.h"

#define MAX_LOOPS	8	/* on one path that are counted */

#define CAUSE(x, ...)	scnprintf((x)->report->cause,			\
				  sizeof((x)->report->cause), __VA_ARGS__)
#define LOST(x, ...)	scnprintf((x)->report->lost,			\
				  sizeof((x)->report->lost), __VA_ARGS__)

static const struct xbpf_insn *insn_of(const struct explain *x,
				       const struct xbpf_trace_entry *e)
{
	return &x->env->prog->insns[e->insn];
}

/* The name of what an instruction calls. */
static const char *called(const struct explain *x,
			  const struct xbpf_trace_entry *e, char *buf,
			  size_t size)
{
	const struct xbpf_helper *h = NULL;

	if (env_op(x->env, e->insn)->kind == XBPF_KIND_CALL &&
	    env_op(x->env, e->insn)->oper == XBPF_OPER_HELPER)
		h = xbpf_helper_get(insn_of(x, e)->imm);
	if (h && h->name)
		scnprintf(buf, size, "bpf_%s()", h->name);
	else
		scnprintf(buf, size, "the call");
	return buf;
}

static u8 frame_now(const struct explain *x)
{
	return x->env->st->nr_frames - 1;
}

/* ---- culprits ---- */

static int is_scalar(const struct xbpf_reg *reg)
{
	return reg->type == T_SCALAR;
}

static int is_bounded(const struct xbpf_reg *reg)
{
	return is_scalar(reg) ? reg->val.umax < MAX_VAR_OFF :
		reg->val.smax < MAX_VAR_OFF;
}

static int is_positive(const struct xbpf_reg *reg)
{
	return reg->val.smin >= 0;
}

static int is_not_null(const struct xbpf_reg *reg)
{
	return !reg->or_null;
}

/*
 * From the refused instruction back to the step that got values which had it, or
 * none, and left one that had not.
 */
static const struct xbpf_slice_step *
find_culprit(const struct xbpf_slice *s, int (*has)(const struct xbpf_reg *reg))
{
	const struct xbpf_slice_step *found = NULL;
	int consumer = -1;
	u32 i;

	for (i = 0; i < s->nr; i++) {
		if (s->step[i].consumer != consumer ||
		    has(&s->step[i].entry->val))
			continue;
		found = &s->step[i];
		consumer = i;
	}
	return found;
}

static void slice_reg(struct explain *x)
{
	if (x->report->reg >= 0)
		xbpf_slice_find(x->env, &x->slice, frame_now(x),
				x->report->reg, NO_LOC);
}

static int is_number_load(const struct xbpf_trace_entry *e)
{
	return e->kind == TRACE_SET && e->slot == NO_LOC;
}

/*
 * A test of what was read from the same memory before: the number that it learnt of is
 * not the one that is used.
 */
static const struct xbpf_trace_entry *
find_other_test(const struct explain *x, const struct xbpf_trace_entry *load)
{
	const struct xbpf_trace_entry *e, *test = NULL;
	u32 pos = load->pos;

	while (load->base && pos--) {
		e = xbpf_trace_at(x->env->trace, pos);
		if (!e)
			return NULL;
		if (e->kind == TRACE_JUMP && e->forked && is_bounded(&e->val))
			test = e;
		if (test && e->base == load->base && e->reg == test->reg &&
		    e->frame == test->frame)
			return test;
	}
	return NULL;
}

static void say_load(struct explain *x, const struct xbpf_trace_entry *e,
		     const char *words)
{
	const struct xbpf_trace_entry *test = find_other_test(x, e);

	if (!test) {
		LOST(x, "insn %u reads it from memory: %s", e->insn, words);
		return;
	}
	LOST(x, "insn %u reads it again: insn %u tested what was there before",
	     e->insn, test->insn);
	x->report->hint = "memory may change between two reads: "
			  "read it once, into a local variable, and test that";
}

/* The store whose number a load of the stack should have found again. */
static const struct xbpf_trace_entry *find_stored(const struct explain *x)
{
	int culprit = x->culprit - x->slice.step;
	u32 i;

	for (i = 0; i < x->slice.nr; i++)
		if (x->slice.step[i].consumer == culprit &&
		    x->slice.step[i].entry->kind == TRACE_STORE)
			return x->slice.step[i].entry;
	return NULL;
}

static void say_fill(struct explain *x, const struct xbpf_trace_entry *e,
		     const char *words)
{
	const struct xbpf_trace_entry *store = find_stored(x);

	if (store && is_scalar(&e->val) &&
	    !xbpf_value_subset(&e->val.val, &store->val.val))
		LOST(x, "insn %u reads %s: rounds leave different numbers there, "
		     "and what insn %u stored is forgotten",
		     e->insn, words, store->insn);
	else
		LOST(x, "insn %u leaves %s", e->insn, words);
}

/* Where the culprit's value came from. */
static void say_lost(struct explain *x)
{
	const struct xbpf_trace_entry *e;
	char name[64], words[XBPF_REPORT_TEXT / 2];

	if (!x->culprit)
		return;
	e = x->culprit->entry;
	xbpf_reg_words(x->env, words, sizeof(words), &e->val);
	if (e->kind == TRACE_HELPER && e->slot == NO_LOC)
		LOST(x, "%s at insn %u returns %s",
		     called(x, e, name, sizeof(name)), e->insn, words);
	else if (e->kind == TRACE_HELPER)
		LOST(x, "%s at insn %u writes it: it may be any number",
		     called(x, e, name, sizeof(name)), e->insn);
	else if (e->kind == TRACE_FORGOT)
		LOST(x, "paths meet at insn %u, with different numbers: R%u becomes %s",
		     e->insn, e->reg, words);
	else if (e->kind == TRACE_CALL)
		LOST(x, "it is an argument of the function called at insn %u",
		     e->insn);
	else if (env_op(x->env, e->insn)->kind == XBPF_KIND_LDX &&
		 is_number_load(e))
		say_load(x, e, words);
	else if (e->kind == TRACE_SET && e->slot != NO_LOC)
		say_fill(x, e, words);
	else
		LOST(x, "insn %u leaves %s", e->insn, words);
}

/* ---- one function for each need ---- */

/* Is what @e did the reason that the register holds nothing? */
static int took_reg(struct explain *x, const struct xbpf_trace_entry *e)
{
	int reg = x->report->reg;
	char name[64];

	if (e->kind != TRACE_HELPER && e->kind != TRACE_RETURN)
		return 0;
	if (e->kind == TRACE_RETURN ? e->frame != frame_now(x) + 1 :
	    e->frame != frame_now(x))
		return 0;
	if (e->kind == TRACE_RETURN)
		scnprintf(name, sizeof(name), "the function that returned");
	else
		called(x, e, name, sizeof(name));
	if (reg >= XBPF_REG_1 && reg <= XBPF_REG_5)
		LOST(x, "%s at insn %u took it: calls keep R6 to R9 only",
		     name, e->insn);
	else if (reg == XBPF_REG_0)
		LOST(x, "%s at insn %u returns nothing", name, e->insn);
	else if (reg >= XBPF_REG_6 && e->gone >> (reg - XBPF_REG_6) & 1)
		LOST(x, "%s at insn %u released it", name, e->insn);
	else
		return 0;
	return 1;
}

static void cause_init(struct explain *x)
{
	int reg = x->report->reg;
	const struct xbpf_trace_entry *e;
	u32 pos = xbpf_trace_len(x->env);

	if (reg == XBPF_REG_0 &&
	    env_op(x->env, x->env->insn)->kind == XBPF_KIND_EXIT)
		CAUSE(x, "R0, the return value, is not set on this path");
	else
		CAUSE(x, "R%d holds nothing on this path", reg);
	while (pos--) {
		e = xbpf_trace_at(x->env->trace, pos);
		if (!e || took_reg(x, e))
			return;
		if (e->frame == frame_now(x) && e->reg == reg)
			return;
	}
}

static void cause_non_null(struct explain *x)
{
	slice_reg(x);
	x->culprit = find_culprit(&x->slice, is_not_null);
	CAUSE(x, "R%d may be NULL: no test on this path says that it is not",
	      x->report->reg);
	say_lost(x);
}

static const struct xbpf_trace_entry *first_step(const struct explain *x)
{
	return x->slice.nr ? x->slice.step[x->slice.nr - 1].entry : NULL;
}

static const struct xbpf_slice_step *find_release(const struct explain *x)
{
	u32 i;

	for (i = 0; i < x->slice.nr; i++)
		if (x->slice.step[i].entry->gone)
			return &x->slice.step[i];
	return NULL;
}

static void cause_pointer(struct explain *x)
{
	const struct xbpf_slice_step *release;
	const struct xbpf_trace_entry *e;
	char name[64];
	int reg = x->report->reg;

	slice_reg(x);
	release = find_release(x);
	e = first_step(x);
	if (release) {
		x->culprit = release;
		e = release->entry;
		CAUSE(x, "R%d was a pointer to what has been released", reg);
		LOST(x, "%s at insn %u released it",
		     called(x, e, name, sizeof(name)), e->insn);
		x->report->hint = "copy what is needed before it is given back";
		return;
	}
	if (reg_is_null(&x->reg)) {
		CAUSE(x, "R%d is NULL on this path", reg);
		x->culprit = x->slice.nr ? &x->slice.step[0] : NULL;
		if (x->culprit && x->culprit->entry->kind == TRACE_JUMP)
			LOST(x, "the test at insn %u says so",
			     x->culprit->entry->insn);
		x->report->hint = "use the pointer on the branch where it is not NULL";
		return;
	}
	CAUSE(x, "R%d is a number, not an address that may be followed: %s",
	      reg, x->report->value);
	if (e)
		x->culprit = &x->slice.step[x->slice.nr - 1];
	say_lost(x);
}

/* The numbers of "..._size=4 off=16 size=4". */
static int say_bytes(struct explain *x)
{
	const char *object = strstr(x->report->phrase, "_size="), *off, *size;
	s64 numbers[3];
	u32 i;

	off = object ? strstr(object, " off=") : NULL;
	size = off ? strstr(off, " size=") : NULL;
	if (!size)
		return 0;
	for (i = 0; i < 3; i++) {
		const char *at = i == 0 ? object + 6 : i == 1 ? off + 5 :
				 size + 6;
		int minus = *at == '-';

		at += minus;
		for (numbers[i] = 0; *at >= '0' && *at <= '9'; at++)
			numbers[i] = 10 * numbers[i] + *at - '0';
		if (minus)
			numbers[i] = -numbers[i];
	}
	CAUSE(x, "%lld byte(s) at offset %lld of %lld are touched: R%d is %s",
	      (long long)numbers[2], (long long)numbers[1],
	      (long long)numbers[0], x->report->reg, x->report->value);
	if (numbers[1] >= 0 && xbpf_value_is_const(&x->reg.val))
		x->report->hint = "the access ends beyond the object: compare "
				  "offset + size with its size";
	return 1;
}

static void cause_max(struct explain *x)
{
	slice_reg(x);
	x->culprit = find_culprit(&x->slice, is_bounded);
	if (x->report->reg < 0 || !say_bytes(x))
		CAUSE(x, "R%d is not bounded from above: it is %s",
		      x->report->reg, x->report->value);
	say_lost(x);
}

static void cause_min(struct explain *x)
{
	slice_reg(x);
	x->culprit = find_culprit(&x->slice, is_positive);
	if (x->report->reg < 0 || !say_bytes(x))
		CAUSE(x, "R%d may be %s: it is %s", x->report->reg,
		      x->reg.val.smin < 0 ? "negative" : "too small",
		      x->report->value);
	say_lost(x);
}

static void cause_size(struct explain *x)
{
	slice_reg(x);
	x->culprit = find_culprit(&x->slice, is_bounded);
	CAUSE(x, "R%d is a size and not bounded from above: it is %s",
	      x->report->reg, x->report->value);
	say_lost(x);
}

static int read_number(const char **at)
{
	int minus = **at == '-', n = 0;

	*at += minus || **at == '+';
	while (**at >= '0' && **at <= '9')
		n = 10 * n + *(*at)++ - '0';
	return minus ? -n : n;
}

/* The store that wrote another part of the slot of fp + @at, newest first. */
static const struct xbpf_trace_entry *find_store(const struct explain *x, int at)
{
	u32 pos = xbpf_trace_len(x->env);
	const struct xbpf_trace_entry *e;

	while (pos--) {
		e = xbpf_trace_at(x->env->trace, pos);
		if (!e)
			return NULL;
		if (e->kind == TRACE_STORE && e->slot == (-at - 1) / 8 &&
		    e->slot_frame == frame_now(x))
			return e;
	}
	return NULL;
}

/* "... off -16+4 size 16": byte 4 of those from fp-16. */
static void cause_written(struct explain *x)
{
	const char *at = strstr(x->report->phrase, "off ");
	const struct xbpf_trace_entry *e;
	int start, byte;

	if (!at || at[4] == '(')
		return;
	at += 4;
	start = read_number(&at);
	byte = read_number(&at);
	CAUSE(x, "the byte at fp%d, byte %d of those that are read, was not written on this path",
	      start + byte, byte);
	e = find_store(x, start + byte);
	if (e)
		LOST(x, "insn %u writes other bytes beside it", e->insn);
}

static void cause_release(struct explain *x)
{
	const char *at = strstr(x->report->phrase, "alloc_insn=");
	u32 insn, pos = xbpf_trace_len(x->env);
	const struct xbpf_trace_entry *e;
	char name[64];

	if (!at)
		return;
	at += 11;
	insn = read_number(&at);
	while (pos--) {
		e = xbpf_trace_at(x->env->trace, pos);
		if (!e)
			return;
		if (e->insn != insn)
			continue;
		called(x, e, name, sizeof(name));
		CAUSE(x, "what %s at insn %u returned is still held where the program ends",
		      name, insn);
		x->slice.step[0] = (struct xbpf_slice_step){
			.entry = e, .consumer = -1, .times = 1 };
		x->slice.nr = 1;
		x->culprit = &x->slice.step[0];
		return;
	}
}

/* "off=23 size=1", and as many bytes as the pointer's range. */
static void cause_packet(struct explain *x)
{
	const char *off = strstr(x->report->phrase, "off=");
	const char *size = strstr(x->report->phrase, "size=");

	slice_reg(x);
	if (!off || !size)
		return;
	off += 4;
	size += 5;
	CAUSE(x, "%d byte(s) at offset %d of the packet are touched, and %u are "
	      "proved to be there: R%d is %s",
	      read_number(&size), read_number(&off), x->reg.arg,
	      x->report->reg, x->report->value);
}

static void cause_unlock(struct explain *x)
{
	u32 pos = xbpf_trace_len(x->env);
	const struct xbpf_trace_entry *e;

	while (pos--) {
		e = xbpf_trace_at(x->env->trace, pos);
		if (!e)
			return;
		if (!xbpf_calls_helper(x->env, e->insn, XBPF_FUNC_spin_lock))
			continue;
		CAUSE(x, "the lock that insn %u takes is still held here",
		      e->insn);
		x->slice.step[0] = (struct xbpf_slice_step){
			.entry = e, .consumer = -1, .times = 1 };
		x->slice.nr = 1;
		x->culprit = &x->slice.step[0];
		return;
	}
}

/* The jump back that was taken most often on the path. */
static const struct xbpf_trace_entry *find_loop(const struct explain *x,
						u32 *rounds)
{
	const struct xbpf_trace_entry *e, *loop[MAX_LOOPS];
	u32 times[MAX_LOOPS], nr = 0, i, best = 0;
	u32 pos = xbpf_trace_len(x->env);

	while (pos--) {
		e = xbpf_trace_at(x->env->trace, pos);
		if (!e)
			break;
		if (e->next > e->insn || e->kind == TRACE_CALL ||
		    e->kind == TRACE_RETURN || e->kind == TRACE_FORGOT)
			continue;
		for (i = 0; i < nr && loop[i]->insn != e->insn; i++)
			;
		if (i == MAX_LOOPS)
			continue;
		if (i == nr) {
			loop[nr] = e;
			times[nr++] = 0;
		}
		if (++times[i] > times[best])
			best = i;
	}
	*rounds = nr ? times[best] : 0;
	return nr ? loop[best] : NULL;
}

static void cause_end(struct explain *x)
{
	struct xbpf_report_source source;
	const struct xbpf_trace_entry *e;
	u32 rounds;

	e = find_loop(x, &rounds);
	if (!e)
		return;
	CAUSE(x, "the loop between insn %u and insn %u does not end: %u round%s on this path%s",
	      e->next, e->insn, rounds, rounds == 1 ? "" : "s",
	      xbpf_trace_at(x->env->trace, 0) ? "" : " at least");
	xbpf_line_find(x->env, e->insn, &source);
	if (source.file)
		LOST(x, "insn %u, line %u, begins the next round", e->insn,
		     source.line);
}

/* Of pointer + number the number is to blame, whichever operand it is. */
static void cause_number(struct explain *x)
{
	const struct xbpf_insn *insn = env_insn(x->env);
	const struct xbpf_reg *regs = state_regs(x->env->st);

	if (env_op(x->env, x->env->insn)->use & XBPF_USE_S &&
	    regs[insn->src_reg].type == T_SCALAR) {
		x->report->reg = insn->src_reg;
		x->reg = regs[insn->src_reg];
		xbpf_reg_words(x->env, x->report->value,
			       sizeof(x->report->value), &x->reg);
	}
	slice_reg(x);
	x->culprit = find_culprit(&x->slice, is_bounded) ?:
		     find_culprit(&x->slice, is_positive);
	CAUSE(x, "R%d is not bounded on both sides: it is %s", x->report->reg,
	      x->report->value);
	say_lost(x);
}

static void cause_value(struct explain *x)
{
	if (x->report->reg < 0)
		return;
	slice_reg(x);
	CAUSE(x, "R%d is %s", x->report->reg, x->report->value);
}

static void cause_other(struct explain *x)
{
}

static void (* const causes[])(struct explain *x) = {
	[NEED_OTHER]	= cause_other,
	[NEED_INIT]	= cause_init,
	[NEED_NON_NULL]	= cause_non_null,
	[NEED_POINTER]	= cause_pointer,
	[NEED_MAX]	= cause_max,
	[NEED_MIN]	= cause_min,
	[NEED_SIZE]	= cause_size,
	[NEED_PACKET]	= cause_packet,
	[NEED_UNLOCK]	= cause_unlock,
	[NEED_WRITTEN]	= cause_written,
	[NEED_RELEASE]	= cause_release,
	[NEED_END]	= cause_end,
	[NEED_RETURN]	= cause_value,
	[NEED_NUMBER]	= cause_number,
	[NEED_VALUE]	= cause_value,
};

/* Fills the report's cause and lost, the slice and its culprit. */
void xbpf_cause_find(struct explain *x)
{
	enum xbpf_need need = x->row ? x->row->need : NEED_VALUE;

	if (x->report->reg < 0 && need != NEED_WRITTEN && need != NEED_UNLOCK &&
	    need != NEED_RELEASE && need != NEED_END)
		return;
	causes[need](x);
}
