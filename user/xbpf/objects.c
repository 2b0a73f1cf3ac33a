// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of programs, maps and links, in the manner of bpftool.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xbpf/libxbpf.h>
#include <xbpf/names.h>
#include "xbpf.h"

struct object_kind {
	const char *name;
	int next_id;
	int fd_by_id;
	int (*show)(int fd, __u32 id);
};

/* The only object to show, or 0 for all */
static __u32 wanted_id;

static int attr_id(int cmd, __u32 id, union xbpf_attr *attr)
{
	memset(attr, 0, sizeof(*attr));
	attr->start_id = id;
	return xbpf_sys(cmd, attr, offsetof(union xbpf_attr, open_flags) +
			sizeof(attr->open_flags));
}

int objects_each(const struct object_kind *kind, int (*visit)(int fd, __u32 id))
{
	union xbpf_attr attr;
	__u32 id = 0;
	int fd, ret;

	while (!(ret = attr_id(kind->next_id, id, &attr))) {
		id = attr.next_id;
		fd = attr_id(kind->fd_by_id, id, &attr);
		if (fd == -ENOENT)
			continue;
		if (fd < 0)
			return fd;
		ret = visit(fd, id);
		close(fd);
		if (ret)
			return ret;
	}
	return ret == -ENOENT ? 0 : ret;
}

int object_info(int fd, void *info, size_t size)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = fd;
	attr.info.info_len = size;
	attr.info.info = (__u64)(unsigned long)info;
	return xbpf_sys(XBPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr.info));
}

static const char *word_or(const char *word)
{
	return word ? word : "unknown";
}

static void tag_format(char *text, const __u8 *tag)
{
	int i;

	for (i = 0; i < XBPF_TAG_SIZE; i++)
		sprintf(text + 2 * i, "%02x", tag[i]);
}

static void prog_print(const struct xbpf_prog_info *info, const __u32 *map_ids)
{
	char tag[2 * XBPF_TAG_SIZE + 1];
	__u32 i;

	tag_format(tag, info->tag);
	printf("%u: %s", info->id, word_or(xbpf_prog_type_name(info->type)));
	if (*info->name)
		printf("  name %.16s", info->name);
	printf("  tag %s%s\n", tag, info->gpl_compatible ? "  gpl" : "");
	printf("\tuid %u  xlated %uB", info->created_by_uid,
	       info->xlated_prog_len);
	if (info->jited_prog_len)
		printf("  jited %uB", info->jited_prog_len);
	else
		printf("  not jited");
	for (i = 0; i < info->nr_map_ids; i++)
		printf("%s%u", i ? "," : "  map_ids ", map_ids[i]);
	printf("\n");
}

static void prog_json(const struct xbpf_prog_info *info, const __u32 *map_ids)
{
	char tag[2 * XBPF_TAG_SIZE + 1];
	__u32 i;

	tag_format(tag, info->tag);
	json_object_begin(NULL);
	json_number("id", info->id);
	json_string("type", word_or(xbpf_prog_type_name(info->type)));
	if (*info->name)
		json_string("name", info->name);
	json_string("tag", tag);
	json_bool("gpl_compatible", info->gpl_compatible);
	json_number("uid", info->created_by_uid);
	json_number("bytes_xlated", info->xlated_prog_len);
	json_bool("jited", info->jited_prog_len != 0);
	json_number("bytes_jited", info->jited_prog_len);
	json_array_begin("map_ids");
	for (i = 0; i < info->nr_map_ids; i++)
		json_number(NULL, map_ids[i]);
	json_array_end();
	json_object_end();
}

static int prog_show(int fd, __u32 id)
{
	__u32 map_ids[64] = { 0 };
	struct xbpf_prog_info info;
	int ret;

	(void)id;
	memset(&info, 0, sizeof(info));
	info.nr_map_ids = sizeof(map_ids) / sizeof(*map_ids);
	info.map_ids = (__u64)(unsigned long)map_ids;
	ret = object_info(fd, &info, sizeof(info));
	if (ret < 0)
		return ret;
	/* The answer says how many there are, not how many fitted */
	if (info.nr_map_ids > sizeof(map_ids) / sizeof(*map_ids))
		info.nr_map_ids = sizeof(map_ids) / sizeof(*map_ids);
	if (options.json)
		prog_json(&info, map_ids);
	else
		prog_print(&info, map_ids);
	return 0;
}

static void map_json(const struct xbpf_map_info *info)
{
	json_object_begin(NULL);
	json_number("id", info->id);
	json_string("type", word_or(xbpf_map_type_name(info->type)));
	if (*info->name)
		json_string("name", info->name);
	json_number("flags", info->map_flags);
	json_number("bytes_key", info->key_size);
	json_number("bytes_value", info->value_size);
	json_number("max_entries", info->max_entries);
	if (info->btf_id)
		json_number("btf_id", info->btf_id);
	json_object_end();
}

static int map_show(int fd, __u32 id)
{
	struct xbpf_map_info info;
	int ret;

	(void)id;
	memset(&info, 0, sizeof(info));
	ret = object_info(fd, &info, sizeof(info));
	if (ret < 0)
		return ret;
	if (options.json) {
		map_json(&info);
		return 0;
	}
	printf("%u: %s", info.id, word_or(xbpf_map_type_name(info.type)));
	if (*info.name)
		printf("  name %.16s", info.name);
	printf("  flags 0x%x\n\tkey %uB  value %uB  max_entries %u\n",
	       info.map_flags, info.key_size, info.value_size,
	       info.max_entries);
	return 0;
}

/* What a link is attached to, in words; empty when that is not told */
struct target {
	const char *what;
	char name[128];
	unsigned long long offset;
};

/* Where the answer's name goes: the place differs by type of link and event */
static void target_ask(struct xbpf_link_info *info, struct target *target)
{
	__u64 name = (__u64)(unsigned long)target->name;
	__u32 event = info->perf_event.type;

	if (info->type == XBPF_LINK_TYPE_RAW_TRACEPOINT) {
		info->raw_tracepoint.tp_name = name;
		info->raw_tracepoint.tp_name_len = sizeof(target->name);
	} else if (info->type == XBPF_LINK_TYPE_PERF_EVENT &&
		   event != XBPF_PERF_EVENT_EVENT) {
		/* The same place for kprobe, uprobe and tracepoint */
		info->perf_event.kprobe.func_name = name;
		info->perf_event.kprobe.name_len = sizeof(target->name);
	}
}

static void target_words(const struct xbpf_link_info *info,
			 struct target *target)
{
	static const char *const events[] = {
		[XBPF_PERF_EVENT_UPROBE] = "uprobe",
		[XBPF_PERF_EVENT_URETPROBE] = "uretprobe",
		[XBPF_PERF_EVENT_KPROBE] = "kprobe",
		[XBPF_PERF_EVENT_KRETPROBE] = "kretprobe",
		[XBPF_PERF_EVENT_TRACEPOINT] = "tracepoint",
		[XBPF_PERF_EVENT_EVENT] = "event",
	};
	__u32 event = info->perf_event.type;

	target->what = NULL;
	target->offset = 0;
	if (info->type == XBPF_LINK_TYPE_RAW_TRACEPOINT)
		target->what = "tp";
	if (info->type != XBPF_LINK_TYPE_PERF_EVENT ||
	    event >= sizeof(events) / sizeof(*events))
		return;
	target->what = events[event];
	if (event != XBPF_PERF_EVENT_TRACEPOINT &&
	    event != XBPF_PERF_EVENT_EVENT)
		target->offset = info->perf_event.kprobe.offset;
}

/* Asked twice: the first answer says what kind of name there is to ask for */
static int link_query(int fd, struct xbpf_link_info *info,
		      struct target *target)
{
	struct xbpf_link_info named;
	int ret;

	memset(info, 0, sizeof(*info));
	memset(target, 0, sizeof(*target));
	ret = object_info(fd, info, sizeof(*info));
	if (ret < 0)
		return ret;
	memset(&named, 0, sizeof(named));
	named.type = info->type;
	named.perf_event.type = info->perf_event.type;
	target_ask(&named, target);
	if (object_info(fd, &named, sizeof(named)) < 0)
		target->name[0] = '\0';
	target_words(info, target);
	return 0;
}

static void link_json(const struct xbpf_link_info *info,
		      const struct target *target)
{
	json_object_begin(NULL);
	json_number("id", info->id);
	json_string("type", word_or(xbpf_link_type_name(info->type)));
	json_number("prog_id", info->prog_id);
	if (target->what)
		json_string("event", target->what);
	if (*target->name)
		json_string("target", target->name);
	if (target->offset)
		json_number("offset", target->offset);
	json_object_end();
}

static int link_show(int fd, __u32 id)
{
	struct xbpf_link_info info;
	struct target target;
	int ret;

	(void)id;
	ret = link_query(fd, &info, &target);
	if (ret < 0)
		return ret;
	if (options.json) {
		link_json(&info, &target);
		return 0;
	}
	printf("%u: %s  prog %u\n", info.id,
	       word_or(xbpf_link_type_name(info.type)), info.prog_id);
	if (!target.what)
		return 0;
	printf("\t%s %s", target.what, target.name);
	if (target.offset)
		printf("+0x%llx", target.offset);
	printf("\n");
	return 0;
}

const struct object_kind prog_kind = {
	"prog", XBPF_PROG_GET_NEXT_ID, XBPF_PROG_GET_FD_BY_ID, prog_show,
};

static const struct object_kind map_kind = {
	"map", XBPF_MAP_GET_NEXT_ID, XBPF_MAP_GET_FD_BY_ID, map_show,
};

static const struct object_kind link_kind = {
	"link", XBPF_LINK_GET_NEXT_ID, XBPF_LINK_GET_FD_BY_ID, link_show,
};

static int show_one(const struct object_kind *kind)
{
	union xbpf_attr attr;
	int fd, ret;

	fd = attr_id(kind->fd_by_id, wanted_id, &attr);
	if (fd < 0)
		return fd;
	ret = kind->show(fd, wanted_id);
	close(fd);
	return ret;
}

static int list(const struct object_kind *kind)
{
	int array = options.json && !wanted_id;
	int ret;

	ret = device_ready();
	if (ret)
		return ret;
	if (array)
		json_array_begin(NULL);
	ret = wanted_id ? show_one(kind) : objects_each(kind, kind->show);
	if (ret == -ENOENT && wanted_id)
		ret = failure("no %s with id %u", kind->name, wanted_id);
	else if (ret < 0)
		ret = failure("%s: %s", kind->name, strerror(-ret));
	if (array)
		json_array_end();
	if (array || (options.json && !ret))
		json_finish();
	return ret;
}

/**
 * object_id_parse - the id that a word of the command line is
 * @string: the word
 * @id: where to put it
 *
 * Return: 0, or -EINVAL when it is none.
 */
int object_id_parse(const char *string, __u32 *id)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(string, &end, 10);
	if (errno || *end || end == string || !value || value > 0xffffffffUL)
		return -EINVAL;
	*id = value;
	return 0;
}

static int command_list(const struct object_kind *kind, int argc, char **argv)
{
	if (argc > 0 && (!strcmp(argv[0], "show") || !strcmp(argv[0], "list"))) {
		argc--;
		argv++;
	}
	if (argc == 0)
		return list(kind);
	if (argc != 2 || strcmp(argv[0], "id"))
		return usage_error(kind->name, "what is '%s'?", argv[0]);
	if (object_id_parse(argv[1], &wanted_id))
		return usage_error(kind->name, "'%s' is no id", argv[1]);
	return list(kind);
}

int command_prog(int argc, char **argv)
{
	return command_list(&prog_kind, argc, argv);
}

int command_map(int argc, char **argv)
{
	return command_list(&map_kind, argc, argv);
}

int command_link(int argc, char **argv)
{
	return command_list(&link_kind, argc, argv);
}
