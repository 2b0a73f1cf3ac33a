/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The JIT and the arena it writes to, as their callers see them.
 */
#ifndef XBPF_JIT_H
#define XBPF_JIT_H

#include "vm/vm.h"
#include "vm/map.h"

/**
 * xbpf_jit_compile - translate a verified program into the arena
 * @prog: ->code and ->facts are complete; ->image, ->image_len, ->tail_entry and
 *	->run are set on success and untouched otherwise
 *
 * Context: process context, sleeps.
 * Return: 0; -ENOSPC when the arena is full, -EOPNOTSUPP for an instruction
 * without a lowering, -ENOMEM. The caller falls back to the interpreter.
 */
int xbpf_jit_compile(struct xbpf_prog *prog);

/**
 * xbpf_jit_free - give a program's code back
 * No CPU may be inside it or enter it any more. Fills it with INT3. Sleeps.
 */
void xbpf_jit_free(struct xbpf_prog *prog);

/* ---- arena.c: allocator over executable memory that the host provides ---- */

int xbpf_arena_init(void);
void xbpf_arena_exit(void);
/* Executable address for @len bytes, or NULL when full. Sleeps. */
void *xbpf_arena_alloc(u32 len);
/* Copies @len bytes to @dst (inside an allocation), visible to every CPU. */
int xbpf_arena_write(void *dst, const void *src, u32 len);
void xbpf_arena_free(void *addr, u32 len);
void xbpf_arena_usage(u64 *used, u64 *total);

/* ---- what the host provides: kmod/text.c, user/host/text.c ---- */

/* The region: page-aligned, executable, filled with INT3. */
void *xbpf_text_base(void);
u32 xbpf_text_size(void);
/* Writes through a short-lived writable alias; serialises all CPUs. */
int xbpf_text_write(void *dst, const void *src, u32 len);

#endif
