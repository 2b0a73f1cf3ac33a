// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that read memory which may not be there: the probe_read family.
 */
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "attach/attach.h"

/* Strings are fetched in pieces that never cross a page. */
#define PIECE 64

typedef long (*read_fn)(void *dst, unsigned long src, size_t size);

static long read_kernel(void *dst, unsigned long src, size_t size)
{
	return copy_from_kernel_nofault(dst, (void *)src, size);
}

static long read_user(void *dst, unsigned long src, size_t size)
{
	return copy_from_user_nofault(dst, (void __user *)src, size);
}

/* Of the helpers that predate the distinction: the address decides. */
static long read_any(void *dst, unsigned long src, size_t size)
{
	return src < TASK_SIZE ? read_user(dst, src, size) :
				 read_kernel(dst, src, size);
}

/* Exactly @size bytes; none of them is left unwritten when it fails. */
static u64 read_bytes(read_fn read, u64 dst, u64 size, u64 src)
{
	long err = read((void *)dst, src, (u32)size);

	if (unlikely(err < 0))
		memset((void *)dst, 0, (u32)size);
	return err;
}

/* Up to the NUL; bytes of @dst behind it keep their value. */
static long read_string(read_fn read, char *dst, u32 size, unsigned long src)
{
	char piece[PIECE];
	u32 done = 0, want, len;
	long err;

	while (done < size) {
		want = min_t(u32, size - done, PIECE - (src + done) % PIECE);
		err = read(piece, src + done, want);
		if (err < 0)
			return err;
		len = strnlen(piece, want);
		memcpy(dst + done, piece, len);
		done += len;
		if (len < want) {
			dst[done] = '\0';
			return done + 1;
		}
	}
	dst[size - 1] = '\0';
	return size;
}

static u64 read_str(read_fn read, u64 dst, u64 size, u64 src)
{
	long ret;

	if (unlikely(!(u32)size))
		return 0;
	ret = read_string(read, (char *)dst, size, src);
	if (unlikely(ret < 0))
		memset((void *)dst, 0, (u32)size);
	return ret;
}

long xbpf_read_string(char *dst, u32 size, unsigned long src)
{
	return read_string(read_any, dst, size, src);
}

long xbpf_read_string_kernel(char *dst, u32 size, unsigned long src)
{
	return read_string(read_kernel, dst, size, src);
}

long xbpf_read_string_user(char *dst, u32 size, unsigned long src)
{
	return read_string(read_user, dst, size, src);
}

/* ---- the task's memory, with patience where the program may sleep ---- */

/* Pages are fetched only where the context allows it; elsewhere they are there or not. */
u64 xbpf_helper_copy_from_user(u64 dst, u64 size, u64 src, u64 r4, u64 r5)
{
	if (!preemptible())
		return read_bytes(read_user, dst, size, src);
	if (!copy_from_user((void *)dst, (void __user *)src, (u32)size))
		return 0;
	memset((void *)dst, 0, (u32)size);
	return -EFAULT;
}

u64 xbpf_helper_copy_from_user_task(u64 dst, u64 size, u64 src, u64 task_ptr,
				    u64 flags)
{
	struct task_struct *task = (struct task_struct *)task_ptr;
	u32 len = size;

	if (flags) {
		memset((void *)dst, 0, len);
		return -EINVAL;
	}
	if (!len)
		return 0;
	if (!preemptible() && task == current)
		return read_bytes(read_user, dst, size, src);
	if (preemptible() &&
	    access_process_vm(task, src, (void *)dst, len, 0) == len)
		return 0;
	memset((void *)dst, 0, len);
	return -EFAULT;
}

/* Nobody's memory may be written in the name of another. */
u64 xbpf_helper_probe_write_user(u64 dst, u64 src, u64 size, u64 r4, u64 r5)
{
	if (in_interrupt() || current->flags & (PF_KTHREAD | PF_EXITING))
		return -EPERM;
	return copy_to_user_nofault((void __user *)dst, (void *)src, (u32)size);
}

u64 xbpf_helper_probe_read(u64 dst, u64 size, u64 src, u64 r4, u64 r5)
{
	return read_bytes(read_any, dst, size, src);
}

u64 xbpf_helper_probe_read_kernel(u64 dst, u64 size, u64 src, u64 r4, u64 r5)
{
	return read_bytes(read_kernel, dst, size, src);
}

u64 xbpf_helper_probe_read_user(u64 dst, u64 size, u64 src, u64 r4, u64 r5)
{
	return read_bytes(read_user, dst, size, src);
}

u64 xbpf_helper_probe_read_str(u64 dst, u64 size, u64 src, u64 r4, u64 r5)
{
	return read_str(read_any, dst, size, src);
}

u64 xbpf_helper_probe_read_kernel_str(u64 dst, u64 size, u64 src, u64 r4, u64 r5)
{
	return read_str(read_kernel, dst, size, src);
}

u64 xbpf_helper_probe_read_user_str(u64 dst, u64 size, u64 src, u64 r4, u64 r5)
{
	return read_str(read_user, dst, size, src);
}
