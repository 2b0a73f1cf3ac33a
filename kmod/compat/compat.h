/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only place that knows how kernels differ. What a kernel has is found by
 * trying, see compat/probes/ and probed.h, never by its version.
 */
#ifndef XBPF_COMPAT_H
#define XBPF_COMPAT_H

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/string.h>
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

/* As in uapi/linux/magic.h, where that has them. */
#define XBPF_PID_FS_MAGIC	0x50494446
#define XBPF_ANON_INODE_MAGIC	0x09041934

/*
 * What pidfd_open(2) gave, or NULL. Its file is in a file system of its own, or an
 * anonymous inode: names of these only the kernel chooses.
 */
static inline struct pid *xbpf_pidfd_pid(const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	if (dentry->d_sb->s_magic == XBPF_PID_FS_MAGIC)
		return dentry == dentry->d_sb->s_root ? NULL :
		       file_inode(file)->i_private;
	if (dentry->d_sb->s_magic == XBPF_ANON_INODE_MAGIC &&
	    !strcmp(dentry->d_name.name, "[pidfd]"))
		return file->private_data;
	return NULL;
}

#endif
