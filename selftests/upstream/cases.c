// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the cases of upstream's test_verifier ask for, a line each: number, type of
 * program, "accept" or "reject", the type of attachment, description.
 *
 * Its table is taken out of its own source, so that there is no second list.
 */
#define main upstream_main
#include "test_verifier.c"
#undef main

int main(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		const struct bpf_test *test = &tests[i];

		printf("%u\t%u\t%s\t%u\t%s\n", i,
		       test->prog_type ? test->prog_type :
					 BPF_PROG_TYPE_SOCKET_FILTER,
		       test->result == REJECT ? "reject" : "accept",
		       test->expected_attach_type, test->descr);
	}
	return 0;
}
