// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers on the special fields of map values: locks.
 *
 * The verifier has proved that a program holds one lock at most, calls nothing
 * while it does and lets go of it; a program that uses locks does not run in
 * NMIs (run.c). With interrupts off the holder is therefore another CPU, which is
 * on its way to let go.
 */
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include "vm/vm.h"
#include "vm/map.h"

/* Of the lock that this CPU holds. */
static DEFINE_PER_CPU(unsigned long, irq_flags);

u64 xbpf_helper_spin_lock(u64 lock, u64 r2, u64 r3, u64 r4, u64 r5)
{
	unsigned long flags;

	local_irq_save(flags);
	xbpf_value_lock((u32 *)(unsigned long)lock);
	__this_cpu_write(irq_flags, flags);
	return 0;
}

u64 xbpf_helper_spin_unlock(u64 lock, u64 r2, u64 r3, u64 r4, u64 r5)
{
	unsigned long flags = __this_cpu_read(irq_flags);

	xbpf_value_unlock((u32 *)(unsigned long)lock);
	local_irq_restore(flags);
	return 0;
}
