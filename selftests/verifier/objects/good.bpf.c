// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs as they are written for tracing; each must be accepted.
 */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

char _license[] SEC("license") = "GPL";

struct event {
	unsigned int pid;
	unsigned int len;
	char comm[16];
	char path[64];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, unsigned int);
	__type(value, struct event);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 4);
} next SEC(".maps");

const volatile int wanted_pid = 0;
const volatile int limit = 10;
unsigned long histogram[32];
int total;

/* As the kernel has them; only the names matter. */
struct mm_struct {
	unsigned long total_vm;
} __attribute__((preserve_access_index));

struct task_struct {
	int pid;
	struct mm_struct *mm;
} __attribute__((preserve_access_index));

__attribute__((noinline)) int account(struct event *e, int len)
{
	if (!e || len < 0)
		return 0;
	e->len += len;
	return e->len > 100;
}

static __attribute__((noinline)) int bucket(unsigned long v)
{
	int i, n = 0;

	for (i = 0; i < 31; i++) {
		if (v < 2)
			break;
		v >>= 1;
		n++;
	}
	return n;
}

static int wanted(unsigned int pid)
{
	return !wanted_pid || pid == wanted_pid;
}

SEC("kprobe/vfs_read")
int count(struct pt_regs *ctx)
{
	unsigned int pid = bpf_get_current_pid_tgid() >> 32;

	if (!wanted(pid))
		return 0;
	histogram[bucket(PT_REGS_PARM3(ctx)) & 31]++;
	__sync_fetch_and_add(&total, 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_openat")
int remember(void *ctx)
{
	unsigned int pid = bpf_get_current_pid_tgid() >> 32;
	struct event *e, zero = {};
	long n;

	bpf_map_update_elem(&events, &pid, &zero, BPF_NOEXIST);
	e = bpf_map_lookup_elem(&events, &pid);
	if (!e)
		return 0;
	e->pid = pid;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	n = bpf_probe_read_user_str(e->path, sizeof(e->path), ctx);
	if (n > 0)
		e->path[n - 1] = '/';
	e->len = n;
	return account(e, n) + account(0, 1);
}

SEC("raw_tracepoint/sched_switch")
int stream(void *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&ring, sizeof(*e), 0);
	struct task_struct *task;
	unsigned int i;

	if (!e)
		return 0;
	task = (void *)bpf_get_current_task();
	e->pid = BPF_CORE_READ(task, pid);
	e->len = BPF_CORE_READ(task, mm, total_vm);
	for (i = 0; i < limit && i < sizeof(e->path); i++)
		e->path[i] = i;
	if (e->pid)
		bpf_ringbuf_submit(e, 0);
	else
		bpf_ringbuf_discard(e, 0);
	return 0;
}

SEC("kprobe/vfs_write")
int jump(struct pt_regs *ctx)
{
	bpf_tail_call(ctx, &next, 1);
	bpf_printk("nothing at 1 for %d", total);
	return 0;
}

/* Rounds of a callback that come back to the same state inside of it. */
unsigned int stop_index, tgid, nr_loops;
int nr_done, total, failed;

struct sum {
	int total;
};

static int add_index(unsigned int index, void *data)
{
	struct sum *sum = data;

	if (index >= stop_index)
		return 1;
	sum->total += index;
	return 0;
}

SEC("kprobe/vfs_fsync")
int rounds(struct pt_regs *ctx)
{
	struct sum sum = {};

	if (bpf_get_current_pid_tgid() >> 32 != tgid)
		return 0;
	nr_done = bpf_loop(nr_loops, add_index, &sum, 0);
	if (nr_done < 0)
		failed = nr_done;
	else
		total = sum.total;
	return 0;
}
