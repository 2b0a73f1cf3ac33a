// SPDX-License-Identifier: GPL-2.0-only
/*
 * xbpf-insn: run a program given in hexadecimal and print its R0.
 *
 * The plugin protocol of public ISA-conformance suites. No verifier looks at the
 * program, so it runs in a child process: whatever it does to memory, the
 * answer is a number or a message.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "host/raw.h"
#include "jit/jit.h"

#define TIME_LIMIT	10	/* seconds */
#define INPUT_LIMIT	(1UL << 26)

/**
 * struct request - what the command line asks for
 * @jit: translate the program
 * @disasm: print it instead of running it
 * @program: its text; NULL: standard input has it
 * @memory: text of the memory
 */
struct request {
	int jit;
	int disasm;
	const char *program;
	const char *memory;
};

static const char usage_text[] =
	"usage: xbpf-insn [--interp|--jit] [--disasm] [MEMORY_HEX] < PROGRAM_HEX\n"
	"       xbpf-insn [--interp|--jit] --program PROGRAM_HEX [MEMORY_HEX]\n"
	"\n"
	"Runs a BPF program, 8 bytes an instruction, and prints R0 in hexadecimal.\n"
	"R1 points to the memory, R2 is its length. Blanks between bytes are optional.\n"
	"\n"
	"  --interp    interpret it (default)\n"
	"  --jit       translate it to machine code\n"
	"  --disasm    print the program instead of running it\n"
	"  --program   the program, instead of standard input\n"
	"  --help      this\n"
	"\n"
	"Exit status: 0; 1 with a message when the program is bad or fails.\n";

static const struct option options[] = {
	{ "interp", no_argument, NULL, 'i' },
	{ "interpret", no_argument, NULL, 'i' },
	{ "jit", no_argument, NULL, 'j' },
	{ "disasm", no_argument, NULL, 'd' },
	{ "program", required_argument, NULL, 'p' },
	{ "debug", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static int fail(const char *what, const char *detail)
{
	fprintf(stderr, "xbpf-insn: %s%s%s\n", what, *detail ? ": " : "",
		detail);
	return EXIT_FAILURE;
}

static char *read_all(FILE *file)
{
	size_t size = 0, room = 0;
	char *text = NULL, *more;

	do {
		room = room ? room * 2 : 65536;
		more = realloc(text, room + 1);
		if (!more) {
			free(text);
			return NULL;
		}
		text = more;
		size += fread(text + size, 1, room - size, file);
	} while (size == room && room < INPUT_LIMIT);
	text[size] = '\0';
	return text;
}

/* In the child: runs the program and writes R0 to @fd. */
static void run(struct xbpf_prog *prog, void *memory, int fd)
{
	u64 r0;

	alarm(TIME_LIMIT);
	r0 = xbpf_prog_run(prog, memory);
	_exit(write(fd, &r0, sizeof(r0)) == sizeof(r0) ? 0 : 1);
}

static int report(int fd, int status)
{
	u64 r0;

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		return fail("the program did not end in time", "");
	if (WIFSIGNALED(status))
		return fail("the program failed", strsignal(WTERMSIG(status)));
	if (status || read(fd, &r0, sizeof(r0)) != sizeof(r0))
		return fail("the program failed", "");
	printf("%llx\n", r0);
	return EXIT_SUCCESS;
}

static int run_apart(struct xbpf_prog *prog, void *memory)
{
	int fds[2], status, ret;
	pid_t child;

	if (pipe(fds))
		return fail("pipe", strerror(errno));
	child = fork();
	if (child < 0)
		return fail("fork", strerror(errno));
	if (!child)
		run(prog, memory, fds[1]);
	close(fds[1]);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return fail("waitpid", strerror(errno));
	ret = report(fds[0], status);
	close(fds[0]);
	return ret;
}

static int disassemble(const struct xbpf_insn *insns, u32 len)
{
	struct xbpf_insn pair[2] = { };
	char text[128];
	u32 i;

	for (i = 0; i < len; i++) {
		pair[0] = insns[i];
		pair[1] = i + 1 < len ? insns[i + 1] : (struct xbpf_insn) { };
		xbpf_insn_print(text, sizeof(text), pair);
		printf("%u: %s\n", i, text);
		i += xbpf_op_find(&insns[i]) == XBPF_OP_LD_IMM64;
	}
	return EXIT_SUCCESS;
}

static int translate(struct xbpf_prog *prog)
{
	return xbpf_arena_init() ?: xbpf_jit_compile(prog);
}

static int run_program(const struct request *req, const struct xbpf_insn *insns,
		       u32 len)
{
	struct xbpf_prog *prog;
	u8 *memory = NULL;
	char why[160];
	long size;
	int ret;

	size = xbpf_raw_parse_hex(req->memory, &memory);
	if (size < 0 || size > INT_MAX)
		return fail("bad memory", "not pairs of hexadecimal digits");
	prog = xbpf_raw_load(insns, len, size, why, sizeof(why));
	if (!prog) {
		free(memory);
		return fail("bad program", why);
	}
	ret = req->jit ? translate(prog) : 0;
	if (ret)
		ret = fail("cannot translate", strerror(-ret));
	else
		ret = run_apart(prog, size ? memory : NULL);
	if (prog->image)
		xbpf_jit_free(prog);
	xbpf_prog_free(prog);
	free(memory);
	return ret;
}

static int run_request(const struct request *req)
{
	char *text = req->program ? strdup(req->program) : read_all(stdin);
	u8 *bytes = NULL;
	long size;
	u32 len;
	int ret;

	if (!text)
		return fail("no memory", "");
	size = xbpf_raw_parse_hex(text, &bytes);
	free(text);
	if (size < 0)
		return fail("bad program", "not pairs of hexadecimal digits");
	len = size / sizeof(struct xbpf_insn);
	if (size % sizeof(struct xbpf_insn))
		ret = fail("bad program", "not a multiple of 8 bytes");
	else if (req->disasm)
		ret = disassemble((void *)bytes, len);
	else
		ret = run_program(req, (void *)bytes, len);
	free(bytes);
	return ret;
}

/* Nonzero: the option is no request. */
static int take_option(struct request *req, int opt)
{
	switch (opt) {
	case 'i':
	case 'j':
		req->jit = opt == 'j';
		return 0;
	case 'd':
		req->disasm = 1;
		return 0;
	case 'v':	/* other plugins have it; messages are always there */
		return 0;
	case 'p':
		req->program = optarg;
		return 0;
	default:
		return opt;
	}
}

int main(int argc, char **argv)
{
	struct request req = { .memory = "" };
	int opt;

	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (!take_option(&req, opt))
			continue;
		fputs(usage_text, opt == 'h' ? stdout : stderr);
		return opt == 'h' ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	for (; optind < argc; optind++) {
		if (!*argv[optind])
			continue;	/* suites pass options that are empty */
		if (*req.memory)
			return fail("too many arguments", argv[optind]);
		req.memory = argv[optind];
	}
	return run_request(&req);
}
