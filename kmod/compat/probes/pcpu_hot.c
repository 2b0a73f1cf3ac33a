// SPDX-License-Identifier: GPL-2.0-only
// exported: pcpu_hot
#include <linux/sched.h>
#include <asm/current.h>

void *probe(void);
void *probe(void)
{
	return this_cpu_read_stable(pcpu_hot.current_task);
}
