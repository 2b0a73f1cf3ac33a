// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that find sockets.
 *
 * A program gets a copy of what it may see of a socket, one however often it finds
 * it; the socket itself is held until the program releases it. A copy is freed when
 * no program of that time can look at it any more. That of a listener stays until
 * the run ends: get_listener_sock gives it without a reference.
 */
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/tcp.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/net_namespace.h>
#include <net/tcp.h>
#include <net/udp.h>
#include "vm/packet.h"
#include "attach/attach.h"
#include "compat/udp.h"

/**
 * struct found - a socket that a program found
 * @rcu: frees it
 * @socket: what the program sees
 */
struct found {
	struct rcu_head rcu;
	struct xbpf_socket socket;
};

enum lookup { LOOKUP_TCP, LOOKUP_SKC, LOOKUP_UDP };

/* ---- what programs see of a socket ---- */

static void copy_common(struct xbpf_sock *abi, const struct sock *sk)
{
	abi->bound_dev_if = sk->sk_bound_dev_if;
	abi->family = sk->sk_family;
	abi->src_ip4 = (__force u32)sk->sk_rcv_saddr;
	abi->dst_ip4 = (__force u32)sk->sk_daddr;
	abi->src_port = sk->sk_num;
	abi->dst_port = sk->sk_dport;
	abi->state = sk->sk_state;
	abi->rx_queue_mapping = -1;
	if (!IS_ENABLED(CONFIG_IPV6) || sk->sk_family != AF_INET6)
		return;
	memcpy(abi->src_ip6, &sk->sk_v6_rcv_saddr, sizeof(abi->src_ip6));
	memcpy(abi->dst_ip6, &sk->sk_v6_daddr, sizeof(abi->dst_ip6));
}

static void copy_full(struct xbpf_sock *abi, const struct sock *sk)
{
	abi->type = sk->sk_type;
	abi->protocol = sk->sk_protocol;
	abi->mark = sk->sk_mark;
	abi->priority = sk->sk_priority;
	abi->rx_queue_mapping = sk_rx_queue_get(sk);
}

static void copy_tcp_flow(struct xbpf_tcp_sock *tcp, const struct tcp_sock *tp)
{
	tcp->snd_cwnd = tp->snd_cwnd;
	tcp->srtt_us = tp->srtt_us;
	tcp->rtt_min = minmax_get(&tp->rtt_min);
	tcp->snd_ssthresh = tp->snd_ssthresh;
	tcp->rcv_nxt = tp->rcv_nxt;
	tcp->snd_nxt = tp->snd_nxt;
	tcp->snd_una = tp->snd_una;
	tcp->mss_cache = tp->mss_cache;
	tcp->ecn_flags = tp->ecn_flags;
	tcp->rate_delivered = tp->rate_delivered;
	tcp->rate_interval_us = tp->rate_interval_us;
	tcp->packets_out = tp->packets_out;
	tcp->retrans_out = tp->retrans_out;
	tcp->lost_out = tp->lost_out;
	tcp->sacked_out = tp->sacked_out;
	tcp->icsk_retransmits = tp->inet_conn.icsk_retransmits;
}

static void copy_tcp_totals(struct xbpf_tcp_sock *tcp, const struct tcp_sock *tp)
{
	tcp->total_retrans = tp->total_retrans;
	tcp->segs_in = tp->segs_in;
	tcp->data_segs_in = tp->data_segs_in;
	tcp->segs_out = tp->segs_out;
	tcp->data_segs_out = tp->data_segs_out;
	tcp->bytes_received = tp->bytes_received;
	tcp->bytes_acked = tp->bytes_acked;
	tcp->dsack_dups = tp->dsack_dups;
	tcp->delivered = tp->delivered;
	tcp->delivered_ce = tp->delivered_ce;
}

static void fill(struct xbpf_socket *s, struct sock *sk)
{
	xbpf_socket_init(s);
	s->sk = sk;
	copy_common(&s->abi, sk);
	s->is_full = sk_fullsock(sk);
	if (!s->is_full)
		return;
	copy_full(&s->abi, sk);
	s->is_tcp = sk->sk_protocol == IPPROTO_TCP && sk->sk_type == SOCK_STREAM;
	s->is_listening = sk->sk_state == TCP_LISTEN &&
			  sock_flag(sk, SOCK_RCU_FREE);
	if (!s->is_tcp)
		return;
	copy_tcp_flow(&s->tcp, tcp_sk(sk));
	copy_tcp_totals(&s->tcp, tcp_sk(sk));
}

/* ---- looking up ---- */

static struct sock *find4(struct net *net, const struct xbpf_sock_tuple *t,
			  enum lookup what)
{
	if (what == LOOKUP_UDP)
		return xbpf_has_udp_lookup() ?
		       udp4_lib_lookup(net, t->ipv4.saddr, t->ipv4.sport,
				       t->ipv4.daddr, t->ipv4.dport, 0) : NULL;
	return inet_lookup(net, net->ipv4.tcp_death_row.hashinfo, NULL, 0,
			   t->ipv4.saddr, t->ipv4.sport, t->ipv4.daddr,
			   t->ipv4.dport, 0);
}

static struct sock *find6(struct net *net, const struct xbpf_sock_tuple *t,
			  enum lookup what)
{
	struct in6_addr from, to;

	if (!IS_BUILTIN(CONFIG_IPV6))
		return NULL;
	memcpy(&from, t->ipv6.saddr, sizeof(from));
	memcpy(&to, t->ipv6.daddr, sizeof(to));
	if (what == LOOKUP_UDP)
		return xbpf_has_udp_lookup() ?
		       udp6_lib_lookup(net, &from, t->ipv6.sport, &to,
				       t->ipv6.dport, 0) : NULL;
	return inet6_lookup(net, net->ipv4.tcp_death_row.hashinfo, NULL, 0,
			    &from, t->ipv6.sport, &to, t->ipv6.dport, 0);
}

/* A request or a remainder is none, unless the program asks for these too. */
static struct sock *only_full(struct sock *sk, enum lookup what)
{
	if (!sk || what == LOOKUP_SKC || sk_fullsock(sk))
		return sk;
	sock_gen_put(sk);
	return NULL;
}

static struct sock *find(const struct xbpf_sock_tuple *tuple, u32 len,
			 enum lookup what)
{
	struct net *net = current->nsproxy ? current->nsproxy->net_ns : NULL;
	struct sock *sk = NULL;

	if (!net)
		return NULL;
	rcu_read_lock();
	if (len == sizeof(tuple->ipv4))
		sk = find4(net, tuple, what);
	else if (len == sizeof(tuple->ipv6))
		sk = find6(net, tuple, what);
	rcu_read_unlock();
	return only_full(sk, what);
}

/* What this run knows of the socket: one that it holds, or a listener. */
static struct xbpf_socket *known(const struct sock *sk)
{
	struct xbpf_socket *s = *xbpf_run_sockets();

	while (s && s->sk != sk)
		s = s->next;
	return s;
}

static struct xbpf_socket *add(struct sock *sk)
{
	struct found *found = kzalloc(sizeof(*found), GFP_ATOMIC | __GFP_NOWARN);
	struct xbpf_socket **list = xbpf_run_sockets();

	if (!found)
		return NULL;
	found->socket.next = *list;
	*list = &found->socket;
	return &found->socket;
}

static void forget(struct xbpf_socket *s)
{
	struct xbpf_socket **at = xbpf_run_sockets();

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	kfree_rcu(container_of(s, struct found, socket), rcu);
}

/* Names of namespaces but our own are not looked up: nothing is found there. */
static u64 look_up(u64 tuple, u32 len, u64 netns, u64 flags, enum lookup what)
{
	struct xbpf_socket *s;
	struct sock *sk;

	if (flags || (s32)netns >= 0)
		return 0;
	sk = find((void *)(unsigned long)tuple, len, what);
	if (!sk)
		return 0;
	s = known(sk) ?: add(sk);
	if (!s) {
		sock_gen_put(sk);
		return 0;
	}
	fill(s, sk);
	s->refs++;
	return (unsigned long)&s->abi;
}

u64 xbpf_helper_sk_lookup_tcp(u64 ctx, u64 tuple, u64 len, u64 netns, u64 flags)
{
	return look_up(tuple, len, netns, flags, LOOKUP_TCP);
}

u64 xbpf_helper_sk_lookup_udp(u64 ctx, u64 tuple, u64 len, u64 netns, u64 flags)
{
	return look_up(tuple, len, netns, flags, LOOKUP_UDP);
}

u64 xbpf_helper_skc_lookup_tcp(u64 ctx, u64 tuple, u64 len, u64 netns, u64 flags)
{
	return look_up(tuple, len, netns, flags, LOOKUP_SKC);
}

u64 xbpf_helper_sk_release(u64 sk, u64 r2, u64 r3, u64 r4, u64 r5)
{
	struct xbpf_socket *s = xbpf_socket_find(sk);

	sock_gen_put(s->sk);
	if (!--s->refs && !s->is_listening)
		forget(s);
	return 0;
}

void xbpf_sockets_drop(struct xbpf_socket *first, struct xbpf_socket *last)
{
	struct xbpf_socket *next;

	for (; first != last; first = next) {
		next = first->next;
		kfree_rcu(container_of(first, struct found, socket), rcu);
	}
}

struct xbpf_socket **xbpf_run_sockets(void)
{
	return &xbpf_run_current()->sockets;
}
