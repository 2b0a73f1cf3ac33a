// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects of the kernel in map values: a value that goes gives its object back,
 * by whatever way it goes. The object is the task of this process or that of the
 * kernel's own tests, whose count the programs read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include "kptr.skel.h"
#include "../unit/unit.h"

static int tests;	/* the kernel has no functions for tasks */
static int wanted;	/* number of the object */

static int has_func(const char *name)
{
	static struct btf *kernel;

	if (!kernel)
		kernel = btf__load_vmlinux_btf();
	return kernel && btf__find_by_name_kind(kernel, name, BTF_KIND_FUNC) > 0;
}

/* struct value of the programs, with a tag: clang 14 has none for us. */
static int make_types(int *value)
{
	struct btf *btf = btf__new_empty();
	int key, n, object, ptr, fd;
	const void *raw;
	__u32 size;

	key = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	n = btf__add_int(btf, "long", 8, BTF_INT_SIGNED);
	object = btf__add_struct(btf, tests ? "prog_test_ref_kfunc" :
				 "task_struct", 8);
	ptr = btf__add_ptr(btf, btf__add_type_tag(btf, "kptr", object));
	*value = btf__add_struct(btf, "value", 16);
	btf__add_field(btf, "n", n, 0, 0);
	btf__add_field(btf, "object", ptr, 64, 0);
	raw = btf__raw_data(btf, &size);
	fd = bpf_btf_load(raw, size, NULL);
	btf__free(btf);
	return key == 1 ? fd : -1;
}

static int set_map(struct bpf_map *map, int btf, int value)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .btf_fd = btf,
		    .btf_key_type_id = 1, .btf_value_type_id = value);
	int fd = bpf_map_create(bpf_map__type(map), bpf_map__name(map), 4, 16,
				bpf_map__max_entries(map), &opts), err;

	err = fd < 0 ? fd : bpf_map__reuse_fd(map, fd);
	if (fd >= 0)
		close(fd);
	return err;
}

static struct kptr_bpf *load(void)
{
	struct kptr_bpf *k = kptr_bpf__open();
	int value, btf = make_types(&value);

	if (!k)
		return NULL;
	k->rodata->tests = tests;
	if (btf >= 0 && !set_map(k->maps.array, btf, value) &&
	    !set_map(k->maps.hash, btf, value) && !kptr_bpf__load(k)) {
		close(btf);
		return k;
	}
	kptr_bpf__destroy(k);
	return NULL;
}

static int run(struct bpf_program *prog)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	return bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ? -1 :
	       (int)opts.retval;
}

static void test_array(struct kptr_bpf *k, int before)
{
	struct value {
		long n;
		unsigned long task;
	} v = { 7, ~0UL };
	int fd = bpf_map__fd(k->maps.array), key = 0;

	is(run(k->progs.look), 0, "an element begins without an object");
	is(run(k->progs.put_array), 0, "a program gives it one");
	is(run(k->progs.usage), before + 1, "which is held");
	is(run(k->progs.look), wanted, "and can be looked at");
	is(run(k->progs.put_array), 0, "another one instead");
	is(run(k->progs.usage), before + 1, "takes the place of the first");
	is(run(k->progs.take), wanted, "a program takes it");
	is(run(k->progs.usage), before, "and gives it back");
	is(run(k->progs.take), 0, "there is no second");
	run(k->progs.put_array);
	is(bpf_map_update_elem(fd, &key, &v, 0), 0, "user space writes the value");
	is(run(k->progs.look), 0, "which has no object then");
	is(run(k->progs.usage), before, "nobody holds it");
	run(k->progs.put_array);
	is(bpf_map_lookup_elem(fd, &key, &v), 0, "user space reads the value");
	is(v.n, 7, "its bytes");
	is(v.task, 0, "but no address");
}

static void test_hash(struct kptr_bpf *k, int before)
{
	int fd = bpf_map__fd(k->maps.hash), key = 0;
	long v[2] = { 0 };

	is(run(k->progs.put_hash), 1, "no element, no object");
	is(run(k->progs.usage), before, "it was given back");
	is(bpf_map_update_elem(fd, &key, v, 0), 0, "an element");
	is(run(k->progs.put_hash), 0, "with an object");
	is(run(k->progs.usage), before + 1, "which it holds");
	is(bpf_map_delete_elem(fd, &key), 0, "the element goes");
	is(run(k->progs.usage), before, "and its object with it");
	bpf_map_update_elem(fd, &key, v, 0);
	run(k->progs.put_hash);
}

static void test_map_goes(int before)
{
	struct kptr_bpf *k = load();
	int i, now = -1;

	for (i = 0; k && i < 500 && now != before; i++) {
		usleep(10000);
		now = run(k->progs.usage);
	}
	is(now, before, "maps that go give back what their values hold");
	kptr_bpf__destroy(k);
}

int main(int argc, char **argv)
{
	struct kptr_bpf *k;
	int before;

	if (!getenv("LD_PRELOAD")) {
		if (access("/dev/xbpf", F_OK))
			return !!printf("1..0 # SKIP no /dev/xbpf\n") * 4;
		execlp("xbpf", "xbpf", "exec", "--", argv[0], NULL);
		perror("xbpf");
		return 1;
	}
	tests = !has_func("bpf_task_acquire");
	wanted = tests ? 42 : getpid();
	k = load();
	if (!k)
		return !printf("Bail out! the programs cannot be loaded\n");
	before = run(k->progs.usage);
	test_array(k, before);
	run(k->progs.take);
	test_hash(k, before);
	run(k->progs.put_array);
	is(run(k->progs.usage), before + 2, "two values hold it");
	kptr_bpf__destroy(k);
	test_map_goes(before);
	return unit_done();
}
