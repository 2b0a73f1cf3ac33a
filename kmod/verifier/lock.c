// SPDX-License-Identifier: GPL-2.0-only
/*
 * Special fields of map values: which programs may use such maps, who may touch
 * the bytes, and the lock that a program may hold.
 *
 * One lock at a time, known by the number of the pointer to its value: each
 * look-up gives a new one, and equal numbers mean the same value. While it is
 * held no helper is called but the one that lets go, so that the program
 * neither sleeps, nor waits for another lock, nor ends with it.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char field_moved[] =
	"R%u doesn't have constant offset. %s has to be at the constant offset\n";
static const char timer_of_other[] =
	"timer pointer in R1 map_uid=%u doesn't match map pointer in R2 map_uid=%u\n";
static const char field_elsewhere[] =
	"off %lld doesn't point to 'struct %s' that is at %u\n";

/* Types that interrupt what may hold the lock, in NMIs even. */
static int is_tracing(u32 type)
{
	return type == XBPF_PROG_TYPE_KPROBE ||
	       type == XBPF_PROG_TYPE_TRACEPOINT ||
	       type == XBPF_PROG_TYPE_PERF_EVENT ||
	       type == XBPF_PROG_TYPE_RAW_TRACEPOINT ||
	       type == XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE;
}

int xbpf_check_map_fields(struct xbpf_venv *env, const struct xbpf_map *map)
{
	static const char * const tracing[XBPF_NR_FIELDS] = {
		[XBPF_FIELD_LIST_HEAD] = "bpf_{list_head,rb_root}",
		[XBPF_FIELD_RB_ROOT] = "bpf_{list_head,rb_root}",
		[XBPF_FIELD_SPIN_LOCK] = "bpf_spin_lock",
		[XBPF_FIELD_TIMER] = "bpf_timer",
		[XBPF_FIELD_WQ] = "bpf_wq",
	};
	u32 type = env->prog->type, k;

	if (map->inner)
		map = map->inner;	/* the outer one's values are maps */
	if (!map->fields)
		return 0;
	env->prog->uses_lock = 1;
	if (xbpf_map_has(map, XBPF_FIELD_SPIN_LOCK) &&
	    type == XBPF_PROG_TYPE_SOCKET_FILTER)
		return xbpf_reject(env, -EINVAL,
				   "socket filter progs cannot use bpf_spin_lock yet\n");
	for (k = 0; is_tracing(type) && k < XBPF_NR_FIELDS; k++)
		if (tracing[k] && xbpf_map_has(map, k))
			return xbpf_reject(env, -EINVAL,
					   "tracing progs cannot use %s yet\n",
					   tracing[k]);
	return 0;
}

/*
 * No byte of a field may be among those that @a may touch, but a pointer as a whole.
 */
int xbpf_check_field_bytes(struct xbpf_venv *env, const struct xbpf_access *a,
			   const struct xbpf_map_fields *fields)
{
	s64 from = (s64)a->ptr.off + a->off + a->ptr.val.smin;
	s64 to = (s64)a->ptr.off + a->off + a->ptr.val.smax + a->size;
	u32 i;
	int err;

	for (i = 0; fields && i < fields->nr; i++) {
		const struct xbpf_field *f = &fields->field[i];

		if (from >= (s64)f->off + f->size || f->off >= to)
			continue;
		if (1U << f->kind & XBPF_FIELDS_KPTR)
			err = xbpf_check_kptr_access(env, a, f);
		else
			err = xbpf_reject(env, -EACCES,
					  "%s cannot be accessed directly by load/store\n",
					  xbpf_field_name(f->kind));
		if (err)
			return err;
	}
	return 0;
}

/* ---- the lock, the timer ---- */

/* Does @reg point to the only field of this kind that the value has? */
static int check_at_field(struct xbpf_venv *env, const struct xbpf_reg *reg,
			  u32 regno, enum xbpf_field_kind kind)
{
	const struct xbpf_map *map = env->map[reg->arg];
	const struct xbpf_field *field = xbpf_field_of(map->fields, kind);
	const char *name = xbpf_field_name(kind);

	if (!xbpf_value_is_const(&reg->val))
		return xbpf_reject(env, -EINVAL, field_moved, regno, name);
	if (!field)
		return xbpf_reject(env, -EINVAL, "map '%s' has no valid %s\n",
				   map->name, name);
	if (reg_offset(reg) != field->off)
		return xbpf_reject(env, -EINVAL, field_elsewhere,
				   (long long)reg_offset(reg), name, field->off);
	return 0;
}

int xbpf_check_timer(struct xbpf_venv *env, const struct xbpf_reg *reg,
		     u32 regno, struct xbpf_call_info *info)
{
	info->value_map = reg->arg;
	info->value_uid = reg->obj;
	return check_at_field(env, reg, regno, XBPF_FIELD_TIMER);
}

/*
 * The map that timer_init() is given is what keeps the timer's value, so it must
 * be the value's own. Maps that a program names differ by their index; those that
 * it finds in others have a number by look-up, which their values inherit. A
 * number is never given twice: equal ones are of one look-up.
 */
int xbpf_check_timer_map(struct xbpf_venv *env, const struct xbpf_reg *reg,
			 const struct xbpf_call_info *info)
{
	if (info->value_map < 0 ||
	    (info->value_map == reg->arg && info->value_uid == reg->obj))
		return 0;
	return xbpf_reject(env, -EINVAL, timer_of_other, info->value_uid,
			   reg->obj);
}

int xbpf_check_lock(struct xbpf_venv *env, struct xbpf_state *st,
		    const struct xbpf_reg *reg, u32 regno, u32 func)
{
	int err = check_at_field(env, reg, regno, XBPF_FIELD_SPIN_LOCK);

	if (err)
		return err;
	if (func == XBPF_FUNC_spin_lock) {
		st->lock = reg->id;	/* the only one: it is a call */
		return 0;
	}
	if (!st->lock)
		return xbpf_reject(env, -EINVAL,
				   "bpf_spin_unlock without taking a lock\n");
	if (st->lock != reg->id)
		return xbpf_reject(env, -EINVAL,
				   "bpf_spin_unlock of different lock\n");
	st->lock = 0;
	return 0;
}

/* May helper @func be called now? */
int xbpf_check_call_in_lock(struct xbpf_venv *env, const struct xbpf_state *st,
			    u32 func)
{
	if (!st->lock || func == XBPF_FUNC_spin_unlock)
		return 0;
	return xbpf_reject(env, -EINVAL,
			   "function calls are not allowed while holding a lock\n");
}
