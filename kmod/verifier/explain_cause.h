/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One explanation under way: explain.c, explain_cause.c.
 */
#ifndef XBPF_VERIFIER_EXPLAIN_CAUSE_H
#define XBPF_VERIFIER_EXPLAIN_CAUSE_H

#include "verifier/explain_rows.h"
#include "verifier/slice.h"

#define XBPF_PATH_MAX	6

/**
 * struct explain - a report in the making
 * @row: family of the refusal, or NULL
 * @reg: content of the register report->reg, when it is not -1
 * @slice: what made it
 * @culprit: the step of it where what the check needs was lost, or NULL
 */
struct explain {
	struct xbpf_venv *env;
	struct xbpf_report *report;
	const struct xbpf_explain_row *row;
	struct xbpf_reg reg;
	struct xbpf_slice slice;
	const struct xbpf_slice_step *culprit;
};

static inline int xbpf_calls_helper(const struct xbpf_venv *env, u32 insn,
				    u32 id)
{
	return env_op(env, insn)->kind == XBPF_KIND_CALL &&
	       env_op(env, insn)->oper == XBPF_OPER_HELPER &&
	       env->prog->insns[insn].imm == id;
}

void xbpf_cause_find(struct explain *x);

#endif
