// SPDX-License-Identifier: GPL-2.0-only
/*
 * Global functions: what their BTF says is all that callers and body know.
 *
 * The body is walked once, from a state that stands for any arguments of the
 * prototype's types; a call checks that its arguments are such, and gets any
 * number. So neither depends on the other: each state at a call is one of those
 * that the body was verified for. Functions that no path calls are not walked.
 *
 * When to walk what is walk.c; where the prototype is not enough for a program, it
 * walks the functions at their calls, as it does static ones. What a prototype says
 * is prototype.c.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char in_lock[] =
	"global function calls are not allowed while holding a lock,\n"
	"use static function instead\n";
static const char not_sleeping[] =
	"global functions that may sleep are not allowed in non-sleepable context,\n"
	"i.e., in a RCU/IRQ/preempt-disabled section, or in\n"
	"a non-sleepable BPF program context\n";
static const char bad_args[] = "Caller passes invalid args into func#%u ('%s')\n";
/* ---- which functions are global ---- */

static const struct xbpf_btf_type *func_of(const struct xbpf_venv *env, u32 sub)
{
	const struct xbpf_func_info *info = env->opts->func_info;
	u32 i, nr = env->opts->nr_func_info, start = env->sub[sub].start;
	const struct xbpf_btf_type *t;

	for (i = 0; env->opts->btf && i < nr; i++) {
		if (info[i].insn_off != start)
			continue;
		t = xbpf_btf_type(env->opts->btf, info[i].type_id);
		if (t && xbpf_btf_kind(t) == XBPF_BTF_KIND_FUNC) {
			env->sub[sub].func_id = info[i].type_id;
			return t;
		}
	}
	return NULL;
}

/* ---- what a function may do, by its text ---- */

static u8 effects_of_insn(const struct xbpf_venv *env, u32 i)
{
	const struct xbpf_op_info *op = env_op(env, i);
	const struct xbpf_helper *h = xbpf_callee_of(env, i);
	u8 effects = 0;

	if (op->kind == XBPF_KIND_ATOMIC || op->kind == XBPF_KIND_LOAD_ACQ ||
	    op->kind == XBPF_KIND_STORE_REL)
		effects |= SUB_LOCKS_BUS;
	if (!h)
		return effects;
	/* A tail call leads into a program that may do the same. */
	if (op->oper == XBPF_OPER_HELPER &&
	    env->prog->insns[i].imm == XBPF_FUNC_tail_call)
		effects |= SUB_MOVES | SUB_TAIL_CALLS;
	if (h->flags & XBPF_HELPER_MOVES)
		effects |= SUB_MOVES;
	if (h->flags & XBPF_HELPER_SLEEPS)
		effects |= SUB_SLEEPS;
	return effects;
}

/* A function may do what those may that it calls or names. */
static void spread_effects(struct xbpf_venv *env, const u8 *names)
{
	u32 from, to, changed;

	do {
		changed = 0;
		for (from = 0; from < env->nr_subs; from++) {
			for (to = 0; to < env->nr_subs; to++) {
				u8 more = env->sub[to].effects &
					  ~env->sub[from].effects;

				if (!more || !names[from * env->nr_subs + to])
					continue;
				env->sub[from].effects |= more;
				changed = 1;
			}
		}
	} while (changed);
}

static int find_effects(struct xbpf_venv *env)
{
	u8 *names = kvcalloc(env->nr_subs, env->nr_subs, GFP_KERNEL_ACCOUNT);
	u32 n, i;
	int callee;

	if (!names)
		return -ENOMEM;
	for (n = 0; n < env->nr_subs; n++) {
		for (i = env->sub[n].start; i < env->sub[n].end; i++) {
			env->sub[n].effects |= effects_of_insn(env, i);
			callee = xbpf_sub_called(env, i);
			if (callee >= 0)
				names[n * env->nr_subs + callee] = 1;
		}
	}
	spread_effects(env, names);
	kvfree(names);
	return 0;
}

int xbpf_pass_globals(struct xbpf_venv *env)
{
	const struct xbpf_btf *btf = env->opts->btf;
	const struct xbpf_btf_type *func, *proto;
	struct xbpf_sub *sub;
	u32 i, nr = 0;

	for (i = 1; i < env->nr_subs; i++) {
		sub = &env->sub[i];
		func = func_of(env, i);
		if (!func || xbpf_btf_vlen(func) != XBPF_BTF_FUNC_GLOBAL)
			continue;
		proto = xbpf_btf_type(btf, func->type);
		/* More arguments than registers: no compiler's, nothing to go by. */
		if (!proto || xbpf_btf_kind(proto) != XBPF_BTF_KIND_FUNC_PROTO ||
		    xbpf_btf_vlen(proto) > XBPF_MAX_HELPER_ARGS)
			continue;
		sub->global = 1;
		sub->name = xbpf_btf_type_name(btf, func);
		sub->nr_args = xbpf_btf_vlen(proto);
		nr++;
	}
	env->has_globals = !!nr;
	if (!nr)
		return 0;
	return find_effects(env) ?: xbpf_prototype_note_tags(env);
}

/* ---- a call ---- */

static int not_null(struct xbpf_venv *env, u32 arg)
{
	return xbpf_reject(env, -EINVAL, "arg#%u is expected to be non-NULL\n",
			   arg);
}

/*
 * Both rights: the body may read and write. A packet must stay where it is as
 * long as the body has an address of it.
 */
static int pass_bytes(struct xbpf_venv *env, struct xbpf_state *st,
		      const struct xbpf_sub *sub, u32 i)
{
	const struct xbpf_sub_arg *sig = &sub->arg[i];
	struct xbpf_access a = {
		.regno = XBPF_REG_1 + i, .ptr = state_regs(st)[XBPF_REG_1 + i],
		.size = sig->what, .kind = ACCESS_HELPER_READ, .exact = 1,
	};
	int err;

	if (!sig->or_null && (reg_is_null(&a.ptr) || a.ptr.or_null))
		return not_null(env, i);
	if (reg_is_null(&a.ptr))
		return 0;
	if (a.ptr.type == T_CTX)
		return xbpf_reject(env, -EACCES,
				   "invalid bpf_context access off=%d size=%u\n",
				   a.ptr.off, a.size);
	if (xbpf_reg_of_packet(&a.ptr) && sub->effects & SUB_MOVES)
		return xbpf_reject(env, -EACCES,
				   "R%u points into a packet that func#%u may move\n",
				   a.regno, (u32)(sub - env->sub));
	a.ptr.or_null = 0;
	a.aligned = !!(sub->effects & SUB_LOCKS_BUS);
	err = xbpf_mem_check_shared(env, &a) ?: xbpf_mem_check(env, st, &a);
	a.kind = ACCESS_HELPER_WRITE;
	return err ?: xbpf_mem_check(env, st, &a);
}

static int pass_object(struct xbpf_venv *env, const struct xbpf_reg *reg,
		       const struct xbpf_sub_arg *sig, u32 i)
{
	struct xbpf_access a = { .regno = XBPF_REG_1 + i, .ptr = *reg };

	if (reg_is_null(reg) && sig->or_null)
		return 0;
	if (reg->type != T_BTF || (reg->or_null && !sig->or_null) ||
	    reg->flags & (REG_UNTRUSTED | REG_PERCPU) ||
	    (!(reg->flags & REG_TRUSTED) && !reg->ref))
		return xbpf_reject(env, -EINVAL,
				   "R%u type=%s expected=ptr_, trusted_ptr_, rcu_ptr_\n",
				   i + 1, xbpf_reg_type_name(reg));
	return xbpf_mem_check_fixed(env, &a) ?:
	       xbpf_check_btf_is(env, reg, i + 1, sig->what);
}

static int pass_ctx(struct xbpf_venv *env, const struct xbpf_reg *reg, u32 i)
{
	struct xbpf_access a = { .regno = XBPF_REG_1 + i, .ptr = *reg };

	if (reg->type != T_CTX || reg->or_null)
		return xbpf_reject(env, -EINVAL,
				   "arg#%u expects pointer to ctx\n", i);
	return xbpf_mem_check_fixed(env, &a);
}

static int pass_number(struct xbpf_venv *env, const struct xbpf_reg *reg, u32 i,
		       const char *fmt)
{
	return reg->type == T_SCALAR ? 0 :
		xbpf_reject(env, -EINVAL, fmt, i + 1);
}

static int pass_arg(struct xbpf_venv *env, struct xbpf_state *st,
		    const struct xbpf_sub *sub, u32 i)
{
	const struct xbpf_reg *reg = &state_regs(st)[XBPF_REG_1 + i];
	struct xbpf_reg dynptr;

	switch (sub->arg[i].kind) {
	case SUB_ARG_NUMBER:
		return pass_number(env, reg, i, "R%u is not a scalar\n");
	case SUB_ARG_ARENA:
		return pass_number(env, reg, i,
				   "R%u is not a pointer to arena or scalar.\n");
	case SUB_ARG_CTX:
		return pass_ctx(env, reg, i);
	case SUB_ARG_MEM:
		return pass_bytes(env, st, sub, i);
	case SUB_ARG_DYNPTR:
		return xbpf_check_dynptr(env, st, reg, i + 1, XBPF_DYNPTR_ANY,
					 &dynptr);
	case SUB_ARG_TRUSTED:
		return pass_object(env, reg, &sub->arg[i], i);
	default:	/* untrusted: what it points to is read with care */
		if (!reg_is_pointer(reg) || env_leaks_ok(env))
			return 0;
		return xbpf_reject(env, -EACCES,
				   "R%u leaks addr into function\n", i + 1);
	}
}

/* Errors of arguments and prototypes look alike: the caller is told. */
static int check_args(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_sub *sub)
{
	u32 i;
	int err = xbpf_prototype_find(env, sub);

	for (i = 0; !err && i < sub->nr_args; i++)
		err = xbpf_reg_check_read(env, st, XBPF_REG_1 + i) ?:
		      pass_arg(env, st, sub, i);
	if (!err || err == -ENOMEM)
		return err;
	return xbpf_reject(env, err, bad_args, (u32)(sub - env->sub), sub->name);
}

static int check_context(struct xbpf_venv *env, const struct xbpf_state *st,
			 const struct xbpf_sub *sub)
{
	if (st->lock)
		return xbpf_reject(env, -EINVAL, in_lock);
	if (sub->effects & SUB_SLEEPS &&
	    (st->rcu || st->preempt || !xbpf_state_sleepable(env, st)))
		return xbpf_reject(env, -EINVAL, not_sleeping);
	return sub->effects & SUB_TAIL_CALLS ?
	       xbpf_check_tail_call_here(env, st) : 0;
}

/* Is a call of it looked at by its prototype alone? */
int xbpf_sub_is_opaque(const struct xbpf_venv *env, u32 sub)
{
	return env->sub[sub].global && !env->walk_globals;
}

/**
 * xbpf_check_call_global - a call of a function of which the prototype is known
 * @env: the verification
 * @st: becomes the state after the call
 * @sub: subprogram; xbpf_sub_is_opaque()
 *
 * What the body may have done to the caller's state is only what this forgets:
 * memory that it was given, addresses of packets that moved, its result. The rest
 * of the state it never sees: it begins with no reference, lock or section of its
 * own, and ends so.
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_check_call_global(struct xbpf_venv *env, struct xbpf_state *st, u32 sub)
{
	struct xbpf_sub *s = &env->sub[sub];
	struct xbpf_reg *regs = state_regs(st);
	u32 i;
	int err;

	env->globals_met = 1;
	err = check_context(env, st, s) ?: check_args(env, st, s);
	if (err)
		return err;
	if (env->log && env->log->level & LOG_INSNS)
		xbpf_verify_log(env, "Func#%u ('%s') is global and assumed valid.\n",
				sub, s->name);
	if (s->effects & SUB_MOVES)
		xbpf_state_drop_packets(env, st);
	for (i = XBPF_REG_0; i <= XBPF_REG_5; i++)
		xbpf_reg_clear(&regs[i]);
	if (!s->is_void)
		xbpf_reg_set_scalar(&regs[XBPF_REG_0], xbpf_value_unknown());
	s->called = 1;
	return 0;
}

/* ---- the body ---- */

static void begin_arg(struct xbpf_venv *env, const struct xbpf_sub_arg *sig,
		      struct xbpf_reg *reg)
{
	static const u8 types[] = {
		[SUB_ARG_CTX] = T_CTX, [SUB_ARG_MEM] = T_MEM,
		[SUB_ARG_UNTRUSTED_MEM] = T_MEM, [SUB_ARG_DYNPTR] = T_DYNPTR,
		[SUB_ARG_TRUSTED] = T_BTF, [SUB_ARG_UNTRUSTED] = T_BTF,
	};

	if (sig->kind == SUB_ARG_NUMBER || sig->kind == SUB_ARG_ARENA) {
		xbpf_reg_set_scalar(reg, xbpf_value_unknown());
		return;
	}
	xbpf_reg_set_pointer(reg, types[sig->kind]);
	reg->arg = sig->what;
	reg->or_null = sig->or_null;
	if (sig->or_null || sig->kind == SUB_ARG_DYNPTR)
		reg->id = ++env->next_id;
	if (sig->kind == SUB_ARG_DYNPTR)
		reg->arg = XBPF_DYNPTR_ANY;
	else if (sig->kind == SUB_ARG_MEM)
		reg->flags = REG_NON_OWN;
	else if (sig->kind == SUB_ARG_TRUSTED)
		reg->flags = REG_TRUSTED;
	else if (sig->kind == SUB_ARG_UNTRUSTED)
		reg->flags = REG_UNTRUSTED;
	else if (sig->kind == SUB_ARG_UNTRUSTED_MEM)
		reg->flags = REG_UNTRUSTED | REG_RDONLY;
}

/* The next global function that was called and has not been walked; -ENOENT. */
int xbpf_global_next(struct xbpf_venv *env)
{
	u32 i;

	for (i = 1; i < env->nr_subs; i++)
		if (env->sub[i].called && !env->sub[i].walked)
			return i;
	return -ENOENT;
}

/* env->st becomes the state at the start of @sub, env->insn that start. */
int xbpf_global_begin(struct xbpf_venv *env, u32 sub)
{
	struct xbpf_sub *s = &env->sub[sub];
	u32 i;

	s->walked = 1;
	if (xbpf_state_restart(env, env->st, sub, 0))
		return -ENOMEM;
	for (i = 0; i < s->nr_args; i++)
		begin_arg(env, &s->arg[i], &state_regs(env->st)[XBPF_REG_1 + i]);
	env->insn = s->start;
	return 0;
}

/* The state is at the end of a function that was walked by its prototype. */
int xbpf_global_exit(struct xbpf_venv *env, const struct xbpf_state *st)
{
	const struct xbpf_reg *r0 = &state_regs(st)[XBPF_REG_0];
	int err = xbpf_check_nothing_held(env, st);

	if (err || env->sub[state_top(st)->subprog].is_void)
		return err;
	err = xbpf_reg_check_read(env, st, XBPF_REG_0);
	if (err)
		return err;
	if (reg_is_pointer(r0) && !env_leaks_ok(env))
		return xbpf_reject(env, -EACCES,
				   "R0 leaks addr as return value\n");
	if (r0->type == T_SCALAR)
		return 0;
	return xbpf_reject(env, -EINVAL,
			   "At subprogram exit the register R0 is not a scalar value (%s)\n",
			   xbpf_reg_type_name(r0));
}
