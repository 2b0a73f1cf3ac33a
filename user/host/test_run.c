// SPDX-License-Identifier: GPL-2.0-only
/*
 * PROG_TEST_RUN in this process: what vm/test.h asks of its host.
 */
#include "vm/packet.h"
#include "host/test_run.h"

static __thread u32 running_type;
static __thread struct xbpf_socket *running_sockets;

u32 xbpf_net_prog_type(void)
{
	return running_type;
}

struct xbpf_socket **xbpf_run_sockets(void)
{
	return &running_sockets;
}

static u64 test_once(struct xbpf_test *test, void *ctx)
{
	u64 r0;

	running_type = test->prog->type;
	running_sockets = test->sockets;
	rcu_read_lock();
	r0 = xbpf_prog_run(test->prog, ctx);
	rcu_read_unlock();
	return (u32)r0;
}

/* There is the loopback device, and no other. */
static int test_device(struct xbpf_test *test, u32 ifindex, u32 queue)
{
	if (ifindex != 1)
		return -ENODEV;
	return queue ? -EINVAL : 0;
}

long xbpf_host_test_run(const struct xbpf_prog *prog, union xbpf_attr *attr)
{
	struct xbpf_test test = {
		.prog = prog, .attr = attr, .uattr = attr, .run = test_once,
		.device = test_device,
	};

	return xbpf_test_run(&test);
}
