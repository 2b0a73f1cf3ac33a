// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of two states compared: does what one state relates hold in another?
 *
 * Trusted, like xbpf_saved_covers(), which this is a part of: it may say yes
 * only if each machine state of the new abstract state gives the numbers of the
 * old one values that satisfy all that the old one knows.
 */
#include "verifier/priv.h"

/* Two old numbers may be one in the new state, which is then the narrower. */
int xbpf_idmap_add(struct xbpf_idmap *map, u32 old, u32 new)
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

static u32 mapped(const struct xbpf_idmap *map, u32 old)
{
	u32 i;

	for (i = 0; i < map->nr; i++)
		if (map->pair[i].old == old)
			return map->pair[i].new;
	return 0;
}

static int match(const struct xbpf_venv *env, struct xbpf_idmap *map, u32 old,
		 u32 new, u32 depth)
{
	const struct xbpf_def *x, *y;

	if (!old)
		return 1;
	if (!xbpf_idmap_add(map, old, new))
		return 0;
	x = xbpf_def_of(env, old);
	if (x->kind == DEF_NONE)
		return 1;
	if (!depth)
		return old == new;
	y = xbpf_def_of(env, new);
	return x->kind == y->kind && x->op == y->op && x->width == y->width &&
	       x->bits == y->bits && x->c == y->c && !x->a == !y->a &&
	       !x->b == !y->b && match(env, map, x->a, y->a, depth - 1) &&
	       match(env, map, x->b, y->b, depth - 1);
}

/**
 * xbpf_number_match - can the number @new stand for the number @old?
 * @env: the verification
 * @map: numbers of the old state, and those that stand for them
 * @old: a number that something else in the old state is related to, or 0
 * @new: a number of the new state, or 0
 *
 * It can if it was made in the same way, of numbers that stand for those that
 * the old one was made of. Then each machine state of the new state satisfies
 * the definitions of the old one. What is deeper than facts go through must be
 * the very same: a sum that is undone step by step comes to it.
 */
int xbpf_number_match(const struct xbpf_venv *env, struct xbpf_idmap *map,
		      u32 old, u32 new)
{
	return match(env, map, old, new, XBPF_DEF_DEPTH);
}

static u32 translate(const struct xbpf_venv *env, const struct xbpf_idmap *map,
		     u32 old, u32 depth)
{
	struct xbpf_def d = *xbpf_def_of(env, old);
	u32 new = mapped(map, old);

	if (new || d.kind == DEF_NONE || !depth)
		return new;
	if (d.a && !(d.a = translate(env, map, d.a, depth - 1)))
		return 0;
	if (d.b && !(d.b = translate(env, map, d.b, depth - 1)))
		return 0;
	if (d.a > d.b && d.b && d.kind == DEF_ALU && xbpf_number_commutes(d.op))
		swap(d.a, d.b);
	return xbpf_number_find(env, &d);
}

/**
 * xbpf_number_known - does a state know of a number what another one did?
 * @env: the verification
 * @map: see xbpf_number_match()
 * @st: the new state
 * @old: the number in the old state
 * @val: what was known of it there
 */
int xbpf_number_known(const struct xbpf_venv *env, const struct xbpf_idmap *map,
		      const struct xbpf_state *st, u32 old,
		      const struct xbpf_value *val)
{
	u32 new = translate(env, map, old, XBPF_DEF_DEPTH);
	struct xbpf_value now;

	if (!new)
		return 0;
	now = xbpf_number_value(env, st, new, XBPF_DEF_DEPTH);
	return xbpf_value_subset(&now, val);
}

static u32 list_number(u32 *list, u32 nr, u32 id)
{
	u32 i;

	for (i = 0; id && i < nr; i++)
		if (list[i] == id)
			return nr;
	if (id && nr < XBPF_MAX_MENTIONS)
		list[nr++] = id;
	return nr;
}

/**
 * xbpf_number_list - a number and all that it is made of
 * @env: the verification
 * @id: the number, or 0
 * @list: room for XBPF_MAX_MENTIONS of them
 *
 * However deep: operations that are undone one by one come to what they began
 * with, and the same operations once more to the same number.
 *
 * Return: how many; XBPF_MAX_MENTIONS: there may be more.
 */
u32 xbpf_number_list(const struct xbpf_venv *env, u32 id, u32 *list)
{
	u32 i, nr = list_number(list, 0, id);

	for (i = 0; i < nr; i++) {
		const struct xbpf_def *d = xbpf_def_of(env, list[i]);

		if (d->kind == DEF_NONE)
			continue;
		nr = list_number(list, nr, d->a);
		nr = list_number(list, nr, d->b);
	}
	return nr;
}
