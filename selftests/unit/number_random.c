// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers by name: random operations and comparisons run on numbers beside what
 * number.c and number_fact.c make of them. Each name must be a number of its own
 * for ever, each definition must make it of its operands, each fact must be true,
 * and of two edges the one that is taken must stay possible.
 */
#include "gauge.h"
#include "number_eval.h"

#ifdef __SANITIZE_ADDRESS__
#define ROUNDS	3000
#else
#define ROUNDS	30000
#endif
#define GAUGED_ROUNDS	3000	/* of these */
#define STEPS	40
#define REGS	8
#define MAX_NAMES	512

static u64 seed = 0x853c49e6748fea9bULL;

static u64 rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x2545f4914f6cdd1dULL;
}

static u32 below(u32 n)
{
	return (rnd() >> 24) % n;
}

static struct xbpf_venv env;
static struct xbpf_state *st;
static u64 n[REGS];	/* what is in the registers */
static long long wrong, names, defined, decided;

static struct xbpf_reg *reg(u32 i)
{
	return &st->frame[0]->reg[i];
}

/* Small ones, so that sums, shifts and comparisons meet again. */
static u64 number(void)
{
	static const u64 edges[] = {
		0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0x7fffffff, 0x80000000,
		0xffffffff, 0x100000000, S64_MAX, 1ULL << 63, U64_MAX, 0xffffffff80000000,
	};

	u32 r = below(64);

	/* One draw for each statement: their order is then the same everywhere. */
	switch (below(4)) {
	case 0:
		return edges[below(ARRAY_SIZE(edges))] + r % 3 - 1;
	case 1:
		return rnd() >> r;
	default:
		return below(40) - (r % 4 ? 0 : 20);
	}
}

/* ---- names ---- */

static struct {
	u32 id;
	u64 n;
} known[MAX_NAMES];
static u32 nr_known;

static int number_held(u32 id, u64 *value)
{
	u32 i;

	for (i = 0; i < nr_known; i++) {
		if (known[i].id != id)
			continue;
		*value = known[i].n;
		return 1;
	}
	return 0;
}

static const struct xbpf_def *number_def(u32 id)
{
	return id & XBPF_DEFINED ? xbpf_def_of(&env, id) : NULL;
}

static void complain(const char *what, u32 op, u32 width)
{
	u32 i;
	char text[XBPF_VALUE_TEXT_MAX];

	if (wrong++ >= 5)
		return;
	diag("after %s %u/%u:", what, op, width);
	for (i = 0; i < REGS; i++) {
		xbpf_value_text(text, sizeof(text), &reg(i)->val);
		diag("R%u = %#llx, id %#x, %s", i, (unsigned long long)n[i],
		     reg(i)->id, text);
	}
}

static int name_ok(u32 id, u64 value)
{
	u64 old;

	if (!id)
		return 1;
	if (number_held(id, &old))
		return old == value;
	if (nr_known == MAX_NAMES)
		return 1;
	known[nr_known].id = id;
	known[nr_known++].n = value;
	names++;
	return 1;
}

static int made_ok(u32 id, u64 value)
{
	u64 made;

	if (!number_made(id, &made, XBPF_DEF_DEPTH))
		return 1;
	defined++;
	return made == value;
}

static int value_ok(u32 id, u64 value)
{
	struct xbpf_value val;

	if (!id)
		return 1;
	val = xbpf_number_value(&env, st, id, XBPF_DEF_DEPTH);
	return xbpf_value_contains(&val, value);
}

static void check(const char *what, u32 op, u32 width)
{
	int good = 1;
	u64 value;
	u32 i;

	for (i = 0; i < REGS; i++)
		good &= xbpf_value_contains(&reg(i)->val, n[i]) &&
			name_ok(reg(i)->id, n[i]);
	for (i = 0; i < REGS; i++)
		good &= made_ok(reg(i)->id, n[i]) && value_ok(reg(i)->id, n[i]);
	for (i = 0; i < st->nr_ghosts; i++)
		if (number_eval(st->ghost[i].id, &value, XBPF_DEF_DEPTH))
			good &= xbpf_value_contains(&st->ghost[i].val, value);
	if (!good)
		complain(what, op, width);
}

/* ---- operations ---- */

static void set(u32 i, struct xbpf_value val, u32 id, u64 value)
{
	int named = id && !xbpf_value_is_const(&val);

	if (id && !xbpf_number_recall(&env, st, id, &val))
		complain("recall", 0, 0);
	xbpf_reg_set_scalar(reg(i), val);
	reg(i)->id = named && !xbpf_value_is_const(&val) ? id : 0;
	n[i] = value;
}

static void new_number(u32 i)
{
	n[i] = number();
	xbpf_reg_set_scalar(reg(i), below(3) ? xbpf_value_unknown() :
			    xbpf_value_const(n[i]));
}

static void copy(u32 i, u32 j)
{
	xbpf_number_name(&env, reg(j));
	*reg(i) = *reg(j);
	n[i] = n[j];
}

static void alu(u32 i, u32 j)
{
	static const u8 likely[] = {
		XBPF_VALUE_ADD, XBPF_VALUE_SUB, XBPF_VALUE_AND, XBPF_VALUE_ADD,
		XBPF_VALUE_SUB, XBPF_VALUE_LSH, XBPF_VALUE_RSH, XBPF_VALUE_ARSH,
	};
	u32 op = below(2) ? likely[below(ARRAY_SIZE(likely))] : below(XBPF_VALUE_NR_OPS);
	u32 width = below(4) ? 64 : 32;
	struct xbpf_reg src = *reg(j);
	struct xbpf_value val;
	u64 value = n[j];
	u32 id;

	if (op == XBPF_VALUE_MOV)
		return;
	if (i == j && (op == XBPF_VALUE_SUB || op == XBPF_VALUE_XOR))
		return;
	if (below(2)) {
		value = below(3) ? below(70) : (u64)(s64)(s32)number();
		xbpf_reg_set_scalar(&src, xbpf_value_const(value));
	}
	val = reg(i)->val;
	xbpf_value_alu(op, width, &val, &src.val);
	id = xbpf_number_alu(&env, op, width, reg(i), &src, &val);
	if (!name_ok(reg(i)->id, n[i]) || !name_ok(src.id, value))
		complain("names of operands", op, width);
	set(i, val, id, arith_alu(op, width, n[i], value));
	check("operation", op, width);
}

/* Parts of a number, its sign, its bytes in another order. */
static void unary(u32 i, u32 j)
{
	static const u8 bits[] = { 8, 16, 32 };
	u32 b = bits[below(3)], which = below(4), width = b < 32 && below(2) ? 32 : 64, id;
	struct xbpf_value val = reg(j)->val, k = xbpf_value_const(b);
	u64 value = n[j];

	switch (which) {
	case 0:
		id = xbpf_number_low(&env, reg(j), b);
		xbpf_value_truncate(&val, b);
		value = arith_low(value, b);
		break;
	case 1:
		id = xbpf_number_high(&env, reg(j), b);
		xbpf_value_alu(XBPF_VALUE_RSH, 64, &val, &k);
		value >>= b;
		break;
	case 2:
		id = xbpf_number_sext(&env, reg(j), b, width);
		xbpf_value_sext(&val, b, width);
		value = arith_low(arith_sign(value, b), width);
		break;
	default:
		b = b == 8 ? 64 : b;
		id = xbpf_number_bswap(&env, reg(j), b);
		xbpf_value_bswap(&val, b);
		value = arith_swap(value, b);
	}
	if (!name_ok(reg(j)->id, n[j]))
		complain("name of operand", which, b);
	set(i, val, id, value);
	check("unary", which, b);
}

/* ---- comparisons ---- */

static int narrow(u32 i, const struct xbpf_value *val)
{
	if (reg(i)->id)
		return xbpf_number_narrow(&env, st, reg(i)->id, val);
	reg(i)->val = *val;
	return 1;
}

/* As a jump does it: the verdict, and the edge that is taken. */
static void compare(u32 i, u32 j)
{
	static const u8 conds[] = {
		XBPF_VALUE_JEQ, XBPF_VALUE_JGT, XBPF_VALUE_JGE, XBPF_VALUE_JSET,
		XBPF_VALUE_JNE, XBPF_VALUE_JSGT, XBPF_VALUE_JSGE,
		XBPF_VALUE_JLT, XBPF_VALUE_JLE, XBPF_VALUE_JSLT, XBPF_VALUE_JSLE,
	};
	u32 cond = conds[below(ARRAY_SIZE(conds))], width = below(4) ? 64 : 32;
	int with_reg = below(3), taken;
	struct xbpf_value a = reg(i)->val, b;
	u64 value = with_reg ? n[j] : below(2) ? n[i] + below(5) - 2 : number();

	if (with_reg && (i == j || (reg(i)->id && reg(i)->id == reg(j)->id)))
		return;
	b = with_reg ? reg(j)->val : xbpf_value_const(value);
	taken = arith_holds(cond, width, n[i], value);
	if (with_reg) {
		enum xbpf_value_verdict v = xbpf_number_verdict(&env, st, cond, width,
								reg(i), reg(j));

		decided += v != XBPF_VALUE_UNKNOWN;
		if (v == (taken ? XBPF_VALUE_NEVER : XBPF_VALUE_ALWAYS))
			complain("verdict", cond, width);
	}
	if (!xbpf_value_refine(cond, width, taken, &a, &b) || !narrow(i, &a) ||
	    (with_reg && (!narrow(j, &b) ||
			  !xbpf_number_compare(&env, st, cond, width, taken, reg(i), reg(j)))))
		complain("the edge is taken", cond, width);
	check(taken ? "taken" : "not taken", cond, width);
}

/* ---- rounds ---- */

static void step(void)
{
	u32 i = below(REGS), j = below(REGS);

	switch (below(10)) {
	case 0:
		new_number(i);
		return;
	case 1:
		copy(i, j);
		return;
	case 2:
		unary(i, j);
		return;
	case 3 ... 5:
		compare(i, j);
		return;
	default:
		alu(i, j);
	}
}

static void round_of_steps(void)
{
	static struct xbpf_sub only;
	u32 i;

	memset(&env, 0, sizeof(env));
	env.sub = &only;
	env.precision = NUMBERS_RELATED;
	nr_known = 0;
	env.st = st = xbpf_state_alloc();
	if (!st || xbpf_numbers_init(&env) || xbpf_frame_push(&env, st, 0, 0))
		exit(1);
	for (i = 0; i < REGS; i++)
		new_number(i);
	for (i = 0; i < STEPS && wrong < 5; i++)
		step();
	xbpf_state_free(&env, st);
	xbpf_env_free_spare(&env);
	xbpf_numbers_free(&env);
}

int main(void)
{
	u32 i;

	for (i = 0; i < ROUNDS && wrong < 5; i++) {
		round_of_steps();
		if (i + 1 == GAUGED_ROUNDS)
			gauge("numbers by name", "%lld names, %lld definitions, "
			      "%lld verdicts", names, defined, decided);
	}
	diag("%u rounds, %lld names, %lld definitions checked, %lld verdicts", i, names,
	     defined, decided);
	is(wrong, 0, "numbers are what their names say");
	ok(names > ROUNDS && defined > ROUNDS && decided > ROUNDS / 100,
	   "there is something to check");
	return unit_done();
}
