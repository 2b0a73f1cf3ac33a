/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of helpers, kfuncs and functions: what their arguments say, and what each
 * kind of argument is. Included by priv.h.
 */
#ifndef XBPF_VERIFIER_CALL_H
#define XBPF_VERIFIER_CALL_H

/* ---- helper.c, args.c ---- */
/**
 * struct xbpf_call_info - what the arguments of one helper call said
 * @map: index of its map, or -1
 * @map_regno: which argument
 * @mem_size: constant of a CONST_ALLOC_SIZE argument
 * @max_size: most bytes of its SIZE argument
 * @release: reference that the call ends, 0: none
 * @ref: reference of an argument, 0: none
 * @func: subprogram of a FUNC argument, -1: none
 * @map_uid: of @map, as in struct xbpf_reg.obj
 * @value_map: index of the map in whose value a special field is, or -1
 * @value_uid: of @value_map
 * @str: its CONST_STR argument
 * @dynptr: what is known of its dynptr argument; T_NONE: it has none
 * @kptr: field of a value that its KPTR argument points to
 * @percpu: its BTF_PERCPU argument
 */
struct xbpf_call_info {
	u32 id;
	const struct xbpf_helper *helper;
	int map;
	u32 map_uid;
	u32 map_regno;
	u64 mem_size;
	u64 max_size;
	u32 release;
	u32 ref;
	int func;
	int value_map;
	u32 value_uid;
	const char *str;
	struct xbpf_reg dynptr;
	const struct xbpf_field *kptr;
	struct xbpf_reg percpu;
};

int xbpf_check_helper(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_step *step);
/* Arguments, effects and result of a call whose row was found. */
int xbpf_check_callee(struct xbpf_venv *env, struct xbpf_state *st,
		      struct xbpf_call_info *info, struct xbpf_step *step);
/* The row of a call of a helper or kfunc, for the passes after maps.c; NULL. */
const struct xbpf_helper *xbpf_callee_of(const struct xbpf_venv *env, u32 insn);
/* May another program run in this place, which knows nothing of it? */
int xbpf_check_tail_call_here(struct xbpf_venv *env, const struct xbpf_state *st);
int xbpf_acquire(struct xbpf_venv *env, struct xbpf_state *st, u32 id);
int xbpf_check_arg(struct xbpf_venv *env, struct xbpf_state *st,
		   struct xbpf_call_info *info, u32 i);

/* ---- lock.c ---- */
/* May programs of this type use a map with such fields? */
int xbpf_check_map_fields(struct xbpf_venv *env, const struct xbpf_map *map);
int xbpf_check_field_bytes(struct xbpf_venv *env, const struct xbpf_access *a,
			   const struct xbpf_map_fields *fields);
int xbpf_check_lock(struct xbpf_venv *env, struct xbpf_state *st,
		    const struct xbpf_reg *reg, u32 regno, u32 func);
struct xbpf_call_info;
int xbpf_check_timer(struct xbpf_venv *env, const struct xbpf_reg *reg,
		     u32 regno, struct xbpf_call_info *info);
int xbpf_check_timer_map(struct xbpf_venv *env, const struct xbpf_reg *reg,
			 const struct xbpf_call_info *info);
int xbpf_check_call_in_lock(struct xbpf_venv *env, const struct xbpf_state *st,
			    u32 func);

/* ---- kptr.c ---- */
int xbpf_check_kptr_access(struct xbpf_venv *env, const struct xbpf_access *a,
			   const struct xbpf_field *f);
int xbpf_kptr_load(struct xbpf_venv *env, const struct xbpf_access *a,
		   struct xbpf_reg *result);
int xbpf_kptr_store(struct xbpf_venv *env, const struct xbpf_access *a,
		    const struct xbpf_reg *value, int regno);
int xbpf_check_kptr(struct xbpf_venv *env, const struct xbpf_reg *reg, u32 regno,
		    struct xbpf_call_info *info);
int xbpf_check_kptr_get(struct xbpf_venv *env, const struct xbpf_reg *reg,
			u32 regno, struct xbpf_call_info *info);
int xbpf_check_kptr_object(struct xbpf_venv *env, const struct xbpf_reg *reg,
			   u32 regno, const struct xbpf_call_info *info);

/* ---- kfunc_arg.c ---- */
int xbpf_check_plain_type(struct xbpf_venv *env,
			  const struct xbpf_call_info *info, u32 i, u32 *size);

/* ---- kfunc.c ---- */
int xbpf_kfunc_resolve(struct xbpf_venv *env, struct xbpf_insn *insn);
int xbpf_check_kfunc(struct xbpf_venv *env, struct xbpf_state *st,
		     struct xbpf_step *step);
int xbpf_kfunc_effects(struct xbpf_venv *env, struct xbpf_state *st,
		       const struct xbpf_call_info *info);
int xbpf_state_sleepable(const struct xbpf_venv *env,
			 const struct xbpf_state *st);
int xbpf_check_may_sleep(struct xbpf_venv *env, const struct xbpf_state *st,
			 const struct xbpf_call_info *info);
int xbpf_check_sections_closed(struct xbpf_venv *env,
			       const struct xbpf_state *st, const char *what);

/* ---- btf_ptr.c ---- */
const struct xbpf_btf *xbpf_kernel_btf(struct xbpf_venv *env);
const struct xbpf_btf *xbpf_reg_btf(struct xbpf_venv *env,
				    const struct xbpf_reg *reg);
const char *xbpf_reg_struct_name(struct xbpf_venv *env,
				 const struct xbpf_reg *reg);
int xbpf_reg_set_struct(struct xbpf_venv *env, struct xbpf_reg *reg,
			const char *name, u8 flags);
int xbpf_reg_set_cast(struct xbpf_venv *env, struct xbpf_reg *reg, u64 id);
int xbpf_check_btf_arg(struct xbpf_venv *env, const struct xbpf_reg *reg,
		       const struct xbpf_call_info *info, u32 regno,
		       const char *name);
int xbpf_btf_has_struct(const struct xbpf_btf *btf, u32 id, s64 off, u32 want);
int xbpf_check_btf_is(struct xbpf_venv *env, const struct xbpf_reg *reg,
		      u32 regno, u32 want);

/* ---- prototype.c, global.c ---- */
int xbpf_prototype_note_tags(struct xbpf_venv *env);
int xbpf_prototype_find(struct xbpf_venv *env, struct xbpf_sub *sub);
int xbpf_sub_is_opaque(const struct xbpf_venv *env, u32 sub);
int xbpf_check_call_global(struct xbpf_venv *env, struct xbpf_state *st,
			   u32 sub);
int xbpf_global_next(struct xbpf_venv *env);
int xbpf_global_begin(struct xbpf_venv *env, u32 sub);
int xbpf_global_exit(struct xbpf_venv *env, const struct xbpf_state *st);

/* ---- callback.c ---- */
int xbpf_callback_enter(struct xbpf_venv *env, struct xbpf_state *st,
			const struct xbpf_call_info *info,
			struct xbpf_step *step);
int xbpf_callback_exit(struct xbpf_venv *env, struct xbpf_state *st,
		       struct xbpf_step *step);
int xbpf_async_note(struct xbpf_venv *env, const struct xbpf_call_info *info);
int xbpf_async_begin(struct xbpf_venv *env, u32 i);
int xbpf_async_exit(struct xbpf_venv *env, const struct xbpf_state *st);

/* ---- btf_walk.c ---- */
/* Programs that do not sleep are in one section of RCU from their start. */
int xbpf_env_in_rcu(const struct xbpf_venv *env);
int xbpf_btf_ptr_check(struct xbpf_venv *env, const struct xbpf_access *a);
int xbpf_btf_ptr_load(struct xbpf_venv *env, const struct xbpf_access *a,
		      struct xbpf_reg *result);

/* ---- attach.c ---- */
int xbpf_ctx_tracing(struct xbpf_venv *env, struct xbpf_ctx_access *c);

/* ---- call.c ---- */
int xbpf_check_call(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step);
int xbpf_check_frame(struct xbpf_venv *env, struct xbpf_state *st, u32 sub);
int xbpf_check_result(struct xbpf_venv *env, const struct xbpf_reg *r0,
		      const char *when, s64 min, s64 max);
int xbpf_check_exit(struct xbpf_venv *env, struct xbpf_state *st,
		    struct xbpf_step *step);
int xbpf_fork_exit(struct xbpf_venv *env, struct xbpf_state *st,
		   struct xbpf_step *step, struct xbpf_value result);
int xbpf_check_nothing_held(struct xbpf_venv *env,
			    const struct xbpf_state *st);
int xbpf_check_refs_released(struct xbpf_venv *env,
			     const struct xbpf_state *st);

#endif
