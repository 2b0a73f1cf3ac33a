// SPDX-License-Identifier: GPL-2.0-only
/* Upstream's test_lpm_map. */
#define main upstream_main
#include "test_lpm_map.c"
#undef main
#include "each.h"

static void lpm_map(void)
{
	int bytes;

	for (bytes = 1; bytes <= 16; bytes++)
		test_lpm_map(bytes);
}

static const struct each tests[] = {
	{ "basic", test_lpm_basic },
	{ "order", test_lpm_order },
	{ "map", lpm_map },
	{ "ipaddr", test_lpm_ipaddr },
	{ "delete", test_lpm_delete },
	{ "get_next_key", test_lpm_get_next_key },
	{ "multi_thread", test_lpm_multi_thread },
};

int main(int argc, char **argv)
{
	srand(0xf00ba1);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	return each_main(argc, argv, tests, sizeof(tests) / sizeof(*tests),
			 NULL);
}
