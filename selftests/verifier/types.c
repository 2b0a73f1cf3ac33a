// SPDX-License-Identifier: GPL-2.0-only
/*
 * The types of the test cases' kernel, out of the object that the build made.
 */
#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "types.h"

/* Tags a pointer of struct @name: clang 14 writes none of the tags that it reads. */
static void tag_member(struct btf *file, const char *name, const char *member,
		       const char *tag)
{
	int id = btf__find_by_name_kind(file, name, BTF_KIND_STRUCT);
	const struct btf_type *t = btf__type_by_id(file, id);
	int nr = btf_vlen(t), i, ptr;

	for (i = 0; i < nr; i++) {
		const struct btf_member *m = btf_members(btf__type_by_id(file, id)) + i;

		if (strcmp(btf__name_by_offset(file, m->name_off), member))
			continue;
		ptr = btf__type_by_id(file, m->type)->type;
		ptr = btf__add_ptr(file, btf__add_type_tag(file, tag, ptr));
		btf_members((struct btf_type *)btf__type_by_id(file, id))[i].type = ptr;
	}
}

static struct xbpf_btf *read_types(void)
{
	struct btf *file = btf__parse_elf(KERNEL_OBJECT, NULL);
	struct xbpf_btf *types = NULL;
	const void *raw;
	void *data;
	__u32 size;

	if (file) {
		tag_member(file, "mm_struct", "counters", "percpu");
		raw = btf__raw_data(file, &size);
		data = kvmalloc(size, GFP_KERNEL);
		memcpy(data, raw, size);
		types = xbpf_btf_parse(data, size, NULL, XBPF_BTF_TRUSTED, NULL);
	}
	btf__free(file);
	if (types && !IS_ERR(types))
		return types;
	fprintf(stderr, "no types in %s\n", KERNEL_OBJECT);
	exit(2);
}

/* Its index is built here, before anybody counts allocations. */
const struct xbpf_btf *test_types(void)
{
	static struct xbpf_btf *types;

	if (!types) {
		types = read_types();
		xbpf_btf_find(types, "task_struct", XBPF_BTF_KIND_STRUCT);
	}
	return types;
}

unsigned int test_type_id(const char *name)
{
	static const unsigned int kinds[] = {
		XBPF_BTF_KIND_FUNC, XBPF_BTF_KIND_VAR, XBPF_BTF_KIND_TYPEDEF,
		XBPF_BTF_KIND_STRUCT,
	};
	unsigned int i;
	int id;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		id = xbpf_btf_find(test_types(), name, kinds[i]);
		if (id > 0)
			return id;
	}
	return 0;
}
