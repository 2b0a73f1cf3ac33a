// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lives how long: descriptors, programs that hold maps, maps that hold
 * programs and events, mappings, and that the counts are 0 at the end.
 */
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "door.h"

static struct door d;

static struct xbpf_info counts(void)
{
	struct xbpf_info info = {};

	is(xbpf_sys(XBPF_INFO, &info, sizeof(info)), 0, "what there is");
	return info;
}

static void nothing_is_left(const char *of)
{
	struct xbpf_info info = counts();

	is(info.nr_progs, 0, "no program is left of %s", of);
	is(info.nr_maps, 0, "no map is left of %s", of);
	is(info.nr_links, 0, "no link is left of %s", of);
	is(info.nr_btfs, 0, "no types are left of %s", of);
	is(info.nr_events, 0, "no event is left of %s", of);
	is(info.arena_used, 0, "no machine code is left of %s", of);
}

static int by_id(int cmd, __u32 id)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_id = id;
	return xbpf_sys(cmd, &attr, sizeof(attr));
}

static __u32 map_id(int fd)
{
	struct xbpf_map_info info = {};

	kit_info(fd, &info, sizeof(info));
	return info.id;
}

static __u32 prog_id(int fd)
{
	struct xbpf_prog_info info = {};

	kit_info(fd, &info, sizeof(info));
	return info.id;
}

static void by_descriptors(void)
{
	int map = kit_counters(), again, fd;
	__u32 id = map_id(map);

	ok(id > 0, "a map has an id");
	again = by_id(XBPF_MAP_GET_FD_BY_ID, id);
	ok(again >= 0, "and is found by it");
	is(map_id(again), id, "it is the same");
	close(map);
	fd = by_id(XBPF_MAP_GET_FD_BY_ID, id);
	ok(fd >= 0, "one descriptor keeps it");
	close(fd);
	close(again);
	is(by_id(XBPF_MAP_GET_FD_BY_ID, id), -ENOENT, "none does not");
	nothing_is_left("descriptors");
}

static void program_holds_map(void)
{
	struct xbpf_prog_info info = {};
	int map = kit_counters(), bound = kit_counters(), prog, fd;
	__u32 id = map_id(map), other = map_id(bound), ids[4] = {};
	union xbpf_attr attr;

	prog = kit_load_counter(XBPF_PROG_TYPE_RAW_TRACEPOINT, map, 0);
	ok(prog >= 0, "a program with a map");
	close(map);
	fd = by_id(XBPF_MAP_GET_FD_BY_ID, id);
	ok(fd >= 0, "the program keeps its map");
	close(fd);
	memset(&attr, 0, sizeof(attr));
	attr.prog_bind_map.prog_fd = prog;
	attr.prog_bind_map.map_fd = bound;
	is(xbpf_sys(XBPF_PROG_BIND_MAP, &attr, sizeof(attr)), 0, "bound");
	is(xbpf_sys(XBPF_PROG_BIND_MAP, &attr, sizeof(attr)), 0, "twice");
	close(bound);
	info.nr_map_ids = 4;
	info.map_ids = kit_ptr(ids);
	is(kit_info(prog, &info, sizeof(info)), 0, "information");
	is(info.nr_map_ids, 2, "has two maps");
	is(ids[0], id, "the one it uses");
	is(ids[1], other, "and the one it is bound to");
	close(prog);
	nothing_is_left("a program");
	is(by_id(XBPF_MAP_GET_FD_BY_ID, other), -ENOENT, "and of its maps");
}

/* A program that is in the array that it uses: a circle. */
static void circle(void)
{
	__u32 key = 0, id;
	int progs = door_map(&d, XBPF_MAP_TYPE_PROG_ARRAY, 4, 4, 0), prog;
	const struct xbpf_insn insns[] = {
		LOAD_MAP(2, progs),
		MOV_IMM(3, 0),
		CALL(tail_call),
		MOV_IMM(0, 1),
		EXIT,
	};

	prog = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, insns, sizeof(insns));
	ok(prog >= 0, "a program that calls what is in an array");
	is(kit_update(progs, &key, &prog), 0, "is put there itself");
	id = prog_id(prog);
	is(kit_counter(progs, 0) & 0xffffffff, id, "the array shows its id");
	close(prog);
	prog = by_id(XBPF_PROG_GET_FD_BY_ID, id);
	ok(prog >= 0, "the array keeps it");
	close(prog);
	close(progs);
	nothing_is_left("a circle that nobody has the array of");
	is(by_id(XBPF_PROG_GET_FD_BY_ID, id), -ENOENT, "and of its program");
}

static void kinds_of_programs(void)
{
	int progs = door_map(&d, XBPF_MAP_TYPE_PROG_ARRAY, 4, 4, 0);
	__u32 key = 0;
	int raw = kit_load(XBPF_PROG_TYPE_RAW_TRACEPOINT, door_insns,
			   sizeof(door_insns));
	int kprobe = kit_load(XBPF_PROG_TYPE_KPROBE, door_insns,
			      sizeof(door_insns));

	is(kit_update(progs, &key, &raw), 0, "a raw tracepoint in an array");
	is(kit_update(progs, &key, &kprobe), -EINVAL, "and no kprobe then");
	close(progs);
	close(raw);
	close(kprobe);
	nothing_is_left("an array of programs");
}

static int buffer(void)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_BPF_OUTPUT;
	attr.sample_type = PERF_SAMPLE_RAW;
	attr.sample_period = 1;
	return kit_open(&attr, XBPF_PERF_SOURCE_TYPE, -1, 0);
}

static void events(__u32 flags, int kept)
{
	int map = door_map(&d, XBPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, flags);
	int other, event = buffer();
	__u32 key = 0;

	ok(event >= 0, "a buffer");
	other = by_id(XBPF_MAP_GET_FD_BY_ID, map_id(map));
	is(kit_update(other, &key, &event), 0, "goes into an array");
	close(event);
	is(counts().nr_events, 1, "the array keeps it");
	close(other);
	is(counts().nr_events, kept, "%s when that descriptor is closed",
	   kept ? "and still" : "but not");
	is(kit_update(map, &key, &map), -EBADF, "a map is no event");
	close(map);
	nothing_is_left("an array of events");
}

static int freeze(int fd)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	return xbpf_sys(XBPF_MAP_FREEZE, &attr, sizeof(attr));
}

static void *map_it(int fd, int prot, int flags)
{
	return mmap(NULL, 4096, prot, flags, fd, 0);
}

static void mappings(void)
{
	int map = door_map(&d, XBPF_MAP_TYPE_ARRAY, 4, 8, XBPF_F_MMAPABLE);
	__u64 *page, *view, value = 9;
	__u32 key = 2;

	page = map_it(map, PROT_READ | PROT_WRITE, MAP_SHARED);
	ok(page != MAP_FAILED, "an array is mapped");
	is(kit_update(map, &key, &value), 0, "an element is set");
	is(page[2], 9, "and seen");
	page[2] = 10;
	is(kit_counter(map, 2), 10, "in both directions");
	is(freeze(map), -EBUSY, "it cannot be frozen while it is mapped");
	munmap(page, 4096);
	page = map_it(map, PROT_READ, MAP_SHARED);
	is(freeze(map), 0, "but when it is mapped for reading");
	is(mprotect(page, 4096, PROT_READ | PROT_WRITE) < 0 ? errno : 0, EACCES,
	   "the mapping stays so");
	is(kit_update(map, &key, &value), -EPERM, "nobody may write");
	view = map_it(map, PROT_READ | PROT_WRITE, MAP_SHARED);
	ok(view == MAP_FAILED && errno == EPERM, "nor map to write");
	ok(map_it(map, PROT_READ, MAP_PRIVATE) == MAP_FAILED &&
	   errno == EINVAL, "nor a copy");
	ok(mmap(NULL, 1 << 20, PROT_READ, MAP_SHARED, map, 0) == MAP_FAILED &&
	   errno == EINVAL, "nor more than there is");
	close(map);
	is(page[2], 10, "a mapping keeps the map");
	is(counts().nr_maps, 1, "which is counted");
	munmap(page, 4096);
	nothing_is_left("mappings");
}

static void other_files(void)
{
	int hash = door_map(&d, XBPF_MAP_TYPE_HASH, 4, 8, 0);
	int ring = door_map(&d, XBPF_MAP_TYPE_RINGBUF, 0, 0, 0);
	struct pollfd fds[2] = {
		{ .fd = hash, .events = POLLIN },
		{ .fd = ring, .events = POLLIN },
	};
	char byte;

	ok(map_it(hash, PROT_READ, MAP_SHARED) == MAP_FAILED &&
	   errno == ENOTSUPP, "a hash is not mapped");
	is(poll(fds, 2, 0), 1, "one of two is ready");
	is(fds[0].revents, POLLERR, "a hash cannot be waited for");
	is(fds[1].revents, 0, "an empty ring can");
	is(read(hash, &byte, 1) < 0 ? errno : 0, EINVAL, "it is not read");
	is(write(hash, &byte, 1) < 0 ? errno : 0, EINVAL, "nor written");
	close(hash);
	close(ring);
}

/* Lines of fdinfo that tools look for. */
static void fdinfo(int fd, const char *name, const char *want, const char *what)
{
	char path[64], text[2048];
	ssize_t len;
	int info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY);
	len = read(info, text, sizeof(text) - 1);
	close(info);
	text[len > 0 ? len : 0] = '\0';
	ok(strstr(text, want), "fdinfo of %s", what);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = readlink(path, text, sizeof(text) - 1);
	text[len > 0 ? len : 0] = '\0';
	is_str(text, name, what);
}

static void files_say(void)
{
	struct door all;
	int link;

	door_open(&all, 1);
	link = kit_raw_tracepoint(all.prog, "sched_switch");
	ok(link >= 0, "a link");
	fdinfo(all.hash, "anon_inode:bpf-map", "max_entries:\t8\n", "a map");
	fdinfo(all.frozen, "anon_inode:bpf-map", "frozen:\t1\n", "a frozen map");
	fdinfo(all.prog, "anon_inode:bpf-prog", "prog_type:\t17\n", "a program");
	fdinfo(all.btf, "anon_inode:btf", "btf_id:\t", "types");
	fdinfo(link, "anon_inode:bpf_link", "link_type:\traw_tracepoint\n", "a link");
	close(link);
	door_close(&all);
	nothing_is_left("all of them");
}

int main(void)
{
	d.is_xbpf = 1;
	d.sys = sys_xbpf;
	nothing_is_left("those before us");
	by_descriptors();
	program_holds_map();
	circle();
	kinds_of_programs();
	events(0, 0);
	events(XBPF_F_PRESERVE_ELEMS, 1);
	mappings();
	other_files();
	files_say();
	return unit_done();
}
