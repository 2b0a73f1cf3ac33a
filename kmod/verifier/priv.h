/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the passes of the verifier share: the environment of one verification, and
 * the functions by file. Registers and states are state.h, their numbers number.h,
 * calls call.h.
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
#include "verifier/number.h"
#include "verifier/state.h"
#include "verifier/verifier.h"

#define MAX_VAR_OFF	(1 << 29)
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

#include "verifier/call.h"

#endif
