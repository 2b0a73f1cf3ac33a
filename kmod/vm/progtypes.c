// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program-type table, and what each type may do with its context.
 *
 * Knows offsets and sizes; does not know events or what is in a record.
 */
#include "vm/vm.h"

/* Longest trace-event record that the perf core hands out. */
#define TRACE_RECORD_MAX	8192
#define RAW_TP_CTX_SIZE		(12 * sizeof(u64))

static int denied(const struct xbpf_prog *prog, struct xbpf_ctx_access *a)
{
	return XBPF_CTX_DENIED;
}

static int aligned_read(const struct xbpf_ctx_access *a, u32 end)
{
	if (a->write || a->off % a->size || a->size > end ||
	    a->off > end - a->size)
		return XBPF_CTX_DENIED;
	return XBPF_CTX_SCALAR;
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
