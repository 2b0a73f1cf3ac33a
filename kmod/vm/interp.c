// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interpreter: one switch over predecoded operations, whose cases are the
 * rows of the instruction table.
 *
 * It is the specification of what each operation does. It trusts the verifier:
 * jumps stay inside, registers exist, addresses are good. It checks only what a
 * verified program decides at run time: tail calls, loop budgets, faulting loads.
 */
#include "vm/vm.h"
#include "vm/map.h"
#include "vm/interp_step.h"
#include "vm/packet.h"

/* Stack of a run: what one program may use, and what is below a tail call. */
#define RUN_STACK	1024
#define MAY_GOTO_BUDGET	(1U << 23)

/**
 * struct frame - what a local call puts aside
 * @prog: the caller's program; a tail call may have come in between
 * @ret: the call
 * @saved: R6 to R10
 */
struct frame {
	const struct xbpf_prog *prog;
	const struct xbpf_insn *ret;
	u64 saved[5];
};

/**
 * struct machine - the state of one run
 * @r: registers; more than there are, since encodings have four bits
 * @prog: the program that runs now
 * @low: lowest address of the stack
 * @depth: frames in use
 * @tail_calls: done so far
 * @may_goto: iterations left
 * @frames: of the callers, outermost first
 */
struct machine {
	u64 r[16];
	const struct xbpf_prog *prog;
	u64 low;
	u32 depth;
	u32 tail_calls;
	u32 may_goto;
	struct frame frames[XBPF_MAX_FRAMES - 1];
};

/* ---- arithmetic, conditions: inline functions by oper and width ---- */

#define DEFINE_ALU(w)							\
static __always_inline u##w ADD_##w(u##w a, u##w b) { return a + b; }	\
static __always_inline u##w SUB_##w(u##w a, u##w b) { return a - b; }	\
static __always_inline u##w MUL_##w(u##w a, u##w b) { return a * b; }	\
static __always_inline u##w OR_##w(u##w a, u##w b) { return a | b; }	\
static __always_inline u##w AND_##w(u##w a, u##w b) { return a & b; }	\
static __always_inline u##w XOR_##w(u##w a, u##w b) { return a ^ b; }	\
static __always_inline u##w MOV_##w(u##w a, u##w b) { return b; }	\
static __always_inline u##w LSH_##w(u##w a, u##w b)			\
{									\
	return a << (b & (w - 1));					\
}									\
static __always_inline u##w RSH_##w(u##w a, u##w b)			\
{									\
	return a >> (b & (w - 1));					\
}									\
static __always_inline u##w ARSH_##w(u##w a, u##w b)			\
{									\
	return (s##w)a >> (b & (w - 1));				\
}									\
static __always_inline u##w DIV_##w(u##w a, u##w b)			\
{									\
	return b ? a / b : 0;						\
}									\
static __always_inline u##w MOD_##w(u##w a, u##w b)			\
{									\
	return b ? a % b : a;						\
}									\
static __always_inline u##w SDIV_##w(u##w a, u##w b)			\
{									\
	if (b + 1 < 2)	/* 0, -1: no fault, no overflow */		\
		return b ? -a : 0;					\
	return (s##w)a / (s##w)b;					\
}									\
static __always_inline u##w SMOD_##w(u##w a, u##w b)			\
{									\
	if (b + 1 < 2)							\
		return b ? 0 : a;					\
	return (s##w)a % (s##w)b;					\
}

#define DEFINE_COND(name, w, t, expr)					\
static __always_inline int name##_##w(t##w a, t##w b) { return (expr) != 0; }

#define DEFINE_CONDS(w)							\
DEFINE_COND(JEQ, w, u, a == b)						\
DEFINE_COND(JNE, w, u, a != b)						\
DEFINE_COND(JGT, w, u, a > b)						\
DEFINE_COND(JGE, w, u, a >= b)						\
DEFINE_COND(JLT, w, u, a < b)						\
DEFINE_COND(JLE, w, u, a <= b)						\
DEFINE_COND(JSET, w, u, a & b)						\
DEFINE_COND(JSGT, w, s, a > b)						\
DEFINE_COND(JSGE, w, s, a >= b)						\
DEFINE_COND(JSLT, w, s, a < b)						\
DEFINE_COND(JSLE, w, s, a <= b)

DEFINE_ALU(32)
DEFINE_ALU(64)
DEFINE_CONDS(32)
DEFINE_CONDS(64)

#define DEFINE_END(w)							\
static __always_inline u##w LE_##w(u##w a) { return (__force u##w)cpu_to_le##w(a); } \
static __always_inline u##w BE_##w(u##w a) { return (__force u##w)cpu_to_be##w(a); } \
static __always_inline u##w BSWAP_##w(u##w a) { return swab##w(a); }

DEFINE_END(16)
DEFINE_END(32)
DEFINE_END(64)

/* ---- memory ---- */

#define TYPE_U8		u8
#define TYPE_U16	u16
#define TYPE_U32	u32
#define TYPE_U64	u64
#define TYPE_S8		s8
#define TYPE_S16	s16
#define TYPE_S32	s32

static __always_inline void *pointer(u64 addr)
{
	return (void *)(unsigned long)addr;
}

/*
 * A load that may fault reads as 0. User addresses count as faults: the kernel
 * must not be led there.
 */
static noinline u64 load_nofault(u64 addr, u32 size)
{
	u64 value = 0;

	if (copy_from_kernel_nofault(&value, pointer(addr), size))
		return 0;
	return value;
}

#define DEFINE_ATOMIC(w, pfx)						\
static __always_inline u##w atomic_exec_##w(int oper, pfx##_t *p,	\
					    u##w src, u##w r0)		\
{									\
	switch (oper) {							\
	case XBPF_OPER_ADD:						\
		pfx##_add(src, p);					\
		return src;						\
	case XBPF_OPER_OR:						\
		pfx##_or(src, p);					\
		return src;						\
	case XBPF_OPER_AND:						\
		pfx##_and(src, p);					\
		return src;						\
	case XBPF_OPER_XOR:						\
		pfx##_xor(src, p);					\
		return src;						\
	case XBPF_OPER_FADD:						\
		return pfx##_fetch_add(src, p);				\
	case XBPF_OPER_FOR:						\
		return pfx##_fetch_or(src, p);				\
	case XBPF_OPER_FAND:						\
		return pfx##_fetch_and(src, p);				\
	case XBPF_OPER_FXOR:						\
		return pfx##_fetch_xor(src, p);				\
	case XBPF_OPER_XCHG:						\
		return pfx##_xchg(p, src);				\
	default:							\
		return pfx##_cmpxchg(p, r0, src);			\
	}								\
}

DEFINE_ATOMIC(32, atomic)
DEFINE_ATOMIC(64, atomic64)

/* ---- calls; each gives the instruction before the next one ---- */

static u64 call_helper(const u64 *r, const struct xbpf_insn *insn)
{
	return xbpf_callee_get(insn->imm)->fn(r[1], r[2], r[3], r[4], r[5]);
}

static const struct xbpf_subprog *subprog_of(const struct machine *m,
					     const struct xbpf_insn *insn)
{
	const struct xbpf_prog *prog = m->prog;

	return &prog->subprogs[prog->facts[insn - prog->code].subprog];
}

static const struct xbpf_insn *enter_frame(struct machine *m,
					   const struct xbpf_insn *insn)
{
	struct frame *frame = &m->frames[m->depth++];

	frame->prog = m->prog;
	frame->ret = insn;
	memcpy(frame->saved, &m->r[XBPF_REG_6], sizeof(frame->saved));
	m->r[XBPF_REG_10] -= subprog_of(m, insn)->stack;
	return insn + insn->imm;
}

static const struct xbpf_insn *leave_frame(struct machine *m)
{
	struct frame *frame = &m->frames[--m->depth];

	m->prog = frame->prog;
	memcpy(&m->r[XBPF_REG_6], frame->saved, sizeof(frame->saved));
	return frame->ret;
}

/*
 * Goes on with another program in the present frame. As everywhere, it is not
 * an error when that cannot be: no such program, too many tail calls; or, of
 * the interpreter alone, no room left below calls: on the stack, or for more calls.
 */
static const struct xbpf_insn *tail_call(struct machine *m,
					 const struct xbpf_insn *insn)
{
	struct xbpf_map *map = pointer(m->r[XBPF_REG_2]);
	u32 index = m->r[XBPF_REG_3];
	const struct xbpf_prog *next;

	if (index >= map->max_entries || m->tail_calls >= XBPF_MAX_TAIL_CALLS)
		return insn;
	next = map->ops->read_ptr(map, &index);
	if (!next || m->r[XBPF_REG_10] - m->low < next->stack ||
	    ARRAY_SIZE(m->frames) - m->depth < next->calls)
		return insn;
	m->tail_calls++;
	m->prog = next;
	return next->code - 1;
}

/* ---- the loop: a macro for each kind of row ---- */

#define DST	r[insn->dst_reg]
#define SRC	r[insn->src_reg]
#define IMM	((u64)(s64)insn->imm)
#define OPERAND(use)	((use) & XBPF_USE_S ? SRC : IMM)
#define DST_ADDR	pointer(DST + insn->off)
#define SRC_ADDR	pointer(SRC + insn->off)

#define EXEC_ALU(o, w, use)	DST = o##_##w(DST, OPERAND(use))
#define EXEC_MOVSX(o, w, use)	DST = (u##w)(s##w)(TYPE_##o)SRC
#define EXEC_NEG(o, w, use)	DST = -(u##w)DST
#define EXEC_END(o, w, use)	DST = o##_##w(DST)
#define EXEC_JMP(o, w, use)						\
	do {								\
		if (o##_##w(DST, OPERAND(use)))				\
			insn += insn->off;				\
	} while (0)
#define EXEC_JA(o, w, use)						\
	(insn += (use) & XBPF_USE_I ? insn->imm : insn->off)
#define EXEC_MAY_GOTO(o, w, use)					\
	do {								\
		if (!m->may_goto--) {					\
			m->may_goto = 0;				\
			insn += insn->off;				\
		}							\
	} while (0)
#define CALL_HELPER	(r[XBPF_REG_0] = call_helper(r, insn))
#define CALL_LOCAL	(insn = enter_frame(m, insn))
#define CALL_KFUNC	return 0	/* decoding refused it */
#define EXEC_CALL(o, w, use)		CALL_##o
#define EXEC_TAIL_CALL(o, w, use)	(insn = tail_call(m, insn))
#define EXEC_EXIT(o, w, use)						\
	do {								\
		if (!m->depth)						\
			return r[XBPF_REG_0];				\
		insn = leave_frame(m);					\
	} while (0)
#define EXEC_LD_IMM64(o, w, use)					\
	do {								\
		DST = (u64)(u32)insn[1].imm << 32 | (u32)insn->imm;	\
		insn++;							\
	} while (0)
#define EXEC_LDX(o, w, use)						\
	do {								\
		TYPE_##o value;						\
									\
		if (unlikely(insn->imm))				\
			value = load_nofault(SRC + insn->off, w / 8);	\
		else							\
			__builtin_memcpy(&value, SRC_ADDR, w / 8);	\
		DST = value;						\
	} while (0)
#define EXEC_STORE(o, w, v)						\
	do {								\
		TYPE_##o value = (v);					\
									\
		__builtin_memcpy(DST_ADDR, &value, w / 8);		\
	} while (0)
#define EXEC_ST(o, w, use)	EXEC_STORE(o, w, insn->imm)
#define EXEC_STX(o, w, use)	EXEC_STORE(o, w, SRC)
#define EXEC_ATOMIC(o, w, use)						\
	do {								\
		u##w old = atomic_exec_##w(XBPF_OPER_##o, DST_ADDR, SRC, \
					   r[XBPF_REG_0]);		\
									\
		if (XBPF_OPER_##o == XBPF_OPER_CMPXCHG)			\
			r[XBPF_REG_0] = old;				\
		else if (XBPF_OPER_##o >= XBPF_OPER_FADD)		\
			SRC = old;					\
	} while (0)
#define EXEC_LOAD_ACQ(o, w, use)					\
	(DST = smp_load_acquire((const TYPE_##o *)SRC_ADDR))
#define EXEC_STORE_REL(o, w, use)					\
	smp_store_release((TYPE_##o *)DST_ADDR, (TYPE_##o)SRC)
/* Outside of the packet the subprogram ends, with 0. */
#define EXEC_LD_PKT(o, w, use)						\
	do {								\
		s64 value = xbpf_packet_load(pointer(r[XBPF_REG_6]),	\
			insn->imm + ((use) & XBPF_USE_S ? (u32)SRC : 0), w / 8); \
									\
		r[XBPF_REG_0] = max(value, 0LL);			\
		if (value >= 0)						\
			break;						\
		if (!m->depth)						\
			return 0;					\
		insn = leave_frame(m);					\
	} while (0)
#define EXEC_NONE(o, w, use)	return 0

static u64 execute(struct machine *m, const struct xbpf_insn *insn)
{
	u64 *r = m->r;

	for (;; insn++) {
		interp_step(m, insn);
		switch (insn->code) {
#define XBPF_INSN(n, c, s, v, use, kind, oper, width, y)		\
		case XBPF_OP_##n:					\
			EXEC_##kind(oper, width, XBPF_USE_##use);	\
			break;
#include "vm/insn.def"
		default:
			return 0;
		}
	}
}

/* ---- the ways in ---- */

static void machine_init(struct machine *m, const struct xbpf_prog *prog,
			 u64 *stack, u32 size)
{
	m->prog = prog;
	m->low = (unsigned long)stack;
	m->depth = 0;
	m->tail_calls = 0;
	m->may_goto = MAY_GOTO_BUDGET;
	m->r[XBPF_REG_10] = (unsigned long)stack + size;
}

/**
 * xbpf_interp_tail - run a program that another one tail-called
 * @ctx: the first program's
 * @prog: where the tail call goes
 * @count: tail calls done, this one included
 *
 * Return: R0.
 */
u64 xbpf_interp_tail(const void *ctx, const struct xbpf_prog *prog, u32 count)
{
	u64 stack[RUN_STACK / sizeof(u64)];
	struct machine m;

	machine_init(&m, prog, stack, sizeof(stack));
	m.tail_calls = count;
	m.r[XBPF_REG_1] = (unsigned long)ctx;
	return execute(&m, prog->code);
}

/**
 * xbpf_interp_run - run a program from its start
 * @ctx: its context
 * @prog: decoded
 *
 * Context: as xbpf_prog_run().
 * Return: R0.
 */
u64 xbpf_interp_run(const void *ctx, const struct xbpf_prog *prog)
{
	return xbpf_interp_tail(ctx, prog, 0);
}

/**
 * xbpf_interp_callback - run a subprogram for a helper
 * @prog: the program that called the helper
 * @insn: where the subprogram begins
 * @r1: first argument
 * @r2: second argument
 * @r3: third argument
 * @r4: fourth argument
 * @r5: fifth argument
 *
 * It has a stack of its own and must not tail-call.
 *
 * Return: R0.
 */
u64 xbpf_interp_callback(const struct xbpf_prog *prog, u32 insn, u64 r1, u64 r2,
			 u64 r3, u64 r4, u64 r5)
{
	u64 stack[XBPF_STACK_SIZE / sizeof(u64)];
	struct machine m;

	machine_init(&m, prog, stack, sizeof(stack));
	m.tail_calls = XBPF_MAX_TAIL_CALLS;
	m.r[XBPF_REG_1] = r1;
	m.r[XBPF_REG_2] = r2;
	m.r[XBPF_REG_3] = r3;
	m.r[XBPF_REG_4] = r4;
	m.r[XBPF_REG_5] = r5;
	return execute(&m, prog->code + insn);
}
