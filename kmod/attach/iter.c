// SPDX-License-Identifier: GPL-2.0-only
/*
 * Links to iterators, and the files that they are read through.
 *
 * Knows how what a program prints becomes what read() gives: the program runs once
 * for each object, and once more, without one, at the end. Which objects there are
 * is told by each target, in iter_*.c.
 *
 * A file is like seq_file's others: what does not fit is not given in part, the
 * program runs again for the same object when there is room. Between two calls of
 * read() no object is held.
 */
#include <linux/anon_inodes.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include "attach/attach.h"

/* As Linux has it: so programs rarely run twice for an object. */
#define BUFFER_SIZE	(8 * PAGE_SIZE)

static const struct xbpf_iter_ops *const targets[] = {
	&xbpf_iter_task_ops, &xbpf_iter_task_file_ops, &xbpf_iter_task_vma_ops,
	&xbpf_iter_map_ops, &xbpf_iter_prog_ops, &xbpf_iter_link_ops,
};

/* ---- reading ---- */

/* What a program's first argument points to: struct bpf_iter_meta of the kernel. */
struct iter_meta {
	struct seq_file *seq;
	u64 session_id;
	u64 seq_num;
};

/*
 * struct reader - of one open file; calls are serialised by seq_file
 * @prog: reference held
 * @held: the cursor is on an object, which is held
 * @at_end: there are no more; the program is still to be told
 * @ended: it has been
 */
struct reader {
	const struct xbpf_iter_ops *ops;
	struct xbpf_prog_obj *prog;
	struct iter_meta meta;
	u64 args[XBPF_ITER_ARGS];
	int held, at_end, ended;
	unsigned long cursor[];
};

static atomic64_t sessions;

static void *locate(struct reader *r)
{
	int err;

	memset(r->args, 0, sizeof(r->args));
	err = r->ops->find(r->cursor, r->args + 1);
	if (err < 0)
		return ERR_PTR(err);
	r->held = err;
	r->at_end = !err;
	return r;
}

static void let_go(struct reader *r)
{
	if (r->held)
		r->ops->drop(r->cursor);
	r->held = 0;
}

static void *reader_start(struct seq_file *m, loff_t *pos)
{
	struct reader *r = m->private;

	return r->ended ? NULL : locate(r);
}

static void *reader_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct reader *r = m->private;

	++*pos;
	if (r->at_end) {
		r->ended = 1;
		return NULL;
	}
	let_go(r);
	r->ops->step(r->cursor);
	r->meta.seq_num++;
	return locate(r);
}

static void reader_stop(struct seq_file *m, void *v)
{
	let_go(m->private);
}

/* A program that returns 1 wants the object again, at the next read(). */
static int reader_show(struct seq_file *m, void *v)
{
	struct reader *r = m->private;
	struct xbpf_run_ctx run = {};

	r->meta.seq = m;
	r->args[0] = (unsigned long)&r->meta;
	return xbpf_run(r->prog, r->args, &run) ? -EAGAIN : 0;
}

static const struct seq_operations reader_ops = {
	.start	= reader_start,
	.next	= reader_next,
	.stop	= reader_stop,
	.show	= reader_show,
};

static void reader_free(struct reader *r)
{
	r->ops->close(r->cursor);
	xbpf_obj_put(&r->prog->obj);
	kfree(r);
}

static struct reader *reader_new(struct xbpf_link *link)
{
	const struct xbpf_iter_link *il = xbpf_iter_link_of(link);
	struct reader *r;
	int err;

	r = kzalloc(struct_size(r, cursor,
				DIV_ROUND_UP(il->ops->cursor_size,
					     sizeof(unsigned long))),
		    GFP_KERNEL_ACCOUNT);
	if (!r)
		return ERR_PTR(-ENOMEM);
	r->ops = il->ops;
	r->meta.session_id = atomic64_inc_return(&sessions);
	err = r->ops->open(r->cursor, &il->over);
	if (err) {
		kfree(r);
		return ERR_PTR(err);
	}
	r->prog = xbpf_link_prog(link);
	return r;
}

static int begin_reading(struct file *file, struct reader *r)
{
	struct seq_file *m;
	int err = seq_open(file, &reader_ops);

	if (err)
		return err;
	m = file->private_data;
	m->buf = kvmalloc(BUFFER_SIZE, GFP_KERNEL_ACCOUNT);
	if (m->buf)
		m->size = BUFFER_SIZE;
	m->private = r;
	return nonseekable_open(file_inode(file), file);
}

static int iter_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	if (m)
		reader_free(m->private);
	return m ? seq_release(inode, file) : 0;
}

static const struct file_operations iter_fops = {
	.owner		= THIS_MODULE,
	.read		= seq_read,
	.release	= iter_release,
};

int xbpf_iter_open(struct xbpf_link *link, struct file *file)
{
	struct reader *r;
	int err;

	if (link->type != XBPF_LINK_TYPE_ITER)
		return -EIO;
	if ((file->f_flags & O_ACCMODE) != O_RDONLY)
		return -EACCES;
	r = reader_new(link);
	if (IS_ERR(r))
		return PTR_ERR(r);
	err = begin_reading(file, r);
	if (err) {
		reader_free(r);
		return err;
	}
	__module_get(THIS_MODULE);	/* the link holds it already */
	replace_fops(file, &iter_fops);
	return 0;
}

int xbpf_iter_create(struct xbpf_link *link)
{
	struct reader *r;
	struct file *file;
	int fd, err;

	if (link->type != XBPF_LINK_TYPE_ITER)
		return -EINVAL;
	fd = get_unused_fd_flags(O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fd;
	r = reader_new(link);
	err = PTR_ERR_OR_ZERO(r);
	if (err)
		goto put_fd;
	file = anon_inode_getfile("bpf_iter", &iter_fops, NULL, O_RDONLY);
	err = PTR_ERR_OR_ZERO(file);
	if (err)
		goto free;
	err = begin_reading(file, r);
	if (err)
		goto put_file;
	fd_install(fd, file);
	return fd;

put_file:
	fput(file);
free:
	reader_free(r);
put_fd:
	put_unused_fd(fd);
	return err;
}

/* ---- links ---- */

static void iter_link_release(struct xbpf_link *link)
{
}

static void iter_link_free(struct xbpf_link *link)
{
	struct xbpf_iter_link *il = xbpf_iter_link_of(link);

	if (il->over.map)
		xbpf_obj_put(&il->over.map->obj);
	kfree(il);
}

static int iter_link_update(struct xbpf_link *link, struct xbpf_prog_obj *prog,
			    struct xbpf_prog_obj *old)
{
	const struct xbpf_prog *now = link->prog->prog, *new = prog->prog;

	if (old && old != link->prog)
		return -EPERM;
	if (now->type != new->type ||
	    now->expected_attach_type != new->expected_attach_type ||
	    link->prog->attach_btf_id != prog->attach_btf_id)
		return -EINVAL;
	return 0;
}

static int iter_link_fill_info(const struct xbpf_link *link,
			       struct xbpf_link_info *info, u32 user_len)
{
	const struct xbpf_iter_link *il = xbpf_iter_link_of(link);

	if (il->over.map)
		info->iter.map.map_id = il->over.map->obj.id;
	else if (il->ops->over_tasks) {
		info->iter.task.tid = il->over.tid;
		info->iter.task.pid = il->over.pid;
	}
	return xbpf_event_copy_name(info->iter.target_name,
				    &info->iter.target_name_len, il->ops->name);
}

static void iter_link_show_fdinfo(const struct xbpf_link *link,
				  struct seq_file *m)
{
	const struct xbpf_iter_link *il = xbpf_iter_link_of(link);

	seq_printf(m, "target_name:\t%s\n", il->ops->name);
	if (il->over.map)
		seq_printf(m, "map_id:\t%u\n", il->over.map->obj.id);
	else if (il->over.tid)
		seq_printf(m, "task_type:\ttid\ntid:\t%u\n", il->over.tid);
	else if (il->over.pid)
		seq_printf(m, "task_type:\tpid\npid:\t%u\n", il->over.pid);
	else if (il->ops->over_tasks)
		seq_puts(m, "task_type:\tall\n");
}

static const struct xbpf_link_ops iter_link_ops = {
	.release	= iter_link_release,
	.free		= iter_link_free,
	.update		= iter_link_update,
	.fill_info	= iter_link_fill_info,
	.show_fdinfo	= iter_link_show_fdinfo,
};

/* The target whose function, bpf_iter_NAME, the program was loaded for. */
static const struct xbpf_iter_ops *find_target(const struct xbpf_prog *prog)
{
	const char *prefix = "bpf_iter_";
	size_t i;

	if (!prog->attach_name || strncmp(prog->attach_name, prefix, 9))
		return NULL;
	for (i = 0; i < ARRAY_SIZE(targets); i++)
		if (!strcmp(targets[i]->name, prog->attach_name + 9))
			return targets[i];
	return NULL;
}

/* What LINK_CREATE says about what to go over, zeroes for what it does not. */
static int copy_info(const union xbpf_attr *attr,
		     union xbpf_iter_link_info *info)
{
	u64 user = attr->link_create.iter_info;
	u32 len = attr->link_create.iter_info_len;

	memset(info, 0, sizeof(*info));
	if (!user != !len)
		return -EINVAL;
	return user ? copy_struct_from_user(info, sizeof(*info),
					    u64_to_user_ptr(user), len) : 0;
}

int xbpf_iter_link_create(struct xbpf_prog_obj *prog,
			  const union xbpf_attr *attr)
{
	const struct xbpf_iter_ops *ops = find_target(prog->prog);
	union xbpf_iter_link_info info;
	struct xbpf_iter_link *il;
	int err;

	if (attr->link_create.target_fd || attr->link_create.flags)
		return -EINVAL;
	err = copy_info(attr, &info);
	if (err)
		return err;
	if (!ops)
		return -ENOENT;
	il = kzalloc(sizeof(*il), GFP_KERNEL_ACCOUNT);
	if (!il)
		return -ENOMEM;
	il->ops = ops;
	err = ops->choose ? ops->choose(&il->over, &info) : 0;
	if (!err)
		err = xbpf_link_init(&il->link, XBPF_LINK_TYPE_ITER,
				     &iter_link_ops, prog);
	if (err) {
		kfree(il);
		return err;
	}
	return xbpf_link_publish(&il->link);
}
