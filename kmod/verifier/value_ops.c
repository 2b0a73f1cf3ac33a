// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ALU operations on ranges, each written once for any width, with the
 * semantics of RFC 9669.
 *
 * Knows nothing of halves and excluded constants, which value_alu.c puts
 * together. Results need not be normalised: what one component says and
 * another implies is left to the reduced product.
 */
#include "verifier/value.h"

typedef struct xbpf_range (*range_op_fn)(const struct xbpf_range *a,
					 const struct xbpf_range *b,
					 unsigned int width);

static bool is_const(const struct xbpf_range *r)
{
	return !r->tnum.mask;
}

/* ---- addition, subtraction, negation: arcs move along the circle ---- */

/* Can two arcs, each as long as its bounds' distance, be added? */
static bool lengths_fit(u64 a, u64 b, unsigned int width)
{
	return b <= xbpf_range_mask(width) - a;
}

static struct xbpf_range range_add(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	struct xbpf_range r = xbpf_range_unknown(width);

	r.tnum = xbpf_tnum_add(a->tnum, b->tnum, width);
	if (lengths_fit(xbpf_range_ulength(a), xbpf_range_ulength(b), width))
		xbpf_range_meet_arc(&r, a->umin + b->umin, a->umax + b->umax,
				    width);
	if (lengths_fit(xbpf_range_slength(a), xbpf_range_slength(b), width))
		xbpf_range_meet_arc(&r, (u64)a->smin + (u64)b->smin,
				    (u64)a->smax + (u64)b->smax, width);
	return r;
}

static struct xbpf_range range_sub(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	struct xbpf_range r = xbpf_range_unknown(width);

	r.tnum = xbpf_tnum_sub(a->tnum, b->tnum, width);
	if (lengths_fit(xbpf_range_ulength(a), xbpf_range_ulength(b), width))
		xbpf_range_meet_arc(&r, a->umin - b->umax, a->umax - b->umin,
				    width);
	if (lengths_fit(xbpf_range_slength(a), xbpf_range_slength(b), width))
		xbpf_range_meet_arc(&r, (u64)a->smin - (u64)b->smax,
				    (u64)a->smax - (u64)b->smin, width);
	return r;
}

static struct xbpf_range range_neg(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	struct xbpf_range zero = xbpf_range_const(0, width);

	return range_sub(&zero, a, width);
}

/* ---- multiplication ---- */

static bool umul_fits(u64 a, u64 b, unsigned int width, u64 *product)
{
	return !check_mul_overflow(a, b, product) &&
	       *product <= xbpf_range_mask(width);
}

static bool smul_fits(s64 a, s64 b, unsigned int width, s64 *product)
{
	return !check_mul_overflow(a, b, product) &&
	       xbpf_range_signed(*product, width) == *product;
}

/* A product is extreme in a corner of the rectangle of its operands. */
static void mul_signed(struct xbpf_range *r, const struct xbpf_range *a,
		       const struct xbpf_range *b, unsigned int width)
{
	s64 p[4];

	if (!smul_fits(a->smin, b->smin, width, &p[0]) ||
	    !smul_fits(a->smin, b->smax, width, &p[1]) ||
	    !smul_fits(a->smax, b->smin, width, &p[2]) ||
	    !smul_fits(a->smax, b->smax, width, &p[3]))
		return;
	r->smin = max(r->smin, min(min(p[0], p[1]), min(p[2], p[3])));
	r->smax = min(r->smax, max(max(p[0], p[1]), max(p[2], p[3])));
}

/* An arc from @lo to @hi times a constant is an arc that is longer by it. */
static void mul_arc(struct xbpf_range *r, u64 lo, u64 hi, u64 c,
		    unsigned int width)
{
	s64 factor = xbpf_range_signed(c, width);
	u64 length;

	if (factor < 0) {
		swap(lo, hi);
		if (!umul_fits(lo - hi, -(u64)factor, width, &length))
			return;
	} else if (!umul_fits(hi - lo, factor, width, &length)) {
		return;
	}
	xbpf_range_meet_arc(r, lo * c, hi * c, width);
}

static void mul_const(struct xbpf_range *r, const struct xbpf_range *a, u64 c,
		      unsigned int width)
{
	mul_arc(r, a->umin, a->umax, c, width);
	mul_arc(r, (u64)a->smin, (u64)a->smax, c, width);
}

static struct xbpf_range range_mul(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	struct xbpf_range r = xbpf_range_unknown(width);
	u64 low, high;

	r.tnum = xbpf_tnum_mul(a->tnum, b->tnum, width);
	if (is_const(b))
		mul_const(&r, a, b->tnum.value, width);
	if (is_const(a))
		mul_const(&r, b, a->tnum.value, width);
	if (umul_fits(a->umin, b->umin, width, &low) &&
	    umul_fits(a->umax, b->umax, width, &high))
		xbpf_range_meet_arc(&r, low, high, width);
	mul_signed(&r, a, b, width);
	return r;
}

/* ---- halves: the numbers of one sign, as an unsigned interval ---- */

enum half { NONNEGATIVE, NEGATIVE, NR_HALVES };

struct span {
	u64 lo, hi;
};

/* The members of @r that have the sign; false: none. */
static bool range_half(const struct xbpf_range *r, enum half half,
		       unsigned int width, struct span *span)
{
	u64 mask = xbpf_range_mask(width), sign = mask / 2 + 1;

	if (half == NEGATIVE) {
		span->lo = max(r->umin, max((u64)r->smin & mask, sign));
		span->hi = r->umax;
		if (r->smax < 0)
			span->hi = min(span->hi, (u64)r->smax & mask);
		return r->smin < 0 && span->lo <= span->hi;
	}
	span->lo = r->umin;
	if (r->smin > 0)
		span->lo = max(span->lo, (u64)r->smin);
	span->hi = min(r->umax, sign - 1);
	if (r->smax >= 0)
		span->hi = min(span->hi, (u64)r->smax);
	return r->smax >= 0 && span->lo <= span->hi;
}

/* The same, with the sign taken off. */
static bool range_magnitude(const struct xbpf_range *r, enum half half,
			    unsigned int width, struct span *span)
{
	u64 lo;

	if (!range_half(r, half, width, span))
		return false;
	if (half == NEGATIVE) {
		lo = span->lo;
		span->lo = -span->hi & xbpf_range_mask(width);
		span->hi = -lo & xbpf_range_mask(width);
	}
	return true;
}

/* Add numbers of the given magnitude and sign. */
static void add_magnitude(struct xbpf_range *r, struct span q, enum half half,
			  unsigned int width)
{
	if (half == NONNEGATIVE) {
		xbpf_range_add_interval(r, q.lo, q.hi, width);
		return;
	}
	if (!q.lo) {
		xbpf_range_add_interval(r, 0, 0, width);
		q.lo = 1;
	}
	if (q.lo <= q.hi)
		xbpf_range_add_interval(r, -q.hi & xbpf_range_mask(width),
					-q.lo & xbpf_range_mask(width), width);
}

/* ---- and, or, xor ---- */

/*
 * Least x | y for x, y of two intervals. Raising one operand pays only where
 * the other has a one already: then everything below can become zero. The
 * highest place where that stays within the interval is the best.
 */
static u64 least_or(struct span x, struct span y)
{
	u64 places = x.lo ^ y.lo, bit, raised;

	for (; places; places ^= bit) {
		bit = 1ULL << (fls64(places) - 1);
		if (x.lo & bit) {
			raised = (y.lo | bit) & -bit;
			if (raised <= y.hi)
				return x.lo | raised;
		} else {
			raised = (x.lo | bit) & -bit;
			if (raised <= x.hi)
				return raised | y.lo;
		}
	}
	return x.lo | y.lo;
}

/*
 * Greatest x | y. Where both have a one, one of them is enough: the other can
 * give it up for ones in all places below.
 */
static u64 greatest_or(struct span x, struct span y)
{
	u64 places = x.hi & y.hi, bit, lowered;

	for (; places; places ^= bit) {
		bit = 1ULL << (fls64(places) - 1);
		lowered = (x.hi - bit) | (bit - 1);
		if (lowered >= x.lo)
			return lowered | y.hi;
		lowered = (y.hi - bit) | (bit - 1);
		if (lowered >= y.lo)
			return x.hi | lowered;
	}
	return x.hi | y.hi;
}

static struct span span_or(struct span x, struct span y, u64 mask)
{
	return (struct span) {
		.lo = least_or(x, y),
		.hi = greatest_or(x, y),
	};
}

/* Complementing turns "and" into "or" and reverses the order. */
static struct span complement(struct span x, u64 mask)
{
	return (struct span){ .lo = x.hi ^ mask, .hi = x.lo ^ mask };
}

static struct span span_and(struct span x, struct span y, u64 mask)
{
	x = complement(x, mask);
	y = complement(y, mask);
	return complement(span_or(x, y, mask), mask);
}

/*
 * x ^ y is (x & ~y) | (~x & y), whose parts have no bit in common. The bounds
 * of the parts bound the whole.
 */
static struct span span_xor(struct span x, struct span y, u64 mask)
{
	struct span left = span_and(x, complement(y, mask), mask);
	struct span right = span_and(complement(x, mask), y, mask);

	return (struct span) {
		.lo = left.lo | right.lo,
		.hi = greatest_or((struct span){ 0, left.hi },
				  (struct span){ 0, right.hi }),
	};
}

/* The sign of a bitwise result follows from the operands': go half by half. */
static struct xbpf_range bitwise(const struct xbpf_range *a,
				 const struct xbpf_range *b,
				 unsigned int width,
				 struct span (*fn)(struct span, struct span,
						   u64))
{
	struct xbpf_range r = xbpf_range_empty(width);
	enum half i, j;
	struct span x, y, z;

	for (i = 0; i < NR_HALVES; i++) {
		if (!range_half(a, i, width, &x))
			continue;
		for (j = 0; j < NR_HALVES; j++) {
			if (!range_half(b, j, width, &y))
				continue;
			z = fn(x, y, xbpf_range_mask(width));
			xbpf_range_add_interval(&r, z.lo, z.hi, width);
		}
	}
	return r;
}

static struct xbpf_range range_and(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	struct xbpf_range r = bitwise(a, b, width, span_and);

	r.tnum = xbpf_tnum_and(a->tnum, b->tnum);
	return r;
}

static struct xbpf_range range_or(const struct xbpf_range *a,
				  const struct xbpf_range *b,
				  unsigned int width)
{
	struct xbpf_range r = bitwise(a, b, width, span_or);

	r.tnum = xbpf_tnum_or(a->tnum, b->tnum);
	return r;
}

static struct xbpf_range range_xor(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	struct xbpf_range r = bitwise(a, b, width, span_xor);

	r.tnum = xbpf_tnum_xor(a->tnum, b->tnum);
	return r;
}

/* ---- shifts: one range for each amount, joined ---- */

typedef struct xbpf_range (*shift_fn)(const struct xbpf_range *a,
				      unsigned int amount, unsigned int width);

static struct xbpf_range lsh_by(const struct xbpf_range *a, unsigned int amount,
				unsigned int width)
{
	struct xbpf_range r = xbpf_range_unknown(width);
	u64 fits = xbpf_range_mask(width) >> amount;

	r.tnum = xbpf_tnum_lsh(a->tnum, amount, width);
	if (xbpf_range_ulength(a) <= fits)
		xbpf_range_meet_arc(&r, a->umin << amount, a->umax << amount,
				    width);
	if (xbpf_range_slength(a) <= fits)
		xbpf_range_meet_arc(&r, (u64)a->smin << amount,
				    (u64)a->smax << amount, width);
	return r;
}

static struct xbpf_range rsh_by(const struct xbpf_range *a, unsigned int amount,
				unsigned int width)
{
	struct xbpf_range r = xbpf_range_unknown(width);

	if (!amount)
		return *a;
	r.tnum = xbpf_tnum_rsh(a->tnum, amount);
	xbpf_range_meet_arc(&r, a->umin >> amount, a->umax >> amount, width);
	return r;
}

static struct xbpf_range arsh_by(const struct xbpf_range *a,
				 unsigned int amount, unsigned int width)
{
	struct xbpf_range r = xbpf_range_unknown(width);

	r.tnum = xbpf_tnum_arsh(a->tnum, amount, width);
	xbpf_range_meet_arc(&r, (u64)(a->smin >> amount),
			    (u64)(a->smax >> amount), width);
	return r;
}

static bool is_unknown(const struct xbpf_range *r, unsigned int width)
{
	struct xbpf_range unknown = xbpf_range_unknown(width);

	return !memcmp(r, &unknown, sizeof(*r));
}

/* The amount is masked to the width, a power of two. */
static struct xbpf_range shift(const struct xbpf_range *a,
			       const struct xbpf_range *b, unsigned int width,
			       shift_fn by)
{
	struct xbpf_range r = xbpf_range_const(width - 1, width), one, amount;
	u64 i;

	if (is_const(b))
		return by(a, b->tnum.value & (width - 1), width);
	amount = range_and(b, &r, width);
	if (!xbpf_tnum_next(amount.tnum, amount.umin, &i) || i > amount.umax)
		return xbpf_range_unknown(width);
	r = by(a, i, width);
	while (xbpf_tnum_next(amount.tnum, i + 1, &i) && i <= amount.umax) {
		one = by(a, i, width);
		r = xbpf_range_join(&r, &one);
		if (is_unknown(&r, width))
			break;
	}
	return r;
}

static struct xbpf_range range_lsh(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	return shift(a, b, width, lsh_by);
}

static struct xbpf_range range_rsh(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	return shift(a, b, width, rsh_by);
}

static struct xbpf_range range_arsh(const struct xbpf_range *a,
				    const struct xbpf_range *b,
				    unsigned int width)
{
	return shift(a, b, width, arsh_by);
}

/* ---- division and modulo ---- */

/* Quotients of two intervals; zero divisors are left out: false if no other. */
static bool span_div(struct span x, struct span y, struct span *q)
{
	if (!y.hi)
		return false;
	q->lo = x.lo / y.hi;
	q->hi = x.hi / max_t(u64, y.lo, 1);
	return true;
}

/* Remainders, exact if one quotient covers all. */
static bool span_mod(struct span x, struct span y, struct span *rem)
{
	if (!y.hi)
		return false;
	y.lo = max_t(u64, y.lo, 1);
	if (x.lo / y.hi == x.hi / y.lo) {
		/* Same quotient for all: grows with x, shrinks with y. */
		rem->lo = x.lo - x.lo / y.hi * y.hi;
		rem->hi = x.hi - x.hi / y.lo * y.lo;
		return true;
	}
	rem->lo = 0;
	rem->hi = min(x.hi, y.hi - 1);
	return true;
}

static struct span whole_span(const struct xbpf_range *r)
{
	return (struct span){ .lo = r->umin, .hi = r->umax };
}

/*
 * Low bits of a remainder: those of the dividend, as far as every divisor is
 * a multiple of a power of two. Holds for signed division, and for the zero
 * divisor, which leaves the dividend alone.
 */
static struct xbpf_tnum mod_bits(const struct xbpf_range *a,
				 const struct xbpf_range *b,
				 unsigned int width)
{
	u64 maybe = b->tnum.value | b->tnum.mask;
	u64 low = maybe ? (maybe & -maybe) - 1 : xbpf_range_mask(width);
	u64 high = xbpf_range_mask(width) & ~low;

	return XBPF_TNUM(a->tnum.value & low, (a->tnum.mask & low) | high);
}

static struct xbpf_range range_div(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	struct xbpf_range r = xbpf_range_empty(width);
	u64 c = b->tnum.value;
	struct span q;

	if (span_div(whole_span(a), whole_span(b), &q))
		xbpf_range_add_interval(&r, q.lo, q.hi, width);
	if (!b->umin)
		xbpf_range_add_interval(&r, 0, 0, width);
	if (is_const(b) && c && !(c & (c - 1)))
		r.tnum = xbpf_tnum_rsh(a->tnum, fls64(c) - 1);
	return r;
}

static struct xbpf_range range_mod(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	struct xbpf_range r = xbpf_range_empty(width);
	struct span rem;

	if (a->umax < b->umin)
		return *a;
	if (span_mod(whole_span(a), whole_span(b), &rem))
		xbpf_range_add_interval(&r, rem.lo, rem.hi, width);
	r.tnum = mod_bits(a, b, width);
	if (b->umin)
		return r;
	r.tnum = xbpf_tnum_join(r.tnum, a->tnum);
	return xbpf_range_join(&r, a);
}

/* The smallest number divided by -1 has a magnitude that is itself again. */
static struct xbpf_range range_sdiv(const struct xbpf_range *a,
				    const struct xbpf_range *b,
				    unsigned int width)
{
	struct xbpf_range r = xbpf_range_empty(width);
	struct span x, y, q;
	enum half i, j;

	if (!b->umin)
		xbpf_range_add_interval(&r, 0, 0, width);
	for (i = 0; i < NR_HALVES; i++) {
		if (!range_magnitude(a, i, width, &x))
			continue;
		for (j = 0; j < NR_HALVES; j++) {
			if (range_magnitude(b, j, width, &y) &&
			    span_div(x, y, &q))
				add_magnitude(&r, q, i ^ j, width);
		}
	}
	return r;
}

/* The remainder has the dividend's sign, whatever the divisor's is. */
static struct xbpf_range range_smod(const struct xbpf_range *a,
				    const struct xbpf_range *b,
				    unsigned int width)
{
	struct xbpf_range r = xbpf_range_empty(width);
	struct span x, y, rem;
	enum half i, j;

	for (i = 0; i < NR_HALVES; i++) {
		if (!range_magnitude(a, i, width, &x))
			continue;
		for (j = 0; j < NR_HALVES; j++) {
			if (range_magnitude(b, j, width, &y) &&
			    span_mod(x, y, &rem))
				add_magnitude(&r, rem, i, width);
		}
	}
	r.tnum = mod_bits(a, b, width);
	return b->umin ? r : xbpf_range_join(&r, a);
}

static struct xbpf_range range_mov(const struct xbpf_range *a,
				   const struct xbpf_range *b,
				   unsigned int width)
{
	return *b;
}

/* ---- constants ---- */

static u64 eval_sdiv(u64 a, u64 b, unsigned int width)
{
	s64 x = xbpf_range_signed(a, width), y = xbpf_range_signed(b, width);

	if (!y)
		return 0;
	return y == -1 ? -(u64)x : (u64)(x / y);
}

static u64 eval_smod(u64 a, u64 b, unsigned int width)
{
	s64 x = xbpf_range_signed(a, width), y = xbpf_range_signed(b, width);

	if (!y)
		return a;
	return y == -1 ? 0 : (u64)(x % y);
}

/* What the machine computes. */
u64 xbpf_range_eval(enum xbpf_value_op op, u64 a, u64 b,
		    unsigned int width)
{
	unsigned int amount = b & (width - 1);

	switch (op) {
	case XBPF_VALUE_ADD:
		return a + b;
	case XBPF_VALUE_SUB:
		return a - b;
	case XBPF_VALUE_MUL:
		return a * b;
	case XBPF_VALUE_DIV:
		return b ? a / b : 0;
	case XBPF_VALUE_MOD:
		return b ? a % b : a;
	case XBPF_VALUE_SDIV:
		return eval_sdiv(a, b, width);
	case XBPF_VALUE_SMOD:
		return eval_smod(a, b, width);
	case XBPF_VALUE_AND:
		return a & b;
	case XBPF_VALUE_OR:
		return a | b;
	case XBPF_VALUE_XOR:
		return a ^ b;
	case XBPF_VALUE_LSH:
		return a << amount;
	case XBPF_VALUE_RSH:
		return a >> amount;
	case XBPF_VALUE_ARSH:
		return xbpf_range_signed(a, width) >> amount;
	case XBPF_VALUE_NEG:
		return -a;
	default:
		return b;
	}
}

/* ---- the table ---- */

static const range_op_fn ops[XBPF_VALUE_NR_OPS] = {
	[XBPF_VALUE_ADD]  = range_add,
	[XBPF_VALUE_SUB]  = range_sub,
	[XBPF_VALUE_MUL]  = range_mul,
	[XBPF_VALUE_DIV]  = range_div,
	[XBPF_VALUE_OR]   = range_or,
	[XBPF_VALUE_AND]  = range_and,
	[XBPF_VALUE_LSH]  = range_lsh,
	[XBPF_VALUE_RSH]  = range_rsh,
	[XBPF_VALUE_NEG]  = range_neg,
	[XBPF_VALUE_MOD]  = range_mod,
	[XBPF_VALUE_XOR]  = range_xor,
	[XBPF_VALUE_MOV]  = range_mov,
	[XBPF_VALUE_ARSH] = range_arsh,
	[XBPF_VALUE_SDIV] = range_sdiv,
	[XBPF_VALUE_SMOD] = range_smod,
};

struct xbpf_range xbpf_range_alu(enum xbpf_value_op op,
				 const struct xbpf_range *a,
				 const struct xbpf_range *b,
				 unsigned int width)
{
	return ops[op](a, b, width);
}
