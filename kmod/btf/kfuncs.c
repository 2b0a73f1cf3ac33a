// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types of the kfuncs that a kernel's own BTF does not have: a blob that continues
 * it, as a module's does, so that loaders find all that programs may call.
 *
 * Made of the table of kfuncs: what a row says of arguments and result is turned
 * into a prototype. Rows whose arguments it does not know how to declare are left
 * out. Nobody relies on it: a call is judged by its name.
 */
#include "btf/priv.h"

#define MAX_TYPES	(64 << 10)	/* bytes of types, and of names */
#define MAX_NAMES	(16 << 10)
#define MAX_STRUCTS	16	/* that the kernel has not */
#define DYNPTR_SIZE	16

/**
 * struct writer - a blob that is being made
 * @base: that it continues
 * @types: buffer of MAX_TYPES bytes
 * @types_len: of these are used
 * @names: buffer of MAX_NAMES bytes
 * @names_len: of these are used
 * @nr: own types
 * @structs: those of them that are structs
 * @nr_structs: the number of these
 * @full: some type or name found no room
 */
struct writer {
	const struct xbpf_btf *base;
	char *types, *names;
	u32 types_len, names_len;
	u32 nr;
	struct {
		u32 id;
		char name[40];
	} structs[MAX_STRUCTS];
	u32 nr_structs;
	int full;
};

static u32 add_name(struct writer *w, const char *name)
{
	u32 len = strlen(name) + 1, at = w->names_len;

	if (len > MAX_NAMES - at) {
		w->full = 1;
		return 0;
	}
	memcpy(w->names + at, name, len);
	w->names_len += len;
	return w->base->start_str + w->base->str_len + at;
}

/* Returns the tail, of @tail bytes; the type's number is in *@id. */
static void *add_type(struct writer *w, const char *name, u32 kind, u32 vlen,
		      u32 type, u32 tail, u32 *id)
{
	struct xbpf_btf_type *t = (void *)(w->types + w->types_len);

	*id = 0;
	if (sizeof(*t) + tail > MAX_TYPES - w->types_len) {
		w->full = 1;
		return NULL;
	}
	t->name_off = name ? add_name(w, name) : 0;
	t->info = kind << 24 | vlen;
	t->type = type;
	w->types_len += sizeof(*t) + tail;
	*id = xbpf_btf_nr_types(w->base) + w->nr++;
	return t + 1;
}

static u32 pointer_to(struct writer *w, u32 type)
{
	u32 id;

	add_type(w, NULL, XBPF_BTF_KIND_PTR, 0, type, 0, &id);
	return id;
}

static u32 number(struct writer *w, const char *name)
{
	s32 id = xbpf_btf_find(w->base, name, XBPF_BTF_KIND_INT);

	return id > 0 ? id : 0;
}

/* A struct of the kernel, or one of this size that only has a name. */
static u32 struct_named(struct writer *w, const char *name, u32 bytes)
{
	s32 found = xbpf_btf_find(w->base, name, XBPF_BTF_KIND_STRUCT);
	u32 i, id;

	if (found > 0)
		return found;
	for (i = 0; i < w->nr_structs; i++)
		if (!strcmp(w->structs[i].name, name))
			return w->structs[i].id;
	if (i == MAX_STRUCTS) {
		w->full = 1;
		return 0;
	}
	add_type(w, name, XBPF_BTF_KIND_STRUCT, 0, bytes, 0, &id);
	strscpy(w->structs[i].name, name, sizeof(w->structs[i].name));
	w->structs[i].id = id;
	w->nr_structs++;
	return id;
}

static u32 iterator(struct writer *w, u32 kfunc)
{
	const struct xbpf_iter *iter = xbpf_iter_get(xbpf_iter_find(kfunc));
	char name[48];

	scnprintf(name, sizeof(name), "bpf_iter_%s", iter->name);
	return pointer_to(w, struct_named(w, name, iter->bytes));
}

static const char *context(u32 kfunc)
{
	return kfunc == XBPF_KFUNC_bpf_dynptr_from_xdp ? "xdp_md" : "__sk_buff";
}

/* Type of an argument; 0: it cannot be declared. */
static u32 arg_type(struct writer *w, u32 kfunc, u8 arg)
{
	switch (arg) {
	case XBPF_ARG_ITER_NEW:
	case XBPF_ARG_ITER_NEXT:
	case XBPF_ARG_ITER_DESTROY:
		return iterator(w, kfunc);
	case XBPF_ARG_DYNPTR:
	case XBPF_ARG_DYNPTR_CLONE:
	case XBPF_ARG_DYNPTR_SKB:
	case XBPF_ARG_DYNPTR_XDP:
		return pointer_to(w, struct_named(w, "bpf_dynptr", DYNPTR_SIZE));
	case XBPF_ARG_CTX:
		return pointer_to(w, struct_named(w, context(kfunc), 0));
	case XBPF_ARG_SLICE_BUFFER:
		return pointer_to(w, 0);
	case XBPF_ARG_SCALAR:
	case XBPF_ARG_CONST:
	case XBPF_ARG_SLICE_SIZE:
		return number(w, "int");
	case XBPF_ARG_BTF_TASK:
	case XBPF_ARG_BTF_TASK_OR_NULL:
		return pointer_to(w, struct_named(w, "task_struct", 0));
	case XBPF_ARG_ANYTHING:		/* an address that is read with care */
		return pointer_to(w, kfunc == XBPF_KFUNC_bpf_rdonly_cast ? 0 :
				  number(w, "long unsigned int"));
	default:
		return 0;
	}
}

/* Type of the result; -EINVAL: it cannot be declared. */
static s32 ret_type(struct writer *w, u32 kfunc, u8 ret)
{
	const struct xbpf_iter *iter;

	switch (ret) {
	case XBPF_RET_VOID:
		return 0;
	case XBPF_RET_INTEGER:
		return number(w, "int");
	case XBPF_RET_BTF_CAST:
	case XBPF_RET_SLICE_OR_NULL:
	case XBPF_RET_SLICE_RDONLY_OR_NULL:
		return pointer_to(w, 0);
	case XBPF_RET_BTF_TASK_OR_NULL:
		return pointer_to(w, struct_named(w, "task_struct", 0));
	case XBPF_RET_ITER_ELEMENT:
		iter = xbpf_iter_get(xbpf_iter_find(kfunc));
		return pointer_to(w, iter->object ?
				  struct_named(w, iter->object, 0) :
				  number(w, "int"));
	default:
		return -EINVAL;
	}
}

static void add_kfunc(struct writer *w, u32 kfunc, const struct xbpf_helper *h)
{
	struct xbpf_btf_param *param;
	u32 args[XBPF_MAX_HELPER_ARGS], nr, i, proto, id;
	s32 ret = ret_type(w, kfunc, h->ret);

	for (nr = 0; nr < XBPF_MAX_HELPER_ARGS &&
	     h->arg[nr] != XBPF_ARG_NONE; nr++) {
		args[nr] = arg_type(w, kfunc, h->arg[nr]);
		if (!args[nr])
			return;
	}
	if (ret < 0)
		return;
	param = add_type(w, NULL, XBPF_BTF_KIND_FUNC_PROTO, nr, ret,
			 nr * sizeof(*param), &proto);
	for (i = 0; param && i < nr; i++)
		param[i] = (struct xbpf_btf_param){ .type = args[i] };
	if (param)
		add_type(w, h->name, XBPF_BTF_KIND_FUNC, XBPF_BTF_FUNC_STATIC,
			 proto, 0, &id);
}

static void *finish(const struct writer *w, u32 *size)
{
	struct xbpf_btf_header *h;

	*size = sizeof(*h) + w->types_len + w->names_len;
	h = kvzalloc(*size, GFP_KERNEL);
	if (!h)
		return NULL;
	h->magic = XBPF_BTF_MAGIC;
	h->version = XBPF_BTF_VERSION;
	h->hdr_len = sizeof(*h);
	h->type_len = w->types_len;
	h->str_off = w->types_len;
	h->str_len = w->names_len;
	memcpy(h + 1, w->types, w->types_len);
	memcpy((char *)(h + 1) + w->types_len, w->names, w->names_len);
	return h;
}

/**
 * xbpf_btf_kfuncs - types of the kfuncs that @base has not
 * @base: types of a kernel, which outlive the result
 *
 * Return: to be freed; NULL: without memory, or there are none.
 */
struct xbpf_btf *xbpf_btf_kfuncs(const struct xbpf_btf *base)
{
	struct writer w = { .base = base };
	const struct xbpf_helper *h;
	struct xbpf_btf *btf = NULL;
	void *data = NULL;
	u32 id, size;

	w.types = kvzalloc(MAX_TYPES, GFP_KERNEL);
	w.names = kvzalloc(MAX_NAMES, GFP_KERNEL);
	if (!w.types || !w.names)
		goto out;
	for (id = XBPF_KFUNC_FIRST; (h = xbpf_kfunc_get(id)); id++)
		if (xbpf_btf_find(base, h->name, XBPF_BTF_KIND_FUNC) < 0)
			add_kfunc(&w, id, h);
	if (w.nr && !w.full)
		data = finish(&w, &size);
	if (!data)
		goto out;
	btf = xbpf_btf_parse(data, size, base, XBPF_BTF_TRUSTED, NULL);
	if (IS_ERR(btf)) {
		kvfree(data);
		btf = NULL;
	}
out:
	kvfree(w.types);
	kvfree(w.names);
	return btf;
}
