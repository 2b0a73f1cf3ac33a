// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several instructions of BPF that x86 has one instruction for: copy and add,
 * load and compare.
 *
 * What BPF itself can say shorter is done before (fold.c).
 */
#include "jit/x86/x86.h"

/*
 * The next instruction with code after @pc, which becomes its place; NULL if a jump
 * may come in between or the subprogram ends.
 */
static const struct xbpf_insn *next_insn(const struct xbpf_jit *jit, u32 *pc)
{
	u32 i;

	for (i = *pc + 1; i < jit->frame->end; i++) {
		const struct xbpf_insn *insn = &jit->work[i];

		if (test_bit(i, jit->live.targets))
			break;
		if (insn->code == XBPF_OP_JA && !insn->off)
			continue;
		*pc = i;
		return insn;
	}
	return NULL;
}

/* ---- copy and add: lea ---- */

static void add_registers(struct xbpf_jit *jit, u32 form, u8 dst, u8 a, u8 b)
{
	/* As a base, rbp and r13 cost a displacement. */
	if ((a & 7) == X86_RBP)
		swap(a, b);
	xbpf_x86_emit(&jit->code, form, dst, xbpf_x86_sib(a, b, 0, 0), 0);
}

/* The sum is the address of the key of an array look-up, and nothing else. */
static int fuse_key(struct xbpf_jit *jit, const struct xbpf_insn *insn, u32 pc,
		    s32 add)
{
	const struct xbpf_insn *next = next_insn(jit, &pc);
	struct xbpf_inline in;

	if (!next || next->code != XBPF_OP_CALL_HELPER ||
	    insn->dst_reg != XBPF_REG_2 ||
	    xbpf_inline_find(jit->prog, pc, &in) || in.kind != XBPF_INLINE_ARRAY)
		return 0;
	xbpf_x86_array_lookup(jit, &in, xbpf_x86_regs[insn->src_reg], add);
	jit->pc = pc;
	return 1;
}

static int fuse_copy_add(struct xbpf_jit *jit, const struct xbpf_insn *insn)
{
	u8 dst = insn->dst_reg, src = insn->src_reg, other;
	u32 form = X86_LEA | X86_W;
	const struct xbpf_insn *next;
	u32 pc = jit->pc;
	s64 add;

	next = next_insn(jit, &pc);
	if (!next || next->dst_reg != dst || dst == src)
		return 0;
	add = next->imm;
	switch (next->code) {
	case XBPF_OP_SUB64_IMM:
		add = -add;
		fallthrough;
	case XBPF_OP_ADD64_IMM:
		if (add != (s32)add)
			return 0;
		if (fuse_key(jit, insn, pc, add))
			return 1;
		xbpf_x86_rm(jit, form, xbpf_x86_regs[dst], xbpf_x86_regs[src],
			    add);
		break;
	case XBPF_OP_ADD64_REG:
		other = next->src_reg == dst ? src : next->src_reg;
		add_registers(jit, form, xbpf_x86_regs[dst], xbpf_x86_regs[src],
			      xbpf_x86_regs[other]);
		break;
	default:
		return 0;
	}
	jit->pc = pc;
	return 1;
}

/* ---- shift and add: lea ---- */

/* The shifted register is the sum's, or read for nothing but the sum. */
static int fuse_shift_add(struct xbpf_jit *jit, const struct xbpf_insn *insn)
{
	u8 index = insn->dst_reg, base;
	const struct xbpf_insn *next;
	u32 pc = jit->pc;

	next = next_insn(jit, &pc);
	if (!next || next->code != XBPF_OP_ADD64_REG || insn->imm < 1 ||
	    insn->imm > 3 || next->dst_reg == next->src_reg)
		return 0;
	if (next->dst_reg == index)
		base = next->src_reg;
	else if (next->src_reg == index &&
		 !(jit->live.after[pc] & BIT(index)))
		base = next->dst_reg;
	else
		return 0;
	xbpf_x86_emit(&jit->code, X86_LEA | X86_W, xbpf_x86_regs[next->dst_reg],
		      xbpf_x86_sib(xbpf_x86_regs[base], xbpf_x86_regs[index],
				   insn->imm, 0), 0);
	jit->pc = pc;
	return 1;
}

/* ---- load and compare with a constant ---- */

static int is_signed_compare(u8 oper)
{
	return oper >= XBPF_OPER_JSGT && oper <= XBPF_OPER_JSLE;
}

/* The form for a load of @load, compared as @cmp; 0: the result would differ. */
static u32 compare_form(const struct xbpf_op_info *load,
			const struct xbpf_op_info *cmp, s32 imm)
{
	int is_small = imm >= 0 && imm <= S8_MAX;

	if (cmp->oper == XBPF_OPER_JSET)
		return 0;
	if (load->oper == XBPF_OPER_U64)
		return cmp->width == 64 ? X86_W | X86_ALU_I32 : X86_ALU_I32;
	if (load->oper == XBPF_OPER_U32 && cmp->width == 32)
		return X86_ALU_I32;
	/* What was loaded is not negative in the width of the comparison. */
	if (is_signed_compare(cmp->oper) || imm < 0)
		return 0;
	if (load->oper == XBPF_OPER_U32)
		return X86_ALU_I32;
	if (load->oper == XBPF_OPER_U16 && is_small)
		return X86_66 | X86_ALU_I32;
	if (load->oper == XBPF_OPER_U8 && imm <= U8_MAX)
		return X86_ALU8_I;
	return 0;
}

static int fuse_load_compare(struct xbpf_jit *jit, const struct xbpf_insn *insn)
{
	const struct xbpf_op_info *load = &xbpf_op_info[insn->code], *cmp;
	const struct xbpf_insn *next;
	u32 pc = jit->pc, form;

	next = next_insn(jit, &pc);
	if (!next || next->dst_reg != insn->dst_reg ||
	    (jit->prog->facts[jit->pc].flags & XBPF_FACT_FAULTING) ||
	    (jit->live.after[pc] & BIT(insn->dst_reg)))
		return 0;
	cmp = &xbpf_op_info[next->code];
	if (cmp->kind != XBPF_KIND_JMP || (cmp->use & XBPF_USE_S))
		return 0;
	form = compare_form(load, cmp, next->imm);
	if (!form)
		return 0;
	if (form != X86_ALU8_I && next->imm == (s8)next->imm)
		form = (form & ~(u32)X86_ALU_I32) | X86_ALU_I8;
	xbpf_x86_emit(&jit->code, form, X86_ALU_CMP,
		      xbpf_x86_place(jit, xbpf_x86_regs[insn->src_reg],
				     insn->off), next->imm);
	jit->pc = pc;
	xbpf_x86_branch(jit, xbpf_x86_condition(cmp->oper), pc + 1 + next->off);
	return 1;
}

/* ---- the table ---- */

static int (* const fusions[XBPF_NR_OPS])(struct xbpf_jit *jit,
					   const struct xbpf_insn *insn) = {
	[XBPF_OP_MOV64_REG] = fuse_copy_add,
	[XBPF_OP_LSH64_IMM] = fuse_shift_add,
	[XBPF_OP_LDXB]	    = fuse_load_compare,
	[XBPF_OP_LDXH]	    = fuse_load_compare,
	[XBPF_OP_LDXW]	    = fuse_load_compare,
	[XBPF_OP_LDXDW]	    = fuse_load_compare,
};

int xbpf_fuse(struct xbpf_jit *jit)
{
	const struct xbpf_insn *insn = &jit->work[jit->pc];

	return fusions[insn->code] ? fusions[insn->code](jit, insn) : 0;
}
