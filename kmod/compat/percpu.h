/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a CPU keeps its number and its current task: in variables of their own, or
 * in one struct with other hot ones.
 */
#ifndef XBPF_COMPAT_PERCPU_H
#define XBPF_COMPAT_PERCPU_H

#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include "compat/probed.h"

#if XBPF_HAVE_PCPU_HOT
#define xbpf_percpu_task	(&pcpu_hot.current_task)
#define xbpf_percpu_number	(&pcpu_hot.cpu_number)
#else
#define xbpf_percpu_task	(&current_task)
#define xbpf_percpu_number	(&cpu_number)
#endif

#endif
