// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers on the special fields of map values that are the same for every host.
 */
#include "vm/vm.h"

/* What was there is the program's now, and what it gave is the value's. */
u64 xbpf_helper_kptr_xchg(u64 field, u64 object, u64 r3, u64 r4, u64 r5)
{
	return xchg((u64 *)(unsigned long)field, object);
}
