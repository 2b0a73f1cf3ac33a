// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open-coded iterators: a few slots of stack that are made, asked for elements one
 * after the other, and destroyed.
 *
 * The slots are marked, carry the kind and a reference of their own, which is given
 * back by destroying the iterator: one that is forgotten, overwritten or left behind
 * in a frame is an unreleased reference. Only the iterator's own functions read and
 * write the slots.
 *
 * A call for the next element goes two ways: there is one, or there is none now and
 * never will be. That the first way ends is the iterator's business (vm/iter.c), so
 * that a state may come back to such a call: see round_over() in walk.c.
 */
#include "verifier/priv.h"

enum { ITER_ACTIVE, ITER_DRAINED };	/* reg->obj */

/* Reasons that are too long for their lines below. */
static const char not_stack[] =
	"arg#%u expected pointer to an iterator on stack\n";
static const char not_fresh[] = "expected uninitialized iter_%s as arg #%u\n";
static const char not_made[] = "expected an initialized iter_%s as arg #%u\n";
static const char no_section[] = "expected an RCU CS when using %s\n";

static struct xbpf_slot *slot_of(struct xbpf_frame *frame, s64 off)
{
	return &frame->slot[(-off - 1) / 8];
}

static int slot_is_iter(const struct xbpf_slot *slot)
{
	return slot->kind[0] == SLOT_ITER;
}

/* ---- the end of one ---- */

/* The slots of the iterator with this reference are as never written. */
static void unmark(struct xbpf_state *st, u32 ref)
{
	u32 f, i;

	for (f = 0; f < st->nr_frames; f++)
		for (i = 0; i < st->frame[f]->nr_slots; i++) {
			struct xbpf_slot *slot = &st->frame[f]->slot[i];

			if (slot_is_iter(slot) && slot->reg.ref == ref)
				memset(slot, 0, sizeof(*slot));
		}
}

/**
 * xbpf_iter_overwrite - bytes of the stack are about to be overwritten
 * @st: iterators among them are none any more; their references stay
 * @frame: of @st
 * @from: first byte, from the frame pointer; exists
 * @to: behind the last
 */
void xbpf_iter_overwrite(struct xbpf_state *st, struct xbpf_frame *frame,
			 s64 from, s64 to)
{
	s64 off;

	for (off = round_down(from, 8); off < to; off += 8)
		if (slot_is_iter(slot_of(frame, off)))
			unmark(st, slot_of(frame, off)->reg.ref);
}

/* ---- arguments ---- */

static int find_place(struct xbpf_venv *env, const struct xbpf_reg *reg, u32 i,
		      const struct xbpf_iter *iter, s64 *off)
{
	if (reg->type != T_STACK)
		return xbpf_reject(env, -EINVAL, not_stack, i);
	if (!xbpf_value_is_const(&reg->val))
		return xbpf_reject(env, -EINVAL,
				   "iter has to be at a constant offset\n");
	*off = reg_offset(reg);
	if (*off % 8 || *off > -(s64)iter->bytes)
		return xbpf_reject(env, -EINVAL,
				   "cannot pass in iter at an offset=%lld\n",
				   (long long)*off);
	return 0;
}

/* The iterator of @kind that begins at @off, or NULL. */
static struct xbpf_reg *iter_at(struct xbpf_frame *frame, s64 off, u32 kind)
{
	const struct xbpf_iter *iter = xbpf_iter_get(kind);
	struct xbpf_slot *slot, *first;
	s64 at;

	if (off < -8 * (s64)frame->nr_slots || off > -(s64)iter->bytes || off % 8)
		return NULL;
	first = slot_of(frame, off);
	for (at = off; at < off + iter->bytes; at += 8) {
		slot = slot_of(frame, at);
		if (!slot_is_iter(slot) || slot->reg.arg != kind ||
		    slot->reg.ref != first->reg.ref ||
		    slot->reg.frame != (at == off))
			return NULL;
	}
	return &first->reg;
}

static int check_section(struct xbpf_venv *env, const struct xbpf_state *st,
			 const struct xbpf_iter *iter, const struct xbpf_reg *reg,
			 const char *name)
{
	int sleepable = env->prog->flags & XBPF_F_SLEEPABLE;

	if (!iter->rcu || (reg ? !(reg->flags & REG_UNTRUSTED) :
			   !sleepable || st->rcu))
		return 0;
	return xbpf_reject(env, -EPROTO, no_section, name);
}

/* Marks the iterator's slots, the first of them as such. */
static void mark(struct xbpf_frame *frame, s64 off, const struct xbpf_iter *iter,
		 const struct xbpf_reg *reg)
{
	struct xbpf_slot *slot;
	s64 at;

	for (at = off; at < off + iter->bytes; at += 8) {
		slot = slot_of(frame, at);
		memset(slot->kind, SLOT_ITER, sizeof(slot->kind));
		slot->reg = *reg;
		slot->reg.frame = at == off;
	}
}

/**
 * xbpf_check_iter_new - an argument that becomes an iterator
 * @env: the verification
 * @st: changed
 * @info: the call
 * @i: which argument
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_check_iter_new(struct xbpf_venv *env, struct xbpf_state *st,
			struct xbpf_call_info *info, u32 i)
{
	const struct xbpf_reg *ptr = &state_regs(st)[XBPF_REG_1 + i];
	u32 kind = xbpf_iter_find(info->id);
	const struct xbpf_iter *iter = xbpf_iter_get(kind);
	struct xbpf_access a = {
		.regno = XBPF_REG_1 + i, .ptr = *ptr, .size = iter->bytes,
		.kind = ACCESS_WRITE, .exact = 1,
	};
	struct xbpf_reg reg;
	struct xbpf_frame *frame;
	s64 off, at;
	int err;

	err = find_place(env, ptr, i, iter, &off) ?:
	      check_section(env, st, iter, NULL, info->helper->name) ?:
	      xbpf_stack_reach(env, st, &a);
	if (err)
		return err;
	frame = st->frame[a.ptr.frame];
	for (at = off; at < off + iter->bytes; at += 8)
		if (slot_is_iter(slot_of(frame, at)))
			return xbpf_reject(env, -EINVAL, not_fresh, iter->name,
					   i);
	xbpf_reg_set_pointer(&reg, T_ITER);
	reg.arg = kind;
	reg.ref = ++env->next_id;
	reg.flags = iter->rcu ? REG_RCU : 0;
	err = xbpf_dynptr_overwrite(env, st, frame, off, off + iter->bytes) ?:
	      xbpf_acquire(env, st, reg.ref);
	if (!err)
		mark(frame, off, iter, &reg);
	return err;
}

static int find_iter(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_call_info *info, u32 i,
		     struct xbpf_reg **found)
{
	const struct xbpf_reg *ptr = &state_regs(st)[XBPF_REG_1 + i];
	u32 kind = xbpf_iter_find(info->id);
	const struct xbpf_iter *iter = xbpf_iter_get(kind);
	s64 off;
	int err = find_place(env, ptr, i, iter, &off);

	if (err)
		return err;
	*found = iter_at(st->frame[ptr->frame], off, kind);
	if (!*found)
		return xbpf_reject(env, -EINVAL, not_made, iter->name, i);
	return check_section(env, st, iter, *found, info->helper->name);
}

int xbpf_check_iter_next(struct xbpf_venv *env, struct xbpf_state *st,
			 struct xbpf_call_info *info, u32 i)
{
	struct xbpf_reg *reg;
	int err = find_iter(env, st, info, i, &reg);

	info->ref = err ? 0 : reg->ref;
	return err;
}

int xbpf_check_iter_destroy(struct xbpf_venv *env, struct xbpf_state *st,
			    struct xbpf_call_info *info, u32 i)
{
	struct xbpf_reg *reg;
	int err = find_iter(env, st, info, i, &reg);

	if (err)
		return err;
	info->release = reg->ref;
	unmark(st, info->release);
	return 0;
}

/* ---- the next element ---- */

static struct xbpf_reg *iter_of_ref(struct xbpf_state *st, u32 ref)
{
	u32 f, i;

	for (f = 0; f < st->nr_frames; f++)
		for (i = 0; i < st->frame[f]->nr_slots; i++) {
			struct xbpf_slot *slot = &st->frame[f]->slot[i];

			if (slot_is_iter(slot) && slot->reg.ref == ref &&
			    slot->reg.frame)
				return &slot->reg;
		}
	return NULL;
}

/* Elements in the iterator's slots end with it; objects with their section. */
static int set_element(struct xbpf_venv *env, struct xbpf_reg *r0,
		       const struct xbpf_iter *iter, u32 ref)
{
	if (iter->object)
		return xbpf_reg_set_struct(env, r0, iter->object,
					   iter->rcu ? REG_RCU : REG_TRUSTED);
	xbpf_reg_set_pointer(r0, T_MEM);
	r0->arg = iter->size;
	r0->flags = REG_RDONLY;
	r0->obj = ref;
	r0->ref = ref;
	return 0;
}

/**
 * xbpf_iter_next - both ways on from a call for the next element
 * @env: env->fork becomes the state in which there is none
 * @st: the state after the call, without a result; becomes that with an element
 * @info: the call
 * @step: set
 *
 * The way with an element is walked first, so that the rounds of the loop lie on one
 * path, where they are compared.
 *
 * Return: 0, -ENOMEM, or -errno after xbpf_reject().
 */
int xbpf_iter_next(struct xbpf_venv *env, struct xbpf_state *st,
		   const struct xbpf_call_info *info, struct xbpf_step *step)
{
	const struct xbpf_iter *iter = xbpf_iter_get(xbpf_iter_find(info->id));
	struct xbpf_reg *reg = iter_of_ref(st, info->ref);
	struct xbpf_reg *r0 = &state_regs(st)[XBPF_REG_0];

	if (reg->obj == ITER_DRAINED) {
		xbpf_reg_set_scalar(r0, xbpf_value_const(0));
		return 0;
	}
	if (xbpf_state_fork(env, st, step, env->insn + 1))
		return -ENOMEM;
	xbpf_reg_set_scalar(&state_regs(env->fork)[XBPF_REG_0],
			    xbpf_value_const(0));
	iter_of_ref(env->fork, info->ref)->obj = ITER_DRAINED;
	st->nexts++;
	return set_element(env, r0, iter, info->ref);
}

/* ---- rounds ---- */

int xbpf_insn_is_iter_next(const struct xbpf_venv *env, u32 insn)
{
	const struct xbpf_helper *helper = xbpf_callee_of(env, insn);

	return helper && helper->arg[0] == XBPF_ARG_ITER_NEXT;
}

/*
 * The number of the rounds that begin with the call of @insn: its iterator's, which
 * another iterator, or the same place made anew, does not have; 0: there is none
 * that could give more.
 */
u32 xbpf_iter_round(const struct xbpf_venv *env, const struct xbpf_state *st,
		    u32 insn)
{
	const struct xbpf_reg *ptr = &state_regs(st)[XBPF_REG_1];
	const struct xbpf_reg *reg = NULL;

	if (ptr->type == T_STACK && xbpf_value_is_const(&ptr->val))
		reg = iter_at(st->frame[ptr->frame], reg_offset(ptr),
			      xbpf_iter_find(env->prog->insns[insn].imm));
	return reg && reg->obj == ITER_ACTIVE ? ROUND_ITER | reg->ref : 0;
}

/* Is a path under way on which rounds of the iterator @ref began, before @old? */
static int is_in_rounds(const struct xbpf_venv *env, u32 ref,
			const struct xbpf_saved *old)
{
	const struct xbpf_saved *s;

	for (s = env->path; s; s = s->path_next)
		if (s->helper_call == (ROUND_ITER | ref) &&
		    s->serial <= old->serial)
			return 1;
	return 0;
}

/**
 * xbpf_iter_same_rounds - are an iterator's rounds those of the same one?
 * @env: the verification
 * @old: a state that is not done
 * @refs: its references, and what they are in a state that it would stand for
 *
 * An iterator that was made anew has all its elements before it: a way round that
 * leads through its making, and takes it for the one that was, may have no end.
 */
int xbpf_iter_same_rounds(const struct xbpf_venv *env,
			  const struct xbpf_saved *old,
			  const struct xbpf_idmap *refs)
{
	u32 i;

	for (i = 0; i < refs->nr; i++)
		if (refs->pair[i].old != refs->pair[i].new &&
		    is_in_rounds(env, refs->pair[i].old, old))
			return 0;
	return 1;
}
