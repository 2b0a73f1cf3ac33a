/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private to jit/x86: the encoder's forms, the state of one translation, and
 * what its files give each other.
 */
#ifndef XBPF_JIT_X86_H
#define XBPF_JIT_X86_H

#include "jit/live.h"

/* ---- encode.c ---- */

enum xbpf_x86_reg {
	X86_RAX, X86_RCX, X86_RDX, X86_RBX, X86_RSP, X86_RBP, X86_RSI, X86_RDI,
	X86_R8, X86_R9, X86_R10, X86_R11, X86_R12, X86_R13, X86_R14, X86_R15,
	X86_NONE,
};

/* Condition codes as in Jcc, SETcc, CMOVcc; the lowest bit negates. */
enum xbpf_x86_cc {
	X86_O, X86_NO, X86_B, X86_AE, X86_E, X86_NE, X86_BE, X86_A,
	X86_S, X86_NS, X86_P, X86_NP, X86_L, X86_GE, X86_LE, X86_G,
};

/*
 * A form is an opcode and everything that the opcode alone decides. Operands
 * (registers, memory, immediate) are given to xbpf_x86_emit().
 */
enum {
	X86_0F		= 1 << 8,	/* opcode map */
	X86_0F38	= 2 << 8,
	X86_MAP		= 3 << 8,
	X86_66		= 1 << 10,	/* mandatory or operand-size prefix */
	X86_F3		= 2 << 10,
	X86_F2		= 3 << 10,
	X86_PP		= 3 << 10,
	X86_LOCK	= 1 << 12,
	X86_GS		= 1 << 13,
	X86_W		= 1 << 14,	/* 64-bit operands */
	X86_BYTE_REG	= 1 << 15,	/* the reg operand is a byte register */
	X86_BYTE_RM	= 1 << 16,	/* so is r/m, if it is a register */
	X86_PLUS_R	= 1 << 17,	/* register in the opcode, no ModRM */
	X86_NO_RM	= 1 << 18,	/* no operands but an immediate */
	X86_VEX		= 1 << 19,	/* third operand in vvvv */
	X86_IB		= 1 << 20,	/* immediate of 1, 2, 4, 8 bytes */
	X86_IW		= 2 << 20,
	X86_ID		= 3 << 20,
	X86_IQ		= 4 << 20,
	X86_IMM		= 7 << 20,
};

/* reg, r/m order; "store" forms have r/m as destination. */
enum xbpf_x86_form {
	X86_ADD		= 0x01,
	X86_OR		= 0x09,
	X86_AND		= 0x21,
	X86_SUB		= 0x29,
	X86_XOR		= 0x31,
	X86_CMP		= 0x39,
	X86_TEST	= 0x85,
	X86_MOV		= 0x89,
	X86_XCHG	= 0x87,
	X86_ADD_LOAD	= 0x03,		/* reg op= r/m */
	X86_OR_LOAD	= 0x0b,
	X86_AND_LOAD	= 0x23,
	X86_SUB_LOAD	= 0x2b,
	X86_XOR_LOAD	= 0x33,
	X86_CMP_LOAD	= 0x3b,
	X86_ALU8_I	= 0x80 | X86_IB | X86_BYTE_RM,	/* /xbpf_x86_alu */
	X86_LEA		= 0x8d,
	X86_LOAD	= 0x8b,
	X86_MOVSXD	= 0x63,
	X86_MOVZX8	= X86_0F | 0xb6 | X86_BYTE_RM,
	X86_MOVZX16	= X86_0F | 0xb7,
	X86_MOVSX8	= X86_0F | 0xbe | X86_BYTE_RM,
	X86_MOVSX16	= X86_0F | 0xbf,
	X86_STORE8	= 0x88 | X86_BYTE_REG,
	X86_STORE16	= 0x89 | X86_66,
	X86_STORE	= 0x89,
	X86_STORE8_I	= 0xc6 | X86_IB,	/* /0 */
	X86_STORE16_I	= 0xc7 | X86_66 | X86_IW,
	X86_STORE_I	= 0xc7 | X86_ID,
	X86_ALU_I8	= 0x83 | X86_IB,	/* /xbpf_x86_alu */
	X86_ALU_I32	= 0x81 | X86_ID,
	X86_ALU_EAX	= 0x05 | X86_NO_RM | X86_ID,	/* | alu << 3 */
	X86_TEST_I	= 0xf7 | X86_ID,	/* /0 */
	X86_TEST_I8	= 0xf6 | X86_IB | X86_BYTE_RM,
	X86_TEST_AL	= 0xa8 | X86_NO_RM | X86_IB,
	X86_TEST_EAX	= 0xa9 | X86_NO_RM | X86_ID,
	X86_IMUL	= X86_0F | 0xaf,
	X86_IMUL_I8	= 0x6b | X86_IB,
	X86_IMUL_I32	= 0x69 | X86_ID,
	X86_UNARY	= 0xf7,			/* /xbpf_x86_unary */
	X86_INCDEC	= 0xff,			/* /0, /1 */
	X86_SHIFT_1	= 0xd1,			/* /xbpf_x86_shift */
	X86_SHIFT_I	= 0xc1 | X86_IB,
	X86_SHIFT_CL	= 0xd3,
	X86_SHLX	= X86_0F38 | 0xf7 | X86_VEX | X86_66,
	X86_SHRX	= X86_0F38 | 0xf7 | X86_VEX | X86_F2,
	X86_SARX	= X86_0F38 | 0xf7 | X86_VEX | X86_F3,
	X86_BSWAP	= X86_0F | 0xc8 | X86_PLUS_R,
	X86_MOVBE_LOAD	= X86_0F38 | 0xf0,
	X86_MOV_I32	= 0xb8 | X86_PLUS_R | X86_ID,
	X86_MOV_I64	= 0xb8 | X86_PLUS_R | X86_IQ | X86_W,
	X86_MOV_SI32	= 0xc7 | X86_ID | X86_W,	/* /0, sign-extended */
	X86_PUSH	= 0x50 | X86_PLUS_R,
	X86_POP		= 0x58 | X86_PLUS_R,
	X86_PUSH_I8	= 0x6a | X86_NO_RM | X86_IB,
	X86_XADD	= X86_0F | 0xc1 | X86_LOCK,
	X86_CMPXCHG	= X86_0F | 0xb1 | X86_LOCK,
	X86_CDQ		= 0x99 | X86_NO_RM,	/* CQO with X86_W */
	X86_RET		= 0xc3 | X86_NO_RM,
	X86_LEAVE	= 0xc9 | X86_NO_RM,
	X86_INT3	= 0xcc | X86_NO_RM,
	X86_CALL	= 0xe8 | X86_NO_RM | X86_ID,
	X86_JMP		= 0xe9 | X86_NO_RM | X86_ID,
	X86_JMP8	= 0xeb | X86_NO_RM | X86_IB,
	X86_JCC		= X86_0F | 0x80 | X86_NO_RM | X86_ID,	/* | cc */
	X86_JCC8	= 0x70 | X86_NO_RM | X86_IB,		/* | cc */
	X86_CMOV	= X86_0F | 0x40,			/* | cc */
	X86_INDIRECT	= 0xff,			/* /2 call, /4 jmp */
};

enum xbpf_x86_alu {
	X86_ALU_ADD, X86_ALU_OR, X86_ALU_ADC, X86_ALU_SBB,
	X86_ALU_AND, X86_ALU_SUB, X86_ALU_XOR, X86_ALU_CMP,
};

enum xbpf_x86_unary {
	X86_NOT = 2, X86_NEG, X86_MUL, X86_IMUL1, X86_DIV, X86_IDIV,
};

enum xbpf_x86_shift { X86_ROL, X86_ROR, X86_SHL = 4, X86_SHR, X86_SAR = 7 };

/**
 * struct xbpf_x86_rm - the r/m operand
 * @base: the register itself if !@mem; X86_NONE: @disp from the next instruction
 * @index: X86_NONE: none
 * @scale: log2 of the index's factor
 * @mem: memory at base + (index << scale) + disp; 2: at disp alone
 */
struct xbpf_x86_rm {
	u8 base;
	u8 index;
	u8 scale;
	u8 mem;
	s32 disp;
};

static inline struct xbpf_x86_rm xbpf_x86_reg(u8 reg)
{
	return (struct xbpf_x86_rm){ .base = reg, .index = X86_NONE };
}

static inline struct xbpf_x86_rm xbpf_x86_mem(u8 base, s32 disp)
{
	return (struct xbpf_x86_rm){ .base = base, .index = X86_NONE,
				     .mem = 1, .disp = disp };
}

static inline struct xbpf_x86_rm xbpf_x86_sib(u8 base, u8 index, u8 scale,
					      s32 disp)
{
	return (struct xbpf_x86_rm){ .base = base, .index = index,
				     .scale = scale, .mem = 1, .disp = disp };
}

static inline struct xbpf_x86_rm xbpf_x86_abs(s32 disp)
{
	return (struct xbpf_x86_rm){ .base = X86_NONE, .index = X86_NONE,
				     .mem = 2, .disp = disp };
}

/**
 * struct xbpf_code - where bytes go
 * @buf: NULL while only sizes are wanted
 * @pos: bytes emitted; goes on past @cap, where nothing is stored
 */
struct xbpf_code {
	u8 *buf;
	u32 pos;
	u32 cap;
};

void xbpf_code_bytes(struct xbpf_code *code, u64 bytes, u32 count);
void xbpf_x86_emit(struct xbpf_code *code, u32 form, u8 reg,
		   struct xbpf_x86_rm rm, s64 imm);
void xbpf_x86_emit_vex(struct xbpf_code *code, u32 form, u8 reg, u8 third,
		       struct xbpf_x86_rm rm);

/* ---- the state of one translation ---- */

/* Registers that are no BPF register and that C code does not preserve. */
#define X86_TMP		X86_R9
#define X86_TMP2	X86_R10
#define X86_TMP3	X86_R11
/* Tail calls done, shared by all frames from the first program's entry on. */
#define X86_TAIL_COUNT	X86_R12

/**
 * struct xbpf_jit_frame - one subprogram
 * @start, @end: its instructions
 * @last_exit: the EXIT that has the epilogue, which the others jump to
 * @prologue: bytes of it
 * @stack: bytes below the frame pointer, those of BPF and our own
 * @counter: where the may_goto counter is, from the frame pointer; 0: nowhere
 * @size: bytes from the frame pointer down to the stack pointer
 * @saved: registers that it saves, a mask by enum xbpf_x86_reg
 * @has_calls: wants an aligned stack
 * @indirect: entered by indirect calls
 */
struct xbpf_jit_frame {
	u32 start, end;
	u32 last_exit;
	u32 prologue;
	u32 stack;
	u32 size;
	s32 counter;
	u16 saved;
	u8 has_calls;
	u8 indirect;
};

/**
 * struct xbpf_jit - one translation
 * @work: the code, simplified
 * @live: of that
 * @code: the output; without a buffer while sizes are measured
 * @base: where byte 0 of the output will be executed; NULL while measured
 * @start: offset of each instruction's code, and of the end
 * @branch: of the relaxable jump that ends an instruction's code: 0 none, 1 JMP,
 *	2 Jcc
 * @is_short: that jump has its short form
 * @pc: the instruction in work
 * @frame: the subprogram in work
 * @tail_entry: offset where tail calls enter
 * @err: first error
 */
struct xbpf_jit {
	const struct xbpf_prog *prog;
	const struct xbpf_text_host *host;
	struct xbpf_insn *work;
	struct xbpf_live live;
	struct xbpf_code code;
	u8 *base;
	u32 *start;
	u8 *branch;
	unsigned long *is_short;
	u32 pc;
	struct xbpf_jit_frame *frame;
	struct xbpf_jit_frame *frames;
	u32 tail_entry;
	u8 has_tail_call;
	int err;
};

extern const u8 xbpf_x86_regs[MAX_XBPF_REG];
u8 xbpf_x86_condition(u8 oper);

/* ---- short.c: the shortest form for a purpose ---- */

void xbpf_x86_op(struct xbpf_jit *jit, u32 form);
void xbpf_x86_rr(struct xbpf_jit *jit, u32 form, u8 reg, u8 rm);
void xbpf_x86_rm(struct xbpf_jit *jit, u32 form, u8 reg, u8 base, s32 disp);
struct xbpf_x86_rm xbpf_x86_place(const struct xbpf_jit *jit, u8 base, s32 disp);
void xbpf_x86_digit(struct xbpf_jit *jit, u32 form, u8 digit, u8 rm, s64 imm);
void xbpf_x86_move(struct xbpf_jit *jit, u8 dst, u8 src);
void xbpf_x86_load_imm(struct xbpf_jit *jit, u8 reg, u64 imm);
void xbpf_x86_alu_imm(struct xbpf_jit *jit, u32 wide, u8 digit, u8 reg, s32 imm);
void xbpf_x86_test_imm(struct xbpf_jit *jit, u32 wide, u8 reg, s32 imm);
void xbpf_x86_shift_imm(struct xbpf_jit *jit, u32 wide, u8 digit, u8 reg, u8 imm);
void xbpf_x86_call(struct xbpf_jit *jit, const void *target);
void xbpf_x86_jump(struct xbpf_jit *jit, const void *target);
/* Jumps over a few bytes of the same instruction; @at is what the first gave. */
u32 xbpf_x86_skip(struct xbpf_jit *jit, u32 form);
void xbpf_x86_land(struct xbpf_jit *jit, u32 at);
/* The jump, conditional if @cc >= 0, that ends the code of jit->pc. */
void xbpf_x86_branch(struct xbpf_jit *jit, int cc, u32 target);

/* ---- frame.c: entering and leaving ---- */

void xbpf_x86_entry(struct xbpf_jit *jit);
void xbpf_x86_prologue(struct xbpf_jit *jit);
void xbpf_x86_epilogue(struct xbpf_jit *jit);
int xbpf_x86_is_epilogue_short(const struct xbpf_jit *jit);
struct xbpf_jit_frame *xbpf_x86_frame_of(struct xbpf_jit *jit, u32 insn);
u32 xbpf_x86_frame_entry(const struct xbpf_jit *jit,
			 const struct xbpf_jit_frame *frame);
void xbpf_x86_tail_call(struct xbpf_jit *jit);

/* ---- lower*.c: an operation becomes code ---- */

typedef void (*xbpf_lower_fn)(struct xbpf_jit *jit, const struct xbpf_insn *insn,
			      const struct xbpf_op_info *info);

void xbpf_lower(struct xbpf_jit *jit);
void xbpf_x86_array_lookup(struct xbpf_jit *jit, const struct xbpf_inline *in,
			   u8 base, s32 disp);
/* fuse.c: as xbpf_lower() if there is one instruction for several. 0: there is not;
 * otherwise jit->pc is the last of them. */
int xbpf_fuse(struct xbpf_jit *jit);

#define XBPF_LOWERING(name)						\
	void name(struct xbpf_jit *jit, const struct xbpf_insn *insn,	\
		  const struct xbpf_op_info *info)

XBPF_LOWERING(xbpf_lower_alu);
XBPF_LOWERING(xbpf_lower_helper);
XBPF_LOWERING(xbpf_lower_neg);
XBPF_LOWERING(xbpf_lower_movsx);
XBPF_LOWERING(xbpf_lower_end);
XBPF_LOWERING(xbpf_lower_load);
XBPF_LOWERING(xbpf_lower_store);
XBPF_LOWERING(xbpf_lower_store_imm);
XBPF_LOWERING(xbpf_lower_atomic);

#endif
