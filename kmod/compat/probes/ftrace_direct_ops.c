// SPDX-License-Identifier: GPL-2.0-only
#include <linux/build_bug.h>
#include <linux/ftrace.h>

static_assert(__same_type(register_ftrace_direct,
			  int (struct ftrace_ops *, unsigned long)));
