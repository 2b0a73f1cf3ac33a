// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: what helpers do to them, and the rules of PROG_TEST_RUN.
 */
#include <stdlib.h>

#include "vm/packet.h"
#include "host/raw.h"
#include "host/test_run.h"
#include "unit/unit.h"

#define FRAME	64
#define ADDR(p)	((unsigned long)(p))

/* An IPv4 frame; the header's sum is right. */
static const u8 frame[FRAME] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00,
	0x45, 0x00, 0x00, 0x32, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xb8, 0xa2,
	0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7, 0x10, 0x20, 0x30, 0x40,
};

static u8 memory[2048];
static struct xbpf_skb skb;
static struct xbpf_xdp xdp;

static void set_packet(struct xbpf_packet *pkt)
{
	memset(memory, 0xee, sizeof(memory));
	memcpy(memory + 256, frame, FRAME);
	*pkt = (struct xbpf_packet){
		.buf = memory, .size = sizeof(memory), .data = 256,
		.len = FRAME, .linear = FRAME, .mac = 256, .net = 270,
	};
}

static u64 new_skb(void)
{
	memset(&skb, 0, sizeof(skb));
	set_packet(&skb.pkt);
	skb.abi.protocol = 0x0008;
	xbpf_skb_sync(&skb);
	return ADDR(&skb);
}

static u64 new_xdp(void)
{
	memset(&xdp, 0, sizeof(xdp));
	set_packet(&xdp.pkt);
	xbpf_xdp_sync(&xdp);
	return ADDR(&xdp);
}

static const u8 *data(void)
{
	return (void *)(unsigned long)skb.data;
}

/* Sum of the IPv4 header: 0 when it is right. */
static u16 header_sum(void)
{
	u32 sum = 0, i;

	for (i = 14; i < 34; i += 2)
		sum += data()[i] << 8 | data()[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	return ~(sum + (sum >> 16));
}

static void test_sums(void)
{
	u64 ctx = new_skb();
	u32 zero[5] = { 0 };

	is(header_sum(), 0, "the header's sum is right");
	skb.pkt.buf[256 + 22] = 0x3f;
	ok(header_sum() != 0, "a hop later it is not");
	is(xbpf_helper_l3_csum_replace(ctx, 24, 0x1140, 0x113f, 2), 0,
	   "a field of two bytes is replaced");
	is(header_sum(), 0, "and the sum is right again");
	memset(skb.pkt.buf + 256 + 26, 9, 4);
	is(xbpf_helper_l3_csum_replace(ctx, 24, 0x0100a8c0, 0x09090909, 4), 0,
	   "one of four");
	is(header_sum(), 0, "the same");
	is(xbpf_helper_l3_csum_replace(ctx, 24, 1, 2, 0), (u64)-EINVAL,
	   "a difference has no old value");
	is(xbpf_helper_l3_csum_replace(ctx, 25, 1, 2, 2), (u64)-EFAULT,
	   "sums are aligned");
	is(xbpf_helper_l3_csum_replace(ctx, FRAME, 1, 2, 2), (u64)-EFAULT,
	   "and in the packet");
	is(xbpf_helper_l3_csum_replace(ctx, 24, 1, 2, 3), (u64)-EINVAL,
	   "fields have two or four bytes");
	is(xbpf_helper_csum_diff(ADDR(zero), 20, ADDR(data() + 14), 20, 0), 0xffff,
	   "the sum of a right header is all ones");
	is(xbpf_helper_csum_diff(0, 0, ADDR(zero), 6, 0), (u64)-EINVAL,
	   "of whole words");
	is(xbpf_helper_csum_update(ctx, 1, 0, 0, 0), (u64)-ENOTSUPP,
	   "no device has summed");
}

static void test_bytes(void)
{
	u64 ctx = new_skb();
	u8 buf[4] = { 1, 2, 3, 4 };

	is(xbpf_helper_skb_store_bytes(ctx, 60, ADDR(buf), 4, 0), 0, "stored");
	is(memcmp(data() + 60, buf, 4), 0, "at its place");
	is(xbpf_helper_skb_store_bytes(ctx, 61, ADDR(buf), 4, 0), (u64)-EFAULT,
	   "not beyond");
	is(xbpf_helper_skb_load_bytes(ctx, 61, ADDR(buf), 4, 0), (u64)-EFAULT,
	   "nor loaded");
	ok(!buf[0] && !buf[3], "which leaves zeroes");
	is(xbpf_helper_skb_load_bytes(ctx, -1U, ADDR(buf), 4, 0), (u64)-EFAULT,
	   "nor before");
	is(xbpf_helper_skb_load_bytes_relative(ctx, 0, ADDR(buf), 1,
					       XBPF_HDR_START_NET), 0,
	   "from the network header");
	is(buf[0], 0x45, "which begins so");
	is(xbpf_helper_skb_pull_data(ctx, FRAME + 1, 0, 0, 0), (u64)-ENOMEM,
	   "no more than there is");
	skb.pkt.linear = 20;
	is(xbpf_helper_skb_pull_data(ctx, 40, 0, 0, 0), 0, "pulled");
	is(skb.data_end - skb.data, 40, "is addressable");
}

static void test_room(void)
{
	u64 ctx = new_skb();

	is(xbpf_helper_skb_adjust_room(ctx, 8, XBPF_ADJ_ROOM_MAC, 0, 0), 0,
	   "room behind the link header");
	ok(skb.abi.len == FRAME + 8 && data()[13] == 0 && !data()[14] &&
	   data()[22] == 0x45, "is there and empty");
	is(xbpf_helper_skb_adjust_room(ctx, -8, XBPF_ADJ_ROOM_MAC, 0, 0), 0,
	   "and goes");
	is(memcmp(data(), frame, FRAME), 0, "nothing is lost");
	is(xbpf_helper_skb_adjust_room(ctx, 0x1000, XBPF_ADJ_ROOM_MAC, 0, 0),
	   (u64)-EFAULT, "not so much");
	is(xbpf_helper_skb_adjust_room(ctx, -40, XBPF_ADJ_ROOM_MAC, 0, 0),
	   (u64)-ENOTSUPP, "a header must remain");
	is(xbpf_helper_skb_adjust_room(ctx, 500, XBPF_ADJ_ROOM_MAC, 0, 0),
	   (u64)-ENOMEM, "there is no room for that");
	is(xbpf_helper_skb_vlan_push(ctx, 0xa888, 7, 0, 0), 0, "a tag");
	ok(skb.abi.vlan_present && skb.abi.len == FRAME, "is beside the packet");
	is(xbpf_helper_skb_vlan_push(ctx, 0x0081, 5, 0, 0), 0, "another");
	ok(skb.abi.vlan_tci == 5 && skb.abi.len == FRAME + 4 &&
	   data()[12] == 0x88 && data()[15] == 7, "puts the first into it");
	is(xbpf_helper_skb_vlan_pop(ctx, 0, 0, 0, 0), 0, "off");
	ok(skb.abi.vlan_tci == 7 && skb.abi.len == FRAME, "the first is back");
	is(xbpf_helper_skb_vlan_pop(ctx, 0, 0, 0, 0), 0, "off");
	ok(!skb.abi.vlan_present && !memcmp(data(), frame, FRAME),
	   "as it was");
	is(xbpf_helper_skb_change_tail(ctx, 100, 0, 0, 0), 0, "longer");
	ok(skb.abi.len == 100 && !data()[99], "with zeroes");
	is(xbpf_helper_skb_change_tail(ctx, 5000, 0, 0, 0), (u64)-ENOMEM,
	   "not so long");
	is(xbpf_helper_skb_change_tail(ctx, 10, 0, 0, 0), (u64)-EINVAL,
	   "not without a link header");
	is(xbpf_helper_skb_change_head(ctx, 4, 0, 0, 0), 0, "more in front");
	ok(skb.abi.len == 104 && !data()[3] && data()[4] == 2, "empty");
}

static void test_xdp_ends(void)
{
	u64 ctx = new_xdp();
	u8 buf[4];

	is(xbpf_helper_xdp_adjust_head(ctx, -216, 0, 0, 0), 0, "to the front");
	is(xdp.data_end - xdp.data, FRAME + 216, "is all packet");
	is(xbpf_helper_xdp_adjust_head(ctx, -1, 0, 0, 0), (u64)-EINVAL,
	   "no farther");
	is(xbpf_helper_xdp_adjust_head(ctx, FRAME + 216 - 13, 0, 0, 0),
	   (u64)-EINVAL, "a link header remains");
	ctx = new_xdp();
	is(xbpf_helper_xdp_adjust_meta(ctx, -8, 0, 0, 0), 0, "metadata");
	is(xdp.data - xdp.data_meta, 8, "before the packet");
	is(xbpf_helper_xdp_adjust_meta(ctx, -6, 0, 0, 0), (u64)-EACCES,
	   "of whole words");
	is(xbpf_helper_xdp_adjust_meta(ctx, 12, 0, 0, 0), (u64)-EINVAL,
	   "not in the packet");
	memset(memory + 248, 7, 8);
	is(xbpf_helper_xdp_adjust_head(ctx, 4, 0, 0, 0), 0, "the packet moves");
	ok(xdp.data - xdp.data_meta == 8 && memory[252] == 7 && memory[259] == 7,
	   "and takes it along");
	is(xbpf_helper_xdp_adjust_tail(ctx, -30, 0, 0, 0), 0, "shorter");
	is(xbpf_helper_xdp_get_buff_len(ctx, 0, 0, 0, 0), 30, "by so much");
	is(xbpf_helper_xdp_adjust_tail(ctx, 10, 0, 0, 0), 0, "longer");
	is(memory[256 + 4 + 39], 0, "with zeroes");
	is(xbpf_helper_xdp_adjust_tail(ctx, -27, 0, 0, 0), (u64)-EINVAL,
	   "a link header remains");
	is(xbpf_helper_xdp_adjust_tail(ctx, 3500, 0, 0, 0), (u64)-EINVAL,
	   "a page is a page");
	is(xbpf_helper_xdp_load_bytes(ctx, 38, ADDR(buf), 4, 0), (u64)-EINVAL,
	   "loads end with the packet");
	is(xbpf_helper_xdp_load_bytes(ctx, 0x10000, ADDR(buf), 4, 0),
	   (u64)-EFAULT, "and with 16 bits");
}

/* ---- PROG_TEST_RUN ---- */

static struct xbpf_prog *prog;
static union xbpf_attr attr;
static u8 in[70000], out[70000];
static struct xbpf_sk_buff ctx_in, ctx_out;

static void ask(u32 type)
{
	prog->type = type;
	memset(&attr, 0, sizeof(attr));
	memset(&ctx_in, 0, sizeof(ctx_in));
	memcpy(in, frame, FRAME);
	memset(out, 0xee, sizeof(out));
	attr.test.data_in = ADDR(in);
	attr.test.data_size_in = FRAME;
	attr.test.data_out = ADDR(out);
	attr.test.data_size_out = sizeof(out);
}

static void ask_ctx(void)
{
	ask(XBPF_PROG_TYPE_SCHED_CLS);
	attr.test.ctx_in = ADDR(&ctx_in);
	attr.test.ctx_size_in = sizeof(ctx_in);
	attr.test.ctx_out = ADDR(&ctx_out);
	attr.test.ctx_size_out = sizeof(ctx_out);
}

static long run(void)
{
	return xbpf_host_test_run(prog, &attr);
}

static void test_run_skb(void)
{
	ask(XBPF_PROG_TYPE_SCHED_CLS);
	is(run(), 0, "a classifier runs");
	ok(attr.test.retval == 42 && attr.test.data_size_out == FRAME &&
	   !memcmp(out, frame, FRAME), "on the packet");
	ask(XBPF_PROG_TYPE_SOCKET_FILTER);
	is(run(), 0, "a filter runs");
	ok(!out[12] && !memcmp(out + 14, frame + 14, FRAME - 14),
	   "without the link header");
	attr.test.data_size_in = 13;
	is(run(), -EINVAL, "too short for a frame");
	attr.test.data_size_in = 20;
	is(run(), -EINVAL, "too short for its network header");
	ask(XBPF_PROG_TYPE_SCHED_CLS);
	attr.test.data_size_out = 10;
	is(run(), -ENOSPC, "no room for the packet");
	ok(attr.test.data_size_out == FRAME && out[9] == frame[9] &&
	   out[10] == 0xee, "gets what fits, and the size");
	ask(XBPF_PROG_TYPE_SCHED_CLS);
	attr.test.cpu = 1;
	is(run(), -EINVAL, "no CPU is asked for");
	ask(XBPF_PROG_TYPE_SCHED_CLS);
	attr.test.repeat = 5;
	is(run(), 0, "five times");
}

static void test_run_ctx(void)
{
	ask_ctx();
	ctx_in.mark = 9;
	ctx_in.cb[4] = 8;
	is(run(), 0, "a context of the caller");
	ok(ctx_out.mark == 9 && ctx_out.cb[4] == 8 && ctx_out.ifindex == 1 &&
	   ctx_out.wire_len == FRAME, "comes back");
	ctx_in.len = 1;
	is(run(), -EINVAL, "the length is the packet's");
	ask_ctx();
	ctx_in.wire_len = FRAME - 1;
	is(run(), -EINVAL, "on the wire it is not shorter");
	ask_ctx();
	ctx_in.gso_segs = 65536;
	is(run(), -EINVAL, "so many segments there are not");
	ask_ctx();
	ctx_in.ifindex = 77;
	is(run(), -ENODEV, "nor this device");
	ask_ctx();
	attr.test.ctx_size_out = 8;
	is(run(), -ENOSPC, "no room for the context");
}

static void test_socket(void)
{
	struct xbpf_socket s = { .cookie = 7, .is_full = 1 };
	u64 ctx = new_skb();

	xbpf_socket_init(&s);
	is(xbpf_helper_get_socket_cookie(ctx, 0, 0, 0, 0), 0, "no socket");
	is(xbpf_helper_get_socket_uid(ctx, 0, 0, 0, 0), 65534, "is nobody's");
	skb.abi.sk = &s.abi;
	is(xbpf_helper_get_socket_cookie(ctx, 0, 0, 0, 0), 7, "a socket");
	is(xbpf_helper_get_socket_uid(ctx, 0, 0, 0, 0), 0, "is the kernel's");
	is(xbpf_helper_sk_fullsock(ADDR(&s.abi), 0, 0, 0, 0), ADDR(&s.abi),
	   "a whole one");
	is(xbpf_helper_tcp_sock(ADDR(&s.abi), 0, 0, 0, 0), 0, "not of TCP");
	s.is_tcp = 1;
	is(xbpf_helper_tcp_sock(ADDR(&s.abi), 0, 0, 0, 0), ADDR(&s.tcp), "of TCP");
	is(xbpf_helper_sk_fullsock(ADDR(&s.tcp), 0, 0, 0, 0), ADDR(&s.abi),
	   "and back");
	is(xbpf_helper_get_listener_sock(ADDR(&s.tcp), 0, 0, 0, 0), 0,
	   "which does not listen");
}

static void test_run_xdp(void)
{
	struct xbpf_xdp_md md = { .data = 8, .data_end = FRAME };

	ask(XBPF_PROG_TYPE_XDP);
	attr.test.ctx_in = ADDR(&md);
	attr.test.ctx_size_in = sizeof(md);
	is(run(), 0, "metadata before the packet");
	is(memcmp(out, frame, FRAME), 0, "comes back with it");
	md.data = 6;
	is(run(), -EINVAL, "of whole words");
	md.data = 8;
	md.data_end = FRAME + 1;
	is(run(), -EINVAL, "no more than the caller has");
	md.data_end = FRAME;
	md.rx_queue_index = 1;
	is(run(), -EINVAL, "a queue has a device");
	ask(XBPF_PROG_TYPE_XDP);
	attr.test.flags = XBPF_F_TEST_XDP_LIVE_FRAMES;
	is(run(), -ENOTSUPP, "live frames");
	ask(XBPF_PROG_TYPE_XDP);
	attr.test.data_size_in = 9000;
	is(run(), 0, "more than a page");
	is(attr.test.data_size_out, 9000, "comes back");
	attr.test.data_size_in = 3520 + 17 * 4096 + 1;
	is(run(), -ENOMEM, "more than there are pages");
}

static void test_run_bytes(void)
{
	u64 bytes[2] = { 1, 2 };

	ask(XBPF_PROG_TYPE_KPROBE);
	is(run(), -ENOTSUPP, "probes have no packet");
	memset(&attr, 0, sizeof(attr));
	attr.test.ctx_in = ADDR(bytes);
	attr.test.ctx_size_in = sizeof(bytes);
	is(run(), 0, "but a record");
	is(attr.test.retval, 42, "gives the result");
	prog->type = XBPF_PROG_TYPE_SYSCALL;
	is(run(), 0, "so have system calls");
	prog->max_ctx = 17;
	is(run(), -EINVAL, "which must be whole");
	attr.test.repeat = 1;
	is(run(), -EINVAL, "and run once");
}

int main(void)
{
	const struct xbpf_insn insns[] = {
		{ .code = XBPF_ALU64 | XBPF_MOV | XBPF_K, .imm = 42 },
		{ .code = XBPF_JMP | XBPF_EXIT },
	};
	char why[80];

	test_sums();
	test_bytes();
	test_room();
	test_xdp_ends();
	test_socket();
	prog = xbpf_raw_load(insns, 2, 0, why, sizeof(why));
	test_run_skb();
	test_run_ctx();
	test_run_xdp();
	test_run_bytes();
	xbpf_prog_free(prog);
	return unit_done();
}
