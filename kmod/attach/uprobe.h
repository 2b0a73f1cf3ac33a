/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What uprobes have in common, alone (uprobe.c) or many on a link (uprobe_multi.c).
 */
#ifndef XBPF_ATTACH_UPROBE_H
#define XBPF_ATTACH_UPROBE_H

#include <linux/path.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include "compat/uprobe.h"

/**
 * struct xbpf_uprobe_where - which file, and in whose memory
 * @path: reference held
 * @inode: of the file itself, below an overlay; @path holds it
 * @task: reference held; NULL: everybody
 */
struct xbpf_uprobe_where {
	struct path path;
	struct inode *inode;
	struct task_struct *task;
};

/* @pid: -1 everybody, 0 the caller. Undone by xbpf_uprobe_lose(). */
int xbpf_uprobe_find(struct xbpf_uprobe_where *where, const char *name, int pid,
		     enum pid_type type);
void xbpf_uprobe_lose(struct xbpf_uprobe_where *where);

static inline bool xbpf_uprobe_in(const struct xbpf_uprobe_where *where,
				  const struct mm_struct *mm)
{
	return !where->task || READ_ONCE(where->task->mm) == mm;
}

#endif
