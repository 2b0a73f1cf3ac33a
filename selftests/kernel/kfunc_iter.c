// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open-coded iterators by libbpf, unmodified: on a kernel that has no such functions
 * it finds them in the types of a module that is called xbpf.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "kfunc_iter.skel.h"
#include "../unit/unit.h"

static int run(struct bpf_program *prog)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	static unsigned char packet[64];

	if (bpf_program__type(prog) == BPF_PROG_TYPE_SOCKET_FILTER) {
		opts.data_in = packet;
		opts.data_size_in = sizeof(packet);
	}
	return bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ? -1 :
	       (int)opts.retval;
}

static void test_numbers(struct kfunc_iter_bpf *t)
{
	t->bss->limit = 1000;
	is(run(t->progs.numbers), 0, "numbers");
	is(t->bss->sum, 999 * 1000 / 2, "each is met");
	is(t->bss->inner, 3000, "one iterator in the other");
	is(t->bss->array[31], 31, "an element is an index");
}

static void test_others(struct kfunc_iter_bpf *t)
{
	t->bss->wanted = getpid();
	t->bss->words[0] = 5;
	t->bss->words[1] = 1ULL << 40;
	is(run(t->progs.others), 0, "bits and tasks");
	is(t->bss->nr_bits, 3, "bits that are set");
	is(t->bss->highest, 104, "the last of them");
	ok(t->bss->nr_tasks > 3, "%d tasks", t->bss->nr_tasks);
	is(t->bss->found, 1, "this one is met once");
}

int main(int argc, char **argv)
{
	struct kfunc_iter_bpf *t;

	if (!getenv("LD_PRELOAD")) {
		if (access("/dev/xbpf", F_OK))
			return !!printf("1..0 # SKIP no /dev/xbpf\n") * 4;
		execlp("xbpf", "xbpf", "exec", "--", argv[0], NULL);
		perror("xbpf");
		return 1;
	}
	t = kfunc_iter_bpf__open_and_load();
	if (!t)
		return !printf("Bail out! the programs cannot be loaded\n");
	test_numbers(t);
	test_others(t);
	kfunc_iter_bpf__destroy(t);
	return unit_done();
}
