/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fragments: a few instructions that do what verifiers get wrong, to be put into a
 * case. A maker writes them to frag[]; nothing of it needs to be right.
 */
#ifndef XBPF_FUZZ_FRAGMENT_H
#define XBPF_FUZZ_FRAGMENT_H

#include "fuzz.h"

#define MAX_FRAGMENT	40

extern struct xbpf_insn frag[MAX_FRAGMENT];
extern u32 nr_frag;

/* ---- generate.c ---- */
s32 constant(void);

/* ---- fragment.c: pieces ---- */
void put(u8 code, u8 dst, u8 src, s16 off, s32 k);
void put_mov(u8 dst, u8 src);
void put_const(u8 dst, s32 k);
void put_imm64(u8 dst, u8 src, s32 k);
void put_call(s32 id);
u8 any_reg(void);
u8 any_size(u32 *bytes);
u8 any_cond(void);
void put_alu(u8 dst);
void put_jump(s16 off);
void put_access(u8 base, s16 off);
/* A map of @type in the case, made if there is room. */
s32 need_map(struct fuzz_case *c, u8 type, u8 key, u16 value);
/* At the end of the case: a function whose address the fragment's call has. */
u32 append(struct fuzz_case *c, u32 n);

/* ---- makers: fragment*.c ---- */
void frag_ringbuf(struct fuzz_case *c);
void frag_lookup(struct fuzz_case *c);
void frag_callback(struct fuzz_case *c);
void frag_call(struct fuzz_case *c);
void frag_spill(struct fuzz_case *c);
void frag_indexed(struct fuzz_case *c);
void frag_related(struct fuzz_case *c);
void frag_helper(struct fuzz_case *c);
void frag_plain(struct fuzz_case *c);
void frag_packet(struct fuzz_case *c);
void frag_ld_abs(struct fuzz_case *c);
void frag_loop(struct fuzz_case *c);
void frag_count(struct fuzz_case *c);
void frag_stride(struct fuzz_case *c);
void frag_nest(struct fuzz_case *c);
void frag_moving(struct fuzz_case *c);
void frag_chain(struct fuzz_case *c);
void frag_bits(struct fuzz_case *c);
void frag_capture(struct fuzz_case *c);
void frag_dynptr(struct fuzz_case *c);
void frag_iter(struct fuzz_case *c);

#endif
