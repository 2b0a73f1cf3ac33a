// SPDX-License-Identifier: GPL-2.0-only
/*
 * families DIR: programs of growing size and one shape, as recordings.
 *
 * For the cost of verification by size: 1,000 to 1,000,000 instructions of
 *   straight    no branch
 *   diamonds    branches on unknown values whose sides meet again
 *   loops       nests of two bounded loops, one behind the other
 *   subprogs    functions, each called once
 * Nothing here depends on a verifier.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "recording.h"

#define MAX_INSNS	1000000
#define SUBPROGS	250
#define PRANDOM		7	/* helper get_prandom_u32 */

static struct xbpf_insn program[MAX_INSNS + 64];
static unsigned int len;

static void emit(int code, int dst, int src, int off, int imm)
{
	program[len++] = (struct xbpf_insn) {
		.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm,
	};
}

#define MOV_K(dst, imm)		emit(0xb7, dst, 0, 0, imm)
#define MOV(dst, src)		emit(0xbf, dst, src, 0, 0)
#define ADD_K(dst, imm)		emit(0x07, dst, 0, 0, imm)
#define ADD(dst, src)		emit(0x0f, dst, src, 0, 0)
#define XOR(dst, src)		emit(0xaf, dst, src, 0, 0)
#define AND_K(dst, imm)		emit(0x57, dst, 0, 0, imm)
#define STORE(off, src)		emit(0x7b, 10, src, off, 0)
#define LOAD(dst, off)		emit(0x79, dst, 10, off, 0)
#define JSET_K(dst, imm, off)	emit(0x45, dst, 0, off, imm)
#define JLT_K(dst, imm, off)	emit(0xa5, dst, 0, off, imm)
#define HELPER(id)		emit(0x85, 0, 0, 0, id)
#define EXIT()			emit(0x95, 0, 0, 0, 0)

/* An unknown number in R6 and at fp-8, known ones in R7 and R8. */
static void begin(void)
{
	len = 0;
	HELPER(PRANDOM);
	MOV(6, 0);
	STORE(-8, 0);
	MOV_K(7, 1);
	MOV_K(8, 2);
}

static void end(void)
{
	MOV_K(0, 0);
	EXIT();
}

static void straight(unsigned int size)
{
	begin();
	while (len + 8 < size) {
		ADD(7, 8);
		XOR(8, 6);
		STORE(-16, 7);
		LOAD(7, -8);
		AND_K(8, 0xffff);
		ADD_K(7, 3);
	}
	end();
}

static void diamonds(unsigned int size)
{
	begin();
	while (len + 8 < size) {
		LOAD(6, -8);
		JSET_K(6, 1 << (len / 6 % 31), 2);
		ADD_K(7, 1);
		emit(0x05, 0, 0, 1, 0);		/* over the other side */
		MOV_K(7, 5);
		XOR(8, 7);
	}
	end();
}

static void loops(unsigned int size)
{
	begin();
	while (len + 16 < size) {
		MOV_K(7, 0);
		MOV_K(8, 0);			/* outer loop begins behind this */
		XOR(6, 7);
		STORE(-16, 6);
		ADD_K(8, 1);
		JLT_K(8, 4, -4);
		ADD_K(7, 1);
		JLT_K(7, 4, -7);
	}
	end();
}

static void subprogs(unsigned int size)
{
	unsigned int i, part = size / SUBPROGS, start;

	len = 0;
	for (i = 0; i < SUBPROGS; i++)
		emit(0x85, 0, 1, 0, 0);
	end();
	for (i = 0; i < SUBPROGS; i++) {
		program[i].imm = len - i - 1;
		start = len;
		HELPER(PRANDOM);
		while (len - start + 4 < part) {
			ADD_K(0, 1);
			AND_K(0, 0xfff);
		}
		EXIT();
	}
}

static int write_program(const char *dir, const char *family)
{
	union xbpf_attr attr = {
		.prog_type = XBPF_PROG_TYPE_RAW_TRACEPOINT,
		.insn_cnt = len,
		.insns = (unsigned long)program,
		.license = (unsigned long)"GPL",
	};
	struct recorded_call call;
	char path[512];
	int fd, ret;

	snprintf(path, sizeof(path), "%s/%s-%u.rec", dir, family, len);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || recorded_call_copy(&call, XBPF_PROG_LOAD, &attr, sizeof(attr), 0, 0))
		return -1;
	call.head.handle = 1;
	snprintf(call.head.program, sizeof(call.head.program), "%u", len);
	snprintf(call.head.section, sizeof(call.head.section), "%s", family);
	ret = recorded_call_write(&call, fd);
	recorded_call_free(&call);
	return close(fd) ?: ret;
}

static const struct {
	const char *name;
	void (*make)(unsigned int size);
} families[] = {
	{ "straight", straight },
	{ "diamonds", diamonds },
	{ "loops", loops },
	{ "subprogs", subprogs },
};

int main(int argc, char **argv)
{
	static const unsigned int sizes[] = { 1000, 10000, 100000, MAX_INSNS };
	size_t i, j;

	if (argc != 2)
		return 2;
	for (i = 0; i < sizeof(families) / sizeof(*families); i++) {
		for (j = 0; j < sizeof(sizes) / sizeof(*sizes); j++) {
			families[i].make(sizes[j]);
			if (write_program(argv[1], families[i].name))
				return 1;
		}
	}
	return 0;
}
