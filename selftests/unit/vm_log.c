// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs: cut at the reader's size, rewound, silent after an error.
 */
#include "vm/vm.h"
#include "unit.h"

static char buffer[32];

static int to_buffer(struct xbpf_log *log, u64 pos, const char *text, u32 len)
{
	if (log->ctx)
		return -EFAULT;
	memcpy(buffer + pos, text, len);
	buffer[pos + len] = '\0';
	return 0;
}

static void test_cut(void)
{
	struct xbpf_log log = { .level = 1, .size = 8, .write = to_buffer };

	xbpf_log_printf(&log, "%s", "abc");
	is_str(buffer, "abc", "text arrives");
	xbpf_log_printf(&log, "%d", 123456);
	is_str(buffer, "abc1234", "and is cut at the size");
	is(log.pos, 9, "its whole length is known");
	xbpf_log_printf(&log, "more");
	is_str(buffer, "abc1234", "a full buffer stays");
	is(log.pos, 13, "the length grows");
}

static void test_rewind(void)
{
	struct xbpf_log log = { .level = 1, .size = 32, .write = to_buffer };
	u64 mark;

	xbpf_log_printf(&log, "kept ");
	mark = log.pos;
	xbpf_log_printf(&log, "forgotten");
	xbpf_log_rewind(&log, mark);
	xbpf_log_printf(&log, "new");
	is_str(buffer, "kept new", "text past the mark is forgotten");
	xbpf_log_rewind(&log, 100);
	is(log.pos, 8, "rewinding forwards does nothing");
}

static void test_errors(void)
{
	struct xbpf_log log = {
		.level = 1, .size = 32, .write = to_buffer, .ctx = buffer,
	};
	struct xbpf_log off = { .level = 0, .size = 32, .write = to_buffer };

	xbpf_log_printf(&log, "x");
	is(log.err, -EFAULT, "an error is kept");
	is(log.pos, 1, "and the length still counted");
	xbpf_log_printf(&off, "x");
	is(off.pos, 0, "level 0 writes nothing");
	xbpf_log_printf(NULL, "x");
	xbpf_log_rewind(NULL, 0);
	ok(!xbpf_log_wanted(NULL), "no log is no error");
}

static void test_long(void)
{
	static char text[3000];
	struct xbpf_log log = { .level = 1, .size = 8, .write = to_buffer };

	memset(text, 'x', sizeof(text) - 1);
	xbpf_log_printf(&log, "%s", text);
	ok(log.pos < sizeof(text), "one piece has a limit");
	is_str(buffer, "xxxxxxx", "a long one is cut");
}

int main(void)
{
	test_cut();
	test_rewind();
	test_errors();
	test_long();
	return unit_done();
}
