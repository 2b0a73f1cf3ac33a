// SPDX-License-Identifier: GPL-2.0-only
// exported: uprobe_unregister_nosync uprobe_unregister_sync
#include <linux/uprobes.h>

struct uprobe *probe(struct inode *inode, struct uprobe_consumer *uc);
struct uprobe *probe(struct inode *inode, struct uprobe_consumer *uc)
{
	return uprobe_register(inode, 0, 0, uc);
}
