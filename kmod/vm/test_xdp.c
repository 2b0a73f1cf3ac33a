// SPDX-License-Identifier: GPL-2.0-only
/*
 * PROG_TEST_RUN on XDP buffers: a frame of the caller's in a page, as drivers have
 * it; what does not fit into the page is reached by helpers alone.
 */
#include "vm/packet.h"
#include "vm/test.h"

#define MAX_META	255

/**
 * struct xdp_test - one test run
 * @xdp: the context
 * @given: the caller's context
 * @has_ctx: there is one
 */
struct xdp_test {
	struct xbpf_xdp xdp;
	struct xbpf_xdp_md given;
	int has_ctx;
};

/* Metadata comes first in the caller's data, and ends where given.data says. */
static int check_given(const struct xdp_test *t, const struct xbpf_test *test)
{
	const struct xbpf_xdp_md *given = &t->given;

	if (!t->has_ctx)
		return 0;
	if (given->data_meta || given->data > given->data_end ||
	    given->data_end > test->attr->test.data_size_in)
		return -EINVAL;
	if (given->data % sizeof(u32) || given->data > MAX_META ||
	    given->data > XBPF_PACKET_HEADROOM - XBPF_XDP_FRAME)
		return -EINVAL;
	if (given->egress_ifindex ||
	    (!given->ingress_ifindex && given->rx_queue_index))
		return -EINVAL;
	return 0;
}

static int set_device(struct xdp_test *t, struct xbpf_test *test)
{
	const u32 loopback = 1;

	t->xdp.abi.ingress_ifindex = loopback;
	if (!t->given.ingress_ifindex)
		return 0;
	t->xdp.abi.ingress_ifindex = t->given.ingress_ifindex;
	t->xdp.abi.rx_queue_index = t->given.rx_queue_index;
	return test->device(test, t->given.ingress_ifindex,
			    t->given.rx_queue_index);
}

static int take_frame(struct xdp_test *t, struct xbpf_test *test)
{
	struct xbpf_packet *pkt = &t->xdp.pkt;
	u32 size = test->attr->test.data_size_in, linear = size;
	u32 room = XBPF_XDP_PAGE - XBPF_PACKET_HEADROOM - XBPF_XDP_TAILROOM;

	if (t->has_ctx)
		linear = t->given.data_end;
	linear = min(linear, room + t->given.data);
	if (size < t->given.data + XBPF_ETH_HLEN || linear < t->given.data)
		return -EINVAL;
	if (size > linear && size - linear > XBPF_XDP_MAX_FRAGS * XBPF_XDP_PAGE)
		return -ENOMEM;
	pkt->size = XBPF_PACKET_HEADROOM + max(size, room) + XBPF_XDP_PAGE;
	pkt->buf = kvcalloc(pkt->size, 1, GFP_KERNEL);
	if (!pkt->buf)
		return -ENOMEM;
	pkt->meta = t->given.data;
	pkt->data = XBPF_PACKET_HEADROOM;
	pkt->len = size - pkt->meta;
	pkt->linear = linear - pkt->meta;
	pkt->mac = pkt->data;
	pkt->net = pkt->data + XBPF_ETH_HLEN;
	if (copy_from_user(pkt->buf + pkt->data - pkt->meta,
			   u64_to_user_ptr(test->attr->test.data_in), size))
		return -EFAULT;
	return 0;
}

static int finish(struct xdp_test *t, struct xbpf_test *test)
{
	const struct xbpf_packet *pkt = &t->xdp.pkt;
	int err;

	t->given.data = pkt->meta;
	t->given.data_end = pkt->meta + pkt->linear;
	err = xbpf_test_finish(test, pkt->buf + pkt->data - pkt->meta,
			       pkt->meta + pkt->len);
	if (err || !t->has_ctx)
		return err;
	return xbpf_test_ctx_out(test, &t->given, sizeof(t->given));
}

static int run(struct xdp_test *t, struct xbpf_test *test)
{
	int err;

	t->has_ctx = xbpf_test_ctx_in(test, &t->given, sizeof(t->given));
	if (t->has_ctx < 0)
		return t->has_ctx;
	err = check_given(t, test) ?: take_frame(t, test) ?:
	      set_device(t, test);
	if (err)
		return err;
	xbpf_xdp_sync(&t->xdp);
	return xbpf_test_repeat(test, &t->xdp) ?: finish(t, test);
}

/* Live frames would be sent: there is no device that they could come from. */
int xbpf_test_xdp(struct xbpf_test *test)
{
	const union xbpf_attr *attr = test->attr;
	struct xdp_test *t;
	int err;

	if (test->prog->expected_attach_type == XBPF_XDP_DEVMAP ||
	    test->prog->expected_attach_type == XBPF_XDP_CPUMAP)
		return -EINVAL;
	if (attr->test.flags & XBPF_F_TEST_XDP_LIVE_FRAMES)
		return -ENOTSUPP;
	if (attr->test.flags || attr->test.batch_size)
		return -EINVAL;
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	err = run(t, test);
	kvfree(t->xdp.pkt.buf);
	kfree(t);
	return err;
}
