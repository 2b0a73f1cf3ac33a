// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test cases of the verifier: reading and loading them. See load.h, and any
 * .data file for the form.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asm.h"
#include "load.h"
#include "types.h"

/* ---- reading ---- */

struct word {
	const char *name;
	long value;
};

static const struct word prog_types[] = {
	{ "socket_filter", XBPF_PROG_TYPE_SOCKET_FILTER },
	{ "sched_act", XBPF_PROG_TYPE_SCHED_ACT },
	{ "syscall", XBPF_PROG_TYPE_SYSCALL },
	{ "xdp", XBPF_PROG_TYPE_XDP },
	{ "cgroup_skb", XBPF_PROG_TYPE_CGROUP_SKB },
	{ "kprobe", XBPF_PROG_TYPE_KPROBE },
	{ "tracepoint", XBPF_PROG_TYPE_TRACEPOINT },
	{ "perf_event", XBPF_PROG_TYPE_PERF_EVENT },
	{ "raw_tracepoint", XBPF_PROG_TYPE_RAW_TRACEPOINT },
	{ "raw_tracepoint_writable", XBPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE },
	{ "tracing", XBPF_PROG_TYPE_TRACING },
	{ "sched_cls", XBPF_PROG_TYPE_SCHED_CLS },
	{ }
};

static const struct word attach_types[] = {
	{ "ingress", XBPF_CGROUP_INET_INGRESS },
	{ "egress", XBPF_CGROUP_INET_EGRESS },
	{ "devmap", XBPF_XDP_DEVMAP },
	{ }
};

static const struct word map_types[] = {
	{ "hash", XBPF_MAP_TYPE_HASH },
	{ "array_of_maps", XBPF_MAP_TYPE_ARRAY_OF_MAPS },
	{ "hash_of_maps", XBPF_MAP_TYPE_HASH_OF_MAPS },
	{ "array", XBPF_MAP_TYPE_ARRAY },
	{ "cgroup_array", XBPF_MAP_TYPE_CGROUP_ARRAY },
	{ "prog_array", XBPF_MAP_TYPE_PROG_ARRAY },
	{ "perf_event_array", XBPF_MAP_TYPE_PERF_EVENT_ARRAY },
	{ "percpu_array", XBPF_MAP_TYPE_PERCPU_ARRAY },
	{ "stack_trace", XBPF_MAP_TYPE_STACK_TRACE },
	{ "ringbuf", XBPF_MAP_TYPE_RINGBUF },
	{ "user_ringbuf", XBPF_MAP_TYPE_USER_RINGBUF },
	{ "devmap", XBPF_MAP_TYPE_DEVMAP },
	{ "devmap_hash", XBPF_MAP_TYPE_DEVMAP_HASH },
	{ "cpumap", XBPF_MAP_TYPE_CPUMAP },
	{ "xskmap", XBPF_MAP_TYPE_XSKMAP },
	{ "queue", XBPF_MAP_TYPE_QUEUE },
	{ "bloom_filter", XBPF_MAP_TYPE_BLOOM_FILTER },
	{ "cgroup_storage", XBPF_MAP_TYPE_CGROUP_STORAGE },
	{ "task_storage", XBPF_MAP_TYPE_TASK_STORAGE },
	{ "lpm_trie", XBPF_MAP_TYPE_LPM_TRIE },
	{ }
};

static const struct word map_flags[] = {
	{ "rdonly", XBPF_F_RDONLY_PROG },
	{ "wronly", XBPF_F_WRONLY_PROG },
	{ "noprealloc", XBPF_F_NO_PREALLOC },
	{ }
};

static const struct word errnos[] = {
	{ "EINVAL", -EINVAL }, { "EACCES", -EACCES }, { "E2BIG", -E2BIG },
	{ "EPERM", -EPERM }, { "EBUSY", -EBUSY }, { "EBADF", -EBADF }, { "EFAULT", -EFAULT },
	{ "EPROTO", -EPROTO }, { "ENOENT", -ENOENT }, { "EOPNOTSUPP", -EOPNOTSUPP },
	{ "ENOTSUPP", -ENOTSUPP },
	{ }
};

static long lookup(const struct word *words, const char *name)
{
	for (; words->name; words++)
		if (!strcmp(words->name, name))
			return words->value;
	fprintf(stderr, "unknown word: %s\n", name);
	exit(2);
}

/* "kptr=8:task_struct": what it points to. */
static void set_kptr(struct xbpf_field *field, const char *word)
{
	const char *name = strchr(word, ':');

	if (!name)
		return;
	field->type_id = test_type_id(name + 1);
	field->object = xbpf_object_find(name + 1);
}

/* "lock=4", "timer=8": a special field at that offset; 0: it is none. */
static int parse_field(struct xbpf_map_fields *fields, const char *word)
{
	static const struct {
		const char *name;
		u32 kind, size;
	} kinds[] = {
		{ "lock=", XBPF_FIELD_SPIN_LOCK, 4 },
		{ "timer=", XBPF_FIELD_TIMER, 16 },
		{ "kptr=", XBPF_FIELD_KPTR_REF, 8 },
		{ "kptr_untrusted=", XBPF_FIELD_KPTR_UNREF, 8 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strncmp(word, kinds[i].name, strlen(kinds[i].name)))
			continue;
		fields->mask |= 1U << kinds[i].kind;
		fields->field[fields->nr++] = (struct xbpf_field){
			.off = atoi(strchr(word, '=') + 1),
			.size = kinds[i].size, .kind = kinds[i].kind,
		};
		set_kptr(&fields->field[fields->nr - 1], word);
		return 1;
	}
	return 0;
}

/* "hash 4 8 16 rdonly frozen=0011aabb" */
static void parse_map(struct test_case *tc, char *value)
{
	union xbpf_attr *attr = &tc->maps[tc->nr_maps];
	char *word = strtok(value, " \t");

	attr->map_type = lookup(map_types, word);
	attr->key_size = atoi(strtok(NULL, " \t"));
	attr->value_size = atoi(strtok(NULL, " \t"));
	attr->max_entries = atoi(strtok(NULL, " \t"));
	while ((word = strtok(NULL, " \t"))) {
		if (!strncmp(word, "frozen=", 7))
			tc->contents[tc->nr_maps] = word + 7;
		else if (!parse_field(&tc->fields[tc->nr_maps], word))
			attr->map_flags |= lookup(map_flags, word);
	}
	if (attr->map_type == XBPF_MAP_TYPE_TASK_STORAGE)	/* has types */
		attr->btf_key_type_id = attr->btf_value_type_id = 1;
	snprintf(attr->map_name, sizeof(attr->map_name), "map%d", tc->nr_maps);
	tc->nr_maps++;
}

static const struct word trace_types[] = {
	{ "tp_btf", XBPF_TRACE_RAW_TP },
	{ "fentry", XBPF_TRACE_FENTRY },
	{ "fexit", XBPF_TRACE_FEXIT },
	{ "fmod_ret", XBPF_MODIFY_RETURN },
	{ "iter", XBPF_TRACE_ITER },
	{ "lsm", XBPF_LSM_MAC },
	{ }
};

/* "fentry do_task", or a number that is no type's */
static void parse_trace(struct test_case *tc, char *value)
{
	char *name;

	tc->prog_type = XBPF_PROG_TYPE_TRACING;
	tc->attach_type = lookup(trace_types, strtok(value, " \t"));
	name = strtok(NULL, " \t");
	tc->attach_btf_id = test_type_id(name) ?: atoi(name);
}

static void parse_header(struct test_case *tc, char *line)
{
	char *value = strchr(line, ':');

	if (!value) {
		fprintf(stderr, "no header: %s\n", line);
		exit(2);
	}
	*value++ = 0;
	value += strspn(value, " \t");
	if (!strcmp(line, "type"))
		tc->prog_type = lookup(prog_types, value);
	else if (!strcmp(line, "attach"))
		tc->attach_type = lookup(attach_types, value);
	else if (!strcmp(line, "map"))
		parse_map(tc, value);
	else if (!strcmp(line, "func"))
		tc->func_names[tc->nr_funcs++] = value;
	else if (!strcmp(line, "trace"))
		parse_trace(tc, value);
	else if (!strcmp(line, "kernel"))	/* "none": that tells its types */
		tc->no_types = 1;
	else if (!strcmp(line, "priv"))
		tc->priv = atoi(value);
	else if (!strcmp(line, "gpl"))
		tc->gpl = atoi(value);
	else if (!strcmp(line, "sleepable"))
		tc->flags |= XBPF_F_SLEEPABLE;
	else if (!strcmp(line, "align"))
		tc->flags |= XBPF_F_STRICT_ALIGNMENT;
	else if (!strcmp(line, "sleepable"))
		tc->flags |= XBPF_F_SLEEPABLE;
	else if (!strcmp(line, "freq"))
		tc->flags |= XBPF_F_TEST_STATE_FREQ;
	else if (!strcmp(line, "limit"))
		tc->limit = atoi(value);
	else if (!strcmp(line, "visits"))
		tc->max_visits = atoi(value);
	else if (!strcmp(line, "reject"))
		tc->err = lookup(errnos, value);
	else if (!strcmp(line, "accept"))
		tc->accept = 1;
	else if (!strcmp(line, "log"))
		tc->logs[tc->nr_logs++] = value;
	else
		lookup(errnos, line);
}

/* A label's name is that of its type. */
static int find_funcs(struct test_case *tc, const char *name)
{
	int i, insn;

	for (i = 0; i < tc->nr_funcs; i++) {
		insn = asm_label(tc->func_names[i]);
		tc->funcs[i].insn_off = insn;
		tc->funcs[i].type_id = test_type_id(tc->func_names[i]);
		if (insn >= 0 && tc->funcs[i].type_id)
			continue;
		fprintf(stderr, "%s: no function %s\n", name,
			tc->func_names[i]);
		return -1;
	}
	return 0;
}

static int struct_id(const char *name)
{
	return xbpf_btf_find(test_types(), name, XBPF_BTF_KIND_STRUCT);
}

int case_parse(struct test_case *tc, char *text, const char *name)
{
	char *body = strstr(text, "\n---\n"), *line, *save;

	asm_type_id = struct_id;
	memset(tc, 0, sizeof(*tc));
	tc->prog_type = XBPF_PROG_TYPE_KPROBE;
	tc->priv = 1;
	tc->gpl = 1;
	if (!body) {
		fprintf(stderr, "%s: no program\n", name);
		return -1;
	}
	*body = 0;
	for (line = text; line; line = save) {
		save = strchr(line, '\n');
		if (save)
			*save++ = 0;
		if (*line && *line != '#')
			parse_header(tc, line);
	}
	tc->len = asm_program(body + 5, tc->insns, CASE_MAX_INSNS);
	if (tc->len < 0)
		fprintf(stderr, "%s: cannot be assembled\n", name);
	return tc->len < 0 ? -1 : find_funcs(tc, name);
}

/* ---- loading ---- */

static struct xbpf_map *map_get(void *ctx, int fd)
{
	struct loaded *l = ctx;

	if (fd < 0 || fd >= l->nr_maps)
		return ERR_PTR(-EBADF);
	l->map_refs++;
	return l->maps[fd];
}

static void map_put(void *ctx, struct xbpf_map *map)
{
	struct loaded *l = ctx;

	l->map_refs--;
}

static const struct xbpf_btf *kernel_btf(void *ctx)
{
	return test_types();
}

static int log_write(struct xbpf_log *log, u64 pos, const char *text, u32 len)
{
	struct loaded *l = log->ctx;

	memcpy(l->text + pos, text, len);
	l->text[pos + len] = 0;
	return 0;
}

static void reported(void *ctx, const struct xbpf_report *report)
{
	struct loaded *l = ctx;

	l->report = malloc(sizeof(*report));
	*l->report = *report;
}

/* Bytes in hex become the first value, which is then constant. */
static void freeze(struct xbpf_map *map, const char *hex)
{
	u8 value[256] = { 0 };
	u32 key = 0, i, byte;

	for (i = 0; i < map->value_size && hex[2 * i]; i++) {
		sscanf(hex + 2 * i, "%2x", &byte);
		value[i] = byte;
	}
	map->ops->update(map, &key, value, 0);
	map->frozen = 1;
}

/* A map of maps holds maps like the one before it in the list. */
static int set_inner(struct loaded *l, struct xbpf_map *map)
{
	if (map->ops->holds != XBPF_MAP_HOLDS_MAPS)
		return 0;
	return l->nr_maps < 2 ? -1 :
	       xbpf_map_set_inner(map, l->maps[l->nr_maps - 2]);
}

static int make_maps(const struct test_case *tc, struct loaded *l)
{
	struct xbpf_map *map;
	int i;

	for (i = 0; i < tc->nr_maps; i++) {
		map = xbpf_map_alloc(&tc->maps[i]);
		if (IS_ERR(map))
			return -1;
		l->maps[l->nr_maps++] = map;
		if (set_inner(l, map))
			return -1;
		if (tc->fields[i].nr) {
			map->fields = kmalloc(sizeof(*map->fields), GFP_KERNEL);
			*map->fields = tc->fields[i];
		}
		if (tc->contents[i])
			freeze(map, tc->contents[i]);
	}
	return 0;
}

void (*case_observe)(const struct xbpf_venv *env);

static int verify(const struct test_case *tc, struct loaded *l, u32 log_level)
{
	struct xbpf_verify_opts opts = {
		.map_get = map_get, .map_put = map_put, .ctx = l,
		.report = reported,
		.kernel_btf = tc->no_types ? NULL : kernel_btf, .attach_btf_id = tc->attach_btf_id,
		.allow_ptr_leaks = tc->priv, .max_visits = tc->limit,
		.observe = case_observe,
	};
	int err;

	if (tc->nr_funcs) {
		opts.btf = test_types();
		l->funcs = kmemdup(tc->funcs, tc->nr_funcs * sizeof(*l->funcs),
				   GFP_KERNEL);
		opts.func_info = l->funcs;
		opts.nr_func_info = tc->nr_funcs;
	}
	l->prog = xbpf_prog_alloc(tc->len);
	if (!l->prog)
		return -ENOMEM;
	memcpy(l->prog->insns, tc->insns, tc->len * sizeof(*tc->insns));
	l->prog->type = tc->prog_type;
	l->prog->expected_attach_type = tc->attach_type;
	l->prog->flags = tc->flags;
	l->prog->gpl_compatible = tc->gpl;
	l->log = (struct xbpf_log){
		.level = log_level, .size = CASE_LOG_SIZE, .write = log_write,
		.ctx = l,
	};
	xbpf_host_alloc_fail(tc->fail_nth);
	err = xbpf_verify(l->prog, &opts, &l->log, &l->stats);
	l->failed = tc->fail_nth && xbpf_host_alloc_failed();
	xbpf_host_alloc_fail(0);
	return err;
}

int case_load(const struct test_case *tc, struct loaded *l, u32 log_level)
{
	memset(l, 0, sizeof(*l));
	l->text = calloc(1, CASE_LOG_SIZE + 1);
	if (make_maps(tc, l))
		return -1;
	l->err = verify(tc, l, log_level);
	return 0;
}

void case_unload(struct loaded *l)
{
	int i;

	xbpf_prog_free(l->prog);
	for (i = 0; i < l->nr_maps; i++)
		xbpf_map_free(l->maps[i]);
	free(l->text);
	free(l->report);
	kfree(l->funcs);
}
