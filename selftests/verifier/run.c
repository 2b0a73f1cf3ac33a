// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every .data file of a directory: verdict, errno, log phrases, cost; and once
 * more with each of its allocations failing in turn.
 *
 *	verifier/run [-v] [DIRECTORY | FILE ...]
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "known.h"
#include "load.h"
#include "unit/gauge.h"

#define MAX_SWEEP	200	/* allocations of one case that fail in turn */

static int verbose;
static unsigned long long visited, states, bytes;	/* by all cases */

/* Texts of all cases, at each level, and what the accepted ones became. */
static struct sum {
	unsigned long long bytes;
	unsigned long crc;
} texts[3], made;

static void sum(struct sum *s, const void *data, size_t size)
{
	s->bytes += size;
	s->crc = crc32(s->crc, data, size);
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 16);

	if (!f || !text || !fread(text, 1, (1 << 16) - 1, f)) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(2);
	}
	fclose(f);
	return text;
}

static int log_has(const struct test_case *tc, const struct loaded *l)
{
	const char *at = l->text;
	int i;

	for (i = 0; i < tc->nr_logs; i++) {
		at = strstr(at, tc->logs[i]);
		if (!at) {
			diag("log lacks: %s", tc->logs[i]);
			return 0;
		}
		at += strlen(tc->logs[i]);
	}
	return 1;
}

static int verdict_right(const struct test_case *tc, const struct loaded *l)
{
	if (l->err != (tc->accept ? 0 : tc->err)) {
		diag("verdict is %d", l->err);
		return 0;
	}
	if (!l->err && xbpf_prog_decode(l->prog)) {
		diag("accepted, but cannot be decoded");
		return 0;
	}
	if (!l->err && l->report) {
		diag("accepted, but there is a report");
		return 0;
	}
	if (tc->max_visits && l->stats.visited > tc->max_visits) {
		diag("visited %u", l->stats.visited);
		return 0;
	}
	if (l->map_refs != (l->err ? 0 : (int)l->prog->nr_maps)) {
		diag("map references are %d", l->map_refs);
		return 0;
	}
	return 1;
}

/* Allocation @nth fails: no memory is lost, no reference, no verdict invented. */
static int sweep_one(struct test_case *tc, u32 nth, int *more)
{
	long live = xbpf_host_alloc_live();
	struct loaded l;
	int good;

	tc->fail_nth = nth;
	if (case_load(tc, &l, 0))
		return 0;
	good = l.err == -ENOMEM || l.err == (tc->accept ? 0 : tc->err);
	if (l.failed && l.err && (l.map_refs || l.prog->nr_maps ||
				  l.prog->subprogs))
		good = 0;
	*more = l.failed;
	case_unload(&l);
	if (good && xbpf_host_alloc_live() == live)
		return 1;
	diag("allocation %u: verdict %d, %ld left", nth, l.err,
	     xbpf_host_alloc_live() - live);
	return 0;
}

static int sweep(struct test_case *tc)
{
	int more = 1, good = 1;
	u32 nth;

	for (nth = 1; good && more && nth <= MAX_SWEEP; nth++)
		good = sweep_one(tc, nth, &more);
	tc->fail_nth = 0;
	return good;
}

/* Once more, to see what is known on the way, and the log of those who ask for less. */
static void look(struct test_case *tc)
{
	struct loaded l;

	case_observe = known_note;
	if (!case_load(tc, &l, 1)) {
		sum(&texts[1], l.text, strlen(l.text));
		case_unload(&l);
	}
	case_observe = NULL;
}

static void run_case(struct test_case *tc, const char *name)
{
	struct loaded l;
	int good;

	if (case_load(tc, &l, 2)) {
		ok(0, "%s: maps cannot be made", name);
		return;
	}
	look(tc);
	visited += l.stats.visited;
	states += l.stats.peak_states;
	bytes += l.stats.peak_bytes;
	sum(&texts[2], l.text, strlen(l.text));
	if (!l.err) {
		sum(&made, l.prog->insns, l.prog->len * sizeof(*l.prog->insns));
		sum(&made, l.prog->facts, l.prog->len * sizeof(*l.prog->facts));
	}
	good = verdict_right(tc, &l) && log_has(tc, &l) && sweep(tc);
	ok(good, "%s", name);
	if (!good || verbose)
		printf("%s", l.text);
	case_unload(&l);
}

static void run_file(const char *path)
{
	struct test_case *tc = malloc(sizeof(*tc));
	char *text = read_file(path);
	const char *name = strrchr(path, '/');

	if (!case_parse(tc, text, path))
		run_case(tc, name ? name + 1 : path);
	else
		ok(0, "%s", path);
	free(text);
	free(tc);
}

static int is_data(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > 5 && !strcmp(e->d_name + len - 5, ".data");
}

static void run_directory(const char *dir)
{
	struct dirent **files;
	char path[512];
	int i, n = scandir(dir, &files, is_data, alphasort);

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]->d_name);
		run_file(path);
		free(files[i]);
	}
	if (n > 0)
		free(files);
	ok(n > 0, "%s has cases", dir);
}

static void gauges(void)
{
	gauge("cases of the verifier", "%llu visited, %llu states, %llu bytes", visited,
	      states, bytes);
	gauge("states of these cases", "%llu bits unknown, %llu unset, %llu named, "
	      "%llu kinds", (unsigned long long)known.unknown,
	      (unsigned long long)known.unset, (unsigned long long)known.named,
	      (unsigned long long)known.kinds);
	gauge("logs of these cases", "%llu bytes (%08lx) at level 1, %llu (%08lx) at 2",
	      texts[1].bytes, texts[1].crc, texts[2].bytes, texts[2].crc);
	gauge("programs of these cases", "%llu bytes (%08lx)", made.bytes, made.crc);
}

int main(int argc, char **argv)
{
	int i = 1;

	if (argc > 1 && !strcmp(argv[1], "-v")) {
		verbose = 1;
		i++;
	}
	if (i == argc) {
		run_directory("selftests/verifier");
		gauges();
	}
	for (; i < argc; i++) {
		if (strstr(argv[i], ".data"))
			run_file(argv[i]);
		else
			run_directory(argv[i]);
	}
	return unit_done();
}
