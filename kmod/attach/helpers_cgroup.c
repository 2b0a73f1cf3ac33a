// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers about the control group of the current task, in the second hierarchy.
 */
#include <linux/cgroup.h>
#include "attach/attach.h"

u64 xbpf_helper_get_current_cgroup_id(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	u64 id;

	rcu_read_lock();
	id = cgroup_id(task_dfl_cgroup(current));
	rcu_read_unlock();
	return id;
}

u64 xbpf_helper_get_current_ancestor_cgroup_id(u64 level, u64 r2, u64 r3,
					       u64 r4, u64 r5)
{
	struct cgroup *cgroup;
	u64 id;

	rcu_read_lock();
	cgroup = cgroup_ancestor(task_dfl_cgroup(current), (int)level);
	id = cgroup ? cgroup_id(cgroup) : 0;
	rcu_read_unlock();
	return id;
}

u64 xbpf_helper_current_task_under_cgroup(u64 map_ptr, u64 index, u64 r3, u64 r4,
					  u64 r5)
{
	struct xbpf_map *map = (struct xbpf_map *)map_ptr;
	u32 key = index;
	void *cgroup;

	if (key >= map->max_entries)
		return -E2BIG;
	cgroup = map->ops->read_ptr(map, &key);
	if (!cgroup)
		return -EAGAIN;
	return task_under_cgroup_hierarchy(current, cgroup);
}
