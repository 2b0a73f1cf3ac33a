// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the caller's memory where its pointers may be bad.
 *
 * A bad pointer must give EFAULT, as in the kernel, and not end the process.
 * process_vm_readv() on ourselves does that; where a sandbox forbids it, the
 * pointer is trusted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include "preload.h"

#define PAGE 4096UL

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

/**
 * xbpf_peek - copy out of memory that may not be there
 * @dst: to where
 * @src: from where
 * @size: bytes
 *
 * Return: 0 or -EFAULT.
 */
long xbpf_peek(void *dst, const void *src, size_t size)
{
	struct iovec to = { dst, size };
	struct iovec from = { (void *)src, size };
	int saved = errno;
	ssize_t got;
	int err;

	got = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
	err = errno;
	errno = saved;
	if (got == (ssize_t)size)
		return 0;
	if (got >= 0 || err == EFAULT)
		return -EFAULT;
	if (!src)
		return -EFAULT;
	memcpy(dst, src, size);
	return 0;
}

/**
 * xbpf_peek_string - copy a string that may not be there
 * @dst: to where; terminated when the result is 0
 * @src: address of the string
 * @size: room at @dst
 *
 * Return: 0 or -EFAULT.
 */
long xbpf_peek_string(char *dst, __u64 src, size_t size)
{
	size_t len = 0;

	while (len < size - 1) {
		size_t part = min_size(size - 1 - len, PAGE - src % PAGE);

		if (xbpf_peek(dst + len, (void *)(unsigned long)src, part))
			return -EFAULT;
		if (memchr(dst + len, 0, part))
			return 0;
		len += part;
		src += part;
	}
	dst[len] = 0;
	return 0;
}
