/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random programs out of the pieces that verifiers get wrong: masked and
 * compared indexes, spills of all sizes, stack at a variable offset, loops,
 * subprograms that are given stack, 32-bit conditions, ways that meet. Many have
 * a mistake. For one source file a program.
 */
#ifndef XBPF_VALUE_GENERATE_H
#define XBPF_VALUE_GENERATE_H

#include "vm/vm.h"

#define VALUE_SIZE	48	/* of the only map, an array */
#define MAX_INSNS	160
#define EXIT		0x7fff
#define ODD_ONE		77	/* that programs exclude, and inputs hold */

static u64 state;

static u64 rnd64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dULL;
}

static u32 rnd(u32 below)
{
	return (rnd64() >> 24) % below;
}

/* Mostly small, else near a power of two or anything. */
static u64 number(void)
{
	switch (rnd(8)) {
	case 0 ... 2:
		return rnd(80);
	case 3:
		return rnd(2) ? ODD_ONE : -(u64)rnd(80);
	case 4:
		return (1ULL << rnd(64)) + rnd(5) - 2;
	case 5:
		return rnd64() >> rnd(64);
	case 6:
		return (u64)rnd(4) << 32 | rnd(80);
	default:
		return rnd64();
	}
}

static s32 imm(void)
{
	return (s32)number();
}

enum kind { NONE, SCALAR, VALUE, STACK };

static struct xbpf_insn made[MAX_INSNS];
static u32 len;
static enum kind kinds[11];
static int in_sub;

static void emit(u8 code, u8 dst, u8 src, s16 off, s32 k)
{
	if (len < MAX_INSNS)
		made[len++] = (struct xbpf_insn) {
			.code = code, .dst_reg = dst, .src_reg = src,
			.off = off, .imm = k,
		};
}

static void mov(u8 dst, u8 src)
{
	emit(XBPF_ALU64 | XBPF_MOV | XBPF_X, dst, src, 0, 0);
	kinds[dst] = kinds[src];
}

static void mov_imm(u8 dst, s32 k)
{
	emit(XBPF_ALU64 | XBPF_MOV, dst, 0, 0, k);
	kinds[dst] = SCALAR;
}

static void alu_imm(u8 op, u8 dst, s32 k)
{
	emit((rnd(3) ? XBPF_ALU64 : XBPF_ALU) | op, dst, 0, 0, k);
}

/* A register of @kind, or -1. R0 to R9. */
static int pick(enum kind kind)
{
	u32 r = rnd(10), i;

	for (i = 0; i < 10; i++, r = (r + 1) % 10)
		if (kinds[r] == kind)
			return r;
	return -1;
}

/* Any but those that hold what the program lives on. */
static u8 scratch(void)
{
	static const u8 regs[] = { 0, 1, 2, 3, 4, 5, 8, 9 };

	return regs[rnd(ARRAY_SIZE(regs))];
}

static u8 size_code(u32 *bytes)
{
	static const u8 codes[] = { XBPF_B, XBPF_H, XBPF_W, XBPF_DW };
	u32 i = rnd(4);

	*bytes = 1 << i;
	return codes[i];
}

static void forget_args(void)
{
	u32 r;

	for (r = 0; r <= 5; r++)
		kinds[r] = NONE;
}

static void make_scalar(void)
{
	u8 dst = scratch();
	int p = pick(VALUE);
	u32 bytes;
	u8 size = size_code(&bytes);

	if (p < 0 || rnd(4) == 0) {
		mov_imm(dst, imm());
		return;
	}
	emit(XBPF_LDX | (rnd(3) || bytes == 8 ? XBPF_MEM : XBPF_MEMSX) | size,
	     dst, p, rnd(VALUE_SIZE / bytes) * bytes, 0);
	kinds[dst] = SCALAR;
}

static void make_alu(void)
{
	static const u8 ops[] = {
		XBPF_ADD, XBPF_SUB, XBPF_MUL, XBPF_DIV, XBPF_OR, XBPF_AND,
		XBPF_LSH, XBPF_RSH, XBPF_NEG, XBPF_MOD, XBPF_XOR, XBPF_MOV,
		XBPF_ARSH, XBPF_AND, XBPF_ADD, XBPF_RSH,
	};
	int dst = pick(SCALAR), src = pick(SCALAR);
	u8 op = ops[rnd(ARRAY_SIZE(ops))], class = rnd(3) ? XBPF_ALU64 : XBPF_ALU;
	s16 off = 0;

	if (dst < 0 || dst == 7)
		return;
	if (op == XBPF_NEG) {
		emit(class | op, dst, 0, 0, 0);
		return;
	}
	if (op == XBPF_DIV || op == XBPF_MOD)
		off = rnd(2);
	if (op == XBPF_MOV && rnd(2))
		off = class == XBPF_ALU ? 8 << rnd(2) : 8 << rnd(3);
	if (rnd(2) || off > 1) {
		emit(class | op | XBPF_X, dst, src, off, 0);
		return;
	}
	if (op == XBPF_LSH || op == XBPF_RSH || op == XBPF_ARSH)
		emit(class | op, dst, 0, off, rnd(class == XBPF_ALU ? 32 : 64));
	else
		emit(class | op, dst, 0, off, imm() ?: 1);
}

static void make_swap(void)
{
	int dst = pick(SCALAR);

	if (dst >= 0 && dst != 7)
		emit((rnd(2) ? XBPF_ALU64 : XBPF_ALU | rnd(2) * XBPF_TO_BE) |
		     XBPF_END, dst, 0, 0, 16 << rnd(3));
}

static u8 cond(void)
{
	static const u8 conds[] = {
		XBPF_JEQ, XBPF_JNE, XBPF_JGT, XBPF_JGE, XBPF_JLT, XBPF_JLE,
		XBPF_JSGT, XBPF_JSGE, XBPF_JSLT, XBPF_JSLE, XBPF_JSET,
	};

	return conds[rnd(ARRAY_SIZE(conds))] |
	       (rnd(2) ? XBPF_JMP : XBPF_JMP32);
}

static void make_jump(void)
{
	int a = pick(SCALAR), b = pick(SCALAR);
	s16 dist = rnd(4) ? rnd(10) : EXIT;

	if (a < 0)
		return;
	if (rnd(3))
		emit(cond(), a, 0, dist, imm());
	else
		emit(cond() | XBPF_X, a, b, dist, 0);
}

/* Bounds for a copy of a scalar in @t, some of them not enough. */
static void make_bounds(u8 t, u32 room)
{
	s32 k = rnd(4) ? room - 1 : room + rnd(3) - 1;

	switch (rnd(6)) {
	case 0:
		alu_imm(XBPF_AND, t, rnd(3) ? 15 : k);
		break;
	case 1:
		emit(XBPF_ALU64 | XBPF_MOD, t, 0, 0, k + 1 ?: 1);
		break;
	case 2:
		emit(XBPF_JMP | XBPF_JGT, t, 0, EXIT, k);
		break;
	case 3:
		emit(XBPF_JMP32 | XBPF_JGT, t, 0, EXIT, k);
		if (rnd(4))
			emit(XBPF_ALU | XBPF_MOV | XBPF_X, t, t, 0, 0);
		break;
	case 4:
		emit(XBPF_JMP | XBPF_JSGT, t, 0, EXIT, k);
		if (rnd(4))
			emit(XBPF_JMP | XBPF_JSLT, t, 0, EXIT, 0);
		break;
	default:
		emit(XBPF_ALU64 | XBPF_RSH, t, 0, 0, 58 + rnd(6));
	}
}

static void make_memory_op(u8 p, s16 off, u8 size, u32 bytes)
{
	static const s32 atomics[] = {
		XBPF_ADD, XBPF_OR, XBPF_AND, XBPF_XOR, XBPF_ADD | 1,
		XBPF_XOR | 1, 0xe1, 0xf1,
	};
	int src = pick(SCALAR);
	u8 dst = scratch();

	switch (rnd(5)) {
	case 0:
		if (src >= 0)
			emit(XBPF_STX | XBPF_MEM | size, p, src, off, 0);
		break;
	case 1:
		emit(XBPF_ST | XBPF_MEM | size, p, 0, off, imm());
		break;
	case 2:
		if (src >= 0 && bytes >= 4)
			emit(XBPF_STX | XBPF_ATOMIC | size, p, src, off,
			     atomics[rnd(ARRAY_SIZE(atomics))]);
		break;
	default:
		emit(XBPF_LDX | XBPF_MEM | size, dst, p, off, 0);
		kinds[dst] = SCALAR;
	}
}

static void make_value_access(void)
{
	int p = pick(VALUE), s = pick(SCALAR);
	u32 bytes;
	u8 size = size_code(&bytes), t = 8, q = 9;
	s16 off = rnd(VALUE_SIZE);

	if (p < 0 || s < 0)
		return;
	if (rnd(4) == 0) {
		make_memory_op(p, rnd(VALUE_SIZE / bytes) * bytes, size, bytes);
		return;
	}
	mov(t, s);
	make_bounds(t, VALUE_SIZE - off - bytes + 1);
	mov(q, p);
	emit(XBPF_ALU64 | XBPF_ADD | XBPF_X, q, t, 0, 0);
	if (rnd(6) == 0)
		emit(XBPF_ALU64 | XBPF_SUB | XBPF_X, q, t, 0, 0);
	make_memory_op(q, off, size, bytes);
}

static void make_stack_access(void)
{
	u32 bytes, at;
	u8 size = size_code(&bytes), dst = scratch();
	int src = rnd(5) ? pick(SCALAR) : pick(rnd(2) ? VALUE : STACK);

	at = (1 + rnd(64 / bytes)) * bytes;
	if (rnd(8) == 0)
		at = 512;
	if (src >= 0 && rnd(2)) {
		if (kinds[src] != SCALAR)
			size = XBPF_DW, at = round_up(at, 8);
		emit(XBPF_STX | XBPF_MEM | size, 10, src, -at, 0);
		return;
	}
	if (rnd(3) == 0) {
		emit(XBPF_ST | XBPF_MEM | size, 10, 0, -at, rnd(2) ? 0 : imm());
		return;
	}
	emit(XBPF_LDX | (rnd(4) || bytes == 8 ? XBPF_MEM : XBPF_MEMSX) | size,
	     dst, 10, -at, 0);
	kinds[dst] = SCALAR;
}

/* Spill, then fill all or part of it: the pair is what goes wrong. */
static void make_spill_fill(void)
{
	int src = pick(rnd(4) ? SCALAR : VALUE);
	u32 at = (1 + rnd(8)) * 8, bytes;
	u8 size, dst = scratch();

	if (src < 0)
		return;
	emit(XBPF_STX | XBPF_MEM | XBPF_DW, 10, src, -at, 0);
	if (rnd(2))
		make_jump();
	if (kinds[src] == VALUE) {
		emit(XBPF_LDX | XBPF_MEM | XBPF_DW, dst, 10, -at, 0);
		kinds[dst] = VALUE;
		return;
	}
	size = size_code(&bytes);
	emit(XBPF_LDX | XBPF_MEM | size, dst, 10, -at + rnd(8 / bytes) * bytes, 0);
	kinds[dst] = SCALAR;
}

static void make_stack_variable(void)
{
	int s = pick(SCALAR);
	u32 bytes;
	u8 size = size_code(&bytes);

	if (s < 0)
		return;
	mov(8, s);
	make_bounds(8, 64 - bytes + 1);
	if (rnd(4))
		alu_imm(XBPF_AND, 8, rnd(8) ? ~(bytes - 1) : -1);
	mov(9, 10);
	emit(XBPF_ALU64 | XBPF_ADD, 9, 0, 0, -64);
	emit(XBPF_ALU64 | XBPF_ADD | XBPF_X, 9, 8, 0, 0);
	kinds[9] = STACK;
	make_memory_op(9, 0, size, bytes);
	kinds[9] = NONE;
}

static void make_body(u32 pieces);

/* R7 counts down: a constant, or a small unknown number. */
static void make_loop(void)
{
	u32 top;

	if (kinds[7] == SCALAR)
		return;
	if (rnd(3) || pick(VALUE) < 0) {
		mov_imm(7, 1 + rnd(6));
	} else {
		emit(XBPF_LDX | XBPF_MEM | XBPF_B, 7, pick(VALUE), rnd(8), 0);
		emit(XBPF_ALU64 | XBPF_AND, 7, 0, 0, 7);
		emit(XBPF_ALU64 | XBPF_ADD, 7, 0, 0, 1);
	}
	kinds[7] = SCALAR;
	top = len;
	make_body(2 + rnd(4));
	emit(XBPF_ALU64 | XBPF_SUB, 7, 0, 0, 1);
	emit(XBPF_JMP | XBPF_JNE, 7, 0, (s16)(top - len - 1), 0);
	kinds[7] = NONE;
}

/* Two ways to the same place: afterwards a register, or a slot, is this or that. */
static void make_diamond(void)
{
	int a = pick(SCALAR), p = pick(VALUE);
	u8 dst = scratch(), at = 8 * (1 + rnd(4));
	u32 branch;

	if (a < 0 || p < 0)
		return;
	mov_imm(dst, rnd(2) ? 0 : rnd(60));
	emit(XBPF_STX | XBPF_MEM | XBPF_DW, 10, dst, -at, 0);
	branch = len;
	emit(cond(), a, 0, 0, imm());
	switch (rnd(5)) {
	case 0:
		mov_imm(dst, imm());
		break;
	case 1:
		emit(XBPF_LDX | XBPF_MEM | XBPF_B, dst, p, rnd(8), 0);
		break;
	case 2:
		emit(XBPF_STX | XBPF_MEM | XBPF_DW, 10, rnd(3) ? a : p, -at, 0);
		break;
	case 3:
		emit(XBPF_ST | XBPF_MEM | XBPF_W, 10, 0, -at + 4 * rnd(2), imm());
		break;
	default:
		mov(dst, a);
	}
	if (branch < len && len < MAX_INSNS)
		made[branch].off = len - branch - 1;
	kinds[dst] = SCALAR;
	if (rnd(2)) {
		emit(XBPF_LDX | XBPF_MEM | XBPF_DW, scratch(), 10, -at, 0);
		kinds[made[len - 1].dst_reg] = SCALAR;
	}
}

/* What a diamond left is decided by comparing, and then relied on. */
static void make_decision(void)
{
	int s = pick(SCALAR), p = pick(VALUE);
	u32 bytes;
	u8 size = size_code(&bytes);

	if (s < 0 || p < 0)
		return;
	emit(rnd(2) ? XBPF_JMP | XBPF_JGT : cond(), s, 0, EXIT,
	     rnd(3) ? VALUE_SIZE - bytes : imm());
	mov(9, p);
	emit(XBPF_ALU64 | XBPF_ADD | XBPF_X, 9, s, 0, 0);
	make_memory_op(9, 0, size, bytes);
}

/*
 * Two ways to a place, of which one makes safe what follows there and the other
 * does not; between, enough for the states to be kept and compared. R3 is an
 * index then, R4 a number that may be its copy, fp-72 what it was loaded from.
 * All of these are to be refused, unless the other way cannot be gone.
 */
static void make_way(u32 form, int a)
{
	static const u8 sizes[] = { XBPF_B, XBPF_H, XBPF_W, XBPF_DW };
	u32 bytes = 1 << (form & 3);
	s16 at = -72 + (rnd(2) ? 8 - bytes : 0);

	mov(4, a);
	switch (form >> 2) {
	case 0:
		emit(XBPF_ST | XBPF_MEM | sizes[form & 3], 10, 0, at, rnd(8));
		break;
	case 1:
		mov_imm(3, rnd(8));
		emit(XBPF_STX | XBPF_MEM | sizes[form & 3], 10, 3, at, 0);
		break;
	case 2:
		emit(XBPF_STX | XBPF_MEM | sizes[form & 3], 10, a, at, 0);
		break;
	case 3:
		emit(XBPF_STX | XBPF_MEM | XBPF_DW, 10, 6, -72, 0);
		break;
	case 4:
		mov(4, pick(SCALAR));
		emit(XBPF_STX | XBPF_MEM | XBPF_DW, 10, a, -72, 0);
		break;
	case 5:
		emit(XBPF_STX | XBPF_MEM | XBPF_DW, 10, a, -72, 0);
		emit(rnd(2) ? XBPF_JMP | XBPF_JNE : XBPF_JMP32 | XBPF_JNE, 4, 0,
		     2, ODD_ONE);
		mov_imm(4, ODD_ONE + 1);
		emit(XBPF_ST | XBPF_MEM | XBPF_DW, 10, 0, -72,
		     ODD_ONE + 1);
		break;
	}
}

static void make_filler(void)
{
	u32 i;

	for (i = 0; i < 10; i++) {
		if (i % 4 == 0)
			emit(XBPF_JMP | XBPF_JGT, 5, 0, 0, i);
		else
			emit(XBPF_ALU64 | XBPF_ADD, 5, 0, 0, 1);
	}
}

static void make_use(int a)
{
	static const u8 sizes[] = { XBPF_B, XBPF_H, XBPF_W, XBPF_DW };
	u32 size = rnd(4), bytes = 1 << size;

	emit(XBPF_LDX | XBPF_MEM | sizes[size], 3, 10,
	     -72 + rnd(8 / bytes) * bytes, 0);
	kinds[3] = SCALAR;
	switch (rnd(5)) {
	case 0:
		emit(XBPF_STX | XBPF_MEM | XBPF_DW, 6, 3, 8, 0);
		return;
	case 1:
		emit(XBPF_JMP | XBPF_JGT, a, 0, EXIT, 40);
		mov(3, 4);
		break;
	case 2:
		emit(XBPF_JMP | XBPF_JGT, 4, 0, EXIT, 40);
		break;
	case 3:
		emit(rnd(2) ? XBPF_JMP | XBPF_JNE : XBPF_JMP32 | XBPF_JNE,
		     rnd(2) ? 4 : a, 0, EXIT, ODD_ONE);
		break;
	}
	mov(9, 6);
	emit(XBPF_ALU64 | XBPF_ADD | XBPF_X, 9, 3, 0, 0);
	emit(XBPF_LDX | XBPF_MEM | XBPF_B, 0, 9, 0, 0);
	kinds[0] = SCALAR;
}

static void make_ways(void)
{
	int a = pick(SCALAR);
	u32 branch, skip, one = rnd(24), other = rnd(24);

	if (a < 0 || in_sub || a == 3 || a == 4 || a == 5)
		return;
	mov_imm(5, 0);
	emit(XBPF_LDX | XBPF_MEM | XBPF_DW, 3, 6, 40, 0);
	kinds[3] = kinds[4] = SCALAR;
	if (rnd(2)) {
		mov(4, a);
		emit(XBPF_ST | XBPF_MEM | XBPF_DW, 10, 0, -72, rnd(2));
	}
	branch = len;
	emit(cond(), 3, 0, 0, imm());
	make_way(one, a);
	skip = len;
	emit(XBPF_JMP | XBPF_JA, 0, 0, 0, 0);
	if (branch < MAX_INSNS)
		made[branch].off = len - branch - 1;
	make_way(other, a);
	if (skip < MAX_INSNS)
		made[skip].off = len - skip - 1;
	make_filler();
	make_use(a);
}

static void make_random_call(void)
{
	emit(XBPF_JMP | XBPF_CALL, 0, 0, 0, XBPF_FUNC_get_prandom_u32);
	forget_args();
	kinds[0] = SCALAR;
}

/* R1: memory with @room bytes, R2: how many of them, maybe too many. */
static void make_helper_write(void)
{
	int s = pick(SCALAR), p = pick(VALUE);
	s32 off = rnd(VALUE_SIZE);
	u32 room;

	if (s < 0)
		return;
	if (rnd(2) && p >= 0 && p > 5) {
		mov(1, p);
		emit(XBPF_ALU64 | XBPF_ADD, 1, 0, 0, off);
		room = VALUE_SIZE - off;
	} else {
		mov(1, 10);
		emit(XBPF_ALU64 | XBPF_ADD, 1, 0, 0, -off - 1);
		room = off + 1;
	}
	if (s == 1)
		return;
	mov(2, s);
	if (rnd(3))
		make_bounds(2, room + 1);
	else
		mov_imm(2, rnd(room + 2));
	mov_imm(3, 0);
	emit(XBPF_JMP | XBPF_CALL, 0, 0, 0, XBPF_FUNC_probe_read_kernel);
	forget_args();
	kinds[0] = SCALAR;
}

/* Key and value out of the stack. */
static void make_update(void)
{
	emit(XBPF_LD | XBPF_IMM | XBPF_DW, 1, XBPF_PSEUDO_MAP_FD, 0, 0);
	emit(0, 0, 0, 0, 0);
	mov(2, 10);
	emit(XBPF_ALU64 | XBPF_ADD, 2, 0, 0, -4 * (1 + (s32)rnd(16)));
	mov(3, 10);
	emit(XBPF_ALU64 | XBPF_ADD, 3, 0, 0,
	     -VALUE_SIZE - 8 * (s32)rnd(3) + (rnd(16) == 0));
	mov_imm(4, 0);
	emit(XBPF_JMP | XBPF_CALL, 0, 0, 0, XBPF_FUNC_map_update_elem);
	forget_args();
	kinds[0] = SCALAR;
}

/* Patched to the subprogram's start later: src 1 marks it. */
static void make_sub_call(void)
{
	int s = pick(SCALAR);

	if (in_sub || s < 0)
		return;
	mov(2, s);
	if (rnd(2) && pick(VALUE) >= 0) {
		mov(1, pick(VALUE));
	} else {
		mov(1, 10);
		emit(XBPF_ALU64 | XBPF_ADD, 1, 0, 0, -VALUE_SIZE);
	}
	emit(XBPF_JMP | XBPF_CALL, 0, 1, 0, -1);
	forget_args();
	kinds[0] = SCALAR;
}

static void make_piece(void)
{
	static void (*const pieces[])(void) = {
		make_scalar, make_alu, make_alu, make_alu, make_swap, make_jump,
		make_jump, make_value_access, make_value_access,
		make_value_access, make_stack_access, make_stack_access,
		make_spill_fill, make_stack_variable, make_random_call,
		make_sub_call, make_loop, make_diamond, make_diamond,
		make_decision, make_decision, make_ways, make_ways,
		make_helper_write, make_update,
	};

	pieces[rnd(ARRAY_SIZE(pieces))]();
}

static void make_body(u32 pieces)
{
	while (pieces--)
		make_piece();
}

/* R6: a value of the map. */
static void make_lookup(void)
{
	emit(XBPF_ST | XBPF_MEM | XBPF_W, 10, 0, -4, 0);
	mov(2, 10);
	emit(XBPF_ALU64 | XBPF_ADD, 2, 0, 0, -4);
	emit(XBPF_LD | XBPF_IMM | XBPF_DW, 1, XBPF_PSEUDO_MAP_FD, 0, 0);
	emit(0, 0, 0, 0, 0);
	emit(XBPF_JMP | XBPF_CALL, 0, 0, 0, XBPF_FUNC_map_lookup_elem);
	emit(XBPF_JMP | XBPF_JEQ, 0, 0, EXIT, 0);
	forget_args();
	kinds[0] = VALUE;
	mov(6, 0);
}

static void clear_stack(void)
{
	u32 i;

	for (i = 1; i <= 8; i++)
		emit(XBPF_ST | XBPF_MEM | XBPF_DW, 10, 0, -8 * (s16)i, 0);
}

/* Jumps to the end of the function, which returns a number. */
static void make_end(u32 start)
{
	int r = pick(SCALAR);
	u32 i, end = len;

	if (r >= 0 && rnd(3) == 0)
		mov(0, r);
	mov_imm(0, 0);
	emit(XBPF_JMP | XBPF_EXIT, 0, 0, 0, 0);
	for (i = start; i < end; i++) {
		u8 class = XBPF_CLASS(made[i].code), op = XBPF_OP(made[i].code);

		if (class != XBPF_JMP && class != XBPF_JMP32)
			continue;
		if (op == XBPF_CALL || op == XBPF_EXIT || made[i].off < 0)
			continue;
		if (i + 1 + made[i].off > len - 2)
			made[i].off = len - 2 - i - 1;
	}
}

static void make_sub(void)
{
	u32 start = len, i;

	for (i = 0; i < start; i++)
		if (made[i].code == (XBPF_JMP | XBPF_CALL) && made[i].src_reg)
			made[i].imm = start - i - 1;
	memset(kinds, 0, sizeof(kinds));
	kinds[10] = STACK;
	kinds[1] = rnd(8) ? VALUE : NONE;
	kinds[2] = SCALAR;
	in_sub = 1;
	if (rnd(2))
		clear_stack();
	make_body(3 + rnd(8));
	make_end(start);
}

static void make_program(void)
{
	u32 i;

	len = 0;
	in_sub = 0;
	memset(kinds, 0, sizeof(kinds));
	kinds[10] = STACK;
	make_lookup();
	if (rnd(2))
		clear_stack();
	make_scalar();
	make_scalar();
	make_body(4 + rnd(20));
	make_end(0);
	for (i = 0; i < len; i++)
		if (made[i].code == (XBPF_JMP | XBPF_CALL) && made[i].src_reg)
			break;
	if (i < len)
		make_sub();
}

#endif
