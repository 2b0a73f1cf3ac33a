// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machines of the host library. No verifier: tests are trusted.
 */
#include "host/raw.h"
#include "jit/jit.h"
#include "insn_test.h"

static u64 run_on_copy(const struct test *test, struct xbpf_prog *prog)
{
	u8 *memory = malloc(test->size + 1);
	u64 r0;

	memcpy(memory, test->memory, test->size);
	r0 = xbpf_prog_run(prog, test->size ? memory : NULL);
	free(memory);
	return r0;
}

static enum run_status run_interp(const struct test *test, u64 *r0, char *why,
				  size_t size)
{
	struct xbpf_prog *prog;

	prog = xbpf_raw_load(test->insns, test->len, test->size, why, size);
	if (!prog)
		return RUN_FAILED;
	*r0 = run_on_copy(test, prog);
	xbpf_prog_free(prog);
	return RUN_DONE;
}

static enum run_status run_jit(const struct test *test, u64 *r0, char *why,
			       size_t size)
{
	static int ready;
	struct xbpf_prog *prog;
	int err = 0;

	if (!ready)
		err = xbpf_arena_init();
	ready = !err;
	prog = xbpf_raw_load(test->insns, test->len, test->size, why, size);
	if (!prog)
		return RUN_FAILED;
	err = err ?: xbpf_jit_compile(prog);
	if (!err) {
		*r0 = run_on_copy(test, prog);
		xbpf_jit_free(prog);
	}
	xbpf_prog_free(prog);
	if (!err)
		return RUN_DONE;
	if (err == -EOPNOTSUPP)
		strscpy(why, "the JIT leaves it to the interpreter", size);
	else
		scnprintf(why, size, "JIT: %s", strerror(-err));
	return err == -EOPNOTSUPP ? RUN_SKIPPED : RUN_FAILED;
}

const struct backend host_interp = { "host-interp", run_interp };
const struct backend host_jit = { "host-jit", run_jit };
