// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory: may this pointer be loaded from, stored to, handed to a helper?
 *
 * One row per type of pointer. Knows the bounds of objects; the stack, whose
 * content is tracked, is stack.c.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char index_negative[] =
	"R%u min value is negative, either use unsigned index or do a if (index >=0) check.\n";
static const char part_of_ops[] =
	"cannot access ptr member ops with moff 0 in struct bpf_map with off %d size %u\n";
static const char index_unbounded[] =
	"R%u unbounded memory access, make sure to bounds check any such access\n";

static int is_write(const struct xbpf_access *a)
{
	return a->kind == ACCESS_WRITE || a->kind == ACCESS_HELPER_WRITE;
}

/* ---- bounds, alignment ---- */

static int out_of_object(struct xbpf_venv *env, const struct xbpf_access *a,
			 s64 off, u64 object)
{
	static const char * const what[NR_TYPES] = {
		[T_MAP_VALUE] = "map value, value_size",
		[T_MAP_KEY] = "map key, key_size",
		[T_MEM] = "memory, mem_size",
	};

	return xbpf_reject(env, -EACCES,
			   "invalid access to %s=%llu off=%lld size=%u\n",
			   what[a->ptr.type] ?: what[T_MEM],
			   (unsigned long long)object, (long long)off, a->size);
}

static int inside(const struct xbpf_access *a, s64 off, u64 object)
{
	return a->kind != ACCESS_HELPER_EMPTY && off >= 0 &&
	       (u64)off + a->size <= object;
}

int xbpf_mem_negative(struct xbpf_venv *env, const struct xbpf_access *a)
{
	return xbpf_reject(env, -EACCES, index_negative, a->regno);
}

/* All of ptr + off .. + size lies in an object of @object bytes. */
static int check_bounds(struct xbpf_venv *env, const struct xbpf_access *a,
			u64 object)
{
	const struct xbpf_value *var = &a->ptr.val;
	s64 fixed = (s64)a->ptr.off + a->off;
	int err;

	if (var->smin < 0 && (var->smin <= -MAX_VAR_OFF ||
			      fixed + var->smin < 0))
		return xbpf_mem_negative(env, a);
	if (var->smin < MAX_VAR_OFF &&
	    !inside(a, fixed + var->smin, object)) {
		err = out_of_object(env, a, fixed + var->smin, object);
		return xbpf_reject(env, err,
				   "R%u min value is outside of the allowed memory range\n",
				   a->regno);
	}
	if (var->smax >= MAX_VAR_OFF)
		return xbpf_reject(env, -EACCES, index_unbounded, a->regno);
	if (inside(a, fixed + var->smax, object))
		return 0;
	err = out_of_object(env, a, fixed + var->smax, object);
	return xbpf_reject(env, err,
			   "R%u max value is outside of the allowed memory range\n",
			   a->regno);
}

static int check_alignment(struct xbpf_venv *env, const struct xbpf_access *a)
{
	static const char * const what[NR_TYPES] = {
		[T_MAP_VALUE] = "value ", [T_MAP_KEY] = "key ",
		[T_STACK] = "stack ", [T_CTX] = "context ",
		[T_SOCKET] = "sock ",
	};
	struct xbpf_tnum off;
	char text[TNUM_TEXT_MAX];

	if (a->ptr.type == T_PACKET || a->ptr.type == T_PACKET_META)
		return xbpf_packet_check_alignment(env, a);
	if (a->ptr.type != T_STACK && !a->aligned &&
	    !(env->prog->flags & XBPF_F_STRICT_ALIGNMENT))
		return 0;
	off = xbpf_tnum_add(a->ptr.val.tnum,
			    xbpf_tnum_const((s64)a->ptr.off + a->off), 64);
	if (xbpf_tnum_aligned(off, a->size))
		return 0;
	xbpf_tnum_text(text, sizeof(text), a->ptr.val.tnum);
	return xbpf_reject(env, -EACCES,
			   "misaligned %saccess off %s+%d+%d size %u\n",
			   what[a->ptr.type] ?: "", text, a->ptr.off, a->off,
			   a->size);
}

/* ---- map values ---- */

static int check_map_value(struct xbpf_venv *env, const struct xbpf_access *a)
{
	const struct xbpf_map *map = env->map[a->ptr.arg];
	const char *verb = NULL;

	if (is_write(a) && !xbpf_map_prog_may_write(map))
		verb = "write into";
	else if (!is_write(a) && !xbpf_map_prog_may_read(map))
		verb = "read from";
	if (verb)
		return xbpf_reject(env, -EACCES,
				   "%s map forbidden, value_size=%u off=%lld size=%u\n",
				   verb, map->value_size,
				   (long long)a->ptr.off + a->off, a->size);
	return check_bounds(env, a, map->value_size) ?:
	       xbpf_check_field_bytes(env, a, map->fields);
}

static int check_map_key(struct xbpf_venv *env, const struct xbpf_access *a)
{
	const struct xbpf_map *map = env->map[a->ptr.arg];

	if (is_write(a))
		return xbpf_reject(env, -EACCES,
				   "write to change key R%u not allowed\n",
				   a->regno);
	return check_bounds(env, a, map->key_size);
}

/* Nobody knows what is there, if anything: plain loads, which may fault. */
static int check_untrusted(struct xbpf_venv *env, const struct xbpf_access *a)
{
	if (is_write(a))
		return xbpf_reject(env, -EACCES, "R%u cannot write into %s\n",
				   a->regno, xbpf_reg_type_name(&a->ptr));
	if (a->kind != ACCESS_READ ||
	    env_op(env, env->insn)->kind != XBPF_KIND_LDX)
		return xbpf_reject(env, -EACCES, "R%u invalid mem access '%s'\n",
				   a->regno, xbpf_reg_type_name(&a->ptr));
	if (!env_leaks_ok(env))
		return xbpf_reject(env, -EPERM,
				   "untrusted memory is only for CAP_PERFMON and CAP_SYS_ADMIN\n");
	env->facts[env->insn].flags |= XBPF_FACT_FAULTING;
	return 0;
}

static int check_bytes(struct xbpf_venv *env, const struct xbpf_access *a)
{
	if (a->ptr.flags & REG_UNTRUSTED)
		return check_untrusted(env, a);
	if (is_write(a) && a->ptr.flags & REG_RDONLY)
		return xbpf_reject(env, -EACCES, "R%u cannot write into %s\n",
				   a->regno, xbpf_reg_type_name(&a->ptr));
	return check_bounds(env, a, a->ptr.arg);
}

/* Frozen read-only data is a constant: its bytes are read now. */
static int fold_rodata(struct xbpf_venv *env, const struct xbpf_access *a,
		       struct xbpf_reg *result)
{
	const struct xbpf_map *map = env->map[a->ptr.arg];
	u64 addr, bytes = 0;
	s64 off = reg_offset(&a->ptr) + a->off;

	if (!xbpf_map_is_rodata(map) ||
	    !xbpf_value_is_const(&a->ptr.val) || !map->ops->direct_value)
		return 0;
	if (map->ops->direct_value(map, &addr, 0))
		return 0;
	memcpy(&bytes, (const void *)(unsigned long)(addr + off), a->size);
	xbpf_reg_set_scalar(result, xbpf_value_const(bytes));
	return 1;
}

static int load_map_value(struct xbpf_venv *env, const struct xbpf_access *a,
			  struct xbpf_reg *result)
{
	return xbpf_kptr_load(env, a, result) ?: fold_rodata(env, a, result);
}

/* ---- context ---- */

/* A context is passed as it came: its layout is not that of an array. */
static int check_unmodified(struct xbpf_venv *env, const struct xbpf_access *a)
{
	char text[TNUM_TEXT_MAX];
	s64 off;

	if (!xbpf_value_is_const(&a->ptr.val)) {
		xbpf_tnum_text(text, sizeof(text), a->ptr.val.tnum);
		return xbpf_reject(env, -EACCES,
				   "variable %s access var_off=%s disallowed\n",
				   xbpf_reg_type_name(&a->ptr), text);
	}
	off = reg_offset(&a->ptr);
	if (off < 0)
		return xbpf_reject(env, -EACCES,
				   "negative offset %s ptr R%u off=%lld disallowed\n",
				   xbpf_reg_type_name(&a->ptr), a->regno,
				   (long long)off);
	if (off)
		return xbpf_reject(env, -EACCES,
				   "dereference of modified %s ptr R%u off=%lld disallowed\n",
				   xbpf_reg_type_name(&a->ptr), a->regno,
				   (long long)off);
	return 0;
}

int xbpf_mem_check_fixed(struct xbpf_venv *env, const struct xbpf_access *a)
{
	return check_unmodified(env, a);
}

static int ctx_access(struct xbpf_venv *env, const struct xbpf_access *a,
		      struct xbpf_ctx_access *c)
{
	*c = (struct xbpf_ctx_access){
		.off = a->off, .size = a->size, .write = is_write(a),
	};
	if (a->off < 0)
		return XBPF_CTX_DENIED;
	return env->target.proto ? xbpf_ctx_tracing(env, c) :
		env->type->ctx_access(env->prog, c);
}

static int check_ctx(struct xbpf_venv *env, const struct xbpf_access *a)
{
	struct xbpf_ctx_access c;
	int err = check_unmodified(env, a);

	if (err)
		return err;
	if (ctx_access(env, a, &c) != XBPF_CTX_DENIED) {
		env->prog->max_ctx = max(env->prog->max_ctx, a->off + a->size);
		return 0;
	}
	if (env_op(env, env->insn)->kind == XBPF_KIND_ST)
		return xbpf_reject(env, -EACCES,
				   "BPF_ST stores into R%u %s is not allowed\n",
				   a->regno, xbpf_reg_type_name(&a->ptr));
	return xbpf_reject(env, -EACCES,
			   "invalid bpf_context access off=%d size=%u\n",
			   a->off, a->size);
}

/* What each kind of context field is in a register. */
static int load_ctx(struct xbpf_venv *env, const struct xbpf_access *a,
		    struct xbpf_reg *result)
{
	static const u8 types[] = {
		[XBPF_CTX_PACKET] = T_PACKET,
		[XBPF_CTX_PACKET_META] = T_PACKET_META,
		[XBPF_CTX_PACKET_END] = T_PACKET_END,
		[XBPF_CTX_SOCKET] = T_SOCKET,
		[XBPF_CTX_BTF] = T_BTF,
		[XBPF_CTX_TP_BUFFER] = T_TP_BUFFER,
	};
	struct xbpf_ctx_access c;
	int kind = ctx_access(env, a, &c);

	if (kind >= ARRAY_SIZE(types) || !types[kind])
		return 0;
	/* The whole address, as it is: no other load is made into one of it. */
	if (env_op(env, env->insn)->oper > XBPF_OPER_U64 ||
	    env_op(env, env->insn)->kind != XBPF_KIND_LDX)
		return xbpf_reject(env, -EACCES,
				   "invalid bpf_context access off=%d size=%u\n",
				   a->off, a->size);
	if (c.addr_off) {
		env->facts[env->insn].flags |= XBPF_FACT_CTX_ADDR;
		env->facts[env->insn].off = c.addr_off;
	}
	xbpf_reg_set_pointer(result, types[kind]);
	result->arg = c.btf_id;
	result->or_null = c.or_null;
	if (c.or_null)
		result->id = ++env->next_id;
	if (kind == XBPF_CTX_BTF && c.trusted)
		result->flags = REG_TRUSTED;
	return 1;
}

/* ---- sockets ---- */

static int check_socket(struct xbpf_venv *env, const struct xbpf_access *a)
{
	/* Sockets are not moved: off is the whole offset. */
	if (is_write(a))
		return xbpf_reject(env, -EACCES, "R%u cannot write into %s\n",
				   a->regno, xbpf_reg_type_name(&a->ptr));
	if (a->off >= 0 && xbpf_ctx_sock(a->ptr.arg, a->off, a->size))
		return 0;
	return xbpf_reject(env, -EACCES,
			   "R%u invalid %s access off=%d size=%u\n", a->regno,
			   xbpf_reg_type_name(&a->ptr), a->off, a->size);
}

/* ---- buffers of tracepoints ---- */

/*
 * How large the buffer is only the tracepoint knows that the program is attached to:
 * the largest end is compared with it then. So each offset must be known now.
 */
static int check_tp_buffer(struct xbpf_venv *env, const struct xbpf_access *a)
{
	s64 off = (s64)a->ptr.off + a->off;
	char text[TNUM_TEXT_MAX];

	if (off < 0)
		return xbpf_reject(env, -EACCES,
				   "R%u invalid tracepoint buffer access: off=%lld, size=%u\n",
				   a->regno, (long long)off, a->size);
	if (!xbpf_value_is_const(&a->ptr.val) || a->ptr.val.umin) {
		xbpf_tnum_text(text, sizeof(text), a->ptr.val.tnum);
		return xbpf_reject(env, -EACCES,
				   "R%u invalid variable buffer offset: off=%lld, var_off=%s\n",
				   a->regno, (long long)off, text);
	}
	env->prog->max_tp_access = max_t(u32, env->prog->max_tp_access,
					 off + a->size);
	return 0;
}

/* ---- one instruction, one kind of pointer ---- */

/* What an instruction does there depends on the pointer's type. */
static int is_special(u8 type)
{
	return type == T_CTX || type >= NR_TYPES;
}

/**
 * xbpf_mem_note - a load or store went through this pointer
 * @env: the verification
 * @ptr: the pointer
 *
 * An instruction is translated once, so where the type decides what it is, all
 * paths must agree.
 */
int xbpf_mem_note(struct xbpf_venv *env, const struct xbpf_reg *ptr)
{
	u8 type = ptr->type == T_SOCKET ? NR_TYPES + ptr->arg : ptr->type;
	u8 *first = &env->ptr_type[env->insn];

	if (!*first)
		*first = type;
	if (type == *first || (!is_special(type) && !is_special(*first)))
		return 0;
	return xbpf_reject(env, -EINVAL,
			   "same insn cannot be used with different pointers\n");
}

/* ---- maps themselves ---- */

/* The kernel's name of a map's structure, whose fields it lets programs read. */
static const char *map_struct(const struct xbpf_map *map)
{
	switch (map->type) {
	case XBPF_MAP_TYPE_HASH:
	case XBPF_MAP_TYPE_PERCPU_HASH:
	case XBPF_MAP_TYPE_LRU_HASH:
	case XBPF_MAP_TYPE_LRU_PERCPU_HASH:
	case XBPF_MAP_TYPE_HASH_OF_MAPS:
		return "bpf_htab";
	default:
		return "bpf_array";
	}
}

/*
 * Of the kernel's structure and of ours the first member is ops, and it is a
 * number here; the rest of ours is not where programs expect the kernel's.
 */
static int check_map_struct(struct xbpf_venv *env, const struct xbpf_access *a)
{
	const char *name = map_struct(env->map[a->ptr.arg]);
	const u32 ops_end = offsetofend(struct xbpf_map, ops);

	static_assert(!offsetof(struct xbpf_map, ops));
	if (!env_leaks_ok(env))
		return xbpf_reject(env, -EPERM,
				   "%s access is allowed only to CAP_PERFMON and CAP_SYS_ADMIN\n",
				   name);
	if (a->off < 0)
		return xbpf_reject(env, -EACCES,
				   "R%u is %s invalid negative access: off=%d\n",
				   a->regno, name, a->off);
	if (is_write(a))
		return xbpf_reject(env, -EACCES,
				   "only read from %s is supported\n", name);
	if (!a->off && a->size == ops_end)
		return 0;
	if (a->off < ops_end)
		return xbpf_reject(env, -EACCES, part_of_ops, a->off, a->size);
	return xbpf_reject(env, -EACCES, "R%u invalid mem access '%s'\n",
			   a->regno, xbpf_reg_type_name(&a->ptr));
}

/* ---- the table ---- */

/**
 * struct mem_type - what a type of pointer allows
 * @check: bounds and rights of an access
 * @load: after it, of loads: what is known of the result: 1, set; 0, a number;
 *	-errno after xbpf_reject(); NULL: a number
 * @leak: what an address stored there leaks into, for messages
 * @helpers: helpers may be given it as memory
 * @atomics: atomic operations are possible
 */
struct mem_type {
	int (*check)(struct xbpf_venv *env, const struct xbpf_access *a);
	int (*load)(struct xbpf_venv *env, const struct xbpf_access *a,
		    struct xbpf_reg *result);
	const char *leak;
	u8 helpers;
	u8 atomics;
};

static const struct mem_type mem_types[NR_TYPES] = {
	[T_CTX]		= { check_ctx, load_ctx, "ctx", 0, 0 },
	[T_MAP]		= { check_map_struct, NULL, "map", 0, 0 },
	[T_MAP_VALUE]	= { check_map_value, load_map_value, "map", 1, 1 },
	[T_MAP_KEY]	= { check_map_key, NULL, "key", 1, 0 },
	[T_MEM]		= { check_bytes, NULL, "mem", 1, 1 },
	[T_PACKET]	= { xbpf_packet_check, NULL, "packet", 1, 0 },
	[T_PACKET_META]	= { xbpf_packet_check, NULL, "packet", 1, 0 },
	[T_SOCKET]	= { check_socket, NULL, "sock", 0, 0 },
	[T_TP_BUFFER]	= { check_tp_buffer, NULL, "mem", 0, 0 },
	[T_BTF]		= { xbpf_btf_ptr_check, xbpf_btf_ptr_load, "ptr_", 0, 0 },
};

static int no_memory(struct xbpf_venv *env, const struct xbpf_access *a)
{
	return xbpf_reject(env, -EACCES, "R%u invalid mem access '%s'\n",
			   a->regno, xbpf_reg_type_name(&a->ptr));
}

static int usable(const struct xbpf_access *a)
{
	return mem_types[a->ptr.type].check && !a->ptr.or_null;
}

int xbpf_mem_load(struct xbpf_venv *env, struct xbpf_state *st,
		  const struct xbpf_access *a, struct xbpf_reg *result)
{
	const struct mem_type *type = &mem_types[a->ptr.type];
	int err;

	if (a->ptr.type == T_STACK)
		return check_alignment(env, a) ?:
		       xbpf_stack_load(env, st, a, result);
	if (!usable(a))
		return no_memory(env, a);
	err = check_alignment(env, a) ?: type->check(env, a);
	if (!err && type->load)
		err = type->load(env, a, result);
	if (!err)
		xbpf_reg_set_scalar(result, xbpf_value_unsigned(8 * a->size));
	return min(err, 0);
}

int xbpf_mem_store(struct xbpf_venv *env, struct xbpf_state *st,
		   const struct xbpf_access *a, const struct xbpf_reg *value,
		   int value_regno)
{
	const struct mem_type *type = &mem_types[a->ptr.type];
	int err;

	if (a->ptr.type == T_STACK)
		return check_alignment(env, a) ?:
		       xbpf_stack_store(env, st, a, value);
	if (!usable(a))
		return no_memory(env, a);
	if (reg_is_pointer(value) && !env_leaks_ok(env))
		return xbpf_reject(env, -EACCES, "R%d leaks addr into %s\n",
				   value_regno, type->leak);
	err = check_alignment(env, a) ?: type->check(env, a);
	if (!err && a->ptr.type == T_MAP_VALUE)
		err = xbpf_kptr_store(env, a, value, value_regno);
	return err;
}

/* The context of a system call's program is bytes: the last one says how many. */
static int check_ctx_bytes(struct xbpf_venv *env, const struct xbpf_access *a)
{
	struct xbpf_access last = *a;

	if (!a->size)
		return check_unmodified(env, a);
	last.off += a->size - 1;
	last.size = 1;
	return check_ctx(env, &last);
}

/**
 * xbpf_mem_check - may a helper touch these bytes?
 * @env: the verification
 * @st: stack bytes that it writes become some number
 * @a: kind is one of the helper kinds
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_mem_check(struct xbpf_venv *env, struct xbpf_state *st,
		   const struct xbpf_access *a)
{
	if (a->ptr.type == T_STACK)
		return xbpf_stack_check(env, st, a);
	if (a->ptr.type == T_CTX && !a->ptr.or_null &&
	    env->prog->type == XBPF_PROG_TYPE_SYSCALL)
		return check_ctx_bytes(env, a);
	if (!usable(a) || !mem_types[a->ptr.type].helpers)
		return xbpf_reject(env, -EACCES, "R%u type=%s expected=fp\n",
				   a->regno, xbpf_reg_type_name(&a->ptr));
	return mem_types[a->ptr.type].check(env, a);
}

/*
 * Of some memory nobody says how it is aligned: an atomic operation there could lie
 * in two cache lines, at which some processors stop the kernel. Slices of dynptrs
 * begin anywhere. Of what a global function is given its calls see to that.
 */
static int may_be_misaligned(const struct xbpf_reg *ptr)
{
	switch (ptr->type) {
	case T_CTX:
	case T_PACKET:
	case T_PACKET_META:
	case T_SOCKET:
	case T_TP_BUFFER:
		return 1;
	case T_MEM:
		return ptr->obj && ptr->obj != REG_MEM_PART;
	default:
		return 0;
	}
}

/*
 * Memory that is handed to a body which knows no more than its size, and takes its
 * start for as aligned as that of any object where alignment matters (@a->aligned).
 */
int xbpf_mem_check_shared(struct xbpf_venv *env, const struct xbpf_access *a)
{
	struct xbpf_access first = *a;

	if (a->size < sizeof(u32) || !a->aligned)
		return 0;
	if (may_be_misaligned(&a->ptr))
		return xbpf_reject(env, -EACCES,
				   "R%u %s may be misaligned for atomic operations\n",
				   a->regno, xbpf_reg_type_name(&a->ptr));
	first.size = sizeof(u64);
	return check_alignment(env, &first);
}

/* ---- atomics ---- */

static int fetches(const struct xbpf_op_info *op)
{
	switch (op->oper) {
	case XBPF_OPER_FADD:
	case XBPF_OPER_FOR:
	case XBPF_OPER_FAND:
	case XBPF_OPER_FXOR:
	case XBPF_OPER_XCHG:
	case XBPF_OPER_CMPXCHG:
		return 1;
	default:
		return 0;
	}
}

static int check_operands(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	const struct xbpf_reg *regs = state_regs(st);
	int err;

	err = xbpf_reg_check_read(env, st, insn->src_reg) ?:
	      xbpf_reg_check_read(env, st, insn->dst_reg);
	if (!err && op->oper == XBPF_OPER_CMPXCHG) {
		err = xbpf_reg_check_read(env, st, XBPF_REG_0);
		if (!err && reg_is_pointer(&regs[XBPF_REG_0]) &&
		    !env_leaks_ok(env))
			return xbpf_reject(env, -EACCES,
					   "R0 leaks addr into mem\n");
	}
	if (err)
		return err;
	if (reg_is_pointer(&regs[insn->src_reg]) && !env_leaks_ok(env))
		return xbpf_reject(env, -EACCES, "R%u leaks addr into mem\n",
				   insn->src_reg);
	if (fetches(op) && op->oper != XBPF_OPER_CMPXCHG)
		return xbpf_reg_check_write(env, insn->src_reg);
	return 0;
}

/* Read, modify, write: both rights are needed, the old number may come back. */
int xbpf_check_atomic(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	struct xbpf_reg *regs = state_regs(st), old, number;
	struct xbpf_access a = {
		.regno = insn->dst_reg, .off = insn->off,
		.size = op->width / 8, .kind = ACCESS_READ, .exact = 1,
		.aligned = 1,
	};
	int err = check_operands(env, st);

	if (err)
		return err;
	a.ptr = regs[insn->dst_reg];
	if (may_be_misaligned(&a.ptr))
		return xbpf_reject(env, -EACCES,
				   "BPF_ATOMIC stores into R%u %s is not allowed\n",
				   a.regno, xbpf_reg_type_name(&a.ptr));
	err = xbpf_mem_load(env, st, &a, &old);
	if (err)
		return err;
	if (reg_is_pointer(&old) && !env_leaks_ok(env))
		return xbpf_reject(env, -EACCES,
				   "leaking pointer from stack off %d\n",
				   a.ptr.off + a.off);
	a.kind = ACCESS_WRITE;
	xbpf_reg_set_scalar(&number, xbpf_value_unknown());
	err = xbpf_mem_store(env, st, &a, &number, insn->src_reg);
	/* What was there comes back: of the stack it is known what that was. */
	if (!err && fetches(op))
		regs[op->oper == XBPF_OPER_CMPXCHG ? XBPF_REG_0 :
		     insn->src_reg] = old;
	return err;
}
