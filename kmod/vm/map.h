/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract of a map: what a map is to programs, the verifier, the JIT and
 * the device. Implementations are in maps/, one file a type.
 *
 * Knows no file descriptors and no user memory: the device copies keys and
 * values and turns descriptors into pointers.
 */
#ifndef XBPF_MAP_H
#define XBPF_MAP_H

#include "os.h"
#include <linux/xbpf.h>

struct xbpf_map;
struct xbpf_prog;
struct xbpf_btf;
struct xbpf_callback;

enum xbpf_map_holds {
	XBPF_MAP_HOLDS_BYTES,
	XBPF_MAP_HOLDS_PROGS,	/* values are programs: fds in, ids out */
	XBPF_MAP_HOLDS_PERF,	/* values are perf event objects */
	XBPF_MAP_HOLDS_MAPS,
	XBPF_MAP_HOLDS_CGROUPS,
};

/* ---- what a value holds beside bytes: btf/fields.c finds it ---- */

enum xbpf_field_kind {
	XBPF_FIELD_SPIN_LOCK,
	XBPF_FIELD_TIMER,
	XBPF_FIELD_WQ,
	XBPF_FIELD_REFCOUNT,
	XBPF_FIELD_LIST_HEAD,
	XBPF_FIELD_LIST_NODE,
	XBPF_FIELD_RB_ROOT,
	XBPF_FIELD_RB_NODE,
	XBPF_FIELD_KPTR_UNREF,	/* a plain pointer, never owned */
	XBPF_FIELD_KPTR_REF,	/* owned by the value */
	XBPF_FIELD_KPTR_PERCPU,
	XBPF_NR_FIELDS
};

#define XBPF_FIELD_BIT(kind)	(1U << XBPF_FIELD_##kind)
#define XBPF_FIELDS_KPTR	(XBPF_FIELD_BIT(KPTR_UNREF) |		\
				 XBPF_FIELD_BIT(KPTR_REF) |		\
				 XBPF_FIELD_BIT(KPTR_PERCPU))
#define XBPF_FIELDS_ROOT	(XBPF_FIELD_BIT(LIST_HEAD) |		\
				 XBPF_FIELD_BIT(RB_ROOT))
#define XBPF_FIELDS_OF_MAPS	(XBPF_FIELD_BIT(SPIN_LOCK) |		\
				 XBPF_FIELD_BIT(TIMER) |		\
				 XBPF_FIELD_BIT(WQ) |			\
				 XBPF_FIELD_BIT(REFCOUNT) |		\
				 XBPF_FIELDS_ROOT | XBPF_FIELDS_KPTR)
/* What an element gives back when it goes. */
#define XBPF_FIELDS_OWNING	(XBPF_FIELD_BIT(TIMER) | XBPF_FIELD_BIT(KPTR_REF))
#define XBPF_MAX_FIELDS		11

/**
 * struct xbpf_field - a part of a value that programs touch by helpers only
 * @off: in the value
 * @size: bytes
 * @kind: enum xbpf_field_kind
 * @object: of kptrs: enum xbpf_object
 * @type_id: of kptrs what is pointed to, of the kernel's BTF unless @object is
 *	XBPF_OBJECT_NONE; of lists and trees what they consist of
 * @node_off: of lists and trees: of the node in that
 */
struct xbpf_field {
	u32 off;
	u16 size;
	u8 kind;
	u8 object;
	u32 type_id;
	u32 node_off;
};

/**
 * struct xbpf_map_fields - all of them in one type of value
 * @mask: bits of enum xbpf_field_kind
 * @nr: how many, in the order of their offsets
 * @btf: that the types belong to; whoever has the fields holds it
 * @field: the fields
 */
struct xbpf_map_fields {
	u32 mask;
	u32 nr;
	const struct xbpf_btf *btf;
	struct xbpf_field field[XBPF_MAX_FIELDS];
};

/* btf/fields.c: as messages call a kind. */
const char *xbpf_field_name(u32 kind);

/* NULL when there is none of that kind. */
static inline const struct xbpf_field *
xbpf_field_of(const struct xbpf_map_fields *fields, enum xbpf_field_kind kind)
{
	u32 i;

	for (i = 0; fields && i < fields->nr; i++)
		if (fields->field[i].kind == kind)
			return &fields->field[i];
	return NULL;
}

/* ---- locks in values: four bytes, 0 when free ---- */

/* A ticket lock. The caller has interrupts off and is not an NMI. */
static inline void xbpf_value_lock(u32 *lock)
{
	u16 mine = atomic_fetch_add(1 << 16, (atomic_t *)lock) >> 16;

	while ((u16)atomic_read_acquire((atomic_t *)lock) != mine)
		cpu_relax();
}

static inline void xbpf_value_unlock(u32 *lock)
{
	u16 *now = (u16 *)lock;		/* the lower half: little endian */

	smp_store_release(now, (u16)(*now + 1));
}

/**
 * struct xbpf_map_ops - what a map type can do
 *
 * Every pointer but @alloc_check, @alloc and @free may be NULL: not supported.
 * Errors are those of bpf(2).
 *
 * @holds: enum xbpf_map_holds
 * @percpu: values are one per possible CPU; user space sees
 *	nr_cpu_ids * round_up(value_size, 8) bytes
 * @asks: @peek looks whether its value is there, instead of giving one
 * @flags: XBPF_F_* that MAP_CREATE accepts for the type
 * @alloc_check: sizes and flags of @attr: 0, -EINVAL, -E2BIG. Sleeps.
 * @alloc: a new map (generic fields are filled by xbpf_map_alloc()), or ERR_PTR.
 * @free: the last reference is gone and a grace period has passed. Sleeps.
 * @lookup: address of the value, NULL if none; any context, under RCU.
 *	Per-CPU types: the value of this CPU. Types that hold maps: the map.
 *	Not for types that hold other objects.
 * @update: any context, under RCU, @value has value_size bytes.
 * @prepare: makes room for one update, so that it need not fail for want of
 *	memory; the device calls it before @update or @update_copy of user space,
 *	outside of RCU and of any guard. Sleeps.
 * @remove: any context, under RCU. -ENOENT if none.
 * @get_next_key: @key NULL or unknown: the first. -ENOENT at the end.
 * @lookup_copy: copy for user space (all CPUs if @percpu, @flags as in
 *	MAP_LOOKUP_ELEM); when NULL, @lookup and memcpy serve
 * @update_copy: as user space updates; when NULL, @update serves
 * @lookup_and_delete: copy and remove at once
 * @bucket_copy: hash types, for the batch commands: copies the elements of
 *	bucket @bucket as user space sees them (all CPUs if @percpu) to @keys and
 *	@values, arrays of @room elements; *@nr is how many the bucket has. 0;
 *	-ENOSPC when they are more than @room, nothing is copied or removed then;
 *	-ENOENT: no such bucket, it is past the last. @take: removes them too
 * @push, @pop, @peek: queue-like types
 * @swap_ptr: for types that hold objects: put @ptr (NULL removes) at @key and
 *	return in @old what was there. The caller owns the references, and is
 *	the only one at a time. Types without keys of their own choice: flags 0.
 * @read_ptr: the object at @key or NULL, under RCU
 * @direct_value: address of the value at byte offset @off of an array that
 *	programs may address directly; -errno otherwise
 * @mmap_pages: for user mappings: the page at @pgoff, or ERR_PTR
 * @mmap_check: may [@pgoff, +@pages) be mapped, @write or not: 0 or -errno
 * @poll: EPOLLIN | EPOLLRDNORM when there is something to read, EPOLLOUT |
 *	EPOLLWRNORM when there is room to write, else 0; the
 *	device waits on map->waitq
 * @for_each: calls @cb with each element (of per-CPU types: this CPU's value)
 *	until it returns 1; how many it was called for. Elements that come or go
 *	meanwhile may be met, missed or met twice; no more calls than max_entries
 * @release_all: xbpf_value_release() of @kinds of every element, free ones too
 * @mem_usage: bytes in use
 */
struct xbpf_map_ops {
	const char *name;
	u8 holds;
	u8 percpu;
	u8 asks;
	u32 flags;
	int (*alloc_check)(const union xbpf_attr *attr);
	struct xbpf_map *(*alloc)(const union xbpf_attr *attr);
	void (*free)(struct xbpf_map *map);

	void *(*lookup)(struct xbpf_map *map, const void *key);
	long (*update)(struct xbpf_map *map, const void *key, const void *value,
		       u64 flags);
	void (*prepare)(struct xbpf_map *map);
	long (*remove)(struct xbpf_map *map, const void *key);
	int (*get_next_key)(struct xbpf_map *map, const void *key, void *next);
	void *(*lookup_percpu)(struct xbpf_map *map, const void *key, u32 cpu);

	int (*lookup_copy)(struct xbpf_map *map, const void *key, void *value,
			   u64 flags);
	int (*update_copy)(struct xbpf_map *map, const void *key,
			   const void *value, u64 flags);
	int (*lookup_and_delete)(struct xbpf_map *map, const void *key,
				 void *value, u64 flags);
	int (*bucket_copy)(struct xbpf_map *map, u32 bucket, void *keys,
			   void *values, u32 room, u32 *nr, int take);
	long (*push)(struct xbpf_map *map, const void *value, u64 flags);
	long (*pop)(struct xbpf_map *map, void *value);
	long (*peek)(struct xbpf_map *map, void *value);

	int (*swap_ptr)(struct xbpf_map *map, const void *key, void *ptr,
			u64 flags, void **old);
	void *(*read_ptr)(struct xbpf_map *map, const void *key);

	int (*direct_value)(const struct xbpf_map *map, u64 *addr, u32 off);
	struct page *(*mmap_page)(struct xbpf_map *map, unsigned long pgoff);
	int (*mmap_check)(struct xbpf_map *map, unsigned long pgoff,
			  unsigned long pages, int write);
	u32 (*poll)(struct xbpf_map *map);
	long (*for_each)(struct xbpf_map *map, const struct xbpf_callback *cb,
			 u64 ctx);
	void (*release_all)(struct xbpf_map *map, u32 kinds);
	u64 (*mem_usage)(const struct xbpf_map *map);
};

/**
 * struct xbpf_map - the generic part, first member of every map
 * @frozen: user space may not write any more (MAP_FREEZE); set once
 * @writers: user-space writers and writable mappings now; MAP_FREEZE wants none
 * @waitq: of types that are polled, woken through irq_work; NULL otherwise
 * @failed: updates that failed for want of room or of a lock, by any context
 * @inner: of types that hold maps: what these are like, a map without elements
 * @fields: of its values, NULL if they are mere bytes; owned; set before the map
 *	is published
 * @owner: the device's object around this map
 */
struct xbpf_map {
	const struct xbpf_map_ops *ops;
	u32 type;
	u32 key_size;
	u32 value_size;
	u32 max_entries;
	u32 map_flags;
	u64 map_extra;
	int numa_node;
	char name[XBPF_OBJ_NAME_LEN];
	u32 frozen;
	atomic_t writers;
	wait_queue_head_t *waitq;
	atomic64_t failed;
	struct xbpf_map *inner;
	struct xbpf_map_fields *fields;
	void *owner;
};

/* maps/table.c: ops of a type; NULL when unknown. */
const struct xbpf_map_ops *xbpf_map_type_get(u32 type);
/* maps/table.c: check @attr as MAP_CREATE does (types, sizes, flags), allocate. */
struct xbpf_map *xbpf_map_alloc(const union xbpf_attr *attr);
void xbpf_map_free(struct xbpf_map *map);

/* ---- maps/task_storage.c: @task is an address; under RCU ---- */

void *xbpf_task_storage_find(struct xbpf_map *map, u64 task);
/* Makes room for one update. Sleeps. */
void xbpf_task_storage_prepare(struct xbpf_map *map);
long xbpf_task_storage_update(struct xbpf_map *map, u64 task, const void *value,
			      u64 flags);
long xbpf_task_storage_delete(struct xbpf_map *map, u64 task);

/* maps/cgroup_storage.c: who runs a program calls it for its maps of that kind. */
void xbpf_cgroup_storage_begin(struct xbpf_map *map);

static inline int xbpf_map_is_cgroup_storage(const struct xbpf_map *map)
{
	return map->type == XBPF_MAP_TYPE_CGROUP_STORAGE ||
	       map->type == XBPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

/* maps/inner.c: maps of maps, see there */
int xbpf_map_set_inner(struct xbpf_map *outer, const struct xbpf_map *inner);
int xbpf_map_inner_fits(const struct xbpf_map *outer,
			const struct xbpf_map *map);
/* ---- maps/fields.c: values that have special fields ---- */

/* Copies a value, but for its fields: those of @dst stay as they are. */
void xbpf_value_copy_around(const struct xbpf_map *map, void *dst,
			    const void *src);
/* Copies a value for user space: its fields read as zeros. */
void xbpf_value_copy_out(const struct xbpf_map *map, void *dst,
			 const void *src);
/* Both under the value's lock, which it must have: XBPF_F_LOCK. */
void xbpf_value_copy_locked(const struct xbpf_map *map, void *dst,
			    const void *src);
void xbpf_value_copy_out_locked(const struct xbpf_map *map, void *dst,
				const void *src);
/* The element goes, or may go: what its fields of these kinds (a mask) hold is
 * given back. Any context but NMI. */
void xbpf_value_release(struct xbpf_map *map, void *value, u32 kinds);
/* The key of an element, by its value; of arrays it is made in @index. */
const void *xbpf_value_key(struct xbpf_map *map, const void *value, u32 *index);
/* By each host: the timer in a value is stopped, and goes. Any context but NMI. */
void xbpf_timer_release(void *field);
/* Flags of an update: XBPF_ANY ... XBPF_EXIST, and XBPF_F_LOCK with a lock. */
long xbpf_value_flags_check(const struct xbpf_map *map, u64 flags);

static inline int xbpf_map_has(const struct xbpf_map *map,
			       enum xbpf_field_kind kind)
{
	return map->fields && map->fields->mask >> kind & 1;
}

/* maps/stackmap.c: the id of @nr frames as get_stackid has it, or -errno. Any
 * context, under RCU. @flags: XBPF_F_FAST_STACK_CMP, XBPF_F_REUSE_STACKID. */
int xbpf_stackmap_insert(struct xbpf_map *map, const u64 *ips, u32 nr,
			 u64 flags);

/* What MAP_CREATE was told: descriptors and ids are of four bytes. */
static inline u32 xbpf_map_shown_value_size(const struct xbpf_map *map)
{
	return map->ops->holds == XBPF_MAP_HOLDS_MAPS ? sizeof(u32) :
							map->value_size;
}

/* Bytes of one value as user space sees it. */
static inline u64 xbpf_map_user_value_size(const struct xbpf_map *map)
{
	if (map->ops->percpu)
		return (u64)round_up(map->value_size, 8) * num_possible_cpus();
	if (map->ops->holds != XBPF_MAP_HOLDS_BYTES)
		return sizeof(u32);
	return map->value_size;
}

/* Programs may look up, user space may write, ... by map_flags. */
static inline int xbpf_map_prog_may_read(const struct xbpf_map *map)
{
	return !(map->map_flags & XBPF_F_WRONLY_PROG);
}

static inline int xbpf_map_prog_may_write(const struct xbpf_map *map)
{
	return !(map->map_flags & XBPF_F_RDONLY_PROG);
}

/* Content is constant for programs and user space: a known constant when read. */
static inline int xbpf_map_is_rodata(const struct xbpf_map *map)
{
	return (map->map_flags & XBPF_F_RDONLY_PROG) && READ_ONCE(map->frozen);
}

#endif
