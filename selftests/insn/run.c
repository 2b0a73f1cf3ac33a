// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the .data files beside this one (data.c has their format):
 *
 *	run [BACKEND...] [FILE...]
 *
 * Backends are host-interp, host-jit (these two by default), device-interp and
 * device-jit. Without files it takes all of selftests/insn, and checks that each
 * row of the instruction table has a file that is named like it and executes it.
 */
#include <glob.h>
#include "insn_test.h"
#include "unit/unit.h"

static const struct backend *const backends[] = {
	&host_interp, &host_jit, &device_interp, &device_jit,
};

/**
 * struct suite - what is to be run
 * @wanted: bit mask of backends
 * @name: of the present file, without directory and suffix
 * @number: of the present test in its file
 * @op: the row that the present file is named after, or -1
 * @op_seen: it occurs in the file
 */
struct suite {
	u32 wanted;
	char name[64];
	int number;
	int op;
	int op_seen;
};

/* Rows that no program of a .data file can contain. */
static int is_exempt(const struct xbpf_op_info *op)
{
	/* made by decoding; calls into a kernel */
	return op->sel == XBPF_SEL_NEVER || op->oper == XBPF_OPER_KFUNC;
}

static void row_file_name(int op, char *name, size_t size)
{
	char *c;

	strscpy(name, xbpf_op_info[op].name, size);
	for (c = name; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
}

static int row_of_file(const char *file)
{
	char name[64];
	int op;

	for (op = 0; op < XBPF_NR_OPS; op++) {
		row_file_name(op, name, sizeof(name));
		if (!strcmp(name, file))
			return op;
	}
	return -1;
}

static int contains(const struct test *test, int op)
{
	u32 i;

	for (i = 0; i < test->len; i++) {
		if (xbpf_op_find(&test->insns[i]) == op)
			return 1;
		if (xbpf_op_find(&test->insns[i]) == XBPF_OP_LD_IMM64)
			i++;
	}
	return 0;
}

static void run_test(const struct test *test, struct suite *suite,
		     const struct backend *backend)
{
	char text[160], why[160] = "";
	u64 r0 = 0;

	scnprintf(text, sizeof(text), "%s %s %d", backend->name, suite->name,
		  suite->number);
	switch (backend->run(test, &r0, why, sizeof(why))) {
	case RUN_DONE:
		is(r0, test->result, "%s", text);
		break;
	case RUN_FAILED:
		ok(0, "%s", text);
		diag("%s", why);
		break;
	case RUN_SKIPPED:
		skip(why, text);
		break;
	}
}

static void each_test(const struct test *test, void *ctx)
{
	struct suite *suite = ctx;
	u32 i;

	suite->number++;
	if (suite->op >= 0)
		suite->op_seen |= contains(test, suite->op);
	for (i = 0; i < ARRAY_SIZE(backends); i++)
		if (suite->wanted & BIT(i))
			run_test(test, suite, backends[i]);
}

static void run_file(struct suite *suite, const char *path)
{
	const char *base = strrchr(path, '/');

	strscpy(suite->name, base ? base + 1 : path, sizeof(suite->name));
	suite->name[strcspn(suite->name, ".")] = '\0';
	suite->number = 0;
	suite->op = row_of_file(suite->name);
	suite->op_seen = 0;
	if (data_each(path, each_test, suite))
		ok(0, "%s can be read", path);
	else if (suite->op >= 0)
		ok(suite->op_seen, "%s executes its row", suite->name);
}

static void check_rows(const char *dir)
{
	char path[256], name[64];
	FILE *file;
	int op;

	for (op = 0; op < XBPF_NR_OPS; op++) {
		if (is_exempt(&xbpf_op_info[op]))
			continue;
		row_file_name(op, name, sizeof(name));
		scnprintf(path, sizeof(path), "%s/%s.data", dir, name);
		file = fopen(path, "r");
		if (!file)
			ok(0, "row %s has %s", xbpf_op_info[op].name, path);
		else
			fclose(file);
	}
}

static void run_all(struct suite *suite, const char *dir)
{
	char pattern[256];
	glob_t found = { 0 };
	size_t i;

	scnprintf(pattern, sizeof(pattern), "%s/*.data", dir);
	glob(pattern, 0, NULL, &found);
	for (i = 0; i < found.gl_pathc; i++)
		run_file(suite, found.gl_pathv[i]);
	ok(found.gl_pathc > 0, "there are files in %s", dir);
	globfree(&found);
	check_rows(dir);
}

static u32 backend_bit(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(backends); i++)
		if (!strcmp(backends[i]->name, name))
			return BIT(i);
	return 0;
}

int main(int argc, char **argv)
{
	struct suite suite = { 0 };
	int i;

	for (i = 1; i < argc && backend_bit(argv[i]); i++)
		suite.wanted |= backend_bit(argv[i]);
	if (!suite.wanted)
		suite.wanted = backend_bit("host-interp") |
			       backend_bit("host-jit");
	if (i == argc)
		run_all(&suite, "selftests/insn");
	for (; i < argc; i++)
		run_file(&suite, argv[i]);
	return unit_done();
}
