// SPDX-License-Identifier: GPL-2.0-only
/*
 * The assembler for tests: see asm.h. Works on the instruction table, so that
 * a new operation needs nothing here unless its form is new.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/vm.h"
#include "asm.h"
#include "types.h"

#define MAX_LABELS	256

struct label {
	char name[32];
	int insn;
};

struct as {
	struct xbpf_insn *insns;
	int nr, max, pass, line;
	struct label labels[MAX_LABELS];
	int nr_labels;
	const char *error;
};

/* ---- words ---- */

static char *skip(char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* Is @word next? Then it is passed. */
static int take(char **p, const char *word)
{
	char *at = skip(*p);
	size_t len = strlen(word);

	if (strncmp(at, word, len))
		return 0;
	if (isalnum((unsigned char)word[len - 1]) &&
	    (isalnum((unsigned char)at[len]) || at[len] == '_'))
		return 0;
	*p = at + len;
	return 1;
}

static int take_reg(char **p, char kind, u32 *reg)
{
	char *at = skip(*p), *end;
	long n;

	if (at[0] != kind || !isdigit((unsigned char)at[1]))
		return 0;
	n = strtol(at + 1, &end, 10);
	if (n > 15)
		return 0;
	*reg = n;
	*p = end;
	return 1;
}

static int take_number(char **p, long long *number)
{
	char *at = skip(*p), *end;
	int minus = 0;

	if (*at == '-' || *at == '+') {
		minus = *at == '-';
		at = skip(at + 1);
	}
	if (!isdigit((unsigned char)*at))
		return 0;
	*number = strtoull(at, &end, 0);
	if (minus)
		*number = -*number;
	*p = end;
	return 1;
}

static int take_name(char **p, char *name, size_t size)
{
	char *at = skip(*p);
	size_t n = 0;

	while ((isalnum((unsigned char)at[n]) || at[n] == '_') && n + 1 < size) {
		name[n] = at[n];
		n++;
	}
	name[n] = 0;
	*p = at + n;
	return n > 0;
}

static int fail(struct as *as, const char *why)
{
	as->error = why;
	return -1;
}

/* Distance from the next instruction to a label or by "+n". */
static int take_target(struct as *as, char **p, int *dist)
{
	char name[32];
	long long n;
	int i;

	if (take_number(p, &n)) {
		*dist = n;
		return 1;
	}
	if (!take_name(p, name, sizeof(name)))
		return 0;
	*dist = 0;
	for (i = 0; i < as->nr_labels; i++) {
		if (strcmp(as->labels[i].name, name))
			continue;
		*dist = as->labels[i].insn - as->nr - 1;
		return 1;
	}
	return as->pass == 0;
}

static int emit(struct as *as, struct xbpf_insn insn)
{
	if (as->nr == as->max)
		return fail(as, "program too long");
	as->insns[as->nr++] = insn;
	return 0;
}

/* ---- rows of the instruction table ---- */

/* The row of these properties; @with_reg -1: whatever. */
static const struct xbpf_op_info *find_row(u32 kind, u32 width, int with_reg,
					   const char *sym)
{
	const struct xbpf_op_info *op;

	for (op = xbpf_op_info; op < xbpf_op_info + XBPF_NR_OPS; op++) {
		if (op->kind != kind || op->width != width ||
		    op->sel == XBPF_SEL_NEVER)
			continue;
		if (with_reg >= 0 && !!(op->use & XBPF_USE_S) != with_reg)
			continue;
		if (!sym || !strcmp(op->sym, sym))
			return op;
	}
	return NULL;
}

static struct xbpf_insn from_row(const struct xbpf_op_info *op)
{
	struct xbpf_insn insn = { .code = op->code };

	if (op->sel == XBPF_SEL_OFF)
		insn.off = op->val;
	if (op->sel == XBPF_SEL_IMM)
		insn.imm = op->val;
	if (op->sel == XBPF_SEL_SRC)
		insn.src_reg = op->val;
	return insn;
}

/* "*(u32 *)(r1 + 4)"; the type's name is left in @type. */
static int take_memory(char **p, char *type, u32 *reg, long long *off)
{
	char *at = *p;

	*off = 0;
	if (!take(&at, "*") || !take(&at, "(") || !take_name(&at, type, 8) ||
	    !take(&at, "*") || !take(&at, ")") || !take(&at, "(") ||
	    !take_reg(&at, 'r', reg))
		return 0;
	take_number(&at, off);
	if (!take(&at, ")"))
		return 0;
	*p = at;
	return 1;
}

/* ---- forms of lines ---- */

static int as_store(struct as *as, char *p)
{
	const struct xbpf_op_info *op;
	struct xbpf_insn insn;
	long long off, imm = 0;
	u32 dst, src = 0;
	char type[8];
	int reg;

	if (!take_memory(&p, type, &dst, &off) || !take(&p, "="))
		return fail(as, "store expected");
	reg = take_reg(&p, 'r', &src);
	if (!reg && !take_number(&p, &imm))
		return fail(as, "register or number expected");
	op = find_row(reg ? XBPF_KIND_STX : XBPF_KIND_ST, atoi(type + 1), -1,
		      type);
	if (!op)
		return fail(as, "no such store");
	insn = from_row(op);
	insn.dst_reg = dst;
	insn.src_reg = src;
	insn.off = off;
	insn.imm = imm;
	return emit(as, insn);
}

static int as_load(struct as *as, char *p, u32 dst)
{
	const struct xbpf_op_info *op;
	struct xbpf_insn insn;
	long long off;
	char type[8];
	u32 src;

	if (!take_memory(&p, type, &src, &off))
		return fail(as, "load expected");
	op = find_row(XBPF_KIND_LDX, atoi(type + 1), -1, type);
	if (!op)
		return fail(as, "no such load");
	insn = from_row(op);
	insn.dst_reg = dst;
	insn.src_reg = src;
	insn.off = off;
	return emit(as, insn);
}

static int emit_imm64(struct as *as, u32 dst, u32 pseudo, u32 lo, u32 hi)
{
	struct xbpf_insn insn = {
		.code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = dst,
		.src_reg = pseudo, .imm = lo,
	};

	return emit(as, insn) ?: emit(as, (struct xbpf_insn){ .imm = hi });
}

static int as_map(struct as *as, char *p, u32 dst)
{
	long long index, off;

	if (!take_number(&p, &index) || !take(&p, "]"))
		return fail(as, "map[number] expected");
	if (take_number(&p, &off))
		return emit_imm64(as, dst, XBPF_PSEUDO_MAP_VALUE, index, off);
	return emit_imm64(as, dst, XBPF_PSEUDO_MAP_FD, index, 0);
}

static int as_func(struct as *as, char *p, u32 dst)
{
	int dist;

	if (!take_target(as, &p, &dist))
		return fail(as, "no such label");
	return emit_imm64(as, dst, XBPF_PSEUDO_FUNC, dist, 0);
}

int (*asm_type_id)(const char *name);

static int as_type(struct as *as, char *p, u32 dst)
{
	char name[64];
	int id;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(skip(p), " \t"), skip(p));
	id = asm_type_id ? asm_type_id(name) : 0;
	return id <= 0 ? fail(as, "no such struct") : emit_imm64(as, dst, 0, id, 0);
}

static int as_swap(struct as *as, char *p, u32 dst)
{
	static const char * const names[] = {
		"be16", "be32", "be64", "le16", "le32", "le64",
		"bswap16", "bswap32", "bswap64",
	};
	struct xbpf_insn insn;
	unsigned int i;
	u32 src;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!take(&p, names[i]))
			continue;
		insn = from_row(find_row(XBPF_KIND_END, atoi(names[i] +
				strcspn(names[i], "1346")), -1, names[i]));
		insn.dst_reg = dst;
		return take_reg(&p, 'r', &src) ? emit(as, insn) :
			fail(as, "register expected");
	}
	return 1;
}

/* What may follow "rN =" beside a plain operand; 1: none of it. */
static int as_special(struct as *as, char *p, u32 dst, u32 width)
{
	const struct xbpf_op_info *op;
	struct xbpf_insn insn;
	char *at = skip(p), sym[8];
	u32 src;

	if (*at == '*')
		return as_load(as, at, dst);
	if (take(&p, "map["))
		return as_map(as, p, dst);
	if (take(&p, "func"))
		return as_func(as, p, dst);
	if (take(&p, "type "))
		return as_type(as, p, dst);
	if (at[0] == '-' && (at[1] == 'r' || at[1] == 'w')) {
		insn = from_row(find_row(XBPF_KIND_NEG, width, -1, NULL));
		insn.dst_reg = dst;
		return emit(as, insn);
	}
	if (at[0] == '(') {
		snprintf(sym, sizeof(sym), "%.*s", (int)strcspn(at, ")") + 1, at);
		op = find_row(XBPF_KIND_MOVSX, width, -1, sym);
		p = at + strlen(sym);
		if (!op || (!take_reg(&p, 'r', &src) && !take_reg(&p, 'w', &src)))
			return fail(as, "sign-extending move expected");
		insn = from_row(op);
		insn.dst_reg = dst;
		insn.src_reg = src;
		return emit(as, insn);
	}
	return as_swap(as, p, dst);
}

/* Takes the longest operator of the kind. */
static const struct xbpf_op_info *take_oper(char **p, u32 kind, u32 width)
{
	const struct xbpf_op_info *op, *best = NULL;
	char *at = skip(*p);

	for (op = xbpf_op_info; op < xbpf_op_info + XBPF_NR_OPS; op++) {
		if (op->kind != kind || op->width != width ||
		    strncmp(at, op->sym, strlen(op->sym)))
			continue;
		if (!best || strlen(op->sym) > strlen(best->sym))
			best = op;
	}
	if (best)
		*p = at + strlen(best->sym);
	return best;
}

static int as_operand(struct as *as, char **p, const struct xbpf_op_info *op,
		      u32 dst, struct xbpf_insn *insn)
{
	long long imm = 0;
	u32 src = 0;
	int reg;

	reg = take_reg(p, 'r', &src) || take_reg(p, 'w', &src);
	if (!reg && !take_number(p, &imm))
		return fail(as, "operand expected");
	op = find_row(op->kind, op->width, reg, op->sym);
	if (!op)
		return fail(as, "no such operation");
	*insn = from_row(op);
	insn->dst_reg = dst;
	insn->src_reg = reg ? src : insn->src_reg;
	insn->imm = reg ? insn->imm : imm;
	return 0;
}

static int as_alu(struct as *as, char *p)
{
	const struct xbpf_op_info *op;
	u32 width = 64, dst, src;
	struct xbpf_insn insn;
	long long imm;
	char *at;
	int err;

	if (!take_reg(&p, 'r', &dst)) {
		width = 32;
		if (!take_reg(&p, 'w', &dst))
			return fail(as, "instruction expected");
	}
	op = take_oper(&p, XBPF_KIND_ALU, width);
	if (!op)
		return fail(as, "operator expected");
	if (!strcmp(op->sym, "=")) {
		err = as_special(as, p, dst, width);
		if (err <= 0)
			return err;
		at = p;
		if (!take_reg(&at, 'r', &src) && take_number(&at, &imm) &&
		    take(&at, "ll"))
			return emit_imm64(as, dst, 0, imm, imm >> 32);
	}
	err = as_operand(as, &p, op, dst, &insn);
	return err ?: emit(as, insn);
}

static int as_if(struct as *as, char *p)
{
	const struct xbpf_op_info *op;
	u32 width = 64, dst;
	struct xbpf_insn insn;
	int dist, err;

	if (!take_reg(&p, 'r', &dst)) {
		width = 32;
		if (!take_reg(&p, 'w', &dst))
			return fail(as, "register expected");
	}
	op = take_oper(&p, XBPF_KIND_JMP, width);
	if (!op)
		return fail(as, "condition expected");
	err = as_operand(as, &p, op, dst, &insn);
	if (err)
		return err;
	if (!take(&p, "goto") || !take_target(as, &p, &dist))
		return fail(as, "goto target expected");
	insn.off = dist;
	return emit(as, insn);
}

static int as_may_goto(struct as *as, char *p)
{
	struct xbpf_insn insn = { .code = XBPF_JMP | XBPF_JCOND };
	int dist;

	if (!take_target(as, &p, &dist))
		return fail(as, "no such label");
	insn.off = dist;
	return emit(as, insn);
}

static int as_goto(struct as *as, char *p, int far)
{
	struct xbpf_insn insn = {
		.code = (far ? XBPF_JMP32 : XBPF_JMP) | XBPF_JA,
	};
	int dist;

	if (!take_target(as, &p, &dist))
		return fail(as, "no such label");
	insn.off = far ? 0 : dist;
	insn.imm = far ? dist : 0;
	return emit(as, insn);
}

static int helper_id(const char *name)
{
	static const char * const names[] = {
#define NAME(n, id) [id] = #n,
		XBPF_FUNC_MAPPER(NAME)
#undef NAME
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i] && !strcmp(names[i], name))
			return i;
	return -1;
}

/* Labels go before the kernel's functions; they are known in the second pass. */
static int is_label(const struct as *as, const char *name)
{
	int i;

	for (i = 0; i < as->nr_labels; i++)
		if (!strcmp(as->labels[i].name, name))
			return 1;
	return 0;
}

static int as_call(struct as *as, char *p)
{
	struct xbpf_insn insn = { .code = XBPF_JMP | XBPF_CALL };
	char name[48], *at = p;
	long long id;
	int dist;

	if (*skip(p) != '+' && take_number(&p, &id)) {
		insn.imm = id;
		return emit(as, insn);
	}
	if (take_name(&at, name, sizeof(name)) && helper_id(name) >= 0) {
		insn.imm = helper_id(name);
		return emit(as, insn);
	}
	at = p;
	if (take_name(&at, name, sizeof(name)) && test_type_id(name) &&
	    !is_label(as, name)) {
		insn.src_reg = XBPF_PSEUDO_KFUNC_CALL;
		insn.imm = test_type_id(name);
		return emit(as, insn);
	}
	if (!take_target(as, &p, &dist))
		return fail(as, "no such function");
	insn.src_reg = XBPF_PSEUDO_CALL;
	insn.imm = dist;
	return emit(as, insn);
}

/* "atomic fadd u64 (r1 + 8) r2": the operation as the table names it. */
static int as_atomic(struct as *as, char *p)
{
	const struct xbpf_op_info *op;
	char name[32], type[8], upper[40];
	struct xbpf_insn insn;
	long long off = 0;
	u32 dst, src;
	char *c;

	if (!take_name(&p, name, sizeof(name)) ||
	    !take_name(&p, type, sizeof(type)) || !take(&p, "(") ||
	    !take_reg(&p, 'r', &dst))
		return fail(as, "atomic operation expected");
	take_number(&p, &off);
	if (!take(&p, ")") || !take_reg(&p, 'r', &src))
		return fail(as, "register expected");
	snprintf(upper, sizeof(upper), "A_%s%s", name, type + 1);
	for (c = upper; *c; c++)
		*c = toupper((unsigned char)*c);
	for (op = xbpf_op_info; op < xbpf_op_info + XBPF_NR_OPS; op++) {
		if (strcmp(op->name, upper))
			continue;
		insn = from_row(op);
		insn.dst_reg = dst;
		insn.src_reg = src;
		insn.off = off;
		return emit(as, insn);
	}
	return fail(as, "no such atomic operation");
}

static int as_raw(struct as *as, char *p)
{
	long long f[5];
	int i;

	for (i = 0; i < 5; i++)
		if (!take_number(&p, &f[i]))
			return fail(as, "five numbers expected");
	return emit(as, (struct xbpf_insn){
		.code = f[0], .dst_reg = f[1], .src_reg = f[2], .off = f[3],
		.imm = f[4],
	});
}

static int as_label(struct as *as, char *p, char *colon)
{
	struct label *label;

	if (as->pass)
		return 0;
	if (as->nr_labels == MAX_LABELS)
		return fail(as, "too many labels");
	label = &as->labels[as->nr_labels++];
	snprintf(label->name, sizeof(label->name), "%.*s", (int)(colon - p), p);
	label->insn = as->nr;
	return 0;
}

static int as_line(struct as *as, char *p)
{
	char *colon = strchr(p, ':');

	if (colon)
		return as_label(as, p, colon);
	if (*p == '*')
		return as_store(as, p);
	if (take(&p, "if"))
		return as_if(as, p);
	if (take(&p, "may_goto"))
		return as_may_goto(as, p);
	if (take(&p, "goto"))
		return as_goto(as, p, 0);
	if (take(&p, "gotol"))
		return as_goto(as, p, 1);
	if (take(&p, "call"))
		return as_call(as, p);
	if (take(&p, "atomic"))
		return as_atomic(as, p);
	if (take(&p, "raw"))
		return as_raw(as, p);
	if (take(&p, "exit"))
		return emit(as, (struct xbpf_insn){
			.code = XBPF_JMP | XBPF_EXIT });
	return as_alu(as, p);
}

static int as_pass(struct as *as, const char *text)
{
	char line[256];

	as->nr = 0;
	as->line = 0;
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *p;

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		line[strcspn(line, "#")] = 0;
		text += len + (text[len] == '\n');
		as->line++;
		p = skip(line);
		if (*p && as_line(as, p))
			return -1;
	}
	return 0;
}

static struct label labels[MAX_LABELS];

int asm_label(const char *name)
{
	int i;

	for (i = 0; i < MAX_LABELS && labels[i].name[0]; i++)
		if (!strcmp(labels[i].name, name))
			return labels[i].insn;
	return -1;
}

int asm_program(char *text, struct xbpf_insn *insns, int max)
{
	struct as as = { .insns = insns, .max = max };

	for (as.pass = 0; as.pass < 2; as.pass++) {
		if (!as_pass(&as, text))
			continue;
		fprintf(stderr, "line %d: %s\n", as.line, as.error);
		return -1;
	}
	memcpy(labels, as.labels, sizeof(labels));
	return as.nr;
}
