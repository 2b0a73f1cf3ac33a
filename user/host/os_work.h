/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work queues under the kernel's names: work is done at once, by whoever queues
 * it. Included by os_host.h only.
 */
#ifndef XBPF_OS_WORK_H
#define XBPF_OS_WORK_H

struct work_struct {
	void (*func)(struct work_struct *work);
};

struct workqueue_struct;

#define INIT_WORK(w, f)		((w)->func = (f))
#define system_wq		((struct workqueue_struct *)NULL)
#define system_unbound_wq	((struct workqueue_struct *)NULL)
#define cancel_work_sync(w)	((void)(w))
#define flush_work(w)		((void)(w))

static inline bool queue_work(struct workqueue_struct *wq,
			      struct work_struct *work)
{
	work->func(work);
	return true;
}

#define schedule_work(w)	queue_work(system_wq, w)

#endif
