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
