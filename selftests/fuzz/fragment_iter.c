// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments with open-coded iterators: loops over them, in each other by chance, of
 * which some take an iterator that was made anew for the one that was.
 */
#include "fragment.h"
#include "verifier/types.h"

static void put_iter_call(s32 at, const char *name)
{
	put_mov(1, 10);
	put(XBPF_ALU64 | XBPF_ADD, 1, 0, 0, at);
	put(XBPF_JMP | XBPF_CALL, 0, XBPF_PSEUDO_KFUNC_CALL, 0,
	    test_type_id(name));
}

static void put_iter_new(s32 at)
{
	put_const(2, 0);
	if (fuzz_below(4))
		put_const(3, fuzz_below(9));
	else
		put_mov(3, 6 + fuzz_below(4));
	put_iter_call(at, "bpf_iter_num_new");
}

static void put_iter_body(s32 at)
{
	u8 n = any_reg();

	switch (fuzz_below(5)) {
	case 0:
		put(XBPF_LDX | XBPF_MEM | XBPF_W, n, 0, 0, 0);
		break;
	case 1:
		put(XBPF_JMP | XBPF_JEQ, n, 0, 8, fuzz_below(3));
		put_iter_call(at, "bpf_iter_num_destroy");
		put_iter_new(at);
		break;
	case 2:
		put(XBPF_ALU64 | XBPF_ADD, 6 + fuzz_below(4), 0, 0,
		    fuzz_below(8));
		put_jump(fuzz_below(3));
		break;
	default:
		put_alu(n);
	}
}

void frag_iter(struct fuzz_case *c)
{
	s32 at = -8 * (1 + (s32)fuzz_below(6));
	u32 top, out;

	if (fuzz_below(4))
		put_iter_new(at);
	top = nr_frag;
	put_iter_call(at, "bpf_iter_num_next");
	out = nr_frag;
	put(XBPF_JMP | XBPF_JEQ, 0, 0, 0, 0);
	put_iter_body(at);
	put(XBPF_JMP | XBPF_JA, 0, 0, (s16)(top - nr_frag - 1), 0);
	frag[out].off = nr_frag - out - 1;
	if (fuzz_below(8))
		put_iter_call(at, "bpf_iter_num_destroy");
}
