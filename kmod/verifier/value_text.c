// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values as the verifier's log shows them. Tools and test suites match on these
 * texts, so names, order and number formats are those of the kernel.
 */
#include "verifier/value.h"

/* Larger numbers are easier to recognise in hexadecimal. */
#define DECIMAL_MAX	0xffff

enum { SIGNED = 1 };

struct bound {
	const char *name;
	u64 number;
	u8 kind;
	u8 known;
};

struct text {
	char *buf;
	size_t size;
	int len;
};

static __printf(2, 3) void put(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->len += vscnprintf(t->buf + t->len, t->size - t->len, fmt, args);
	va_end(args);
}

static void put_number(struct text *t, u64 number, int kind)
{
	s64 s = number;

	if (kind == SIGNED && s < 0 && s >= -0x8000)
		put(t, "%lld", (long long)s);
	else if (kind == SIGNED ? s >= 0 && s < 0x8000 : number <= DECIMAL_MAX)
		put(t, "%llu", (unsigned long long)number);
	else
		put(t, "0x%llx", (unsigned long long)number);
}

static int negative(const struct bound *b)
{
	return b->kind == SIGNED && (s64)b->number < 0;
}

/* "smin=umin=5": bounds of the same kind that are the same number, once. */
static void put_bound(struct text *t, struct bound *b, const struct bound *end)
{
	struct bound *other;

	put(t, "%s%s=", t->len ? "," : "", b->name);
	for (other = b + 2; other < end; other += 2) {
		if (!other->known || other->number != b->number ||
		    negative(other) != negative(b))
			continue;
		other->known = 0;
		put(t, "%s=", other->name);
	}
	put_number(t, b->number, b->kind);
}

/* Small negative numbers are shown as such, others as the 32 bits they are. */
static u64 s32_number(s32 v)
{
	return v >= -0x8000 ? (u64)(s64)v : (u32)v;
}

static void put_bounds(struct text *t, const struct xbpf_value *v)
{
	struct bound bounds[] = {
		{ "smin", v->smin, SIGNED, v->smin != S64_MIN },
		{ "smax", v->smax, SIGNED, v->smax != S64_MAX },
		{ "umin", v->umin, 0, v->umin != 0 },
		{ "umax", v->umax, 0, v->umax != U64_MAX },
		{ "smin32", s32_number(v->s32_min), SIGNED,
		  v->s32_min != S32_MIN },
		{ "smax32", s32_number(v->s32_max), SIGNED,
		  v->s32_max != S32_MAX },
		{ "umin32", v->u32_min, 0, v->u32_min != 0 },
		{ "umax32", v->u32_max, 0, v->u32_max != U32_MAX },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bounds); i++)
		if (bounds[i].known)
			put_bound(t, &bounds[i], bounds + ARRAY_SIZE(bounds));
}

int xbpf_value_text_ranges(char *buf, size_t size, const struct xbpf_value *v)
{
	struct text t = { .buf = buf, .size = size };

	if (!size)
		return 0;
	buf[0] = '\0';
	put_bounds(&t, v);
	if (~v->tnum.mask)
		put(&t, "%svar_off=(0x%llx; 0x%llx)", t.len ? "," : "",
		    (unsigned long long)v->tnum.value,
		    (unsigned long long)v->tnum.mask);
	if (v->ne_width) {
		put(&t, "%sne%s=", t.len ? "," : "",
		    v->ne_width == XBPF_VALUE_HALF ? "32" : "");
		put_number(&t, v->ne, SIGNED);
	}
	return t.len;
}

int xbpf_value_text(char *buf, size_t size, const struct xbpf_value *v)
{
	struct text t = { .buf = buf, .size = size };

	if (!size)
		return 0;
	buf[0] = '\0';
	if (xbpf_value_is_const(v)) {
		put_number(&t, v->tnum.value, SIGNED);
		return t.len;
	}
	put(&t, "scalar(");
	t.len += xbpf_value_text_ranges(buf + t.len, size - t.len, v);
	put(&t, ")");
	return t.len;
}
