// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments that take long ways: chains of operations that are undone or made again, bits
 * that are tested, what a callback captures, dynptrs.
 */
#include "fragment.h"

static void put_index(u8 n, u8 q)
{
	u8 base = fuzz_below(2) ? 6 + fuzz_below(4) : 10;

	put_mov(q, base);
	put(XBPF_ALU64 | XBPF_ADD | XBPF_X, q, n, 0, 0);
	put(XBPF_LDX | XBPF_MEM | XBPF_B, q, q, base == 10 ? -64 : 0, 0);
}

/*
 * More operations than a fact goes through lie between the number that is compared, on
 * one of two ways, and the one that is an index.
 */
void frag_chain(struct fuzz_case *c)
{
	u8 a = fuzz_below(3), b = 3 + fuzz_below(2), p = 6 + fuzz_below(4);
	u32 i, n = 1 + fuzz_below(11), undo = fuzz_below(2);
	u8 op = fuzz_below(2) ? XBPF_SUB : XBPF_ADD;

	put(XBPF_LDX | XBPF_MEM | XBPF_DW, a, fuzz_below(2) ? 1 : 6, 8, 0);
	put_mov(b, a);
	for (i = 0; i < n; i++) {
		if (undo)
			put(XBPF_ALU64 | op | XBPF_X, b, p, 0, 0);
		else
			put(XBPF_ALU64 | XBPF_MUL, b, 0, 0, 3 + i);
	}
	put_jump(1);
	put(any_cond(), undo ? a : b, 0, 3 + n, fuzz_below(64));
	if (!undo)
		put_mov(b, a);
	for (i = 0; i < n; i++) {
		if (undo)
			put(XBPF_ALU64 | (op ^ XBPF_SUB ^ XBPF_ADD) | XBPF_X, b,
			    p, 0, 0);
		else
			put(XBPF_ALU64 | XBPF_MUL, b, 0, 0, 3 + i);
	}
	put_index(b, 5);
}

/* Tests of bits before and after the number is shifted, masked, cut. */
void frag_bits(struct fuzz_case *c)
{
	u8 a = any_reg(), width = fuzz_below(2) ? XBPF_JMP : XBPF_JMP32;

	put(XBPF_LDX | XBPF_MEM | XBPF_DW, a, fuzz_below(2) ? 1 : 6,
	    8 * (s16)fuzz_below(8), 0);
	put(width | XBPF_JSET, a, 0, 5, -(1 << fuzz_below(31)));
	if (fuzz_below(2))
		put(width | XBPF_JSET, a, 0, fuzz_below(4), 1 << fuzz_below(31));
	if (fuzz_below(3) == 0)
		put_alu(a);
	if (fuzz_below(3) == 0)
		put(XBPF_JMP | XBPF_JSET | XBPF_X, a, any_reg(), fuzz_below(3), 0);
	put_index(a, any_reg());
}

static void put_captured_body(void)
{
	u8 base = fuzz_below(3) ? 2 : 1;

	put(XBPF_LDX | XBPF_MEM | XBPF_DW, 3, base, 0, 0);
	put(XBPF_LDX | XBPF_MEM | XBPF_DW, 4, base, 8, 0);
	if (fuzz_below(3))
		put(any_cond(), 4, 0, 2, fuzz_below(48));
	put(XBPF_ALU64 | XBPF_ADD | XBPF_X, 3, 4, 0, 0);
	put(XBPF_STX | XBPF_MEM | XBPF_B, 3, 4, 0, 0);
	put(XBPF_LDX | XBPF_MEM | XBPF_DW, 4, base, 8, 0);
	put(XBPF_ALU64 | XBPF_ADD, 4, 0, 0, 1 + fuzz_below(3));
	if (fuzz_below(3))
		put(XBPF_STX | XBPF_MEM | XBPF_DW, base, 4, 8 * fuzz_below(2), 0);
	put_const(0, fuzz_below(2));
	put(XBPF_JMP | XBPF_EXIT, 0, 0, 0, 0);
}

/* A callback's context: an address and an index on the stack, which rounds change. */
void frag_capture(struct fuzz_case *c)
{
	u32 at, n;

	put_captured_body();
	n = nr_frag;
	at = append(c, n);
	nr_frag = 0;
	if (!at)
		return;
	put(XBPF_STX | XBPF_MEM | XBPF_DW, 10, 6 + fuzz_below(4), -16, 0);
	put(XBPF_ST | XBPF_MEM | XBPF_DW, 10, 0, -8, fuzz_below(4));
	put_const(1, fuzz_below(20));
	put_imm64(2, XBPF_PSEUDO_FUNC, at);
	put_mov(3, 10);
	put(XBPF_ALU64 | XBPF_ADD, 3, 0, 0, -16);
	put_const(4, 0);
	put_call(XBPF_FUNC_loop);
	put(XBPF_LDX | XBPF_MEM | XBPF_DW, 1, 10, -16, 0);
	put(XBPF_LDX | XBPF_MEM | XBPF_DW, 2, 10, -8, 0);
	if (fuzz_below(2))
		put_access(1, fuzz_below(16));
}

/* A record by dynptr: a slice, what is done to it, and the end of the record. */
void frag_dynptr(struct fuzz_case *c)
{
	s32 map = need_map(c, XBPF_MAP_TYPE_RINGBUF, 0, 0);
	u32 size = 8 * (1 + fuzz_below(4));

	put_imm64(1, XBPF_PSEUDO_MAP_FD, map);
	put_const(2, size);
	put_const(3, 0);
	put_mov(4, 10);
	put(XBPF_ALU64 | XBPF_ADD, 4, 0, 0, -16);
	put_call(XBPF_FUNC_ringbuf_reserve_dynptr);
	put_mov(1, 10);
	put(XBPF_ALU64 | XBPF_ADD, 1, 0, 0, -16);
	put_const(2, fuzz_below(2) ? 0 : fuzz_below(size));
	put_const(3, 1 + fuzz_below(size));
	put_call(XBPF_FUNC_dynptr_data);
	put_mov(6, 0);
	put(XBPF_JMP | (fuzz_below(8) ? XBPF_JEQ : XBPF_JNE), 0, 0, 1, 0);
	put_access(0, fuzz_below(size));
	put_mov(1, 10);
	put(XBPF_ALU64 | XBPF_ADD, 1, 0, 0, fuzz_below(12) ? -16 : -8);
	put_const(2, 0);
	put_call(fuzz_below(2) ? XBPF_FUNC_ringbuf_submit_dynptr :
		 XBPF_FUNC_ringbuf_discard_dynptr);
	if (fuzz_below(6) == 0)
		put_access(6, 0);
	put_const(0, 0);
}
