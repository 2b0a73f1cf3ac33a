// SPDX-License-Identifier: GPL-2.0-only
/*
 * Part of pass 8: calls of bpf_loop() become loops.
 *
 * Requires what the walk noted of such a call: that it has one callback and no
 * flags on every path. The callback is a subprogram like others then, called
 * directly. Whoever uses bpf_loop() is also shown the loop (xlated).
 *
 * Afterwards instructions, facts, subprograms and the host's records are those of
 * the longer program. What cannot be done (a jump that would not reach, a stack
 * that would not do) is left as it was: the helper does the same.
 */
#include "verifier/priv.h"

/* Below the stack of the subprogram: what was in R6 to R8. */
#define SAVED_BYTES	24

#define INSN(c, d, s, o, i)						\
	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
#define MOV(d, s)	INSN(XBPF_ALU64 | XBPF_MOV | XBPF_X, d, s, 0, 0)
#define MOV_IMM(d, i)	INSN(XBPF_ALU64 | XBPF_MOV | XBPF_K, d, 0, 0, i)
#define SAVE(reg, at)							\
	INSN(XBPF_STX | XBPF_MEM | XBPF_DW, XBPF_REG_10, reg, at, 0)
#define RESTORE(reg, at)						\
	INSN(XBPF_LDX | XBPF_MEM | XBPF_DW, reg, XBPF_REG_10, at, 0)

/* R6: rounds, of 32 bits as the helper has them; R7: the callback's context; R8: done. */
static const struct xbpf_insn loop[] = {
	INSN(XBPF_JMP32 | XBPF_JGT | XBPF_K, XBPF_REG_1, 0, 17, XBPF_MAX_LOOPS),
	SAVE(XBPF_REG_6, -24),
	SAVE(XBPF_REG_7, -16),
	SAVE(XBPF_REG_8, -8),
	INSN(XBPF_ALU | XBPF_MOV | XBPF_X, XBPF_REG_6, XBPF_REG_1, 0, 0),
	MOV(XBPF_REG_7, XBPF_REG_3),
	MOV_IMM(XBPF_REG_8, 0),
	INSN(XBPF_JMP | XBPF_JGE | XBPF_X, XBPF_REG_8, XBPF_REG_6, 5, 0),
	MOV(XBPF_REG_1, XBPF_REG_8),
	MOV(XBPF_REG_2, XBPF_REG_7),
	INSN(XBPF_JMP | XBPF_CALL, 0, XBPF_PSEUDO_CALL, 0, 0),
	INSN(XBPF_ALU64 | XBPF_ADD | XBPF_K, XBPF_REG_8, 0, 0, 1),
	INSN(XBPF_JMP | XBPF_JEQ | XBPF_K, XBPF_REG_0, 0, -6, 0),
	MOV(XBPF_REG_0, XBPF_REG_8),
	RESTORE(XBPF_REG_6, -24),
	RESTORE(XBPF_REG_7, -16),
	RESTORE(XBPF_REG_8, -8),
	INSN(XBPF_JMP | XBPF_JA, 0, 0, 1, 0),
	MOV_IMM(XBPF_REG_0, -E2BIG),
};

/*
 * struct longer - the program with its loops
 * @len: its instructions
 * @new_of: by instruction of the old program, and for its end: where it is now
 */
struct longer {
	u32 len;
	u32 *new_of;
	struct xbpf_insn *insns, *code;
	struct xbpf_fact *facts;
	u8 *op;
};

static int is_loop(const struct xbpf_venv *env, u32 insn)
{
	const struct xbpf_fact *fact = &env->facts[insn];

	return (fact->flags & XBPF_FACT_SEEN) && (fact->flags & FACT_LOOP) &&
	       !(fact->flags & FACT_MAP_MIXED);
}

/*
 * Subprograms that @sub may call on its own stack: of these alone the stack pass
 * has counted stack and frames below it. One later in the order may call @sub, and
 * one that @sub was given by its caller is not among those that it names.
 */
static void find_callees(const struct xbpf_venv *env, u32 sub,
			 unsigned long *callees)
{
	u32 i;
	int callee;

	bitmap_zero(callees, XBPF_MAX_SUBPROGS);
	for (i = env->sub[sub].start; i < env->sub[sub].end; i++) {
		callee = xbpf_sub_called(env, i);
		if (callee >= 0 && env->sub[callee].order < env->sub[sub].order)
			__set_bit(callee, callees);
	}
}

/* Leaves FACT_LOOP at the calls to be replaced alone; how many are there? */
static u32 find_in(struct xbpf_venv *env, u32 sub)
{
	DECLARE_BITMAP(callees, XBPF_MAX_SUBPROGS);
	u32 i, nr = 0;

	find_callees(env, sub, callees);
	for (i = env->sub[sub].start; i < env->sub[sub].end; i++) {
		if (is_loop(env, i) && test_bit(env->facts[i].map, callees))
			nr++;
		else
			env->facts[i].flags &= ~FACT_LOOP;
	}
	return nr;
}

static void number(const struct xbpf_venv *env, struct longer *to)
{
	u32 i;

	to->len = 0;
	for (i = 0; i < env->len; i++) {
		to->new_of[i] = to->len;
		to->len += env->facts[i].flags & FACT_LOOP ?
			ARRAY_SIZE(loop) : 1;
	}
	to->new_of[i] = to->len;
}

static s64 new_distance(const struct longer *to, u32 from, s64 target)
{
	return (s64)to->new_of[target] - to->new_of[from] - 1;
}

/* Will all jumps reach? Distances in imm always do. */
static int jumps_reach(const struct xbpf_venv *env, const struct longer *to)
{
	const struct xbpf_op_info *op;
	s64 distance;
	u32 i;

	for (i = 0; i < env->len; i++) {
		op = env_op(env, i);
		if (!op_jumps(op) || op->oper == XBPF_OPER_JA32)
			continue;
		distance = new_distance(to, i,
					insn_target(&env->prog->insns[i], i, op));
		if (distance != (s16)distance)
			return 0;
	}
	return 1;
}

static void set_target(const struct xbpf_venv *env, const struct longer *to, u32 i)
{
	const struct xbpf_op_info *op = env_op(env, i);
	struct xbpf_insn *insn = &to->insns[to->new_of[i]];
	int sub = xbpf_sub_called(env, i);

	if (op_jumps(op) && op->oper != XBPF_OPER_JA32)
		insn->off = new_distance(to, i, insn_target(insn, i, op));
	else if (op_jumps(op))
		insn->imm = new_distance(to, i, insn_target(insn, i, op));
	else if (sub >= 0)
		insn->imm = new_distance(to, i, env->sub[sub].start);
}

static void copy_insn(const struct xbpf_venv *env, struct longer *to, u32 i)
{
	u32 at = to->new_of[i];

	to->insns[at] = env->prog->insns[i];
	to->facts[at] = env->facts[i];
	to->op[at] = env->op[i];
	set_target(env, to, i);
}

static void put_loop(const struct xbpf_venv *env, struct longer *to, u32 sub, u32 i)
{
	s32 callback = to->new_of[env->sub[env->facts[i].map].start];
	s32 depth = round_up(env->sub[sub].stack, 8);
	u32 at = to->new_of[i], n;

	for (n = 0; n < ARRAY_SIZE(loop); n++, at++) {
		struct xbpf_insn *insn = &to->insns[at];

		*insn = loop[n];
		if (insn->src_reg == XBPF_PSEUDO_CALL &&
		    insn->code == (XBPF_JMP | XBPF_CALL))
			insn->imm = callback - (s32)at - 1;
		else if (XBPF_MODE(insn->code) == XBPF_MEM &&
			 XBPF_CLASS(insn->code) <= XBPF_STX)
			insn->off -= depth;
		to->facts[at].flags = XBPF_FACT_SEEN;
		to->op[at] = xbpf_op_find(insn);
	}
}

static void fill(const struct xbpf_venv *env, struct longer *to)
{
	u32 sub, i;

	for (sub = 0; sub < env->nr_subs; sub++) {
		for (i = env->sub[sub].start; i < env->sub[sub].end; i++) {
			if (env->facts[i].flags & FACT_LOOP)
				put_loop(env, to, sub, i);
			else
				copy_insn(env, to, i);
		}
	}
}

static int make(struct longer *to)
{
	to->insns = kvcalloc(to->len, sizeof(*to->insns), GFP_KERNEL_ACCOUNT);
	to->code = kvcalloc(to->len, sizeof(*to->code), GFP_KERNEL_ACCOUNT);
	to->facts = kvcalloc(to->len, sizeof(*to->facts), GFP_KERNEL_ACCOUNT);
	to->op = kvcalloc(to->len, 1, GFP_KERNEL_ACCOUNT);
	return to->insns && to->code && to->facts && to->op ? 0 : -ENOMEM;
}

static void move_records(struct xbpf_venv *env, const struct longer *to)
{
	const struct xbpf_verify_opts *opts = env->opts;
	u32 i;

	for (i = 0; opts->func_info && i < opts->nr_func_info; i++)
		opts->func_info[i].insn_off =
			to->new_of[opts->func_info[i].insn_off];
	for (i = 0; opts->line_info && i < opts->nr_line_info; i++)
		opts->line_info[i].insn_off =
			to->new_of[opts->line_info[i].insn_off];
}

/* @to becomes the program, the old one what is to be freed. */
static void take(struct xbpf_venv *env, struct longer *to)
{
	struct xbpf_prog *prog = env->prog;
	u32 i;

	move_records(env, to);
	for (i = 0; i < env->nr_subs; i++) {
		env->sub[i].start = to->new_of[env->sub[i].start];
		env->sub[i].end = to->new_of[env->sub[i].end];
	}
	swap(prog->insns, to->insns);
	swap(prog->code, to->code);
	swap(prog->facts, to->facts);
	swap(env->op, to->op);
	prog->len = to->len;
	env->facts = prog->facts;
	env->len = to->len;
}

static void drop(struct longer *to)
{
	kvfree(to->new_of);
	kvfree(to->insns);
	kvfree(to->code);
	kvfree(to->facts);
	kvfree(to->op);
}

/* Room for what the loops save; @nr subprograms of the deepest chain have some. */
static void grow_stacks(struct xbpf_venv *env, u32 nr, const unsigned long *subs)
{
	u32 sub;

	env->prog->stack += nr * SAVED_BYTES;
	for_each_set_bit(sub, subs, XBPF_MAX_SUBPROGS)
		env->sub[sub].stack = round_up(env->sub[sub].stack, 8) +
				      SAVED_BYTES;
}

/* Loops of @nr subprograms of one chain: does the stack do, at the worst? */
static int stack_does(const struct xbpf_venv *env, u32 nr)
{
	return !env->prog->uses_tail_call &&
	       env->prog->stack + nr * SAVED_BYTES <= XBPF_STACK_SIZE;
}

static int replace(struct xbpf_venv *env, u32 nr, const unsigned long *subs)
{
	struct longer to = {};
	int err = -ENOMEM;

	to.new_of = kvmalloc_array((size_t)env->len + 1, sizeof(u32),
				   GFP_KERNEL_ACCOUNT);
	if (!to.new_of)
		goto out;
	number(env, &to);
	err = 0;
	if (to.len > XBPF_MAX_INSNS || !jumps_reach(env, &to))
		goto out;
	err = make(&to);
	if (err)
		goto out;
	fill(env, &to);
	take(env, &to);
	grow_stacks(env, nr, subs);
out:
	drop(&to);
	return err;
}

int xbpf_inline_loops(struct xbpf_venv *env)
{
	DECLARE_BITMAP(subs, XBPF_MAX_SUBPROGS);
	u32 sub, nr = 0;

	/* Who looks at the walk knows instructions by their number. */
	if (env->opts->observe)
		return 0;
	bitmap_zero(subs, XBPF_MAX_SUBPROGS);
	for (sub = 0; sub < env->nr_subs; sub++) {
		if (!find_in(env, sub))
			continue;
		__set_bit(sub, subs);
		nr++;
	}
	nr = min(nr, (u32)XBPF_MAX_FRAMES);
	return nr && stack_does(env, nr) ? replace(env, nr, subs) : 0;
}
