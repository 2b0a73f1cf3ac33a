// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program of an iterator gives to read: seq_printf, seq_write.
 *
 * What does not fit is dropped whole and said; the reader comes again with more room.
 */
#include <linux/seq_file.h>
#include "attach/attach.h"

u64 xbpf_helper_seq_printf(u64 seq, u64 fmt, u64 fmt_size, u64 data,
			   u64 data_len)
{
	struct seq_file *m = (struct seq_file *)(unsigned long)seq;
	char *text;
	size_t room = seq_get_buf(m, &text);
	int len = xbpf_format_data(text, room,
				   (const char *)(unsigned long)fmt,
				   (u32)fmt_size, data, data_len);

	if (len < 0)
		return len;
	if (len >= room) {
		seq_commit(m, -1);
		return -EOVERFLOW;
	}
	seq_commit(m, len);
	return 0;
}

u64 xbpf_helper_seq_write(u64 seq, u64 data, u64 len, u64 r4, u64 r5)
{
	struct seq_file *m = (struct seq_file *)(unsigned long)seq;

	return seq_write(m, (const void *)(unsigned long)data, (u32)len) ?
	       -EOVERFLOW : 0;
}
