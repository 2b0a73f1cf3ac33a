/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PROG_TEST_RUN in this process.
 */
#ifndef XBPF_HOST_TEST_RUN_H
#define XBPF_HOST_TEST_RUN_H

#include "vm/test.h"

/* @attr gets the results. 0 or -errno as bpf(2). */
long xbpf_host_test_run(const struct xbpf_prog *prog, union xbpf_attr *attr);

#endif
