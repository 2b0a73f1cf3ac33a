// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of kfuncs: from the number of a type to a row of vm/kfuncs.def, and the
 * sections that some of them begin and end.
 *
 * The program names a function of the kernel's BTF; only its name counts: the
 * row of that name says what may be passed and what comes back, so that nothing
 * that BTF claims has to be believed. Arguments and results are as of helpers.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char no_btf[] =
	"calling kernel function is not supported without CONFIG_DEBUG_INFO_BTF\n";
static const char gpl_only[] =
	"cannot call kernel function from non-GPL compatible program\n";
static const char preempt_unmatched[] =
	"unmatched attempt to enable preemption (kernel function %s)\n";
static const char not_eliminated[] =
	"invalid kernel function call not eliminated in verifier pass\n";

#define MAX_PREEMPT	16	/* sections in each other; the kernel counts to 255 */

/* ---- which function ---- */

static const struct xbpf_btf *kfunc_btf(struct xbpf_venv *env,
					const struct xbpf_insn *insn)
{
	const struct xbpf_verify_opts *o = env->opts;
	const struct xbpf_btf *btf;

	if (insn->off < 0) {
		xbpf_reject(env, -EINVAL,
			    "kernel module BTF fd_array index must be positive\n");
		return NULL;
	}
	if (!insn->off)
		return xbpf_kernel_btf(env);
	btf = o->btf_get_idx ? o->btf_get_idx(o->ctx, insn->off) : NULL;
	return IS_ERR(btf) ? NULL : btf;
}

/* Who may not change packets gets another function. */
static int for_type(const struct xbpf_venv *env, int id)
{
	if (id == XBPF_KFUNC_bpf_dynptr_from_skb &&
	    !(xbpf_prog_type_packets(env->prog->type) & XBPF_PACKET_WRITE))
		return XBPF_KFUNC_bpf_dynptr_from_skb_rdonly;
	return id;
}

static int resolve(struct xbpf_venv *env, struct xbpf_insn *insn)
{
	const struct xbpf_btf *btf = kfunc_btf(env, insn);
	const struct xbpf_btf_type *func;
	const char *name;
	int id;

	if (!btf)
		return xbpf_reject(env, -EINVAL,
				   "failed to find BTF for kernel function\n");
	func = xbpf_btf_type(btf, insn->imm);
	if (!func || xbpf_btf_kind(func) != XBPF_BTF_KIND_FUNC)
		return xbpf_reject(env, -EINVAL,
				   "kernel btf_id %u is not a function\n",
				   insn->imm);
	name = xbpf_btf_type_name(btf, func);
	id = xbpf_kfunc_find(name);
	if (id < 0)
		return xbpf_reject(env, -EACCES,
				   "calling kernel function %s is not allowed\n",
				   name);
	insn->imm = for_type(env, id);
	insn->off = 0;
	return 0;
}

/**
 * xbpf_kfunc_resolve - the number of a type becomes the number of a row
 * @env: the verification
 * @insn: the call; changed
 *
 * A call of nothing at all is let through: no path may reach it.
 */
int xbpf_kfunc_resolve(struct xbpf_venv *env, struct xbpf_insn *insn)
{
	if (!xbpf_kernel_btf(env))
		return xbpf_reject(env, -ENOTSUPP, no_btf);
	if (!env->prog->gpl_compatible)
		return xbpf_reject(env, -EINVAL, gpl_only);
	if (!insn->imm && !insn->off)
		return 0;
	return resolve(env, insn);
}

/* ---- sections ---- */

static void lose_rcu(struct xbpf_reg *reg)
{
	if (!reg_is_pointer(reg) || !(reg->flags & REG_RCU))
		return;
	reg->flags &= ~REG_RCU;
	reg->flags |= REG_UNTRUSTED;
	reg->or_null = 0;
	reg->id = 0;
}

/* The objects of the section may be gone: what points to them is a guess. */
static void leave_rcu(struct xbpf_state *st)
{
	u32 f, i;

	st->rcu = 0;
	for (f = 0; f < st->nr_frames; f++) {
		for (i = 0; i < NR_REGS; i++)
			lose_rcu(&st->frame[f]->reg[i]);
		for (i = 0; i < st->frame[f]->nr_slots; i++)
			lose_rcu(&st->frame[f]->slot[i].reg);
	}
}

static int check_rcu(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_call_info *info)
{
	if (info->id == XBPF_KFUNC_bpf_rcu_read_lock) {
		if (st->rcu)
			return xbpf_reject(env, -EINVAL,
					   "nested rcu read lock (kernel function %s)\n",
					   info->helper->name);
		st->rcu = 1;
	} else if (info->id == XBPF_KFUNC_bpf_rcu_read_unlock) {
		if (!st->rcu)
			return xbpf_reject(env, -EINVAL,
					   "unmatched rcu read unlock (kernel function %s)\n",
					   info->helper->name);
		leave_rcu(st);
	}
	return 0;
}

static int check_preempt(struct xbpf_venv *env, struct xbpf_state *st,
			 const struct xbpf_call_info *info)
{
	if (info->id == XBPF_KFUNC_bpf_preempt_disable) {
		if (st->preempt == MAX_PREEMPT)
			return xbpf_reject(env, -E2BIG,
					   "more than %u non-preemptible regions in each other\n",
					   MAX_PREEMPT);
		st->preempt++;
	} else if (info->id == XBPF_KFUNC_bpf_preempt_enable) {
		if (!st->preempt)
			return xbpf_reject(env, -EINVAL, preempt_unmatched,
					   info->helper->name);
		st->preempt--;
	}
	return 0;
}

static int reject_sleeping_helper(struct xbpf_venv *env,
				  const struct xbpf_call_info *info,
				  const char *where)
{
	return xbpf_reject(env, -EINVAL,
			   "sleepable helper bpf_%s#%u in %s region\n",
			   info->helper->name, info->id, where);
}

/* A callback that runs later runs where it must not sleep, whoever has set it. */
int xbpf_state_sleepable(const struct xbpf_venv *env,
			 const struct xbpf_state *st)
{
	return env->prog->flags & XBPF_F_SLEEPABLE && !st->frame[0]->callback;
}

/* What sleeps cannot be called where the program must not. No kfunc of ours does. */
int xbpf_check_may_sleep(struct xbpf_venv *env, const struct xbpf_state *st,
			 const struct xbpf_call_info *info)
{
	if (!(info->helper->flags & XBPF_HELPER_SLEEPS))
		return 0;
	if (!xbpf_state_sleepable(env, st))
		return xbpf_reject(env, -EINVAL,
				   "helper call might sleep in a non-sleepable prog\n");
	if (st->rcu)
		return reject_sleeping_helper(env, info, "rcu_read_lock");
	return st->preempt ?
	       reject_sleeping_helper(env, info, "non-preemptible") : 0;
}

/* Nothing that the program began outlives it, or is carried into another. */
int xbpf_check_sections_closed(struct xbpf_venv *env,
			       const struct xbpf_state *st, const char *what)
{
	if (st->rcu)
		return xbpf_reject(env, -EINVAL,
				   "%s cannot be used inside bpf_rcu_read_lock-ed region\n",
				   what);
	if (st->preempt)
		return xbpf_reject(env, -EINVAL,
				   "%s cannot be used inside bpf_preempt_disable-ed region\n",
				   what);
	return 0;
}

/* ---- the call ---- */

static int find_kfunc(struct xbpf_venv *env, struct xbpf_call_info *info)
{
	const struct xbpf_helper *h = xbpf_kfunc_get(info->id);
	u32 type = env->prog->type;

	if (!h)
		return xbpf_reject(env, -EINVAL, not_eliminated);
	info->helper = h;
	if (h->flags & XBPF_HELPER_BOOT && env->opts->may_call &&
	    env->opts->may_call(env->opts->ctx, info->id, h))
		return xbpf_reject(env, -EACCES,
				   "destructive kfunc calls require CAP_SYS_BOOT capability\n");
	if (type >= 64 || !(h->prog_types >> type & 1) ||
	    (env->opts->may_call &&
	     env->opts->may_call(env->opts->ctx, info->id, h)))
		return xbpf_reject(env, -EACCES,
				   "calling kernel function %s is not allowed\n",
				   h->name);
	return 0;
}

int xbpf_check_kfunc(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_step *step)
{
	struct xbpf_call_info info = {
		.id = env_insn(env)->imm, .map = -1, .func = -1, .value_map = -1,
	};

	return find_kfunc(env, &info) ?:
	       xbpf_check_callee(env, st, &info, step);
}

/* Of calls whose arguments were checked: what they do to the state. */
int xbpf_kfunc_effects(struct xbpf_venv *env, struct xbpf_state *st,
		       const struct xbpf_call_info *info)
{
	return check_rcu(env, st, info) ?: check_preempt(env, st, info);
}
