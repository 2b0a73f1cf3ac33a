// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command table: ioctl(fd, XBPF_IOC(cmd, size), attr) is bpf(cmd, attr, size).
 *
 * Knows the rule for sizes and which field of the attribute is the last of each
 * command. Does not know what a command does, nor who may give it.
 */
#include <linux/nospec.h>
#include "device.h"

/**
 * struct cmd - a row
 * @fn: the command; the attribute is a copy, zero beyond the caller's size
 * @own: instead, of a command with a structure of its own
 * @last: end of the last field; a byte behind it that is not 0 is -EINVAL
 */
struct cmd {
	xbpf_cmd_fn fn;
	int (*own)(void __user *uarg, u32 size);
	u32 last;
};

#define CMD(_cmd, _fn, _last)						\
	[XBPF_##_cmd] = {						\
		.fn	= xbpf_cmd_##_fn,				\
		.last	= offsetofend(union xbpf_attr, _last),		\
	}
#define OWN(_cmd, _fn)							\
	[XBPF_##_cmd] = { .own = xbpf_cmd_##_fn }

/* A command that is not here does not exist: -EINVAL, as on a kernel without it. */
static const struct cmd cmds[] = {
	CMD(MAP_CREATE,		map_create,	excl_prog_hash_size),
	CMD(MAP_LOOKUP_ELEM,	map_lookup,	flags),
	CMD(MAP_UPDATE_ELEM,	map_update,	flags),
	CMD(MAP_DELETE_ELEM,	map_delete,	key),
	CMD(MAP_GET_NEXT_KEY,	map_next_key,	next_key),
	CMD(OBJ_PIN,		obj_pin,	path_fd),
	CMD(OBJ_GET,		obj_get,	path_fd),
	CMD(PROG_LOAD,		prog_load,	keyring_id),
	CMD(PROG_TEST_RUN,	test_run,	test.batch_size),
	CMD(PROG_GET_NEXT_ID,	prog_next_id,	next_id),
	CMD(MAP_GET_NEXT_ID,	map_next_id,	next_id),
	CMD(PROG_GET_FD_BY_ID,	prog_by_id,	prog_id),
	CMD(MAP_GET_FD_BY_ID,	map_by_id,	open_flags),
	CMD(OBJ_GET_INFO_BY_FD,	info_by_fd,	info.info),
	CMD(PROG_QUERY,		prog_query,	query.revision),
	CMD(RAW_TRACEPOINT_OPEN, raw_tracepoint, raw_tracepoint.cookie),
	CMD(BTF_LOAD,		btf_load,	btf_token_fd),
	CMD(BTF_GET_FD_BY_ID,	btf_by_id,	fd_by_id_token_fd),
	CMD(MAP_LOOKUP_AND_DELETE_ELEM, map_take, flags),
	CMD(MAP_FREEZE,		map_freeze,	map_fd),
	CMD(BTF_GET_NEXT_ID,	btf_next_id,	next_id),
	CMD(MAP_LOOKUP_BATCH,	map_lookup_batch, batch.flags),
	CMD(MAP_LOOKUP_AND_DELETE_BATCH, map_take_batch, batch.flags),
	CMD(MAP_UPDATE_BATCH,	map_update_batch, batch.flags),
	CMD(MAP_DELETE_BATCH,	map_delete_batch, batch.flags),
	CMD(LINK_CREATE,	link_create,	link_create.uprobe_multi.path_fd),
	CMD(LINK_UPDATE,	link_update,	link_update.old_prog_fd),
	CMD(LINK_GET_FD_BY_ID,	link_by_id,	link_id),
	CMD(LINK_GET_NEXT_ID,	link_next_id,	next_id),
	CMD(ENABLE_STATS,	enable_stats,	enable_stats.type),
	CMD(ITER_CREATE,	iter_create,	iter_create.flags),
	CMD(LINK_DETACH,	link_detach,	link_detach.link_fd),
	CMD(PROG_BIND_MAP,	prog_bind_map,	prog_bind_map.flags),

	OWN(PERF_EVENT_OPEN,	perf_open),
	OWN(INFO,		info),
	OWN(PROG_STATS,		prog_stats),
};

static int run_cmd(const struct cmd *cmd, union xbpf_attr __user *uattr,
		   u32 size)
{
	union xbpf_attr attr;
	int err;

	err = xbpf_user_tail_zero(uattr, sizeof(attr), size);
	if (err)
		return err;
	memset(&attr, 0, sizeof(attr));
	if (copy_from_user(&attr, uattr, min_t(u32, size, sizeof(attr))))
		return -EFAULT;
	if (!cmd->fn)
		return -EINVAL;
	if (memchr_inv((u8 *)&attr + cmd->last, 0, sizeof(attr) - cmd->last))
		return -EINVAL;
	return cmd->fn(&attr, uattr, size);
}

long xbpf_cmd_ioctl(struct file *file, unsigned int ioc, unsigned long arg)
{
	static const struct cmd unknown;
	const struct cmd *cmd = &unknown;
	unsigned int nr = _IOC_NR(ioc), size = _IOC_SIZE(ioc);
	void __user *uarg = (void __user *)arg;

	if (_IOC_TYPE(ioc) != XBPF_IOC_MAGIC ||
	    _IOC_DIR(ioc) != (_IOC_READ | _IOC_WRITE))
		return -ENOTTY;
	if (nr < ARRAY_SIZE(cmds))
		cmd = &cmds[array_index_nospec(nr, ARRAY_SIZE(cmds))];
	if (cmd->own)
		return cmd->own(uarg, size);
	return run_cmd(cmd, uarg, size);
}
