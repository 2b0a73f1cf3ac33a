// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of tasks: what is stored for them goes with them.
 *
 * The kernel says so by the tracepoint sched_process_free, a grace period after
 * the task has lost its number (release_task()) and before its memory is given
 * back. Whoever found it alive within a section of RCU has left that section by then.
 */
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/tracepoint.h>
#include "attach/attach.h"
#include "maps/maps.h"

static LIST_HEAD(storages);		/* read under RCU */
static DEFINE_MUTEX(lock);		/* of its writers */
static struct tracepoint *task_free;	/* the probe is there: under the lock */

static void task_freed(void *data, struct task_struct *task)
{
	struct xbpf_task_storage *s;

	xbpf_run_block();
	rcu_read_lock();
	list_for_each_entry_rcu(s, &storages, node)
		xbpf_task_storage_delete(&s->map, (unsigned long)task);
	rcu_read_unlock();
	xbpf_run_unblock();
}

static int probe_get(void)
{
	struct tracepoint *tp;
	int err;

	if (task_free)
		return 0;
	tp = xbpf_tracepoint_find("sched_process_free");
	if (!tp)
		return -EOPNOTSUPP;
	err = tracepoint_probe_register(tp, task_freed, NULL);
	if (!err)
		task_free = tp;
	return err;
}

static void probe_put(void)
{
	if (!list_empty(&storages))
		return;
	tracepoint_probe_unregister(task_free, task_freed, NULL);
	tracepoint_synchronize_unregister();
	task_free = NULL;
}

int xbpf_task_storage_begin(struct xbpf_task_storage *s)
{
	int err;

	mutex_lock(&lock);
	err = probe_get();
	if (!err)
		list_add_rcu(&s->node, &storages);
	mutex_unlock(&lock);
	return err;
}

void xbpf_task_storage_end(struct xbpf_task_storage *s)
{
	mutex_lock(&lock);
	list_del_rcu(&s->node);
	probe_put();
	mutex_unlock(&lock);
	synchronize_rcu();
}

int xbpf_task_is_alive(u64 task)
{
	return pid_alive((const struct task_struct *)task);
}
