/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs for tests of the JIT, written as operations: no verifier, no decoder.
 */
#ifndef XBPF_UNIT_JIT_PROG_H
#define XBPF_UNIT_JIT_PROG_H

#include "jit/jit.h"

#define INSN(op, d, s, o, i)						\
	((struct xbpf_insn){ .code = XBPF_OP_##op, .dst_reg = (d),	\
			     .src_reg = (s), .off = (o), .imm = (i) })
#define MOV(d, i)	INSN(MOV64_IMM, d, 0, 0, i)
#define EXIT()		INSN(EXIT, 0, 0, 0, 0)
#define LD64(d, v)	INSN(LD_IMM64, d, 0, 0, (u32)(u64)(v)),		\
			INSN(LD_IMM64_HI, 0, 0, 0, (u64)(v) >> 32)

#define R0	XBPF_REG_0
#define R1	XBPF_REG_1
#define R2	XBPF_REG_2
#define R3	XBPF_REG_3
#define R4	XBPF_REG_4
#define R5	XBPF_REG_5
#define R6	XBPF_REG_6
#define R7	XBPF_REG_7
#define R8	XBPF_REG_8
#define R9	XBPF_REG_9
#define R10	XBPF_REG_10

/* All reachable, one subprogram with the whole stack. */
static inline struct xbpf_prog *jit_prog(const struct xbpf_insn *code, u32 len)
{
	struct xbpf_prog *prog = calloc(1, sizeof(*prog));
	u32 i;

	prog->len = len;
	prog->code = malloc(len * sizeof(*code));
	memcpy(prog->code, code, len * sizeof(*code));
	prog->insns = prog->code;
	prog->facts = calloc(len, sizeof(*prog->facts));
	for (i = 0; i < len; i++)
		prog->facts[i].flags = XBPF_FACT_SEEN;
	prog->nr_subprogs = 1;
	prog->subprogs = calloc(XBPF_MAX_SUBPROGS, sizeof(*prog->subprogs));
	prog->subprogs[0].stack = XBPF_STACK_SIZE;
	prog->stack = XBPF_STACK_SIZE;
	prog->run = xbpf_interp_run;
	return prog;
}

/* Another subprogram, from @start on. */
static inline void jit_prog_subprog(struct xbpf_prog *prog, u32 start, u32 stack)
{
	u32 i;

	prog->subprogs[prog->nr_subprogs].start = start;
	prog->subprogs[prog->nr_subprogs].stack = stack;
	for (i = start; i < prog->len; i++)
		prog->facts[i].subprog = prog->nr_subprogs;
	prog->nr_subprogs++;
	prog->stack += stack;
}

static inline void jit_prog_free(struct xbpf_prog *prog)
{
	xbpf_jit_free(prog);
	free(prog->subprogs);
	free(prog->facts);
	free(prog->code);
	free(prog);
}

#endif
