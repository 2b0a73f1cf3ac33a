// SPDX-License-Identifier: GPL-2.0-only
/*
 * Special fields: the parts of a struct that are not bytes to whoever copies it,
 * but a lock, a timer, a pointer to an object ... found by the names that the
 * ABI's header gives their types.
 *
 * Knows names, sizes and which map type may hold what. Does not know what a
 * field does: that is the verifier's and the helpers' business.
 */
#include "btf/btf.h"
#include "btf/priv.h"
#include "vm/map.h"

/* Structs within structs; each level takes some stack of ours. */
#define MAX_LEVEL	12
/* Members that one search looks at; a struct can nest empty ones without end. */
#define MAX_MEMBERS	65536

struct kind_info {
	const char *name;
	u8 size;
	u8 align;
	u8 once;	/* at most one in a value */
};

static const struct kind_info kinds[XBPF_NR_FIELDS] = {
	[XBPF_FIELD_SPIN_LOCK]	= { "bpf_spin_lock", 4, 4, 1 },
	[XBPF_FIELD_TIMER]	= { "bpf_timer", 16, 8, 1 },
	[XBPF_FIELD_WQ]		= { "bpf_wq", 16, 8, 1 },
	[XBPF_FIELD_REFCOUNT]	= { "bpf_refcount", 4, 4, 1 },
	[XBPF_FIELD_LIST_HEAD]	= { "bpf_list_head", 16, 8, 0 },
	[XBPF_FIELD_LIST_NODE]	= { "bpf_list_node", 24, 8, 0 },
	[XBPF_FIELD_RB_ROOT]	= { "bpf_rb_root", 16, 8, 0 },
	[XBPF_FIELD_RB_NODE]	= { "bpf_rb_node", 32, 8, 0 },
	[XBPF_FIELD_KPTR_UNREF]	= { "kptr", 8, 8, 0 },
	[XBPF_FIELD_KPTR_REF]	= { "kptr", 8, 8, 0 },
	[XBPF_FIELD_KPTR_PERCPU] = { "percpu_kptr", 8, 8, 0 },
};

/*
 * struct search - one look through a type
 * @mask: kinds that are looked for
 * @seen: kinds that were found
 * @budget: members that may still be looked at
 * @tags: enum tags, once a tag was met
 */
struct search {
	const struct xbpf_btf *btf;
	struct xbpf_map_fields *out;
	u32 mask;
	u32 seen;
	u32 budget;
	u32 tags;
};

/*
 * Who owns what a pointer points to was said otherwise once: there "kptr_ref" was
 * owned and "kptr" was not. A blob that has the former means the latter so, too.
 */
enum tags { TAGS_UNSEEN, TAGS_NOW, TAGS_ONCE };

/* Where a variable is: member @index of @owner, at @off, part of @level structs. */
struct place {
	const struct xbpf_btf_type *owner;
	u32 index;
	u32 off;
	u32 level;
};

const char *xbpf_field_name(u32 kind)
{
	return kind < XBPF_NR_FIELDS ? kinds[kind].name : "?";
}

/* ---- kinds ---- */

static int kind_by_name(const struct search *s, const char *name)
{
	u32 k;

	for (k = 0; k < XBPF_FIELD_KPTR_UNREF; k++)
		if (s->mask >> k & 1 && !strcmp(kinds[k].name, name))
			return k;
	return -ENOENT;
}

static u32 tags_of(const struct xbpf_btf *btf)
{
	const struct xbpf_btf_type *t;
	u32 i;

	for (i = 1; i < xbpf_btf_nr_types(btf); i++) {
		t = xbpf_btf_type(btf, i);
		if (t && xbpf_btf_kind(t) == XBPF_BTF_KIND_TYPE_TAG &&
		    !strcmp(xbpf_btf_type_name(btf, t), "kptr_ref"))
			return TAGS_ONCE;
	}
	return TAGS_NOW;
}

/* enum xbpf_field_kind of a tag, or -EINVAL. */
static int kind_by_tag(struct search *s, const char *tag)
{
	static const struct {
		const char *tag;
		u32 tags, kind;
	} rows[] = {
		{ "kptr_untrusted", TAGS_NOW, XBPF_FIELD_KPTR_UNREF },
		{ "kptr", TAGS_NOW, XBPF_FIELD_KPTR_REF },
		{ "percpu_kptr", TAGS_NOW, XBPF_FIELD_KPTR_PERCPU },
		{ "kptr", TAGS_ONCE, XBPF_FIELD_KPTR_UNREF },
		{ "kptr_ref", TAGS_ONCE, XBPF_FIELD_KPTR_REF },
	};
	u32 i;

	if (s->tags == TAGS_UNSEEN)
		s->tags = tags_of(s->btf);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].tags == s->tags && !strcmp(rows[i].tag, tag))
			return rows[i].kind;
	return -EINVAL;
}

/* A pointer with a tag that says who owns what it points to; -ENOENT: without. */
static int find_kptr(struct search *s, const struct xbpf_btf_type *type,
		     struct xbpf_field *f)
{
	const struct xbpf_btf_type *tag;
	u32 id;
	int kind;

	if (xbpf_btf_kind(type) == XBPF_BTF_KIND_VOLATILE)
		type = xbpf_btf_type(s->btf, type->type);
	if (!type || xbpf_btf_kind(type) != XBPF_BTF_KIND_PTR)
		return -ENOENT;
	tag = xbpf_btf_type(s->btf, type->type);
	if (!tag || xbpf_btf_kind(tag) != XBPF_BTF_KIND_TYPE_TAG)
		return -ENOENT;
	kind = kind_by_tag(s, xbpf_btf_type_name(s->btf, tag));
	type = xbpf_btf_type(s->btf, tag->type);
	if (kind < 0 || !type || xbpf_btf_kind(type) == XBPF_BTF_KIND_TYPE_TAG)
		return -EINVAL;
	f->kind = kind;
	type = xbpf_btf_skip(s->btf, tag->type, &id);
	if (!type || !xbpf_btf_is_struct(type))
		return -EINVAL;
	f->type_id = id;
	return 0;
}

/* "contains:type:member" of what @p names; NULL: there is none, or several. */
static const char *contains_tag(const struct search *s, const struct place *p)
{
	static const char key[] = "contains:";
	const struct xbpf_btf_type *t;
	const char *name, *found = NULL;
	u32 i;

	for (i = 1; i < xbpf_btf_nr_types(s->btf); i++) {
		t = xbpf_btf_type(s->btf, i);
		if (!t || xbpf_btf_kind(t) != XBPF_BTF_KIND_DECL_TAG ||
		    xbpf_btf_type(s->btf, t->type) != p->owner ||
		    *(const u32 *)xbpf_btf_tail(t) != p->index)
			continue;
		name = xbpf_btf_type_name(s->btf, t);
		if (strncmp(name, key, strlen(key)))
			continue;
		if (found)
			return NULL;
		found = name + strlen(key);
	}
	return found;
}

static int find_node(const struct search *s, struct xbpf_field *f,
		     const char *member)
{
	const char *want = kinds[f->kind == XBPF_FIELD_LIST_HEAD ?
				 XBPF_FIELD_LIST_NODE : XBPF_FIELD_RB_NODE].name;
	const struct xbpf_btf_type *node;
	u32 id, bits;

	if (xbpf_btf_member_find(s->btf, f->type_id, member, &id, &bits))
		return -ENOENT;
	node = xbpf_btf_type(s->btf, id);
	if (!node || xbpf_btf_kind(node) != XBPF_BTF_KIND_STRUCT ||
	    strcmp(xbpf_btf_type_name(s->btf, node), want) || bits % 64)
		return -EINVAL;
	f->node_off = bits / 8;
	return 0;
}

/* What a list or tree consists of is in a tag of its declaration. */
static int find_root(const struct search *s, const struct place *p,
		     struct xbpf_field *f)
{
	const char *tag = contains_tag(s, p), *colon;
	char name[128];
	s32 id;

	colon = tag ? strchr(tag, ':') : NULL;
	if (!colon || !colon[1] || colon - tag >= sizeof(name))
		return -EINVAL;
	memcpy(name, tag, colon - tag);
	name[colon - tag] = 0;
	id = xbpf_btf_find(s->btf, name, XBPF_BTF_KIND_STRUCT);
	if (id < 0)
		return id;
	f->type_id = id;
	return find_node(s, f, colon + 1);
}

/* ---- the search ---- */

static int add_field(struct search *s, const struct xbpf_field *field, u32 n)
{
	struct xbpf_map_fields *out = s->out;
	u32 i;

	if (n > XBPF_MAX_FIELDS - out->nr)
		return -E2BIG;
	for (i = 0; i < n; i++) {
		out->field[out->nr] = *field;
		out->field[out->nr++].off += i * field->size;
	}
	out->mask |= 1U << field->kind;
	return 0;
}

static int find_in_struct(struct search *s, const struct xbpf_btf_type *type,
			  const struct place *at);

/* An array of structs has what one has, so many times. */
static int find_in_structs(struct search *s, const struct xbpf_btf_type *type,
			   const struct place *p, u32 n)
{
	struct place at = *p;
	u32 i;
	int err = 0;

	for (i = 0; !err && i < n; i++) {
		u32 before = s->out->nr;

		at.off = p->off + i * type->size;
		err = find_in_struct(s, type, &at);
		if (s->out->nr == before)
			break;
	}
	return err;
}

static int find_named(struct search *s, const struct xbpf_btf_type *type,
		      const struct place *p, u32 kind, u32 n)
{
	struct xbpf_field f = {
		.off = p->off, .kind = kind, .size = kinds[kind].size,
	};
	int err = 0;

	if (kinds[kind].once && s->seen >> kind & 1)
		return -E2BIG;
	if (kinds[kind].once && n > 1)
		return -EINVAL;
	s->seen |= 1U << kind;
	if (type->size != f.size || p->off % kinds[kind].align)
		return 0;
	if (kind == XBPF_FIELD_LIST_HEAD || kind == XBPF_FIELD_RB_ROOT)
		err = find_root(s, p, &f);
	return err ?: add_field(s, &f, n);
}

static int find_var(struct search *s, u32 type_id, const struct place *p)
{
	const struct xbpf_btf_type *type = xbpf_btf_type(s->btf, type_id);
	struct xbpf_field f = { .off = p->off, .size = 8 };
	u64 n = 1;
	u32 i;
	int kind, err;

	for (i = 0; type && xbpf_btf_kind(type) == XBPF_BTF_KIND_ARRAY; i++) {
		const struct xbpf_btf_array *a = xbpf_btf_tail(type);

		if (i == MAX_LEVEL)
			return -E2BIG;
		n *= a->nelems;
		if (!n || n > U32_MAX)
			return 0;
		type = xbpf_btf_type(s->btf, a->type);
	}
	if (!type)
		return -EINVAL;
	if (xbpf_btf_is_struct(type)) {
		kind = kind_by_name(s, xbpf_btf_type_name(s->btf, type));
		if (kind >= 0 && xbpf_btf_kind(type) == XBPF_BTF_KIND_STRUCT)
			return find_named(s, type, p, kind, n);
		return find_in_structs(s, type, p, n);
	}
	if (!(s->mask & XBPF_FIELDS_KPTR))
		return 0;
	err = find_kptr(s, type, &f);
	if (err || p->off % 8)
		return err == -ENOENT ? 0 : err;
	return add_field(s, &f, n);
}

static int find_in_struct(struct search *s, const struct xbpf_btf_type *type,
			  const struct place *at)
{
	const struct xbpf_btf_member *m = xbpf_btf_tail(type);
	struct place p = { .owner = type, .level = at->level + 1 };
	u32 bits;
	int err = 0;

	if (p.level > MAX_LEVEL)
		return -E2BIG;
	if (!type->size)
		return 0;
	for (; !err && p.index < xbpf_btf_vlen(type); p.index++) {
		if (!s->budget--)
			return -E2BIG;
		bits = xbpf_btf_member_offset(type, p.index);
		if (bits % 8)
			continue;	/* a bit field */
		p.off = at->off + bits / 8;
		err = find_var(s, m[p.index].type, &p);
	}
	return err;
}

/* Variables of a section; a field that does not fill its place is none. */
static int find_in_section(struct search *s, const struct xbpf_btf_type *type)
{
	const struct xbpf_btf_var_secinfo *v = xbpf_btf_tail(type);
	const struct xbpf_btf_type *var;
	struct place p = { .index = ~0U };
	u32 i;
	int err = 0;

	for (i = 0; !err && i < xbpf_btf_vlen(type); i++) {
		var = xbpf_btf_type(s->btf, v[i].type);
		if (!var || !s->budget--)
			return -E2BIG;
		p.owner = var;
		p.off = v[i].offset;
		if (xbpf_btf_size(s->btf, var->type) == v[i].size)
			err = find_var(s, var->type, &p);
	}
	return err;
}

static void sort_fields(struct xbpf_map_fields *out)
{
	struct xbpf_field f;
	u32 i, j;

	for (i = 1; i < out->nr; i++) {
		f = out->field[i];
		for (j = i; j && out->field[j - 1].off > f.off; j--)
			out->field[j] = out->field[j - 1];
		out->field[j] = f;
	}
}

static int check_fields(const struct xbpf_map_fields *out, u64 size)
{
	u32 i, end = 0;

	for (i = 0; i < out->nr; i++) {
		if (out->field[i].off < end)
			return -EEXIST;		/* a union */
		end = out->field[i].off + out->field[i].size;
		if (end > size)
			return -EFAULT;
	}
	/* Lists and trees are changed under the lock that lies beside them. */
	if (out->mask & XBPF_FIELDS_ROOT &&
	    !(out->mask & 1U << XBPF_FIELD_SPIN_LOCK))
		return -EINVAL;
	/* A node that may be in two of them needs a count of its owners. */
	if (out->mask & 1U << XBPF_FIELD_LIST_NODE &&
	    out->mask & 1U << XBPF_FIELD_RB_NODE &&
	    !(out->mask & 1U << XBPF_FIELD_REFCOUNT))
		return -EINVAL;
	return 0;
}

int xbpf_btf_find_fields(const struct xbpf_btf *btf, u32 id, u32 mask,
			 struct xbpf_map_fields *out)
{
	struct search s = {
		.btf = btf, .out = out, .mask = mask, .budget = MAX_MEMBERS,
	};
	const struct xbpf_btf_type *type = xbpf_btf_skip(btf, id, NULL);
	s64 size = xbpf_btf_size(btf, id);
	struct place top = { 0 };
	int err = 0;

	memset(out, 0, sizeof(*out));
	out->btf = btf;
	if (!type || size < 0)
		return -EINVAL;
	if (xbpf_btf_is_struct(type))
		err = find_in_struct(&s, type, &top);
	else if (xbpf_btf_kind(type) == XBPF_BTF_KIND_DATASEC)
		err = find_in_section(&s, type);
	if (err)
		return err;
	sort_fields(out);
	return check_fields(out, size);
}

/* ---- maps ---- */

#define TYPE(t)		(1ULL << XBPF_MAP_TYPE_##t)
#define STORAGE		(TYPE(SK_STORAGE) | TYPE(INODE_STORAGE) |	\
			 TYPE(TASK_STORAGE) | TYPE(CGRP_STORAGE))
#define WITH_LOCKS	(TYPE(HASH) | TYPE(ARRAY) | TYPE(CGROUP_STORAGE) | STORAGE)
#define WITH_OBJECTS	(TYPE(HASH) | TYPE(LRU_HASH) | TYPE(ARRAY))

static const u64 allowed[XBPF_NR_FIELDS] = {
	[XBPF_FIELD_SPIN_LOCK]	= WITH_LOCKS,
	[XBPF_FIELD_TIMER]	= WITH_OBJECTS,
	[XBPF_FIELD_KPTR_UNREF]	= WITH_OBJECTS,
	[XBPF_FIELD_KPTR_REF]	= WITH_OBJECTS,
};

static int check_map(const struct xbpf_map *map,
		     const struct xbpf_map_fields *fields)
{
	u32 k;

	if (map->map_flags & (XBPF_F_RDONLY_PROG | XBPF_F_WRONLY_PROG))
		return -EACCES;
	for (k = 0; k < XBPF_NR_FIELDS; k++)
		if (fields->mask >> k & 1 &&
		    (map->type >= 64 || !(allowed[k] >> map->type & 1)))
			return -EOPNOTSUPP;
	return 0;
}

/* What a pointer names is a type of the kernel with the same name. */
static int resolve_kptr(struct xbpf_map_fields *fields, struct xbpf_field *f,
			const struct xbpf_btf *kernel)
{
	const struct xbpf_btf_type *t = xbpf_btf_type(fields->btf, f->type_id);
	const char *name = xbpf_btf_type_name(fields->btf, t);
	s32 id = kernel ? xbpf_btf_find(kernel, name, xbpf_btf_kind(t)) : -ENOENT;

	if (id < 0)
		return -ENOENT;
	f->type_id = id;
	f->object = xbpf_object_find(name);
	/* Nobody knows how to give it back. */
	if (f->kind == XBPF_FIELD_KPTR_REF && f->object == XBPF_OBJECT_OTHER)
		return -ENOENT;
	return 0;
}

static int resolve_kptrs(struct xbpf_map_fields *fields,
			 const struct xbpf_btf *(*kernel_btf)(void))
{
	u32 i;
	int err = 0;

	if (!(fields->mask & XBPF_FIELDS_KPTR))
		return 0;
	for (i = 0; !err && i < fields->nr; i++)
		if (1U << fields->field[i].kind & XBPF_FIELDS_KPTR)
			err = resolve_kptr(fields, &fields->field[i],
					   kernel_btf ? kernel_btf() : NULL);
	return err;
}

int xbpf_btf_map_fields(struct xbpf_map *map, const struct xbpf_btf *btf,
			u32 value_id, const struct xbpf_btf *(*kernel_btf)(void))
{
	struct xbpf_map_fields *fields;
	int err;

	fields = kmalloc(sizeof(*fields), GFP_KERNEL_ACCOUNT);
	if (!fields)
		return -ENOMEM;
	err = xbpf_btf_find_fields(btf, value_id, XBPF_FIELDS_OF_MAPS, fields);
	err = err ?: resolve_kptrs(fields, kernel_btf);
	if (!err && fields->nr)
		err = check_map(map, fields);
	if (err || !fields->nr) {
		kfree(fields);
		return err;
	}
	map->fields = fields;
	return 0;
}
