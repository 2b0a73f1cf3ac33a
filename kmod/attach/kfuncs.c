// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kfuncs about the kernel's objects.
 *
 * What a program holds it holds by the object's own count. A task that is
 * found, or reached in a section of RCU, may be on its way out: it is taken only
 * while its count is not zero.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include "attach/attach.h"

static struct task_struct *task_of(u64 p)
{
	return (struct task_struct *)(unsigned long)p;
}

static u64 acquire(struct task_struct *task)
{
	if (!task || !refcount_inc_not_zero(&task->usage))
		return 0;
	return (unsigned long)task;
}

u64 xbpf_kfunc_bpf_task_acquire(u64 p, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return acquire(task_of(p));
}

u64 xbpf_kfunc_bpf_task_release(u64 p, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct task_struct *task = task_of(p);

	/* Freeing takes locks that the event may hold: not from here. */
	if (refcount_dec_and_test(&task->usage))
		call_rcu(&task->rcu, __put_task_struct_rcu_cb);
	return 0;
}

u64 xbpf_kfunc_bpf_task_from_pid(u64 pid, u64 r2, u64 r3, u64 r4, u64 r5)
{
	u64 task;

	rcu_read_lock();
	task = acquire(pid_task(find_pid_ns((s32)pid, &init_pid_ns),
				PIDTYPE_PID));
	rcu_read_unlock();
	return task;
}

u64 xbpf_kfunc_bpf_task_from_vpid(u64 pid, u64 r2, u64 r3, u64 r4, u64 r5)
{
	u64 task;

	rcu_read_lock();
	task = acquire(pid_task(find_vpid((s32)pid), PIDTYPE_PID));
	rcu_read_unlock();
	return task;
}
