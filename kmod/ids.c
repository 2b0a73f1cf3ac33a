// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ids: the next one after a given one, and a descriptor for one. The same for
 * each kind of object, but for what bpf(2) lets a caller ask.
 */
#include "device.h"

static int next_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		   enum xbpf_obj_kind kind)
{
	u32 id = attr->start_id;
	int err;

	if (id >= INT_MAX)
		return -EINVAL;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (kind == XBPF_OBJ_BTF)
		xbpf_btf_vmlinux();	/* it is in the list from now on */
	err = xbpf_obj_next_id(&id, kind);
	if (err)
		return err;
	return put_user(id, &uattr->next_id);
}

int xbpf_cmd_prog_next_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			  u32 size)
{
	return next_id(attr, uattr, XBPF_OBJ_PROG);
}

int xbpf_cmd_map_next_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size)
{
	return next_id(attr, uattr, XBPF_OBJ_MAP);
}

int xbpf_cmd_link_next_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			  u32 size)
{
	return next_id(attr, uattr, XBPF_OBJ_LINK);
}

int xbpf_cmd_btf_next_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size)
{
	return next_id(attr, uattr, XBPF_OBJ_BTF);
}

static int fd_by_id(u32 id, enum xbpf_obj_kind kind, int o_flags)
{
	struct xbpf_obj *obj;
	int fd;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (kind == XBPF_OBJ_BTF)
		xbpf_btf_vmlinux();
	obj = xbpf_obj_from_id(id, kind);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	fd = xbpf_obj_new_fd(obj, o_flags);
	xbpf_obj_put_sync(obj);
	return fd;
}

int xbpf_cmd_prog_by_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size)
{
	return fd_by_id(attr->prog_id, XBPF_OBJ_PROG, O_RDWR | O_CLOEXEC);
}

int xbpf_cmd_map_by_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		       u32 size)
{
	int flags;

	if (attr->open_flags & ~(XBPF_F_RDONLY | XBPF_F_WRONLY))
		return -EINVAL;
	flags = xbpf_user_open_flags(attr->open_flags);
	if (flags < 0)
		return capable(CAP_SYS_ADMIN) ? flags : -EPERM;
	return fd_by_id(attr->map_id, XBPF_OBJ_MAP, flags | O_CLOEXEC);
}

int xbpf_cmd_link_by_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size)
{
	return fd_by_id(attr->link_id, XBPF_OBJ_LINK, O_RDWR | O_CLOEXEC);
}

int xbpf_cmd_btf_by_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		       u32 size)
{
	struct file *file;

	if (attr->open_flags & ~XBPF_F_TOKEN_FD)
		return -EINVAL;
	if (attr->open_flags & XBPF_F_TOKEN_FD) {
		file = fget(attr->fd_by_id_token_fd);
		if (!file)
			return -EBADF;
		fput(file);
		return -EINVAL;		/* nothing is a token here */
	}
	return fd_by_id(attr->btf_id, XBPF_OBJ_BTF, O_RDONLY | O_CLOEXEC);
}
