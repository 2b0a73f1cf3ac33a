// SPDX-License-Identifier: GPL-2.0-only
/*
 * PROG_TEST_RUN: what is common to all types, and those whose context is plain
 * bytes of the caller.
 */
#include "vm/map.h"
#include "vm/test.h"

#define MAX_BYTES	U16_MAX

static void begin_storages(const struct xbpf_prog *prog)
{
	u32 i;

	for (i = 0; i < prog->nr_maps; i++)
		if (xbpf_map_is_cgroup_storage(prog->maps[i]))
			xbpf_cgroup_storage_begin(prog->maps[i]);
}

/* Storages are a CPU's: the program must stay on it. */
static u32 run_in_group(struct xbpf_test *test, void *ctx)
{
	u32 retval;

	preempt_disable();
	begin_storages(test->prog);
	retval = test->run(test, ctx);
	preempt_enable();
	return retval;
}

int xbpf_test_repeat(struct xbpf_test *test, void *ctx)
{
	u32 times = max(test->attr->test.repeat, 1U), i;
	u64 start, spent = 0;

	for (i = 0; i < times; i++) {
		start = ktime_get_mono_fast_ns();
		test->retval =
			test->prog->type == XBPF_PROG_TYPE_CGROUP_SKB ?
			run_in_group(test, ctx) : test->run(test, ctx);
		spent += ktime_get_mono_fast_ns() - start;
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	test->duration = min_t(u64, div_u64(spent, times), U32_MAX);
	return 0;
}

/* Bytes that we know nothing of must be zero. */
static int check_tail(u64 uptr, u32 from, u32 to)
{
	u8 byte;

	if (to > PAGE_SIZE)
		return -E2BIG;
	for (; from < to; from++) {
		if (copy_from_user(&byte, u64_to_user_ptr(uptr + from), 1))
			return -EFAULT;
		if (byte)
			return -E2BIG;
	}
	return 0;
}

int xbpf_test_ctx_in(struct xbpf_test *test, void *ctx, u32 size)
{
	u64 uptr = test->attr->test.ctx_in;
	u32 given = test->attr->test.ctx_size_in;
	int err;

	memset(ctx, 0, size);
	if (!uptr)
		return test->attr->test.ctx_out != 0;
	err = check_tail(uptr, size, given);
	if (err)
		return err;
	return copy_from_user(ctx, u64_to_user_ptr(uptr), min(size, given)) ?
		-EFAULT : 1;
}

int xbpf_test_ctx_out(struct xbpf_test *test, const void *ctx, u32 size)
{
	u64 uptr = test->attr->test.ctx_out;
	u32 room = test->attr->test.ctx_size_out;

	if (!uptr)
		return 0;
	if (copy_to_user(u64_to_user_ptr(uptr), ctx, min(size, room)) ||
	    put_user(size, &test->uattr->test.ctx_size_out))
		return -EFAULT;
	return room < size ? -ENOSPC : 0;
}

int xbpf_test_finish(struct xbpf_test *test, const void *data, u32 size)
{
	u64 uptr = test->attr->test.data_out;
	u32 room = test->attr->test.data_size_out;
	u32 fits = room ? min(size, room) : size;

	if (uptr && copy_to_user(u64_to_user_ptr(uptr), data, fits))
		return -EFAULT;
	if (put_user(size, &test->uattr->test.data_size_out) ||
	    put_user(test->retval, &test->uattr->test.retval) ||
	    put_user(test->duration, &test->uattr->test.duration))
		return -EFAULT;
	return fits < size ? -ENOSPC : 0;
}

/* ---- plain bytes ---- */

static int run_bytes(struct xbpf_test *test, void *ctx, u32 size)
{
	u64 uptr = test->attr->test.ctx_in;
	int err;

	if (copy_from_user(ctx, u64_to_user_ptr(uptr), size))
		return -EFAULT;
	err = xbpf_test_repeat(test, ctx);
	if (err)
		return err;
	if (put_user(test->retval, &test->uattr->test.retval))
		return -EFAULT;
	if (test->prog->type == XBPF_PROG_TYPE_SYSCALL &&
	    copy_to_user(u64_to_user_ptr(uptr), ctx, size))
		return -EFAULT;
	return 0;
}

/*
 * Programs of system calls change the caller's bytes. Of the others, which Linux
 * does not run here, the bytes are the record of an event; what they do not give
 * is zero.
 */
static int test_bytes(struct xbpf_test *test)
{
	const union xbpf_attr *attr = test->attr;
	u32 size = attr->test.ctx_size_in;
	u32 room = max_t(u32, round_up(size, 8U), test->prog->max_ctx);
	void *ctx;
	int err;

	if (test->prog->type != XBPF_PROG_TYPE_SYSCALL &&
	    (attr->test.data_in || attr->test.data_out))
		return -ENOTSUPP;
	if (attr->test.data_in || attr->test.data_out || attr->test.ctx_out ||
	    attr->test.duration || attr->test.repeat || attr->test.flags ||
	    attr->test.batch_size || size > MAX_BYTES)
		return -EINVAL;
	if (test->prog->type == XBPF_PROG_TYPE_SYSCALL &&
	    size < test->prog->max_ctx)
		return -EINVAL;
	ctx = kvcalloc(max(room, 8U), 1, GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	err = run_bytes(test, ctx, size);
	kvfree(ctx);
	return err;
}

/* ---- by type ---- */

int xbpf_test_run(struct xbpf_test *test)
{
	switch (test->prog->type) {
	case XBPF_PROG_TYPE_SOCKET_FILTER:
	case XBPF_PROG_TYPE_SCHED_CLS:
	case XBPF_PROG_TYPE_SCHED_ACT:
	case XBPF_PROG_TYPE_CGROUP_SKB:
		return xbpf_test_skb(test);
	case XBPF_PROG_TYPE_XDP:
		return xbpf_test_xdp(test);
	case XBPF_PROG_TYPE_SYSCALL:
	case XBPF_PROG_TYPE_KPROBE:
	case XBPF_PROG_TYPE_TRACEPOINT:
	case XBPF_PROG_TYPE_PERF_EVENT:
		return test_bytes(test);
	default:
		return -ENOTSUPP;
	}
}
