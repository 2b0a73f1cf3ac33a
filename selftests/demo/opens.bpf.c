// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which process opens which file: a kprobe, a hash by process and a ring buffer.
 *
 * Plain BPF, as it would be written for the kernel's own: xbpf needs nothing
 * special in a program.
 */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "opens.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, unsigned int);
	__type(value, struct opens_count);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

/* Set by the loader: a process that is left out, itself */
const volatile unsigned int ignored_pid;

/* Read by the loader: events that found the ring full */
unsigned long long dropped;

static void count(unsigned int pid)
{
	struct opens_count *known, first = { .opens = 1 };

	known = bpf_map_lookup_elem(&counts, &pid);
	if (known) {
		__sync_fetch_and_add(&known->opens, 1);
		return;
	}
	bpf_get_current_comm(first.comm, sizeof(first.comm));
	bpf_map_update_elem(&counts, &pid, &first, BPF_NOEXIST);
}

SEC("kprobe/do_sys_openat2")
int BPF_KPROBE(file_opened, int dir, const char *path)
{
	unsigned int pid = bpf_get_current_pid_tgid() >> 32;
	struct opens_event *event;

	if (pid == ignored_pid)
		return 0;
	count(pid);
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&dropped, 1);
		return 0;
	}
	event->pid = pid;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	if (bpf_probe_read_user_str(event->path, sizeof(event->path), path) < 0)
		event->path[0] = '\0';
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
