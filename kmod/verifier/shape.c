// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pass 1: each instruction for itself.
 *
 * Afterwards: env->op[] holds an operation for every slot, reserved fields are
 * zero, registers exist, constants that the encoding forbids are absent. Knows
 * nothing of the instructions around it, but for the second slot of LD_IMM64.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char no_packets[] =
	"BPF_LD_[ABS|IND] instructions not allowed for this program type\n";

static const char *class_name(const struct xbpf_insn *insn)
{
	static const char * const names[] = {
		[XBPF_LD] = "BPF_LD_IMM64", [XBPF_LDX] = "BPF_LDX",
		[XBPF_ST] = "BPF_ST", [XBPF_STX] = "BPF_STX",
		[XBPF_ALU] = "BPF_ALU", [XBPF_ALU64] = "BPF_ALU",
		[XBPF_JMP] = "BPF_JMP", [XBPF_JMP32] = "BPF_JMP",
	};
	u8 class = XBPF_CLASS(insn->code), op = XBPF_OP(insn->code);

	if (class == XBPF_STX && XBPF_MODE(insn->code) == XBPF_ATOMIC)
		return "BPF_ATOMIC";
	if (class == XBPF_JMP || class == XBPF_JMP32) {
		if (op == XBPF_CALL)
			return "BPF_CALL";
		if (op == XBPF_EXIT)
			return "BPF_EXIT";
		return op == XBPF_JA ? "BPF_JA" : "BPF_JMP";
	}
	if (class != XBPF_ALU && class != XBPF_ALU64)
		return names[class];
	if (op == XBPF_END)
		return "BPF_END";
	if (op == XBPF_NEG)
		return "BPF_NEG";
	return op == XBPF_MOV ? "BPF_MOV" : "BPF_ALU";
}

static int bad_register(struct xbpf_venv *env, const struct xbpf_insn *insn)
{
	u32 reg = insn->dst_reg >= NR_REGS ? insn->dst_reg : insn->src_reg;

	return xbpf_reject(env, -EINVAL, "R%u is invalid\n", reg);
}

/* A value that the field which selects the operation cannot have. */
static int bad_selector(struct xbpf_venv *env, const struct xbpf_insn *insn)
{
	u8 class = XBPF_CLASS(insn->code);

	if (class == XBPF_STX)
		return xbpf_reject(env, -EINVAL,
				   "BPF_ATOMIC uses invalid atomic opcode %02x\n",
				   (u8)insn->imm);
	if (class == XBPF_LD)
		return xbpf_reject(env, -EINVAL,
				   "unrecognized bpf_ld_imm64 insn\n");
	return xbpf_reject(env, -EINVAL, "%s uses reserved fields\n",
			   class_name(insn));
}

static int bad_opcode(struct xbpf_venv *env, const struct xbpf_insn *insn)
{
	if (XBPF_CLASS(insn->code) == XBPF_STX &&
	    XBPF_MODE(insn->code) == XBPF_ATOMIC)
		return xbpf_reject(env, -EINVAL,
				   "invalid atomic operand size\n");
	if (XBPF_CLASS(insn->code) == XBPF_LDX &&
	    XBPF_MODE(insn->code) != XBPF_MEM &&
	    XBPF_MODE(insn->code) != XBPF_MEMSX)
		return xbpf_reject(env, -EINVAL,
				   "BPF_LDX uses reserved fields\n");
	return xbpf_reject(env, -EINVAL, "unknown opcode %02x\n", insn->code);
}

/* Constants that no machine word of the operation can mean. */
static int check_constant(struct xbpf_venv *env, const struct xbpf_insn *insn,
			  const struct xbpf_op_info *op)
{
	if (op->kind != XBPF_KIND_ALU || op->use & XBPF_USE_S)
		return 0;
	switch (op->oper) {
	case XBPF_OPER_DIV:
	case XBPF_OPER_SDIV:
	case XBPF_OPER_MOD:
	case XBPF_OPER_SMOD:
		if (!insn->imm)
			return xbpf_reject(env, -EINVAL, "div by zero\n");
		return 0;
	case XBPF_OPER_LSH:
	case XBPF_OPER_RSH:
	case XBPF_OPER_ARSH:
		if ((u32)insn->imm >= op->width)
			return xbpf_reject(env, -EINVAL, "invalid shift %d\n",
					   insn->imm);
		return 0;
	default:
		return 0;
	}
}

/* The second slot, which exists as the last one is a jump: only its immediate. */
static int check_second(struct xbpf_venv *env, u32 i)
{
	const struct xbpf_insn *hi = &env->prog->insns[i + 1];

	if (hi->code || hi->dst_reg || hi->src_reg || hi->off)
		return xbpf_reject(env, -EINVAL, "invalid bpf_ld_imm64 insn\n");
	return 0;
}

static int check_ld_imm64(struct xbpf_venv *env, u32 i)
{
	const struct xbpf_insn *insn = &env->prog->insns[i];
	int err = check_second(env, i);

	if (err)
		return err;
	if (insn->off)
		return xbpf_reject(env, -EINVAL,
				   "BPF_LD_IMM64 uses reserved fields\n");
	if (insn->src_reg == XBPF_PSEUDO_BTF_ID)
		return xbpf_reject(env, -EINVAL,
				   "kernel symbols are not available: pseudo btf_id\n");
	env->op[i + 1] = XBPF_OP_LD_IMM64_HI;
	return 0;
}

static int check_kind(struct xbpf_venv *env, u32 i)
{
	const struct xbpf_insn *insn = &env->prog->insns[i];
	const struct xbpf_op_info *op = env_op(env, i);

	switch (op->kind) {
	case XBPF_KIND_LD_IMM64:
		return check_ld_imm64(env, i);
	case XBPF_KIND_LD_PKT:
		if (xbpf_prog_type_packets(env->prog->type) &
		    XBPF_PACKET_LD_ABS)
			return 0;
		return xbpf_reject(env, -EINVAL, no_packets);
	default:
		return check_constant(env, insn, op);
	}
}

static int is_bad_may_goto(const struct xbpf_insn *insn, int op)
{
	if (insn->code != (XBPF_JMP | XBPF_JCOND))
		return 0;
	return op < 0 || !insn->off;
}

static int check_insn(struct xbpf_venv *env, u32 i)
{
	const struct xbpf_insn *insn = &env->prog->insns[i];
	int op = xbpf_op_decode(insn), err;

	if (is_bad_may_goto(insn, op))
		return xbpf_reject(env, -EINVAL,
				   "invalid may_goto off %d imm %d\n",
				   insn->off, insn->imm);
	if (op < 0 && insn->code == (XBPF_LD | XBPF_IMM | XBPF_DW)) {
		err = check_second(env, i);
		if (err)
			return err;
	}
	switch (op) {
	case -EINVAL:
		return bad_opcode(env, insn);
	case -EOPNOTSUPP:
		return bad_selector(env, insn);
	case -EPROTO:
		return xbpf_reject(env, -EINVAL, "%s uses reserved fields\n",
				   class_name(insn));
	case -ERANGE:
		return bad_register(env, insn);
	}
	env->op[i] = op;
	return check_kind(env, i);
}

/* This is told before whatever else is wrong. */
static int check_end(struct xbpf_venv *env)
{
	const struct xbpf_insn *last = &env->prog->insns[env->len - 1];
	u8 class = XBPF_CLASS(last->code), op = XBPF_OP(last->code);

	if ((class == XBPF_JMP || class == XBPF_JMP32) &&
	    (op == XBPF_EXIT || op == XBPF_JA))
		return 0;
	return xbpf_reject(env, -EINVAL, "last insn is not an exit or jmp\n");
}

int xbpf_pass_shape(struct xbpf_venv *env)
{
	u32 i;
	int err = check_end(env);

	if (err)
		return err;
	for (i = 0; i < env->len; i++) {
		env->insn = i;
		err = check_insn(env, i);
		if (err)
			return err;
		if (env_op(env, i)->kind == XBPF_KIND_LD_IMM64)
			i++;
		if (!(i & 0xffff))
			cond_resched();
	}
	return 0;
}
