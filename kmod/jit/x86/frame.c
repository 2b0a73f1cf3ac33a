// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entering and leaving: prologue, epilogue, tail calls.
 *
 * A frame, from the top: return address, saved rbp <- rbp is R10; the stack of
 * BPF; our may_goto counter; saved registers <- rsp. So the frame-pointer chain is
 * whole, and the unwind data of the region (rbp + 16) is right for all code but
 * the first and last instructions of a function.
 *
 * A program that tail-calls counts in r12, for all frames and programs of the
 * chain. It is therefore entered by a stub that saves r12 for the C caller, clears
 * it and calls the program proper, which is where tail calls enter.
 */
#include "jit/x86/x86.h"

/* The limit of may_goto, as Linux has it. */
#define MAY_GOTO_LIMIT	0x800000

static void emit_endbr(struct xbpf_jit *jit)
{
	if (jit->host->endbr)
		xbpf_code_bytes(&jit->code, 0xfa1e0ff3, 4);
}

static void emit_ret(struct xbpf_jit *jit)
{
	if (jit->host->ret)
		return xbpf_x86_jump(jit, jit->host->ret);
	xbpf_x86_op(jit, X86_RET);
	/* Nothing is run by speculation past the return. */
	xbpf_x86_op(jit, X86_INT3);
}

static void push(struct xbpf_jit *jit, u8 reg)
{
	xbpf_x86_digit(jit, X86_PUSH, 0, reg, 0);
}

static void pop(struct xbpf_jit *jit, u8 reg)
{
	xbpf_x86_digit(jit, X86_POP, 0, reg, 0);
}

static void link_frame(struct xbpf_jit *jit)
{
	emit_endbr(jit);
	push(jit, X86_RBP);
	xbpf_x86_move(jit, X86_RBP, X86_RSP);
}

/* The stub before a program that tail-calls. */
void xbpf_x86_entry(struct xbpf_jit *jit)
{
	if (jit->has_tail_call) {
		link_frame(jit);
		push(jit, X86_TAIL_COUNT);
		/* Twice, for the alignment of the stack. */
		push(jit, X86_TAIL_COUNT);
		xbpf_x86_load_imm(jit, X86_TAIL_COUNT, 0);
		xbpf_x86_emit(&jit->code, X86_CALL, 0, xbpf_x86_reg(0),
			      (s32)(jit->tail_entry - (jit->code.pos + 5)));
		pop(jit, X86_TAIL_COUNT);
		pop(jit, X86_TAIL_COUNT);
		pop(jit, X86_RBP);
		emit_ret(jit);
	}
	jit->tail_entry = jit->code.pos;
}

static void reserve(struct xbpf_jit *jit, u32 bytes)
{
	if (bytes == 8)
		push(jit, X86_RAX);
	else if (bytes)
		xbpf_x86_alu_imm(jit, X86_W, X86_ALU_SUB, X86_RSP, bytes);
}

void xbpf_x86_prologue(struct xbpf_jit *jit)
{
	const struct xbpf_jit_frame *frame = jit->frame;
	u8 reg;

	if (frame->indirect)
		emit_endbr(jit);
	push(jit, X86_RBP);
	xbpf_x86_move(jit, X86_RBP, X86_RSP);
	reserve(jit, frame->stack);
	for (reg = 0; reg < X86_NONE; reg++)
		if (frame->saved & BIT(reg))
			push(jit, reg);
	if (frame->counter)
		xbpf_x86_emit(&jit->code, X86_STORE_I, 0,
			      xbpf_x86_mem(X86_RBP, frame->counter),
			      MAY_GOTO_LIMIT);
}

static void unlink_frame(struct xbpf_jit *jit)
{
	const struct xbpf_jit_frame *frame = jit->frame;
	u8 reg;

	for (reg = X86_NONE; reg-- > 0;)
		if (frame->saved & BIT(reg))
			pop(jit, reg);
	if (frame->stack)
		xbpf_x86_op(jit, X86_LEAVE);
	else
		pop(jit, X86_RBP);
}

void xbpf_x86_epilogue(struct xbpf_jit *jit)
{
	unlink_frame(jit);
	emit_ret(jit);
}

/* Is it short enough to be repeated at each exit? A jump to it may take 5 bytes. */
int xbpf_x86_is_epilogue_short(const struct xbpf_jit *jit)
{
	return hweight32(jit->frame->saved) <= 1;
}

static void jump_rax(struct xbpf_jit *jit)
{
	if (jit->host->jump_rax)
		return xbpf_x86_jump(jit, jit->host->jump_rax);
	xbpf_x86_digit(jit, X86_INDIRECT, 4, X86_RAX, 0);
	xbpf_x86_op(jit, X86_INT3);
}

/*
 * R1 context, R2 prog array, R3 index. Replaces the frame of the subprogram in
 * work, or goes on when there is no program or the count is exhausted.
 */
void xbpf_x86_tail_call(struct xbpf_jit *jit)
{
	u32 exhausted, none;

	xbpf_x86_alu_imm(jit, 0, X86_ALU_CMP, X86_TAIL_COUNT,
			 XBPF_MAX_TAIL_CALLS);
	exhausted = xbpf_x86_skip(jit, X86_JCC8 | X86_AE);
	push(jit, X86_RDI);
	push(jit, X86_RDI);
	xbpf_x86_move(jit, X86_RDI, X86_RSI);
	xbpf_x86_move(jit, X86_RSI, X86_RDX);
	xbpf_x86_call(jit, xbpf_jit_tail_target);
	pop(jit, X86_RDI);
	pop(jit, X86_RDI);
	xbpf_x86_rr(jit, X86_TEST | X86_W, X86_RAX, X86_RAX);
	none = xbpf_x86_skip(jit, X86_JCC8 | X86_E);
	xbpf_x86_digit(jit, X86_INCDEC, 0, X86_TAIL_COUNT, 0);
	xbpf_x86_move(jit, X86_RSI, X86_RDX);
	unlink_frame(jit);
	jump_rax(jit);
	xbpf_x86_land(jit, exhausted);
	xbpf_x86_land(jit, none);
}

/* The subprogram that begins at @insn. */
struct xbpf_jit_frame *xbpf_x86_frame_of(struct xbpf_jit *jit, u32 insn)
{
	u32 low = 0, high = jit->prog->nr_subprogs;

	while (high - low > 1) {
		u32 middle = (low + high) / 2;

		if (jit->frames[middle].start <= insn)
			low = middle;
		else
			high = middle;
	}
	if (jit->frames[low].start != insn)
		jit->err = -EINVAL;
	return &jit->frames[low];
}

u32 xbpf_x86_frame_entry(const struct xbpf_jit *jit,
			 const struct xbpf_jit_frame *frame)
{
	return jit->start[frame->start] - frame->prologue;
}
