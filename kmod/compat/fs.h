/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * File systems: what maps the owners of a mount, and how the times of an inode
 * are set.
 */
#ifndef XBPF_COMPAT_FS_H
#define XBPF_COMPAT_FS_H

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/user_namespace.h>
#include "compat/probed.h"

#ifndef PID_FS_MAGIC	/* pidfds were anonymous inodes before they had one */
#define PID_FS_MAGIC	0x50494446
#endif

#if XBPF_HAVE_MNT_IDMAP
#define xbpf_idmap	mnt_idmap
#define XBPF_NOP_IDMAP	(&nop_mnt_idmap)
#else
#define xbpf_idmap	user_namespace
#define XBPF_NOP_IDMAP	(&init_user_ns)
#endif

#if XBPF_HAVE_SIMPLE_INODE_INIT_TS
static inline void xbpf_inode_begin(struct inode *inode)
{
	simple_inode_init_ts(inode);
}

static inline void xbpf_inode_changed(struct inode *inode)
{
	inode_set_mtime_to_ts(inode, inode_set_ctime_current(inode));
}
#else
static inline void xbpf_inode_begin(struct inode *inode)
{
	inode->i_atime = inode->i_mtime = inode->i_ctime = current_time(inode);
}

static inline void xbpf_inode_changed(struct inode *inode)
{
	inode->i_mtime = inode->i_ctime = current_time(inode);
}
#endif

#endif
