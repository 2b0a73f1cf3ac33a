// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions as text, in the words of the kernel's verifier log, which tools
 * and test-suites match on.
 *
 * Works on instructions as user space encodes them; knows no types and no
 * symbols but the names of helpers.
 */
#include "vm/vm.h"

static const char *const helper_names[__XBPF_FUNC_MAX_ID] = {
#define NAME(name, id) [id] = "bpf_" #name,
	XBPF_FUNC_MAPPER(NAME)
#undef NAME
};

/**
 * struct text - where the text of one instruction goes
 * @buf: room for it
 * @size: of @buf
 * @insn: the first slot; LD_IMM64 has its second behind it
 * @op: its row
 */
struct text {
	char *buf;
	size_t size;
	const struct xbpf_insn *insn;
	const struct xbpf_op_info *op;
};

static __printf(2, 3) int put(const struct text *t, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(t->buf, t->size, fmt, args);
	va_end(args);
	return len;
}

/* "w" for the low half of a register, "r" for all of it. */
static char prefix(const struct text *t)
{
	return t->op->width == 32 ? 'w' : 'r';
}

static int print_alu(const struct text *t)
{
	const struct xbpf_insn *insn = t->insn;

	if (t->op->use & XBPF_USE_S)
		return put(t, "%c%u %s %c%u", prefix(t), insn->dst_reg,
			   t->op->sym, prefix(t), insn->src_reg);
	return put(t, "%c%u %s %d", prefix(t), insn->dst_reg, t->op->sym,
		   insn->imm);
}

static int print_movsx(const struct text *t)
{
	return put(t, "%c%u = %s%c%u", prefix(t), t->insn->dst_reg, t->op->sym,
		   prefix(t), t->insn->src_reg);
}

static int print_neg(const struct text *t)
{
	return put(t, "%c%u = -%c%u", prefix(t), t->insn->dst_reg, prefix(t),
		   t->insn->dst_reg);
}

static int print_end(const struct text *t)
{
	return put(t, "r%u = %s r%u", t->insn->dst_reg, t->op->sym,
		   t->insn->dst_reg);
}

static int print_jmp(const struct text *t)
{
	const struct xbpf_insn *insn = t->insn;

	if (t->op->use & XBPF_USE_S)
		return put(t, "if %c%u %s %c%u goto pc%+d", prefix(t),
			   insn->dst_reg, t->op->sym, prefix(t), insn->src_reg,
			   insn->off);
	return put(t, "if %c%u %s 0x%x goto pc%+d", prefix(t), insn->dst_reg,
		   t->op->sym, insn->imm, insn->off);
}

static int print_ja(const struct text *t)
{
	return put(t, "%s pc%+d", t->op->sym,
		   t->op->oper == XBPF_OPER_JA32 ? t->insn->imm : t->insn->off);
}

static const char *helper_name(u32 id)
{
	if (id >= ARRAY_SIZE(helper_names) || !helper_names[id])
		return "unknown";
	return helper_names[id];
}

static int print_call(const struct text *t)
{
	s32 imm = t->insn->imm;

	switch (t->op->oper) {
	case XBPF_OPER_LOCAL:
		return put(t, "call pc%+d", imm);
	case XBPF_OPER_KFUNC:
		return put(t, "call kernel-function#%d", imm);
	default:
		return put(t, "call %s#%d", helper_name(imm), imm);
	}
}

static int print_exit(const struct text *t)
{
	return put(t, "exit");
}

static int print_ld_imm64(const struct text *t)
{
	u64 imm = (u64)(u32)t->insn[1].imm << 32 | (u32)t->insn->imm;

	return put(t, "r%u = 0x%llx", t->insn->dst_reg,
		   (unsigned long long)imm);
}

static int print_ldx(const struct text *t)
{
	return put(t, "r%u = *(%s *)(r%u %+d)", t->insn->dst_reg, t->op->sym,
		   t->insn->src_reg, t->insn->off);
}

static int print_st(const struct text *t)
{
	return put(t, "*(%s *)(r%u %+d) = %d", t->op->sym, t->insn->dst_reg,
		   t->insn->off, t->insn->imm);
}

static int print_stx(const struct text *t)
{
	return put(t, "*(%s *)(r%u %+d) = r%u", t->op->sym, t->insn->dst_reg,
		   t->insn->off, t->insn->src_reg);
}

static int print_fetch(const struct text *t, const char *fn)
{
	const struct xbpf_insn *insn = t->insn;

	return put(t, "r%u = atomic%s_%s((u%u *)(r%u %+d), r%u)",
		   insn->src_reg, t->op->width == 64 ? "64" : "", fn,
		   t->op->width, insn->dst_reg, insn->off, insn->src_reg);
}

static int print_atomic(const struct text *t)
{
	const struct xbpf_insn *insn = t->insn;

	switch (t->op->oper) {
	case XBPF_OPER_CMPXCHG:
		return put(t, "r0 = atomic%s_cmpxchg((u%u *)(r%u %+d), r0, r%u)",
			   t->op->width == 64 ? "64" : "", t->op->width,
			   insn->dst_reg, insn->off, insn->src_reg);
	case XBPF_OPER_XCHG:
		return print_fetch(t, t->op->sym);
	case XBPF_OPER_FADD:
	case XBPF_OPER_FOR:
	case XBPF_OPER_FAND:
	case XBPF_OPER_FXOR:
		return print_fetch(t, t->op->sym);
	default:
		return put(t, "lock *(u%u *)(r%u %+d) %s r%u", t->op->width,
			   insn->dst_reg, insn->off, t->op->sym, insn->src_reg);
	}
}

static int print_load_acq(const struct text *t)
{
	return put(t, "r%u = %s((u%u *)(r%u %+d))", t->insn->dst_reg,
		   t->op->sym, t->op->width, t->insn->src_reg, t->insn->off);
}

static int print_store_rel(const struct text *t)
{
	return put(t, "%s((u%u *)(r%u %+d), r%u)", t->op->sym, t->op->width,
		   t->insn->dst_reg, t->insn->off, t->insn->src_reg);
}

static int print_ld_pkt(const struct text *t)
{
	if (t->op->oper == XBPF_OPER_ABS)
		return put(t, "r0 = *(%s *)skb[%d]", t->op->sym, t->insn->imm);
	return put(t, "r0 = *(%s *)skb[r%u + %d]", t->op->sym, t->insn->src_reg,
		   t->insn->imm);
}

static int print_none(const struct text *t)
{
	return put(t, "BUG_%02x", t->insn->code);
}

static int (*const print_kind[])(const struct text *t) = {
	[XBPF_KIND_NONE]	= print_none,
	[XBPF_KIND_ALU]		= print_alu,
	[XBPF_KIND_MOVSX]	= print_movsx,
	[XBPF_KIND_NEG]		= print_neg,
	[XBPF_KIND_END]		= print_end,
	[XBPF_KIND_JMP]		= print_jmp,
	[XBPF_KIND_JA]		= print_ja,
	[XBPF_KIND_MAY_GOTO]	= print_ja,
	[XBPF_KIND_CALL]	= print_call,
	[XBPF_KIND_TAIL_CALL]	= print_call,
	[XBPF_KIND_EXIT]	= print_exit,
	[XBPF_KIND_LD_IMM64]	= print_ld_imm64,
	[XBPF_KIND_LDX]		= print_ldx,
	[XBPF_KIND_ST]		= print_st,
	[XBPF_KIND_STX]		= print_stx,
	[XBPF_KIND_ATOMIC]	= print_atomic,
	[XBPF_KIND_LOAD_ACQ]	= print_load_acq,
	[XBPF_KIND_STORE_REL]	= print_store_rel,
	[XBPF_KIND_LD_PKT]	= print_ld_pkt,
};

int xbpf_insn_print(char *buf, size_t size, const struct xbpf_insn *insn)
{
	int op = xbpf_op_find(insn);
	struct text t = {
		.insn	= insn,
		.op	= &xbpf_op_info[op < 0 ? XBPF_OP_LD_IMM64_HI : op],
	};
	int len = scnprintf(buf, size, "(%02x) ", insn->code);

	t.buf = buf + len;
	t.size = size - len;
	return len + print_kind[t.op->kind](&t);
}
