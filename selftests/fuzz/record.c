// SPDX-License-Identifier: GPL-2.0-only
/*
 * The states in which the verifier checked each instruction, as far as they say
 * something. What a state does not say, the machine may do.
 */
#include "fuzz.h"

#define MAX_CELLS	(1 << 18)

struct record records[MAX_RECORDS];
u32 nr_records, record_first[CASE_INSNS];
int record_full;
u32 record_types, record_loop;

static struct cell cells[MAX_CELLS];
static u32 nr_cells;

static void begin(void)
{
	nr_records = 1;
	nr_cells = 0;
	record_full = 0;
	record_types = 0;
	record_loop = 0;
	numbers_keep(NULL);
	memset(record_first, 0, sizeof(record_first));
}

static struct cell *cell_add(struct record *r, u32 frame, u32 loc)
{
	struct cell *c = &cells[nr_cells];

	if (nr_cells == MAX_CELLS - 1) {
		record_full = 1;
		return c;
	}
	nr_cells++;
	r->nr_cells++;
	memset(c, 0, offsetof(struct cell, reg));
	c->frame = frame;
	c->loc = loc;
	return c;
}

static int says_nothing(const struct xbpf_reg *reg)
{
	return reg->type == T_NONE ||
	       (reg->type == T_SCALAR && !reg->id &&
		xbpf_value_is_unknown(&reg->val));
}

static void keep_slot(struct record *r, u32 f, u32 i,
		      const struct xbpf_slot *slot)
{
	u32 b, len;
	int start = xbpf_slot_spill_at(slot, &len);
	u8 zero = 0;
	struct cell *c;

	for (b = 0; b < 8; b++)
		zero |= (slot->kind[b] == SLOT_ZERO) << b;
	if (zero)
		cell_add(r, f, CELL_SLOT + i)->zero = zero;
	if (start < 0 || says_nothing(&slot->reg))
		return;
	c = cell_add(r, f, CELL_SLOT + i);
	c->start = start;
	c->len = len;
	c->reg = slot->reg;
	record_types |= 1U << slot->reg.type;
}

static void keep_frame(struct record *r, u32 f, const struct xbpf_frame *frame)
{
	u32 i;

	r->callsite[f] = frame->callsite;
	r->callback[f] = !!frame->callback;
	for (i = 0; i < FP; i++) {
		if (says_nothing(&frame->reg[i]))
			continue;
		cell_add(r, f, i)->reg = frame->reg[i];
		record_types |= 1U << frame->reg[i].type;
	}
	for (i = 0; i < frame->nr_slots; i++)
		keep_slot(r, f, i, &frame->slot[i]);
}

void record_observe(const struct xbpf_venv *env)
{
	const struct xbpf_state *st = env->st;
	struct record *r;
	u32 f;

	if (env->visited == 1)
		begin();
	if (nr_records == MAX_RECORDS || env->insn >= CASE_INSNS)
		record_full = 1;
	if (record_full)
		return;
	r = &records[nr_records];
	r->insn = env->insn;
	r->next = record_first[env->insn];
	record_first[env->insn] = nr_records++;
	r->nr_frames = st->nr_frames;
	r->nr_refs = st->nr_refs;
	r->nr_cells = 0;
	record_loop |= st->loop != 0;
	r->cells = &cells[nr_cells];
	for (f = 0; f < st->nr_frames; f++)
		keep_frame(r, f, st->frame[f]);
	for (f = 0; f < st->nr_ghosts; f++)
		cell_add(r, 0, CELL_GHOST)->reg = st->ghost[f];
	numbers_keep(env->defs);
}
