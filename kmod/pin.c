// SPDX-License-Identifier: GPL-2.0-only
/*
 * OBJ_PIN and OBJ_GET.
 *
 * Knows which objects have a name in the file system of pins (programs, maps and
 * links), and with which rights they come back.
 */
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/security.h>
#include "device.h"

/* Of which descriptor the path is relative: 0 or -EINVAL. */
static int path_dir(const union xbpf_attr *attr, u32 flags, int *dir)
{
	*dir = AT_FDCWD;
	if (attr->file_flags & ~(flags | XBPF_F_PATH_FD))
		return -EINVAL;
	if (attr->file_flags & XBPF_F_PATH_FD)
		*dir = attr->path_fd;
	else if (attr->path_fd)
		return -EINVAL;
	return 0;
}

/* A reference to what the descriptor stands for, if that can be pinned. */
static struct xbpf_obj *pinnable(int fd)
{
	struct file *file = fget(fd);
	struct xbpf_obj *obj;

	if (!file)
		return ERR_PTR(-EBADF);
	obj = xbpf_obj_from_file(file);
	if (obj && (obj->ops->kind == XBPF_OBJ_PROG ||
		    obj->ops->kind == XBPF_OBJ_MAP ||
		    obj->ops->kind == XBPF_OBJ_LINK))
		xbpf_obj_get(obj);
	else
		obj = ERR_PTR(-EINVAL);
	fput(file);
	return obj;
}

static int pin_at(struct xbpf_obj *obj, int dir, const char __user *name)
{
	umode_t mode = S_IFREG | ((S_IRUSR | S_IWUSR) & ~current_umask());
	struct dentry *dentry;
	struct path path;
	int err;

	dentry = user_path_create(dir, name, &path, 0);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	err = -EPERM;
	if (xbpf_pin_is_dir(d_inode(path.dentry)))
		err = security_path_mknod(&path, dentry, mode, 0) ?:
		      vfs_mkobj(dentry, mode, xbpf_pin_make, obj);
	done_path_create(&path, dentry);
	return err;
}

int xbpf_cmd_obj_pin(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		     u32 size)
{
	struct xbpf_obj *obj;
	int dir, err = path_dir(attr, 0, &dir);

	if (err)
		return err;
	obj = pinnable(attr->bpf_fd);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	err = pin_at(obj, dir, u64_to_user_ptr(attr->pathname));
	xbpf_obj_put(obj);
	return err;
}

/* A reference, if the path may be opened with these flags. */
static struct xbpf_obj *object_at(const struct path *path, int o_flags)
{
	int err = path_permission(path, ACC_MODE(o_flags));
	struct xbpf_obj *obj;

	if (err)
		return ERR_PTR(err);
	obj = xbpf_pin_object(d_backing_inode(path->dentry));
	if (!obj)
		return ERR_PTR(-EACCES);
	xbpf_obj_get(obj);
	return obj;
}

int xbpf_cmd_obj_get(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		     u32 size)
{
	int dir, o_flags = xbpf_user_open_flags(attr->file_flags);
	struct xbpf_obj *obj;
	struct path path;
	int ret;

	ret = path_dir(attr, XBPF_F_RDONLY | XBPF_F_WRONLY, &dir);
	if (ret || attr->bpf_fd || o_flags < 0)
		return -EINVAL;
	ret = user_path_at(dir, u64_to_user_ptr(attr->pathname), LOOKUP_FOLLOW,
			   &path);
	if (ret)
		return ret;
	obj = object_at(&path, o_flags);
	path_put(&path);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	ret = -EINVAL;
	if (obj->ops->kind != XBPF_OBJ_LINK || o_flags == O_RDWR)
		ret = xbpf_obj_new_fd(obj, o_flags | O_CLOEXEC);
	xbpf_obj_put(obj);
	return ret;
}
