// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pass 3: what a tracing program is attached to, and so what its context is.
 *
 * Afterwards: env->target says which function of the kernel's BTF, or which
 * tracepoint's prototype, gives the arguments. The context is an array of them,
 * u64 each, behind them the result where the program runs after the function.
 * Whether the function can be attached to is the business of whoever attaches.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char prog_target[] =
	"FENTRY/FEXIT program can only be attached to another program annotated with BTF\n";
static const char only_pointer[] =
	"func '%s' arg%u '%s' has type %s. Only pointer access is allowed\n";

#define MAX_FUNC_ARGS	12
#define MAX_ARG_SIZE	16	/* of a struct in registers */

static const char *kind_name(const struct xbpf_btf_type *t)
{
	return xbpf_btf_kind_name(xbpf_btf_kind(t));
}

static int is_number(const struct xbpf_btf_type *t)
{
	u32 kind = xbpf_btf_kind(t);

	return kind == XBPF_BTF_KIND_INT || kind == XBPF_BTF_KIND_ENUM ||
	       kind == XBPF_BTF_KIND_ENUM64;
}

/* ---- the prototype ---- */

/* Bytes that a value of the type takes as an argument, or -EINVAL. */
static s64 arg_size(const struct xbpf_btf *btf, u32 id,
		    const struct xbpf_btf_type **type)
{
	const struct xbpf_btf_type *t = xbpf_btf_skip(btf, id, NULL);
	u32 kind;

	*type = t;
	if (!t)
		return -EINVAL;
	kind = xbpf_btf_kind(t);
	if (kind == XBPF_BTF_KIND_PTR)
		return sizeof(u64);
	if (is_number(t) || kind == XBPF_BTF_KIND_STRUCT)
		return t->size;
	return -EINVAL;
}

static int check_proto(struct xbpf_venv *env, const struct xbpf_btf *btf,
		       const struct xbpf_btf_type *proto, const char *name)
{
	const struct xbpf_btf_param *arg = xbpf_btf_tail(proto);
	const struct xbpf_btf_type *t;
	u32 i, nr = xbpf_btf_vlen(proto);
	s64 size;

	env->prog->nr_args = 0;
	if (nr > MAX_FUNC_ARGS)
		return xbpf_reject(env, -EINVAL,
				   "The function %s has %u arguments. Too many.\n",
				   name, nr);
	size = proto->type ? arg_size(btf, proto->type, &t) : 0;
	if (size < 0 || (size && xbpf_btf_kind(t) == XBPF_BTF_KIND_STRUCT))
		return xbpf_reject(env, -EINVAL,
				   "The function %s return type %s is unsupported.\n",
				   name, t ? kind_name(t) : "?");
	for (i = 0; i < nr; i++) {
		if (i == nr - 1 && !arg[i].type)
			return xbpf_reject(env, -EINVAL,
					   "The function %s with variable args is unsupported.\n",
					   name);
		size = arg_size(btf, arg[i].type, &t);
		if (size < 0 || size > MAX_ARG_SIZE)
			return xbpf_reject(env, -EINVAL,
					   "The function %s arg%u type %s is unsupported.\n",
					   name, i, t ? kind_name(t) : "?");
		if (!size)
			return xbpf_reject(env, -EINVAL,
					   "The function %s has malformed void argument.\n",
					   name);
		/* A struct takes as many words as it has. */
		env->prog->nr_args += DIV_ROUND_UP(size, sizeof(u64));
	}
	return 0;
}

/* ---- the target ---- */

static const struct xbpf_btf_type *proto_of(const struct xbpf_btf *btf,
					    const struct xbpf_btf_type *t)
{
	t = t ? xbpf_btf_type(btf, t->type) : NULL;
	return t && xbpf_btf_kind(t) == XBPF_BTF_KIND_FUNC_PROTO ? t : NULL;
}

/* The first argument of the prototype is not the program's. */
static int find_tracepoint(struct xbpf_venv *env, const struct xbpf_btf *btf,
			   const struct xbpf_btf_type *t, const char *name)
{
	static const char prefix[] = "btf_trace_";
	u32 id = env->opts->attach_btf_id;

	if (xbpf_btf_kind(t) != XBPF_BTF_KIND_TYPEDEF)
		return xbpf_reject(env, -EINVAL,
				   "attach_btf_id %u is not a typedef\n", id);
	if (strncmp(name, prefix, sizeof(prefix) - 1))
		return xbpf_reject(env, -EINVAL,
				   "attach_btf_id %u points to wrong type name %s\n",
				   id, name);
	t = xbpf_btf_skip(btf, t->type, NULL);
	env->target.proto = t && xbpf_btf_kind(t) == XBPF_BTF_KIND_PTR ?
		proto_of(btf, t) : NULL;
	if (!env->target.proto || !xbpf_btf_vlen(env->target.proto))
		return xbpf_reject(env, -EINVAL,
				   "attach_btf_id %u is not a typedef\n", id);
	env->target.first_arg = 1;
	env->target.trusted = 1;
	env->prog->nr_args = xbpf_btf_vlen(env->target.proto) - 1;
	env->prog->attach_name = name + sizeof(prefix) - 1;
	return 0;
}

static int find_function(struct xbpf_venv *env, const struct xbpf_btf *btf,
			 const struct xbpf_btf_type *t, const char *name)
{
	u32 id = env->opts->attach_btf_id;

	if (xbpf_btf_kind(t) != XBPF_BTF_KIND_FUNC)
		return xbpf_reject(env, -EINVAL,
				   "attach_btf_id %u is not a function\n", id);
	env->target.proto = proto_of(btf, t);
	if (!env->target.proto)
		return xbpf_reject(env, -EINVAL,
				   "attach_btf_id %u is not a function\n", id);
	env->prog->attach_name = name;
	return check_proto(env, btf, env->target.proto, name);
}

static int is_syscall(const char *name)
{
	return !strncmp(name, "__x64_sys_", 10) ||
	       !strncmp(name, "__ia32_sys_", 11);
}

/*
 * Sleeping, and changing the result, are possible where the function was made
 * for it: which these are the kernel tells nobody but for system calls.
 */
static int check_rights(struct xbpf_venv *env, const char *name)
{
	u32 type = env->prog->expected_attach_type;

	if (type == XBPF_MODIFY_RETURN && !is_syscall(name) &&
	    strncmp(name, "security_", 9))
		return xbpf_reject(env, -EINVAL, "%s() is not modifiable\n",
				   name);
	if (env->prog->flags & XBPF_F_SLEEPABLE && type != XBPF_TRACE_ITER &&
	    !is_syscall(name))
		return xbpf_reject(env, -EINVAL, "%s is not sleepable\n", name);
	return 0;
}

/*
 * Functions where helpers may follow paths: Linux's list. None of them is called with
 * a lock held that this takes. Who calls them holds what he passes, for as long as
 * they run: on entry all of it lives.
 */
static void note_paths(struct xbpf_venv *env, const char *name)
{
	static const char * const names[] = {
		"security_file_permission", "security_inode_getattr",
		"security_file_open", "security_path_truncate", "vfs_truncate",
		"vfs_fallocate", "dentry_open", "vfs_getattr", "filp_close",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			env->target.paths = 1;
	if (env->target.paths &&
	    env->prog->expected_attach_type != XBPF_TRACE_FEXIT)
		env->target.trusted = 1;
}

static int find_target(struct xbpf_venv *env, const struct xbpf_btf *btf)
{
	u32 id = env->opts->attach_btf_id;
	const struct xbpf_btf_type *t = xbpf_btf_type(btf, id);
	const char *name;

	if (!t)
		return xbpf_reject(env, -EINVAL,
				   "attach_btf_id %u is invalid\n", id);
	name = xbpf_btf_string(btf, t->name_off);
	if (!name || !*name)
		return xbpf_reject(env, -EINVAL,
				   "attach_btf_id %u doesn't have a name\n", id);
	env->target.name = name;
	switch (env->prog->expected_attach_type) {
	case XBPF_TRACE_RAW_TP:
		return find_tracepoint(env, btf, t, name);
	case XBPF_TRACE_ITER:
		if (strncmp(name, "bpf_iter_", 9))
			return xbpf_reject(env, -EINVAL,
					   "attach_btf_id %u is not a function\n",
					   id);
		env->target.trusted = 1;
		env->target.paths = 1;
		return find_function(env, btf, t, name);
	case XBPF_TRACE_FENTRY:
	case XBPF_TRACE_FEXIT:
	case XBPF_MODIFY_RETURN:
		note_paths(env, name);
		return find_function(env, btf, t, name) ?:
		       check_rights(env, name);
	default:
		return xbpf_reject(env, -EINVAL,
				   "expected_attach_type %u is not one of tracing\n",
				   env->prog->expected_attach_type);
	}
}

int xbpf_pass_attach(struct xbpf_venv *env)
{
	const struct xbpf_btf *btf;

	if (env->prog->type != XBPF_PROG_TYPE_TRACING)
		return 0;
	if (!env->opts->attach_btf_id)
		return xbpf_reject(env, -EINVAL,
				   "Tracing programs must provide btf_id\n");
	btf = xbpf_kernel_btf(env);
	if (!btf)
		return xbpf_reject(env, -EINVAL, prog_target);
	return find_target(env, btf);
}

/* ---- the context ---- */

/* The argument at byte @off, nr + 1 behind the result. */
static u32 arg_at(const struct xbpf_venv *env, const struct xbpf_btf *btf,
		  u32 off)
{
	const struct xbpf_btf_type *proto = env->target.proto, *t;
	const struct xbpf_btf_param *arg = xbpf_btf_tail(proto);
	u32 i, end = 0, nr = xbpf_btf_vlen(proto);
	s64 size;

	for (i = env->target.first_arg; i < nr; i++) {
		size = arg_size(btf, arg[i].type, &t);
		end += size > 0 ? round_up(size, 8) : 8;
		if (off < end)
			return i;
	}
	return proto->type && off >= end + 8 ? nr + 1 : nr;
}

/* What the context's word is: a type, or NULL after xbpf_reject(). */
static const struct xbpf_btf_type *type_at(struct xbpf_venv *env,
					   const struct xbpf_btf *btf, u32 arg)
{
	const struct xbpf_btf_type *proto = env->target.proto;
	const struct xbpf_btf_param *args = xbpf_btf_tail(proto);
	u32 nr = xbpf_btf_vlen(proto), want = env->prog->expected_attach_type;
	const struct xbpf_btf_type *t;

	if (arg < nr)
		return xbpf_btf_skip(btf, args[arg].type, NULL);
	if (arg == nr && want == XBPF_TRACE_FEXIT)
		return xbpf_btf_skip(btf, proto->type, NULL);
	if (arg == nr && want == XBPF_MODIFY_RETURN) {
		t = xbpf_btf_skip(btf, proto->type, NULL);
		if (t && is_number(t))
			return t;
		xbpf_reject(env, -EACCES, "ret type %s not allowed for fmod_ret\n",
			    t ? kind_name(t) : "?");
		return NULL;
	}
	xbpf_reject(env, -EACCES, "func '%s' doesn't have %u-th argument\n",
		    env->target.name, arg - env->target.first_arg + 1);
	return NULL;
}

/* Of a pointer: the struct that it points to, or nothing that may be followed. */
static int pointer_kind(struct xbpf_venv *env, const struct xbpf_btf *btf,
			const struct xbpf_btf_type *ptr, u32 arg,
			struct xbpf_ctx_access *c)
{
	const struct xbpf_btf_type *t;
	u32 id, nr = arg - env->target.first_arg;

	if (!ptr->type)
		return XBPF_CTX_SCALAR;
	t = xbpf_btf_type(btf, ptr->type);
	if (t && xbpf_btf_kind(t) == XBPF_BTF_KIND_TYPE_TAG &&
	    !strcmp(xbpf_btf_type_name(btf, t), "user"))
		return XBPF_CTX_SCALAR;
	t = xbpf_btf_skip(btf, ptr->type, &id);
	if (t && xbpf_btf_kind(t) == XBPF_BTF_KIND_INT)
		return XBPF_CTX_SCALAR;
	if (!t || !xbpf_btf_is_struct(t)) {
		xbpf_reject(env, -EACCES,
			    "func '%s' arg%u type %s is not a struct\n",
			    env->target.name, nr, t ? kind_name(t) : "?");
		return XBPF_CTX_DENIED;
	}
	c->btf_id = id;
	c->trusted = env->target.trusted;
	/* Iterators end with a call in which there is no object. */
	c->or_null = env->prog->expected_attach_type == XBPF_TRACE_ITER && nr;
	return XBPF_CTX_BTF;
}

/**
 * xbpf_ctx_tracing - the context of a tracing program
 * @env: the verification
 * @c: the access; filled for XBPF_CTX_BTF
 *
 * Return: enum xbpf_ctx_kind.
 */
int xbpf_ctx_tracing(struct xbpf_venv *env, struct xbpf_ctx_access *c)
{
	const struct xbpf_btf *btf = xbpf_kernel_btf(env);
	const struct xbpf_btf_type *t;
	u32 arg;

	if (c->write || c->off >= MAX_FUNC_ARGS * 8 || c->off % c->size)
		return XBPF_CTX_DENIED;
	if (c->off % 8) {
		xbpf_reject(env, -EACCES,
			    "func '%s' offset %u is not multiple of 8\n",
			    env->target.name, c->off);
		return XBPF_CTX_DENIED;
	}
	arg = arg_at(env, btf, c->off);
	t = type_at(env, btf, arg);
	if (!t)
		return XBPF_CTX_DENIED;
	if (is_number(t) || xbpf_btf_is_struct(t))
		return XBPF_CTX_SCALAR;
	if (xbpf_btf_kind(t) != XBPF_BTF_KIND_PTR) {
		xbpf_reject(env, -EACCES, only_pointer, env->target.name,
			    arg - env->target.first_arg,
			    xbpf_btf_type_name(btf, t), kind_name(t));
		return XBPF_CTX_DENIED;
	}
	/* A part of a pointer points nowhere: that is a number, if it may be known. */
	if (c->size != sizeof(u64) && env_leaks_ok(env))
		return XBPF_CTX_SCALAR;
	if (c->size != sizeof(u64)) {
		xbpf_reject(env, -EACCES, "func '%s' size %u must be 8\n",
			    env->target.name, c->size);
		return XBPF_CTX_DENIED;
	}
	return pointer_kind(env, btf, t, arg, c);
}
