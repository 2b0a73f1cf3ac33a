// SPDX-License-Identifier: GPL-2.0-only
/*
 * The value domain of a 4-bit machine with 2-bit halves, against the truth.
 *
 * The sources of kmod/verifier/ are generic in width: here they are compiled
 * with width 4, where a value stands for one of 65,536 sets of numbers and
 * every result can be compared with the set that it must contain. All pairs
 * of all sets that known bits and intervals can name are tried; pairs with
 * facts about the halves and exclusions, which are too many, at random.
 *
 * Soundness is the test. The optimality gap is printed: how many results are
 * not the best that the domain can say, and how many numbers too many they have.
 * What becomes worse than it was fails, too: these are gauges.
 */
#define XBPF_VALUE_WIDTH 4
#include "../../kmod/verifier/tnum.c"
#include "../../kmod/verifier/value_range.c"
#include "../../kmod/verifier/value.c"
#include "../../kmod/verifier/value_ops.c"
#include "../../kmod/verifier/value_alu.c"
#include "../../kmod/verifier/value_inverse.c"
#include "../../kmod/verifier/value_cond.c"

#include <sys/wait.h>
#include <unistd.h>
#include "gauge.h"

#define NUMBERS		16
#define SETS		(1 << NUMBERS)
#define MAX_VALUES	20000
#define RANDOM_PAIRS	200000

typedef u16 set;

/* Every pair; for jumps that assert what others assert, swapped, fewer. */
#define STRIDE		1
#define STRIDE_REPEATED	11

static struct xbpf_value values[MAX_VALUES];
static set members[MAX_VALUES];
static unsigned int nr_plain, nr_values;
static u8 seen[SETS];

/* Size of the best description of a set. */
static u8 best_size[SETS];

static set unsigned_set[NUMBERS][NUMBERS], signed_set[NUMBERS][NUMBERS];
static set low_set[4][4], low_signed_set[4][4], tnum_set[NUMBERS][NUMBERS];

/* ---- the truth ---- */

static s64 sx(u64 v, unsigned int width)
{
	u64 sign = 1ULL << (width - 1);

	v &= (1ULL << width) - 1;
	return (s64)(v ^ sign) - (s64)sign;
}

static void init_sets(void)
{
	unsigned int lo, hi, n;

	for (lo = 0; lo < NUMBERS; lo++) {
		for (hi = 0; hi < NUMBERS; hi++) {
			for (n = 0; n < NUMBERS; n++) {
				set bit = 1 << n;

				if (lo <= n && n <= hi)
					unsigned_set[lo][hi] |= bit;
				if (sx(lo, 4) <= sx(n, 4) && sx(n, 4) <= sx(hi, 4))
					signed_set[lo][hi] |= bit;
				if ((n & ~hi) == lo)
					tnum_set[lo][hi] |= bit;
				if ((lo | hi) >= 4)
					continue;
				if (lo <= (n & 3) && (n & 3) <= hi)
					low_set[lo][hi] |= bit;
				if (sx(lo, 2) <= sx(n, 2) && sx(n, 2) <= sx(hi, 2))
					low_signed_set[lo][hi] |= bit;
			}
		}
	}
}

/* The numbers that a value stands for, by the definition of its fields. */
static set members_of(const struct xbpf_value *v)
{
	set s = unsigned_set[v->umin][v->umax] &
		signed_set[v->smin & 15][v->smax & 15] &
		low_set[v->u32_min][v->u32_max] &
		low_signed_set[v->s32_min & 3][v->s32_max & 3] &
		tnum_set[v->tnum.value][v->tnum.mask];

	if (v->ne_width == 4)
		s &= ~(1 << v->ne);
	else if (v->ne_width == 2)
		s &= ~(0x1111 << v->ne);
	return s;
}

static u64 divide(u64 a, u64 b, unsigned int width)
{
	s64 x = sx(a, width), y = sx(b, width);

	return y ? x / y : 0;
}

static u64 modulo(u64 a, u64 b, unsigned int width)
{
	s64 x = sx(a, width), y = sx(b, width);

	return y ? x % y : x;
}

/* RFC 9669, section 4.1. */
static u64 compute(unsigned int op, u64 a, u64 b, unsigned int width)
{
	u64 mask = (1ULL << width) - 1, amount = b & (width - 1), r = 0;

	a &= mask;
	b &= mask;
	switch (op) {
	case XBPF_VALUE_ADD:	r = a + b; break;
	case XBPF_VALUE_SUB:	r = a - b; break;
	case XBPF_VALUE_MUL:	r = a * b; break;
	case XBPF_VALUE_DIV:	r = b ? a / b : 0; break;
	case XBPF_VALUE_OR:	r = a | b; break;
	case XBPF_VALUE_AND:	r = a & b; break;
	case XBPF_VALUE_LSH:	r = a << amount; break;
	case XBPF_VALUE_RSH:	r = a >> amount; break;
	case XBPF_VALUE_NEG:	r = -a; break;
	case XBPF_VALUE_MOD:	r = b ? a % b : a; break;
	case XBPF_VALUE_XOR:	r = a ^ b; break;
	case XBPF_VALUE_MOV:	r = b; break;
	case XBPF_VALUE_ARSH:	r = sx(a, width) >> amount; break;
	case XBPF_VALUE_SDIV:	r = divide(a, b, width); break;
	case XBPF_VALUE_SMOD:	r = modulo(a, b, width); break;
	}
	return r & mask;
}

static int holds(unsigned int cond, u64 a, u64 b, unsigned int width)
{
	s64 x = sx(a, width), y = sx(b, width);

	a &= (1ULL << width) - 1;
	b &= (1ULL << width) - 1;
	switch (cond) {
	case XBPF_VALUE_JEQ:	return a == b;
	case XBPF_VALUE_JNE:	return a != b;
	case XBPF_VALUE_JSET:	return (a & b) != 0;
	case XBPF_VALUE_JGT:	return a > b;
	case XBPF_VALUE_JGE:	return a >= b;
	case XBPF_VALUE_JLT:	return a < b;
	case XBPF_VALUE_JLE:	return a <= b;
	case XBPF_VALUE_JSGT:	return x > y;
	case XBPF_VALUE_JSGE:	return x >= y;
	case XBPF_VALUE_JSLT:	return x < y;
	default:		return x <= y;
	}
}

/* ---- gap ---- */

struct gap {
	unsigned long cases, best, excess, wrong;
	char example[400];
};

static void describe(char *buf, size_t size, const struct xbpf_value *v)
{
	snprintf(buf, size,
		 "{%llx/%llx u%llu..%llu s%lld..%lld lu%u..%u ls%d..%d ne%llu/%llu =%04x}",
		 (unsigned long long)v->tnum.value,
		 (unsigned long long)v->tnum.mask, (unsigned long long)v->umin,
		 (unsigned long long)v->umax, (long long)v->smin,
		 (long long)v->smax, v->u32_min, v->u32_max, v->s32_min,
		 v->s32_max, (unsigned long long)v->ne,
		 (unsigned long long)v->ne_width, members_of(v));
}

static void note_wrong(struct gap *gap, const struct xbpf_value *a,
		       const struct xbpf_value *b, set want, set got)
{
	char x[150], y[150];

	if (gap->wrong++)
		return;
	describe(x, sizeof(x), a);
	describe(y, sizeof(y), b);
	snprintf(gap->example, sizeof(gap->example),
		 "\n# %s, %s: must contain %04x, has %04x", x, y, want, got);
}

/* Has the result all that it must, and how much more? */
static void judge(struct gap *gap, const struct xbpf_value *a,
		  const struct xbpf_value *b, set want, set got)
{
	int excess;

	gap->cases++;
	if (want & ~got) {
		note_wrong(gap, a, b, want, got);
		return;
	}
	excess = got == want ? 0 :
		 __builtin_popcount(got) - best_size[want];
	gap->best += excess <= 0;
	gap->excess += excess > 0 ? excess : 0;
}

static void report(const char *what, const char *suffix,
		   const struct gap *gap)
{
	unsigned long larger = gap->cases - gap->best - gap->wrong;
	double share = 100.0 * larger / gap->cases;
	char name[64];

	snprintf(name, sizeof(name), "4-bit machine: %s%s", what, suffix);
	ok(!gap->wrong, "%s # %lu cases, %lu larger than the best (%.2f%%), "
	   "by %.4f a case%s", name, gap->cases, larger, share,
	   (double)gap->excess / gap->cases, gap->example);
	if (STRIDE == 1)
		gauge(name, "%lu larger, by %lu", larger, gap->excess);
}

/* ---- all values ---- */

static u64 rnd(u64 below)
{
	static u64 x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (x >> 16) % below;
}

/* What the domain can say of a set at best, exclusions apart. */
static struct xbpf_value describe_best(set s)
{
	struct xbpf_value v = xbpf_value_const(__builtin_ctz(s)), c;

	for (s &= s - 1; s; s &= s - 1) {
		c = xbpf_value_const(__builtin_ctz(s));
		v = xbpf_value_join(&v, &c);
	}
	v.ne_width = 0;
	v.ne = 0;
	return v;
}

static void init_best(void)
{
	unsigned int s;
	struct xbpf_value v;

	for (s = 1; s < SETS; s++) {
		v = describe_best(s);
		best_size[s] = __builtin_popcount(members_of(&v));
	}
}

/* Normalising neither loses nor adds members; what is empty may go unnoticed. */
static int try_value(struct xbpf_value v, struct gap *gap)
{
	struct xbpf_value before = v;
	set want = members_of(&v), got;

	got = xbpf_value_normalise(&v) ? members_of(&v) : 0;
	gap->cases++;
	gap->best += got == want;
	if (got != want)
		note_wrong(gap, &before, &before, want, got);
	if (!want || seen[want] || nr_values == MAX_VALUES)
		return 0;
	seen[want] = 1;
	values[nr_values] = v;
	members[nr_values++] = want;
	return 1;
}

static void try_intervals(struct xbpf_value v, struct gap *gap)
{
	for (v.umin = 0; v.umin < 16; v.umin++)
		for (v.umax = v.umin; v.umax < 16; v.umax++)
			for (v.smin = -8; v.smin < 8; v.smin++)
				for (v.smax = v.smin; v.smax < 8; v.smax++)
					try_value(v, gap);
}

static struct xbpf_value random_value(void)
{
	struct xbpf_value v = values[rnd(nr_plain)];

	v.u32_min = rnd(4);
	v.u32_max = v.u32_min + rnd(4 - v.u32_min);
	v.s32_min = (int)rnd(4) - 2;
	v.s32_max = v.s32_min + (int)rnd(2 - v.s32_min);
	if (rnd(2)) {
		v.u32_min = 0;
		v.u32_max = 3;
	}
	v.ne_width = rnd(3) * 2;
	v.ne = v.ne_width ? rnd(1 << v.ne_width) : 0;
	return v;
}

static void test_normalise(void)
{
	struct gap plain = { 0 }, mixed = { 0 };
	struct xbpf_value v = xbpf_value_unknown();
	unsigned int i;

	for (v.tnum.mask = 0; v.tnum.mask < 16; v.tnum.mask++)
		for (v.tnum.value = 0; v.tnum.value < 16; v.tnum.value++)
			if (!(v.tnum.value & v.tnum.mask))
				try_intervals(v, &plain);
	nr_plain = nr_values;
	for (i = 0; i < 3000000; i++)
		try_value(random_value(), &mixed);
	printf("# %u sets by known bits and intervals, %u in all\n", nr_plain,
	       nr_values);
	report("normalise", "", &plain);
	report("normalise, halves and exclusions", "", &mixed);
}

/* ---- binary operations ---- */

typedef void (*pair_fn)(struct gap *gap, unsigned int i, unsigned int j,
			unsigned int op, unsigned int width);

static unsigned int stride = STRIDE;

/* Of operations that commute every pair is tried in one order. */
static int commutes;

static void for_pairs(pair_fn fn, struct gap *gap, unsigned int op,
		      unsigned int width)
{
	unsigned long n, all = (unsigned long)nr_plain * nr_plain;

	/* Halves are few: what matters of a value is its low half then. */
	for (n = 0; width == 4 && n < all; n += stride)
		if (!commutes || n / nr_plain <= n % nr_plain)
			fn(gap, n / nr_plain, n % nr_plain, op, width);
	for (n = 0; n < RANDOM_PAIRS; n++)
		fn(gap, rnd(nr_values), rnd(nr_values), op, width);
}

static u8 table[NUMBERS][NUMBERS];

/* images[a][y]: what a and the members of y give. */
static set images[NUMBERS][SETS];

static void init_images(unsigned int op, unsigned int width)
{
	unsigned int a, b, y;

	for (a = 0; a < NUMBERS; a++) {
		for (b = 0; b < NUMBERS; b++)
			table[a][b] = compute(op, a, b, width);
		for (y = 1; y < SETS; y++)
			images[a][y] = images[a][y & (y - 1)] |
				       1 << table[a][__builtin_ctz(y)];
	}
}

static void alu_pair(struct gap *gap, unsigned int i, unsigned int j,
		     unsigned int op, unsigned int width)
{
	struct xbpf_value r = values[i];
	set want = 0, x;

	for (x = members[i]; x; x &= x - 1)
		want |= images[__builtin_ctz(x)][members[j]];
	xbpf_value_alu(op, width, &r, &values[j]);
	judge(gap, &values[i], &values[j], want, members_of(&r));
}

static void test_alu(unsigned int op, const char *name)
{
	unsigned int width;

	for (width = 4; width >= 2; width -= 2) {
		struct gap gap = { 0 };

		init_images(op, width);
		for_pairs(alu_pair, &gap, op, width);
		report(name, width == 4 ? "" : "32", &gap);
	}
}

/* ---- conditions ---- */

static set true_for[NUMBERS], true_for_b[NUMBERS];

static set project(set x, set y, const set *rows)
{
	set out = 0, bit;

	for (; x; x &= x - 1) {
		bit = x & -x;
		if (rows[__builtin_ctz(x)] & y)
			out |= bit;
	}
	return out;
}

static void cond_pair(struct gap *gap, unsigned int i, unsigned int j,
		      unsigned int op, unsigned int width)
{
	struct xbpf_value a = values[i], b = values[j];
	set wa = project(members[i], members[j], true_for);
	set wb = project(members[j], members[i], true_for_b);

	if (!xbpf_value_refine(op >> 1, width, op & 1, &a, &b)) {
		judge(gap, &values[i], &values[j], wa, 0);
		return;
	}
	judge(gap, &values[i], &values[j], wa, members_of(&a));
	judge(gap, &values[i], &values[j], wb, members_of(&b));
}

static void test_edge(unsigned int cond, unsigned int edge, unsigned int width,
		      const char *name)
{
	struct gap gap = { 0 };
	char suffix[32];
	unsigned int a, b;

	memset(true_for, 0, sizeof(true_for));
	memset(true_for_b, 0, sizeof(true_for_b));
	for (a = 0; a < NUMBERS; a++) {
		for (b = 0; b < NUMBERS; b++) {
			if (holds(cond, a, b, width) != (int)edge)
				continue;
			true_for[a] |= 1 << b;
			true_for_b[b] |= 1 << a;
		}
	}
	for_pairs(cond_pair, &gap, cond << 1 | edge, width);
	snprintf(suffix, sizeof(suffix), "%s %s", width == 4 ? "" : "32",
		 edge ? "taken" : "not taken");
	report(name, suffix, &gap);
}

static void test_cond(unsigned int cond, const char *name)
{
	test_edge(cond, XBPF_VALUE_TAKEN, 4, name);
	test_edge(cond, XBPF_VALUE_FALLTHROUGH, 4, name);
	test_edge(cond, XBPF_VALUE_TAKEN, 2, name);
	test_edge(cond, XBPF_VALUE_FALLTHROUGH, 2, name);
}

#include "value_backwards.h"

/* ---- lattice ---- */

static void join_pair(struct gap *gap, unsigned int i, unsigned int j,
		      unsigned int op, unsigned int width)
{
	struct xbpf_value v = xbpf_value_join(&values[i], &values[j]);

	judge(gap, &values[i], &values[j], members[i] | members[j],
	      members_of(&v));
}

static void meet_pair(struct gap *gap, unsigned int i, unsigned int j,
		      unsigned int op, unsigned int width)
{
	struct xbpf_value v = values[i];
	set want = members[i] & members[j];

	judge(gap, &values[i], &values[j], want,
	      xbpf_value_meet(&v, &values[j]) ? members_of(&v) : 0);
}

/* Saying "no" wrongly costs time, "yes" safety. */
static void subset_pair(struct gap *gap, unsigned int i, unsigned int j,
			unsigned int op, unsigned int width)
{
	bool inside = !(members[i] & ~members[j]);
	bool said = xbpf_value_subset(&values[i], &values[j]);

	gap->cases++;
	gap->best += said == inside;
	if (said && !inside)
		note_wrong(gap, &values[i], &values[j], members[i], members[j]);
}

static void test_lattice(void)
{
	struct gap join = { 0 }, meet = { 0 }, subset = { 0 };

	for_pairs(join_pair, &join, 0, 4);
	report("join", "", &join);
	for_pairs(meet_pair, &meet, 0, 4);
	report("meet", "", &meet);
	for_pairs(subset_pair, &subset, 0, 4);
	report("subset", "", &subset);
}

/* ---- unary operations ---- */

static void unary(unsigned int i, unsigned int kind, unsigned int bits,
		  struct gap *gap)
{
	struct xbpf_value v = values[i];
	set want = 0, x;
	u64 n;

	for (x = members[i]; x; x &= x - 1) {
		n = __builtin_ctz(x);
		if (kind == 0)
			n &= (1 << bits) - 1;
		else if (kind == 1)
			n = swap_bits(n, bits);
		else
			n = sx(n, bits) & (kind == 2 ? 15 : 3);
		want |= 1 << n;
	}
	if (kind == 0)
		xbpf_value_truncate(&v, bits);
	else if (kind == 1)
		xbpf_value_bswap(&v, bits);
	else
		xbpf_value_sext(&v, bits, kind == 2 ? 4 : 2);
	judge(gap, &values[i], &values[i], want, members_of(&v));
}

static void test_unary(void)
{
	static const struct {
		const char *name;
		unsigned int kind, bits;
	} ops[] = {
		{ "truncate 1", 0, 1 },  { "truncate 2", 0, 2 },
		{ "truncate 4", 0, 4 },  { "bswap 2", 1, 2 },
		{ "bswap 4", 1, 4 },     { "sext 1 to 4", 2, 1 },
		{ "sext 2 to 4", 2, 2 }, { "sext 1 to 2", 3, 1 },
	};
	unsigned int i, j;

	for (j = 0; j < ARRAY_SIZE(ops); j++) {
		struct gap gap = { 0 };

		for (i = 0; i < nr_values; i++)
			unary(i, ops[j].kind, ops[j].bits, &gap);
		report(ops[j].name, "", &gap);
	}
}

static void test_exclude(void)
{
	struct gap gap = { 0 };
	unsigned int i, c, width;
	struct xbpf_value v;
	set want;

	for (i = 0; i < nr_values; i++) {
		for (c = 0; c < NUMBERS * 2; c++) {
			width = c < NUMBERS ? 4 : 2;
			want = members[i] & ~(width == 4 ? 1 << c :
					      0x1111 << (c & 3));
			v = values[i];
			judge(&gap, &values[i], &values[i], want,
			      xbpf_value_exclude(&v, c & 15, width) ?
			      members_of(&v) : 0);
		}
	}
	report("exclude", "", &gap);
}

/* ---- decisions, values of ranges, single operations again ---- */

/* What xbpf_value_branch() decides must be so for all members. */
static void branch_pair(struct gap *gap, unsigned int i, unsigned int j,
			unsigned int op, unsigned int width)
{
	enum xbpf_value_verdict said =
		xbpf_value_branch(op, width, &values[i], &values[j]);
	set yes = project(members[i], members[j], true_for);
	set no = project(members[i], members[j], true_for_b);
	enum xbpf_value_verdict truth = !yes ? XBPF_VALUE_NEVER :
		!no ? XBPF_VALUE_ALWAYS : XBPF_VALUE_UNKNOWN;

	gap->cases++;
	gap->best += said == truth;
	if (said != truth && said != XBPF_VALUE_UNKNOWN)
		note_wrong(gap, &values[i], &values[j], truth, said);
}

static void test_decision(unsigned int cond, const char *name)
{
	unsigned int width, a, b;

	for (width = 4; width >= 2; width -= 2) {
		struct gap gap = { 0 };

		memset(true_for, 0, sizeof(true_for));
		memset(true_for_b, 0, sizeof(true_for_b));
		for (a = 0; a < NUMBERS; a++)
			for (b = 0; b < NUMBERS; b++)
				(holds(cond, a, b, width) ? true_for :
				 true_for_b)[a] |= 1 << b;
		for_pairs(branch_pair, &gap, cond, width);
		report(name, width == 4 ? " decided" : "32 decided", &gap);
	}
}

/* Operands may be the same variable. */
static void test_aliased(void)
{
	unsigned int i, op, width;
	struct xbpf_value r, want, b;
	struct gap gap = { 0 };

	for (i = 0; i < nr_values; i++) {
		for (op = 0; op < XBPF_VALUE_NR_OPS; op++) {
			for (width = 2; width <= 4; width += 2) {
				r = want = b = values[i];
				xbpf_value_alu(op, width, &r, &r);
				xbpf_value_alu(op, width, &want, &b);
				gap.cases++;
				gap.best += xbpf_value_equal(&r, &want);
			}
		}
	}
	report("operands in one place", "", &gap);
}

static void test_contains(void)
{
	struct gap gap = { 0 };
	unsigned int i, n;

	for (i = 0; i < nr_values; i++)
		for (n = 0; n < NUMBERS; n++, gap.cases++)
			gap.best += xbpf_value_contains(&values[i], n) ==
				    (members[i] >> n & 1);
	report("contains", "", &gap);
}

/* Constants, intervals, and what loads of each size can give. */
static void test_made(void)
{
	struct gap gap = { 0 };
	struct xbpf_value v = xbpf_value_unknown();
	int lo, hi;

	judge(&gap, &v, &v, 0xffff, members_of(&v));
	for (lo = 0; lo < NUMBERS; lo++) {
		v = xbpf_value_const(lo);
		judge(&gap, &v, &v, 1 << lo, members_of(&v));
		for (hi = lo; hi < NUMBERS; hi++) {
			v = xbpf_value_urange(lo, hi);
			judge(&gap, &v, &v, unsigned_set[lo][hi], members_of(&v));
			v = xbpf_value_srange(lo - 8, hi - 8);
			judge(&gap, &v, &v,
			      signed_set[(lo - 8) & 15][(hi - 8) & 15],
			      members_of(&v));
		}
	}
	for (lo = 1; lo <= 4; lo *= 2) {
		v = xbpf_value_unsigned(lo);
		judge(&gap, &v, &v, unsigned_set[0][(1 << lo) - 1],
		      members_of(&v));
		v = xbpf_value_signed(lo);
		judge(&gap, &v, &v, signed_set[-(1 << (lo - 1)) & 15]
		      [(1 << (lo - 1)) - 1], members_of(&v));
	}
	report("constants, intervals, loads", "", &gap);
}

/* ---- */

struct named {
	const char *name;
	unsigned int op;
	int commutes;
};

#define OP(op) { #op, XBPF_VALUE_##op, 0 }
#define COMMUTES(op) { #op, XBPF_VALUE_##op, 1 }

static const struct named alu[] = {
	COMMUTES(ADD), OP(SUB), COMMUTES(MUL), OP(DIV),
	COMMUTES(OR), COMMUTES(AND), OP(LSH), OP(RSH),
	OP(NEG), OP(MOD), COMMUTES(XOR), OP(MOV),
	OP(ARSH), OP(SDIV), OP(SMOD),
};

static const struct named conds[] = {
	COMMUTES(JEQ), COMMUTES(JSET), OP(JGT), OP(JSGT),
};

static const struct named swapped_conds[] = {
	OP(JNE), OP(JGE), OP(JLT), OP(JLE), OP(JSGE),
	OP(JSLT), OP(JSLE),
};

static const struct named alu_inverses[] = {
	OP(ADD), OP(SUB), OP(MUL), OP(DIV), OP(OR),
	OP(AND), OP(LSH), OP(RSH), OP(NEG), OP(MOD),
	OP(XOR), OP(ARSH), OP(SDIV), OP(SMOD),
};

static void test_list(const struct named *list, unsigned int nr,
		      unsigned int first,
		      void (*test)(unsigned int op, const char *name))
{
	unsigned int i;

	for (i = first; i < nr; i += 2) {
		commutes = list[i].commutes;
			test(list[i].op, list[i].name);
	}
	commutes = 0;
}

/* One of two processes, which take every other row. */
static void test_pairs(unsigned int first)
{
	test_list(alu, ARRAY_SIZE(alu), first, test_alu);
	test_list(conds, ARRAY_SIZE(conds), !first, test_cond);
	test_list(alu_inverses, ARRAY_SIZE(alu_inverses), first, test_inverse);
	stride = STRIDE_REPEATED;
	test_list(swapped_conds, ARRAY_SIZE(swapped_conds), first, test_cond);
	test_list(conds, ARRAY_SIZE(conds), first, test_decision);
	test_list(swapped_conds, ARRAY_SIZE(swapped_conds), !first,
		  test_decision);
	stride = STRIDE;
}

/* Print what the other process found, in our own numbering. */
static void adopt(FILE *file)
{
	char line[1024], *text;

	rewind(file);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		text = strstr(line, " - ");
		if (line[0] == '#' || !text)
			printf("%s\n", line);
		else
			ok(line[0] == 'o', "%s", text + 3);
	}
}

int main(void)
{
	FILE *other = tmpfile();
	int status = 0;
	pid_t child;

	if (!other)
		return EXIT_FAILURE;
	setvbuf(stdout, NULL, _IOLBF, 0);
	init_sets();
	init_best();
	test_normalise();
	test_unary();
	test_exclude();
	test_contains();
	test_made();
	test_aliased();
	test_inverse_unary();
	fflush(stdout);
	child = fork();
	if (!child)
		dup2(fileno(other), STDOUT_FILENO);
	test_pairs(!child);
	if (!child)
		return EXIT_SUCCESS;
	test_lattice();
	waitpid(child, &status, 0);
	ok(child > 0 && !status, "the other half ended");
	adopt(other);
	fclose(other);
	return unit_done();
}
