// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeds: the verifier's .data files as cases, and files that are cases.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "seeds.h"
#include "verifier/load.h"

static int from_data(struct fuzz_case *c, const struct test_case *tc)
{
	int i;

	memset(c, 0, offsetof(struct fuzz_case, insns));
	if (tc->len > CASE_INSNS || tc->nr_maps > CASE_MAPS)
		return -1;
	c->prog_type = tc->prog_type;
	c->priv = tc->priv;
	c->flags = tc->flags;
	c->nr_maps = tc->nr_maps;
	for (i = 0; i < tc->nr_maps; i++)
		c->maps[i] = (struct fuzz_map){
			.type = tc->maps[i].map_type,
			.key_size = tc->maps[i].key_size,
			.value_size = tc->maps[i].value_size,
			.max_entries = min_t(u32, tc->maps[i].max_entries, 32768),
			.map_flags = tc->maps[i].map_flags >> MAP_FLAGS_SHIFT,
			.frozen = !!tc->contents[i],
		};
	c->len = tc->len;
	memcpy(c->insns, tc->insns, tc->len * sizeof(*tc->insns));
	return 0;
}

static char *read_text(const char *path)
{
	static char text[1 << 16];
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* Calls @take for each file of @dir until @room cases are there. */
static u32 each_file(const char *dir, struct fuzz_case *cases, u32 room,
		     int (*take)(struct fuzz_case *c, const char *path))
{
	struct dirent **files;
	char path[512];
	int i, n = scandir(dir, &files, NULL, alphasort);
	u32 nr = 0;

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]->d_name);
		if (nr < room && files[i]->d_name[0] != '.')
			nr += !take(&cases[nr], path);
		free(files[i]);
	}
	if (n >= 0)
		free(files);
	return nr;
}

static int take_data(struct fuzz_case *c, const char *path)
{
	static struct test_case tc;
	const char *dot = strrchr(path, '.');
	char *text;

	if (!dot || strcmp(dot, ".data"))
		return -1;
	text = read_text(path);
	return !text || case_parse(&tc, text, path) ? -1 : from_data(c, &tc);
}

u32 seeds_from_data(const char *dir, struct fuzz_case *cases, u32 room)
{
	return each_file(dir, cases, room, take_data);
}

int case_read(struct fuzz_case *c, const char *path)
{
	static u8 bytes[sizeof(*c)];
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return -1;
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	return case_from_bytes(c, bytes, n);
}

u32 seeds_from_cases(const char *dir, struct fuzz_case *cases, u32 room)
{
	return each_file(dir, cases, room, case_read);
}
