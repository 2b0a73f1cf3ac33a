// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bloom filters: never a false no, and few false maybes.
 */
#include "maps/maps.h"
#include "unit/map_test.h"

#define BLOOM	XBPF_MAP_TYPE_BLOOM_FILTER
#define NR	1000

static struct xbpf_map *create(u32 key, u32 value, u32 entries, u32 flags,
			       u64 extra)
{
	union xbpf_attr attr = {
		.map_type = BLOOM, .key_size = key, .value_size = value,
		.max_entries = entries, .map_flags = flags, .map_extra = extra,
	};

	return xbpf_map_alloc(&attr);
}

static void test_errors(void)
{
	is(PTR_ERR(create(4, 8, 8, 0, 0)), -EINVAL, "a key");
	is(PTR_ERR(create(0, 0, 8, 0, 0)), -EINVAL, "no value");
	is(PTR_ERR(create(0, 8, 0, 0, 0)), -EINVAL, "no entries");
	is(PTR_ERR(create(0, 8, 8, XBPF_F_MMAPABLE, 0)), -EINVAL, "mmapable");
	is(PTR_ERR(create(0, 8, 8, 0, 16)), -EINVAL, "16 hashes");
}

static void test_answers(u32 size, u64 hashes, u32 most_wrong)
{
	struct xbpf_map *map = create(0, size, NR, 0, hashes);
	u64 value[4] = { 0 };
	u32 i, missed = 0, wrong = 0;

	if (IS_ERR(map)) {
		ok(0, "a filter of %llu hashes", (unsigned long long)hashes);
		return;
	}
	for (i = 0; i < NR; i++) {
		value[0] = i;
		missed += !!map->ops->push(map, value, 0);
	}
	is(missed, 0, "%u bytes: pushed", size);
	for (i = 0; i < NR; i++) {
		value[0] = i;
		missed += !!map->ops->peek(map, value);
	}
	is(missed, 0, "%u bytes: all are there", size);
	for (i = NR; i < 11 * NR; i++) {
		value[0] = i;
		wrong += !map->ops->peek(map, value);
	}
	ok(wrong <= most_wrong, "%u bytes, %llu hashes: %u of %u wrong", size,
	   (unsigned long long)hashes, wrong, 10 * NR);
	is(map->ops->push(map, value, XBPF_EXIST), -EINVAL, "flags");
	xbpf_map_free(map);
}

int main(void)
{
	long live = xbpf_host_alloc_live();

	test_errors();
	test_answers(8, 0, 600);
	test_answers(4, 3, 1500);
	test_answers(32, 10, 100);
	is(xbpf_host_alloc_live(), live, "nothing left");
	return unit_done();
}
