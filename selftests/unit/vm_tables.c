// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helper and program-type tables, and the helpers that are pure.
 */
#include "vm/vm.h"
#include "unit.h"

static u64 addr(const void *p)
{
	return (unsigned long)p;
}

/* ---- helpers ---- */

static void test_table(void)
{
	const struct xbpf_helper *h = xbpf_helper_get(XBPF_FUNC_map_lookup_elem);
	u32 id, i, bad = 0;

	ok(h && h->fn == xbpf_helper_map_lookup_elem, "a helper has its function");
	is_str(h->name, "map_lookup_elem", "and its name");
	is(h->arg[1], XBPF_ARG_MAP_KEY, "and its arguments");
	ok(!xbpf_helper_get(0) && !xbpf_helper_get(U32_MAX) &&
	   !xbpf_helper_get(XBPF_FUNC_override_return), "others do not exist");
	for (id = 0; id < __XBPF_FUNC_MAX_ID; id++) {
		h = xbpf_helper_get(id);
		for (i = 1; h && i < XBPF_MAX_HELPER_ARGS; i++)
			bad += h->arg[i] && !h->arg[i - 1];
		bad += h && !h->fn && id != XBPF_FUNC_tail_call;
		bad += h && !h->prog_types;
	}
	is(bad, 0, "arguments have no gaps, all but one have functions");
}

/* A pointer must be followed by its size. */
static void test_sizes(void)
{
	const struct xbpf_helper *h;
	u32 id, i, bad = 0;
	int mem, size;

	for (id = 0; id < __XBPF_FUNC_MAX_ID; id++) {
		h = xbpf_helper_get(id);
		for (i = 0; h && i + 1 < XBPF_MAX_HELPER_ARGS; i++) {
			mem = h->arg[i] >= XBPF_ARG_MEM_RDONLY &&
			      h->arg[i] <= XBPF_ARG_MEM_UNINIT_OR_NULL;
			size = h->arg[i + 1] == XBPF_ARG_SIZE ||
			       h->arg[i + 1] == XBPF_ARG_SIZE_OR_ZERO;
			bad += mem != size;
		}
	}
	is(bad, 0, "memory is followed by its size");
}

static const struct {
	const char *text;
	u32 base;
	s64 used, value, used_unsigned;
	u64 value_unsigned;
} numbers[] = {
	{ "42", 10, 2, 42, 2, 42 },
	{ " \t-7x", 10, 4, -7, -EINVAL, 0 },
	{ "0x1F", 0, 4, 31, 4, 31 },
	{ "0x1F", 16, 4, 31, 4, 31 },
	{ "1f", 16, 2, 31, 2, 31 },
	{ "017", 0, 3, 15, 3, 15 },
	{ "08", 0, 1, 0, 1, 0 },
	{ "0xg", 0, 1, 0, 1, 0 },
	{ "", 10, -EINVAL, 0, -EINVAL, 0 },
	{ "   ", 10, -EINVAL, 0, -EINVAL, 0 },
	{ "-", 10, -EINVAL, 0, -EINVAL, 0 },
	{ "x", 10, -EINVAL, 0, -EINVAL, 0 },
	{ "1", 7, -EINVAL, 0, -EINVAL, 0 },
	{ "1", 32, -EINVAL, 0, -EINVAL, 0 },
	{ "9223372036854775807", 10, 19, S64_MAX, 19, S64_MAX },
	{ "9223372036854775808", 10, -ERANGE, 0, 19, 1ULL << 63 },
	{ "-9223372036854775808", 10, 20, S64_MIN, -EINVAL, 0 },
	{ "18446744073709551615", 10, -ERANGE, 0, 20, U64_MAX },
	{ "18446744073709551616", 10, -ERANGE, 0, -ERANGE, 0 },
	{ "99999999999999999999999", 10, -ERANGE, 0, -ERANGE, 0 },
};

static void test_numbers(void)
{
	char text[64];
	u64 v;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		strcpy(text, numbers[i].text);
		v = 0;
		is(xbpf_helper_strtol(addr(text), strlen(text), numbers[i].base,
				      addr(&v), 0), numbers[i].used,
		   "strtol \"%s\"", text);
		is(v, numbers[i].value, "strtol \"%s\": value", text);
		v = 0;
		is(xbpf_helper_strtoul(addr(text), strlen(text), numbers[i].base,
				       addr(&v), 0), numbers[i].used_unsigned,
		   "strtoul \"%s\"", text);
		is(v, numbers[i].value_unsigned, "strtoul \"%s\": value", text);
	}
}

static void test_host_helpers(void)
{
	char buf[8] = "xxxxxxx";

	is(xbpf_helper_probe_read_kernel(addr(buf), 4, 8, 0, 0), (u64)-EFAULT,
	   "a bad address");
	is(memcmp(buf, "\0\0\0\0xxx", 7), 0, "leaves zeroes");
	is(xbpf_helper_probe_read_kernel_str(addr(buf), 4, addr("long"), 0, 0),
	   4, "a text is cut");
	is_str(buf, "lon", "and terminated");
	is(xbpf_helper_probe_read_user_str(addr(buf), 8, addr("ab"), 0, 0), 3,
	   "its length counts the end");
	is(xbpf_helper_get_current_comm(addr(buf), sizeof(buf), 0, 0, 0), 0,
	   "a task has a name");
	is(strnlen(buf, sizeof(buf)), 7, "which is cut");
}

/* ---- program types ---- */

static int may(u32 type, u32 off, u32 size, int write)
{
	struct xbpf_ctx_access a = { .off = off, .size = size, .write = write };
	const struct xbpf_prog prog = { .type = type };

	return xbpf_prog_type_get(type)->ctx_access(&prog, &a) !=
	       XBPF_CTX_DENIED;
}

static void test_types(void)
{
	const u32 kp = XBPF_PROG_TYPE_KPROBE, tp = XBPF_PROG_TYPE_TRACEPOINT;
	const u32 raw = XBPF_PROG_TYPE_RAW_TRACEPOINT;
	const u32 pe = XBPF_PROG_TYPE_PERF_EVENT;
	const u32 regs = sizeof(struct pt_regs);

	ok(!xbpf_prog_type_get(0) && !xbpf_prog_type_get(U32_MAX) &&
	   !xbpf_prog_type_get(XBPF_PROG_TYPE_LIRC_MODE2), "unknown types");
	is_str(xbpf_prog_type_get(raw)->name, "raw_tracepoint", "a name");
	ok(may(kp, 0, 8, 0) && may(kp, regs - 8, 8, 0) && may(kp, 4, 4, 0),
	   "kprobe: registers");
	ok(!may(kp, regs, 8, 0) && !may(kp, regs - 4, 8, 0) && !may(kp, 1, 2, 0) &&
	   !may(kp, 0, 8, 1), "kprobe: not past them, aligned, read only");
	ok(!may(tp, 0, 8, 0) && !may(tp, 7, 1, 0) && may(tp, 8, 1, 0) &&
	   may(tp, 8184, 8, 0) && !may(tp, 8192, 1, 0), "tracepoint: the record");
	ok(may(raw, 88, 8, 0) && !may(raw, 96, 8, 0) && !may(raw, 4, 8, 0),
	   "raw tracepoint: twelve arguments");
	ok(may(pe, 0, 8, 0) && !may(pe, 0, 4, 0) && may(pe, regs, 4, 0) &&
	   may(pe, regs + 8, 8, 0) && !may(pe, regs + 4, 4, 0) &&
	   !may(pe, regs + 16, 8, 0), "perf event: registers whole, numbers");
	ok(may(XBPF_PROG_TYPE_SOCKET_FILTER, 0, 4, 0) &&
	   !may(XBPF_PROG_TYPE_SOCKET_FILTER, 0, 4, 1) &&
	   may(XBPF_PROG_TYPE_SOCKET_FILTER, 48, 8, 1), "socket filter: cb");
}

int main(void)
{
	test_table();
	test_sizes();
	test_numbers();
	test_host_helpers();
	test_types();
	return unit_done();
}
