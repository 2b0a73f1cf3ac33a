// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running a program for an event.
 *
 * Knows when a program may run on this CPU, and counts each run and each miss.
 * Does not know what the event is.
 *
 * Two guards. The level guard keeps a program from being entered by what it (or
 * a system call on maps) does itself: one run per CPU and level of interruption.
 * The program's own guard keeps one program from running twice on one CPU at
 * different levels, so that its per-CPU scratch values stay its own.
 */
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/jump_label.h>
#include <linux/ktime.h>
#include "attach/attach.h"

struct run_cpu {
	u8 busy[XBPF_RUN_LEVELS];
	struct xbpf_run_ctx *current_run;
};

static DEFINE_PER_CPU(struct run_cpu, run_cpu);
static DEFINE_STATIC_KEY_FALSE(time_all_runs);

static unsigned int level_now(void)
{
	unsigned long count = preempt_count();

	if (likely(!(count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))))
		return 0;
	if (count & NMI_MASK)
		return 3;
	return count & HARDIRQ_MASK ? 2 : 1;
}

/* One run in 64 is timed when nobody asked for all: see xbpf_prog_stats. */
static int run_is_timed(struct xbpf_prog_obj *prog)
{
	if (static_branch_unlikely(&time_all_runs))
		return 1;
	return !(this_cpu_read(prog->counters->runs) & 63);
}

static u64 run_counted(struct xbpf_prog_obj *prog, void *ctx)
{
	u64 start, ret;

	if (!run_is_timed(prog)) {
		this_cpu_inc(prog->counters->runs);
		return xbpf_prog_run(prog->prog, ctx);
	}
	this_cpu_inc(prog->counters->runs);
	start = ktime_get_mono_fast_ns();
	ret = xbpf_prog_run(prog->prog, ctx);
	this_cpu_add(prog->counters->nsecs, ktime_get_mono_fast_ns() - start);
	this_cpu_inc(prog->counters->timed);
	return ret;
}

void xbpf_run_miss(struct xbpf_prog_obj *prog, enum xbpf_miss why, u64 times)
{
	this_cpu_add(prog->counters->miss[why], times);
}

/*
 * The guards go up, if they are all down: 1. Until leave(), preemption is off, and
 * so it is a read-side section of RCU as it is.
 */
static __always_inline int enter(struct xbpf_prog_obj *prog,
				 struct xbpf_run_ctx *run)
{
	struct run_cpu *cpu;
	unsigned int level;

	preempt_disable_notrace();
	cpu = this_cpu_ptr(&run_cpu);
	level = level_now();
	if (cpu->busy[level] || this_cpu_read(prog->counters->active) ||
	    (level == 3 && prog->prog->uses_lock)) {
		xbpf_run_miss(prog, XBPF_MISS_RECURSION, 1);
		preempt_enable_notrace();
		return 0;
	}
	cpu->busy[level] = 1;
	this_cpu_write(prog->counters->active, 1);
	run->prog = prog->prog;
	run->level = level;
	run->prev = cpu->current_run;
	WRITE_ONCE(cpu->current_run, run);
	/* The guards are up before the program runs and until it has ended. */
	barrier();
	return 1;
}

static __always_inline void leave(struct xbpf_prog_obj *prog,
				  struct xbpf_run_ctx *run)
{
	struct run_cpu *cpu = this_cpu_ptr(&run_cpu);

	barrier();
	WRITE_ONCE(cpu->current_run, run->prev);
	this_cpu_write(prog->counters->active, 0);
	cpu->busy[run->level] = 0;
	preempt_enable_notrace();
}

u64 xbpf_run(struct xbpf_prog_obj *prog, void *ctx, struct xbpf_run_ctx *run)
{
	u64 ret;

	if (!enter(prog, run))
		return 0;
	ret = run_counted(prog, ctx);
	leave(prog, run);
	return ret;
}

int xbpf_run_callback(struct xbpf_prog_obj *prog,
		      const struct xbpf_callback *cb, u64 r1, u64 r2, u64 r3)
{
	struct xbpf_run_ctx run = { 0 };

	if (!enter(prog, &run))
		return -EBUSY;
	xbpf_callback_call(cb, r1, r2, r3, 0, 0);
	leave(prog, &run);
	return 0;
}

struct xbpf_run_ctx *xbpf_run_current(void)
{
	return READ_ONCE(this_cpu_ptr(&run_cpu)->current_run);
}

void xbpf_run_block(void)
{
	preempt_disable_notrace();
	this_cpu_ptr(&run_cpu)->busy[level_now()]++;
	barrier();
}

void xbpf_run_unblock(void)
{
	barrier();
	this_cpu_ptr(&run_cpu)->busy[level_now()]--;
	preempt_enable_notrace();
}

void xbpf_run_timing_get(void)
{
	static_branch_inc(&time_all_runs);
}

void xbpf_run_timing_put(void)
{
	static_branch_dec(&time_all_runs);
}
