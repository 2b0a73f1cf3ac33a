/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logs of bpf_inproc.c.
 */
#ifndef XBPF_HOST_INPROC_TEXT_H
#define XBPF_HOST_INPROC_TEXT_H

#include "vm/vm.h"

/* There is one @buf for all. */
struct inproc_text {
	struct xbpf_log log;
	char *buf;
};

void xbpf_inproc_text_init(struct inproc_text *t, u32 level);
/* To a buffer of @size bytes at @user_buf: what fits; -ENOSPC if that is not all. */
long xbpf_inproc_text_copy(const struct inproc_text *t, u64 user_buf, u32 size);

#endif
