// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of objects that values own, by the name of their type.
 *
 * Knows how each is given back, not what it is.
 */
#include "vm/vm.h"

static const struct {
	const char *name;
	u64 (*release)(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
	u8 rcu;
} objects[XBPF_NR_OBJECTS] = {
#define XBPF_OBJECT_ROW(n, r, safe)					\
	[XBPF_OBJECT_##n] = {						\
		.name = #n, .release = xbpf_kfunc_##r, .rcu = (safe),	\
	},
#include "vm/objects.def"
};

u32 xbpf_object_find(const char *name)
{
	u32 i;

	for (i = XBPF_OBJECT_OTHER + 1; i < XBPF_NR_OBJECTS; i++)
		if (!strcmp(objects[i].name, name))
			return i;
	return XBPF_OBJECT_OTHER;
}

int xbpf_object_in_rcu(u32 object)
{
	return objects[object].rcu;
}

void xbpf_object_put(u32 object, u64 ptr)
{
	objects[object].release(ptr, 0, 0, 0, 0);
}
