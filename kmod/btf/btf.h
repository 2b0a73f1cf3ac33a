/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BTF: a blob of types, checked once and then looked up.
 *
 * Knows the format and nothing of who loads it, who holds it or what for. A
 * checked blob is immutable and may be read from everywhere at once.
 */
#ifndef XBPF_BTF_H
#define XBPF_BTF_H

#include "vm/vm.h"

/* Largest blob that is taken. */
#define XBPF_BTF_MAX_SIZE	(16 << 20)

struct xbpf_btf;
struct xbpf_map;
struct xbpf_map_fields;

enum xbpf_btf_trust {
	/* From a user: everything is checked. */
	XBPF_BTF_UNTRUSTED,
	/*
	 * The kernel's own, from /sys/kernel/btf: only what memory safety needs
	 * is checked; references between types are followed with a limit.
	 */
	XBPF_BTF_TRUSTED,
};

/* ---- btf.c ---- */

/**
 * xbpf_btf_parse - check a blob
 * @data: kvmalloc()ed; on success it belongs to the result
 * @size: bytes; at most XBPF_BTF_MAX_SIZE
 * @base: types and strings that the blob's own continue, which must outlive
 *	the result; or NULL
 * @trust: how much to check
 * @log: may be NULL
 *
 * Context: process; sleeps.
 * Return: ERR_PTR(-EINVAL) for a bad blob, -E2BIG (too large, a header that is
 * too new, too deep), -EEXIST (a type contains itself), -524 (a version, flag
 * or encoding that is not known), -ENOMEM.
 */
struct xbpf_btf *xbpf_btf_parse(void *data, u32 size,
				const struct xbpf_btf *base,
				enum xbpf_btf_trust trust,
				struct xbpf_log *log);
void xbpf_btf_free(struct xbpf_btf *btf);

/* The blob as it was loaded, without its base. */
const void *xbpf_btf_data(const struct xbpf_btf *btf, u32 *size);

/* Identifiers are below this; that of void, 0, is included. */
u32 xbpf_btf_nr_types(const struct xbpf_btf *btf);

/* ---- kfuncs.c ---- */

struct xbpf_btf *xbpf_btf_kfuncs(const struct xbpf_btf *base);

/* ---- find.c ---- */

/* NULL when there is no such type; void for 0. */
const struct xbpf_btf_type *xbpf_btf_type(const struct xbpf_btf *btf, u32 id);

/* NULL when @offset is outside; "" for 0. Also of source lines and files. */
const char *xbpf_btf_string(const struct xbpf_btf *btf, u32 offset);

/* "INT", "STRUCT" ... */
const char *xbpf_btf_kind_name(u32 kind);

/* "(anon)" when it has none. */
const char *xbpf_btf_type_name(const struct xbpf_btf *btf,
			       const struct xbpf_btf_type *type);

/* log.c: "STRUCT", "INT" ... */
const char *xbpf_btf_kind_name(u32 kind);

static inline u32 xbpf_btf_kind(const struct xbpf_btf_type *type)
{
	return XBPF_BTF_INFO_KIND(type->info);
}

static inline u32 xbpf_btf_vlen(const struct xbpf_btf_type *type)
{
	return XBPF_BTF_INFO_VLEN(type->info);
}

static inline int xbpf_btf_is_struct(const struct xbpf_btf_type *type)
{
	return xbpf_btf_kind(type) == XBPF_BTF_KIND_STRUCT ||
	       xbpf_btf_kind(type) == XBPF_BTF_KIND_UNION;
}

/* What follows a type: members, parameters, enumerators ... by its kind. */
static inline const void *xbpf_btf_tail(const struct xbpf_btf_type *type)
{
	return type + 1;
}

/**
 * xbpf_btf_find - identifier of a type by name and kind
 *
 * The first call builds an index, which takes memory and some milliseconds for
 * the kernel's types; without memory it searches.
 * Own types first, then those of the base.
 * Return: the identifier, or -ENOENT.
 */
s32 xbpf_btf_find(const struct xbpf_btf *btf, const char *name, u32 kind);

/* The type behind typedefs, qualifiers and tags; NULL: too many, or invalid. */
const struct xbpf_btf_type *xbpf_btf_skip(const struct xbpf_btf *btf, u32 id,
					  u32 *skipped_id);

/* Bytes of a type, typedefs and arrays resolved; -EINVAL if it has no size. */
s64 xbpf_btf_size(const struct xbpf_btf *btf, u32 id);

/* Bit offset and, for a bit field, bits (else 0) of member @i of a struct. */
u32 xbpf_btf_member_offset(const struct xbpf_btf_type *type, u32 i);
u32 xbpf_btf_member_bits(const struct xbpf_btf_type *type, u32 i);

/**
 * xbpf_btf_member_find - a member by name, anonymous structs and unions included
 * @id: of a struct or union
 * @name: of the member
 * @type_id: where its type goes, may be NULL
 * @bit_offset: where its offset in the outermost struct goes, may be NULL
 *
 * Return: 0 or -ENOENT.
 */
int xbpf_btf_member_find(const struct xbpf_btf *btf, u32 id, const char *name,
			 u32 *type_id, u32 *bit_offset);

/**
 * xbpf_btf_func_proto - the prototype behind a name
 *
 * A function, or a typedef of a pointer to one (btf_trace_sched_switch).
 * Return: its type, or NULL.
 */
const struct xbpf_btf_type *xbpf_btf_func_proto(const struct xbpf_btf *btf,
						const char *name);

/**
 * xbpf_btf_func_arg_sizes - bytes of the parameters of what has the name
 * @name: a function or a typedef of a pointer to one
 * @sizes: one each; 0 for the ... of a variadic function
 * @max: of them
 *
 * Return: how many parameters, -ENOENT, -E2BIG for more than @max.
 */
int xbpf_btf_func_arg_sizes(const struct xbpf_btf *btf, const char *name,
			    u32 *sizes, u32 max);

/* ---- fields.c: what is not mere bytes in a type ---- */

/**
 * xbpf_btf_find_fields - the special fields of a struct or section
 * @mask: kinds to look for, bits of enum xbpf_field_kind
 * @out: filled; none is not an error
 *
 * Return: 0, -E2BIG (too many, two locks ...), -EEXIST (one in the other),
 * -EINVAL, -ENOENT (what a list consists of), -EFAULT.
 */
int xbpf_btf_find_fields(const struct xbpf_btf *btf, u32 id, u32 mask,
			 struct xbpf_map_fields *out);

/**
 * xbpf_btf_map_fields - sets map->fields as the type of its values says
 * @map: not published yet; @btf outlives it
 * @value_id: type of its values
 * @kernel_btf: gives the types of the kernel, which stay, or NULL; is asked only
 *	if values have pointers to the kernel's objects; may be NULL
 *
 * Return: 0, -EACCES (read-only maps), -EOPNOTSUPP (not in this type of map),
 * -ENOENT (no object that values may own), -ENOMEM, or as xbpf_btf_find_fields().
 */
int xbpf_btf_map_fields(struct xbpf_map *map, const struct xbpf_btf *btf,
			u32 value_id,
			const struct xbpf_btf *(*kernel_btf)(void));

/* ---- info.c: func_info and line_info of PROG_LOAD ---- */

/* Sizes of records that PROG_LOAD takes: at least these, 252, multiples of 4. */
#define XBPF_BTF_MAX_INFO_SIZE	252

/**
 * xbpf_btf_check_func_info - each record names a function, in order
 * @info: @nr records, copied from the user
 *
 * Return: 0, -EINVAL; the reason is in @log.
 */
int xbpf_btf_check_func_info(const struct xbpf_btf *btf,
			     const struct xbpf_func_info *info, u32 nr,
			     struct xbpf_log *log);

/* One record for each subprogram: when these are known. */
int xbpf_btf_match_func_info(const struct xbpf_func_info *info, u32 nr,
			     const struct xbpf_subprog *subprogs,
			     u32 nr_subprogs, struct xbpf_log *log);

/**
 * xbpf_btf_check_line_info - each record is of an instruction, in order
 * @info: @nr records, copied from the user
 * @insns: @len instructions
 *
 * Return: 0, -EINVAL; the reason is in @log.
 */
int xbpf_btf_check_line_info(const struct xbpf_btf *btf,
			     const struct xbpf_line_info *info, u32 nr,
			     const struct xbpf_insn *insns, u32 len,
			     struct xbpf_log *log);

/* Each subprogram begins with a record: when these are known. */
int xbpf_btf_match_line_info(const struct xbpf_line_info *info, u32 nr,
			     const struct xbpf_subprog *subprogs,
			     u32 nr_subprogs, struct xbpf_log *log);

#endif
