// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control flow of translated code: calls, callbacks, tail calls, long jumps, and
 * what it must leave as the C ABI wants it.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "host/text.h"
#include "unit/jit_prog.h"
#include "unit/unit.h"

#define PROG(name, ...)							\
	static const struct xbpf_insn name##_code[] = { __VA_ARGS__ };	\
	struct xbpf_prog *name = jit_prog(name##_code, ARRAY_SIZE(name##_code))

/* R0 by the interpreter and by the JIT; equal or a failure. */
static u64 both(struct xbpf_prog *prog, void *ctx, const char *what)
{
	u64 interp = xbpf_interp_run(ctx, prog), jit;

	if (!prog->image && !is(xbpf_jit_compile(prog), 0, "%s: compiles", what))
		return interp;
	jit = xbpf_prog_run(prog, ctx);
	is(jit, interp, "%s: interpreter and JIT agree", what);
	return jit;
}

/* ---- the C ABI ---- */

/* Calls @run with known values in the registers that it must preserve. */
u64 call_preserving(void *ctx, const struct xbpf_prog *prog, xbpf_run_fn run,
		    u64 *lost);

asm(".text\n"
    ".globl call_preserving\n"
    "call_preserving:\n"
    "	push %rbp; push %rbx; push %r12; push %r13; push %r14; push %r15\n"
    "	push %rcx\n"
    "	mov $0x11, %ebx; mov $0x12, %r12d; mov $0x13, %r13d\n"
    "	mov $0x14, %r14d; mov $0x15, %r15d; mov $0x16, %ebp\n"
    "	call *%rdx\n"
    "	xor $0x11, %rbx; xor $0x12, %r12; xor $0x13, %r13\n"
    "	xor $0x14, %r14; xor $0x15, %r15; xor $0x16, %rbp\n"
    "	or %rbx, %rbp; or %r12, %rbp; or %r13, %rbp\n"
    "	or %r14, %rbp; or %r15, %rbp\n"
    "	pop %rcx\n"
    "	mov %rbp, (%rcx)\n"
    "	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbx; pop %rbp\n"
    "	ret\n");

static u64 run_preserving(const struct xbpf_prog *prog, void *ctx, u64 *lost)
{
	return call_preserving(ctx, prog, prog->run, lost);
}

static u64 helper_args[5], helper_misaligned, helper_calls;

/* As the lookup of a map: R1 is the map, the rest is what the program has. */
static void *spy_lookup(struct xbpf_map *map, const void *key)
{
	helper_calls++;
	helper_misaligned += (unsigned long)__builtin_frame_address(0) % 16;
	helper_args[0] = (unsigned long)map;
	helper_args[1] = (unsigned long)key;
	/* What a C function may do with registers. */
	asm volatile("mov $-1, %%rdi; mov %%rdi, %%rsi; mov %%rdi, %%rdx\n"
		     "mov %%rdi, %%rcx; mov %%rdi, %%r8; mov %%rdi, %%r9\n"
		     "mov %%rdi, %%r10; mov %%rdi, %%r11\n"
		     ::: "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r10", "r11");
	return (void *)77UL;
}

static const struct xbpf_map_ops spy_ops = { .lookup = spy_lookup };
static struct xbpf_map spy = { .ops = &spy_ops };

static void test_saved_registers(void)
{
	struct xbpf_insn code[64];
	u64 lost, r0;
	u32 used, n, reg;

	for (used = 0; used < 16; used++) {
		struct xbpf_insn lookup[] = {
			LD64(R1, (unsigned long)&spy), MOV(R2, 5),
			INSN(CALL_HELPER, 0, 0, 0, XBPF_FUNC_map_lookup_elem),
		};
		struct xbpf_prog *prog;

		n = 0;
		for (reg = 0; reg < 4; reg++)
			if (used & BIT(reg))
				code[n++] = MOV(R6 + reg, 100 << reg);
		memcpy(code + n, lookup, sizeof(lookup));
		n += ARRAY_SIZE(lookup);
		for (reg = 0; reg < 4; reg++)
			if (used & BIT(reg))
				code[n++] = INSN(ADD64_REG, R0, R6 + reg, 0, 0);
		code[n++] = EXIT();
		prog = jit_prog(code, n);
		prog->subprogs[0].stack = used % 5 * 8;
		is(xbpf_jit_compile(prog), 0, "mask %u: compiles", used);
		helper_misaligned = 0;
		r0 = run_preserving(prog, NULL, &lost);
		is(r0, 77 + 100 * used, "mask %u: R6-R9 survive a helper", used);
		is(lost, 0, "mask %u: nothing of the caller is lost", used);
		is(helper_misaligned, 0, "mask %u: the stack is aligned", used);
		is(helper_args[1], 5, "mask %u: arguments arrive", used);
		jit_prog_free(prog);
	}
}

/* ---- calls ---- */

static void test_local_calls(void)
{
	PROG(prog,
	     MOV(R6, 1), MOV(R7, 2),
	     MOV(R1, 10), INSN(STXDW, R10, R1, -8, 0),
	     INSN(MOV64_REG, R1, R10, 0, 0), INSN(ADD64_IMM, R1, 0, 0, -8),
	     MOV(R2, 2), MOV(R3, 3), MOV(R4, 4), MOV(R5, 5),
	     INSN(CALL_LOCAL, 0, 1, 0, 5),		/* 10: to 16 */
	     INSN(LDXDW, R1, R10, -8, 0),
	     INSN(ADD64_REG, R0, R1, 0, 0),
	     INSN(ADD64_REG, R0, R6, 0, 0),
	     INSN(ADD64_REG, R0, R7, 0, 0),
	     EXIT(),
	     /* 16: sum of the arguments; doubles what R1 points to */
	     MOV(R6, 1000), INSN(LDXDW, R7, R1, 0, 0),
	     INSN(ADD64_REG, R7, R7, 0, 0), INSN(STXDW, R1, R7, 0, 0),
	     INSN(MOV64_REG, R1, R2, 0, 0),
	     INSN(CALL_LOCAL, 0, 1, 0, 4),		/* 21: to 26 */
	     INSN(ADD64_REG, R0, R3, 0, 0), INSN(ADD64_REG, R0, R4, 0, 0),
	     INSN(ADD64_REG, R0, R5, 0, 0),
	     EXIT(),
	     /* 26 */
	     MOV(R6, 7), INSN(MOV64_REG, R0, R1, 0, 0),
	     INSN(MUL64_REG, R0, R6, 0, 0), INSN(STXDW, R10, R0, -16, 0),
	     INSN(LDXDW, R0, R10, -16, 0), EXIT());
	u64 lost;

	jit_prog_subprog(prog, 16, 0);
	jit_prog_subprog(prog, 26, 16);
	is(both(prog, NULL, "local calls"), 14 + 12 + 20 + 3, "local calls");
	run_preserving(prog, NULL, &lost);
	is(lost, 0, "local calls preserve the caller's registers");
	jit_prog_free(prog);
}

/* The loop helper runs the subprogram at 8, which adds its index to *R2. */
static void test_callback(void)
{
	PROG(prog,
	     INSN(STDW, R10, 0, -8, 0), MOV(R1, 10), LD64(R2, 0),
	     INSN(MOV64_REG, R3, R10, 0, 0), INSN(ADD64_IMM, R3, 0, 0, -8),
	     MOV(R4, 0), INSN(CALL_HELPER, 0, 0, 0, XBPF_FUNC_loop),
	     /* 8 */
	     INSN(LDXDW, R1, R10, -8, 0), INSN(ADD64_REG, R0, R1, 0, 0),
	     INSN(JA, 0, 0, 0, 0), EXIT(),
	     /* 12 */
	     INSN(LDXDW, R6, R2, 0, 0), INSN(ADD64_REG, R6, R1, 0, 0),
	     INSN(STXDW, R2, R6, 0, 0), MOV(R0, 0), EXIT());
	struct xbpf_callback callbacks[2] = {};

	jit_prog_subprog(prog, 12, 0);
	callbacks[1].prog = prog;
	callbacks[1].insn = 12;
	prog->callbacks = callbacks;
	prog->insns = malloc(sizeof(prog_code));
	memcpy(prog->insns, prog->code, sizeof(prog_code));
	prog->insns[2].src_reg = XBPF_PSEUDO_FUNC;
	prog->insns[2].imm = 12 - 3;
	prog->code[2].imm = (u32)(unsigned long)&callbacks[1];
	prog->code[3].imm = (unsigned long)&callbacks[1] >> 32;
	is(both(prog, NULL, "callback"), 10 + 45, "callback");
	ok(callbacks[1].native, "the callback is native");
	free(prog->insns);
	prog->callbacks = NULL;
	jit_prog_free(prog);
}

/* ---- tail calls ---- */

static struct xbpf_map *prog_array(void)
{
	union xbpf_attr attr = {
		.map_type = XBPF_MAP_TYPE_PROG_ARRAY, .key_size = 4,
		.value_size = 4, .max_entries = 4,
	};
	struct xbpf_map *map = xbpf_map_alloc(&attr);

	if (!ok(!IS_ERR(map), "a prog array"))
		exit(1);
	return map;
}

static void put(struct xbpf_map *map, u32 index, struct xbpf_prog *prog)
{
	void *old;

	map->ops->swap_ptr(map, &index, prog, 0, &old);
}

/* Adds 1 to *R1, tail-calls @index of @map; R0 = 500 when that fails. */
static struct xbpf_prog *counting_prog(struct xbpf_map *map, u32 index)
{
	const struct xbpf_insn code[] = {
		MOV(R6, 3), MOV(R9, 4), INSN(LDXDW, R2, R1, 0, 0),
		INSN(ADD64_IMM, R2, 0, 0, 1), INSN(STXDW, R1, R2, 0, 0),
		LD64(R2, (unsigned long)map), MOV(R3, index),
		INSN(TAIL_CALL, 0, 0, 0, XBPF_FUNC_tail_call),
		MOV(R0, 500), EXIT(),
	};

	return jit_prog(code, ARRAY_SIZE(code));
}

/* Two subprogram calls, each of which tail-calls. */
static struct xbpf_prog *calling_prog(struct xbpf_map *map, u32 index)
{
	const struct xbpf_insn code[] = {
		INSN(MOV64_REG, R7, R1, 0, 0),
		INSN(CALL_LOCAL, 0, 1, 0, 4),
		INSN(MOV64_REG, R8, R0, 0, 0),
		INSN(MOV64_REG, R1, R7, 0, 0),
		INSN(CALL_LOCAL, 0, 1, 0, 1),
		EXIT(),
		/* 6 */
		INSN(LDXDW, R2, R1, 0, 0), INSN(ADD64_IMM, R2, 0, 0, 1),
		INSN(STXDW, R1, R2, 0, 0),
		LD64(R2, (unsigned long)map), MOV(R3, index),
		INSN(TAIL_CALL, 0, 0, 0, XBPF_FUNC_tail_call),
		MOV(R0, 600), EXIT(),
	};
	struct xbpf_prog *prog = jit_prog(code, ARRAY_SIZE(code));

	jit_prog_subprog(prog, 6, 0);
	return prog;
}

static void run_chain(struct xbpf_prog *prog, u64 runs, u64 want, const char *what)
{
	u64 count = 0, lost, r0 = run_preserving(prog, &count, &lost);

	is(r0, want, "%s: result", what);
	is(count, runs, "%s: runs", what);
	is(lost, 0, "%s: registers", what);
}

static void test_tail_calls(void)
{
	struct xbpf_map *map = prog_array();
	struct xbpf_prog *again = counting_prog(map, 0);
	struct xbpf_prog *missing = counting_prog(map, 3);
	struct xbpf_prog *outside = counting_prog(map, 99);
	struct xbpf_prog *twice = calling_prog(map, 2);
	struct xbpf_prog *twice_again = calling_prog(map, 0);
	const struct xbpf_insn plain_code[] = { MOV(R0, 7), EXIT() };
	struct xbpf_prog *plain = jit_prog(plain_code, 2);

	is(xbpf_jit_compile(again) | xbpf_jit_compile(missing) |
	   xbpf_jit_compile(outside) | xbpf_jit_compile(twice) |
	   xbpf_jit_compile(twice_again) | xbpf_jit_compile(plain), 0,
	   "programs compile");
	run_chain(missing, 1, 500, "no program");
	run_chain(outside, 1, 500, "no such index");
	put(map, 3, plain);
	run_chain(missing, 1, 7, "a program without tail calls");
	put(map, 3, again);
	put(map, 0, again);
	run_chain(again, 34, 500, "itself");
	put(map, 0, missing);
	run_chain(again, 34, 500, "two in turn");
	put(map, 2, twice);
	run_chain(twice, 34 + 34, 600, "subprograms share the count");
	put(map, 0, twice);
	run_chain(twice_again, 34 + 34, 600, "through another program");
	xbpf_jit_free(plain);
	plain->run = xbpf_interp_run;
	put(map, 3, plain);
	run_chain(missing, 1, 7, "an interpreted program");
	xbpf_jit_free(again);
	again->run = xbpf_interp_run;
	put(map, 0, again);
	put(map, 3, again);
	run_chain(missing, 34, 500, "an interpreted program goes on counting");
	xbpf_map_free(map);
	jit_prog_free(plain);
	jit_prog_free(twice_again);
	jit_prog_free(twice);
	jit_prog_free(outside);
	jit_prog_free(missing);
	jit_prog_free(again);
}

/* ---- jumps ---- */

/* @len instructions that add 1, jumped over in both directions. */
static void test_distance(u32 len, s32 add)
{
	struct xbpf_insn *code = calloc(2 * len + 16, sizeof(*code));
	struct xbpf_prog *prog;
	u32 n = 0, i;

	code[n++] = MOV(R0, 0);
	code[n++] = MOV(R1, 2);
	code[n++] = INSN(JA32, 0, 0, 0, len + 1);	/* to the test */
	for (i = 0; i < len; i++)
		code[n++] = INSN(ADD64_IMM, R0, 0, 0, add);
	code[n++] = INSN(SUB64_IMM, R1, 0, 0, 1);
	code[n++] = INSN(JEQ64_IMM, R1, 0, 1, 0);
	code[n++] = INSN(JA32, 0, 0, 0, -(s32)len - 3);
	code[n++] = EXIT();
	prog = jit_prog(code, n);
	is(both(prog, NULL, "distance"), (u64)len * add * 2,
	   "jumps over %u instructions", len);
	jit_prog_free(prog);
	free(code);
}

static void test_conditional_distance(u32 len)
{
	struct xbpf_insn *code = calloc(2 * len + 16, sizeof(*code));
	struct xbpf_prog *prog;
	u32 n = 0, i;

	code[n++] = MOV(R0, 0);
	code[n++] = MOV(R1, 3);
	for (i = 0; i < len; i++)
		code[n++] = INSN(ADD64_IMM, R0, 0, 0, 1);
	code[n++] = INSN(SUB64_IMM, R1, 0, 0, 1);
	code[n++] = INSN(JNE64_IMM, R1, 0, -(s32)len - 2, 0);
	code[n++] = INSN(JEQ64_IMM, R1, 0, len, 0);
	for (i = 0; i < len; i++)
		code[n++] = INSN(ADD64_IMM, R0, 0, 0, 1);
	code[n++] = EXIT();
	prog = jit_prog(code, n);
	is(both(prog, NULL, "conditional"), 3 * len,
	   "conditional jumps over %u instructions", len);
	jit_prog_free(prog);
	free(code);
}

/* Around the limits of the short form, each distance. */
static void test_jumps(void)
{
	u32 len;

	for (len = 1; len < 60; len++) {
		test_distance(len, 1);
		test_conditional_distance(len);
	}
	test_distance(10000, 1);
	test_conditional_distance(32000);
	test_distance(200000, 5);
}

static void test_may_goto(void)
{
	PROG(prog, MOV(R0, 0), INSN(ADD64_IMM, R0, 0, 0, 1),
	     INSN(MAY_GOTO, 0, 0, 1, 0), INSN(JA, 0, 0, -3, 0), EXIT());

	is(both(prog, NULL, "may_goto"), 0x800001, "may_goto ends a loop");
	jit_prog_free(prog);
}

static void test_exits(void)
{
	PROG(prog, INSN(LDXDW, R1, R1, 0, 0), MOV(R0, 1),
	     INSN(JEQ64_IMM, R1, 0, 2, 1), INSN(JEQ64_IMM, R1, 0, 3, 2), EXIT(),
	     MOV(R0, 2), EXIT(), MOV(R0, 3), EXIT());
	u64 ctx;

	for (ctx = 0; ctx < 3; ctx++)
		both(prog, &ctx, "several exits");
	jit_prog_free(prog);
}

static void test_faulting_loads(void)
{
	PROG(prog, INSN(LDXDW, R1, R1, 0, 0), MOV(R2, 2),
	     INSN(XOR64_REG, R0, R0, 0, 0),
	     INSN(LDXSH, R3, R1, 8, 0), INSN(ADD64_REG, R0, R3, 0, 0),
	     INSN(ADD64_REG, R0, R2, 0, 0), EXIT());
	u64 memory[2] = { 0, 0xfff5 }, ctx;

	prog->facts[3].flags |= XBPF_FACT_FAULTING;
	is(xbpf_jit_compile(prog), 0, "faulting load compiles");
	ctx = (unsigned long)memory;
	is(xbpf_prog_run(prog, &ctx), -11 + 2, "a load that does not fault");
	ctx = 100;
	is(xbpf_prog_run(prog, &ctx), 2, "a low address reads as 0");
	ctx = -100;
	is(xbpf_prog_run(prog, &ctx), 2, "a high address reads as 0");
	jit_prog_free(prog);
}

/* Each width, with and without a sign: as the plain load, and 0 at a fault. */
static void test_faulting_widths(void)
{
	static const u8 loads[] = {
		XBPF_OP_LDXB, XBPF_OP_LDXH, XBPF_OP_LDXW, XBPF_OP_LDXDW,
		XBPF_OP_LDXSB, XBPF_OP_LDXSH, XBPF_OP_LDXSW,
	};
	u64 memory = 0x8182838485868788ULL, ctx;
	u32 i, bits;
	u64 want;

	for (i = 0; i < ARRAY_SIZE(loads); i++) {
		PROG(prog, INSN(LDXDW, R1, R1, 0, 0), INSN(LDXB, R0, R1, 0, 0),
		     EXIT());

		prog->code[1].code = loads[i];
		prog->code[1].imm = 1;
		prog->facts[1].flags |= XBPF_FACT_FAULTING;
		bits = xbpf_op_info[loads[i]].width;
		want = memory << (64 - bits);
		want = i < 4 ? want >> (64 - bits) : (u64)((s64)want >> (64 - bits));
		ctx = (unsigned long)&memory;
		is(xbpf_interp_run(&ctx, prog), want, "interpreted, bits %u", bits);
		is(xbpf_jit_compile(prog), 0, "compiles");
		is(xbpf_prog_run(prog, &ctx), want, "translated, bits %u", bits);
		ctx = 100;
		is(xbpf_interp_run(&ctx, prog), 0, "reads as 0");
		is(xbpf_prog_run(prog, &ctx), 0, "translated, too");
		jit_prog_free(prog);
	}
}

/* A kfunc is called by the number of its row. */
static void test_kfunc(void)
{
	PROG(prog, MOV(R1, 77), MOV(R2, 1),
	     INSN(CALL_HELPER, 0, 0, 0, XBPF_KFUNC_bpf_rdonly_cast), EXIT());

	is(xbpf_interp_run(NULL, prog), 77, "a kfunc is called");
	is(xbpf_jit_compile(prog), 0, "and translated");
	is(xbpf_prog_run(prog, NULL), 77, "and called there");
	jit_prog_free(prog);
}

static void test_dead_code(void)
{
	PROG(prog, MOV(R0, 5), INSN(JA, 0, 0, 2, 0),
	     INSN(CALL_KFUNC, 0, 0, 0, 1), INSN(LD_ABSB, 0, 0, 0, 1), EXIT());

	prog->facts[2].flags = prog->facts[3].flags = 0;
	is(xbpf_jit_compile(prog), 0, "dead code is not translated");
	is(xbpf_prog_run(prog, NULL), 5, "and not run");
	xbpf_jit_free(prog);
	prog->facts[2].flags = XBPF_FACT_SEEN;
	is(xbpf_jit_compile(prog), -EOPNOTSUPP, "live, it is refused");
	ok(!prog->image, "and nothing is left of it");
	jit_prog_free(prog);
}

/* The Nth allocation fails, for every N; the program stays as it was. */
static void test_no_memory(void)
{
	PROG(prog, INSN(JA, 0, 0, 1, 0), MOV(R0, 1), MOV(R0, 2), EXIT());
	u64 before, after, total;
	u32 nth, strange = 0;
	int err;

	xbpf_arena_usage(&before, &total);
	for (nth = 1; nth < 100; nth++) {
		xbpf_host_alloc_fail(nth);
		err = xbpf_jit_compile(prog);
		if (!xbpf_host_alloc_failed())
			break;
		xbpf_arena_usage(&after, &total);
		strange += err != -ENOMEM || prog->image || after != before ||
			   prog->run != xbpf_interp_run;
	}
	xbpf_host_alloc_fail(0);
	is(strange, 0, "each of %u allocations may fail", nth - 1);
	is(err, 0, "when none does, it compiles");
	is(xbpf_prog_run(prog, NULL), 2, "and runs");
	jit_prog_free(prog);
}

static void test_all(void)
{
	test_saved_registers();
	test_local_calls();
	test_callback();
	test_tail_calls();
	test_jumps();
	test_may_goto();
	test_exits();
	test_faulting_loads();
	test_faulting_widths();
	test_kfunc();
	test_dead_code();
	test_no_memory();
}

/* In a process of its own, with a region out of reach of direct calls. */
static void test_far(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(2);
		unit_failures = 0;
		xbpf_host_text_far();
		if (xbpf_arena_init())
			_exit(2);
		test_all();
		xbpf_arena_exit();
		_exit(unit_failures != 0);
	}
	ok(pid > 0 && waitpid(pid, &status, 0) == pid && !status,
	   "all of it far from the helpers");
}

int main(void)
{
	struct xbpf_text_host *host = xbpf_host_text_traits();
	u64 used, total;

	test_far();
	ok(!xbpf_arena_init(), "the arena is set up");
	test_all();
	diag("as in a kernel with mitigations:");
	host->ret = xbpf_host_text_ret;
	host->jump_rax = xbpf_host_text_jump_rax;
	host->endbr = 1;
	test_all();
	xbpf_arena_usage(&used, &total);
	is(used, 0, "nothing is left in the arena");
	xbpf_arena_exit();
	return unit_done();
}
