// SPDX-License-Identifier: GPL-2.0-only
/*
 * Iterators over tasks, their open files and their mappings.
 *
 * Which tasks there are is looked up once, when the file is opened, in the order of
 * their numbers as its opener sees them; what has ended meanwhile is passed over.
 */
#include <linux/fdtable.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include "attach/attach.h"
#include "compat/fs.h"

/* ---- which tasks ---- */

struct numbered_pid {
	struct pid *pid;	/* reference held */
	u32 nr;
};

/*
 * struct task_cursor - where a reader is
 * @groups: one task of each thread group is enough, unless its files are its own
 * @task: reference held while the cursor is on an object
 */
struct task_cursor {
	struct numbered_pid *pids;
	u32 nr, at;
	int groups;
	struct task_struct *task;
};

static int is_wanted(struct task_struct *task, struct pid_namespace *ns,
		     const struct xbpf_iter_over *over)
{
	if (over->tid)
		return __task_pid_nr_ns(task, PIDTYPE_PID, ns) == over->tid;
	if (over->pid)
		return __task_pid_nr_ns(task, PIDTYPE_TGID, ns) == over->pid;
	return __task_pid_nr_ns(task, PIDTYPE_PID, ns) != 0;
}

/* As many as there is room for; how many there are. */
static u32 collect(struct numbered_pid *pids, u32 room,
		   const struct xbpf_iter_over *over)
{
	struct pid_namespace *ns = task_active_pid_ns(current);
	struct task_struct *group, *task;
	u32 nr = 0;

	rcu_read_lock();
	for_each_process_thread(group, task) {
		struct pid *pid = READ_ONCE(task->thread_pid);

		if (!pid || !is_wanted(task, ns, over))
			continue;
		if (nr++ >= room)
			continue;
		pids[nr - 1].pid = get_pid(pid);
		pids[nr - 1].nr = pid_nr_ns(pid, ns);
	}
	rcu_read_unlock();
	return nr;
}

static void put_pids(struct numbered_pid *pids, u32 nr)
{
	while (nr--)
		put_pid(pids[nr].pid);
	kvfree(pids);
}

static int by_number(const void *a, const void *b)
{
	const struct numbered_pid *x = a, *y = b;

	return x->nr < y->nr ? -1 : x->nr > y->nr;
}

/* New tasks come while we look: then once more, with more room. */
static int tasks_open(struct task_cursor *c, const struct xbpf_iter_over *over)
{
	u32 room = 0, nr = collect(NULL, 0, over);

	while (nr > room) {
		if (c->pids)
			put_pids(c->pids, room);
		room = nr + nr / 8 + 8;
		c->pids = kvcalloc(room, sizeof(*c->pids), GFP_KERNEL_ACCOUNT);
		if (!c->pids)
			return -ENOMEM;
		nr = collect(c->pids, room, over);
	}
	c->nr = nr;
	sort(c->pids, nr, sizeof(*c->pids), by_number, NULL);
	return 0;
}

static void tasks_close(struct task_cursor *c)
{
	if (c->pids)
		put_pids(c->pids, c->nr);
}

/* Another of its group shows the same files. */
static int is_shown_by_leader(struct task_struct *task)
{
	return !thread_group_leader(task) &&
	       READ_ONCE(task->files) == READ_ONCE(task->group_leader->files);
}

/* On the next task that lives, from where the cursor is: 1, held, or 0. */
static int tasks_find(struct task_cursor *c)
{
	for (; c->at < c->nr; c->at++) {
		c->task = get_pid_task(c->pids[c->at].pid, PIDTYPE_PID);
		if (!c->task)
			continue;
		if (!c->groups || !is_shown_by_leader(c->task))
			return 1;
		put_task_struct(c->task);
	}
	c->task = NULL;
	return 0;
}

static void tasks_drop(struct task_cursor *c)
{
	put_task_struct(c->task);
	c->task = NULL;
}

/* ---- of what a link says ---- */

static int is_pidfd(const struct file *file)
{
	unsigned long magic = file_inode(file)->i_sb->s_magic;

	return magic == PID_FS_MAGIC ||
	       (magic == ANON_INODE_FS_MAGIC &&
		!strcmp(file->f_path.dentry->d_name.name, "[pidfd]"));
}

/* Its number as the reader of @proc, a file of procfs, sees it; 0: it has ended. */
static u32 number_of_pidfd(struct file *pidfd, struct file *proc)
{
	char text[256] = "";
	struct seq_file m = {
		.buf = text, .size = sizeof(text) - 1, .file = proc,
	};
	u32 pid = 0;

	mutex_init(&m.lock);
	pidfd->f_op->show_fdinfo(&m, pidfd);
	text[min(m.count, m.size)] = '\0';
	return sscanf(text, "Pid:\t%u", &pid) == 1 ? pid : 0;
}

/* The kernel tells modules who is behind a pidfd by its fdinfo alone. */
static int pid_of_pidfd(u32 fd, u32 *pid)
{
	struct file *pidfd = fget(fd), *proc;
	int err = -EBADF;

	if (!pidfd)
		return -EBADF;
	if (!is_pidfd(pidfd) || !pidfd->f_op->show_fdinfo)
		goto put_pidfd;
	proc = filp_open("/proc", O_RDONLY | O_DIRECTORY, 0);
	err = PTR_ERR_OR_ZERO(proc);
	if (err)
		goto put_pidfd;
	err = -EOPNOTSUPP;
	if (file_inode(proc)->i_sb->s_magic == PROC_SUPER_MAGIC) {
		*pid = number_of_pidfd(pidfd, proc);
		err = *pid ? 0 : -ESRCH;
	}
	filp_close(proc, NULL);
put_pidfd:
	fput(pidfd);
	return err;
}

static int choose_tasks(struct xbpf_iter_over *over,
			const union xbpf_iter_link_info *info)
{
	if (!!info->task.tid + !!info->task.pid + !!info->task.pid_fd > 1)
		return -EINVAL;
	over->tid = info->task.tid;
	over->pid = info->task.pid;
	return info->task.pid_fd ? pid_of_pidfd(info->task.pid_fd, &over->pid) :
	       0;
}

/* ---- task ---- */

static int task_open(void *cursor, const struct xbpf_iter_over *over)
{
	return tasks_open(cursor, over);
}

static void task_close(void *cursor)
{
	tasks_close(cursor);
}

static int task_find(void *cursor, u64 *args)
{
	struct task_cursor *c = cursor;
	int found = tasks_find(c);

	args[0] = (unsigned long)c->task;
	return found;
}

static void task_drop(void *cursor)
{
	tasks_drop(cursor);
}

static void task_step(void *cursor)
{
	((struct task_cursor *)cursor)->at++;
}

const struct xbpf_iter_ops xbpf_iter_task_ops = {
	.name		= "task",
	.cursor_size	= sizeof(struct task_cursor),
	.over_tasks	= 1,
	.choose		= choose_tasks,
	.open		= task_open,
	.close		= task_close,
	.find		= task_find,
	.drop		= task_drop,
	.step		= task_step,
};

/* ---- task_file ---- */

struct file_cursor {
	struct task_cursor tasks;
	u32 fd;
	struct file *file;	/* reference held while on an object */
};

static int files_open(void *cursor, const struct xbpf_iter_over *over)
{
	struct file_cursor *c = cursor;

	c->tasks.groups = !over->tid;
	return tasks_open(&c->tasks, over);
}

/* Called with the table locked: the file cannot go. */
static int take_file(const void *cursor, struct file *file, unsigned int fd)
{
	struct file_cursor *c = (struct file_cursor *)cursor;

	c->fd = fd;
	c->file = get_file(file);
	return 1;
}

static int find_file(struct file_cursor *c)
{
	struct task_struct *task = c->tasks.task;
	int found = 0;

	task_lock(task);
	if (task->files)
		found = iterate_fd(task->files, c->fd, take_file, c);
	task_unlock(task);
	return found;
}

static int files_find(void *cursor, u64 *args)
{
	struct file_cursor *c = cursor;

	while (tasks_find(&c->tasks)) {
		if (find_file(c)) {
			args[0] = (unsigned long)c->tasks.task;
			args[1] = c->fd;
			args[2] = (unsigned long)c->file;
			return 1;
		}
		tasks_drop(&c->tasks);
		c->tasks.at++;
		c->fd = 0;
	}
	return 0;
}

static void files_drop(void *cursor)
{
	struct file_cursor *c = cursor;

	fput(c->file);
	c->file = NULL;
	tasks_drop(&c->tasks);
}

static void files_step(void *cursor)
{
	((struct file_cursor *)cursor)->fd++;
}

const struct xbpf_iter_ops xbpf_iter_task_file_ops = {
	.name		= "task_file",
	.cursor_size	= sizeof(struct file_cursor),
	.over_tasks	= 1,
	.choose		= choose_tasks,
	.open		= files_open,
	.close		= task_close,
	.find		= files_find,
	.drop		= files_drop,
	.step		= files_step,
};

/* ---- task_vma ---- */

/* struct vma_cursor - @from: addresses below have been shown; @next: this mapping's end */
struct vma_cursor {
	struct task_cursor tasks;
	unsigned long from, next;
	struct mm_struct *mm;	/* held and locked while on an object */
	struct vm_area_struct *vma;
};

/* 1: on a mapping; 0: this task has no more. */
static int find_mapping(struct vma_cursor *c)
{
	c->mm = get_task_mm(c->tasks.task);
	if (!c->mm)
		return 0;
	if (mmap_read_lock_killable(c->mm)) {
		mmput(c->mm);
		return -EINTR;
	}
	c->vma = find_vma(c->mm, c->from);
	if (c->vma)
		return 1;
	mmap_read_unlock(c->mm);
	mmput(c->mm);
	return 0;
}

static int vmas_open(void *cursor, const struct xbpf_iter_over *over)
{
	struct vma_cursor *c = cursor;

	c->tasks.groups = !over->tid;
	return tasks_open(&c->tasks, over);
}

static int vmas_find(void *cursor, u64 *args)
{
	struct vma_cursor *c = cursor;
	int found;

	while (tasks_find(&c->tasks)) {
		found = find_mapping(c);
		if (found > 0) {
			args[0] = (unsigned long)c->tasks.task;
			args[1] = (unsigned long)c->vma;
			c->next = c->vma->vm_end;
			return 1;
		}
		tasks_drop(&c->tasks);
		if (found < 0)
			return found;
		c->tasks.at++;
		c->from = 0;
	}
	return 0;
}

static void vmas_drop(void *cursor)
{
	struct vma_cursor *c = cursor;

	mmap_read_unlock(c->mm);
	mmput(c->mm);
	tasks_drop(&c->tasks);
}

static void vmas_step(void *cursor)
{
	struct vma_cursor *c = cursor;

	c->from = c->next;
}

const struct xbpf_iter_ops xbpf_iter_task_vma_ops = {
	.name		= "task_vma",
	.cursor_size	= sizeof(struct vma_cursor),
	.over_tasks	= 1,
	.choose		= choose_tasks,
	.open		= vmas_open,
	.close		= task_close,
	.find		= vmas_find,
	.drop		= vmas_drop,
	.step		= vmas_step,
};
