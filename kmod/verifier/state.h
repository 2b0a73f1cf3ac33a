/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Abstract registers, slots, frames and states: what is known of a machine.
 */
#ifndef XBPF_VERIFIER_STATE_H
#define XBPF_VERIFIER_STATE_H

#include "os.h"
#include "verifier/value.h"
#include "vm/vm.h"

struct xbpf_venv;

#define NR_REGS		11
#define FP		XBPF_REG_10
#define NR_SLOTS	(XBPF_STACK_SIZE / 8)
#define MAX_REFS	16

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

#endif
