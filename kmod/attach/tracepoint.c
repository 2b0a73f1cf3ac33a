// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracepoints with the trace-event record as context: SEC("tp/...").
 *
 * The record is built by the kernel for perf: one counter of sample period 1 on
 * each CPU, whose overflow is the event. Events of system calls do not come this
 * way, see syscalls.c.
 */
#include <linux/cpu.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <linux/trace_events.h>
#include <trace/syscall.h>
#include "attach/attach.h"

/*
 * struct tracepoint_event
 * @counters: one per possible CPU, NULL where offline; unused for system calls
 * @sys: ->nr is -1 for what is no event of a system call
 * @name: of the event
 */
struct tracepoint_event {
	struct xbpf_event ev;
	struct perf_event **counters;
	struct xbpf_syscall_user sys;
	char *name;
};

static struct tracepoint_event *tracepoint_event_of(struct xbpf_event *ev)
{
	return container_of(ev, struct tracepoint_event, ev);
}

static void tracepoint_overflow(struct perf_event *counter,
				struct perf_sample_data *data,
				struct pt_regs *regs)
{
	struct tracepoint_event *te = counter->overflow_handler_context;
	struct xbpf_run_ctx run = { .regs = regs };

	if (unlikely(!data->raw || !data->raw->frag.data)) {
		xbpf_event_miss(&te->ev, XBPF_MISS_EVENT, 1);
		return;
	}
	run.ip = instruction_pointer(regs);
	xbpf_event_run(&te->ev, data->raw->frag.data, &run);
}

static struct perf_event *counter_new(struct tracepoint_event *te, int cpu)
{
	struct perf_event_attr attr = {
		.type		= PERF_TYPE_TRACEPOINT,
		.size		= sizeof(attr),
		.config		= te->ev.attr.config,
		.sample_period	= 1,
		.sample_type	= PERF_SAMPLE_RAW,
		.disabled	= 1,
	};

	return perf_event_create_kernel_counter(&attr, cpu, NULL,
						tracepoint_overflow, te);
}

static void counters_free(struct tracepoint_event *te)
{
	int cpu;

	if (!te->counters)
		return;
	for_each_possible_cpu(cpu)
		if (te->counters[cpu])
			perf_event_release_kernel(te->counters[cpu]);
	kfree(te->counters);
}

static int counters_alloc(struct tracepoint_event *te)
{
	struct perf_event *counter;
	int cpu, err = 0;

	te->counters = kcalloc(nr_cpu_ids, sizeof(*te->counters),
			       GFP_KERNEL_ACCOUNT);
	if (!te->counters)
		return -ENOMEM;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		counter = counter_new(te, cpu);
		if (IS_ERR(counter)) {
			err = PTR_ERR(counter);
			break;
		}
		te->counters[cpu] = counter;
	}
	cpus_read_unlock();
	if (err)
		counters_free(te);
	return err;
}

/* Number of the system call that @call is an event of, -1 if of none. */
static int call_syscall(struct trace_event_call *call, int *is_exit)
{
	const struct syscall_metadata *meta;

	/* Events that user space defines may be in any group. */
	if (call->flags & (TRACE_EVENT_FL_DYNAMIC | TRACE_EVENT_FL_KPROBE |
			   TRACE_EVENT_FL_UPROBE | TRACE_EVENT_FL_EPROBE))
		return -1;
	if (!strcmp(call->class->system, "raw_syscalls")) {
		*is_exit = !strcmp(trace_event_name(call), "sys_exit");
		return XBPF_SYSCALL_ANY;
	}
	if (strcmp(call->class->system, "syscalls"))
		return -1;
	meta = call->data;
	*is_exit = meta->exit_event == call;
	return meta->syscall_nr;
}

/* What the number in attr.config stands for: a counter knows its event. */
static int tracepoint_resolve(struct tracepoint_event *te)
{
	struct perf_event *counter = counter_new(te, raw_smp_processor_id());
	struct trace_event_call *call;

	if (IS_ERR(counter))
		return PTR_ERR(counter);
	call = counter->tp_event;
	te->name = kstrdup(trace_event_name(call), GFP_KERNEL_ACCOUNT);
	te->sys.nr = call_syscall(call, &te->sys.is_exit);
	te->sys.ev = &te->ev;
	/* Records lie at the beginning of a buffer of perf's. */
	te->ev.record_size = te->sys.nr < 0 ? PERF_MAX_TRACE_SIZE :
			     xbpf_syscall_record_size(te->sys.is_exit);
	perf_event_release_kernel(counter);
	return te->name ? 0 : -ENOMEM;
}

static int tracepoint_open(struct xbpf_event *ev, const char *name)
{
	struct tracepoint_event *te = tracepoint_event_of(ev);
	int err = tracepoint_resolve(te);

	if (!err && te->sys.nr < 0)
		err = counters_alloc(te);
	if (err)
		kfree(te->name);
	return err;
}

static void tracepoint_close(struct xbpf_event *ev)
{
	struct tracepoint_event *te = tracepoint_event_of(ev);

	counters_free(te);
	kfree(te->name);
}

static int tracepoint_enable(struct xbpf_event *ev)
{
	struct tracepoint_event *te = tracepoint_event_of(ev);
	int cpu;

	if (te->sys.nr >= 0)
		return xbpf_syscall_add(&te->sys);
	for_each_possible_cpu(cpu)
		if (te->counters[cpu])
			perf_event_enable(te->counters[cpu]);
	return 0;
}

static void tracepoint_disable(struct xbpf_event *ev)
{
	struct tracepoint_event *te = tracepoint_event_of(ev);
	int cpu;

	if (te->sys.nr >= 0) {
		xbpf_syscall_del(&te->sys);
		return;
	}
	for_each_possible_cpu(cpu)
		if (te->counters[cpu])
			perf_event_disable(te->counters[cpu]);
}

static int tracepoint_fill_info(struct xbpf_event *ev,
				struct xbpf_link_info *info)
{
	info->perf_event.type = XBPF_PERF_EVENT_TRACEPOINT;
	info->perf_event.tracepoint.cookie = ev->cookie;
	return xbpf_event_copy_name(info->perf_event.tracepoint.tp_name,
				    &info->perf_event.tracepoint.name_len,
				    tracepoint_event_of(ev)->name);
}

const struct xbpf_event_source xbpf_tracepoint_source = {
	.name		= "tracepoint",
	.size		= sizeof(struct tracepoint_event),
	.prog_type	= XBPF_PROG_TYPE_TRACEPOINT,
	.open		= tracepoint_open,
	.close		= tracepoint_close,
	.enable		= tracepoint_enable,
	.disable	= tracepoint_disable,
	.fill_info	= tracepoint_fill_info,
};
