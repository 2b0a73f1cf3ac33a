// SPDX-License-Identifier: GPL-2.0-only
/*
 * SYN cookies: the kernel makes and checks them, with its secret; what packets they
 * are for is judged here.
 */
#include <net/ipv6.h>
#include <net/tcp.h>
#include "compat/cookie.h"
#include "vm/packet.h"
#include "attach/attach.h"

#define MSS_MAX6 (IPV6_MIN_MTU - sizeof(struct tcphdr) - sizeof(struct ipv6hdr))

/* ---- the size that the sender offers ---- */

/* Of the options, which end at @len; 0: none. */
static u16 mss_option(const struct tcphdr *th, u32 len)
{
	const u8 *bytes = (const u8 *)th;
	u32 at = sizeof(*th), size;
	u16 mss = 0;

	while (at < len && bytes[at] != TCPOPT_EOL) {
		if (bytes[at] == TCPOPT_NOP) {
			at++;
			continue;
		}
		if (at + 2 > len)
			break;
		size = bytes[at + 1];
		if (size < 2 || at + size > len)
			break;
		if (bytes[at] == TCPOPT_MSS && size == TCPOLEN_MSS)
			mss = (bytes[at + 2] << 8 | bytes[at + 3]) ?: mss;
		at += size;
	}
	return mss;
}

static u64 with_mss(u32 cookie, u16 mss)
{
	return cookie | (u64)mss << 32;
}

static u64 make4(const struct iphdr *ip, const struct tcphdr *th, u16 mss)
{
	u32 cookie = __cookie_v4_init_sequence(ip, th, &mss);

	return with_mss(cookie, mss);
}

static u64 make6(const struct ipv6hdr *ip, const struct tcphdr *th, u16 mss)
{
	u32 cookie = __cookie_v6_init_sequence(ip, th, &mss);

	return with_mss(cookie, mss);
}

/* ---- without a socket ---- */

static int header_fits(const struct tcphdr *th, u32 len)
{
	return len >= sizeof(*th) && len == th->doff * 4;
}

u64 xbpf_helper_tcp_raw_gen_syncookie_ipv4(u64 ip, u64 tcp, u64 len, u64 r4, u64 r5)
{
	const struct tcphdr *th = (void *)tcp;

	if (!header_fits(th, len))
		return -EINVAL;
	return make4((void *)ip, th, mss_option(th, len) ?: TCP_MSS_DEFAULT);
}

u64 xbpf_helper_tcp_raw_gen_syncookie_ipv6(u64 ip, u64 tcp, u64 len, u64 r4, u64 r5)
{
	const struct tcphdr *th = (void *)tcp;

	if (!IS_BUILTIN(CONFIG_IPV6))
		return -EPROTONOSUPPORT;
	if (!header_fits(th, len))
		return -EINVAL;
	return make6((void *)ip, th, mss_option(th, len) ?: MSS_MAX6);
}

u64 xbpf_helper_tcp_raw_check_syncookie_ipv4(u64 ip, u64 tcp, u64 r3, u64 r4, u64 r5)
{
	return xbpf_cookie4_check((void *)ip, (void *)tcp) > 0 ? 0 : -EACCES;
}

u64 xbpf_helper_tcp_raw_check_syncookie_ipv6(u64 ip, u64 tcp, u64 r3, u64 r4, u64 r5)
{
	if (!IS_BUILTIN(CONFIG_IPV6))
		return -EPROTONOSUPPORT;
	return xbpf_cookie6_check((void *)ip, (void *)tcp) > 0 ? 0 : -EACCES;
}

/* ---- for a listener ---- */

/* The kernel's socket, if it listens for TCP. */
static struct sock *listener(u64 pointer)
{
	const struct xbpf_socket *s = xbpf_socket_find(pointer);
	struct sock *sk = s ? s->sk : NULL;

	if (!sk || sk->sk_state != TCP_LISTEN || sk->sk_protocol != IPPROTO_TCP)
		return NULL;
	return sk;
}

/* 4 or 6 if the socket accepts such connections, else -errno. */
static int version_of(const struct sock *sk, const struct iphdr *ip, u32 len)
{
	if (len < sizeof(*ip))
		return -EINVAL;
	if (ip->version == 4)
		return sk->sk_family == AF_INET6 && ipv6_only_sock(sk) ?
			-EINVAL : 4;
	if (ip->version != 6 || !IS_BUILTIN(CONFIG_IPV6))
		return -EPROTONOSUPPORT;
	return len < sizeof(struct ipv6hdr) || sk->sk_family != AF_INET6 ?
		-EINVAL : 6;
}

/* A listener answers with cookies when it must, or always if it is told so. */
static int wants_cookie(const struct sock *sk)
{
	if (READ_ONCE(sock_net(sk)->ipv4.sysctl_tcp_syncookies) != 2 &&
	    !inet_csk_reqsk_queue_is_full(sk))
		return 0;
	return !sk_acceptq_is_full(sk);
}

static u64 make_for(struct sock *sk, const void *ip, const struct tcphdr *th, u32 len,
		    int version)
{
	u16 mss = mss_option(th, len), user = tcp_sk(sk)->rx_opt.user_mss;

	if (!wants_cookie(sk))
		return -ENOENT;
	if (user && user < mss)
		mss = user;
	tcp_synq_overflow(sk);
	if (version == 4)
		return make4(ip, th, mss ?: TCP_MSS_DEFAULT);
	return make6(ip, th, mss ?: MSS_MAX6);
}

u64 xbpf_helper_tcp_gen_syncookie(u64 pointer, u64 ip, u64 ip_len, u64 tcp, u64 len)
{
	const struct tcphdr *th = (void *)tcp;
	struct sock *sk = listener(pointer);
	int version;

	if (!header_fits(th, len) || !sk)
		return -EINVAL;
	if (!READ_ONCE(sock_net(sk)->ipv4.sysctl_tcp_syncookies))
		return -ENOENT;
	if (!th->syn || th->ack || th->fin || th->rst)
		return -EINVAL;
	version = version_of(sk, (void *)ip, ip_len);
	return version < 0 ? version :
			     make_for(sk, (void *)ip, th, len, version);
}

u64 xbpf_helper_tcp_check_syncookie(u64 pointer, u64 ip, u64 ip_len, u64 tcp, u64 len)
{
	const struct tcphdr *th = (void *)tcp;
	struct sock *sk = listener(pointer);
	int version, valid;

	if (len < sizeof(*th) || !sk ||
	    !READ_ONCE(sock_net(sk)->ipv4.sysctl_tcp_syncookies))
		return -EINVAL;
	if (!th->ack || th->rst || th->syn)
		return -ENOENT;
	version = version_of(sk, (void *)ip, ip_len);
	if (version == -EINVAL && ip_len < sizeof(struct iphdr))
		return version;
	if (tcp_synq_no_recent_overflow(sk))
		return -ENOENT;
	if (version < 0)
		return version;
	valid = version == 4 ? xbpf_cookie4_check((void *)ip, th) :
			       xbpf_cookie6_check((void *)ip, th);
	return valid > 0 ? 0 : -ENOENT;
}
