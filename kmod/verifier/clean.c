// SPDX-License-Identifier: GPL-2.0-only
/*
 * Forgetting what is dead or irrelevant, so that more states are among those seen
 * before. Not trusted: it only ever weakens a state.
 */
#include "verifier/priv.h"

static void widen_reg(struct xbpf_venv *env, struct xbpf_reg *reg)
{
	if (reg->type != T_SCALAR)
		return;
	reg->id = 0;
	if (xbpf_value_is_unknown(&reg->val))
		return;
	reg->val = xbpf_value_unknown();
	env->widened = 1;
}

static void widen_slot(struct xbpf_venv *env, struct xbpf_slot *slot)
{
	u32 b, len;

	if (xbpf_slot_spill_at(slot, &len) >= 0 &&
	    slot->reg.type == T_SCALAR) {
		xbpf_slot_forget(slot);
		env->widened = 1;
	}
	for (b = 0; b < 8; b++) {
		if (slot->kind[b] != SLOT_ZERO)
			continue;
		slot->kind[b] = SLOT_MISC;
		env->widened = 1;
	}
}

/* What a frame keeps: its live registers and slots, and of which numbers. */
struct keep {
	u16 live, rel;
	u64 live_slots, rel_slots;
};

static void clean_frame(struct xbpf_venv *env, struct xbpf_frame *frame,
			const struct keep *keep)
{
	u32 i, used = 0;

	for (i = 0; i < FP; i++) {
		if (frame->reg[i].type == T_NONE)
			continue;
		if (!(keep->live >> i & 1))
			xbpf_reg_clear(&frame->reg[i]);
		else if (env->widen && !(keep->rel >> i & 1))
			widen_reg(env, &frame->reg[i]);
	}
	for (i = 0; i < frame->nr_slots; i++) {
		if (!(keep->live_slots >> i & 1)) {
			memset(&frame->slot[i], 0, sizeof(frame->slot[i]));
			continue;
		}
		used = i + 1;
		if (env->widen && !(keep->rel_slots >> i & 1))
			widen_slot(env, &frame->slot[i]);
	}
	frame->nr_slots = used;
}

/* What the frame that waits at @callsite needs when the callee is done. */
static struct keep keep_of_caller(const struct xbpf_venv *env, u32 callsite)
{
	const struct xbpf_block *b = &env->block[env->block_of[callsite + 1]];
	u64 shared = env->slots[callsite];

	return (struct keep){
		.live = b->live, .rel = b->rel,
		.live_slots = b->live_slots | shared,
		.rel_slots = b->rel_slots | shared,
	};
}

/* A callback may run again, and what follows its call is not a block's start. */
static const struct keep keep_all = {
	.live = ~0, .rel = ~0, .live_slots = ~0ULL, .rel_slots = ~0ULL,
};

/**
 * xbpf_state_clean - forget what cannot matter any more
 * @env: the verification
 * @st: at the start of @block; becomes weaker
 * @block: index
 */
void xbpf_state_clean(struct xbpf_venv *env, struct xbpf_state *st, u32 block)
{
	const struct xbpf_block *b = &env->block[block];
	struct keep keep = {
		.live = b->live, .rel = b->rel,
		.live_slots = b->live_slots, .rel_slots = b->rel_slots,
	};
	u32 f = st->nr_frames - 1;

	clean_frame(env, st->frame[f], &keep);
	while (f--) {
		const struct xbpf_frame *callee = st->frame[f + 1];

		keep = callee->callback ? keep_all :
			keep_of_caller(env, callee->callsite);
		clean_frame(env, st->frame[f], &keep);
	}
}
