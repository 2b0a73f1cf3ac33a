/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trampoline: what a traced function calls with its first bytes.
 */
#ifndef XBPF_ATTACH_TRAMP_H
#define XBPF_ATTACH_TRAMP_H

#define XBPF_TRAMP_ARGS		12	/* words */

/* struct xbpf_tramp_frame, for the assembler. */
#define XBPF_TRAMP_CTX		16
#define XBPF_TRAMP_RET		120
#define XBPF_TRAMP_RET_HIGH	128
#define XBPF_TRAMP_FROM		136
#define XBPF_TRAMP_STACK	144
#define XBPF_TRAMP_STACK_WORDS	152
#define XBPF_TRAMP_SIZE		168

/* What xbpf_tramp_enter() wants next. */
#define XBPF_TRAMP_GO_ON	0	/* into the function */
#define XBPF_TRAMP_CALL		1	/* the function, then xbpf_tramp_exit() */
#define XBPF_TRAMP_SKIP		2	/* to the caller, with ->ret */

#ifndef __ASSEMBLY__

#include <linux/linkage.h>
#include <linux/types.h>
#include <linux/list.h>

struct xbpf_target;
struct xbpf_prog_obj;

/**
 * struct xbpf_tramp_frame - one call of a traced function, on its stack
 * @ip: of the function: word -2 of the context
 * @nr_args: words of arguments: word -1
 * @ctx: the context: arguments, behind them the result
 * @ret: what the function returned or will seem to have returned
 * @ret_high: upper half of @ret where it has 128 bits
 * @from: where the function goes on
 * @stack: arguments that did not come in registers
 * @stack_words: of @stack; set by xbpf_tramp_enter() for XBPF_TRAMP_CALL
 * @target: the function; likewise
 */
struct xbpf_tramp_frame {
	u64 ip;
	u64 nr_args;
	u64 ctx[XBPF_TRAMP_ARGS + 1];
	u64 ret;
	u64 ret_high;
	u64 from;
	const u64 *stack;
	u64 stack_words;
	struct xbpf_target *target;
};

/* tramp_entry.S */
asmlinkage void xbpf_tramp(void);

/* tramp.c */
asmlinkage u32 xbpf_tramp_enter(struct xbpf_tramp_frame *frame);
asmlinkage void xbpf_tramp_exit(struct xbpf_tramp_frame *frame);

enum xbpf_tramp_when {
	XBPF_TRAMP_ENTRY,
	XBPF_TRAMP_MODIFY,
	XBPF_TRAMP_EXIT,
	XBPF_NR_TRAMP_WHEN
};

/**
 * struct xbpf_tramp_user - a program on a function
 * @prog: to run; the user holds it
 * @cookie: of the attachment
 * @when: in relation to the function
 * @target: the function, while attached
 * @node: in its list
 */
struct xbpf_tramp_user {
	struct xbpf_prog_obj *prog;
	u64 cookie;
	enum xbpf_tramp_when when;
	struct xbpf_target *target;
	struct list_head node;
};

/**
 * struct xbpf_tramp_place - a function
 * @addr: of it
 * @site: of its first bytes, that ftrace patches
 * @words: of arguments, as the context has them
 */
struct xbpf_tramp_place {
	unsigned long addr;
	unsigned long site;
	u32 words;
};

/* -EBUSY: the program is on the function, or somebody else's trampoline is. */
int xbpf_tramp_attach(struct xbpf_tramp_user *user,
		      const struct xbpf_tramp_place *place);
/* No run is in progress when it returns. */
void xbpf_tramp_detach(struct xbpf_tramp_user *user);
void xbpf_tramp_drain(void);

#endif
#endif
