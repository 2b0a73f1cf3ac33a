// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pass 6: what may still be read, and what may still matter.
 *
 * Requires blocks. For the start of each block: registers and stack slots that
 * may be read on some way from there (live), and those whose number may reach
 * an address, a size, a condition or a returned value that is checked (rel).
 *
 * Nothing here is trusted. The walk forgets what is dead or irrelevant and goes
 * on from the weaker state, so that an error of this file can only make it
 * refuse a good program.
 *
 * First, forward: which registers hold addresses of the own frame's stack;
 * then, backward: the sets. Callees go before their callers.
 */
#include "verifier/priv.h"

/*
 * What a register may say about this frame's stack; from -512 to 0: fp plus that; less
 * FP_MAYBE: that or no address of it.
 */
enum {
	FP_NONE	= 1,		/* not an address of it */
	FP_UNSEEN,		/* no path seen yet */
	FP_ANY,			/* some address of it, maybe */
	FP_MAYBE = 1024,
};

#define MAX_ITER_BYTES	24
#define MAX_FP_ROUNDS	4
#define ALL_SLOTS	(~0ULL)
#define CALLER_SAVED	0x3f	/* r0 to r5 */
#define ARGS		0x3e	/* r1 to r5 */

struct sets {
	u16 live, rel;
	u64 live_slots, rel_slots;
};

/*
 * Queue of blocks, each at most once in it; predecessors of each block; what a
 * subprogram spills of its stack's addresses, in each slot and elsewhere.
 */
struct flow {
	u32 *work;
	u8 *queued;
	u32 nr;
	u32 *pred_start;	/* of block b: pred[pred_start[b]] ... */
	u32 *pred;
	s16 spilled[NR_SLOTS];
	u8 spills_any, changed;
};

static void flow_push(struct flow *flow, u32 block)
{
	if (flow->queued[block])
		return;
	flow->queued[block] = 1;
	flow->work[flow->nr++] = block;
}

static u32 flow_pop(struct flow *flow)
{
	u32 block = flow->work[--flow->nr];

	flow->queued[block] = 0;
	return block;
}

static void flow_free(struct flow *flow)
{
	kvfree(flow->work);
	kvfree(flow->queued);
	kvfree(flow->pred_start);
	kvfree(flow->pred);
}

static int flow_init(struct xbpf_venv *env, struct flow *flow)
{
	u32 n = env->nr_blocks, i, s;

	flow->nr = 0;
	flow->work = kvcalloc(n, sizeof(u32), GFP_KERNEL_ACCOUNT);
	flow->queued = kvcalloc(n, 1, GFP_KERNEL_ACCOUNT);
	flow->pred_start = kvcalloc(n + 2, sizeof(u32), GFP_KERNEL_ACCOUNT);
	flow->pred = kvcalloc(2 * n, sizeof(u32), GFP_KERNEL_ACCOUNT);
	if (!flow->work || !flow->queued || !flow->pred_start || !flow->pred)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		for (s = 0; s < env->block[i].nr_succ; s++)
			flow->pred_start[env->block[i].succ[s] + 2]++;
	for (i = 2; i < n + 2; i++)
		flow->pred_start[i] += flow->pred_start[i - 1];
	for (i = 0; i < n; i++)
		for (s = 0; s < env->block[i].nr_succ; s++)
			flow->pred[flow->pred_start[env->block[i].succ[s] + 1]++] = i;
	return 0;
}

static int interrupted(void)
{
	cond_resched();
	return fatal_signal_pending(current);
}

/* ---- forward: addresses of the stack ---- */

static int fp_is_maybe(s16 fp)
{
	return fp <= -FP_MAYBE;
}

/* The address, of those that have one; if it is one. */
static s16 fp_at(s16 fp)
{
	return fp_is_maybe(fp) ? fp + FP_MAYBE : fp;
}

static s16 fp_join(s16 a, s16 b)
{
	if (a == b || b == FP_UNSEEN)
		return a;
	if (a == FP_UNSEEN)
		return b;
	if (a == FP_ANY || b == FP_ANY || (a <= 0 && b <= 0 && fp_at(a) != fp_at(b)))
		return FP_ANY;
	return fp_at(min(a, b)) - FP_MAYBE;
}

static s16 fp_add(s16 fp, s64 off)
{
	s16 at = fp_at(fp);

	if (fp > 0)
		return fp;
	return at + off <= 0 && at + off >= -XBPF_STACK_SIZE ? (s16)(fp + off) : FP_ANY;
}

/* Where it is kept what is spilled at fp + @at; NULL: that is no slot. */
static s16 *fp_spilled(struct flow *flow, s64 at)
{
	return at % 8 || at < -XBPF_STACK_SIZE || at >= 0 ? NULL :
		&flow->spilled[-at / 8 - 1];
}

static void fp_store(struct flow *flow, s16 to, s64 off, s16 value)
{
	s16 *slot = to <= 0 ? fp_spilled(flow, fp_at(to) + off) : NULL, was;

	if (slot) {
		was = *slot;
		*slot = fp_join(was, value);
		flow->changed |= *slot != was;
	} else if (value != FP_NONE && to != FP_NONE) {
		flow->changed |= !flow->spills_any;
		flow->spills_any = 1;
	}
}

/* Eight bytes come back. Frames of others keep no address of this one. */
static s16 fp_load(struct flow *flow, s16 from, s64 off)
{
	s16 *slot = from <= 0 ? fp_spilled(flow, fp_at(from) + off) : NULL;

	if (from == FP_NONE)
		return FP_NONE;
	if (!slot || flow->spills_any)
		return FP_ANY;
	if (*slot == FP_UNSEEN)
		return FP_NONE;
	return fp_is_maybe(from) ? fp_join(*slot, FP_NONE) : *slot;
}

static s16 fp_alu(const struct xbpf_insn *insn, const struct xbpf_op_info *op,
		  const s16 *fp)
{
	int with_reg = op->use & XBPF_USE_S;
	s16 dst = fp[insn->dst_reg], src = with_reg ? fp[insn->src_reg] : FP_NONE;

	if (op->width != 64)
		return FP_NONE;
	if (op->oper == XBPF_OPER_MOV)
		return src;
	if (op->oper == XBPF_OPER_ADD && !with_reg)
		return fp_add(dst, insn->imm);
	return dst == FP_NONE && src == FP_NONE ? FP_NONE : FP_ANY;
}

static void fp_step(const struct xbpf_venv *env, struct flow *flow, u32 i, s16 *fp)
{
	const struct xbpf_insn *insn = &env->prog->insns[i];
	const struct xbpf_op_info *op = env_op(env, i);
	u32 r;

	switch (op->kind) {
	case XBPF_KIND_ALU:
		fp[insn->dst_reg] = fp_alu(insn, op, fp);
		return;
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		fp[insn->dst_reg] = op->width == 64 ?
			fp_load(flow, fp[insn->src_reg], insn->off) : FP_NONE;
		return;
	case XBPF_KIND_STX:
	case XBPF_KIND_STORE_REL:
		if (op->width == 64)
			fp_store(flow, fp[insn->dst_reg], insn->off, fp[insn->src_reg]);
		return;
	case XBPF_KIND_CALL:
	case XBPF_KIND_LD_PKT:
		for (r = 0; r <= 5; r++)
			fp[r] = FP_NONE;
		return;
	case XBPF_KIND_MOVSX:
	case XBPF_KIND_LD_IMM64:
		fp[insn->dst_reg] = FP_NONE;
		return;
	}
}

static int fp_merge(struct xbpf_block *b, const s16 *fp)
{
	int changed = 0;
	u32 r;

	for (r = 0; r < NR_REGS; r++) {
		s16 was = b->fp[r];

		b->fp[r] = fp_join(was, fp[r]);
		changed |= b->fp[r] != was;
	}
	return changed;
}

static void fp_reset(struct xbpf_venv *env, const struct xbpf_sub *sub)
{
	struct xbpf_block *first = &env->block[sub->first_block];
	u32 b, r;

	for (b = sub->first_block; b < sub->end_block; b++)
		for (r = 0; r < NR_REGS; r++)
			env->block[b].fp[r] = FP_UNSEEN;
	for (r = 0; r < NR_REGS; r++)
		first->fp[r] = FP_NONE;
	first->fp[FP] = 0;
}

static int fp_solve_once(struct xbpf_venv *env, struct flow *flow,
			 struct xbpf_sub *sub)
{
	s16 fp[NR_REGS];
	u32 i, s;

	fp_reset(env, sub);
	flow_push(flow, sub->first_block);
	while (flow->nr) {
		struct xbpf_block *b = &env->block[flow_pop(flow)];

		memcpy(fp, b->fp, sizeof(fp));
		for (i = b->start; i < b->end; i++)
			fp_step(env, flow, i, fp);
		for (s = 0; s < b->nr_succ; s++)
			if (fp_merge(&env->block[b->succ[s]], fp))
				flow_push(flow, b->succ[s]);
		if (interrupted())
			return -EINTR;
	}
	return 0;
}

/* What was spilled comes back: until nothing new is; if it goes on, any may be. */
static int fp_solve(struct xbpf_venv *env, struct flow *flow,
		    struct xbpf_sub *sub)
{
	u32 i, round = 0;
	int err;

	flow->spills_any = 0;
	for (i = 0; i < NR_SLOTS; i++)
		flow->spilled[i] = FP_UNSEEN;
	do {
		flow->changed = 0;
		err = fp_solve_once(env, flow, sub);
	} while (!err && flow->changed && ++round < MAX_FP_ROUNDS);
	if (err || !flow->changed)
		return err;
	flow->spills_any = 1;
	return fp_solve_once(env, flow, sub);
}

/* ---- slots that an instruction reads or overwrites ---- */

/* Slots of @size bytes at fp + @off; @partly: also those half covered. */
static u64 slots_of(s64 off, s64 size, int partly)
{
	s64 lo = -off - size, hi = -off, slot;	/* depth below fp */
	u64 mask = 0;

	lo = partly ? lo : round_up(max(lo, 0LL), 8);
	hi = partly ? round_up(hi, 8) : hi;
	for (slot = max(lo, 0LL) / 8; slot < NR_SLOTS && slot * 8 + 8 <= hi;
	     slot++)
		mask |= 1ULL << slot;
	return mask;
}

static u64 slots_read_at(s16 fp, s64 off, s64 size)
{
	if (fp == FP_NONE || fp == FP_UNSEEN)
		return 0;
	return fp == FP_ANY ? ALL_SLOTS : slots_of(fp_at(fp) + off, size, 1);
}

/* Of the maps that a call may be given, those inside of others included. */
static u32 largest(const struct xbpf_venv *env, int keys)
{
	const struct xbpf_map *map;
	u32 i, size = 0;

	for (i = 0; i < ARRAY_SIZE(env->map); i++) {
		map = env->map[i];
		if (map)
			size = max(size, keys ? map->key_size :
				   map->value_size);
	}
	return min_t(u32, size, XBPF_STACK_SIZE);
}

static u64 slots_of_arg(const struct xbpf_venv *env, u8 arg, s16 fp)
{
	switch (arg) {
	case XBPF_ARG_NONE:
		return 0;
	case XBPF_ARG_MAP_KEY:
		return slots_read_at(fp, 0, largest(env, 1));
	case XBPF_ARG_MAP_VALUE:
	case XBPF_ARG_MAP_VALUE_OR_NULL:
	case XBPF_ARG_MAP_VALUE_PEEK:
		return slots_read_at(fp, 0, largest(env, 0));
	case XBPF_ARG_MAP_VALUE_UNINIT:
	case XBPF_ARG_LONG_PTR:
		return fp == FP_ANY ? ALL_SLOTS : 0;
	case XBPF_ARG_DYNPTR:
	case XBPF_ARG_DYNPTR_RELEASE:
		return slots_read_at(fp, 0, sizeof(struct xbpf_dynptr_mem));
	case XBPF_ARG_ITER_NEXT:
	case XBPF_ARG_ITER_DESTROY:
		return slots_read_at(fp, 0, MAX_ITER_BYTES);
	case XBPF_ARG_ITER_NEW:
	case XBPF_ARG_DYNPTR_LOCAL:
	case XBPF_ARG_DYNPTR_RINGBUF:
	case XBPF_ARG_DYNPTR_CLONE:
	case XBPF_ARG_DYNPTR_SKB:
	case XBPF_ARG_DYNPTR_XDP:
		return fp == FP_ANY ? ALL_SLOTS : 0;
	case XBPF_ARG_STACK_PTR_OR_NULL:
		return fp == FP_NONE ? 0 : ALL_SLOTS;
	default:
		return slots_read_at(fp, 0, XBPF_STACK_SIZE);
	}
}

static u64 slots_of_call(const struct xbpf_venv *env, u32 i, const s16 *fp)
{
	const struct xbpf_helper *helper = xbpf_callee_of(env, i);
	u64 mask = 0;
	u32 r;

	for (r = 1; r <= XBPF_MAX_HELPER_ARGS; r++) {
		if (helper)
			mask |= slots_of_arg(env, helper->arg[r - 1], fp[r]);
		else if (fp[r] != FP_NONE)
			mask = ALL_SLOTS;
	}
	return mask;
}

static u64 slots_of_insn(const struct xbpf_venv *env, u32 i, const s16 *fp)
{
	const struct xbpf_insn *insn = &env->prog->insns[i];
	const struct xbpf_op_info *op = env_op(env, i);
	u32 size = op->width / 8;

	switch (op->kind) {
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		return slots_read_at(fp[insn->src_reg], insn->off, size);
	case XBPF_KIND_ATOMIC:
		return slots_read_at(fp[insn->dst_reg], insn->off, size);
	case XBPF_KIND_ST:
	case XBPF_KIND_STX:
	case XBPF_KIND_STORE_REL:
		return fp[insn->dst_reg] > 0 || fp_is_maybe(fp[insn->dst_reg]) ? 0 :
			slots_of(fp[insn->dst_reg] + insn->off, size, 0);
	case XBPF_KIND_CALL:
		return slots_of_call(env, i, fp);
	default:
		return 0;
	}
}

static void find_slots(struct xbpf_venv *env, struct flow *flow, struct xbpf_sub *sub)
{
	s16 fp[NR_REGS];
	u32 b, i;

	for (b = sub->first_block; b < sub->end_block; b++) {
		memcpy(fp, env->block[b].fp, sizeof(fp));
		for (i = env->block[b].start; i < env->block[b].end; i++) {
			env->slots[i] = slots_of_insn(env, i, fp);
			fp_step(env, flow, i, fp);
		}
	}
}

/* ---- backward: the sets ---- */

static void use(struct sets *s, u32 reg, int relevant)
{
	s->live |= 1 << reg;
	if (relevant)
		s->rel |= 1 << reg;
}

/* Forgets @reg, which is overwritten; was it relevant? */
static int define(struct sets *s, u32 reg)
{
	int relevant = s->rel >> reg & 1;

	s->live &= ~(1 << reg);
	s->rel &= ~(1 << reg);
	return relevant;
}

static void back_alu(struct sets *s, const struct xbpf_insn *insn,
		     const struct xbpf_op_info *op)
{
	int rel = define(s, insn->dst_reg);

	if (op->kind != XBPF_KIND_MOVSX && op->oper != XBPF_OPER_MOV)
		use(s, insn->dst_reg, rel);
	if (op->use & XBPF_USE_S)
		use(s, insn->src_reg, rel);
}

static void back_load(struct sets *s, const struct xbpf_insn *insn, u64 slots)
{
	if (define(s, insn->dst_reg))
		s->rel_slots |= slots;
	s->live_slots |= slots;
	use(s, insn->src_reg, 1);
}

static void back_store(struct sets *s, const struct xbpf_insn *insn,
		       const struct xbpf_op_info *op, u64 slots)
{
	int rel = slots ? !!(s->rel_slots & slots) : !!s->rel_slots;

	s->live_slots &= ~slots;
	s->rel_slots &= ~slots;
	use(s, insn->dst_reg, 1);
	if (op->kind != XBPF_KIND_ST)
		use(s, insn->src_reg, rel);
}

static void back_atomic(struct sets *s, const struct xbpf_insn *insn,
			const struct xbpf_op_info *op, u64 slots)
{
	if (op->oper == XBPF_OPER_CMPXCHG) {
		define(s, XBPF_REG_0);
		use(s, XBPF_REG_0, 0);
	}
	s->live_slots |= slots;
	use(s, insn->dst_reg, 1);
	use(s, insn->src_reg, 0);
}

/*
 * What callbacks get. And keys: nothing depends on their numbers, but to forget them
 * makes the rounds of some loops (pyperf600_nounroll) differ in everything else.
 */
static int is_part_of_way(u8 arg)
{
	return arg == XBPF_ARG_FUNC || arg == XBPF_ARG_MAP_KEY;
}

static void back_helper(struct sets *s, const struct xbpf_helper *helper,
			u64 slots)
{
	u32 i;

	s->live &= ~CALLER_SAVED;
	s->rel &= ~CALLER_SAVED;
	s->live_slots |= slots;
	for (i = 0; helper && i < XBPF_MAX_HELPER_ARGS; i++) {
		if (helper->arg[i] == XBPF_ARG_NONE)
			continue;
		use(s, i + 1, helper->arg[i] != XBPF_ARG_ANYTHING);
		if (is_part_of_way(helper->arg[i]))
			s->rel_slots |= slots;
	}
	/* Flags: without them the call becomes a loop. */
	if (helper && helper == xbpf_helper_get(XBPF_FUNC_loop))
		use(s, XBPF_REG_4, 1);
}

static void back_call(struct xbpf_venv *env, struct sets *s, u32 i)
{
	int sub = xbpf_sub_called(env, i);
	const struct xbpf_block *entry;
	u32 r;

	s->live &= ~CALLER_SAVED;
	s->rel &= ~CALLER_SAVED;
	s->live_slots |= env->slots[i];
	s->rel_slots |= env->slots[i];
	if (sub < 0)
		return;
	entry = &env->block[env->sub[sub].first_block];
	s->live |= entry->live & ARGS;
	s->rel |= entry->rel & ARGS;
	/* The prototype is checked, whatever the body reads. */
	for (r = 1; r <= env->sub[sub].nr_args; r++)
		use(s, r, 1);
}

static void back_exit(struct xbpf_venv *env, struct sets *s, u32 i)
{
	int in_main = i < env->sub[0].end;

	memset(s, 0, sizeof(*s));
	use(s, XBPF_REG_0,
	    !in_main || env->type->ret_min || env->type->ret_max);
}

static void back_insn(struct xbpf_venv *env, struct sets *s, u32 i)
{
	const struct xbpf_insn *insn = &env->prog->insns[i];
	const struct xbpf_op_info *op = env_op(env, i);

	switch (op->kind) {
	case XBPF_KIND_ALU:
	case XBPF_KIND_MOVSX:
	case XBPF_KIND_NEG:
	case XBPF_KIND_END:
		return back_alu(s, insn, op);
	case XBPF_KIND_JMP:
		use(s, insn->dst_reg, 1);
		if (op->use & XBPF_USE_S)
			use(s, insn->src_reg, 1);
		return;
	case XBPF_KIND_LD_IMM64:
		define(s, insn->dst_reg);
		return;
	case XBPF_KIND_LDX:
	case XBPF_KIND_LOAD_ACQ:
		return back_load(s, insn, env->slots[i]);
	case XBPF_KIND_ST:
	case XBPF_KIND_STX:
	case XBPF_KIND_STORE_REL:
		return back_store(s, insn, op, env->slots[i]);
	case XBPF_KIND_ATOMIC:
		return back_atomic(s, insn, op, env->slots[i]);
	case XBPF_KIND_CALL:
		if (op->oper != XBPF_OPER_LOCAL)
			return back_helper(s, xbpf_callee_of(env, i),
					   env->slots[i]);
		return back_call(env, s, i);
	case XBPF_KIND_LD_PKT:
		s->live &= ~CALLER_SAVED;
		s->rel &= ~CALLER_SAVED;
		use(s, XBPF_REG_6, 1);
		if (op->oper == XBPF_OPER_IND)
			use(s, insn->src_reg, 0);
		return;
	case XBPF_KIND_EXIT:
		return back_exit(env, s, i);
	}
}

static struct sets block_out(struct xbpf_venv *env, const struct xbpf_block *b)
{
	struct sets s = { 0 };
	u32 i;

	for (i = 0; i < b->nr_succ; i++) {
		const struct xbpf_block *to = &env->block[b->succ[i]];

		s.live |= to->live;
		s.rel |= to->rel;
		s.live_slots |= to->live_slots;
		s.rel_slots |= to->rel_slots;
	}
	return s;
}

static int block_set(struct xbpf_block *b, const struct sets *s)
{
	if (b->live == s->live && b->rel == s->rel &&
	    b->live_slots == s->live_slots && b->rel_slots == s->rel_slots)
		return 0;
	b->live = s->live;
	b->rel = s->rel;
	b->live_slots = s->live_slots;
	b->rel_slots = s->rel_slots;
	return 1;
}

static int live_solve(struct xbpf_venv *env, struct flow *flow,
		      struct xbpf_sub *sub)
{
	u32 b, i;

	for (b = sub->first_block; b < sub->end_block; b++)
		flow_push(flow, b);
	while (flow->nr) {
		u32 at = flow_pop(flow);
		struct xbpf_block *block = &env->block[at];
		struct sets s = block_out(env, block);

		for (i = block->end; i-- > block->start;)
			back_insn(env, &s, i);
		if (block_set(block, &s))
			for (i = flow->pred_start[at];
			     i < flow->pred_start[at + 1]; i++)
				flow_push(flow, flow->pred[i]);
		if (interrupted())
			return -EINTR;
	}
	return 0;
}

int xbpf_pass_live(struct xbpf_venv *env)
{
	struct flow flow = { 0 };
	u32 i;
	int err;

	env->slots = kvcalloc(env->len, sizeof(u64), GFP_KERNEL_ACCOUNT);
	err = env->slots ? flow_init(env, &flow) : -ENOMEM;
	for (i = 0; !err && i < env->nr_subs; i++) {
		struct xbpf_sub *sub = &env->sub[env->callees_first[i]];

		err = fp_solve(env, &flow, sub);
		if (err)
			break;
		find_slots(env, &flow, sub);
		err = live_solve(env, &flow, sub);
	}
	flow_free(&flow);
	return err;
}
