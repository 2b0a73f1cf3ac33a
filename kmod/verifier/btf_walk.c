// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads through pointers to the kernel's objects: which member is it, and what is
 * known of what it holds.
 *
 * Such a load may fault: the pointer is what BTF and the kernel's own data say it
 * is, which nobody proves. It runs as one that gives 0 then, so that safety never
 * rests on a type. What is decided here is what programs may name, and how far a
 * loaded pointer is trusted by what takes objects (btf_ptr.c).
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char cannot_ptr[] =
	"cannot access ptr member %s with moff %lld in struct %s with off %lld size %u\n";
static const char beyond_member[] =
	"access beyond the end of member %s (mend:%lld) in struct %s with off %lld size %u\n";
static const char var_offset[] =
	"R%u is ptr_%s invalid variable offset: off=%lld, var_off=%s\n";
static const char no_perfmon[] =
	"'struct %s' access is allowed only to CAP_PERFMON and CAP_SYS_ADMIN\n";
static const char no_gpl[] =
	"Cannot access kernel 'struct %s' from non-GPL compatible program\n";

#define MAX_WALK	64	/* structs in structs, arrays of arrays */

enum walk_result {
	WALK_SCALAR,
	WALK_PTR,
	NOT_THIS,		/* not this member */
	WENT_IN,		/* into this one: look there */
};

/*
 * struct walk - on the way to a member
 * @t: struct that is being searched
 * @off: in it; @size: bytes that are read
 * @id: out: what a pointer points to; @field: and its name
 * @parent: struct that the field is a member of, maybe in a union without a name
 * @flags: enum reg_flags of what is loaded
 */
struct walk {
	struct xbpf_venv *env;
	const struct xbpf_btf *btf;
	const struct xbpf_btf_type *t;
	s64 off;
	u32 size;
	u32 id;
	const char *field;
	const char *parent;
	u8 flags;
};

/* One member of w->t: what remains of it once arrays are resolved. */
struct member {
	const struct xbpf_btf_type *t;
	const char *name;
	s64 start, end, elem;
};

static const char *struct_name(const struct walk *w)
{
	return xbpf_btf_type_name(w->btf, w->t);
}

/* ---- members ---- */

static int beyond(const struct walk *w)
{
	return xbpf_reject(w->env, -EACCES,
			   "access beyond struct %s at off %lld size %u\n",
			   struct_name(w), (long long)w->off, w->size);
}

/*
 * Behind the end is allowed in an array without a length that ends the struct.
 * 1: a number; 0: go on in w->t at w->off.
 */
static int walk_flexible(struct walk *w)
{
	const struct xbpf_btf_member *m = xbpf_btf_tail(w->t);
	const struct xbpf_btf_array *array;
	const struct xbpf_btf_type *t;
	u32 n = xbpf_btf_vlen(w->t);
	s64 start;

	if (!n)
		return beyond(w);
	t = xbpf_btf_skip(w->btf, m[n - 1].type, NULL);
	if (!t || xbpf_btf_kind(t) != XBPF_BTF_KIND_ARRAY)
		return beyond(w);
	array = xbpf_btf_tail(t);
	start = xbpf_btf_member_offset(w->t, n - 1) / 8;
	if (array->nelems || w->off < start)
		return beyond(w);
	t = xbpf_btf_skip(w->btf, array->type, NULL);
	if (t && xbpf_btf_kind(t) == XBPF_BTF_KIND_INT)
		return 1;
	if (!t || !xbpf_btf_is_struct(t) || !t->size)
		return beyond(w);
	w->off = (w->off - start) % t->size;
	w->t = t;
	return 0;
}

/* Arrays of arrays are one array; 0, or -EINVAL. */
static int find_element(struct walk *w, struct member *m, u32 type)
{
	const struct xbpf_btf_array *array;
	const struct xbpf_btf_type *t = xbpf_btf_skip(w->btf, type, NULL);
	s64 size = xbpf_btf_size(w->btf, type);
	u32 depth;

	if (!t || size < 0)
		return xbpf_reject(w->env, -EFAULT,
				   "field %s doesn't have size\n", m->name);
	m->end = m->start + size;
	m->elem = m->start;
	for (depth = 0; xbpf_btf_kind(t) == XBPF_BTF_KIND_ARRAY; depth++) {
		array = xbpf_btf_tail(t);
		type = array->type;
		t = xbpf_btf_skip(w->btf, type, NULL);
		if (!t || depth == MAX_WALK)
			return xbpf_reject(w->env, -EFAULT,
					   "field %s doesn't have size\n",
					   m->name);
	}
	m->t = t;
	size = depth ? xbpf_btf_size(w->btf, type) : 0;
	if (size > 0 && w->off >= m->start)
		m->elem += (w->off - m->start) / size * size;
	return 0;
}

static int is_tagged(const struct walk *w, u32 id, const char *tag)
{
	const struct xbpf_btf_type *t = xbpf_btf_type(w->btf, id);

	return t && xbpf_btf_kind(t) == XBPF_BTF_KIND_TYPE_TAG &&
	       !strcmp(xbpf_btf_type_name(w->btf, t), tag);
}

/* A pointer is read whole; one to a struct can be followed. */
static int walk_pointer(struct walk *w, const struct member *m)
{
	const struct xbpf_btf_type *to;

	if (w->size != sizeof(u64) || w->off != m->elem)
		return xbpf_reject(w->env, -EACCES,
				   cannot_ptr,
				   m->name, (long long)m->elem, struct_name(w),
				   (long long)w->off, w->size);
	to = xbpf_btf_skip(w->btf, m->t->type, &w->id);
	if (!to || !xbpf_btf_is_struct(to) ||
	    is_tagged(w, m->t->type, "user"))
		return WALK_SCALAR;
	if (is_tagged(w, m->t->type, "percpu"))
		w->flags |= REG_PERCPU;
	if (is_tagged(w, m->t->type, "rcu"))
		w->flags |= REG_RCU;
	w->field = m->name;
	return WALK_PTR;
}

/* Inside a bit field as a whole? Clang leaves bits without a name out. */
static int covers_bits(const struct walk *w, u32 i, u32 bits)
{
	u32 first = xbpf_btf_member_offset(w->t, i);

	return w->off <= first / 8 &&
	       (first + bits + 7) / 8 <= w->off + w->size;
}

static int walk_member(struct walk *w, u32 i)
{
	const struct xbpf_btf_member *members = xbpf_btf_tail(w->t);
	struct member m = {
		.name = xbpf_btf_string(w->btf, members[i].name_off) ?: "",
		.start = xbpf_btf_member_offset(w->t, i) / 8,
	};
	u32 bits = xbpf_btf_member_bits(w->t, i);
	int err;

	if (bits)
		return covers_bits(w, i, bits) ? WALK_SCALAR : NOT_THIS;
	if (w->off < m.start)
		return NOT_THIS;
	err = find_element(w, &m, members[i].type);
	if (err)
		return err;
	if (w->off >= m.end)
		return NOT_THIS;
	if (xbpf_btf_is_struct(m.t)) {
		w->t = m.t;
		w->off -= m.elem;
		return WENT_IN;
	}
	if (xbpf_btf_kind(m.t) == XBPF_BTF_KIND_PTR)
		return walk_pointer(w, &m);
	if (w->off + w->size > m.end && !(w->flags & REG_UNTRUSTED))
		return xbpf_reject(w->env, -EACCES,
				   beyond_member,
				   m.name, (long long)m.end, struct_name(w),
				   (long long)w->off, w->size);
	return WALK_SCALAR;
}

static int walk_struct(struct walk *w)
{
	u32 i, n = xbpf_btf_vlen(w->t);
	int found;

	if (w->t->name_off || !w->parent)
		w->parent = struct_name(w);
	/* What a union holds is the kernel's secret, unless there is one choice. */
	if (xbpf_btf_kind(w->t) == XBPF_BTF_KIND_UNION && n != 1)
		w->flags |= REG_UNTRUSTED;
	if (w->off + w->size > w->t->size) {
		found = walk_flexible(w);
		return found == 1 ? WALK_SCALAR : found ?: WENT_IN;
	}
	for (i = 0; i < n; i++) {
		found = walk_member(w, i);
		if (found != NOT_THIS)
			return found;
	}
	return xbpf_reject(w->env, -EINVAL,
			   "struct %s doesn't have field at offset %lld\n",
			   struct_name(w), (long long)w->off);
}

static int walk(struct walk *w)
{
	u32 depth;
	int found;

	for (depth = 0; depth < MAX_WALK; depth++) {
		if (!xbpf_btf_is_struct(w->t))
			return xbpf_reject(w->env, -EINVAL,
					   "Type '%s' is not a struct\n",
					   struct_name(w));
		found = walk_struct(w);
		if (found != WENT_IN)
			return found;
	}
	return xbpf_reject(w->env, -EINVAL, "struct %s is too deep\n",
			   struct_name(w));
}

/* ---- trust ---- */

/*
 * Members that the kernel keeps as long as the object lives (REG_TRUSTED), or
 * frees after a grace period (REG_RCU): GCC writes no tags that would say so.
 */
static const struct {
	const char *parent, *field;
	u8 flags;
} kept[] = {
	{ "task_struct", "cpus_ptr", REG_RCU },
	{ "task_struct", "cgroups", REG_RCU },
	{ "task_struct", "real_parent", REG_RCU },
	{ "task_struct", "group_leader", REG_RCU },
	{ "cgroup", "kn", REG_RCU },
	{ "css_set", "dfl_cgrp", REG_RCU },
	{ "bpf_iter_meta", "seq", REG_TRUSTED },
	{ "bpf_iter__task", "meta", REG_TRUSTED },
	{ "linux_binprm", "file", REG_TRUSTED },
	{ "file", "f_inode", REG_TRUSTED },
	{ "dentry", "d_inode", REG_TRUSTED },
};

static u8 kept_flags(const struct walk *w)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (!strcmp(kept[i].parent, w->parent) &&
		    !strcmp(kept[i].field, w->field))
			return kept[i].flags;
	return w->flags & REG_RCU;
}

int xbpf_env_in_rcu(const struct xbpf_venv *env)
{
	return env->st->rcu || !(env->prog->flags & XBPF_F_SLEEPABLE);
}

/*
 * Of a pointer that was loaded through @ptr. Without a reason for trust it is
 * neither trusted nor untrusted: helpers, which look before they follow it, take
 * it, and kfuncs do not.
 */
static u8 trust_of(const struct walk *w, const struct xbpf_reg *ptr)
{
	u8 flags = w->flags & REG_PERCPU, how = kept_flags(w);

	if ((w->flags | ptr->flags) & REG_UNTRUSTED)
		return flags | REG_UNTRUSTED;
	if (!(ptr->flags & (REG_TRUSTED | REG_RCU)) && !ptr->ref)
		return flags;
	if (how & REG_TRUSTED)
		return flags | REG_TRUSTED;
	return how & REG_RCU && xbpf_env_in_rcu(w->env) ? flags | REG_RCU : flags;
}

/* ---- the access ---- */

static int check_offset(struct xbpf_venv *env, const struct xbpf_access *a,
			const char *name)
{
	char text[TNUM_TEXT_MAX];
	s64 off = (s64)a->ptr.off + a->off;

	if (!xbpf_value_is_const(&a->ptr.val)) {
		xbpf_tnum_text(text, sizeof(text), a->ptr.val.tnum);
		return xbpf_reject(env, -EACCES,
				   var_offset,
				   a->regno, name, (long long)off, text);
	}
	if (reg_offset(&a->ptr) + a->off < 0)
		return xbpf_reject(env, -EACCES,
				   "R%u is ptr_%s invalid negative access: off=%lld\n",
				   a->regno, name, (long long)off);
	if (a->ptr.flags & REG_PERCPU)
		return xbpf_reject(env, -EACCES,
				   "R%u is ptr_%s access percpu memory: off=%lld\n",
				   a->regno, name, (long long)off);
	return 0;
}

/* May it be read at all? Where is load_object()'s business. */
int xbpf_btf_ptr_check(struct xbpf_venv *env, const struct xbpf_access *a)
{
	const char *name = xbpf_reg_struct_name(env, &a->ptr);

	if (!env_leaks_ok(env))
		return xbpf_reject(env, -EPERM,
				   no_perfmon,
				   name);
	if (!env->prog->gpl_compatible && a->ptr.obj == REG_OBJ_KERNEL)
		return xbpf_reject(env, -EINVAL,
				   no_gpl,
				   name);
	if (a->kind != ACCESS_READ ||
	    env_op(env, env->insn)->kind == XBPF_KIND_ATOMIC)
		return xbpf_reject(env, -EACCES, "only read is supported\n");
	/* What may fault is a plain load: no order, no lock goes with it. */
	if (env_op(env, env->insn)->kind != XBPF_KIND_LDX)
		return xbpf_reject(env, -EACCES,
				   "BPF_ATOMIC loads from R%u %s is not allowed\n",
				   a->regno, xbpf_reg_type_name(&a->ptr));
	return check_offset(env, a, name);
}

int xbpf_btf_ptr_load(struct xbpf_venv *env, const struct xbpf_access *a,
		      struct xbpf_reg *result)
{
	struct walk w = {
		.env = env, .btf = xbpf_reg_btf(env, &a->ptr),
		.off = reg_offset(&a->ptr) + a->off, .size = a->size,
		.flags = a->ptr.flags & REG_UNTRUSTED,
	};
	int found;

	w.t = w.btf ? xbpf_btf_skip(w.btf, a->ptr.arg, NULL) : NULL;
	if (!w.t)
		return xbpf_reject(env, -EINVAL, "Type '?' is not a struct\n");
	found = walk(&w);
	if (found < 0)
		return found;
	env->facts[env->insn].flags |= XBPF_FACT_FAULTING;
	if (found != WALK_PTR || env_op(env, env->insn)->oper != XBPF_OPER_U64)
		return 0;
	xbpf_reg_set_pointer(result, T_BTF);
	result->arg = w.id;
	result->obj = a->ptr.obj;
	result->flags = trust_of(&w, &a->ptr);
	return 1;
}
