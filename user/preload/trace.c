// SPDX-License-Identifier: GPL-2.0-only
/*
 * XBPF_TRACE=1: a line on stderr for each call, decoded.
 *
 *   xbpf[4711] MAP_CREATE map_type=hash key_size=4 ... = 5
 *
 * What goes in is read before the call, what comes out after it.  A command is
 * a row of the table below; a command without fields still prints its name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xbpf/names.h>
#include "preload.h"

enum how {
	END,
	DEC,		/* number; not printed when 0 */
	ALWAYS,		/* number */
	HEX,		/* number; not printed when 0 */
	NAME,		/* characters within the structure */
	STRING,		/* address of a string */
	TYPE,		/* number with a word for it; not printed when 0 */
};

struct field {
	const char *name;
	unsigned short offset;
	unsigned char size;
	unsigned char how;
	const char *(*word)(unsigned int number);
};

#define FIELD(how, member) \
	{ #member, offsetof(union xbpf_attr, member), \
	  sizeof(((union xbpf_attr *)0)->member), how, NULL }
#define WORD(member, word) \
	{ #member, offsetof(union xbpf_attr, member), \
	  sizeof(((union xbpf_attr *)0)->member), TYPE, word }

#define FIELDS(...) (const struct field[]) { __VA_ARGS__, { .how = END } }

static const struct command {
	const struct field *in;
	const struct field *out;
} commands[] = {
	[XBPF_MAP_CREATE] = { .in = FIELDS(
		WORD(map_type, xbpf_map_type_name), FIELD(ALWAYS, key_size),
		FIELD(ALWAYS, value_size), FIELD(ALWAYS, max_entries),
		FIELD(HEX, map_flags), FIELD(NAME, map_name),
		FIELD(DEC, btf_fd)) },
	[XBPF_MAP_LOOKUP_ELEM] = { .in = FIELDS(
		FIELD(ALWAYS, map_fd), FIELD(HEX, flags)) },
	[XBPF_MAP_UPDATE_ELEM] = { .in = FIELDS(
		FIELD(ALWAYS, map_fd), FIELD(HEX, flags)) },
	[XBPF_MAP_DELETE_ELEM] = { .in = FIELDS(
		FIELD(ALWAYS, map_fd), FIELD(HEX, flags)) },
	[XBPF_MAP_GET_NEXT_KEY] = { .in = FIELDS(
		FIELD(ALWAYS, map_fd), FIELD(HEX, key)) },
	[XBPF_MAP_LOOKUP_AND_DELETE_ELEM] = { .in = FIELDS(
		FIELD(ALWAYS, map_fd), FIELD(HEX, flags)) },
	[XBPF_MAP_FREEZE] = { .in = FIELDS(FIELD(ALWAYS, map_fd)) },
	[XBPF_MAP_LOOKUP_BATCH] = {
		.in = FIELDS(FIELD(ALWAYS, batch.map_fd),
			     FIELD(ALWAYS, batch.count)),
		.out = FIELDS(FIELD(ALWAYS, batch.count)) },
	[XBPF_MAP_LOOKUP_AND_DELETE_BATCH] = {
		.in = FIELDS(FIELD(ALWAYS, batch.map_fd),
			     FIELD(ALWAYS, batch.count)),
		.out = FIELDS(FIELD(ALWAYS, batch.count)) },
	[XBPF_MAP_UPDATE_BATCH] = {
		.in = FIELDS(FIELD(ALWAYS, batch.map_fd),
			     FIELD(ALWAYS, batch.count)),
		.out = FIELDS(FIELD(ALWAYS, batch.count)) },
	[XBPF_MAP_DELETE_BATCH] = {
		.in = FIELDS(FIELD(ALWAYS, batch.map_fd),
			     FIELD(ALWAYS, batch.count)),
		.out = FIELDS(FIELD(ALWAYS, batch.count)) },
	[XBPF_PROG_LOAD] = {
		.in = FIELDS(WORD(prog_type, xbpf_prog_type_name),
			     FIELD(ALWAYS, insn_cnt), FIELD(STRING, license),
			     FIELD(NAME, prog_name),
			     WORD(expected_attach_type, xbpf_attach_type_name),
			     FIELD(HEX, prog_flags), FIELD(DEC, log_level),
			     FIELD(DEC, prog_btf_fd), FIELD(DEC, attach_btf_id)),
		.out = FIELDS(FIELD(DEC, log_true_size)) },
	[XBPF_OBJ_PIN] = { .in = FIELDS(
		FIELD(STRING, pathname), FIELD(ALWAYS, bpf_fd)) },
	[XBPF_OBJ_GET] = { .in = FIELDS(
		FIELD(STRING, pathname), FIELD(HEX, file_flags)) },
	[XBPF_PROG_ATTACH] = { .in = FIELDS(
		WORD(attach_type, xbpf_attach_type_name),
		FIELD(ALWAYS, target_fd), FIELD(ALWAYS, attach_bpf_fd)) },
	[XBPF_PROG_DETACH] = { .in = FIELDS(
		WORD(attach_type, xbpf_attach_type_name),
		FIELD(ALWAYS, target_fd), FIELD(ALWAYS, attach_bpf_fd)) },
	[XBPF_PROG_TEST_RUN] = {
		.in = FIELDS(FIELD(ALWAYS, test.prog_fd),
			     FIELD(DEC, test.data_size_in),
			     FIELD(DEC, test.ctx_size_in),
			     FIELD(DEC, test.repeat), FIELD(HEX, test.flags)),
		.out = FIELDS(FIELD(ALWAYS, test.retval),
			      FIELD(DEC, test.duration)) },
	[XBPF_PROG_GET_NEXT_ID] = { .in = FIELDS(FIELD(ALWAYS, start_id)),
		.out = FIELDS(FIELD(ALWAYS, next_id)) },
	[XBPF_MAP_GET_NEXT_ID] = { .in = FIELDS(FIELD(ALWAYS, start_id)),
		.out = FIELDS(FIELD(ALWAYS, next_id)) },
	[XBPF_BTF_GET_NEXT_ID] = { .in = FIELDS(FIELD(ALWAYS, start_id)),
		.out = FIELDS(FIELD(ALWAYS, next_id)) },
	[XBPF_LINK_GET_NEXT_ID] = { .in = FIELDS(FIELD(ALWAYS, start_id)),
		.out = FIELDS(FIELD(ALWAYS, next_id)) },
	[XBPF_PROG_GET_FD_BY_ID] = { .in = FIELDS(FIELD(ALWAYS, prog_id)) },
	[XBPF_MAP_GET_FD_BY_ID] = { .in = FIELDS(FIELD(ALWAYS, map_id)) },
	[XBPF_BTF_GET_FD_BY_ID] = { .in = FIELDS(FIELD(ALWAYS, btf_id)) },
	[XBPF_LINK_GET_FD_BY_ID] = { .in = FIELDS(FIELD(ALWAYS, link_id)) },
	[XBPF_OBJ_GET_INFO_BY_FD] = {
		.in = FIELDS(FIELD(ALWAYS, info.bpf_fd),
			     FIELD(ALWAYS, info.info_len)),
		.out = FIELDS(FIELD(ALWAYS, info.info_len)) },
	[XBPF_PROG_QUERY] = {
		.in = FIELDS(FIELD(ALWAYS, query.target_fd),
			     WORD(query.attach_type, xbpf_attach_type_name)),
		.out = FIELDS(FIELD(ALWAYS, query.prog_cnt)) },
	[XBPF_RAW_TRACEPOINT_OPEN] = { .in = FIELDS(
		FIELD(STRING, raw_tracepoint.name),
		FIELD(ALWAYS, raw_tracepoint.prog_fd),
		FIELD(HEX, raw_tracepoint.cookie)) },
	[XBPF_BTF_LOAD] = { .in = FIELDS(
		FIELD(ALWAYS, btf_size), FIELD(DEC, btf_log_level)) },
	[XBPF_TASK_FD_QUERY] = {
		.in = FIELDS(FIELD(ALWAYS, task_fd_query.pid),
			     FIELD(ALWAYS, task_fd_query.fd)),
		.out = FIELDS(FIELD(ALWAYS, task_fd_query.prog_id),
			      FIELD(ALWAYS, task_fd_query.fd_type)) },
	[XBPF_LINK_CREATE] = { .in = FIELDS(
		WORD(link_create.attach_type, xbpf_attach_type_name),
		FIELD(ALWAYS, link_create.prog_fd),
		FIELD(ALWAYS, link_create.target_fd),
		FIELD(HEX, link_create.flags)) },
	[XBPF_LINK_UPDATE] = { .in = FIELDS(
		FIELD(ALWAYS, link_update.link_fd),
		FIELD(ALWAYS, link_update.new_prog_fd),
		FIELD(HEX, link_update.flags)) },
	[XBPF_LINK_DETACH] = { .in = FIELDS(
		FIELD(ALWAYS, link_detach.link_fd)) },
	[XBPF_ENABLE_STATS] = { .in = FIELDS(
		FIELD(ALWAYS, enable_stats.type)) },
	[XBPF_ITER_CREATE] = { .in = FIELDS(
		FIELD(ALWAYS, iter_create.link_fd)) },
	[XBPF_PROG_BIND_MAP] = { .in = FIELDS(
		FIELD(ALWAYS, prog_bind_map.prog_fd),
		FIELD(ALWAYS, prog_bind_map.map_fd)) },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* 0 not looked up as yet, 1 no, 2 yes */
static int wanted;

int trace_wanted(void)
{
	const char *value;

	if (!wanted) {
		value = getenv("XBPF_TRACE");
		wanted = value && *value && strcmp(value, "0") ? 2 : 1;
	}
	return wanted == 2;
}

static void start(struct text *text)
{
	text->len = 0;
	text_string(text, "xbpf[");
	text_decimal(text, gettid());
	text_string(text, "] ");
}

static __u64 number_at(const union xbpf_attr *attr, const struct field *field)
{
	const char *at = (const char *)attr + field->offset;
	__u64 wide;
	__s32 narrow;

	if (field->size == sizeof(wide)) {
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, at, sizeof(narrow));
	return field->how == HEX ? (__u32)narrow : (__u64)(__s64)narrow;
}

/* Of link_create.prog_fd only prog_fd */
static void label(struct text *text, const struct field *field)
{
	const char *dot = strrchr(field->name, '.');

	text_string(text, " ");
	text_string(text, dot ? dot + 1 : field->name);
	text_string(text, "=");
}

static void put_number(struct text *text, const struct field *field,
		       __u64 number)
{
	const char *word = field->word ? field->word(number) : NULL;
	char string[64];

	label(text, field);
	if (word)
		text_string(text, word);
	else if (field->how == HEX)
		text_hex(text, number);
	else if (field->how != STRING)
		text_decimal(text, number);
	else if (xbpf_peek_string(string, number, sizeof(string)))
		text_hex(text, number);
	else
		text_quoted(text, string, sizeof(string));
}

static void put_field(struct text *text, const struct field *field,
		      const union xbpf_attr *attr)
{
	const char *name = (const char *)attr + field->offset;
	__u64 number;

	if (field->how == NAME) {
		if (!*name)
			return;
		label(text, field);
		text_quoted(text, name, field->size);
		return;
	}
	number = number_at(attr, field);
	if (!number && field->how != ALWAYS)
		return;
	put_number(text, field, number);
}

static void put_fields(struct trace *trace, const struct field *field)
{
	union xbpf_attr attr;
	size_t size = trace->size;

	if (!field)
		return;
	memset(&attr, 0, sizeof(attr));
	if (size > sizeof(attr))
		size = sizeof(attr);
	if (xbpf_peek(&attr, trace->attr, size)) {
		text_string(&trace->text, " attr=");
		text_hex(&trace->text, (unsigned long)trace->attr);
		return;
	}
	for (; field->how != END; field++)
		if (field->offset + field->size <= size)
			put_field(&trace->text, field, &attr);
}

static const struct command *command_row(int cmd)
{
	static const struct command none;

	return (size_t)cmd < NR_COMMANDS ? &commands[cmd] : &none;
}

void trace_bpf_begin(struct trace *trace, int cmd, void *attr, size_t size)
{
	const char *name = xbpf_cmd_name(cmd);

	trace->cmd = cmd;
	trace->attr = attr;
	trace->size = size;
	start(&trace->text);
	text_string(&trace->text, name ? name : "bpf cmd=");
	if (!name)
		text_decimal(&trace->text, cmd);
	put_fields(trace, command_row(cmd)->in);
}

void trace_bpf_end(struct trace *trace, long result)
{
	text_result(&trace->text, result);
	if (result >= 0)
		put_fields(trace, command_row(trace->cmd)->out);
	text_write(&trace->text);
}

static void put_event(struct text *text, const struct perf_event_attr *attr,
		      __u32 source)
{
	static const char *const sources[] = { "", " kprobe", " uprobe" };
	char string[64];

	text_string(text, sources[source]);
	text_string(text, " type=");
	text_unsigned(text, attr->type);
	text_string(text, " config=");
	text_hex(text, attr->config);
	if (source == XBPF_PERF_SOURCE_TYPE) {
		text_string(text, attr->freq ? " freq=" : " period=");
		text_unsigned(text, attr->sample_period);
		return;
	}
	if (attr->config1 &&
	    !xbpf_peek_string(string, attr->config1, sizeof(string))) {
		text_string(text, " at=");
		text_quoted(text, string, sizeof(string));
	}
	text_string(text, "+");
	text_hex(text, attr->config2);
}

void trace_perf(const struct perf_event_attr *attr,
		const struct xbpf_perf_open *open, long result)
{
	struct perf_event_attr first;
	struct text text;

	start(&text);
	text_string(&text, "PERF_EVENT_OPEN");
	memset(&first, 0, sizeof(first));
	/* The oldest layout and the word after it, config2 */
	if (!xbpf_peek(&first, attr, PERF_ATTR_SIZE_VER0)) {
		if (open->attr_size >= PERF_ATTR_SIZE_VER1)
			xbpf_peek(&first, attr, PERF_ATTR_SIZE_VER1);
		put_event(&text, &first, open->source);
	}
	text_string(&text, " pid=");
	text_decimal(&text, open->pid);
	text_string(&text, " cpu=");
	text_decimal(&text, open->cpu);
	text_result(&text, result);
	text_write(&text);
}
