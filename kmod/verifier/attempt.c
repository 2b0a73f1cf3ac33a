// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attempts: to verify more at once than the path asks for.
 *
 * Where paths meet for the third time and the states differ in numbers alone,
 * the walk goes on from a weaker state, which most others will be among. If
 * that is refused, the attempt is undone: the walk goes on from the state that
 * it came with, and at this block no further attempt of the kind is made. So
 * nothing is refused that would not have been refused without attempts.
 *
 * What attempts in vain may cost is bounded: then all are undone, and no more are made.
 *
 * Not trusted: to go on from a weaker state, or again from one that the path
 * came with, is never wrong. What was verified to its end in an attempt in vain was
 * verified all the same, and stays.
 */
#include "verifier/priv.h"

#define MAX_ATTEMPTS	64	/* at once: each keeps a state */
#define MIN_WALKED	2	/* times that a block is walked exactly before */
#define WASTE_SHARE	4	/* of the limit may be visited in vain: 1 / that */

/* The innermost one. */
void xbpf_attempt_drop(struct xbpf_venv *env, struct xbpf_attempt *a)
{
	env->attempt = a->next;
	env->nr_attempts--;
	xbpf_state_free(env, a->exact);
	kfree(a);
}

void xbpf_attempts_free(struct xbpf_venv *env)
{
	while (env->attempt)
		xbpf_attempt_drop(env, env->attempt);
}

static int is_wanted(const struct xbpf_venv *env, u32 block)
{
	return env->widen && !env->no_attempts &&
	       env->nr_attempts < MAX_ATTEMPTS &&
	       env->block[block].failed < STRETCH_NEVER;
}

/* A state that was verified, and differs from the one now only in numbers. */
static const struct xbpf_saved *find_alike(const struct xbpf_venv *env,
					   u32 block)
{
	const struct xbpf_saved *s;

	for (s = env->saved[block]; s; s = s->next)
		if (s->done && xbpf_state_alike(env, s, env->st))
			return s;
	return NULL;
}

struct xbpf_attempt *xbpf_attempt_make(struct xbpf_venv *env, u32 block)
{
	struct xbpf_attempt *a = kzalloc(sizeof(*a), GFP_KERNEL_ACCOUNT);

	if (!a)
		return NULL;
	a->exact = xbpf_state_alloc();
	if (!a->exact || xbpf_state_copy(env, a->exact, env->st)) {
		xbpf_state_free(env, a->exact);
		kfree(a);
		return NULL;
	}
	a->block = block;
	a->insn = env->block[block].start;
	a->pending = env->nr_pending;
	a->trace_len = xbpf_trace_len(env);
	a->log_pos = env->log ? env->log->pos : 0;
	a->visited = env->visited;
	return a;
}

void xbpf_attempt_push(struct xbpf_venv *env, struct xbpf_attempt *a)
{
	a->next = env->attempt;
	env->attempt = a;
	env->nr_attempts++;
	env->next_attempt++;
}

/*
 * The innermost loop that the path is in, if it is in one, is under an attempt:
 * then numbers that change from round to round are weak already.
 */
static int in_attempted_loop(const struct xbpf_venv *env, u32 block)
{
	const struct xbpf_state *st = env->st;
	const struct xbpf_attempt *a = xbpf_loop_of(env, st->loop);
	u32 f = st->nr_frames;

	while (f && !env->block[block].loop) {
		if (!--f)
			return 1;
		block = env->block_of[st->frame[f]->callsite];
	}
	return a && a->frames == f && a->block == env->block[block].loop - 1;
}

static int merge_begin(struct xbpf_venv *env, u32 block)
{
	struct xbpf_block *b = &env->block[block];
	const struct xbpf_saved *like;
	struct xbpf_attempt *a;
	int err;

	if (b->walked < MIN_WALKED) {
		b->walked++;
		return 0;
	}
	like = in_attempted_loop(env, block) ? find_alike(env, block) : NULL;
	if (!like)
		return 0;
	a = xbpf_attempt_make(env, block);
	if (!a)
		return -ENOMEM;
	if (!xbpf_state_stretch(env, env->st, like,
				env->st->loop ? STRETCH_JOIN : b->failed, 0)) {
		swap(env->st, a->exact);
		xbpf_state_free(env, a->exact);
		kfree(a);
		return 0;
	}
	xbpf_attempt_push(env, a);
	err = xbpf_walk_save(env, block);
	if (!err)
		xbpf_attempt_head(env, env->path);
	return err ?: 1;
}

/**
 * xbpf_attempt_begin - weaken env->st, if that seems to be of use
 * @env: the verification
 * @block: at whose start no saved state contains env->st
 *
 * Return: 1 if it did, and saved the state; 0, or an error.
 */
int xbpf_attempt_begin(struct xbpf_venv *env, u32 block)
{
	if (!is_wanted(env, block))
		return 0;
	return env->block[block].head ? xbpf_loop_begin(env, block) :
		merge_begin(env, block);
}

/* The state that the attempt of before begins with. */
void xbpf_attempt_head(struct xbpf_venv *env, struct xbpf_saved *head)
{
	head->attempt = 1;
	head->loop_head = env->attempt->id != 0;
	env->attempt->head = head;
}

/* All that the state of the innermost attempt leads to is verified. */
int xbpf_attempt_end(struct xbpf_venv *env)
{
	struct xbpf_attempt *a = env->attempt;
	int err = a->id ? xbpf_loop_end(env, a) : 0;

	if (err)
		return err;
	a->head->attempt = 0;
	xbpf_attempt_drop(env, a);
	return 0;
}

static void undo(struct xbpf_venv *env)
{
	struct xbpf_attempt *a = env->attempt;

	xbpf_walk_back(env, a->head, a->pending);
	swap(env->st, a->exact);
	env->insn = a->insn;
	env->wasted += env->visited - a->visited;
	env->visited = a->visited;
	if (env->log)
		xbpf_log_rewind(env->log, a->log_pos);
	xbpf_trace_rewind(env, a->trace_len);
	env->line = NULL;
	env->block[a->block].failed++;
	xbpf_attempt_drop(env, a);
}

/**
 * xbpf_attempt_undo - a path was refused: was it for an attempt's sake?
 * @env: the verification
 * @err: the refusal
 *
 * Return: 1 if env->st is a state to go on from.
 */
int xbpf_attempt_undo(struct xbpf_venv *env, int err)
{
	if (!env->attempt || err == -ENOMEM || err == -EINTR)
		return 0;
	undo(env);
	if (err != -E2BIG && env->wasted < env->max_visits / WASTE_SHARE)
		return 1;
	env->no_attempts = 1;
	while (env->attempt)
		undo(env);
	return 1;
}
