// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports of refusals: each .data file that is refused gives one, in its place, of
 * bounded length, known to explain.def; also when allocations fail, and of programs
 * that were changed at random.
 *
 *	verifier/reports [-v] [FILE ...]
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "unit/unit.h"
#include "verifier/explain_rows.h"

#define MAX_LINES	40
#define MAX_HINT	130
#define MAX_SWEEP	200
#define MUTANTS		40	/* of each program */

static int verbose, nr_refused, nr_known;
static int nr_mutants, nr_mutants_refused;

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

static int count_lines(const char *from, const char *to)
{
	int lines = 0;

	for (; from < to; from++)
		lines += *from == '\n';
	return lines;
}

/* The phrase, at once the report, then the last line, as tools expect it. */
static int in_place(const struct loaded *l)
{
	const char *phrase = strstr(l->text, l->report->phrase), *next, *end;

	while (phrase && (next = strstr(phrase + 1, l->report->phrase)))
		phrase = next;
	end = phrase ? strstr(phrase, "\nprocessed ") : NULL;
	if (!end)
		return 0;
	if (strchr(end + 1, '\n')[1])
		return 0;
	return count_lines(phrase + strlen(l->report->phrase), end + 1) <=
	       MAX_LINES;
}

/*
 * libbpf makes something better of a call of a function that does not exist, which a
 * failed relocation is, when it finds the phrase in the last ten lines.
 */
static int is_short(const struct loaded *l)
{
	const char *at = l->text + strlen(l->text);
	int lines = 0;

	if (strncmp(l->report->phrase, "invalid func ", 13) &&
	    strncmp(l->report->phrase, "unknown func ", 13))
		return 1;
	for (; at > l->text && lines < 10; at--) {
		lines += at[-1] == '\n';
		if (!strncmp(at, l->report->phrase, strlen(l->report->phrase)))
			return 1;
	}
	return 0;
}

static int report_right(const struct test_case *tc, const struct loaded *l)
{
	if (tc->accept)
		return !l->report;
	nr_refused++;
	/* Nothing was looked at yet: the phrase is all there is. */
	if (!l->report && !strstr(l->text, "processed "))
		return 1;
	if (!l->report) {
		diag("no report");
		return 0;
	}
	if (!is_short(l)) {
		diag("libbpf does not find the phrase:\n%s", l->text);
		return 0;
	}
	if (l->report->err != tc->err || !in_place(l)) {
		diag("not in its place:\n%s", l->text);
		return 0;
	}
	if (xbpf_explain_row_find(l->report->phrase))
		nr_known++;
	else if (verbose)
		diag("no row for: %s", l->report->phrase);
	return 1;
}

/* At level 0 nobody pays for reports, and nothing is said. */
static int silent(const struct test_case *tc)
{
	struct loaded l;
	int good;

	if (case_load(tc, &l, 0))
		return 0;
	good = !l.report && !l.text[0];
	case_unload(&l);
	return good;
}

/* Without memory there may be no report; the verdict stays. */
static int sweep(struct test_case *tc)
{
	int more = 1, good = 1;
	struct loaded l;
	long live;

	for (tc->fail_nth = 1; good && more && tc->fail_nth <= MAX_SWEEP;
	     tc->fail_nth++) {
		live = xbpf_host_alloc_live();
		if (case_load(tc, &l, 1))
			return 0;
		good = l.err == -ENOMEM || l.err == tc->err;
		more = l.failed;
		case_unload(&l);
		good = good && xbpf_host_alloc_live() == live;
	}
	tc->fail_nth = 0;
	return good;
}

/* ---- programs that nobody wrote ---- */

static u32 rnd(u32 below)
{
	static u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)(state >> 20) % below;
}

static void mutate(struct test_case *tc)
{
	struct xbpf_insn *insn = &tc->insns[rnd(tc->len)];

	switch (rnd(6)) {
	case 0:
		*insn = tc->insns[rnd(tc->len)];
		break;
	case 1:
		insn->dst_reg = rnd(11);
		break;
	case 2:
		insn->src_reg = rnd(11);
		break;
	case 3:
		insn->off = rnd(64) - 32;
		break;
	case 4:
		insn->imm = rnd(2) ? rnd(64) - 32 : (int)rnd(~0U);
		break;
	default:
		insn->code = rnd(256);
	}
}

/* What is said of it is said in its place and bounded; the sanitizers watch. */
static int mutants(const struct test_case *tc)
{
	struct test_case *mutant = malloc(sizeof(*mutant));
	int i, good = 1;
	struct loaded l;

	for (i = 0; good && i < MUTANTS; i++) {
		if (!(i % 4)) {
			*mutant = *tc;
			mutant->limit = 2000;
		}
		mutate(mutant);
		if (case_load(mutant, &l, 1))
			break;
		good = !l.err == !l.report || !strstr(l.text, "processed ");
		good = good && (!l.report || (in_place(&l) && is_short(&l)));
		if (!good)
			diag("%d:\n%s", l.err, l.text);
		nr_mutants++;
		nr_mutants_refused += !!l.report;
		case_unload(&l);
	}
	free(mutant);
	return good;
}

static void run_file(const char *path)
{
	struct test_case *tc = malloc(sizeof(*tc));
	char *text = read_file(path);
	struct loaded l;
	int good;

	if (case_parse(tc, text, path) || case_load(tc, &l, 1)) {
		ok(0, "%s", path);
		return;
	}
	good = report_right(tc, &l) && silent(tc) && mutants(tc) &&
	       (tc->accept || sweep(tc));
	if (!tc->accept || !good)
		ok(good, "%s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	if (verbose && !tc->accept)
		printf("%s", strstr(l.text, l.report ? l.report->phrase : ""));
	case_unload(&l);
	free(text);
	free(tc);
}

/* Tools look for these to find out what a kernel can. */
static int is_harmless(const char *hint)
{
	return !strstr(hint, "unknown func ") && !strstr(hint, "invalid func ") &&
	       !strstr(hint, "cannot use helper ") && !strchr(hint, '\n') &&
	       strlen(hint) <= MAX_HINT;
}

static void check_rows(void)
{
	const struct xbpf_explain_row *row;
	u32 i, bad = 0;

	for (i = 0; (row = xbpf_explain_row_get(i)); i++) {
		if (is_harmless(row->hint) &&
		    xbpf_explain_row_find(row->pattern))
			continue;
		diag("row %u: %s", i, row->hint);
		bad++;
	}
	ok(!bad && i > 50, "%u rows", i);
}

int main(int argc, char **argv)
{
	glob_t files;
	size_t n;
	int i = 1;

	if (argc > 1 && !strcmp(argv[1], "-v")) {
		verbose = 1;
		i++;
	}
	for (; i < argc; i++)
		run_file(argv[i]);
	if (nr_refused)
		return unit_done();
	check_rows();
	if (!glob("selftests/verifier/*.data", 0, NULL, &files))
		for (n = 0; n < files.gl_pathc; n++)
			run_file(files.gl_pathv[n]);
	globfree(&files);
	ok(nr_refused > 100, "%d refusals", nr_refused);
	ok(nr_known * 10 >= nr_refused * 9, "explain.def knows %d of them",
	   nr_known);
	ok(nr_mutants_refused > nr_mutants / 3, "%d mutants, %d refused",
	   nr_mutants, nr_mutants_refused);
	return unit_done();
}
