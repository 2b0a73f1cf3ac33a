// SPDX-License-Identifier: GPL-2.0-only
/*
 * Link objects and the commands that attach programs.
 *
 * Knows that a link holds its program and is detached when its last reference
 * goes. Where it is attached is attach/'s.
 */
#include <linux/cgroup.h>
#include "device.h"

/* ---- life ---- */

/* Of enum xbpf_link_type, as fdinfo has them. */
static const char *const link_names[] = {
	[XBPF_LINK_TYPE_RAW_TRACEPOINT]	= "raw_tracepoint",
	[XBPF_LINK_TYPE_TRACING]	= "tracing",
	[XBPF_LINK_TYPE_CGROUP]		= "cgroup",
	[XBPF_LINK_TYPE_ITER]		= "iter",
	[XBPF_LINK_TYPE_NETNS]		= "netns",
	[XBPF_LINK_TYPE_XDP]		= "xdp",
	[XBPF_LINK_TYPE_PERF_EVENT]	= "perf_event",
	[XBPF_LINK_TYPE_KPROBE_MULTI]	= "kprobe_multi",
	[XBPF_LINK_TYPE_STRUCT_OPS]	= "struct_ops",
	[XBPF_LINK_TYPE_NETFILTER]	= "netfilter",
	[XBPF_LINK_TYPE_TCX]		= "tcx",
	[XBPF_LINK_TYPE_UPROBE_MULTI]	= "uprobe_multi",
	[XBPF_LINK_TYPE_NETKIT]		= "netkit",
	[XBPF_LINK_TYPE_SOCKMAP]	= "sockmap",
	[XBPF_LINK_TYPE_TRACING_MULTI]	= "tracing_multi",
};

static void link_detach(struct xbpf_obj *obj)
{
	struct xbpf_link *link = xbpf_to_link(obj);

	link->ops->release(link);
}

static void link_free(struct xbpf_obj *obj)
{
	struct xbpf_link *link = xbpf_to_link(obj);
	struct xbpf_prog_obj *prog = link->prog;

	link->ops->free(link);
	xbpf_obj_put(&prog->obj);
}

static void link_show_fdinfo(struct xbpf_obj *obj, struct seq_file *m)
{
	struct xbpf_link *link = xbpf_to_link(obj);
	struct xbpf_prog_obj *prog;

	seq_printf(m, "link_type:\t%s\n", link_names[link->type]);
	seq_printf(m, "link_id:\t%u\n", obj->id);
	prog = xbpf_link_prog(link);
	seq_printf(m, "prog_tag:\t%*phN\n", XBPF_TAG_SIZE, prog->tag);
	seq_printf(m, "prog_id:\t%u\n", prog->obj.id);
	xbpf_obj_put(&prog->obj);
	if (link->ops->show_fdinfo)
		link->ops->show_fdinfo(link, m);
}

/* A link is neither read nor written, but open for it as on Linux. */
static ssize_t link_read(struct file *file, char __user *ubuf, size_t size,
			 loff_t *pos)
{
	return -EINVAL;
}

static ssize_t link_write(struct file *file, const char __user *ubuf,
			  size_t size, loff_t *pos)
{
	return -EINVAL;
}

static const struct file_operations link_fops = {
	XBPF_OBJ_FOPS,
	.read	= link_read,
	.write	= link_write,
};

static const struct xbpf_obj_ops link_obj_ops = {
	.fd_name	= "bpf_link",
	.kind		= XBPF_OBJ_LINK,
	.free		= link_free,
	.detach		= link_detach,
	.show_fdinfo	= link_show_fdinfo,
	.fops		= &link_fops,
};

int xbpf_link_init(struct xbpf_link *link, u32 type,
		   const struct xbpf_link_ops *ops, struct xbpf_prog_obj *prog)
{
	if (WARN_ON_ONCE(type >= ARRAY_SIZE(link_names) || !link_names[type]))
		return -EINVAL;
	link->type = type;
	link->ops = ops;
	link->prog = prog;
	xbpf_obj_get(&prog->obj);
	return xbpf_obj_init(&link->obj, &link_obj_ops);
}

int xbpf_link_publish(struct xbpf_link *link)
{
	int fd;

	fd = xbpf_obj_finalize(&link->obj);
	if (!fd)
		fd = xbpf_obj_new_fd(&link->obj, O_RDWR | O_CLOEXEC);
	xbpf_obj_put_sync(&link->obj);	/* the descriptor has its own */
	return fd;
}

void xbpf_link_abort(struct xbpf_link *link)
{
	struct xbpf_prog_obj *prog = link->prog;

	xbpf_obj_abort(&link->obj);
	link->ops->free(link);
	xbpf_obj_put(&prog->obj);
}

/* ---- attaching ---- */

static int attach_raw_tracepoint(struct xbpf_prog_obj *prog,
				 const union xbpf_attr *attr)
{
	const char __user *uname = u64_to_user_ptr(attr->raw_tracepoint.name);
	char name[128];

	switch (prog->prog->type) {
	case XBPF_PROG_TYPE_TRACING:
		/* The program says where, when it is loaded. */
		if (attr->raw_tracepoint.name)
			return -EINVAL;
		if (prog->prog->expected_attach_type != XBPF_TRACE_RAW_TP)
			return xbpf_attach_tracing(prog,
					attr->raw_tracepoint.cookie);
		return xbpf_attach_raw_tracepoint(prog,
						  prog->prog->attach_name,
						  attr->raw_tracepoint.cookie);
	case XBPF_PROG_TYPE_RAW_TRACEPOINT:
	case XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE:
		break;
	default:
		return -EINVAL;
	}
	if (strncpy_from_user(name, uname, sizeof(name) - 1) < 0)
		return -EFAULT;
	name[sizeof(name) - 1] = '\0';
	return xbpf_attach_raw_tracepoint(prog, name,
					  attr->raw_tracepoint.cookie);
}

int xbpf_cmd_raw_tracepoint(union xbpf_attr *attr,
			    union xbpf_attr __user *uattr, u32 size)
{
	struct xbpf_obj *prog;
	int fd;

	prog = xbpf_obj_from_fd(attr->raw_tracepoint.prog_fd, XBPF_OBJ_PROG);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	fd = attach_raw_tracepoint(xbpf_to_prog_obj(prog), attr);
	xbpf_obj_put(prog);
	return fd;
}

int xbpf_cmd_link_create(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size)
{
	struct xbpf_obj *prog;
	int fd;

	prog = xbpf_obj_from_fd(attr->link_create.prog_fd, XBPF_OBJ_PROG);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	fd = xbpf_attach_link_create(xbpf_to_prog_obj(prog), attr);
	xbpf_obj_put(prog);
	return fd;
}

/* ---- changing what is attached ---- */

static DEFINE_MUTEX(prog_lock);		/* of ->prog of links that can be updated */

struct xbpf_prog_obj *xbpf_link_prog(struct xbpf_link *link)
{
	struct xbpf_prog_obj *prog;

	mutex_lock(&prog_lock);
	prog = link->prog;
	xbpf_obj_get(&prog->obj);
	mutex_unlock(&prog_lock);
	return prog;
}

/* Takes over the caller's reference to @new when it is 0. */
static int replace_prog(struct xbpf_link *link, struct xbpf_prog_obj *new,
			struct xbpf_prog_obj *old)
{
	struct xbpf_prog_obj *before = NULL;
	int err;

	mutex_lock(&prog_lock);
	err = link->ops->update(link, new, old);
	if (!err) {
		before = link->prog;
		link->prog = new;
	}
	mutex_unlock(&prog_lock);
	if (before)
		xbpf_obj_put(&before->obj);
	return err;
}

static int link_update(struct xbpf_link *link, const union xbpf_attr *attr)
{
	struct xbpf_obj *prog, *old = NULL;
	int err = -EINVAL;

	prog = xbpf_obj_from_fd(attr->link_update.new_prog_fd, XBPF_OBJ_PROG);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	if (attr->link_update.flags & XBPF_F_REPLACE) {
		old = xbpf_obj_from_fd(attr->link_update.old_prog_fd,
				       XBPF_OBJ_PROG);
		if (IS_ERR(old)) {
			err = PTR_ERR(old);
			old = NULL;
			goto out;
		}
	} else if (attr->link_update.old_prog_fd) {
		goto out;
	}
	if (link->ops->update)
		err = replace_prog(link, xbpf_to_prog_obj(prog),
				   old ? xbpf_to_prog_obj(old) : NULL);
out:
	if (old)
		xbpf_obj_put(old);
	if (err)
		xbpf_obj_put(prog);
	return err;
}

int xbpf_cmd_link_update(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size)
{
	struct xbpf_obj *link;
	int err;

	if (attr->link_update.flags & ~XBPF_F_REPLACE)
		return -EINVAL;
	link = xbpf_obj_from_fd(attr->link_update.link_fd, XBPF_OBJ_LINK);
	if (IS_ERR(link))
		return PTR_ERR(link);
	err = link_update(xbpf_to_link(link), attr);
	xbpf_obj_put_sync(link);
	return err;
}

int xbpf_cmd_link_detach(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size)
{
	struct xbpf_obj *obj;
	struct xbpf_link *link;
	int err = -EOPNOTSUPP;

	obj = xbpf_obj_from_fd(attr->link_detach.link_fd, XBPF_OBJ_LINK);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	link = xbpf_to_link(obj);
	if (link->ops->detach)
		err = link->ops->detach(link);
	xbpf_obj_put_sync(obj);
	return err;
}

int xbpf_cmd_iter_create(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size)
{
	struct xbpf_obj *link;
	int fd;

	if (attr->iter_create.flags)
		return -EINVAL;
	link = xbpf_obj_from_fd(attr->iter_create.link_fd, XBPF_OBJ_LINK);
	if (IS_ERR(link))
		return PTR_ERR(link);
	fd = xbpf_iter_create(xbpf_to_link(link));
	xbpf_obj_put_sync(link);
	return fd;
}

/* ---- PROG_QUERY ---- */

#define ATTACH(t) BIT_ULL(XBPF_CGROUP_##t)

static const u64 cgroup_attach_types =
	ATTACH(INET_INGRESS) | ATTACH(INET_EGRESS) | ATTACH(INET_SOCK_CREATE) |
	ATTACH(INET_SOCK_RELEASE) | ATTACH(SOCK_OPS) | ATTACH(DEVICE) |
	ATTACH(INET4_BIND) | ATTACH(INET6_BIND) | ATTACH(INET4_CONNECT) |
	ATTACH(INET6_CONNECT) | ATTACH(UNIX_CONNECT) | ATTACH(INET4_POST_BIND) |
	ATTACH(INET6_POST_BIND) | ATTACH(UDP4_SENDMSG) | ATTACH(UDP6_SENDMSG) |
	ATTACH(UNIX_SENDMSG) | ATTACH(UDP4_RECVMSG) | ATTACH(UDP6_RECVMSG) |
	ATTACH(UNIX_RECVMSG) | ATTACH(SYSCTL) | ATTACH(GETSOCKOPT) |
	ATTACH(SETSOCKOPT) | ATTACH(INET4_GETPEERNAME) |
	ATTACH(INET6_GETPEERNAME) | ATTACH(UNIX_GETPEERNAME) |
	ATTACH(INET4_GETSOCKNAME) | ATTACH(INET6_GETSOCKNAME) |
	ATTACH(UNIX_GETSOCKNAME) | BIT_ULL(XBPF_LSM_CGROUP);

/* Nothing can be attached to a cgroup yet: the answer is that there is nothing. */
int xbpf_cmd_prog_query(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size)
{
	u32 type = attr->query.attach_type;
	struct cgroup *cgroup;

	if (!capable(CAP_NET_ADMIN) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (attr->query.query_flags & ~XBPF_F_QUERY_EFFECTIVE)
		return -EINVAL;
	if (type >= 64 || !(cgroup_attach_types >> type & 1))
		return -EINVAL;
	cgroup = cgroup_get_from_fd(attr->query.target_fd);
	if (IS_ERR(cgroup))
		return PTR_ERR(cgroup);
	cgroup_put(cgroup);
	if (put_user(0, &uattr->query.attach_flags) ||
	    put_user(0, &uattr->query.prog_cnt))
		return -EFAULT;
	return 0;
}
