// SPDX-License-Identifier: GPL-2.0-only
#include <linux/uprobes.h>

bool probe(struct uprobe_consumer *uc, struct mm_struct *mm);
bool probe(struct uprobe_consumer *uc, struct mm_struct *mm)
{
	return uc->filter(uc, mm);
}
