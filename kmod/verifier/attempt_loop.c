// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attempts at loops: all rounds at once.
 *
 * After a few rounds whose states differ in numbers alone, the walk goes on from a
 * state that is weaker in these numbers. If each way back to the head comes with
 * a state that the head's state contains, no round can be unsafe. That the rounds
 * end is shown by a counter: a number that has a name at the head, and that
 * each way back has increased by a constant, or each decreased, of names the
 * same number. At the ends of all rounds it is between two bounds, too close to each
 * other for it to get back to the one by wrapping at the other: so it ends.
 *
 * Trusted: that a round may end at the head, xbpf_loop_meet() with progresses(), and
 * xbpf_loop_end(), which bounds the number of rounds of a nest. They rest on the
 * comparison of states, which while a path is in the loop takes a counter's name
 * for nothing but itself: xbpf_loop_same_rounds(). Not trusted: when and how far states
 * are weakened, and where loops are.
 */
#include "verifier/priv.h"

#define ROUNDS_BEFORE	2	/* that are walked before */
#define MAX_WIDENINGS	12	/* of one attempt */
#define MAX_PATH	256	/* states looked at for earlier rounds */
#define MAX_ROUNDS	(8ULL << 20)	/* of a nest: as many as of bpf_loop() */
#define MAX_NEST	(MAX_PINS / MAX_COUNTERS)	/* all counters are pinned */

struct xbpf_attempt *xbpf_loop_of(const struct xbpf_venv *env, u32 id)
{
	struct xbpf_attempt *a = id ? env->attempt : NULL;

	while (a && a->id != id)
		a = a->next;
	return a;
}

/* Names that numbers of the loops around have: to be taken for themselves. */
u32 xbpf_loop_pins(const struct xbpf_venv *env, u32 loop, u32 *ids)
{
	const struct xbpf_attempt *a;
	u32 i, nr = 0;

	for (a = xbpf_loop_of(env, loop); a; a = xbpf_loop_of(env, a->outer))
		for (i = 0; i < a->nr_counters && nr < MAX_PINS; i++)
			ids[nr++] = a->counter[i].id;
	return nr;
}

/*
 * A state that is not done may stand for another one only in the same attempt at a
 * loop, whose counters are the same numbers then, in the same rounds of callbacks,
 * and if no less was used up of the same budgets: else a way round could be one
 * that ends nothing. At the loop's own head its counters may be other numbers.
 */
int xbpf_loop_same_rounds(const struct xbpf_venv *env,
			  const struct xbpf_saved *old,
			  const struct xbpf_state *st, struct xbpf_idmap *ids)
{
	const struct xbpf_attempt *a = xbpf_loop_of(env, st->loop);
	u32 f, nr, pin[MAX_PINS];

	if (old->loop != st->loop || old->rounds > st->rounds)
		return 0;
	for (f = 0; f < st->nr_frames; f++)
		if ((f && old->callback[f] != st->frame[f]->callback) ||
		    old->budget[f] != st->frame[f]->budget ||
		    old->may_gotos[f] > st->frame[f]->may_gotos)
			return 0;
	nr = xbpf_loop_pins(env, a && a->head == old ? a->outer : st->loop, pin);
	while (nr--)
		if (!xbpf_idmap_add(ids, pin[nr], pin[nr]))
			return 0;
	return 1;
}

/* ---- leaving ---- */

static int is_outside(const struct xbpf_venv *env, const struct xbpf_attempt *a,
		      u32 block)
{
	const struct xbpf_state *st = env->st;

	return st->nr_frames < a->frames ||
	       (st->nr_frames == a->frames &&
		!xbpf_in_loop(env, block, a->block));
}

/* Equal numbers stay equal, what they are made of is forgotten. */
static void forget_names(struct xbpf_venv *env)
{
	struct xbpf_state *st = env->st;
	u32 f, i, j, id, nr = 0, old[16], new[16];
	struct xbpf_reg *reg;

	st->nr_ghosts = 0;
	for_each_reg(st, f, i, reg, {
		if (!(reg->id & XBPF_DEFINED) || reg->type != T_SCALAR)
			continue;
		id = reg->id;
		for (j = 0; j < nr && old[j] != id; j++)
			;
		reg->id = j < nr ? new[j] : 0;
		if (j == nr && nr < ARRAY_SIZE(old)) {
			old[nr] = id;
			reg->id = new[nr++] = ++env->next_id;
		}
	});
}

/**
 * xbpf_loop_leave - is the path out of the loops that it was in?
 * @env: the verification
 * @block: at whose start it is
 */
void xbpf_loop_leave(struct xbpf_venv *env, u32 block)
{
	const struct xbpf_attempt *a;
	u32 was = env->st->loop;

	while ((a = xbpf_loop_of(env, env->st->loop)) &&
	       is_outside(env, a, block))
		env->st->loop = a->outer;
	if (was && !xbpf_names_wanted(env))
		forget_names(env);
}

/* ---- counters ---- */

static void counter_add(struct xbpf_venv *env, struct xbpf_attempt *a,
			struct xbpf_place where, struct xbpf_reg *reg)
{
	reg->id = ++env->next_id;
	if (a->nr_counters == MAX_COUNTERS)
		return;
	a->counter[a->nr_counters++] = (struct xbpf_counter){
		.where = where, .id = reg->id, .step = U64_MAX,
		.umin = U64_MAX, .smin = S64_MAX, .smax = S64_MIN,
	};
}

/* Is the number named after one that counts the rounds of a loop around? */
int xbpf_loop_pinned(const struct xbpf_venv *env, u32 loop, u32 id)
{
	u32 pin[MAX_PINS], nr = xbpf_loop_pins(env, loop, pin);
	u32 base = xbpf_number_sum(env, id).id;

	while (nr--)
		if (pin[nr] == base)
			return 1;
	return 0;
}

static int was_weakened(const struct xbpf_reg *was, const struct xbpf_reg *reg)
{
	return was && was->type == T_SCALAR && reg->type == T_SCALAR &&
	       !xbpf_value_equal(&reg->val, &was->val);
}

/* Numbers that were weakened get names; any of them may be a counter. */
static void name_counters(struct xbpf_venv *env, struct xbpf_attempt *a)
{
	struct xbpf_state *st = env->st;
	struct xbpf_place where;
	struct xbpf_reg *reg;
	u32 f, i;

	a->nr_counters = 0;
	for (f = 0; f < st->nr_frames; f++) {
		for (i = 0; i < FP + st->frame[f]->nr_slots; i++) {
			where.frame = f;
			where.is_slot = i >= FP;
			where.at = i >= FP ? i - FP : i;
			reg = state_cell(st, &where);
			if (was_weakened(state_cell(a->exact, &where), reg) &&
			    !xbpf_loop_pinned(env, a->outer, reg->id))
				counter_add(env, a, where, reg);
		}
	}
}

/* How a round changed it; 0: it does not count. */
static u64 step_of(const struct xbpf_venv *env, const struct xbpf_counter *c,
		   s8 *way)
{
	const struct xbpf_reg *reg = state_cell(env->st, &c->where);
	struct xbpf_sum s;

	if (!reg || reg->type != T_SCALAR || !reg->id)
		return 0;
	s = xbpf_number_sum(env, reg->id);
	if (s.id != c->id)
		return 0;
	*way = (s64)s.c < 0 ? -1 : 1;
	return *way < 0 ? -s.c : s.c;
}

/* From the smallest to the largest that it was, in the better order of numbers. */
static u64 length_of(const struct xbpf_counter *c)
{
	return min(c->umax - c->umin, (u64)c->smax - (u64)c->smin);
}

static void counter_note(struct xbpf_counter *c, const struct xbpf_value *v,
			 u64 step)
{
	c->umin = min(c->umin, v->umin);
	c->umax = max(c->umax, v->umax);
	c->smin = min(c->smin, v->smin);
	c->smax = max(c->smax, v->smax);
	c->step = min(c->step, step);
	c->most = max(c->most, step);
}

/*
 * All ways round have taken it the same way, and no step is so large that it
 * could get from one end of what it was to the other, past the end of all numbers.
 */
static int still_counts(const struct xbpf_venv *env, struct xbpf_counter *c)
{
	s8 way = 0;
	u64 step = step_of(env, c, &way);

	if (!step || (c->way && c->way != way))
		return 0;
	c->way = way;
	counter_note(c, &state_cell(env->st, &c->where)->val, step);
	return c->most <= U64_MAX - length_of(c);
}

/* Which counters has this round brought further, as each before? */
static int progresses(const struct xbpf_venv *env, struct xbpf_attempt *a)
{
	u32 i, nr = 0;

	for (i = 0; i < a->nr_counters; i++)
		if (still_counts(env, &a->counter[i]))
			a->counter[nr++] = a->counter[i];
	a->nr_counters = nr;
	return nr;
}

/* ---- the head again ---- */

/* In the head's own state a name says nothing, unless two cells have it. */
static int head_save(struct xbpf_venv *env, struct xbpf_attempt *a)
{
	u32 nr;
	int err;

	env->st->loop = a->id;
	name_counters(env, a);
	nr = a->nr_counters;
	a->nr_counters = 0;
	err = xbpf_walk_save(env, a->block);
	a->nr_counters = nr;
	if (!err)
		xbpf_attempt_head(env, env->path);
	return err;
}

/* A round came with more than the head's state contains: once more, weaker. */
static int widen_more(struct xbpf_venv *env, struct xbpf_attempt *a)
{
	int err;

	if (a->widenings++ == MAX_WIDENINGS ||
	    !xbpf_state_alike(env, a->head, env->st))
		return -ELOOP;
	while (env->attempt != a)
		xbpf_attempt_drop(env, env->attempt);
	a->nr_counters = 0;
	env->st->nr_ghosts = 0;
	xbpf_state_stretch(env, env->st, a->head, STRETCH_BOUNDS,
			   a->widenings);
	xbpf_walk_back(env, a->head, a->pending);
	xbpf_trace_rewind(env, a->trace_len);
	err = head_save(env, a);
	if (err)
		return err;
	a->exact->loop = a->id;
	err = xbpf_saved_covers(env, a->head, a->exact, COVER_INCLUDES);
	a->exact->loop = a->outer;
	return err ? 0 : -ELOOP;
}

/**
 * xbpf_loop_meet - is a round of the innermost attempt at a loop over?
 * @env: the verification
 * @block: where a loop begins
 *
 * Return: 1 if so, and all is well; 0 if env->st is to be walked from, which may have
 * become weaker and been saved; or an error: the attempt is in vain.
 */
int xbpf_loop_meet(struct xbpf_venv *env, u32 block)
{
	struct xbpf_attempt *a = xbpf_loop_of(env, env->st->loop);

	if (!a || a->block != block ||
	    !xbpf_saved_frames_match(a->head, env->st))
		return 0;
	if (!xbpf_saved_covers(env, a->head, env->st, COVER_INCLUDES))
		return widen_more(env, a);
	if (!progresses(env, a))
		return -ELOOP;
	a->head->target = 1;
	return xbpf_walk_rest(env, a->head->serial);
}

/* ---- the first time ---- */

/* Attempts at loops that the path is in. */
static u32 nest_depth(const struct xbpf_venv *env)
{
	const struct xbpf_attempt *a;
	u32 depth = 0;

	for (a = xbpf_loop_of(env, env->st->loop); a; a = xbpf_loop_of(env, a->outer))
		depth++;
	return depth;
}

/*
 * The state of the round before this one, if enough rounds were walked since the loop
 * was entered.
 */
static const struct xbpf_saved *round_before(const struct xbpf_venv *env,
					     u32 block)
{
	const struct xbpf_saved *s, *last = NULL;
	u32 i, rounds = 0;

	for (s = env->path, i = 0; s && i < MAX_PATH; s = s->path_next, i++) {
		if (s->nr_frames != env->st->nr_frames)
			continue;
		if (s->block != block) {
			if (env->block[s->block].head &&
			    xbpf_in_loop(env, block, s->block))
				return NULL;
			continue;
		}
		if (s->loop != env->st->loop ||
		    !xbpf_saved_frames_match(s, env->st))
			return NULL;
		last = last ?: s;
		if (++rounds == ROUNDS_BEFORE)
			return last;
	}
	return NULL;
}

/**
 * xbpf_loop_begin - try to walk all further rounds at once
 * @env: the verification
 * @block: where a loop begins
 *
 * Return: 1 if env->st was weakened and saved, 0, or an error.
 */
int xbpf_loop_begin(struct xbpf_venv *env, u32 block)
{
	const struct xbpf_saved *like = round_before(env, block);
	struct xbpf_attempt *a;
	int err;

	if (!like || !xbpf_state_alike(env, like, env->st) ||
	    nest_depth(env) == MAX_NEST)
		return 0;
	a = xbpf_attempt_make(env, block);
	if (!a)
		return -ENOMEM;
	if (!xbpf_state_stretch(env, env->st, like, STRETCH_BOUNDS, 0)) {
		swap(env->st, a->exact);
		xbpf_state_free(env, a->exact);
		kfree(a);
		return 0;
	}
	a->id = env->next_attempt + 1;
	a->outer = env->st->loop;
	a->frames = env->st->nr_frames;
	a->inner = 1;
	xbpf_attempt_push(env, a);
	err = head_save(env, a);
	return err ?: 1;
}

/**
 * xbpf_loop_end - is all that the head's state leads to verified, and does it end?
 * @env: the verification
 * @a: the attempt
 *
 * Return: 0, or -ELOOP: there may be more rounds than anybody wants to wait for.
 */
int xbpf_loop_end(struct xbpf_venv *env, struct xbpf_attempt *a)
{
	struct xbpf_attempt *outer = xbpf_loop_of(env, a->outer);
	u64 rounds = a->head->target ? U64_MAX : 1, n;
	u64 most = env->opts->max_rounds ?: MAX_ROUNDS;
	u32 i;

	for (i = 0; a->head->target && i < a->nr_counters; i++) {
		n = length_of(&a->counter[i]) / a->counter[i].step;
		rounds = min(rounds, n > MAX_ROUNDS ? n : n + 2);
	}
	if (rounds > most || rounds * a->inner > most)
		return -ELOOP;
	if (outer)
		outer->inner = max(outer->inner, rounds * a->inner);
	return 0;
}
