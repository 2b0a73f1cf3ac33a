// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynptrs at run time: what lies outside of the memory is refused.
 */
#include "vm/vm.h"
#include "unit.h"

#define ADDR(x)	((unsigned long)(x))

static char mem[16] = "0123456789abcde", out[16];
static u64 dynptr[2];

static long make(u64 size, u64 flags)
{
	return xbpf_helper_dynptr_from_mem(ADDR(mem), size, flags, ADDR(dynptr), 0);
}

static long read_at(u64 off, u64 len)
{
	return xbpf_helper_dynptr_read(ADDR(out), len, ADDR(dynptr), off, 0);
}

int main(void)
{
	is(make(16, 1), -EINVAL, "no flags");
	is(read_at(0, 1), -EINVAL, "what could not be made is not read");
	is(xbpf_helper_dynptr_data(ADDR(dynptr), 0, 1, 0, 0), 0, "no slice");
	is(make(XBPF_DYNPTR_MAX_SIZE + 1, 0), -E2BIG, "too large");
	is(make(10, 0), 0, "ten bytes");
	is(read_at(4, 6), 0, "to the end");
	is(memcmp(out, "456789", 6), 0, "as they are");
	is(read_at(4, 7), -E2BIG, "and no farther");
	is(read_at(11, 0), -E2BIG, "nor from behind it");
	is(read_at(~0ULL, 2), -E2BIG, "nor from before it");
	is(xbpf_helper_dynptr_read(ADDR(out), 1, ADDR(dynptr), 0, 1), -EINVAL,
	   "no flags of a read");
	is(xbpf_helper_dynptr_write(ADDR(dynptr), 9, ADDR("x"), 1, 0), 0, "write");
	is(mem[9], 'x', "the last byte");
	is(xbpf_helper_dynptr_write(ADDR(dynptr), 10, ADDR("x"), 1, 0), -E2BIG,
	   "behind it");
	is(xbpf_helper_dynptr_data(ADDR(dynptr), 2, 8, 0, 0), ADDR(mem + 2),
	   "a slice");
	is(xbpf_helper_dynptr_data(ADDR(dynptr), 2, 9, 0, 0), 0, "too long");
	return unit_done();
}
