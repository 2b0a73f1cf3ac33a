// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that need a kernel, as far as a process can play one: it is its own
 * current task, its memory is both kernel and user memory, there are no events.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "maps/targets.h"
#include "vm/map.h"
#include "vm/vm.h"

static void *pointer(u64 addr)
{
	return (void *)(unsigned long)addr;
}

/* All that it shows is the root. */
u64 xbpf_helper_d_path(u64 path, u64 buf, u64 size, u64 r4, u64 r5)
{
	if (!size)
		return 0;
	if (size < sizeof("/"))
		return -ENAMETOOLONG;
	memcpy(pointer(buf), "/", sizeof("/"));
	return sizeof("/");
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

/* The one task that is known, and that does not go. */
int xbpf_task_is_alive(u64 p)
{
	return p == (unsigned long)task;
}

int xbpf_task_storage_begin(struct xbpf_task_storage *s)
{
	return 0;
}

void xbpf_task_storage_end(struct xbpf_task_storage *s)
{
}

/* No device goes. */
int xbpf_targets_watch(struct xbpf_targets *t)
{
	return 0;
}

void xbpf_targets_unwatch(struct xbpf_targets *t)
{
}

u64 xbpf_helper_get_current_cgroup_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 1;
}

static u64 regs[sizeof(struct pt_regs) / 8];

/* One CPU, which has the object itself. */
u64 xbpf_helper_per_cpu_ptr(u64 ptr, u64 cpu, u64 r3, u64 r4, u64 r5)
{
	return (u32)cpu ? 0 : ptr;
}

u64 xbpf_helper_this_cpu_ptr(u64 ptr, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return ptr;
}

u64 xbpf_helper_task_pt_regs(u64 task, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return (unsigned long)regs;
}

u64 xbpf_helper_get_task_stack(u64 task, u64 buf, u64 size, u64 flags, u64 r5)
{
	memset(pointer(buf), 0, size);
	return -EFAULT;
}

/* No mapping is known. */
u64 xbpf_helper_find_vma(u64 task, u64 addr, u64 callback, u64 ctx, u64 flags)
{
	return flags ? -EINVAL : -ENOENT;
}

/* One group, the root of its hierarchy. */
u64 xbpf_helper_get_current_ancestor_cgroup_id(u64 level, u64 r2, u64 r3,
					       u64 r4, u64 r5)
{
	return (int)level ? 0 : 1;
}

/* Nothing is in a map of groups: there is no descriptor of one. */
u64 xbpf_helper_current_task_under_cgroup(u64 map, u64 index, u64 r3, u64 r4,
					  u64 r5)
{
	const struct xbpf_map *groups = pointer(map);

	return (u32)index >= groups->max_entries ? -E2BIG : -EAGAIN;
}

u64 xbpf_helper_get_ns_current_pid_tgid(u64 dev, u64 ino, u64 buf, u64 size,
					u64 r5)
{
	struct xbpf_pidns_info *info = pointer(buf);
	struct stat ns;

	if (size != sizeof(*info) || stat("/proc/self/ns/pid", &ns) ||
	    dev != ns.st_dev || ino != ns.st_ino) {
		memset(pointer(buf), 0, size);
		return -EINVAL;
	}
	info->pid = syscall(SYS_gettid);
	info->tgid = getpid();
	return 0;
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

long xbpf_read_string(char *dst, u32 size, unsigned long src)
{
	return probe_read_str((unsigned long)dst, size, src);
}

long xbpf_read_string_kernel(char *dst, u32 size, unsigned long src)
{
	return probe_read_str((unsigned long)dst, size, src);
}

long xbpf_read_string_user(char *dst, u32 size, unsigned long src)
{
	return probe_read_str((unsigned long)dst, size, src);
}

u64 xbpf_helper_copy_from_user(u64 dst, u64 size, u64 addr, u64 r4, u64 r5)
{
	return probe_read(dst, size, addr);
}

u64 xbpf_helper_copy_from_user_task(u64 dst, u64 size, u64 addr, u64 of,
				    u64 flags)
{
	if (!flags)
		return probe_read(dst, size, addr);
	memset(pointer(dst), 0, size);
	return -EINVAL;
}

/* What programs could write to here is the test's own memory. */
u64 xbpf_helper_probe_write_user(u64 dst, u64 src, u64 size, u64 r4, u64 r5)
{
	return -EPERM;
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

u64 xbpf_helper_skb_output(u64 skb, u64 map, u64 flags, u64 data, u64 size)
{
	return -ENOENT;
}

u64 xbpf_helper_xdp_output(u64 xdp, u64 map, u64 flags, u64 data, u64 size)
{
	return -ENOENT;
}

u64 xbpf_helper_perf_event_read(u64 map, u64 flags, u64 r3, u64 r4, u64 r5)
{
	return -ENOENT;
}

u64 xbpf_helper_perf_event_read_value(u64 map, u64 flags, u64 buf, u64 size,
				      u64 r5)
{
	memset(pointer(buf), 0, (u32)size);
	return size == sizeof(struct xbpf_perf_event_value) ? -ENOENT : -EINVAL;
}

u64 xbpf_helper_perf_prog_read_value(u64 ctx, u64 buf, u64 size, u64 r4, u64 r5)
{
	memset(pointer(buf), 0, (u32)size);
	return -EINVAL;
}

u64 xbpf_helper_read_branch_records(u64 ctx, u64 buf, u64 size, u64 flags, u64 r5)
{
	return flags & ~(u64)XBPF_F_GET_BRANCH_RECORDS_SIZE ? -EINVAL : -ENOENT;
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

u64 xbpf_helper_send_signal_thread(u64 sig, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return sig > (u64)SIGRTMAX ? -EINVAL : -EPERM;
}

/* No function is traced: there are no arguments. */
u64 xbpf_helper_get_func_arg(u64 ctx, u64 n, u64 value, u64 r4, u64 r5)
{
	return -EINVAL;
}

u64 xbpf_helper_get_func_ret(u64 ctx, u64 value, u64 r3, u64 r4, u64 r5)
{
	return -EOPNOTSUPP;
}

u64 xbpf_helper_get_func_arg_cnt(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

/* ---- text: the trace is the length that a program can test ---- */

int xbpf_format_address(char *text, size_t size, char kind, u64 value)
{
	return scnprintf(text, size, "%016llx", (unsigned long long)value);
}

u64 xbpf_helper_trace_printk(u64 fmt, u64 size, u64 a1, u64 a2, u64 a3)
{
	const u64 args[] = { a1, a2, a3 };

	return xbpf_format(NULL, 0, pointer(fmt), size, args, ARRAY_SIZE(args));
}

u64 xbpf_helper_trace_vprintk(u64 fmt, u64 size, u64 data, u64 data_len, u64 r5)
{
	return xbpf_format_data(NULL, 0, pointer(fmt), size, data, data_len);
}

/* No iterator runs here, so that no file is read through one. */
u64 xbpf_helper_seq_printf(u64 seq, u64 fmt, u64 size, u64 data, u64 data_len)
{
	int len = xbpf_format_data(NULL, 0, pointer(fmt), size, data, data_len);

	return len < 0 ? len : -EOVERFLOW;
}

u64 xbpf_helper_seq_write(u64 seq, u64 data, u64 len, u64 r4, u64 r5)
{
	return -EOVERFLOW;
}
