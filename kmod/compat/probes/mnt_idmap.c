// SPDX-License-Identifier: GPL-2.0-only
// exported: nop_mnt_idmap
#include <linux/build_bug.h>
#include <linux/fs.h>

static_assert(__same_type(((struct inode_operations *)0)->mkdir,
			  int (*)(struct mnt_idmap *, struct inode *,
				  struct dentry *, umode_t)));
