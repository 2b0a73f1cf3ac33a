// SPDX-License-Identifier: GPL-2.0-only
/*
 * The value domain's functions, those inside of its files too, for the model to be
 * compared with: numbers in, numbers out.
 */
#include "../../kmod/verifier/tnum.c"
#include "../../kmod/verifier/value_range.c"
#include "../../kmod/verifier/value.c"
#include "../../kmod/verifier/value_ops.c"
#include "../../kmod/verifier/value_alu.c"
#include "../../kmod/verifier/value_cond.c"

#define TIE(name) void tie_##name(const u64 *in, u64 *out); \
	void tie_##name(const u64 *in, u64 *out)

static struct xbpf_tnum tnum_in(const u64 *in)
{
	return XBPF_TNUM(in[0], in[1]);
}

static void tnum_out(struct xbpf_tnum t, u64 *out)
{
	out[0] = t.value;
	out[1] = t.mask;
}

static struct xbpf_range range_in(const u64 *in)
{
	return (struct xbpf_range){
		.tnum = tnum_in(in), .umin = in[2], .umax = in[3],
		.smin = in[4], .smax = in[5],
	};
}

static void range_out(struct xbpf_range r, u64 *out)
{
	tnum_out(r.tnum, out);
	out[2] = r.umin;
	out[3] = r.umax;
	out[4] = r.smin;
	out[5] = r.smax;
}

/* ---- known bits ---- */

#define TNUM_BINARY(name, call)						\
TIE(tnum_##name)							\
{									\
	struct xbpf_tnum a = tnum_in(in), b = tnum_in(in + 2);		\
	unsigned int width __maybe_unused = in[4];			\
									\
	tnum_out(call, out);						\
}

TNUM_BINARY(add, xbpf_tnum_add(a, b, width))
TNUM_BINARY(sub, xbpf_tnum_sub(a, b, width))
TNUM_BINARY(mul, xbpf_tnum_mul(a, b, width))
TNUM_BINARY(and, xbpf_tnum_and(a, b))
TNUM_BINARY(or, xbpf_tnum_or(a, b))
TNUM_BINARY(xor, xbpf_tnum_xor(a, b))
TNUM_BINARY(join, xbpf_tnum_join(a, b))

#define TNUM_SHIFT(name, call)						\
TIE(tnum_##name)							\
{									\
	struct xbpf_tnum a = tnum_in(in);				\
	unsigned int n = in[2], width __maybe_unused = in[3];		\
									\
	tnum_out(call, out);						\
}

TNUM_SHIFT(lsh, xbpf_tnum_lsh(a, n, width))
TNUM_SHIFT(rsh, xbpf_tnum_rsh(a, n))
TNUM_SHIFT(arsh, xbpf_tnum_arsh(a, n, width))
TNUM_SHIFT(truncate, xbpf_tnum_truncate(a, n))
TNUM_SHIFT(sext, xbpf_tnum_sext(a, n, width))
TNUM_SHIFT(bswap, xbpf_tnum_bswap(a, n))

TIE(tnum_range)
{
	tnum_out(xbpf_tnum_range(in[0], in[1]), out);
}

TIE(tnum_meet)
{
	struct xbpf_tnum a = tnum_in(in);

	out[0] = xbpf_tnum_meet(&a, tnum_in(in + 2));
	tnum_out(out[0] ? a : XBPF_TNUM(0, 0), out + 1);
}

TIE(tnum_subset)
{
	out[0] = xbpf_tnum_subset(tnum_in(in), tnum_in(in + 2));
}

TIE(tnum_next)
{
	out[1] = 0;
	out[0] = xbpf_tnum_next(tnum_in(in), in[2], &out[1]);
}

TIE(tnum_prev)
{
	out[1] = 0;
	out[0] = xbpf_tnum_prev(tnum_in(in), in[2], &out[1]);
	if (!out[0])
		out[1] = 0;
}

/* ---- ranges ---- */

TIE(range_join)
{
	struct xbpf_range a = range_in(in), b = range_in(in + 6);

	range_out(xbpf_range_join(&a, &b), out);
}

TIE(range_add_interval)
{
	struct xbpf_range r = range_in(in);

	xbpf_range_add_interval(&r, in[6], in[7], in[8]);
	range_out(r, out);
}

TIE(range_meet_arc)
{
	struct xbpf_range r = range_in(in);

	xbpf_range_meet_arc(&r, in[6], in[7], in[8]);
	range_out(r, out);
}

TIE(range_meet)
{
	struct xbpf_range a = range_in(in), b = range_in(in + 6);

	memset(out, 0, 7 * sizeof(*out));
	out[0] = xbpf_range_meet(&a, &b);
	if (out[0])
		range_out(a, out + 1);
}

TIE(range_normalise)
{
	struct xbpf_range r = range_in(in);

	memset(out, 0, 7 * sizeof(*out));
	out[0] = xbpf_range_normalise(&r, in[6]);
	if (out[0])
		range_out(r, out + 1);
}

#define RANGE_ALU(name, op)						\
TIE(range_##name)							\
{									\
	struct xbpf_range a = range_in(in), b = range_in(in + 6);	\
									\
	range_out(xbpf_range_alu(op, &a, &b, in[12]), out);		\
}

RANGE_ALU(add, XBPF_VALUE_ADD)
RANGE_ALU(sub, XBPF_VALUE_SUB)
RANGE_ALU(neg, XBPF_VALUE_NEG)
RANGE_ALU(mul, XBPF_VALUE_MUL)
RANGE_ALU(and, XBPF_VALUE_AND)
RANGE_ALU(or, XBPF_VALUE_OR)
RANGE_ALU(xor, XBPF_VALUE_XOR)
RANGE_ALU(div, XBPF_VALUE_DIV)
RANGE_ALU(mod, XBPF_VALUE_MOD)
RANGE_ALU(sdiv, XBPF_VALUE_SDIV)
RANGE_ALU(smod, XBPF_VALUE_SMOD)

#define RANGE_SHIFT(name)						\
TIE(range_##name)							\
{									\
	struct xbpf_range a = range_in(in);				\
									\
	range_out(name##_by(&a, in[6], in[7]), out);			\
}

RANGE_SHIFT(lsh)
RANGE_SHIFT(rsh)
RANGE_SHIFT(arsh)

/* ---- relations ---- */

#define RELATION(name, relation)					\
TIE(rel_##name)								\
{									\
	struct xbpf_range a = range_in(in), b = range_in(in + 6);	\
									\
	memset(out, 0, 13 * sizeof(*out));				\
	out[0] = relate(relation, in[12], &a, &b);			\
	if (!out[0])							\
		return;							\
	range_out(a, out + 1);						\
	range_out(b, out + 7);						\
}

RELATION(less, UNSIGNED_LESS)
RELATION(less_equal, UNSIGNED_LESS_EQUAL)
RELATION(sless, SIGNED_LESS)
RELATION(sless_equal, SIGNED_LESS_EQUAL)
RELATION(common_bit, COMMON_BIT)
RELATION(no_common_bit, NO_COMMON_BIT)

/* ---- the whole and its low half ---- */

TIE(whole_into_low)
{
	struct xbpf_range whole = range_in(in), low = range_in(in + 6);

	whole_into_low(&whole, &low);
	range_out(low, out);
}

TIE(low_into_whole)
{
	struct xbpf_range whole = range_in(in), low = range_in(in + 6);

	memset(out, 0, 7 * sizeof(*out));
	out[0] = low_into_whole(&whole, &low);
	if (out[0])
		range_out(whole, out + 1);
}

TIE(trim_excluded)
{
	struct xbpf_range r = range_in(in);

	memset(out, 0, 7 * sizeof(*out));
	out[0] = trim_excluded(&r, in[6], in[7]);
	if (out[0])
		range_out(r, out + 1);
}
