// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers in map values: bpf_timer_init() and its kind.
 *
 * The value holds a pointer to a struct timer, which holds the program whose
 * callback it runs, which holds the map: so the map outlives the callback. That the
 * three do not live for ever, timers go with the last descriptor of their map.
 * Whoever takes the pointer out of the value owns the timer: it is marked, and a
 * work waits for its callback and gives back the rest.
 *
 * Not for NMIs: the verifier keeps programs that might run there away.
 */
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/llist.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include "attach/attach.h"

#define RETRY_NS	100000	/* when the callback cannot run just now */

/*
 * struct timer - what the first word of a struct bpf_timer points to
 * @lock: of @prog, @cb, @dead
 * @map: @value: that it is in
 * @prog: reference held; NULL while there is no callback
 * @dead: taken out of the value: the callback is not run any more
 * @node: in the list of those that go
 */
struct timer {
	struct hrtimer hr;
	raw_spinlock_t lock;
	struct xbpf_map *map;
	void *value;
	struct xbpf_prog_obj *prog;
	const struct xbpf_callback *cb;
	int dead;
	struct llist_node node;
	struct rcu_head rcu;
};

/* Whose callback this CPU is in. */
static DEFINE_PER_CPU(struct timer *, running);

/* ---- the end ---- */

static LLIST_HEAD(dead_timers);

static void reap(struct work_struct *work)
{
	struct timer *t, *next;

	llist_for_each_entry_safe(t, next, llist_del_all(&dead_timers), node) {
		hrtimer_cancel(&t->hr);
		if (t->prog)
			xbpf_obj_put(&t->prog->obj);
		kfree_rcu(t, rcu);
	}
}

static DECLARE_WORK(reap_work, reap);

/* Works are queued from here: a program may hold the locks of the scheduler. */
static void wake_reaper(struct irq_work *irq)
{
	schedule_work(&reap_work);
}

static DEFINE_IRQ_WORK(reap_irq, wake_reaper);

void xbpf_timer_release(void *field)
{
	struct timer *t = xchg((struct timer **)field, NULL);
	unsigned long flags;

	if (!t)
		return;
	raw_spin_lock_irqsave(&t->lock, flags);
	t->dead = 1;
	t->cb = NULL;
	raw_spin_unlock_irqrestore(&t->lock, flags);
	hrtimer_try_to_cancel(&t->hr);
	if (llist_add(&t->node, &dead_timers))
		irq_work_queue(&reap_irq);
}

void xbpf_timer_map_closed(struct xbpf_map *map)
{
	/* Pairs with the one in timer_init(). */
	smp_mb();
	if (map->ops->release_all)
		map->ops->release_all(map, XBPF_FIELD_BIT(TIMER));
}

void xbpf_timer_exit(void)
{
	irq_work_sync(&reap_irq);
	flush_work(&reap_work);
}

/* ---- the callback ---- */

static enum hrtimer_restart fire(struct hrtimer *hr)
{
	struct timer *t = container_of(hr, struct timer, hr);
	const struct xbpf_callback *cb;
	struct xbpf_prog_obj *prog;
	unsigned long flags;
	const void *key;
	u32 index;

	/* The program that is read under the lock stays until the section ends. */
	rcu_read_lock();
	raw_spin_lock_irqsave(&t->lock, flags);
	cb = t->cb;
	prog = t->prog;
	raw_spin_unlock_irqrestore(&t->lock, flags);
	if (!cb)
		goto out;
	key = xbpf_value_key(t->map, t->value, &index);
	this_cpu_write(running, t);
	if (xbpf_run_callback(prog, cb, (unsigned long)t->map,
			      (unsigned long)key, (unsigned long)t->value))
		cb = NULL;
	this_cpu_write(running, NULL);
	if (cb)
		goto out;
	raw_spin_lock_irqsave(&t->lock, flags);
	if (!t->dead)
		hrtimer_start(hr, ns_to_ktime(RETRY_NS), HRTIMER_MODE_REL_SOFT);
	raw_spin_unlock_irqrestore(&t->lock, flags);
out:
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

/* ---- the helpers ---- */

static struct timer **timer_word(u64 field)
{
	return (struct timer **)(unsigned long)field;
}

static int map_is_open(struct xbpf_map *map)
{
	return atomic_read(&xbpf_map_obj_of(map)->obj.fds) > 0;
}

static struct timer *timer_alloc(struct xbpf_map *map, u64 field, u64 clock)
{
	const struct xbpf_field *f = xbpf_field_of(map->fields, XBPF_FIELD_TIMER);
	struct timer *t = kzalloc(sizeof(*t), GFP_ATOMIC | __GFP_NOWARN);

	if (!t)
		return NULL;
	raw_spin_lock_init(&t->lock);
	t->map = map;
	t->value = (void *)(unsigned long)(field - f->off);
	hrtimer_init(&t->hr, clock, HRTIMER_MODE_REL_SOFT);
	t->hr.function = fire;
	return t;
}

u64 xbpf_helper_timer_init(u64 field, u64 map_arg, u64 flags, u64 r4, u64 r5)
{
	struct xbpf_map *map = (struct xbpf_map *)(unsigned long)map_arg;
	struct timer *t;

	if (flags != CLOCK_MONOTONIC && flags != CLOCK_REALTIME &&
	    flags != CLOCK_BOOTTIME)
		return -EINVAL;
	if (READ_ONCE(*timer_word(field)))
		return -EBUSY;
	t = timer_alloc(map, field, flags);
	if (!t)
		return -ENOMEM;
	if (cmpxchg(timer_word(field), NULL, t)) {
		kfree(t);
		return -EBUSY;
	}
	/*
	 * Either this sees that the last descriptor is gone, or whoever closed it
	 * sees the timer. Pairs with the one in xbpf_timer_map_closed().
	 */
	smp_mb();
	if (map_is_open(map))
		return 0;
	xbpf_timer_release(timer_word(field));
	return -EPERM;
}

/* Sets @cb, or takes it away when @prog is NULL; the old program, or ERR_PTR. */
static struct xbpf_prog_obj *swap_callback(struct timer *t,
					   struct xbpf_prog_obj *prog,
					   const struct xbpf_callback *cb)
{
	struct xbpf_prog_obj *old = ERR_PTR(-EINVAL);
	unsigned long flags;

	raw_spin_lock_irqsave(&t->lock, flags);
	if (!t->dead) {
		old = t->prog;
		t->prog = prog;
		t->cb = cb;
	}
	raw_spin_unlock_irqrestore(&t->lock, flags);
	return old;
}

u64 xbpf_helper_timer_set_callback(u64 field, u64 callback, u64 r3, u64 r4,
				   u64 r5)
{
	const struct xbpf_callback *cb = (void *)(unsigned long)callback;
	struct timer *t = READ_ONCE(*timer_word(field));
	struct xbpf_prog_obj *prog, *old;

	if (!t)
		return -EINVAL;
	if (!map_is_open(t->map))
		return -EPERM;
	prog = xbpf_prog_obj_of(cb->prog);
	if (!kref_get_unless_zero(&prog->obj.ref))
		return -ENOENT;
	old = swap_callback(t, prog, cb);
	if (IS_ERR(old))
		xbpf_obj_put(&prog->obj);
	else if (old)
		xbpf_obj_put(&old->obj);
	return PTR_ERR_OR_ZERO(old);
}

u64 xbpf_helper_timer_start(u64 field, u64 nsecs, u64 flags, u64 r4, u64 r5)
{
	struct timer *t = READ_ONCE(*timer_word(field));
	enum hrtimer_mode mode = HRTIMER_MODE_REL_SOFT;
	unsigned long irq;
	int err = -EINVAL;

	if (flags & ~(u64)(XBPF_F_TIMER_ABS | XBPF_F_TIMER_CPU_PIN) || !t)
		return -EINVAL;
	if (flags & XBPF_F_TIMER_ABS)
		mode = HRTIMER_MODE_ABS_SOFT;
	if (flags & XBPF_F_TIMER_CPU_PIN)
		mode |= HRTIMER_MODE_PINNED;
	raw_spin_lock_irqsave(&t->lock, irq);
	if (t->cb) {
		hrtimer_start(&t->hr, ns_to_ktime(nsecs), mode);
		err = 0;
	}
	raw_spin_unlock_irqrestore(&t->lock, irq);
	return err;
}

/*
 * In a callback of a timer the one that is to be cancelled may wait for us, on
 * another CPU: it is tried, not waited for.
 */
static int cancel(struct timer *t)
{
	int ret;

	if (!this_cpu_read(running))
		return hrtimer_cancel(&t->hr);
	ret = hrtimer_try_to_cancel(&t->hr);
	return ret < 0 ? -EDEADLK : ret;
}

u64 xbpf_helper_timer_cancel(u64 field, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct timer *t = READ_ONCE(*timer_word(field));
	struct xbpf_prog_obj *old;

	if (!t)
		return -EINVAL;
	if (this_cpu_read(running) == t)
		return -EDEADLK;
	old = swap_callback(t, NULL, NULL);
	if (!IS_ERR_OR_NULL(old))
		xbpf_obj_put(&old->obj);
	return cancel(t);
}
