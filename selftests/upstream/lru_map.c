// SPDX-License-Identifier: GPL-2.0-only
/* Upstream's test_lru_map: each test with both types and both kinds of lists. */
#define main upstream_main
#include "test_lru_map.c"
#undef main
#include "each.h"

#define FLAGS_common	0
#define FLAGS_own	BPF_F_NO_COMMON_LRU
#define FREE_common	LOCAL_FREE_TARGET
#define FREE_own	PERCPU_FREE_TARGET

#define SHORT(n, type, lists)						\
	static void sanity##n##_##type##_##lists(void)			\
	{								\
		test_lru_sanity##n(BPF_MAP_TYPE_##type, FLAGS_##lists);	\
	}
/* Those that also want to know how many are freed at once. */
#define LONG(n, type, lists)						\
	static void sanity##n##_##type##_##lists(void)			\
	{								\
		test_lru_sanity##n(BPF_MAP_TYPE_##type, FLAGS_##lists,	\
				   FREE_##lists);			\
	}
#define ROW(n, type, lists)						\
	{ "sanity" #n " " #type " " #lists, sanity##n##_##type##_##lists },

#define OF(type, lists, SHORT, LONG)					\
	SHORT(0, type, lists)						\
	LONG(1, type, lists)						\
	LONG(2, type, lists)						\
	LONG(3, type, lists)						\
	LONG(4, type, lists)						\
	SHORT(5, type, lists)						\
	LONG(6, type, lists)						\
	SHORT(7, type, lists)						\
	SHORT(8, type, lists)
#define TESTS(SHORT, LONG)						\
	OF(LRU_HASH, common, SHORT, LONG)				\
	OF(LRU_PERCPU_HASH, common, SHORT, LONG)			\
	OF(LRU_HASH, own, SHORT, LONG)					\
	OF(LRU_PERCPU_HASH, own, SHORT, LONG)

TESTS(SHORT, LONG)

static const struct each tests[] = {
	TESTS(ROW, ROW)
};

int main(int argc, char **argv)
{
	nr_cpus = bpf_num_possible_cpus();
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	return each_main(argc, argv, tests, ARRAY_SIZE(tests),
			 NULL);
}
