/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device's side of the module: objects with a lifetime, and what the
 * command table and the event sources (attach/) ask of one another.
 * Kernel only; the pure core never includes it.
 */
#ifndef XBPF_KMOD_H
#define XBPF_KMOD_H

#include <linux/kref.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/perf_event.h>
#include <linux/cred.h>
#include <linux/xarray.h>
#include "os.h"
#include "vm/vm.h"
#include "vm/map.h"
#include "btf/btf.h"

/* ---- object.c: identity, lifetime, descriptors ---- */

enum xbpf_obj_kind {
	XBPF_OBJ_PROG,
	XBPF_OBJ_MAP,
	XBPF_OBJ_LINK,
	XBPF_OBJ_BTF,
	XBPF_OBJ_PERF,		/* what XBPF_PERF_EVENT_OPEN returns; has no id */
	XBPF_NR_OBJ_KINDS
};

struct xbpf_obj;

/**
 * struct xbpf_obj_ops - what differs between the kinds
 * @fd_name: of the anonymous inode: "bpf-prog", "bpf-map", "bpf_link", "btf", ...
 * @free: the last reference is gone and a grace period has passed; process
 *	context, sleeps
 * @detach: the last reference is gone, the grace period is still to come; process
 *	context, sleeps. From close() of the last descriptor it is called at once:
 *	what was attached is detached when close() returns. NULL: nothing to do
 * @last_fd: the last descriptor is gone (maps of programs are emptied then), or NULL
 * @file_closed: one open file of the object is closed, or NULL
 * @show_fdinfo: lines of /proc/PID/fdinfo/FD as Linux has them
 * @fops: of the descriptor: XBPF_OBJ_FOPS and ioctl, mmap, poll, read ...
 */
struct xbpf_obj_ops {
	const char *fd_name;
	enum xbpf_obj_kind kind;
	void (*free)(struct xbpf_obj *obj);
	void (*detach)(struct xbpf_obj *obj);
	void (*last_fd)(struct xbpf_obj *obj);
	void (*file_closed)(struct xbpf_obj *obj, struct file *file);
	void (*show_fdinfo)(struct xbpf_obj *obj, struct seq_file *m);
	const struct file_operations *fops;
};

/**
 * struct xbpf_obj - first member of everything that has a descriptor
 * @ref: of descriptors, programs, links and maps that hold it
 * @fds: descriptors only
 * @id: 0 before xbpf_obj_finalize()
 *
 * Life: xbpf_obj_init() -> xbpf_obj_finalize() (gets its id, can be found) ->
 * xbpf_obj_put(); or xbpf_obj_init() -> xbpf_obj_put() when something failed on
 * the way. Each holds a reference to the module. The last put hands @free to a
 * workqueue after the RCU grace period, so put may be called in any context but NMI.
 */
struct xbpf_obj {
	struct kref ref;
	atomic_t fds;
	u32 id;
	const struct xbpf_obj_ops *ops;
	struct rcu_head rcu;
	struct work_struct work;
};

int xbpf_obj_init(struct xbpf_obj *obj, const struct xbpf_obj_ops *ops);
int xbpf_obj_finalize(struct xbpf_obj *obj);
/* Undoes xbpf_obj_init() of an object that nobody else has seen; ->free is not
 * called, the memory stays the caller's. */
void xbpf_obj_abort(struct xbpf_obj *obj);
void xbpf_obj_get(struct xbpf_obj *obj);
void xbpf_obj_put(struct xbpf_obj *obj);
/* A new descriptor that holds its own reference: fd or -errno. */
int xbpf_obj_new_fd(struct xbpf_obj *obj, int o_flags);
/* Object of a descriptor with a reference: -EBADF no such descriptor, -EINVAL it
 * is of something else, ours or not. */
struct xbpf_obj *xbpf_obj_from_fd(int fd, enum xbpf_obj_kind kind);
/* -ENOENT when none, -EAGAIN when it is going away. */
struct xbpf_obj *xbpf_obj_from_id(u32 id, enum xbpf_obj_kind kind);
/* Smallest id > @id: 0 or -ENOENT. */
int xbpf_obj_next_id(u32 *id, enum xbpf_obj_kind kind);
/* Of every kind: alive now. */
u32 xbpf_obj_count(enum xbpf_obj_kind kind);
/* Object of an open file of ours, without a reference; NULL if not ours. */
struct xbpf_obj *xbpf_obj_from_file(const struct file *file);

/* What every object's file_operations begin with. */
#define XBPF_OBJ_FOPS					\
	.owner		= THIS_MODULE,			\
	.release	= xbpf_obj_release,		\
	.show_fdinfo	= xbpf_obj_show_fdinfo
int xbpf_obj_release(struct inode *inode, struct file *file);
void xbpf_obj_show_fdinfo(struct seq_file *m, struct file *file);

/* ---- prog.c ---- */

/* One per CPU; changed by this_cpu_inc() and this_cpu_add() only: NMI-safe. */
struct xbpf_prog_counters {
	u64 runs;
	u64 nsecs;		/* of timed runs: all while BPF_ENABLE_STATS is held */
	u64 timed;
	u64 miss[__XBPF_MISS_MAX];
	u32 active;		/* 1 while the program runs on this CPU */
};

struct xbpf_prog_obj {
	struct xbpf_obj obj;
	struct xbpf_prog *prog;
	struct xbpf_prog_counters __percpu *counters;
	char name[XBPF_OBJ_NAME_LEN];
	u8 tag[XBPF_TAG_SIZE];
	u64 load_time;		/* boottime ns */
	kuid_t uid;
	struct xbpf_btf_obj *btf;
	u32 attach_btf_id;
	struct mutex maps_lock;	/* of @bound: PROG_BIND_MAP appends */
	struct xbpf_map_obj **bound;
	u32 nr_bound;
	struct xbpf_func_info *func_info;
	struct xbpf_line_info *line_info;
	u32 nr_func_info, nr_line_info;
	u32 stats_flags;	/* enum xbpf_prog_stats_flag */
};

static inline struct xbpf_prog_obj *xbpf_prog_obj_of(const struct xbpf_prog *prog)
{
	return prog->owner;
}

/* ---- link.c ---- */

struct xbpf_link;

/**
 * struct xbpf_link_ops - of one link type, in attach/
 * @release: detach; when it returns no run of the program through this link is
 *	in progress or will begin. Process context, sleeps. Called exactly once.
 * @free: memory of the link
 * @detach: LINK_DETACH by user space, NULL: -EOPNOTSUPP
 * @update: may LINK_UPDATE put @prog in the place of ->prog, which must be @old if
 *	that is not NULL: 0 or -errno; called with the lock of ->prog held
 * @fill_info: type-specific part of struct xbpf_link_info
 */
struct xbpf_link_ops {
	void (*release)(struct xbpf_link *link);
	void (*free)(struct xbpf_link *link);
	int (*detach)(struct xbpf_link *link);
	int (*update)(struct xbpf_link *link, struct xbpf_prog_obj *prog,
		      struct xbpf_prog_obj *old);
	int (*fill_info)(const struct xbpf_link *link,
			 struct xbpf_link_info *info, u32 user_len);
	void (*show_fdinfo)(const struct xbpf_link *link, struct seq_file *m);
};

struct xbpf_link {
	struct xbpf_obj obj;
	u32 type;		/* enum xbpf_link_type */
	const struct xbpf_link_ops *ops;
	struct xbpf_prog_obj *prog;	/* reference held; see xbpf_link_prog() */
};

/* Takes a reference to @prog. Does not fail for a type of the table. */
int xbpf_link_init(struct xbpf_link *link, u32 type,
		   const struct xbpf_link_ops *ops, struct xbpf_prog_obj *prog);
/* Publishes @link and returns its descriptor, or puts it and returns -errno. */
int xbpf_link_publish(struct xbpf_link *link);
/* Instead of xbpf_link_publish(): undo xbpf_link_init() without ->release, by
 * ->free. */
void xbpf_link_abort(struct xbpf_link *link);

/* The program of @link at this moment, with a reference: LINK_UPDATE changes it. */
struct xbpf_prog_obj *xbpf_link_prog(struct xbpf_link *link);

/* attach/iter.c: ITER_CREATE: a descriptor to read from, or -errno. -EINVAL: @link is
 * not one to an iterator. */
int xbpf_iter_create(struct xbpf_link *link);
/* open() of a pinned link: 0, @file is read from now; -EIO: no iterator. */
int xbpf_iter_open(struct xbpf_link *link, struct file *file);

/* ---- attach/: event sources ---- */

/* run.c: the per-CPU guard, one level for each of task, softirq, hardirq, NMI. */

/**
 * struct xbpf_run_ctx - of the run in progress, for helpers that ask
 * @cookie: of the attachment
 * @ip: address of the probed function (get_func_ip)
 * @regs: of the event, NULL when it has none
 * @prog: that runs
 * @prev: the run that this one interrupted
 * @level: of interruption, that it runs at
 * @sockets: those that the program has, see vm/packet.h
 * @sample: of a sampling event, otherwise NULL
 * @counter: that event itself
 */
struct xbpf_run_ctx {
	u64 cookie;
	u64 ip;
	struct pt_regs *regs;
	const struct xbpf_prog *prog;
	struct xbpf_run_ctx *prev;
	unsigned int level;
	struct xbpf_socket *sockets;
	const struct perf_sample_data *sample;
	struct perf_event *counter;
};

/**
 * xbpf_run - run a program for an event: guard, RCU, run context, statistics
 * @prog: to run
 * @ctx: what its R1 points to
 * @run: ->cookie, ->ip and ->regs filled in by the event source, the rest here
 *
 * Context: any, NMI included.
 * Return: R0 of the program; 0 when the run was missed (counted).
 */
u64 xbpf_run(struct xbpf_prog_obj *prog, void *ctx, struct xbpf_run_ctx *run);
/* The same for a callback of the program that an event of its own enters (a timer):
 * 0, or -EBUSY when it was missed. */
int xbpf_run_callback(struct xbpf_prog_obj *prog,
		      const struct xbpf_callback *cb, u64 r1, u64 r2, u64 r3);
/* Innermost run of this CPU, NULL outside of any. */
struct xbpf_run_ctx *xbpf_run_current(void);
/* attach/helpers_sock.c: after a run, what it has found, newest first, up to @last. */
void xbpf_sockets_drop(struct xbpf_socket *first, struct xbpf_socket *last);
/* What the syscall path holds while it changes a map: no program of this CPU and
 * level runs in between (counted as a miss). Preemption is off in between. */
void xbpf_run_block(void);
void xbpf_run_unblock(void);
void xbpf_run_miss(struct xbpf_prog_obj *prog, enum xbpf_miss why, u64 times);
/* While held by anyone, every run is timed (BPF_ENABLE_STATS). Sleeps. */
void xbpf_run_timing_get(void);
void xbpf_run_timing_put(void);

/* timer.c: the last descriptor of a map is gone: so are the timers in it. */
void xbpf_timer_map_closed(struct xbpf_map *map);

int xbpf_attach_init(void);
void xbpf_attach_exit(void);

/* LINK_CREATE: table by attach type; fd of the new link or -errno. @prog's
 * reference stays the caller's. */
int xbpf_attach_link_create(struct xbpf_prog_obj *prog,
			    const union xbpf_attr *attr);
/* RAW_TRACEPOINT_OPEN; @name in kernel memory. */
int xbpf_attach_raw_tracepoint(struct xbpf_prog_obj *prog, const char *name,
			       u64 cookie);
/* The same for a tracing program on the function that it was loaded for. */
int xbpf_attach_tracing(struct xbpf_prog_obj *prog, u64 cookie);
/* XBPF_PERF_EVENT_OPEN: fd or -errno. */
int xbpf_perf_open(const struct xbpf_perf_open *open);
/* Brings the misses that the kernel counts (kretprobe maxactive ...) into the
 * counters of @prog; before they are shown. Sleeps. */
void xbpf_attach_collect_misses(struct xbpf_prog_obj *prog);
/* At PROG_LOAD, for each helper that a program calls: what it needs beforehand. */
void xbpf_helper_prepare(u32 id);
/* Before an entry of a perf event array is set: may @map hold @perf? 0 or -errno. */
int xbpf_perf_array_ok(const struct xbpf_map *map, struct xbpf_obj *perf);

/* ---- map.c, btf.c ---- */

/* btf.c: the kernel's own types, read when first asked for; NULL if none. Sleeps. */
const struct xbpf_btf *xbpf_btf_vmlinux(void);

struct xbpf_map_obj {
	struct xbpf_obj obj;
	struct xbpf_map *map;
	struct xbpf_btf_obj *btf;
	u32 btf_key_type_id, btf_value_type_id;
	struct mutex freeze_lock;
	u32 freezing;		/* MAP_FREEZE looks for writers: new ones wait */
	struct mutex ptr_lock;	/* of values that are objects, and of: */
	struct xarray files;	/* perf event array: through which file each came */
	spinlock_t owner_lock;
	u32 owner_type;		/* prog array: what its programs have in common */
	u32 owner_attach_type;
	u32 owner_set;
	void *key;		/* hash of maps: room to empty it by, ptr_lock */
};

struct xbpf_btf_obj {
	struct xbpf_obj obj;
	struct xbpf_btf *btf;
	char name[64];
	int kernel_btf;
};

static inline struct xbpf_map_obj *xbpf_map_obj_of(const struct xbpf_map *map)
{
	return map->owner;
}

#endif
