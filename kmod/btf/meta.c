// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types, each on its own: sizes, names, flags. One function a kind.
 *
 * Requires that the type with its tail lies inside the blob. Looks at no other
 * type: resolve.c does.
 */
#include "btf/priv.h"

#define INT_MASK	0x0fffffff
#define MAX_NAME	512

typedef int (*check_fn)(struct xbpf_btf_env *env,
			const struct xbpf_btf_type *t);

/* ---- names ---- */

/* Letters are those of Latin-1, as for all of the kernel. */
static int is_letter(u8 c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xc0 && c != 0xd7 && c != 0xf7) || c == '_' || c == '.';
}

static int is_name_char(u8 c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static int is_printable(u8 c)
{
	return (c >= ' ' && c <= '~') || c >= 0xa0;
}

int xbpf_btf_is_identifier(const struct xbpf_btf *btf, u32 name_off)
{
	const char *name = xbpf_btf_string(btf, name_off);
	u32 i;

	if (!name || !is_letter(name[0]))
		return 0;
	for (i = 1; name[i]; i++)
		if (!is_name_char(name[i]) || i == MAX_NAME - 1)
			return 0;
	return 1;
}

/* Names of sections are less strict: anything that can be printed. */
static int is_section_name(const struct xbpf_btf *btf, u32 name_off)
{
	const char *name = xbpf_btf_string(btf, name_off);
	u32 i;

	if (!name || !*name)
		return 0;
	for (i = 0; name[i]; i++)
		if (!is_printable(name[i]) || i == MAX_NAME - 1)
			return 0;
	return 1;
}

static int has_text(const struct xbpf_btf *btf, u32 name_off)
{
	const char *name = xbpf_btf_string(btf, name_off);

	return name && *name;
}

static int bad_type_id(u32 id)
{
	return id > XBPF_BTF_MAX_TYPE;
}

/* ---- what several kinds share ---- */

static int check_no_vlen(struct xbpf_btf_env *env,
			 const struct xbpf_btf_type *t)
{
	if (xbpf_btf_vlen(t))
		return xbpf_btf_type_error(env, t, -EINVAL, "vlen != 0");
	return 0;
}

static int check_no_kflag(struct xbpf_btf_env *env,
			  const struct xbpf_btf_type *t)
{
	if (XBPF_BTF_INFO_KFLAG(t->info))
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "Invalid btf_info kind_flag");
	return 0;
}

static int check_plain(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	return check_no_vlen(env, t) ?: check_no_kflag(env, t);
}

static int bad_name(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	return xbpf_btf_type_error(env, t, -EINVAL, "Invalid name");
}

static int check_no_name(struct xbpf_btf_env *env,
			 const struct xbpf_btf_type *t)
{
	return t->name_off ? bad_name(env, t) : 0;
}

static int check_identifier(struct xbpf_btf_env *env,
			    const struct xbpf_btf_type *t)
{
	return xbpf_btf_is_identifier(env->btf, t->name_off) ?
	       0 : bad_name(env, t);
}

static int check_optional_name(struct xbpf_btf_env *env,
			       const struct xbpf_btf_type *t)
{
	return t->name_off ? check_identifier(env, t) : 0;
}

/* ---- kinds ---- */

static int check_int(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	u32 data = *(const u32 *)xbpf_btf_tail(t);
	u32 bits = XBPF_BTF_INT_BITS(data) + XBPF_BTF_INT_OFFSET(data);
	u32 encoding = XBPF_BTF_INT_ENCODING(data);
	int err = check_plain(env, t);

	if (err)
		return err;
	if (data & ~INT_MASK)
		return xbpf_btf_error(env, -EINVAL,
				      "[%u] INT %s Invalid int_data:%x\n",
				      env->id, xbpf_btf_type_name(env->btf, t),
				      data);
	if (bits > 128)
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "nr_bits exceeds %u", 128);
	if (DIV_ROUND_UP(bits, 8) > t->size)
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "nr_bits exceeds type_size");
	if (encoding & (encoding - 1) || encoding > XBPF_BTF_INT_BOOL)
		return xbpf_btf_type_error(env, t, -XBPF_BTF_ENOTSUPP,
					   "Unsupported encoding");
	return 0;
}

static int check_ref(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	u32 kind = xbpf_btf_kind(t);
	int err = check_no_vlen(env, t);

	if (!err && kind != XBPF_BTF_KIND_TYPE_TAG)
		err = check_no_kflag(env, t);
	if (err)
		return err;
	if (bad_type_id(t->type))
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid type_id");
	if (kind == XBPF_BTF_KIND_TYPEDEF)
		return check_identifier(env, t);
	if (kind == XBPF_BTF_KIND_TYPE_TAG)
		return has_text(env->btf, t->name_off) ? 0 : bad_name(env, t);
	return check_no_name(env, t);
}

static int check_array(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_array *array = xbpf_btf_tail(t);
	int err = check_no_name(env, t) ?: check_plain(env, t);

	if (err)
		return err;
	if (t->size)
		return xbpf_btf_type_error(env, t, -EINVAL, "size != 0");
	if (!array->type || bad_type_id(array->type))
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid elem");
	if (!array->index_type || bad_type_id(array->index_type))
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid index");
	return 0;
}

static int check_member(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
			u32 i, u32 last_offset)
{
	const struct xbpf_btf_member *m = xbpf_btf_tail(t);
	u32 offset = xbpf_btf_member_offset(t, i);

	m += i;
	if (!xbpf_btf_string(env->btf, m->name_off))
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "Invalid member name_offset:%u",
					     m->name_off);
	if (m->name_off && !xbpf_btf_is_identifier(env->btf, m->name_off))
		return xbpf_btf_member_error(env, t, i, -EINVAL, "Invalid name");
	if (!m->type || bad_type_id(m->type))
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "Invalid type_id");
	if (xbpf_btf_kind(t) == XBPF_BTF_KIND_UNION && offset)
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "Invalid member bits_offset");
	if (last_offset > offset)
		return xbpf_btf_member_error(env, t, i, -EINVAL,
					     "Invalid member bits_offset");
	if (DIV_ROUND_UP((u64)offset, 8) > t->size)
		return xbpf_btf_member_error(env, t, i, -EINVAL,
			"Member bits_offset exceeds its struct size");
	return 0;
}

static int check_struct(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	int err = check_optional_name(env, t);
	u32 i, last = 0;

	if (!err)
		xbpf_btf_log_type(env, t);
	for (i = 0; !err && i < xbpf_btf_vlen(t); i++) {
		err = check_member(env, t, i, last);
		last = xbpf_btf_member_offset(t, i);
		if (!err)
			xbpf_btf_log_member(env, t, i);
	}
	return err;
}

static int check_enumerator(struct xbpf_btf_env *env,
			    const struct xbpf_btf_type *t, u32 name_off)
{
	if (!xbpf_btf_string(env->btf, name_off))
		return xbpf_btf_error(env, -EINVAL,
				      "\tInvalid name_offset:%u\n", name_off);
	return xbpf_btf_is_identifier(env->btf, name_off) ?
	       0 : bad_name(env, t);
}

static int check_enum_type(struct xbpf_btf_env *env,
			   const struct xbpf_btf_type *t)
{
	int err;

	if (t->size > 8 || !is_power_of_2(t->size))
		return xbpf_btf_type_error(env, t, -EINVAL, "Unexpected size");
	err = check_optional_name(env, t);
	if (!err)
		xbpf_btf_log_type(env, t);
	return err;
}

static int check_enum(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_enum *e = xbpf_btf_tail(t);
	int err = check_enum_type(env, t);
	u32 i;

	for (i = 0; !err && i < xbpf_btf_vlen(t); i++) {
		err = check_enumerator(env, t, e[i].name_off);
		if (!err)
			xbpf_btf_log_enumerator(env, t, e[i].name_off,
						XBPF_BTF_INFO_KFLAG(t->info) ?
						(s64)e[i].val : (u32)e[i].val);
	}
	return err;
}

static int check_enum64(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_enum64 *e = xbpf_btf_tail(t);
	int err = check_enum_type(env, t);
	u32 i;

	for (i = 0; !err && i < xbpf_btf_vlen(t); i++) {
		err = check_enumerator(env, t, e[i].name_off);
		if (!err)
			xbpf_btf_log_enumerator(env, t, e[i].name_off,
						(u64)e[i].val_hi32 << 32 |
						e[i].val_lo32);
	}
	return err;
}

static int check_fwd(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	int err = check_no_vlen(env, t);

	if (err)
		return err;
	if (t->type)
		return xbpf_btf_type_error(env, t, -EINVAL, "type != 0");
	return check_identifier(env, t);
}

/* A function has its linkage in place of a length. */
static int check_func(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	int err = check_identifier(env, t);

	if (err)
		return err;
	if (xbpf_btf_vlen(t) > XBPF_BTF_FUNC_GLOBAL)
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "Invalid func linkage");
	return check_no_kflag(env, t);
}

static int check_proto(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	return check_no_name(env, t) ?: check_no_kflag(env, t);
}

static int check_var(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_var *var = xbpf_btf_tail(t);
	int err = check_plain(env, t) ?: check_identifier(env, t);

	if (err)
		return err;
	if (!t->type || bad_type_id(t->type))
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid type_id");
	if (var->linkage != XBPF_BTF_VAR_STATIC &&
	    var->linkage != XBPF_BTF_VAR_GLOBAL_ALLOCATED)
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "Linkage not supported");
	return 0;
}

static int check_secinfo(struct xbpf_btf_env *env,
			 const struct xbpf_btf_type *t, u32 i, u64 last_end)
{
	const struct xbpf_btf_var_secinfo *var = xbpf_btf_tail(t);

	var += i;
	if (!var->type || bad_type_id(var->type))
		return xbpf_btf_var_error(env, t, i, -EINVAL, "Invalid type_id");
	if (var->offset < last_end || var->offset >= t->size)
		return xbpf_btf_var_error(env, t, i, -EINVAL, "Invalid offset");
	if (!var->size || var->size > t->size)
		return xbpf_btf_var_error(env, t, i, -EINVAL, "Invalid size");
	if ((u64)var->offset + var->size > t->size)
		return xbpf_btf_var_error(env, t, i, -EINVAL,
					  "Invalid offset+size");
	return 0;
}

static int check_datasec(struct xbpf_btf_env *env,
			 const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_var_secinfo *var = xbpf_btf_tail(t);
	u64 end = 0;
	int err;
	u32 i;

	if (!t->size)
		return xbpf_btf_type_error(env, t, -EINVAL, "size == 0");
	err = check_no_kflag(env, t);
	if (err)
		return err;
	if (!is_section_name(env->btf, t->name_off))
		return bad_name(env, t);
	xbpf_btf_log_type(env, t);
	for (i = 0; !err && i < xbpf_btf_vlen(t); i++) {
		err = check_secinfo(env, t, i, end);
		end = (u64)var[i].offset + var[i].size;
		if (!err)
			xbpf_btf_log_var(env, t, i);
	}
	return err;
}

static int check_float(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const u32 sizes = 1 << 2 | 1 << 4 | 1 << 8 | 1 << 12 | 1 << 16;
	int err = check_plain(env, t);

	if (err)
		return err;
	if (t->size > 16 || !(sizes >> t->size & 1))
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid type_size");
	return 0;
}

static int check_decl_tag(struct xbpf_btf_env *env,
			  const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_decl_tag *tag = xbpf_btf_tail(t);
	int err;

	if (!has_text(env->btf, t->name_off))
		return xbpf_btf_type_error(env, t, -EINVAL, "Invalid value");
	err = check_no_vlen(env, t);
	if (err)
		return err;
	if (tag->component_idx < -1)
		return xbpf_btf_type_error(env, t, -EINVAL,
					   "Invalid component_idx");
	return 0;
}

/* ---- the table ---- */

static const struct {
	check_fn check;
	u16 tail;	/* bytes that follow the type */
	u16 item;	/* and for each of its vlen items */
} kinds[NR_XBPF_BTF_KINDS] = {
	[XBPF_BTF_KIND_INT]	  = { check_int, sizeof(u32) },
	[XBPF_BTF_KIND_PTR]	  = { check_ref },
	[XBPF_BTF_KIND_ARRAY]	  = { check_array,
				      sizeof(struct xbpf_btf_array) },
	[XBPF_BTF_KIND_STRUCT]	  = { check_struct, 0,
				      sizeof(struct xbpf_btf_member) },
	[XBPF_BTF_KIND_UNION]	  = { check_struct, 0,
				      sizeof(struct xbpf_btf_member) },
	[XBPF_BTF_KIND_ENUM]	  = { check_enum, 0,
				      sizeof(struct xbpf_btf_enum) },
	[XBPF_BTF_KIND_FWD]	  = { check_fwd },
	[XBPF_BTF_KIND_TYPEDEF]	  = { check_ref },
	[XBPF_BTF_KIND_VOLATILE]  = { check_ref },
	[XBPF_BTF_KIND_CONST]	  = { check_ref },
	[XBPF_BTF_KIND_RESTRICT]  = { check_ref },
	[XBPF_BTF_KIND_FUNC]	  = { check_func },
	[XBPF_BTF_KIND_FUNC_PROTO] = { check_proto, 0,
				      sizeof(struct xbpf_btf_param) },
	[XBPF_BTF_KIND_VAR]	  = { check_var, sizeof(struct xbpf_btf_var) },
	[XBPF_BTF_KIND_DATASEC]	  = { check_datasec, 0,
				      sizeof(struct xbpf_btf_var_secinfo) },
	[XBPF_BTF_KIND_FLOAT]	  = { check_float },
	[XBPF_BTF_KIND_DECL_TAG]  = { check_decl_tag,
				      sizeof(struct xbpf_btf_decl_tag) },
	[XBPF_BTF_KIND_TYPE_TAG]  = { check_ref },
	[XBPF_BTF_KIND_ENUM64]	  = { check_enum64, 0,
				      sizeof(struct xbpf_btf_enum64) },
};

s64 xbpf_btf_type_bytes(const struct xbpf_btf_type *t)
{
	u32 kind = xbpf_btf_kind(t);

	if (kind >= NR_XBPF_BTF_KINDS || !kinds[kind].check)
		return -EINVAL;
	return sizeof(*t) + kinds[kind].tail +
	       (s64)kinds[kind].item * xbpf_btf_vlen(t);
}

int xbpf_btf_check_meta(struct xbpf_btf_env *env,
			const struct xbpf_btf_type *t)
{
	int err;

	if (!xbpf_btf_string(env->btf, t->name_off))
		return xbpf_btf_error(env, -EINVAL,
				      "[%u] Invalid name_offset:%u\n", env->id,
				      t->name_off);
	err = kinds[xbpf_btf_kind(t)].check(env, t);
	/* Those with members log themselves before these. */
	if (!err && (!kinds[xbpf_btf_kind(t)].item ||
		     xbpf_btf_kind(t) == XBPF_BTF_KIND_FUNC_PROTO))
		xbpf_btf_log_type(env, t);
	return err;
}
