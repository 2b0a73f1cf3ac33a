// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring buffer from user space: by libbpf, which waits for room by epoll, and by
 * hand: what may be mapped how, and what comes of positions and headers that no
 * honest producer writes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "user_ring.skel.h"
#include "../unit/unit.h"

#define PAGE	4096
#define MANY	2000

static struct user_ring_bpf *d;

static int run(struct bpf_program *prog)
{
	static unsigned char in[64];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = in,
		    .data_size_in = sizeof(in));

	return bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ? -1000 :
	       (int)opts.retval;
}

static int put(struct user_ring_buffer *ring, long value, int discard)
{
	long *sample = user_ring_buffer__reserve(ring, sizeof(*sample));

	if (!sample)
		return -errno;
	*sample = value;
	if (discard)
		user_ring_buffer__discard(ring, sample);
	else
		user_ring_buffer__submit(ring, sample);
	return 0;
}

static void test_samples(struct user_ring_buffer *ring)
{
	int i, n = 0;

	is(run(d->progs.drain), 0, "an empty ring");
	for (i = 0; i < 10; i++)
		put(ring, i, 0), put(ring, 77, 1);
	is(run(d->progs.drain), 10, "ten samples; others were discarded");
	is(d->bss->sum, 45, "in their order");
	while (!put(ring, 10 + n, 0))
		n++;
	is(errno, ENOSPC, "a full ring");
	is(n, PAGE / 16, "has that many");
	d->bss->stop_at = 19;
	is(run(d->progs.drain), 10, "the callback ends it");
	d->bss->stop_at = 0;
	is(run(d->progs.drain), n - 10, "the rest");
	put(ring, d->bss->in_turn, 0);
	is(run(d->progs.drain_twice), 1, "a call within a callback");
	is(d->bss->nested, -EBUSY, "finds it busy");
}

/* A child fills, and waits where there is no room. */
static void test_wait(struct user_ring_buffer *ring)
{
	int i, first = d->bss->in_turn, status, seen = 0;
	pid_t child = fork();

	if (!child) {
		for (i = 0; i < MANY; i++) {
			long *sample = user_ring_buffer__reserve_blocking(ring,
							sizeof(*sample), 20000);

			if (!sample)
				_exit(1);
			*sample = first + i;
			user_ring_buffer__submit(ring, sample);
		}
		_exit(0);
	}
	while (!waitpid(child, &status, WNOHANG)) {
		seen += run(d->progs.drain);
		usleep(1000);
	}
	seen += run(d->progs.drain);
	ok(WIFEXITED(status) && !WEXITSTATUS(status), "a producer that waits");
	is(seen, MANY, "for room, by epoll");
}

static void *map_page(int prot, int page, int nr)
{
	return mmap(NULL, nr * PAGE, prot, MAP_SHARED,
		    bpf_map__fd(d->maps.ring), page * PAGE);
}

static void test_mappings(void)
{
	const int both = PROT_READ | PROT_WRITE;
	void *p = map_page(PROT_READ, 0, 1);

	ok(map_page(both, 0, 1) == MAP_FAILED && errno == EPERM,
	   "the consumer's position is not written");
	ok(map_page(both, 0, 4) == MAP_FAILED && errno == EPERM,
	   "nor with the rest");
	ok(p != MAP_FAILED, "but read");
	ok(mprotect(p, PAGE, both) && errno == EACCES, "and stays so");
	ok(map_page(both, 1, 4) == MAP_FAILED && errno == EINVAL,
	   "more than there is");
	munmap(p, PAGE);
}

/* No honest producer: the run ends, and says so. */
static void test_hostile(void)
{
	const volatile unsigned long *cons = map_page(PROT_READ, 0, 1);
	volatile unsigned long *prod = map_page(PROT_READ | PROT_WRITE, 1, 3);
	volatile unsigned int *data = (void *)((char *)prod + PAGE);
	unsigned long seed = 1;
	int i, bad = 0, err;

	*prod = *cons + 4;
	is(run(d->progs.drain), -EINVAL, "a position that is no multiple of 8");
	data[*cons % PAGE / 4] = 16;
	*prod = *cons + 16;
	is(run(d->progs.drain), -EINVAL, "a header behind the position");
	data[*cons % PAGE / 4] = PAGE;
	*prod = *cons + (1UL << 30);
	is(run(d->progs.drain), -E2BIG, "a header behind the ring");
	for (i = 0; i < 20000; i++) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		data[(seed >> 33) % (PAGE / 4)] = seed >> (20 + i % 44);
		*prod = i % 3 ? *cons + (seed >> 50) % PAGE : seed;
		*prod &= ~7UL;
		err = run(d->progs.drain);
		bad += err < 0 && err != -EINVAL && err != -E2BIG;
	}
	is(bad, 0, "20000 rings out of chance");
	munmap((void *)cons, PAGE);
	munmap((void *)prod, 3 * PAGE);
}

static void test_elements(void)
{
	int fd = bpf_map__fd(d->maps.ring), key = 0, value = 0;

	/* ENOTSUPP has no name in user space. */
	is(bpf_map_lookup_elem(fd, &key, &value), -EINVAL,
	   "a key that the type does not have");
	is(bpf_map_lookup_elem(fd, NULL, &value), -524, "no look-up");
	is(bpf_map_update_elem(fd, NULL, &value, 0), -524, "no update");
	is(bpf_map_delete_elem(fd, NULL), -524, "no removal");
	is(bpf_map_create(BPF_MAP_TYPE_USER_RINGBUF, "", 0, 0, 4095, NULL),
	   -EINVAL, "sizes are powers of 2");
	is(bpf_map_create(BPF_MAP_TYPE_USER_RINGBUF, "", 4, 0, 4096, NULL),
	   -EINVAL, "there are no keys");
	is(bpf_map_create(BPF_MAP_TYPE_USER_RINGBUF, "", 0, 8, 4096, NULL),
	   -EINVAL, "nor values");
}

int main(int argc, char **argv)
{
	struct user_ring_buffer *ring;

	if (!getenv("LD_PRELOAD")) {
		if (access("/dev/xbpf", F_OK))
			return !!printf("1..0 # SKIP no /dev/xbpf\n") * 4;
		execlp("xbpf", "xbpf", "exec", "--", argv[0], NULL);
		perror("xbpf");
		return 1;
	}
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	d = user_ring_bpf__open_and_load();
	if (!d)
		return !printf("Bail out! the programs cannot be loaded\n");
	ring = user_ring_buffer__new(bpf_map__fd(d->maps.ring), NULL);
	if (!ring)
		return !printf("Bail out! no ring: %d\n", errno);
	test_samples(ring);
	test_wait(ring);
	user_ring_buffer__free(ring);
	test_mappings();
	test_elements();
	test_hostile();
	user_ring_bpf__destroy(d);
	return unit_done();
}
