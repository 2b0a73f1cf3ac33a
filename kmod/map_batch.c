// SPDX-License-Identifier: GPL-2.0-only
/*
 * Elements of maps, many at a time, for user space.
 *
 * Knows two ways through a map: hashes go bucket by bucket, and the cursor in
 * in_batch and out_batch is the bucket's number, four bytes; the others go from
 * key to key, and the cursor is a key.
 */
#include "device.h"

/* Where a batch writes to, one element after the other. */
struct batch {
	struct xbpf_map_obj *obj;
	struct xbpf_map *map;
	const union xbpf_attr *attr;
	union xbpf_attr __user *uattr;
	u64 value_size;
	u32 done;
};

/* What a batch may do with maps that are gone through by key. */
#define READS	BIT(0)
#define WRITES	BIT(1)
#define REMOVES	BIT(2)
#define TAKES	BIT(3)

static u32 by_key(const struct xbpf_map *map)
{
	switch (map->type) {
	case XBPF_MAP_TYPE_ARRAY:
	case XBPF_MAP_TYPE_PERCPU_ARRAY:
	case XBPF_MAP_TYPE_ARRAY_OF_MAPS:
		return READS | WRITES;
	case XBPF_MAP_TYPE_LPM_TRIE:
		return READS | WRITES | REMOVES;
	case XBPF_MAP_TYPE_HASH_OF_MAPS:
		return READS | WRITES | REMOVES | TAKES;
	default:
		return 0;
	}
}

static void __user *user_key(const struct batch *b, u64 index)
{
	return u64_to_user_ptr(b->attr->batch.keys + index * b->map->key_size);
}

static void __user *user_value(const struct batch *b, u64 index)
{
	return u64_to_user_ptr(b->attr->batch.values + index * b->value_size);
}

/* 1 when there is something to do; what is done so far is 0. */
static int batch_begin(struct batch *b, u32 flags_allowed)
{
	const union xbpf_attr *attr = b->attr;
	int err;

	err = xbpf_map_op_flags(b->map, attr->batch.elem_flags, flags_allowed);
	if (err)
		return err;
	b->value_size = xbpf_map_value_size(b->map, attr->batch.elem_flags);
	if (!attr->batch.count)
		return 0;
	return put_user(0, &b->uattr->batch.count) ? -EFAULT : 1;
}

/* Copies @nr elements of kernel memory behind those that are done. */
static int batch_emit(struct batch *b, const void *keys, const void *values,
		      u32 nr)
{
	if (copy_to_user(user_key(b, b->done), keys,
			 (size_t)nr * b->map->key_size) ||
	    copy_to_user(user_value(b, b->done), values,
			 (size_t)nr * b->value_size))
		return -EFAULT;
	b->done += nr;
	return 0;
}

/* ---- by bucket ---- */

struct bucket_buf {
	void *keys, *values;
	u32 room;
};

static int bucket_buf_grow(struct bucket_buf *buf, const struct batch *b,
			   u32 room)
{
	kvfree(buf->keys);
	kvfree(buf->values);
	buf->keys = kvmalloc_array(room, b->map->key_size,
				   GFP_USER | __GFP_NOWARN | __GFP_ACCOUNT);
	buf->values = kvmalloc_array(room, b->value_size,
				     GFP_USER | __GFP_NOWARN | __GFP_ACCOUNT);
	buf->room = room;
	return buf->keys && buf->values ? 0 : -ENOMEM;
}

/* Next bucket: 0, -ENOENT at the end, -ENOSPC when it has more than is wanted. */
static int bucket_step(struct batch *b, struct bucket_buf *buf, u32 bucket,
		       int take)
{
	u32 left = b->attr->batch.count - b->done, nr = 0;
	int err;

	for (;;) {
		xbpf_run_block();
		rcu_read_lock();
		err = b->map->ops->bucket_copy(b->map, bucket, buf->keys,
					       buf->values,
					       min(buf->room, left), &nr, take);
		rcu_read_unlock();
		xbpf_run_unblock();
		if (err != -ENOSPC || nr > left)
			break;
		err = bucket_buf_grow(buf, b, nr);
		if (err)
			return err;
	}
	return err ?: batch_emit(b, buf->keys, buf->values, nr);
}

static int bucket_walk(struct batch *b, struct bucket_buf *buf, u32 *bucket,
		       int take)
{
	int err = 0;

	while (!err && b->done < b->attr->batch.count) {
		err = bucket_step(b, buf, *bucket, take);
		if (!err)
			++*bucket;
		if (fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	if (err == -ENOSPC && b->done)
		err = 0;		/* the rest is for the next call */
	return err;
}

static int batch_buckets(struct batch *b, int take)
{
	const union xbpf_attr *attr = b->attr;
	struct bucket_buf buf = {};
	u32 bucket = 0;
	int err;

	if (attr->batch.flags)
		return -EINVAL;
	err = batch_begin(b, XBPF_F_LOCK | XBPF_F_CPU);
	if (err <= 0)
		return err;
	if (attr->batch.in_batch &&
	    copy_from_user(&bucket, u64_to_user_ptr(attr->batch.in_batch),
			   sizeof(bucket)))
		return -EFAULT;
	err = bucket_buf_grow(&buf, b, 8);
	if (!err)
		err = bucket_walk(b, &buf, &bucket, take);
	kvfree(buf.keys);
	kvfree(buf.values);
	if (err == -EFAULT || err == -ENOMEM)
		return err;
	if (copy_to_user(u64_to_user_ptr(attr->batch.out_batch), &bucket,
			 sizeof(bucket)) ||
	    put_user(b->done, &b->uattr->batch.count))
		return -EFAULT;
	return err;
}

/* ---- by key ---- */

static int keys_walk(struct batch *b, void **prev, void **spare, void *value)
{
	void *key;
	int err;

	while (b->done < b->attr->batch.count) {
		key = *spare;
		err = xbpf_map_elem_next(b->map, *prev, key);
		if (err)
			return err;
		err = xbpf_map_elem_lookup(b->map, key, value,
					   b->attr->batch.elem_flags);
		if (!err)
			err = batch_emit(b, key, value, 1);
		if (err && err != -ENOENT)	/* ENOENT: gone meanwhile */
			return err;
		*spare = *prev ?: key + b->map->key_size;
		*prev = key;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

/* Always the first: what came before is gone. */
static int keys_take(struct batch *b, void *key, void *value)
{
	int err;

	while (b->done < b->attr->batch.count) {
		err = xbpf_map_elem_next(b->map, NULL, key);
		if (err)
			return err;
		err = xbpf_map_elem_lookup(b->map, key, value,
					   b->attr->batch.elem_flags);
		if (!err)
			err = xbpf_map_elem_delete(b->obj, key);
		if (!err)
			err = batch_emit(b, key, value, 1);
		if (err && err != -ENOENT)
			return err;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static int batch_keys(struct batch *b, int take)
{
	const union xbpf_attr *attr = b->attr;
	u32 key_size = b->map->key_size;
	void *keys, *value, *prev = NULL, *spare;
	int err;

	err = batch_begin(b, XBPF_F_LOCK | XBPF_F_CPU);
	if (err <= 0)
		return err;
	err = -ENOMEM;
	keys = kvmalloc_array(2, key_size, GFP_USER | __GFP_ACCOUNT);
	value = kvmalloc(b->value_size, GFP_USER | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!keys || !value)
		goto out;
	spare = keys;
	err = -EFAULT;
	if (attr->batch.in_batch) {
		prev = keys;
		spare = keys + key_size;
		if (copy_from_user(prev, u64_to_user_ptr(attr->batch.in_batch),
				   key_size))
			goto out;
	}
	if (take) {
		prev = keys;
		err = keys_take(b, prev, value);
	} else {
		err = keys_walk(b, &prev, &spare, value);
	}
	if (err == -EFAULT)
		goto out;
	if (put_user(b->done, &b->uattr->batch.count) ||
	    (b->done && copy_to_user(u64_to_user_ptr(attr->batch.out_batch),
				     prev, key_size)))
		err = -EFAULT;
out:
	kvfree(keys);
	kvfree(value);
	return err;
}

/* ---- lists that user space gives ---- */

static int update_one(struct batch *b, struct file *file, void *key,
		      void *value)
{
	if (copy_from_user(key, user_key(b, b->done), b->map->key_size) ||
	    copy_from_user(value, user_value(b, b->done), b->value_size))
		return -EFAULT;
	return xbpf_map_elem_update(b->obj, file, key, value,
				    b->attr->batch.elem_flags);
}

static int delete_one(struct batch *b, void *key)
{
	if (copy_from_user(key, user_key(b, b->done), b->map->key_size))
		return -EFAULT;
	return xbpf_map_elem_delete(b->obj, key);
}

/* @file NULL: delete, otherwise update through it. */
static int batch_list(struct batch *b, struct file *file)
{
	void *key, *value = NULL;
	int err;

	err = batch_begin(b, file ? XBPF_F_LOCK | XBPF_F_CPU |
			  XBPF_F_ALL_CPUS : XBPF_F_LOCK);
	if (err <= 0)
		return err;
	err = -ENOMEM;
	key = kvmalloc(b->map->key_size, GFP_USER | __GFP_ACCOUNT);
	if (file)
		value = kvmalloc(b->value_size,
				 GFP_USER | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!key || (file && !value))
		goto out;
	for (err = 0; b->done < b->attr->batch.count; b->done++) {
		err = file ? update_one(b, file, key, value) :
			     delete_one(b, key);
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
		if (err)
			break;
		cond_resched();
	}
	if (put_user(b->done, &b->uattr->batch.count))
		err = -EFAULT;
out:
	kvfree(key);
	kvfree(value);
	return err;
}

/* ---- the commands ---- */

typedef int (*batch_fn)(struct batch *b, struct file *file);

static int lookup_batch(struct batch *b, struct file *file)
{
	if (b->map->ops->bucket_copy)
		return batch_buckets(b, 0);
	return by_key(b->map) & READS ? batch_keys(b, 0) : -ENOTSUPP;
}

static int take_batch(struct batch *b, struct file *file)
{
	if (b->map->ops->bucket_copy)
		return batch_buckets(b, 1);
	return by_key(b->map) & TAKES ? batch_keys(b, 1) : -ENOTSUPP;
}

static int update_batch(struct batch *b, struct file *file)
{
	if (!b->map->ops->bucket_copy && !(by_key(b->map) & WRITES))
		return -ENOTSUPP;
	return batch_list(b, file);
}

static int delete_batch(struct batch *b, struct file *file)
{
	if (!b->map->ops->bucket_copy && !(by_key(b->map) & REMOVES))
		return -ENOTSUPP;
	return batch_list(b, NULL);
}

static int cmd_batch(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		     fmode_t mode, batch_fn fn)
{
	struct batch b = { .attr = attr, .uattr = uattr };
	struct xbpf_map_use use;
	int err;

	err = xbpf_map_use(&use, attr->batch.map_fd, mode);
	if (!err) {
		b.obj = use.obj;
		b.map = use.obj->map;
		err = fn(&b, use.file);
	}
	xbpf_map_unuse(&use);
	return err;
}

int xbpf_cmd_map_lookup_batch(union xbpf_attr *attr,
			      union xbpf_attr __user *uattr, u32 size)
{
	return cmd_batch(attr, uattr, FMODE_READ, lookup_batch);
}

int xbpf_cmd_map_take_batch(union xbpf_attr *attr,
			    union xbpf_attr __user *uattr, u32 size)
{
	return cmd_batch(attr, uattr, FMODE_READ | FMODE_WRITE, take_batch);
}

int xbpf_cmd_map_update_batch(union xbpf_attr *attr,
			      union xbpf_attr __user *uattr, u32 size)
{
	return cmd_batch(attr, uattr, FMODE_WRITE, update_batch);
}

int xbpf_cmd_map_delete_batch(union xbpf_attr *attr,
			      union xbpf_attr __user *uattr, u32 size)
{
	return cmd_batch(attr, uattr, FMODE_WRITE, delete_batch);
}
