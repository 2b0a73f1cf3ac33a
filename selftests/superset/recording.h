/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recordings: the bpf(2) calls of a loader, in a file, to be made again elsewhere.
 *
 * A file is a sequence of calls. Descriptors in it are handles: 1, 2, 3 ... in the
 * order in which the recorder gave them, 0 for none. What pointers pointed to
 * comes behind the structure. Calls that do not bear on a verdict are left out.
 */
#ifndef SUPERSET_RECORDING_H
#define SUPERSET_RECORDING_H

#include <stddef.h>
#include <stdio.h>
#include <linux/xbpf.h>

/* In the place of a command: a program that the loader itself gave up on. */
#define RECORDED_UNLOADABLE	0xffffffffu

#define RECORDING_NAME		80

/**
 * struct recorded_head - what a call begins with in the file
 * @cmd: command of bpf(2), or RECORDED_UNLOADABLE
 * @handle: what it returned; 0: nothing
 * @attr_size: bytes of the structure as the loader gave it
 * @nr_parts: what pointers pointed to: struct recorded_part and its bytes each
 * @program: PROG_LOAD: name; unique in the file
 * @section: PROG_LOAD: the object's section, else the program type
 */
struct recorded_head {
	__u32 cmd;
	__u32 handle;
	__u32 attr_size;
	__u32 nr_parts;
	char program[RECORDING_NAME];
	char section[RECORDING_NAME];
};

/**
 * struct recorded_part - what a pointer pointed to
 * @field: offset of the pointer in the structure
 * @size: bytes that follow
 */
struct recorded_part {
	__u32 field;
	__u32 size;
};

#define RECORDED_PARTS	6

/**
 * struct recorded_call - a call in memory
 * @attr: pointers in it point to memory that belongs to the call
 */
struct recorded_call {
	struct recorded_head head;
	struct recorded_part part[RECORDED_PARTS];
	union xbpf_attr attr;
};

/**
 * recorded_call_copy - take what a loader gave to bpf(2)
 * @key_size, @value_size: of the map, for MAP_UPDATE_ELEM
 * Return: 0, -1 without memory.
 */
int recorded_call_copy(struct recorded_call *call, __u32 cmd, const void *attr,
		       size_t size, __u32 key_size, __u32 value_size);
/* Return: 1, 0 at the end of the file, -1 if it is cut or garbled. */
int recorded_call_read(struct recorded_call *call, FILE *file);
int recorded_call_write(const struct recorded_call *call, int fd);
void recorded_call_free(struct recorded_call *call);

/* What a call's descriptors are: called for each, to be changed in place. */
typedef void (*recorded_fd_fn)(void *ctx, __u32 *fd);
void recorded_call_each_fd(struct recorded_call *call, recorded_fd_fn fn,
			   void *ctx);

#endif
