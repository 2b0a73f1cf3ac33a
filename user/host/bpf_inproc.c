// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) in one process: see bpf_inproc.h.
 *
 * Each object has a descriptor of an empty file, so that loaders can close and
 * duplicate it; what it means is looked up by number. Knows the commands that
 * loaders of programs need, and the rules of PROG_LOAD for BTF records.
 */
#define _GNU_SOURCE
#include <string.h>
#include <time.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/mman.h>
#include "os.h"
#include "vm/vm.h"
#include "vm/map.h"
#include "btf/btf.h"
#include "verifier/verifier.h"
#include "host/bpf_inproc.h"

#define MAX_OBJECTS	1024
#define LOG_SIZE	(16 << 20)
#define MIN_LINE_INFO	offsetofend(struct xbpf_line_info, line_col)

enum kind { NOTHING, MAP, PROG, BTF };

static struct object {
	enum kind kind;
	union {
		struct xbpf_map *map;
		struct xbpf_btf *btf;
	};
} objects[MAX_OBJECTS];

static xbpf_inproc_hook hook;
static u32 hook_log_level;

/* ---- objects ---- */

static void forget(struct object *o)
{
	if (o->kind == MAP)
		xbpf_map_free(o->map);
	else if (o->kind == BTF)
		xbpf_btf_free(o->btf);
	o->kind = NOTHING;
}

/* A number that is free again belongs to an object that was closed. */
static long new_fd(struct object o)
{
	int fd = memfd_create("xbpf", MFD_CLOEXEC);

	if (fd >= 0 && fd < MAX_OBJECTS) {
		forget(&objects[fd]);
		objects[fd] = o;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	forget(&o);
	return -EMFILE;
}

static struct object *get(u32 fd, enum kind kind)
{
	if (fd >= MAX_OBJECTS || objects[fd].kind != kind)
		return NULL;
	return &objects[fd];
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
		forget(&objects[fd]);
}

void xbpf_inproc_set_hook(xbpf_inproc_hook fn, u32 log_level)
{
	hook = fn;
	hook_log_level = log_level;
}

static void *user_ptr(u64 address)
{
	return (void *)(uintptr_t)address;
}

/* ---- maps ---- */

static long map_create(const union xbpf_attr *attr)
{
	struct xbpf_map *map = xbpf_map_alloc(attr);

	if (IS_ERR(map))
		return PTR_ERR(map);
	return new_fd((struct object){ .kind = MAP, .map = map });
}

static long map_update(const union xbpf_attr *attr)
{
	struct xbpf_map *map = get_map(attr->map_fd);
	const void *key = user_ptr(attr->key), *value = user_ptr(attr->value);
	long err;

	if (!map)
		return -EBADF;
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

static long map_lookup(const union xbpf_attr *attr)
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

static long map_freeze(const union xbpf_attr *attr)
{
	struct xbpf_map *map = get_map(attr->map_fd);

	if (!map)
		return -EBADF;
	map->frozen = 1;
	return 0;
}

static long prog_bind_map(const union xbpf_attr *attr)
{
	return get_map(attr->prog_bind_map.map_fd) ? 0 : -EBADF;
}

/* ---- logs ---- */

struct text {
	struct xbpf_log log;
	char *buf;
};

static int text_write(struct xbpf_log *log, u64 pos, const char *from, u32 len)
{
	struct text *t = log->ctx;

	if (pos + len >= LOG_SIZE)
		return 0;
	memcpy(t->buf + pos, from, len);
	t->buf[pos + len] = '\0';
	return 0;
}

static void text_init(struct text *t, u32 level)
{
	static char buf[LOG_SIZE];

	*t = (struct text) {
		.buf = buf,
		.log = { .level = level, .size = LOG_SIZE, .ctx = t,
			 .write = text_write },
	};
	buf[0] = '\0';
}

/* The reader gets what fits; -ENOSPC as bpf(2) if that is not all. */
static long text_copy(const struct text *t, u64 user_buf, u32 size)
{
	u64 len = strlen(t->buf) + 1, fits = min_t(u64, len, size);

	if (!user_buf || !size)
		return 0;
	memcpy(user_ptr(user_buf), t->buf, fits);
	((char *)user_ptr(user_buf))[fits - 1] = '\0';
	return fits < len ? -ENOSPC : 0;
}

/* ---- BTF ---- */

static long btf_load(const union xbpf_attr *attr)
{
	struct xbpf_btf *btf;
	struct text text;
	void *data;
	long err;

	if (attr->btf_size > XBPF_BTF_MAX_SIZE)
		return -E2BIG;
	data = kvmalloc(attr->btf_size ?: 1, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	memcpy(data, user_ptr(attr->btf), attr->btf_size);
	text_init(&text, attr->btf_log_level);
	btf = xbpf_btf_parse(data, attr->btf_size, NULL, XBPF_BTF_UNTRUSTED,
			     &text.log);
	err = text_copy(&text, attr->btf_log_buf, attr->btf_log_size);
	if (IS_ERR(btf)) {
		kvfree(data);
		return PTR_ERR(btf);
	}
	if (err) {
		xbpf_btf_free(btf);
		return err;
	}
	return new_fd((struct object){ .kind = BTF, .btf = btf });
}

/* ---- PROG_LOAD ---- */

/**
 * struct load - one PROG_LOAD
 * @func_info, @line_info: copies of the caller's records in our own size
 */
struct load {
	const union xbpf_attr *attr;
	const struct xbpf_btf *btf;
	struct xbpf_func_info *func_info;
	struct xbpf_line_info *line_info;
	struct xbpf_verify_stats stats;
	u64 ns;
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
	return get_map(fd) ?: ERR_PTR(-EBADF);
}

static struct xbpf_map *verify_get_map_idx(void *ctx, u32 idx)
{
	const struct load *load = ctx;
	const int *fds = user_ptr(load->attr->fd_array);

	return fds ? verify_get_map(ctx, fds[idx]) : ERR_PTR(-EPROTO);
}

static void verify_put_map(void *ctx, struct xbpf_map *map)
{
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
	if (!xbpf_prog_type_get(attr->prog_type))
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

static long verify(struct load *load, struct xbpf_log *log)
{
	const union xbpf_attr *attr = load->attr;
	struct xbpf_prog *prog = make_prog(attr);
	struct xbpf_verify_opts opts = {
		.map_get	 = verify_get_map,
		.map_get_idx	 = verify_get_map_idx,
		.map_put	 = verify_put_map,
		.allow_ptr_leaks = 1,
		.ctx		 = load,
	};
	u64 start;
	long err;

	if (IS_ERR(prog))
		return PTR_ERR(prog);
	err = check_infos(load, prog, log);
	if (!err) {
		opts.btf = load->btf;
		opts.func_info = load->func_info;
		opts.nr_func_info = attr->func_info_cnt;
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
	xbpf_prog_free(prog);
	return err;
}

/* Once for the time, and once more for the reason. */
static long prog_load(const union xbpf_attr *attr)
{
	struct load load = { .attr = attr };
	u32 level = attr->log_level ?: hook_log_level;
	struct text text;
	long err, copied;
	u64 ns;

	text_init(&text, 0);
	err = verify(&load, &text.log);
	ns = load.ns;
	if (err && !level)
		level = 1;
	if (level) {
		text_init(&text, level);
		err = verify(&load, &text.log);
	}
	copied = attr->log_level ?
		 text_copy(&text, attr->log_buf, attr->log_size) : 0;
	if (hook)
		err = hook(&(struct xbpf_inproc_load) {
			.insns = user_ptr(attr->insns),
			.nr_insns = attr->insn_cnt,
			.prog_type = attr->prog_type,
			.name = attr->prog_name,
			.err = err,
			.visited = load.stats.visited,
			.states = load.stats.states,
			.peak_states = load.stats.peak_states,
			.peak_bytes = load.stats.peak_bytes,
			.ns = ns,
			.log = text.buf,
		});
	err = err ?: copied;
	return err ?: new_fd((struct object){ .kind = PROG });
}

/* ---- information ---- */

static long obj_get_info(const union xbpf_attr *attr)
{
	struct xbpf_map *map = get_map(attr->info.bpf_fd);
	struct xbpf_map_info info = { 0 };

	if (get(attr->info.bpf_fd, PROG) || get(attr->info.bpf_fd, BTF)) {
		memset(user_ptr(attr->info.info), 0, attr->info.info_len);
		return 0;
	}
	if (!map)
		return -EBADF;
	info.type = map->type;
	info.key_size = map->key_size;
	info.value_size = map->value_size;
	info.max_entries = map->max_entries;
	info.map_flags = map->map_flags;
	strcpy(info.name, map->name);
	memcpy(user_ptr(attr->info.info), &info,
	       min_t(size_t, attr->info.info_len, sizeof(info)));
	return 0;
}

/* Nothing is there that others made. */
static long get_next_id(const union xbpf_attr *attr)
{
	return -ENOENT;
}

/* ---- the table ---- */

static long (*const commands[])(const union xbpf_attr *attr) = {
	[XBPF_MAP_CREATE]		= map_create,
	[XBPF_MAP_UPDATE_ELEM]		= map_update,
	[XBPF_MAP_LOOKUP_ELEM]		= map_lookup,
	[XBPF_MAP_FREEZE]		= map_freeze,
	[XBPF_PROG_BIND_MAP]		= prog_bind_map,
	[XBPF_PROG_LOAD]		= prog_load,
	[XBPF_BTF_LOAD]			= btf_load,
	[XBPF_OBJ_GET_INFO_BY_FD]	= obj_get_info,
	[XBPF_PROG_GET_NEXT_ID]		= get_next_id,
	[XBPF_MAP_GET_NEXT_ID]		= get_next_id,
	[XBPF_BTF_GET_NEXT_ID]		= get_next_id,
	[XBPF_LINK_GET_NEXT_ID]		= get_next_id,
};

long xbpf_inproc_bpf(int cmd, const void *attr, size_t size)
{
	union xbpf_attr full;

	memset(&full, 0, sizeof(full));
	memcpy(&full, attr, min(size, sizeof(full)));
	if (cmd < 0 || cmd >= (int)ARRAY_SIZE(commands) || !commands[cmd])
		return -EINVAL;
	return commands[cmd](&full);
}
