/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A counter that a callback keeps
 *
 * The callback is looked at until nothing new comes of it, however often it is called: of
 * what it changes from round to round the verifier forgets the number.
 */
#include "gallery.h"

struct state {
	struct slots *s;
	unsigned long n;
};

static int count(__u32 i, struct state *state)
{
	state->s->slot[state->n++] = i;
	return 0;
}

static int count_checked(__u32 i, struct state *state)
{
	if (state->n >= NR_SLOTS)
		return 1;
	state->s->slot[state->n++] = i;
	return 0;
}

SEC("kprobe/f")
int wrong(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct state state = { bpf_map_lookup_elem(&slots, &key), 0 };

	if (state.s)
		bpf_loop(NR_SLOTS, count, &state, 0);
	return 0;
}

SEC("kprobe/f")
int right(struct pt_regs *ctx)
{
	__u32 key = 1;
	struct state state = { bpf_map_lookup_elem(&slots, &key), 0 };

	if (state.s)
		bpf_loop(NR_SLOTS, count_checked, &state, 0);
	return 0;
}
