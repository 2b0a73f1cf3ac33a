// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cases made by chance, and by changing others: single fields, instructions put
 * in and taken out, and fragments that do what verifiers get wrong.
 *
 * Nothing here needs to be right: what comes out is hostile input.
 */
#include "fragment.h"
#include "unit/value_generate.h"

u64 fuzz_seed = 1;

u64 fuzz_random(void)
{
	fuzz_seed ^= fuzz_seed << 13;
	fuzz_seed ^= fuzz_seed >> 7;
	fuzz_seed ^= fuzz_seed << 17;
	return fuzz_seed * 0x2545f4914f6cdd1dULL;
}

u32 fuzz_below(u32 n)
{
	return (fuzz_random() >> 24) % n;
}

/* ---- numbers ---- */

static u64 edge(void)
{
	u64 r = fuzz_random(), n = 1ULL << (r & 63);

	switch ((r >> 8) % 8) {
	case 0:
		return n + ((r >> 16) % 5) - 2;
	case 1:
		return -((r >> 16) & 0xff);
	case 2:
		return fuzz_random() >> (r >> 16) % 64;
	case 3:
		return (s64)fuzz_random() >> (r >> 16) % 64;
	case 4:
		return fuzz_random();
	case 5:
		return (r >> 32) << 32 | ((r >> 16) & 63);
	default:
		return (r >> 16) & 63;
	}
}

u64 fuzz_number(const struct fuzz_case *c)
{
	const struct xbpf_insn *insn = &c->insns[fuzz_below(c->len)];
	u64 n = (s64)insn->imm;

	if (!insn->imm || fuzz_below(2))
		return edge();
	switch (fuzz_below(6)) {
	case 0:
		return (u32)n;
	case 1:
		return n + 1;
	case 2:
		return n - 1;
	case 3:
		return (fuzz_random() << 32) | (u32)n;
	default:
		return n;
	}
}

s32 constant(void)
{
	return fuzz_below(3) ? (s32)fuzz_below(80) : (s32)edge();
}

/* ---- fragments ---- */

/* Calls in fragments name the index of their function. */
static void fix_calls(struct fuzz_case *c, u32 at)
{
	u32 i;

	for (i = at; i < at + nr_frag; i++) {
		struct xbpf_insn *insn = &c->insns[i];

		if ((insn->code == (XBPF_JMP | XBPF_CALL) &&
		     insn->src_reg == XBPF_PSEUDO_CALL) ||
		    (insn->code == (XBPF_LD | XBPF_IMM | XBPF_DW) &&
		     insn->src_reg == XBPF_PSEUDO_FUNC))
			insn->imm += nr_frag - i - 1;
	}
}

static int splits_imm64(const struct fuzz_case *c, u32 at)
{
	return at && c->insns[at - 1].code == (XBPF_LD | XBPF_IMM | XBPF_DW);
}

static void insert_fragment(struct fuzz_case *c)
{
	static void (* const makers[])(struct fuzz_case *c) = {
		frag_plain, frag_plain, frag_plain, frag_spill, frag_indexed,
		frag_lookup, frag_ringbuf, frag_callback, frag_call,
		frag_helper, frag_loop, frag_count, frag_packet, frag_ld_abs,
		frag_related, frag_stride, frag_nest, frag_moving, frag_chain,
		frag_bits, frag_capture, frag_dynptr, frag_iter, frag_iter,
	};
	u32 at = fuzz_below(c->len);

	if (splits_imm64(c, at))
		at++;
	nr_frag = 0;
	makers[fuzz_below(ARRAY_SIZE(makers))](c);
	if (!nr_frag || !case_insert(c, at, nr_frag))
		return;
	memcpy(&c->insns[at], frag, nr_frag * sizeof(*frag));
	fix_calls(c, at);
}

/* ---- single fields ---- */

static void change_size(struct xbpf_insn *insn)
{
	u32 bytes;

	insn->code = (insn->code & ~0x18) | any_size(&bytes);
}

static void change_oper(struct xbpf_insn *insn)
{
	u8 class = XBPF_CLASS(insn->code);

	if (class == XBPF_JMP || class == XBPF_JMP32)
		insn->code = any_cond() | XBPF_SRC(insn->code);
	else if (class == XBPF_ALU || class == XBPF_ALU64)
		insn->code = (insn->code & 0x0f) | fuzz_below(14) << 4;
	else
		change_size(insn);
}

static void change_field(struct xbpf_insn *insn)
{
	switch (fuzz_below(9)) {
	case 0:
		insn->imm = constant();
		return;
	case 1:
		insn->imm += (s32)fuzz_below(5) - 2;
		return;
	case 2:
		insn->off += (s16)fuzz_below(5) - 2;
		return;
	case 3:
		insn->off += 8 * ((s16)fuzz_below(5) - 2);
		return;
	case 4:
		insn->dst_reg = any_reg();
		return;
	case 5:
		insn->src_reg = any_reg();
		return;
	case 6:
		insn->code ^= 1 << fuzz_below(3);
		return;
	case 7:
		insn->code ^= XBPF_X;
		return;
	default:
		change_oper(insn);
	}
}

static void duplicate(struct fuzz_case *c)
{
	u32 from = fuzz_below(c->len), at = fuzz_below(c->len);
	struct xbpf_insn copy = c->insns[from];

	if (splits_imm64(c, at) || splits_imm64(c, from) ||
	    copy.code == (XBPF_LD | XBPF_IMM | XBPF_DW))
		return;
	if (case_insert(c, at, 1))
		c->insns[at] = copy;
}

static void mutate_once(struct fuzz_case *c)
{
	switch (fuzz_below(16)) {
	case 0 ... 5:
		insert_fragment(c);
		return;
	case 6:
		case_remove(c, fuzz_below(c->len));
		return;
	case 7:
		duplicate(c);
		return;
	case 8:
		if (fuzz_below(8) == 0)
			c->priv ^= 1;
		if (fuzz_below(2))
			c->walk = fuzz_below(NR_PRECISIONS);
		c->flags ^= fuzz_below(4) ? 0 : XBPF_F_TEST_STATE_FREQ;
		return;
	default:
		change_field(&c->insns[fuzz_below(c->len)]);
	}
}

void case_mutate(struct fuzz_case *c)
{
	u32 n = 1 + fuzz_below(4);

	while (n--)
		mutate_once(c);
}

/* ---- from nothing ---- */

void case_generate(struct fuzz_case *c)
{
	static const u8 types[] = {
		XBPF_PROG_TYPE_KPROBE, XBPF_PROG_TYPE_KPROBE,
		XBPF_PROG_TYPE_SCHED_CLS, XBPF_PROG_TYPE_XDP,
		XBPF_PROG_TYPE_CGROUP_SKB, XBPF_PROG_TYPE_SOCKET_FILTER,
	};

	memset(c, 0, offsetof(struct fuzz_case, insns));
	state = fuzz_random() | 1;
	make_program();
	c->prog_type = types[fuzz_below(ARRAY_SIZE(types))];
	c->priv = fuzz_below(3) != 0;
	c->walk = fuzz_below(NR_PRECISIONS);
	c->flags = fuzz_below(3) ? 0 : XBPF_F_TEST_STATE_FREQ;
	c->nr_maps = 1;
	c->maps[0] = (struct fuzz_map){
		.type = XBPF_MAP_TYPE_ARRAY, .key_size = 4,
		.value_size = VALUE_SIZE, .max_entries = 1,
	};
	c->len = len;
	memcpy(c->insns, made, len * sizeof(*made));
}
