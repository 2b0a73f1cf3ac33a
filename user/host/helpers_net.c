// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers of the network in this process: there are no sockets and no classes.
 */
#include "vm/packet.h"
#include "host/test_run.h"

u64 xbpf_helper_get_cgroup_classid(u64 ctx, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

u64 xbpf_helper_redirect(u64 ifindex, u64 flags, u64 r3, u64 r4, u64 r5)
{
	return xbpf_redirect_verdict(xbpf_host_test_type(), flags);
}

u64 xbpf_helper_sk_lookup_tcp(u64 ctx, u64 tuple, u64 len, u64 netns, u64 flags)
{
	return 0;
}

u64 xbpf_helper_sk_lookup_udp(u64 ctx, u64 tuple, u64 len, u64 netns, u64 flags)
{
	return 0;
}

u64 xbpf_helper_skc_lookup_tcp(u64 ctx, u64 tuple, u64 len, u64 netns, u64 flags)
{
	return 0;
}

/* Nothing was found, so nothing can be released. */
u64 xbpf_helper_sk_release(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}
