/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a definition of a number makes of its operands, computed without the
 * verifier's operations. For one source file a program.
 */
#ifndef XBPF_NUMBER_EVAL_H
#define XBPF_NUMBER_EVAL_H

#include "verifier/priv.h"

/* Does somebody hold the number @id? Then it is *@n. */
static int number_held(u32 id, u64 *n);
/* Its definition; NULL: it has none. */
static const struct xbpf_def *number_def(u32 id);

static s64 number_sign(u64 n, u32 bits)
{
	return (s64)(n << (64 - bits)) >> (64 - bits);
}

static u64 number_low(u64 n, u32 bits)
{
	return bits < 64 ? n & ((1ULL << bits) - 1) : n;
}

static u64 number_sdiv(s64 a, s64 b)
{
	return !b ? 0 : b == -1 ? -(u64)a : (u64)(a / b);
}

static u64 number_smod(s64 a, s64 b)
{
	return !b ? (u64)a : b == -1 ? 0 : (u64)(a % b);
}

static u64 number_compute(u32 op, u32 width, u64 a, u64 b)
{
	u64 x = number_low(a, width), y = number_low(b, width);
	s64 sx = number_sign(a, width), sy = number_sign(b, width);
	u32 k = b & (width - 1);

	switch (op) {
	case XBPF_VALUE_ADD:
		return number_low(x + y, width);
	case XBPF_VALUE_SUB:
		return number_low(x - y, width);
	case XBPF_VALUE_MUL:
		return number_low(x * y, width);
	case XBPF_VALUE_DIV:
		return y ? x / y : 0;
	case XBPF_VALUE_MOD:
		return y ? x % y : x;
	case XBPF_VALUE_SDIV:
		return number_low(number_sdiv(sx, sy), width);
	case XBPF_VALUE_SMOD:
		return number_low(number_smod(sx, sy), width);
	case XBPF_VALUE_OR:
		return x | y;
	case XBPF_VALUE_AND:
		return x & y;
	case XBPF_VALUE_XOR:
		return x ^ y;
	case XBPF_VALUE_LSH:
		return number_low(x << k, width);
	case XBPF_VALUE_RSH:
		return x >> k;
	case XBPF_VALUE_ARSH:
		return number_low((u64)(sx >> k), width);
	default:	/* XBPF_VALUE_NEG */
		return number_low(-x, width);
	}
}

static u64 number_swap(u64 n, u32 bits)
{
	u64 to = 0;
	u32 i;

	for (i = 0; i < bits; i += 8)
		to = to << 8 | (n >> i & 0xff);
	return to;
}

/* Of the conditions that a definition may have. */
static u64 number_truth(u32 cond, u32 width, u64 a, u64 b)
{
	if (cond == XBPF_VALUE_JSLT)
		return number_sign(a, width) < number_sign(b, width);
	a = number_low(a, width);
	b = number_low(b, width);
	return cond == XBPF_VALUE_JEQ ? a == b : a < b;
}

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
		*n = number_compute(d->op, d->width, a, b);
		return 1;
	case DEF_SEXT:
		*n = number_low(number_sign(a, d->bits), d->width);
		return 1;
	case DEF_BSWAP:
		*n = number_swap(a, d->bits);
		return 1;
	case DEF_TRUTH:
		*n = number_truth(d->op, d->width, a, b);
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
