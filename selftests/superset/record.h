/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The recorder: answers bpf(2) to whatever loader it is linked or preloaded into.
 */
#ifndef SUPERSET_RECORD_H
#define SUPERSET_RECORD_H

#include "recording.h"

/**
 * superset_name - whose program is this?
 * Fills head->program and head->section. A loader that knows better than the
 * structure does defines it. Return: 0, or -1 for what is not to be recorded.
 */
int superset_name(const union xbpf_attr *attr, struct recorded_head *head);

/* Say that the loader itself gave up on a program. */
void superset_unloadable(__u32 prog_type, const struct recorded_head *names);

#endif
