// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynptrs at run time: what lies outside of the memory is refused.
 */
#include "vm/vm.h"
#include "vm/packet.h"
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

static u64 clone[2];

static long adjust(u64 start, u64 end)
{
	return xbpf_kfunc_bpf_dynptr_adjust(ADDR(clone), start, end, 0, 0);
}

static u64 size_of(const u64 *d)
{
	return xbpf_kfunc_bpf_dynptr_size(ADDR(d), 0, 0, 0, 0);
}

static u64 slice(u64 off, u64 len)
{
	return xbpf_kfunc_bpf_dynptr_slice(ADDR(clone), off, 0, len, 0);
}

static void test_adjust(void)
{
	make(10, 0);
	is(xbpf_kfunc_bpf_dynptr_clone(ADDR(dynptr), ADDR(clone), 0, 0, 0), 0,
	   "a clone");
	is(adjust(2, 8), 0, "of a part");
	is(size_of(clone), 6, "which is shorter");
	is(size_of(dynptr), 10, "the first is not");
	is(slice(1, 5), ADDR(mem + 3), "offsets are from its start");
	is(slice(2, 5), 0, "nothing is behind its end");
	is(adjust(3, 2), -EINVAL, "an end before its start");
	is(adjust(0, 7), -ERANGE, "an end behind it");
	is(adjust(6, 6), 0, "nothing at all");
	is(size_of(clone), 0, "is a dynptr");
	is(slice(0, 1), 0, "without a byte");
	make(1, 1);
	is(xbpf_kfunc_bpf_dynptr_is_null(ADDR(dynptr), 0, 0, 0, 0), 1,
	   "what could not be made is null");
	is((s32)size_of(dynptr), -EINVAL, "without a size");
	is(xbpf_kfunc_bpf_dynptr_clone(ADDR(dynptr), ADDR(clone), 0, 0, 0),
	   -EINVAL, "its clone");
	is(xbpf_kfunc_bpf_dynptr_is_null(ADDR(clone), 0, 0, 0, 0), 1,
	   "is null, too");
}

static void test_packet(void)
{
	static u8 buf[64];
	struct xbpf_skb skb = { .pkt = { .buf = buf, .data = 16, .len = 32,
					 .linear = 32 } };
	struct xbpf_xdp xdp = { .pkt = skb.pkt };

	buf[20] = 7;
	is(xbpf_kfunc_bpf_dynptr_from_skb(ADDR(&skb), 1, ADDR(clone), 0, 0),
	   -EINVAL, "no flags");
	is(xbpf_kfunc_bpf_dynptr_is_null(ADDR(clone), 0, 0, 0, 0), 1, "null");
	is(xbpf_kfunc_bpf_dynptr_from_skb(ADDR(&skb), 0, ADDR(clone), 0, 0), 0,
	   "a packet");
	is(size_of(clone), 32, "all of it");
	is(slice(4, 4), ADDR(buf + 20), "a part of it");
	is(xbpf_helper_dynptr_data(ADDR(clone), 0, 4, 0, 0), 0, "by slices only");
	is(xbpf_helper_dynptr_read(ADDR(out), 1, ADDR(clone), 4, 0), 0, "read");
	is(out[0], 7, "a byte");
	is(xbpf_helper_dynptr_write(ADDR(clone), 5, ADDR("x"), 1, 0), 0, "write");
	is(buf[21], 'x', "a byte");
	is(xbpf_kfunc_bpf_dynptr_is_rdonly(ADDR(clone), 0, 0, 0, 0), 0,
	   "it may be written");
	skb.pkt.len = 8;
	is(slice(4, 8), 0, "it has become shorter");
	is(xbpf_helper_dynptr_read(ADDR(out), 8, ADDR(clone), 4, 0), -EINVAL,
	   "which a read says");
	skb.pkt.len = 32;
	xbpf_kfunc_bpf_dynptr_from_skb_rdonly(ADDR(&skb), 0, ADDR(clone), 0, 0);
	is(xbpf_kfunc_bpf_dynptr_is_rdonly(ADDR(clone), 0, 0, 0, 0), 1,
	   "one to look at");
	is(xbpf_helper_dynptr_write(ADDR(clone), 5, ADDR("y"), 1, 0), -EINVAL,
	   "is not written");
	is(xbpf_kfunc_bpf_dynptr_slice_rdwr(ADDR(clone), 0, 0, 4, 0), 0,
	   "nor are its slices");
	is(xbpf_kfunc_bpf_dynptr_from_xdp(ADDR(&xdp), 0, ADDR(clone), 0, 0), 0,
	   "of XDP");
	is(xbpf_kfunc_bpf_dynptr_slice_rdwr(ADDR(clone), 4, 0, 4, 0),
	   ADDR(buf + 20), "it is the same");
	is(xbpf_helper_dynptr_write(ADDR(clone), 5, ADDR("z"), 1, 1), -EINVAL,
	   "without flags");
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
	test_adjust();
	test_packet();
	return unit_done();
}
