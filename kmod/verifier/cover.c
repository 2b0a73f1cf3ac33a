// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a state among those that one seen before stands for?
 *
 * Trusted: xbpf_saved_covers(). It may say yes only if every machine state
 * that the new abstract state stands for is one that the old stands for too.
 */
#include "verifier/saved.h"

/*
 * struct cover - one comparison
 * @old: @st: @mode: see xbpf_saved_covers()
 * @ids: @refs: which names and references of the new state are which of the old
 */
struct cover {
	const struct xbpf_venv *env;
	const struct xbpf_saved *old;
	const struct xbpf_state *st;
	enum cover_mode mode;
	struct xbpf_idmap ids, refs;
};

/* References correspond one to one: the program must release each once. */
static int map_ref(struct xbpf_idmap *map, u32 old, u32 new)
{
	u32 i;

	if (!old || !new)
		return old == new;
	for (i = 0; i < map->nr; i++)
		if (map->pair[i].new == new && map->pair[i].old != old)
			return 0;
	return xbpf_idmap_add(map, old, new);
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

static int reg_covers(struct cover *c, const struct cell *cell, const struct xbpf_reg *new)
{
	const struct xbpf_reg *old = &c->env->regs.reg[cell->reg];

	if (old->type != new->type || old->off != new->off ||
	    old->frame != new->frame || old->flags != new->flags ||
	    old->or_null != new->or_null || !extra_covers(old, new, c->mode) ||
	    is_acquired(old, cell->id) != is_acquired(new, new->id) ||
	    !value_covers(&old->val, &new->val, c->mode))
		return 0;
	/* Names change on each round of a loop, though nothing else does. */
	if (c->mode == COVER_EQUALS && xbpf_names_wanted(c->env))
		return map_ref(&c->refs, old->ref, new->ref);
	return xbpf_number_match(c->env, &c->ids, cell->id, new->id) &&
	       xbpf_number_match(c->env, &c->ids, cell->num, new->num) &&
	       map_ref(&c->refs, old->ref, new->ref);
}

/* The old slot held a number of @len bytes, the new one holds loose bytes. */
static int number_covers_bytes(const struct cover *c, const struct cell *cell,
			       const struct xbpf_slot *new, u32 at, u32 len)
{
	const struct xbpf_reg *old = &c->env->regs.reg[cell->reg];
	struct xbpf_value any = xbpf_value_unknown();
	u32 b;

	if (old->type != T_SCALAR || cell->id)
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

static int spill_covers(struct cover *c, const struct cell *cell,
			const struct xbpf_slot *new)
{
	u32 old_len, new_len;
	int old_at, new_at;
	u8 kind[8];

	kinds_unpack(&saved_plain(c->old)[cell->plain], kind);
	old_at = xbpf_kinds_spill_at(kind, &old_len);
	new_at = xbpf_slot_spill_at(new, &new_len);
	if (old_at == new_at && old_len == new_len)
		return reg_covers(c, cell, &new->reg);
	return c->mode == COVER_INCLUDES &&
	       number_covers_bytes(c, cell, new, old_at, old_len);
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
	u8 kind[8];
	u32 b;

	kinds_unpack(old, kind);
	for (b = 0; b < 8; b++)
		if (!byte_covers(env, kind[b], new, new->kind[b], mode))
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
	/* What is required at the end depends on how the outermost was entered. */
	for (f = 0; f < st->nr_frames; f++)
		if ((f && old->callsite[f] != st->frame[f]->callsite) ||
		    !old->callback[f] != !st->frame[f]->callback)
			return 0;
	return 1;
}

/* Every reference of the new state was met while cells were compared. */
static int refs_match(const struct xbpf_saved *old, const struct xbpf_state *st,
		      struct xbpf_idmap *refs)
{
	u32 i, j;

	for (i = 0; i < old->nr_refs; i++) {
		for (j = 0; j < refs->nr; j++)
			if (refs->pair[j].old == saved_refs(old)[i])
				break;
		if (j == refs->nr)
			return 0;
		if (xbpf_state_find_ref(st, refs->pair[j].new) < 0)
			return 0;
	}
	return 1;
}

static int cell_covers(struct cover *c, const struct cell *cell)
{
	const struct xbpf_state *st = c->st;

	if (cell->loc >= GHOST_LOC)
		return !cell->id || c->mode == COVER_EQUALS ||
		       xbpf_number_known(c->env, &c->ids, st, cell->id,
					 &c->env->regs.reg[cell->reg].val);
	if (cell->loc < SLOT_LOC)
		return reg_covers(c, cell, &st->frame[cell->frame]->reg[cell->loc]);
	return spill_covers(c, cell, slot_of(st, cell->frame, cell->loc - SLOT_LOC));
}

/*
 * What differed the last time differs mostly again: it is looked at first. The order
 * is of no importance, but that ghosts, whose names others bring in, come last.
 */
static int cells_cover(struct cover *c, struct xbpf_saved *old)
{
	const struct cell *cell = saved_cells(old);
	u32 i;

	if (old->differs < old->nr_cells && !cell_covers(c, &cell[old->differs]))
		return 0;
	for (i = 0; i < old->nr_cells; i++) {
		if (cell_covers(c, &cell[i]))
			continue;
		if (cell[i].loc < GHOST_LOC)
			old->differs = i;
		return 0;
	}
	return 1;
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
int xbpf_saved_covers(const struct xbpf_venv *env, struct xbpf_saved *old,
		      const struct xbpf_state *st, enum cover_mode mode)
{
	const struct plain *plain = saved_plain(old);
	struct cover c;
	u32 i;

	if (!xbpf_saved_frames_match(old, st) || old->nr_refs != st->nr_refs ||
	    !old->lock != !st->lock || old->rcu != st->rcu ||
	    old->preempt != st->preempt)
		return 0;
	c.env = env;
	c.old = old;
	c.st = st;
	c.mode = mode;
	c.ids.nr = 0;
	c.refs.nr = 0;
	if (!xbpf_idmap_add(&c.ids, old->lock, st->lock))
		return 0;
	if (mode == COVER_INCLUDES && old->done != DONE &&
	    !xbpf_loop_same_rounds(env, old, st, &c.ids))
		return 0;
	if (!cells_cover(&c, old))
		return 0;
	for (i = 0; i < old->nr_plain; i++)
		if (!plain_covers(env, &plain[i], st, mode))
			return 0;
	if (!refs_match(old, st, &c.refs))
		return 0;
	if (mode == COVER_INCLUDES)
		return old->done == DONE ||
		       xbpf_iter_same_rounds(env, old, &c.refs);
	return xbpf_saved_knows_no_more(env, old, st);
}
