// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) in one process: see bpf_inproc.h.
 *
 * Each object has a descriptor of an empty file, so that loaders can close it;
 * what it means is looked up by number, and believed if the file is still that
 * one. Programs hold their maps, and maps their programs and maps, as they do for
 * the device. Knows the commands that loaders of programs need, and the rules of
 * PROG_LOAD for BTF records.
 */
#define _GNU_SOURCE
#include <string.h>
#include <time.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "os.h"
#include "vm/vm.h"
#include "vm/map.h"
#include "btf/btf.h"
#include "verifier/report.h"
#include "verifier/verifier.h"
#include "host/bpf_inproc.h"
#include "host/inproc_text.h"
#include "host/test_run.h"

#define MAX_OBJECTS	1024
#define MIN_LINE_INFO	offsetofend(struct xbpf_line_info, line_col)

enum kind { MAP, PROG, BTF };

/**
 * struct object - what a descriptor stands for
 * @refs: its descriptor, programs that use a map, maps that it is in
 * @prog: NULL if it was refused, but the hook said otherwise
 * @map_btf: of a map: the BTF of its types, or NULL
 */
struct object {
	enum kind kind;
	u32 refs;
	union {
		struct xbpf_map *map;
		struct xbpf_prog *prog;
		struct xbpf_btf *btf;
	};
	struct object *map_btf;
};

/* Descriptors: the object, and the number of the file that it was given for. */
static struct {
	struct object *o;
	ino_t ino;
} files[MAX_OBJECTS];

static xbpf_inproc_hook hook;
static u32 hook_log_level;
static int perfmon = 1;

/* ---- objects ---- */

static void put(struct object *o);

static void drop_prog(struct xbpf_prog *prog)
{
	u32 i;

	if (!prog)
		return;
	for (i = 0; i < prog->nr_maps; i++)
		put(prog->maps[i]->owner);
	xbpf_prog_free(prog);
}

static void drop_map(struct object *o)
{
	xbpf_map_free(o->map);
	if (o->map_btf)
		put(o->map_btf);
}

static void put(struct object *o)
{
	if (--o->refs)
		return;
	if (o->kind == MAP)
		drop_map(o);
	else if (o->kind == PROG)
		drop_prog(o->prog);
	else
		xbpf_btf_free(o->btf);
	kfree(o);
}

static int holds_objects(const struct xbpf_map *map)
{
	return map->ops->holds == XBPF_MAP_HOLDS_PROGS ||
	       map->ops->holds == XBPF_MAP_HOLDS_MAPS;
}

/* What a map stores for an object, and back. */
static void *ptr_of(struct object *o)
{
	return o->kind == MAP ? (void *)o->map : o->prog;
}

static struct object *object_of(const struct xbpf_map *map, void *ptr)
{
	return map->ops->holds == XBPF_MAP_HOLDS_MAPS ?
		((struct xbpf_map *)ptr)->owner :
		((struct xbpf_prog *)ptr)->owner;
}

static long swap_object(struct xbpf_map *map, const void *key,
			struct object *new, u64 flags)
{
	void *old = NULL;
	long err;

	err = map->ops->swap_ptr(map, key, new ? ptr_of(new) : NULL, flags, &old);
	if (!err && new)
		new->refs++;
	if (old)
		put(object_of(map, old));
	return err;
}

static void empty(struct xbpf_map *map)
{
	char key[512];
	u32 i;

	if (!holds_objects(map) || map->key_size > sizeof(key))
		return;
	if (map->type == XBPF_MAP_TYPE_HASH_OF_MAPS) {
		while (!map->ops->get_next_key(map, NULL, key))
			swap_object(map, key, NULL, 0);
		return;
	}
	for (i = 0; i < map->max_entries; i++)
		swap_object(map, &i, NULL, 0);
}

/* A map that no descriptor stands for is emptied: it may hold its users. */
static void forget(u32 fd)
{
	struct object *o = files[fd].o;

	if (!o)
		return;
	files[fd].o = NULL;
	if (o->kind == MAP)
		empty(o->map);
	put(o);
}

static struct object *new_object(enum kind kind)
{
	struct object *o = kzalloc(sizeof(*o), GFP_KERNEL);

	if (o) {
		o->kind = kind;
		o->refs = 1;
	}
	return o;
}

static long new_fd(struct object *o)
{
	int fd = memfd_create("xbpf", MFD_CLOEXEC);
	struct stat st;

	if (fd >= 0 && fd < MAX_OBJECTS && !fstat(fd, &st)) {
		forget(fd);
		files[fd].o = o;
		files[fd].ino = st.st_ino;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	put(o);
	return -EMFILE;
}

/* A number may be another file's by now: then its object was closed. */
static struct object *get(u32 fd, enum kind kind)
{
	struct stat st;

	if (fd >= MAX_OBJECTS || !files[fd].o)
		return NULL;
	if (fstat(fd, &st) || st.st_ino != files[fd].ino) {
		forget(fd);
		return NULL;
	}
	return files[fd].o->kind == kind ? files[fd].o : NULL;
}

static struct xbpf_map *get_map(u32 fd)
{
	struct object *o = get(fd, MAP);

	return o ? o->map : NULL;
}

void xbpf_inproc_reset(void)
{
	u32 fd;

	for (fd = 0; fd < MAX_OBJECTS; fd++)
		forget(fd);
}

void xbpf_inproc_set_hook(xbpf_inproc_hook fn, u32 log_level)
{
	hook = fn;
	hook_log_level = log_level;
}

void xbpf_inproc_drop_perfmon(void)
{
	perfmon = 0;
}

static void *user_ptr(u64 address)
{
	return (void *)(uintptr_t)address;
}

/* ---- maps ---- */

static long map_set_inner(struct xbpf_map *map, u32 fd)
{
	if (map->ops->holds != XBPF_MAP_HOLDS_MAPS)
		return 0;
	return get_map(fd) ? xbpf_map_set_inner(map, get_map(fd)) : -EBADF;
}

/* The map keeps the BTF that its fields are described by. */
static long map_set_btf(struct object *o, const union xbpf_attr *attr)
{
	struct object *btf = get(attr->btf_fd, BTF);

	if (!attr->btf_value_type_id)
		return 0;
	if (!btf)
		return -EBADF;
	btf->refs++;
	o->map_btf = btf;
	return xbpf_btf_map_fields(o->map, btf->btf, attr->btf_value_type_id,
				   xbpf_inproc_kernel_btf);
}

static long map_create(union xbpf_attr *attr)
{
	struct object *o = new_object(MAP);
	struct xbpf_map *map;
	long err;

	if (!o)
		return -ENOMEM;
	map = xbpf_map_alloc(attr);
	if (IS_ERR(map)) {
		kfree(o);
		return PTR_ERR(map);
	}
	o->map = map;
	map->owner = o;
	err = map_set_inner(map, attr->inner_map_fd) ?: map_set_btf(o, attr);
	if (err) {
		put(o);
		return err;
	}
	return new_fd(o);
}

static long update_object(struct xbpf_map *map, const void *key, int fd,
			  u64 flags)
{
	int of_maps = map->ops->holds == XBPF_MAP_HOLDS_MAPS;
	struct object *o = get(fd, of_maps ? MAP : PROG);

	if (!o)
		return -EBADF;
	if (of_maps && !xbpf_map_inner_fits(map, o->map))
		return -EINVAL;
	return ptr_of(o) ? swap_object(map, key, o, flags) : 0;
}

static long map_update(union xbpf_attr *attr)
{
	struct xbpf_map *map = get_map(attr->map_fd);
	const void *key = user_ptr(attr->key), *value = user_ptr(attr->value);
	long err;

	if (!map)
		return -EBADF;
	if (holds_objects(map))
		return update_object(map, key, *(const int *)value, attr->flags);
	if (map->ops->holds != XBPF_MAP_HOLDS_BYTES)
		return 0;
	if (map->ops->update_copy)
		return map->ops->update_copy(map, key, value, attr->flags);
	if (!map->ops->update)
		return -EOPNOTSUPP;
	rcu_read_lock();
	err = map->ops->update(map, key, value, attr->flags);
	rcu_read_unlock();
	return err;
}

static long map_lookup(union xbpf_attr *attr)
{
	struct xbpf_map *map = get_map(attr->map_fd);
	void *value;

	if (!map)
		return -EBADF;
	if (map->ops->holds != XBPF_MAP_HOLDS_BYTES || !map->ops->lookup ||
	    map->ops->lookup_copy)
		return -EOPNOTSUPP;
	rcu_read_lock();
	value = map->ops->lookup(map, user_ptr(attr->key));
	if (value)
		memcpy(user_ptr(attr->value), value, map->value_size);
	rcu_read_unlock();
	return value ? 0 : -ENOENT;
}

static long map_freeze(union xbpf_attr *attr)
{
	struct xbpf_map *map = get_map(attr->map_fd);

	if (!map)
		return -EBADF;
	map->frozen = 1;
	return 0;
}

static long prog_bind_map(union xbpf_attr *attr)
{
	return get_map(attr->prog_bind_map.map_fd) ? 0 : -EBADF;
}

/* ---- BTF ---- */

static long btf_load(union xbpf_attr *attr)
{
	struct object *o = new_object(BTF);
	struct xbpf_btf *btf;
	struct inproc_text text;
	void *data;
	long err;

	if (attr->btf_size > XBPF_BTF_MAX_SIZE) {
		kfree(o);
		return -E2BIG;
	}
	data = kvmalloc(attr->btf_size ?: 1, GFP_KERNEL);
	if (!data || !o) {
		kvfree(data);
		kfree(o);
		return -ENOMEM;
	}
	memcpy(data, user_ptr(attr->btf), attr->btf_size);
	xbpf_inproc_text_init(&text, attr->btf_log_level);
	btf = xbpf_btf_parse(data, attr->btf_size, NULL, XBPF_BTF_UNTRUSTED,
			     &text.log);
	err = xbpf_inproc_text_copy(&text, attr->btf_log_buf, attr->btf_log_size);
	if (IS_ERR(btf)) {
		kvfree(data);
		kfree(o);
		return PTR_ERR(btf);
	}
	o->btf = btf;
	if (err) {
		put(o);
		return err;
	}
	return new_fd(o);
}

/* ---- PROG_LOAD ---- */

/**
 * struct load - one PROG_LOAD
 * @func_info, @line_info: copies of the caller's records in our own size
 * @report: why it was refused, if @reported
 */
struct load {
	const union xbpf_attr *attr;
	const struct xbpf_btf *btf;
	struct xbpf_func_info *func_info;
	struct xbpf_line_info *line_info;
	struct xbpf_verify_stats stats;
	u64 ns;
	struct xbpf_report report;
	int reported;
};

/* Records of a larger size than ours must end in zeros. */
static void *copy_records(u64 from, u32 nr, u32 size, u32 our_size, long *err)
{
	const char *record = user_ptr(from);
	char *out;
	u32 i;

	*err = 0;
	if (!nr)
		return NULL;
	*err = -EINVAL;
	if (size < our_size || size > XBPF_BTF_MAX_INFO_SIZE || size % 4)
		return NULL;
	*err = -ENOMEM;
	out = kvcalloc(nr, our_size, GFP_KERNEL);
	if (!out)
		return NULL;
	*err = 0;
	for (i = 0; i < nr; i++, record += size) {
		memcpy(out + (size_t)i * our_size, record, our_size);
		if (memchr_inv(record + our_size, 0, size - our_size))
			*err = -E2BIG;
	}
	return out;
}

static long check_infos(struct load *load, const struct xbpf_prog *prog,
			struct xbpf_log *log)
{
	const union xbpf_attr *attr = load->attr;
	struct object *o = get(attr->prog_btf_fd, BTF);
	long err;

	if (!attr->func_info_cnt && !attr->line_info_cnt)
		return 0;
	if (!o)
		return -EINVAL;
	load->btf = o->btf;
	load->func_info = copy_records(attr->func_info, attr->func_info_cnt,
				       attr->func_info_rec_size,
				       sizeof(*load->func_info), &err);
	if (err)
		return err;
	load->line_info = copy_records(attr->line_info, attr->line_info_cnt,
				       attr->line_info_rec_size,
				       MIN_LINE_INFO, &err);
	if (err)
		return err;
	return xbpf_btf_check_func_info(o->btf, load->func_info,
					attr->func_info_cnt, log) ?:
	       xbpf_btf_check_line_info(o->btf, load->line_info,
					attr->line_info_cnt, prog->insns,
					prog->len, log);
}

static struct xbpf_map *verify_get_map(void *ctx, int fd)
{
	struct object *o = get(fd, MAP);

	if (!o)
		return ERR_PTR(-EBADF);
	o->refs++;
	return o->map;
}

static struct xbpf_map *verify_get_map_idx(void *ctx, u32 idx)
{
	const struct load *load = ctx;
	const int *fds = user_ptr(load->attr->fd_array);

	return fds ? verify_get_map(ctx, fds[idx]) : ERR_PTR(-EPROTO);
}

static void verify_put_map(void *ctx, struct xbpf_map *map)
{
	put(map->owner);
}

static int verify_may_call(void *ctx, u32 id, const struct xbpf_helper *helper)
{
	return helper->flags & XBPF_HELPER_PERFMON && !perfmon ? -EPERM : 0;
}

static void verify_report(void *ctx, const struct xbpf_report *report)
{
	struct load *load = ctx;

	load->report = *report;
	load->reported = 1;
}

static const struct xbpf_btf *btf_get_idx(void *ctx, u32 idx)
{
	const struct load *load = ctx;
	const int *fds = user_ptr(load->attr->fd_array);
	struct object *o = fds ? get(fds[idx], BTF) : NULL;

	return o ? o->btf : ERR_PTR(-EINVAL);
}

static const struct xbpf_btf *kernel_btf(void *ctx)
{
	return xbpf_inproc_kernel_btf();
}

static u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int is_gpl(const char *license)
{
	static const char *const names[] = {
		"GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL",
		"Dual MIT/GPL", "Dual MPL/GPL",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (license && !strcmp(license, names[i]))
			return 1;
	return 0;
}

static struct xbpf_prog *make_prog(const union xbpf_attr *attr)
{
	struct xbpf_prog *prog;

	if (!attr->insn_cnt || attr->insn_cnt > XBPF_MAX_INSNS)
		return ERR_PTR(-E2BIG);
	if (!xbpf_prog_type_get(attr->prog_type) ||
	    !xbpf_prog_type_attach_ok(attr->prog_type,
				      attr->expected_attach_type))
		return ERR_PTR(-EINVAL);
	prog = xbpf_prog_alloc(attr->insn_cnt);
	if (!prog)
		return ERR_PTR(-ENOMEM);
	memcpy(prog->insns, user_ptr(attr->insns),
	       attr->insn_cnt * sizeof(*prog->insns));
	prog->type = attr->prog_type;
	prog->expected_attach_type = attr->expected_attach_type;
	prog->flags = attr->prog_flags;
	prog->gpl_compatible = is_gpl(user_ptr(attr->license));
	return prog;
}

static long verify_prog(struct load *load, struct xbpf_prog *prog,
			struct xbpf_log *log)
{
	const union xbpf_attr *attr = load->attr;
	struct xbpf_verify_opts opts = {
		.map_get	 = verify_get_map,
		.map_get_idx	 = verify_get_map_idx,
		.map_put	 = verify_put_map,
		.kernel_btf	 = kernel_btf,
		.btf_get_idx	 = btf_get_idx,
		.report		 = verify_report,
		.allow_ptr_leaks = perfmon,
		.may_call	 = verify_may_call,
		.attach_btf_id	 = attr->attach_btf_id,
		.ctx		 = load,
	};
	u64 start;
	long err;

	err = check_infos(load, prog, log);
	if (!err) {
		opts.btf = load->btf;
		opts.func_info = load->func_info;
		opts.nr_func_info = attr->func_info_cnt;
		opts.line_info = load->line_info;
		opts.nr_line_info = attr->line_info_cnt;
		start = now_ns();
		err = xbpf_verify(prog, &opts, log, &load->stats);
		load->ns = now_ns() - start;
	}
	if (!err)
		err = xbpf_btf_match_line_info(load->line_info,
					       attr->line_info_cnt,
					       prog->subprogs,
					       prog->nr_subprogs, log);
	kvfree(load->func_info);
	kvfree(load->line_info);
	load->func_info = NULL;
	load->line_info = NULL;
	return err;
}

static struct xbpf_prog *verify(struct load *load, struct xbpf_log *log)
{
	struct xbpf_prog *prog = make_prog(load->attr);
	long err;

	if (IS_ERR(prog))
		return prog;
	err = verify_prog(load, prog, log);
	if (!err)
		return prog;
	drop_prog(prog);
	return ERR_PTR(err);
}

static long tell_hook(const struct load *load, long err, u64 ns,
		      const struct inproc_text *text)
{
	const union xbpf_attr *attr = load->attr;

	return hook(&(struct xbpf_inproc_load) {
		.insns = user_ptr(attr->insns),
		.nr_insns = attr->insn_cnt,
		.prog_type = attr->prog_type,
		.name = attr->prog_name,
		.err = err,
		.visited = load->stats.visited,
		.states = load->stats.states,
		.peak_states = load->stats.peak_states,
		.peak_bytes = load->stats.peak_bytes,
		.ns = ns,
		.log = text->buf,
		.report = load->reported ? &load->report : NULL,
	});
}

static long new_prog_fd(struct xbpf_prog *prog)
{
	struct object *o = new_object(PROG);
	long err = o ? 0 : -ENOMEM;

	if (prog && !err)
		err = xbpf_prog_decode(prog);
	if (err) {
		drop_prog(prog);
		kfree(o);
		return err;
	}
	if (prog) {
		xbpf_prog_set_interp(prog);
		prog->owner = o;
	}
	o->prog = prog;
	return new_fd(o);
}

/* With a hook once for the time, and once more for the reason. */
static struct xbpf_prog *verify_timed(struct load *load, struct inproc_text *text,
				      u64 *ns)
{
	u32 level = load->attr->log_level ?: hook_log_level;
	struct xbpf_prog *prog;

	xbpf_inproc_text_init(text, hook ? 0 : level);
	prog = verify(load, &text->log);
	*ns = load->ns;
	if (!hook || (!level && !IS_ERR(prog)))
		return prog;
	if (!IS_ERR(prog))
		drop_prog(prog);
	xbpf_inproc_text_init(text, level ?: 1);
	return verify(load, &text->log);
}

static long prog_load(union xbpf_attr *attr)
{
	struct load load = { .attr = attr };
	struct xbpf_prog *prog;
	long err = 0, copied = 0;
	struct inproc_text text;
	u64 ns;

	prog = verify_timed(&load, &text, &ns);
	if (IS_ERR(prog)) {
		err = PTR_ERR(prog);
		prog = NULL;
	}
	if (attr->log_level)
		copied = xbpf_inproc_text_copy(&text, attr->log_buf, attr->log_size);
	if (hook)
		err = tell_hook(&load, err, ns, &text);
	err = err ?: copied;
	if (!err)
		return new_prog_fd(prog);
	drop_prog(prog);
	return err;
}

/* ---- running ---- */

static long test_run(union xbpf_attr *attr)
{
	struct object *o = get(attr->test.prog_fd, PROG);

	if (!o)
		return -EBADF;
	if (!attr->test.ctx_size_in != !attr->test.ctx_in ||
	    !attr->test.ctx_size_out != !attr->test.ctx_out)
		return -EINVAL;
	return o->prog ? xbpf_host_test_run(o->prog, attr) : -ENOTSUPP;
}

/* ---- information ---- */

static long obj_get_info(union xbpf_attr *attr)
{
	u32 fd = attr->info.bpf_fd;

	if (get(fd, MAP))
		return xbpf_inproc_map_info(get_map(fd), attr);
	if (get(fd, PROG) && get(fd, PROG)->prog)
		return xbpf_inproc_prog_info(get(fd, PROG)->prog, attr);
	if (get(fd, BTF))
		return xbpf_inproc_btf_info(get(fd, BTF)->btf, attr);
	if (!get(fd, PROG))
		return -EBADF;
	memset(user_ptr(attr->info.info), 0, attr->info.info_len);
	return 0;
}

/* Nothing is there that others made. */
static long get_next_id(union xbpf_attr *attr)
{
	return -ENOENT;
}

static long btf_next_id(union xbpf_attr *attr)
{
	if (attr->start_id >= XBPF_INPROC_KFUNC_BTF || !xbpf_inproc_kfunc_btf())
		return -ENOENT;
	attr->next_id = XBPF_INPROC_KFUNC_BTF;
	return 0;
}

/* The object stays: nobody frees the types. */
static long btf_by_id(union xbpf_attr *attr)
{
	static struct object kfuncs = { .kind = BTF, .refs = 1 };

	if (attr->btf_id != XBPF_INPROC_KFUNC_BTF || !xbpf_inproc_kfunc_btf())
		return -ENOENT;
	kfuncs.btf = xbpf_inproc_kfunc_btf();
	kfuncs.refs++;
	return new_fd(&kfuncs);
}

/* ---- the table ---- */

static long (*const commands[])(union xbpf_attr *attr) = {
	[XBPF_MAP_CREATE]		= map_create,
	[XBPF_MAP_UPDATE_ELEM]		= map_update,
	[XBPF_MAP_LOOKUP_ELEM]		= map_lookup,
	[XBPF_MAP_FREEZE]		= map_freeze,
	[XBPF_PROG_BIND_MAP]		= prog_bind_map,
	[XBPF_PROG_LOAD]		= prog_load,
	[XBPF_PROG_TEST_RUN]		= test_run,
	[XBPF_BTF_LOAD]			= btf_load,
	[XBPF_OBJ_GET_INFO_BY_FD]	= obj_get_info,
	[XBPF_PROG_GET_NEXT_ID]		= get_next_id,
	[XBPF_MAP_GET_NEXT_ID]		= get_next_id,
	[XBPF_BTF_GET_NEXT_ID]		= btf_next_id,
	[XBPF_BTF_GET_FD_BY_ID]		= btf_by_id,
	[XBPF_LINK_GET_NEXT_ID]		= get_next_id,
};

long xbpf_inproc_bpf(int cmd, void *attr, size_t size)
{
	union xbpf_attr full;
	long ret;

	memset(&full, 0, sizeof(full));
	memcpy(&full, attr, min(size, sizeof(full)));
	if (cmd < 0 || cmd >= (int)ARRAY_SIZE(commands) || !commands[cmd])
		return -EINVAL;
	ret = commands[cmd](&full);
	memcpy(attr, &full, min(size, sizeof(full)));
	return ret;
}
