/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Upstream's tests of maps, one by one.
 *
 * Upstream's programs call them one after the other and end with the first that
 * fails. Here the program is included, unmodified, by a file with a table of its
 * tests, and each of them runs in a process of its own.
 *
 * PROGRAM [-l] [NAME...]: the tests NAME or all, as TAP; with -l only their names.
 * Tests of many processes are run if $UPSTREAM_STRESS is set.
 */
#ifndef XBPF_UPSTREAM_EACH_H
#define XBPF_UPSTREAM_EACH_H

/*
 * struct each - a test
 * @run: does not come back if it fails
 * @stress: it has so many processes that it takes minutes in an emulated guest
 */
struct each {
	const char *name;
	void (*run)(void);
	int stress;
};

/* @skips: where upstream's program counts what it does not find, or NULL. */
int each_main(int argc, char **argv, const struct each *tests, int nr,
	      const int *skips);

#endif
