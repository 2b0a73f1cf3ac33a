// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module tells about itself and its programs: ENABLE_STATS and the
 * commands that bpf(2) does not have.
 */
#include <linux/anon_inodes.h>
#include <linux/module.h>
#include "jit/jit.h"
#include "device.h"

static atomic_t stats_users;

/* ---- ENABLE_STATS ---- */

static int stats_release(struct inode *inode, struct file *file)
{
	xbpf_run_timing_put();
	atomic_dec(&stats_users);
	return 0;
}

static const struct file_operations stats_fops = {
	.owner		= THIS_MODULE,
	.release	= stats_release,
};

int xbpf_cmd_enable_stats(union xbpf_attr *attr, union xbpf_attr __user *uattr,
			  u32 size)
{
	int fd;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (attr->enable_stats.type != XBPF_STATS_RUN_TIME)
		return -EINVAL;
	xbpf_run_timing_get();
	atomic_inc(&stats_users);
	fd = anon_inode_getfd("bpf-stats", &stats_fops, NULL, O_CLOEXEC);
	if (fd < 0) {
		xbpf_run_timing_put();
		atomic_dec(&stats_users);
	}
	return fd;
}

/* ---- structures of our own: in and out by the caller's size ---- */

static int own_in(void *known, size_t known_size, const void __user *uarg,
		  u32 size)
{
	int err = xbpf_user_tail_zero(uarg, known_size, size);

	if (err)
		return err;
	memset(known, 0, known_size);
	return copy_from_user(known, uarg, min_t(size_t, size, known_size)) ?
		-EFAULT : 0;
}

static int own_out(void __user *uarg, u32 size, const void *known,
		   size_t known_size)
{
	return copy_to_user(uarg, known, min_t(size_t, size, known_size)) ?
		-EFAULT : 0;
}

int xbpf_cmd_perf_open(void __user *uarg, u32 size)
{
	struct xbpf_perf_open open;
	int err = own_in(&open, sizeof(open), uarg, size);

	return err ?: xbpf_perf_open(&open);
}

static u64 features(void)
{
	u64 bits = XBPF_FEATURE_KPROBE | XBPF_FEATURE_FTRACE |
		   XBPF_FEATURE_TRACEPOINT | XBPF_FEATURE_RAW_TRACEPOINT |
		   XBPF_FEATURE_UPROBE | XBPF_FEATURE_PERF_EVENT |
		   XBPF_FEATURE_FS;

	if (READ_ONCE(xbpf_jit_wanted))
		bits |= XBPF_FEATURE_JIT;
	if (xbpf_btf_vmlinux())
		bits |= XBPF_FEATURE_BTF | XBPF_FEATURE_FENTRY;
	return bits;
}

/* Objects that are gone for user space are gone from the counts too. */
int xbpf_cmd_info(void __user *uarg, u32 size)
{
	struct xbpf_info info;
	int err = own_in(&info, sizeof(info), uarg, size);

	if (err)
		return err;
	xbpf_obj_settle();
	info = (struct xbpf_info) {
		.abi		= XBPF_ABI_VERSION,
		.version	= XBPF_VERSION,
		.features	= features(),
		.arena_full	= atomic64_read(&xbpf_prog_totals.arena_full),
		.nr_progs	= xbpf_obj_count(XBPF_OBJ_PROG),
		.nr_maps	= xbpf_obj_count(XBPF_OBJ_MAP),
		.nr_links	= xbpf_obj_count(XBPF_OBJ_LINK),
		.nr_btfs	= xbpf_obj_count(XBPF_OBJ_BTF),
		.nr_events	= xbpf_obj_count(XBPF_OBJ_PERF),
		.nr_jited	= atomic_read(&xbpf_prog_totals.jited),
		.nr_interpreted	= atomic_read(&xbpf_prog_totals.interpreted),
		.stats_users	= atomic_read(&stats_users),
	};
	xbpf_arena_usage(&info.arena_used, &info.arena_size);
	return own_out(uarg, size, &info, sizeof(info));
}

#define COUNTER(prog, field)						\
	xbpf_prog_obj_counter(prog, offsetof(struct xbpf_prog_counters, field))

static void fill_stats(struct xbpf_prog_stats *stats,
		       const struct xbpf_prog_obj *prog)
{
	u32 i;

	stats->flags = prog->stats_flags;
	if (prog->prog->image)
		stats->flags |= XBPF_PROG_STATS_JITED;
	stats->runs = COUNTER(prog, runs);
	stats->nsecs = COUNTER(prog, nsecs);
	stats->timed_runs = COUNTER(prog, timed);
	for (i = 0; i < __XBPF_MISS_MAX; i++)
		stats->misses[i] = COUNTER(prog, miss[i]);
}

int xbpf_cmd_prog_stats(void __user *uarg, u32 size)
{
	struct xbpf_prog_stats stats;
	struct xbpf_obj *obj;
	int err;

	err = own_in(&stats, sizeof(stats), uarg, size);
	if (err)
		return err;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	obj = xbpf_obj_from_id(stats.id, XBPF_OBJ_PROG);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	xbpf_attach_collect_misses(xbpf_to_prog_obj(obj));
	fill_stats(&stats, xbpf_to_prog_obj(obj));
	xbpf_obj_put(obj);
	return own_out(uarg, size, &stats, sizeof(stats));
}
