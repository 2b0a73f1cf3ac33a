// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draining a ring buffer that user space fills.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

long sum, nested, stop_at;
int in_turn;

static long take(struct bpf_dynptr *dynptr, void *context)
{
	long value = 0;

	bpf_dynptr_read(&value, sizeof(value), dynptr, 0, 0);
	if (value != in_turn)
		return 1;
	in_turn++;
	sum += value;
	return value && value == stop_at;
}

static long take_within(struct bpf_dynptr *dynptr, void *context)
{
	nested = bpf_user_ringbuf_drain(&ring, take, NULL, 0);
	return 0;
}

SEC("socket")
int drain(struct __sk_buff *skb)
{
	return bpf_user_ringbuf_drain(&ring, take, NULL, 0);
}

SEC("socket")
int drain_twice(struct __sk_buff *skb)
{
	return bpf_user_ringbuf_drain(&ring, take_within, NULL, 0);
}
