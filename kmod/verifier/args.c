// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arguments of helpers: one row per type of argument.
 *
 * Knows what a register must hold to be passed as one. The table of helpers
 * (vm/helpers.def) says which argument is of which type.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char size_negative[] =
	"R%u min value is negative, either use unsigned or 'var &= const'\n";
static const char size_unbounded[] =
	"R%u unbounded memory access, use 'var &= const' or 'if (var < const)'\n";

static const char sock_common[] =
	"kernel function %s args#%u expected pointer to STRUCT sock "
	"but R%u has a pointer to STRUCT sock_common\n";

#define BIT_OF(type)	(1U << (type))
#define OBJECTS	(BIT_OF(T_MAP_VALUE) | BIT_OF(T_MAP_KEY) | BIT_OF(T_MEM))
#define PACKETS	(BIT_OF(T_PACKET) | BIT_OF(T_PACKET_META))
#define MEMORY	(BIT_OF(T_STACK) | OBJECTS | PACKETS)
#define ANY	(~0U)

static struct xbpf_reg *arg_reg(const struct xbpf_state *st, u32 i)
{
	return &state_regs(st)[XBPF_REG_1 + i];
}

static struct xbpf_access arg_access(const struct xbpf_state *st, u32 i,
				     u32 size, enum access_kind kind)
{
	return (struct xbpf_access){
		.regno = XBPF_REG_1 + i, .ptr = *arg_reg(st, i), .size = size,
		.kind = kind, .exact = 1,
	};
}

static int check_anything(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_call_info *info, u32 i)
{
	if (!reg_is_pointer(arg_reg(st, i)) || env_leaks_ok(env))
		return 0;
	return xbpf_reject(env, -EACCES,
			   "R%u leaks addr into helper function\n", i + 1);
}

static int check_ctx(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_call_info *info, u32 i)
{
	struct xbpf_access a = arg_access(st, i, 0, ACCESS_HELPER_READ);

	return xbpf_mem_check_fixed(env, &a);
}

static int check_ctx_or_null(struct xbpf_venv *env, struct xbpf_state *st,
			     struct xbpf_call_info *info, u32 i)
{
	return reg_is_null(arg_reg(st, i)) ? 0 : check_ctx(env, st, info, i);
}

static int check_stack_ctx(struct xbpf_venv *env, struct xbpf_state *st,
			   struct xbpf_call_info *info, u32 i)
{
	if (!env->type->has_regs)
		return xbpf_reject(env, -EINVAL,
				   "R%u type=ctx expected=ctx with registers\n",
				   i + 1);
	env->prog->uses_stack_ctx = 1;
	return check_ctx(env, st, info, i);
}

static int check_map(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_map *map;
	int err;

	info->map = arg_reg(st, i)->arg;
	info->map_uid = arg_reg(st, i)->obj;
	info->map_regno = i + 1;
	map = env->map[info->map];
	err = xbpf_check_timer_map(env, arg_reg(st, i), info);
	if (err)
		return err;
	if (!info->helper->map_types ||
	    (map->type < 64 && info->helper->map_types >> map->type & 1))
		return 0;
	return xbpf_reject(env, -EINVAL,
			   "cannot pass map_type %u into func bpf_%s#%u\n",
			   map->type, info->helper->name, info->id);
}

/* The map that a key or value belongs to comes before them. */
static int need_map(struct xbpf_venv *env, const struct xbpf_call_info *info,
		    const char *what)
{
	if (info->map >= 0)
		return 0;
	return xbpf_reject(env, -EACCES, "invalid map_ptr to access map->%s\n",
			   what);
}

static int check_key(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_call_info *info, u32 i)
{
	struct xbpf_access a;
	int err = need_map(env, info, "key");

	if (err)
		return err;
	a = arg_access(st, i, env->map[info->map]->key_size,
		       ACCESS_HELPER_READ);
	return xbpf_mem_check(env, st, &a);
}

static int check_value_as(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_call_info *info, u32 i,
			  enum access_kind kind)
{
	struct xbpf_access a;
	int err = need_map(env, info, "value");

	if (err)
		return err;
	a = arg_access(st, i, env->map[info->map]->value_size, kind);
	return xbpf_mem_check(env, st, &a);
}

static int check_value(struct xbpf_venv *env, struct xbpf_state *st,
		       struct xbpf_call_info *info, u32 i)
{
	if (reg_is_null(arg_reg(st, i)))	/* only where the type says so */
		return 0;
	return check_value_as(env, st, info, i, ACCESS_HELPER_READ);
}

static int check_value_uninit(struct xbpf_venv *env, struct xbpf_state *st,
			      struct xbpf_call_info *info, u32 i)
{
	return check_value_as(env, st, info, i, ACCESS_HELPER_WRITE);
}

/* A filter is asked about a value; other types give one. */
static int check_value_peek(struct xbpf_venv *env, struct xbpf_state *st,
			    struct xbpf_call_info *info, u32 i)
{
	int asks = info->map >= 0 && env->map[info->map]->ops->asks;

	return check_value_as(env, st, info, i, asks ? ACCESS_HELPER_READ :
			      ACCESS_HELPER_WRITE);
}

static int check_long(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, u32 i)
{
	struct xbpf_access a = arg_access(st, i, 8, ACCESS_HELPER_WRITE);

	return xbpf_mem_check(env, st, &a);
}

/* It must be there to be read, and may be written. */
static int check_change(struct xbpf_venv *env, struct xbpf_state *st,
			struct xbpf_access *a)
{
	int err = xbpf_mem_check(env, st, a);

	a->kind = ACCESS_HELPER_WRITE;
	return err ?: xbpf_mem_check(env, st, a);
}

static int check_int(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_call_info *info, u32 i)
{
	struct xbpf_access a = arg_access(st, i, 4, ACCESS_HELPER_READ);

	return check_change(env, st, &a);
}

static int check_header(struct xbpf_venv *env, struct xbpf_state *st,
			struct xbpf_call_info *info, u32 i)
{
	u32 size = info->helper->arg[i] == XBPF_ARG_IP6_HEADER ? 40 : 20;
	struct xbpf_access a = arg_access(st, i, size, ACCESS_HELPER_READ);

	return xbpf_mem_check(env, st, &a);
}

/* ---- memory and its size ---- */

static int writes(u8 arg)
{
	return arg == XBPF_ARG_MEM_UNINIT || arg == XBPF_ARG_MEM_UNINIT_OR_NULL;
}

static int check_size_bounds(struct xbpf_venv *env, const struct xbpf_value *v,
			     u32 regno)
{
	if (v->smin < 0)
		return xbpf_reject(env, -EACCES, size_negative, regno);
	if (v->umax >= MAX_VAR_OFF)
		return xbpf_reject(env, -EACCES, size_unbounded, regno);
	return 0;
}

/* An object says what is wrong with no bytes of it; the rest is said here. */
static int reject_nothing(struct xbpf_venv *env, struct xbpf_state *st, u32 i)
{
	const struct xbpf_reg *size = arg_reg(st, i);
	struct xbpf_access a = arg_access(st, i - 1, 0, ACCESS_HELPER_EMPTY);

	if (BIT_OF(a.ptr.type) & OBJECTS)
		return xbpf_mem_check(env, st, &a) ?: -EFAULT;
	return xbpf_reject(env, -EACCES,
			   "R%u invalid zero-sized read: u64=[%lld,%lld]\n",
			   i + 1, (long long)size->val.umin,
			   (long long)size->val.umax);
}

/* Memory is judged here, when its size is known: argument @i - 1. */
static int check_size(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_value *v = &arg_reg(st, i)->val;
	u8 mem = info->helper->arg[i - 1];
	struct xbpf_access a;
	int err;

	err = check_size_bounds(env, v, i + 1);
	if (err)
		return err;
	if (!v->umin && info->helper->arg[i] != XBPF_ARG_SIZE_OR_ZERO)
		return reject_nothing(env, st, i);
	info->max_size = v->umax;
	if (reg_is_null(arg_reg(st, i - 1)) && !v->umax)
		return 0;
	a = arg_access(st, i - 1, v->umax, writes(mem) ? ACCESS_HELPER_WRITE :
		       ACCESS_HELPER_READ);
	a.exact = xbpf_value_is_const(v);
	if (mem == XBPF_ARG_MEM)
		return check_change(env, st, &a);
	return xbpf_mem_check(env, st, &a);
}

static int check_alloc_size(struct xbpf_venv *env, struct xbpf_state *st,
			    struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_value *v = &arg_reg(st, i)->val;

	if (!xbpf_value_is_const(v))
		return xbpf_reject(env, -EACCES,
				   "R%u is not a known constant\n", i + 1);
	if (xbpf_value_to_const(v) >= MAX_VAR_OFF)
		return xbpf_reject(env, -EACCES,
				   "R%u size %llu is not allowed\n", i + 1,
				   (unsigned long long)xbpf_value_to_const(v));
	info->mem_size = xbpf_value_to_const(v);
	return 0;
}

static int check_const(struct xbpf_venv *env, struct xbpf_state *st,
		       struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_value *v = &arg_reg(st, i)->val;

	if (!xbpf_value_is_const(v))
		return xbpf_reject(env, -EINVAL,
				   "R%u must be a known constant\n", i + 1);
	info->mem_size = xbpf_value_to_const(v);
	return 0;
}

static int check_buf_size(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_value *v = &arg_reg(st, i)->val;

	if (!xbpf_value_is_const(v))
		return xbpf_reject(env, -EINVAL, "R%u is not a const\n", i + 1);
	if (xbpf_value_to_const(v) >= MAX_VAR_OFF)
		return xbpf_reject(env, -EINVAL,
				   "R%u rdonly/rdwr_buf_size exceeds u32 max\n",
				   i + 1);
	info->mem_size = xbpf_value_to_const(v);
	return 0;
}

/* What is behind it is the program's, and the kfunc may do both. */
static int check_plain(struct xbpf_venv *env, struct xbpf_state *st,
		       struct xbpf_call_info *info, u32 i)
{
	struct xbpf_access a;
	u32 size;
	int err = xbpf_check_plain_type(env, info, i, &size);

	if (err || reg_is_null(arg_reg(st, i)))
		return err;
	if (info->helper->flags & XBPF_HELPER_RELEASE)
		return xbpf_reject(env, -EINVAL,
				   "release kernel function %s expects refcounted PTR_TO_BTF_ID\n",
				   info->helper->name);
	a = arg_access(st, i, size, ACCESS_HELPER_READ);
	err = xbpf_mem_check(env, st, &a);
	a.kind = ACCESS_HELPER_WRITE;
	return err ?: xbpf_mem_check(env, st, &a);
}

/* ---- references, functions, strings ---- */

static int check_released(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_access a = arg_access(st, i, 0, ACCESS_HELPER_READ);
	const struct xbpf_reg *reg = arg_reg(st, i);
	int err = xbpf_mem_check_fixed(env, &a);

	if (err)
		return err;
	if (reg->type == T_MEM && reg->obj)	/* of a dynptr: no record's start */
		return xbpf_reject(env, -EACCES,
				   "R%u type=mem expected=ringbuf_mem\n", i + 1);
	if (!reg->ref || xbpf_state_find_ref(st, reg->ref) < 0)
		return xbpf_reject(env, -EINVAL,
				   "R%u must be referenced when passed to release function\n",
				   i + 1);
	info->release = reg->ref;
	return 0;
}

static int check_sock(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, u32 i)
{
	info->ref = arg_reg(st, i)->ref;
	return 0;
}

static int check_btf(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_call_info *info, u32 i);

/* One of ours, or the kernel's: all of those begin with struct sock_common. */
static int check_any_sock(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_call_info *info, u32 i)
{
	info->ref = arg_reg(st, i)->ref;
	return arg_reg(st, i)->type == T_BTF ? check_btf(env, st, info, i) : 0;
}

static int check_sock_release(struct xbpf_venv *env, struct xbpf_state *st,
			      struct xbpf_call_info *info, u32 i)
{
	if (arg_reg(st, i)->type == T_BTF)
		return check_btf(env, st, info, i);
	return check_released(env, st, info, i);
}

static int check_func(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, u32 i)
{
	info->func = arg_reg(st, i)->arg;
	return 0;
}

static int check_lock(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, u32 i)
{
	return xbpf_check_lock(env, st, arg_reg(st, i), i + 1, info->id);
}

static int check_timer(struct xbpf_venv *env, struct xbpf_state *st,
		       struct xbpf_call_info *info, u32 i)
{
	return xbpf_check_timer(env, arg_reg(st, i), i + 1, info);
}

static int check_kptr(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, u32 i)
{
	return xbpf_check_kptr(env, arg_reg(st, i), i + 1, info);
}

static int check_kptr_get(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_call_info *info, u32 i)
{
	return xbpf_check_kptr_get(env, arg_reg(st, i), i + 1, info);
}

static int check_kptr_object(struct xbpf_venv *env, struct xbpf_state *st,
			     struct xbpf_call_info *info, u32 i)
{
	int err = xbpf_check_kptr_object(env, arg_reg(st, i), i + 1, info);

	if (err || reg_is_null(arg_reg(st, i)))
		return err;
	return check_released(env, st, info, i);
}

/* Its number is of no use: nothing is done with a socket here. */
static int check_btf_sock(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_call_info *info, u32 i);

static int check_dynptr(struct xbpf_venv *env, struct xbpf_state *st,
			struct xbpf_call_info *info, u32 i)
{
	return xbpf_check_dynptr(env, st, arg_reg(st, i), i + 1,
				 XBPF_DYNPTR_ANY, &info->dynptr);
}

/* The memory stays where it is: only values of maps do. */
static int check_dynptr_local(struct xbpf_venv *env, struct xbpf_state *st,
			      struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_reg *mem = arg_reg(st, 0);

	if (mem->type != T_MAP_VALUE)
		return xbpf_reject(env, -EACCES,
				   "Unsupported reg type %s for bpf_dynptr_from_mem data\n",
				   xbpf_reg_type_name(mem));
	return xbpf_make_dynptr(env, st, arg_reg(st, i), i + 1,
				XBPF_DYNPTR_LOCAL, 0);
}

static int check_dynptr_ringbuf(struct xbpf_venv *env, struct xbpf_state *st,
				struct xbpf_call_info *info, u32 i)
{
	u32 ref = ++env->next_id;
	int err = xbpf_acquire(env, st, ref);

	return err ?: xbpf_make_dynptr(env, st, arg_reg(st, i), i + 1,
				       XBPF_DYNPTR_RINGBUF, ref);
}

/* One more that describes the same: it has its reference, too. */
static int check_dynptr_clone(struct xbpf_venv *env, struct xbpf_state *st,
			      struct xbpf_call_info *info, u32 i)
{
	return xbpf_make_dynptr(env, st, arg_reg(st, i), i + 1,
				info->dynptr.arg, info->dynptr.ref);
}

static int check_dynptr_packet(struct xbpf_venv *env, struct xbpf_state *st,
			       struct xbpf_call_info *info, u32 i)
{
	u32 kind = info->helper->arg[i] == XBPF_ARG_DYNPTR_SKB ?
		   XBPF_DYNPTR_SKB : XBPF_DYNPTR_XDP;

	return xbpf_make_dynptr(env, st, arg_reg(st, i), i + 1, kind, 0);
}

/* The buffer before it is of that size, or NULL. */
static int check_slice_size(struct xbpf_venv *env, struct xbpf_state *st,
			    struct xbpf_call_info *info, u32 i)
{
	struct xbpf_access a;
	int err = check_const(env, st, info, i);

	if (!err && info->mem_size >= MAX_VAR_OFF)
		err = xbpf_reject(env, -EACCES, size_unbounded, i + 1);
	if (err || reg_is_null(arg_reg(st, i - 1)))
		return err;
	a = arg_access(st, i - 1, info->mem_size, ACCESS_HELPER_READ);
	err = xbpf_mem_check(env, st, &a);
	a.kind = ACCESS_HELPER_WRITE;
	return err ?: xbpf_mem_check(env, st, &a);
}

static int check_dynptr_release(struct xbpf_venv *env, struct xbpf_state *st,
				struct xbpf_call_info *info, u32 i)
{
	int err = xbpf_check_dynptr(env, st, arg_reg(st, i), i + 1,
				    XBPF_DYNPTR_ANY, &info->dynptr);

	if (err)
		return err;
	if (!info->dynptr.ref || arg_reg(st, i)->type != T_STACK)
		return xbpf_reject(env, -EINVAL,
				   "arg %u is an unacquired reference\n", i + 1);
	info->release = info->dynptr.ref;
	return xbpf_check_dynptr(env, st, arg_reg(st, i), i + 1,
				 XBPF_DYNPTR_RINGBUF, &info->dynptr);
}

static int check_str(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_reg *reg = arg_reg(st, i);
	const struct xbpf_map *map = env->map[reg->arg];
	struct xbpf_access a = arg_access(st, i, 1, ACCESS_HELPER_READ);
	u64 addr;
	int err;

	if (!xbpf_map_is_rodata(map) || !map->ops->direct_value)
		return xbpf_reject(env, -EACCES,
				   "R%u does not point to a readonly map'\n",
				   i + 1);
	if (!xbpf_value_is_const(&reg->val))
		return xbpf_reject(env, -EACCES,
				   "R%u is not a constant address'\n", i + 1);
	err = xbpf_mem_check(env, st, &a);
	if (err)
		return err;
	err = map->ops->direct_value(map, &addr, 0);
	if (err)
		return xbpf_reject(env, err,
				   "no direct value access support for this map type\n");
	info->str = (const char *)(unsigned long)addr + reg_offset(reg);
	if (!memchr(info->str, 0, map->value_size - reg_offset(reg)))
		return xbpf_reject(env, -EINVAL,
				   "string is not zero-terminated\n");
	return 0;
}

/* Its type says so; where it points is not looked at before a CPU is chosen. */
static int check_percpu(struct xbpf_venv *env, struct xbpf_state *st,
			struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_reg *reg = arg_reg(st, i);
	struct xbpf_access a = { .regno = i + 1, .ptr = *reg };

	if (!(reg->flags & REG_PERCPU) || reg->flags & REG_UNTRUSTED)
		return xbpf_reject(env, -EACCES,
				   "R%u type=%s expected=percpu_ptr_\n", i + 1,
				   xbpf_reg_type_name(reg));
	info->percpu = *reg;
	return xbpf_mem_check_fixed(env, &a);
}

/*
 * A path has pointers of its own, which the helper follows: they are right if what
 * the path is a member of lives.
 */
static int check_path(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_reg *reg = arg_reg(st, i);
	const struct xbpf_btf *btf = xbpf_kernel_btf(env);
	s32 want = btf ? xbpf_btf_find(btf, "path", XBPF_BTF_KIND_STRUCT) : -ENOENT;

	if ((!(reg->flags & REG_TRUSTED) && !reg->ref) ||
	    reg->flags & (REG_UNTRUSTED | REG_PERCPU))
		return xbpf_reject(env, -EACCES,
				   "R%u type=%s expected=trusted_ptr_\n", i + 1,
				   xbpf_reg_type_name(reg));
	if (want < 0 || reg->obj != REG_OBJ_KERNEL ||
	    !xbpf_value_is_const(&reg->val) ||
	    !xbpf_btf_has_struct(btf, reg->arg, reg_offset(reg), want))
		return xbpf_reject(env, -EACCES,
				   "R%u is of type %s but path is expected\n",
				   i + 1, xbpf_reg_struct_name(env, reg));
	return 0;
}

static int check_type_only(struct xbpf_venv *env, struct xbpf_state *st,
			   struct xbpf_call_info *info, u32 i)
{
	return 0;
}

/* ---- the table ---- */

#define SOCKET_NAMES	"sock_common, sock, tcp_sock, xdp_sock"
#define OBJECT_NAMES	"ptr_, trusted_ptr_, rcu_ptr_"
#define ANY_SOCK_NAMES	SOCKET_NAMES ", ptr_, trusted_ptr_"
#define MEMORY_NAMES	"fp, pkt, pkt_meta, map_key, map_value, mem"

/**
 * struct arg_rule - what an argument of one type must be
 * @types: set of enum reg_type; never or-null
 * @null_ok: or the number 0
 * @expected: the same, for messages
 * @check: what the type alone does not say
 * @object: of pointers to the kernel's objects: name of the struct
 */
struct arg_rule {
	u32 types;
	u8 null_ok;
	const char *expected;
	int (*check)(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_call_info *info, u32 i);
	const char *object;
};

static const struct arg_rule rules[] = {
	[XBPF_ARG_ANYTHING] = { ANY, 0, "", check_anything },
	[XBPF_ARG_CTX] = { BIT_OF(T_CTX), 0, "ctx", check_ctx },
	[XBPF_ARG_CTX_OR_NULL] = {
		BIT_OF(T_CTX), 1, "ctx", check_ctx_or_null },
	[XBPF_ARG_STACK_CTX] = { BIT_OF(T_CTX), 0, "ctx", check_stack_ctx },
	[XBPF_ARG_CONST_MAP] = { BIT_OF(T_MAP), 0, "map_ptr", check_map },
	[XBPF_ARG_MAP_KEY] = { MEMORY, 0, MEMORY_NAMES, check_key },
	[XBPF_ARG_MAP_VALUE] = { MEMORY, 0, MEMORY_NAMES, check_value },
	[XBPF_ARG_MAP_VALUE_UNINIT] = {
		MEMORY, 0, MEMORY_NAMES, check_value_uninit },
	[XBPF_ARG_MAP_VALUE_OR_NULL] = { MEMORY, 1, MEMORY_NAMES, check_value },
	[XBPF_ARG_MAP_VALUE_PEEK] = {
		MEMORY, 0, MEMORY_NAMES, check_value_peek },
	[XBPF_ARG_MEM_RDONLY] = { MEMORY, 0, MEMORY_NAMES, check_type_only },
	[XBPF_ARG_MEM] = { MEMORY, 0, MEMORY_NAMES, check_type_only },
	[XBPF_ARG_MEM_UNINIT] = { MEMORY, 0, MEMORY_NAMES, check_type_only },
	[XBPF_ARG_MEM_RDONLY_OR_NULL] = {
		MEMORY, 1, MEMORY_NAMES, check_type_only },
	[XBPF_ARG_MEM_UNINIT_OR_NULL] = {
		MEMORY, 1, MEMORY_NAMES, check_type_only },
	[XBPF_ARG_SIZE] = { BIT_OF(T_SCALAR), 0, "scalar", check_size },
	[XBPF_ARG_SIZE_OR_ZERO] = { BIT_OF(T_SCALAR), 0, "scalar", check_size },
	[XBPF_ARG_CONST_ALLOC_SIZE] = {
		BIT_OF(T_SCALAR), 0, "scalar", check_alloc_size },
	[XBPF_ARG_RINGBUF_MEM] = {
		BIT_OF(T_MEM), 0, "alloc_mem", check_released },
	[XBPF_ARG_CONST_STR] = {
		BIT_OF(T_MAP_VALUE), 0, "map_value", check_str },
	[XBPF_ARG_LONG_PTR] = { MEMORY, 0, MEMORY_NAMES, check_long },
	[XBPF_ARG_INT_PTR] = { MEMORY, 0, MEMORY_NAMES, check_int },
	[XBPF_ARG_IP4_HEADER] = { MEMORY, 0, MEMORY_NAMES, check_header },
	[XBPF_ARG_IP6_HEADER] = { MEMORY, 0, MEMORY_NAMES, check_header },
	[XBPF_ARG_TCP_HEADER] = { MEMORY, 0, MEMORY_NAMES, check_header },
	[XBPF_ARG_SPIN_LOCK] = {
		BIT_OF(T_MAP_VALUE), 0, "map_value", check_lock },
	[XBPF_ARG_SOCK] = { BIT_OF(T_SOCKET), 0, SOCKET_NAMES, check_sock },
	[XBPF_ARG_ANY_SOCK] = {
		BIT_OF(T_SOCKET) | BIT_OF(T_BTF), 0, ANY_SOCK_NAMES,
		check_any_sock, "sock_common" },
	[XBPF_ARG_SOCK_RELEASE] = {
		BIT_OF(T_SOCKET) | BIT_OF(T_BTF), 0, ANY_SOCK_NAMES,
		check_sock_release, "sock_common" },
	[XBPF_ARG_TIMER] = {
		BIT_OF(T_MAP_VALUE), 0, "map_value", check_timer },
	[XBPF_ARG_DYNPTR] = { ANY, 0, "fp", check_dynptr },
	[XBPF_ARG_DYNPTR_LOCAL] = { ANY, 0, "fp", check_dynptr_local },
	[XBPF_ARG_DYNPTR_RINGBUF] = { ANY, 0, "fp", check_dynptr_ringbuf },
	[XBPF_ARG_DYNPTR_CLONE] = { ANY, 0, "fp", check_dynptr_clone },
	[XBPF_ARG_DYNPTR_SKB] = { ANY, 0, "fp", check_dynptr_packet },
	[XBPF_ARG_DYNPTR_XDP] = { ANY, 0, "fp", check_dynptr_packet },
	[XBPF_ARG_SLICE_BUFFER] = { MEMORY, 1, MEMORY_NAMES, check_type_only },
	[XBPF_ARG_SLICE_SIZE] = {
		BIT_OF(T_SCALAR), 0, "scalar", check_slice_size },
	[XBPF_ARG_DYNPTR_RELEASE] = { ANY, 0, "fp", check_dynptr_release },
	[XBPF_ARG_ITER_NEW] = { ANY, 0, "fp", xbpf_check_iter_new },
	[XBPF_ARG_ITER_NEXT] = { ANY, 0, "fp", xbpf_check_iter_next },
	[XBPF_ARG_ITER_DESTROY] = { ANY, 0, "fp", xbpf_check_iter_destroy },
	[XBPF_ARG_FUNC] = { BIT_OF(T_FUNC), 0, "func", check_func },
	[XBPF_ARG_STACK_PTR_OR_NULL] = {
		BIT_OF(T_STACK), 1, "fp", check_type_only },
	[XBPF_ARG_SCALAR] = { BIT_OF(T_SCALAR), 0, "scalar", check_type_only },
	[XBPF_ARG_CONST] = { BIT_OF(T_SCALAR), 0, "scalar", check_const },
	[XBPF_ARG_KPTR] = {
		BIT_OF(T_MAP_VALUE), 0, "map_value", check_kptr },
	[XBPF_ARG_KPTR_GET] = {
		BIT_OF(T_MAP_VALUE), 0, "map_value", check_kptr_get },
	[XBPF_ARG_KPTR_OBJECT_OR_NULL] = {
		BIT_OF(T_BTF), 1, "ptr_, trusted_ptr_", check_kptr_object },
	[XBPF_ARG_PLAIN] = { ANY, 1, MEMORY_NAMES, check_plain },
	[XBPF_ARG_BUF_SIZE] = { BIT_OF(T_SCALAR), 0, "scalar", check_buf_size },
	[XBPF_ARG_BTF_SOCK] = {
		BIT_OF(T_BTF) | BIT_OF(T_SOCKET), 0, SOCKET_NAMES,
		check_btf_sock, "sock" },
	[XBPF_ARG_BTF_PERCPU] = {
		BIT_OF(T_BTF), 0, "percpu_ptr_", check_percpu },
	[XBPF_ARG_BTF_PATH] = {
		BIT_OF(T_BTF), 0, OBJECT_NAMES, check_path },
	[XBPF_ARG_BTF_SKB] = {
		BIT_OF(T_BTF), 0, OBJECT_NAMES, check_btf, "sk_buff" },
	[XBPF_ARG_BTF_XDP] = {
		BIT_OF(T_BTF), 0, OBJECT_NAMES, check_btf, "xdp_buff" },
	[XBPF_ARG_BTF_TEST_REF] = {
		BIT_OF(T_BTF), 0, OBJECT_NAMES, check_btf,
		"prog_test_ref_kfunc" },
	[XBPF_ARG_BTF_TEST_MEMB] = {
		BIT_OF(T_BTF), 0, OBJECT_NAMES, check_btf, "prog_test_member" },
	[XBPF_ARG_BTF_TEST_MEMB1] = {
		BIT_OF(T_BTF), 0, OBJECT_NAMES, check_btf,
		"prog_test_member1" },
	[XBPF_ARG_BTF_TASK] = {
		BIT_OF(T_BTF), 0, OBJECT_NAMES, check_btf, "task_struct" },
	[XBPF_ARG_BTF_SEQ] = {
		BIT_OF(T_BTF), 0, OBJECT_NAMES, check_btf, "seq_file" },
	[XBPF_ARG_BTF_TASK_OR_NULL] = {
		BIT_OF(T_BTF), 1, OBJECT_NAMES, check_btf, "task_struct" },
};

static int check_btf(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_call_info *info, u32 i)
{
	const char *name = rules[info->helper->arg[i]].object;
	int err;

	if (reg_is_null(arg_reg(st, i)))
		return 0;
	err = xbpf_check_btf_arg(env, arg_reg(st, i), info, i + 1, name);
	if (err)
		return err;
	info->ref = arg_reg(st, i)->ref;
	if (!(info->helper->flags & XBPF_HELPER_RELEASE))
		return 0;
	return check_released(env, st, info, i);
}

static int check_btf_sock(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_reg *reg = arg_reg(st, i);

	if (reg->type == T_BTF)
		return check_btf(env, st, info, i);
	if (reg->arg != XBPF_SOCK_COMMON)
		return 0;
	return xbpf_reject(env, -EINVAL, sock_common,
			   info->helper->name, i, i + 1);
}

static int type_fits(const struct xbpf_venv *env, const struct arg_rule *rule,
		     const struct xbpf_reg *reg)
{
	u32 types = rule->types;

	if (types == ANY)
		return 1;
	if (rule->null_ok && reg_is_null(reg))
		return 1;
	if (types == MEMORY && env->prog->type == XBPF_PROG_TYPE_SYSCALL)
		types |= BIT_OF(T_CTX);
	return types >> reg->type & 1 && !reg->or_null;
}

/* What kfuncs say of arguments, beside what helpers do. */
static int check_kfunc_type(struct xbpf_venv *env, const struct arg_rule *rule,
			    const struct xbpf_call_info *info,
			    const struct xbpf_reg *reg, u32 i)
{
	const u32 wants_object = XBPF_HELPER_TRUSTED | XBPF_HELPER_RCU |
				 XBPF_HELPER_RELEASE;

	if (rule->object && !rule->null_ok &&
	    info->helper->flags & wants_object &&
	    (reg->or_null || reg_is_null(reg)))
		return xbpf_reject(env, -EACCES,
				   "Possibly NULL pointer passed to trusted arg%u\n",
				   i);
	if (rule->types == BIT_OF(T_CTX) && reg->type != T_CTX)
		return xbpf_reject(env, -EINVAL,
				   "arg#%u expected pointer to ctx, but got %s\n",
				   i, xbpf_reg_type_name(reg));
	return 0;
}

/**
 * xbpf_check_arg - may argument @i of the call be what it is?
 * @env: the verification
 * @st: memory that the helper writes is marked in it
 * @info: collects what later arguments and the result need
 * @i: 0 for R1
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_check_arg(struct xbpf_venv *env, struct xbpf_state *st,
		   struct xbpf_call_info *info, u32 i)
{
	u8 type = info->helper->arg[i];
	const struct arg_rule *rule = &rules[type];
	int err = xbpf_reg_check_read(env, st, i + 1);

	if (err)
		return err;
	if (type >= ARRAY_SIZE(rules) || !rule->check)
		return xbpf_reject(env, -EFAULT,
				   "unsupported arg_type %u\n", type);
	if (PACKETS >> arg_reg(st, i)->type & 1 && type != XBPF_ARG_ANYTHING &&
	    !(info->helper->flags & XBPF_HELPER_PACKET))
		return xbpf_reject(env, -EACCES,
				   "helper access to the packet is not allowed\n");
	if (info->id >= XBPF_KFUNC_FIRST)
		err = check_kfunc_type(env, rule, info, arg_reg(st, i), i);
	if (err)
		return err;
	if (!type_fits(env, rule, arg_reg(st, i)))
		return xbpf_reject(env, -EACCES, "R%u type=%s expected=%s\n",
				   i + 1, xbpf_reg_type_name(arg_reg(st, i)),
				   rule->expected);
	return rule->check(env, st, info, i);
}
