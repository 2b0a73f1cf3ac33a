// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open-coded iterators that need no host: numbers, bits.
 *
 * An iterator lives in the program's stack, and so do its elements. The verifier
 * has seen to it that it was made before it is asked and is not touched by others.
 * Each one ends: what it counts is bounded when it is made.
 */
#include "vm/vm.h"

#define MAX_NUMBERS	(8 * 1024 * 1024)
#define MAX_BIT_WORDS	511

static const struct xbpf_iter iters[] = {
#define XBPF_ITER(n, b, s, o, r)					\
	[XBPF_ITER_##n] = {						\
		.name = #n, .bytes = (b), .size = (s), .object = (o),	\
		.rcu = (r),						\
		.next_id = XBPF_KFUNC_bpf_iter_##n##_next,		\
	},
#include "vm/iters.def"
};

const struct xbpf_iter *xbpf_iter_get(u32 kind)
{
	return kind < ARRAY_SIZE(iters) ? &iters[kind] : NULL;
}

int xbpf_iter_find(u32 kfunc)
{
	switch (kfunc) {
#define XBPF_ITER(n, ...)						\
	case XBPF_KFUNC_bpf_iter_##n##_new:				\
	case XBPF_KFUNC_bpf_iter_##n##_next:				\
	case XBPF_KFUNC_bpf_iter_##n##_destroy:				\
		return XBPF_ITER_##n;
#include "vm/iters.def"
	default:
		return -ENOENT;
	}
}

/* ---- numbers from start to end, exclusive ---- */

struct iter_num {
	s32 at;
	s32 end;
};

static struct iter_num *num_of(u64 it)
{
	return (struct iter_num *)(unsigned long)it;
}

u64 xbpf_kfunc_bpf_iter_num_new(u64 it, u64 start, u64 end, u64 r4, u64 r5)
{
	s64 from = (s32)start, to = (s32)end;

	static_assert(sizeof(struct iter_num) == 8);
	*num_of(it) = (struct iter_num){ 0 };
	if (from > to)
		return -EINVAL;
	if (to - from > MAX_NUMBERS)
		return -E2BIG;
	/* As a u32: the number before the smallest is the largest. */
	num_of(it)->at = (u32)from - 1;
	num_of(it)->end = to;
	return 0;
}

u64 xbpf_kfunc_bpf_iter_num_next(u64 it, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct iter_num *num = num_of(it);

	if ((s32)((u32)num->at + 1) >= num->end) {
		*num = (struct iter_num){ 0 };
		return 0;
	}
	num->at = (u32)num->at + 1;
	return (unsigned long)&num->at;
}

u64 xbpf_kfunc_bpf_iter_num_destroy(u64 it, u64 r2, u64 r3, u64 r4, u64 r5)
{
	*num_of(it) = (struct iter_num){ 0 };
	return 0;
}

/* ---- the bits that are set in some memory ---- */

/*
 * Linux copies the words. There is no memory to copy them to in every context, so
 * that each is read when its turn comes, with care.
 */
struct iter_bits {
	u64 words;
	s32 nr_bits;
	s32 at;
};

static struct iter_bits *bits_of(u64 it)
{
	return (struct iter_bits *)(unsigned long)it;
}

static int read_word(const struct iter_bits *bits, u32 i, u64 *word)
{
	return (int)xbpf_helper_probe_read_kernel((unsigned long)word,
						  sizeof(*word),
						  bits->words + 8ULL * i, 0, 0);
}

u64 xbpf_kfunc_bpf_iter_bits_new(u64 it, u64 words, u64 nr, u64 r4, u64 r5)
{
	struct iter_bits bits = { .words = words, .at = -1 };
	u32 i, nr_words = nr;
	u64 word;

	static_assert(sizeof(struct iter_bits) == 16);
	*bits_of(it) = (struct iter_bits){ .at = -1 };
	if (!words || !nr_words)
		return -EINVAL;
	if (nr_words > MAX_BIT_WORDS)
		return -E2BIG;
	for (i = 0; i < nr_words; i++)
		if (read_word(&bits, i, &word))
			return -EFAULT;
	bits.nr_bits = 64 * nr_words;
	*bits_of(it) = bits;
	return 0;
}

/* Memory that is gone by now has no bits. */
u64 xbpf_kfunc_bpf_iter_bits_next(u64 it, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct iter_bits *bits = bits_of(it);
	s32 at = bits->at + 1;
	u64 word;

	while (at < bits->nr_bits) {
		if (read_word(bits, at / 64, &word))
			break;
		word = word >> (at % 64) << (at % 64);
		if (word) {
			bits->at = round_down(at, 64) + __ffs64(word);
			return (unsigned long)&bits->at;
		}
		at = round_down(at, 64) + 64;
	}
	bits->nr_bits = 0;
	return 0;
}

u64 xbpf_kfunc_bpf_iter_bits_destroy(u64 it, u64 r2, u64 r3, u64 r4, u64 r5)
{
	*bits_of(it) = (struct iter_bits){ 0 };
	return 0;
}
