// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open-coded iterators, by functions that the running kernel may not have.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

/* As newer kernels have them: these names are not in the headers of all. */
struct bpf_iter_num___new {
	u64 opaque[1];
} __attribute__((aligned(8)));
struct bpf_iter_bits___new {
	u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_iter_task___new {
	u64 opaque[3];
} __attribute__((aligned(8)));

int bpf_iter_num_new(struct bpf_iter_num___new *it, int start, int end) __ksym;
int *bpf_iter_num_next(struct bpf_iter_num___new *it) __ksym;
void bpf_iter_num_destroy(struct bpf_iter_num___new *it) __ksym;
int bpf_iter_bits_new(struct bpf_iter_bits___new *it,
		      const unsigned long long *words, u32 nr) __ksym;
int *bpf_iter_bits_next(struct bpf_iter_bits___new *it) __ksym;
void bpf_iter_bits_destroy(struct bpf_iter_bits___new *it) __ksym;
int bpf_iter_task_new(struct bpf_iter_task___new *it, struct task_struct *task,
		      u32 flags) __ksym;
struct task_struct *bpf_iter_task_next(struct bpf_iter_task___new *it) __ksym;
void bpf_iter_task_destroy(struct bpf_iter_task___new *it) __ksym;

int limit, wanted;
unsigned long long words[2];
int array[32];
int sum, inner, nr_bits, highest, nr_tasks, found;

SEC("socket")
int numbers(void *ctx)
{
	struct bpf_iter_num___new it, it2;
	int *n, *m;

	bpf_iter_num_new(&it, 0, limit);
	while ((n = bpf_iter_num_next(&it))) {
		sum += *n;
		if (*n < 32)
			array[*n & 31] = *n;
		bpf_iter_num_new(&it2, 0, 3);
		while ((m = bpf_iter_num_next(&it2)))
			inner++;
		bpf_iter_num_destroy(&it2);
	}
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("raw_tp/sys_enter")
int others(void *ctx)
{
	struct bpf_iter_bits___new bits;
	struct bpf_iter_task___new tasks;
	struct task_struct *task;
	int *bit;

	bpf_iter_bits_new(&bits, words, 2);
	while ((bit = bpf_iter_bits_next(&bits))) {
		nr_bits++;
		highest = *bit;
	}
	bpf_iter_bits_destroy(&bits);
	bpf_iter_task_new(&tasks, 0, 0);
	while ((task = bpf_iter_task_next(&tasks))) {
		nr_tasks++;
		if (task->tgid == wanted)
			found++;
	}
	bpf_iter_task_destroy(&tasks);
	return 0;
}
