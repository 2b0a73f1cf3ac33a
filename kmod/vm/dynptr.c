// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynptrs: reading and writing the memory that one describes.
 *
 * The verifier has proved that it is one, not what it describes: offsets and
 * lengths are checked here. Those of ring buffers are made in maps/.
 */
#include "vm/vm.h"

static struct xbpf_dynptr_mem *dynptr_arg(u64 arg)
{
	return (struct xbpf_dynptr_mem *)(unsigned long)arg;
}

static int check_range(const struct xbpf_dynptr_mem *d, u32 off, u32 len)
{
	return len > d->size || off > d->size - len ? -E2BIG : 0;
}

u64 xbpf_helper_dynptr_from_mem(u64 data, u64 size, u64 flags, u64 ptr, u64 r5)
{
	struct xbpf_dynptr_mem *d = dynptr_arg(ptr);

	*d = (struct xbpf_dynptr_mem){ .kind = XBPF_DYNPTR_LOCAL };
	if ((u32)size > XBPF_DYNPTR_MAX_SIZE)
		return -E2BIG;
	if (flags)
		return -EINVAL;
	d->data = (char *)(unsigned long)data;
	d->size = size;
	return 0;
}

u64 xbpf_helper_dynptr_read(u64 dst, u64 len, u64 src, u64 off, u64 flags)
{
	const struct xbpf_dynptr_mem *d = dynptr_arg(src);
	int err;

	if (!d->data || flags)
		return -EINVAL;
	err = check_range(d, off, len);
	if (!err)
		memmove((void *)(unsigned long)dst, d->data + (u32)off, (u32)len);
	return err;
}

u64 xbpf_helper_dynptr_write(u64 dst, u64 off, u64 src, u64 len, u64 flags)
{
	const struct xbpf_dynptr_mem *d = dynptr_arg(dst);
	int err;

	if (!d->data || flags)
		return -EINVAL;
	err = check_range(d, off, len);
	if (!err)
		memmove(d->data + (u32)off, (void *)(unsigned long)src, (u32)len);
	return err;
}

u64 xbpf_helper_dynptr_data(u64 ptr, u64 off, u64 len, u64 r4, u64 r5)
{
	const struct xbpf_dynptr_mem *d = dynptr_arg(ptr);

	if (!d->data || check_range(d, off, len))
		return 0;
	return (unsigned long)d->data + (u32)off;
}
