// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which registers are read later, and where jumps go: what one must know to make
 * one instruction out of several.
 *
 * Works on decoded code alone; where it does not come to an end soon, everything
 * is live. Knows no CPU.
 */
#include "jit/live.h"

#define MAX_ROUNDS	12

#define R(n)		BIT(XBPF_REG_##n)
#define ARGS		(R(1) | R(2) | R(3) | R(4) | R(5))
#define ALL		(BIT(MAX_XBPF_REG) - 1)

struct effect {
	u16 reads;
	u16 writes;
};

static struct effect alu_effect(const struct xbpf_insn *insn,
				const struct xbpf_op_info *info)
{
	struct effect e = { .writes = BIT(insn->dst_reg) };

	if (info->oper != XBPF_OPER_MOV && info->kind != XBPF_KIND_MOVSX)
		e.reads = BIT(insn->dst_reg);
	if (info->use & XBPF_USE_S)
		e.reads |= BIT(insn->src_reg);
	return e;
}

static struct effect atomic_effect(const struct xbpf_insn *insn,
				   const struct xbpf_op_info *info)
{
	struct effect e = { .reads = BIT(insn->dst_reg) | BIT(insn->src_reg) };

	if (info->oper == XBPF_OPER_CMPXCHG) {
		e.reads |= R(0);
		e.writes = R(0);
	} else if (info->oper >= XBPF_OPER_FADD) {
		e.writes = BIT(insn->src_reg);
	}
	return e;
}

static struct effect call_effect(const struct xbpf_prog *prog, u32 pc)
{
	struct xbpf_inline in;

	if (prog->code[pc].code != XBPF_OP_CALL_HELPER ||
	    xbpf_inline_find(prog, pc, &in))
		return (struct effect){ ARGS, ARGS | R(0) };
	return (struct effect){ in.reads, ARGS | R(0) };
}

static struct effect effect_of(const struct xbpf_live *live,
			       const struct xbpf_prog *prog, u32 pc)
{
	const struct xbpf_insn *insn = &live->code[pc];
	const struct xbpf_op_info *info = &xbpf_op_info[insn->code];
	u16 dst = BIT(insn->dst_reg), src = BIT(insn->src_reg);

	switch (info->kind) {
	case XBPF_KIND_ALU:
	case XBPF_KIND_MOVSX:
	case XBPF_KIND_NEG:
	case XBPF_KIND_END:
		return alu_effect(insn, info);
	case XBPF_KIND_JMP:
		return (struct effect){ dst | (info->use & XBPF_USE_S ? src : 0) };
	case XBPF_KIND_JA:
	case XBPF_KIND_MAY_GOTO:
	case XBPF_KIND_NONE:
		return (struct effect){};
	case XBPF_KIND_EXIT:
		return (struct effect){ .reads = R(0) };
	case XBPF_KIND_LD_IMM64:
		return (struct effect){ .writes = dst };
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		return (struct effect){ src, dst };
	case XBPF_KIND_ST:
		return (struct effect){ dst };
	case XBPF_KIND_STX:
	case XBPF_KIND_STORE_REL:
		return (struct effect){ dst | src };
	case XBPF_KIND_ATOMIC:
		return atomic_effect(insn, info);
	case XBPF_KIND_CALL:
		return call_effect(prog, pc);
	default:
		return (struct effect){ .reads = ALL };
	}
}

/* Is a result all that it has? What the verifier let load may be left unread. */
static int is_pure(const struct xbpf_insn *insn)
{
	switch (xbpf_op_info[insn->code].kind) {
	case XBPF_KIND_ALU:
	case XBPF_KIND_MOVSX:
	case XBPF_KIND_NEG:
	case XBPF_KIND_END:
	case XBPF_KIND_LD_IMM64:
	case XBPF_KIND_LDX:
		return 1;
	default:
		return 0;
	}
}

/* Where a jump goes, or @len if @insn is none. */
static u32 jump_target(const struct xbpf_insn *insn, u32 pc, u32 len)
{
	switch (xbpf_op_info[insn->code].kind) {
	case XBPF_KIND_JMP:
	case XBPF_KIND_MAY_GOTO:
		return pc + 1 + insn->off;
	case XBPF_KIND_JA:
		return pc + 1 + (insn->code == XBPF_OP_JA32 ? insn->imm : insn->off);
	default:
		return len;
	}
}

static int falls_through(const struct xbpf_insn *insn)
{
	u8 kind = xbpf_op_info[insn->code].kind;

	return kind != XBPF_KIND_JA && kind != XBPF_KIND_EXIT;
}

/* Is the result of @pc used, or has it effects besides? */
int xbpf_live_is_needed(const struct xbpf_live *live, u32 pc)
{
	const struct xbpf_insn *insn = &live->code[pc];

	return !is_pure(insn) || (live->after[pc] & BIT(insn->dst_reg));
}

static u16 live_before(const struct xbpf_live *live,
		       const struct xbpf_prog *prog, u32 pc)
{
	struct effect e = effect_of(live, prog, pc);

	if (!xbpf_live_is_needed(live, pc))
		return live->after[pc];
	return (live->after[pc] & ~e.writes) | e.reads;
}

/* One pass from the end to the start; did anything change? */
static int propagate(struct xbpf_live *live, const struct xbpf_prog *prog)
{
	u32 pc = prog->len, changed = 0;
	u16 next = 0, after;

	while (pc-- > 0) {
		const struct xbpf_insn *insn = &live->code[pc];
		u32 target = jump_target(insn, pc, prog->len);

		after = falls_through(insn) ? next : 0;
		if (target < prog->len)
			after |= live_before(live, prog, target);
		changed |= after ^ live->after[pc];
		live->after[pc] = after;
		next = live_before(live, prog, pc);
	}
	return changed;
}

static void note_targets(struct xbpf_live *live, const struct xbpf_prog *prog)
{
	u32 i, target;

	for (i = 0; i < prog->nr_subprogs; i++)
		__set_bit(prog->subprogs[i].start, live->targets);
	for (i = 0; i < prog->len; i++) {
		target = jump_target(&live->code[i], i, prog->len);
		if (target < prog->len)
			__set_bit(target, live->targets);
	}
}

int xbpf_live_compute(struct xbpf_live *live, const struct xbpf_prog *prog)
{
	u32 round, changed = 1;

	live->after = kvcalloc(prog->len, sizeof(*live->after), GFP_KERNEL);
	live->targets = kvcalloc(BITS_TO_LONGS(prog->len), sizeof(long),
				 GFP_KERNEL);
	if (!live->after || !live->targets)
		return -ENOMEM;
	note_targets(live, prog);
	for (round = 0; changed && round < MAX_ROUNDS; round++)
		changed = propagate(live, prog);
	if (changed)
		memset(live->after, 0xff, prog->len * sizeof(*live->after));
	return 0;
}

void xbpf_live_free(struct xbpf_live *live)
{
	kvfree(live->targets);
	kvfree(live->after);
}
