// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types of the kfuncs that a kernel has not: they continue its own, name what is not
 * there and no more, and declare it as Linux does.
 */
#include "btf/btf.h"
#include "map_test.h"

/* A kernel that has two numbers and one of the functions. */
static const struct {
	struct xbpf_btf_header h;
	u32 types[14];
	char names[64];
} kernel = {
	.h = {
		.magic = XBPF_BTF_MAGIC, .version = XBPF_BTF_VERSION,
		.hdr_len = sizeof(kernel.h), .type_len = sizeof(kernel.types),
		.str_off = sizeof(kernel.types), .str_len = 41,
	},
	.types = {
		1, XBPF_BTF_KIND_INT << 24, 4, 32,
		5, XBPF_BTF_KIND_INT << 24, 8, 64,
		0, XBPF_BTF_KIND_FUNC_PROTO << 24, 0,
		23, XBPF_BTF_KIND_FUNC << 24, 3,
	},
	.names = "\0int\0long unsigned int\0bpf_rcu_read_lock",
};

static struct xbpf_btf *parse(void)
{
	void *data = kvzalloc(sizeof(kernel), GFP_KERNEL);

	memcpy(data, &kernel, sizeof(kernel));
	return xbpf_btf_parse(data, sizeof(kernel.h) + sizeof(kernel.types) + 41,
			      NULL, XBPF_BTF_TRUSTED, NULL);
}

/* Parameters of the function, or -1. */
static int params_of(const struct xbpf_btf *btf, const char *name)
{
	s32 id = xbpf_btf_find(btf, name, XBPF_BTF_KIND_FUNC);
	const struct xbpf_btf_type *t = id > 0 ? xbpf_btf_type(btf, id) : NULL;

	return t ? (int)xbpf_btf_vlen(xbpf_btf_type(btf, t->type)) : -1;
}

static void test_names(const struct xbpf_btf *base, const struct xbpf_btf *btf)
{
	s32 id = xbpf_btf_find(btf, "bpf_iter_num_new", XBPF_BTF_KIND_FUNC);

	ok(id >= (s32)xbpf_btf_nr_types(base), "numbers go on");
	is(params_of(btf, "bpf_iter_num_new"), 3, "an iterator is made");
	is(params_of(btf, "bpf_iter_num_next"), 1, "and asked");
	is(params_of(btf, "bpf_dynptr_slice"), 4, "part of a dynptr");
	is(params_of(btf, "bpf_rcu_read_unlock"), 0, "no arguments");
	id = xbpf_btf_find(btf, "bpf_iter_num", XBPF_BTF_KIND_STRUCT);
	is(id > 0 ? xbpf_btf_size(btf, id) : 0, 8, "the iterator's size");
	id = xbpf_btf_find(btf, "bpf_rcu_read_lock", XBPF_BTF_KIND_FUNC);
	ok(id < (s32)xbpf_btf_nr_types(base), "what there is is not again");
}

/* Without memory there are none, and nothing stays behind. */
static void test_nomem(const struct xbpf_btf *base)
{
	long live = xbpf_host_alloc_live();
	struct xbpf_btf *btf;
	int failed;
	u32 n = 0;

	do {
		xbpf_host_alloc_fail(++n);
		btf = xbpf_btf_kfuncs(base);
		failed = xbpf_host_alloc_failed();
		if (!failed)
			ok(!!btf, "with enough of it there are some");
		xbpf_btf_free(btf);
	} while (failed && n < 100);
	xbpf_host_alloc_fail(0);
	ok(n > 3 && n < 100, "out of memory, %u times", n - 1);
	is(xbpf_host_alloc_live(), live, "nothing is left behind");
}

int main(void)
{
	struct xbpf_btf *base = parse(), *btf;

	if (IS_ERR(base))
		return !printf("Bail out! no types\n");
	btf = xbpf_btf_kfuncs(base);
	ok(!!btf, "there are some");
	test_names(base, btf);
	xbpf_btf_free(btf);
	test_nomem(base);
	xbpf_btf_free(base);
	return unit_done();
}
