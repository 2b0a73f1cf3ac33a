// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a state says of numbers by their names: equal names are equal numbers, a
 * number that is defined is what its definition makes of its operands, and what
 * is known of numbers that nothing holds any more is true of them.
 *
 * Computes by itself, without the verifier's operations, and through no more
 * definitions than facts go: what lies deeper, a state does not promise.
 */
#include "fuzz.h"

#define MAX_NUMBERS	128

/* Of the state that is tried: names and the machine's numbers. */
static struct {
	u32 id;
	u64 n;
} numbers[MAX_NUMBERS];
static u32 nr_numbers;

static struct xbpf_def defs[MAX_RECORD_DEFS];
static u32 nr_defs;

/* ---- names ---- */

void numbers_begin(void)
{
	nr_numbers = 0;
}

static int find(u32 id, u64 *n)
{
	u32 i;

	for (i = 0; i < nr_numbers; i++) {
		if (numbers[i].id != id)
			continue;
		*n = numbers[i].n;
		return 1;
	}
	return 0;
}

int number_is(u32 id, u64 n)
{
	u64 known;

	if (!id)
		return 1;
	if (find(id, &known))
		return known == n;
	if (nr_numbers < MAX_NUMBERS) {
		numbers[nr_numbers].id = id;
		numbers[nr_numbers++].n = n;
	}
	return 1;
}

/* ---- definitions ---- */

void numbers_keep(const struct xbpf_defs *from)
{
	if (!from) {
		nr_defs = 0;
		return;
	}
	if (nr_defs > from->nr)
		nr_defs = 0;
	if (from->nr > MAX_RECORD_DEFS) {
		record_full = 1;
		return;
	}
	for (; nr_defs < from->nr; nr_defs++)
		defs[nr_defs] = from->def[nr_defs];
}

static s64 sign(u64 n, u32 bits)
{
	return (s64)(n << (64 - bits)) >> (64 - bits);
}

static u64 low(u64 n, u32 bits)
{
	return bits < 64 ? n & ((1ULL << bits) - 1) : n;
}

static u64 sdiv(s64 a, s64 b)
{
	return !b ? 0 : b == -1 ? -(u64)a : (u64)(a / b);
}

static u64 smod(s64 a, s64 b)
{
	return !b ? (u64)a : b == -1 ? 0 : (u64)(a % b);
}

static u64 compute(u32 op, u32 width, u64 a, u64 b)
{
	u64 x = low(a, width), y = low(b, width);
	u32 k = b & (width - 1);

	switch (op) {
	case XBPF_VALUE_ADD:
		return low(x + y, width);
	case XBPF_VALUE_SUB:
		return low(x - y, width);
	case XBPF_VALUE_MUL:
		return low(x * y, width);
	case XBPF_VALUE_DIV:
		return y ? x / y : 0;
	case XBPF_VALUE_MOD:
		return y ? x % y : x;
	case XBPF_VALUE_SDIV:
		return low(sdiv(sign(x, width), sign(y, width)), width);
	case XBPF_VALUE_SMOD:
		return low(smod(sign(x, width), sign(y, width)), width);
	case XBPF_VALUE_OR:
		return x | y;
	case XBPF_VALUE_AND:
		return x & y;
	case XBPF_VALUE_XOR:
		return x ^ y;
	case XBPF_VALUE_LSH:
		return low(x << k, width);
	case XBPF_VALUE_RSH:
		return x >> k;
	case XBPF_VALUE_ARSH:
		return low((u64)(sign(x, width) >> k), width);
	default:	/* XBPF_VALUE_NEG */
		return low(-x, width);
	}
}

static u64 swapped(u64 n, u32 bits)
{
	u64 to = 0;
	u32 i;

	for (i = 0; i < bits; i += 8)
		to = to << 8 | (n >> i & 0xff);
	return to;
}

static u64 truth(u32 cond, u32 width, u64 a, u64 b)
{
	if (cond == XBPF_VALUE_JSLT)
		return sign(a, width) < sign(b, width);
	a = low(a, width);
	b = low(b, width);
	return cond == XBPF_VALUE_JEQ ? a == b : a < b;
}

static int number_of(u32 id, u64 *n, u32 depth);

/* What its definition makes of a number; 0: operands are not known. */
static int defined(u32 id, u64 *n, u32 depth)
{
	const struct xbpf_def *d = &defs[id & ~XBPF_DEFINED];
	u64 a = d->c, b = d->c;

	if (!(id & XBPF_DEFINED) || (id & ~XBPF_DEFINED) >= nr_defs ||
	    (d->a && !number_of(d->a, &a, depth)) ||
	    (d->b && !number_of(d->b, &b, depth)))
		return 0;
	switch (d->kind) {
	case DEF_ALU:
		*n = compute(d->op, d->width, a, b);
		return 1;
	case DEF_SEXT:
		*n = low(sign(a, d->bits), d->width);
		return 1;
	case DEF_BSWAP:
		*n = swapped(a, d->bits);
		return 1;
	case DEF_TRUTH:
		*n = truth(d->op, d->width, a, b);
		return 1;
	default:
		return 0;
	}
}

static int number_of(u32 id, u64 *n, u32 depth)
{
	return find(id, n) || (depth && defined(id, n, depth - 1));
}

/* ---- is it so? ---- */

u32 numbers_wrong(void)
{
	u64 n;
	u32 i;

	for (i = 0; i < nr_numbers; i++)
		if (defined(numbers[i].id, &n, XBPF_DEF_DEPTH - 1) && n != numbers[i].n)
			return numbers[i].id;
	return 0;
}

int ghost_holds(const struct xbpf_reg *ghost)
{
	u64 n;

	return !number_of(ghost->id, &n, XBPF_DEF_DEPTH) ||
	       xbpf_value_contains(&ghost->val, n);
}
