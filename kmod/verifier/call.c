// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of subprograms, and exits.
 *
 * A static subprogram is walked anew at each call, in a frame of its own, with
 * the arguments as they are. Global ones are global.c, callbacks callback.c.
 */
#include "verifier/priv.h"

int xbpf_check_frame(struct xbpf_venv *env, struct xbpf_state *st, u32 sub)
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
	int err;

	if (xbpf_sub_is_opaque(env, sub))
		return xbpf_check_call_global(env, st, sub);
	err = xbpf_check_frame(env, st, sub);
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

/* ---- exits ---- */

int xbpf_check_result(struct xbpf_venv *env, const struct xbpf_reg *r0,
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

int xbpf_check_refs_released(struct xbpf_venv *env, const struct xbpf_state *st)
{
	u32 i;

	for (i = 0; i < st->nr_refs; i++)
		xbpf_reject(env, -EINVAL,
			    "Unreleased reference id=%u alloc_insn=%u\n",
			    st->ref[i].id, st->ref[i].insn);
	return st->nr_refs ? -EINVAL : 0;
}

/* What the end of a program must not leave behind. */
int xbpf_check_nothing_held(struct xbpf_venv *env, const struct xbpf_state *st)
{
	if (st->lock)
		return xbpf_reject(env, -EINVAL,
				   "bpf_spin_unlock is missing\n");
	return xbpf_check_refs_released(env, st) ?:
	       xbpf_check_sections_closed(env, st,
					  "BPF_EXIT instruction in main prog");
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
		return xbpf_callback_exit(env, st, step);
	step->next = callee->callsite + 1;
	xbpf_frame_pop(env, st);
	state_regs(st)[XBPF_REG_0] = r0;
	return 0;
}

static int exit_program(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_reg *r0 = &state_regs(st)[XBPF_REG_0];
	s32 min, max;
	int err = xbpf_check_nothing_held(env, st);

	if (err)
		return err;
	if (reg_is_pointer(r0) && !env_leaks_ok(env))
		return xbpf_reject(env, -EACCES,
				   "R0 leaks addr as return value\n");
	if (!xbpf_prog_type_ret(env->prog, &min, &max))
		return 0;
	return xbpf_check_result(env, r0, "At program exit", min, max);
}

/**
 * xbpf_fork_exit - the instruction may also be the end of its subprogram
 * @env: env->fork becomes the state after the call, in the caller
 * @st: of a frame that was called, not a callback's
 * @step: set
 * @result: what the caller gets
 *
 * Return: 0 or -ENOMEM.
 */
int xbpf_fork_exit(struct xbpf_venv *env, struct xbpf_state *st,
		   struct xbpf_step *step, struct xbpf_value result)
{
	u32 after = state_top(st)->callsite + 1;

	if (xbpf_state_fork(env, st, step, after))
		return -ENOMEM;
	xbpf_frame_pop(env, env->fork);
	xbpf_reg_set_scalar(&state_regs(env->fork)[XBPF_REG_0], result);
	return 0;
}

int xbpf_check_exit(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step)
{
	int err;

	/* A result that is not set is refused where it is used. */
	if (st->nr_frames > 1 && !state_top(st)->callback)
		return exit_subprog(env, st, step);
	if (state_top(st)->subprog && !state_top(st)->callback) {
		step->kind = STEP_END;
		return xbpf_global_exit(env, st);
	}
	err = xbpf_reg_check_read(env, st, XBPF_REG_0);
	if (err)
		return err;
	if (st->nr_frames > 1)
		return exit_subprog(env, st, step);
	step->kind = STEP_END;
	return state_top(st)->callback ? xbpf_async_exit(env, st) :
		exit_program(env, st);
}
