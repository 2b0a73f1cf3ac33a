/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PROG_TEST_RUN, as far as it is the same for every host: contexts are built of
 * what the caller gives, and given back.
 */
#ifndef XBPF_VM_TEST_H
#define XBPF_VM_TEST_H

#include "vm/vm.h"

/**
 * struct xbpf_test - one PROG_TEST_RUN
 * @prog: the program
 * @attr: as it was asked for, in kernel memory
 * @uattr: where results go
 * @run: run it once, on @ctx; by the host
 * @device: has interface @ifindex a receive queue @queue: 0, -ENODEV, -EINVAL;
 *	by the host
 * @sockets: that programs have without looking for them; a list
 * @host: the host's
 * @retval: of the last run
 * @duration: mean of all runs, in ns
 *
 * The runs are in process context; between them it may sleep.
 */
struct xbpf_test {
	const struct xbpf_prog *prog;
	const union xbpf_attr *attr;
	union xbpf_attr __user *uattr;
	u64 (*run)(struct xbpf_test *test, void *ctx);
	int (*device)(struct xbpf_test *test, u32 ifindex, u32 queue);
	struct xbpf_socket *sockets;
	void *host;
	u32 retval;
	u32 duration;
};

/**
 * xbpf_test_run - PROG_TEST_RUN of a program on packets or on plain bytes
 * @test: @prog to @host are set
 *
 * Return: 0; -ENOTSUPP for other types, else as bpf(2).
 */
int xbpf_test_run(struct xbpf_test *test);

/* By type: test_skb.c, test_xdp.c, test.c. */
int xbpf_test_skb(struct xbpf_test *test);
int xbpf_test_xdp(struct xbpf_test *test);

/* test.c: what they share. */

/* Runs @ctx attr->test.repeat times; 0 or -EINTR. */
int xbpf_test_repeat(struct xbpf_test *test, void *ctx);
/* The caller's context in @ctx of @size bytes: 1, 0 if there is none, -errno. */
int xbpf_test_ctx_in(struct xbpf_test *test, void *ctx, u32 size);
int xbpf_test_ctx_out(struct xbpf_test *test, const void *ctx, u32 size);
/* The packet, the result and the time: 0, -ENOSPC, -EFAULT. */
int xbpf_test_finish(struct xbpf_test *test, const void *data, u32 size);

#endif
