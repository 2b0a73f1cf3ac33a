// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets as dynptrs, and timers in the values of maps that are in a map.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

int bpf_dynptr_from_skb(struct __sk_buff *skb, u64 flags,
			struct bpf_dynptr *p) __ksym;
void *bpf_dynptr_slice(const struct bpf_dynptr *p, u32 off, void *buf,
		       u32 size) __ksym;
void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *p, u32 off, void *buf,
			    u32 size) __ksym;
int bpf_dynptr_adjust(const struct bpf_dynptr *p, u32 start, u32 end) __ksym;
int bpf_dynptr_clone(const struct bpf_dynptr *p, struct bpf_dynptr *clone) __ksym;
__u32 bpf_dynptr_size(const struct bpf_dynptr *p) __ksym;

/* 100 and the two bytes that it wrote; less: what was not as it should be. */
SEC("tc")
int packet(struct __sk_buff *skb)
{
	struct bpf_dynptr all, part;
	__u8 *p, byte = 9;

	if (bpf_dynptr_from_skb(skb, 0, &all))
		return 1;
	if (bpf_dynptr_size(&all) != skb->len)
		return 2;
	if (bpf_dynptr_clone(&all, &part) || bpf_dynptr_adjust(&part, 20, 28))
		return 3;
	if (bpf_dynptr_size(&part) != 8)
		return 4;
	p = bpf_dynptr_slice_rdwr(&part, 4, 0, 2);
	if (!p)
		return 5;
	p[0] = 7;
	if (bpf_dynptr_write(&part, 5, &byte, 1, 0))
		return 6;
	p = bpf_dynptr_slice(&all, 24, 0, 2);
	if (!p)
		return 7;
	return bpf_dynptr_slice(&part, 7, 0, 2) ? 8 : 100 + p[0] + p[1];
}

struct elem {
	long n;
	struct bpf_timer timer;
};

struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct elem);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(int));
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { [0] = &inner } };

int fired;

static int fire(void *map, int *key, struct elem *e)
{
	struct elem *same = bpf_map_lookup_elem(map, key);

	if (same && same->n == 5)
		fired += *key;
	return 0;
}

SEC("tc")
int start(struct __sk_buff *skb)
{
	struct elem init = { .n = 5 }, *e;
	int zero = 0, key = 3;
	void *map;

	map = bpf_map_lookup_elem(&outer, &zero);
	if (!map)
		return 1;
	bpf_map_update_elem(map, &key, &init, 0);
	e = bpf_map_lookup_elem(map, &key);
	if (!e)
		return 2;
	if (bpf_timer_init(&e->timer, map, 1))
		return 3;
	if (bpf_timer_set_callback(&e->timer, fire))
		return 4;
	return bpf_timer_start(&e->timer, 1000, 0) ? 5 : 0;
}
