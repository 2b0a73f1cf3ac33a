// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pass 7: the walk over paths.
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

#define MAX_SAVED_BYTES	(16 << 20)
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

static void off(struct xbpf_saved **list, struct xbpf_saved *s)
{
	if (s->path_prev)
		s->path_prev->path_next = s->path_next;
	else
		*list = s->path_next;
	if (s->path_next)
		s->path_next->path_prev = s->path_prev;
}

static void onto(struct xbpf_saved **list, struct xbpf_saved *s)
{
	s->path_prev = NULL;
	s->path_next = *list;
	if (*list)
		(*list)->path_prev = s;
	*list = s;
}

/* Takes the state that *@link points to out of its lists, and frees it. */
static void saved_remove(struct xbpf_venv *env, struct xbpf_saved **link)
{
	struct xbpf_saved *s = *link;

	*link = s->next;
	if (s->done != DONE)
		off(s->done ? &env->cond : &env->path, s);
	saved_free(env, s);
}

static u64 memory_of(const struct xbpf_venv *env)
{
	return env->bytes + env->regs.cap * (sizeof(*env->regs.reg) + 2 * sizeof(u32));
}

static int saved_add(struct xbpf_venv *env, u32 block)
{
	struct xbpf_saved *s = xbpf_saved_make(env, env->st);

	if (!s)
		return -ENOMEM;
	s->print = xbpf_state_print(env->st);
	s->pending = env->nr_pending;
	s->serial = ++env->serial;
	s->block = block;
	s->helper_call = env->helper_call;
	s->next = env->saved[block];
	env->saved[block] = s;
	onto(&env->path, s);
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

/* Those that rest on @s rest on what it rests on itself, or are done. */
static void settle(struct xbpf_venv *env, struct xbpf_saved *s)
{
	struct xbpf_saved *c, *next;

	for (c = env->cond; c && c->serial > s->serial; c = next) {
		next = c->path_next;
		if (c->rests < s->serial)
			continue;
		c->rests = s->rests;
		if (c->rests)
			continue;
		off(&env->cond, c);
		c->done = DONE;
	}
}

/* Every path out of @s, the latest state of the path, was verified. */
static void saved_done(struct xbpf_venv *env, struct xbpf_saved *s)
{
	if (s->rests >= s->serial)
		s->rests = 0;
	if (s->target)
		settle(env, s);
	off(&env->path, s);
	s->done = s->rests ? DONE_IF : DONE;
	if (s->rests)
		onto(&env->cond, s);
}

/* The path has ended: states with nothing pending above them are done. */
static int path_close(struct xbpf_venv *env)
{
	struct xbpf_saved *s;
	int err = 0;

	while (!err && (s = env->path) && s->pending >= env->nr_pending) {
		if (s->attempt)
			err = xbpf_attempt_end(env);
		if (!err)
			saved_done(env, s);
	}
	return err;
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

/* All states saved since that of @serial rest on it. */
int xbpf_walk_rest(struct xbpf_venv *env, u32 serial)
{
	struct xbpf_saved *s;

	for (s = env->path; s && s->serial > serial; s = s->path_next)
		s->rests = s->rests ? min(s->rests, serial) : serial;
	return MEET_SEEN;
}

static int rest_on(struct xbpf_venv *env, struct xbpf_saved *s)
{
	s->target = 1;
	return xbpf_walk_rest(env, s->serial);
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

/* Between the two the state became weaker: it was not the program that came back. */
static int was_weakened(const struct xbpf_venv *env, const struct xbpf_saved *s)
{
	return env->attempt && s->serial < env->attempt->head->serial;
}

/*
 * Of a state on this path: equal or not, what lies between is no endless loop, and
 * there is nothing to compare. After another element of an iterator: where that ends
 * is seen where it is asked for.
 */
static int goes_on(const struct xbpf_venv *env, const struct xbpf_saved *s)
{
	return !xbpf_budget_spent(env, s) &&
	       (in_later_round(env, s) || was_weakened(env, s) ||
		s->nexts != env->st->nexts);
}

static int saved_compare(struct xbpf_venv *env, struct xbpf_saved *s, u64 print)
{
	if (s->done == DONE)
		return xbpf_saved_covers(env, s, env->st, COVER_INCLUDES);
	if (s->done == DONE_IF)
		return xbpf_saved_covers(env, s, env->st, COVER_INCLUDES) &&
		       xbpf_walk_rest(env, s->rests);
	if (s->print != print || goes_on(env, s) ||
	    !xbpf_saved_covers(env, s, env->st, COVER_EQUALS))
		return 0;
	if (xbpf_budget_spent(env, s))	/* the budget ends this one */
		return xbpf_saved_covers(env, s, env->st, COVER_INCLUDES) &&
		       rest_on(env, s);
	return xbpf_reject(env, -EINVAL, "infinite loop detected at insn %u\n",
			   env->insn);
}

/* States that did not help often enough go; those that callbacks need stay. */
static int is_useless(const struct xbpf_venv *env, const struct xbpf_saved *s)
{
	u32 misses = s->done ? MISSES_DONE : MISSES_OPEN;

	if (!s->done && (s->helper_call || s->attempt || s->target))
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
	return env->helper_call != ROUND_ANY || xbpf_budget_spent(env, s);
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
 * may_goto, or where an iterator is asked for more. If the state is one that the
 * rounds began with, further rounds bring nothing new; that the rounds end is not the
 * program's business, but that of the helper, the budget or the iterator. It is so of
 * the rounds of one call, or of one iterator, only: an earlier call on the same path
 * is round a loop of the program's own.
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
	if (xbpf_insn_is_iter_next(env, insn))
		return xbpf_iter_round(env, env->st, insn);
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

int xbpf_walk_save(struct xbpf_venv *env, u32 block)
{
	return saved_add(env, block);
}

/* No saved state contains this one: is it to be saved, or weakened? */
static int keep(struct xbpf_venv *env, u32 block)
{
	int begun = env->helper_call ? 0 : xbpf_attempt_begin(env, block);

	if (begun)
		return min(begun, 0);
	if (env->helper_call || save_now(env) ||
	    (env->block[block].head && memory_of(env) < MAX_SAVED_BYTES) ||
	    env->prog->flags & XBPF_F_TEST_STATE_FREQ)
		return saved_add(env, block);
	return MEET_GO_ON;
}

static int paths_meet(struct xbpf_venv *env, u32 block)
{
	u32 serial = env->serial;
	int err = 0;

	env->helper_call = round_number(env, env->block[block].start);
	env->from_callback = 0;
	xbpf_state_clean(env, env->st, block);
	if (env->helper_call)
		err = round_over(env, block);
	else if (env->block[block].head)
		err = xbpf_loop_meet(env, block);
	if (err || env->serial != serial)
		return err;
	return saved_find(env, block) ?: keep(env, block);
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

/* All but the first @nr that were queued. */
static void pending_free(struct xbpf_venv *env, u32 nr)
{
	struct xbpf_pending *p;

	for (; env->nr_pending > nr; env->nr_pending--) {
		p = env->pending;
		env->pending = p->next;
		xbpf_state_free(env, p->st);
		kfree(p);
	}
}

void xbpf_walk_back(struct xbpf_venv *env, struct xbpf_saved *head, u32 pending)
{
	struct xbpf_saved *s;

	pending_free(env, pending);
	while ((s = env->cond) && s->serial > head->serial)
		saved_withdraw(env, s);
	do {
		s = env->path;
		saved_withdraw(env, s);
	} while (s != head);
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

/*
 * Inside of a loop that is attempted the ways round are walked before those out, so
 * that less is in vain if the attempt is.
 */
static int leaves_loop(const struct xbpf_venv *env, const struct xbpf_step *step)
{
	const struct xbpf_attempt *a = xbpf_loop_of(env, env->st->loop);

	return a && env->st->nr_frames == a->frames &&
	       !xbpf_in_loop(env, env->block_of[step->next], a->block) &&
	       xbpf_in_loop(env, env->block_of[step->other], a->block);
}

static int take_step(struct xbpf_venv *env, struct xbpf_step *step)
{
	int err = 0;

	if (step->kind == STEP_FORK && leaves_loop(env, step)) {
		swap(env->st, env->fork);
		swap(step->next, step->other);
	}
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

		if (b->start == env->insn && env->st->loop)
			xbpf_loop_leave(env, env->block_of[env->insn]);
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

/* A limit, a signal or memory: nothing that a second walk could mend. */
static int is_final(int err)
{
	return !err || err == -E2BIG || err == -ENOMEM || err == -EINTR;
}

static int walk_all(struct xbpf_venv *env)
{
	int err;

	for (;;) {
		err = walk_path(env) ?: path_close(env);
		if (err && xbpf_attempt_undo(env, err))
			continue;
		if (err)
			return err;
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
	u32 i;

	for (i = 0; i < env->nr_blocks; i++) {
		env->block[i].walked = 0;
		env->block[i].failed = 0;
	}
	env->insn = 0;
	env->next_id = 0;
	env->next_budget = 0;
	env->serial = 0;
	env->next_attempt = 0;
	if (xbpf_numbers_init(env))
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
	pending_free(env, 0);
	xbpf_attempts_free(env);
	xbpf_state_free(env, env->fork);
	xbpf_state_free(env, env->st);
	env->fork = NULL;
	env->st = NULL;
	xbpf_env_free_spare(env);
	xbpf_numbers_free(env);
	xbpf_reg_table_free(&env->regs);
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
	env->prog->max_tp_access = 0;
	env->nr_async = 0;
	env->visited = 0;
	env->wasted = 0;
}

/* Could the next walk end otherwise than one that was refused? */
static int is_worth_it(const struct xbpf_venv *env, enum precision next)
{
	return next == NUMBERS_RELATED ? env->unnamed : env->widened;
}

/* Attempts may cost more than they save: a limit that was met counts without them. */
static int walk_as_is(struct xbpf_venv *env, u64 log_pos)
{
	int err;

	env->no_attempts = 0;
	err = walk_once(env);
	if (err != -E2BIG || !env->next_attempt)
		return err;
	if (env->log)
		xbpf_log_rewind(env->log, log_pos);
	forget_facts(env);
	env->no_attempts = 1;
	return walk_once(env);
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
		err = walk_as_is(env, log_pos);
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
