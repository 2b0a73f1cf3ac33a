/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event sources, between themselves.
 */
#ifndef XBPF_ATTACH_H
#define XBPF_ATTACH_H

#include "xbpf.h"

/* Task, softirq, hardirq, NMI: how deep runs on one CPU can nest. */
#define XBPF_RUN_LEVELS 4

struct xbpf_event;

/**
 * struct xbpf_event_source - a kind of event behind a descriptor of
 * XBPF_PERF_EVENT_OPEN; a row of the table in event.c
 * @name: for messages
 * @size: of the structure that begins with struct xbpf_event
 * @prog_type: enum xbpf_prog_type that may be attached; UNSPEC: none
 * @open: check ->attr, find what it names, begin disabled. 0 or -errno.
 *	@name is the string of attr.config1 or NULL.
 * @close: undo @open; no run is in progress when it returns. NULL: nothing to do
 * @free: memory that programs may still reach until a grace period has passed
 *	after @close; NULL if none
 * @enable: let events come. Called with ->lock held, only when disabled.
 * @disable: stop them; running programs may still be running
 * @collect: add what the kernel missed since the last call to the program's
 *	counters; calls are serialised
 * @fill_info: part of struct xbpf_link_info of a link to this event
 * @mmap, @poll: of the descriptor, NULL if none
 *
 * All in process context, may sleep.
 */
struct xbpf_event_source {
	const char *name;
	size_t size;
	u32 prog_type;
	int (*open)(struct xbpf_event *ev, const char *name);
	void (*close)(struct xbpf_event *ev);
	void (*free)(struct xbpf_event *ev);
	int (*enable)(struct xbpf_event *ev);
	void (*disable)(struct xbpf_event *ev);
	void (*collect)(struct xbpf_event *ev);
	int (*fill_info)(struct xbpf_event *ev, struct xbpf_link_info *info);
	int (*mmap)(struct xbpf_event *ev, struct vm_area_struct *vma);
	__poll_t (*poll)(struct xbpf_event *ev, struct file *file,
			 struct poll_table_struct *wait);
};

/**
 * struct xbpf_event - what a descriptor of XBPF_PERF_EVENT_OPEN stands for
 * @attr: as asked for
 * @pid, @cpu: as asked for
 * @event_id: PERF_EVENT_IOC_ID
 * @record_size: bytes of context that there are, 0: as many as the program type
 *	allows; set by ->open
 * @lock: of @enabled and @prog
 * @prog: reference held; read under RCU
 * @cookie: of the attachment; written before @prog
 * @node: in the list of all events that carry a program
 * @kept: some map holds it until deleted: it takes no program; under @lock
 */
struct xbpf_event {
	struct xbpf_obj obj;
	const struct xbpf_event_source *source;
	struct perf_event_attr attr;
	int pid, cpu;
	u64 event_id;
	u32 record_size;
	struct mutex lock;
	int enabled;
	struct xbpf_prog_obj __rcu *prog;
	u64 cookie;
	struct list_head node;
	int kept;
};

static inline struct xbpf_event *xbpf_event_of(struct xbpf_obj *obj)
{
	return container_of(obj, struct xbpf_event, obj);
}

/* timer.c: waits for what timers leave behind */
void xbpf_timer_exit(void);

/* event.c */

/**
 * xbpf_event_run - run the program of an event, if it has one
 * @run: ->ip and ->regs are filled in
 * Context: any; preemption is off.
 */
u64 xbpf_event_run(struct xbpf_event *ev, void *ctx, struct xbpf_run_ctx *run);
void xbpf_event_miss(struct xbpf_event *ev, enum xbpf_miss why, u64 times);
int xbpf_event_attach(struct xbpf_event *ev, struct xbpf_prog_obj *prog,
		      u64 cookie);
void xbpf_event_detach(struct xbpf_event *ev);
/* Copies @name as link info does: truncated with a NUL and -ENOSPC if need be. */
int xbpf_event_copy_name(u64 user_ptr, u32 *user_len, const char *name);

extern const struct xbpf_event_source xbpf_kprobe_source;
extern const struct xbpf_event_source xbpf_uprobe_source;
extern const struct xbpf_event_source xbpf_tracepoint_source;
extern const struct xbpf_event_source xbpf_sample_source;
extern const struct xbpf_event_source xbpf_ring_source;

/* Links of LINK_CREATE, in a file each: descriptor or -errno. */
int xbpf_uprobe_multi_create(struct xbpf_prog_obj *prog,
			     const union xbpf_attr *attr);
int xbpf_kprobe_multi_create(struct xbpf_prog_obj *prog,
			     const union xbpf_attr *attr);
int xbpf_tracing_create(struct xbpf_prog_obj *prog, const union xbpf_attr *attr);

/* ---- iter.c: links to iterators; targets are in iter_*.c ---- */

#define XBPF_ITER_ARGS	6	/* of a program: the meta data, then the target's */

/**
 * struct xbpf_iter_over - what a link's iterator goes over, of all there is
 * @tid: one task, as numbered where the link was made; 0: not so chosen
 * @pid: the tasks of one process, likewise
 * @map: of map elements, reference held by the link; else NULL
 */
struct xbpf_iter_over {
	u32 tid, pid;
	struct xbpf_map_obj *map;
};

/**
 * struct xbpf_iter_ops - a kind of objects that programs iterate over
 * @name: the program is loaded for the kernel's function bpf_iter_NAME
 * @cursor_size: of a cursor, which begins as zeroes
 * @over_tasks: what LINK_CREATE chooses are tasks
 * @choose: take what LINK_CREATE says; 0 or -errno. NULL: nothing can be said
 * @open: a cursor before the first object; 0 or -errno, then there is no @close
 * @close: undo @open; no object is held
 * @find: the first object from the cursor on: 1, it is held until @drop, and is in
 *	@args, the program's arguments behind the first; 0, there is none; -errno
 * @drop: release the object; the cursor stays where it was
 * @step: after @drop: past that object
 *
 * All in process context, may sleep, unless between @find and @drop.
 */
struct xbpf_iter_ops {
	const char *name;
	size_t cursor_size;
	int over_tasks;
	int (*choose)(struct xbpf_iter_over *over,
		      const union xbpf_iter_link_info *info);
	int (*open)(void *cursor, const struct xbpf_iter_over *over);
	void (*close)(void *cursor);
	int (*find)(void *cursor, u64 *args);
	void (*drop)(void *cursor);
	void (*step)(void *cursor);
};

struct xbpf_iter_link {
	struct xbpf_link link;
	const struct xbpf_iter_ops *ops;
	struct xbpf_iter_over over;
};

static inline struct xbpf_iter_link *
xbpf_iter_link_of(const struct xbpf_link *link)
{
	return container_of(link, struct xbpf_iter_link, link);
}

extern const struct xbpf_iter_ops xbpf_iter_task_ops;
extern const struct xbpf_iter_ops xbpf_iter_task_file_ops;
extern const struct xbpf_iter_ops xbpf_iter_task_vma_ops;
extern const struct xbpf_iter_ops xbpf_iter_map_ops;
extern const struct xbpf_iter_ops xbpf_iter_prog_ops;
extern const struct xbpf_iter_ops xbpf_iter_link_ops;

int xbpf_iter_link_create(struct xbpf_prog_obj *prog,
			  const union xbpf_attr *attr);

/* ring.c: a perf buffer */

/**
 * struct xbpf_ring_raw - the raw bytes of a record
 * @data: the first @size of them
 * @more: how many follow
 * @copy: writes those that follow, @len of them from @off on; NULL: none do
 * @from: for @copy
 */
struct xbpf_ring_raw {
	const void *data;
	u32 size;
	u32 more;
	void (*copy)(const void *from, u32 off, void *to, u32 len);
	const void *from;
};

int xbpf_ring_output(struct xbpf_event *ev, struct pt_regs *regs,
		     const struct xbpf_ring_raw *raw);

/* helpers_event.c: to the buffer that @flags choose in @map; any context. */
int xbpf_perf_output(struct xbpf_map *map, u64 flags,
		     const struct xbpf_ring_raw *raw);

/* sample.c: what counts, NULL: nothing does. It lives as long as the event, and
 * until a grace period has passed. */
struct perf_event *xbpf_event_counter(struct xbpf_event *ev);

/* tp_find.c: a tracepoint of the kernel itself, NULL if there is none. Sleeps. */
struct tracepoint *xbpf_tracepoint_find(const char *name);
/* Or of a module, which is then held: module_put() @mod, which may be NULL. */
struct tracepoint *xbpf_tracepoint_get(const char *name, struct module **mod);
int xbpf_tracepoints_init(void);
void xbpf_tracepoints_exit(void);

/* syscalls.c: events of system calls through one raw tracepoint each */

#define XBPF_SYSCALL_ANY 1023	/* as a number: every system call */

/**
 * struct xbpf_syscall_user - one event that wants one system call
 * @node: in the list of its number, under RCU
 */
struct xbpf_syscall_user {
	struct xbpf_event *ev;
	struct list_head node;
	int nr;
	int is_exit;
};

/* Bytes of the record that such an event gives. */
u32 xbpf_syscall_record_size(int is_exit);

int xbpf_syscalls_init(void);
void xbpf_syscalls_exit(void);
int xbpf_syscall_add(struct xbpf_syscall_user *user);
void xbpf_syscall_del(struct xbpf_syscall_user *user);

/* helpers_task.c */
void xbpf_ns_prepare(void);
void xbpf_helpers_task_init(void);
void xbpf_helpers_task_exit(void);

/* helpers_vma.c */
void xbpf_helpers_vma_init(void);
void xbpf_helpers_vma_exit(void);

/* printk.c */
void xbpf_printk_prepare(void);
int xbpf_printk_init(void);
void xbpf_printk_exit(void);

/* stack.c */

/**
 * xbpf_stack_walk - return addresses of the stack of this run
 * @regs: where to begin, NULL: here
 * @user: the user stack of the current task, otherwise the kernel stack
 * Return: addresses stored, at most @max.
 */
enum xbpf_stack_side { XBPF_STACK_KERNEL, XBPF_STACK_USER };
u32 xbpf_stack_walk(struct pt_regs *regs, enum xbpf_stack_side side, u32 skip,
		    u64 *ips, u32 max);
int xbpf_stack_init(void);
void xbpf_stack_exit(void);

#endif
