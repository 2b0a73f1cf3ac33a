/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a test can ask of the executable region, before its first use.
 */
#ifndef XBPF_HOST_TEXT_H
#define XBPF_HOST_TEXT_H

struct xbpf_text_host;

/* Out of reach of direct calls, as on no kernel. */
void xbpf_host_text_far(void);
/* Bytes of it that are used. */
void xbpf_host_text_limit(unsigned int size);
/* What xbpf_text_host() gives, to be changed. */
struct xbpf_text_host *xbpf_host_text_traits(void);
/* Stand-ins for the return and jump thunks of a kernel with mitigations. */
void xbpf_host_text_ret(void);
void xbpf_host_text_jump_rax(void);

#endif
