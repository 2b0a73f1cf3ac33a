/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uprobes: newer kernels give a handle for what is registered, which can be given
 * up without waiting; older ones are asked by file and offset, and wait each time.
 */
#ifndef XBPF_COMPAT_UPROBE_H
#define XBPF_COMPAT_UPROBE_H

#include <linux/err.h>
#include <linux/uprobes.h>
#include "compat/probed.h"

/**
 * struct xbpf_uprobe - a consumer and what it takes to unregister it
 * @consumer: its functions are filled in by whoever registers it
 * @inode: of the file; held by the caller while registered
 * @offset: in the file
 * @handle: the kernel's own, where it gives one
 */
struct xbpf_uprobe {
	struct uprobe_consumer consumer;
	struct inode *inode;
	loff_t offset;
	struct uprobe *handle;
};

/* Parameters of uprobe_consumer.filter. */
#if XBPF_HAVE_UPROBE_FILTER_MM
#define XBPF_UPROBE_FILTER_PARAMS	\
	struct uprobe_consumer *uc, struct mm_struct *mm
#else
#define XBPF_UPROBE_FILTER_PARAMS	\
	struct uprobe_consumer *uc, enum uprobe_filter_ctx ctx, \
	struct mm_struct *mm
#endif

#if XBPF_HAVE_UPROBE_HANDLE
static inline int xbpf_uprobe_register(struct xbpf_uprobe *up, loff_t ref_ctr)
{
	struct uprobe *handle = uprobe_register(up->inode, up->offset, ref_ctr,
						&up->consumer);

	if (IS_ERR(handle))
		return PTR_ERR(handle);
	up->handle = handle;
	return 0;
}

static inline void xbpf_uprobe_unregister_nosync(struct xbpf_uprobe *up)
{
	uprobe_unregister_nosync(up->handle, &up->consumer);
}

static inline void xbpf_uprobe_unregister_sync(void)
{
	uprobe_unregister_sync();
}
#else
static inline int xbpf_uprobe_register(struct xbpf_uprobe *up, loff_t ref_ctr)
{
	return uprobe_register_refctr(up->inode, up->offset, ref_ctr,
				      &up->consumer);
}

static inline void xbpf_uprobe_unregister_nosync(struct xbpf_uprobe *up)
{
	uprobe_unregister(up->inode, up->offset, &up->consumer);
}

static inline void xbpf_uprobe_unregister_sync(void)
{
}
#endif

#endif
