/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private to jit: what the translators of all CPUs want to know of a program.
 */
#ifndef XBPF_JIT_LIVE_H
#define XBPF_JIT_LIVE_H

#include "jit/jit.h"

/**
 * struct xbpf_live - facts that the JIT finds out for itself
 * @code: set by the caller: a copy of the program's, to be simplified
 * @after: registers that may be read after each instruction, a mask by number
 * @targets: instructions that a jump or call goes to
 */
struct xbpf_live {
	struct xbpf_insn *code;
	u16 *after;
	unsigned long *targets;
};

/* ---- inline.c ---- */

enum xbpf_inline_kind {
	XBPF_INLINE_CALL,	/* of @fn */
	XBPF_INLINE_ARRAY,	/* address of a value of an array */
	XBPF_INLINE_CPU,
	XBPF_INLINE_TASK,
	XBPF_INLINE_PID_TGID,
};

/**
 * struct xbpf_inline - a helper call as it is best done
 * @kind: enum xbpf_inline_kind
 * @reads: argument registers that it looks at, a mask by number
 * @fn: C function with the helper's arguments
 * @first: of an array: its first value
 * @stride: bytes from one value to the next
 * @entries: values
 */
struct xbpf_inline {
	u8 kind;
	u16 reads;
	const void *fn;
	const u8 *first;
	u32 stride;
	u32 entries;
};

int xbpf_inline_find(const struct xbpf_prog *prog, u32 pc, struct xbpf_inline *in);

/* ---- live.c, fold.c ---- */

/* live.c: to be freed in any case. 0 or -ENOMEM. */
int xbpf_live_compute(struct xbpf_live *live, const struct xbpf_prog *prog);
void xbpf_live_free(struct xbpf_live *live);

int xbpf_live_is_needed(const struct xbpf_live *live, u32 pc);

void xbpf_fold_branches(struct xbpf_insn *code, const struct xbpf_prog *prog);
void xbpf_fold(const struct xbpf_live *live, const struct xbpf_prog *prog);

#endif
