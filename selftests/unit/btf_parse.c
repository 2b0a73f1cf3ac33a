// SPDX-License-Identifier: GPL-2.0-only
/*
 * BTF blobs, good, bad and mutilated: what is taken, why not, what is found.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "btf/btf.h"
#include "unit.h"

/* ---- a blob in the making ---- */

struct blob {
	u32 types[4096];
	u32 nr;
	char strings[4096];
	u32 str_len;
};

static struct blob b;

static void begin(void)
{
	memset(&b, 0, sizeof(b));
	b.str_len = 1;
}

static u32 str(const char *s)
{
	u32 off = b.str_len;

	if (!*s)
		return 0;
	strcpy(b.strings + off, s);
	b.str_len += strlen(s) + 1;
	return off;
}

static void word(u32 w)
{
	b.types[b.nr++] = w;
}

static void type(const char *name, u32 kind, u32 vlen, u32 last)
{
	word(str(name));
	word(kind << 24 | vlen);
	word(last);
}

#define KFLAG	(1u << 7)	/* with a kind */

static void t_int(const char *name, u32 size)
{
	type(name, XBPF_BTF_KIND_INT, 0, size);
	word(XBPF_BTF_INT_SIGNED << 24 | size * 8);
}

static void t_ref(const char *name, u32 kind, u32 id)
{
	type(name, kind, 0, id);
}

static void t_array(u32 elem, u32 index, u32 n)
{
	type("", XBPF_BTF_KIND_ARRAY, 0, 0);
	word(elem);
	word(index);
	word(n);
}

static void item(const char *name, u32 x, u32 y)
{
	word(str(name));
	word(x);
	word(y);
}

static void param(const char *name, u32 id)
{
	word(str(name));
	word(id);
}

static void words(u32 x, u32 y, u32 z)
{
	word(x);
	word(y);
	word(z);
}

static char log_text[65536];

static int log_write(struct xbpf_log *log, u64 pos, const char *text, u32 len)
{
	if (pos + len < sizeof(log_text)) {
		memcpy(log_text + pos, text, len);
		log_text[pos + len] = '\0';
	}
	return 0;
}

static struct xbpf_log logger = {
	.level = 1, .size = sizeof(log_text), .write = log_write,
};

static struct xbpf_btf *parse_bytes(const void *bytes, u32 size,
				    const struct xbpf_btf *base,
				    enum xbpf_btf_trust trust)
{
	void *data = kvmalloc(size ?: 1, GFP_KERNEL);
	struct xbpf_btf *btf;

	memcpy(data, bytes, size);
	logger.pos = 0;
	log_text[0] = '\0';
	btf = xbpf_btf_parse(data, size, base, trust, &logger);
	if (IS_ERR(btf))
		kvfree(data);
	return btf;
}

static u32 finish(u8 *out)
{
	struct xbpf_btf_header *hdr = (void *)out;

	*hdr = (struct xbpf_btf_header) {
		.magic = XBPF_BTF_MAGIC, .version = 1, .hdr_len = sizeof(*hdr),
		.type_len = b.nr * 4, .str_off = b.nr * 4, .str_len = b.str_len,
	};
	memcpy(out + sizeof(*hdr), b.types, b.nr * 4);
	memcpy(out + sizeof(*hdr) + b.nr * 4, b.strings, b.str_len);
	return sizeof(*hdr) + b.nr * 4 + b.str_len;
}

static u8 bytes[32768];

static struct xbpf_btf *parse(const struct xbpf_btf *base)
{
	return parse_bytes(bytes, finish(bytes), base, XBPF_BTF_UNTRUSTED);
}

/* The blob in the making is refused, with the reason. */
static void refused(int err, const char *reason, const char *what)
{
	struct xbpf_btf *btf = parse(NULL);

	is(IS_ERR(btf) ? PTR_ERR(btf) : 0, err, "%s", what);
	if (!strstr(log_text, reason))
		ok(0, "%s: says \"%s\", not \"%s\"", what, log_text, reason);
	if (!IS_ERR(btf))
		xbpf_btf_free(btf);
	begin();
}

static void taken(const char *what)
{
	struct xbpf_btf *btf = parse(NULL);

	if (!ok(!IS_ERR(btf), "%s", what))
		diag("%ld: %s", PTR_ERR(btf), log_text);
	else
		xbpf_btf_free(btf);
	begin();
}

/* ---- one of everything ---- */

static void build_good(void)
{
	begin();
	t_int("int", 4);					/* 1 */
	t_int("char", 1);					/* 2 */
	t_array(2, 1, 16);					/* 3 */
	type("task", XBPF_BTF_KIND_STRUCT, 4, 40);		/* 4 */
	item("pid", 1, 0);
	item("comm", 3, 32);
	item("next", 5, 192);
	item("", 15, 256);
	t_ref("", XBPF_BTF_KIND_PTR, 4);			/* 5 */
	t_ref("task_t", XBPF_BTF_KIND_TYPEDEF, 8);		/* 6 */
	t_ref("", XBPF_BTF_KIND_VOLATILE, 4);			/* 7 */
	t_ref("", XBPF_BTF_KIND_CONST, 7);			/* 8 */
	type("color", XBPF_BTF_KIND_ENUM, 2, 4);		/* 9 */
	param("RED", 0);
	param("GREEN", 1);
	type("", XBPF_BTF_KIND_FUNC_PROTO, 3, 1);		/* 10 */
	param("ctx", 5);
	param("n", 2);
	param("", 0);
	type("run", XBPF_BTF_KIND_FUNC, XBPF_BTF_FUNC_GLOBAL, 10); /* 11 */
	type("v", XBPF_BTF_KIND_VAR, 0, 6);			/* 12 */
	word(XBPF_BTF_VAR_GLOBAL_ALLOCATED);
	type(".bss.x", XBPF_BTF_KIND_DATASEC, 1, 40);		/* 13 */
	words(12, 0, 40);
	type("double", XBPF_BTF_KIND_FLOAT, 0, 8);		/* 14 */
	type("", XBPF_BTF_KIND_UNION, 2, 8);			/* 15 */
	item("u", 14, 0);
	item("tag", 9, 0);
	type("user", XBPF_BTF_KIND_DECL_TAG, 0, 11);		/* 16 */
	word(1);
	type("rcu", XBPF_BTF_KIND_TYPE_TAG, 0, 4);		/* 17 */
	type("big", XBPF_BTF_KIND_ENUM64, 1, 8);		/* 18 */
	words(str("HUGE"), 1, 1);
	type("flags", XBPF_BTF_KIND_STRUCT | KFLAG, 2, 4);	/* 19 */
	item("a", 1, 3 << 24);
	item("b", 9, 5 << 24 | 3);
	type("fwd", XBPF_BTF_KIND_FWD, 0, 0);			/* 20 */
	t_ref("btf_trace_run", XBPF_BTF_KIND_TYPEDEF, 22);	/* 21 */
	t_ref("", XBPF_BTF_KIND_PTR, 10);			/* 22 */
}

static void test_found(const struct xbpf_btf *btf)
{
	u32 type_id, offset, sizes[4], id;

	is(xbpf_btf_nr_types(btf), 23, "types are counted, void too");
	is(xbpf_btf_find(btf, "task", XBPF_BTF_KIND_STRUCT), 4, "a struct");
	is(xbpf_btf_find(btf, "task", XBPF_BTF_KIND_UNION), -ENOENT,
	   "no union of that name");
	is(xbpf_btf_find(btf, "nobody", XBPF_BTF_KIND_INT), -ENOENT, "no such name");
	is(xbpf_btf_find(btf, "", XBPF_BTF_KIND_PTR), -ENOENT, "no name");
	ok(!xbpf_btf_type(btf, 23), "no such type");
	is(xbpf_btf_size(btf, 6), 40, "size of a typedef of const volatile");
	is(xbpf_btf_size(btf, 3), 16, "size of an array");
	is(xbpf_btf_size(btf, 12), 40, "size of a variable");
	is(xbpf_btf_size(btf, 5), 8, "size of a pointer");
	is(xbpf_btf_size(btf, 0), -EINVAL, "void has none");
	is(xbpf_btf_size(btf, 20), -EINVAL, "nor has a forward");
	xbpf_btf_skip(btf, 6, &id);
	is(id, 4, "what the typedef is");
	is(xbpf_btf_member_find(btf, 4, "tag", &type_id, &offset), 0,
	   "a member of an anonymous union");
	ok(type_id == 9 && offset == 256, "its type and place");
	is(xbpf_btf_member_find(btf, 4, "none", NULL, NULL), -ENOENT,
	   "no such member");
	is(xbpf_btf_member_bits(xbpf_btf_type(btf, 19), 1), 5, "a bit field");
	is(xbpf_btf_member_offset(xbpf_btf_type(btf, 19), 1), 3, "and its place");
	is(xbpf_btf_func_arg_sizes(btf, "btf_trace_run", sizes, 4), 3,
	   "parameters of a tracepoint");
	ok(sizes[0] == 8 && sizes[1] == 1 && sizes[2] == 0, "their sizes");
	is(xbpf_btf_func_arg_sizes(btf, "run", sizes, 2), -E2BIG, "too many");
	is(xbpf_btf_func_arg_sizes(btf, "color", sizes, 2), -ENOENT, "no function");
	ok(!xbpf_btf_string(btf, 100000), "no such string");
	is_str(xbpf_btf_type_name(btf, xbpf_btf_type(btf, 5)), "(anon)",
	       "a pointer has no name");
}

static void test_split(const struct xbpf_btf *base)
{
	u32 base_len;
	struct xbpf_btf *btf;

	xbpf_btf_data(base, &base_len);
	begin();
	b.str_len = 0;
	type("", XBPF_BTF_KIND_STRUCT, 1, 40);
	words(0, 4, 0);
	/* Offsets of own names continue those of the base. */
	memcpy(b.strings, "mine", 5);
	b.str_len = 5;
	b.types[0] = ((struct xbpf_btf_header *)bytes)->str_len;
	btf = parse(base);
	if (!ok(!IS_ERR(btf), "split BTF")) {
		diag("%ld: %s", PTR_ERR(btf), log_text);
		return;
	}
	is(xbpf_btf_find(btf, "mine", XBPF_BTF_KIND_STRUCT), 23, "own types first");
	is(xbpf_btf_find(btf, "task", XBPF_BTF_KIND_STRUCT), 4, "then the base's");
	is(xbpf_btf_member_find(btf, 23, "pid", NULL, NULL), 0,
	   "a member through both");
	xbpf_btf_free(btf);
}

static void test_good(void)
{
	long live = xbpf_host_alloc_live();
	struct xbpf_btf *btf;

	build_good();
	btf = parse(NULL);
	if (!ok(!IS_ERR(btf), "one of every kind is taken")) {
		diag("%ld: %s", PTR_ERR(btf), log_text);
		return;
	}
	ok(strstr(log_text, "[4] STRUCT task size=40 vlen=4\n") != NULL,
	   "types are logged");
	test_found(btf);
	test_split(btf);
	xbpf_btf_free(btf);
	is(xbpf_host_alloc_live(), live, "nothing leaks");
}

/* ---- bad types ---- */

static void test_bad_meta(void)
{
	begin();
	type("int", XBPF_BTF_KIND_INT, 1, 4);
	word(32);
	refused(-EINVAL, "[1] INT int size=4 bits_offset=0 nr_bits=32 encoding=(none) vlen != 0",
		"an int with a vlen");
	type("int", XBPF_BTF_KIND_INT, 0, 4);
	word(64);
	refused(-EINVAL, "nr_bits exceeds type_size", "more bits than bytes");
	type("int", XBPF_BTF_KIND_INT, 0, 4);
	word(3 << 24 | 32);
	refused(-524, "Unsupported encoding", "two encodings");
	type("int", XBPF_BTF_KIND_INT, 0, 4);
	refused(-EINVAL, "meta_left:0 meta_needed:4", "a tail cut off");
	type("x", 20, 0, 4);
	refused(-EINVAL, "Invalid kind:20", "a kind of the future");
	type("x", 0, 0, 4);
	refused(-EINVAL, "Invalid kind:0", "no kind");
	type("x", 1 << 6 | 1, 0, 4);
	refused(-EINVAL, "Invalid btf_info", "reserved bits");
	word(4711);
	words(XBPF_BTF_KIND_INT << 24, 4, 32);
	refused(-EINVAL, "Invalid name_offset:4711", "a name outside");
	t_ref("p", XBPF_BTF_KIND_PTR, 0);
	refused(-EINVAL, "Invalid name", "a pointer with a name");
	t_ref("2x", XBPF_BTF_KIND_TYPEDEF, 0);
	refused(-EINVAL, "Invalid name", "a name with a digit first");
	type("", XBPF_BTF_KIND_FWD, 0, 0);
	refused(-EINVAL, "Invalid name", "a forward of nothing");
	t_int("int", 4);
	type("e", XBPF_BTF_KIND_ENUM, 0, 3);
	refused(-EINVAL, "Unexpected size", "an enum of three bytes");
	type("f", XBPF_BTF_KIND_FLOAT, 0, 7);
	refused(-EINVAL, "Invalid type_size", "a float of seven bytes");
	type("f", XBPF_BTF_KIND_FLOAT, 0, 1u << 31);
	refused(-EINVAL, "Invalid type_size", "a huge float");
}

static void test_bad_members(void)
{
	begin();
	t_int("int", 4);
	type("s", XBPF_BTF_KIND_STRUCT, 2, 8);
	item("x", 1, 32);
	item("y", 1, 0);
	refused(-EINVAL, "Invalid member bits_offset", "members out of order");
	t_int("int", 4);
	type("s", XBPF_BTF_KIND_STRUCT, 1, 8);
	item("x", 1, 72);
	refused(-EINVAL, "Member bits_offset exceeds its struct size",
		"a member behind the end");
	t_int("int", 4);
	type("s", XBPF_BTF_KIND_STRUCT, 1, 8);
	item("x", 1, 40);
	refused(-EINVAL, "Member exceeds struct_size", "a member over the end");
	t_int("int", 4);
	type("s", XBPF_BTF_KIND_STRUCT, 1, 8);
	item("x", 9, 0);
	refused(-EINVAL, "Invalid member", "a member of no type");
	t_int("int", 4);
	type("u", XBPF_BTF_KIND_UNION, 1, 8);
	item("x", 1, 32);
	refused(-EINVAL, "Invalid member bits_offset", "an offset in a union");
	t_int("int", 4);
	t_ref("", XBPF_BTF_KIND_PTR, 1);
	type("s", XBPF_BTF_KIND_STRUCT, 1, 16);
	item("x", 2, 4);
	refused(-EINVAL, "Member is not byte aligned", "a crooked pointer");
	t_int("int", 4);
	t_ref("", XBPF_BTF_KIND_PTR, 1);
	type("s", XBPF_BTF_KIND_STRUCT | KFLAG, 1, 16);
	item("x", 2, 4 << 24);
	refused(-EINVAL, "Invalid member bitfield_size", "a pointer's bit field");
	t_int("int", 4);
	type("s", XBPF_BTF_KIND_STRUCT | KFLAG, 1, 16);
	item("x", 1, 33 << 24);
	refused(-EINVAL, "Invalid member bitfield_size", "a wide bit field");
	type("f", XBPF_BTF_KIND_FLOAT, 0, 8);
	type("s", XBPF_BTF_KIND_STRUCT, 1, 16);
	item("x", 1, 32);
	refused(-EINVAL, "Member is not properly aligned", "a crooked float");
	t_int("int", 4);
	t_ref("", XBPF_BTF_KIND_CONST, 3);
	type("tag", XBPF_BTF_KIND_TYPE_TAG, 0, 1);
	refused(-EINVAL, "Type tags don't precede modifiers", "a tag too late");
	t_int("int", 4);
	type("s", XBPF_BTF_KIND_STRUCT, 1, 0xffffffff);
	item("x", 1, 0xffffffff);
	taken("offsets near the top do not overflow");
}

static void test_bad_references(void)
{
	begin();
	t_ref("", XBPF_BTF_KIND_PTR, 7);
	refused(-EINVAL, "Invalid type_id", "a pointer to no type");
	t_ref("", XBPF_BTF_KIND_CONST, 1 << 20);
	refused(-EINVAL, "Invalid type_id", "an impossible number");
	t_int("int", 4);
	t_array(1, 9, 4);
	refused(-EINVAL, "Invalid index", "an index of no type");
	t_int("int", 4);
	t_array(0, 1, 4);
	refused(-EINVAL, "Invalid elem", "an array of void");
	t_int("int", 4);
	t_array(1, 1, 0x40000000);
	refused(-EINVAL, "Array size overflows U32_MAX", "an array of 4 GiB");
	t_int("int", 4);
	t_array(1, 1, 0xffff);
	t_array(2, 1, 0xffff);
	refused(-EINVAL, "Array size overflows U32_MAX", "an array of arrays");
	t_int("int", 4);
	type("f", XBPF_BTF_KIND_FUNC, 0, 1);
	refused(-EINVAL, "Invalid type_id", "a function without prototype");
	t_int("int", 4);
	type("", XBPF_BTF_KIND_FUNC_PROTO, 2, 1);
	param("", 0);
	param("x", 1);
	refused(-EINVAL, "Invalid arg#1", "void before the last parameter");
	t_int("int", 4);
	type("", XBPF_BTF_KIND_FUNC_PROTO, 1, 1);
	param("", 1);
	type("f", XBPF_BTF_KIND_FUNC, 0, 2);
	refused(-EINVAL, "Invalid arg#1", "a parameter without a name");
	t_int("int", 4);
	type("v", XBPF_BTF_KIND_VAR, 0, 1);
	word(0);
	t_ref("", XBPF_BTF_KIND_PTR, 2);
	refused(-EINVAL, "Invalid type_id", "a pointer to a variable");
	t_int("int", 4);
	type(".bss", XBPF_BTF_KIND_DATASEC, 1, 4);
	words(1, 0, 4);
	refused(-EINVAL, "Not a VAR kind member", "a section of types");
	t_int("int", 4);
	type("x", XBPF_BTF_KIND_DECL_TAG, 0, 1);
	word(-1);
	refused(-EINVAL, "Invalid type_id", "a tag of an int");
	t_int("int", 4);
	type("s", XBPF_BTF_KIND_STRUCT, 0, 4);
	type("x", XBPF_BTF_KIND_DECL_TAG, 0, 2);
	word(0);
	refused(-EINVAL, "Invalid component_idx", "a tag of no member");
}

static void test_loops(void)
{
	u32 i;

	begin();
	t_ref("", XBPF_BTF_KIND_CONST, 1);
	refused(-EEXIST, "Loop detected", "const of itself");
	t_ref("", XBPF_BTF_KIND_PTR, 2);
	t_ref("", XBPF_BTF_KIND_CONST, 1);
	refused(-EEXIST, "Loop detected", "a pointer to itself");
	type("s", XBPF_BTF_KIND_STRUCT, 1, 8);
	item("s", 2, 0);
	t_ref("", XBPF_BTF_KIND_CONST, 3);
	t_ref("", XBPF_BTF_KIND_PTR, 2);
	refused(-EEXIST, "Loop detected", "a pointer to itself in a struct");
	type("s", XBPF_BTF_KIND_STRUCT, 1, 8);
	item("s", 2, 0);
	t_ref("t", XBPF_BTF_KIND_TYPEDEF, 1);
	refused(-EEXIST, "Loop detected", "a struct in itself");
	t_int("int", 4);
	t_array(2, 1, 1);
	refused(-EEXIST, "Loop detected", "an array of itself");
	type("s", XBPF_BTF_KIND_STRUCT, 1, 8);
	item("s", 2, 0);
	t_ref("", XBPF_BTF_KIND_PTR, 1);
	taken("a struct may point to itself");
	for (i = 1; i <= 40; i++)
		t_ref("", XBPF_BTF_KIND_CONST, i + 1);
	t_int("int", 4);
	refused(-E2BIG, "Exceeded max resolving depth:32", "too deep");
	t_int("int", 4);
	for (i = 1; i <= 40; i++)
		t_ref("", XBPF_BTF_KIND_CONST, i);
	taken("as deep, from below");
}

/* ---- bad blobs ---- */

static void header_refused(u32 offset, u32 value, u32 size, int err,
			   const char *reason, const char *what)
{
	struct xbpf_btf *btf;
	u32 all;

	build_good();
	all = finish(bytes);
	memcpy(bytes + offset, &value, size);
	btf = parse_bytes(bytes, all, NULL, XBPF_BTF_UNTRUSTED);
	is(IS_ERR(btf) ? PTR_ERR(btf) : 0, err, "%s", what);
	ok(strstr(log_text, reason) != NULL, "and says why: %s", reason);
	if (!IS_ERR(btf))
		xbpf_btf_free(btf);
}

static void test_bad_header(void)
{
	build_good();
	finish(bytes);
	is(PTR_ERR(parse_bytes(bytes, 7, NULL, 0)), -EINVAL, "seven bytes");
	is(PTR_ERR(parse_bytes(bytes, 20, NULL, 0)), -EINVAL, "half a header");
	is(PTR_ERR(parse_bytes(bytes, 24, NULL, 0)), -EINVAL, "only a header");
	header_refused(0, 0x1234, 2, -EINVAL, "Invalid magic", "magic");
	header_refused(2, 2, 1, -524, "Unsupported version", "version");
	header_refused(3, 1, 1, -524, "Unsupported flags", "flags");
	header_refused(4, 28, 4, -E2BIG, "Unsupported btf_header", "header size");
	header_refused(4, 1 << 30, 4, -EINVAL, "btf_header not found", "far end");
	header_refused(8, 4, 4, -EINVAL, "", "types moved");
	header_refused(8, -4, 4, -EINVAL, "Invalid section offset",
		       "types far off");
	header_refused(16, -4, 4, -EINVAL, "Invalid section offset",
		       "strings far off");
	header_refused(12, -4, 4, -EINVAL, "", "types too long");
	header_refused(16, 0, 4, -EINVAL, "", "strings on types");
	header_refused(20, 1, 4, -EINVAL, "Unsupported section found",
		       "something left over");
	header_refused(20, -1, 4, -EINVAL, "Total section length too long",
		       "strings too long");
}

/* ---- mutants ---- */

static u64 state = 0x9e3779b97f4a7c15ULL;

static u32 rnd(u32 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 20) % below;
}

/* Walk over everything that a checked blob offers. */
static u64 use(const struct xbpf_btf *btf)
{
	const struct xbpf_btf_type *t;
	u32 id, sizes[8], type_id, offset;
	const char *name;
	u64 sum = 0;

	for (id = 0; id < xbpf_btf_nr_types(btf) + 2; id++) {
		t = xbpf_btf_type(btf, id);
		if (!t)
			continue;
		name = xbpf_btf_type_name(btf, t);
		sum += xbpf_btf_find(btf, name, xbpf_btf_kind(t));
		sum += xbpf_btf_size(btf, id);
		sum += !xbpf_btf_skip(btf, id, NULL);
		sum += xbpf_btf_func_arg_sizes(btf, name, sizes, 8);
		sum += xbpf_btf_member_find(btf, id, "tag", &type_id, &offset);
	}
	return sum;
}

static u32 mutate(u32 size)
{
	static const u32 words[] = { 0, 1, -1u, 0x7fffffff, 0x80000000, 22, 23 };
	u32 n = 1 + rnd(3), at, w;

	while (n--) {
		at = rnd(size);
		if (rnd(2)) {
			bytes[at] = rnd(4) ? rnd(256) : bytes[at] ^ 1 << rnd(8);
			continue;
		}
		at &= ~3u;
		w = rnd(2) ? words[rnd(ARRAY_SIZE(words))] : rnd(32);
		memcpy(bytes + at, &w, 4);
	}
	return rnd(8) ? size : rnd(size + 1);
}

static void test_mutants(void)
{
	long live = xbpf_host_alloc_live();
	u32 i, good = 0, size;
	struct xbpf_btf *btf;

	for (i = 0; i < 60000; i++) {
		build_good();
		size = mutate(finish(bytes));
		btf = parse_bytes(bytes, size, NULL, i % 8 == 0);
		if (IS_ERR(btf))
			continue;
		use(btf);
		good++;
		xbpf_btf_free(btf);
	}
	ok(good > 1000 && good < 50000, "%u of 60000 mutants taken, all used",
	   good);
	is(xbpf_host_alloc_live(), live, "nothing leaks");
}

static void test_no_memory(void)
{
	long live = xbpf_host_alloc_live();
	struct xbpf_btf *btf;
	int i, lost = 0;

	build_good();
	for (i = 2; ; i++) {
		xbpf_host_alloc_fail(i);
		btf = parse(NULL);
		if (!xbpf_host_alloc_failed())
			break;
		lost += !IS_ERR(btf) || PTR_ERR(btf) != -ENOMEM;
	}
	xbpf_host_alloc_fail(0);
	ok(!lost && !IS_ERR(btf), "each of %d allocations may fail", i - 2);
	xbpf_btf_free(btf);
	is(xbpf_host_alloc_live(), live, "nothing leaks");
}

/* ---- the kernel's own ---- */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e3 + ts.tv_nsec / 1e6;
}

/* sysfs gives a page at a time. */
static int read_all(int fd, char *data, size_t size)
{
	ssize_t n;

	for (; size; size -= n, data += n) {
		n = read(fd, data, size);
		if (n <= 0)
			return -EIO;
	}
	return 0;
}

static void use_vmlinux(const struct xbpf_btf *btf)
{
	s32 id = xbpf_btf_find(btf, "task_struct", XBPF_BTF_KIND_STRUCT);
	u32 sizes[12], type_id, offset;

	ok(id > 0, "task_struct is %d of %u", id, xbpf_btf_nr_types(btf));
	is(xbpf_btf_member_find(btf, id, "comm", &type_id, &offset), 0,
	   "it has a name");
	is(xbpf_btf_size(btf, type_id), 16, "of 16 bytes");
	is(xbpf_btf_func_arg_sizes(btf, "btf_trace_sys_enter", sizes, 12), 3,
	   "parameters of sys_enter");
}

static void test_vmlinux(enum xbpf_btf_trust trust)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY);
	struct xbpf_log quiet = { 0 };
	struct xbpf_btf *btf;
	struct stat st;
	double t0;
	char *data;

	if (fd < 0 || fstat(fd, &st)) {
		skip("no /sys/kernel/btf/vmlinux", "the kernel's own types");
		return;
	}
	data = kvmalloc(st.st_size, GFP_KERNEL);
	is(read_all(fd, data, st.st_size), 0, "read");
	close(fd);
	t0 = now();
	btf = xbpf_btf_parse(data, st.st_size, NULL, trust, &quiet);
	diag("%s: %.1f ms", trust ? "trusted" : "checked", now() - t0);
	if (!ok(!IS_ERR(btf), "the kernel's own types")) {
		kvfree(data);
		return;
	}
	use_vmlinux(btf);
	xbpf_btf_free(btf);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_good();
	test_bad_meta();
	test_bad_members();
	test_bad_references();
	test_loops();
	test_bad_header();
	test_mutants();
	test_no_memory();
	test_vmlinux(XBPF_BTF_TRUSTED);
	test_vmlinux(XBPF_BTF_UNTRUSTED);
	return unit_done();
}
