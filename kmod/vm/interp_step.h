/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the interpreter does before each instruction: nothing. Tests build it
 * with a header of their own in place of this one, and look on.
 */
#ifndef XBPF_INTERP_STEP_H
#define XBPF_INTERP_STEP_H

struct machine;
struct xbpf_insn;

static __always_inline void interp_step(const struct machine *m,
					const struct xbpf_insn *insn)
{
}

#endif
