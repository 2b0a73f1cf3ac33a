// SPDX-License-Identifier: GPL-2.0-only
/*
 * What registers hold, in words for people.
 */
#include "verifier/explain.h"

static int put_number(char *buf, size_t size, s64 n)
{
	if (n > -100000 && n < 100000)
		return scnprintf(buf, size, "%lld", (long long)n);
	return scnprintf(buf, size, "%s0x%llx", n < 0 ? "-" : "",
			 n < 0 ? -(unsigned long long)n :
			 (unsigned long long)n);
}

static int put_range(char *buf, size_t size, s64 min, s64 max)
{
	int n = put_number(buf, size, min);

	n += scnprintf(buf + n, size - n, "..");
	return n + put_number(buf + n, size - n, max);
}

/* A number: "5", "0..63", "any number". */
static int put_value(char *buf, size_t size, const struct xbpf_value *v)
{
	int n;

	if (xbpf_value_is_const(v))
		return put_number(buf, size, v->tnum.value);
	if (!v->umin && v->umax == U32_MAX)
		return scnprintf(buf, size, "any 32-bit number");
	if (v->smin != S64_MIN && v->smax != S64_MAX)
		return put_range(buf, size, v->smin, v->smax);
	n = scnprintf(buf, size, "any number");
	if (v->smax != S64_MAX) {
		n += scnprintf(buf + n, size - n, " up to ");
		n += put_number(buf + n, size - n, v->smax);
		n += scnprintf(buf + n, size - n, ", negative ones too");
	} else if (v->smin != S64_MIN) {
		n += scnprintf(buf + n, size - n, " from ");
		n += put_number(buf + n, size - n, v->smin);
	}
	return n;
}

static int put_map(const struct xbpf_venv *env, char *buf, size_t size,
		   const char *what, const struct xbpf_reg *reg, int with_size)
{
	const struct xbpf_map *map = env->map[reg->arg];
	int n = scnprintf(buf, size, "%s map \"%s\"", what, map->name);

	if (with_size)
		n += scnprintf(buf + n, size - n, " (%u bytes)",
			       reg->type == T_MAP_KEY ? map->key_size :
			       map->value_size);
	return n;
}

static int put_object(struct xbpf_venv *env, char *buf, size_t size,
		      const struct xbpf_reg *reg)
{
	switch (reg->type) {
	case T_CTX:
		return scnprintf(buf, size, "the context");
	case T_MAP:
		return put_map(env, buf, size, "the", reg, 0);
	case T_MAP_VALUE:
		return put_map(env, buf, size, "a value of", reg, 1);
	case T_MAP_KEY:
		return put_map(env, buf, size, "a key of", reg, 1);
	case T_STACK:
		return scnprintf(buf, size, "the stack");
	case T_MEM:
		return scnprintf(buf, size, "memory (%u bytes)", reg->arg);
	case T_FUNC:
		return scnprintf(buf, size, "a function");
	case T_PACKET:
		return scnprintf(buf, size, "the packet (%u bytes proved)",
				 reg->arg);
	case T_BTF:
		return scnprintf(buf, size, "the kernel's struct %s",
				 xbpf_reg_struct_name(env, reg));
	case T_PACKET_END:
		return scnprintf(buf, size, "the packet's end");
	default:
		return scnprintf(buf, size, "%s", xbpf_reg_type_name(reg));
	}
}

static int put_offset(char *buf, size_t size, const struct xbpf_reg *reg)
{
	const struct xbpf_value *v = &reg->val;
	int n = 0;

	if (reg->type == T_STACK && xbpf_value_is_const(v) && !reg_offset(reg))
		return scnprintf(buf, size, " at fp");
	if (reg->type == T_STACK && xbpf_value_is_const(v))
		return scnprintf(buf, size, " at fp%+lld",
				 (long long)reg_offset(reg));
	if (reg->off)
		n = scnprintf(buf, size, " %c %d", reg->off < 0 ? '-' : '+',
			      reg->off < 0 ? -reg->off : reg->off);
	if (xbpf_value_is_const(v) && !xbpf_value_to_const(v))
		return n;
	n += scnprintf(buf + n, size - n, " + (");
	n += put_value(buf + n, size - n, v);
	return n + scnprintf(buf + n, size - n, ")");
}

/**
 * xbpf_reg_words - what is known of a register: "a value of map "m" + (0..63)"
 * @env: the verification
 * @buf: where it goes
 * @size: of @buf
 * @reg: the register
 */
int xbpf_reg_words(struct xbpf_venv *env, char *buf, size_t size,
		   const struct xbpf_reg *reg)
{
	int n;

	if (reg->type == T_NONE)
		return scnprintf(buf, size, "nothing");
	if (reg->type == T_SCALAR)
		return put_value(buf, size, &reg->val);
	n = scnprintf(buf, size, "%s", reg->or_null ? "NULL or " : "");
	n += put_object(env, buf + n, size - n, reg);
	return n + put_offset(buf + n, size - n, reg);
}
