// SPDX-License-Identifier: GPL-2.0-only
/*
 * find_vma: the mapping of a task at an address, shown to a callback.
 *
 * The lock of the mappings is only tried, so that it may be asked for in any
 * context. Where interrupts are off, or in an NMI, it is let go from an irq_work:
 * to let go may wake up a writer, which takes locks that the event may hold.
 *
 * Another task's memory is held by its alloc_lock: a task leaves its memory, on
 * exit or exec, under that lock before it drops its reference.
 */
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/percpu.h>
#include <linux/sched/task.h>
#include "attach/attach.h"

/* At most one lock per CPU is on its way to be let go; @taken claims this. */
struct unlock_work {
	struct irq_work work;
	struct mm_struct *mm;
	int taken;
};

static DEFINE_PER_CPU(struct unlock_work, unlock_work);

static void unlock_later(struct irq_work *work)
{
	struct unlock_work *uw = container_of(work, struct unlock_work, work);

	mmap_read_unlock_non_owner(uw->mm);
	smp_store_release(&uw->taken, 0);
}

static long look(struct task_struct *task, u64 addr,
		 const struct xbpf_callback *cb, u64 ctx, struct mm_struct *mm)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	if (!vma || vma->vm_start > addr)
		return -ENOENT;
	xbpf_callback_call(cb, (unsigned long)task, (unsigned long)vma, ctx, 0,
			   0);
	return 0;
}

/* Interrupts are off: this CPU's work stays this CPU's. */
static long look_and_unlock_later(struct task_struct *task, u64 addr,
				  const struct xbpf_callback *cb, u64 ctx,
				  struct mm_struct *mm)
{
	struct unlock_work *uw = this_cpu_ptr(&unlock_work);
	long ret;

	if (cmpxchg_acquire(&uw->taken, 0, 1))
		return -EBUSY;
	if (!mmap_read_trylock(mm)) {
		smp_store_release(&uw->taken, 0);
		return -EBUSY;
	}
	ret = look(task, addr, cb, ctx, mm);
	/* Whoever lets go of it is another context, for lockdep too. */
	rwsem_release(&mm->mmap_lock.dep_map, _RET_IP_);
	uw->mm = mm;
	irq_work_queue(&uw->work);
	return ret;
}

static long look_and_unlock(struct task_struct *task, u64 addr,
			    const struct xbpf_callback *cb, u64 ctx)
{
	struct mm_struct *mm = task->mm;
	long ret;

	if (!mm)
		return -ENOENT;
	if (irqs_disabled() || in_nmi())
		return look_and_unlock_later(task, addr, cb, ctx, mm);
	if (!mmap_read_trylock(mm))
		return -EBUSY;
	ret = look(task, addr, cb, ctx, mm);
	mmap_read_unlock(mm);
	return ret;
}

u64 xbpf_helper_find_vma(u64 task_ptr, u64 addr, u64 callback, u64 ctx,
			 u64 flags)
{
	struct task_struct *task = (struct task_struct *)task_ptr;
	const struct xbpf_callback *cb = (const struct xbpf_callback *)callback;
	long ret;

	if (flags)
		return -EINVAL;
	if (!task)
		return -ENOENT;
	if (task == current)
		return look_and_unlock(task, addr, cb, ctx);
	if (!spin_trylock(&task->alloc_lock))
		return -EBUSY;
	ret = look_and_unlock(task, addr, cb, ctx);
	spin_unlock(&task->alloc_lock);
	return ret;
}

void xbpf_helpers_vma_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(&per_cpu(unlock_work, cpu).work, unlock_later);
}

void xbpf_helpers_vma_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu(unlock_work, cpu).work);
}
