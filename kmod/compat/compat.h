/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only place that knows how kernels differ. What a kernel has is found by
 * trying, see compat/probes/ and probed.h, never by its version.
 */
#ifndef XBPF_COMPAT_H
#define XBPF_COMPAT_H

/* Exported by every kernel with tracing, declared in no public header. */
void trace_printk_init_buffers(void);

#endif
