// SPDX-License-Identifier: GPL-2.0-only
/*
 * States seen before: packed to what is live, and compared.
 *
 * Trusted: xbpf_saved_covers(). It may say yes only if every machine state
 * that the new abstract state stands for is one that the old stands for too.
 * xbpf_state_clean() is not: it only ever weakens a state.
 */
#include "verifier/priv.h"

#define SLOT_LOC	16	/* first location that is a slot */
#define MAX_IDS		64	/* distinct ids that a comparison follows */

/* A register, or a slot with a spilled one. */
struct cell {
	u8 frame;
	u8 loc;
	u8 pad[6];
	struct xbpf_reg reg;
};

/* The bytes of a slot. */
struct plain {
	u8 frame;
	u8 slot;
	u8 kind[8];
};

static struct cell *saved_cells(const struct xbpf_saved *s)
{
	return (struct cell *)s->data;
}

static struct plain *saved_plain(const struct xbpf_saved *s)
{
	return (struct plain *)(saved_cells(s) + s->nr_cells);
}

/* ---- forgetting what is dead or irrelevant ---- */

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

/* ---- packing ---- */

static int slot_used(const struct xbpf_slot *slot)
{
	static const u8 none[8];

	return memcmp(slot->kind, none, sizeof(none)) != 0;
}

/* Is slot->reg what the slot holds? */
static int slot_spills(const struct xbpf_slot *slot)
{
	u32 len;

	return slot->kind[0] >= SLOT_DYNPTR || xbpf_slot_spill_at(slot, &len) >= 0;
}

static void count_cells(const struct xbpf_state *st, u32 *cells, u32 *plain)
{
	u32 f, i;

	*cells = *plain = 0;
	for (f = 0; f < st->nr_frames; f++) {
		const struct xbpf_frame *frame = st->frame[f];

		for (i = 0; i < FP; i++)
			*cells += frame->reg[i].type != T_NONE;
		for (i = 0; i < frame->nr_slots; i++) {
			*cells += slot_spills(&frame->slot[i]);
			*plain += slot_used(&frame->slot[i]);
		}
	}
}

static void pack_frame(const struct xbpf_frame *frame, u32 f,
		       struct cell **cell, struct plain **plain)
{
	u32 i;

	for (i = 0; i < FP; i++) {
		if (frame->reg[i].type == T_NONE)
			continue;
		**cell = (struct cell){ .frame = f, .loc = i };
		(*cell)++->reg = frame->reg[i];
	}
	for (i = 0; i < frame->nr_slots; i++) {
		const struct xbpf_slot *slot = &frame->slot[i];

		if (slot_spills(slot)) {
			**cell = (struct cell){ .frame = f, .loc = SLOT_LOC + i };
			(*cell)++->reg = slot->reg;
		}
		if (!slot_used(slot))
			continue;
		**plain = (struct plain){ .frame = f, .slot = i };
		memcpy((*plain)++->kind, slot->kind, sizeof(slot->kind));
	}
}

/* An id that one cell alone has says nothing. Returns how many cells keep one. */
static u32 drop_single_ids(struct xbpf_saved *s)
{
	struct cell *cells = saved_cells(s);
	u8 seen[256] = { 0 };
	u32 i, linked = 0;

	for (i = 0; i < s->nr_cells; i++) {
		u8 *n = &seen[cells[i].reg.id & 0xff];

		*n = min(*n + 1, 2);
	}
	if (s->lock)	/* who may let go of it must be known */
		seen[s->lock & 0xff] = 2;
	for (i = 0; i < s->nr_cells; i++) {
		if (seen[cells[i].reg.id & 0xff] < 2)
			cells[i].reg.id = 0;
		linked += !!cells[i].reg.id;
	}
	return linked;
}

struct xbpf_saved *xbpf_saved_make(const struct xbpf_state *st)
{
	struct xbpf_saved *s;
	struct plain *plain;
	struct cell *cell;
	u32 cells, plains, f;
	size_t bytes;

	count_cells(st, &cells, &plains);
	bytes = sizeof(*s) + cells * sizeof(*cell) + plains * sizeof(*plain);
	s = kmalloc(bytes, GFP_KERNEL_ACCOUNT);
	if (!s)
		return NULL;
	memset(s, 0, sizeof(*s));
	s->bytes = bytes;
	s->nr_cells = cells;
	s->nr_plain = plains;
	s->nr_frames = st->nr_frames;
	s->nr_refs = st->nr_refs;
	s->lock = st->lock;
	s->may_gotos = st->may_gotos;
	s->rcu = st->rcu;
	s->preempt = st->preempt;
	memcpy(s->ref, st->ref, st->nr_refs * sizeof(*st->ref));
	cell = saved_cells(s);
	plain = saved_plain(s);
	for (f = 0; f < st->nr_frames; f++) {
		s->callsite[f] = st->frame[f]->callsite;
		s->callback[f] = !!st->frame[f]->callback;
		pack_frame(st->frame[f], f, &cell, &plain);
	}
	s->nr_linked = drop_single_ids(s);
	return s;
}

/* A number that equal states have in common, and few others. */
u64 xbpf_state_print(const struct xbpf_state *st)
{
	const struct xbpf_reg *reg = state_regs(st);
	u64 print = st->nr_frames;
	u32 i;

	for (i = 0; i < FP; i++) {
		if (reg[i].type != T_NONE)
			print += reg[i].type + reg[i].val.tnum.value +
				 reg[i].off;
		print *= 0x9e3779b97f4a7c15ULL;
	}
	return print;
}

/* ---- comparing ---- */

/* Old ids and references, and what they are in the new state. */
struct idmap {
	u32 nr;
	struct {
		u32 old, new;
	} pair[MAX_IDS];
};

/*
 * Two cells that are linked in the old state must be so in the new one; more
 * links in the new state only narrow it.
 */
static int map_id(struct idmap *map, u32 old, u32 new)
{
	u32 i;

	if (!old)
		return 1;
	if (!new)
		return 0;
	for (i = 0; i < map->nr; i++)
		if (map->pair[i].old == old)
			return map->pair[i].new == new;
	if (map->nr == MAX_IDS)
		return 0;
	map->pair[map->nr].old = old;
	map->pair[map->nr++].new = new;
	return 1;
}

/* References correspond one to one: the program must release each once. */
static int map_ref(struct idmap *map, u32 old, u32 new)
{
	u32 i;

	if (!old || !new)
		return old == new;
	for (i = 0; i < map->nr; i++)
		if (map->pair[i].new == new && map->pair[i].old != old)
			return 0;
	return map_id(map, old, new);
}

static int value_covers(const struct xbpf_value *old,
			const struct xbpf_value *new, enum cover_mode mode)
{
	return mode == COVER_EQUALS ? xbpf_value_equal(new, old) :
		xbpf_value_subset(new, old);
}

/*
 * What @arg and @obj say. Of packets the old one is the shorter proof; what was
 * learned of the end may be forgotten.
 */
static int extra_covers(const struct xbpf_reg *old, const struct xbpf_reg *new,
			enum cover_mode mode)
{
	int packet = old->type == T_PACKET || old->type == T_PACKET_META;

	if (!packet || mode == COVER_EQUALS)
		return old->arg == new->arg && old->obj == new->obj;
	return old->arg <= new->arg && (!old->obj || old->obj == new->obj);
}

static int reg_covers(const struct xbpf_reg *old, const struct xbpf_reg *new,
		      enum cover_mode mode, struct idmap *ids,
		      struct idmap *refs)
{
	if (old->type != new->type || old->off != new->off ||
	    old->frame != new->frame || old->flags != new->flags ||
	    !extra_covers(old, new, mode))
		return 0;
	if (old->or_null != new->or_null)
		return 0;
	return value_covers(&old->val, &new->val, mode) &&
	       map_id(ids, old->id, new->id) &&
	       map_ref(refs, old->ref, new->ref);
}

/* The old slot held a number of @len bytes, the new one holds loose bytes. */
static int number_covers_bytes(const struct xbpf_reg *old,
			       const struct xbpf_slot *new, u32 at, u32 len)
{
	struct xbpf_value any = xbpf_value_unknown();
	u32 b;

	if (old->type != T_SCALAR || old->id)
		return 0;
	for (b = at; b < at + len; b++) {
		if (new->kind[b] == SLOT_INVALID ||
		    new->kind[b] >= SLOT_DYNPTR ||
		    (new->kind[b] == SLOT_SPILL && reg_is_pointer(&new->reg)))
			return 0;
	}
	xbpf_value_truncate(&any, 8 * len);
	return xbpf_value_subset(&any, &old->val);
}

static int spill_covers(const struct cell *old, const u8 *old_kind,
			const struct xbpf_slot *new, enum cover_mode mode,
			struct idmap *ids, struct idmap *refs)
{
	struct xbpf_slot shape = { 0 };
	u32 old_len, new_len;
	int old_at, new_at;

	memcpy(shape.kind, old_kind, sizeof(shape.kind));
	old_at = xbpf_slot_spill_at(&shape, &old_len);
	new_at = xbpf_slot_spill_at(new, &new_len);
	if (old_at == new_at && old_len == new_len)
		return reg_covers(&old->reg, &new->reg, mode, ids, refs);
	return mode == COVER_INCLUDES &&
	       number_covers_bytes(&old->reg, new, old_at, old_len);
}

static int byte_covers(const struct xbpf_venv *env, u8 old,
		       const struct xbpf_slot *new, u8 kind,
		       enum cover_mode mode)
{
	if (mode == COVER_EQUALS)
		return old == kind;
	if (old >= SLOT_DYNPTR)
		return kind == old;
	switch (old) {
	case SLOT_MISC:
		if (kind >= SLOT_DYNPTR)
			return 0;
		if (kind == SLOT_INVALID)
			return env_leaks_ok(env);
		return kind != SLOT_SPILL || !reg_is_pointer(&new->reg);
	case SLOT_ZERO:
		return kind == SLOT_ZERO ||
		       (kind == SLOT_SPILL && reg_is_null(&new->reg));
	default:	/* unread, or compared with the spilled register */
		return 1;
	}
}

static const struct xbpf_slot *slot_of(const struct xbpf_state *st, u32 frame,
				       u32 slot)
{
	static const struct xbpf_slot none;

	return slot < st->frame[frame]->nr_slots ?
		&st->frame[frame]->slot[slot] : &none;
}

static int plain_covers(const struct xbpf_venv *env, const struct plain *old,
			const struct xbpf_state *st, enum cover_mode mode)
{
	const struct xbpf_slot *new = slot_of(st, old->frame, old->slot);
	u32 b;

	for (b = 0; b < 8; b++)
		if (!byte_covers(env, old->kind[b], new, new->kind[b], mode))
			return 0;
	return 1;
}

/* Are the same calls in progress? */
int xbpf_saved_frames_match(const struct xbpf_saved *old,
			    const struct xbpf_state *st)
{
	u32 f;

	if (old->nr_frames != st->nr_frames)
		return 0;
	for (f = 1; f < st->nr_frames; f++)
		if (old->callsite[f] != st->frame[f]->callsite ||
		    old->callback[f] != !!st->frame[f]->callback)
			return 0;
	return 1;
}

/* Every reference of the new state was met while cells were compared. */
static int refs_match(const struct xbpf_saved *old, const struct xbpf_state *st,
		      struct idmap *refs)
{
	u32 i, j;

	for (i = 0; i < old->nr_refs; i++) {
		for (j = 0; j < refs->nr; j++)
			if (refs->pair[j].old == old->ref[i].id)
				break;
		if (j == refs->nr)
			return 0;
		if (xbpf_state_find_ref(st, refs->pair[j].new) < 0)
			return 0;
	}
	return 1;
}

static const u8 *kinds_of(const struct xbpf_saved *old, const struct cell *cell)
{
	const struct plain *p = saved_plain(old);

	while (p->frame != cell->frame || p->slot != cell->loc - SLOT_LOC)
		p++;
	return p->kind;
}

static int cell_covers(const struct xbpf_saved *old, const struct cell *cell,
		       const struct xbpf_state *st, enum cover_mode mode,
		       struct idmap *ids, struct idmap *refs)
{
	if (cell->loc < SLOT_LOC)
		return reg_covers(&cell->reg,
				  &st->frame[cell->frame]->reg[cell->loc],
				  mode, ids, refs);
	return spill_covers(cell, kinds_of(old, cell),
			    slot_of(st, cell->frame, cell->loc - SLOT_LOC),
			    mode, ids, refs);
}

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

static int needs_widening(const struct cell *old, const struct xbpf_reg *reg)
{
	return old->reg.type == T_SCALAR && reg->type == T_SCALAR &&
	       !xbpf_value_subset(&reg->val, &old->reg.val);
}

static void widen_spill(const struct cell *old, struct xbpf_slot *slot)
{
	struct xbpf_value val = widen_value(&old->reg.val, &slot->reg.val);
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
	const struct cell *cell = saved_cells(old);
	u32 i;

	for (i = 0; i < old->nr_cells; i++, cell++) {
		struct xbpf_frame *frame = st->frame[cell->frame];
		u32 slot = cell->loc - SLOT_LOC;
		struct xbpf_reg *reg = cell->loc < SLOT_LOC ?
			&frame->reg[cell->loc] : &frame->slot[slot].reg;

		if ((cell->loc >= SLOT_LOC && slot >= frame->nr_slots) ||
		    !needs_widening(cell, reg))
			continue;
		env->widened = 1;
		if (cell->loc >= SLOT_LOC) {
			widen_spill(cell, &frame->slot[slot]);
			continue;
		}
		reg->val = widen_value(&cell->reg.val, &reg->val);
		reg->id = 0;
	}
}

/* The new state knows nothing that the old one does not. */
static int knows_no_more(const struct xbpf_saved *old,
			 const struct xbpf_state *st)
{
	struct xbpf_saved *now;
	u32 cells, plains;
	int same;

	count_cells(st, &cells, &plains);
	if (cells != old->nr_cells || plains != old->nr_plain)
		return 0;
	now = xbpf_saved_make(st);
	same = now && now->nr_linked == old->nr_linked;
	kfree(now);
	return same;
}

/**
 * xbpf_saved_covers - is what @st may be among what @old may be?
 * @env: the verification
 * @old: a state at the same block
 * @st: cleaned for it
 * @mode: with COVER_EQUALS also the other way round
 *
 * Return: 1 only if it certainly is.
 */
int xbpf_saved_covers(const struct xbpf_venv *env, const struct xbpf_saved *old,
		      const struct xbpf_state *st, enum cover_mode mode)
{
	const struct cell *cells = saved_cells(old);
	const struct plain *plain = saved_plain(old);
	struct idmap ids, refs;
	u32 i;

	if (!xbpf_saved_frames_match(old, st) || old->nr_refs != st->nr_refs ||
	    !old->lock != !st->lock || old->rcu != st->rcu ||
	    old->preempt != st->preempt)
		return 0;
	ids.nr = 0;
	refs.nr = 0;
	if (!map_id(&ids, old->lock, st->lock))
		return 0;
	for (i = 0; i < old->nr_cells; i++)
		if (!cell_covers(old, &cells[i], st, mode, &ids, &refs))
			return 0;
	for (i = 0; i < old->nr_plain; i++)
		if (!plain_covers(env, &plain[i], st, mode))
			return 0;
	if (!refs_match(old, st, &refs))
		return 0;
	return mode == COVER_INCLUDES || knows_no_more(old, st);
}
