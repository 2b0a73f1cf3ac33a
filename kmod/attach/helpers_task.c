// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers about the task and the CPU that the event interrupted, and the clock.
 */
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/namei.h>
#include <linux/percpu.h>
#include <linux/pid_namespace.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/ktime.h>
#include <linux/uaccess.h>
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

u64 xbpf_helper_task_pt_regs(u64 task, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (unsigned long)task_pt_regs((struct task_struct *)task);
}

u64 xbpf_helper_get_smp_processor_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return raw_smp_processor_id();
}

u64 xbpf_helper_get_numa_node_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return numa_node_id();
}

u64 xbpf_helper_per_cpu_ptr(u64 ptr, u64 cpu, u64 r3, u64 r4, u64 r5)
{
	if ((u32)cpu >= nr_cpu_ids)
		return 0;
	return (unsigned long)per_cpu_ptr((void __percpu *)ptr, (u32)cpu);
}

u64 xbpf_helper_this_cpu_ptr(u64 ptr, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (unsigned long)per_cpu_ptr((void __percpu *)ptr,
					  raw_smp_processor_id());
}

u64 xbpf_helper_d_path(u64 path, u64 buf, u64 size, u64 r4, u64 r5)
{
	struct path copy;
	char *text;
	long len;

	size = (u32)size;
	if (!size)
		return 0;
	len = copy_from_kernel_nofault(&copy, (void *)path, sizeof(copy));
	if (len < 0)
		return len;
	text = d_path(&copy, (char *)buf, size);
	if (IS_ERR(text))
		return PTR_ERR(text);
	len = (char *)buf + size - text;
	memmove((char *)buf, text, len);
	return len;
}

/* ---- namespaces ---- */

#define NSFS_MAGIC_NR	0x6e736673	/* as in uapi/linux/magic.h */

/* Device of all namespaces' files, 0 while it is unknown. */
static dev_t ns_dev;

/* It is where any of them is. A /proc that is none leads to another file system. */
void xbpf_ns_prepare(void)
{
	struct path path;

	if (READ_ONCE(ns_dev) ||
	    kern_path("/proc/self/ns/pid", LOOKUP_FOLLOW, &path))
		return;
	if (path.dentry->d_sb->s_magic == NSFS_MAGIC_NR)
		WRITE_ONCE(ns_dev, path.dentry->d_sb->s_dev);
	path_put(&path);
}

/* The file of a namespace has its number, on the one device that they all are on. */
static int ns_is(const struct pid_namespace *ns, u64 dev, u64 ino)
{
	return (dev_t)dev == dev && dev && dev == READ_ONCE(ns_dev) &&
	       ns->ns.inum == ino;
}

u64 xbpf_helper_get_ns_current_pid_tgid(u64 dev, u64 ino, u64 buf, u64 size,
					u64 r5)
{
	struct xbpf_pidns_info *info = (struct xbpf_pidns_info *)buf;
	struct pid_namespace *ns;
	long err = -EINVAL;

	if ((u32)size != sizeof(*info))
		goto clear;
	ns = task_active_pid_ns(current);
	if (!ns)
		err = -ENOENT;
	if (!ns || !ns_is(ns, dev, ino))
		goto clear;
	info->pid = task_pid_nr_ns(current, ns);
	info->tgid = task_tgid_nr_ns(current, ns);
	return 0;
clear:
	memset((void *)buf, 0, (u32)size);
	return err;
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
	struct task_struct *task;
	int sig;
	int to_thread;
};

static DEFINE_PER_CPU(struct signal_work, signal_work);

static long signal_send(struct task_struct *task, int sig, int to_thread)
{
	if (to_thread)
		return send_sig_info(sig, SEND_SIG_PRIV, task);
	return kill_pid(task_tgid(task), sig, 1);
}

static void signal_send_later(struct irq_work *work)
{
	struct signal_work *sw = container_of(work, struct signal_work, work);

	signal_send(sw->task, sw->sig, sw->to_thread);
	put_task_struct(sw->task);
}

static long signal_current(u32 sig, int to_thread)
{
	struct signal_work *sw;

	if (current->flags & (PF_KTHREAD | PF_EXITING) ||
	    is_global_init(current))
		return -EPERM;
	if (!valid_signal(sig))
		return -EINVAL;
	if (!irqs_disabled() && !in_nmi())
		return signal_send(current, sig, to_thread);
	sw = this_cpu_ptr(&signal_work);
	if (irq_work_is_busy(&sw->work))
		return -EBUSY;
	get_task_struct(current);
	sw->task = current;
	sw->sig = sig;
	sw->to_thread = to_thread;
	if (irq_work_queue(&sw->work))
		return 0;
	/* An NMI came first, with the same task. */
	put_task_struct(current);
	return -EBUSY;
}

u64 xbpf_helper_send_signal(u64 sig, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return signal_current(sig, 0);
}

u64 xbpf_helper_send_signal_thread(u64 sig, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return signal_current(sig, 1);
}

void xbpf_helpers_task_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(&per_cpu(signal_work, cpu).work, signal_send_later);
	prandom_seed_full_state(&rnd);
}

void xbpf_helpers_task_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu(signal_work, cpu).work);
}
