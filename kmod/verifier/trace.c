// SPDX-License-Identifier: GPL-2.0-only
/*
 * The path that the walk is on, recorded for explain.c.
 *
 * Recorded only when a log with instructions is wanted, so that it costs nothing
 * otherwise. Bounded: of a path that is longer than MAX_ENTRIES the start is lost;
 * without memory there is no trace, and the verdict is the same. Knows what each
 * kind of instruction writes, nothing of why that matters.
 */
#include "verifier/explain.h"

#define MIN_ENTRIES	256
#define MAX_ENTRIES	16384

/* ---- entries ---- */

const struct xbpf_trace_entry *
xbpf_trace_at(const struct xbpf_trace *t, u32 pos)
{
	const struct xbpf_trace_entry *e;

	if (!t || pos >= t->len)
		return NULL;
	e = &t->entry[pos % t->cap];
	return e->pos == pos ? e : NULL;
}

static void grow(struct xbpf_trace *t)
{
	u32 cap = 2 * t->cap;
	struct xbpf_trace_entry *more;

	if (cap > MAX_ENTRIES)
		return;
	more = kvcalloc(cap, sizeof(*more), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!more)
		return;
	memcpy(more, t->entry, t->cap * sizeof(*more));
	kvfree(t->entry);
	t->entry = more;
	t->cap = cap;
}

static struct xbpf_trace_entry *append(struct xbpf_trace *t, u32 insn)
{
	struct xbpf_trace_entry *e;

	/* Once it is a ring it stays one: what is where depends on @cap. */
	if (t->len == t->cap)
		grow(t);
	e = &t->entry[t->len % t->cap];
	memset(e, 0, sizeof(*e));
	e->pos = t->len++;
	e->insn = insn;
	e->reg = NO_LOC;
	e->slot = NO_LOC;
	return e;
}

/* What is in the registers between two instructions. */
static void keep_regs(struct xbpf_trace *t, const struct xbpf_state *st)
{
	memcpy(t->regs, state_regs(st), sizeof(t->regs));
	t->nr_frames = st->nr_frames;
}

/* ---- before an instruction ---- */

static int knows_less(const struct xbpf_reg *old, const struct xbpf_reg *new)
{
	return old->type == T_SCALAR && new->type == T_SCALAR &&
	       !xbpf_value_subset(&new->val, &old->val);
}

void xbpf_trace_begin(struct xbpf_venv *env)
{
	struct xbpf_trace *t = env->trace;
	const struct xbpf_reg *regs;
	struct xbpf_trace_entry *e;
	u32 i;

	if (!t)
		return;
	regs = state_regs(env->st);
	for (i = 0; t->nr_frames == env->st->nr_frames && i < FP; i++) {
		if (!knows_less(&t->regs[i], &regs[i]))
			continue;
		e = append(t, env->insn);
		e->kind = TRACE_FORGOT;
		e->frame = env->st->nr_frames - 1;
		e->next = env->insn;
		e->reg = i;
		e->val = regs[i];
	}
	keep_regs(t, env->st);
}

/* ---- after it ---- */

/* The slot that a load or store of the stack is about. */
static void set_slot(struct xbpf_trace_entry *e, const struct xbpf_reg *base,
		     s32 off)
{
	s64 at = reg_offset(base) + off;

	if (base->type != T_STACK || !xbpf_value_is_const(&base->val) ||
	    at >= 0 || at < -XBPF_STACK_SIZE)
		return;
	e->slot = (-at - 1) / 8;
	e->slot_frame = base->frame;
}

static void keep_result(struct xbpf_trace_entry *e, const struct xbpf_state *st)
{
	if (e->reg != NO_LOC && e->frame < st->nr_frames)
		e->val = st->frame[e->frame]->reg[e->reg];
}

static void after_load(struct xbpf_venv *env, struct xbpf_trace_entry *e)
{
	const struct xbpf_insn *insn = env_insn(env);

	const struct xbpf_reg *base = &env->trace->regs[insn->src_reg];

	e->kind = TRACE_SET;
	e->reg = insn->dst_reg;
	set_slot(e, base, insn->off);
	if (xbpf_value_is_const(&base->val))
		e->base = (base->type << 24) + (base->arg << 16) +
			  reg_offset(base) + insn->off + 1;
}

static void after_store(struct xbpf_venv *env, struct xbpf_trace_entry *e)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_reg *regs = env->trace->regs;

	e->kind = TRACE_STORE;
	set_slot(e, &regs[insn->dst_reg], insn->off);
	if (env_op(env, env->insn)->kind == XBPF_KIND_ST)
		xbpf_reg_set_scalar(&e->val, xbpf_value_const((s64)insn->imm));
	else
		e->val = regs[insn->src_reg];
}

static u8 regs_gone(const struct xbpf_venv *env)
{
	const struct xbpf_reg *now = state_regs(env->st);
	u8 gone = 0;
	u32 i;

	for (i = XBPF_REG_6; i < FP; i++)
		if (reg_is_pointer(&env->trace->regs[i]) &&
		    !reg_is_pointer(&now[i]))
			gone |= 1 << (i - XBPF_REG_6);
	return gone;
}

/* Memory gets some number; the old one may come back, as an entry of its own. */
static void after_atomic(struct xbpf_venv *env, struct xbpf_trace_entry *e)
{
	const struct xbpf_insn *insn = env_insn(env);
	struct xbpf_trace_entry *back;
	u8 frame = e->frame;
	u32 next = e->next;

	e->kind = TRACE_STORE;
	set_slot(e, &env->trace->regs[insn->dst_reg], insn->off);
	xbpf_reg_set_scalar(&e->val, xbpf_value_unknown());
	if (!(insn->imm & XBPF_FETCH))
		return;
	back = append(env->trace, env->insn);
	back->kind = TRACE_SET;
	back->frame = frame;
	back->next = next;
	back->reg = insn->imm == XBPF_CMPXCHG ? XBPF_REG_0 : insn->src_reg;
	keep_result(back, env->st);
}

static int writes(u8 arg)
{
	return arg == XBPF_ARG_MEM_UNINIT || arg == XBPF_ARG_MEM_UNINIT_OR_NULL ||
	       arg == XBPF_ARG_MAP_VALUE_UNINIT || arg == XBPF_ARG_LONG_PTR ||
	       arg == XBPF_ARG_INT_PTR || arg == XBPF_ARG_MEM;
}

/* Where on the stack a helper began to write. */
static void set_written(struct xbpf_venv *env, struct xbpf_trace_entry *e)
{
	const struct xbpf_helper *h = NULL;
	u32 i;

	if (env_op(env, env->insn)->oper == XBPF_OPER_HELPER)
		h = xbpf_helper_get(env_insn(env)->imm);
	for (i = 0; h && i < XBPF_MAX_HELPER_ARGS; i++)
		if (writes(h->arg[i]))
			set_slot(e, &env->trace->regs[XBPF_REG_1 + i], 0);
}

static void after_call(struct xbpf_venv *env, struct xbpf_trace_entry *e)
{
	if (env->st->nr_frames > env->trace->nr_frames) {
		e->kind = TRACE_CALL;
		return;
	}
	e->kind = TRACE_HELPER;
	e->reg = XBPF_REG_0;
	e->gone = regs_gone(env);
	set_written(env, e);
}

static void after_exit(struct xbpf_venv *env, struct xbpf_trace_entry *e)
{
	e->kind = TRACE_RETURN;
	e->val = env->trace->regs[XBPF_REG_0];
}

/* Of two registers, the one that is compared with a constant is of interest. */
static void after_jump(struct xbpf_venv *env, struct xbpf_trace_entry *e)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_reg *dst = &env->trace->regs[insn->dst_reg];
	int with_reg = env_op(env, env->insn)->use & XBPF_USE_S;

	e->kind = TRACE_JUMP;
	e->reg = insn->dst_reg;
	if (with_reg && dst->type == T_SCALAR && xbpf_value_is_const(&dst->val))
		e->reg = insn->src_reg;
}

/* @e may be gone afterwards: it may need more entries than one. */
static void describe(struct xbpf_venv *env, struct xbpf_trace_entry *e)
{
	switch (env_op(env, env->insn)->kind) {
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		after_load(env, e);
		break;
	case XBPF_KIND_ST:
	case XBPF_KIND_STX:
	case XBPF_KIND_STORE_REL:
		after_store(env, e);
		break;
	case XBPF_KIND_ATOMIC:
		after_atomic(env, e);
		return;
	case XBPF_KIND_CALL:
		after_call(env, e);
		break;
	case XBPF_KIND_EXIT:
		after_exit(env, e);
		break;
	case XBPF_KIND_JMP:
		after_jump(env, e);
		break;
	default:
		e->reg = xbpf_insn_defines(env) < 0 ? NO_LOC :
			 xbpf_insn_defines(env);
		e->kind = e->reg == NO_LOC ? TRACE_OTHER : TRACE_SET;
	}
	keep_result(e, env->st);
}

void xbpf_trace_end(struct xbpf_venv *env, const struct xbpf_step *step)
{
	struct xbpf_trace *t = env->trace;
	struct xbpf_trace_entry *e;

	if (!t)
		return;
	e = append(t, env->insn);
	e->frame = t->nr_frames - 1;
	e->next = step->next;
	e->forked = step->kind == STEP_FORK;
	describe(env, e);
	keep_regs(t, env->st);
}

/* ---- branches ---- */

u32 xbpf_trace_len(const struct xbpf_venv *env)
{
	return env->trace ? env->trace->len : 0;
}

/* The walk returned to the other edge of what was the @len-th entry. */
void xbpf_trace_rewind(struct xbpf_venv *env, u32 len)
{
	struct xbpf_trace *t = env->trace;
	struct xbpf_trace_entry *e;

	if (!t)
		return;
	t->len = len;
	keep_regs(t, env->st);
	e = (struct xbpf_trace_entry *)xbpf_trace_at(t, len - 1);
	if (!e)
		return;
	e->next = env->insn;
	/* A callback that is not called (any more): the helper is done. */
	if (e->kind == TRACE_CALL) {
		e->kind = TRACE_HELPER;
		e->reg = XBPF_REG_0;
	}
	keep_result(e, env->st);
}

/* ---- its life ---- */

void xbpf_trace_start(struct xbpf_venv *env)
{
	struct xbpf_trace *t = env->trace;

	env->why_len = 0;
	if (!xbpf_log_wanted(env->log) || !(env->log->level & LOG_INSNS))
		return;
	if (!t) {
		t = kvzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
		if (!t)
			return;
		t->cap = MIN_ENTRIES;
		t->entry = kvcalloc(t->cap, sizeof(*t->entry),
				    GFP_KERNEL_ACCOUNT);
		if (!t->entry) {
			kvfree(t);
			return;
		}
		env->trace = t;
	}
	t->len = 0;
	keep_regs(t, env->st);
}

void xbpf_trace_free(struct xbpf_venv *env)
{
	if (env->trace)
		kvfree(env->trace->entry);
	kvfree(env->trace);
	env->trace = NULL;
}
