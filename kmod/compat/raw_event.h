/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a module says about its raw tracepoints. Kernels without BPF events keep no
 * such table; the one of the kernel itself is nobody else's to read.
 */
#ifndef XBPF_COMPAT_RAW_EVENT_H
#define XBPF_COMPAT_RAW_EVENT_H

#include <linux/module.h>
#include <linux/tracepoint-defs.h>
#include "compat/probed.h"

/**
 * struct xbpf_raw_event - a raw tracepoint of a module
 * @nr_args: arguments of its probes
 * @writable_size: bytes behind the first one that a program may change
 */
struct xbpf_raw_event {
	u32 nr_args;
	u32 writable_size;
};

/* Is there such an entry? The module is held. */
static inline int xbpf_module_raw_event(const struct module *mod,
					const struct tracepoint *tp,
					struct xbpf_raw_event *event)
{
#if XBPF_HAVE_MODULE_BPF_EVENTS
	const struct bpf_raw_event_map *map = mod->bpf_raw_events;
	unsigned int i;

	for (i = 0; i < mod->num_bpf_raw_events; i++) {
		if (map[i].tp != tp)
			continue;
		event->nr_args = map[i].num_args;
		event->writable_size = map[i].writable_size;
		return 1;
	}
#endif
	return 0;
}

#endif
