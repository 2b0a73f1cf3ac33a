// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that are nearly right, with fields changed at random, from several
 * processes at once. The kernel survives, and nothing is left. The seed is
 * printed; XBPF_SEED and XBPF_SECONDS choose another run.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "door.h"

#define WORKERS 3

static unsigned char scratch[1 << 16];
static int fds[64];
static unsigned long long state;

static unsigned int rnd(unsigned int below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned int)(state >> 33) % below;
}

static int any_fd(void)
{
	switch (rnd(8)) {
	case 0:
		return rnd(40);
	case 1:
		return -1;
	default:
		return fds[rnd(64)];
	}
}

static __u64 any_pointer(void)
{
	switch (rnd(8)) {
	case 0:
		return 0;
	case 1:
		return BAD_PTR;
	case 2:
		return ~0ULL << rnd(64);
	default:
		return kit_ptr(scratch + rnd(sizeof(scratch) / 2));
	}
}

static __u32 any_number(void)
{
	switch (rnd(6)) {
	case 0:
		return 1U << rnd(32);
	case 1:
		return (1U << rnd(32)) - 1;
	case 2:
		return ~0U - rnd(4);
	default:
		return rnd(16);
	}
}

static void keep(int fd)
{
	int *slot = &fds[rnd(64)];

	if (fd < 0)
		return;
	if (*slot > 2)
		close(*slot);
	*slot = fd;
}

static void fill_map(union xbpf_attr *attr)
{
	static const __u32 types[] = { 1, 2, 3, 4, 5, 6, 7, 9, 10, 22, 23, 27 };

	attr->map_type = types[rnd(12)];
	attr->key_size = 4;
	attr->value_size = attr->map_type == 7 ? 8 * rnd(20) : 4 << rnd(4);
	attr->max_entries = 1 + rnd(64);
	if (attr->map_type == XBPF_MAP_TYPE_RINGBUF) {
		attr->key_size = attr->value_size = 0;
		attr->max_entries = 4096;
	}
	if (attr->map_type == 22 || attr->map_type == 23)
		attr->key_size = 0;
	if (!rnd(3))
		attr->map_flags = 1U << rnd(20);
}

static void fill_prog(union xbpf_attr *attr)
{
	static const __u32 types[] = { 1, 2, 5, 7, 17 };
	struct xbpf_insn *insns = (void *)scratch;
	unsigned int i, n = 2 + rnd(12);

	for (i = 0; i < n; i++) {
		insns[i] = rnd(2) ? (struct xbpf_insn)MOV_IMM(rnd(11), rnd(99)) :
		       (struct xbpf_insn) {
			.code = rnd(256), .dst_reg = rnd(12),
			.src_reg = rnd(12), .off = (int)rnd(40) - 20,
			.imm = any_number(),
		};
		if (insns[i].code == (XBPF_LD | XBPF_IMM | XBPF_DW) && rnd(2)) {
			insns[i].src_reg = 1 + rnd(2);
			insns[i].imm = any_fd();
		}
	}
	insns[n - 2] = (struct xbpf_insn)MOV_IMM(0, 0);
	insns[n - 1] = (struct xbpf_insn)EXIT;
	attr->prog_type = types[rnd(5)];
	attr->insns = kit_ptr(insns);
	attr->insn_cnt = n;
	attr->license = kit_ptr("GPL");
	if (rnd(2)) {
		attr->log_buf = kit_ptr(scratch + 4096);
		attr->log_size = 1 + rnd(8192);
		attr->log_level = 1 + rnd(15);
	}
}

static void fill_elem(union xbpf_attr *attr)
{
	attr->map_fd = any_fd();
	attr->key = kit_ptr(scratch + rnd(64));
	attr->value = kit_ptr(scratch + 64 + rnd(64));
	if (!rnd(4))
		*(int *)(scratch + 64) = any_fd();
	*(__u32 *)scratch = rnd(70);
}

static void fill_batch(union xbpf_attr *attr)
{
	attr->batch.map_fd = any_fd();
	attr->batch.keys = kit_ptr(scratch);
	attr->batch.values = kit_ptr(scratch + 8192);
	attr->batch.out_batch = kit_ptr(scratch + 4096);
	attr->batch.in_batch = rnd(2) ? attr->batch.out_batch : 0;
	attr->batch.count = rnd(100);
}

static void fill_other(union xbpf_attr *attr)
{
	unsigned int i;

	for (i = 0; i < sizeof(*attr) / 4; i++)
		((__u32 *)attr)[i] = rnd(3) ? 0 : any_number();
	*(__u32 *)attr = rnd(2) ? (__u32)any_fd() : rnd(30);
	if (rnd(2))
		((__u64 *)attr)[1] = any_pointer();
}

static void fill_types(union xbpf_attr *attr)
{
	memcpy(scratch, &door_types, sizeof(door_types));
	while (rnd(3))
		scratch[rnd(DOOR_TYPES_SIZE)] = any_number();
	attr->btf = kit_ptr(scratch);
	attr->btf_size = DOOR_TYPES_SIZE;
}

/* Changes a field or two of what is nearly right. */
static void spoil(union xbpf_attr *attr)
{
	while (!rnd(3)) {
		unsigned int at = rnd(sizeof(*attr) / 8);

		if (rnd(2))
			((__u32 *)attr)[2 * at + rnd(2)] = any_number();
		else
			((__u64 *)attr)[at] = any_pointer();
	}
}

static void one_call(void)
{
	union xbpf_attr attr;
	int cmd = rnd(37);

	memset(&attr, 0, sizeof(attr));
	if (!rnd(3))
		cmd = rnd(2) ? XBPF_MAP_CREATE : XBPF_PROG_LOAD;
	if (cmd == XBPF_MAP_CREATE)
		fill_map(&attr);
	else if (cmd == XBPF_PROG_LOAD)
		fill_prog(&attr);
	else if (cmd == XBPF_BTF_LOAD)
		fill_types(&attr);
	else if (cmd < XBPF_PROG_LOAD || cmd == XBPF_MAP_LOOKUP_AND_DELETE_ELEM)
		fill_elem(&attr);
	else if (cmd >= XBPF_MAP_LOOKUP_BATCH && cmd <= XBPF_MAP_DELETE_BATCH)
		fill_batch(&attr);
	else
		fill_other(&attr);
	spoil(&attr);
	cmd = xbpf_sys(cmd, &attr, rnd(16) ? sizeof(attr) : rnd(200));
	if (cmd > 2)
		keep(cmd);
}

/* What can be done with a descriptor itself. */
static void one_file(void)
{
	int fd = fds[rnd(64)];
	void *page;

	page = mmap(NULL, 4096 << rnd(3), PROT_READ | (rnd(2) ? PROT_WRITE : 0),
		    MAP_SHARED, fd, rnd(3) * 4096);
	if (page != MAP_FAILED)
		munmap(page, 4096);
	if (!rnd(8))
		keep(dup(fd));
}

static void work(unsigned int seed)
{
	const struct xbpf_insn insns[] = { MOV_IMM(0, 0), EXIT };

	state = seed;
	alarm(600);
	for (;;) {
		unsigned int i;

		for (i = 0; i < 100; i++)
			one_call();
		one_file();
		if (!rnd(10))
			keep(kit_raw_tracepoint(kit_load(
				XBPF_PROG_TYPE_RAW_TRACEPOINT, insns,
				sizeof(insns)), "sys_enter"));
	}
}

int main(void)
{
	const char *seed = getenv("XBPF_SEED"), *time = getenv("XBPF_SECONDS");
	struct xbpf_info info = {};
	int i, status, links[2];
	pid_t pids[WORKERS];

	if (!is(xbpf_sys(XBPF_INFO, &info, sizeof(info)), 0, "a device"))
		return unit_done();
	hold_sys_enter(links);
	diag("seed %d", seed ? atoi(seed) : 1);
	for (i = 0; i < WORKERS; i++) {
		pids[i] = fork();
		if (!pids[i])
			work((seed ? atoi(seed) : 1) * WORKERS + i);
	}
	sleep(time ? atoi(time) : 10);
	for (i = 0; i < WORKERS; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], &status, 0);
		ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
		   "worker %d was at work to the end", i);
	}
	release_sys_enter(links);
	is(xbpf_sys(XBPF_INFO, &info, sizeof(info)), 0, "the device is there");
	is(info.nr_progs, 0, "no program is left");
	is(info.nr_maps, 0, "no map is left");
	is(info.nr_links, 0, "no link is left");
	is(info.nr_btfs, 0, "no types are left");
	is(info.nr_events, 0, "no event is left");
	return unit_done();
}
