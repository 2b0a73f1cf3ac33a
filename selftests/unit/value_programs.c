// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random programs: what the verifier accepts must run within bounds.
 *
 *	value_programs [SECONDS [SEED]]
 *
 * Programs are made of the pieces that verifiers get wrong: masked and compared
 * indexes, spills of all sizes, stack at a variable offset, loops, subprograms
 * that are given stack, 32-bit conditions. An interpreter of its own, which
 * shares nothing with the core, runs each accepted one on several inputs and
 * knows of each byte and register what it is. Accesses outside of every object,
 * reads of what was never written, and addresses that leak from unprivileged
 * programs are counterexamples.
 */
#include <setjmp.h>
#include <time.h>
#include "verifier/verifier.h"
#include "unit.h"

#define MAX_INSNS	160
#define MAX_STEPS	2000000
#define RUNS		6
#define VALUE_SIZE	48
#define CTX_SIZE	128
#define EXIT		0x7fff

static u64 state;

static u64 rnd64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dULL;
}

static u32 rnd(u32 below)
{
	return (rnd64() >> 24) % below;
}

/* Mostly small, else near a power of two or anything. */
static u64 number(void)
{
	switch (rnd(8)) {
	case 0 ... 2:
		return rnd(80);
	case 3:
		return -(u64)rnd(80);
	case 4:
		return (1ULL << rnd(64)) + rnd(5) - 2;
	case 5:
		return rnd64() >> rnd(64);
	case 6:
		return (u64)rnd(4) << 32 | rnd(80);
	default:
		return rnd64();
	}
}

static s32 imm(void)
{
	return (s32)number();
}

/* ---- programs ---- */

enum kind { NONE, SCALAR, VALUE, STACK };

static struct xbpf_insn prog[MAX_INSNS];
static u32 len;
static enum kind kinds[11];
static int in_sub;

static void emit(u8 code, u8 dst, u8 src, s16 off, s32 k)
{
	if (len < MAX_INSNS)
		prog[len++] = (struct xbpf_insn) {
			.code = code, .dst_reg = dst, .src_reg = src,
			.off = off, .imm = k,
		};
}

static void mov(u8 dst, u8 src)
{
	emit(XBPF_ALU64 | XBPF_MOV | XBPF_X, dst, src, 0, 0);
	kinds[dst] = kinds[src];
}

static void mov_imm(u8 dst, s32 k)
{
	emit(XBPF_ALU64 | XBPF_MOV, dst, 0, 0, k);
	kinds[dst] = SCALAR;
}

static void alu_imm(u8 op, u8 dst, s32 k)
{
	emit((rnd(3) ? XBPF_ALU64 : XBPF_ALU) | op, dst, 0, 0, k);
}

/* A register of @kind, or -1. R0 to R9. */
static int pick(enum kind kind)
{
	u32 r = rnd(10), i;

	for (i = 0; i < 10; i++, r = (r + 1) % 10)
		if (kinds[r] == kind)
			return r;
	return -1;
}

/* Any but those that hold what the program lives on. */
static u8 scratch(void)
{
	static const u8 regs[] = { 0, 1, 2, 3, 4, 5, 8, 9 };

	return regs[rnd(ARRAY_SIZE(regs))];
}

static u8 size_code(u32 *bytes)
{
	static const u8 codes[] = { XBPF_B, XBPF_H, XBPF_W, XBPF_DW };
	u32 i = rnd(4);

	*bytes = 1 << i;
	return codes[i];
}

static void forget_args(void)
{
	u32 r;

	for (r = 0; r <= 5; r++)
		kinds[r] = NONE;
}

static void make_scalar(void)
{
	u8 dst = scratch();
	int p = pick(VALUE);
	u32 bytes;
	u8 size = size_code(&bytes);

	if (p < 0 || rnd(4) == 0) {
		mov_imm(dst, imm());
		return;
	}
	emit(XBPF_LDX | (rnd(3) || bytes == 8 ? XBPF_MEM : XBPF_MEMSX) | size,
	     dst, p, rnd(VALUE_SIZE / bytes) * bytes, 0);
	kinds[dst] = SCALAR;
}

static void make_alu(void)
{
	static const u8 ops[] = {
		XBPF_ADD, XBPF_SUB, XBPF_MUL, XBPF_DIV, XBPF_OR, XBPF_AND,
		XBPF_LSH, XBPF_RSH, XBPF_NEG, XBPF_MOD, XBPF_XOR, XBPF_MOV,
		XBPF_ARSH, XBPF_AND, XBPF_ADD, XBPF_RSH,
	};
	int dst = pick(SCALAR), src = pick(SCALAR);
	u8 op = ops[rnd(ARRAY_SIZE(ops))], class = rnd(3) ? XBPF_ALU64 : XBPF_ALU;
	s16 off = 0;

	if (dst < 0 || dst == 7)
		return;
	if (op == XBPF_NEG) {
		emit(class | op, dst, 0, 0, 0);
		return;
	}
	if (op == XBPF_DIV || op == XBPF_MOD)
		off = rnd(2);
	if (op == XBPF_MOV && rnd(2))
		off = class == XBPF_ALU ? 8 << rnd(2) : 8 << rnd(3);
	if (rnd(2) || off > 1) {
		emit(class | op | XBPF_X, dst, src, off, 0);
		return;
	}
	if (op == XBPF_LSH || op == XBPF_RSH || op == XBPF_ARSH)
		emit(class | op, dst, 0, off, rnd(class == XBPF_ALU ? 32 : 64));
	else
		emit(class | op, dst, 0, off, imm() ?: 1);
}

static void make_swap(void)
{
	int dst = pick(SCALAR);

	if (dst >= 0 && dst != 7)
		emit((rnd(2) ? XBPF_ALU64 : XBPF_ALU | rnd(2) * XBPF_TO_BE) |
		     XBPF_END, dst, 0, 0, 16 << rnd(3));
}

static u8 cond(void)
{
	static const u8 conds[] = {
		XBPF_JEQ, XBPF_JNE, XBPF_JGT, XBPF_JGE, XBPF_JLT, XBPF_JLE,
		XBPF_JSGT, XBPF_JSGE, XBPF_JSLT, XBPF_JSLE, XBPF_JSET,
	};

	return conds[rnd(ARRAY_SIZE(conds))] |
	       (rnd(2) ? XBPF_JMP : XBPF_JMP32);
}

static void make_jump(void)
{
	int a = pick(SCALAR), b = pick(SCALAR);
	s16 dist = rnd(4) ? rnd(10) : EXIT;

	if (a < 0)
		return;
	if (rnd(3))
		emit(cond(), a, 0, dist, imm());
	else
		emit(cond() | XBPF_X, a, b, dist, 0);
}

/* Bounds for a copy of a scalar in @t, some of them not enough. */
static void make_bounds(u8 t, u32 room)
{
	s32 k = rnd(4) ? room - 1 : room + rnd(3) - 1;

	switch (rnd(6)) {
	case 0:
		alu_imm(XBPF_AND, t, rnd(3) ? 15 : k);
		break;
	case 1:
		emit(XBPF_ALU64 | XBPF_MOD, t, 0, 0, k + 1 ?: 1);
		break;
	case 2:
		emit(XBPF_JMP | XBPF_JGT, t, 0, EXIT, k);
		break;
	case 3:
		emit(XBPF_JMP32 | XBPF_JGT, t, 0, EXIT, k);
		if (rnd(4))
			emit(XBPF_ALU | XBPF_MOV | XBPF_X, t, t, 0, 0);
		break;
	case 4:
		emit(XBPF_JMP | XBPF_JSGT, t, 0, EXIT, k);
		if (rnd(4))
			emit(XBPF_JMP | XBPF_JSLT, t, 0, EXIT, 0);
		break;
	default:
		emit(XBPF_ALU64 | XBPF_RSH, t, 0, 0, 58 + rnd(6));
	}
}

static void make_memory_op(u8 p, s16 off, u8 size, u32 bytes)
{
	static const s32 atomics[] = {
		XBPF_ADD, XBPF_OR, XBPF_AND, XBPF_XOR, XBPF_ADD | 1,
		XBPF_XOR | 1, 0xe1, 0xf1,
	};
	int src = pick(SCALAR);
	u8 dst = scratch();

	switch (rnd(5)) {
	case 0:
		if (src >= 0)
			emit(XBPF_STX | XBPF_MEM | size, p, src, off, 0);
		break;
	case 1:
		emit(XBPF_ST | XBPF_MEM | size, p, 0, off, imm());
		break;
	case 2:
		if (src >= 0 && bytes >= 4)
			emit(XBPF_STX | XBPF_ATOMIC | size, p, src, off,
			     atomics[rnd(ARRAY_SIZE(atomics))]);
		break;
	default:
		emit(XBPF_LDX | XBPF_MEM | size, dst, p, off, 0);
		kinds[dst] = SCALAR;
	}
}

static void make_value_access(void)
{
	int p = pick(VALUE), s = pick(SCALAR);
	u32 bytes;
	u8 size = size_code(&bytes), t = 8, q = 9;
	s16 off = rnd(VALUE_SIZE);

	if (p < 0 || s < 0)
		return;
	if (rnd(4) == 0) {
		make_memory_op(p, rnd(VALUE_SIZE / bytes) * bytes, size, bytes);
		return;
	}
	mov(t, s);
	make_bounds(t, VALUE_SIZE - off - bytes + 1);
	mov(q, p);
	emit(XBPF_ALU64 | XBPF_ADD | XBPF_X, q, t, 0, 0);
	if (rnd(6) == 0)
		emit(XBPF_ALU64 | XBPF_SUB | XBPF_X, q, t, 0, 0);
	make_memory_op(q, off, size, bytes);
}

static void make_stack_access(void)
{
	u32 bytes, at;
	u8 size = size_code(&bytes), dst = scratch();
	int src = rnd(5) ? pick(SCALAR) : pick(rnd(2) ? VALUE : STACK);

	at = (1 + rnd(64 / bytes)) * bytes;
	if (rnd(8) == 0)
		at = 512;
	if (src >= 0 && rnd(2)) {
		if (kinds[src] != SCALAR)
			size = XBPF_DW, at = round_up(at, 8);
		emit(XBPF_STX | XBPF_MEM | size, 10, src, -at, 0);
		return;
	}
	if (rnd(3) == 0) {
		emit(XBPF_ST | XBPF_MEM | size, 10, 0, -at, rnd(2) ? 0 : imm());
		return;
	}
	emit(XBPF_LDX | (rnd(4) || bytes == 8 ? XBPF_MEM : XBPF_MEMSX) | size,
	     dst, 10, -at, 0);
	kinds[dst] = SCALAR;
}

/* Spill, then fill all or part of it: the pair is what goes wrong. */
static void make_spill_fill(void)
{
	int src = pick(rnd(4) ? SCALAR : VALUE);
	u32 at = (1 + rnd(8)) * 8, bytes;
	u8 size, dst = scratch();

	if (src < 0)
		return;
	emit(XBPF_STX | XBPF_MEM | XBPF_DW, 10, src, -at, 0);
	if (rnd(2))
		make_jump();
	if (kinds[src] == VALUE) {
		emit(XBPF_LDX | XBPF_MEM | XBPF_DW, dst, 10, -at, 0);
		kinds[dst] = VALUE;
		return;
	}
	size = size_code(&bytes);
	emit(XBPF_LDX | XBPF_MEM | size, dst, 10, -at + rnd(8 / bytes) * bytes, 0);
	kinds[dst] = SCALAR;
}

static void make_stack_variable(void)
{
	int s = pick(SCALAR);
	u32 bytes;
	u8 size = size_code(&bytes);

	if (s < 0)
		return;
	mov(8, s);
	make_bounds(8, 64 - bytes + 1);
	if (rnd(4))
		alu_imm(XBPF_AND, 8, rnd(8) ? ~(bytes - 1) : -1);
	mov(9, 10);
	emit(XBPF_ALU64 | XBPF_ADD, 9, 0, 0, -64);
	emit(XBPF_ALU64 | XBPF_ADD | XBPF_X, 9, 8, 0, 0);
	kinds[9] = STACK;
	make_memory_op(9, 0, size, bytes);
	kinds[9] = NONE;
}

static void make_body(u32 pieces);

/* R7 counts down: a constant, or a small unknown number. */
static void make_loop(void)
{
	u32 top;

	if (kinds[7] == SCALAR)
		return;
	if (rnd(3) || pick(VALUE) < 0) {
		mov_imm(7, 1 + rnd(6));
	} else {
		emit(XBPF_LDX | XBPF_MEM | XBPF_B, 7, pick(VALUE), rnd(8), 0);
		emit(XBPF_ALU64 | XBPF_AND, 7, 0, 0, 7);
		emit(XBPF_ALU64 | XBPF_ADD, 7, 0, 0, 1);
	}
	kinds[7] = SCALAR;
	top = len;
	make_body(2 + rnd(4));
	emit(XBPF_ALU64 | XBPF_SUB, 7, 0, 0, 1);
	emit(XBPF_JMP | XBPF_JNE, 7, 0, (s16)(top - len - 1), 0);
	kinds[7] = NONE;
}

static void make_random_call(void)
{
	emit(XBPF_JMP | XBPF_CALL, 0, 0, 0, XBPF_FUNC_get_prandom_u32);
	forget_args();
	kinds[0] = SCALAR;
}

/* Patched to the subprogram's start later: src 1 marks it. */
static void make_sub_call(void)
{
	int s = pick(SCALAR);

	if (in_sub || s < 0)
		return;
	mov(2, s);
	if (rnd(2) && pick(VALUE) >= 0) {
		mov(1, pick(VALUE));
	} else {
		mov(1, 10);
		emit(XBPF_ALU64 | XBPF_ADD, 1, 0, 0, -VALUE_SIZE);
	}
	emit(XBPF_JMP | XBPF_CALL, 0, 1, 0, -1);
	forget_args();
	kinds[0] = SCALAR;
}

static void make_piece(void)
{
	static void (*const pieces[])(void) = {
		make_scalar, make_alu, make_alu, make_alu, make_swap, make_jump,
		make_jump, make_value_access, make_value_access,
		make_value_access, make_stack_access, make_stack_access,
		make_spill_fill, make_stack_variable, make_random_call,
		make_sub_call, make_loop,
	};

	pieces[rnd(ARRAY_SIZE(pieces))]();
}

static void make_body(u32 pieces)
{
	while (pieces--)
		make_piece();
}

/* R6: a value of the map. */
static void make_lookup(void)
{
	emit(XBPF_ST | XBPF_MEM | XBPF_W, 10, 0, -4, 0);
	mov(2, 10);
	emit(XBPF_ALU64 | XBPF_ADD, 2, 0, 0, -4);
	emit(XBPF_LD | XBPF_IMM | XBPF_DW, 1, XBPF_PSEUDO_MAP_FD, 0, 0);
	emit(0, 0, 0, 0, 0);
	emit(XBPF_JMP | XBPF_CALL, 0, 0, 0, XBPF_FUNC_map_lookup_elem);
	emit(XBPF_JMP | XBPF_JEQ, 0, 0, EXIT, 0);
	forget_args();
	kinds[0] = VALUE;
	mov(6, 0);
}

static void clear_stack(void)
{
	u32 i;

	for (i = 1; i <= 8; i++)
		emit(XBPF_ST | XBPF_MEM | XBPF_DW, 10, 0, -8 * (s16)i, 0);
}

/* Jumps to the end of the function, which returns a number. */
static void make_end(u32 start)
{
	int r = pick(SCALAR);
	u32 i, end = len;

	if (r >= 0 && rnd(3) == 0)
		mov(0, r);
	mov_imm(0, 0);
	emit(XBPF_JMP | XBPF_EXIT, 0, 0, 0, 0);
	for (i = start; i < end; i++) {
		u8 class = XBPF_CLASS(prog[i].code), op = XBPF_OP(prog[i].code);

		if (class != XBPF_JMP && class != XBPF_JMP32)
			continue;
		if (op == XBPF_CALL || op == XBPF_EXIT || prog[i].off < 0)
			continue;
		if (i + 1 + prog[i].off > len - 2)
			prog[i].off = len - 2 - i - 1;
	}
}

static void make_sub(void)
{
	u32 start = len, i;

	for (i = 0; i < start; i++)
		if (prog[i].code == (XBPF_JMP | XBPF_CALL) && prog[i].src_reg)
			prog[i].imm = start - i - 1;
	memset(kinds, 0, sizeof(kinds));
	kinds[10] = STACK;
	kinds[1] = rnd(8) ? VALUE : NONE;
	kinds[2] = SCALAR;
	in_sub = 1;
	if (rnd(2))
		clear_stack();
	make_body(3 + rnd(8));
	make_end(start);
}

static void make_program(void)
{
	u32 i;

	len = 0;
	in_sub = 0;
	memset(kinds, 0, sizeof(kinds));
	kinds[10] = STACK;
	make_lookup();
	if (rnd(2))
		clear_stack();
	make_scalar();
	make_scalar();
	make_body(4 + rnd(20));
	make_end(0);
	for (i = 0; i < len; i++)
		if (prog[i].code == (XBPF_JMP | XBPF_CALL) && prog[i].src_reg)
			break;
	if (i < len)
		make_sub();
}

/* ---- the machine ---- */

enum byte { NEVER, NUMBER, ADDRESS };

struct frame {
	u64 reg[11];
	u8 what[11];		/* enum byte */
	u32 ret;
	u8 *stack;
};

/* Far apart, so that no wrong address of one is a right one of another. */
static u8 stacks[XBPF_MAX_FRAMES][16384];
static u8 shadow[XBPF_MAX_FRAMES][XBPF_STACK_SIZE];
static struct frame frames[XBPF_MAX_FRAMES];
static u32 depth;
static u8 context[CTX_SIZE];
static u8 *value;
static int privileged;
static jmp_buf out;
static char reason[128];
static struct xbpf_map *map;

__attribute__((format(printf, 1, 2), noreturn))
static void counterexample(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	longjmp(out, 1);
}

static void push_frame(u32 ret)
{
	struct frame *f = &frames[depth];

	memset(f, 0, sizeof(*f));
	f->stack = stacks[depth] + 8192;
	memset(shadow[depth], NEVER, XBPF_STACK_SIZE);
	f->reg[10] = (u64)(f->stack + XBPF_STACK_SIZE);
	f->what[10] = ADDRESS;
	f->ret = ret;
	depth++;
}

static struct frame *top(void)
{
	return &frames[depth - 1];
}

/* The shadow of stack bytes, NULL for other objects. */
static u8 *object_at(u64 addr, u32 size, int write)
{
	u32 i;

	for (i = 0; i < depth; i++) {
		u64 at = addr - (u64)frames[i].stack;

		if (at < XBPF_STACK_SIZE && at + size <= XBPF_STACK_SIZE)
			return &shadow[i][at];
	}
	if (addr - (u64)value + size <= VALUE_SIZE && addr >= (u64)value)
		return NULL;
	if (!write && addr >= (u64)context &&
	    addr - (u64)context + size <= CTX_SIZE)
		return NULL;
	counterexample("%s of %u bytes at value%+lld, fp%+lld",
		       write ? "store" : "load", size,
		       (long long)(addr - (u64)value),
		       (long long)(addr - top()->reg[10]));
}

static u8 what_is(u8 r)
{
	u8 what = top()->what[r];

	if (what == NEVER)
		counterexample("R%u is read and was never written", r);
	return what;
}

static void set(u8 r, u64 n, u8 what)
{
	top()->reg[r] = n;
	top()->what[r] = what;
}

static void load(const struct xbpf_insn *i, u32 size)
{
	u64 addr = top()->reg[i->src_reg] + i->off, n = 0;
	u8 *s, what = NUMBER;
	u32 b;

	what_is(i->src_reg);
	s = object_at(addr, size, 0);
	for (b = 0; s && b < size; b++) {
		if (s[b] == NEVER && !privileged)
			counterexample("byte of stack is read, never written");
		if (s[b] == ADDRESS)
			what = ADDRESS;
	}
	memcpy(&n, (void *)addr, size);
	if (XBPF_MODE(i->code) == XBPF_MEMSX)
		n = (s64)(n << (64 - 8 * size)) >> (64 - 8 * size);
	set(i->dst_reg, n, what);
}

static void store(u64 addr, u32 size, u64 n, u8 what)
{
	u8 *s = object_at(addr, size, 1);

	if (s)
		memset(s, what, size);
	else if (what == ADDRESS && !privileged)
		counterexample("an address is stored in a map");
	memcpy((void *)addr, &n, size);
}

static void atomic(const struct xbpf_insn *i, u32 size)
{
	u64 addr = top()->reg[i->dst_reg] + i->off, old = 0, n;
	u64 src = top()->reg[i->src_reg], mask = size == 8 ? -1ULL : 0xffffffff;

	what_is(i->dst_reg);
	what_is(i->src_reg);
	object_at(addr, size, 1);
	if (addr % size)
		counterexample("misaligned atomic operation");
	memcpy(&old, (void *)addr, size);
	switch (i->imm & ~1) {
	case XBPF_ADD:
		n = old + src;
		break;
	case XBPF_OR:
		n = old | src;
		break;
	case XBPF_AND:
		n = old & src;
		break;
	case XBPF_XOR:
		n = old ^ src;
		break;
	case 0xe0:
		n = src;
		break;
	default:
		what_is(0);
		n = old == (top()->reg[0] & mask) ? src : old;
	}
	store(addr, size, n, NUMBER);
	if ((i->imm & 0xf1) == 0xf1)
		set(0, old, NUMBER);
	else if (i->imm & 1)
		set(i->src_reg, old, NUMBER);
}

static u64 divide(u8 op, s16 off, u64 a, u64 b, u32 width)
{
	s64 x = width == 64 ? (s64)a : (s32)a, y = width == 64 ? (s64)b : (s32)b;
	int div = op == XBPF_DIV;

	if (!b)
		return div ? 0 : a;
	if (!off)
		return div ? a / b : a % b;
	if (y == -1)
		return div ? -(u64)x : 0;
	return div ? x / y : x % y;
}

static u64 compute(u8 op, s16 off, u64 a, u64 b, u32 width)
{
	u32 amount = b & (width - 1);

	if (width == 32) {
		a = (u32)a;
		b = (u32)b;
	}
	switch (op) {
	case XBPF_ADD:	return a + b;
	case XBPF_SUB:	return a - b;
	case XBPF_MUL:	return a * b;
	case XBPF_OR:	return a | b;
	case XBPF_AND:	return a & b;
	case XBPF_LSH:	return a << amount;
	case XBPF_RSH:	return a >> amount;
	case XBPF_NEG:	return -a;
	case XBPF_XOR:	return a ^ b;
	case XBPF_ARSH:	return width == 64 ? (s64)a >> amount : (s32)a >> amount;
	case XBPF_MOV:	return off ? (s64)(b << (64 - off)) >> (64 - off) : b;
	default:	return divide(op, off, a, b, width);
	}
}

static u64 swap_bytes(const struct xbpf_insn *i, u64 n)
{
	u64 low = ~0ULL >> (64 - i->imm);

	if (XBPF_CLASS(i->code) == XBPF_ALU && XBPF_SRC(i->code) == XBPF_TO_LE)
		return n & low;
	return __builtin_bswap64(n) >> (64 - i->imm);
}

static void alu(const struct xbpf_insn *i)
{
	u32 width = XBPF_CLASS(i->code) == XBPF_ALU64 ? 64 : 32;
	u8 op = XBPF_OP(i->code), what = NUMBER;
	u64 a = top()->reg[i->dst_reg], b = (s64)i->imm;

	if (op != XBPF_MOV)
		what = what_is(i->dst_reg);
	if (op == XBPF_END) {
		set(i->dst_reg, swap_bytes(i, a), what);
		return;
	}
	if (XBPF_SRC(i->code) == XBPF_X && op != XBPF_NEG) {
		what = max(what, what_is(i->src_reg));
		b = top()->reg[i->src_reg];
	}
	a = compute(op, i->off, a, b, width);
	set(i->dst_reg, width == 64 ? a : (u32)a, what);
}

static int holds(const struct xbpf_insn *i)
{
	u64 a = top()->reg[i->dst_reg], b = (s64)i->imm;
	s64 x, y;

	what_is(i->dst_reg);
	if (XBPF_SRC(i->code) == XBPF_X) {
		what_is(i->src_reg);
		b = top()->reg[i->src_reg];
	}
	x = a;
	y = b;
	if (XBPF_CLASS(i->code) == XBPF_JMP32) {
		x = (s32)a;
		y = (s32)b;
		a = (u32)a;
		b = (u32)b;
	}
	switch (XBPF_OP(i->code)) {
	case XBPF_JEQ:	return a == b;
	case XBPF_JNE:	return a != b;
	case XBPF_JGT:	return a > b;
	case XBPF_JGE:	return a >= b;
	case XBPF_JLT:	return a < b;
	case XBPF_JLE:	return a <= b;
	case XBPF_JSGT:	return x > y;
	case XBPF_JSGE:	return x >= y;
	case XBPF_JSLT:	return x < y;
	case XBPF_JSLE:	return x <= y;
	default:	return (a & b) != 0;
	}
}

static void call_helper(s32 id)
{
	u64 n = id == XBPF_FUNC_map_lookup_elem ? (u64)value : (u32)number();
	u32 r;

	for (r = 1; r <= 5; r++)
		top()->what[r] = NEVER;
	set(0, n, id == XBPF_FUNC_map_lookup_elem ? ADDRESS : NUMBER);
}

static u32 call_local(u32 pc, s32 dist)
{
	struct frame *caller = top();
	u32 r;

	if (depth == XBPF_MAX_FRAMES)
		counterexample("calls too deep");
	push_frame(pc + 1);
	for (r = 1; r <= 5; r++) {
		set(r, caller->reg[r], caller->what[r]);
		caller->what[r] = NEVER;
	}
	return pc + 1 + dist;
}

/* Next instruction, or -1 at the end. */
static s32 jump(u32 pc)
{
	const struct xbpf_insn *i = &prog[pc];
	struct frame *gone;

	switch (XBPF_OP(i->code)) {
	case XBPF_CALL:
		if (i->src_reg)
			return call_local(pc, i->imm);
		call_helper(i->imm);
		return pc + 1;
	case XBPF_EXIT:
		if (what_is(0) == ADDRESS && depth == 1 && !privileged)
			counterexample("an address is returned");
		gone = top();
		if (!--depth)
			return -1;
		set(0, gone->reg[0], gone->what[0]);
		return gone->ret;
	case XBPF_JA:
		return pc + 1 + i->off;
	default:
		return pc + 1 + (holds(i) ? i->off : 0);
	}
}

static s32 step(u32 pc)
{
	static const u8 sizes[] = { 4, 2, 1, 8 };
	const struct xbpf_insn *i = &prog[pc];
	u32 size = sizes[XBPF_SIZE(i->code) >> 3];

	switch (XBPF_CLASS(i->code)) {
	case XBPF_LD:
		set(i->dst_reg, 1, ADDRESS);
		return pc + 2;
	case XBPF_LDX:
		load(i, size);
		break;
	case XBPF_ST:
		what_is(i->dst_reg);
		store(top()->reg[i->dst_reg] + i->off, size, (s64)i->imm, NUMBER);
		break;
	case XBPF_STX:
		if (XBPF_MODE(i->code) == XBPF_ATOMIC) {
			atomic(i, size);
			break;
		}
		what_is(i->dst_reg);
		store(top()->reg[i->dst_reg] + i->off, size,
		      top()->reg[i->src_reg], what_is(i->src_reg));
		break;
	case XBPF_ALU:
	case XBPF_ALU64:
		alu(i);
		break;
	default:
		return jump(pc);
	}
	return pc + 1;
}

static void run(void)
{
	u32 i, steps;
	s32 pc = 0;

	for (i = 0; i + 8 <= VALUE_SIZE; i += 8) {
		u64 n = number();

		memcpy(value + i, &n, 8);
	}
	depth = 0;
	push_frame(0);
	set(1, (u64)context, ADDRESS);
	for (steps = 0; pc >= 0; steps++) {
		if (steps == MAX_STEPS)
			counterexample("does not end");
		pc = step(pc);
	}
}

/* ---- verification ---- */

static struct xbpf_map *map_get(void *ctx, int fd)
{
	return fd ? ERR_PTR(-EBADF) : map;
}

static void map_put(void *ctx, struct xbpf_map *m)
{
}

static int verify(void)
{
	struct xbpf_verify_opts opts = {
		.map_get = map_get, .map_put = map_put,
		.allow_ptr_leaks = privileged, .max_visits = 5000,
	};
	struct xbpf_prog *p = xbpf_prog_alloc(len);
	int err;

	memcpy(p->insns, prog, len * sizeof(*prog));
	p->type = XBPF_PROG_TYPE_KPROBE;
	p->gpl_compatible = 1;
	err = xbpf_verify(p, &opts, NULL, NULL);
	xbpf_prog_free(p);
	return err;
}

static void show(void)
{
	char text[128];
	u32 i;

	diag("counterexample, %s: %s", privileged ? "privileged" : "unprivileged",
	     reason);
	for (i = 0; i < len; i++) {
		xbpf_insn_print(text, sizeof(text), &prog[i]);
		diag("%3u: %s", i, text);
		i += prog[i].code == (XBPF_LD | XBPF_IMM | XBPF_DW);
	}
}

static int try_program(u64 seed)
{
	volatile u32 i;

	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	make_program();
	privileged = rnd(3) != 0;
	if (len == MAX_INSNS || verify())
		return 0;
	if (setjmp(out)) {
		diag("seed %llu", (unsigned long long)seed);
		show();
		return -1;
	}
	for (i = 0; i < RUNS; i++)
		run();
	return 1;
}

int main(int argc, char **argv)
{
	union xbpf_attr attr = {
		.map_type = XBPF_MAP_TYPE_ARRAY, .key_size = 4,
		.value_size = VALUE_SIZE, .max_entries = 1,
	};
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 3);
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1, tried = 0;
	u32 key = 0, accepted = 0, wrong = 0;

	map = xbpf_map_alloc(&attr);
	if (IS_ERR(map))
		return EXIT_FAILURE;
	value = map->ops->lookup(map, &key);
	for (; time(NULL) < end && wrong < 3; seed++, tried++) {
		int ret = try_program(seed);

		accepted += ret > 0;
		wrong += ret < 0;
	}
	ok(!wrong, "%llu programs, %u accepted and run %u times each",
	   (unsigned long long)tried, accepted, RUNS);
	xbpf_map_free(map);
	return unit_done();
}
