// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that give a program the kernel's object for a socket: one of those that it
 * found, or an object that it has from an event.
 *
 * Of the latter nobody knows whether it still is one, so it is looked at with care.
 * Programs do the same: what they load from the result may fault and reads as 0.
 */
#include <linux/uaccess.h>
#include <net/tcp.h>
#include <net/transp_v6.h>
#include "vm/packet.h"
#include "attach/attach.h"

/* What tells sockets from each other; type and protocol are there if @is_full. */
struct look {
	const struct sock *sk;
	const struct proto *prot;
	u16 family, type, protocol;
	u8 state;
	u8 is_full;
};

static int read_field(void *dst, const void *src, size_t size)
{
	return copy_from_kernel_nofault(dst, src, size);
}

#define COPY(look, field, sk, from)					\
	read_field(&(look)->field, &(sk)->from, sizeof((look)->field))

/* 0: it is none, or can't be read. */
static int look_at(u64 pointer, struct look *look)
{
	const struct xbpf_socket *s = xbpf_socket_find(pointer);
	const struct sock *sk = s ? s->sk : (void *)(unsigned long)pointer;
	const unsigned long partial = TCPF_TIME_WAIT | TCPF_NEW_SYN_RECV;

	static_assert(sizeof(look->family) == sizeof(sk->sk_family));
	static_assert(sizeof(look->type) == sizeof(sk->sk_type));
	static_assert(sizeof(look->protocol) == sizeof(sk->sk_protocol));
	*look = (struct look){ .sk = sk };
	if (!sk || COPY(look, family, sk, sk_family) ||
	    COPY(look, prot, sk, sk_prot) ||
	    read_field(&look->state, (const u8 *)&sk->sk_state, 1))
		return 0;
	look->is_full = look->state < BITS_PER_LONG &&
			!(partial >> look->state & 1);
	return !look->is_full || (!COPY(look, type, sk, sk_type) &&
				  !COPY(look, protocol, sk, sk_protocol));
}

static int is_tcp(const struct look *look)
{
	return look->is_full && look->protocol == IPPROTO_TCP;
}

/* What is left of a connection, or not yet there, has no number of a protocol. */
static int is_part_of_tcp(const struct look *look)
{
	if (look->prot == &tcp_prot)
		return 1;
	return IS_BUILTIN(CONFIG_IPV6) && look->prot == &tcpv6_prot;
}

static u64 result(const struct look *look, int fits)
{
	return fits ? (unsigned long)look->sk : 0;
}

u64 xbpf_helper_skc_to_tcp_sock(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct look look;

	return look_at(sk, &look) ? result(&look, is_tcp(&look)) : 0;
}

u64 xbpf_helper_skc_to_tcp6_sock(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct look look;

	if (!look_at(sk, &look))
		return 0;
	return result(&look, is_tcp(&look) && look.family == AF_INET6);
}

u64 xbpf_helper_skc_to_tcp_timewait_sock(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct look look;

	if (!look_at(sk, &look))
		return 0;
	return result(&look, look.state == TCP_TIME_WAIT && is_part_of_tcp(&look));
}

u64 xbpf_helper_skc_to_tcp_request_sock(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct look look;

	if (!look_at(sk, &look))
		return 0;
	return result(&look, look.state == TCP_NEW_SYN_RECV &&
			     is_part_of_tcp(&look));
}

u64 xbpf_helper_skc_to_udp6_sock(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct look look;

	if (!look_at(sk, &look))
		return 0;
	return result(&look, look.is_full && look.protocol == IPPROTO_UDP &&
			     look.type == SOCK_DGRAM && look.family == AF_INET6);
}

u64 xbpf_helper_skc_to_unix_sock(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct look look;

	if (!look_at(sk, &look))
		return 0;
	return result(&look, look.is_full && look.family == AF_UNIX);
}
