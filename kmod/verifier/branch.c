// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conditional jumps: which edges are possible, and what each one teaches.
 *
 * Knows null checks and comparisons of numbers. An edge that no value of the
 * operands leads to is not walked.
 */
#include "verifier/priv.h"

struct jump {
	const struct xbpf_insn *insn;
	const struct xbpf_op_info *op;
	int with_reg;
	u32 target;
};

static int leads(struct xbpf_step *step, u32 next)
{
	step->next = next;
	return 0;
}

int xbpf_state_fork(struct xbpf_venv *env, const struct xbpf_state *st,
		    struct xbpf_step *step, u32 other)
{
	if (!env->fork)
		env->fork = xbpf_state_alloc();
	if (!env->fork || xbpf_state_copy(env, env->fork, st))
		return -ENOMEM;
	step->kind = STEP_FORK;
	step->other = other;
	return 0;
}

/* ---- numbers ---- */

/* Narrowed operands of one edge. */
struct edge {
	struct xbpf_value a, b;
	int possible;
};

static void edge_find(const struct jump *j, const struct xbpf_value *a,
		      const struct xbpf_value *b, enum xbpf_value_edge which,
		      struct edge *edge)
{
	edge->a = *a;
	edge->b = *b;
	edge->possible = xbpf_value_refine(j->insn->code >> 4, j->op->width,
					   which, &edge->a, &edge->b);
}

/* 0: no machine state has this number, with all that is related to it. */
static int set_number(struct xbpf_venv *env, struct xbpf_state *st, u32 regno,
		      const struct xbpf_value *val)
{
	struct xbpf_reg *reg = &state_regs(st)[regno];

	if (reg->id)
		return xbpf_number_narrow(env, st, reg->id, val);
	reg->val = *val;
	return 1;
}

/* 0: nothing leads to this edge. */
static int edge_apply(struct xbpf_venv *env, struct xbpf_state *st,
		      const struct jump *j, const struct edge *edge,
		      enum xbpf_value_edge which)
{
	struct xbpf_reg *regs = state_regs(st);

	if (!set_number(env, st, j->insn->dst_reg, &edge->a))
		return 0;
	if (!j->with_reg)
		return 1;
	return set_number(env, st, j->insn->src_reg, &edge->b) &&
	       xbpf_number_compare(env, st, j->insn->code >> 4, j->op->width,
				   which, &regs[j->insn->dst_reg],
				   &regs[j->insn->src_reg]);
}

/* What was known of the two numbers' difference decides it: 1. */
static int decided(struct xbpf_venv *env, const struct xbpf_state *st,
		   const struct jump *j, struct xbpf_step *step)
{
	const struct xbpf_reg *regs = state_regs(st);

	if (!j->with_reg)
		return 0;
	env->unnamed = 1;
	switch (xbpf_number_verdict(env, st, j->insn->code >> 4, j->op->width,
				    &regs[j->insn->dst_reg],
				    &regs[j->insn->src_reg])) {
	case XBPF_VALUE_ALWAYS:
		step->next = j->target;
		return 1;
	case XBPF_VALUE_NEVER:
		return 1;
	default:
		return 0;
	}
}

/* The comparison of a number with itself. */
static int same_number(const struct jump *j, const struct xbpf_state *st)
{
	const struct xbpf_reg *regs = state_regs(st);

	if (!j->with_reg)
		return 0;
	return j->insn->dst_reg == j->insn->src_reg ||
	       (regs[j->insn->dst_reg].id &&
		regs[j->insn->dst_reg].id == regs[j->insn->src_reg].id);
}

/* Taken (1) or not (0), or -1: not decided by the operands being equal. */
static int equal_verdict(const struct xbpf_op_info *op)
{
	switch (op->oper) {
	case XBPF_OPER_JEQ:
	case XBPF_OPER_JGE:
	case XBPF_OPER_JLE:
	case XBPF_OPER_JSGE:
	case XBPF_OPER_JSLE:
		return 1;
	case XBPF_OPER_JSET:
		return -1;
	default:
		return 0;
	}
}

/*
 * Narrows @st for the only possible edge, or env->fork for the taken one and
 * @st for the other; the facts may show that an edge is not possible.
 */
static int apply_edges(struct xbpf_venv *env, struct xbpf_state *st,
		       const struct jump *j, struct edge *taken,
		       struct edge *not_taken)
{
	struct xbpf_step unused;

	if (!taken->possible || !not_taken->possible) {
		if (taken->possible)
			taken->possible = edge_apply(env, st, j, taken,
						     XBPF_VALUE_TAKEN);
		if (not_taken->possible)
			not_taken->possible = edge_apply(env, st, j, not_taken,
							 XBPF_VALUE_FALLTHROUGH);
		return 0;
	}
	if (xbpf_state_fork(env, st, &unused, j->target))
		return -ENOMEM;
	taken->possible = edge_apply(env, env->fork, j, taken,
				     XBPF_VALUE_TAKEN);
	not_taken->possible = edge_apply(env, st, j, not_taken,
					 XBPF_VALUE_FALLTHROUGH);
	if (!not_taken->possible)
		swap(*st, *env->fork);
	return 0;
}

static int check_numbers(struct xbpf_venv *env, struct xbpf_state *st,
			 const struct jump *j, const struct xbpf_value *b,
			 struct xbpf_step *step)
{
	struct xbpf_value a = state_regs(st)[j->insn->dst_reg].val;
	struct edge taken, not_taken;
	int err;

	if (same_number(j, st) && equal_verdict(j->op) >= 0)
		return leads(step, equal_verdict(j->op) ? j->target :
			     step->next);
	if (decided(env, st, j, step))
		return 0;
	edge_find(j, &a, b, XBPF_VALUE_TAKEN, &taken);
	edge_find(j, &a, b, XBPF_VALUE_FALLTHROUGH, &not_taken);
	err = apply_edges(env, st, j, &taken, &not_taken);
	if (err)
		return err;
	/* No machine state gets here: the operands contradict themselves. */
	if (!taken.possible && !not_taken.possible) {
		step->kind = STEP_END;
		return 0;
	}
	if (!not_taken.possible)
		return leads(step, j->target);
	if (taken.possible) {
		step->kind = STEP_FORK;
		step->other = j->target;
	}
	return 0;
}

/* ---- pointers ---- */

static int is_null_check(const struct jump *j, const struct xbpf_reg *b)
{
	return (j->op->oper == XBPF_OPER_JEQ || j->op->oper == XBPF_OPER_JNE) &&
	       j->op->width == 64 && reg_is_null(b);
}

/*
 * Linux does not say of these that they are not NULL, and there are programs that
 * it must refuse for what they do if they are: such a comparison decides nothing,
 * and is as good as one of two pointers.
 */
static int is_never_asked(const struct xbpf_reg *ptr)
{
	return ptr->type == T_CTX || ptr->type == T_PACKET ||
	       ptr->type == T_PACKET_META || ptr->type == T_PACKET_END;
}

static int check_null_check(struct xbpf_venv *env, struct xbpf_state *st,
			    const struct jump *j, const struct xbpf_reg *ptr,
			    struct xbpf_step *step)
{
	int taken_is_null = j->op->oper == XBPF_OPER_JEQ;
	u32 id = ptr->id;
	int err;

	/*
	 * The kernel's own pointers may be NULL whatever their type says: both
	 * ways are possible, unless the program holds the object.
	 */
	if (ptr->type == T_BTF && !ptr->or_null && !ptr->ref)
		return xbpf_state_fork(env, st, step, j->target);
	if (!ptr->or_null)
		return leads(step, taken_is_null ? step->next : j->target);
	err = xbpf_state_fork(env, st, step, j->target);
	if (err)
		return err;
	xbpf_state_resolve_null(env->fork, id, taken_is_null);
	xbpf_state_resolve_null(st, id, !taken_is_null);
	return 0;
}

static int check_pointers(struct xbpf_venv *env, struct xbpf_state *st,
			  const struct jump *j, const struct xbpf_reg *a,
			  const struct xbpf_reg *b, struct xbpf_step *step)
{
	int err;

	if (reg_is_pointer(a) && !is_never_asked(a) && is_null_check(j, b))
		return check_null_check(env, st, j, a, step);
	if (reg_is_pointer(b) && !is_never_asked(b) && is_null_check(j, a))
		return check_null_check(env, st, j, b, step);
	err = xbpf_packet_jump(env, st, step, j->target);
	if (err)
		return min(err, 0);
	if (!env_leaks_ok(env))
		return xbpf_reject(env, -EACCES,
				   "R%u pointer comparison prohibited\n",
				   j->insn->dst_reg);
	return xbpf_state_fork(env, st, step, j->target);
}

int xbpf_check_jump(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step)
{
	struct jump j = {
		.insn = env_insn(env), .op = env_op(env, env->insn),
	};
	const struct xbpf_reg *regs = state_regs(st);
	struct xbpf_reg a = regs[j.insn->dst_reg], b;
	int err;

	j.with_reg = j.op->use & XBPF_USE_S;
	j.target = insn_target(j.insn, env->insn, j.op);
	err = j.with_reg ? xbpf_reg_check_read(env, st, j.insn->src_reg) : 0;
	err = err ?: xbpf_reg_check_read(env, st, j.insn->dst_reg);
	if (err)
		return err;
	if (j.with_reg)
		b = regs[j.insn->src_reg];
	else
		xbpf_reg_set_scalar(&b, xbpf_value_const((s64)j.insn->imm));
	if (reg_is_pointer(&a) || reg_is_pointer(&b))
		return check_pointers(env, st, &j, &a, &b, step);
	return check_numbers(env, st, &j, &b.val, step);
}

/*
 * Goes on, or jumps when the budget of the call is used up. Going on is walked
 * first: the rounds of the loop lie on one path, where they are compared.
 */
int xbpf_check_may_goto(struct xbpf_venv *env, struct xbpf_state *st,
			struct xbpf_step *step)
{
	u32 target = insn_target(env_insn(env), env->insn,
				 env_op(env, env->insn));
	int err = xbpf_state_fork(env, st, step, target);

	state_top(st)->may_gotos++;
	return err;
}

/**
 * xbpf_budget_spent - was some budget for may_goto used between two states?
 * @env: the verification
 * @s: a state of this path, before the one now
 *
 * One that both states have: a function that is called again has another one.
 */
int xbpf_budget_spent(const struct xbpf_venv *env, const struct xbpf_saved *s)
{
	const struct xbpf_frame *frame;
	u32 f;

	for (f = 0; f < env->st->nr_frames && f < s->nr_frames; f++) {
		frame = env->st->frame[f];
		if (frame->budget && frame->budget == s->budget[f] &&
		    frame->may_gotos != s->may_gotos[f])
			return 1;
	}
	return 0;
}
