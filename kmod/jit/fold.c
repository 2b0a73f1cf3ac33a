// SPDX-License-Identifier: GPL-2.0-only
/*
 * Folds: two instructions of BPF that one can do, and those that nobody needs.
 *
 * Rewrites a private copy of the code in place: what is folded away becomes a jump
 * to the next instruction, which has no code, so that no distance changes. Works
 * on straight lines only: never across a target of a jump. Knows no CPU.
 */
#include "jit/live.h"

/*
 * struct pair - two instructions, with nothing between them
 * @a, @b: the earlier and the later, to be rewritten
 * @ia, @ib: what the table knows of them
 * @live: registers that may be read after @b
 */
struct pair {
	struct xbpf_insn *a, *b;
	const struct xbpf_op_info *ia, *ib;
	u16 live;
};

/* How far apart the two may be. */
#define MAX_GAP		16

static const struct xbpf_insn nop = { .code = XBPF_OP_JA };

static int is_dead(const struct pair *p, u8 reg)
{
	return !(p->live & BIT(reg));
}

static int reads_src(const struct xbpf_op_info *info)
{
	return (info->use & XBPF_USE_S) && info->kind != XBPF_KIND_LD_IMM64;
}

/* Does it write dst without a look at what was there? */
static int replaces_dst(const struct xbpf_op_info *info)
{
	switch (info->kind) {
	case XBPF_KIND_ALU:
		return info->oper == XBPF_OPER_MOV;
	case XBPF_KIND_MOVSX:
	case XBPF_KIND_LDX:
		return 1;
	}
	return 0;
}

static int is_reg_form(const struct xbpf_op_info *info)
{
	return (info->kind == XBPF_KIND_ALU || info->kind == XBPF_KIND_JMP) &&
	       (info->use & XBPF_USE_S);
}

/* The operation with a constant in the place of src. */
static u8 imm_form(u8 kind, u8 oper, u8 width)
{
	u32 op;

	for (op = 0; op < XBPF_NR_OPS; op++) {
		const struct xbpf_op_info *info = &xbpf_op_info[op];

		if (info->kind == kind && info->oper == oper &&
		    info->width == width && !(info->use & XBPF_USE_S))
			break;
	}
	return op;
}

/* ---- shifts up and down again: extensions ---- */

static int fold_extension(struct pair *p)
{
	static const struct {
		u8 count, zero, sign;
		s32 mask;
	} extensions[] = {
		{ 32, XBPF_OP_MOV32_REG, XBPF_OP_MOVSX32_64 },
		{ 48, XBPF_OP_AND64_IMM, XBPF_OP_MOVSX16_64, U16_MAX },
		{ 56, XBPF_OP_AND64_IMM, XBPF_OP_MOVSX8_64, U8_MAX },
	};
	u8 reg = p->b->dst_reg;
	u32 i;

	if (p->a->code != XBPF_OP_LSH64_IMM || p->a->dst_reg != reg ||
	    p->a->imm != p->b->imm ||
	    (p->b->code != XBPF_OP_RSH64_IMM && p->b->code != XBPF_OP_ARSH64_IMM))
		return 0;
	for (i = 0; i < ARRAY_SIZE(extensions); i++) {
		if (extensions[i].count != p->b->imm)
			continue;
		p->b->code = p->b->code == XBPF_OP_RSH64_IMM ?
			extensions[i].zero : extensions[i].sign;
		p->b->src_reg = p->b->code == XBPF_OP_AND64_IMM ? 0 : reg;
		p->b->imm = p->b->code == XBPF_OP_AND64_IMM ?
			extensions[i].mask : 0;
		*p->a = nop;
		return 1;
	}
	return 0;
}

/* A result of 32 bits or fewer needs no extension by zeros. */
static int fold_zero_extended(struct pair *p)
{
	u8 reg = p->b->dst_reg;
	int narrow = (p->ia->kind == XBPF_KIND_ALU && p->ia->width == 32) ||
		     (p->ia->kind == XBPF_KIND_LDX &&
		      p->ia->oper <= XBPF_OPER_U32);

	if (p->b->code != XBPF_OP_MOV32_REG || p->b->src_reg != reg ||
	    p->a->dst_reg != reg || !narrow)
		return 0;
	*p->b = nop;
	return 1;
}

static int fold_sign_extended_load(struct pair *p)
{
	if (p->b->code != XBPF_OP_MOVSX32_64 || p->a->code != XBPF_OP_LDXW ||
	    p->a->dst_reg != p->b->src_reg ||
	    (p->b->dst_reg != p->b->src_reg && !is_dead(p, p->b->src_reg)))
		return 0;
	p->b->code = XBPF_OP_LDXSW;
	p->b->src_reg = p->a->src_reg;
	p->b->off = p->a->off;
	*p->a = nop;
	return 1;
}

/* ---- copies ---- */

/* May @b take the original of the copy in dst, or is its dst an output? */
static int reads_dst_only(const struct xbpf_op_info *info)
{
	switch (info->kind) {
	case XBPF_KIND_JMP:
	case XBPF_KIND_ST:
	case XBPF_KIND_STX:
		return 1;
	}
	return 0;
}

/* The copy has one reader, which reads the original instead. */
static int fold_copy(struct pair *p)
{
	u8 copy = p->a->dst_reg, orig = p->a->src_reg;
	int in_src = reads_src(p->ib) && p->b->src_reg == copy;
	int in_dst = reads_dst_only(p->ib) && p->b->dst_reg == copy;
	int lost = replaces_dst(p->ib) && p->b->dst_reg == copy;

	if (p->a->code != XBPF_OP_MOV64_REG || (!in_src && !in_dst) ||
	    (!lost && !is_dead(p, copy)) || p->ib->kind == XBPF_KIND_ATOMIC)
		return 0;
	/* dst oper= copy, with the copy in dst too */
	if (!in_dst && !lost && p->b->dst_reg == copy)
		return 0;
	if (in_src)
		p->b->src_reg = orig;
	if (in_dst)
		p->b->dst_reg = orig;
	*p->a = nop;
	return 1;
}

/* ---- constants ---- */

/* The register's value is imm extended as an operand of @b would be. */
static int loads_operand(const struct pair *p)
{
	if (p->a->code == XBPF_OP_MOV64_IMM)
		return 1;
	return p->a->code == XBPF_OP_MOV32_IMM &&
	       (p->a->imm >= 0 || p->ib->width <= 32);
}

static int fold_constant_operand(struct pair *p)
{
	u8 reg = p->a->dst_reg;
	int lost = replaces_dst(p->ib) && p->b->dst_reg == reg;

	if (!loads_operand(p) || !is_reg_form(p->ib) || p->b->src_reg != reg ||
	    (!lost && (p->b->dst_reg == reg || !is_dead(p, reg))))
		return 0;
	p->b->code = imm_form(p->ib->kind, p->ib->oper, p->ib->width);
	p->b->src_reg = 0;
	p->b->imm = p->a->imm;
	*p->a = nop;
	return 1;
}

/* constant < r is r > constant. */
static int fold_constant_compared(struct pair *p)
{
	static const u8 swapped[XBPF_OPER_JSLE + 1] = {
		[XBPF_OPER_JEQ]	 = XBPF_OPER_JEQ,
		[XBPF_OPER_JNE]	 = XBPF_OPER_JNE,
		[XBPF_OPER_JGT]	 = XBPF_OPER_JLT,
		[XBPF_OPER_JGE]	 = XBPF_OPER_JLE,
		[XBPF_OPER_JLT]	 = XBPF_OPER_JGT,
		[XBPF_OPER_JLE]	 = XBPF_OPER_JGE,
		[XBPF_OPER_JSET] = XBPF_OPER_JSET,
		[XBPF_OPER_JSGT] = XBPF_OPER_JSLT,
		[XBPF_OPER_JSGE] = XBPF_OPER_JSLE,
		[XBPF_OPER_JSLT] = XBPF_OPER_JSGT,
		[XBPF_OPER_JSLE] = XBPF_OPER_JSGE,
	};
	u8 reg = p->a->dst_reg;

	if (!loads_operand(p) || p->ib->kind != XBPF_KIND_JMP ||
	    !is_reg_form(p->ib) || p->b->dst_reg != reg ||
	    p->b->src_reg == reg || !is_dead(p, reg))
		return 0;
	p->b->code = imm_form(XBPF_KIND_JMP, swapped[p->ib->oper],
			      p->ib->width);
	p->b->dst_reg = p->b->src_reg;
	p->b->src_reg = 0;
	p->b->imm = p->a->imm;
	*p->a = nop;
	return 1;
}

static int fold_constant_stored(struct pair *p)
{
	u8 reg = p->a->dst_reg;

	if (!loads_operand(p) || p->ib->kind != XBPF_KIND_STX ||
	    p->b->src_reg != reg || p->b->dst_reg == reg || !is_dead(p, reg))
		return 0;
	p->b->code = imm_form(XBPF_KIND_ST, p->ib->oper, p->ib->width);
	p->b->src_reg = 0;
	p->b->imm = p->a->imm;
	*p->a = nop;
	return 1;
}

/* ---- addresses ---- */

/* An addition to the base of an access goes into its offset. */
static int fold_offset(struct pair *p)
{
	int is_load = p->ib->kind == XBPF_KIND_LDX;
	int is_store = p->ib->kind == XBPF_KIND_ST || p->ib->kind == XBPF_KIND_STX;
	u8 base = is_load ? p->b->src_reg : p->b->dst_reg;
	s64 off = (s64)p->b->off + p->a->imm;
	int lost = is_load && p->b->dst_reg == base;

	if (p->a->code != XBPF_OP_ADD64_IMM || p->a->dst_reg != base ||
	    (!is_load && !is_store) || off != (s16)off ||
	    (p->ib->kind == XBPF_KIND_STX && p->b->src_reg == base) ||
	    (!lost && !is_dead(p, base)))
		return 0;
	p->b->off = off;
	*p->a = nop;
	return 1;
}

/* ---- all of them ---- */

static int (* const folds[])(struct pair *p) = {
	fold_extension,
	fold_zero_extended,
	fold_sign_extended_load,
	fold_copy,
	fold_constant_operand,
	fold_constant_compared,
	fold_constant_stored,
	fold_offset,
};

static int is_nop(const struct xbpf_insn *insn)
{
	return insn->code == XBPF_OP_JA && !insn->off;
}

/*
 * The instruction before @pc in its straight line; @pc itself if there is none
 * near: programs made of nothing else shall not cost the square of their length.
 */
static u32 predecessor(const struct xbpf_insn *code, const struct xbpf_live *live,
		       u32 pc)
{
	u32 i = pc;

	while (pc - i < MAX_GAP && !test_bit(i, live->targets)) {
		i--;
		if (!is_nop(&code[i]))
			return i;
	}
	return pc;
}

static int fold_at(struct xbpf_insn *code, const struct xbpf_fact *facts,
		   const struct xbpf_live *live, u32 pc)
{
	u32 before = predecessor(code, live, pc), i;
	struct pair p = {
		.a = &code[before], .b = &code[pc],
		.ia = &xbpf_op_info[code[before].code],
		.ib = &xbpf_op_info[code[pc].code],
		.live = live->after[pc],
	};

	if (before == pc || ((facts[before].flags | facts[pc].flags) &
			     XBPF_FACT_FAULTING))
		return 0;
	for (i = 0; i < ARRAY_SIZE(folds); i++)
		if (folds[i](&p))
			return 1;
	return 0;
}

static void drop_unneeded(const struct xbpf_live *live, const struct xbpf_prog *prog)
{
	struct xbpf_insn *code = live->code;
	u32 pc;

	for (pc = 0; pc < prog->len; pc++) {
		if (xbpf_live_is_needed(live, pc))
			continue;
		if (code[pc].code == XBPF_OP_LD_IMM64)
			code[pc + 1] = nop;
		code[pc] = nop;
	}
}

static int is_seen(const struct xbpf_prog *prog, u32 pc)
{
	return pc < prog->len && (prog->facts[pc].flags & XBPF_FACT_SEEN);
}

/**
 * xbpf_fold_branches - comparisons that the verifier saw come out one way only
 * @code: a copy of the program's
 * @prog: the program
 */
void xbpf_fold_branches(struct xbpf_insn *code, const struct xbpf_prog *prog)
{
	u32 pc;

	for (pc = 0; pc < prog->len; pc++) {
		if (xbpf_op_info[code[pc].code].kind != XBPF_KIND_JMP ||
		    !is_seen(prog, pc))
			continue;
		if (!is_seen(prog, pc + 1 + code[pc].off))
			code[pc] = nop;
		else if (!is_seen(prog, pc + 1))
			code[pc] = (struct xbpf_insn){ .code = XBPF_OP_JA,
						       .off = code[pc].off };
	}
}

/**
 * xbpf_fold - simplify a copy of a program's code
 * @live: of the copy; stays true of what is left
 * @prog: the program
 */
void xbpf_fold(const struct xbpf_live *live, const struct xbpf_prog *prog)
{
	struct xbpf_insn *code = live->code;
	u32 pc;

	drop_unneeded(live, prog);
	for (pc = 1; pc < prog->len; pc++) {
		while (!is_nop(&code[pc]) &&
		       fold_at(code, prog->facts, live, pc))
			;
		if (!(pc % 4096))
			cond_resched();
	}
}
