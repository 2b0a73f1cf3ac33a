// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs of bpf_inproc.c: written into one large buffer, from which the reader gets
 * what fits.
 */
#include <string.h>
#include "os.h"
#include "host/inproc_text.h"

#define LOG_SIZE	(16 << 20)

static int text_write(struct xbpf_log *log, u64 pos, const char *from, u32 len)
{
	struct inproc_text *t = log->ctx;

	if (pos + len >= LOG_SIZE)
		return 0;
	memcpy(t->buf + pos, from, len);
	t->buf[pos + len] = '\0';
	return 0;
}

void xbpf_inproc_text_init(struct inproc_text *t, u32 level)
{
	static char buf[LOG_SIZE];

	*t = (struct inproc_text) {
		.buf = buf,
		.log = { .level = level, .size = LOG_SIZE, .ctx = t,
			 .write = text_write },
	};
	buf[0] = '\0';
}

long xbpf_inproc_text_copy(const struct inproc_text *t, u64 user_buf, u32 size)
{
	u64 len = strlen(t->buf) + 1, fits = min_t(u64, len, size);
	char *to = (char *)(uintptr_t)user_buf;

	if (!user_buf || !size)
		return 0;
	memcpy(to, t->buf, fits);
	to[fits - 1] = '\0';
	return fits < len ? -ENOSPC : 0;
}
