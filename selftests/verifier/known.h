/* SPDX-License-Identifier: GPL-2.0-only */
/* How much a verifier knows, over all instructions that it visits. */
#ifndef XBPF_SELFTESTS_KNOWN_H
#define XBPF_SELFTESTS_KNOWN_H

#include "verifier/priv.h"

/**
 * struct known - sums over states
 * @visits: states seen
 * @unknown: bits and widths of intervals that are not known, of numbers and of the
 *	variable offsets of pointers
 * @unset: registers, and bytes of stack, that were not written
 * @named: registers and slots that carry a number's name or an identity
 * @kinds: pointers, by their type
 */
struct known {
	u64 visits, unknown, unset, named, kinds;
};

extern struct known known;

/* For struct xbpf_verify_opts.observe: adds the state to @known. */
void known_note(const struct xbpf_venv *env);

static inline u32 known_bits(u64 n)
{
	return n ? 64 - __builtin_clzll(n) : 0;
}

/* How little is known of a number: bits, and those of the widths of its intervals. */
static inline u32 known_width(const struct xbpf_value *v)
{
	return __builtin_popcountll(v->tnum.mask) + known_bits(v->umax - v->umin) +
	       known_bits((u64)v->smax - v->smin) + known_bits(v->u32_max - v->u32_min) +
	       known_bits((u32)v->s32_max - v->s32_min) + (v->ne_width == 0);
}

#endif
