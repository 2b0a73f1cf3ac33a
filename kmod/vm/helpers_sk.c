// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that look at a socket which somebody else found; verdicts of redirect.
 *
 * Programs have struct bpf_sock and struct bpf_tcp_sock of one struct xbpf_socket.
 */
#include "vm/packet.h"

u64 xbpf_helper_sk_fullsock(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_socket *s = xbpf_socket_of(sk);

	return s->is_full ? (unsigned long)&s->abi : 0;
}

u64 xbpf_helper_tcp_sock(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_socket *s = xbpf_socket_of(sk);

	return s->is_full && s->is_tcp ? (unsigned long)&s->tcp : 0;
}

u64 xbpf_helper_get_listener_sock(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_socket *s = xbpf_socket_of(sk);

	return s->is_listening ? (unsigned long)&s->abi : 0;
}

static const struct xbpf_socket *socket_of_packet(u64 ctx)
{
	const struct xbpf_skb *skb = (void *)(unsigned long)ctx;

	return skb->abi.sk ? xbpf_socket_of((unsigned long)skb->abi.sk) : NULL;
}

u64 xbpf_helper_get_socket_cookie(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	const struct xbpf_socket *s = socket_of_packet(ctx);

	return s ? s->cookie : 0;
}

/* The sockets of test runs are nobody's: the kernel's own, which count as root's. */
u64 xbpf_helper_get_socket_uid(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	const u32 overflow_uid = 65534;

	return socket_of_packet(ctx) ? 0 : overflow_uid;
}

/* Test runs end with the verdict: nothing is sent. */
u64 xbpf_redirect_verdict(u32 type, u64 flags)
{
	const u64 shot = 2;

	if (type == XBPF_PROG_TYPE_XDP)
		return flags ? XBPF_XDP_ABORTED : XBPF_XDP_REDIRECT;
	return flags & ~(u64)XBPF_F_INGRESS ? shot : XBPF_TCX_REDIRECT;
}
