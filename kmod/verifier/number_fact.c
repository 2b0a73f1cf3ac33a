// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one number says of the others.
 *
 * A fact about a number is carried backwards to what the number was made of,
 * and forwards to what else was made of that. Facts about numbers that no
 * register and no slot holds (a sum that was compared and is gone, the
 * difference of two numbers that were compared) stay for a while as ghosts.
 *
 * Sound because each step is one transfer function of the value domain,
 * forwards or backwards, between numbers that a definition relates; and each
 * cell is only ever narrowed. Knows definitions from number.c.
 */
#include "verifier/priv.h"

#define MAX_NARROWED	16	/* numbers that one fact may narrow */

/* ---- what is known of a number ---- */

const struct xbpf_reg *xbpf_number_holder(const struct xbpf_state *st, u32 id)
{
	const struct xbpf_reg *reg;
	u32 f, i;

	for_each_number(st, f, i, reg,
			if (xbpf_number_in(reg) == id)
				return reg);
	return NULL;
}

/* ---- conditions that were seen ---- */

static int is_signed_cond(u32 cond)
{
	return cond == XBPF_VALUE_JSGT || cond == XBPF_VALUE_JSGE ||
	       cond == XBPF_VALUE_JSLT || cond == XBPF_VALUE_JSLE;
}

/* A condition as a number that is 0 or 1: one of JLT, JSLT, JEQ, maybe not. */
struct truth {
	struct xbpf_def def;
	int negated;
};

static struct truth truth_of(u32 cond, u32 width, u32 a, u32 b)
{
	struct truth t = {
		.def = { .kind = DEF_TRUTH, .width = width, .a = a, .b = b },
	};

	t.def.op = is_signed_cond(cond) ? XBPF_VALUE_JSLT : XBPF_VALUE_JLT;
	switch (cond) {
	case XBPF_VALUE_JEQ:
	case XBPF_VALUE_JNE:
		t.def.op = XBPF_VALUE_JEQ;
		t.negated = cond == XBPF_VALUE_JNE;
		if (a > b)
			swap(t.def.a, t.def.b);
		break;
	case XBPF_VALUE_JGT:
	case XBPF_VALUE_JSGT:
	case XBPF_VALUE_JLE:
	case XBPF_VALUE_JSLE:
		t.negated = cond == XBPF_VALUE_JLE || cond == XBPF_VALUE_JSLE;
		swap(t.def.a, t.def.b);
		break;
	case XBPF_VALUE_JGE:
	case XBPF_VALUE_JSGE:
		t.negated = 1;
		break;
	}
	return t;
}

/* Was the condition seen to hold (1) or not to hold (0)? -1: it was not seen. */
static int seen(const struct xbpf_venv *env, const struct xbpf_state *st,
		u32 cond, u32 width, u32 a, u32 b)
{
	struct truth t = truth_of(cond, width, a, b);
	u32 i, id = xbpf_number_find(env, &t.def);

	for (i = 0; id && i < st->nr_ghosts; i++)
		if (st->ghost[i].id == id)
			return xbpf_value_to_const(&st->ghost[i].val) ^
			       t.negated;
	return -1;
}

/*
 * What comparisons of @a and @b said of a - b. With a >= b it does not wrap
 * and is at most the largest a minus the smallest b.
 */
static void narrow_by_order(const struct xbpf_venv *env,
			    const struct xbpf_state *st,
			    const struct xbpf_def *d,
			    const struct xbpf_value *a,
			    const struct xbpf_value *b, struct xbpf_value *diff)
{
	struct xbpf_value with;

	if (!st->nr_ghosts || d->op != XBPF_VALUE_SUB || d->width != 64)
		return;
	if (!seen(env, st, XBPF_VALUE_JEQ, 64, d->a, d->b))
		xbpf_value_exclude(diff, 0, 64);
	if (seen(env, st, XBPF_VALUE_JGE, 64, d->a, d->b) == 1 ||
	    seen(env, st, XBPF_VALUE_JGT, 64, d->a, d->b) == 1) {
		with = xbpf_value_urange(0, a->umax - b->umin);
		xbpf_value_meet(diff, &with);
	}
	if (seen(env, st, XBPF_VALUE_JSGE, 64, d->a, d->b) == 1 ||
	    seen(env, st, XBPF_VALUE_JSGT, 64, d->a, d->b) == 1) {
		with = xbpf_value_urange(0, (u64)a->smax - (u64)b->smin);
		xbpf_value_meet(diff, &with);
	}
	if (seen(env, st, XBPF_VALUE_JGT, 64, d->a, d->b) == 1 ||
	    seen(env, st, XBPF_VALUE_JSGT, 64, d->a, d->b) == 1)
		xbpf_value_exclude(diff, 0, 64);
}

/* ---- values ---- */

static struct xbpf_value operand_of(const struct xbpf_venv *env,
				    const struct xbpf_state *st, u32 id,
				    u64 c, u32 depth)
{
	return id ? xbpf_number_value(env, st, id, depth) : xbpf_value_const(c);
}

/* What the definition of a number says of it. */
static struct xbpf_value compute(const struct xbpf_venv *env,
				 const struct xbpf_state *st,
				 const struct xbpf_def *d, u32 depth)
{
	struct xbpf_value a, b, r;

	if (d->kind == DEF_NONE || d->kind == DEF_TRUTH || !depth)
		return xbpf_value_unknown();
	a = operand_of(env, st, d->a, d->c, depth - 1);
	switch (d->kind) {
	case DEF_SEXT:
		xbpf_value_sext(&a, d->bits, d->width);
		return a;
	case DEF_BSWAP:
		xbpf_value_bswap(&a, d->bits);
		return a;
	default:
		b = operand_of(env, st, d->b, d->c, depth - 1);
		r = a;
		xbpf_value_alu(d->op, d->width, &r, &b);
		narrow_by_order(env, st, d, &a, &b, &r);
		return r;
	}
}

struct xbpf_value xbpf_number_value(const struct xbpf_venv *env,
				    const struct xbpf_state *st, u32 id,
				    u32 depth)
{
	const struct xbpf_reg *reg = xbpf_number_holder(st, id);

	return reg ? reg->val : compute(env, st, xbpf_def_of(env, id), depth);
}

/* ---- narrowing ---- */

/*
 * struct narrowing - one fact on its way
 * @changed: numbers that it narrowed, @nr of them
 */
struct narrowing {
	struct xbpf_venv *env;
	struct xbpf_state *st;
	u32 nr;
	u32 changed[MAX_NARROWED];
};

/* A pointer's offset that turned out to be one number is a constant one. */
static void settle_offset(struct xbpf_reg *reg)
{
	s64 off;

	if (!reg_is_pointer(reg) || reg_is_packet(reg) ||
	    !xbpf_value_is_const(&reg->val))
		return;
	off = reg_offset(reg);
	reg->num = 0;
	if (off != (s32)off)
		return;
	reg->off = off;
	reg->val = xbpf_value_const(0);
}

static int narrow_cell(const struct xbpf_venv *env, struct xbpf_reg *reg,
		       u32 id, const struct xbpf_value *val)
{
	if (xbpf_number_in(reg) != id)
		return 1;
	if (!xbpf_names_wanted(env) && xbpf_value_subset(val, &reg->val)) {
		reg->val = *val;
		return 1;
	}
	if (!xbpf_value_meet(&reg->val, val))
		return 0;
	settle_offset(reg);
	return 1;
}

static int narrow_cells(struct narrowing *n, u32 id,
			const struct xbpf_value *val)
{
	struct xbpf_reg *reg;
	u32 f, i;

	for_each_number(n->st, f, i, reg,
			if (!narrow_cell(n->env, reg, id, val))
				return 0);
	if (n->nr < MAX_NARROWED)
		n->changed[n->nr++] = id;
	return 1;
}

static int narrow_back(struct narrowing *n, u32 id,
		       const struct xbpf_value *val, u32 depth);

/* An operand was @old and is @new. */
static int narrow_operand(struct narrowing *n, u32 id,
			  const struct xbpf_value *old,
			  const struct xbpf_value *new, u32 depth)
{
	if (!id || xbpf_value_equal(old, new))
		return 1;
	return narrow_cells(n, id, new) && narrow_back(n, id, new, depth);
}

static int narrow_back(struct narrowing *n, u32 id,
		       const struct xbpf_value *val, u32 depth)
{
	const struct xbpf_def d = *xbpf_def_of(n->env, id);
	struct xbpf_value a, b, was_a, was_b;
	bool ok;

	if (d.kind == DEF_NONE || d.kind == DEF_TRUTH || !depth)
		return 1;
	a = was_a = operand_of(n->env, n->st, d.a, d.c, depth - 1);
	b = was_b = operand_of(n->env, n->st, d.b, d.c, depth - 1);
	if (d.kind == DEF_SEXT)
		ok = xbpf_value_inverse_sext(d.bits, d.width, val, &a);
	else if (d.kind == DEF_BSWAP)
		ok = xbpf_value_inverse_bswap(d.bits, val, &a);
	else
		ok = xbpf_value_inverse(d.op, d.width, val, &a, &b);
	return ok && narrow_operand(n, d.a, &was_a, &a, depth - 1) &&
	       narrow_operand(n, d.b, &was_b, &b, depth - 1);
}

/* Is the number made of one that was narrowed? */
static int depends(const struct narrowing *n, u32 id, u32 depth)
{
	const struct xbpf_def *d = xbpf_def_of(n->env, id);
	u32 i;

	if (d->kind == DEF_NONE || !depth)
		return 0;
	for (i = 0; i < n->nr; i++)
		if (n->changed[i] == d->a || n->changed[i] == d->b)
			return 1;
	return depends(n, d->a, depth - 1) || depends(n, d->b, depth - 1);
}

static int recompute(struct narrowing *n, struct xbpf_reg *reg)
{
	u32 id = xbpf_number_in(reg);
	struct xbpf_value val;

	if (!id || !depends(n, id, XBPF_DEF_DEPTH))
		return 1;
	val = compute(n->env, n->st, xbpf_def_of(n->env, id), XBPF_DEF_DEPTH);
	return narrow_cell(n->env, reg, id, &val);
}

static int narrow_forth(struct narrowing *n)
{
	struct xbpf_reg *reg;
	u32 f, i;

	for_each_number(n->st, f, i, reg,
			if (!recompute(n, reg))
				return 0);
	return 1;
}

/* ---- ghosts: facts about numbers that no cell holds ---- */

static void add_ghost(struct xbpf_state *st, u32 id,
		      const struct xbpf_value *val)
{
	struct xbpf_reg *ghost;

	if (xbpf_value_is_unknown(val))
		return;
	if (st->nr_ghosts == MAX_GHOSTS)
		memmove(&st->ghost[0], &st->ghost[1],
			--st->nr_ghosts * sizeof(st->ghost[0]));
	ghost = &st->ghost[st->nr_ghosts++];
	xbpf_reg_set_scalar(ghost, *val);
	ghost->id = id;
}

static int has_ghost(const struct xbpf_state *st, u32 id)
{
	u32 i;

	for (i = 0; i < st->nr_ghosts; i++)
		if (st->ghost[i].id == id)
			return 1;
	return 0;
}

/* Of a sum with a constant: what the sum without it is. */
static void remember(const struct xbpf_venv *env, struct xbpf_state *st, u32 id,
		     const struct xbpf_value *val)
{
	struct xbpf_sum s = xbpf_number_sum(env, id);
	struct xbpf_value base = *val, c = xbpf_value_const(s.c);

	if (xbpf_def_of(env, s.id)->kind == DEF_NONE || has_ghost(st, s.id))
		return;
	xbpf_value_alu(XBPF_VALUE_SUB, 64, &base, &c);
	add_ghost(st, s.id, &base);
}

/**
 * xbpf_number_narrow - a number is known better
 * @env: the verification
 * @st: every copy of the number is narrowed in it, and what is related to it
 * @id: the number, not 0
 * @val: what is known now
 *
 * Return: 0 if that cannot be: no machine state is left.
 */
int xbpf_number_narrow(struct xbpf_venv *env, struct xbpf_state *st, u32 id,
		       const struct xbpf_value *val)
{
	struct narrowing n = { .env = env, .st = st };

	if (!narrow_cells(&n, id, val))
		return 0;
	if (!xbpf_names_wanted(env))
		return 1;
	remember(env, st, id, val);
	return narrow_back(&n, id, val, XBPF_DEF_DEPTH) && narrow_forth(&n);
}

/**
 * xbpf_number_recall - what was known of a number before it was made (again)
 * @env: the verification
 * @st: the state
 * @id: the number; 0: nothing is known
 * @val: narrowed
 *
 * Return: 0 if no machine state is left.
 */
int xbpf_number_recall(const struct xbpf_venv *env, const struct xbpf_state *st,
		       u32 id, struct xbpf_value *val)
{
	struct xbpf_value known, c;
	struct xbpf_sum s;

	if (!id)
		return 1;
	s = xbpf_number_sum(env, id);
	c = xbpf_value_const(s.c);
	known = xbpf_number_value(env, st, id, 2);
	if (!xbpf_value_meet(val, &known))
		return 0;
	if (!s.c)
		return 1;
	known = xbpf_number_value(env, st, s.id, 2);
	xbpf_value_alu(XBPF_VALUE_ADD, 64, &known, &c);
	return xbpf_value_meet(val, &known);
}

/* ---- two numbers compared ---- */

/* What is known of the order of two numbers. */
enum {
	ABOVE		= 1 << 0,	/* a >= b, unsigned */
	BELOW		= 1 << 1,
	SABOVE		= 1 << 2,	/* the same, signed */
	SBELOW		= 1 << 3,
	DIFFERENT	= 1 << 4,
};

/* a - b is known: b + (a - b) does not wrap, so a is the larger one. */
static u32 facts_of(const struct xbpf_value *diff, const struct xbpf_value *b,
		    u32 above, u32 sabove)
{
	u32 facts = xbpf_value_contains(diff, 0) ? 0 : DIFFERENT;

	if (diff->umax <= U64_MAX - b->umax)
		facts |= above;
	if (diff->umax <= S64_MAX &&
	    b->smax <= S64_MAX - (s64)diff->umax)
		facts |= sabove;
	return facts;
}

static int known_difference(struct xbpf_venv *env, const struct xbpf_state *st,
			    u32 a, u32 b, struct xbpf_value *val)
{
	struct xbpf_sum s = xbpf_number_sub(env, a, b);
	struct xbpf_value c = xbpf_value_const(s.c);

	*val = c;
	if (!s.id)
		return s.c || a == b;
	if (!st->nr_ghosts && !xbpf_number_holder(st, s.id))
		return 0;
	*val = xbpf_number_value(env, st, s.id, 2);
	xbpf_value_alu(XBPF_VALUE_ADD, 64, val, &c);
	return 1;
}

/* A 32-bit comparison says what the 64-bit one would. */
static int same_at_64(const struct xbpf_value *v, u32 width, int is_signed)
{
	return width == 64 || v->umax <= (is_signed ? S32_MAX : U32_MAX);
}

/* What makes each condition true, and what makes it false. */
static const struct { u8 yes, no; } meaning[XBPF_VALUE_NR_CONDS] = {
	[XBPF_VALUE_JNE] = { DIFFERENT, 0xff },
	[XBPF_VALUE_JEQ] = { 0xff, DIFFERENT },
	[XBPF_VALUE_JGT] = { ABOVE | DIFFERENT, BELOW },
	[XBPF_VALUE_JGE] = { ABOVE, BELOW | DIFFERENT },
	[XBPF_VALUE_JLT] = { BELOW | DIFFERENT, ABOVE },
	[XBPF_VALUE_JLE] = { BELOW, ABOVE | DIFFERENT },
	[XBPF_VALUE_JSGT] = { SABOVE | DIFFERENT, SBELOW },
	[XBPF_VALUE_JSGE] = { SABOVE, SBELOW | DIFFERENT },
	[XBPF_VALUE_JSLT] = { SBELOW | DIFFERENT, SABOVE },
	[XBPF_VALUE_JSLE] = { SBELOW, SABOVE | DIFFERENT },
};

static enum xbpf_value_verdict verdict_of(u32 facts, u32 cond)
{
	if ((facts & meaning[cond].yes) == meaning[cond].yes)
		return XBPF_VALUE_ALWAYS;
	return (facts & meaning[cond].no) == meaning[cond].no ?
		XBPF_VALUE_NEVER : XBPF_VALUE_UNKNOWN;
}

/**
 * xbpf_number_verdict - is the jump taken, by what was compared before?
 * @env: the verification
 * @st: the state
 * @cond: the condition
 * @width: 64 or 32
 * @a: left operand, a number
 * @b: right operand
 */
enum xbpf_value_verdict xbpf_number_verdict(struct xbpf_venv *env,
					    const struct xbpf_state *st,
					    enum xbpf_value_cond cond,
					    u32 width,
					    const struct xbpf_reg *a,
					    const struct xbpf_reg *b)
{
	int is_signed = is_signed_cond(cond), wide, known;
	struct xbpf_value diff;
	u32 facts = 0;

	/* A test of bits compares nothing. */
	if (!xbpf_names_wanted(env) || !a->id || !b->id ||
	    cond == XBPF_VALUE_JSET)
		return XBPF_VALUE_UNKNOWN;
	wide = same_at_64(&a->val, width, is_signed) &&
	       same_at_64(&b->val, width, is_signed);
	known = seen(env, st, cond, wide ? 64 : width, a->id, b->id);
	if (known >= 0)
		return known ? XBPF_VALUE_ALWAYS : XBPF_VALUE_NEVER;
	if (!wide)
		return XBPF_VALUE_UNKNOWN;
	if (known_difference(env, st, a->id, b->id, &diff))
		facts |= facts_of(&diff, &b->val, ABOVE, SABOVE);
	if (known_difference(env, st, b->id, a->id, &diff))
		facts |= facts_of(&diff, &a->val, BELOW, SBELOW);
	return verdict_of(facts, cond);
}

static void rename_number(struct xbpf_reg *reg, u32 from, u32 to)
{
	if (xbpf_number_in(reg) != from)
		return;
	if (reg->type == T_SCALAR)
		reg->id = to;
	else
		reg->num = to;
}

/* From here on the two are one number. */
static void unite(struct xbpf_venv *env, struct xbpf_state *st, u32 a, u32 b)
{
	struct xbpf_reg *reg;
	u32 f, i;

	if (xbpf_def_of(env, b)->kind != DEF_NONE)
		swap(a, b);
	for_each_number(st, f, i, reg, rename_number(reg, b, a));
}

/* The difference of two numbers, where somebody has it, changes with them. */
static int narrow_difference(struct xbpf_venv *env, struct xbpf_state *st,
			     u32 a, u32 b)
{
	struct xbpf_sum s = xbpf_number_sub(env, a, b);
	struct xbpf_value diff;

	if (!s.id || !xbpf_number_holder(st, s.id))
		return 1;
	diff = compute(env, st, xbpf_def_of(env, s.id), 2);
	return xbpf_number_narrow(env, st, s.id, &diff);
}

/**
 * xbpf_number_compare - what an edge says of two numbers, beside their values
 * @env: the verification
 * @st: on that edge
 * @cond: the condition
 * @width: 64 or 32
 * @edge: which edge
 * @a: left operand, a register of @st with a number
 * @b: right operand, the same
 *
 * Return: 0 if no machine state is left.
 */
int xbpf_number_compare(struct xbpf_venv *env, struct xbpf_state *st,
			enum xbpf_value_cond cond, u32 width,
			enum xbpf_value_edge edge, struct xbpf_reg *a,
			struct xbpf_reg *b)
{
	int is_signed = is_signed_cond(cond), taken = edge == XBPF_VALUE_TAKEN;
	struct xbpf_value truth;
	struct truth t;
	u32 id;

	if (!xbpf_names_wanted(env) || xbpf_value_is_const(&a->val) ||
	    xbpf_value_is_const(&b->val) || cond == XBPF_VALUE_JSET)
		return 1;
	if (same_at_64(&a->val, width, is_signed) &&
	    same_at_64(&b->val, width, is_signed))
		width = 64;
	xbpf_number_name(env, a);
	xbpf_number_name(env, b);
	if (a->id == b->id)
		return 1;
	t = truth_of(cond, width, a->id, b->id);
	taken ^= t.negated;
	if (t.def.op == XBPF_VALUE_JEQ && taken && width == 64) {
		unite(env, st, a->id, b->id);
		return 1;
	}
	id = xbpf_number_truth(env, t.def);
	truth = xbpf_value_const(taken);
	if (id && !has_ghost(st, id))
		add_ghost(st, id, &truth);
	return width < 64 || (narrow_difference(env, st, a->id, b->id) &&
			      narrow_difference(env, st, b->id, a->id));
}
