/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers by name: how they were made of others, and what that says of them.
 */
#ifndef XBPF_VERIFIER_NUMBER_H
#define XBPF_VERIFIER_NUMBER_H

#include "verifier/state.h"

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

#endif
