// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random programs: what the verifier accepts must run within bounds, and the
 * same on every machine.
 *
 *	value_programs [SECONDS [SEED]]
 *
 * A machine of its own, which shares nothing with the core, runs each accepted
 * program on several inputs (value_machine.h). Accesses outside of every object,
 * reads of what was never written, and addresses that leak from unprivileged
 * programs are counterexamples; so is a result of the interpreter or of
 * translated code that differs.
 */
#include <time.h>
#include "jit/jit.h"
#include "verifier/verifier.h"
#include "unit.h"
#include "value_generate.h"
#include "value_machine.h"

#define RUNS		6

static struct xbpf_map *map;
static u32 nr_compared;

/* ---- verification ---- */

static struct xbpf_map *map_get(void *ctx, int fd)
{
	return fd ? ERR_PTR(-EBADF) : map;
}

static void map_put(void *ctx, struct xbpf_map *m)
{
}

/* The program that was made, verified; NULL if it was refused. */
static struct xbpf_prog *verify(void)
{
	struct xbpf_verify_opts opts = {
		.map_get = map_get, .map_put = map_put,
		.allow_ptr_leaks = privileged, .max_visits = 5000,
	};
	struct xbpf_prog *p = xbpf_prog_alloc(len);

	memcpy(p->insns, made, len * sizeof(*made));
	p->type = XBPF_PROG_TYPE_KPROBE;
	p->gpl_compatible = 1;
	if (!xbpf_verify(p, &opts, NULL, NULL) && !xbpf_prog_decode(p))
		return p;
	xbpf_prog_free(p);
	return NULL;
}

/* ---- other machines ---- */

/*
 * Numbers that depend on where things are, or on chance, are not compared:
 * unprivileged programs without random numbers have none.
 */
static int is_determined(void)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (made[i].code == (XBPF_JMP | XBPF_CALL) &&
		    !made[i].src_reg &&
		    (made[i].imm == XBPF_FUNC_get_prandom_u32 ||
		     made[i].imm == XBPF_FUNC_probe_read_kernel))
			return 0;
	return !privileged;
}

static void compare(struct xbpf_prog *p, const char *machine,
		    const u8 *input, const u8 *output, u64 r0)
{
	u64 got;

	memcpy(value, input, VALUE_SIZE);
	got = xbpf_prog_run(p, context);
	if (got != r0)
		counterexample("%s returns %#llx, not %#llx", machine,
			       (unsigned long long)got, (unsigned long long)r0);
	if (memcmp(value, output, VALUE_SIZE))
		counterexample("%s leaves another map value", machine);
	nr_compared++;
}

static void run_all(struct xbpf_prog *p, struct xbpf_prog *translated)
{
	u8 input[VALUE_SIZE], output[VALUE_SIZE];
	u64 r0;

	memcpy(input, value, VALUE_SIZE);
	machine_run(made);
	if (!is_determined())
		return;
	r0 = frames[0].reg[0];
	memcpy(output, value, VALUE_SIZE);
	xbpf_prog_set_interp(p);
	compare(p, "the interpreter", input, output, r0);
	if (translated)
		compare(translated, "translated code", input, output, r0);
}

/* ---- one program ---- */

static u32 machine_random(void)
{
	return number();
}

static void fill_value(void)
{
	u32 i;
	u64 n;

	for (i = 0; i + 8 <= VALUE_SIZE; i += 8) {
		n = number();
		memcpy(value + i, &n, 8);
	}
}

static void show(u64 seed)
{
	char text[128];
	u32 i;

	diag("seed %llu, %s: %s", (unsigned long long)seed,
	     privileged ? "privileged" : "unprivileged", reason);
	for (i = 0; i < len; i++) {
		xbpf_insn_print(text, sizeof(text), &made[i]);
		diag("%3u: %s", i, text);
		i += made[i].code == (XBPF_LD | XBPF_IMM | XBPF_DW);
	}
}

static struct xbpf_prog *translate(void)
{
	struct xbpf_prog *p = verify();

	if (p && xbpf_jit_compile(p)) {
		xbpf_prog_free(p);
		return NULL;
	}
	return p;
}

static void dispose(struct xbpf_prog *p)
{
	if (p && p->image)
		xbpf_jit_free(p);
	xbpf_prog_free(p);
}

/* 1: accepted and fine, 0: refused, -1: a counterexample. */
static int try_program(u64 seed)
{
	struct xbpf_prog *volatile p, *volatile translated;
	volatile int ret = 1;
	volatile u32 i;

	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	make_program();
	privileged = rnd(3) != 0;
	p = len < MAX_INSNS ? verify() : NULL;
	if (!p)
		return 0;
	translated = is_determined() ? translate() : NULL;
	if (setjmp(out)) {
		show(seed);
		ret = -1;
	}
	for (i = 0; ret > 0 && i < RUNS; i++) {
		fill_value();
		run_all(p, translated);
	}
	dispose(p);
	dispose(translated);
	return ret;
}

int main(int argc, char **argv)
{
	union xbpf_attr attr = {
		.map_type = XBPF_MAP_TYPE_ARRAY, .key_size = 4,
		.value_size = VALUE_SIZE, .max_entries = 1,
	};
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 3);
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1, tried = 0;
	u32 key = 0, accepted = 0, wrong = 0;

	map = xbpf_map_alloc(&attr);
	if (IS_ERR(map) || xbpf_arena_init())
		return EXIT_FAILURE;
	value = map->ops->lookup(map, &key);
	for (; time(NULL) < end && wrong < 3; seed++, tried++) {
		int ret = try_program(seed);

		accepted += ret > 0;
		wrong += ret < 0;
	}
	ok(!wrong, "%llu programs, %u accepted and run %u times each",
	   (unsigned long long)tried, accepted, RUNS);
	diag("%u results compared", nr_compared);
	xbpf_arena_exit();
	xbpf_map_free(map);
	return unit_done();
}
