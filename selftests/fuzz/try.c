// SPDX-License-Identifier: GPL-2.0-only
/*
 * One case: verified, and if it is accepted, run on many inputs.
 */
#include <stdio.h>

#include "fuzz.h"
#include "verifier/types.h"

#define MAX_VISITS	6000
#define MAX_STEPS	4000	/* of one run */
#define CASE_STEPS	60000	/* of all runs of a case */
#define MAX_ROUNDS	2000	/* of a nest of loops */
#define ENDLESS		4000000	/* steps of what has no callbacks */

struct fuzz_stats fuzz_stats;
u32 fuzz_runs = 64;

static const struct fuzz_case *the_case;

static struct xbpf_map *map_get(void *ctx, int fd)
{
	if (fd < 0 || fd >= the_case->nr_maps)
		return ERR_PTR(-EBADF);
	return world_map(&the_case->maps[fd]);
}

static void map_put(void *ctx, struct xbpf_map *map)
{
}

static const struct xbpf_btf *kernel_btf(void *ctx)
{
	return test_types();
}

/* Of kfuncs there are the iterators over numbers. */
static int may_call(void *ctx, u32 id, const struct xbpf_helper *helper)
{
	return id < XBPF_KFUNC_FIRST || xbpf_iter_find(id) == XBPF_ITER_num ?
		0 : -EPERM;
}

void (*fuzz_observe)(const struct xbpf_venv *env) = record_observe;

static struct xbpf_prog *verify(const struct fuzz_case *c)
{
	const struct xbpf_verify_opts opts = {
		.map_get = map_get, .map_put = map_put,
		.kernel_btf = kernel_btf, .may_call = may_call,
		.allow_ptr_leaks = c->priv, .max_visits = MAX_VISITS,
		.max_rounds = MAX_ROUNDS,
		.skip_walks = c->walk, .observe = fuzz_observe,
	};
	struct xbpf_prog *prog = xbpf_prog_alloc(c->len);

	if (!prog)
		return NULL;
	the_case = c;
	memcpy(prog->insns, c->insns, c->len * sizeof(*c->insns));
	prog->type = c->prog_type;
	prog->flags = c->flags;
	prog->gpl_compatible = 1;
	if (c->prog_type == XBPF_PROG_TYPE_CGROUP_SKB)
		prog->expected_attach_type = XBPF_CGROUP_INET_INGRESS;
	if (!xbpf_verify(prog, &opts, NULL, NULL) &&
	    prog->max_tp_access <= WORLD_BUFFER && !xbpf_prog_decode(prog))
		return prog;
	xbpf_prog_free(prog);
	return NULL;
}

/* The inputs of a case depend on nothing but the case. */
static void seed_inputs(const struct fuzz_case *c)
{
	u64 hash = 0xcbf29ce484222325ULL;
	const u8 *bytes = (const u8 *)c->insns;
	u32 i;

	for (i = 0; i < c->len * sizeof(*c->insns); i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	fuzz_seed = hash | 1;
}

static int calls_back(const struct xbpf_prog *prog)
{
	return !!prog->callbacks;
}

/*
 * Programs without callbacks end soon: the verifier has walked their loops, or has
 * seen that they have few rounds.
 */
static enum run_end run_once(const struct fuzz_case *c, struct xbpf_prog *prog)
{
	enum run_end end = oracle_run(prog, MAX_STEPS);

	if (end != RUN_CUT || calls_back(prog))
		return end;
	world_begin_run(c, prog);
	if (oracle_run(prog, ENDLESS) != RUN_CUT)
		return RUN_CUT;
	strscpy(oracle_reason, "it does not end", sizeof(oracle_reason));
	return RUN_WRONG;
}

static enum run_end run_all(const struct fuzz_case *c, struct xbpf_prog *prog)
{
	enum run_end end = RUN_DONE;
	u32 i, steps = 0;

	world_begin_case(c, prog);
	for (i = 0; i < fuzz_runs && steps < CASE_STEPS; i++) {
		world_begin_run(c, prog);
		end = run_once(c, prog);
		steps += oracle_steps;
		if (end == RUN_WRONG)
			break;
		fuzz_stats.runs += end == RUN_DONE;
		fuzz_stats.cut += end == RUN_CUT;
	}
	fuzz_stats.steps += steps;
	return end;
}

int case_accepted(const struct fuzz_case *c)
{
	struct xbpf_prog *prog = verify(c);

	if (prog)
		xbpf_prog_free(prog);
	return !!prog;
}

static int try_once(const struct fuzz_case *c)
{
	struct xbpf_prog *prog = verify(c);
	enum run_end end = RUN_DONE;
	u64 seed = fuzz_seed, runs = fuzz_stats.runs;

	fuzz_stats.cases++;
	if (!prog)
		return 0;
	fuzz_stats.states += nr_records;
	fuzz_stats.too_big += record_full;
	if (!record_full) {
		fuzz_stats.accepted++;
		seed_inputs(c);
		end = run_all(c, prog);
		fuzz_seed = seed;
		features_note(c, fuzz_stats.runs - runs);
	}
	xbpf_prog_free(prog);
	return end == RUN_WRONG ? -1 : !record_full;
}

int try_quietly(const struct fuzz_case *c)
{
	return try_once(c);
}

int try_case(const struct fuzz_case *c)
{
	int ret = try_once(c);

	if (ret < 0) {
		printf("# counterexample: %s\n", oracle_reason);
		case_print(c);
	}
	return ret;
}

static int shorten(struct fuzz_case *c, u32 at)
{
	struct fuzz_case smaller = *c;

	case_remove(&smaller, at);
	if (smaller.len == c->len || try_once(&smaller) >= 0)
		return 0;
	*c = smaller;
	return 1;
}

void case_minimise(struct fuzz_case *c)
{
	u32 i, changed;

	do {
		changed = 0;
		for (i = c->len; i--; )
			if (i < c->len)
				changed += shorten(c, i);
	} while (changed);
}
