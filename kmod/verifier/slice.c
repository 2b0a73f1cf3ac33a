// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which instructions of the path made a value: backwards from where it was refused.
 *
 * Follows registers and slots of the stack through moves, arithmetic, spills, calls
 * and returns, to where they came from. A heuristic for readers: nothing depends on
 * it. Bounded by the number of steps that a report has room for.
 */
#include "verifier/slice.h"

#define MAX_WANTED	24

/* A place whose content made the value: in @frame, a register or a slot. */
struct wanted {
	u8 frame;
	u8 reg;
	u8 slot;
	u32 id;
	int consumer;
};

struct search {
	const struct xbpf_venv *env;
	struct xbpf_slice *slice;
	u32 nr;
	struct wanted wanted[MAX_WANTED];
};

static void want(struct search *s, u8 frame, u8 reg, u8 slot, int consumer,
		 u32 id)
{
	u32 i;

	for (i = 0; i < s->nr; i++)
		if (s->wanted[i].frame == frame && s->wanted[i].reg == reg &&
		    s->wanted[i].slot == slot)
			return;
	if (s->nr < MAX_WANTED)
		s->wanted[s->nr++] = (struct wanted){
			.frame = frame, .reg = reg, .slot = slot, .id = id,
			.consumer = consumer };
}

static void want_reg(struct search *s, u8 frame, u8 reg, int consumer)
{
	want(s, frame, reg, NO_LOC, consumer, 0);
}

static struct wanted *wants(struct search *s, u8 frame, u8 reg, u8 slot)
{
	u32 i;

	for (i = 0; i < s->nr; i++)
		if (s->wanted[i].frame == frame && s->wanted[i].reg == reg &&
		    s->wanted[i].slot == slot)
			return &s->wanted[i];
	return NULL;
}

/* A register that is linked to a wanted one by its id is as good. */
static struct wanted *wants_linked(struct search *s,
				   const struct xbpf_trace_entry *e)
{
	struct wanted *w = wants(s, e->frame, e->reg, NO_LOC);
	u32 i;

	for (i = 0; !w && e->val.id && i < s->nr; i++)
		if (s->wanted[i].id == e->val.id)
			w = &s->wanted[i];
	return w;
}

static void drop(struct search *s, struct wanted *w)
{
	*w = s->wanted[--s->nr];
}

static int add_step(struct search *s, const struct xbpf_trace_entry *e,
		    int consumer)
{
	struct xbpf_slice_step *step;
	u32 i;

	/* An earlier round of a loop. */
	for (i = 0; i < s->slice->nr; i++) {
		step = &s->slice->step[i];
		if (step->entry->insn == e->insn &&
		    step->entry->kind == e->kind) {
			step->times++;
			return i;
		}
	}
	if (s->slice->nr == XBPF_SLICE_MAX) {
		s->slice->more = 1;
		return -1;
	}
	step = &s->slice->step[s->slice->nr];
	step->entry = e;
	step->consumer = consumer;
	step->times = 1;
	return s->slice->nr++;
}

/* ---- what each kind of instruction takes from where ---- */

static void through_alu(struct search *s, const struct xbpf_trace_entry *e,
			int step)
{
	const struct xbpf_op_info *op = env_op(s->env, e->insn);
	const struct xbpf_insn *insn = &s->env->prog->insns[e->insn];

	if (op->kind == XBPF_KIND_MOVSX) {
		want_reg(s, e->frame, insn->src_reg, step);
		return;
	}
	if (op->kind != XBPF_KIND_ALU && op->kind != XBPF_KIND_NEG &&
	    op->kind != XBPF_KIND_END)
		return;
	if (op->oper != XBPF_OPER_MOV)
		want_reg(s, e->frame, insn->dst_reg, step);
	if (op->kind == XBPF_KIND_ALU && op->use & XBPF_USE_S)
		want(s, e->frame, insn->src_reg, NO_LOC, step,
		     op->oper == XBPF_OPER_MOV ? e->val.id : 0);
}

static void through_set(struct search *s, const struct xbpf_trace_entry *e)
{
	struct wanted *w = wants(s, e->frame, e->reg, NO_LOC);
	int step;

	if (!w)
		return;
	step = add_step(s, e, w->consumer);
	drop(s, w);
	if (step < 0)
		return;
	if (e->slot != NO_LOC)
		want(s, e->slot_frame, NO_LOC, e->slot, step, e->val.id);
	else
		through_alu(s, e, step);
}

static void through_store(struct search *s, const struct xbpf_trace_entry *e)
{
	const struct xbpf_insn *insn = &s->env->prog->insns[e->insn];
	struct wanted *w;
	int step;

	if (e->slot == NO_LOC)
		return;
	w = wants(s, e->slot_frame, NO_LOC, e->slot);
	if (!w)
		return;
	step = add_step(s, e, w->consumer);
	drop(s, w);
	if (step >= 0 && env_op(s->env, e->insn)->kind != XBPF_KIND_ST)
		want_reg(s, e->frame, insn->src_reg, step);
}

/* Learnt, or forgotten: it stays wanted, and the value now comes from here. */
static void through_change(struct search *s, const struct xbpf_trace_entry *e)
{
	struct wanted *w = e->reg == NO_LOC ? NULL : wants_linked(s, e);
	int step;

	if (!w || (e->kind == TRACE_JUMP && !e->forked))
		return;
	step = add_step(s, e, w->consumer);
	if (step >= 0)
		w->consumer = step;
}

/* What the callee had in its registers and stack before is not of this call. */
static void forget_callee(struct search *s, u8 frame)
{
	u32 i = 0;

	while (i < s->nr)
		if (s->wanted[i].frame > frame)
			drop(s, &s->wanted[i]);
		else
			i++;
}

/* Arguments come from the caller's registers of the same names. */
static void through_call(struct search *s, const struct xbpf_trace_entry *e)
{
	int local = env_op(s->env, e->insn)->oper == XBPF_OPER_LOCAL;
	struct wanted *w;
	int reg, step;

	for (reg = XBPF_REG_1; reg <= XBPF_REG_5; reg++) {
		w = wants(s, e->frame + 1, reg, NO_LOC);
		if (!w)
			continue;
		step = add_step(s, e, w->consumer);
		drop(s, w);
		if (step >= 0 && local)
			want_reg(s, e->frame, reg, step);
	}
	forget_callee(s, e->frame);
}

static void through_return(struct search *s, const struct xbpf_trace_entry *e)
{
	struct wanted *w;
	int consumer;

	if (!e->frame)
		return;
	w = wants(s, e->frame - 1, XBPF_REG_0, NO_LOC);
	if (!w)
		return;
	consumer = w->consumer;
	drop(s, w);
	want_reg(s, e->frame, XBPF_REG_0, consumer);
}

/* It wrote from @e->slot upwards, how far its arguments say; it may release. */
static void through_helper(struct search *s, const struct xbpf_trace_entry *e)
{
	struct wanted *w;
	u32 i;

	through_set(s, e);
	for (i = XBPF_REG_6; i < FP; i++) {
		w = e->gone >> (i - XBPF_REG_6) & 1 ?
		    wants(s, e->frame, i, NO_LOC) : NULL;
		if (w)
			add_step(s, e, w->consumer);
	}
	i = 0;
	while (e->slot != NO_LOC && i < s->nr) {
		w = &s->wanted[i];
		if (w->slot == NO_LOC || w->frame != e->slot_frame ||
		    w->slot > e->slot) {
			i++;
			continue;
		}
		add_step(s, e, w->consumer);
		drop(s, w);
	}
}

static void through(struct search *s, const struct xbpf_trace_entry *e)
{
	switch (e->kind) {
	case TRACE_SET:
		through_set(s, e);
		break;
	case TRACE_HELPER:
		through_helper(s, e);
		break;
	case TRACE_STORE:
		through_store(s, e);
		break;
	case TRACE_JUMP:
	case TRACE_FORGOT:
		through_change(s, e);
		break;
	case TRACE_CALL:
		through_call(s, e);
		break;
	case TRACE_RETURN:
		through_return(s, e);
		break;
	}
}

/**
 * xbpf_slice_find - the steps that made what a register or slot holds now
 * @env: with a trace
 * @slice: filled, the newest first
 * @frame: whose
 * @reg: register, or NO_LOC
 * @slot: of the stack, or NO_LOC
 */
void xbpf_slice_find(const struct xbpf_venv *env, struct xbpf_slice *slice,
		     u8 frame, u8 reg, u8 slot)
{
	struct search s = { .env = env, .slice = slice };
	const struct xbpf_trace_entry *e;
	u32 pos = xbpf_trace_len(env);
	u32 id = 0;

	memset(slice, 0, sizeof(*slice));
	if (reg != NO_LOC)
		id = env->st->frame[frame]->reg[reg].id;
	want(&s, frame, reg, slot, -1, id);
	while (pos-- && s.nr && !slice->more) {
		e = xbpf_trace_at(env->trace, pos);
		if (!e)
			return;
		through(&s, e);
	}
}
