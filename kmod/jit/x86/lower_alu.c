// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lowering of arithmetic, moves and byte order.
 *
 * 32-bit operations of x86 clear the upper half as those of BPF do, and shift
 * counts are masked alike, so most rows are one instruction. Flags are never live
 * between two BPF instructions.
 */
#include "jit/x86/x86.h"

static u32 wide(const struct xbpf_op_info *info)
{
	return info->width == 64 ? X86_W : 0;
}

static u8 dst_of(const struct xbpf_insn *insn)
{
	return xbpf_x86_regs[insn->dst_reg];
}

static u8 src_of(const struct xbpf_insn *insn)
{
	return xbpf_x86_regs[insn->src_reg];
}

/* What a 32-bit operation does when the operation itself is nothing. */
static void clear_upper(struct xbpf_jit *jit, u32 w, u8 reg)
{
	if (!w)
		xbpf_x86_rr(jit, X86_MOV, reg, reg);
}

/* ---- add, sub, or, and, xor ---- */

static const struct {
	u32 form;
	u8 digit;
} binary[] = {
	[XBPF_OPER_ADD] = { X86_ADD, X86_ALU_ADD },
	[XBPF_OPER_SUB] = { X86_SUB, X86_ALU_SUB },
	[XBPF_OPER_OR]	= { X86_OR, X86_ALU_OR },
	[XBPF_OPER_AND] = { X86_AND, X86_ALU_AND },
	[XBPF_OPER_XOR] = { X86_XOR, X86_ALU_XOR },
};

static void lower_binary(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			 const struct xbpf_op_info *info)
{
	xbpf_x86_rr(jit, binary[info->oper].form | wide(info), src_of(insn),
		    dst_of(insn));
}

/* Is the operation with this constant the identity? */
static int is_identity(u8 oper, s32 imm)
{
	return imm == (oper == XBPF_OPER_AND ? -1 : 0);
}

static void lower_binary_imm(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			     const struct xbpf_op_info *info)
{
	u8 dst = dst_of(insn), oper = info->oper;

	if (is_identity(oper, insn->imm))
		clear_upper(jit, wide(info), dst);
	else if (oper == XBPF_OPER_AND && insn->imm == U8_MAX)
		xbpf_x86_rr(jit, X86_MOVZX8, dst, dst);
	else if (oper == XBPF_OPER_AND && insn->imm == U16_MAX)
		xbpf_x86_rr(jit, X86_MOVZX16, dst, dst);
	else if (oper == XBPF_OPER_XOR && insn->imm == -1)
		xbpf_x86_digit(jit, X86_UNARY | wide(info), X86_NOT, dst, 0);
	else
		xbpf_x86_alu_imm(jit, wide(info), binary[oper].digit, dst,
				 insn->imm);
}

/* Increment and decrement are a byte shorter than adding. */
static void lower_add_imm(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			  const struct xbpf_op_info *info)
{
	s32 imm = insn->imm;

	if (imm != 1 && imm != -1)
		return lower_binary_imm(jit, insn, info);
	xbpf_x86_digit(jit, X86_INCDEC | wide(info),
		       (imm == 1) == (info->oper == XBPF_OPER_SUB),
		       dst_of(insn), 0);
}

/* ---- mul ---- */

static void lower_mul(struct xbpf_jit *jit, const struct xbpf_insn *insn,
		      const struct xbpf_op_info *info)
{
	xbpf_x86_rr(jit, X86_IMUL | wide(info), dst_of(insn), src_of(insn));
}

static void lower_mul_imm(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			  const struct xbpf_op_info *info)
{
	u32 w = wide(info);
	u8 dst = dst_of(insn);
	s32 imm = insn->imm;

	if (!imm)
		xbpf_x86_rr(jit, X86_XOR, dst, dst);
	else if (imm == 1)
		clear_upper(jit, w, dst);
	else if (imm > 0 && is_power_of_2(imm))
		xbpf_x86_shift_imm(jit, w, X86_SHL, dst, ilog2(imm));
	else if (imm == 3 || imm == 5 || imm == 9)
		xbpf_x86_emit(&jit->code, X86_LEA | w, dst,
			      xbpf_x86_sib(dst, dst, ilog2(imm - 1), 0), 0);
	else if (imm == (s8)imm)
		xbpf_x86_digit(jit, X86_IMUL_I8 | w, dst, dst, imm);
	else
		xbpf_x86_digit(jit, X86_IMUL_I32 | w, dst, dst, imm);
}

/* ---- div, mod ---- */

static int is_signed(const struct xbpf_op_info *info)
{
	return info->oper == XBPF_OPER_SDIV || info->oper == XBPF_OPER_SMOD;
}

static int is_mod(const struct xbpf_op_info *info)
{
	return info->oper == XBPF_OPER_MOD || info->oper == XBPF_OPER_SMOD;
}

/* dst / 0 is 0, dst % 0 is dst. */
static void by_zero(struct xbpf_jit *jit, const struct xbpf_op_info *info, u8 dst)
{
	if (is_mod(info))
		clear_upper(jit, wide(info), dst);
	else
		xbpf_x86_rr(jit, X86_XOR, dst, dst);
}

/* By -1, which the CPU refuses for the smallest number. */
static void by_minus_one(struct xbpf_jit *jit, const struct xbpf_op_info *info,
			 u8 dst)
{
	if (is_mod(info))
		xbpf_x86_rr(jit, X86_XOR, dst, dst);
	else
		xbpf_x86_digit(jit, X86_UNARY | wide(info), X86_NEG, dst, 0);
}

/* The CPU's division: rdx:rax by @divisor, which is neither of them. */
static void divide(struct xbpf_jit *jit, const struct xbpf_op_info *info, u8 dst,
		   u8 divisor)
{
	u8 result = is_mod(info) ? X86_RDX : X86_RAX;
	u32 w = wide(info);

	if (dst != X86_RAX)
		xbpf_x86_move(jit, X86_TMP3, X86_RAX);
	if (dst != X86_RDX)
		xbpf_x86_move(jit, X86_TMP2, X86_RDX);
	if (dst != X86_RAX)
		xbpf_x86_rr(jit, X86_MOV | w, dst, X86_RAX);
	if (is_signed(info))
		xbpf_x86_op(jit, X86_CDQ | w);
	else
		xbpf_x86_rr(jit, X86_XOR, X86_RDX, X86_RDX);
	xbpf_x86_digit(jit, X86_UNARY | w, is_signed(info) ? X86_IDIV : X86_DIV,
		       divisor, 0);
	xbpf_x86_move(jit, dst, result);
	if (dst != X86_RAX)
		xbpf_x86_move(jit, X86_RAX, X86_TMP3);
	if (dst != X86_RDX)
		xbpf_x86_move(jit, X86_RDX, X86_TMP2);
}

static void lower_div(struct xbpf_jit *jit, const struct xbpf_insn *insn,
		      const struct xbpf_op_info *info)
{
	u8 dst = dst_of(insn), src = src_of(insn);
	u32 normal, end, end_minus_one = 0;
	u32 w = wide(info);

	if (src == X86_RAX || src == X86_RDX) {
		xbpf_x86_move(jit, X86_TMP, src);
		src = X86_TMP;
	}
	xbpf_x86_rr(jit, X86_TEST | w, src, src);
	normal = xbpf_x86_skip(jit, X86_JCC8 | X86_NE);
	by_zero(jit, info, dst);
	end = xbpf_x86_skip(jit, X86_JMP8);
	xbpf_x86_land(jit, normal);
	if (is_signed(info)) {
		xbpf_x86_alu_imm(jit, w, X86_ALU_CMP, src, -1);
		normal = xbpf_x86_skip(jit, X86_JCC8 | X86_NE);
		by_minus_one(jit, info, dst);
		end_minus_one = xbpf_x86_skip(jit, X86_JMP8);
		xbpf_x86_land(jit, normal);
	}
	divide(jit, info, dst, src);
	xbpf_x86_land(jit, end);
	if (end_minus_one)
		xbpf_x86_land(jit, end_minus_one);
}

/* Unsigned, by a power of two. */
static void by_power(struct xbpf_jit *jit, const struct xbpf_op_info *info, u8 dst,
		     u64 divisor)
{
	u32 w = wide(info);

	if (!is_mod(info))
		xbpf_x86_shift_imm(jit, w, X86_SHR, dst, ilog2(divisor));
	else
		xbpf_x86_alu_imm(jit, w, X86_ALU_AND, dst, divisor - 1);
}

static void lower_div_imm(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			  const struct xbpf_op_info *info)
{
	u8 dst = dst_of(insn);
	s32 imm = insn->imm;
	u64 divisor = wide(info) ? (u64)imm : (u32)imm;

	if (!imm)
		return by_zero(jit, info, dst);
	if (imm == 1)
		return is_mod(info) ? xbpf_x86_rr(jit, X86_XOR, dst, dst) :
				      clear_upper(jit, wide(info), dst);
	if (imm == -1 && is_signed(info))
		return by_minus_one(jit, info, dst);
	if (imm > 0 && is_power_of_2(imm) && !is_signed(info))
		return by_power(jit, info, dst, divisor);
	xbpf_x86_load_imm(jit, X86_TMP, divisor);
	divide(jit, info, dst, X86_TMP);
}

/* ---- shifts ---- */

static const struct {
	u32 form;	/* of BMI2: any count register, no flags */
	u8 digit;
} shifts[] = {
	[XBPF_OPER_LSH]	 = { X86_SHLX, X86_SHL },
	[XBPF_OPER_RSH]	 = { X86_SHRX, X86_SHR },
	[XBPF_OPER_ARSH] = { X86_SARX, X86_SAR },
};

/* Without BMI2 the count must be in cl, which is R4. */
static void shift_by_cl(struct xbpf_jit *jit, u32 w, u8 digit, u8 dst, u8 src)
{
	u8 work = dst == X86_RCX ? X86_TMP : dst;

	xbpf_x86_move(jit, X86_TMP, X86_RCX);
	xbpf_x86_move(jit, X86_RCX, src);
	xbpf_x86_digit(jit, X86_SHIFT_CL | w, digit, work, 0);
	xbpf_x86_move(jit, X86_RCX, X86_TMP);
}

static void lower_shift(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			const struct xbpf_op_info *info)
{
	u8 dst = dst_of(insn), src = src_of(insn);
	u32 w = wide(info);

	if (src == X86_RCX && dst != X86_RCX)
		xbpf_x86_digit(jit, X86_SHIFT_CL | w, shifts[info->oper].digit,
			       dst, 0);
	else if (jit->host->has_bmi2)
		xbpf_x86_emit_vex(&jit->code, shifts[info->oper].form | w, dst,
				  src, xbpf_x86_reg(dst));
	else
		shift_by_cl(jit, w, shifts[info->oper].digit, dst, src);
}

static void lower_shift_imm(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			    const struct xbpf_op_info *info)
{
	u8 count = insn->imm & (info->width - 1);

	if (count)
		xbpf_x86_shift_imm(jit, wide(info), shifts[info->oper].digit,
				   dst_of(insn), count);
	else
		clear_upper(jit, wide(info), dst_of(insn));
}

/* ---- mov ---- */

static void lower_mov(struct xbpf_jit *jit, const struct xbpf_insn *insn,
		      const struct xbpf_op_info *info)
{
	if (wide(info))
		xbpf_x86_move(jit, dst_of(insn), src_of(insn));
	else
		xbpf_x86_rr(jit, X86_MOV, src_of(insn), dst_of(insn));
}

static void lower_mov_imm(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			  const struct xbpf_op_info *info)
{
	u64 imm = wide(info) ? (u64)insn->imm : (u32)insn->imm;

	xbpf_x86_load_imm(jit, dst_of(insn), imm);
}

/* ---- the table ---- */

static const struct {
	xbpf_lower_fn reg, imm;
} alu[] = {
	[XBPF_OPER_ADD]	 = { lower_binary, lower_add_imm },
	[XBPF_OPER_SUB]	 = { lower_binary, lower_add_imm },
	[XBPF_OPER_OR]	 = { lower_binary, lower_binary_imm },
	[XBPF_OPER_AND]	 = { lower_binary, lower_binary_imm },
	[XBPF_OPER_XOR]	 = { lower_binary, lower_binary_imm },
	[XBPF_OPER_MUL]	 = { lower_mul, lower_mul_imm },
	[XBPF_OPER_DIV]	 = { lower_div, lower_div_imm },
	[XBPF_OPER_SDIV] = { lower_div, lower_div_imm },
	[XBPF_OPER_MOD]	 = { lower_div, lower_div_imm },
	[XBPF_OPER_SMOD] = { lower_div, lower_div_imm },
	[XBPF_OPER_LSH]	 = { lower_shift, lower_shift_imm },
	[XBPF_OPER_RSH]	 = { lower_shift, lower_shift_imm },
	[XBPF_OPER_ARSH] = { lower_shift, lower_shift_imm },
	[XBPF_OPER_MOV]	 = { lower_mov, lower_mov_imm },
};

XBPF_LOWERING(xbpf_lower_alu)
{
	if (info->use & XBPF_USE_S)
		alu[info->oper].reg(jit, insn, info);
	else
		alu[info->oper].imm(jit, insn, info);
}

XBPF_LOWERING(xbpf_lower_neg)
{
	xbpf_x86_digit(jit, X86_UNARY | wide(info), X86_NEG, dst_of(insn), 0);
}

XBPF_LOWERING(xbpf_lower_movsx)
{
	static const u32 forms[] = {
		[XBPF_OPER_S8]	= X86_MOVSX8,
		[XBPF_OPER_S16] = X86_MOVSX16,
		[XBPF_OPER_S32] = X86_MOVSXD,
	};

	xbpf_x86_rr(jit, forms[info->oper] | wide(info), dst_of(insn),
		    src_of(insn));
}

/* Reverses the low 16, 32 or 64 bits, clears those above. */
static void swap_bytes(struct xbpf_jit *jit, u8 reg, u8 width)
{
	xbpf_x86_digit(jit, X86_BSWAP | (width == 64 ? X86_W : 0), 0, reg, 0);
	if (width == 16)
		xbpf_x86_shift_imm(jit, 0, X86_SHR, reg, 16);
}

static void cut(struct xbpf_jit *jit, u8 reg, u8 width)
{
	if (width == 16)
		xbpf_x86_rr(jit, X86_MOVZX16, reg, reg);
	else
		clear_upper(jit, width == 64 ? X86_W : 0, reg);
}

XBPF_LOWERING(xbpf_lower_end)
{
	if (info->oper == XBPF_OPER_LE)
		cut(jit, dst_of(insn), info->width);
	else
		swap_bytes(jit, dst_of(insn), info->width);
}
