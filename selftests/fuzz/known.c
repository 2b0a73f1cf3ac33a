// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs by chance, always the same: what the verifier knows of them is a gauge.
 */
#include "fuzz.h"
#include "unit/gauge.h"
#include "verifier/known.h"

#define CASES	6000

int main(void)
{
	static struct fuzz_case now;
	u32 i, accepted = 0;

	fuzz_observe = known_note;
	for (i = 0; i < CASES; i++) {
		fuzz_seed = 2 * i + 1;
		case_generate(&now);
		if (!now.len)
			continue;
		if (fuzz_below(4) == 0)
			case_mutate(&now);
		accepted += case_accepted(&now);
	}
	world_free();
	ok(accepted > CASES / 20, "%u programs of %u are accepted", accepted, CASES);
	gauge("programs by chance", "%llu visited, %llu bits unknown, %llu unset, "
	      "%llu named, %llu kinds", (unsigned long long)known.visits,
	      (unsigned long long)known.unknown, (unsigned long long)known.unset,
	      (unsigned long long)known.named, (unsigned long long)known.kinds);
	return unit_done();
}
