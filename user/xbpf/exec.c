// SPDX-License-Identifier: GPL-2.0-only
/*
 * xbpf exec: a program whose bpf(2) is ours.
 *
 * The program is not run under us but in our place, so its exit status and its
 * signals need no passing on.  A program that the preload library would not
 * reach is refused: it would talk to the kernel's own bpf() without a word.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xbpf/libxbpf.h>
#include "xbpf.h"

#define PRELOAD "libxbpf-preload.so"

enum {
	STATUS_CANNOT_RUN	= 126,
	STATUS_NOT_FOUND	= 127,
};

/* Relative to the directory of this binary: build tree, or PREFIX/bin */
static const char *const library_dirs[] = {
	"../lib", "../lib/xbpf", "../lib64", ".",
};

static int library_find(char *path, size_t size)
{
	char self[PATH_MAX];
	char *slash;
	ssize_t len;
	size_t i;

	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (len < 0)
		return -errno;
	self[len] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	for (i = 0; i < sizeof(library_dirs) / sizeof(*library_dirs); i++) {
		char try[PATH_MAX + 64];

		snprintf(try, sizeof(try), "%s/%s/" PRELOAD, self,
			 library_dirs[i]);
		if (strlen(try) < size && realpath(try, path))
			return 0;
	}
	return -ENOENT;
}

/* Behind what is there: a sanitizer, say, must come first */
static int preload_set(const char *library)
{
	const char *old = getenv("LD_PRELOAD");
	char *value;
	int ret;

	if (!old || !*old)
		return setenv("LD_PRELOAD", library, 1);
	if (strstr(old, library))
		return 0;
	if (asprintf(&value, "%s:%s", old, library) < 0)
		return -1;
	ret = setenv("LD_PRELOAD", value, 1);
	free(value);
	return ret;
}

static int is_executable(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

/* As execvp() will look for it */
static int command_locate(const char *name, char *path, size_t size)
{
	const char *dir = getenv("PATH");

	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		return access(path, F_OK) ? -ENOENT : 0;
	}
	while (dir && *dir) {
		size_t len = strcspn(dir, ":");

		snprintf(path, size, "%.*s%s%s", (int)len, dir,
			 len ? "/" : "", name);
		if (is_executable(path))
			return 0;
		dir += len + (dir[len] == ':');
	}
	return -ENOENT;
}

static int has_interpreter(FILE *file, const Elf64_Ehdr *header)
{
	Elf64_Phdr segment;
	int i;

	for (i = 0; i < header->e_phnum; i++) {
		if (fseek(file, header->e_phoff + i * sizeof(segment),
			  SEEK_SET) ||
		    fread(&segment, sizeof(segment), 1, file) != 1)
			return 0;
		if (segment.p_type == PT_INTERP)
			return 1;
	}
	return 0;
}

/* A script is fine: its interpreter is what gets the library */
static int is_static(const char *path)
{
	FILE *file = fopen(path, "re");
	Elf64_Ehdr header;
	int ret = 0;

	if (!file)
		return 0;
	if (fread(&header, sizeof(header), 1, file) == 1 &&
	    !memcmp(header.e_ident, ELFMAG, SELFMAG))
		ret = header.e_ident[EI_CLASS] != ELFCLASS64 ||
		      !has_interpreter(file, &header);
	fclose(file);
	return ret;
}

static int is_privileged(const char *path)
{
	struct stat st;

	return geteuid() != 0 && !stat(path, &st) &&
	       (st.st_mode & (S_ISUID | S_ISGID));
}

static int command_check(const char *name)
{
	char path[PATH_MAX];

	if (command_locate(name, path, sizeof(path))) {
		failure("%s: command not found", name);
		return STATUS_NOT_FOUND;
	}
	if (is_static(path)) {
		failure("%s: statically linked (or not 64-bit): the preload "
			"library cannot reach it", path);
		return STATUS_CANNOT_RUN;
	}
	if (is_privileged(path)) {
		failure("%s: set-uid: the loader would drop the preload "
			"library; run as root", path);
		return STATUS_CANNOT_RUN;
	}
	return STATUS_OK;
}

#define PINS "/sys/fs/bpf"

/*
 * Shows xbpf's pins where tools look for those of the kernel, to this command and
 * what it starts. What others mount is still seen. Where it cannot be done, for a
 * user who is not root or without the directory, the tool finds no pins.
 */
static void pins_present(void)
{
	if (access(PINS, F_OK) || unshare(CLONE_NEWNS))
		return;
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return;
	mount("xbpf", PINS, "xbpf", 0, NULL);
}

static int run(char **argv)
{
	char library[PATH_MAX];
	int ret;

	ret = library_find(library, sizeof(library));
	if (ret)
		return failure("cannot find " PRELOAD " beside this command");
	ret = device_ready();
	if (ret)
		return ret;
	ret = command_check(argv[0]);
	if (ret)
		return ret;
	if (preload_set(library))
		return failure("out of memory");
	pins_present();
	execvp(argv[0], argv);
	failure("%s: %s", argv[0], strerror(errno));
	return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}

int command_exec(int argc, char **argv)
{
	for (; argc > 0 && argv[0][0] == '-'; argc--, argv++) {
		if (!strcmp(argv[0], "--")) {
			argc--;
			argv++;
			break;
		}
		if (strcmp(argv[0], "--trace"))
			return usage_error("exec", "no option '%s'", argv[0]);
		setenv("XBPF_TRACE", "1", 1);
	}
	if (argc < 1)
		return usage_error("exec", "which command?");
	return run(argv);
}
