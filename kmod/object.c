// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects: identity, lifetime, descriptors.
 *
 * Knows that an object has a kind, perhaps an id, and references; and how the
 * last reference leads to its end: id given up at once, detached, a grace
 * period, freed. Does not know what an object is.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/xarray.h>
#include "xbpf.h"
#include "device.h"

/* Ids of a kind begin behind those that are reserved (the kernel's BTF is 1). */
#define FIRST_BTF_ID 3

struct obj_kind {
	struct xarray ids;
	u32 last_id;		/* given out, under the lock of @ids */
	atomic_t alive;
};

static struct obj_kind kinds[XBPF_NR_OBJ_KINDS];
static struct workqueue_struct *dying_wq;
static atomic_t dying;		/* last reference gone, not yet freed */

int xbpf_obj_init(struct xbpf_obj *obj, const struct xbpf_obj_ops *ops)
{
	kref_init(&obj->ref);
	atomic_set(&obj->fds, 0);
	obj->id = 0;
	obj->ops = ops;
	__module_get(THIS_MODULE);
	atomic_inc(&kinds[ops->kind].alive);
	return 0;
}

void xbpf_obj_abort(struct xbpf_obj *obj)
{
	atomic_dec(&kinds[obj->ops->kind].alive);
	module_put(THIS_MODULE);
}

int xbpf_obj_finalize(struct xbpf_obj *obj)
{
	struct obj_kind *kind = &kinds[obj->ops->kind];
	u32 first = obj->ops->kind == XBPF_OBJ_BTF ? FIRST_BTF_ID : 1;
	int err;

	err = xa_alloc_cyclic_irq(&kind->ids, &obj->id, obj,
				  XA_LIMIT(first, INT_MAX - 1), &kind->last_id,
				  GFP_KERNEL_ACCOUNT);
	return min(err, 0);
}

int xbpf_obj_reserve_id(struct xbpf_obj *obj, u32 id)
{
	int err;

	err = xa_insert_irq(&kinds[obj->ops->kind].ids, id, obj, GFP_KERNEL);
	if (!err)
		obj->id = id;
	return err;
}

static void give_up_id(struct xbpf_obj *obj)
{
	struct xarray *ids = &kinds[obj->ops->kind].ids;
	unsigned long flags;

	if (!obj->id)
		return;
	xa_lock_irqsave(ids, flags);
	__xa_erase(ids, obj->id);
	xa_unlock_irqrestore(ids, flags);
}

/* ---- the end ---- */

static void free_work(struct work_struct *work)
{
	struct xbpf_obj *obj = container_of(work, struct xbpf_obj, work);
	enum xbpf_obj_kind kind = obj->ops->kind;

	obj->ops->free(obj);
	atomic_dec(&kinds[kind].alive);
	atomic_dec(&dying);
	/* This function may end after the module's exit has begun: that waits
	 * for the workqueue. */
	module_put(THIS_MODULE);
}

static void after_grace_period(struct rcu_head *rcu)
{
	struct xbpf_obj *obj = container_of(rcu, struct xbpf_obj, rcu);

	INIT_WORK(&obj->work, free_work);
	queue_work(dying_wq, &obj->work);
}

static void detach_work(struct work_struct *work)
{
	struct xbpf_obj *obj = container_of(work, struct xbpf_obj, work);

	obj->ops->detach(obj);
	call_rcu(&obj->rcu, after_grace_period);
}

static void last_ref(struct kref *ref)
{
	struct xbpf_obj *obj = container_of(ref, struct xbpf_obj, ref);

	atomic_inc(&dying);
	give_up_id(obj);
	if (!obj->ops->detach) {
		call_rcu(&obj->rcu, after_grace_period);
		return;
	}
	INIT_WORK(&obj->work, detach_work);
	queue_work(dying_wq, &obj->work);
}

static void last_ref_sync(struct kref *ref)
{
	struct xbpf_obj *obj = container_of(ref, struct xbpf_obj, ref);

	atomic_inc(&dying);
	give_up_id(obj);
	if (obj->ops->detach)
		obj->ops->detach(obj);
	call_rcu(&obj->rcu, after_grace_period);
}

void xbpf_obj_get(struct xbpf_obj *obj)
{
	kref_get(&obj->ref);
}

void xbpf_obj_put(struct xbpf_obj *obj)
{
	kref_put(&obj->ref, last_ref);
}

void xbpf_obj_put_sync(struct xbpf_obj *obj)
{
	might_sleep();
	kref_put(&obj->ref, last_ref_sync);
}

/*
 * Freeing one object may drop the last reference to another (link -> program
 * -> map -> program): go round until none is left, or somebody else keeps
 * dropping them.
 */
void xbpf_obj_settle(void)
{
	int rounds = 16;

	while (atomic_read(&dying) && rounds--) {
		flush_workqueue(dying_wq);
		rcu_barrier();
		flush_workqueue(dying_wq);
	}
}

/* ---- descriptors ---- */

int xbpf_obj_release(struct inode *inode, struct file *file)
{
	struct xbpf_obj *obj = file->private_data;

	if (obj->ops->file_closed)
		obj->ops->file_closed(obj, file);
	if (atomic_dec_and_test(&obj->fds) && obj->ops->last_fd)
		obj->ops->last_fd(obj);
	xbpf_obj_put_sync(obj);
	return 0;
}

void xbpf_obj_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct xbpf_obj *obj = file->private_data;

	if (obj->ops->show_fdinfo)
		obj->ops->show_fdinfo(obj, m);
}

struct xbpf_obj *xbpf_obj_from_file(const struct file *file)
{
	return file->f_op->release == xbpf_obj_release ? file->private_data :
							 NULL;
}

void xbpf_obj_user_get(struct xbpf_obj *obj)
{
	xbpf_obj_get(obj);
	atomic_inc(&obj->fds);
}

void xbpf_obj_user_put(struct xbpf_obj *obj)
{
	if (atomic_dec_and_test(&obj->fds) && obj->ops->last_fd)
		obj->ops->last_fd(obj);
	xbpf_obj_put(obj);
}

int xbpf_obj_new_fd(struct xbpf_obj *obj, int o_flags)
{
	int fd;

	xbpf_obj_user_get(obj);
	fd = anon_inode_getfd(obj->ops->fd_name, obj->ops->fops, obj, o_flags);
	if (fd < 0)	/* others may have closed theirs meanwhile */
		xbpf_obj_user_put(obj);
	return fd;
}

struct file *xbpf_obj_fget(int fd, enum xbpf_obj_kind kind)
{
	struct file *file = fget(fd);
	struct xbpf_obj *obj;

	if (!file)
		return ERR_PTR(-EBADF);
	obj = xbpf_obj_from_file(file);
	if (obj && obj->ops->kind == kind)
		return file;
	fput(file);
	return ERR_PTR(-EINVAL);
}

struct xbpf_obj *xbpf_obj_from_fd(int fd, enum xbpf_obj_kind kind)
{
	struct file *file = xbpf_obj_fget(fd, kind);
	struct xbpf_obj *obj;

	if (IS_ERR(file))
		return ERR_CAST(file);
	obj = xbpf_obj_from_file(file);
	xbpf_obj_get(obj);
	fput(file);
	return obj;
}

/* ---- ids ---- */

struct xbpf_obj *xbpf_obj_from_id(u32 id, enum xbpf_obj_kind kind)
{
	struct xarray *ids = &kinds[kind].ids;
	struct xbpf_obj *obj;

	xa_lock_irq(ids);
	obj = xa_load(ids, id);
	if (!obj)
		obj = ERR_PTR(-ENOENT);
	else if (!kref_get_unless_zero(&obj->ref))
		obj = ERR_PTR(-EAGAIN);
	xa_unlock_irq(ids);
	return obj;
}

int xbpf_obj_next_id(u32 *id, enum xbpf_obj_kind kind)
{
	unsigned long index = *id;

	if (!xa_find_after(&kinds[kind].ids, &index, INT_MAX, XA_PRESENT))
		return -ENOENT;
	*id = index;
	return 0;
}

u32 xbpf_obj_count(enum xbpf_obj_kind kind)
{
	return atomic_read(&kinds[kind].alive);
}

/* ---- module ---- */

int xbpf_obj_subsys_init(void)
{
	int i;

	for (i = 0; i < XBPF_NR_OBJ_KINDS; i++)
		xa_init_flags(&kinds[i].ids, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_IRQ);
	dying_wq = alloc_workqueue("xbpf", WQ_UNBOUND, 0);
	return dying_wq ? 0 : -ENOMEM;
}

void xbpf_obj_subsys_exit(void)
{
	int i;

	rcu_barrier();
	destroy_workqueue(dying_wq);
	for (i = 0; i < XBPF_NR_OBJ_KINDS; i++)
		xa_destroy(&kinds[i].ids);
}
