// SPDX-License-Identifier: GPL-2.0-only
/*
 * Start and end of the event sources: the list of what each must prepare.
 */
#include "attach/attach.h"
#include "attach/tramp.h"

void xbpf_helper_prepare(u32 id)
{
	switch (id) {
	case XBPF_FUNC_trace_printk:
	case XBPF_FUNC_trace_vprintk:
		xbpf_printk_prepare();
		break;
	case XBPF_FUNC_get_ns_current_pid_tgid:
		xbpf_ns_prepare();
		break;
	}
}

int xbpf_attach_init(void)
{
	int err;

	err = xbpf_stack_init();
	if (err)
		return err;
	err = xbpf_printk_init();
	if (err)
		goto stack;
	err = xbpf_tracepoints_init();
	if (err)
		goto printk;
	err = xbpf_syscalls_init();
	if (err)
		goto tracepoints;
	xbpf_helpers_task_init();
	xbpf_helpers_vma_init();
	return 0;
tracepoints:
	xbpf_tracepoints_exit();
printk:
	xbpf_printk_exit();
stack:
	xbpf_stack_exit();
	return err;
}

void xbpf_attach_exit(void)
{
	xbpf_tramp_drain();
	xbpf_timer_exit();
	xbpf_helpers_vma_exit();
	xbpf_helpers_task_exit();
	xbpf_syscalls_exit();
	xbpf_tracepoints_exit();
	xbpf_printk_exit();
	xbpf_stack_exit();
}
