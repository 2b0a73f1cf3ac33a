/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A part of value_exhaustive.c: operations backwards. What a result leaves of
 * the operands must contain every operand that can give such a result.
 */

static u64 swap_bits(u64 n, unsigned int bits)
{
	u64 out = 0;
	unsigned int i;

	for (i = 0; i < bits; i++)
		out |= ((n >> i) & 1) << (bits - 1 - i);
	return out;
}

/* Operands that can give a number of @r: of the first, and of the second. */
static void operands(set x, set y, set r, set *wa, set *wb)
{
	unsigned int a, b;

	*wa = *wb = 0;
	for (a = 0; a < NUMBERS; a++) {
		for (b = 0; b < NUMBERS && x >> a & 1; b++) {
			if (!(y >> b & 1) || !(r >> table[a][b] & 1))
				continue;
			*wa |= 1 << a;
			*wb |= 1 << b;
		}
	}
}

/* The second operand is a constant as often as not: it is in programs. */
static void inverse_triple(struct gap *gap, unsigned int op, unsigned int width)
{
	unsigned int i = rnd(nr_values), k = rnd(nr_values), j = rnd(nr_values);
	struct xbpf_value a = values[i], b = values[j];
	set wa, wb, sb = members[j];
	u64 c = rnd(NUMBERS);

	if (rnd(2)) {
		b = xbpf_value_const(c);
		sb = 1 << c;
	}
	operands(members[i], sb, members[k], &wa, &wb);
	if (!xbpf_value_inverse(op, width, &values[k], &a, &b)) {
		judge(gap, &values[i], &values[k], wa, 0);
		return;
	}
	judge(gap, &values[i], &values[k], wa, members_of(&a));
	judge(gap, &values[j], &values[k], wb, members_of(&b));
}

static void test_inverse(unsigned int op, const char *name)
{
	unsigned int width, n;
	char suffix[32];

	for (width = 4; width >= 2; width -= 2) {
		struct gap gap = { 0 };

		init_images(op, width);
		for (n = 0; n < RANDOM_PAIRS / 5; n++)
			inverse_triple(&gap, op, width);
		snprintf(suffix, sizeof(suffix), "%s backwards",
			 width == 4 ? "" : "32");
		report(name, suffix, &gap);
	}
}

static u64 unary_image(u64 n, unsigned int kind, unsigned int bits)
{
	if (kind == 1)
		return swap_bits(n, bits);
	return sx(n, bits) & (kind == 2 ? 15 : 3);
}

static void inverse_unary(struct gap *gap, unsigned int kind, unsigned int bits)
{
	unsigned int i = rnd(nr_values), k = rnd(nr_values);
	struct xbpf_value a = values[i];
	set want = 0, x;
	bool ok;

	for (x = members[i]; x; x &= x - 1)
		if (members[k] >> unary_image(__builtin_ctz(x), kind, bits) & 1)
			want |= x & -x;
	ok = kind == 1 ? xbpf_value_inverse_bswap(bits, &values[k], &a) :
	     xbpf_value_inverse_sext(bits, kind == 2 ? 4 : 2, &values[k], &a);
	judge(gap, &values[i], &values[k], want, ok ? members_of(&a) : 0);
}

static void test_inverse_unary(void)
{
	static const struct {
		const char *name;
		unsigned int kind, bits;
	} ops[] = {
		{ "bswap 2", 1, 2 },     { "bswap 4", 1, 4 },
		{ "sext 1 to 4", 2, 1 }, { "sext 2 to 4", 2, 2 },
		{ "sext 1 to 2", 3, 1 },
	};
	unsigned int i, j;

	for (j = 0; j < ARRAY_SIZE(ops); j++) {
		struct gap gap = { 0 };

		for (i = 0; i < RANDOM_PAIRS / 5; i++)
			inverse_unary(&gap, ops[j].kind, ops[j].bits);
		report(ops[j].name, " backwards", &gap);
	}
}
