// SPDX-License-Identifier: GPL-2.0-only
/*
 * The value domain at its real width: numbers run through random operations
 * beside values that must contain them, and the texts of the log.
 *
 * What the 4-bit machine of value_exhaustive.c cannot show: carries across 32
 * bits, byte swaps of real bytes, the edges of 64-bit arithmetic in C.
 */
#include "verifier/known.h"
#include "arith.h"
#include "gauge.h"

#ifdef __SANITIZE_ADDRESS__
#define STEPS	400000
#else
#define STEPS	6000000
#endif
#define GAUGED_STEPS	400000	/* of these */

static u64 state = 0x9e3779b97f4a7c15ULL;

static u64 rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dULL;
}

/* Numbers near powers of two, small ones, negatives, 32-bit ones, any. */
static u64 number(void)
{
	u64 r = rnd(), n = 1ULL << (r & 63);

	switch ((r >> 8) % 6) {
	case 0:
		return n + ((r >> 16) % 5) - 2;
	case 1:
		return (r >> 16) & 0xff;
	case 2:
		return -((r >> 16) & 0xff);
	case 3:
		return rnd() >> (r >> 16) % 64;
	case 4:
		return (s64)rnd() >> (r >> 16) % 64;
	default:
		return rnd();
	}
}

/* ---- a number and what is known of it ---- */

struct reg {
	u64 n;
	struct xbpf_value v;
};

static long long wrong;

/* ---- how little is known ---- */

enum step { NARROW, CONDITION, ALU, TRUNCATE, BSWAP, SEXT, JOIN, NR_STEPS };

static const char * const step_names[NR_STEPS] = {
	"narrow", "condition", "alu", "truncate", "bswap", "sext", "join",
};
static unsigned long long unknown_bits[NR_STEPS];
static unsigned int steps;

static void check(const struct reg *r, enum step what, unsigned int op,
		  unsigned int width)
{
	struct xbpf_value again = r->v;
	char text[XBPF_VALUE_TEXT_MAX];

	if (steps < GAUGED_STEPS)
		unknown_bits[what] += known_width(&r->v);
	if (xbpf_value_contains(&r->v, r->n) && xbpf_value_normalise(&again) &&
	    xbpf_value_contains(&again, r->n))
		return;
	xbpf_value_text(text, sizeof(text), &r->v);
	if (wrong++ < 10)
		diag("%s %x/%u: %#llx not in %s", step_names[what], op, width,
		     (unsigned long long)r->n, text);
}

static void new_reg(struct reg *r)
{
	r->n = number();
	r->v = rnd() % 4 ? xbpf_value_unknown() : xbpf_value_const(r->n);
}

/* A true statement about the number narrows the value. */
static void narrow(struct reg *r)
{
	static const u8 conds[] = {
		XBPF_VALUE_JEQ, XBPF_VALUE_JGT, XBPF_VALUE_JGE, XBPF_VALUE_JSET,
		XBPF_VALUE_JNE, XBPF_VALUE_JSGT, XBPF_VALUE_JSGE,
		XBPF_VALUE_JLT, XBPF_VALUE_JLE, XBPF_VALUE_JSLT, XBPF_VALUE_JSLE,
	};
	u64 c = rnd() % 3 ? number() : r->n + rnd() % 7 - 3;
	struct xbpf_value b = xbpf_value_const(c);
	u8 cond = conds[rnd() % ARRAY_SIZE(conds)];
	unsigned int width = rnd() % 2 ? 64 : 32;
	struct reg taken = *r, not_taken = *r;
	struct xbpf_value b2 = b;
	int t = xbpf_value_refine(cond, width, 1, &taken.v, &b);
	int f = xbpf_value_refine(cond, width, 0, &not_taken.v, &b2);

	if (t && xbpf_value_contains(&taken.v, r->n) &&
	    !(f && xbpf_value_contains(&not_taken.v, r->n)))
		*r = taken;
	else if (f)
		*r = not_taken;
}

static void step_cond(struct reg *a, struct reg *b)
{
	unsigned int cond = rnd() % XBPF_VALUE_NR_CONDS;
	unsigned int width = rnd() % 2 ? 64 : 32;
	int edge = arith_holds(cond, width, a->n, b->n);
	enum xbpf_value_verdict verdict;

	if (edge < 0)
		return;
	verdict = xbpf_value_branch(cond, width, &a->v, &b->v);
	if (verdict != XBPF_VALUE_UNKNOWN &&
	    (verdict == XBPF_VALUE_ALWAYS) != edge && wrong++ < 10)
		diag("branch %x/%u decided wrongly", cond, width);
	if (!xbpf_value_refine(cond, width, edge, &a->v, &b->v)) {
		if (wrong++ < 10)
			diag("edge %d of %x/%u said infeasible", edge, cond, width);
		new_reg(a);
		new_reg(b);
	}
	check(a, CONDITION, cond, width);
	check(b, CONDITION, cond, width);
}

/* ---- the machine ---- */

static void step_alu(struct reg *a, const struct reg *b)
{
	unsigned int op = rnd() % XBPF_VALUE_NR_OPS;
	unsigned int width = rnd() % 2 ? 64 : 32;

	a->n = arith_alu(op, width, a->n, b->n);
	xbpf_value_alu(op, width, &a->v, &b->v);
	check(a, ALU, op, width);
}

static void step_unary(struct reg *a)
{
	unsigned int bits = 8 << rnd() % 4, width = rnd() % 2 ? 64 : 32;

	switch (rnd() % 3) {
	case 0:
		a->n = arith_low(a->n, bits);
		xbpf_value_truncate(&a->v, bits);
		check(a, TRUNCATE, 0, bits);
		break;
	case 1:
		if (bits == 8)
			return;
		a->n = arith_swap(a->n, bits);
		xbpf_value_bswap(&a->v, bits);
		check(a, BSWAP, 0, bits);
		break;
	default:
		if (bits >= width)
			return;
		a->n = arith_low(arith_sign(a->n, bits), width);
		xbpf_value_sext(&a->v, bits, width);
		check(a, SEXT, bits, width);
	}
}

static void step_join(struct reg *a, const struct reg *b)
{
	struct xbpf_value v = xbpf_value_join(&a->v, &b->v);

	if ((!xbpf_value_subset(&a->v, &v) || !xbpf_value_subset(&b->v, &v)) &&
	    wrong++ < 10)
		diag("a join does not include its parts");
	if (rnd() % 2)
		a->v = v;
	check(a, JOIN, 0, 64);
}

static void step(struct reg *a, struct reg *b)
{
	switch (rnd() % 16) {
	case 0:
		new_reg(a);
		break;
	case 1 ... 5:
		narrow(a);
		check(a, NARROW, 0, 0);
		break;
	case 6:
		step_cond(a, b);
		break;
	case 7 ... 8:
		step_unary(a);
		break;
	case 9:
		step_join(a, b);
		break;
	default:
		step_alu(a, b);
	}
}

static void test_walk(void)
{
	struct reg regs[4];
	unsigned int i, j;
	char name[64];

	for (i = 0; i < ARRAY_SIZE(regs); i++)
		new_reg(&regs[i]);
	for (steps = 0; steps < STEPS; steps++) {
		i = rnd() % ARRAY_SIZE(regs);
		j = (i + 1 + rnd() % (ARRAY_SIZE(regs) - 1)) % ARRAY_SIZE(regs);
		step(&regs[i], &regs[j]);
	}
	is(wrong, 0, "%u random steps: each number in its value", STEPS);
	for (i = 0; i < NR_STEPS; i++) {
		snprintf(name, sizeof(name), "64-bit walk: %s", step_names[i]);
		gauge(name, "%llu bits unknown", unknown_bits[i]);
	}
}

/* ---- facts that programs depend on ---- */

static struct xbpf_value alu_imm(enum xbpf_value_op op, unsigned int width,
				 struct xbpf_value v, s64 imm)
{
	struct xbpf_value c = xbpf_value_const(imm);

	xbpf_value_alu(op, width, &v, &c);
	return v;
}

static struct xbpf_value assume(enum xbpf_value_cond cond, unsigned int width,
				enum xbpf_value_edge edge, struct xbpf_value v,
				s64 imm)
{
	struct xbpf_value c = xbpf_value_const(imm);

	if (!xbpf_value_refine(cond, width, edge, &v, &c))
		diag("unexpectedly infeasible");
	return v;
}

static int branch_imm(enum xbpf_value_cond cond, unsigned int width,
		      struct xbpf_value v, s64 imm)
{
	struct xbpf_value c = xbpf_value_const(imm);

	return xbpf_value_branch(cond, width, &v, &c);
}

static void test_compiler_idioms(void)
{
	struct xbpf_value any = xbpf_value_unknown(), v;

	v = alu_imm(XBPF_VALUE_AND, 64, any, 0xff);
	is(v.umax, 0xff, "x & 255 is at most 255");
	v = assume(XBPF_VALUE_JGT, 32, XBPF_VALUE_FALLTHROUGH, any, 64);
	v = alu_imm(XBPF_VALUE_LSH, 64, v, 32);
	is(alu_imm(XBPF_VALUE_RSH, 64, v, 32).umax, 64,
	   "<<= 32, >>= 32 keeps what a 32-bit jump told");
	v = assume(XBPF_VALUE_JSGT, 32, XBPF_VALUE_TAKEN, any, -5);
	v = assume(XBPF_VALUE_JSLT, 32, XBPF_VALUE_TAKEN, v, 9);
	v = alu_imm(XBPF_VALUE_ARSH, 64, alu_imm(XBPF_VALUE_LSH, 64, v, 32), 32);
	ok(v.smin == -4 && v.smax == 8, "<<= 32, s>>= 32 too");
	v = alu_imm(XBPF_VALUE_AND, 64, xbpf_value_srange(-1, 0), 40);
	ok(v.umax == 40 && v.tnum.mask == 40, "a mask of 0 and -1 selects");
	v = alu_imm(XBPF_VALUE_MOD, 64, any, 10);
	is(v.umax, 9, "x %% 10 is at most 9");
	v = alu_imm(XBPF_VALUE_DIV, 64, xbpf_value_unsigned(32), 16);
	is(v.umax, 0x0fffffff, "a quotient");
	v = alu_imm(XBPF_VALUE_SUB, 64, xbpf_value_urange(3, 7), 3);
	is(v.umax, 4, "a difference");
}

static void test_exclusion(void)
{
	struct xbpf_value any = xbpf_value_unknown(), v;

	v = assume(XBPF_VALUE_JNE, 64, XBPF_VALUE_TAKEN, any, 17);
	is(branch_imm(XBPF_VALUE_JEQ, 64, v, 17), XBPF_VALUE_NEVER,
	   "x != 17 decides x == 17");
	v = alu_imm(XBPF_VALUE_ADD, 64, v, 5);
	is(branch_imm(XBPF_VALUE_JEQ, 64, v, 22), XBPF_VALUE_NEVER,
	   "and x + 5 == 22");
	v = alu_imm(XBPF_VALUE_XOR, 64, alu_imm(XBPF_VALUE_MUL, 64, v, 3), 1);
	is(branch_imm(XBPF_VALUE_JNE, 64, v, 67), XBPF_VALUE_ALWAYS,
	   "and (x + 5) * 3 ^ 1 != 67");
	v = assume(XBPF_VALUE_JEQ, 32, XBPF_VALUE_FALLTHROUGH, any, -17);
	is(branch_imm(XBPF_VALUE_JEQ, 32, v, -17), XBPF_VALUE_NEVER,
	   "a 32-bit exclusion holds for 32-bit jumps");
	is(branch_imm(XBPF_VALUE_JEQ, 64, v, -17), XBPF_VALUE_NEVER,
	   "and for wide ones");
	xbpf_value_sext(&v, 32, 64);
	is(branch_imm(XBPF_VALUE_JEQ, 64, v, -17), XBPF_VALUE_NEVER,
	   "and after sign extension");
	v = assume(XBPF_VALUE_JNE, 64, XBPF_VALUE_TAKEN, any, 17);
	is(branch_imm(XBPF_VALUE_JEQ, 32, v, 17), XBPF_VALUE_UNKNOWN,
	   "a wide exclusion says nothing of the low half alone");
	v = assume(XBPF_VALUE_JNE, 64, XBPF_VALUE_TAKEN, any, 0);
	is(v.umin, 1, "zero is excluded by a bound");
}

static void test_infeasible(void)
{
	struct xbpf_value a = xbpf_value_urange(0, 9), b = xbpf_value_urange(10, 20);

	is(xbpf_value_branch(XBPF_VALUE_JGE, 64, &a, &b), XBPF_VALUE_NEVER,
	   "disjoint intervals compare");
	ok(!xbpf_value_meet(&a, &b), "and have nothing in common");
	a = alu_imm(XBPF_VALUE_AND, 64, xbpf_value_unknown(), 6);
	is(branch_imm(XBPF_VALUE_JEQ, 64, a, 3), XBPF_VALUE_NEVER,
	   "known bits decide");
	is(branch_imm(XBPF_VALUE_JSET, 64, a, 9), XBPF_VALUE_NEVER,
	   "no common bit");
}

static void text_is(struct xbpf_value v, const char *want)
{
	char text[XBPF_VALUE_TEXT_MAX];

	xbpf_value_text(text, sizeof(text), &v);
	is_str(text, want, want);
}

static void test_text(void)
{
	struct xbpf_value v = xbpf_value_unknown();
	char small[12];

	text_is(v, "scalar()");
	text_is(xbpf_value_const(42), "42");
	text_is(xbpf_value_const(-1), "-1");
	text_is(xbpf_value_const(0x123456), "0x123456");
	text_is(xbpf_value_unsigned(8), "scalar(smin=smin32=0,"
		"smax=umax=smax32=umax32=255,var_off=(0x0; 0xff))");
	text_is(xbpf_value_unsigned(32),
		"scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))");
	text_is(assume(XBPF_VALUE_JNE, 64, XBPF_VALUE_TAKEN, v, 7),
		"scalar(ne=7)");
	is(xbpf_value_text(small, sizeof(small), &v), 8, "length of a text");
	v = xbpf_value_unsigned(16);
	is(xbpf_value_text(small, sizeof(small), &v), 11, "cut to its buffer");
	is_str(small, "scalar(smin", "cut and terminated");
}

int main(void)
{
	test_compiler_idioms();
	test_exclusion();
	test_infeasible();
	test_text();
	test_walk();
	return unit_done();
}
