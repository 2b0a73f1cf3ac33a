// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the maps inside of a map must be like: the same for all of them, known
 * when the outer map is made, so that programs can be checked against it.
 *
 * The likeness is kept as a map without elements: its generic part only.
 */
#include "maps/maps.h"

/*
 * Fields whose types are the program's would need the BTF of the example: not
 * offered. Those of the kernel are known without it.
 */
static int set_fields(struct xbpf_map *like, const struct xbpf_map *inner)
{
	if (!inner->fields)
		return 0;
	if (inner->fields->mask & XBPF_FIELDS_ROOT)
		return -EOPNOTSUPP;
	like->fields = kmemdup(inner->fields, sizeof(*like->fields), XBPF_GFP);
	if (!like->fields)
		return -ENOMEM;
	like->fields->btf = NULL;
	return 0;
}

static int fields_equal(const struct xbpf_map_fields *a,
			const struct xbpf_map_fields *b)
{
	if (!a || !b)
		return a == b;
	return a->mask == b->mask && a->nr == b->nr &&
	       !memcmp(a->field, b->field, a->nr * sizeof(a->field[0]));
}

/**
 * xbpf_map_set_inner - say what the maps in @outer are like
 * @outer: holds maps; nobody else knows it yet
 * @inner: an example
 *
 * Context: process, sleeps.
 * Return: 0; -EINVAL: @inner holds maps itself; -ENOTSUPP: a map of its type
 * cannot be inside of another; -EOPNOTSUPP: nor can its values; -ENOMEM.
 */
int xbpf_map_set_inner(struct xbpf_map *outer, const struct xbpf_map *inner)
{
	struct xbpf_map *like;
	int err;

	if (inner->ops->holds == XBPF_MAP_HOLDS_MAPS)
		return -EINVAL;
	if (inner->ops->holds == XBPF_MAP_HOLDS_PROGS)
		return -ENOTSUPP;
	like = kzalloc(sizeof(*like), XBPF_GFP);
	if (!like)
		return -ENOMEM;
	err = set_fields(like, inner);
	if (err) {
		kfree(like);
		return err;
	}
	like->ops = inner->ops;
	like->type = inner->type;
	like->key_size = inner->key_size;
	like->value_size = inner->value_size;
	like->max_entries = inner->max_entries;
	like->map_flags = inner->map_flags;
	like->map_extra = inner->map_extra;
	outer->inner = like;
	return 0;
}

/* Programs know the length of an array, unless they were told not to. */
static int length_matters(const struct xbpf_map *like)
{
	return like->type == XBPF_MAP_TYPE_ARRAY &&
	       !(like->map_flags & XBPF_F_INNER_MAP);
}

/**
 * xbpf_map_inner_fits - may a map be put into another?
 * @outer: holds maps
 * @map: candidate
 *
 * Return: 1 if it is like the map that @outer was made with, else 0.
 */
int xbpf_map_inner_fits(const struct xbpf_map *outer,
			const struct xbpf_map *map)
{
	const struct xbpf_map *like = outer->inner;

	if (!like || like->type != map->type ||
	    like->key_size != map->key_size ||
	    like->value_size != map->value_size ||
	    like->map_flags != map->map_flags ||
	    !fields_equal(like->fields, map->fields))
		return 0;
	return !length_matters(like) || like->max_entries == map->max_entries;
}
