/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private to jit: what the translators of all CPUs want to know of a program.
 */
#ifndef XBPF_JIT_LIVE_H
#define XBPF_JIT_LIVE_H

#include "jit/jit.h"

/**
 * struct xbpf_live - facts that the JIT finds out for itself
 * @after: registers that may be read after each instruction, a mask by number
 * @targets: instructions that a jump or call goes to
 */
struct xbpf_live {
	u16 *after;
	unsigned long *targets;
};

/* live.c: to be freed in any case. 0 or -ENOMEM. */
int xbpf_live_compute(struct xbpf_live *live, const struct xbpf_prog *prog);
void xbpf_live_free(struct xbpf_live *live);

/* fold.c */
void xbpf_fold(struct xbpf_insn *code, const struct xbpf_prog *prog,
	       const struct xbpf_live *live);

#endif
