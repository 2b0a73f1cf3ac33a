// SPDX-License-Identifier: GPL-2.0-only
/*
 * From bytes to rows of the instruction table: every opcode byte, every
 * selector, every reserved field.
 */
#include "vm/vm.h"
#include "unit.h"

/* An instruction of a row, with all operands zero. */
static struct xbpf_insn insn_of(const struct xbpf_op_info *row)
{
	struct xbpf_insn insn = { .code = row->code };

	if (row->sel == XBPF_SEL_OFF)
		insn.off = row->val;
	if (row->sel == XBPF_SEL_IMM)
		insn.imm = row->val;
	if (row->sel == XBPF_SEL_SRC)
		insn.src_reg = row->val;
	return insn;
}

static void test_rows(void)
{
	const struct xbpf_op_info *row;
	struct xbpf_insn insn;
	int op, bad = 0;

	for (op = 0; op < XBPF_NR_OPS; op++) {
		row = &xbpf_op_info[op];
		if (row->sel == XBPF_SEL_NEVER)
			continue;
		insn = insn_of(row);
		if (xbpf_op_decode(&insn) == op)
			continue;
		diag("%s decodes to %d", row->name, xbpf_op_decode(&insn));
		bad++;
	}
	is(bad, 0, "each row is found by what it says");
}

/* RFC 9669 and what Linux added: the opcode bytes that exist. */
static int opcode_exists(int code)
{
	static const char *const rows[8] = {
		/* one character an opcode of the class: code >> 3 */
		[XBPF_LD]    = "...x xxx. xxx. .... .... .... .... ....",
		[XBPF_LDX]   = ".... .... .... xxxx xxx. .... .... ....",
		[XBPF_ST]    = ".... .... .... xxxx .... .... .... ....",
		[XBPF_STX]   = ".... .... .... xxxx .... .... xxxx ....",
		[XBPF_ALU]   = "xxxx xxxx xxxx xxxx x.xx xxxx xxxx ....",
		[XBPF_JMP]   = "x.xx xxxx xxxx xxxx x.x. xxxx xxxx x...",
		[XBPF_JMP32] = "x.xx xxxx xxxx xxxx .... xxxx xxxx ....",
		[XBPF_ALU64] = "xxxx xxxx xxxx xxxx x.xx xxxx xxx. ....",
	};
	int i = code >> 3;

	return rows[code & 7][i + i / 4] == 'x';
}

static int exists(u8 code)
{
	struct xbpf_insn insn = { .code = code };

	return xbpf_op_find(&insn) != -EINVAL;
}

static void test_opcodes(void)
{
	int code, bad = 0;

	for (code = 0; code < 256; code++) {
		if (exists(code) == opcode_exists(code))
			continue;
		diag("opcode 0x%02x", code);
		bad++;
	}
	is(bad, 0, "exactly the opcodes that exist are known");
}

/* Each field that a row does not use makes it refused, each one it uses not. */
static int fields_wrong(const struct xbpf_op_info *row)
{
	struct xbpf_insn insn;
	int wrong = 0;

	insn = insn_of(row);
	insn.dst_reg = 1;
	wrong |= (xbpf_op_decode(&insn) == -EPROTO) == !!(row->use & XBPF_USE_D);
	if (row->sel != XBPF_SEL_SRC) {
		insn = insn_of(row);
		insn.src_reg = 1;
		wrong |= (xbpf_op_decode(&insn) == -EPROTO) ==
			 !!(row->use & XBPF_USE_S);
	}
	if (row->sel != XBPF_SEL_OFF) {
		insn = insn_of(row);
		insn.off = -1;
		wrong |= (xbpf_op_decode(&insn) == -EPROTO) ==
			 !!(row->use & XBPF_USE_O);
	}
	if (row->sel != XBPF_SEL_IMM) {
		insn = insn_of(row);
		insn.imm = 0x10000;
		wrong |= (xbpf_op_decode(&insn) == -EPROTO) ==
			 !!(row->use & XBPF_USE_I);
	}
	return wrong;
}

static void test_reserved(void)
{
	int op, bad = 0;

	for (op = 0; op < XBPF_NR_OPS; op++) {
		if (xbpf_op_info[op].sel == XBPF_SEL_NEVER ||
		    !fields_wrong(&xbpf_op_info[op]))
			continue;
		diag("%s", xbpf_op_info[op].name);
		bad++;
	}
	is(bad, 0, "reserved fields are refused, operands are not");
}

static int decode(u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	struct xbpf_insn insn = {
		.code = code, .dst_reg = dst, .src_reg = src, .off = off,
		.imm = imm,
	};

	return xbpf_op_decode(&insn);
}

static void test_selectors(void)
{
	is(decode(0x3f, 1, 2, 0, 0), XBPF_OP_DIV64_REG, "division");
	is(decode(0x3f, 1, 2, 1, 0), XBPF_OP_SDIV64_REG, "signed division");
	is(decode(0x3f, 1, 2, 2, 0), -EOPNOTSUPP, "no other division");
	is(decode(0xbf, 1, 2, 32, 0), XBPF_OP_MOVSX32_64, "sign-extending move");
	is(decode(0xbc, 1, 2, 32, 0), -EOPNOTSUPP, "not from 32 to 32 bits");
	is(decode(0xb7, 1, 0, 8, 0), -EPROTO, "not of a constant");
	is(decode(0xd4, 1, 0, 0, 16), XBPF_OP_LE16, "byte order");
	is(decode(0xd4, 1, 0, 0, 8), -EOPNOTSUPP, "not of a byte");
	is(decode(0xdb, 1, 2, 0, 0xe1), XBPF_OP_A_XCHG64, "exchange");
	is(decode(0xdb, 1, 2, 0, 0xe0), -EOPNOTSUPP, "exchange has FETCH");
	is(decode(0xd3, 1, 2, 0, 0), -EOPNOTSUPP, "no atomic add of bytes");
	is(decode(0xd3, 1, 2, 0, 0x100), XBPF_OP_LOAD_ACQ8, "but loads");
	is(decode(0x85, 0, 0, 0, 12), XBPF_OP_CALL_HELPER, "tail_call is a helper");
	is(decode(0x85, 0, 1, 0, -7), XBPF_OP_CALL_LOCAL, "local call");
	is(decode(0x85, 0, 2, 3, 9), XBPF_OP_CALL_KFUNC, "kernel function");
	is(decode(0x85, 0, 3, 0, 0), -EOPNOTSUPP, "no other call");
	is(decode(0xe5, 0, 1, 0, 0), -EOPNOTSUPP, "no other condition");
	is(decode(0x18, 1, 6, 0, 5), XBPF_OP_LD_IMM64, "constant by index");
	is(decode(0x18, 1, 7, 0, 5), -EOPNOTSUPP, "no seventh constant");
	is(decode(0x07, 11, 0, 0, 5), -ERANGE, "no R11 to write");
	is(decode(0x0f, 1, 15, 0, 0), -ERANGE, "no R15 to read");
	is(decode(0x00, 0, 0, 0, 0), -EINVAL, "zero is no instruction");
}

int main(void)
{
	test_rows();
	test_opcodes();
	test_reserved();
	test_selectors();
	return unit_done();
}
