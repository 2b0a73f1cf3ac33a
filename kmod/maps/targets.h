/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What maps for redirect_map() share: where packets may go, by a number. Private
 * to maps/ and to the device, which knows devices, CPUs and descriptors.
 */
#ifndef XBPF_MAPS_TARGETS_H
#define XBPF_MAPS_TARGETS_H

#include "maps/maps.h"

/**
 * struct xbpf_target - one entry
 * @what: number of a device, or length of a CPU's queue
 * @prog_id: as user space and programs see @prog; what a program sees ends here
 * @prog: runs there, or NULL; the reference is the device's
 * @dev: of maps of devices: which it is, without a reference
 */
struct xbpf_target {
	u32 what;
	u32 prog_id;
	struct xbpf_prog *prog;
	const void *dev;
};

/**
 * struct xbpf_targets - a map of them
 * @map: what user space sees
 * @by_key: hash table of struct xbpf_target
 * @watch: the host's: it takes out devices that go
 */
struct xbpf_targets {
	struct xbpf_map map;
	struct xbpf_map *by_key;
	void *watch;
};

static inline struct xbpf_targets *xbpf_targets_of(const struct xbpf_map *map)
{
	return container_of(map, struct xbpf_targets, map);
}

/* targets.c */
int xbpf_targets_check(const union xbpf_attr *attr, u32 flags);
struct xbpf_map *xbpf_targets_alloc(const union xbpf_attr *attr,
				    const struct xbpf_map_ops *ops);
void xbpf_targets_free(struct xbpf_map *map);
void *xbpf_targets_lookup(struct xbpf_map *map, const void *key);
/* Makes room for one xbpf_targets_set(). Sleeps. */
void xbpf_targets_prepare(struct xbpf_map *map);
/* One at a time: @t, NULL removes; *@old is what was there, or zeros. Under RCU. */
long xbpf_targets_set(struct xbpf_map *map, u32 key, const struct xbpf_target *t,
		      struct xbpf_target *old);
/* Keys that are there, in any order; as @get_next_key of a hash. Under RCU. */
int xbpf_targets_next(struct xbpf_map *map, const u32 *key, u32 *next);
u64 xbpf_targets_usage(const struct xbpf_map *map);

/* By each host: from now on devices that go are taken out; 0 or -errno. Until
 * now. Both sleep. */
int xbpf_targets_watch(struct xbpf_targets *t);
void xbpf_targets_unwatch(struct xbpf_targets *t);

#endif
