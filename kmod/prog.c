// SPDX-License-Identifier: GPL-2.0-only
/*
 * Program objects: what lives around a program after it was loaded.
 *
 * Knows what a program holds and in which order it is given back. How a program
 * is loaded is load.c's.
 */
#include <linux/math64.h>
#include <linux/module.h>
#include "jit/jit.h"
#include "device.h"

struct xbpf_prog_totals xbpf_prog_totals;

static void count_mode(const struct xbpf_prog *prog, int by)
{
	if (!prog->run)
		return;
	atomic_add(by, prog->image ? &xbpf_prog_totals.jited :
				     &xbpf_prog_totals.interpreted);
}

/* Everything but the memory of the object itself. */
static void prog_release(struct xbpf_prog_obj *obj)
{
	struct xbpf_prog *prog = obj->prog;
	u32 i;

	if (prog->image)
		xbpf_jit_free(prog);
	for (i = 0; i < prog->nr_maps; i++)
		xbpf_obj_put(&xbpf_map_obj_of(prog->maps[i])->obj);
	for (i = 0; i < obj->nr_bound; i++)
		xbpf_obj_put(&obj->bound[i]->obj);
	if (obj->btf)
		xbpf_obj_put(&obj->btf->obj);
	xbpf_prog_free(prog);
	kvfree(obj->func_info);
	kvfree(obj->line_info);
	kfree(obj->bound);
	free_percpu(obj->counters);
	kfree(obj);
}

static void prog_free(struct xbpf_obj *obj)
{
	struct xbpf_prog_obj *prog = xbpf_to_prog_obj(obj);

	count_mode(prog->prog, -1);
	prog_release(prog);
}

u64 xbpf_prog_obj_counter(const struct xbpf_prog_obj *prog, size_t offset)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*(u64 *)((char *)per_cpu_ptr(prog->counters,
							      cpu) + offset));
	return sum;
}

static u64 prog_memory(const struct xbpf_prog *prog)
{
	u64 bytes = sizeof(struct xbpf_prog_obj) + sizeof(*prog);

	bytes += (u64)prog->len * (2 * sizeof(struct xbpf_insn) +
				   sizeof(struct xbpf_fact));
	return round_up(bytes, PAGE_SIZE) + prog->image_len;
}

u64 xbpf_prog_obj_time(const struct xbpf_prog_obj *prog)
{
	u64 timed = xbpf_prog_obj_counter(prog,
			offsetof(struct xbpf_prog_counters, timed));
	u64 nsecs = xbpf_prog_obj_counter(prog,
			offsetof(struct xbpf_prog_counters, nsecs));
	u64 runs = xbpf_prog_obj_counter(prog,
			offsetof(struct xbpf_prog_counters, runs));

	return timed ? mul_u64_u64_div_u64(nsecs, runs, timed) : 0;
}

static void prog_show_fdinfo(struct xbpf_obj *obj, struct seq_file *m)
{
	struct xbpf_prog_obj *prog = xbpf_to_prog_obj(obj);

	xbpf_attach_collect_misses(prog);
	seq_printf(m, "prog_type:\t%u\n", prog->prog->type);
	seq_printf(m, "prog_jited:\t%u\n", prog->prog->image ? 1 : 0);
	seq_printf(m, "prog_tag:\t%*phN\n", XBPF_TAG_SIZE, prog->tag);
	seq_printf(m, "memlock:\t%llu\n", prog_memory(prog->prog));
	seq_printf(m, "prog_id:\t%u\n", obj->id);
	seq_printf(m, "run_time_ns:\t%llu\n", xbpf_prog_obj_time(prog));
	seq_printf(m, "run_cnt:\t%llu\n",
		   xbpf_prog_obj_counter(prog, offsetof(struct xbpf_prog_counters,
							runs)));
	seq_printf(m, "recursion_misses:\t%llu\n",
		   xbpf_prog_obj_counter(prog,
			offsetof(struct xbpf_prog_counters,
				 miss[XBPF_MISS_RECURSION])));
	seq_printf(m, "verified_insns:\t%u\n", prog->prog->verified_insns);
}

/* A program is neither read nor written, but open for it as on Linux. */
static ssize_t prog_read(struct file *file, char __user *ubuf, size_t size,
			 loff_t *pos)
{
	return -EINVAL;
}

static ssize_t prog_write(struct file *file, const char __user *ubuf,
			  size_t size, loff_t *pos)
{
	return -EINVAL;
}

static const struct file_operations prog_fops = {
	XBPF_OBJ_FOPS,
	.read	= prog_read,
	.write	= prog_write,
};

static const struct xbpf_obj_ops prog_obj_ops = {
	.fd_name	= "bpf-prog",
	.kind		= XBPF_OBJ_PROG,
	.free		= prog_free,
	.show_fdinfo	= prog_show_fdinfo,
	.fops		= &prog_fops,
};

struct xbpf_prog_obj *xbpf_prog_obj_alloc(struct xbpf_prog *prog)
{
	struct xbpf_prog_obj *obj = kzalloc(sizeof(*obj), GFP_KERNEL_ACCOUNT);
	int err = -ENOMEM;

	if (!obj)
		return ERR_PTR(err);
	obj->counters = alloc_percpu_gfp(struct xbpf_prog_counters,
					 GFP_KERNEL_ACCOUNT);
	if (!obj->counters)
		goto free_obj;
	err = xbpf_obj_init(&obj->obj, &prog_obj_ops);
	if (err)
		goto free_counters;
	mutex_init(&obj->maps_lock);
	obj->uid = current_uid();
	obj->load_time = ktime_get_boottime_ns();
	obj->prog = prog;
	prog->owner = obj;
	return obj;

free_counters:
	free_percpu(obj->counters);
free_obj:
	kfree(obj);
	return ERR_PTR(err);
}

void xbpf_prog_obj_abort(struct xbpf_prog_obj *prog)
{
	xbpf_obj_abort(&prog->obj);
	prog_release(prog);
}

int xbpf_prog_obj_new_fd(struct xbpf_prog_obj *prog)
{
	int err;

	count_mode(prog->prog, 1);
	err = xbpf_obj_finalize(&prog->obj);
	if (!err)
		err = xbpf_obj_new_fd(&prog->obj, O_RDWR | O_CLOEXEC);
	xbpf_obj_put(&prog->obj);	/* the descriptor has its own */
	return err;
}

/* ---- maps that no instruction names ---- */

static int uses_map(const struct xbpf_prog_obj *prog,
		    const struct xbpf_map *map)
{
	u32 i;

	for (i = 0; i < prog->prog->nr_maps; i++)
		if (prog->prog->maps[i] == map)
			return 1;
	return 0;
}

static int holds_map(const struct xbpf_prog_obj *prog,
		     const struct xbpf_map_obj *map)
{
	u32 i;

	for (i = 0; i < prog->nr_bound; i++)
		if (prog->bound[i] == map)
			return 1;
	return uses_map(prog, map->map);
}

static int append_map(struct xbpf_prog_obj *prog, struct xbpf_map_obj *map)
{
	struct xbpf_map_obj **bound;

	bound = krealloc_array(prog->bound, prog->nr_bound + 1, sizeof(*bound),
			       GFP_KERNEL_ACCOUNT);
	if (!bound)
		return -ENOMEM;
	bound[prog->nr_bound] = map;
	prog->bound = bound;
	prog->nr_bound++;
	return 0;
}

int xbpf_prog_hold_map(struct xbpf_prog_obj *prog, struct xbpf_map_obj *map)
{
	int err = 0, held;

	mutex_lock(&prog->maps_lock);
	held = holds_map(prog, map);
	if (!held && !prog->obj.id && prog->nr_bound >= XBPF_MAX_USED_MAPS)
		err = -E2BIG;
	else if (!held)
		err = append_map(prog, map);
	mutex_unlock(&prog->maps_lock);
	if (held || err)
		xbpf_obj_put(&map->obj);
	return err;
}

void xbpf_prog_unhold_used(struct xbpf_prog_obj *prog)
{
	u32 i, kept = 0;

	for (i = 0; i < prog->nr_bound; i++) {
		struct xbpf_map_obj *map = prog->bound[i];

		if (uses_map(prog, map->map))
			xbpf_obj_put(&map->obj);
		else
			prog->bound[kept++] = map;
	}
	prog->nr_bound = kept;
}

int xbpf_cmd_prog_bind_map(union xbpf_attr *attr,
			   union xbpf_attr __user *uattr, u32 size)
{
	struct xbpf_obj *prog, *map;
	int err;

	if (attr->prog_bind_map.flags)
		return -EINVAL;
	prog = xbpf_obj_from_fd(attr->prog_bind_map.prog_fd, XBPF_OBJ_PROG);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	map = xbpf_obj_from_fd(attr->prog_bind_map.map_fd, XBPF_OBJ_MAP);
	if (IS_ERR(map))
		err = PTR_ERR(map);
	else
		err = xbpf_prog_hold_map(xbpf_to_prog_obj(prog),
					 xbpf_to_map_obj(map));
	xbpf_obj_put(prog);
	return err;
}
