// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries of maps for redirect_map(), as user space makes them: devices of its
 * network namespace, CPUs, and programs that run there.
 *
 * An entry holds its program, by a reference that is here, and no device: a
 * notifier takes out what goes. Entries are made under the lock of the network
 * configuration, under which devices go, so that none is made too late. Order of
 * locks: that one, then the map's.
 */
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include "device.h"
#include "maps/targets.h"

#define MAX_QUEUE	16384

/* ---- changing entries ---- */

/* Under ptr_lock. What was there goes. */
static int put_target(struct xbpf_map *map, u32 key, const struct xbpf_target *t)
{
	struct xbpf_target old;
	int err;

	xbpf_run_block();
	rcu_read_lock();
	err = xbpf_targets_set(map, key, t, &old);
	rcu_read_unlock();
	xbpf_run_unblock();
	if (old.prog)
		xbpf_obj_put(&xbpf_prog_obj_of(old.prog)->obj);
	return err;
}

static int set_target(struct xbpf_map_obj *obj, u32 key,
		      const struct xbpf_target *t, u64 flags)
{
	struct xbpf_map *map = obj->map;
	int err = 0;

	if (t)
		xbpf_targets_prepare(map);
	mutex_lock(&obj->ptr_lock);
	rcu_read_lock();
	if (flags & XBPF_NOEXIST && xbpf_targets_lookup(map, &key))
		err = -EEXIST;
	rcu_read_unlock();
	if (!err)
		err = put_target(map, key, t);
	mutex_unlock(&obj->ptr_lock);
	return err;
}

/* The next key, and the entry of @key: 0 or -ENOENT at the end. Under ptr_lock. */
static int next_target(struct xbpf_map *map, const u32 *key, u32 *next,
		       struct xbpf_target *t)
{
	const struct xbpf_target *found;
	int err;

	rcu_read_lock();
	err = xbpf_targets_next(map, key, next);
	found = err ? NULL : xbpf_targets_lookup(map, next);
	*t = found ? *found : (struct xbpf_target){ 0 };
	rcu_read_unlock();
	return err;
}

/* Takes out those of @dev, NULL: those with a program; @all: all of them. */
static void drop_targets(struct xbpf_map_obj *obj, const void *dev, int all)
{
	struct xbpf_target t;
	u32 key, next;
	int err;

	mutex_lock(&obj->ptr_lock);
	err = next_target(obj->map, NULL, &key, &t);
	while (!err) {
		int drop = all || (dev ? t.dev == dev : !!t.prog);

		err = next_target(obj->map, &key, &next, &t);
		if (drop)
			put_target(obj->map, key, NULL);
		key = next;
		cond_resched();
	}
	mutex_unlock(&obj->ptr_lock);
}

void xbpf_map_target_clear(struct xbpf_map_obj *obj)
{
	if (obj->map->type != XBPF_MAP_TYPE_XSKMAP)
		drop_targets(obj, NULL, 1);
}

/* A program in the map may hold the map. */
void xbpf_map_target_last_fd(struct xbpf_map_obj *obj)
{
	if (obj->map->type != XBPF_MAP_TYPE_XSKMAP)
		drop_targets(obj, NULL, 0);
}

/* ---- devices that go ---- */

struct watch {
	struct notifier_block notifier;
	struct xbpf_targets *targets;
};

/* Before the map has an owner there is nothing in it. */
static int device_event(struct notifier_block *notifier, unsigned long event,
			void *info)
{
	struct watch *w = container_of(notifier, struct watch, notifier);
	struct xbpf_map_obj *obj = READ_ONCE(w->targets->map.owner);

	if (event == NETDEV_UNREGISTER && obj)
		drop_targets(obj, netdev_notifier_info_to_dev(info), 0);
	return NOTIFY_DONE;
}

int xbpf_targets_watch(struct xbpf_targets *t)
{
	struct watch *w;
	int err;

	if (t->map.type == XBPF_MAP_TYPE_CPUMAP)
		return 0;
	w = kzalloc(sizeof(*w), GFP_KERNEL_ACCOUNT);
	if (!w)
		return -ENOMEM;
	w->notifier.notifier_call = device_event;
	w->targets = t;
	err = register_netdevice_notifier(&w->notifier);
	if (err)
		kfree(w);
	else
		t->watch = w;
	return err;
}

void xbpf_targets_unwatch(struct xbpf_targets *t)
{
	struct watch *w = t->watch;

	if (!w)
		return;
	unregister_netdevice_notifier(&w->notifier);
	kfree(w);
}

/* ---- updates ---- */

static int set_prog(struct xbpf_map *map, struct xbpf_target *t, int fd, u32 where)
{
	struct xbpf_obj *obj;
	struct xbpf_prog *prog;

	if (fd <= 0)
		return 0;
	obj = xbpf_obj_from_fd(fd, XBPF_OBJ_PROG);
	if (IS_ERR(obj))
		return -EINVAL;
	prog = xbpf_to_prog_obj(obj)->prog;
	if (prog->type != XBPF_PROG_TYPE_XDP ||
	    prog->expected_attach_type != where ||
	    xbpf_map_prog_fits(map, prog)) {
		xbpf_obj_put(obj);
		return -EINVAL;
	}
	t->prog = prog;
	t->prog_id = READ_ONCE(obj->id);
	return 0;
}

/* With the program's reference, which goes into the map or is dropped. */
static int take_target(struct xbpf_map_obj *obj, u32 key,
		       const struct xbpf_target *t, u64 flags)
{
	int err = set_target(obj, key, t, flags);

	if (err && t->prog)
		xbpf_obj_put(&xbpf_prog_obj_of(t->prog)->obj);
	return err;
}

static int clear_target(struct xbpf_map_obj *obj, u32 key)
{
	int err = set_target(obj, key, NULL, XBPF_ANY);

	return err == -ENOENT ? 0 : err;
}

static int set_device(struct xbpf_map_obj *obj, u32 key, u32 ifindex, int fd,
		      u64 flags)
{
	struct xbpf_target t = { .what = ifindex };
	int err = -EINVAL;

	rtnl_lock();
	t.dev = __dev_get_by_index(current->nsproxy->net_ns, ifindex);
	if (t.dev)
		err = set_prog(obj->map, &t, fd, XBPF_XDP_DEVMAP);
	if (!err)
		err = take_target(obj, key, &t, flags);
	rtnl_unlock();
	return err;
}

/* Rules of arrays: each entry is there, if only as nothing. */
static int check_slot(const struct xbpf_map *map, u32 key, u64 flags)
{
	if (flags > XBPF_EXIST)
		return -EINVAL;
	if (key >= map->max_entries)
		return -E2BIG;
	return flags == XBPF_NOEXIST ? -EEXIST : 0;
}

static int update_devmap(struct xbpf_map_obj *obj, u32 key, u32 ifindex, int fd,
			 u64 flags)
{
	int err = check_slot(obj->map, key, flags);

	if (err)
		return err;
	if (ifindex)
		return set_device(obj, key, ifindex, fd, flags);
	return fd > 0 ? -EINVAL : clear_target(obj, key);
}

static int update_devmap_hash(struct xbpf_map_obj *obj, u32 key, u32 ifindex,
			      int fd, u64 flags)
{
	if (flags > XBPF_EXIST || !ifindex)
		return -EINVAL;
	return set_device(obj, key, ifindex, fd, flags);
}

static int update_cpumap(struct xbpf_map_obj *obj, u32 key, u32 qsize, int fd,
			 u64 flags)
{
	struct xbpf_target t = { .what = qsize };
	int err = check_slot(obj->map, key, flags);

	if (err)
		return err;
	if (qsize > MAX_QUEUE)
		return -EOVERFLOW;
	if (key >= nr_cpu_ids || !cpu_possible(key))
		return -ENODEV;
	if (!qsize)
		return clear_target(obj, key);
	/* bpf(2) has one errno for whatever is wrong with the program. */
	if (set_prog(obj->map, &t, fd, XBPF_XDP_CPUMAP))
		return -ENOMEM;
	return take_target(obj, key, &t, flags);
}

/* Sockets of AF_XDP are not taken: see maps/xskmap.c. */
static int update_xskmap(const struct xbpf_map *map, u32 key, int fd, u64 flags)
{
	struct socket *sock;
	int err;

	if (flags > XBPF_EXIST)
		return -EINVAL;
	if (key >= map->max_entries)
		return -E2BIG;
	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	sockfd_put(sock);
	return -EOPNOTSUPP;
}

int xbpf_map_target_update(struct xbpf_map_obj *obj, const void *key,
			   const void *value, u64 flags)
{
	const u32 *words = value;
	u32 index = *(const u32 *)key;
	int fd = obj->map->value_size > sizeof(u32) ? (int)words[1] : 0;

	switch (obj->map->type) {
	case XBPF_MAP_TYPE_DEVMAP:
		return update_devmap(obj, index, words[0], fd, flags);
	case XBPF_MAP_TYPE_DEVMAP_HASH:
		return update_devmap_hash(obj, index, words[0], fd, flags);
	case XBPF_MAP_TYPE_CPUMAP:
		return update_cpumap(obj, index, words[0], fd, flags);
	default:
		return update_xskmap(obj->map, index, words[0], flags);
	}
}

int xbpf_map_target_delete(struct xbpf_map_obj *obj, const void *key)
{
	u32 index = *(const u32 *)key;

	if (obj->map->type == XBPF_MAP_TYPE_DEVMAP_HASH)
		return set_target(obj, index, NULL, XBPF_ANY);
	if (index >= obj->map->max_entries)
		return -EINVAL;
	if (obj->map->type == XBPF_MAP_TYPE_XSKMAP)	/* nothing is there */
		return 0;
	return clear_target(obj, index);
}
