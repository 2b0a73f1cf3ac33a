// SPDX-License-Identifier: GPL-2.0-only
/*
 * PROG_TEST_RUN on socket buffers: a frame of the caller's as it would come from
 * a device, and the fields of the context that the caller may set.
 *
 * Classifiers see the frame with its link header, the others without.
 */
#include "vm/packet.h"
#include "vm/test.h"

#define TAILROOM	2048
#define GSO_MAX_SEGS	65535
#define GSO_MAX_SIZE	65536

#define ETH_P_IP	0x0800
#define ETH_P_IPV6	0x86dd
#define AF_IP		2
#define AF_IP6		10
#define IP_HLEN		20
#define IP6_HLEN	40

enum { PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST };

/**
 * struct skb_test - one test run
 * @skb: the context
 * @sk: the socket that it belongs to
 * @given: the caller's context
 * @has_ctx: there is one
 */
struct skb_test {
	struct xbpf_skb skb;
	struct xbpf_socket sk;
	struct xbpf_sk_buff given;
	int has_ctx;
};

static int sees_link(const struct xbpf_test *test)
{
	return test->prog->type == XBPF_PROG_TYPE_SCHED_CLS ||
	       test->prog->type == XBPF_PROG_TYPE_SCHED_ACT;
}

/* ---- what the caller may set ---- */

#define FIELD(name)	offsetof(struct xbpf_sk_buff, name)
#define BEHIND(name)	offsetofend(struct xbpf_sk_buff, name)

/* The rest must be zero: it is the packet's, or nobody's. */
static const struct { u16 from, to; } unset[] = {
	{ 0, FIELD(mark) },
	{ BEHIND(mark), FIELD(priority) },
	{ BEHIND(ifindex), FIELD(cb) },
	{ BEHIND(cb), FIELD(tstamp) },
	{ BEHIND(gso_segs), FIELD(gso_size) },
	{ BEHIND(gso_size), FIELD(hwtstamp) },
};

static int check_given(const struct skb_test *t, u32 len)
{
	const struct xbpf_sk_buff *given = &t->given;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(unset); i++)
		if (memchr_inv((const u8 *)given + unset[i].from, 0,
			       unset[i].to - unset[i].from))
			return -EINVAL;
	if (given->wire_len &&
	    (given->wire_len < len || given->wire_len > GSO_MAX_SIZE))
		return -EINVAL;
	return given->gso_segs > GSO_MAX_SEGS ? -EINVAL : 0;
}

static int take_given(struct skb_test *t)
{
	struct xbpf_sk_buff *abi = &t->skb.abi, *given = &t->given;
	int err;

	if (!t->has_ctx)
		return 0;
	err = check_given(t, t->skb.pkt.len);
	if (err)
		return err;
	abi->mark = given->mark;
	abi->priority = given->priority;
	abi->ingress_ifindex = given->ingress_ifindex;
	abi->tstamp = given->tstamp;
	memcpy(abi->cb, given->cb, sizeof(abi->cb));
	abi->wire_len = given->wire_len ?: t->skb.pkt.len;
	abi->gso_segs = given->gso_segs;
	abi->gso_size = given->gso_size;
	abi->hwtstamp = given->hwtstamp;
	return 0;
}

static void give_back(struct skb_test *t)
{
	const struct xbpf_sk_buff *abi = &t->skb.abi;
	struct xbpf_sk_buff *given = &t->given;

	given->mark = abi->mark;
	given->priority = abi->priority;
	given->ingress_ifindex = abi->ingress_ifindex;
	given->ifindex = abi->ifindex;
	given->tstamp = abi->tstamp;
	memcpy(given->cb, abi->cb, sizeof(given->cb));
	given->wire_len = abi->wire_len;
	given->gso_segs = abi->gso_segs;
	given->hwtstamp = abi->hwtstamp;
}

/* ---- what the packet says ---- */

static u32 type_of(const u8 *frame)
{
	static const u8 broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	static const u8 loopback[6];

	if (!memcmp(frame, broadcast, 6))
		return PACKET_BROADCAST;
	if (frame[0] & 1)
		return PACKET_MULTICAST;
	return memcmp(frame, loopback, 6) ? PACKET_OTHERHOST : PACKET_HOST;
}

static atomic64_t cookies = ATOMIC64_INIT(0);

/* The socket is that of the packet's addresses, seen from where it came. */
static int set_addresses(struct skb_test *t)
{
	const u8 *ip = t->skb.pkt.buf + t->skb.pkt.net;
	struct xbpf_sk_buff *abi = &t->skb.abi;
	u32 len = t->skb.pkt.len - XBPF_ETH_HLEN;
	u16 protocol = ip[-2] << 8 | ip[-1];

	if (protocol == ETH_P_IP && len < IP_HLEN)
		return -EINVAL;
	if (protocol == ETH_P_IPV6 && len < IP6_HLEN)
		return -EINVAL;
	if (protocol == ETH_P_IP) {
		abi->family = AF_IP;
		memcpy(&abi->local_ip4, ip + 12, 4);
		memcpy(&abi->remote_ip4, ip + 16, 4);
	} else if (protocol == ETH_P_IPV6) {
		abi->family = AF_IP6;
		memcpy(abi->local_ip6, ip + 8, 16);
		memcpy(abi->remote_ip6, ip + 24, 16);
	}
	t->sk.abi.family = abi->family;
	t->sk.abi.src_ip4 = abi->local_ip4;
	t->sk.abi.dst_ip4 = abi->remote_ip4;
	memcpy(t->sk.abi.src_ip6, abi->local_ip6, 16);
	memcpy(t->sk.abi.dst_ip6, abi->remote_ip6, 16);
	t->sk.abi.rx_queue_mapping = -1;
	xbpf_socket_init(&t->sk);
	t->sk.cookie = atomic64_add_return(1, &cookies);
	t->sk.is_full = 1;
	t->sk.abi.state = 7;	/* TCP_CLOSE, as new sockets are */
	abi->sk = &t->sk.abi;
	return 0;
}

static int take_frame(struct skb_test *t, struct xbpf_test *test)
{
	struct xbpf_packet *pkt = &t->skb.pkt;
	u32 size = test->attr->test.data_size_in;

	pkt->size = XBPF_PACKET_HEADROOM + size + TAILROOM;
	pkt->buf = kvcalloc(pkt->size, 1, GFP_KERNEL);
	if (!pkt->buf)
		return -ENOMEM;
	pkt->data = XBPF_PACKET_HEADROOM;
	pkt->mac = pkt->data;
	pkt->net = pkt->data + XBPF_ETH_HLEN;
	pkt->len = size;
	if (copy_from_user(pkt->buf + pkt->data,
			   u64_to_user_ptr(test->attr->test.data_in), size))
		return -EFAULT;
	t->skb.abi.pkt_type = type_of(pkt->buf + pkt->mac);
	memcpy(&t->skb.abi.protocol, pkt->buf + pkt->net - 2, 2);
	return set_addresses(t);
}

static int set_device(struct skb_test *t, struct xbpf_test *test)
{
	const u32 loopback = 1;

	t->skb.abi.ifindex = loopback;
	if (t->given.ifindex <= loopback)
		return 0;
	t->skb.abi.ifindex = t->given.ifindex;
	return test->device(test, t->given.ifindex, 0);
}

/* ---- the run ---- */

/* From the link header on; what is not seen of it comes back empty. */
static int finish(struct skb_test *t, struct xbpf_test *test)
{
	struct xbpf_packet *pkt = &t->skb.pkt;
	int err;

	if (!sees_link(test)) {
		if (pkt->data < XBPF_ETH_HLEN)
			return -ENOMEM;
		pkt->data -= XBPF_ETH_HLEN;
		pkt->len += XBPF_ETH_HLEN;
		memset(pkt->buf + pkt->data, 0, XBPF_ETH_HLEN);
	}
	err = xbpf_test_finish(test, pkt->buf + pkt->data, pkt->len);
	if (err || !t->has_ctx)
		return err;
	give_back(t);
	return xbpf_test_ctx_out(test, &t->given, sizeof(t->given));
}

static int run(struct skb_test *t, struct xbpf_test *test)
{
	struct xbpf_packet *pkt = &t->skb.pkt;
	int err;

	t->has_ctx = xbpf_test_ctx_in(test, &t->given, sizeof(t->given));
	if (t->has_ctx < 0)
		return t->has_ctx;
	err = take_frame(t, test) ?: set_device(t, test);
	if (err)
		return err;
	if (!sees_link(test)) {
		pkt->data += XBPF_ETH_HLEN;
		pkt->len -= XBPF_ETH_HLEN;
	}
	pkt->linear = pkt->len;
	err = take_given(t);
	if (err)
		return err;
	xbpf_skb_sync(&t->skb);
	test->sockets = &t->sk;
	return xbpf_test_repeat(test, &t->skb) ?: finish(t, test);
}

int xbpf_test_skb(struct xbpf_test *test)
{
	const union xbpf_attr *attr = test->attr;
	struct skb_test *t;
	int err;

	/* No flag: the packets have no checksum of a device. */
	if (attr->test.flags || attr->test.cpu || attr->test.batch_size)
		return -EINVAL;
	if (attr->test.data_size_in < XBPF_ETH_HLEN ||
	    attr->test.data_size_in > XBPF_PACKET_MAX)
		return -EINVAL;
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	err = run(t, test);
	kvfree(t->skb.pkt.buf);
	kfree(t);
	return err;
}
