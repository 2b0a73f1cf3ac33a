/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looking up UDP sockets: for modules only where netfilter can do so, too. The module's
 * references are weak: without them it is loaded all the same, and finds none.
 */
#ifndef XBPF_COMPAT_UDP_H
#define XBPF_COMPAT_UDP_H

#include <net/udp.h>

extern __typeof__(udp4_lib_lookup) udp4_lib_lookup __weak;
extern __typeof__(udp6_lib_lookup) udp6_lib_lookup __weak;

static inline int xbpf_has_udp_lookup(void)
{
	return udp4_lib_lookup && udp6_lib_lookup;
}

#endif
