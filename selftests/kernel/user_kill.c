// SPDX-License-Identifier: GPL-2.0-only
/*
 * A loader that is killed at any moment leaves nothing: 200 times, while system
 * calls run the programs that it attaches.
 *
 * The kprobe is on a function that the load calls now and then only. Emulators
 * that translate on several threads may run the breakpoint with which the kernel
 * patches a function's entry after it is gone, and the kernel's own kprobes do
 * not survive that: the more calls, the sooner.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include "unit/unit.h"
#include "kit.h"

#define ROUNDS		200
#define MAX_DELAY_US	30000

/* Everything that a loader does, over and over, until it is killed */
static void load_and_attach(void)
{
	int map, prog, event, probe, link, ring;
	__u64 value = 1;
	__u32 key;

	map = kit_counters();
	ring = kit_map(XBPF_MAP_TYPE_RINGBUF, 0, 0, 4096);
	prog = kit_load_counter(XBPF_PROG_TYPE_RAW_TRACEPOINT, map, 0);
	link = kit_raw_tracepoint(prog, "sys_enter");
	probe = kit_load_counter(XBPF_PROG_TYPE_KPROBE, map, 1);
	event = kit_open_kprobe("do_sys_openat2", 0, rand() & 1);
	if (kit_link(probe, event, 0) < 0 || link < 0)
		_exit(1);
	for (key = 0; key < 64; key++)
		kit_update(map, &key, &value);
	close(link);
	close(event);
	close(probe);
	close(prog);
	close(ring);
	close(map);
}

static void child(int round)
{
	srand(round);
	for (;;)
		load_and_attach();
}

static pid_t workload(void)
{
	pid_t pid = fork();
	int i;

	if (pid)
		return pid;
	for (i = 0;; i++) {
		syscall(SYS_getppid);
		if (i % 1000 == 0)
			close(open("/dev/zero", O_RDONLY));
	}
}

/* Kills a loader after a time that differs from round to round */
static int kill_one(int round)
{
	struct timespec delay = { .tv_nsec = rand() % MAX_DELAY_US * 1000L };
	pid_t pid = fork();
	int status;

	if (!pid)
		child(round);
	nanosleep(&delay, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status);
}

static void settled(struct xbpf_info *info)
{
	int tries;

	for (tries = 0; tries < 50; tries++) {
		xbpf_info_read(info);
		if (!(info->nr_progs | info->nr_maps | info->nr_links |
		      info->nr_events))
			break;
		usleep(100000);
	}
}

int main(void)
{
	struct xbpf_info before, after;
	pid_t busy = workload();
	int round, killed = 0;

	if (!ok(!xbpf_info_read(&before), "the device answers"))
		return unit_done();
	for (round = 0; round < ROUNDS; round++)
		killed += kill_one(round);
	kill(busy, SIGKILL);
	waitpid(busy, NULL, 0);
	is(killed, ROUNDS, "each loader was at work when it was killed");
	settled(&after);
	is(after.nr_progs, 0, "no program is left");
	is(after.nr_maps, 0, "no map is left");
	is(after.nr_links, 0, "no link is left");
	is(after.nr_events, 0, "no event is left");
	is(after.arena_used, before.arena_used, "no machine code is left");
	return unit_done();
}
