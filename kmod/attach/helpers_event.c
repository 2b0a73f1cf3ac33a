// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers about the event that runs the program, and its perf buffers.
 */
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

u64 xbpf_helper_perf_event_output(u64 ctx, u64 map_ptr, u64 flags, u64 data,
				  u64 size)
{
	struct xbpf_map *map = (struct xbpf_map *)map_ptr;
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
	err = xbpf_ring_output(xbpf_event_of(obj), run ? run->regs : NULL,
			       (const void *)data, size);
	if (err == -ENOSPC && run)
		xbpf_run_miss(xbpf_prog_obj_of(run->prog),
			      XBPF_MISS_RING_FULL, 1);
	return err;
}
