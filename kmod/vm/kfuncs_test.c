// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kfuncs that a kernel has for its own tests, and the object that they are
 * about: there is one, programs hold references to it, and it never goes.
 *
 * Programs read it by the kernel's BTF, so that its layout is the kernel's.
 */
#include "vm/vm.h"

struct member {
	s32 a;
	s32 c;
};

struct object {
	s32 a;
	s32 b;
	struct member memb;
	struct object *next;
	refcount_t cnt;
};

static struct object the_object = {
	.a = 42, .b = 108, .next = &the_object, .cnt = REFCOUNT_INIT(1),
};

static u64 hold(void)
{
	refcount_inc(&the_object.cnt);
	return (unsigned long)&the_object;
}

/* ---- numbers ---- */

u64 xbpf_kfunc_bpf_kfunc_call_test1(u64 sk, u64 a, u64 b, u64 c, u64 d)
{
	return (u32)a + b + (u32)c + d;
}

u64 xbpf_kfunc_bpf_kfunc_call_test2(u64 sk, u64 a, u64 b, u64 r4, u64 r5)
{
	return (s64)(s32)((u32)a + (u32)b);
}

u64 xbpf_kfunc_bpf_kfunc_call_test3(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return sk;
}

u64 xbpf_kfunc_bpf_kfunc_call_test4(u64 a, u64 b, u64 c, u64 d, u64 r5)
{
	return (s8)a + (s16)b + (s32)c + d;
}

/* ---- the object ---- */

u64 xbpf_kfunc_bpf_kfunc_call_test_acquire(u64 num, u64 r2, u64 r3, u64 r4,
					   u64 r5)
{
	return hold();
}

u64 xbpf_kfunc_bpf_kfunc_call_memb_acquire(u64 r1, u64 r2, u64 r3, u64 r4,
					   u64 r5)
{
	return 0;
}

u64 xbpf_kfunc_bpf_kfunc_call_test_release(u64 p, u64 r2, u64 r3, u64 r4,
					   u64 r5)
{
	refcount_dec(&the_object.cnt);
	return 0;
}

u64 xbpf_kfunc_bpf_kfunc_call_test_kptr_get(u64 field, u64 a, u64 b, u64 r4,
					    u64 r5)
{
	return READ_ONCE(*(u64 *)(unsigned long)field) ? hold() : 0;
}

static u64 memory_of(u64 p, u64 size)
{
	return size <= 2 * sizeof(s32) ? p : 0;
}

u64 xbpf_kfunc_bpf_kfunc_call_test_get_rdwr_mem(u64 p, u64 size, u64 r3, u64 r4,
						u64 r5)
{
	return memory_of(p, size);
}

u64 xbpf_kfunc_bpf_kfunc_call_test_get_rdonly_mem(u64 p, u64 size, u64 r3,
						  u64 r4, u64 r5)
{
	return memory_of(p, size);
}

u64 xbpf_kfunc_bpf_kfunc_call_test_acq_rdonly_mem(u64 p, u64 size, u64 r3,
						  u64 r4, u64 r5)
{
	return memory_of(p, size);
}

/* ---- those that are about their arguments only ---- */

#define DOES_NOTHING(name)						\
u64 xbpf_kfunc_bpf_kfunc_call_##name(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) \
{									\
	return 0;							\
}

DOES_NOTHING(memb_release)
DOES_NOTHING(memb1_release)
DOES_NOTHING(int_mem_release)
DOES_NOTHING(test_ref)
DOES_NOTHING(test_pass_ctx)
DOES_NOTHING(test_pass1)
DOES_NOTHING(test_pass2)
DOES_NOTHING(test_fail1)
DOES_NOTHING(test_fail2)
DOES_NOTHING(test_fail3)
DOES_NOTHING(test_mem_len_pass1)
DOES_NOTHING(test_mem_len_fail1)
DOES_NOTHING(test_mem_len_fail2)
DOES_NOTHING(test_destructive)
