// SPDX-License-Identifier: GPL-2.0-only
/*
 * Facts about the running kernel, from where it publishes them.
 *
 * A fact may be unknown: no configuration file, no kallsyms.  That is told
 * apart from "no".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "xbpf.h"

static char *config;
static char config_source[256];

/**
 * fact_line - first line of a file
 * @path: the file
 * @line: the line, without its end
 * @size: room at @line
 *
 * Return: 0, or -1 when there is no such file or line.
 */
int fact_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	char *got;

	if (!file)
		return -1;
	got = fgets(line, size, file);
	fclose(file);
	if (!got)
		return -1;
	line[strcspn(line, "\n")] = '\0';
	return 0;
}

const char *fact_release(void)
{
	static struct utsname name;

	if (!*name.release)
		uname(&name);
	return name.release;
}

static char *read_all(FILE *file)
{
	size_t room = 1 << 20, len = 0;
	char *text = malloc(room);

	while (text) {
		char *more;

		len += fread(text + len, 1, room - len - 1, file);
		if (len < room - 1)
			break;
		room *= 2;
		more = realloc(text, room);
		if (!more)
			free(text);
		text = more;
	}
	if (text)
		text[len] = '\0';
	return text;
}

static void config_read_plain(const char *format)
{
	FILE *file;

	snprintf(config_source, sizeof(config_source), format, fact_release());
	file = fopen(config_source, "re");
	if (!file)
		return;
	config = read_all(file);
	fclose(file);
}

static void config_read_packed(void)
{
	FILE *pipe = popen("gzip -dc /proc/config.gz 2>/dev/null", "re");

	if (!pipe)
		return;
	strcpy(config_source, "/proc/config.gz");
	config = read_all(pipe);
	pclose(pipe);
	if (config && *config)
		return;
	free(config);
	config = NULL;
}

static void config_read(void)
{
	static const char *const places[] = {
		"/boot/config-%s", "/lib/modules/%s/config",
		"/lib/modules/%s/build/.config",
		"/usr/src/linux-headers-%s/.config",
	};
	static int done;
	size_t i;

	if (done)
		return;
	done = 1;
	config_read_packed();
	for (i = 0; !config && i < sizeof(places) / sizeof(*places); i++)
		config_read_plain(places[i]);
	if (!config)
		config_source[0] = '\0';
}

/* NULL when there is none */
const char *fact_config_source(void)
{
	config_read();
	return config ? config_source : NULL;
}

/**
 * fact_config - an option of the kernel's configuration
 * @name: with its CONFIG_
 *
 * Return: its value, "n" when it is off, NULL when that cannot be known.
 */
const char *fact_config(const char *name)
{
	static char value[128];
	size_t len = strlen(name);
	const char *at;

	config_read();
	if (!config)
		return NULL;
	for (at = config; (at = strstr(at, name)); at += len) {
		if (at[len] != '=' || (at > config && at[-1] != '\n'))
			continue;
		at += len + 1;
		snprintf(value, sizeof(value), "%.*s",
			 (int)strcspn(at, "\n"), at);
		return value;
	}
	return "n";
}

static char *symbols;

static void symbols_read(void)
{
	FILE *file;

	if (symbols)
		return;
	file = fopen("/proc/kallsyms", "re");
	if (!file)
		return;
	symbols = read_all(file);
	fclose(file);
}

/**
 * fact_symbol - whether the kernel has a function
 * @name: its name
 *
 * Return: 1 yes, 0 no, -1 not known.
 */
int fact_symbol(const char *name)
{
	size_t len = strlen(name);
	const char *at;

	symbols_read();
	if (!symbols || !*symbols)
		return -1;
	for (at = symbols; (at = strstr(at, name)); at += len)
		if (at > symbols && at[-1] == ' ' &&
		    (at[len] == '\n' || at[len] == '\t'))
			return 1;
	return 0;
}
