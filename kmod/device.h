/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the device's own files share: commands, objects, user memory. Event
 * sources (attach/) need only xbpf.h.
 */
#ifndef XBPF_DEVICE_H
#define XBPF_DEVICE_H

#include <linux/capability.h>
#include <linux/file.h>
#include <linux/uaccess.h>
#include "xbpf.h"

/*
 * Errors of bpf(2) that are not in the uapi of the kernel, and which user
 * space sees all the same.
 */
#ifndef ENOTSUPP
#define ENOTSUPP 524
#endif

/* ---- object.c ---- */

int xbpf_obj_subsys_init(void);
void xbpf_obj_subsys_exit(void);
/* Instead of xbpf_obj_finalize(): with an id of the caller's choice. */
int xbpf_obj_reserve_id(struct xbpf_obj *obj, u32 id);
/* xbpf_obj_put() that detaches before it returns. Sleeps. */
void xbpf_obj_put_sync(struct xbpf_obj *obj);
/* Waits until objects without references are freed. Sleeps, long. */
void xbpf_obj_settle(void);
/* Open file of an object: errors as xbpf_obj_from_fd(); fput() it. */
struct file *xbpf_obj_fget(int fd, enum xbpf_obj_kind kind);
/* A reference that counts as a descriptor does: of a pin. */
void xbpf_obj_user_get(struct xbpf_obj *obj);
void xbpf_obj_user_put(struct xbpf_obj *obj);

static inline struct xbpf_prog_obj *xbpf_to_prog_obj(struct xbpf_obj *obj)
{
	return container_of(obj, struct xbpf_prog_obj, obj);
}

static inline struct xbpf_map_obj *xbpf_to_map_obj(struct xbpf_obj *obj)
{
	return container_of(obj, struct xbpf_map_obj, obj);
}

static inline struct xbpf_btf_obj *xbpf_to_btf_obj(struct xbpf_obj *obj)
{
	return container_of(obj, struct xbpf_btf_obj, obj);
}

static inline struct xbpf_link *xbpf_to_link(struct xbpf_obj *obj)
{
	return container_of(obj, struct xbpf_link, obj);
}

/* main.c: module parameter "jit" */
extern bool xbpf_jit_wanted;

/* ---- cmd.c ---- */

typedef int (*xbpf_cmd_fn)(union xbpf_attr *attr,
			   union xbpf_attr __user *uattr, u32 size);

long xbpf_cmd_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* ---- user.c ---- */

/* 0 when all of @uptr from @known to @given is zero, else -E2BIG (-EFAULT). */
int xbpf_user_tail_zero(const void __user *uptr, size_t known, size_t given);
/* A name as bpf(2) takes it: 0 or -EINVAL. */
int xbpf_user_name(char *dst, const char *src);
/* O_RDONLY, O_WRONLY, O_RDWR of XBPF_F_RDONLY, XBPF_F_WRONLY; -EINVAL. */
int xbpf_user_open_flags(u32 map_flags);

/* ---- ulog.c ---- */

/**
 * struct xbpf_ulog - a log in the memory of whoever loads
 * @log: what its producers see
 * @ubuf: of @size bytes, or NULL: the log is only measured
 * @size: of @ubuf
 * @start: first position that is still in @ubuf
 * @end: highest position that was ever written, NUL included
 */
struct xbpf_ulog {
	struct xbpf_log log;
	char __user *ubuf;
	u32 size;
	u64 start;
	u64 end;
};

/* -EINVAL when level, size and buffer do not fit together. */
int xbpf_ulog_init(struct xbpf_ulog *ulog, u32 level, u64 ubuf, u32 size);
/* 0, -ENOSPC when it was cut off, -EFAULT; *@true_size is what it would take. */
int xbpf_ulog_finish(struct xbpf_ulog *ulog, u32 *true_size);

/* ---- the commands, by file ---- */

/* load.c */
int xbpf_cmd_prog_load(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		       u32 size);
/* prog.c */
struct xbpf_prog_obj *xbpf_prog_obj_alloc(struct xbpf_prog *prog);
void xbpf_prog_obj_abort(struct xbpf_prog_obj *prog);
int xbpf_prog_obj_new_fd(struct xbpf_prog_obj *prog);
/* Takes over the reference to @map: 0, -ENOMEM, -E2BIG. */
int xbpf_prog_hold_map(struct xbpf_prog_obj *prog, struct xbpf_map_obj *map);
/* Drops what is held twice, now that the program's own maps are known. */
void xbpf_prog_unhold_used(struct xbpf_prog_obj *prog);
int xbpf_cmd_prog_bind_map(union xbpf_attr *attr,
			   union xbpf_attr __user *uattr, u32 size);
u64 xbpf_prog_obj_counter(const struct xbpf_prog_obj *prog, size_t offset);
/* Nanoseconds of all runs, estimated from those that were timed. */
u64 xbpf_prog_obj_time(const struct xbpf_prog_obj *prog);
/* Jited now, interpreted now, fell back because the arena was full. */
struct xbpf_prog_totals {
	atomic_t jited, interpreted;
	atomic64_t arena_full;
};
extern struct xbpf_prog_totals xbpf_prog_totals;
/* tag.c */
int xbpf_prog_tag(const struct xbpf_prog *prog, u8 *tag);
/* prog_btf.c: func_info and line_info of PROG_LOAD */
int xbpf_prog_info_copy(struct xbpf_prog_obj *prog, const union xbpf_attr *attr,
			union xbpf_attr __user *uattr, struct xbpf_log *log);
/* Now that the subprograms are known: do the records fit them? */
int xbpf_prog_info_match(const struct xbpf_prog_obj *prog, struct xbpf_log *log);

/* map.c */
int xbpf_cmd_map_create(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size);
int xbpf_cmd_map_freeze(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size);
/* What user space may do through @file now: FMODE_READ | FMODE_WRITE. */
fmode_t xbpf_map_mode(const struct file *file, const struct xbpf_map *map);
/* May @prog be in, or use, the prog array @map: 0 or -EINVAL. The first decides. */
int xbpf_map_prog_fits(struct xbpf_map *map, const struct xbpf_prog *prog);

/* map_fops.c */
extern const struct file_operations xbpf_map_fops;

/* map_ptr.c: values that are objects */
int xbpf_map_ptr_update(struct xbpf_map_obj *map, struct file *file,
			const void *key, const void *value, u64 flags);
int xbpf_map_ptr_delete(struct xbpf_map_obj *map, const void *key);
/* map_task.c */
int xbpf_map_task_lookup(struct xbpf_map *map, const void *key, void *value,
			 u64 flags);
int xbpf_map_task_update(struct xbpf_map *map, const void *key,
			 const void *value, u64 flags);
int xbpf_map_task_delete(struct xbpf_map *map, const void *key);
static inline int xbpf_map_is_of_tasks(const struct xbpf_map *map)
{
	return map->type == XBPF_MAP_TYPE_TASK_STORAGE;
}

/* map_target.c: maps for redirect_map() */
int xbpf_map_target_update(struct xbpf_map_obj *map, const void *key,
			   const void *value, u64 flags);
int xbpf_map_target_delete(struct xbpf_map_obj *map, const void *key);
void xbpf_map_target_clear(struct xbpf_map_obj *map);
void xbpf_map_target_last_fd(struct xbpf_map_obj *map);
static inline int xbpf_map_is_of_targets(const struct xbpf_map *map)
{
	return map->type == XBPF_MAP_TYPE_DEVMAP ||
	       map->type == XBPF_MAP_TYPE_DEVMAP_HASH ||
	       map->type == XBPF_MAP_TYPE_CPUMAP ||
	       map->type == XBPF_MAP_TYPE_XSKMAP;
}

int xbpf_map_ptr_lookup(struct xbpf_map *map, const void *key, u32 *id);
void xbpf_map_ptr_clear(struct xbpf_map_obj *map);
void xbpf_map_ptr_file_closed(struct xbpf_map_obj *map, struct file *file);

/* map_elem.c */
int xbpf_map_op_flags(const struct xbpf_map *map, u64 flags, u32 allowed);
u64 xbpf_map_value_size(const struct xbpf_map *map, u64 flags);
int xbpf_map_elem_lookup(struct xbpf_map *map, const void *key, void *value,
			 u64 flags);
int xbpf_map_elem_update(struct xbpf_map_obj *map, struct file *file,
			 const void *key, const void *value, u64 flags);
int xbpf_map_elem_delete(struct xbpf_map_obj *map, const void *key);
int xbpf_map_elem_next(struct xbpf_map *map, const void *key, void *next);
/**
 * struct xbpf_map_use - a map while a command works on it
 * @file: open file of the map
 * @obj: the map
 * @mode: FMODE_READ | FMODE_WRITE of the command; writers are counted
 */
struct xbpf_map_use {
	struct file *file;
	struct xbpf_map_obj *obj;
	fmode_t mode;
};

/* 0, -EBADF, -EINVAL, -EPERM; xbpf_map_unuse() in any case. */
int xbpf_map_use(struct xbpf_map_use *use, int fd, fmode_t mode);
void xbpf_map_unuse(struct xbpf_map_use *use);
int xbpf_cmd_map_lookup(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size);
int xbpf_cmd_map_update(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size);
int xbpf_cmd_map_delete(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size);
int xbpf_cmd_map_next_key(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			  u32 size);
int xbpf_cmd_map_take(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		      u32 size);

/* map_batch.c */
int xbpf_cmd_map_lookup_batch(union xbpf_attr *attr,
			      union xbpf_attr __user *uattr, u32 size);
int xbpf_cmd_map_take_batch(union xbpf_attr *attr,
			    union xbpf_attr __user *uattr, u32 size);
int xbpf_cmd_map_update_batch(union xbpf_attr *attr,
			      union xbpf_attr __user *uattr, u32 size);
int xbpf_cmd_map_delete_batch(union xbpf_attr *attr,
			      union xbpf_attr __user *uattr, u32 size);

/* btf.c */
int xbpf_btf_subsys_init(void);
void xbpf_btf_subsys_exit(void);
/* Do the types that MAP_CREATE names fit the map: 0, -EINVAL, -ENOTSUPP. */
int xbpf_map_check_btf(const struct xbpf_map_obj *map);
int xbpf_cmd_btf_load(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		      u32 size);

/* ids.c */
int xbpf_cmd_prog_next_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			  u32 size);
int xbpf_cmd_map_next_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size);
int xbpf_cmd_link_next_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			  u32 size);
int xbpf_cmd_btf_next_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size);
int xbpf_cmd_prog_by_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size);
int xbpf_cmd_map_by_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		       u32 size);
int xbpf_cmd_link_by_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size);
int xbpf_cmd_btf_by_id(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		       u32 size);

/* info.c, info_prog.c */
int xbpf_info_in(void *info, u32 *len, u32 known, const union xbpf_attr *attr);
int xbpf_info_out(const void *info, u32 len, const union xbpf_attr *attr,
		  union xbpf_attr __user *uattr);
int xbpf_cmd_info_by_fd(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size);
int xbpf_prog_info(struct xbpf_prog_obj *prog, union xbpf_attr *attr,
		   union xbpf_attr __user *uattr);

/* link.c */
int xbpf_cmd_raw_tracepoint(union xbpf_attr *attr,
			    union xbpf_attr __user *uattr, u32 size);
int xbpf_cmd_link_create(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size);
int xbpf_cmd_link_update(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size);
int xbpf_cmd_link_detach(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size);
int xbpf_cmd_iter_create(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			 u32 size);
int xbpf_cmd_prog_query(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			u32 size);

/* pin.c */
int xbpf_cmd_obj_pin(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		     u32 size);
int xbpf_cmd_obj_get(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		     u32 size);

/* pin_fs.c */
int xbpf_pin_init(void);
void xbpf_pin_exit(void);
int xbpf_pin_is_dir(const struct inode *inode);
/* Without a reference; NULL if the inode is none of a pin. */
struct xbpf_obj *xbpf_pin_object(const struct inode *inode);
/* For vfs_mkobj(): @arg is the object. */
int xbpf_pin_make(struct dentry *dentry, umode_t mode, void *arg);

/* test_run.c */
int xbpf_cmd_test_run(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		      u32 size);

/* stats.c */
int xbpf_cmd_enable_stats(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			  u32 size);
int xbpf_cmd_prog_stats(void __user *uarg, u32 size);
int xbpf_cmd_info(void __user *uarg, u32 size);
int xbpf_cmd_perf_open(void __user *uarg, u32 size);

#endif
