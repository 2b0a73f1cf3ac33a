// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prototypes of global functions: from BTF and its tags to kinds of arguments.
 *
 * Knows what a program type calls its context. What a kind means for callers and
 * body is global.c.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char bad_tags[] = "arg#%u has invalid combination of tags\n";
static const char no_size[] =
	"arg#%u reference type('%s %s') size cannot be determined: %d\n";
static const char no_object[] = "arg#%u reference type('%s %s') %s\n";
static const char no_scalar[] =
	"Global function %s() doesn't return scalar. Only those are supported.\n";

/* Declaration tags of an argument: "arg:ctx" and the like. */
enum {
	TAG_CTX		= 1 << 0,
	TAG_TRUSTED	= 1 << 1,
	TAG_UNTRUSTED	= 1 << 2,
	TAG_NONNULL	= 1 << 3,
	TAG_NULLABLE	= 1 << 4,
	TAG_ARENA	= 1 << 5,
	TAG_OTHER	= 1 << 6,
};

static const char * const tag_names[] = {
	"ctx", "trusted", "untrusted", "nonnull", "nullable", "arena",
};

/* ---- tags ---- */

static u8 tag_bit(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(tag_names); i++)
		if (!strcmp(name, tag_names[i]))
			return 1 << i;
	return TAG_OTHER;
}

static void note_tag(struct xbpf_venv *env, const struct xbpf_btf_type *t)
{
	const char *name = xbpf_btf_type_name(env->opts->btf, t);
	const u32 *arg = xbpf_btf_tail(t);
	u32 i;

	if (strncmp(name, "arg:", 4) || *arg >= XBPF_MAX_HELPER_ARGS)
		return;
	for (i = 1; i < env->nr_subs; i++)
		if (env->sub[i].global && env->sub[i].func_id == t->type)
			env->sub[i].arg[*arg].tags |= tag_bit(name + 4);
}

/* One way through all types, which are a user's: there may be a million. */
int xbpf_prototype_note_tags(struct xbpf_venv *env)
{
	const struct xbpf_btf *btf = env->opts->btf;
	const struct xbpf_btf_type *t;
	u32 id, nr = xbpf_btf_nr_types(btf);

	for (id = 1; id < nr; id++) {
		t = xbpf_btf_type(btf, id);
		if (t && xbpf_btf_kind(t) == XBPF_BTF_KIND_DECL_TAG)
			note_tag(env, t);
		if (id % 1024)
			continue;
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}

/* ---- names of types ---- */

static const char *kind_text(const struct xbpf_btf_type *t)
{
	return t ? xbpf_btf_kind_name(xbpf_btf_kind(t)) : "UNKNOWN";
}

static int is_number(const struct xbpf_btf_type *t)
{
	u32 kind = t ? xbpf_btf_kind(t) : 0;

	return kind == XBPF_BTF_KIND_INT || kind == XBPF_BTF_KIND_ENUM ||
	       kind == XBPF_BTF_KIND_ENUM64;
}

static int is_named(const struct xbpf_btf *btf, const struct xbpf_btf_type *t,
		    const char *name)
{
	return t && xbpf_btf_kind(t) == XBPF_BTF_KIND_STRUCT &&
	       !strcmp(xbpf_btf_type_name(btf, t), name);
}

/* Is the typedef on the way to what @id really is? */
static int is_typedef_of(const struct xbpf_btf *btf, u32 id, const char *name)
{
	const struct xbpf_btf_type *t = xbpf_btf_type(btf, id);
	u32 depth, kind;

	for (depth = 0; t && depth < 32; depth++) {
		kind = xbpf_btf_kind(t);
		if (kind == XBPF_BTF_KIND_TYPEDEF)
			return !strcmp(xbpf_btf_type_name(btf, t), name);
		if (kind != XBPF_BTF_KIND_CONST &&
		    kind != XBPF_BTF_KIND_VOLATILE &&
		    kind != XBPF_BTF_KIND_RESTRICT &&
		    kind != XBPF_BTF_KIND_TYPE_TAG)
			return 0;
		t = xbpf_btf_type(btf, t->type);
	}
	return 0;
}

/**
 * struct ctx_name - what a program type calls its context
 * @type: enum xbpf_prog_type
 * @name: struct, or NULL: it has no name
 * @kernel: of the struct that it stands for, or NULL
 * @typedef_of: another name for it, or NULL
 */
struct ctx_name {
	u32 type;
	const char *name, *kernel, *typedef_of;
};

static const struct ctx_name ctx_names[] = {
	{ XBPF_PROG_TYPE_SOCKET_FILTER, "__sk_buff", "sk_buff" },
	{ XBPF_PROG_TYPE_SCHED_CLS, "__sk_buff", "sk_buff" },
	{ XBPF_PROG_TYPE_SCHED_ACT, "__sk_buff", "sk_buff" },
	{ XBPF_PROG_TYPE_CGROUP_SKB, "__sk_buff", "sk_buff" },
	{ XBPF_PROG_TYPE_XDP, "xdp_md", "xdp_buff" },
	{ XBPF_PROG_TYPE_KPROBE, "pt_regs", NULL, "bpf_user_pt_regs_t" },
	{ XBPF_PROG_TYPE_PERF_EVENT, "bpf_perf_event_data", "pt_regs",
	  "bpf_user_pt_regs_t" },
	{ XBPF_PROG_TYPE_RAW_TRACEPOINT, "bpf_raw_tracepoint_args" },
	{ XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, "bpf_raw_tracepoint_args" },
};

static const struct ctx_name *ctx_name_of(const struct xbpf_venv *env)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ctx_names); i++)
		if (ctx_names[i].type == env->prog->type)
			return &ctx_names[i];
	return NULL;
}

/* Is a pointer to @id the context without anybody saying so? */
static int is_ctx(const struct xbpf_venv *env, u32 id)
{
	const struct xbpf_btf *btf = env->opts->btf;
	const struct ctx_name *ctx = ctx_name_of(env);
	const struct xbpf_btf_type *t = xbpf_btf_skip(btf, id, NULL);
	int perf = env->prog->type == XBPF_PROG_TYPE_PERF_EVENT;

	if (!ctx || !t)
		return 0;
	if (ctx->typedef_of && !perf && is_typedef_of(btf, id, ctx->typedef_of))
		return 1;
	return is_named(btf, t, ctx->name) ||
	       (ctx->kernel && !perf && is_named(btf, t, ctx->kernel));
}

/* Types whose context is an array of numbers. */
static int ctx_is_array(const struct xbpf_venv *env)
{
	u32 type = env->prog->type;

	return type == XBPF_PROG_TYPE_RAW_TRACEPOINT ||
	       type == XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE ||
	       (type == XBPF_PROG_TYPE_TRACING &&
		env->prog->expected_attach_type != XBPF_TRACE_ITER);
}

/* Tracing programs: the context has no name, or that of the target. */
static int is_tracing_ctx(const struct xbpf_venv *env,
			  const struct xbpf_btf_type *t)
{
	const struct xbpf_btf *btf = env->opts->btf;
	u32 attach = env->prog->expected_attach_type;

	if (attach == XBPF_TRACE_RAW_TP)
		return is_named(btf, t, "bpf_raw_tracepoint_args");
	return attach == XBPF_TRACE_ITER &&
	       xbpf_btf_kind(t) == XBPF_BTF_KIND_STRUCT &&
	       !strncmp(xbpf_btf_type_name(btf, t), "bpf_iter__", 10);
}

/* May a pointer to @id be declared to be the context? */
static int check_ctx_tag(struct xbpf_venv *env, u32 arg, u32 id)
{
	const struct xbpf_btf *btf = env->opts->btf;
	const struct ctx_name *ctx = ctx_name_of(env);
	const struct xbpf_btf_type *t = xbpf_btf_skip(btf, id, &id);

	if (!id || (ctx && ctx->typedef_of &&
		    is_typedef_of(btf, id, ctx->typedef_of)))
		return 0;
	if (!t || !t->name_off)
		return xbpf_reject(env, -EINVAL,
				   "arg#%u type doesn't have a name\n", arg);
	if (ctx_is_array(env) && xbpf_btf_kind(t) == XBPF_BTF_KIND_INT &&
	    t->size == sizeof(u64))
		return 0;
	if (env->prog->type == XBPF_PROG_TYPE_TRACEPOINT ||
	    env->prog->type == XBPF_PROG_TYPE_SYSCALL)
		return 0;
	if (env->prog->type == XBPF_PROG_TYPE_TRACING &&
	    is_tracing_ctx(env, t))
		return 0;
	if (!ctx)
		return xbpf_reject(env, -EINVAL,
				   "arg#%u should be void pointer\n", arg);
	if (is_named(btf, t, ctx->name) ||
	    (env->prog->type == XBPF_PROG_TYPE_PERF_EVENT &&
	     is_named(btf, t, ctx->kernel)))
		return 0;
	return xbpf_reject(env, -EINVAL, "arg#%u should be `struct %s *`\n",
			   arg, ctx->name);
}

/* The kernel's struct of the same name, up to the flavour that ___ begins. */
static int find_object(struct xbpf_venv *env, u32 arg, u32 id,
		       struct xbpf_sub_arg *sig)
{
	const struct xbpf_btf *btf = env->opts->btf, *kernel = xbpf_kernel_btf(env);
	const struct xbpf_btf_type *t = xbpf_btf_skip(btf, id, NULL);
	const char *name = t ? xbpf_btf_type_name(btf, t) : "", *end;
	char essential[128];
	s32 found = -ENOENT;

	end = strstr(name, "___") ?: name + strlen(name);
	if (t && xbpf_btf_is_struct(t) && kernel &&
	    (size_t)(end - name) < sizeof(essential)) {
		scnprintf(essential, sizeof(essential), "%.*s",
			  (int)(end - name), name);
		found = xbpf_btf_find(kernel, essential, xbpf_btf_kind(t));
	}
	if (found < 0)
		return xbpf_reject(env, -ENOENT, no_object, arg, kind_text(t),
				   name, "has no matches");
	sig->what = found;
	return 0;
}

/* What a pointer is that no tag makes something else of: bytes. */
static int set_bytes(struct xbpf_venv *env, u32 arg, u32 id,
		     struct xbpf_sub_arg *sig)
{
	const struct xbpf_btf *btf = env->opts->btf;
	const struct xbpf_btf_type *t = xbpf_btf_skip(btf, id, NULL);
	s64 size = t ? xbpf_btf_size(btf, id) : -EINVAL;

	if (sig->tags & TAG_NULLABLE)
		return xbpf_reject(env, -EINVAL, bad_tags, arg);
	if (size < 0 || size >= MAX_VAR_OFF)
		return xbpf_reject(env, -EINVAL, no_size, arg, kind_text(t),
				   t ? xbpf_btf_type_name(btf, t) : "",
				   -EINVAL);
	sig->kind = SUB_ARG_MEM;
	sig->or_null = !(sig->tags & TAG_NONNULL);
	sig->what = size;
	return 0;
}

static int set_untrusted(struct xbpf_venv *env, u32 arg, u32 id,
			 struct xbpf_sub_arg *sig)
{
	const struct xbpf_btf_type *t = xbpf_btf_skip(env->opts->btf, id, NULL);
	u32 kind = t ? xbpf_btf_kind(t) : XBPF_BTF_KIND_UNKN;

	if (sig->tags != TAG_UNTRUSTED)
		return xbpf_reject(env, -EINVAL, bad_tags, arg);
	sig->kind = SUB_ARG_UNTRUSTED_MEM;
	if (kind == XBPF_BTF_KIND_UNKN || is_number(t))
		return 0;
	sig->kind = SUB_ARG_UNTRUSTED;
	return find_object(env, arg, id, sig);
}

static int set_trusted(struct xbpf_venv *env, u32 arg, u32 id,
		       struct xbpf_sub_arg *sig)
{
	if (sig->tags & ~(TAG_TRUSTED | TAG_NULLABLE))
		return xbpf_reject(env, -EINVAL, bad_tags, arg);
	sig->kind = SUB_ARG_TRUSTED;
	sig->or_null = !!(sig->tags & TAG_NULLABLE);
	return find_object(env, arg, id, sig);
}

/* A pointer to type @id. */
static int set_pointer(struct xbpf_venv *env, u32 arg, u32 id,
		       struct xbpf_sub_arg *sig)
{
	const struct xbpf_btf *btf = env->opts->btf;
	const struct xbpf_btf_type *t = xbpf_btf_skip(btf, id, NULL);

	if (sig->tags & TAG_CTX || is_ctx(env, id)) {
		if (sig->tags & ~TAG_CTX)
			return xbpf_reject(env, -EINVAL, bad_tags, arg);
		sig->kind = SUB_ARG_CTX;
		return sig->tags ? check_ctx_tag(env, arg, id) : 0;
	}
	if (is_named(btf, t, "bpf_dynptr") || is_named(btf, t, "bpf_dynptr_kern")) {
		sig->kind = SUB_ARG_DYNPTR;
		return sig->tags ? xbpf_reject(env, -EINVAL, bad_tags, arg) : 0;
	}
	if (sig->tags & TAG_TRUSTED)
		return set_trusted(env, arg, id, sig);
	if (sig->tags & TAG_UNTRUSTED)
		return set_untrusted(env, arg, id, sig);
	if (sig->tags & TAG_ARENA) {
		sig->kind = SUB_ARG_ARENA;
		return sig->tags == TAG_ARENA ? 0 :
			xbpf_reject(env, -EINVAL,
				    "arg#%u arena cannot be combined with any other tags\n",
				    arg);
	}
	return set_bytes(env, arg, id, sig);
}

static int set_arg(struct xbpf_venv *env, const struct xbpf_sub *sub, u32 arg,
		   u32 id, struct xbpf_sub_arg *sig)
{
	const struct xbpf_btf_type *t = xbpf_btf_skip(env->opts->btf, id, NULL);

	if (sig->tags & TAG_OTHER)
		return xbpf_reject(env, -EOPNOTSUPP,
				   "arg#%u has unsupported set of tags\n", arg);
	if (t && xbpf_btf_kind(t) == XBPF_BTF_KIND_PTR)
		return set_pointer(env, arg, t->type, sig);
	if (sig->tags)
		return xbpf_reject(env, -EINVAL,
				   "arg#%u has pointer tag, but is not a pointer type\n",
				   arg);
	sig->kind = SUB_ARG_NUMBER;
	if (is_number(t))
		return 0;
	return xbpf_reject(env, -EINVAL,
			   "Arg#%u type %s in %s() is not supported yet.\n",
			   arg, kind_text(t), sub->name);
}

/**
 * xbpf_prototype_find - what the arguments of a global function are
 * @env: the verification
 * @sub: the function; filled at its first call, for nobody asks what is never called
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_prototype_find(struct xbpf_venv *env, struct xbpf_sub *sub)
{
	const struct xbpf_btf *btf = env->opts->btf;
	const struct xbpf_btf_type *proto, *ret;
	const struct xbpf_btf_param *param;
	u32 i, ret_id;
	int err = 0;

	if (sub->has_signature)
		return 0;
	proto = xbpf_btf_type(btf, xbpf_btf_type(btf, sub->func_id)->type);
	param = xbpf_btf_tail(proto);
	ret = xbpf_btf_skip(btf, proto->type, &ret_id);
	/* Of void the caller gets nothing, which it cannot use. */
	if (ret_id && !is_number(ret))
		return xbpf_reject(env, -EINVAL, no_scalar, sub->name);
	sub->is_void = !ret_id;
	for (i = 0; !err && i < sub->nr_args; i++)
		err = set_arg(env, sub, i, param[i].type, &sub->arg[i]);
	sub->has_signature = !err;
	return err;
}
