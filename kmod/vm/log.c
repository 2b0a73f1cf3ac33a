// SPDX-License-Identifier: GPL-2.0-only
/*
 * Growing text. Knows positions; where the text goes is the owner's business.
 */
#include "vm/vm.h"

/* Longer pieces are cut. */
#define PIECE_MAX	640

static void log_write(struct xbpf_log *log, const char *text, u32 len)
{
	u32 room;

	if (log->err || log->pos + 1 >= log->size)
		return;
	room = log->size - 1 - (u32)log->pos;
	log->err = log->write(log, log->pos, text, min(len, room));
}

void xbpf_log_vprintf(struct xbpf_log *log, const char *fmt, va_list args)
{
	char text[PIECE_MAX];
	int len;

	if (!xbpf_log_wanted(log))
		return;
	len = vscnprintf(text, sizeof(text), fmt, args);
	log_write(log, text, len);
	log->pos += len;
}

void xbpf_log_printf(struct xbpf_log *log, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	xbpf_log_vprintf(log, fmt, args);
	va_end(args);
}

void xbpf_log_rewind(struct xbpf_log *log, u64 pos)
{
	if (xbpf_log_wanted(log))
		log->pos = min(log->pos, pos);
}
