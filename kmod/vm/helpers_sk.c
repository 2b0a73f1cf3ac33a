// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that look at a socket which somebody else found.
 *
 * Programs have struct bpf_sock and struct bpf_tcp_sock of one struct xbpf_socket.
 */
#include "vm/map.h"
#include "vm/packet.h"

struct xbpf_socket *xbpf_socket_find(u64 pointer)
{
	struct xbpf_socket *s = *xbpf_run_sockets();

	for (; s; s = s->next)
		if (pointer == (unsigned long)&s->abi ||
		    pointer == (unsigned long)&s->tcp ||
		    pointer == (unsigned long)s->sk)
			return s;
	return NULL;
}

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

/* The packet of a test run is not at the ingress of a device. */
u64 xbpf_helper_sk_assign(u64 ctx, u64 sk, u64 flags, u64 r4, u64 r5)
{
	return flags ? -EINVAL : -EOPNOTSUPP;
}

/* Arrays of groups cannot be filled as yet: each entry is one that is not set. */
u64 xbpf_helper_skb_under_cgroup(u64 ctx, u64 map, u64 index, u64 r4, u64 r5)
{
	const struct xbpf_map *groups = (void *)(unsigned long)map;

	if (!socket_of_packet(ctx))
		return -ENOENT;
	return (u32)index >= groups->max_entries ? -E2BIG : -EAGAIN;
}
