/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Slices of a path: slice.c.
 */
#ifndef XBPF_VERIFIER_SLICE_H
#define XBPF_VERIFIER_SLICE_H

#include "verifier/explain.h"

#define XBPF_SLICE_MAX	12

/**
 * struct xbpf_slice_step - an instruction that had a part in a value
 * @entry: which
 * @consumer: the step that took its result, -1: the refused instruction
 * @times: in how many rounds of a loop
 */
struct xbpf_slice_step {
	const struct xbpf_trace_entry *entry;
	int consumer;
	u32 times;
};

/**
 * struct xbpf_slice - what made a value
 * @nr: steps, the newest first
 * @more: there were more
 */
struct xbpf_slice {
	u32 nr;
	int more;
	struct xbpf_slice_step step[XBPF_SLICE_MAX];
};

void xbpf_slice_find(const struct xbpf_venv *env, struct xbpf_slice *slice,
		     u8 frame, u8 reg, u8 slot);

#endif
