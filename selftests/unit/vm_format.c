// SPDX-License-Identifier: GPL-2.0-only
/*
 * Texts by a program's format, and the helpers that make them.
 */
#include "vm/vm.h"
#include "unit.h"

static u64 addr(const void *p)
{
	return (unsigned long)p;
}

static const u8 ipv6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };
static const u8 ipv4[4] = { 10, 0, 20, 255 };

static const struct {
	const char *fmt, *text;
	u64 args[3];
	u32 nr;
} good[] = {
	{ "plain", "plain" },
	{ "", "" },
	{ "100%%", "100%" },
	{ "%d %u", "-1 4294967295", { -1ULL, -1ULL }, 2 },
	{ "%ld %llu", "-1 18446744073709551615", { -1ULL, -1ULL }, 2 },
	{ "%5d|%-5d|", "   42|42   |", { 42, 42 }, 2 },
	{ "%05x %X", "000ff FF", { 255, 255 }, 2 },
	{ "%+d % i", "+3  4", { 3, 4 }, 2 },
	{ "%d", "1", { 0xdeadbeef00000001ULL }, 1 },
	{ "%c%c", "ok", { 'o', 'k' }, 2 },
	{ "%3c|%-3c|", "  x|y  |", { 'x', 'y' }, 2 },
	{ "%lx", "deadbeef00000001", { 0xdeadbeef00000001ULL }, 1 },
};

static const struct {
	const char *fmt;
	u32 nr;
} bad[] = {
	{ "%d", 0 }, { "%s", 0 }, { "%", 1 }, { "%q", 1 }, { "%ls", 1 },
	{ "%pz", 1 }, { "%pk", 1 }, { "%pu", 1 }, { "%pi5", 1 }, { "%pi", 1 },
	{ "%n", 1 }, { "%f", 1 }, { "\x01", 0 }, { "\xc3\xa4", 0 },
	{ "%lld%lld", 1 }, { "%lc", 1 },
};

static void test_texts(void)
{
	char text[64];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		is(xbpf_format(text, sizeof(text), good[i].fmt, 64, good[i].args,
			       good[i].nr), strlen(good[i].text),
		   "\"%s\": length", good[i].fmt);
		is_str(text, good[i].text, good[i].fmt);
		is(xbpf_format(NULL, 0, good[i].fmt, 64, NULL, good[i].nr) >= 0,
		   1, "\"%s\" is a format", good[i].fmt);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		const u64 args[3] = {};

		is(xbpf_format(text, sizeof(text), bad[i].fmt, 64, args,
			       bad[i].nr), -EINVAL, "\"%s\" is none", bad[i].fmt);
		is(xbpf_format(NULL, 0, bad[i].fmt, 64, NULL, bad[i].nr),
		   -EINVAL, "\"%s\" is seen to be none", bad[i].fmt);
	}
	is(xbpf_format(text, sizeof(text), "abcd", 4, NULL, 0), -EINVAL,
	   "a format without an end");
}

static void test_pointers(void)
{
	char text[64];
	u64 args[2] = { addr("here"), addr(ipv6) };

	xbpf_format(text, sizeof(text), "%s %pks!", 64, (u64[]){ args[0],
		    args[0] }, 2);
	is_str(text, "here here!", "strings");
	xbpf_format(text, sizeof(text), "%6s|%-6s|", 64, (u64[]){ args[0],
		    args[0] }, 2);
	is_str(text, "  here|here  |", "strings in fields");
	xbpf_format(text, sizeof(text), "[%s]", 64, (u64[]){ 8 }, 1);
	is_str(text, "[]", "no string");
	xbpf_format(text, sizeof(text), "%pI4 %pi4", 64, (u64[]){ addr(ipv4),
		    addr(ipv4) }, 2);
	is_str(text, "10.0.20.255 010.000.020.255", "addresses of four bytes");
	xbpf_format(text, sizeof(text), "%pI6", 64, &args[1], 1);
	is_str(text, "2001:0db8:0000:0000:0000:0000:0000:0001",
	       "an address of sixteen");
	xbpf_format(text, sizeof(text), "%px, %p", 64, (u64[]){ 0x1234, 1 }, 2);
	is_str(text, "0000000000001234, 0000000000000001", "plain pointers");
}

/* The text is cut, its length is not. */
static void test_snprintf(void)
{
	const u64 args[2] = { 123456, 7 };
	char text[8] = "xxxxxxx";

	is(xbpf_helper_snprintf(addr(text), 4, addr("%d-%d"), addr(args), 16),
	   9, "snprintf: bytes that it takes");
	is(memcmp(text, "123\0xxx", 8), 0, "snprintf: cut, and no byte more");
	is(xbpf_helper_snprintf(0, 0, addr("%d"), addr(args), 8), 7,
	   "snprintf: into nothing");
	is(xbpf_helper_snprintf(addr(text), 8, addr("%d"), addr(args), 7),
	   (u64)-EINVAL, "snprintf: half a word");
	is(xbpf_helper_snprintf(addr(text), 8, addr("%d"), addr(args), 104),
	   (u64)-EINVAL, "snprintf: thirteen words");
	is(xbpf_helper_snprintf(addr(text), 8, addr("%d"), 0, 8), (u64)-EINVAL,
	   "snprintf: words that are not there");
	is(xbpf_helper_trace_vprintk(addr("%d%d"), 5, addr(args), 16, 0), 7,
	   "trace_vprintk: length");
	is(xbpf_helper_trace_vprintk(addr("%d%d"), 4, addr(args), 16, 0),
	   (u64)-EINVAL, "trace_vprintk: no end");
}

static void test_strncmp(void)
{
	is(xbpf_helper_strncmp(addr("abc"), 4, addr("abc"), 0, 0), 0, "equal");
	is((s64)xbpf_helper_strncmp(addr("abc"), 4, addr("abd"), 0, 0) < 0, 1,
	   "less");
	is((s64)xbpf_helper_strncmp(addr("\xff"), 2, addr("a"), 0, 0) > 0, 1,
	   "bytes are unsigned");
	is(xbpf_helper_strncmp(addr("abcdef"), 3, addr("abc"), 0, 0), 0,
	   "the first ends at its size");
	is((s64)xbpf_helper_strncmp(addr("abcd"), 5, addr("abc"), 0, 0) > 0, 1,
	   "the second is the beginning");
}

int main(void)
{
	test_texts();
	test_pointers();
	test_snprintf();
	test_strncmp();
	return unit_done();
}
