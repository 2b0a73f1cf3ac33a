// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments with rounds: counted up, down, in strides and nests, in registers and on
 * the stack, in 32 bits and close to the ends of all numbers.
 */
#include "fragment.h"

void frag_loop(struct fuzz_case *c)
{
	u8 n = 6 + fuzz_below(4);
	u32 top;

	put_const(n, fuzz_below(6));
	top = nr_frag;
	put_alu(fuzz_below(6));
	if (fuzz_below(2))
		put_access(10, -8 * (1 + (s16)fuzz_below(4)));
	put_alu(fuzz_below(6));
	put(XBPF_ALU64 | XBPF_ADD, n, 0, 0, fuzz_below(4) ? 1 : constant());
	put(any_cond(), n, 0, (s16)(top - nr_frag - 1), fuzz_below(12));
	if (fuzz_below(8) == 0)
		put(XBPF_JMP | XBPF_JCOND, 0, 0, (s16)(top - nr_frag - 1), 0);
}

/* A round of a loop that counts @n, kept at fp-@slot if that is not 0. */
static void put_count(u8 n, s16 slot, s32 step)
{
	u8 class = fuzz_below(3) ? XBPF_ALU64 : XBPF_ALU;

	if (slot)
		put(XBPF_LDX | XBPF_MEM | XBPF_DW, n, 10, slot, 0);
	put(class | XBPF_ADD, n, 0, 0, step);
	if (fuzz_below(6) == 0)
		put(XBPF_ALU | XBPF_MOV | XBPF_X, n, n, 0, 0);
	if (slot)
		put(XBPF_STX | XBPF_MEM | XBPF_DW, 10, n, slot, 0);
}

/*
 * Many rounds: up or down, ended by any condition, a bound in a register that
 * the body may change, an address that moves with the counter, nests.
 */
void frag_count(struct fuzz_case *c)
{
	u8 n = 6 + fuzz_below(4), bound = 6 + fuzz_below(4);
	s32 step = fuzz_below(6) ? 1 - 2 * (s32)fuzz_below(2) : 8;
	s32 rounds = 3 + fuzz_below(40), first = fuzz_below(4);
	s16 slot = fuzz_below(3) ? 0 : -8 * (s16)(1 + fuzz_below(3)), top;

	if (step < 0)
		first += rounds;
	put_const(n, first);
	if (slot)
		put(XBPF_STX | XBPF_MEM | XBPF_DW, 10, n, slot, 0);
	if (fuzz_below(3) == 0)
		put_const(bound, first + step * rounds);
	top = nr_frag;
	switch (fuzz_below(4)) {
	case 0:
		put_mov(1, 10);
		put(XBPF_ALU64 | XBPF_ADD | XBPF_X, 1, n, 0, 0);
		put(XBPF_ST | XBPF_MEM | XBPF_B, 1, 0, -64, 1);
		break;
	case 1:
		put_jump(fuzz_below(3));
		put_alu(any_reg());
		break;
	default:
		put_alu(fuzz_below(6));
	}
	put_count(n, slot, step);
	if (fuzz_below(6) == 0)
		put_alu(bound);
	if (fuzz_below(3))
		put(any_cond(), n, 0, top - nr_frag - 1, first + step * rounds);
	else
		put(any_cond() | XBPF_X, n, bound, top - nr_frag - 1, 0);
}

/* ---- all rounds at once ---- */

/* A number that another step may leave by wrapping. */
static s32 near_end(u32 wide)
{
	static const s32 ends[] = { 0, -1, S32_MAX, S32_MIN, 0xff, 0xffff };

	return wide ? ends[fuzz_below(ARRAY_SIZE(ends))] :
		(s32)fuzz_below(64);
}

/*
 * A counter in strides, which may miss its bound, begins anywhere, and is an index
 * after the loop or within it.
 */
void frag_stride(struct fuzz_case *c)
{
	u8 n = 6 + fuzz_below(4), class = fuzz_below(2) ? XBPF_ALU64 : XBPF_ALU;
	s32 step = (1 + fuzz_below(9)) * (fuzz_below(3) ? 1 : -1);
	u32 inside = fuzz_below(2);
	s16 top;

	if (fuzz_below(3) == 0)
		put(XBPF_LDX | XBPF_MEM | XBPF_W, n, fuzz_below(2) ? 1 : 6, 0, 0);
	else
		put_const(n, near_end(fuzz_below(3) == 0));
	top = nr_frag;
	if (inside) {
		put_mov(1, 10);
		put(XBPF_ALU64 | XBPF_ADD | XBPF_X, 1, n, 0, 0);
		put(XBPF_ST | XBPF_MEM | XBPF_B, 1, 0, -(s16)fuzz_below(80), 1);
	}
	if (fuzz_below(4) == 0)
		put_jump(1);
	put(class | (fuzz_below(6) ? XBPF_ADD : XBPF_SUB), n, 0, 0, step);
	put(any_cond(), n, 0, top - nr_frag - 1,
	    near_end(fuzz_below(4) == 0) + (fuzz_below(4) ? 60 : 600));
	if (inside)
		return;
	put_mov(1, 10);
	put(XBPF_ALU64 | XBPF_SUB | XBPF_X, 1, n, 0, 0);
	put(XBPF_ST | XBPF_MEM | XBPF_B, 1, 0, (s16)fuzz_below(80) - 40, 1);
}

/* A loop in a loop: the inner one may count with, or against, the outer one. */
void frag_nest(struct fuzz_case *c)
{
	u8 i = 6 + fuzz_below(2), j = 8 + fuzz_below(2);
	s16 outer, inner;

	put_const(i, fuzz_below(3));
	outer = nr_frag;
	if (fuzz_below(4))
		put_const(j, fuzz_below(3));
	else
		put_mov(j, i);
	inner = nr_frag;
	if (fuzz_below(2))
		put_alu(fuzz_below(6));
	if (fuzz_below(4) == 0)
		put(XBPF_ALU64 | XBPF_ADD, i, 0, 0, (s32)fuzz_below(3) - 1);
	put(XBPF_ALU64 | XBPF_ADD, j, 0, 0, 1 + fuzz_below(3));
	if (fuzz_below(3))
		put(any_cond(), j, 0, inner - nr_frag - 1, 4 + fuzz_below(24));
	else
		put(any_cond() | XBPF_X, j, i, inner - nr_frag - 1, 0);
	put(XBPF_ALU64 | XBPF_ADD, i, 0, 0, 1 + fuzz_below(2));
	put(any_cond(), i, 0, outer - nr_frag - 1, 4 + fuzz_below(24));
}

/* An address that moves from round to round, beside a counter or alone. */
void frag_moving(struct fuzz_case *c)
{
	u8 p = 1 + fuzz_below(4), n = 6 + fuzz_below(4);
	u32 stride = 1 << fuzz_below(4), rounds = 2 + fuzz_below(12);
	s16 top;

	if (fuzz_below(2)) {
		put_mov(p, 10);
		put(XBPF_ALU64 | XBPF_ADD, p, 0, 0, -(s32)(stride * rounds));
	} else {
		put_mov(p, 6 + fuzz_below(4));
	}
	put_const(n, 0);
	top = nr_frag;
	put(XBPF_ST | XBPF_MEM | XBPF_B, p, 0, fuzz_below(stride + 1), 0);
	put(XBPF_ALU64 | XBPF_ADD, p, 0, 0, stride);
	put(XBPF_ALU64 | XBPF_ADD, n, 0, 0, 1);
	if (fuzz_below(4))
		put(any_cond(), n, 0, top - nr_frag - 1, rounds);
	else
		put(XBPF_JMP | XBPF_JLT | XBPF_X, p, 10, top - nr_frag - 1, 0);
}
