// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each form of the x86 encoder, with many operands, against the bytes of GNU as.
 */
#include <unistd.h>

#include "jit/x86/x86.h"
#include "unit/unit.h"

#define SLOT	32	/* bytes that one instruction is padded to */
#define ROUNDS	60
#define MAX_CASES 60000

enum shape {
	RM_R,		/* mnemonic rm, reg */
	R_RM,		/* mnemonic reg, rm */
	R_M,		/* the same, memory only */
	M_R,
	RM,		/* mnemonic rm */
	M_I,		/* mnemonic memory, imm */
	RM_I,
	RM_1,
	RM_CL,
	R_RM_I,
	R,		/* register in the opcode */
	R_I,
	EAX_I,
	I,
	NONE,
	REL,
	VEX,
};

/* Widths of the two operands; 0: 64 with X86_W, otherwise 32. */
struct row {
	const char *mnemonic;
	u32 form;
	u8 shape;
	u8 digit;
	u8 reg_width;
	u8 rm_width;
};

#define BOTH(m, f, ...) { m, f, __VA_ARGS__ }, { m, (f) | X86_W, __VA_ARGS__ }
#define ALU(m, op, digit)						\
	BOTH(m, X86_##op, RM_R), BOTH(m, X86_##op##_LOAD, R_M),		\
	BOTH(m, X86_ALU_I8, RM_I, digit),				\
	BOTH(m, X86_ALU_I32, RM_I, digit),				\
	BOTH(m, X86_ALU_EAX | (digit) << 3, EAX_I)
#define SHIFT(m, digit)							\
	BOTH(m, X86_SHIFT_1, RM_1, digit), BOTH(m, X86_SHIFT_I, RM_I, digit),\
	BOTH(m, X86_SHIFT_CL, RM_CL, digit)
#define CC(name, cc)							\
	{ "j" name, X86_JCC | (cc), REL }, { "j" name, X86_JCC8 | (cc), REL },\
	BOTH("cmov" name, X86_CMOV | (cc), R_RM)

static const struct row rows[] = {
	ALU("add", ADD, X86_ALU_ADD), ALU("or", OR, X86_ALU_OR),
	ALU("and", AND, X86_ALU_AND), ALU("sub", SUB, X86_ALU_SUB),
	ALU("xor", XOR, X86_ALU_XOR), ALU("cmp", CMP, X86_ALU_CMP),
	BOTH("test", X86_TEST, RM_R), BOTH("mov", X86_MOV, RM_R),
	BOTH("xchg", X86_XCHG, M_R), BOTH("mov", X86_LOAD, R_M),
	BOTH("mov", X86_STORE, M_R), BOTH("lea", X86_LEA, R_M),
	{ "movsxd", X86_MOVSXD | X86_W, R_RM, 0, 64, 32 },
	BOTH("movzx", X86_MOVZX8, R_RM, 0, 0, 8),
	BOTH("movzx", X86_MOVZX16, R_RM, 0, 0, 16),
	BOTH("movsx", X86_MOVSX8, R_RM, 0, 0, 8),
	BOTH("movsx", X86_MOVSX16, R_RM, 0, 0, 16),
	{ "mov", X86_STORE8, M_R, 0, 8, 8 },
	{ "mov", X86_STORE16, M_R, 0, 16, 16 },
	{ "mov", X86_STORE8_I, M_I, 0, 8, 8 },
	{ "mov", X86_STORE16_I, M_I, 0, 16, 16 },
	BOTH("mov", X86_STORE_I, M_I),
	{ "test", X86_TEST_I8, RM_I, 0, 8, 8 },
	BOTH("test", X86_TEST_I, RM_I),
	{ "test", X86_TEST_AL, EAX_I, 0, 8, 8 },
	BOTH("test", X86_TEST_EAX, EAX_I),
	BOTH("imul", X86_IMUL, R_RM), BOTH("imul", X86_IMUL_I8, R_RM_I),
	BOTH("imul", X86_IMUL_I32, R_RM_I),
	BOTH("not", X86_UNARY, RM, X86_NOT), BOTH("neg", X86_UNARY, RM, X86_NEG),
	BOTH("mul", X86_UNARY, RM, X86_MUL), BOTH("div", X86_UNARY, RM, X86_DIV),
	BOTH("imul", X86_UNARY, RM, X86_IMUL1),
	BOTH("idiv", X86_UNARY, RM, X86_IDIV),
	BOTH("inc", X86_INCDEC, RM, 0), BOTH("dec", X86_INCDEC, RM, 1),
	SHIFT("rol", X86_ROL), SHIFT("ror", X86_ROR), SHIFT("shl", X86_SHL),
	SHIFT("shr", X86_SHR), SHIFT("sar", X86_SAR),
	BOTH("shlx", X86_SHLX, VEX), BOTH("shrx", X86_SHRX, VEX),
	BOTH("sarx", X86_SARX, VEX),
	BOTH("bswap", X86_BSWAP, R), BOTH("movbe", X86_MOVBE_LOAD, R_M),
	{ "mov", X86_MOV_I32, R_I }, { "movabs", X86_MOV_I64, R_I },
	{ "mov", X86_MOV_SI32, RM_I },
	{ "push", X86_PUSH, R, 0, 64, 64 }, { "pop", X86_POP, R, 0, 64, 64 },
	BOTH("lock xadd", X86_XADD, M_R), BOTH("lock cmpxchg", X86_CMPXCHG, M_R),
	BOTH("lock add", X86_ADD | X86_LOCK, M_R),
	{ "cdq", X86_CDQ, NONE }, { "cqo", X86_CDQ | X86_W, NONE },
	{ "ret", X86_RET, NONE }, { "leave", X86_LEAVE, NONE },
	{ "int3", X86_INT3, NONE }, { "push", X86_PUSH_I8, I },
	{ "call", X86_CALL, REL }, { "jmp", X86_JMP, REL },
	{ "jmp", X86_JMP8, REL },
	CC("o", X86_O), CC("no", X86_NO), CC("b", X86_B), CC("ae", X86_AE),
	CC("e", X86_E), CC("ne", X86_NE), CC("be", X86_BE), CC("a", X86_A),
	CC("s", X86_S), CC("ns", X86_NS), CC("p", X86_P), CC("np", X86_NP),
	CC("l", X86_L), CC("ge", X86_GE), CC("le", X86_LE), CC("g", X86_G),
	{ "call", X86_INDIRECT, RM, 2, 64, 64 },
	{ "jmp", X86_INDIRECT, RM, 4, 64, 64 },
	{ "mov", X86_LOAD | X86_GS | X86_W, R_M },
	{ "mov", X86_LOAD | X86_GS, R_M },
	BOTH("add", X86_ADD | X86_GS, M_R),
};

static const char * const names[4][16] = {
	{ "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b",
	  "r10b", "r11b", "r12b", "r13b", "r14b", "r15b" },
	{ "ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w",
	  "r11w", "r12w", "r13w", "r14w", "r15w" },
	{ "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d",
	  "r10d", "r11d", "r12d", "r13d", "r14d", "r15d" },
	{ "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9",
	  "r10", "r11", "r12", "r13", "r14", "r15" },
};

static const char *reg_name(u8 reg, u8 width)
{
	return names[ilog2(width) - 3][reg];
}

static u64 seed = 1;

static u32 rnd(u32 below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

static s32 random_disp(void)
{
	static const s32 edges[] = { 0, 0, 1, -1, 127, -128, 128, -129 };
	u32 i = rnd(ARRAY_SIZE(edges) + 2);

	return i < ARRAY_SIZE(edges) ? edges[i] : (s32)(rnd(1U << 31) * 2);
}

static struct xbpf_x86_rm random_mem(u32 form)
{
	u8 index = rnd(16);

	if ((form & X86_GS) && rnd(2))
		return xbpf_x86_abs(random_disp());
	if (!rnd(16))
		return xbpf_x86_mem(X86_NONE, random_disp());
	if (rnd(2) || index == X86_RSP)
		return xbpf_x86_mem(rnd(16), random_disp());
	return xbpf_x86_sib(rnd(16), index, rnd(4), random_disp());
}

static struct xbpf_x86_rm random_rm(const struct row *row)
{
	u8 reg;

	if (row->shape == R_M || row->shape == M_R || row->shape == M_I)
		return random_mem(row->form);
	if (row->shape >= R || row->form == X86_MOV_SI32 || rnd(2)) {
		/* With the accumulator, as prefers the forms that have it built in. */
		do
			reg = rnd(16);
		while (row->shape == RM_I && reg == X86_RAX);
		return xbpf_x86_reg(reg);
	}
	return random_mem(row->form);
}

/* As small or as large as it must be for as to choose the same form. */
static s64 random_imm(const struct row *row)
{
	if (row->shape == RM_I && (row->form & 0xff) == (X86_SHIFT_I & 0xff))
		return 2 + rnd(30);
	switch (row->form & X86_IMM) {
	case X86_IB:
		return (s8)rnd(256);
	case X86_IW:
		return (s16)rnd(65536);
	case X86_ID:
		return ((s64)rnd(1 << 30) + 1000) * (rnd(2) ? 1 : -1);
	case X86_IQ:
		return (u64)rnd(1U << 31) << 33 | rnd(1U << 31);
	}
	return 0;
}

static int print_mem(char *buf, const struct xbpf_x86_rm *rm, u32 form)
{
	static const char * const ptr[] = { "byte", "word", "dword", "qword" };
	u8 width = form >> 24;
	int n = 0;

	if (width)
		n = sprintf(buf, "%s ptr ", ptr[ilog2(width) - 3]);
	if (form & X86_GS)
		n += sprintf(buf + n, "gs:");
	if (rm->mem == 2)
		return n + sprintf(buf + n, "[%d]", rm->disp);
	n += sprintf(buf + n, "[%s", rm->base == X86_NONE ? "rip" :
		     reg_name(rm->base, 64));
	if (rm->index != X86_NONE)
		n += sprintf(buf + n, "+%s*%d", reg_name(rm->index, 64),
			     1 << rm->scale);
	return n + sprintf(buf + n, "%+d]", rm->disp);
}

static void print_rm(char *buf, const struct row *row,
		     const struct xbpf_x86_rm *rm, u8 width)
{
	u32 form = row->form & 0xffffff;

	if (!rm->mem)
		strcpy(buf, reg_name(rm->base, width));
	else if ((form & ~X86_W) == X86_LEA)
		print_mem(buf, rm, form);
	else
		print_mem(buf, rm, form | width << 24);
}

static void print_case(char *buf, const struct row *row, u8 reg, u8 third,
		       const struct xbpf_x86_rm *rm, s64 imm)
{
	u8 width = row->form & X86_W ? 64 : 32;
	u8 reg_width = row->reg_width ?: width;
	const char *r = reg_name(reg, reg_width), *m = row->mnemonic;
	char x[64];

	print_rm(x, row, rm, row->rm_width ?: width);
	switch (row->shape) {
	case RM_R:
	case M_R:
		sprintf(buf, "%s %s, %s", m, x, r);
		break;
	case R_RM:
	case R_M:
		sprintf(buf, "%s %s, %s", m, r, x);
		break;
	case RM:
	case R:
		sprintf(buf, "%s %s", m, x);
		break;
	case M_I:
	case RM_I:
	case R_I:
		sprintf(buf, "%s %s, %lld", m, x, (long long)imm);
		break;
	case RM_1:
		sprintf(buf, "%s %s, 1", m, x);
		break;
	case RM_CL:
		sprintf(buf, "%s %s, cl", m, x);
		break;
	case R_RM_I:
		sprintf(buf, "%s %s, %s, %lld", m, r, x, (long long)imm);
		break;
	case EAX_I:
		sprintf(buf, "%s %s, %lld", m, reg_name(0, reg_width),
			(long long)imm);
		break;
	case I:
		sprintf(buf, "%s %lld", m, (long long)imm);
		break;
	case VEX:
		sprintf(buf, "%s %s, %s, %s", m, r, x, reg_name(third, width));
		break;
	default:
		strcpy(buf, m);
	}
}

/* Jumps are written with their target, which the length decides. */
static void print_jump(char *buf, const struct row *row, u32 len, s64 imm)
{
	sprintf(buf, "%s .%+lld", row->mnemonic, (long long)imm + len);
}

struct emitted {
	u8 bytes[SLOT];
	u32 len;
	char text[80];
};

static struct emitted cases[MAX_CASES];
static u32 nr_cases;

static void add_case(const struct row *row)
{
	struct emitted *e = &cases[nr_cases++];
	struct xbpf_code code = { .buf = e->bytes, .cap = SLOT };
	struct xbpf_x86_rm rm = random_rm(row);
	u8 reg = rnd(16), third = rnd(16);
	s64 imm = random_imm(row);

	if (row->shape >= RM && row->shape <= RM_CL)
		reg = row->digit;
	if (row->shape >= R && row->shape <= REL)
		reg = 0;
	if (row->shape >= EAX_I && row->shape <= REL)
		rm = xbpf_x86_reg(0);
	if (row->shape == VEX)
		xbpf_x86_emit_vex(&code, row->form, reg, third, rm);
	else
		xbpf_x86_emit(&code, row->form, reg, rm, imm);
	e->len = code.pos;
	if (row->shape == REL)
		print_jump(e->text, row, e->len, imm);
	else
		print_case(e->text, row, reg, third, &rm, imm);
}

/* All cases through one run of as and objcopy. */
static FILE *assemble(void)
{
	char dir[] = "/tmp/xbpf-encode-XXXXXX", cmd[512];
	FILE *out = NULL, *s;
	u32 i;

	if (!mkdtemp(dir))
		return NULL;
	snprintf(cmd, sizeof(cmd), "%s/a.s", dir);
	s = fopen(cmd, "w");
	if (!s)
		return NULL;
	fprintf(s, ".intel_syntax noprefix\n");
	for (i = 0; i < nr_cases; i++)
		fprintf(s, "%s\n.balign %d, 0xcc\n", cases[i].text, SLOT);
	fclose(s);
	snprintf(cmd, sizeof(cmd), "cd %s && as -o a.o a.s 2>&1 | head -n 20 && "
		 "objcopy -O binary -j .text a.o a.bin", dir);
	if (!system(cmd)) {
		snprintf(cmd, sizeof(cmd), "%s/a.bin", dir);
		out = fopen(cmd, "r");
	}
	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	if (system(cmd))
		perror(dir);
	return out;
}

static void compare(const struct emitted *e, const u8 *as, u32 *bad)
{
	u32 i;

	if (!memcmp(e->bytes, as, e->len) && (e->len == SLOT || as[e->len] == 0xcc))
		return;
	if ((*bad)++ > 20)
		return;
	printf("# %s:", e->text);
	for (i = 0; i < e->len; i++)
		printf(" %02x", e->bytes[i]);
	printf(", as has");
	for (i = 0; i < 15; i++)
		printf(" %02x", as[i]);
	printf("\n");
}

static void test_encode(void)
{
	u32 i, j, bad = 0;
	u8 as[SLOT];
	FILE *out;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (j = 0; j < ROUNDS && nr_cases < MAX_CASES; j++)
			add_case(&rows[i]);
	out = assemble();
	if (!out) {
		skip("no GNU as", "forms of the encoder");
		return;
	}
	for (i = 0; i < nr_cases && fread(as, SLOT, 1, out) == 1; i++)
		compare(&cases[i], as, &bad);
	is(i, nr_cases, "as assembles what the encoder emits");
	is(bad, 0, "%u forms, %u instructions have the bytes of as",
	   (u32)ARRAY_SIZE(rows), nr_cases);
	fclose(out);
}

int main(void)
{
	test_encode();
	return unit_done();
}
