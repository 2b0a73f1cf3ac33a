// SPDX-License-Identifier: GPL-2.0-only
/*
 * Before each instruction: is the machine in a state that the verifier had
 * there? And, of memory, without a look at these states: is what the instruction
 * or the helper touches in some object?
 *
 * In one state means in all its parts at once: each register and slot of each
 * frame, numbers that are equal and made of each other as it says (number.c),
 * null together where it says so, no more references. Types of pointers that this
 * file does not know are believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "fuzz.h"

#define MAX_MACHINES	8

char oracle_reason[2048];
u32 oracle_steps;

static jmp_buf out;
static u32 max_steps;
static const struct xbpf_prog *program;

/* Programs, callbacks inside of them: innermost last. */
static struct activation {
	const struct machine *m;
	const u64 *r;
	u32 pc;
	const struct xbpf_helper *call;	/* that is to be finished */
	u32 id;
	u64 arg[5];
} acts[MAX_MACHINES];
static u32 nr_acts;

/* Frames as the verifier counts them. */
static struct {
	const u64 *r;		/* R0 to R10, NULL: only those below */
	const u64 *saved;	/* R6 to R10 */
	u64 fp;
	u32 callsite;
	u8 callback;
	u32 stack;
} frames[2 * XBPF_MAX_FRAMES];
static u32 nr_frames;
static int frames_stale;

static u32 last_record, hint[CASE_INSNS];

__attribute__((format(printf, 1, 2), noreturn))
static void wrong(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(oracle_reason, sizeof(oracle_reason), fmt, args);
	va_end(args);
	longjmp(out, RUN_WRONG);
}

/* ---- frames ---- */

static u32 stack_of(u32 pc)
{
	return program->subprogs[program->facts[pc].subprog].stack;
}

static void add_frame(const u64 *r, const u64 *saved, u32 pc, u32 callsite,
		      int callback)
{
	if (nr_frames == ARRAY_SIZE(frames))
		wrong("too many frames");
	frames[nr_frames].r = r;
	frames[nr_frames].saved = saved;
	frames[nr_frames].fp = r ? r[10] : saved[4];
	frames[nr_frames].callsite = callsite;
	frames[nr_frames].callback = callback;
	frames[nr_frames++].stack = stack_of(pc);
}

static void list_frames(void)
{
	u32 a, i, callsite = 0;
	int callback;

	nr_frames = 0;
	for (a = 0; a < nr_acts; a++) {
		callback = a > 0;
		for (i = 0; i < machine_depth(acts[a].m); i++) {
			u32 at = machine_callsite(acts[a].m, i);

			add_frame(NULL, machine_saved(acts[a].m, i), at,
				  callsite, callback);
			callsite = at;
			callback = 0;
		}
		add_frame(acts[a].r, NULL, acts[a].pc, callsite, callback);
		callsite = acts[a].pc;
	}
	frames_stale = 0;
}

/* ---- is the machine in this state? ---- */

/* Arguments from XBPF_MAX_USED_MAPS on: what is in a map of maps. */
static const struct xbpf_map *map_of(const struct xbpf_reg *reg)
{
	return reg->arg < XBPF_MAX_USED_MAPS ? program->maps[reg->arg] :
		world_inner;
}

/* The variable part of a pointer's offset is this number. */
static int varies_by(const struct xbpf_reg *reg, u64 var)
{
	return xbpf_value_contains(&reg->val, var) && number_is(reg->num, var);
}

static int points_into(const struct xbpf_reg *reg, u64 n,
		       enum object_kind kind, const struct xbpf_map *map)
{
	u32 i, fits = 0;
	u64 var = 0;

	for (i = 0; i < nr_objects; i++) {
		const struct object *o = &objects[i];

		if (o->kind != kind || o->map != map ||
		    ((kind == OBJECT_RECORD || kind == OBJECT_SLICE) &&
		     o->size != reg->arg) ||
		    !xbpf_value_contains(&reg->val, n - o->addr - reg->off))
			continue;
		var = n - o->addr - reg->off;
		fits++;
	}
	/* Of several, which one it is in, and so the offset, is not known. */
	return fits > 1 || (fits && varies_by(reg, var));
}

static int is_stack(const struct xbpf_reg *reg, u64 n)
{
	return reg->frame < nr_frames &&
	       varies_by(reg, n - frames[reg->frame].fp - reg->off);
}

static struct world_packet where;

/*
 * Offsets of one number are equal, so many bytes behind them are there, and of
 * what is known of the end the pointer is at it or behind it.
 */
static int is_packet(const struct xbpf_reg *reg, u64 n, u64 start, u64 end)
{
	u64 var = n - start - reg->off;

	return varies_by(reg, var) && number_is(reg->id, var) &&
	       (!reg->arg || var + reg->arg <= end - start) &&
	       (!reg->obj || n >= end + (reg->obj > 1));
}

static int is_pointer(const struct xbpf_reg *reg, u64 n)
{
	switch (reg->type) {
	case T_CTX:
		return varies_by(reg, n - reg->off -
				 (unsigned long)world_ctx(program));
	case T_PACKET:
		return is_packet(reg, n, where.data, where.end);
	case T_PACKET_META:
		return is_packet(reg, n, where.meta, where.data);
	case T_PACKET_END:
		return n == where.end;
	case T_SOCKET:
		return !reg->off && world_find(n, reg->arg == XBPF_SOCK_TCP ?
					       OBJECT_TCP : OBJECT_SOCKET);
	case T_MAP:
		return n == (unsigned long)map_of(reg);
	case T_MAP_VALUE:
		return points_into(reg, n, OBJECT_VALUE, map_of(reg));
	case T_MEM:
		return points_into(reg, n, OBJECT_RECORD, NULL) ||
		       points_into(reg, n, OBJECT_SLICE, NULL);
	case T_TP_BUFFER:
		return points_into(reg, n, OBJECT_BUFFER, NULL);
	case T_MAP_KEY:
		return points_into(reg, n, OBJECT_KEY, NULL);
	case T_STACK:
		return is_stack(reg, n);
	case T_FUNC:
		return n == (unsigned long)&program->callbacks[reg->arg];
	default:
		return 1;
	}
}

static int reg_holds(const struct xbpf_reg *reg, u64 n)
{
	if (reg->type == T_NONE)
		return 1;
	if (reg->type == T_SCALAR)
		return xbpf_value_contains(&reg->val, n) && number_is(reg->id, n);
	if (reg->or_null) {
		if (!number_is(reg->id, !n))
			return 0;
		if (!n)
			return 1;
	}
	return is_pointer(reg, n);
}

static u64 spilled(const struct cell *c)
{
	u64 n = 0, at = frames[c->frame].fp - 8 * (c->loc - CELL_SLOT + 1);

	memcpy(&n, (void *)(unsigned long)(at + c->start), c->len);
	return n;
}

static int bytes_zero(const struct cell *c)
{
	const u8 *at = (void *)(unsigned long)(frames[c->frame].fp -
					       8 * (c->loc - CELL_SLOT + 1));
	u32 b;

	for (b = 0; b < 8; b++)
		if (c->zero >> b & 1 && at[b])
			return 0;
	return 1;
}

static int cell_holds(const struct cell *c)
{
	if (c->zero)
		return bytes_zero(c);
	if (c->loc == CELL_GHOST)
		return ghost_holds(&c->reg);
	if (c->loc >= CELL_SLOT)
		return reg_holds(&c->reg, spilled(c));
	if (frames[c->frame].r)
		return reg_holds(&c->reg, frames[c->frame].r[c->loc]);
	if (c->loc >= XBPF_REG_6)
		return reg_holds(&c->reg,
				 frames[c->frame].saved[c->loc - XBPF_REG_6]);
	return 1;
}

/*
 * Where the machine is not in this state: NULL, or a cell; &elsewhere; &made when
 * a number is not what it was made of.
 */
static const struct cell elsewhere, made;

static const struct cell *differs(const struct record *s)
{
	u32 i;

	/* A reference that was not checked for null may be none. */
	if (s->nr_frames != nr_frames || s->nr_refs < world_records())
		return &elsewhere;
	for (i = 1; i < nr_frames; i++)
		if (s->callsite[i] != frames[i].callsite ||
		    s->callback[i] != frames[i].callback)
			return &elsewhere;
	numbers_begin();
	where = world_packet(program);
	for (i = 0; i < s->nr_cells; i++)
		if (!cell_holds(&s->cells[i]))
			return &s->cells[i];
	return numbers_wrong() ? &made : NULL;
}

static int try_record(u32 i, u32 pc)
{
	if (!i || i >= nr_records || records[i].insn != pc ||
	    differs(&records[i]))
		return 0;
	last_record = i;
	hint[pc] = i;
	return 1;
}

/* ---- reports ---- */

static u64 number_at(const struct cell *c)
{
	if (c->loc >= CELL_SLOT)
		return c->zero ? 0 : spilled(c);
	return frames[c->frame].r ? frames[c->frame].r[c->loc] :
		frames[c->frame].saved[c->loc - XBPF_REG_6];
}

static int explain_one(char *buf, size_t size, const struct record *s)
{
	const struct cell *c = differs(s);
	char text[XBPF_VALUE_TEXT_MAX];

	if (c == &elsewhere)
		return scnprintf(buf, size, "\n  a state of %u frames, %u references",
				 s->nr_frames, s->nr_refs);
	if (c == &made)
		return scnprintf(buf, size, "\n  number %#x is not what it was made of",
				 numbers_wrong());
	xbpf_value_text(text, sizeof(text), &c->reg.val);
	if (c->loc == CELL_GHOST)
		return scnprintf(buf, size, "\n  number %#x, that nothing holds, is not %s",
				 c->reg.id, text);
	if (c->zero)
		return scnprintf(buf, size, "\n  frame %u fp-%u: zero bytes %02x",
				 c->frame, 8 * (c->loc - CELL_SLOT + 1), c->zero);
	return scnprintf(buf, size,
			 "\n  frame %u %s%u: %#llx is not %s%s id=%u off=%d %s",
			 c->frame, c->loc < CELL_SLOT ? "R" : "fp-",
			 c->loc < CELL_SLOT ? c->loc :
			 8 * (c->loc - CELL_SLOT + 1) - c->start,
			 (unsigned long long)number_at(c),
			 xbpf_reg_type_name(&c->reg),
			 c->reg.or_null ? "?" : "", c->reg.id, c->reg.off, text);
}

__attribute__((noreturn))
static void not_found(u32 pc)
{
	char text[1500];
	u32 i, n = 0, at = 0;

	text[0] = '\0';
	for (i = record_first[pc]; i && n < 6; i = records[i].next, n++)
		at += explain_one(text + at, sizeof(text) - at, &records[i]);
	wrong("instruction %u, %u frames, %u references: in no state:%s", pc,
	      nr_frames, world_records(), text);
}

static void check_states(u32 pc)
{
	u32 i;

	if (try_record(last_record + 1, pc) || try_record(hint[pc], pc))
		return;
	for (i = record_first[pc]; i; i = records[i].next)
		if (try_record(i, pc))
			return;
	not_found(pc);
}

/* ---- memory ---- */

static int in_stack(u64 addr, u64 size)
{
	u32 f;

	for (f = 0; f < nr_frames; f++)
		if (addr >= frames[f].fp - frames[f].stack &&
		    addr + size <= frames[f].fp && addr < frames[f].fp)
			return 1;
	return 0;
}

static int in_packet(u64 addr, u64 size, int write)
{
	const struct world_packet p = world_packet(program);

	return p.rights & (write ? XBPF_PACKET_WRITE : XBPF_PACKET_READ) &&
	       ((addr >= p.data && addr + size <= p.end) ||
		(addr >= p.meta && addr + size <= p.data));
}

static void check_memory(u32 pc, u64 addr, u64 size, int write)
{
	u32 i;

	if (in_stack(addr, size) || in_packet(addr, size, write))
		return;
	for (i = 0; i < nr_objects; i++) {
		const struct object *o = &objects[i];

		if (addr < o->addr || size > o->size ||
		    addr - o->addr > o->size - size)
			continue;
		if (write && o->rdonly)
			wrong("instruction %u writes to read-only memory", pc);
		return;
	}
	wrong("instruction %u %s %llu bytes at %#llx (fp%+lld), in no object", pc,
	      write ? "writes" : "reads", (unsigned long long)size,
	      (unsigned long long)addr,
	      (long long)(addr - frames[nr_frames - 1].fp));
}

static void check_access(const struct xbpf_insn *insn, u32 pc, const u64 *r)
{
	const struct xbpf_op_info *op = &xbpf_op_info[insn->code];
	u32 size = op->width / 8;

	switch (op->kind) {
	case XBPF_KIND_LDX:
		if (insn->imm)
			return;
		fallthrough;
	case XBPF_KIND_LOAD_ACQ:
		check_memory(pc, r[insn->src_reg] + insn->off, size, 0);
		return;
	case XBPF_KIND_ATOMIC:
		if ((r[insn->dst_reg] + insn->off) % size)
			wrong("instruction %u: misaligned atomic operation", pc);
		fallthrough;
	case XBPF_KIND_ST:
	case XBPF_KIND_STX:
	case XBPF_KIND_STORE_REL:
		check_memory(pc, r[insn->dst_reg] + insn->off, size, 1);
		return;
	default:
		return;
	}
}

/* ---- helpers ---- */

static const struct xbpf_map *map_argument(u32 pc, u64 n)
{
	u32 i;

	for (i = 0; i < program->nr_maps; i++)
		if (n == (unsigned long)program->maps[i])
			return program->maps[i];
	if (world_inner && n == (unsigned long)world_inner)
		return world_inner;
	wrong("instruction %u: a helper is given a map that is none", pc);
}

static void check_sized(u32 pc, u64 addr, u64 size, int write)
{
	if (size)
		check_memory(pc, addr, size, write);
}

static void check_argument(const struct xbpf_helper *h, u32 i, u32 pc,
			   const u64 *r, const struct xbpf_map **map)
{
	u64 n = r[i + 1];

	switch (h->arg[i]) {
	case XBPF_ARG_CONST_MAP:
		*map = map_argument(pc, n);
		return;
	case XBPF_ARG_CTX:
	case XBPF_ARG_STACK_CTX:
		if (n != (unsigned long)world_ctx(program))
			wrong("instruction %u: not the context", pc);
		return;
	case XBPF_ARG_MAP_KEY:
		check_sized(pc, n, (*map)->key_size, 0);
		return;
	case XBPF_ARG_MAP_VALUE:
		check_sized(pc, n, (*map)->value_size, 0);
		return;
	case XBPF_ARG_MAP_VALUE_UNINIT:
		check_sized(pc, n, (*map)->value_size, 1);
		return;
	case XBPF_ARG_MEM_RDONLY:
	case XBPF_ARG_MEM_RDONLY_OR_NULL:
		check_sized(pc, n, r[i + 2], 0);
		return;
	case XBPF_ARG_MEM_UNINIT:
	case XBPF_ARG_MEM_UNINIT_OR_NULL:
		check_sized(pc, n, r[i + 2], 1);
		return;
	case XBPF_ARG_LONG_PTR:
		check_memory(pc, n, 8, 1);
		return;
	case XBPF_ARG_INT_PTR:
		check_memory(pc, n, 4, 1);
		return;
	case XBPF_ARG_RINGBUF_MEM:
		if (!world_find(n, OBJECT_RECORD))
			wrong("instruction %u: no such record", pc);
		return;
	default:
		return;
	}
}

static u64 base_of(u64 dynptr)
{
	const struct xbpf_dynptr_mem *mem = (void *)(unsigned long)dynptr;

	return (unsigned long)mem->data;
}

/* With its record end the slices of a dynptr, and of what was cloned from it. */
static void end_slices(u64 dynptr)
{
	u64 base = base_of(dynptr);
	u32 i;

	for (i = nr_objects; base && i--; )
		if (objects[i].kind == OBJECT_SLICE && objects[i].base == base)
			world_remove(&objects[i]);
}

static void begin_slice(u64 dynptr, u64 addr, u32 size)
{
	struct object *o;

	world_add(addr, size, OBJECT_SLICE, NULL);
	o = world_find(addr, OBJECT_SLICE);
	if (o)
		o->base = base_of(dynptr);
}

static void begin_call(struct activation *a, const struct xbpf_insn *insn,
		       u32 pc)
{
	const struct xbpf_op_info *op = &xbpf_op_info[insn->code];
	const struct xbpf_map *map = NULL;
	const struct xbpf_helper *h;
	u32 i;

	if (op->kind != XBPF_KIND_CALL || op->oper != XBPF_OPER_HELPER)
		return;
	h = xbpf_callee_get(insn->imm);
	for (i = 0; i < XBPF_MAX_HELPER_ARGS; i++)
		check_argument(h, i, pc, a->r, &map);
	if (insn->imm == XBPF_FUNC_ringbuf_submit_dynptr ||
	    insn->imm == XBPF_FUNC_ringbuf_discard_dynptr)
		end_slices(a->r[1]);
	memcpy(a->arg, &a->r[1], sizeof(a->arg));
	a->call = h;
	a->id = insn->imm;
}

static void found(struct xbpf_map *map, u64 addr)
{
	if (addr && map->ops->holds == XBPF_MAP_HOLDS_BYTES)
		world_add(addr, map->value_size, OBJECT_VALUE, map);
}

static void finish_call(struct activation *a)
{
	const struct xbpf_helper *h = a->call;
	u64 r0 = a->r[0];
	struct object *o;

	a->call = NULL;
	if (!h)
		return;
	if (h->flags & XBPF_HELPER_RELEASE) {
		o = world_find(a->arg[0], OBJECT_RECORD);
		if (o)
			world_remove(o);
	}
	if (h->ret == XBPF_RET_MAP_VALUE_OR_NULL ||
	    h->ret == XBPF_RET_MAP_VALUE)
		found((void *)(unsigned long)a->arg[0], r0);
	if (a->id == XBPF_FUNC_dynptr_data && r0)
		begin_slice(a->arg[0], r0, a->arg[2]);
	if (h->ret == XBPF_RET_ITER_ELEMENT && r0)
		world_add(r0, sizeof(u32), OBJECT_SLICE, NULL);
	if (h->ret == XBPF_RET_RINGBUF_MEM_OR_NULL && r0)
		world_add(r0, a->arg[1], OBJECT_RECORD, NULL);
}

/* ---- the step ---- */

/* What a helper gives to its callback is there. */
static void enter_callback(const struct activation *caller, const u64 *r)
{
	struct xbpf_map *map = (void *)(unsigned long)caller->arg[0];

	if (!caller->call || caller->id != XBPF_FUNC_for_each_map_elem)
		return;
	world_add(r[XBPF_REG_2], map->key_size, OBJECT_KEY, NULL);
	world_add(r[XBPF_REG_3], map->value_size, OBJECT_VALUE, map);
}

static struct activation *activation_of(const struct machine *m)
{
	u32 i;

	for (i = nr_acts; i; i--) {
		if (acts[i - 1].m != m)
			continue;
		frames_stale |= nr_acts != i;
		nr_acts = i;
		return &acts[i - 1];
	}
	if (nr_acts == MAX_MACHINES)
		wrong("callbacks too deep");
	frames_stale = 1;
	acts[nr_acts] = (struct activation){ .m = m, .r = machine_regs(m) };
	if (nr_acts)
		enter_callback(&acts[nr_acts - 1], machine_regs(m));
	return &acts[nr_acts++];
}

/* Frames come and go; the end of a program or of a callback ends its machine. */
static void note_flow(struct activation *a, const struct xbpf_insn *insn)
{
	const struct xbpf_op_info *op = &xbpf_op_info[insn->code];

	/* Out of the packet a load ends the subprogram. */
	if ((op->kind == XBPF_KIND_CALL && op->oper == XBPF_OPER_LOCAL) ||
	    op->kind == XBPF_KIND_LD_PKT)
		frames_stale = 1;
	if (op->kind != XBPF_KIND_EXIT)
		return;
	frames_stale = 1;
	if (machine_depth(a->m))
		return;
	nr_acts--;
	if (!nr_acts && world_records())
		wrong("the program ends with %u references", world_records());
}

void oracle_step(const struct machine *m, const struct xbpf_prog *prog, u32 pc)
{
	const struct xbpf_insn *insn = &prog->code[pc];
	struct activation *a;

	if (++oracle_steps > max_steps)
		longjmp(out, RUN_CUT);
	a = activation_of(m);
	a->pc = pc;
	finish_call(a);
	if (frames_stale)
		list_frames();
	check_states(pc);
	check_access(insn, pc, a->r);
	begin_call(a, insn, pc);
	note_flow(a, insn);
}

enum run_end oracle_run(const struct xbpf_prog *prog, u32 limit)
{
	enum run_end end;

	if (program != prog)
		memset(hint, 0, sizeof(hint));
	program = prog;
	max_steps = limit;
	oracle_steps = 0;
	nr_acts = 0;
	last_record = 0;
	end = setjmp(out);
	if (end == RUN_DONE)
		xbpf_interp_run(world_ctx(prog), prog);
	world_end_run();
	return end;
}
