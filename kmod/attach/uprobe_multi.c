// SPDX-License-Identifier: GPL-2.0-only
/*
 * A link that puts one program on many places of a file: uprobe.multi.
 */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "attach/attach.h"
#include "attach/uprobe.h"

#define MAX_PLACES	(1U << 20)

struct uprobe_multi;

/*
 * struct place - one offset
 * @multi: the link, for handlers
 */
struct place {
	struct uprobe_multi *multi;
	struct xbpf_uprobe probe;
	u64 cookie;
	u64 ref_ctr;
};

/*
 * struct uprobe_multi - the link
 * @places: of @count; those below @registered are
 */
struct uprobe_multi {
	struct xbpf_link link;
	struct xbpf_uprobe_where where;
	struct place *places;
	u32 count, registered;
	u32 flags;
};

static struct uprobe_multi *multi_of(const struct xbpf_link *link)
{
	return container_of(link, struct uprobe_multi, link);
}

static struct place *place_of(struct uprobe_consumer *uc)
{
	return container_of(uc, struct place, probe.consumer);
}

/* ---- hits ---- */

static bool place_filter(XBPF_UPROBE_FILTER_PARAMS)
{
	return xbpf_uprobe_in(&place_of(uc)->multi->where, mm);
}

static void run(struct place *place, unsigned long func, struct pt_regs *regs)
{
	struct uprobe_multi *um = place->multi;
	struct xbpf_run_ctx run = {
		.cookie = place->cookie,
		.ip = func,
		.regs = regs,
	};

	if (!um->where.task || same_thread_group(current, um->where.task))
		xbpf_run(um->link.prog, regs, &run);
}

static int place_handler(struct uprobe_consumer *uc, struct pt_regs *regs)
{
	run(place_of(uc), instruction_pointer(regs), regs);
	return 0;
}

static int place_ret_handler(struct uprobe_consumer *uc, unsigned long func,
			     struct pt_regs *regs)
{
	run(place_of(uc), func, regs);
	return 0;
}

/* ---- the link ---- */

static void places_unregister(struct uprobe_multi *um)
{
	while (um->registered)
		xbpf_uprobe_unregister_nosync(
			&um->places[--um->registered].probe);
	xbpf_uprobe_unregister_sync();
}

static int places_register(struct uprobe_multi *um)
{
	struct place *place;
	int err;

	for (place = um->places; um->registered < um->count; place++) {
		place->multi = um;
		place->probe.inode = um->where.inode;
		if (um->flags & XBPF_F_UPROBE_MULTI_RETURN)
			place->probe.consumer.ret_handler = place_ret_handler;
		else
			place->probe.consumer.handler = place_handler;
		if (um->where.task)
			place->probe.consumer.filter = place_filter;
		err = fatal_signal_pending(current) ? -EINTR :
		      xbpf_uprobe_register(&place->probe, place->ref_ctr);
		if (err) {
			places_unregister(um);
			return err;
		}
		um->registered++;
		cond_resched();
	}
	return 0;
}

static void multi_release(struct xbpf_link *link)
{
	places_unregister(multi_of(link));
}

static void multi_free(struct xbpf_link *link)
{
	struct uprobe_multi *um = multi_of(link);

	xbpf_uprobe_lose(&um->where);
	kvfree(um->places);
	kfree(um);
}

static int fill_path(struct uprobe_multi *um, struct xbpf_link_info *info)
{
	char __user *upath = u64_to_user_ptr(info->uprobe_multi.path);
	u32 room = min_t(u32, info->uprobe_multi.path_size, PATH_MAX), len;
	char *buf, *path;
	int err = 0;

	if (!upath != !info->uprobe_multi.path_size)
		return -EINVAL;
	if (!upath)
		return 0;
	buf = kmalloc(room, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	path = d_path(&um->where.path, buf, room);
	if (IS_ERR(path)) {
		err = PTR_ERR(path);
	} else {
		len = buf + room - path;
		info->uprobe_multi.path_size = len;
		if (copy_to_user(upath, path, len))
			err = -EFAULT;
	}
	kfree(buf);
	return err;
}

static int put_place(const struct place *place, const struct xbpf_link_info *info,
		     u32 i)
{
	u64 __user *offsets = u64_to_user_ptr(info->uprobe_multi.offsets);
	u64 __user *ctrs = u64_to_user_ptr(info->uprobe_multi.ref_ctr_offsets);
	u64 __user *cookies = u64_to_user_ptr(info->uprobe_multi.cookies);

	if ((offsets && put_user((u64)place->probe.offset, offsets + i)) ||
	    (ctrs && put_user(place->ref_ctr, ctrs + i)) ||
	    (cookies && put_user(place->cookie, cookies + i)))
		return -EFAULT;
	return 0;
}

static int multi_fill_info(const struct xbpf_link *link,
			   struct xbpf_link_info *info, u32 user_len)
{
	struct uprobe_multi *um = multi_of(link);
	u32 i, room = info->uprobe_multi.count;
	int wanted = info->uprobe_multi.offsets ||
		     info->uprobe_multi.ref_ctr_offsets ||
		     info->uprobe_multi.cookies;
	int err;

	if (wanted && !room)
		return -EINVAL;
	info->uprobe_multi.count = um->count;
	info->uprobe_multi.flags = um->flags;
	info->uprobe_multi.pid = um->where.task ?
		task_pid_vnr(um->where.task) : 0;
	err = fill_path(um, info);
	for (i = 0; !err && wanted && i < min(room, um->count); i++)
		err = put_place(&um->places[i], info, i);
	return err ?: wanted && room < um->count ? -ENOSPC : 0;
}

static void multi_show_fdinfo(const struct xbpf_link *link, struct seq_file *m)
{
	const struct uprobe_multi *um = multi_of(link);

	seq_printf(m, "uprobe_cnt:\t%u\nflags:\t%u\n", um->count, um->flags);
}

static const struct xbpf_link_ops multi_link_ops = {
	.release	= multi_release,
	.free		= multi_free,
	.fill_info	= multi_fill_info,
	.show_fdinfo	= multi_show_fdinfo,
};

/* ---- creation ---- */

static int check(const struct xbpf_prog_obj *prog, const union xbpf_attr *attr)
{
	if (attr->link_create.flags ||
	    prog->prog->expected_attach_type != XBPF_TRACE_UPROBE_MULTI)
		return -EINVAL;
	if (attr->link_create.uprobe_multi.flags & ~XBPF_F_UPROBE_MULTI_RETURN ||
	    attr->link_create.uprobe_multi.path_fd)
		return -EINVAL;
	if (!attr->link_create.uprobe_multi.path ||
	    !attr->link_create.uprobe_multi.offsets ||
	    !attr->link_create.uprobe_multi.cnt ||
	    (s32)attr->link_create.uprobe_multi.pid < 0)
		return -EINVAL;
	return attr->link_create.uprobe_multi.cnt > MAX_PLACES ? -E2BIG : 0;
}

static int get_place(struct place *place, const union xbpf_attr *attr, u32 i)
{
	u64 __user *offsets = u64_to_user_ptr(attr->link_create.uprobe_multi.offsets);
	u64 __user *ctrs =
		u64_to_user_ptr(attr->link_create.uprobe_multi.ref_ctr_offsets);
	u64 __user *cookies = u64_to_user_ptr(attr->link_create.uprobe_multi.cookies);

	if (get_user(place->probe.offset, offsets + i) ||
	    (ctrs && get_user(place->ref_ctr, ctrs + i)) ||
	    (cookies && get_user(place->cookie, cookies + i)))
		return -EFAULT;
	return place->probe.offset < 0 || (s64)place->ref_ctr < 0 ? -EINVAL : 0;
}

static int get_places(struct uprobe_multi *um, const union xbpf_attr *attr)
{
	u32 i;
	int err;

	um->flags = attr->link_create.uprobe_multi.flags;
	um->count = attr->link_create.uprobe_multi.cnt;
	um->places = kvcalloc(um->count, sizeof(*um->places), GFP_KERNEL_ACCOUNT);
	if (!um->places)
		return -ENOMEM;
	for (i = 0; i < um->count; i++) {
		err = get_place(&um->places[i], attr, i);
		if (err)
			return err;
	}
	return 0;
}

static int get_where(struct uprobe_multi *um, const union xbpf_attr *attr)
{
	u32 pid = attr->link_create.uprobe_multi.pid;
	char *name;
	int err;

	name = strndup_user(u64_to_user_ptr(attr->link_create.uprobe_multi.path),
			    PATH_MAX);
	if (IS_ERR(name))
		return PTR_ERR(name);
	err = xbpf_uprobe_find(&um->where, name, pid ?: -1, PIDTYPE_TGID);
	kfree(name);
	return err == -EINVAL ? -EBADF : err;
}

int xbpf_uprobe_multi_create(struct xbpf_prog_obj *prog,
			     const union xbpf_attr *attr)
{
	struct uprobe_multi *um;
	int err = check(prog, attr);

	if (err)
		return err;
	um = kzalloc(sizeof(*um), GFP_KERNEL_ACCOUNT);
	if (!um)
		return -ENOMEM;
	err = get_where(um, attr);
	if (err)
		goto free;
	err = get_places(um, attr) ?:
	      xbpf_link_init(&um->link, XBPF_LINK_TYPE_UPROBE_MULTI,
			     &multi_link_ops, prog);
	if (err)
		goto lose;
	err = places_register(um);
	if (!err)
		return xbpf_link_publish(&um->link);
	xbpf_link_abort(&um->link);	/* frees um */
	return err;
lose:
	xbpf_uprobe_lose(&um->where);
	kvfree(um->places);
free:
	kfree(um);
	return err;
}
