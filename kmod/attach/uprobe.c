// SPDX-License-Identifier: GPL-2.0-only
/*
 * uprobes and uretprobes as events; USDT is a uprobe with a reference counter.
 *
 * A probe is registered when the event is opened, so that what cannot be probed
 * fails there, and its counter (the semaphore that the program probed looks at)
 * goes up with it. Handlers run in the task that was hit, which may sleep.
 */
#include <linux/namei.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include "attach/attach.h"
#include "attach/uprobe.h"

#define CONFIG_RETPROBE		1	/* bit 0 of attr.config, as the PMU has it */
#define CONFIG_REF_CTR_SHIFT	32

/*
 * struct uprobe_event - a probe
 * @ev: what is behind the descriptor
 * @name: of the file, as it was given
 * @where: file and task
 */
struct uprobe_event {
	struct xbpf_event ev;
	char *name;
	struct xbpf_uprobe_where where;
	struct xbpf_uprobe probe;
};

/* ---- file and task ---- */

static int find_task(struct xbpf_uprobe_where *where, int pid,
		     enum pid_type type)
{
	struct pid *found = pid ? find_get_pid(pid) :
				  get_task_pid(current, type);

	where->task = get_pid_task(found, type);
	put_pid(found);
	return where->task ? 0 : -ESRCH;
}

int xbpf_uprobe_find(struct xbpf_uprobe_where *where, const char *name, int pid,
		     enum pid_type type)
{
	int err = kern_path(name, LOOKUP_FOLLOW, &where->path);

	if (err)
		return err;
	err = -EINVAL;
	if (!d_is_reg(where->path.dentry))
		goto put;
	where->inode = d_real_inode(where->path.dentry);
	err = pid < 0 ? 0 : find_task(where, pid, type);
	if (!err)
		return 0;
put:
	path_put(&where->path);
	return err;
}

void xbpf_uprobe_lose(struct xbpf_uprobe_where *where)
{
	if (where->task)
		put_task_struct(where->task);
	path_put(&where->path);
}

/* ---- events ---- */

static struct uprobe_event *uprobe_event_of(struct xbpf_event *ev)
{
	return container_of(ev, struct uprobe_event, ev);
}

static struct uprobe_event *consumer_event(struct uprobe_consumer *uc)
{
	return container_of(uc, struct uprobe_event, probe.consumer);
}

static int is_return(const struct xbpf_event *ev)
{
	return ev->attr.config & CONFIG_RETPROBE;
}

static u32 ref_ctr_of(const struct xbpf_event *ev)
{
	return ev->attr.config >> CONFIG_REF_CTR_SHIFT;
}

static bool uprobe_filter(XBPF_UPROBE_FILTER_PARAMS)
{
	return xbpf_uprobe_in(&consumer_event(uc)->where, mm);
}

/* A child takes the breakpoints of its parent along: REMOVE takes them out. */
static int run(struct uprobe_event *ue, unsigned long func, struct pt_regs *regs)
{
	struct xbpf_run_ctx run = { .ip = func, .regs = regs };

	if (!xbpf_uprobe_in(&ue->where, current->mm))
		return UPROBE_HANDLER_REMOVE;
	if (READ_ONCE(ue->ev.enabled))
		xbpf_event_run(&ue->ev, regs, &run);
	return 0;
}

static int uprobe_handler(struct uprobe_consumer *uc, struct pt_regs *regs)
{
	return run(consumer_event(uc), instruction_pointer(regs), regs);
}

static int uretprobe_handler(struct uprobe_consumer *uc, unsigned long func,
			     struct pt_regs *regs)
{
	run(consumer_event(uc), func, regs);
	return 0;
}

static int uprobe_open(struct xbpf_event *ev, const char *name)
{
	struct uprobe_event *ue = uprobe_event_of(ev);
	int err;

	if (!name || (u32)ev->attr.config & ~CONFIG_RETPROBE ||
	    (s64)ev->attr.config2 < 0)
		return -EINVAL;
	ue->name = kstrdup(name, GFP_KERNEL_ACCOUNT);
	if (!ue->name)
		return -ENOMEM;
	err = xbpf_uprobe_find(&ue->where, name, ev->pid, PIDTYPE_PID);
	if (err)
		goto free;
	ue->probe.inode = ue->where.inode;
	ue->probe.offset = ev->attr.config2;
	if (is_return(ev))
		ue->probe.consumer.ret_handler = uretprobe_handler;
	else
		ue->probe.consumer.handler = uprobe_handler;
	if (ue->where.task)
		ue->probe.consumer.filter = uprobe_filter;
	err = xbpf_uprobe_register(&ue->probe, ref_ctr_of(ev));
	if (!err)
		return 0;
	xbpf_uprobe_lose(&ue->where);
free:
	kfree(ue->name);
	return err;
}

static void uprobe_close(struct xbpf_event *ev)
{
	struct uprobe_event *ue = uprobe_event_of(ev);

	xbpf_uprobe_unregister_nosync(&ue->probe);
	xbpf_uprobe_unregister_sync();
	xbpf_uprobe_lose(&ue->where);
	kfree(ue->name);
}

/* The breakpoint is there as long as the event: handlers look at ->enabled. */
static int uprobe_enable(struct xbpf_event *ev)
{
	return 0;
}

static void uprobe_disable(struct xbpf_event *ev)
{
}

static int uprobe_fill_info(struct xbpf_event *ev, struct xbpf_link_info *info)
{
	info->perf_event.type = is_return(ev) ? XBPF_PERF_EVENT_URETPROBE :
						XBPF_PERF_EVENT_UPROBE;
	info->perf_event.uprobe.offset = ev->attr.config2;
	info->perf_event.uprobe.cookie = ev->cookie;
	info->perf_event.uprobe.ref_ctr_offset = ref_ctr_of(ev);
	return xbpf_event_copy_name(info->perf_event.uprobe.file_name,
				    &info->perf_event.uprobe.name_len,
				    uprobe_event_of(ev)->name);
}

const struct xbpf_event_source xbpf_uprobe_source = {
	.name		= "uprobe",
	.size		= sizeof(struct uprobe_event),
	.prog_type	= XBPF_PROG_TYPE_KPROBE,
	.open		= uprobe_open,
	.close		= uprobe_close,
	.enable		= uprobe_enable,
	.disable	= uprobe_disable,
	.fill_info	= uprobe_fill_info,
};
