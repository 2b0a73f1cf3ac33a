// SPDX-License-Identifier: GPL-2.0-only
/*
 * Concrete in abstract for libFuzzer, which keeps what reaches new code of the
 * verifier: `make fuzz`. Inputs are cases; only sensible changes are made to them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t room,
			       unsigned int seed);

static struct fuzz_case now;

static void report(void)
{
	const struct fuzz_stats *s = &fuzz_stats;
	const char *path = getenv("FUZZ_COUNTS");
	FILE *f = path ? fopen(path, "a") : stderr;

	if (!f)
		return;
	fprintf(f, "cases %llu accepted %llu runs %llu cut %llu steps %llu\n",
		(unsigned long long)s->cases, (unsigned long long)s->accepted,
		(unsigned long long)s->runs, (unsigned long long)s->cut,
		(unsigned long long)s->steps);
	if (path)
		fclose(f);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	atexit(report);
	rcu_read_lock();
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (case_from_bytes(&now, data, size))
		return -1;
	if (try_case(&now) < 0) {
		report();
		abort();
	}
	return 0;
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t room,
			       unsigned int seed)
{
	fuzz_seed = seed * 0x9e3779b97f4a7c15ULL | 1;
	if (case_from_bytes(&now, data, size) || fuzz_below(16) == 0)
		case_generate(&now);
	case_mutate(&now);
	while (now.len > 1 && !(size = case_to_bytes(&now, data, room)))
		now.len--;
	return size;
}
