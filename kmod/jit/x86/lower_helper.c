// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lowering of helper calls: a direct call, or the few instructions that do the
 * same. R1-R5 are lost in any case.
 *
 * No array index is masked against misprediction: who loads programs may read all
 * of memory anyhow.
 */
#include "jit/x86/x86.h"

static void scale_index(struct xbpf_jit *jit, u8 reg, u32 stride)
{
	if (is_power_of_2(stride))
		xbpf_x86_shift_imm(jit, X86_W, X86_SHL, reg, ilog2(stride));
	else
		xbpf_x86_digit(jit, (stride <= S8_MAX ? X86_IMUL_I8 : X86_IMUL_I32) |
			       X86_W, reg, reg, stride);
}

/* Index in @index: value's address or NULL in rax. */
static void array_address(struct xbpf_jit *jit, const struct xbpf_inline *in,
			  u8 index)
{
	u8 scale = in->stride == 8 ? 3 : 0;
	u32 miss;

	xbpf_x86_load_imm(jit, X86_RAX, 0);
	if (in->entries == 1)
		xbpf_x86_rr(jit, X86_TEST, index, index);
	else
		xbpf_x86_alu_imm(jit, 0, X86_ALU_CMP, index, in->entries);
	miss = xbpf_x86_skip(jit, X86_JCC8 | (in->entries == 1 ? X86_NE : X86_AE));
	xbpf_x86_load_imm(jit, X86_RAX, (unsigned long)in->first);
	if (in->entries > 1 && !scale)
		scale_index(jit, index, in->stride);
	if (in->entries > 1)
		xbpf_x86_emit(&jit->code, X86_LEA | X86_W, X86_RAX,
			      xbpf_x86_sib(X86_RAX, index, scale, 0), 0);
	xbpf_x86_land(jit, miss);
}

/* @base and @disp say where the index is. */
void xbpf_x86_array_lookup(struct xbpf_jit *jit, const struct xbpf_inline *in,
			   u8 base, s32 disp)
{
	xbpf_x86_rm(jit, X86_LOAD, X86_RCX, base, disp);
	array_address(jit, in, X86_RCX);
}

static void load_own(struct xbpf_jit *jit, u32 w, u8 reg, s32 disp)
{
	xbpf_x86_emit(&jit->code, X86_LOAD | X86_GS | w, reg, xbpf_x86_abs(disp),
		      0);
}

/* Side by side, in the order of the result, they are one load. */
static void pid_tgid(struct xbpf_jit *jit)
{
	const struct xbpf_text_host *host = jit->host;

	load_own(jit, X86_W, X86_RCX, host->task);
	if (host->task_tgid == host->task_pid + 4)
		return xbpf_x86_rm(jit, X86_LOAD | X86_W, X86_RAX, X86_RCX,
				   host->task_pid);
	xbpf_x86_rm(jit, X86_LOAD, X86_RAX, X86_RCX, host->task_tgid);
	xbpf_x86_rm(jit, X86_LOAD, X86_RCX, X86_RCX, host->task_pid);
	xbpf_x86_shift_imm(jit, X86_W, X86_SHL, X86_RAX, 32);
	xbpf_x86_rr(jit, X86_OR | X86_W, X86_RCX, X86_RAX);
}

XBPF_LOWERING(xbpf_lower_helper)
{
	struct xbpf_inline in;

	if (xbpf_inline_find(jit->prog, jit->pc, &in)) {
		jit->err = -EOPNOTSUPP;
		return;
	}
	switch (in.kind) {
	case XBPF_INLINE_ARRAY:
		return xbpf_x86_array_lookup(jit, &in, X86_RSI, 0);
	case XBPF_INLINE_CPU:
		return load_own(jit, 0, X86_RAX, jit->host->cpu_number);
	case XBPF_INLINE_TASK:
		return load_own(jit, X86_W, X86_RAX, jit->host->task);
	case XBPF_INLINE_PID_TGID:
		return pid_tgid(jit);
	default:
		return xbpf_x86_call(jit, in.fn);
	}
}
