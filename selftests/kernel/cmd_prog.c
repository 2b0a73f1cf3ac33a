// SPDX-License-Identifier: GPL-2.0-only
/*
 * What PROG_LOAD and BTF_LOAD write back: logs of every kind, their true size, and
 * what OBJ_GET_INFO_BY_FD then says of programs, maps and types.
 */
#include <stdlib.h>
#include "door.h"

static char license[] = "GPL";
static char text[65536], small[65536];

/* A program of some length, so that its log at level 2 is long. */
static struct xbpf_insn insns[402];

static void make_long(void)
{
	unsigned int i;

	for (i = 0; i < 400; i++)
		insns[i] = (struct xbpf_insn)MOV_IMM(i % 5, i);
	insns[400] = (struct xbpf_insn)MOV_IMM(0, 0);
	insns[401] = (struct xbpf_insn)EXIT;
}

static int load(char *buf, __u32 size, __u32 level, __u32 *true_size)
{
	union xbpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = XBPF_PROG_TYPE_RAW_TRACEPOINT;
	attr.insns = kit_ptr(insns);
	attr.insn_cnt = 402;
	attr.license = kit_ptr(license);
	attr.log_buf = kit_ptr(buf);
	attr.log_size = size;
	attr.log_level = level;
	attr.log_true_size = 12345;
	fd = xbpf_sys(XBPF_PROG_LOAD, &attr, sizeof(attr));
	*true_size = attr.log_true_size;
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static void logs(void)
{
	const __u32 guard = 16;
	__u32 full, size, len, step;

	is(load(text, sizeof(text), 2, &full), 0, "a log that fits");
	len = strlen(text);
	is(full, len + 1, "its true size is its length and the NUL");
	ok(len > 8000, "it is long: %u", len);
	is(load(NULL, 0, 2, &size), 0, "a log that is only measured");
	is(size, full, "has the same size");
	is(load(small, full, 2, &size), 0, "a log that just fits");
	ok(!strcmp(small, text), "is the same");
	is(load(NULL, 0, 0, &size), 0, "no log");
	is(size, 0, "has no size");

	for (step = 1; step < full; step = step * 3 + 1) {
		memset(small, 'x', sizeof(small));
		is(load(small, step, 2, &size), -ENOSPC, "a log of %u bytes",
		   step);
		is(size, full, "says how many it takes");
		ok(!strcmp(small, text + len - (step - 1)), "has the end of it");
		ok(small[step] == 'x' && small[step + guard] == 'x',
		   "and nothing behind its buffer");
		memset(small, 'x', sizeof(small));
		is(load(small, step, 2 | 8, &size), -ENOSPC,
		   "the same with a fixed start");
		is(size, full, "says how many it takes");
		ok(!strncmp(small, text, step - 1) && !small[step - 1],
		   "has the start of it");
		ok(small[step] == 'x', "and nothing behind its buffer");
	}
}

/* A refused program has its log, and the errno of the refusal. */
static void refused(void)
{
	const struct xbpf_insn bad[] = { MOV_REG(0, 3), EXIT };
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memset(text, 0, sizeof(text));
	attr.prog_type = XBPF_PROG_TYPE_RAW_TRACEPOINT;
	attr.insns = kit_ptr(bad);
	attr.insn_cnt = 2;
	attr.license = kit_ptr(license);
	attr.log_buf = kit_ptr(text);
	attr.log_size = sizeof(text);
	attr.log_level = 1;
	is(xbpf_sys(XBPF_PROG_LOAD, &attr, sizeof(attr)), -EACCES,
	   "R3 is read before it is written");
	ok(strstr(text, "R3 !read_ok"), "the log says so");
	is(attr.log_true_size, strlen(text) + 1, "and its true size is right");
	attr.log_size = 4;
	is(xbpf_sys(XBPF_PROG_LOAD, &attr, sizeof(attr)), -ENOSPC,
	   "a log that does not fit hides the errno");
	/* An old caller has no such field, and nothing may be written there. */
	attr.log_size = sizeof(text);
	attr.log_true_size = 12345;
	is(xbpf_sys(XBPF_PROG_LOAD, &attr,
		    offsetof(union xbpf_attr, log_true_size)), -EACCES,
	   "an older attribute");
	is(attr.log_true_size, 12345, "is not written behind its end");
}

static void prog_info(void)
{
	int map = kit_counters(), prog, fd;
	struct xbpf_insn shown[32] = {};
	struct xbpf_map_info m = {};
	struct xbpf_prog_info info = {};
	struct { struct xbpf_prog_info info; __u64 more[4]; } longer = {};
	__u64 ksym = 0;
	__u32 id = 0, len = 0;

	prog = kit_load_counter(XBPF_PROG_TYPE_RAW_TRACEPOINT, map, 3);
	kit_info(map, &m, sizeof(m));
	info.xlated_prog_len = sizeof(shown);
	info.xlated_prog_insns = kit_ptr(shown);
	info.nr_map_ids = 1;
	info.map_ids = kit_ptr(&id);
	info.nr_jited_ksyms = 1;
	info.jited_ksyms = kit_ptr(&ksym);
	info.nr_jited_func_lens = 1;
	info.jited_func_lens = kit_ptr(&len);
	is(kit_info(prog, &info, sizeof(info)), 0, "of a program");
	is(info.type, XBPF_PROG_TYPE_RAW_TRACEPOINT, "its type");
	is(info.xlated_prog_len, 11 * 8, "its length");
	is(shown[4].code, XBPF_LD | XBPF_IMM | XBPF_DW, "its map");
	is(shown[4].src_reg, XBPF_PSEUDO_MAP_FD, "is shown as one");
	is((__u32)shown[4].imm, m.id, "by its id");
	is(id, m.id, "and in the list");
	is(info.gpl_compatible, 1, "its license");
	is(info.created_by_uid, 0, "who loaded it");
	is(info.func_info_rec_size, 8, "size of a function's record");
	is(info.line_info_rec_size, 16, "size of a line's record");
	is(info.jited_line_info_rec_size, 8, "size of an address");
	ok(info.verified_insns >= 10, "what the verifier visited");
	ok(info.load_time > 0, "when it was loaded");
	ok(!!info.jited_prog_len == !!ksym, "its machine code and address");
	is(len, info.jited_prog_len, "and the length of its function");
	is(info.nr_prog_tags, 1, "one tag");
	is(kit_info(prog, &longer, sizeof(longer)), 0, "of a longer structure");
	is(longer.info.id, info.id, "the same");
	memset(&info, 0xff, sizeof(info));
	memset(&info, 0, 16);
	is(kit_info(prog, &info, 16), 0, "of a shorter one");
	is(info.type, XBPF_PROG_TYPE_RAW_TRACEPOINT, "what is in it");
	is(info.jited_prog_len, ~0U, "and no more");
	fd = prog;
	close(fd);
	close(map);
}

static __u32 run(int prog)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	is(xbpf_sys(XBPF_PROG_TEST_RUN, &attr, sizeof(attr)), 0, "is run");
	return attr.test.retval;
}

/* A call of bpf_loop() is run, and shown, as the loop that it is. */
static void loop_written_out(void)
{
	const struct xbpf_insn code[] = {
		STORE_IMM(XBPF_DW, 10, 5, -8), MOV_IMM(1, 10),
		{ .code = XBPF_LD | XBPF_IMM | XBPF_DW, .dst_reg = 2,
		  .src_reg = XBPF_PSEUDO_FUNC, .imm = 8 }, {},
		MOV_REG(3, 10), ADD_IMM(3, -8), MOV_IMM(4, 0),
		CALL(loop),
		LOAD(XBPF_DW, 1, 10, -8),
		{ .code = XBPF_ALU64 | XBPF_ADD | XBPF_X, .src_reg = 1 }, EXIT,
		/* 11: adds the number of the round to what R2 points to */
		LOAD(XBPF_DW, 3, 2, 0),
		{ .code = XBPF_ALU64 | XBPF_ADD | XBPF_X, .dst_reg = 3, .src_reg = 1 },
		STORE(XBPF_DW, 2, 3, 0), MOV_IMM(0, 0), EXIT,
	};
	struct xbpf_prog_info info = {};
	struct xbpf_insn shown[64] = {};
	unsigned int i, calls = 0;
	int prog;

	prog = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, code, sizeof(code));
	ok(prog >= 0, "a program with a loop");
	info.xlated_prog_len = sizeof(shown);
	info.xlated_prog_insns = kit_ptr(shown);
	is(kit_info(prog, &info, sizeof(info)), 0, "of which there is more now");
	is(info.xlated_prog_len, sizeof(code) + 18 * sizeof(*code), "its length");
	for (i = 0; i < sizeof(shown) / sizeof(*shown); i++)
		calls += shown[i].code == (XBPF_JMP | XBPF_CALL) &&
			 !shown[i].src_reg;
	is(calls, 0, "no helper is called");
	is(run(prog), 10 + 5 + 45, "it does what the helper does");
	close(prog);
}

/* The same instructions have the same tag, whatever their maps are. */
static void tags(void)
{
	int maps[2] = { kit_counters(), kit_counters() }, progs[3], i;
	struct xbpf_prog_info info[3];
	const unsigned char seven[8] = {
		0x89, 0x23, 0xda, 0xd8, 0x31, 0xf6, 0xfb, 0x51,
	};

	for (i = 0; i < 2; i++)
		progs[i] = kit_load_counter(XBPF_PROG_TYPE_RAW_TRACEPOINT,
					    maps[i], 3);
	progs[2] = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, door_insns,
			    sizeof(door_insns));
	for (i = 0; i < 3; i++) {
		memset(&info[i], 0, sizeof(info[i]));
		kit_info(progs[i], &info[i], sizeof(info[i]));
		close(progs[i]);
	}
	ok(!memcmp(info[0].tag, info[1].tag, 8), "another map, the same tag");
	ok(memcmp(info[0].tag, info[2].tag, 8), "another program, another tag");
	ok(!memcmp(info[2].tag, seven, 8), "r0 = 7; exit has this tag");
	close(maps[0]);
	close(maps[1]);
}

static int next_types(__u32 *id)
{
	union xbpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.start_id = *id;
	err = xbpf_sys(XBPF_BTF_GET_NEXT_ID, &attr, sizeof(attr));
	if (!err)
		*id = attr.next_id;
	return err;
}

/* As bpftrace looks for it: the id whose name is "vmlinux". */
static void kernel_types(void)
{
	struct xbpf_btf_info info = {};
	union xbpf_attr attr;
	__u32 id = 0, size;
	char name[64];
	char *data;
	int fd;

	is(next_types(&id), 0, "there are types");
	memset(&attr, 0, sizeof(attr));
	attr.btf_id = id;
	fd = xbpf_sys(XBPF_BTF_GET_FD_BY_ID, &attr, sizeof(attr));
	ok(fd >= 0, "which have a descriptor");
	info.name = kit_ptr(name);
	info.name_len = sizeof(name);
	is(kit_info(fd, &info, sizeof(info)), 0, "and information");
	is_str(name, "vmlinux", "the kernel's");
	is(info.name_len, 7, "length of the name");
	is(info.kernel_btf, 1, "it says so");
	size = info.btf_size;
	ok(size > 1000000, "and large: %u", size);
	data = calloc(1, size);
	memset(&info, 0, sizeof(info));
	info.btf = kit_ptr(data);
	info.btf_size = size;
	is(kit_info(fd, &info, sizeof(info)), 0, "all of it");
	is(*(unsigned short *)data, XBPF_BTF_MAGIC, "is types");
	memset(&info, 0, sizeof(info));
	info.name = kit_ptr(name);
	info.name_len = 4;
	is(kit_info(fd, &info, sizeof(info)), -ENOSPC, "room for half a name");
	is_str(name, "vml", "gets half of it");
	is(info.name_len, 7, "and how long it is");
	free(data);
	close(fd);
	while (!next_types(&id))
		;
	is(next_types(&id), -ENOENT, "the list has an end");
}

static void map_info(void)
{
	struct xbpf_map_info info = {};
	union xbpf_attr attr;
	struct door d;
	int fd, btf;

	d.sys = sys_xbpf;
	btf = door_btf(&d);
	memset(&attr, 0, sizeof(attr));
	attr.map_type = XBPF_MAP_TYPE_HASH;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = 77;
	attr.map_flags = XBPF_F_NO_PREALLOC;
	attr.btf_fd = btf;
	attr.btf_key_type_id = 1;
	attr.btf_value_type_id = 2;
	strcpy(attr.map_name, "a_map");
	fd = xbpf_sys(XBPF_MAP_CREATE, &attr, sizeof(attr));
	is(kit_info(fd, &info, sizeof(info)), 0, "of a map");
	is(info.type, XBPF_MAP_TYPE_HASH, "its type");
	is(info.key_size, 4, "its keys");
	is(info.value_size, 8, "its values");
	is(info.max_entries, 77, "its entries");
	is(info.map_flags, XBPF_F_NO_PREALLOC, "its flags");
	is_str(info.name, "a_map", "its name");
	is(info.btf_key_type_id, 1, "type of its keys");
	is(info.btf_value_type_id, 2, "type of its values");
	ok(info.btf_id, "where these are");
	info.hash_size = 32;
	is(kit_info(fd, &info, sizeof(info)), -EINVAL, "a hash has no hash");
	close(fd);
	close(btf);
}

int main(void)
{
	make_long();
	logs();
	refused();
	prog_info();
	loop_written_out();
	tags();
	kernel_types();
	map_info();
	return unit_done();
}
