/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Concrete in abstract: programs that the verifier accepts are run by the
 * interpreter, and before each instruction the machine must be in one of the
 * states that the verifier had there.
 *
 * A case is a program with its maps. The world gives it memory and inputs, the
 * record keeps the verifier's states, the oracle watches the interpreter.
 */
#ifndef XBPF_FUZZ_H
#define XBPF_FUZZ_H

#include "vm/vm.h"
#include "vm/map.h"
#include "vm/packet.h"
#include "verifier/priv.h"

#define CASE_INSNS	512
#define CASE_MAPS	8

/* ---- case.c: what is tried; bytes of a corpus file ---- */

/**
 * struct fuzz_map - a map as MAP_CREATE is asked for it
 * @frozen: an array that is read only for everybody; its content follows from
 *	the other fields
 */
struct fuzz_map {
	u8 type;
	u8 key_size;
	u16 value_size;
	u16 max_entries;
	u8 map_flags;		/* XBPF_F_RDONLY_PROG and so on, shifted */
	u8 frozen;
};

#define MAP_FLAGS_SHIFT	4

/**
 * struct fuzz_case - a program; descriptors are indexes into @maps
 * @priv: may leak pointers
 * @walk: of the verifier that is the first
 * @flags: XBPF_F_* of PROG_LOAD
 */
struct fuzz_case {
	u8 prog_type;
	u8 priv;
	u8 walk;
	u8 flags;
	u8 nr_maps;
	struct fuzz_map maps[CASE_MAPS];
	u32 len;
	struct xbpf_insn insns[CASE_INSNS];
};

int case_from_bytes(struct fuzz_case *c, const u8 *data, size_t size);
size_t case_to_bytes(const struct fuzz_case *c, u8 *data, size_t room);
/* Opens @n instructions, all zero, at @at; jumps over it become longer. */
int case_insert(struct fuzz_case *c, u32 at, u32 n);
/* Takes one instruction out, or both slots of LD_IMM64. */
void case_remove(struct fuzz_case *c, u32 at);
void case_print(const struct fuzz_case *c);

/* ---- generate.c: chance ---- */

extern u64 fuzz_seed;
u64 fuzz_random(void);
u32 fuzz_below(u32 n);
/* Numbers near the constants of the case that runs, and at edges. */
u64 fuzz_number(const struct fuzz_case *c);
void case_generate(struct fuzz_case *c);
void case_mutate(struct fuzz_case *c);

/* ---- world.c: memory ---- */

enum object_kind {
	OBJECT_VALUE,		/* of a map */
	OBJECT_RECORD,		/* of a ring buffer, not yet committed */
	OBJECT_CTX,
	OBJECT_SOCKET,
	OBJECT_TCP,		/* what a socket is beside */
	OBJECT_SLICE,		/* of a dynptr */
	OBJECT_KEY,		/* of an element, in a callback */
	OBJECT_BUFFER,		/* of a writable tracepoint */
	OBJECT_MAP,		/* its first word, for reading */
};

struct object {
	u64 addr;
	u64 base;		/* of a slice: first byte of the dynptr's memory */
	u32 size;
	u8 kind;
	u8 rdonly;
	const struct xbpf_map *map;
};

#define MAX_OBJECTS	256
#define WORLD_BUFFER	4096	/* largest buffer of a writable tracepoint */

extern struct object objects[MAX_OBJECTS];
extern u32 nr_objects;

/**
 * struct world_packet - where the packet is at the moment, of types that have one
 * @meta: first byte of the metadata, which end where the packet begins
 * @data: first byte of the packet
 * @end: first byte behind what can be addressed of it
 * @rights: enum xbpf_packet_rights
 */
struct world_packet {
	u64 meta, data, end;
	u32 rights;
};

struct world_packet world_packet(const struct xbpf_prog *prog);
/* What programs of this type are given. */
void *world_ctx(const struct xbpf_prog *prog);

extern struct xbpf_map *world_inner;	/* in each map of maps */

struct xbpf_map *world_map(const struct fuzz_map *m);
void world_free(void);
/* Before the first run of a case, and before each. */
void world_begin_case(const struct fuzz_case *c, const struct xbpf_prog *prog);
void world_begin_run(const struct fuzz_case *c, const struct xbpf_prog *prog);
void world_end_run(void);
void world_add(u64 addr, u32 size, enum object_kind kind,
	       const struct xbpf_map *map);
struct object *world_find(u64 addr, enum object_kind kind);
void world_remove(struct object *o);
u32 world_records(void);

/* ---- record.c: the verifier's states ---- */

/**
 * struct cell - a register or a spilled one
 * @loc: register, or CELL_SLOT + slot
 * @start: first byte of the spilled register in its slot, @len: its bytes
 */
struct cell {
	u8 frame;
	u8 loc;
	u8 start;
	u8 len;
	u8 zero;		/* no register: these bytes (a mask) are zero */
	u8 pad[3];
	struct xbpf_reg reg;
};

#define CELL_SLOT	16
#define CELL_GHOST	255	/* a number by name that nothing holds */

struct record {
	u32 insn;
	u32 next;		/* of the same instruction, 0: none */
	u32 nr_frames, nr_refs;
	u32 callsite[XBPF_MAX_FRAMES];
	u8 callback[XBPF_MAX_FRAMES];
	u32 nr_cells;
	struct cell *cells;
};

#define MAX_RECORDS	(1 << 14)
#define MAX_RECORD_DEFS	(1 << 12)

extern struct record records[MAX_RECORDS];	/* [0] is unused */
extern u32 nr_records, record_first[CASE_INSNS];
extern int record_full;
/* Types of pointers in them, a bit each; was a loop's every round walked at once? */
extern u32 record_types, record_loop;
void record_observe(const struct xbpf_venv *env);
/* Who sees the verifier's states: record_observe(). */
extern void (*fuzz_observe)(const struct xbpf_venv *env);

/* ---- number.c: numbers by name ---- */

/* Keeps what the walk defined up to now; NULL: a walk without definitions. */
void numbers_keep(const struct xbpf_defs *from);
/* Before a state is tried. */
void numbers_begin(void);
/* May the number called @id, 0: unnamed, be @n? From then on it is. */
int number_is(u32 id, u64 n);
/* A number that is not what its definition makes of the others, or 0. */
u32 numbers_wrong(void);
int ghost_holds(const struct xbpf_reg *ghost);

/* ---- interp.c: the interpreter, watched ---- */

struct machine;
const u64 *machine_regs(const struct machine *m);
u32 machine_depth(const struct machine *m);
/* R6 to R10 that call @i put aside, and where it was. */
const u64 *machine_saved(const struct machine *m, u32 i);
u32 machine_callsite(const struct machine *m, u32 i);

/* ---- oracle.c ---- */

enum run_end {
	RUN_DONE,
	RUN_CUT,		/* too many steps */
	RUN_WRONG,		/* a counterexample: oracle_reason */
};

extern char oracle_reason[2048];
extern u32 oracle_steps;
enum run_end oracle_run(const struct xbpf_prog *prog, u32 max_steps);
void oracle_step(const struct machine *m, const struct xbpf_prog *prog, u32 pc);

/* ---- feature.c ---- */

/* Counts an accepted case that was run so often. */
void features_note(const struct fuzz_case *c, u64 runs);
void features_print(void);

/* ---- try.c: one case ---- */

struct fuzz_stats {
	u64 cases, accepted, runs, cut, steps, states, too_big;
};

extern struct fuzz_stats fuzz_stats;
/* Runs of each accepted case. */
extern u32 fuzz_runs;
/* 1: accepted and fine, 0: refused, -1: a counterexample, with a report. */
int try_case(const struct fuzz_case *c);
/* The same without a report. */
int try_quietly(const struct fuzz_case *c);
/* Verified only. */
int case_accepted(const struct fuzz_case *c);
/* Makes a counterexample smaller while it is one. */
void case_minimise(struct fuzz_case *c);

#endif
