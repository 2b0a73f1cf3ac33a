/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trampoline of fentry, fexit and fmod_ret, one for all functions: where it
 * was called from tells them apart.
 *
 * When it is called the stack has: where the function goes on, where the function
 * returns to, arguments that are not in registers. The frame is at rbp, so stack
 * traces cross it, while the function is called from here too.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>
#include "attach/tramp.h"

#define FRAME(off)	((off) - XBPF_TRAMP_SIZE)(%rbp)
#define ARG(n)		FRAME(XBPF_TRAMP_CTX + 8 * (n))

.macro RESTORE_ARGS
	mov	ARG(0), %rdi
	mov	ARG(1), %rsi
	mov	ARG(2), %rdx
	mov	ARG(3), %rcx
	mov	ARG(4), %r8
	mov	ARG(5), %r9
.endm

	.text

/*
 * Into the function behind its call of the trampoline, as if called from here: by
 * a return, for there is no ENDBR that an indirect call must find.
 */
SYM_FUNC_START_LOCAL(tramp_function)
	push	8(%rbp)
	UNWIND_HINT_FUNC
	RET
SYM_FUNC_END(tramp_function)
_ASM_NOKPROBE(tramp_function)

SYM_FUNC_START(xbpf_tramp)
	push	%rbp
	mov	%rsp, %rbp
	sub	$XBPF_TRAMP_SIZE, %rsp
	mov	%rdi, ARG(0)
	mov	%rsi, ARG(1)
	mov	%rdx, ARG(2)
	mov	%rcx, ARG(3)
	mov	%r8, ARG(4)
	mov	%r9, ARG(5)
	mov	8(%rbp), %rax
	mov	%rax, FRAME(XBPF_TRAMP_FROM)
	lea	24(%rbp), %rax
	mov	%rax, FRAME(XBPF_TRAMP_STACK)
	mov	%rsp, %rdi
	call	xbpf_tramp_enter
	cmp	$XBPF_TRAMP_CALL, %eax
	je	.Lcall
	ja	.Lreturn
	RESTORE_ARGS
	leave
	RET

.Lcall:
	mov	FRAME(XBPF_TRAMP_STACK_WORDS), %rcx
	test	%ecx, %ecx
	jz	2f
1:	push	16(%rbp, %rcx, 8)
	dec	%ecx
	jnz	1b
2:	RESTORE_ARGS
	call	tramp_function
	mov	%rax, FRAME(XBPF_TRAMP_RET)
	mov	%rdx, FRAME(XBPF_TRAMP_RET_HIGH)
	lea	FRAME(0), %rdi
	call	xbpf_tramp_exit
.Lreturn:
	mov	FRAME(XBPF_TRAMP_RET), %rax
	mov	FRAME(XBPF_TRAMP_RET_HIGH), %rdx
	leave
	add	$8, %rsp
	UNWIND_HINT_FUNC
	RET
SYM_FUNC_END(xbpf_tramp)
_ASM_NOKPROBE(xbpf_tramp)
