// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helper calls that translated code does itself: look-ups in arrays, operations of
 * known maps, words of the CPU's own memory.
 */
#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/text.h"
#include "unit/jit_prog.h"
#include "unit/unit.h"

static struct xbpf_map *new_map(u32 type, u32 value_size, u32 entries)
{
	union xbpf_attr attr = {
		.map_type = type, .key_size = 4, .value_size = value_size,
		.max_entries = entries,
	};
	struct xbpf_map *map = xbpf_map_alloc(&attr);

	if (!ok(!IS_ERR(map), "a map of %u values of %u bytes", entries,
		value_size))
		exit(1);
	return map;
}

/* The call in @pc always has the one map of the program. */
static void know_map(struct xbpf_prog *prog, u32 pc, struct xbpf_map **map)
{
	prog->maps = map;
	prog->nr_maps = 1;
	prog->facts[pc].flags |= XBPF_FACT_MAP_KNOWN;
	prog->facts[pc].map = 0;
}

/* Looks *R1 up; with @copied, by a copy of it on the stack, as compilers do. */
static struct xbpf_prog *lookup_prog(struct xbpf_map **map, int copied)
{
	const struct xbpf_insn direct[] = {
		INSN(MOV64_REG, R2, R1, 0, 0), LD64(R1, (unsigned long)*map),
		INSN(CALL_HELPER, 0, 0, 0, XBPF_FUNC_map_lookup_elem), EXIT(),
	};
	const struct xbpf_insn copy[] = {
		INSN(LDXW, R6, R1, 0, 0), INSN(STXW, R10, R6, -12, 0),
		INSN(MOV64_REG, R2, R10, 0, 0), INSN(ADD64_IMM, R2, 0, 0, -12),
		LD64(R1, (unsigned long)*map),
		INSN(CALL_HELPER, 0, 0, 0, XBPF_FUNC_map_lookup_elem),
		INSN(JNE64_IMM, R0, 0, 1, 0), MOV(R6, 0), EXIT(),
	};
	struct xbpf_prog *prog = copied ? jit_prog(copy, ARRAY_SIZE(copy)) :
					  jit_prog(direct, ARRAY_SIZE(direct));

	know_map(prog, copied ? 6 : 3, map);
	return prog;
}

static void test_lookups(u32 type, u32 value_size, u32 entries)
{
	struct xbpf_map *map = new_map(type, value_size, entries);
	u32 keys[] = { 0, 1, 2, entries / 2, entries - 1, entries, U32_MAX };
	u32 i, copied, wrong = 0;

	for (copied = 0; copied < 2; copied++) {
		struct xbpf_prog *prog = lookup_prog(&map, copied);

		is(xbpf_jit_compile(prog), 0, "look-up compiles");
		for (i = 0; i < ARRAY_SIZE(keys); i++)
			wrong += xbpf_prog_run(prog, &keys[i]) !=
				 (unsigned long)map->ops->lookup(map, &keys[i]);
		jit_prog_free(prog);
	}
	is(wrong, 0, "look-ups give the address that the map gives");
	xbpf_map_free(map);
}

static void test_arrays(void)
{
	static const u32 sizes[] = { 1, 8, 16, 20, 24, 128, 1000 };
	static const u32 entries[] = { 1, 2, 3, 100, 128, 129, 5000 };
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (j = 0; j < ARRAY_SIZE(entries); j++)
			test_lookups(XBPF_MAP_TYPE_ARRAY, sizes[i], entries[j]);
	test_lookups(XBPF_MAP_TYPE_PERCPU_ARRAY, 8, 10);
	test_lookups(XBPF_MAP_TYPE_HASH, 8, 10);
}

/* update, then delete, through the operations of a hash. */
static void test_operations(void)
{
	struct xbpf_map *map = new_map(XBPF_MAP_TYPE_HASH, 8, 10);
	const struct xbpf_insn code[] = {
		INSN(STW, R10, 0, -4, 7), INSN(STDW, R10, 0, -16, 99),
		LD64(R1, (unsigned long)map),
		INSN(MOV64_REG, R2, R10, 0, 0), INSN(ADD64_IMM, R2, 0, 0, -4),
		INSN(MOV64_REG, R3, R10, 0, 0), INSN(ADD64_IMM, R3, 0, 0, -16),
		MOV(R4, XBPF_NOEXIST),
		INSN(CALL_HELPER, 0, 0, 0, XBPF_FUNC_map_update_elem),
		EXIT(),
	};
	struct xbpf_prog *prog = jit_prog(code, ARRAY_SIZE(code));
	u32 key = 7;
	u64 *value;

	know_map(prog, 9, &map);
	is(xbpf_jit_compile(prog), 0, "update compiles");
	is(xbpf_prog_run(prog, NULL), 0, "a new element");
	is(xbpf_prog_run(prog, NULL), -EEXIST, "which then exists");
	value = map->ops->lookup(map, &key);
	ok(value && *value == 99, "with its value");
	jit_prog_free(prog);
	xbpf_map_free(map);
}

/* ---- words of the CPU's own memory ---- */

static struct {
	u64 pad;
	u32 number, more;
	u64 task;
} own = { .number = 3, .more = 0xffffffff };

static struct {
	u64 pad;
	u32 pid, tgid, other;
} task = { .pid = 0x80000001, .tgid = 0x90000002, .other = 0xa0000003 };

static u64 call(u32 id)
{
	const struct xbpf_insn code[] = {
		MOV(R6, 5), INSN(CALL_HELPER, 0, 0, 0, id),
		INSN(ADD64_REG, R0, R6, 0, 0), EXIT(),
	};
	struct xbpf_prog *prog = jit_prog(code, ARRAY_SIZE(code));
	u64 r0;

	is(xbpf_jit_compile(prog), 0, "helper %u compiles", id);
	r0 = xbpf_prog_run(prog, NULL);
	jit_prog_free(prog);
	return r0 - 5;
}

static void test_words(void)
{
	struct xbpf_text_host *host = xbpf_host_text_traits();

	own.task = (unsigned long)&task;
	if (syscall(SYS_arch_prctl, ARCH_SET_GS, &own)) {
		skip("no gs", "words of the CPU");
		return;
	}
	host->cpu_number = 8;
	host->task = 16;
	host->task_pid = 8;
	host->task_tgid = 12;
	is(call(XBPF_FUNC_get_smp_processor_id), 3, "number of the CPU");
	is(call(XBPF_FUNC_get_current_task), own.task, "current task");
	is(call(XBPF_FUNC_get_current_task_btf), own.task, "the same, typed");
	is(call(XBPF_FUNC_get_current_pid_tgid), 0x9000000280000001ULL,
	   "its numbers");
	host->task_tgid = 16;
	is(call(XBPF_FUNC_get_current_pid_tgid), 0xa000000380000001ULL,
	   "its numbers, not side by side");
}

int main(void)
{
	u64 used, total;

	ok(!xbpf_arena_init(), "the arena is set up");
	test_arrays();
	test_operations();
	test_words();
	xbpf_arena_usage(&used, &total);
	is(used, 0, "nothing is left in the arena");
	return unit_done();
}
