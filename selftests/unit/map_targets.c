// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps for redirect_map(): what may be created, what a program sees and gets.
 */
#include "vm/vm.h"
#include "maps/targets.h"
#include "vm/packet.h"
#include "unit/map_test.h"

#define T(type)		XBPF_MAP_TYPE_##type

static long create(u32 type, u32 key, u32 value, u32 entries, u32 flags)
{
	union xbpf_attr attr = {
		.map_type = type, .key_size = key, .value_size = value,
		.max_entries = entries, .map_flags = flags,
	};
	struct xbpf_map *map = xbpf_map_alloc(&attr);

	if (IS_ERR(map))
		return PTR_ERR(map);
	xbpf_map_free(map);
	return 0;
}

static void test_create(void)
{
	static const u32 types[] = {
		T(DEVMAP), T(DEVMAP_HASH), T(CPUMAP), T(XSKMAP),
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		const char *name = xbpf_map_type_get(types[i])->name;

		is(create(types[i], 4, 4, 1, 0), 0, "%s", name);
		is(create(types[i], 8, 4, 1, 0), -EINVAL, "%s: key", name);
		is(create(types[i], 4, 6, 1, 0), -EINVAL, "%s: value", name);
		is(create(types[i], 4, 4, 0, 0), -EINVAL, "%s: entries", name);
		is(create(types[i], 4, 4, 1, XBPF_F_RDONLY_PROG), -EINVAL,
		   "%s: flags", name);
		is(create(types[i], 4, 8, 1, 0),
		   types[i] == T(XSKMAP) ? -EINVAL : 0,
		   "%s: room for a program", name);
	}
	is(create(T(CPUMAP), 4, 4, NR_CPUS + 1, 0), -E2BIG, "more CPUs than any");
	is(create(T(CPUMAP), 4, 4, 1, XBPF_F_RDONLY), -EINVAL,
	   "cpumap: not even to user space's rights");
	is(create(T(DEVMAP), 4, 4, ~0U, 0), -ENOMEM, "more devices than any");
	is(create(T(DEVMAP_HASH), 4, 4, (1U << 31) + 1, 0), -EINVAL,
	   "more than a hash has");
}

static u64 redirect(struct xbpf_map *map, u64 key, u64 flags)
{
	return xbpf_helper_redirect_map((unsigned long)map, key, flags, 0, 0);
}

static void test_redirect(u32 type)
{
	struct xbpf_map *map = new_map(type, 4, 8, 1, 0);
	struct xbpf_target t = { .what = 7, .prog_id = 9 }, old;
	const u64 broadcast = XBPF_F_BROADCAST;
	int devices = type != T(CPUMAP);
	u32 key = 0, *seen;

	diag("%s", map->ops->name);
	is(redirect(map, 0, 0), XBPF_XDP_ABORTED, "nothing is there");
	is(redirect(map, 0, XBPF_XDP_PASS), XBPF_XDP_PASS, "as the caller says");
	is(redirect(map, 0, 4), XBPF_XDP_ABORTED, "an unknown flag");
	is(redirect(map, 0, broadcast | XBPF_XDP_PASS),
	   devices ? XBPF_XDP_REDIRECT : XBPF_XDP_ABORTED, "to all there are");
	xbpf_targets_prepare(map);
	is(xbpf_targets_set(map, 0, &t, &old), 0, "an entry");
	is(redirect(map, 0, XBPF_XDP_PASS), XBPF_XDP_REDIRECT, "sends it there");
	is(redirect(map, 1ULL << 32, 0), XBPF_XDP_REDIRECT, "keys have 32 bits");
	is(redirect(map, 1, XBPF_XDP_DROP), XBPF_XDP_DROP, "but no others");
	seen = map->ops->lookup(map, &key);
	ok(seen && seen[0] == 7 && seen[1] == 9, "number and program are seen");
	is(!!xbpf_map_prog_may_write(map), !devices, "but not written");
	t.what = 8;
	is(xbpf_targets_set(map, 0, &t, &old), 0, "another");
	is(old.what, 7, "takes its place");
	is(xbpf_targets_set(map, 0, NULL, &old), 0, "which is");
	is(old.what, 8, "taken out");
	is(xbpf_targets_set(map, 0, NULL, &old), -ENOENT, "once");
	is(redirect(map, 0, XBPF_XDP_TX), XBPF_XDP_TX, "nothing is there");
	xbpf_map_free(map);
}

static void test_sockets(void)
{
	struct xbpf_map *map = new_map(T(XSKMAP), 4, 4, 1, 0);
	u32 key = 0;

	ok(!map->ops->lookup(map, &key), "no socket");
	is(redirect(map, 0, XBPF_XDP_PASS), XBPF_XDP_PASS, "nothing goes there");
	is(redirect(map, 0, XBPF_F_BROADCAST), XBPF_XDP_ABORTED, "nor to all");
	is(map->ops->lookup_copy(map, &key, &key, 0), -EOPNOTSUPP,
	   "user space does not look");
	xbpf_map_free(map);
}

int main(void)
{
	test_create();
	test_redirect(T(DEVMAP));
	test_redirect(T(DEVMAP_HASH));
	test_redirect(T(CPUMAP));
	test_sockets();
	is(xbpf_host_warnings(), 0, "no warnings");
	return unit_done();
}
