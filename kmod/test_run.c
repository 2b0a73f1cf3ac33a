// SPDX-License-Identifier: GPL-2.0-only
/*
 * PROG_TEST_RUN: runs a program once, on a context that user space gives.
 * Knows raw tracepoints, whose context is a few numbers.
 */
#include <linux/smp.h>
#include "device.h"

#define MAX_ARGS 12

struct test {
	struct xbpf_prog_obj *prog;
	u64 args[MAX_ARGS];
	u32 retval;
};

static void test_here(void *arg)
{
	struct xbpf_run_ctx run = {};
	struct test *test = arg;

	test->retval = xbpf_run(test->prog, test->args, &run);
}

static int test_on_cpu(struct test *test, const union xbpf_attr *attr)
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

int xbpf_test_run(struct xbpf_prog_obj *prog, union xbpf_attr *attr,
		  union xbpf_attr __user *uattr)
{
	struct test test = { .prog = prog };
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
		err = xbpf_test_run(xbpf_to_prog_obj(obj), attr, uattr);
	xbpf_obj_put(obj);
	return err;
}
