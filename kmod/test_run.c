// SPDX-License-Identifier: GPL-2.0-only
/*
 * PROG_TEST_RUN: runs a program on a context that user space gives.
 *
 * Knows raw tracepoints, whose context is a few numbers and which can be run on
 * another CPU. Packets and plain bytes are vm/test.c's.
 */
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/smp.h>
#include <net/net_namespace.h>
#include "vm/test.h"
#include "device.h"

#define MAX_ARGS 12

struct raw_test {
	struct xbpf_prog_obj *prog;
	u64 args[MAX_ARGS];
	u32 retval;
};

static void test_here(void *arg)
{
	struct xbpf_run_ctx run = {};
	struct raw_test *test = arg;

	test->retval = xbpf_run(test->prog, test->args, &run);
}

static int test_on_cpu(struct raw_test *test, const union xbpf_attr *attr)
{
	u32 cpu = attr->test.cpu;
	int here;

	here = get_cpu();
	if (!(attr->test.flags & XBPF_F_TEST_RUN_ON_CPU) || cpu == here) {
		test_here(test);
		put_cpu();
		return 0;
	}
	put_cpu();
	if (cpu >= nr_cpu_ids || !cpu_online(cpu))
		return -ENXIO;
	return smp_call_function_single(cpu, test_here, test, 1);
}

static int test_raw(struct xbpf_prog_obj *prog, const union xbpf_attr *attr,
		    union xbpf_attr __user *uattr)
{
	struct raw_test test = { .prog = prog };
	u32 size = attr->test.ctx_size_in;
	int err;

	if (attr->test.data_in || attr->test.data_out || attr->test.ctx_out ||
	    attr->test.duration || attr->test.repeat || attr->test.batch_size)
		return -EINVAL;
	if (size < prog->prog->max_ctx || size > sizeof(test.args))
		return -EINVAL;
	if (!(attr->test.flags & XBPF_F_TEST_RUN_ON_CPU) && attr->test.cpu)
		return -EINVAL;
	if (copy_from_user(test.args, u64_to_user_ptr(attr->test.ctx_in), size))
		return -EFAULT;
	err = test_on_cpu(&test, attr);
	if (err)
		return err;
	return put_user(test.retval, &uattr->test.retval);
}

/* ---- packets and bytes ---- */

static u64 run_once(struct xbpf_test *test, void *ctx)
{
	struct xbpf_run_ctx run = { .sockets = test->sockets };
	u32 retval;

	retval = xbpf_run(test->host, ctx, &run);
	xbpf_sockets_drop(run.sockets, test->sockets);
	return retval;
}

static int check_device(struct xbpf_test *test, u32 ifindex, u32 queue)
{
	struct net_device *dev;
	int err = 0;

	dev = dev_get_by_index(current->nsproxy->net_ns, ifindex);
	if (!dev)
		return -ENODEV;
	if (queue >= dev->real_num_rx_queues)
		err = -EINVAL;
	dev_put(dev);
	return err;
}

static int test_here_and_now(struct xbpf_prog_obj *prog,
			     const union xbpf_attr *attr,
			     union xbpf_attr __user *uattr)
{
	struct xbpf_test test = {
		.prog = prog->prog, .attr = attr, .uattr = uattr,
		.run = run_once, .device = check_device, .host = prog,
	};

	return xbpf_test_run(&test);
}

/* ---- the command ---- */

static int is_raw(const struct xbpf_prog_obj *prog)
{
	return prog->prog->type == XBPF_PROG_TYPE_RAW_TRACEPOINT;
}

static int test_prog(struct xbpf_prog_obj *prog, const union xbpf_attr *attr,
		     union xbpf_attr __user *uattr)
{
	if (is_raw(prog))
		return test_raw(prog, attr, uattr);
	return test_here_and_now(prog, attr, uattr);
}

int xbpf_cmd_test_run(union xbpf_attr *attr, union xbpf_attr __user *uattr,
		      u32 size)
{
	struct xbpf_obj *obj;
	int err = -ENOTSUPP;

	if (!attr->test.ctx_size_in != !attr->test.ctx_in ||
	    !attr->test.ctx_size_out != !attr->test.ctx_out)
		return -EINVAL;
	obj = xbpf_obj_from_fd(attr->test.prog_fd, XBPF_OBJ_PROG);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (xbpf_prog_type_get(xbpf_to_prog_obj(obj)->prog->type)->has_test_run)
		err = test_prog(xbpf_to_prog_obj(obj), attr, uattr);
	xbpf_obj_put(obj);
	return err;
}
