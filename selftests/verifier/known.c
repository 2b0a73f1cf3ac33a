// SPDX-License-Identifier: GPL-2.0-only
/*
 * The precision of a whole verifier: what it knows of registers and stack at each
 * instruction that it visits, added up.
 */
#include "known.h"

struct known known;

static void note_reg(const struct xbpf_reg *reg)
{
	if (reg->type == T_NONE) {
		known.unset++;
		return;
	}
	known.unknown += known_width(&reg->val);
	known.named += (reg->id != 0) + (reg->num != 0) + (reg->ref != 0);
	known.kinds += reg->type + reg->or_null + reg->flags;
}

static void note_slot(const struct xbpf_slot *slot)
{
	u32 b, len;

	for (b = 0; b < 8; b++)
		known.unset += slot->kind[b] == SLOT_INVALID;
	if (xbpf_slot_spill_at(slot, &len) >= 0)
		note_reg(&slot->reg);
}

void known_note(const struct xbpf_venv *env)
{
	const struct xbpf_state *st = env->st;
	u32 f, i;

	known.visits++;
	for (f = 0; f < st->nr_frames; f++) {
		for (i = 0; i < NR_REGS; i++)
			note_reg(&st->frame[f]->reg[i]);
		for (i = 0; i < st->frame[f]->nr_slots; i++)
			note_slot(&st->frame[f]->slot[i]);
	}
}
