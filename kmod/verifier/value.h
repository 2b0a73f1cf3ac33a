/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The value domain: what is known about one 64-bit scalar.
 *
 * A value is a reduced product of known bits (tnum), an unsigned and a signed
 * interval of the whole register, the same two intervals of its low half, and
 * one constant that it is known to differ from. It stands for the set of all
 * numbers that satisfy every one of these. It knows nothing of registers,
 * pointers, instructions or paths; whoever holds it does.
 *
 * Everything here is pure: no allocation, no host, no state. All of it is
 * trusted: an operation must return a value that contains each result that
 * members of its operands can give. The code is generic in width, so that
 * selftests/unit/value_exhaustive.c proves it for all inputs of a 4-bit
 * machine.
 */
#ifndef XBPF_VERIFIER_VALUE_H
#define XBPF_VERIFIER_VALUE_H

#include "os.h"

/* The machine's width; tests build the same sources with 4 (half 2, byte 1). */
#ifndef XBPF_VALUE_WIDTH
#define XBPF_VALUE_WIDTH	64
#endif
#define XBPF_VALUE_HALF		(XBPF_VALUE_WIDTH / 2)
#define XBPF_VALUE_BYTE		(XBPF_VALUE_WIDTH == 4 ? 1 : XBPF_VALUE_WIDTH / 8)

/**
 * struct xbpf_tnum - known bits
 * @value: the bits known to be one
 * @mask: the bits not known; disjoint from @value
 */
struct xbpf_tnum {
	u64 value;
	u64 mask;
};

/**
 * struct xbpf_value - what is known about a scalar
 * @tnum: known bits of the whole register
 * @umin: @umax: unsigned interval, inclusive
 * @smin: @smax: signed interval, inclusive
 * @u32_min: @u32_max: unsigned interval of the low half
 * @s32_min: @s32_max: signed interval of the low half
 * @ne: a number that the value differs from; 0 when @ne_width is 0
 * @ne_width: how many low bits the exclusion is about: 64, 32 or 0 for none
 *
 * Values that the functions below return are normalised: equal knowledge is
 * bytewise equal (the padding is zero), so that memcmp() and hashing work.
 */
struct xbpf_value {
	struct xbpf_tnum tnum;
	u64 umin, umax;
	s64 smin, smax;
	u32 u32_min, u32_max;
	s32 s32_min, s32_max;
	u64 ne;
	u64 ne_width;
};

/*
 * Operations, numbered as the operation nibble of the instruction's opcode:
 * (code >> 4). Division and modulo with offset 1 are the signed ones, which
 * have no nibble of their own: see xbpf_value_alu_op().
 */
enum xbpf_value_op {
	XBPF_VALUE_ADD	= 0x0,
	XBPF_VALUE_SUB	= 0x1,
	XBPF_VALUE_MUL	= 0x2,
	XBPF_VALUE_DIV	= 0x3,
	XBPF_VALUE_OR	= 0x4,
	XBPF_VALUE_AND	= 0x5,
	XBPF_VALUE_LSH	= 0x6,
	XBPF_VALUE_RSH	= 0x7,
	XBPF_VALUE_NEG	= 0x8,
	XBPF_VALUE_MOD	= 0x9,
	XBPF_VALUE_XOR	= 0xa,
	XBPF_VALUE_MOV	= 0xb,
	XBPF_VALUE_ARSH	= 0xc,
	XBPF_VALUE_SDIV	= 0xd,
	XBPF_VALUE_SMOD	= 0xe,
	XBPF_VALUE_NR_OPS,
};

/* Conditions, numbered as the operation nibble of the jump's opcode. */
enum xbpf_value_cond {
	XBPF_VALUE_JEQ	= 0x1,
	XBPF_VALUE_JGT	= 0x2,
	XBPF_VALUE_JGE	= 0x3,
	XBPF_VALUE_JSET	= 0x4,
	XBPF_VALUE_JNE	= 0x5,
	XBPF_VALUE_JSGT	= 0x6,
	XBPF_VALUE_JSGE	= 0x7,
	XBPF_VALUE_JLT	= 0xa,
	XBPF_VALUE_JLE	= 0xb,
	XBPF_VALUE_JSLT	= 0xc,
	XBPF_VALUE_JSLE	= 0xd,
	XBPF_VALUE_NR_CONDS,
};

enum xbpf_value_edge {
	XBPF_VALUE_FALLTHROUGH,
	XBPF_VALUE_TAKEN,
};

enum xbpf_value_verdict {
	XBPF_VALUE_NEVER,
	XBPF_VALUE_ALWAYS,
	XBPF_VALUE_UNKNOWN,
};

/* tnum.c: known bits alone; @width says how many low bits exist. */
#define XBPF_TNUM(v, m) ((struct xbpf_tnum){ .value = (v), .mask = (m) })

struct xbpf_tnum xbpf_tnum_const(u64 value);
struct xbpf_tnum xbpf_tnum_unknown(unsigned int width);
struct xbpf_tnum xbpf_tnum_range(u64 min, u64 max);
struct xbpf_tnum xbpf_tnum_lsh(struct xbpf_tnum a, unsigned int shift,
			       unsigned int width);
struct xbpf_tnum xbpf_tnum_rsh(struct xbpf_tnum a, unsigned int shift);
struct xbpf_tnum xbpf_tnum_arsh(struct xbpf_tnum a, unsigned int shift,
				unsigned int width);
struct xbpf_tnum xbpf_tnum_add(struct xbpf_tnum a, struct xbpf_tnum b,
			       unsigned int width);
struct xbpf_tnum xbpf_tnum_sub(struct xbpf_tnum a, struct xbpf_tnum b,
			       unsigned int width);
struct xbpf_tnum xbpf_tnum_mul(struct xbpf_tnum a, struct xbpf_tnum b,
			       unsigned int width);
struct xbpf_tnum xbpf_tnum_and(struct xbpf_tnum a, struct xbpf_tnum b);
struct xbpf_tnum xbpf_tnum_or(struct xbpf_tnum a, struct xbpf_tnum b);
struct xbpf_tnum xbpf_tnum_xor(struct xbpf_tnum a, struct xbpf_tnum b);
struct xbpf_tnum xbpf_tnum_join(struct xbpf_tnum a, struct xbpf_tnum b);
struct xbpf_tnum xbpf_tnum_truncate(struct xbpf_tnum a, unsigned int width);
struct xbpf_tnum xbpf_tnum_sext(struct xbpf_tnum a, unsigned int from,
				unsigned int to);
struct xbpf_tnum xbpf_tnum_bswap(struct xbpf_tnum a, unsigned int width);
bool xbpf_tnum_meet(struct xbpf_tnum *a, struct xbpf_tnum b);
bool xbpf_tnum_subset(struct xbpf_tnum inner, struct xbpf_tnum outer);
bool xbpf_tnum_contains(struct xbpf_tnum a, u64 c);
bool xbpf_tnum_aligned(struct xbpf_tnum a, u64 size);
/* Smallest member >= @from, largest member <= @from; false: there is none. */
bool xbpf_tnum_next(struct xbpf_tnum a, u64 from, u64 *next);
bool xbpf_tnum_prev(struct xbpf_tnum a, u64 from, u64 *prev);

/* value.c: making, comparing, narrowing. */
struct xbpf_value xbpf_value_const(u64 c);
struct xbpf_value xbpf_value_unknown(void);
struct xbpf_value xbpf_value_urange(u64 min, u64 max);
struct xbpf_value xbpf_value_srange(s64 min, s64 max);

/**
 * xbpf_value_unsigned - any number that a zero-extending load can give
 * @bits: width of the load: 8, 16, 32 or 64
 */
struct xbpf_value xbpf_value_unsigned(unsigned int bits);

/**
 * xbpf_value_signed - any number that a sign-extending load can give
 * @bits: width of the load: 8, 16, 32 or 64
 */
struct xbpf_value xbpf_value_signed(unsigned int bits);

static inline bool xbpf_value_is_const(const struct xbpf_value *v)
{
	return !v->tnum.mask;
}

/* Meaningful only if xbpf_value_is_const(). */
static inline u64 xbpf_value_to_const(const struct xbpf_value *v)
{
	return v->tnum.value;
}

bool xbpf_value_is_unknown(const struct xbpf_value *v);
bool xbpf_value_contains(const struct xbpf_value *v, u64 c);
bool xbpf_value_equal(const struct xbpf_value *a, const struct xbpf_value *b);

/**
 * xbpf_value_subset - inclusion, for pruning
 * @inner: the new value
 * @outer: the one that was verified before
 *
 * Return: true only if each member of @inner is a member of @outer.
 */
bool xbpf_value_subset(const struct xbpf_value *inner,
		       const struct xbpf_value *outer);

/**
 * xbpf_value_join - smallest value that we can name which contains both
 */
struct xbpf_value xbpf_value_join(const struct xbpf_value *a,
				  const struct xbpf_value *b);

/**
 * xbpf_value_meet - intersect @a with @b
 *
 * Return: false if nothing is left: the path is infeasible.
 */
bool xbpf_value_meet(struct xbpf_value *a, const struct xbpf_value *b);

/**
 * xbpf_value_normalise - let each component sharpen the others
 * @v: a value whose components were set or narrowed by hand
 *
 * Return: false if the components contradict each other: no number satisfies
 * them, the path is infeasible, and @v must not be used any more.
 */
bool xbpf_value_normalise(struct xbpf_value *v);

/**
 * xbpf_value_exclude - record that @v differs from @c in its low @width bits
 *
 * Return: false if @v could only have been @c.
 */
bool xbpf_value_exclude(struct xbpf_value *v, u64 c, unsigned int width);

/* value_alu.c: transfer functions. */

/**
 * xbpf_value_alu_op - operation of an ALU or ALU64 instruction
 * @code: the opcode byte
 * @off: the instruction's offset: 1 asks for signed division or modulo
 *
 * Not for byte swaps (nibble 0xd) and for sign-extending moves.
 */
static inline enum xbpf_value_op xbpf_value_alu_op(u8 code, s16 off)
{
	enum xbpf_value_op op = code >> 4;

	if (off == 1 && op == XBPF_VALUE_DIV)
		return XBPF_VALUE_SDIV;
	if (off == 1 && op == XBPF_VALUE_MOD)
		return XBPF_VALUE_SMOD;
	return op;
}

/**
 * xbpf_value_alu - dst = dst op src
 * @op: the operation; the source of XBPF_VALUE_NEG is ignored
 * @width: 64, or 32: then the low halves count and the result is zero extended
 * @dst: first operand and result
 * @src: second operand; an immediate is xbpf_value_const((s64)imm); may be @dst
 *
 * Division by zero gives zero, modulo by zero gives @dst (at width 32: its low
 * half), the smallest number divided by -1 gives itself, shift amounts are
 * masked to the width.
 */
void xbpf_value_alu(enum xbpf_value_op op, unsigned int width,
		    struct xbpf_value *dst, const struct xbpf_value *src);

/**
 * xbpf_value_truncate - keep the low @bits bits, clear the rest
 * @bits: 8, 16, 32 or 64. This is also mov32, and le16/le32/le64 here.
 */
void xbpf_value_truncate(struct xbpf_value *v, unsigned int bits);

/**
 * xbpf_value_sext - sign-extend the low @from bits to @width, clear the rest
 * @from: 8, 16 or 32
 * @width: 32 or 64
 */
void xbpf_value_sext(struct xbpf_value *v, unsigned int from,
		     unsigned int width);

/**
 * xbpf_value_bswap - reverse the low @bits / 8 bytes, clear the rest
 * @bits: 16, 32 or 64
 */
void xbpf_value_bswap(struct xbpf_value *v, unsigned int bits);

/* value_inverse.c: transfer functions backwards. */

/**
 * xbpf_value_inverse - narrow both operands by what the result is
 * @op: the operation
 * @width: 64 or 32
 * @r: what is known of the result of xbpf_value_alu()
 * @a: first operand
 * @b: second operand; must not be @a
 *
 * Return: false if no operands give such a result; then @a and @b are
 * unspecified.
 */
bool xbpf_value_inverse(enum xbpf_value_op op, unsigned int width,
			const struct xbpf_value *r, struct xbpf_value *a,
			struct xbpf_value *b);

/* The same of xbpf_value_sext(), and of xbpf_value_bswap(). */
bool xbpf_value_inverse_sext(unsigned int from, unsigned int width,
			     const struct xbpf_value *r, struct xbpf_value *a);
bool xbpf_value_inverse_bswap(unsigned int bits, const struct xbpf_value *r,
			      struct xbpf_value *a);

/* value_cond.c: conditional jumps. */

/**
 * xbpf_value_refine - narrow both operands of a comparison on one edge
 * @cond: the condition
 * @width: 64 or 32
 * @edge: the edge on which the operands are to be narrowed
 * @a: left operand (dst)
 * @b: right operand (src or the immediate); must not be @a
 *
 * Return: false if the edge is infeasible; then @a and @b are unspecified.
 */
bool xbpf_value_refine(enum xbpf_value_cond cond, unsigned int width,
		       enum xbpf_value_edge edge, struct xbpf_value *a,
		       struct xbpf_value *b);

/**
 * xbpf_value_branch - is the jump taken?
 *
 * A caller that goes on to refine both edges needs this not: an edge that
 * xbpf_value_refine() calls infeasible is exactly what this reports.
 */
enum xbpf_value_verdict xbpf_value_branch(enum xbpf_value_cond cond,
					  unsigned int width,
					  const struct xbpf_value *a,
					  const struct xbpf_value *b);

/* value_text.c: logs. */

/* Enough for the longest text below. */
#define XBPF_VALUE_TEXT_MAX	320

/**
 * xbpf_value_text - "42", "scalar()" or "scalar(umax=255,var_off=(0x0; 0xff))"
 * Return: length of the text, cut to @size - 1, as scnprintf().
 */
int xbpf_value_text(char *buf, size_t size, const struct xbpf_value *v);

/**
 * xbpf_value_text_ranges - only what stands in the parentheses, maybe nothing
 *
 * For the variable part of pointers, which print it after facts of their own.
 */
int xbpf_value_text_ranges(char *buf, size_t size, const struct xbpf_value *v);

/*
 * value_range.c: between the files of the value domain only.
 *
 * A range is one width's share of a value: known bits and both intervals of
 * the low @width bits. Signed bounds are kept sign extended. ALU operations
 * and conditions are written once, for ranges of any width; a value is a range
 * of the whole and a range of the low half that narrow each other.
 */
struct xbpf_range {
	struct xbpf_tnum tnum;
	u64 umin, umax;
	s64 smin, smax;
};

static inline u64 xbpf_range_mask(unsigned int width)
{
	return (2ULL << (width - 1)) - 1;
}

static inline s64 xbpf_range_smax(unsigned int width)
{
	return (s64)(xbpf_range_mask(width) >> 1);
}

static inline s64 xbpf_range_smin(unsigned int width)
{
	return -xbpf_range_smax(width) - 1;
}

/* The number that the low @width bits of @v are in two's complement. */
static inline s64 xbpf_range_signed(u64 v, unsigned int width)
{
	return (s64)(v << (64 - width)) >> (64 - width);
}

/* Distance of the last member from the first, in either order. */
static inline u64 xbpf_range_ulength(const struct xbpf_range *r)
{
	return r->umax - r->umin;
}

static inline u64 xbpf_range_slength(const struct xbpf_range *r)
{
	return (u64)r->smax - (u64)r->smin;
}

struct xbpf_range xbpf_range_const(u64 c, unsigned int width);
struct xbpf_range xbpf_range_unknown(unsigned int width);
/* The empty range, for xbpf_range_add_interval() and xbpf_range_join(). */
struct xbpf_range xbpf_range_empty(unsigned int width);
struct xbpf_range xbpf_range_join(const struct xbpf_range *a,
				  const struct xbpf_range *b);
/* Add the numbers from @lo to @hi, unsigned, to both intervals. */
void xbpf_range_add_interval(struct xbpf_range *r, u64 lo, u64 hi,
			     unsigned int width);
/* Intersect both intervals with the numbers met counting up from @lo to @hi. */
void xbpf_range_meet_arc(struct xbpf_range *r, u64 lo, u64 hi,
			 unsigned int width);
bool xbpf_range_meet(struct xbpf_range *a, const struct xbpf_range *b);
/* One round, in which each component narrows the others; false: empty. */
bool xbpf_range_normalise(struct xbpf_range *r, unsigned int width);

/* value_ops.c: the operations on ranges, and on numbers. */
struct xbpf_range xbpf_range_alu(enum xbpf_value_op op,
				 const struct xbpf_range *a,
				 const struct xbpf_range *b,
				 unsigned int width);
u64 xbpf_range_eval(enum xbpf_value_op op, u64 a, u64 b, unsigned int width);

struct xbpf_range xbpf_value_whole(const struct xbpf_value *v);
struct xbpf_range xbpf_value_low(const struct xbpf_value *v);
/* Known only by these two ranges; not normalised, no exclusion. */
struct xbpf_value xbpf_value_of(const struct xbpf_range *whole,
				const struct xbpf_range *low);
void xbpf_value_set(struct xbpf_value *v, const struct xbpf_range *whole,
		    const struct xbpf_range *low);
/* Narrow the low half of @v; @with has zeros above its own. */
bool xbpf_value_meet_low(struct xbpf_value *v, const struct xbpf_value *with);
/* Known only by its low half, the rest zero. */
struct xbpf_value xbpf_value_of_low(const struct xbpf_range *low);

#endif /* XBPF_VERIFIER_VALUE_H */
