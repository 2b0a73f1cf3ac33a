// SPDX-License-Identifier: GPL-2.0-only
/*
 * What `xbpf prog`, `map`, `link` and `stat` say of objects that this program
 * holds.
 */
#include <sys/syscall.h>
#include "unit/unit.h"
#include "kit.h"

static int shell(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

#define PIPE_JSON "| python3 -c 'import json, sys; v = json.load(sys.stdin); "

static __u32 map_id(int fd)
{
	struct xbpf_map_info info;

	memset(&info, 0, sizeof(info));
	kit_info(fd, &info, sizeof(info));
	return info.id;
}

static __u32 prog_id(int fd)
{
	struct xbpf_prog_info info;

	memset(&info, 0, sizeof(info));
	kit_info(fd, &info, sizeof(info));
	return info.id;
}

static __u32 link_id(int fd)
{
	struct xbpf_link_info info;

	memset(&info, 0, sizeof(info));
	kit_info(fd, &info, sizeof(info));
	return info.id;
}

static void test_map(int fd)
{
	__u32 id = map_id(fd);

	is(shell("xbpf map | grep -q '^%u: array'", id), 0, "map is listed");
	is(shell("xbpf map list id %u | grep -q 'key 4B  value 8B'", id), 0,
	   "one map is shown");
	is(shell("xbpf map -j " PIPE_JSON
		 "sys.exit(not any(m[\"id\"] == %u for m in v))'", id), 0,
	   "maps as JSON");
	is(shell("xbpf map id %u -p " PIPE_JSON
		 "sys.exit(v[\"type\"] != \"array\")'", id), 0,
	   "a map as JSON");
	is(shell("xbpf map id 4000000000 2>/dev/null") >> 8, 1,
	   "a map that is not there");
}

static void test_prog(int fd, int map)
{
	__u32 id = prog_id(fd);

	is(shell("xbpf prog | grep -q '^%u: raw_tracepoint'", id), 0,
	   "program is listed");
	is(shell("xbpf prog -j " PIPE_JSON
		 "p = [p for p in v if p[\"id\"] == %u][0]; "
		 "sys.exit(p[\"map_ids\"] != [%u])'", id, map_id(map)), 0,
	   "with its map, as JSON");
}

static void test_link(int fd, int prog)
{
	__u32 id = link_id(fd);

	is(shell("xbpf link | grep -q '^%u: raw_tracepoint  prog %u'", id,
		 prog_id(prog)), 0, "link is listed");
	is(shell("xbpf link id %u -j " PIPE_JSON
		 "sys.exit(v.get(\"target\") != \"sys_enter\")'", id), 0,
	   "with what it is attached to, as JSON");
}

static void test_stat(int prog)
{
	__u32 id = prog_id(prog);
	int i;

	for (i = 0; i < 100; i++)
		syscall(SYS_getppid);
	is(shell("xbpf stat | grep -qE '^ *%u raw_tracepoint +[^ ]+ +[^ ]+ +"
		 "[1-9]'", id), 0, "runs are counted");
	is(shell("xbpf stat id %u -j " PIPE_JSON
		 "sys.exit(v[0][\"runs\"] < 100 or "
		 "\"recursion\" not in v[0][\"misses\"])'", id), 0,
	   "as JSON");
}

int main(void)
{
	int map, prog, link;

	map = kit_counters();
	prog = map < 0 ? map :
	       kit_load_counter(XBPF_PROG_TYPE_RAW_TRACEPOINT, map, 0);
	link = prog < 0 ? prog : kit_raw_tracepoint(prog, "sys_enter");
	if (!ok(link >= 0, "there is a map, a program and a link (%d)", link))
		return unit_done();
	test_map(map);
	test_prog(prog, map);
	test_link(link, prog);
	test_stat(prog);
	close(link);
	close(prog);
	close(map);
	is(shell("test \"$(xbpf link -j)\" = '[]'"), 0, "no link is left");
	return unit_done();
}
