// SPDX-License-Identifier: GPL-2.0-only
/*
 * The types of the test cases' kernel, out of the object that the build made.
 */
#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "types.h"

static struct xbpf_btf *read_types(void)
{
	struct btf *file = btf__parse_elf(KERNEL_OBJECT, NULL);
	struct xbpf_btf *types = NULL;
	const void *raw;
	void *data;
	__u32 size;

	if (file) {
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
