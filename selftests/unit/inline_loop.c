// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of bpf_loop() that the verifier turns into loops: which of them, what the
 * program looks like then, and that it does what the helper did, interpreted and
 * translated.
 *
 * Each program is verified twice: as it is loaded, and for somebody who observes,
 * for whom calls stay calls.
 */
#include "jit/jit.h"
#include "verifier/verifier.h"
#include "unit.h"

#define I(c, d, s, o, i)						\
	((struct xbpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), \
			     .off = (o), .imm = (i) })
#define MOV(d, i)	I(XBPF_ALU64 | XBPF_MOV | XBPF_K, d, 0, 0, i)
#define MOVR(d, s)	I(XBPF_ALU64 | XBPF_MOV | XBPF_X, d, s, 0, 0)
#define ADD(d, i)	I(XBPF_ALU64 | XBPF_ADD | XBPF_K, d, 0, 0, i)
#define ADDR(d, s)	I(XBPF_ALU64 | XBPF_ADD | XBPF_X, d, s, 0, 0)
#define LOAD(d, s, o)	I(XBPF_LDX | XBPF_MEM | XBPF_DW, d, s, o, 0)
#define STORE(d, o, s)	I(XBPF_STX | XBPF_MEM | XBPF_DW, d, s, o, 0)
#define SET(d, o, i)	I(XBPF_ST | XBPF_MEM | XBPF_DW, d, 0, o, i)
#define JNE(d, i, o)	I(XBPF_JMP | XBPF_JNE | XBPF_K, d, 0, o, i)
#define JA(o)		I(XBPF_JMP | XBPF_JA, 0, 0, o, 0)
#define JA32(i)		I(XBPF_JMP32 | XBPF_JA, 0, 0, 0, i)
#define FUNC(d, dist)	I(XBPF_LD | XBPF_IMM | XBPF_DW, d, XBPF_PSEUDO_FUNC, 0, dist), \
			I(0, 0, 0, 0, 0)
#define CALL(dist)	I(XBPF_JMP | XBPF_CALL, 0, XBPF_PSEUDO_CALL, 0, dist)
#define HELPER(id)	I(XBPF_JMP | XBPF_CALL, 0, 0, 0, XBPF_FUNC_##id)
#define EXIT()		I(XBPF_JMP | XBPF_EXIT, 0, 0, 0, 0)

#define ROUNDS		0	/* words of the context */
#define STOP		8
#define MORE		18	/* instructions that a loop has and a call has not */

static u64 regs[32];
static struct xbpf_func_info funcs[4];
static struct xbpf_line_info lines[8];
static u32 nr_funcs, nr_lines;

static void look(const struct xbpf_venv *env)
{
}

static char text_log[1 << 20];

static int write_log(struct xbpf_log *log, u64 pos, const char *text, u32 len)
{
	memcpy(text_log + pos, text, len);
	return 0;
}

static struct xbpf_prog *load(const struct xbpf_insn *insns, u32 len, int observed)
{
	struct xbpf_verify_opts opts = {
		.allow_ptr_leaks = 1, .observe = observed ? look : NULL,
		.func_info = funcs, .nr_func_info = observed ? 0 : nr_funcs,
		.line_info = lines, .nr_line_info = observed ? 0 : nr_lines,
	};
	struct xbpf_log log = { .level = 1, .size = sizeof(text_log) - 1, .write = write_log };
	struct xbpf_prog *prog = xbpf_prog_alloc(len);
	int err;

	memcpy(prog->insns, insns, len * sizeof(*insns));
	prog->type = XBPF_PROG_TYPE_KPROBE;
	prog->gpl_compatible = 1;
	err = xbpf_verify(prog, &opts, &log, NULL) ?: xbpf_prog_decode(prog);
	if (err) {
		diag("refused: %d\n%s", err, text_log);
		exit(1);
	}
	xbpf_prog_set_interp(prog);
	return prog;
}

static int calls_loop(const struct xbpf_prog *prog)
{
	u32 i, nr = 0;

	for (i = 0; i < prog->len; i++)
		nr += prog->insns[i].code == (XBPF_JMP | XBPF_CALL) &&
		      !prog->insns[i].src_reg &&
		      prog->insns[i].imm == XBPF_FUNC_loop;
	return nr;
}

static void run(struct xbpf_prog *prog, struct xbpf_prog *helper, const char *what,
		u64 rounds, u64 stop)
{
	u64 want;

	regs[ROUNDS] = rounds;
	regs[STOP / 8] = stop;
	want = xbpf_prog_run(helper, regs);
	is(xbpf_interp_run(regs, prog), want, "%s: %llu rounds, ends at %llu", what,
	   (unsigned long long)rounds, (unsigned long long)stop);
	if (prog->image)
		is(xbpf_prog_run(prog, regs), want, "%s: the same, natively", what);
}

/* @left calls of the helper are left. */
static struct xbpf_prog *compare(const struct xbpf_insn *insns, u32 len,
				 const char *what, int left)
{
	struct xbpf_prog *prog = load(insns, len, 0);
	struct xbpf_prog *helper = load(insns, len, 1);
	u32 loops = calls_loop(helper) - left;

	is(calls_loop(prog), left, "%s: calls left", what);
	is(prog->len, len + loops * MORE, "%s: length", what);
	is(xbpf_jit_compile(prog), 0, "%s: is translated", what);
	run(prog, helper, what, 10, 100);
	run(prog, helper, what, 10, 3);
	run(prog, helper, what, 1, 0);
	run(prog, helper, what, 0, 0);
	run(prog, helper, what, XBPF_MAX_LOOPS, 5);
	run(prog, helper, what, XBPF_MAX_LOOPS + 1, 5);
	run(prog, helper, what, (7ULL << 32) + 2, 100);
	xbpf_prog_free(helper);
	return prog;
}

static void drop(struct xbpf_prog *prog)
{
	xbpf_jit_free(prog);
	xbpf_prog_free(prog);
}

#define COMPARE(name, left, ...)					\
	static const struct xbpf_insn name[] = { __VA_ARGS__ };		\
	struct xbpf_prog *prog = compare(name, ARRAY_SIZE(name), #name, left)

/*
 * The callback adds the number of the round to the word at R2, and ends the loop in
 * the round that the next word says; 10 instructions.
 */
#define CALLBACK()							\
	LOAD(XBPF_REG_3, XBPF_REG_2, 0), ADDR(XBPF_REG_3, XBPF_REG_1),	\
	STORE(XBPF_REG_2, 0, XBPF_REG_3), LOAD(XBPF_REG_3, XBPF_REG_2, 8), \
	MOV(XBPF_REG_6, 6), MOV(XBPF_REG_7, 7), MOV(XBPF_REG_0, 0),	\
	I(XBPF_JMP | XBPF_JNE | XBPF_X, XBPF_REG_1, XBPF_REG_3, 1, 0),	\
	MOV(XBPF_REG_0, 1), EXIT()

/* The two words at the stack's @at, R1 and R3 as bpf_loop() wants them; 7. */
#define ARGUMENTS(at)							\
	LOAD(XBPF_REG_0, XBPF_REG_1, STOP),				\
	LOAD(XBPF_REG_1, XBPF_REG_1, ROUNDS),				\
	SET(XBPF_REG_10, at, 0), STORE(XBPF_REG_10, (at) + 8, XBPF_REG_0), \
	MOVR(XBPF_REG_3, XBPF_REG_10), ADD(XBPF_REG_3, at), MOV(XBPF_REG_4, 0)

static void test_simple(void)
{
	COMPARE(simple, 0,
		MOV(XBPF_REG_6, 1000), MOV(XBPF_REG_7, 2000),
		MOV(XBPF_REG_8, 3000), MOV(XBPF_REG_9, 4000),
		ARGUMENTS(-16), FUNC(XBPF_REG_2, 8), HELPER(loop),
		/* 14 */
		LOAD(XBPF_REG_1, XBPF_REG_10, -16), ADDR(XBPF_REG_0, XBPF_REG_1),
		ADDR(XBPF_REG_0, XBPF_REG_6), ADDR(XBPF_REG_0, XBPF_REG_7),
		ADDR(XBPF_REG_0, XBPF_REG_8), EXIT(),
		CALLBACK());

	is(prog->nr_subprogs, 2, "simple: subprograms");
	is(prog->subprogs[1].start, 20 + MORE, "simple: the callback's start");
	is(prog->subprogs[0].stack, 16 + 24, "simple: stack");
	is(prog->insns[11].imm, 20 + MORE - 12, "simple: the address that is left");
	drop(prog);
}

/* Jumps over the loop in both directions, to it, and one whose distance is long. */
static void test_jumps(void)
{
	COMPARE(jumps, 0,
		MOVR(XBPF_REG_6, XBPF_REG_1), MOV(XBPF_REG_7, 0),
		MOV(XBPF_REG_8, 2),
		/* 3 */
		MOVR(XBPF_REG_1, XBPF_REG_6),
		ARGUMENTS(-16), FUNC(XBPF_REG_2, 13),
		JNE(XBPF_REG_8, 7, 0), HELPER(loop),
		/* 15 */
		ADDR(XBPF_REG_7, XBPF_REG_0),
		LOAD(XBPF_REG_1, XBPF_REG_10, -16), ADDR(XBPF_REG_7, XBPF_REG_1),
		ADD(XBPF_REG_8, -1), JNE(XBPF_REG_8, 0, 1), JA32(3), JA32(-19),
		MOVR(XBPF_REG_0, XBPF_REG_7), EXIT(), JA(-3),
		CALLBACK());

	drop(prog);
}

/* One in a subprogram, which has a callback of its own; two in the first. */
static void test_several(void)
{
	COMPARE(several, 0,
		MOVR(XBPF_REG_6, XBPF_REG_1),
		ARGUMENTS(-24), FUNC(XBPF_REG_2, 32), HELPER(loop),
		/* 11 */
		MOVR(XBPF_REG_7, XBPF_REG_0), MOVR(XBPF_REG_1, XBPF_REG_6),
		ARGUMENTS(-24), FUNC(XBPF_REG_2, 20), HELPER(loop),
		/* 23 */
		ADDR(XBPF_REG_7, XBPF_REG_0), MOVR(XBPF_REG_1, XBPF_REG_6),
		CALL(2),
		ADDR(XBPF_REG_0, XBPF_REG_7), EXIT(),
		/* 28 */
		ARGUMENTS(-40), FUNC(XBPF_REG_2, 5), HELPER(loop),
		LOAD(XBPF_REG_1, XBPF_REG_10, -40), ADDR(XBPF_REG_0, XBPF_REG_1),
		EXIT(),
		CALLBACK());

	is(prog->subprogs[1].start, 28 + 2 * MORE, "several: the second's start");
	is(prog->subprogs[0].stack, 24 + 24, "several: the first's stack");
	is(prog->subprogs[1].stack, 40 + 24, "several: the second's stack");
	drop(prog);
}

static void test_records(void)
{
	nr_funcs = 2;
	funcs[1].insn_off = 14;
	nr_lines = 4;
	lines[1].insn_off = 9;
	lines[2].insn_off = 10;
	lines[3].insn_off = 14;
	{
		COMPARE(records, 0,
			ARGUMENTS(-16), FUNC(XBPF_REG_2, 6), HELPER(loop),
			MOV(XBPF_REG_0, 0), JA(0), JA(0), EXIT(),
			CALLBACK());

		is(funcs[0].insn_off, 0, "the first function stays");
		is(funcs[1].insn_off, 14 + MORE, "the second is moved");
		is(lines[1].insn_off, 9, "the line of the call stays");
		is(lines[2].insn_off, 10 + MORE, "the next is moved");
		is(lines[3].insn_off, 14 + MORE, "that of the callback, too");
		drop(prog);
	}
	nr_funcs = 0;
	nr_lines = 0;
}

/* ---- what stays a call ---- */

static void test_flags(void)
{
	COMPARE(flags, 1,
		LOAD(XBPF_REG_5, XBPF_REG_1, STOP), ARGUMENTS(-16),
		JNE(XBPF_REG_5, 3, 1), MOV(XBPF_REG_4, 1),
		FUNC(XBPF_REG_2, 3), HELPER(loop), EXIT(),
		CALLBACK());

	drop(prog);
}

static void test_two_callbacks(void)
{
	COMPARE(two_callbacks, 1,
		LOAD(XBPF_REG_5, XBPF_REG_1, STOP), ARGUMENTS(-16),
		FUNC(XBPF_REG_2, 16), JNE(XBPF_REG_5, 3, 2), FUNC(XBPF_REG_2, 3),
		HELPER(loop), EXIT(),
		CALLBACK(),
		MOV(XBPF_REG_0, 0), EXIT());

	drop(prog);
}

/* The stack pass does not know that the second calls what the first passes. */
static void test_passed_on(void)
{
	COMPARE(passed_on, 1,
		FUNC(XBPF_REG_2, 12), CALL(1), EXIT(),
		/* 4 */
		ARGUMENTS(-16), HELPER(loop), EXIT(),
		CALLBACK());

	drop(prog);
}

static void test_stack_full(void)
{
	COMPARE(stack_full, 1,
		ARGUMENTS(-496), FUNC(XBPF_REG_2, 3), HELPER(loop), EXIT(),
		CALLBACK());

	is(prog->stack, 496, "stack_full: no more of it");
	drop(prog);
}

/* 32,767 instructions can be jumped over, not more. */
static void test_far(void)
{
	static const struct xbpf_insn body[] = {
		ARGUMENTS(-16), FUNC(XBPF_REG_2, 32760), HELPER(loop), EXIT(),
		CALLBACK(),
	};
	static struct xbpf_insn insns[32800];
	u32 n = 0, i, jump = 0;

	insns[n++] = JNE(XBPF_REG_1, 0, 0);
	for (i = 0; i < 10; i++)
		insns[n++] = body[i];
	while (n < 32767)
		insns[n++] = MOV(XBPF_REG_5, n);
	insns[jump].off = n - 1;
	insns[n++] = MOV(XBPF_REG_0, 3);
	insns[n++] = EXIT();
	insns[8].imm = n - 9;
	for (i = 11; i < ARRAY_SIZE(body); i++)
		insns[n++] = body[i];
	drop(compare(insns, n, "far", 1));
}

int main(void)
{
	ok(!xbpf_arena_init(), "the arena is set up");
	test_simple();
	test_jumps();
	test_several();
	test_records();
	test_flags();
	test_two_callbacks();
	test_passed_on();
	test_stack_full();
	test_far();
	return unit_done();
}
