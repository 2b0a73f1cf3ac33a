/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bpf(2) answered in this process, by the core library: no kernel, no module.
 *
 * Maps are real and can be filled, programs are verified, kept, and run by the
 * interpreter when they want no packet, BTF is checked and kept. For tools that
 * load what they find in object files; nothing is attached. Not for several threads.
 */
#ifndef XBPF_HOST_BPF_INPROC_H
#define XBPF_HOST_BPF_INPROC_H

#include <stddef.h>
#include <stdint.h>

struct xbpf_btf;
struct xbpf_report;

/**
 * struct xbpf_inproc_load - what became of one PROG_LOAD
 * @insns: where the caller has its instructions
 * @name: as it names it
 * @err: of the verifier, or of the checks before it; 0 or -errno
 * @ns: time that the verifier took, without a log
 * @log: why it was refused; valid until the hook returns
 * @report: the same in parts (verifier/report.h), or NULL; as long
 * The others are those of struct xbpf_verify_stats.
 */
struct xbpf_inproc_load {
	const void *insns;
	uint32_t nr_insns;
	uint32_t prog_type;
	const char *name;
	int err;
	uint32_t visited;
	uint32_t states;
	uint32_t peak_states;
	uint64_t peak_bytes;
	uint64_t ns;
	const char *log;
	const struct xbpf_report *report;
};

/* Called for each PROG_LOAD; what it returns is the caller's answer: 0, -errno. */
typedef int (*xbpf_inproc_hook)(const struct xbpf_inproc_load *load);

struct xbpf_btf;

/* kernel_btf.c: the types of the kernel that is played, or NULL. */
const struct xbpf_btf *xbpf_inproc_kernel_btf(void);

/* inproc_info.c: types of kfuncs that the kernel has not, and what a loader asks. */
#define XBPF_INPROC_KFUNC_BTF	2	/* its id */
struct xbpf_btf *xbpf_inproc_kfunc_btf(void);
union xbpf_attr;
struct xbpf_map;
struct xbpf_prog;
long xbpf_inproc_map_info(const struct xbpf_map *map,
			  const union xbpf_attr *attr);
long xbpf_inproc_prog_info(const struct xbpf_prog *prog,
			   const union xbpf_attr *attr);
long xbpf_inproc_btf_info(const struct xbpf_btf *btf, union xbpf_attr *attr);

/* A command: a descriptor, 0 or -errno. */
long xbpf_inproc_bpf(int cmd, void *attr, size_t size);
void xbpf_inproc_set_hook(xbpf_inproc_hook hook, uint32_t log_level);
/* Programs are loaded by somebody without CAP_PERFMON from now on. */
void xbpf_inproc_drop_perfmon(void);
/* Forgets all maps and BTF. Their descriptors must be closed. */
void xbpf_inproc_reset(void);

#endif
