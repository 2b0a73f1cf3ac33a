/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gauges: numbers that say how good something is and that do not depend on the
 * machine, such as what a proof loses or how many instructions a verifier visits.
 * selftests/expected/gauges.txt has them as "NAME = TEXT"; what is no longer as it
 * says fails. `make gauges` writes it anew, for the author to look at the difference.
 */
#ifndef XBPF_GAUGE_H
#define XBPF_GAUGE_H

#include "unit.h"

#define GAUGES	"selftests/expected/gauges.txt"

/* What the list says of @name, "" when it does not know it. */
__attribute__((unused))
static void gauge_listed(const char *name, char *text, size_t size)
{
	FILE *file = fopen(GAUGES, "r");
	size_t len = strlen(name);
	char line[256];

	text[0] = '\0';
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, len) || strncmp(line + len, " = ", 3))
			continue;
		snprintf(text, size, "%s", line + len + 3);
		text[strcspn(text, "\n")] = '\0';
	}
	if (file)
		fclose(file);
}

__attribute__((format(printf, 2, 3), unused))
static int gauge(const char *name, const char *fmt, ...)
{
	char got[256], want[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(got, sizeof(got), fmt, args);
	va_end(args);
	gauge_listed(name, want, sizeof(want));
	if (ok(!strcmp(got, want), "gauge %s = %s", name, got))
		return 1;
	diag("it was %s; what is better is written down by make gauges",
	     want[0] ? want : "not known");
	return 0;
}

#endif
