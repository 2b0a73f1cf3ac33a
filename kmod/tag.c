// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tag of a program: a hash of its instructions in which maps do not count,
 * so that the same program has the same tag whatever its descriptors are.
 */
#include <crypto/sha1.h>
#include "device.h"

#define SHA1_BLOCK 64

/* The instructions as user space gave them, without what names a map. */
static void without_maps(struct xbpf_insn *dst, const struct xbpf_insn *src,
			 u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		dst[i] = src[i];
		if (src[i].code != (XBPF_LD | XBPF_IMM | XBPF_DW) ||
		    (src[i].src_reg != XBPF_PSEUDO_MAP_FD &&
		     src[i].src_reg != XBPF_PSEUDO_MAP_VALUE))
			continue;
		dst[i].imm = 0;
		if (++i == len)
			return;
		dst[i] = src[i];
		dst[i].imm = 0;
	}
}

int xbpf_prog_tag(const struct xbpf_prog *prog, u8 *tag)
{
	u32 bytes = prog->len * sizeof(struct xbpf_insn), i;
	u32 padded = round_up(bytes + 1 + sizeof(u64), SHA1_BLOCK);
	u32 digest[SHA1_DIGEST_SIZE / 4], work[SHA1_WORKSPACE_WORDS];
	u8 *data;

	data = kvzalloc(padded, GFP_KERNEL_ACCOUNT);
	if (!data)
		return -ENOMEM;
	without_maps((struct xbpf_insn *)data, prog->insns, prog->len);
	data[bytes] = 0x80;
	*(__be64 *)(data + padded - sizeof(u64)) = cpu_to_be64((u64)bytes * 8);
	sha1_init(digest);
	for (i = 0; i < padded; i += SHA1_BLOCK)
		sha1_transform(digest, data + i, work);
	for (i = 0; i < XBPF_TAG_SIZE / sizeof(u32); i++)
		((__be32 *)tag)[i] = cpu_to_be32(digest[i]);
	kvfree(data);
	return 0;
}
