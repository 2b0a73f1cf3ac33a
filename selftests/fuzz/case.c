// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cases: their bytes, and changes of length that keep jumps where they go.
 */
#include <stdio.h>

#include "fuzz.h"

#define HEADER	4

int case_from_bytes(struct fuzz_case *c, const u8 *data, size_t size)
{
	size_t maps;

	if (size < HEADER)
		return -1;
	memset(c, 0, offsetof(struct fuzz_case, insns));
	c->prog_type = data[0];
	c->priv = data[1] & 1;
	c->walk = (data[1] >> 1) % NR_PRECISIONS;
	c->flags = data[2] & (XBPF_F_STRICT_ALIGNMENT | XBPF_F_TEST_STATE_FREQ);
	c->nr_maps = data[3] % (CASE_MAPS + 1);
	maps = c->nr_maps * sizeof(c->maps[0]);
	if (size < HEADER + maps + sizeof(c->insns[0]))
		return -1;
	memcpy(c->maps, data + HEADER, maps);
	size -= HEADER + maps;
	c->len = min_t(size_t, size / sizeof(c->insns[0]), CASE_INSNS);
	memcpy(c->insns, data + HEADER + maps, c->len * sizeof(c->insns[0]));
	return 0;
}

size_t case_to_bytes(const struct fuzz_case *c, u8 *data, size_t room)
{
	size_t maps = c->nr_maps * sizeof(c->maps[0]);
	size_t insns = c->len * sizeof(c->insns[0]);

	if (HEADER + maps + insns > room)
		return 0;
	data[0] = c->prog_type;
	data[1] = c->priv | c->walk << 1;
	data[2] = c->flags;
	data[3] = c->nr_maps;
	memcpy(data + HEADER, c->maps, maps);
	memcpy(data + HEADER + maps, c->insns, insns);
	return HEADER + maps + insns;
}

/* ---- distances ---- */

enum distance { NO_DISTANCE, IN_OFF, IN_IMM };

static enum distance distance_in(const struct xbpf_insn *insn)
{
	u8 class = XBPF_CLASS(insn->code), op = XBPF_OP(insn->code);

	if (insn->code == (XBPF_LD | XBPF_IMM | XBPF_DW))
		return insn->src_reg == XBPF_PSEUDO_FUNC ? IN_IMM : NO_DISTANCE;
	if (class != XBPF_JMP && class != XBPF_JMP32)
		return NO_DISTANCE;
	if (op == XBPF_EXIT)
		return NO_DISTANCE;
	if (op == XBPF_CALL)
		return insn->src_reg == XBPF_PSEUDO_CALL ? IN_IMM : NO_DISTANCE;
	return class == XBPF_JMP32 && op == XBPF_JA ? IN_IMM : IN_OFF;
}

/* Where an index goes when @n (maybe negative) are put in at @at. */
static s64 moved(s64 i, u32 at, s32 n)
{
	if (i < at)
		return i;
	return max_t(s64, i + n, at);
}

static void move_targets(struct fuzz_case *c, u32 at, s32 n)
{
	u32 i;

	for (i = 0; i < c->len; i++) {
		struct xbpf_insn *insn = &c->insns[i];
		enum distance d = distance_in(insn);
		s64 target = (s64)i + 1 + (d == IN_OFF ? insn->off : insn->imm);

		if (d == NO_DISTANCE)
			continue;
		target = moved(target, at, n) - moved(i, at, n) - 1;
		if (d == IN_OFF)
			insn->off = target;
		else
			insn->imm = target;
	}
}

int case_insert(struct fuzz_case *c, u32 at, u32 n)
{
	if (at > c->len || c->len + n > CASE_INSNS)
		return 0;
	move_targets(c, at, n);
	memmove(&c->insns[at + n], &c->insns[at],
		(c->len - at) * sizeof(c->insns[0]));
	memset(&c->insns[at], 0, n * sizeof(c->insns[0]));
	c->len += n;
	return 1;
}

void case_remove(struct fuzz_case *c, u32 at)
{
	u32 n = 1 + (c->insns[at].code == (XBPF_LD | XBPF_IMM | XBPF_DW));

	if (c->len <= at + n)
		return;
	move_targets(c, at, -(s32)n);
	memmove(&c->insns[at], &c->insns[at + n],
		(c->len - at - n) * sizeof(c->insns[0]));
	c->len -= n;
}

void case_print(const struct fuzz_case *c)
{
	char text[128];
	u32 i;

	printf("# type %u, %sprivileged, walk %u, flags %u\n", c->prog_type,
	       c->priv ? "" : "un", c->walk, c->flags);
	for (i = 0; i < c->nr_maps; i++)
		printf("# map %u: type %u key %u value %u entries %u%s\n", i,
		       c->maps[i].type, c->maps[i].key_size,
		       c->maps[i].value_size, c->maps[i].max_entries,
		       c->maps[i].frozen ? " frozen" : "");
	for (i = 0; i < c->len; i++) {
		xbpf_insn_print(text, sizeof(text), &c->insns[i]);
		printf("# %3u: %s\n", i, text);
		i += c->insns[i].code == (XBPF_LD | XBPF_IMM | XBPF_DW);
	}
}
