/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a definition of a number makes of its operands, computed without the
 * verifier's operations. For one source file a program.
 */
#ifndef XBPF_NUMBER_EVAL_H
#define XBPF_NUMBER_EVAL_H

#include "verifier/priv.h"
#include "unit/arith.h"

/* Does somebody hold the number @id? Then it is *@n. */
static int number_held(u32 id, u64 *n);
/* Its definition; NULL: it has none. */
static const struct xbpf_def *number_def(u32 id);

static int number_eval(u32 id, u64 *n, u32 depth);

/* What its definition makes of a number; 0: it has none, or who knows of what. */
static int number_made(u32 id, u64 *n, u32 depth)
{
	const struct xbpf_def *d = number_def(id);
	u64 a, b;

	if (!d)
		return 0;
	a = d->c;
	b = d->c;
	if ((d->a && !number_eval(d->a, &a, depth)) ||
	    (d->b && !number_eval(d->b, &b, depth)))
		return 0;
	switch (d->kind) {
	case DEF_ALU:
		*n = arith_alu(d->op, d->width, a, b);
		return 1;
	case DEF_SEXT:
		*n = arith_low(arith_sign(a, d->bits), d->width);
		return 1;
	case DEF_BSWAP:
		*n = arith_swap(a, d->bits);
		return 1;
	case DEF_TRUTH:
		*n = arith_holds(d->op, d->width, a, b);
		return 1;
	default:
		return 0;
	}
}

/* A number that is held, or made through so many definitions of some that are. */
static int number_eval(u32 id, u64 *n, u32 depth)
{
	return number_held(id, n) || (depth && number_made(id, n, depth - 1));
}

#endif
