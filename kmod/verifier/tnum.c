// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known bits ("tristate numbers"): which bits of a number are certainly zero,
 * certainly one, or not known. A tnum stands for value | any subset of mask.
 *
 * Knows single tnums of any width up to 64 bits, kept in the low bits of a
 * u64 whose other bits are zero. Knows nothing of intervals.
 */
#include "verifier/value.h"

/* Bits 0 to n, inclusive; n = 63 gives all of them. */
static u64 bits_upto(unsigned int n)
{
	return (2ULL << n) - 1;
}

static u64 width_mask(unsigned int width)
{
	return bits_upto(width - 1);
}

struct xbpf_tnum xbpf_tnum_const(u64 value)
{
	return XBPF_TNUM(value, 0);
}

struct xbpf_tnum xbpf_tnum_unknown(unsigned int width)
{
	return XBPF_TNUM(0, width_mask(width));
}

/* What the numbers of an interval have in common: a prefix, exactly. */
struct xbpf_tnum xbpf_tnum_range(u64 min, u64 max)
{
	u64 differ = min ^ max;
	u64 low = differ ? bits_upto(fls64(differ) - 1) : 0;

	return XBPF_TNUM(min & ~low, low);
}

struct xbpf_tnum xbpf_tnum_truncate(struct xbpf_tnum a, unsigned int width)
{
	u64 keep = width_mask(width);

	return XBPF_TNUM(a.value & keep, a.mask & keep);
}

struct xbpf_tnum xbpf_tnum_lsh(struct xbpf_tnum a, unsigned int shift,
			       unsigned int width)
{
	return xbpf_tnum_truncate(XBPF_TNUM(a.value << shift, a.mask << shift),
				  width);
}

struct xbpf_tnum xbpf_tnum_rsh(struct xbpf_tnum a, unsigned int shift)
{
	return XBPF_TNUM(a.value >> shift, a.mask >> shift);
}

static u64 sext_bits(u64 v, unsigned int from, unsigned int to)
{
	u64 sign = 1ULL << (from - 1);

	v &= width_mask(from);
	return ((v ^ sign) - sign) & width_mask(to);
}

/* An unknown sign makes every copy of it unknown. */
struct xbpf_tnum xbpf_tnum_sext(struct xbpf_tnum a, unsigned int from,
				unsigned int to)
{
	return XBPF_TNUM(sext_bits(a.value, from, to),
			 sext_bits(a.mask, from, to));
}

struct xbpf_tnum xbpf_tnum_arsh(struct xbpf_tnum a, unsigned int shift,
				unsigned int width)
{
	a = xbpf_tnum_rsh(a, shift);
	return xbpf_tnum_sext(a, width - shift, width);
}

/*
 * A sum bit is unknown if an operand's bit is, or if the carry into it can
 * differ. Carries are monotone in the operands, so it suffices to compare the
 * sum of the smallest members with that of the largest.
 */
struct xbpf_tnum xbpf_tnum_add(struct xbpf_tnum a, struct xbpf_tnum b,
			       unsigned int width)
{
	u64 low = a.value + b.value;
	u64 high = low + a.mask + b.mask;
	u64 unknown = (low ^ high) | a.mask | b.mask;

	return xbpf_tnum_truncate(XBPF_TNUM(low & ~unknown, unknown), width);
}

/* As for the sum, with borrows: they grow with b and shrink with a. */
struct xbpf_tnum xbpf_tnum_sub(struct xbpf_tnum a, struct xbpf_tnum b,
			       unsigned int width)
{
	u64 mid = a.value - b.value;
	u64 unknown = ((mid + a.mask) ^ (mid - b.mask)) | a.mask | b.mask;

	return xbpf_tnum_truncate(XBPF_TNUM(mid & ~unknown, unknown), width);
}

struct xbpf_tnum xbpf_tnum_and(struct xbpf_tnum a, struct xbpf_tnum b)
{
	u64 maybe = (a.value | a.mask) & (b.value | b.mask);
	u64 ones = a.value & b.value;

	return XBPF_TNUM(ones, maybe & ~ones);
}

struct xbpf_tnum xbpf_tnum_or(struct xbpf_tnum a, struct xbpf_tnum b)
{
	u64 ones = a.value | b.value;

	return XBPF_TNUM(ones, (a.mask | b.mask) & ~ones);
}

struct xbpf_tnum xbpf_tnum_xor(struct xbpf_tnum a, struct xbpf_tnum b)
{
	u64 unknown = a.mask | b.mask;

	return XBPF_TNUM((a.value ^ b.value) & ~unknown, unknown);
}

struct xbpf_tnum xbpf_tnum_join(struct xbpf_tnum a, struct xbpf_tnum b)
{
	u64 unknown = a.mask | b.mask | (a.value ^ b.value);

	return XBPF_TNUM(a.value & ~unknown, unknown);
}

static unsigned int maybe_ones(struct xbpf_tnum a)
{
	return hweight64(a.value | a.mask);
}

/*
 * Long multiplication over the bits of the operand that has fewer of them. A
 * partial product that is added or not, as an unknown bit says, joins both
 * outcomes.
 */
struct xbpf_tnum xbpf_tnum_mul(struct xbpf_tnum a, struct xbpf_tnum b,
			       unsigned int width)
{
	struct xbpf_tnum sum = XBPF_TNUM(0, 0), with;

	if (maybe_ones(a) > maybe_ones(b))
		swap(a, b);
	for (; a.value | a.mask; a = xbpf_tnum_rsh(a, 1)) {
		if ((a.value | a.mask) & 1) {
			with = xbpf_tnum_add(sum, b, width);
			sum = a.mask & 1 ? xbpf_tnum_join(sum, with) : with;
		}
		b = xbpf_tnum_lsh(b, 1, width);
	}
	return sum;
}

static u64 swap_bytes(u64 v, unsigned int width)
{
	u64 byte = width_mask(XBPF_VALUE_BYTE), out = 0;
	unsigned int i;

	for (i = 0; i < width; i += XBPF_VALUE_BYTE)
		out |= ((v >> i) & byte) << (width - XBPF_VALUE_BYTE - i);
	return out;
}

struct xbpf_tnum xbpf_tnum_bswap(struct xbpf_tnum a, unsigned int width)
{
	return XBPF_TNUM(swap_bytes(a.value, width), swap_bytes(a.mask, width));
}

/* Narrow *a to what is in both; false if nothing is. */
bool xbpf_tnum_meet(struct xbpf_tnum *a, struct xbpf_tnum b)
{
	if ((a->value ^ b.value) & ~a->mask & ~b.mask)
		return false;
	a->mask &= b.mask;
	a->value |= b.value;
	a->value &= ~a->mask;
	return true;
}

bool xbpf_tnum_subset(struct xbpf_tnum inner, struct xbpf_tnum outer)
{
	return !(inner.mask & ~outer.mask) &&
	       !((inner.value ^ outer.value) & ~outer.mask);
}

bool xbpf_tnum_contains(struct xbpf_tnum a, u64 c)
{
	return !((c ^ a.value) & ~a.mask);
}

/* Is each member a multiple of @size, a power of two? */
bool xbpf_tnum_aligned(struct xbpf_tnum a, u64 size)
{
	return !size || !((a.value | a.mask) & (size - 1));
}

/*
 * Look at the highest bit where @from contradicts a known bit. If the known
 * bit is one, setting it makes the number larger: the rest can be as small as
 * possible. If it is zero, some unknown bit above it that is clear in @from
 * must be set instead, the lowest one.
 */
bool xbpf_tnum_next(struct xbpf_tnum a, u64 from, u64 *next)
{
	u64 wrong = (from ^ a.value) & ~a.mask, above, low;

	if (!wrong) {
		*next = from;
		return true;
	}
	low = bits_upto(fls64(wrong) - 1);
	above = 0;
	if (from & wrong & ~(low >> 1)) {
		above = a.mask & ~from & ~low;
		if (!above)
			return false;
		above &= -above;
		low = above | (above - 1);
	}
	*next = (from & ~low) | above | (a.value & low & ~above);
	return true;
}

/* Complementing all bits reverses the order. */
bool xbpf_tnum_prev(struct xbpf_tnum a, u64 from, u64 *prev)
{
	if (!xbpf_tnum_next(XBPF_TNUM(~(a.value | a.mask), a.mask), ~from, prev))
		return false;
	*prev = ~*prev;
	return true;
}
