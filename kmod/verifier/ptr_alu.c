// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pointer plus or minus number.
 *
 * Sound because every offset stays within MAX_VAR_OFF either way, so that
 * nothing wraps, and because each access checks the offset against its object
 * again. A pointer that may be null, or that names no bytes, is not moved.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char math_unbounded[] =
	"math between %s pointer and register with unbounded min value is not allowed\n";

static int check_known(struct xbpf_venv *env, const struct xbpf_reg *ptr, s64 c)
{
	if (c > -MAX_VAR_OFF && c < MAX_VAR_OFF)
		return 0;
	return xbpf_reject(env, -EINVAL,
			   "math between %s pointer and %lld is not allowed\n",
			   xbpf_reg_type_name(ptr), (long long)c);
}

/* Of a number that is added, or of the sum: can offsets wrap? */
static int check_sane(struct xbpf_venv *env, const struct xbpf_reg *ptr,
		      const struct xbpf_reg *num)
{
	const char *name = xbpf_reg_type_name(ptr);

	if (xbpf_value_is_const(&num->val)) {
		int err = check_known(env, ptr, xbpf_value_to_const(&num->val));

		if (err)
			return err;
	}
	if (num->off >= MAX_VAR_OFF || num->off <= -MAX_VAR_OFF)
		return xbpf_reject(env, -EINVAL,
				   "%s pointer offset %d is not allowed\n",
				   name, num->off);
	if (num->val.smin == S64_MIN)
		return xbpf_reject(env, -EINVAL, math_unbounded, name);
	if (num->val.smin <= -MAX_VAR_OFF || num->val.smin >= MAX_VAR_OFF)
		return xbpf_reject(env, -EINVAL,
				   "value %lld makes %s pointer be out of bounds\n",
				   (long long)num->val.smin, name);
	return 0;
}

static int check_operator(struct xbpf_venv *env, const struct xbpf_op_info *op,
			  u32 regno)
{
	switch (op->oper) {
	case XBPF_OPER_ADD:
	case XBPF_OPER_SUB:
		return 0;
	case XBPF_OPER_AND:
	case XBPF_OPER_OR:
	case XBPF_OPER_XOR:
		return xbpf_reject(env, -EACCES,
				   "R%u bitwise operator %s on pointer prohibited\n",
				   regno, op->sym);
	default:
		return xbpf_reject(env, -EACCES,
				   "R%u pointer arithmetic with %s operator prohibited\n",
				   regno, op->sym);
	}
}

static int adds_nothing(const struct xbpf_op_info *op,
			const struct xbpf_reg *num)
{
	return op->oper == XBPF_OPER_ADD && reg_is_null(num);
}

static int check_type(struct xbpf_venv *env, const struct xbpf_op_info *op,
		      const struct xbpf_reg *ptr, const struct xbpf_reg *num,
		      u32 regno)
{
	const char *name = xbpf_reg_type_name(ptr);

	if (ptr->or_null)
		return xbpf_reject(env, -EACCES,
				   "R%u pointer arithmetic on %s prohibited, null-check it first\n",
				   regno, name);
	switch (ptr->type) {
	case T_MAP:
		if (adds_nothing(op, num))
			return 0;
		fallthrough;
	case T_FUNC:
	case T_PACKET_END:
	case T_SOCKET:
		return xbpf_reject(env, -EACCES,
				   "R%u pointer arithmetic on %s prohibited\n",
				   regno, name);
	default:
		return 0;
	}
}

/* Without the right to leak, a variable offset must stay in its object. */
static int check_unprivileged(struct xbpf_venv *env, const struct xbpf_reg *ptr,
			      u32 regno)
{
	char text[TNUM_TEXT_MAX];

	if (env_leaks_ok(env) || ptr->type != T_STACK ||
	    xbpf_value_is_const(&ptr->val))
		return 0;
	xbpf_tnum_text(text, sizeof(text), ptr->val.tnum);
	return xbpf_reject(env, -EACCES,
			   "R%u variable stack access prohibited for !root, var_off=%s off=%d\n",
			   regno, text, ptr->off);
}

/*
 * A variable part that is one number belongs to the constant part. Not that of
 * packets: what was proved is said of pointers with the same variable part.
 */
static void fold(struct xbpf_reg *ptr)
{
	s64 off = reg_offset(ptr);

	if (reg_is_packet(ptr) || !xbpf_value_is_const(&ptr->val) ||
	    off != (s32)off)
		return;
	ptr->off = off;
	ptr->num = 0;
	ptr->val = xbpf_value_const(0);
}

static void move(struct xbpf_venv *env, struct xbpf_state *st,
		 struct xbpf_reg *dst, struct xbpf_reg *num)
{
	enum xbpf_value_op op = env_op(env, env->insn)->oper == XBPF_OPER_ADD ?
		XBPF_VALUE_ADD : XBPF_VALUE_SUB;
	s64 c = xbpf_value_to_const(&num->val);
	struct xbpf_value val = dst->val;
	u32 id;

	/* Both are below MAX_VAR_OFF: no overflow. */
	if (xbpf_value_is_const(&num->val)) {
		dst->off += op == XBPF_VALUE_ADD ? c : -c;
		return;
	}
	env->unnamed = 1;
	xbpf_value_alu(op, 64, &val, &num->val);
	id = xbpf_number_offset(env, dst, num, op, &val);
	dst->num = id && xbpf_number_recall(env, st, id, &val) ? id : 0;
	dst->val = val;
	fold(dst);
}

/**
 * xbpf_check_ptr_alu - dst = ptr + num, or dst = ptr - num
 * @env: the verification
 * @st: the state
 * @dst: gets the result; it is the number if it is not @ptr
 * @ptr: the pointer
 * @num: the number; a copy if it is @dst's; may get a name
 * @regno: of @dst, for messages
 *
 * Return: 0, or -errno after xbpf_reject().
 */
int xbpf_check_ptr_alu(struct xbpf_venv *env, struct xbpf_state *st,
		       struct xbpf_reg *dst, const struct xbpf_reg *ptr,
		       struct xbpf_reg *num, u32 regno)
{
	const struct xbpf_op_info *op = env_op(env, env->insn);
	struct xbpf_reg result = *ptr;
	int err;

	err = check_type(env, op, ptr, num, regno) ?:
	      check_operator(env, op, regno) ?:
	      check_sane(env, ptr, num) ?:
	      check_sane(env, ptr, ptr);
	if (err)
		return err;
	if (op->oper == XBPF_OPER_SUB && dst != ptr)
		return xbpf_reject(env, -EACCES,
				   "R%u tried to subtract pointer from scalar\n",
				   regno);
	if (op->oper == XBPF_OPER_SUB && ptr->type == T_STACK)
		return xbpf_reject(env, -EACCES,
				   "R%u subtraction from stack pointer prohibited\n",
				   regno);
	fold(&result);
	move(env, st, &result, num);
	if (reg_is_packet(ptr))
		xbpf_packet_moved(env, &result, &num->val,
				  op->oper == XBPF_OPER_SUB);
	err = check_sane(env, &result, &result) ?:
	      check_unprivileged(env, &result, regno);
	if (err)
		return err;
	*dst = result;
	return 0;
}
