// SPDX-License-Identifier: GPL-2.0-only
/*
 * Passes 2 and 7: subprograms, who calls whom, and how much stack that takes.
 *
 * Requires decoded instructions. Afterwards: env->sub[] in order of their
 * starts, every jump stays in its subprogram, every subprogram ends in an exit
 * or a jump, no recursion. The stack pass runs after the walk, which knows how
 * deep each subprogram reaches. Knows nothing of registers.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char tail_call_deep[] =
	"tail_calls are not allowed when call stack of previous frames is %u bytes. Too large\n";

#define TAIL_CALL_STACK	256	/* most that may lie below a tail call */

int xbpf_sub_find(const struct xbpf_venv *env, s64 insn)
{
	u32 lo = 0, hi = env->nr_subs, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (env->sub[mid].start == insn)
			return mid;
		if (env->sub[mid].start < insn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -ENOENT;
}

static int names_subprog(const struct xbpf_venv *env, u32 i)
{
	const struct xbpf_op_info *op = env_op(env, i);

	if (op->kind == XBPF_KIND_CALL)
		return op->oper == XBPF_OPER_LOCAL;
	return op->kind == XBPF_KIND_LD_IMM64 &&
	       env->prog->insns[i].src_reg == XBPF_PSEUDO_FUNC;
}

int xbpf_sub_called(const struct xbpf_venv *env, u32 i)
{
	if (!names_subprog(env, i))
		return -ENOENT;
	return xbpf_sub_find(env, (s64)i + 1 + env->prog->insns[i].imm);
}

/*
 * A callback may name itself or who named it: for a timer it is no call; and where
 * it is one, the walk meets the limit of frames.
 */
static int names_callback(const struct xbpf_venv *env, u32 i)
{
	return env_op(env, i)->kind == XBPF_KIND_LD_IMM64;
}

static int add_subprog(struct xbpf_venv *env, s64 start)
{
	u32 at;

	if (start < 0 || start >= env->len)
		return xbpf_reject(env, -EINVAL,
				   "call to invalid destination\n");
	if (xbpf_sub_find(env, start) >= 0)
		return 0;
	if (env->nr_subs == XBPF_MAX_SUBPROGS)
		return xbpf_reject(env, -E2BIG, "too many subprograms\n");
	for (at = env->nr_subs; at && env->sub[at - 1].start > start; at--)
		env->sub[at] = env->sub[at - 1];
	memset(&env->sub[at], 0, sizeof(env->sub[at]));
	env->sub[at].start = start;
	env->nr_subs++;
	return 0;
}

static int find_subprogs(struct xbpf_venv *env)
{
	u32 i;
	int err = add_subprog(env, 0);

	for (i = 0; !err && i < env->len; i++) {
		if (names_subprog(env, i))
			err = add_subprog(env, (s64)i + 1 +
					  env->prog->insns[i].imm);
	}
	if (err)
		return err;
	for (i = 0; i < env->nr_subs; i++)
		env->sub[i].end = i + 1 < env->nr_subs ?
			env->sub[i + 1].start : env->len;
	return 0;
}

static int check_target(struct xbpf_venv *env, const struct xbpf_sub *sub,
			u32 i)
{
	s64 to = insn_target(&env->prog->insns[i], i, env_op(env, i));

	if (to < sub->start || to >= sub->end)
		return xbpf_reject(env, -EINVAL,
				   "jump out of range from insn %u to %lld\n",
				   i, (long long)to);
	if (env->op[to] == XBPF_OP_LD_IMM64_HI)
		return xbpf_reject(env, -EINVAL,
				   "jump into the middle of ldimm64 insn %lld\n",
				   (long long)to - 1);
	return 0;
}

static int check_subprog(struct xbpf_venv *env, const struct xbpf_sub *sub)
{
	u32 i, kind;
	int err;

	if (env->op[sub->start] == XBPF_OP_LD_IMM64_HI)
		return xbpf_reject(env, -EINVAL,
				   "jump into the middle of ldimm64 insn %u\n",
				   sub->start - 1);
	for (i = sub->start; i < sub->end; i++) {
		if (!op_jumps(env_op(env, i)))
			continue;
		err = check_target(env, sub, i);
		if (err)
			return err;
	}
	kind = env_op(env, sub->end - 1)->kind;
	if (kind != XBPF_KIND_EXIT && kind != XBPF_KIND_JA)
		return xbpf_reject(env, -EINVAL,
				   "last insn is not an exit or jmp\n");
	return 0;
}

enum { UNSEEN, OPEN, CLOSED };

/* Next subprogram that @sub names at or after *@at; *@at goes past it. */
static int next_callee(struct xbpf_venv *env, u32 sub, u32 *at)
{
	int callee;

	while (*at < env->sub[sub].end) {
		callee = xbpf_sub_called(env, (*at)++);
		if (callee >= 0)
			return callee;
	}
	return -ENOENT;
}

/* Depth first from @root; a subprogram is listed when its callees are. */
static int order_from(struct xbpf_venv *env, u32 root, u32 *nr, u32 *chain,
		      u32 *at)
{
	u32 depth = 0;
	int callee;

	chain[0] = root;
	at[0] = env->sub[root].start;
	env->sub[root].mark = OPEN;
	for (;;) {
		callee = next_callee(env, chain[depth], &at[depth]);
		if (callee < 0) {
			env->sub[chain[depth]].mark = CLOSED;
			env->sub[chain[depth]].order = *nr;
			env->callees_first[(*nr)++] = chain[depth];
			if (!depth--)
				return 0;
		} else if (env->sub[callee].mark == OPEN &&
			   !names_callback(env, at[depth] - 1)) {
			return xbpf_reject(env, -EINVAL,
					   "back-edge from insn %u to %u: recursive call\n",
					   at[depth] - 1,
					   env->sub[callee].start);
		} else if (env->sub[callee].mark == UNSEEN) {
			chain[++depth] = callee;
			at[depth] = env->sub[callee].start;
			env->sub[callee].mark = OPEN;
		}
	}
}

static int order_subprogs(struct xbpf_venv *env)
{
	u32 *scratch, nr = 0, i;
	int err = 0;

	env->callees_first = kcalloc(env->nr_subs, sizeof(u32), GFP_KERNEL_ACCOUNT);
	scratch = kcalloc(2 * env->nr_subs, sizeof(u32), GFP_KERNEL_ACCOUNT);
	if (!env->callees_first || !scratch)
		err = -ENOMEM;
	for (i = 0; !err && i < env->nr_subs; i++) {
		if (env->sub[i].mark == UNSEEN)
			err = order_from(env, i, &nr, scratch,
					 scratch + env->nr_subs);
	}
	kfree(scratch);
	return err;
}

int xbpf_pass_subprogs(struct xbpf_venv *env)
{
	u32 i;
	int err = find_subprogs(env);

	for (i = 0; !err && i < env->nr_subs; i++)
		err = check_subprog(env, &env->sub[i]);
	return err ?: order_subprogs(env);
}

/* ---- the stack pass ---- */

/**
 * struct chain - the worst chain of calls that leads to a subprogram
 * @above: bytes of stack of its callers
 * @frames: callers
 */
struct chain {
	u32 above;
	u32 frames;
};

static int check_depth(struct xbpf_venv *env, const struct xbpf_sub *sub,
		       const struct chain *c)
{
	u32 total = c->above + round_up(sub->stack, 8);

	if (c->frames + 1 > XBPF_MAX_FRAMES)
		return xbpf_reject(env, -E2BIG,
				   "the call stack of %u frames is too deep !\n",
				   c->frames + 1);
	if (total > XBPF_STACK_SIZE)
		return xbpf_reject(env, -EACCES,
				   "combined stack size of %u calls is %u. Too large\n",
				   c->frames + 1, total);
	if (sub->flags & XBPF_SUBPROG_TAIL_CALL &&
	    c->above >= TAIL_CALL_STACK)
		return xbpf_reject(env, -EACCES, tail_call_deep, c->above);
	env->prog->stack = max(env->prog->stack, total);
	env->prog->calls = max(env->prog->calls, c->frames);
	return 0;
}

static void extend_chains(struct xbpf_venv *env, u32 caller,
			  struct chain *chains)
{
	const struct chain *c = &chains[caller];
	u32 above = c->above + round_up(env->sub[caller].stack, 8);
	u32 at = env->sub[caller].start;
	int callee;

	while ((callee = next_callee(env, caller, &at)) >= 0) {
		if (env->sub[callee].order >= env->sub[caller].order)
			continue;	/* see names_callback() */
		chains[callee].above = max(chains[callee].above, above);
		chains[callee].frames = max(chains[callee].frames,
					    c->frames + 1);
	}
}

/* A caller of what tail-calls is itself entered anew: it must know. */
static void spread_tail_calls(struct xbpf_venv *env)
{
	u32 i, sub, at;
	int callee;

	for (i = 0; i < env->nr_subs; i++) {
		sub = env->callees_first[i];
		at = env->sub[sub].start;
		while ((callee = next_callee(env, sub, &at)) >= 0)
			env->sub[sub].flags |= env->sub[callee].flags &
					       XBPF_SUBPROG_TAIL_CALL;
	}
}

int xbpf_pass_stack(struct xbpf_venv *env)
{
	struct chain *chains;
	u32 i, sub;
	int err = 0;

	chains = kcalloc(env->nr_subs, sizeof(*chains), GFP_KERNEL_ACCOUNT);
	if (!chains)
		return -ENOMEM;
	env->prog->stack = 0;
	env->prog->calls = 0;
	for (i = env->nr_subs; !err && i--;) {
		sub = env->callees_first[i];
		err = check_depth(env, &env->sub[sub], &chains[sub]);
		extend_chains(env, sub, chains);
	}
	spread_tail_calls(env);
	kfree(chains);
	return err;
}
