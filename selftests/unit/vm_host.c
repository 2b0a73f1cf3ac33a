// SPDX-License-Identifier: GPL-2.0-only
/*
 * The userspace twin of the kernel's names keeps its promises.
 */
#include <pthread.h>
#include "os.h"
#include "unit.h"

static DEFINE_PER_CPU(u32, counter) = 7;

static void test_allocations(void)
{
	long live = xbpf_host_alloc_live();
	void *p, *q;

	xbpf_host_alloc_fail(2);
	p = kzalloc(8, GFP_KERNEL);
	q = kvzalloc(8, GFP_KERNEL);
	ok(p && !q && xbpf_host_alloc_failed(), "the second allocation fails");
	is(xbpf_host_alloc_live(), live + 1, "one is alive");
	kfree(p);
	is(xbpf_host_alloc_live(), live, "none is alive");
	ok(!kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL), "kmalloc has a limit");
	ok(!kcalloc(SIZE_MAX / 2, 3, GFP_KERNEL), "an overflow is refused");
}

static void test_percpu(void)
{
	u32 *p = alloc_percpu(u32), sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		xbpf_host_set_cpu(cpu);
		*this_cpu_ptr(p) = cpu + 1;
		this_cpu_inc(counter);
	}
	xbpf_host_set_cpu(0);
	for_each_possible_cpu(cpu)
		sum += *per_cpu_ptr(p, cpu);
	is(sum, 10, "each CPU has its own");
	is(per_cpu(counter, 2), 8, "static ones too, initialised");
	is(counter, 8, "CPU 0 has the section itself");
	free_percpu(p);
	p = alloc_percpu(u32);
	is(*per_cpu_ptr(p, 3), 0, "used again, it is zero");
	free_percpu(p);
}

struct object {
	struct rcu_head rcu;
	int *freed;
};

static void object_free(struct rcu_head *rcu)
{
	struct object *o = container_of(rcu, struct object, rcu);

	*o->freed = 1;
	kfree(o);
}

static void test_rcu(void)
{
	struct object *o = kmalloc(sizeof(*o), GFP_KERNEL);
	int freed = 0;

	o->freed = &freed;
	rcu_read_lock();
	call_rcu(&o->rcu, object_free);
	is(freed, 0, "a reader holds the callback back");
	rcu_read_unlock();
	is(freed, 1, "the last reader runs it");
}

static void test_pages(void)
{
	struct page *pages[2] = { alloc_page(GFP_KERNEL | __GFP_ZERO) };
	char *twice, *user;

	pages[1] = pages[0];
	twice = vmap(pages, 2, VM_MAP, PAGE_KERNEL);
	twice[5] = 42;
	is(twice[PAGE_SIZE + 5], 42, "one page at two addresses");
	is(((char *)page_address(pages[0]))[5], 42, "and at its own");
	vunmap(twice);
	__free_page(pages[0]);

	user = vmalloc_user(3 * PAGE_SIZE);
	user[2 * PAGE_SIZE] = 1;
	is(*(char *)page_address(vmalloc_to_page(user + 2 * PAGE_SIZE)), 1,
	   "the pages of vmalloc_user are found");
	vfree(user);
}

static void test_nofault(void)
{
	u64 from = 5, to = 0;

	is(copy_from_kernel_nofault(&to, &from, 8), 0, "a good address");
	is(to, 5, "is read");
	is(copy_from_kernel_nofault(&to, (void *)8, 8), -EFAULT,
	   "a bad address is an error");
}

static raw_spinlock_t lock;
static u64 total;
static atomic64_t atomic_total;

static void *add_many(void *unused)
{
	unsigned long flags;
	int i;

	for (i = 0; i < 10000; i++) {
		raw_spin_lock_irqsave(&lock, flags);
		total++;
		raw_spin_unlock_irqrestore(&lock, flags);
		atomic64_inc(&atomic_total);
	}
	return NULL;
}

static void test_threads(void)
{
	pthread_t threads[4];
	int i;

	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, add_many, NULL);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	is(total, 40000, "a spin lock excludes");
	is(atomic64_read(&atomic_total), 40000, "atomics count");
}

static void test_arithmetic(void)
{
	DECLARE_BITMAP(map, 200) = { 0 };
	char text[4];

	__set_bit(70, map);
	__set_bit(199, map);
	is(find_first_bit(map, 200), 70, "first bit");
	is(find_next_bit(map, 200, 71), 199, "next bit");
	is(find_next_bit(map, 199, 71), 199, "none: the size");
	is(round_up(513, 8), 520, "round_up");
	is(roundup_pow_of_two(5), 8, "roundup_pow_of_two");
	is(clamp(9, 1, 5), 5, "clamp");
	is(strscpy(text, "long", sizeof(text)), -E2BIG, "strscpy cuts");
	is_str(text, "lon", "and terminates");
	is(scnprintf(text, sizeof(text), "%s", "long"), 3, "scnprintf counts");
	is(sign_extend64(0x80, 7), -128, "sign_extend64");
}

int main(void)
{
	test_allocations();
	test_percpu();
	test_rcu();
	test_pages();
	test_nofault();
	test_threads();
	test_arithmetic();
	return unit_done();
}
