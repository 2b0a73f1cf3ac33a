// SPDX-License-Identifier: GPL-2.0-only
/*
 * record-objects DIR FILE...: what libbpf asks bpf(2) for each program of object files.
 *
 * A file is a BPF object or an executable with objects inside; each object becomes a
 * recording DIR/NAME.rec. libbpf relocates against the types of the kernel in
 * whose place the recorder answers. Every program is loaded, also those that an
 * object leaves out by default. A program that libbpf itself gives up on is
 * noted as such, and the others are tried without it.
 */
#define _GNU_SOURCE
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "record.h"

#define MAX_PROGS	1024

static struct {
	struct bpf_object *obj;
	const char *seen[MAX_PROGS];
	int nr_seen;
} now;

static char last_warning[512];

/* ---- whose program is it ---- */

static int is_seen(const char *name)
{
	int i;

	for (i = 0; i < now.nr_seen; i++)
		if (!strcmp(now.seen[i], name))
			return 1;
	return 0;
}

static void name_program(const struct bpf_program *prog, struct recorded_head *head)
{
	const char *name = bpf_program__name(prog);

	snprintf(head->program, sizeof(head->program), "%s", name);
	snprintf(head->section, sizeof(head->section), "%s",
		 bpf_program__section_name(prog));
	if (now.nr_seen < MAX_PROGS && !is_seen(name))
		now.seen[now.nr_seen++] = strdup(name);
}

/* libbpf has probes of its own: their instructions are none of the object's. */
int superset_name(const union xbpf_attr *attr, struct recorded_head *head)
{
	struct bpf_program *prog;

	if (!now.obj)
		return -1;
	bpf_object__for_each_program(prog, now.obj) {
		if ((unsigned long)bpf_program__insns(prog) != attr->insns)
			continue;
		name_program(prog, head);
		return 0;
	}
	return -1;
}

static void give_up(const struct bpf_program *prog)
{
	struct recorded_head head = { };

	name_program(prog, &head);
	fprintf(stderr, "%s: not loadable: %s", head.program, last_warning);
	superset_unloadable(bpf_program__type(prog), &head);
}

/* ---- objects ---- */

static int on_message(enum libbpf_print_level level, const char *fmt, va_list args)
{
	if (level == LIBBPF_WARN && !*last_warning)
		vsnprintf(last_warning, sizeof(last_warning), fmt, args);
	return 0;
}

/* Loaders set these when they know for what. */
static void size_maps(struct bpf_object *obj)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj) {
		enum bpf_map_type type = bpf_map__type(map);

		if (!bpf_map__max_entries(map) && type != BPF_MAP_TYPE_PERF_EVENT_ARRAY)
			bpf_map__set_max_entries(map, type == BPF_MAP_TYPE_RINGBUF ||
						 type == BPF_MAP_TYPE_USER_RINGBUF ?
						 4096 : 1);
		if (!bpf_map__value_size(map) && type == BPF_MAP_TYPE_STACK_TRACE)
			bpf_map__set_value_size(map, 127 * 8);
		bpf_map__set_pin_path(map, NULL);
	}
}

/* A section that says nothing: the context's type does. */
static const struct {
	const char *context;
	enum bpf_prog_type type;
} context_types[] = {
	{ "__sk_buff", BPF_PROG_TYPE_SCHED_CLS },
	{ "xdp_md", BPF_PROG_TYPE_XDP },
	{ "pt_regs", BPF_PROG_TYPE_KPROBE },
	{ "bpf_perf_event_data", BPF_PROG_TYPE_PERF_EVENT },
	{ "bpf_raw_tracepoint_args", BPF_PROG_TYPE_RAW_TRACEPOINT },
};

static const char *first_argument(const struct bpf_object *obj, const char *function)
{
	const struct btf *btf = bpf_object__btf(obj);
	int id = btf ? btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) : -1;
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, id) : NULL;

	type = type ? btf__type_by_id(btf, type->type) : NULL;
	if (!type || !btf_vlen(type))
		return NULL;
	type = btf__type_by_id(btf, btf_params(type)->type);
	if (!type || !btf_is_ptr(type))
		return NULL;
	type = btf__type_by_id(btf, type->type);
	return type ? btf__name_by_offset(btf, type->name_off) : NULL;
}

static void guess_type(struct bpf_object *obj, struct bpf_program *prog)
{
	const char *context = first_argument(obj, bpf_program__name(prog));
	size_t i;

	for (i = 0; context && i < sizeof(context_types) / sizeof(*context_types); i++)
		if (!strcmp(context, context_types[i].context))
			bpf_program__set_type(prog, context_types[i].type);
}

static struct bpf_object *open_object(const void *bytes, size_t size, const char *name)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = name);
	struct bpf_object *obj = bpf_object__open_mem(bytes, size, &opts);
	struct bpf_program *prog;

	if (!obj)
		return NULL;
	bpf_object__for_each_program(prog, obj) {
		bpf_program__set_autoload(prog, !is_seen(bpf_program__name(prog)));
		if (bpf_program__type(prog) == BPF_PROG_TYPE_UNSPEC)
			guess_type(obj, prog);
	}
	size_maps(obj);
	return obj;
}

static struct bpf_program *next_program(struct bpf_object *obj)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, obj)
		if (!is_seen(bpf_program__name(prog)))
			return prog;
	return NULL;
}

/*
 * Load what is still to be seen. When libbpf ends before it has come to all, the
 * first that is missing is to blame. Return: 1 for another round.
 */
static int load_rest(const void *bytes, size_t size, const char *name)
{
	struct bpf_program *missing = NULL;
	struct bpf_object *obj;

	*last_warning = '\0';
	obj = open_object(bytes, size, name);
	if (!obj)
		return -errno;
	if (next_program(obj)) {
		now.obj = obj;
		bpf_object__load(obj);
		now.obj = NULL;
		missing = next_program(obj);
		if (missing)
			give_up(missing);
	}
	bpf_object__close(obj);
	return missing != NULL;
}

static int record_object(const void *bytes, size_t size, const char *name)
{
	int ret;

	do {
		ret = load_rest(bytes, size, name);
	} while (ret > 0);
	if (ret < 0)
		fprintf(stderr, "%s: %s: %s", name, strerror(-ret), last_warning);
	while (now.nr_seen)
		free((char *)now.seen[--now.nr_seen]);
	return ret;
}

/* ---- files ---- */

static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	char *bytes = NULL;
	long len;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && (len = ftell(file)) >= 0) {
		rewind(file);
		bytes = malloc(len + 1);
		*size = bytes ? fread(bytes, 1, len, file) : 0;
	}
	fclose(file);
	return bytes;
}

/* Bytes of the BPF object that begins at @bytes, 0 if none does. */
static size_t object_size(const char *bytes, size_t left)
{
	Elf64_Ehdr hdr;
	size_t end;

	if (left < sizeof(hdr) || memcmp(bytes, ELFMAG, SELFMAG))
		return 0;
	memcpy(&hdr, bytes, sizeof(hdr));
	if (hdr.e_ident[EI_CLASS] != ELFCLASS64 || hdr.e_machine != EM_BPF ||
	    hdr.e_shoff > left)
		return 0;
	end = hdr.e_shoff + (size_t)hdr.e_shnum * hdr.e_shentsize;
	return end <= left ? end : 0;
}

/* x.bpf.o and x: x; what is inside of an executable has a number from the second on. */
static void name_object(char *name, size_t size, const char *path, int number)
{
	const char *base = strrchr(path, '/');
	size_t len;

	base = base ? base + 1 : path;
	len = strcspn(base, ".");
	if (number)
		snprintf(name, size, "%.*s#%d", (int)len, base, number);
	else
		snprintf(name, size, "%.*s", (int)len, base);
}

/* In a process of its own: handles and what libbpf leaves behind end with it. */
static int record_apart(const char *dir, const char *name, const char *bytes,
			size_t size)
{
	char path[512];
	int status;
	void *copy;
	pid_t child = fork();

	if (child)
		return child < 0 || waitpid(child, &status, 0) < 0 || status;
	copy = malloc(size);
	if (!copy)
		_exit(1);
	memcpy(copy, bytes, size);
	snprintf(path, sizeof(path), "%s/%s.rec", dir, name);
	unlink(path);
	setenv("SUPERSET_OUT", path, 1);
	_exit(record_object(copy, size, name) != 0);
}

static int record_file(const char *dir, const char *path)
{
	size_t size = 0, len;
	char *bytes = read_file(path, &size);
	const char *at = bytes, *end = bytes + size;
	char name[128];
	int nr = 0, ret = 0;

	if (!bytes)
		return -errno;
	while (!ret && (at = memmem(at, end - at, ELFMAG, SELFMAG))) {
		len = object_size(at, end - at);
		if (len) {
			name_object(name, sizeof(name), path, nr++);
			ret = record_apart(dir, name, at, len);
		}
		at += len ?: 1;
	}
	free(bytes);
	return ret;
}

int main(int argc, char **argv)
{
	int ret;

	if (argc != 3) {
		fprintf(stderr, "usage: record-objects DIR FILE\n");
		return 2;
	}
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	libbpf_set_print(on_message);
	ret = record_file(argv[1], argv[2]);
	return ret ? 1 : 0;
}
