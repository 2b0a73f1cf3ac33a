// SPDX-License-Identifier: GPL-2.0-only
/*
 * xbpf-verify: what the verifier says of the programs in object files.
 *
 * Object files are read and relocated by libbpf as they would be for a kernel.
 * libbpf's system calls end here: bpf(2) is answered in this process by the core
 * library (host/bpf_inproc.h), so that neither a module nor a privilege is
 * needed and nothing reaches the kernel. Executables with objects inside, as
 * the tools of libbpf are, are searched for them.
 */
#define _GNU_SOURCE
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <elf.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "host/bpf_inproc.h"
#include "host/raw_syscall.h"
#include "verify_print.h"

enum { ALL_ACCEPTED, SOME_REFUSED, USAGE };

#define MAX_PROGS	1024

enum form { TEXT, CSV, JSON };

static struct {
	enum form form;
	int verbose;
	const char *color;
	unsigned int log_level;
	const char *btf;
	const char *program;
} options = { .color = "auto" };

static int nr_accepted, nr_refused, nr_unreadable;

static const char usage_text[] =
"Usage: xbpf-verify [OPTION]... FILE...\n"
"Verify the BPF programs in object files, or in executables that contain them,\n"
"without a kernel. Maps whose size a loader would set get a small one.\n"
"\n"
"  -b, --btf FILE       relocate against these types, not the running kernel's\n"
"  -p, --program NAME   only programs of this name\n"
"  -u, --unprivileged   as for a loader that lacks CAP_PERFMON\n"
"  -c, --csv            one line of comma-separated values for each program\n"
"  -j, --json           one JSON object, on one line, for each program\n"
"      --color WHEN     auto (default: on a terminal, unless NO_COLOR is set),\n"
"                       always, never\n"
"  -v, --verbose        show the whole log, of accepted programs too\n"
"  -l, --log-level N    of the log: 1 (default) or 2, with all states\n"
"  -h, --help           show this\n"
"\n"
"Exit status: 0 if all programs were accepted, 1 if some were refused, 2 for a\n"
"wrong usage or a file that cannot be read.\n";

/* ---- system calls ---- */

/* Takes the place of the C library's, for libbpf too. */
long syscall(long nr, ...)
{
	va_list args;
	long a[6], ret;
	int i;

	va_start(args, nr);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (nr == SYS_bpf)
		ret = xbpf_inproc_bpf(a[0], (void *)a[1], a[2]);
	else if (nr == SYS_perf_event_open)
		ret = -ENOSYS;
	else
		ret = raw_syscall(nr, a);
	if (ret >= 0 || ret < -4095)
		return ret;
	errno = -ret;
	return -1;
}

/* ---- results ---- */

/* The object that libbpf loads now, and which of its programs were seen. */
static struct {
	struct bpf_object *obj;
	const char *file;
	char name[128];
	const char *seen[MAX_PROGS];
	int nr_seen;
} now;

/* What libbpf complained of, for objects that it does not even load. */
static char messages[4096];

static int is_seen(const char *name)
{
	int i;

	for (i = 0; i < now.nr_seen; i++)
		if (!strcmp(now.seen[i], name))
			return 1;
	return 0;
}

static void mark_seen(const char *name)
{
	if (now.nr_seen < MAX_PROGS && !is_seen(name))
		now.seen[now.nr_seen++] = strdup(name);
}

static void print_csv(const struct verify_result *r)
{
	const struct xbpf_inproc_load *load = r->load;

	printf("%s,%s,%s,%s,%s,%d,%u,%u,%u,%u,%.1f,%llu\n", r->file, r->object,
	       r->program, r->section, verify_verdict(r), -load->err,
	       load->nr_insns, load->visited, load->states, load->peak_states,
	       load->ns / 1e3, (unsigned long long)load->peak_bytes);
}

static void (*const printers[])(const struct verify_result *r) = {
	[TEXT] = verify_print_text, [CSV] = print_csv,
	[JSON] = verify_print_json,
};

static void report(const struct bpf_program *prog,
		   const struct xbpf_inproc_load *load)
{
	const struct verify_result result = {
		.file = now.file, .object = now.name,
		.program = bpf_program__name(prog),
		.section = bpf_program__section_name(prog), .load = load,
		.show_log = options.verbose,
	};

	if (load->err)
		nr_refused++;
	else
		nr_accepted++;
	mark_seen(bpf_program__name(prog));
	printers[options.form](&result);
}

/*
 * libbpf loads programs of its own to find out what the kernel can; the
 * object's are known by where their instructions are. They are called accepted,
 * so that libbpf goes on to the next.
 */
static int on_load(const struct xbpf_inproc_load *load)
{
	struct bpf_program *prog;

	if (!now.obj)
		return load->err;
	bpf_object__for_each_program(prog, now.obj) {
		if (bpf_program__insns(prog) != load->insns)
			continue;
		report(prog, load);
		return 0;
	}
	return load->err;
}

static void report_unloadable(const struct bpf_program *prog, int err)
{
	struct xbpf_inproc_load load = {
		.err = err,
		.nr_insns = bpf_program__insn_cnt(prog),
		.log = messages,
	};

	report(prog, &load);
}

/* ---- objects ---- */

static int on_message(enum libbpf_print_level level, const char *fmt,
		      va_list args)
{
	size_t len = strlen(messages);

	if (level == LIBBPF_WARN)
		vsnprintf(messages + len, sizeof(messages) - len, fmt, args);
	return 0;
}

static int is_wanted(const struct bpf_program *prog)
{
	return !options.program ||
	       !strcmp(bpf_program__name(prog), options.program);
}

/* The first program that is still to be seen. */
static struct bpf_program *next_program(struct bpf_object *obj)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, obj)
		if (bpf_program__autoload(prog))
			if (!is_seen(bpf_program__name(prog)))
				return prog;
	return NULL;
}

/* Some loaders size maps when they know what they are asked for. */
static void size_maps(struct bpf_object *obj)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj) {
		int type = bpf_map__type(map);

		/* That of perf event arrays is libbpf's own business. */
		if (!bpf_map__max_entries(map) &&
		    type != BPF_MAP_TYPE_PERF_EVENT_ARRAY)
			bpf_map__set_max_entries(map, type ==
						 BPF_MAP_TYPE_RINGBUF ? 4096 : 1);
		if (!bpf_map__value_size(map) &&
		    type == BPF_MAP_TYPE_STACK_TRACE)
			bpf_map__set_value_size(map, 127 * 8);
	}
}

static struct bpf_object *open_object(const void *bytes, size_t size)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts,
		.object_name = now.name,
		.btf_custom_path = options.btf,
	);
	struct bpf_object *obj = bpf_object__open_mem(bytes, size, &opts);
	struct bpf_program *prog;

	if (!obj)
		return NULL;
	bpf_object__for_each_program(prog, obj)
		bpf_program__set_autoload(prog, is_wanted(prog) &&
					  !is_seen(bpf_program__name(prog)));
	size_maps(obj);
	return obj;
}

/*
 * Load what is still to be seen. When libbpf gives up before it has come to all,
 * the first that is missing is to blame.
 */
static int load_rest(const void *bytes, size_t size)
{
	struct bpf_program *prog;
	struct bpf_object *obj;
	int err = 0, more = 0;

	messages[0] = '\0';
	obj = open_object(bytes, size);
	if (!obj)
		return -errno;
	if (next_program(obj)) {
		now.obj = obj;
		err = bpf_object__load(obj);
		now.obj = NULL;
		prog = next_program(obj);
		if (prog) {
			report_unloadable(prog, err ?: -EINVAL);
			more = 1;
		}
	}
	bpf_object__close(obj);
	xbpf_inproc_reset();
	return more;
}

static void verify_object(const void *bytes, size_t size)
{
	int ret;

	do {
		ret = load_rest(bytes, size);
	} while (ret > 0);
	if (ret < 0) {
		fprintf(stderr, "xbpf-verify: %s: %s: %s\n%s", now.file,
			now.name, strerror(-ret), messages);
		nr_unreadable++;
	}
	while (now.nr_seen)
		free((char *)now.seen[--now.nr_seen]);
}

/* ---- files ---- */

static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "re");
	char *bytes = NULL;
	struct stat st;
	long len;

	if (!file)
		return NULL;
	if (!fstat(fileno(file), &st) && S_ISDIR(st.st_mode))
		errno = EISDIR;
	else if (!fseek(file, 0, SEEK_END) && (len = ftell(file)) >= 0) {
		rewind(file);
		bytes = malloc(len + 1);
		*size = bytes ? fread(bytes, 1, len, file) : 0;
	}
	fclose(file);
	return bytes;
}

/* Bytes of the BPF object that begins at @bytes, 0 if none does. */
static size_t object_size(const char *bytes, size_t left)
{
	Elf64_Ehdr hdr;
	size_t end;

	if (left < sizeof(hdr) || memcmp(bytes, ELFMAG, SELFMAG))
		return 0;
	memcpy(&hdr, bytes, sizeof(hdr));
	if (hdr.e_ident[EI_CLASS] != ELFCLASS64 || hdr.e_machine != EM_BPF ||
	    hdr.e_shoff > left)
		return 0;
	end = hdr.e_shoff + (size_t)hdr.e_shnum * hdr.e_shentsize;
	return end <= left ? end : 0;
}

static void name_object(const char *path, int number)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	if (number)
		snprintf(now.name, sizeof(now.name), "%s#%d", base, number);
	else
		snprintf(now.name, sizeof(now.name), "%s", base);
}

/* libbpf wants an object aligned; inside an executable it need not be. */
static void verify_copy(const char *bytes, size_t size)
{
	void *copy = malloc(size);

	if (!copy)
		return;
	memcpy(copy, bytes, size);
	verify_object(copy, size);
	free(copy);
}

static int search_objects(const char *path, const char *bytes, size_t size)
{
	const char *at = bytes, *end = bytes + size;
	size_t len;
	int nr = 0;

	while ((at = memmem(at, end - at, ELFMAG, SELFMAG))) {
		len = object_size(at, end - at);
		if (len) {
			name_object(path, nr++);
			verify_copy(at, len);
		}
		at += len ?: 1;
	}
	return nr;
}

static void verify_file(const char *path)
{
	size_t size = 0;
	char *bytes = read_file(path, &size);

	now.file = path;
	if (!bytes) {
		fprintf(stderr, "xbpf-verify: %s: %s\n", path, strerror(errno));
		nr_unreadable++;
		return;
	}
	if (options.form == TEXT)
		printf("%s:\n", path);
	if (!search_objects(path, bytes, size)) {
		fprintf(stderr, "xbpf-verify: %s: no BPF object in it\n", path);
		nr_unreadable++;
	}
	free(bytes);
}

/* ---- options ---- */

static void usage_error(const char *what, const char *detail)
{
	fprintf(stderr, "xbpf-verify: %s: %s; see --help\n", what, detail);
	exit(USAGE);
}

static unsigned int log_level(const char *arg)
{
	if (strcmp(arg, "1") && strcmp(arg, "2"))
		usage_error(arg, "the log level is 1 or 2");
	return *arg - '0';
}

static const char *readable(const char *path)
{
	if (access(path, R_OK))
		usage_error(path, strerror(errno));
	return path;
}

static const char *color(const char *arg)
{
	if (strcmp(arg, "auto") && strcmp(arg, "always") && strcmp(arg, "never"))
		usage_error(arg, "the colour is auto, always or never");
	return arg;
}

/* https://no-color.org: whatever it is set to. */
static int color_wanted(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (strcmp(options.color, "auto"))
		return !strcmp(options.color, "always");
	return isatty(STDOUT_FILENO) && (!no || !*no) &&
	       (!term || strcmp(term, "dumb"));
}

static void parse_options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "btf", required_argument, NULL, 'b' },
		{ "color", required_argument, NULL, 'C' },
		{ "csv", no_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ "log-level", required_argument, NULL, 'l' },
		{ "program", required_argument, NULL, 'p' },
		{ "unprivileged", no_argument, NULL, 'u' },
		{ "verbose", no_argument, NULL, 'v' },
		{ }
	};
	int c;

	while ((c = getopt_long(argc, argv, "b:chjl:p:uv", longs, NULL)) >= 0) {
		switch (c) {
		case 'b':
			options.btf = readable(optarg);
			setenv("XBPF_VMLINUX_BTF", options.btf, 1);
			break;
		case 'c':
			options.form = CSV;
			break;
		case 'C':
			options.color = color(optarg);
			break;
		case 'j':
			options.form = JSON;
			break;
		case 'h':
			fputs(usage_text, stdout);
			exit(ALL_ACCEPTED);
		case 'l':
			options.log_level = log_level(optarg);
			break;
		case 'p':
			options.program = optarg;
			break;
		case 'u':
			xbpf_inproc_drop_perfmon();
			break;
		case 'v':
			options.verbose = 1;
			break;
		default:
			fputs(usage_text, stderr);
			exit(USAGE);
		}
	}
	if (optind == argc) {
		fputs(usage_text, stderr);
		exit(USAGE);
	}
	if (options.verbose && !options.log_level)
		options.log_level = 1;
}

int main(int argc, char **argv)
{
	int i;

	parse_options(argc, argv);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	libbpf_set_print(on_message);
	xbpf_inproc_set_hook(on_load, options.log_level);
	if (color_wanted())
		verify_use_color();
	if (options.form == CSV)
		printf("file,object,program,section,verdict,errno,insns,"
		       "visited,states,peak_states,us,peak_bytes\n");
	for (i = optind; i < argc; i++)
		verify_file(argv[i]);
	if (options.form == TEXT)
		printf("%d accepted, %d refused\n", nr_accepted, nr_refused);
	if (nr_unreadable)
		return USAGE;
	if (options.program && !nr_accepted && !nr_refused)
		usage_error(options.program, "no program has this name");
	return nr_refused ? SOME_REFUSED : ALL_ACCEPTED;
}
