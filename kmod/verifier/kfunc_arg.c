// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arguments of kfuncs that are the program's memory: a pointer to numbers, of the
 * type that the kernel's BTF tells of the parameter.
 *
 * The type decides what a program may pass. What the function touches of it is
 * never more than the row's author knows: no safety rests on the type.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char not_plain[] =
	"arg#%u pointer type %s %s must point to scalar, or struct with scalar\n";

#define MAX_NESTING	4	/* structs in structs */

static int is_number(const struct xbpf_btf_type *t)
{
	return t && (xbpf_btf_kind(t) == XBPF_BTF_KIND_INT ||
		     xbpf_btf_kind(t) == XBPF_BTF_KIND_ENUM ||
		     xbpf_btf_kind(t) == XBPF_BTF_KIND_ENUM64);
}

static int is_plain_struct(struct xbpf_venv *env, const struct xbpf_btf *btf,
			   const struct xbpf_btf_type *t, u32 level);

static int is_plain_member(struct xbpf_venv *env, const struct xbpf_btf *btf,
			   u32 id, u32 level)
{
	const struct xbpf_btf_type *t = xbpf_btf_skip(btf, id, NULL);
	const struct xbpf_btf_array *array;

	if (t && xbpf_btf_is_struct(t))
		return is_plain_struct(env, btf, t, level + 1);
	if (!t || xbpf_btf_kind(t) != XBPF_BTF_KIND_ARRAY)
		return is_number(t);
	array = xbpf_btf_tail(t);
	return array->nelems && is_number(xbpf_btf_skip(btf, array->type, NULL));
}

static int is_plain_struct(struct xbpf_venv *env, const struct xbpf_btf *btf,
			   const struct xbpf_btf_type *t, u32 level)
{
	const struct xbpf_btf_member *m = xbpf_btf_tail(t);
	u32 i;

	if (level == MAX_NESTING) {
		xbpf_reject(env, -EINVAL, "max struct nesting depth exceeded\n");
		return 0;
	}
	for (i = 0; i < xbpf_btf_vlen(t); i++)
		if (!is_plain_member(env, btf, m[i].type, level))
			return 0;
	return 1;
}

/* What parameter @i of a function points to; NULL: no such parameter. */
static const struct xbpf_btf_type *
find_target(const struct xbpf_btf *btf, const char *func, u32 i, u32 *id)
{
	s32 at = btf ? xbpf_btf_find(btf, func, XBPF_BTF_KIND_FUNC) : -ENOENT;
	const struct xbpf_btf_type *t = at < 0 ? NULL : xbpf_btf_type(btf, at);
	const struct xbpf_btf_param *p;

	t = t ? xbpf_btf_type(btf, t->type) : NULL;
	if (!t || xbpf_btf_kind(t) != XBPF_BTF_KIND_FUNC_PROTO ||
	    i >= xbpf_btf_vlen(t))
		return NULL;
	p = xbpf_btf_tail(t);
	t = xbpf_btf_skip(btf, p[i].type, NULL);
	if (!t || xbpf_btf_kind(t) != XBPF_BTF_KIND_PTR)
		return NULL;
	return xbpf_btf_skip(btf, t->type, id);
}

/**
 * xbpf_check_plain_type - what a parameter of a kfunc points to must be numbers
 * @env: the verification
 * @info: the call
 * @i: 0 for R1
 * @size: out, bytes
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_check_plain_type(struct xbpf_venv *env,
			  const struct xbpf_call_info *info, u32 i, u32 *size)
{
	const struct xbpf_btf *btf = xbpf_kernel_btf(env);
	const struct xbpf_btf_type *t;
	s64 bytes;
	u32 id;

	t = find_target(btf, info->helper->name, i, &id);
	if (!t)
		return xbpf_reject(env, -EINVAL,
				   "arg#%u of kernel function %s is no pointer\n",
				   i, info->helper->name);
	bytes = xbpf_btf_size(btf, id);
	if (bytes > 0 && bytes < MAX_VAR_OFF &&
	    (is_number(t) || (xbpf_btf_is_struct(t) &&
			      is_plain_struct(env, btf, t, 0)))) {
		*size = bytes;
		return 0;
	}
	return xbpf_reject(env, -EINVAL, not_plain, i,
			   xbpf_btf_kind_name(xbpf_btf_kind(t)),
			   t->name_off ? xbpf_btf_type_name(btf, t) : "");
}
