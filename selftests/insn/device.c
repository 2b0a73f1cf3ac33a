// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machines of the module, by /dev/xbpf.
 *
 * A function in front puts the memory of a test on its stack and calls the
 * program of the test. All tests of a file are loaded as one program, which says
 * whether all results were right. Only if not, each is loaded by itself, twice,
 * since PROG_TEST_RUN gives but 32 bits of R0.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "insn_test.h"

#define JIT_SWITCH	"/sys/module/xbpf/parameters/jit"
#define LOG_SIZE	65536
#define MAX_TESTS	200	/* of one program; it has as many subprograms */
#define MAX_FRONT	(TEST_MAX_MEMORY / 8 * 3 + 12)

/* A program that is being put together. */
struct wrapped {
	struct xbpf_insn insns[MAX_TESTS * (TEST_MAX_INSNS + MAX_FRONT)];
	u32 len;
};

static struct wrapped wrapped;

static int device(int cmd, union xbpf_attr *attr)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/xbpf", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -1;
	return ioctl(fd, XBPF_IOC(cmd, sizeof(*attr)), attr);
}

static void add(struct wrapped *w, u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	w->insns[w->len++] = (struct xbpf_insn) {
		.code = code, .dst_reg = dst, .src_reg = src, .off = off,
		.imm = imm,
	};
}

static void put_memory(struct wrapped *w, const struct test *test, s16 base)
{
	u64 word;
	u32 i;

	for (i = 0; i < test->size; i += 8) {
		word = 0;
		memcpy(&word, test->memory + i, min(test->size - i, 8U));
		add(w, XBPF_LD | XBPF_IMM | XBPF_DW, XBPF_REG_1, 0, 0, word);
		add(w, 0, 0, 0, 0, word >> 32);
		add(w, XBPF_STX | XBPF_MEM | XBPF_DW, XBPF_REG_10, XBPF_REG_1,
		    base + i, 0);
	}
}

/* Memory on the stack, arguments, and the call; gives the call's position. */
static u32 put_call(struct wrapped *w, const struct test *test)
{
	s16 base = -(s16)round_up(test->size, 8);

	put_memory(w, test, base);
	add(w, XBPF_ALU64 | XBPF_MOV | XBPF_X, XBPF_REG_1, XBPF_REG_10, 0, 0);
	add(w, XBPF_ALU64 | XBPF_ADD | XBPF_K, XBPF_REG_1, 0, 0, base);
	add(w, XBPF_ALU64 | XBPF_MOV | XBPF_K, XBPF_REG_2, 0, 0, test->size);
	add(w, XBPF_JMP | XBPF_CALL, 0, XBPF_PSEUDO_CALL, 0, 0);
	return w->len - 1;
}

/* The program of @test, as what @call calls. */
static void put_program(struct wrapped *w, const struct test *test, u32 call)
{
	w->insns[call].imm = w->len - call - 1;
	memcpy(w->insns + w->len, test->insns,
	       test->len * sizeof(*test->insns));
	w->len += test->len;
}

/* R0 of one test, shifted. */
static void wrap_one(struct wrapped *w, const struct test *test, u32 shift)
{
	u32 call;

	w->len = 0;
	call = put_call(w, test);
	add(w, XBPF_ALU64 | XBPF_RSH | XBPF_K, XBPF_REG_0, 0, 0, shift);
	add(w, XBPF_JMP | XBPF_EXIT, 0, 0, 0, 0);
	put_program(w, test, call);
}

/* Ends with 1 if R0 is not @result. */
static void put_check(struct wrapped *w, u64 result)
{
	add(w, XBPF_LD | XBPF_IMM | XBPF_DW, XBPF_REG_6, 0, 0, result);
	add(w, 0, 0, 0, 0, result >> 32);
	add(w, XBPF_JMP | XBPF_JEQ | XBPF_X, XBPF_REG_0, XBPF_REG_6, 2, 0);
	add(w, XBPF_ALU64 | XBPF_MOV | XBPF_K, XBPF_REG_0, 0, 0, 1);
	add(w, XBPF_JMP | XBPF_EXIT, 0, 0, 0, 0);
}

/* 0 if all of @tests give their results, else 1. */
static void wrap_all(struct wrapped *w, const struct test *tests, u32 n)
{
	u32 calls[MAX_TESTS], i;

	w->len = 0;
	for (i = 0; i < n; i++) {
		if (tests[i].no_device[0])
			continue;
		calls[i] = put_call(w, &tests[i]);
		put_check(w, tests[i].result);
	}
	add(w, XBPF_ALU64 | XBPF_MOV | XBPF_K, XBPF_REG_0, 0, 0, 0);
	add(w, XBPF_JMP | XBPF_EXIT, 0, 0, 0, 0);
	for (i = 0; i < n; i++)
		if (!tests[i].no_device[0])
			put_program(w, &tests[i], calls[i]);
}

static int load(const struct wrapped *w, u32 type, char *log)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = (unsigned long)w->insns;
	attr.insn_cnt = w->len;
	attr.license = (unsigned long)"GPL";
	attr.log_buf = (unsigned long)log;
	attr.log_size = LOG_SIZE;
	attr.log_level = 1;
	return device(XBPF_PROG_LOAD, &attr);
}

static int test_run(int fd, const struct test *packet, u32 *retval)
{
	union xbpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = fd;
	if (packet) {
		attr.test.data_in = (unsigned long)packet->memory;
		attr.test.data_size_in = packet->size;
	}
	if (device(XBPF_PROG_TEST_RUN, &attr))
		return -1;
	*retval = attr.test.retval;
	return 0;
}

/* The last line but the statistics: the reason of a refusal. */
static void last_words(char *log, char *why, size_t size)
{
	char *line, *save, *last = "";

	for (line = strtok_r(log, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (strncmp(line, "processed ", 10))
			last = line;
	scnprintf(why, size, "%s", last);
}

/* R0 of the program in @wrapped. */
static enum run_status run_wrapped(u32 type, const struct test *packet,
				   u32 *r0, char *why, size_t size)
{
	static char log[LOG_SIZE];
	int fd, err;

	log[0] = '\0';
	fd = load(&wrapped, type, log);
	if (fd < 0) {
		scnprintf(why, size, "load: %s", strerror(errno));
		if (log[0])
			last_words(log, why, size);
		return RUN_FAILED;
	}
	err = test_run(fd, packet, r0);
	if (err)
		scnprintf(why, size, "run: %s", strerror(errno));
	close(fd);
	return err ? RUN_FAILED : RUN_DONE;
}

static enum run_status run_half(const struct test *test, u32 shift, u32 *half,
				char *why, size_t size)
{
	wrap_one(&wrapped, test, shift);
	return run_wrapped(XBPF_PROG_TYPE_RAW_TRACEPOINT, NULL, half, why, size);
}

/* As it is, on a real packet: R0 has no more than 32 bits. */
static enum run_status run_packet(const struct test *test, u64 *r0, char *why,
				  size_t size)
{
	enum run_status status;
	u32 retval = 0;

	wrapped.len = 0;
	memcpy(wrapped.insns, test->insns, test->len * sizeof(*test->insns));
	wrapped.len = test->len;
	status = run_wrapped(XBPF_PROG_TYPE_SCHED_CLS, test, &retval, why, size);
	*r0 = retval;
	return status;
}

static enum run_status run(const struct test *test, u64 *r0, char *why,
			   size_t size)
{
	enum run_status status;
	u32 low, high;

	if (test->no_device[0]) {
		strscpy(why, test->no_device, size);
		return RUN_SKIPPED;
	}
	if (test->packet)
		return run_packet(test, r0, why, size);
	status = run_half(test, 0, &low, why, size);
	if (status == RUN_DONE)
		status = run_half(test, 32, &high, why, size);
	if (status == RUN_DONE)
		*r0 = (u64)high << 32 | low;
	return status;
}

/* The module translates programs, or not, from now on. */
static int set_jit(const char *value)
{
	int fd = open(JIT_SWITCH, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -1;
	err = write(fd, value, 1) == 1 ? 0 : -1;
	close(fd);
	return err;
}

static int all_right(const char *jit, const struct test *tests, u32 n)
{
	static char log[LOG_SIZE];
	int fd, err;
	u32 wrong, i;

	for (i = 0; i < n; i++)
		if (tests[i].packet)
			return 0;
	if (n > MAX_TESTS || set_jit(jit))
		return 0;
	wrap_all(&wrapped, tests, n);
	fd = load(&wrapped, XBPF_PROG_TYPE_RAW_TRACEPOINT, log);
	if (fd < 0)
		return 0;
	err = test_run(fd, NULL, &wrong);
	close(fd);
	return !err && !wrong;
}

static enum run_status run_switched(const char *jit, const struct test *test,
				    u64 *r0, char *why, size_t size)
{
	if (set_jit(jit)) {
		strscpy(why, "no switch at " JIT_SWITCH, size);
		return RUN_FAILED;
	}
	return run(test, r0, why, size);
}

static enum run_status run_interp(const struct test *test, u64 *r0, char *why,
				  size_t size)
{
	enum run_status status = run_switched("0", test, r0, why, size);

	set_jit("1");
	return status;
}

static int all_right_interp(const struct test *tests, u32 n)
{
	int right = all_right("0", tests, n);

	set_jit("1");
	return right;
}

static enum run_status run_jit(const struct test *test, u64 *r0, char *why,
			       size_t size)
{
	return run_switched("1", test, r0, why, size);
}

static int all_right_jit(const struct test *tests, u32 n)
{
	return all_right("1", tests, n);
}

const struct backend device_interp = {
	"device-interp", run_interp, all_right_interp
};
const struct backend device_jit = { "device-jit", run_jit, all_right_jit };
