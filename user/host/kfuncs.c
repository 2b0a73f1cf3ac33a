// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kfuncs that need a kernel, as far as a process can play one: there is one task,
 * which nobody counts.
 */
#include <unistd.h>
#include "vm/vm.h"

/* Who runs programs in a process tests them. */
bool xbpf_test_kfuncs = true;

static u64 task(void)
{
	return xbpf_helper_get_current_task_btf(0, 0, 0, 0, 0);
}

u64 xbpf_kfunc_bpf_task_acquire(u64 p, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return p;
}

u64 xbpf_kfunc_bpf_task_release(u64 p, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

u64 xbpf_kfunc_bpf_task_from_pid(u64 pid, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (s32)pid == getpid() ? task() : 0;
}

u64 xbpf_kfunc_bpf_task_from_vpid(u64 pid, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (s32)pid == getpid() ? task() : 0;
}

/* One task, whatever is asked for; the iterator is 24 bytes of stack. */
struct iter_task {
	u64 at, rest[2];
};

static struct iter_task *iter_of(u64 it)
{
	return (struct iter_task *)(unsigned long)it;
}

u64 xbpf_kfunc_bpf_iter_task_new(u64 it, u64 p, u64 flags, u64 r4, u64 r5)
{
	*iter_of(it) = (struct iter_task){ 0 };
	if ((u32)flags > 2 || ((u32)flags == 2 && !p))
		return -EINVAL;
	iter_of(it)->at = task();
	return 0;
}

u64 xbpf_kfunc_bpf_iter_task_next(u64 it, u64 r2, u64 r3, u64 r4, u64 r5)
{
	u64 at = iter_of(it)->at;

	iter_of(it)->at = 0;
	return at;
}

u64 xbpf_kfunc_bpf_iter_task_destroy(u64 it, u64 r2, u64 r3, u64 r4, u64 r5)
{
	*iter_of(it) = (struct iter_task){ 0 };
	return 0;
}
