// SPDX-License-Identifier: GPL-2.0-only
/*
 * Elements of storages of tasks for user space, which names a task by a
 * descriptor of it (pidfd_open(2)).
 */
#include <linux/file.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include "compat/compat.h"
#include "device.h"

/* With a reference: -EBADF it is no such descriptor, -ENOENT the task is gone. */
static struct task_struct *task_from_fd(int fd)
{
	struct file *file = fget(fd);
	struct task_struct *task;
	struct pid *pid;

	if (!file)
		return ERR_PTR(-EBADF);
	pid = xbpf_pidfd_pid(file);
	task = pid ? get_pid_task(pid, PIDTYPE_PID) : ERR_PTR(-EBADF);
	fput(file);
	return task ?: ERR_PTR(-ENOENT);
}

int xbpf_map_task_lookup(struct xbpf_map *map, const void *key, void *value,
			 u64 flags)
{
	struct task_struct *task = task_from_fd(*(const int *)key);
	const void *found;

	if (IS_ERR(task))
		return PTR_ERR(task);
	xbpf_run_block();
	rcu_read_lock();
	found = xbpf_task_storage_find(map, (unsigned long)task);
	if (found && flags & XBPF_F_LOCK)
		xbpf_value_copy_out_locked(map, value, found);
	else if (found)
		xbpf_value_copy_out(map, value, found);
	rcu_read_unlock();
	xbpf_run_unblock();
	put_task_struct(task);
	return found ? 0 : -ENOENT;
}

int xbpf_map_task_update(struct xbpf_map *map, const void *key,
			 const void *value, u64 flags)
{
	struct task_struct *task;
	int err = -ENOENT;

	task = task_from_fd(*(const int *)key);
	if (IS_ERR(task))
		return PTR_ERR(task);
	xbpf_task_storage_prepare(map);
	xbpf_run_block();
	rcu_read_lock();
	/* See xbpf_helper_task_storage_get(). */
	if (pid_alive(task))
		err = xbpf_task_storage_update(map, (unsigned long)task, value,
					       flags);
	rcu_read_unlock();
	xbpf_run_unblock();
	put_task_struct(task);
	return err;
}

int xbpf_map_task_delete(struct xbpf_map *map, const void *key)
{
	struct task_struct *task = task_from_fd(*(const int *)key);
	int err;

	if (IS_ERR(task))
		return PTR_ERR(task);
	xbpf_run_block();
	rcu_read_lock();
	err = xbpf_task_storage_delete(map, (unsigned long)task);
	rcu_read_unlock();
	xbpf_run_unblock();
	put_task_struct(task);
	return err;
}
