// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values: making them, comparing them, and the reduced product that lets
 * their components narrow each other.
 *
 * Knows how the whole register and its low half depend on each other, and the
 * excluded constant. Knows no operation of the machine: value_alu.c and
 * value_cond.c do.
 */
#include "verifier/value.h"

#define WIDTH	XBPF_VALUE_WIDTH
#define HALF	XBPF_VALUE_HALF
#define LOW	((1ULL << HALF) - 1)

/*
 * Components narrow each other until nothing changes; most values need one or
 * two rounds. Stopping early is sound, so the number only bounds the time.
 */
#define MAX_ROUNDS	5

struct xbpf_range xbpf_value_whole(const struct xbpf_value *v)
{
	return (struct xbpf_range) {
		.tnum = v->tnum,
		.umin = v->umin,
		.umax = v->umax,
		.smin = v->smin,
		.smax = v->smax,
	};
}

struct xbpf_range xbpf_value_low(const struct xbpf_value *v)
{
	return (struct xbpf_range) {
		.tnum = xbpf_tnum_truncate(v->tnum, HALF),
		.umin = v->u32_min,
		.umax = v->u32_max,
		.smin = v->s32_min,
		.smax = v->s32_max,
	};
}

/* The low half's known bits are those of @low. */
void xbpf_value_set(struct xbpf_value *v, const struct xbpf_range *whole,
		    const struct xbpf_range *low)
{
	v->tnum.value = (whole->tnum.value & ~LOW) | low->tnum.value;
	v->tnum.mask = (whole->tnum.mask & ~LOW) | low->tnum.mask;
	v->umin = whole->umin;
	v->umax = whole->umax;
	v->smin = whole->smin;
	v->smax = whole->smax;
	v->u32_min = low->umin;
	v->u32_max = low->umax;
	v->s32_min = low->smin;
	v->s32_max = low->smax;
}

struct xbpf_value xbpf_value_of(const struct xbpf_range *whole,
				const struct xbpf_range *low)
{
	struct xbpf_value v = { .ne = 0 };

	xbpf_value_set(&v, whole, low);
	return v;
}

struct xbpf_value xbpf_value_of_low(const struct xbpf_range *low)
{
	struct xbpf_range whole = {
		.tnum = low->tnum,
		.umin = low->umin,
		.umax = low->umax,
		.smin = low->umin,
		.smax = low->umax,
	};

	return xbpf_value_of(&whole, low);
}

struct xbpf_value xbpf_value_const(u64 c)
{
	struct xbpf_range whole = xbpf_range_const(c, WIDTH);
	struct xbpf_range low = xbpf_range_const(c, HALF);

	return xbpf_value_of(&whole, &low);
}

struct xbpf_value xbpf_value_unknown(void)
{
	struct xbpf_range whole = xbpf_range_unknown(WIDTH);
	struct xbpf_range low = xbpf_range_unknown(HALF);

	return xbpf_value_of(&whole, &low);
}

/* An empty interval is the caller's bug; unknown is then the safe answer. */
static struct xbpf_value normalised_or_unknown(struct xbpf_value v)
{
	return xbpf_value_normalise(&v) ? v : xbpf_value_unknown();
}

struct xbpf_value xbpf_value_urange(u64 min, u64 max)
{
	struct xbpf_value v = xbpf_value_unknown();

	v.umin = min;
	v.umax = max;
	return normalised_or_unknown(v);
}

struct xbpf_value xbpf_value_srange(s64 min, s64 max)
{
	struct xbpf_value v = xbpf_value_unknown();

	v.smin = min;
	v.smax = max;
	return normalised_or_unknown(v);
}

struct xbpf_value xbpf_value_unsigned(unsigned int bits)
{
	return xbpf_value_urange(0, xbpf_range_mask(bits));
}

struct xbpf_value xbpf_value_signed(unsigned int bits)
{
	return xbpf_value_srange(xbpf_range_smin(bits), xbpf_range_smax(bits));
}

bool xbpf_value_equal(const struct xbpf_value *a, const struct xbpf_value *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool xbpf_value_is_unknown(const struct xbpf_value *v)
{
	struct xbpf_value unknown = xbpf_value_unknown();

	return xbpf_value_equal(v, &unknown);
}

static bool bounds_contain(const struct xbpf_range *r, u64 c,
			   unsigned int width)
{
	s64 s = xbpf_range_signed(c, width);

	return xbpf_tnum_contains(r->tnum, c) && r->umin <= c &&
	       c <= r->umax && r->smin <= s && s <= r->smax;
}

/* Can the low @width bits of @v be @c, as far as intervals and bits tell? */
static bool bounds_allow(const struct xbpf_value *v, u64 c, unsigned int width)
{
	struct xbpf_range whole = xbpf_value_whole(v);
	struct xbpf_range low = xbpf_value_low(v);

	return bounds_contain(&low, c & LOW, HALF) &&
	       (width == HALF || bounds_contain(&whole, c, WIDTH));
}

static u64 ne_mask(const struct xbpf_value *v)
{
	return v->ne_width ? xbpf_range_mask(v->ne_width) : 0;
}

bool xbpf_value_contains(const struct xbpf_value *v, u64 c)
{
	if (v->ne_width && !((v->ne ^ c) & ne_mask(v)))
		return false;
	return bounds_allow(v, c, WIDTH);
}

/*
 * Is the upper half certainly that of @c? Then numbers differ from @c as a
 * whole just if their low halves do.
 */
static bool upper_known(const struct xbpf_value *v, u64 c)
{
	return !((v->tnum.mask | (v->tnum.value ^ c)) & ~LOW);
}

/* Does @v differ from @c in its low @width bits? */
static bool excludes(const struct xbpf_value *v, u64 c, unsigned int width)
{
	if (!bounds_allow(v, c, width))
		return true;
	if (!v->ne_width || ((v->ne ^ c) & ne_mask(v) & xbpf_range_mask(width)))
		return false;
	return v->ne_width <= width || upper_known(v, v->ne);
}

bool xbpf_value_subset(const struct xbpf_value *inner,
		       const struct xbpf_value *outer)
{
	if (outer->umin > inner->umin || outer->umax < inner->umax ||
	    outer->smin > inner->smin || outer->smax < inner->smax ||
	    outer->u32_min > inner->u32_min ||
	    outer->u32_max < inner->u32_max ||
	    outer->s32_min > inner->s32_min ||
	    outer->s32_max < inner->s32_max)
		return false;
	if (!xbpf_tnum_subset(inner->tnum, outer->tnum))
		return false;
	return !outer->ne_width ||
	       excludes(inner, outer->ne, outer->ne_width);
}

/* Keep an exclusion of @from that @other shares. */
static bool join_exclusion(struct xbpf_value *v, const struct xbpf_value *from,
			   const struct xbpf_value *other)
{
	if (!from->ne_width || !excludes(other, from->ne, from->ne_width))
		return false;
	v->ne = from->ne;
	v->ne_width = from->ne_width;
	return true;
}

/* Two constants leave out what lies between; zero is what is asked for. */
static void join_exclude_zero(struct xbpf_value *v, const struct xbpf_value *a,
			      const struct xbpf_value *b)
{
	if (excludes(a, 0, WIDTH) && excludes(b, 0, WIDTH))
		v->ne_width = WIDTH;
	else if (excludes(a, 0, HALF) && excludes(b, 0, HALF))
		v->ne_width = HALF;
}

struct xbpf_value xbpf_value_join(const struct xbpf_value *a,
				  const struct xbpf_value *b)
{
	struct xbpf_range awhole = xbpf_value_whole(a), alow = xbpf_value_low(a);
	struct xbpf_range bwhole = xbpf_value_whole(b), blow = xbpf_value_low(b);
	struct xbpf_range whole = xbpf_range_join(&awhole, &bwhole);
	struct xbpf_range low = xbpf_range_join(&alow, &blow);
	struct xbpf_value v = xbpf_value_of(&whole, &low);

	if (!join_exclusion(&v, a, b) && !join_exclusion(&v, b, a))
		join_exclude_zero(&v, a, b);
	return normalised_or_unknown(v);
}

bool xbpf_value_meet(struct xbpf_value *a, const struct xbpf_value *b)
{
	struct xbpf_range whole = xbpf_value_whole(a), low = xbpf_value_low(a);
	struct xbpf_range bwhole = xbpf_value_whole(b), blow = xbpf_value_low(b);
	struct xbpf_value v;

	if (!xbpf_range_meet(&whole, &bwhole) || !xbpf_range_meet(&low, &blow))
		return false;
	v = xbpf_value_of(&whole, &low);
	v.ne = b->ne_width ? b->ne : a->ne;
	v.ne_width = b->ne_width ? b->ne_width : a->ne_width;
	if (!xbpf_value_normalise(&v))
		return false;
	if (a->ne_width && !xbpf_value_exclude(&v, a->ne, a->ne_width))
		return false;
	*a = v;
	return true;
}

bool xbpf_value_meet_low(struct xbpf_value *v, const struct xbpf_value *with)
{
	struct xbpf_range whole = xbpf_value_whole(v), low = xbpf_value_low(v);
	struct xbpf_range wlow = xbpf_value_low(with);

	if (!xbpf_range_meet(&low, &wlow))
		return false;
	xbpf_value_set(v, &whole, &low);
	if (!xbpf_value_normalise(v))
		return false;
	return !with->ne_width || xbpf_value_exclude(v, with->ne, HALF);
}

/* ---- the reduced product ---- */

/*
 * Numbers whose distance is below 2^HALF have low halves on one arc: counting
 * up from the first to the last, the low half never returns to its start.
 */
static void whole_into_low(const struct xbpf_range *whole,
			   struct xbpf_range *low)
{
	if (whole->umax - whole->umin <= LOW)
		xbpf_range_meet_arc(low, whole->umin, whole->umax, HALF);
	if ((u64)whole->smax - (u64)whole->smin <= LOW)
		xbpf_range_meet_arc(low, whole->smin, whole->smax, HALF);
}

/*
 * Smallest number from @from on whose low half lies on the arc @lo .. @hi;
 * false: none before the upper half wraps.
 */
static bool next_low(u64 from, u64 lo, u64 hi, u64 *next)
{
	u64 upper = from & ~LOW, low = from & LOW;

	*next = from;
	if (lo <= hi ? low >= lo && low <= hi : low >= lo || low <= hi)
		return true;
	if (low > lo) {
		upper = (upper + LOW + 1) & xbpf_range_mask(WIDTH);
		if (!upper)
			return false;
	}
	*next = upper | lo;
	return true;
}

static bool prev_low(u64 from, u64 lo, u64 hi, u64 *prev)
{
	u64 all = xbpf_range_mask(WIDTH);

	if (!next_low(from ^ all, hi ^ LOW, lo ^ LOW, prev))
		return false;
	*prev ^= all;
	return true;
}

/* Bounds of the whole must have low halves that the low half can have. */
static bool arc_into_whole(struct xbpf_range *whole, u64 lo, u64 hi)
{
	u64 sign = 1ULL << (WIDTH - 1), all = xbpf_range_mask(WIDTH);
	u64 smin = ((u64)whole->smin ^ sign) & all;
	u64 smax = ((u64)whole->smax ^ sign) & all;

	lo &= LOW;
	hi &= LOW;
	if (!next_low(whole->umin, lo, hi, &whole->umin) ||
	    !prev_low(whole->umax, lo, hi, &whole->umax) ||
	    !next_low(smin, lo, hi, &smin) || !prev_low(smax, lo, hi, &smax))
		return false;
	whole->smin = xbpf_range_signed(smin ^ sign, WIDTH);
	whole->smax = xbpf_range_signed(smax ^ sign, WIDTH);
	return true;
}

static bool low_into_whole(struct xbpf_range *whole,
			   const struct xbpf_range *low)
{
	return arc_into_whole(whole, low->umin, low->umax) &&
	       arc_into_whole(whole, (u64)low->smin, (u64)low->smax);
}

/* A bound that equals the excluded number moves by one. */
static bool trim_excluded(struct xbpf_range *r, u64 ne, unsigned int width)
{
	s64 sne = xbpf_range_signed(ne, width);

	if ((r->umin == ne && r->umax == ne) ||
	    (r->smin == sne && r->smax == sne))
		return false;
	r->umin += r->umin == ne;
	r->umax -= r->umax == ne;
	r->smin += r->smin == sne;
	r->smax -= r->smax == sne;
	return true;
}

static bool apply_exclusion(const struct xbpf_value *v,
			    struct xbpf_range *whole, struct xbpf_range *low)
{
	if (!v->ne_width)
		return true;
	if (v->ne_width == WIDTH && !trim_excluded(whole, v->ne, WIDTH))
		return false;
	if (v->ne_width == HALF)
		return trim_excluded(low, v->ne, HALF);
	return !upper_known(v, v->ne) ||
	       trim_excluded(low, v->ne & LOW, HALF);
}

static bool normalise_round(struct xbpf_value *v)
{
	struct xbpf_range whole = xbpf_value_whole(v), low = xbpf_value_low(v);

	if (!apply_exclusion(v, &whole, &low) ||
	    !xbpf_range_normalise(&whole, WIDTH) ||
	    !xbpf_tnum_meet(&low.tnum, xbpf_tnum_truncate(whole.tnum, HALF)))
		return false;
	whole_into_low(&whole, &low);
	if (!xbpf_range_normalise(&low, HALF) || !low_into_whole(&whole, &low))
		return false;
	xbpf_value_set(v, &whole, &low);
	return true;
}

/* One form for each exclusion: none if it says nothing, wide if it can be. */
static void settle_exclusion(struct xbpf_value *v)
{
	if (v->ne_width == HALF && !(v->tnum.mask & ~LOW)) {
		v->ne |= v->tnum.value & ~LOW;
		v->ne_width = WIDTH;
	}
	if (v->ne_width && bounds_allow(v, v->ne, v->ne_width))
		return;
	v->ne = 0;
	v->ne_width = 0;
}

bool xbpf_value_normalise(struct xbpf_value *v)
{
	struct xbpf_value before;
	int round;

	for (round = 0; round < MAX_ROUNDS; round++) {
		before = *v;
		if (!normalise_round(v))
			return false;
		if (xbpf_value_equal(v, &before))
			break;
	}
	if (v->umin > v->umax || v->smin > v->smax)
		return false;
	settle_exclusion(v);
	return true;
}

bool xbpf_value_exclude(struct xbpf_value *v, u64 c, unsigned int width)
{
	c &= xbpf_range_mask(width);
	if (excludes(v, c, width))
		return true;
	v->ne = c;
	v->ne_width = width;
	return xbpf_value_normalise(v);
}
