// SPDX-License-Identifier: GPL-2.0-only
/*
 * OBJ_GET_INFO_BY_FD of maps, types and links. Programs are info_prog.c's.
 *
 * Knows that the caller's structure may be older or newer than ours: what it
 * does not have is not written, what we do not have must be zero.
 */
#include "device.h"

int xbpf_info_in(void *info, u32 *len, u32 known, const union xbpf_attr *attr)
{
	const void __user *uinfo = u64_to_user_ptr(attr->info.info);
	int err;

	err = xbpf_user_tail_zero(uinfo, known, attr->info.info_len);
	if (err)
		return err;
	*len = min(known, attr->info.info_len);
	memset(info, 0, known);
	return copy_from_user(info, uinfo, *len) ? -EFAULT : 0;
}

int xbpf_info_out(const void *info, u32 len, const union xbpf_attr *attr,
		  union xbpf_attr __user *uattr)
{
	if (copy_to_user(u64_to_user_ptr(attr->info.info), info, len) ||
	    put_user(len, &uattr->info.info_len))
		return -EFAULT;
	return 0;
}

/* ---- maps ---- */

static int map_info(struct xbpf_map_obj *obj, const union xbpf_attr *attr,
		    union xbpf_attr __user *uattr)
{
	const struct xbpf_map *map = obj->map;
	struct xbpf_map_info info;
	u32 len;
	int err;

	err = xbpf_info_in(&info, &len, sizeof(info), attr);
	if (err)
		return err;
	/* The hash of a map's content is not offered. */
	if (info.hash || info.hash_size)
		return -EINVAL;
	info = (struct xbpf_map_info) {
		.type		= map->type,
		.id		= obj->obj.id,
		.key_size	= map->key_size,
		.value_size	= xbpf_map_shown_value_size(map),
		.max_entries	= map->max_entries,
		.map_flags	= map->map_flags,
		.map_extra	= map->map_extra,
		.btf_id		= obj->btf ? obj->btf->obj.id : 0,
		.btf_key_type_id = obj->btf_key_type_id,
		.btf_value_type_id = obj->btf_value_type_id,
	};
	memcpy(info.name, map->name, sizeof(info.name));
	return xbpf_info_out(&info, len, attr, uattr);
}

/* ---- types ---- */

/* 0; -ENOSPC when the name was cut off to fit. */
static int copy_name(const struct xbpf_btf_info *info, const char *name)
{
	char __user *uname = u64_to_user_ptr(info->name);
	u32 room = info->name_len, len = strlen(name) + 1;

	if (!uname)
		return 0;
	if (room >= len)
		return copy_to_user(uname, name, len) ? -EFAULT : 0;
	if (copy_to_user(uname, name, room - 1) ||
	    put_user('\0', uname + room - 1))
		return -EFAULT;
	return -ENOSPC;
}

static int btf_info(struct xbpf_btf_obj *obj, const union xbpf_attr *attr,
		    union xbpf_attr __user *uattr)
{
	struct xbpf_btf_info info;
	const void *data;
	int err, name_err;
	u32 len, size;

	err = xbpf_info_in(&info, &len, sizeof(info), attr);
	if (err)
		return err;
	data = xbpf_btf_data(obj->btf, &size);
	if (copy_to_user(u64_to_user_ptr(info.btf), data,
			 min(size, info.btf_size)))
		return -EFAULT;
	if (!info.name != !info.name_len)
		return -EINVAL;
	name_err = copy_name(&info, obj->name);
	if (name_err == -EFAULT)
		return name_err;
	info.id = obj->obj.id;
	info.btf_size = size;
	info.kernel_btf = obj->kernel_btf;
	info.name_len = strlen(obj->name);
	err = xbpf_info_out(&info, len, attr, uattr);
	return err ?: name_err;
}

/* ---- links ---- */

static int link_info(struct xbpf_link *link, const union xbpf_attr *attr,
		     union xbpf_attr __user *uattr)
{
	struct xbpf_prog_obj *prog;
	struct xbpf_link_info info;
	u32 len;
	int err;

	err = xbpf_info_in(&info, &len, sizeof(info), attr);
	if (err)
		return err;
	info.type = link->type;
	info.id = link->obj.id;
	prog = xbpf_link_prog(link);
	info.prog_id = prog->obj.id;
	xbpf_obj_put(&prog->obj);
	if (link->ops->fill_info) {
		err = link->ops->fill_info(link, &info, len);
		if (err)
			return err;
	}
	return xbpf_info_out(&info, len, attr, uattr);
}

static int info_of(struct xbpf_obj *obj, union xbpf_attr *attr,
		   union xbpf_attr __user *uattr)
{
	switch (obj->ops->kind) {
	case XBPF_OBJ_PROG:
		return xbpf_prog_info(xbpf_to_prog_obj(obj), attr, uattr);
	case XBPF_OBJ_MAP:
		return map_info(xbpf_to_map_obj(obj), attr, uattr);
	case XBPF_OBJ_BTF:
		return btf_info(xbpf_to_btf_obj(obj), attr, uattr);
	case XBPF_OBJ_LINK:
		return link_info(xbpf_to_link(obj), attr, uattr);
	default:
		return -EINVAL;
	}
}

int xbpf_cmd_info_by_fd(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size)
{
	struct file *file = fget(attr->info.bpf_fd);
	struct xbpf_obj *obj;
	int err = -EINVAL;

	if (!file)
		return -EBADFD;		/* so says bpf(2), here alone */
	obj = xbpf_obj_from_file(file);
	if (obj)
		err = info_of(obj, attr, uattr);
	fput(file);
	return err;
}
