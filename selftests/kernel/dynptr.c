// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets as dynptrs, also where the kernel has no such functions; and a timer in a
 * value of a map that the program finds in another one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "dynptr.skel.h"
#include "../unit/unit.h"

static unsigned char in[64], out[64];

static int run(struct bpf_program *prog)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = in,
		    .data_size_in = sizeof(in), .data_out = out,
		    .data_size_out = sizeof(out));

	return bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ? -1 :
	       (int)opts.retval;
}

static void test_packet(struct dynptr_bpf *d)
{
	is(run(d->progs.packet), 100 + 7 + 9, "a packet in parts");
	is(out[24], 7, "what went through a slice is in it");
	is(out[25], 9, "what went through a write, too");
}

static void test_timer(struct dynptr_bpf *d)
{
	int i;

	is(run(d->progs.start), 0, "a timer in a map in a map");
	for (i = 0; i < 500 && !*(volatile int *)&d->bss->fired; i++)
		usleep(10000);
	is(d->bss->fired, 3, "its callback finds its element by map and key");
}

int main(int argc, char **argv)
{
	struct dynptr_bpf *d;

	if (!getenv("LD_PRELOAD")) {
		if (access("/dev/xbpf", F_OK))
			return !!printf("1..0 # SKIP no /dev/xbpf\n") * 4;
		execlp("xbpf", "xbpf", "exec", "--", argv[0], NULL);
		perror("xbpf");
		return 1;
	}
	d = dynptr_bpf__open_and_load();
	if (!d)
		return !printf("Bail out! the programs cannot be loaded\n");
	test_packet(d);
	test_timer(d);
	dynptr_bpf__destroy(d);
	return unit_done();
}
