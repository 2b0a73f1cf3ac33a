// SPDX-License-Identifier: GPL-2.0-only
/*
 * A BTF blob: header, sections, the index of its types.
 *
 * Knows the layout of a blob. What a type may look like is in meta.c, what it
 * may refer to in resolve.c.
 */
#include "btf/priv.h"

static __printf(2, 3) int blob_error(struct xbpf_log *log, const char *fmt, ...)
{
	va_list args;

	if (xbpf_log_wanted(log)) {
		va_start(args, fmt);
		xbpf_log_vprintf(log, fmt, args);
		va_end(args);
	}
	return -EINVAL;
}

/* ---- header and sections ---- */

static void log_header(struct xbpf_log *log, const struct xbpf_btf_header *hdr,
		       u32 size)
{
	if (!xbpf_log_wanted(log))
		return;
	xbpf_log_printf(log, "magic: 0x%x\nversion: %u\nflags: 0x%x\n",
			hdr->magic, hdr->version, hdr->flags);
	xbpf_log_printf(log, "hdr_len: %u\ntype_off: %u\ntype_len: %u\n",
			hdr->hdr_len, hdr->type_off, hdr->type_len);
	xbpf_log_printf(log, "str_off: %u\nstr_len: %u\nbtf_total_size: %u\n",
			hdr->str_off, hdr->str_len, size);
}

/* A longer header of the future is taken if what it adds is zero. */
static int check_header_size(const struct xbpf_btf *btf, struct xbpf_log *log)
{
	const size_t known = offsetofend(struct xbpf_btf_header, hdr_len);
	const struct xbpf_btf_header *hdr = btf->data;

	if (btf->size < known)
		return blob_error(log, "hdr_len not found\n");
	if (btf->size < hdr->hdr_len)
		return blob_error(log, "btf_header not found\n");
	if (hdr->hdr_len > sizeof(*hdr) &&
	    memchr_inv(hdr + 1, 0, hdr->hdr_len - sizeof(*hdr))) {
		blob_error(log, "Unsupported btf_header\n");
		return -E2BIG;
	}
	return 0;
}

/* The header, filled up with zeros if it is a short one. */
static int read_header(const struct xbpf_btf *btf, struct xbpf_btf_header *hdr,
		       struct xbpf_log *log)
{
	u32 len;
	int err;

	err = check_header_size(btf, log);
	if (err)
		return err;
	len = ((struct xbpf_btf_header *)btf->data)->hdr_len;
	memset(hdr, 0, sizeof(*hdr));
	memcpy(hdr, btf->data, min_t(u32, len, sizeof(*hdr)));
	log_header(log, hdr, btf->size);
	if (hdr->magic != XBPF_BTF_MAGIC)
		return blob_error(log, "Invalid magic\n");
	if (hdr->version != XBPF_BTF_VERSION) {
		blob_error(log, "Unsupported version\n");
		return -XBPF_BTF_ENOTSUPP;
	}
	if (hdr->flags) {
		blob_error(log, "Unsupported flags\n");
		return -XBPF_BTF_ENOTSUPP;
	}
	if (!btf->base && btf->size == hdr->hdr_len)
		return blob_error(log, "No data\n");
	return 0;
}

struct section {
	u32 off, len;
};

/* Sections fill the blob behind the header, without gap or overlap. */
static int check_sections(const struct xbpf_btf *btf,
			  const struct xbpf_btf_header *hdr,
			  struct xbpf_log *log)
{
	struct section s[2] = {
		{ hdr->type_off, hdr->type_len },
		{ hdr->str_off, hdr->str_len },
	};
	u32 all = btf->size - hdr->hdr_len, used = 0, i;

	/* An offset far off counts as negative, and comes first. */
	if (((s32)(s[0].off - s[1].off) ?: (s32)(s[0].len - s[1].len)) > 0)
		swap(s[0], s[1]);
	for (i = 0; i < ARRAY_SIZE(s); i++) {
		if (all < s[i].off)
			return blob_error(log, "Invalid section offset\n");
		if (used < s[i].off)
			return blob_error(log, "Unsupported section found\n");
		if (used > s[i].off)
			return blob_error(log, "Section overlap found\n");
		if (all - used < s[i].len)
			return blob_error(log, "Total section length too long\n");
		used += s[i].len;
	}
	if (all != used)
		return blob_error(log, "Unsupported section found\n");
	return 0;
}

static int check_strings(struct xbpf_btf *btf,
			 const struct xbpf_btf_header *hdr,
			 struct xbpf_log *log)
{
	const char *data = (char *)btf->data + hdr->hdr_len;
	u32 len = hdr->str_len;

	if (hdr->str_off + len != btf->size - hdr->hdr_len)
		return blob_error(log, "String section is not at the end\n");
	btf->strings = data + hdr->str_off;
	btf->str_len = len;
	if (btf->base && !len)
		return 0;
	if (!len || len - 1 > XBPF_BTF_MAX_NAME_OFFSET ||
	    btf->strings[len - 1] || (!btf->base && btf->strings[0]))
		return blob_error(log, "Invalid string section\n");
	return 0;
}

/* ---- types ---- */

static u32 max_own_types(const struct xbpf_btf *btf)
{
	return XBPF_BTF_MAX_TYPE + 1 - btf->start_id;
}

/* Bytes of the type at @t, of which @left are there; the reason if negative. */
static s64 measure_type(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
			u32 left)
{
	s64 bytes;

	if (left < sizeof(*t))
		return blob_error(env->log, "[%u] meta_left:%u meta_needed:%zu\n",
				  env->id, left, sizeof(*t));
	if (t->info & ~0x9f00ffff)
		return blob_error(env->log, "[%u] Invalid btf_info:%x\n",
				  env->id, t->info);
	bytes = xbpf_btf_type_bytes(t);
	if (bytes < 0)
		return blob_error(env->log, "[%u] Invalid kind:%u\n", env->id,
				  xbpf_btf_kind(t));
	if (bytes > left)
		return blob_error(env->log,
				  "[%u] %s %s meta_left:%zu meta_needed:%zu\n",
				  env->id, xbpf_btf_kind_name(xbpf_btf_kind(t)),
				  xbpf_btf_type_name(env->btf, t),
				  left - sizeof(*t), (size_t)bytes - sizeof(*t));
	return bytes;
}

/* Calls for each type until one returns an error. */
static int for_each_type(struct xbpf_btf_env *env, u32 len,
			 int (*fn)(struct xbpf_btf_env *env,
				   const struct xbpf_btf_type *t, u32 off))
{
	const struct xbpf_btf *btf = env->btf;
	s64 bytes;
	u32 off;
	int err;

	env->id = btf->start_id;
	for (off = 0; off < len; off += bytes, env->id++) {
		bytes = measure_type(env, (void *)(btf->types + off), len - off);
		if (bytes < 0)
			return bytes;
		err = fn(env, (void *)(btf->types + off), off);
		if (err)
			return err;
	}
	return 0;
}

static int count_type(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		      u32 off)
{
	if (env->btf->nr_types == max_own_types(env->btf)) {
		blob_error(env->log, "Too many types\n");
		return -E2BIG;
	}
	env->btf->nr_types++;
	return 0;
}

static int store_type(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		      u32 off)
{
	env->btf->offsets[env->id - env->btf->start_id] = off;
	return 0;
}

static int check_type(struct xbpf_btf_env *env, const struct xbpf_btf_type *t,
		      u32 off)
{
	return xbpf_btf_check_meta(env, t) ?: count_type(env, t, off);
}

/* Names are looked up while types are checked: the strings come first. */
static int index_types(struct xbpf_btf_env *env,
		       const struct xbpf_btf_header *hdr,
		       enum xbpf_btf_trust trust)
{
	struct xbpf_btf *btf = env->btf;
	int err;

	btf->types = (char *)btf->data + hdr->hdr_len + hdr->type_off;
	if (hdr->type_off & 3 || hdr->hdr_len & 3)
		return blob_error(env->log, "Unaligned type_off\n");
	if (!btf->base && !hdr->type_len)
		return blob_error(env->log, "No type found\n");
	err = for_each_type(env, hdr->type_len, trust == XBPF_BTF_TRUSTED ?
			    count_type : check_type);
	if (err || !btf->nr_types)
		return err;
	btf->offsets = kvmalloc_array(btf->nr_types, sizeof(u32), GFP_KERNEL);
	if (!btf->offsets)
		return -ENOMEM;
	for_each_type(env, hdr->type_len, store_type);
	return trust == XBPF_BTF_TRUSTED ? 0 : xbpf_btf_check_references(env);
}

static int parse(struct xbpf_btf *btf, enum xbpf_btf_trust trust,
		 struct xbpf_log *log)
{
	struct xbpf_btf_env env = { .btf = btf, .log = log };
	struct xbpf_btf_header hdr;
	int err;

	if (btf->size > XBPF_BTF_MAX_SIZE)
		return -E2BIG;
	err = read_header(btf, &hdr, log);
	if (err)
		return err;
	err = check_sections(btf, &hdr, log) ?: check_strings(btf, &hdr, log);
	return err ?: index_types(&env, &hdr, trust);
}

struct xbpf_btf *xbpf_btf_parse(void *data, u32 size,
				const struct xbpf_btf *base,
				enum xbpf_btf_trust trust,
				struct xbpf_log *log)
{
	struct xbpf_btf *btf = kzalloc(sizeof(*btf), GFP_KERNEL);
	int err;

	if (!btf)
		return ERR_PTR(-ENOMEM);
	btf->data = data;
	btf->size = size;
	btf->base = base;
	btf->start_id = base ? xbpf_btf_nr_types(base) : 1;
	btf->start_str = base ? base->start_str + base->str_len : 0;
	err = parse(btf, trust, log);
	if (!err)
		return btf;
	btf->data = NULL;
	xbpf_btf_free(btf);
	return ERR_PTR(err);
}

void xbpf_btf_free(struct xbpf_btf *btf)
{
	if (!btf)
		return;
	kvfree(btf->index);
	kvfree(btf->offsets);
	kvfree(btf->data);
	kfree(btf);
}

const void *xbpf_btf_data(const struct xbpf_btf *btf, u32 *size)
{
	*size = btf->size;
	return btf->data;
}

u32 xbpf_btf_nr_types(const struct xbpf_btf *btf)
{
	return btf->start_id + btf->nr_types;
}
