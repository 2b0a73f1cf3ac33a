/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Direct calls from the first bytes of functions: what works on an ftrace_ops has
 * lost the suffix of its name in newer kernels.
 */
#ifndef XBPF_COMPAT_FTRACE_H
#define XBPF_COMPAT_FTRACE_H

#include <linux/ftrace.h>
#include "compat/probed.h"

#if XBPF_HAVE_FTRACE_DIRECT_OPS
static inline int xbpf_ftrace_direct_register(struct ftrace_ops *ops,
					      unsigned long addr)
{
	return register_ftrace_direct(ops, addr);
}

static inline void xbpf_ftrace_direct_unregister(struct ftrace_ops *ops,
						 unsigned long addr)
{
	unregister_ftrace_direct(ops, addr, true);
}
#else
static inline int xbpf_ftrace_direct_register(struct ftrace_ops *ops,
					      unsigned long addr)
{
	return register_ftrace_direct_multi(ops, addr);
}

static inline void xbpf_ftrace_direct_unregister(struct ftrace_ops *ops,
						 unsigned long addr)
{
	unregister_ftrace_direct_multi(ops, addr);
	ftrace_free_filter(ops);
}
#endif

#endif
