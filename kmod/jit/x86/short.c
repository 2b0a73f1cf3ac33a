// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shortest form for a purpose: constants, immediates, jumps.
 *
 * Knows the sizes of forms and the reach of a displacement; does not know BPF.
 */
#include "jit/x86/x86.h"

void xbpf_x86_op(struct xbpf_jit *jit, u32 form)
{
	xbpf_x86_emit(&jit->code, form, 0, xbpf_x86_reg(0), 0);
}

void xbpf_x86_rr(struct xbpf_jit *jit, u32 form, u8 reg, u8 rm)
{
	xbpf_x86_emit(&jit->code, form, reg, xbpf_x86_reg(rm), 0);
}

/* The end of a large stack is nearer to the stack pointer. */
struct xbpf_x86_rm xbpf_x86_place(const struct xbpf_jit *jit, u8 base, s32 disp)
{
	s32 from_end = disp + (s32)jit->frame->size;

	if (base == X86_RBP && disp != (s8)disp && from_end == (s8)from_end)
		return xbpf_x86_mem(X86_RSP, from_end);
	return xbpf_x86_mem(base, disp);
}

void xbpf_x86_rm(struct xbpf_jit *jit, u32 form, u8 reg, u8 base, s32 disp)
{
	xbpf_x86_emit(&jit->code, form, reg, xbpf_x86_place(jit, base, disp), 0);
}

void xbpf_x86_digit(struct xbpf_jit *jit, u32 form, u8 digit, u8 rm, s64 imm)
{
	xbpf_x86_emit(&jit->code, form, digit, xbpf_x86_reg(rm), imm);
}

void xbpf_x86_move(struct xbpf_jit *jit, u8 dst, u8 src)
{
	if (dst != src)
		xbpf_x86_rr(jit, X86_MOV | X86_W, src, dst);
}

/* Is @target within a rel32 of every place that our code may get? */
static int in_reach(const void *target)
{
	s64 base = (s64)(long)xbpf_text_base();
	s64 low = (s64)(long)target - (base + xbpf_text_size());
	s64 high = (s64)(long)target - base;

	return low > S32_MIN + 64 && high < S32_MAX - 64;
}

/* Displacement to @target for an instruction with @rest bytes still to come. */
static s32 rel32(const struct xbpf_jit *jit, const void *target, u32 rest)
{
	if (!jit->base)
		return 0;
	return (const u8 *)target - (jit->base + jit->code.pos + rest);
}

void xbpf_x86_load_imm(struct xbpf_jit *jit, u8 reg, u64 imm)
{
	const void *addr = (const void *)(unsigned long)imm;

	if (!imm) {
		xbpf_x86_rr(jit, X86_XOR, reg, reg);
	} else if (imm == (u32)imm) {
		xbpf_x86_digit(jit, X86_MOV_I32, 0, reg, imm);
	} else if (imm == U64_MAX) {
		xbpf_x86_digit(jit, X86_ALU_I8 | X86_W, X86_ALU_OR, reg, -1);
	} else if (imm == (u64)(s32)imm) {
		xbpf_x86_digit(jit, X86_MOV_SI32, 0, reg, imm);
	} else if (in_reach(addr)) {
		xbpf_x86_rm(jit, X86_LEA | X86_W, reg, X86_NONE,
			    rel32(jit, addr, 7));
	} else {
		xbpf_x86_digit(jit, X86_MOV_I64, 0, reg, imm);
	}
}

/* 128 does not fit a byte, but its negation does. */
static int flips(u8 digit, s32 imm)
{
	return imm == 128 && (digit == X86_ALU_ADD || digit == X86_ALU_SUB);
}

void xbpf_x86_alu_imm(struct xbpf_jit *jit, u32 wide, u8 digit, u8 reg, s32 imm)
{
	if (flips(digit, imm)) {
		digit ^= X86_ALU_ADD ^ X86_ALU_SUB;
		imm = -128;
	}
	/* Nothing above bit 31 survives, nothing there is needed. */
	if (digit == X86_ALU_AND && imm >= 0)
		wide = 0;
	if (imm == (s8)imm)
		xbpf_x86_digit(jit, X86_ALU_I8 | wide, digit, reg, imm);
	else if (reg == X86_RAX)
		xbpf_x86_emit(&jit->code, X86_ALU_EAX | wide | digit << 3, 0,
			      xbpf_x86_reg(0), imm);
	else
		xbpf_x86_digit(jit, X86_ALU_I32 | wide, digit, reg, imm);
}

/* Sets ZF by reg & imm; the other flags are of no use. */
void xbpf_x86_test_imm(struct xbpf_jit *jit, u32 wide, u8 reg, s32 imm)
{
	if (imm >= 0)
		wide = 0;
	if (imm != (u8)imm && reg == X86_RAX)
		xbpf_x86_digit(jit, X86_TEST_EAX | wide, 0, X86_RAX, imm);
	else if (imm != (u8)imm)
		xbpf_x86_digit(jit, X86_TEST_I | wide, 0, reg, imm);
	else if (reg == X86_RAX)
		xbpf_x86_digit(jit, X86_TEST_AL, 0, X86_RAX, imm);
	else
		xbpf_x86_digit(jit, X86_TEST_I8, 0, reg, imm);
}

void xbpf_x86_shift_imm(struct xbpf_jit *jit, u32 wide, u8 digit, u8 reg, u8 imm)
{
	if (imm == 1)
		xbpf_x86_digit(jit, X86_SHIFT_1 | wide, digit, reg, 0);
	else
		xbpf_x86_digit(jit, X86_SHIFT_I | wide, digit, reg, imm);
}

/* Out of reach only on a host that is not the kernel. Loses r11. */
static void go_far(struct xbpf_jit *jit, const void *target, u8 digit)
{
	u64 addr = (unsigned long)target;

	xbpf_x86_digit(jit, X86_MOV_I64, 0, X86_TMP3, addr);
	if (jit->host->jump_rax)
		jit->err = -EOPNOTSUPP;
	xbpf_x86_digit(jit, X86_INDIRECT, digit, X86_TMP3, 0);
}

void xbpf_x86_call(struct xbpf_jit *jit, const void *target)
{
	if (in_reach(target))
		xbpf_x86_emit(&jit->code, X86_CALL, 0, xbpf_x86_reg(0),
			      rel32(jit, target, 5));
	else
		go_far(jit, target, 2);
}

void xbpf_x86_jump(struct xbpf_jit *jit, const void *target)
{
	if (in_reach(target))
		xbpf_x86_emit(&jit->code, X86_JMP, 0, xbpf_x86_reg(0),
			      rel32(jit, target, 5));
	else
		go_far(jit, target, 4);
}

u32 xbpf_x86_skip(struct xbpf_jit *jit, u32 form)
{
	xbpf_x86_op(jit, form);
	return jit->code.pos;
}

void xbpf_x86_land(struct xbpf_jit *jit, u32 at)
{
	u32 distance = jit->code.pos - at;

	if (distance > S8_MAX)
		jit->err = -EFAULT;
	if (jit->code.buf && jit->code.pos <= jit->code.cap)
		jit->code.buf[at - 1] = distance;
}

void xbpf_x86_branch(struct xbpf_jit *jit, int cc, u32 target)
{
	u32 is_short = test_bit(jit->pc, jit->is_short);
	u32 form = is_short ? X86_JMP8 : X86_JMP;
	u32 size = is_short ? 2 : cc < 0 ? 5 : 6;
	s32 distance = 0;

	if (cc >= 0)
		form = (is_short ? X86_JCC8 : X86_JCC) | cc;
	if (jit->base)
		distance = jit->start[target] - (jit->code.pos + size);
	jit->branch[jit->pc] = cc < 0 ? 1 : 2;
	xbpf_x86_emit(&jit->code, form, 0, xbpf_x86_reg(0), distance);
}
