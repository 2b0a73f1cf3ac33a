// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that call the trampoline, and the programs on each.
 *
 * Knows the programs' order, what the context is and when a function may be
 * forgotten. Does not know links, nor how the functions' types are found.
 *
 * A function with programs behind it is called by the trampoline and may sleep in
 * there for as long as it likes: that it is on its way is counted (->calls), and
 * what it needs to come back, this module included, stays until it has.
 */
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include "attach/attach.h"
#include "attach/tramp.h"
#include "compat/ftrace.h"

#define HASH_BITS	10
#define REGISTER_WORDS	6

/*
 * struct user_array - programs of a function
 * @begin: of each kind, and the end; entries are NULL when they have gone
 */
struct user_array {
	struct rcu_head rcu;
	u32 begin[XBPF_NR_TRAMP_WHEN + 1];
	struct xbpf_tramp_user *users[];
};

/*
 * struct xbpf_target - a function that calls the trampoline
 * @node: in @targets, or in @leaving by @leave
 * @place: which one
 * @array: of the programs, for the trampoline
 * @users: the same, under @lock
 * @calls: by the trampoline, that have not returned
 * @gone: nobody is to run behind such calls any more
 */
struct xbpf_target {
	union {
		struct hlist_node node;
		struct list_head leave;
	};
	struct xbpf_tramp_place place;
	struct ftrace_ops ops;
	struct user_array __rcu *array;
	struct list_head users[XBPF_NR_TRAMP_WHEN];
	long __percpu *calls;
	int gone;
};

static_assert(offsetof(struct xbpf_tramp_frame, ctx) == XBPF_TRAMP_CTX);
static_assert(offsetof(struct xbpf_tramp_frame, ret) == XBPF_TRAMP_RET);
static_assert(offsetof(struct xbpf_tramp_frame, ret_high) == XBPF_TRAMP_RET_HIGH);
static_assert(offsetof(struct xbpf_tramp_frame, from) == XBPF_TRAMP_FROM);
static_assert(offsetof(struct xbpf_tramp_frame, stack) == XBPF_TRAMP_STACK);
static_assert(offsetof(struct xbpf_tramp_frame, stack_words) ==
	      XBPF_TRAMP_STACK_WORDS);
static_assert(sizeof(struct xbpf_tramp_frame) == XBPF_TRAMP_SIZE);

static struct hlist_head targets[1 << HASH_BITS];	/* by ->place.site */
static LIST_HEAD(leaving);		/* functions that may still be returned from */
static DEFINE_MUTEX(lock);		/* of both, and of all targets */

/* ---- calls ---- */

static __always_inline struct xbpf_target *find(unsigned long site)
{
	struct hlist_head *head = &targets[hash_long(site, HASH_BITS)];
	struct xbpf_target *t;

	hlist_for_each_entry_rcu_notrace(t, head, node)
		if (t->place.site == site)
			return t;
	return NULL;
}

static __always_inline u64 run_one(const struct xbpf_tramp_user *user,
				   struct xbpf_tramp_frame *frame)
{
	struct xbpf_run_ctx run = { .cookie = user->cookie, .ip = frame->ip };
	struct pt_regs regs;

	if (user->prog->prog->uses_stack_ctx) {
		perf_fetch_caller_regs(&regs);
		run.regs = &regs;
	}
	return xbpf_run(user->prog, frame->ctx, &run);
}

/* Until one of them says that the function is to be left out. */
static __always_inline u64 run_all(const struct user_array *array,
				   enum xbpf_tramp_when when,
				   struct xbpf_tramp_frame *frame)
{
	const struct xbpf_tramp_user *user;
	u64 ret = 0;
	u32 i;

	for (i = array->begin[when]; i < array->begin[when + 1] && !ret; i++) {
		user = READ_ONCE(array->users[i]);
		if (!user)
			continue;
		ret = run_one(user, frame);
		if (when != XBPF_TRAMP_MODIFY)
			ret = 0;
	}
	return ret;
}

static __always_inline void fill_frame(struct xbpf_tramp_frame *frame,
				       const struct xbpf_target *t)
{
	u32 i;

	frame->ip = t->place.addr;
	frame->nr_args = t->place.words;
	for (i = REGISTER_WORDS; i < t->place.words; i++)
		frame->ctx[i] = frame->stack[i - REGISTER_WORDS];
}

/* The programs before the function: what the trampoline does next. */
static u32 notrace enter(struct xbpf_target *t, struct xbpf_tramp_frame *frame)
{
	const struct user_array *array = rcu_dereference_raw(t->array);
	u32 exits = array->begin[XBPF_TRAMP_EXIT];

	fill_frame(frame, t);
	run_all(array, XBPF_TRAMP_ENTRY, frame);
	if (array->begin[XBPF_TRAMP_MODIFY] == array->begin[XBPF_NR_TRAMP_WHEN])
		return XBPF_TRAMP_GO_ON;
	frame->ctx[t->place.words] = 0;
	frame->ret = run_all(array, XBPF_TRAMP_MODIFY, frame);
	frame->ret_high = 0;
	if (frame->ret) {
		frame->ctx[t->place.words] = frame->ret;
		run_all(array, XBPF_TRAMP_EXIT, frame);
		return XBPF_TRAMP_SKIP;
	}
	if (exits == array->begin[XBPF_NR_TRAMP_WHEN])
		return XBPF_TRAMP_GO_ON;
	frame->target = t;
	frame->stack_words = t->place.words > REGISTER_WORDS ?
			     t->place.words - REGISTER_WORDS : 0;
	this_cpu_inc(*t->calls);
	return XBPF_TRAMP_CALL;
}
NOKPROBE_SYMBOL(enter);

asmlinkage u32 notrace xbpf_tramp_enter(struct xbpf_tramp_frame *frame)
{
	u32 next = XBPF_TRAMP_GO_ON;
	struct xbpf_target *t;

	preempt_disable_notrace();
	t = find(frame->from - MCOUNT_INSN_SIZE);
	if (likely(t) && likely(rcu_is_watching()))
		next = enter(t, frame);
	preempt_enable_notrace();
	return next;
}
NOKPROBE_SYMBOL(xbpf_tramp_enter);

asmlinkage void notrace xbpf_tramp_exit(struct xbpf_tramp_frame *frame)
{
	struct xbpf_target *t = frame->target;

	preempt_disable_notrace();
	frame->ctx[t->place.words] = frame->ret;
	if (!READ_ONCE(t->gone))
		run_all(rcu_dereference_raw(t->array), XBPF_TRAMP_EXIT, frame);
	this_cpu_dec(*t->calls);	/* @t may be gone when preemption is on */
	preempt_enable_notrace();
}
NOKPROBE_SYMBOL(xbpf_tramp_exit);

/* ---- functions ---- */

static void target_free(struct xbpf_target *t)
{
	kvfree(rcu_access_pointer(t->array));
	free_percpu(t->calls);
	kfree(t);
	module_put(THIS_MODULE);
}

static long calls_under_way(const struct xbpf_target *t)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += *per_cpu_ptr(t->calls, cpu);
	return sum;
}

/*
 * The functions are patched back: no task is between the call of the trampoline
 * and xbpf_tramp_enter() behind the first grace period, nor between
 * xbpf_tramp_exit() and the caller behind the second, for in none of these places
 * anybody sleeps.
 */
static void reap(struct work_struct *work)
{
	struct xbpf_target *t, *next;
	LIST_HEAD(all);
	LIST_HEAD(done);

	mutex_lock(&lock);
	list_splice_init(&leaving, &all);
	mutex_unlock(&lock);
	synchronize_rcu_tasks();
	list_for_each_entry_safe(t, next, &all, leave)
		if (!calls_under_way(t))
			list_move(&t->leave, &done);
	if (!list_empty(&done))
		synchronize_rcu_tasks();
	mutex_lock(&lock);
	list_splice(&all, &leaving);
	if (!list_empty(&leaving))
		schedule_delayed_work(to_delayed_work(work), HZ / 2);
	mutex_unlock(&lock);
	list_for_each_entry_safe(t, next, &done, leave)
		target_free(t);
}

static DECLARE_DELAYED_WORK(reaper, reap);

static struct xbpf_target *target_new(const struct xbpf_tramp_place *place)
{
	struct xbpf_target *t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	struct user_array *array;
	int i;

	array = kvzalloc(sizeof(*array), GFP_KERNEL_ACCOUNT);
	if (!t || !array)
		goto nomem;
	t->calls = alloc_percpu(long);
	if (!t->calls)
		goto nomem;
	rcu_assign_pointer(t->array, array);
	t->place = *place;
	for (i = 0; i < XBPF_NR_TRAMP_WHEN; i++)
		INIT_LIST_HEAD(&t->users[i]);
	__module_get(THIS_MODULE);
	return t;
nomem:
	kvfree(array);
	kfree(t);
	return ERR_PTR(-ENOMEM);
}

/* Makes the function call the trampoline. */
static int target_patch(struct xbpf_target *t)
{
	int err;

	/* One that is traced with an empty filter would be every function. */
	err = ftrace_set_filter_ip(&t->ops, t->place.site, 0, 1);
	if (err)
		return -EBUSY;
	hlist_add_head_rcu(&t->node,
			   &targets[hash_long(t->place.site, HASH_BITS)]);
	err = xbpf_ftrace_direct_register(&t->ops, (unsigned long)xbpf_tramp);
	if (!err)
		return 0;
	hlist_del_rcu(&t->node);
	ftrace_free_filter(&t->ops);
	synchronize_rcu();
	return err;
}

static struct xbpf_target *target_get(const struct xbpf_tramp_place *place)
{
	struct xbpf_target *t = find(place->site);
	int err;

	if (t)
		return t;
	t = target_new(place);
	if (IS_ERR(t))
		return t;
	err = target_patch(t);
	if (!err)
		return t;
	target_free(t);
	return ERR_PTR(err);
}

static int target_is_unused(const struct xbpf_target *t)
{
	int i;

	for (i = 0; i < XBPF_NR_TRAMP_WHEN; i++)
		if (!list_empty(&t->users[i]))
			return 0;
	return 1;
}

static void target_put(struct xbpf_target *t)
{
	if (!target_is_unused(t))
		return;
	WRITE_ONCE(t->gone, 1);
	xbpf_ftrace_direct_unregister(&t->ops, (unsigned long)xbpf_tramp);
	hlist_del_rcu(&t->node);
	synchronize_rcu();		/* @leave takes the place of @node */
	list_add(&t->leave, &leaving);
	mod_delayed_work(system_wq, &reaper, 0);
}

/* ---- programs on a function ---- */

static int target_publish(struct xbpf_target *t)
{
	struct user_array *old, *array;
	struct xbpf_tramp_user *user;
	u32 nr = 0, i;

	for (i = 0; i < XBPF_NR_TRAMP_WHEN; i++)
		list_for_each_entry(user, &t->users[i], node)
			nr++;
	array = kvzalloc(struct_size(array, users, nr), GFP_KERNEL_ACCOUNT);
	if (!array)
		return -ENOMEM;
	for (nr = 0, i = 0; i < XBPF_NR_TRAMP_WHEN; i++) {
		array->begin[i] = nr;
		list_for_each_entry(user, &t->users[i], node)
			array->users[nr++] = user;
	}
	array->begin[i] = nr;
	old = rcu_replace_pointer(t->array, array, lockdep_is_held(&lock));
	kvfree_rcu(old, rcu);
	return 0;
}

static int target_has(const struct xbpf_target *t,
		      const struct xbpf_prog_obj *prog)
{
	struct xbpf_tramp_user *user;
	int i;

	for (i = 0; i < XBPF_NR_TRAMP_WHEN; i++)
		list_for_each_entry(user, &t->users[i], node)
			if (user->prog == prog)
				return 1;
	return 0;
}

int xbpf_tramp_attach(struct xbpf_tramp_user *user,
		      const struct xbpf_tramp_place *place)
{
	struct xbpf_target *t;
	int err = -EBUSY;

	mutex_lock(&lock);
	t = target_get(place);
	if (IS_ERR(t)) {
		err = PTR_ERR(t);
		goto out;
	}
	if (!target_has(t, user->prog)) {
		list_add_tail(&user->node, &t->users[user->when]);
		err = target_publish(t);
		if (err)
			list_del(&user->node);
		else
			user->target = t;
	}
	if (err)
		target_put(t);
out:
	mutex_unlock(&lock);
	return err;
}

/* Allocates nothing: it must not fail. */
void xbpf_tramp_detach(struct xbpf_tramp_user *user)
{
	struct xbpf_target *t = user->target;
	struct user_array *array;
	u32 i;

	mutex_lock(&lock);
	array = rcu_dereference_protected(t->array, lockdep_is_held(&lock));
	for (i = 0; i < array->begin[XBPF_NR_TRAMP_WHEN]; i++)
		if (array->users[i] == user)
			WRITE_ONCE(array->users[i], NULL);
	list_del(&user->node);
	target_put(t);
	mutex_unlock(&lock);
	synchronize_rcu();
}

/* When the module goes: targets hold it, so all of them have been reaped. */
void xbpf_tramp_drain(void)
{
	cancel_delayed_work_sync(&reaper);
}
