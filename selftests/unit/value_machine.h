/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine for programs that a verifier accepted, which shares nothing with
 * the core: it knows of each byte and register what it is, and calls what no
 * accepted program may do a counterexample. For one source file a program, after
 * value_generate.h.
 */
#ifndef XBPF_VALUE_MACHINE_H
#define XBPF_VALUE_MACHINE_H

#include <setjmp.h>
#include "vm/vm.h"

#define MAX_STEPS	2000000
#define CTX_SIZE	128

/* What get_prandom_u32 returns: whoever includes this says. */
static u32 machine_random(void);

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
static const struct xbpf_insn *prog;

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

/* Copied, which what was never written may be: the copy was neither. */
static u8 copied(u8 r)
{
	return top()->what[r];
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
	else if (what == NEVER)
		counterexample("what was never written is stored in a map");
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
		what = op == XBPF_MOV && width == 64 && !i->off ?
			copied(i->src_reg) : max(what, what_is(i->src_reg));
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

/* A helper fills memory. */
static void fill(u64 addr, u64 size)
{
	u8 *s;

	if (!size)
		return;
	s = object_at(addr, min_t(u64, size, 1 << 20), 1);
	if (s)
		memset(s, NUMBER, size);
	memset((void *)addr, machine_random(), size);
}

/* A helper reads memory, and puts it where others can read it. */
static void copy_out(u64 addr, u32 size, void *to)
{
	u8 *s = object_at(addr, size, 0);
	u32 b;

	for (b = 0; s && b < size && !privileged; b++)
		if (s[b] != NUMBER)
			counterexample("a helper is given %s",
				       s[b] ? "an address" : "what was never written");
	memmove(to, (void *)addr, size);
}

static u64 map_update(const u64 *reg)
{
	u8 copy[VALUE_SIZE];
	u32 key;

	copy_out(reg[2], sizeof(key), &key);
	copy_out(reg[3], VALUE_SIZE, copy);
	if (key)
		return -E2BIG;
	memcpy(value, copy, VALUE_SIZE);
	return 0;
}

static void call_helper(s32 id)
{
	u64 *reg = top()->reg, n = 0;
	u8 what = NUMBER;
	u32 r, args = id == XBPF_FUNC_map_lookup_elem ? 2 :
		id == XBPF_FUNC_map_update_elem ? 4 :
		id == XBPF_FUNC_probe_read_kernel ? 3 : 0;

	for (r = 1; r <= args; r++)
		what_is(r);
	switch (id) {
	case XBPF_FUNC_map_lookup_elem:
		n = (u64)value;
		what = ADDRESS;
		break;
	case XBPF_FUNC_map_update_elem:
		n = map_update(reg);
		break;
	case XBPF_FUNC_probe_read_kernel:
		fill(reg[1], reg[2]);
		n = machine_random();
		break;
	default:
		n = machine_random();
	}
	for (r = 1; r <= 5; r++)
		top()->what[r] = NEVER;
	set(0, n, what);
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
		      top()->reg[i->src_reg],
		      size == 8 ? copied(i->src_reg) : what_is(i->src_reg));
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

/* From the first instruction to the end; what is in @value is the input. */
static void machine_run(const struct xbpf_insn *insns)
{
	u32 steps;
	s32 pc = 0;

	prog = insns;
	depth = 0;
	push_frame(0);
	set(1, (u64)context, ADDRESS);
	for (steps = 0; pc >= 0; steps++) {
		if (steps == MAX_STEPS)
			counterexample("does not end");
		pc = step(pc);
	}
}

#endif
