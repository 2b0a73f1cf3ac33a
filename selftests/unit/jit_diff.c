// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random programs: the interpreter and the JIT must agree on R0, all registers
 * and memory.
 *
 * Usage: jit_diff [PROGRAMS [SEED]]
 */
#include "host/text.h"
#include "unit/jit_prog.h"
#include "unit/unit.h"

#define MEMORY		256	/* bytes that R9 points to, in its middle */
#define SAVED		(MEMORY / 2)	/* registers at the end, from the middle */
#define MAX_BODY	120
#define MAX_LEN		(MAX_BODY + 100)

static u64 seed = 1;

static u64 rnd64(void)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return seed ^ seed >> 29 ^ seed << 31;
}

static u32 rnd(u32 below)
{
	return (rnd64() >> 32) % below;
}

static u64 random_value(void)
{
	static const u64 edges[] = {
		0, 1, 2, -1, -2, 63, 64, 127, 128, 255, 256, S32_MAX,
		1ULL << 31, U32_MAX, 1ULL << 32, S64_MAX, 1ULL << 63,
		0xffffffff80000000,
	};

	if (rnd(3))
		return edges[rnd(ARRAY_SIZE(edges))] + rnd(3) - 1;
	return rnd64() >> rnd(64);
}

/* ---- programs ---- */

/*
 * @regs: registers in use; few of them meet each other more often
 * @kept: those that are read at the end
 * @stack: end of the part of the stack that is used
 */
struct program {
	struct xbpf_insn code[MAX_LEN];
	u32 len;
	u32 regs;
	u32 kept;
	s16 stack;
	u64 memory;	/* address */
};

static void add(struct program *p, struct xbpf_insn insn)
{
	p->code[p->len++] = insn;
}

static void add_ld64(struct program *p, u8 dst, u64 value)
{
	struct xbpf_insn two[] = { LD64(dst, value) };

	add(p, two[0]);
	add(p, two[1]);
}

/* Of the stack or of the memory; returns the base register. */
static u8 random_place(const struct program *p, u8 width, s16 *off)
{
	u8 bytes = width / 8;

	if (rnd(2)) {
		*off = p->stack + rnd(64 / bytes) * bytes;
		return R10;
	}
	*off = (s16)(rnd(SAVED / bytes) * bytes) - SAVED;
	return R9;
}

static int is_random_kind(u8 kind)
{
	switch (kind) {
	case XBPF_KIND_ALU:
	case XBPF_KIND_MOVSX:
	case XBPF_KIND_NEG:
	case XBPF_KIND_END:
	case XBPF_KIND_JMP:
	case XBPF_KIND_LDX:
	case XBPF_KIND_ST:
	case XBPF_KIND_STX:
	case XBPF_KIND_ATOMIC:
	case XBPF_KIND_LOAD_ACQ:
	case XBPF_KIND_STORE_REL:
		return 1;
	}
	return 0;
}

static void fill_operands(const struct program *p, struct xbpf_insn *insn,
			  const struct xbpf_op_info *info)
{
	insn->dst_reg = rnd(p->regs);
	insn->src_reg = info->use & XBPF_USE_S ? rnd(p->regs) : 0;
	insn->imm = info->use & XBPF_USE_I ? (s32)random_value() : 0;
	switch (info->kind) {
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		insn->src_reg = random_place(p, info->width, &insn->off);
		break;
	case XBPF_KIND_ST:
	case XBPF_KIND_STX:
	case XBPF_KIND_ATOMIC:
	case XBPF_KIND_STORE_REL:
		insn->dst_reg = random_place(p, info->width, &insn->off);
		break;
	case XBPF_KIND_ALU:
		if ((info->use & XBPF_USE_S) && !rnd(30))
			insn->src_reg = R9;
		break;
	}
}

static void add_random(struct program *p, u32 end)
{
	struct xbpf_insn insn = {};
	const struct xbpf_op_info *info;

	do {
		insn.code = rnd(XBPF_NR_OPS);
		info = &xbpf_op_info[insn.code];
	} while (!is_random_kind(info->kind) ||
		 (info->kind == XBPF_KIND_JMP && rnd(3)));
	fill_operands(p, &insn, info);
	if (info->kind == XBPF_KIND_JMP)
		insn.off = rnd(end - p->len);
	add(p, insn);
}

/*
 * The base of an access in a register that the program has computed. Only where no
 * jump comes in between; addresses of the stack, which differ, are not kept.
 */
static void add_moved_base(struct program *p)
{
	u8 reg = rnd(p->regs), other = (reg + 1 + rnd(p->regs - 1)) % p->regs;
	int in_stack = rnd(2);
	s32 by = (in_stack ? p->stack : -64) + rnd(8) * 8;

	add(p, INSN(MOV64_REG, reg, in_stack ? R10 : R9, 0, 0));
	if (rnd(2))
		add(p, INSN(ADD64_IMM, reg, 0, 0, by));
	else
		add(p, INSN(SUB64_IMM, reg, 0, 0, -by));
	switch (rnd(5)) {
	case 0:
		add(p, INSN(A_FXOR64, reg, other, 0, 0));
		break;
	case 1:
		add(p, INSN(LDXSH, rnd(2) ? reg : other, reg, 2, 0));
		break;
	case 2:
		add(p, INSN(STXW, reg, other, 4, 0));
		break;
	case 3:
		add(p, INSN(STH, reg, 0, 4, 99));
		break;
	default:
		add(p, INSN(LDXW, other, reg, 0, 0));
		add(p, INSN(JGT64_IMM, other, 0, 0, rnd(100)));
		add(p, INSN(JNE64_IMM, other, 0, 1, rnd(3)));
		add(p, INSN(LDXB, other, R10, p->stack + 5, 0));
	}
	add(p, INSN(XOR64_REG, reg, reg, 0, 0));
}

/* Neighbours that the JIT may make one of, and such that only look like it. */
static void add_idiom(struct program *p)
{
	static const s32 counts[] = { 32, 48, 56, 32, 40 };
	static const u8 loads[] = { XBPF_OP_LDXB, XBPF_OP_LDXH, XBPF_OP_LDXW,
				    XBPF_OP_LDXDW, XBPF_OP_LDXSW };
	u8 a = rnd(p->regs), b = rnd(p->regs), c = rnd(p->regs);
	struct xbpf_insn load = INSN(LDXB, a, 0, 0, 0);
	u8 memory = random_place(p, 64, &load.off);
	s32 imm = random_value();

	load.code = loads[rnd(ARRAY_SIZE(loads))];
	load.src_reg = memory;
	switch (rnd(9)) {
	case 0:
		add(p, INSN(MOV64_REG, a, b, 0, 0));
		fallthrough;
	case 1:
		imm = counts[rnd(ARRAY_SIZE(counts))];
		add(p, INSN(LSH64_IMM, a, 0, 0, imm));
		if (rnd(2))
			add(p, INSN(RSH64_IMM, a, 0, 0, imm));
		else
			add(p, INSN(ARSH64_IMM, a, 0, 0, imm));
		break;
	case 2:
		add(p, load);
		add(p, INSN(MOVSX32_64, rnd(2) ? a : b, a, 0, 0));
		add(p, INSN(MOV32_REG, a, a, 0, 0));
		break;
	case 3:
		add(p, INSN(MOV64_REG, a, b, 0, 0));
		add(p, INSN(ADD64_IMM, a, 0, 0, imm));
		break;
	case 4:
		add(p, INSN(MOV64_REG, a, b, 0, 0));
		add(p, INSN(ADD64_REG, a, c, 0, 0));
		break;
	case 5:
		if (rnd(2))
			add(p, INSN(MOV64_IMM, a, 0, 0, imm));
		else
			add(p, INSN(MOV32_IMM, a, 0, 0, imm));
		if (rnd(2))
			add(p, INSN(STXDW, memory, a, load.off, 0));
		break;
	case 6:
		add(p, INSN(LSH64_IMM, a, 0, 0, rnd(5)));
		add(p, INSN(ADD64_REG, rnd(2) ? a : b, rnd(2) ? a : c, 0, 0));
		break;
	case 7:
		add(p, load);
		break;
	default:
		add(p, INSN(MOV64_REG, a, b, 0, 0));
	}
}

/* A comparison and what it jumps over. */
static void add_compare(struct program *p)
{
	struct xbpf_insn insn = {};

	do
		insn.code = XBPF_OP_JEQ64_REG + rnd(44);
	while (xbpf_op_info[insn.code].kind != XBPF_KIND_JMP);
	fill_operands(p, &insn, &xbpf_op_info[insn.code]);
	if (rnd(2))
		insn.imm = insn.imm ? rnd(2) * 0x80 : 0;
	insn.off = 1 + rnd(2);
	add(p, insn);
	add(p, INSN(ADD64_IMM, rnd(p->regs), 0, 0, 77));
	add(p, INSN(MOV64_IMM, rnd(p->regs), 0, 0, 78));
}

/* All registers and the stack have values, so that nothing differs by chance. */
static void add_setup(struct program *p)
{
	u32 i;

	for (i = 0; i < 9; i++)
		add_ld64(p, i, random_value());
	add_ld64(p, R9, p->memory + SAVED);
	for (i = 0; i < 8; i++)
		add(p, INSN(STXDW, R10, rnd(9), p->stack + i * 8, 0));
}

static void add_end(struct program *p)
{
	u32 i;

	for (i = 0; i < 9; i++)
		if (p->kept & BIT(i))
			add(p, INSN(STXDW, R9, i, i * 8, 0));
	if (!(p->kept & BIT(R0)))
		add(p, MOV(R0, 0));
	add(p, EXIT());
}

static void make_program(struct program *p, void *memory)
{
	u32 end, i;

	p->len = 0;
	p->memory = (unsigned long)memory;
	p->stack = -64 - (s32)rnd(57) * 8;
	p->regs = 2 + rnd(7);
	p->kept = rnd(2) ? 0x1ff : rnd(0x200);
	add_setup(p);
	end = p->len + 5 + rnd(MAX_BODY - 40);
	/* Jumps go to @end at most, a little further than it at times. */
	while (p->len < end) {
		if (end - p->len < 8)
			add_random(p, end);
		else if (!rnd(20))
			add(p, INSN(JA, 0, 0, rnd(end - p->len), 0));
		else if (rnd(3))
			add_idiom(p);
		else if (rnd(2))
			add_compare(p);
		else
			add_random(p, end);
	}
	for (i = 0; i < 4; i++)
		add_moved_base(p);
	add_end(p);
}

/* ---- both ways ---- */

struct result {
	u64 r0;
	u8 memory[MEMORY];
};

static void run(const struct xbpf_prog *prog, void *memory, const void *before,
		struct result *result)
{
	memcpy(memory, before, MEMORY);
	result->r0 = xbpf_prog_run(prog, memory);
	memcpy(result->memory, memory, MEMORY);
}

static void show(const struct program *p, const struct result *interp,
		 const struct result *jit)
{
	u32 i;

	for (i = 0; i < p->len; i++)
		diag("%3u: %-12s r%u r%u %+d %d", i,
		     xbpf_op_info[p->code[i].code].name, p->code[i].dst_reg,
		     p->code[i].src_reg, p->code[i].off, p->code[i].imm);
	for (i = 0; i < MEMORY / 8; i++)
		if (memcmp(interp->memory + i * 8, jit->memory + i * 8, 8))
			diag("memory %u: interpreter %016llx JIT %016llx", i,
			     (unsigned long long)*(u64 *)(interp->memory + i * 8),
			     (unsigned long long)*(u64 *)(jit->memory + i * 8));
}

static u64 jit_bytes, jit_insns;

static int agree(struct program *p, void *memory)
{
	struct result interp = {}, jit = {};
	u8 before[MEMORY];
	struct xbpf_prog *prog;
	int good, i;

	for (i = 0; i < MEMORY; i++)
		before[i] = rnd(256);
	make_program(p, memory);
	prog = jit_prog(p->code, p->len);
	run(prog, memory, before, &interp);
	good = !xbpf_jit_compile(prog);
	if (good) {
		run(prog, memory, before, &jit);
		good = !memcmp(&interp, &jit, sizeof(jit));
		jit_bytes += prog->image_len;
		jit_insns += p->len;
	}
	if (!good)
		show(p, &interp, &jit);
	jit_prog_free(prog);
	return good;
}

static u32 run_many(u32 programs)
{
	u64 memory[MEMORY / 8];
	struct program p;
	u32 i;

	for (i = 0; i < programs; i++)
		if (!agree(&p, memory))
			break;
	return i;
}

int main(int argc, char **argv)
{
	u32 programs = argc > 1 ? atoi(argv[1]) : 4000;

	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	ok(!xbpf_arena_init(), "the arena is set up");
	is(run_many(programs), programs, "random programs give the same result");
	xbpf_host_text_traits()->has_bmi2 = 0;
	is(run_many(programs), programs, "and so without BMI2");
	diag("%.2f bytes of code for an instruction",
	     jit_insns ? (double)jit_bytes / jit_insns : 0);
	return unit_done();
}
