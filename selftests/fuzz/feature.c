// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the programs that were accepted and run have in them: how far the cases
 * reach. Knows what is said of a program and its states, judges nothing.
 */
#include <stdio.h>

#include "fuzz.h"

static int calls(const struct fuzz_case *c, u32 src, s32 first, s32 last)
{
	u32 i;

	for (i = 0; i < c->len; i++)
		if (c->insns[i].code == (XBPF_JMP | XBPF_CALL) &&
		    c->insns[i].src_reg == src && c->insns[i].imm >= first &&
		    c->insns[i].imm <= last)
			return 1;
	return 0;
}

static int has_type(enum reg_type type)
{
	return record_types >> type & 1;
}

static int has_maps(const struct fuzz_case *c)
{
	return has_type(T_MAP);
}

static int has_values(const struct fuzz_case *c)
{
	return has_type(T_MAP_VALUE);
}

static int has_packets(const struct fuzz_case *c)
{
	return has_type(T_PACKET);
}

static int has_memory(const struct fuzz_case *c)
{
	return has_type(T_MEM);
}

static int has_sockets(const struct fuzz_case *c)
{
	return has_type(T_SOCKET);
}

static int has_callbacks(const struct fuzz_case *c)
{
	return has_type(T_FUNC);
}

static int has_dynptrs(const struct fuzz_case *c)
{
	return calls(c, 0, XBPF_FUNC_dynptr_from_mem, XBPF_FUNC_dynptr_data);
}

static int has_subprogs(const struct fuzz_case *c)
{
	return calls(c, XBPF_PSEUDO_CALL, S32_MIN, S32_MAX);
}

static int has_kfuncs(const struct fuzz_case *c)
{
	return calls(c, XBPF_PSEUDO_KFUNC_CALL, S32_MIN, S32_MAX);
}

static int has_loops(const struct fuzz_case *c)
{
	u32 i, class;

	for (i = 0; i < c->len; i++) {
		class = XBPF_CLASS(c->insns[i].code);
		if ((class == XBPF_JMP || class == XBPF_JMP32) &&
		    c->insns[i].off < 0)
			return 1;
	}
	return 0;
}

static int has_attempts(const struct fuzz_case *c)
{
	return record_loop;
}

static struct {
	const char *name;
	int (*has)(const struct fuzz_case *c);
	u64 cases, runs;
} features[] = {
	{ "maps", has_maps }, { "pointers to values", has_values },
	{ "packets", has_packets }, { "records and slices", has_memory },
	{ "sockets", has_sockets }, { "callbacks", has_callbacks },
	{ "dynptrs", has_dynptrs }, { "subprograms", has_subprogs },
	{ "kfuncs", has_kfuncs }, { "loops", has_loops },
	{ "loops whose rounds were walked at once", has_attempts },
};

void features_note(const struct fuzz_case *c, u64 runs)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(features); i++) {
		if (!features[i].has(c))
			continue;
		features[i].cases++;
		features[i].runs += runs;
	}
}

void features_print(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		printf("# %12llu executions of %9llu programs with %s\n",
		       (unsigned long long)features[i].runs,
		       (unsigned long long)features[i].cases, features[i].name);
}
