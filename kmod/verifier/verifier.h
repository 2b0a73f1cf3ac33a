/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verifier, as its callers see it.
 */
#ifndef XBPF_VERIFIER_H
#define XBPF_VERIFIER_H

#include "vm/vm.h"
#include "vm/map.h"

struct xbpf_report;
struct xbpf_venv;

/**
 * struct xbpf_verify_opts - what the verifier asks of its host
 * @map_get: map of a descriptor as LD_IMM64 carries it, with a reference that
 *	goes to the program on success (prog->maps) and is dropped with @map_put
 *	on failure; ERR_PTR(-EBADF, -EINVAL)
 * @map_get_idx: the same by index into the fd_array of PROG_LOAD
 * @map_put: drops one
 * @prog_map_ok: may @prog use @map (types that do not fit: -EINVAL), NULL: yes
 * @may_call: may the loader use helper @id (capabilities): 0 or -EPERM; NULL: yes
 * @kernel_btf: types of the kernel, which stay; NULL, or returns NULL: none
 * @btf_get_idx: the same of a module by index into the fd_array, NULL: none;
 *	they stay until the verification ends
 * @attach_btf_id: of the kernel's function or tracepoint, for tracing programs
 * @btf: of the program, may be NULL
 * @func_info: checked records (insn_off, type_id), or NULL; on success they are
 *	those of the program as it was rewritten, which may be longer
 * @nr_func_info: how many
 * @line_info: checked records of where instructions come from, or NULL; the same
 * @nr_line_info: how many
 * @allow_ptr_leaks: loader has CAP_PERFMON
 * @report: told why a program is refused (verifier/report.h), when the log shows
 *	instructions; its strings live as long as @btf; may be NULL
 * @max_visits: 0: the standard limit, 1M
 * @max_rounds: of a nest of loops that are verified at once; 0: 8,388,608
 * @skip_walks: of the walks (walk.c) so many are left out, fewer than all. For
 *	tests of those that are rarely needed
 * @observe: called before each instruction that is checked, with the state in
 *	which it is (env->st, env->insn); a walk begins when env->visited is 1.
 *	For tests that look for machine states in none of these; NULL: nobody looks
 * @ctx: the host's
 */
struct xbpf_verify_opts {
	struct xbpf_map *(*map_get)(void *ctx, int fd);
	struct xbpf_map *(*map_get_idx)(void *ctx, u32 idx);
	void (*map_put)(void *ctx, struct xbpf_map *map);
	int (*prog_map_ok)(void *ctx, const struct xbpf_prog *prog,
			   const struct xbpf_map *map);
	int (*may_call)(void *ctx, u32 id, const struct xbpf_helper *helper);
	const struct xbpf_btf *(*kernel_btf)(void *ctx);
	const struct xbpf_btf *(*btf_get_idx)(void *ctx, u32 idx);
	u32 attach_btf_id;
	const struct xbpf_btf *btf;
	struct xbpf_func_info *func_info;
	u32 nr_func_info;
	struct xbpf_line_info *line_info;
	u32 nr_line_info;
	void (*report)(void *ctx, const struct xbpf_report *report);
	int allow_ptr_leaks;
	u32 max_visits;
	u32 max_rounds;
	u32 skip_walks;
	void (*observe)(const struct xbpf_venv *env);
	void *ctx;
};

/**
 * struct xbpf_verify_stats - the cost of one verification
 * @visited: instructions visited
 * @states: states kept at its end, @peak_states: at most
 * @peak_bytes: memory at most
 */
struct xbpf_verify_stats {
	u32 visited;
	u32 states;
	u32 peak_states;
	u64 peak_bytes;
};

/**
 * xbpf_verify - prove that a program is safe, or say why not
 * @prog: ->insns, ->len, ->type ... as loaded; on success ->insns rewritten (maps
 *	resolved to indexes, loops written out: ->len may be larger), ->facts,
 *	->subprogs, ->maps filled
 * @opts: see there
 * @log: may be NULL or of level 0
 * @stats: filled when not NULL, on failure too
 *
 * Context: process context; sleeps; reschedules; ends early with -EINTR when a
 * fatal signal is pending.
 * Return: 0; -EINVAL, -EACCES, -EPERM as bpf(2) for a refused program (the
 * reason is in @log), -E2BIG over the limit, -ENOMEM.
 */
int xbpf_verify(struct xbpf_prog *prog, const struct xbpf_verify_opts *opts,
		struct xbpf_log *log, struct xbpf_verify_stats *stats);

#endif
