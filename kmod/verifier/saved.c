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
#define GHOST_LOC	128	/* first that is a ghost, of frame 0 */

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

/*
 * A cell as it is kept: its value is in a table, where equal ones are one, for
 * most cells hold no number or one of a few.
 */
struct packed {
	u8 frame, loc;
	u8 type, or_null, reg_frame, flags;
	s32 off;
	u32 id, ref, arg, obj, num;
	u32 val;
};

/* While a state is being made, its cells are not packed yet. */
static struct cell *wide_cells(const struct xbpf_saved *s)
{
	return (struct cell *)s->data;
}

static struct plain *wide_plain(const struct xbpf_saved *s)
{
	return (struct plain *)(wide_cells(s) + s->nr_cells);
}

static struct packed *saved_cells(const struct xbpf_saved *s)
{
	return (struct packed *)s->data;
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

	*cells = st->nr_ghosts;
	*plain = 0;
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

/*
 * In how many cells each number is, or what it is made of. Numbers that fall
 * into one field look like one: then more is kept than need be.
 */
struct mentions {
	u8 cells[512];
};

static u32 field_of(u32 id)
{
	return (id & 0xff) | (id & XBPF_DEFINED ? 0x100 : 0);
}

static void mention(const struct xbpf_venv *env, struct mentions *m, u32 id)
{
	u32 list[XBPF_MAX_MENTIONS], i, j, nr = xbpf_number_list(env, id, list);

	/* More than the list holds: nobody knows which, so it may be any. */
	if (nr == XBPF_MAX_MENTIONS) {
		memset(m->cells, 2, sizeof(m->cells));
		return;
	}
	for (i = 0; i < nr; i++) {
		u8 *n = &m->cells[field_of(list[i])];

		for (j = 0; j < i && field_of(list[j]) != field_of(list[i]);
		     j++)
			;
		if (j == i)
			*n = min(*n + 1, 2);
	}
}

static int is_linked(const struct xbpf_venv *env, const struct mentions *m,
		     u32 id)
{
	u32 list[XBPF_MAX_MENTIONS], nr = xbpf_number_list(env, id, list);

	while (nr--)
		if (m->cells[field_of(list[nr])] > 1)
			return 1;
	return 0;
}

/*
 * A number that nothing else is related to needs no name, nor a ghost. Returns
 * how many cells keep one.
 */
static u32 drop_single_ids(const struct xbpf_venv *env, struct xbpf_saved *s)
{
	struct cell *cells = wide_cells(s);
	struct mentions m = { 0 };
	struct xbpf_reg *reg;
	u32 i, linked = 0, pins, pin[MAX_PINS];

	for (i = 0; i < s->nr_cells; i++) {
		mention(env, &m, cells[i].reg.id);
		mention(env, &m, cells[i].reg.num);
	}
	if (s->lock)	/* who may let go of it must be known */
		m.cells[field_of(s->lock)] = 2;
	pins = xbpf_loop_pins(env, s->loop, pin);
	while (pins--)
		m.cells[field_of(pin[pins])] = 2;
	for (i = 0; i < s->nr_cells; i++) {
		reg = &cells[i].reg;
		if (!is_linked(env, &m, reg->id))
			reg->id = 0;
		if (!is_linked(env, &m, reg->num))
			reg->num = 0;
		linked += reg->id || reg->num;
	}
	return linked;
}

static struct xbpf_saved *make_wide(const struct xbpf_venv *env,
				    const struct xbpf_state *st)
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
	s->rounds = st->rounds;
	s->loop = st->loop;
	s->nexts = st->nexts;
	s->rcu = st->rcu;
	s->preempt = st->preempt;
	s->nr_ghosts = st->nr_ghosts;
	memcpy(s->ref, st->ref, st->nr_refs * sizeof(*st->ref));
	cell = wide_cells(s);
	plain = wide_plain(s);
	for (f = 0; f < st->nr_frames; f++) {
		s->callsite[f] = st->frame[f]->callsite;
		s->callback[f] = st->frame[f]->callback;
		pack_frame(st->frame[f], f, &cell, &plain);
	}
	for (f = 0; f < st->nr_ghosts; f++, cell++) {
		*cell = (struct cell){ .loc = GHOST_LOC + f };
		cell->reg = st->ghost[f];
	}
	s->nr_linked = drop_single_ids(env, s);
	return s;
}

/* ---- values, each kept once ---- */

#define MIN_VALUES	64

static u32 *value_bucket(const struct xbpf_values *t,
			 const struct xbpf_value *val)
{
	u64 h = val->umin * 3 + val->umax * 5 + (u64)val->smin * 7 +
		(u64)val->smax * 11 + val->tnum.value + val->tnum.mask * 13 +
		val->u32_min + val->s32_max + val->ne;

	return &t->bucket[h * 0x9e3779b97f4a7c15ULL >> 32 & (2 * t->cap - 1)];
}

static int values_grow(struct xbpf_values *t)
{
	struct xbpf_values new = { .nr = t->nr,
				   .cap = max(2 * t->cap, MIN_VALUES) };
	u32 i;

	new.val = kvcalloc(new.cap, sizeof(*new.val), GFP_KERNEL_ACCOUNT);
	new.bucket = kvcalloc(2 * new.cap, sizeof(u32), GFP_KERNEL_ACCOUNT);
	if (!new.val || !new.bucket) {
		kvfree(new.val);
		kvfree(new.bucket);
		return -ENOMEM;
	}
	if (t->nr)
		memcpy(new.val, t->val, t->nr * sizeof(*t->val));
	for (i = 0; i < t->nr; i++)
		*value_bucket(&new, &new.val[i]) = i + 1;
	kvfree(t->val);
	kvfree(t->bucket);
	*t = new;
	return 0;
}

/* Its place in the table; what shares its bucket may come twice. */
static int value_keep(struct xbpf_values *t, const struct xbpf_value *val,
		      u32 *at)
{
	u32 *bucket;

	if (t->nr == t->cap && values_grow(t))
		return -ENOMEM;
	bucket = value_bucket(t, val);
	if (!*bucket || !xbpf_value_equal(&t->val[*bucket - 1], val)) {
		t->val[t->nr++] = *val;
		*bucket = t->nr;
	}
	*at = *bucket - 1;
	return 0;
}

void xbpf_values_free(struct xbpf_values *t)
{
	kvfree(t->val);
	kvfree(t->bucket);
	memset(t, 0, sizeof(*t));
}

static int pack(struct xbpf_values *t, const struct cell *cell,
		struct packed *p)
{
	const struct xbpf_reg *reg = &cell->reg;

	*p = (struct packed){
		.frame = cell->frame, .loc = cell->loc, .type = reg->type,
		.or_null = reg->or_null, .reg_frame = reg->frame,
		.flags = reg->flags, .off = reg->off, .id = reg->id,
		.ref = reg->ref, .arg = reg->arg, .obj = reg->obj,
		.num = reg->num,
	};
	return value_keep(t, &reg->val, &p->val);
}

static struct cell unpack(const struct xbpf_venv *env, const struct packed *p)
{
	return (struct cell){
		.frame = p->frame, .loc = p->loc, .reg = {
			.type = p->type, .or_null = p->or_null,
			.frame = p->reg_frame, .flags = p->flags,
			.off = p->off, .id = p->id, .ref = p->ref,
			.arg = p->arg, .obj = p->obj, .num = p->num,
			.val = env->values.val[p->val],
		},
	};
}

/**
 * xbpf_saved_cell - one of a saved state's cells
 * @env: the verification
 * @s: the state
 * @i: which; those of ghosts come last
 * @where: set to where it is
 *
 * Return: what it holds, or of type T_NONE for a ghost.
 */
struct xbpf_reg xbpf_saved_cell(const struct xbpf_venv *env,
				const struct xbpf_saved *s, u32 i,
				struct xbpf_place *where)
{
	const struct cell c = unpack(env, &saved_cells(s)[i]);
	static const struct xbpf_reg none;

	where->frame = c.frame;
	where->is_slot = c.loc >= SLOT_LOC;
	where->at = c.loc >= SLOT_LOC ? c.loc - SLOT_LOC : c.loc;
	return c.loc >= GHOST_LOC ? none : c.reg;
}

/**
 * xbpf_saved_slot - one of a saved state's slots that were written
 * @s: the state
 * @i: which, below s->nr_plain
 * @where: set to where it is
 *
 * Return: the kinds of its eight bytes.
 */
const u8 *xbpf_saved_slot(const struct xbpf_saved *s, u32 i,
			  struct xbpf_place *where)
{
	const struct plain *p = &saved_plain(s)[i];

	*where = (struct xbpf_place){ .frame = p->frame, .at = p->slot,
				      .is_slot = 1 };
	return p->kind;
}

struct xbpf_saved *xbpf_saved_make(struct xbpf_venv *env,
				   const struct xbpf_state *st)
{
	struct xbpf_saved *wide = make_wide(env, st), *s = NULL;
	struct packed *p;
	size_t bytes;
	u32 i;

	if (!wide)
		return NULL;
	bytes = sizeof(*s) + wide->nr_cells * sizeof(*p) +
		wide->nr_plain * sizeof(struct plain);
	s = kmalloc(bytes, GFP_KERNEL_ACCOUNT);
	if (!s)
		goto out;
	memcpy(s, wide, sizeof(*s));
	s->bytes = bytes;
	memcpy(saved_plain(s), wide_plain(wide),
	       s->nr_plain * sizeof(struct plain));
	for (i = 0, p = saved_cells(s); i < s->nr_cells; i++, p++) {
		if (!pack(&env->values, &wide_cells(wide)[i], p))
			continue;
		kfree(s);
		s = NULL;
		break;
	}
out:
	kfree(wide);
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

static int reg_covers(const struct xbpf_venv *env, const struct xbpf_reg *old,
		      const struct xbpf_reg *new,
		      enum cover_mode mode, struct xbpf_idmap *ids,
		      struct xbpf_idmap *refs)
{
	if (old->type != new->type || old->off != new->off ||
	    old->frame != new->frame || old->flags != new->flags ||
	    !extra_covers(old, new, mode))
		return 0;
	if (old->or_null != new->or_null)
		return 0;
	/* Names change on each round of a loop, though nothing else does. */
	if (mode == COVER_EQUALS && xbpf_names_wanted(env))
		return value_covers(&old->val, &new->val, mode) &&
		       map_ref(refs, old->ref, new->ref);
	return value_covers(&old->val, &new->val, mode) &&
	       xbpf_number_match(env, ids, old->id, new->id) &&
	       xbpf_number_match(env, ids, old->num, new->num) &&
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

static int spill_covers(const struct xbpf_venv *env, const struct cell *old, const u8 *old_kind,
			const struct xbpf_slot *new, enum cover_mode mode,
			struct xbpf_idmap *ids, struct xbpf_idmap *refs)
{
	struct xbpf_slot shape = { 0 };
	u32 old_len, new_len;
	int old_at, new_at;

	memcpy(shape.kind, old_kind, sizeof(shape.kind));
	old_at = xbpf_slot_spill_at(&shape, &old_len);
	new_at = xbpf_slot_spill_at(new, &new_len);
	if (old_at == new_at && old_len == new_len)
		return reg_covers(env, &old->reg, &new->reg, mode, ids, refs);
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

static int cell_covers(const struct xbpf_venv *env,
		       const struct xbpf_saved *old, const struct cell *cell,
		       const struct xbpf_state *st, enum cover_mode mode,
		       struct xbpf_idmap *ids, struct xbpf_idmap *refs)
{
	if (cell->loc >= GHOST_LOC)
		return !cell->reg.id || mode == COVER_EQUALS ||
		       xbpf_number_known(env, ids, st, cell->reg.id,
					 &cell->reg.val);
	if (cell->loc < SLOT_LOC)
		return reg_covers(env, &cell->reg,
				  &st->frame[cell->frame]->reg[cell->loc],
				  mode, ids, refs);
	return spill_covers(env, cell, kinds_of(old, cell),
			    slot_of(st, cell->frame, cell->loc - SLOT_LOC),
			    mode, ids, refs);
}

/* The new state knows nothing that the old one does not. */
static int knows_no_more(const struct xbpf_venv *env,
			 const struct xbpf_saved *old,
			 const struct xbpf_state *st)
{
	struct xbpf_saved *now;
	u32 cells, plains;
	int same;

	count_cells(st, &cells, &plains);
	if (cells - st->nr_ghosts != old->nr_cells - old->nr_ghosts ||
	    plains != old->nr_plain)
		return 0;
	now = make_wide(env, st);
	same = now && (xbpf_names_wanted(env) || now->nr_linked == old->nr_linked);
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
	const struct packed *cells = saved_cells(old);
	const struct plain *plain = saved_plain(old);
	struct xbpf_idmap ids, refs;
	struct cell cell;
	u32 i;

	if (!xbpf_saved_frames_match(old, st) || old->nr_refs != st->nr_refs ||
	    !old->lock != !st->lock || old->rcu != st->rcu ||
	    old->preempt != st->preempt)
		return 0;
	ids.nr = 0;
	refs.nr = 0;
	if (!xbpf_idmap_add(&ids, old->lock, st->lock))
		return 0;
	if (mode == COVER_INCLUDES && old->done != DONE &&
	    !xbpf_loop_same_rounds(env, old, st, &ids))
		return 0;
	for (i = 0; i < old->nr_cells; i++) {
		cell = unpack(env, &cells[i]);
		if (!cell_covers(env, old, &cell, st, mode, &ids, &refs))
			return 0;
	}
	for (i = 0; i < old->nr_plain; i++)
		if (!plain_covers(env, &plain[i], st, mode))
			return 0;
	if (!refs_match(old, st, &refs))
		return 0;
	if (mode == COVER_INCLUDES)
		return old->done == DONE ||
		       xbpf_iter_same_rounds(env, old, &refs);
	return knows_no_more(env, old, st);
}
