// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps of CPUs: the length of a queue for each, and a program that runs there.
 * No queue is made, since no packet is sent.
 */
#include "maps/targets.h"

static int cpumap_check(const union xbpf_attr *attr)
{
	int err = xbpf_targets_check(attr, xbpf_cpumap_ops.flags);

	return err ?: attr->max_entries > NR_CPUS ? -E2BIG : 0;
}

static struct xbpf_map *cpumap_alloc(const union xbpf_attr *attr)
{
	return xbpf_targets_alloc(attr, &xbpf_cpumap_ops);
}

const struct xbpf_map_ops xbpf_cpumap_ops = {
	.name = "cpumap",
	.flags = XBPF_F_NUMA_NODE,
	.alloc_check = cpumap_check,
	.alloc = cpumap_alloc,
	.free = xbpf_targets_free,
	.lookup = xbpf_targets_lookup,
	.prepare = xbpf_targets_prepare,
	.get_next_key = xbpf_array_next_key,
	.mem_usage = xbpf_targets_usage,
};
