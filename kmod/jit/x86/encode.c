// SPDX-License-Identifier: GPL-2.0-only
/*
 * The x86-64 encoder: a form and its operands become bytes.
 *
 * Alone knows prefixes, REX, VEX, ModRM and SIB. Does not know BPF, nor which
 * form is the best for a purpose.
 */
#include "jit/x86/x86.h"

/* Bits of a REX prefix, below 0x40. */
enum { REX_B = 1, REX_X = 2, REX_R = 4, REX_W = 8 };

/* Appends @count (at most 8) bytes, the lowest first. */
void xbpf_code_bytes(struct xbpf_code *code, u64 bytes, u32 count)
{
	for (; count; count--, bytes >>= 8, code->pos++)
		if (code->buf && code->pos < code->cap)
			code->buf[code->pos] = bytes;
}

static u32 imm_size(u32 form)
{
	static const u8 size[] = { 0, 1, 2, 4, 8 };

	return size[(form & X86_IMM) >> 20];
}

/* Without a REX, numbers 4..7 name ah, ch, dh, bh instead of spl .. dil. */
static int needs_rex_for_byte(u8 reg)
{
	return reg >= X86_RSP && reg <= X86_RDI;
}

static u8 rex_bits(u32 form, u8 reg, struct xbpf_x86_rm rm)
{
	u8 rex = 0;

	if (form & X86_W)
		rex |= REX_W;
	if (reg != X86_NONE && reg >= X86_R8)
		rex |= REX_R;
	if (rm.index != X86_NONE && rm.index >= X86_R8)
		rex |= REX_X;
	if (rm.base != X86_NONE && rm.base >= X86_R8)
		rex |= REX_B;
	return rex;
}

static int has_byte_reg(u32 form, u8 reg, struct xbpf_x86_rm rm)
{
	if ((form & X86_BYTE_REG) && needs_rex_for_byte(reg))
		return 1;
	return (form & X86_BYTE_RM) && !rm.mem && needs_rex_for_byte(rm.base);
}

static void emit_legacy_prefixes(struct xbpf_code *code, u32 form)
{
	static const u8 pp[] = { 0, 0x66, 0xf3, 0xf2 };

	if (form & X86_GS)
		xbpf_code_bytes(code, 0x65, 1);
	if (form & X86_LOCK)
		xbpf_code_bytes(code, 0xf0, 1);
	if (form & X86_PP)
		xbpf_code_bytes(code, pp[(form & X86_PP) >> 10], 1);
}

static void emit_escape(struct xbpf_code *code, u32 form)
{
	if (form & X86_MAP)
		xbpf_code_bytes(code, 0x0f, 1);
	if ((form & X86_MAP) == X86_0F38)
		xbpf_code_bytes(code, 0x38, 1);
}

static void emit_modrm(struct xbpf_code *code, u8 mod, u8 reg, u8 rm)
{
	xbpf_code_bytes(code, mod << 6 | (reg & 7) << 3 | (rm & 7), 1);
}

/* Displacement: none, 1 or 4 bytes; bases 101 have no form without one. */
static u8 mod_of(struct xbpf_x86_rm rm)
{
	if (!rm.disp && (rm.base & 7) != X86_RBP)
		return 0;
	return rm.disp == (s8)rm.disp ? 1 : 2;
}

static void emit_memory(struct xbpf_code *code, u8 reg, struct xbpf_x86_rm rm)
{
	u8 mod = mod_of(rm);

	if (rm.index != X86_NONE || (rm.base & 7) == X86_RSP) {
		u8 index = rm.index == X86_NONE ? X86_RSP : rm.index;

		emit_modrm(code, mod, reg, X86_RSP);
		emit_modrm(code, rm.scale, index, rm.base);
	} else {
		emit_modrm(code, mod, reg, rm.base);
	}
	xbpf_code_bytes(code, (u32)rm.disp, mod == 2 ? 4 : mod);
}

static void emit_operands(struct xbpf_code *code, u8 reg, struct xbpf_x86_rm rm)
{
	if (!rm.mem) {
		emit_modrm(code, 3, reg, rm.base);
	} else if (rm.mem == 2) {
		emit_modrm(code, 0, reg, X86_RSP);
		emit_modrm(code, 0, X86_RSP, X86_RBP);
		xbpf_code_bytes(code, (u32)rm.disp, 4);
	} else if (rm.base == X86_NONE) {
		emit_modrm(code, 0, reg, X86_RBP);
		xbpf_code_bytes(code, (u32)rm.disp, 4);
	} else {
		emit_memory(code, reg, rm);
	}
}

/**
 * xbpf_x86_emit - append one instruction
 * @code: to this
 * @form: X86_* of enum xbpf_x86_form, with X86_W or other bits added
 * @reg: the reg operand, or the /digit of the form; 0 when it has none
 * @rm: the r/m operand; for X86_PLUS_R its register
 * @imm: as many bytes as the form has
 */
void xbpf_x86_emit(struct xbpf_code *code, u32 form, u8 reg,
		   struct xbpf_x86_rm rm, s64 imm)
{
	u8 rex = rex_bits(form, reg, rm);
	u8 opcode = form;

	emit_legacy_prefixes(code, form);
	if (rex || has_byte_reg(form, reg, rm))
		xbpf_code_bytes(code, 0x40 | rex, 1);
	emit_escape(code, form);
	if (form & X86_PLUS_R)
		opcode |= rm.base & 7;
	xbpf_code_bytes(code, opcode, 1);
	if (!(form & (X86_PLUS_R | X86_NO_RM)))
		emit_operands(code, reg, rm);
	xbpf_code_bytes(code, imm, imm_size(form));
}

/* Appends one instruction of three operands; @third is the one in VEX.vvvv. */
void xbpf_x86_emit_vex(struct xbpf_code *code, u32 form, u8 reg, u8 third,
		       struct xbpf_x86_rm rm)
{
	u8 rex = rex_bits(form, reg, rm);
	u8 map = (form & X86_MAP) >> 8, pp = (form & X86_PP) >> 10;

	/* R, X and B are stored inverted, as is vvvv. */
	xbpf_code_bytes(code, 0xc4, 1);
	xbpf_code_bytes(code, (~rex & (REX_R | REX_X | REX_B)) << 5 | map, 1);
	xbpf_code_bytes(code, (rex & REX_W) << 4 | (~third & 15) << 3 | pp, 1);
	xbpf_code_bytes(code, (u8)form, 1);
	emit_operands(code, reg, rm);
}
