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
static const struct xbpf_reg *operand(struct xbpf_venv *env,
				      struct xbpf_state *st,
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

static int check_mov32(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	struct xbpf_reg *src = &state_regs(st)[insn->src_reg];
	struct xbpf_reg *dst = &state_regs(st)[insn->dst_reg];

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
	*dst = *src;
	dst->id = 0;
	xbpf_value_truncate(&dst->val, 32);
	return 0;
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

static int check_numbers(struct xbpf_venv *env, struct xbpf_reg *dst,
			 const struct xbpf_reg *src)
{
	const struct xbpf_insn *insn = env_insn(env);
	struct xbpf_value operand = src->val;

	if (same_register(env)) {
		xbpf_reg_set_scalar(dst, xbpf_value_const(0));
		return 0;
	}
	xbpf_value_alu(xbpf_value_alu_op(insn->code, insn->off),
		       env_op(env, env->insn)->width, &dst->val, &operand);
	dst->id = 0;
	return 0;
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
	const struct xbpf_reg *src = operand(env, st, &imm);

	if (!reg_is_pointer(dst) && !reg_is_pointer(src))
		return check_numbers(env, dst, src);
	if (op->width == 32 || (reg_is_pointer(dst) && reg_is_pointer(src)))
		return check_odd_pointers(env, dst, src);
	if (reg_is_pointer(dst))
		return xbpf_check_ptr_alu(env, dst, dst, src, regno);
	num = *dst;
	return xbpf_check_ptr_alu(env, dst, src, &num, regno);
}

int xbpf_check_alu(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	int err = 0;

	if (op->use & XBPF_USE_S)
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
	int err;

	err = xbpf_reg_check_read(env, st, insn->src_reg) ?:
	      xbpf_reg_check_write(env, insn->dst_reg);
	if (err)
		return err;
	src = state_regs(st)[insn->src_reg];
	if (leaks(env, &src))
		return xbpf_reject(env, -EACCES,
				   "R%u sign-extension part of pointer\n",
				   insn->src_reg);
	xbpf_reg_set_scalar(dst, reg_is_pointer(&src) ? xbpf_value_unknown() :
			    src.val);
	xbpf_value_sext(&dst->val, movsx_bits(op), op->width);
	return 0;
}

static void apply_unary(const struct xbpf_op_info *op, struct xbpf_value *val)
{
	struct xbpf_value zero = xbpf_value_const(0);

	if (op->kind == XBPF_KIND_NEG)
		xbpf_value_alu(XBPF_VALUE_NEG, op->width, val, &zero);
	else if (op->oper == XBPF_OPER_LE)
		xbpf_value_truncate(val, op->width);
	else
		xbpf_value_bswap(val, op->width);
}

/* Negation and byte order. */
int xbpf_check_unary(struct xbpf_venv *env, struct xbpf_state *st)
{
	u32 regno = env_insn(env)->dst_reg;
	struct xbpf_reg *dst = &state_regs(st)[regno];
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
	apply_unary(env_op(env, env->insn), &dst->val);
	dst->id = 0;
	return 0;
}
