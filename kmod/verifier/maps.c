// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pass 3: the maps and kfuncs that instructions name.
 *
 * Afterwards: env->map[] holds each map once, with a reference; imm of every
 * LD_IMM64 that names a map is an index into it, and its pseudo source is
 * MAP_FD or MAP_VALUE. Knows descriptors only through the host's callbacks.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char too_many_maps[] =
	"The total number of maps per program has reached the limit of %u\n";
static const char not_sleeping[] =
	"Sleepable programs can only use array, hash, ringbuf and local storage maps\n";

#define TYPE(t)	(1ULL << XBPF_MAP_TYPE_##t)

/* Elements of the others may go while a program that found them sleeps. */
static const u64 sleepable_types =
	TYPE(HASH) | TYPE(LRU_HASH) | TYPE(ARRAY) | TYPE(PERCPU_HASH) |
	TYPE(PERCPU_ARRAY) | TYPE(LRU_PERCPU_HASH) | TYPE(ARRAY_OF_MAPS) |
	TYPE(HASH_OF_MAPS) | TYPE(RINGBUF) | TYPE(USER_RINGBUF) |
	TYPE(INODE_STORAGE) | TYPE(SK_STORAGE) | TYPE(TASK_STORAGE) |
	TYPE(CGRP_STORAGE) | TYPE(QUEUE) | TYPE(STACK) | TYPE(ARENA);

void xbpf_maps_put(struct xbpf_venv *env)
{
	while (env->nr_maps)
		env->opts->map_put(env->opts->ctx, env->map[--env->nr_maps]);
}

static int names_map(const struct xbpf_insn *insn)
{
	return insn->src_reg == XBPF_PSEUDO_MAP_FD ||
	       insn->src_reg == XBPF_PSEUDO_MAP_VALUE ||
	       insn->src_reg == XBPF_PSEUDO_MAP_IDX ||
	       insn->src_reg == XBPF_PSEUDO_MAP_IDX_VALUE;
}

static int by_index(const struct xbpf_insn *insn)
{
	return insn->src_reg == XBPF_PSEUDO_MAP_IDX ||
	       insn->src_reg == XBPF_PSEUDO_MAP_IDX_VALUE;
}

static struct xbpf_map *get_map(struct xbpf_venv *env,
				const struct xbpf_insn *insn)
{
	const struct xbpf_verify_opts *o = env->opts;
	struct xbpf_map *map = ERR_PTR(-EBADF);

	if (by_index(insn) && !o->map_get_idx) {
		xbpf_reject(env, -EPROTO,
			    "fd_idx without fd_array is invalid\n");
		return ERR_PTR(-EPROTO);
	}
	if (by_index(insn))
		map = o->map_get_idx(o->ctx, insn->imm);
	else if (o->map_get)
		map = o->map_get(o->ctx, insn->imm);
	if (IS_ERR(map))
		xbpf_reject(env, PTR_ERR(map),
			    "fd %d is not pointing to valid bpf_map\n",
			    insn->imm);
	return map;
}

/* A run has one storage of each kind. */
static int check_storage(struct xbpf_venv *env, const struct xbpf_map *map)
{
	u32 i;

	if (!xbpf_map_is_cgroup_storage(map))
		return 0;
	for (i = 0; i < env->nr_maps; i++)
		if (env->map[i]->type == map->type)
			return xbpf_reject(env, -EBUSY,
					   "only one cgroup storage of each type is allowed\n");
	return 0;
}

static int check_sleepable(struct xbpf_venv *env, const struct xbpf_map *map)
{
	if (!(env->prog->flags & XBPF_F_SLEEPABLE) ||
	    (map->type < 64 && sleepable_types >> map->type & 1))
		return 0;
	return xbpf_reject(env, -EINVAL, not_sleeping);
}

/* Index of @map, whose reference becomes ours or is dropped. */
static int add_map(struct xbpf_venv *env, struct xbpf_map *map)
{
	const struct xbpf_verify_opts *o = env->opts;
	u32 i;
	int err = 0;

	for (i = 0; i < env->nr_maps && env->map[i] != map; i++)
		;
	if (i < env->nr_maps) {
		o->map_put(o->ctx, map);
		return i;
	}
	if (i == XBPF_MAX_USED_MAPS)
		err = xbpf_reject(env, -E2BIG, too_many_maps, XBPF_MAX_USED_MAPS);
	else
		err = check_storage(env, map) ?: check_sleepable(env, map);
	if (!err && o->prog_map_ok)
		err = o->prog_map_ok(o->ctx, env->prog, map);
	err = err ?: xbpf_check_map_fields(env, map);
	if (err) {
		o->map_put(o->ctx, map);
		return err;
	}
	env->map[i] = map;
	env->map[XBPF_MAX_USED_MAPS + i] = map->inner;
	env->nr_maps++;
	return i;
}

static int check_direct_value(struct xbpf_venv *env, const struct xbpf_map *map,
			      u32 off)
{
	u64 addr;
	int err;

	if (off >= MAX_VAR_OFF)
		return xbpf_reject(env, -EINVAL,
				   "direct value offset of %u is not allowed\n",
				   off);
	if (!map->ops->direct_value)
		return xbpf_reject(env, -EINVAL,
				   "no direct value access support for this map type\n");
	err = map->ops->direct_value(map, &addr, off);
	if (err)
		return xbpf_reject(env, err,
				   "invalid access to map value pointer, value_size=%u off=%u\n",
				   map->value_size, off);
	return 0;
}

static int resolve(struct xbpf_venv *env, struct xbpf_insn *insn)
{
	int value = insn->src_reg == XBPF_PSEUDO_MAP_VALUE ||
		    insn->src_reg == XBPF_PSEUDO_MAP_IDX_VALUE;
	struct xbpf_map *map;
	int index, err = 0;

	if (!value && insn[1].imm)
		return xbpf_reject(env, -EINVAL,
				   "unrecognized bpf_ld_imm64 insn\n");
	map = get_map(env, insn);
	if (IS_ERR(map))
		return PTR_ERR(map);
	index = add_map(env, map);
	if (index < 0)
		return index;
	if (value)
		err = check_direct_value(env, map, insn[1].imm);
	insn->imm = index;
	insn->src_reg = value ? XBPF_PSEUDO_MAP_VALUE : XBPF_PSEUDO_MAP_FD;
	return err;
}

static int check_func(struct xbpf_venv *env, u32 i)
{
	int sub = xbpf_sub_called(env, i);

	if (sub < 0 || env->prog->insns[i + 1].imm)
		return xbpf_reject(env, -EINVAL,
				   "unrecognized bpf_ld_imm64 insn\n");
	env->sub[sub].flags |= XBPF_SUBPROG_CALLBACK;
	return 0;
}

int xbpf_pass_maps(struct xbpf_venv *env)
{
	struct xbpf_insn *insn;
	int err = 0;
	u32 i;

	for (i = 0; !err && i < env->len; i++) {
		insn = &env->prog->insns[i];
		if (env_op(env, i)->oper == XBPF_OPER_KFUNC)
			err = xbpf_kfunc_resolve(env, insn);
		if (env_op(env, i)->kind != XBPF_KIND_LD_IMM64)
			continue;
		if (names_map(insn))
			err = resolve(env, insn);
		else if (insn->src_reg == XBPF_PSEUDO_FUNC)
			err = check_func(env, i);
	}
	return err;
}
