// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses of packets: how far they are proved to reach, and who may use them.
 *
 * A packet pointer is base + var + off: base is where the packet (or its metadata)
 * begins, off is reg->off, var is reg->val. Pointers of one reg->id have the same
 * var, so that a proof for one is a proof for all: the bytes from base + var to
 * base + var + reg->arg exist. A comparison with the end proves; a helper that
 * may move the packet ends all of them.
 *
 * Sound because off and var are within 16 bits where something is proved: a sum
 * beyond that could wrap and be below the end.
 */
#include "verifier/priv.h"

#define MAX_PACKET_OFF	0xffff

/* reg->obj of a packet pointer: what is known of it and the packet's end. */
enum {
	END_UNKNOWN,
	END_AT,			/* at the end or behind it */
	END_BEYOND,		/* behind the first byte that is no packet */
};

/* ---- accesses ---- */

static int outside(struct xbpf_venv *env, const struct xbpf_access *a, s64 off,
		   int err)
{
	xbpf_reject(env, err,
		    "invalid access to packet, off=%lld size=%u, R%u(id=%u,off=%lld,r=%u)\n",
		    (long long)off, a->size, a->regno, a->ptr.id,
		    (long long)off, a->ptr.arg);
	return xbpf_reject(env, err, "R%u offset is outside of the packet\n",
			   a->regno);
}

/* Whoever has such a pointer may read: no other type's context gives one. */
static int check_rights(struct xbpf_venv *env, const struct xbpf_access *a)
{
	int write = a->kind == ACCESS_WRITE || a->kind == ACCESS_HELPER_WRITE;

	if (!write || xbpf_prog_type_packets(env->prog->type) &
		      XBPF_PACKET_WRITE)
		return 0;
	return xbpf_reject(env, -EACCES, "cannot write into packet\n");
}

int xbpf_packet_check(struct xbpf_venv *env, const struct xbpf_access *a)
{
	s64 off = (s64)a->ptr.off + a->off;
	int err = check_rights(env, a);

	if (err)
		return err;
	if (a->ptr.val.smin < 0)
		return xbpf_mem_negative(env, a);
	if (a->ptr.obj != END_UNKNOWN && !a->ptr.arg)
		return xbpf_reject(env, -EINVAL,
				   "R%u offset is outside of the packet\n",
				   a->regno);
	if (off < 0 || off + a->size > a->ptr.arg)
		return outside(env, a, off, -EACCES);
	return 0;
}

/* The ABI's packets begin two bytes behind a boundary: so do their headers. */
int xbpf_packet_check_alignment(struct xbpf_venv *env,
				const struct xbpf_access *a)
{
	const s32 ip_align = 2;
	char text[TNUM_TEXT_MAX];
	struct xbpf_tnum off;

	if (a->size == 1 || (!a->aligned &&
			     !(env->prog->flags & XBPF_F_STRICT_ALIGNMENT)))
		return 0;
	off = xbpf_tnum_add(a->ptr.val.tnum,
			    xbpf_tnum_const((s64)ip_align + a->ptr.off + a->off),
			    64);
	if (xbpf_tnum_aligned(off, a->size))
		return 0;
	xbpf_tnum_text(text, sizeof(text), a->ptr.val.tnum);
	return xbpf_reject(env, -EACCES,
			   "misaligned packet access off %d+%s+%d+%d size %u\n",
			   ip_align, text, a->ptr.off, a->off, a->size);
}

/* ---- arithmetic ---- */

/**
 * xbpf_packet_moved - what arithmetic leaves of a proof
 * @env: the verification
 * @reg: a packet pointer after ptr + num or ptr - num
 * @num: the number
 * @subtracted: it was
 *
 * A constant changes reg->off alone. Any other number makes another var; what was
 * proved still holds if that var is not greater than the old one.
 */
void xbpf_packet_moved(struct xbpf_venv *env, struct xbpf_reg *reg,
		       const struct xbpf_value *num, int subtracted)
{
	reg->obj = END_UNKNOWN;
	if (xbpf_value_is_const(num))
		return;
	reg->id = ++env->next_id;
	if (!subtracted || num->smin < 0)
		reg->arg = 0;
}

/* ---- comparisons ---- */

/* "a is before b" in terms of the jump: dst op src. */
struct order {
	u8 oper;		/* of the jump, operands exchanged if need be */
	u32 regno;		/* the moving one: dst, or src when exchanged */
};

static int is_start(const struct xbpf_reg *reg)
{
	return reg->type == T_PACKET && !reg->id && !reg->off &&
	       xbpf_value_is_const(&reg->val) &&
	       !xbpf_value_to_const(&reg->val);
}

/* Is @end the end of what @ptr points into? */
static int is_end_of(const struct xbpf_reg *end, const struct xbpf_reg *ptr)
{
	if (ptr->type == T_PACKET)
		return end->type == T_PACKET_END;
	return ptr->type == T_PACKET_META && is_start(end);
}

static u8 exchanged(u8 oper)
{
	switch (oper) {
	case XBPF_OPER_JGT:
		return XBPF_OPER_JLT;
	case XBPF_OPER_JGE:
		return XBPF_OPER_JLE;
	case XBPF_OPER_JLT:
		return XBPF_OPER_JGT;
	case XBPF_OPER_JLE:
		return XBPF_OPER_JGE;
	default:
		return XBPF_OPER_NONE;
	}
}

/* In @st, @ptr is at the end or before it; or before it when @strict. */
static void prove(struct xbpf_state *st, const struct xbpf_reg *ptr, int strict)
{
	s64 range = (s64)ptr->off + strict;
	struct xbpf_reg *reg;
	u32 f, i;

	if (ptr->off < 0 || range <= 0 || ptr->val.umax > MAX_PACKET_OFF ||
	    ptr->val.umax + ptr->off > MAX_PACKET_OFF)
		return;
	for_each_reg(st, f, i, reg, {
		if (reg->type == ptr->type && reg->id == ptr->id) {
			reg->arg = max_t(u32, reg->arg, range);
			reg->obj = END_UNKNOWN;
		}
	});
}

static void mark_behind(struct xbpf_state *st, const struct order *o, u32 where)
{
	struct xbpf_reg *reg = &state_regs(st)[o->regno];

	if (reg->type == T_PACKET)
		reg->obj = where;
}

/* Taken (1), not taken (0), or -1, by what an earlier comparison said. */
static int known(const struct xbpf_reg *ptr, u8 oper)
{
	switch (oper) {
	case XBPF_OPER_JGT:
	case XBPF_OPER_JLE:
		if (ptr->obj == END_BEYOND)
			return oper == XBPF_OPER_JGT;
		return -1;
	default:
		if (ptr->obj != END_UNKNOWN)
			return oper == XBPF_OPER_JGE;
		return -1;
	}
}

/* Both edges of "ptr oper end". */
static void learn(const struct order *o, struct xbpf_reg ptr,
		  struct xbpf_state *taken, struct xbpf_state *not_taken)
{
	switch (o->oper) {
	case XBPF_OPER_JGT:
		prove(not_taken, &ptr, 0);
		mark_behind(taken, o, END_BEYOND);
		return;
	case XBPF_OPER_JGE:
		prove(not_taken, &ptr, 1);
		mark_behind(taken, o, END_AT);
		return;
	case XBPF_OPER_JLT:
		prove(taken, &ptr, 1);
		mark_behind(not_taken, o, END_AT);
		return;
	default:
		prove(taken, &ptr, 0);
		mark_behind(not_taken, o, END_BEYOND);
		return;
	}
}

static int find_order(struct xbpf_venv *env, const struct xbpf_state *st,
		      struct order *o)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	const struct xbpf_reg *dst = &state_regs(st)[insn->dst_reg];
	const struct xbpf_reg *src = &state_regs(st)[insn->src_reg];

	if (op->width != 64 || !(op->use & XBPF_USE_S) ||
	    !exchanged(op->oper))
		return 0;
	*o = (struct order){ op->oper, insn->dst_reg };
	if (is_end_of(src, dst))
		return 1;
	*o = (struct order){ exchanged(op->oper), insn->src_reg };
	return is_end_of(dst, src);
}

/**
 * xbpf_packet_jump - a comparison of a packet pointer with the packet's end
 * @env: the verification
 * @st: becomes the state of the edge that falls through
 * @step: of the jump, to @target
 * @target: instruction
 *
 * Return: 1: it is one, and done; 0: it is not; -ENOMEM.
 */
int xbpf_packet_jump(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_step *step, u32 target)
{
	struct xbpf_reg ptr;
	struct order o;
	int taken, err;

	if (!find_order(env, st, &o))
		return 0;
	ptr = state_regs(st)[o.regno];
	taken = ptr.type == T_PACKET ? known(&ptr, o.oper) : -1;
	if (taken >= 0) {
		if (taken)
			step->next = target;
		return 1;
	}
	err = xbpf_state_fork(env, st, step, target);
	if (err)
		return err;
	learn(&o, ptr, env->fork, st);
	return 1;
}

/* ---- the packet moves ---- */

/* Does it end when the packet moves? */
int xbpf_reg_of_packet(const struct xbpf_reg *reg)
{
	return reg->type == T_PACKET || reg->type == T_PACKET_META ||
	       reg->type == T_PACKET_END ||
	       (reg->type == T_MEM && reg->flags & REG_OF_PACKET);
}

/* A helper, or a program that was called, may have moved the packet. */
void xbpf_state_drop_packets(struct xbpf_venv *env, struct xbpf_state *st)
{
	struct xbpf_reg *reg;
	u32 f, i;

	for_each_reg(st, f, i, reg, {
		if (xbpf_reg_of_packet(reg)) {
			if (env_leaks_ok(env))
				xbpf_reg_set_scalar(reg, xbpf_value_unknown());
			else
				xbpf_reg_clear(reg);
		}
	});
}

/* ---- ld_abs, ld_ind ---- */

#define SKB	XBPF_REG_6

/* A reason that is too long for its line below. */
static const char locked[] =
	"BPF_LD_[ABS|IND] cannot be used inside bpf_spin_lock-ed region\n";

/* Out of the packet, the subprogram ends and returns 0. */
static int leave_with_zero(struct xbpf_venv *env, struct xbpf_state *st,
			   struct xbpf_step *step)
{
	if (st->nr_frames == 1)
		return 0;
	if (state_top(st)->callback)
		return xbpf_reject(env, -EINVAL,
				   "BPF_LD_[ABS|IND] cannot be used in a callback\n");
	return xbpf_fork_exit(env, st, step, xbpf_value_const(0));
}

static int check_skb(struct xbpf_venv *env, struct xbpf_state *st)
{
	struct xbpf_access a = {
		.regno = SKB, .ptr = state_regs(st)[SKB], .kind = ACCESS_READ,
	};
	int err;

	err = xbpf_reg_check_read(env, st, SKB);
	if (!err && st->nr_refs) {
		xbpf_check_refs_released(env, st);
		return xbpf_reject(env, -EINVAL,
				   "BPF_LD_[ABS|IND] cannot be mixed with socket references\n");
	}
	if (!err && st->lock)
		return xbpf_reject(env, -EINVAL, locked);
	if (!err)
		err = xbpf_check_sections_closed(env, st, "BPF_LD_[ABS|IND]");
	if (!err && a.ptr.type != T_CTX)
		return xbpf_reject(env, -EINVAL,
				   "at the time of BPF_LD_ABS|IND R6 != pointer to skb\n");
	return err;
}

int xbpf_check_ld_packet(struct xbpf_venv *env, struct xbpf_state *st,
			 struct xbpf_step *step)
{
	const struct xbpf_insn *insn = env_insn(env);
	const struct xbpf_op_info *op = env_op(env, env->insn);
	struct xbpf_access a = { .regno = SKB, .kind = ACCESS_READ };
	u32 i;
	int err = check_skb(env, st);

	if (!err && op->oper == XBPF_OPER_IND)
		err = xbpf_reg_check_read(env, st, insn->src_reg);
	if (err)
		return err;
	a.ptr = state_regs(st)[SKB];
	err = xbpf_mem_check_fixed(env, &a);
	if (err)
		return err;
	for (i = XBPF_REG_0; i <= XBPF_REG_5; i++)
		xbpf_reg_clear(&state_regs(st)[i]);
	err = leave_with_zero(env, st, step);
	if (err)
		return err;
	xbpf_reg_set_scalar(&state_regs(st)[XBPF_REG_0],
			    xbpf_value_unsigned(op->width));
	return 0;
}
