// SPDX-License-Identifier: GPL-2.0-only
#include <net/tcp.h>

int probe(const struct iphdr *ip, const struct tcphdr *th);
int probe(const struct iphdr *ip, const struct tcphdr *th)
{
	return __cookie_v4_check(ip, th);
}
