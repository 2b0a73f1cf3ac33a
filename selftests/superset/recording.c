// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings: see recording.h. Knows which fields of which command are pointers, how
 * long what they point to is, and which are descriptors; not what a call means.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "recording.h"

#define PART_MAX	(64u << 20)
#define FIELD(member)	offsetof(union xbpf_attr, member)

/* ---- parts ---- */

static __u64 *pointer_at(struct recorded_call *call, __u32 field)
{
	return (__u64 *)((char *)&call->attr + field);
}

static const void *part_bytes(const struct recorded_call *call, __u32 part)
{
	const char *attr = (const char *)&call->attr;
	__u64 address;

	memcpy(&address, attr + call->part[part].field, sizeof(address));
	return (const void *)(unsigned long)address;
}

static int add_part(struct recorded_call *call, __u32 field, __u32 size)
{
	__u64 *pointer = pointer_at(call, field);
	void *copy;

	if (!*pointer || !size) {
		*pointer = 0;
		return 0;
	}
	copy = malloc(size);
	if (!copy)
		return -1;
	memcpy(copy, (const void *)(unsigned long)*pointer, size);
	*pointer = (unsigned long)copy;
	call->part[call->head.nr_parts++] =
		(struct recorded_part) { .field = field, .size = size };
	return 0;
}

static struct xbpf_insn *call_insns(const struct recorded_call *call)
{
	return (struct xbpf_insn *)(unsigned long)call->attr.insns;
}

static int is_wide(const struct xbpf_insn *insn)
{
	return insn->code == (XBPF_LD | XBPF_IMM | XBPF_DW);
}

/* Entries of fd_array that the program names; its size is not told. */
static __u32 fd_array_used(const struct recorded_call *call)
{
	const struct xbpf_insn *insn = call_insns(call);
	const struct xbpf_insn *end = insn + call->attr.insn_cnt;
	__u32 used = call->attr.fd_array_cnt;

	for (; insn < end; insn++) {
		__s64 index = -1;

		if (is_wide(insn) &&
		    (insn->src_reg == XBPF_PSEUDO_MAP_IDX ||
		     insn->src_reg == XBPF_PSEUDO_MAP_IDX_VALUE))
			index = insn->imm;
		else if (insn->code == (XBPF_JMP | XBPF_CALL) && insn->off &&
			 insn->src_reg == XBPF_PSEUDO_KFUNC_CALL)
			index = insn->off;
		if (index >= used && index < 4096)
			used = index + 1;
	}
	return used;
}

static int copy_load_parts(struct recorded_call *call)
{
	union xbpf_attr *attr = &call->attr;
	const char *license = (const char *)(unsigned long)attr->license;

	attr->log_level = 0;
	attr->log_size = 0;
	attr->log_buf = 0;
	attr->core_relo_cnt = 0;
	attr->core_relos = 0;
	attr->core_relo_rec_size = 0;
	if (add_part(call, FIELD(insns), attr->insn_cnt * sizeof(struct xbpf_insn)) ||
	    add_part(call, FIELD(license), license ? strlen(license) + 1 : 0) ||
	    add_part(call, FIELD(func_info),
		     attr->func_info_cnt * attr->func_info_rec_size) ||
	    add_part(call, FIELD(line_info),
		     attr->line_info_cnt * attr->line_info_rec_size))
		return -1;
	return add_part(call, FIELD(fd_array), fd_array_used(call) * sizeof(__s32));
}

static int copy_parts(struct recorded_call *call, __u32 key_size, __u32 value_size)
{
	switch (call->head.cmd) {
	case XBPF_PROG_LOAD:
		return copy_load_parts(call);
	case XBPF_BTF_LOAD:
		call->attr.btf_log_buf = 0;
		call->attr.btf_log_size = 0;
		call->attr.btf_log_level = 0;
		return add_part(call, FIELD(btf), call->attr.btf_size);
	case XBPF_MAP_UPDATE_ELEM:
		return add_part(call, FIELD(key), key_size) ?:
		       add_part(call, FIELD(value), value_size);
	default:
		return 0;
	}
}

int recorded_call_copy(struct recorded_call *call, __u32 cmd, const void *attr,
		       size_t size, __u32 key_size, __u32 value_size)
{
	memset(call, 0, sizeof(*call));
	if (size > sizeof(call->attr))
		size = sizeof(call->attr);
	if (size)
		memcpy(&call->attr, attr, size);
	call->head.cmd = cmd;
	call->head.attr_size = size;
	if (!copy_parts(call, key_size, value_size))
		return 0;
	recorded_call_free(call);
	return -1;
}

void recorded_call_free(struct recorded_call *call)
{
	__u32 i;

	for (i = 0; i < call->head.nr_parts; i++)
		free((void *)part_bytes(call, i));
	call->head.nr_parts = 0;
}

/* ---- the file ---- */

static int write_all(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size) {
		ssize_t done = write(fd, at, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		at += done;
		size -= done;
	}
	return 0;
}

int recorded_call_write(const struct recorded_call *call, int fd)
{
	__u32 i;

	if (write_all(fd, &call->head, sizeof(call->head)) ||
	    write_all(fd, &call->attr, sizeof(call->attr)))
		return -1;
	for (i = 0; i < call->head.nr_parts; i++)
		if (write_all(fd, &call->part[i], sizeof(call->part[i])) ||
		    write_all(fd, part_bytes(call, i), call->part[i].size))
			return -1;
	return 0;
}

static int read_part(struct recorded_call *call, FILE *file)
{
	struct recorded_part part;
	void *bytes;

	if (fread(&part, sizeof(part), 1, file) != 1 || part.size > PART_MAX ||
	    part.field > sizeof(call->attr) - sizeof(__u64))
		return -1;
	bytes = malloc(part.size);
	if (!bytes || fread(bytes, 1, part.size, file) != part.size) {
		free(bytes);
		return -1;
	}
	*pointer_at(call, part.field) = (unsigned long)bytes;
	call->part[call->head.nr_parts++] = part;
	return 0;
}

int recorded_call_read(struct recorded_call *call, FILE *file)
{
	size_t got;
	__u32 nr;

	memset(call, 0, sizeof(*call));
	got = fread(&call->head, 1, sizeof(call->head), file);
	if (got != sizeof(call->head))
		return got || ferror(file) ? -1 : 0;
	nr = call->head.nr_parts;
	call->head.nr_parts = 0;
	if (nr > RECORDED_PARTS || call->head.attr_size > sizeof(call->attr) ||
	    fread(&call->attr, sizeof(call->attr), 1, file) != 1)
		return -1;
	while (nr--) {
		if (!read_part(call, file))
			continue;
		recorded_call_free(call);
		return -1;
	}
	return 1;
}

/* ---- descriptors ---- */

static __u32 part_size(const struct recorded_call *call, __u32 field)
{
	__u32 i;

	for (i = 0; i < call->head.nr_parts; i++)
		if (call->part[i].field == field)
			return call->part[i].size;
	return 0;
}

static void each_load_fd(struct recorded_call *call, recorded_fd_fn fn, void *ctx)
{
	struct xbpf_insn *insn = call_insns(call);
	struct xbpf_insn *end = insn + call->attr.insn_cnt;
	__u32 *array = (__u32 *)(unsigned long)call->attr.fd_array;
	__u32 i, nr = part_size(call, FIELD(fd_array)) / sizeof(*array);

	fn(ctx, &call->attr.prog_btf_fd);
	fn(ctx, &call->attr.attach_prog_fd);
	for (i = 0; i < nr; i++)
		fn(ctx, &array[i]);
	for (; insn < end; insn++)
		if (is_wide(insn) && (insn->src_reg == XBPF_PSEUDO_MAP_FD ||
				      insn->src_reg == XBPF_PSEUDO_MAP_VALUE))
			fn(ctx, (__u32 *)&insn->imm);
}

void recorded_call_each_fd(struct recorded_call *call, recorded_fd_fn fn,
			   void *ctx)
{
	switch (call->head.cmd) {
	case XBPF_MAP_CREATE:
		fn(ctx, &call->attr.inner_map_fd);
		fn(ctx, &call->attr.btf_fd);
		return;
	case XBPF_MAP_UPDATE_ELEM:
	case XBPF_MAP_FREEZE:
		fn(ctx, &call->attr.map_fd);
		return;
	case XBPF_PROG_LOAD:
		each_load_fd(call, fn, ctx);
		return;
	}
}
