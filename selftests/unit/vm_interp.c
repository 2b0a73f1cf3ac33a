// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the interpreter decides at run time: tail calls, callbacks, budgets,
 * faulting loads; what decoding fills in; a program's memory when it is short.
 *
 * Programs are built by hand, as the verifier would leave them.
 */
#include "vm/vm.h"
#include "vm/map.h"
#include "unit.h"

#define MOV(d, i)	{ .code = 0xb7, .dst_reg = (d), .imm = (i) }
#define MOV_R(d, s)	{ .code = 0xbf, .dst_reg = (d), .src_reg = (s) }
#define ADD(d, i)	{ .code = 0x07, .dst_reg = (d), .imm = (i) }
#define ADD_R(d, s)	{ .code = 0x0f, .dst_reg = (d), .src_reg = (s) }
#define LDX(d, s, o)	{ .code = 0x79, .dst_reg = (d), .src_reg = (s), .off = (o) }
#define STX(d, s, o)	{ .code = 0x7b, .dst_reg = (d), .src_reg = (s), .off = (o) }
#define LD64(d, s, lo, hi)						\
	{ .code = 0x18, .dst_reg = (d), .src_reg = (s), .imm = (lo) },	\
	{ .imm = (hi) }
#define CALL(f)		{ .code = 0x85, .imm = XBPF_FUNC_##f }
#define CALL_SUB(i)	{ .code = 0x85, .src_reg = 1, .imm = (i) }
#define MAY_GOTO(o)	{ .code = 0xe5, .off = (o) }
#define JA(o)		{ .code = 0x05, .off = (o) }
#define EXIT		{ .code = 0x95 }

/* @sub: where a subprogram begins, 0: there is none. */
static struct xbpf_prog *make(const struct xbpf_insn *insns, u32 len, u32 sub)
{
	struct xbpf_prog *prog = xbpf_prog_alloc(len);
	u32 i;

	memcpy(prog->insns, insns, len * sizeof(*insns));
	prog->nr_subprogs = sub ? 2 : 1;
	prog->subprogs = kcalloc(2, sizeof(*prog->subprogs), GFP_KERNEL);
	prog->subprogs[0].stack = 64;
	prog->subprogs[1].stack = 64;
	prog->subprogs[1].start = sub;
	prog->stack = sub ? 128 : 64;
	prog->calls = sub ? 1 : 0;
	for (i = sub; sub && i < len; i++)
		prog->facts[i].subprog = 1;
	xbpf_prog_set_interp(prog);
	return prog;
}

#define MAKE(insns, sub)	make(insns, ARRAY_SIZE(insns), sub)

static void use_map(struct xbpf_prog *prog, struct xbpf_map *map)
{
	prog->maps = kcalloc(1, sizeof(map), GFP_KERNEL);
	prog->maps[0] = map;
	prog->nr_maps = 1;
}

static struct xbpf_map *new_map(u32 type, u32 value_size, u32 max)
{
	union xbpf_attr attr = {
		.map_type = type, .key_size = 4, .value_size = value_size,
		.max_entries = max,
	};

	return xbpf_map_alloc(&attr);
}

static u64 run(struct xbpf_prog *prog, const void *ctx)
{
	u64 r0;

	rcu_read_lock();
	r0 = xbpf_prog_run(prog, ctx);
	rcu_read_unlock();
	return r0;
}

/* ---- tail calls ---- */

static void put(struct xbpf_map *map, u32 key, struct xbpf_prog *prog)
{
	void *old;

	map->ops->swap_ptr(map, &key, prog, 0, &old);
}

/* *(u64 *)ctx += 1; tail call into slot 0; r0 = the count */
static const struct xbpf_insn tail_loop[] = {
	LDX(6, 1, 0), ADD(6, 1), STX(1, 6, 0),
	LD64(2, XBPF_PSEUDO_MAP_FD, 0, 0), MOV(3, 0), CALL(tail_call),
	MOV_R(0, 6), EXIT,
};

/* Calls a subprogram, which tail-calls slot 0; adds 1000 to its result. */
static const struct xbpf_insn tail_below[] = {
	CALL_SUB(2), ADD(0, 1000), EXIT,
	LD64(2, XBPF_PSEUDO_MAP_FD, 0, 0), MOV(3, 0), CALL(tail_call),
	MOV(0, 7), EXIT,
};

static const struct xbpf_insn give_five[] = { MOV(0, 5), EXIT };

static void test_tail_limit(struct xbpf_map *map)
{
	struct xbpf_prog *prog = MAKE(tail_loop, 0);
	u64 count = 0;

	use_map(prog, map);
	is(xbpf_prog_decode(prog), 0, "a program with a tail call is decoded");
	is(prog->code[6].code, XBPF_OP_TAIL_CALL, "the call has its own operation");
	put(map, 0, prog);
	is(run(prog, &count), XBPF_MAX_TAIL_CALLS + 1, "tail calls have a limit");
	count = 0;
	is(xbpf_interp_tail(&count, prog, 30), 4, "calls before count");
	put(map, 0, NULL);
	count = 0;
	is(run(prog, &count), 1, "an empty slot falls through");
	xbpf_prog_free(prog);
}

static void test_tail_below_call(struct xbpf_map *map)
{
	struct xbpf_prog *prog = MAKE(tail_below, 3);
	struct xbpf_prog *five = MAKE(give_five, 0);

	use_map(prog, map);
	xbpf_prog_decode(prog);
	xbpf_prog_decode(five);
	is(run(prog, NULL), 1007, "no program: the subprogram goes on");
	put(map, 0, five);
	is(run(prog, NULL), 1005, "a tail call returns to the caller's program");
	five->stack = XBPF_STACK_SIZE * 2;
	is(run(prog, NULL), 1007, "no room for its stack: no tail call");
	prog->subprogs[0].stack = 0;
	prog->stack = 0;
	put(map, 0, prog);
	is(run(prog, NULL), 1007 + 1000 * (XBPF_MAX_FRAMES - 2),
	   "a program that tail-calls itself below a call: no room for calls");
	put(map, 0, NULL);
	xbpf_prog_free(five);
	xbpf_prog_free(prog);
}

/* ---- callbacks ---- */

/* bpf_loop(10, add, &sum, 0); r0 = sum + iterations */
static const struct xbpf_insn loop_sum[] = {
	{ .code = 0x7a, .dst_reg = 10, .off = -8 },
	MOV(1, 10), LD64(2, XBPF_PSEUDO_FUNC, 8, 0), MOV_R(3, 10), ADD(3, -8),
	MOV(4, 0), CALL(loop), LDX(1, 10, -8), ADD_R(0, 1), EXIT,
	/* add(i, sum): *sum += i; stop after 7 */
	LDX(3, 2, 0), ADD_R(3, 1), STX(2, 3, 0), MOV(0, 0),
	{ .code = 0x55, .dst_reg = 1, .off = 1, .imm = 7 }, MOV(0, 1), EXIT,
};

static u64 seen[5];

static u64 native(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	seen[0] = r1;
	seen[1] = r2;
	return 1;
}

static void test_callbacks(void)
{
	struct xbpf_prog *prog = MAKE(loop_sum, 11);

	is(xbpf_prog_decode(prog), 0, "a program with a callback is decoded");
	is(run(prog, NULL), 28 + 8, "the helper runs it until it says stop");
	prog->callbacks[1].native = native;
	run(prog, NULL);
	is(seen[0], 0, "a translated callback is called instead");
	prog->insns[2].imm = 9;
	is(xbpf_prog_decode(prog), -EINVAL, "a callback is a subprogram");
	xbpf_prog_free(prog);
	is(xbpf_helper_loop(1U << 24, 0, 0, 0, 0), (u64)-E2BIG, "too long a loop");
	is(xbpf_helper_loop(1, 0, 0, 1, 0), (u64)-EINVAL, "no flags");
}

/* ---- loads that fault, budgets ---- */

static const struct xbpf_insn load[] = { LDX(0, 1, 0), EXIT };
static const struct xbpf_insn endless[] = { MAY_GOTO(1), JA(-2), MOV(0, 9), EXIT };

static void test_faults(void)
{
	struct xbpf_prog *prog = MAKE(load, 0);
	u64 value = 42;

	prog->facts[0].flags |= XBPF_FACT_FAULTING;
	xbpf_prog_decode(prog);
	is(run(prog, &value), 42, "a load that may fault");
	is(run(prog, (void *)64), 0, "reads as zero when it does");
	xbpf_prog_free(prog);
}

static void test_budget(void)
{
	struct xbpf_prog *prog = MAKE(endless, 0);

	xbpf_prog_decode(prog);
	is(run(prog, NULL), 9, "a loop of may_goto ends");
	xbpf_prog_free(prog);
}

/* ---- what decoding resolves, and refuses ---- */

static const struct xbpf_insn map_value[] = {
	LD64(1, XBPF_PSEUDO_MAP_VALUE, 0, 8), LDX(0, 1, 0), EXIT,
};
static const struct xbpf_insn map_itself[] = {
	LD64(0, XBPF_PSEUDO_MAP_IDX, 0, 0), EXIT,
};

static void test_maps(void)
{
	struct xbpf_map *map = new_map(XBPF_MAP_TYPE_ARRAY, 16, 1);
	struct xbpf_prog *prog = MAKE(map_value, 0);
	u64 value[2] = { 1, 77 };
	u32 key = 0;

	map->ops->update(map, &key, value, 0);
	use_map(prog, map);
	is(xbpf_prog_decode(prog), 0, "the address of a value");
	is(run(prog, NULL), 77, "is that of its bytes");
	prog->insns[1].imm = 16;
	ok(xbpf_prog_decode(prog) < 0, "outside the value there is none");
	prog->insns[0].imm = 1;
	is(xbpf_prog_decode(prog), -EINVAL, "no such map");
	xbpf_prog_free(prog);

	prog = MAKE(map_itself, 0);
	use_map(prog, map);
	xbpf_prog_decode(prog);
	is(run(prog, NULL), (unsigned long)map, "a map is its address");
	xbpf_prog_free(prog);
	xbpf_map_free(map);
}

static int decode_one(struct xbpf_insn insn)
{
	struct xbpf_prog *prog = make(&insn, 1, 0);
	int err = xbpf_prog_decode(prog);

	xbpf_prog_free(prog);
	return err;
}

static void test_refusals(void)
{
	is(decode_one((struct xbpf_insn) { .code = 0x85, .imm = 9999 }), -EINVAL,
	   "no such helper");
	is(decode_one((struct xbpf_insn) { .code = 0x85, .src_reg = 2 }), -EINVAL,
	   "no kernel functions");
	is(decode_one((struct xbpf_insn) { .code = 0x18 }), -EINVAL,
	   "half a constant");
	is(decode_one((struct xbpf_insn) { .code = 0xff }), -EINVAL,
	   "unknown opcode");
	ok(!xbpf_prog_alloc(0) && !xbpf_prog_alloc(XBPF_MAX_INSNS + 1),
	   "lengths have limits");
}

/* ---- memory ---- */

static void test_no_memory(void)
{
	long before = xbpf_host_alloc_live();
	struct xbpf_prog *prog;
	int n;

	for (n = 1; n < 10; n++) {
		xbpf_host_alloc_fail(n);
		prog = xbpf_prog_alloc(8);
		xbpf_prog_free(prog);
		if (!xbpf_host_alloc_failed())
			break;
		if (prog)
			ok(0, "allocation %d failed unnoticed", n);
	}
	xbpf_host_alloc_fail(0);
	is(n, 5, "four allocations make a program");
	is(xbpf_host_alloc_live(), before, "nothing is left");

	prog = MAKE(loop_sum, 11);
	xbpf_host_alloc_fail(1);
	is(xbpf_prog_decode(prog), -ENOMEM, "no memory for callbacks");
	xbpf_host_alloc_fail(0);
	xbpf_prog_free(prog);
}

int main(void)
{
	struct xbpf_map *map = new_map(XBPF_MAP_TYPE_PROG_ARRAY, 4, 1);

	test_tail_limit(map);
	test_tail_below_call(map);
	xbpf_map_free(map);
	test_callbacks();
	test_faults();
	test_budget();
	test_maps();
	test_refusals();
	test_no_memory();
	return unit_done();
}
