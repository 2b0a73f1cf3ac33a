// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that no verifier has seen: see raw.h.
 */
#include <ctype.h>
#include "host/raw.h"

/**
 * struct raw - a program that is being checked
 * @prog: the program, with the extra instruction in front
 * @why: reason of a refusal, @size bytes
 */
struct raw {
	struct xbpf_prog *prog;
	char *why;
	size_t size;
};

static __printf(3, 4) int refuse(struct raw *raw, u32 insn, const char *fmt, ...)
{
	int len = scnprintf(raw->why, raw->size, "insn %d: ", (int)insn - 1);
	va_list args;

	va_start(args, fmt);
	vscnprintf(raw->why + len, raw->size - len, fmt, args);
	va_end(args);
	return -EINVAL;
}

/* ---- encodings ---- */

static const char *decode_error(int err)
{
	switch (err) {
	case -EPROTO:
		return "reserved field is set";
	case -ERANGE:
		return "no such register";
	case -EOPNOTSUPP:
		return "no such operation of this opcode";
	default:
		return "unknown opcode";
	}
}

static int writes_r10(const struct xbpf_insn *insn,
		      const struct xbpf_op_info *op)
{
	switch (op->kind) {
	case XBPF_KIND_ALU:
	case XBPF_KIND_MOVSX:
	case XBPF_KIND_NEG:
	case XBPF_KIND_END:
	case XBPF_KIND_LD_IMM64:
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		return insn->dst_reg == XBPF_REG_10;
	case XBPF_KIND_ATOMIC:
		return insn->src_reg == XBPF_REG_10 &&
		       op->oper >= XBPF_OPER_FADD &&
		       op->oper != XBPF_OPER_CMPXCHG;
	default:
		return 0;
	}
}

static int check_ld_imm64(struct raw *raw, u32 i)
{
	const struct xbpf_insn *insn = &raw->prog->insns[i];

	if (insn->src_reg)
		return refuse(raw, i, "constant needs a loader");
	if (i + 1 == raw->prog->len || insn[1].code || insn[1].dst_reg ||
	    insn[1].src_reg || insn[1].off)
		return refuse(raw, i, "bad second half of a 64-bit constant");
	return 0;
}

/* There are neither maps nor callbacks, so no helper that wants one. */
static int check_helper(struct raw *raw, u32 i)
{
	u32 id = raw->prog->insns[i].imm;
	const struct xbpf_helper *helper = xbpf_helper_get(id);
	u32 n;

	if (!helper || !helper->fn)
		return refuse(raw, i, "no helper %u", id);
	for (n = 0; n < XBPF_MAX_HELPER_ARGS; n++)
		if (helper->arg[n] == XBPF_ARG_CONST_MAP ||
		    helper->arg[n] == XBPF_ARG_FUNC ||
		    helper->arg[n] == XBPF_ARG_RINGBUF_MEM)
			return refuse(raw, i, "helper %s needs a loader",
				      helper->name);
	return 0;
}

/* Slots of the instruction, or -EINVAL. */
static int check_insn(struct raw *raw, u32 i)
{
	const struct xbpf_insn *insn = &raw->prog->insns[i];
	int op = xbpf_op_decode(insn);

	if (op < 0)
		return refuse(raw, i, "%s (opcode 0x%02x)", decode_error(op),
			      insn->code);
	if (writes_r10(insn, &xbpf_op_info[op]))
		return refuse(raw, i, "R10 is read only");
	switch (op) {
	case XBPF_OP_LD_IMM64:
		return check_ld_imm64(raw, i) ?: 2;
	case XBPF_OP_CALL_HELPER:
		return check_helper(raw, i) ?: 1;
	case XBPF_OP_CALL_KFUNC:
		return refuse(raw, i, "kernel functions need a kernel");
	default:
		return 1;
	}
}

static int check_encodings(struct raw *raw)
{
	struct xbpf_prog *prog = raw->prog;
	int slots;
	u32 i;

	for (i = 0; i < prog->len; i += slots) {
		slots = check_insn(raw, i);
		if (slots < 0)
			return slots;
		prog->facts[i].flags |= XBPF_FACT_SEEN;
	}
	return 0;
}

/* ---- jumps, subprograms ---- */

#define NO_TARGET	S64_MIN

/* The instruction that @i may go on with, besides the next. */
static s64 target_of(const struct xbpf_prog *prog, u32 i, int op)
{
	const struct xbpf_insn *insn = &prog->insns[i];

	switch (op) {
	case XBPF_OP_JA32:
	case XBPF_OP_CALL_LOCAL:
		return (s64)i + 1 + insn->imm;
	default:
		break;
	}
	switch (xbpf_op_info[op].kind) {
	case XBPF_KIND_JMP:
	case XBPF_KIND_JA:
	case XBPF_KIND_MAY_GOTO:
		return (s64)i + 1 + insn->off;
	default:
		return NO_TARGET;
	}
}

static int is_start(const struct xbpf_prog *prog, u32 i)
{
	return prog->facts[i].flags & XBPF_FACT_SEEN;
}

/* @i is an instruction, but where a constant has its second half. */
static int op_at(const struct xbpf_prog *prog, u32 i)
{
	return xbpf_op_find(&prog->insns[i]);
}

static int check_jumps(struct raw *raw)
{
	struct xbpf_prog *prog = raw->prog;
	s64 target;
	u32 i;
	int op;

	for (i = 0; i < prog->len; i++) {
		if (!is_start(prog, i))
			continue;
		op = op_at(prog, i);
		target = target_of(prog, i, op);
		if (target == NO_TARGET)
			continue;
		if (target < 1 || target >= prog->len ||
		    !is_start(prog, target))
			return refuse(raw, i, "jump to nowhere");
		prog->facts[target].flags |= op == XBPF_OP_CALL_LOCAL ?
					     XBPF_FACT_SUBPROG :
					     XBPF_FACT_TARGET;
	}
	return 0;
}

/* No subprogram runs or jumps into another one. */
static int check_borders(struct raw *raw)
{
	struct xbpf_prog *prog = raw->prog;
	int op = 0, next;
	s64 target;
	u32 i;

	for (i = 0; i < prog->len; i++) {
		if (!is_start(prog, i))
			continue;
		op = op_at(prog, i);
		next = i + 1 + (op == XBPF_OP_LD_IMM64);
		target = target_of(prog, i, op);
		if (target != NO_TARGET && op != XBPF_OP_CALL_LOCAL &&
		    prog->facts[target].subprog != prog->facts[i].subprog)
			return refuse(raw, i, "jump out of the function");
		if (op == XBPF_OP_EXIT ||
		    xbpf_op_info[op].kind == XBPF_KIND_JA)
			continue;
		if (next == prog->len || prog->facts[next].subprog !=
					 prog->facts[i].subprog)
			return refuse(raw, i, "runs over the end");
	}
	return 0;
}

static int find_subprogs(struct raw *raw)
{
	struct xbpf_prog *prog = raw->prog;
	u32 i, n = 0;

	prog->facts[0].flags |= XBPF_FACT_SUBPROG;
	for (i = 0; i < prog->len; i++)
		n += !!(prog->facts[i].flags & XBPF_FACT_SUBPROG);
	if (n > XBPF_MAX_SUBPROGS)
		return refuse(raw, 1, "too many functions");
	prog->subprogs = kvcalloc(n, sizeof(*prog->subprogs), GFP_KERNEL);
	if (!prog->subprogs)
		return -ENOMEM;
	for (i = 0; i < prog->len; i++) {
		if (prog->facts[i].flags & XBPF_FACT_SUBPROG)
			prog->subprogs[prog->nr_subprogs++].start = i;
		prog->facts[i].subprog = prog->nr_subprogs - 1;
	}
	return 0;
}

/* ---- stack ---- */

/*
 * What an instruction may make of R10, seen by itself: direct accesses, and
 * any constant that is added or subtracted anywhere.
 */
static u32 stack_of_insn(const struct xbpf_insn *insn)
{
	int op = xbpf_op_find(insn);
	s64 low = 0;

	if (op == XBPF_OP_ADD64_IMM)
		low = insn->imm;
	else if (op == XBPF_OP_SUB64_IMM)
		low = -(s64)insn->imm;
	else if ((xbpf_op_info[op].use & XBPF_USE_O) &&
		 (insn->dst_reg == XBPF_REG_10 || insn->src_reg == XBPF_REG_10))
		low = insn->off;
	return low < 0 ? min(-low, (s64)XBPF_STACK_SIZE) : 0;
}

static void measure_stacks(struct xbpf_prog *prog)
{
	struct xbpf_subprog *sub;
	u32 i;

	for (i = 0; i < prog->len; i++) {
		if (!is_start(prog, i))
			continue;
		sub = &prog->subprogs[prog->facts[i].subprog];
		sub->stack = max_t(u32, sub->stack,
				   round_up(stack_of_insn(&prog->insns[i]), 8));
	}
	if (prog->nr_subprogs == 1)
		prog->subprogs[0].stack = XBPF_STACK_SIZE;
}

/* Follows the calls of one function; recursion ends at the depth limit. */
static int check_calls(struct raw *raw, u32 sub, u32 depth, u32 stack)
{
	struct xbpf_prog *prog = raw->prog;
	u32 i = prog->subprogs[sub].start;
	int err = 0;

	stack += prog->subprogs[sub].stack;
	if (depth == XBPF_MAX_FRAMES)
		return refuse(raw, i, "calls are nested too deeply");
	if (stack > XBPF_STACK_SIZE)
		return refuse(raw, i, "calls need more than %u bytes of stack",
			      XBPF_STACK_SIZE);
	prog->stack = max(prog->stack, stack);
	for (; !err && i < prog->len && prog->facts[i].subprog == sub; i++) {
		if (!is_start(prog, i) || op_at(prog, i) != XBPF_OP_CALL_LOCAL)
			continue;
		err = check_calls(raw, prog->facts[i + 1 +
				  prog->insns[i].imm].subprog, depth + 1, stack);
	}
	return err;
}

static int check_program(struct raw *raw)
{
	int err = check_encodings(raw) ?:
		  check_jumps(raw) ?:
		  find_subprogs(raw) ?:
		  check_borders(raw);

	if (err)
		return err;
	measure_stacks(raw->prog);
	return check_calls(raw, 0, 0, 0) ?: xbpf_prog_decode(raw->prog);
}

struct xbpf_prog *xbpf_raw_load(const struct xbpf_insn *insns, u32 len, u32 r2,
				char *why, size_t size)
{
	struct raw raw = { .why = why, .size = size };

	scnprintf(why, size, "no memory for so long a program");
	if (!len || len >= XBPF_MAX_INSNS) {
		scnprintf(why, size, "%s", len ? "program is too long" :
						 "program is empty");
		return NULL;
	}
	raw.prog = xbpf_prog_alloc(len + 1);
	if (!raw.prog)
		return NULL;
	raw.prog->insns[0] = (struct xbpf_insn) {
		.code = XBPF_ALU | XBPF_MOV | XBPF_K, .dst_reg = XBPF_REG_2,
		.imm = r2,
	};
	memcpy(raw.prog->insns + 1, insns, len * sizeof(*insns));
	if (check_program(&raw)) {
		xbpf_prog_free(raw.prog);
		return NULL;
	}
	xbpf_prog_set_interp(raw.prog);
	return raw.prog;
}

/* ---- hexadecimal ---- */

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c = tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -EINVAL;
}

long xbpf_raw_parse_hex(const char *text, u8 **bytes)
{
	u8 *out = malloc(strlen(text) / 2 + 1);
	int high, low;
	long n = 0;

	if (!out)
		return -ENOMEM;
	for (; *text; text += 2) {
		while (isspace((unsigned char)*text))
			text++;
		if (text[0] == '0' && tolower((unsigned char)text[1]) == 'x')
			text += 2;
		if (!*text)
			break;
		high = hex_digit(text[0]);
		low = high < 0 ? -EINVAL : hex_digit(text[1]);
		if (low < 0) {
			free(out);
			return -EINVAL;
		}
		out[n++] = high << 4 | low;
	}
	*bytes = out;
	return n;
}
