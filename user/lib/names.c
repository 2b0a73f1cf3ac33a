// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of the ABI as words.
 */
#include <stddef.h>
#include <linux/xbpf.h>
#include <xbpf/names.h>

static const char *const cmds[] = {
	[XBPF_MAP_CREATE] = "MAP_CREATE",
	[XBPF_MAP_LOOKUP_ELEM] = "MAP_LOOKUP_ELEM",
	[XBPF_MAP_UPDATE_ELEM] = "MAP_UPDATE_ELEM",
	[XBPF_MAP_DELETE_ELEM] = "MAP_DELETE_ELEM",
	[XBPF_MAP_GET_NEXT_KEY] = "MAP_GET_NEXT_KEY",
	[XBPF_PROG_LOAD] = "PROG_LOAD",
	[XBPF_OBJ_PIN] = "OBJ_PIN",
	[XBPF_OBJ_GET] = "OBJ_GET",
	[XBPF_PROG_ATTACH] = "PROG_ATTACH",
	[XBPF_PROG_DETACH] = "PROG_DETACH",
	[XBPF_PROG_TEST_RUN] = "PROG_TEST_RUN",
	[XBPF_PROG_GET_NEXT_ID] = "PROG_GET_NEXT_ID",
	[XBPF_MAP_GET_NEXT_ID] = "MAP_GET_NEXT_ID",
	[XBPF_PROG_GET_FD_BY_ID] = "PROG_GET_FD_BY_ID",
	[XBPF_MAP_GET_FD_BY_ID] = "MAP_GET_FD_BY_ID",
	[XBPF_OBJ_GET_INFO_BY_FD] = "OBJ_GET_INFO_BY_FD",
	[XBPF_PROG_QUERY] = "PROG_QUERY",
	[XBPF_RAW_TRACEPOINT_OPEN] = "RAW_TRACEPOINT_OPEN",
	[XBPF_BTF_LOAD] = "BTF_LOAD",
	[XBPF_BTF_GET_FD_BY_ID] = "BTF_GET_FD_BY_ID",
	[XBPF_TASK_FD_QUERY] = "TASK_FD_QUERY",
	[XBPF_MAP_LOOKUP_AND_DELETE_ELEM] = "MAP_LOOKUP_AND_DELETE_ELEM",
	[XBPF_MAP_FREEZE] = "MAP_FREEZE",
	[XBPF_BTF_GET_NEXT_ID] = "BTF_GET_NEXT_ID",
	[XBPF_MAP_LOOKUP_BATCH] = "MAP_LOOKUP_BATCH",
	[XBPF_MAP_LOOKUP_AND_DELETE_BATCH] = "MAP_LOOKUP_AND_DELETE_BATCH",
	[XBPF_MAP_UPDATE_BATCH] = "MAP_UPDATE_BATCH",
	[XBPF_MAP_DELETE_BATCH] = "MAP_DELETE_BATCH",
	[XBPF_LINK_CREATE] = "LINK_CREATE",
	[XBPF_LINK_UPDATE] = "LINK_UPDATE",
	[XBPF_LINK_GET_FD_BY_ID] = "LINK_GET_FD_BY_ID",
	[XBPF_LINK_GET_NEXT_ID] = "LINK_GET_NEXT_ID",
	[XBPF_ENABLE_STATS] = "ENABLE_STATS",
	[XBPF_ITER_CREATE] = "ITER_CREATE",
	[XBPF_LINK_DETACH] = "LINK_DETACH",
	[XBPF_PROG_BIND_MAP] = "PROG_BIND_MAP",
	[XBPF_TOKEN_CREATE] = "TOKEN_CREATE",
	[XBPF_PROG_STREAM_READ_BY_FD] = "PROG_STREAM_READ_BY_FD",
	[XBPF_PROG_ASSOC_STRUCT_OPS] = "PROG_ASSOC_STRUCT_OPS",
	[XBPF_PROG_STREAM_OPEN] = "PROG_STREAM_OPEN",
};

static const char *const map_types[] = {
	[XBPF_MAP_TYPE_UNSPEC] = "unspec",
	[XBPF_MAP_TYPE_HASH] = "hash",
	[XBPF_MAP_TYPE_ARRAY] = "array",
	[XBPF_MAP_TYPE_PROG_ARRAY] = "prog_array",
	[XBPF_MAP_TYPE_PERF_EVENT_ARRAY] = "perf_event_array",
	[XBPF_MAP_TYPE_PERCPU_HASH] = "percpu_hash",
	[XBPF_MAP_TYPE_PERCPU_ARRAY] = "percpu_array",
	[XBPF_MAP_TYPE_STACK_TRACE] = "stack_trace",
	[XBPF_MAP_TYPE_CGROUP_ARRAY] = "cgroup_array",
	[XBPF_MAP_TYPE_LRU_HASH] = "lru_hash",
	[XBPF_MAP_TYPE_LRU_PERCPU_HASH] = "lru_percpu_hash",
	[XBPF_MAP_TYPE_LPM_TRIE] = "lpm_trie",
	[XBPF_MAP_TYPE_ARRAY_OF_MAPS] = "array_of_maps",
	[XBPF_MAP_TYPE_HASH_OF_MAPS] = "hash_of_maps",
	[XBPF_MAP_TYPE_DEVMAP] = "devmap",
	[XBPF_MAP_TYPE_SOCKMAP] = "sockmap",
	[XBPF_MAP_TYPE_CPUMAP] = "cpumap",
	[XBPF_MAP_TYPE_XSKMAP] = "xskmap",
	[XBPF_MAP_TYPE_SOCKHASH] = "sockhash",
	[XBPF_MAP_TYPE_CGROUP_STORAGE_DEPRECATED] = "cgroup_storage",
	[XBPF_MAP_TYPE_REUSEPORT_SOCKARRAY] = "reuseport_sockarray",
	[XBPF_MAP_TYPE_PERCPU_CGROUP_STORAGE_DEPRECATED] = "percpu_cgroup_storage",
	[XBPF_MAP_TYPE_QUEUE] = "queue",
	[XBPF_MAP_TYPE_STACK] = "stack",
	[XBPF_MAP_TYPE_SK_STORAGE] = "sk_storage",
	[XBPF_MAP_TYPE_DEVMAP_HASH] = "devmap_hash",
	[XBPF_MAP_TYPE_STRUCT_OPS] = "struct_ops",
	[XBPF_MAP_TYPE_RINGBUF] = "ringbuf",
	[XBPF_MAP_TYPE_INODE_STORAGE] = "inode_storage",
	[XBPF_MAP_TYPE_TASK_STORAGE] = "task_storage",
	[XBPF_MAP_TYPE_BLOOM_FILTER] = "bloom_filter",
	[XBPF_MAP_TYPE_USER_RINGBUF] = "user_ringbuf",
	[XBPF_MAP_TYPE_CGRP_STORAGE] = "cgrp_storage",
	[XBPF_MAP_TYPE_ARENA] = "arena",
	[XBPF_MAP_TYPE_INSN_ARRAY] = "insn_array",
	[XBPF_MAP_TYPE_RHASH] = "rhash",
};

static const char *const prog_types[] = {
	[XBPF_PROG_TYPE_UNSPEC] = "unspec",
	[XBPF_PROG_TYPE_SOCKET_FILTER] = "socket_filter",
	[XBPF_PROG_TYPE_KPROBE] = "kprobe",
	[XBPF_PROG_TYPE_SCHED_CLS] = "sched_cls",
	[XBPF_PROG_TYPE_SCHED_ACT] = "sched_act",
	[XBPF_PROG_TYPE_TRACEPOINT] = "tracepoint",
	[XBPF_PROG_TYPE_XDP] = "xdp",
	[XBPF_PROG_TYPE_PERF_EVENT] = "perf_event",
	[XBPF_PROG_TYPE_CGROUP_SKB] = "cgroup_skb",
	[XBPF_PROG_TYPE_CGROUP_SOCK] = "cgroup_sock",
	[XBPF_PROG_TYPE_LWT_IN] = "lwt_in",
	[XBPF_PROG_TYPE_LWT_OUT] = "lwt_out",
	[XBPF_PROG_TYPE_LWT_XMIT] = "lwt_xmit",
	[XBPF_PROG_TYPE_SOCK_OPS] = "sock_ops",
	[XBPF_PROG_TYPE_SK_SKB] = "sk_skb",
	[XBPF_PROG_TYPE_CGROUP_DEVICE] = "cgroup_device",
	[XBPF_PROG_TYPE_SK_MSG] = "sk_msg",
	[XBPF_PROG_TYPE_RAW_TRACEPOINT] = "raw_tracepoint",
	[XBPF_PROG_TYPE_CGROUP_SOCK_ADDR] = "cgroup_sock_addr",
	[XBPF_PROG_TYPE_LWT_SEG6LOCAL] = "lwt_seg6local",
	[XBPF_PROG_TYPE_LIRC_MODE2] = "lirc_mode2",
	[XBPF_PROG_TYPE_SK_REUSEPORT] = "sk_reuseport",
	[XBPF_PROG_TYPE_FLOW_DISSECTOR] = "flow_dissector",
	[XBPF_PROG_TYPE_CGROUP_SYSCTL] = "cgroup_sysctl",
	[XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE] = "raw_tracepoint_writable",
	[XBPF_PROG_TYPE_CGROUP_SOCKOPT] = "cgroup_sockopt",
	[XBPF_PROG_TYPE_TRACING] = "tracing",
	[XBPF_PROG_TYPE_STRUCT_OPS] = "struct_ops",
	[XBPF_PROG_TYPE_EXT] = "ext",
	[XBPF_PROG_TYPE_LSM] = "lsm",
	[XBPF_PROG_TYPE_SK_LOOKUP] = "sk_lookup",
	[XBPF_PROG_TYPE_SYSCALL] = "syscall",
	[XBPF_PROG_TYPE_NETFILTER] = "netfilter",
};

static const char *const attach_types[] = {
	[XBPF_CGROUP_INET_INGRESS] = "cgroup_inet_ingress",
	[XBPF_CGROUP_INET_EGRESS] = "cgroup_inet_egress",
	[XBPF_CGROUP_INET_SOCK_CREATE] = "cgroup_inet_sock_create",
	[XBPF_CGROUP_SOCK_OPS] = "cgroup_sock_ops",
	[XBPF_SK_SKB_STREAM_PARSER] = "sk_skb_stream_parser",
	[XBPF_SK_SKB_STREAM_VERDICT] = "sk_skb_stream_verdict",
	[XBPF_CGROUP_DEVICE] = "cgroup_device",
	[XBPF_SK_MSG_VERDICT] = "sk_msg_verdict",
	[XBPF_CGROUP_INET4_BIND] = "cgroup_inet4_bind",
	[XBPF_CGROUP_INET6_BIND] = "cgroup_inet6_bind",
	[XBPF_CGROUP_INET4_CONNECT] = "cgroup_inet4_connect",
	[XBPF_CGROUP_INET6_CONNECT] = "cgroup_inet6_connect",
	[XBPF_CGROUP_INET4_POST_BIND] = "cgroup_inet4_post_bind",
	[XBPF_CGROUP_INET6_POST_BIND] = "cgroup_inet6_post_bind",
	[XBPF_CGROUP_UDP4_SENDMSG] = "cgroup_udp4_sendmsg",
	[XBPF_CGROUP_UDP6_SENDMSG] = "cgroup_udp6_sendmsg",
	[XBPF_LIRC_MODE2] = "lirc_mode2",
	[XBPF_FLOW_DISSECTOR] = "flow_dissector",
	[XBPF_CGROUP_SYSCTL] = "cgroup_sysctl",
	[XBPF_CGROUP_UDP4_RECVMSG] = "cgroup_udp4_recvmsg",
	[XBPF_CGROUP_UDP6_RECVMSG] = "cgroup_udp6_recvmsg",
	[XBPF_CGROUP_GETSOCKOPT] = "cgroup_getsockopt",
	[XBPF_CGROUP_SETSOCKOPT] = "cgroup_setsockopt",
	[XBPF_TRACE_RAW_TP] = "trace_raw_tp",
	[XBPF_TRACE_FENTRY] = "trace_fentry",
	[XBPF_TRACE_FEXIT] = "trace_fexit",
	[XBPF_MODIFY_RETURN] = "modify_return",
	[XBPF_LSM_MAC] = "lsm_mac",
	[XBPF_TRACE_ITER] = "trace_iter",
	[XBPF_CGROUP_INET4_GETPEERNAME] = "cgroup_inet4_getpeername",
	[XBPF_CGROUP_INET6_GETPEERNAME] = "cgroup_inet6_getpeername",
	[XBPF_CGROUP_INET4_GETSOCKNAME] = "cgroup_inet4_getsockname",
	[XBPF_CGROUP_INET6_GETSOCKNAME] = "cgroup_inet6_getsockname",
	[XBPF_XDP_DEVMAP] = "xdp_devmap",
	[XBPF_CGROUP_INET_SOCK_RELEASE] = "cgroup_inet_sock_release",
	[XBPF_XDP_CPUMAP] = "xdp_cpumap",
	[XBPF_SK_LOOKUP] = "sk_lookup",
	[XBPF_XDP] = "xdp",
	[XBPF_SK_SKB_VERDICT] = "sk_skb_verdict",
	[XBPF_SK_REUSEPORT_SELECT] = "sk_reuseport_select",
	[XBPF_SK_REUSEPORT_SELECT_OR_MIGRATE] = "sk_reuseport_select_or_migrate",
	[XBPF_PERF_EVENT] = "perf_event",
	[XBPF_TRACE_KPROBE_MULTI] = "trace_kprobe_multi",
	[XBPF_LSM_CGROUP] = "lsm_cgroup",
	[XBPF_STRUCT_OPS] = "struct_ops",
	[XBPF_NETFILTER] = "netfilter",
	[XBPF_TCX_INGRESS] = "tcx_ingress",
	[XBPF_TCX_EGRESS] = "tcx_egress",
	[XBPF_TRACE_UPROBE_MULTI] = "trace_uprobe_multi",
	[XBPF_CGROUP_UNIX_CONNECT] = "cgroup_unix_connect",
	[XBPF_CGROUP_UNIX_SENDMSG] = "cgroup_unix_sendmsg",
	[XBPF_CGROUP_UNIX_RECVMSG] = "cgroup_unix_recvmsg",
	[XBPF_CGROUP_UNIX_GETPEERNAME] = "cgroup_unix_getpeername",
	[XBPF_CGROUP_UNIX_GETSOCKNAME] = "cgroup_unix_getsockname",
	[XBPF_NETKIT_PRIMARY] = "netkit_primary",
	[XBPF_NETKIT_PEER] = "netkit_peer",
	[XBPF_TRACE_KPROBE_SESSION] = "trace_kprobe_session",
	[XBPF_TRACE_UPROBE_SESSION] = "trace_uprobe_session",
	[XBPF_TRACE_FSESSION] = "trace_fsession",
	[XBPF_TRACE_FENTRY_MULTI] = "trace_fentry_multi",
	[XBPF_TRACE_FEXIT_MULTI] = "trace_fexit_multi",
	[XBPF_TRACE_FSESSION_MULTI] = "trace_fsession_multi",
};

static const char *const link_types[] = {
	[XBPF_LINK_TYPE_UNSPEC] = "unspec",
	[XBPF_LINK_TYPE_RAW_TRACEPOINT] = "raw_tracepoint",
	[XBPF_LINK_TYPE_TRACING] = "tracing",
	[XBPF_LINK_TYPE_CGROUP] = "cgroup",
	[XBPF_LINK_TYPE_ITER] = "iter",
	[XBPF_LINK_TYPE_NETNS] = "netns",
	[XBPF_LINK_TYPE_XDP] = "xdp",
	[XBPF_LINK_TYPE_PERF_EVENT] = "perf_event",
	[XBPF_LINK_TYPE_KPROBE_MULTI] = "kprobe_multi",
	[XBPF_LINK_TYPE_STRUCT_OPS] = "struct_ops",
	[XBPF_LINK_TYPE_NETFILTER] = "netfilter",
	[XBPF_LINK_TYPE_TCX] = "tcx",
	[XBPF_LINK_TYPE_UPROBE_MULTI] = "uprobe_multi",
	[XBPF_LINK_TYPE_NETKIT] = "netkit",
	[XBPF_LINK_TYPE_SOCKMAP] = "sockmap",
	[XBPF_LINK_TYPE_TRACING_MULTI] = "tracing_multi",
};

static const char *const misses[] = {
	[XBPF_MISS_RECURSION] = "recursion",
	[XBPF_MISS_MAXACTIVE] = "maxactive",
	[XBPF_MISS_RING_FULL] = "ring_full",
	[XBPF_MISS_LOCK] = "lock",
	[XBPF_MISS_EVENT] = "event",
	[XBPF_MISS_OTHER] = "other",
};

#define NAME_OF(table, i) \
	((i) < sizeof(table) / sizeof((table)[0]) ? (table)[i] : NULL)

const char *xbpf_cmd_name(unsigned int cmd)
{
	return NAME_OF(cmds, cmd);
}

const char *xbpf_map_type_name(unsigned int type)
{
	return NAME_OF(map_types, type);
}

const char *xbpf_prog_type_name(unsigned int type)
{
	return NAME_OF(prog_types, type);
}

const char *xbpf_attach_type_name(unsigned int type)
{
	return NAME_OF(attach_types, type);
}

const char *xbpf_link_type_name(unsigned int type)
{
	return NAME_OF(link_types, type);
}

const char *xbpf_miss_name(unsigned int reason)
{
	return NAME_OF(misses, reason);
}
