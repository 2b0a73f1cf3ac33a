// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machines of the host library. No verifier: tests are trusted.
 */
#include "host/raw.h"
#include "vm/packet.h"
#include "jit/jit.h"
#include "insn_test.h"

static u64 run_on_packet(const struct test *test, struct xbpf_prog *prog)
{
	struct xbpf_skb skb = {
		.pkt = {
			.size = test->size, .len = test->size,
			.linear = test->size, .net = XBPF_ETH_HLEN,
		},
	};
	u64 r0;

	skb.pkt.buf = malloc(test->size);
	memcpy(skb.pkt.buf, test->memory, test->size);
	xbpf_skb_sync(&skb);
	r0 = xbpf_prog_run(prog, &skb);
	free(skb.pkt.buf);
	return r0;
}

static u64 run_on_copy(const struct test *test, struct xbpf_prog *prog)
{
	u8 *memory = malloc(test->size + 1);
	u64 r0;

	if (test->packet) {
		free(memory);
		return run_on_packet(test, prog);
	}
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
