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
#define BUDGET	8

static inline void interp_step(const struct machine *m,
			       const struct xbpf_insn *insn)
{
	if (m->may_goto > BUDGET)
		((struct machine *)m)->may_goto = BUDGET;
	oracle_step(m, m->prog, insn - m->prog->code);
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
