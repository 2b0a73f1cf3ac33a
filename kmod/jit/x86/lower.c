// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of lowerings: each kind of operation and the function that makes
 * code of it; control flow itself.
 *
 * Knows where a BPF register lives. Does not know how an instruction is encoded.
 */
#include "vm/packet.h"
#include "jit/x86/x86.h"

/* As the C ABI has arguments and results, so that helpers are called as is. */
const u8 xbpf_x86_regs[MAX_XBPF_REG] = {
	[XBPF_REG_0]  = X86_RAX,
	[XBPF_REG_1]  = X86_RDI,
	[XBPF_REG_2]  = X86_RSI,
	[XBPF_REG_3]  = X86_RDX,
	[XBPF_REG_4]  = X86_RCX,
	[XBPF_REG_5]  = X86_R8,
	[XBPF_REG_6]  = X86_RBX,
	[XBPF_REG_7]  = X86_R13,
	[XBPF_REG_8]  = X86_R14,
	[XBPF_REG_9]  = X86_R15,
	[XBPF_REG_10] = X86_RBP,
};

/* ---- jumps ---- */

static const u8 conditions[] = {
	[XBPF_OPER_JEQ]	 = X86_E,
	[XBPF_OPER_JNE]	 = X86_NE,
	[XBPF_OPER_JGT]	 = X86_A,
	[XBPF_OPER_JGE]	 = X86_AE,
	[XBPF_OPER_JLT]	 = X86_B,
	[XBPF_OPER_JLE]	 = X86_BE,
	[XBPF_OPER_JSET] = X86_NE,
	[XBPF_OPER_JSGT] = X86_G,
	[XBPF_OPER_JSGE] = X86_GE,
	[XBPF_OPER_JSLT] = X86_L,
	[XBPF_OPER_JSLE] = X86_LE,
};

u8 xbpf_x86_condition(u8 oper)
{
	return conditions[oper];
}

static void compare_imm(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			const struct xbpf_op_info *info)
{
	u32 w = info->width == 64 ? X86_W : 0;
	u8 dst = xbpf_x86_regs[insn->dst_reg];

	if (info->oper == XBPF_OPER_JSET)
		xbpf_x86_test_imm(jit, w, dst, insn->imm);
	else if (!insn->imm)
		xbpf_x86_rr(jit, X86_TEST | w, dst, dst);
	else
		xbpf_x86_alu_imm(jit, w, X86_ALU_CMP, dst, insn->imm);
}

static void compare_reg(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			const struct xbpf_op_info *info)
{
	u32 form = info->oper == XBPF_OPER_JSET ? X86_TEST : X86_CMP;

	xbpf_x86_rr(jit, form | (info->width == 64 ? X86_W : 0),
		    xbpf_x86_regs[insn->src_reg], xbpf_x86_regs[insn->dst_reg]);
}

static XBPF_LOWERING(lower_jmp)
{
	if (info->use & XBPF_USE_S)
		compare_reg(jit, insn, info);
	else
		compare_imm(jit, insn, info);
	xbpf_x86_branch(jit, conditions[info->oper], jit->pc + 1 + insn->off);
}

static XBPF_LOWERING(lower_ja)
{
	s32 distance = info->oper == XBPF_OPER_JA32 ? insn->imm : insn->off;

	if (distance)
		xbpf_x86_branch(jit, -1, jit->pc + 1 + distance);
}

/* Borrows when the counter was 0 already. */
static XBPF_LOWERING(lower_may_goto)
{
	xbpf_x86_emit(&jit->code, X86_ALU_I8, X86_ALU_SUB,
		      xbpf_x86_mem(X86_RBP, jit->frame->counter), 1);
	xbpf_x86_branch(jit, X86_B, jit->pc + 1 + insn->off);
}

static XBPF_LOWERING(lower_exit)
{
	if (jit->pc == jit->frame->last_exit || xbpf_x86_is_epilogue_short(jit))
		xbpf_x86_epilogue(jit);
	else
		xbpf_x86_branch(jit, -1, jit->frame->last_exit);
}

/* ---- calls ---- */

static void call_local(struct xbpf_jit *jit, const struct xbpf_insn *insn)
{
	u32 target = jit->pc + 1 + insn->imm;
	u32 entry = xbpf_x86_frame_entry(jit, xbpf_x86_frame_of(jit, target));

	xbpf_x86_emit(&jit->code, X86_CALL, 0, xbpf_x86_reg(0),
		      (s32)(entry - (jit->code.pos + 5)));
}

static XBPF_LOWERING(lower_call)
{
	if (info->oper == XBPF_OPER_HELPER)
		xbpf_lower_helper(jit, insn, info);
	else if (info->oper == XBPF_OPER_LOCAL)
		call_local(jit, insn);
	else
		jit->err = -EOPNOTSUPP;
}

static XBPF_LOWERING(lower_tail_call)
{
	xbpf_x86_tail_call(jit);
}

/* ---- loads from packets ---- */

/* Out of the packet the subprogram ends, with 0. */
static XBPF_LOWERING(lower_ld_pkt)
{
	u32 inside;

	if (info->oper == XBPF_OPER_IND)
		xbpf_x86_rr(jit, X86_MOV, xbpf_x86_regs[insn->src_reg], X86_RSI);
	if (info->oper == XBPF_OPER_ABS)
		xbpf_x86_load_imm(jit, X86_RSI, (u32)insn->imm);
	else if (insn->imm)
		xbpf_x86_alu_imm(jit, 0, X86_ALU_ADD, X86_RSI, insn->imm);
	xbpf_x86_load_imm(jit, X86_RDX, info->width / 8);
	xbpf_x86_move(jit, X86_RDI, xbpf_x86_regs[XBPF_REG_6]);
	xbpf_x86_call(jit, xbpf_packet_load);
	xbpf_x86_rr(jit, X86_TEST | X86_W, X86_RAX, X86_RAX);
	inside = xbpf_x86_skip(jit, X86_JCC8 | X86_NS);
	xbpf_x86_load_imm(jit, X86_RAX, 0);
	xbpf_x86_epilogue(jit);
	xbpf_x86_land(jit, inside);
}

/* ---- constants of 64 bits ---- */

static XBPF_LOWERING(lower_ld_imm64)
{
	xbpf_x86_load_imm(jit, xbpf_x86_regs[insn->dst_reg],
			  (u32)insn[0].imm | (u64)insn[1].imm << 32);
}

/* ---- the table ---- */

static XBPF_LOWERING(lower_unsupported)
{
	jit->err = -EOPNOTSUPP;
}

static const xbpf_lower_fn lowerings[] = {
	[XBPF_KIND_NONE]      = lower_unsupported,
	[XBPF_KIND_ALU]	      = xbpf_lower_alu,
	[XBPF_KIND_MOVSX]     = xbpf_lower_movsx,
	[XBPF_KIND_NEG]	      = xbpf_lower_neg,
	[XBPF_KIND_END]	      = xbpf_lower_end,
	[XBPF_KIND_JMP]	      = lower_jmp,
	[XBPF_KIND_JA]	      = lower_ja,
	[XBPF_KIND_MAY_GOTO]  = lower_may_goto,
	[XBPF_KIND_CALL]      = lower_call,
	[XBPF_KIND_TAIL_CALL] = lower_tail_call,
	[XBPF_KIND_EXIT]      = lower_exit,
	[XBPF_KIND_LD_IMM64]  = lower_ld_imm64,
	[XBPF_KIND_LDX]	      = xbpf_lower_load,
	[XBPF_KIND_ST]	      = xbpf_lower_store_imm,
	[XBPF_KIND_STX]	      = xbpf_lower_store,
	[XBPF_KIND_ATOMIC]    = xbpf_lower_atomic,
	[XBPF_KIND_LOAD_ACQ]  = xbpf_lower_load,
	[XBPF_KIND_STORE_REL] = xbpf_lower_store,
	[XBPF_KIND_LD_PKT]    = lower_ld_pkt,
};

/* Code of the instruction at jit->pc. */
void xbpf_lower(struct xbpf_jit *jit)
{
	const struct xbpf_insn *insn = &jit->work[jit->pc];
	const struct xbpf_op_info *info = &xbpf_op_info[insn->code];

	lowerings[info->kind](jit, insn, info);
}
