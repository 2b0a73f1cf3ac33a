// SPDX-License-Identifier: GPL-2.0-only
/*
 * Weaker states: what states of one place may have in common.
 *
 * Not trusted: everything here only ever weakens the state that it is given, and
 * the walk goes on from there. How far is a guess, that later checks may refute.
 *
 * xbpf_state_widen() is for rounds that somebody else ends (callbacks, iterators,
 * may_goto): the caller has the state before the round (@old) and that after
 * it (@st), widens, and then compares with xbpf_saved_covers(): see round_over() in
 * walk.c, which does all of this wherever xbpf_insn_begins_round().
 * xbpf_state_stretch() is for paths that meet: attempt.c.
 */
#include "verifier/priv.h"

/* ---- rounds ---- */

/*
 * A bound that moved goes to its end at once, so that few rounds are walked. What
 * is never negative stays so: most counters are of that kind.
 */
static struct xbpf_value widen_value(const struct xbpf_value *old,
				     const struct xbpf_value *now)
{
	u64 min = old->umin, max = old->umax;

	if (old->smin < 0 || now->smin < 0)
		return xbpf_value_unknown();
	if (now->umin < min)
		min = 0;
	if (now->umax > max)
		max = now->umax <= S32_MAX ? S32_MAX : S64_MAX;
	return xbpf_value_urange(min, max);
}

static int needs_widening(const struct xbpf_reg *old, const struct xbpf_reg *reg)
{
	return old->type == T_SCALAR && reg->type == T_SCALAR &&
	       !xbpf_value_subset(&reg->val, &old->val);
}

static void widen_spill(const struct xbpf_reg *old, struct xbpf_slot *slot)
{
	struct xbpf_value val = widen_value(&old->val, &slot->reg.val);
	u32 len;

	if (xbpf_slot_spill_at(slot, &len) < 0)
		return;
	if (len < 8 && val.umax >> (8 * len)) {
		xbpf_slot_forget(slot);
		return;
	}
	slot->reg.val = val;
	slot->reg.id = 0;
}

/**
 * xbpf_state_widen - let go of numbers that differ from an earlier round
 * @env: the verification
 * @st: a round is over; becomes weaker
 * @old: the state before the round, of as many frames
 */
void xbpf_state_widen(struct xbpf_venv *env, struct xbpf_state *st,
		      const struct xbpf_saved *old)
{
	struct xbpf_place where;
	struct xbpf_reg was, *reg;
	u32 i;

	for (i = 0; i < old->nr_cells; i++) {
		was = xbpf_saved_cell(env, old, i, &where);
		reg = was.type == T_NONE ? NULL : state_cell(st, &where);
		if (!reg || !needs_widening(&was, reg))
			continue;
		env->widened = 1;
		if (where.is_slot) {
			widen_spill(&was, &st->frame[where.frame]->slot[where.at]);
			continue;
		}
		reg->val = widen_value(&was.val, &reg->val);
		reg->id = 0;
	}
}

/* ---- paths that meet ---- */

static int holds_object(const struct xbpf_slot *slot)
{
	u32 len;

	return slot->kind[0] >= SLOT_DYNPTR ||
	       (xbpf_slot_spill_at(slot, &len) >= 0 &&
		reg_is_pointer(&slot->reg));
}

/* Do two cells differ in numbers at most? */
static int alike(const struct xbpf_reg *old, const struct xbpf_reg *reg)
{
	if (old->type != reg->type || old->or_null != reg->or_null ||
	    !old->ref != !reg->ref)
		return 0;
	if (old->type == T_SCALAR)
		return 1;
	return old->off == reg->off && old->frame == reg->frame &&
	       old->flags == reg->flags &&
	       (reg_is_packet(reg) || (old->arg == reg->arg &&
				       old->obj == reg->obj));
}

static int same_spill(const u8 *kind, const struct xbpf_slot *slot)
{
	struct xbpf_slot old = { 0 };
	u32 len, old_len;
	int at;

	memcpy(old.kind, kind, sizeof(old.kind));
	at = xbpf_slot_spill_at(&old, &old_len);
	return at == xbpf_slot_spill_at(slot, &len) && len == old_len;
}

static const struct xbpf_slot *slot_at(const struct xbpf_state *st,
				       const struct xbpf_place *where)
{
	const struct xbpf_frame *frame = st->frame[where->frame];

	return where->at < frame->nr_slots ? &frame->slot[where->at] : NULL;
}

/* The bytes are some numbers in both states, or the same object. */
static int alike_slot(const u8 *kind, const struct xbpf_slot *slot)
{
	return slot && (kind[0] >= SLOT_DYNPTR) == (slot->kind[0] >= SLOT_DYNPTR) &&
	       (!holds_object(slot) || same_spill(kind, slot));
}

static int alike_cells(const struct xbpf_venv *env,
		       const struct xbpf_saved *old,
		       const struct xbpf_state *st)
{
	struct xbpf_place where;
	struct xbpf_reg was;
	u8 kind[8];
	u32 i;

	for (i = 0; i < old->nr_cells - old->nr_ghosts; i++) {
		was = xbpf_saved_cell(env, old, i, &where);
		if (!where.is_slot || reg_is_pointer(&was)) {
			const struct xbpf_reg *reg = state_cell(st, &where);

			if (!reg || !alike(&was, reg))
				return 0;
		}
	}
	for (i = 0; i < old->nr_plain; i++) {
		xbpf_saved_slot(old, i, &where, kind);
		if (!alike_slot(kind, slot_at(st, &where)))
			return 0;
	}
	return 1;
}

/**
 * xbpf_state_alike - are the differences of two states a matter of numbers?
 * @env: the verification
 * @old: a saved state
 * @st: a state at the same block
 */
int xbpf_state_alike(const struct xbpf_venv *env, const struct xbpf_saved *old,
		     const struct xbpf_state *st)
{
	return xbpf_saved_frames_match(old, st) && old->nr_refs == st->nr_refs &&
	       !old->lock == !st->lock && old->rcu == st->rcu &&
	       old->preempt == st->preempt && alike_cells(env, old, st);
}

/* The smallest of a few round numbers that is not below. */
static u64 round_bound(u64 n)
{
	static const u64 bound[] = {
		U8_MAX, 0xfff, S16_MAX, U16_MAX, S32_MAX, U32_MAX, S64_MAX,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bound); i++)
		if (n <= bound[i])
			return bound[i];
	return U64_MAX;
}

/* The bits below all that differ or are not known. */
static struct xbpf_tnum low_bits(struct xbpf_tnum t)
{
	u64 low = t.mask ? (t.mask & -t.mask) - 1 : U64_MAX;

	return XBPF_TNUM(t.value & low, ~low);
}

/* Both numbers, and what is between and somewhat beyond them. */
static struct xbpf_value stretch_value(const struct xbpf_value *old,
				       const struct xbpf_value *now)
{
	struct xbpf_value v = xbpf_value_join(old, now), all;
	struct xbpf_tnum t = low_bits(v.tnum);

	if (v.smin < 0) {
		all = v.smin >= S32_MIN && v.smax <= S32_MAX ?
			xbpf_value_srange(S32_MIN, S32_MAX) :
			xbpf_value_unknown();
	} else {
		all = xbpf_value_urange(now->umin < old->umin ? 0 : v.umin,
					now->umax <= old->umax ? v.umax :
					round_bound(v.umax));
	}
	xbpf_tnum_meet(&all.tnum, t);
	return xbpf_value_normalise(&all) ? all : xbpf_value_unknown();
}

/* ---- what a loop compares with ---- */

#define MAX_BOUNDS	96
#define MAX_FINE	5	/* then only the largest of each kind */
#define MAX_LOOKED_AT	1024	/* instructions */

struct bounds {
	u32 nr;
	s64 at[MAX_BOUNDS];
};

/* In order, each once. */
static void bound_add(struct bounds *b, s64 n)
{
	u32 i;

	for (i = 0; i < b->nr && b->at[i] < n; i++)
		;
	if (b->nr == MAX_BOUNDS || (i < b->nr && b->at[i] == n))
		return;
	memmove(&b->at[i + 1], &b->at[i], (b->nr++ - i) * sizeof(b->at[0]));
	b->at[i] = n;
}

static void bounds_near(struct bounds *b, s64 n)
{
	if (n == S64_MAX || n == S64_MIN)
		return;
	bound_add(b, n - 1);
	bound_add(b, n);
	bound_add(b, n + 1);
}

/* Constants that jumps near the loop's head compare with, largest numbers. */
static void bounds_find(const struct xbpf_venv *env, const struct xbpf_state *st,
			struct bounds *b)
{
	const struct xbpf_reg *reg;
	u32 i = max_t(s64, 0, (s64)env->insn - MAX_LOOKED_AT);

	bounds_near(b, 0);
	for (; i < env->len && i < env->insn + MAX_LOOKED_AT; i++)
		if (env_op(env, i)->kind == XBPF_KIND_JMP &&
		    !(env_op(env, i)->use & XBPF_USE_S))
			bounds_near(b, env->prog->insns[i].imm);
	for (i = 0; i < FP + state_top(st)->nr_slots; i++) {
		reg = i < FP ? &state_regs(st)[i] :
			&state_top(st)->slot[i - FP].reg;
		if (reg->type == T_SCALAR && reg->val.umax <= S32_MAX &&
		    !xbpf_value_is_const(&reg->val))
			bounds_near(b, reg->val.umax);
	}
}

static s64 bound_above(const struct bounds *b, s64 n)
{
	u32 i;

	for (i = 0; i < b->nr; i++)
		if (b->at[i] >= n)
			return b->at[i];
	return n <= S32_MAX ? S32_MAX : n <= U32_MAX ? U32_MAX : S64_MAX;
}

static s64 bound_below(const struct bounds *b, s64 n)
{
	u32 i;

	for (i = b->nr; i--;)
		if (b->at[i] <= n)
			return b->at[i];
	return n >= 0 ? 0 : n >= S32_MIN ? S32_MIN : S64_MIN;
}

/* To the next number that the loop may compare it with. */
static struct xbpf_value stretch_to(const struct bounds *b,
				    const struct xbpf_value *old,
				    const struct xbpf_value *now)
{
	struct xbpf_value v = xbpf_value_join(old, now), all;
	struct xbpf_tnum t = low_bits(v.tnum);

	if (now->smin < old->smin)
		v.smin = bound_below(b, v.smin);
	if (now->smax > old->smax)
		v.smax = bound_above(b, v.smax);
	all = xbpf_value_srange(v.smin, v.smax);
	xbpf_tnum_meet(&all.tnum, t);
	return xbpf_value_normalise(&all) ? all : xbpf_value_unknown();
}

/*
 * How numbers that differ are weakened. Those that count the rounds of @loop, and
 * of those around it, keep their names.
 */
struct loosening {
	const struct xbpf_venv *env;
	enum stretch how;
	u32 loop;
	struct bounds bounds;
};

static struct xbpf_value loosen(const struct loosening *how,
				const struct xbpf_value *old,
				const struct xbpf_value *now)
{
	switch (how->how) {
	case STRETCH_BEYOND:
		return stretch_value(old, now);
	case STRETCH_BOUNDS:
		return stretch_to(&how->bounds, old, now);
	default:
		return xbpf_value_join(old, now);
	}
}

/* Returns how much was let go. */
static u32 stretch_reg(const struct loosening *how, const struct xbpf_reg *old,
		       struct xbpf_reg *reg)
{
	u32 less = reg_is_packet(reg) && reg->arg < old->arg;

	/* The next path may have even less of a proof. */
	if (less && how->how == STRETCH_BEYOND)
		reg->arg = 0;
	if (xbpf_value_subset(&reg->val, &old->val)) {
		if (how->how == STRETCH_BOUNDS)
			reg->val = old->val;
		return less && how->how == STRETCH_BEYOND;
	}
	reg->val = loosen(how, &old->val, &reg->val);
	if (reg->type == T_SCALAR)
		reg->id = xbpf_loop_pinned(how->env, how->loop, reg->id) ?
			  reg->id : 0;
	else
		reg->num = 0;
	return 1;
}

static u32 stretch_spill(const struct loosening *how, const struct xbpf_reg *old,
			 struct xbpf_slot *slot)
{
	u32 len, changed = stretch_reg(how, old, &slot->reg);

	xbpf_slot_spill_at(slot, &len);
	if (len < 8 && slot->reg.type == T_SCALAR &&
	    slot->reg.val.umax >> (8 * len))
		xbpf_slot_forget(slot);
	return changed;
}

/* Bytes that were not the same kind of number are any number. */
static u32 stretch_bytes(const u8 *kind, struct xbpf_slot *slot)
{
	u32 b, changed = 0;

	if (!same_spill(kind, slot) && !holds_object(slot))
		xbpf_slot_forget(slot);
	for (b = 0; b < 8; b++) {
		if (slot->kind[b] != SLOT_ZERO || kind[b] == SLOT_ZERO)
			continue;
		slot->kind[b] = SLOT_MISC;
		changed = 1;
	}
	return changed;
}

/**
 * xbpf_state_stretch - let go of numbers that differ from a state seen before
 * @env: the verification
 * @st: becomes weaker
 * @old: xbpf_state_alike()
 * @kind: how much
 * @again: of STRETCH_BOUNDS: how often this was not enough yet
 *
 * Return: 0 if nothing was let go.
 */
u32 xbpf_state_stretch(struct xbpf_venv *env, struct xbpf_state *st,
		       const struct xbpf_saved *old, enum stretch kind,
		       u32 again)
{
	struct loosening loosening = { .env = env, .how = kind,
				       .loop = st->loop },
		*how = &loosening;
	struct xbpf_place where;
	struct xbpf_slot *slot;
	struct xbpf_reg was;
	u32 i, changed = 0;
	u8 bytes[8];

	how->bounds.nr = 0;
	if (kind == STRETCH_BOUNDS && again < MAX_FINE)
		bounds_find(env, st, &how->bounds);
	for (i = 0; i < old->nr_plain; i++) {
		xbpf_saved_slot(old, i, &where, bytes);
		changed += stretch_bytes(bytes, &st->frame[where.frame]->slot[where.at]);
	}
	for (i = 0; i < old->nr_cells - old->nr_ghosts; i++) {
		was = xbpf_saved_cell(env, old, i, &where);
		if (!where.is_slot) {
			changed += stretch_reg(how, &was, state_cell(st, &where));
			continue;
		}
		slot = &st->frame[where.frame]->slot[where.at];
		if (slot->reg.type == was.type)
			changed += stretch_spill(how, &was, slot);
	}
	if (changed)
		env->widened = 1;
	return changed;
}
