// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of instructions is what the kernel prints: tools match on it.
 */
#include "vm/vm.h"
#include "unit.h"

static const struct {
	struct xbpf_insn insn[2];
	const char *text;
} lines[] = {
	{ { { 0xb7, 0, 0, 0, 0 } }, "(b7) r0 = 0" },
	{ { { 0xb7, 1, 0, 0, -1 } }, "(b7) r1 = -1" },
	{ { { 0xb4, 1, 0, 0, 7 } }, "(b4) w1 = 7" },
	{ { { 0xbf, 1, 10, 0, 0 } }, "(bf) r1 = r10" },
	{ { { 0xbf, 1, 2, 8, 0 } }, "(bf) r1 = (s8)r2" },
	{ { { 0xbc, 1, 2, 16, 0 } }, "(bc) w1 = (s16)w2" },
	{ { { 0x07, 2, 0, 0, -8 } }, "(07) r2 += -8" },
	{ { { 0x0c, 2, 3, 0, 0 } }, "(0c) w2 += w3" },
	{ { { 0x3f, 2, 3, 1, 0 } }, "(3f) r2 s/= r3" },
	{ { { 0x97, 2, 0, 1, 5 } }, "(97) r2 s%= 5" },
	{ { { 0xc7, 2, 0, 0, 5 } }, "(c7) r2 s>>= 5" },
	{ { { 0x87, 2, 0, 0, 0 } }, "(87) r2 = -r2" },
	{ { { 0x84, 2, 0, 0, 0 } }, "(84) w2 = -w2" },
	{ { { 0xdc, 2, 0, 0, 16 } }, "(dc) r2 = be16 r2" },
	{ { { 0xd4, 2, 0, 0, 64 } }, "(d4) r2 = le64 r2" },
	{ { { 0xd7, 2, 0, 0, 32 } }, "(d7) r2 = bswap32 r2" },
	{ { { 0x61, 0, 1, 4, 0 } }, "(61) r0 = *(u32 *)(r1 +4)" },
	{ { { 0x79, 0, 10, -8, 0 } }, "(79) r0 = *(u64 *)(r10 -8)" },
	{ { { 0x91, 0, 1, 0, 0 } }, "(91) r0 = *(s8 *)(r1 +0)" },
	{ { { 0x62, 10, 0, -4, 5 } }, "(62) *(u32 *)(r10 -4) = 5" },
	{ { { 0x7b, 10, 6, -16, 0 } }, "(7b) *(u64 *)(r10 -16) = r6" },
	{ { { 0xdb, 1, 2, 0, 0 } }, "(db) lock *(u64 *)(r1 +0) += r2" },
	{ { { 0xc3, 1, 2, 8, 0xa0 } }, "(c3) lock *(u32 *)(r1 +8) ^= r2" },
	{ { { 0xdb, 1, 2, 0, 0x01 } },
	  "(db) r2 = atomic64_add((u64 *)(r1 +0), r2)" },
	{ { { 0xc3, 1, 2, 0, 0x51 } },
	  "(c3) r2 = atomic_and((u32 *)(r1 +0), r2)" },
	{ { { 0xdb, 1, 2, 0, 0xe1 } },
	  "(db) r2 = atomic64_xchg((u64 *)(r1 +0), r2)" },
	{ { { 0xc3, 1, 2, 0, 0xf1 } },
	  "(c3) r0 = atomic_cmpxchg((u32 *)(r1 +0), r0, r2)" },
	{ { { 0xdb, 1, 2, 0, 0x100 } },
	  "(db) r1 = load_acquire((u64 *)(r2 +0))" },
	{ { { 0xd3, 1, 2, 1, 0x110 } },
	  "(d3) store_release((u8 *)(r1 +1), r2)" },
	{ { { 0x18, 1, 0, 0, 5 }, { 0, 0, 0, 0, 1 } },
	  "(18) r1 = 0x100000005" },
	{ { { 0x05, 0, 0, -3, 0 } }, "(05) goto pc-3" },
	{ { { 0x06, 0, 0, 0, 70000 } }, "(06) gotol pc+70000" },
	{ { { 0xe5, 0, 0, 2, 0 } }, "(e5) may_goto pc+2" },
	{ { { 0x15, 1, 0, 3, 0 } }, "(15) if r1 == 0x0 goto pc+3" },
	{ { { 0x55, 1, 0, 3, -1 } }, "(55) if r1 != 0xffffffff goto pc+3" },
	{ { { 0x6e, 1, 2, -3, 0 } }, "(6e) if w1 s> w2 goto pc-3" },
	{ { { 0x45, 1, 0, 1, 16 } }, "(45) if r1 & 0x10 goto pc+1" },
	{ { { 0x85, 0, 0, 0, 1 } }, "(85) call bpf_map_lookup_elem#1" },
	{ { { 0x85, 0, 0, 0, 12 } }, "(85) call bpf_tail_call#12" },
	{ { { 0x85, 0, 0, 0, 9999 } }, "(85) call unknown#9999" },
	{ { { 0x85, 0, 1, 0, 4 } }, "(85) call pc+4" },
	{ { { 0x95, 0, 0, 0, 0 } }, "(95) exit" },
	{ { { 0x30, 0, 0, 0, 12 } }, "(30) r0 = *(u8 *)skb[12]" },
	{ { { 0x48, 0, 3, 0, 2 } }, "(48) r0 = *(u16 *)skb[r3 + 2]" },
	{ { { 0xff, 0, 0, 0, 0 } }, "(ff) BUG_ff" },
	{ { { 0xb7, 3, 5, 0, 1 } }, "(b7) r3 = 1" },
};

int main(void)
{
	char text[128], small[8];
	unsigned int i;
	int len;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		len = xbpf_insn_print(text, sizeof(text), lines[i].insn);
		is_str(text, lines[i].text, lines[i].text);
		if (len != (int)strlen(text))
			ok(0, "length of %s", text);
	}
	is(xbpf_insn_print(small, sizeof(small), lines[0].insn), 7, "cut");
	is_str(small, "(b7) r0", "and terminated");
	return unit_done();
}
