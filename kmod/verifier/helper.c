// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of helpers: may this program call it, and what comes back.
 *
 * Knows the fields of the helper table; arguments are args.c, callbacks that a
 * helper enters are call.c.
 */
#include "verifier/priv.h"

/* Reasons that are too long for their lines below. */
static const char gpl_only[] =
	"cannot call GPL-restricted function from non-GPL compatible program\n";

#define MAX_ERRNO_VALUE	4095

/* Helpers on a function's arguments: where a program sees them. */
static int sees_function(const struct xbpf_prog *prog)
{
	return prog->type == XBPF_PROG_TYPE_TRACING &&
	       (prog->expected_attach_type == XBPF_TRACE_FENTRY ||
		prog->expected_attach_type == XBPF_TRACE_FEXIT ||
		prog->expected_attach_type == XBPF_MODIFY_RETURN);
}

static int has_output(const struct xbpf_prog *prog)
{
	return prog->type == XBPF_PROG_TYPE_TRACING &&
	       prog->expected_attach_type == XBPF_TRACE_ITER;
}

static int find_helper(struct xbpf_venv *env, struct xbpf_call_info *info)
{
	const struct xbpf_helper *h = xbpf_helper_get(info->id);
	u32 type = env->prog->type;

	if (!h || !h->name)
		return xbpf_reject(env, -EINVAL, "invalid func unknown#%d\n",
				   info->id);
	info->helper = h;
	if (type >= 64 || !(h->prog_types >> type & 1) ||
	    (h->flags & XBPF_HELPER_FUNCTION && !sees_function(env->prog)) ||
	    (h->flags & XBPF_HELPER_ITER && !has_output(env->prog)) ||
	    (env->opts->may_call &&
	     env->opts->may_call(env->opts->ctx, info->id, h)))
		return xbpf_reject(env, -EINVAL, "unknown func bpf_%s#%u\n",
				   h->name, info->id);
	if (h->flags & XBPF_HELPER_GPL && !env->prog->gpl_compatible)
		return xbpf_reject(env, -EINVAL, gpl_only);
	if (info->id == XBPF_FUNC_d_path && !env->target.paths)
		return xbpf_reject(env, -EINVAL,
				   "helper call is not allowed in probe\n");
	return 0;
}

static int changes_map(u32 id)
{
	return id == XBPF_FUNC_map_update_elem ||
	       id == XBPF_FUNC_map_delete_elem ||
	       id == XBPF_FUNC_map_push_elem || id == XBPF_FUNC_map_pop_elem;
}

static int check_map_rights(struct xbpf_venv *env,
			    const struct xbpf_call_info *info)
{
	if (info->map < 0 || !changes_map(info->id) ||
	    xbpf_map_prog_may_write(env->map[info->map]))
		return 0;
	return xbpf_reject(env, -EACCES, "write into map forbidden\n");
}

/* For the JIT: is R1 the same map on every path? */
static void note_map(struct xbpf_venv *env, const struct xbpf_call_info *info)
{
	struct xbpf_fact *fact = &env->facts[env->insn];

	if (fact->flags & FACT_MAP_MIXED)
		return;
	if (info->map < 0 || info->map >= XBPF_MAX_USED_MAPS ||
	    info->map_regno != XBPF_REG_1 ||
	    (fact->flags & XBPF_FACT_MAP_KNOWN && fact->map != info->map)) {
		fact->flags &= ~XBPF_FACT_MAP_KNOWN;
		fact->flags |= FACT_MAP_MIXED;
		return;
	}
	fact->flags |= XBPF_FACT_MAP_KNOWN;
	fact->map = info->map;
}

/* For inline_loop.c: is it the same callback on every path, and no flags? */
static void note_loop(struct xbpf_venv *env, const struct xbpf_state *st,
		      const struct xbpf_call_info *info)
{
	struct xbpf_fact *fact = &env->facts[env->insn];

	if (fact->flags & FACT_MAP_MIXED)
		return;
	if (!reg_is_null(&state_regs(st)[XBPF_REG_4]) ||
	    (fact->flags & FACT_LOOP && fact->map != info->func))
		fact->flags |= FACT_MAP_MIXED;
	fact->flags |= FACT_LOOP;
	fact->map = info->func;
}

int xbpf_check_tail_call_here(struct xbpf_venv *env, const struct xbpf_state *st)
{
	u32 i;

	if (xbpf_check_sections_closed(env, st, "tail_call"))
		return -EINVAL;
	for (i = 0; i < st->nr_frames; i++)
		if (st->frame[i]->callback)
			return xbpf_reject(env, -EINVAL,
					   "cannot tail call within callback\n");
	return 0;
}

static int check_tail_call(struct xbpf_venv *env, struct xbpf_state *st,
			   const struct xbpf_call_info *info)
{
	if (info->id != XBPF_FUNC_tail_call)
		return 0;
	if (st->nr_refs)
		return xbpf_reject(env, -EINVAL,
				   "tail_call would lead to reference leak\n");
	if (xbpf_check_tail_call_here(env, st))
		return -EINVAL;
	/* What is called may move the packet before it returns to our caller. */
	if (st->nr_frames > 1)
		xbpf_state_drop_packets(env, st);
	env->prog->uses_tail_call = 1;
	env->sub[state_top(st)->subprog].flags |= XBPF_SUBPROG_TAIL_CALL;
	return 0;
}

int xbpf_acquire(struct xbpf_venv *env, struct xbpf_state *st, u32 id)
{
	if (st->nr_refs == MAX_REFS)
		return xbpf_reject(env, -E2BIG,
				   "more than %u references at once\n",
				   MAX_REFS);
	st->ref[st->nr_refs++] = (struct xbpf_ref){ id, env->insn };
	return 0;
}

/* Numbers that some helpers return are known better. */
static struct xbpf_value result_number(const struct xbpf_call_info *info)
{
	switch (info->id) {
	case XBPF_FUNC_probe_read_str:
	case XBPF_FUNC_probe_read_user_str:
	case XBPF_FUNC_probe_read_kernel_str:
	case XBPF_FUNC_get_stack:
	case XBPF_FUNC_get_task_stack:
		return xbpf_value_srange(-MAX_ERRNO_VALUE, info->max_size);
	case XBPF_FUNC_get_smp_processor_id:
		return xbpf_value_urange(0, nr_cpu_ids - 1);
	default:
		return xbpf_value_unknown();
	}
}

/* A map, or a value in it. */
static void set_found(struct xbpf_venv *env, struct xbpf_reg *r0,
		      const struct xbpf_call_info *info)
{
	const struct xbpf_map *map = env->map[info->map];

	if (map->ops->holds == XBPF_MAP_HOLDS_MAPS) {
		xbpf_reg_set_pointer(r0, T_MAP);
		r0->arg = XBPF_MAX_USED_MAPS + info->map;
		if (xbpf_map_has(map->inner, XBPF_FIELD_TIMER))
			r0->obj = ++env->next_id;
		return;
	}
	/* A socket stays until the section of RCU ends. */
	if (map->type == XBPF_MAP_TYPE_XSKMAP) {
		xbpf_reg_set_pointer(r0, T_SOCKET);
		r0->arg = XBPF_SOCK_XDP;
		return;
	}
	xbpf_reg_set_pointer(r0, T_MAP_VALUE);
	r0->arg = info->map;
	r0->obj = info->map_uid;
	xbpf_reg_name(env, r0);
}

static u32 sock_kind(u8 ret)
{
	if (ret == XBPF_RET_SOCK_COMMON_OR_NULL)
		return XBPF_SOCK_COMMON;
	return ret == XBPF_RET_TCP_SOCK_OR_NULL ? XBPF_SOCK_TCP : XBPF_SOCK_FULL;
}

/* A part of the object that was passed, there as long as that is held. */
static int set_object_mem(struct xbpf_venv *env, struct xbpf_reg *r0,
			  const struct xbpf_call_info *info)
{
	if (info->helper->flags & XBPF_HELPER_ACQUIRE)
		return xbpf_reject(env, -EINVAL,
				   "acquire kernel function does not return PTR_TO_BTF_ID\n");
	xbpf_reg_set_pointer(r0, T_MEM);
	r0->arg = info->mem_size;
	r0->obj = REG_MEM_PART;
	r0->ref = info->ref;
	if (info->helper->ret == XBPF_RET_MEM_RDONLY_OR_NULL)
		r0->flags = REG_RDONLY;
	return 0;
}

/* One that a global function was given may be of any kind. */
static int may_be_packet(const struct xbpf_reg *dynptr)
{
	return dynptr->arg != XBPF_DYNPTR_LOCAL &&
	       dynptr->arg != XBPF_DYNPTR_RINGBUF;
}

/* A part of what a dynptr describes: it ends with that, and with the packet. */
static int set_slice(struct xbpf_venv *env, struct xbpf_reg *r0,
		     const struct xbpf_call_info *info)
{
	int packet = may_be_packet(&info->dynptr);

	if (info->dynptr.arg != XBPF_DYNPTR_ANY && packet &&
	    info->helper->ret == XBPF_RET_SLICE_OR_NULL &&
	    !(xbpf_prog_type_packets(env->prog->type) & XBPF_PACKET_WRITE))
		return xbpf_reject(env, -EINVAL,
				   "the prog does not allow writes to packet data\n");
	xbpf_reg_set_pointer(r0, T_MEM);
	r0->arg = info->mem_size;
	r0->obj = info->dynptr.id;
	r0->ref = info->dynptr.ref;
	r0->flags = packet ? REG_OF_PACKET : 0;
	if (info->helper->ret == XBPF_RET_SLICE_RDONLY_OR_NULL)
		r0->flags |= REG_RDONLY;
	return 0;
}

/* A write through a dynptr moves packets if it is of one. */
static int moves_packet(const struct xbpf_call_info *info)
{
	return info->helper->flags & XBPF_HELPER_MOVES &&
	       (info->id != XBPF_FUNC_dynptr_write ||
		may_be_packet(&info->dynptr));
}

/* Of casts; NULL: the result is no object of the kernel. */
static const char *cast_struct(u8 ret)
{
	static const char *const names[] = {
		[XBPF_RET_BTF_TCP6_SOCK_OR_NULL] = "tcp6_sock",
		[XBPF_RET_BTF_TCP_SOCK_OR_NULL] = "tcp_sock",
		[XBPF_RET_BTF_TCP_TIMEWAIT_SOCK_OR_NULL] = "tcp_timewait_sock",
		[XBPF_RET_BTF_TCP_REQUEST_SOCK_OR_NULL] = "tcp_request_sock",
		[XBPF_RET_BTF_UDP6_SOCK_OR_NULL] = "udp6_sock",
		[XBPF_RET_BTF_UNIX_SOCK_OR_NULL] = "unix_sock",
	};

	return ret < ARRAY_SIZE(names) ? names[ret] : NULL;
}

/* Nobody vouches for it: loads may fault, and nothing that keeps objects takes it. */
static void set_of_cpu(struct xbpf_reg *r0, const struct xbpf_call_info *info)
{
	xbpf_reg_set_pointer(r0, T_BTF);
	r0->arg = info->percpu.arg;
	r0->obj = info->percpu.obj;
}

static int set_result(struct xbpf_venv *env, struct xbpf_state *st,
		      const struct xbpf_call_info *info)
{
	struct xbpf_reg *r0 = &state_regs(st)[XBPF_REG_0];
	int err = 0;

	switch (info->helper->ret) {
	case XBPF_RET_VOID:
	case XBPF_RET_ITER_ELEMENT:	/* there are two: iter.c */
		return 0;
	case XBPF_RET_INTEGER:
		xbpf_reg_set_scalar(r0, result_number(info));
		return 0;
	case XBPF_RET_MAP_VALUE:
		set_found(env, r0, info);
		return 0;
	case XBPF_RET_MAP_VALUE_OR_NULL:
		set_found(env, r0, info);
		break;
	case XBPF_RET_DYNPTR_MEM_OR_NULL:
		xbpf_reg_set_pointer(r0, T_MEM);
		r0->arg = info->mem_size;
		r0->obj = info->dynptr.id;
		r0->ref = info->dynptr.ref;
		break;
	case XBPF_RET_RINGBUF_MEM_OR_NULL:
		xbpf_reg_set_pointer(r0, T_MEM);
		r0->arg = info->mem_size;
		break;
	case XBPF_RET_SOCKET_OR_NULL:
	case XBPF_RET_SOCK_COMMON_OR_NULL:
	case XBPF_RET_TCP_SOCK_OR_NULL:
		xbpf_reg_set_pointer(r0, T_SOCKET);
		r0->arg = sock_kind(info->helper->ret);
		break;
	case XBPF_RET_BTF_TASK:
		return xbpf_reg_set_struct(env, r0, "task_struct",
					   REG_TRUSTED);
	case XBPF_RET_BTF_TASK_OR_NULL:
		err = xbpf_reg_set_struct(env, r0, "task_struct", 0);
		break;
	case XBPF_RET_SLICE_OR_NULL:
	case XBPF_RET_SLICE_RDONLY_OR_NULL:
		err = set_slice(env, r0, info);
		break;
	case XBPF_RET_KPTR_OR_NULL:
		xbpf_reg_set_pointer(r0, T_BTF);
		r0->arg = info->kptr->type_id;
		break;
	case XBPF_RET_MEM_RW_OR_NULL:
	case XBPF_RET_MEM_RDONLY_OR_NULL:
		err = set_object_mem(env, r0, info);
		break;
	case XBPF_RET_BTF_SOCK:
		return xbpf_reg_set_struct(env, r0, "sock", 0);
	case XBPF_RET_BTF_TEST_REF_OR_NULL:
		err = xbpf_reg_set_struct(env, r0, "prog_test_ref_kfunc", 0);
		break;
	case XBPF_RET_BTF_TEST_MEMB_OR_NULL:
		err = xbpf_reg_set_struct(env, r0, "prog_test_member", 0);
		break;
	case XBPF_RET_BTF_REGS:
		return xbpf_reg_set_struct(env, r0, "pt_regs", 0);
	case XBPF_RET_BTF_TCP6_SOCK_OR_NULL ... XBPF_RET_BTF_UNIX_SOCK_OR_NULL:
		err = xbpf_reg_set_struct(env, r0,
					  cast_struct(info->helper->ret), 0);
		break;
	case XBPF_RET_BTF_OF_CPU:
		set_of_cpu(r0, info);
		return 0;
	case XBPF_RET_BTF_OF_CPU_OR_NULL:
		set_of_cpu(r0, info);
		break;
	case XBPF_RET_BTF_CAST:
		return xbpf_reg_set_cast(env, r0, info->mem_size);
	default:
		return xbpf_reject(env, -EFAULT,
				   "unknown return type %u of func bpf_%s#%u\n",
				   info->helper->ret, info->helper->name,
				   info->id);
	}
	if (err)
		return err;
	r0->or_null = 1;
	r0->id = ++env->next_id;
	/* It lives as long as what it was made of. */
	if (info->helper->flags & XBPF_HELPER_CAST)
		r0->ref = info->ref;
	if (!(info->helper->flags & XBPF_HELPER_ACQUIRE))
		return 0;
	r0->ref = r0->id;
	return xbpf_acquire(env, st, r0->ref);
}

/* No flag is known: the number is there for some that may come. */
static int check_no_flags(struct xbpf_venv *env, const struct xbpf_state *st,
			  const struct xbpf_call_info *info)
{
	if (info->id != XBPF_FUNC_get_local_storage ||
	    reg_is_null(&state_regs(st)[XBPF_REG_2]))
		return 0;
	return xbpf_reject(env, -EINVAL,
			   "get_local_storage() doesn't support non-zero flags\n");
}

/* The format is known now, and with it what must be printed by it. */
static int check_format(struct xbpf_venv *env, const struct xbpf_state *st,
			const struct xbpf_call_info *info)
{
	const struct xbpf_value *len = &state_regs(st)[XBPF_REG_5].val;

	if (info->id != XBPF_FUNC_snprintf)
		return 0;
	if (xbpf_value_is_const(len) && xbpf_value_to_const(len) % sizeof(u64))
		return xbpf_reject(env, -EINVAL,
				   "snprintf() takes words: R5 is no multiple of 8\n");
	if (xbpf_format(NULL, 0, info->str, U32_MAX, NULL,
			len->umax / sizeof(u64)) < 0)
		return xbpf_reject(env, -EINVAL, "Invalid format string\n");
	return 0;
}

static int check_args(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info)
{
	u32 i;
	int err = 0;

	for (i = 0; !err && i < XBPF_MAX_HELPER_ARGS; i++)
		if (info->helper->arg[i] != XBPF_ARG_NONE)
			err = xbpf_check_arg(env, st, info, i);
	return err;
}

/* After the call: arguments are gone, the result is there. */
static int finish(struct xbpf_venv *env, struct xbpf_state *st,
		  const struct xbpf_call_info *info)
{
	u32 i;

	if (info->release && info->dynptr.type)
		xbpf_dynptr_release(env, st, &info->dynptr);
	if (info->release)
		xbpf_state_drop_ref(env, st, info->release);
	if (moves_packet(info))
		xbpf_state_drop_packets(env, st);
	for (i = XBPF_REG_0; i <= XBPF_REG_5; i++)
		xbpf_reg_clear(&state_regs(st)[i]);
	return set_result(env, st, info);
}

const struct xbpf_helper *xbpf_callee_of(const struct xbpf_venv *env, u32 insn)
{
	const struct xbpf_op_info *op = env_op(env, insn);
	u32 id = env->prog->insns[insn].imm;

	if (op->kind != XBPF_KIND_CALL || op->oper == XBPF_OPER_LOCAL)
		return NULL;
	return op->oper == XBPF_OPER_KFUNC ? xbpf_kfunc_get(id) :
		xbpf_helper_get(id);
}

int xbpf_check_callee(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, struct xbpf_step *step)
{
	int err;

	err = xbpf_check_call_in_lock(env, st, info->id) ?:
	      xbpf_check_may_sleep(env, st, info) ?:
	      check_args(env, st, info) ?:
	      check_map_rights(env, info) ?:
	      check_no_flags(env, st, info) ?:
	      check_format(env, st, info) ?:
	      check_tail_call(env, st, info) ?:
	      xbpf_kfunc_effects(env, st, info);
	if (err)
		return err;
	if (info->id == XBPF_FUNC_loop)
		note_loop(env, st, info);
	else
		note_map(env, info);
	if (info->func >= 0 && info->value_map >= 0) {
		err = xbpf_async_note(env, info);
		return err ?: finish(env, st, info);
	}
	if (info->func >= 0) {
		err = xbpf_callback_enter(env, st, info, step);
		return err ?: finish(env, env->fork, info);
	}
	err = finish(env, st, info);
	if (!err && info->helper->ret == XBPF_RET_ITER_ELEMENT)
		return xbpf_iter_next(env, st, info, step);
	/* What was called instead returns to our caller, and any number. */
	if (!err && info->id == XBPF_FUNC_tail_call && st->nr_frames > 1)
		err = xbpf_fork_exit(env, st, step, xbpf_value_unknown());
	return err;
}

int xbpf_check_helper(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_step *step)
{
	struct xbpf_call_info info = {
		.id = env_insn(env)->imm, .map = -1, .func = -1,
		.value_map = -1,
	};

	return find_helper(env, &info) ?:
	       xbpf_check_callee(env, st, &info, step);
}
