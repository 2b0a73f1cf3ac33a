// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open-coded iterators over the kernel's objects, as far as exported symbols go.
 *
 * Tasks: under RCU, which the program holds, every task that is on the list when the
 * walk comes to it. One that leaves the list keeps its link to the next.
 */
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include "attach/attach.h"

/* What is walked: ABI. */
enum {
	ITER_ALL_PROCS,
	ITER_ALL_THREADS,
	ITER_PROC_THREADS,
};

/**
 * struct iter_task - 24 bytes of the program's stack
 * @process: whose threads are walked
 * @at: the next task, NULL: the walk is over
 * @flags: what is walked
 */
struct iter_task {
	struct task_struct *process;
	struct task_struct *at;
	u64 flags;
};

static struct iter_task *iter_of(u64 it)
{
	return (struct iter_task *)(unsigned long)it;
}

u64 xbpf_kfunc_bpf_iter_task_new(u64 it, u64 task, u64 flags, u64 r4, u64 r5)
{
	struct task_struct *first = (struct task_struct *)(unsigned long)task;

	static_assert(sizeof(struct iter_task) == 24);
	*iter_of(it) = (struct iter_task){ 0 };
	switch ((u32)flags) {
	case ITER_ALL_PROCS:
	case ITER_ALL_THREADS:
		first = &init_task;
		break;
	case ITER_PROC_THREADS:
		if (!first)
			return -EINVAL;
		break;
	default:
		return -EINVAL;
	}
	*iter_of(it) = (struct iter_task){ first, first, (u32)flags };
	return 0;
}

/* To the end of the list, where one that has left it leads, too. */
static struct task_struct *thread_after(struct task_struct *task)
{
	return list_next_or_null_rcu(&task->signal->thread_head,
				     &task->thread_node, struct task_struct,
				     thread_node);
}

u64 xbpf_kfunc_bpf_iter_task_next(u64 it, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct iter_task *iter = iter_of(it);
	struct task_struct *task = iter->at;

	if (!task)
		return 0;
	iter->at = NULL;
	if (iter->flags != ITER_ALL_PROCS)
		iter->at = thread_after(task);
	if (iter->at || iter->flags == ITER_PROC_THREADS)
		return (unsigned long)task;
	iter->process = next_task(iter->process);
	if (iter->process != &init_task)
		iter->at = iter->process;
	return (unsigned long)task;
}

u64 xbpf_kfunc_bpf_iter_task_destroy(u64 it, u64 r2, u64 r3, u64 r4, u64 r5)
{
	*iter_of(it) = (struct iter_task){ 0 };
	return 0;
}
