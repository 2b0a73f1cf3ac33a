/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The types of the kernel that the verifier's test cases run on: those of
 * kernel.bpf.c.
 */
#ifndef XBPF_TEST_TYPES_H
#define XBPF_TEST_TYPES_H

#include "btf/btf.h"

const struct xbpf_btf *test_types(void);

/* A function, else a variable, else a typedef of them; 0: none. */
unsigned int test_type_id(const char *name);

#endif
