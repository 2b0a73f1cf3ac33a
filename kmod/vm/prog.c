// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a program, and the step from verified instructions to executable
 * ones. Whoever owns the program holds the references to its maps.
 */
#include "vm/vm.h"
#include "vm/map.h"

/**
 * xbpf_prog_alloc - room for a program, all zero
 * @len: its instructions
 *
 * Return: NULL when there is no memory, or no such length.
 */
struct xbpf_prog *xbpf_prog_alloc(u32 len)
{
	struct xbpf_prog *prog;

	if (!len || len > XBPF_MAX_INSNS)
		return NULL;
	prog = kzalloc(sizeof(*prog), GFP_KERNEL_ACCOUNT);
	if (!prog)
		return NULL;
	prog->len = len;
	prog->insns = kvcalloc(len, sizeof(*prog->insns), GFP_KERNEL_ACCOUNT);
	prog->code = kvcalloc(len, sizeof(*prog->code), GFP_KERNEL_ACCOUNT);
	prog->facts = kvcalloc(len, sizeof(*prog->facts), GFP_KERNEL_ACCOUNT);
	if (prog->insns && prog->code && prog->facts)
		return prog;
	xbpf_prog_free(prog);
	return NULL;
}

/**
 * xbpf_prog_free - the memory of a program; not its image, not its maps
 * @prog: may be NULL
 */
void xbpf_prog_free(struct xbpf_prog *prog)
{
	if (!prog)
		return;
	kvfree(prog->callbacks);
	kvfree(prog->maps);
	kvfree(prog->subprogs);
	kvfree(prog->facts);
	kvfree(prog->code);
	kvfree(prog->insns);
	kfree(prog);
}

void xbpf_prog_set_interp(struct xbpf_prog *prog)
{
	prog->run = xbpf_interp_run;
}

static int make_callbacks(struct xbpf_prog *prog)
{
	u32 i;

	if (prog->callbacks)
		return 0;
	prog->callbacks = kvcalloc(prog->nr_subprogs, sizeof(*prog->callbacks),
				   GFP_KERNEL_ACCOUNT);
	if (!prog->callbacks)
		return -ENOMEM;
	for (i = 0; i < prog->nr_subprogs; i++) {
		prog->callbacks[i].prog = prog;
		prog->callbacks[i].insn = prog->subprogs[i].start;
	}
	return 0;
}

static int callback_address(struct xbpf_prog *prog, u32 insn, u64 *addr)
{
	s64 target = (s64)insn + 1 + prog->insns[insn].imm;
	int err = make_callbacks(prog);
	u32 i;

	if (err)
		return err;
	for (i = 0; i < prog->nr_subprogs; i++) {
		if (prog->subprogs[i].start != target)
			continue;
		*addr = (unsigned long)&prog->callbacks[i];
		return 0;
	}
	return -EINVAL;
}

static int map_address(const struct xbpf_prog *prog, u32 insn, u64 *addr)
{
	u32 idx = prog->insns[insn].imm;

	if (idx >= prog->nr_maps)
		return -EINVAL;
	*addr = (unsigned long)prog->maps[idx];
	return 0;
}

static int map_value_address(const struct xbpf_prog *prog, u32 insn, u64 *addr)
{
	u32 idx = prog->insns[insn].imm;
	const struct xbpf_map *map;

	if (idx >= prog->nr_maps)
		return -EINVAL;
	map = prog->maps[idx];
	if (!map->ops->direct_value)
		return -EINVAL;
	return map->ops->direct_value(map, addr, prog->insns[insn + 1].imm);
}

/* What LD_IMM64 at @insn loads. */
static int constant_of(struct xbpf_prog *prog, u32 insn, u64 *value)
{
	const struct xbpf_insn *slot = &prog->insns[insn];

	switch (slot->src_reg) {
	case 0:
		*value = (u64)(u32)slot[1].imm << 32 | (u32)slot->imm;
		return 0;
	case XBPF_PSEUDO_MAP_FD:
	case XBPF_PSEUDO_MAP_IDX:
		return map_address(prog, insn, value);
	case XBPF_PSEUDO_MAP_VALUE:
	case XBPF_PSEUDO_MAP_IDX_VALUE:
		return map_value_address(prog, insn, value);
	case XBPF_PSEUDO_FUNC:
		return callback_address(prog, insn, value);
	default:
		return -EINVAL;
	}
}

static int decode_ld_imm64(struct xbpf_prog *prog, u32 insn)
{
	u64 value;
	int err;

	if (insn + 1 == prog->len)
		return -EINVAL;
	err = constant_of(prog, insn, &value);
	if (err)
		return err;
	prog->code[insn].imm = lower_32_bits(value);
	prog->code[insn + 1].imm = upper_32_bits(value);
	prog->code[insn + 1].code = XBPF_OP_LD_IMM64_HI;
	prog->facts[insn + 1].flags |= prog->facts[insn].flags &
				       XBPF_FACT_SEEN;
	return 0;
}

static int decode_call(struct xbpf_prog *prog, struct xbpf_insn *code)
{
	const struct xbpf_helper *helper;

	switch (code->code) {
	case XBPF_OP_CALL_LOCAL:
		return 0;
	case XBPF_OP_CALL_HELPER:
		helper = xbpf_helper_get(code->imm);
		if (code->imm == XBPF_FUNC_tail_call) {
			code->code = XBPF_OP_TAIL_CALL;
			prog->uses_tail_call = 1;
			return 0;
		}
		return helper ? 0 : -EINVAL;
	case XBPF_OP_CALL_KFUNC:
		if (!xbpf_kfunc_get(code->imm))
			return -EINVAL;
		code->code = XBPF_OP_CALL_HELPER;
		code->off = 0;
		return 0;
	default:
		return -EINVAL;
	}
}

/* One instruction; the slots that it takes, or -errno. */
static int decode_insn(struct xbpf_prog *prog, u32 insn)
{
	struct xbpf_insn *code = &prog->code[insn];
	int op = xbpf_op_decode(&prog->insns[insn]);

	if (op < 0)
		return -EINVAL;
	*code = prog->insns[insn];
	code->code = op;
	switch (xbpf_op_info[op].kind) {
	case XBPF_KIND_LD_IMM64:
		return decode_ld_imm64(prog, insn) ?: 2;
	case XBPF_KIND_CALL:
		return decode_call(prog, code) ?: 1;
	case XBPF_KIND_LDX:
		code->imm = !!(prog->facts[insn].flags & XBPF_FACT_FAULTING);
		if (prog->facts[insn].flags & XBPF_FACT_CTX_ADDR) {
			code->code = XBPF_OP_LDXDW;
			code->off = prog->facts[insn].off;
		}
		return 1;
	default:
		return 1;
	}
}

/**
 * xbpf_prog_decode - make ->code out of ->insns
 * @prog: verified: ->facts, ->subprogs and ->maps are complete
 *
 * Jumps are trusted; operations, constants and helpers are looked up, so they
 * are checked again.
 *
 * Return: 0; -EINVAL, -ENOMEM.
 */
int xbpf_prog_decode(struct xbpf_prog *prog)
{
	int slots;
	u32 i;

	for (i = 0; i < prog->len; i += slots) {
		slots = decode_insn(prog, i);
		if (slots < 0)
			return slots;
	}
	return 0;
}
