/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The region that translated code is written to, and the code that it leans on.
 *
 * The region is the body of a function that has set up rbp: so its unwind data
 * say "frame at rbp", which is true of translated code, and stack traces cross it.
 * Nothing here may be probed: it runs in probes, and the region is rewritten.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

#define ARENA_SIZE	0x200000
/* Instructions as long as they get, for objtool decodes each: movabs. */
#define FILL_SIZE	10

/* A function's first bytes until rbp is set up. */
#define HEAD_SIZE	8

	.text

	.balign 64
	.skip 64 - HEAD_SIZE, 0xcc
SYM_START(xbpf_arena_frame, SYM_L_GLOBAL, SYM_A_NONE)
	.byte 0xf3, 0x0f, 0x1e, 0xfa	/* endbr64 */
	push	%rbp
	mov	%rsp, %rbp
SYM_INNER_LABEL(xbpf_arena_start, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	.rept	ARENA_SIZE / FILL_SIZE
	.byte 0x48, 0xb8, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc
	.endr
	.skip	ARENA_SIZE % FILL_SIZE, 0x90
SYM_INNER_LABEL(xbpf_arena_end, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	pop	%rbp
	RET
SYM_FUNC_END(xbpf_arena_frame)
_ASM_NOKPROBE(xbpf_arena_frame)
/* A label inside ends what the kernel takes for the function. */
_ASM_NOKPROBE(xbpf_arena_start)

/*
 * Samples of a return and an indirect jump: the kernel patches them at load to
 * what this CPU needs. Aligned, because what is needed may depend on the place
 * within a cache line, and the strictest is right for every place.
 */
	.balign 64
SYM_START(xbpf_arena_ret, SYM_L_GLOBAL, SYM_A_NONE)
	ANNOTATE_NOENDBR
	RET
SYM_FUNC_END(xbpf_arena_ret)

	.balign 64
SYM_START(xbpf_arena_jump_rax, SYM_L_GLOBAL, SYM_A_NONE)
	ANNOTATE_NOENDBR
	JMP_NOSPEC rax
SYM_FUNC_END(xbpf_arena_jump_rax)

/* A tail call goes on in the interpreter: the third argument is the count. */
SYM_FUNC_START(xbpf_arena_interp_tail)
	mov	%r12d, %edx
	jmp	xbpf_interp_tail
SYM_FUNC_END(xbpf_arena_interp_tail)
_ASM_NOKPROBE(xbpf_arena_interp_tail)

/*
 * Faulting loads: address in r10, value, zero-extended, in r10; r11 and flags are
 * lost. A user address, the vsyscall page and the last bytes below the wrap give
 * 0 unread: a fault there is not forgiven by the exception table.
 */
#define VSYSCALL_PAGE	0xffffffffff600000

.macro FAULTING_LOAD name insn
SYM_FUNC_START(\name)
	test	%r10, %r10
	jns	2f
	lea	(7 + 0xa00000)(%r10), %r11	/* page + 7 bytes from 0 */
	cmp	$(0x1000 + 7), %r11
	jb	2f
	cmp	$-8, %r10
	ja	2f
1:	\insn
	RET
2:	xor	%r10d, %r10d
	RET
	_ASM_EXTABLE(1b, 2b)
SYM_FUNC_END(\name)
	_ASM_NOKPROBE(\name)
.endm

FAULTING_LOAD xbpf_arena_load8,  "movzbl (%r10), %r10d"
FAULTING_LOAD xbpf_arena_load16, "movzwl (%r10), %r10d"
FAULTING_LOAD xbpf_arena_load32, "movl (%r10), %r10d"
FAULTING_LOAD xbpf_arena_load64, "movq (%r10), %r10"
