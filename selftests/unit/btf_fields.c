// SPDX-License-Identifier: GPL-2.0-only
/*
 * Special fields: found by name, size and place, in structs, arrays, sections; and
 * which map may have them.
 */
#include "btf/btf.h"
#include "map_test.h"

static u32 types[512], nr;
static char strings[512];
static u32 str_len, next_id;

static void begin(void)
{
	nr = 0;
	str_len = 1;
	next_id = 1;
}

static u32 str(const char *s)
{
	u32 off = str_len;

	if (!*s)
		return 0;
	strcpy(strings + off, s);
	str_len += strlen(s) + 1;
	return off;
}

static void put3(u32 a, u32 b, u32 c)
{
	types[nr++] = a;
	types[nr++] = b;
	types[nr++] = c;
}

static u32 type(const char *name, u32 kind, u32 vlen, u32 last)
{
	put3(str(name), kind << 24 | vlen, last);
	return next_id++;
}

static u32 t_int(u32 size)
{
	u32 id = type("int", XBPF_BTF_KIND_INT, 0, size);

	types[nr++] = size * 8;
	return id;
}

static u32 t_struct(const char *name, u32 size, u32 members)
{
	return type(name, XBPF_BTF_KIND_STRUCT, members, size);
}

static void member(const char *name, u32 id, u32 off)
{
	put3(str(name), id, off * 8);
}

static u32 t_array(u32 elem, u32 index, u32 n)
{
	u32 id = type("", XBPF_BTF_KIND_ARRAY, 0, 0);

	put3(elem, index, n);
	return id;
}

static struct xbpf_btf *parse(void)
{
	struct xbpf_btf_header h = {
		.magic = 0xeb9f, .version = 1, .hdr_len = sizeof(h),
		.type_len = nr * 4, .str_off = nr * 4, .str_len = str_len,
	};
	u32 size = sizeof(h) + nr * 4 + str_len;
	char *data = kvmalloc(size, GFP_KERNEL);
	struct xbpf_btf *btf;

	memcpy(data, &h, sizeof(h));
	memcpy(data + sizeof(h), types, nr * 4);
	memcpy(data + sizeof(h) + nr * 4, strings, str_len);
	btf = xbpf_btf_parse(data, size, NULL, XBPF_BTF_UNTRUSTED, NULL);
	if (IS_ERR(btf)) {
		printf("Bail out! BTF: %ld\n", PTR_ERR(btf));
		exit(EXIT_FAILURE);
	}
	return btf;
}

static struct xbpf_map_fields out;

static int fields(u32 id)
{
	struct xbpf_btf *btf = parse();
	int err = xbpf_btf_find_fields(btf, id, XBPF_FIELDS_OF_MAPS, &out);

	xbpf_btf_free(btf);
	return err;
}

static u32 t_lock(u32 val)
{
	u32 id = t_struct("bpf_spin_lock", 4, 1);

	member("val", val, 0);
	return id;
}

static u32 timer(u32 u64_id)
{
	u32 id = t_struct("bpf_timer", 16, 2);

	member("a", u64_id, 0);
	member("b", u64_id, 8);
	return id;
}

static void test_struct(void)
{
	u32 u4, u8_, lock, time, inner, v;

	begin();
	u4 = t_int(4);
	u8_ = t_int(8);
	lock = t_lock(u4);
	time = timer(u8_);
	inner = t_struct("inner", 8, 2);
	member("x", u4, 0);
	member("lock", lock, 4);
	v = t_struct("value", 40, 3);
	member("n", u8_, 0);
	member("t", time, 8);
	member("in", inner, 24);
	is(fields(v), 0, "a struct");
	is(out.nr, 2, "has two");
	is(out.field[0].kind, XBPF_FIELD_TIMER, "in order");
	is(out.field[0].off, 8, "the timer");
	is(out.field[1].off, 28, "the lock, in a struct of its own");
	is(out.mask, XBPF_FIELD_BIT(SPIN_LOCK) | XBPF_FIELD_BIT(TIMER), "both");
	is(fields(u8_), 0, "a number");
	is(out.nr, 0, "has none");
}

static void test_wrong(void)
{
	u32 u4, lock, v, w, arr, off;

	begin();
	u4 = t_int(4);
	lock = t_lock(u4);
	v = t_struct("two", 8, 2);
	member("a", lock, 0);
	member("b", lock, 4);
	arr = t_array(lock, u4, 2);
	w = t_struct("many", 8, 1);
	member("a", arr, 0);
	off = t_struct("odd", 8, 1);
	member("a", lock, 2);
	is(fields(v), -E2BIG, "two locks");
	is(fields(w), -EINVAL, "an array of locks");
	is(fields(off), 0, "a lock at an odd place");
	is(out.nr, 0, "is none");
	begin();
	u4 = t_int(4);
	lock = t_struct("bpf_spin_lock", 8, 2);
	member("val", u4, 0);
	member("more", u4, 4);
	v = t_struct("value", 8, 1);
	member("a", lock, 0);
	is(fields(v), 0, "a lock of another size");
	is(out.nr, 0, "is none");
}

static void test_kptr(void)
{
	u32 u8_, s, tag, ptr, arr, v, bad, p2, w;

	begin();
	u8_ = t_int(8);
	s = t_struct("task", 8, 1);
	member("a", u8_, 0);
	tag = type("kptr", XBPF_BTF_KIND_TYPE_TAG, 0, s);
	ptr = type("", XBPF_BTF_KIND_PTR, 0, tag);
	arr = t_array(ptr, u8_, 3);
	v = t_struct("value", 32, 2);
	member("n", u8_, 0);
	member("p", arr, 8);
	bad = type("mine", XBPF_BTF_KIND_TYPE_TAG, 0, s);
	p2 = type("", XBPF_BTF_KIND_PTR, 0, bad);
	w = t_struct("other", 8, 1);
	member("p", p2, 0);
	is(fields(v), 0, "pointers with a tag");
	is(out.nr, 3, "an array of them");
	is(out.field[2].off, 24, "the last one");
	is(out.field[2].type_id, s, "of its type");
	is(fields(w), -EINVAL, "a tag that is not known");
}

/* One blob: fields with these tags, in this order; kinds, or the errno. */
static void test_tags(void)
{
	static const struct {
		const char *tag[2];
		int err;
		u32 kind[2];
	} rows[] = {
		{ { "kptr_untrusted", "kptr" }, 0,
		  { XBPF_FIELD_KPTR_UNREF, XBPF_FIELD_KPTR_REF } },
		{ { "percpu_kptr", "kptr" }, 0,
		  { XBPF_FIELD_KPTR_PERCPU, XBPF_FIELD_KPTR_REF } },
		{ { "kptr", "kptr_ref" }, 0,
		  { XBPF_FIELD_KPTR_UNREF, XBPF_FIELD_KPTR_REF } },
		{ { "kptr_untrusted", "kptr_ref" }, -EINVAL, { 0 } },
	};
	u32 i, n, s, v, tag, ptr[2];

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		begin();
		s = t_struct("task", 8, 0);
		for (n = 0; n < 2; n++) {
			tag = type(rows[i].tag[n], XBPF_BTF_KIND_TYPE_TAG, 0, s);
			ptr[n] = type("", XBPF_BTF_KIND_PTR, 0, tag);
		}
		v = t_struct("value", 16, 2);
		member("a", ptr[0], 0);
		member("b", ptr[1], 8);
		is(fields(v), rows[i].err, "%s, %s", rows[i].tag[0],
		   rows[i].tag[1]);
		for (n = 0; n < out.nr && !rows[i].err; n++)
			is(out.field[n].kind, rows[i].kind[n], "%s is known",
			   rows[i].tag[n]);
	}
}

/* What the kernel has: struct prog_test_member behind another type. */
static const struct xbpf_btf *kernel;

static const struct xbpf_btf *kernel_types(void)
{
	return kernel;
}

static struct xbpf_btf *parse_one(const char *name, const char *tag, u32 *value)
{
	u32 s, t, ptr;

	begin();
	t_int(4);
	s = t_struct(name, 8, 0);
	t = type(tag, XBPF_BTF_KIND_TYPE_TAG, 0, s);
	ptr = type("", XBPF_BTF_KIND_PTR, 0, t);
	*value = t_struct("value", 8, 1);
	member("p", ptr, 0);
	return parse();
}

static void test_kernel_types(void)
{
	static const struct {
		const char *name, *tag;
		u32 map;
		int err;
		u32 object;
	} rows[] = {
		{ "prog_test_member", "kptr", HASH, 0,
		  XBPF_OBJECT_prog_test_member },
		{ "prog_test_member", "kptr_untrusted", ARRAY, 0,
		  XBPF_OBJECT_prog_test_member },
		{ "path", "kptr_untrusted", HASH, 0, XBPF_OBJECT_OTHER },
		{ "path", "kptr", HASH, -ENOENT, 0 },
		{ "of_nobody", "kptr_untrusted", HASH, -ENOENT, 0 },
		{ "prog_test_member", "kptr", PERCPU_HASH, -EOPNOTSUPP, 0 },
		{ "prog_test_member", "percpu_kptr", HASH, -EOPNOTSUPP, 0 },
	};
	struct xbpf_btf *btf, *own;
	struct xbpf_map *map;
	u32 i, v, id;

	begin();
	t_int(8);
	t_struct("path", 8, 0);
	id = t_struct("prog_test_member", 8, 0);
	own = parse();
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		btf = parse_one(rows[i].name, rows[i].tag, &v);
		map = new_map(rows[i].map, 4, 8, 4, 0);
		kernel = own;
		is(xbpf_btf_map_fields(map, btf, v, kernel_types), rows[i].err,
		   "%s %s in map type %u", rows[i].tag, rows[i].name,
		   rows[i].map);
		if (map->fields)
			is(map->fields->field[0].object, rows[i].object,
			   "it is found in the kernel");
		if (map->fields && rows[i].object != XBPF_OBJECT_OTHER)
			is(map->fields->field[0].type_id, id,
			   "by the kernel's number");
		xbpf_map_free(map);
		kernel = NULL;
		map = new_map(rows[i].map, 4, 8, 4, 0);
		is(xbpf_btf_map_fields(map, btf, v, kernel_types), -ENOENT,
		   "a kernel without types");
		xbpf_map_free(map);
		xbpf_btf_free(btf);
	}
	xbpf_btf_free(own);
}

static void test_list(void)
{
	u32 u8_, u4, head, node, lock, elem, v, plain, i;

	begin();
	u8_ = t_int(8);
	u4 = t_int(4);
	lock = t_lock(u4);
	head = t_struct("bpf_list_head", 16, 2);
	member("a", u8_, 0);
	member("b", u8_, 8);
	i = t_array(u8_, u4, 3);
	node = t_struct("bpf_list_node", 24, 1);
	member("a", i, 0);
	elem = t_struct("elem", 32, 2);
	member("x", u8_, 0);
	member("link", node, 8);
	v = t_struct("value", 24, 2);
	member("lock", lock, 0);
	member("head", head, 8);
	type("contains:elem:link", XBPF_BTF_KIND_DECL_TAG, 0, v);
	types[nr++] = 1;
	plain = t_struct("plain", 24, 2);
	member("lock", lock, 0);
	member("head", head, 8);
	is(fields(v), 0, "a list");
	is(out.nr, 2, "and its lock");
	is(out.field[1].type_id, elem, "of elements of its type");
	is(out.field[1].node_off, 8, "linked where the tag says");
	is(fields(plain), -EINVAL, "a list of nobody knows what");
}

static void test_maps(void)
{
	static const struct {
		u32 type, flags;
		int err;
	} maps[] = {
		{ HASH, 0, 0 }, { ARRAY, 0, 0 },
		{ LRU_HASH, 0, -EOPNOTSUPP }, { PERCPU_HASH, 0, -EOPNOTSUPP },
		{ ARRAY, XBPF_F_RDONLY_PROG, -EACCES },
	};
	struct xbpf_btf *btf;
	u32 v, lock, u4, i;

	begin();
	u4 = t_int(4);
	lock = t_lock(u4);
	v = t_struct("value", 8, 2);
	member("lock", lock, 0);
	member("n", u4, 4);
	btf = parse();
	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		struct xbpf_map *map = new_map(maps[i].type, 4, 8, 4,
					       maps[i].flags);

		is(xbpf_btf_map_fields(map, btf, v, NULL), maps[i].err,
		   "map type %u, flags %x", maps[i].type, maps[i].flags);
		is(!!map->fields, !maps[i].err, "it has them");
		xbpf_map_free(map);
	}
	xbpf_btf_free(btf);
}

int main(void)
{
	test_struct();
	test_wrong();
	test_kptr();
	test_tags();
	test_kernel_types();
	test_list();
	test_maps();
	return unit_done();
}
