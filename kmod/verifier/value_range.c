// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges: known bits and two intervals of a number of a given width.
 *
 * Counting up from a number modulo 2^width passes through an arc. An unsigned
 * interval is an arc, and so is a signed one; an arc that wraps in one view
 * does not in the other, unless it covers more than half of the circle. So
 * all exchange between the intervals is the intersection of an interval with
 * an arc. Knows nothing of halves and of excluded constants: value.c does.
 */
#include "verifier/value.h"

struct xbpf_range xbpf_range_const(u64 c, unsigned int width)
{
	c &= xbpf_range_mask(width);
	return (struct xbpf_range) {
		.tnum = xbpf_tnum_const(c),
		.umin = c,
		.umax = c,
		.smin = xbpf_range_signed(c, width),
		.smax = xbpf_range_signed(c, width),
	};
}

struct xbpf_range xbpf_range_unknown(unsigned int width)
{
	return (struct xbpf_range) {
		.tnum = xbpf_tnum_unknown(width),
		.umax = xbpf_range_mask(width),
		.smin = xbpf_range_smin(width),
		.smax = xbpf_range_smax(width),
	};
}

struct xbpf_range xbpf_range_empty(unsigned int width)
{
	return (struct xbpf_range) {
		.tnum = xbpf_tnum_unknown(width),
		.umin = xbpf_range_mask(width),
		.smin = xbpf_range_smax(width),
		.smax = xbpf_range_smin(width),
	};
}

struct xbpf_range xbpf_range_join(const struct xbpf_range *a,
				  const struct xbpf_range *b)
{
	return (struct xbpf_range) {
		.tnum = xbpf_tnum_join(a->tnum, b->tnum),
		.umin = min(a->umin, b->umin),
		.umax = max(a->umax, b->umax),
		.smin = min(a->smin, b->smin),
		.smax = max(a->smax, b->smax),
	};
}

void xbpf_range_add_interval(struct xbpf_range *r, u64 lo, u64 hi,
			     unsigned int width)
{
	s64 slo = xbpf_range_signed(lo, width);
	s64 shi = xbpf_range_signed(hi, width);

	r->umin = min(r->umin, lo);
	r->umax = max(r->umax, hi);
	if (slo > shi) {
		slo = xbpf_range_smin(width);
		shi = xbpf_range_smax(width);
	}
	r->smin = min(r->smin, slo);
	r->smax = max(r->smax, shi);
}

/*
 * All in one view's order. An arc with lo > hi is what is left when the gap
 * between them is taken out: bounds that lie in the gap move to its edges.
 */
static void trim_unsigned(u64 *min, u64 *max, u64 lo, u64 hi)
{
	if (lo <= hi) {
		*min = max(*min, lo);
		*max = min(*max, hi);
		return;
	}
	if (*min > hi && *min < lo)
		*min = lo;
	if (*max > hi && *max < lo)
		*max = hi;
}

static void trim_signed(s64 *min, s64 *max, s64 lo, s64 hi)
{
	if (lo <= hi) {
		*min = max(*min, lo);
		*max = min(*max, hi);
		return;
	}
	if (*min > hi && *min < lo)
		*min = lo;
	if (*max > hi && *max < lo)
		*max = hi;
}

void xbpf_range_meet_arc(struct xbpf_range *r, u64 lo, u64 hi,
			 unsigned int width)
{
	lo &= xbpf_range_mask(width);
	hi &= xbpf_range_mask(width);
	trim_unsigned(&r->umin, &r->umax, lo, hi);
	trim_signed(&r->smin, &r->smax, xbpf_range_signed(lo, width),
		    xbpf_range_signed(hi, width));
}

bool xbpf_range_meet(struct xbpf_range *a, const struct xbpf_range *b)
{
	a->umin = max(a->umin, b->umin);
	a->umax = min(a->umax, b->umax);
	a->smin = max(a->smin, b->smin);
	a->smax = min(a->smax, b->smax);
	return xbpf_tnum_meet(&a->tnum, b->tnum) && a->umin <= a->umax &&
	       a->smin <= a->smax;
}

/* Flipping the sign bit turns the signed order into the unsigned one. */
static struct xbpf_tnum flip_sign(struct xbpf_tnum t, unsigned int width)
{
	return xbpf_tnum_xor(t, xbpf_tnum_const(1ULL << (width - 1)));
}

static bool bounds_into_tnum(struct xbpf_range *r, unsigned int width)
{
	struct xbpf_tnum t = flip_sign(r->tnum, width);
	u64 sign = 1ULL << (width - 1), mask = xbpf_range_mask(width);
	u64 low, high;

	if (!xbpf_tnum_next(r->tnum, r->umin, &r->umin) ||
	    !xbpf_tnum_prev(r->tnum, r->umax, &r->umax))
		return false;
	low = ((u64)r->smin ^ sign) & mask;
	high = ((u64)r->smax ^ sign) & mask;
	if (!xbpf_tnum_next(t, low, &low) || !xbpf_tnum_prev(t, high, &high))
		return false;
	r->smin = xbpf_range_signed(low ^ sign, width);
	r->smax = xbpf_range_signed(high ^ sign, width);
	return r->umin <= r->umax && r->smin <= r->smax;
}

bool xbpf_range_normalise(struct xbpf_range *r, unsigned int width)
{
	if (r->umin > r->umax || r->smin > r->smax)
		return false;
	xbpf_range_meet_arc(r, r->umin, r->umax, width);
	if (r->smin > r->smax)
		return false;
	xbpf_range_meet_arc(r, r->smin, r->smax, width);
	if (r->umin > r->umax)
		return false;
	return xbpf_tnum_meet(&r->tnum, xbpf_tnum_range(r->umin, r->umax)) &&
	       bounds_into_tnum(r, width);
}
