/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that no verifier has seen, for tools and tests of the machine.
 *
 * What could lead the machine itself astray is checked: encodings, jumps, calls,
 * depth and stack of calls. What a program does to memory is not.
 */
#ifndef XBPF_HOST_RAW_H
#define XBPF_HOST_RAW_H

#include "vm/vm.h"

/**
 * xbpf_raw_load - a program ready to run, or the reason why not
 * @insns: as user space encodes them, without maps and callbacks
 * @len: how many
 * @r2: value of R2 when the program begins; R1 is the context
 * @why: gets the reason when there is no program
 * @size: of @why
 *
 * The instruction that sets R2 is put in front: positions in @why do not count
 * it, positions in the program do. It runs interpreted; xbpf_jit_compile() is
 * welcome. Freed by xbpf_prog_free().
 */
struct xbpf_prog *xbpf_raw_load(const struct xbpf_insn *insns, u32 len, u32 r2,
				char *why, size_t size);

/**
 * xbpf_raw_parse_hex - bytes out of "b7 00 00", blanks optional, 0x allowed
 * @bytes: gets allocated memory, NULL for no bytes; for free()
 *
 * Return: the number of bytes, or -EINVAL, -ENOMEM.
 */
long xbpf_raw_parse_hex(const char *text, u8 **bytes);

#endif
