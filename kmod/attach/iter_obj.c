// SPDX-License-Identifier: GPL-2.0-only
/*
 * Iterators over xbpf's own maps, programs and links.
 *
 * Programs are written against the kernel's struct bpf_map, bpf_prog and bpf_link.
 * What they see is a likeness of ours in that form: memory of the reader, in which the
 * members of the tables below are filled in and all others are zero. Where they lie is
 * the running kernel's BTF's to say; a member that it has not is left out.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "attach/attach.h"
#include "device.h"

/* ---- likenesses ---- */

#define LIKENESS_MAX	(16 << 10)

static const struct xbpf_btf_type *struct_type(const struct xbpf_btf *btf,
					       const char *name, u32 *id)
{
	s32 found = btf ? xbpf_btf_find(btf, name, XBPF_BTF_KIND_STRUCT) : -1;

	*id = found;
	return found > 0 ? xbpf_btf_type(btf, found) : NULL;
}

/* A likeness of struct @name, zeroes; NULL: no memory, or no such struct. */
static void *likeness_new(const char *name)
{
	const struct xbpf_btf_type *t;
	u32 id;

	t = struct_type(xbpf_btf_vmlinux(), name, &id);
	if (!t || !t->size || t->size > LIKENESS_MAX)
		return NULL;
	return kzalloc(t->size, GFP_KERNEL_ACCOUNT);
}

/* Byte offset of the member at @path, as "refcnt.counter", of @id; @size is its own. */
static int find_path(const struct xbpf_btf *btf, u32 id, const char *path,
		     u32 *size)
{
	u32 bit, total = 0;
	char name[32];
	size_t len;

	for (;; path += len + 1) {
		len = strcspn(path, ".");
		if (len >= sizeof(name))
			return -ENAMETOOLONG;
		memcpy(name, path, len);
		name[len] = '\0';
		if (xbpf_btf_member_find(btf, id, name, &id, &bit))
			return -ENOENT;
		total += bit / 8;
		if (!path[len])
			break;
		xbpf_btf_skip(btf, id, &id);
	}
	*size = xbpf_btf_size(btf, id);
	return total;
}

/* Stores what fits: the low bytes of a number, the beginning of a name. */
static void put(void *likeness, const char *name, const char *path,
		const void *data, size_t len)
{
	const struct xbpf_btf *btf = xbpf_btf_vmlinux();
	const struct xbpf_btf_type *t;
	u32 id, size;
	int at;

	t = struct_type(btf, name, &id);
	at = t ? find_path(btf, id, path, &size) : -ENOENT;
	if (at >= 0 && at + size <= t->size)
		memcpy(likeness + at, data, min_t(size_t, size, len));
}

static void put_number(void *likeness, const char *name, const char *path,
		       u64 value)
{
	put(likeness, name, path, &value, sizeof(value));
}

/* ---- cursors ---- */

/*
 * struct obj_cursor
 * @id: of the object that it is on, or was; the next has a greater one
 * @seen: and of the last that is behind
 * @obj: reference held while on it
 * @likeness: of @obj, and what it points to, @part and @deeper
 */
struct obj_cursor {
	u32 id, seen;
	struct xbpf_obj *obj;
	void *likeness, *part, *deeper;
};

static int obj_find(struct obj_cursor *c, enum xbpf_obj_kind kind)
{
	c->id = c->seen;
	while (!xbpf_obj_next_id(&c->id, kind)) {
		c->obj = xbpf_obj_from_id(c->id, kind);
		if (!IS_ERR(c->obj))
			return 1;
	}
	c->obj = NULL;
	return 0;
}

static void obj_drop(void *cursor)
{
	xbpf_obj_put(((struct obj_cursor *)cursor)->obj);
}

static void obj_step(void *cursor)
{
	struct obj_cursor *c = cursor;

	c->seen = c->id;
}

static void obj_close(void *cursor)
{
	struct obj_cursor *c = cursor;

	kfree(c->likeness);
	kfree(c->part);
	kfree(c->deeper);
}

static int done(struct obj_cursor *c, int whole)
{
	if (whole)
		return 0;
	obj_close(c);
	return -ENOMEM;
}

/* ---- bpf_map ---- */

static int map_open(void *cursor, const struct xbpf_iter_over *over)
{
	struct obj_cursor *c = cursor;

	c->likeness = likeness_new("bpf_map");
	return done(c, !!c->likeness);
}

static void show_map(void *to, const struct xbpf_obj *obj)
{
	const struct xbpf_map *map =
		container_of(obj, struct xbpf_map_obj, obj)->map;
	const struct {
		const char *path;
		u64 value;
	} members[] = {
		{ "map_type", map->type },
		{ "key_size", map->key_size },
		{ "value_size", map->value_size },
		{ "max_entries", map->max_entries },
		{ "map_extra", map->map_extra },
		{ "map_flags", map->map_flags },
		{ "id", obj->id },
		{ "numa_node", map->numa_node },
		{ "refcnt.counter", kref_read(&obj->ref) },
		{ "usercnt.counter", atomic_read(&obj->fds) },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++)
		put_number(to, "bpf_map", members[i].path, members[i].value);
	put(to, "bpf_map", "name", map->name, sizeof(map->name));
}

static int map_find(void *cursor, u64 *args)
{
	struct obj_cursor *c = cursor;

	if (!obj_find(c, XBPF_OBJ_MAP))
		return 0;
	show_map(c->likeness, c->obj);
	args[0] = (unsigned long)c->likeness;
	return 1;
}

const struct xbpf_iter_ops xbpf_iter_map_ops = {
	.name		= "bpf_map",
	.cursor_size	= sizeof(struct obj_cursor),
	.open		= map_open,
	.close		= obj_close,
	.find		= map_find,
	.drop		= obj_drop,
	.step		= obj_step,
};

/* ---- bpf_prog ---- */

static int prog_open(void *cursor, const struct xbpf_iter_over *over)
{
	struct obj_cursor *c = cursor;

	c->likeness = likeness_new("bpf_prog");
	c->part = likeness_new("bpf_prog_aux");
	return done(c, c->likeness && c->part);
}

static void show_prog(void *to, void *aux, const struct xbpf_prog_obj *po)
{
	const struct xbpf_prog *prog = po->prog;

	put_number(to, "bpf_prog", "len", prog->len);
	put_number(to, "bpf_prog", "type", prog->type);
	put_number(to, "bpf_prog", "expected_attach_type",
		   prog->expected_attach_type);
	put(to, "bpf_prog", "tag", po->tag, sizeof(po->tag));
	put_number(to, "bpf_prog", "aux", (unsigned long)aux);
	put_number(aux, "bpf_prog_aux", "id", po->obj.id);
	put_number(aux, "bpf_prog_aux", "attach_btf_id", po->attach_btf_id);
	put_number(aux, "bpf_prog_aux", "load_time", po->load_time);
	put_number(aux, "bpf_prog_aux", "refcnt.counter",
		   kref_read(&po->obj.ref));
	put_number(aux, "bpf_prog_aux", "attach_func_name",
		   (unsigned long)prog->attach_name);
	put(aux, "bpf_prog_aux", "name", po->name, sizeof(po->name));
}

static int prog_find(void *cursor, u64 *args)
{
	struct obj_cursor *c = cursor;

	if (!obj_find(c, XBPF_OBJ_PROG))
		return 0;
	show_prog(c->likeness, c->part,
		  container_of(c->obj, struct xbpf_prog_obj, obj));
	args[0] = (unsigned long)c->likeness;
	return 1;
}

const struct xbpf_iter_ops xbpf_iter_prog_ops = {
	.name		= "bpf_prog",
	.cursor_size	= sizeof(struct obj_cursor),
	.open		= prog_open,
	.close		= obj_close,
	.find		= prog_find,
	.drop		= obj_drop,
	.step		= obj_step,
};

/* ---- bpf_link ---- */

static int link_open(void *cursor, const struct xbpf_iter_over *over)
{
	struct obj_cursor *c = cursor;

	c->likeness = likeness_new("bpf_link");
	c->part = likeness_new("bpf_prog");
	c->deeper = likeness_new("bpf_prog_aux");
	return done(c, c->likeness && c->part && c->deeper);
}

static int link_find(void *cursor, u64 *args)
{
	struct obj_cursor *c = cursor;
	struct xbpf_prog_obj *prog;
	struct xbpf_link *link;

	if (!obj_find(c, XBPF_OBJ_LINK))
		return 0;
	link = container_of(c->obj, struct xbpf_link, obj);
	put_number(c->likeness, "bpf_link", "id", c->obj->id);
	put_number(c->likeness, "bpf_link", "type", link->type);
	put_number(c->likeness, "bpf_link", "refcnt.counter",
		   kref_read(&c->obj->ref));
	put_number(c->likeness, "bpf_link", "prog", (unsigned long)c->part);
	prog = xbpf_link_prog(link);
	show_prog(c->part, c->deeper, prog);
	xbpf_obj_put(&prog->obj);
	args[0] = (unsigned long)c->likeness;
	return 1;
}

const struct xbpf_iter_ops xbpf_iter_link_ops = {
	.name		= "bpf_link",
	.cursor_size	= sizeof(struct obj_cursor),
	.open		= link_open,
	.close		= obj_close,
	.find		= link_find,
	.drop		= obj_drop,
	.step		= obj_step,
};
