// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transfer functions of the ALU instructions.
 *
 * A 64-bit operation is done on the whole, and again on the low halves where
 * the low half of the result depends on nothing else; a 32-bit operation only
 * on the low halves. What is then known of one half and not of the other is
 * the reduced product's work (xbpf_value_normalise()). The excluded constant is
 * followed through operations that are injective. Knows no arithmetic
 * (value_ops.c), no opcodes' encodings, no pointers.
 */
#include "verifier/value.h"

#define WIDTH	XBPF_VALUE_WIDTH
#define HALF	XBPF_VALUE_HALF

/* ---- properties of the operations ---- */

enum {
	/* Low half of the result depends on the low halves only. */
	MODULAR		= 1 << 0,
	/* Different left operands give different results; the same, right. */
	INJECTIVE_LEFT	= 1 << 1,
	INJECTIVE_RIGHT	= 1 << 2,
	INJECTIVE	= INJECTIVE_LEFT | INJECTIVE_RIGHT,
	/* The same, if the other operand is odd. */
	INJECTIVE_ODD	= 1 << 3,
	/* The same, but for bits of the left operand that get lost. */
	DROPS_BITS	= 1 << 4,
	/* The operands do not commute, and the right one tells little. */
	LEFT_ONLY	= 1 << 5,
};

static const unsigned int flags[XBPF_VALUE_NR_OPS] = {
	[XBPF_VALUE_ADD]  = MODULAR | INJECTIVE,
	[XBPF_VALUE_SUB]  = MODULAR | INJECTIVE,
	[XBPF_VALUE_MUL]  = MODULAR | INJECTIVE_ODD,
	[XBPF_VALUE_OR]   = MODULAR | DROPS_BITS,
	[XBPF_VALUE_AND]  = MODULAR | DROPS_BITS,
	[XBPF_VALUE_LSH]  = DROPS_BITS | LEFT_ONLY,
	[XBPF_VALUE_RSH]  = DROPS_BITS | LEFT_ONLY,
	[XBPF_VALUE_NEG]  = MODULAR | INJECTIVE_LEFT,
	[XBPF_VALUE_XOR]  = MODULAR | INJECTIVE,
	[XBPF_VALUE_ARSH] = DROPS_BITS | LEFT_ONLY,
};

/* ---- the excluded constant ---- */

/*
 * What @v excludes as a number of @width bits: how many low bits of it that is
 * about, 0 for nothing. An exclusion of a wider number is one if the bits above
 * are known: those of v->ne agree with them, or it would have been dropped.
 */
static unsigned int exclusion_at(const struct xbpf_value *v, unsigned int width)
{
	if (v->ne_width > width && (v->tnum.mask & ~xbpf_range_mask(width)))
		return 0;
	return min_t(unsigned int, v->ne_width, width);
}

/* Bits of the left operand that the result does not depend on. */
static u64 dropped_bits(enum xbpf_value_op op, u64 c, unsigned int width)
{
	unsigned int amount = c & (width - 1);

	switch (op) {
	case XBPF_VALUE_AND:
		return ~c;
	case XBPF_VALUE_OR:
		return c;
	case XBPF_VALUE_LSH:
		return ~(xbpf_range_mask(width) >> amount);
	default:
		return (1ULL << amount) - 1;
	}
}

/*
 * Is the result an injective function of one operand, the other being @c?
 * Bits that an operation drops do no harm when they are known.
 */
static bool injective(enum xbpf_value_op op, unsigned int side,
		      const struct xbpf_value *varying, u64 c,
		      unsigned int width)
{
	u64 dropped;

	if (flags[op] & INJECTIVE_ODD)
		return c & 1;
	if (!(flags[op] & DROPS_BITS))
		return flags[op] & side;
	dropped = dropped_bits(op, c, width);
	return !(varying->tnum.mask & dropped & xbpf_range_mask(width));
}

/*
 * If the varying operand x differs from n, f(x) differs from f(n) for an
 * injective f. Where the exclusion is about the low half of a whole, f must
 * work on low halves alone.
 */
static void carry_from(enum xbpf_value_op op, unsigned int side,
		       unsigned int width, const struct xbpf_value *varying,
		       u64 c, struct xbpf_value *r)
{
	unsigned int bits = exclusion_at(varying, width);

	if (!bits || (bits < width && !(flags[op] & MODULAR)) ||
	    !injective(op, side, varying, c, width))
		return;
	r->ne = side == INJECTIVE_LEFT ? xbpf_range_eval(op, varying->ne, c, width) :
		xbpf_range_eval(op, c, varying->ne, width);
	r->ne &= xbpf_range_mask(bits);
	r->ne_width = bits;
}

/* A left shift keeps what was excluded of the low bits that stay. */
static void carry_lsh(unsigned int width, const struct xbpf_value *a, u64 c,
		      struct xbpf_value *r)
{
	unsigned int amount = c & (width - 1);
	unsigned int bits = exclusion_at(a, width - amount);

	if (!bits)
		return;
	r->ne = (a->ne & xbpf_range_mask(bits)) << amount;
	r->ne_width = width;
}

static void carry_exclusion(enum xbpf_value_op op, unsigned int width,
			    const struct xbpf_value *a,
			    const struct xbpf_value *b, struct xbpf_value *r)
{
	u64 mask = xbpf_range_mask(width);
	u64 ca = a->tnum.value & mask, cb = b->tnum.value & mask;

	if (op == XBPF_VALUE_NEG)
		carry_from(op, INJECTIVE_LEFT, width, a, 0, r);
	else if (op == XBPF_VALUE_LSH && !(b->tnum.mask & mask))
		carry_lsh(width, a, cb, r);
	else if (!(b->tnum.mask & mask))
		carry_from(op, INJECTIVE_LEFT, width, a, cb, r);
	else if (!(a->tnum.mask & mask) && !(flags[op] & LEFT_ONLY))
		carry_from(op, INJECTIVE_RIGHT, width, b, ca, r);
}

/* ---- putting the halves together ---- */

/* The range of the low @bits bits. */
static struct xbpf_range low_bits(const struct xbpf_value *v, unsigned int bits)
{
	struct xbpf_range whole = xbpf_value_whole(v), low = xbpf_value_low(v);
	struct xbpf_range r = xbpf_range_unknown(bits);
	u64 mask = xbpf_range_mask(bits);

	r.tnum = xbpf_tnum_truncate(v->tnum, bits);
	if (xbpf_range_ulength(&whole) <= mask)
		xbpf_range_meet_arc(&r, whole.umin, whole.umax, bits);
	if (xbpf_range_slength(&whole) <= mask)
		xbpf_range_meet_arc(&r, whole.smin, whole.smax, bits);
	if (bits > HALF)
		return r;
	if (xbpf_range_ulength(&low) <= mask)
		xbpf_range_meet_arc(&r, low.umin, low.umax, bits);
	if (xbpf_range_slength(&low) <= mask)
		xbpf_range_meet_arc(&r, low.smin, low.smax, bits);
	return r;
}

/* Only the bits that stay decide where a left shift by a constant leads. */
static void narrow_lsh(struct xbpf_range *r, const struct xbpf_value *a,
		       unsigned int amount)
{
	struct xbpf_range stay = low_bits(a, WIDTH - amount);

	xbpf_range_meet_arc(r, stay.umin << amount, stay.umax << amount, WIDTH);
	xbpf_range_meet_arc(r, (u64)stay.smin << amount,
			    (u64)stay.smax << amount, WIDTH);
}

/* Does the low half of the result depend on low halves alone? */
static bool works_on_low(enum xbpf_value_op op, const struct xbpf_value *b)
{
	if (op == XBPF_VALUE_LSH)
		return !((b->tnum.value | b->tnum.mask) & HALF);
	return flags[op] & MODULAR;
}

static struct xbpf_value alu_whole(enum xbpf_value_op op,
				   const struct xbpf_value *a,
				   const struct xbpf_value *b)
{
	struct xbpf_range awhole = xbpf_value_whole(a), alow = xbpf_value_low(a);
	struct xbpf_range bwhole = xbpf_value_whole(b), blow = xbpf_value_low(b);
	struct xbpf_range whole = xbpf_range_alu(op, &awhole, &bwhole, WIDTH), low;

	if (op == XBPF_VALUE_LSH && xbpf_value_is_const(b))
		narrow_lsh(&whole, a, b->tnum.value & (WIDTH - 1));
	low = works_on_low(op, b) ? xbpf_range_alu(op, &alow, &blow, HALF) :
	      xbpf_range_unknown(HALF);
	if (!xbpf_tnum_meet(&low.tnum, xbpf_tnum_truncate(whole.tnum, HALF)))
		return xbpf_value_unknown();
	return xbpf_value_of(&whole, &low);
}

static struct xbpf_value alu_low(enum xbpf_value_op op,
				 const struct xbpf_value *a,
				 const struct xbpf_value *b)
{
	struct xbpf_range alow = xbpf_value_low(a), blow = xbpf_value_low(b);
	struct xbpf_range low = xbpf_range_alu(op, &alow, &blow, HALF);

	return xbpf_value_of_low(&low);
}

static void alu_const(enum xbpf_value_op op, unsigned int width,
		      struct xbpf_value *dst, const struct xbpf_value *src)
{
	u64 mask = xbpf_range_mask(width);
	u64 c = xbpf_range_eval(op, dst->tnum.value & mask, src->tnum.value & mask, width);

	*dst = xbpf_value_const(c & mask);
}

void xbpf_value_alu(enum xbpf_value_op op, unsigned int width,
		    struct xbpf_value *dst, const struct xbpf_value *src)
{
	u64 mask = xbpf_range_mask(width);
	struct xbpf_value r;

	if (op == XBPF_VALUE_MOV) {
		*dst = *src;
		xbpf_value_truncate(dst, width);
		return;
	}
	if (op == XBPF_VALUE_NEG)
		src = dst;
	if (!((dst->tnum.mask | src->tnum.mask) & mask)) {
		alu_const(op, width, dst, src);
		return;
	}
	r = width == WIDTH ? alu_whole(op, dst, src) : alu_low(op, dst, src);
	carry_exclusion(op, width, dst, src, &r);
	*dst = xbpf_value_normalise(&r) ? r : xbpf_value_unknown();
	if (width < WIDTH && dst->umax > mask)
		*dst = xbpf_value_unsigned(width);
}

/* ---- truncation, extension, byte order ---- */

/* Store the range of the @bits low bits, all above being zero. */
static void set_zext(struct xbpf_value *v, struct xbpf_range r,
		     unsigned int bits)
{
	struct xbpf_value wide = xbpf_value_unsigned(bits);

	if (!xbpf_range_normalise(&r, bits)) {
		*v = wide;
		return;
	}
	wide.tnum = r.tnum;
	wide.umin = r.umin;
	wide.umax = r.umax;
	if (bits == HALF) {
		wide.s32_min = r.smin;
		wide.s32_max = r.smax;
	}
	if (exclusion_at(v, bits)) {
		wide.ne = v->ne & xbpf_range_mask(bits);
		wide.ne_width = WIDTH;
	}
	*v = xbpf_value_normalise(&wide) ? wide : xbpf_value_unsigned(bits);
}

void xbpf_value_truncate(struct xbpf_value *v, unsigned int bits)
{
	if (bits < WIDTH && v->umax > xbpf_range_mask(bits))
		set_zext(v, low_bits(v, bits), bits);
}

void xbpf_value_sext(struct xbpf_value *v, unsigned int from,
		     unsigned int width)
{
	struct xbpf_range r;
	struct xbpf_value out;

	if (from < width) {
		r = low_bits(v, from);
		if (!xbpf_range_normalise(&r, from))
			r = xbpf_range_unknown(from);
		out = xbpf_value_srange(r.smin, r.smax);
		out.tnum = xbpf_tnum_sext(r.tnum, from, WIDTH);
		if (exclusion_at(v, from)) {
			out.ne = xbpf_range_signed(v->ne, from);
			out.ne &= xbpf_range_mask(WIDTH);
			out.ne_width = WIDTH;
		}
		*v = xbpf_value_normalise(&out) ? out : xbpf_value_signed(from);
	}
	xbpf_value_truncate(v, width);
}

void xbpf_value_bswap(struct xbpf_value *v, unsigned int bits)
{
	struct xbpf_value out = xbpf_value_unsigned(bits);

	xbpf_value_truncate(v, bits);
	out.tnum = xbpf_tnum_bswap(v->tnum, bits);
	if (v->ne_width >= bits) {
		out.ne_width = v->ne_width;
		out.ne = xbpf_tnum_bswap(xbpf_tnum_const(v->ne &
					 xbpf_range_mask(bits)), bits).value;
	}
	*v = xbpf_value_normalise(&out) ? out : xbpf_value_unsigned(bits);
}
