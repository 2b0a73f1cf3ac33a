// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pointers to the kernel's objects in map values: what may be loaded from such a
 * field, stored there, exchanged.
 *
 * A field that owns its object is changed by kptr_xchg() alone, which gives what
 * was there to the program and takes what the program held: references are neither
 * lost nor made. What is loaded from it is no reference: the object may go at any
 * time, unless objects of its kind stay until the section of RCU ends. A field
 * that owns nothing may hold any address; what is loaded is never trusted.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char kptr_moved[] =
	"R%u doesn't have constant offset. kptr has to be at the constant offset\n";
static const char kptr_other[] =
	"kernel function %s args#%u expected a kptr to another struct than %s\n";
static const char kptr_type[] =
	"invalid kptr access, R%u type=%s%s expected=ptr_%s\n";
static const char kptr_type_or[] =
	"invalid kptr access, R%u type=%s%s expected=ptr_%s or untrusted_ptr_%s\n";
static const char kptr_mode[] =
	"kptr in map can only be accessed using BPF_MEM instruction mode\n";

static int is_kptr(const struct xbpf_field *f)
{
	return XBPF_FIELDS_KPTR >> f->kind & 1;
}

/* ---- loads and stores ---- */

static const char *struct_name(struct xbpf_venv *env, const struct xbpf_field *f)
{
	const struct xbpf_reg reg = { .type = T_BTF, .arg = f->type_id };

	return xbpf_reg_struct_name(env, &reg);
}

/**
 * xbpf_check_kptr_access - may bytes of a field be touched so?
 * @env: the verification
 * @a: touches some byte of @f, or may
 * @f: the field
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_check_kptr_access(struct xbpf_venv *env, const struct xbpf_access *a,
			   const struct xbpf_field *f)
{
	const char *name = xbpf_field_name(f->kind);
	s64 off = reg_offset(&a->ptr) + a->off;

	if (a->kind != ACCESS_READ && a->kind != ACCESS_WRITE)
		return xbpf_reject(env, -EACCES,
				   "%s cannot be accessed indirectly by helper\n",
				   name);
	if (!xbpf_value_is_const(&a->ptr.val))
		return xbpf_reject(env, -EACCES,
				   "%s access cannot have variable offset\n",
				   name);
	if (off != f->off)
		return xbpf_reject(env, -EACCES,
				   "%s access misaligned expected=%u off=%lld\n",
				   name, f->off, (long long)off);
	if (a->size != 8)
		return xbpf_reject(env, -EACCES,
				   "%s access size must be BPF_DW\n", name);
	switch (env_op(env, env->insn)->kind) {
	case XBPF_KIND_LDX:
	case XBPF_KIND_ST:
	case XBPF_KIND_STX:
		return 0;
	default:
		return xbpf_reject(env, -EACCES, kptr_mode);
	}
}

/* The field that @a, which was checked, is about; NULL: mere bytes. */
static const struct xbpf_field *field_at(struct xbpf_venv *env,
					 const struct xbpf_access *a)
{
	const struct xbpf_map_fields *fields = env->map[a->ptr.arg]->fields;
	u32 i;

	if (!fields || !xbpf_value_is_const(&a->ptr.val))
		return NULL;
	for (i = 0; i < fields->nr; i++)
		if (is_kptr(&fields->field[i]) &&
		    fields->field[i].off == reg_offset(&a->ptr) + a->off)
			return &fields->field[i];
	return NULL;
}

/* Loads: 1, set; 0, it is no such field. */
int xbpf_kptr_load(struct xbpf_venv *env, const struct xbpf_access *a,
		   struct xbpf_reg *result)
{
	const struct xbpf_field *f = field_at(env, a);

	if (!f)
		return 0;
	xbpf_reg_set_pointer(result, T_BTF);
	result->arg = f->type_id;
	result->or_null = 1;
	result->id = ++env->next_id;
	result->flags = f->kind == XBPF_FIELD_KPTR_REF &&
			xbpf_object_in_rcu(f->object) && xbpf_env_in_rcu(env) ?
			REG_RCU : REG_UNTRUSTED;
	return 1;
}

static int no_match(struct xbpf_venv *env, const struct xbpf_reg *reg, u32 regno,
		    const struct xbpf_field *f)
{
	const char *want = struct_name(env, f), *is = "";

	if (reg->type == T_BTF)
		is = xbpf_reg_struct_name(env, reg);
	if (f->kind != XBPF_FIELD_KPTR_UNREF)
		return xbpf_reject(env, -EINVAL, kptr_type, regno,
				   xbpf_reg_type_name(reg), is, want);
	return xbpf_reject(env, -EINVAL, kptr_type_or, regno,
			   xbpf_reg_type_name(reg), is, want, want);
}

/* Is @reg what the field may point to? What owns it must be it, not a part. */
static int check_match(struct xbpf_venv *env, const struct xbpf_reg *reg,
		       u32 regno, const struct xbpf_field *f)
{
	int owns = f->kind != XBPF_FIELD_KPTR_UNREF;
	struct xbpf_access a = { .regno = regno, .ptr = *reg };
	int err;

	if (reg->type != T_BTF || reg->obj != REG_OBJ_KERNEL ||
	    reg->flags & (REG_PERCPU | REG_ALLOC) ||
	    (owns && reg->flags & REG_UNTRUSTED))
		return no_match(env, reg, regno, f);
	if (xbpf_value_is_const(&reg->val))
		a.ptr.off = min(a.ptr.off, 0);
	err = xbpf_mem_check_fixed(env, &a);
	if (err)
		return err;
	if (owns ? reg->arg == f->type_id && !reg_offset(reg) :
	    xbpf_btf_has_struct(xbpf_kernel_btf(env), reg->arg, reg_offset(reg),
				f->type_id))
		return 0;
	return no_match(env, reg, regno, f);
}

/* Stores, of @value that register @regno holds; < 0: a constant. */
int xbpf_kptr_store(struct xbpf_venv *env, const struct xbpf_access *a,
		    const struct xbpf_reg *value, int regno)
{
	const struct xbpf_field *f = field_at(env, a);

	if (!f)
		return 0;
	if (f->kind != XBPF_FIELD_KPTR_UNREF)
		return xbpf_reject(env, -EACCES,
				   "store to referenced kptr disallowed\n");
	if (reg_is_null(value))
		return 0;
	if (regno < 0)
		return xbpf_reject(env, -EACCES,
				   "BPF_ST imm must be 0 when storing to kptr at off=%u\n",
				   f->off);
	return check_match(env, value, regno, f);
}

/* ---- kptr_xchg() and the like ---- */

/* An argument that points to a field which owns its object: info->kptr. */
int xbpf_check_kptr(struct xbpf_venv *env, const struct xbpf_reg *reg, u32 regno,
		    struct xbpf_call_info *info)
{
	const struct xbpf_access a = { .regno = regno, .ptr = *reg };
	const struct xbpf_map *map = env->map[reg->arg];
	const struct xbpf_field *f;

	if (!xbpf_value_is_const(&reg->val))
		return xbpf_reject(env, -EINVAL, kptr_moved, regno);
	if (!map->fields || !(map->fields->mask & XBPF_FIELDS_KPTR))
		return xbpf_reject(env, -EINVAL, "R%u has no valid kptr\n",
				   regno);
	f = field_at(env, &a);
	if (!f)
		return xbpf_reject(env, -EACCES,
				   "off=%lld doesn't point to kptr\n",
				   (long long)reg_offset(reg));
	if (f->kind == XBPF_FIELD_KPTR_UNREF)
		return xbpf_reject(env, -EACCES,
				   "off=%u kptr isn't referenced kptr\n",
				   f->off);
	info->kptr = f;
	return 0;
}

/* The same of a kfunc that is given the field and gives a reference. */
int xbpf_check_kptr_get(struct xbpf_venv *env, const struct xbpf_reg *reg,
			u32 regno, struct xbpf_call_info *info)
{
	const struct xbpf_access a = { .regno = regno, .ptr = *reg };
	const struct xbpf_field *f = field_at(env, &a);

	if (!xbpf_value_is_const(&reg->val))
		return xbpf_reject(env, -EINVAL,
				   "arg#%u must have constant offset\n",
				   regno - 1);
	if (!f || f->kind == XBPF_FIELD_KPTR_UNREF)
		return xbpf_reject(env, -EINVAL,
				   "arg#%u no referenced kptr at map value offset=%lld\n",
				   regno - 1, (long long)reg_offset(reg));
	if (f->object != XBPF_OBJECT_prog_test_ref_kfunc)
		return xbpf_reject(env, -EINVAL, kptr_other,
				   info->helper->name, regno - 1,
				   struct_name(env, f));
	return 0;
}

/* What the field takes over: nothing, or an object that the program holds. */
int xbpf_check_kptr_object(struct xbpf_venv *env, const struct xbpf_reg *reg,
			   u32 regno, const struct xbpf_call_info *info)
{
	return reg_is_null(reg) ? 0 : check_match(env, reg, regno, info->kptr);
}
