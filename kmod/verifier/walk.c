// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pass 6: the walk over paths.
 *
 * Requires blocks and liveness. Depth first: at a branch one edge is followed,
 * the other waits. Where paths meet, the state is cleaned and compared with
 * those seen there: a path ends when its state was verified before. States are
 * usable once everything that follows them was verified, so that the argument
 * "seen before" never goes in a circle; a state that returns to itself on one
 * path is an endless loop.
 *
 * Knows order, limits and memory. What an instruction means is insn.c.
 */
#include "verifier/priv.h"

#define MAX_SAVED_BYTES	(32 << 20)
#define SAVE_INSNS	2	/* instructions between two that are kept */
#define MISSES_DONE	8	/* comparisons in vain before a state goes */
#define MISSES_OPEN	64

struct xbpf_pending {
	struct xbpf_pending *next;
	struct xbpf_state *st;
	u32 insn;
	u32 trace_len;
	u64 log_pos;
};

/* ---- saved states ---- */

static void saved_free(struct xbpf_venv *env, struct xbpf_saved *s)
{
	env->bytes -= s->bytes;
	env->nr_saved--;
	kfree(s);
}

static void path_remove(struct xbpf_venv *env, struct xbpf_saved *s)
{
	if (s->path_prev)
		s->path_prev->path_next = s->path_next;
	else
		env->path = s->path_next;
	if (s->path_next)
		s->path_next->path_prev = s->path_prev;
}

static void path_add(struct xbpf_venv *env, struct xbpf_saved *s)
{
	s->path_next = env->path;
	if (env->path)
		env->path->path_prev = s;
	env->path = s;
}

/* Takes the state that *@link points to out of its lists, and frees it. */
static void saved_remove(struct xbpf_venv *env, struct xbpf_saved **link)
{
	struct xbpf_saved *s = *link;

	*link = s->next;
	if (!s->done)
		path_remove(env, s);
	saved_free(env, s);
}

static u64 memory_of(const struct xbpf_venv *env)
{
	return env->bytes + env->values.cap * (sizeof(*env->values.val) +
					       2 * sizeof(u32));
}

static int saved_add(struct xbpf_venv *env, u32 block)
{
	struct xbpf_saved *s = xbpf_saved_make(env, env->st);

	if (!s)
		return -ENOMEM;
	s->print = xbpf_state_print(env->st);
	s->pending = env->nr_pending;
	s->block = block;
	s->helper_call = env->helper_call;
	s->next = env->saved[block];
	env->saved[block] = s;
	path_add(env, s);
	env->bytes += s->bytes;
	env->nr_saved++;
	env->total_saved++;
	env->peak_saved = max(env->peak_saved, env->nr_saved);
	env->peak_bytes = max(env->peak_bytes, memory_of(env));
	env->since_saved = 0;
	return 0;
}

static void saved_withdraw(struct xbpf_venv *env, struct xbpf_saved *s)
{
	struct xbpf_saved **link = &env->saved[s->block];

	while (*link != s)
		link = &(*link)->next;
	saved_remove(env, link);
}

/* The path has ended: states with nothing pending above them are done. */
static void path_close(struct xbpf_venv *env)
{
	struct xbpf_saved *s;

	while ((s = env->path) && s->pending >= env->nr_pending) {
		if (s->tainted) {
			saved_withdraw(env, s);
			continue;
		}
		path_remove(env, s);
		s->done = 1;
	}
}

static void saved_free_all(struct xbpf_venv *env)
{
	u32 i;

	for (i = 0; env->saved && i < env->nr_blocks; i++)
		while (env->saved[i])
			saved_remove(env, &env->saved[i]);
	kvfree(env->saved);
	env->saved = NULL;
}

/* ---- where paths meet ---- */

enum meet { MEET_GO_ON, MEET_SEEN };

/* All states since @first rest on it: they say nothing once it is gone. */
static int rest_on(struct xbpf_venv *env, const struct xbpf_saved *first)
{
	struct xbpf_saved *s;

	for (s = env->path; s != first; s = s->path_next)
		s->tainted = 1;
	return MEET_SEEN;
}

/*
 * In a callback, or at its call, a state may come again in a later round, of which
 * there are not endlessly many. Where the rounds end is seen where they begin:
 * round_over().
 */
static int in_later_round(const struct xbpf_venv *env,
			  const struct xbpf_saved *s)
{
	const struct xbpf_state *st = env->st;
	u32 f;

	if (st->rounds == s->rounds)
		return 0;
	for (f = 1; f < st->nr_frames; f++)
		if (st->frame[f]->callback)
			return 1;
	return env->helper_call && env->helper_call != ROUND_ANY &&
	       env->helper_call == s->helper_call;
}

static int saved_compare(struct xbpf_venv *env, struct xbpf_saved *s, u64 print)
{
	if (s->done)
		return xbpf_saved_covers(env, s, env->st, COVER_INCLUDES);
	if (s->print != print ||
	    !xbpf_saved_covers(env, s, env->st, COVER_EQUALS))
		return 0;
	if (s->may_gotos != env->st->may_gotos)
		return rest_on(env, s);		/* the budget ends this one */
	if (in_later_round(env, s))
		return 0;
	return xbpf_reject(env, -EINVAL, "infinite loop detected at insn %u\n",
			   env->insn);
}

/* States that did not help often enough go; those that callbacks need stay. */
static int is_useless(const struct xbpf_venv *env, const struct xbpf_saved *s)
{
	u32 misses = s->done ? MISSES_DONE : MISSES_OPEN;

	if (!s->done && s->helper_call)
		return 0;
	return s->misses > (s->hits + 1) * misses;
}

static int saved_find(struct xbpf_venv *env, u32 block)
{
	struct xbpf_saved **link = &env->saved[block], *s;
	u64 print = xbpf_state_print(env->st);
	u32 nr = 0;
	int found;

	while ((s = *link)) {
		nr++;
		found = saved_compare(env, s, print);
		if (found < 0)
			return found;
		if (found) {
			s->hits = min(s->hits + 1, 1000);
			return MEET_SEEN;
		}
		s->misses = min(s->misses + 1, 60000);
		if (is_useless(env, s))
			saved_remove(env, link);
		else
			link = &s->next;
	}
	env->max_saved_per_insn = max(env->max_saved_per_insn, nr);
	return MEET_GO_ON;
}

/*
 * Did a round cost something that ends them? Of may_goto the way out costs
 * nothing, and may lead back.
 */
static int round_costs(const struct xbpf_venv *env, const struct xbpf_saved *s)
{
	return env->helper_call != ROUND_ANY ||
	       s->may_gotos != env->st->may_gotos;
}

/* The next state of the path, from @s on, at which a round of these began. */
static struct xbpf_saved *round_before(const struct xbpf_venv *env,
				       struct xbpf_saved *s, u32 block)
{
	while (s && (s->helper_call != env->helper_call || s->block != block ||
		     !round_costs(env, s) ||
		     !xbpf_saved_frames_match(s, env->st)))
		s = s->path_next;
	return s;
}

/*
 * A round is over: a callback returned to its call, or the path is back at a
 * may_goto. If the state is one that the rounds began with, further rounds bring
 * nothing new; that the rounds end is not the program's business, but that of the
 * helper or the budget. It is so of the rounds of one call only: an earlier call
 * on the same path is round a loop of the program's own.
 */
static int round_over(struct xbpf_venv *env, u32 block)
{
	struct xbpf_saved *s = round_before(env, env->path, block);

	if (!s)
		return MEET_GO_ON;
	if (env->widen || env->helper_call != ROUND_ANY)
		xbpf_state_widen(env, env->st, s);
	for (; s; s = round_before(env, s->path_next, block))
		if (xbpf_saved_covers(env, s, env->st, COVER_INCLUDES))
			return rest_on(env, s);
	return MEET_GO_ON;
}

/* The number of the rounds that begin at @insn, 0: none do. */
static u32 round_number(struct xbpf_venv *env, u32 insn)
{
	if (xbpf_insn_calls_back(env, insn))
		return env->from_callback ?: ++env->nr_helper_calls;
	return xbpf_insn_begins_round(env, insn) ? ROUND_ANY : 0;
}

/*
 * The fuller the memory, the longer the way between two states, so that there
 * is some left for the end of a program, where paths meet most.
 */
static int save_now(const struct xbpf_venv *env)
{
	u64 full = memory_of(env);

	if (full > MAX_SAVED_BYTES)
		return 0;
	return env->since_saved >=
	       SAVE_INSNS << (full / (MAX_SAVED_BYTES / 4));
}

static int paths_meet(struct xbpf_venv *env, u32 block)
{
	int err;

	env->helper_call = round_number(env, env->block[block].start);
	env->from_callback = 0;
	xbpf_state_clean(env, env->st, block);
	err = env->helper_call ? round_over(env, block) : 0;
	err = err ?: saved_find(env, block);
	if (err)
		return err;
	if (env->helper_call ||
	    env->prog->flags & XBPF_F_TEST_STATE_FREQ)
		return saved_add(env, block);
	return save_now(env) ? saved_add(env, block) : MEET_GO_ON;
}

/* ---- branches that wait ---- */

/* Queues env->fork at @insn. */
static int pending_push(struct xbpf_venv *env, u32 insn)
{
	struct xbpf_pending *p;

	if (env->nr_pending == MAX_PENDING)
		return xbpf_reject(env, -E2BIG,
				   "The sequence of %u jumps is too complex.\n",
				   MAX_PENDING);
	p = kmalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
	if (!p)
		return -ENOMEM;
	p->st = env->fork;
	p->insn = insn;
	p->trace_len = xbpf_trace_len(env);
	p->log_pos = env->log ? env->log->pos : 0;
	p->next = env->pending;
	env->pending = p;
	env->nr_pending++;
	env->fork = NULL;
	return 0;
}

/* The state of the path that ended becomes the spare one. */
static void pending_pop(struct xbpf_venv *env)
{
	struct xbpf_pending *p = env->pending;

	if (env->fork)
		xbpf_state_free(env, env->st);
	else
		env->fork = env->st;
	env->st = p->st;
	env->insn = p->insn;
	if (env->log && env->log->level & 1 && !(env->log->level & 2))
		xbpf_log_rewind(env->log, p->log_pos);
	xbpf_trace_rewind(env, p->trace_len);
	env->line = NULL;
	env->pending = p->next;
	env->nr_pending--;
	kfree(p);
}

static void pending_free_all(struct xbpf_venv *env)
{
	struct xbpf_pending *p;

	while ((p = env->pending)) {
		env->pending = p->next;
		xbpf_state_free(env, p->st);
		kfree(p);
	}
	env->nr_pending = 0;
}

/* ---- the walk ---- */

static int log_wanted(const struct xbpf_venv *env)
{
	return env->log && env->log->level & LOG_INSNS;
}

static int check_limits(struct xbpf_venv *env)
{
	if (++env->visited > env->max_visits)
		return xbpf_reject(env, -E2BIG,
				   "BPF program is too large. Processed %u insn\n",
				   env->visited);
	if (env->visited % 1024)
		return 0;
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static int check_insn(struct xbpf_venv *env, struct xbpf_step *step)
{
	int err;

	env->facts[env->insn].flags |= XBPF_FACT_SEEN;
	env->since_saved++;
	if (env->opts->observe)
		env->opts->observe(env);
	if (log_wanted(env))
		xbpf_insn_log(env);
	xbpf_trace_begin(env);
	err = xbpf_insn_check(env, env->st, step);
	if (err || env->no_memory)
		return err ?: -ENOMEM;
	xbpf_trace_end(env, step);
	if (log_wanted(env))
		xbpf_insn_log_result(env, env->st);
	return 0;
}

static int take_step(struct xbpf_venv *env, const struct xbpf_step *step)
{
	int err = 0;

	if (step->kind == STEP_FORK)
		err = pending_push(env, step->other);
	env->insn = step->next;
	return err;
}

/* From env->insn to the end of the path. */
static int walk_path(struct xbpf_venv *env)
{
	struct xbpf_step step = { 0 };
	int err;

	do {
		const struct xbpf_block *b =
			&env->block[env->block_of[env->insn]];

		if (b->start == env->insn && b->prune) {
			err = paths_meet(env, env->block_of[env->insn]);
			if (err == MEET_SEEN && log_wanted(env))
				xbpf_verify_log(env, "%u: safe\n", env->insn);
			if (err)
				return err < 0 ? err : 0;
		}
		err = check_limits(env) ?: check_insn(env, &step);
		if (err)
			return err;
		if (step.kind == STEP_END)
			return 0;
		err = take_step(env, &step);
	} while (!err);
	return err;
}

static int walk_all(struct xbpf_venv *env)
{
	int err;

	for (;;) {
		err = walk_path(env);
		if (err)
			return err;
		path_close(env);
		if (!env->pending)
			return 0;
		pending_pop(env);
		if (log_wanted(env)) {
			xbpf_verify_log(env, "\nfrom a branch to %u:",
					env->insn);
			xbpf_state_log(env, env->st);
		}
	}
}

/* A callback that runs later; it may set others. */
static int walk_async(struct xbpf_venv *env, u32 i)
{
	int err = xbpf_async_begin(env, i);

	if (!err && log_wanted(env)) {
		xbpf_verify_log(env, "\nasync callback at %u:", env->insn);
		xbpf_state_log(env, env->st);
	}
	return err ?: walk_all(env);
}

/* The body of a global function, of which no more than its prototype is known. */
static int walk_global(struct xbpf_venv *env, u32 sub)
{
	const char *name = env->sub[sub].name;
	int err = xbpf_global_begin(env, sub);

	if (!err && log_wanted(env)) {
		xbpf_verify_log(env, "Validating %s() func#%u...\n%u:", name,
				sub, env->insn);
		xbpf_state_log(env, env->st);
	}
	err = err ?: walk_all(env);
	if (!err && log_wanted(env))
		xbpf_verify_log(env,
				"Func#%u ('%s') is safe for any args that match its prototype\n",
				sub, name);
	return err;
}

/* What runs later or elsewhere, which may set and call more of the kind. */
static int walk_others(struct xbpf_venv *env)
{
	int err = 0, sub;
	u32 i = 0;

	while (!err) {
		sub = xbpf_global_next(env);
		if (sub >= 0)
			err = walk_global(env, sub);
		else if (i < env->nr_async)
			err = walk_async(env, i++);
		else
			break;
	}
	return err;
}

static int walk_begin(struct xbpf_venv *env)
{
	env->insn = 0;
	env->next_id = 0;
	if (env->precision >= NUMBERS_RELATED && xbpf_numbers_init(env))
		return -ENOMEM;
	env->saved = kvcalloc(env->nr_blocks, sizeof(*env->saved), GFP_KERNEL_ACCOUNT);
	env->st = xbpf_state_alloc();
	if (!env->saved || !env->st)
		return -ENOMEM;
	if (xbpf_frame_push(env, env->st, 0, 0))
		return -ENOMEM;
	xbpf_reg_set_pointer(&state_regs(env->st)[XBPF_REG_1], T_CTX);
	xbpf_trace_start(env);
	env->line = NULL;
	if (log_wanted(env)) {
		xbpf_verify_log(env, "0:");
		xbpf_state_log(env, env->st);
	}
	return 0;
}

static void walk_end(struct xbpf_venv *env)
{
	saved_free_all(env);
	pending_free_all(env);
	xbpf_state_free(env, env->fork);
	xbpf_state_free(env, env->st);
	env->fork = NULL;
	env->st = NULL;
	xbpf_env_free_spare(env);
	xbpf_numbers_free(env);
	xbpf_values_free(&env->values);
}

static int walk_once(struct xbpf_venv *env)
{
	int err = walk_begin(env) ?: walk_all(env) ?: walk_others(env);

	if (err)
		xbpf_explain(env, err);
	walk_end(env);
	return err;
}

static void forget_facts(struct xbpf_venv *env)
{
	u32 i;

	memset(env->facts, 0, env->len * sizeof(*env->facts));
	memset(env->ptr_type, 0, env->len);
	for (i = 0; i < env->nr_subs; i++) {
		env->sub[i].stack = 0;
		env->sub[i].called = 0;
		env->sub[i].walked = 0;
	}
	env->prog->max_ctx = 0;
	env->nr_async = 0;
	env->visited = 0;
}

/* A limit, a signal or memory: nothing that a second walk could mend. */
static int is_final(int err)
{
	return !err || err == -E2BIG || err == -ENOMEM || err == -EINTR;
}

/* Could the next walk end otherwise than one that was refused? */
static int is_worth_it(const struct xbpf_venv *env, enum precision next)
{
	return next == NUMBERS_RELATED ? env->unnamed : env->widened;
}

/*
 * First forgetting numbers that seem irrelevant; if that goes wrong, also with
 * what numbers say of each other; then once more forgetting nothing.
 */
static int walk_more_exactly(struct xbpf_venv *env)
{
	u64 log_pos = env->log ? env->log->pos : 0;
	enum precision first = env->opts->skip_walks, p;
	int err = 0;

	for (p = first; p < NR_PRECISIONS; p++) {
		if (p > first) {
			if (!is_worth_it(env, p))
				continue;
			if (env->log)
				xbpf_log_rewind(env->log, log_pos);
		}
		forget_facts(env);
		env->precision = p;
		env->widen = p < NUMBERS_EXACT;
		err = walk_once(env);
		if (is_final(err))
			break;
	}
	return err;
}

/* The same with global functions walked at their calls, and nothing said. */
static int walk_globals(struct xbpf_venv *env)
{
	struct xbpf_report *report = env->report;
	struct xbpf_trace *trace = env->trace;
	struct xbpf_log *log = env->log;
	int err;

	env->report = NULL;
	env->trace = NULL;
	env->log = NULL;
	env->walk_globals = 1;
	err = walk_more_exactly(env);
	env->report = report;
	env->trace = trace;
	env->log = log;
	return err;
}

/**
 * xbpf_pass_walk - is every path safe?
 * @env: the verification
 *
 * Where the prototypes of global functions do not tell enough, what their callers
 * pass may: walked at their calls they are like static ones. Of a program that is
 * refused both ways, the first reason is told: the one that Linux has.
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_pass_walk(struct xbpf_venv *env)
{
	u64 log_pos = env->log ? env->log->pos : 0;
	int err = walk_more_exactly(env), other;
	u32 visited = env->visited;

	if (is_final(err) || !env->globals_met)
		return err;
	other = walk_globals(env);
	if (other == -ENOMEM || other == -EINTR)
		return other;
	if (other) {
		env->visited = visited;
		return err;
	}
	if (!xbpf_log_wanted(env->log))
		return 0;
	xbpf_explain_free(env);
	xbpf_log_rewind(env->log, log_pos);
	return walk_more_exactly(env);
}
