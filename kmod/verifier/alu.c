// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arithmetic and moves.
 *
 * Knows which of them numbers and pointers allow. Numbers are the value
 * domain's business (value.h), offsets of pointers that of ptr_alu.c.
 */
#include "verifier/priv.h"

static int leaks(const struct xbpf_venv *env, const struct xbpf_reg *reg)
{
	return reg_is_pointer(reg) && !env_leaks_ok(env);
}

/* The second operand: src, or the immediate in *@imm. */
static struct xbpf_reg *operand(struct xbpf_venv *env, struct xbpf_state *st,
				struct xbpf_reg *imm)
{
	const struct xbpf_insn *insn = env_insn(env);

	if (env_op(env, env->insn)->use & XBPF_USE_S)
		return &state_regs(st)[insn->src_reg];
	xbpf_reg_set_scalar(imm, xbpf_value_const((s64)insn->imm));
	return imm;
}

/* Copies of an unknown number share an id, so that they are narrowed together. */
static void link_copies(struct xbpf_venv *env, struct xbpf_reg *src)
{
	if (src->type == T_SCALAR && !src->id &&
	    !xbpf_value_is_const(&src->val))
		src->id = ++env->next_id;
}

/*
 * @dst becomes @val, which was computed and is the number that @id names. What
 * was known of that before is true of it. A constant needs no name, unless it is to be
 * seen what a round of a loop made of a number.
 */
static int set_number(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_reg *dst, struct xbpf_value val, u32 id)
{
	int named = id && (st->loop || !xbpf_value_is_const(&val)) &&
		    xbpf_number_recall(env, st, id, &val);

	xbpf_reg_set_scalar(dst, val);
	dst->id = named ? id : 0;
	return 0;
}

static int check_mov32(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	struct xbpf_reg *src = &state_regs(st)[insn->src_reg];
	struct xbpf_reg *dst = &state_regs(st)[insn->dst_reg];
	struct xbpf_value val;
	u32 id;

	if (leaks(env, src))
		return xbpf_reject(env, -EACCES,
				   "R%u partial copy of pointer\n",
				   insn->src_reg);
	if (reg_is_pointer(src)) {
		xbpf_reg_set_scalar(dst, xbpf_value_unsigned(32));
		return 0;
	}
	if (src->val.umax <= U32_MAX) {
		link_copies(env, src);
		*dst = *src;
		return 0;
	}
	id = xbpf_number_low(env, src, 32);
	val = src->val;
	xbpf_value_truncate(&val, 32);
	return set_number(env, st, dst, val, id);
}

static int check_mov(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	struct xbpf_reg *dst = &state_regs(st)[insn->dst_reg];

	if (!(op->use & XBPF_USE_S)) {
		xbpf_reg_set_scalar(dst, xbpf_value_const(op->width == 64 ?
				    (u64)(s64)insn->imm : (u32)insn->imm));
		return 0;
	}
	if (op->width == 32)
		return check_mov32(env, st);
	link_copies(env, &state_regs(st)[insn->src_reg]);
	*dst = state_regs(st)[insn->src_reg];
	return 0;
}

/* r op= r, for the operations whose result is then known. */
static int same_register(const struct xbpf_venv *env)
{
	const struct xbpf_op_info *op = env_op(env, env->insn);

	return op->use & XBPF_USE_S &&
	       env_insn(env)->dst_reg == env_insn(env)->src_reg &&
	       (op->oper == XBPF_OPER_SUB || op->oper == XBPF_OPER_XOR);
}

static int check_numbers(struct xbpf_venv *env, struct xbpf_state *st,
			 struct xbpf_reg *dst, struct xbpf_reg *src)
{
	const struct xbpf_insn *insn = env_insn(env);
	enum xbpf_value_op op = xbpf_value_alu_op(insn->code, insn->off);
	u32 id, width = env_op(env, env->insn)->width;
	struct xbpf_value result = dst->val;

	if (same_register(env)) {
		xbpf_reg_set_scalar(dst, xbpf_value_const(0));
		return 0;
	}
	env->unnamed = 1;
	xbpf_value_alu(op, width, &result, &src->val);
	id = xbpf_number_alu(env, op, width, dst, src, &result);
	return set_number(env, st, dst, result, id);
}

/* Two pointers, or a pointer in a 32-bit operation. */
static int check_odd_pointers(struct xbpf_venv *env, struct xbpf_reg *dst,
			      const struct xbpf_reg *src)
{
	const struct xbpf_op_info *op = env_op(env, env->insn);
	u32 regno = env_insn(env)->dst_reg;

	if (op->oper == XBPF_OPER_SUB && env_leaks_ok(env)) {
		xbpf_reg_set_scalar(dst, xbpf_value_unsigned(op->width));
		return 0;
	}
	if (op->width == 32)
		return xbpf_reject(env, -EACCES,
				   "R%u 32-bit pointer arithmetic prohibited\n",
				   regno);
	return xbpf_reject(env, -EACCES, "R%u pointer %s pointer prohibited\n",
			   regno, op->sym);
}

static int check_operation(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_op_info *op = env_op(env, env->insn);
	u32 regno = env_insn(env)->dst_reg;
	struct xbpf_reg *dst = &state_regs(st)[regno], imm, num;
	struct xbpf_reg *src = operand(env, st, &imm);

	if (!reg_is_pointer(dst) && !reg_is_pointer(src))
		return check_numbers(env, st, dst, src);
	if (op->width == 32 || (reg_is_pointer(dst) && reg_is_pointer(src)))
		return check_odd_pointers(env, dst, src);
	if (reg_is_pointer(dst))
		return xbpf_check_ptr_alu(env, st, dst, dst, src, regno);
	num = *dst;
	return xbpf_check_ptr_alu(env, st, dst, src, &num, regno);
}

/*
 * A register that was never written may be copied: whoever uses the copy is
 * refused, and is told where it came from. What nobody uses harms nobody.
 */
static int copies_undefined(const struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	struct xbpf_reg *src = &state_regs(st)[insn->src_reg];

	if (env_op(env, env->insn)->oper != XBPF_OPER_MOV ||
	    env_op(env, env->insn)->width != 64 || src->type != T_NONE)
		return 0;
	src->arg = src->arg ?: insn->src_reg + 1;
	return 1;
}

int xbpf_check_alu(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	int err = 0;

	if (op->use & XBPF_USE_S && !copies_undefined(env, st))
		err = xbpf_reg_check_read(env, st, insn->src_reg);
	if (!err && op->oper != XBPF_OPER_MOV)
		err = xbpf_reg_check_read(env, st, insn->dst_reg);
	err = err ?: xbpf_reg_check_write(env, insn->dst_reg);
	if (err)
		return err;
	return op->oper == XBPF_OPER_MOV ? check_mov(env, st) :
		check_operation(env, st);
}

static u32 movsx_bits(const struct xbpf_op_info *op)
{
	return op->oper == XBPF_OPER_S8 ? 8 : op->oper == XBPF_OPER_S16 ? 16 : 32;
}

int xbpf_check_movsx(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	struct xbpf_reg *dst = &state_regs(st)[insn->dst_reg], src;
	struct xbpf_value val;
	u32 id;
	int err;

	err = xbpf_reg_check_read(env, st, insn->src_reg) ?:
	      xbpf_reg_check_write(env, insn->dst_reg);
	if (err)
		return err;
	id = xbpf_number_sext(env, &state_regs(st)[insn->src_reg],
			      movsx_bits(op), op->width);
	src = state_regs(st)[insn->src_reg];
	if (leaks(env, &src))
		return xbpf_reject(env, -EACCES,
				   "R%u sign-extension part of pointer\n",
				   insn->src_reg);
	val = reg_is_pointer(&src) ? xbpf_value_unknown() : src.val;
	xbpf_value_sext(&val, movsx_bits(op), op->width);
	return set_number(env, st, dst, val, id);
}

/* Makes *@val of the number in @reg; returns its name. */
static u32 apply_unary(struct xbpf_venv *env, struct xbpf_reg *reg,
		       struct xbpf_value *val)
{
	const struct xbpf_op_info *op = env_op(env, env->insn);
	struct xbpf_reg zero;

	*val = reg->val;
	if (op->kind == XBPF_KIND_NEG) {
		xbpf_reg_set_scalar(&zero, xbpf_value_const(0));
		xbpf_value_alu(XBPF_VALUE_NEG, op->width, val, &zero.val);
		return xbpf_number_alu(env, XBPF_VALUE_NEG, op->width, reg,
				       &zero, val);
	}
	if (op->oper == XBPF_OPER_LE) {
		xbpf_value_truncate(val, op->width);
		return xbpf_number_low(env, reg, op->width);
	}
	xbpf_value_bswap(val, op->width);
	return xbpf_number_bswap(env, reg, op->width);
}

/* Negation and byte order. */
int xbpf_check_unary(struct xbpf_venv *env, struct xbpf_state *st)
{
	u32 regno = env_insn(env)->dst_reg;
	struct xbpf_reg *dst = &state_regs(st)[regno];
	struct xbpf_value val;
	u32 id;
	int err;

	err = xbpf_reg_check_read(env, st, regno) ?:
	      xbpf_reg_check_write(env, regno);
	if (err)
		return err;
	if (leaks(env, dst))
		return xbpf_reject(env, -EACCES,
				   "R%u pointer arithmetic prohibited\n",
				   regno);
	if (reg_is_pointer(dst))
		xbpf_reg_set_scalar(dst, xbpf_value_unknown());
	env->unnamed = 1;
	id = apply_unary(env, dst, &val);
	return set_number(env, st, dst, val, id);
}
