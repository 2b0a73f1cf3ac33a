// SPDX-License-Identifier: GPL-2.0-only
/*
 * func_info and line_info of PROG_LOAD: which type each subprogram has, which
 * line of source each instruction comes from.
 *
 * Checks records that were copied from the user. Where they came from, their
 * size in the user's memory and what subprograms there are is the caller's to
 * know.
 */
#include "btf/priv.h"

static __printf(2, 3) int info_error(struct xbpf_log *log, const char *fmt, ...)
{
	va_list args;

	if (xbpf_log_wanted(log)) {
		va_start(args, fmt);
		xbpf_log_vprintf(log, fmt, args);
		va_end(args);
	}
	return -EINVAL;
}

/* ---- functions ---- */

static int is_func(const struct xbpf_btf *btf, u32 id)
{
	const struct xbpf_btf_type *t = xbpf_btf_type(btf, id), *proto;

	if (!t || xbpf_btf_kind(t) != XBPF_BTF_KIND_FUNC)
		return 0;
	proto = xbpf_btf_type(btf, t->type);
	return proto && xbpf_btf_kind(proto) == XBPF_BTF_KIND_FUNC_PROTO;
}

int xbpf_btf_check_func_info(const struct xbpf_btf *btf,
			     const struct xbpf_func_info *info, u32 nr,
			     struct xbpf_log *log)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (!i && info[0].insn_off)
			return info_error(log,
				"nonzero insn_off %u for the first func info record\n",
				info[0].insn_off);
		if (i && info[i].insn_off <= info[i - 1].insn_off)
			return info_error(log,
				"same or smaller insn offset (%u) than previous "
				"func info record (%u)\n",
				info[i].insn_off, info[i - 1].insn_off);
		if (!is_func(btf, info[i].type_id))
			return info_error(log,
				"invalid type id %d in func info\n",
				info[i].type_id);
	}
	return 0;
}

int xbpf_btf_match_func_info(const struct xbpf_func_info *info, u32 nr,
			     const struct xbpf_subprog *subprogs,
			     u32 nr_subprogs, struct xbpf_log *log)
{
	u32 i;

	if (!nr)
		return 0;
	if (nr != nr_subprogs)
		return info_error(log,
			"number of funcs in func_info doesn't match number of subprogs\n");
	for (i = 0; i < nr; i++)
		if (info[i].insn_off != subprogs[i].start)
			return info_error(log,
				"func_info BTF section doesn't match subprog "
				"layout in BPF program\n");
	return 0;
}

/* ---- lines ---- */

int xbpf_btf_check_line_info(const struct xbpf_btf *btf,
			     const struct xbpf_line_info *info, u32 nr,
			     const struct xbpf_insn *insns, u32 len,
			     struct xbpf_log *log)
{
	u32 i, prev = 0;

	for (i = 0; i < nr; i++) {
		if ((i && info[i].insn_off <= prev) || info[i].insn_off >= len)
			return info_error(log,
				"Invalid line_info[%u].insn_off:%u (prev_offset:%u prog->len:%u)\n",
				i, info[i].insn_off, prev, len);
		/* The second half of a 16-byte instruction has no code. */
		if (!insns[info[i].insn_off].code)
			return info_error(log,
				"Invalid insn code at line_info[%u].insn_off\n",
				i);
		if (!xbpf_btf_string(btf, info[i].line_off) ||
		    !xbpf_btf_string(btf, info[i].file_name_off))
			return info_error(log,
				"Invalid line_info[%u].line_off or .file_name_off\n",
				i);
		prev = info[i].insn_off;
	}
	return 0;
}

int xbpf_btf_match_line_info(const struct xbpf_line_info *info, u32 nr,
			     const struct xbpf_subprog *subprogs,
			     u32 nr_subprogs, struct xbpf_log *log)
{
	u32 i, s = 0;

	if (!nr)
		return 0;
	for (i = 0; i < nr && s < nr_subprogs; i++) {
		if (info[i].insn_off == subprogs[s].start)
			s++;
		else if (info[i].insn_off > subprogs[s].start)
			return info_error(log,
				"missing bpf_line_info for func#%u\n", s);
	}
	if (s != nr_subprogs)
		return info_error(log,
			"missing bpf_line_info for %u funcs starting from func#%u\n",
			nr_subprogs - s, s);
	return 0;
}
