// SPDX-License-Identifier: GPL-2.0-only
/*
 * What OBJ_GET_INFO_BY_FD tells in one process; and the types of kfuncs that the
 * kernel whose types are used does not have, as a module's BTF: what a loader looks
 * for names in, see btf/kfuncs.c.
 */
#include <string.h>
#include "os.h"
#include "vm/vm.h"
#include "vm/map.h"
#include "btf/btf.h"
#include "host/bpf_inproc.h"

/* NULL: there are none. */
struct xbpf_btf *xbpf_inproc_kfunc_btf(void)
{
	static struct xbpf_btf *types;
	static int tried;

	if (!tried && xbpf_inproc_kernel_btf())
		types = xbpf_btf_kfuncs(xbpf_inproc_kernel_btf());
	tried = 1;
	return types;
}

static void *user_ptr(u64 address)
{
	return (void *)(uintptr_t)address;
}

long xbpf_inproc_btf_info(const struct xbpf_btf *btf, union xbpf_attr *attr)
{
	struct xbpf_btf_info in = { 0 }, out = { 0 };
	u32 len = min_t(u32, attr->info.info_len, sizeof(in));
	const void *data = xbpf_btf_data(btf, &out.btf_size);

	memcpy(&in, user_ptr(attr->info.info), len);
	if (in.btf)
		memcpy(user_ptr(in.btf), data, min(in.btf_size, out.btf_size));
	out.btf = in.btf;
	out.name = in.name;
	if (btf == xbpf_inproc_kfunc_btf()) {
		out.id = XBPF_INPROC_KFUNC_BTF;
		out.kernel_btf = 1;
		out.name_len = strlen("xbpf");
		if (in.name && in.name_len > out.name_len)
			memcpy(user_ptr(in.name), "xbpf", sizeof("xbpf"));
	}
	memcpy(user_ptr(attr->info.info), &out, len);
	return 0;
}

long xbpf_inproc_map_info(const struct xbpf_map *map,
			  const union xbpf_attr *attr)
{
	struct xbpf_map_info info = { 0 };

	info.type = map->type;
	info.key_size = map->key_size;
	info.value_size = map->value_size;
	info.max_entries = map->max_entries;
	info.map_flags = map->map_flags;
	strcpy(info.name, map->name);
	memcpy(user_ptr(attr->info.info), &info,
	       min_t(size_t, attr->info.info_len, sizeof(info)));
	return 0;
}

/* The caller's room comes in, and what there is goes out. */
long xbpf_inproc_prog_info(const struct xbpf_prog *prog,
			    const union xbpf_attr *attr)
{
	size_t len = min_t(size_t, attr->info.info_len,
			   sizeof(struct xbpf_prog_info));
	struct xbpf_prog_info asked = { 0 }, info = {
		.type = prog->type,
		.xlated_prog_len = prog->len * sizeof(*prog->insns),
		.gpl_compatible = prog->gpl_compatible,
		.verified_insns = prog->verified_insns,
	};

	memcpy(&asked, user_ptr(attr->info.info), len);
	info.xlated_prog_insns = asked.xlated_prog_insns;
	if (asked.xlated_prog_len)
		memcpy(user_ptr(asked.xlated_prog_insns), prog->insns,
		       min(asked.xlated_prog_len, info.xlated_prog_len));
	memcpy(user_ptr(attr->info.info), &info, len);
	return 0;
}
