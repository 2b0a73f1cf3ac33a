/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A lock that is not given back on one path
 */
#include "gallery.h"

struct locked {
	struct bpf_spin_lock lock;
	__u32 n;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct locked);
} locked SEC(".maps");

SEC("xdp")
int wrong(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct locked *l = bpf_map_lookup_elem(&locked, &key);

	if (!l)
		return XDP_PASS;
	bpf_spin_lock(&l->lock);
	if (l->n > 100)
		return XDP_DROP;
	l->n++;
	bpf_spin_unlock(&l->lock);
	return XDP_PASS;
}

SEC("xdp")
int right(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct locked *l = bpf_map_lookup_elem(&locked, &key);

	if (!l)
		return XDP_PASS;
	bpf_spin_lock(&l->lock);
	if (l->n <= 100)
		l->n++;
	bpf_spin_unlock(&l->lock);
	return XDP_PASS;
}
