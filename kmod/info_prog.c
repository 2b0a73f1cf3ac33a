// SPDX-License-Identifier: GPL-2.0-only
/*
 * OBJ_GET_INFO_BY_FD of programs.
 *
 * Knows the rule of each array in struct xbpf_prog_info: in, how many the caller
 * has room for; out, how many there are; copied, what fits. Without CAP_BPF a
 * caller learns no more than that the program exists; without CAP_SYSLOG no
 * kernel address and no machine code.
 */
#include "device.h"

static int sees_addresses(void)
{
	return capable(CAP_SYSLOG);
}

/* @size bytes each of @nr records, as many as the caller has room for. */
static int copy_array(u64 uptr, u32 room, const void *records, u32 nr, u32 size)
{
	size_t bytes = (size_t)min(room, nr) * size;

	return copy_to_user(u64_to_user_ptr(uptr), records, bytes) ?
		-EFAULT : 0;
}

static u32 map_id(const struct xbpf_prog_obj *prog, u32 i)
{
	if (i < prog->prog->nr_maps)
		return xbpf_map_obj_of(prog->prog->maps[i])->obj.id;
	return prog->bound[i - prog->prog->nr_maps]->obj.id;
}

static int fill_maps(struct xbpf_prog_obj *prog, struct xbpf_prog_info *info)
{
	u32 __user *uids = u64_to_user_ptr(info->map_ids);
	u32 room = info->nr_map_ids, i;
	int err = 0;

	mutex_lock(&prog->maps_lock);
	info->nr_map_ids = prog->prog->nr_maps + prog->nr_bound;
	for (i = 0; i < min(room, info->nr_map_ids) && !err; i++)
		err = put_user(map_id(prog, i), &uids[i]);
	mutex_unlock(&prog->maps_lock);
	return err;
}

/* A size of 0 asks for ours, but only of a caller who has no records. */
static int rec_size_ok(u32 nr, u32 given, u32 ours)
{
	return (!nr && !given) || given == ours;
}

static int fill_rec_sizes(struct xbpf_prog_info *info)
{
	if (!rec_size_ok(info->nr_func_info, info->func_info_rec_size,
			 sizeof(struct xbpf_func_info)) ||
	    !rec_size_ok(info->nr_line_info, info->line_info_rec_size,
			 sizeof(struct xbpf_line_info)) ||
	    !rec_size_ok(info->nr_jited_line_info,
			 info->jited_line_info_rec_size, sizeof(u64)))
		return -EINVAL;
	info->func_info_rec_size = sizeof(struct xbpf_func_info);
	info->line_info_rec_size = sizeof(struct xbpf_line_info);
	info->jited_line_info_rec_size = sizeof(u64);
	return 0;
}

#define COUNTER(prog, field)						\
	xbpf_prog_obj_counter(prog, offsetof(struct xbpf_prog_counters, field))

static void fill_basics(struct xbpf_prog_obj *prog, struct xbpf_prog_info *info)
{
	info->type = prog->prog->type;
	info->id = prog->obj.id;
	info->load_time = prog->load_time;
	info->created_by_uid = from_kuid_munged(current_user_ns(), prog->uid);
	info->gpl_compatible = prog->prog->gpl_compatible;
	memcpy(info->tag, prog->tag, sizeof(info->tag));
	memcpy(info->name, prog->name, sizeof(info->name));
}

static void fill_counters(struct xbpf_prog_obj *prog,
			  struct xbpf_prog_info *info)
{
	xbpf_attach_collect_misses(prog);
	info->run_time_ns = xbpf_prog_obj_time(prog);
	info->run_cnt = COUNTER(prog, runs);
	info->recursion_misses = COUNTER(prog, miss[XBPF_MISS_RECURSION]);
	info->verified_insns = prog->prog->verified_insns;
	info->btf_id = prog->btf ? prog->btf->obj.id : 0;
	info->attach_btf_id = prog->attach_btf_id;
}

static void hide_code(struct xbpf_prog_info *info)
{
	info->jited_prog_len = 0;
	info->xlated_prog_len = 0;
	info->nr_jited_ksyms = 0;
	info->nr_jited_func_lens = 0;
	info->nr_func_info = 0;
	info->nr_line_info = 0;
	info->nr_jited_line_info = 0;
}

/* Maps by their id instead of their place in the program. */
static void show_maps(const struct xbpf_prog *prog, struct xbpf_insn *insns)
{
	u32 i;

	for (i = 0; i + 1 < prog->len; i++) {
		struct xbpf_insn *insn = &insns[i];

		if (insn->code != (XBPF_LD | XBPF_IMM | XBPF_DW))
			continue;
		i++;
		if (insn->src_reg == XBPF_PSEUDO_MAP_IDX)
			insn->src_reg = XBPF_PSEUDO_MAP_FD;
		if (insn->src_reg == XBPF_PSEUDO_MAP_IDX_VALUE)
			insn->src_reg = XBPF_PSEUDO_MAP_VALUE;
		if (insn->src_reg != XBPF_PSEUDO_MAP_FD &&
		    insn->src_reg != XBPF_PSEUDO_MAP_VALUE)
			continue;
		if ((u32)insn->imm < prog->nr_maps)
			insn->imm = xbpf_map_obj_of(prog->maps[insn->imm])->obj.id;
	}
}

static int fill_xlated(const struct xbpf_prog *prog,
		       struct xbpf_prog_info *info)
{
	u32 room = info->xlated_prog_len, bytes;
	struct xbpf_insn *insns;
	int err;

	bytes = prog->len * sizeof(*insns);
	info->xlated_prog_len = bytes;
	if (!room)
		return 0;
	insns = kvmalloc(bytes, GFP_USER | __GFP_ACCOUNT);
	if (!insns)
		return -ENOMEM;
	memcpy(insns, prog->insns, bytes);
	show_maps(prog, insns);
	err = copy_array(info->xlated_prog_insns, room, insns, bytes, 1);
	kvfree(insns);
	return err;
}

static int fill_jited(const struct xbpf_prog *prog, struct xbpf_prog_info *info)
{
	u32 room = info->jited_prog_len;

	info->jited_prog_len = prog->image_len;
	if (!prog->image_len || !room)
		return 0;
	if (sees_addresses())
		return copy_array(info->jited_prog_insns, room, prog->image,
				  prog->image_len, 1);
	info->jited_prog_insns = 0;
	return 0;
}

/* The image is one function for user space, whatever it has inside. */
static int fill_symbols(const struct xbpf_prog *prog,
			struct xbpf_prog_info *info)
{
	u32 syms_room = info->nr_jited_ksyms;
	u32 lens_room = info->nr_jited_func_lens;
	u64 addr = (unsigned long)prog->image;
	int err = 0;

	info->nr_jited_ksyms = 1;
	info->nr_jited_func_lens = 1;
	if (!sees_addresses()) {
		info->jited_ksyms = syms_room ? 0 : info->jited_ksyms;
		info->jited_func_lens = lens_room ? 0 : info->jited_func_lens;
		return 0;
	}
	if (syms_room)
		err = copy_array(info->jited_ksyms, syms_room, &addr, 1,
				 sizeof(addr));
	if (!err && lens_room)
		err = copy_array(info->jited_func_lens, lens_room,
				 &prog->image_len, 1, sizeof(prog->image_len));
	return err;
}

static int fill_btf_records(const struct xbpf_prog_obj *prog,
			    struct xbpf_prog_info *info)
{
	u32 funcs_room = info->nr_func_info, lines_room = info->nr_line_info;
	int err;

	info->nr_func_info = prog->nr_func_info;
	info->nr_line_info = prog->nr_line_info;
	info->nr_jited_line_info = 0;
	err = copy_array(info->func_info, funcs_room, prog->func_info,
			 prog->nr_func_info, sizeof(*prog->func_info));
	if (err)
		return err;
	return copy_array(info->line_info, lines_room, prog->line_info,
			  prog->nr_line_info, sizeof(*prog->line_info));
}

static int fill_tags(const struct xbpf_prog_obj *prog,
		     struct xbpf_prog_info *info)
{
	u32 room = info->nr_prog_tags;

	info->nr_prog_tags = 1;
	return copy_array(info->prog_tags, room, prog->tag, 1, XBPF_TAG_SIZE);
}

int xbpf_prog_info(struct xbpf_prog_obj *obj, union xbpf_attr *attr,
		   union xbpf_attr __user *uattr)
{
	const struct xbpf_prog *prog = obj->prog;
	struct xbpf_prog_info info;
	u32 len;
	int err;

	err = xbpf_info_in(&info, &len, sizeof(info), attr);
	if (err)
		return err;
	fill_basics(obj, &info);
	err = fill_maps(obj, &info) ?: fill_rec_sizes(&info);
	if (err)
		return err;
	fill_counters(obj, &info);
	if (!bpf_capable())
		hide_code(&info);
	else
		err = fill_xlated(prog, &info) ?:
		      fill_jited(prog, &info) ?:
		      fill_symbols(prog, &info) ?:
		      fill_btf_records(obj, &info) ?:
		      fill_tags(obj, &info);
	if (err)
		return err;
	return xbpf_info_out(&info, len, attr, uattr);
}
