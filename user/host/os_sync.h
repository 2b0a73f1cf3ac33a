/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Concurrency under the kernel's names: barriers, atomics, locks, RCU, per-CPU
 * memory, wait queues, irq_work. All of it is real for threads; a thread's
 * "CPU" is what xbpf_host_set_cpu() said. Included by os_host.h only.
 */
#ifndef XBPF_OS_SYNC_H
#define XBPF_OS_SYNC_H

#include <pthread.h>

/* ---- plain accesses and barriers ---- */

#define barrier()		__asm__ __volatile__("" ::: "memory")
#ifdef __SANITIZE_THREAD__
/* It knows neither volatile accesses nor fences. */
extern int xbpf_host_fence;
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELAXED)
#define smp_mb()							\
	((void)__atomic_fetch_add(&xbpf_host_fence, 0, __ATOMIC_SEQ_CST))
#define smp_rmb()		smp_mb()
#define smp_wmb()		smp_mb()
#else
#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v)	((void)(*(volatile typeof(x) *)&(x) = (v)))
#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)
#endif
#define smp_mb__before_atomic()	smp_mb()
#define smp_mb__after_atomic()	smp_mb()
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_store_mb(x, v)	__atomic_store_n(&(x), v, __ATOMIC_SEQ_CST)
#define cpu_relax()		__builtin_ia32_pause()

#define xchg(p, v)		__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define xchg_release(p, v)	__atomic_exchange_n(p, v, __ATOMIC_RELEASE)
#define xchg_acquire(p, v)	__atomic_exchange_n(p, v, __ATOMIC_ACQUIRE)
#define cmpxchg(p, old, new)						\
	({								\
		typeof(*(p)) _o = (old);				\
		__atomic_compare_exchange_n(p, &_o, new, false,		\
					    __ATOMIC_SEQ_CST,		\
					    __ATOMIC_SEQ_CST);		\
		_o;							\
	})
#define cmpxchg64(p, old, new)		cmpxchg(p, old, new)
#define cmpxchg_acquire(p, old, new)	cmpxchg(p, old, new)
#define cmpxchg_release(p, old, new)	cmpxchg(p, old, new)
#define cmpxchg_relaxed(p, old, new)	cmpxchg(p, old, new)
#define cmpxchg_local(p, old, new)	cmpxchg(p, old, new)
#define try_cmpxchg(p, oldp, new)					\
	__atomic_compare_exchange_n(p, oldp, new, false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define try_cmpxchg64(p, oldp, new)		try_cmpxchg(p, oldp, new)
#define try_cmpxchg_acquire(p, oldp, new)	try_cmpxchg(p, oldp, new)
#define try_cmpxchg_release(p, oldp, new)	try_cmpxchg(p, oldp, new)

/* ---- atomic_t, atomic64_t, atomic_long_t ---- */

#define ATOMIC_INIT(i)		{ (i) }
#define ATOMIC64_INIT(i)	{ (i) }
#define ATOMIC_LONG_INIT(i)	{ (i) }

#define XBPF_HOST_ATOMIC_RMW(pfx, type, name)				\
static inline type pfx##_fetch_##name(type i, pfx##_t *v)		\
{									\
	return __atomic_fetch_##name(&v->counter, i, __ATOMIC_SEQ_CST);	\
}									\
static inline void pfx##_##name(type i, pfx##_t *v)			\
{									\
	__atomic_fetch_##name(&v->counter, i, __ATOMIC_SEQ_CST);	\
}

#define XBPF_HOST_ATOMIC(pfx, type)					\
typedef struct { type counter; } pfx##_t;				\
static inline type pfx##_read(const pfx##_t *v)				\
{									\
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);		\
}									\
static inline type pfx##_read_acquire(const pfx##_t *v)			\
{									\
	return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);		\
}									\
static inline void pfx##_set(pfx##_t *v, type i)			\
{									\
	__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);		\
}									\
static inline void pfx##_set_release(pfx##_t *v, type i)		\
{									\
	__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);		\
}									\
XBPF_HOST_ATOMIC_RMW(pfx, type, add)					\
XBPF_HOST_ATOMIC_RMW(pfx, type, sub)					\
XBPF_HOST_ATOMIC_RMW(pfx, type, or)					\
XBPF_HOST_ATOMIC_RMW(pfx, type, and)					\
XBPF_HOST_ATOMIC_RMW(pfx, type, xor)					\
static inline type pfx##_add_return(type i, pfx##_t *v)			\
{									\
	return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST);	\
}									\
static inline type pfx##_sub_return(type i, pfx##_t *v)			\
{									\
	return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST);	\
}									\
static inline type pfx##_xchg(pfx##_t *v, type i)			\
{									\
	return xchg(&v->counter, i);					\
}									\
static inline type pfx##_cmpxchg(pfx##_t *v, type old, type new)	\
{									\
	return cmpxchg(&v->counter, old, new);				\
}									\
static inline bool pfx##_try_cmpxchg(pfx##_t *v, type *old, type new)	\
{									\
	return try_cmpxchg(&v->counter, old, new);			\
}									\
static inline void pfx##_inc(pfx##_t *v)				\
{									\
	pfx##_add(1, v);						\
}									\
static inline void pfx##_dec(pfx##_t *v)				\
{									\
	pfx##_sub(1, v);						\
}									\
static inline type pfx##_inc_return(pfx##_t *v)				\
{									\
	return pfx##_add_return(1, v);					\
}									\
static inline type pfx##_dec_return(pfx##_t *v)				\
{									\
	return pfx##_sub_return(1, v);					\
}									\
static inline type pfx##_fetch_inc(pfx##_t *v)				\
{									\
	return pfx##_fetch_add(1, v);					\
}									\
static inline bool pfx##_dec_and_test(pfx##_t *v)			\
{									\
	return !pfx##_sub_return(1, v);					\
}									\
static inline bool pfx##_sub_and_test(type i, pfx##_t *v)		\
{									\
	return !pfx##_sub_return(i, v);					\
}									\
static inline bool pfx##_add_unless(pfx##_t *v, type a, type u)		\
{									\
	type old = pfx##_read(v);					\
									\
	while (old != u)						\
		if (pfx##_try_cmpxchg(v, &old, old + a))		\
			return true;					\
	return false;							\
}									\
static inline bool pfx##_inc_not_zero(pfx##_t *v)			\
{									\
	return pfx##_add_unless(v, 1, 0);				\
}

XBPF_HOST_ATOMIC(atomic, int)
XBPF_HOST_ATOMIC(atomic64, s64)
XBPF_HOST_ATOMIC(atomic_long, long)

typedef struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n)	{ .refs = { n } }

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return atomic_read(&r->refs);
}

static inline void refcount_inc(refcount_t *r)
{
	atomic_inc(&r->refs);
}

static inline void refcount_dec(refcount_t *r)
{
	atomic_dec(&r->refs);
}

static inline bool refcount_inc_not_zero(refcount_t *r)
{
	return atomic_inc_not_zero(&r->refs);
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	return atomic_dec_and_test(&r->refs);
}

/* ---- locks ---- */

typedef struct {
	int held;
} raw_spinlock_t;

typedef raw_spinlock_t spinlock_t;
typedef raw_spinlock_t arch_spinlock_t;

struct mutex {
	pthread_mutex_t lock;
};

/* Spins long enough to be a deadlock: aborts with a message. */
void raw_spin_lock(raw_spinlock_t *lock);

static inline void raw_spin_lock_init(raw_spinlock_t *lock)
{
	lock->held = 0;
}

static inline int raw_spin_trylock(raw_spinlock_t *lock)
{
	return !__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE);
}

static inline void raw_spin_unlock(raw_spinlock_t *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

static inline int raw_spin_is_locked(raw_spinlock_t *lock)
{
	return READ_ONCE(lock->held);
}

#define __RAW_SPIN_LOCK_UNLOCKED(name)	{ 0 }
#define __SPIN_LOCK_UNLOCKED(name)	{ 0 }
#define DEFINE_RAW_SPINLOCK(name)	raw_spinlock_t name = { 0 }
#define DEFINE_SPINLOCK(name)		spinlock_t name = { 0 }
#define local_irq_save(flags)		((void)((flags) = 0))
#define local_irq_restore(flags)	((void)(flags))
#define raw_spin_lock_irqsave(lock, flags)				\
	do {								\
		(flags) = 0;						\
		raw_spin_lock(lock);					\
	} while (0)
#define raw_spin_trylock_irqsave(lock, flags)				\
	((flags) = 0, raw_spin_trylock(lock))
#define raw_spin_unlock_irqrestore(lock, flags)				\
	do {								\
		(void)(flags);						\
		raw_spin_unlock(lock);					\
	} while (0)
#define raw_spin_lock_irq(lock)		raw_spin_lock(lock)
#define raw_spin_unlock_irq(lock)	raw_spin_unlock(lock)
#define spin_lock_init(l)		raw_spin_lock_init(l)
#define spin_lock(l)			raw_spin_lock(l)
#define spin_trylock(l)			raw_spin_trylock(l)
#define spin_unlock(l)			raw_spin_unlock(l)
#define spin_lock_irqsave(l, f)		raw_spin_lock_irqsave(l, f)
#define spin_unlock_irqrestore(l, f)	raw_spin_unlock_irqrestore(l, f)
#define lockdep_assert_held(l)		((void)(l))

#define DEFINE_MUTEX(name)						\
	struct mutex name = { PTHREAD_MUTEX_INITIALIZER }
#define mutex_init(m)			pthread_mutex_init(&(m)->lock, NULL)
#define mutex_lock(m)			pthread_mutex_lock(&(m)->lock)
#define mutex_trylock(m)		(!pthread_mutex_trylock(&(m)->lock))
#define mutex_unlock(m)			pthread_mutex_unlock(&(m)->lock)
#define mutex_destroy(m)		pthread_mutex_destroy(&(m)->lock)

static inline void bit_spin_lock(int bit, unsigned long *addr)
{
	while (__atomic_fetch_or(addr, 1UL << bit, __ATOMIC_ACQUIRE) &
	       (1UL << bit))
		cpu_relax();
}

static inline int bit_spin_trylock(int bit, unsigned long *addr)
{
	return !(__atomic_fetch_or(addr, 1UL << bit, __ATOMIC_ACQUIRE) &
		 (1UL << bit));
}

static inline void bit_spin_unlock(int bit, unsigned long *addr)
{
	__atomic_fetch_and(addr, ~(1UL << bit), __ATOMIC_RELEASE);
}

/* ---- RCU: a grace period ends when no thread is inside a reader ---- */

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

#define callback_head	rcu_head
typedef void (*rcu_callback_t)(struct rcu_head *head);

void rcu_read_lock(void);
void rcu_read_unlock(void);
int rcu_read_lock_held(void);
/* Runs @func at once if there is no reader, else when the last one leaves. */
void call_rcu(struct rcu_head *head, rcu_callback_t func);
void synchronize_rcu(void);
void rcu_barrier(void);
void xbpf_host_free_rcu(struct rcu_head *head, size_t offset);

#define kfree_rcu(p, member)						\
	xbpf_host_free_rcu(&(p)->member, offsetof(typeof(*(p)), member))
#define kvfree_rcu(p, member)		kfree_rcu(p, member)
#define call_rcu_tasks_trace(h, f)	call_rcu(h, f)
#define rcu_access_pointer(p)		READ_ONCE(p)
#define rcu_dereference(p)		xbpf_host_follow(p)
#define rcu_dereference_check(p, c)	xbpf_host_follow(p)
#define rcu_dereference_raw(p)		xbpf_host_follow(p)
#define rcu_dereference_protected(p, c)	(p)
#define rcu_assign_pointer(p, v)	xbpf_host_publish(p, v)
#define rcu_replace_pointer(p, v, c)	xchg(&(p), v)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)
#define RCU_LOCKDEP_WARN(c, s)		((void)0)

/* ---- CPUs and their memory ---- */

#define XBPF_HOST_NR_CPUS	4
#define NR_CPUS			XBPF_HOST_NR_CPUS
#define nr_cpu_ids		((unsigned int)XBPF_HOST_NR_CPUS)
#define num_possible_cpus()	((unsigned int)XBPF_HOST_NR_CPUS)
#define num_online_cpus()	((unsigned int)XBPF_HOST_NR_CPUS)
#define cpu_possible(cpu)	((unsigned int)(cpu) < nr_cpu_ids)
#define cpu_online(cpu)		cpu_possible(cpu)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < XBPF_HOST_NR_CPUS; (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define NUMA_NO_NODE		(-1)
#define MAX_NUMNODES		1
#define numa_node_id()		0
#define node_online(n)		((n) == 0)

int xbpf_host_cpu(void);
int in_nmi(void);
void *xbpf_host_percpu_alloc(size_t size, size_t align);
void xbpf_host_percpu_free(void *base);
/* @cpu's instance of what alloc_percpu() or DEFINE_PER_CPU() made. */
void *xbpf_host_percpu_ptr(const void *base, int cpu);

#define smp_processor_id()	xbpf_host_cpu()
#define raw_smp_processor_id()	xbpf_host_cpu()
#define get_cpu()		xbpf_host_cpu()
#define put_cpu()		((void)0)
#define in_interrupt()		in_nmi()
#define in_hardirq()		in_nmi()
#define in_task()		(!in_nmi())
#define preempt_disable()	((void)0)
#define preempt_enable()	((void)0)
#define migrate_disable()	((void)0)
#define migrate_enable()	((void)0)
#define preemptible()		1

#define __alloc_percpu(size, align)		xbpf_host_percpu_alloc(size, align)
#define __alloc_percpu_gfp(size, align, gfp)				\
	((void)(gfp), xbpf_host_percpu_alloc(size, align))
#define alloc_percpu(type)						\
	((type *)xbpf_host_percpu_alloc(sizeof(type), __alignof__(type)))
#define alloc_percpu_gfp(type, gfp)	((void)(gfp), alloc_percpu(type))
#define free_percpu(p)			xbpf_host_percpu_free((void *)(p))
#define per_cpu_ptr(p, cpu)		((typeof(p))xbpf_host_percpu_ptr(p, cpu))
#define this_cpu_ptr(p)			per_cpu_ptr(p, xbpf_host_cpu())
#define raw_cpu_ptr(p)			this_cpu_ptr(p)
#define get_cpu_ptr(p)			this_cpu_ptr(p)
#define put_cpu_ptr(p)			((void)(p))
#define DECLARE_PER_CPU(type, name)	extern typeof(type) name
#define DEFINE_PER_CPU(type, name)					\
	__attribute__((section("xbpf_percpu"))) typeof(type) name
#define per_cpu(var, cpu)		(*per_cpu_ptr(&(var), cpu))
#define this_cpu_read(var)		READ_ONCE(*this_cpu_ptr(&(var)))
#define this_cpu_write(var, v)		WRITE_ONCE(*this_cpu_ptr(&(var)), v)
#define this_cpu_add(var, v)						\
	((void)__atomic_fetch_add(this_cpu_ptr(&(var)), v, __ATOMIC_RELAXED))
#define this_cpu_sub(var, v)		this_cpu_add(var, -(typeof(var))(v))
#define this_cpu_inc(var)		this_cpu_add(var, 1)
#define this_cpu_dec(var)		this_cpu_add(var, -1)
#define this_cpu_add_return(var, v)					\
	__atomic_add_fetch(this_cpu_ptr(&(var)), v, __ATOMIC_RELAXED)
#define this_cpu_inc_return(var)	this_cpu_add_return(var, 1)
#define this_cpu_dec_return(var)	this_cpu_add_return(var, -1)
#define this_cpu_xchg(var, v)		xchg(this_cpu_ptr(&(var)), v)
#define this_cpu_cmpxchg(var, o, n)	cmpxchg(this_cpu_ptr(&(var)), o, n)
#define __this_cpu_read(var)		this_cpu_read(var)
#define __this_cpu_write(var, v)	this_cpu_write(var, v)
#define __this_cpu_inc(var)		this_cpu_inc(var)
#define __this_cpu_dec(var)		this_cpu_dec(var)
#define __this_cpu_add(var, v)		this_cpu_add(var, v)
#define __this_cpu_inc_return(var)	this_cpu_inc_return(var)

/* ---- waiting: nobody waits here; wake-ups are counted ---- */

typedef struct wait_queue_head {
	unsigned long wakeups;
} wait_queue_head_t;

#define init_waitqueue_head(q)	((q)->wakeups = 0)
#define waitqueue_active(q)	((void)(q), 1)
#define wq_has_sleeper(q)	((void)(q), 1)
#define wake_up(q)		((void)__atomic_fetch_add(&(q)->wakeups, 1, __ATOMIC_RELAXED))
#define wake_up_all(q)		wake_up(q)
#define wake_up_interruptible(q)	wake_up(q)
#define wake_up_interruptible_all(q)	wake_up(q)

struct irq_work {
	void (*func)(struct irq_work *work);
};

#define init_irq_work(w, f)	((w)->func = (f))
#define IRQ_WORK_INIT(f)	{ .func = (f) }
#define irq_work_sync(w)	((void)(w))

static inline bool irq_work_queue(struct irq_work *work)
{
	work->func(work);
	return true;
}

#endif
