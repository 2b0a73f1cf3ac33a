// SPDX-License-Identifier: GPL-2.0-only
/*
 * xbpf stat: counters of programs, with what they missed and why.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <xbpf/libxbpf.h>
#include <xbpf/names.h>
#include "xbpf.h"

static __u32 wanted_id;
static unsigned int seen;

static const char *miss_word(unsigned int reason, char *room, size_t size)
{
	const char *word = xbpf_miss_name(reason);

	if (word)
		return word;
	snprintf(room, size, "reason_%u", reason);
	return room;
}

static void print_misses(const struct xbpf_prog_stats *stats)
{
	char room[16];
	int i, any = 0;

	for (i = 0; i < XBPF_MISS_SLOTS; i++) {
		if (!stats->misses[i])
			continue;
		printf("%s%s %llu", any ? ", " : "",
		       miss_word(i, room, sizeof(room)),
		       (unsigned long long)stats->misses[i]);
		any = 1;
	}
	printf("%s\n", any ? "" : "-");
}

static const char *how_it_runs(const struct xbpf_prog_stats *stats)
{
	if (stats->flags & XBPF_PROG_STATS_JITED)
		return "jit";
	return stats->flags & XBPF_PROG_STATS_ARENA_FULL ?
	       "interp(full)" : "interp";
}

static unsigned long long mean(const struct xbpf_prog_stats *stats)
{
	return stats->timed_runs ? stats->nsecs / stats->timed_runs : 0;
}

/* Not every run is timed: what the others took is guessed from those that were */
static unsigned long long total(const struct xbpf_prog_stats *stats)
{
	if (!stats->timed_runs)
		return 0;
	return (double)stats->nsecs / stats->timed_runs * stats->runs;
}

static void print_prog(const struct xbpf_prog_info *info,
		       const struct xbpf_prog_stats *stats)
{
	const char *type = xbpf_prog_type_name(info->type);

	if (!seen)
		printf("%6s %-16s %-16s %-12s %12s %14s %9s  %s\n", "ID",
		       "TYPE", "NAME", "CODE", "RUNS", "TIME(ns)", "NS/RUN",
		       "MISSES");
	printf("%6u %-16s %-16.16s %-12s %12llu %14llu %9llu  ", info->id,
	       type ? type : "unknown", *info->name ? info->name : "-",
	       how_it_runs(stats), (unsigned long long)stats->runs,
	       total(stats), mean(stats));
	print_misses(stats);
}

static void json_prog(const struct xbpf_prog_info *info,
		      const struct xbpf_prog_stats *stats)
{
	const char *type = xbpf_prog_type_name(info->type);
	char room[16];
	int i;

	json_object_begin(NULL);
	json_number("id", info->id);
	json_string("type", type ? type : "unknown");
	json_string("name", info->name);
	json_string("code", how_it_runs(stats));
	json_number("runs", stats->runs);
	json_number("nsecs", total(stats));
	json_number("nsecs_per_run", mean(stats));
	json_number("timed_runs", stats->timed_runs);
	json_object_begin("misses");
	for (i = 0; i < XBPF_MISS_SLOTS; i++)
		if (stats->misses[i] || xbpf_miss_name(i))
			json_number(miss_word(i, room, sizeof(room)),
				    stats->misses[i]);
	json_object_end();
	json_object_end();
}

static int show(int fd, __u32 id)
{
	struct xbpf_prog_stats stats;
	struct xbpf_prog_info info;
	int ret;

	if (wanted_id && id != wanted_id)
		return 0;
	memset(&info, 0, sizeof(info));
	ret = object_info(fd, &info, sizeof(info));
	if (ret < 0)
		return ret;
	ret = xbpf_prog_stats_read(id, &stats);
	if (ret < 0)
		return ret;
	if (options.json)
		json_prog(&info, &stats);
	else
		print_prog(&info, &stats);
	seen++;
	return 0;
}

static int stat_all(void)
{
	int ret = device_ready();

	if (ret)
		return ret;
	if (options.json)
		json_array_begin(NULL);
	ret = objects_each(&prog_kind, show);
	if (ret < 0)
		ret = failure("stat: %s", strerror(-ret));
	else if (wanted_id && !seen)
		ret = failure("no program with id %u", wanted_id);
	else if (!seen && !options.json)
		printf("no programs\n");
	if (options.json) {
		json_array_end();
		json_finish();
	}
	return ret;
}

int command_stat(int argc, char **argv)
{
	if (argc == 0)
		return stat_all();
	if (argc != 2 || strcmp(argv[0], "id"))
		return usage_error("stat", "what is '%s'?", argv[0]);
	if (object_id_parse(argv[1], &wanted_id))
		return usage_error("stat", "'%s' is no id", argv[1]);
	return stat_all();
}
