// SPDX-License-Identifier: GPL-2.0-only
#include <linux/build_bug.h>
#include <linux/uprobes.h>

static_assert(__same_type(((struct uprobe_consumer *)0)->filter,
			  bool (*)(struct uprobe_consumer *, struct mm_struct *)));
