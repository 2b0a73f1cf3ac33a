/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs with their expected results, and the machines that run them.
 */
#ifndef XBPF_INSN_TEST_H
#define XBPF_INSN_TEST_H

#include "vm/vm.h"

#define TEST_MAX_INSNS	64
#define TEST_MAX_MEMORY	256

/**
 * struct test - one run of one program
 * @insns: @len instructions
 * @memory: what R1 points to, @size bytes, R2 says how many
 * @packet: it is a packet, and R1 points to the context of a classifier
 * @result: R0 at the end
 * @no_device: why the module cannot run it, or empty
 */
struct test {
	struct xbpf_insn insns[TEST_MAX_INSNS];
	u32 len;
	u8 memory[TEST_MAX_MEMORY];
	u32 size;
	int packet;
	u64 result;
	char no_device[80];
};

enum run_status {
	RUN_DONE,
	RUN_FAILED,	/* @why: the reason */
	RUN_SKIPPED,
};

/**
 * struct backend - a machine
 * @run: runs @test, leaves R0 in @r0
 * @all_right: for machines that are slow to start: runs all @tests of a file at
 *	once; 1: each that can be run gave its result; 0: run them one by one
 */
struct backend {
	const char *name;
	enum run_status (*run)(const struct test *test, u64 *r0, char *why,
			       size_t size);
	int (*all_right)(const struct test *tests, u32 n);
};

/**
 * data_read - the tests of a file
 * @tests: gets them in allocated memory, for free()
 *
 * Return: their number; -1 after a message for a bad file.
 */
int data_read(const char *path, struct test **tests);

/* host.c, device.c */
extern const struct backend host_interp, host_jit, device_interp, device_jit;

#endif
