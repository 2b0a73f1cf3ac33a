// SPDX-License-Identifier: GPL-2.0-only
/*
 * One translation, as a list of passes:
 *
 *   fold:    a simpler copy of the program
 *   analyse: registers and stack of each subprogram
 *   measure: size of each instruction, all jumps long
 *   relax:   jumps that can be short become so, to a fixpoint or a bound
 *   write:   the bytes, at the address where they will be executed
 *
 * Does not know what any operation becomes (lower*.c).
 *
 * Of what makes code of the user's choosing less useful to an attacker there is:
 * no page writable and executable, INT3 around, thunks for returns and indirect
 * jumps, ENDBR64. There is not: blinding of constants, masking of array indices,
 * accounting of the depth of calls (retbleed=stuff).
 */
#include "jit/x86/x86.h"

/* Each round that goes on has shortened a jump; the rest stays long. */
#define MAX_RELAX_ROUNDS	16

/* R6 .. R9 in the numbers of the CPU. */
#define CALLEE_SAVED	(BIT(X86_RBX) | BIT(X86_R13) | BIT(X86_R14) | BIT(X86_R15))

/*
 * Code that the verifier never reached is not translated. The second half of a
 * constant goes with the first: it is never reached itself.
 */
static int is_dead(const struct xbpf_jit *jit, u32 pc)
{
	const struct xbpf_fact *facts = jit->prog->facts;

	if (jit->prog->code[pc].code == XBPF_OP_LD_IMM64_HI)
		return 0;
	return (facts[0].flags & XBPF_FACT_SEEN) &&
	       !(facts[pc].flags & XBPF_FACT_SEEN);
}

static u32 slots_of(const struct xbpf_insn *insn)
{
	return insn->code == XBPF_OP_LD_IMM64 ? 2 : 1;
}

/* ---- fold ---- */

static int fold(struct xbpf_jit *jit)
{
	const struct xbpf_prog *prog = jit->prog;
	int err;

	memcpy(jit->work, prog->code, prog->len * sizeof(*jit->work));
	xbpf_fold_branches(jit->work, prog);
	jit->live.code = jit->work;
	err = xbpf_live_compute(&jit->live, prog);
	if (!err)
		xbpf_fold(&jit->live, prog);
	return err;
}

/* ---- analyse ---- */

static void note_registers(struct xbpf_jit_frame *frame,
			   const struct xbpf_insn *insn,
			   const struct xbpf_op_info *info)
{
	if (info->use & XBPF_USE_D)
		frame->saved |= BIT(xbpf_x86_regs[insn->dst_reg]);
	if ((info->use & XBPF_USE_S) && info->kind != XBPF_KIND_LD_IMM64)
		frame->saved |= BIT(xbpf_x86_regs[insn->src_reg]);
	frame->saved &= CALLEE_SAVED;
}

static void note_kind(struct xbpf_jit *jit, struct xbpf_jit_frame *frame, u32 pc)
{
	const struct xbpf_insn *shown = &jit->prog->insns[pc];

	switch (xbpf_op_info[jit->work[pc].code].kind) {
	case XBPF_KIND_TAIL_CALL:
		jit->has_tail_call = 1;
		fallthrough;
	case XBPF_KIND_CALL:
	case XBPF_KIND_LD_PKT:
		frame->has_calls = 1;
		break;
	case XBPF_KIND_MAY_GOTO:
		frame->counter = 1;
		break;
	case XBPF_KIND_EXIT:
		frame->last_exit = pc;
		break;
	case XBPF_KIND_LD_IMM64:
		if (shown->src_reg == XBPF_PSEUDO_FUNC)
			xbpf_x86_frame_of(jit, pc + 1 + shown->imm)->indirect = 1;
		break;
	}
}

static void lay_out_frame(struct xbpf_jit_frame *frame, u32 bpf_stack)
{
	u32 pushed = hweight32(frame->saved) * 8;

	frame->stack = round_up(bpf_stack, 8);
	if (frame->counter) {
		frame->stack += 8;
		frame->counter = -(s32)frame->stack;
	}
	if (frame->has_calls && (frame->stack + pushed) % 16)
		frame->stack += 8;
	frame->size = frame->stack + pushed;
}

static void analyse_frame(struct xbpf_jit *jit, struct xbpf_jit_frame *frame)
{
	const struct xbpf_insn *code = jit->work;
	u32 pc;

	frame->last_exit = U32_MAX;
	for (pc = frame->start; pc < frame->end; pc += slots_of(&code[pc])) {
		if (is_dead(jit, pc))
			continue;
		note_registers(frame, &code[pc], &xbpf_op_info[code[pc].code]);
		note_kind(jit, frame, pc);
	}
}

static void analyse(struct xbpf_jit *jit)
{
	const struct xbpf_prog *prog = jit->prog;
	u32 i;

	for (i = 0; i < prog->nr_subprogs; i++) {
		jit->frames[i].start = prog->subprogs[i].start;
		jit->frames[i].end = i + 1 < prog->nr_subprogs ?
			prog->subprogs[i + 1].start : prog->len;
	}
	for (i = 0; i < prog->nr_subprogs; i++) {
		analyse_frame(jit, &jit->frames[i]);
		lay_out_frame(&jit->frames[i], prog->subprogs[i].stack);
	}
	jit->frames[0].indirect = 1;
}

/*
 * A callback runs below C code, which does not keep the count in r12 for it; a
 * tail call from there could not be counted.
 */
static int tail_calls_below_callback(const struct xbpf_jit *jit)
{
	u32 i;

	for (i = 1; jit->has_tail_call && i < jit->prog->nr_subprogs; i++)
		if (jit->frames[i].indirect)
			return 1;
	return 0;
}

/* ---- measure, write ---- */

/* One instruction, or several that become one; jit->pc is the last slot then. */
static void emit_insn(struct xbpf_jit *jit)
{
	u32 start = jit->code.pos, pc = jit->pc;

	if (jit->base && jit->start[pc] != start)
		jit->err = -EFAULT;
	if (is_dead(jit, pc)) {
		if (pc == jit->frame->start || !is_dead(jit, pc - 1))
			xbpf_x86_op(jit, X86_INT3);
	} else if (!xbpf_fuse(jit)) {
		xbpf_lower(jit);
	}
	jit->pc += slots_of(&jit->work[jit->pc]) - 1;
	for (; pc <= jit->pc; pc++)
		jit->start[pc] = start;
}

static void emit_frame(struct xbpf_jit *jit)
{
	u32 entry = jit->code.pos;

	xbpf_x86_prologue(jit);
	jit->frame->prologue = jit->code.pos - entry;
	for (jit->pc = jit->frame->start; jit->pc < jit->frame->end; jit->pc++) {
		emit_insn(jit);
		if (!(jit->pc % 4096))
			cond_resched();
	}
}

static int emit_all(struct xbpf_jit *jit)
{
	u32 i;

	jit->code.pos = 0;
	xbpf_x86_entry(jit);
	for (i = 0; i < jit->prog->nr_subprogs && !jit->err; i++) {
		jit->frame = &jit->frames[i];
		emit_frame(jit);
	}
	jit->start[jit->prog->len] = jit->code.pos;
	return jit->err;
}

/* ---- relax ---- */

/* Bytes that the short form of a jump saves. */
static u32 gain(const struct xbpf_jit *jit, u32 pc)
{
	return jit->branch[pc] == 1 ? 3 : 4;
}

static u32 target_of(const struct xbpf_jit *jit, const struct xbpf_jit_frame *frame,
		     u32 pc)
{
	const struct xbpf_insn *insn = &jit->work[pc];

	if (insn->code == XBPF_OP_EXIT)
		return frame->last_exit;
	return pc + 1 + (insn->code == XBPF_OP_JA32 ? insn->imm : insn->off);
}

/* @end: where the jump's code ends now. */
static int can_be_short(const struct xbpf_jit *jit, u32 pc, u32 target, u32 end)
{
	s32 distance = jit->start[target] - end;

	if (!jit->branch[pc] || test_bit(pc, jit->is_short))
		return 0;
	if (distance < 0)
		distance += gain(jit, pc);
	return distance == (s8)distance;
}

/* Where the code of a subprogram ends. */
static u32 frame_end(const struct xbpf_jit *jit, const struct xbpf_jit_frame *frame)
{
	if (frame->end == jit->prog->len)
		return jit->start[frame->end];
	return xbpf_x86_frame_entry(jit, frame + 1);
}

/*
 * Marks jumps of one subprogram; their ends and targets are still those of the
 * round before, and later ones are never farther.
 */
static int mark_short(struct xbpf_jit *jit, const struct xbpf_jit_frame *frame,
		      unsigned long *marked)
{
	u32 pc, end, found = 0;

	for (pc = frame->start; pc < frame->end; pc++) {
		if (!jit->branch[pc])
			continue;
		end = pc + 1 < frame->end ? jit->start[pc + 1] :
					    frame_end(jit, frame);
		if (!can_be_short(jit, pc, target_of(jit, frame, pc), end))
			continue;
		__set_bit(pc, marked);
		found++;
	}
	return found;
}

static void move_up(struct xbpf_jit *jit, unsigned long *marked)
{
	u32 pc, removed = 0;

	for (pc = 0; pc <= jit->prog->len; pc++) {
		jit->start[pc] -= removed;
		if (pc == jit->prog->len || !test_bit(pc, marked))
			continue;
		removed += gain(jit, pc);
		__clear_bit(pc, marked);
		__set_bit(pc, jit->is_short);
	}
	jit->code.pos -= removed;
}

static int relax(struct xbpf_jit *jit)
{
	unsigned long *marked;
	u32 i, round, found = 1;

	marked = kvcalloc(BITS_TO_LONGS(jit->prog->len), sizeof(long), GFP_KERNEL);
	if (!marked)
		return -ENOMEM;
	for (round = 0; found && round < MAX_RELAX_ROUNDS; round++) {
		found = 0;
		for (i = 0; i < jit->prog->nr_subprogs; i++)
			found += mark_short(jit, &jit->frames[i], marked);
		move_up(jit, marked);
	}
	kvfree(marked);
	return 0;
}

/* ---- all of it ---- */

static int write_code(struct xbpf_jit *jit)
{
	u32 size = jit->code.pos;
	int err;

	jit->code.cap = size;
	jit->code.buf = kvmalloc(size, GFP_KERNEL);
	if (!jit->code.buf)
		return -ENOMEM;
	jit->base = xbpf_arena_alloc(size);
	if (!jit->base)
		return -ENOSPC;
	err = emit_all(jit);
	if (!err && jit->code.pos != size)
		err = -EFAULT;
	if (!err)
		err = xbpf_arena_write(jit->base, jit->code.buf, size);
	if (err)
		xbpf_arena_free(jit->base, size);
	return err;
}

static int compile(struct xbpf_jit *jit)
{
	int err;

	err = fold(jit);
	if (err)
		return err;
	analyse(jit);
	if (tail_calls_below_callback(jit))
		return -EOPNOTSUPP;
	err = emit_all(jit) ?: relax(jit);
	return err ?: write_code(jit);
}

static int alloc_tables(struct xbpf_jit *jit, const struct xbpf_prog *prog)
{
	jit->frames = kvcalloc(prog->nr_subprogs, sizeof(*jit->frames),
			       GFP_KERNEL);
	jit->start = kvcalloc((size_t)prog->len + 1, sizeof(*jit->start),
			      GFP_KERNEL);
	jit->branch = kvcalloc(prog->len, 1, GFP_KERNEL);
	jit->is_short = kvcalloc(BITS_TO_LONGS(prog->len), sizeof(long),
				 GFP_KERNEL);
	jit->work = kvmalloc_array(prog->len, sizeof(*jit->work), GFP_KERNEL);
	return jit->frames && jit->start && jit->branch && jit->is_short &&
	       jit->work ? 0 : -ENOMEM;
}

static void free_tables(struct xbpf_jit *jit)
{
	kvfree(jit->code.buf);
	xbpf_live_free(&jit->live);
	kvfree(jit->work);
	kvfree(jit->is_short);
	kvfree(jit->branch);
	kvfree(jit->start);
	kvfree(jit->frames);
}

/* What helpers call when the program gives them a subprogram. */
static void set_callbacks(const struct xbpf_jit *jit,
			  struct xbpf_callback *callbacks)
{
	u32 i;

	for (i = 1; callbacks && i < jit->prog->nr_subprogs; i++)
		if (jit->frames[i].indirect)
			callbacks[i].native = (xbpf_callback_fn)(void *)(jit->base +
				xbpf_x86_frame_entry(jit, &jit->frames[i]));
}

int xbpf_jit_compile(struct xbpf_prog *prog)
{
	struct xbpf_jit jit = { .prog = prog, .host = xbpf_text_host() };
	int err;

	/* Its indirect calls look for a hash before the function. */
	if (IS_ENABLED(CONFIG_CFI_CLANG))
		return -EOPNOTSUPP;
	err = alloc_tables(&jit, prog) ?: compile(&jit);
	if (!err) {
		prog->image = jit.base;
		prog->image_len = jit.code.pos;
		prog->tail_entry = jit.base + jit.tail_entry;
		prog->run = (xbpf_run_fn)(void *)jit.base;
		set_callbacks(&jit, prog->callbacks);
	}
	free_tables(&jit);
	return err;
}

void xbpf_jit_free(struct xbpf_prog *prog)
{
	if (!prog->image)
		return;
	xbpf_arena_free(prog->image, prog->image_len);
	prog->image = NULL;
	prog->tail_entry = NULL;
	prog->image_len = 0;
}
