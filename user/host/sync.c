// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spin locks, RCU and the notion of a current CPU.
 *
 * RCU knows one number, the readers now; a callback runs when that number has
 * been seen to be zero after it was queued.
 */
#include <sched.h>
#include "os.h"

/* Far more than any real wait: a lock taken twice. */
#define SPIN_LIMIT	(1UL << 26)

static __thread int this_cpu;
static __thread int this_nmi;
static __thread int read_depth;

/* What stands for fences where the thread sanitizer looks on. */
int xbpf_host_fence;

static atomic_t readers;
static DEFINE_MUTEX(queue_lock);
static struct rcu_head *queue;

int xbpf_host_cpu(void)
{
	return this_cpu;
}

void xbpf_host_set_cpu(int cpu)
{
	BUG_ON(cpu < 0 || cpu >= XBPF_HOST_NR_CPUS);
	this_cpu = cpu;
}

int in_nmi(void)
{
	return this_nmi;
}

void xbpf_host_set_nmi(int on)
{
	this_nmi = on;
}

void raw_spin_lock(raw_spinlock_t *lock)
{
	unsigned long spins = 0;

	while (!raw_spin_trylock(lock)) {
		BUG_ON(++spins > SPIN_LIMIT);
		if (!(spins % 1024))
			sched_yield();
	}
}

/* Callbacks whose grace period is over, or NULL. */
static struct rcu_head *take_queue(void)
{
	struct rcu_head *head = NULL;

	mutex_lock(&queue_lock);
	if (!atomic_read(&readers)) {
		head = queue;
		WRITE_ONCE(queue, NULL);
	}
	mutex_unlock(&queue_lock);
	return head;
}

static void run_callbacks(void)
{
	struct rcu_head *head, *next;

	for (head = take_queue(); head; head = next) {
		next = head->next;
		head->func(head);
	}
}

void rcu_read_lock(void)
{
	if (!read_depth++)
		atomic_inc(&readers);
}

void rcu_read_unlock(void)
{
	BUG_ON(!read_depth);
	if (!--read_depth && atomic_dec_and_test(&readers) && READ_ONCE(queue))
		run_callbacks();
}

int rcu_read_lock_held(void)
{
	return read_depth > 0;
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	head->func = func;
	mutex_lock(&queue_lock);
	head->next = queue;
	WRITE_ONCE(queue, head);
	mutex_unlock(&queue_lock);
	if (!atomic_read(&readers))
		run_callbacks();
}

void synchronize_rcu(void)
{
	BUG_ON(read_depth);
	while (atomic_read(&readers))
		sched_yield();
	run_callbacks();
}

void rcu_barrier(void)
{
	synchronize_rcu();
}

struct free_rcu {
	struct rcu_head head;
	void *p;
};

static void free_deferred(struct rcu_head *head)
{
	struct free_rcu *f = container_of(head, struct free_rcu, head);

	kvfree(f->p);
	free(f);
}

void xbpf_host_free_rcu(struct rcu_head *head, size_t offset)
{
	struct free_rcu *f = malloc(sizeof(*f));

	BUG_ON(!f);
	f->p = (char *)head - offset;
	call_rcu(&f->head, free_deferred);
}
