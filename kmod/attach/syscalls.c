// SPDX-License-Identifier: GPL-2.0-only
/*
 * The events syscalls:sys_enter_*, syscalls:sys_exit_* and raw_syscalls:*.
 *
 * One probe on each of the two raw tracepoints and a list of users for each
 * system call, and one for all of them: a counter for each event and CPU, as the
 * other tracepoints have, costs several times more. The record is built here,
 * laid out as the kernel's.
 */
#include <linux/nospec.h>
#include <linux/rculist.h>
#include <linux/percpu.h>
#include <linux/trace_events.h>
#include <linux/tracepoint.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
#include "attach/attach.h"

#define NR_ARGS 6

/* The number is an int in records of syscalls, a long in those of raw_syscalls. */
struct enter_record {
	u64 head;		/* struct trace_entry: programs may not read it */
	long nr;
	unsigned long args[NR_ARGS];
};

struct exit_record {
	u64 head;
	long nr;
	long ret;
};

#define NR_LISTS (XBPF_SYSCALL_ANY + 1)
static_assert(XBPF_SYSCALL_ANY >= NR_syscalls);

static struct list_head users[2][NR_LISTS];	/* [is_exit], under RCU */

/*
 * Where records lie: as much room behind them as a program may name, since a tail
 * call can reach one that names more than the record has. One for each direction
 * and CPU serves, for probes run with preemption off and do not nest.
 */
struct record_room {
	union {
		struct enter_record enter;
		struct exit_record exit;
		u8 room[PERF_MAX_TRACE_SIZE];
	};
};

static struct record_room __percpu *rooms[2];
static unsigned int nr_users[2];
static DEFINE_MUTEX(lock);			/* of both */
static struct tracepoint *points[2];

u32 xbpf_syscall_record_size(int is_exit)
{
	return is_exit ? sizeof(struct exit_record) : sizeof(struct enter_record);
}

/* Of one call. Those of 32-bit tasks have other numbers: the kernel's event skips them. */
static struct list_head *users_of(int is_exit, long nr)
{
	if (nr < 0 || nr >= NR_syscalls || in_compat_syscall())
		return NULL;
	nr = array_index_nospec(nr, NR_syscalls);
	return &users[is_exit][nr];
}

static void users_run(struct list_head *list, void *record, struct pt_regs *regs)
{
	struct xbpf_syscall_user *user;

	list_for_each_entry_rcu(user, list, node, 1) {
		struct xbpf_run_ctx run = {
			.ip = instruction_pointer(regs),
			.regs = regs,
		};

		xbpf_event_run(user->ev, record, &run);
	}
}

static int has_users(const struct list_head *list)
{
	return list && !list_empty(list);
}

/* Probes of tracepoints run with preemption off: a read-side section of RCU. */
static void probe_enter(void *data, struct pt_regs *regs, long nr)
{
	struct list_head *every = &users[0][XBPF_SYSCALL_ANY];
	struct list_head *one = users_of(0, nr);
	struct enter_record *record;

	if (!has_users(one) && list_empty(every))
		return;
	record = &this_cpu_ptr(rooms[0])->enter;
	record->nr = nr;
	syscall_get_arguments(current, regs, record->args);
	if (!list_empty(every))
		users_run(every, record, regs);
	if (has_users(one))
		users_run(one, record, regs);
}

static void probe_exit(void *data, struct pt_regs *regs, long ret)
{
	long nr = syscall_get_nr(current, regs);
	struct list_head *one = users_of(1, nr);
	struct exit_record *record = &this_cpu_ptr(rooms[1])->exit;

	record->nr = nr;
	record->ret = ret;
	if (!list_empty(&users[1][XBPF_SYSCALL_ANY]))
		users_run(&users[1][XBPF_SYSCALL_ANY], record, regs);
	if (has_users(one))
		users_run(one, record, regs);
}

static void *const probes[2] = { probe_enter, probe_exit };
int xbpf_syscalls_init(void)
{
	int i;

	for (i = 0; i < NR_LISTS; i++) {
		INIT_LIST_HEAD(&users[0][i]);
		INIT_LIST_HEAD(&users[1][i]);
	}
	rooms[0] = alloc_percpu(struct record_room);
	rooms[1] = alloc_percpu(struct record_room);
	if (!rooms[0] || !rooms[1]) {
		xbpf_syscalls_exit();
		return -ENOMEM;
	}
	points[0] = xbpf_tracepoint_find("sys_enter");
	points[1] = xbpf_tracepoint_find("sys_exit");
	return 0;
}

void xbpf_syscalls_exit(void)
{
	free_percpu(rooms[0]);
	free_percpu(rooms[1]);
}

int xbpf_syscall_add(struct xbpf_syscall_user *user)
{
	int which = !!user->is_exit, err = 0;

	if (user->nr < 0 || user->nr >= NR_LISTS)
		return -EINVAL;
	mutex_lock(&lock);
	if (!points[which])
		err = -ENOENT;
	else if (!nr_users[which])
		err = tracepoint_probe_register(points[which], probes[which],
						NULL);
	if (!err) {
		nr_users[which]++;
		list_add_tail_rcu(&user->node, &users[which][user->nr]);
	}
	mutex_unlock(&lock);
	return err;
}

void xbpf_syscall_del(struct xbpf_syscall_user *user)
{
	int which = !!user->is_exit;

	mutex_lock(&lock);
	list_del_rcu(&user->node);
	if (!--nr_users[which])
		tracepoint_probe_unregister(points[which], probes[which], NULL);
	mutex_unlock(&lock);
	/* The probe holds RCU while it walks; after this @user may go, and the
	 * module too: tracepoints run their probes with preemption off.
	 */
	tracepoint_synchronize_unregister();
}
