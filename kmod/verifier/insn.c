// SPDX-License-Identifier: GPL-2.0-only
/*
 * One instruction in one state: to whom each kind goes.
 *
 * Knows what is common to all: that registers are read after they were
 * written, and what loads and stores are made of.
 */
#include "verifier/priv.h"

int xbpf_reg_check_read(struct xbpf_venv *env, const struct xbpf_state *st,
			u32 regno)
{
	const struct xbpf_reg *reg = &state_regs(st)[regno];

	if (reg->type != T_NONE)
		return 0;
	return xbpf_reject(env, -EACCES, "R%u !read_ok\n",
			   reg->arg ? reg->arg - 1 : regno);
}

int xbpf_reg_check_write(struct xbpf_venv *env, u32 regno)
{
	if (regno != FP)
		return 0;
	return xbpf_reject(env, -EACCES, "frame pointer is read only\n");
}

static int check_ld_imm64(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_step *step)
{
	const struct xbpf_insn *insn = env_insn(env);
	struct xbpf_reg *dst = &state_regs(st)[insn->dst_reg];
	int err = xbpf_reg_check_write(env, insn->dst_reg);

	if (err)
		return err;
	step->next++;
	switch (insn->src_reg) {
	case XBPF_PSEUDO_MAP_FD:
		xbpf_reg_set_pointer(dst, T_MAP);
		dst->arg = insn->imm;
		return 0;
	case XBPF_PSEUDO_MAP_VALUE:
		xbpf_reg_set_pointer(dst, T_MAP_VALUE);
		dst->arg = insn->imm;
		dst->off = insn[1].imm;
		xbpf_reg_name(env, dst);
		return 0;
	case XBPF_PSEUDO_FUNC:
		xbpf_reg_set_pointer(dst, T_FUNC);
		dst->arg = xbpf_sub_called(env, env->insn);
		return 0;
	default:
		xbpf_reg_set_scalar(dst, xbpf_value_const((u64)(u32)insn[1].imm << 32 |
							  (u32)insn->imm));
		return 0;
	}
}

static int is_signed(const struct xbpf_op_info *op)
{
	return op->oper == XBPF_OPER_S8 || op->oper == XBPF_OPER_S16 ||
	       op->oper == XBPF_OPER_S32;
}

static int check_load(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	struct xbpf_reg result;
	struct xbpf_access a = {
		.regno = insn->src_reg, .off = insn->off,
		.size = op->width / 8, .kind = ACCESS_READ, .exact = 1,
		.aligned = op->kind == XBPF_KIND_LOAD_ACQ,
	};
	int err;

	err = xbpf_reg_check_read(env, st, insn->src_reg) ?:
	      xbpf_reg_check_write(env, insn->dst_reg);
	if (err)
		return err;
	a.ptr = state_regs(st)[insn->src_reg];
	err = xbpf_mem_load(env, st, &a, &result) ?: xbpf_mem_note(env, &a.ptr);
	if (err)
		return err;
	if (is_signed(op) && result.type == T_SCALAR) {
		result.id = result.id ? xbpf_number_sext(env, &result,
							 op->width, 64) : 0;
		xbpf_value_sext(&result.val, op->width, 64);
	}
	state_regs(st)[insn->dst_reg] = result;
	return 0;
}

/* To the stack: those bytes are as if they had never been written. */
static int spills_undefined(const struct xbpf_reg *src,
			    const struct xbpf_access *a)
{
	return src->type == T_NONE && a->ptr.type == T_STACK && a->size == 8;
}

static int check_store(struct xbpf_venv *env, struct xbpf_state *st)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	int imm = op->kind == XBPF_KIND_ST;
	struct xbpf_reg value, *src = &state_regs(st)[insn->src_reg];
	struct xbpf_access a = {
		.regno = insn->dst_reg, .off = insn->off,
		.size = op->width / 8, .kind = ACCESS_WRITE, .exact = 1,
		.aligned = op->kind == XBPF_KIND_STORE_REL,
	};
	int err = xbpf_reg_check_read(env, st, insn->dst_reg);

	if (err)
		return err;
	a.ptr = state_regs(st)[insn->dst_reg];
	if (!imm && !spills_undefined(src, &a))
		err = xbpf_reg_check_read(env, st, insn->src_reg);
	if (err)
		return err;
	if (imm) {
		xbpf_reg_set_scalar(&value, xbpf_value_const((s64)insn->imm));
		return xbpf_mem_store(env, st, &a, &value, -1) ?:
		       xbpf_mem_note(env, &a.ptr);
	}
	/* The copy in memory and the one in the register stay linked. */
	if (src->type == T_SCALAR && !src->id &&
	    !xbpf_value_is_const(&src->val) && a.ptr.type == T_STACK)
		src->id = ++env->next_id;
	value = *src;
	return xbpf_mem_store(env, st, &a, &value, insn->src_reg) ?:
	       xbpf_mem_note(env, &a.ptr);
}

/**
 * xbpf_insn_check - is env->insn safe in @st, and what is @st after it?
 * @env: the verification; with STEP_FORK, env->fork is the other edge's state
 * @st: changed to the state after the instruction
 * @step: where it leads
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_insn_check(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step)
{
	const struct xbpf_op_info *op = env_op(env, env->insn);

	step->kind = STEP_NEXT;
	step->next = env->insn + 1;
	switch (op->kind) {
	case XBPF_KIND_ALU:
		return xbpf_check_alu(env, st);
	case XBPF_KIND_MOVSX:
		return xbpf_check_movsx(env, st);
	case XBPF_KIND_NEG:
	case XBPF_KIND_END:
		return xbpf_check_unary(env, st);
	case XBPF_KIND_LD_IMM64:
		return check_ld_imm64(env, st, step);
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		return check_load(env, st);
	case XBPF_KIND_ST:
	case XBPF_KIND_STX:
	case XBPF_KIND_STORE_REL:
		return check_store(env, st);
	case XBPF_KIND_ATOMIC:
		return xbpf_check_atomic(env, st);
	case XBPF_KIND_JA:
		step->next = insn_target(env_insn(env), env->insn, op);
		return 0;
	case XBPF_KIND_JMP:
		return xbpf_check_jump(env, st, step);
	case XBPF_KIND_MAY_GOTO:
		return xbpf_check_may_goto(env, st, step);
	case XBPF_KIND_CALL:
		if (op->oper == XBPF_OPER_LOCAL)
			return xbpf_check_call(env, st, step);
		return op->oper == XBPF_OPER_KFUNC ?
			xbpf_check_kfunc(env, st, step) :
			xbpf_check_helper(env, st, step);
	case XBPF_KIND_LD_PKT:
		return xbpf_check_ld_packet(env, st, step);
	case XBPF_KIND_EXIT:
		return xbpf_check_exit(env, st, step);
	default:
		return xbpf_reject(env, -EINVAL, "unknown opcode %02x\n",
				   env_insn(env)->code);
	}
}
