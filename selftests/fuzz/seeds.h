/* SPDX-License-Identifier: GPL-2.0-only */
/* Cases to begin with. */
#ifndef XBPF_FUZZ_SEEDS_H
#define XBPF_FUZZ_SEEDS_H

struct fuzz_case;

/* Those of the .data files in @dir; how many. */
u32 seeds_from_data(const char *dir, struct fuzz_case *cases, u32 room);
/* Those that a corpus has, each a file. */
u32 seeds_from_cases(const char *dir, struct fuzz_case *cases, u32 room);
int case_read(struct fuzz_case *c, const char *path);

#endif
