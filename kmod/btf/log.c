// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types as the log of BTF_LOAD shows them, and the reason why one is refused.
 */
#include "btf/priv.h"

static const char *const kind_names[NR_XBPF_BTF_KINDS] = {
	[XBPF_BTF_KIND_UNKN]		= "UNKNOWN",
	[XBPF_BTF_KIND_INT]		= "INT",
	[XBPF_BTF_KIND_PTR]		= "PTR",
	[XBPF_BTF_KIND_ARRAY]		= "ARRAY",
	[XBPF_BTF_KIND_STRUCT]		= "STRUCT",
	[XBPF_BTF_KIND_UNION]		= "UNION",
	[XBPF_BTF_KIND_ENUM]		= "ENUM",
	[XBPF_BTF_KIND_FWD]		= "FWD",
	[XBPF_BTF_KIND_TYPEDEF]		= "TYPEDEF",
	[XBPF_BTF_KIND_VOLATILE]	= "VOLATILE",
	[XBPF_BTF_KIND_CONST]		= "CONST",
	[XBPF_BTF_KIND_RESTRICT]	= "RESTRICT",
	[XBPF_BTF_KIND_FUNC]		= "FUNC",
	[XBPF_BTF_KIND_FUNC_PROTO]	= "FUNC_PROTO",
	[XBPF_BTF_KIND_VAR]		= "VAR",
	[XBPF_BTF_KIND_DATASEC]		= "DATASEC",
	[XBPF_BTF_KIND_FLOAT]		= "FLOAT",
	[XBPF_BTF_KIND_DECL_TAG]	= "DECL_TAG",
	[XBPF_BTF_KIND_TYPE_TAG]	= "TYPE_TAG",
	[XBPF_BTF_KIND_ENUM64]		= "ENUM64",
};

const char *xbpf_btf_kind_name(u32 kind)
{
	return kind < NR_XBPF_BTF_KINDS ? kind_names[kind] : "UNKNOWN";
}

static const char *name_at(struct xbpf_btf_env *env, u32 offset)
{
	return offset ? xbpf_btf_string(env->btf, offset) ?:
	       "(invalid-name-offset)" : "(anon)";
}

/* ---- what follows kind and name ---- */

static const char *encoding_name(u32 encoding)
{
	switch (encoding) {
	case 0:
		return "(none)";
	case XBPF_BTF_INT_SIGNED:
		return "SIGNED";
	case XBPF_BTF_INT_CHAR:
		return "CHAR";
	case XBPF_BTF_INT_BOOL:
		return "BOOL";
	default:
		return "UNKN";
	}
}

static void log_int(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	u32 data = *(const u32 *)xbpf_btf_tail(t);

	xbpf_log_printf(env->log, "size=%u bits_offset=%u nr_bits=%u encoding=%s",
			t->size, XBPF_BTF_INT_OFFSET(data),
			XBPF_BTF_INT_BITS(data),
			encoding_name(XBPF_BTF_INT_ENCODING(data)));
}

static void log_ref(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	xbpf_log_printf(env->log, "type_id=%u", t->type);
}

static void log_array(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_array *array = xbpf_btf_tail(t);

	xbpf_log_printf(env->log, "type_id=%u index_type_id=%u nr_elems=%u",
			array->type, array->index_type, array->nelems);
}

static void log_sized(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	xbpf_log_printf(env->log, "size=%u vlen=%u", t->size, xbpf_btf_vlen(t));
}

static void log_fwd(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	xbpf_log_printf(env->log, "%s",
			XBPF_BTF_INFO_KFLAG(t->info) ? "union" : "struct");
}

static void log_param(struct xbpf_btf_env *env, const struct xbpf_btf_param *p)
{
	xbpf_log_printf(env->log, "%u %s", p->type, name_at(env, p->name_off));
}

static void log_proto(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_param *p = xbpf_btf_tail(t);
	u32 nr = xbpf_btf_vlen(t), i;

	xbpf_log_printf(env->log, "return=%u args=(", t->type);
	if (!nr)
		xbpf_log_printf(env->log, "void");
	for (i = 0; i < nr; i++) {
		if (i)
			xbpf_log_printf(env->log, ", ");
		if (i == nr - 1 && !p[i].type)
			xbpf_log_printf(env->log, "vararg");
		else
			log_param(env, &p[i]);
	}
	xbpf_log_printf(env->log, ")");
}

static void log_var(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_var *var = xbpf_btf_tail(t);

	xbpf_log_printf(env->log, "type_id=%u linkage=%u", t->type, var->linkage);
}

static void log_float(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	xbpf_log_printf(env->log, "size=%u", t->size);
}

static void log_decl_tag(struct xbpf_btf_env *env,
			 const struct xbpf_btf_type *t)
{
	const struct xbpf_btf_decl_tag *tag = xbpf_btf_tail(t);

	xbpf_log_printf(env->log, "type=%u component_idx=%d", t->type,
			tag->component_idx);
}

static void (*const log_details[NR_XBPF_BTF_KINDS])(struct xbpf_btf_env *env,
				const struct xbpf_btf_type *t) = {
	[XBPF_BTF_KIND_INT]		= log_int,
	[XBPF_BTF_KIND_PTR]		= log_ref,
	[XBPF_BTF_KIND_ARRAY]		= log_array,
	[XBPF_BTF_KIND_STRUCT]		= log_sized,
	[XBPF_BTF_KIND_UNION]		= log_sized,
	[XBPF_BTF_KIND_ENUM]		= log_sized,
	[XBPF_BTF_KIND_FWD]		= log_fwd,
	[XBPF_BTF_KIND_TYPEDEF]		= log_ref,
	[XBPF_BTF_KIND_VOLATILE]	= log_ref,
	[XBPF_BTF_KIND_CONST]		= log_ref,
	[XBPF_BTF_KIND_RESTRICT]	= log_ref,
	[XBPF_BTF_KIND_FUNC]		= log_ref,
	[XBPF_BTF_KIND_FUNC_PROTO]	= log_proto,
	[XBPF_BTF_KIND_VAR]		= log_var,
	[XBPF_BTF_KIND_DATASEC]		= log_sized,
	[XBPF_BTF_KIND_FLOAT]		= log_float,
	[XBPF_BTF_KIND_DECL_TAG]	= log_decl_tag,
	[XBPF_BTF_KIND_TYPE_TAG]	= log_ref,
	[XBPF_BTF_KIND_ENUM64]		= log_sized,
};

static void log_head(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	u32 kind = xbpf_btf_kind(t);

	xbpf_log_printf(env->log, "[%u] %s %s", env->id,
			xbpf_btf_kind_name(kind),
			name_at(env, t->name_off));
	if (kind < NR_XBPF_BTF_KINDS && log_details[kind]) {
		xbpf_log_printf(env->log, " ");
		log_details[kind](env, t);
	}
}

void xbpf_btf_log_type(struct xbpf_btf_env *env, const struct xbpf_btf_type *t)
{
	if (!xbpf_log_wanted(env->log))
		return;
	log_head(env, t);
	xbpf_log_printf(env->log, "\n");
}

/* ---- refusals ---- */

static __printf(2, 0)
void log_reason(struct xbpf_btf_env *env, const char *fmt, va_list args)
{
	xbpf_log_printf(env->log, " ");
	xbpf_log_vprintf(env->log, fmt, args);
	xbpf_log_printf(env->log, "\n");
}

int xbpf_btf_type_error(struct xbpf_btf_env *env,
			const struct xbpf_btf_type *t, int err,
			const char *fmt, ...)
{
	va_list args;

	if (!xbpf_log_wanted(env->log))
		return err;
	log_head(env, t);
	va_start(args, fmt);
	log_reason(env, fmt, args);
	va_end(args);
	return err;
}

static void log_member(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		       u32 i)
{
	const struct xbpf_btf_member *m = xbpf_btf_tail(t);

	xbpf_log_printf(env->log, "\t%s type_id=%u",
			name_at(env, m[i].name_off), m[i].type);
	if (XBPF_BTF_INFO_KFLAG(t->info))
		xbpf_log_printf(env->log, " bitfield_size=%u",
				xbpf_btf_member_bits(t, i));
	xbpf_log_printf(env->log, " bits_offset=%u",
			xbpf_btf_member_offset(t, i));
}

void xbpf_btf_log_member(struct xbpf_btf_env *env,
			 const struct xbpf_btf_type *t, u32 i)
{
	if (!xbpf_log_wanted(env->log))
		return;
	log_member(env, t, i);
	xbpf_log_printf(env->log, "\n");
}

int xbpf_btf_member_error(struct xbpf_btf_env *env,
			  const struct xbpf_btf_type *t, u32 i, int err,
			  const char *fmt, ...)
{
	va_list args;

	if (!xbpf_log_wanted(env->log))
		return err;
	if (env->phase != XBPF_BTF_PHASE_META)
		xbpf_btf_log_type(env, t);
	log_member(env, t, i);
	va_start(args, fmt);
	log_reason(env, fmt, args);
	va_end(args);
	return err;
}

static void log_var_in(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		       u32 i)
{
	const struct xbpf_btf_var_secinfo *var = xbpf_btf_tail(t);

	xbpf_log_printf(env->log, "\t type_id=%u offset=%u size=%u",
			var[i].type, var[i].offset, var[i].size);
}

void xbpf_btf_log_var(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		      u32 i)
{
	if (!xbpf_log_wanted(env->log))
		return;
	log_var_in(env, t, i);
	xbpf_log_printf(env->log, "\n");
}

int xbpf_btf_var_error(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		       u32 i, int err, const char *fmt, ...)
{
	va_list args;

	if (!xbpf_log_wanted(env->log))
		return err;
	if (env->phase != XBPF_BTF_PHASE_META)
		xbpf_btf_log_type(env, t);
	log_var_in(env, t, i);
	va_start(args, fmt);
	log_reason(env, fmt, args);
	va_end(args);
	return err;
}

void xbpf_btf_log_enumerator(struct xbpf_btf_env *env,
			     const struct xbpf_btf_type *t, u32 name_off,
			     s64 number)
{
	if (!xbpf_log_wanted(env->log))
		return;
	xbpf_log_printf(env->log, XBPF_BTF_INFO_KFLAG(t->info) ?
			"\t%s val=%lld\n" : "\t%s val=%llu\n",
			name_at(env, name_off), (long long)number);
}

int xbpf_btf_error(struct xbpf_btf_env *env, int err, const char *fmt, ...)
{
	va_list args;

	if (!xbpf_log_wanted(env->log))
		return err;
	va_start(args, fmt);
	xbpf_log_vprintf(env->log, fmt, args);
	va_end(args);
	return err;
}
