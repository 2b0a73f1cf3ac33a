// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sampling events: software clocks, hardware counters, breakpoints.
 *
 * The kernel's perf core does the counting; its overflow runs the program.
 * The context of the program is struct xbpf_perf_event_data.
 */
#include <linux/err.h>
#include <linux/perf_event.h>
#include <linux/pid.h>
#include <linux/sched/task.h>
#include "attach/attach.h"

struct sample_event {
	struct xbpf_event ev;
	struct perf_event *counter;
};

static struct sample_event *sample_event_of(struct xbpf_event *ev)
{
	return container_of(ev, struct sample_event, ev);
}

static void sample_overflow(struct perf_event *counter,
			    struct perf_sample_data *data, struct pt_regs *regs)
{
	struct sample_event *se = counter->overflow_handler_context;
	struct xbpf_run_ctx run = {
		.ip = instruction_pointer(regs), .regs = regs, .sample = data,
		.counter = counter,
	};
	struct xbpf_perf_event_data ctx;

	static_assert(sizeof(ctx.regs) == sizeof(*regs));
	memcpy(&ctx.regs, regs, sizeof(*regs));
	ctx.sample_period = data->period;
	ctx.addr = data->sample_flags & PERF_SAMPLE_ADDR ? data->addr : 0;
	xbpf_event_run(&se->ev, &ctx, &run);
}

/* Task of a pid as the caller counts them; 0 is the caller. NULL: every task. */
static struct task_struct *sample_task(int pid)
{
	struct task_struct *task = NULL;

	if (pid == -1)
		return NULL;
	if (!pid) {
		get_task_struct(current);
		return current;
	}
	rcu_read_lock();
	task = pid_task(find_vpid(pid), PIDTYPE_PID);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task ?: ERR_PTR(-ESRCH);
}

/*
 * Branches are recorded if the event says of which kind; perf_event_open(2) checks
 * that before, and so does this.
 */
static int check_branches(const struct perf_event_attr *attr)
{
	u64 kinds = attr->branch_sample_type;

	if (!(attr->sample_type & PERF_SAMPLE_BRANCH_STACK))
		return 0;
	return kinds & ~(PERF_SAMPLE_BRANCH_MAX - 1ULL) ||
	       !(kinds & ~(u64)PERF_SAMPLE_BRANCH_PLM_ALL) ? -EINVAL : 0;
}

static int sample_open(struct xbpf_event *ev, const char *name)
{
	struct sample_event *se = sample_event_of(ev);
	struct perf_event_attr attr = ev->attr;
	struct perf_event *counter;
	struct task_struct *task;

	/* As perf_event_open(2): periods are signed inside. */
	if (attr.sample_period >> 63 || check_branches(&attr))
		return -EINVAL;
	task = sample_task(ev->pid);
	if (IS_ERR(task))
		return PTR_ERR(task);
	attr.size = sizeof(attr);
	attr.disabled = 1;
	attr.sample_type &= PERF_SAMPLE_BRANCH_STACK;
	if (attr.type == PERF_TYPE_BREAKPOINT)
		attr.sample_type |= PERF_SAMPLE_ADDR;
	attr.enable_on_exec = 0;
	attr.aux_output = 0;
	attr.aux_sample_size = 0;
	attr.sigtrap = 0;
	counter = perf_event_create_kernel_counter(&attr, ev->cpu, task,
						   sample_overflow, se);
	if (task)
		put_task_struct(task);
	if (IS_ERR(counter))
		return PTR_ERR(counter);
	se->counter = counter;
	return 0;
}

static void sample_close(struct xbpf_event *ev)
{
	perf_event_release_kernel(sample_event_of(ev)->counter);
}

static int sample_enable(struct xbpf_event *ev)
{
	perf_event_enable(sample_event_of(ev)->counter);
	return 0;
}

static void sample_disable(struct xbpf_event *ev)
{
	perf_event_disable(sample_event_of(ev)->counter);
}

static int sample_fill_info(struct xbpf_event *ev, struct xbpf_link_info *info)
{
	info->perf_event.type = XBPF_PERF_EVENT_EVENT;
	info->perf_event.event.type = ev->attr.type;
	info->perf_event.event.config = ev->attr.config;
	info->perf_event.event.cookie = ev->cookie;
	return 0;
}

const struct xbpf_event_source xbpf_sample_source = {
	.name		= "perf_event",
	.size		= sizeof(struct sample_event),
	.prog_type	= XBPF_PROG_TYPE_PERF_EVENT,
	.open		= sample_open,
	.close		= sample_close,
	.enable		= sample_enable,
	.disable	= sample_disable,
	.fill_info	= sample_fill_info,
};

struct perf_event *xbpf_event_counter(struct xbpf_event *ev)
{
	return ev->source == &xbpf_sample_source ? sample_event_of(ev)->counter :
						   NULL;
}

/*
 * Rings to write to, and what counts. A map that keeps its entries keeps the event,
 * which would keep its program, which keeps the map: so one of them is refused.
 */
int xbpf_perf_array_ok(const struct xbpf_map *map, struct xbpf_obj *perf)
{
	struct xbpf_event *ev = xbpf_event_of(perf);
	int err = 0;

	if (ev->source == &xbpf_ring_source)
		return 0;
	if (ev->source != &xbpf_sample_source)
		return -EINVAL;
	if (ev->attr.inherit)
		return -EOPNOTSUPP;
	if (!(map->map_flags & XBPF_F_PRESERVE_ELEMS))
		return 0;
	mutex_lock(&ev->lock);
	if (rcu_access_pointer(ev->prog))
		err = -EBUSY;
	else
		ev->kept = 1;
	mutex_unlock(&ev->lock);
	return err;
}
