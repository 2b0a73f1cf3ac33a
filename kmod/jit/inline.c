// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helper calls for which translated code knows something better than the call.
 *
 * Trusts the verifier's XBPF_FACT_MAP_KNOWN: that a call's map is always the same.
 * Knows no CPU: how the better thing is done is the translator's business.
 */
#include "jit/live.h"

static const struct xbpf_map *known_map(const struct xbpf_prog *prog, u32 pc)
{
	const struct xbpf_fact *fact = &prog->facts[pc];

	if (!(fact->flags & XBPF_FACT_MAP_KNOWN) || fact->map >= prog->nr_maps)
		return NULL;
	return prog->maps[fact->map];
}

/* Argument registers that the helper looks at, a mask by number. */
static u16 args_of(const struct xbpf_helper *helper, u32 id)
{
	u16 args = 0;
	u32 n;

	/* As many as the text has, whatever the table says. */
	if (id == XBPF_FUNC_trace_printk)
		return GENMASK(XBPF_REG_5, XBPF_REG_1);
	for (n = 0; n < XBPF_MAX_HELPER_ARGS; n++)
		if (helper->arg[n] != XBPF_ARG_NONE)
			args |= BIT(XBPF_REG_1 + n);
	return args;
}

/* The operation of a map behind a helper that does nothing but call it. */
static const void *map_operation(const struct xbpf_map_ops *ops, u32 id)
{
	switch (id) {
	case XBPF_FUNC_map_lookup_elem:
		return ops->lookup;
	case XBPF_FUNC_map_update_elem:
		return ops->update;
	case XBPF_FUNC_map_delete_elem:
		return ops->remove;
	case XBPF_FUNC_map_push_elem:
		return ops->push;
	case XBPF_FUNC_map_pop_elem:
		return ops->pop;
	case XBPF_FUNC_map_peek_elem:
		return ops->peek;
	default:
		return NULL;
	}
}

static const u8 *value_at(struct xbpf_map *map, u32 index)
{
	const u8 *value;

	rcu_read_lock();
	value = map->ops->lookup(map, &index);
	rcu_read_unlock();
	return value;
}

/*
 * Values of an array stay where they are; that they lie side by side is checked
 * rather than known.
 */
static int is_block(struct xbpf_map *map, struct xbpf_inline *in)
{
	u32 last = map->max_entries - 1;

	in->first = value_at(map, 0);
	in->entries = map->max_entries;
	in->stride = round_up(map->value_size, 8U);
	return in->first && in->stride <= S32_MAX &&
	       value_at(map, last) == in->first + (u64)last * in->stride;
}

static void look_at_map(const struct xbpf_prog *prog, u32 pc, u32 id,
			struct xbpf_inline *in)
{
	const struct xbpf_map *map = known_map(prog, pc);

	if (!map)
		return;
	if (id == XBPF_FUNC_map_lookup_elem &&
	    map->type == XBPF_MAP_TYPE_ARRAY &&
	    is_block((struct xbpf_map *)map, in)) {
		in->kind = XBPF_INLINE_ARRAY;
	} else {
		in->fn = map_operation(map->ops, id) ?: in->fn;
	}
}

/* Such that read a word of the CPU's own memory, where the host tells which. */
static u8 word_kind(u32 id)
{
	const struct xbpf_text_host *host = xbpf_text_host();

	switch (id) {
	case XBPF_FUNC_get_smp_processor_id:
		return host->cpu_number ? XBPF_INLINE_CPU : XBPF_INLINE_CALL;
	case XBPF_FUNC_get_current_task:
	case XBPF_FUNC_get_current_task_btf:
		return host->task ? XBPF_INLINE_TASK : XBPF_INLINE_CALL;
	case XBPF_FUNC_get_current_pid_tgid:
		return host->task ? XBPF_INLINE_PID_TGID : XBPF_INLINE_CALL;
	default:
		return XBPF_INLINE_CALL;
	}
}

/**
 * xbpf_inline_find - how the helper call at @pc is best done
 * @prog: the program
 * @pc: a CALL_HELPER of it
 * @in: filled
 *
 * Return: 0, or -EOPNOTSUPP when there is no such helper.
 */
int xbpf_inline_find(const struct xbpf_prog *prog, u32 pc, struct xbpf_inline *in)
{
	u32 id = prog->code[pc].imm;
	const struct xbpf_helper *helper = xbpf_callee_get(id);

	if (!helper || !helper->fn)
		return -EOPNOTSUPP;
	*in = (struct xbpf_inline){
		.kind = word_kind(id), .fn = helper->fn,
		.reads = args_of(helper, id),
	};
	look_at_map(prog, pc, id, in);
	if (in->kind == XBPF_INLINE_ARRAY)
		in->reads = BIT(XBPF_REG_2);
	return 0;
}
