// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random programs: what the verifier accepts is run by the interpreter, on map
 * values that each lie alone between the sanitizer's red zones.
 *
 *	verifier_fuzz [PROGRAMS [SEED]]
 *
 * The generator keeps to shapes that have a chance: it initialises registers,
 * looks a value up, bounds numbers, moves pointers by them, and now and then
 * forgets one of these. A report of the sanitizer is an unsound verdict.
 */
#include <stdlib.h>

#include "vm/vm.h"
#include "vm/map.h"
#include "verifier/verifier.h"
#include "unit/unit.h"

#define VALUE_SIZE	48
#define MAX_LEN		128
#define RUNS		4	/* of an accepted program, on other data */

static u64 seed, state;
static struct xbpf_insn insns[MAX_LEN];
static u32 len;
static u8 *value;
static u32 accepted, reached_end;

static u32 rnd(u32 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)(state >> 20) % below;
}

/* ---- a map whose one value is its own allocation ---- */

static void *fuzz_lookup(struct xbpf_map *map, const void *key)
{
	return *(const u32 *)key & 1 ? value : NULL;
}

static int fuzz_direct(const struct xbpf_map *map, u64 *addr, u32 off)
{
	if (off >= VALUE_SIZE)
		return -EINVAL;
	*addr = (unsigned long)value + off;
	return 0;
}

static const struct xbpf_map_ops fuzz_ops = {
	.name = "fuzz", .lookup = fuzz_lookup, .direct_value = fuzz_direct,
};

static struct xbpf_map fuzz_map = {
	.ops = &fuzz_ops, .type = XBPF_MAP_TYPE_ARRAY, .key_size = 4,
	.value_size = VALUE_SIZE, .max_entries = 1, .name = "fuzz",
};

static struct xbpf_map *map_get(void *ctx, int fd)
{
	return &fuzz_map;
}

static void map_put(void *ctx, struct xbpf_map *map)
{
}

/* ---- the generator ---- */

static void emit(u8 code, u32 dst, u32 src, s16 off, s32 imm)
{
	if (len < MAX_LEN - 2)
		insns[len++] = (struct xbpf_insn){
			.code = code, .dst_reg = dst, .src_reg = src,
			.off = off, .imm = imm,
		};
}

static s32 constant(void)
{
	static const s32 edges[] = {
		0, 1, 2, 7, 8, 15, 16, 31, 32, 33, 40, 47, 48, 63, 64, 127, 128,
		255, 256, 0xffff, 0x10000, 0x7fffffff, -1, -2, -8, -16, -128,
		-0x7fffffff - 1,
	};

	return rnd(3) ? edges[rnd(ARRAY_SIZE(edges))] : (s32)rnd(~0U);
}

/* Numbers live in r0 to r5; r6 is the context, r7 a value, r8 stack, r9 any. */
static u32 number(void)
{
	return rnd(6);
}

static void gen_alu(void)
{
	static const u8 ops[] = {
		XBPF_ADD, XBPF_SUB, XBPF_MUL, XBPF_DIV, XBPF_OR, XBPF_AND,
		XBPF_LSH, XBPF_RSH, XBPF_MOD, XBPF_XOR, XBPF_MOV, XBPF_ARSH,
	};
	u8 class = rnd(2) ? XBPF_ALU64 : XBPF_ALU, op = ops[rnd(ARRAY_SIZE(ops))];
	int by_reg = rnd(2);
	s32 imm = constant();
	s16 off = 0;

	if (op == XBPF_LSH || op == XBPF_RSH || op == XBPF_ARSH)
		imm &= class == XBPF_ALU ? 31 : 63;
	if (op == XBPF_DIV || op == XBPF_MOD) {
		imm = imm ?: 3;
		off = rnd(2);
	}
	if (op == XBPF_MOV && by_reg && !rnd(3))
		off = 8 << rnd(class == XBPF_ALU ? 2 : 3);
	emit(class | op | (by_reg ? XBPF_X : XBPF_K), number(),
	     by_reg ? number() : 0, off, by_reg ? 0 : imm);
}

static void gen_unary(void)
{
	switch (rnd(3)) {
	case 0:
		emit(XBPF_ALU64 | XBPF_NEG, number(), 0, 0, 0);
		return;
	case 1:
		emit(XBPF_ALU | XBPF_NEG, number(), 0, 0, 0);
		return;
	default:
		emit(XBPF_ALU | XBPF_END | (rnd(2) ? XBPF_TO_BE : XBPF_TO_LE),
		     number(), 0, 0, 16 << rnd(3));
	}
}

static u8 condition(void)
{
	static const u8 conds[] = {
		XBPF_JEQ, XBPF_JGT, XBPF_JGE, XBPF_JSET, XBPF_JNE, XBPF_JSGT,
		XBPF_JSGE, XBPF_JLT, XBPF_JLE, XBPF_JSLT, XBPF_JSLE,
	};

	return (rnd(2) ? XBPF_JMP : XBPF_JMP32) | conds[rnd(ARRAY_SIZE(conds))];
}

/* A jump over some of what follows. */
static void gen_jump(void)
{
	if (rnd(2))
		emit(condition() | XBPF_K, number(), 0, rnd(6), constant());
	else
		emit(condition() | XBPF_X, number(), number(), rnd(6), 0);
}

/* Back, while a counter of its own is small. */
static void gen_loop(void)
{
	u32 n = 1 + rnd(4);

	if (len < n + 2)
		return;
	emit(XBPF_ALU64 | XBPF_ADD | XBPF_K, 9, 0, 0, 1);
	emit(XBPF_JMP | XBPF_JLT | XBPF_K, 9, 0, -(s16)n, 3 + rnd(6));
}

static u8 size_code(void)
{
	static const u8 sizes[] = { XBPF_B, XBPF_H, XBPF_W, XBPF_DW };

	return sizes[rnd(4)];
}

/* Mostly aligned, which the stack and atomic operations ask for. */
static s16 align(s16 off, u8 size)
{
	s16 bytes = size == XBPF_DW ? 8 : size == XBPF_W ? 4 :
		    size == XBPF_H ? 2 : 1;

	return rnd(20) ? off & -bytes : off;
}

static void gen_access(u32 base, s16 off)
{
	u8 size = size_code();

	switch (rnd(6)) {
	case 0:
		emit(XBPF_STX | XBPF_MEM | size, base, number(),
		     align(off, size), 0);
		return;
	case 1:
		emit(XBPF_ST | XBPF_MEM | size, base, 0, align(off, size),
		     constant());
		return;
	case 2:
		size = rnd(2) ? XBPF_W : XBPF_DW;
		emit(XBPF_STX | XBPF_ATOMIC | size, base, number(),
		     align(off, size), rnd(2) ? XBPF_ADD | XBPF_FETCH : XBPF_XCHG);
		return;
	case 3:
		size = rnd(2) ? XBPF_B : XBPF_W;
		emit(XBPF_LDX | XBPF_MEMSX | size, number(), base,
		     align(off, size), 0);
		return;
	default:
		emit(XBPF_LDX | XBPF_MEM | size, number(), base,
		     align(off, size), 0);
	}
}

/* A number made small in one of several ways; some of them do not do it. */
static void gen_bound(u32 reg)
{
	switch (rnd(6)) {
	case 0:
		emit(XBPF_ALU64 | XBPF_AND | XBPF_K, reg, 0, 0, (1 << rnd(6)) - 1);
		return;
	case 1:
		emit(XBPF_JMP | XBPF_JGT | XBPF_K, reg, 0, 4, rnd(48));
		return;
	case 2:
		emit(XBPF_ALU64 | XBPF_RSH | XBPF_K, reg, 0, 0, 58 + rnd(6));
		return;
	case 3:
		emit(XBPF_ALU64 | XBPF_MOD | XBPF_K, reg, 0, 0, 1 + rnd(50));
		return;
	case 4:
		emit(XBPF_JMP32 | XBPF_JGE | XBPF_K, reg, 0, 4, rnd(48));
		return;
	default:
		emit(XBPF_JMP | XBPF_JSGE | XBPF_K, reg, 0, 5, rnd(64));
		emit(XBPF_JMP | XBPF_JSLT | XBPF_K, reg, 0, 4, -(s32)rnd(3));
	}
}

/* A number made of @reg, or of two; what is then found of it says it of @reg. */
static u32 gen_related(u32 reg)
{
	static const u8 ops[] = {
		XBPF_ADD, XBPF_SUB, XBPF_AND, XBPF_OR, XBPF_XOR, XBPF_LSH,
		XBPF_RSH, XBPF_ARSH, XBPF_MUL, XBPF_DIV, XBPF_MOD,
	};
	u32 made = number(), n = 1 + rnd(3);

	emit(XBPF_ALU64 | XBPF_MOV | XBPF_X, made, reg, 0, 0);
	while (n--)
		emit((rnd(4) ? XBPF_ALU64 : XBPF_ALU) | ops[rnd(ARRAY_SIZE(ops))] |
		     XBPF_K, made, 0, 0, 1 + rnd(rnd(2) ? 8 : 31));
	if (!rnd(3))
		emit(condition() | XBPF_X, reg, number(), 3 + rnd(3), 0);
	if (!rnd(3))
		emit(XBPF_ALU64 | (rnd(2) ? XBPF_SUB : XBPF_ADD) | XBPF_X, made,
		     number(), 0, 0);
	gen_bound(made);
	if (!rnd(4))
		gen_bound(reg);
	return rnd(2) ? reg : made;
}

/* Another place for the number in @reg, in the stack or in a register. */
static u32 gen_copy(u32 reg)
{
	u32 copy = number();

	switch (rnd(6)) {
	case 4:
	case 5:
		return gen_related(reg);
	case 0:
		emit(XBPF_STX | XBPF_MEM | XBPF_DW, 10, reg, -72, 0);
		gen_bound(reg);
		emit(XBPF_LDX | XBPF_MEM | size_code(), copy, 10, -72, 0);
		return copy;
	case 1:
		emit((rnd(4) ? XBPF_ALU64 : XBPF_ALU) | XBPF_MOV | XBPF_X, copy,
		     reg, 0, 0);
		if (!rnd(4))
			emit(XBPF_ALU64 | XBPF_ADD | XBPF_K, rnd(2) ? reg : copy,
			     0, 0, constant());
		gen_bound(reg);
		return copy;
	default:
		gen_bound(reg);
		return reg;
	}
}

static void gen_indexed(u32 base)
{
	u32 reg = gen_copy(number()), to = number();

	if (base == 8 && rnd(10))
		emit(XBPF_ALU64 | XBPF_AND | XBPF_K, reg, 0, 0, 56);
	if (to == reg)
		return;
	emit(XBPF_ALU64 | XBPF_MOV | XBPF_X, to, base, 0, 0);
	emit(XBPF_ALU64 | XBPF_ADD | XBPF_X, to, reg, 0, 0);
	gen_access(to, rnd(3) ? (s16)rnd(8) : (s16)rnd(48) - 4);
	emit(XBPF_ALU64 | XBPF_MOV | XBPF_K, to, 0, 0, constant());
}

static void gen_stack(void)
{
	s16 off = -8 * (1 + (s16)rnd(8));

	switch (rnd(4)) {
	case 0:
		emit(XBPF_STX | XBPF_MEM | XBPF_DW, 10, rnd(2) ? number() : 7,
		     off, 0);
		return;
	case 1:
		emit(XBPF_LDX | XBPF_MEM | XBPF_DW, number(), 10, off, 0);
		return;
	default:
		gen_access(10, off + 4 * (s16)rnd(2));
	}
}

static void gen_value(void)
{
	if (rnd(2))
		gen_access(7, (s16)rnd(VALUE_SIZE - 7) - !rnd(20));
	else
		gen_indexed(7);
}

static void gen_one(void)
{
	switch (rnd(16)) {
	case 0 ... 4:
		gen_alu();
		return;
	case 5:
		gen_unary();
		return;
	case 6 ... 8:
		gen_jump();
		return;
	case 9:
		if (!rnd(3))
			gen_loop();
		return;
	case 10 ... 11:
		gen_stack();
		return;
	case 12:
		gen_indexed(8);
		return;
	default:
		gen_value();
	}
}

/* r6 = ctx; r7 = a value; r8 = fp - 64; the rest: numbers from the value. */
static void gen_prologue(void)
{
	u32 r;

	emit(XBPF_ALU64 | XBPF_MOV | XBPF_X, 6, 1, 0, 0);
	emit(XBPF_LD | XBPF_IMM | XBPF_DW, 7, XBPF_PSEUDO_MAP_VALUE, 0, 0);
	emit(0, 0, 0, 0, 0);
	emit(XBPF_ALU64 | XBPF_MOV | XBPF_X, 8, 10, 0, 0);
	emit(XBPF_ALU64 | XBPF_ADD | XBPF_K, 8, 0, 0, -64);
	emit(XBPF_ALU64 | XBPF_MOV | XBPF_K, 9, 0, 0, 0);
	for (r = 0; r < 6; r++)
		emit(XBPF_LDX | XBPF_MEM | XBPF_DW, r, 7, 8 * r, 0);
}

static void generate(void)
{
	u32 n = 4 + rnd(40);

	len = 0;
	gen_prologue();
	while (n--)
		gen_one();
	if (!rnd(20))
		insns[rnd(len)].imm ^= 1 << rnd(32);
	if (!rnd(20))
		insns[rnd(len)].off ^= 1 << rnd(6);
	/* Jumps over the end land on one of these. */
	for (n = 0; n < 6; n++)
		emit(XBPF_ALU64 | XBPF_MOV | XBPF_K, n, 0, 0, 1);
	emit(XBPF_ALU64 | XBPF_MOV | XBPF_K, 0, 0, 0, 0);
	insns[len++] = (struct xbpf_insn){ .code = XBPF_JMP | XBPF_EXIT };
}

/* ---- one program ---- */

static void fill_value(void)
{
	static const u64 edges[] = {
		0, 1, 7, 8, 47, 48, 255, ~0ULL, 1ULL << 63, 1ULL << 31,
		0xffffffff, 0x100000000, 0x7fffffffffffffff, ~7ULL,
	};
	u64 words[VALUE_SIZE / 8];
	u32 i;

	for (i = 0; i < VALUE_SIZE / 8; i++)
		words[i] = rnd(2) ? edges[rnd(ARRAY_SIZE(edges))] :
			state * 0x9e3779b97f4a7c15 >> rnd(64);
	memcpy(value, words, VALUE_SIZE);
}

static void run(struct xbpf_prog *prog)
{
	u8 ctx[512];
	u32 i;

	xbpf_prog_set_interp(prog);
	for (i = 0; i < RUNS; i++) {
		fill_value();
		memset(ctx, rnd(256), sizeof(ctx));
		rcu_read_lock();
		reached_end += !xbpf_prog_run(prog, ctx);
		rcu_read_unlock();
	}
}

static void try_one(void)
{
	const struct xbpf_verify_opts opts = {
		.map_get = map_get, .map_put = map_put, .allow_ptr_leaks = 1,
		.max_visits = 20000,
	};
	struct xbpf_prog *prog;

	generate();
	prog = xbpf_prog_alloc(len);
	memcpy(prog->insns, insns, len * sizeof(*insns));
	prog->type = XBPF_PROG_TYPE_KPROBE;
	prog->gpl_compatible = 1;
	prog->flags = rnd(4) ? XBPF_F_TEST_STATE_FREQ : 0;
	if (!xbpf_verify(prog, &opts, NULL, NULL) && !xbpf_prog_decode(prog)) {
		accepted++;
		run(prog);
	}
	xbpf_prog_free(prog);
}

/* The sanitizer calls this when it has found something. */
void __asan_on_error(void);
void __asan_on_error(void)
{
	fprintf(stderr, "verifier_fuzz 1 %llu\n", (unsigned long long)seed);
}

int main(int argc, char **argv)
{
	u64 n = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000, i;
	u64 first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;

	value = malloc(VALUE_SIZE);
	for (i = 0; i < n; i++) {
		seed = first + i;
		state = (seed + 1) * 0x9e3779b97f4a7c15;
		try_one();
	}
	free(value);
	ok(1, "%llu programs, none accepted touches what it may not",
	   (unsigned long long)n);
	ok(n < 1000 || accepted > n / 50, "%u of them accepted", accepted);
	diag("%u runs returned 0", reached_end);
	return unit_done();
}
