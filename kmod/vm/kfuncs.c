// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of kfuncs as data, and those that need no host.
 *
 * Knows names; what their BTF says is the verifier's business.
 */
#include "vm/vm.h"

/* Sets of program types that kfuncs.def names. */
#define PROG(type)	(1ULL << XBPF_PROG_TYPE_##type)
#define PROGS_ALL	(~0ULL)
/* Types that may hold references to the kernel's objects. */
#define PROGS_OBJECTS							\
	(PROG(TRACING) | PROG(SYSCALL) | PROG(SCHED_CLS) |		\
	 PROG(SCHED_ACT) | PROG(XDP) | PROG(CGROUP_SKB))
#define PROGS_SKB							\
	(PROG(SOCKET_FILTER) | PROG(SCHED_CLS) | PROG(SCHED_ACT) |	\
	 PROG(CGROUP_SKB))
#define PROGS_XDP	PROG(XDP)
/* Types that may call what a kernel has for its tests. */
#define PROGS_TESTS	(PROG(SCHED_CLS) | PROG(TRACING) | PROG(SYSCALL))

#define ROW(n, r, a, b, c, d, e, progs, f)				\
	[XBPF_KFUNC_##n - XBPF_KFUNC_FIRST] = {				\
		.name = #n, .fn = xbpf_kfunc_##n,			\
		.prog_types = PROGS_##progs, .ret = XBPF_RET_##r,	\
		.arg = { XBPF_ARG_##a, XBPF_ARG_##b, XBPF_ARG_##c,	\
			 XBPF_ARG_##d, XBPF_ARG_##e },			\
		.flags = (f),						\
	},

static const struct xbpf_helper kfuncs[] = {
#define XBPF_KFUNC	ROW
#include "vm/kfuncs.def"
#define XBPF_KFUNC	ROW
#include "vm/kfuncs_test.def"
};

const struct xbpf_helper *xbpf_kfunc_get(u32 id)
{
	if (id < XBPF_KFUNC_FIRST || id - XBPF_KFUNC_FIRST >= ARRAY_SIZE(kfuncs))
		return NULL;
	return &kfuncs[id - XBPF_KFUNC_FIRST];
}

int xbpf_kfunc_find(const char *name)
{
	u32 i, n = ARRAY_SIZE(kfuncs);

	if (!READ_ONCE(xbpf_test_kfuncs))
		n = XBPF_KFUNC_FIRST_TEST - XBPF_KFUNC_FIRST;
	for (i = 0; i < n; i++)
		if (!strcmp(kfuncs[i].name, name))
			return XBPF_KFUNC_FIRST + i;
	return -ENOENT;
}

const struct xbpf_helper *xbpf_callee_get(u32 id)
{
	return id < XBPF_KFUNC_FIRST ? xbpf_helper_get(id) : xbpf_kfunc_get(id);
}

/* ---- sections: the verifier counts them, so that they are balanced ---- */

u64 xbpf_kfunc_bpf_rcu_read_lock(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
	__acquires(RCU)
{
	rcu_read_lock();
	return 0;
}

u64 xbpf_kfunc_bpf_rcu_read_unlock(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
	__releases(RCU)
{
	rcu_read_unlock();
	return 0;
}

u64 xbpf_kfunc_bpf_preempt_disable(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	preempt_disable();
	return 0;
}

u64 xbpf_kfunc_bpf_preempt_enable(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	preempt_enable();
	return 0;
}

/* ---- views ---- */

u64 xbpf_kfunc_bpf_rdonly_cast(u64 ptr, u64 type, u64 r3, u64 r4, u64 r5)
{
	return ptr;
}
