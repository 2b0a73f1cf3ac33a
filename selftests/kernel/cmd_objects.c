// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wrong calls of the commands on programs, types, links and ids: each gets the
 * errno of bpf(2).
 */
#include "door.h"

static char log_buf[4096];
static char license[] = "GPL";
static unsigned char bytes[256];

#define PROG .prog_type = XBPF_PROG_TYPE_RAW_TRACEPOINT,		\
	.insns = kit_ptr(door_insns), .insn_cnt = 2,			\
	.license = kit_ptr(license)

static void load_fields(struct door *d)
{
	TRY(0, SAME, PROG_LOAD, "a program", PROG);
	TRY(-EINVAL, SAME, PROG_LOAD, "type 0", PROG, .prog_type = 0);
	TRY(-EINVAL, SAME, PROG_LOAD, "unknown type", PROG, .prog_type = 1000);
	TRY(-E2BIG, SAME, PROG_LOAD, "no instructions", PROG, .insn_cnt = 0);
	TRY(-E2BIG, SAME, PROG_LOAD, "1000001 instructions", PROG,
	    .insn_cnt = 1000001);
	TRY(-E2BIG, SAME, PROG_LOAD, "2^32 - 1 instructions", PROG,
	    .insn_cnt = ~0U);
	TRY(-EFAULT, SAME, PROG_LOAD, "bad instructions", PROG,
	    .insns = BAD_PTR);
	TRY(-EFAULT, SAME, PROG_LOAD, "a million bad instructions", PROG,
	    .insns = BAD_PTR, .insn_cnt = 1000000);
	TRY(-EFAULT, SAME, PROG_LOAD, "bad license", PROG, .license = BAD_PTR);
	TRY(-EFAULT, SAME, PROG_LOAD, "no license", PROG, .license = 0);
	TRY(-EINVAL, SAME, PROG_LOAD, "unknown flag", PROG,
	    .prog_flags = 1U << 31);
	TRY(0, SAME, PROG_LOAD, "strict alignment", PROG,
	    .prog_flags = XBPF_F_STRICT_ALIGNMENT);
	TRY(0, SAME, PROG_LOAD, "a name", PROG, .prog_name = "a_Name.0");
	TRY(-EINVAL, SAME, PROG_LOAD, "a name with a dash", PROG,
	    .prog_name = "a-b");
	TRY(-EINVAL, SAME, PROG_LOAD, "a name of 16 characters", PROG,
	    .prog_name = { 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a',
			   'a', 'a', 'a', 'a', 'a', 'a' });
	TRY(-EINVAL, SAME, PROG_LOAD, "a network device", PROG,
	    .prog_ifindex = 1);
	TRY(0, SAME, PROG_LOAD, "a kernel version", PROG, .kern_version = 1);
	TRY(-EINVAL, SAME, PROG_LOAD, "a type to attach to", PROG,
	    .attach_btf_id = 1);
	TRY(-EINVAL, SAME, PROG_LOAD, "a program to attach to", PROG,
	    .attach_prog_fd = d->prog);
	TRY(-EINVAL, SAME, PROG_LOAD, "no descriptor to attach to", PROG,
	    .attach_prog_fd = BAD_FD);
	TRY(-ENOTSUPP, SAME, PROG_LOAD, "a user's type to attach to", PROG,
	    .attach_prog_fd = d->btf, .attach_btf_id = 1);
	TRY(-EBADF, OLDER, PROG_LOAD, "token of no descriptor", PROG,
	    .prog_flags = XBPF_F_TOKEN_FD, .prog_token_fd = BAD_FD);
	TRY(-EINVAL, OLDER, PROG_LOAD, "token that is none", PROG,
	    .prog_flags = XBPF_F_TOKEN_FD, .prog_token_fd = d->null);
}

static void load_log(struct door *d)
{
	TRY(-EINVAL, SAME, PROG_LOAD, "log without level", PROG,
	    .log_buf = kit_ptr(log_buf), .log_size = sizeof(log_buf));
	TRY(-EINVAL, SAME, PROG_LOAD, "log without size", PROG,
	    .log_level = 1, .log_buf = kit_ptr(log_buf));
	TRY(-EINVAL, SAME, PROG_LOAD, "log without buffer", PROG,
	    .log_level = 1, .log_size = sizeof(log_buf));
	TRY(-EINVAL, SAME, PROG_LOAD, "unknown level", PROG, .log_level = 16,
	    .log_buf = kit_ptr(log_buf), .log_size = sizeof(log_buf));
	TRY(-EINVAL, SAME, PROG_LOAD, "log of more than 1 GB", PROG,
	    .log_level = 1, .log_buf = kit_ptr(log_buf), .log_size = ~0U);
	TRY(0, OLDER, PROG_LOAD, "level without log", PROG, .log_level = 1);
	TRY(0, OLDER, PROG_LOAD, "level 2 and fixed", PROG, .log_level = 2 | 8,
	    .log_buf = kit_ptr(log_buf), .log_size = sizeof(log_buf));
	TRY(-ENOSPC, OLDER, PROG_LOAD, "log of 8 bytes", PROG, .log_level = 2,
	    .log_buf = kit_ptr(log_buf), .log_size = 8);
	TRY(-ENOSPC, OLDER, PROG_LOAD, "log of 1 byte", PROG, .log_level = 2,
	    .log_buf = kit_ptr(log_buf), .log_size = 1);
	TRY(-EFAULT, SAME, PROG_LOAD, "bad log", PROG, .log_level = 2,
	    .log_buf = BAD_PTR, .log_size = 4096);
}

static void load_types(struct door *d)
{
	TRY(-EBADF, SAME, PROG_LOAD, "types of no descriptor", PROG,
	    .prog_btf_fd = BAD_FD, .func_info_cnt = 1, .func_info_rec_size = 8);
	TRY(-EINVAL, SAME, PROG_LOAD, "types of a program", PROG,
	    .prog_btf_fd = d->prog, .line_info_cnt = 1,
	    .line_info_rec_size = 16);
	TRY(0, SAME, PROG_LOAD, "types without records", PROG,
	    .prog_btf_fd = BAD_FD);
	TRY(-EINVAL, SAME, PROG_LOAD, "functions of 4 bytes", PROG,
	    .prog_btf_fd = d->btf, .func_info_cnt = 1, .func_info_rec_size = 4,
	    .func_info = kit_ptr(bytes));
	TRY(-EINVAL, SAME, PROG_LOAD, "functions of 256 bytes", PROG,
	    .prog_btf_fd = d->btf, .func_info_cnt = 1,
	    .func_info_rec_size = 256, .func_info = kit_ptr(bytes));
	TRY(-EINVAL, SAME, PROG_LOAD, "functions of 10 bytes", PROG,
	    .prog_btf_fd = d->btf, .func_info_cnt = 1, .func_info_rec_size = 10,
	    .func_info = kit_ptr(bytes));
	TRY(-EFAULT, SAME, PROG_LOAD, "bad functions", PROG,
	    .prog_btf_fd = d->btf, .func_info_cnt = 1, .func_info_rec_size = 8,
	    .func_info = BAD_PTR);
	TRY(-EINVAL, SAME, PROG_LOAD, "a function that is none", PROG,
	    .prog_btf_fd = d->btf, .func_info_cnt = 1, .func_info_rec_size = 8,
	    .func_info = kit_ptr(bytes));
	bytes[15] = 1;
	TRY(-E2BIG, SAME, PROG_LOAD, "functions longer than known", PROG,
	    .prog_btf_fd = d->btf, .func_info_cnt = 1, .func_info_rec_size = 16,
	    .func_info = kit_ptr(bytes));
	bytes[15] = 0;
	TRY(-EINVAL, SAME, PROG_LOAD, "lines of 12 bytes", PROG,
	    .prog_btf_fd = d->btf, .line_info_cnt = 1, .line_info_rec_size = 12,
	    .line_info = kit_ptr(bytes));
	TRY(-EINVAL, SAME, PROG_LOAD, "2^31 lines", PROG,
	    .prog_btf_fd = d->btf, .line_info_cnt = 1U << 31,
	    .line_info_rec_size = 16, .line_info = kit_ptr(bytes));
	TRY(-EFAULT, SAME, PROG_LOAD, "bad lines", PROG,
	    .prog_btf_fd = d->btf, .line_info_cnt = 1, .line_info_rec_size = 16,
	    .line_info = BAD_PTR);
}

#define TYPES .btf = kit_ptr(&door_types), .btf_size = DOOR_TYPES_SIZE

static void types(struct door *d)
{
	TRY(0, SAME, BTF_LOAD, "types", TYPES);
	TRY(-EINVAL, SAME, BTF_LOAD, "no bytes", .btf = kit_ptr(&door_types));
	TRY(-EINVAL, SAME, BTF_LOAD, "half of them", TYPES, .btf_size = 40);
	TRY(-E2BIG, SAME, BTF_LOAD, "17 MB", TYPES, .btf_size = 17 << 20);
	TRY(-E2BIG, SAME, BTF_LOAD, "4 GB", TYPES, .btf_size = ~0U);
	TRY(-EFAULT, SAME, BTF_LOAD, "bad types", .btf = BAD_PTR,
	    .btf_size = DOOR_TYPES_SIZE);
	TRY(-EFAULT, SAME, BTF_LOAD, "16 MB of bad types", .btf = BAD_PTR,
	    .btf_size = 16 << 20);
	TRY(-EINVAL, SAME, BTF_LOAD, "zeros", .btf = kit_ptr(bytes),
	    .btf_size = sizeof(bytes));
	TRY(-EINVAL, SAME, BTF_LOAD, "log without level", TYPES,
	    .btf_log_buf = kit_ptr(log_buf), .btf_log_size = sizeof(log_buf));
	TRY(-EINVAL, SAME, BTF_LOAD, "unknown level", TYPES,
	    .btf_log_level = 16, .btf_log_buf = kit_ptr(log_buf),
	    .btf_log_size = sizeof(log_buf));
	TRY(-EINVAL, SAME, BTF_LOAD, "unknown flag", TYPES, .btf_flags = 1);
	TRY(-EBADF, OLDER, BTF_LOAD, "token of no descriptor", TYPES,
	    .btf_flags = XBPF_F_TOKEN_FD, .btf_token_fd = BAD_FD);
}

static void ids(struct door *d)
{
	TRY(-ENOENT, SAME, PROG_GET_NEXT_ID, "behind the last",
	    .start_id = 0x7ffffffe);
	TRY(-EINVAL, SAME, PROG_GET_NEXT_ID, "2^31 - 1",
	    .start_id = 0x7fffffff);
	TRY(-EINVAL, SAME, MAP_GET_NEXT_ID, "2^32 - 1", .start_id = ~0U);
	TRY(-EINVAL, SAME, LINK_GET_NEXT_ID, "open_flags", .open_flags = 1);
	TRY(-ENOENT, SAME, BTF_GET_NEXT_ID, "behind the last",
	    .start_id = 0x7ffffffe);
	TRY(0, SAME, BTF_GET_NEXT_ID, "the first", .start_id = 0);
	TRY(-ENOENT, SAME, PROG_GET_FD_BY_ID, "id 0", .prog_id = 0);
	TRY(-ENOENT, SAME, PROG_GET_FD_BY_ID, "id 2^31 - 2",
	    .prog_id = 0x7ffffffe);
	TRY(-ENOENT, SAME, PROG_GET_FD_BY_ID, "id 2^32 - 1", .prog_id = ~0U);
	TRY(-EINVAL, SAME, PROG_GET_FD_BY_ID, "flags", .prog_id = 1,
	    .open_flags = 8);
	TRY(-ENOENT, SAME, MAP_GET_FD_BY_ID, "id 0", .map_id = 0);
	TRY(-EINVAL, SAME, MAP_GET_FD_BY_ID, "unknown flag", .map_id = 1,
	    .open_flags = 1);
	TRY(-EINVAL, SAME, MAP_GET_FD_BY_ID, "read-only and write-only",
	    .map_id = 1, .open_flags = XBPF_F_RDONLY | XBPF_F_WRONLY);
	TRY(-ENOENT, SAME, LINK_GET_FD_BY_ID, "id 0", .link_id = 0);
	TRY(-ENOENT, SAME, BTF_GET_FD_BY_ID, "id 2^31 - 2",
	    .btf_id = 0x7ffffffe);
}

static void infos(struct door *d)
{
	struct xbpf_prog_info prog = {};
	struct xbpf_btf_info btf = {};
	struct xbpf_map_info map = {};
	struct { struct xbpf_map_info info; __u64 more[8]; } longer = {};

	TRY(-EBADFD, SAME, OBJ_GET_INFO_BY_FD, "no descriptor",
	    .info = { .bpf_fd = BAD_FD });
	TRY(-EINVAL, SAME, OBJ_GET_INFO_BY_FD, "/dev/null",
	    .info = { .bpf_fd = d->null });
	TRY(0, SAME, OBJ_GET_INFO_BY_FD, "of no length",
	    .info = { .bpf_fd = d->hash });
	TRY(-EFAULT, SAME, OBJ_GET_INFO_BY_FD, "of a map, bad",
	    .info = { .bpf_fd = d->hash, .info_len = 80, .info = BAD_PTR });
	TRY(0, SAME, OBJ_GET_INFO_BY_FD, "of a map",
	    .info = { .bpf_fd = d->hash, .info_len = sizeof(map),
		      .info = kit_ptr(&map) });
	TRY(0, SAME, OBJ_GET_INFO_BY_FD, "of a map, longer",
	    .info = { .bpf_fd = d->hash, .info_len = sizeof(longer),
		      .info = kit_ptr(&longer) });
	longer.more[7] = 1;
	TRY(-E2BIG, SAME, OBJ_GET_INFO_BY_FD, "of a map, longer and not zero",
	    .info = { .bpf_fd = d->hash, .info_len = sizeof(longer),
		      .info = kit_ptr(&longer) });
	TRY(-E2BIG, SAME, OBJ_GET_INFO_BY_FD, "of a program, 5000 bytes",
	    .info = { .bpf_fd = d->prog, .info_len = 5000,
		      .info = kit_ptr(&prog) });
	TRY(0, SAME, OBJ_GET_INFO_BY_FD, "of a program",
	    .info = { .bpf_fd = d->prog, .info_len = sizeof(prog),
		      .info = kit_ptr(&prog) });
	memset(&prog, 0, sizeof(prog));
	prog.nr_map_ids = 4;
	prog.map_ids = BAD_PTR;
	TRY(0, SAME, OBJ_GET_INFO_BY_FD, "of a program without maps",
	    .info = { .bpf_fd = d->prog, .info_len = sizeof(prog),
		      .info = kit_ptr(&prog) });
	memset(&prog, 0, sizeof(prog));
	prog.xlated_prog_len = 64;
	prog.xlated_prog_insns = BAD_PTR;
	TRY(-EFAULT, SAME, OBJ_GET_INFO_BY_FD, "of a program, bad instructions",
	    .info = { .bpf_fd = d->prog, .info_len = sizeof(prog),
		      .info = kit_ptr(&prog) });
	memset(&prog, 0, sizeof(prog));
	prog.nr_func_info = 1;
	TRY(-EINVAL, SAME, OBJ_GET_INFO_BY_FD, "of a program, no record size",
	    .info = { .bpf_fd = d->prog, .info_len = sizeof(prog),
		      .info = kit_ptr(&prog) });
	btf.name_len = 8;
	TRY(-EINVAL, SAME, OBJ_GET_INFO_BY_FD, "of types, no name",
	    .info = { .bpf_fd = d->btf, .info_len = sizeof(btf),
		      .info = kit_ptr(&btf) });
}

static void tests(struct door *d)
{
	__u64 args[13] = {};

	TRY(-EBADF, SAME, PROG_TEST_RUN, "no descriptor",
	    .test = { .prog_fd = BAD_FD });
	TRY(-EINVAL, SAME, PROG_TEST_RUN, "a map",
	    .test = { .prog_fd = d->hash });
	TRY(0, SAME, PROG_TEST_RUN, "a program", .test = { .prog_fd = d->prog });
	TRY(-EINVAL, SAME, PROG_TEST_RUN, "context without size",
	    .test = { .prog_fd = d->prog, .ctx_in = kit_ptr(args) });
	TRY(-EINVAL, SAME, PROG_TEST_RUN, "size without context",
	    .test = { .prog_fd = d->prog, .ctx_size_in = 8 });
	TRY(-EINVAL, SAME, PROG_TEST_RUN, "13 arguments",
	    .test = { .prog_fd = d->prog, .ctx_in = kit_ptr(args),
		      .ctx_size_in = sizeof(args) });
	TRY(-EFAULT, SAME, PROG_TEST_RUN, "bad context",
	    .test = { .prog_fd = d->prog, .ctx_in = BAD_PTR,
		      .ctx_size_in = 8 });
	TRY(-EINVAL, SAME, PROG_TEST_RUN, "data",
	    .test = { .prog_fd = d->prog, .data_in = kit_ptr(args),
		      .data_size_in = 8 });
	TRY(-EINVAL, SAME, PROG_TEST_RUN, "repeat",
	    .test = { .prog_fd = d->prog, .repeat = 1 });
	TRY(-EINVAL, SAME, PROG_TEST_RUN, "a CPU without the flag",
	    .test = { .prog_fd = d->prog, .cpu = 1 });
	TRY(-ENXIO, SAME, PROG_TEST_RUN, "CPU 4000",
	    .test = { .prog_fd = d->prog, .cpu = 4000,
		      .flags = XBPF_F_TEST_RUN_ON_CPU });
	TRY(0, SAME, PROG_TEST_RUN, "CPU 1",
	    .test = { .prog_fd = d->prog, .cpu = 1,
		      .flags = XBPF_F_TEST_RUN_ON_CPU });
}

static void links(struct door *d)
{
	TRY(-EBADF, SAME, RAW_TRACEPOINT_OPEN, "no descriptor",
	    .raw_tracepoint = { .prog_fd = BAD_FD });
	TRY(-EINVAL, SAME, RAW_TRACEPOINT_OPEN, "a map",
	    .raw_tracepoint = { .prog_fd = d->hash });
	TRY(-EFAULT, SAME, RAW_TRACEPOINT_OPEN, "no name",
	    .raw_tracepoint = { .prog_fd = d->prog });
	TRY(-ENOENT, SAME, RAW_TRACEPOINT_OPEN, "unknown name",
	    .raw_tracepoint = { .prog_fd = d->prog, .name = kit_ptr("nil") });
	TRY(-EBADF, SAME, LINK_CREATE, "no descriptor",
	    .link_create = { .prog_fd = BAD_FD });
	TRY(-EINVAL, SAME, LINK_CREATE, "a map",
	    .link_create = { .prog_fd = d->hash });
	TRY(-EINVAL, SAME, LINK_CREATE, "unknown attach type",
	    .link_create = { .prog_fd = d->prog, .attach_type = 1000 });
	TRY(-EINVAL, SAME, LINK_CREATE, "a perf event for a raw tracepoint",
	    .link_create = { .prog_fd = d->prog,
			     .attach_type = XBPF_PERF_EVENT });
	TRY(-EBADF, SAME, LINK_UPDATE, "no descriptor",
	    .link_update = { .link_fd = BAD_FD });
	TRY(-EINVAL, SAME, LINK_UPDATE, "a program",
	    .link_update = { .link_fd = d->prog });
	TRY(-EINVAL, SAME, LINK_UPDATE, "unknown flag",
	    .link_update = { .link_fd = BAD_FD, .flags = 1 });
	TRY(-EBADF, SAME, LINK_DETACH, "no descriptor",
	    .link_detach = { .link_fd = BAD_FD });
	TRY(-EINVAL, SAME, LINK_DETACH, "a program",
	    .link_detach = { .link_fd = d->prog });
	TRY(-EBADF, SAME, ITER_CREATE, "no descriptor",
	    .iter_create = { .link_fd = BAD_FD });
	TRY(-EINVAL, SAME, ITER_CREATE, "flags",
	    .iter_create = { .link_fd = BAD_FD, .flags = 1 });
	TRY(-EBADF, SAME, PROG_BIND_MAP, "no program",
	    .prog_bind_map = { .prog_fd = BAD_FD, .map_fd = d->hash });
	TRY(-EBADF, SAME, PROG_BIND_MAP, "no map",
	    .prog_bind_map = { .prog_fd = d->prog, .map_fd = BAD_FD });
	TRY(-EINVAL, SAME, PROG_BIND_MAP, "exchanged",
	    .prog_bind_map = { .prog_fd = d->hash, .map_fd = d->prog });
	TRY(-EINVAL, SAME, PROG_BIND_MAP, "flags",
	    .prog_bind_map = { .prog_fd = d->prog, .map_fd = d->hash,
			       .flags = 1 });
	TRY(0, SAME, PROG_BIND_MAP, "a map",
	    .prog_bind_map = { .prog_fd = d->prog, .map_fd = d->hash });
	TRY(0, SAME, PROG_BIND_MAP, "the map again",
	    .prog_bind_map = { .prog_fd = d->prog, .map_fd = d->hash });
	TRY(-EINVAL, SAME, ENABLE_STATS, "unknown kind",
	    .enable_stats = { .type = 7 });
	TRY(0, SAME, ENABLE_STATS, "run time", .enable_stats = { .type = 0 });
	TRY(-EBADF, SAME, PROG_QUERY, "no cgroup",
	    .query = { .target_fd = BAD_FD });
	TRY(-EBADF, SAME, PROG_QUERY, "a cgroup that is none",
	    .query = { .target_fd = d->null });
	TRY(-EINVAL, SAME, PROG_QUERY, "unknown attach type",
	    .query = { .target_fd = d->null, .attach_type = 1000 });
	TRY(-EINVAL, SAME, PROG_QUERY, "unknown flag",
	    .query = { .target_fd = d->null, .query_flags = 128 });
}

static void all(struct door *d)
{
	load_fields(d);
	load_log(d);
	load_types(d);
	types(d);
	ids(d);
	infos(d);
	tests(d);
	links(d);
	door_close(d);
}

int main(void)
{
	struct door d;
	int fds;

	if (!door_open(&d, 0))
		all(&d);
	xbpf_device_fd();
	fds = count_fds();
	is(door_open(&d, 1), 0, "objects for the calls can be made");
	all(&d);
	is(count_fds(), fds, "no descriptor is left");
	return unit_done();
}
