// SPDX-License-Identifier: GPL-2.0-only
/*
 * Map objects: MAP_CREATE, MAP_FREEZE, what a map holds and who may do what.
 *
 * Knows the rules for the attribute that do not depend on the type, in the
 * order in which bpf(2) applies them. Types are maps/'s, elements map_elem.c's.
 */
#include <linux/nodemask.h>
#include "device.h"

#define TYPE(t) BIT_ULL(XBPF_MAP_TYPE_##t)

/* Types that ask for more than CAP_BPF. */
static const u64 net_admin_types =
	TYPE(SOCKMAP) | TYPE(SOCKHASH) | TYPE(DEVMAP) | TYPE(DEVMAP_HASH) |
	TYPE(XSKMAP);

/* ---- life ---- */

static void map_free(struct xbpf_obj *obj)
{
	struct xbpf_map_obj *map = xbpf_to_map_obj(obj);

	xbpf_map_ptr_clear(map);
	if (xbpf_map_is_of_targets(map->map))
		xbpf_map_target_clear(map);
	xbpf_map_free(map->map);
	xa_destroy(&map->files);
	if (map->btf)
		xbpf_obj_put(&map->btf->obj);
	kfree(map->key);
	kfree(map);
}

/* A prog array that no descriptor reaches would keep programs that keep it. */
static void map_last_fd(struct xbpf_obj *obj)
{
	struct xbpf_map_obj *map = xbpf_to_map_obj(obj);

	if (map->map->ops->holds == XBPF_MAP_HOLDS_PROGS)
		xbpf_map_ptr_clear(map);
	if (xbpf_map_is_of_targets(map->map))
		xbpf_map_target_last_fd(map);
	/* Nor may timers, whose callbacks are programs that use the map. */
	if (xbpf_map_has(map->map, XBPF_FIELD_TIMER))
		xbpf_timer_map_closed(map->map);
}

static void map_file_closed(struct xbpf_obj *obj, struct file *file)
{
	struct xbpf_map_obj *map = xbpf_to_map_obj(obj);

	if (map->map->ops->holds == XBPF_MAP_HOLDS_PERF)
		xbpf_map_ptr_file_closed(map, file);
}

static u64 map_memory(const struct xbpf_map *map)
{
	if (map->ops->mem_usage)
		return map->ops->mem_usage(map);
	return (u64)map->max_entries *
	       round_up(map->key_size + map->value_size, 8);
}

static void map_show_fdinfo(struct xbpf_obj *obj, struct seq_file *m)
{
	const struct xbpf_map_obj *map_obj = xbpf_to_map_obj(obj);
	const struct xbpf_map *map = map_obj->map;

	seq_printf(m, "map_type:\t%u\n", map->type);
	seq_printf(m, "key_size:\t%u\n", map->key_size);
	seq_printf(m, "value_size:\t%u\n", xbpf_map_shown_value_size(map));
	seq_printf(m, "max_entries:\t%u\n", map->max_entries);
	seq_printf(m, "map_flags:\t%#x\n", map->map_flags);
	seq_printf(m, "map_extra:\t%#llx\n", map->map_extra);
	seq_printf(m, "memlock:\t%llu\n", map_memory(map));
	seq_printf(m, "map_id:\t%u\n", obj->id);
	seq_printf(m, "frozen:\t%u\n", READ_ONCE(map->frozen));
	if (!READ_ONCE(map_obj->owner_set))
		return;
	seq_printf(m, "owner_prog_type:\t%u\n", map_obj->owner_type);
	seq_printf(m, "owner_jited:\t%u\n", READ_ONCE(xbpf_jit_wanted));
}

static const struct xbpf_obj_ops map_obj_ops = {
	.fd_name	= "bpf-map",
	.kind		= XBPF_OBJ_MAP,
	.free		= map_free,
	.last_fd	= map_last_fd,
	.file_closed	= map_file_closed,
	.show_fdinfo	= map_show_fdinfo,
	.fops		= &xbpf_map_fops,
};

fmode_t xbpf_map_mode(const struct file *file, const struct xbpf_map *map)
{
	fmode_t mode = file->f_mode & (FMODE_READ | FMODE_WRITE);

	return READ_ONCE(map->frozen) ? mode & ~FMODE_WRITE : mode;
}

int xbpf_map_prog_fits(struct xbpf_map *map, const struct xbpf_prog *prog)
{
	struct xbpf_map_obj *obj = xbpf_map_obj_of(map);
	int fits = 1;

	spin_lock(&obj->owner_lock);
	if (!obj->owner_set) {
		obj->owner_type = prog->type;
		obj->owner_attach_type = prog->expected_attach_type;
		WRITE_ONCE(obj->owner_set, 1);
	} else {
		fits = obj->owner_type == prog->type &&
		       obj->owner_attach_type == prog->expected_attach_type;
	}
	spin_unlock(&obj->owner_lock);
	return fits ? 0 : -EINVAL;
}

/* ---- MAP_CREATE ---- */

static int check_numa(const union xbpf_attr *attr)
{
	int node = attr->numa_node;

	if (!(attr->map_flags & XBPF_F_NUMA_NODE) || node == NUMA_NO_NODE)
		return 0;
	if ((u32)node >= nr_node_ids || !node_online(node))
		return -EINVAL;
	return 0;
}

static int check_attr(const union xbpf_attr *attr)
{
	int flags;

	if (attr->btf_vmlinux_value_type_id) {
		if (attr->map_type != XBPF_MAP_TYPE_STRUCT_OPS ||
		    attr->btf_key_type_id || attr->btf_value_type_id)
			return -EINVAL;
	} else if (attr->btf_key_type_id && !attr->btf_value_type_id) {
		return -EINVAL;
	}
	if (attr->map_extra && attr->map_type != XBPF_MAP_TYPE_BLOOM_FILTER &&
	    attr->map_type != XBPF_MAP_TYPE_ARENA)
		return -EINVAL;
	flags = xbpf_user_open_flags(attr->map_flags);
	if (flags < 0)
		return flags;
	return check_numa(attr);
}

static int check_type(const union xbpf_attr *attr)
{
	const struct xbpf_map_ops *ops = xbpf_map_type_get(attr->map_type);
	int err;

	if (!ops)
		return -EINVAL;
	err = ops->alloc_check(attr);
	if (err)
		return err;
	if (attr->map_ifindex)
		return -EINVAL;
	return 0;
}

static int check_caps(u32 type)
{
	if (!bpf_capable())
		return -EPERM;
	if (type < 64 && (net_admin_types >> type & 1) &&
	    !capable(CAP_NET_ADMIN) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	return 0;
}

static int map_set_btf(struct xbpf_map_obj *map, const union xbpf_attr *attr)
{
	struct xbpf_obj *btf;

	if (!attr->btf_key_type_id && !attr->btf_value_type_id)
		return 0;
	btf = xbpf_obj_from_fd(attr->btf_fd, XBPF_OBJ_BTF);
	if (IS_ERR(btf))
		return PTR_ERR(btf);
	map->btf = xbpf_to_btf_obj(btf);
	if (map->btf->kernel_btf)
		return -EACCES;
	map->btf_key_type_id = attr->btf_key_type_id;
	map->btf_value_type_id = attr->btf_value_type_id;
	return xbpf_map_check_btf(map) ?:
	       xbpf_btf_map_fields(map->map, map->btf->btf,
				   attr->btf_value_type_id, xbpf_btf_vmlinux);
}

/* What the maps in a map are like, by an example. */
static int map_set_inner(struct xbpf_map_obj *map, const union xbpf_attr *attr)
{
	struct xbpf_obj *inner;
	int err;

	if (map->map->ops->holds != XBPF_MAP_HOLDS_MAPS)
		return 0;
	inner = xbpf_obj_from_fd(attr->inner_map_fd, XBPF_OBJ_MAP);
	if (IS_ERR(inner))
		return PTR_ERR(inner);
	err = xbpf_map_set_inner(map->map, xbpf_to_map_obj(inner)->map);
	xbpf_obj_put(inner);
	if (err)
		return err;
	map->key = kzalloc(map->map->key_size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	return map->key ? 0 : -ENOMEM;
}

static struct xbpf_map_obj *map_obj_alloc(const union xbpf_attr *attr)
{
	union xbpf_attr nameless = *attr;	/* the name is map_finish()'s */
	struct xbpf_map_obj *obj;
	struct xbpf_map *map;
	int err;

	memset(nameless.map_name, 0, sizeof(nameless.map_name));
	obj = kzalloc(sizeof(*obj), GFP_KERNEL_ACCOUNT);
	if (!obj)
		return ERR_PTR(-ENOMEM);
	map = xbpf_map_alloc(&nameless);
	if (IS_ERR(map)) {
		err = PTR_ERR(map);
		goto free_obj;
	}
	err = xbpf_obj_init(&obj->obj, &map_obj_ops);
	if (err)
		goto free_map;
	mutex_init(&obj->freeze_lock);
	mutex_init(&obj->ptr_lock);
	spin_lock_init(&obj->owner_lock);
	xa_init(&obj->files);
	obj->map = map;
	map->owner = obj;
	return obj;

free_map:
	xbpf_map_free(map);
free_obj:
	kfree(obj);
	return ERR_PTR(err);
}

static int map_finish(struct xbpf_map_obj *map, const union xbpf_attr *attr)
{
	/* What the program must hash to, to use the map: not offered. */
	if (attr->excl_prog_hash || attr->excl_prog_hash_size)
		return -EINVAL;
	return map_set_inner(map, attr) ?:
	       xbpf_user_name(map->map->name, attr->map_name) ?:
	       map_set_btf(map, attr) ?:
	       xbpf_obj_finalize(&map->obj);
}

static int check_token(const union xbpf_attr *attr)
{
	struct file *file;

	if (!(attr->map_flags & XBPF_F_TOKEN_FD))
		return 0;
	file = fget(attr->map_token_fd);
	if (!file)
		return -EBADF;
	fput(file);
	return -EINVAL;
}

int xbpf_cmd_map_create(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size)
{
	struct xbpf_map_obj *map;
	u32 token_flag = attr->map_flags & XBPF_F_TOKEN_FD;
	int err;

	attr->map_flags &= ~XBPF_F_TOKEN_FD;
	err = check_attr(attr) ?: check_type(attr);
	if (err)
		return err;
	attr->map_flags |= token_flag;
	err = check_token(attr) ?: check_caps(attr->map_type);
	if (err)
		return err;
	map = map_obj_alloc(attr);
	if (IS_ERR(map))
		return PTR_ERR(map);
	err = map_finish(map, attr);
	if (!err)
		err = xbpf_obj_new_fd(&map->obj, O_CLOEXEC |
				      xbpf_user_open_flags(attr->map_flags));
	xbpf_obj_put(&map->obj);	/* the descriptor has its own */
	return err;
}

/* ---- MAP_FREEZE ---- */

static int map_freeze(struct xbpf_map_obj *obj)
{
	int err = 0;

	mutex_lock(&obj->freeze_lock);
	WRITE_ONCE(obj->freezing, 1);
	smp_mb();		/* pairs with writer_enter() */
	if (atomic_read(&obj->map->writers) || obj->map->frozen)
		err = -EBUSY;
	else
		WRITE_ONCE(obj->map->frozen, 1);
	WRITE_ONCE(obj->freezing, 0);
	mutex_unlock(&obj->freeze_lock);
	return err;
}

int xbpf_cmd_map_freeze(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size)
{
	struct file *file = xbpf_obj_fget(attr->map_fd, XBPF_OBJ_MAP);
	struct xbpf_map_obj *map;
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	map = xbpf_to_map_obj(xbpf_obj_from_file(file));
	if (xbpf_map_mode(file, map->map) & FMODE_WRITE)
		err = map_freeze(map);
	else
		err = -EPERM;
	fput(file);
	return err;
}
