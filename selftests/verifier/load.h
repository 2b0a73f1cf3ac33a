/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A verifier test case: the text of a .data file, and one verification of it
 * on the host library.
 */
#ifndef XBPF_TEST_LOAD_H
#define XBPF_TEST_LOAD_H

#include "vm/vm.h"
#include "vm/map.h"
#include "verifier/report.h"
#include "verifier/verifier.h"

#define CASE_MAX_INSNS	4096
#define CASE_MAX_MAPS	8
#define CASE_MAX_LOGS	8
#define CASE_MAX_FUNCS	8
#define CASE_LOG_SIZE	(1 << 20)

/**
 * struct test_case - one file
 * @accept: verdict wanted; otherwise @err
 * @attach_btf_id: of tracing programs
 * @logs: phrases that the log must hold, in this order
 * @max_visits: most visits allowed, 0: any
 * @funcs: @nr_funcs records: labels that are functions of kernel.bpf.c, whose BTF
 *	is the program's then
 * @limit: of visits, 0: the standard one
 * @fail_nth: allocation of the verifier that fails, 0: none
 */
struct test_case {
	u32 prog_type;
	u32 attach_btf_id;
	u32 attach_type;
	u32 flags;
	u32 limit;
	u32 max_visits;
	u32 fail_nth;
	int priv, gpl, no_types;
	int accept, err;
	char *logs[CASE_MAX_LOGS];
	int nr_logs;
	union xbpf_attr maps[CASE_MAX_MAPS];
	const char *contents[CASE_MAX_MAPS];
	struct xbpf_map_fields fields[CASE_MAX_MAPS];
	int nr_maps;
	const char *func_names[CASE_MAX_FUNCS];
	struct xbpf_func_info funcs[CASE_MAX_FUNCS];
	int nr_funcs;
	struct xbpf_insn insns[CASE_MAX_INSNS];
	int len;
};

/* A case out of @text, which must live as long as it; 0 or -1 with a message. */
int case_parse(struct test_case *tc, char *text, const char *name);

/**
 * struct loaded - what a verification left
 * @prog: verified if @err is 0
 * @maps: as the case describes them
 * @failed: an allocation failed on demand
 * @report: why it was refused, when that was reported
 * @funcs: those of the case; the verifier moves them
 */
struct loaded {
	struct xbpf_prog *prog;
	struct xbpf_map *maps[CASE_MAX_MAPS];
	int nr_maps;
	int map_refs;
	struct xbpf_verify_stats stats;
	struct xbpf_log log;
	char *text;
	int err;
	int failed;
	struct xbpf_report *report;
	struct xbpf_func_info *funcs;
};

/* Sees the verifier's states (struct xbpf_verify_opts), when set. */
extern void (*case_observe)(const struct xbpf_venv *env);

/* Maps are made, the program is verified; -1: the maps could not be made. */
int case_load(const struct test_case *tc, struct loaded *l, u32 log_level);
void case_unload(struct loaded *l);

#endif
