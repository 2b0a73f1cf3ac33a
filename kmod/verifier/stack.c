// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stack: what each byte holds.
 *
 * A slot of eight bytes may hold one spilled register, whole or its low bytes,
 * beside loose bytes. Accesses are aligned, so that none crosses a slot. At a
 * variable offset each byte of the range may be meant: reads give some number,
 * writes leave some number, and take spilled registers away.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char foreign_dynptr[] =
	"cannot spill a dynptr of the kernel into the stack frame of the caller\n";
static const char foreign_key[] =
	"cannot spill a map's key into the stack frame of the caller\n";
static const char foreign_frame[] =
	"cannot spill pointers to stack into stack frame of the caller\n";

/* Where an access may begin and end, relative to fp. */
struct byte_range {
	s64 min, max;		/* smallest and largest start */
	s64 end;		/* of the last access, exclusive */
};

static const char *kind_text(enum access_kind kind)
{
	switch (kind) {
	case ACCESS_READ:
		return " read from";
	case ACCESS_WRITE:
		return " write to";
	case ACCESS_HELPER_READ:
		return " indirect read from";
	default:
		return " indirect access to";
	}
}

static int is_fixed(const struct xbpf_access *a)
{
	return xbpf_value_is_const(&a->ptr.val);
}

static int out_of_stack(struct xbpf_venv *env, const struct xbpf_access *a,
			s64 off)
{
	char text[TNUM_TEXT_MAX];

	if (is_fixed(a))
		return xbpf_reject(env, -EACCES,
				   "invalid%s stack R%u off=%lld size=%u\n",
				   kind_text(a->kind), a->regno,
				   (long long)off, a->size);
	xbpf_tnum_text(text, sizeof(text), a->ptr.val.tnum);
	return xbpf_reject(env, -EACCES,
			   "invalid variable-offset%s stack R%u var_off=%s off=%lld size=%u\n",
			   kind_text(a->kind), a->regno, text, (long long)off,
			   a->size);
}

static int find_range(struct xbpf_venv *env, const struct xbpf_access *a,
		      struct byte_range *r)
{
	const struct xbpf_value *var = &a->ptr.val;
	s64 fixed = (s64)a->ptr.off + a->off;
	char text[TNUM_TEXT_MAX];

	if (!is_fixed(a) && !env_leaks_ok(env)) {
		xbpf_tnum_text(text, sizeof(text), var->tnum);
		return xbpf_reject(env, -EACCES,
				   "R%u variable stack access prohibited for !root, var_off=%s\n",
				   a->regno, text);
	}
	if (var->smin <= -MAX_VAR_OFF || var->smax >= MAX_VAR_OFF)
		return xbpf_reject(env, -EACCES,
				   "invalid unbounded variable-offset%s stack R%u\n",
				   kind_text(a->kind), a->regno);
	r->min = fixed + var->smin;
	r->max = fixed + var->smax;
	r->end = r->max + a->size;
	if (r->min < -XBPF_STACK_SIZE || r->end > 0 || r->max >= 0)
		return out_of_stack(env, a, fixed);
	return 0;
}

static struct xbpf_slot *slot_at(struct xbpf_frame *frame, s64 off)
{
	return &frame->slot[(-off - 1) / 8];
}

/* Which byte of its slot is at fp + @off. */
static u32 byte_at(s64 off)
{
	return off & 7;
}

/* The frame that @a is about, with all slots of @r in it. */
static int find_frame(struct xbpf_venv *env, struct xbpf_state *st,
		      const struct xbpf_access *a, const struct byte_range *r,
		      struct xbpf_frame **frame)
{
	struct xbpf_sub *sub;

	*frame = st->frame[a->ptr.frame];
	sub = &env->sub[(*frame)->subprog];
	sub->stack = max_t(u32, sub->stack, -r->min);
	return xbpf_frame_grow(*frame, (-r->min + 7) / 8);
}

static int find_place(struct xbpf_venv *env, struct xbpf_state *st,
		      const struct xbpf_access *a, struct byte_range *r,
		      struct xbpf_frame **frame)
{
	int err = find_range(env, a, r);

	return err ?: find_frame(env, st, a, r, frame);
}

/* ---- loads ---- */

static int uninitialised(struct xbpf_venv *env, const struct xbpf_access *a,
			 const struct byte_range *r, s64 at)
{
	char text[TNUM_TEXT_MAX];

	if (a->kind == ACCESS_READ && is_fixed(a))
		return xbpf_reject(env, -EACCES,
				   "invalid read from stack off %lld+%lld size %u\n",
				   (long long)r->min, (long long)(at - r->min),
				   a->size);
	if (is_fixed(a))
		return xbpf_reject(env, -EACCES,
				   "invalid%s stack R%u off %lld+%lld size %u\n",
				   kind_text(a->kind), a->regno,
				   (long long)r->min, (long long)(at - r->min),
				   a->size);
	xbpf_tnum_text(text, sizeof(text), a->ptr.val.tnum);
	return xbpf_reject(env, -EACCES,
			   "invalid%s stack R%u var_off %s+%lld size %u\n",
			   kind_text(a->kind), a->regno, text,
			   (long long)(at - r->min), a->size);
}

/* Each byte that may be read holds something that may be read as a number. */
static int check_numbers(struct xbpf_venv *env, struct xbpf_frame *frame,
			 const struct xbpf_access *a, const struct byte_range *r)
{
	int leaks_ok = env_leaks_ok(env);
	s64 off;

	for (off = r->min; off < r->end; off++) {
		const struct xbpf_slot *slot = slot_at(frame, off);
		u8 kind = slot->kind[byte_at(off)];

		if (kind >= SLOT_DYNPTR)
			return uninitialised(env, a, r, off);
		if (leaks_ok)
			continue;
		if (kind == SLOT_INVALID)
			return uninitialised(env, a, r, off);
		if (kind == SLOT_SPILL && slot->reg.type != T_SCALAR)
			return uninitialised(env, a, r, off);
	}
	return 0;
}

static int all_zero(struct xbpf_frame *frame, const struct byte_range *r)
{
	s64 off;

	for (off = r->min; off < r->end; off++) {
		const struct xbpf_slot *slot = slot_at(frame, off);
		u8 kind = slot->kind[byte_at(off)];

		if (kind != SLOT_ZERO &&
		    !(kind == SLOT_SPILL && reg_is_null(&slot->reg)))
			return 0;
	}
	return 1;
}

/* Bytes [at, at + size) of a spilled number that begins at byte @start. */
static void fill_number(struct xbpf_venv *env, struct xbpf_slot *slot,
			u32 start, u32 at, u32 size, struct xbpf_reg *result)
{
	struct xbpf_value shift = xbpf_value_const(8 * (at - start));
	u32 id;

	*result = slot->reg;
	if (at != start) {
		id = xbpf_number_high(env, &slot->reg, 8 * (at - start));
		xbpf_value_alu(XBPF_VALUE_RSH, 64, &result->val, &shift);
		result->id = id;
	}
	if (size < 8 && result->val.umax >> (8 * size)) {
		id = xbpf_number_low(env, at == start ? &slot->reg : result,
				     8 * size);
		xbpf_value_truncate(&result->val, 8 * size);
		result->id = id;
	}
}

/* Reads a spilled register. Returns 1 if there was one, 0: there is none. */
static int fill(struct xbpf_venv *env, struct xbpf_slot *slot,
		u32 at, u32 size, struct xbpf_reg *result)
{
	u32 len;
	int start = xbpf_slot_spill_at(slot, &len);

	if (start < 0 || at + size <= start || at >= start + len)
		return 0;
	if (slot->reg.type != T_SCALAR) {
		if (size != 8)
			return xbpf_reject(env, -EACCES,
					   "invalid size of register fill\n");
		*result = slot->reg;
		return 1;
	}
	if (at < start || at + size > start + len)
		return 0;
	fill_number(env, slot, start, at, size, result);
	return 1;
}

/* The number of @size bytes at fp + @off, as far as it is known. */
static struct xbpf_value number_at(struct xbpf_venv *env,
				   struct xbpf_frame *frame, s64 off, u32 size)
{
	struct byte_range bytes = { .min = off, .end = off + size };
	struct xbpf_slot *slot = slot_at(frame, off);
	struct xbpf_reg reg;
	u32 len;
	int start = xbpf_slot_spill_at(slot, &len);

	if (all_zero(frame, &bytes))
		return xbpf_value_const(0);
	if (start < 0 || slot->reg.type != T_SCALAR || byte_at(off) < start ||
	    byte_at(off) + size > start + len)
		return xbpf_value_unsigned(8 * size);
	fill_number(env, slot, start, byte_at(off), size, &reg);
	return reg.val;
}

/*
 * What may be read somewhere in the range: any of the numbers at the places
 * that the offset allows. All of these are aligned as the access is.
 */
static struct xbpf_value any_of(struct xbpf_venv *env, struct xbpf_frame *frame,
				const struct xbpf_access *a,
				const struct byte_range *r)
{
	struct xbpf_value val = number_at(env, frame, r->min, a->size), other;
	s64 off, fixed = (s64)a->ptr.off + a->off;

	for (off = r->min + a->size; off <= r->max; off += a->size) {
		if (!xbpf_value_contains(&a->ptr.val, off - fixed))
			continue;
		other = number_at(env, frame, off, a->size);
		val = xbpf_value_join(&val, &other);
	}
	return val;
}

int xbpf_stack_load(struct xbpf_venv *env, struct xbpf_state *st,
		    const struct xbpf_access *a, struct xbpf_reg *result)
{
	struct xbpf_frame *frame;
	struct byte_range r;
	int err = find_place(env, st, a, &r, &frame);

	if (!err && is_fixed(a)) {
		err = fill(env, slot_at(frame, r.min), byte_at(r.min), a->size,
			   result);
		if (err > 0)
			return 0;
	}
	err = err ?: check_numbers(env, frame, a, &r);
	if (err)
		return err;
	xbpf_reg_set_scalar(result, any_of(env, frame, a, &r));
	return 0;
}

/* ---- stores ---- */

static int spills_pointer(const struct xbpf_slot *slot)
{
	u32 len;

	return xbpf_slot_spill_at(slot, &len) >= 0 &&
	       reg_is_pointer(&slot->reg);
}

static int check_pointer_store(struct xbpf_venv *env, struct xbpf_state *st,
			       const struct xbpf_access *a,
			       const struct xbpf_reg *value)
{
	if (a->size != 8)
		return xbpf_reject(env, -EACCES,
				   "invalid size of register spill\n");
	/* The callee's stack would be named when it is gone. */
	if (value->type == T_STACK && a->ptr.frame != st->nr_frames - 1)
		return xbpf_reject(env, -EINVAL, foreign_frame);
	/* The helper that keeps these returns before the caller does. */
	if (value->type == T_DYNPTR && a->ptr.frame != st->nr_frames - 1)
		return xbpf_reject(env, -EINVAL, foreign_dynptr);
	if (value->type == T_MAP_KEY && a->ptr.frame != st->nr_frames - 1)
		return xbpf_reject(env, -EINVAL, foreign_key);
	return 0;
}

/* Loose bytes: the slot's register, if they touch it, becomes loose too. */
static void put_bytes(struct xbpf_slot *slot, u32 at, u32 size, u8 kind)
{
	u32 len, b;
	int start = xbpf_slot_spill_at(slot, &len);

	if (start >= 0 && at < start + len && start < at + size)
		xbpf_slot_forget(slot);
	for (b = at; b < at + size; b++)
		slot->kind[b] = kind;
}

static void put_reg(struct xbpf_venv *env, struct xbpf_slot *slot, u32 at,
		    u32 size, const struct xbpf_reg *value)
{
	struct xbpf_reg named = *value;
	u32 id;


	xbpf_slot_forget(slot);
	memset(&slot->kind[at], SLOT_SPILL, size);
	slot->reg = *value;
	if (value->type != T_SCALAR || size == 8)
		return;
	if (value->val.umax >> (8 * size)) {
		id = value->id ? xbpf_number_low(env, &named, 8 * size) : 0;
		xbpf_value_truncate(&slot->reg.val, 8 * size);
		slot->reg.id = id;
	}
}

/* A slot has one register: is it free, or touched by @size bytes at @at? */
static int room_for_number(const struct xbpf_slot *slot, u32 at, u32 size)
{
	u32 len;
	int start = xbpf_slot_spill_at(slot, &len);

	if (start < 0 || (at <= start && start + len <= at + size))
		return 1;
	return at < start + len && start < at + size;
}

static void store_fixed(struct xbpf_venv *env, struct xbpf_slot *slot, u32 at,
			u32 size, const struct xbpf_reg *value)
{
	struct xbpf_value low = value->val;

	if (value->type == T_NONE) {
		put_bytes(slot, at, size, SLOT_INVALID);
		return;
	}
	if (value->type != T_SCALAR) {
		put_reg(env, slot, at, size, value);
		return;
	}
	xbpf_value_truncate(&low, 8 * size);
	if (xbpf_value_is_const(&low) && !xbpf_value_to_const(&low) &&
	    size != 8)
		put_bytes(slot, at, size, SLOT_ZERO);
	else if (room_for_number(slot, at, size))
		put_reg(env, slot, at, size, value);
	else
		put_bytes(slot, at, size, SLOT_MISC);
}

/* Any of the range's bytes may have been overwritten with some number. */
static void smear(struct xbpf_frame *frame, const struct byte_range *r,
		  int zero, int undefined)
{
	s64 off;

	for (off = r->min; off < r->end; off++) {
		struct xbpf_slot *slot = slot_at(frame, off);
		u8 *kind = &slot->kind[byte_at(off)];

		if (*kind == SLOT_SPILL)
			xbpf_slot_forget(slot);
		if (*kind == SLOT_ZERO && !zero)
			*kind = SLOT_MISC;
		if (undefined)
			*kind = SLOT_INVALID;
	}
}

static int check_overwrite(struct xbpf_venv *env, struct xbpf_frame *frame,
			   const struct xbpf_access *a, const struct byte_range *r)
{
	s64 off;

	if (env_leaks_ok(env) || (is_fixed(a) && a->size == 8))
		return 0;
	for (off = r->min; off < r->end; off++)
		if (spills_pointer(slot_at(frame, off)))
			return xbpf_reject(env, -EACCES,
					   "attempt to corrupt spilled pointer on stack\n");
	return 0;
}

int xbpf_stack_store(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_access *a, const struct xbpf_reg *value)
{
	struct xbpf_frame *frame;
	struct byte_range r;
	int err = 0;

	if (reg_is_pointer(value))
		err = check_pointer_store(env, st, a, value);
	err = err ?: find_place(env, st, a, &r, &frame);
	err = err ?: check_overwrite(env, frame, a, &r);
	err = err ?: xbpf_dynptr_overwrite(env, st, frame, r.min, r.end);
	if (err)
		return err;
	xbpf_iter_overwrite(st, frame, r.min, r.end);
	if (is_fixed(a))
		store_fixed(env, slot_at(frame, r.min), byte_at(r.min), a->size,
			    value);
	else
		smear(frame, &r, reg_is_null(value), value->type == T_NONE);
	return 0;
}

/* ---- helpers ---- */

static int check_written(struct xbpf_venv *env, struct xbpf_frame *frame,
			 const struct xbpf_access *a, const struct byte_range *r)
{
	s64 off;

	if (!a->exact || !is_fixed(a)) {
		smear(frame, r, 0, 0);
		return 0;
	}
	for (off = r->min; off < r->end; off++)
		put_bytes(slot_at(frame, off), byte_at(off), 1, SLOT_MISC);
	return 0;
}

/* What helpers write is bytes: no object of ours may be among them. */
static int check_objects(struct xbpf_venv *env, struct xbpf_frame *frame,
			 const struct xbpf_access *a, const struct byte_range *r)
{
	s64 off;

	for (off = r->min; off < r->end; off++)
		if (slot_at(frame, off)->kind[byte_at(off)] == SLOT_DYNPTR)
			return xbpf_reject(env, -EACCES,
					   "potential write to dynptr at off=%lld disallowed\n",
					   (long long)off);
	return 0;
}

int xbpf_stack_reach(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_access *a)
{
	struct xbpf_frame *frame;
	struct byte_range r;

	return find_place(env, st, a, &r, &frame);
}

/*
 * May a helper touch these bytes of the stack?
 *
 * What it reads must be initialised; what it may write in part only, too,
 * unless uninitialised stack is readable anyhow.
 */
int xbpf_stack_check(struct xbpf_venv *env, struct xbpf_state *st,
		     const struct xbpf_access *a)
{
	struct xbpf_frame *frame;
	struct byte_range r;
	int err;

	if (!a->size)
		return find_range(env, a, &r);
	err = find_place(env, st, a, &r, &frame);
	if (err)
		return err;
	if (a->kind == ACCESS_HELPER_READ)
		return check_numbers(env, frame, a, &r);
	if (!a->exact || !is_fixed(a))
		err = check_numbers(env, frame, a, &r);
	err = err ?: check_overwrite(env, frame, a, &r);
	err = err ?: check_objects(env, frame, a, &r);
	if (!err)
		xbpf_iter_overwrite(st, frame, r.min, r.end);
	return err ?: check_written(env, frame, a, &r);
}
