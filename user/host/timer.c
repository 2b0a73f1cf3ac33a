// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers in map values, in a process: time is what the caller says it is.
 *
 * xbpf_host_timers_run() calls what is due, in the order of expiry. One thread
 * only. Knows nothing of who holds programs: they stay as long as their maps.
 */
#include "vm/vm.h"
#include "vm/map.h"

struct timer {
	struct timer *next;
	struct xbpf_map *map;
	void *value;
	const struct xbpf_callback *cb;
	u64 expires;	/* 0: not started */
};

static struct timer *timers, *running;
static u64 now;

static struct timer **timer_word(u64 field)
{
	return (struct timer **)(unsigned long)field;
}

static void unlink_timer(struct timer *t)
{
	struct timer **link = &timers;

	while (*link != t)
		link = &(*link)->next;
	*link = t->next;
}

void xbpf_timer_release(void *field)
{
	struct timer *t = xchg((struct timer **)field, NULL);

	if (!t)
		return;
	unlink_timer(t);
	kfree(t);
}

u64 xbpf_helper_timer_init(u64 field, u64 map_arg, u64 flags, u64 r4, u64 r5)
{
	struct xbpf_map *map = (struct xbpf_map *)(unsigned long)map_arg;
	struct timer *t;

	if (flags != 0 && flags != 1 && flags != 7)	/* clocks */
		return -EINVAL;
	if (*timer_word(field))
		return -EBUSY;
	t = kzalloc(sizeof(*t), GFP_ATOMIC);
	if (!t)
		return -ENOMEM;
	t->map = map;
	t->value = (char *)timer_word(field) -
		   xbpf_field_of(map->fields, XBPF_FIELD_TIMER)->off;
	t->next = timers;
	timers = t;
	*timer_word(field) = t;
	return 0;
}

u64 xbpf_helper_timer_set_callback(u64 field, u64 callback, u64 r3, u64 r4,
				   u64 r5)
{
	struct timer *t = *timer_word(field);

	if (!t)
		return -EINVAL;
	t->cb = (void *)(unsigned long)callback;
	return 0;
}

u64 xbpf_helper_timer_start(u64 field, u64 nsecs, u64 flags, u64 r4, u64 r5)
{
	struct timer *t = *timer_word(field);

	if (flags & ~(u64)(XBPF_F_TIMER_ABS | XBPF_F_TIMER_CPU_PIN) || !t ||
	    !t->cb)
		return -EINVAL;
	t->expires = max(1ULL, flags & XBPF_F_TIMER_ABS ? nsecs : now + nsecs);
	return 0;
}

u64 xbpf_helper_timer_cancel(u64 field, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct timer *t = *timer_word(field);
	int was;

	if (!t)
		return -EINVAL;
	if (t == running)
		return -EDEADLK;
	was = !!t->expires;
	t->expires = 0;
	t->cb = NULL;
	return was;
}

static struct timer *first_due(u64 until)
{
	struct timer *t, *first = NULL;

	for (t = timers; t; t = t->next)
		if (t->expires && t->expires <= until &&
		    (!first || t->expires < first->expires))
			first = t;
	return first;
}

/**
 * xbpf_host_timers_run - time goes on
 * @until: nanoseconds since the process began, of every clock
 * @most: callbacks to be called, at most
 *
 * Return: how many were.
 */
u32 xbpf_host_timers_run(u64 until, u32 most)
{
	struct timer *t;
	u32 index, n = 0;

	while (n < most && (t = first_due(until))) {
		const void *key = xbpf_value_key(t->map, t->value, &index);

		now = max(now, t->expires);
		t->expires = 0;
		running = t;
		xbpf_callback_call(t->cb, (unsigned long)t->map,
				   (unsigned long)key,
				   (unsigned long)t->value, 0, 0);
		running = NULL;
		n++;
	}
	now = max(now, until);
	return n;
}
