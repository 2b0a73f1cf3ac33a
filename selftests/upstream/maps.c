// SPDX-License-Identifier: GPL-2.0-only
/* Upstream's test_maps: each test twice as there, with and without elements made beforehand. */
#define main upstream_main
#include "test_maps.c"
#undef main
#include "each.h"

#define TWICE(name, ...)						\
	static void name##_made(void)					\
	{								\
		map_opts.map_flags = 0;					\
		test_##name(__VA_ARGS__);				\
	}								\
	static void name##_unmade(void)					\
	{								\
		map_opts.map_flags = BPF_F_NO_PREALLOC;			\
		test_##name(__VA_ARGS__);				\
	}

/* Of a task with its data, or of nothing. */
#define TESTS(TASK, PLAIN, STRESS)					\
	TASK(hashmap)							\
	TASK(hashmap_percpu)						\
	TASK(hashmap_walk)						\
	PLAIN(hashmap_zero_seed)					\
	TASK(arraymap)							\
	TASK(arraymap_percpu)						\
	PLAIN(arraymap_percpu_many_keys)				\
	TASK(devmap)							\
	TASK(devmap_hash)						\
	TASK(sockmap)							\
	PLAIN(map_large)						\
	STRESS(map_parallel)						\
	STRESS(map_stress)						\
	PLAIN(map_rdonly)						\
	PLAIN(map_wronly)						\
	PLAIN(reuseport_array)						\
	TASK(queuemap)							\
	TASK(stackmap)							\
	PLAIN(map_in_map)

#define TASK(name)	TWICE(name, 0, NULL)
#define PLAIN(name)	TWICE(name)
TESTS(TASK, PLAIN, PLAIN)

#define ROW(name)							\
	{ #name, name##_made }, { #name " no_prealloc", name##_unmade },
#define STRESS(name)							\
	{ #name, name##_made, 1 }, { #name " no_prealloc", name##_unmade, 1 },

static const struct each tests[] = {
	TESTS(ROW, ROW, STRESS)
#define DEFINE_TEST(name)	{ #name, test_##name },
#include <map_tests/tests.h>
#undef DEFINE_TEST
};

int main(int argc, char **argv)
{
	srand(time(NULL));
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	return each_main(argc, argv, tests, ARRAY_SIZE(tests), &skips);
}
