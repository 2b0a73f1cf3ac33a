// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the user reads: refusals, instructions, states.
 *
 * Knows the form of the log, which tools and test suites match. Decides
 * nothing.
 */
#include "verifier/priv.h"

#define RESULT_COLUMN	34	/* from the instruction's start */

void xbpf_verify_log(struct xbpf_venv *env, const char *fmt, ...)
{
	va_list args;

	if (!xbpf_log_wanted(env->log))
		return;
	va_start(args, fmt);
	xbpf_log_vprintf(env->log, fmt, args);
	va_end(args);
}

/**
 * xbpf_reject - refuse the program
 * @env: the verification
 * @err: the errno, negative
 * @fmt: the reason, with the newline that ends it
 *
 * Every refusal comes through here. The phrase is ABI: tools look for it.
 */
int xbpf_reject(struct xbpf_venv *env, int err, const char *fmt, ...)
{
	va_list args;

	if (!xbpf_log_wanted(env->log))
		return err;
	/* Lines that follow each other are of one refusal. */
	if (env->why_end != env->log->pos)
		env->why_len = 0;
	va_start(args, fmt);
	env->why_len += vscnprintf(env->why + env->why_len,
				   sizeof(env->why) - env->why_len, fmt, args);
	va_end(args);
	va_start(args, fmt);
	xbpf_log_vprintf(env->log, fmt, args);
	va_end(args);
	env->why_end = env->log->pos;
	return err;
}

static const char * const type_names[NR_TYPES][2] = {
	[T_NONE]	= { "?", "?" },
	[T_SCALAR]	= { "scalar", "scalar" },
	[T_CTX]		= { "ctx", "ctx_or_null" },
	[T_MAP]		= { "map_ptr", "map_value_or_null" },
	[T_MAP_VALUE]	= { "map_value", "map_value_or_null" },
	[T_MAP_KEY]	= { "map_key", "map_key_or_null" },
	[T_STACK]	= { "fp", "fp_or_null" },
	[T_MEM]		= { "alloc_mem", "alloc_mem_or_null" },
	[T_FUNC]	= { "func", "func_or_null" },
	[T_PACKET]	= { "pkt", "pkt_or_null" },
	[T_PACKET_META]	= { "pkt_meta", "pkt_meta_or_null" },
	[T_PACKET_END]	= { "pkt_end", "pkt_end_or_null" },
	[T_BTF]		= { "ptr_", "ptr_or_null_" },
	[T_DYNPTR]	= { "dynptr_ptr", "dynptr_ptr_or_null" },
	[T_SOCKET]	= { "sock", "sock_or_null" },
	[T_ITER]	= { "iter", "iter_or_null" },
	[T_TP_BUFFER]	= { "tp_buffer", "tp_buffer_or_null" },
};

static const char * const sock_names[][2] = {
	[XBPF_SOCK_COMMON] = { "sock_common", "sock_common_or_null" },
	[XBPF_SOCK_FULL]   = { "sock", "sock_or_null" },
	[XBPF_SOCK_TCP]	   = { "tcp_sock", "tcp_sock_or_null" },
	[XBPF_SOCK_XDP]	   = { "xdp_sock", "xdp_sock_or_null" },
};

/* Of pointers to the kernel's objects: how far they are trusted. */
static const char *object_name(const struct xbpf_reg *reg)
{
	static const char * const names[][2] = {
		{ "ptr_", "ptr_or_null_" },
		{ "trusted_ptr_", "trusted_ptr_or_null_" },
		{ "rcu_ptr_", "rcu_ptr_or_null_" },
		{ "untrusted_ptr_", "untrusted_ptr_or_null_" },
		{ "percpu_ptr_", "percpu_ptr_or_null_" },
	};
	u32 i = reg->flags & REG_PERCPU ? 4 : reg->flags & REG_UNTRUSTED ? 3 :
		reg->flags & REG_TRUSTED ? 1 : reg->flags & REG_RCU ? 2 : 0;

	return names[i][!!reg->or_null];
}

const char *xbpf_reg_type_name(const struct xbpf_reg *reg)
{
	if (reg->type == T_BTF)
		return object_name(reg);
	if (reg->type == T_MEM && reg->flags & REG_UNTRUSTED)
		return "rdonly_untrusted_mem";
	if (reg->type == T_MEM && reg->flags & REG_RDONLY)
		return reg->or_null ? "rdonly_mem_or_null" : "rdonly_mem";
	if (reg->type == T_MEM && reg->flags & REG_NON_OWN)
		return reg->or_null ? "mem_or_null" : "mem";
	if (reg->type == T_MEM && reg->flags & REG_RDONLY)
		return reg->or_null ? "rdonly_mem_or_null" : "rdonly_mem";
	if (reg->type == T_SOCKET)
		return sock_names[reg->arg][!!reg->or_null];
	return type_names[reg->type][!!reg->or_null];
}

int xbpf_tnum_text(char *buf, size_t size, struct xbpf_tnum t)
{
	return scnprintf(buf, size, "(0x%llx; 0x%llx)",
			 (unsigned long long)t.value,
			 (unsigned long long)t.mask);
}

/* Facts in the parentheses of a pointer, each with a comma before it. */
static int pointer_facts(struct xbpf_venv *env, char *buf, size_t size,
			 const struct xbpf_reg *reg)
{
	const struct xbpf_map *map;
	int n = 0;

	if (reg->id)
		n += scnprintf(buf + n, size - n, ",id=%u", reg->id);
	if (reg->ref)
		n += scnprintf(buf + n, size - n, ",ref_obj_id=%u", reg->ref);
	if (reg->type == T_MAP || reg->type == T_MAP_VALUE ||
	    reg->type == T_MAP_KEY) {
		map = env->map[reg->arg];
		n += scnprintf(buf + n, size - n, ",map=%s,ks=%u,vs=%u",
			       map->name, map->key_size, map->value_size);
	}
	if (reg->type == T_MEM)
		n += scnprintf(buf + n, size - n, ",sz=%u", reg->arg);
	if (reg->off)
		n += scnprintf(buf + n, size - n, ",off=%d", reg->off);
	if (reg->type == T_PACKET || reg->type == T_PACKET_META)
		n += scnprintf(buf + n, size - n, ",r=%u", reg->arg);
	return n;
}

static void reg_log(struct xbpf_venv *env, const struct xbpf_reg *reg)
{
	char text[XBPF_VALUE_TEXT_MAX], facts[160] = "";

	if (reg->type == T_SCALAR) {
		xbpf_value_text(text, sizeof(text), &reg->val);
		xbpf_verify_log(env, "%s", text);
		return;
	}
	if (reg->type == T_STACK && xbpf_value_is_const(&reg->val)) {
		xbpf_verify_log(env, "fp%d", reg->off);
		return;
	}
	pointer_facts(env, facts, sizeof(facts), reg);
	text[0] = 0;
	if (!xbpf_value_is_const(&reg->val))
		xbpf_value_text_ranges(text, sizeof(text), &reg->val);
	xbpf_verify_log(env, "%s%s(%s%s%s)", xbpf_reg_type_name(reg),
			reg->type == T_BTF ? xbpf_reg_struct_name(env, reg) : "",
			facts[0] ? facts + 1 : "", facts[0] && text[0] ? "," : "",
			text);
}

static void slot_log(struct xbpf_venv *env, const struct xbpf_slot *slot, u32 i)
{
	static const char kinds[] = "?m0rdi";
	char text[9] = "????????";
	u32 len, b;

	if (xbpf_slot_spill_at(slot, &len) >= 0 && len == 8) {
		xbpf_verify_log(env, " fp-%u=", 8 * (i + 1));
		reg_log(env, &slot->reg);
		return;
	}
	for (b = 0; b < 8; b++)
		text[7 - b] = kinds[slot->kind[b]];
	if (strcmp(text, "????????"))
		xbpf_verify_log(env, " fp-%u=%s", 8 * (i + 1), text);
}

void xbpf_state_log(struct xbpf_venv *env, const struct xbpf_state *st)
{
	const struct xbpf_frame *f = state_top(st);
	u32 i;

	if (st->nr_frames > 1)
		xbpf_verify_log(env, " frame%u:", st->nr_frames - 1);
	for (i = 0; i < NR_REGS; i++) {
		if (f->reg[i].type == T_NONE)
			continue;
		xbpf_verify_log(env, " R%u=", i);
		reg_log(env, &f->reg[i]);
	}
	for (i = 0; i < f->nr_slots; i++)
		slot_log(env, &f->slot[i], i);
	xbpf_verify_log(env, "\n");
}

/* "12: (b7) r0 = 0" */
void xbpf_insn_log(struct xbpf_venv *env)
{
	char text[128];

	xbpf_line_log(env);
	xbpf_insn_print(text, sizeof(text), env_insn(env));
	xbpf_verify_log(env, "%u: %s\n", env->insn, text);
	env->insn_log_pos = env->log->pos;
}

int xbpf_insn_defines(const struct xbpf_venv *env)
{
	const struct xbpf_op_info *op = env_op(env, env->insn);
	const struct xbpf_insn *insn = env_insn(env);

	switch (op->kind) {
	case XBPF_KIND_ALU:
	case XBPF_KIND_MOVSX:
	case XBPF_KIND_NEG:
	case XBPF_KIND_END:
	case XBPF_KIND_LD_IMM64:
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		return insn->dst_reg;
	case XBPF_KIND_LD_PKT:
		return XBPF_REG_0;
	case XBPF_KIND_CALL:
		return op->oper != XBPF_OPER_LOCAL ? XBPF_REG_0 : -1;
	default:
		return -1;
	}
}

/* "   ; R0_w=0": what the instruction left in the register it defines. */
void xbpf_insn_log_result(struct xbpf_venv *env, const struct xbpf_state *st)
{
	int regno = xbpf_insn_defines(env);
	char text[128];
	int col;

	if (regno < 0 || state_regs(st)[regno].type == T_NONE ||
	    env->log->pos != env->insn_log_pos)
		return;
	xbpf_log_rewind(env->log, env->log->pos - 1);
	col = xbpf_insn_print(text, sizeof(text), env_insn(env));
	xbpf_verify_log(env, "%*s; R%d_w=", max(RESULT_COLUMN - col, 1), "",
			regno);
	reg_log(env, &state_regs(st)[regno]);
	xbpf_verify_log(env, "\n");
}
