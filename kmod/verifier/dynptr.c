// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynptrs: 16 bytes of stack that describe memory whose size is not known to us.
 *
 * The two slots are marked, carry one number and, if the memory must be given
 * back, a reference. Only helpers read and write them. A store over one half ends
 * the whole, unless it has a reference; pointers into its memory (slices) carry its
 * number and end with it.
 */
#include "verifier/priv.h"

#define DYNPTR_BYTES	16

/* Reasons that are too long for their lines below. */
static const char not_stack[] =
	"arg#%u expected pointer to stack or const struct bpf_dynptr\n";

static struct xbpf_slot *slot_of(struct xbpf_frame *frame, s64 off)
{
	return &frame->slot[(-off - 1) / 8];
}

static int slot_is_dynptr(const struct xbpf_slot *slot)
{
	return slot->kind[0] == SLOT_DYNPTR;
}

/* ---- the end of one ---- */

static void drop_slice(struct xbpf_venv *env, struct xbpf_reg *reg, u32 id)
{
	if (reg->type != T_MEM || reg->obj != id)
		return;
	if (env_leaks_ok(env))
		xbpf_reg_set_scalar(reg, xbpf_value_unknown());
	else
		xbpf_reg_clear(reg);
}

static void drop_slices(struct xbpf_venv *env, struct xbpf_state *st, u32 id)
{
	struct xbpf_reg *reg;
	u32 f, i;

	for_each_reg(st, f, i, reg, drop_slice(env, reg, id));
}

/* The slots of this dynptr, or of all with the reference, are as never written. */
static void unmark(struct xbpf_state *st, u32 id, u32 ref)
{
	u32 f, i;

	for (f = 0; f < st->nr_frames; f++) {
		for (i = 0; i < st->frame[f]->nr_slots; i++) {
			struct xbpf_slot *slot = &st->frame[f]->slot[i];

			if (slot_is_dynptr(slot) &&
			    (slot->reg.id == id || (ref && slot->reg.ref == ref)))
				memset(slot, 0, sizeof(*slot));
		}
	}
}

/* Another dynptr describes the same memory. */
static int has_clone(const struct xbpf_state *st, const struct xbpf_reg *dynptr)
{
	u32 f, i;

	for (f = 0; f < st->nr_frames; f++) {
		for (i = 0; i < st->frame[f]->nr_slots; i++) {
			const struct xbpf_slot *slot = &st->frame[f]->slot[i];

			if (slot_is_dynptr(slot) && slot->reg.id != dynptr->id &&
			    slot->reg.ref == dynptr->ref)
				return 1;
		}
	}
	return 0;
}

/**
 * xbpf_dynptr_overwrite - bytes of the stack are about to be overwritten
 * @env: the verification
 * @st: dynptrs among them end
 * @frame: of @st
 * @from: first byte, from the frame pointer; exists
 * @to: behind the last
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_dynptr_overwrite(struct xbpf_venv *env, struct xbpf_state *st,
			  struct xbpf_frame *frame, s64 from, s64 to)
{
	struct xbpf_reg reg;
	s64 off;

	for (off = round_down(from, 8); off < to; off += 8) {
		if (!slot_is_dynptr(slot_of(frame, off)))
			continue;
		reg = slot_of(frame, off)->reg;
		if (reg.ref && !has_clone(st, &reg))
			return xbpf_reject(env, -EINVAL,
					   "cannot overwrite referenced dynptr\n");
		unmark(st, reg.id, 0);
		drop_slices(env, st, reg.id);
	}
	return 0;
}

/* ---- arguments ---- */

/* Where @reg points to, from its frame's end: room for a dynptr. */
static int find_place(struct xbpf_venv *env, const struct xbpf_reg *reg, s64 *off)
{
	if (!xbpf_value_is_const(&reg->val))
		return xbpf_reject(env, -EINVAL,
				   "dynptr has to be at a constant offset\n");
	*off = reg_offset(reg);
	if (*off % 8 || *off > -DYNPTR_BYTES)
		return xbpf_reject(env, -EINVAL,
				   "cannot pass in dynptr at an offset=%lld\n",
				   (long long)*off);
	return 0;
}

/* The dynptr that the two slots at @off are, or NULL. */
static const struct xbpf_reg *dynptr_at(struct xbpf_frame *frame, s64 off)
{
	const struct xbpf_slot *first, *second;

	if (off < -8 * (s64)frame->nr_slots)
		return NULL;
	first = slot_of(frame, off);
	second = slot_of(frame, off + 8);
	if (!slot_is_dynptr(first) || !slot_is_dynptr(second) ||
	    first->reg.id != second->reg.id || !first->reg.frame)
		return NULL;
	return &first->reg;
}

static const char * const kind_names[] = {
	[XBPF_DYNPTR_LOCAL] = "local", [XBPF_DYNPTR_RINGBUF] = "ringbuf",
	[XBPF_DYNPTR_SKB] = "skb", [XBPF_DYNPTR_XDP] = "xdp",
};

/**
 * xbpf_check_dynptr - an argument that must be a dynptr
 * @env: the verification
 * @st: the state
 * @ptr: the argument
 * @regno: its register
 * @want: enum xbpf_dynptr_kind, or XBPF_DYNPTR_ANY
 * @dynptr: out, what is known of it
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_check_dynptr(struct xbpf_venv *env, struct xbpf_state *st,
		      const struct xbpf_reg *ptr, u32 regno, u32 want,
		      struct xbpf_reg *dynptr)
{
	const struct xbpf_access a = { .regno = regno, .ptr = *ptr };
	const struct xbpf_reg *found = ptr;
	s64 off = 0;
	int err;

	if (ptr->type != T_STACK && ptr->type != T_DYNPTR)
		return xbpf_reject(env, -EINVAL, not_stack, regno - 1);
	err = ptr->type == T_STACK ? find_place(env, ptr, &off) :
		xbpf_mem_check_fixed(env, &a);
	if (err)
		return err;
	if (ptr->type == T_STACK)
		found = dynptr_at(st->frame[ptr->frame], off);
	if (!found)
		return xbpf_reject(env, -EINVAL,
				   "Expected an initialized dynptr as arg #%u\n",
				   regno - 1);
	if (want != XBPF_DYNPTR_ANY && found->arg != want)
		return xbpf_reject(env, -EINVAL,
				   "Expected a dynptr of type %s as arg #%u\n",
				   kind_names[want], regno - 1);
	*dynptr = *found;
	return 0;
}

static void mark(struct xbpf_frame *frame, s64 off, const struct xbpf_reg *reg)
{
	struct xbpf_slot *slot = slot_of(frame, off);

	memset(slot->kind, SLOT_DYNPTR, sizeof(slot->kind));
	slot->reg = *reg;
	slot->reg.frame = 1;		/* the first half */
	slot = slot_of(frame, off + 8);
	memset(slot->kind, SLOT_DYNPTR, sizeof(slot->kind));
	slot->reg = *reg;
}

/**
 * xbpf_make_dynptr - an argument that becomes a dynptr
 * @env: the verification
 * @st: changed
 * @ptr: the argument
 * @regno: its register
 * @kind: enum xbpf_dynptr_kind
 * @ref: reference that it carries, 0: none
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_make_dynptr(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_reg *ptr, u32 regno, u32 kind, u32 ref)
{
	struct xbpf_frame *frame;
	struct xbpf_access a = {
		.regno = regno, .ptr = *ptr, .size = DYNPTR_BYTES,
		.kind = ACCESS_WRITE, .exact = 1,
	};
	struct xbpf_reg reg;
	s64 off;
	int err;

	if (ptr->type != T_STACK)
		return xbpf_reject(env, -EINVAL, not_stack, regno - 1);
	err = find_place(env, ptr, &off);
	if (!err)
		err = xbpf_stack_reach(env, st, &a);
	if (err)
		return err;
	frame = st->frame[ptr->frame];
	err = xbpf_dynptr_overwrite(env, st, frame, off, off + DYNPTR_BYTES);
	if (err)
		return err;
	xbpf_reg_set_pointer(&reg, T_DYNPTR);
	reg.arg = kind;
	reg.id = ++env->next_id;
	reg.ref = ref;
	mark(frame, off, &reg);
	return 0;
}

/* Its memory was given back: so were all that describe it, and their slices. */
void xbpf_dynptr_release(struct xbpf_venv *env, struct xbpf_state *st,
			 const struct xbpf_reg *dynptr)
{
	unmark(st, dynptr->id, dynptr->ref);
	drop_slices(env, st, dynptr->id);
}
