/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Families of refusals: explain.def, one row each.
 */
#ifndef XBPF_VERIFIER_EXPLAIN_ROWS_H
#define XBPF_VERIFIER_EXPLAIN_ROWS_H

#include "os.h"

/* What a check needed and did not get; explain.c says it in words. */
enum xbpf_need {
	NEED_OTHER,		/* the phrase says it */
	NEED_INIT,		/* a register that was written */
	NEED_NON_NULL,		/* a pointer that is certainly none */
	NEED_POINTER,		/* an address, not a number */
	NEED_MAX,		/* a number or offset that is bounded from above */
	NEED_MIN,		/* that is not negative, or not too small */
	NEED_SIZE,		/* a size that is bounded */
	NEED_PACKET,		/* bytes that are proved to be there */
	NEED_UNLOCK,		/* that a lock is given back */
	NEED_WRITTEN,		/* bytes of the stack that were written */
	NEED_RELEASE,		/* that a reference is given back */
	NEED_END,		/* that a path ends */
	NEED_RETURN,		/* a return value in a range */
	NEED_NUMBER,		/* a number that may be added to a pointer */
	NEED_VALUE,		/* something else of this register */
};

/**
 * struct xbpf_explain_row - a family of refusals
 * @pattern: of a line of the phrase; * is any text
 * @need: enum xbpf_need
 * @hint: what usually helps
 */
struct xbpf_explain_row {
	const char *pattern;
	enum xbpf_need need;
	const char *hint;
};

const struct xbpf_explain_row *xbpf_explain_row_find(const char *phrase);
const struct xbpf_explain_row *xbpf_explain_row_get(u32 i);

#endif
