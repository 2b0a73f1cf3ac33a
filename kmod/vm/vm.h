/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine: programs, instructions, helpers, logs.
 *
 * Knows what a program is and how one is run. Does not know how a program is
 * checked (verifier/), translated (jit/), loaded (the device) or attached.
 */
#ifndef XBPF_VM_H
#define XBPF_VM_H

#include "os.h"
#include <linux/xbpf.h>

#define XBPF_MAX_INSNS		1000000
#define XBPF_STACK_SIZE		512
#define XBPF_MAX_FRAMES		8
#define XBPF_MAX_TAIL_CALLS	33
#define XBPF_MAX_LOOPS		(1 << 23)	/* rounds of one bpf_loop() */
#define XBPF_MAX_SUBPROGS	256
#define XBPF_MAX_USED_MAPS	64
#define XBPF_MAX_HELPER_ARGS	5

struct xbpf_map;
struct xbpf_btf;
struct xbpf_prog;

/* ---- insn.c, insn.def: the instruction table ---- */

enum xbpf_op {
#define XBPF_INSN(name, ...) XBPF_OP_##name,
#include "vm/insn.def"
	XBPF_NR_OPS
};

/* What sort of work an operation is. */
enum xbpf_insn_kind {
	XBPF_KIND_NONE,		/* not executable */
	XBPF_KIND_ALU,		/* dst = dst oper (src or imm); MOV among them */
	XBPF_KIND_MOVSX,	/* dst = sign-extended low bits of src */
	XBPF_KIND_NEG,
	XBPF_KIND_END,		/* byte order */
	XBPF_KIND_JMP,		/* if dst oper (src or imm) */
	XBPF_KIND_JA,
	XBPF_KIND_MAY_GOTO,
	XBPF_KIND_CALL,
	XBPF_KIND_TAIL_CALL,
	XBPF_KIND_EXIT,
	XBPF_KIND_LD_IMM64,	/* two slots */
	XBPF_KIND_LDX,		/* dst = *(src + off) */
	XBPF_KIND_ST,		/* *(dst + off) = imm */
	XBPF_KIND_STX,		/* *(dst + off) = src */
	XBPF_KIND_ATOMIC,	/* *(dst + off) oper= src, at once */
	XBPF_KIND_LOAD_ACQ,	/* dst = *(src + off) */
	XBPF_KIND_STORE_REL,	/* *(dst + off) = src */
	XBPF_KIND_LD_PKT,	/* r0 = packet[imm (+ src)] */
};

/* The work itself; meaningful together with the kind. */
enum xbpf_insn_oper {
	XBPF_OPER_NONE,
	/* ALU, NEG */
	XBPF_OPER_ADD, XBPF_OPER_SUB, XBPF_OPER_MUL, XBPF_OPER_DIV,
	XBPF_OPER_SDIV, XBPF_OPER_MOD, XBPF_OPER_SMOD, XBPF_OPER_OR,
	XBPF_OPER_AND, XBPF_OPER_XOR, XBPF_OPER_LSH, XBPF_OPER_RSH,
	XBPF_OPER_ARSH, XBPF_OPER_MOV, XBPF_OPER_NEG,
	/* END */
	XBPF_OPER_LE, XBPF_OPER_BE, XBPF_OPER_BSWAP,
	/* JMP, JA */
	XBPF_OPER_JEQ, XBPF_OPER_JNE, XBPF_OPER_JGT, XBPF_OPER_JGE,
	XBPF_OPER_JLT, XBPF_OPER_JLE, XBPF_OPER_JSET, XBPF_OPER_JSGT,
	XBPF_OPER_JSGE, XBPF_OPER_JSLT, XBPF_OPER_JSLE,
	XBPF_OPER_JA,		/* distance in off */
	XBPF_OPER_JA32,		/* distance in imm */
	/* CALL */
	XBPF_OPER_HELPER, XBPF_OPER_LOCAL, XBPF_OPER_KFUNC,
	/* MOVSX, LDX, ST, STX, LOAD_ACQ, STORE_REL: what is extended, stored */
	XBPF_OPER_U8, XBPF_OPER_U16, XBPF_OPER_U32, XBPF_OPER_U64,
	XBPF_OPER_S8, XBPF_OPER_S16, XBPF_OPER_S32,
	/* ATOMIC; the plain ones share ADD, OR, AND, XOR */
	XBPF_OPER_FADD, XBPF_OPER_FOR, XBPF_OPER_FAND, XBPF_OPER_FXOR,
	XBPF_OPER_XCHG, XBPF_OPER_CMPXCHG,
	/* LD_PKT */
	XBPF_OPER_ABS, XBPF_OPER_IND,
};

/* The field of an encoded instruction that selects the operation. */
enum xbpf_insn_sel {
	XBPF_SEL_NONE,
	XBPF_SEL_OFF,
	XBPF_SEL_IMM,
	XBPF_SEL_SRC,
	XBPF_SEL_NEVER,
};

/* The fields that are operands: a mask, and the masks that occur. */
enum xbpf_insn_use {
	XBPF_USE_0	= 0,
	XBPF_USE_D	= 1,
	XBPF_USE_S	= 2,
	XBPF_USE_O	= 4,
	XBPF_USE_I	= 8,
	XBPF_USE_DS	= XBPF_USE_D | XBPF_USE_S,
	XBPF_USE_DI	= XBPF_USE_D | XBPF_USE_I,
	XBPF_USE_SI	= XBPF_USE_S | XBPF_USE_I,
	XBPF_USE_OI	= XBPF_USE_O | XBPF_USE_I,
	XBPF_USE_DSO	= XBPF_USE_DS | XBPF_USE_O,
	XBPF_USE_DSI	= XBPF_USE_DS | XBPF_USE_I,
	XBPF_USE_DOI	= XBPF_USE_D | XBPF_USE_OI,
};

/**
 * struct xbpf_op_info - a row of the instruction table
 * @name: as in enum xbpf_op, without the prefix
 * @sym: what the disassembler prints
 * @val: of the selecting field
 * @code: opcode byte
 * @sel: enum xbpf_insn_sel
 * @use: enum xbpf_insn_use; of ALU and JMP, XBPF_USE_S set: the second operand
 *	is src, otherwise imm
 * @kind: enum xbpf_insn_kind
 * @oper: enum xbpf_insn_oper
 * @width: bits of the operation or of the access
 */
struct xbpf_op_info {
	const char *name;
	const char *sym;
	s16 val;
	u8 code;
	u8 sel;
	u8 use;
	u8 kind;
	u8 oper;
	u8 width;
};

extern const struct xbpf_op_info xbpf_op_info[XBPF_NR_OPS];

/**
 * xbpf_op_decode - operation of an instruction as user space encodes it
 *
 * Looks at one slot: the second slot of LD_IMM64 is the caller's business, and
 * so are register numbers, which are checked only to be below 11 where they
 * are operands. Never gives LD_IMM64_HI or TAIL_CALL.
 *
 * Return: enum xbpf_op; -EINVAL: no such opcode; -EOPNOTSUPP: the selecting
 * field (atomic operation, width of a byte swap ...) has no such value, or
 * LD_IMM64 has a source above 6; -EPROTO: a reserved field is set; -ERANGE: no
 * such register.
 */
int xbpf_op_decode(const struct xbpf_insn *insn);
/* The same without a look at reserved fields and register numbers. */
int xbpf_op_find(const struct xbpf_insn *insn);

/* ---- log.c: text that user space reads ---- */

/**
 * struct xbpf_log - a growing text, kept by whoever made it
 * @level: XBPF_LOG_* bits of the attr; 0: nothing is written
 * @size: bytes of the reader's buffer, terminating NUL included
 * @pos: bytes produced so far, without the NUL; may exceed @size
 * @write: stores @len bytes of @text at offset @pos of the reader's buffer, or
 *	returns -EFAULT; called in process context, may sleep
 * @err: first error of @write
 * @ctx: the owner's
 */
struct xbpf_log {
	u32 level;
	u32 size;
	u64 pos;
	int (*write)(struct xbpf_log *log, u64 pos, const char *text, u32 len);
	int err;
	void *ctx;
};

__printf(2, 3) void xbpf_log_printf(struct xbpf_log *log, const char *fmt, ...);
__printf(2, 0) void xbpf_log_vprintf(struct xbpf_log *log, const char *fmt,
				     va_list args);

/* Text past this position is forgotten (level 1 keeps only the failing path). */
void xbpf_log_rewind(struct xbpf_log *log, u64 pos);

static inline int xbpf_log_wanted(const struct xbpf_log *log)
{
	return log && log->level;
}

/* ---- facts: what the verifier proved of one instruction ---- */

/* Bits 7 and 9 are the verifier's own. */
enum xbpf_fact_flags {
	XBPF_FACT_SEEN		= 1 << 0,	/* reachable; LD_IMM64: both slots */
	XBPF_FACT_FAULTING	= 1 << 1,	/* load may fault: reads as 0 */
	XBPF_FACT_SUBPROG	= 1 << 2,	/* first insn of a subprogram */
	XBPF_FACT_TARGET	= 1 << 3,	/* some jump comes here */
	XBPF_FACT_MAP_KNOWN	= 1 << 4,	/* call: R1 is always @map */
	XBPF_FACT_CALLBACK	= 1 << 5,	/* ld_imm64 of a subprogram */
	XBPF_FACT_ZEXT_DEAD	= 1 << 6,	/* upper half of the result unused */
	XBPF_FACT_CTX_ADDR	= 1 << 8,	/* load of an address: 64 bits at @off */
};

/**
 * struct xbpf_fact - written by the verifier, read by the JIT and interpreter
 * @flags: enum xbpf_fact_flags
 * @subprog: of the instruction
 * @map: with XBPF_FACT_MAP_KNOWN, an index into prog->maps
 * @off: with XBPF_FACT_CTX_ADDR, where the run-time context has the address that
 *	the program loads as a number of 32 bits
 */
struct xbpf_fact {
	u16 flags;
	u8 subprog;
	union {
		u16 map;
		u16 off;
	};
};

/* ---- programs ---- */

/**
 * struct xbpf_subprog - one function of a program
 * @start: index of its first instruction
 * @stack: bytes of stack that it uses, rounded up to 8
 * @flags: enum xbpf_subprog_flags
 */
struct xbpf_subprog {
	u32 start;
	u16 stack;
	u16 flags;
};

enum xbpf_subprog_flags {
	XBPF_SUBPROG_TAIL_CALL	= 1 << 0,	/* it, or a callee, tail-calls */
	XBPF_SUBPROG_CALLBACK	= 1 << 1,	/* entered from a helper */
};

typedef u64 (*xbpf_run_fn)(const void *ctx, const struct xbpf_prog *prog);

/**
 * struct xbpf_prog - a program, from the copy out of user memory to its end
 * @type: enum xbpf_prog_type
 * @expected_attach_type: enum xbpf_attach_type
 * @flags: XBPF_F_* of PROG_LOAD (strict alignment ...)
 * @len: instructions in @insns, @code and @facts
 * @insns: as user space is shown it; ld_imm64 of a map keeps its pseudo source
 *	register and has an index into @maps in imm; the call of a kfunc has the
 *	number of its row in imm
 * @code: what is executed: the same with ->code replaced by enum xbpf_op and
 *	addresses filled in, and imm of a load that may fault (XBPF_FACT_FAULTING)
 *	set to 1; made by xbpf_prog_decode()
 * @facts: by the verifier
 * @nr_subprogs: at least 1; [0] is the entry
 * @maps: used by the program, a reference to each is held by the program's owner
 * @run: enters the program; xbpf_interp_run() or the start of @image
 * @image: executable code, NULL when interpreted
 * @tail_entry: where a tail call enters @image
 * @image_len: bytes
 * @verified_insns: instructions visited by the verifier
 * @max_ctx: end of the context bytes that the program names; by the verifier.
 *	Records differ in size: an event whose record is shorter refuses it, and
 *	so does a test run
 * @max_tp_access: end of the bytes of a writable tracepoint's buffer that it names;
 *	by the verifier. A tracepoint with a smaller buffer refuses it
 * @stack: bytes of BPF stack for the deepest chain of calls
 * @calls: in progress at once, at most
 * @attach_name: of tracing programs: the function or tracepoint, in the kernel's
 *	BTF, which stays; by the verifier
 * @nr_args: of that function or tracepoint, as the context has them
 * @callbacks: one a subprogram, what LD_IMM64 of it gives; made by
 *	xbpf_prog_decode() if the program has callbacks, else NULL
 * @owner: the host's object around this program (struct xbpf_prog_obj in the module)
 */
struct xbpf_prog {
	u32 type;
	u32 expected_attach_type;
	u32 flags;
	u32 len;
	struct xbpf_insn *insns;
	struct xbpf_insn *code;
	struct xbpf_fact *facts;
	u32 nr_subprogs;
	struct xbpf_subprog *subprogs;
	u32 nr_maps;
	struct xbpf_map **maps;
	xbpf_run_fn run;
	void *image;
	void *tail_entry;
	u32 image_len;
	u32 verified_insns;
	u32 max_ctx;
	u32 max_tp_access;
	u32 stack;
	u32 calls;
	const char *attach_name;
	u32 nr_args;
	struct xbpf_callback *callbacks;
	u32 uses_tail_call:1;
	u32 gpl_compatible:1;
	u32 uses_stack_ctx:1;	/* calls get_stack or get_stackid */
	u32 uses_lock:1;	/* of values, or their timers: not in NMIs */
	void *owner;
};

typedef u64 (*xbpf_callback_fn)(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

/**
 * struct xbpf_callback - a subprogram as a value of its program
 * @native: set by the JIT when it has translated the program, else NULL
 * @prog: the program
 * @insn: where the subprogram begins
 *
 * The address of this is what a program gives to a helper; the helper calls it
 * with xbpf_callback_call().
 */
struct xbpf_callback {
	xbpf_callback_fn native;
	const struct xbpf_prog *prog;
	u32 insn;
};

/* prog.c: memory of a program; insns are copied in by the caller. */
struct xbpf_prog *xbpf_prog_alloc(u32 len);
void xbpf_prog_free(struct xbpf_prog *prog);
/* Builds ->code out of ->insns after verification: 0 or -ENOMEM, -EINVAL. */
int xbpf_prog_decode(struct xbpf_prog *prog);
/* Ensures ->run: the interpreter. The JIT replaces it. */
void xbpf_prog_set_interp(struct xbpf_prog *prog);

/**
 * xbpf_prog_run - run a verified program
 * Context: preemption off, rcu_read_lock held, any context, NMI included.
 */
static inline u64 xbpf_prog_run(const struct xbpf_prog *prog, const void *ctx)
{
	return prog->run(ctx, prog);
}

/* interp.c */
u64 xbpf_interp_run(const void *ctx, const struct xbpf_prog *prog);
/* Continues a run by a tail call out of JITed code; @count tail calls are done. */
u64 xbpf_interp_tail(const void *ctx, const struct xbpf_prog *prog, u32 count);
/* Calls a subprogram of @prog as a callback (bpf_loop and the like). */
u64 xbpf_interp_callback(const struct xbpf_prog *prog, u32 insn, u64 r1, u64 r2,
			 u64 r3, u64 r4, u64 r5);

/* Runs a callback to its exit, natively or not; its R0. */
static inline u64 xbpf_callback_call(const struct xbpf_callback *cb, u64 r1,
				     u64 r2, u64 r3, u64 r4, u64 r5)
{
	if (cb->native)
		return cb->native(r1, r2, r3, r4, r5);
	return xbpf_interp_callback(cb->prog, cb->insn, r1, r2, r3, r4, r5);
}

/* ---- helpers.c, helpers.def: the helper table ---- */

#define XBPF_HELPER(name, ...)						\
u64 xbpf_helper_##name(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
#include "vm/helpers.def"

enum xbpf_ret_type {
	XBPF_RET_INTEGER,
	XBPF_RET_VOID,
	XBPF_RET_MAP_VALUE_OR_NULL,
	XBPF_RET_MAP_VALUE,
	XBPF_RET_DYNPTR_MEM_OR_NULL,	/* of its dynptr, as many as its SIZE says */
	XBPF_RET_RINGBUF_MEM_OR_NULL,	/* size is the constant of its SIZE argument */
	XBPF_RET_BTF_TASK,		/* trusted struct task_struct * */
	XBPF_RET_BTF_TASK_OR_NULL,
	XBPF_RET_BTF_REGS,		/* struct pt_regs *: may be gone */
	XBPF_RET_BTF_CAST,		/* to the type of its CONST argument */
	XBPF_RET_BTF_OF_CPU,		/* of its BTF_PERCPU argument */
	XBPF_RET_BTF_OF_CPU_OR_NULL,
	XBPF_RET_ITER_ELEMENT,		/* or NULL: xbpf_iter_get() */
	XBPF_RET_SOCKET_OR_NULL,	/* by enum xbpf_sock_kind */
	XBPF_RET_SOCK_COMMON_OR_NULL,
	XBPF_RET_TCP_SOCK_OR_NULL,
	XBPF_RET_SLICE_OR_NULL,		/* of its dynptr, as many as its SIZE says */
	XBPF_RET_SLICE_RDONLY_OR_NULL,
	XBPF_RET_KPTR_OR_NULL,		/* as its KPTR argument says */
	XBPF_RET_MEM_RW_OR_NULL,	/* as many as its BUF_SIZE argument says */
	XBPF_RET_MEM_RDONLY_OR_NULL,
	XBPF_RET_BTF_SOCK,		/* struct sock *, not trusted */
	XBPF_RET_BTF_TEST_REF_OR_NULL,	/* struct prog_test_ref_kfunc * */
	XBPF_RET_BTF_TEST_MEMB_OR_NULL,	/* struct prog_test_member * */
	XBPF_RET_BTF_TCP6_SOCK_OR_NULL,	/* the kernel's objects, untrusted */
	XBPF_RET_BTF_TCP_SOCK_OR_NULL,
	XBPF_RET_BTF_TCP_TIMEWAIT_SOCK_OR_NULL,
	XBPF_RET_BTF_TCP_REQUEST_SOCK_OR_NULL,
	XBPF_RET_BTF_UDP6_SOCK_OR_NULL,
	XBPF_RET_BTF_UNIX_SOCK_OR_NULL,
};

enum xbpf_arg_type {
	XBPF_ARG_NONE,
	XBPF_ARG_ANYTHING,		/* any initialised value */
	XBPF_ARG_CTX,
	XBPF_ARG_CTX_OR_NULL,
	XBPF_ARG_CONST_MAP,
	XBPF_ARG_MAP_KEY,		/* memory of the map's key_size, readable */
	XBPF_ARG_MAP_VALUE,		/* memory of the map's value_size, readable */
	XBPF_ARG_MAP_VALUE_OR_NULL,
	XBPF_ARG_MAP_VALUE_UNINIT,	/* the same, written by the helper */
	XBPF_ARG_MAP_VALUE_PEEK,	/* the one or the other: xbpf_map_ops.asks */
	XBPF_ARG_MEM_RDONLY,		/* memory, its size in the next argument */
	XBPF_ARG_MEM_RDONLY_OR_NULL,
	XBPF_ARG_MEM,			/* the same; the helper changes it */
	XBPF_ARG_MEM_UNINIT,		/* memory that the helper fills, size next */
	XBPF_ARG_MEM_UNINIT_OR_NULL,
	XBPF_ARG_SIZE,			/* 1 .. its memory */
	XBPF_ARG_SIZE_OR_ZERO,		/* 0 .. its memory */
	XBPF_ARG_CONST_ALLOC_SIZE,	/* a constant */
	XBPF_ARG_RINGBUF_MEM,		/* what ringbuf_reserve returned; released */
	XBPF_ARG_CONST_STR,		/* NUL-terminated, in a frozen read-only map */
	XBPF_ARG_STACK_CTX,		/* as CTX, of types that have registers */
	XBPF_ARG_LONG_PTR,		/* 8 aligned bytes that the helper writes */
	XBPF_ARG_INT_PTR,		/* 4 bytes that it changes */
	XBPF_ARG_IP4_HEADER,		/* as many bytes as a header has that is */
	XBPF_ARG_IP6_HEADER,		/* without options */
	XBPF_ARG_TCP_HEADER,
	XBPF_ARG_FUNC,			/* address of a static subprogram */
	XBPF_ARG_STACK_PTR_OR_NULL,
	XBPF_ARG_BTF_TASK,
	XBPF_ARG_BTF_SEQ,		/* struct seq_file * of an iterator */
	XBPF_ARG_BTF_TASK_OR_NULL,
	XBPF_ARG_SCALAR,		/* a number */
	XBPF_ARG_CONST,			/* a number that is known */
	XBPF_ARG_SPIN_LOCK,		/* of a map's value */
	XBPF_ARG_SOCK,			/* a socket of any kind */
	XBPF_ARG_ANY_SOCK,		/* or the object of the kernel that it is */
	XBPF_ARG_SOCK_RELEASE,		/* the same, found by the program; released */
	XBPF_ARG_TIMER,			/* in a map's value */
	XBPF_ARG_DYNPTR,		/* 16 bytes of stack that are a dynptr */
	XBPF_ARG_DYNPTR_LOCAL,		/* that become one, of a map's value */
	XBPF_ARG_DYNPTR_RINGBUF,	/* of a record that must be given back */
	XBPF_ARG_DYNPTR_RELEASE,	/* one of these; released */
	XBPF_ARG_DYNPTR_CLONE,		/* 16 bytes that become one like the first */
	XBPF_ARG_DYNPTR_SKB,		/* that become one, of the context */
	XBPF_ARG_DYNPTR_XDP,
	XBPF_ARG_SLICE_BUFFER,		/* memory or NULL, its size next */
	XBPF_ARG_SLICE_SIZE,		/* a constant */
	XBPF_ARG_KPTR,			/* a field that owns an object */
	XBPF_ARG_KPTR_OBJECT_OR_NULL,	/* one that fits in there; released */
	XBPF_ARG_KPTR_GET,		/* as KPTR; the object comes back */
	XBPF_ARG_PLAIN,			/* numbers, as many as the kernel's BTF says */
	XBPF_ARG_BUF_SIZE,		/* a constant: bytes of the result */
	XBPF_ARG_BTF_SOCK,		/* a full socket */
	XBPF_ARG_BTF_PERCPU,		/* an object of which each CPU has one */
	XBPF_ARG_BTF_PATH,		/* a struct path, in an object that lives */
	XBPF_ARG_BTF_SKB,		/* a packet of the kernel */
	XBPF_ARG_BTF_XDP,		/* one that a driver has just received */
	XBPF_ARG_BTF_TEST_REF,
	XBPF_ARG_BTF_TEST_MEMB,
	XBPF_ARG_BTF_TEST_MEMB1,
	XBPF_ARG_ITER_NEW,		/* stack that becomes the kfunc's iterator */
	XBPF_ARG_ITER_NEXT,		/* stack that is one */
	XBPF_ARG_ITER_DESTROY,		/* the same; none any more */
};

enum xbpf_helper_flags {
	XBPF_HELPER_GPL		= 1 << 0,	/* GPL programs only */
	XBPF_HELPER_PERFMON	= 1 << 1,	/* asks for CAP_PERFMON at load */
	XBPF_HELPER_ACQUIRE	= 1 << 2,	/* returns a reference */
	XBPF_HELPER_RELEASE	= 1 << 3,	/* releases its reference argument */
	XBPF_HELPER_ADMIN	= 1 << 4,	/* asks for CAP_SYS_ADMIN */
	XBPF_HELPER_RCU		= 1 << 5,	/* an object of the RCU section will do */
	XBPF_HELPER_SLEEPS	= 1 << 6,	/* sleepable programs only */
	XBPF_HELPER_PACKET	= 1 << 7,	/* takes addresses of packets */
	XBPF_HELPER_MOVES	= 1 << 8,	/* may move the packet: ends addresses of it */
	XBPF_HELPER_CAST	= 1 << 9,	/* the result is its argument, seen otherwise */
	XBPF_HELPER_FUNCTION	= 1 << 10,	/* programs at a function's entry or exit */
	XBPF_HELPER_TRUSTED	= 1 << 11,	/* needs its objects to live */
	XBPF_HELPER_BOOT	= 1 << 12,	/* destructive: asks for CAP_SYS_BOOT */
	XBPF_HELPER_ITER	= 1 << 13,	/* programs of iterators */
};

/**
 * struct xbpf_helper - a row of the helper table
 * @name: as bpf-helpers(7) has it, without the prefix; NULL: no such helper
 * @fn: the function, defined by each host; NULL: an operation of its own
 * @prog_types: bit mask of enum xbpf_prog_type that may call it
 * @map_types: bit mask of enum xbpf_map_type for its CONST_MAP argument; 0: any
 * @ret: enum xbpf_ret_type
 * @arg: enum xbpf_arg_type
 * @flags: enum xbpf_helper_flags
 */
struct xbpf_helper {
	const char *name;
	u64 (*fn)(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
	u64 prog_types;
	u64 map_types;
	u8 ret;
	u8 arg[XBPF_MAX_HELPER_ARGS];
	u16 flags;
};

/* NULL when @id is unknown to this table. */
const struct xbpf_helper *xbpf_helper_get(u32 id);

/* ---- format.c ---- */

#define XBPF_FORMAT_ARGS	12

int xbpf_format(char *out, size_t room, const char *fmt, u32 fmt_size,
		const u64 *args, u32 nr_args);
/* The same with arguments as programs give them: @data_len bytes at @data. */
int xbpf_format_data(char *out, size_t room, const char *fmt, u32 fmt_size,
		     u64 data, u64 data_len);
/* By each host: up to the NUL; bytes stored with the NUL, or -EFAULT. */
long xbpf_read_string(char *dst, u32 size, unsigned long src);
long xbpf_read_string_kernel(char *dst, u32 size, unsigned long src);
long xbpf_read_string_user(char *dst, u32 size, unsigned long src);
/* By each host: %p and its @kind, of "KxsSB" or '\0'; characters stored. */
int xbpf_format_address(char *text, size_t size, char kind, u64 value);

/* ---- kfuncs.c, kfuncs.def: the table of kfuncs, in rows as helpers have ---- */

#define XBPF_KFUNC_FIRST	0x10000

enum xbpf_kfunc_id {
	XBPF_KFUNC_none = XBPF_KFUNC_FIRST - 1,
#define XBPF_KFUNC(name, ...)	XBPF_KFUNC_##name,
#include "vm/kfuncs.def"
	XBPF_KFUNC_FIRST_TEST,
	XBPF_KFUNC_before_test = XBPF_KFUNC_FIRST_TEST - 1,
#define XBPF_KFUNC(name, ...)	XBPF_KFUNC_##name,
#include "vm/kfuncs_test.def"
};

#define XBPF_KFUNC(name, ...)						\
u64 xbpf_kfunc_##name(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
#include "vm/kfuncs.def"
#define XBPF_KFUNC(name, ...)						\
u64 xbpf_kfunc_##name(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
#include "vm/kfuncs_test.def"

/* kfuncs_test.c: are those of the kernel's tests offered? */
extern bool xbpf_test_kfuncs;

/* Number of a kfunc by the name of the function in BTF, or -ENOENT. */
int xbpf_kfunc_find(const char *name);
/* NULL when there is no kfunc of this number. */
const struct xbpf_helper *xbpf_kfunc_get(u32 id);

/*
 * What a decoded CALL_HELPER calls: a helper or, above XBPF_KFUNC_FIRST, a
 * kfunc. Not for numbers that user space chose.
 */
const struct xbpf_helper *xbpf_callee_get(u32 id);

/* ---- objects.c, objects.def: objects of the kernel that values own ---- */

enum xbpf_object {
	XBPF_OBJECT_NONE,	/* not of the kernel */
	XBPF_OBJECT_OTHER,	/* of the kernel; a value cannot own it */
#define XBPF_OBJECT_ROW(name, ...)	XBPF_OBJECT_##name,
#include "vm/objects.def"
	XBPF_NR_OBJECTS
};

/* By the name of its struct: XBPF_OBJECT_OTHER when a value cannot own it. */
u32 xbpf_object_find(const char *name);
/* Does it stay until the section of RCU ends in which a value had it? */
int xbpf_object_in_rcu(u32 object);
/* Gives back one that a value owned. Any context but NMI. */
void xbpf_object_put(u32 object, u64 ptr);

/* ---- iter.c, iters.def: open-coded iterators ---- */

enum xbpf_iter_kind {
#define XBPF_ITER(name, ...)	XBPF_ITER_##name,
#include "vm/iters.def"
};

/**
 * struct xbpf_iter - a row of the table of iterators
 * @name: without bpf_iter_
 * @bytes: of stack that it takes
 * @size: bytes that an element is, or
 * @object: kernel's struct that it points to
 * @rcu: for sections of RCU
 * @next_id: the kfunc that gives the next element
 */
struct xbpf_iter {
	const char *name;
	u32 bytes;
	u32 size;
	const char *object;
	u8 rcu;
	u32 next_id;
};

/* Kind of iterator that a kfunc makes, asks or destroys, or -ENOENT. */
int xbpf_iter_find(u32 kfunc);
const struct xbpf_iter *xbpf_iter_get(u32 kind);

/* ---- dynptr.c ---- */

enum xbpf_dynptr_kind {
	XBPF_DYNPTR_ANY,	/* in rules only */
	XBPF_DYNPTR_LOCAL,
	XBPF_DYNPTR_RINGBUF,
	XBPF_DYNPTR_SKB,	/* the packet of a context */
	XBPF_DYNPTR_XDP,
};

#define XBPF_DYNPTR_MAX_SIZE	((1U << 24) - 1)

/**
 * struct xbpf_dynptr_mem - what is in the 16 bytes; programs see an opaque struct
 * @data: of packets the context, else the memory; NULL: it could not be made, and
 *	all that is done with it fails
 * @size: bytes from @off on
 * @kind: enum xbpf_dynptr_kind
 * @rdonly: nothing is written through it
 * @off: of the first byte
 */
struct xbpf_dynptr_mem {
	char *data;
	u32 size : 24;
	u32 kind : 7;
	u32 rdonly : 1;
	u32 off;
};

/* ---- progtypes.c, progtypes.def: the program-type table ---- */

/* What a load from the context gives; of stores, only the first two. */
enum xbpf_ctx_kind {
	XBPF_CTX_SCALAR,	/* a number */
	XBPF_CTX_DENIED,
	XBPF_CTX_PACKET,	/* addresses, loaded whole by a 32-bit load */
	XBPF_CTX_PACKET_META,
	XBPF_CTX_PACKET_END,
	XBPF_CTX_SOCKET,	/* a struct bpf_sock: @btf_id is its kind */
	XBPF_CTX_BTF,		/* a kernel object of type @btf_id */
	XBPF_CTX_TP_BUFFER,	/* what the tracepoint lets programs change */
};

/* What is known of a socket: which of its fields are there. */
enum xbpf_sock_kind {
	XBPF_SOCK_COMMON,	/* no more than every socket has */
	XBPF_SOCK_FULL,		/* struct bpf_sock */
	XBPF_SOCK_TCP,		/* struct bpf_tcp_sock */
	XBPF_SOCK_XDP,		/* struct bpf_xdp_sock */
};

/**
 * struct xbpf_ctx_access - one access of a program to its context
 * @off: @size: bytes of the context as the ABI has it
 * @write: it is a store
 * @btf_id: out, of XBPF_CTX_BTF: type of the kernel's BTF
 * @or_null: out, of pointers: may be NULL
 * @trusted: out, of XBPF_CTX_BTF: the object lives while the program runs
 * @addr_off: out, of pointers: where the run-time context has all 64 bits of it;
 *	0: at @off
 */
struct xbpf_ctx_access {
	u32 off;
	u32 size;
	int write;
	u32 btf_id;
	u8 or_null;
	u8 trusted;
	u16 addr_off;
};

/**
 * struct xbpf_prog_type_ops - a row of the program-type table
 * @name: as bpftool prints it
 * @ctx_size: bytes that a program may name
 * @ctx_access: is the access allowed, and what does a load give: enum
 *	xbpf_ctx_kind
 * @ret_min, @ret_max: bounds of R0 at exit of the entry (both 0: any); see
 *	xbpf_prog_type_ret()
 * @cap: XBPF_PROG_CAP_*
 * @has_regs: the context begins with struct pt_regs or leads to one
 * @has_test_run: PROG_TEST_RUN is offered
 */
struct xbpf_prog_type_ops {
	const char *name;
	u32 ctx_size;
	int (*ctx_access)(const struct xbpf_prog *prog,
			  struct xbpf_ctx_access *a);
	s32 ret_min, ret_max;
	u8 cap;
	u8 has_regs;
	u8 has_test_run;
};

enum {
	XBPF_PROG_CAP_BPF	= 1 << 0,
	XBPF_PROG_CAP_PERFMON	= 1 << 1,
	XBPF_PROG_CAP_NET_ADMIN	= 1 << 2,
};

/* NULL when programs of this type cannot be loaded. */
const struct xbpf_prog_type_ops *xbpf_prog_type_get(u32 type);
/* Can programs of @type be made for attachments of that type? */
int xbpf_prog_type_attach_ok(u32 type, u32 expected_attach_type);
/* Bounds of R0 when @prog ends; 0: there are none. */
int xbpf_prog_type_ret(const struct xbpf_prog *prog, s32 *min, s32 *max);

/* What a type may do to packets. */
enum xbpf_packet_rights {
	XBPF_PACKET_LD_ABS	= 1 << 0,	/* ld_abs, ld_ind */
	XBPF_PACKET_READ	= 1 << 1,	/* loads through addresses */
	XBPF_PACKET_WRITE	= 1 << 2,
};
u32 xbpf_prog_type_packets(u32 type);

/* ctx_net.c: contexts of the network's program types, see vm/packet.h. */
int xbpf_ctx_skb(const struct xbpf_prog *prog, struct xbpf_ctx_access *a);
int xbpf_ctx_xdp(const struct xbpf_prog *prog, struct xbpf_ctx_access *a);
/* Is it a load that a socket of @kind allows? Sockets are never written. */
int xbpf_ctx_sock(enum xbpf_sock_kind kind, u32 off, u32 size);

/* ---- disasm.c ---- */

/*
 * One instruction as the kernel's log prints it: "(b7) r0 = 0". LD_IMM64 must
 * have its second slot behind it. Bytes written without the NUL.
 */
int xbpf_insn_print(char *buf, size_t size, const struct xbpf_insn *insn);

#endif
