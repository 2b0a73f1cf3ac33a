// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lowering of loads, stores and atomics.
 *
 * Trusts the verifier that an address is good, but for loads with
 * XBPF_FACT_FAULTING, which go through the host's thunks.
 */
#include "jit/x86/x86.h"

static u8 dst_of(const struct xbpf_insn *insn)
{
	return xbpf_x86_regs[insn->dst_reg];
}

static u8 src_of(const struct xbpf_insn *insn)
{
	return xbpf_x86_regs[insn->src_reg];
}

/* ---- loads ---- */

/* From memory or, after a thunk has been there, from its result. */
static const u32 load_forms[] = {
	[XBPF_OPER_U8]	= X86_MOVZX8,
	[XBPF_OPER_U16] = X86_MOVZX16,
	[XBPF_OPER_U32] = X86_LOAD,
	[XBPF_OPER_U64] = X86_LOAD | X86_W,
	[XBPF_OPER_S8]	= X86_MOVSX8 | X86_W,
	[XBPF_OPER_S16] = X86_MOVSX16 | X86_W,
	[XBPF_OPER_S32] = X86_MOVSXD | X86_W,
};

static void load_faulting(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			  const struct xbpf_op_info *info)
{
	u8 src = src_of(insn);

	if (insn->off)
		xbpf_x86_rm(jit, X86_LEA | X86_W, X86_TMP2, src, insn->off);
	else
		xbpf_x86_move(jit, X86_TMP2, src);
	xbpf_x86_call(jit, jit->host->load[ilog2(info->width) - 3]);
	xbpf_x86_rr(jit, load_forms[info->oper], dst_of(insn), X86_TMP2);
}

XBPF_LOWERING(xbpf_lower_load)
{
	if (jit->prog->facts[jit->pc].flags & XBPF_FACT_FAULTING)
		load_faulting(jit, insn, info);
	else
		xbpf_x86_rm(jit, load_forms[info->oper], dst_of(insn),
			    src_of(insn), insn->off);
}

/* ---- stores ---- */

/* Those of release order too: x86 does not reorder stores. */
XBPF_LOWERING(xbpf_lower_store)
{
	static const u32 forms[] = {
		[XBPF_OPER_U8]	= X86_STORE8,
		[XBPF_OPER_U16] = X86_STORE16,
		[XBPF_OPER_U32] = X86_STORE,
		[XBPF_OPER_U64] = X86_STORE | X86_W,
	};

	xbpf_x86_rm(jit, forms[info->oper], src_of(insn), dst_of(insn),
		    insn->off);
}

XBPF_LOWERING(xbpf_lower_store_imm)
{
	static const u32 forms[] = {
		[XBPF_OPER_U8]	= X86_STORE8_I,
		[XBPF_OPER_U16] = X86_STORE16_I,
		[XBPF_OPER_U32] = X86_STORE_I,
		[XBPF_OPER_U64] = X86_STORE_I | X86_W,
	};

	xbpf_x86_emit(&jit->code, forms[info->oper], 0,
		      xbpf_x86_place(jit, dst_of(insn), insn->off), insn->imm);
}

/* ---- atomics ---- */

/* How an operation is done. */
static const struct atomic {
	u32 form;	/* one instruction: memory, register */
	u32 loop;	/* form of the operation inside a loop around CMPXCHG */
} atomics[] = {
	[XBPF_OPER_ADD]	    = { .form = X86_ADD | X86_LOCK },
	[XBPF_OPER_OR]	    = { .form = X86_OR | X86_LOCK },
	[XBPF_OPER_AND]	    = { .form = X86_AND | X86_LOCK },
	[XBPF_OPER_XOR]	    = { .form = X86_XOR | X86_LOCK },
	[XBPF_OPER_FADD]    = { .form = X86_XADD },
	[XBPF_OPER_XCHG]    = { .form = X86_XCHG },
	[XBPF_OPER_CMPXCHG] = { .form = X86_CMPXCHG },
	[XBPF_OPER_FOR]	    = { .loop = X86_OR },
	[XBPF_OPER_FAND]    = { .loop = X86_AND },
	[XBPF_OPER_FXOR]    = { .loop = X86_XOR },
};

/*
 * Fetch and modify, for want of an instruction: rax holds what was read, so R0
 * makes room; where R0 is an operand, its copy takes part instead.
 */
static void atomic_loop(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			u32 form, u32 w)
{
	u8 src = src_of(insn), dst = dst_of(insn);
	u8 operand = src == X86_RAX ? X86_TMP3 : src;
	u8 base = dst == X86_RAX ? X86_TMP3 : dst;
	u32 again;

	xbpf_x86_move(jit, X86_TMP3, X86_RAX);
	xbpf_x86_rm(jit, X86_LOAD | w, X86_RAX, base, insn->off);
	again = jit->code.pos;
	xbpf_x86_move(jit, X86_TMP2, X86_RAX);
	xbpf_x86_rr(jit, form | w, operand, X86_TMP2);
	xbpf_x86_rm(jit, X86_CMPXCHG | w, X86_TMP2, base, insn->off);
	xbpf_x86_emit(&jit->code, X86_JCC8 | X86_NE, 0, xbpf_x86_reg(0),
		      (s32)(again - (jit->code.pos + 2)));
	if (src == X86_RAX)
		return;
	xbpf_x86_move(jit, src, X86_RAX);
	xbpf_x86_move(jit, X86_RAX, X86_TMP3);
}

XBPF_LOWERING(xbpf_lower_atomic)
{
	const struct atomic *how = &atomics[info->oper];
	u32 w = info->width == 64 ? X86_W : 0;

	if (how->loop)
		atomic_loop(jit, insn, how->loop, w);
	else
		xbpf_x86_rm(jit, how->form | w, src_of(insn), dst_of(insn),
			    insn->off);
	/* When it succeeds, CMPXCHG leaves the upper half of rax alone. */
	if (info->oper == XBPF_OPER_CMPXCHG && !w)
		xbpf_x86_rr(jit, X86_MOV, X86_RAX, X86_RAX);
}
