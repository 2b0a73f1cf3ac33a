/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command `xbpf`: what its parts share.
 *
 *   main.c     the table of subcommands, options, help
 *   exec.c     running a program on xbpf
 *   doctor.c   what this machine offers xbpf; facts.c reads the facts
 *   stat.c     counters of programs
 *   objects.c  lists of programs, maps and links
 *   json.c     output for programs
 *
 * Exit status: 0 done, 1 failed, 2 not understood.
 */
#ifndef XBPF_COMMAND_H
#define XBPF_COMMAND_H

#include <stddef.h>
#include <linux/xbpf.h>

enum status {
	STATUS_OK	= 0,
	STATUS_FAILED	= 1,
	STATUS_USAGE	= 2,
};

/* What the options say; written by main.c alone */
struct options {
	int json;
	int pretty;
	int help;
	int version;
};

struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *help;
	int (*run)(int argc, char **argv);
	int own_options;	/* leaves options to run() */
};

extern struct options options;

/* main.c */
int usage_error(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int failure(const char *format, ...) __attribute__((format(printf, 1, 2)));
int device_ready(void);

/* The subcommands */
int command_exec(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_stat(int argc, char **argv);
int command_prog(int argc, char **argv);
int command_map(int argc, char **argv);
int command_link(int argc, char **argv);

/* objects.c */
struct object_kind;
extern const struct object_kind prog_kind;

/**
 * objects_each - visit every object of a kind, by rising id
 * @kind: the kind
 * @visit: called with a descriptor, which is closed after it; an object that
 *	goes away meanwhile is passed over
 *
 * Return: 0, the first non-zero result of @visit, or a negative errno.
 */
int objects_each(const struct object_kind *kind,
		 int (*visit)(int fd, __u32 id));
int object_info(int fd, void *info, size_t size);
int object_id_parse(const char *string, __u32 *id);

/* json.c */
void json_object_begin(const char *name);
void json_object_end(void);
void json_array_begin(const char *name);
void json_array_end(void);
void json_string(const char *name, const char *value);
void json_number(const char *name, unsigned long long value);
void json_bool(const char *name, int value);
void json_finish(void);

/* facts.c */
int fact_line(const char *path, char *line, size_t size);
const char *fact_config(const char *name);
const char *fact_config_source(void);
int fact_symbol(const char *name);
const char *fact_release(void);

#endif /* XBPF_COMMAND_H */
