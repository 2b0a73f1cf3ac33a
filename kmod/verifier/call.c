// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of subprograms, callbacks, and exits.
 *
 * A subprogram is walked anew at each call, in a frame of its own, with the
 * arguments as they are. A callback is walked until its state repeats: the
 * helper calls it a bounded number of times.
 */
#include "verifier/priv.h"

static int push_frame(struct xbpf_venv *env, struct xbpf_state *st, u32 sub)
{
	if (st->nr_frames == XBPF_MAX_FRAMES)
		return xbpf_reject(env, -E2BIG,
				   "the call stack of %u frames is too deep\n",
				   st->nr_frames);
	return xbpf_frame_push(env, st, sub, env->insn);
}

int xbpf_check_call(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step)
{
	int sub = xbpf_sub_called(env, env->insn);
	struct xbpf_reg *caller = state_regs(st), *callee;
	u32 i;
	int err = push_frame(env, st, sub);

	if (err)
		return err;
	callee = state_regs(st);
	for (i = XBPF_REG_1; i <= XBPF_REG_5; i++)
		callee[i] = caller[i];
	for (i = XBPF_REG_0; i <= XBPF_REG_5; i++)
		xbpf_reg_clear(&caller[i]);
	step->next = env->sub[sub].start;
	return 0;
}

/* ---- callbacks ---- */

/* What a callback is given, by the helper that calls it. */
static int set_callback_args(struct xbpf_venv *env, struct xbpf_state *st,
			     const struct xbpf_call_info *info)
{
	const struct xbpf_reg *caller = st->frame[st->nr_frames - 2]->reg;
	struct xbpf_reg *callee = state_regs(st);

	if (info->id != XBPF_FUNC_loop)
		return xbpf_reject(env, -EINVAL,
				   "callbacks of func bpf_%s#%u are not supported\n",
				   info->helper->name, info->id);
	xbpf_reg_set_scalar(&callee[XBPF_REG_1], xbpf_value_unsigned(32));
	callee[XBPF_REG_2] = caller[XBPF_REG_3];
	return 0;
}

/**
 * xbpf_callback_enter - both ways on from a helper that takes a callback
 * @env: env->fork becomes the state in which the callback is not called (any
 *	more); the caller of this function gives it the helper's result
 * @st: becomes the state at the callback's start; its caller keeps R1 to R5,
 *	for the next round
 * @info: the call
 * @step: set
 */
int xbpf_callback_enter(struct xbpf_venv *env, struct xbpf_state *st,
			const struct xbpf_call_info *info,
			struct xbpf_step *step)
{
	int err;

	if (!env->fork)
		env->fork = xbpf_state_alloc();
	if (!env->fork || xbpf_state_copy(env, env->fork, st))
		return -ENOMEM;
	err = push_frame(env, st, info->func) ?:
	      set_callback_args(env, st, info);
	if (err)
		return err;
	state_top(st)->callback = env->helper_call;
	step->kind = STEP_FORK;
	step->other = env->insn + 1;
	step->next = env->sub[info->func].start;
	return 0;
}

static int check_range(struct xbpf_venv *env, const struct xbpf_reg *r0,
		       const char *when, s64 min, s64 max)
{
	char text[XBPF_VALUE_TEXT_MAX];

	if (r0->type != T_SCALAR)
		return xbpf_reject(env, -EINVAL,
				   "%s the register R0 is not a known value (%s)\n",
				   when, xbpf_reg_type_name(r0));
	if (r0->val.smin >= min && r0->val.smax <= max)
		return 0;
	if (xbpf_value_is_unknown(&r0->val))
		scnprintf(text, sizeof(text), "unknown scalar value");
	else
		scnprintf(text, sizeof(text), "smin=%lld smax=%lld",
			  (long long)r0->val.smin, (long long)r0->val.smax);
	return xbpf_reject(env, -EINVAL,
			   "%s the register R0 has %s should have been in [%lld, %lld]\n",
			   when, text, (long long)min, (long long)max);
}

static int exit_callback(struct xbpf_venv *env, struct xbpf_state *st,
			 struct xbpf_step *step)
{
	struct xbpf_frame *frame = state_top(st);
	u32 callsite = frame->callsite, helper_call = frame->callback;
	int err;

	err = check_range(env, &frame->reg[XBPF_REG_0], "At callback return",
			  0, 1);
	if (err)
		return err;
	xbpf_frame_pop(env, st);
	env->from_callback = helper_call;
	step->next = callsite;
	return 0;
}

/* ---- exits ---- */

int xbpf_check_refs_released(struct xbpf_venv *env, const struct xbpf_state *st)
{
	u32 i;

	for (i = 0; i < st->nr_refs; i++)
		xbpf_reject(env, -EINVAL,
			    "Unreleased reference id=%u alloc_insn=%u\n",
			    st->ref[i].id, st->ref[i].insn);
	return st->nr_refs ? -EINVAL : 0;
}

static int exit_subprog(struct xbpf_venv *env, struct xbpf_state *st,
			struct xbpf_step *step)
{
	struct xbpf_frame *callee = state_top(st);
	struct xbpf_reg r0 = callee->reg[XBPF_REG_0];

	/* The callee's frame is gone when the address could be used. */
	if (r0.type == T_STACK)
		return xbpf_reject(env, -EINVAL,
				   "cannot return stack pointer to the caller\n");
	if (callee->callback)
		return exit_callback(env, st, step);
	step->next = callee->callsite + 1;
	xbpf_frame_pop(env, st);
	state_regs(st)[XBPF_REG_0] = r0;
	return 0;
}

static int exit_program(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_reg *r0 = &state_regs(st)[XBPF_REG_0];
	s32 min, max;
	int err = 0;

	if (st->lock)
		err = xbpf_reject(env, -EINVAL, "bpf_spin_unlock is missing\n");
	err = err ?: xbpf_check_refs_released(env, st) ?:
	      xbpf_check_sections_closed(env, st,
					 "BPF_EXIT instruction in main prog");
	if (err)
		return err;
	if (reg_is_pointer(r0) && !env_leaks_ok(env))
		return xbpf_reject(env, -EACCES,
				   "R0 leaks addr as return value\n");
	if (!xbpf_prog_type_ret(env->prog, &min, &max))
		return 0;
	return check_range(env, r0, "At program exit", min, max);
}

int xbpf_check_exit(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step)
{
	int err;

	/* A result that is not set is refused where it is used. */
	if (st->nr_frames > 1 && !state_top(st)->callback)
		return exit_subprog(env, st, step);
	err = xbpf_reg_check_read(env, st, XBPF_REG_0);
	if (err)
		return err;
	if (st->nr_frames > 1)
		return exit_subprog(env, st, step);
	step->kind = STEP_END;
	return exit_program(env, st);
}
