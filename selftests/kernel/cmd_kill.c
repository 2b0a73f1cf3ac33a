// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loaders that are killed at any moment leave nothing, several at a time, with
 * arrays of events and per-CPU maps. user_kill has one loader and more of them.
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include "door.h"

#define KILLS	40
#define LOADERS	2

/* All that a tracing tool does, again and again. */
static void load_forever(void)
{
	for (;;) {
		int map = kit_counters(), ring, link, event, prog;
		struct perf_event_attr attr;
		__u32 key = 0;

		prog = kit_load_counter(XBPF_PROG_TYPE_RAW_TRACEPOINT, map, 1);
		link = kit_raw_tracepoint(prog, "sys_enter");
		ring = kit_map(XBPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 4);
		memset(&attr, 0, sizeof(attr));
		attr.type = PERF_TYPE_SOFTWARE;
		attr.config = PERF_COUNT_SW_BPF_OUTPUT;
		attr.sample_type = PERF_SAMPLE_RAW;
		attr.sample_period = 1;
		event = kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, 0);
		kit_update(ring, &key, &event);
		close(event);
		close(kit_map(XBPF_MAP_TYPE_PERCPU_HASH, 4, 64, 1024));
		close(link);
		close(prog);
		close(ring);
		close(map);
	}
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (!pid) {
		load_forever();
		_exit(0);
	}
	return pid;
}

static void end(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

int main(void)
{
	struct xbpf_info info = {};
	pid_t pids[LOADERS];
	int i, links[2];

	is(xbpf_sys(XBPF_INFO, &info, sizeof(info)), 0, "the device is there");
	hold_sys_enter(links);
	srandom(1);
	for (i = 0; i < LOADERS; i++)
		pids[i] = start();
	for (i = 0; i < KILLS; i++) {
		struct timespec t = { .tv_nsec = random() % 40000000 };

		nanosleep(&t, NULL);
		end(pids[i % LOADERS]);
		pids[i % LOADERS] = start();
	}
	for (i = 0; i < LOADERS; i++)
		end(pids[i]);
	release_sys_enter(links);
	is(xbpf_sys(XBPF_INFO, &info, sizeof(info)), 0, "and still is");
	is(info.nr_progs, 0, "no program is left");
	is(info.nr_maps, 0, "no map is left");
	is(info.nr_links, 0, "no link is left");
	is(info.nr_events, 0, "no event is left");
	is(info.arena_used, 0, "no machine code is left");
	return unit_done();
}
