// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a tail call out of translated code finds in a prog array.
 */
#include "jit/jit.h"

struct xbpf_tail_target xbpf_jit_tail_target(struct xbpf_map *map, u32 index)
{
	struct xbpf_tail_target target = {};
	struct xbpf_prog *prog;

	if (index >= map->max_entries)
		return target;
	prog = map->ops->read_ptr(map, &index);
	if (!prog)
		return target;
	target.prog = prog;
	target.entry = prog->image ? prog->tail_entry :
				     xbpf_text_host()->interp_tail;
	return target;
}
