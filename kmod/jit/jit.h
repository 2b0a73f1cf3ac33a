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

/* ---- tail.c ---- */

/* Both halves come back in registers; no @entry: there is no program. */
struct xbpf_tail_target {
	const void *entry;
	const struct xbpf_prog *prog;
};

/* Called by translated code only. */
struct xbpf_tail_target xbpf_jit_tail_target(struct xbpf_map *map, u32 index);

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

/* The region: executable, aligned to 64 bytes. */
void *xbpf_text_base(void);
u32 xbpf_text_size(void);
/* Writes through a short-lived writable alias; serialises all CPUs. Sleeps. */
int xbpf_text_write(void *dst, const void *src, u32 len);
int xbpf_text_fill(void *dst, u8 byte, u32 len);

/**
 * struct xbpf_text_host - what translated code must do, and may use, here
 *
 * All code that it names is in reach of a rel32 jump from the region.
 *
 * @ret: jump here to return; NULL: a plain ret will do
 * @jump_rax: jump here to go on at the address in rax; NULL: jmp *%rax will do
 * @interp_tail: goes on with a program that has no image: context in rdi,
 *	program in rsi, tail calls done in r12d
 * @load: faulting loads of 1, 2, 4, 8 bytes: address in r10, result, zero-
 *	extended, in r10; 0 for what cannot be read; r11 and flags are lost
 * @cpu_number, @task: where a CPU's own memory (gs:) has its number, 32 bits, and
 *	its current task; 0: not known
 * @task_pid, @task_tgid: offsets in a task
 * @endbr: targets of indirect branches begin with ENDBR64
 * @has_bmi2: the CPU has it
 */
struct xbpf_text_host {
	const void *ret;
	const void *jump_rax;
	const void *interp_tail;
	const void *load[4];
	s32 cpu_number;
	s32 task;
	s32 task_pid;
	s32 task_tgid;
	u8 endbr;
	u8 has_bmi2;
};

const struct xbpf_text_host *xbpf_text_host(void);

#endif
