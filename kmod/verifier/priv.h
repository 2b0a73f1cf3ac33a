/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the passes of the verifier share: abstract registers, states, the
 * environment of one verification, and the functions by file.
 *
 * The checks (alu.c, branch.c, mem.c, stack.c, helper.c, call.c) take one
 * state and one instruction and change the state or refuse. They know nothing
 * of paths, saved states or the order of visits: that is walk.c.
 */
#ifndef XBPF_VERIFIER_PRIV_H
#define XBPF_VERIFIER_PRIV_H

#include "os.h"
#include "verifier/report.h"
#include "btf/btf.h"
#include "verifier/value.h"
#include "verifier/verifier.h"

#define NR_REGS		11
#define FP		XBPF_REG_10
#define NR_SLOTS	(XBPF_STACK_SIZE / 8)
#define MAX_VAR_OFF	(1 << 29)
#define MAX_REFS	16
#define MAX_PENDING	8192
#define MAX_ASYNC	64	/* kinds of callbacks that run later */
#define LOG_INSNS	3	/* levels that show instructions */

/* Several maps were seen at a call: a fact only while the walk goes on. */
#define FACT_MAP_MIXED	(1 << 7)
/* A call of bpf_loop() of no flags: subprogram @map is its callback. */
#define FACT_LOOP	(1 << 9)

/* Rounds of may_goto have no number: those of a call have one budget together. */
#define ROUND_ANY	(~0U)

/* Rounds of an iterator have its reference for a number. */
#define ROUND_ITER	(1U << 31)

/* ---- registers ---- */

enum reg_type {
	T_NONE,			/* not initialised */
	T_SCALAR,
	T_CTX,
	T_MAP,			/* the map itself */
	T_MAP_VALUE,
	T_MAP_KEY,		/* read only, in callbacks */
	T_STACK,
	T_MEM,			/* @arg bytes: a ring buffer's record and the like */
	T_FUNC,
	T_PACKET,		/* packet data; @arg bytes behind it are proved */
	T_PACKET_META,		/* what lies before the packet; the same */
	T_PACKET_END,		/* the first byte behind the packet */
	T_BTF,			/* a kernel object: type @arg of BTF @obj */
	T_DYNPTR,		/* a dynptr that the kernel keeps (callbacks, kfuncs) */
	T_SOCKET,		/* of kind @arg: enum xbpf_sock_kind */
	T_ITER,			/* of stack slots alone: iter.c */
	T_TP_BUFFER,		/* what a tracepoint lets its programs change */
	NR_TYPES,
};

/* Of pointers, beside the type: how far they may be trusted, what they allow. */
enum reg_flags {
	REG_TRUSTED	= 1 << 0,	/* the object lives while the program runs */
	REG_RCU		= 1 << 1,	/* it lives until the RCU section ends */
	REG_UNTRUSTED	= 1 << 2,	/* may point anywhere: loads may fault */
	REG_RDONLY	= 1 << 3,	/* stores are refused */
	REG_PERCPU	= 1 << 4,	/* of a per-CPU object: not an address yet */
	REG_ALLOC	= 1 << 5,	/* the program allocated it */
	REG_NON_OWN	= 1 << 6,	/* somebody else will free it */
	REG_NAMED	= 1 << 7,	/* @id tells its object from others: locks */
};

/* Of T_MEM, where nothing is per CPU: it ends when the packet moves. */
#define REG_OF_PACKET	REG_PERCPU

/* Of T_MEM: @obj of what is part of an object, no record's start. */
#define REG_MEM_PART	(~0U)

/* Whose type @arg of a T_BTF is: struct xbpf_reg.obj. */
enum reg_obj {
	REG_OBJ_KERNEL,
	REG_OBJ_PROG,
};

/**
 * struct xbpf_reg - what is known of a register or of a spilled one
 * @type: enum reg_type
 * @or_null: of pointers: may also be 0
 * @frame: of T_STACK: whose stack
 * @off: of pointers: the constant part of the offset
 * @id: equal ids: equal numbers (scalars), null together (or-null pointers);
 *	0: no such knowledge
 * @ref: of pointers: the reference that it carries, or 0
 * @arg: T_MAP, T_MAP_VALUE, T_MAP_KEY: index into env->maps; T_MEM: its size;
 *	T_FUNC: subprogram; T_NONE: 1 + the register that it is a copy of, or 0;
 *	others: see enum reg_type
 * @flags: of pointers: enum reg_flags
 * @obj: of T_BTF: enum reg_obj; of T_MAP, T_MAP_VALUE: number of the look-up
 *	that found the map in another, 0: the program names it; otherwise what
 *	the type needs: never compared as a number of the walk is (@id, @ref)
 * @num: of pointers: the number that @val is, as @id of scalars; 0: unnamed
 * @val: the scalar, or the variable part of a pointer's offset
 */
struct xbpf_reg {
	u8 type;
	u8 or_null;
	u8 frame;
	u8 flags;
	s32 off;
	u32 id;
	u32 ref;
	u32 arg;
	u32 obj;
	u32 num;
	u32 pad;
	struct xbpf_value val;
};

/* ---- states ---- */

enum slot_kind {
	SLOT_INVALID,		/* never written */
	SLOT_MISC,		/* some number */
	SLOT_ZERO,
	SLOT_SPILL,		/* a byte of slot->reg */
	/* From here on the whole slot is one object's, which slot->reg describes. */
	SLOT_DYNPTR,		/* half of a dynptr: dynptr.c */
	SLOT_ITER,		/* eight bytes of an iterator: iter.c */
};

/**
 * struct xbpf_slot - eight aligned bytes of stack
 * @kind: of each byte, enum slot_kind; the SPILL bytes are adjacent
 * @reg: the spilled register; its least significant byte is the first SPILL
 *	byte, and it has as many bytes as there are
 */
struct xbpf_slot {
	u8 kind[8];
	struct xbpf_reg reg;
};

/**
 * struct xbpf_frame - one call of a subprogram
 * @callsite: the call instruction in the frame below
 * @nr_slots: slot[i] is [fp - 8 * (i + 1), fp - 8 * i); those above are unused
 * @callback: entered from a helper: the number of that call, else 0; of the
 *	outermost frame: it is a callback that runs later
 * @budget: number of its budget for may_goto, which no other call has; 0: it needs
 *	none
 * @may_gotos: of its own on the path so far: each costs some of the budget
 */
struct xbpf_frame {
	struct xbpf_reg reg[NR_REGS];
	u32 subprog;
	u32 callsite;
	u32 callback;
	u32 budget, may_gotos;
	u16 nr_slots;
	u16 cap;
	struct xbpf_slot *slot;
};

struct xbpf_ref {
	u32 id;
	u32 insn;
};

#define MAX_GHOSTS	6

/**
 * struct xbpf_state - what a machine may be at one point of the program
 * @loop: the innermost attempt at a loop that the path is in, 0: none
 * @ghost: facts about numbers that no register and no slot holds
 */
struct xbpf_state {
	u32 nr_frames;
	u32 nr_refs;
	u32 lock;	/* id of the value whose lock is held, 0: none */
	u32 rounds;	/* callbacks that have returned on the path so far */
	u32 loop;
	u32 nexts;	/* elements that iterators gave on the path so far */
	u8 rcu;		/* in a section of bpf_rcu_read_lock() */
	u8 preempt;	/* sections of bpf_preempt_disable() */
	u32 nr_ghosts;
	struct xbpf_frame *frame[XBPF_MAX_FRAMES];
	struct xbpf_ref ref[MAX_REFS];
	struct xbpf_reg ghost[MAX_GHOSTS];
};

/* Where a cell is: register or slot @at of a frame. */
struct xbpf_place {
	u8 frame, is_slot, at;
};

static inline struct xbpf_frame *state_top(const struct xbpf_state *st)
{
	return st->frame[st->nr_frames - 1];
}

static inline struct xbpf_reg *state_regs(const struct xbpf_state *st)
{
	return state_top(st)->reg;
}

/* ---- what is known of the program's text ---- */

/**
 * struct xbpf_block - instructions that run one after the other
 * @start: @end: instructions, @end exclusive
 * @succ: blocks that may come next, @nr_succ of them, in the same subprogram
 * @prune: states are compared and kept here
 * @live: @live_slots: registers and stack slots that may be read later
 * @rel: @rel_slots: those whose number may matter to a check
 * @fp: what each register says about this frame's stack at @start, live.c
 * @head: a loop is entered here alone; @loop: 1 + the head of the innermost loop
 *	that the block is in, and not the head of; 0: none
 * @walked: how often the walk went on from here, as far as anybody wants to know
 * @failed: attempts in vain: enum stretch of the next one
 */
struct xbpf_block {
	u32 start, end;
	u32 succ[2];
	u8 nr_succ;
	u8 prune;
	u16 live, rel;
	u64 live_slots, rel_slots;
	s16 fp[NR_REGS];
	u32 loop;
	u8 head, walked, failed;
};

/* What a subprogram, with all that it calls, may do: by its text alone. */
enum sub_effects {
	SUB_MOVES	= 1 << 0,	/* moves the packet */
	SUB_SLEEPS	= 1 << 1,
	SUB_LOCKS_BUS	= 1 << 2,	/* atomic operations */
	SUB_TAIL_CALLS	= 1 << 3,
};

/* What an argument of a global function is, by its prototype. */
enum sub_arg_kind {
	SUB_ARG_NUMBER,
	SUB_ARG_CTX,
	SUB_ARG_MEM,		/* memory of @what bytes */
	SUB_ARG_DYNPTR,
	SUB_ARG_TRUSTED,	/* a kernel object of type @what, which lives */
	SUB_ARG_UNTRUSTED,	/* the same, and nobody knows whether it does */
	SUB_ARG_UNTRUSTED_MEM,	/* no address to rely on */
	SUB_ARG_ARENA,		/* a number, as long as there are no arenas */
};

struct xbpf_sub_arg {
	u8 kind;
	u8 or_null;
	u8 tags;
	u32 what;
};

/**
 * struct xbpf_sub - a subprogram under verification
 * @stack: deepest byte of stack that was seen in use
 * @first_block: @end_block: its blocks
 * @flags: enum xbpf_subprog_flags
 * @may_goto: it has such jumps
 * @mark: for walks of the call graph
 * @order: its place in env->callees_first
 * @effects: enum sub_effects
 * @global: known to its callers by its prototype: type @func_id of the program's
 *	BTF, @name; of others what follows means nothing
 * @has_signature: @arg, of which there are @nr_args, and @is_void are known
 * @called: a path called it; @walked: by its prototype
 */
struct xbpf_sub {
	u32 start, end;
	u32 stack;
	u32 first_block, end_block;
	u16 flags;
	u8 may_goto;
	u8 mark;
	u32 order;
	u8 effects;
	u8 global;
	u8 has_signature;
	u8 is_void;
	u8 called;
	u8 walked;
	u8 nr_args;
	u32 func_id;
	const char *name;
	struct xbpf_sub_arg arg[XBPF_MAX_HELPER_ARGS];
};

/**
 * struct xbpf_async - a callback that runs later, on a stack of its own
 * @sub: subprogram
 * @map: of the value that it is called for, index into env->maps
 * @insn: where it was set first
 */
struct xbpf_async {
	u32 sub;
	u32 map;
	u32 insn;
};

/* ---- numbers by name ---- */

/* Ids of numbers that env->defs defines; other numbers are just different. */
#define XBPF_DEFINED	(1U << 31)

enum xbpf_def_kind { DEF_NONE, DEF_ALU, DEF_SEXT, DEF_BSWAP, DEF_TRUTH };

/**
 * struct xbpf_def - how a number was made
 * @kind: enum xbpf_def_kind
 * @op: of DEF_ALU: enum xbpf_value_op; of DEF_TRUTH: enum xbpf_value_cond: the
 *	number is 1 if it holds, else 0
 * @width: of the operation; of DEF_SEXT of its result
 * @bits: of DEF_SEXT, DEF_BSWAP: of its operand
 * @a: @b: operands; 0: the constant @c
 */
struct xbpf_def {
	u8 kind, op, width, bits;
	u32 a, b;
	u64 c;
};

/**
 * struct xbpf_defs - the numbers that operations made
 * @def: by id, @nr of @cap
 * @bucket: ids by definition
 */
struct xbpf_defs {
	u32 nr, cap;
	struct xbpf_def *def;
	u32 *bucket;
};

/* A number plus a constant; no number: only the constant. */
struct xbpf_sum {
	u32 id;
	u64 c;
};

#define MAX_IDS		64	/* distinct ids that a comparison follows */

/* Ids of an old state, and what they are in the new one. */
struct xbpf_idmap {
	u32 nr;
	struct {
		u32 old, new;
	} pair[MAX_IDS];
};

/**
 * struct xbpf_reg_table - what registers of saved states hold
 * @reg: @nr of @cap, without names
 * @bucket: one more than places in @reg, by content
 */
struct xbpf_reg_table {
	u32 nr, cap;
	struct xbpf_reg *reg;
	u32 *bucket;
};

struct xbpf_saved;
struct xbpf_pending;
struct xbpf_attempt;
struct xbpf_trace;
struct xbpf_report;

/* Each walk after the first is for programs that the one before refused. */
enum precision {
	NUMBERS_WIDENED,	/* irrelevant ones are forgotten */
	NUMBERS_RELATED,	/* and facts go from one to the other */
	NUMBERS_EXACT,		/* nothing is forgotten */
	NR_PRECISIONS,
};

/**
 * struct xbpf_target - what a tracing program is attached to, attach.c
 * @proto: of the function or tracepoint; NULL: the program is not of this type
 * @name: of it in BTF
 * @first_arg: of @proto that the context has
 * @trusted: objects among the arguments live while the program runs
 * @paths: helpers may follow paths there
 */
struct xbpf_target {
	const struct xbpf_btf_type *proto;
	const char *name;
	u32 first_arg;
	u8 trusted;
	u8 paths;
};

/**
 * struct xbpf_venv - one verification
 * @op: operation of each instruction, enum xbpf_op
 * @ptr_type: of loads and stores: through what they went first, mem.c
 * @callees_first: subprograms, each after all that it calls
 * @block_of: block of each instruction
 * @map: the maps that instructions name; behind the first XBPF_MAX_USED_MAPS,
 *	for each of them what the maps in it are like, or NULL
 * @target: of tracing programs
 * @kernel_btf: types of the kernel once they were asked for, btf_ptr.c
 * @walk_globals: at their calls, as static functions
 * @has_globals: functions whose prototype is known
 * @globals_met: calls that the walk took by their prototypes
 * @slots: stack slots that an instruction reads (loads, calls) or overwrites
 *	wholly (stores), live.c
 * @saved: by block: states that were verified or are being
 * @path: states of the path under verification, innermost last; @cond: those
 *	verified but for a state of the path, latest first; @serial: of the last
 * @attempt: @nr_attempts: attempts under way, innermost first
 * @no_attempts: too much was visited in vain
 * @wasted: visited in vain
 * @next_attempt: attempts so far
 * @pending: other edges of the branches of this path
 * @st: the state now
 * @fork: spare state of the instruction under verification, to be queued
 * @async: @nr_async: callbacks that run later; each is walked once
 * @defs: how numbers were made, where xbpf_names_wanted()
 * @regs: of saved states
 * @widen: numbers that @rel calls irrelevant are forgotten where paths meet
 * @precision: of this walk
 * @unnamed: numbers were made that @defs would have named
 * @no_memory: for a definition
 * @insn: under verification
 * @from_callback: a callback of the call of this number returned to @insn
 * @helper_call: number of the rounds that @insn may begin: of the call that
 *	enters callbacks, of the iterator; ROUND_ANY: may_goto; 0: it does not
 * @trace: @report: the path, and what is said of a refusal; NULL without a log
 * @line: whose source the log has shown last
 * @why: the last refusal's phrase, which the log had got at @why_end
 */
struct xbpf_venv {
	struct xbpf_prog *prog;
	const struct xbpf_verify_opts *opts;
	const struct xbpf_prog_type_ops *type;
	struct xbpf_log *log;
	u32 len;
	u8 *op;
	u8 *ptr_type;
	struct xbpf_fact *facts;
	u32 nr_subs;
	struct xbpf_sub *sub;
	u32 *callees_first;
	u32 nr_maps;
	struct xbpf_map *map[2 * XBPF_MAX_USED_MAPS];
	u32 nr_blocks;
	struct xbpf_block *block;
	u32 *block_of;
	const struct xbpf_btf *kernel_btf;
	struct xbpf_target target;
	u8 walk_globals;
	u8 has_globals;
	u8 globals_met;
	u64 *slots;

	struct xbpf_saved **saved;
	struct xbpf_saved *path, *cond;
	u32 serial;
	struct xbpf_attempt *attempt;
	u32 nr_attempts, no_attempts, wasted, next_attempt;
	struct xbpf_pending *pending;
	u32 nr_pending;
	struct xbpf_state *st;
	struct xbpf_state *fork;
	struct xbpf_frame *spare;
	u32 nr_spare;
	struct xbpf_defs *defs;
	struct xbpf_reg_table regs;
	u32 insn;
	u32 next_id, next_budget;
	u32 visited, max_visits;
	u32 since_saved;
	u32 nr_saved, peak_saved, total_saved, max_saved_per_insn;
	u64 bytes, peak_bytes;
	u32 from_callback;
	u32 helper_call, nr_helper_calls;
	u64 insn_log_pos;
	enum precision precision;
	int widen, widened, unnamed, no_memory;

	struct xbpf_trace *trace;
	struct xbpf_report *report;
	const struct xbpf_line_info *line;
	char why[XBPF_REPORT_PHRASE];
	u32 why_len;
	u64 why_end;
	u32 nr_async;
	struct xbpf_async async[MAX_ASYNC];
};

static inline const struct xbpf_def *xbpf_def_of(const struct xbpf_venv *env,
						 u32 id)
{
	static const struct xbpf_def none;

	return id & XBPF_DEFINED ? &env->defs->def[id & ~XBPF_DEFINED] : &none;
}

/* Are numbers that operations make given names? */
static inline int xbpf_names_wanted(const struct xbpf_venv *env)
{
	return env->precision >= NUMBERS_RELATED || env->st->loop;
}

static inline const struct xbpf_insn *env_insn(const struct xbpf_venv *env)
{
	return &env->prog->insns[env->insn];
}

static inline const struct xbpf_op_info *env_op(const struct xbpf_venv *env,
						u32 insn)
{
	return &xbpf_op_info[env->op[insn]];
}

static inline int env_leaks_ok(const struct xbpf_venv *env)
{
	return env->opts->allow_ptr_leaks;
}

/* May it go on elsewhere than at the next instruction, in its subprogram? */
static inline int op_jumps(const struct xbpf_op_info *op)
{
	return op->kind == XBPF_KIND_JMP || op->kind == XBPF_KIND_JA ||
	       op->kind == XBPF_KIND_MAY_GOTO;
}

/* Where a jump goes; meaningful where op_jumps(). */
static inline s64 insn_target(const struct xbpf_insn *insn, u32 at,
			      const struct xbpf_op_info *op)
{
	s64 dist = op->oper == XBPF_OPER_JA32 ? insn->imm : insn->off;

	return (s64)at + 1 + dist;
}

enum step_kind {
	STEP_NEXT,		/* goes on at @next */
	STEP_FORK,		/* the same, and env->fork at @other */
	STEP_END,		/* the program ends */
};

struct xbpf_step {
	enum step_kind kind;
	u32 next;
	u32 other;
};

/* ---- text.c: what the user reads ---- */
__printf(3, 4)
int xbpf_reject(struct xbpf_venv *env, int err, const char *fmt, ...);
__printf(2, 3)
void xbpf_verify_log(struct xbpf_venv *env, const char *fmt, ...);
const char *xbpf_reg_type_name(const struct xbpf_reg *reg);
int xbpf_tnum_text(char *buf, size_t size, struct xbpf_tnum t);
void xbpf_state_log(struct xbpf_venv *env, const struct xbpf_state *st);
void xbpf_insn_log(struct xbpf_venv *env);
void xbpf_insn_log_result(struct xbpf_venv *env, const struct xbpf_state *st);
/* The register that env->insn defines, or -1. */
int xbpf_insn_defines(const struct xbpf_venv *env);
#define TNUM_TEXT_MAX	48

/* ---- lines.c: where instructions come from ---- */
void xbpf_line_find(const struct xbpf_venv *env, u32 insn,
		    struct xbpf_report_source *source);
void xbpf_line_log(struct xbpf_venv *env);
const char *xbpf_line_function(const struct xbpf_venv *env, u32 insn);

/* ---- trace.c: the path, for explain.c; does nothing without a log ---- */
void xbpf_trace_start(struct xbpf_venv *env);
void xbpf_trace_begin(struct xbpf_venv *env);
void xbpf_trace_end(struct xbpf_venv *env, const struct xbpf_step *step);
u32 xbpf_trace_len(const struct xbpf_venv *env);
void xbpf_trace_rewind(struct xbpf_venv *env, u32 len);
void xbpf_trace_free(struct xbpf_venv *env);

/* ---- explain.c: why a program was refused ---- */
void xbpf_explain(struct xbpf_venv *env, int err);
void xbpf_explain_free(struct xbpf_venv *env);
/* explain_words.c */
int xbpf_reg_words(struct xbpf_venv *env, char *buf, size_t size,
		   const struct xbpf_reg *reg);
/* explain_text.c: into the log */
void xbpf_report_log(struct xbpf_venv *env);

/* ---- passes, in the order of verify.c ---- */
int xbpf_pass_shape(struct xbpf_venv *env);
int xbpf_pass_subprogs(struct xbpf_venv *env);
int xbpf_pass_attach(struct xbpf_venv *env);
int xbpf_pass_maps(struct xbpf_venv *env);
int xbpf_pass_globals(struct xbpf_venv *env);
int xbpf_pass_cfg(struct xbpf_venv *env);
int xbpf_pass_loops(struct xbpf_venv *env);
int xbpf_pass_live(struct xbpf_venv *env);
int xbpf_pass_walk(struct xbpf_venv *env);
int xbpf_pass_stack(struct xbpf_venv *env);
int xbpf_pass_rewrite(struct xbpf_venv *env);
void xbpf_maps_put(struct xbpf_venv *env);
/* inline_loop.c */
int xbpf_inline_loops(struct xbpf_venv *env);
/* loops.c */
int xbpf_in_loop(const struct xbpf_venv *env, u32 block, u32 head);
/* subprog.c: subprogram that starts at @insn, or -ENOENT. */
int xbpf_sub_find(const struct xbpf_venv *env, s64 insn);
/* subprog.c: subprogram that the instruction calls or names, or -ENOENT. */
int xbpf_sub_called(const struct xbpf_venv *env, u32 insn);
/* cfg.c: does a loop through it end for a reason of its own? */
int xbpf_insn_begins_round(const struct xbpf_venv *env, u32 insn);
/* cfg.c: does the instruction call a helper that enters a callback? */
int xbpf_insn_calls_back(const struct xbpf_venv *env, u32 insn);

/* ---- state.c ---- */
struct xbpf_state *xbpf_state_alloc(void);
void xbpf_state_free(struct xbpf_venv *env, struct xbpf_state *st);
int xbpf_state_copy(struct xbpf_venv *env, struct xbpf_state *dst,
		    const struct xbpf_state *src);
int xbpf_frame_push(struct xbpf_venv *env, struct xbpf_state *st, u32 subprog,
		    u32 callsite);
void xbpf_frame_pop(struct xbpf_venv *env, struct xbpf_state *st);
int xbpf_state_restart(struct xbpf_venv *env, struct xbpf_state *st, u32 subprog,
		       u32 callsite);
int xbpf_frame_grow(struct xbpf_frame *frame, u32 nr_slots);
void xbpf_env_free_spare(struct xbpf_venv *env);
void xbpf_reg_set_scalar(struct xbpf_reg *reg, struct xbpf_value val);
void xbpf_reg_set_pointer(struct xbpf_reg *reg, enum reg_type type);
void xbpf_reg_clear(struct xbpf_reg *reg);
void xbpf_reg_name(struct xbpf_venv *env, struct xbpf_reg *reg);
int xbpf_kinds_spill_at(const u8 *kind, u32 *len);
int xbpf_slot_spill_at(const struct xbpf_slot *slot, u32 *len);
void xbpf_slot_forget(struct xbpf_slot *slot);
void xbpf_state_resolve_null(struct xbpf_state *st, u32 id, int is_null);
void xbpf_state_drop_ref(struct xbpf_venv *env, struct xbpf_state *st, u32 ref);
int xbpf_state_find_ref(const struct xbpf_state *st, u32 id);
/* Runs what follows with reg set to each register and each spilled one of @st. */
#define for_each_reg(st, f, i, reg, ...)				\
	for (f = 0; f < (st)->nr_frames; f++) {				\
		for (i = 0; i < NR_REGS; i++) {				\
			reg = &(st)->frame[f]->reg[i];			\
			__VA_ARGS__;					\
		}							\
		for (i = 0; i < (st)->frame[f]->nr_slots; i++) {	\
			reg = &(st)->frame[f]->slot[i].reg;		\
			__VA_ARGS__;					\
		}							\
	}

/* The cell of @st at a place; NULL: a slot that was never written. */
static inline struct xbpf_reg *state_cell(const struct xbpf_state *st,
					  const struct xbpf_place *where)
{
	struct xbpf_frame *frame = st->frame[where->frame];

	if (!where->is_slot)
		return &frame->reg[where->at];
	return where->at < frame->nr_slots ? &frame->slot[where->at].reg : NULL;
}

static inline int reg_is_pointer(const struct xbpf_reg *reg)
{
	return reg->type > T_SCALAR;
}

static inline int reg_is_packet(const struct xbpf_reg *reg)
{
	return reg->type == T_PACKET || reg->type == T_PACKET_META;
}

/* Of pointers: the whole offset, when it is known. */
static inline s64 reg_offset(const struct xbpf_reg *reg)
{
	return reg->off + (s64)xbpf_value_to_const(&reg->val);
}

static inline int reg_is_null(const struct xbpf_reg *reg)
{
	return reg->type == T_SCALAR && xbpf_value_is_const(&reg->val) &&
	       !xbpf_value_to_const(&reg->val);
}

/* ---- number.c ---- */
int xbpf_numbers_init(struct xbpf_venv *env);
void xbpf_numbers_free(struct xbpf_venv *env);
u32 xbpf_number_find(const struct xbpf_venv *env, const struct xbpf_def *d);
u32 xbpf_number_name(struct xbpf_venv *env, struct xbpf_reg *reg);
struct xbpf_sum xbpf_number_sum(const struct xbpf_venv *env, u32 id);
u32 xbpf_number_truth(struct xbpf_venv *env, struct xbpf_def d);
struct xbpf_sum xbpf_number_sub(struct xbpf_venv *env, u32 a, u32 b);
int xbpf_number_commutes(u32 op);
u32 xbpf_number_alu(struct xbpf_venv *env, enum xbpf_value_op op, u32 width,
		    struct xbpf_reg *a, struct xbpf_reg *b,
		    struct xbpf_value *val);
u32 xbpf_number_low(struct xbpf_venv *env, struct xbpf_reg *reg, u32 bits);
u32 xbpf_number_high(struct xbpf_venv *env, struct xbpf_reg *reg, u32 bits);
u32 xbpf_number_sext(struct xbpf_venv *env, struct xbpf_reg *reg, u32 bits,
		     u32 width);
u32 xbpf_number_bswap(struct xbpf_venv *env, struct xbpf_reg *reg, u32 bits);
u32 xbpf_number_offset(struct xbpf_venv *env, const struct xbpf_reg *ptr,
		       struct xbpf_reg *num, enum xbpf_value_op op,
		       struct xbpf_value *val);

/* ---- number_fact.c ---- */
#define XBPF_DEF_DEPTH	6	/* definitions that a fact goes through */

/* The number that a cell is, or that a pointer's offset is. */
static inline u32 xbpf_number_in(const struct xbpf_reg *reg)
{
	return reg->type == T_SCALAR ? reg->id : reg->num;
}

/* Runs @body with reg set to each cell of @st that holds a number or offset. */
#define for_each_number(st, f, i, reg, body)				\
	do {								\
		for (f = 0; f < (st)->nr_frames; f++) {			\
			for (i = 0; i < FP; i++) {			\
				reg = &(st)->frame[f]->reg[i];		\
				body;					\
			}						\
			for (i = 0; i < (st)->frame[f]->nr_slots; i++) { \
				reg = &(st)->frame[f]->slot[i].reg;	\
				body;					\
			}						\
		}							\
		for (i = 0; i < (st)->nr_ghosts; i++) {			\
			reg = &(st)->ghost[i];				\
			body;						\
		}							\
	} while (0)

const struct xbpf_reg *xbpf_number_holder(const struct xbpf_state *st, u32 id);
struct xbpf_value xbpf_number_value(const struct xbpf_venv *env,
				    const struct xbpf_state *st, u32 id,
				    u32 depth);
int xbpf_number_narrow(struct xbpf_venv *env, struct xbpf_state *st, u32 id,
		       const struct xbpf_value *val);
int xbpf_number_recall(const struct xbpf_venv *env, const struct xbpf_state *st,
		       u32 id, struct xbpf_value *val);
enum xbpf_value_verdict xbpf_number_verdict(struct xbpf_venv *env,
					    const struct xbpf_state *st,
					    enum xbpf_value_cond cond,
					    u32 width,
					    const struct xbpf_reg *a,
					    const struct xbpf_reg *b);
int xbpf_number_compare(struct xbpf_venv *env, struct xbpf_state *st,
			enum xbpf_value_cond cond, u32 width,
			enum xbpf_value_edge edge, struct xbpf_reg *a,
			struct xbpf_reg *b);

/* ---- number_match.c ---- */
#define XBPF_MAX_MENTIONS	32	/* numbers that one is made of */

int xbpf_idmap_add(struct xbpf_idmap *map, u32 old, u32 new);
int xbpf_number_match(const struct xbpf_venv *env, struct xbpf_idmap *map,
		      u32 old, u32 new);
int xbpf_number_known(const struct xbpf_venv *env, const struct xbpf_idmap *map,
		      const struct xbpf_state *st, u32 old,
		      const struct xbpf_value *val);
u32 xbpf_number_list(const struct xbpf_venv *env, u32 id, u32 *list);

/* ---- clean.c: what is dead or irrelevant ---- */
void xbpf_state_clean(struct xbpf_venv *env, struct xbpf_state *st, u32 block);

/* ---- saved.c: states that were seen before ---- */
enum cover_mode {
	COVER_INCLUDES,		/* all that the new state may be was verified */
	COVER_EQUALS,		/* the new state is the old one */
};

void xbpf_reg_table_free(struct xbpf_reg_table *t);
struct xbpf_saved *xbpf_saved_make(struct xbpf_venv *env,
				   const struct xbpf_state *st);
u64 xbpf_state_print(const struct xbpf_state *st);
struct xbpf_reg xbpf_saved_cell(const struct xbpf_venv *env,
				const struct xbpf_saved *s, u32 i,
				struct xbpf_place *where);
void xbpf_saved_slot(const struct xbpf_saved *s, u32 i, struct xbpf_place *where,
		     u8 *kind);
int xbpf_saved_knows_no_more(const struct xbpf_venv *env, const struct xbpf_saved *old,
			     const struct xbpf_state *st);

/* ---- cover.c: a state among those seen ---- */
int xbpf_saved_frames_match(const struct xbpf_saved *old,
			    const struct xbpf_state *st);
int xbpf_saved_covers(const struct xbpf_venv *env, struct xbpf_saved *old,
		      const struct xbpf_state *st,
		      enum cover_mode mode);

enum done {
	DONE_NOT,
	DONE_IF,		/* if the state that it rests on is */
	DONE,
};

/**
 * struct xbpf_saved - a state at the start of a block, packed
 * @next: in the block's list
 * @path_next: the state saved before this one on the same path; @path_prev: after;
 *	the same in env->cond
 * @print: of what xbpf_state_print() makes of it
 * @serial: counts the states saved
 * @rests: serial of the lowest state of the path that one of the paths out of it
 *	ends in, 0: none
 * @loop: as in struct xbpf_state
 * @pending: length of env->pending when it was saved: it is done when the
 *	path ends and no more than that remain
 * @done: every path out of it was verified: enum done
 * @helper_call: as in struct xbpf_venv when it was saved
 * @target: a state rests on it
 * @attempt: an attempt begins with it, and has not ended; @loop_head: it was one
 *	at a loop
 * @hits: @misses: comparisons; @differs: the cell that the last one failed at
 * @lock: @rounds: @nexts: @rcu: @preempt: as in struct xbpf_state
 * @callsite: of each frame but the first
 * @callback: @budget: @may_gotos: of each frame
 */
struct xbpf_saved {
	struct xbpf_saved *next;
	struct xbpf_saved *path_next, *path_prev;
	u64 print;
	u32 serial, rests, loop;
	u32 pending;
	u32 block;
	u32 bytes;
	u32 helper_call;
	u8 done;
	u8 target;
	u8 attempt;
	u8 loop_head;
	u16 hits, misses, differs;
	u16 nr_cells, nr_plain, nr_linked, nr_ghosts;
	u16 nr_refs, nr_frames;
	u32 lock;
	u32 rounds;
	u32 nexts;
	u8 rcu, preempt;
	u32 callsite[XBPF_MAX_FRAMES];
	u32 callback[XBPF_MAX_FRAMES];
	u32 budget[XBPF_MAX_FRAMES];
	u32 may_gotos[XBPF_MAX_FRAMES];
	u64 data[];
};

/* ---- widen.c: weaker states ---- */
/* How much of a number that differs is let go; then a block's attempts end. */
enum stretch { STRETCH_BEYOND, STRETCH_JOIN, STRETCH_NEVER, STRETCH_BOUNDS };

void xbpf_state_widen(struct xbpf_venv *env, struct xbpf_state *st,
		      const struct xbpf_saved *old);
int xbpf_state_alike(const struct xbpf_venv *env, const struct xbpf_saved *old,
		     const struct xbpf_state *st);
u32 xbpf_state_stretch(struct xbpf_venv *env, struct xbpf_state *st,
		       const struct xbpf_saved *old, enum stretch how, u32 again);

/* ---- attempt.c: to verify more at once than the path asks for ---- */
#define MAX_COUNTERS	4	/* of one loop */

/**
 * struct xbpf_counter - a number that may end a loop
 * @where: @id: at the loop's head
 * @umin: @umax: @smin: @smax: what it was at the ends of rounds
 * @step: @most: the smallest and the largest by which a round changed it
 * @way: 1: up, -1: down, 0: no round is over
 */
struct xbpf_counter {
	struct xbpf_place where;
	s8 way;
	u32 id;
	u64 umin, umax;
	s64 smin, smax;
	u64 step, most;
};

/**
 * struct xbpf_attempt - a weaker state that is being verified
 * @next: the attempt around it
 * @exact: the state that the path came with, to go on from in case of failure
 * @head: the weaker state
 * @id: of an attempt at a loop, else 0; @outer: of the one around it
 * @frames: calls in progress
 * @widenings: how often its state was made weaker yet
 * @counter: @nr_counters: any of them ends the loop
 * @inner: rounds of what is inside, the product over a nest
 * @block: where
 * @insn: the same
 * @pending: @trace_len: @log_pos: @visited: what they were
 */
struct xbpf_attempt {
	struct xbpf_attempt *next;
	struct xbpf_state *exact;
	struct xbpf_saved *head;
	u32 id, outer, frames, widenings;
	u32 nr_counters;
	struct xbpf_counter counter[MAX_COUNTERS];
	u64 inner;
	u32 block;
	u32 insn;
	u32 pending;
	u32 trace_len;
	u32 visited;
	u64 log_pos;
};

struct xbpf_attempt *xbpf_attempt_make(struct xbpf_venv *env, u32 block);
void xbpf_attempt_push(struct xbpf_venv *env, struct xbpf_attempt *a);
void xbpf_attempt_drop(struct xbpf_venv *env, struct xbpf_attempt *a);
int xbpf_attempt_begin(struct xbpf_venv *env, u32 block);
void xbpf_attempt_head(struct xbpf_venv *env, struct xbpf_saved *head);
int xbpf_attempt_end(struct xbpf_venv *env);
int xbpf_attempt_undo(struct xbpf_venv *env, int err);
void xbpf_attempts_free(struct xbpf_venv *env);
/* attempt_loop.c */
struct xbpf_attempt *xbpf_loop_of(const struct xbpf_venv *env, u32 id);
int xbpf_loop_meet(struct xbpf_venv *env, u32 block);
int xbpf_loop_begin(struct xbpf_venv *env, u32 block);
int xbpf_loop_end(struct xbpf_venv *env, struct xbpf_attempt *a);
void xbpf_loop_leave(struct xbpf_venv *env, u32 block);
#define MAX_PINS	32
u32 xbpf_loop_pins(const struct xbpf_venv *env, u32 loop, u32 *ids);
int xbpf_loop_pinned(const struct xbpf_venv *env, u32 loop, u32 id);
int xbpf_loop_same_rounds(const struct xbpf_venv *env,
			  const struct xbpf_saved *old,
			  const struct xbpf_state *st, struct xbpf_idmap *ids);
/* walk.c: takes back all since @head was saved, which was with @pending. */
void xbpf_walk_back(struct xbpf_venv *env, struct xbpf_saved *head, u32 pending);
int xbpf_walk_save(struct xbpf_venv *env, u32 block);
int xbpf_walk_rest(struct xbpf_venv *env, u32 serial);

/* ---- insn.c ---- */
int xbpf_insn_check(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step);
int xbpf_reg_check_read(struct xbpf_venv *env, const struct xbpf_state *st,
			u32 regno);
int xbpf_reg_check_write(struct xbpf_venv *env, u32 regno);

/* ---- alu.c ---- */
int xbpf_check_alu(struct xbpf_venv *env, struct xbpf_state *st);
int xbpf_check_movsx(struct xbpf_venv *env, struct xbpf_state *st);
int xbpf_check_unary(struct xbpf_venv *env, struct xbpf_state *st);
/* ptr_alu.c */
int xbpf_check_ptr_alu(struct xbpf_venv *env, struct xbpf_state *st,
		       struct xbpf_reg *dst, const struct xbpf_reg *ptr,
		       struct xbpf_reg *num, u32 regno);

/* ---- branch.c ---- */
int xbpf_check_jump(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step);
/* env->fork = a copy of @st, to go on at @other. */
int xbpf_state_fork(struct xbpf_venv *env, const struct xbpf_state *st,
		    struct xbpf_step *step, u32 other);

int xbpf_check_may_goto(struct xbpf_venv *env, struct xbpf_state *st,
			struct xbpf_step *step);
int xbpf_budget_spent(const struct xbpf_venv *env, const struct xbpf_saved *s);

/* ---- mem.c, stack.c, packet.c ---- */
enum access_kind {
	ACCESS_READ,
	ACCESS_WRITE,
	ACCESS_HELPER_READ,	/* a helper reads */
	ACCESS_HELPER_WRITE,	/* a helper writes */
	ACCESS_HELPER_EMPTY,	/* a helper wants bytes, and gets none: refused */
};

/**
 * struct xbpf_access - bytes that an instruction or helper touches
 * @regno: register that holds the address, for messages
 * @ptr: its content
 * @off: constant that the instruction adds
 * @size: bytes; of helpers the most that may be touched
 * @kind: enum access_kind
 * @exact: all of @size is certainly touched
 * @aligned: must be aligned wherever it is: a locked access to two cache lines
 *	is a fatal trap where the machine detects split locks
 */
struct xbpf_access {
	u32 regno;
	struct xbpf_reg ptr;
	s32 off;
	u32 size;
	enum access_kind kind;
	int exact;
	int aligned;
};

int xbpf_mem_load(struct xbpf_venv *env, struct xbpf_state *st,
		  const struct xbpf_access *a, struct xbpf_reg *result);
int xbpf_mem_store(struct xbpf_venv *env, struct xbpf_state *st,
		   const struct xbpf_access *a, const struct xbpf_reg *value,
		   int value_regno);
int xbpf_mem_check(struct xbpf_venv *env, struct xbpf_state *st,
		   const struct xbpf_access *a);
/* The refusal of an offset that may be negative. */
int xbpf_mem_negative(struct xbpf_venv *env, const struct xbpf_access *a);
int xbpf_mem_check_shared(struct xbpf_venv *env, const struct xbpf_access *a);
int xbpf_mem_note(struct xbpf_venv *env, const struct xbpf_reg *ptr);
int xbpf_mem_check_fixed(struct xbpf_venv *env, const struct xbpf_access *a);
int xbpf_check_atomic(struct xbpf_venv *env, struct xbpf_state *st);
int xbpf_stack_load(struct xbpf_venv *env, struct xbpf_state *st,
		    const struct xbpf_access *a, struct xbpf_reg *result);
int xbpf_stack_store(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_access *a, const struct xbpf_reg *value);
int xbpf_stack_check(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_access *a);
/* Bounds only: afterwards the slots exist and count as used. */
int xbpf_stack_reach(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_access *a);

/* ---- dynptr.c ---- */
int xbpf_dynptr_overwrite(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_frame *frame, s64 from, s64 to);
int xbpf_check_dynptr(struct xbpf_venv *env, struct xbpf_state *st,
		      const struct xbpf_reg *ptr, u32 regno, u32 want,
		      struct xbpf_reg *dynptr);
int xbpf_make_dynptr(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_reg *ptr, u32 regno, u32 kind, u32 ref);
void xbpf_dynptr_release(struct xbpf_venv *env, struct xbpf_state *st,
			 const struct xbpf_reg *dynptr);

/* ---- iter.c ---- */
struct xbpf_call_info;
void xbpf_iter_overwrite(struct xbpf_state *st, struct xbpf_frame *frame,
			 s64 from, s64 to);
int xbpf_check_iter_new(struct xbpf_venv *env, struct xbpf_state *st,
			struct xbpf_call_info *info, u32 i);
int xbpf_check_iter_next(struct xbpf_venv *env, struct xbpf_state *st,
			 struct xbpf_call_info *info, u32 i);
int xbpf_check_iter_destroy(struct xbpf_venv *env, struct xbpf_state *st,
			    struct xbpf_call_info *info, u32 i);
int xbpf_iter_next(struct xbpf_venv *env, struct xbpf_state *st,
		   const struct xbpf_call_info *info, struct xbpf_step *step);
int xbpf_insn_is_iter_next(const struct xbpf_venv *env, u32 insn);
u32 xbpf_iter_round(const struct xbpf_venv *env, const struct xbpf_state *st,
		    u32 insn);
int xbpf_iter_same_rounds(const struct xbpf_venv *env,
			  const struct xbpf_saved *old,
			  const struct xbpf_idmap *refs);

/* packet.c */
int xbpf_packet_check(struct xbpf_venv *env, const struct xbpf_access *a);
int xbpf_packet_check_alignment(struct xbpf_venv *env,
				const struct xbpf_access *a);
void xbpf_packet_moved(struct xbpf_venv *env, struct xbpf_reg *reg,
		       const struct xbpf_value *num, int subtracted);
int xbpf_packet_jump(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_step *step, u32 target);
int xbpf_reg_of_packet(const struct xbpf_reg *reg);
void xbpf_state_drop_packets(struct xbpf_venv *env, struct xbpf_state *st);
int xbpf_check_ld_packet(struct xbpf_venv *env, struct xbpf_state *st,
			 struct xbpf_step *step);

/* ---- helper.c, args.c ---- */
/**
 * struct xbpf_call_info - what the arguments of one helper call said
 * @map: index of its map, or -1
 * @map_regno: which argument
 * @mem_size: constant of a CONST_ALLOC_SIZE argument
 * @max_size: most bytes of its SIZE argument
 * @release: reference that the call ends, 0: none
 * @ref: reference of an argument, 0: none
 * @func: subprogram of a FUNC argument, -1: none
 * @map_uid: of @map, as in struct xbpf_reg.obj
 * @value_map: index of the map in whose value a special field is, or -1
 * @value_uid: of @value_map
 * @str: its CONST_STR argument
 * @dynptr: what is known of its dynptr argument; T_NONE: it has none
 * @kptr: field of a value that its KPTR argument points to
 * @percpu: its BTF_PERCPU argument
 */
struct xbpf_call_info {
	u32 id;
	const struct xbpf_helper *helper;
	int map;
	u32 map_uid;
	u32 map_regno;
	u64 mem_size;
	u64 max_size;
	u32 release;
	u32 ref;
	int func;
	int value_map;
	u32 value_uid;
	const char *str;
	struct xbpf_reg dynptr;
	const struct xbpf_field *kptr;
	struct xbpf_reg percpu;
};

int xbpf_check_helper(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_step *step);
/* Arguments, effects and result of a call whose row was found. */
int xbpf_check_callee(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, struct xbpf_step *step);
/* The row of a call of a helper or kfunc, for the passes after maps.c; NULL. */
const struct xbpf_helper *xbpf_callee_of(const struct xbpf_venv *env, u32 insn);
/* May another program run in this place, which knows nothing of it? */
int xbpf_check_tail_call_here(struct xbpf_venv *env, const struct xbpf_state *st);
int xbpf_acquire(struct xbpf_venv *env, struct xbpf_state *st, u32 id);
int xbpf_check_arg(struct xbpf_venv *env, struct xbpf_state *st,
		   struct xbpf_call_info *info, u32 i);

/* ---- lock.c ---- */
/* May programs of this type use a map with such fields? */
int xbpf_check_map_fields(struct xbpf_venv *env, const struct xbpf_map *map);
int xbpf_check_field_bytes(struct xbpf_venv *env, const struct xbpf_access *a,
			   const struct xbpf_map_fields *fields);
int xbpf_check_lock(struct xbpf_venv *env, struct xbpf_state *st,
		    const struct xbpf_reg *reg, u32 regno, u32 func);
struct xbpf_call_info;
int xbpf_check_timer(struct xbpf_venv *env, const struct xbpf_reg *reg,
		     u32 regno, struct xbpf_call_info *info);
int xbpf_check_timer_map(struct xbpf_venv *env, const struct xbpf_reg *reg,
			 const struct xbpf_call_info *info);
int xbpf_check_call_in_lock(struct xbpf_venv *env, const struct xbpf_state *st,
			    u32 func);

/* ---- kptr.c ---- */
int xbpf_check_kptr_access(struct xbpf_venv *env, const struct xbpf_access *a,
			   const struct xbpf_field *f);
int xbpf_kptr_load(struct xbpf_venv *env, const struct xbpf_access *a,
		   struct xbpf_reg *result);
int xbpf_kptr_store(struct xbpf_venv *env, const struct xbpf_access *a,
		    const struct xbpf_reg *value, int regno);
int xbpf_check_kptr(struct xbpf_venv *env, const struct xbpf_reg *reg, u32 regno,
		    struct xbpf_call_info *info);
int xbpf_check_kptr_get(struct xbpf_venv *env, const struct xbpf_reg *reg,
			u32 regno, struct xbpf_call_info *info);
int xbpf_check_kptr_object(struct xbpf_venv *env, const struct xbpf_reg *reg,
			   u32 regno, const struct xbpf_call_info *info);

/* ---- kfunc_arg.c ---- */
int xbpf_check_plain_type(struct xbpf_venv *env,
			  const struct xbpf_call_info *info, u32 i, u32 *size);

/* ---- kfunc.c ---- */
int xbpf_kfunc_resolve(struct xbpf_venv *env, struct xbpf_insn *insn);
int xbpf_check_kfunc(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_step *step);
int xbpf_kfunc_effects(struct xbpf_venv *env, struct xbpf_state *st,
		       const struct xbpf_call_info *info);
int xbpf_state_sleepable(const struct xbpf_venv *env,
			 const struct xbpf_state *st);
int xbpf_check_may_sleep(struct xbpf_venv *env, const struct xbpf_state *st,
			 const struct xbpf_call_info *info);
int xbpf_check_sections_closed(struct xbpf_venv *env,
			       const struct xbpf_state *st, const char *what);

/* ---- btf_ptr.c ---- */
const struct xbpf_btf *xbpf_kernel_btf(struct xbpf_venv *env);
const struct xbpf_btf *xbpf_reg_btf(struct xbpf_venv *env,
				    const struct xbpf_reg *reg);
const char *xbpf_reg_struct_name(struct xbpf_venv *env,
				 const struct xbpf_reg *reg);
int xbpf_reg_set_struct(struct xbpf_venv *env, struct xbpf_reg *reg,
			const char *name, u8 flags);
int xbpf_reg_set_cast(struct xbpf_venv *env, struct xbpf_reg *reg, u64 id);
int xbpf_check_btf_arg(struct xbpf_venv *env, const struct xbpf_reg *reg,
		       const struct xbpf_call_info *info, u32 regno,
		       const char *name);
int xbpf_btf_has_struct(const struct xbpf_btf *btf, u32 id, s64 off, u32 want);
int xbpf_check_btf_is(struct xbpf_venv *env, const struct xbpf_reg *reg,
		      u32 regno, u32 want);

/* ---- prototype.c, global.c ---- */
int xbpf_prototype_note_tags(struct xbpf_venv *env);
int xbpf_prototype_find(struct xbpf_venv *env, struct xbpf_sub *sub);
int xbpf_sub_is_opaque(const struct xbpf_venv *env, u32 sub);
int xbpf_check_call_global(struct xbpf_venv *env, struct xbpf_state *st,
			   u32 sub);
int xbpf_global_next(struct xbpf_venv *env);
int xbpf_global_begin(struct xbpf_venv *env, u32 sub);
int xbpf_global_exit(struct xbpf_venv *env, const struct xbpf_state *st);

/* ---- callback.c ---- */
int xbpf_callback_enter(struct xbpf_venv *env, struct xbpf_state *st,
			const struct xbpf_call_info *info,
			struct xbpf_step *step);
int xbpf_callback_exit(struct xbpf_venv *env, struct xbpf_state *st,
		       struct xbpf_step *step);
int xbpf_async_note(struct xbpf_venv *env, const struct xbpf_call_info *info);
int xbpf_async_begin(struct xbpf_venv *env, u32 i);
int xbpf_async_exit(struct xbpf_venv *env, const struct xbpf_state *st);

/* ---- btf_walk.c ---- */
/* Programs that do not sleep are in one section of RCU from their start. */
int xbpf_env_in_rcu(const struct xbpf_venv *env);
int xbpf_btf_ptr_check(struct xbpf_venv *env, const struct xbpf_access *a);
int xbpf_btf_ptr_load(struct xbpf_venv *env, const struct xbpf_access *a,
		      struct xbpf_reg *result);

/* ---- attach.c ---- */
int xbpf_ctx_tracing(struct xbpf_venv *env, struct xbpf_ctx_access *c);

/* ---- call.c ---- */
int xbpf_check_call(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step);
int xbpf_check_frame(struct xbpf_venv *env, struct xbpf_state *st, u32 sub);
int xbpf_check_result(struct xbpf_venv *env, const struct xbpf_reg *r0,
		      const char *when, s64 min, s64 max);
int xbpf_check_exit(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step);
int xbpf_fork_exit(struct xbpf_venv *env, struct xbpf_state *st,
		   struct xbpf_step *step, struct xbpf_value result);
int xbpf_check_nothing_held(struct xbpf_venv *env,
			    const struct xbpf_state *st);
int xbpf_check_refs_released(struct xbpf_venv *env,
			     const struct xbpf_state *st);

#endif
