/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the files of btf/.
 */
#ifndef XBPF_BTF_PRIV_H
#define XBPF_BTF_PRIV_H

#include "btf/btf.h"

/* Typedefs, qualifiers, arrays and tags that are followed in a row at most. */
#define XBPF_BTF_MAX_CHAIN	128

/* Errno of an unknown version or encoding; not part of the uapi. */
#define XBPF_BTF_ENOTSUPP	524

/**
 * struct xbpf_btf - a checked blob; immutable but for @index
 * @data: the blob, @size bytes, owned
 * @base: what own types and strings continue, or NULL
 * @start_id: of the first own type
 * @nr_types: own types
 * @start_str: offset of the first own string
 * @str_len: bytes of own strings
 * @types: the type section
 * @strings: the string section
 * @offsets: of own types in the type section
 * @index: of names: made by whoever asks first, published by cmpxchg()
 */
struct xbpf_btf {
	void *data;
	u32 size;
	const struct xbpf_btf *base;
	u32 start_id;
	u32 nr_types;
	u32 start_str;
	u32 str_len;
	const char *types;
	const char *strings;
	u32 *offsets;
	u32 *index;
};

/**
 * struct xbpf_btf_env - one check of a blob
 * @phase: of types alone, or of what they refer to
 * @id: of the type that is being checked
 */
struct xbpf_btf_env {
	struct xbpf_btf *btf;
	struct xbpf_log *log;
	enum { XBPF_BTF_PHASE_META, XBPF_BTF_PHASE_RESOLVE } phase;
	u32 id;
};

/* log.c: each prints, when wanted, and returns @err. */
__printf(4, 5)
int xbpf_btf_type_error(struct xbpf_btf_env *env,
			const struct xbpf_btf_type *t, int err,
			const char *fmt, ...);
__printf(5, 6)
int xbpf_btf_member_error(struct xbpf_btf_env *env,
			  const struct xbpf_btf_type *t, u32 i, int err,
			  const char *fmt, ...);
__printf(5, 6)
int xbpf_btf_var_error(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		       u32 i, int err, const char *fmt, ...);
__printf(3, 4)
int xbpf_btf_error(struct xbpf_btf_env *env, int err, const char *fmt, ...);
void xbpf_btf_log_type(struct xbpf_btf_env *env, const struct xbpf_btf_type *t);
void xbpf_btf_log_member(struct xbpf_btf_env *env,
			 const struct xbpf_btf_type *t, u32 i);
void xbpf_btf_log_var(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		      u32 i);
void xbpf_btf_log_enumerator(struct xbpf_btf_env *env,
			     const struct xbpf_btf_type *t, u32 name_off,
			     s64 number);

/* meta.c: bytes of a type with its tail; -EINVAL for a kind that is not known. */
s64 xbpf_btf_type_bytes(const struct xbpf_btf_type *t);
/* The type on its own: 0 or -errno. */
int xbpf_btf_check_meta(struct xbpf_btf_env *env,
			const struct xbpf_btf_type *t);
/* Letters, digits, '_' and '.'; not empty, no digit first. */
int xbpf_btf_is_identifier(const struct xbpf_btf *btf, u32 name_off);

/* resolve.c: what all types refer to: 0 or -errno. */
int xbpf_btf_check_references(struct xbpf_btf_env *env);

/* A modifier: qualifier, typedef or tag. */
static inline int xbpf_btf_is_modifier(const struct xbpf_btf_type *t)
{
	const u32 modifiers = 1 << XBPF_BTF_KIND_TYPEDEF |
			      1 << XBPF_BTF_KIND_VOLATILE |
			      1 << XBPF_BTF_KIND_CONST |
			      1 << XBPF_BTF_KIND_RESTRICT |
			      1 << XBPF_BTF_KIND_TYPE_TAG;

	return modifiers >> xbpf_btf_kind(t) & 1;
}

#endif
