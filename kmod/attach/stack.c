// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stacks: walking them, and the helpers that give them to programs.
 */
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/unwind.h>
#include "attach/attach.h"

/* As /proc/sys/kernel/perf_event_max_stack is by default. */
#define MAX_DEPTH	127

struct stack_buffers {
	int nest;
	u64 ips[XBPF_RUN_LEVELS][MAX_DEPTH];
};

/* Too large for the per-CPU data that a module may bring along. */
static struct stack_buffers __percpu *buffers;

/* Appends one address unless it is among those to leave out. */
static u32 keep(u64 *ips, u32 n, u32 *skip, unsigned long addr)
{
	if (*skip) {
		(*skip)--;
		return n;
	}
	ips[n] = addr;
	return n + 1;
}

/* Registers of an exception have this flag; those made up at a call have not. */
static int regs_are_real(const struct pt_regs *regs)
{
	return regs->flags & X86_EFLAGS_FIXED;
}

static u32 unwind(struct unwind_state *state, u32 n, u32 skip, u64 *ips,
		  u32 max)
{
	unsigned long addr;

	for (; !unwind_done(state) && n < max; unwind_next_frame(state)) {
		addr = unwind_get_return_address(state);
		if (!addr)
			break;
		n = keep(ips, n, &skip, addr);
	}
	return n;
}

static u32 walk_kernel(struct pt_regs *regs, u32 skip, u64 *ips, u32 max)
{
	struct unwind_state state;
	u32 n = 0;

	/* A user-mode event came out of no kernel function. */
	if (regs && user_mode(regs))
		return 0;
	if (regs)
		n = keep(ips, n, &skip, regs->ip);
	if (!regs || regs_are_real(regs))
		unwind_start(&state, current, regs, NULL);
	else
		unwind_start(&state, current, NULL, (void *)regs->sp);
	return unwind(&state, n, skip, ips, max);
}

/*
 * Another task's stack is freed after its last switch, and it marks itself as dead
 * under its pi_lock before that. The lock is only tried: the event may hold it.
 */
static int walk_task(struct task_struct *task, u32 skip, u64 *ips, u32 max)
{
	struct unwind_state state;
	unsigned long flags;
	int n = -EFAULT;

	if (task == current)
		return walk_kernel(NULL, skip, ips, max);
	if (!raw_spin_trylock_irqsave(&task->pi_lock, flags))
		return -EBUSY;
	if (READ_ONCE(task->__state) != TASK_DEAD) {
		unwind_start(&state, task, NULL, NULL);
		n = unwind(&state, 0, skip, ips, max);
	}
	raw_spin_unlock_irqrestore(&task->pi_lock, flags);
	return n;
}

/* Follows frame pointers; without them the walk ends early. */
static u32 walk_user(struct pt_regs *regs, u32 skip, u64 *ips, u32 max)
{
	struct { unsigned long fp, ret; } frame;
	unsigned long fp, ip;
	u32 n = 0;

	if (!current->mm)
		return 0;
	if (!regs || !user_mode(regs))
		regs = task_pt_regs(current);
	if (!user_mode(regs))
		return 0;
	for (ip = regs->ip, fp = regs->bp; n < max; ip = frame.ret) {
		n = keep(ips, n, &skip, ip);
		if (copy_from_user_nofault(&frame, (void __user *)fp,
					   sizeof(frame)))
			break;
		if (frame.fp <= fp || !frame.ret)	/* stacks grow down */
			frame.fp = 0;
		fp = frame.fp;
		if (!frame.ret)
			break;
	}
	return n;
}

u32 xbpf_stack_walk(struct pt_regs *regs, enum xbpf_stack_side side, u32 skip,
		    u64 *ips, u32 max)
{
	return side == XBPF_STACK_USER ? walk_user(regs, skip, ips, max) :
					 walk_kernel(regs, skip, ips, max);
}

static struct pt_regs *run_regs(void)
{
	struct xbpf_run_ctx *run = xbpf_run_current();

	return run ? run->regs : NULL;
}

static enum xbpf_stack_side flags_side(u64 flags)
{
	return flags & XBPF_F_USER_STACK ? XBPF_STACK_USER : XBPF_STACK_KERNEL;
}

/* A buffer of this CPU; programs nest no deeper than there are levels. */
static u64 *buffer_get(void)
{
	int nest = this_cpu_inc_return(buffers->nest);

	if (nest <= XBPF_RUN_LEVELS)
		return this_cpu_ptr(buffers)->ips[nest - 1];
	this_cpu_dec(buffers->nest);
	return NULL;
}

static void buffer_put(void)
{
	this_cpu_dec(buffers->nest);
}

u64 xbpf_helper_get_stackid(u64 ctx, u64 map_ptr, u64 flags, u64 r4, u64 r5)
{
	struct xbpf_map *map = (struct xbpf_map *)map_ptr;
	u32 max, nr;
	u64 *ips;
	long ret;

	if (flags & ~(XBPF_F_SKIP_FIELD_MASK | XBPF_F_USER_STACK |
		      XBPF_F_FAST_STACK_CMP | XBPF_F_REUSE_STACKID))
		return -EINVAL;
	ips = buffer_get();
	if (!ips)
		return -EBUSY;
	max = min_t(u32, map->value_size / sizeof(u64), MAX_DEPTH);
	nr = xbpf_stack_walk(run_regs(), flags_side(flags),
			     flags & XBPF_F_SKIP_FIELD_MASK, ips, max);
	ret = nr ? xbpf_stackmap_insert(map, ips, nr, flags) : -EFAULT;
	buffer_put();
	return ret;
}

/* Of @task, or of this run if there is none: addresses stored, or -errno. */
static int walk(struct task_struct *task, u64 flags, u64 *ips, u32 max)
{
	u32 skip = flags & XBPF_F_SKIP_FIELD_MASK;

	if (!task)
		return xbpf_stack_walk(run_regs(), flags_side(flags), skip, ips,
				       max);
	if (!(flags & XBPF_F_USER_STACK))
		return walk_task(task, skip, ips, max);
	if (task != current)
		return -EOPNOTSUPP;
	return walk_user(NULL, skip, ips, max);
}

/* What is not filled with addresses is filled with zeros. */
static long give_stack(struct task_struct *task, u64 buf, u32 room, u64 flags)
{
	int nr = -EINVAL;
	u64 *ips;

	if (flags & ~(XBPF_F_SKIP_FIELD_MASK | XBPF_F_USER_STACK) ||
	    room % sizeof(u64))
		goto clear;
	ips = buffer_get();
	nr = -EBUSY;
	if (!ips)
		goto clear;
	nr = walk(task, flags, ips, min_t(u32, room / sizeof(u64), MAX_DEPTH));
	if (nr > 0)
		memcpy((void *)buf, ips, nr * sizeof(u64));
	buffer_put();
clear:
	room -= max(nr, 0) * sizeof(u64);
	memset((void *)buf + max(nr, 0) * sizeof(u64), 0, room);
	return nr > 0 ? nr * sizeof(u64) : nr ?: -EFAULT;
}

u64 xbpf_helper_get_stack(u64 ctx, u64 buf, u64 size, u64 flags, u64 r5)
{
	return give_stack(NULL, buf, size, flags);
}

u64 xbpf_helper_get_task_stack(u64 task, u64 buf, u64 size, u64 flags, u64 r5)
{
	if (!task) {
		memset((void *)buf, 0, (u32)size);
		return -EFAULT;
	}
	return give_stack((struct task_struct *)task, buf, size, flags);
}

int xbpf_stack_init(void)
{
	buffers = alloc_percpu(struct stack_buffers);
	return buffers ? 0 : -ENOMEM;
}

void xbpf_stack_exit(void)
{
	free_percpu(buffers);
}
