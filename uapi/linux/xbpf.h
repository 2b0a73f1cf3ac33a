/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The ABI of xbpf: everything that crosses /dev/xbpf.
 *
 * It is the ABI of bpf(2), of the newest Linux, under a prefix of its own:
 * bpf_x is xbpf_x here and BPF_X is XBPF_X, with equal numbers and layouts, so
 * that this file may be included beside <linux/bpf.h> of any age, in kernel
 * and in user space.  Members of structures keep the names that bpf(2) gives
 * them (attr->bpf_fd).  Names that carry no "bpf" of their own got the prefix
 * too: struct xbpf_xdp_md, XBPF_XDP_PASS, struct xbpf_btf_header.
 *
 * What xbpf adds stands in the last part: the ioctl numbers, the commands from
 * 0x80 on, and their structures.
 */
#ifndef _UAPI_LINUX_XBPF_H
#define _UAPI_LINUX_XBPF_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <asm/ptrace.h>

/**
 * DOC: Instruction encoding
 *
 * RFC 9669, and what Linux has added since.  An opcode is class | mode | size
 * for loads and stores, class | source | operation for arithmetic and jumps.
 */

/* Bits 0-2: the class */
#define XBPF_CLASS(code)	((code) & 0x07)
#define XBPF_LD			0x00	/* load of constants, packet access */
#define XBPF_LDX		0x01	/* load from memory */
#define XBPF_ST			0x02	/* store of a constant */
#define XBPF_STX		0x03	/* store of a register, atomics */
#define XBPF_ALU		0x04	/* 32-bit arithmetic */
#define XBPF_JMP		0x05	/* jumps on 64-bit operands */
#define XBPF_RET		0x06	/* classic BPF only */
#define XBPF_MISC		0x07	/* classic BPF only */
#define XBPF_JMP32		0x06	/* jumps on 32-bit operands */
#define XBPF_ALU64		0x07	/* 64-bit arithmetic */

/* Bits 3-4 of loads and stores: the size */
#define XBPF_SIZE(code)		((code) & 0x18)
#define XBPF_W			0x00	/* 4 bytes */
#define XBPF_H			0x08	/* 2 bytes */
#define XBPF_B			0x10	/* 1 byte */
#define XBPF_DW			0x18	/* 8 bytes */

/* Bits 5-7 of loads and stores: the mode */
#define XBPF_MODE(code)		((code) & 0xe0)
#define XBPF_IMM		0x00	/* 64-bit constant in two slots */
#define XBPF_ABS		0x20	/* packet, absolute offset */
#define XBPF_IND		0x40	/* packet, offset in a register */
#define XBPF_MEM		0x60	/* register + offset */
#define XBPF_LEN		0x80	/* classic BPF only */
#define XBPF_MSH		0xa0	/* classic BPF only */
#define XBPF_MEMSX		0x80	/* as MEM, sign-extending */
#define XBPF_ATOMIC		0xc0	/* imm says which operation */
#define XBPF_XADD		0xc0	/* old name of ATOMIC with imm = ADD */

/* Bit 3 of arithmetic and jumps: where the second operand is */
#define XBPF_SRC(code)		((code) & 0x08)
#define XBPF_K			0x00	/* imm */
#define XBPF_X			0x08	/* src_reg */

/* Bits 4-7 of arithmetic: the operation */
#define XBPF_OP(code)		((code) & 0xf0)
#define XBPF_ADD		0x00
#define XBPF_SUB		0x10
#define XBPF_MUL		0x20
#define XBPF_DIV		0x30	/* off = 1: signed */
#define XBPF_OR			0x40
#define XBPF_AND		0x50
#define XBPF_LSH		0x60
#define XBPF_RSH		0x70
#define XBPF_NEG		0x80
#define XBPF_MOD		0x90	/* off = 1: signed */
#define XBPF_XOR		0xa0
#define XBPF_MOV		0xb0	/* off = 8, 16, 32: sign-extending */
#define XBPF_ARSH		0xc0
#define XBPF_END		0xd0	/* byte swap; imm = 16, 32, 64 */
#define XBPF_TO_LE		0x00
#define XBPF_TO_BE		0x08
#define XBPF_FROM_LE		XBPF_TO_LE
#define XBPF_FROM_BE		XBPF_TO_BE

/* Bits 4-7 of jumps: the condition */
#define XBPF_JA			0x00	/* JMP32: distance in imm, not in off */
#define XBPF_JEQ		0x10
#define XBPF_JGT		0x20
#define XBPF_JGE		0x30
#define XBPF_JSET		0x40
#define XBPF_JNE		0x50
#define XBPF_JSGT		0x60
#define XBPF_JSGE		0x70
#define XBPF_CALL		0x80
#define XBPF_EXIT		0x90
#define XBPF_JLT		0xa0
#define XBPF_JLE		0xb0
#define XBPF_JSLT		0xc0
#define XBPF_JSLE		0xd0
#define XBPF_JCOND		0xe0	/* enum xbpf_cond_pseudo_jmp in src */

/* imm of XBPF_ATOMIC: ADD, AND, OR, XOR with or without FETCH, or one of */
#define XBPF_FETCH		0x01	/* src_reg receives the old value */
#define XBPF_XCHG		(0xe0 | XBPF_FETCH)
#define XBPF_CMPXCHG		(0xf0 | XBPF_FETCH)	/* compares with R0 */
#define XBPF_LOAD_ACQ		0x100
#define XBPF_STORE_REL		0x110

/* Longest program of classic BPF */
#define XBPF_MAXINSNS		4096

/* src_reg of XBPF_JCOND */
enum xbpf_cond_pseudo_jmp {
	XBPF_MAY_GOTO = 0,	/* jumps when the loop budget is used up */
};

/*
 * Registers: R0 result, R1-R5 arguments and lost in calls, R6-R9 kept, R10 the
 * frame, read-only.
 */
enum {
	XBPF_REG_0 = 0,
	XBPF_REG_1,
	XBPF_REG_2,
	XBPF_REG_3,
	XBPF_REG_4,
	XBPF_REG_5,
	XBPF_REG_6,
	XBPF_REG_7,
	XBPF_REG_8,
	XBPF_REG_9,
	XBPF_REG_10,
	__MAX_XBPF_REG,
};

#define MAX_XBPF_REG	__MAX_XBPF_REG

/**
 * struct xbpf_insn - an instruction, or one half of a 64-bit load of a constant
 * @code: class, and by it operation, source, mode and size
 * @dst_reg: destination
 * @src_reg: source; XBPF_PSEUDO_* in calls and in loads of constants
 * @off: offset in memory, or distance of a jump in instructions
 * @imm: constant, helper id, or distance of a long jump
 */
struct xbpf_insn {
	__u8	code;
	__u8	dst_reg:4;
	__u8	src_reg:4;
	__s16	off;
	__s32	imm;
};

/* Keys of XBPF_MAP_TYPE_LPM_TRIE; @data is as long as key_size - 4 */
struct xbpf_lpm_trie_key {
	__u32	prefixlen;
	__extension__ __u8 data[0];
};

struct xbpf_lpm_trie_key_hdr {
	__u32	prefixlen;
};

struct xbpf_lpm_trie_key_u8 {
	union {
		struct xbpf_lpm_trie_key_hdr	hdr;
		__u32				prefixlen;
	};
	__extension__ __u8 data[];
};

/* Key of XBPF_MAP_TYPE_CGROUP_STORAGE */
struct xbpf_cgroup_storage_key {
	__u64	cgroup_inode_id;
	__u32	attach_type;
};

/* In which order an iterator walks cgroups */
enum xbpf_cgroup_iter_order {
	XBPF_CGROUP_ITER_ORDER_UNSPEC = 0,
	XBPF_CGROUP_ITER_SELF_ONLY,
	XBPF_CGROUP_ITER_DESCENDANTS_PRE,
	XBPF_CGROUP_ITER_DESCENDANTS_POST,
	XBPF_CGROUP_ITER_ANCESTORS_UP,
};

/**
 * union xbpf_iter_link_info - what an iterator goes over (link_create.iter_info)
 * @map: the elements of a map
 * @cgroup: cgroups, from one named by descriptor or id
 * @task: tasks: one thread, one process (by id or pidfd), or with zeros all
 */
union xbpf_iter_link_info {
	__extension__ struct {
		__u32	map_fd;
	} map;
	__extension__ struct {
		enum xbpf_cgroup_iter_order order;

		__u32	cgroup_fd;
		__u64	cgroup_id;
	} cgroup;

	__extension__ struct {
		__u32	tid;
		__u32	pid;
		__u32	pid_fd;
	} task;
};

/**
 * enum xbpf_cmd - commands of bpf(2)
 * @XBPF_MAP_CREATE: make a map; returns its descriptor
 * @XBPF_MAP_LOOKUP_ELEM: copy out the value of a key
 * @XBPF_MAP_UPDATE_ELEM: set the value of a key
 * @XBPF_MAP_DELETE_ELEM: remove a key
 * @XBPF_MAP_GET_NEXT_KEY: the key behind a key, the first one without a key
 * @XBPF_PROG_LOAD: verify and keep a program; returns its descriptor
 * @XBPF_OBJ_PIN: give an object a path
 * @XBPF_OBJ_GET: descriptor of a pinned object
 * @XBPF_PROG_ATTACH: attach without a link
 * @XBPF_PROG_DETACH: undo PROG_ATTACH
 * @XBPF_PROG_TEST_RUN: run a program on data of the caller
 * @XBPF_PROG_RUN: the same
 * @XBPF_PROG_GET_NEXT_ID: smallest id of a program above an id
 * @XBPF_MAP_GET_NEXT_ID: smallest id of a map above an id
 * @XBPF_PROG_GET_FD_BY_ID: descriptor of a program
 * @XBPF_MAP_GET_FD_BY_ID: descriptor of a map
 * @XBPF_OBJ_GET_INFO_BY_FD: facts about an object
 * @XBPF_PROG_QUERY: what is attached to a target
 * @XBPF_RAW_TRACEPOINT_OPEN: attach to a raw tracepoint; returns a link
 * @XBPF_BTF_LOAD: check and keep type information; returns its descriptor
 * @XBPF_BTF_GET_FD_BY_ID: descriptor of BTF
 * @XBPF_TASK_FD_QUERY: what an event descriptor of a process carries
 * @XBPF_MAP_LOOKUP_AND_DELETE_ELEM: copy out a value and remove its key
 * @XBPF_MAP_FREEZE: no more writes from user space
 * @XBPF_BTF_GET_NEXT_ID: smallest id of BTF above an id
 * @XBPF_MAP_LOOKUP_BATCH: many lookups
 * @XBPF_MAP_LOOKUP_AND_DELETE_BATCH: many lookups that remove
 * @XBPF_MAP_UPDATE_BATCH: many updates
 * @XBPF_MAP_DELETE_BATCH: many deletes
 * @XBPF_LINK_CREATE: attach a program; returns the link's descriptor
 * @XBPF_LINK_UPDATE: put another program into a link
 * @XBPF_LINK_GET_FD_BY_ID: descriptor of a link
 * @XBPF_LINK_GET_NEXT_ID: smallest id of a link above an id
 * @XBPF_ENABLE_STATS: measure run time while the descriptor is open
 * @XBPF_ITER_CREATE: a descriptor to read an iterator from
 * @XBPF_LINK_DETACH: detach a link that stays open
 * @XBPF_PROG_BIND_MAP: let a map live as long as a program
 * @XBPF_TOKEN_CREATE: delegate rights
 * @XBPF_PROG_STREAM_READ_BY_FD: read what a program printed to a stream
 * @XBPF_PROG_ASSOC_STRUCT_OPS: associate a program with a struct_ops map
 * @XBPF_PROG_STREAM_OPEN: a descriptor to read a stream from
 * @__MAX_XBPF_CMD: one past the last
 * @XBPF_COMMON_ATTRS: flag of bpf(2): more attributes follow; an ioctl does not
 *	carry it
 */
enum xbpf_cmd {
	XBPF_MAP_CREATE,
	XBPF_MAP_LOOKUP_ELEM,
	XBPF_MAP_UPDATE_ELEM,
	XBPF_MAP_DELETE_ELEM,
	XBPF_MAP_GET_NEXT_KEY,
	XBPF_PROG_LOAD,
	XBPF_OBJ_PIN,
	XBPF_OBJ_GET,
	XBPF_PROG_ATTACH,
	XBPF_PROG_DETACH,
	XBPF_PROG_TEST_RUN,
	XBPF_PROG_RUN = XBPF_PROG_TEST_RUN,
	XBPF_PROG_GET_NEXT_ID,
	XBPF_MAP_GET_NEXT_ID,
	XBPF_PROG_GET_FD_BY_ID,
	XBPF_MAP_GET_FD_BY_ID,
	XBPF_OBJ_GET_INFO_BY_FD,
	XBPF_PROG_QUERY,
	XBPF_RAW_TRACEPOINT_OPEN,
	XBPF_BTF_LOAD,
	XBPF_BTF_GET_FD_BY_ID,
	XBPF_TASK_FD_QUERY,
	XBPF_MAP_LOOKUP_AND_DELETE_ELEM,
	XBPF_MAP_FREEZE,
	XBPF_BTF_GET_NEXT_ID,
	XBPF_MAP_LOOKUP_BATCH,
	XBPF_MAP_LOOKUP_AND_DELETE_BATCH,
	XBPF_MAP_UPDATE_BATCH,
	XBPF_MAP_DELETE_BATCH,
	XBPF_LINK_CREATE,
	XBPF_LINK_UPDATE,
	XBPF_LINK_GET_FD_BY_ID,
	XBPF_LINK_GET_NEXT_ID,
	XBPF_ENABLE_STATS,
	XBPF_ITER_CREATE,
	XBPF_LINK_DETACH,
	XBPF_PROG_BIND_MAP,
	XBPF_TOKEN_CREATE,
	XBPF_PROG_STREAM_READ_BY_FD,
	XBPF_PROG_ASSOC_STRUCT_OPS,
	XBPF_PROG_STREAM_OPEN,
	__MAX_XBPF_CMD,
	XBPF_COMMON_ATTRS = 1 << 16,
};

/*
 * Types of maps.  A type that is not offered is refused by MAP_CREATE with
 * EINVAL.
 */
enum xbpf_map_type {
	XBPF_MAP_TYPE_UNSPEC,
	XBPF_MAP_TYPE_HASH,
	XBPF_MAP_TYPE_ARRAY,
	XBPF_MAP_TYPE_PROG_ARRAY,
	XBPF_MAP_TYPE_PERF_EVENT_ARRAY,
	XBPF_MAP_TYPE_PERCPU_HASH,
	XBPF_MAP_TYPE_PERCPU_ARRAY,
	XBPF_MAP_TYPE_STACK_TRACE,
	XBPF_MAP_TYPE_CGROUP_ARRAY,
	XBPF_MAP_TYPE_LRU_HASH,
	XBPF_MAP_TYPE_LRU_PERCPU_HASH,
	XBPF_MAP_TYPE_LPM_TRIE,
	XBPF_MAP_TYPE_ARRAY_OF_MAPS,
	XBPF_MAP_TYPE_HASH_OF_MAPS,
	XBPF_MAP_TYPE_DEVMAP,
	XBPF_MAP_TYPE_SOCKMAP,
	XBPF_MAP_TYPE_CPUMAP,
	XBPF_MAP_TYPE_XSKMAP,
	XBPF_MAP_TYPE_SOCKHASH,
	XBPF_MAP_TYPE_CGROUP_STORAGE_DEPRECATED,

	XBPF_MAP_TYPE_CGROUP_STORAGE = XBPF_MAP_TYPE_CGROUP_STORAGE_DEPRECATED,
	XBPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
	XBPF_MAP_TYPE_PERCPU_CGROUP_STORAGE_DEPRECATED,

	XBPF_MAP_TYPE_PERCPU_CGROUP_STORAGE = XBPF_MAP_TYPE_PERCPU_CGROUP_STORAGE_DEPRECATED,
	XBPF_MAP_TYPE_QUEUE,
	XBPF_MAP_TYPE_STACK,
	XBPF_MAP_TYPE_SK_STORAGE,
	XBPF_MAP_TYPE_DEVMAP_HASH,
	XBPF_MAP_TYPE_STRUCT_OPS,
	XBPF_MAP_TYPE_RINGBUF,
	XBPF_MAP_TYPE_INODE_STORAGE,
	XBPF_MAP_TYPE_TASK_STORAGE,
	XBPF_MAP_TYPE_BLOOM_FILTER,
	XBPF_MAP_TYPE_USER_RINGBUF,
	XBPF_MAP_TYPE_CGRP_STORAGE,
	XBPF_MAP_TYPE_ARENA,
	XBPF_MAP_TYPE_INSN_ARRAY,
	XBPF_MAP_TYPE_RHASH,
	__MAX_XBPF_MAP_TYPE
};

/*
 * Types of programs: what R1 points to, which helpers there are, where they can
 * be attached.  A type that is not offered is refused by PROG_LOAD with EINVAL.
 */
enum xbpf_prog_type {
	XBPF_PROG_TYPE_UNSPEC,
	XBPF_PROG_TYPE_SOCKET_FILTER,
	XBPF_PROG_TYPE_KPROBE,
	XBPF_PROG_TYPE_SCHED_CLS,
	XBPF_PROG_TYPE_SCHED_ACT,
	XBPF_PROG_TYPE_TRACEPOINT,
	XBPF_PROG_TYPE_XDP,
	XBPF_PROG_TYPE_PERF_EVENT,
	XBPF_PROG_TYPE_CGROUP_SKB,
	XBPF_PROG_TYPE_CGROUP_SOCK,
	XBPF_PROG_TYPE_LWT_IN,
	XBPF_PROG_TYPE_LWT_OUT,
	XBPF_PROG_TYPE_LWT_XMIT,
	XBPF_PROG_TYPE_SOCK_OPS,
	XBPF_PROG_TYPE_SK_SKB,
	XBPF_PROG_TYPE_CGROUP_DEVICE,
	XBPF_PROG_TYPE_SK_MSG,
	XBPF_PROG_TYPE_RAW_TRACEPOINT,
	XBPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	XBPF_PROG_TYPE_LWT_SEG6LOCAL,
	XBPF_PROG_TYPE_LIRC_MODE2,
	XBPF_PROG_TYPE_SK_REUSEPORT,
	XBPF_PROG_TYPE_FLOW_DISSECTOR,
	XBPF_PROG_TYPE_CGROUP_SYSCTL,
	XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE,
	XBPF_PROG_TYPE_CGROUP_SOCKOPT,
	XBPF_PROG_TYPE_TRACING,
	XBPF_PROG_TYPE_STRUCT_OPS,
	XBPF_PROG_TYPE_EXT,
	XBPF_PROG_TYPE_LSM,
	XBPF_PROG_TYPE_SK_LOOKUP,
	XBPF_PROG_TYPE_SYSCALL,
	XBPF_PROG_TYPE_NETFILTER,
	__MAX_XBPF_PROG_TYPE
};

/* Where a program is attached, in PROG_LOAD (expected), PROG_ATTACH, LINK_CREATE */
enum xbpf_attach_type {
	XBPF_CGROUP_INET_INGRESS,
	XBPF_CGROUP_INET_EGRESS,
	XBPF_CGROUP_INET_SOCK_CREATE,
	XBPF_CGROUP_SOCK_OPS,
	XBPF_SK_SKB_STREAM_PARSER,
	XBPF_SK_SKB_STREAM_VERDICT,
	XBPF_CGROUP_DEVICE,
	XBPF_SK_MSG_VERDICT,
	XBPF_CGROUP_INET4_BIND,
	XBPF_CGROUP_INET6_BIND,
	XBPF_CGROUP_INET4_CONNECT,
	XBPF_CGROUP_INET6_CONNECT,
	XBPF_CGROUP_INET4_POST_BIND,
	XBPF_CGROUP_INET6_POST_BIND,
	XBPF_CGROUP_UDP4_SENDMSG,
	XBPF_CGROUP_UDP6_SENDMSG,
	XBPF_LIRC_MODE2,
	XBPF_FLOW_DISSECTOR,
	XBPF_CGROUP_SYSCTL,
	XBPF_CGROUP_UDP4_RECVMSG,
	XBPF_CGROUP_UDP6_RECVMSG,
	XBPF_CGROUP_GETSOCKOPT,
	XBPF_CGROUP_SETSOCKOPT,
	XBPF_TRACE_RAW_TP,
	XBPF_TRACE_FENTRY,
	XBPF_TRACE_FEXIT,
	XBPF_MODIFY_RETURN,
	XBPF_LSM_MAC,
	XBPF_TRACE_ITER,
	XBPF_CGROUP_INET4_GETPEERNAME,
	XBPF_CGROUP_INET6_GETPEERNAME,
	XBPF_CGROUP_INET4_GETSOCKNAME,
	XBPF_CGROUP_INET6_GETSOCKNAME,
	XBPF_XDP_DEVMAP,
	XBPF_CGROUP_INET_SOCK_RELEASE,
	XBPF_XDP_CPUMAP,
	XBPF_SK_LOOKUP,
	XBPF_XDP,
	XBPF_SK_SKB_VERDICT,
	XBPF_SK_REUSEPORT_SELECT,
	XBPF_SK_REUSEPORT_SELECT_OR_MIGRATE,
	XBPF_PERF_EVENT,
	XBPF_TRACE_KPROBE_MULTI,
	XBPF_LSM_CGROUP,
	XBPF_STRUCT_OPS,
	XBPF_NETFILTER,
	XBPF_TCX_INGRESS,
	XBPF_TCX_EGRESS,
	XBPF_TRACE_UPROBE_MULTI,
	XBPF_CGROUP_UNIX_CONNECT,
	XBPF_CGROUP_UNIX_SENDMSG,
	XBPF_CGROUP_UNIX_RECVMSG,
	XBPF_CGROUP_UNIX_GETPEERNAME,
	XBPF_CGROUP_UNIX_GETSOCKNAME,
	XBPF_NETKIT_PRIMARY,
	XBPF_NETKIT_PEER,
	XBPF_TRACE_KPROBE_SESSION,
	XBPF_TRACE_UPROBE_SESSION,
	XBPF_TRACE_FSESSION,
	XBPF_TRACE_FENTRY_MULTI,
	XBPF_TRACE_FEXIT_MULTI,
	XBPF_TRACE_FSESSION_MULTI,
	__MAX_XBPF_ATTACH_TYPE
};

#define MAX_XBPF_ATTACH_TYPE __MAX_XBPF_ATTACH_TYPE

/* Kinds of links, in struct xbpf_link_info */
enum xbpf_link_type {
	XBPF_LINK_TYPE_UNSPEC = 0,
	XBPF_LINK_TYPE_RAW_TRACEPOINT = 1,
	XBPF_LINK_TYPE_TRACING = 2,
	XBPF_LINK_TYPE_CGROUP = 3,
	XBPF_LINK_TYPE_ITER = 4,
	XBPF_LINK_TYPE_NETNS = 5,
	XBPF_LINK_TYPE_XDP = 6,
	XBPF_LINK_TYPE_PERF_EVENT = 7,
	XBPF_LINK_TYPE_KPROBE_MULTI = 8,
	XBPF_LINK_TYPE_STRUCT_OPS = 9,
	XBPF_LINK_TYPE_NETFILTER = 10,
	XBPF_LINK_TYPE_TCX = 11,
	XBPF_LINK_TYPE_UPROBE_MULTI = 12,
	XBPF_LINK_TYPE_NETKIT = 13,
	XBPF_LINK_TYPE_SOCKMAP = 14,
	XBPF_LINK_TYPE_TRACING_MULTI = 15,
	__MAX_XBPF_LINK_TYPE,
};

#define MAX_XBPF_LINK_TYPE __MAX_XBPF_LINK_TYPE

/* Kinds of events behind an XBPF_LINK_TYPE_PERF_EVENT */
enum xbpf_perf_event_type {
	XBPF_PERF_EVENT_UNSPEC = 0,
	XBPF_PERF_EVENT_UPROBE = 1,
	XBPF_PERF_EVENT_URETPROBE = 2,
	XBPF_PERF_EVENT_KPROBE = 3,
	XBPF_PERF_EVENT_KRETPROBE = 4,
	XBPF_PERF_EVENT_TRACEPOINT = 5,
	XBPF_PERF_EVENT_EVENT = 6,
};

/* attach_flags: how programs of one place get along with each other */
#define XBPF_F_ALLOW_OVERRIDE	(1U << 0)
#define XBPF_F_ALLOW_MULTI	(1U << 1)
#define XBPF_F_REPLACE		(1U << 2)	/* in place of old_prog_fd */
#define XBPF_F_BEFORE		(1U << 3)	/* relative_fd or _id */
#define XBPF_F_AFTER		(1U << 4)
#define XBPF_F_ID		(1U << 5)	/* relative_id, not _fd */
#define XBPF_F_PREORDER		(1U << 6)

/* prog_flags of PROG_LOAD */
#define XBPF_F_STRICT_ALIGNMENT		(1U << 0) /* refuse what is unaligned */
#define XBPF_F_ANY_ALIGNMENT		(1U << 1) /* never refuse it */
#define XBPF_F_TEST_RND_HI32		(1U << 2) /* for tests of compilers */
#define XBPF_F_TEST_STATE_FREQ		(1U << 3) /* for tests of the verifier */
#define XBPF_F_SLEEPABLE		(1U << 4) /* may sleep */
#define XBPF_F_XDP_HAS_FRAGS		(1U << 5) /* takes packets in pieces */
#define XBPF_F_XDP_DEV_BOUND_ONLY	(1U << 6) /* for one device */
#define XBPF_F_TEST_REG_INVARIANTS	(1U << 7) /* for tests of the verifier */

/* link_create.kprobe_multi.flags */
enum {
	XBPF_F_KPROBE_MULTI_RETURN = (1U << 0)	/* when the functions return */
};

/* link_create.uprobe_multi.flags */
enum {
	XBPF_F_UPROBE_MULTI_RETURN = (1U << 0)	/* when the functions return */
};

/* link_create.netfilter.flags */
#define XBPF_F_NETFILTER_IP_DEFRAG (1U << 0)

/*
 * src_reg of a 64-bit load of a constant: what imm, and imm of the second half,
 * mean.
 */
#define XBPF_PSEUDO_MAP_FD		1	/* a map's descriptor */
#define XBPF_PSEUDO_MAP_VALUE		2	/* the same; offset in its value */
#define XBPF_PSEUDO_BTF_ID		3	/* a variable of the kernel */
#define XBPF_PSEUDO_FUNC		4	/* distance of a function */
#define XBPF_PSEUDO_MAP_IDX		5	/* index in fd_array */
#define XBPF_PSEUDO_MAP_IDX_VALUE	6	/* the same; offset in its value */

/* src_reg of a call: what imm means; with 0 it is a helper id */
#define XBPF_PSEUDO_CALL		1	/* distance of a function */
#define XBPF_PSEUDO_KFUNC_CALL		2	/* BTF id of a kernel function */

/* off of a MOV that casts between address spaces */
enum xbpf_addr_space_cast {
	XBPF_ADDR_SPACE_CAST = 1,
};

/* flags of element commands and helpers */
enum {
	XBPF_ANY	= 0,	/* make or replace */
	XBPF_NOEXIST	= 1,	/* make; EEXIST when there is one */
	XBPF_EXIST	= 2,	/* replace; ENOENT when there is none */
	XBPF_F_LOCK	= 4,	/* hold the value's spin lock */
	XBPF_F_CPU	= 8,	/* one CPU's value; its number above bit 32 */
	XBPF_F_ALL_CPUS	= 16,	/* one value for all CPUs */
};

/* map_flags of MAP_CREATE, and file_flags of OBJ_PIN and OBJ_GET */
enum {
	XBPF_F_NO_PREALLOC	= (1U << 0),	/* memory when it is needed */
	XBPF_F_NO_COMMON_LRU	= (1U << 1),	/* an LRU list for each CPU */
	XBPF_F_NUMA_NODE	= (1U << 2),	/* numa_node says where */
	XBPF_F_RDONLY		= (1U << 3),	/* for user space */
	XBPF_F_WRONLY		= (1U << 4),
	XBPF_F_STACK_BUILD_ID	= (1U << 5),	/* stacks as build ids */
	XBPF_F_ZERO_SEED	= (1U << 6),	/* hash without a secret */
	XBPF_F_RDONLY_PROG	= (1U << 7),	/* for programs */
	XBPF_F_WRONLY_PROG	= (1U << 8),
	XBPF_F_CLONE		= (1U << 9),	/* to accepted sockets */
	XBPF_F_MMAPABLE		= (1U << 10),	/* mmap(2) gives the values */
	XBPF_F_PRESERVE_ELEMS	= (1U << 11),	/* events outlive their map fd */
	XBPF_F_INNER_MAP	= (1U << 12),	/* of any max_entries */
	XBPF_F_LINK		= (1U << 13),	/* struct_ops through a link */
	XBPF_F_PATH_FD		= (1U << 14),	/* path_fd is given */
	XBPF_F_VTYPE_BTF_OBJ_FD	= (1U << 15),	/* value_type_btf_obj_fd is */
	XBPF_F_TOKEN_FD		= (1U << 16),	/* a token's descriptor is */
	XBPF_F_SEGV_ON_FAULT	= (1U << 17),	/* arena: no pages by faults */
	XBPF_F_NO_USER_CONV	= (1U << 18),	/* arena: pointers as they are */
	XBPF_F_RB_OVERWRITE	= (1U << 19),	/* ring: old records give way */
};

/* query.query_flags: what applies here, not only what is attached here */
#define XBPF_F_QUERY_EFFECTIVE	(1U << 0)

/* test.flags */
#define XBPF_F_TEST_RUN_ON_CPU			(1U << 0) /* test.cpu */
#define XBPF_F_TEST_XDP_LIVE_FRAMES		(1U << 1)
#define XBPF_F_TEST_SKB_CHECKSUM_COMPLETE	(1U << 2)

/* enable_stats.type */
enum xbpf_stats_type {
	XBPF_STATS_RUN_TIME = 0,
};

enum xbpf_stack_build_id_status {
	XBPF_STACK_BUILD_ID_EMPTY = 0,	/* the stack ends here */
	XBPF_STACK_BUILD_ID_VALID = 1,	/* build id and offset */
	XBPF_STACK_BUILD_ID_IP = 2,	/* an address: there is no build id */
};

#define XBPF_BUILD_ID_SIZE 20

/**
 * struct xbpf_stack_build_id - a frame of a stack with XBPF_F_STACK_BUILD_ID
 * @status: enum xbpf_stack_build_id_status
 * @build_id: of the file
 * @offset: in the file
 * @ip: the address
 */
struct xbpf_stack_build_id {
	__s32		status;
	unsigned char	build_id[XBPF_BUILD_ID_SIZE];
	union {
		__u64	offset;
		__u64	ip;
	};
};

/* The further attributes of bpf(2) with XBPF_COMMON_ATTRS */
struct xbpf_common_attr {
	__aligned_u64	log_buf;
	__u32		log_size;
	__u32		log_level;
	__u32		log_true_size;
};

/* Names of maps and programs, with their terminating zero: A-Z a-z 0-9 _ . */
#define XBPF_OBJ_NAME_LEN 16U

/* stream_id */
enum {
	XBPF_STREAM_STDOUT = 1,
	XBPF_STREAM_STDERR = 2,
};

/* prog_stream_open.flags */
enum {
	XBPF_F_STREAM_NONBLOCK = (1U << 0),
};

/**
 * DOC: The argument of each command
 *
 * A command uses one of the structures below; what lies behind its last field
 * must be zero (EINVAL).  Addresses are in 64-bit fields; a bad one is EFAULT.
 * Errors that every command may give: EPERM without the capability that it
 * needs, E2BIG for bytes that the module does not know, ENOMEM, and for
 * descriptors EBADF (none, or no object of xbpf) and EINVAL (another kind of
 * object).
 */
union xbpf_attr {
	/*
	 * MAP_CREATE: returns a descriptor.  EINVAL for a type, flag, size or name that
	 * is not possible, E2BIG for one that is too large, ENOMEM.
	 */
	__extension__ struct {
		__u32	map_type;		/* enum xbpf_map_type */
		__u32	key_size;
		__u32	value_size;
		__u32	max_entries;
		__u32	map_flags;
		__u32	inner_map_fd;		/* template of maps in maps */
		__u32	numa_node;
		char	map_name[XBPF_OBJ_NAME_LEN];
		__u32	map_ifindex;		/* device that holds it */
		__u32	btf_fd;			/* describes key and value */
		__u32	btf_key_type_id;
		__u32	btf_value_type_id;
		__u32	btf_vmlinux_value_type_id;
		__u64	map_extra;		/* bloom: hashes; arena: address */
		__s32	value_type_btf_obj_fd;
		__s32	map_token_fd;
		__aligned_u64	excl_prog_hash;	/* the only program allowed */
		__u32	excl_prog_hash_size;
	};

	/*
	 * MAP_*_ELEM, MAP_GET_NEXT_KEY, MAP_FREEZE: returns 0.  ENOENT: no such key;
	 * EEXIST: there is one; E2BIG: the map is full, or no such index; EPERM: the map
	 * is read-only, write-only or frozen; EBUSY: it is in use; ENOTSUPP: not with
	 * this type of map.
	 */
	__extension__ struct {
		__u32		map_fd;
		__aligned_u64	key;
		union {
			__aligned_u64 value;
			__aligned_u64 next_key;
		};
		__u64		flags;
	};

	/*
	 * MAP_*_BATCH: returns 0.  ENOENT when the last element was given; count says
	 * how many, whatever is returned; ENOSPC: a bucket does not fit into count.
	 */
	__extension__ struct {
		__aligned_u64	in_batch;	/* where to begin, or 0 */
		__aligned_u64	out_batch;	/* where to go on */
		__aligned_u64	keys;
		__aligned_u64	values;
		__u32		count;
		__u32		map_fd;
		__u64		elem_flags;
		__u64		flags;
	} batch;

	/*
	 * PROG_LOAD: returns a descriptor.  EACCES, EINVAL, E2BIG, ...: the verifier
	 * refused, and its log says why; ENOSPC: the log did not fit.
	 */
	__extension__ struct {
		__u32		prog_type;	/* enum xbpf_prog_type */
		__u32		insn_cnt;
		__aligned_u64	insns;		/* struct xbpf_insn[] */
		__aligned_u64	license;	/* string */
		__u32		log_level;	/* 1, 2 verbose, 4 statistics */
		__u32		log_size;
		__aligned_u64	log_buf;
		__u32		kern_version;	/* ignored */
		__u32		prog_flags;
		char		prog_name[XBPF_OBJ_NAME_LEN];
		__u32		prog_ifindex;	/* device that runs it */
		__u32		expected_attach_type;	/* enum xbpf_attach_type */
		__u32		prog_btf_fd;	/* types of this program */
		__u32		func_info_rec_size;
		__aligned_u64	func_info;	/* struct xbpf_func_info[] */
		__u32		func_info_cnt;
		__u32		line_info_rec_size;
		__aligned_u64	line_info;	/* struct xbpf_line_info[] */
		__u32		line_info_cnt;
		__u32		attach_btf_id;	/* function or tracepoint */
		union {
			__u32		attach_prog_fd;	/* program to attach to, or */
			__u32		attach_btf_obj_fd;	/* a module's BTF */
		};
		__u32		core_relo_cnt;
		__aligned_u64	fd_array;	/* for XBPF_PSEUDO_MAP_IDX */
		__aligned_u64	core_relos;	/* struct xbpf_core_relo[] */
		__u32		core_relo_rec_size;
		__u32		log_true_size;	/* out: what would fit the log */
		__s32		prog_token_fd;
		__u32		fd_array_cnt;	/* maps in fd_array to hold */
		__aligned_u64	signature;
		__u32		signature_size;
		__s32		keyring_id;
	};

	/*
	 * OBJ_PIN: returns 0.  OBJ_GET: returns a descriptor.  EEXIST, ENOENT, and EPERM
	 * outside of a file system for objects.
	 */
	__extension__ struct {
		__aligned_u64	pathname;
		__u32		bpf_fd;
		__u32		file_flags;
		__s32		path_fd;	/* as dirfd of openat(2) */
	};

	/* PROG_ATTACH, PROG_DETACH: returns 0. */
	__extension__ struct {
		union {
			__u32	target_fd;
			__u32	target_ifindex;
		};
		__u32		attach_bpf_fd;
		__u32		attach_type;
		__u32		attach_flags;
		__u32		replace_bpf_fd;
		union {
			__u32	relative_fd;
			__u32	relative_id;
		};
		__u64		expected_revision;
	};

	/*
	 * PROG_TEST_RUN: returns 0 and the program's result in retval.  ENOTSUPP: not
	 * with this type of program; ENOSPC: the output did not fit.
	 */
	__extension__ struct {
		__u32		prog_fd;
		__u32		retval;		/* out */
		__u32		data_size_in;
		__u32		data_size_out;	/* in, out */
		__aligned_u64	data_in;
		__aligned_u64	data_out;
		__u32		repeat;		/* 0: once */
		__u32		duration;	/* out: mean, in ns */
		__u32		ctx_size_in;
		__u32		ctx_size_out;	/* in, out */
		__aligned_u64	ctx_in;
		__aligned_u64	ctx_out;
		__u32		flags;
		__u32		cpu;
		__u32		batch_size;
	} test;

	/*
	 * *_GET_NEXT_ID: next_id is the smallest id above start_id; ENOENT: none.
	 * *_GET_FD_BY_ID: returns a descriptor; ENOENT: no such object.
	 */
	__extension__ struct {
		union {
			__u32		start_id;
			__u32		prog_id;
			__u32		map_id;
			__u32		btf_id;
			__u32		link_id;
		};
		__u32		next_id;	/* out */
		__u32		open_flags;	/* XBPF_F_RDONLY, XBPF_F_WRONLY */
		__s32		fd_by_id_token_fd;
	};

	/*
	 * OBJ_GET_INFO_BY_FD: fills at most info_len bytes of the info structure of the
	 * object's kind; info_len becomes what was filled.
	 */
	__extension__ struct {
		__u32		bpf_fd;
		__u32		info_len;	/* in, out */
		__aligned_u64	info;		/* struct xbpf_*_info */
	} info;

	/*
	 * PROG_QUERY: ids of what is attached to a target, prog_cnt how many.  ENOSPC:
	 * they did not fit.
	 */
	__extension__ struct {
		union {
			__u32	target_fd;
			__u32	target_ifindex;
		};
		__u32		attach_type;
		__u32		query_flags;	/* XBPF_F_QUERY_EFFECTIVE */
		__u32		attach_flags;
		__aligned_u64	prog_ids;
		union {
			__u32	prog_cnt;
			__u32	count;
		};
		__u32		type_id;
		__aligned_u64	prog_attach_flags;
		__aligned_u64	link_ids;
		__aligned_u64	link_attach_flags;
		__u64		revision;
	} query;

	/*
	 * RAW_TRACEPOINT_OPEN: returns a link.  ENOENT: no such tracepoint.  Without a
	 * name, the program says itself where it goes (attach_btf_id).
	 */
	__extension__ struct {
		__u64		name;
		__u32		prog_fd;
		__u32		:32;
		__aligned_u64	cookie;
	} raw_tracepoint;

	/* BTF_LOAD: returns a descriptor.  EINVAL: not valid, and the log says why. */
	__extension__ struct {
		__aligned_u64	btf;
		__aligned_u64	btf_log_buf;
		__u32		btf_size;
		__u32		btf_log_size;
		__u32		btf_log_level;
		__u32		btf_log_true_size;	/* out */
		__u32		btf_flags;
		__s32		btf_token_fd;
	};

	/*
	 * TASK_FD_QUERY: what the descriptor fd of process pid carries.  ENOENT: nothing;
	 * ENOSPC: the name did not fit.
	 */
	__extension__ struct {
		__u32		pid;
		__u32		fd;
		__u32		flags;
		__u32		buf_len;	/* in, out */
		__aligned_u64	buf;		/* out: name */
		__u32		prog_id;
		__u32		fd_type;	/* out: enum xbpf_task_fd_type */
		__u64		probe_offset;	/* out */
		__u64		probe_addr;	/* out */
	} task_fd_query;

	/*
	 * LINK_CREATE: returns a descriptor.  EINVAL: this program cannot be attached so;
	 * EBADF: no such target; EOPNOTSUPP: the kernel has no such event; EBUSY.
	 */
	__extension__ struct {
		union {
			__u32		prog_fd;
			__u32		map_fd;
		};
		union {
			__u32	target_fd;
			__u32	target_ifindex;
		};
		__u32		attach_type;
		__u32		flags;
		union {
			__u32	target_btf_id;
			__extension__ struct {
				__aligned_u64	iter_info;	/* union xbpf_iter_link_info */
				__u32		iter_info_len;
			};
			__extension__ struct {
				__u64		bpf_cookie;	/* helper get_attach_cookie */
			} perf_event;
			__extension__ struct {
				__u32		flags;
				__u32		cnt;
				__aligned_u64	syms;
				__aligned_u64	addrs;
				__aligned_u64	cookies;
			} kprobe_multi;
			__extension__ struct {
				__u32		target_btf_id;
				__u64		cookie;
			} tracing;
			__extension__ struct {
				__u32		pf;
				__u32		hooknum;
				__s32		priority;
				__u32		flags;
			} netfilter;
			__extension__ struct {
				union {
					__u32	relative_fd;
					__u32	relative_id;
				};
				__u64		expected_revision;
			} tcx;
			__extension__ struct {
				__aligned_u64	path;
				__aligned_u64	offsets;
				__aligned_u64	ref_ctr_offsets;
				__aligned_u64	cookies;
				__u32		cnt;
				__u32		flags;
				__u32		pid;
				__u32		path_fd;
			} uprobe_multi;
			__extension__ struct {
				union {
					__u32	relative_fd;
					__u32	relative_id;
				};
				__u64		expected_revision;
			} netkit;
			__extension__ struct {
				union {
					__u32	relative_fd;
					__u32	relative_id;
				};
				__u64		expected_revision;
			} cgroup;
			__extension__ struct {
				__aligned_u64	ids;
				__aligned_u64	cookies;
				__u32		cnt;
				__u32		:32;
				__aligned_u64	fds;
			} tracing_multi;
		};
	} link_create;

	/* LINK_UPDATE: returns 0.  EPERM: old_prog_fd is not what the link has. */
	__extension__ struct {
		__u32		link_fd;
		union {
			__u32		new_prog_fd;
			__u32		new_map_fd;
		};
		__u32		flags;
		union {
			__u32		old_prog_fd;
			__u32		old_map_fd;
		};
	} link_update;

	/* LINK_DETACH: returns 0; the link stays, without effect. */
	__extension__ struct {
		__u32		link_fd;
	} link_detach;

	/* ENABLE_STATS: returns a descriptor. */
	__extension__ struct {
		__u32		type;
	} enable_stats;

	/* ITER_CREATE: returns a descriptor to read from. */
	__extension__ struct {
		__u32		link_fd;
		__u32		flags;
	} iter_create;

	/* PROG_BIND_MAP: returns 0. */
	__extension__ struct {
		__u32		prog_fd;
		__u32		map_fd;
		__u32		flags;
	} prog_bind_map;

	/* TOKEN_CREATE: returns a descriptor. */
	__extension__ struct {
		__u32		flags;
		__u32		bpffs_fd;
	} token_create;

	/* PROG_STREAM_READ_BY_FD: returns the number of bytes read. */
	__extension__ struct {
		__aligned_u64	stream_buf;
		__u32		stream_buf_len;
		__u32		stream_id;
		__u32		prog_fd;
	} prog_stream_read;

	/* PROG_ASSOC_STRUCT_OPS: returns 0. */
	__extension__ struct {
		__u32		map_fd;
		__u32		prog_fd;
		__u32		flags;
	} prog_assoc_struct_ops;

	/* PROG_STREAM_OPEN: returns a descriptor. */
	__extension__ struct {
		__u32		prog_fd;
		__u32		stream_id;
		__u32		flags;
	} prog_stream_open;
} __attribute__((aligned(8)));

/**
 * DOC: Helpers
 *
 * XBPF_FUNC_MAPPER(FN) expands FN(name, id) for each helper function of bpf(2),
 * in the order of their ids.  New functions of the kernel are no helpers any
 * more but kfuncs, so this list is complete.
 */
#define XBPF_FUNC_MAPPER(FN)				\
	FN(unspec, 0)				\
	FN(map_lookup_elem, 1)			\
	FN(map_update_elem, 2)			\
	FN(map_delete_elem, 3)			\
	FN(probe_read, 4)			\
	FN(ktime_get_ns, 5)			\
	FN(trace_printk, 6)			\
	FN(get_prandom_u32, 7)			\
	FN(get_smp_processor_id, 8)		\
	FN(skb_store_bytes, 9)			\
	FN(l3_csum_replace, 10)			\
	FN(l4_csum_replace, 11)			\
	FN(tail_call, 12)			\
	FN(clone_redirect, 13)			\
	FN(get_current_pid_tgid, 14)		\
	FN(get_current_uid_gid, 15)		\
	FN(get_current_comm, 16)		\
	FN(get_cgroup_classid, 17)		\
	FN(skb_vlan_push, 18)			\
	FN(skb_vlan_pop, 19)			\
	FN(skb_get_tunnel_key, 20)		\
	FN(skb_set_tunnel_key, 21)		\
	FN(perf_event_read, 22)			\
	FN(redirect, 23)			\
	FN(get_route_realm, 24)			\
	FN(perf_event_output, 25)		\
	FN(skb_load_bytes, 26)			\
	FN(get_stackid, 27)			\
	FN(csum_diff, 28)			\
	FN(skb_get_tunnel_opt, 29)		\
	FN(skb_set_tunnel_opt, 30)		\
	FN(skb_change_proto, 31)		\
	FN(skb_change_type, 32)			\
	FN(skb_under_cgroup, 33)		\
	FN(get_hash_recalc, 34)			\
	FN(get_current_task, 35)		\
	FN(probe_write_user, 36)		\
	FN(current_task_under_cgroup, 37)	\
	FN(skb_change_tail, 38)			\
	FN(skb_pull_data, 39)			\
	FN(csum_update, 40)			\
	FN(set_hash_invalid, 41)		\
	FN(get_numa_node_id, 42)		\
	FN(skb_change_head, 43)			\
	FN(xdp_adjust_head, 44)			\
	FN(probe_read_str, 45)			\
	FN(get_socket_cookie, 46)		\
	FN(get_socket_uid, 47)			\
	FN(set_hash, 48)			\
	FN(setsockopt, 49)			\
	FN(skb_adjust_room, 50)			\
	FN(redirect_map, 51)			\
	FN(sk_redirect_map, 52)			\
	FN(sock_map_update, 53)			\
	FN(xdp_adjust_meta, 54)			\
	FN(perf_event_read_value, 55)		\
	FN(perf_prog_read_value, 56)		\
	FN(getsockopt, 57)			\
	FN(override_return, 58)			\
	FN(sock_ops_cb_flags_set, 59)		\
	FN(msg_redirect_map, 60)		\
	FN(msg_apply_bytes, 61)			\
	FN(msg_cork_bytes, 62)			\
	FN(msg_pull_data, 63)			\
	FN(bind, 64)				\
	FN(xdp_adjust_tail, 65)			\
	FN(skb_get_xfrm_state, 66)		\
	FN(get_stack, 67)			\
	FN(skb_load_bytes_relative, 68)		\
	FN(fib_lookup, 69)			\
	FN(sock_hash_update, 70)		\
	FN(msg_redirect_hash, 71)		\
	FN(sk_redirect_hash, 72)		\
	FN(lwt_push_encap, 73)			\
	FN(lwt_seg6_store_bytes, 74)		\
	FN(lwt_seg6_adjust_srh, 75)		\
	FN(lwt_seg6_action, 76)			\
	FN(rc_repeat, 77)			\
	FN(rc_keydown, 78)			\
	FN(skb_cgroup_id, 79)			\
	FN(get_current_cgroup_id, 80)		\
	FN(get_local_storage, 81)		\
	FN(sk_select_reuseport, 82)		\
	FN(skb_ancestor_cgroup_id, 83)		\
	FN(sk_lookup_tcp, 84)			\
	FN(sk_lookup_udp, 85)			\
	FN(sk_release, 86)			\
	FN(map_push_elem, 87)			\
	FN(map_pop_elem, 88)			\
	FN(map_peek_elem, 89)			\
	FN(msg_push_data, 90)			\
	FN(msg_pop_data, 91)			\
	FN(rc_pointer_rel, 92)			\
	FN(spin_lock, 93)			\
	FN(spin_unlock, 94)			\
	FN(sk_fullsock, 95)			\
	FN(tcp_sock, 96)			\
	FN(skb_ecn_set_ce, 97)			\
	FN(get_listener_sock, 98)		\
	FN(skc_lookup_tcp, 99)			\
	FN(tcp_check_syncookie, 100)		\
	FN(sysctl_get_name, 101)		\
	FN(sysctl_get_current_value, 102)	\
	FN(sysctl_get_new_value, 103)		\
	FN(sysctl_set_new_value, 104)		\
	FN(strtol, 105)				\
	FN(strtoul, 106)			\
	FN(sk_storage_get, 107)			\
	FN(sk_storage_delete, 108)		\
	FN(send_signal, 109)			\
	FN(tcp_gen_syncookie, 110)		\
	FN(skb_output, 111)			\
	FN(probe_read_user, 112)		\
	FN(probe_read_kernel, 113)		\
	FN(probe_read_user_str, 114)		\
	FN(probe_read_kernel_str, 115)		\
	FN(tcp_send_ack, 116)			\
	FN(send_signal_thread, 117)		\
	FN(jiffies64, 118)			\
	FN(read_branch_records, 119)		\
	FN(get_ns_current_pid_tgid, 120)	\
	FN(xdp_output, 121)			\
	FN(get_netns_cookie, 122)		\
	FN(get_current_ancestor_cgroup_id, 123)	\
	FN(sk_assign, 124)			\
	FN(ktime_get_boot_ns, 125)		\
	FN(seq_printf, 126)			\
	FN(seq_write, 127)			\
	FN(sk_cgroup_id, 128)			\
	FN(sk_ancestor_cgroup_id, 129)		\
	FN(ringbuf_output, 130)			\
	FN(ringbuf_reserve, 131)		\
	FN(ringbuf_submit, 132)			\
	FN(ringbuf_discard, 133)		\
	FN(ringbuf_query, 134)			\
	FN(csum_level, 135)			\
	FN(skc_to_tcp6_sock, 136)		\
	FN(skc_to_tcp_sock, 137)		\
	FN(skc_to_tcp_timewait_sock, 138)	\
	FN(skc_to_tcp_request_sock, 139)	\
	FN(skc_to_udp6_sock, 140)		\
	FN(get_task_stack, 141)			\
	FN(load_hdr_opt, 142)			\
	FN(store_hdr_opt, 143)			\
	FN(reserve_hdr_opt, 144)		\
	FN(inode_storage_get, 145)		\
	FN(inode_storage_delete, 146)		\
	FN(d_path, 147)				\
	FN(copy_from_user, 148)			\
	FN(snprintf_btf, 149)			\
	FN(seq_printf_btf, 150)			\
	FN(skb_cgroup_classid, 151)		\
	FN(redirect_neigh, 152)			\
	FN(per_cpu_ptr, 153)			\
	FN(this_cpu_ptr, 154)			\
	FN(redirect_peer, 155)			\
	FN(task_storage_get, 156)		\
	FN(task_storage_delete, 157)		\
	FN(get_current_task_btf, 158)		\
	FN(bprm_opts_set, 159)			\
	FN(ktime_get_coarse_ns, 160)		\
	FN(ima_inode_hash, 161)			\
	FN(sock_from_file, 162)			\
	FN(check_mtu, 163)			\
	FN(for_each_map_elem, 164)		\
	FN(snprintf, 165)			\
	FN(sys_bpf, 166)			\
	FN(btf_find_by_name_kind, 167)		\
	FN(sys_close, 168)			\
	FN(timer_init, 169)			\
	FN(timer_set_callback, 170)		\
	FN(timer_start, 171)			\
	FN(timer_cancel, 172)			\
	FN(get_func_ip, 173)			\
	FN(get_attach_cookie, 174)		\
	FN(task_pt_regs, 175)			\
	FN(get_branch_snapshot, 176)		\
	FN(trace_vprintk, 177)			\
	FN(skc_to_unix_sock, 178)		\
	FN(kallsyms_lookup_name, 179)		\
	FN(find_vma, 180)			\
	FN(loop, 181)				\
	FN(strncmp, 182)			\
	FN(get_func_arg, 183)			\
	FN(get_func_ret, 184)			\
	FN(get_func_arg_cnt, 185)		\
	FN(get_retval, 186)			\
	FN(set_retval, 187)			\
	FN(xdp_get_buff_len, 188)		\
	FN(xdp_load_bytes, 189)			\
	FN(xdp_store_bytes, 190)		\
	FN(copy_from_user_task, 191)		\
	FN(skb_set_tstamp, 192)			\
	FN(ima_file_hash, 193)			\
	FN(kptr_xchg, 194)			\
	FN(map_lookup_percpu_elem, 195)		\
	FN(skc_to_mptcp_sock, 196)		\
	FN(dynptr_from_mem, 197)		\
	FN(ringbuf_reserve_dynptr, 198)		\
	FN(ringbuf_submit_dynptr, 199)		\
	FN(ringbuf_discard_dynptr, 200)		\
	FN(dynptr_read, 201)			\
	FN(dynptr_write, 202)			\
	FN(dynptr_data, 203)			\
	FN(tcp_raw_gen_syncookie_ipv4, 204)	\
	FN(tcp_raw_gen_syncookie_ipv6, 205)	\
	FN(tcp_raw_check_syncookie_ipv4, 206)	\
	FN(tcp_raw_check_syncookie_ipv6, 207)	\
	FN(ktime_get_tai_ns, 208)		\
	FN(user_ringbuf_drain, 209)		\
	FN(cgrp_storage_get, 210)		\
	FN(cgrp_storage_delete, 211)

enum xbpf_func_id {
#define __XBPF_ENUM_FN(name, id) XBPF_FUNC_ ## name = id,
	XBPF_FUNC_MAPPER(__XBPF_ENUM_FN)
#undef __XBPF_ENUM_FN
	__XBPF_FUNC_MAX_ID,
};

/* Flags of skb_store_bytes */
__extension__ enum {
	XBPF_F_RECOMPUTE_CSUM		= (1ULL << 0),
	XBPF_F_INVALIDATE_HASH		= (1ULL << 1),
};

/* Flags of l3_csum_replace and l4_csum_replace: size of the field */
__extension__ enum {
	XBPF_F_HDR_FIELD_MASK		= 0xfULL,
};

/* Flags of l4_csum_replace */
__extension__ enum {
	XBPF_F_PSEUDO_HDR		= (1ULL << 4),
	XBPF_F_MARK_MANGLED_0		= (1ULL << 5),
	XBPF_F_MARK_ENFORCE		= (1ULL << 6),
	XBPF_F_IPV6			= (1ULL << 7),
};

/* Flags of skb_set_tunnel_key and skb_get_tunnel_key */
__extension__ enum {
	XBPF_F_TUNINFO_IPV6		= (1ULL << 0),
};

/* Flags of get_stackid and get_stack; the low byte says how many to skip */
__extension__ enum {
	XBPF_F_SKIP_FIELD_MASK		= 0xffULL,
	XBPF_F_USER_STACK		= (1ULL << 8),

	XBPF_F_FAST_STACK_CMP		= (1ULL << 9),
	XBPF_F_REUSE_STACKID		= (1ULL << 10),

	XBPF_F_USER_BUILD_ID		= (1ULL << 11),
};

/* Flags of skb_set_tunnel_key */
__extension__ enum {
	XBPF_F_ZERO_CSUM_TX		= (1ULL << 1),
	XBPF_F_DONT_FRAGMENT		= (1ULL << 2),
	XBPF_F_SEQ_NUMBER		= (1ULL << 3),
	XBPF_F_NO_TUNNEL_KEY		= (1ULL << 4),
};

/* Flags of skb_get_tunnel_key */
__extension__ enum {
	XBPF_F_TUNINFO_FLAGS		= (1ULL << 4),
};

/* Flags of perf_event_output, perf_event_read and their like */
__extension__ enum {
	XBPF_F_INDEX_MASK		= 0xffffffffULL,
	XBPF_F_CURRENT_CPU		= XBPF_F_INDEX_MASK,

	XBPF_F_CTXLEN_MASK		= (0xfffffULL << 32),
};

/* Argument of sk_lookup_tcp and sk_lookup_udp */
enum {
	XBPF_F_CURRENT_NETNS		= (-1L),
};

/* Argument of csum_level */
enum {
	XBPF_CSUM_LEVEL_QUERY,
	XBPF_CSUM_LEVEL_INC,
	XBPF_CSUM_LEVEL_DEC,
	XBPF_CSUM_LEVEL_RESET,
};

/* Flags of skb_adjust_room */
__extension__ enum {
	XBPF_F_ADJ_ROOM_FIXED_GSO	= (1ULL << 0),
	XBPF_F_ADJ_ROOM_ENCAP_L3_IPV4	= (1ULL << 1),
	XBPF_F_ADJ_ROOM_ENCAP_L3_IPV6	= (1ULL << 2),
	XBPF_F_ADJ_ROOM_ENCAP_L4_GRE	= (1ULL << 3),
	XBPF_F_ADJ_ROOM_ENCAP_L4_UDP	= (1ULL << 4),
	XBPF_F_ADJ_ROOM_NO_CSUM_RESET	= (1ULL << 5),
	XBPF_F_ADJ_ROOM_ENCAP_L2_ETH	= (1ULL << 6),
	XBPF_F_ADJ_ROOM_DECAP_L3_IPV4	= (1ULL << 7),
	XBPF_F_ADJ_ROOM_DECAP_L3_IPV6	= (1ULL << 8),
	XBPF_F_ADJ_ROOM_DECAP_L4_GRE	= (1ULL << 9),
	XBPF_F_ADJ_ROOM_DECAP_L4_UDP	= (1ULL << 10),
	XBPF_F_ADJ_ROOM_DECAP_IPXIP4	= (1ULL << 11),
	XBPF_F_ADJ_ROOM_DECAP_IPXIP6	= (1ULL << 12),
};

enum {
	XBPF_ADJ_ROOM_ENCAP_L2_MASK	= 0xff,
	XBPF_ADJ_ROOM_ENCAP_L2_SHIFT	= 56,
};

#define XBPF_F_ADJ_ROOM_ENCAP_L2(len)	(((__u64)len & \
					  XBPF_ADJ_ROOM_ENCAP_L2_MASK) \
					 << XBPF_ADJ_ROOM_ENCAP_L2_SHIFT)

/* Flags of sysctl_get_name */
__extension__ enum {
	XBPF_F_SYSCTL_BASE_NAME		= (1ULL << 0),
};

/* Flags of the *_storage_get helpers */
__extension__ enum {
	XBPF_LOCAL_STORAGE_GET_F_CREATE	= (1ULL << 0),

	XBPF_SK_STORAGE_GET_F_CREATE  = XBPF_LOCAL_STORAGE_GET_F_CREATE,
};

/* Flags of read_branch_records */
__extension__ enum {
	XBPF_F_GET_BRANCH_RECORDS_SIZE	= (1ULL << 0),
};

/* Flags of the ringbuf helpers that end a record */
__extension__ enum {
	XBPF_RB_NO_WAKEUP		= (1ULL << 0),
	XBPF_RB_FORCE_WAKEUP		= (1ULL << 1),
};

/* Argument of ringbuf_query */
enum {
	XBPF_RB_AVAIL_DATA = 0,
	XBPF_RB_RING_SIZE = 1,
	XBPF_RB_CONS_POS = 2,
	XBPF_RB_PROD_POS = 3,
	XBPF_RB_OVERWRITE_POS = 4,
};

/* The first word of a record in a ring buffer: its length and these */
__extension__ enum {
	XBPF_RINGBUF_BUSY_BIT		= (1U << 31),
	XBPF_RINGBUF_DISCARD_BIT		= (1U << 30),
	XBPF_RINGBUF_HDR_SZ		= 8,
};

/* Flags of sk_assign */
__extension__ enum {
	XBPF_SK_LOOKUP_F_REPLACE		= (1ULL << 0),
	XBPF_SK_LOOKUP_F_NO_REUSEPORT	= (1ULL << 1),
};

/* Mode of skb_adjust_room */
enum xbpf_adj_room_mode {
	XBPF_ADJ_ROOM_NET,
	XBPF_ADJ_ROOM_MAC,
};

/* Argument of skb_load_bytes_relative */
enum xbpf_hdr_start_off {
	XBPF_HDR_START_MAC,
	XBPF_HDR_START_NET,
};

/* Argument of lwt_push_encap */
enum xbpf_lwt_encap_mode {
	XBPF_LWT_ENCAP_SEG6,
	XBPF_LWT_ENCAP_SEG6_INLINE,
	XBPF_LWT_ENCAP_IP,
};

/* Flags of bprm_opts_set */
__extension__ enum {
	XBPF_F_BPRM_SECUREEXEC	= (1ULL << 0),
};

/* Flags of redirect and redirect_map */
__extension__ enum {
	XBPF_F_INGRESS		= (1ULL << 0),
	XBPF_F_EGRESS		= (1ULL << 1),
	XBPF_F_BROADCAST		= (1ULL << 3),
	XBPF_F_EXCLUDE_INGRESS	= (1ULL << 4),
};

#define XBPF_F_REDIRECT_FLAGS (XBPF_F_INGRESS | XBPF_F_EGRESS | \
			      XBPF_F_BROADCAST | XBPF_F_EXCLUDE_INGRESS)

/* A pointer in a context: 8 bytes wide for every program */
#define __xbpf_md_ptr(type, name)	\
union {					\
	type name;			\
	__extension__ __u64 :64;	\
} __attribute__((aligned(8)))

/* tstamp_type of struct xbpf_sk_buff */
enum {
	XBPF_SKB_TSTAMP_UNSPEC = 0,
	XBPF_SKB_TSTAMP_DELIVERY_MONO = 1,
	XBPF_SKB_CLOCK_REALTIME = 0,
	XBPF_SKB_CLOCK_MONOTONIC = 1,
	XBPF_SKB_CLOCK_TAI = 2,
};

/* Context of programs on packets: struct __sk_buff of bpf(2) */
struct xbpf_sk_buff {
	__u32 len;
	__u32 pkt_type;
	__u32 mark;
	__u32 queue_mapping;
	__u32 protocol;
	__u32 vlan_present;
	__u32 vlan_tci;
	__u32 vlan_proto;
	__u32 priority;
	__u32 ingress_ifindex;
	__u32 ifindex;
	__u32 tc_index;
	__u32 cb[5];
	__u32 hash;
	__u32 tc_classid;
	__u32 data;
	__u32 data_end;
	__u32 napi_id;

	__u32 family;
	__u32 remote_ip4;
	__u32 local_ip4;
	__u32 remote_ip6[4];
	__u32 local_ip6[4];
	__u32 remote_port;
	__u32 local_port;

	__u32 data_meta;
	__xbpf_md_ptr(struct xbpf_flow_keys *, flow_keys);
	__u64 tstamp;
	__u32 wire_len;
	__u32 gso_segs;
	__xbpf_md_ptr(struct xbpf_sock *, sk);
	__u32 gso_size;
	__u8  tstamp_type;
	__u32 :24;
	__u64 hwtstamp;
};

/* Argument of the tunnel_key helpers */
struct xbpf_tunnel_key {
	__u32 tunnel_id;
	union {
		__u32 remote_ipv4;
		__u32 remote_ipv6[4];
	};
	__u8 tunnel_tos;
	__u8 tunnel_ttl;
	union {
		__u16 tunnel_ext;
		__be16 tunnel_flags;
	};
	__u32 tunnel_label;
	union {
		__u32 local_ipv4;
		__u32 local_ipv6[4];
	};
};

/* Result of skb_get_xfrm_state */
struct xbpf_xfrm_state {
	__u32 reqid;
	__u32 spi;
	__u16 family;
	__u16 ext;
	union {
		__u32 remote_ipv4;
		__u32 remote_ipv6[4];
	};
};

/* Results of programs on packets */
enum xbpf_ret_code {
	XBPF_OK = 0,

	XBPF_DROP = 2,

	XBPF_REDIRECT = 7,

	XBPF_LWT_REROUTE = 128,

	XBPF_FLOW_DISSECTOR_CONTINUE = 129,
};

/* What a program sees of a socket */
struct xbpf_sock {
	__u32 bound_dev_if;
	__u32 family;
	__u32 type;
	__u32 protocol;
	__u32 mark;
	__u32 priority;

	__u32 src_ip4;
	__u32 src_ip6[4];
	__u32 src_port;
	__be16 dst_port;
	__u16 :16;
	__u32 dst_ip4;
	__u32 dst_ip6[4];
	__u32 state;
	__s32 rx_queue_mapping;
};

/* What it sees of a TCP socket */
struct xbpf_tcp_sock {
	__u32 snd_cwnd;
	__u32 srtt_us;
	__u32 rtt_min;
	__u32 snd_ssthresh;
	__u32 rcv_nxt;
	__u32 snd_nxt;
	__u32 snd_una;
	__u32 mss_cache;
	__u32 ecn_flags;
	__u32 rate_delivered;
	__u32 rate_interval_us;
	__u32 packets_out;
	__u32 retrans_out;
	__u32 total_retrans;
	__u32 segs_in;
	__u32 data_segs_in;
	__u32 segs_out;
	__u32 data_segs_out;
	__u32 lost_out;
	__u32 sacked_out;
	__u64 bytes_received;
	__u64 bytes_acked;
	__u32 dsack_dups;
	__u32 delivered;
	__u32 delivered_ce;
	__u32 icsk_retransmits;
};

/* Argument of the sk_lookup helpers */
struct xbpf_sock_tuple {
	union {
		__extension__ struct {
			__be32 saddr;
			__be32 daddr;
			__be16 sport;
			__be16 dport;
		} ipv4;
		__extension__ struct {
			__be32 saddr[4];
			__be32 daddr[4];
			__be16 sport;
			__be16 dport;
		} ipv6;
	};
};

/* Results of tcx programs */
enum xbpf_tcx_action_base {
	XBPF_TCX_NEXT	= -1,
	XBPF_TCX_PASS	= 0,
	XBPF_TCX_DROP	= 2,
	XBPF_TCX_REDIRECT	= 7,
};

/* A value of XBPF_MAP_TYPE_XSKMAP, as a program sees it */
struct xbpf_xdp_sock {
	__u32 queue_id;
};

/* Bytes in front of a packet that an XDP program may take */
#define XBPF_XDP_PACKET_HEADROOM 256

/* Results of XDP programs */
enum xbpf_xdp_action {
	XBPF_XDP_ABORTED = 0,
	XBPF_XDP_DROP,
	XBPF_XDP_PASS,
	XBPF_XDP_TX,
	XBPF_XDP_REDIRECT,
};

/* Context of XDP programs: struct xdp_md of bpf(2) */
struct xbpf_xdp_md {
	__u32 data;
	__u32 data_end;
	__u32 data_meta;

	__u32 ingress_ifindex;
	__u32 rx_queue_index;

	__u32 egress_ifindex;
};

/* Values of XBPF_MAP_TYPE_DEVMAP: fd when written, id when read */
struct xbpf_devmap_val {
	__u32 ifindex;
	union {
		int   fd;
		__u32 id;
	} bpf_prog;
};

/* Values of XBPF_MAP_TYPE_CPUMAP: fd when written, id when read */
struct xbpf_cpumap_val {
	__u32 qsize;
	union {
		int   fd;
		__u32 id;
	} bpf_prog;
};

/* Results of programs on sockets */
enum xbpf_sk_action {
	XBPF_SK_DROP = 0,
	XBPF_SK_PASS,
};

/* Context of XBPF_PROG_TYPE_SK_MSG */
struct xbpf_sk_msg_md {
	__xbpf_md_ptr(void *, data);
	__xbpf_md_ptr(void *, data_end);

	__u32 family;
	__u32 remote_ip4;
	__u32 local_ip4;
	__u32 remote_ip6[4];
	__u32 local_ip6[4];
	__u32 remote_port;
	__u32 local_port;
	__u32 size;

	__xbpf_md_ptr(struct xbpf_sock *, sk);
};

/* Context of XBPF_PROG_TYPE_SK_REUSEPORT */
struct xbpf_sk_reuseport_md {
	__xbpf_md_ptr(void *, data);

	__xbpf_md_ptr(void *, data_end);

	__u32 len;

	__u32 eth_protocol;
	__u32 ip_protocol;
	__u32 bind_inany;
	__u32 hash;

	__xbpf_md_ptr(struct xbpf_sock *, sk);
	__xbpf_md_ptr(struct xbpf_sock *, migrating_sk);
};

/* A program's tag: the beginning of a SHA-1 over its instructions */
#define XBPF_TAG_SIZE	8

/**
 * struct xbpf_prog_info - facts about a program
 * @type: enum xbpf_prog_type
 * @id: of the program, not used again soon
 * @tag: of its instructions
 * @jited_prog_len: bytes of machine code, 0 when it is interpreted
 * @xlated_prog_len: bytes of instructions after verification
 * @jited_prog_insns: buffer for the machine code
 * @xlated_prog_insns: buffer for these instructions
 * @load_time: when it was loaded, in ns since boot
 * @created_by_uid: by whom
 * @nr_map_ids: number of its maps
 * @map_ids: buffer for their ids
 * @name: its name
 * @ifindex: device that runs it, 0
 * @gpl_compatible: whether its license allows all helpers
 * @netns_dev: of the device
 * @netns_ino: of the device
 * @nr_jited_ksyms: number of its functions
 * @nr_jited_func_lens: the same
 * @jited_ksyms: buffer for their addresses
 * @jited_func_lens: buffer for their lengths
 * @btf_id: id of its BTF, 0
 * @func_info_rec_size: of the records
 * @func_info: buffer for struct xbpf_func_info
 * @nr_func_info: number of them
 * @nr_line_info: number of lines
 * @line_info: buffer for struct xbpf_line_info
 * @jited_line_info: buffer for the lines' addresses
 * @nr_jited_line_info: number of these
 * @line_info_rec_size: of the records
 * @jited_line_info_rec_size: of the addresses
 * @nr_prog_tags: number of its functions
 * @prog_tags: buffer for their tags
 * @run_time_ns: time in it, while ENABLE_STATS was held
 * @run_cnt: runs, while ENABLE_STATS was held
 * @recursion_misses: runs that another run on the same CPU prevented
 * @verified_insns: instructions that the verifier looked at
 * @attach_btf_obj_id: id of the BTF of what it attaches to
 * @attach_btf_id: what it attaches to, there
 *
 * Arrays are filled as far as their count, as it is given, allows; the count
 * becomes what there is.
 */
struct xbpf_prog_info {
	__u32 type;
	__u32 id;
	__u8  tag[XBPF_TAG_SIZE];
	__u32 jited_prog_len;
	__u32 xlated_prog_len;
	__aligned_u64 jited_prog_insns;
	__aligned_u64 xlated_prog_insns;
	__u64 load_time;
	__u32 created_by_uid;
	__u32 nr_map_ids;
	__aligned_u64 map_ids;
	char name[XBPF_OBJ_NAME_LEN];
	__u32 ifindex;
	__u32 gpl_compatible:1;
	__u32 :31;
	__u64 netns_dev;
	__u64 netns_ino;
	__u32 nr_jited_ksyms;
	__u32 nr_jited_func_lens;
	__aligned_u64 jited_ksyms;
	__aligned_u64 jited_func_lens;
	__u32 btf_id;
	__u32 func_info_rec_size;
	__aligned_u64 func_info;
	__u32 nr_func_info;
	__u32 nr_line_info;
	__aligned_u64 line_info;
	__aligned_u64 jited_line_info;
	__u32 nr_jited_line_info;
	__u32 line_info_rec_size;
	__u32 jited_line_info_rec_size;
	__u32 nr_prog_tags;
	__aligned_u64 prog_tags;
	__u64 run_time_ns;
	__u64 run_cnt;
	__u64 recursion_misses;
	__u32 verified_insns;
	__u32 attach_btf_obj_id;
	__u32 attach_btf_id;
	__u32 :32;
} __attribute__((aligned(8)));

/**
 * struct xbpf_map_info - facts about a map
 * @type: enum xbpf_map_type
 * @id: of the map, not used again soon
 * @key_size: in bytes
 * @value_size: in bytes
 * @max_entries: as it was made
 * @map_flags: as it was made
 * @name: its name
 * @ifindex: device that holds it, 0
 * @btf_vmlinux_value_type_id: of struct_ops
 * @netns_dev: of the device
 * @netns_ino: of the device
 * @btf_id: id of the BTF that describes key and value, 0
 * @btf_key_type_id: type of the key
 * @btf_value_type_id: type of the value
 * @btf_vmlinux_id: id of the BTF of struct_ops
 * @map_extra: as it was made
 * @hash: buffer for a hash of its contents
 * @hash_size: bytes of it
 */
struct xbpf_map_info {
	__u32 type;
	__u32 id;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 map_flags;
	char  name[XBPF_OBJ_NAME_LEN];
	__u32 ifindex;
	__u32 btf_vmlinux_value_type_id;
	__u64 netns_dev;
	__u64 netns_ino;
	__u32 btf_id;
	__u32 btf_key_type_id;
	__u32 btf_value_type_id;
	__u32 btf_vmlinux_id;
	__u64 map_extra;
	__aligned_u64 hash;
	__u32 hash_size;
	__u32 :32;
} __attribute__((aligned(8)));

/**
 * struct xbpf_btf_info - facts about BTF
 * @btf: buffer for the data
 * @btf_size: bytes of it
 * @id: of the BTF
 * @name: buffer for its name: "vmlinux", a module, or none
 * @name_len: bytes of it
 * @kernel_btf: whether it is the kernel's
 *
 * The sizes become what there is.
 */
struct xbpf_btf_info {
	__aligned_u64 btf;
	__u32 btf_size;
	__u32 id;
	__aligned_u64 name;
	__u32 name_len;
	__u32 kernel_btf;
} __attribute__((aligned(8)));

/* flags of tracing_multi below */
enum {
	XBPF_F_TRACING_MULTI_TGT_PROGS = (1U << 0),
};

/**
 * DOC: Facts about a link
 *
 * Names are buffers of the caller with their length; ENOSPC when one did not
 * fit and was cut.
 */
struct xbpf_link_info {
	__u32 type;
	__u32 id;
	__u32 prog_id;
	union {
		__extension__ struct {
			__aligned_u64 tp_name;
			__u32 tp_name_len;
			__u32 :32;
			__u64 cookie;
		} raw_tracepoint;
		__extension__ struct {
			__u32 attach_type;
			__u32 target_obj_id;
			__u32 target_btf_id;
			__u32 :32;
			__u64 cookie;
		} tracing;
		__extension__ struct {
			__u64 cgroup_id;
			__u32 attach_type;
		} cgroup;
		__extension__ struct {
			__aligned_u64 target_name;
			__u32 target_name_len;

			union {
				__extension__ struct {
					__u32 map_id;
				} map;
			};
			union {
				__extension__ struct {
					__u64 cgroup_id;
					__u32 order;
				} cgroup;
				__extension__ struct {
					__u32 tid;
					__u32 pid;
				} task;
			};
		} iter;
		__extension__ struct {
			__u32 netns_ino;
			__u32 attach_type;
		} netns;
		__extension__ struct {
			__u32 ifindex;
		} xdp;
		__extension__ struct {
			__u32 map_id;
			__u32 :32;
			__u64 cgroup_id;
		} struct_ops;
		__extension__ struct {
			__u32 pf;
			__u32 hooknum;
			__s32 priority;
			__u32 flags;
		} netfilter;
		__extension__ struct {
			__aligned_u64 addrs;
			__u32 count;
			__u32 flags;
			__u64 missed;
			__aligned_u64 cookies;
		} kprobe_multi;
		__extension__ struct {
			__aligned_u64 path;
			__aligned_u64 offsets;
			__aligned_u64 ref_ctr_offsets;
			__aligned_u64 cookies;
			__u32 path_size;
			__u32 count;
			__u32 flags;
			__u32 pid;
		} uprobe_multi;
		__extension__ struct {
			__u32 attach_type;
			__u32 count;
			__u32 btf_obj_id;
			__u32 flags;
			__aligned_u64 ids;
			__aligned_u64 addrs;
			__aligned_u64 cookies;
			__aligned_u64 func_btf_ids;
		} tracing_multi;
		__extension__ struct {
			__u32 type;
			__u32 :32;
			union {
				__extension__ struct {
					__aligned_u64 file_name;
					__u32 name_len;
					__u32 offset;
					__u64 cookie;
					__u64 ref_ctr_offset;
				} uprobe;
				__extension__ struct {
					__aligned_u64 func_name;
					__u32 name_len;
					__u32 offset;
					__u64 addr;
					__u64 missed;
					__u64 cookie;
				} kprobe;
				__extension__ struct {
					__aligned_u64 tp_name;
					__u32 name_len;
					__u32 :32;
					__u64 cookie;
				} tracepoint;
				__extension__ struct {
					__u64 config;
					__u32 type;
					__u32 :32;
					__u64 cookie;
				} event;
			};
		} perf_event;
		__extension__ struct {
			__u32 ifindex;
			__u32 attach_type;
		} tcx;
		__extension__ struct {
			__u32 ifindex;
			__u32 attach_type;
		} netkit;
		__extension__ struct {
			__u32 map_id;
			__u32 attach_type;
		} sockmap;
	};
} __attribute__((aligned(8)));

/* Facts about a token */
struct xbpf_token_info {
	__u64 allowed_cmds;
	__u64 allowed_maps;
	__u64 allowed_progs;
	__u64 allowed_attachs;
} __attribute__((aligned(8)));

/* Context of XBPF_PROG_TYPE_CGROUP_SOCK_ADDR */
struct xbpf_sock_addr {
	__u32 user_family;
	__u32 user_ip4;
	__u32 user_ip6[4];
	__u32 user_port;
	__u32 family;
	__u32 type;
	__u32 protocol;
	__u32 msg_src_ip4;
	__u32 msg_src_ip6[4];
	__xbpf_md_ptr(struct xbpf_sock *, sk);
};

/* Context of XBPF_PROG_TYPE_SOCK_OPS */
struct xbpf_sock_ops {
	__u32 op;
	union {
		__u32 args[4];
		__u32 reply;
		__u32 replylong[4];
	};
	__u32 family;
	__u32 remote_ip4;
	__u32 local_ip4;
	__u32 remote_ip6[4];
	__u32 local_ip6[4];
	__u32 remote_port;
	__u32 local_port;
	__u32 is_fullsock;
	__u32 snd_cwnd;
	__u32 srtt_us;
	__u32 bpf_sock_ops_cb_flags;
	__u32 state;
	__u32 rtt_min;
	__u32 snd_ssthresh;
	__u32 rcv_nxt;
	__u32 snd_nxt;
	__u32 snd_una;
	__u32 mss_cache;
	__u32 ecn_flags;
	__u32 rate_delivered;
	__u32 rate_interval_us;
	__u32 packets_out;
	__u32 retrans_out;
	__u32 total_retrans;
	__u32 segs_in;
	__u32 data_segs_in;
	__u32 segs_out;
	__u32 data_segs_out;
	__u32 lost_out;
	__u32 sacked_out;
	__u32 sk_txhash;
	__u64 bytes_received;
	__u64 bytes_acked;
	__xbpf_md_ptr(struct xbpf_sock *, sk);

	__xbpf_md_ptr(void *, skb_data);
	__xbpf_md_ptr(void *, skb_data_end);
	__u32 skb_len;
	__u32 skb_tcp_flags;
	__u64 skb_hwtstamp;
};

/* bpf_sock_ops_cb_flags: which calls a program asks for */
enum {
	XBPF_SOCK_OPS_RTO_CB_FLAG	= (1<<0),
	XBPF_SOCK_OPS_RETRANS_CB_FLAG	= (1<<1),
	XBPF_SOCK_OPS_STATE_CB_FLAG	= (1<<2),
	XBPF_SOCK_OPS_RTT_CB_FLAG	= (1<<3),

	XBPF_SOCK_OPS_PARSE_ALL_HDR_OPT_CB_FLAG	= (1<<4),

	XBPF_SOCK_OPS_PARSE_UNKNOWN_HDR_OPT_CB_FLAG = (1<<5),

	XBPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG = (1<<6),

	XBPF_SOCK_OPS_ALL_CB_FLAGS       = 0x7F,
};

/* The same, of any socket */
enum {
	SK_XBPF_CB_TX_TIMESTAMPING	= 1 << 0,
	SK_XBPF_CB_MASK			= 1,
};

/* op of struct xbpf_sock_ops: why the program is called */
enum {
	XBPF_SOCK_OPS_VOID,
	XBPF_SOCK_OPS_TIMEOUT_INIT,
	XBPF_SOCK_OPS_RWND_INIT,
	XBPF_SOCK_OPS_TCP_CONNECT_CB,
	XBPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB,
	XBPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB,
	XBPF_SOCK_OPS_NEEDS_ECN,
	XBPF_SOCK_OPS_BASE_RTT,
	XBPF_SOCK_OPS_RTO_CB,
	XBPF_SOCK_OPS_RETRANS_CB,
	XBPF_SOCK_OPS_STATE_CB,
	XBPF_SOCK_OPS_TCP_LISTEN_CB,
	XBPF_SOCK_OPS_RTT_CB,
	XBPF_SOCK_OPS_PARSE_HDR_OPT_CB,
	XBPF_SOCK_OPS_HDR_OPT_LEN_CB,
	XBPF_SOCK_OPS_WRITE_HDR_OPT_CB,
	XBPF_SOCK_OPS_TSTAMP_SCHED_CB,
	XBPF_SOCK_OPS_TSTAMP_SND_SW_CB,
	XBPF_SOCK_OPS_TSTAMP_SND_HW_CB,
	XBPF_SOCK_OPS_TSTAMP_ACK_CB,
	XBPF_SOCK_OPS_TSTAMP_SENDMSG_CB,
};

/* Callbacks of struct_ops on TCP that are asked for */
enum {
	XBPF_TCP_OPS_FLAG_RTT			= (1 << 0),
	XBPF_TCP_OPS_FLAG_PARSE_HDR_OPT_ALL	= (1 << 1),
	XBPF_TCP_OPS_FLAG_PARSE_HDR_OPT_UNKNOWN	= (1 << 2),
	XBPF_TCP_OPS_FLAG_WRITE_HDR_OPT		= (1 << 3),
	XBPF_TCP_OPS_FLAG_RCVQ			= (1 << 4),
	XBPF_TCP_OPS_FLAG_ALL			= (1 << 5) - 1,
};

/* States of TCP */
enum {
	XBPF_TCP_ESTABLISHED = 1,
	XBPF_TCP_SYN_SENT,
	XBPF_TCP_SYN_RECV,
	XBPF_TCP_FIN_WAIT1,
	XBPF_TCP_FIN_WAIT2,
	XBPF_TCP_TIME_WAIT,
	XBPF_TCP_CLOSE,
	XBPF_TCP_CLOSE_WAIT,
	XBPF_TCP_LAST_ACK,
	XBPF_TCP_LISTEN,
	XBPF_TCP_CLOSING,
	XBPF_TCP_NEW_SYN_RECV,
	XBPF_TCP_BOUND_INACTIVE,

	XBPF_TCP_MAX_STATES
};

/* Options of setsockopt and getsockopt for programs only */
enum {
	TCP_XBPF_IW		= 1001,
	TCP_XBPF_SNDCWND_CLAMP	= 1002,
	TCP_XBPF_DELACK_MAX	= 1003,
	TCP_XBPF_RTO_MIN		= 1004,

	TCP_XBPF_SYN		= 1005,
	TCP_XBPF_SYN_IP		= 1006,
	TCP_XBPF_SYN_MAC         = 1007,
	TCP_XBPF_SOCK_OPS_CB_FLAGS = 1008,
	SK_XBPF_CB_FLAGS		= 1009,
	SK_XBPF_BYPASS_PROT_MEM	= 1010,
};

/* Flags of load_hdr_opt */
__extension__ enum {
	XBPF_LOAD_HDR_OPT_TCP_SYN = (1ULL << 0),
};

/* args[0] in XBPF_SOCK_OPS_HDR_OPT_LEN_CB */
enum {
	XBPF_WRITE_HDR_TCP_CURRENT_MSS = 1,
	XBPF_WRITE_HDR_TCP_SYNACK_COOKIE = 2,
};

/* The registers that a perf_event program sees */
#ifdef __aarch64__
typedef struct user_pt_regs xbpf_user_pt_regs_t;
#else
typedef struct pt_regs xbpf_user_pt_regs_t;
#endif

/* Context of XBPF_PROG_TYPE_PERF_EVENT */
struct xbpf_perf_event_data {
	xbpf_user_pt_regs_t regs;
	__u64 sample_period;
	__u64 addr;
};

/* Result of perf_event_read_value: the count, and how long it counted */
struct xbpf_perf_event_value {
	__u64 counter;
	__u64 enabled;
	__u64 running;
};

/* Upper half of access_type */
__extension__ enum {
	XBPF_DEVCG_ACC_MKNOD	= (1ULL << 0),
	XBPF_DEVCG_ACC_READ	= (1ULL << 1),
	XBPF_DEVCG_ACC_WRITE	= (1ULL << 2),
};

/* Lower half of access_type */
__extension__ enum {
	XBPF_DEVCG_DEV_BLOCK	= (1ULL << 0),
	XBPF_DEVCG_DEV_CHAR	= (1ULL << 1),
};

/* Context of XBPF_PROG_TYPE_CGROUP_DEVICE */
struct xbpf_cgroup_dev_ctx {
	__u32 access_type;
	__u32 major;
	__u32 minor;
};

/* Context of raw tracepoints: the arguments, 8 bytes each */
struct xbpf_raw_tracepoint_args {
	__extension__ __u64 args[0];
};

/* Flags of fib_lookup */
enum {
	XBPF_FIB_LOOKUP_DIRECT	= (1U << 0),
	XBPF_FIB_LOOKUP_OUTPUT	= (1U << 1),
	XBPF_FIB_LOOKUP_SKIP_NEIGH = (1U << 2),
	XBPF_FIB_LOOKUP_TBID	= (1U << 3),
	XBPF_FIB_LOOKUP_SRC	= (1U << 4),
	XBPF_FIB_LOOKUP_MARK	= (1U << 5),
	XBPF_FIB_LOOKUP_VLAN	= (1U << 6),
	XBPF_FIB_LOOKUP_VLAN_INPUT = (1U << 7),
};

/* Results of fib_lookup */
enum {
	XBPF_FIB_LKUP_RET_SUCCESS,
	XBPF_FIB_LKUP_RET_BLACKHOLE,
	XBPF_FIB_LKUP_RET_UNREACHABLE,
	XBPF_FIB_LKUP_RET_PROHIBIT,
	XBPF_FIB_LKUP_RET_NOT_FWDED,
	XBPF_FIB_LKUP_RET_FWD_DISABLED,
	XBPF_FIB_LKUP_RET_UNSUPP_LWT,
	XBPF_FIB_LKUP_RET_NO_NEIGH,
	XBPF_FIB_LKUP_RET_FRAG_NEEDED,
	XBPF_FIB_LKUP_RET_NO_SRC_ADDR,
	XBPF_FIB_LKUP_RET_VLAN_FAILURE,
};

/* Argument and result of fib_lookup */
struct xbpf_fib_lookup {
	__u8	family;

	__u8	l4_protocol;
	__be16	sport;
	__be16	dport;

	union {
		__u16	tot_len;

		__u16	mtu_result;
	} __attribute__((packed, aligned(2)));

	__u32	ifindex;

	union {
		__u8	tos;
		__be32	flowinfo;

		__u32	rt_metric;
	};

	union {
		__be32		ipv4_src;
		__u32		ipv6_src[4];
	};

	union {
		__be32		ipv4_dst;
		__u32		ipv6_dst[4];
	};

	union {
		__extension__ struct {
			__be16	h_vlan_proto;
			__be16	h_vlan_TCI;
		};

		__u32	tbid;
	};

	union {
		__extension__ struct {
			__u32	mark;
		};

		__extension__ struct {
			__u8	smac[6];
			__u8	dmac[6];
		};
	};
};

/* Argument of redirect_neigh */
struct xbpf_redir_neigh {
	__u32 nh_family;

	union {
		__be32		ipv4_nh;
		__u32		ipv6_nh[4];
	};
};

/* Flags of check_mtu */
enum xbpf_check_mtu_flags {
	XBPF_MTU_CHK_SEGS	= (1U << 0),
};

/* Results of check_mtu */
enum xbpf_check_mtu_ret {
	XBPF_MTU_CHK_RET_SUCCESS,
	XBPF_MTU_CHK_RET_FRAG_NEEDED,
	XBPF_MTU_CHK_RET_SEGS_TOOBIG,
};

/* task_fd_query.fd_type */
enum xbpf_task_fd_type {
	XBPF_FD_TYPE_RAW_TRACEPOINT,
	XBPF_FD_TYPE_TRACEPOINT,
	XBPF_FD_TYPE_KPROBE,
	XBPF_FD_TYPE_KRETPROBE,
	XBPF_FD_TYPE_UPROBE,
	XBPF_FD_TYPE_URETPROBE,
};

/* flags of struct xbpf_flow_keys */
enum {
	XBPF_FLOW_DISSECTOR_F_PARSE_1ST_FRAG		= (1U << 0),
	XBPF_FLOW_DISSECTOR_F_STOP_AT_FLOW_LABEL		= (1U << 1),
	XBPF_FLOW_DISSECTOR_F_STOP_AT_ENCAP		= (1U << 2),
};

/* What a flow dissector fills in */
struct xbpf_flow_keys {
	__u16	nhoff;
	__u16	thoff;
	__u16	addr_proto;
	__u8	is_frag;
	__u8	is_first_frag;
	__u8	is_encap;
	__u8	ip_proto;
	__be16	n_proto;
	__be16	sport;
	__be16	dport;
	union {
		__extension__ struct {
			__be32	ipv4_src;
			__be32	ipv4_dst;
		};
		__extension__ struct {
			__u32	ipv6_src[4];
			__u32	ipv6_dst[4];
		};
	};
	__u32	flags;
	__be32	flow_label;
};

/**
 * struct xbpf_func_info - a function of a program
 * @insn_off: its first instruction
 * @type_id: XBPF_BTF_KIND_FUNC in the program's BTF
 */
struct xbpf_func_info {
	__u32	insn_off;
	__u32	type_id;
};

#define XBPF_LINE_INFO_LINE_NUM(line_col)	((line_col) >> 10)
#define XBPF_LINE_INFO_LINE_COL(line_col)	((line_col) & 0x3ff)

/**
 * struct xbpf_line_info - where an instruction comes from
 * @insn_off: the instruction
 * @file_name_off: name of the file, in the strings of the program's BTF
 * @line_off: the line itself, there too
 * @line_col: number of the line and column
 */
struct xbpf_line_info {
	__u32	insn_off;
	__u32	file_name_off;
	__u32	line_off;
	__u32	line_col;
};

/*
 * Fields of map values that the verifier and helpers know.  What is in them is not
 * for programs.
 */
struct xbpf_spin_lock {
	__u32	val;
};

struct xbpf_timer {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

struct xbpf_task_work {
	__u64 __opaque;
} __attribute__((aligned(8)));

struct xbpf_rcu_head {
	__u64 __opaque[6];
} __attribute__((aligned(8)));

struct xbpf_wq {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

struct xbpf_dynptr {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

struct xbpf_list_head {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

struct xbpf_list_node {
	__u64 __opaque[3];
} __attribute__((aligned(8)));

struct xbpf_rb_root {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

struct xbpf_rb_node {
	__u64 __opaque[4];
} __attribute__((aligned(8)));

struct xbpf_refcount {
	__u32 __opaque[1];
} __attribute__((aligned(4)));

/* Context of XBPF_PROG_TYPE_CGROUP_SYSCTL */
struct xbpf_sysctl {
	__u32	write;
	__u32	file_pos;
};

/* Context of XBPF_PROG_TYPE_CGROUP_SOCKOPT */
struct xbpf_sockopt {
	__xbpf_md_ptr(struct xbpf_sock *, sk);
	__xbpf_md_ptr(void *, optval);
	__xbpf_md_ptr(void *, optval_end);

	__s32	level;
	__s32	optname;
	__s32	optlen;
	__s32	retval;
};

/* Result of get_ns_current_pid_tgid */
struct xbpf_pidns_info {
	__u32 pid;
	__u32 tgid;
};

/* Context of XBPF_PROG_TYPE_SK_LOOKUP */
struct xbpf_sk_lookup {
	union {
		__xbpf_md_ptr(struct xbpf_sock *, sk);
		__u64 cookie;
	};

	__u32 family;
	__u32 protocol;
	__u32 remote_ip4;
	__u32 remote_ip6[4];
	__be16 remote_port;
	__u16 :16;
	__u32 local_ip4;
	__u32 local_ip6[4];
	__u32 local_port;
	__u32 ingress_ifindex;
};

/* Argument of snprintf_btf: struct btf_ptr of bpf(2) */
struct xbpf_btf_ptr {
	void *ptr;
	__u32 type_id;
	__u32 flags;
};

/* Flags of snprintf_btf */
__extension__ enum {
	XBPF_BTF_F_COMPACT	=	(1ULL << 0),
	XBPF_BTF_F_NONAME	=	(1ULL << 1),
	XBPF_BTF_F_PTR_RAW	=	(1ULL << 2),
	XBPF_BTF_F_ZERO	=	(1ULL << 3),
};

/* What a CO-RE relocation asks about a type, field or enumerator */
enum xbpf_core_relo_kind {
	XBPF_CORE_FIELD_BYTE_OFFSET = 0,
	XBPF_CORE_FIELD_BYTE_SIZE = 1,
	XBPF_CORE_FIELD_EXISTS = 2,
	XBPF_CORE_FIELD_SIGNED = 3,
	XBPF_CORE_FIELD_LSHIFT_U64 = 4,
	XBPF_CORE_FIELD_RSHIFT_U64 = 5,
	XBPF_CORE_TYPE_ID_LOCAL = 6,
	XBPF_CORE_TYPE_ID_TARGET = 7,
	XBPF_CORE_TYPE_EXISTS = 8,
	XBPF_CORE_TYPE_SIZE = 9,
	XBPF_CORE_ENUMVAL_EXISTS = 10,
	XBPF_CORE_ENUMVAL_VALUE = 11,
	XBPF_CORE_TYPE_MATCHES = 12,
};

/**
 * struct xbpf_core_relo - a CO-RE relocation
 * @insn_off: offset of the instruction, in bytes
 * @type_id: the type, in the program's BTF
 * @access_str_off: the way to the field from there: "0:1:2", in its strings
 * @kind: what is asked
 */
struct xbpf_core_relo {
	__u32 insn_off;
	__u32 type_id;
	__u32 access_str_off;
	enum xbpf_core_relo_kind kind;
};

/* Flags of timer_start */
__extension__ enum {
	XBPF_F_TIMER_ABS = (1ULL << 0),
	XBPF_F_TIMER_CPU_PIN = (1ULL << 1),
};

/* State of a loop over numbers */
struct xbpf_iter_num {
	__u64 __opaque[1];
} __attribute__((aligned(8)));

/* Flags of kfuncs that copy strings */
__extension__ enum xbpf_kfunc_flags {
	XBPF_F_PAD_ZEROS = (1ULL << 0),
};

/**
 * struct xbpf_insn_array_value - value of XBPF_MAP_TYPE_INSN_ARRAY
 * @orig_off: an instruction of the program as it is loaded
 * @xlated_off: out: where it is after verification, ~0 when it is gone
 * @jitted_off: out: where it is in the machine code
 */
struct xbpf_insn_array_value {
	__u32 orig_off;
	__u32 xlated_off;
	__u32 jitted_off;
	__u32 :32;
};

/*
 * ---------------------------------------------------------------------------
 * BTF, the type format
 * ---------------------------------------------------------------------------
 */

#define XBPF_BTF_MAGIC	0xeB9F
#define XBPF_BTF_VERSION	1

/* In front of the type section and the string section */
struct xbpf_btf_header {
	__u16	magic;
	__u8	version;
	__u8	flags;
	__u32	hdr_len;
	__u32	type_off;
	__u32	type_len;
	__u32	str_off;
	__u32	str_len;
};

#define XBPF_BTF_MAX_TYPE	0x000fffff

#define XBPF_BTF_MAX_NAME_OFFSET	0x00ffffff

#define XBPF_BTF_MAX_VLEN	0xffff

/**
 * struct xbpf_btf_type - a type; what its kind needs follows it
 * @name_off: its name, in the strings
 * @info: kind, number of members (vlen) and flag
 * @size: of INT, ENUM, STRUCT, UNION, DATASEC, FLOAT, ENUM64
 * @type: what the other kinds refer to
 */
struct xbpf_btf_type {
	__u32 name_off;
	__u32 info;
	union {
		__u32 size;
		__u32 type;
	};
};

#define XBPF_BTF_INFO_KIND(info)	(((info) >> 24) & 0x1f)
#define XBPF_BTF_INFO_VLEN(info)	((info) & 0xffff)
#define XBPF_BTF_INFO_KFLAG(info)	((info) >> 31)

enum {
	XBPF_BTF_KIND_UNKN		= 0,
	XBPF_BTF_KIND_INT		= 1,
	XBPF_BTF_KIND_PTR		= 2,
	XBPF_BTF_KIND_ARRAY		= 3,
	XBPF_BTF_KIND_STRUCT		= 4,
	XBPF_BTF_KIND_UNION		= 5,
	XBPF_BTF_KIND_ENUM		= 6,
	XBPF_BTF_KIND_FWD		= 7,
	XBPF_BTF_KIND_TYPEDEF	= 8,
	XBPF_BTF_KIND_VOLATILE	= 9,
	XBPF_BTF_KIND_CONST		= 10,
	XBPF_BTF_KIND_RESTRICT	= 11,
	XBPF_BTF_KIND_FUNC		= 12,
	XBPF_BTF_KIND_FUNC_PROTO	= 13,
	XBPF_BTF_KIND_VAR		= 14,
	XBPF_BTF_KIND_DATASEC	= 15,
	XBPF_BTF_KIND_FLOAT		= 16,
	XBPF_BTF_KIND_DECL_TAG	= 17,
	XBPF_BTF_KIND_TYPE_TAG	= 18,
	XBPF_BTF_KIND_ENUM64		= 19,

	NR_XBPF_BTF_KINDS,
	XBPF_BTF_KIND_MAX		= NR_XBPF_BTF_KINDS - 1,
};

#define XBPF_BTF_INT_ENCODING(VAL)	(((VAL) & 0x0f000000) >> 24)
#define XBPF_BTF_INT_OFFSET(VAL)	(((VAL) & 0x00ff0000) >> 16)
#define XBPF_BTF_INT_BITS(VAL)	((VAL)  & 0x000000ff)

#define XBPF_BTF_INT_SIGNED	(1 << 0)
#define XBPF_BTF_INT_CHAR	(1 << 1)
#define XBPF_BTF_INT_BOOL	(1 << 2)

/* XBPF_BTF_KIND_ENUM: vlen of these */
struct xbpf_btf_enum {
	__u32	name_off;
	__s32	val;
};

/* XBPF_BTF_KIND_ARRAY */
struct xbpf_btf_array {
	__u32	type;
	__u32	index_type;
	__u32	nelems;
};

/* XBPF_BTF_KIND_STRUCT and UNION: vlen of these; with the flag, bitfields */
struct xbpf_btf_member {
	__u32	name_off;
	__u32	type;
	__u32	offset;
};

#define XBPF_BTF_MEMBER_BITFIELD_SIZE(val)	((val) >> 24)
#define XBPF_BTF_MEMBER_BIT_OFFSET(val)	((val) & 0xffffff)

/* XBPF_BTF_KIND_FUNC_PROTO: vlen of these */
struct xbpf_btf_param {
	__u32	name_off;
	__u32	type;
};

enum {
	XBPF_BTF_VAR_STATIC = 0,
	XBPF_BTF_VAR_GLOBAL_ALLOCATED = 1,
	XBPF_BTF_VAR_GLOBAL_EXTERN = 2,
};

enum xbpf_btf_func_linkage {
	XBPF_BTF_FUNC_STATIC = 0,
	XBPF_BTF_FUNC_GLOBAL = 1,
	XBPF_BTF_FUNC_EXTERN = 2,
};

/* XBPF_BTF_KIND_VAR */
struct xbpf_btf_var {
	__u32	linkage;
};

/* XBPF_BTF_KIND_DATASEC: vlen of these */
struct xbpf_btf_var_secinfo {
	__u32	type;
	__u32	offset;
	__u32	size;
};

/* XBPF_BTF_KIND_DECL_TAG; -1: the whole, else the member or argument */
struct xbpf_btf_decl_tag {
	__s32	component_idx;
};

/* XBPF_BTF_KIND_ENUM64: vlen of these */
struct xbpf_btf_enum64 {
	__u32	name_off;
	__u32	val_lo32;
	__u32	val_hi32;
};

/*
 * ---------------------------------------------------------------------------
 * What xbpf adds to bpf(2)
 * ---------------------------------------------------------------------------
 */

/**
 * DOC: The door
 *
 * ``ioctl(fd, XBPF_IOC(cmd, size), attr)`` on an open /dev/xbpf is
 * ``bpf(cmd, attr, size)``: same result, same errno.  The number of the ioctl
 * carries the command and the size, so each command of enum xbpf_cmd has its
 * ioctl without further definitions.  Maps, programs, links and BTF are
 * anonymous files of their own; the descriptor of the device holds no state.
 *
 * Commands from XBPF_CMD_OWN on are the module's own.  They follow the same
 * rule for sizes: a shorter structure is filled up with zeros, a longer one is
 * taken when what the module does not know is zero (else E2BIG), and what is
 * written back never exceeds the size that the caller gave.
 */

#define XBPF_DEVICE		"/dev/xbpf"
#define XBPF_IOC_MAGIC		0xb9
#define XBPF_IOC_MAX_SIZE	((1U << _IOC_SIZEBITS) - 1)
#define XBPF_IOC(cmd, size) \
	_IOC(_IOC_READ | _IOC_WRITE, XBPF_IOC_MAGIC, (cmd), (size))

/* Version of the module and of the tools that come with it */
#define XBPF_VERSION		"0.1.0"

/* Counts changes of the structures below that are not mere additions */
#define XBPF_ABI_VERSION	1

/**
 * enum xbpf_own_cmd - commands that bpf(2) does not have
 * @XBPF_CMD_OWN: first number of this range
 * @XBPF_PERF_EVENT_OPEN: perf_event_open(2) for events that carry programs and
 *	for BPF output buffers; struct xbpf_perf_open; returns a descriptor
 * @XBPF_INFO: what the module is and holds; struct xbpf_info
 * @XBPF_PROG_STATS: counters of a program; struct xbpf_prog_stats
 * @__XBPF_CMD_OWN_MAX: one past the last
 */
enum xbpf_own_cmd {
	XBPF_CMD_OWN		= 0x80,
	XBPF_PERF_EVENT_OPEN	= 0x80,
	XBPF_INFO		= 0x81,
	XBPF_PROG_STATS		= 0x82,
	__XBPF_CMD_OWN_MAX,
};

/**
 * enum xbpf_perf_source - what the number in perf_event_attr.type means
 * @XBPF_PERF_SOURCE_TYPE: one of the fixed types (PERF_TYPE_SOFTWARE ...)
 * @XBPF_PERF_SOURCE_KPROBE: the kprobe PMU.  config1 points to the name of the
 *	function and config2 is the offset, or config1 is 0 and config2 is the
 *	address; bit 0 of config asks for the return
 * @XBPF_PERF_SOURCE_UPROBE: the uprobe PMU.  config1 points to the path, config2
 *	is the offset in the file; bit 0 of config asks for the return, its
 *	upper half is the offset of the reference counter
 * @__XBPF_PERF_SOURCE_MAX: one past the last
 *
 * PMU types are given out at boot and can be read in
 * /sys/bus/event_source/devices, by user space only: so the caller tells.
 */
enum xbpf_perf_source {
	XBPF_PERF_SOURCE_TYPE	= 0,
	XBPF_PERF_SOURCE_KPROBE	= 1,
	XBPF_PERF_SOURCE_UPROBE	= 2,
	__XBPF_PERF_SOURCE_MAX,
};

/**
 * struct xbpf_perf_open - argument of XBPF_PERF_EVENT_OPEN
 * @attr: address of a struct perf_event_attr, as perf_event_open(2) takes it
 * @attr_size: bytes that may be read at @attr; attr->size rules when not 0
 * @pid: as perf_event_open(2)
 * @cpu: as perf_event_open(2)
 * @group_fd: must be -1
 * @flags: PERF_FLAG_FD_CLOEXEC or 0
 * @source: enum xbpf_perf_source
 * @reserved: must be 0
 *
 * Returns a descriptor that takes the ioctls of a perf event (ENABLE, DISABLE,
 * SET_BPF, ID ...), LINK_CREATE, mmap and poll.  Errors: E2BIG and EINVAL as
 * perf_event_open(2); ENOENT for a function, tracepoint or PMU that does not
 * exist; EOPNOTSUPP for a kind of event that xbpf does not offer.
 */
struct xbpf_perf_open {
	__aligned_u64 attr;
	__u32 attr_size;
	__s32 pid;
	__s32 cpu;
	__s32 group_fd;
	__u64 flags;
	__u32 source;
	__u32 reserved;
};

/**
 * enum xbpf_feature - bits of xbpf_info.features
 * @XBPF_FEATURE_JIT: programs run as machine code
 * @XBPF_FEATURE_BTF: the kernel's type information could be read
 * @XBPF_FEATURE_KPROBE: kprobes and kretprobes
 * @XBPF_FEATURE_FTRACE: entry probes through ftrace
 * @XBPF_FEATURE_TRACEPOINT: tracepoints with their record
 * @XBPF_FEATURE_RAW_TRACEPOINT: raw tracepoints
 * @XBPF_FEATURE_UPROBE: uprobes and uretprobes
 * @XBPF_FEATURE_PERF_EVENT: sampling events
 * @XBPF_FEATURE_FENTRY: fentry and fexit programs
 * @XBPF_FEATURE_FS: pinning
 */
enum xbpf_feature {
	XBPF_FEATURE_JIT		= 1U << 0,
	XBPF_FEATURE_BTF		= 1U << 1,
	XBPF_FEATURE_KPROBE		= 1U << 2,
	XBPF_FEATURE_FTRACE		= 1U << 3,
	XBPF_FEATURE_TRACEPOINT		= 1U << 4,
	XBPF_FEATURE_RAW_TRACEPOINT	= 1U << 5,
	XBPF_FEATURE_UPROBE		= 1U << 6,
	XBPF_FEATURE_PERF_EVENT		= 1U << 7,
	XBPF_FEATURE_FENTRY		= 1U << 8,
	XBPF_FEATURE_FS			= 1U << 9,
};

/**
 * struct xbpf_info - result of XBPF_INFO
 * @abi: XBPF_ABI_VERSION of the module
 * @flags: 0
 * @version: the module's version, zero-terminated
 * @features: enum xbpf_feature
 * @arena_size: bytes of the arena for machine code
 * @arena_used: bytes of it in use
 * @arena_full: loads that fell back to the interpreter because it was full
 * @nr_progs: programs alive
 * @nr_maps: maps alive
 * @nr_links: links alive
 * @nr_btfs: BTF objects alive
 * @nr_events: perf events alive
 * @nr_jited: of the programs, those that run as machine code
 * @nr_interpreted: of the programs, those that are interpreted
 * @stats_users: descriptors of BPF_ENABLE_STATS that are open
 */
struct xbpf_info {
	__u32 abi;
	__u32 flags;
	char  version[32];
	__u64 features;
	__u64 arena_size;
	__u64 arena_used;
	__u64 arena_full;
	__u32 nr_progs;
	__u32 nr_maps;
	__u32 nr_links;
	__u32 nr_btfs;
	__u32 nr_events;
	__u32 nr_jited;
	__u32 nr_interpreted;
	__u32 stats_users;
};

/**
 * enum xbpf_miss - why a program did not run, or a record was not delivered
 * @XBPF_MISS_RECURSION: the CPU was already in a program or in a map operation
 * @XBPF_MISS_MAXACTIVE: no free instance of a return probe
 * @XBPF_MISS_RING_FULL: a ring or perf buffer had no room
 * @XBPF_MISS_LOCK: a lock could not be had in NMI context
 * @XBPF_MISS_EVENT: the kernel's own event code skipped the event
 * @XBPF_MISS_OTHER: anything else
 * @__XBPF_MISS_MAX: one past the last
 */
enum xbpf_miss {
	XBPF_MISS_RECURSION	= 0,
	XBPF_MISS_MAXACTIVE	= 1,
	XBPF_MISS_RING_FULL	= 2,
	XBPF_MISS_LOCK		= 3,
	XBPF_MISS_EVENT		= 4,
	XBPF_MISS_OTHER		= 5,
	__XBPF_MISS_MAX,
};

/* Room in xbpf_prog_stats.misses; reasons may be added up to it */
#define XBPF_MISS_SLOTS		16

/**
 * enum xbpf_prog_stats_flag - bits of xbpf_prog_stats.flags
 * @XBPF_PROG_STATS_JITED: runs as machine code
 * @XBPF_PROG_STATS_ARENA_FULL: is interpreted because the arena was full
 */
enum xbpf_prog_stats_flag {
	XBPF_PROG_STATS_JITED		= 1U << 0,
	XBPF_PROG_STATS_ARENA_FULL	= 1U << 1,
};

/**
 * struct xbpf_prog_stats - argument and result of XBPF_PROG_STATS
 * @id: in: id of the program; ENOENT when there is none
 * @flags: enum xbpf_prog_stats_flag
 * @runs: runs, always counted
 * @nsecs: time in the program, of the runs that were timed
 * @timed_runs: how many were: each while ENABLE_STATS is held, else some
 * @misses: by enum xbpf_miss
 */
struct xbpf_prog_stats {
	__u32 id;
	__u32 flags;
	__u64 runs;
	__u64 nsecs;
	__u64 timed_runs;
	__u64 misses[XBPF_MISS_SLOTS];
};

#endif /* _UAPI_LINUX_XBPF_H */
