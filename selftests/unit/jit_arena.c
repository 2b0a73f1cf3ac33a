// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arena: full, fragmented, reused; what is free is INT3.
 */
#include "host/text.h"
#include "unit/jit_prog.h"
#include "unit/unit.h"

#define SIZE	(64U << 10)
#define MANY	200

static u64 used(void)
{
	u64 used, total;

	xbpf_arena_usage(&used, &total);
	return used;
}

static int all_int3(void)
{
	const u8 *p = xbpf_text_base();

	return p[0] == 0xcc && !memcmp(p, p + 1, SIZE - 1);
}

static void test_fill(void)
{
	static void *addr[SIZE / 64 + 1];
	u32 n = 0, i, outside = 0;

	while (n <= SIZE / 64 && (addr[n] = xbpf_arena_alloc(10)))
		n++;
	ok(n > SIZE / 64 / 2 && n <= SIZE / 64, "small pieces fill it: %u", n);
	ok(!xbpf_arena_alloc(1), "then there is no more");
	for (i = 0; i < n; i++) {
		outside += (u8 *)addr[i] < (u8 *)xbpf_text_base() ||
			   (u8 *)addr[i] + 10 > (u8 *)xbpf_text_base() + SIZE;
		xbpf_arena_write(addr[i], "0123456789", 10);
		if (i % 2)
			xbpf_arena_free(addr[i], 10);
	}
	is(outside, 0, "every piece lies in the region");
	ok(!xbpf_arena_alloc(300), "fragments do not hold a large piece");
	for (i = 0; i < n; i += 2)
		xbpf_arena_free(addr[i], 10);
	is(used(), 0, "all is free again");
	ok(all_int3(), "and INT3");
}

static void test_sizes(void)
{
	void *all;

	ok(!xbpf_arena_alloc(0), "nothing is not given");
	ok(!xbpf_arena_alloc(SIZE + 1), "more than it has");
	ok(!xbpf_arena_alloc(U32_MAX), "much more than it has");
	all = xbpf_arena_alloc(SIZE - 48);
	ok(all, "nearly all of it");
	if (all)
		xbpf_arena_free(all, SIZE - 48);
	is(used(), 0, "given back");
}

/* Pieces keep their content while others come and go. */
static void test_reuse(void)
{
	static struct { u8 *addr; u32 len; } live[MANY];
	u32 i, j, slot, torn = 0;
	u64 seed = 1;
	u8 bytes[700];

	for (i = 0; i < 5000; i++) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		slot = (seed >> 33) % MANY;
		if (live[slot].addr) {
			for (j = 0; j < live[slot].len; j++)
				torn += live[slot].addr[j] != (u8)slot;
			xbpf_arena_free(live[slot].addr, live[slot].len);
		}
		live[slot].len = 1 + (seed >> 40) % sizeof(bytes);
		live[slot].addr = xbpf_arena_alloc(live[slot].len);
		memset(bytes, slot, sizeof(bytes));
		if (live[slot].addr)
			xbpf_arena_write(live[slot].addr, bytes, live[slot].len);
	}
	is(torn, 0, "no piece overlaps another");
	for (slot = 0; slot < MANY; slot++)
		if (live[slot].addr)
			xbpf_arena_free(live[slot].addr, live[slot].len);
	is(used(), 0, "all is free again");
	ok(all_int3(), "and INT3");
}

static void test_programs(void)
{
	static const struct xbpf_insn code[] = { MOV(R0, 3), EXIT() };
	struct xbpf_prog *progs[SIZE / 64 + 1], *last;
	u32 n = 0;
	int err;

	for (;;) {
		last = jit_prog(code, ARRAY_SIZE(code));
		err = xbpf_jit_compile(last);
		if (err || n == SIZE / 64)
			break;
		progs[n++] = last;
	}
	is(err, -ENOSPC, "%u programs fill it", n);
	ok(!last->image && last->run == xbpf_interp_run,
	   "one more stays as it was");
	is(xbpf_prog_run(last, NULL), 3, "and runs");
	jit_prog_free(progs[--n]);
	is(xbpf_jit_compile(last), 0, "there is room when another goes");
	is(xbpf_prog_run(last, NULL), 3, "and it runs there");
	jit_prog_free(last);
	while (n)
		jit_prog_free(progs[--n]);
	is(used(), 0, "all is free again");
}

int main(void)
{
	xbpf_host_text_limit(SIZE);
	is(xbpf_arena_init(), 0, "set up");
	is(used(), 0, "empty");
	ok(all_int3(), "filled with INT3");
	test_fill();
	test_sizes();
	test_reuse();
	test_programs();
	xbpf_arena_exit();
	is(xbpf_host_warnings(), 0, "no warning");
	return unit_done();
}
