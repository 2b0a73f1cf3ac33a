// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/tracepoint-defs.h>

u32 probe(const struct module *mod);
u32 probe(const struct module *mod)
{
	const struct bpf_raw_event_map *map = mod->bpf_raw_events;

	return mod->num_bpf_raw_events ? map[0].writable_size : 0;
}
