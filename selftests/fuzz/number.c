// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a state says of numbers by their names: equal names are equal numbers, a
 * number that is defined is what its definition makes of its operands, and what
 * is known of numbers that nothing holds any more is true of them.
 *
 * Through no more definitions than facts go: what lies deeper, a state does not
 * promise.
 */
#include "fuzz.h"
#include "unit/number_eval.h"

#define MAX_NUMBERS	128

/* Of the state that is tried: names and the machine's numbers. */
static struct {
	u32 id;
	u64 n;
} numbers[MAX_NUMBERS];
static u32 nr_numbers;

static struct xbpf_def defs[MAX_RECORD_DEFS];
static u32 nr_defs;

/* ---- names ---- */

void numbers_begin(void)
{
	nr_numbers = 0;
}

static int number_held(u32 id, u64 *n)
{
	u32 i;

	for (i = 0; i < nr_numbers; i++) {
		if (numbers[i].id != id)
			continue;
		*n = numbers[i].n;
		return 1;
	}
	return 0;
}

int number_is(u32 id, u64 n)
{
	u64 known;

	if (!id)
		return 1;
	if (number_held(id, &known))
		return known == n;
	if (nr_numbers < MAX_NUMBERS) {
		numbers[nr_numbers].id = id;
		numbers[nr_numbers++].n = n;
	}
	return 1;
}

/* ---- definitions ---- */

void numbers_keep(const struct xbpf_defs *from)
{
	if (!from) {
		nr_defs = 0;
		return;
	}
	if (nr_defs > from->nr)
		nr_defs = 0;
	if (from->nr > MAX_RECORD_DEFS) {
		record_full = 1;
		return;
	}
	for (; nr_defs < from->nr; nr_defs++)
		defs[nr_defs] = from->def[nr_defs];
}

static const struct xbpf_def *number_def(u32 id)
{
	u32 i = id & ~XBPF_DEFINED;

	return id & XBPF_DEFINED && i < nr_defs ? &defs[i] : NULL;
}

/* ---- is it so? ---- */

u32 numbers_wrong(void)
{
	u64 n;
	u32 i;

	for (i = 0; i < nr_numbers; i++)
		if (number_made(numbers[i].id, &n, XBPF_DEF_DEPTH - 1) && n != numbers[i].n)
			return numbers[i].id;
	return 0;
}

int ghost_holds(const struct xbpf_reg *ghost)
{
	u64 n;

	return !number_eval(ghost->id, &n, XBPF_DEF_DEPTH) ||
	       xbpf_value_contains(&ghost->val, n);
}
