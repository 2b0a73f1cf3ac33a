// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs by chance, always the same: what the verifier knows of them is a gauge.
 */
#include "fuzz.h"
#include "seeds.h"
#include "unit/gauge.h"
#include "verifier/known.h"

#define CASES	6000
#define SEEDS	2048
#define CHANGES	8	/* of each seed */

static struct fuzz_case seeds[SEEDS], now;
static u32 accepted;

static void begin(void)
{
	memset(&known, 0, sizeof(known));
	accepted = 0;
}

static void end(const char *name)
{
	gauge(name, "%u accepted, %llu visited, %llu bits unknown, %llu unset, "
	      "%llu named, %llu kinds", accepted, (unsigned long long)known.visits,
	      (unsigned long long)known.unknown, (unsigned long long)known.unset,
	      (unsigned long long)known.named, (unsigned long long)known.kinds);
}

static void generated(void)
{
	u32 i;

	begin();
	for (i = 0; i < CASES; i++) {
		fuzz_seed = 2 * i + 1;
		case_generate(&now);
		if (!now.len)
			continue;
		if (fuzz_below(4) == 0)
			case_mutate(&now);
		accepted += case_accepted(&now);
	}
	ok(accepted > CASES / 20, "of %u programs some are accepted", CASES);
	end("programs by chance");
}

/* The .data files, changed a little. */
static void changed(void)
{
	u32 i, n, nr = seeds_from_data("selftests/verifier", seeds, SEEDS);

	begin();
	for (i = 0; i < nr * CHANGES; i++) {
		now = seeds[i / CHANGES];
		fuzz_seed = 2 * i + 1;
		for (n = 0; n < i % CHANGES; n++)
			case_mutate(&now);
		accepted += now.len && case_accepted(&now);
	}
	ok(accepted > nr / 4, "of %u files some are accepted", nr);
	end("cases changed by chance");
}

int main(void)
{
	fuzz_observe = known_note;
	generated();
	changed();
	world_free();
	return unit_done();
}
