// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks: what helpers give to the subprograms that they call.
 *
 * One that is called before the helper returns is walked in a frame of its own,
 * until its state repeats: the helper calls it a bounded number of times. One
 * that runs later (a timer's) knows nothing of who set it: it is walked once for
 * each map, from its start, on a stack of its own.
 */
#include "verifier/priv.h"

/* ---- arguments, by helper ---- */

typedef void (*set_args_fn)(struct xbpf_venv *env,
			    const struct xbpf_call_info *info,
			    const struct xbpf_reg *caller,
			    struct xbpf_reg *callee);

static void args_loop(struct xbpf_venv *env, const struct xbpf_call_info *info,
		      const struct xbpf_reg *caller, struct xbpf_reg *callee)
{
	xbpf_reg_set_scalar(&callee[XBPF_REG_1], xbpf_value_unsigned(32));
	callee[XBPF_REG_2] = caller[XBPF_REG_3];
}

/* The map, a key and a value of it. */
static void set_element(struct xbpf_venv *env, u32 map, u32 uid,
			struct xbpf_reg *callee)
{
	static const u8 types[] = { T_MAP, T_MAP_KEY, T_MAP_VALUE };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		xbpf_reg_set_pointer(&callee[XBPF_REG_1 + i], types[i]);
		callee[XBPF_REG_1 + i].arg = map;
		if (types[i] != T_MAP_KEY)
			callee[XBPF_REG_1 + i].obj = uid;
	}
	xbpf_reg_name(env, &callee[XBPF_REG_3]);
}

static void args_for_each(struct xbpf_venv *env,
			  const struct xbpf_call_info *info,
			  const struct xbpf_reg *caller, struct xbpf_reg *callee)
{
	set_element(env, info->map, info->map_uid, callee);
	callee[XBPF_REG_4] = caller[XBPF_REG_3];
}

/* The task, and a mapping of it that lives while the callback runs. */
static void args_find_vma(struct xbpf_venv *env,
			  const struct xbpf_call_info *info,
			  const struct xbpf_reg *caller, struct xbpf_reg *callee)
{
	const struct xbpf_btf *btf = xbpf_kernel_btf(env);
	s32 id = btf ? xbpf_btf_find(btf, "vm_area_struct",
				     XBPF_BTF_KIND_STRUCT) : -ENOENT;

	callee[XBPF_REG_1] = caller[XBPF_REG_1];
	xbpf_reg_set_scalar(&callee[XBPF_REG_2], xbpf_value_unknown());
	if (id > 0) {
		xbpf_reg_set_pointer(&callee[XBPF_REG_2], T_BTF);
		callee[XBPF_REG_2].arg = id;
	}
	callee[XBPF_REG_3] = caller[XBPF_REG_4];
}

/*
 * A record as a dynptr that the helper keeps. What points into the record may be
 * kept for longer: it lies in pages of the map. The dynptr itself is the helper's,
 * and goes with the frame of the callback: stack.c keeps it out of other frames.
 */
static void args_drain(struct xbpf_venv *env, const struct xbpf_call_info *info,
		       const struct xbpf_reg *caller, struct xbpf_reg *callee)
{
	xbpf_reg_set_pointer(&callee[XBPF_REG_1], T_DYNPTR);
	callee[XBPF_REG_1].arg = XBPF_DYNPTR_LOCAL;
	callee[XBPF_REG_1].id = ++env->next_id;
	callee[XBPF_REG_2] = caller[XBPF_REG_3];
}

static set_args_fn set_args_of(u32 func)
{
	switch (func) {
	case XBPF_FUNC_loop:
		return args_loop;
	case XBPF_FUNC_for_each_map_elem:
		return args_for_each;
	case XBPF_FUNC_find_vma:
		return args_find_vma;
	case XBPF_FUNC_user_ringbuf_drain:
		return args_drain;
	default:
		return NULL;
	}
}

/* ---- called at once ---- */

/*
 * Calls go to functions that are earlier in the order, so that a cycle needs a
 * callback that is not. Walked frame by frame it ends at the limit of frames; but
 * not where a call in it is taken by its prototype.
 */
static int may_recurse(const struct xbpf_venv *env, const struct xbpf_state *st,
		       u32 callback)
{
	const struct xbpf_sub *caller = &env->sub[state_top(st)->subprog];

	return env->has_globals && !env->walk_globals &&
	       env->sub[callback].order >= caller->order;
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
	set_args_fn set_args = set_args_of(info->id);
	int err;

	if (may_recurse(env, st, info->func)) {
		env->globals_met = 1;
		return xbpf_reject(env, -EINVAL,
				   "callback func#%d may call the function that passes it\n",
				   info->func);
	}
	if (!set_args)
		return xbpf_reject(env, -EINVAL,
				   "callbacks of func bpf_%s#%u are not supported\n",
				   info->helper->name, info->id);
	if (!env->fork)
		env->fork = xbpf_state_alloc();
	if (!env->fork || xbpf_state_copy(env, env->fork, st))
		return -ENOMEM;
	err = xbpf_check_frame(env, st, info->func);
	if (err)
		return err;
	set_args(env, info, st->frame[st->nr_frames - 2]->reg, state_regs(st));
	state_top(st)->callback = env->helper_call;
	step->kind = STEP_FORK;
	step->other = env->insn + 1;
	step->next = env->sub[info->func].start;
	return 0;
}

int xbpf_callback_exit(struct xbpf_venv *env, struct xbpf_state *st,
		       struct xbpf_step *step)
{
	struct xbpf_frame *frame = state_top(st);
	u32 callsite = frame->callsite, helper_call = frame->callback;
	int err;

	err = xbpf_check_result(env, &frame->reg[XBPF_REG_0],
				"At callback return", 0, 1);
	if (err)
		return err;
	xbpf_frame_pop(env, st);
	st->rounds++;
	env->from_callback = helper_call;
	step->next = callsite;
	return 0;
}

/* ---- called later ---- */

/* The callback of @info will be called for values of that map. */
int xbpf_async_note(struct xbpf_venv *env, const struct xbpf_call_info *info)
{
	struct xbpf_async *a = env->async;
	u32 i;

	for (i = 0; i < env->nr_async; i++)
		if (a[i].sub == info->func && a[i].map == info->value_map)
			return 0;
	if (i == MAX_ASYNC)
		return xbpf_reject(env, -E2BIG,
				   "more than %u callbacks of timers\n", MAX_ASYNC);
	a[env->nr_async++] = (struct xbpf_async){
		.sub = info->func, .map = info->value_map, .insn = env->insn,
	};
	return 0;
}

/* env->st becomes the state at the start of callback @i, env->insn that start. */
int xbpf_async_begin(struct xbpf_venv *env, u32 i)
{
	const struct xbpf_async *a = &env->async[i];

	if (xbpf_state_restart(env, env->st, a->sub, a->insn))
		return -ENOMEM;
	state_top(env->st)->callback = ++env->nr_helper_calls;
	/* One map, whichever it is: nothing else that is found has this number. */
	set_element(env, a->map, 0, state_regs(env->st));
	env->insn = env->sub[a->sub].start;
	return 0;
}

int xbpf_async_exit(struct xbpf_venv *env, const struct xbpf_state *st)
{
	return xbpf_check_nothing_held(env, st) ?:
	       xbpf_check_result(env, &state_regs(st)[XBPF_REG_0],
				 "At async callback return", 0, 0);
}
