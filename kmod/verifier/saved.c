// SPDX-License-Identifier: GPL-2.0-only
/*
 * States seen before, packed to what is live. What registers hold is kept once, in a
 * table: most hold no number, or one of a few.
 */
#include "verifier/saved.h"

/* While a state is being made, its cells are not packed yet. */
struct wide {
	u8 frame, loc;
	u16 plain;
	struct xbpf_reg reg;
};

static struct wide *wide_cells(const struct xbpf_saved *s)
{
	return (struct wide *)s->data;
}

static u32 *wide_refs(const struct xbpf_saved *s)
{
	return (u32 *)(wide_cells(s) + s->nr_cells);
}

static struct plain *wide_plain(const struct xbpf_saved *s)
{
	return (struct plain *)(wide_refs(s) + s->nr_refs);
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

static void pack_frame(const struct xbpf_frame *frame, u32 f, struct wide **cell,
		       struct plain **plain, const struct plain *first)
{
	u32 i;

	for (i = 0; i < FP; i++) {
		if (frame->reg[i].type == T_NONE)
			continue;
		**cell = (struct wide){ .frame = f, .loc = i };
		(*cell)++->reg = frame->reg[i];
	}
	for (i = 0; i < frame->nr_slots; i++) {
		const struct xbpf_slot *slot = &frame->slot[i];

		if (slot_spills(slot)) {
			**cell = (struct wide){ .frame = f, .loc = SLOT_LOC + i,
						.plain = *plain - first };
			(*cell)++->reg = slot->reg;
		}
		if (!slot_used(slot))
			continue;
		**plain = (struct plain){ .frame = f, .slot = i };
		kinds_pack((*plain)++, slot->kind);
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
	struct wide *cells = wide_cells(s);
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
		if (!is_linked(env, &m, reg->id) && !is_acquired(reg, reg->id))
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
	struct wide *cell;
	u32 cells, plains, f;
	size_t bytes;

	count_cells(st, &cells, &plains);
	bytes = sizeof(*s) + cells * sizeof(*cell) + st->nr_refs * sizeof(u32) +
		plains * sizeof(*plain);
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
	s->rounds = st->rounds;
	s->loop = st->loop;
	s->nexts = st->nexts;
	s->rcu = st->rcu;
	s->preempt = st->preempt;
	s->nr_ghosts = st->nr_ghosts;
	for (f = 0; f < st->nr_refs; f++)
		wide_refs(s)[f] = st->ref[f].id;
	cell = wide_cells(s);
	plain = wide_plain(s);
	for (f = 0; f < st->nr_frames; f++) {
		s->callsite[f] = st->frame[f]->callsite;
		s->callback[f] = st->frame[f]->callback;
		s->budget[f] = st->frame[f]->budget;
		s->may_gotos[f] = st->frame[f]->may_gotos;
		pack_frame(st->frame[f], f, &cell, &plain, wide_plain(s));
	}
	for (f = 0; f < st->nr_ghosts; f++, cell++) {
		*cell = (struct wide){ .loc = GHOST_LOC + f };
		cell->reg = st->ghost[f];
	}
	s->nr_linked = drop_single_ids(env, s);
	return s;
}

/* ---- what registers hold, each kept once ---- */

#define MIN_REGS	64

static u32 *reg_bucket(const struct xbpf_reg_table *t, const struct xbpf_reg *reg)
{
	const struct xbpf_value *val = &reg->val;
	u64 h = val->umin * 3 + val->umax * 5 + (u64)val->smin * 7 +
		(u64)val->smax * 11 + val->tnum.value + val->tnum.mask * 13 +
		val->u32_min + val->s32_max + val->ne;

	h += reg->type * 17 + reg->off * 19 + reg->arg * 23 + reg->ref * 29 + reg->obj * 31;
	return &t->bucket[h * 0x9e3779b97f4a7c15ULL >> 32 & (2 * t->cap - 1)];
}

static int table_grow(struct xbpf_reg_table *t)
{
	struct xbpf_reg_table new = { .nr = t->nr, .cap = max(2 * t->cap, MIN_REGS) };
	u32 i;

	new.reg = kvcalloc(new.cap, sizeof(*new.reg), GFP_KERNEL_ACCOUNT);
	new.bucket = kvcalloc(2 * new.cap, sizeof(u32), GFP_KERNEL_ACCOUNT);
	if (!new.reg || !new.bucket) {
		kvfree(new.reg);
		kvfree(new.bucket);
		return -ENOMEM;
	}
	if (t->nr)
		memcpy(new.reg, t->reg, t->nr * sizeof(*t->reg));
	for (i = 0; i < t->nr; i++)
		*reg_bucket(&new, &new.reg[i]) = i + 1;
	kvfree(t->reg);
	kvfree(t->bucket);
	*t = new;
	return 0;
}

/* But for names, which differ though nothing else does. */
static int holds_same(const struct xbpf_reg *a, const struct xbpf_reg *b)
{
	return a->type == b->type && a->or_null == b->or_null &&
	       a->frame == b->frame && a->flags == b->flags && a->off == b->off &&
	       a->ref == b->ref && a->arg == b->arg && a->obj == b->obj &&
	       xbpf_value_equal(&a->val, &b->val);
}

/* Its place in the table; what shares its bucket may come twice. */
static int reg_keep(struct xbpf_reg_table *t, const struct xbpf_reg *reg, u32 *at)
{
	u32 *bucket;

	if (t->nr == t->cap && table_grow(t))
		return -ENOMEM;
	bucket = reg_bucket(t, reg);
	if (!*bucket || !holds_same(&t->reg[*bucket - 1], reg)) {
		t->reg[t->nr] = *reg;
		t->reg[t->nr].id = 0;
		t->reg[t->nr].num = 0;
		*bucket = ++t->nr;
	}
	*at = *bucket - 1;
	return 0;
}

void xbpf_reg_table_free(struct xbpf_reg_table *t)
{
	kvfree(t->reg);
	kvfree(t->bucket);
	memset(t, 0, sizeof(*t));
}

static int pack(struct xbpf_reg_table *t, const struct wide *cell, struct cell *c)
{
	*c = (struct cell){
		.frame = cell->frame, .loc = cell->loc, .plain = cell->plain,
		.id = cell->reg.id, .num = cell->reg.num,
	};
	return reg_keep(t, &cell->reg, &c->reg);
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
	const struct cell *c = &saved_cells(s)[i];
	struct xbpf_reg reg = { 0 };

	where->frame = c->frame;
	where->is_slot = c->loc >= SLOT_LOC;
	where->at = c->loc >= SLOT_LOC ? c->loc - SLOT_LOC : c->loc;
	if (c->loc >= GHOST_LOC)
		return reg;
	reg = env->regs.reg[c->reg];
	reg.id = c->id;
	reg.num = c->num;
	return reg;
}

/**
 * xbpf_saved_slot - one of a saved state's slots that were written
 * @s: the state
 * @i: which, below s->nr_plain
 * @where: set to where it is
 * @kind: set to the kinds of its eight bytes
 */
void xbpf_saved_slot(const struct xbpf_saved *s, u32 i, struct xbpf_place *where,
		     u8 *kind)
{
	const struct plain *p = &saved_plain(s)[i];

	*where = (struct xbpf_place){ .frame = p->frame, .at = p->slot,
				      .is_slot = 1 };
	kinds_unpack(p, kind);
}

struct xbpf_saved *xbpf_saved_make(struct xbpf_venv *env,
				   const struct xbpf_state *st)
{
	struct xbpf_saved *wide = make_wide(env, st), *s = NULL;
	struct cell *p;
	size_t bytes;
	u32 i;

	if (!wide)
		return NULL;
	bytes = sizeof(*s) + wide->nr_cells * sizeof(*p) + wide->nr_refs * sizeof(u32) +
		wide->nr_plain * sizeof(struct plain);
	s = kmalloc(bytes, GFP_KERNEL_ACCOUNT);
	if (!s)
		goto out;
	memcpy(s, wide, sizeof(*s));
	s->bytes = bytes;
	memcpy(saved_refs(s), wide_refs(wide), s->nr_refs * sizeof(u32));
	memcpy(saved_plain(s), wide_plain(wide),
	       s->nr_plain * sizeof(struct plain));
	for (i = 0, p = saved_cells(s); i < s->nr_cells; i++, p++) {
		if (!pack(&env->regs, &wide_cells(wide)[i], p))
			continue;
		kfree(s);
		s = NULL;
		break;
	}
out:
	kfree(wide);
	return s;
}

/*
 * The new state knows nothing that the old one does not: as much is kept of both.
 * For states of which the one is among the other.
 */
int xbpf_saved_knows_no_more(const struct xbpf_venv *env, const struct xbpf_saved *old,
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
