// SPDX-License-Identifier: GPL-2.0-only
/*
 * ALU instructions backwards: what a result says about its operands.
 *
 * Each rule removes numbers from an operand only if no number that the other
 * one may be leads from them to a number that the result may be. Rules see two
 * numbers of one width; where a rule speaks of the low half, so does what it
 * narrows. Knows nothing of registers: who made which number is number.c's.
 */
#include "verifier/value.h"

#define WIDTH	XBPF_VALUE_WIDTH
#define HALF	XBPF_VALUE_HALF

/**
 * struct inverse - one instruction, backwards
 * @op: its operation
 * @width: its width
 * @mask: all bits of that width
 * @r: the result, a number of that width
 */
struct inverse {
	enum xbpf_value_op op;
	unsigned int width;
	u64 mask;
	struct xbpf_value r;
};

static bool meet_at(struct xbpf_value *v, struct xbpf_value with,
		    unsigned int width)
{
	return width == WIDTH ? xbpf_value_meet(v, &with) :
		xbpf_value_meet_low(v, &with);
}

/* The number of @width bits that @v is there. */
static struct xbpf_value low_part(const struct xbpf_value *v,
				  unsigned int width)
{
	struct xbpf_value low = *v;

	if (width < WIDTH)
		xbpf_value_truncate(&low, width);
	return low;
}

static bool is_constant(const struct xbpf_value *v, u64 mask)
{
	return !(v->tnum.mask & mask);
}

/* @v has these bits and lies between these bounds, as a number of @width. */
static bool meet_span(struct xbpf_value *v, struct xbpf_tnum bits, u64 lo,
		      u64 hi, unsigned int width)
{
	struct xbpf_value with = xbpf_value_unknown();

	if (width < WIDTH)
		xbpf_value_truncate(&with, width);
	with.tnum = bits;
	with.umin = lo;
	with.umax = hi;
	return lo <= hi && xbpf_value_normalise(&with) &&
	       meet_at(v, with, width);
}

/* v = x op y at the width of the instruction, for operations with an inverse. */
static bool meet_alu(const struct inverse *i, struct xbpf_value *v,
		     enum xbpf_value_op op, const struct xbpf_value *x,
		     const struct xbpf_value *y)
{
	struct xbpf_value with = *x;

	xbpf_value_alu(op, i->width, &with, y);
	return meet_at(v, with, i->width);
}

static bool inverse_add(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	return meet_alu(i, a, XBPF_VALUE_SUB, &i->r, b) &&
	       meet_alu(i, b, XBPF_VALUE_SUB, &i->r, a);
}

static bool inverse_sub(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	return meet_alu(i, a, XBPF_VALUE_ADD, &i->r, b) &&
	       meet_alu(i, b, XBPF_VALUE_SUB, a, &i->r);
}

static bool inverse_xor(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	return meet_alu(i, a, XBPF_VALUE_XOR, &i->r, b) &&
	       meet_alu(i, b, XBPF_VALUE_XOR, &i->r, a);
}

static bool inverse_neg(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	struct xbpf_value zero = xbpf_value_const(0);

	return meet_alu(i, a, XBPF_VALUE_NEG, &i->r, &zero);
}

/*
 * A one of the result is a one of both operands; where the other operand has
 * a one, the bits are the result's. No operand is smaller than the result.
 */
static bool and_operand(const struct inverse *i, struct xbpf_value *a,
			const struct xbpf_value *b)
{
	struct xbpf_tnum r = i->r.tnum;
	u64 zeros = b->tnum.value & ~r.value & ~r.mask;

	return meet_span(a, XBPF_TNUM(r.value, i->mask & ~r.value & ~zeros),
			 i->r.umin, i->mask, i->width);
}

static bool inverse_and(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	return and_operand(i, a, b) && and_operand(i, b, a);
}

/* The same with ones and zeros, smaller and larger exchanged. */
static bool or_operand(const struct inverse *i, struct xbpf_value *a,
		       const struct xbpf_value *b)
{
	struct xbpf_tnum r = i->r.tnum;
	u64 ones = r.value & ~b->tnum.value & ~b->tnum.mask;

	return meet_span(a, XBPF_TNUM(ones, r.mask | (r.value & ~ones)), 0,
			 i->r.umax, i->width);
}

static bool inverse_or(const struct inverse *i, struct xbpf_value *a,
		       struct xbpf_value *b)
{
	return or_operand(i, a, b) && or_operand(i, b, a);
}

/*
 * The bits that are not shifted out are the result's; all of the number is
 * known so if no bits are, and the low half if this is what stays.
 */
static bool inverse_lsh(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	unsigned int k = b->tnum.value & (i->width - 1);
	struct xbpf_value amount = xbpf_value_const(k), kept = i->r;
	struct xbpf_value low = low_part(a, i->width);
	u64 stays = i->mask >> k;

	if (!is_constant(b, i->width - 1))
		return true;
	if (!meet_span(&kept, XBPF_TNUM(0, i->mask & (i->mask << k)), 0,
		       i->mask, i->width))
		return false;
	xbpf_value_alu(XBPF_VALUE_RSH, i->width, &kept, &amount);
	if (low.umax <= stays)
		return meet_at(a, kept, i->width);
	if (i->width == WIDTH && stays == xbpf_range_mask(HALF))
		return xbpf_value_meet_low(a, &kept);
	return meet_span(a, XBPF_TNUM(kept.tnum.value, kept.tnum.mask |
				      (i->mask & ~stays)),
			 kept.umin, i->mask, i->width);
}

static bool inverse_rsh(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	unsigned int k = b->tnum.value & (i->width - 1);
	u64 lost = (1ULL << k) - 1;
	struct xbpf_tnum bits;

	if (!is_constant(b, i->width - 1))
		return true;
	if (i->r.umin > i->mask >> k)
		return false;
	bits = XBPF_TNUM((i->r.tnum.value << k) & i->mask,
			 ((i->r.tnum.mask << k) & i->mask) | lost);
	return meet_span(a, bits, i->r.umin << k,
			 (min(i->r.umax, i->mask >> k) << k) | lost, i->width);
}

/* As numbers with a sign: the result is the quotient, rounded down. */
static bool inverse_arsh(const struct inverse *i, struct xbpf_value *a,
			 struct xbpf_value *b)
{
	unsigned int k = b->tnum.value & (i->width - 1);
	struct xbpf_range r = i->width == WIDTH ? xbpf_value_whole(&i->r) :
			      xbpf_value_low(&i->r);
	struct xbpf_range with = xbpf_range_unknown(i->width);
	struct xbpf_value v;
	s64 lost = (1LL << k) - 1;

	if (!is_constant(b, i->width - 1))
		return true;
	r.smin = max(r.smin, xbpf_range_smin(i->width) >> k);
	r.smax = min(r.smax, xbpf_range_smax(i->width) >> k);
	if (r.smin > r.smax)
		return false;
	with.tnum.value = (r.tnum.value << k) & i->mask;
	with.tnum.mask = ((r.tnum.mask << k) & i->mask) | lost;
	with.smin = (s64)((u64)r.smin << k);
	with.smax = (s64)((u64)r.smax << k) | lost;
	if (!xbpf_range_normalise(&with, i->width))
		return false;
	if (i->width < WIDTH)
		return meet_at(a, xbpf_value_of_low(&with), i->width);
	v = xbpf_value_unknown();
	r = xbpf_value_low(&v);
	r.tnum = xbpf_tnum_truncate(with.tnum, HALF);
	v = xbpf_value_of(&with, &r);
	return xbpf_value_normalise(&v) && xbpf_value_meet(a, &v);
}

/* Only where the product cannot wrap. */
static bool inverse_mul(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	struct xbpf_value low = low_part(a, i->width);
	u64 c = b->tnum.value & i->mask;

	if (!is_constant(b, i->mask) || !c || low.umax > div64_u64(i->mask, c))
		return true;
	return meet_span(a, xbpf_tnum_unknown(i->width),
			 div64_u64(i->r.umin, c) + !!(i->r.umin % c),
			 div64_u64(i->r.umax, c), i->width);
}

static bool inverse_div(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	u64 c = b->tnum.value & i->mask, most, hi;

	if (!is_constant(b, i->mask) || !c)
		return true;
	most = div64_u64(i->mask, c);
	if (i->r.umin > most)
		return false;
	hi = min(i->r.umax, most) * c;
	hi = hi > i->mask - (c - 1) ? i->mask : hi + (c - 1);
	return meet_span(a, xbpf_tnum_unknown(i->width), i->r.umin * c, hi,
			 i->width);
}

/* A remainder is no larger than what it is of, and that itself if it is small. */
static bool inverse_mod(const struct inverse *i, struct xbpf_value *a,
			struct xbpf_value *b)
{
	struct xbpf_value low = low_part(a, i->width);
	u64 c = b->tnum.value & i->mask;
	struct xbpf_value bits = xbpf_value_const(c - 1);

	if (!is_constant(b, i->mask))
		return true;
	if (!c || low.umax < c)
		return meet_at(a, i->r, i->width);
	if (!(c & (c - 1)))
		return and_operand(i, a, &bits);
	return meet_span(a, xbpf_tnum_unknown(i->width), i->r.umin, i->mask,
			 i->width);
}

typedef bool (*inverse_fn)(const struct inverse *i, struct xbpf_value *a,
			   struct xbpf_value *b);

static const inverse_fn inverses[XBPF_VALUE_NR_OPS] = {
	[XBPF_VALUE_ADD]  = inverse_add,
	[XBPF_VALUE_SUB]  = inverse_sub,
	[XBPF_VALUE_MUL]  = inverse_mul,
	[XBPF_VALUE_DIV]  = inverse_div,
	[XBPF_VALUE_OR]   = inverse_or,
	[XBPF_VALUE_AND]  = inverse_and,
	[XBPF_VALUE_LSH]  = inverse_lsh,
	[XBPF_VALUE_RSH]  = inverse_rsh,
	[XBPF_VALUE_NEG]  = inverse_neg,
	[XBPF_VALUE_MOD]  = inverse_mod,
	[XBPF_VALUE_XOR]  = inverse_xor,
	[XBPF_VALUE_ARSH] = inverse_arsh,
};

bool xbpf_value_inverse(enum xbpf_value_op op, unsigned int width,
			const struct xbpf_value *r, struct xbpf_value *a,
			struct xbpf_value *b)
{
	struct inverse i = {
		.op = op, .width = width, .mask = xbpf_range_mask(width),
		.r = *r,
	};

	if (width < WIDTH && !meet_span(&i.r, xbpf_tnum_unknown(width), 0,
					i.mask, WIDTH))
		return false;
	return inverses[op] ? inverses[op](&i, a, b) : true;
}

/* Low bits of @a are those of @r; the rest of it may be anything. */
static bool inverse_low_bits(unsigned int bits, const struct xbpf_value *r,
			     struct xbpf_value *a)
{
	struct xbpf_value mask = xbpf_value_const(xbpf_range_mask(bits));
	struct xbpf_value low = *r;

	xbpf_value_truncate(&low, bits);
	return xbpf_value_inverse(XBPF_VALUE_AND, WIDTH, &low, a, &mask) &&
	       (bits != HALF || xbpf_value_meet_low(a, &low));
}

bool xbpf_value_inverse_sext(unsigned int from, unsigned int width,
			     const struct xbpf_value *r, struct xbpf_value *a)
{
	if (width == WIDTH && a->smin >= xbpf_range_smin(from) &&
	    a->smax <= xbpf_range_smax(from))
		return xbpf_value_meet(a, r);
	return inverse_low_bits(from, r, a);
}

bool xbpf_value_inverse_bswap(unsigned int bits, const struct xbpf_value *r,
			      struct xbpf_value *a)
{
	struct xbpf_value low = *r;

	xbpf_value_bswap(&low, bits);
	return inverse_low_bits(bits, &low, a);
}
