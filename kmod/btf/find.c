// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking up types, names, sizes and members of a checked blob.
 *
 * Safe for every blob that xbpf_btf_parse() took, the kernel's own included,
 * whose references were not checked: chains and recursion have limits.
 */
#include "btf/priv.h"

/*
 * Anonymous structs in anonymous structs that are searched for a member, and
 * members in all: they could be nested so that there are far too many.
 */
#define MAX_NESTING	16
#define MAX_MEMBERS	100000

const struct xbpf_btf_type *xbpf_btf_type(const struct xbpf_btf *btf, u32 id)
{
	static const struct xbpf_btf_type no_type;

	if (!id)
		return &no_type;
	while (btf && id < btf->start_id)
		btf = btf->base;
	if (!btf || id - btf->start_id >= btf->nr_types)
		return NULL;
	return (void *)(btf->types + btf->offsets[id - btf->start_id]);
}

const char *xbpf_btf_string(const struct xbpf_btf *btf, u32 offset)
{
	while (btf && offset < btf->start_str)
		btf = btf->base;
	if (!btf || offset - btf->start_str >= btf->str_len)
		return NULL;
	return btf->strings + (offset - btf->start_str);
}

const char *xbpf_btf_type_name(const struct xbpf_btf *btf,
			       const struct xbpf_btf_type *type)
{
	const char *name = xbpf_btf_string(btf, type->name_off);

	return name && *name ? name : "(anon)";
}

/* ---- by name ---- */

/*
 * The index: a word with the number of buckets less one, the buckets, then for
 * each own type the next of its bucket. Entries are numbers of own types plus
 * one; 0 ends a chain.
 */
static u32 *build_index(const struct xbpf_btf *btf)
{
	u32 buckets = roundup_pow_of_two(btf->nr_types), i, *index, *bucket;
	const struct xbpf_btf_type *t;
	const char *name;

	index = kvcalloc(1 + (size_t)buckets + btf->nr_types, sizeof(u32),
			 GFP_KERNEL);
	if (!index)
		return NULL;
	index[0] = buckets - 1;
	for (i = btf->nr_types; i; i--) {
		t = xbpf_btf_type(btf, btf->start_id + i - 1);
		name = xbpf_btf_string(btf, t->name_off);
		if (!name || !*name)
			continue;
		bucket = &index[1 + (jhash(name, strlen(name), 0) & index[0])];
		index[buckets + i] = *bucket;
		*bucket = i;
	}
	return index;
}

/* A race for the first look-up has one winner; the index is never changed. */
static const u32 *get_index(const struct xbpf_btf *btf)
{
	u32 **slot = (u32 **)&btf->index, *index = smp_load_acquire(slot);
	u32 *other;

	if (index || !btf->nr_types)
		return index;
	index = build_index(btf);
	if (!index)
		return NULL;
	other = cmpxchg(slot, NULL, index);
	if (!other)
		return index;
	kvfree(index);
	return other;
}

static int matches(const struct xbpf_btf *btf, u32 id, const char *name,
		   u32 kind)
{
	const struct xbpf_btf_type *t = xbpf_btf_type(btf, id);
	const char *own;

	if (xbpf_btf_kind(t) != kind)
		return 0;
	own = xbpf_btf_string(btf, t->name_off);
	return own && !strcmp(own, name);
}

static s32 find_own(const struct xbpf_btf *btf, const char *name, u32 kind)
{
	const u32 *index = get_index(btf), *next;
	u32 i;

	if (!index) {
		for (i = 0; i < btf->nr_types; i++)
			if (matches(btf, btf->start_id + i, name, kind))
				return btf->start_id + i;
		return -ENOENT;
	}
	next = index + 1 + index[0];
	i = index[1 + (jhash(name, strlen(name), 0) & index[0])];
	for (; i; i = next[i])
		if (matches(btf, btf->start_id + i - 1, name, kind))
			return btf->start_id + i - 1;
	return -ENOENT;
}

s32 xbpf_btf_find(const struct xbpf_btf *btf, const char *name, u32 kind)
{
	s32 id = -ENOENT;

	for (; btf && id < 0 && *name; btf = btf->base)
		id = find_own(btf, name, kind);
	return id;
}

/* ---- what a type is ---- */

const struct xbpf_btf_type *xbpf_btf_skip(const struct xbpf_btf *btf, u32 id,
					  u32 *skipped_id)
{
	const struct xbpf_btf_type *t = xbpf_btf_type(btf, id);
	u32 i;

	for (i = 0; t && xbpf_btf_is_modifier(t); i++) {
		if (i == XBPF_BTF_MAX_CHAIN)
			return NULL;
		id = t->type;
		t = xbpf_btf_type(btf, id);
	}
	if (skipped_id)
		*skipped_id = id;
	return t;
}

/* Follows arrays and variables too, multiplying; t is no modifier. */
static const struct xbpf_btf_type *step_size(const struct xbpf_btf *btf,
					     const struct xbpf_btf_type *t,
					     u64 *times)
{
	const struct xbpf_btf_array *array = xbpf_btf_tail(t);

	if (xbpf_btf_kind(t) == XBPF_BTF_KIND_VAR)
		return xbpf_btf_skip(btf, t->type, NULL);
	*times *= array->nelems;
	if (*times > U32_MAX)
		return NULL;
	return xbpf_btf_skip(btf, array->type, NULL);
}

s64 xbpf_btf_size(const struct xbpf_btf *btf, u32 id)
{
	const u32 sized = 1 << XBPF_BTF_KIND_INT | 1 << XBPF_BTF_KIND_STRUCT |
			  1 << XBPF_BTF_KIND_UNION | 1 << XBPF_BTF_KIND_ENUM |
			  1 << XBPF_BTF_KIND_DATASEC | 1 << XBPF_BTF_KIND_FLOAT |
			  1 << XBPF_BTF_KIND_ENUM64;
	const u32 steps = 1 << XBPF_BTF_KIND_ARRAY | 1 << XBPF_BTF_KIND_VAR;
	const struct xbpf_btf_type *t = xbpf_btf_skip(btf, id, NULL);
	u64 times = 1, size;
	u32 i;

	for (i = 0; t && steps >> xbpf_btf_kind(t) & 1; i++) {
		if (i == XBPF_BTF_MAX_CHAIN)
			return -EINVAL;
		t = step_size(btf, t, &times);
	}
	if (!t)
		return -EINVAL;
	if (xbpf_btf_kind(t) == XBPF_BTF_KIND_PTR)
		size = sizeof(u64) * times;
	else if (sized >> xbpf_btf_kind(t) & 1)
		size = t->size * times;
	else
		return -EINVAL;
	return size <= U32_MAX ? (s64)size : -EINVAL;
}

/* ---- members ---- */

u32 xbpf_btf_member_offset(const struct xbpf_btf_type *type, u32 i)
{
	const struct xbpf_btf_member *member = xbpf_btf_tail(type);

	return XBPF_BTF_INFO_KFLAG(type->info) ?
	       XBPF_BTF_MEMBER_BIT_OFFSET(member[i].offset) : member[i].offset;
}

u32 xbpf_btf_member_bits(const struct xbpf_btf_type *type, u32 i)
{
	const struct xbpf_btf_member *member = xbpf_btf_tail(type);

	return XBPF_BTF_INFO_KFLAG(type->info) ?
	       XBPF_BTF_MEMBER_BITFIELD_SIZE(member[i].offset) : 0;
}

struct member_search {
	const struct xbpf_btf *btf;
	const char *name;
	u32 type_id;
	u32 bit_offset;
	u32 members;
};

static int find_in(struct member_search *s, u32 id, u32 bit_offset, u32 depth)
{
	const struct xbpf_btf_type *t = xbpf_btf_skip(s->btf, id, NULL);
	const struct xbpf_btf_member *m;
	const char *name;
	u32 i, offset;

	if (!t || !xbpf_btf_is_struct(t) || depth == MAX_NESTING)
		return -ENOENT;
	m = xbpf_btf_tail(t);
	for (i = 0; i < xbpf_btf_vlen(t); i++) {
		if (s->members++ == MAX_MEMBERS)
			return -ENOENT;
		name = xbpf_btf_string(s->btf, m[i].name_off);
		offset = bit_offset + xbpf_btf_member_offset(t, i);
		if (!name || !*name) {
			if (!find_in(s, m[i].type, offset, depth + 1))
				return 0;
			if (s->members >= MAX_MEMBERS)
				return -ENOENT;
		} else if (!strcmp(name, s->name)) {
			s->type_id = m[i].type;
			s->bit_offset = offset;
			return 0;
		}
	}
	return -ENOENT;
}

int xbpf_btf_member_find(const struct xbpf_btf *btf, u32 id, const char *name,
			 u32 *type_id, u32 *bit_offset)
{
	struct member_search s = { .btf = btf, .name = name };
	int err = find_in(&s, id, 0, 0);

	if (err)
		return err;
	if (type_id)
		*type_id = s.type_id;
	if (bit_offset)
		*bit_offset = s.bit_offset;
	return 0;
}

/* ---- functions ---- */

static const struct xbpf_btf_type *is_proto(const struct xbpf_btf_type *t)
{
	return t && xbpf_btf_kind(t) == XBPF_BTF_KIND_FUNC_PROTO ? t : NULL;
}

const struct xbpf_btf_type *xbpf_btf_func_proto(const struct xbpf_btf *btf,
						const char *name)
{
	const struct xbpf_btf_type *t;
	s32 id;

	id = xbpf_btf_find(btf, name, XBPF_BTF_KIND_FUNC);
	if (id >= 0)
		return is_proto(xbpf_btf_type(btf, xbpf_btf_type(btf, id)->type));
	id = xbpf_btf_find(btf, name, XBPF_BTF_KIND_TYPEDEF);
	if (id < 0)
		return NULL;
	t = xbpf_btf_skip(btf, id, NULL);
	if (!t || xbpf_btf_kind(t) != XBPF_BTF_KIND_PTR)
		return NULL;
	return is_proto(xbpf_btf_skip(btf, t->type, NULL));
}

int xbpf_btf_func_arg_sizes(const struct xbpf_btf *btf, const char *name,
			    u32 *sizes, u32 max)
{
	const struct xbpf_btf_type *t = xbpf_btf_func_proto(btf, name);
	const struct xbpf_btf_param *param;
	s64 size;
	u32 i;

	if (!t)
		return -ENOENT;
	if (xbpf_btf_vlen(t) > max)
		return -E2BIG;
	param = xbpf_btf_tail(t);
	for (i = 0; i < xbpf_btf_vlen(t); i++) {
		size = param[i].type ? xbpf_btf_size(btf, param[i].type) : 0;
		if (size < 0)
			return -EINVAL;
		sizes[i] = size;
	}
	return i;
}
