// SPDX-License-Identifier: GPL-2.0-only
/*
 * Concrete in abstract, by chance alone.
 *
 *	concrete [-t SECONDS | -n CASES] [-s SEED] [-d DIRECTORY] [-o FILE]
 *		[CASE ...]
 *	concrete -w DIRECTORY
 *
 * Tries each CASE, or without any the .data files and the cases of DIRECTORY, and
 * then, for so long or as many, what can be made and changed of them. A counterexample is
 * made smaller and written to FILE. With -w the .data files are written as cases,
 * for libFuzzer, whose build of the same is target.c.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"
#include "seeds.h"
#include "unit/unit.h"

#define POOL		4096
#define MAX_BYTES	(sizeof(struct fuzz_case))

static struct fuzz_case pool[POOL], now;
static u32 nr_pool, wrong;
static const char *output, *directory;
static volatile sig_atomic_t stopped;

/* The report comes all the same. */
static void stop(int sig)
{
	stopped = 1;
}

static void save(const struct fuzz_case *c, const char *path)
{
	static u8 bytes[MAX_BYTES];
	FILE *f = path ? fopen(path, "w") : NULL;

	if (!f)
		return;
	fwrite(bytes, 1, case_to_bytes(c, bytes, sizeof(bytes)), f);
	fclose(f);
}

static int try(struct fuzz_case *c)
{
	int ret = try_quietly(c);

	if (ret >= 0)
		return ret;
	case_minimise(c);
	try_case(c);
	save(c, output);
	wrong++;
	return ret;
}

static void try_seeds(void)
{
	u32 i;

	nr_pool = seeds_from_data("selftests/verifier", pool, POOL / 4);
	ok(nr_pool > 100, "%u .data files", nr_pool);
	if (directory)
		nr_pool += seeds_from_cases(directory, pool + nr_pool,
					    POOL - nr_pool);
	for (i = 0; i < nr_pool; i++) {
		now = pool[i];
		try(&now);
	}
	diag("%u seeds", nr_pool);
}

static int write_seeds(const char *dir)
{
	char path[512];
	u32 i;

	nr_pool = seeds_from_data("selftests/verifier", pool, POOL / 4);
	for (i = 0; i < nr_pool; i++) {
		snprintf(path, sizeof(path), "%s/data-%04u", dir, i);
		save(&pool[i], path);
	}
	return !nr_pool;
}

/* What is accepted is changed further; what was so for long, forgotten. */
static void keep(const struct fuzz_case *c)
{
	if (nr_pool < POOL)
		pool[nr_pool++] = *c;
	else if (fuzz_below(8) == 0)
		pool[fuzz_below(POOL)] = *c;
}

static void try_another(void)
{
	if (!nr_pool || fuzz_below(3) == 0)
		case_generate(&now);
	else
		now = pool[fuzz_below(nr_pool)];
	if (fuzz_below(8))
		case_mutate(&now);
	if (now.len && try(&now) > 0)
		keep(&now);
}

static void try_file(const char *path)
{
	if (case_read(&now, path))
		ok(0, "%s is a case", path);
	else
		try(&now);
}

/* So far; a long run says so each minute. */
static void progress(time_t began)
{
	const struct fuzz_stats *s = &fuzz_stats;
	u64 seconds = max_t(u64, time(NULL) - began, 1);

	diag("%llu s: %llu executions, %llu a second; %llu cases, %.1f %% accepted",
	     (unsigned long long)seconds, (unsigned long long)s->runs,
	     (unsigned long long)(s->runs / seconds),
	     (unsigned long long)s->cases,
	     100.0 * s->accepted / max_t(u64, s->cases, 1));
	fflush(stdout);
}

static void report(time_t began)
{
	const struct fuzz_stats *s = &fuzz_stats;

	progress(began);
	features_print();

	diag("%llu cases, %llu accepted, %llu too large to be kept",
	     (unsigned long long)s->cases, (unsigned long long)s->accepted,
	     (unsigned long long)s->too_big);
	ok(!wrong, "%llu runs in the verifier's states, %llu cut short, %llu steps",
	   (unsigned long long)s->runs, (unsigned long long)s->cut,
	   (unsigned long long)s->steps);
}

int main(int argc, char **argv)
{
	time_t began = time(NULL), end = began + 5, said = began;
	u64 cases = U64_MAX;
	int c;

	while ((c = getopt(argc, argv, "t:n:s:o:d:w:")) != -1) {
		if (c == 't')
			end = time(NULL) + atoi(optarg);
		else if (c == 'n')
			end += 1 << 20, cases = strtoull(optarg, NULL, 0);
		else if (c == 's')
			fuzz_seed = strtoull(optarg, NULL, 0) | 1;
		else if (c == 'o')
			output = optarg;
		else if (c == 'd')
			directory = optarg;
		else if (c == 'w')
			return write_seeds(optarg);
		else
			return 2;
	}
	rcu_read_lock();
	if (optind == argc) {
		try_seeds();
		signal(SIGTERM, stop);
		while (time(NULL) < end && fuzz_stats.cases < cases &&
		       wrong < 3 && !stopped) {
			try_another();
			if (time(NULL) >= said + 60) {
				progress(began);
				said = time(NULL);
			}
		}
		ok(fuzz_stats.accepted > 100, "programs are accepted");
	}
	for (; optind < argc; optind++)
		try_file(argv[optind]);
	rcu_read_unlock();
	world_free();
	report(began);
	return unit_done();
}
