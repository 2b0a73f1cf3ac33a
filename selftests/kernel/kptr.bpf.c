// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects in map values, put there and taken out: the task that asks or, where the
 * kernel has no functions for it, the object of the kernel's own tests.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

const volatile int tests = 0;

/* The maps come with types, which say what is pointed to. */
struct value {
	long n;
	void *object;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct value);
} array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct value);
} hash SEC(".maps");

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym __weak;
void bpf_task_release(struct task_struct *p) __ksym __weak;
struct prog_test_ref_kfunc *
bpf_kfunc_call_test_acquire(unsigned long *num) __ksym __weak;
void bpf_kfunc_call_test_release(struct prog_test_ref_kfunc *p) __ksym __weak;

static __always_inline void *acquire(void)
{
	unsigned long num = 0;

	return tests ? (void *)bpf_kfunc_call_test_acquire(&num) :
		       (void *)bpf_task_acquire(bpf_get_current_task_btf());
}

static __always_inline void release(void *p)
{
	if (tests)
		bpf_kfunc_call_test_release(p);
	else
		bpf_task_release(p);
}

static __always_inline int number(void *p)
{
	return tests ? ((struct prog_test_ref_kfunc *)p)->a :
		       ((struct task_struct *)p)->pid;
}

/* 1: there is no element; 2: no object. */
static __always_inline int put(void *map)
{
	void *p = acquire();
	struct value *v;
	int key = 0;

	if (!p)
		return 2;
	v = bpf_map_lookup_elem(map, &key);
	if (!v) {
		release(p);
		return 1;
	}
	p = bpf_kptr_xchg(&v->object, p);
	if (p)
		release(p);
	return 0;
}

SEC("syscall")
int put_array(void *ctx)
{
	return put(&array);
}

SEC("syscall")
int put_hash(void *ctx)
{
	return put(&hash);
}

/* Number of the object in the array; 0: there is none. */
SEC("syscall")
int look(void *ctx)
{
	struct value *v;
	int key = 0;
	void *p;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	p = v->object;
	return p ? number(p) : 0;
}

SEC("syscall")
int take(void *ctx)
{
	struct value *v;
	int key = 0, nr;
	void *p;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	p = bpf_kptr_xchg(&v->object, 0);
	if (!p)
		return 0;
	nr = number(p);
	release(p);
	return nr;
}

/* How many hold it, who asks included. */
SEC("syscall")
int usage(void *ctx)
{
	void *p = acquire();
	int n;

	if (!p)
		return -1;
	n = tests ? ((struct prog_test_ref_kfunc *)p)->cnt.refs.counter :
		    ((struct task_struct *)p)->usage.refs.counter;
	release(p);
	return n;
}
