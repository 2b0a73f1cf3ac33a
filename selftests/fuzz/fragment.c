// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments of straight code: maps, records, packets, spills, calls, numbers that are
 * made of others. What has rounds is fragment_loop.c.
 */
#include "fragment.h"

struct xbpf_insn frag[MAX_FRAGMENT];
u32 nr_frag;

void put(u8 code, u8 dst, u8 src, s16 off, s32 k)
{
	if (nr_frag < MAX_FRAGMENT)
		frag[nr_frag++] = (struct xbpf_insn){
			.code = code, .dst_reg = dst, .src_reg = src,
			.off = off, .imm = k,
		};
}

void put_mov(u8 dst, u8 src)
{
	put(XBPF_ALU64 | XBPF_MOV | XBPF_X, dst, src, 0, 0);
}

void put_const(u8 dst, s32 k)
{
	put(XBPF_ALU64 | XBPF_MOV, dst, 0, 0, k);
}

void put_imm64(u8 dst, u8 src, s32 k)
{
	put(XBPF_LD | XBPF_IMM | XBPF_DW, dst, src, 0, k);
	put(0, 0, 0, 0, 0);
}

void put_call(s32 id)
{
	put(XBPF_JMP | XBPF_CALL, 0, 0, 0, id);
}

u8 any_reg(void)
{
	return fuzz_below(10);
}

u8 any_size(u32 *bytes)
{
	static const u8 codes[] = { XBPF_B, XBPF_H, XBPF_W, XBPF_DW };
	u32 i = fuzz_below(4);

	*bytes = 1 << i;
	return codes[i];
}

/* A map of @type in the case, made if there is room. */
s32 need_map(struct fuzz_case *c, u8 type, u8 key, u16 value)
{
	u32 i;

	for (i = 0; i < c->nr_maps; i++)
		if (c->maps[i].type == type && fuzz_below(4))
			return i;
	if (c->nr_maps == CASE_MAPS)
		return fuzz_below(CASE_MAPS);
	c->maps[c->nr_maps] = (struct fuzz_map){
		.type = type, .key_size = key, .value_size = value,
		.max_entries = type == XBPF_MAP_TYPE_RINGBUF ? 4096 : 2,
	};
	return c->nr_maps++;
}

void put_alu(u8 dst)
{
	static const u8 ops[] = {
		XBPF_ADD, XBPF_SUB, XBPF_MUL, XBPF_DIV, XBPF_OR, XBPF_AND,
		XBPF_LSH, XBPF_RSH, XBPF_MOD, XBPF_XOR, XBPF_MOV, XBPF_ARSH,
		XBPF_NEG,
	};
	u8 op = ops[fuzz_below(ARRAY_SIZE(ops))];
	u8 class = fuzz_below(3) ? XBPF_ALU64 : XBPF_ALU;
	s16 off = 0;

	if (op == XBPF_DIV || op == XBPF_MOD)
		off = fuzz_below(2);
	if (op == XBPF_NEG)
		put(class | op, dst, 0, 0, 0);
	else if (op == XBPF_MOV && fuzz_below(2))
		put(class | op | XBPF_X, dst, any_reg(),
		    8 << fuzz_below(class == XBPF_ALU ? 2 : 3), 0);
	else if (fuzz_below(2))
		put(class | op | XBPF_X, dst, any_reg(), off, 0);
	else if (op == XBPF_LSH || op == XBPF_RSH || op == XBPF_ARSH)
		put(class | op, dst, 0, 0, fuzz_below(class == XBPF_ALU ? 32 : 64));
	else
		put(class | op, dst, 0, off, constant() ?: 1);
}

u8 any_cond(void)
{
	static const u8 ops[] = {
		XBPF_JEQ, XBPF_JNE, XBPF_JGT, XBPF_JGE, XBPF_JLT, XBPF_JLE,
		XBPF_JSGT, XBPF_JSGE, XBPF_JSLT, XBPF_JSLE, XBPF_JSET,
	};

	return ops[fuzz_below(ARRAY_SIZE(ops))] |
	       (fuzz_below(2) ? XBPF_JMP : XBPF_JMP32);
}

void put_jump(s16 off)
{
	if (fuzz_below(3))
		put(any_cond(), any_reg(), 0, off, constant());
	else
		put(any_cond() | XBPF_X, any_reg(), any_reg(), off, 0);
}

void put_access(u8 base, s16 off)
{
	static const s32 atomics[] = {
		XBPF_ADD, XBPF_OR, XBPF_AND, XBPF_XOR, XBPF_ADD | 1,
		XBPF_AND | 1, XBPF_OR | 1, XBPF_XOR | 1, 0xe1, 0xf1,
	};
	u32 bytes;
	u8 size = any_size(&bytes);

	off &= -(s16)bytes;
	switch (fuzz_below(6)) {
	case 0:
		put(XBPF_STX | XBPF_MEM | size, base, any_reg(), off, 0);
		return;
	case 1:
		put(XBPF_ST | XBPF_MEM | size, base, 0, off, constant());
		return;
	case 2:
		if (bytes >= 4)
			put(XBPF_STX | XBPF_ATOMIC | size, base, any_reg(), off,
			    atomics[fuzz_below(ARRAY_SIZE(atomics))]);
		return;
	case 3:
		if (bytes < 8)
			put(XBPF_LDX | XBPF_MEMSX | size, any_reg(), base, off, 0);
		return;
	default:
		put(XBPF_LDX | XBPF_MEM | size, any_reg(), base, off, 0);
	}
}

void frag_ringbuf(struct fuzz_case *c)
{
	s32 map = need_map(c, XBPF_MAP_TYPE_RINGBUF, 0, 0);
	u32 size = 8 * (1 + fuzz_below(4)), check;
	u8 keep = 6 + fuzz_below(3);

	put_imm64(1, XBPF_PSEUDO_MAP_FD, map);
	put_const(2, size);
	put_const(3, 0);
	put_call(XBPF_FUNC_ringbuf_reserve);
	put_mov(keep, 0);
	check = nr_frag;
	put(XBPF_JMP | (fuzz_below(8) ? XBPF_JEQ : XBPF_JNE),
	    fuzz_below(2) ? 0 : keep, 0, 0, 0);
	put_access(keep, fuzz_below(size + 1));
	if (fuzz_below(4) == 0)
		put_jump(fuzz_below(4));
	put_mov(1, fuzz_below(2) ? 0 : keep);
	put_const(2, 0);
	put_call(fuzz_below(2) ? XBPF_FUNC_ringbuf_submit :
		 XBPF_FUNC_ringbuf_discard);
	if (check < nr_frag)
		frag[check].off = nr_frag - check - 1;
	put_const(0, 0);
}

void frag_lookup(struct fuzz_case *c)
{
	static const u8 types[] = {
		XBPF_MAP_TYPE_HASH, XBPF_MAP_TYPE_ARRAY,
		XBPF_MAP_TYPE_PERCPU_ARRAY, XBPF_MAP_TYPE_LRU_HASH,
	};
	u8 type = types[fuzz_below(ARRAY_SIZE(types))], keep = 6 + fuzz_below(4);
	s32 map = need_map(c, type, 4, 8 * (1 + fuzz_below(8)));

	if (fuzz_below(2))
		put(XBPF_ST | XBPF_MEM | XBPF_W, 10, 0, -4, fuzz_below(3));
	else
		put(XBPF_STX | XBPF_MEM | XBPF_W, 10, any_reg(), -4, 0);
	put_mov(2, 10);
	put(XBPF_ALU64 | XBPF_ADD, 2, 0, 0, -4);
	put_imm64(1, XBPF_PSEUDO_MAP_FD, map);
	put_call(fuzz_below(12) ? XBPF_FUNC_map_lookup_elem :
		 XBPF_FUNC_map_delete_elem);
	put_mov(keep, 0);
	if (fuzz_below(8) == 0)
		put(XBPF_ALU64 | XBPF_ADD, keep, 0, 0, fuzz_below(16));
	put(XBPF_JMP | XBPF_JEQ, fuzz_below(2) ? 0 : keep, 0, 2 + fuzz_below(3), 0);
	put_access(keep, fuzz_below(64));
	put_access(keep, fuzz_below(64));
	put_const(0, 0);
}

/* At the end of the case: a function whose address the fragment's call has. */
u32 append(struct fuzz_case *c, u32 n)
{
	u32 at = c->len;

	if (nr_frag != n || !case_insert(c, at, n))
		return 0;
	memcpy(&c->insns[at], frag, n * sizeof(*frag));
	return at;
}

void frag_callback(struct fuzz_case *c)
{
	u32 at, n;

	if (fuzz_below(8))
		put_access(2, 8 * (s16)fuzz_below(2));
	if (fuzz_below(3) == 0)
		put_jump(fuzz_below(3));
	put_alu(fuzz_below(4));
	put_access(2, 0);
	put_const(0, fuzz_below(8) ? fuzz_below(2) : constant());
	put(XBPF_JMP | XBPF_EXIT, 0, 0, 0, 0);
	n = nr_frag;
	at = append(c, n);
	nr_frag = 0;
	if (!at)
		return;
	put(XBPF_ST | XBPF_MEM | XBPF_DW, 10, 0, -8, constant());
	put_const(1, fuzz_below(8));
	/* frag_insert() makes it a distance. */
	put_imm64(2, XBPF_PSEUDO_FUNC, at);
	put_mov(3, 10);
	put(XBPF_ALU64 | XBPF_ADD, 3, 0, 0, -8 * (1 + (s32)fuzz_below(2)));
	put_const(4, 0);
	put_call(XBPF_FUNC_loop);
	put(XBPF_LDX | XBPF_MEM | XBPF_DW, any_reg(), 10, -8, 0);
}

void frag_call(struct fuzz_case *c)
{
	u32 at, n;

	put_alu(1);
	if (fuzz_below(2))
		put_access(fuzz_below(2) ? 10 : 2, -8);
	if (fuzz_below(2))
		put_jump(fuzz_below(3));
	put_alu(fuzz_below(6));
	put_mov(0, 1 + fuzz_below(3));
	put(XBPF_JMP | XBPF_EXIT, 0, 0, 0, 0);
	n = nr_frag;
	at = append(c, n);
	nr_frag = 0;
	if (!at)
		return;
	put_mov(1, any_reg());
	put_mov(2, fuzz_below(2) ? 10 : any_reg());
	if (fuzz_below(2))
		put(XBPF_ALU64 | XBPF_ADD, 2, 0, 0, -8 * (s32)fuzz_below(4));
	put_mov(3, any_reg());
	put(XBPF_JMP | XBPF_CALL, 0, XBPF_PSEUDO_CALL, 0, at);
}

void frag_spill(struct fuzz_case *c)
{
	static const u8 sizes[] = { XBPF_B, XBPF_H, XBPF_W, XBPF_DW };
	u32 w = fuzz_below(4), r = fuzz_below(4);
	s16 at = -8 * (1 + (s16)fuzz_below(6));
	u8 src = any_reg();

	put(XBPF_STX | XBPF_MEM | sizes[w], 10, src,
	    at + (fuzz_below(8 >> w) << w), 0);
	if (fuzz_below(2))
		put_jump(fuzz_below(3));
	if (fuzz_below(2))
		put_alu(src);
	put(XBPF_LDX | (fuzz_below(4) || r == 3 ? XBPF_MEM : XBPF_MEMSX) | sizes[r],
	    any_reg(), 10, at + (fuzz_below(8 >> r) << r), 0);
}

void frag_indexed(struct fuzz_case *c)
{
	u8 t = any_reg(), base = fuzz_below(3) ? 6 + fuzz_below(4) : 10;
	u8 q = any_reg();

	put_mov(t, any_reg());
	switch (fuzz_below(5)) {
	case 0:
		put(XBPF_ALU64 | XBPF_AND, t, 0, 0, (1 << fuzz_below(7)) - 1);
		break;
	case 1:
		put(any_cond(), t, 0, 3, fuzz_below(64));
		break;
	case 2:
		put(XBPF_ALU64 | XBPF_RSH, t, 0, 0, 58 + fuzz_below(6));
		break;
	case 3:
		put(XBPF_ALU | XBPF_MOV | XBPF_X, t, t, 0, 0);
		put(XBPF_JMP32 | XBPF_JGT, t, 0, 3, fuzz_below(48));
		break;
	default:
		put(XBPF_ALU64 | XBPF_MOD, t, 0, fuzz_below(2), 1 + fuzz_below(50));
	}
	put_mov(q, base);
	put(XBPF_ALU64 | (fuzz_below(8) ? XBPF_ADD : XBPF_SUB) | XBPF_X, q, t, 0, 0);
	put_access(q, base == 10 ? -64 : (s16)fuzz_below(16));
	put_const(q, 0);
}

/* One number made of another, in one way on each of two paths. */
static void put_ways(u8 a, u8 b)
{
	static const u8 ops[] = { XBPF_ADD, XBPF_SUB, XBPF_XOR, XBPF_AND, XBPF_RSH };
	u8 op = ops[fuzz_below(ARRAY_SIZE(ops))];
	u8 class = fuzz_below(3) ? XBPF_ALU64 : XBPF_ALU;
	s32 k = fuzz_below(32);

	put_jump(3);
	put_mov(b, a);
	put(class | op, b, 0, 0, k);
	put(XBPF_JMP | XBPF_JA, 0, 0, 2, 0);
	put_mov(b, fuzz_below(4) ? a : any_reg());
	if (fuzz_below(6) == 0)
		op = ops[fuzz_below(ARRAY_SIZE(ops))];
	put(class | op, b, 0, 0, fuzz_below(2) ? k : (s32)fuzz_below(32));
}

/*
 * What is compared says something of the number that is an index only by how the
 * one was made of the other.
 */
void frag_related(struct fuzz_case *c)
{
	u8 a = any_reg(), b = any_reg(), base = fuzz_below(2) ? 6 + fuzz_below(4) : 10;
	u8 q = any_reg();

	if (fuzz_below(2))
		put(XBPF_LDX | XBPF_MEM | XBPF_DW, a, fuzz_below(2) ? 1 : 6,
		    8 * (s16)fuzz_below(16), 0);
	if (fuzz_below(3) == 0)
		put(XBPF_ALU64 | XBPF_AND, a, 0, 0, (1 << fuzz_below(9)) - 1);
	put_ways(a, b);
	if (fuzz_below(4) == 0)
		put_jump(0);
	if (fuzz_below(3))
		put(any_cond(), b, 0, 3, fuzz_below(64));
	else
		put(any_cond() | XBPF_X, b, any_reg(), 3, 0);
	put_mov(q, base);
	put(XBPF_ALU64 | XBPF_ADD | XBPF_X, q, fuzz_below(4) ? a : b, 0, 0);
	put_access(q, base == 10 ? -64 : (s16)fuzz_below(16));
	put_const(q, 0);
}

void frag_helper(struct fuzz_case *c)
{
	static const s32 ids[] = {
		XBPF_FUNC_get_current_comm, XBPF_FUNC_probe_read_kernel,
		XBPF_FUNC_get_stack, XBPF_FUNC_strtol, XBPF_FUNC_strtoul,
		XBPF_FUNC_probe_read_kernel_str, XBPF_FUNC_trace_printk,
	};
	s32 id = ids[fuzz_below(ARRAY_SIZE(ids))];

	put_mov(1, fuzz_below(2) ? 10 : any_reg());
	put(XBPF_ALU64 | XBPF_ADD, 1, 0, 0, -(s32)fuzz_below(65));
	if (fuzz_below(2))
		put_const(2, fuzz_below(66));
	else
		put_mov(2, any_reg());
	put_const(3, 0);
	put_mov(4, 10);
	put(XBPF_ALU64 | XBPF_ADD, 4, 0, 0, -8 * (s32)fuzz_below(4));
	put_call(fuzz_below(3) ? id : XBPF_FUNC_get_prandom_u32);
}

void frag_plain(struct fuzz_case *c)
{
	switch (fuzz_below(5)) {
	case 0:
		put(XBPF_LDX | XBPF_MEM | XBPF_DW, any_reg(), fuzz_below(2) ? 1 : 6,
		    8 * (s16)fuzz_below(16), 0);
		return;
	case 1:
		put_jump(fuzz_below(10));
		return;
	case 2:
		put((fuzz_below(2) ? XBPF_ALU64 :
		     XBPF_ALU | fuzz_below(2) * XBPF_TO_BE) | XBPF_END,
		    any_reg(), 0, 0, 16 << fuzz_below(3));
		return;
	case 3:
		put_access(10, -8 * (1 + (s16)fuzz_below(8)) + (s16)fuzz_below(8));
		return;
	default:
		put_alu(any_reg());
	}
}

/* The packet, its end, a comparison, an access; in programs that have packets. */
void frag_packet(struct fuzz_case *c)
{
	static const u8 conds[] = { XBPF_JGT, XBPF_JGE, XBPF_JLT, XBPF_JLE };
	int xdp = c->prog_type == XBPF_PROG_TYPE_XDP, meta = !fuzz_below(6);
	u8 ctx = fuzz_below(2) ? 1 : 6, p = 2 + fuzz_below(3), end = 5, q = 7;
	s32 n = fuzz_below(40);
	u8 cond = conds[fuzz_below(4)];

	put(XBPF_LDX | XBPF_MEM | XBPF_W, p, ctx, xdp ? meta * 8 :
	    meta ? 140 : 76, 0);
	put(XBPF_LDX | XBPF_MEM | XBPF_W, end, ctx, xdp ? (meta ? 0 : 4) :
	    meta ? 76 : 80, 0);
	put_mov(q, p);
	if (fuzz_below(3) == 0) {
		put(XBPF_ALU64 | XBPF_AND, 8, 0, 0, (1 << fuzz_below(7)) - 1);
		put(XBPF_ALU64 | XBPF_ADD | XBPF_X, q, 8, 0, 0);
		if (fuzz_below(2))
			put_mov(p, q);
	}
	put(XBPF_ALU64 | XBPF_ADD, q, 0, 0, n);
	if (fuzz_below(4))
		put(XBPF_JMP | cond | XBPF_X, q, end, 1 + fuzz_below(3), 0);
	else
		put(XBPF_JMP | cond | XBPF_X, end, q, 1 + fuzz_below(3), 0);
	put_access(fuzz_below(2) ? p : q, n ? (s16)fuzz_below(n + 2) : 0);
	if (fuzz_below(2))
		put(XBPF_ALU64 | XBPF_SUB, q, 0, 0, n);
	put_access(fuzz_below(2) ? p : q, (s16)fuzz_below(8) - 2);
}

void frag_ld_abs(struct fuzz_case *c)
{
	static const u8 sizes[] = { XBPF_B, XBPF_H, XBPF_W };

	if (fuzz_below(2))
		put_mov(6, 1);
	put(XBPF_LD | (fuzz_below(2) ? XBPF_ABS : XBPF_IND) |
	    sizes[fuzz_below(3)], 0, 0, 0, fuzz_below(60));
	if (fuzz_below(2))
		frag[nr_frag - 1].src_reg = 7 + fuzz_below(3);
}
