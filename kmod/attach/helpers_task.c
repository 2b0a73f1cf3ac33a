// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers about the task and the CPU that the event interrupted, and the clock.
 */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/ktime.h>
#include "attach/attach.h"

u64 xbpf_helper_get_current_pid_tgid(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (u64)current->tgid << 32 | (u32)current->pid;
}

u64 xbpf_helper_get_current_uid_gid(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	kuid_t uid;
	kgid_t gid;

	current_uid_gid(&uid, &gid);
	return (u64)from_kgid(&init_user_ns, gid) << 32 |
	       from_kuid(&init_user_ns, uid);
}

u64 xbpf_helper_get_current_comm(u64 buf, u64 size, u64 r3, u64 r4, u64 r5)
{
	size_t len = strnlen(current->comm, sizeof(current->comm));

	size = (u32)size;
	if (!size)
		return -EINVAL;
	len = min_t(size_t, len, size - 1);
	memcpy((char *)buf, current->comm, len);
	memset((char *)buf + len, 0, size - len);
	return 0;
}

u64 xbpf_helper_get_current_task(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (unsigned long)current;
}

u64 xbpf_helper_get_current_task_btf(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (unsigned long)current;
}

u64 xbpf_helper_get_smp_processor_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return raw_smp_processor_id();
}

u64 xbpf_helper_get_numa_node_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return numa_node_id();
}

u64 xbpf_helper_get_current_cgroup_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	u64 id;

	rcu_read_lock();
	id = cgroup_id(task_dfl_cgroup(current));
	rcu_read_unlock();
	return id;
}

/* ---- random ---- */

static DEFINE_PER_CPU(struct rnd_state, rnd);

u64 xbpf_helper_get_prandom_u32(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return prandom_u32_state(this_cpu_ptr(&rnd));
}

/* ---- time ---- */

u64 xbpf_helper_ktime_get_ns(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ktime_get_mono_fast_ns();
}

u64 xbpf_helper_ktime_get_boot_ns(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ktime_get_boot_fast_ns();
}

u64 xbpf_helper_ktime_get_coarse_ns(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ktime_get_coarse_ns();
}

u64 xbpf_helper_ktime_get_tai_ns(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ktime_get_tai_fast_ns();
}

u64 xbpf_helper_jiffies64(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return get_jiffies_64();
}

/* ---- signals ---- */

/* One signal in flight per CPU: sent from an irq_work when locks may be held. */
struct signal_work {
	struct irq_work work;
	struct pid *pid;
	int sig;
};

static DEFINE_PER_CPU(struct signal_work, signal_work);

static void signal_send(struct irq_work *work)
{
	struct signal_work *sw = container_of(work, struct signal_work, work);

	kill_pid(sw->pid, sw->sig, 1);
	put_pid(sw->pid);
}

u64 xbpf_helper_send_signal(u64 sig, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct signal_work *sw;

	if (current->flags & (PF_KTHREAD | PF_EXITING) ||
	    is_global_init(current))
		return -EPERM;
	if (!valid_signal((u32)sig))
		return -EINVAL;
	if (!irqs_disabled() && !in_nmi())
		return kill_pid(task_tgid(current), (u32)sig, 1);
	sw = this_cpu_ptr(&signal_work);
	if (irq_work_is_busy(&sw->work))
		return -EBUSY;
	sw->pid = get_pid(task_tgid(current));
	sw->sig = (u32)sig;
	if (irq_work_queue(&sw->work))
		return 0;
	/* An NMI came first, with the same task. */
	put_pid(task_tgid(current));
	return -EBUSY;
}

void xbpf_helpers_task_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(&per_cpu(signal_work, cpu).work, signal_send);
	prandom_seed_full_state(&rnd);
}

void xbpf_helpers_task_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu(signal_work, cpu).work);
}
