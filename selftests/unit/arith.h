/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the machine's operations make of numbers, without the verifier's.
 */
#ifndef XBPF_ARITH_H
#define XBPF_ARITH_H

#include "verifier/value.h"

static inline s64 arith_sign(u64 n, u32 bits)
{
	return (s64)(n << (64 - bits)) >> (64 - bits);
}

static inline u64 arith_low(u64 n, u32 bits)
{
	return bits < 64 ? n & ((1ULL << bits) - 1) : n;
}

static inline u64 arith_swap(u64 n, u32 bits)
{
	return __builtin_bswap64(n) >> (64 - bits);
}

static inline u64 arith_sdiv(s64 x, s64 y)
{
	return !y ? 0 : y == -1 ? -(u64)x : (u64)(x / y);
}

static inline u64 arith_smod(s64 x, s64 y)
{
	return !y ? (u64)x : y == -1 ? 0 : (u64)(x % y);
}

static inline u64 arith_alu(u32 op, u32 width, u64 a, u64 b)
{
	u64 x = arith_low(a, width), y = arith_low(b, width);
	s64 sx = arith_sign(a, width), sy = arith_sign(b, width);
	u32 k = b & (width - 1);

	switch (op) {
	case XBPF_VALUE_ADD:	return arith_low(x + y, width);
	case XBPF_VALUE_SUB:	return arith_low(x - y, width);
	case XBPF_VALUE_MUL:	return arith_low(x * y, width);
	case XBPF_VALUE_DIV:	return y ? x / y : 0;
	case XBPF_VALUE_MOD:	return y ? x % y : x;
	case XBPF_VALUE_SDIV:	return arith_low(arith_sdiv(sx, sy), width);
	case XBPF_VALUE_SMOD:	return arith_low(arith_smod(sx, sy), width);
	case XBPF_VALUE_OR:	return x | y;
	case XBPF_VALUE_AND:	return x & y;
	case XBPF_VALUE_XOR:	return x ^ y;
	case XBPF_VALUE_LSH:	return arith_low(x << k, width);
	case XBPF_VALUE_RSH:	return x >> k;
	case XBPF_VALUE_ARSH:	return arith_low((u64)(sx >> k), width);
	case XBPF_VALUE_NEG:	return arith_low(-x, width);
	default:		return y;	/* XBPF_VALUE_MOV */
	}
}

/* -1: there is no such condition. */
static inline int arith_holds(u32 cond, u32 width, u64 a, u64 b)
{
	s64 x = arith_sign(a, width), y = arith_sign(b, width);

	a = arith_low(a, width);
	b = arith_low(b, width);
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
	case XBPF_VALUE_JSLE:	return x <= y;
	default:		return -1;
	}
}

#endif
