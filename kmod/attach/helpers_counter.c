// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that read what an event has counted.
 *
 * perf's own function for that is not exported, what it does is: everything that it
 * needs lies in struct perf_event. With interrupts off the event is neither put onto
 * this CPU nor taken from it, and cannot be freed: its memory goes by RCU.
 */
#include <linux/perf_event.h>
#include <linux/sched/clock.h>
#include "attach/attach.h"

/* ->is_active of a context whose clock runs; EVENT_TIME in perf's own words. */
#define CLOCK_RUNS	0x4

/* May the count be read from here and now? */
static int may_read(const struct perf_event *counter)
{
	int cpu = raw_smp_processor_id();

	if (counter->attr.inherit)	/* children count elsewhere */
		return -EOPNOTSUPP;
	if (counter->attach_state & PERF_ATTACH_TASK) {
		if (counter->hw.target != current)
			return -EINVAL;
	} else if (counter->cpu != cpu) {
		return -EINVAL;
	}
	if (counter->attr.pinned && READ_ONCE(counter->oncpu) != cpu)
		return -EBUSY;
	return 0;
}

/* The clock of the event's context, which stands still while that is off. */
static u64 context_time(const struct perf_event *counter)
{
	const struct perf_event_context *ctx = READ_ONCE(counter->ctx);
	u64 now = local_clock();

	if (!ctx)
		return 0;
	/* Pairs with the barriers around ->is_active: an NMI that sees the clock
	 * stopped sees the time at which it was. */
	if (!(smp_load_acquire(&ctx->is_active) & CLOCK_RUNS))
		return READ_ONCE(ctx->time);
	return now + READ_ONCE(ctx->timeoffset);
}

/* Events of ours lead no group and are in none: their own state is all. */
static void read_times(const struct perf_event *counter,
		       struct xbpf_perf_event_value *out)
{
	u64 since = context_time(counter) - counter->tstamp;
	enum perf_event_state state = READ_ONCE(counter->state);

	out->enabled = counter->total_time_enabled;
	out->running = counter->total_time_running;
	if (state >= PERF_EVENT_STATE_INACTIVE)
		out->enabled += since;
	if (state >= PERF_EVENT_STATE_ACTIVE)
		out->running += since;
}

/* Interrupts are off. */
static int read_counter(struct perf_event *counter,
			struct xbpf_perf_event_value *out)
{
	int err = may_read(counter);

	if (err)
		return err;
	if (READ_ONCE(counter->oncpu) == raw_smp_processor_id())
		counter->pmu->read(counter);
	out->counter = local64_read(&counter->count);
	read_times(counter, out);
	return 0;
}

static int read_entry(struct xbpf_map *map, u64 flags,
		      struct xbpf_perf_event_value *out)
{
	u32 index = flags & XBPF_F_INDEX_MASK;
	struct perf_event *counter;
	struct xbpf_obj *obj;

	if (flags & ~(u64)XBPF_F_INDEX_MASK)
		return -EINVAL;
	if (index == (u32)XBPF_F_CURRENT_CPU)
		index = raw_smp_processor_id();
	if (index >= map->max_entries)
		return -E2BIG;
	obj = map->ops->read_ptr(map, &index);
	if (!obj)
		return -ENOENT;
	counter = xbpf_event_counter(xbpf_event_of(obj));
	return counter ? read_counter(counter, out) : -EOPNOTSUPP;
}

static int read_map(u64 map, u64 flags, struct xbpf_perf_event_value *out)
{
	unsigned long irqs;
	int err;

	local_irq_save(irqs);
	err = read_entry((struct xbpf_map *)map, flags, out);
	local_irq_restore(irqs);
	return err;
}

/* As in Linux, counts that look like an errno cannot be told from one. */
u64 xbpf_helper_perf_event_read(u64 map, u64 flags, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_perf_event_value value;
	int err = read_map(map, flags, &value);

	return err ?: value.counter;
}

/* All of @buf is written, whatever comes of it. */
u64 xbpf_helper_perf_event_read_value(u64 map, u64 flags, u64 buf, u64 size,
				      u64 r5)
{
	struct xbpf_perf_event_value value;
	int err = -EINVAL;

	if ((u32)size == sizeof(value))
		err = read_map(map, flags, &value);
	if (err)
		memset((void *)buf, 0, (u32)size);
	else
		memcpy((void *)buf, &value, sizeof(value));
	return err;
}

/* The event that runs the program. */
u64 xbpf_helper_perf_prog_read_value(u64 ctx, u64 buf, u64 size, u64 r4, u64 r5)
{
	const struct xbpf_run_ctx *run = xbpf_run_current();
	struct xbpf_perf_event_value value;
	unsigned long irqs;
	int err = -EINVAL;

	if ((u32)size == sizeof(value) && run && run->counter) {
		local_irq_save(irqs);
		err = read_counter(run->counter, &value);
		local_irq_restore(irqs);
	}
	if (err)
		memset((void *)buf, 0, (u32)size);
	else
		memcpy((void *)buf, &value, sizeof(value));
	return err;
}
