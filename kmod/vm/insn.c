// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instruction table as data, and the way from bytes to its rows.
 *
 * Knows how one instruction is encoded; nothing of the instructions around it.
 */
#include "vm/vm.h"

const struct xbpf_op_info xbpf_op_info[XBPF_NR_OPS] = {
#define XBPF_INSN(n, c, s, v, u, k, o, w, y)				\
	[XBPF_OP_##n] = {						\
		.name = #n, .sym = (y), .val = (v), .code = (c),	\
		.sel = XBPF_SEL_##s, .use = XBPF_USE_##u,		\
		.kind = XBPF_KIND_##k, .oper = XBPF_OPER_##o,		\
		.width = (w),						\
	},
#include "vm/insn.def"
};

static_assert(XBPF_NR_OPS <= 256, "an operation fits xbpf_insn.code");

/* First row of each opcode. LD_IMM64_HI, which is 0, stands for none. */
static const u8 first_row[256] = {
#define XBPF_INSN_ALT(...)
#define XBPF_INSN(n, c, ...) [c] = XBPF_OP_##n,
#include "vm/insn.def"
};

#define LD_IMM64_MAX_SRC	XBPF_PSEUDO_MAP_IDX_VALUE

static int selects(const struct xbpf_op_info *row, const struct xbpf_insn *insn)
{
	switch (row->sel) {
	case XBPF_SEL_NONE:
		return 1;
	case XBPF_SEL_OFF:
		return insn->off == row->val;
	case XBPF_SEL_IMM:
		return insn->imm == row->val;
	case XBPF_SEL_SRC:
		return insn->src_reg == row->val;
	default:
		return 0;
	}
}

static int reserved_field_set(const struct xbpf_op_info *row,
			      const struct xbpf_insn *insn)
{
	return (insn->dst_reg && !(row->use & XBPF_USE_D)) ||
	       (insn->src_reg && !(row->use & XBPF_USE_S) &&
		row->sel != XBPF_SEL_SRC) ||
	       (insn->off && !(row->use & XBPF_USE_O) &&
		row->sel != XBPF_SEL_OFF) ||
	       (insn->imm && !(row->use & XBPF_USE_I) &&
		row->sel != XBPF_SEL_IMM);
}

int xbpf_op_find(const struct xbpf_insn *insn)
{
	u32 op = first_row[insn->code];
	const struct xbpf_op_info *row;

	if (!op)
		return -EINVAL;
	for (row = &xbpf_op_info[op]; !selects(row, insn); row++, op++)
		if (op + 1 == XBPF_NR_OPS || row[1].code != insn->code)
			return -EOPNOTSUPP;
	return op;
}

int xbpf_op_decode(const struct xbpf_insn *insn)
{
	int op = xbpf_op_find(insn);
	const struct xbpf_op_info *row;

	if (op < 0)
		return op;
	row = &xbpf_op_info[op];
	if (reserved_field_set(row, insn))
		return -EPROTO;
	if (insn->dst_reg >= MAX_XBPF_REG)
		return -ERANGE;
	if (row->kind == XBPF_KIND_LD_IMM64)
		return insn->src_reg > LD_IMM64_MAX_SRC ? -EOPNOTSUPP : op;
	return insn->src_reg >= MAX_XBPF_REG ? -ERANGE : op;
}
