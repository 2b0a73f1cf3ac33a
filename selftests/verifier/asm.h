/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An assembler for tests. One instruction a line, in the words of the
 * verifier's log; "#" begins a comment, "name:" is a label:
 *
 *	r1 = 5			w1 = r2			r1 s>>= 3
 *	r1 = -r1		r1 = be16 r1		r1 = (s8)r2
 *	r1 = 0x123456789 ll	r1 = map[0]		r1 = map[0] + 8
 *	r1 = func name		r0 = *(u32 *)(r1 + 4)	*(u8 *)(r10 - 1) = 7
 *	r1 = type name: the number of a struct of kernel.bpf.c
 *	if r1 s> 3 goto name	if w1 & r2 goto +1	goto name
 *	call map_lookup_elem	call 999		call name, call +2
 *	call bpf_rcu_read_lock: a function of kernel.bpf.c
 *	atomic fadd u64 (r1 + 8) r2			exit
 *	raw CODE DST SRC OFF IMM
 *
 * "map[i]" is the address of a map, "map[i] + off" that of its values.
 */
#ifndef XBPF_TEST_ASM_H
#define XBPF_TEST_ASM_H

#include <linux/xbpf.h>

/**
 * asm_program - assemble
 * @text: the program; changed
 * @insns: gets the instructions
 * @max: room in @insns
 *
 * Return: their number; -1 after a message on stderr.
 */
int asm_program(char *text, struct xbpf_insn *insns, int max);

/* Who knows the structs that programs name. */
extern int (*asm_type_id)(const char *name);

/* Where a label of the last program is, or -1. */
int asm_label(const char *name);

#endif
