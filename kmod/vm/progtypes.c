// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program-type table, and what each type may do with its context.
 *
 * Knows offsets and sizes; does not know events or what is in a record.
 */
#include "vm/vm.h"

/* Longest trace-event record that the perf core hands out. */
#define TRACE_RECORD_MAX	8192
#define TRACING_CTX_SIZE	(12 * sizeof(u64))
#define RAW_TP_CTX_SIZE		(12 * sizeof(u64))

static int aligned_read(const struct xbpf_ctx_access *a, u32 end)
{
	if (a->write || a->off % a->size || a->size > end ||
	    a->off > end - a->size)
		return XBPF_CTX_DENIED;
	return XBPF_CTX_SCALAR;
}

static int denied(const struct xbpf_prog *prog, struct xbpf_ctx_access *a)
{
	return XBPF_CTX_DENIED;
}

static int kprobe(const struct xbpf_prog *prog, struct xbpf_ctx_access *a)
{
	return aligned_read(a, sizeof(struct pt_regs));
}

/* The first eight bytes of a record were once a hidden pointer. */
static int tracepoint(const struct xbpf_prog *prog, struct xbpf_ctx_access *a)
{
	if (a->off < sizeof(void *))
		return XBPF_CTX_DENIED;
	return aligned_read(a, TRACE_RECORD_MAX);
}

static int raw_tracepoint(const struct xbpf_prog *prog,
			  struct xbpf_ctx_access *a)
{
	return aligned_read(a, RAW_TP_CTX_SIZE);
}

/* The first argument is a buffer that the program may change. */
static int raw_tracepoint_writable(const struct xbpf_prog *prog,
				   struct xbpf_ctx_access *a)
{
	if (a->off)
		return raw_tracepoint(prog, a);
	return a->write || a->size != sizeof(u64) ? XBPF_CTX_DENIED :
	       XBPF_CTX_TP_BUFFER;
}

/* Bytes of whoever runs the program, who sees what it wrote. */
static int syscall(const struct xbpf_prog *prog, struct xbpf_ctx_access *a)
{
	if (a->off >= U16_MAX || a->off % a->size)
		return XBPF_CTX_DENIED;
	return XBPF_CTX_SCALAR;
}

/* Registers are read whole; the two numbers whole or their low part. */
static int perf_event(const struct xbpf_prog *prog, struct xbpf_ctx_access *a)
{
	const u32 numbers = offsetof(struct xbpf_perf_event_data, sample_period);

	if (a->off < numbers && a->size != sizeof(long))
		return XBPF_CTX_DENIED;
	if (a->off >= numbers && a->off % sizeof(u64))
		return XBPF_CTX_DENIED;
	return aligned_read(a, sizeof(struct xbpf_perf_event_data));
}

static const struct xbpf_prog_type_ops prog_types[] = {
#define XBPF_PROG_ROW(type, n, ctx, access, min, max, caps, regs, run)	\
	[XBPF_PROG_TYPE_##type] = {					\
		.name = #n, .ctx_size = (ctx), .ctx_access = access,	\
		.ret_min = (min), .ret_max = (max), .cap = (caps),	\
		.has_regs = (regs), .has_test_run = (run),		\
	},
#include "vm/progtypes.def"
};

const struct xbpf_prog_type_ops *xbpf_prog_type_get(u32 type)
{
	if (type >= ARRAY_SIZE(prog_types) || !prog_types[type].name)
		return NULL;
	return &prog_types[type];
}

int xbpf_prog_type_attach_ok(u32 type, u32 expected_attach_type)
{
	switch (type) {
	case XBPF_PROG_TYPE_CGROUP_SKB:
		return expected_attach_type == XBPF_CGROUP_INET_INGRESS ||
		       expected_attach_type == XBPF_CGROUP_INET_EGRESS;
	case XBPF_PROG_TYPE_SYSCALL:
		return !expected_attach_type;
	case XBPF_PROG_TYPE_TRACING:
		return expected_attach_type == XBPF_TRACE_RAW_TP ||
		       expected_attach_type == XBPF_TRACE_FENTRY ||
		       expected_attach_type == XBPF_TRACE_FEXIT ||
		       expected_attach_type == XBPF_MODIFY_RETURN ||
		       expected_attach_type == XBPF_TRACE_ITER;
	default:
		return 1;
	}
}

/* Two more numbers tell the sender that the path is congested. */
int xbpf_prog_type_ret(const struct xbpf_prog *prog, s32 *min, s32 *max)
{
	const struct xbpf_prog_type_ops *type = xbpf_prog_type_get(prog->type);

	*min = type->ret_min;
	*max = type->ret_max;
	if (prog->type == XBPF_PROG_TYPE_CGROUP_SKB &&
	    prog->expected_attach_type == XBPF_CGROUP_INET_EGRESS)
		*max = 3;
	if (prog->type == XBPF_PROG_TYPE_TRACING) {
		*max = prog->expected_attach_type == XBPF_TRACE_ITER;
		return prog->expected_attach_type != XBPF_TRACE_RAW_TP &&
		       prog->expected_attach_type != XBPF_MODIFY_RETURN;
	}
	return *min || *max;
}

u32 xbpf_prog_type_packets(u32 type)
{
	switch (type) {
	case XBPF_PROG_TYPE_SOCKET_FILTER:
		return XBPF_PACKET_LD_ABS;
	case XBPF_PROG_TYPE_SCHED_CLS:
	case XBPF_PROG_TYPE_SCHED_ACT:
		return XBPF_PACKET_LD_ABS | XBPF_PACKET_READ | XBPF_PACKET_WRITE;
	case XBPF_PROG_TYPE_XDP:
		return XBPF_PACKET_READ | XBPF_PACKET_WRITE;
	case XBPF_PROG_TYPE_CGROUP_SKB:
		return XBPF_PACKET_READ;
	default:
		return 0;
	}
}
