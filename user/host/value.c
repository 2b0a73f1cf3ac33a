// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers on the special fields of map values: locks. Threads are the CPUs, and
 * nothing interrupts them.
 */
#include "vm/vm.h"
#include "vm/map.h"

u64 xbpf_helper_spin_lock(u64 lock, u64 r2, u64 r3, u64 r4, u64 r5)
{
	xbpf_value_lock((u32 *)(unsigned long)lock);
	return 0;
}

u64 xbpf_helper_spin_unlock(u64 lock, u64 r2, u64 r3, u64 r4, u64 r5)
{
	xbpf_value_unlock((u32 *)(unsigned long)lock);
	return 0;
}
