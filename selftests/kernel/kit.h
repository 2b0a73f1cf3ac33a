/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of events are made of: instructions, programs of a few lines, maps
 * and events, on libxbpf. Everything gives a descriptor or value >= 0, or -errno.
 */
#ifndef XBPF_KIT_H
#define XBPF_KIT_H

#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <linux/perf_event.h>
#include <xbpf/libxbpf.h>

#define KIT_LOG_SIZE 65536

static char kit_log[KIT_LOG_SIZE] __attribute__((unused));

static inline __u64 kit_ptr(const void *p)
{
	return (uintptr_t)p;
}

/* ---- instructions ---- */

#define MOV_IMM(d, i) \
	{ .code = XBPF_ALU64 | XBPF_MOV | XBPF_K, .dst_reg = (d), .imm = (i) }
#define MOV_REG(d, s) \
	{ .code = XBPF_ALU64 | XBPF_MOV | XBPF_X, .dst_reg = (d), .src_reg = (s) }
#define ADD_IMM(d, i) \
	{ .code = XBPF_ALU64 | XBPF_ADD | XBPF_K, .dst_reg = (d), .imm = (i) }
#define LOAD(size, d, s, o) \
	{ .code = XBPF_LDX | XBPF_MEM | (size), .dst_reg = (d), .src_reg = (s), .off = (o) }
#define STORE(size, d, s, o) \
	{ .code = XBPF_STX | XBPF_MEM | (size), .dst_reg = (d), .src_reg = (s), .off = (o) }
#define STORE_IMM(size, d, i, o) \
	{ .code = XBPF_ST | XBPF_MEM | (size), .dst_reg = (d), .off = (o), .imm = (i) }
#define ATOMIC_ADD(d, s) \
	{ .code = XBPF_STX | XBPF_ATOMIC | XBPF_DW, .dst_reg = (d), \
	  .src_reg = (s), .imm = XBPF_ADD }
#define JUMP_IMM(op, d, i, o) \
	{ .code = XBPF_JMP | (op) | XBPF_K, .dst_reg = (d), .imm = (i), .off = (o) }
#define LOAD_MAP(d, fd) \
	{ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = (d), \
	  .src_reg = XBPF_PSEUDO_MAP_FD, .imm = (fd) }, \
	{ .code = 0 }
#define CALL(helper) \
	{ .code = XBPF_JMP | XBPF_CALL, .imm = XBPF_FUNC_##helper }
#define EXIT \
	{ .code = XBPF_JMP | XBPF_EXIT }

/* Array element @key += r6, which must have been set; spoils r0-r2. */
#define COUNT(map, key)					\
	STORE_IMM(XBPF_W, 10, (key), -4),		\
	MOV_REG(2, 10), ADD_IMM(2, -4),			\
	LOAD_MAP(1, (map)),				\
	CALL(map_lookup_elem),				\
	JUMP_IMM(XBPF_JEQ, 0, 0, 1),			\
	ATOMIC_ADD(0, 6)

/* ---- objects ---- */

static inline int kit_map(__u32 type, __u32 key, __u32 value, __u32 entries)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key;
	attr.value_size = value;
	attr.max_entries = entries;
	return xbpf_sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
}

/* The array that COUNT() counts in. */
static inline int kit_counters(void)
{
	return kit_map(XBPF_MAP_TYPE_ARRAY, 4, 8, 16);
}

static inline long long kit_counter(int map, __u32 key)
{
	union xbpf_attr attr;
	__u64 value = 0;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = kit_ptr(&key);
	attr.value = kit_ptr(&value);
	err = xbpf_sys(XBPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
	return err < 0 ? err : (long long)value;
}

static inline int kit_update(int map, const void *key, const void *value)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = kit_ptr(key);
	attr.value = kit_ptr(value);
	return xbpf_sys(XBPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

static inline int kit_load(__u32 type, const struct xbpf_insn *insns, size_t size)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = kit_ptr(insns);
	attr.insn_cnt = size / sizeof(*insns);
	attr.license = kit_ptr("GPL");
	attr.log_level = 1;
	attr.log_buf = kit_ptr(kit_log);
	attr.log_size = sizeof(kit_log);
	return xbpf_sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
}

/* Counts its runs in element @key of @map. */
static inline int kit_load_counter(__u32 type, int map, __u32 key)
{
	const struct xbpf_insn insns[] = {
		MOV_IMM(6, 1), COUNT(map, key), MOV_IMM(0, 0), EXIT,
	};

	return kit_load(type, insns, sizeof(insns));
}

static inline int kit_link(int prog, int event, __u64 cookie)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = prog;
	attr.link_create.target_fd = event;
	attr.link_create.attach_type = XBPF_PERF_EVENT;
	attr.link_create.perf_event.bpf_cookie = cookie;
	return xbpf_sys(XBPF_LINK_CREATE, &attr, sizeof(attr));
}

static inline int kit_raw_tracepoint(int prog, const char *name)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.name = kit_ptr(name);
	attr.raw_tracepoint.prog_fd = prog;
	return xbpf_sys(XBPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));
}

static inline int kit_info(int fd, void *info, __u32 size)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = fd;
	attr.info.info_len = size;
	attr.info.info = kit_ptr(info);
	return xbpf_sys(XBPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
}

/* ---- events ---- */

static inline int kit_open(struct perf_event_attr *attr, __u32 source, int pid,
			   int cpu)
{
	struct xbpf_perf_open open = {
		.attr = kit_ptr(attr), .attr_size = sizeof(*attr),
		.pid = pid, .cpu = cpu, .group_fd = -1, .source = source,
		.flags = PERF_FLAG_FD_CLOEXEC,
	};

	attr->size = sizeof(*attr);
	return xbpf_sys(XBPF_PERF_EVENT_OPEN, &open, sizeof(open));
}

/* @config: 1 for the return of the function. */
static inline int kit_open_kprobe(const char *name, __u64 offset, __u64 config)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.config = config;
	attr.config1 = kit_ptr(name);
	attr.config2 = offset;
	return kit_open(&attr, XBPF_PERF_SOURCE_KPROBE, -1, 0);
}

/* @name: "system/event", as below tracefs' events/. */
static inline int kit_open_tracepoint(const char *name)
{
	struct perf_event_attr attr;
	char path[256];
	FILE *file;
	int id;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/id", name);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%d", &id) != 1)
		id = -1;
	if (file)
		fclose(file);
	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_TRACEPOINT;
	attr.config = id;
	attr.sample_period = 1;
	return kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, 0);
}

#endif
