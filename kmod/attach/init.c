// SPDX-License-Identifier: GPL-2.0-only
/*
 * Start and end of the event sources: the list of what each must prepare.
 */
#include "attach/attach.h"

int xbpf_attach_init(void)
{
	xbpf_helpers_task_init();
	return xbpf_syscalls_init();
}

void xbpf_attach_exit(void)
{
	xbpf_helpers_task_exit();
}
