// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs in the memory of whoever loads a program or types.
 *
 * Knows how bpf(2) fills a log buffer: from its start until it is full with
 * XBPF_LOG_FIXED (level bit 3), otherwise as a ring, so that what remains of a
 * log that is too long is its end. Does not know what is written.
 *
 * The ring is turned into plain text at the end, in place: the buffer may be a
 * gigabyte, and the kernel keeps no copy.
 */
#include "device.h"

#define LOG_FIXED	8
#define LOG_LEVELS	(1 | 2 | 4 | LOG_FIXED)

/* Bytes of text that the ring holds; the last byte is kept for the NUL. */
static u32 ring_size(const struct xbpf_ulog *ulog)
{
	return ulog->size - 1;
}

static int write_fixed(struct xbpf_ulog *ulog, u64 pos, const char *text,
		       u32 len)
{
	u32 room;

	if (pos >= ring_size(ulog))
		return 0;
	room = ring_size(ulog) - (u32)pos;
	len = min(len, room);
	if (copy_to_user(ulog->ubuf + pos, text, len))
		return -EFAULT;
	return put_user('\0', ulog->ubuf + pos + len);
}

static int write_ring(struct xbpf_ulog *ulog, u64 pos, const char *text,
		      u32 len)
{
	u32 size = ring_size(ulog), at, part;

	if (!size)
		return 0;
	if (len > size) {
		text += len - size;
		pos += len - size;
		len = size;
	}
	if (pos + len > ulog->start + size)
		ulog->start = pos + len - size;
	div_u64_rem(pos, size, &at);
	part = min(len, size - at);
	if (copy_to_user(ulog->ubuf + at, text, part))
		return -EFAULT;
	if (copy_to_user(ulog->ubuf, text + part, len - part))
		return -EFAULT;
	return 0;
}

static int ulog_write(struct xbpf_log *log, u64 pos, const char *text, u32 len)
{
	struct xbpf_ulog *ulog = log->ctx;

	ulog->start = min(ulog->start, pos);	/* text was forgotten */
	ulog->end = max(ulog->end, pos + len + 1);
	if (!ulog->ubuf)
		return 0;
	if (log->level & LOG_FIXED)
		return write_fixed(ulog, pos, text, len);
	return write_ring(ulog, pos, text, len);
}

int xbpf_ulog_init(struct xbpf_ulog *ulog, u32 level, u64 ubuf, u32 size)
{
	if (!ubuf != !size || (ubuf && !level))
		return -EINVAL;
	if ((level & ~LOG_LEVELS) || size > UINT_MAX >> 2)
		return -EINVAL;
	*ulog = (struct xbpf_ulog) {
		.log = {
			.level	= level,
			.size	= U32_MAX,	/* cut off here, not there */
			.write	= ulog_write,
			.ctx	= ulog,
		},
		.ubuf	= u64_to_user_ptr(ubuf),
		.size	= size,
	};
	return 0;
}

static void reverse(char *text, u32 len)
{
	u32 i;

	for (i = 0; i < len / 2; i++)
		swap(text[i], text[len - 1 - i]);
}

static int reverse_user(char __user *ubuf, u32 from, u32 to)
{
	char head[128], tail[128];

	while (to - from > 1) {
		u32 n = min_t(u32, (to - from) / 2, sizeof(head));

		if (copy_from_user(head, ubuf + from, n) ||
		    copy_from_user(tail, ubuf + to - n, n))
			return -EFAULT;
		reverse(head, n);
		reverse(tail, n);
		if (copy_to_user(ubuf + from, tail, n) ||
		    copy_to_user(ubuf + to - n, head, n))
			return -EFAULT;
		from += n;
		to -= n;
		cond_resched();
	}
	return 0;
}

/* The ring's first byte comes to the start of the buffer, then the NUL. */
static int straighten(struct xbpf_ulog *ulog)
{
	u32 size = ring_size(ulog), first = 0;
	int err = 0;

	if (!size)
		return put_user('\0', ulog->ubuf);
	if (ulog->start)
		div_u64_rem(ulog->start, size, &first);
	if (first)
		err = reverse_user(ulog->ubuf, 0, first) ?:
		      reverse_user(ulog->ubuf, first, size) ?:
		      reverse_user(ulog->ubuf, 0, size);
	if (err)
		return err;
	return put_user('\0', ulog->ubuf + (ulog->log.pos - ulog->start));
}

int xbpf_ulog_finish(struct xbpf_ulog *ulog, u32 *true_size)
{
	int err = ulog->log.err;

	*true_size = min_t(u64, ulog->end, U32_MAX);
	if (!ulog->ubuf || !ulog->end)
		return err;
	if (!err && (!(ulog->log.level & LOG_FIXED) || !ring_size(ulog)))
		err = straighten(ulog);
	if (err)
		return -EFAULT;
	return ulog->end > ulog->size ? -ENOSPC : 0;
}
