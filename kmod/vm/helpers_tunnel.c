// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers of tunnels: what the packet is to be wrapped in, by a device that it is
 * sent to. It stays with the packet; a test run sends nothing, so that only its
 * program sees it.
 */
#include "vm/packet.h"

#define AF_IP		2
#define AF_IP6		10
#define LABEL_MASK	0xfffff

/* Bits of tunnel_flags; in network byte order there. */
#define TUNNEL_CSUM		0x0001
#define TUNNEL_KEY		0x0004
#define TUNNEL_SEQ		0x0008
#define TUNNEL_DONT_FRAGMENT	0x0100
#define TUNNEL_NOCACHE		0x2000
#define TUNNEL_OPTIONS		0xd800	/* of Geneve, VXLAN, ERSPAN, GTP */

static struct xbpf_tunnel *tunnel_of(u64 ctx)
{
	return &((struct xbpf_skb *)(unsigned long)ctx)->tunnel;
}

/* Programs of any age: the structure grew, and each of its sizes is known. */
static int is_old_size(u32 size)
{
	return size == offsetof(struct xbpf_tunnel_key, local_ipv6) ||
	       size == offsetof(struct xbpf_tunnel_key, tunnel_label) ||
	       size == offsetof(struct xbpf_tunnel_key, tunnel_ext) ||
	       size == offsetof(struct xbpf_tunnel_key, remote_ipv6[1]);
}

static u16 tunnel_bits(u64 flags)
{
	u16 bits = TUNNEL_NOCACHE;

	if (!(flags & XBPF_F_ZERO_CSUM_TX))
		bits |= TUNNEL_CSUM;
	if (!(flags & XBPF_F_NO_TUNNEL_KEY))
		bits |= TUNNEL_KEY;
	if (flags & XBPF_F_DONT_FRAGMENT)
		bits |= TUNNEL_DONT_FRAGMENT;
	if (flags & XBPF_F_SEQ_NUMBER)
		bits |= TUNNEL_SEQ;
	return bits;
}

/* Of IPv4 the rest of the fields for addresses means nothing. */
static void keep_family(struct xbpf_tunnel_key *key, u32 family)
{
	if (family == AF_IP6)
		return;
	memset(&key->remote_ipv6[1], 0, 3 * sizeof(u32));
	memset(&key->local_ipv6[1], 0, 3 * sizeof(u32));
}

u64 xbpf_helper_skb_set_tunnel_key(u64 ctx, u64 from, u64 size, u64 flags, u64 r5)
{
	const u64 known = XBPF_F_TUNINFO_IPV6 | XBPF_F_ZERO_CSUM_TX |
			  XBPF_F_DONT_FRAGMENT | XBPF_F_SEQ_NUMBER |
			  XBPF_F_NO_TUNNEL_KEY;
	struct xbpf_tunnel *t = tunnel_of(ctx);
	struct xbpf_tunnel_key key = {};
	u32 v6 = flags & XBPF_F_TUNINFO_IPV6;

	if (flags & ~known ||
	    ((u32)size != sizeof(key) && !is_old_size(size)))
		return -EINVAL;
	memcpy(&key, (void *)(unsigned long)from, (u32)size);
	if ((!v6 && key.tunnel_label) || key.tunnel_ext)
		return -EINVAL;
	memset(t, 0, sizeof(*t));
	t->family = v6 ? AF_IP6 : AF_IP;
	t->bits = tunnel_bits(flags);
	t->key = key;
	t->key.tunnel_label &= LABEL_MASK;
	keep_family(&t->key, t->family);
	return 0;
}

static int check_get(const struct xbpf_tunnel *t, u32 size, u64 flags)
{
	u32 family = flags & XBPF_F_TUNINFO_IPV6 ? AF_IP6 : AF_IP;

	if (!t->family || flags & ~(u64)(XBPF_F_TUNINFO_IPV6 |
					 XBPF_F_TUNINFO_FLAGS))
		return -EINVAL;
	if (t->family != family)
		return -EPROTO;
	if (size == sizeof(struct xbpf_tunnel_key))
		return 0;
	if (!is_old_size(size))
		return -EINVAL;
	return size == offsetof(struct xbpf_tunnel_key, remote_ipv6[1]) &&
	       family != AF_IP ? -EINVAL : 0;
}

/* Seen from the other end, as a packet that came: its source is the remote one. */
u64 xbpf_helper_skb_get_tunnel_key(u64 ctx, u64 to, u64 size, u64 flags, u64 r5)
{
	const struct xbpf_tunnel *t = tunnel_of(ctx);
	struct xbpf_tunnel_key key = t->key;
	int err = check_get(t, size, flags);

	if (err) {
		memset((void *)(unsigned long)to, 0, (u32)size);
		return err;
	}
	memcpy(key.remote_ipv6, t->key.local_ipv6, sizeof(key.remote_ipv6));
	memcpy(key.local_ipv6, t->key.remote_ipv6, sizeof(key.local_ipv6));
	if (flags & XBPF_F_TUNINFO_FLAGS)
		key.tunnel_flags = cpu_to_be16(t->bits);
	memcpy((void *)(unsigned long)to, &key, (u32)size);
	return 0;
}

u64 xbpf_helper_skb_set_tunnel_opt(u64 ctx, u64 from, u64 size, u64 r4, u64 r5)
{
	struct xbpf_tunnel *t = tunnel_of(ctx);

	if (!t->family || (u32)size % sizeof(u32))
		return -EINVAL;
	if ((u32)size > sizeof(t->opt))
		return -ENOMEM;
	memcpy(t->opt, (void *)(unsigned long)from, (u32)size);
	t->opt_len = size;
	t->bits |= TUNNEL_OPTIONS;
	return 0;
}

u64 xbpf_helper_skb_get_tunnel_opt(u64 ctx, u64 to, u64 size, u64 r4, u64 r5)
{
	const struct xbpf_tunnel *t = tunnel_of(ctx);

	memset((void *)(unsigned long)to, 0, (u32)size);
	if (!(t->bits & TUNNEL_OPTIONS))
		return -ENOENT;
	if ((u32)size < t->opt_len)
		return -ENOMEM;
	memcpy((void *)(unsigned long)to, t->opt, t->opt_len);
	return t->opt_len;
}
