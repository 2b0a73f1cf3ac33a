// SPDX-License-Identifier: GPL-2.0-only
/*
 * opens [SECONDS]: print which process opens which file, then how many each.
 *
 * The loader of opens.bpf.c, on libbpf as any other:
 *
 *   xbpf exec -- opens 5
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "opens.h"
#include "opens.skel.h"

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static int print_event(void *context, void *data, size_t size)
{
	const struct opens_event *event = data;

	(void)context;
	if (size < sizeof(*event))
		return 0;
	printf("%7u %-16s %s\n", event->pid, event->comm, event->path);
	return 0;
}

static void print_counts(int map)
{
	struct opens_count count;
	unsigned int pid, *previous = NULL;

	printf("\n%7s %-16s %s\n", "PID", "COMM", "OPENS");
	while (!bpf_map_get_next_key(map, previous, &pid)) {
		if (!bpf_map_lookup_elem(map, &pid, &count))
			printf("%7u %-16s %llu\n", pid, count.comm,
			       count.opens);
		previous = &pid;
	}
}

static int poll_events(struct ring_buffer *ring, int seconds)
{
	time_t end = time(NULL) + seconds;
	int ret = 0;

	while (!stopped && time(NULL) < end) {
		ret = ring_buffer__poll(ring, 100);
		if (ret < 0 && ret != -EINTR)
			return ret;
	}
	return 0;
}

static int run(struct opens_bpf *opens, int seconds)
{
	struct ring_buffer *ring;
	int ret;

	ret = opens_bpf__attach(opens);
	if (ret)
		return ret;
	ring = ring_buffer__new(bpf_map__fd(opens->maps.events), print_event,
				NULL, NULL);
	if (!ring)
		return -errno;
	printf("tracing for %d s\n", seconds);
	ret = poll_events(ring, seconds);
	ring_buffer__free(ring);
	print_counts(bpf_map__fd(opens->maps.counts));
	printf("dropped %llu\n", opens->bss->dropped);
	return ret;
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 10;
	struct opens_bpf *opens;
	int ret;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	opens = opens_bpf__open();
	if (!opens) {
		perror("opens: open");
		return 1;
	}
	opens->rodata->ignored_pid = getpid();
	ret = opens_bpf__load(opens);
	if (!ret)
		ret = run(opens, seconds);
	if (ret)
		fprintf(stderr, "opens: %s\n", strerror(-ret));
	opens_bpf__destroy(opens);
	return ret != 0;
}
