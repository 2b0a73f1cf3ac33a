// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers: which of them are made of which, and what one says of the others.
 *
 * An id names a number. env->defs says how the numbers that instructions made
 * came about: "the number 7 is the number 5 & 254". A fact about one number is
 * carried backwards to what it was made of, and forwards to what was made of
 * that: number_fact.c. Definitions are immutable and speak of ids alone, so that
 * they hold in every state that has these ids; the same operation on the same
 * numbers is the same number, and so are sums in different orders.
 *
 * Knows no instructions, no paths. A number without a name is no error: less is
 * known of it. So it is when the table is full.
 */
#include "verifier/priv.h"

/* ---- the table ---- */

#define MIN_DEFS	64
#define MAX_DEFS	65536

int xbpf_numbers_init(struct xbpf_venv *env)
{
	env->defs = kzalloc(sizeof(*env->defs), GFP_KERNEL_ACCOUNT);
	return env->defs ? 0 : -ENOMEM;
}

void xbpf_numbers_free(struct xbpf_venv *env)
{
	if (!env->defs)
		return;
	kvfree(env->defs->def);
	kvfree(env->defs->bucket);
	kfree(env->defs);
	env->defs = NULL;
}

/* Two buckets a definition; what falls into one that is taken replaces it. */
static u32 *bucket_of(const struct xbpf_defs *defs, const struct xbpf_def *d)
{
	u64 h = (u64)d->kind << 24 ^ d->op << 16 ^ d->width << 8 ^ d->bits;

	h = (h ^ d->a) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ d->b ^ h >> 29) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ d->c ^ h >> 31) * 0x9e3779b97f4a7c15ULL;
	return &defs->bucket[(h >> 32) & (2 * defs->cap - 1)];
}

/* Makes room for one more definition: 0, if there is none. */
static int defs_grow(struct xbpf_venv *env)
{
	struct xbpf_defs *defs = env->defs;
	struct xbpf_defs new = { .cap = max(2 * defs->cap, MIN_DEFS) };
	u32 i;

	if (defs->nr < defs->cap)
		return 1;
	if (new.cap > MAX_DEFS)
		return 0;
	new.def = kvcalloc(new.cap, sizeof(*new.def), GFP_KERNEL_ACCOUNT);
	new.bucket = kvcalloc(2 * new.cap, sizeof(u32), GFP_KERNEL_ACCOUNT);
	if (!new.def || !new.bucket) {
		kvfree(new.def);
		kvfree(new.bucket);
		env->no_memory = 1;
		return 0;
	}
	if (defs->nr)
		memcpy(new.def, defs->def, defs->nr * sizeof(*new.def));
	new.nr = defs->nr;
	for (i = 0; i < new.nr; i++)
		*bucket_of(&new, &new.def[i]) = XBPF_DEFINED | i;
	kvfree(defs->def);
	kvfree(defs->bucket);
	*defs = new;
	return 1;
}

static int same_def(const struct xbpf_def *x, const struct xbpf_def *y)
{
	return x->kind == y->kind && x->op == y->op && x->width == y->width &&
	       x->bits == y->bits && x->a == y->a && x->b == y->b &&
	       x->c == y->c;
}

/* The number that @d defines, if it has a name; else 0. */
u32 xbpf_number_find(const struct xbpf_venv *env, const struct xbpf_def *d)
{
	u32 id = env->defs->cap ? *bucket_of(env->defs, d) : 0;

	return id && same_def(xbpf_def_of(env, id), d) ? id : 0;
}

/* The number that @d defines; 0: the table is full. */
static u32 number_of(struct xbpf_venv *env, struct xbpf_def d)
{
	struct xbpf_defs *defs = env->defs;
	u32 id = xbpf_number_find(env, &d);

	if (id || !defs_grow(env))
		return id;
	id = XBPF_DEFINED | defs->nr;
	defs->def[defs->nr++] = d;
	*bucket_of(defs, &d) = id;
	return id;
}

/* ---- one form for each sum ---- */

struct xbpf_sum xbpf_number_sum(const struct xbpf_venv *env, u32 id)
{
	const struct xbpf_def *d = xbpf_def_of(env, id);

	if (d->kind == DEF_ALU && d->op == XBPF_VALUE_ADD &&
	    d->width == 64 && d->a && !d->b)
		return (struct xbpf_sum){ d->a, d->c };
	return (struct xbpf_sum){ id, 0 };
}

static struct xbpf_def def_alu(enum xbpf_value_op op, u32 width, u32 a, u32 b,
			       u64 c)
{
	return (struct xbpf_def){
		.kind = DEF_ALU, .op = op, .width = width, .a = a, .b = b,
		.c = c,
	};
}

/* 0: the sum is a constant. */
static u32 sum_number(struct xbpf_venv *env, struct xbpf_sum s)
{
	return s.c && s.id ?
		number_of(env, def_alu(XBPF_VALUE_ADD, 64, s.id, 0, s.c)) : s.id;
}

/* (x - y) + y is x. */
static u32 add_cancels(const struct xbpf_venv *env, u32 a, u32 b)
{
	const struct xbpf_def *d = xbpf_def_of(env, a);

	return d->kind == DEF_ALU && d->op == XBPF_VALUE_SUB &&
	       d->width == 64 && d->a && d->b && d->b == b ? d->a : 0;
}

/* (x + y) - y is x. */
static u32 sub_cancels(const struct xbpf_venv *env, u32 a, u32 b)
{
	const struct xbpf_def *d = xbpf_def_of(env, a);

	if (d->kind != DEF_ALU || d->op != XBPF_VALUE_ADD || d->width != 64 ||
	    !d->a || !d->b)
		return 0;
	return d->b == b ? d->a : d->a == b ? d->b : 0;
}

/* Both operands are numbers: constants go to the outside of the sum. */
static struct xbpf_sum add_numbers(struct xbpf_venv *env, u32 a, u32 b)
{
	struct xbpf_sum x = xbpf_number_sum(env, a), y = xbpf_number_sum(env, b), s;

	s.c = x.c + y.c;
	s.id = add_cancels(env, x.id, y.id) ?: add_cancels(env, y.id, x.id);
	if (!s.id)
		s.id = number_of(env, def_alu(XBPF_VALUE_ADD, 64,
					      min(x.id, y.id),
					      max(x.id, y.id), 0));
	return s;
}

struct xbpf_sum xbpf_number_sub(struct xbpf_venv *env, u32 a, u32 b)
{
	struct xbpf_sum x = xbpf_number_sum(env, a), y = xbpf_number_sum(env, b), s;

	s.c = x.c - y.c;
	s.id = 0;
	if (x.id == y.id)
		return s;
	s.id = sub_cancels(env, x.id, y.id);
	if (!s.id)
		s.id = number_of(env, def_alu(XBPF_VALUE_SUB, 64, x.id, y.id,
					      0));
	return s;
}

/* ---- making numbers ---- */

/* The number that @d, a condition, defines; 0: none. */
u32 xbpf_number_truth(struct xbpf_venv *env, struct xbpf_def d)
{
	return number_of(env, d);
}

/* The number in @reg; it gets a name if it has none. 0: a constant. */
u32 xbpf_number_name(struct xbpf_venv *env, struct xbpf_reg *reg)
{
	if (xbpf_value_is_const(&reg->val))
		return 0;
	if (!reg->id)
		reg->id = ++env->next_id;
	return reg->id;
}

static int is_shift(u32 op)
{
	return op == XBPF_VALUE_LSH || op == XBPF_VALUE_RSH ||
	       op == XBPF_VALUE_ARSH;
}

/*
 * Does a 32-bit operation compute what the 64-bit one would? In this state,
 * whose numbers these are.
 */
static int is_wide(u32 op, const struct xbpf_value *a,
		   const struct xbpf_value *b)
{
	u64 k = b->umax & 31;

	if (a->umax > U32_MAX || b->umax > U32_MAX)
		return 0;
	switch (op) {
	case XBPF_VALUE_ADD:
		return a->umax + b->umax <= U32_MAX;
	case XBPF_VALUE_SUB:
		return a->umin >= b->umax;
	case XBPF_VALUE_AND:
	case XBPF_VALUE_OR:
	case XBPF_VALUE_XOR:
	case XBPF_VALUE_DIV:
	case XBPF_VALUE_MOD:
		return 1;
	case XBPF_VALUE_LSH:
		return b->umax < 32 && a->umax << k <= U32_MAX;
	case XBPF_VALUE_RSH:
		return b->umax < 32;
	default:
		return 0;
	}
}

static u64 low_mask(u32 bits)
{
	return bits < 64 ? (1ULL << bits) - 1 : U64_MAX;
}

/* Number @a & @c; itself if no bit is lost. */
static u32 and_number(struct xbpf_venv *env, u32 a, const struct xbpf_value *v,
		      u64 c)
{
	const struct xbpf_def *d = xbpf_def_of(env, a);

	if (!((v->tnum.value | v->tnum.mask) & ~c))
		return a;
	if (d->kind == DEF_ALU && d->op == XBPF_VALUE_AND && d->width == 64 &&
	    !d->b) {
		c &= d->c;
		a = d->a;
	}
	return number_of(env, def_alu(XBPF_VALUE_AND, 64, a, 0, c));
}

/* x << k >> k, which compilers write for truncation and sign extension. */
static u32 shifted_back(struct xbpf_venv *env, u32 op, u32 a, u64 k)
{
	const struct xbpf_def *d = xbpf_def_of(env, a);
	struct xbpf_def sext = {
		.kind = DEF_SEXT, .width = 64, .bits = 64 - k, .a = d->a,
	};

	if (d->kind != DEF_ALU || d->op != XBPF_VALUE_LSH || d->width != 64 ||
	    d->b || !d->a || d->c != k || !k)
		return 0;
	if (op == XBPF_VALUE_RSH)
		return number_of(env, def_alu(XBPF_VALUE_AND, 64, d->a, 0,
					      low_mask(64 - k)));
	if (k != 32 && k != 48 && k != 56)
		return 0;
	return number_of(env, sext);
}

static u32 wide_by_const(struct xbpf_venv *env, u32 op, u32 a,
			 const struct xbpf_value *va, u64 c)
{
	struct xbpf_sum s;

	switch (op) {
	case XBPF_VALUE_ADD:
	case XBPF_VALUE_SUB:
		s = xbpf_number_sum(env, a);
		s.c += op == XBPF_VALUE_ADD ? c : -c;
		return sum_number(env, s);
	case XBPF_VALUE_AND:
		return and_number(env, a, va, c);
	case XBPF_VALUE_RSH:
	case XBPF_VALUE_ARSH:
		return shifted_back(env, op, a, c & 63) ?:
		       number_of(env, def_alu(op, 64, a, 0, c & 63));
	default:
		return number_of(env, def_alu(op, 64, a, 0, c));
	}
}

static u32 wide_of_two(struct xbpf_venv *env, u32 op, u32 a, u32 b)
{
	switch (op) {
	case XBPF_VALUE_ADD:
		return sum_number(env, add_numbers(env, a, b));
	case XBPF_VALUE_SUB:
		return sum_number(env, xbpf_number_sub(env, a, b));
	case XBPF_VALUE_MUL:
	case XBPF_VALUE_AND:
	case XBPF_VALUE_OR:
	case XBPF_VALUE_XOR:
		return number_of(env, def_alu(op, 64, min(a, b), max(a, b), 0));
	default:
		return number_of(env, def_alu(op, 64, a, b, 0));
	}
}

/* Of two numbers that a constant lies between. */
static int is_difference(const struct xbpf_venv *env, u32 a, u32 b, u32 width,
			 struct xbpf_value *val)
{
	struct xbpf_sum x = xbpf_number_sum(env, a), y = xbpf_number_sum(env, b);

	if (!a || !b || x.id != y.id)
		return 0;
	*val = xbpf_value_const((x.c - y.c) & low_mask(width));
	return 1;
}

int xbpf_number_commutes(u32 op)
{
	return op == XBPF_VALUE_ADD || op == XBPF_VALUE_MUL ||
	       op == XBPF_VALUE_AND || op == XBPF_VALUE_OR ||
	       op == XBPF_VALUE_XOR;
}

/**
 * xbpf_number_alu - the name of what an operation makes
 * @env: the verification
 * @op: the operation
 * @width: its width
 * @a: first operand: a register before the operation, gets a name
 * @b: second operand, the same
 * @val: what is known of the result: narrowed
 *
 * Return: the number; 0: it has no name, for it is a constant or names are not
 * wanted.
 */
u32 xbpf_number_alu(struct xbpf_venv *env, enum xbpf_value_op op, u32 width,
		    struct xbpf_reg *a, struct xbpf_reg *b,
		    struct xbpf_value *val)
{
	u64 ca = xbpf_value_to_const(&a->val), cb = xbpf_value_to_const(&b->val);
	u32 x, y;

	if (!xbpf_names_wanted(env))
		return 0;
	x = xbpf_number_name(env, a);
	y = op == XBPF_VALUE_NEG ? 0 : xbpf_number_name(env, b);
	if (!x && !y && env->st->loop) {
		x = a->id;
		y = x || !xbpf_number_commutes(op) ? 0 : b->id;
	}
	if (!x && !y)
		return 0;
	if (op == XBPF_VALUE_SUB && is_difference(env, x, y, width, val))
		return 0;
	if (is_shift(op) && !y)
		cb &= width - 1;
	if (width == 64 || is_wide(op, &a->val, &b->val)) {
		if (x && y)
			return wide_of_two(env, op, x, y);
		if (x)
			return wide_by_const(env, op, x, &a->val, cb);
		if (xbpf_number_commutes(op))
			return wide_by_const(env, op, y, &b->val, ca);
		width = 64;
	}
	return number_of(env, def_alu(op, width, x, y, x ? cb : ca));
}

/* The low @bits bits of the number in @reg, which gets a name. */
u32 xbpf_number_low(struct xbpf_venv *env, struct xbpf_reg *reg, u32 bits)
{
	u32 id = xbpf_names_wanted(env) ? xbpf_number_name(env, reg) : 0;

	return id ? and_number(env, id, &reg->val, low_mask(bits)) : 0;
}

/* The number in @reg, which gets a name, without its @bits lowest bits. */
u32 xbpf_number_high(struct xbpf_venv *env, struct xbpf_reg *reg, u32 bits)
{
	u32 id = xbpf_names_wanted(env) ? xbpf_number_name(env, reg) : 0;

	return id ? number_of(env, def_alu(XBPF_VALUE_RSH, 64, id, 0, bits)) : 0;
}

u32 xbpf_number_sext(struct xbpf_venv *env, struct xbpf_reg *reg, u32 bits,
		     u32 width)
{
	u32 id = xbpf_names_wanted(env) && reg->type == T_SCALAR ?
		 xbpf_number_name(env, reg) : 0;
	struct xbpf_def d = {
		.kind = DEF_SEXT, .width = width, .bits = bits, .a = id,
	};

	return id ? number_of(env, d) : 0;
}

u32 xbpf_number_bswap(struct xbpf_venv *env, struct xbpf_reg *reg, u32 bits)
{
	u32 id = xbpf_names_wanted(env) ? xbpf_number_name(env, reg) : 0;
	struct xbpf_def d = { .kind = DEF_BSWAP, .bits = bits, .a = id };

	return id ? number_of(env, d) : 0;
}

/* Of a pointer that is moved by @num: the number that its offset is then. */
u32 xbpf_number_offset(struct xbpf_venv *env, const struct xbpf_reg *ptr,
		       struct xbpf_reg *num, enum xbpf_value_op op,
		       struct xbpf_value *val)
{
	struct xbpf_reg var = { .type = T_SCALAR, .id = ptr->num,
				.val = ptr->val };

	if (!xbpf_names_wanted(env))
		return 0;
	if (!ptr->num && !xbpf_value_is_const(&ptr->val))
		return 0;
	if (reg_is_null(&var) && op == XBPF_VALUE_ADD)
		return xbpf_number_name(env, num);
	return xbpf_number_alu(env, op, 64, &var, num, val);
}
