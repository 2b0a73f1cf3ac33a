// SPDX-License-Identifier: GPL-2.0-only
/*
 * What conditional jumps say about their operands.
 *
 * Each edge of each jump asserts one of a few relations, maybe with its
 * operands swapped. A 32-bit jump asserts it of the low halves. Knows the two
 * operands only: where else their values live is the caller's business.
 */
#include "verifier/value.h"

#define WIDTH	XBPF_VALUE_WIDTH
#define HALF	XBPF_VALUE_HALF

enum relation {
	EQUAL = 1,
	DIFFERENT,
	UNSIGNED_LESS,
	UNSIGNED_LESS_EQUAL,
	SIGNED_LESS,
	SIGNED_LESS_EQUAL,
	COMMON_BIT,
	NO_COMMON_BIT,
};

enum { AS_IS, SWAPPED };

static const struct {
	u8 relation;
	u8 order;
} edges[XBPF_VALUE_NR_CONDS][2] = {
#define EDGES(cond, not_taken, order0, taken, order1)		\
	[XBPF_VALUE_##cond] = {					\
		[XBPF_VALUE_FALLTHROUGH] = { not_taken, order0 },	\
		[XBPF_VALUE_TAKEN] = { taken, order1 },		\
	}
	EDGES(JEQ, DIFFERENT, AS_IS, EQUAL, AS_IS),
	EDGES(JNE, EQUAL, AS_IS, DIFFERENT, AS_IS),
	EDGES(JSET, NO_COMMON_BIT, AS_IS, COMMON_BIT, AS_IS),
	EDGES(JGT, UNSIGNED_LESS_EQUAL, AS_IS, UNSIGNED_LESS, SWAPPED),
	EDGES(JGE, UNSIGNED_LESS, AS_IS, UNSIGNED_LESS_EQUAL, SWAPPED),
	EDGES(JLT, UNSIGNED_LESS_EQUAL, SWAPPED, UNSIGNED_LESS, AS_IS),
	EDGES(JLE, UNSIGNED_LESS, SWAPPED, UNSIGNED_LESS_EQUAL, AS_IS),
	EDGES(JSGT, SIGNED_LESS_EQUAL, AS_IS, SIGNED_LESS, SWAPPED),
	EDGES(JSGE, SIGNED_LESS, AS_IS, SIGNED_LESS_EQUAL, SWAPPED),
	EDGES(JSLT, SIGNED_LESS_EQUAL, SWAPPED, SIGNED_LESS, AS_IS),
	EDGES(JSLE, SIGNED_LESS, SWAPPED, SIGNED_LESS_EQUAL, AS_IS),
#undef EDGES
};

/* ---- relations between ranges ---- */

static bool unsigned_less(struct xbpf_range *a, struct xbpf_range *b,
			  unsigned int strict)
{
	if (a->umin > b->umax - strict || b->umax < strict)
		return false;
	a->umax = min(a->umax, b->umax - strict);
	b->umin = max(b->umin, a->umin + strict);
	return true;
}

static bool signed_less(struct xbpf_range *a, struct xbpf_range *b,
			int strict, unsigned int width)
{
	if (strict && b->smax == xbpf_range_smin(width))
		return false;
	if (a->smin > b->smax - strict)
		return false;
	a->smax = min(a->smax, b->smax - strict);
	b->smin = max(b->smin, a->smin + strict);
	return true;
}

static u64 possible_ones(const struct xbpf_range *r)
{
	return r->tnum.value | r->tnum.mask;
}

/*
 * Some bit that may be one in both is one in both: if there is a single such
 * bit, it is this one; else the numbers are no smaller than the lowest.
 */
static bool common_bit(struct xbpf_range *a, struct xbpf_range *b)
{
	u64 maybe = possible_ones(a) & possible_ones(b), lowest = maybe & -maybe;

	if (!maybe)
		return false;
	if (maybe == lowest) {
		a->tnum.value |= lowest;
		a->tnum.mask &= ~lowest;
		b->tnum.value |= lowest;
		b->tnum.mask &= ~lowest;
	}
	a->umin = max(a->umin, lowest);
	b->umin = max(b->umin, lowest);
	return true;
}

static bool no_common_bit(struct xbpf_range *a, struct xbpf_range *b)
{
	if (a->tnum.value & b->tnum.value)
		return false;
	a->tnum.mask &= ~b->tnum.value;
	b->tnum.mask &= ~a->tnum.value;
	return true;
}

static bool relate(enum relation relation, unsigned int width,
		   struct xbpf_range *a, struct xbpf_range *b)
{
	switch (relation) {
	case UNSIGNED_LESS:
		return unsigned_less(a, b, 1);
	case UNSIGNED_LESS_EQUAL:
		return unsigned_less(a, b, 0);
	case SIGNED_LESS:
		return signed_less(a, b, 1, width);
	case SIGNED_LESS_EQUAL:
		return signed_less(a, b, 0, width);
	case COMMON_BIT:
		return common_bit(a, b);
	case NO_COMMON_BIT:
		return no_common_bit(a, b);
	default:
		return true;
	}
}

/* ---- and between values ---- */

static bool refine_equal(unsigned int width, struct xbpf_value *a,
			 struct xbpf_value *b)
{
	struct xbpf_value alow, blow;

	if (width == WIDTH) {
		if (!xbpf_value_meet(a, b))
			return false;
		*b = *a;
		return true;
	}
	alow = *a;
	blow = *b;
	xbpf_value_truncate(&alow, HALF);
	xbpf_value_truncate(&blow, HALF);
	return xbpf_value_meet(&alow, &blow) &&
	       xbpf_value_meet_low(a, &alow) && xbpf_value_meet_low(b, &alow);
}

static bool refine_different(unsigned int width, struct xbpf_value *a,
			     struct xbpf_value *b)
{
	u64 mask = xbpf_range_mask(width);

	if (!(b->tnum.mask & mask))
		return xbpf_value_exclude(a, b->tnum.value & mask, width);
	if (!(a->tnum.mask & mask))
		return xbpf_value_exclude(b, a->tnum.value & mask, width);
	return true;
}

static bool refine_whole(enum relation relation, struct xbpf_value *a,
			 struct xbpf_value *b)
{
	struct xbpf_range awhole = xbpf_value_whole(a), alow = xbpf_value_low(a);
	struct xbpf_range bwhole = xbpf_value_whole(b), blow = xbpf_value_low(b);

	if (!relate(relation, WIDTH, &awhole, &bwhole))
		return false;
	alow.tnum = xbpf_tnum_truncate(awhole.tnum, HALF);
	blow.tnum = xbpf_tnum_truncate(bwhole.tnum, HALF);
	xbpf_value_set(a, &awhole, &alow);
	xbpf_value_set(b, &bwhole, &blow);
	return true;
}

static bool refine_low(enum relation relation, struct xbpf_value *a,
		       struct xbpf_value *b)
{
	struct xbpf_range awhole = xbpf_value_whole(a), alow = xbpf_value_low(a);
	struct xbpf_range bwhole = xbpf_value_whole(b), blow = xbpf_value_low(b);

	if (!relate(relation, HALF, &alow, &blow))
		return false;
	xbpf_value_set(a, &awhole, &alow);
	xbpf_value_set(b, &bwhole, &blow);
	return true;
}

static bool refine(enum relation relation, unsigned int width,
		   struct xbpf_value *a, struct xbpf_value *b)
{
	if (relation == EQUAL)
		return refine_equal(width, a, b);
	if (relation == DIFFERENT)
		return refine_different(width, a, b);
	if (!(width == WIDTH ? refine_whole : refine_low)(relation, a, b))
		return false;
	return xbpf_value_normalise(a) && xbpf_value_normalise(b);
}

bool xbpf_value_refine(enum xbpf_value_cond cond, unsigned int width,
		       enum xbpf_value_edge edge, struct xbpf_value *a,
		       struct xbpf_value *b)
{
	enum relation relation = edges[cond][edge].relation;

	if (edges[cond][edge].order == SWAPPED)
		swap(a, b);
	return refine(relation, width, a, b);
}

static bool feasible(enum xbpf_value_cond cond, unsigned int width,
		     enum xbpf_value_edge edge, struct xbpf_value a,
		     struct xbpf_value b)
{
	return xbpf_value_refine(cond, width, edge, &a, &b);
}

enum xbpf_value_verdict xbpf_value_branch(enum xbpf_value_cond cond,
					  unsigned int width,
					  const struct xbpf_value *a,
					  const struct xbpf_value *b)
{
	if (!feasible(cond, width, XBPF_VALUE_TAKEN, *a, *b))
		return XBPF_VALUE_NEVER;
	if (!feasible(cond, width, XBPF_VALUE_FALLTHROUGH, *a, *b))
		return XBPF_VALUE_ALWAYS;
	return XBPF_VALUE_UNKNOWN;
}
