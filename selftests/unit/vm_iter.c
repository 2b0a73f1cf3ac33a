// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open-coded iterators at run time: what they give, and that they end.
 */
#include "vm/vm.h"
#include "unit.h"

#define ADDR(x)	((unsigned long)(x))

static u64 it[3];

static long num_new(long start, long end)
{
	return (int)xbpf_kfunc_bpf_iter_num_new(ADDR(it), start, end, 0, 0);
}

static int *num_next(void)
{
	return (int *)xbpf_kfunc_bpf_iter_num_next(ADDR(it), 0, 0, 0, 0);
}

static long num_sum(void)
{
	long sum = 0;
	int *at;

	while ((at = num_next()))
		sum += *at;
	return sum;
}

static int *bits_next(void)
{
	return (int *)xbpf_kfunc_bpf_iter_bits_next(ADDR(it), 0, 0, 0, 0);
}

static long bits_new(const void *words, long nr)
{
	return (int)xbpf_kfunc_bpf_iter_bits_new(ADDR(it), ADDR(words), nr, 0, 0);
}

static void numbers(void)
{
	is(num_new(3, 7), 0, "numbers from 3 to 7");
	is(num_sum(), 3 + 4 + 5 + 6, "without the last");
	is(!num_next(), 1, "no more");
	is(num_new(5, 5), 0, "none");
	is(!num_next(), 1, "is none");
	is(num_new(5, 4), -EINVAL, "backwards");
	is(!num_next(), 1, "is none either");
	is(num_new(0, 8 << 20), 0, "as many as there may be");
	is(num_new(0, (8 << 20) + 1), -E2BIG, "too many");
	is(num_new(INT_MIN, INT_MAX), -E2BIG, "far too many");
	is(num_new(INT_MIN, INT_MIN + 3), 0, "the smallest");
	is(*num_next(), INT_MIN, "is the first");
	is(num_new(INT_MAX - 1, INT_MAX), 0, "the largest");
	is(*num_next(), INT_MAX - 1, "but one");
	is(!num_next(), 1, "and no more");
	is(num_new(-2, 2), 0, "over zero");
	is(num_sum(), -2 - 1 + 0 + 1, "and on");
	is(xbpf_kfunc_bpf_iter_num_destroy(ADDR(it), 0, 0, 0, 0), 0, "destroyed");
	is(!num_next(), 1, "gives nothing");
}

static void bits(void)
{
	static u64 words[512];
	long nr = 0;

	words[0] = 1ULL << 63 | 1;
	words[2] = 5;
	is(bits_new(words, 3), 0, "three words");
	is(*bits_next(), 0, "the first bit");
	is(*bits_next(), 63, "the last of a word");
	is(*bits_next(), 128, "over an empty word");
	is(*bits_next(), 130, "and the next");
	is(!bits_next(), 1, "no more");
	is(!bits_next(), 1, "at all");
	is(bits_new(words, 0), -EINVAL, "no words");
	is(bits_new(NULL, 1), -EINVAL, "no memory");
	is(!bits_next(), 1, "gives nothing");
	is(bits_new(words, 512), -E2BIG, "too many words");
	memset(words, 0xff, sizeof(words));
	is(bits_new(words, 511), 0, "as many as there may be");
	while (bits_next())
		nr++;
	is(nr, 511 * 64, "all of them");
	is(xbpf_kfunc_bpf_iter_bits_destroy(ADDR(it), 0, 0, 0, 0), 0, "destroyed");
	is(!bits_next(), 1, "gives nothing");
}

int main(void)
{
	numbers();
	bits();
	return unit_done();
}
