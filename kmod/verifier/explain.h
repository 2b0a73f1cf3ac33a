/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the verifier keeps in order to explain a refusal: the path that it is on.
 *
 * Kept only while a log with instructions is wanted; decides nothing.
 */
#ifndef XBPF_VERIFIER_EXPLAIN_H
#define XBPF_VERIFIER_EXPLAIN_H

#include "verifier/priv.h"
#include "verifier/report.h"

#define NO_LOC		0xff	/* no register, no slot */

enum trace_kind {
	TRACE_SET,		/* a register, from registers, memory, nothing */
	TRACE_STORE,		/* a slot of the stack */
	TRACE_JUMP,		/* learnt of a register */
	TRACE_HELPER,		/* called; R0 is its result */
	TRACE_CALL,		/* a subprogram or callback begins */
	TRACE_RETURN,		/* it ends */
	TRACE_FORGOT,		/* paths met, a register lost its number */
	TRACE_OTHER,
};

/**
 * struct xbpf_trace_entry - one instruction on the path
 * @pos: its place on the path, from 0
 * @insn: @next: which one; which came after it
 * @kind: enum trace_kind
 * @frame: in which it ran
 * @forked: another path goes another way from here
 * @reg: that it set or learnt of, or NO_LOC
 * @slot: of the stack of @slot_frame, stored to or loaded from, or NO_LOC
 * @base: of loads: a number that equal addresses have in common, and few others
 * @gone: set of callee-saved registers that the call took away
 * @val: what is in @reg, or in @slot, after it
 */
struct xbpf_trace_entry {
	u32 pos;
	u32 insn, next;
	u8 kind;
	u8 frame;
	u8 forked;
	u8 reg;
	u8 slot;
	u8 slot_frame;
	u8 gone;
	u32 base;
	struct xbpf_reg val;
};

/**
 * struct xbpf_trace - the path from the program's start to the instruction now
 * @len: of the path in entries; those that did not fit are gone
 * @cap: how many @entry has room for; the one at pos is [pos % cap]
 * @nr_frames: @regs: what the last instruction left in the registers
 */
struct xbpf_trace {
	u32 len;
	u32 cap;
	struct xbpf_trace_entry *entry;
	u32 nr_frames;
	struct xbpf_reg regs[NR_REGS];
};

/* trace.c: the entry at @pos, NULL when there is none (any more). */
const struct xbpf_trace_entry *
xbpf_trace_at(const struct xbpf_trace *t, u32 pos);

#endif
