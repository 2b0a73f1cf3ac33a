/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only place that knows how kernels differ. What a kernel has is found by
 * trying, see compat/probes/ and probed.h, never by its version.
 */
#ifndef XBPF_COMPAT_H
#define XBPF_COMPAT_H

#include <linux/mm.h>
#include "compat/probed.h"

/* Exported by every kernel with tracing, declared in no public header. */
void trace_printk_init_buffers(void);

#if !XBPF_HAVE_VM_FLAGS_SET
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#endif
