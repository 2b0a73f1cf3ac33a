// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verifier: a list of passes.
 *
 * Each pass is a file, which says what it requires and what is true after it.
 * A pass that fails ends the list; what it allocated is freed here.
 */
#include "verifier/priv.h"

static int (* const passes[])(struct xbpf_venv *env) = {
	xbpf_pass_shape,	/* each instruction for itself */
	xbpf_pass_subprogs,	/* subprograms, jumps within them */
	xbpf_pass_attach,	/* the prototype that a context is made of */
	xbpf_pass_maps,		/* descriptors become maps */
	xbpf_pass_globals,	/* functions known by their prototypes */
	xbpf_pass_cfg,		/* basic blocks; all can be reached */
	xbpf_pass_loops,	/* loops, and which lie in which */
	xbpf_pass_live,		/* what may be read later */
	xbpf_pass_walk,		/* every path is safe */
	xbpf_pass_stack,	/* chains of calls fit the stack */
	xbpf_pass_rewrite,	/* facts for those who run it */
};

static int env_init(struct xbpf_venv *env, struct xbpf_prog *prog)
{
	env->prog = prog;
	env->len = prog->len;
	env->max_visits = env->opts->max_visits ?: XBPF_MAX_INSNS;
	env->type = xbpf_prog_type_get(prog->type);
	if (!env->type)
		return xbpf_reject(env, -EINVAL, "unknown program type %u\n",
				   prog->type);
	if (prog->type == XBPF_PROG_TYPE_SYSCALL &&
	    !(prog->flags & XBPF_F_SLEEPABLE))
		return xbpf_reject(env, -EINVAL,
				   "Syscall programs can only be sleepable\n");
	if (!prog->len || prog->len > XBPF_MAX_INSNS)
		return xbpf_reject(env, -E2BIG, "program of %u insns\n",
				   prog->len);
	if (!prog->facts)
		prog->facts = kvcalloc(prog->len, sizeof(*prog->facts),
				       GFP_KERNEL_ACCOUNT);
	env->facts = prog->facts;
	env->op = kvcalloc(prog->len, 1, GFP_KERNEL_ACCOUNT);
	env->ptr_type = kvcalloc(prog->len, 1, GFP_KERNEL_ACCOUNT);
	env->sub = kvcalloc(XBPF_MAX_SUBPROGS, sizeof(*env->sub), GFP_KERNEL_ACCOUNT);
	if (!env->facts || !env->op || !env->ptr_type || !env->sub)
		return -ENOMEM;
	memset(env->facts, 0, prog->len * sizeof(*env->facts));
	return 0;
}

static void env_free(struct xbpf_venv *env)
{
	kvfree(env->op);
	kvfree(env->ptr_type);
	kvfree(env->sub);
	kfree(env->callees_first);
	kvfree(env->block);
	kvfree(env->block_of);
	kvfree(env->slots);
	xbpf_trace_free(env);
	xbpf_explain_free(env);
}

static int run_passes(struct xbpf_venv *env)
{
	u32 i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(passes); i++) {
		env->insn = XBPF_REPORT_NONE;
		err = passes[i](env);
	}
	return err;
}

static int give_maps(struct xbpf_venv *env)
{
	struct xbpf_prog *prog = env->prog;

	if (!env->nr_maps)
		return 0;
	prog->maps = kvcalloc(env->nr_maps, sizeof(*prog->maps), GFP_KERNEL_ACCOUNT);
	if (!prog->maps)
		return -ENOMEM;
	memcpy(prog->maps, env->map, env->nr_maps * sizeof(*prog->maps));
	prog->nr_maps = env->nr_maps;
	return 0;
}

/* On failure the program owns nothing that the verifier gave it. */
static void take_back(struct xbpf_venv *env)
{
	kvfree(env->prog->subprogs);
	env->prog->subprogs = NULL;
	env->prog->nr_subprogs = 0;
	xbpf_maps_put(env);
}

/* The walk has explained what it refused, when it had the states. */
static void explain(struct xbpf_venv *env, int err)
{
	if (!env->report)
		xbpf_explain(env, err);
	if (!env->report)
		return;
	xbpf_report_log(env);
	if (env->opts->report)
		env->opts->report(env->opts->ctx, env->report);
}

static void report(struct xbpf_venv *env, struct xbpf_verify_stats *stats)
{
	u32 visited = env->visited + env->wasted;

	env->prog->verified_insns = visited;
	xbpf_verify_log(env, "processed %u insns (limit %u) ", visited,
			XBPF_MAX_INSNS);
	xbpf_verify_log(env, "max_states_per_insn %u total_states %u ",
			env->max_saved_per_insn, env->total_saved);
	xbpf_verify_log(env, "peak_states %u mark_read %u\n",
			env->peak_saved, 0);
	if (!stats)
		return;
	stats->visited = visited;
	stats->states = env->total_saved;
	stats->peak_states = env->peak_saved;
	stats->peak_bytes = env->peak_bytes;
}

int xbpf_verify(struct xbpf_prog *prog, const struct xbpf_verify_opts *opts,
		struct xbpf_log *log, struct xbpf_verify_stats *stats)
{
	struct xbpf_venv *env = kvzalloc(sizeof(*env), GFP_KERNEL_ACCOUNT);
	int err;

	if (!env)
		return -ENOMEM;
	env->opts = opts;
	env->log = log;
	err = env_init(env, prog);
	if (!err) {
		err = run_passes(env) ?: give_maps(env);
		if (err)
			explain(env, err);
		report(env, stats);
	}
	if (err)
		take_back(env);
	env_free(env);
	kvfree(env);
	return err;
}
