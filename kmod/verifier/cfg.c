// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pass 4: basic blocks.
 *
 * Requires checked jumps. Afterwards: env->block[] in order of their starts,
 * with successors and predecessors' count turned into prune points; every
 * instruction can be reached through jumps and calls. Loops are not looked
 * for: the walk meets them.
 *
 * A block also ends after a call of a subprogram, so that what is live while
 * the callee runs is what is live at the start of the next block; and one
 * begins at a call of a helper that enters callbacks, for these return to it, and
 * wherever else a round of a loop begins whose end is not the verifier's business.
 */
#include "verifier/priv.h"

static int ends_block(const struct xbpf_op_info *op)
{
	return op_jumps(op) || op->kind == XBPF_KIND_EXIT ||
	       (op->kind == XBPF_KIND_CALL && op->oper == XBPF_OPER_LOCAL);
}

int xbpf_insn_begins_round(const struct xbpf_venv *env, u32 i)
{
	return env_op(env, i)->kind == XBPF_KIND_MAY_GOTO ||
	       xbpf_insn_is_iter_next(env, i) ||
	       xbpf_insn_calls_back(env, i);
}

int xbpf_insn_calls_back(const struct xbpf_venv *env, u32 i)
{
	const struct xbpf_helper *helper = xbpf_callee_of(env, i);
	u32 a;

	if (helper && helper->arg[0] == XBPF_ARG_TIMER)
		return 0;	/* it is called later */
	for (a = 0; helper && a < XBPF_MAX_HELPER_ARGS; a++)
		if (helper->arg[a] == XBPF_ARG_FUNC)
			return 1;
	return 0;
}

/* Marks in block_of[] where blocks start: 1. */
static void mark_leaders(struct xbpf_venv *env)
{
	const struct xbpf_op_info *op;
	u32 i;

	for (i = 0; i < env->nr_subs; i++)
		env->block_of[env->sub[i].start] = 1;
	for (i = 0; i < env->len; i++) {
		op = env_op(env, i);
		if (op_jumps(op))
			env->block_of[insn_target(&env->prog->insns[i], i,
						  op)] = 1;
		if (xbpf_insn_begins_round(env, i))
			env->block_of[i] = 1;
		if (ends_block(op) && i + 1 < env->len)
			env->block_of[i + 1] = 1;
	}
}

static u32 number_blocks(struct xbpf_venv *env)
{
	u32 i, nr = 0;

	for (i = 0; i < env->len; i++) {
		nr += env->block_of[i];
		env->block_of[i] = nr - 1;
	}
	return nr;
}

static void find_bounds(struct xbpf_venv *env)
{
	u32 i, s;

	for (i = 0; i < env->len; i++) {
		struct xbpf_block *b = &env->block[env->block_of[i]];

		if (!b->end)
			b->start = i;
		b->end = i + 1;
	}
	for (s = 0; s < env->nr_subs; s++) {
		struct xbpf_sub *sub = &env->sub[s];

		sub->first_block = env->block_of[sub->start];
		sub->end_block = env->block_of[sub->end - 1] + 1;
		for (i = sub->start; i < sub->end; i++)
			if (env_op(env, i)->kind == XBPF_KIND_MAY_GOTO)
				sub->may_goto = 1;
	}
}

static void find_successors(struct xbpf_venv *env, struct xbpf_block *b)
{
	u32 last = b->end - 1;
	const struct xbpf_op_info *op = env_op(env, last);
	s64 to;

	if (op_jumps(op)) {
		to = insn_target(&env->prog->insns[last], last, op);
		b->succ[b->nr_succ++] = env->block_of[to];
	}
	if (op->kind != XBPF_KIND_JA && op->kind != XBPF_KIND_EXIT)
		b->succ[b->nr_succ++] = env->block_of[b->end];
}

/* Paths meet where a block has several predecessors, or follows a call. */
static void find_prune_points(struct xbpf_venv *env, u8 *preds)
{
	const struct xbpf_op_info *op;
	u32 i, s;

	for (i = 0; i < env->nr_subs; i++)
		preds[env->sub[i].first_block] = 1;
	for (i = 0; i < env->nr_blocks; i++) {
		for (s = 0; s < env->block[i].nr_succ; s++) {
			u32 to = env->block[i].succ[s];

			preds[to] = min(preds[to] + 1, 2);
		}
	}
	for (i = 0; i < env->nr_blocks; i++) {
		op = env_op(env, env->block[i].end - 1);
		if (preds[i] > 1 ||
		    xbpf_insn_begins_round(env, env->block[i].start))
			env->block[i].prune = 1;
		if (op->kind == XBPF_KIND_CALL && op->oper == XBPF_OPER_LOCAL)
			env->block[i + 1].prune = 1;
	}
}

/* Blocks that @b's jumps and the calls in it lead to go on @work. */
static u32 push_reached(struct xbpf_venv *env, const struct xbpf_block *b,
			u8 *seen, u32 *work, u32 nr)
{
	u32 i, to;
	int sub;

	for (i = 0; i < b->nr_succ; i++) {
		to = b->succ[i];
		if (!seen[to]) {
			seen[to] = 1;
			work[nr++] = to;
		}
	}
	for (i = b->start; i < b->end; i++) {
		sub = xbpf_sub_called(env, i);
		if (sub < 0 || seen[env->sub[sub].first_block])
			continue;
		to = env->sub[sub].first_block;
		seen[to] = 1;
		work[nr++] = to;
	}
	return nr;
}

static int check_reachable(struct xbpf_venv *env, u8 *seen, u32 *work)
{
	u32 i, nr = 1;

	work[0] = 0;
	seen[0] = 1;
	while (nr) {
		nr--;
		nr = push_reached(env, &env->block[work[nr]], seen, work, nr);
	}
	for (i = 0; i < env->nr_blocks; i++) {
		if (!seen[i])
			return xbpf_reject(env, -EINVAL,
					   "unreachable insn %u\n",
					   env->block[i].start);
	}
	return 0;
}

static int check_graph(struct xbpf_venv *env)
{
	u8 *preds = kvcalloc(env->nr_blocks, 1, GFP_KERNEL_ACCOUNT);
	u8 *seen = kvcalloc(env->nr_blocks, 1, GFP_KERNEL_ACCOUNT);
	u32 *work = kvcalloc(env->nr_blocks, sizeof(u32), GFP_KERNEL_ACCOUNT);
	int err = -ENOMEM;

	if (preds && seen && work) {
		find_prune_points(env, preds);
		err = check_reachable(env, seen, work);
	}
	kvfree(work);
	kvfree(seen);
	kvfree(preds);
	return err;
}

int xbpf_pass_cfg(struct xbpf_venv *env)
{
	u32 i;

	env->block_of = kvcalloc(env->len, sizeof(u32), GFP_KERNEL_ACCOUNT);
	if (!env->block_of)
		return -ENOMEM;
	mark_leaders(env);
	env->nr_blocks = number_blocks(env);
	env->block = kvcalloc(env->nr_blocks, sizeof(*env->block), GFP_KERNEL_ACCOUNT);
	if (!env->block)
		return -ENOMEM;
	find_bounds(env);
	for (i = 0; i < env->nr_blocks; i++)
		find_successors(env, &env->block[i]);
	return check_graph(env);
}
