// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that need a kernel, as far as a process can play one: it is its own
 * current task, its memory is both kernel and user memory, there are no events.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "vm/vm.h"

static void *pointer(u64 addr)
{
	return (void *)(unsigned long)addr;
}

/* ---- the current task ---- */

/* What get_current_task() points to; nothing is read from it here. */
static u64 task[64];

u64 xbpf_helper_get_current_pid_tgid(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (u64)getpid() << 32 | (u32)syscall(SYS_gettid);
}

u64 xbpf_helper_get_current_uid_gid(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (u64)getgid() << 32 | getuid();
}

u64 xbpf_helper_get_current_comm(u64 buf, u64 size, u64 r3, u64 r4, u64 r5)
{
	memset(pointer(buf), 0, size);
	strscpy(pointer(buf), program_invocation_short_name, min(size, 16ULL));
	return 0;
}

u64 xbpf_helper_get_current_task(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (unsigned long)task;
}

u64 xbpf_helper_get_current_task_btf(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (unsigned long)task;
}

u64 xbpf_helper_get_current_cgroup_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 1;
}

/* ---- memory that may not be there ---- */

static u64 probe_read(u64 dst, u64 size, u64 addr)
{
	if (!size || !copy_from_kernel_nofault(pointer(dst), pointer(addr), size))
		return 0;
	memset(pointer(dst), 0, size);
	return -EFAULT;
}

static u64 probe_read_str(u64 dst, u64 size, u64 addr)
{
	char *to = pointer(dst);
	u64 i;

	for (i = 0; i < size; i++) {
		if (copy_from_kernel_nofault(&to[i], pointer(addr + i), 1)) {
			memset(to, 0, size);
			return -EFAULT;
		}
		if (!to[i])
			return i + 1;
	}
	if (size)
		to[size - 1] = '\0';
	return size;
}

u64 xbpf_helper_probe_read(u64 dst, u64 size, u64 addr, u64 r4, u64 r5)
{
	return probe_read(dst, size, addr);
}

u64 xbpf_helper_probe_read_user(u64 dst, u64 size, u64 addr, u64 r4, u64 r5)
{
	return probe_read(dst, size, addr);
}

u64 xbpf_helper_probe_read_kernel(u64 dst, u64 size, u64 addr, u64 r4, u64 r5)
{
	return probe_read(dst, size, addr);
}

u64 xbpf_helper_probe_read_str(u64 dst, u64 size, u64 addr, u64 r4, u64 r5)
{
	return probe_read_str(dst, size, addr);
}

u64 xbpf_helper_probe_read_user_str(u64 dst, u64 size, u64 addr, u64 r4, u64 r5)
{
	return probe_read_str(dst, size, addr);
}

u64 xbpf_helper_probe_read_kernel_str(u64 dst, u64 size, u64 addr, u64 r4,
				      u64 r5)
{
	return probe_read_str(dst, size, addr);
}

/* ---- time, chance, place ---- */

u64 xbpf_helper_ktime_get_ns(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ktime_get_mono_fast_ns();
}

u64 xbpf_helper_ktime_get_boot_ns(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ktime_get_boot_fast_ns();
}

u64 xbpf_helper_ktime_get_coarse_ns(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ktime_get_coarse_ns();
}

u64 xbpf_helper_ktime_get_tai_ns(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ktime_get_tai_fast_ns();
}

u64 xbpf_helper_jiffies64(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ktime_get_mono_fast_ns() / (4 * NSEC_PER_MSEC);
}

u64 xbpf_helper_get_prandom_u32(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return get_random_u32();
}

u64 xbpf_helper_get_smp_processor_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return smp_processor_id();
}

u64 xbpf_helper_get_numa_node_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

/* ---- events: none of them happens here ---- */

u64 xbpf_helper_perf_event_output(u64 ctx, u64 map, u64 flags, u64 data,
				  u64 size)
{
	return -ENOENT;
}

u64 xbpf_helper_get_stackid(u64 ctx, u64 map, u64 flags, u64 r4, u64 r5)
{
	return -EFAULT;
}

u64 xbpf_helper_get_stack(u64 ctx, u64 buf, u64 size, u64 flags, u64 r5)
{
	memset(pointer(buf), 0, size);
	return -EFAULT;
}

u64 xbpf_helper_get_attach_cookie(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

u64 xbpf_helper_get_func_ip(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

u64 xbpf_helper_send_signal(u64 sig, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return sig > (u64)SIGRTMAX ? -EINVAL : -EPERM;
}

/* Writes the format as it is: its length is what a program can test. */
u64 xbpf_helper_trace_printk(u64 fmt, u64 size, u64 r3, u64 r4, u64 r5)
{
	const char *text = pointer(fmt);

	if (!size || text[size - 1])
		return -EINVAL;
	return strnlen(text, size);
}
