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
 */
struct suite {
	u32 wanted;
	char name[64];
	int number;
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
		     const struct backend *backend, int known_right)
{
	char text[160], why[160] = "";
	enum run_status status = RUN_DONE;
	u64 r0 = test->result;

	scnprintf(text, sizeof(text), "%s %s %d", backend->name, suite->name,
		  suite->number);
	if (!known_right || test->no_device[0])
		status = backend->run(test, &r0, why, sizeof(why));
	switch (status) {
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

static void run_tests(struct suite *suite, const struct backend *backend,
		      const struct test *tests, int count)
{
	int right = backend->all_right && backend->all_right(tests, count);

	for (suite->number = 1; suite->number <= count; suite->number++)
		run_test(&tests[suite->number - 1], suite, backend, right);
}

static int executes_row(const struct test *tests, int count, int op)
{
	int i;

	for (i = 0; i < count; i++)
		if (contains(&tests[i], op))
			return 1;
	return 0;
}

static void run_file(struct suite *suite, const char *path)
{
	const char *base = strrchr(path, '/');
	struct test *tests = NULL;
	int count, op;
	u32 i;

	strscpy(suite->name, base ? base + 1 : path, sizeof(suite->name));
	suite->name[strcspn(suite->name, ".")] = '\0';
	count = data_read(path, &tests);
	if (count <= 0)
		ok(0, "%s can be read", path);
	op = row_of_file(suite->name);
	if (op >= 0)
		ok(executes_row(tests, count, op), "%s executes its row",
		   suite->name);
	for (i = 0; i < ARRAY_SIZE(backends); i++)
		if (suite->wanted & BIT(i))
			run_tests(suite, backends[i], tests, count);
	free(tests);
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
