// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known bits of a 4-bit machine, against the truth: every operation of tnum.c on
 * all 81 sets that known bits can name, all pairs of them. All are to be the best
 * that can be said but the product, whose gap is printed.
 */
#define XBPF_VALUE_WIDTH 4
#include "../../kmod/verifier/tnum.c"

#include "unit.h"

#define NUMBERS	16

typedef u16 set;

struct gap {
	unsigned long cases, best, excess, wrong;
};

static set tnum_members(struct xbpf_tnum t)
{
	set s = 0;
	u64 n;

	if (t.value & t.mask || (t.value | t.mask) >= NUMBERS)
		return 0;
	for (n = 0; n < NUMBERS; n++)
		s |= ((n & ~t.mask) == t.value) << n;
	return s;
}

static u64 compute(unsigned int op, u64 a, u64 b)
{
	s64 sign = (s64)(a ^ 8) - 8;

	switch (op) {
	case XBPF_VALUE_ADD:	return (a + b) & 15;
	case XBPF_VALUE_SUB:	return (a - b) & 15;
	case XBPF_VALUE_MUL:	return (a * b) & 15;
	case XBPF_VALUE_AND:	return a & b;
	case XBPF_VALUE_OR:	return a | b;
	case XBPF_VALUE_XOR:	return a ^ b;
	case XBPF_VALUE_LSH:	return (a << b) & 15;
	case XBPF_VALUE_RSH:	return a >> b;
	default:		return (sign >> b) & 15;
	}
}

static void tnum_result(struct gap *gap, struct xbpf_tnum r, set want)
{
	struct xbpf_tnum best = xbpf_tnum_const(__builtin_ctz(want));
	set rest;

	for (rest = want & (want - 1); rest; rest &= rest - 1)
		best = xbpf_tnum_join(best,
				      xbpf_tnum_const(__builtin_ctz(rest)));
	gap->cases++;
	if (want & ~tnum_members(r)) {
		gap->wrong++;
		return;
	}
	gap->excess += __builtin_popcount(tnum_members(r)) -
		       __builtin_popcount(tnum_members(best));
	gap->best += tnum_members(r) == tnum_members(best);
}

static struct xbpf_tnum tnum_alu(unsigned int op, struct xbpf_tnum a,
				 struct xbpf_tnum b)
{
	switch (op) {
	case XBPF_VALUE_ADD:	return xbpf_tnum_add(a, b, 4);
	case XBPF_VALUE_SUB:	return xbpf_tnum_sub(a, b, 4);
	case XBPF_VALUE_MUL:	return xbpf_tnum_mul(a, b, 4);
	case XBPF_VALUE_AND:	return xbpf_tnum_and(a, b);
	case XBPF_VALUE_OR:	return xbpf_tnum_or(a, b);
	case XBPF_VALUE_XOR:	return xbpf_tnum_xor(a, b);
	case XBPF_VALUE_LSH:	return xbpf_tnum_lsh(a, b.value, 4);
	case XBPF_VALUE_RSH:	return xbpf_tnum_rsh(a, b.value);
	default:		return xbpf_tnum_arsh(a, b.value, 4);
	}
}

static void tnum_pair(struct gap *gap, unsigned int op, struct xbpf_tnum a,
		      struct xbpf_tnum b)
{
	set x, y, want = 0;

	if ((op == XBPF_VALUE_LSH || op == XBPF_VALUE_RSH ||
	     op == XBPF_VALUE_ARSH) && (b.mask || b.value > 3))
		return;
	for (x = tnum_members(a); x; x &= x - 1)
		for (y = tnum_members(b); y; y &= y - 1)
			want |= 1 << compute(op, __builtin_ctz(x),
					     __builtin_ctz(y));
	tnum_result(gap, tnum_alu(op, a, b), want);
}

/* Calls @fn for all pairs of known bits. */
static void each_tnums(struct gap *gap, unsigned int op,
		       void (*fn)(struct gap *gap, unsigned int op,
				  struct xbpf_tnum a, struct xbpf_tnum b))
{
	unsigned int v, m, w, n;

	for (n = 0; n < NUMBERS * NUMBERS * NUMBERS * NUMBERS; n++) {
		v = n & 15;
		m = n >> 4 & 15;
		w = n >> 8 & 15;
		if (!(v & m) && !(w & n >> 12))
			fn(gap, op, XBPF_TNUM(v, m), XBPF_TNUM(w, n >> 12));
	}
}

/* Meet, subset, the next and the previous member, alignment, intervals. */
static void tnum_others(struct gap *gap, unsigned int op, struct xbpf_tnum a,
			struct xbpf_tnum b)
{
	set x = tnum_members(a), y = tnum_members(b);
	u64 from = b.value, n, size = 1 << b.value % 4;
	struct xbpf_tnum both = a;
	set up = x & 0xffff << from, down = x & 0xffff >> (15 - from);
	bool good = xbpf_tnum_meet(&both, b) == !!(x & y);

	good = good && (!(x & y) || tnum_members(both) == (x & y));
	good = good && xbpf_tnum_subset(a, b) == !(x & ~y);
	good = good && xbpf_tnum_next(a, from, &n) == !!up;
	good = good && (!up || n == __builtin_ctz(up));
	good = good && xbpf_tnum_prev(a, from, &n) == !!down;
	good = good && (!down || n == 31 - __builtin_clz(down));
	good = good && xbpf_tnum_contains(a, from) == (x >> from & 1);
	good = good && xbpf_tnum_aligned(a, size) ==
		!(x & ~(size == 1 ? 0xffff : size == 2 ? 0x5555 :
			size == 4 ? 0x1111 : 0x0101));
	gap->cases++;
	gap->best += good;
	if (a.value <= b.value && !a.mask && !b.mask)
		tnum_result(gap, xbpf_tnum_range(a.value, b.value),
			    (0xffff << a.value) & 0xffff >> (15 - b.value));
}

static void report(const char *what, int percent, const struct gap *gap)
{
	double best = 100.0 * gap->best / gap->cases;

	ok(!gap->wrong && best >= percent,
	   "%s # %lu cases, %lu larger than the best (%.2f%%), by %.4f a case",
	   what, gap->cases, gap->cases - gap->best - gap->wrong, 100 - best,
	   (double)gap->excess / gap->cases);
}

int main(void)
{
	static const struct {
		unsigned int op;
		const char *name;
		int percent;
	} ops[] = {
		{ XBPF_VALUE_ADD, "add", 100 },
		{ XBPF_VALUE_SUB, "sub", 100 },
		{ XBPF_VALUE_MUL, "mul", 90 },
		{ XBPF_VALUE_AND, "and", 100 },
		{ XBPF_VALUE_OR, "or", 100 },
		{ XBPF_VALUE_XOR, "xor", 100 },
		{ XBPF_VALUE_LSH, "lsh", 100 },
		{ XBPF_VALUE_RSH, "rsh", 100 },
		{ XBPF_VALUE_ARSH, "arsh", 100 },
	};
	struct gap others = { 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		struct gap gap = { 0 };

		each_tnums(&gap, ops[i].op, tnum_pair);
		report(ops[i].name, ops[i].percent, &gap);
	}
	each_tnums(&others, 0, tnum_others);
	report("meet, subset, next, prev, contains, aligned, range", 100, &others);
	return unit_done();
}
