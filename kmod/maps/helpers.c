// SPDX-License-Identifier: GPL-2.0-only
/*
 * The helpers that work on maps, as rows of vm/helpers.def name them.
 *
 * The verifier has checked types and sizes; errors and flags are the maps'.
 */
#include "maps/maps.h"
#include "vm/vm.h"

static struct xbpf_map *map_arg(u64 arg)
{
	return (struct xbpf_map *)(unsigned long)arg;
}

static void *ptr_arg(u64 arg)
{
	return (void *)(unsigned long)arg;
}

static u64 ptr_ret(const void *ptr)
{
	return (unsigned long)ptr;
}

u64 xbpf_helper_map_lookup_elem(u64 map, u64 key, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_map *m = map_arg(map);

	return m->ops->lookup ? ptr_ret(m->ops->lookup(m, ptr_arg(key))) : 0;
}

u64 xbpf_helper_map_update_elem(u64 map, u64 key, u64 value, u64 flags, u64 r5)
{
	struct xbpf_map *m = map_arg(map);

	if (unlikely(!m->ops->update))
		return -EOPNOTSUPP;
	return m->ops->update(m, ptr_arg(key), ptr_arg(value), flags);
}

u64 xbpf_helper_map_delete_elem(u64 map, u64 key, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_map *m = map_arg(map);

	return likely(m->ops->remove) ? m->ops->remove(m, ptr_arg(key)) :
					-EOPNOTSUPP;
}

u64 xbpf_helper_get_local_storage(u64 map, u64 flags, u64 r3, u64 r4, u64 r5)
{
	return ptr_ret(xbpf_cgroup_storage_value(map_arg(map)));
}

u64 xbpf_helper_map_lookup_percpu_elem(u64 map, u64 key, u64 cpu, u64 r4, u64 r5)
{
	struct xbpf_map *m = map_arg(map);

	if (unlikely(!m->ops->lookup_percpu || cpu > U32_MAX))
		return 0;
	return ptr_ret(m->ops->lookup_percpu(m, ptr_arg(key), cpu));
}

u64 xbpf_helper_map_push_elem(u64 map, u64 value, u64 flags, u64 r4, u64 r5)
{
	struct xbpf_map *m = map_arg(map);

	return likely(m->ops->push) ? m->ops->push(m, ptr_arg(value), flags) :
				      -EOPNOTSUPP;
}

u64 xbpf_helper_map_pop_elem(u64 map, u64 value, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_map *m = map_arg(map);

	return likely(m->ops->pop) ? m->ops->pop(m, ptr_arg(value)) :
				     -EOPNOTSUPP;
}

u64 xbpf_helper_map_peek_elem(u64 map, u64 value, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_map *m = map_arg(map);

	return likely(m->ops->peek) ? m->ops->peek(m, ptr_arg(value)) :
				      -EOPNOTSUPP;
}

u64 xbpf_helper_ringbuf_output(u64 map, u64 data, u64 size, u64 flags, u64 r5)
{
	return xbpf_ringbuf_output(map_arg(map), ptr_arg(data), size, flags);
}

u64 xbpf_helper_ringbuf_reserve(u64 map, u64 size, u64 flags, u64 r4, u64 r5)
{
	return flags ? 0 : ptr_ret(xbpf_ringbuf_reserve(map_arg(map), size));
}

u64 xbpf_helper_ringbuf_submit(u64 sample, u64 flags, u64 r3, u64 r4, u64 r5)
{
	xbpf_ringbuf_commit(ptr_arg(sample), flags, 0);
	return 0;
}

u64 xbpf_helper_ringbuf_discard(u64 sample, u64 flags, u64 r3, u64 r4, u64 r5)
{
	xbpf_ringbuf_commit(ptr_arg(sample), flags, XBPF_RINGBUF_DISCARD_BIT);
	return 0;
}

u64 xbpf_helper_ringbuf_query(u64 map, u64 what, u64 r3, u64 r4, u64 r5)
{
	return xbpf_ringbuf_query(map_arg(map), what);
}

/* ---- records whose size is not a constant ---- */

u64 xbpf_helper_ringbuf_reserve_dynptr(u64 map, u64 size, u64 flags, u64 ptr,
				       u64 r5)
{
	struct xbpf_dynptr_mem *d = ptr_arg(ptr);

	*d = (struct xbpf_dynptr_mem){ .kind = XBPF_DYNPTR_RINGBUF };
	if (flags)
		return -EINVAL;
	if ((u32)size > XBPF_DYNPTR_MAX_SIZE)
		return -E2BIG;
	d->data = xbpf_ringbuf_reserve(map_arg(map), (u32)size);
	if (!d->data)
		return -EINVAL;
	d->size = size;
	return 0;
}

static void commit_dynptr(u64 ptr, u64 flags, u32 discard)
{
	struct xbpf_dynptr_mem *d = ptr_arg(ptr);

	if (d->data)
		xbpf_ringbuf_commit(d->data, flags, discard);
	*d = (struct xbpf_dynptr_mem){ 0 };
}

u64 xbpf_helper_ringbuf_submit_dynptr(u64 ptr, u64 flags, u64 r3, u64 r4, u64 r5)
{
	commit_dynptr(ptr, flags, 0);
	return 0;
}

u64 xbpf_helper_ringbuf_discard_dynptr(u64 ptr, u64 flags, u64 r3, u64 r4,
				       u64 r5)
{
	commit_dynptr(ptr, flags, XBPF_RINGBUF_DISCARD_BIT);
	return 0;
}
