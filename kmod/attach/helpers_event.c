// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers about the event that runs the program, and its perf buffers.
 */
#include <linux/perf_event.h>
#include "attach/attach.h"

u64 xbpf_helper_get_attach_cookie(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_run_ctx *run = xbpf_run_current();

	return run ? run->cookie : 0;
}

u64 xbpf_helper_get_func_ip(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_run_ctx *run = xbpf_run_current();

	return run ? run->ip : 0;
}

/* Branches that the CPU took before the sample, if the event records them. */
u64 xbpf_helper_read_branch_records(u64 ctx, u64 buf, u64 size, u64 flags, u64 r5)
{
	const struct xbpf_run_ctx *run = xbpf_run_current();
	const struct perf_sample_data *data = run ? run->sample : NULL;
	const struct perf_branch_stack *stack;
	u32 bytes;

	if (flags & ~(u64)XBPF_F_GET_BRANCH_RECORDS_SIZE)
		return -EINVAL;
	if (!data || !(data->sample_flags & PERF_SAMPLE_BRANCH_STACK) ||
	    !data->br_stack)
		return -ENOENT;
	stack = data->br_stack;
	bytes = stack->nr * sizeof(stack->entries[0]);
	if (flags & XBPF_F_GET_BRANCH_RECORDS_SIZE)
		return bytes;
	if (!buf || (u32)size % sizeof(stack->entries[0]))
		return -EINVAL;
	bytes = min_t(u32, bytes, size);
	memcpy((void *)buf, stack->entries, bytes);
	return bytes;
}

/* ---- arguments of a traced function: the context is an array of them ---- */

/* How many the function has that the program of this run is attached to. */
static u32 nr_func_args(void)
{
	struct xbpf_run_ctx *run = xbpf_run_current();

	return run ? run->prog->nr_args : 0;
}

u64 xbpf_helper_get_func_arg(u64 ctx, u64 n, u64 value, u64 r4, u64 r5)
{
	if ((u32)n >= nr_func_args())
		return -EINVAL;
	*(u64 *)value = ((const u64 *)ctx)[(u32)n];
	return 0;
}

/* Behind the arguments, where the program runs after the function. */
u64 xbpf_helper_get_func_ret(u64 ctx, u64 value, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_run_ctx *run = xbpf_run_current();
	u32 type = run ? run->prog->expected_attach_type : 0;

	if (type != XBPF_TRACE_FEXIT && type != XBPF_MODIFY_RETURN)
		return -EOPNOTSUPP;
	*(u64 *)value = ((const u64 *)ctx)[nr_func_args()];
	return 0;
}

u64 xbpf_helper_get_func_arg_cnt(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return nr_func_args();
}

/* ---- perf buffers ---- */

int xbpf_perf_output(struct xbpf_map *map, u64 flags,
		     const struct xbpf_ring_raw *raw)
{
	u32 index = flags & XBPF_F_INDEX_MASK;
	struct xbpf_run_ctx *run = xbpf_run_current();
	struct xbpf_obj *obj;
	int err;

	if (flags & ~(u64)XBPF_F_INDEX_MASK)
		return -EINVAL;
	if (index == (u32)XBPF_F_CURRENT_CPU)
		index = raw_smp_processor_id();
	if (index >= map->max_entries)
		return -E2BIG;
	obj = map->ops->read_ptr(map, &index);
	if (!obj)
		return -ENOENT;
	err = xbpf_ring_output(xbpf_event_of(obj), run ? run->regs : NULL, raw);
	if (err == -ENOSPC && run)
		xbpf_run_miss(xbpf_prog_obj_of(run->prog),
			      XBPF_MISS_RING_FULL, 1);
	return err;
}

u64 xbpf_helper_perf_event_output(u64 ctx, u64 map, u64 flags, u64 data,
				  u64 size)
{
	const struct xbpf_ring_raw raw = {
		.data = (const void *)data, .size = size,
	};

	return xbpf_perf_output((struct xbpf_map *)map, flags, &raw);
}
