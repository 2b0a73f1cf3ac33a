// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mistakes that compile; each program must be refused but the last.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, unsigned int);
	__type(value, unsigned long[8]);
} slots SEC(".maps");

SEC("kprobe/a")
int no_null_check(unsigned long *ctx)
{
	unsigned int key = 0;
	unsigned long *v = bpf_map_lookup_elem(&slots, &key);

	return v[1];
}

SEC("kprobe/b")
int one_too_far(unsigned long *ctx)
{
	unsigned int key = 0;
	unsigned long *v = bpf_map_lookup_elem(&slots, &key);
	unsigned long i = ctx[1];

	if (!v || i > 8)
		return 0;
	return v[i];
}

SEC("kprobe/c")
int signed_index(unsigned long *ctx)
{
	unsigned int key = 0;
	unsigned long *v = bpf_map_lookup_elem(&slots, &key);
	long i = ctx[1];

	if (!v || i >= 8 || i < -4)
		return 0;
	return v[i];
}

SEC("kprobe/d")
int kernel_pointer(unsigned long *ctx)
{
	return *(int *)ctx[2];
}

SEC("kprobe/e")
int context_write(unsigned long *ctx)
{
	ctx[0] = 1;
	return 0;
}

SEC("kprobe/f")
int fine(unsigned long *ctx)
{
	unsigned int key = 0;
	unsigned long *v = bpf_map_lookup_elem(&slots, &key);
	unsigned long i = ctx[1];

	if (!v || i >= 8)
		return 0;
	return v[i];
}
