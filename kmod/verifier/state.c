// SPDX-License-Identifier: GPL-2.0-only
/*
 * States: registers, frames, stack slots; making, copying and changing them.
 *
 * Knows which facts belong together (ids, references). Does not know
 * instructions, nor which states were seen before (saved.c).
 */
#include "verifier/priv.h"

#define MAX_SPARE	64	/* frames kept for reuse */

/* ---- registers ---- */

void xbpf_reg_clear(struct xbpf_reg *reg)
{
	memset(reg, 0, sizeof(*reg));
}

void xbpf_reg_set_scalar(struct xbpf_reg *reg, struct xbpf_value val)
{
	memset(reg, 0, offsetof(struct xbpf_reg, val));
	reg->type = T_SCALAR;
	reg->val = val;
}

void xbpf_reg_set_pointer(struct xbpf_reg *reg, enum reg_type type)
{
	memset(reg, 0, offsetof(struct xbpf_reg, val));
	reg->type = type;
	reg->val = xbpf_value_const(0);
}

/* A pointer to a value with a lock keeps its number, which names the lock. */
void xbpf_reg_name(struct xbpf_venv *env, struct xbpf_reg *reg)
{
	if (!xbpf_map_has(env->map[reg->arg], XBPF_FIELD_SPIN_LOCK))
		return;
	reg->flags |= REG_NAMED;
	if (!reg->id)
		reg->id = ++env->next_id;
}

/* ---- slots ---- */

/*
 * First byte of the spilled register, -1 if there is none; bytes in *@len. Mostly all
 * eight are, or none was written.
 */
int xbpf_kinds_spill_at(const u8 *kind, u32 *len)
{
	u32 b, end;
	u64 all;

	memcpy(&all, kind, sizeof(all));
	if (all == SLOT_SPILL * 0x0101010101010101ULL) {
		*len = 8;
		return 0;
	}
	for (b = 0; all && b < 8 && kind[b] != SLOT_SPILL; b++)
		;
	if (!all)
		b = 8;
	for (end = b; end < 8 && kind[end] == SLOT_SPILL; end++)
		;
	*len = end - b;
	return b < 8 ? (int)b : -1;
}

int xbpf_slot_spill_at(const struct xbpf_slot *slot, u32 *len)
{
	return xbpf_kinds_spill_at(slot->kind, len);
}

/* The spilled register is no longer whole: its bytes are some number. */
void xbpf_slot_forget(struct xbpf_slot *slot)
{
	u8 kind = reg_is_null(&slot->reg) ? SLOT_ZERO : SLOT_MISC;
	u32 b;

	for (b = 0; b < 8; b++)
		if (slot->kind[b] == SLOT_SPILL)
			slot->kind[b] = kind;
	xbpf_reg_clear(&slot->reg);
}

/* ---- frames ---- */

static struct xbpf_frame *frame_alloc(struct xbpf_venv *env)
{
	struct xbpf_frame *frame = env->spare;

	if (!frame)
		return kzalloc(sizeof(*frame), GFP_KERNEL_ACCOUNT);
	env->spare = *(struct xbpf_frame **)frame->reg;
	env->nr_spare--;
	return frame;
}

static void frame_free(struct xbpf_venv *env, struct xbpf_frame *frame)
{
	if (env->nr_spare < MAX_SPARE) {
		*(struct xbpf_frame **)frame->reg = env->spare;
		env->spare = frame;
		env->nr_spare++;
		return;
	}
	kfree(frame->slot);
	kfree(frame);
}

void xbpf_env_free_spare(struct xbpf_venv *env)
{
	struct xbpf_frame *frame;

	while ((frame = env->spare)) {
		env->spare = *(struct xbpf_frame **)frame->reg;
		kfree(frame->slot);
		kfree(frame);
	}
	env->nr_spare = 0;
}

/* Makes slots below @nr_slots exist. Moves frame->slot. */
int xbpf_frame_grow(struct xbpf_frame *frame, u32 nr_slots)
{
	struct xbpf_slot *slot;
	u32 cap;

	if (nr_slots <= frame->nr_slots)
		return 0;
	if (nr_slots > frame->cap) {
		cap = roundup_pow_of_two(max(nr_slots, 4U));
		slot = krealloc(frame->slot, cap * sizeof(*slot), GFP_KERNEL_ACCOUNT);
		if (!slot)
			return -ENOMEM;
		frame->slot = slot;
		frame->cap = cap;
	}
	memset(&frame->slot[frame->nr_slots], 0,
	       (nr_slots - frame->nr_slots) * sizeof(*slot));
	frame->nr_slots = nr_slots;
	return 0;
}

static int frame_copy(struct xbpf_frame *dst, const struct xbpf_frame *src)
{
	dst->nr_slots = 0;
	if (xbpf_frame_grow(dst, src->nr_slots))
		return -ENOMEM;
	memcpy(dst->reg, src->reg, sizeof(dst->reg));
	if (src->nr_slots)
		memcpy(dst->slot, src->slot,
		       src->nr_slots * sizeof(*src->slot));
	dst->subprog = src->subprog;
	dst->callsite = src->callsite;
	dst->callback = src->callback;
	dst->budget = src->budget;
	dst->may_gotos = src->may_gotos;
	return 0;
}

int xbpf_frame_push(struct xbpf_venv *env, struct xbpf_state *st, u32 subprog,
		    u32 callsite)
{
	struct xbpf_frame *frame = frame_alloc(env);

	if (!frame)
		return -ENOMEM;
	memset(frame->reg, 0, sizeof(frame->reg));
	frame->nr_slots = 0;
	frame->callback = 0;
	frame->budget = env->sub[subprog].may_goto ? ++env->next_budget : 0;
	frame->may_gotos = 0;
	frame->subprog = subprog;
	frame->callsite = callsite;
	xbpf_reg_set_pointer(&frame->reg[FP], T_STACK);
	frame->reg[FP].frame = st->nr_frames;
	st->frame[st->nr_frames++] = frame;
	return 0;
}

void xbpf_frame_pop(struct xbpf_venv *env, struct xbpf_state *st)
{
	frame_free(env, st->frame[--st->nr_frames]);
}

/* ---- states ---- */

struct xbpf_state *xbpf_state_alloc(void)
{
	return kzalloc(sizeof(struct xbpf_state), GFP_KERNEL_ACCOUNT);
}

void xbpf_state_free(struct xbpf_venv *env, struct xbpf_state *st)
{
	if (!st)
		return;
	while (st->nr_frames)
		xbpf_frame_pop(env, st);
	kfree(st);
}

/* @dst may hold frames, which are reused; on failure it is valid, not equal. */
int xbpf_state_copy(struct xbpf_venv *env, struct xbpf_state *dst,
		    const struct xbpf_state *src)
{
	u32 i;

	while (dst->nr_frames > src->nr_frames)
		xbpf_frame_pop(env, dst);
	for (i = 0; i < src->nr_frames; i++) {
		if (i == dst->nr_frames && xbpf_frame_push(env, dst, 0, 0))
			return -ENOMEM;
		if (frame_copy(dst->frame[i], src->frame[i]))
			return -ENOMEM;
	}
	dst->nr_refs = src->nr_refs;
	dst->lock = src->lock;
	dst->rounds = src->rounds;
	dst->loop = src->loop;
	dst->nexts = src->nexts;
	dst->rcu = src->rcu;
	dst->preempt = src->preempt;
	memcpy(dst->ref, src->ref, src->nr_refs * sizeof(*src->ref));
	dst->nr_ghosts = src->nr_ghosts;
	memcpy(dst->ghost, src->ghost, src->nr_ghosts * sizeof(*src->ghost));
	return 0;
}

/* Nothing is held, nothing known: the start of @subprog on a stack of its own. */
int xbpf_state_restart(struct xbpf_venv *env, struct xbpf_state *st, u32 subprog,
		       u32 callsite)
{
	while (st->nr_frames)
		xbpf_frame_pop(env, st);
	st->nr_refs = 0;
	st->lock = 0;
	st->rounds = 0;
	st->loop = 0;
	st->nexts = 0;
	st->rcu = 0;
	st->preempt = 0;
	st->nr_ghosts = 0;
	return xbpf_frame_push(env, st, subprog, callsite);
}

static void resolve_null(struct xbpf_reg *reg, u32 id, int is_null)
{
	if (reg->id != id || !reg->or_null)
		return;
	if (is_null) {
		xbpf_reg_set_scalar(reg, xbpf_value_const(0));
		return;
	}
	reg->or_null = 0;
	if (!(reg->flags & REG_NAMED))
		reg->id = 0;
}

static void remove_ref(struct xbpf_state *st, u32 ref)
{
	int i = xbpf_state_find_ref(st, ref);

	if (i >= 0)
		st->ref[i] = st->ref[--st->nr_refs];
}

/* On one edge of a null check: every or-null pointer of @id is (not) null. */
void xbpf_state_resolve_null(struct xbpf_state *st, u32 id, int is_null)
{
	struct xbpf_reg *reg;
	u32 f, i, ref = 0;

	for_each_reg(st, f, i, reg,
		     if (reg->id == id && reg->or_null && reg->ref == id)
			     ref = reg->ref);
	for_each_reg(st, f, i, reg, resolve_null(reg, id, is_null));
	if (is_null && ref)
		remove_ref(st, ref);
}

static void drop_ref(struct xbpf_venv *env, struct xbpf_reg *reg, u32 ref)
{
	if (reg->ref != ref || !reg_is_pointer(reg))
		return;
	if (env_leaks_ok(env))
		xbpf_reg_set_scalar(reg, xbpf_value_unknown());
	else
		xbpf_reg_clear(reg);
}

/* The reference is given back: whatever carried it is a mere number. */
void xbpf_state_drop_ref(struct xbpf_venv *env, struct xbpf_state *st, u32 ref)
{
	struct xbpf_reg *reg;
	u32 f, i;

	for_each_reg(st, f, i, reg, drop_ref(env, reg, ref));
	remove_ref(st, ref);
}

int xbpf_state_find_ref(const struct xbpf_state *st, u32 id)
{
	u32 i;

	for (i = 0; i < st->nr_refs; i++)
		if (st->ref[i].id == id)
			return i;
	return -ENOENT;
}
