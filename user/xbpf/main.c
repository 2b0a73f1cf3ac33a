// SPDX-License-Identifier: GPL-2.0-only
/*
 * xbpf: run programs on xbpf, and look at what runs on it.
 *
 * Here are the table of subcommands, the options that all of them take, help
 * and the two ways to complain.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xbpf/libxbpf.h>
#include "xbpf.h"

struct options options;

static int command_help(int argc, char **argv);
static int command_version(int argc, char **argv);

static const struct command commands[] = {
	{
		"exec", "[--trace] [--] COMMAND [ARG...]",
		"run a program whose bpf() calls go to xbpf",
		"Runs COMMAND with libxbpf-preload.so, so that its calls of bpf(2) and\n"
		"perf_event_open(2) go to " XBPF_DEVICE " and none reaches the kernel's own\n"
		"bpf().  The exit status is that of COMMAND; it is 127 when there is no\n"
		"such command, 126 when it cannot run on xbpf (statically linked, set-uid),\n"
		"1 when the device cannot be opened.\n"
		"\n"
		"  --trace        print each call, decoded, on stderr (as XBPF_TRACE=1)\n"
		"\n"
		"  xbpf exec -- bpftrace -e 'kprobe:vfs_read { @[comm] = count(); }'\n",
		command_exec, 1,
	},
	{
		"doctor", "",
		"say what this kernel offers xbpf, and what is missing",
		"Looks at the kernel, the module and the device, and says in words what\n"
		"works, what does not and why.  Exit status 1 when something that xbpf\n"
		"cannot do without is missing.\n",
		command_doctor, 0,
	},
	{
		"stat", "[id ID]",
		"runs, time and misses of each program",
		"Shows for each program how often it ran, for how long, and how often it\n"
		"did not run or could not deliver, by reason.  Each run and miss is\n"
		"counted; some runs are timed, each one while BPF_ENABLE_STATS is held, and\n"
		"the time of all is estimated from those.\n",
		command_stat, 0,
	},
	{
		"prog", "[show|list] [id ID]",
		"list programs",
		"Lists the programs that xbpf holds.  `xbpf exec -- bpftool prog` can do\n"
		"everything else.\n",
		command_prog, 0,
	},
	{
		"map", "[show|list] [id ID]",
		"list maps",
		"Lists the maps that xbpf holds.  `xbpf exec -- bpftool map` can do\n"
		"everything else.\n",
		command_map, 0,
	},
	{
		"link", "[show|list] [id ID]",
		"list links",
		"Lists the links that xbpf holds.\n",
		command_link, 0,
	},
	{
		"version", "",
		"versions of this command and of the module",
		"Prints the version of this command, and that of the module when the\n"
		"device can be opened.\n",
		command_version, 0,
	},
	{
		"help", "[COMMAND]",
		"this text, or that of a command",
		"Prints what the commands do.\n",
		command_help, 0,
	},
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_options(FILE *out)
{
	fputs("Options:\n"
	      "  -j, --json     output for programs\n"
	      "  -p, --pretty   the same, indented\n"
	      "  -h, --help     help, also of each command\n"
	      "  -V, --version  versions\n"
	      "\n"
	      "Environment:\n"
	      "  XBPF_DEVICE    the device, instead of " XBPF_DEVICE "\n"
	      "  XBPF_TRACE     1: exec prints each call on stderr\n", out);
}

static void print_commands(FILE *out)
{
	size_t i;

	fputs("Usage: xbpf [OPTIONS] COMMAND [ARGUMENTS]\n\nCommands:\n", out);
	for (i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-14s %s\n", commands[i].name,
			commands[i].summary);
	fputs("\n", out);
	print_options(out);
}

static void print_help(const struct command *command)
{
	printf("Usage: xbpf [OPTIONS] %s%s%s\n\n%s", command->name,
	       *command->arguments ? " " : "", command->arguments,
	       command->help);
}

static const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/**
 * usage_error - complain about the arguments
 * @command: the subcommand, or NULL
 * @format: what is wrong with them
 *
 * Return: STATUS_USAGE.
 */
int usage_error(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("xbpf: ", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "; see `xbpf help%s%s`\n", command ? " " : "",
		command ? command : "");
	return STATUS_USAGE;
}

/**
 * failure - say what went wrong: on stderr, or as JSON
 * @format: what
 *
 * Return: STATUS_FAILED.
 */
int failure(const char *format, ...)
{
	char message[512];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (!options.json) {
		fprintf(stderr, "xbpf: %s\n", message);
		return STATUS_FAILED;
	}
	json_object_begin(NULL);
	json_string("error", message);
	json_object_end();
	json_finish();
	return STATUS_FAILED;
}

/* Says why the device cannot be used, and what to do */
static int device_failure(int error)
{
	const char *path = xbpf_device_path();

	switch (error) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return failure("%s: no such device; load the module: "
			       "modprobe xbpf, or insmod xbpf.ko", path);
	case EACCES:
	case EPERM:
		return failure("%s: permission denied; run as root", path);
	case ENOTTY:
		return failure("%s: is not a device of xbpf", path);
	default:
		return failure("%s: %s", path, strerror(error));
	}
}

/**
 * device_ready - see to it that the device can be used, or say why not
 *
 * Return: STATUS_OK or STATUS_FAILED.
 */
int device_ready(void)
{
	struct xbpf_info info;
	int ret;

	ret = xbpf_device_fd();
	if (ret < 0)
		return device_failure(-ret);
	ret = xbpf_info_read(&info);
	return ret == -ENOTTY ? device_failure(ENOTTY) : STATUS_OK;
}

static int command_help(int argc, char **argv)
{
	const struct command *command;

	if (argc == 0) {
		print_commands(stdout);
		return STATUS_OK;
	}
	command = command_find(argv[0]);
	if (!command)
		return usage_error(NULL, "no command '%s'", argv[0]);
	print_help(command);
	return STATUS_OK;
}

static int command_version(int argc, char **argv)
{
	struct xbpf_info info;
	int loaded;

	if (argc > 0)
		return usage_error("version", "what is '%s'?", argv[0]);
	loaded = xbpf_info_read(&info) >= 0;
	if (options.json) {
		json_object_begin(NULL);
		json_string("version", XBPF_VERSION);
		json_number("abi", XBPF_ABI_VERSION);
		if (loaded) {
			json_string("module_version", info.version);
			json_number("module_abi", info.abi);
		}
		json_object_end();
		json_finish();
		return STATUS_OK;
	}
	printf("xbpf %s\n", XBPF_VERSION);
	if (loaded)
		printf("module %.*s\n", (int)sizeof(info.version),
		       info.version);
	return STATUS_OK;
}

static const struct option_row {
	const char *letter;
	const char *word;
	size_t flag;
	size_t implied;
} option_rows[] = {
	{ "-j", "--json", offsetof(struct options, json),
	  offsetof(struct options, json) },
	{ "-p", "--pretty", offsetof(struct options, pretty),
	  offsetof(struct options, json) },
	{ "-h", "--help", offsetof(struct options, help),
	  offsetof(struct options, help) },
	{ "-V", "--version", offsetof(struct options, version),
	  offsetof(struct options, version) },
};

static int option_take(const char *arg)
{
	const struct option_row *row = option_rows;
	const struct option_row *last = row + sizeof(option_rows) / sizeof(*row);
	char *base = (char *)&options;

	for (; row < last; row++) {
		if (strcmp(arg, row->letter) && strcmp(arg, row->word))
			continue;
		*(int *)(base + row->flag) = 1;
		*(int *)(base + row->implied) = 1;
		return 0;
	}
	return -1;
}

/* Options may stand among a command's arguments, as in bpftool */
static int options_sift(const char *command, int *argc, char **argv)
{
	int i, kept = 0;

	for (i = 0; i < *argc; i++) {
		if (argv[i][0] != '-' || !argv[i][1])
			argv[kept++] = argv[i];
		else if (option_take(argv[i]))
			return usage_error(command, "no option '%s'", argv[i]);
	}
	*argc = kept;
	argv[kept] = NULL;
	return STATUS_OK;
}

static int command_run(const struct command *command, int argc, char **argv)
{
	int ret;

	if (!command->own_options) {
		ret = options_sift(command->name, &argc, argv);
		if (ret)
			return ret;
	} else if (argc > 0 && (!strcmp(argv[0], "-h") ||
				!strcmp(argv[0], "--help"))) {
		options.help = 1;
	}
	if (options.help) {
		print_help(command);
		return STATUS_OK;
	}
	return command->run(argc, argv);
}

int main(int argc, char **argv)
{
	const struct command *command;
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++)
		if (option_take(argv[i]))
			return usage_error(NULL, "no option '%s'", argv[i]);
	if (options.version)
		return command_version(0, NULL);
	if (i == argc && options.help)
		return command_help(0, NULL);
	if (i == argc) {
		print_commands(stderr);
		return STATUS_USAGE;
	}
	command = command_find(argv[i]);
	if (!command)
		return usage_error(NULL, "no command '%s'", argv[i]);
	return command_run(command, argc - i - 1, argv + i + 1);
}
