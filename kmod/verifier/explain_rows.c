// SPDX-License-Identifier: GPL-2.0-only
/*
 * One row for each family of refusals: what its check needs, what usually helps.
 *
 * Refusals are known by their phrase, which is ABI, so that a check says nothing
 * here: who adds one adds a row if there is something to say. A hint must contain
 * none of the words by which tools find out what a kernel can ("unknown func" ...).
 */
#include "verifier/explain_rows.h"

/* "*" stands for any text; the rest must be there as it is, from the start. */
static int glob(const char *pattern, const char *text)
{
	const char *star = NULL, *back = NULL;

	while (*text && *text != '\n') {
		if (*pattern == '*') {
			star = ++pattern;
			back = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++back;
		} else {
			return 0;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static const struct xbpf_explain_row rows[] = {
#define ROW(pattern, need, hint) { pattern, NEED_##need, hint },
#include "verifier/explain.def"
#undef ROW
};

/* The first row that a line of the phrase fits: its last line tells most. */
const struct xbpf_explain_row *xbpf_explain_row_find(const char *phrase)
{
	const struct xbpf_explain_row *found = NULL;
	const char *line = phrase;
	u32 i;

	while (line && *line) {
		for (i = 0; i < ARRAY_SIZE(rows); i++) {
			if (glob(rows[i].pattern, line)) {
				found = &rows[i];
				break;
			}
		}
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return found;
}

/* All rows, for tests; NULL behind the last. */
const struct xbpf_explain_row *xbpf_explain_row_get(u32 i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}
