// SPDX-License-Identifier: GPL-2.0-only
/*
 * XBPF_PERF_EVENT_OPEN and its descriptors.
 *
 * Knows how an event is opened, carries a program, is enabled and closed.
 * Does not know where events come from: that is its source's.
 */
#include <linux/anon_inodes.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "attach/attach.h"

static atomic64_t next_event_id;
static LIST_HEAD(carrying);		/* events that have a program */
static DEFINE_MUTEX(carrying_lock);
static const struct xbpf_obj_ops event_obj_ops;

/* ---- running ---- */

u64 xbpf_event_run(struct xbpf_event *ev, void *ctx, struct xbpf_run_ctx *run)
{
	struct xbpf_prog_obj *prog;
	u64 ret = 0;

	preempt_disable_notrace();
	prog = rcu_dereference_raw(ev->prog);
	if (prog) {
		run->cookie = ev->cookie;
		ret = xbpf_run(prog, ctx, run);
	}
	preempt_enable_notrace();
	return ret;
}

void xbpf_event_miss(struct xbpf_event *ev, enum xbpf_miss why, u64 times)
{
	struct xbpf_prog_obj *prog;

	preempt_disable_notrace();
	prog = rcu_dereference_raw(ev->prog);
	if (prog)
		xbpf_run_miss(prog, why, times);
	preempt_enable_notrace();
}

/* ---- carrying a program ---- */

int xbpf_event_attach(struct xbpf_event *ev, struct xbpf_prog_obj *prog,
		      u64 cookie)
{
	int err = 0;

	if (ev->source->prog_type != prog->prog->type)
		return -EINVAL;
	if (ev->record_size && prog->prog->max_ctx > ev->record_size)
		return -EACCES;
	mutex_lock(&ev->lock);
	if (rcu_access_pointer(ev->prog)) {
		err = -EEXIST;
		goto out;
	}
	if (ev->kept) {
		err = -EBUSY;
		goto out;
	}
	xbpf_obj_get(&prog->obj);
	ev->cookie = cookie;
	mutex_lock(&carrying_lock);
	if (ev->source->collect)	/* what was missed before is nobody's */
		ev->source->collect(ev);
	rcu_assign_pointer(ev->prog, prog);
	list_add_tail(&ev->node, &carrying);
	mutex_unlock(&carrying_lock);
out:
	mutex_unlock(&ev->lock);
	return err;
}

void xbpf_event_detach(struct xbpf_event *ev)
{
	struct xbpf_prog_obj *prog;

	mutex_lock(&ev->lock);
	prog = rcu_dereference_protected(ev->prog, lockdep_is_held(&ev->lock));
	if (prog) {
		mutex_lock(&carrying_lock);
		if (ev->source->collect)
			ev->source->collect(ev);
		list_del(&ev->node);
		mutex_unlock(&carrying_lock);
		rcu_assign_pointer(ev->prog, NULL);
	}
	mutex_unlock(&ev->lock);
	if (!prog)
		return;
	/* Runs are inside preempt-off sections; see xbpf_event_run(). */
	synchronize_rcu();
	xbpf_obj_put(&prog->obj);
}

void xbpf_attach_collect_misses(struct xbpf_prog_obj *prog)
{
	struct xbpf_event *ev;

	mutex_lock(&carrying_lock);
	list_for_each_entry(ev, &carrying, node)
		if (rcu_access_pointer(ev->prog) == prog && ev->source->collect)
			ev->source->collect(ev);
	mutex_unlock(&carrying_lock);
}

/* ---- the descriptor ---- */

static int event_switch(struct xbpf_event *ev, int on)
{
	int err = 0;

	mutex_lock(&ev->lock);
	if (on && !ev->enabled) {
		err = ev->source->enable(ev);
		ev->enabled = !err;
	} else if (!on && ev->enabled) {
		ev->source->disable(ev);
		ev->enabled = 0;
	}
	mutex_unlock(&ev->lock);
	return err;
}

static int event_set_bpf(struct xbpf_event *ev, int fd)
{
	struct xbpf_obj *prog = xbpf_obj_from_fd(fd, XBPF_OBJ_PROG);
	int err;

	if (IS_ERR(prog))
		return PTR_ERR(prog);
	err = xbpf_event_attach(ev, container_of(prog, struct xbpf_prog_obj, obj),
				0);
	xbpf_obj_put(prog);
	return err;
}

/* PERF_EVENT_IOC_QUERY_BPF: ids of the programs on the event. */
static int event_query(struct xbpf_event *ev, void __user *uarg)
{
	struct perf_event_query_bpf __user *uquery = uarg;
	u32 ids_len, count = 0, id = 0;
	struct xbpf_prog_obj *prog;

	if (get_user(ids_len, &uquery->ids_len))
		return -EFAULT;
	rcu_read_lock();
	prog = rcu_dereference(ev->prog);
	if (prog) {
		count = 1;
		id = prog->obj.id;
	}
	rcu_read_unlock();
	if (put_user(count, &uquery->prog_cnt))
		return -EFAULT;
	if (!count)
		return 0;
	if (ids_len < count)
		return -ENOSPC;
	return put_user(id, &uquery->ids[0]) ? -EFAULT : 0;
}

static long event_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct xbpf_event *ev = xbpf_event_of(xbpf_obj_from_file(file));
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case PERF_EVENT_IOC_ENABLE:
		return event_switch(ev, 1);
	case PERF_EVENT_IOC_DISABLE:
		return event_switch(ev, 0);
	case PERF_EVENT_IOC_RESET:
		return 0;
	case PERF_EVENT_IOC_SET_BPF:
		return event_set_bpf(ev, arg);
	case PERF_EVENT_IOC_QUERY_BPF:
		return event_query(ev, uarg);
	case PERF_EVENT_IOC_ID:
		return copy_to_user(uarg, &ev->event_id, sizeof(u64)) ?
			-EFAULT : 0;
	}
	return -ENOTTY;
}

static int event_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct xbpf_event *ev = xbpf_event_of(xbpf_obj_from_file(file));

	return ev->source->mmap ? ev->source->mmap(ev, vma) : -EINVAL;
}

static __poll_t event_poll(struct file *file, struct poll_table_struct *wait)
{
	struct xbpf_event *ev = xbpf_event_of(xbpf_obj_from_file(file));

	return ev->source->poll ? ev->source->poll(ev, file, wait) : EPOLLHUP;
}

static void event_stop(struct xbpf_obj *obj)
{
	struct xbpf_event *ev = xbpf_event_of(obj);

	event_switch(ev, 0);
	xbpf_event_detach(ev);
	if (ev->source->close)
		ev->source->close(ev);
}

static void event_free(struct xbpf_obj *obj)
{
	struct xbpf_event *ev = xbpf_event_of(obj);

	if (ev->source->free)
		ev->source->free(ev);
	kfree(ev);
}

static const struct file_operations event_fops = {
	XBPF_OBJ_FOPS,
	.llseek		= noop_llseek,
	.unlocked_ioctl	= event_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.mmap		= event_mmap,
	.poll		= event_poll,
};

static const struct xbpf_obj_ops event_obj_ops = {
	.fd_name	= "[perf_event]",
	.kind		= XBPF_OBJ_PERF,
	.detach		= event_stop,
	.free		= event_free,
	.fops		= &event_fops,
};

/* ---- opening ---- */

static int attr_copy(struct perf_event_attr *attr,
		     const struct xbpf_perf_open *open)
{
	void __user *uattr = u64_to_user_ptr(open->attr);
	u32 size;
	int err;

	if (get_user(size, &((struct perf_event_attr __user *)uattr)->size))
		return -EFAULT;
	if (!size)
		size = PERF_ATTR_SIZE_VER0;
	if (size < PERF_ATTR_SIZE_VER0 || size > PAGE_SIZE)
		goto wrong_size;
	err = copy_struct_from_user(attr, sizeof(*attr), uattr, size);
	if (err == -E2BIG)
		goto wrong_size;
	if (err)
		return err;
	attr->size = size;
	if (attr->__reserved_1)
		return -EINVAL;
	return 0;
wrong_size:
	if (put_user((u32)sizeof(*attr),
		     &((struct perf_event_attr __user *)uattr)->size))
		return -EFAULT;
	return -E2BIG;
}

static const struct xbpf_event_source *
source_of(const struct perf_event_attr *attr, u32 source)
{
	if (source == XBPF_PERF_SOURCE_KPROBE)
		return &xbpf_kprobe_source;
	if (source == XBPF_PERF_SOURCE_UPROBE)
		return &xbpf_uprobe_source;
	if (source != XBPF_PERF_SOURCE_TYPE)
		return NULL;
	if (attr->type == PERF_TYPE_TRACEPOINT)
		return &xbpf_tracepoint_source;
	if (attr->type == PERF_TYPE_SOFTWARE &&
	    attr->config == PERF_COUNT_SW_BPF_OUTPUT)
		return &xbpf_ring_source;
	return &xbpf_sample_source;
}

static int open_check(const struct xbpf_perf_open *open)
{
	if (open->flags & ~PERF_FLAG_FD_CLOEXEC)
		return -EINVAL;
	if (open->reserved || open->source >= __XBPF_PERF_SOURCE_MAX)
		return -EINVAL;
	if (open->group_fd != -1)
		return -EOPNOTSUPP;
	if (open->pid == -1 && open->cpu == -1)
		return -EINVAL;
	if (open->cpu != -1 && (open->cpu < 0 || open->cpu >= nr_cpu_ids))
		return -EINVAL;
	return perfmon_capable() ? 0 : -EACCES;
}

/* The string that config1 of a probe points to, NULL when it is 0. */
static char *probe_name(const struct perf_event_attr *attr, u32 source)
{
	char *name;

	if (source == XBPF_PERF_SOURCE_TYPE || !attr->config1)
		return NULL;
	name = strndup_user(u64_to_user_ptr(attr->config1),
			    source == XBPF_PERF_SOURCE_UPROBE ? PATH_MAX :
								KSYM_NAME_LEN);
	if (IS_ERR(name))
		return PTR_ERR(name) == -EINVAL ? ERR_PTR(-E2BIG) : name;
	if (!*name) {
		kfree(name);
		return NULL;
	}
	return name;
}

static struct xbpf_event *event_new(const struct xbpf_event_source *source,
				    const struct perf_event_attr *attr,
				    const struct xbpf_perf_open *open)
{
	struct xbpf_event *ev = kzalloc(source->size, GFP_KERNEL_ACCOUNT);
	int err;

	if (!ev)
		return ERR_PTR(-ENOMEM);
	ev->source = source;
	ev->attr = *attr;
	ev->pid = open->pid;
	ev->cpu = open->cpu;
	ev->event_id = atomic64_inc_return(&next_event_id);
	mutex_init(&ev->lock);
	INIT_LIST_HEAD(&ev->node);
	err = xbpf_obj_init(&ev->obj, &event_obj_ops);
	if (err) {
		kfree(ev);
		return ERR_PTR(err);
	}
	return ev;
}

int xbpf_perf_open(const struct xbpf_perf_open *open)
{
	const struct xbpf_event_source *source;
	struct perf_event_attr attr = {};
	struct xbpf_event *ev;
	char *name;
	int ret;

	ret = open_check(open) ?: attr_copy(&attr, open);
	if (ret)
		return ret;
	source = source_of(&attr, open->source);
	if (!source)
		return -ENOENT;
	name = probe_name(&attr, open->source);
	if (IS_ERR(name))
		return PTR_ERR(name);
	ev = event_new(source, &attr, open);
	if (IS_ERR(ev)) {
		ret = PTR_ERR(ev);
		goto free_name;
	}
	ret = source->open(ev, name);
	if (ret) {
		xbpf_obj_abort(&ev->obj);
		kfree(ev);
		goto free_name;
	}
	if (!attr.disabled)
		ret = event_switch(ev, 1);
	if (!ret)
		ret = xbpf_obj_new_fd(&ev->obj,
				      open->flags & PERF_FLAG_FD_CLOEXEC ?
				      O_RDWR | O_CLOEXEC : O_RDWR);
	xbpf_obj_put(&ev->obj);		/* the descriptor has its own */
free_name:
	kfree(name);
	return ret;
}

int xbpf_event_copy_name(u64 user_ptr, u32 *user_len, const char *name)
{
	char __user *ubuf = u64_to_user_ptr(user_ptr);
	u32 room = *user_len, len = strlen(name) + 1;

	if (!ubuf != !room)
		return -EINVAL;
	*user_len = len;
	if (!ubuf)
		return 0;
	if (copy_to_user(ubuf, name, min(room, len)))
		return -EFAULT;
	if (room >= len)
		return 0;
	return put_user('\0', ubuf + room - 1) ? -EFAULT : -ENOSPC;
}
