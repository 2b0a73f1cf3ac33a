/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks of SYN cookies: once their callers took the number out of the packet.
 */
#ifndef XBPF_COMPAT_COOKIE_H
#define XBPF_COMPAT_COOKIE_H

#include <net/tcp.h>
#include "compat/probed.h"

static inline int xbpf_cookie4_check(const struct iphdr *ip, const struct tcphdr *th)
{
#if XBPF_HAVE_COOKIE_CHECK
	return __cookie_v4_check(ip, th);
#else
	return __cookie_v4_check(ip, th, ntohl(th->ack_seq) - 1);
#endif
}

static inline int xbpf_cookie6_check(const struct ipv6hdr *ip, const struct tcphdr *th)
{
#if XBPF_HAVE_COOKIE_CHECK
	return __cookie_v6_check(ip, th);
#else
	return __cookie_v6_check(ip, th, ntohl(th->ack_seq) - 1);
#endif
}

#endif
