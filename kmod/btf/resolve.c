// SPDX-License-Identifier: GPL-2.0-only
/*
 * What types refer to: that it is there, of a fitting kind, of a known size, and
 * that no type contains itself.
 *
 * Requires that each type is well formed by itself (meta.c). Two searches rule
 * out loops, of containment and of pointers; from then on chains end, and one
 * pass checks each reference.
 */
#include "btf/priv.h"

/* Deeper nesting than this is refused. */
#define MAX_DEPTH	32

/* ---- loops ---- */

enum relation { CONTAINS, POINTS_TO, NR_RELATIONS };

enum visit { NOT_VISITED, ON_STACK, DONE };

struct frame {
	const struct xbpf_btf_type *type;
	u32 id;
	u32 next;
};

struct search {
	struct xbpf_btf_env *env;
	enum relation relation;
	u8 *visits;
	struct frame stack[MAX_DEPTH];
	u32 depth;
};

static u32 nr_children(const struct xbpf_btf_type *t, enum relation relation)
{
	if (xbpf_btf_is_modifier(t))
		return 1;
	if (relation == POINTS_TO)
		return xbpf_btf_kind(t) == XBPF_BTF_KIND_PTR;
	switch (xbpf_btf_kind(t)) {
	case XBPF_BTF_KIND_ARRAY:
		return 2;
	case XBPF_BTF_KIND_STRUCT:
	case XBPF_BTF_KIND_UNION:
	case XBPF_BTF_KIND_DATASEC:
		return xbpf_btf_vlen(t);
	case XBPF_BTF_KIND_VAR:
		return 1;
	default:
		return 0;
	}
}

static u32 child(const struct xbpf_btf_type *t, u32 i)
{
	const struct xbpf_btf_var_secinfo *vars = xbpf_btf_tail(t);
	const struct xbpf_btf_member *members = xbpf_btf_tail(t);
	const struct xbpf_btf_array *array = xbpf_btf_tail(t);

	switch (xbpf_btf_kind(t)) {
	case XBPF_BTF_KIND_ARRAY:
		return i ? array->index_type : array->type;
	case XBPF_BTF_KIND_STRUCT:
	case XBPF_BTF_KIND_UNION:
		return members[i].type;
	case XBPF_BTF_KIND_DATASEC:
		return vars[i].type;
	default:
		return t->type;
	}
}

/* Where the state of a type is kept; NULL for types that need no visit. */
static u8 *visit_of(struct search *s, u32 id)
{
	const struct xbpf_btf *btf = s->env->btf;

	if (id < btf->start_id || id >= xbpf_btf_nr_types(btf))
		return NULL;
	return &s->visits[id - btf->start_id];
}

static int search_error(struct search *s, const struct xbpf_btf_type *t, u32 id,
			int err)
{
	s->env->id = id;
	if (err == -EEXIST)
		return xbpf_btf_type_error(s->env, t, err, "Loop detected");
	return xbpf_btf_type_error(s->env, t, err,
				   "Exceeded max resolving depth:%u", MAX_DEPTH);
}

static int push(struct search *s, u32 id)
{
	const struct xbpf_btf_type *t = xbpf_btf_type(s->env->btf, id);
	u8 *visit = visit_of(s, id);

	if (!visit || *visit == DONE)
		return 0;
	if (!nr_children(t, s->relation)) {
		*visit = DONE;
		return 0;
	}
	if (*visit == ON_STACK)
		return search_error(s, t, id, -EEXIST);
	if (s->depth == MAX_DEPTH)
		return search_error(s, t, id, -E2BIG);
	*visit = ON_STACK;
	s->stack[s->depth++] = (struct frame){ .type = t, .id = id };
	return 0;
}

/* Depth first from one type on. */
static int search_from(struct search *s, u32 id)
{
	struct frame *top;
	int err = push(s, id);

	while (!err && s->depth) {
		top = &s->stack[s->depth - 1];
		if (top->next == nr_children(top->type, s->relation)) {
			*visit_of(s, top->id) = DONE;
			s->depth--;
			continue;
		}
		err = push(s, child(top->type, top->next++));
	}
	return err;
}

static int check_loops(struct xbpf_btf_env *env)
{
	u32 id, nr = env->btf->nr_types, end = xbpf_btf_nr_types(env->btf);
	struct search *s = kzalloc(sizeof(*s), GFP_KERNEL);
	u8 *visits = kvzalloc(nr, GFP_KERNEL);
	int err = s && visits ? 0 : -ENOMEM;

	if (err)
		goto out;
	s->env = env;
	s->visits = visits;
	for (; !err && s->relation < NR_RELATIONS; s->relation++) {
		memset(visits, NOT_VISITED, nr);
		for (id = env->btf->start_id; !err && id < end; id++)
			err = search_from(s, id);
		cond_resched();
	}
out:
	kvfree(visits);
	kfree(s);
	return err;
}

/* ---- references ---- */

static int refers_only(const struct xbpf_btf_type *t)
{
	const u32 kinds = 1 << XBPF_BTF_KIND_VAR | 1 << XBPF_BTF_KIND_DATASEC |
			  1 << XBPF_BTF_KIND_DECL_TAG;

	return kinds >> xbpf_btf_kind(t) & 1;
}

/* The type that @id is, if one may refer to it at all. */
static const struct xbpf_btf_type *target(const struct xbpf_btf *btf, u32 id,
					  u32 *real_id)
{
	const struct xbpf_btf_type *t = xbpf_btf_skip(btf, id, real_id);

	return t && !refers_only(t) ? t : NULL;
}

static int has_size(const struct xbpf_btf *btf, u32 id)
{
	return target(btf, id, NULL) && xbpf_btf_size(btf, id) >= 0;
}

/* As many whole bytes as processors have integers of. */
static int is_regular_int(const struct xbpf_btf_type *t)
{
	u32 data = *(const u32 *)xbpf_btf_tail(t), bits = XBPF_BTF_INT_BITS(data);

	return !XBPF_BTF_INT_OFFSET(data) && bits >= 8 && bits <= 128 &&
	       is_power_of_2(bits);
}

static int is_int(const struct xbpf_btf_type *t)
{
	return xbpf_btf_kind(t) == XBPF_BTF_KIND_INT;
}

/*
 * Pointers are to prototypes; as bpf(2) has it, to functions too if these come
 * before the pointer.
 */
static int check_ref(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	u32 id = 0;
	const struct xbpf_btf_type *to = target(env->btf, t->type, &id);

	if (to && (xbpf_btf_kind(t) != XBPF_BTF_KIND_PTR ||
		   xbpf_btf_kind(to) != XBPF_BTF_KIND_FUNC || id < env->id))
		return 0;
	return xbpf_btf_type_error(env, t, -EINVAL, "Invalid type_id");
}

static int check_array(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_array *array = xbpf_btf_tail(t);
	const struct xbpf_btf_type *index, *elem;

	index = target(env->btf, array->index_type, NULL);
	if (!index || !is_int(index) || !is_regular_int(index))
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid index");
	elem = target(env->btf, array->type, NULL);
	if (!elem || !has_size(env->btf, array->type))
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid elem");
	if (is_int(elem) && !is_regular_int(elem))
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "Invalid array of int");
	if (xbpf_btf_size(env->btf, array->type) * (s64)array->nelems > U32_MAX)
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "Array size overflows U32_MAX");
	return 0;
}

/* How many bits a number of this type has; 0 for what is no number. */
static u32 number_bits(const struct xbpf_btf_type *t)
{
	switch (xbpf_btf_kind(t)) {
	case XBPF_BTF_KIND_INT:
		return XBPF_BTF_INT_BITS(*(const u32 *)xbpf_btf_tail(t));
	case XBPF_BTF_KIND_ENUM:
	case XBPF_BTF_KIND_ENUM64:
		return t->size * 8;
	default:
		return 0;
	}
}

static int check_bit_field(struct xbpf_btf_env *env,
			   const struct xbpf_btf_type *t, u32 i,
			   const struct xbpf_btf_type *m, u64 *bits)
{
	u32 width = xbpf_btf_member_bits(t, i);

	if (is_int(m) && !is_regular_int(m))
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "Invalid member base type");
	if (width > number_bits(m))
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "Invalid member bitfield_size");
	*bits = width;
	return 0;
}

/* Old bit fields are integers of odd widths, maybe at an offset of their own. */
static int check_old_bit_field(struct xbpf_btf_env *env,
			       const struct xbpf_btf_type *t, u32 i,
			       const struct xbpf_btf_type *m, u64 *bits)
{
	u32 data = *(const u32 *)xbpf_btf_tail(m);

	*bits = XBPF_BTF_INT_OFFSET(data) + XBPF_BTF_INT_BITS(data);
	if (XBPF_BTF_INFO_KFLAG(t->info) && xbpf_btf_member_offset(t, i) % 8)
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "Invalid member offset");
	return 0;
}

/* Floats must be aligned, as far as every machine asks for it. */
static int check_whole(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		       u32 i, const struct xbpf_btf_type *m)
{
	u32 offset = xbpf_btf_member_offset(t, i);

	if (xbpf_btf_kind(m) == XBPF_BTF_KIND_FLOAT) {
		if (offset % (8 * min_t(u32, m->size, 8)))
			return xbpf_btf_member_error(env, t, i, -EINVAL,
				"Member is not properly aligned");
		return 0;
	}
	return offset % 8 ? xbpf_btf_member_error(env, t, i, -EINVAL,
				"Member is not byte aligned") : 0;
}

static int check_member(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
			u32 i)
{
	const struct xbpf_btf_member *member = xbpf_btf_tail(t);
	u32 offset = xbpf_btf_member_offset(t, i);
	const struct xbpf_btf_type *m = target(env->btf, member[i].type, NULL);
	u64 bits;
	int err = 0;

	if (!m || !has_size(env->btf, member[i].type))
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "Invalid member");
	bits = xbpf_btf_size(env->btf, member[i].type) * 8;
	if (xbpf_btf_member_bits(t, i))
		err = check_bit_field(env, t, i, m, &bits);
	else if (is_int(m))
		err = check_old_bit_field(env, t, i, m, &bits);
	else
		err = check_whole(env, t, i, m);
	if (err)
		return err;
	if (is_int(m) && offset % 8 + bits > 128)
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "nr_copy_bits exceeds 128");
	if (DIV_ROUND_UP(offset + bits, 8) > t->size)
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "Member exceeds struct_size");
	return 0;
}

static int check_struct(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < xbpf_btf_vlen(t); i++)
		err = check_member(env, t, i);
	return err;
}

static int check_var(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	return has_size(env->btf, t->type) ? 0 :
	       xbpf_btf_type_error(env, t, -EINVAL, "Invalid type_id");
}

static int check_secinfo(struct xbpf_btf_env *env,
			 const struct xbpf_btf_type *t, u32 i)
{
	const struct xbpf_btf_var_secinfo *info = xbpf_btf_tail(t);
	const struct xbpf_btf_type *var = xbpf_btf_type(env->btf, info[i].type);

	if (!var || xbpf_btf_kind(var) != XBPF_BTF_KIND_VAR)
		return xbpf_btf_var_error(env, t, i, -EINVAL,
					  "Not a VAR kind member");
	if (!has_size(env->btf, var->type))
		return xbpf_btf_var_error(env, t, i, -EINVAL, "Invalid type_id");
	if (info[i].size < xbpf_btf_size(env->btf, var->type))
		return xbpf_btf_var_error(env, t, i, -EINVAL, "Invalid size");
	return 0;
}

static int check_datasec(struct xbpf_btf_env *env,
			 const struct xbpf_btf_type *t)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < xbpf_btf_vlen(t); i++)
		err = check_secinfo(env, t, i);
	return err;
}

static int check_func(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_type *proto = xbpf_btf_type(env->btf, t->type);
	const struct xbpf_btf_param *param;
	u32 i;

	if (!proto || xbpf_btf_kind(proto) != XBPF_BTF_KIND_FUNC_PROTO)
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid type_id");
	param = xbpf_btf_tail(proto);
	for (i = 0; i < xbpf_btf_vlen(proto); i++)
		if (param[i].type && !param[i].name_off)
			return xbpf_btf_type_error(env, t, -EINVAL,
						   "Invalid arg#%u", i + 1);
	return 0;
}

/* Only the last parameter may be "...", which has neither type nor name. */
static int param_ok(const struct xbpf_btf *btf, const struct xbpf_btf_type *t,
		    u32 i)
{
	const struct xbpf_btf_param *param = xbpf_btf_tail(t);

	if (!param[i].type)
		return i == xbpf_btf_vlen(t) - 1 && !param[i].name_off;
	if (param[i].name_off && !xbpf_btf_is_identifier(btf, param[i].name_off))
		return 0;
	return has_size(btf, param[i].type);
}

static int check_proto(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	u32 i;

	if (t->type && !has_size(env->btf, t->type))
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "Invalid return type");
	for (i = 0; i < xbpf_btf_vlen(t); i++)
		if (!param_ok(env->btf, t, i))
			return xbpf_btf_type_error(env, t, -EINVAL,
						   "Invalid arg#%u", i + 1);
	return 0;
}

/* Members or parameters that a tag can be about; -1: it has no such parts. */
static s64 nr_components(const struct xbpf_btf *btf,
			 const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_type *proto;

	if (xbpf_btf_is_struct(t))
		return xbpf_btf_vlen(t);
	if (xbpf_btf_kind(t) != XBPF_BTF_KIND_FUNC)
		return -1;
	proto = xbpf_btf_type(btf, t->type);
	return proto && xbpf_btf_kind(proto) == XBPF_BTF_KIND_FUNC_PROTO ?
	       xbpf_btf_vlen(proto) : 0;
}

static int check_decl_tag(struct xbpf_btf_env *env,
			  const struct xbpf_btf_type *t)
{
	const u32 taggable = 1 << XBPF_BTF_KIND_STRUCT |
			     1 << XBPF_BTF_KIND_UNION |
			     1 << XBPF_BTF_KIND_FUNC | 1 << XBPF_BTF_KIND_VAR |
			     1 << XBPF_BTF_KIND_TYPEDEF;
	const struct xbpf_btf_decl_tag *tag = xbpf_btf_tail(t);
	const struct xbpf_btf_type *to = xbpf_btf_type(env->btf, t->type);

	if (!to || !(taggable >> xbpf_btf_kind(to) & 1))
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid type_id");
	if (tag->component_idx >= 0 &&
	    tag->component_idx >= nr_components(env->btf, to))
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "Invalid component_idx");
	return 0;
}

static int (*const checks[NR_XBPF_BTF_KINDS])(struct xbpf_btf_env *env,
					const struct xbpf_btf_type *t) = {
	[XBPF_BTF_KIND_PTR]		= check_ref,
	[XBPF_BTF_KIND_ARRAY]		= check_array,
	[XBPF_BTF_KIND_STRUCT]		= check_struct,
	[XBPF_BTF_KIND_UNION]		= check_struct,
	[XBPF_BTF_KIND_TYPEDEF]		= check_ref,
	[XBPF_BTF_KIND_VOLATILE]	= check_ref,
	[XBPF_BTF_KIND_CONST]		= check_ref,
	[XBPF_BTF_KIND_RESTRICT]	= check_ref,
	[XBPF_BTF_KIND_FUNC]		= check_func,
	[XBPF_BTF_KIND_FUNC_PROTO]	= check_proto,
	[XBPF_BTF_KIND_VAR]		= check_var,
	[XBPF_BTF_KIND_DATASEC]		= check_datasec,
	[XBPF_BTF_KIND_DECL_TAG]	= check_decl_tag,
	[XBPF_BTF_KIND_TYPE_TAG]	= check_ref,
};

/* In a chain of modifiers, tags are what comes first. */
static int check_tags(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	int in_tags = 1;
	u32 i;

	for (i = 0; t && xbpf_btf_is_modifier(t) && i < XBPF_BTF_MAX_CHAIN; i++) {
		if (xbpf_btf_kind(t) != XBPF_BTF_KIND_TYPE_TAG)
			in_tags = 0;
		else if (!in_tags)
			return xbpf_btf_error(env, -EINVAL,
				"Type tags don't precede modifiers\n");
		t = xbpf_btf_type(env->btf, t->type);
	}
	return 0;
}

int xbpf_btf_check_references(struct xbpf_btf_env *env)
{
	u32 end = xbpf_btf_nr_types(env->btf);
	const struct xbpf_btf_type *t;
	int err;

	env->phase = XBPF_BTF_PHASE_RESOLVE;
	err = check_loops(env);
	if (err)
		return err;
	for (env->id = env->btf->start_id; !err && env->id < end; env->id++) {
		t = xbpf_btf_type(env->btf, env->id);
		if (checks[xbpf_btf_kind(t)])
			err = checks[xbpf_btf_kind(t)](env, t);
		err = err ?: check_tags(env, t);
		if (env->id % 1024 == 0)
			cond_resched();
	}
	return err;
}
