// SPDX-License-Identifier: GPL-2.0-only
/*
 * One test in a process of its own, what it prints as its comment.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "each.h"

#define LIMIT	240		/* seconds of one test */
#define SKIPPED	77		/* a child's exit code */

static volatile pid_t running;
static const int *skips_of_test;

/* A test's processes are one group, which nobody else would end. */
static void stop(int sig)
{
	kill(-running, SIGKILL);
	if (sig != SIGALRM)
		_exit(128 + sig);
}

static void run_child(const struct each *test, int out)
{
	/* Its processes and threads are killed with it. */
	setpgid(0, 0);
	dup2(out, 1);
	dup2(out, 2);
	setvbuf(stdout, NULL, _IOLBF, 0);
	test->run();
	exit(skips_of_test && *skips_of_test ? SKIPPED : 0);
}

static void print_lines(FILE *from)
{
	char line[256];

	while (fgets(line, sizeof(line), from)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			printf("# %s\n", line);
	}
}

/* Return: as waitpid() gives it. */
static int run_group(const struct each *test, int out)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		run_child(test, out);
	if (pid < 0)
		return -1;
	setpgid(pid, pid);
	running = pid;
	alarm(LIMIT);
	while (waitpid(pid, &status, 0) < 0)
		;
	alarm(0);
	kill(-pid, SIGKILL);
	return status;
}

static int run_one(const struct each *test, int number)
{
	FILE *out = tmpfile();
	int status, skipped;

	if (!out)
		return -1;
	fflush(stdout);
	status = run_group(test, fileno(out));
	skipped = status > 0 && WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED;
	if (skipped)
		status = 0;
	printf("%s %d - %s%s\n", status ? "not ok" : "ok", number, test->name,
	       skipped ? " # SKIP upstream's test finds nothing to test" : "");
	rewind(out);
	if (status || skipped)
		print_lines(out);
	if (status > 0 && WIFSIGNALED(status))
		printf("# killed by signal %d\n", WTERMSIG(status));
	fclose(out);
	fflush(stdout);
	return status;
}

static int one(const struct each *test, int number)
{
	if (!test->stress || getenv("UPSTREAM_STRESS"))
		return run_one(test, number);
	printf("ok %d - %s # SKIP minutes in an emulated guest: UPSTREAM_STRESS=1\n",
	       number, test->name);
	return 0;
}

static int wanted(const struct each *test, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], test->name))
			return 1;
	return argc < 2;
}

int each_main(int argc, char **argv, const struct each *tests, int nr,
	      const int *skips)
{
	const struct sigaction act = { .sa_handler = stop };
	int i, number = 0, failed = 0, list = argc > 1 && !strcmp(argv[1], "-l");

	skips_of_test = skips;
	sigaction(SIGALRM, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	for (i = 0; i < nr; i++) {
		if (list)
			puts(tests[i].name);
		else if (wanted(&tests[i], argc, argv))
			failed |= one(&tests[i], ++number);
	}
	if (!list)
		printf("1..%d\n", number);
	return failed ? 1 : 0;
}
