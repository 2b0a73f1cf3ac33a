// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core's interpreter, with a look at the machine before each instruction.
 */
#define XBPF_INTERP_STEP_H
struct machine;
struct xbpf_insn;
static inline void interp_step(const struct machine *m,
			       const struct xbpf_insn *insn);

#include "../../kmod/vm/interp.c"
#include "fuzz.h"

/* Few rounds of may_goto, so that what does not end is told from what takes long. */
#define BUDGET		8
#define ELEMENTS	6

/* The same for iterators: what the call is given, the verifier knows nothing of later. */
static void shorten_iter(struct machine *m, const struct xbpf_insn *insn)
{
	s64 from = (s32)m->r[XBPF_REG_2], to = (s32)m->r[XBPF_REG_3];

	if (xbpf_op_info[insn->code].kind == XBPF_KIND_CALL &&
	    insn->imm == XBPF_KFUNC_bpf_iter_num_new && to - from > ELEMENTS)
		m->r[XBPF_REG_3] = from + ELEMENTS;
}

static inline void interp_step(const struct machine *m,
			       const struct xbpf_insn *insn)
{
	if (m->may_goto > BUDGET)
		((struct machine *)m)->may_goto = BUDGET;
	oracle_step(m, m->prog, insn - m->prog->code);
	shorten_iter((struct machine *)m, insn);
}

const u64 *machine_regs(const struct machine *m)
{
	return m->r;
}

u32 machine_depth(const struct machine *m)
{
	return m->depth;
}

const u64 *machine_saved(const struct machine *m, u32 i)
{
	return m->frames[i].saved;
}

u32 machine_callsite(const struct machine *m, u32 i)
{
	return m->frames[i].ret - m->frames[i].prog->code;
}
