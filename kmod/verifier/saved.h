/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How states that were seen are kept: for saved.c, which makes them, and cover.c,
 * which compares.
 */
#ifndef XBPF_VERIFIER_SAVED_H
#define XBPF_VERIFIER_SAVED_H

#include "verifier/priv.h"

#define SLOT_LOC	16	/* first location that is a slot */
#define GHOST_LOC	128	/* first that is a ghost, of frame 0 */

/**
 * struct cell - a register, or a slot that holds one
 * @loc: number of the register, or SLOT_LOC + that of the slot
 * @plain: of a slot: which of the state's struct plain says where in it
 * @reg: place in env->regs of what it holds, but for the names:
 * @id: @num: see struct xbpf_reg
 */
struct cell {
	u8 frame, loc;
	u16 plain;
	u32 reg, id, num;
};

/**
 * struct plain - the bytes of a slot that was written
 * @kinds: enum slot_kind of each, three bits wide
 */
struct plain {
	u8 frame, slot;
	u8 kinds[3];
};

static inline struct cell *saved_cells(const struct xbpf_saved *s)
{
	return (struct cell *)s->data;
}

/* Behind the cells the numbers of the references that are held. */
static inline u32 *saved_refs(const struct xbpf_saved *s)
{
	return (u32 *)(saved_cells(s) + s->nr_cells);
}

static inline struct plain *saved_plain(const struct xbpf_saved *s)
{
	return (struct plain *)(saved_refs(s) + s->nr_refs);
}

/*
 * If it is NULL, its reference is none: xbpf_state_resolve_null(). Of a pointer that was
 * made of one that has the reference it says nothing.
 */
static inline int is_acquired(const struct xbpf_reg *reg, u32 id)
{
	return reg->or_null && reg->ref && id == reg->ref;
}

static inline void kinds_pack(struct plain *p, const u8 *kind)
{
	u32 b, kinds = 0;

	for (b = 0; b < 8; b++)
		kinds |= (u32)kind[b] << (3 * b);
	p->kinds[0] = kinds;
	p->kinds[1] = kinds >> 8;
	p->kinds[2] = kinds >> 16;
}

static inline void kinds_unpack(const struct plain *p, u8 *kind)
{
	u32 b, kinds = p->kinds[0] | p->kinds[1] << 8 | p->kinds[2] << 16;

	for (b = 0; b < 8; b++)
		kind[b] = kinds >> (3 * b) & 7;
}

#endif
