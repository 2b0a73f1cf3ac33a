// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pass 8: what the walk proved, for those who run the program.
 *
 * Loops are written out first (inline_loop.c), which makes the program longer.
 * Afterwards: facts and subprograms are filled in, instructions that no path
 * reaches jump to themselves, so that nothing they say is ever executed.
 */
#include "verifier/priv.h"

static void replace_dead(struct xbpf_venv *env, u32 i)
{
	static const struct xbpf_insn trap = {
		.code = XBPF_JMP | XBPF_JA, .off = -1,
	};

	env->prog->insns[i] = trap;
	env->facts[i].flags |= XBPF_FACT_TARGET;
}

static void set_targets(struct xbpf_venv *env, u32 i)
{
	const struct xbpf_op_info *op = env_op(env, i);

	if (op_jumps(op))
		env->facts[insn_target(&env->prog->insns[i], i, op)].flags |=
			XBPF_FACT_TARGET;
	if (op->kind == XBPF_KIND_LD_IMM64 &&
	    env->prog->insns[i].src_reg == XBPF_PSEUDO_FUNC)
		env->facts[i].flags |= XBPF_FACT_CALLBACK;
}

static void set_facts(struct xbpf_venv *env)
{
	u32 s, i;

	for (s = 0; s < env->nr_subs; s++) {
		env->facts[env->sub[s].start].flags |= XBPF_FACT_SUBPROG;
		for (i = env->sub[s].start; i < env->sub[s].end; i++) {
			env->facts[i].flags &= ~(FACT_MAP_MIXED | FACT_LOOP);
			env->facts[i].subprog = s;
		}
	}
	for (i = 0; i < env->len; i++) {
		if (!(env->facts[i].flags & XBPF_FACT_SEEN)) {
			if (env->op[i] == XBPF_OP_LD_IMM64_HI &&
			    env->facts[i - 1].flags & XBPF_FACT_SEEN)
				continue;
			replace_dead(env, i);
			continue;
		}
		set_targets(env, i);
	}
}

int xbpf_pass_rewrite(struct xbpf_venv *env)
{
	struct xbpf_prog *prog = env->prog;
	int err = xbpf_inline_loops(env);
	u32 s;

	if (err)
		return err;
	prog->subprogs = kvcalloc(env->nr_subs, sizeof(*prog->subprogs),
				  GFP_KERNEL_ACCOUNT);
	if (!prog->subprogs)
		return -ENOMEM;
	prog->nr_subprogs = env->nr_subs;
	for (s = 0; s < env->nr_subs; s++) {
		prog->subprogs[s].start = env->sub[s].start;
		prog->subprogs[s].stack = round_up(env->sub[s].stack, 8);
		prog->subprogs[s].flags = env->sub[s].flags;
	}
	set_facts(env);
	return 0;
}
