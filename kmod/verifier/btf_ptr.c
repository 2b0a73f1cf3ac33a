// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pointers to the kernel's objects: what their types are, and what they may be
 * passed as.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char kfunc_type[] =
	"kernel function %s args#%u expected pointer to STRUCT %s "
	"but R%u has a pointer to STRUCT %s\n";

static const char moved[] =
	"R%u must have zero offset when passed to release func or trusted arg to kfunc\n";

/**
 * xbpf_kernel_btf - the types of the kernel
 * @env: the verification
 *
 * Return: NULL when it has none.
 */
const struct xbpf_btf *xbpf_kernel_btf(struct xbpf_venv *env)
{
	const struct xbpf_verify_opts *o = env->opts;

	if (!env->kernel_btf && o->kernel_btf)
		env->kernel_btf = o->kernel_btf(o->ctx);
	return env->kernel_btf;
}

/* A struct of the kernel, by name; -ENOENT. */
static s32 find_struct(struct xbpf_venv *env, const char *name)
{
	const struct xbpf_btf *btf = xbpf_kernel_btf(env);

	return btf ? xbpf_btf_find(btf, name, XBPF_BTF_KIND_STRUCT) : -ENOENT;
}

/* Of T_BTF: the name of the type, for messages. */
const char *xbpf_reg_struct_name(struct xbpf_venv *env,
				 const struct xbpf_reg *reg)
{
	const struct xbpf_btf *btf = xbpf_reg_btf(env, reg);
	const struct xbpf_btf_type *t = btf ? xbpf_btf_type(btf, reg->arg) : NULL;

	return t ? xbpf_btf_type_name(btf, t) : "?";
}

const struct xbpf_btf *xbpf_reg_btf(struct xbpf_venv *env,
				    const struct xbpf_reg *reg)
{
	return reg->obj == REG_OBJ_PROG ? env->opts->btf : xbpf_kernel_btf(env);
}

/**
 * xbpf_reg_set_struct - a pointer to an object of the kernel
 * @env: the verification
 * @reg: becomes it
 * @name: of the struct
 * @flags: enum reg_flags
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_reg_set_struct(struct xbpf_venv *env, struct xbpf_reg *reg,
			const char *name, u8 flags)
{
	s32 id = find_struct(env, name);

	if (id < 0)
		return xbpf_reject(env, -EINVAL,
				   "the kernel's BTF has no struct %s\n", name);
	xbpf_reg_set_pointer(reg, T_BTF);
	reg->arg = id;
	reg->flags = flags;
	return 0;
}

/* Of a cast: a pointer that nobody vouches for, to look at. */
int xbpf_reg_set_cast(struct xbpf_venv *env, struct xbpf_reg *reg, u64 id)
{
	const struct xbpf_btf *btf = xbpf_kernel_btf(env);
	const struct xbpf_btf_type *t = NULL;

	if (btf && id && id <= U32_MAX)
		t = xbpf_btf_type(btf, id);
	if (!t || !xbpf_btf_is_struct(t))
		return xbpf_reject(env, -EINVAL,
				   "kfunc bpf_rdonly_cast type ID argument must be of a struct\n");
	xbpf_reg_set_pointer(reg, T_BTF);
	reg->arg = id;
	reg->flags = REG_UNTRUSTED;
	return 0;
}

/* The member of @t that byte @off lies in, if it is a struct; its type, or 0. */
static u32 struct_member(const struct xbpf_btf *btf,
			 const struct xbpf_btf_type *t, s64 *off)
{
	const struct xbpf_btf_member *m = xbpf_btf_tail(t);
	u32 i, id;

	for (i = 0; i < xbpf_btf_vlen(t); i++) {
		s64 start = xbpf_btf_member_offset(t, i) / 8;
		const struct xbpf_btf_type *mt = xbpf_btf_skip(btf, m[i].type, &id);

		if (!mt || xbpf_btf_kind(mt) != XBPF_BTF_KIND_STRUCT ||
		    *off < start || *off >= start + mt->size)
			continue;
		*off -= start;
		return id;
	}
	return 0;
}

/**
 * xbpf_btf_has_struct - is there a struct @want at byte @off of struct @id?
 * @btf: of both
 * @id: type; itself at 0
 * @off: offset
 * @want: type
 *
 * C makes a pointer to the one a pointer to the other.
 */
int xbpf_btf_has_struct(const struct xbpf_btf *btf, u32 id, s64 off, u32 want)
{
	const struct xbpf_btf_type *t;
	u32 depth;

	for (depth = 0; depth < 16 && id; depth++) {
		t = xbpf_btf_skip(btf, id, &id);
		if (id == want && !off)
			return 1;
		if (!t || xbpf_btf_kind(t) != XBPF_BTF_KIND_STRUCT)
			return 0;
		id = struct_member(btf, t, &off);
	}
	return 0;
}

/* Helpers look before they follow it; kfuncs of these kinds keep the object. */
static int needs_trust(const struct xbpf_call_info *info)
{
	return info->id >= XBPF_KFUNC_FIRST &&
	       info->helper->flags & (XBPF_HELPER_RCU | XBPF_HELPER_TRUSTED |
				      XBPF_HELPER_RELEASE);
}

/* What is kept or given back is the object, not a part of it. */
static int check_start(struct xbpf_venv *env, const struct xbpf_reg *reg,
		       const struct xbpf_call_info *info, u32 regno)
{
	struct xbpf_access a = { .regno = regno, .ptr = *reg };

	if (!needs_trust(info) || !xbpf_value_is_const(&reg->val) ||
	    reg_offset(reg) <= 0)
		return xbpf_mem_check_fixed(env, &a);
	return xbpf_reject(env, -EINVAL, moved, regno);
}

static int check_trust(struct xbpf_venv *env, const struct xbpf_reg *reg,
		       const struct xbpf_call_info *info, u32 regno)
{
	if (reg->flags & (REG_UNTRUSTED | REG_PERCPU))
		return xbpf_reject(env, -EACCES,
				   "R%u type=%s expected=ptr_, trusted_ptr_, rcu_ptr_\n",
				   regno, xbpf_reg_type_name(reg));
	/* Helpers look before they follow it, or say that they do not. */
	if (info->id < XBPF_KFUNC_FIRST &&
	    info->helper->flags & XBPF_HELPER_TRUSTED &&
	    !(reg->flags & (REG_TRUSTED | REG_RCU)) && !reg->ref)
		return xbpf_reject(env, -EACCES,
				   "R%u type=%s expected=trusted_ptr_, rcu_ptr_\n",
				   regno, xbpf_reg_type_name(reg));
	if (!needs_trust(info) || reg->flags & REG_TRUSTED || reg->ref)
		return 0;
	if (!(info->helper->flags & XBPF_HELPER_RCU))
		return xbpf_reject(env, -EINVAL,
				   "R%u must be referenced or trusted\n", regno);
	if (!(reg->flags & REG_RCU))
		return xbpf_reject(env, -EINVAL,
				   "R%u must be a rcu pointer\n", regno);
	return 0;
}

/* Is it a pointer to the start of an object of the kernel's type @want? */
int xbpf_check_btf_is(struct xbpf_venv *env, const struct xbpf_reg *reg,
		      u32 regno, u32 want)
{
	const struct xbpf_btf *btf = xbpf_kernel_btf(env);

	if (reg->obj == REG_OBJ_KERNEL && xbpf_btf_has_struct(btf, reg->arg, 0, want))
		return 0;
	return xbpf_reject(env, -EACCES,
			   "R%u is of type %s but %s is expected\n", regno,
			   xbpf_reg_struct_name(env, reg),
			   xbpf_btf_type_name(btf, xbpf_btf_type(btf, want)));
}

/* What is given back to a kfunc must be just that: a part will not do. */
static int fits(const struct xbpf_btf *btf, const struct xbpf_reg *reg,
		const struct xbpf_call_info *info, u32 want)
{
	if (info->id >= XBPF_KFUNC_FIRST &&
	    info->helper->flags & XBPF_HELPER_RELEASE)
		return reg->arg == want;
	return xbpf_btf_has_struct(btf, reg->arg, 0, want);
}

/**
 * xbpf_check_btf_arg - may a pointer be passed as one to struct @name?
 * @env: the verification
 * @reg: T_BTF, not or-null
 * @info: the call
 * @regno: of @reg, for messages
 * @name: of the struct
 *
 * The offset must be 0: only at its start is an object known to be of its type,
 * or of that of its first member.
 */
int xbpf_check_btf_arg(struct xbpf_venv *env, const struct xbpf_reg *reg,
		       const struct xbpf_call_info *info, u32 regno,
		       const char *name)
{
	const struct xbpf_btf *btf = xbpf_reg_btf(env, reg);
	s32 want = find_struct(env, name);
	int err = check_start(env, reg, info, regno) ?:
		  check_trust(env, reg, info, regno);

	if (err)
		return err;
	if (want >= 0 && reg->obj == REG_OBJ_KERNEL && fits(btf, reg, info, want))
		return 0;
	if (info->id < XBPF_KFUNC_FIRST)
		return xbpf_reject(env, -EACCES,
				   "R%u is of type %s but %s is expected\n",
				   regno, xbpf_reg_struct_name(env, reg), name);
	return xbpf_reject(env, -EINVAL, kfunc_type, info->helper->name, regno - 1, name, regno,
			   xbpf_reg_struct_name(env, reg));
}
